"""Activity: what energy is used for, by year, for all or by sector."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

import numpy as np
import pandas as pd

from leb_kit.errors import InputError
from leb_kit.history.series import shipped

#: A name instead of numbers: the shipped series of the territory.
POPULATION: Final = "population"
#: Column of an activity that is the same for all sectors.
ALL: Final = ""

Activity: TypeAlias = str | Mapping[int, float] | Mapping[str, Mapping[int, float]] | pd.Series | pd.DataFrame


def activity_table(given: Activity | None, territory: str) -> pd.DataFrame:
    """Return activity by year (rows) and sector (columns; one blank column where it is for all).

    Raises
    ------
    InputError
        None given, a name that is not known, or no population shipped for the territory.
    """
    if given is None:
        raise InputError(
            "decompose",
            [
                (
                    "no activity: give activity={year: value} (population, floor area, value added), a table"
                    " with one column for each sector, or activity='population' where it is shipped"
                )
            ],
        )
    if isinstance(given, str):
        return _shipped_population(given, territory)
    if isinstance(given, pd.DataFrame):
        return given.astype(float)
    if isinstance(given, pd.Series):
        return given.astype(float).to_frame(ALL)
    by_sector = all(isinstance(value, Mapping) for value in given.values())
    table = pd.DataFrame(given) if by_sector and given else pd.DataFrame({ALL: pd.Series(given, dtype=float)})
    return table.astype(float)


def _shipped_population(name: str, territory: str) -> pd.DataFrame:
    rows = shipped(POPULATION)
    mine = rows[rows["territory"] == territory]
    if name != POPULATION or mine.empty:
        known = ", ".join(sorted(rows["territory"].unique()))
        raise InputError(
            "decompose",
            [f"no shipped activity '{name}' for territory '{territory}'; population is shipped for {known}"],
        )
    return mine.set_index("year")[["value"]].set_axis([ALL], axis=1)


def check_activity(table: pd.DataFrame, years: tuple[int, int], sectors: dict[int, set[str]]) -> list[str]:
    """Return what is wrong with an activity for the years and sectors that are compared."""
    faults = []
    for year in years:
        if year not in table.index:
            have = ", ".join(str(index) for index in table.index) or "none"
            faults.append(f"no activity for {year}; given are {have}")
            continue
        row = table.loc[year]
        for column, value in row.items():
            told = f" of {column}" if column else ""
            if not np.isfinite(value) or value < 0 or (column == ALL and value == 0):
                faults.append(f"activity{told} in {year} is {value}; expected a finite number above zero")
        if list(table.columns) == [ALL]:
            continue
        for sector in sorted(sectors[year]):
            if sector not in table:
                faults.append(f"{sector} uses energy in {year} but has no activity; add a column '{sector}'")
            elif row[sector] == 0:
                faults.append(f"{sector} uses energy in {year} but its activity is zero")
    return faults
