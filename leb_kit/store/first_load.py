"""Loads of many cells: what looks at one row after the other is asked of all rows at once.

An index that grows row by row, and rules and keys that look at each row by itself, take most of the time of a
load. A file's rules of one row are taken off while many come: nobody else writes meanwhile. Where no cell is
there yet, the owner of a store takes off indexes too, and on a server keys. Before the transaction ends all
of it is put back, and was asked of every row, or the whole load is refused. Nobody else ever sees the table
without them.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, Final

from sqlalchemy import MetaData, exists, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import AddConstraint, CreateIndex, DropConstraint, DropIndex

from leb_kit.errors import say
from leb_kit.store import triggers
from leb_kit.store.refusals import RefusedError, told_of
from leb_kit.store.schema import cell, metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection, Constraint, Index, Table

#: Triggers that ask of each cell whether its version is still open, and whether its product may stand there.
_OF_EACH: Final = ("cell_sealed", "cell_pair")
#: The trigger of a server that keeps the table from being emptied.
_WHOLE: Final = "cell_whole"
#: How often a product stands where it never does, in a version that is being written. Asked pair by pair:
#: there are few of them, and the index of the cells leads to each.
_BARRED: Final = text(
    "SELECT count((SELECT 1 FROM cell c JOIN balance b ON b.territory_id = c.territory_id "
    "AND b.year = c.year AND b.version = c.version AND b.state = 'open' "
    "WHERE c.flow_id = p.flow_id AND c.product_id = p.product_id AND c.energy_mwh <> 0 "
    "AND c.until IS NULL LIMIT 1)) "
    "FROM barred_pair p"
)


_LISTED: Final = ", ".join(f"'{trigger}'" for trigger in _OF_EACH)
#: How many of these triggers are there: an older store has fewer.
_THERE: Final = {
    "sqlite": f"SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name IN ({_LISTED})",  # noqa: S608
    "postgresql": f"SELECT count(*) FROM pg_trigger WHERE tgname IN ({_LISTED})",  # noqa: S608
}


class Off(IntEnum):
    """What was taken off."""

    NOTHING = 0
    #: Rules of one row.
    ROWS = 1
    #: Indexes and, on a server, keys too.
    ALL = 2


def begin(connection: Connection) -> Off:
    """Take off what may be taken off now; on a server nothing where cells or people are there.

    Nothing either in a store of an older schema, whose rules are others.

    Examples
    --------
    >>> from leb_kit.store.engine import WRITING, engine_of
    >>> from leb_kit.store import address, migrations
    >>> engine = engine_of(address.address("sqlite://"))
    >>> with engine.connect().execution_options(**{WRITING: True}) as connection:
    ...     migrations.upgrade(connection)
    ...     off = begin(connection)
    ...     end(connection, off)
    ...     print(off.name)
    ALL
    """
    server = connection.dialect.name == "postgresql"
    if connection.exec_driver_sql(_THERE[connection.dialect.name]).scalar() != len(_OF_EACH):
        return Off.NOTHING
    if server and not _alone(connection):
        return Off.NOTHING
    empty = not connection.scalar(select(exists().select_from(cell)))
    if server:
        if not empty:
            return Off.NOTHING
        for key in _keys():
            connection.execute(DropConstraint(key))
        for trigger in (*_OF_EACH, _WHOLE):
            connection.exec_driver_sql(f"ALTER TABLE cell DISABLE TRIGGER {trigger}")
        # else COPY is refused to the owner too; the lock keeps everybody out until the end
        connection.exec_driver_sql("ALTER TABLE cell NO FORCE ROW LEVEL SECURITY")
        # rows of a table that is new to the transaction need not be looked at again when it has ended
        connection.exec_driver_sql("TRUNCATE cell")
    else:
        for trigger in _OF_EACH:
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
    for index in _indexes() if empty else ():
        connection.execute(DropIndex(index))
    return Off.ALL if empty else Off.ROWS


def end(connection: Connection, off: Off) -> None:
    """Put back what was taken off, over every row; whoever wrote them asks whether each version was open.

    Raises
    ------
    sqlalchemy.exc.IntegrityError
        A row leads to nothing, or stands there twice; the transaction is lost.
    RefusedError
        A product stands where it never does; likewise.
    """
    if connection.dialect.name == "postgresql":
        for trigger in (*_OF_EACH, _WHOLE):
            connection.exec_driver_sql(f"ALTER TABLE cell ENABLE TRIGGER {trigger}")
        connection.exec_driver_sql("ALTER TABLE cell FORCE ROW LEVEL SECURITY")
        for key in reversed(_keys()):
            connection.execute(AddConstraint(key))
    else:
        for trigger in _OF_EACH:
            connection.exec_driver_sql(triggers.SQLITE[trigger])
    for index in _indexes() if off is Off.ALL else ():
        connection.execute(CreateIndex(index))
    require_pairs(connection)


def require_pairs(connection: Connection) -> None:
    """Ask of the cells that are being written, and of which none has ended, whether their products may stand.

    Raises
    ------
    RefusedError
        A product stands where it never does; the transaction is lost.
    """
    if connection.scalar(_BARRED):
        raise RefusedError(say("store"), [told_of("pair")])


def measure(connection: Connection) -> None:
    """Let a server count what came, so that the next question need not guess how much is there."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ANALYZE territory, source, balance, cell")


def _alone(connection: Connection) -> bool:
    """Take the table for ourselves; False where anybody is at it, whom we do not wait for."""
    try:
        with connection.begin_nested():
            connection.exec_driver_sql("LOCK TABLE cell IN ACCESS EXCLUSIVE MODE NOWAIT")
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", "") != "55P03":  # lock not available
            raise
        return False
    return True


@cache
def _cell() -> Table:
    """Return the table of cells in a copy of the schema.

    A key that is put on by itself is left out of its table when that is made next: the schema itself must
    not learn that.
    """
    apart = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.sorted_tables:
        table.to_metadata(apart)
    return apart.tables[cell.name]


def _keys() -> list[Constraint]:
    """Return what is looked up row by row; the key of the cells last, so that it is the first to be back."""
    links = sorted(_cell().foreign_key_constraints, key=lambda key: str(key.column_keys))
    return [*links, _cell().primary_key]


def _indexes() -> list[Index]:
    return sorted(_cell().indexes, key=lambda index: str(index.name))
