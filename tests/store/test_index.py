"""One cell of all territories is read from its index alone, in stores that are older too."""

import sqlite3

import pytest
import sqlalchemy as sa

from leb_kit.store import Repository, migrations
from leb_kit.store.address import address
from leb_kit.store.doctor import examine
from leb_kit.store.engine import WRITING, engine_of
from leb_kit.store.schema import cell
from tests.store.people import small

NAME = "ix_cell_flow_product"
COLUMNS = [column.name for index in cell.indexes for column in index.columns]


def columns(url: str) -> list[str | None]:
    """Columns of the index of cells."""
    looking = sa.create_engine(url)
    found = {index["name"]: index["column_names"] for index in sa.inspect(looking).get_indexes("cell")}
    looking.dispose()
    return found[NAME]


def test_an_older_store_gets_the_index(url):
    """Proves: the step makes the index anew. Without it a store of 0004 would go on looking each cell up."""
    engine = engine_of(address(url))
    with engine.connect().execution_options(**{WRITING: True}) as connection:
        migrations.upgrade(connection, "0004")
        connection.exec_driver_sql(f"DROP INDEX {NAME}")
        connection.exec_driver_sql(f"CREATE INDEX {NAME} ON cell (flow_id, product_id, year)")
        connection.commit()
    engine.dispose()
    assert columns(url) == COLUMNS[:3]
    with Repository.create(url) as repo:
        repo.save(small("001272", 1.0))
        assert columns(url) == COLUMNS + ["until"] * url.startswith("sqlite")
        assert repo.cells(flow="PPRD", product="G3000")["energy_mwh"].tolist() == [1.0]
    if not url.startswith("sqlite"):
        return
    assert examine(url).ok


def test_a_cell_is_read_from_the_index_alone(file):
    with sqlite3.connect(file) as raw:
        asked = "SELECT territory_id, year, version, energy_mwh, status FROM cell "
        one = "flow_id = 7 AND product_id = 7 AND until IS NULL"
        plan = raw.execute(f"EXPLAIN QUERY PLAN {asked} WHERE {one}").fetchall()
    raw.close()
    assert [row[3] for row in plan] == [
        f"SEARCH cell USING COVERING INDEX {NAME} (flow_id=? AND product_id=?)"
    ]


@pytest.mark.parametrize("others", [0, 2])
def test_only_the_newest_versions_count(repo, others):
    """Proves: a cell that the newest version no longer has is not told, however many versions there were."""
    repo.save(small("004078", 3.0))
    for _ in range(1 + others):
        repo.save(small("001272", 1.0))
    later = small("001272", 2.0)
    repo.save(later.filter(flow="FC_OTH_HH_E"))
    assert repo.cells(flow="PPRD", product="G3000")["territory"].tolist() == ["004078"]
    ends = repo.cells(flow="FC_OTH_HH_E", product="G3000")
    assert ends["energy_mwh"].tolist() == [2.0, 3.0]
    assert ends["version"].tolist() == [2 + others, 1]
    sums = repo.aggregate(territory="ITC1", year=2020)
    assert sums[["flow", "energy_mwh", "territories"]].to_numpy().tolist() == [
        ["FC_OTH_HH_E", 5.0, 2],
        ["PPRD", 3.0, 1],
    ]
