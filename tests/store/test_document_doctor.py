"""What is not as it was sealed in a document is found: row by row on a file, rule by rule on a server."""
# ruff: noqa: S608 - these are the plants

import shutil
import sqlite3
from contextlib import closing

import pytest

from leb_kit.store import Repository
from leb_kit.store.doctor import examine
from leb_kit.store.schema_documents import PARTS
from tests.store.papers import filled
from tests.store.test_doctor import plant, quietly

TABLES = [table.name for table in PARTS]
#: A column of each table, and what to do to it.
SPOILT = {
    "measure": "value = value * (1 + 3e-16)",
    "measure_part": "unit = 'kh'",
    "driver": "value = value + 1e-15",
    "target": "sense = 'at_most'",
    "milestone": "year = 2026",
    "plan": "cost_eur = -cost_eur",
    "plan_technology": "capacity = 0",
    "plan_price": "price = NULL",
    "plan_target": "met = 0",
    "system_process": "activity_mwh = activity_mwh * 2",
    "system_cell": "coefficient = 2",
    "system_service": "end_use = 'cooling'",
    "system_closing": "weight = 0.5",
    "system_difference": "energy_mwh = 1e-9",
    "meter": "place = 'via Po'",
    "reading": "amount = amount + 1",
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A file with a document of each kind, all in one piece."""
    path = tmp_path_factory.mktemp("sound") / "leb.db"
    filled(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert examine(path).ok
    return path


@pytest.fixture
def copy(sound, tmp_path):
    """A copy that a test may damage."""
    return shutil.copy(sound, tmp_path / "leb.db")


def told(path):
    """All that is found."""
    return " ".join(examine(path).table["found"])


@pytest.mark.parametrize("table", TABLES)
def test_a_part_that_was_changed_deleted_or_torn_off_is_found(sound, tmp_path, table):
    """Proves: every table of parts is under the seal. Without it a forged price would be as good as any."""
    for at, (statement, found) in enumerate(
        (
            (f"UPDATE {table} SET {SPOILT[table]}", "not those that were sealed"),
            (f"DELETE FROM {table}", "rows instead of"),
            (f"UPDATE {table} SET document_id = 777", "of no document"),
        )
    ):
        path = shutil.copy(sound, tmp_path / f"{at}.db")
        plant(path, "PRAGMA foreign_keys = OFF", statement)
        assert found in told(path), statement


OWN = "territory_id, kind, name, version, author, made_at, message, parts, digest"
OTHERS = "territory_id, 'targets', 'x', 1, author, made_at, '', 0, digest"
HEADS = {
    "a message": ("UPDATE document SET message = 'x'", "sealed"),
    "an author": ("UPDATE document SET author = 'x'", "sealed"),
    "a time": ("UPDATE document SET made_at = '2001-01-01T00:00:00Z'", "sealed"),
    "a label": ("UPDATE document SET label_it = 'x'", "sealed"),
    "a year": ("UPDATE document SET year = 2021 WHERE kind = 'scenario'", "sealed"),
    "what a plan uses": ("UPDATE document SET used_id = NULL WHERE kind = 'plan'", "sealed"),
    "a name": ("UPDATE document SET name = 'x' WHERE kind = 'scenario'", "history tells"),
    "a version": ("UPDATE document SET version = 2 WHERE kind = 'scenario'", "missing"),
    "a seal": ("UPDATE document SET digest = substr(digest, 2) || 'x'", "history tells"),
    "a territory": (
        "PRAGMA foreign_keys = OFF; UPDATE document SET territory_id = 999 WHERE kind = 'scenario'",
        "of no territory",
    ),
    "left open": ("UPDATE document SET digest = NULL, parts = NULL WHERE kind = 'meter'", "without its seal"),
    "deleted whole": (
        "PRAGMA foreign_keys = OFF; DELETE FROM reading; DELETE FROM document WHERE kind = 'readings'",
        "history tells",
    ),
    "one that nobody sealed": (
        f"INSERT INTO document ({OWN}) SELECT {OTHERS} FROM document LIMIT 1",
        "history tells",
    ),
    "a code of a product": ("UPDATE product SET code = 'x' WHERE code = 'G3000'", "sealed"),
    "history of it": ("UPDATE change SET told = told || 'x' WHERE what = 'document'", "not what was written"),
}


@pytest.mark.parametrize("name", HEADS)
def test_a_head_that_is_not_as_it_was_is_found(copy, name):
    sql, found = HEADS[name]
    plant(copy, *sql.split("; "))
    assert found in told(copy)


def test_a_spoilt_document_is_not_given_out(copy):
    """Proves: whoever loads it is told; a forged plan is not taken for the saved one."""
    plant(copy, "UPDATE driver SET value = 2")
    with Repository(copy) as repo, pytest.raises(Exception, match="is not what was sealed"):
        repo.load_scenario("kept", territory="001272")


ON_A_SERVER = {
    "a trigger dropped": "DROP TRIGGER measure_sealed ON measure",
    "a shared function emptied": (
        "CREATE OR REPLACE FUNCTION leb_part_sealed() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN RETURN NULL; END $$"
    ),
    "a check dropped": "ALTER TABLE target DROP CONSTRAINT ck_target_sense",
    "walls down": "ALTER TABLE reading DISABLE ROW LEVEL SECURITY",
    "a policy dropped": "DROP POLICY people_insert ON plan",
    "a value": quietly("plan_price", "UPDATE plan_price SET price = 0"),
    "a head": quietly("document", "UPDATE document SET message = 'x'"),
    "a row deleted": quietly("milestone", "DELETE FROM milestone"),
}


def test_what_was_planted_on_a_server_is_found(server):
    for name, statement in ON_A_SERVER.items():
        database = server.database("papers", filled)
        server.sql(statement, database=database.name)
        assert not examine(database.url).ok, name
        database.drop()
    database = server.database("papers", filled)
    assert examine(database.url).ok
    database.drop()
