"""What every test may ask for: the repository, a browser, the same random numbers each time."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# Platform folders as Jupyter will have them; without it jupyter_core warns, and a warning is an error here.
os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")

# The same input gives the same output: no test fails on one run and passes on the next.
settings.register_profile("leb", derandomize=True, deadline=None)
settings.load_profile("leb")

PATIENCE_MS = 20_000
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give a test that drives a browser a second try: a busy machine may answer late. The end counts them."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def root() -> Path:
    """Folder of the repository."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of an installed Chromium; ``CHROMIUM`` in the environment names another one."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        message = "No Chromium found: apt-get install chromium, or set CHROMIUM to its path."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    """One headless Chromium for the session, driven by Playwright."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)  # a busy machine is no fault of the page

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_FLAGS))
        yield running
        running.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A fresh page in Italian, with nothing remembered."""
    context = browser.new_context(locale="it-IT", viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()
