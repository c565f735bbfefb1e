"""Ten minutes of a stakeholder on the page of a territory: by mouse on a desktop, by keyboard on a telephone.

Gauges, natural gas and its path, cogeneration and back, the years of Italy, the map of 312 municipalities;
once in Italian and once in English.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.served import Visit, serving

pytestmark = pytest.mark.browser

PARTS = (
    ".leb-view select",
    ".leb-today .band",
    ".leb-years .band",
    ".leb-history .line",
    ".leb-map [data-code]",
)
#: How many columns lie to the left of the focused node.
COLUMN = """() => {
  const left = (node) => Math.round(node.querySelector('.bar').getAttribute('x'));
  const all = [...document.querySelectorAll('.leb-today .node')].map(left);
  return [...new Set(all)].filter((x) => x < left(document.activeElement)).length;
}"""
TABS = 150  # most steps of Tab that a person should need between two stops of the way


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[str]:
    """Address of the served page."""
    with serving("territorio.ipynb", tmp_path_factory.mktemp("voila") / "server.log") as address:
        yield address


@pytest.fixture
def visit(page, served) -> Visit:
    """A visit that has not begun."""
    return Visit(page, served, PARTS)


def address_says(page, name: str, value: str) -> None:
    """Wait until the address holds a word."""
    page.wait_for_function(
        "([name, value]) => new URLSearchParams(location.search).get(name) === value", arg=[name, value]
    )


def tab_to(page, test: str) -> None:
    """Press Tab until the focus is on what a test in the page accepts."""
    for _ in range(TABS):
        page.keyboard.press("Tab")
        if page.evaluate(f"(here => {test})(document.activeElement)"):
            return
    pytest.fail(f"Tab never reached {test}")


def nothing_wrong(visit: Visit) -> None:
    """Hold the page to silence, to its own server and to accessibility."""
    assert visit.violations() == []
    assert visit.complaints == []
    assert visit.foreign() == []


def test_by_mouse_in_italian_on_a_desktop(visit):
    visit.open("?terr=IT")
    page = visit.page
    expect(page.locator("h1")).to_have_text("Italia 2019")
    expect(page.locator(".leb-targets li")).to_have_count(3)
    today = page.locator(".leb-today")
    today.locator(".chips").get_by_role("button", name="Gas naturale").click()
    expect(today.locator(".say")).to_contain_text("In evidenza: Gas naturale")
    assert today.locator(".glow[d]").count() > 10
    address_says(page, "apri", "natural_gas")
    today.locator('.node[data-id="cogeneration"] .label').click()
    page.get_by_role("heading", name="Dettaglio: Cogenerazione").wait_for()
    page.locator('.leb-detail .row[data-id="MAPCHP:G3000"]').click()
    expect(page.locator(".leb-detail .read")).to_contain_text("Combustibile 135.866 GWh")
    today.get_by_role("button", name="Cita questo numero").click()
    cited = today.get_by_label("Testo della citazione").input_value()
    assert "apri=cogeneration" in cited
    today.locator(".cite").press("Escape")
    expect(page.locator(".leb-detail")).to_have_count(0)
    expect(today.locator(".say")).to_contain_text("Nessuna evidenziazione")
    years = page.locator(".leb-years")
    slider = years.get_by_role("slider", name="Anno")
    slider.press("Home")
    expect(years.locator(".name")).to_contain_text("Italia 2011")
    years.get_by_role("button", name="Scorri gli anni").click()
    expect(years.locator(".name")).to_contain_text("Italia 2013")
    years.get_by_role("button", name="Ferma").click()
    towns = page.locator(".leb-map [data-code]")
    expect(towns).to_have_count(312)
    page.locator('.leb-map [data-code="001120"]').click()
    page.get_by_role("button", name="Apri il bilancio: Grugliasco").click()
    expect(page.locator("h1")).to_have_text("Grugliasco 2007")
    address_says(page, "terr", "001120")
    nothing_wrong(visit)


def test_by_keyboard_alone_in_english_on_a_telephone(visit):
    visit.page.set_viewport_size({"width": 390, "height": 844})
    visit.open("?terr=IT&lingua=en")
    page = visit.page
    expect(page.locator("h1")).to_have_text("Italy 2019")
    tab_to(page, "here.dataset?.id === 'natural_gas'")
    page.keyboard.press("Enter")
    expect(page.locator(".leb-today .say")).to_contain_text("Highlighted: Natural gas")
    tab_to(page, "here.closest('.leb-today svg')")
    for _ in range(40):
        if page.evaluate("document.activeElement.dataset.id === 'cogeneration'"):
            break
        page.keyboard.press("ArrowRight" if page.evaluate(COLUMN) < 2 else "ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Detail: Cogeneration").wait_for()
    page.keyboard.press("Escape")
    expect(page.locator(".leb-detail")).to_have_count(0)
    tab_to(page, "here.type === 'range' && here.closest('.leb-years')")
    page.keyboard.press("Home")
    expect(page.locator(".leb-years .name")).to_contain_text("Italy 2011")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("Number(new URLSearchParams(location.search).get('passato')) >= 2013")
    page.keyboard.press("Enter")
    tab_to(page, "here.closest('.leb-map') && here.tagName === 'INPUT'")
    page.keyboard.type("Ivrea")
    page.keyboard.press("Enter")
    tab_to(page, "here.innerText === 'Open the balance: Ivrea'")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Ivrea 2007")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    nothing_wrong(visit)
