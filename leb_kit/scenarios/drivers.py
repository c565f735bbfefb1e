"""What moves demand besides measures: population, floor area, value added, mobility, degree days.

A driver is an index of the base year (1 = as in the base year). A service follows it by its elasticity
(``driver_services.csv``)::

    demand(y) = demand(base) × Π over drivers of index(y) ^ elasticity
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd

from leb_kit.errors import did_you_mean
from leb_kit.reference import catalog
from leb_kit.scenarios.tree import within
from leb_kit.units import is_number, is_whole

#: Index by year; between two years it is interpolated.
Index = Mapping[int, float]
SPACE_HEATING = "space_heating"


@cache
def known() -> tuple[str, ...]:
    """Return the names of the drivers."""
    return tuple(dict.fromkeys(catalog.table("driver_services")["driver"]))


def driver_faults(name: str, index: object, base_year: int) -> list[str]:
    """Tell what is wrong with a driver as it was given."""
    if name not in known():
        return [f"unknown driver '{name}'; known are {', '.join(known())}.{did_you_mean(name, known())}"]
    if not isinstance(index, Mapping) or not index:
        return [f"driver '{name}' is {index!r}; an index by year is expected, such as {{2030: 0.97}}"]
    faults = []
    for year, value in index.items():
        if not is_whole(year) or year < base_year:
            faults.append(f"driver '{name}': {year!r} is no year from the base year {base_year} on")
        elif not is_number(value) or value <= 0:
            faults.append(
                f"driver '{name}' is {value!r} in {year}; an index above 0 is expected (1 = {base_year})"
            )
        elif year == base_year and value != 1:
            faults.append(f"driver '{name}' is {value:g} in the base year {year}; there it is 1")
    return faults


def missing_years(name: str, index: Index, years: list[int]) -> list[str]:
    """Tell which years a driver does not reach."""
    last = max(index)
    late = [year for year in years if year > last]
    if not late:
        return []
    return [
        (
            f"driver '{name}' ends in {last}, but {', '.join(map(str, late))} is asked for;"
            f" give its index for {max(late)}"
        )
    ]


def index_of(index: Index, years: list[int], base_year: int) -> np.ndarray:
    """Return a driver in given years (K), linear between the years it was given for."""
    points = {base_year: 1.0} | {int(year): float(value) for year, value in index.items()}
    known_years = sorted(points)
    out: np.ndarray = np.interp(years, known_years, [points[year] for year in known_years])
    return out


def elasticities(services: pd.DataFrame, driver: str, given: tuple[str, ...]) -> np.ndarray:
    """Return how strongly each service (S) follows a driver.

    Parameters
    ----------
    services : pd.DataFrame
        Index service; flow, end_use.
    driver : str
        Its name.
    given : tuple[str, ...]
        All drivers of the scenario: floor area, where given, moves space heating in the place of
        population and value added.
    """
    rows = catalog.table("driver_services")
    out = np.zeros(len(services))
    heating = (services["end_use"] == SPACE_HEATING).to_numpy()
    for row in rows[rows["driver"] == driver].itertuples():
        mine = within(services["flow"], (row.sector,))
        if row.end_uses:
            mine = mine & services["end_use"].isin(row.end_uses.split("|")).to_numpy()
        if row.yields_to in given:
            mine = mine & ~heating
        out[mine] = float(row.elasticity)
    return out
