"""What the store costs beside bare SQL on the same rows, in the same run.

``LEB_BENCH_TOWNS=1181`` is Piemonte: 20 years of 400 cells each, 9.4 million cells; 20 towns by default.
"""

import itertools
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import pytest

from leb_kit.reference import catalog
from leb_kit.store import Repository
from tests.benchmarks.store_rows import BARE, CELLS, INDEX, RAW, towns
from tests.store.postgres import Server, programs_named, two_names

TOWNS = int(os.environ.get("LEB_BENCH_TOWNS", "20"))
ROUNDS = 5
SERVERS = two_names()

pytestmark = pytest.mark.benchmark(
    group=f"{TOWNS} towns, 20 years, 400 cells", min_rounds=ROUNDS, warmup=False
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all towns."""
    path = tmp_path_factory.mktemp("store") / "leb.db"
    with Repository(path) as repo:
        repo.save_all(towns(TOWNS), message="prima")
    return path


def size(path: Path) -> int:
    """Bytes of a file and of the log beside it."""
    return sum(one.stat().st_size for one in path.parent.glob(f"{path.name}*"))


def bare_copy(place: Path, path: Path) -> tuple[float, float]:
    """Put the cells of a store into a bare table with the same columns and keys; seconds, without reading.

    By the clock and of the processor, which other work on the machine does not change.
    """
    with sqlite3.connect(place) as full:
        rows = full.execute("SELECT * FROM cell").fetchall()
    with sqlite3.connect(path, isolation_level=None) as bare:
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            bare.execute(f"PRAGMA {pragma}")
        start, work = perf_counter(), process_time()
        bare.execute("BEGIN IMMEDIATE")
        bare.execute(BARE)
        bare.executemany(f"INSERT INTO bare VALUES ({', '.join('?' * 10)})", rows)  # noqa: S608 - ten marks
        bare.execute(INDEX)
        bare.execute("COMMIT")
        took = perf_counter() - start, process_time() - work
        bare.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    bare.close()
    return took


def ruled_copy(place: Path, path: Path) -> float:
    """Put the same cells by ``executemany`` into the tables of a store, under its rules; seconds of work."""
    Repository.create(path).close()
    with sqlite3.connect(path, isolation_level=None) as raw:
        raw.execute("ATTACH ? AS full", [str(place)])
        rows = raw.execute("SELECT * FROM full.cell").fetchall()
        for pragma in ("foreign_keys = ON", "journal_mode = WAL", "synchronous = FULL"):
            raw.execute(f"PRAGMA {pragma}")
        raw.execute("BEGIN IMMEDIATE")
        for table in ("territory", "source"):  # flows and products are there, by the same numbers
            raw.execute(f"INSERT INTO {table} SELECT * FROM full.{table}")  # noqa: S608 - two words
        head = "territory_id, year, version, author, made_at, message"
        raw.execute(f"INSERT INTO balance ({head}) SELECT {head} FROM full.balance")  # noqa: S608
        index = raw.execute("SELECT sql FROM sqlite_master WHERE name = 'ix_cell_flow_product'").fetchone()[0]
        start = process_time()
        raw.execute("DROP INDEX ix_cell_flow_product")
        raw.executemany(f"INSERT INTO cell VALUES ({', '.join('?' * 10)})", rows)  # noqa: S608 - ten marks
        raw.execute(index)
        raw.execute("COMMIT")
        work = process_time() - start
    raw.close()
    return work


def copied_with_keys(url: str) -> float:
    """Bring the cells of a server by bare COPY into a table, then put its keys on; seconds by the clock."""
    import psycopg

    with psycopg.connect(url.replace("+psycopg", "")) as raw:
        with raw.cursor().copy("COPY cell TO STDOUT") as out:
            lines = b"".join(out)
        raw.execute("CREATE TABLE bare (LIKE cell INCLUDING CONSTRAINTS)")
        start = perf_counter()
        with raw.cursor().copy("COPY bare FROM STDIN") as into:
            into.write(lines)
        for key in (
            "PRIMARY KEY (territory_id, year, version, flow_id, product_id)",
            "FOREIGN KEY (territory_id, year, version) REFERENCES balance",
            "FOREIGN KEY (flow_id, signed) REFERENCES flow (id, signed)",
            "FOREIGN KEY (product_id) REFERENCES product",
            "FOREIGN KEY (source_id, territory_id) REFERENCES source (id, territory_id)",
        ):
            raw.execute(f"ALTER TABLE bare ADD {key}")
        raw.execute(INDEX)
        raw.commit()
        return perf_counter() - start


@pytest.mark.parametrize("name", SERVERS)
def test_a_region_is_loaded_on_a_server(benchmark: Any, name: str):
    """Frames to sealed versions on a server, beside bare COPY and the keys after it."""
    given = list(towns(TOWNS))
    with Server(programs_named(name)) as server:
        url = server.database("store", lambda place: Repository.create(place).close()).url
        with Repository(url) as repo:
            benchmark.pedantic(lambda: repo.save_all(given), rounds=1)
        took = copied_with_keys(url)
    benchmark.extra_info["raw_seconds"] = took
    benchmark.extra_info["times_raw"] = benchmark.stats["mean"] / took


def test_a_region_is_loaded(benchmark: Any, tmp_path: Path):
    """Frames to sealed versions, with every rule, trigger and index, history included."""
    given = list(towns(TOWNS))
    paths = (tmp_path / f"{at}.db" for at in itertools.count())

    work = 0.0

    def load() -> Path:
        nonlocal work
        path, start = next(paths), process_time()
        with Repository(path) as repo:
            repo.save_all(given)
        work = process_time() - start
        return path

    path = benchmark.pedantic(load, rounds=1)
    bare = tmp_path / "bare.db"
    took, bare_work = bare_copy(path, bare)
    benchmark.extra_info["raw_seconds"] = took
    benchmark.extra_info["times_raw"] = benchmark.stats["mean"] / took
    benchmark.extra_info["times_raw_of_processor"] = work / bare_work
    benchmark.extra_info["times_raw_under_rules"] = work / ruled_copy(path, tmp_path / "ruled.db")
    benchmark.extra_info["file_times_bare"] = size(path) / size(bare)
    assert size(path) <= 1.2 * size(bare)


@pytest.mark.parametrize(("question", "most_ms"), [("town", 5), ("cell", 50), ("province", 150)])
def test_questions(benchmark: Any, place: Path, question: str, most_ms: float):
    """A town and year ≤ 5 ms, one cell of all ≤ 50 ms, the sums of a province ≤ 150 ms (of the processor)."""
    code = catalog.table("municipalities")["code"].iloc[0]
    with sqlite3.connect(place) as raw, Repository(place) as repo:
        town, province = raw.execute("SELECT id, parent_id FROM territory WHERE code = ?", [code]).fetchone()
        asked = RAW[question].format(town=town, province=province)
        flow, product = (
            raw.execute(f"SELECT code FROM {table} WHERE id = 7").fetchone()[0]  # noqa: S608 - two words
            for table in ("flow", "product")
        )
        library: dict[str, Callable[[], Any]] = {
            "town": lambda: repo.load(territory=code, year=2019).table,
            "cell": lambda: repo.cells(flow=flow, product=product),
            "province": lambda: repo.aggregate(territory=code[:3], year=2019),
        }
        found = benchmark.pedantic(library[question], rounds=ROUNDS, warmup_rounds=1)
        bare = []
        for _ in range(ROUNDS):
            start = perf_counter()
            rows = raw.execute(asked).fetchall()
            bare.append(perf_counter() - start)
    assert len(found) == len(rows)
    benchmark.extra_info["raw_ms"] = 1000 * median(bare)
    with Repository(place) as repo:
        library[question]()
        works = []
        for _ in range(4 * ROUNDS):
            start = process_time()
            library[question]()
            works.append(1000 * (process_time() - start))
        work = min(works)
    benchmark.extra_info["processor_ms"] = work
    assert work <= most_ms


def test_a_year_of_a_region_is_loaded_as_one_balance(benchmark: Any, place: Path):
    """Every cell of every town, each version against its seal."""
    with Repository(place) as repo:
        found = benchmark.pedantic(lambda: repo.load_tree(territory="ITC1", year=2019), rounds=1)
    assert len(found.table) == TOWNS * CELLS
