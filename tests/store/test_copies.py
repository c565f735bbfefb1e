"""A store as a copy and back, and one territory as a file to carry."""

import shutil
import sqlite3
from pathlib import Path

import pandas as pd
import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.store import Repository
from leb_kit.store.copies import PROGRAMS
from leb_kit.store.doctor import examine
from tests.store.conftest import SERVERS, required
from tests.store.people import PASSWORD, small
from tests.store.postgres import Server
from tests.store.test_repository import in_order

TORINO = {"territory": "001272", "year": 2020}


def filled(repo):
    """Two towns, three versions of one of them, the second certified and the first superseded."""
    for mwh in (1.0, 2.0):
        repo.save(small("001272", mwh), message=f"v{mwh:.0f}")
        repo.certify(**TORINO)
    repo.save(small("001272", 3.0), message="v3")
    repo.save(small("004078", 7.0))


@pytest.fixture
def empty(repo, servers, tmp_path, monkeypatch):
    """An empty place of the same kind as the store, with the programs of its server."""
    if repo.url.get_backend_name() == "sqlite":
        yield f"sqlite:///{tmp_path / 'again.db'}"
        return
    server = next(one for one in map(servers, SERVERS) if str(one.port) == str(repo.url.port))
    monkeypatch.setenv(PROGRAMS, str(server.programs.folder))
    made = server.database()
    yield made.url
    made.drop()


def test_a_copy_brings_everything_back(repo, empty, tmp_path):
    """Proves: versions, states, history and seals survive. Without it a backup would be a hope."""
    filled(repo)
    copy = repo.backup(tmp_path / "copia.leb")
    repo.save(small("001272", 99.0), message="after the copy")
    with Repository.restore(copy, empty) as again:
        for number in (1, 2, 3):
            there, here = (one.load(**TORINO, version=number) for one in (again, repo))
            pd.testing.assert_frame_equal(in_order(there), in_order(here), check_exact=True)
        assert again.history(**TORINO)["state"].tolist() == ["superseded", "certified", "draft"]
        assert again.log(territory="001272").equals(
            repo.log(territory="001272").head(len(again.log(territory="001272")))
        )
        # It is alive: the next version is the fourth, and what was certified cannot be touched.
        assert again.save(small("001272", 4.0))[0].version == 4
        assert again.history(**TORINO)["message"].tolist()[:3] == ["v1", "v2", "v3"]


def test_a_copy_of_a_server_keeps_its_walls(shared_url, servers, tmp_path, monkeypatch):
    """Proves: rights by territory come back with the data. Without it a restore would open every door."""
    server, url = shared_url
    monkeypatch.setenv(PROGRAMS, str(server.programs.folder))
    with Repository(url) as repo:
        copy = repo.backup(tmp_path / "copia.leb")
    made = server.database()
    with Repository.restore(copy, made.url) as again:
        again.grant("bruno", "reader", "001", password=PASSWORD)
    with Repository(server.url("bruno", PASSWORD, made.name)) as bruno:
        assert bruno.search()["territory"].unique().tolist() == ["001272"]
    made.drop()


@pytest.fixture
def shared_url(server):
    """A shared store with two towns, and its server."""
    database = server.database()
    with Repository.create(database.url) as repo:
        filled(repo)
    yield server, database.url
    database.drop()


def test_nothing_is_written_over(repo, tmp_path):
    filled(repo)
    there = tmp_path / "there.leb"
    there.write_text("mine")
    with pytest.raises(InputError, match="there is a file already"):
        repo.backup(there)
    with pytest.raises(InputError, match="there is a file already"):
        repo.export(there, territory="001272")
    assert there.read_text() == "mine"
    assert not list(tmp_path.glob("*.part*"))


def test_a_damaged_copy_is_refused_and_nothing_is_made(file, tmp_path):
    """Proves: a copy is looked through before it becomes a store."""
    with Repository(file) as repo:
        repo.save(leb.examples.torino())
        copy = repo.backup(tmp_path / "copia.leb")
    raw = bytearray(copy.read_bytes())
    raw[20_000:24_000] = b"\xff" * 4000
    copy.write_bytes(raw)
    with pytest.raises(InputError):
        Repository.restore(copy, tmp_path / "again.db")
    assert not (tmp_path / "again.db").exists()
    assert not list(tmp_path.glob("*.part*"))


def test_a_damaged_copy_of_a_server_is_refused_and_nothing_is_made(shared_url, tmp_path, monkeypatch):
    """Proves: a copy comes back whole or not at all. Without it half a store would look like one."""
    server, url = shared_url
    monkeypatch.setenv(PROGRAMS, str(server.programs.folder))
    with Repository(url) as repo:
        copy = repo.backup(tmp_path / "copia.leb")
    raw = copy.read_bytes()
    made = server.database()
    for name, damaged in {"cut": raw[: len(raw) // 2], "spoilt": raw[:-4000] + bytes(4000)}.items():
        (tmp_path / name).write_bytes(damaged)
        with pytest.raises(InputError, match="pg_restore"):
            Repository.restore(tmp_path / name, made.url)
        assert Repository.schema_of(made.url) is None
    made.drop()


@pytest.mark.parametrize("name", SERVERS)
def test_a_damaged_server_is_told_and_comes_back_from_its_copy(name, tmp_path, monkeypatch):
    """Proves: bytes that a disk changed are never read as energy, and a copy made before brings all back."""
    with Server(required(name)) as server:
        monkeypatch.setenv(PROGRAMS, str(server.programs.folder))
        database = server.database()
        with Repository.create(database.url) as repo:
            filled(repo)
            copy = repo.backup(tmp_path / "copia.leb")
            before = [in_order(repo.load(**TORINO, version=number)) for number in (1, 2, 3)]
        [(place,)] = server.sql("SELECT pg_relation_filepath('cell')", database=database.name)
        server.stop()
        with (server.data / place).open("r+b") as file:
            file.seek(8000)
            file.write(b"\xa5" * 100)
        server.start()
        assert not examine(database.url).ok
        with Repository(database.url) as repo, pytest.raises(InputError, match="the store is damaged"):
            repo.load(**TORINO)
        made = server.database()
        with Repository.restore(copy, made.url) as again:
            after = [in_order(again.load(**TORINO, version=number)) for number in (1, 2, 3)]
        assert examine(made.url).ok
    for one, other in zip(before, after, strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "this is no copy of a store"),
        (b"no store at all", "this is no copy of a store"),
        (b"PGDMP", "this copy is of a server"),
        (b"SQLite format 3\x00", "this is no"),
    ],
)
def test_what_is_no_copy_is_refused(text, told, tmp_path):
    copy = tmp_path / "copia.leb"
    copy.write_bytes(text)
    with pytest.raises(InputError, match=told):
        Repository.restore(copy, tmp_path / "again.db")
    assert not (tmp_path / "again.db").exists()


def test_a_place_that_cannot_be_opened_and_a_message_without_end_are_told(repo, tmp_path):
    """Proves: words a person can act on. Without it the name of a rule of the database is all there is."""
    with pytest.raises(InputError, match="the file cannot be opened"):
        Repository(tmp_path / "nowhere" / "leb.db")
    with pytest.raises(InputError, match="the message is longer than a sentence"):
        repo.save(small("001272", 1.0), message="x" * 3000)
    assert repo.search().empty


def test_a_file_of_another_program_is_no_copy(tmp_path):
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE t (x)")
    connection.close()
    with pytest.raises(InputError, match="this is no store"):
        Repository.restore(other, tmp_path / "again.db")


def test_missing_programs_of_a_server_are_told(shared_url, tmp_path, monkeypatch):
    _, url = shared_url
    monkeypatch.setenv(PROGRAMS, str(tmp_path))
    with (
        Repository(url) as repo,
        pytest.raises(InputError, match="pg_dump of PostgreSQL is not there") as caught,
    ):
        repo.backup(tmp_path / "copia.leb")
    assert PROGRAMS in str(caught.value)


# ── one territory ────────────────────────────────────────────────────────────────────────────────────────


def test_a_territory_is_carried_with_all_its_versions_and_seals(repo, tmp_path):
    """Proves: author, time, state and seal are those of the store. Without it a file is a mere table."""
    filled(repo)
    path = repo.export(tmp_path / "torino.leb", territory="001")
    with Repository(path) as carried:
        there, here = (one.search(territory="001272") for one in (carried, repo))
        assert there.equals(here)
        assert carried.search()["territory"].unique().tolist() == ["001272"]
    assert not [one.name for one in tmp_path.iterdir() if ".part" in one.name]


def test_what_is_carried_in_becomes_the_next_version_and_says_whose_it_was(repo, tmp_path):
    filled(repo)
    path = repo.export(tmp_path / "torino.leb", territory="001272")
    assert repo.take_in(path) == ()  # it is there already
    repo.save(small("001272", 5.0))
    (made,) = repo.take_in(path)
    assert (made.version, made.state) == (5, "draft")
    assert made.message.startswith("torino.leb: v3, ")
    assert made.message.endswith("· v3")
    assert set(repo.load(**TORINO).table["energy_mwh"]) == {3.0}


def test_a_carried_file_that_was_changed_is_refused_whole(repo, tmp_path):
    """Proves: the seal is looked at. Without it a changed figure enters under another's name."""
    filled(repo)
    path = repo.export(tmp_path / "torino.leb", territory="001272")
    changed = Path(shutil.copy(path, tmp_path / "changed.leb"))
    with sqlite3.connect(changed) as connection:
        connection.execute("DROP TRIGGER cell_fixed")
        connection.execute("UPDATE cell SET energy_mwh = 1000 WHERE version = 3")
    connection.close()
    repo.save(small("001272", 5.0))
    with pytest.raises(InputError, match="001272 2020 v3 is not what was sealed"):
        repo.take_in(changed)
    assert len(repo.history(**TORINO)) == 4


def test_what_is_not_there_cannot_be_carried(repo, tmp_path):
    filled(repo)
    with pytest.raises(InputError, match="no territory '999999'"):
        repo.export(tmp_path / "none.leb", territory="999999")
    assert not (tmp_path / "none.leb").exists()
    with pytest.raises(InputError, match="there is no such file"):
        repo.take_in(tmp_path / "none.leb")


def test_two_versions_differ_in_the_cells_that_changed(repo):
    filled(repo)
    found = repo.diff(**TORINO, before=1, after=3)
    assert found["change_mwh"].tolist() == [2.0, 2.0]
    assert found["flow"].tolist() == ["FC_OTH_HH_E", "PPRD"]
    assert repo.diff(**TORINO, before=3).empty
