"""Keeping a store of readings in step with the platform: only what is new, again and again, never twice.

Rows have ids whose first eight digits are the second of their ingestion. A sync asks for all ids from an hour
before the last one known, because several servers make ids and index them in their own time. Rows and the
last id known are written together, page by page: killed at any moment, the next run ends in the same store.
Nothing is ever deleted here because the platform shows less.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from leb_kit.errors import InputError, say
from leb_kit.metering.reading import ReadingSink, WriteReport
from leb_kit.metering.sdp import wire
from leb_kit.metering.sdp.failures import BackendSuspect, SchemaChanged
from leb_kit.metering.sdp.odata import PAGE_RETRIES, Page, Reader
from leb_kit.metering.sdp.source import Source

#: How far before the last id known a sync begins.
OVERLAP: Final = timedelta(hours=1)
#: How far back a dataset without usable ids is read again each time.
LOOK_BACK: Final = timedelta(days=45)
#: Length of the windows in which such a dataset is read.
WINDOW: Final = timedelta(days=31)
BY_ID, BY_TIME = "by_id", "by_time"
#: Digits of an id after the second of its making.
ID_REST: Final = 16
SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True)
class SyncReport:
    """What a sync found.

    Parameters
    ----------
    source_id : str
        Name in the sink.
    mode : str
        ``by_id`` or ``by_time``.
    rows : int
        Rows read, those known before included.
    written : WriteReport
        What the sink made of them; ``touched``: meters and months whose sums may have changed.
    new_columns : tuple[str, …]
        Components that the dataset has gained.
    unreachable : int
        Rows that the platform counts and never gives.
    shrunk : bool
        Rows known here are gone there; they stay here.
    """

    source_id: str
    mode: str = BY_ID
    rows: int = 0
    written: WriteReport = field(default_factory=WriteReport)
    new_columns: tuple[str, ...] = ()
    unreachable: int = 0
    shrunk: bool = False

    @property
    def touched(self) -> frozenset[tuple[str, str]]:
        """Meters and local months (``2025-01``) whose sums may have changed."""
        return self.written.touched

    def closed(self, until: str) -> tuple[tuple[str, str], ...]:
        """Meters and months up to ``until`` that changed: what was published of them needs a revision.

        Examples
        --------
        >>> months = frozenset({("a", "2025-01"), ("a", "2025-03")})
        >>> SyncReport("s", written=WriteReport(touched=months)).closed("2025-02")
        (('a', '2025-01'),)
        """
        return tuple(sorted(one for one in self.touched if one[1] <= until))


def sync(
    reader: Reader,
    source: Source,
    sink: ReadingSink,
    *,
    now: datetime | None = None,
    overlap: timedelta = OVERLAP,
    accept_schema: bool = False,
) -> SyncReport:
    """Read what is new into a sink.

    Parameters
    ----------
    reader : Reader
        Reader of the dataset.
    source : Source
        What of it is read.
    sink : ReadingSink
        Where readings and the state go, in one transaction per page.
    now : datetime, optional
        Moment of retrieval that readings carry; the present if not given.
    overlap : timedelta
        How far before the last id known to begin.
    accept_schema : bool
        Go on though a column was lost or changed its type.

    Returns
    -------
    SyncReport
        What was read and what changed.

    Raises
    ------
    SchemaChanged
        A column was lost or changed its type since the last sync.
    PartialPage, BackendSuspect
        The platform gave less than it has; what was written before stays.
    InputError
        The dataset lacks a component of ``source``.
    """
    moment = now or datetime.now(UTC)
    state = sink.state(source.source_id)
    reader.page_cap = min(reader.page_cap, int(state.get("page_cap") or reader.page_cap))
    reader.skip_cap = int(state.get("skip_cap") or reader.skip_cap)
    state = _continued(state, source, reader.transport.platform)
    reader.excess = int(state.get("unreachable") or 0)
    described = reader.schema(again=True)
    new = _compared(described, state, source, accept=accept_schema)
    source.require(described)
    mode = state.get("mode") or _mode(reader)
    report = SyncReport(source.source_id, mode, new_columns=new)
    kept = {**state, "mode": mode, "types": dict(described.types), "fingerprint": described.fingerprint}
    pages = _by_id(reader, kept, overlap) if mode == BY_ID else _by_time(reader, kept)
    for page, progress in pages:
        kept |= progress | {"skip_cap": reader.skip_cap}
        if reader.learnt:
            kept["page_cap"] = reader.learnt
        done = sink.write(source.readings(page.rows, moment), state=kept, source_id=source.source_id)
        report = replace(report, rows=report.rows + len(page.rows), written=_sum(report.written, done))
    if not report.rows:
        shrunk = _judge_silence(reader, kept)
        kept = kept if state.get("mode") else {**kept, "mode": ""}  # without rows nothing is known of ids
        sink.write([], state=kept, source_id=source.source_id)
        return replace(report, shrunk=shrunk)
    if reader.unreachable != reader.excess:
        sink.write([], state=kept | {"unreachable": reader.unreachable}, source_id=source.source_id)
    return replace(report, unreachable=reader.unreachable)


def _continued(state: Mapping[str, Any], source: Source, platform: str) -> dict[str, Any]:
    """Go on from the state, if it is of the same platform and meters; a new component begins anew."""
    faults = []
    if state.get("platform", platform) != platform:
        faults.append(
            say(
                "{name} was filled from {found}, not {platform}: use another store",
                name=source.source_id,
                found=state["platform"],
                platform=platform,
            )
        )
    if state.get("meter", source.meter_component) != source.meter_component:
        faults.append(
            say(
                "{name} was filled with '{found}' as the meter, not '{meter}': use another store",
                name=source.source_id,
                found=state["meter"],
                meter=source.meter_component,
            )
        )
    if faults:
        raise InputError(source.source_id, faults)
    known = set(state.get("components", source.units))
    going = {key: value for key, value in state.items() if key not in {"last_id", "last_time"}}
    kept = dict(state) if known >= set(source.units) else going
    components = sorted(known | set(source.units))
    return kept | {"platform": platform, "meter": source.meter_component, "components": components}


def _compared(
    described: wire.Schema, state: Mapping[str, Any], source: Source, *, accept: bool
) -> tuple[str, ...]:
    """Compare with the description of last time; new columns are welcome, lost ones are not."""
    before = state.get("types")
    if not before or state.get("fingerprint") == described.fingerprint:
        return ()
    lost = described.lost(before)
    if lost and not accept:
        raise SchemaChanged(
            say(
                "{code}: columns {names} are gone or of another type; look, then accept the new description",
                code=source.api_code,
                names=", ".join(lost),
            )
        )
    return tuple(name for name in described.types if name not in before)


def _mode(reader: Reader) -> str:
    """Walk by id where ids are what they seem; a dataset without rows decides later."""
    rows = reader.page(top=reader.page_cap).rows
    usable = all(wire.is_object_id(row.id) for row in rows)
    return BY_ID if usable or "time" not in reader.schema().types else BY_TIME


def _by_id(
    reader: Reader, state: Mapping[str, Any], overlap: timedelta
) -> Iterator[tuple[Page, dict[str, Any]]]:
    last = str(state.get("last_id") or "")
    for page in _tried_again(reader, cursor(last, overlap), holds=bool(last)):
        last = max(last, page.rows[-1].id)
        yield page, {"last_id": last}


def _tried_again(reader: Reader, after: str, *, holds: bool) -> Iterator[Page]:
    """Walk; where nothing comes though rows are known in the overlap, walk again before believing it."""
    for _ in range(PAGE_RETRIES + 1):
        found = False
        for page in reader.by_id(after):
            found = True
            yield page
        if found or not holds:
            return


def cursor(last_id: str, overlap: timedelta = OVERLAP) -> str:
    """Return the id to begin behind: the second of the last one, less the overlap.

    Examples
    --------
    >>> cursor("65f1c0de5f1b2c0007000001", timedelta(seconds=0xDE))
    '65f1c0000000000000000000'
    >>> cursor("")
    ''
    """
    if not wire.is_object_id(last_id):
        return ""  # ids that say nothing of time: from the start
    second = int(last_id[:-ID_REST], 16) - int(overlap / SECOND)
    return f"{max(second, 0):08x}{'0' * ID_REST}"


def _by_time(reader: Reader, state: Mapping[str, Any]) -> Iterator[tuple[Page, dict[str, Any]]]:
    edges = [reader.page(order=order, top=1).rows for order in ("time", "time desc")]
    if not all(edges):
        return
    (first, *_), (newest, *_) = edges
    last = str(state.get("last_time") or "")
    if first.time is None or newest.time is None:
        return
    start = first.time if not last else max(first.time, datetime.fromisoformat(last) - LOOK_BACK)
    while start <= newest.time:
        end = min(start + WINDOW, newest.time + SECOND)
        for page in reader.between(start, end):
            if page.rows:
                last = max(last, *(row.time.isoformat() for row in page.rows if row.time))
            yield page, {"last_time": last}
        start = end


def _judge_silence(reader: Reader, state: Mapping[str, Any]) -> bool:
    """Nothing came: right where nothing is known, a store that is down, or rows that are gone there."""
    if not (state.get("last_id") or state.get("last_time")):
        return False
    if not reader.answers():
        raise BackendSuspect(
            say("{code}: the platform shows no row of a dataset we know rows of", code=reader.api_code)
        )
    return True


def _sum(one: WriteReport, other: WriteReport) -> WriteReport:
    return WriteReport(
        one.added + other.added,
        one.dropped + other.dropped,
        one.revised + other.revised,
        one.kept + other.kept,
        one.touched | other.touched,
    )
