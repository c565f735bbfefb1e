"""The time of hourly rows: the index or a column of moments tells it, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from leb_kit.errors import say

_HOUR = pd.Timedelta(hours=1)
#: How moments are written as text: ISO 8601, else with the day first.
_WRITTEN = ("ISO8601", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S")


def with_clock(table: pd.DataFrame, is_profile: Callable[[str], bool] = lambda _: False) -> pd.DataFrame:
    """Return hourly rows with their time as the index, where a column tells it.

    Parameters
    ----------
    table : pd.DataFrame
        One row for each hour. A column of moments (dates, or text of them: ISO 8601 or 31/12/2019 23:00)
        becomes the index; where the index tells the time already, or no column does, nothing changes.
    is_profile : callable
        Tells names that are profiles, and never the time.

    Examples
    --------
    >>> rows = pd.DataFrame({"time": ["2019-01-01 00:00", "2019-01-01 01:00"], "price": [50.0, 40.0]})
    >>> with_clock(rows)["price"].to_dict()
    {Timestamp('2019-01-01 00:00:00'): 50.0, Timestamp('2019-01-01 01:00:00'): 40.0}
    """
    if isinstance(table.index, pd.DatetimeIndex):
        return table
    for place, name in enumerate(table.columns):
        moments = None if is_profile(str(name)) else _moments(table.iloc[:, place])
        if moments is not None:
            others = [other for other in range(table.shape[1]) if other != place]
            return table.iloc[:, others].set_axis(moments, axis="index")
    return table


def _moments(column: pd.Series) -> pd.DatetimeIndex | None:
    """Return the moments that a column tells; nothing where it holds anything else."""
    if pd.api.types.is_numeric_dtype(column) or not len(column):
        return None
    if pd.api.types.is_datetime64_any_dtype(column):
        return None if column.isna().any() else pd.DatetimeIndex(column)
    texts = column.map(lambda one: one.isoformat() if hasattr(one, "isoformat") else one)
    if not texts.map(lambda one: isinstance(one, str) and not one.strip().isdecimal()).all():
        return None
    for written in _WRITTEN:
        for utc in (False, True):  # offsets that change with summer time have UTC only in common
            try:
                return pd.DatetimeIndex(pd.to_datetime(texts, format=written, utc=utc))
            except (ValueError, TypeError):
                continue
    return None


def clock_faults(index: pd.DatetimeIndex, *, whole: bool = True, utc: bool = False) -> list[str]:
    """Return what is wrong with the clock of hourly rows.

    Hours that a clock skips or shows twice, as the change to summer time does to local time; a time zone
    that changes to summer time; where ``whole``, a year that does not begin on 1 January at 00:00; where
    ``utc``, a time zone that is not UTC. A leap year may leave out 29 February.
    """
    repair = say("use one clock for the whole year, such as UTC+1, without summer time")
    if index.tz is not None:
        offsets = {moment.utcoffset() for moment in index}
        if len(offsets) > 1 or (utc and offsets != {pd.Timedelta(0)}):
            told = say(
                "profiles: the clock of the rows is {zone}, which is not that of the plan", zone=index.tz
            )
            own = say("give them in UTC (tz_convert('UTC')), from 1 January 00:00") if utc else repair
            return [f"{told}; {own}"]
    faults = _hour_faults(index, repair)
    first = index[0]
    if whole and not faults and (first.month, first.day, first.hour, first.minute) != (1, 1, 0, 0):
        told = say("profiles: the first row is {row}; 1 January 00:00 is expected", row=first)
        faults.append(f"{told}; {say('rows of another time zone are hours apart from those of the plan')}")
    return faults


def _hour_faults(index: pd.DatetimeIndex, repair: str) -> list[str]:
    steps = index.to_series().diff().iloc[1:]
    usual = steps.mode()
    if len(usual) and usual.iloc[0] != _HOUR:
        found = f"{usual.iloc[0] / _HOUR:g}"
        return [say("profiles: rows are {found} h apart; one row for each hour is expected", found=found)]
    odd = np.flatnonzero((steps != _HOUR).to_numpy())
    odd = odd[[not _leap_day_left_out(index[place], index[place + 1]) for place in odd]]
    if not len(odd):
        return []
    before = int(odd[0])
    here, after = index[before], index[before + 1]
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


def _leap_day_left_out(here: pd.Timestamp, after: pd.Timestamp) -> bool:
    """Tell whether what lies between two rows is 29 February."""
    began = (here + _HOUR).strftime("%m-%d %H") == "02-29 00"
    return began and bool(after - here == _HOUR + pd.Timedelta(days=1))
