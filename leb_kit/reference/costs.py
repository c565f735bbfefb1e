"""Technology parameters and prices, brought to one price year.

The rows keep the price year of their publisher; nothing may be added up before it is brought to one
year. ``deflators.csv`` holds the yearly change of consumer prices that does it.
"""

from __future__ import annotations

import math

import pandas as pd

from leb_kit.errors import InputError
from leb_kit.reference import catalog


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
    table = catalog.table("deflators")
    rates: dict[int, float] = dict(zip(table["year"], table["value"], strict=True))
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


def parameters(price_year: int) -> pd.DataFrame:
    """Return technologies × parameters, costs in euros of ``price_year``.

    Parameters
    ----------
    price_year : int
        Year of the prices of the result.

    Returns
    -------
    pd.DataFrame
        Index ``technology``, one column for each parameter (its unit is in ``technology_parameters``);
        missing where a technology has no such parameter. The latest row wins.
    """
    rows = catalog.table("technology_parameters").sort_values("valid_from", kind="stable")
    rows["value"] = _in_year(rows, price_year)
    latest = rows.drop_duplicates(["technology", "parameter"], keep="last")
    wide = latest.pivot_table(index="technology", columns="parameter", values="value", observed=True)
    return wide.reindex(catalog.table("technologies")["technology"]).rename_axis(columns=None)


def prices(price_year: int) -> pd.Series:
    """Return the price of each item (EUR/MWh, net calorific value) in euros of ``price_year``."""
    rows = catalog.table("prices").sort_values("valid_from", kind="stable")
    rows["value"] = _in_year(rows, price_year)
    return rows.drop_duplicates("item", keep="last").set_index("item")["value"].rename("eur_per_mwh")


def _in_year(rows: pd.DataFrame, price_year: int) -> pd.Series:
    years = rows["price_year"].astype("Int64")
    ratios = {int(year): price_ratio(int(year), price_year) for year in years.dropna().unique()}
    return rows["value"] * years.map(ratios).astype("float64").fillna(1.0)
