"""A store of readings in one SQLite file: rows and watermark are written together or not at all."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

from leb_kit.errors import InputError, say
from leb_kit.metering.component import Component
from leb_kit.metering.local_time import moment_us
from leb_kit.metering.reading import (
    EPOCH,
    Rank,
    Reading,
    WriteReport,
    hash_text,
    rank_of,
)
from leb_kit.metering.samples import Samples
from leb_kit.metering.sink_columns import samples_of
from leb_kit.metering.sink_rows import APPLICATION, SCHEMA, VERSION, Row, reading_of, row_of

#: How long another writer may hold the file, seconds.
PATIENCE_S: Final = 60
#: Keys that one question to SQLite may name.
CHUNK: Final = 400
#: Rows that are handed over at once.
BATCH: Final = 10_000
HOUR_US: Final = 3600 * 10**6
INSERT: Final = "INSERT OR REPLACE INTO reading VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
KEY: Final = "source_id, tenant, so_code, stream_code, meter_id, quantity"
SERIES: Final = f"SELECT id FROM series WHERE ({KEY}) = (?, ?, ?, ?, ?, ?)"  # noqa: S608 - constants
NEW_SERIES: Final = f"INSERT INTO series ({KEY}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608
VALUES: Final = "time_us, value, unit, ingest_id, dataset_version, retrieved_us, raw_hash, flags"
ROWS: Final = f"""
SELECT {KEY}, {VALUES} FROM series JOIN reading ON reading.series = series.id
WHERE source_id = ? AND time_us >= ? AND time_us < ?
ORDER BY {KEY}, time_us
"""  # noqa: S608 - no part of it comes from outside
FIRST, LAST = -(2**63), 2**63 - 1


#: Of one key: value and unit to what decides whether they speak.
_Held = dict[tuple[str, str], Rank]


class SqliteSink:
    """Readings and the states of their sources in one SQLite file.

    One writer at a time, in any thread or process; a reader never waits. Killed at any moment, the file
    holds either all of a ``write`` or nothing of it.

    Parameters
    ----------
    path : str or path
        The file; made where there is none. ``":memory:"`` keeps nothing.
    zone : str
        Where the months of ``WriteReport.touched`` begin and end.

    Raises
    ------
    InputError
        The path cannot hold a database, or holds one of another kind.

    Examples
    --------
    >>> from datetime import UTC
    >>> from decimal import Decimal
    >>> noon = datetime(2025, 1, 1, 12, tzinfo=UTC)
    >>> one = Reading("csv", "", "", "lamps", "L1", "energy", Decimal(1), "kWh", noon, retrieved_at=noon)
    >>> with SqliteSink(":memory:") as sink:
    ...     report = sink.write([one, one], state={"row": 2})
    ...     report.added, report.dropped, sink.state("csv"), len(list(sink.readings("csv")))
    (1, 1, {'row': 2}, 1)
    """

    def __init__(self, path: str | os.PathLike[str], *, zone: str = "Europe/Rome") -> None:
        self.path = Path(path)
        self._zone = ZoneInfo(zone)
        self._lock = threading.RLock()
        try:
            self._base = sqlite3.connect(
                str(path), timeout=PATIENCE_S, isolation_level=None, check_same_thread=False
            )
            self._base.execute("PRAGMA journal_mode = WAL")
            self._lay_out()
        except sqlite3.Error as error:
            fault = say("readings cannot be kept here: {error}", error=error)
            raise InputError(str(path), [fault]) from error

    def _lay_out(self) -> None:
        if self._mark() == (APPLICATION, VERSION):
            return  # without a lock: to look is possible while somebody writes
        with self._transaction() as base:
            used = base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if used and self._mark() != (APPLICATION, VERSION):
                fault = say("this is no store of readings of this version; choose another file")
                raise InputError(str(self.path), [fault])
            for statement in SCHEMA.split(";"):
                base.execute(statement)
            base.execute(f"PRAGMA application_id = {APPLICATION}")
            base.execute(f"PRAGMA user_version = {VERSION}")

    def _mark(self) -> tuple[int, int]:
        """Return whose file it is, and of which version."""
        names = ("application_id", "user_version")
        first, second = (int(self._base.execute(f"PRAGMA {name}").fetchone()[0]) for name in names)
        return first, second

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._base.close()

    def write(
        self, readings: Iterable[Reading], *, state: Mapping[str, Any] | None, source_id: str = ""
    ) -> WriteReport:
        """Keep readings of one source and its state, in one transaction.

        Parameters
        ----------
        readings : Iterable[Reading]
            Of one source; in any order, known ones too.
        state : Mapping[str, Any], optional
            Replaces the state of the source (JSON); None leaves it as it is.
        source_id : str
            Needed where there are no readings, only a state.

        Returns
        -------
        WriteReport
            How many were new, known, revised; the meters and months that this may change.

        Raises
        ------
        InputError
            Readings of several sources, a state without a source or one that is no JSON.
        """
        given = list(readings)
        source = _one_source(given, source_id, state)
        text = None if state is None else _json(state)
        with self._transaction() as base:
            report = self._keep(base, given)
            if text is not None:
                base.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (source, text))
        return report

    def state(self, source_id: str) -> dict[str, Any]:
        """Return the state of a source; empty where it was never written."""
        with self._lock:
            found = self._base.execute("SELECT state FROM state WHERE source_id = ?", (source_id,)).fetchone()
        kept: dict[str, Any] = json.loads(found[0]) if found else {}
        return kept

    def readings(
        self, source_id: str, start: datetime | None = None, end: datetime | None = None
    ) -> Iterator[Reading]:
        """Give the readings that speak, one for each key, in the order of keys and times.

        One that speaks against another value has the flag REVISED.

        Parameters
        ----------
        source_id : str
            Whose readings.
        start, end : datetime, optional
            From ``start`` (included) to ``end`` (excluded), with a zone.
        """
        for _, rows in groupby(self._rows(source_id, start, end), key=lambda row: row[:7]):
            one, *others = rows
            if not others:
                yield reading_of(one)
                continue
            speaks = max((reading_of(row) for row in (one, *others)), key=lambda reading: reading.rank)
            yield replace(speaks, flags=speaks.flags | {"REVISED"})

    def history(
        self, source_id: str, start: datetime | None = None, end: datetime | None = None
    ) -> Iterator[Reading]:
        """Give every value ever kept, those replaced too: of each key the one that speaks comes first."""
        for _, rows in groupby(self._rows(source_id, start, end), key=lambda row: row[:7]):
            yield from sorted(
                (reading_of(row) for row in rows), key=lambda reading: reading.rank, reverse=True
            )

    def samples(
        self,
        source_id: str,
        quantity: str,
        component: Component,
        *,
        stream: str = "",
        so: str = "",
        meters: Iterable[str] | None = None,
    ) -> Samples:
        """Return readings of one component as columns: the same as by ``readings``, quick for millions.

        Parameters
        ----------
        source_id, quantity : str
            Which readings.
        component : Component
            What they tell; its unit must be that of the readings.
        stream, so : str
            Only of this stream, of this smart object.
        meters : Iterable[str], optional
            Only of these meters.

        Raises
        ------
        InputError
            Readings in another unit, or too large for any meter.
        """
        wanted = None if meters is None else set(meters)
        with self._lock:
            found = self._base.execute(
                "SELECT id, meter_id FROM series WHERE source_id = ? AND quantity = ?"
                " AND (? = '' OR stream_code = ?) AND (? = '' OR so_code = ?) ORDER BY meter_id, id",
                (source_id, quantity, stream, stream, so, so),
            ).fetchall()
            chosen = [
                (int(number), str(meter)) for number, meter in found if wanted is None or meter in wanted
            ]
            return samples_of(self._base, chosen, component)

    def sources(self) -> tuple[str, ...]:
        """Return the sources with readings or a state."""
        with self._lock:
            found = self._base.execute("SELECT source_id FROM series UNION SELECT source_id FROM state")
            return tuple(sorted(row[0] for row in found))

    def _rows(self, source_id: str, start: datetime | None, end: datetime | None) -> Iterator[Sequence[Any]]:
        span = (
            FIRST if start is None else moment_us(start, "start"),
            LAST if end is None else moment_us(end, "end"),
        )
        with self._lock:
            cursor = self._base.execute(ROWS, (source_id, *span))
        while True:
            with self._lock:
                rows = cursor.fetchmany(BATCH)
            if not rows:
                return
            yield from rows

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield self._base
            except BaseException:
                self._base.execute("ROLLBACK")
                raise
            self._base.execute("COMMIT")

    def _keep(self, base: sqlite3.Connection, given: list[Reading]) -> WriteReport:
        """Insert what is new, and count what that does to each key."""
        keys = [one.key[:-1] for one in given]
        series = {key: _series(base, key) for key in set(keys)}
        meters = {number: key[4] for key, number in series.items()}
        rows = [row_of(series[key], one) for key, one in zip(keys, given, strict=True)]
        known = _known(base, {(row.series, row.time_us) for row in rows})
        counts: dict[str, int] = defaultdict(int)
        touched: set[tuple[int, int]] = set()
        new: dict[tuple[int, int, str, str], Row] = {}
        for one, row in zip(given, rows, strict=True):
            rank, held = one.rank, known[row.series, row.time_us]
            what, moves = _effect(held, row, rank)
            counts[what] += 1
            if moves:
                touched.add((row.series, row.time_us // HOUR_US))
            mine = held.get((row.value, row.unit))
            if mine is None or rank > mine:
                held[row.value, row.unit] = rank
                new[row[:4]] = row
        base.executemany(INSERT, new.values())
        months = {(meters[number], self._month(hour)) for number, hour in touched}
        return WriteReport(**counts, touched=frozenset(months))

    def _month(self, hour: int) -> str:
        return f"{(EPOCH + timedelta(hours=hour)).astimezone(self._zone):%Y-%m}"


def _series(base: sqlite3.Connection, key: tuple[Any, ...]) -> int:
    found = base.execute(SERIES, key).fetchone()
    return int(found[0]) if found else int(base.execute(NEW_SERIES, key).lastrowid or 0)


def _effect(held: _Held, row: Row, rank: Rank) -> tuple[str, bool]:
    """Return what a row does to its key: the count it belongs to, and whether sums may change."""
    if not held:
        return "added", True
    mine, best = held.get((row.value, row.unit)), max(held.values())
    if mine is None:
        return ("revised", True) if rank > best else ("kept", False)
    if mine == best or rank < best:
        return "dropped", rank > best and rank[0] != mine[0]  # a provisional value is confirmed by an id
    return "revised", True


def _known(base: sqlite3.Connection, keys: set[tuple[int, int]]) -> dict[tuple[int, int], _Held]:
    """Return values and ranks that the file holds of these keys."""
    out: dict[tuple[int, int], _Held] = defaultdict(dict)
    ordered = sorted(keys)
    for at in range(0, len(ordered), CHUNK):
        part = ordered[at : at + CHUNK]
        marks = ", ".join(["(?, ?)"] * len(part))
        # A join: SQLite answers IN (VALUES …) by reading the whole table.
        asked = f"WITH k (s, t) AS (VALUES {marks}) SELECT series, {VALUES} FROM k CROSS JOIN reading"  # noqa: S608
        asked += " ON series = s AND time_us = t"
        for row in base.execute(asked, [x for key in part for x in key]):
            one = Row(*row)
            about = hash_text(one.raw_hash), one.dataset_version, one.flags, one.value, one.unit
            out[one.series, one.time_us][one.value, one.unit] = rank_of(
                one.ingest_id, one.retrieved_us, about
            )
    return out


def _one_source(given: list[Reading], source_id: str, state: Mapping[str, Any] | None) -> str:
    found = {one.source_id for one in given} | ({source_id} if source_id else set())
    if len(found) > 1:
        told = ", ".join(sorted(found))
        raise InputError(
            say("readings"), [say("one write is of one source; found {told}: write each apart", told=told)]
        )
    if not found and state is not None:
        raise InputError(say("readings"), [say("a state without readings needs source_id=…")])
    return next(iter(found), "")


def _json(state: Mapping[str, Any]) -> str:
    try:
        return json.dumps(dict(state), sort_keys=True, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        fault = say("the state of a source must be JSON: {error}", error=error)
        raise InputError(say("readings"), [fault]) from error
