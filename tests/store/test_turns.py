"""Two programs that write to one file take turns where SQLite does not keep them apart itself."""

import signal
import sqlite3
import subprocess
import sys

import filelock
import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.store import Repository, turns
from tests.store.people import small

#: Takes a turn, says so, and keeps it until it is told to go on.
OTHER = """
import sys
from leb_kit.store import turns
from leb_kit.store.address import address
with turns.taken(address(sys.argv[1])):
    print("taken", flush=True)
    sys.stdin.readline()
print("given back", flush=True)
sys.stdin.readline()
"""


@pytest.fixture(autouse=True)
def _old(monkeypatch):
    """A SQLite that needs turns, whichever is here; nobody waits long."""
    monkeypatch.setattr(turns, "SAFE", (99, 0, 0))
    monkeypatch.setattr(turns, "PATIENCE_MS", 200)


@pytest.fixture
def other(file):
    """A real second program that holds its turn."""
    with Repository(file) as repo:
        repo.save(small("001272", 1.0))
    needs = f"from leb_kit.store import turns; turns.SAFE = (99, 0, 0)\n{OTHER}"
    run = subprocess.Popen(
        [sys.executable, "-c", needs, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert run.stdout.readline() == "taken\n"
    yield run
    run.kill()
    run.communicate()


def test_a_second_program_waits_for_its_turn_and_is_told(file, other):
    """Proves: while one writes, no other does, and nobody waits for ever. Without it the log may tear."""
    with Repository(file) as repo:
        with pytest.raises(InputError, match="another program is writing; nothing was saved"):
            repo.save(small("001272", 2.0))
        assert repo.load(territory="001272", year=2020).table["energy_mwh"].max() == 1.0, "all may read"
        other.stdin.write("\n")
        other.stdin.flush()
        assert other.stdout.readline() == "given back\n"
        assert repo.save(small("001272", 2.0))[0].version == 2


def test_a_program_that_was_killed_leaves_no_turn_behind(file, other):
    other.send_signal(signal.SIGKILL)
    other.wait()
    with Repository(file) as repo:
        assert repo.save(small("001272", 2.0))[0].version == 2


def test_the_turn_is_ours_until_the_transaction_has_ended(file, monkeypatch):
    """Proves: SQLite copies its log within our turn: at the end of the transaction, if it is long."""
    held = []

    def watched(*args, **more):
        found = connect(*args, **more)
        found.set_trace_callback(lambda sql: held.append((sql.split()[0], taken(file))))
        return found

    Repository(file).close()
    connect = sqlite3.dbapi2.connect
    monkeypatch.setattr(sqlite3.dbapi2, "connect", watched)
    with Repository(file) as repo:
        repo.save(small("001272", 1.0))
    assert ("COMMIT", False) not in held
    assert {("BEGIN", True), ("INSERT", True)} <= set(held)
    assert not taken(file)


def taken(file) -> bool:
    """Whether somebody holds the turn of a file."""
    try:
        with filelock.FileLock(f"{file.resolve()}.lock", timeout=0):
            return False
    except filelock.Timeout:
        return True


def test_names_of_one_file_share_a_turn(file, other, tmp_path):
    link = tmp_path / "link.db"
    link.symlink_to(file)
    with Repository(link) as repo, pytest.raises(InputError, match="another program is writing"):
        repo.save(small("001272", 2.0))


def test_no_turn_is_taken_where_sqlite_keeps_programs_apart(file, other, monkeypatch):
    monkeypatch.setattr(turns, "SAFE", (3, 0, 0))
    with Repository(file) as repo:
        assert repo.save(small("001272", 2.0))[0].version == 2


def test_a_folder_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(InputError, match="look whether its folder is there"):
        leb.Repository(tmp_path / "none" / "leb.db")
    assert not (tmp_path / "none").exists()
