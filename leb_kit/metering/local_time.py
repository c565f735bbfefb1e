"""The local calendar: days of 92, 96 or 100 quarters of an hour, months and years, in exact microseconds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from leb_kit.errors import InputError, say
from leb_kit.metering.reading import microseconds

Ints = npt.NDArray[np.int64]
ROME: Final = "Europe/Rome"
MONTHS: Final = 12
YEAR_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
MICRO: Final = 1_000_000
HOUR_US: Final = 3600 * MICRO
QUARTER_MIN: Final = 15


def midnight(year: int, month: int = 1, day: int = 1, *, zone: str = ROME) -> int:
    """Return the microseconds (UTC, since 1970) at which a local day begins.

    Examples
    --------
    >>> midnight(1970) // 10**6
    -3600
    """
    return microseconds(datetime(year, month, day, tzinfo=ZoneInfo(zone)).astimezone(UTC))


@cache
def _edges(first: int, last: int, zone: str) -> Ints:
    months = [(year, month) for year in range(first, last + 1) for month in range(1, MONTHS + 1)]
    return np.array([midnight(*one, zone=zone) for one in [*months, (last + 1, 1)]], dtype=np.int64)


def month_edges(first: int, last: int, *, zone: str = ROME) -> Ints:
    """Return the edges of all months of the years, one more than there are months; microseconds, UTC.

    Examples
    --------
    >>> edges = month_edges(2025, 2025)
    >>> int((edges[3] - edges[2]) // HOUR_US), len(edges)
    (743, 13)
    """
    return _edges(first, last, zone)


@cache
def day_edges(first: int, last: int, zone: str = ROME) -> Ints:
    """Return the edges of all local days of the years, microseconds, UTC."""
    days = pd.date_range(date(first, 1, 1), date(last + 1, 1, 1))
    local = days.tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
    out: Ints = local.tz_convert("UTC").tz_localize(None).to_numpy("datetime64[us]").astype(np.int64)
    return out


def moment_us(time: datetime, name: str) -> int:
    """Return microseconds since 1970 of a time with a zone.

    Raises
    ------
    InputError
        It has none: the same hour would mean another moment on another machine.

    Examples
    --------
    >>> moment_us(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), "as_of")
    1000000
    """
    if time.utcoffset() is None:
        told = say("{name} is {found}; a time with its zone is expected", name=name, found=repr(time))
        raise InputError(say("months"), [told])
    return microseconds(time.astimezone(UTC))


def year_month(text: str) -> tuple[int, int]:
    """Return year and month of a text such as ``2025-06``.

    Raises
    ------
    InputError
        It is no month.

    Examples
    --------
    >>> year_month("2025-06")
    (2025, 6)
    """
    found = YEAR_MONTH.fullmatch(text)
    if not found:
        fault = say("closed is {found}; a month such as 2025-06 is expected", found=repr(text))
        raise InputError(say("months"), [fault])
    return int(found[1]), int(found[2])


def slots(day: date, minutes: int = QUARTER_MIN, *, zone: str = ROME) -> int:
    """Return how many slots a local day has.

    Examples
    --------
    >>> slots(date(2025, 3, 30)), slots(date(2025, 10, 26)), slots(date(2025, 6, 1))
    (92, 100, 96)
    """
    after = day.toordinal() + 1
    following = date.fromordinal(after)
    span = midnight(following.year, following.month, following.day, zone=zone) - midnight(
        day.year, day.month, day.day, zone=zone
    )
    return span // (minutes * 60 * MICRO)


def year_of(time_us: int, zone: str = ROME) -> int:
    """Return the local year of a moment."""
    return int(local_times(np.array([time_us], dtype=np.int64), zone).year[0])


def local_times(times_us: Ints, zone: str = ROME) -> pd.DatetimeIndex:
    """Return local wall-clock times of moments."""
    utc = pd.DatetimeIndex(times_us.view("datetime64[us]")).tz_localize("UTC")
    return utc.tz_convert(zone).tz_localize(None)


def utc_times(times_us: Ints) -> pd.DatetimeIndex:
    """Return moments as times in UTC."""
    return pd.DatetimeIndex(times_us.view("datetime64[us]")).tz_localize("UTC")


def micros(times: Iterable[datetime] | pd.Series | pd.DatetimeIndex) -> Ints:
    """Return microseconds since 1970 of times with a zone."""
    index = pd.DatetimeIndex(times)
    naive = index.tz_convert("UTC").tz_localize(None)
    out: Ints = naive.to_numpy("datetime64[us]").astype(np.int64)
    return out
