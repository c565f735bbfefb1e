"""What a visitor waits for on an open page, in Chromium: sliders, paths, a page that solves, many visitors.

Each latency is from the event in the page to the change in its DOM, seen by a MutationObserver; memory is the
proportional set size (PSS) of the kernels.
"""

import gzip
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.served import kernels, serving

pytestmark = pytest.mark.benchmark(group="an open page, ms")

MOVES = 40  # the 95th percentile of twenty would be their slowest
VISITORS = 10
PAUSE_MS = 250  # a person looks before the next move
EVERYBODY_MS = 1000  # each of many visitors moves a slider once a second
SLOWEST_MS = 60_000

#: Move a slider and wait until an element was changed; ms. The event is that of a key.
MOVE = """([slider, seen, pause]) => new Promise((done) => setTimeout(() => {
  const input = document.querySelector(slider);
  const targets = seen.map((one) => document.querySelector(one));
  const waiting = new Set(targets);
  const up = Number(input.value) < Number(input.max);
  const begin = performance.now();
  const watchers = targets.map((target) => {
    const watcher = new MutationObserver(() => {
      waiting.delete(target);
      if (waiting.size) return;
      for (const one of watchers) one.disconnect();
      done(performance.now() - begin);
    });
    watcher.observe(target, { subtree: true, childList: true, attributes: true, characterData: true });
    return watcher;
  });
  input.value = up ? Number(input.value) + Number(input.step || 1) : Number(input.min);
  input.dispatchEvent(new Event("input", { bubbles: true }));
}, pause))"""
CLICK = """([what, seen, pause]) => new Promise((done) => setTimeout(() => {
  const begin = performance.now();
  const watcher = new MutationObserver(() => {
    watcher.disconnect();
    done(performance.now() - begin);
  });
  watcher.observe(document.querySelector(seen), { subtree: true, attributes: true, attributeFilter: ["d"] });
  document.querySelector(what).dispatchEvent(new MouseEvent("click", { bubbles: true }));
}, pause))"""
BURST = """([slider, seen, pause, times]) => { window.bursts = []; const move = %s;
  (async () => {
    for (let i = 0; i < times; i += 1) window.bursts.push(await move([slider, seen, pause]));
  })(); }"""
YEARS = ".leb-years input[type=range]"
SCHEME = ".leb-years svg"
SUN = ".leb-builder [data-kind=photovoltaic]"
ALL = (".leb-builder .cards", ".leb-builder .changes", ".leb-comparison .mirror", ".leb-comparison .cards")


@pytest.fixture(scope="module")
def territory(tmp_path_factory) -> Iterator[str]:
    """Address of the page of a territory."""
    with serving("territorio.ipynb", tmp_path_factory.mktemp("territory") / "server.log") as address:
        yield address


@pytest.fixture(scope="module")
def planner(tmp_path_factory) -> Iterator[str]:
    """Address of the planner."""
    with serving("pianificatore.ipynb", tmp_path_factory.mktemp("planner") / "server.log") as address:
        yield address


@pytest.fixture
def opened(browser: Any, territory: str) -> Iterator[Callable[[], Any]]:
    """Open the page of Torino; every browser is closed at the end."""
    pages: list[Any] = []

    def visit(part: str = ".leb-map [data-code]") -> Any:
        page = browser.new_context(locale="it-IT").new_page()
        pages.append(page)
        page.goto(territory)
        page.wait_for_selector(part, state="attached", timeout=SLOWEST_MS)
        return page

    yield visit
    for page in pages:
        page.context.close()


def told(benchmark: Any, values: list[float], **more: object) -> None:
    """Keep median and 95th percentile of latencies, in ``extra_info`` of ``--benchmark-json``."""
    p95 = statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]
    benchmark.extra_info.update(p50=round(statistics.median(values)), p95=round(p95), **more)
    benchmark.pedantic(lambda: None, rounds=1)


def test_slider_to_scheme(benchmark: Any, opened: Callable[[], Any]):
    page = opened()
    told(benchmark, [page.evaluate(MOVE, [YEARS, [SCHEME], PAUSE_MS]) for _ in range(MOVES)])


def test_slider_to_everything(benchmark: Any, opened: Callable[[], Any]):
    """Three indicators, what changes most, the mirrored scheme and the five cards of the comparison."""
    page = opened()
    page.locator(".leb-what-if").click()
    page.wait_for_selector(ALL[-1], state="attached")
    page.evaluate(MOVE, [SUN, ALL, PAUSE_MS])
    told(benchmark, [page.evaluate(MOVE, [SUN, ALL, 2 * PAUSE_MS]) for _ in range(MOVES)])


def test_click_to_path(benchmark: Any, opened: Callable[[], Any]):
    page = opened()
    chips = [f".leb-today .chips button:nth-child({i % 4 + 1})" for i in range(MOVES)]
    told(benchmark, [page.evaluate(CLICK, [chip, ".leb-today svg", PAUSE_MS]) for chip in chips])


def test_slider_to_scheme_with_ten_visitors_and_what_is_left(
    benchmark: Any, opened: Callable[[], Any], territory: str
):
    """Latencies of all ten; memory of a visitor; kernels that are left when all have gone."""
    pages = [opened() for _ in range(VISITORS)]
    for page in pages:
        page.evaluate(BURST % MOVE, [YEARS, [SCHEME], EVERYBODY_MS, MOVES])
    for page in pages:
        page.wait_for_function(f"window.bursts.length === {MOVES}", timeout=SLOWEST_MS * 2)
    values = [ms for page in pages for ms in page.evaluate("window.bursts")]
    memory = [one.memory_full_info().pss / 1e6 for one in kernels(territory)]
    for page in pages:
        page.close(run_before_unload=True)
    left = VISITORS
    for _ in range(40):
        time.sleep(0.5)
        left = len(kernels(territory)) - 1  # one waits for the next visitor
        if left <= 0:
            break
    told(benchmark, values, kernel_mb=round(statistics.median(memory)), kernels_left=max(left, 0))


def test_a_page_answers_while_it_solves_and_stops(benchmark: Any, browser: Any, planner: str):
    """A measure is moved while the plan is looked for; then the search is stopped."""
    page = browser.new_context(locale="it-IT").new_page()
    page.goto(planner)
    page.wait_for_selector(".leb-mix .head", state="attached", timeout=SLOWEST_MS)
    page.evaluate(MOVE, [SUN, [".leb-builder .cards"], PAUSE_MS])
    page.get_by_role("button", name="Calcola il piano").click()
    page.wait_for_selector(".leb-mix .head button:has-text('Ferma'):not([hidden])")
    values = [page.evaluate(MOVE, [SUN, [".leb-builder .cards"], 100]) for _ in range(5)]
    begin = time.perf_counter()
    stop = page.locator(".leb-mix .head button:has-text('Ferma')")
    running = stop.is_visible()
    if running:
        stop.click()
        page.wait_for_function("document.querySelector('.leb-mix .head button').disabled === false")
    took = round(1000 * (time.perf_counter() - begin))
    told(benchmark, values, stop_ms=took if running else "ended before")
    page.context.close()


def test_bytes_of_a_first_visit(benchmark: Any, browser: Any, territory: str):
    """All that comes over HTTP, each answer gzipped; and the websocket, as it comes."""
    page = browser.new_context(locale="it-IT").new_page()
    socket: list[int] = []
    answers: list[Any] = []
    page.on("websocket", lambda one: one.on("framereceived", lambda frame: socket.append(len(frame))))
    page.on("response", lambda one: answers.extend([one]))
    page.goto(territory)
    page.wait_for_selector(".leb-map [data-code]", state="attached", timeout=SLOWEST_MS)
    bodies = [one.body() for one in answers if one.ok and one.url.startswith("http")]
    packed = sum(len(gzip.compress(body)) for body in bodies)
    benchmark.extra_info["requests"] = len(bodies)
    told(benchmark, [packed / 1000], websocket_kb=sum(socket) // 1000)
    page.context.close()
