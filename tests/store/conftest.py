"""Where stores are tested: a SQLite file, and real servers of two majors of PostgreSQL."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.store.postgres import Database, Server, programs_named, two_names

# Named when tests are collected, the same in every worker; a server starts when it is first asked for.
SERVERS = two_names()
ENGINES = ("sqlite", *SERVERS)


@pytest.fixture(scope="session")
def servers() -> Iterator[Callable[[str], Server]]:
    """Give the running server of a name such as ``pg18``; each is started once in a worker."""
    running: dict[str, Server] = {}
    with ExitStack() as stack:

        def give(name: str) -> Server:
            if name not in running:
                running[name] = stack.enter_context(Server(required(name)))
            return running[name]

        yield give


def required(name: str):
    """Programs of a server. Where there are none the test fails, unless somebody allowed to leave it out."""
    try:
        return programs_named(name)
    except LookupError as missing:
        if os.environ.get("LEB_ALLOW_NO_PG") == "1":
            pytest.skip(str(missing))
        pytest.fail(str(missing))


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest, servers: Callable[[str], Server]) -> Server:
    """A running server of each of two majors."""
    return servers(request.param)


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    """An empty database of the test's own on each server."""
    made = server.database()
    yield made
    made.drop()


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, servers: Callable[[str], Server], tmp_path: Path) -> Iterator[str]:
    """Address of an empty place for a store: a file, or a database on each server (as its owner)."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'leb.db'}"
        return
    made = servers(request.param).database()
    yield made.url
    made.drop()


# ── stores ───────────────────────────────────────────────────────────────────────────────────────────────


def made(url: str) -> None:
    """Make an empty store."""
    from leb_kit.store import Repository  # the servers' own tests need no library

    Repository.create(url).close()


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with an empty store, made once and copied."""
    path = tmp_path_factory.mktemp("empty") / "leb.db"
    made(f"sqlite:///{path}")
    return path


@pytest.fixture
def file(empty_file: Path, tmp_path: Path) -> Path:
    """A fresh store in a file."""
    return Path(shutil.copy(empty_file, tmp_path / "leb.db"))


@pytest.fixture(params=ENGINES)
def store_url(
    request: pytest.FixtureRequest, servers: Callable[[str], Server], tmp_path: Path
) -> Iterator[str]:
    """Address of an empty store: a file, or a database on each server (as its owner)."""
    if request.param == "sqlite":
        yield f"sqlite:///{request.getfixturevalue('file')}"
        return
    database = servers(request.param).database("store", made)
    yield database.url
    database.drop()


@pytest.fixture
def repo(store_url: str) -> Iterator[Any]:
    """An empty store, open."""
    from leb_kit.store import Repository

    with Repository(store_url) as opened:
        yield opened
