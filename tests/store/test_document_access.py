"""Who may see and change which documents, on a real server: by raw SQL and by the library."""
# ruff: noqa: S608 - these are the injections

import psycopg
import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.store import Repository, StaleError
from leb_kit.store.schema_documents import PARTS
from tests.store.attacks import MINE, OTHER
from tests.store.conftest import SERVERS
from tests.store.papers import NAME, T, head, kept, row, seal
from tests.store.people import SECRETS, Shared

TABLES = [table.name for table in PARTS]


@pytest.fixture(scope="module", params=SERVERS)
def shared(request, servers):
    """The store of ``people``; no test changes it."""
    made = Shared.on(servers(request.param))
    yield made
    made.database.drop()


def tried(shared, person, *statements):
    """What comes of statements: rows, how many changed, or None where they are refused."""
    try:
        with shared.as_person(person) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
            result = cursor.fetchall() if cursor.description else cursor.rowcount
            connection.rollback()
    except psycopg.Error:
        return None
    return result


@pytest.mark.parametrize("table", ["document", *TABLES])
def test_nobody_sees_or_changes_what_is_elsewhere(shared, table):
    """Proves: each table has its wall, for reading and for every way of writing, against raw SQL."""
    before = shared.everything()
    places = f"SELECT DISTINCT t.code FROM {table} d JOIN territory t ON t.id = d.territory_id"
    assert tried(shared, "bruno", places) == [("001272",)]
    assert tried(shared, "carla", places) == [("004078",)]
    assert tried(shared, "anna", f"SELECT * FROM {table} WHERE territory_id = {OTHER}") == []
    for person in ("anna", "bruno", "fabio", "dora"):
        assert not tried(shared, person, f"UPDATE {table} SET territory_id = {OTHER}")
        assert not tried(shared, person, f"DELETE FROM {table} WHERE territory_id = {OTHER}")
        assert tried(shared, person, f"TRUNCATE {table} CASCADE") is None
        assert tried(shared, person, f"DELETE FROM {table}") is None
    assert shared.everything() == before


@pytest.mark.parametrize("table", TABLES)
def test_nobody_writes_elsewhere_and_a_reader_nowhere(shared, table):
    there = row(table).replace(T, OTHER)
    for person in ("anna", "fabio", "dora"):
        assert tried(shared, person, there) is None
    assert tried(shared, "bruno", row(table)) is None


@pytest.mark.parametrize("table", TABLES)
def test_parts_cannot_be_hung_on_what_is_elsewhere(shared, table):
    """Proves: a row of one's own that points to another's document is refused, whatever its number."""
    theirs = shared.sql(f"SELECT min(id) FROM document WHERE territory_id = {OTHER}")[0][0]
    assert tried(shared, "anna", row(table, theirs)) is None


def test_heads_cannot_be_written_or_asked_for_elsewhere(shared):
    """Proves: neither a version number nor a name of another territory is learned by trying."""
    for version in ("1", "2"):
        for name in (f"'{NAME}'", "'x'"):
            there = head("targets", territory_id=OTHER, version=version, name=name)
            assert tried(shared, "anna", there) is None
            assert tried(shared, "anna", f"{there} ON CONFLICT DO NOTHING") is None
    theirs = f"(SELECT min(id) FROM document WHERE kind = 'targets' AND territory_id = {OTHER})"
    assert tried(shared, "anna", head("plan", used_id=theirs), row("plan"), seal(1)) is not None, (
        "sees nobody's"
    )
    number = shared.sql(f"SELECT {theirs}")[0][0]
    assert tried(shared, "anna", head("plan", used_id=str(number))) is None
    assert tried(shared, "bruno", head("targets")) is None
    assert tried(shared, "anna", f"UPDATE document SET digest = digest WHERE id = {kept('scenario')}") is None


def test_an_analyst_saves_under_their_own_name_whatever_is_claimed(shared):
    asked = "SELECT author FROM document WHERE id = 9000"
    assert tried(shared, "anna", head("targets", author="'king'"), asked) == [("anna",)]


# ── by the library ───────────────────────────────────────────────────────────────────────────────────────

SCENARIO = leb.Scenario("kept", base_year=2020)
DOORS = {
    "load": lambda r: r.load_scenario("kept", territory="004078"),
    "load by version": lambda r: r.load_scenario("kept", territory="004078", version=1),
    "save": lambda r: r.save_scenario(SCENARIO, territory="004078"),
    "save as the next": lambda r: r.save_scenario(SCENARIO, territory="004078", base=1),
    "save targets": lambda r: r.save_targets(leb.targets("eu-2030"), territory="004078", base=0),
}


@pytest.mark.parametrize("person", ["anna", "bruno", "fabio"])
@pytest.mark.parametrize("name", DOORS)
def test_the_library_refuses_with_a_sentence_and_nothing_changes(shared, person, name):
    before = shared.everything()
    with Repository(shared.url(person)) as repo, pytest.raises(InputError) as refused:
        DOORS[name](repo)
    assert not isinstance(refused.value, StaleError), "tells that a version is there"
    assert not [secret for secret in SECRETS if secret in str(refused.value)]
    assert refused.value.__cause__ is None, "a driver's error may tell data"
    assert shared.everything() == before


@pytest.mark.parametrize("person", ["anna", "bruno", "dora", "fabio"])
def test_lists_show_nothing_of_others(shared, person):
    with Repository(shared.url(person)) as repo:
        assert set(repo.documents()["territory"]) == {"001272"}
        for text in (*SECRETS, "Cuneo", "004078"):
            assert repo.documents(text).empty
        assert repo.documents(territory="004078").empty
        assert repo.log(territory="004078").empty


def test_an_analyst_saves_and_a_reader_reads(server):
    made = Shared.on(server)
    with Repository(made.url("anna")) as repo:
        assert repo.save_scenario(SCENARIO, territory="001272", message="mio", base=1).version == 2
        assert repo.save_targets(leb.targets("eu-2030"), territory="001272").author == "anna"
    with Repository(made.url("bruno")) as repo:
        assert repo.load_scenario("kept", territory="001272") == SCENARIO
        with pytest.raises(InputError, match="bruno may not save"):
            repo.save_scenario(SCENARIO, territory="001272")
    assert MINE
    made.database.drop()
