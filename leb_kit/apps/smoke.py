"""Are the pages whole? Each is served on this machine and visited; what was found, page by page."""

from __future__ import annotations

import re
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from leb_kit.apps.server import voila_command
from leb_kit.errors import InputError, say

HOST: Final = "127.0.0.1"
#: Seconds until a server answers, and until a page is there; a busy machine is no fault of the page.
START_SECONDS: Final = 90
PAGE_SECONDS: Final = 120
PAUSE: Final = 0.1
#: Lines of the server's log that are told when it does not start.
LOG_LINES: Final = 3

#: What a page without a browser must hold (a widget), and must not (the panel of the guard, other hosts).
WIDGET: Final = "application/vnd.jupyter.widget-view+json"
REFERENCE: Final = re.compile(r'role=\\?"alert\\?"[^>]*>.*?<b>([0-9A-F]{8})</b>', re.DOTALL)
LOADED: Final = re.compile(r"""<(?:script|link|img|iframe)\b[^>]*?(?:src|href)=["']((?:https?:)?//[^"']+)""")


@dataclass(frozen=True)
class PageReport:
    """What was found on one page.

    Parameters
    ----------
    page : str
        Name of its notebook.
    answered : float, optional
        Seconds until the page was sent whole (without a browser).
    first_paint, first_widget, again : float, optional
        Seconds of a first visit to the first paint and to the first widget, and to the first widget when
        its own address is opened again.
    console : tuple of str
        Errors and warnings that the browser complained of.
    violations : tuple of str
        What axe found, of any severity, in Italian and English, desktop and telephone.
    foreign : tuple of str
        Requests that left the machine.
    faults : tuple of str
        Anything else: the page does not start, shows an alert, or its address gives another page.
    """

    page: str
    answered: float | None = None
    first_paint: float | None = None
    first_widget: float | None = None
    again: float | None = None
    console: tuple[str, ...] = ()
    violations: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not (self.console or self.violations or self.foreign or self.faults)


def free_port() -> int:
    """Return a port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(notebook: Path) -> Iterator[str]:
    """Serve a page on this machine only, for as long as the block lasts; gives its address.

    Parameters
    ----------
    notebook : Path
        Of ``voila_apps/``.

    Raises
    ------
    InputError
        The server stops, or does not answer in time; the end of its log is told.
    """
    port = free_port()
    command = voila_command(notebook, port=port, address=HOST, preheated=1)
    with tempfile.TemporaryFile() as log, subprocess.Popen(command, stdout=log, stderr=log) as server:
        try:
            address = f"http://{HOST}:{port}/"
            if not _answers(f"{address}voila/static/none", server):
                log.seek(0)
                last = log.read().decode(errors="replace").strip().splitlines()[-LOG_LINES:]
                raise InputError(
                    notebook.stem, [say("the page server does not answer: {last}", last=" | ".join(last))]
                )
            yield address
        finally:
            server.terminate()
            server.wait(timeout=START_SECONDS)


def _answers(address: str, server: subprocess.Popen[bytes]) -> bool:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2).close()  # noqa: S310 our own server
        except urllib.error.HTTPError:
            return True  # "not found" is an answer
        except OSError:
            time.sleep(PAUSE)
        else:
            return True
    return False


def fetched(page: str, address: str) -> PageReport:
    """Visit a page without a browser: it is run by its kernel, and sent whole.

    Parameters
    ----------
    page : str
        Its name in the report.
    address : str
        Where it is served.

    Returns
    -------
    PageReport
        Seconds until it was there; as faults: no widget, or an alert; as foreign: what it would load from
        other hosts.
    """
    start = time.perf_counter()
    try:
        with urllib.request.urlopen(address, timeout=PAGE_SECONDS) as sent:  # noqa: S310 our own server
            text = sent.read().decode()
    except OSError as error:
        return PageReport(page, faults=(say("the page is not sent: {reason}", reason=str(error)),))
    return read(page, text, answered=time.perf_counter() - start)


def read(page: str, text: str, *, answered: float | None = None) -> PageReport:
    """Look at the text of a page: a widget must be in it, no alert, and nothing of another host.

    Parameters
    ----------
    page : str
        Its name in the report.
    text : str
        HTML as the server sends it.
    answered : float, optional
        Seconds until it was there.

    Examples
    --------
    >>> read("torino", "<p>empty</p>").faults
    ('no widget is on the page',)
    """
    faults = [] if WIDGET in text else [say("no widget is on the page")]
    alert = REFERENCE.search(text)
    if alert:
        faults.append(say("the page failed, reference {reference}", reference=alert.group(1)))
    return PageReport(page, answered=answered, foreign=tuple(LOADED.findall(text)), faults=tuple(faults))
