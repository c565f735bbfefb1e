"""Many versions into the tables at once: heads, cells, seals, a batch at a time, in one transaction.

A file takes the cells in the order of their key, many with each statement. A server takes them by COPY into a
table of the transaction and from there into the store, because COPY itself would pass by the rights of people
and is refused. Rules that look at one row after the other are asked of all rows at once where that can be
done: ``first_load``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from sqlalchemy import bindparam, exists, insert, select, text
from sqlalchemy.exc import DBAPIError

from leb_kit.errors import InputError, say
from leb_kit.store import binary, changes, first_load, pairs, sealing, versions
from leb_kit.store.first_load import Off
from leb_kit.store.refusals import RefusedError, told_of
from leb_kit.store.rows import Cells, digest_of
from leb_kit.store.schema import balance, cell, flow, product, source, territory
from leb_kit.store.versions import Version
from leb_kit.store.waiting import COLUMNS, Column, Shape, Waiting, rows, together

if TYPE_CHECKING:
    from sqlalchemy import Connection

#: Cells that wait in memory until they are written.
BATCH: Final = 100_000
#: Fewer cells than these come to a server faster as rows than through a table of their own.
FEW: Final = 2_000
#: Rows that a file takes with one statement: what a rule prepares is prepared once for all of them.
TOGETHER: Final = 100
#: Sets of flows and products that are remembered: a region has one or a few.
_SHAPES: Final = 16
_INTO: Final = f"cell ({', '.join(COLUMNS)})"
_PLACES: Final = f"({', '.join('?' * len(COLUMNS))})"
_STAGE: Final = "pg_temp.leb_stage"
_STAGED: Final = (
    f"CREATE TEMPORARY TABLE leb_stage ON COMMIT DROP AS SELECT {', '.join(COLUMNS)} FROM cell "  # noqa: S608
    "WITH NO DATA"
)


_SOURCE: Final = text(
    "INSERT INTO source (territory_id, told) VALUES (:place, :told) "
    "ON CONFLICT (territory_id, told) DO NOTHING RETURNING id"
)
_SOURCE_THERE: Final = select(source.c.id).where(
    source.c.territory_id == bindparam("place"), source.c.told == bindparam("told")
)


class Writer:
    """Writes next versions in the transaction of a connection; what waits is written at the end.

    Parameters
    ----------
    connection : Connection
        In a transaction that writes.
    adding : bool
        Whether territories that are not there yet are added.

    Examples
    --------
    >>> from leb_kit.store.engine import WRITING, engine_of
    >>> from leb_kit.store import address, migrations
    >>> engine = engine_of(address.address("sqlite://"))
    >>> head = Version("IT", 2019, 1, "open", "anna", "2019-01-01T00:00:00Z", "", "", 1, "")
    >>> with engine.connect().execution_options(**{WRITING: True}) as connection:
    ...     migrations.upgrade(connection)
    ...     with Writer(connection, adding=True) as writer:
    ...         writer.add(head, Cells.of([("PPRD", "G3000", 1.0, "A", "", None)]))
    >>> writer.written[0].state
    'draft'
    """

    def __init__(self, connection: Connection, *, adding: bool) -> None:
        self._connection = connection
        self._adding = adding
        self._signs = versions.signs()
        self._places: dict[str, int] = versions.pairs(connection, select(territory.c.code, territory.c.id))
        self._words = {table: versions.ids(connection, table, set()) for table in (flow, product)}
        self._sign = self._signs_of_all()
        # who saves meanwhile is met by the key of versions
        self._fresh = not connection.scalar(select(exists().select_from(balance)))
        self._sources: dict[int, dict[str, int]] = {}
        self._newest: dict[tuple[str, int], Version | None] = {}
        self._heads: list[tuple[int, Version]] = []
        self._cells = Waiting()
        self._years: set[tuple[int, int]] = set()  # of what waits
        self._shape = lru_cache(maxsize=_SHAPES)(self._shape_of)
        self._open: list[tuple[int, Version]] = []  # written, not sealed
        self._staged = False
        self._off: Off | None = None  # not known before the first batch
        #: Versions in the order in which they were added, sealed.
        self.written: list[Version] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
            if self._off:
                first_load.end(self._connection, self._off)
            self._seal()
            if self._off is Off.ALL:
                first_load.measure(self._connection)

    def look(self, keys: Iterable[tuple[str, int]]) -> None:
        """Read the newest versions of many territories and years at once, for the price of one."""
        new = [key for key in keys if key not in self._newest]
        found = {} if self._fresh else versions.newest_of(self._connection, new)
        self._newest |= dict.fromkeys(new) | found
        places = {self._places[code] for code, _ in found if code in self._places}
        if places := places - self._sources.keys():
            self._look_sources(sorted(places))

    def newest(self, code: str, year: int) -> int:
        """Return the number of the newest version of a territory and year, 0 where there is none.

        Raises
        ------
        InputError
            The store does not have the territory, and this person does not add one.
        """
        self._place(code)
        if (code, year) not in self._newest:
            self.look([(code, year)])
        found = self._newest[code, year]
        return found.version if found else 0

    def has(self, code: str, year: int, cells: Cells, written: bytes) -> bool:
        """Return whether the newest version of a territory and year has these cells, as ``written_out``.

        Its seal tells: the same head over other cells has another.
        """
        found = self._newest.get((code, year))
        return found is not None and digest_of(found.head, cells, written) == found.digest

    def add(self, head: Version, cells: Cells, written: bytes | None = None) -> None:
        """Write a version, whole and sealed, at once or with those that come after it.

        ``written``: what ``written_out`` gives for the cells, where that is known.

        Raises
        ------
        InputError
            A product stands in a row that never has it: every such cell.
        """
        place = self._place(head.territory)
        shape = self._shape(tuple(cells.flow), tuple(cells.product))
        if shape.barred and (faults := pairs.faults(f"{head.territory} {head.year}", cells)):
            raise InputError(say("store"), faults)
        origins = self._origins(place, cells.source)
        if (place, head.year) in self._years:
            self._flush()  # it is compared with the one before it, which must be there
        self._years.add((place, head.year))
        key = (place, head.year, head.version)
        self._cells.add(key, shape, (cells.energy_mwh, cells.status, origins, cells.sigma))
        sealed = head._replace(state="draft", cells=cells.size, digest=digest_of(head.head, cells, written))
        self._heads.append((place, sealed))
        self.written.append(sealed)
        self._newest[head.territory, head.year] = sealed
        if len(self._cells) >= BATCH:
            self._flush()

    def _shape_of(self, flows: tuple[str, ...], products: tuple[str, ...]) -> Shape:
        known, whats = self._ids(flow, set(flows)), self._ids(product, set(products))
        return Shape.of(
            map(known.__getitem__, flows),
            map(whats.__getitem__, products),
            map(self._sign.__getitem__, flows),
            barred=not pairs.barred().isdisjoint(zip(flows, products, strict=True)),
        )

    # ── words ────────────────────────────────────────────────────────────────────────────────────────────

    def _place(self, code: str) -> int:
        if code not in self._places:
            if self._adding:
                return versions.add_territory(self._connection, code, self._places)
            self._places[code] = versions.territory_id(self._connection, code)
        return self._places[code]

    def _ids(self, table: Any, codes: set[str]) -> dict[str, int]:
        if codes - self._words[table].keys():
            more = {"signed": self._signs} if table is flow else {}
            self._words[table] = versions.ids(self._connection, table, codes, **more)
            self._sign = self._signs_of_all()
        return self._words[table]

    def _signs_of_all(self) -> dict[str, int]:
        return {code: self._signs.get(code, 1) for code in self._words[flow]}

    def _origins(self, place: int, told: Sequence[str]) -> Column:
        """Return the number of the source of each cell, None where it has none."""
        words = set(told)
        known = self._told(place, words - {""})
        if len(words) == 1 and words <= known.keys():  # mostly: an array need not be looked through again
            return np.full(len(told), known[told[0]], dtype=np.int64)
        return [known.get(one) for one in told]

    def _told(self, place: int, told: set[str]) -> dict[str, int]:
        """Return the numbers of the sources of a territory, those added that are new."""
        if place not in self._sources:
            self._look_sources([place])
        known = self._sources[place]
        for words in sorted(told - known.keys()):
            row = {"place": place, "told": words}
            # somebody may have added it since it was asked for
            made = self._connection.scalar(_SOURCE, row) or self._connection.scalar(_SOURCE_THERE, row)
            known[words] = int(made or 0)
        return known

    def _look_sources(self, places: list[int]) -> None:
        self._sources |= {place: {} for place in places}
        if self._fresh:
            return
        asked = select(source.c.territory_id, source.c.told, source.c.id)
        for place, words, number in self._connection.execute(asked.where(source.c.territory_id.in_(places))):
            self._sources[place][words] = number

    # ── rows ─────────────────────────────────────────────────────────────────────────────────────────────

    def _flush(self) -> None:
        if not self._heads:
            return
        if self._off is None:
            many = self._adding and len(self._cells) >= BATCH
            self._off = first_load.begin(self._connection) if many else Off.NOTHING
        sealing.begin(self._connection, self._heads)
        self._write_cells()
        self._open, self._heads, self._cells, self._years = self._open + self._heads, [], Waiting(), set()

    def _seal(self) -> None:
        """Seal all versions that were written: until the last cell is there, each of them is open."""
        if not self._open:
            return
        # each is counted when it is sealed: what was written went into no other version
        if not sealing.seal(self._connection, self._open):
            raise RefusedError(say("store"), [told_of("sealed")])

    def _write_cells(self) -> None:
        columns = self._cells.columns()
        if any(head.version > 1 for _, head in self._heads):
            if self._off:
                first_load.require_pairs(self._connection)
            columns = changes.differing(self._connection, columns)
        if not len(columns[0]):
            return
        if self._connection.dialect.name == "sqlite":
            many, rest = together(columns, TOGETHER)
            for taken, count in ((many, TOGETHER), (rest, 1)):
                if taken:
                    places = ", ".join([_PLACES] * count)
                    self._connection.exec_driver_sql(f"INSERT INTO {_INTO} VALUES {places}", taken)  # noqa: S608
        elif len(columns[0]) < FEW:
            self._connection.execute(
                insert(cell), [dict(zip(COLUMNS, one, strict=True)) for one in rows(columns)]
            )
        else:
            self._copy(columns)

    def _copy(self, columns: list[Column]) -> None:
        """Bring cells to a server through a table that only this transaction sees."""
        if self._off is Off.ALL:
            self._copy_into(_INTO, columns, ", FREEZE")
            return
        if not self._staged:
            self._connection.exec_driver_sql(_STAGED)
            self._staged = True
        self._copy_into(_STAGE, columns)
        self._connection.exec_driver_sql(
            f"INSERT INTO {_INTO} SELECT * FROM {_STAGE} ORDER BY 1, 2, 3, 4, 5"  # noqa: S608
        )
        self._connection.exec_driver_sql(f"TRUNCATE {_STAGE}")

    def _copy_into(self, table: str, columns: list[Column], how: str = "") -> None:
        driver: Any = self._connection.connection.driver_connection
        sent = f"COPY {table} FROM STDIN (FORMAT BINARY{how})"
        try:
            with driver.cursor() as cursor, cursor.copy(sent) as copy:
                copy.write(binary.written(columns))
        except driver_errors() as error:
            raise DBAPIError("COPY", None, error, connection_invalidated=driver.closed) from None


def driver_errors() -> type[Exception]:
    """Return what the driver of a server raises."""
    import psycopg

    return psycopg.Error
