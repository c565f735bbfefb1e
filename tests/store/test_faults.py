"""Real faults under a real load: a disk without room, a cut network, a large import that is cancelled.

A disk is full here by a limit on the size of files that the kernel holds the server to (RLIMIT_FSIZE): the
write itself fails, and no right to mount anything is needed.
"""

import gc
import os
import resource
import select
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import numpy as np
import pandas as pd
import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.store import Repository, bulk
from leb_kit.store.doctor import examine
from tests.store.conftest import SERVERS, made, required
from tests.store.people import small
from tests.store.postgres import Server

ROOM = 3 * 2**19  # a table of cells may grow to these bytes


def large(code: str, cells: int, years: int = 1) -> leb.Balance:
    """A balance of many cells of a territory, the same number in each year."""
    flows = [f"X{number}" for number in range(cells // 10)]
    products = leb.reference.catalog.table("products")["code"].head(10).tolist()
    table = pd.MultiIndex.from_product(
        [[code], range(1990, 1990 + years), flows, products], names=["territory", "year", "flow", "product"]
    ).to_frame(index=False)
    return leb.Balance.from_mwh(
        table.assign(energy_mwh=(np.arange(len(table)) + 1) / 8, status="E", source="s")
    )


# ── no room ──────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def little_room() -> Iterator[None]:
    """Whatever is started meanwhile writes no file beyond ``ROOM``."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_server_without_room_saves_nothing_says_so_and_goes_on_when_there_is(monkeypatch):
    """Proves: what does not fit is refused whole, by a first load and later; nothing needs repair after."""
    monkeypatch.setattr(bulk, "BATCH", 20_000)
    with Server(required(SERVERS[1]), options=("--wal-segsize=1",)) as server, ExitStack() as open_:
        repos = [open_.enter_context(Repository(server.database("store", made).url)) for _ in range(2)]
        repos[1].save(small("001272", 1.0))
        server.stop()
        with little_room():
            server.start()
        for repo, there in zip(repos, ([], ["001272"]), strict=True):
            with pytest.raises(InputError, match="the disk is full; nothing was saved"):
                repo.save(large("004078", 24_000))
            assert repo.search()["territory"].tolist() == there
        server.stop()
        server.start()
        for repo in repos:
            assert repo.save(large("004078", 24_000))[0].cells == 24_000
            assert examine(repo.url).ok


# ── a network that is cut ────────────────────────────────────────────────────────────────────────────────


class Cable:
    """Carries what a client and a server on this machine say, until ``left`` bytes have gone up."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self.left: float = float("inf")
        self.cuts = 0
        self._thread = threading.Thread(target=self._carry_all, daemon=True)
        self._thread.start()

    def _carry_all(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._to)) as server, suppress(OSError):
            while True:
                for one in select.select([client, server], [], [])[0]:
                    told = one.recv(65536)
                    if not told:
                        return
                    if one is client:
                        self.left -= len(told)
                        if self.left < 0:
                            self.cuts += 1
                            return
                    (server if one is client else client).sendall(told)

    def close(self) -> None:
        """Let nobody in any more."""
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._thread.join()


@pytest.fixture
def cable(server: Server) -> Iterator[Cable]:
    """A cable to each server."""
    laid = Cable(server.port)
    yield laid
    laid.close()


@pytest.mark.parametrize("after", [3_000, 100_000], ids=["at the heads", "in the cells"])
def test_a_network_cut_in_a_save_saves_nothing_and_the_session_goes_on(server, cable, after):
    """Proves: half of a stream of cells is nothing, and the next save reaches the server again."""
    database = server.database("store", made)
    far = database.url.replace(f":{server.port}/", f":{cable.port}/")
    with Repository(far) as repo:
        repo.save(small("001272", 1.0))
        cable.left = after
        with pytest.raises(InputError, match="the server went away; nothing was saved"):
            repo.save(large("004078", 6_000))
        assert cable.cuts == 1
        cable.left = float("inf")
        assert repo.search()["territory"].tolist() == ["001272"]
        assert repo.save(large("004078", 6_000))[0].cells == 6_000
    assert examine(database.url).ok
    database.drop()


# ── cancelled ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl+C cannot be lost, whatever ran before in this process.

    An exception raised in a callback of the collector (Hypothesis times it by one) is dropped by Python, and
    a kernel or server that ran here may have left another handler.
    """
    held, handler = gc.callbacks[:], signal.getsignal(signal.SIGINT)
    gc.callbacks.clear()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, handler)
    gc.callbacks.extend(held)


@pytest.mark.usefixtures("interruptible")
def test_an_import_of_a_million_cells_that_is_cancelled_leaves_nothing(repo, store_url, monkeypatch):
    """Proves: Ctrl+C in the middle of writing a million cells is as if the import had not begun."""
    monkeypatch.setattr(bulk, "BATCH", 30_000)
    codes = leb.reference.catalog.table("municipalities")["code"].head(100).tolist()
    begun = []

    def a_million():
        for code in codes:
            begun.append(code)
            if len(begun) == 8:  # two batches are written by then, the third is on its way
                threading.Timer(0.02, os.kill, (os.getpid(), signal.SIGINT)).start()
            yield large(code, 1_000, years=10)

    with pytest.raises(KeyboardInterrupt):
        repo.save_all(a_million())
    assert 8 <= len(begun) < len(codes)
    assert repo.search().empty
    assert repo.save(small("001272", 1.0))[0].version == 1
    assert examine(store_url).ok
