"""What an engine can tell of itself, and whether its rules are still those of the schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from leb_kit.errors import say
from leb_kit.store import migrations, policies, triggers
from leb_kit.store.address import address
from leb_kit.store.engine import WRITING, engine_of
from leb_kit.store.schema import APPLICATION_ID, metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection

_MASTER: Final = "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL"
_BODIES: Final = "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
_TRIGGERS: Final = (
    "SELECT tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid WHERE NOT tgisinternal "
    "AND tgenabled = 'O' AND c.relnamespace = 'public'::regnamespace"
)
_RULES: Final = (
    "SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND convalidated"
)
_INDEXES: Final = "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"
_GUARDED: Final = (
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' "
    "AND relrowsecurity AND relforcerowsecurity"
)
_POLICIES: Final = "SELECT tablename || ' ' || policyname FROM pg_policies WHERE schemaname = 'public'"
_OWNER: Final = (
    "SELECT rolsuper OR rolbypassrls FROM pg_roles "
    "WHERE rolname = (SELECT tableowner FROM pg_tables WHERE tablename = 'cell')"
)


def of_file(connection: Connection) -> Iterator[tuple[str, str]]:
    """Give what is wrong with the pages, the links and the rules of a file: where, found."""
    for (told,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if told != "ok":
            yield say("pages"), str(told)
    for table, key, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield str(table), say("a row {key} leads to no {parent}", key=key, parent=parent)
    if connection.exec_driver_sql("PRAGMA application_id").scalar() != APPLICATION_ID:
        yield say("header"), say("the mark of a store is gone")
    here = {name: sql for name, sql in connection.exec_driver_sql(_MASTER)}  # noqa: C416 - rows are no pairs
    for name in sorted({*here, *_fresh()}):
        if here.get(name) != _fresh().get(name):
            yield name, say("a rule of the store is gone or another")


@cache
def _fresh() -> dict[str, str]:
    """Return what makes each table, index and trigger of a new file."""
    engine = engine_of(address("sqlite://"))
    with engine.connect().execution_options(**{WRITING: True}) as connection:
        migrations.upgrade(connection)
        made = {name: sql for name, sql in connection.exec_driver_sql(_MASTER)}  # noqa: C416
    engine.dispose()
    return made


def of_server(connection: Connection) -> Iterator[tuple[str, str]]:
    """Give what is wrong with the settings and rules of a server: where, found."""
    if connection.exec_driver_sql("SHOW data_checksums").scalar() != "on":
        yield say("pages"), say("the server does not check its pages: initdb --data-checksums")
    if connection.exec_driver_sql(_OWNER).scalar():
        yield say("owner"), say("the owner of the store passes every wall")
    gone = say("a rule of the store is gone or another")
    for asked, expected in (
        (_TRIGGERS, set(triggers.POSTGRESQL)),
        (_RULES, _rules()),
        (_INDEXES, {str(index.name) for table in metadata.tables.values() for index in table.indexes}),
        (_GUARDED, set(metadata.tables)),
        (_POLICIES, _policies()),
    ):
        for name in sorted(expected - set(connection.exec_driver_sql(asked).scalars())):
            yield name, gone
    here = {name: body.strip() for name, body in connection.exec_driver_sql(_BODIES)}
    for name, body in _bodies().items():
        if here.get(name) != body:
            yield name, gone


def _rules() -> set[str]:
    from sqlalchemy.dialects import postgresql

    dialect: Any = postgresql.dialect
    told = dialect().identifier_preparer.format_constraint
    made = {told(rule) for table in metadata.tables.values() for rule in table.constraints}
    return {str(name) for name in made if name}


def _policies() -> set[str]:
    made = (re.match(r"CREATE POLICY (\w+) ON (\w+)", sql) for sql in policies.statements(metadata))
    return {f"{found[2]} {found[1]}" for found in made if found}


def _bodies() -> dict[str, str]:
    functions = [*triggers.statements("postgresql"), *policies.statements(metadata)]
    made = (re.search(r"CREATE FUNCTION (\w+)\(.*?\$\$(.*)\$\$", sql, re.DOTALL) for sql in functions)
    return {found[1]: found[2].strip() for found in made if found}
