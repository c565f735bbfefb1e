"""What can be wrong with hourly profiles: hours that are missing, no numbers, the wrong length or clock."""

from __future__ import annotations

import numpy as np
import pandas as pd

from leb_kit.errors import say
from leb_kit.optimise.checks.number_faults import numbers
from leb_kit.optimise.question.time import TypicalDays, length_faults

_HOUR = pd.Timedelta(hours=1)


def profile_faults(profiles: pd.DataFrame, time: TypicalDays | str = "all") -> list[str]:
    """Return profiles that are not numbers from 0 up, one for each hour that ``time`` asks for."""
    doubles = sorted({str(name) for name in profiles.columns[profiles.columns.duplicated()]})
    faults = [say("profiles: column '{name}' appears more than once", name=name) for name in doubles]
    if not len(profiles):
        return [*faults, say("profiles: no rows; one row for each hour is expected")]
    faults += [f"profiles: {fault}" for fault in length_faults(len(profiles), time)]
    if isinstance(profiles.index, pd.DatetimeIndex):
        faults += _clock_faults(profiles.index)
    for place, name in enumerate(profiles.columns):
        faults += _column_faults(profiles.iloc[:, place], str(name))
    return faults


def _column_faults(column: pd.Series, name: str) -> list[str]:
    values = numbers(column)
    blank = column.isna().to_numpy()
    with np.errstate(invalid="ignore"):
        below = np.isfinite(values) & (values < 0)
    faults = []
    for bad, expected in (
        (~np.isfinite(values), say("a number")),
        (below, say("at least {bound:g}", bound=0)),
    ):
        rows = np.flatnonzero(bad)
        if len(rows):
            first = int(rows[0])
            found = values[first] if np.isfinite(values[first]) else f"'{column.iloc[first]}'"
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


def _clock_faults(index: pd.DatetimeIndex) -> list[str]:
    """Hours that a clock skips or shows twice: what the change to summer time does to local time."""
    steps = index.to_series().diff().iloc[1:]
    usual = steps.mode()
    if len(usual) and usual.iloc[0] != _HOUR:
        found = f"{usual.iloc[0] / _HOUR:g}"
        return [say("profiles: rows are {found} h apart; one row for each hour is expected", found=found)]
    odd = np.flatnonzero((steps != _HOUR).to_numpy())
    if not len(odd):
        return []
    before = int(odd[0])
    here, after = index[before], index[before + 1]
    repair = say("use one clock for the whole year, such as UTC+1, without summer time")
    if after <= here:
        told = say(
            "profiles: after row {here} follows row {after}: an hour appears twice", here=here, after=after
        )
    else:
        told = say(
            "profiles: after row {here} follows row {after}: hour {hour} is missing",
            here=here,
            after=after,
            hour=here + _HOUR,
        )
    count = say("; there are {count} such places", count=len(odd)) if len(odd) > 1 else ""
    return [f"{told}; {repair}{count}"]


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
