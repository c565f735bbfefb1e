"""Save balances, certify them, copy and carry them, let people in; ``reading`` has what a store answers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import pandas as pd

from leb_kit.balance import Balance, check
from leb_kit.errors import InputError, say
from leb_kit.store import access, closing, copies, document_carry, migrations, portable, tags, turns, versions
from leb_kit.store.address import address, shown
from leb_kit.store.archive_meters import MeterArchive
from leb_kit.store.bulk import Writer
from leb_kit.store.engine import WRITING, engine_of, mark, now
from leb_kit.store.reading import code_is
from leb_kit.store.refusals import (
    RefusedError,
    StaleError,
    not_allowed,
    refusing,
    require_base,
    require_text,
)
from leb_kit.store.rows import Cells, cells_of, written_each
from leb_kit.store.schema import APPLICATION_ID, balance, territory
from leb_kit.store.versions import Version

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection


class Repository(MeterArchive):
    """Balances of many territories, years and people in one database.

    Parameters
    ----------
    place : str, Path or sqlalchemy.URL
        ``"leb.db"`` or ``"sqlite:///leb.db"``, made where it is not there; or
        ``"postgresql://person@host/database"``, which its owner has made with ``create``.

    Raises
    ------
    InputError
        No store is there, it is another program's file, or a newer version of leb_kit wrote it.

    Examples
    --------
    >>> import tempfile, leb_kit as leb
    >>> with tempfile.TemporaryDirectory() as folder, Repository(f"{folder}/leb.db") as repo:
    ...     saved = repo.save(leb.examples.torino(), message="first")
    ...     print(saved[0].version, saved[0].state, repo.load(territory="001272", year=2019))
    1 draft Balance(Torino 2019: 55 rows, 20 flows, 13 products)
    """

    def __init__(self, place: str | Path | URL) -> None:
        self.url = address(place)
        self._engine = engine_of(self.url)
        try:
            with self._reaching():
                self._open()
        except BaseException:
            self._engine.dispose()
            raise

    @classmethod
    def create(cls, place: str | Path | URL) -> Self:
        """Make a store in an empty database of a server, or a new file; an older store is upgraded."""
        url = address(place)
        engine = engine_of(url)
        try:
            with (
                refusing(url),
                turns.taken(url),
                engine.connect().execution_options(**{WRITING: True}) as connection,
            ):
                if url.get_backend_name() == "postgresql":
                    access.require_owner_is_no_superuser(connection)
                migrations.upgrade(connection)
                versions.add_words(connection)
                closing.add_rules(connection)
                if url.get_backend_name() == "sqlite":
                    mark(connection)
                connection.commit()
        finally:
            engine.dispose()
        return cls(url)

    @classmethod
    def schema_of(cls, place: str | Path | URL) -> str | None:
        """Return the schema of a store, ``"0001"`` and so on; None where none is there. Nothing is made.

        Raises
        ------
        InputError
            The place cannot be reached, is no database, or has a schema that this program does not know.

        Examples
        --------
        >>> Repository.schema_of("nowhere.db") is None
        True
        """
        url = address(place)
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
            return None
        engine = engine_of(url)
        try:
            with refusing(url), engine.connect() as connection:
                return migrations.require_known(connection)
        finally:
            engine.dispose()

    def _open(self) -> None:
        path = Path(self.url.database or "")
        if self.url.get_backend_name() == "sqlite" and not path.exists():
            Repository.create(self.url).close()
        with self._engine.connect() as connection:
            found = migrations.require_known(connection)
            mine = self.url.get_backend_name() != "sqlite" or (
                connection.exec_driver_sql("PRAGMA application_id").scalar() == APPLICATION_ID
            )
        if found is None or not mine:
            fault = say("no store is there; its owner makes one with leb store init")
            raise InputError(shown(self.url), [fault])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    # ── write ────────────────────────────────────────────────────────────────────────────────────────────

    def save(
        self, given: Balance, *, message: str = "", base: int | None = None, changed_only: bool = False
    ) -> tuple[Version, ...]:
        """Save each territory and year as its next version, all of them or none.

        Parameters
        ----------
        given : Balance
            Any number of territories and years.
        message : str
            Why, in a sentence.
        base : int, optional
            The version that the changes were made on, 0 where none was there; another newest one is a
            ``StaleError``.
        changed_only : bool
            Leave out a territory and year whose newest version has the same cells already.

        Raises
        ------
        InputError
            ``base`` is no number of a version, or ``message`` no text.
        StaleError
            Somebody saved meanwhile: who, when and why.
        RefusedError
            The person may not save there, or a value breaks a rule of the store.
        """
        return self.save_all([given], message=message, base=base, changed_only=changed_only)

    def save_all(
        self,
        given: Iterable[Balance],
        *,
        message: str = "",
        base: int | None = None,
        changed_only: bool = False,
    ) -> tuple[Version, ...]:
        """Save many balances in one transaction, all of them or none, each made when its turn comes.

        A region of many years need not be in memory at once. A server takes the cells by COPY into a table
        of the transaction, from where they pass the same rules and rights as any other row.

        Parameters
        ----------
        given : Iterable[Balance]
            Balances of any number of territories and years; each territory and year once.
        message, base, changed_only
            As in ``save``.

        Raises
        ------
        InputError, StaleError, RefusedError
            As ``save``; nothing was saved.

        Examples
        --------
        >>> import tempfile, leb_kit as leb
        >>> with tempfile.TemporaryDirectory() as folder, leb.Repository(f"{folder}/leb.db") as repo:
        ...     len(repo.save_all(leb.examples.torino() for _ in range(1)))
        1
        """
        require_text(message)
        require_base(base)
        at = now()
        parts = ((cells_of(one), (at, message, one.name)) for one in given)
        with self._writing(say("save")) as connection:
            return self._next(connection, parts, base, changed_only=changed_only)

    def _next(
        self,
        connection: Connection,
        parts: Iterable[tuple[dict[tuple[str, int], Cells], tuple[str, str, str]]],
        base: int | None = None,
        *,
        changed_only: bool = False,
    ) -> tuple[Version, ...]:
        """Write the next version of each territory and year; beside its cells: when, why, its name."""
        adding = connection.dialect.name == "sqlite" or self._owns(connection)
        with Writer(connection, adding=adding) as writer:
            for found, (at, message, name) in parts:
                writer.look(found)
                told = written_each(found.values())
                for ((code, year), cells), written in zip(found.items(), told, strict=True):
                    number = writer.newest(code, year)
                    if base is not None and number != base:
                        raise self._stale(connection, code, year, base)
                    if changed_only and writer.has(code, year, cells, written):
                        continue
                    head = (code, year, number + 1, "open", self.person, at, message, name, cells.size, "")
                    writer.add(Version(*head), cells, written)
        return tuple(writer.written)

    def _stale(self, connection: Connection, code: str, year: int, base: int) -> InputError:
        seen = versions.heads(connection, territory.c.code == code, balance.c.year == year)
        newer = [one for one in seen if one.version > base]
        faults = [
            say(
                "{place}: version {version} was saved by {author} at {at} ({message}); yours began at "
                "version {base}. Load it, join both and save again",
                place=f"{code} {year}",
                version=one.version,
                author=one.author,
                at=versions.moment(one.made_at),
                message=one.message or "–",
                base=base,
            )
            for one in newer
        ]
        if seen and not newer:
            told = say(
                "{place}: there is no version {base} to begin from; the newest is {newest}",
                place=f"{code} {year}",
                base=base,
                newest=seen[-1].version,
            )
            return InputError(shown(self.url), [told])
        if not newer:  # and perhaps none that we may see: tell no more
            doing = say("save after version {base} of {place}", place=f"{code} {year}", base=base)
            return RefusedError(shown(self.url), [not_allowed(self.person, doing)])
        return StaleError(shown(self.url), faults, newest=newer[-1].version)

    def certify(self, *, territory: str, year: int, version: int | str | None = None) -> Version:
        """Certify a version whose identities all hold; a certified one before it is superseded.

        Raises
        ------
        InputError
            The balance does not close: every row that fails.
        RefusedError
            The person is no certifier there.
        """
        check(self.load(territory=territory, year=year, version=version)).require()
        with self._writing(say("certify")) as connection:
            found = self._head(connection, territory, year, version)
            if found.state in ("certified", "superseded"):
                told = say("version {version} is certified already", version=found.version)
                raise InputError(shown(self.url), [told])
            same = (balance.c.year == year, balance.c.state == "certified")
            for old in versions.heads(connection, *same, code_is(territory)):
                self._step(connection, old, "certified", "superseded")
            if found.state == "draft":
                self._step(connection, found, "draft", "checked")
            self._step(connection, found, "checked", "certified")
        return found._replace(state="certified")

    def _step(self, connection: Connection, version: Version, before: str, after: str) -> None:
        if not versions.step(connection, version, before, after):
            raise RefusedError(shown(self.url), [not_allowed(self.person, say("certify"))])

    # ── copies ───────────────────────────────────────────────────────────────────────────────────────────

    def backup(self, path: str | Path) -> Path:
        """Copy the whole store into a new file; see ``copies.backup``."""
        return copies.backup(self.url, Path(path))

    @classmethod
    def restore(cls, copy: str | Path, place: str | Path | URL) -> Self:
        """Make a store of a copy, in a new file or an empty database; see ``copies.restore``."""
        copies.restore(Path(copy), address(place))
        return cls(place)

    def export(self, path: str | Path, *, territory: str) -> Path:
        """Write every version of a territory and of all that lies in it into a new file, a store itself."""
        path = Path(path)
        copies.require_new(path)
        part = path.with_name(path.name + ".carrying")
        part.unlink(missing_ok=True)
        try:
            with Repository(part) as other, self._reading() as source, other._writing("") as target:
                portable.carry(source, target, territory)
            copies.backup(address(part), path)  # one file, without a log beside it
        finally:
            for rest in path.parent.glob(f"{part.name}*"):
                rest.unlink()
        return path

    def take_in(self, path: str | Path) -> tuple[Version, ...]:
        """Save the newest versions of a carried file as next versions here, all of them or none.

        What is here already, cell by cell, is left as it is. Documents come with the versions that they
        begin from.

        Raises
        ------
        InputError
            There is no such file, it is no store, or a version in it is not what was sealed.
        RefusedError
            The person may not save there.
        """
        path = Path(path)
        if not path.is_file():
            raise InputError(str(path), [say("there is no such file")])
        with Repository(path) as other, other._reading() as source:
            papers = document_carry.carried(source)
            brought = portable.carried(source, {one.start for one in papers})
            tagged = tags.carried(source)
        with self._writing(say("save")) as connection:
            made = self._take_balances(connection, brought, path)
            newest = {(head.territory, head.year): head for head, _ in brought}
            tags.take_in(connection, tagged, newest.values())
            self._take_documents(connection, papers, brought, path)
        return made

    def _take_balances(
        self, connection: Connection, brought: list[tuple[Version, Balance]], path: Path
    ) -> tuple[Version, ...]:
        last = {(head.territory, head.year): head.version for head, _ in brought}
        at = now()
        parts = [
            (cells, (at, portable.told_of(head, path), head.name))
            for head, cells in ((head, cells_of(given)) for head, given in brought)
            if head.version == last[head.territory, head.year]
            or document_carry.same_cells(connection, head, cells[head.territory, head.year]) is None
        ]
        return self._next(connection, parts, changed_only=True)

    # ── people ───────────────────────────────────────────────────────────────────────────────────────────

    def grant(self, person: str, role: str, territory: str, *, password: str | None = None) -> None:
        """Give a person a role in a territory and all that lies in it; see ``access.grant``."""
        with self._writing(say("give roles")) as connection:
            if self._engine.dialect.name != "sqlite" and self._owns(connection):
                versions.add_territory(connection, territory)
            access.grant(connection, person, role, territory, password=password)

    def revoke(self, person: str, territory: str) -> None:
        """Take a person's role in a territory; see ``access.revoke``."""
        with self._writing(say("take roles")) as connection:
            access.revoke(connection, person, territory)

    def people(self) -> pd.DataFrame:
        """Return memberships that we may see: person, territory, role."""
        with self._reading() as connection:
            return access.people(connection)
