"""The page of Torino in a real browser, served by the command that ``leb app`` uses."""

import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from leb_kit.apps.server import voila_command

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
AXE = Path(__file__).with_name("axe.min.js")
START_SECONDS = 90
WIDGET_MS = 90_000

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


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[tuple[str, Path]]:
    """Address of the served page, and the server's log."""
    port = free_port()
    log = tmp_path_factory.mktemp("voila") / "server.log"
    command = voila_command(ROOT / "voila_apps" / "torino.ipynb", port=port, preheated=1)
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, cwd=ROOT) as server:
        try:
            address = f"http://127.0.0.1:{port}/"
            wait_until_it_answers(address, server)
            yield address, log
        finally:
            server.terminate()
            server.wait(timeout=30)


class Visit:
    """A page with what it asked for and complained about."""

    def __init__(self, page, address: str) -> None:
        self.page, self.address = page, address
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
        """Open the page and wait for the last part of it."""
        self.page.goto(self.address + query)
        self.page.wait_for_selector(".leb-figures", timeout=WIDGET_MS)
        self.page.wait_for_selector(".leb-flow .band", state="attached")

    def foreign(self) -> list[str]:
        """Requests that left the server."""
        own = (self.address, self.address.replace("http", "ws"), "data:", "blob:")
        return [url for url in self.requests if not url.startswith(own)]

    def violations(self) -> list[str]:
        """What axe-core finds, all severities."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run(document).then((result) => result.violations)")
        return [f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in found]


@pytest.fixture
def visit(page, served) -> Visit:
    """A visit that has not begun."""
    return Visit(page, served[0])


def test_the_italian_page_is_whole_quiet_and_accessible(visit):
    visit.open()
    page = visit.page
    assert page.locator("h1").inner_text() == "Torino 2019"
    assert page.title() == "Torino 2019"
    assert page.evaluate("document.documentElement.lang") == "it"
    assert page.get_by_role("button", name=re.compile(r"^Rete gas [\d.]+ GWh")).count() == 1
    assert page.locator(".leb-targets li").count() == 3
    assert "almeno 20%" in page.locator(".leb-targets").inner_text()
    assert visit.violations() == []
    assert visit.foreign() == []
    assert visit.complaints == []


def test_choosing_gas_lights_its_path_in_proportion(visit):
    visit.open()
    page = visit.page
    chip = page.get_by_role("button", name="Gas naturale", exact=True)
    chip.click()
    assert chip.get_attribute("aria-pressed") == "true"
    assert page.locator(".leb-flow svg").get_attribute("class") == "following"
    assert "Gas naturale" in page.locator(".leb-flow [aria-live]").inner_text()
    page.wait_for_timeout(300)
    told = b"".join(visit.sent)
    assert b'"selected":{"type":"product","id":"natural_gas"}' in told, "Python does not hear of the choice"
    lit = page.evaluate(
        "[...document.querySelectorAll('.leb-flow .glow')].filter((g) => g.hasAttribute('d')).length"
    )
    assert 10 < lit < page.locator(".leb-flow .band").count()
    assert visit.violations() == []
    page.keyboard.press("Tab")
    page.locator('.leb-flow .node[data-id="cogeneration"]').focus()
    page.keyboard.press("Enter")
    assert page.locator('.leb-flow .node[data-id="cogeneration"]').get_attribute("aria-pressed") == "true"
    page.keyboard.press("Escape")
    assert not page.locator(".leb-flow svg").get_attribute("class")
    assert visit.complaints == []


def test_the_address_and_the_switch_choose_the_language(visit):
    visit.open("?lingua=en")
    page = visit.page
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.get_by_role("button", name=re.compile(r"^Gas network [\d,]+ GWh")).count() == 1
    assert "Key figures" in page.locator(".leb-figures").inner_text()
    assert visit.violations() == []
    page.get_by_role("button", name="Italiano").click()
    page.wait_for_function("document.querySelector('.leb-figures').innerText.includes('Cifre chiave')")
    assert page.evaluate("document.documentElement.lang") == "it"
    assert "almeno" in page.locator(".leb-targets").inner_text()
    assert visit.foreign() == []
    assert visit.complaints == []


def test_a_closed_page_gives_its_kernel_back(visit, served):
    """Proves: XsrfIdentity works. Without it the closing message is refused with 403, the kernel stays."""
    visit.open()
    settings = visit.page.evaluate("JSON.parse(document.getElementById('jupyter-config-data').textContent)")
    visit.page.goto("about:blank")
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if f"Kernel shutdown: {settings['kernelId']}" in served[1].read_text(errors="replace"):
            return
        time.sleep(0.2)
    pytest.fail("the kernel of a closed page still runs")
