"""Documents in the tables: their heads and parts, one way of writing and reading for every kind."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import and_, func, insert, select, update

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.store import bulk, migrations, versions
from leb_kit.store.parts import CODES, Parts, Row, checked, digest_of, shape
from leb_kit.store.schema import flow, product, territory
from leb_kit.store.schema_documents import SINCE, document, parts_of

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Table

_CODES: Final = dict(zip(CODES, (flow, product), strict=True))
_STAGE: Final = "pg_temp.leb_parts"


class Document(NamedTuple):
    """Head of one version of a document."""

    territory: str
    kind: str
    name: str
    version: int
    author: str
    made_at: str
    message: str
    label_it: str = ""
    label_en: str = ""
    #: Of the balance that it begins from.
    year: int | None = None
    balance_version: int | None = None
    #: Name and version of the document that it uses.
    used: str | None = None
    used_version: int | None = None
    parts: int = 0
    digest: str = ""
    number: int = 0  # in this store; another one gives it another

    @property
    def head(self) -> tuple[object, ...]:
        """What the digest covers besides the parts."""
        return tuple(self[: self._fields.index("parts")])

    @property
    def place(self) -> str:
        """Which document this is, in words."""
        return f"{self.territory}, {say(self.kind)} '{self.name}' v{self.version}"


_used = document.alias("used")
_HEAD: Final = (
    territory.c.code,
    *(document.c[name] for name in ("kind", "name", "version", "author", "made_at", "message")),
    *(document.c[name] for name in ("label_it", "label_en", "year", "balance_version")),
    _used.c.name,
    _used.c.version,
    document.c.parts,
    document.c.digest,
    document.c.id,
)


def has_room(connection: Connection) -> bool:
    """Return whether the schema of a store has documents."""
    return str(migrations.revision_of(connection)) >= SINCE


def heads(connection: Connection, *where: ColumnElement[bool]) -> list[Document]:
    """Return the heads that match, in the order in which they were made in each territory."""
    if not has_room(connection):
        return []
    asked = select(*_HEAD).join(territory, territory.c.id == document.c.territory_id)
    same = and_(_used.c.id == document.c.used_id, _used.c.territory_id == document.c.territory_id)
    order = (territory.c.code, document.c.kind, document.c.name, document.c.version)
    rows = connection.execute(asked.outerjoin(_used, same).where(*where).order_by(*order))
    return [Document._make(row) for row in rows]


def head_of(connection: Connection, code: str, kind: str, name: str, version: int | None = None) -> Document:
    """Return the head of a document, its newest version unless one is named.

    Raises
    ------
    InputError
        There is none that this person may see: the nearest name.
    """
    here = heads(connection, territory.c.code == code, document.c.kind == kind)
    mine = [one for one in here if one.name == name and version in (None, one.version)]
    if not mine:
        place = f"{say(kind)} '{name}'" + ("" if version is None else f" v{version}")
        hint = did_you_mean(name, {one.name for one in here} - {name})
        told = say(
            "no {place} in {territory} that you may see.{hint}", place=place, territory=code, hint=hint
        )
        raise InputError(say("store"), [told])
    return mine[-1]


def newest(connection: Connection, code: str, kind: str, name: str) -> Document | None:
    """Return the newest head of a document, None where there is none that this person may see."""
    same = (territory.c.code == code, document.c.kind == kind, document.c.name == name)
    found = heads(connection, *same)
    return found[-1] if found else None


def read(connection: Connection, head: Document) -> dict[str, list[Row]]:
    """Return the parts of a document, in the order of their keys.

    Raises
    ------
    InputError
        They or the head are not what was sealed.
    """
    found = {table.name: rows_of(connection, table, head) for table in parts_of(head.kind)}
    if digest_of(head.head, found) != head.digest:
        repair = say("the store is damaged: run leb store doctor, then restore a backup")
        raise InputError(say("store"), [say("{place} is not what was sealed", place=head.place), repair])
    return found


def rows_of(connection: Connection, table: Table, head: Document) -> list[Row]:
    """Return the rows of a document in one table, in the order of their key."""
    columns, _, key = shape(table.name)
    place = select(territory.c.id).where(territory.c.code == head.territory).scalar_subquery()
    asked: Any = select(*(_CODES[one.name].c.code if one.name in CODES else one for one in columns))
    asked = asked.select_from(table)
    for one in columns:
        if one.name in CODES:
            words = _CODES[one.name]
            asked = asked.outerjoin(words, words.c.id == one)
    asked = asked.where(table.c.territory_id == place, table.c.document_id == head.number)
    rows = [tuple(row) for row in connection.execute(asked)]
    rows.sort(key=itemgetter(slice(key)))  # here, so that it is the same on any engine
    return rows


# ── write ────────────────────────────────────────────────────────────────────────────────────────────────


def write(connection: Connection, head: Document, given: Parts, *, place: int, used: int | None) -> Document:
    """Write a version, whole and sealed; ``place`` is its territory, ``used`` the document that it uses.

    Raises
    ------
    InputError
        Values that no column takes, all of them.
    """
    made = checked(head.place, head.kind, given)
    fields = ("kind", "name", "version", "author", "made_at", "message", "label_it", "label_en")
    row = {name: getattr(head, name) for name in (*fields, "year", "balance_version")}
    new = insert(document).values(territory_id=place, used_id=used, **row).returning(document.c.id)
    number = int(connection.scalar(new) or 0)
    for table in parts_of(head.kind):
        _write_rows(connection, table, (place, number), made[table.name])
    count = sum(map(len, made.values()))
    sealed = head._replace(parts=count, digest=digest_of(head.head, made), number=number)
    seal = update(document).where(document.c.id == number, document.c.territory_id == place)
    connection.execute(seal.values(parts=count, digest=sealed.digest))
    return sealed


def _write_rows(connection: Connection, table: Table, key: tuple[int, int], rows: Sequence[Row]) -> None:
    if not rows:
        return
    columns = shape(table.name).columns
    numbers = [
        _numbers(connection, one.name, {row[at] for row in rows} - {None}) if one.name in CODES else None
        for at, one in enumerate(columns)
    ]
    full = [
        (
            *key,
            *(
                one if known is None or one is None else known[one]
                for one, known in zip(row, numbers, strict=True)
            ),
        )
        for row in rows
    ]
    names = [column.name for column in table.columns]
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * len(names))
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})", full)  # noqa: S608
    elif len(full) < bulk.FEW:
        connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in full])
    else:
        _copy(connection, table, names, full)


def _numbers(connection: Connection, column: str, codes: set[str]) -> dict[str, int]:
    table = _CODES[column]
    more = {"signed": versions.signs()} if table is flow else {}
    return versions.ids(connection, table, codes, **more)


def _copy(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Row]) -> None:
    """Bring many rows to a server: COPY would pass by the rights of people, so through a table of our own."""
    from sqlalchemy.exc import DBAPIError

    listed = ", ".join(names)
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE leb_parts ON COMMIT DROP AS SELECT {listed} FROM {table.name} WITH NO DATA"  # noqa: S608
    )
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(f"COPY {_STAGE} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    except bulk.driver_errors() as error:
        raise DBAPIError("COPY", None, error, connection_invalidated=driver.closed) from None
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({listed}) SELECT {listed} FROM {_STAGE}")  # noqa: S608
    connection.exec_driver_sql(f"DROP TABLE {_STAGE}")


def last_number(connection: Connection, place: int, kind: str, name: str) -> int:
    """Return the number of the newest version of a document, 0 where there is none."""
    where = (document.c.territory_id == place, document.c.kind == kind, document.c.name == name)
    return int(connection.scalar(select(func.max(document.c.version)).where(*where)) or 0)
