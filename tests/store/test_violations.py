"""Nothing incoherent can be stored, whoever writes; and each defence is missed where it is taken away."""

import re
import shutil
import sqlite3
from contextlib import closing, contextmanager

import pandas as pd
import psycopg
import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.store import document_triggers, triggers
from leb_kit.store.address import address
from leb_kit.store.engine import engine_of
from leb_kit.store.refusals import RefusedError
from leb_kit.store.schema import metadata
from tests.store.conftest import ENGINES, SERVERS
from tests.store.people import TABLES, small
from tests.store.violations import NAMES, filled, violations

ERRORS = (sqlite3.Error, psycopg.Error)
#: Of test_document_violations.
OF_DOCUMENTS = document_triggers.names()


class Raw:
    """A connection of the store's owner that tries statements and takes each try back."""

    def __init__(self, connection, dialect):
        self.connection, self.dialect = connection, dialect

    def refusal(self, statements):
        """What refuses the statements, or None where they pass."""
        self.connection.execute("SAVEPOINT try")
        try:
            for statement in statements:
                self.connection.execute(statement)
            if self.dialect == "postgresql":
                self.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except ERRORS as error:
            return f"{error} {getattr(getattr(error, 'diag', None), 'constraint_name', '')}"
        else:
            return None
        finally:
            self.connection.execute("ROLLBACK TO SAVEPOINT try")

    def everything(self):
        """Every row of every table."""
        return [sorted(map(repr, self.connection.execute(f"SELECT * FROM {t}"))) for t in TABLES]  # noqa: S608

    def let_through(self):
        """Violations that are not refused as they should be, and records that are not made."""
        listed = violations(self.dialect)
        told = {name: self.refusal(sql) for name, (sql, _) in listed.items()}
        passed = [name for name, (_, rule) in listed.items() if not re.search(rule, told[name] or "")]
        return passed + [name for name, (sql, asked) in RECORDS.items() if not self.records(sql, asked)]

    def records(self, sql, asked):
        """Whether a change leaves one row of history of the right kind."""
        self.connection.execute("SAVEPOINT try")
        try:
            before = self.connection.execute(asked).fetchone()[0]
            self.connection.execute(sql)
            return self.connection.execute(asked).fetchone()[0] == before + 1
        except ERRORS:
            return False
        finally:
            self.connection.execute("ROLLBACK TO SAVEPOINT try")


T = "(SELECT id FROM territory WHERE code = '001272')"
RECORDS = {
    "a state": (
        f"UPDATE balance SET state = 'checked' WHERE version = 4 AND territory_id = {T}",  # noqa: S608
        "SELECT count(*) FROM change WHERE what = 'balance' AND told LIKE '%v4 checked%'",
    ),
    "a role given": (
        f"INSERT INTO membership VALUES ('p', {T}, 'reader')",  # noqa: S608
        "SELECT count(*) FROM change WHERE told = 'insert p reader'",
    ),
    "a role changed": (
        "UPDATE membership SET role = 'admin' WHERE person = 'kept'",
        "SELECT count(*) FROM change WHERE told = 'update kept admin'",
    ),
    "a tag given": (
        f"INSERT INTO tag VALUES ({T}, 2020, 'new word', 3)",  # noqa: S608
        "SELECT count(*) FROM change WHERE told = 'insert 2020 v3 new word'",
    ),
    "a tag taken off": (
        "DELETE FROM tag WHERE name = 'kept'",
        "SELECT count(*) FROM change WHERE told = 'delete 2020 v2 kept'",
    ),
    "a role taken": (
        "DELETE FROM membership WHERE person = 'kept'",
        "SELECT count(*) FROM change WHERE told = 'delete kept reader'",
    ),
}


@contextmanager
def raw(url):
    """A raw connection to a store, in a transaction that is never committed."""
    if url.startswith("sqlite"):
        engine = engine_of(address(url))
        with closing(engine.raw_connection()) as pooled:
            connection = pooled.driver_connection
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(f"INSERT INTO membership VALUES ('kept', {T}, 'reader')")  # noqa: S608
            yield Raw(connection, "sqlite")
            connection.execute("ROLLBACK")
        engine.dispose()
        return
    with closing(psycopg.connect(url.replace("+psycopg", ""))) as connection:
        connection.execute(f"INSERT INTO membership VALUES ('kept', {T}, 'reader')")  # noqa: S608
        yield Raw(connection, "postgresql")
        connection.rollback()


@pytest.fixture(scope="module")
def filled_file(tmp_path_factory):
    """A file with versions in every state."""
    path = tmp_path_factory.mktemp("filled") / "leb.db"
    filled(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="module", params=ENGINES)
def owner(request, servers, filled_file):
    """The owner of a store with versions in every state, by raw SQL."""
    if request.param == "sqlite":
        with raw(f"sqlite:///{filled_file}") as opened:
            yield opened
        return
    database = servers(request.param).database("filled", filled)
    with raw(database.url) as opened:
        yield opened
    database.drop()


# ── by raw SQL ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", NAMES)
def test_no_store_holds(owner, name):
    """Proves: the rule named beside each violation refuses it, on this engine, by raw SQL of the owner."""
    listed = violations(owner.dialect)
    if name not in listed:
        assert any(name in listed for listed in map(violations, ("sqlite", "postgresql")))
        return  # a statement of the other engine
    sql, rule = listed[name]
    before = owner.everything()
    told = owner.refusal(sql)
    assert told is not None, f"{name} was stored"
    assert re.search(rule, told), told
    assert owner.everything() == before


def test_there_are_sixty_and_more_on_each_engine():
    assert min(len(violations(dialect)) for dialect in ("sqlite", "postgresql")) >= 60


@pytest.mark.parametrize("name", RECORDS)
def test_what_changes_leaves_a_record(owner, name):
    assert owner.records(*RECORDS[name])


def test_a_zero_and_a_code_of_ones_own_may_stand_anywhere(owner):
    """Proves: published tables, which write 0 everywhere, and rows of one's own are taken."""
    listed = violations(owner.dialect)
    *beginning, stored = listed["electricity that was stored"][0]
    sealed = listed["a seal over fewer cells"][0][-1].replace("cells = 2", "cells = 1")
    assert owner.refusal([*beginning, stored.replace("-2", "0"), sealed]) is None
    own = "INSERT INTO flow (code, signed) VALUES ('MY_STORE', 1)"
    mine = stored.replace("'STK_CHG'", "'MY_STORE'")
    assert owner.refusal([own, *beginning, mine, sealed]) is None


def test_what_is_right_is_stored(owner):
    """Proves: the rules refuse what is wrong and not everything."""
    listed = violations(owner.dialect)
    sql = [*listed["a seal over fewer cells"][0]]
    sql[-1] = sql[-1].replace("cells = 2", "cells = 1")
    assert owner.refusal(sql) is None


# ── a defence taken away ─────────────────────────────────────────────────────────────────────────────────

#: What another defence holds as well, so that nothing shows where it is gone alone.
HELD_TWICE = {
    "ck_balance_version": "balance_next asks for the next version, from 1",
    "ck_balance_author": "balance_born writes the login",
    "ck_balance_state": "balance_step knows the states",
    "ck_change_number": "change_forged counts from 1",
    "ck_change_digest": "change_forged makes the seal",
    "fk_cell_territory_id_year_version": "cell_sealed asks for a version that is open",
    "fk_membership_territory_id": "its history hangs on the same territory",
}


def constraints():
    """Names of the rules of tables that a server can drop alone."""
    for table in metadata.sorted_tables:
        if table.info.get("since") == "0004":
            continue  # of test_document_violations
        for rule in table.constraints:
            if rule.name and not str(rule.name).startswith("pk_"):
                yield table.name, metadata_name(rule)


def metadata_name(rule):
    """The name a rule has in a database."""
    from sqlalchemy.dialects import postgresql

    return postgresql.dialect().identifier_preparer.format_constraint(rule)


@pytest.mark.parametrize("name", [name for name in triggers.SQLITE if name not in OF_DOCUMENTS])
def test_a_file_without_one_trigger_turns_a_test_red(filled_file, tmp_path, name):
    """Proves: no trigger is there for show; the violations would notice if it were gone."""
    path = shutil.copy(filled_file, tmp_path / "leb.db")
    with raw(f"sqlite:///{path}") as opened:
        assert opened.let_through() == []
        opened.connection.execute(f"DROP TRIGGER {name}")
        assert opened.let_through() != []


@pytest.fixture(scope="module")
def mutant(servers):
    """A store on the newer server whose defences a test may take away, in a transaction."""
    database = servers(SERVERS[1]).database("filled", filled)
    with raw(database.url) as opened:
        assert opened.let_through() == []
        yield opened
    database.drop()


def without(opened, statement):
    """What passes once a defence is gone."""
    opened.connection.execute("SAVEPOINT whole")
    try:
        opened.connection.execute(statement)
        return opened.let_through()
    finally:
        opened.connection.execute("ROLLBACK TO SAVEPOINT whole")


@pytest.mark.parametrize("name", [name for name in triggers.POSTGRESQL if name not in OF_DOCUMENTS])
def test_a_server_without_one_trigger_turns_a_test_red(mutant, name):
    table = name.split("_")[0]
    assert without(mutant, f"DROP TRIGGER {name} ON {table}") != []


@pytest.mark.parametrize(("table", "name"), sorted(constraints()))
def test_a_server_without_one_rule_turns_a_test_red(mutant, table, name):
    passed = without(mutant, f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE")
    assert bool(passed) != (name in HELD_TWICE)


def test_a_server_without_the_index_of_certified_versions_turns_a_test_red(mutant):
    assert without(mutant, "DROP INDEX uq_balance_certified") == ["two certified versions of a year"]


# ── by a program that does not know the rules ────────────────────────────────────────────────────────────


def test_another_program_cannot_change_a_state_without_history(filled_file, tmp_path):
    """Proves: a client without the library's functions fails closed."""
    path = shutil.copy(filled_file, tmp_path / "leb.db")
    with closing(sqlite3.connect(path)) as stranger:
        with pytest.raises(sqlite3.OperationalError, match="no such function: leb_"):
            stranger.execute("UPDATE balance SET state = 'checked' WHERE version = 4")
        for sql in ("UPDATE cell SET energy_mwh = 0", "DELETE FROM balance", "DELETE FROM change"):
            with pytest.raises(sqlite3.IntegrityError, match="LEB"):
                stranger.execute(sql)


# ── by the library ───────────────────────────────────────────────────────────────────────────────────────


def changed(**columns):
    """A small balance with other columns."""
    return leb.Balance.from_mwh(small("001272", 1.0).table.assign(**columns))


BY_THE_LIBRARY = {
    "infinity": {"energy_mwh": [1.0, float("inf")]},
    "negative infinity": {"energy_mwh": [1.0, float("-inf")]},
    "not a number": {"energy_mwh": [1.0, float("nan")]},
    "a value beyond all energy": {"energy_mwh": [1.0, 1e300]},
    "a negative production": {
        "flow": ["PPRD", "PPRD"],
        "product": ["G3000", "E7000"],
        "energy_mwh": [1.0, -1.0],
    },
    "a status that does not exist": {"status": ["A", "Z"]},
    "a status of none": {"status": ["A", "M"]},
    "a flow without a code": {"flow": ["PPRD", ""]},
    "a product without a code": {"product": ["G3000", ""]},
    "a flow that is a book": {"flow": ["PPRD", "x" * 81]},
    "a cell twice": {"flow": ["PPRD", "PPRD"]},
    "wind in stock": {"flow": ["PPRD", "STK_CHG"], "product": ["RA300", "RA300"]},
    "a year before statistics": {"year": [1800, 1800]},
    "a year after all plans": {"year": [2300, 2300]},
    "a territory of one letter": {"territory": ["x", "x"]},
    "a source that is a book": {"source": ["", "x" * 2001]},
}


@pytest.mark.parametrize("name", BY_THE_LIBRARY)
def test_the_library_stores_nothing_of_a_balance_with(repo, name):
    with pytest.raises(InputError) as refused:
        repo.save(changed(**BY_THE_LIBRARY[name]))
    assert "Traceback" not in str(refused.value)
    assert repo.search().empty


@pytest.mark.parametrize("message", ["x" * 2001])
def test_the_library_refuses_a_message_that_is_a_book(repo, message):
    with pytest.raises(InputError, match="the message is longer than a sentence"):
        repo.save(small("001272", 1.0), message=message)
    assert repo.search().empty


@pytest.mark.parametrize(
    "evil", ["<script>alert(1)</script>", "=1+1", "'; DROP TABLE cell; --", "\x1b[31m", "{x}%s"]
)
def test_texts_are_kept_as_they_are_and_do_nothing(repo, evil):
    repo.save(changed(source=[evil, evil]), message=evil)
    found = repo.load(territory="001272", year=2020)
    assert set(found.table["source"]) == {evil}
    assert repo.history(territory="001272", year=2020)["message"].tolist() == [evil]


def test_a_text_with_a_zero_character_is_stored_the_same_or_refused(repo):
    try:
        repo.save(small("001272", 1.0), message="a\x00b")
    except InputError:
        assert repo.search().empty
    else:
        assert repo.history(territory="001272", year=2020)["message"].tolist() == ["a\x00b"]


def test_a_balance_of_two_territories_is_stored_whole_or_not_at_all(repo):
    good, bad = small("001272", 1.0).table, small("004078", 1.0).table.assign(status="Z")
    with pytest.raises(RefusedError):
        repo.save(leb.Balance.from_mwh(pd.concat([good, bad])))
    assert repo.search().empty
