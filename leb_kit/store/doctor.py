"""Is a store what was saved? Every page, rule, seal and link of history is looked at; nothing is changed.

A file is checked beyond what SQLite itself can tell: the seal of each version covers its head and all its
cells (of a document: all its parts), history is a chain of seals that must lead to the states and roles of
today, and the words of territories and flows are compared with those that leb_kit knows. So one bit that
changes data is found.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd
from sqlalchemy import select

from leb_kit.balance import Territory
from leb_kit.errors import InputError, LebError, say
from leb_kit.store import closing, document_checks, engine_checks, migrations, story, versions
from leb_kit.store.address import address, scrubbed, shown
from leb_kit.store.engine import engine_of
from leb_kit.store.rows import digest_of
from leb_kit.store.schema import flow, territory
from leb_kit.store.story import Finding, restore

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection

    from leb_kit.store.versions import Version


_CODES: Final = select(territory.c.code, territory.c.id)


@dataclass(frozen=True, repr=False)
class Diagnosis:
    """What was found wrong: a table of where, found and repair; ``ok`` where nothing was."""

    table: pd.DataFrame
    versions: int

    @property
    def ok(self) -> bool:
        """Nothing is wrong."""
        return len(self.table) == 0

    def __repr__(self) -> str:
        state = "ok" if self.ok else f"{len(self.table)} wrong"
        return f"Diagnosis({state}, {self.versions} versions)"

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(repr(self))}</p>{self.table.to_html(index=False, border=0)}"


def examine(place: str | Path | URL) -> Diagnosis:
    """Look at every row of a store and compare it with its seals.

    Parameters
    ----------
    place : str, Path or sqlalchemy.URL
        A file, or a server as the store's owner.

    Returns
    -------
    Diagnosis
        What is wrong; a file that cannot even be read is a finding, not an exception.

    Raises
    ------
    InputError
        The server cannot be reached, or ``place`` is no address.

    Examples
    --------
    >>> import tempfile
    >>> from leb_kit import Repository, examples
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with Repository(f"{folder}/leb.db") as repo:
    ...         saved = repo.save(examples.torino())
    ...     examine(f"{folder}/leb.db")
    Diagnosis(ok, 1 versions)
    """
    url = address(place)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return _diagnosis([Finding(shown(url), say("no file is there"), restore())], 0)
    engine = engine_of(url)
    found: list[Finding] = []
    count = [0]
    try:
        with engine.connect() as connection:
            for look in _looks(connection, count):
                found += _looked(look, url)
    except LebError:
        raise
    except Exception as error:  # noqa: BLE001 - a damaged file may break anything
        found.append(Finding(shown(url), _first_line(error, url), restore()))
    finally:
        engine.dispose()
    return _diagnosis(found, count[0])


def _diagnosis(found: list[Finding], count: int) -> Diagnosis:
    return Diagnosis(pd.DataFrame(found, columns=list(Finding._fields)), count)


def _looks(connection: Connection, count: list[int]) -> tuple[Callable[[], Iterator[Finding]], ...]:
    return (
        lambda: _engine(connection),
        lambda: _revision(connection),
        lambda: _words(connection),
        lambda: _versions(connection, count),
        lambda: document_checks.looked_at(connection),
        lambda: story.told(connection),
    )


def _looked(look: Callable[[], Iterator[Finding]], url: URL) -> list[Finding]:
    found: list[Finding] = []
    try:
        for finding in look():
            found.append(finding)  # noqa: PERF402 - what was found before it broke is kept
    except Exception as error:  # noqa: BLE001 - a damaged file may break anything
        found.append(Finding(shown(url), _first_line(error, url), restore()))
    return found


def _first_line(error: Exception, url: URL) -> str:
    if isinstance(error, InputError) and error.faults:
        return error.faults[0]
    told = str(getattr(error, "orig", None) or error).strip() or type(error).__name__
    return scrubbed(told.splitlines()[0], url)


# ── what the engine keeps ────────────────────────────────────────────────────────────────────────────────


def _engine(connection: Connection) -> Iterator[Finding]:
    checks = engine_checks.of_file if connection.dialect.name == "sqlite" else engine_checks.of_server
    for where, found in checks(connection):
        yield Finding(where, found, restore())


def _revision(connection: Connection) -> Iterator[Finding]:
    found = migrations.require_known(connection)
    if found != migrations.revisions()[-1]:
        told = say("schema {found}, not {newest}", found=found, newest=migrations.revisions()[-1])
        yield Finding(say("schema"), told, say("upgrade it (leb store upgrade)"))


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────


def _words(connection: Connection) -> Iterator[Finding]:
    rows = list(connection.execute(select(territory)))
    codes = {row.id: row.code for row in rows}
    for row in rows:
        known = Territory.known(row.code)
        parent = codes.get(row.parent_id, "") if row.parent_id is not None else ""
        if (row.name, row.level, parent) != (known.name(), known.level, known.parent):
            here, there = (
                f"{row.name}, {row.level}, {parent}",
                f"{known.name()}, {known.level}, {known.parent}",
            )
            told = say("{found} instead of {known}", found=here, known=there)
            yield Finding(f"territory {row.code}", told, restore())
    signs = versions.signs()
    for row in connection.execute(select(flow)):
        if row.signed != signs.get(row.code, 1):
            yield Finding(f"flow {row.code}", say("its sign is another"), restore())
    ruled = migrations.revision_of(connection) == migrations.revisions()[-1]
    for name in closing.unlike(connection) if ruled else ():
        told = say("what must hold in a certified balance is not what leb_kit knows")
        yield Finding(name, told, say("upgrade it (leb store upgrade)"))


# ── versions ─────────────────────────────────────────────────────────────────────────────────────────────


def _versions(connection: Connection, count: list[int]) -> Iterator[Finding]:
    heads = versions.heads(connection)
    count[0] = len(heads)
    sealed = _seals(connection, {(head.territory, head.year, head.version): head for head in heads})
    last: dict[tuple[str, int], int] = {}
    for head in heads:
        key = (head.territory, head.year)
        if head.version != last.get(key, 0) + 1:
            yield Finding(_place(head), say("a version before it is missing"), restore())
        last[key] = head.version
        yield from _sealed(head, *sealed.get((*key, head.version), (0, "")))


def _seals(
    connection: Connection, heads: dict[tuple[str, int, int], Version]
) -> dict[tuple[str, int, int], tuple[int, str]]:
    """Return how many cells each version has and the seal that they and its head make, in one pass."""
    codes = {number: code for code, number in versions.pairs(connection, _CODES).items()}
    found: dict[tuple[str, int, int], tuple[int, str]] = {}
    for (place, year, number), cells in versions.each(connection):
        key = (codes.get(place, ""), year, number)
        if key in found:  # torn apart: they do not lie in the order of their key
            found[key] = (found[key][0] + cells.size, "")
        elif key in heads:
            found[key] = (cells.size, digest_of(heads[key].head, cells))
    return found


def _sealed(head: Version, count: int, digest: str) -> Iterator[Finding]:
    if head.state == "open":
        yield Finding(_place(head), say("a version was left without its seal"), say("save it again"))
        return
    if count != head.cells:
        told = say("{found} cells instead of {known}", found=count, known=head.cells)
        yield Finding(_place(head), told, restore())
    if digest != head.digest:
        told = say("its cells or its head are not those that were sealed")
        yield Finding(_place(head), told, restore())


def _place(head: Version) -> str:
    return f"{head.territory} {head.year} v{head.version}"
