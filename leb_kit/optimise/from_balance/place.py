"""What is known of a place beside its balance: yields of its own, lines to its neighbours, reach of networks.

A country trades over lines that are counted, its water runs otherwise than a region's, its networks do
not reach every house. Where nothing is declared the reference values and the balance stand in.
"""

from __future__ import annotations

from leb_kit.reference import catalog

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
