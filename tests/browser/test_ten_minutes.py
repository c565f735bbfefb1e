"""Ten minutes of a stakeholder on the page of a territory, by mouse or keyboard, on a desktop or a telephone.

Gauges, natural gas and its path, cogeneration and back, the years of Italy, the map of 312 municipalities;
in Italian and in English.
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
DESKTOP, TELEPHONE = (1280, 900), (390, 844)
WAYS = pytest.mark.parametrize(
    ("lang", "size"), [("it", DESKTOP), ("en", TELEPHONE), ("it", TELEPHONE), ("en", DESKTOP)]
)
WORDS = {
    "it": {
        "country": "Italia",
        "gas": "Gas naturale",
        "followed": "In evidenza: Gas naturale",
        "detail": "Dettaglio: Cogenerazione",
        "fuel": "Combustibile 135.866 GWh",
        "cite": "Cita questo numero",
        "cited": "Testo della citazione",
        "cleared": "Nessuna evidenziazione",
        "year": "Anno",
        "play": "Scorri gli anni",
        "stop": "Ferma",
        "open": "Apri il bilancio: ",
    },
    "en": {
        "country": "Italy",
        "gas": "Natural gas",
        "followed": "Highlighted: Natural gas",
        "detail": "Detail: Cogeneration",
        "fuel": "Fuel 135,866 GWh",
        "cite": "Cite this number",
        "cited": "Text of the citation",
        "cleared": "Nothing highlighted",
        "year": "Year",
        "play": "Play the years",
        "stop": "Stop",
        "open": "Open the balance: ",
    },
}
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


def begin(visit: Visit, lang: str, size: tuple[int, int]):
    """Open Italy in a language on a screen of some size; give the page and its words."""
    visit.page.set_viewport_size({"width": size[0], "height": size[1]})
    visit.open("?terr=IT" if lang == "it" else f"?terr=IT&lingua={lang}")
    words = WORDS[lang]
    expect(visit.page.locator("h1")).to_have_text(f"{words['country']} 2019")
    return visit.page, words


@WAYS
def test_by_mouse(visit, lang, size):
    page, words = begin(visit, lang, size)
    expect(page.locator(".leb-targets li")).to_have_count(3)
    today = page.locator(".leb-today")
    today.locator(".chips").get_by_role("button", name=words["gas"]).click()
    expect(today.locator(".say")).to_contain_text(words["followed"])
    assert today.locator(".glow[d]").count() > 10
    address_says(page, "apri", "natural_gas")
    today.locator('.node[data-id="cogeneration"] .bar').click()
    page.get_by_role("heading", name=words["detail"]).wait_for()
    page.locator('.leb-detail .row[data-id="MAPCHP:G3000"]').click()
    expect(page.locator(".leb-detail .read")).to_contain_text(words["fuel"])
    today.get_by_role("button", name=words["cite"]).click()
    cited = today.get_by_label(words["cited"]).input_value()
    assert "apri=cogeneration" in cited
    today.locator(".cite").press("Escape")
    expect(page.locator(".leb-detail")).to_have_count(0)
    expect(today.locator(".say")).to_contain_text(words["cleared"])
    years = page.locator(".leb-years")
    years.get_by_role("slider", name=words["year"]).press("Home")
    expect(years.locator(".name")).to_contain_text(f"{words['country']} 2011")
    years.get_by_role("button", name=words["play"]).click()
    expect(years.locator(".name")).to_contain_text(f"{words['country']} 2013")
    years.get_by_role("button", name=words["stop"]).click()
    towns = page.locator(".leb-map [data-code]")
    expect(towns).to_have_count(312)
    page.locator('.leb-map [data-code="001120"]').click()
    page.get_by_role("button", name=f"{words['open']}Grugliasco").click()
    expect(page.locator("h1")).to_have_text("Grugliasco 2007")
    address_says(page, "terr", "001120")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    nothing_wrong(visit)


@WAYS
def test_by_keyboard_alone(visit, lang, size):
    page, words = begin(visit, lang, size)
    tab_to(page, "here.dataset?.id === 'natural_gas'")
    page.keyboard.press("Enter")
    expect(page.locator(".leb-today .say")).to_contain_text(words["followed"])
    tab_to(page, "here.closest('.leb-today svg')")
    for _ in range(40):
        if page.evaluate("document.activeElement.dataset.id === 'cogeneration'"):
            break
        page.keyboard.press("ArrowRight" if page.evaluate(COLUMN) < 2 else "ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=words["detail"]).wait_for()
    page.keyboard.press("Escape")
    expect(page.locator(".leb-detail")).to_have_count(0)
    tab_to(page, "here.type === 'range' && here.closest('.leb-years')")
    page.keyboard.press("Home")
    expect(page.locator(".leb-years .name")).to_contain_text(f"{words['country']} 2011")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("Number(new URLSearchParams(location.search).get('passato')) >= 2013")
    page.keyboard.press("Enter")
    tab_to(page, "here.closest('.leb-map') && here.tagName === 'INPUT'")
    page.keyboard.type("Ivrea")
    page.keyboard.press("Enter")
    tab_to(page, f"here.innerText === '{words['open']}Ivrea'")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Ivrea 2007")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    nothing_wrong(visit)
