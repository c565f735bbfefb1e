"""The page of a territory in a real browser: address, choice, map, past, language, phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.served import Visit, serving

pytestmark = pytest.mark.browser

TITLE = "document.querySelector('h1').innerText === {name!r}"


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[str]:
    """Address of the served page."""
    with serving("territorio.ipynb", tmp_path_factory.mktemp("voila") / "server.log") as address:
        yield address


@pytest.fixture
def visit(page, served) -> Visit:
    """A visit that has not begun."""
    parts = (".leb-view select", ".leb-flow .band", ".leb-history .line", ".leb-map [data-code]")
    return Visit(page, served, parts)


def test_the_page_is_whole_quiet_and_accessible(visit):
    visit.open()
    page = visit.page
    assert page.locator("h1").inner_text() == page.title() == "Torino 2019"
    expect(page.locator(".leb-map [data-code]")).to_have_count(312)
    expect(page.locator(".leb-targets li")).to_have_count(3)
    assert "anno=2019" in page.url
    assert "terr=001272" in page.url
    assert visit.violations() == []
    assert visit.foreign() == []
    assert visit.complaints == []


def test_choices_change_page_and_address_and_the_address_gives_them_back(visit):
    visit.open()
    page = visit.page
    page.get_by_role("combobox", name="Territorio", exact=True).select_option(label="Italia")
    page.wait_for_function(TITLE.format(name="Italia 2019"))
    page.get_by_role("combobox", name="Unità", exact=True).first.select_option("ktep")
    page.locator('.leb-today .node[data-id="cogeneration"]').focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Dettaglio: Cogenerazione").wait_for()
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Detail: Cogeneration").wait_for()
    page.wait_for_function(
        "location.search.includes('apri=cogeneration') && location.search.includes('lingua=en')"
    )
    query = page.evaluate("location.search")
    assert "terr=IT" in query
    assert "unita=ktep" in query
    assert visit.violations() == []
    visit.open(query)
    page.get_by_role("heading", name="Detail: Cogeneration").wait_for()
    assert page.title() == "Italy 2019"
    assert page.locator('.leb-today .node[data-id="cogeneration"]').get_attribute("aria-pressed") == "true"
    assert visit.complaints == []


def test_a_municipality_is_found_on_the_map_and_opened_by_keyboard_alone(visit):
    visit.page.set_viewport_size({"width": 390, "height": 844})
    visit.open()
    page = visit.page
    search = page.get_by_label("Cerca un territorio")
    search.focus()
    page.keyboard.type("Ivrea")
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Apri il bilancio: Ivrea")
    button.wait_for()
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_function(TITLE.format(name="Ivrea 2007"))
    assert "Ivrea: l'anno 2019 non c'è" in page.locator(".leb-view .told").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert visit.violations() == []
    assert visit.complaints == []


def test_wrong_words_of_the_address_are_told_and_harmless(visit):
    evil = "%3Cimg%20src%3Dx%20onerror%3Ddocument.title%3D1%3E"
    visit.open(f"?terr={evil}&anno=1066&unita=kcal&apri={evil}&lingua=it")
    page = visit.page
    told = page.locator(".leb-view .told")
    expect(told.locator("p")).to_have_count(4)
    assert "1066" in told.inner_text()
    assert page.locator(".leb-view img").count() == 0
    assert page.title() == "Torino 2019"
    assert visit.violations() == []
    page.get_by_role("button", name="Chiudi").click()
    expect(told.locator("p")).to_have_count(0)
    assert visit.complaints == []


def test_years_are_played_on_the_italian_series(visit):
    visit.open()
    page = visit.page
    chart = page.locator(".leb-history")
    chart.get_by_role("button", name="Elettricità per fonte").click()
    slider = chart.get_by_role("slider", name="Anno")
    slider.focus()
    page.keyboard.press("Home")
    assert page.locator(".leb-history .reading").inner_text() == "2000"
    chart.get_by_role("button", name="Scorri gli anni").click()
    page.wait_for_function("Number(document.querySelector('.leb-history .reading').innerText) >= 2003")
    chart.get_by_role("button", name="Ferma").click()
    gas = page.locator(".leb-years .leb-flow")
    gas.get_by_role("slider", name="Anno").focus()
    page.keyboard.press("Home")
    expect(gas.locator(".name")).to_have_text("Schema dei flussi · Gas naturale, Italia 2011")
    gas.get_by_role("button", name="Scorri gli anni").click()
    page.wait_for_function("Number(new URLSearchParams(location.search).get('passato')) >= 2013")
    gas.get_by_role("button", name="Ferma").click()
    assert visit.complaints == []


def test_a_key_figure_is_opened_by_keyboard_down_to_cells_and_sources(visit):
    visit.open()
    page = visit.page
    part = page.locator(".leb-origin")
    part.get_by_role("button", name="Quota rinnovabile").focus()
    page.keyboard.press("Enter")
    tree = page.locator(".leb-trace")
    tree.wait_for()
    assert tree.locator("summary").first.inner_text().startswith("Quota rinnovabile: 1,54\u00a0%")
    inside = tree.locator("details details summary").first
    inside.focus()
    page.keyboard.press("Enter")
    expect(tree.locator("details details details summary").first).to_be_visible()
    assert visit.violations() == []
    page.get_by_role("button", name="English").click()
    expect(tree.locator("summary").first).to_contain_text("Renewable share")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert visit.complaints == []
