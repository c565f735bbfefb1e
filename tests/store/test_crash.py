"""Killed, full, cut off: what was acknowledged is there, and nothing is half there.

``LEB_KILLS`` is how many kills each engine gets (6), ``LEB_SEED`` when; both are printed with what was found.
"""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from leb_kit.errors import InputError
from leb_kit.store import Repository
from leb_kit.store.doctor import examine
from tests.store.conftest import ENGINES, SERVERS, made, required
from tests.store.people import small
from tests.store.postgres import Server

KILLS = int(os.environ.get("LEB_KILLS", "6"))
SEED = int(os.environ.get("LEB_SEED", "1"))
MODES = ("save", "bring", "migrate")
#: Longest time from the beginning to the kill, seconds: a little more than the work takes.
LONGEST = {"save": 0.4, "bring": 0.5, "migrate": 0.25}
TOWNS, CELLS = 40, 25
NURSERY = Path(__file__).with_name("nursery.py")


@pytest.fixture(scope="module")
def nursery(root):
    """Give a function that has a child do something and kills it after a delay; it returns what was told."""
    process = subprocess.Popen(
        [sys.executable, str(NURSERY)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert process.stdout.readline() == "ready\n"

    def order(mode, url, acks, delay, **more):
        acks.unlink(missing_ok=True)
        process.stdin.write(
            json.dumps({"mode": mode, "url": url, "acks": str(acks), "delay": delay, **more}) + "\n"
        )
        process.stdin.flush()
        if more.get("spare"):
            return process.stdout
        end = process.stdout.readline().strip()
        told = acks.read_text().splitlines()
        assert not [line for line in told if line.startswith("error")], told
        return end, told[1:]

    yield order
    process.stdin.close()
    process.wait()
    process.stdout.close()


@pytest.fixture(params=ENGINES)
def places(request, servers, tmp_path):
    """Give fresh places: ``place(n, ready)`` is the address of an empty place or of an empty store."""
    used = []

    def place(number, *, ready):
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path / f'{number}.db'}"
            if ready:
                made(url)
            return url
        server = servers(request.param)
        used.append(server.database("store", made) if ready else server.database())
        return used[-1].url

    yield place
    for database in used:
        database.drop()


def settled(url):
    """Wait until a server has noticed that its client is dead."""
    if url.startswith("sqlite"):
        return
    asked = (
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'leb_kit' AND pid <> pg_backend_pid()"
    )
    made_for = sa.create_engine(url)
    with made_for.connect() as connection:
        asked += " AND datname = current_database()"
        for _ in range(500):
            if not connection.exec_driver_sql(asked).scalar():
                break
            connection.rollback()
            time.sleep(0.01)
    made_for.dispose()


def lost_or_half(url, mode, told):
    """Sentences on what is lost or half there after a kill."""
    settled(url)
    if mode == "migrate":
        Repository.create(url).close()  # whatever was there, a second try is enough
    found = examine(url)
    wrong = [] if found.ok else [found.table.to_string()]
    with Repository(url) as repo:
        if mode == "save":
            table = repo.history(territory="001272", year=2020, flow="PPRD", product="G3000")
            there = table["version"].tolist()
            acknowledged = [int(line) for line in told]
            wrong += [
                f"version {one} was acknowledged and is gone" for one in acknowledged if one not in there
            ]
            wrong += [f"{len(there)} versions, {len(told)} acknowledged"] * (len(there) > len(told) + 1)
            wrong += ["a version with the values of another"] * (table["energy_mwh"].tolist() != there)
        if mode == "bring":
            count = len(repo.search())
            wrong += [f"{count} towns of {TOWNS}"] * (count not in ((TOWNS,) if told else (0, TOWNS)))
    return wrong


@pytest.mark.parametrize("mode", MODES)
def test_a_killed_program_leaves_nothing_lost_and_nothing_half(places, nursery, tmp_path, mode):
    """Proves: an acknowledged version survives kill -9; one that was not is there whole or not at all."""
    chance = random.Random(SEED)  # noqa: S311 - no secret
    killed = acknowledged = 0
    wrong = []
    count = -(-KILLS // len(MODES))
    url = places(0, ready=mode != "migrate")
    for number in range(count):
        if number:
            url = places(number, ready=mode != "migrate")
        delay = chance.uniform(0, LONGEST[mode])
        end, told = nursery(mode, url, tmp_path / "acks", delay)
        killed += end == "killed"
        acknowledged += len(told)
        wrong += [f"kill {number} after {delay:.3f} s: {line}" for line in lost_or_half(url, mode, told)]
    work = f"{mode}, seed {SEED}: {killed} of {count} killed at work"
    print(f"{work}, {acknowledged} acknowledged, wrong {wrong}")  # noqa: T201 - to be run again
    assert wrong == []
    assert killed, "nothing was killed: the test proves nothing"


def test_a_killed_server_comes_back_with_all_that_was_acknowledged(nursery, tmp_path):
    chance = random.Random(SEED)  # noqa: S311 - no secret
    total = 0
    with Server(required(SERVERS[1]), durable=True) as server:
        for number in range(max(1, KILLS // 10)):
            url = server.database("store", made).url
            acks = tmp_path / "acks"
            answer = nursery("save", url, acks, 0, spare=True)
            answer.readline()
            while len(acks.read_text().splitlines()) < 2:
                time.sleep(0.001)
            time.sleep(chance.uniform(0, 0.3))
            server.kill()
            server.start()
            while "error" not in (text := acks.read_text()):
                time.sleep(0.01)
            told = [line for line in text.splitlines()[1:] if line.isdigit()]
            total += len(told)
            assert lost_or_half(url, "save", told) == [], f"kill {number}, seed {SEED}"
    print(f"server, seed {SEED}: {total} acknowledged")  # noqa: T201
    assert total


# ── full, cut off, restarted ─────────────────────────────────────────────────────────────────────────────


def test_a_full_disk_is_told_and_the_store_goes_on_when_there_is_room(file):
    with Repository(file) as repo:
        repo.save(small("001272", 1.0))
        pages = []

        def limit(connection, _):
            pages.append(connection.execute("PRAGMA page_count").fetchone()[0])
            connection.execute(f"PRAGMA max_page_count = {pages[-1] + 2}")

        sa.event.listen(repo._engine, "connect", limit)
        repo._engine.dispose()
        big = small("001272", 2.0)
        table = big.table.loc[big.table.index.repeat(2000)].reset_index(drop=True)
        table["flow"] = [f"X{number}" for number in range(len(table))]
        big = type(big).from_mwh(table)
        for _ in range(2):
            with pytest.raises(InputError, match="the disk is full; nothing was saved"):
                repo.save(big)
        assert len(repo.history(territory="001272", year=2020)) == 1
        sa.event.remove(repo._engine, "connect", limit)
        repo._engine.dispose()
        repo.save(big)
    assert examine(file).ok


@pytest.fixture
def own():
    """A server of the test's own, to be stopped and started."""
    with Server(required(SERVERS[1])) as server:
        yield server


def test_a_session_goes_on_after_a_restart_of_the_server(own):
    with Repository(own.database("store", made).url) as repo:
        repo.save(small("001272", 1.0))
        own.stop()
        with pytest.raises(InputError, match=r"no server answers|went away"):
            repo.load(territory="001272", year=2020)
        own.start()
        assert repo.save(small("001272", 2.0))[0].version == 2


def test_a_restart_in_the_middle_of_a_save_says_that_nothing_was_saved(own):
    with Repository(own.database("store", made).url) as repo:
        rounds = []

        def restart(connection, cursor, statement, *_):
            if statement.startswith("INSERT INTO cell") and not rounds:
                rounds.append(1)
                own.stop()
                own.start()

        sa.event.listen(repo._engine, "before_cursor_execute", restart)
        with pytest.raises(InputError, match="the server went away; nothing was saved"):
            repo.save(small("001272", 1.0))
        assert repo.search().empty
        assert repo.save(small("001272", 1.0))[0].version == 1


def test_a_connection_cut_in_the_middle_of_a_save_says_that_nothing_was_saved(server):
    database = server.database("store", made)
    with Repository(database.url) as repo:
        rounds = []

        def cut(connection, cursor, statement, *_):
            if statement.startswith("INSERT INTO cell") and not rounds:
                rounds.append(1)
                backend = connection.connection.driver_connection.info.backend_pid
                server.sql(f"SELECT pg_terminate_backend({backend}, 5000)")

        sa.event.listen(repo._engine, "before_cursor_execute", cut)
        with pytest.raises(InputError, match="the server went away; nothing was saved"):
            repo.save(small("001272", 1.0))
        assert repo.search().empty
        repo.save(small("001272", 1.0))
    database.drop()
