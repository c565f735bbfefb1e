"""How a store comes to the schema of this version of leb_kit: whole, or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from leb_kit.errors import InputError, say

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory
    from sqlalchemy import Connection

#: Key of the lock that lets a second upgrade of one server wait for the first.
LOCK: Final = 0x4C45426B


def _scripts() -> ScriptDirectory:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return ScriptDirectory.from_config(config)


@cache
def revisions() -> tuple[str, ...]:
    """Return the revisions that this version of leb_kit knows, the first one first.

    Examples
    --------
    >>> revisions()[0]
    '0001'
    """
    steps = _scripts().walk_revisions()
    return tuple(step.revision for step in reversed(list(steps)))


def revision_of(connection: Connection) -> str | None:
    """Return the revision of a store, or None where there is none."""
    from alembic.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def run(connection: Connection, statements: Iterable[str]) -> None:
    """Run statements of a step of the schema."""
    for statement in statements:
        # a per cent sign is a place for a value to one driver and nothing to the other
        doubled = connection.dialect.name == "postgresql"
        connection.exec_driver_sql(statement.replace("%", "%%") if doubled else statement)


def upgrade(connection: Connection, to: str = "head") -> None:
    """Bring a store to the newest revision, or to one that is named, in the transaction of the connection.

    Raises
    ------
    InputError
        The store was written by a newer version of leb_kit.
    """
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext

    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
    require_known(connection)
    scripts = _scripts()
    run = EnvironmentContext(Config(), scripts, fn=lambda found, _: scripts._upgrade_revs(to, found))  # noqa: SLF001
    with run:
        run.configure(connection=connection, transactional_ddl=True)
        with run.begin_transaction():
            run.run_migrations()


def require_known(connection: Connection) -> str | None:
    """Return the revision of a store; one that is newer than this program is refused.

    Raises
    ------
    InputError
        The store was written by a newer version of leb_kit.
    """
    found = revision_of(connection)
    if found is not None and found not in revisions():
        fault = say(
            "the store has schema {found}, this program knows up to {newest}: install a newer leb_kit; "
            "nothing was changed",
            found=found,
            newest=revisions()[-1],
        )
        raise InputError(say("store"), [fault])
    return found
