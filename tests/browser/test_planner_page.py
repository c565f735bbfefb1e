"""The planner in a real browser: measures move the comparison, the plan is found, the page stays alive."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.served import WIDGET_MS, Visit, serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[str]:
    """Address of the served page."""
    with serving("pianificatore.ipynb", tmp_path_factory.mktemp("voila") / "server.log") as address:
        yield address


@pytest.fixture
def visit(page, served) -> Visit:
    """A visit that has not begun."""
    page.set_viewport_size({"width": 1280, "height": 1000})
    return Visit(page, served, (".leb-builder input", ".leb-mix .head", ".leb-part"))


def test_measures_move_the_comparison_and_the_plan_is_found(visit):
    visit.open()
    page = visit.page
    assert page.locator("h1").inner_text() == "Torino 2019"
    slider = page.get_by_role("slider", name="Fotovoltaico sui tetti")
    slider.focus()
    for _ in range(5):
        page.keyboard.press("PageUp")
    page.wait_for_function("document.querySelector('.leb-builder .changes').innerText.includes('solare')")
    page.get_by_role("button", name="Calcola il piano").click()
    page.wait_for_selector(".leb-mix .cards li", timeout=WIDGET_MS)
    assert "milioni di EUR" in page.locator(".leb-mix .cards").inner_text()
    expect(page.get_by_role("region", name="Quanto costa ogni obiettivo").locator("tbody tr")).to_have_count(
        3
    )
    page.get_by_role("button", name="Giornata").click()
    page.get_by_label("Nodo").select_option(label="Rete di teleriscaldamento")
    page.wait_for_function("document.querySelector('.leb-mix .key').innerText.includes('Calore acquistato')")
    assert visit.violations() == []
    assert visit.foreign() == []
    assert visit.complaints == []


def test_the_page_speaks_english_when_asked(visit):
    visit.open("?lingua=en")
    page = visit.page
    expect(page.get_by_role("button", name="Find the plan")).to_have_count(1)
    assert page.evaluate("document.documentElement.lang") == "en"
    assert visit.violations() == []
    assert visit.complaints == []


def test_the_scenario_stands_in_the_address_and_comes_back(visit):
    """Proves: a link carries the scenario. Without it who opens it sees sliders at zero."""
    visit.open()
    page = visit.page
    slider = page.get_by_role("slider", name="Fotovoltaico sui tetti")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("PageUp")
    year = page.get_by_role("slider", name="Anno mostrato")
    year.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        "location.search.includes('misure=photovoltaic') && location.search.includes('nel=2029')"
    )
    page.get_by_role("button", name="English").click()
    page.wait_for_function("location.search.includes('lingua=en')")
    amount, query = slider_value(page, "photovoltaic"), page.evaluate("location.search")
    assert "terr=001272" in query
    assert float(amount) > 0
    visit.open(query)
    page.get_by_role("slider", name="Rooftop photovoltaics").wait_for()
    assert slider_value(page, "photovoltaic") == amount
    assert page.get_by_role("slider", name="Year shown").input_value() == "2029"
    page.wait_for_function("document.querySelector('.leb-builder .changes').innerText.includes('olar')")
    assert page.locator(".leb-view .told").is_hidden()
    assert visit.complaints == []


def test_another_territory_is_chosen_and_everything_follows(visit):
    """Proves: the choice reaches each part. Without it sliders or the plan are still those of Torino."""
    visit.open()
    page = visit.page
    slider = page.get_by_role("slider", name="Fotovoltaico sui tetti")
    slider.focus()
    page.keyboard.press("PageUp")
    page.wait_for_function("location.search.includes('misure=photovoltaic')")
    moved = page.evaluate("location.search")
    page.locator("select[name=unit]").wait_for(state="hidden")
    page.get_by_label("Territorio").select_option("001282")
    page.wait_for_selector(".leb-view .working:not(:empty)")
    expect(page.locator("h1")).to_have_text("Usseglio 2019")
    expect(page.locator(".leb-view .working")).to_have_text("")
    assert page.title() == "Usseglio 2019"
    expect(page.get_by_role("region", name="Costruisci uno scenario: Usseglio 2019")).to_have_count(1)
    off = page.get_by_role("slider", name="Allacciamenti al teleriscaldamento")
    expect(off).to_be_disabled()
    expect(off).to_have_accessible_description(re.compile("Usseglio nel 2019 non ne ha"))
    assert slider_value(page, "photovoltaic") == "0"
    page.wait_for_function("location.search === '?terr=001282&anno=2019&lingua=it'")
    page.get_by_role("slider", name="Fotovoltaico sui tetti").fill("200")
    page.wait_for_function("document.querySelector('.leb-builder .changes').innerText.includes('solare')")
    expect(page.locator(".leb-comparison h2")).to_contain_text("Da Usseglio 2019 a Usseglio 2030")
    page.get_by_role("button", name="Calcola il piano").click()
    expect(page.locator(".leb-mix .cards li").first).to_contain_text("EUR", timeout=WIDGET_MS)
    expect(page.locator(".leb-mix .panel")).to_contain_text("kW")
    assert visit.violations() == []
    page.get_by_label("Territorio").select_option("001272")
    expect(page.locator("h1")).to_have_text("Torino 2019")
    page.get_by_role("button", name="Calcola il piano").wait_for()
    # the sliders stand where they were left, and the address says so
    page.wait_for_function("(query) => location.search === query", arg=moved)
    assert visit.complaints == []


@pytest.mark.parametrize("code", ["IT", "001", "001282"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_page_wherever_it_is(visit, code, scheme):
    page = visit.page
    page.emulate_media(color_scheme=scheme)
    lang = "en" if scheme == "dark" else "it"
    visit.open(f"?terr={code}&lingua={lang}&misure=heat_pumps:0.2")
    page.locator(".leb-mix .head .main").click()
    page.wait_for_selector(".leb-mix .cards li", timeout=WIDGET_MS)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")
    sides = page.locator(".leb-comparison .mirror .side")
    boxes = [one.bounding_box() for one in sides.all()]
    left = max(box["x"] + box["width"] for box in boxes if box["x"] < 195)
    right = min(box["x"] for box in boxes if box["x"] + box["width"] > 195 and box["x"] > 100)
    assert left <= right
    assert visit.violations() == []
    assert visit.complaints == []


def test_wrong_words_of_the_address_are_told_and_harmless(visit):
    evil = "%3Cimg%20src%3Dx%20onerror%3Ddocument.title%3D1%3E"
    visit.open(f"?terr={evil}&misure={evil}:1,heat_pumps:7,retrofit:0.1&nel={evil}&lingua=fr&unita=ktep")
    page = visit.page
    told = page.locator(".leb-view .told")
    expect(told.locator("p")).to_have_count(6)
    assert page.locator(".leb-view img").count() == 0
    assert page.title() == "Torino 2019"
    assert slider_value(page, "retrofit") == "10"
    assert visit.violations() == []
    page.wait_for_function("!location.search.includes('unita')")
    assert "misure=retrofit%3A0.1&" in page.evaluate("location.search + '&'")
    page.get_by_role("button", name="Chiudi").click()
    expect(told.locator("p")).to_have_count(0)
    assert visit.complaints == []


def slider_value(page, kind: str) -> str:
    """Where the slider of a measure stands."""
    return page.locator(f".leb-builder input[data-kind={kind}]").input_value()
