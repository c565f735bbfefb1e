"""Connections to a store: a file that is safe by default, a server that is reached again after a restart."""

from __future__ import annotations

import getpass
import hashlib
import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sqlalchemy import create_engine, event

from leb_kit.store.schema import APPLICATION_ID

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

#: How long another writer is waited for, milliseconds.
PATIENCE_MS: Final = 10_000
#: How long a server may take to answer, seconds.
ANSWER_S: Final = 10
#: How long a server may leave what was sent to it without a sign, seconds.
SILENCE_S: Final = 30
#: Execution option of a connection that is going to write.
WRITING: Final = "leb_writing"
#: Pages of a file that a connection keeps in memory, KiB: a town's rows go to hundreds of places of an index.
PAGES_KIB: Final = 65_536
_PRAGMAS: Final = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "recursive_triggers = ON",  # REPLACE deletes: let it meet the triggers of deletion
    f"busy_timeout = {PATIENCE_MS}",
    f"cache_size = {-PAGES_KIB}",
    "cell_size_check = ON",
)

_NUMPY_WHOLE: Final = (np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64)
for _kind in _NUMPY_WHOLE:
    # years and versions of a table: as bytes, which sqlite3 would make of them, they equal no year
    sqlite3.register_adapter(_kind, lambda value: int(str(value)))


def engine_of(url: URL) -> Engine:
    """Return an engine for an address; it connects when first used.

    On a file every connection has foreign keys, write-ahead log and full synchronisation on; a transaction
    that writes takes the lock when it begins, so that it never fails half-way because another one wrote.
    """
    if url.get_backend_name() == "sqlite":
        return _file_engine(url)
    # a cable that is cut says nothing: without these a session would wait for hours
    silence = {
        "tcp_user_timeout": 1000 * SILENCE_S,
        "keepalives_idle": SILENCE_S,
        "keepalives_interval": ANSWER_S,
    }
    options = {"connect_timeout": ANSWER_S, "application_name": "leb_kit", **silence}
    # hide_parameters: what people save stays out of error texts and logs
    return create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=options)


def _file_engine(url: URL) -> Engine:
    engine = create_engine(url, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # SQLAlchemy begins; Python's own way breaks DDL in transactions
        for name, count, function in (("leb_now", 0, now), ("leb_who", 0, who), ("leb_sha256", -1, sha256)):
            connection.create_function(name, count, function)
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get(WRITING)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def mark(connection: Connection) -> None:
    """Write into a fresh file that it is a store."""
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")


def now() -> str:
    """Return the time in UTC to the microsecond, as the store writes it."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def who() -> str:
    """Return the name that this machine gives to whoever runs the program."""
    return getpass.getuser()


def sha256(*parts: Any) -> str:
    """Return the SHA-256 of parts of a row, in hexadecimal.

    Examples
    --------
    >>> sha256("a", 1)[:8]
    '839e11a4'
    """
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()
