"""The store with a whole region in it, beside bare SQL on the same rows in the same run.

    python tests/benchmarks/store_at_scale.py --towns 1181 --engines sqlite,pg18 --markdown

20 years of 400 cells for each town: 1,181 towns are Piemonte, 9.4 million cells.
"""

import argparse
import itertools
import json
import os
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from importlib import metadata
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[2]
# other packages install one called tests: ours is said by its place
sys.modules.setdefault("tests", ModuleType("tests")).__path__ = [str(ROOT / "tests")]
sys.path.insert(0, str(ROOT))

import pandas as pd  # noqa: E402

from leb_kit import Balance  # noqa: E402
from leb_kit.balance.table import COLUMNS  # noqa: E402
from leb_kit.reference import catalog  # noqa: E402
from leb_kit.store import Repository  # noqa: E402
from leb_kit.store.doctor import examine  # noqa: E402
from leb_kit.store.engine import now, sha256, who  # noqa: E402
from leb_kit.store.triggers import SQLITE  # noqa: E402
from tests.benchmarks.store_rows import CELLS, INDEX, RAW, YEARS, towns  # noqa: E402
from tests.store.postgres import Server, programs_named  # noqa: E402

YEAR = YEARS[-1]
CHUNK = 100_000
ROUNDS = 5
CHANGED = 20  # one cell of so many differs in an import: 5 %
PERSON, SECRET = "anna", "pw-of-a-person"
COPIED = "INSERT INTO cell VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
KEYS = (
    "PRIMARY KEY (territory_id, year, version, flow_id, product_id)",
    "FOREIGN KEY (territory_id, year, version) REFERENCES balance",
    "FOREIGN KEY (flow_id, signed) REFERENCES flow (id, signed)",
    "FOREIGN KEY (product_id) REFERENCES product",
    "FOREIGN KEY (source_id, territory_id) REFERENCES source (id, territory_id)",
)

Found = dict[str, float]


class Meter:
    """Seconds by the clock and of the processor, ours and a server's: other work changes the second less."""

    def __init__(self, server: Server | None = None) -> None:
        self._pid = int((server.data / "postmaster.pid").read_text().splitlines()[0]) if server else 0

    def work(self) -> float:
        """Seconds of the processor until now."""
        return process_time() + (self._of_server() if self._pid else 0)

    def _of_server(self) -> float:
        alive = Path(f"/proc/{self._pid}/task/{self._pid}/children").read_text().split()
        ticks = Path(f"/proc/{self._pid}/stat").read_text().rpartition(")")[2].split()[13:15]
        gone = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
        files = (Path(f"/proc/{pid}/schedstat") for pid in (self._pid, *alive))
        return gone + sum(int(file.read_text().split()[0]) for file in files if file.exists()) / 1e9

    def once(self, work: Callable[[], Any], name: str, found: Found) -> None:
        """Do it and write down what it took."""
        start, busy = perf_counter(), self.work()
        work()
        found[f"{name} s"], found[f"{name}, work s"] = perf_counter() - start, self.work() - busy

    def often(self, work: Callable[[], Any], name: str, found: Found, rounds: int = ROUNDS) -> None:
        """Milliseconds, the middle of some rounds after a first one."""
        work()
        took, busy = [], []
        for _ in range(rounds):
            start, before = perf_counter(), self.work()
            work()
            busy.append(1000 * (self.work() - before))
            took.append(1000 * (perf_counter() - start))
        found[f"{name} ms"], found[f"{name}, work ms"] = median(took), median(busy)


def chunks(full: sqlite3.Connection) -> Iterator[list[tuple[Any, ...]]]:
    """All cells, many at a time."""
    rows = full.execute("SELECT * FROM cell")
    return iter(lambda: rows.fetchmany(CHUNK), [])


# ── bare SQL ────────────────────────────────────────────────────────────────────────────────────────────


def file_raw(place: Path, path: Path) -> tuple[float, float, int]:
    """Seconds by the clock and of work of executemany into a store's tables, under its rules; bytes of them.

    Reading the rows is not counted.
    """
    Repository.create(path).close()
    clock = work = 0.0
    full = sqlite3.connect(place)
    with sqlite3.connect(path, isolation_level=None) as raw:
        for name, count, function in (("leb_now", 0, now), ("leb_who", 0, who), ("leb_sha256", -1, sha256)):
            raw.create_function(name, count, function)
        raw.execute("ATTACH ? AS full", [str(place)])
        for pragma in ("foreign_keys = ON", "synchronous = FULL"):
            raw.execute(f"PRAGMA {pragma}")
        raw.execute("BEGIN IMMEDIATE")
        for table in ("territory", "source"):  # flows and products are there, by the same numbers
            raw.execute(f"INSERT INTO {table} SELECT * FROM full.{table}")  # noqa: S608 - two words
        head = "territory_id, year, version, author, made_at, message"
        raw.execute(f"INSERT INTO balance ({head}) SELECT {head} FROM full.balance")  # noqa: S608
        index = raw.execute("SELECT sql FROM sqlite_master WHERE name = 'ix_cell_flow_product'").fetchone()[0]
        raw.execute("DROP INDEX ix_cell_flow_product")
        steps: Iterable[Callable[[], Any]] = itertools.chain(
            (
                (lambda rows=rows: raw.executemany(COPIED, rows))
                for rows in chunks(full.execute("SELECT * FROM cell"))
            ),
            (lambda: raw.execute(index), lambda: raw.execute("COMMIT")),
        )
        for step in steps:
            start, busy = perf_counter(), process_time()
            step()
            clock, work = clock + perf_counter() - start, work + process_time() - busy
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    full.close()
    return clock, work, path.stat().st_size


def bare_size(place: Path, path: Path) -> int:
    """Bytes of a bare table with the same columns, key and index."""
    from tests.benchmarks.store_rows import BARE

    with sqlite3.connect(path, isolation_level=None) as raw:
        raw.execute("ATTACH ? AS full", [str(place)])
        raw.execute(BARE)
        raw.execute("INSERT INTO bare SELECT * FROM full.cell")
        raw.execute(INDEX)
    raw.close()
    return path.stat().st_size


def server_raw(url: str, meter: Meter, found: Found) -> None:
    """COPY into a bare table and its keys after it; bytes of it."""
    import psycopg

    with psycopg.connect(url.replace("+psycopg", "")) as raw:
        with raw.cursor().copy("COPY cell TO STDOUT") as out:
            lines = [bytes(part) for part in out]
        raw.execute("CREATE TABLE bare (LIKE cell INCLUDING CONSTRAINTS)")

        def load() -> None:
            with raw.cursor().copy("COPY bare FROM STDIN") as into:
                for part in lines:
                    into.write(part)
            for key in KEYS:
                raw.execute(f"ALTER TABLE bare ADD {key}")
            raw.execute(INDEX)
            raw.commit()

        meter.once(load, "raw load", found)
        size = raw.execute("SELECT pg_total_relation_size('bare')").fetchone()
        raw.execute("DROP TABLE bare")
    found["raw bytes"] = int(size[0]) if size else 0


# ── the library ─────────────────────────────────────────────────────────────────────────────────────────


def load(place: str | Path, given: list[Balance], meter: Meter, found: Found) -> None:
    """Frames to sealed versions."""
    with Repository(place) as repo:
        meter.once(lambda: repo.save_all(given, message="prima"), "load", found)


def questions(repo: Repository, ask: Callable[[str], list[Any]], meter: Meter, found: Found) -> None:
    """A town and year, one cell of all, a province and the region, each beside bare SQL."""
    code = str(catalog.table("municipalities")["code"].iloc[0])
    town, province = ask(f"SELECT id, parent_id FROM territory WHERE code = '{code}'")[0]  # noqa: S608
    flow, product = (
        ask(f"SELECT code FROM {table} WHERE id = 7")[0][0]  # noqa: S608 - two words
        for table in ("flow", "product")
    )
    library: dict[str, Callable[[], Any]] = {
        "town": lambda: repo.load(territory=code, year=YEAR).table,
        "cell": lambda: repo.cells(flow=flow, product=product),
        "province": lambda: repo.aggregate(territory=code[:3], year=YEAR),
        "region": lambda: repo.aggregate(territory="ITC1", year=YEAR),
    }
    for name, asked in library.items():
        sql = RAW[name].format(town=town, province=province)
        assert len(asked()) == len(ask(sql))
        meter.often(asked, name, found)
        meter.often(lambda sql=sql: ask(sql), f"{name} bare", found)
    words = RAW["words"].format(town=town)
    meter.often(lambda: pd.DataFrame(ask(words), columns=COLUMNS), "town bare, words in a frame", found)


def imports(repo: Repository, given: list[Balance], meter: Meter, found: Found) -> None:
    """One year of all towns again: nothing differs, 5 % of the towns, 5 % of the cells of every town."""
    year = pd.concat([one.table[one.table["year"] == YEAR] for one in given], ignore_index=True)
    town = pd.factorize(year["territory"])[0]
    cell = year.index.to_numpy()
    differ = {
        "import, nothing differs": town < 0,
        "import, 5 % of towns differ": town % CHANGED == 1,
        "import, 5 % of cells differ": cell % CHANGED == 1,
    }
    for name, where in differ.items():
        energy = year["energy_mwh"].mask(where, year["energy_mwh"] + 1)
        balance = Balance.from_mwh(year.assign(energy_mwh=energy))
        meter.once(
            lambda balance=balance: repo.save(balance, message="di nuovo", changed_only=True), name, found
        )


def audit(repo: Repository, ask: Callable[[str], Any], history: tuple[str, str], found: Found) -> None:
    """A town saved with its history written, and without the trigger that writes it, by turns."""
    one = repo.load(territory="001001", year=YEAR)
    took: dict[bool, list[float]] = {True: [], False: []}
    for at in range(4 * ROUNDS):
        there = at % 2 == 0
        ask(history[0] if there else history[1])
        start = perf_counter()
        repo.save(one, message="ancora")
        took[there].append(1000 * (perf_counter() - start))
    found["save ms"], found["save without history ms"] = median(took[True]), median(took[False])


def rights(repo: Repository, url: str, meter: Meter, found: Found) -> None:
    """What a reader of one province asks, beside the owner who asks for that province."""
    repo.grant(PERSON, "reader", "001", password=SECRET)
    of_person = url.replace(url.split("//")[1].split("@", maxsplit=1)[0], f"{PERSON}:{SECRET}")
    flow, product = (catalog.table(name)["code"].iloc[6] for name in ("flows", "products"))
    with Repository(of_person) as hers:
        for name, ask in {
            "town": lambda one: one.load(territory="001001", year=YEAR).table,
            "cell": lambda one: one.cells(flow=flow, product=product, territory="001"),
            "province": lambda one: one.aggregate(territory="001", year=YEAR),
        }.items():
            meter.often(lambda ask=ask: ask(repo), f"{name}, owner", found)
            meter.often(lambda ask=ask: ask(hers), f"{name}, person", found)


# ── both engines ────────────────────────────────────────────────────────────────────────────────────────


def on_file(given: list[Balance], folder: Path) -> Found:
    """All of it on a file."""
    found: Found = {}
    place, raw = folder / "leb.db", folder / "raw.db"
    meter = Meter()
    load(place, given, meter, found)
    found["bytes"] = place.stat().st_size
    found["raw load s"], found["raw load, work s"], found["raw bytes"] = file_raw(place, raw)
    raw.unlink()
    found["bare bytes"] = bare_size(place, folder / "bare.db")
    (folder / "bare.db").unlink()
    with Repository(place) as repo, sqlite3.connect(place) as bare:
        questions(repo, lambda sql: bare.execute(sql).fetchall(), meter, found)
        start = perf_counter()
        assert examine(place).ok
        found["doctor s"] = perf_counter() - start
        imports(repo, given, meter, found)
        bare.isolation_level = None
        note = "CREATE TRIGGER IF NOT EXISTS" + SQLITE["balance_note"].removeprefix("CREATE TRIGGER")
        audit(repo, lambda sql: bare.execute(sql).close(), (note, "DROP TRIGGER balance_note"), found)
    bare.close()
    return found


def on_server(name: str, given: list[Balance]) -> Found:
    """All of it on a server that waits for its disk."""
    import psycopg

    found: Found = {}
    with Server(programs_named(name), durable=True) as server:
        url = server.database("store", lambda place: Repository.create(place).close()).url
        meter = Meter(server)
        load(url, given, meter, found)
        server_raw(url, meter, found)
        with Repository(url) as repo, psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as bare:
            ask: Callable[[str], list[Any]] = lambda sql: bare.execute(sql).fetchall()  # noqa: E731
            found["bytes"] = ask("SELECT pg_total_relation_size('cell')")[0][0]
            questions(repo, ask, meter, found)
            rights(repo, url, meter, found)
            start = perf_counter()
            examine(url)
            found["doctor s"] = perf_counter() - start
            imports(repo, given, meter, found)
            turns = (f"ALTER TABLE balance {how} TRIGGER balance_note" for how in ("ENABLE", "DISABLE"))
            audit(repo, bare.execute, (next(turns), next(turns)), found)
    return found


def main() -> None:
    """Measure, and tell it."""
    told = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    told.add_argument("--towns", type=int, default=20)
    told.add_argument("--engines", default="sqlite,pg18", help="sqlite, pg16, pg18")
    told.add_argument("--markdown", action="store_true", help="a table, a column for each engine")
    asked = told.parse_args()
    given = list(towns(asked.towns))
    found: dict[str, Found] = {}
    for engine in asked.engines.split(","):
        with tempfile.TemporaryDirectory() as folder:
            found[engine] = on_file(given, Path(folder)) if engine == "sqlite" else on_server(engine, given)
    versions = {name: metadata.version(name) for name in ("sqlalchemy", "psycopg", "pandas")}
    head = {"cells": asked.towns * len(YEARS) * CELLS, "python": platform.python_version(), **versions}
    head["sqlite"] = sqlite3.sqlite_version
    lines = [json.dumps(head), *(table(found) if asked.markdown else [json.dumps(found, indent=2)])]
    sys.stdout.write("\n".join(lines) + "\n")


def table(found: dict[str, Found]) -> Iterator[str]:
    """Lines of a table, a column for each engine."""
    yield "| | " + " | ".join(found) + " |"
    yield "|---|" + "--:|" * len(found)
    for name in dict.fromkeys(itertools.chain.from_iterable(found.values())):
        values = (f"{one[name]:.4g}" if name in one else "" for one in found.values())
        yield f"| {name} | " + " | ".join(values) + " |"


if __name__ == "__main__":
    main()
