"""How a SQLite file keeps readings: its tables, and a reading as a row and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from leb_kit.metering.reading import EPOCH, Reading, hash_bytes, hash_text, microseconds

#: "LEBR" as a number: whose file it is.
APPLICATION: Final = 0x4C454252
#: Of the layout of the tables; a file of another one is refused.
VERSION: Final = 1
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS series (
    id INTEGER PRIMARY KEY,
    source_id TEXT NOT NULL, tenant TEXT NOT NULL, so_code TEXT NOT NULL, stream_code TEXT NOT NULL,
    meter_id TEXT NOT NULL, quantity TEXT NOT NULL,
    UNIQUE (source_id, tenant, so_code, stream_code, meter_id, quantity)
);
CREATE TABLE IF NOT EXISTS reading (
    series INTEGER NOT NULL REFERENCES series (id),
    time_us INTEGER NOT NULL,
    value TEXT NOT NULL,
    unit TEXT NOT NULL,
    ingest_id TEXT,
    dataset_version TEXT NOT NULL,
    retrieved_us INTEGER NOT NULL,
    raw_hash BLOB NOT NULL,
    flags TEXT NOT NULL,
    PRIMARY KEY (series, time_us, value, unit)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state (source_id TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
"""


class Row(NamedTuple):
    """A reading as the file keeps it."""

    series: int
    time_us: int
    value: str
    unit: str
    ingest_id: str | None
    dataset_version: str
    retrieved_us: int
    raw_hash: bytes | str
    flags: str


def row_of(series: int, one: Reading) -> Row:
    """Return a reading as the file keeps it."""
    return Row(
        series, microseconds(one.time_utc), one.value_text, one.unit, one.ingest_id, one.dataset_version,
        microseconds(one.retrieved_at), hash_bytes(one.raw_hash), " ".join(sorted(one.flags)),
    )  # fmt: skip


def reading_of(row: Sequence[Any]) -> Reading:
    """Return the reading of a row of ``series JOIN reading``: names of the series, then the columns."""
    time_us, value, unit, ingest_id, version, retrieved_us, raw_hash, flags = row[6:]
    source_id, tenant, so_code, stream_code, meter_id, quantity = (str(name) for name in row[:6])
    return Reading(
        source_id, tenant, so_code, stream_code, meter_id, quantity, Decimal(value) if value else None, unit,
        EPOCH + timedelta(microseconds=time_us), ingest_id, version,
        EPOCH + timedelta(microseconds=retrieved_us), hash_text(raw_hash), frozenset(flags.split()),
    )  # fmt: skip
