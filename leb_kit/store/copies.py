"""A copy of a whole store in one file, and a store from a copy again.

A file is copied while it is in use, page by page, by SQLite itself. A server is copied by ``pg_dump`` and
brought back by ``pg_restore``, PostgreSQL's own programs: tables, rights and history as they are. The people
of a server are not part of its databases: on another server they are let in anew.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from leb_kit.errors import InputError, say
from leb_kit.store.address import scrubbed, shown
from leb_kit.store.schema import APPLICATION_ID

if TYPE_CHECKING:
    from sqlalchemy import URL

#: Folder of the programs of PostgreSQL, where they are not on the path.
PROGRAMS: Final = "LEB_PG_BIN"


def backup(url: URL, path: Path) -> Path:
    """Copy a store into a new file.

    Raises
    ------
    InputError
        The file exists, the copy is not sound, or the programs of PostgreSQL are missing or refuse.
    """
    require_new(path)
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    try:
        if url.get_backend_name() == "sqlite":
            _copy_file(Path(str(url.database)), part)
        else:
            _run("pg_dump", url, "--format=custom", "--enable-row-security", f"--file={part}")
        part.replace(path)  # whole or not there
    finally:
        part.unlink(missing_ok=True)
    return path


def restore(copy: Path, url: URL) -> None:
    """Make a store of a copy, in a new file or an empty database.

    Raises
    ------
    InputError
        The copy is not there or not sound, it is one of the other kind of store, or the place is taken.
    """
    if not copy.is_file():
        raise InputError(str(copy), [say("there is no such copy of a store")])
    with copy.open("rb") as file:
        head = file.read(len(_SQLITE))
    is_file = head == _SQLITE
    if not is_file and not head.startswith(_PG_DUMP):
        raise InputError(str(copy), [say("this is no copy of a store")])
    if is_file != (url.get_backend_name() == "sqlite"):
        fault = say(
            "this copy is of {kind}; it comes back to one", kind=say("a file") if is_file else say("a server")
        )
        raise InputError(str(copy), [fault])
    if not is_file:
        _run("pg_restore", url, "--no-owner", "--exit-on-error", "--single-transaction", str(copy))
        return
    place = Path(str(url.database))
    require_new(place)
    part = place.with_name(place.name + ".part")
    part.unlink(missing_ok=True)
    try:
        _copy_file(copy, part)
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)


#: What copies begin with, of a file and of a server.
_SQLITE: Final = b"SQLite format 3\x00"
_PG_DUMP: Final = b"PGDMP"


def require_new(path: Path) -> None:
    """Refuse to write over what is there.

    Raises
    ------
    InputError
        Something is there, or the folder is not.
    """
    if path.exists():
        raise InputError(str(path), [say("there is a file already; choose another name")])
    if not path.absolute().parent.is_dir():
        raise InputError(str(path), [say("there is no such folder")])


def _copy_file(source: Path, target: Path) -> None:
    try:
        target.touch()
    except OSError:
        fault = say("this file cannot be written; choose another place")
        raise InputError(str(target.with_suffix("")), [fault]) from None
    try:
        with (
            closing(sqlite3.connect(f"file:{_quoted(source)}?mode=ro", uri=True)) as old,
            closing(sqlite3.connect(target)) as new,
        ):
            old.backup(new)
            # A copy is one file: it needs no log beside it until somebody writes to it.
            new.execute("PRAGMA journal_mode = DELETE")
            marked = new.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
            sound = new.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            whole = not new.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.Error as error:
        raise InputError(str(source), [say("this is no sound store: {error}", error=error)]) from None
    if not marked:
        raise InputError(str(source), [say("this is no store, or it is empty")])
    if not (sound and whole):
        raise InputError(
            str(source), [say("the store is damaged; bring back an older copy with leb store restore")]
        )


def _quoted(path: Path) -> str:
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _program(name: str) -> str:
    folder = os.environ.get(PROGRAMS, "")
    found = shutil.which(name, path=folder) if folder else shutil.which(name)
    if found is None:
        fault = say(
            "the program {name} of PostgreSQL is not there; install its client programs or name their folder"
            " in {variable}",
            name=name,
            variable=PROGRAMS,
        )
        raise InputError(say("store"), [fault])
    return found


def _run(name: str, url: URL, *options: str) -> None:
    from sqlalchemy import URL

    program = _program(name)
    without = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    plain = without.render_as_string()
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    done = subprocess.run(  # noqa: S603 - no shell; the address has no secret
        [program, f"--dbname={plain}", "--no-password", *options],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        told = scrubbed(done.stderr.strip().splitlines()[0] if done.stderr.strip() else "", url)
        raise InputError(shown(url), [say("{name} refuses: {told}", name=name, told=told)])
