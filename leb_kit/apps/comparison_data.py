"""What the page of comparisons can show, and the figures of territories beside each other."""

from __future__ import annotations

from functools import cache
from typing import Final

import pandas as pd

from leb_kit import examples, indicators, system
from leb_kit.apps import territory_data
from leb_kit.balance import Balance, Territory, aggregate
from leb_kit.balance.accounting import TOTAL
from leb_kit.balance.territory_keys import key_value
from leb_kit.reference import catalog
from leb_kit.scenarios import project
from leb_kit.widgets.texts import LANGUAGES

PLAN_YEAR: Final = 2030
#: Order of the levels in a list of choices.
LEVELS: Final = ("country", "province", "plan", "municipality")
PLAN: Final = f"{territory_data.CITY}-{PLAN_YEAR}"
PLAN_NAME: Final = {"it": "Torino 2030, azioni del piano", "en": "Torino 2030, actions of the plan"}
#: Rows of the balance told per head.
SECTORS: Final = ("FC_E", "FC_OTH_HH_E", "FC_OTH_CP_E", "FC_TRA_E", "FC_IND_E")
#: Figures by territory, in this order; what they are follows from the ending of the name.
FIGURES: Final = (
    *(f"{flow}_mwh_per_head" for flow in SECTORS),
    "primary_mwh_per_head",
    "emissions_t_per_head",
    "final_mwh_per_km2",
    "renewable_share",
    "electricity_share",
    "estimated_share",
)
ELECTRICITY: Final = "E7000"


@cache
def choices() -> tuple[dict[str, str], ...]:
    """Return what can be compared: id, level and names of every balance, and of the plan of Torino.

    Examples
    --------
    >>> [one["en"] for one in choices()[:3]]
    ['Italy 2019', 'Metropolitan city of Torino 2007', 'Torino 2030, actions of the plan']
    """
    found = [
        {
            "id": f"{place.code}-{year}",
            "level": place.level,
            **{lang: f"{place.name(lang)} {year}" for lang in LANGUAGES},
        }
        for place, years in territory_data.places()
        for year in years
    ]
    found.append({"id": PLAN, "level": "plan", **PLAN_NAME})
    # the few stand above the many
    return tuple(sorted(found, key=lambda one: LEVELS.index(one["level"])))


def place_of(choice: str) -> Territory:
    """Return the territory of a choice."""
    return Territory.known(choice.rpartition("-")[0])


def is_estimate(choice: str) -> bool:
    """Whether a choice is a municipality that was shared out of the province.

    Examples
    --------
    >>> is_estimate("001272-2007"), is_estimate("001272-2019")
    (True, False)
    """
    shared = territory_data.province().years[0]
    return choice.endswith(f"-{shared}") and place_of(choice).level == "municipality"


@cache
def balance_of(choice: str) -> Balance:
    """Return the balance of one of ``choices``.

    Examples
    --------
    >>> balance_of("IT-2019").title("en")
    'Italy 2019'
    """
    if choice == PLAN:
        return project(examples.torino(), examples.torino_2030(), year=PLAN_YEAR)
    code, _, year = choice.rpartition("-")
    return territory_data.balance_of(code, int(year))


@cache
def figures(choice: str) -> pd.Series:
    """Return the figures of one territory.

    ::

        energy per head = row of the balance / population;   per km² = FC_E / area
        electricity share = final electricity / final energy

    Population: ISTAT, census 2011, whatever the year of the balance. A territory whose population is not
    known has NaN.

    Parameters
    ----------
    choice : str
        One of ``choices``.

    Returns
    -------
    pd.Series
        ``population`` (inhabitants) and ``FIGURES``: MWh per head, t CO₂eq per head, MWh/km², shares 0–1.

    Examples
    --------
    >>> round(float(figures("001272-2019")["FC_E_mwh_per_head"]), 1)
    12.0
    """
    balance = balance_of(choice)
    wide = aggregate(balance).pivot(unit="MWh")
    people, area = (key_value(place_of(choice).code, key) for key in ("population", "area"))
    found = indicators.table(balance, convention="territorial").iloc[0]
    final = wide[TOTAL].reindex(SECTORS).fillna(0.0)
    out = {"population": people} | {f"{flow}_mwh_per_head": final[flow] / people for flow in SECTORS}
    out["primary_mwh_per_head"] = found["primary_energy_mwh"] / people
    out["emissions_t_per_head"] = found["emissions_tco2eq"] / people
    out["final_mwh_per_km2"] = final["FC_E"] / area
    out["renewable_share"] = found["renewable_share"]
    out["electricity_share"] = wide.loc["FC_E", ELECTRICITY] / final["FC_E"] if final["FC_E"] else 0.0
    out["estimated_share"] = float((balance.table["status"] == "E").mean())
    return pd.Series(out, dtype=float)


@cache
def mix(choice: str) -> pd.Series:
    """Return the shares (0–1) of groups of products in final consumption, in the order of the drawings.

    Examples
    --------
    >>> round(float(mix("IT-2019").sum()), 9)
    1.0
    """
    wide = aggregate(balance_of(choice)).pivot(unit="MWh")
    products = catalog.table("products")
    leaves = [code for code in products.loc[products["leaf"], "code"] if code in wide]
    groups = [system.product_groups().get(code, "") for code in leaves]
    summed = wide.loc["FC_E", leaves].groupby(groups).sum()
    order = [group for group in catalog.table("colors")["group"] if group in summed.index]
    share = summed.reindex(order)
    share = share / share.sum()
    return share[share > 0]
