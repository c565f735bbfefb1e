"""The shipped balances a page can show, and the past of Italy."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

import pandas as pd

from leb_kit import examples, system
from leb_kit.balance import Balance, Territory, compare_territories, complete, downscale
from leb_kit.balance.accounting import TOTAL
from leb_kit.history import as_balance, shipped
from leb_kit.reference import catalog
from leb_kit.units import from_mwh
from leb_kit.widgets import FlowScheme
from leb_kit.widgets.flow_origin import origins

COUNTRY, PROVINCE, CITY = "IT", "001", "001272"
#: What the province is filled in with, and its main fuel.
FUEL: Final = "G3000"
#: Fields and lakes are shared out by area, all else by inhabitants.
SHARED_BY: Final = {"FC_OTH_AF_E": "area", "FC_OTH_FISH_E": "area", "*": "population"}
#: Views of the past, in this order; those that add up lie on top of each other.
PAST: Final = ("electricity_supply", "electricity_use", "natural_gas_use", "primary_energy_ben")
STACKED: Final = PAST
WHOLE: Final = {"product": "TOTAL", "flow": "FC_E"}


@cache
def province() -> Balance:
    """Return the Province of Torino 2007, completed after Italy 2019 (as notebook 8 does it)."""
    return complete(examples.province_torino_headlines(), like=examples.italy(), fuel=FUEL)


@cache
def municipalities() -> Balance:
    """Return the province shared out to its municipalities; they sum to it exactly."""
    return downscale(province(), key=SHARED_BY, into="municipality")


@cache
def places() -> tuple[tuple[Territory, tuple[int, ...]], ...]:
    """Return what can be shown: each territory with its years."""
    shared = province().years[0]
    own = {
        COUNTRY: examples.italy().years,
        PROVINCE: (shared,),
        CITY: (shared, *examples.torino().years),
    }
    towns = {place.code: (shared,) for place in municipalities().territories}
    return tuple((Territory.known(code), years) for code, years in (towns | own).items())


def balance_of(code: str, year: int) -> Balance:
    """Return one of the balances that ``places`` lists.

    Examples
    --------
    >>> balance_of("IT", 2019).title("en")
    'Italy 2019'
    """
    whole = {COUNTRY: examples.italy, PROVINCE: province}
    if code in whole:
        return whole[code]()
    if code == CITY and year in examples.torino().years:
        return examples.torino()
    return municipalities().filter(territory=code, year=year)


@cache
def density() -> pd.Series:
    """Return final consumption by municipality, GWh/km²."""
    table = compare_territories(municipalities(), by="mwh_per_km2").set_index("territory")
    return pd.Series(from_mwh(table["mwh_per_km2"], "GWh"))


@cache
def past() -> pd.DataFrame:
    """Return the past of Italy as one series: renewable share, electricity, gas, primary energy."""
    share = shipped("renewable_share")
    rows = shipped("italy")
    rows = rows[rows["indicator"].isin(PAST)]
    # totals beside their parts would be counted twice in a stack
    rows = rows[(rows["product"] != WHOLE["product"]) & (rows["flow"] != WHOLE["flow"])]
    return pd.concat([share[share["territory"] == COUNTRY], rows], ignore_index=True)


def gas_scheme(title: Mapping[str, str], *, height: int) -> FlowScheme:
    """Return the path of natural gas through Italy, a year at a time.

    The series books what plants take, not what they give: the scheme ends at the plants.
    """
    rows = shipped("gas")
    balance = as_balance(rows[rows["territory"] == COUNTRY])
    arrows = system.links_table(balance)
    scheme = system.read_scheme()
    told = pd.concat([origins(balance.filter(year=year), scheme).assign(year=year) for year in balance.years])
    return FlowScheme.from_links(
        arrows[arrows["product"] != TOTAL],  # what plants lose, if they gave nothing
        scheme.view(),
        catalog.table("products"),
        catalog.table("colors"),
        title=title,
        height=height,
        origins=told,
    )
