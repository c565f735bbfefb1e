"""What a store answers: any version, what happened, where something is, sums over a tree of territories."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pandas as pd
from sqlalchemy import select

from leb_kit.balance import Balance
from leb_kit.errors import InputError, say
from leb_kit.store import tags, turns, versions
from leb_kit.store.address import shown
from leb_kit.store.engine import WRITING, who
from leb_kit.store.questions import difference, has, inside, one_cell, sum_over
from leb_kit.store.refusals import refusing
from leb_kit.store.rows import Cells, balance_of, digest_of
from leb_kit.store.schema import balance, change, territory
from leb_kit.store.versions import Version

if TYPE_CHECKING:
    from sqlalchemy import URL, ColumnElement, Connection, Engine


class Reader:
    """Questions to a store; ``Repository`` adds what writes."""

    url: URL
    _engine: Engine

    def __repr__(self) -> str:
        return f"Repository({shown(self.url)})"

    @property
    def person(self) -> str:
        """Who we are: the login on a server, the user of this machine on a file."""
        return self.url.username or who()

    # ── balances ─────────────────────────────────────────────────────────────────────────────────────────

    def load(self, *, territory: str, year: int, version: int | str | None = None) -> Balance:
        """Load a version, by its number or its tag; the newest unless one is named.

        Raises
        ------
        InputError
            There is none that this person may see, or its cells are not those that were sealed.
        """
        with self._reading() as connection:
            found = self._head(connection, territory, year, version)
            read = [(found, versions.read(connection, found))]
        self._require_sealed(read)
        return balance_of(read, found.name)

    def load_tree(self, *, territory: str, year: int | None = None) -> Balance:
        """Load the newest version of a territory and of all that lies in it, as one balance.

        Parameters
        ----------
        territory : str
            Code of a region or province (or of a municipality, which is its own tree).
        year : int, optional
            One year; all that are there unless one is named.

        Raises
        ------
        InputError
            There is none that this person may see, or cells are not those that were sealed.

        Examples
        --------
        >>> import tempfile, leb_kit as leb
        >>> with tempfile.TemporaryDirectory() as folder, leb.Repository(f"{folder}/leb.db") as repo:
        ...     saved = repo.save(leb.examples.torino())
        ...     [place.code for place in repo.load_tree(territory="ITC1", year=2019).territories]
        ['001272']
        """
        with self._reading() as connection:
            place = versions.territory_id(connection, territory)
            newest = inside(place, year)
            where: list[ColumnElement[bool]] = [] if year is None else [balance.c.year == year]
            where.append(balance.c.territory_id.in_(select(newest.c.territory_id)))
            read = versions.read_all(connection, newest, *where)
        if not read:
            told = territory if year is None else f"{territory} {year}"
            fault = say("no balance {place} that {who} may see", place=told, who=self.person)
            raise InputError(shown(self.url), [fault])
        self._require_sealed(read)
        return balance_of(read, territory)

    def _require_sealed(self, read: list[tuple[Version, Cells]]) -> None:
        faults = [
            say("{place} is not what was sealed", place=versions.place_of(head))
            for head, cells in read
            if digest_of(head.head, cells) != head.digest
        ]
        if faults:
            repair = say("the store is damaged: run leb store doctor, then restore a backup")
            raise InputError(shown(self.url), [*faults, repair])

    def _head(self, connection: Connection, code: str, year: int, version: int | str | None) -> Version:
        if isinstance(version, str):
            version = tags.version_of(connection, code, year, version)
        found = versions.head_of(connection, code, year, version)
        if found is None:
            told = f"{code} {year}" + ("" if version is None else f" v{version}")
            fault = say("no balance {place} that {who} may see", place=told, who=self.person)
            raise InputError(shown(self.url), [fault])
        return found

    # ── cells ────────────────────────────────────────────────────────────────────────────────────────────

    def history(
        self, *, territory: str, year: int, flow: str | None = None, product: str | None = None
    ) -> pd.DataFrame:
        """Return every version: version, state, author, made_at, message; with energy_mwh of one cell."""
        with self._reading() as connection:
            found = versions.heads(connection, code_is(territory), balance.c.year == year)
            columns = ["version", "state", "author", "made_at", "message"]
            rows = [(v.version, v.state, v.author, v.made_at, v.message) for v in found]
            table = pd.DataFrame(rows, columns=columns)
            if flow and product:
                values = {
                    number: energy
                    for begin, end, energy in versions.of_cell(connection, (territory, year), (flow, product))
                    for number in range(begin, 1 + (end or max(v.version for v in found)))
                }
                table["energy_mwh"] = pd.Series([values.get(v.version) for v in found], dtype=float)
        return table

    def cells(
        self, *, flow: str, product: str, territory: str | None = None, year: int | None = None
    ) -> pd.DataFrame:
        """Return one cell of the newest versions of all territories and years, or of a tree or one year.

        Returns
        -------
        pd.DataFrame
            territory, year, version, energy_mwh (NaN: not available), status.

        Examples
        --------
        >>> import tempfile, leb_kit as leb
        >>> with tempfile.TemporaryDirectory() as folder, leb.Repository(f"{folder}/leb.db") as repo:
        ...     saved = repo.save(leb.examples.torino())
        ...     repo.cells(flow="FC_OTH_HH_E", product="G3000")["territory"].tolist()
        ['001272']
        """
        with self._reading() as connection:
            place = None if territory is None else versions.territory_id(connection, territory)
            return one_cell(connection, (flow, product), place, year)

    def aggregate(self, *, territory: str, year: int) -> pd.DataFrame:
        """Return the sum over the newest versions of all that lies in a territory: flow, product, energy_mwh.

        ``territories`` counts how many went in; what this person may not see is not in it.
        """
        with self._reading() as connection:
            asked = inside(versions.territory_id(connection, territory), year)
            places = connection.scalars(select(asked.c.territory_id)).all()
            rows = [tuple(row) for row in connection.execute(sum_over(places, year))] if places else []
        return pd.DataFrame(rows, columns=["flow", "product", "energy_mwh", "territories"])

    def diff(
        self, *, territory: str, year: int, before: int | str, after: int | str | None = None
    ) -> pd.DataFrame:
        """Return the cells that differ between two versions; ``after``: the newest unless one is named.

        Columns flow, product, before_mwh, after_mwh, change_mwh; NaN where a cell is not there or missing.
        """
        with self._reading() as connection:
            heads = [self._head(connection, territory, year, number) for number in (before, after)]
            return difference(*(versions.read(connection, head) for head in heads))

    # ── what is there, what happened ─────────────────────────────────────────────────────────────────────

    def log(self, *, territory: str) -> pd.DataFrame:
        """Return what happened in a territory: number, at, who, what, told."""
        with self._reading() as connection:
            place = versions.territory_id(connection, territory)
            asked = select(change.c.number, change.c.at, change.c.who, change.c.what, change.c.told)
            rows = connection.execute(asked.where(change.c.territory_id == place).order_by(change.c.number))
            return pd.DataFrame([tuple(row) for row in rows], columns=["number", "at", "who", "what", "told"])

    def search(
        self, text: str = "", *, territory: str | None = None, year: int | None = None
    ) -> pd.DataFrame:
        """Return heads whose territory, name, message, author or tag has the text, or a cell its code."""
        where = [] if territory is None else [code_is(territory)]
        where += [] if year is None else [balance.c.year == year]
        with self._reading() as connection:
            if text:
                where.append(has(text, tags=tags.has_room(connection)))
            return pd.DataFrame(versions.heads(connection, *where), columns=list(Version._fields))

    # ── connections ──────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def _reaching(self, doing: str = "") -> Iterator[None]:
        with refusing(self.url, who=self.person, doing=doing):
            yield

    @contextmanager
    def _writing(self, doing: str) -> Iterator[Connection]:
        with self._reaching(doing), turns.taken(self.url), self._engine.connect() as connection:
            writer = connection.execution_options(**{WRITING: True})
            with writer.begin():
                yield writer

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._reaching(say("read")), self._engine.connect() as connection:
            if self.url.get_backend_name() == "postgresql":
                # in a transaction too each statement sees what is there when it begins: spare two messages
                connection.execution_options(isolation_level="AUTOCOMMIT")
            yield connection


def code_is(code: str) -> ColumnElement[bool]:
    """Return whether a territory has a code."""
    return territory.c.code == code
