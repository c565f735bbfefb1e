"""What technologies cost and products are worth, in euros of one price year.

The rows keep the price year of their publisher; nothing may be added up before it is brought to one
year. ``deflators.csv`` holds the yearly change of consumer prices that does it, ``economics.csv`` the
price year and the discount rate.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

from leb_kit.errors import InputError, did_you_mean
from leb_kit.reference import catalog
from leb_kit.reference.numbers import has_parameter, parameter


def price_ratio(from_year: int, to_year: int) -> float:
    """Return what one euro of ``from_year`` is worth in euros of ``to_year`` (EUR/EUR).

    Raises
    ------
    InputError
        A year is outside ``deflators.csv``.

    Examples
    --------
    >>> price_ratio(2019, 2019)
    1.0
    >>> round(price_ratio(2015, 2019), 4)
    1.055
    """
    rates = _rates()
    # The first rate leads from the year before to the first year.
    first, last = min(rates) - 1, max(rates)
    faults = [
        f"price year {year} is not between {first} and {last}"
        for year in dict.fromkeys((from_year, to_year))
        if not first <= year <= last
    ]
    if faults:
        raise InputError("price year", faults)
    start, end = sorted((from_year, to_year))
    ratio = math.prod((1 + rate for year, rate in rates.items() if start < year <= end), start=1.0)
    return ratio if to_year >= from_year else 1 / ratio


@cache
def _rates() -> dict[int, float]:
    table = catalog.table("deflators")
    return dict(zip(table["year"], table["value"], strict=True))


@cache
def economics(name: str) -> float:
    """Return one figure of ``economics.csv``."""
    table = catalog.table("economics").set_index("name")
    return float(table.loc[name, "value"])


@cache
def in_price_year(technology: str, name: str) -> float:
    """Return a cost parameter of a technology, in euros of the price year."""
    table = catalog.table("technology_parameters")
    rows = table[(table["technology"] == technology) & (table["parameter"] == name)]
    row = rows.sort_values("valid_from").iloc[-1]
    return float(row["value"]) * price_ratio(int(row["price_year"]), int(economics("price_year")))


@cache
def price(item: str) -> float:
    """Return the price of a product, EUR/MWh in the price year.

    Raises
    ------
    InputError
        ``prices.csv`` has no such item.
    """
    table = catalog.table("prices")
    rows = table[table["item"] == item]
    if rows.empty:
        hint = did_you_mean(item, table["item"])
        raise InputError("prices.csv", [f"no price for '{item}'.{hint}"])
    row = rows.sort_values("valid_from").iloc[-1]
    return float(row["value"]) * price_ratio(int(row["price_year"]), int(economics("price_year")))


def annuity_factor(years: float, rate: float | None = None) -> float:
    """Return the yearly payment for one euro invested (1/year).

    ::

        a = r / (1 − (1 + r)^−n)          a = 1/n for r = 0

    r discount rate (1/year, ``economics.csv`` unless given), n lifetime (years).

    Examples
    --------
    >>> round(annuity_factor(20, 0.04), 6)
    0.073582
    """
    rate = economics("discount_rate") if rate is None else rate
    return 1 / years if rate == 0 else rate / (1 - (1 + rate) ** -years)


@cache
def annuity(technology: str, name: str) -> float:
    """Return the yearly cost of an investment parameter, in euros of the price year."""
    return in_price_year(technology, name) * annuity_factor(parameter(technology, "lifetime_yr"))


def yearly_costs(technology: str) -> dict[str, float]:
    """Return annuity (EUR/MW/year), fixed (EUR/MW/year) and variable cost (EUR/MWh) in the price year."""
    out = {}
    if has_parameter(technology, "capex_eur_per_mw"):
        out["capex_eur_per_mw_year"] = annuity(technology, "capex_eur_per_mw")
    for column, name in (
        ("fixed_eur_per_mw_year", "fixed_eur_per_mw_year"),
        ("variable_eur_per_mwh", "variable_eur_per_mwh"),
    ):
        if has_parameter(technology, name):
            out[column] = in_price_year(technology, name)
    return out


def quantities(technology: str, numbers: Mapping[str, float] | None = None) -> dict[str, float]:
    """Return what a technology takes and gives per MWh of main output (MWh/MWh).

    Main output is electricity for cogeneration, what is delivered for a network.

    Parameters
    ----------
    technology : str
        A technology of ``technologies.csv``.
    numbers : Mapping[str, float], optional
        Replaces its parameters (efficiency, cop, loss_share …).

    Examples
    --------
    >>> quantities("heat_pump_individual", {"cop": 4.0})["ambient"]
    0.75
    """
    given = numbers or {}

    def number(name: str) -> float | None:
        if name in given:
            return float(given[name])
        return parameter(technology, name) if has_parameter(technology, name) else None

    out = {"output": 1.0}
    electricity, heat, efficiency = (
        number(name) for name in ("electricity_efficiency", "heat_efficiency", "efficiency")
    )
    replaced, cop, loss = (number(name) for name in ("replaced_per_final", "cop", "loss_share"))
    if electricity is not None:
        out |= {"fuel": 1 / electricity, "electricity": 1.0, "heat": (heat or 0.0) / electricity}
    elif efficiency is not None:
        out["fuel"] = 1 / efficiency
    elif replaced is not None:
        out["fuel"] = 1 / replaced
    if cop is not None:
        out |= {"power": 1 / cop, "ambient": 1 - 1 / cop}
    if loss is not None:
        out |= {"fed": 1 / (1 - loss), "lost": loss / (1 - loss)}
    return out
