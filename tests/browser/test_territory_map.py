"""The map in a real browser, without a kernel: mouse, keyboard, search, phone, dark, screen reader."""

import pytest
from playwright.sync_api import expect

from leb_kit.reference.boundaries import boundaries
from leb_kit.widgets import TerritoryMap
from tests.browser.host import axe_faults, state_of, write_page

pytestmark = pytest.mark.browser

TOWNS = [code for code in boundaries() if len(code) == 6]
TORINO = "001272"
DARK = "document.body.setAttribute('data-jp-theme-light', 'false')"


@pytest.fixture(scope="module")
def state():
    """What Python sends of 312 municipalities, one of them without a figure."""
    values = {code: float(at) for at, code in enumerate(TOWNS)} | {"001001": float("nan")}
    return state_of(TerritoryMap(values, title={"it": "Prova", "en": "Trial"}, unit="MWh", note="Nota"))


@pytest.fixture
def show(page, state, tmp_path):
    """Open the map; complaints of the page are faults."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def opened(width=1100, **traits):
        page.set_viewport_size({"width": width, "height": 1000})
        page.goto(write_page(tmp_path, "territory_map", {**state, **traits}))
        page.wait_for_selector(".leb-map [data-code]", state="attached")
        return page

    yield opened
    assert complaints == []


def test_a_click_chooses_a_territory_and_a_second_one_lets_it_go(show):
    page = show()
    town = page.locator(f'[data-code="{TORINO}"]')
    town.click()
    assert page.evaluate("model.get('selected')") == TORINO
    assert town.get_attribute("aria-pressed") == "true"
    assert page.locator(".card b").inner_text() == "Torino"
    assert page.locator(".mark").get_attribute("d") == town.get_attribute("d")
    town.click()
    assert page.evaluate("model.get('selected')") == ""


def test_hovering_tells_name_figure_and_rank(show):
    page = show()
    page.locator(f'[data-code="{TORINO}"]').hover()
    expect(page.locator(".tip.on")).to_have_count(1)
    told = page.locator(".tip").text_content()
    assert told == page.locator(f'[data-code="{TORINO}"]').get_attribute("aria-label")
    assert told.startswith("Torino: 267,0 MWh; ")
    assert told.endswith("° di 311")


def test_arrow_keys_go_to_the_neighbour_and_enter_chooses(show):
    page = show()
    page.locator(".leb-map [data-code]").first.focus()
    seen = []
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        before = page.evaluate("document.activeElement.dataset.code")
        page.keyboard.press(key)
        after = page.evaluate("document.activeElement.dataset.code")
        places = {area["code"]: area for area in page.evaluate("model.get('areas')")}
        axis, sign = (
            ("x", 1)
            if key == "ArrowRight"
            else ("x", -1)
            if key == "ArrowLeft"
            else ("y", 1 if key == "ArrowDown" else -1)
        )
        if after != before:
            assert (places[after][axis] - places[before][axis]) * sign > 0, key
            seen.append(after)
    assert len(seen) >= 3
    assert page.locator('.leb-map [data-code][tabindex="0"]').count() == 1
    assert page.locator(".ring").get_attribute("d") == page.evaluate(
        "document.activeElement.getAttribute('d')"
    )
    page.keyboard.press("Enter")
    assert page.evaluate("model.get('selected')") == page.evaluate("document.activeElement.dataset.code")
    page.keyboard.press("Escape")
    assert page.evaluate("model.get('selected')") == ""


def test_every_territory_can_be_reached_with_arrows(show):
    """Proves: no municipality is an island for those who have no mouse."""
    areas = show().evaluate("model.get('areas')")

    def neighbour(here, dx, dy):
        ways = []
        for area in areas:
            x, y = area["x"] - here["x"], area["y"] - here["y"]
            if (ahead := x * dx + y * dy) > 0:
                ways.append((ahead + 2 * abs(x * dy - y * dx), area["code"]))
        return min(ways)[1] if ways else None

    places = {area["code"]: area for area in areas}
    reached, todo = {TORINO}, [TORINO]
    while todo:
        here = places[todo.pop()]
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            found = neighbour(here, dx, dy)
            if found and found not in reached:
                reached.add(found)
                todo.append(found)
    assert len(reached) > 300, sorted(set(places) - reached)


def test_a_name_is_found_and_an_unknown_one_is_told(show):
    page = show()
    search = page.get_by_label("Cerca un territorio")
    search.fill("moncalieri")
    search.press("Enter")
    assert page.locator(".card b").inner_text() == "Moncalieri"
    search.fill("Milano")
    search.press("Enter")
    assert page.locator(".card").inner_text() == "Nessun territorio si chiama così."


def test_a_class_of_the_legend_is_lit_and_the_table_holds_all(show):
    page = show()
    expect(page.locator(".legend li")).to_have_count(6)
    page.locator(".legend button").first.click()
    lit = page.locator("[data-code]:not(.faded)").count()
    assert 60 <= lit <= 64
    page.locator("summary").click()
    expect(page.locator("tbody tr")).to_have_count(312)
    page.locator("tbody button").first.click()
    assert page.locator("[aria-pressed=true][data-code]").count() == 1


@pytest.mark.parametrize("lang", ["it", "en"])
@pytest.mark.parametrize("width", [390, 1100])
def test_a_screen_reader_is_told_everything_and_nothing_leaves_the_page(show, lang, width):
    page = show(width, lang=lang, selected=TORINO)
    page.locator("summary").click()
    assert page.locator("section").get_attribute("lang") == lang
    assert page.locator(f'[data-code="{TORINO}"]').get_attribute("aria-label").startswith("Torino: ")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe_faults(page) == []


def test_the_dark_theme_turns_the_shades(show):
    page = show()
    fill = "getComputedStyle(document.querySelector('.legend i.s4')).backgroundColor"
    light = page.evaluate(fill)
    page.evaluate(DARK)
    assert page.evaluate(fill) != light


def test_a_title_is_text_whatever_it_holds(show):
    evil = "<img src=x onerror=\"document.title='broken'\">"
    page = show(titles={"it": evil, "en": evil}, notes={"it": evil, "en": evil})
    page.wait_for_timeout(150)
    assert page.locator("h2").inner_text() == evil
    assert page.locator("img").count() == 0
    assert page.title() == "LEB"
