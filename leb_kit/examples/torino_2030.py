"""The actions of Torino for 2030 as a scenario: what a balance can compute of the city's own plan."""

from __future__ import annotations

import math
from typing import Any

from leb_kit.reference import catalog
from leb_kit.reference.costs import economics, price_ratio
from leb_kit.scenarios import Measure, Scenario
from leb_kit.scenarios.records import measure_of

BASE_YEAR, YEAR = 2019, 2030
#: Rows that change a factor, not a flow.
FACTORS = "emission_factors"
MILLION = 1e6


def torino_2030() -> Scenario:
    """Return the actions of Torino's Climate City Contract that an energy balance can compute.

    Sizes are stated by the city, derived from its tonnes with its own factors, or assumed
    (``torino_2030_measures.csv``, column ``basis``, and how). What cannot be computed stands, with the
    reason, in ``torino_2030_not_computed.csv``; the change of emission factors (FE3) is no flow and is
    computed by ``torino_2030_actions``. Everything grows linearly from 2019 to 2030.

    Returns
    -------
    Scenario
        18 measures of 16 actions, named by the code of the city (FS4a and FS4b: two measures of one
        action), with the printed investments in EUR of the price year.

    Examples
    --------
    >>> torino_2030()
    Scenario(torino-2030: 18 measures from 2019)
    """
    table = catalog.table("torino_2030_measures")
    rows = table[table["kind"] != FACTORS].to_dict("records")
    return Scenario(
        "torino-2030",
        base_year=BASE_YEAR,
        description_it="Azioni del Climate City Contract di Torino, per quanto un bilancio può calcolarle",
        description_en="Actions of Torino's Climate City Contract, as far as a balance can compute them",
    ).add(*(_measure(row) for row in rows))


def _measure(row: dict[str, Any]) -> Measure:
    made: dict[str, Any] = {name: row[name] for name in ("kind", "from_year", "to_year")}
    lists = {"sector": "sectors", "end_use": "end_uses", "replaces": "replaces"}
    made |= {key: row[name].split("|") for key, name in lists.items() if row[name]}
    made |= {str(row["size"]): float(row["value"]), "name": row["measure"]}
    made |= {"source": f"{row['how_en']}. {row['source']}"}
    if math.isfinite(row["lifetime_yr"]):
        made["lifetime_yr"] = float(row["lifetime_yr"])
    if math.isfinite(row["investment_share"]):
        made["investment_eur"] = round(float(row["investment_share"]) * _investment(row["code"]))
    return measure_of(made)


def _investment(code: str) -> float:
    """Return the printed investment of an action, EUR of the price year."""
    action = catalog.table("torino_2019_actions").set_index("code").loc[code]
    ratio = price_ratio(int(action["price_year"]), int(economics("price_year")))
    return float(action["investment_meur"]) * MILLION * ratio
