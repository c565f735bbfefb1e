"""The first load of a store takes rules off that look at one row after the other, and puts them back."""

import pytest
import sqlalchemy as sa

from leb_kit.store import Repository, bulk, first_load, migrations, waiting
from leb_kit.store.address import address
from leb_kit.store.doctor import examine
from leb_kit.store.engine import WRITING, engine_of
from leb_kit.store.first_load import Off
from leb_kit.store.refusals import RefusedError
from tests.store.people import PEOPLE, Shared, small

TOWNS = ("001272", "004078", "015146")
RULES = {
    "sqlite": "SELECT name, sql FROM sqlite_master ORDER BY 1",
    "postgresql": "SELECT conname, pg_get_constraintdef(oid) || convalidated || condeferrable "
    "FROM pg_constraint WHERE conrelid = 'cell'::regclass UNION ALL "
    "SELECT tgname, tgenabled::text FROM pg_trigger WHERE tgrelid = 'cell'::regclass AND NOT tgisinternal "
    "UNION ALL SELECT indexname, indexdef "
    "FROM pg_indexes WHERE tablename = 'cell' UNION ALL "
    "SELECT relname, relrowsecurity || ' ' || relforcerowsecurity FROM pg_class "
    "WHERE relname = 'cell' ORDER BY 1, 2",
}


@pytest.fixture(autouse=True)
def _in_small_batches(monkeypatch: pytest.MonkeyPatch):
    """A few cells are many."""
    monkeypatch.setattr(bulk, "BATCH", 3)
    monkeypatch.setattr(bulk, "FEW", 0)


def rules(url: str) -> list[tuple[str, ...]]:
    """Everything that holds the cells of a store, as the engine tells it."""
    looking = sa.create_engine(url)
    with looking.connect() as connection:
        found = [tuple(row) for row in connection.exec_driver_sql(RULES[looking.dialect.name])]
    looking.dispose()
    return found


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Off]:
    """What each load of many cells took off."""
    told: list[Off] = []
    begin = first_load.begin
    monkeypatch.setattr(first_load, "begin", lambda connection: told.append(begin(connection)) or told[-1])
    return told


def test_every_rule_is_there_again_after_a_first_load(repo, store_url, begun):
    """Proves: a store loaded at once is held by the same rules as one saved town by town."""
    before = rules(store_url)
    repo.save_all(small(code, 1.0) for code in TOWNS)
    assert begun == [Off.ALL]
    assert rules(store_url) == before
    repo.save_all(small(code, 2.0) for code in TOWNS)
    later = Off.ROWS if store_url.startswith("sqlite") else Off.NOTHING
    assert begun == [Off.ALL, later]
    assert repo.cells(flow="PPRD", product="G3000")["energy_mwh"].tolist() == [2.0] * 3
    assert examine(store_url).ok


def plant(monkeypatch: pytest.MonkeyPatch, **cells: float) -> None:
    """Let the last of the cells that are written together have other values than what was given."""
    columns = waiting.Waiting.columns

    def planted(self: waiting.Waiting) -> list[waiting.Column]:
        found = columns(self)
        for name, value in cells.items():
            found[waiting.COLUMNS.index(name)][-1] = value
        return found

    monkeypatch.setattr(waiting.Waiting, "columns", planted)


@pytest.mark.parametrize("column", ["flow_id", "product_id", "source_id", "territory_id"])
def test_a_row_that_leads_to_nothing_keeps_a_first_load_out(repo, store_url, begun, monkeypatch, column):
    """Proves: keys that were put back look at every row. Without it a first load could bring orphans."""
    before = rules(store_url)
    plant(monkeypatch, **{column: 999})
    with pytest.raises(RefusedError):
        repo.save_all(small(code, 1.0, "catasto") for code in TOWNS)
    assert begun == [Off.ALL]
    assert rules(store_url) == before
    assert repo.search().empty
    assert examine(store_url).ok


@pytest.mark.parametrize("again", [False, True], ids=["first", "later"])
def test_a_product_where_it_never_is_keeps_a_load_out(repo, store_url, begun, monkeypatch, again):
    """Proves: pairs are asked of all rows at once. Without it a load could import wind."""
    if again:
        repo.save_all(small(code, 1.0) for code in TOWNS)
    before = rules(store_url), repo.search()
    looking = sa.create_engine(store_url)
    with looking.connect() as connection:
        flow, product = connection.exec_driver_sql(
            "SELECT flow_id, product_id FROM barred_pair JOIN flow ON id = flow_id AND signed = 0"
        ).first()
    looking.dispose()
    with monkeypatch.context() as planting:
        plant(planting, flow_id=flow, product_id=product, energy_mwh=1.0)
        with pytest.raises(RefusedError, match="no such product"):
            repo.save_all(small(code, 2.0) for code in TOWNS)
    assert rules(store_url) == before[0]
    assert repo.search().equals(before[1])


@pytest.mark.parametrize("again", [False, True], ids=["first", "later"])
def test_a_version_that_was_sealed_too_early_keeps_a_load_out(repo, store_url, begun, monkeypatch, again):
    """Proves: without the trigger of each cell no cell comes into what was sealed. The load is refused."""
    if again:
        repo.save_all(small(code, 1.0) for code in TOWNS)
    before = rules(store_url), repo.search()
    seal = (
        "UPDATE balance SET state = 'draft', cells = 2, digest = '{}' "
        "WHERE territory_id = {} AND state = 'open'"
    )
    write = bulk.Writer._write_cells

    def early(writer):
        write(writer)
        place = writer._cells.columns()[0][0]
        writer._connection.exec_driver_sql(seal.format("a" * 64, place))

    monkeypatch.setattr(bulk.Writer, "_write_cells", early)
    with pytest.raises(RefusedError, match="never changes"):
        repo.save_all(small(code, 2.0) for code in TOWNS)
    assert rules(store_url) == before[0]
    assert repo.search().equals(before[1])


def test_a_first_load_that_is_cancelled_leaves_every_rule(repo, store_url, begun):
    def broken():
        yield small("001272", 1.0)
        yield small("004078", 2.0)
        raise KeyboardInterrupt

    before = rules(store_url)
    with pytest.raises(KeyboardInterrupt):
        repo.save_all(broken())
    assert begun == [Off.ALL]
    assert rules(store_url) == before
    assert repo.search().empty


def test_nobody_is_waited_for_and_nobody_is_disturbed(server, begun):
    """Proves: while somebody reads, a first load goes the way of any other."""
    from tests.store.conftest import made

    database = server.database("store", made)
    reading = sa.create_engine(database.url)
    with Repository(database.url) as repo, reading.connect() as reader:
        assert reader.exec_driver_sql("SELECT count(*) FROM cell").scalar() == 0
        repo.save_all(small(code, 1.0) for code in TOWNS)
    reading.dispose()
    assert begun == [Off.NOTHING]
    assert examine(database.url).ok
    database.drop()


def test_a_person_who_is_not_the_owner_takes_no_rule_off(server, begun):
    def people(url: str) -> None:
        with Repository.create(url) as repo:
            for person, role, place in PEOPLE:
                repo.grant(person, role, place, password="pw-of-a-person")  # noqa: S106 - lives for a test

    shared = Shared(server.database("people of an empty store", people))
    server.sql(f"GRANT CONNECT, TEMPORARY ON DATABASE {shared.database.name} TO anna")
    with Repository(shared.url("anna")) as anna:
        assert len(anna.save_all(small("001272", 1.0, year=year) for year in (2018, 2019, 2020))) == 3
    assert begun == []
    shared.database.drop()


def test_nothing_is_taken_off_an_older_store(url):
    """Proves: a store without the rule of pairs keeps what it has. Without it a load would fail."""
    engine = engine_of(address(url))
    with engine.connect().execution_options(**{WRITING: True}) as connection:
        migrations.upgrade(connection, "0002")
        assert first_load.begin(connection) is Off.NOTHING
    engine.dispose()
