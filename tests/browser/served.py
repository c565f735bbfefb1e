"""Serve a page by the command that ``leb app`` uses, and visit it."""

import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from leb_kit.apps.server import voila_command

ROOT = Path(__file__).resolve().parents[2]
AXE = Path(__file__).with_name("axe.min.js")
START_SECONDS = 90
WIDGET_MS = 90_000
MOTHER = "leb_kit.apps.fork_server"

#: Voilà 0.5 tells on every page that its own parts have different versions; not ours to mend.
KNOWN_WARNINGS = re.compile(r"shared (singleton )?module @jupyterlab/|Available versions")


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_it_answers(address: str, server: subprocess.Popen) -> None:
    """Return when the server answers anything at all."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert server.poll() is None, "the page server stopped while starting"
        try:
            urllib.request.urlopen(f"{address}voila/static/none", timeout=2)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the page server does not answer")


@contextmanager
def serving(notebook: str, log: Path, *, preheated: int = 1) -> Iterator[str]:
    """Serve a notebook of ``voila_apps``, with as many pages kept ready; give its address."""
    port = free_port()
    command = voila_command(ROOT / "voila_apps" / notebook, port=port, preheated=preheated)
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, cwd=ROOT) as server:
        try:
            address = f"http://127.0.0.1:{port}/"
            wait_until_it_answers(address, server)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=30)


def kernels(address: str) -> list[psutil.Process]:
    """Kernels that the server at an address started: split off, or by themselves."""
    port = address.rstrip("/").rpartition(":")[2]
    servers = [one for one in psutil.Process().children() if f"--port={port}" in one.cmdline()]
    return [one for server in servers for one in server.children(recursive=True) if is_kernel(one)]


def is_kernel(one: psutil.Process) -> bool:
    """Tell whether a process is a kernel; one that has just gone is none."""
    try:
        words = one.cmdline()
        split = MOTHER in words and MOTHER in one.parent().cmdline()
        return split or any("ipykernel" in word for word in words)
    except (psutil.NoSuchProcess, AttributeError):  # zombies and orphans among them
        return False


class Visit:
    """A page with what it asked for and complained about; ``parts`` are waited for."""

    def __init__(self, page, address: str, parts: tuple[str, ...]) -> None:
        self.page, self.address, self.parts = page, address, parts
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.sent: list[bytes] = []
        page.on("websocket", lambda socket: socket.on("framesent", self._sent))
        page.on("console", lambda message: self._heard(message.type, message.text))

    def _heard(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and not KNOWN_WARNINGS.search(text):
            self.complaints.append(text)

    def _sent(self, payload: str | bytes) -> None:
        self.sent.append(payload.encode() if isinstance(payload, str) else payload)

    def open(self, query: str = "") -> None:
        """Open the page and wait for its parts."""
        self.page.goto(self.address + query)
        for part in self.parts:
            self.page.wait_for_selector(part, state="attached", timeout=WIDGET_MS)

    def foreign(self) -> list[str]:
        """Requests that left the server."""
        own = (self.address, self.address.replace("http", "ws"), "data:", "blob:")
        return [url for url in self.requests if not url.startswith(own)]

    def violations(self) -> list[str]:
        """What axe-core finds, all severities."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run(document).then((result) => result.violations)")
        return [f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in found]
