"""A version writes what differs from the one before it; each is read as it was saved."""

import random

import pandas as pd
import pytest
import sqlalchemy as sa

import leb_kit as leb
from leb_kit.store import Repository, bulk, schema, triggers
from leb_kit.store.doctor import examine
from leb_kit.store.refusals import RefusedError
from leb_kit.store.waiting import COLUMNS
from tests.store.people import PASSWORD, small
from tests.store.test_first_load import rules

TOWNS = ("001272", "004078", "015146")
FLOWS = ("PPRD", "IMP", "FC_OTH_HH_E", "FC_IND_E")
PRODUCTS = ("G3000", "E7000", "H8000")
WHOLE = (
    f"SELECT {', '.join('b.version' if name == 'version' else f'c.{name}' for name in COLUMNS)} "  # noqa: S608
    "FROM balance b JOIN cell c ON c.territory_id = b.territory_id AND c.year = b.year "
    "AND c.version <= b.version AND (c.until IS NULL OR c.until >= b.version)"
)


def drawn(seed: int, towns: tuple[str, ...] = TOWNS) -> leb.Balance:
    """Cells of towns by a seed: some missing, some with a source or an uncertainty, a few not there."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    rows = [
        {
            "territory": town,
            "year": 2020,
            "flow": flow,
            "product": product,
            "value": chance.choice([":", 0.0, 1.0, 0.1 + 0.2, 5e-324]),
            "source": chance.choice(["", "catasto"]),
            "status": chance.choice(["A", "E"]),
            "sigma": chance.choice([None, 0.1]),
        }
        for town in towns
        for flow in FLOWS
        for product in PRODUCTS
        if chance.random() < 0.8
    ]
    return leb.Balance.from_table(pd.DataFrame(rows), unit="MWh")


def count(url: str, where: str = "true") -> int:
    """Rows of the table of cells."""
    looking = sa.create_engine(url)
    with looking.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT count(*) FROM cell WHERE {where}").scalar()  # noqa: S608
    looking.dispose()
    return int(found or 0)


def told(balance: leb.Balance) -> tuple[list[object], list[object]]:
    """All that a balance says, to compare it."""
    table = balance.table.sort_values(["territory", "flow", "product"]).reset_index(drop=True)
    if "sigma" not in table:
        table = table.assign(sigma=float("nan"))
    gone = balance.missing.sort_values(["territory", "flow", "product"])
    columns = ["territory", "flow", "product", "energy_mwh", "status", "source", "sigma"]
    keys = ["territory", "flow", "product"]
    return [repr(row) for row in table[columns].itertuples(index=False)], gone[keys].to_numpy().tolist()


@pytest.mark.parametrize("batch", [1, 10, 100_000])
def test_every_version_is_read_as_it_was_saved(repo, store_url, monkeypatch, batch):
    """Proves: cells that stay, change, go and come back are in the versions they were saved in."""
    monkeypatch.setattr(bulk, "BATCH", batch)
    monkeypatch.setattr(bulk, "FEW", batch)
    versions = [drawn(seed) for seed in range(8)]
    for given in versions:
        repo.save(given)
    for town in TOWNS:
        for number, given in enumerate(versions, start=1):
            assert told(repo.load(territory=town, year=2020, version=number)) == told(
                given.filter(territory=town)
            )
        past = repo.history(territory=town, year=2020, flow="PPRD", product="G3000")["energy_mwh"]
        here = [one.filter(territory=town, flow="PPRD", product="G3000").table for one in versions]
        said = [float(one["energy_mwh"].iloc[0]) if len(one) else None for one in here]
        assert [None if pd.isna(mwh) else mwh for mwh in past] == said
    newest = versions[-1].filter(territory=TOWNS[:2])
    assert told(repo.load_tree(territory="ITC1", year=2020)) == told(newest)
    ours = repo.aggregate(territory="ITC1", year=2020)
    assert ours["energy_mwh"].sum() == pytest.approx(newest.table["energy_mwh"].sum())
    assert examine(store_url).ok


def renumber(url: str, words: str, by: int) -> None:
    """Give words of a file other numbers, wherever they are named; its rules, which forbid it, look away."""
    plain = sa.create_engine(url)
    with plain.begin() as connection:
        do = connection.exec_driver_sql
        rules_of = list(do("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        for name, _ in rules_of:
            do(f'DROP TRIGGER "{name}"')
        do(f"UPDATE {words} SET id = id + {by}")  # noqa: S608
        for table in schema.metadata.sorted_tables:
            for column in table.columns:
                if f"{words}.id" in {key.target_fullname for key in column.foreign_keys} or (
                    table.name == "cell" and column.name == f"{words}_id"
                ):
                    do(f"UPDATE {table.name} SET {column.name} = {column.name} + {by}")  # noqa: S608
        for _, rule in rules_of:
            do(rule)
    plain.dispose()


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "more",
    [{"flow": 1 << 16}, {"product": 1 << 17}, {"territory": 1 << 30}, {"flow": 1 << 30, "product": 1 << 30}],
    ids=["flow", "product", "territory", "both"],
)
def test_words_with_large_numbers_are_told_apart(repo, store_url, more):
    """Proves: any number a file can give a word. Without it 65,601 reads as 65, and cells are not found."""
    versions = [drawn(seed) for seed in range(5)]
    repo.save(versions[0])
    repo.close()
    for words, by in more.items():
        renumber(store_url, words, by)
    with Repository(store_url) as moved:
        for given in versions[1:]:
            moved.save(given)
        for town in TOWNS:
            for number, given in enumerate(versions, start=1):
                found = moved.load(territory=town, year=2020, version=number)
                assert told(found) == told(given.filter(territory=town))
        rows = count(store_url)
        moved.save(versions[-1])
        assert count(store_url) == rows


def test_only_what_differs_is_written(repo, store_url):
    """Proves: an import that changes few cells writes few. Without it every cell comes again."""
    first = pd.concat([small(town, 1.0).table for town in TOWNS], ignore_index=True)
    repo.save(leb.Balance.from_mwh(first))
    rows = count(store_url)
    repo.save(leb.Balance.from_mwh(first))
    assert count(store_url) == rows
    assert [one.cells for one in repo.save(leb.Balance.from_mwh(first))] == [2, 2, 2]
    changed = first.assign(energy_mwh=first["energy_mwh"].where(first.index != 2, 9.0))
    repo.save(leb.Balance.from_mwh(changed))
    assert (count(store_url), count(store_url, "until IS NOT NULL")) == (rows + 1, 1)
    fewer = changed[changed.index != 0]
    repo.save(leb.Balance.from_mwh(fewer))
    assert (count(store_url), count(store_url, "until IS NOT NULL")) == (rows + 1, 2)


def test_a_year_may_come_twice_in_one_load(repo, store_url):
    """Proves: the second is compared with the first, which still waits. Without it both would stand."""
    repo.save_all([drawn(1), drawn(2), drawn(3)])
    for number in (1, 2, 3):
        found = repo.load(territory=TOWNS[0], year=2020, version=number)
        assert told(found) == told(drawn(number).filter(territory=TOWNS[0]))
    assert examine(store_url).ok


def test_what_never_stands_is_refused_where_it_ends_at_once(repo, store_url, monkeypatch):
    """Proves: a cell that is ended by the next version of the same load is looked at before it is."""
    monkeypatch.setattr(bulk, "BATCH", 2)
    monkeypatch.setattr(bulk.pairs, "faults", lambda *_: [])
    wind = small(TOWNS[0], 1.0).table.assign(flow="IMP", product="RA300").head(1)
    loads = [small(TOWNS[1], 1.0), leb.Balance.from_mwh(wind), small(TOWNS[0], 2.0)]
    with pytest.raises(RefusedError, match=r"no such product|non ha"):
        repo.save_all(loads)
    assert count(store_url) == 0


def test_a_person_saves_what_differs(database):
    """Proves: whoever may save in a place may end what stood there, and no more."""
    with Repository.create(database.url) as owner:
        owner.save(drawn(1, TOWNS[:1]))
        owner.grant("anna", "analyst", "001", password=PASSWORD)
    with Repository(database.server.url("anna", PASSWORD, database.name)) as hers:
        hers.save(drawn(2, TOWNS[:1]))
        assert told(hers.load(territory=TOWNS[0], year=2020)) == told(drawn(2, TOWNS[:1]))
        assert told(hers.load(territory=TOWNS[0], year=2020, version=1)) == told(drawn(1, TOWNS[:1]))


# ── stores that are older ────────────────────────────────────────────────────────────────────────────────


def before(url: str) -> None:
    """Make of a store what it was before 0006: every version whole, no cell that ends."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        run = connection.exec_driver_sql
        if engine.dialect.name == "sqlite":
            run("PRAGMA foreign_keys = OFF")
            names = [name for name in triggers.SQLITE if name.startswith("cell_") or name == "balance_twice"]
            for name in names:
                run(f"DROP TRIGGER {name}")
            made = run("SELECT sql FROM sqlite_master WHERE name = 'cell'").scalar()
            older = "\n".join(line for line in str(made).splitlines() if "until" not in line)
            run(f"CREATE TABLE whole AS {WHOLE}")
            run("DROP TABLE cell")
            run(older)
            run("CREATE INDEX ix_cell_flow_product ON cell (flow_id, product_id, year)")
            for name in names:
                if triggers.SINCE.get(name) != "0006":
                    run(f"CREATE TRIGGER {name} BEFORE UPDATE ON cell BEGIN SELECT RAISE(ABORT, 'x'); END")
        else:
            run(f"CREATE TEMPORARY TABLE whole AS {WHOLE}")
            run("DROP TRIGGER cell_ended ON cell")
            run("DROP FUNCTION leb_cell_ended()")
            run("ALTER TABLE cell DISABLE TRIGGER USER")
            run("DELETE FROM cell")
            run("ALTER TABLE cell DROP COLUMN until")
            run("CREATE INDEX ix_cell_flow_product ON cell (flow_id, product_id, year)")
        run(f"INSERT INTO cell ({', '.join(COLUMNS)}) SELECT * FROM whole")  # noqa: S608
        run("DROP TABLE whole")
        if engine.dialect.name == "postgresql":
            run("ALTER TABLE cell ENABLE TRIGGER USER")
        run("UPDATE alembic_version SET version_num = '0005'")
        connection.commit()
    engine.dispose()


def test_an_older_store_keeps_all_its_versions(store_url):
    """Proves: what was saved before 0006 is what it was, and the rules are those of a new store."""
    fresh = rules(store_url)
    with Repository(store_url) as repo:
        for seed in range(4):
            repo.save(drawn(seed))
    rows = count(store_url)
    before(store_url)
    with pytest.raises(leb.LebError, match=r"older schema|schema"), Repository(store_url) as repo:
        repo.save(drawn(5))
    Repository.create(store_url).close()
    assert rules(store_url) == fresh
    assert count(store_url) > rows
    with Repository(store_url) as repo:
        repo.save(drawn(5))
        for number, seed in enumerate((0, 1, 2, 3, 5), start=1):
            for town in TOWNS:
                found = repo.load(territory=town, year=2020, version=number)
                assert told(found) == told(drawn(seed).filter(territory=town))
    assert examine(store_url).ok


def test_a_server_of_0006_counts_as_a_new_one(database):
    """Proves: an upgrade says the functions of a server anew. Without it an older store would count twice."""
    with Repository.create(database.url) as repo:
        repo.save(drawn(1))
    engine = sa.create_engine(database.url)
    with engine.connect() as connection:
        for name in ("balance_step", "change_forged"):
            body = triggers.POSTGRESQL[name][0].replace("CREATE", "CREATE OR REPLACE", 1)
            connection.exec_driver_sql(body.replace("BEGIN", "BEGIN PERFORM 1;", 1))
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0006'")
        connection.commit()
    engine.dispose()
    assert sorted(examine(database.url).table["where"])[:2] == ["leb_balance_step", "leb_change_forged"]
    Repository.create(database.url).close()
    with Repository(database.url) as repo:
        repo.save(drawn(2))
    assert examine(database.url).ok
