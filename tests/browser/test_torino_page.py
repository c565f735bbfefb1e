"""The page of Torino in a real browser, served by the command that ``leb app`` uses."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.served import Visit, serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[tuple[str, Path]]:
    """Address of the served page, and the server's log."""
    log = tmp_path_factory.mktemp("voila") / "server.log"
    with serving("torino.ipynb", log) as address:
        yield address, log


@pytest.fixture
def visit(page, served) -> Visit:
    """A visit that has not begun."""
    return Visit(page, served[0], (".leb-figures", ".leb-flow .band"))


def test_the_italian_page_is_whole_quiet_and_accessible(visit):
    visit.open()
    page = visit.page
    assert page.locator("h1").inner_text() == "Torino 2019"
    assert page.title() == "Torino 2019"
    assert page.evaluate("document.documentElement.lang") == "it"
    expect(page.get_by_role("button", name=re.compile(r"^Rete gas [\d.]+ GWh"))).to_have_count(1)
    expect(page.locator(".leb-targets li")).to_have_count(3)
    assert "almeno 20\u00a0%" in page.locator(".leb-targets").inner_text()
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
    page.keyboard.press("Escape")  # one step back: the path of gas again
    expect(page.locator(".leb-flow svg")).to_have_class("following")
    expect(chip).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(page.locator(".leb-flow svg.following")).to_have_count(0)
    assert visit.complaints == []


def test_the_address_and_the_switch_choose_the_language(visit):
    visit.open("?lingua=en")
    page = visit.page
    assert page.evaluate("document.documentElement.lang") == "en"
    expect(page.get_by_role("button", name=re.compile(r"^Gas network [\d,]+ GWh"))).to_have_count(1)
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
