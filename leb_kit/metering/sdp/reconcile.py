"""Counting again, month by month: what a sync cannot see, because ids older than its overlap came late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from leb_kit.errors import say
from leb_kit.metering.reading import ReadingSink
from leb_kit.metering.sdp import query
from leb_kit.metering.sdp.failures import BackendSuspect
from leb_kit.metering.sdp.odata import Reader
from leb_kit.metering.sdp.source import Source

#: Months that are counted again, the present one included.
MONTHS: Final = 24
#: Months of a year, for counting on.
YEAR: Final = 12


@dataclass(frozen=True)
class MonthCheck:
    """One month: rows there, moments of meters known here, and what reading it again has changed.

    ``verdict`` is ``equal``, ``repaired`` (rows were missing here), ``repeated`` (the platform holds events
    twice, or rows without a value) or ``fewer`` (rows known here are gone there; they stay here).
    """

    month: str
    there: int
    here: int
    added: int = 0
    revised: int = 0
    verdict: str = "equal"


def reconcile(
    reader: Reader,
    source: Source,
    sink: ReadingSink,
    *,
    now: datetime | None = None,
    months: int = MONTHS,
    zone: str = "Europe/Rome",
) -> list[MonthCheck]:
    """Compare counts month by month and read again what differs.

    Parameters
    ----------
    reader, source, sink
        As for ``sync``.
    now : datetime, optional
        The present, with zone.
    months : int
        How many months, counted back.
    zone : str
        Whose months.

    Returns
    -------
    list[MonthCheck]
        Oldest month first; months without rows on either side are left out.

    Raises
    ------
    BackendSuspect
        The platform says a month is empty that has rows here, and shows no row of the dataset at all.
    """
    moment = now or datetime.now(UTC)
    state = sink.state(source.source_id)
    known: dict[str, Any] = dict(state.get("reconciled") or {})
    found = []
    for month, start, end in _months(moment.astimezone(ZoneInfo(zone)), months):
        where = query.between(start, end, source.time_component or "time")
        there, here = reader.count(where), _moments(sink, source, start, end)
        if not there and here and not reader.answers():
            raise BackendSuspect(
                say("{code}: the platform shows no row of a dataset we know rows of", code=reader.api_code)
            )
        if not (there or here):
            continue
        check = MonthCheck(month, there, here)
        if there != here and known.get(month) != [there, here]:
            check = _again(check, reader, source, sink, (start, end, moment))
            known[month] = [there, _moments(sink, source, start, end)]
        elif there != here:
            check = MonthCheck(month, there, here, verdict="repeated" if there > here else "fewer")
        found.append(check)
    sink.write([], state={**sink.state(source.source_id), "reconciled": known}, source_id=source.source_id)
    return found


def _again(
    check: MonthCheck,
    reader: Reader,
    source: Source,
    sink: ReadingSink,
    when: tuple[datetime, datetime, datetime],
) -> MonthCheck:
    """Read a month again; whatever is known already changes nothing."""
    start, end, moment = when
    added = revised = 0
    for page in reader.between(start, end, source.time_component or "time"):
        done = sink.write(source.readings(page.rows, moment), state=None, source_id=source.source_id)
        added, revised = added + done.added, revised + done.revised
    verdict = "repaired" if added or revised else "repeated" if check.there > check.here else "fewer"
    return MonthCheck(check.month, check.there, check.here, added, revised, verdict)


def _moments(sink: ReadingSink, source: Source, start: datetime, end: datetime) -> int:
    """Moments of meters that are known: one for each row, whatever the number of its components."""
    found = sink.readings(source.source_id, start, end)
    return len({(one.meter_id, one.time_utc) for one in found if "PROVISIONAL" not in one.flags})


def _months(present: datetime, count: int) -> Iterator[tuple[str, datetime, datetime]]:
    last = present.year * YEAR + present.month - 1
    for number in range(last - count + 1, last + 1):
        start, end = (
            datetime(one // YEAR, one % YEAR + 1, 1, tzinfo=present.tzinfo).astimezone(UTC)
            for one in (number, number + 1)
        )
        yield f"{number // YEAR}-{number % YEAR + 1:02d}", start, end
