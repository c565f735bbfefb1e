"""No document is incoherent, whoever writes; and each of its defences is missed where it is taken away."""

import re

import pytest

from leb_kit.store import document_triggers, triggers
from leb_kit.store.schema import metadata
from leb_kit.store.schema_documents import PARTS
from tests.store.conftest import ENGINES, SERVERS
from tests.store.document_violations import RECORD, violations
from tests.store.papers import filled, head, row, seal
from tests.store.test_violations import ERRORS, metadata_name, raw

OF_FILE = [name for name in triggers.SQLITE if name in document_triggers.names()]
OF_SERVER = [name for name in triggers.POSTGRESQL if name in document_triggers.names()]
TABLES = ("document", *(table.name for table in PARTS))
LISTED = {dialect: violations(dialect) for dialect in ("sqlite", "postgresql")}


@pytest.fixture(scope="module")
def filled_file(tmp_path_factory):
    """A file with a document of each kind."""
    path = tmp_path_factory.mktemp("papers") / "leb.db"
    filled(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="module", params=ENGINES)
def owner(request, servers, filled_file):
    """The owner of a store with documents, by raw SQL."""
    if request.param == "sqlite":
        with raw(f"sqlite:///{filled_file}") as opened:
            yield opened
        return
    database = servers(request.param).database("papers", filled)
    with raw(database.url) as opened:
        yield opened
    database.drop()


def count(opened):
    """How many rows there are of each table."""
    asked = [f"SELECT count(*) FROM {table}" for table in TABLES]  # noqa: S608
    return [opened.connection.execute(one).fetchone() for one in asked]


def let_through(opened, table):
    """Violations of a table that are not refused as they should be, and what refuses them instead."""
    listed = LISTED[opened.dialect]
    mine = {name: one for name, one in listed.items() if name.startswith(f"{table}:")}
    told = {name: opened.refusal(sql) for name, (sql, _) in mine.items()}
    passed = {name: told[name] for name, (_, rule) in mine.items() if not re.search(rule, told[name] or "")}
    return passed | ({} if table != "document" or recorded(opened) else {"history": None})


@pytest.mark.parametrize("table", TABLES)
def test_no_store_holds_what_is_listed(owner, table):
    """Proves: the rule named beside each violation refuses it, on this engine, by raw SQL of the owner."""
    before = count(owner)
    assert let_through(owner, table) == {}
    assert count(owner) == before


def test_there_are_two_hundred_and_more_on_each_engine():
    assert min(map(len, LISTED.values())) >= 200


def test_what_is_right_is_stored(owner):
    """Proves: the rules refuse what is wrong and not everything."""
    sound = [head("plan"), row("plan"), row("plan_technology"), row("plan_price"), seal(3)]
    assert owner.refusal(sound) is None
    sound = [head("readings"), row("reading"), row("reading", start_s="1577837700"), seal(2)]
    assert owner.refusal(sound) is None


def recorded(opened):
    """Whether a seal leaves one row of history."""
    sql, asked = RECORD
    opened.connection.execute("SAVEPOINT told")
    try:
        before = opened.connection.execute(asked).fetchone()[0]
        for statement in sql:
            opened.connection.execute(statement)
        return opened.connection.execute(asked).fetchone()[0] == before + 1
    except ERRORS:
        return False
    finally:
        opened.connection.execute("ROLLBACK TO SAVEPOINT told")


def test_a_seal_is_history(owner):
    assert recorded(owner)


# ── a defence taken away ─────────────────────────────────────────────────────────────────────────────────


def of_table(names, table):
    """The triggers that stand on a table."""
    return [name for name in names if name.rpartition("_")[0] == table]


#: What another defence holds as well, so that nothing shows where it is gone alone.
HELD_TWICE = {
    "ck_document_version": "document_next asks for the next version, from 1",
    "ck_document_author": "document_born writes the login",
    "ck_document_parts": "document_fixed counts",
    "uq_document_territory_id_kind_name_version": "document_next counts versions",
    "uq_document_id_territory_id": "the number of a document is its key",
    "fk_document_used_id_territory_id": "document_next looks for what is used",
}


def constraints(table):
    """Rules of a table that a server can drop alone."""
    names = [metadata_name(rule) for rule in metadata.tables[table].constraints if rule.name]
    return [name for name in names if not name.startswith("pk_")]


@pytest.mark.parametrize("table", TABLES)
def test_a_file_without_one_trigger_turns_a_test_red(filled_file, table):
    """Proves: no trigger is there for show; the violations would notice if it were gone."""
    with raw(f"sqlite:///{filled_file}") as opened:
        dropped = {name: f"DROP TRIGGER {name}" for name in of_table(OF_FILE, table)}
        assert len(dropped) >= 3
        assert [name for name, sql in dropped.items() if not without(opened, table, sql)] == []


@pytest.fixture(scope="module")
def mutant(servers):
    """A store on the newer server whose defences a test may take away, in a transaction."""
    database = servers(SERVERS[1]).database("papers", filled)
    with raw(database.url) as opened:
        yield opened
    database.drop()


def without(opened, table, statement):
    """What passes once a defence is gone."""
    opened.connection.execute("SAVEPOINT whole")
    try:
        opened.connection.execute(statement)
        return let_through(opened, table)
    finally:
        opened.connection.execute("ROLLBACK TO SAVEPOINT whole")


@pytest.mark.parametrize("table", TABLES)
def test_a_server_without_one_defence_turns_a_test_red(mutant, table):
    triggers_of = {name: f"DROP TRIGGER {name} ON {table}" for name in of_table(OF_SERVER, table)}
    rules = {name: f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE" for name in constraints(table)}
    assert len(triggers_of) >= 2
    for name, sql in (triggers_of | rules).items():
        held = name in HELD_TWICE or name.startswith(f"fk_{table}_document_id_territory_id")  # by _sealed
        assert bool(without(mutant, table, sql)) != held, name
