"""Kernels of pages that were left: which go at once, which later, which stay. No kernel is started."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

from leb_kit.apps import server
from tests.helpers import run_apart


class Known(dict):
    """Kernels by id, with the number of pages connected to each."""

    def kernel_model(self, kernel_id):
        return {"connections": self[kernel_id]}

    async def shutdown_kernel(self, kernel_id, *, now):
        assert now
        del self[kernel_id]


def closed(monkeypatch, kernels, code):
    """Close the line of kernel “k” with a code; return the kernels that are left."""
    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "disconnect", lambda _: None)

    class Line(server.NoDelay):
        """Without `__init__`: a real one wants a kernel."""

        multi_kernel_manager, kernel_id = kernels, "k"
        websocket_handler = SimpleNamespace(close_code=code)

    async def run():
        Line.__new__(Line).disconnect()
        await asyncio.sleep(0)

    run_apart(run())
    return sorted(kernels)


@pytest.mark.parametrize(
    ("connected", "code", "left"),
    [
        (0, 1001, []),
        (0, None, ["k"]),  # the line broke: the page may come back
        (0, 1000, ["k"]),  # Voilà's own front takes the page over
        (1, 1001, ["k"]),  # another one is connected
    ],
)
def test_a_page_that_is_left_takes_its_kernel_along(monkeypatch, connected, code, left):
    """Proves: no kernel stays when the page's own message is lost. Without it each waits for 20 minutes."""
    assert closed(monkeypatch, Known(k=connected), code) == left


@pytest.fixture
def culled(monkeypatch):
    """Decide on a kernel; tells who stopped it."""

    def run(*, idle, connections=0, state="idle", pools=None):
        stopped = []

        async def by_us(self, kernel_id):
            stopped.append("unconnected")

        async def by_jupyter(self, kernel_id):
            stopped.append("asked Jupyter")

        last = datetime.now(UTC) - timedelta(seconds=idle)
        known = {"connections": connections, "execution_state": state, "last_activity": last.isoformat()}
        monkeypatch.setattr(server.Kernels, "kernel_model", lambda *_: known, raising=False)
        monkeypatch.setattr(server.Kernels, "shutdown_kernel", by_us, raising=False)
        monkeypatch.setattr(AsyncMappingKernelManager, "cull_kernel_if_idle", by_jupyter)

        async def decide():
            kernels = server.Kernels(cull_unconnected_timeout=300)
            if pools is not None:
                task = asyncio.ensure_future(asyncio.sleep(0, {"kernel_id": "k"}))
                await task
                kernels._pools = {"page.ipynb": [task] if pools else []}
            await kernels.cull_kernel_if_idle("k")

        run_apart(decide())
        return stopped

    return run


def test_a_kernel_without_a_page_goes_after_five_minutes(culled):
    assert culled(idle=301) == ["unconnected"]
    assert culled(idle=299) == ["asked Jupyter"]


def test_a_kernel_that_works_is_connected_or_waits_is_left_to_the_idle_limit(culled):
    assert culled(idle=301, state="busy") == ["asked Jupyter"]
    assert culled(idle=301, connections=1) == ["asked Jupyter"]
    assert culled(idle=301, pools=True) == ["asked Jupyter"]
    assert culled(idle=301, pools=False) == ["unconnected"]


@pytest.mark.parametrize(
    ("died", "left", "anew"), [("k", ["other"], ["page.ipynb"]), ("x", ["k", "other"], [])]
)
def test_a_page_whose_kernel_died_is_given_to_nobody_and_made_again(monkeypatch, died, left, anew):
    """Proves: the next visitor gets a page that lives. Without it the dead one, which never answers."""
    told = []
    monkeypatch.setattr(
        AsyncMappingKernelManager, "_handle_kernel_died", lambda _, kernel_id: told.append(kernel_id)
    )

    async def die():
        kernels = server.Kernels()
        tasks = [asyncio.ensure_future(asyncio.sleep(0, {"kernel_id": name})) for name in ("k", "other")]
        await asyncio.gather(*tasks)
        starting = asyncio.ensure_future(asyncio.sleep(60))
        kernels._pools = {"page.ipynb": [*tasks, starting]}
        filled = []
        kernels.fill_if_needed = lambda **given: filled.append(given["notebook_name"])
        kernels._handle_kernel_died(died)
        ready = [task.result()["kernel_id"] for task in kernels._pools["page.ipynb"] if task.done()]
        assert starting in kernels._pools["page.ipynb"]
        starting.cancel()
        return ready, filled

    assert run_apart(die()) == (left, anew)
    assert told == [died]
