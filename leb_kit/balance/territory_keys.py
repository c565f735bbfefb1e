"""What territories are shared out and compared by: population, area, degree days."""

from __future__ import annotations

import math
from functools import cache

import pandas as pd

from leb_kit.balance.hierarchy import containers
from leb_kit.reference import catalog

#: Keys that come with the package, with their column in ``municipalities.csv``.
KEY_COLUMNS = {"population": "population", "area": "area_km2"}
#: Need of heating: inhabitants × degree days.
HEATING = "population_degree_days"
#: All keys that come with the package.
SHIPPED = (*KEY_COLUMNS, HEATING)
#: Where they come from, as a source tells it.
ORIGIN = {
    "population": "ISTAT, census 2011",
    "area": "ISTAT, simplified boundaries 2023",
    HEATING: "ISTAT, census 2011; JRC and Eurostat, mean degree days of the shipped years",
}


def key_value(code: str, key: str, keys: pd.DataFrame | None = None, *, mixed: bool = True) -> float:
    """Return the key of a territory: as given, of the municipality, or of all that lie in it; else NaN.

    Parameters
    ----------
    code : str
        ISTAT or NUTS code.
    key : str
        ``"population"`` (inhabitants), ``"area"`` (km²), ``"population_degree_days"`` (inhabitants ×
        degree days of the nearest territory that has them), or a column of ``keys``.
    keys : pd.DataFrame, optional
        Column territory and one column for each key.
    mixed : bool
        ``True``: where ``keys`` has no row of the territory, what is shipped stands in.

    Examples
    --------
    >>> key_value("001001", "population"), key_value("001", "population")
    (2644.0, 2247780.0)
    """
    if keys is not None and key in keys:
        found = keys.loc[keys["territory"] == code, key]
        if len(found) or not mixed:
            return float(found.iloc[0]) if len(found) else math.nan
    if key == HEATING:
        return _heating(code)
    return _sums(KEY_COLUMNS[key]).get(code, math.nan) if key in KEY_COLUMNS else math.nan


@cache
def _sums(column: str) -> dict[str, float]:
    """Return the figure of each municipality, its sum over each province and region, and of the country."""
    towns = catalog.table("municipalities")
    known = towns[towns[column].notna()]
    out = {code: float(value) for code, value in zip(known["code"], known[column], strict=True)}
    for level in ("province", "region"):
        out |= {str(code): math.fsum(part[column]) for code, part in known.groupby(level)}
    wholes = catalog.table("territory_figures")
    wholes = wholes[wholes["figure"] == column]
    return out | {
        str(code): float(value) for code, value in zip(wholes["territory"], wholes["value"], strict=True)
    }


@cache
def _heating(code: str) -> float:
    """Return inhabitants × degree days; a region is the sum of its provinces, which differ in climate."""
    towns = catalog.table("municipalities")
    inside = towns[(towns["code"] == code) | (towns["province"] == code) | (towns["region"] == code)]
    return (
        math.fsum(
            people * _degree_days(town)
            for town, people in zip(inside["code"], inside["population"], strict=True)
        )
        if len(inside)
        else math.nan
    )


def _degree_days(code: str) -> float:
    """Return the mean of the shipped years, of the nearest territory above the municipality."""
    days = _mean_degree_days()
    return next((days[place] for place in containers(code) if place in days), math.nan)


@cache
def _mean_degree_days() -> dict[str, float]:
    rows = catalog.table("history_degree_days")
    rows = rows[(rows["indicator"] == "degree_days")]
    return {str(code): math.fsum(part) / len(part) for code, part in rows.groupby("territory")["value"]}
