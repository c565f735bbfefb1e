"""How long the page of a territory takes to open in Chromium, beside a page with one slider in the same run.

A page is opened when its kernel waits for a visitor (preheated), with a fresh browser profile each time. What
is beyond the floor is ours: state that travels, and what the kernel still has to compute.
"""

import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.served import ROOT, serving

pytestmark = pytest.mark.benchmark(group="open a page, preheated")

ROUNDS = 3
PREHEAT_SECONDS = 8  # a kernel is made ready between visits, as it is between visitors
FLOOR = [
    "import ipywidgets\n",
    "from leb_kit.apps.visitor import asked_words\n",
    "asked_words()\n",
    "ipywidgets.IntSlider()",
]


@pytest.fixture(scope="module")
def empty(tmp_path_factory) -> Iterator[str]:
    """Address of a page with one slider."""
    folder = tmp_path_factory.mktemp("empty")
    notebook = json.loads((ROOT / "voila_apps" / "territorio.ipynb").read_text(encoding="utf-8"))
    notebook["cells"][0]["source"] = FLOOR
    (folder / "empty.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    with serving(str(folder / "empty.ipynb"), folder / "server.log") as address:
        yield address


@pytest.fixture(scope="module")
def territory(tmp_path_factory) -> Iterator[str]:
    """Address of the page of a territory."""
    log: Path = tmp_path_factory.mktemp("territory") / "server.log"
    with serving("territorio.ipynb", log) as address:
        yield address


@pytest.fixture(scope="module")
def cold(tmp_path_factory) -> Iterator[str]:
    """Address of the page of a territory where no kernel waits for a visitor."""
    log: Path = tmp_path_factory.mktemp("cold") / "server.log"
    with serving("territorio.ipynb", log, preheated=0) as address:
        yield address


def opened(benchmark: Any, browser: Any, address: str, part: str) -> None:
    """Time from the request until a part of the page is there; count what the kernel sent."""
    sent: list[int] = []
    paints: list[float] = []

    def fresh() -> tuple[tuple[Any], dict[str, Any]]:
        time.sleep(PREHEAT_SECONDS)
        page = browser.new_context(locale="it-IT").new_page()
        sent.clear()
        page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: sent.append(len(frame))))
        return (page,), {}

    def visit(page: Any) -> None:
        page.goto(address, wait_until="commit")
        page.wait_for_selector(part, state="attached")

    def leave(page: Any) -> None:
        first = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
        paints.append(page.evaluate(first))
        page.context.close()

    benchmark.pedantic(visit, setup=fresh, teardown=leave, rounds=ROUNDS)
    benchmark.extra_info["first_paint_ms"] = round(statistics.median(paints))
    benchmark.extra_info["websocket_kb"] = sum(sent) // 1000


def test_floor_a_page_with_one_slider(benchmark: Any, browser: Any, empty: str):
    """The peer: what Voilà and ipywidgets take by themselves."""
    opened(benchmark, browser, empty, ".widget-slider")


def test_the_page_of_torino(benchmark: Any, browser: Any, territory: str):
    """What a visitor sees who asks for nothing."""
    opened(benchmark, browser, territory, ".leb-today .band")


def test_the_page_of_italy_with_a_detail(benchmark: Any, browser: Any, territory: str):
    """What a visitor sees who was sent an address."""
    opened(benchmark, browser, f"{territory}?terr=IT&apri=cogeneration", ".leb-today .band")


def test_the_page_of_torino_title(benchmark: Any, browser: Any, territory: str):
    """The first thing a visitor reads."""
    opened(benchmark, browser, territory, "#loading .leb-first h1, .leb-header h1")


def test_the_page_of_torino_cold(benchmark: Any, browser: Any, cold: str):
    """The same page where nobody waited: kernel, imports and balance included."""
    opened(benchmark, browser, cold, ".leb-today .band")
