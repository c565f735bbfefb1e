"""What is known of a place beside its balance: yields of its own, lines to its neighbours, reach of networks.

A country trades over lines that are counted, its water runs otherwise than a region's, its networks do
not reach every house. Where nothing is declared the reference values and the balance stand in.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, say
from leb_kit.reference import catalog
from leb_kit.units import is_whole

#: Limits of an exchange: most at once (MW), most in a year (MWh/year).
CAPACITY, YEAR = "capacity", "year"


def own_numbers(territory: str) -> dict[str, dict[str, float]]:
    """Return technology → parameter → value, where the territory's own replaces the reference.

    Examples
    --------
    >>> own_numbers("IT")["wind_onshore"]
    {'full_load_hours': 1891.67}
    """
    table = catalog.table("territory_parameters")
    out: dict[str, dict[str, float]] = {}
    for row in table[table["territory"] == territory].itertuples():
        out.setdefault(str(row.technology), {})[str(row.parameter)] = float(str(row.value))
    return out


def exchange_limit(territory: str, technology: str, limit: str) -> float | None:
    """Return the most that is exchanged at once (``capacity``, MW) or in a year (``year``, MWh).

    Nothing where no limit is declared.

    Examples
    --------
    >>> exchange_limit("IT", "electricity_export", CAPACITY), exchange_limit("001272", "heat_import", YEAR)
    (4000.0, None)
    """
    table = catalog.table("exchange_limits")
    mine = table[
        (table["territory"] == territory) & (table["technology"] == technology) & (table["limit"] == limit)
    ]
    return float(mine["value"].iloc[0]) if len(mine) else None


def paced(processes: pd.DataFrame, territory: str, years: int) -> pd.DataFrame:
    """Return the processes, none larger than what exists and what can be built until then.

    ::

        largest capacity ≤ existing capacity + rate × years

    rate (MW/year) ``build_rates.csv``: the most that the territory added in any year on record. A technology
    without a rate there is not limited.

    Examples
    --------
    >>> rows = pd.DataFrame({"technology": ["wind_onshore"], "capacity_existing_mw": [0.0],
    ...                      "capacity_max_mw": [100_000.0]})
    >>> paced(rows, "IT", 10)["capacity_max_mw"].tolist()
    [13540.0]
    """
    table = catalog.table("build_rates")
    mine = table[table["territory"] == territory]
    rates = dict(zip(mine["technology"], mine["value"].astype(float), strict=True))
    rate = processes["technology"].map(rates).fillna(np.inf).to_numpy(dtype=float)
    existing = processes["capacity_existing_mw"].to_numpy(dtype=float)
    built = np.multiply(rate, years, out=np.full(len(rate), np.inf), where=np.isfinite(rate))
    return processes.assign(capacity_max_mw=np.minimum(processes["capacity_max_mw"], existing + built))


def years_until(by: object, year: int) -> int | None:
    """Return the years from that of the balance to that of the plan; nothing where none is given.

    Raises
    ------
    InputError
        It is no year after that of the balance.

    Examples
    --------
    >>> years_until(2030, 2019), years_until(None, 2019)
    (11, None)
    """
    if by is None:
        return None
    if not is_whole(by) or by <= year:
        told = say("by is {value}; a year after {year} is expected", value=repr(by), year=year)
        raise InputError(say("mix problem"), [told])
    return int(by) - year


def reach(territory: str, network: str) -> float | None:
    """Return the largest share of heat that a network can serve, 0–1, or nothing where none is declared.

    Examples
    --------
    >>> reach("IT", "district_heating_network"), reach("001272", "district_heating_network")
    (0.115502, None)
    """
    table = catalog.table("network_reach")
    mine = table[(table["territory"] == territory) & (table["technology"] == network)]
    return float(mine["value"].iloc[0]) if len(mine) else None
