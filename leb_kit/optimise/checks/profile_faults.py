"""What can be wrong with hourly profiles: hours that are missing, no numbers, the wrong length or clock."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from leb_kit.errors import say
from leb_kit.optimise.checks.clock import clock_faults
from leb_kit.optimise.checks.faults import Tables
from leb_kit.optimise.checks.number_faults import HUGE, numbers
from leb_kit.optimise.question.time import Time, length_faults


def profile_faults(profiles: pd.DataFrame, time: Time = "all", signed: Collection[str] = ()) -> list[str]:
    """Return profiles that are not numbers from 0 up, one for each hour that ``time`` asks for.

    Those in ``signed``, prices, may be negative.
    """
    doubles = sorted({str(name) for name in profiles.columns[profiles.columns.duplicated()]})
    faults = [say("profiles: column '{name}' appears more than once", name=name) for name in doubles]
    if not len(profiles):
        return [*faults, say("profiles: no rows; one row for each hour is expected")]
    faults += [f"profiles: {fault}" for fault in length_faults(len(profiles), time)]
    if isinstance(profiles.index, pd.DatetimeIndex):
        faults += clock_faults(profiles.index, whole=time != "all")
    for place, name in enumerate(profiles.columns):
        least = -np.inf if str(name) in signed else 0.0
        faults += column_faults(profiles.iloc[:, place], str(name), least)
    return faults


def column_faults(column: pd.Series, name: str, least: float = 0.0, most: float = np.inf) -> list[str]:
    """Return hours of a profile that are no numbers, or outside its range; rows alike are told together."""
    values = numbers(column)
    if column.dtype == object:  # a column of yes and no is 1 and 0; a stray one among numbers is a slip
        stray = column.map(lambda cell: isinstance(cell, bool | np.bool_)).to_numpy(dtype=bool)
        values = np.where(stray, np.nan, values)
    blank = column.isna().to_numpy()
    with np.errstate(invalid="ignore"):
        below = np.isfinite(values) & (values < least)
        above = np.isfinite(values) & (values > most)
        huge = np.isfinite(values) & (np.abs(values) >= HUGE) & ~above
    faults = []
    for bad, expected in (
        (~np.isfinite(values), say("a number")),
        (below, say("at least {bound:g}", bound=least)),
        (above, say("at most {bound:g}", bound=most)),
        (huge, say("less than {bound:g}: the solver takes no larger number", bound=HUGE)),
    ):
        rows = np.flatnonzero(bad)
        if len(rows):
            first = int(rows[0])
            found = values[first] if np.isfinite(values[first]) else f"'{column.iloc[first]}'"
            if blank[first]:
                found = say("nothing")
            told = say(
                "profiles: row {row}, column {column}: found {found}, expected {expected}",
                row=column.index[first],
                column=name,
                found=found,
                expected=expected,
            )
            faults.append(told + _how_many(rows, column.index, blank=bool(blank[rows].all())))
    return faults


def _how_many(rows: np.ndarray, index: pd.Index, *, blank: bool) -> str:
    """Tell how many rows are alike, and that hours are missing where they are blank."""
    if len(rows) == 1:
        return ""
    last = index[int(rows[-1])]
    if blank:
        return say("; {count} hours are missing, the last in row {last}", count=len(rows), last=last)
    return say("; so are {count} rows, the last is row {last}", count=len(rows), last=last)


def silent_faults(demands: pd.DataFrame, profiles: pd.DataFrame) -> list[str]:
    """Return demands whose profile is zero in every hour: their energy has no hour to be needed in."""
    largest = {
        str(name): numbers(profiles.iloc[:, place]).max()
        for place, name in enumerate(profiles.columns)
        if len(profiles)
    }
    return [
        say(
            "demands: '{name}' has profile '{profile}', which is 0 in every hour",
            name=row.demand,
            profile=row.profile,
        )
        for row in demands[demands["annual_mwh"] > 0].itertuples()
        if largest.get(row.profile) == 0
    ]


def signed(tables: Tables) -> set[str]:
    """Return the profiles that are prices and nothing else: these may be negative."""

    def named(table: str, column: str) -> set[str]:
        return set(tables[table][column].astype(str)) if column in tables[table] else set()

    others = {
        ("processes", "profile"),
        ("processes", "input_profile"),
        ("demands", "profile"),
        ("demands", "flexible_profile"),
    }
    others |= {(table, "profile") for table in ("flows", "cells", "limits")}
    return named("processes", "variable_profile").difference(*(named(*place) for place in others))
