"""A page in a real browser: seconds, complaints, axe, requests, and its own address opened again."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from leb_kit.apps.cli_doctor import CHROMIUM
from leb_kit.apps.smoke import PAGE_SECONDS, PageReport
from leb_kit.errors import InputError, say

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: Voilà 0.5 tells on every page that its own parts have different versions; not ours to mend.
KNOWN_WARNINGS: Final = re.compile(r"shared (singleton )?module @jupyterlab/|Available versions")
DESKTOP: Final = {"width": 1280, "height": 900}
TELEPHONE: Final = {"width": 390, "height": 844}
QUIET_MS: Final = 1000
#: A page that moves by itself is never quiet; after these seconds it is looked at as it is.
MOVING_SECONDS: Final = 15
LONGEST: Final = 160
MILLI: Final = 1000

#: Notes in the page itself when its first part is there to be seen, and when anything last changed.
WATCH: Final = """
window.lebChanged = 0;
new MutationObserver(() => {
  window.lebChanged = performance.now();
  if (window.lebFirst) return;
  const parts = [...document.querySelectorAll('#rendered_cells [class^="leb-"]')];
  const alerts = [...document.querySelectorAll('#rendered_cells [role="alert"]')];
  const seen = (one) => one.getBoundingClientRect().height > 0;
  if ([...parts, ...alerts].some(seen)) window.lebFirst = performance.now();
}).observe(document, { childList: true, subtree: true, attributes: true });
"""
PAINT: Final = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
ALERTS: Final = """[...document.querySelectorAll('#rendered_cells [role="alert"]')]
  .filter((one) => one.getBoundingClientRect().height > 0)
  .map((one) => one.innerText.trim()).filter(Boolean)"""
#: What a visitor would say that the page shows.
SHOWN: Final = """({
  heading: document.querySelector('h1')?.innerText ?? '',
  lang: document.documentElement.lang,
  chosen: [...document.querySelectorAll('#rendered_cells select')].map((one) => one.value) })"""


@contextmanager
def browser() -> Iterator[Browser]:
    """Give a headless Chromium; ``CHROMIUM`` in the environment names another one.

    Raises
    ------
    InputError
        Playwright or a browser is missing, with what to install.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        found = say("no browser: Playwright is missing; pip install playwright, or use --no-browser")
        raise InputError("leb apps smoke", [found]) from None
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        except Error as error:
            advice = say(
                "no browser was found: install chromium (apt install chromium, or playwright install "
                "chromium), name one in CHROMIUM, or use --no-browser"
            )
            raise InputError("leb apps smoke", [f"{advice} ({str(error).splitlines()[0]})"]) from None
        yield started
        started.close()


def visited(started: Browser, page: str, address: str, *, axe: str, shots: Path | None = None) -> PageReport:
    """Visit a page twice: in Italian on a desktop, then its own address in English on a telephone.

    Parameters
    ----------
    started : Browser
        As ``browser`` gives it.
    page : str
        Its name in the report.
    address : str
        Where it is served.
    axe : str
        Source of axe-core.
    shots : Path, optional
        Folder for one picture of each visit.
    """
    context = started.new_context(locale="it-IT", viewport=DESKTOP)  # type: ignore[arg-type]
    context.add_init_script(WATCH)
    try:
        return _Visit(context, page, address, axe, shots).report()
    finally:
        context.close()


class _Visit:
    """Both visits to one page, and what was seen and heard on the way."""

    def __init__(
        self, context: BrowserContext, name: str, address: str, axe: str, shots: Path | None
    ) -> None:
        self.context, self.name, self.address, self.axe, self.shots = context, name, address, axe, shots
        self.own = (address, address.replace("http", "ws", 1), "data:", "blob:")
        self.console: list[str] = []
        self.foreign: list[str] = []
        self.violations: list[str] = []
        self.faults: list[str] = []

    def report(self) -> PageReport:
        """Return what was found; a page that does not come ends the visit."""
        from playwright.sync_api import Error

        seconds: dict[str, float | None] = {}
        try:
            first = self._open(self.address)
            seconds = {"first_paint": _seconds(first, PAINT), "first_widget": _seconds(first, "lebFirst")}
            self._look(first, "it")
            english = first.get_by_role("button", name="English", exact=True)
            if english.count():
                english.first.click()
                first.wait_for_function("document.documentElement.lang === 'en'")
                _settle(first)
            shown, url = first.evaluate(SHOWN), first.url
            first.close()
            second = self._open(url, TELEPHONE)
            seconds["again"] = _seconds(second, "lebFirst")
            self._look(second, "en")
            self._compare(shown, second.evaluate(SHOWN), url)
            if second.evaluate("document.documentElement.scrollWidth") > TELEPHONE["width"]:
                self.faults.append(say("the page is wider than a telephone"))
        except Error as error:
            self.faults.append(say("the page does not come: {reason}", reason=_short(str(error))))
        found = (self.console, self.violations, self.foreign, self.faults)
        console, violations, foreign, faults = (tuple(dict.fromkeys(one)) for one in found)
        return PageReport(
            self.name, console=console, violations=violations, foreign=foreign, faults=faults, **seconds
        )

    def _open(self, url: str, size: dict[str, int] | None = None) -> Page:
        page = self.context.new_page()
        if size:
            page.set_viewport_size(size)  # type: ignore[arg-type]
        page.on("request", lambda request: self._asked(request.url))
        page.on("pageerror", lambda error: self.console.append(_short(str(error))))
        page.on("console", self._heard)
        page.goto(url)
        page.wait_for_function("window.lebFirst > 0", timeout=PAGE_SECONDS * MILLI)
        _settle(page)
        return page

    def _look(self, page: Page, lang: str) -> None:
        self.faults += [_short(text) for text in page.evaluate(ALERTS)]
        if not page.evaluate(SHOWN)["heading"]:
            self.faults.append(say("the page has no heading"))
        if self.shots is not None:
            page.screenshot(path=self.shots / f"{self.name}_{lang}.png", full_page=True)
        page.evaluate(self.axe)
        for fault in page.evaluate("axe.run(document).then((found) => found.violations)"):
            self.violations.append(f"{fault['id']}: {_short(fault['nodes'][0]['html'])}")

    def _compare(self, shown: dict[str, Any], again: dict[str, Any], url: str) -> None:
        if shown != again:
            found = say(
                "the address {url} shows another page: {again} instead of {shown}",
                url=url.removeprefix(self.address),
                again=_short(str(again)),
                shown=_short(str(shown)),
            )
            self.faults.append(found)

    def _asked(self, url: str) -> None:
        if not url.startswith(self.own):
            self.foreign.append(_short(url))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not KNOWN_WARNINGS.search(message.text):
            self.console.append(_short(message.text))


def _settle(page: Page) -> None:
    from playwright.sync_api import TimeoutError as Late

    try:
        quiet = f"performance.now() - window.lebChanged > {QUIET_MS}"
        page.wait_for_function(quiet, timeout=MOVING_SECONDS * MILLI)
    except Late:
        return  # it moves by itself


def _seconds(page: Page, what: str) -> float | None:
    found = page.evaluate(what)
    return None if found is None else float(found) / MILLI


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
