"""The shipped balances a page can show, and the past of Italy."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Final

import pandas as pd
from babel.numbers import format_decimal, format_percent

from leb_kit import examples, system
from leb_kit.balance import Balance, Territory, compare_territories, complete, downscale
from leb_kit.balance.accounting import TOTAL
from leb_kit.history import as_balance, shipped
from leb_kit.reference import catalog
from leb_kit.units import from_mwh
from leb_kit.widgets import FlowScheme
from leb_kit.widgets.flow_origin import origins
from leb_kit.widgets.sentences import LOCALES, quantity
from leb_kit.widgets.texts import LANGUAGES

COUNTRY, PROVINCE, CITY, VILLAGE = "IT", "001", "001272", "001282"
#: What the province is filled in with, and its main fuel.
FUEL: Final = "G3000"
#: Fields and lakes are shared out by area, all else by inhabitants.
SHARED_BY: Final = {"FC_OTH_AF_E": "area", "FC_OTH_FISH_E": "area", "*": "population"}
#: Views of the past, in this order; those that add up lie on top of each other.
PAST: Final = ("electricity_supply", "electricity_use", "natural_gas_use", "primary_energy_ben")
STACKED: Final = PAST
Words = dict[str, str]
#: Sums agree to the arithmetic of floats.
SAME: Final = 1e-12
SUMS: Final = {
    "it": ("{count} comuni ≠ provincia ({total})", "{count} comuni = provincia ✓ {total}"),
    "en": ("{count} municipalities ≠ province ({total})", "{count} municipalities = province ✓ {total}"),
}
BESIDE: Final[Words] = {
    "it": "Per abitante: {own} MWh; nella provincia {mean} ({change}).",
    "en": "By inhabitant: {own} MWh; in the province {mean} ({change}).",
}
WHOLE: Final = {"product": "TOTAL", "flow": "FC_E"}


@cache
def province() -> Balance:
    """Return the Province of Torino 2007, completed after Italy 2019 (as notebook 8 does it).

    It is called as the list of places and a projection of it call it, in both languages.
    """
    return replace(complete(examples.province_torino_headlines(), like=examples.italy(), fuel=FUEL), name="")


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
        VILLAGE: (shared, *examples.usseglio().years),
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
    own = {CITY: examples.torino, VILLAGE: examples.usseglio}
    if code in own and year in own[code]().years:
        return own[code]()
    return municipalities().filter(territory=code, year=year)


@cache
def consumption() -> pd.DataFrame:
    """Return final consumption by municipality: energy_mwh (MWh), mwh_per_head, mwh_per_km2."""
    return compare_territories(municipalities()).set_index("territory")


def density() -> pd.Series:
    """Return final consumption by municipality, GWh/km²."""
    return pd.Series(from_mwh(consumption()["mwh_per_km2"], "GWh"))


@cache
def whole() -> pd.Series:
    """Return the same of the province."""
    return compare_territories(province()).iloc[0]


def sum_line() -> Words:
    """Say whether the municipalities sum to the province.

    Examples
    --------
    >>> sum_line()["it"]
    '312 comuni = provincia ✓ 52.643 GWh'
    """
    parts, energy = consumption()["energy_mwh"], float(whole()["energy_mwh"])
    equal = math.isclose(math.fsum(parts), energy, rel_tol=SAME)
    out = {}
    for lang in LANGUAGES:
        total = quantity(energy, "MWh", lang)
        out[lang] = SUMS[lang][equal].format(count=len(parts), total=total)
    return out


def beside_province(code: str) -> Words:
    r"""Put a municipality beside the province, by head; blank for what is no municipality.

    Examples
    --------
    >>> beside_province("001120")["it"]
    'Per abitante: 22,9 MWh; nella provincia 23,4 (−2,1\xa0%).'
    """
    if code not in consumption().index:
        return {}
    own, mean = float(consumption().loc[code, "mwh_per_head"]), float(whole()["mwh_per_head"])
    out = {}
    for lang in LANGUAGES:
        locale = LOCALES[lang]
        shown = {
            name: format_decimal(v, format="#,##0.0", locale=locale)
            for name, v in (("own", own), ("mean", mean))
        }
        change = format_percent(own / mean - 1, format="+#,##0.0\u00a0%;−#,##0.0\u00a0%", locale=locale)
        out[lang] = BESIDE[lang].format(change=change, **shown)
    return out


@cache
def past() -> pd.DataFrame:
    """Return the past of Italy as one series: renewable share, electricity, gas, primary energy."""
    share = shipped("renewable_share")
    rows = shipped("italy")
    rows = rows[rows["indicator"].isin(PAST)]
    # totals beside their parts would be counted twice in a stack
    rows = rows[(rows["product"] != WHOLE["product"]) & (rows["flow"] != WHOLE["flow"])]
    return pd.concat([share[share["territory"] == COUNTRY], rows], ignore_index=True)


@cache
def gas_links() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the arrows of natural gas through Italy, year by year, and where their figures come from."""
    rows = shipped("gas")
    balance = as_balance(rows[rows["territory"] == COUNTRY])
    arrows = system.links_table(balance)
    scheme = system.read_scheme()
    told = pd.concat([origins(balance.filter(year=year), scheme).assign(year=year) for year in balance.years])
    return arrows[arrows["product"] != TOTAL], told  # without what plants lose, if they gave nothing


def gas_scheme(title: Mapping[str, str], *, height: int) -> FlowScheme:
    """Return the path of natural gas through Italy, a year at a time.

    The series books what plants take, not what they give: the scheme ends at the plants.
    """
    arrows, told = gas_links()
    return FlowScheme.from_links(
        arrows,
        system.read_scheme().view(),
        catalog.table("products"),
        catalog.table("colors"),
        title=title,
        height=height,
        origins=told,
    )
