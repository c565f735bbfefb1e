"""One program writes to a file at a time, where SQLite itself does not keep two apart safely.

Up to 3.51.2 a file with a write-ahead log can be damaged when one program puts the log back to its
beginning in the same instant in which another copies it into the file (SQLite, "The WAL Reset Bug"). There a
lock beside the file is held from before a transaction that writes begins until it has ended, which is when
SQLite copies the log. The system takes the lock from a program that dies.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from leb_kit.errors import InputError, say
from leb_kit.store.address import shown
from leb_kit.store.engine import PATIENCE_MS

if TYPE_CHECKING:
    from sqlalchemy import URL

#: First version of SQLite that keeps two programs apart.
SAFE: Final = (3, 51, 3)
#: How long until a lock that was taken is asked for again, milliseconds.
AGAIN_MS: Final = 5
#: Milliseconds in a second.
_MS: Final = 1000


@contextmanager
def taken(url: URL) -> Iterator[None]:
    """Wait for our turn to write to a store, and give it back at the end.

    Raises
    ------
    InputError
        Another program writes for longer than anybody should wait, or nothing can be written there.

    Examples
    --------
    >>> from leb_kit.store.address import address
    >>> with taken(address("postgresql://anna@host/leb")):
    ...     print("a server keeps its writers apart itself")
    a server keeps its writers apart itself
    """
    path = url.database or ""
    if url.get_backend_name() != "sqlite" or path in {"", ":memory:"} or sqlite3.sqlite_version_info >= SAFE:
        yield
        return
    from filelock import FileLock, Timeout

    place = Path(path).resolve()  # by whatever name the file is called
    if not place.parent.is_dir():  # else the lock would make the folder
        raise InputError(shown(url), [_closed()])
    lock = FileLock(f"{place}.lock", timeout=PATIENCE_MS / _MS)
    try:
        lock.acquire(poll_interval=AGAIN_MS / _MS)
    except Timeout:
        fault = say("another program is writing; nothing was saved. Try again")
        raise InputError(shown(url), [fault]) from None
    except OSError:
        raise InputError(shown(url), [_closed()]) from None
    try:
        yield
    finally:
        lock.release()


def _closed() -> str:
    return say("the file cannot be opened: look whether its folder is there, and who may write in it")
