"""The first load of an empty store: what looks at one row after the other is put on all rows at once.

An index that grows row by row, and keys that a server looks up row by row, take most of the time of a load.
Where no cell is there yet, its owner takes them off, and puts them back before the transaction ends: over
every row, or the whole load is refused. Nobody else ever sees the table without them.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from sqlalchemy import MetaData, exists, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import AddConstraint, CreateIndex, DropConstraint, DropIndex

from leb_kit.errors import say
from leb_kit.store import triggers
from leb_kit.store.refusals import RefusedError, told_of
from leb_kit.store.schema import balance, cell, metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection, Constraint, Index, Table

#: The trigger that asks of each cell whether its version is still open.
_SEALED: Final = "cell_sealed"


def begin(connection: Connection) -> bool:
    """Take off indexes and, on a server, keys; False, and nothing changed, where cells or people are there.

    Examples
    --------
    >>> from leb_kit.store.engine import WRITING, engine_of
    >>> from leb_kit.store import address, migrations
    >>> engine = engine_of(address.address("sqlite://"))
    >>> with engine.connect().execution_options(**{WRITING: True}) as connection:
    ...     migrations.upgrade(connection)
    ...     begin(connection)
    ...     end(connection)
    True
    """
    server = connection.dialect.name == "postgresql"
    if server and not _alone(connection):
        return False
    if connection.scalar(select(exists().select_from(cell))):
        return False
    for index in _indexes():
        connection.execute(DropIndex(index))
    if server:
        for key in _keys():
            connection.execute(DropConstraint(key))
        # else COPY is refused to the owner too; the lock keeps everybody out until the end
        connection.exec_driver_sql("ALTER TABLE cell NO FORCE ROW LEVEL SECURITY")
        connection.exec_driver_sql(f"ALTER TABLE cell DISABLE TRIGGER {_SEALED}")
    else:
        connection.exec_driver_sql(f"DROP TRIGGER {_SEALED}")
    return True


def end(connection: Connection) -> None:
    """Put back what was taken off, over every row.

    Raises
    ------
    sqlalchemy.exc.IntegrityError
        A row leads to nothing, or stands there twice; the transaction is lost.
    RefusedError
        A version was sealed before its last cell was there; likewise.
    """
    # what the trigger looks up for each cell, asked once: where none is sealed, no cell went into one
    if connection.scalar(select(exists().where(balance.c.state != "open"))):
        raise RefusedError(say("store"), [told_of("sealed")])
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ALTER TABLE cell ENABLE TRIGGER {_SEALED}")
        connection.exec_driver_sql("ALTER TABLE cell FORCE ROW LEVEL SECURITY")
        for key in reversed(_keys()):
            connection.execute(AddConstraint(key))
    else:
        connection.exec_driver_sql(triggers.SQLITE[_SEALED])
    for index in _indexes():
        connection.execute(CreateIndex(index))


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
