"""The page server: a standalone Voilà with our template, our limits and two repairs.

Voilà is started as ``python -m leb_kit.apps.server``, so that its settings stay in a process of their
own. Nothing it serves comes from outside the machine.
"""

from __future__ import annotations

import asyncio
import os
import pathlib
import signal
import subprocess
import sys
from collections.abc import Awaitable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.identity import PasswordIdentityProvider
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from traitlets import Int

if TYPE_CHECKING:
    from jupyter_server.auth.identity import User
    from jupyter_server.base.handlers import JupyterHandler

#: Holds ``voila/voila.json`` and ``voila/templates/leb``, in the layout Jupyter searches.
SHIPPED = pathlib.Path(__file__).parent


#: Seconds before a page is made ready again whose kernel died.
ANEW_S = 10
#: Signals of a supervisor and of a terminal that closes; an interrupt is heard anyway.
STOPS = ("SIGTERM", "SIGHUP")
#: What a browser says when it leaves a page (RFC 6455, 7.4.1); a line that breaks says nothing.
GOING_AWAY = 1001


class NoDelay(ZMQChannelsWebsocketConnection):
    """Send each small message of a widget at once; let the kernel of a page go that has been left.

    The kernel websocket leaves Nagle's algorithm on: the second of two small messages then waits for
    the browser's delayed acknowledgement, some 40 ms. A slider feels it. The message by which a closed page
    stops its kernel may be lost, or come while the server is busy; that the line was closed is seen.
    """

    def connect(self) -> Any:
        """Open the connection without Nagle's algorithm."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()

    def disconnect(self) -> None:  # type: ignore[override]
        """Close the connection; the kernel goes too if the page was left and no other one is connected."""
        kernels, kernel_id = self.multi_kernel_manager, self.kernel_id
        left = self.websocket_handler.close_code == GOING_AWAY
        super().disconnect()  # type: ignore[no-untyped-call]
        if left and kernel_id in kernels and not kernels.kernel_model(kernel_id)["connections"]:
            _LEAVING.add(task := asyncio.ensure_future(kernels.shutdown_kernel(kernel_id, now=True)))
            task.add_done_callback(_gone)


#: Kernels on their way out: a task that nobody holds may be collected before it has ended.
_LEAVING: set[asyncio.Future[Any]] = set()


def _gone(task: asyncio.Future[Any]) -> None:
    _LEAVING.discard(task)
    if not task.cancelled():
        task.exception()  # the page's own message was quicker: there is no such kernel any more


class Kernels(AsyncMappingKernelManager):
    """Kernels of visitors: one that no page is connected to goes sooner than one whose page is open.

    Such a page was fetched and left before its scripts ran, or the line to it broke and did not come back.
    """

    cull_unconnected_timeout = Int(300, config=True, help="Seconds that a kernel waits for its page.")

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """Stop a kernel that has had nothing to do for too long."""
        known = self.kernel_model(kernel_id)  # type: ignore[no-untyped-call]
        idle = datetime.now(UTC) - datetime.fromisoformat(known["last_activity"])
        alone = not known["connections"] and known["execution_state"] != "busy"
        if alone and idle > timedelta(seconds=self.cull_unconnected_timeout) and not self._waits(kernel_id):
            self.log.warning("Culling kernel %s: no page is connected", kernel_id)
            await self.shutdown_kernel(kernel_id)  # type: ignore[no-untyped-call]
            return
        await super().cull_kernel_if_idle(kernel_id)  # type: ignore[no-untyped-call]

    def _waits(self, kernel_id: str) -> bool:
        """Tell whether a kernel is kept ready for a visitor who has not come yet."""
        return any(True for _ in self._ready(kernel_id))

    def _ready(self, kernel_id: str) -> Iterator[tuple[str, list[Any], Any]]:
        """Give notebook, pool and place in it of a kernel that is kept ready."""
        # Voilà's, where pages are made ready in advance
        for notebook, pool in getattr(self, "_pools", {}).items():
            for task in list(pool):
                if task.done() and not task.exception() and task.result()["kernel_id"] == kernel_id:
                    yield notebook, pool, task

    def _handle_kernel_died(self, kernel_id: str) -> None:
        """Forget a kernel that died; a page made ready with it is made anew, not given to a visitor."""
        super()._handle_kernel_died(kernel_id)  # type: ignore[no-untyped-call]
        for notebook, pool, task in self._ready(kernel_id):
            pool.remove(task)
            # not at once: a page that dies whenever it is made would keep the machine busy
            self.fill_if_needed(delay=ANEW_S, notebook_name=notebook)  # type: ignore[attr-defined]


class XsrfIdentity(PasswordIdentityProvider):
    """Give each visitor the cookie that closing the page asks for.

    A closed page tells Voilà to stop its kernel. That message is refused unless the visitor holds the
    ``_xsrf`` cookie, which Voilà 0.5 never sets: every visit would leave a kernel behind until the
    idle limit. Reading ``xsrf_token`` sets it.
    """

    async def get_user(self, handler: JupyterHandler) -> User | None:  # type: ignore[override]
        """Return the visitor, and set the cookie on the way."""
        found = super().get_user(handler)
        user = await found if isinstance(found, Awaitable) else found
        if user is not None and handler.request.method == "GET":
            handler.current_user = user  # the token looks at it
            _ = handler.xsrf_token
        return user


def voila_command(
    notebook: str | os.PathLike[str],
    *,
    port: int = 8866,
    address: str = "127.0.0.1",
    base_url: str = "/",
    open_browser: bool = False,
    preheated: int = 2,
) -> list[str]:
    """Give the command that serves one app notebook, or a folder of them.

    Parameters
    ----------
    notebook : str or path
        An app notebook, or the folder that holds some.
    port : int
        Port to listen on. A busy port is an error, never replaced by another one.
    address : str
        Address to listen on; the default is reachable from this machine only.
    base_url : str
        Path below which the pages stand, behind a proxy.
    open_browser : bool
        Open the page in the default browser.
    preheated : int
        Pages kept ready in advance, each with a kernel of about 70 MB (100 off Linux); 0 for none.
    """
    config = SHIPPED / "voila"
    return [
        sys.executable,
        "-m",
        "leb_kit.apps.server",
        os.fspath(notebook),
        f"--port={port}",
        f"--Voila.ip={address}",
        f"--Voila.base_url={base_url}",
        "--Voila.port_retries=0",
        f"--Voila.open_browser={open_browser}",
        f"--Voila.config_file_paths={config}",
        f"--VoilaConfiguration.preheat_kernel={preheated > 0}",
        f"--VoilaConfiguration.default_pool_size={max(preheated, 1)}",
    ]


def serve(
    notebook: str | os.PathLike[str],
    *,
    port: int = 8866,
    address: str = "127.0.0.1",
    base_url: str = "/",
    open_browser: bool = True,
    preheated: int = 2,
) -> int:
    """Serve the pages until this process is asked to end; returns the exit code of the server.

    Parameters
    ----------
    notebook, port, address, base_url, open_browser, preheated
        As for :func:`voila_command`.
    """
    command = voila_command(
        notebook,
        port=port,
        address=address,
        base_url=base_url,
        open_browser=open_browser,
        preheated=preheated,
    )
    # whatever asks this process to end asks the server too: else it would go on, and keep its port
    for name in STOPS:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)
    with subprocess.Popen(command) as server:
        try:
            return server.wait()
        except KeyboardInterrupt:
            server.terminate()
            return server.wait()


def _put_first(variable: str, folder: pathlib.Path) -> None:
    known = os.environ.get(variable)
    os.environ[variable] = os.pathsep.join([str(folder), *([known] if known else [])])


def main(arguments: Sequence[str] | None = None) -> None:
    """Run Voilà in this process with the shipped template."""
    _put_first("JUPYTER_PATH", SHIPPED)
    _put_first("PYTHONPATH", SHIPPED.parents[1])  # the pages import the same leb_kit as the server
    # matrices of a balance are small: more threads only contend, in each kernel of each visitor
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from leb_kit.apps import forked

    given = list(sys.argv[1:] if arguments is None else arguments)
    forked.start([str(page) for path in given if not path.startswith("-") for page in notebooks_of(path)])
    from voila.app import Voila

    Voila.launch_instance(given)


def notebooks_of(path: str) -> list[pathlib.Path]:
    """Return the notebook at a path, or those of a folder."""
    place = pathlib.Path(path)
    return sorted(place.glob("*.ipynb")) if place.is_dir() else [place][: place.is_file()]


if __name__ == "__main__":
    main()
