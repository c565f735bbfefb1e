"""Times as people write them, made into moments: Italian or ISO dates, with a zone or in local time."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from leb_kit.balance.table import FIRST_YEAR, LAST_YEAR
from leb_kit.errors import say

ITALIAN: Final = re.compile(
    r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})"
    r"(?:[ T]+(?P<h>\d{1,2})[:.](?P<min>\d{2})(?:[:.](?P<s>\d{2}))?)?"
)
HOUR: Final = re.compile(r"(?P<h>\d{1,2})(?:[:.](?P<min>\d{2}))?(?:[:.](?P<s>\d{2}))?")
MIDNIGHT: Final = re.compile(r"([ T])24([:.]00([:.]00)?)?$")


class Moment(NamedTuple):
    """A moment in UTC, whether the clock left a doubt, and what is wrong."""

    utc: datetime | None
    doubtful: bool = False
    fault: str = ""


def parsed(text: str, hour: str = "") -> datetime:
    """Return a time as written; without a zone where none is written. 24:00 is the next midnight.

    Parameters
    ----------
    text : str
        ``2025-01-31 10:15``, ``2025-01-31T10:15:00Z``, ``31/01/2025 10:15``.
    hour : str
        ``10:15`` where the hour stands in a column of its own.

    Raises
    ------
    ValueError
        It is no time, or of a year without meters.

    Examples
    --------
    >>> parsed("31/01/2025 24:00"), parsed("2025-01-31T10:15:00Z").tzinfo is UTC
    (datetime.datetime(2025, 2, 1, 0, 0), True)
    """
    words = text.strip()
    if hour.strip():
        found = HOUR.fullmatch(hour.strip())
        if not found:
            raise ValueError(hour)
        words = f"{words} {int(found['h']):02d}:{found['min'] or '00'}:{found['s'] or '00'}"
    late = timedelta()
    if MIDNIGHT.search(words):
        words, late = MIDNIGHT.sub(r"\g<1>00:00", words), timedelta(days=1)
    italian = ITALIAN.fullmatch(words)
    if italian:
        part = {name: int(value or 0) for name, value in italian.groupdict().items()}
        out = datetime(part["y"], part["m"], part["d"], part["h"], part["min"], part["s"])  # noqa: DTZ001
    else:
        out = datetime.fromisoformat(words)
    if not FIRST_YEAR <= out.year <= LAST_YEAR:
        raise ValueError(text)
    out += late
    return out.astimezone(UTC) if out.tzinfo is not None else out


def no_time(found: str) -> str:
    """Say that a text is no time, and what is expected."""
    return say("'{found}' is no time; 2025-01-31 10:15 or 31/01/2025 10:15 are", found=found)


def moments(times: Sequence[tuple[Hashable, datetime]], zone: str) -> list[Moment]:
    """Return local times as moments, in the order given; those with a zone stay what they are.

    Of the hour that October tells twice, a series that tells a time twice means both, in the order of the
    series; one that tells it once means the first, and is doubtful. The hour that March skips is a fault.

    Parameters
    ----------
    times : Sequence[tuple[Hashable, datetime]]
        Series and time, naive where local.
    zone : str
        Of the naive times.

    Examples
    --------
    >>> night = datetime(2025, 10, 26, 2, 30)
    >>> [one.utc.hour for one in moments([("L1", night), ("L1", night)], "Europe/Rome")]
    [0, 1]
    """
    place = ZoneInfo(zone)
    told: dict[tuple[Hashable, datetime], list[int]] = defaultdict(list)
    out: list[Moment] = []
    for at, (series, time) in enumerate(times):
        if time.tzinfo is not None:
            out.append(Moment(time.astimezone(UTC)))
            continue
        early = time.replace(tzinfo=place).astimezone(UTC)
        late = time.replace(tzinfo=place, fold=1).astimezone(UTC)
        if early == late:
            out.append(Moment(early))
        elif early.astimezone(place).replace(tzinfo=None) != time:
            fault = say(
                "{time} does not exist in {zone}; say the zone of the times",
                time=time.isoformat(" "), zone=zone,
            )  # fmt: skip
            out.append(Moment(None, fault=fault))
        else:
            told[series, time].append(at)
            out.append(Moment(early))
    down = _descending(times)
    for (_, time), places in told.items():
        late = time.replace(tzinfo=place, fold=1).astimezone(UTC)
        if len(places) == 1:
            out[places[0]] = out[places[0]]._replace(doubtful=True)
        for at in (places[:1] if down else places[1:]) if len(places) > 1 else ():
            out[at] = Moment(late)
    return out


def _descending(times: Sequence[tuple[Hashable, datetime]]) -> bool:
    """Tell whether a file runs from new to old."""
    naive = [time.replace(tzinfo=None) for _, time in times]
    return len(naive) > 1 and naive[0] > naive[-1]
