"""The page of comparisons in a real browser: address, choice, keyboard, language, phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.served import Visit, serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[str]:
    """Address of the served page."""
    with serving("confronto.ipynb", tmp_path_factory.mktemp("voila") / "server.log") as address:
        yield address


@pytest.fixture
def visit(page, served) -> Visit:
    """A visit that has not begun."""
    return Visit(page, served, (".leb-compare select", "h1"))


def whole(visit) -> None:
    """Nothing is wrong with the page as it stands."""
    assert visit.violations() == []
    assert visit.foreign() == []
    assert visit.complaints == []


def test_two_balances_are_compared_and_swapped(visit):
    visit.open()
    page = visit.page
    page.get_by_role("heading", name="Da Torino 2019 a Torino 2030").wait_for()
    whole(visit)
    page.get_by_role("button", name="Scambia").click()
    page.get_by_role("heading", name="Da Torino 2030 a Torino 2019").wait_for()
    page.get_by_role("combobox", name="A", exact=True).select_option(label="Torino 2007")
    page.get_by_role("heading", name="Da Torino 2030 a Torino 2007").wait_for()
    page.wait_for_function("location.search.includes('b=001272-2007')")
    whole(visit)


def test_territories_are_added_and_removed_by_keyboard_alone_on_a_phone(visit):
    visit.page.set_viewport_size({"width": 390, "height": 844})
    visit.open()
    page = visit.page
    page.get_by_role("button", name="Più territori").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Fianco a fianco").wait_for()
    page.get_by_role("button", name="Togli Italia 2019").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".leb-side thead th")).to_have_count(3)
    page.get_by_label("Cerca un territorio").focus()
    page.keyboard.type("Ivrea")
    page.keyboard.press("Enter")
    add = page.get_by_role("button", name="Aggiungi al confronto: Ivrea")
    add.wait_for()
    add.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".leb-side thead th")).to_have_count(4)
    assert "Ivrea 2007" in page.locator(".leb-side thead").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    whole(visit)


def test_the_address_gives_back_what_was_seen_in_its_language(visit):
    visit.open("?vista=ben&bilancio=IT-2019&kcal=2200")
    page = visit.page
    page.get_by_role("heading", name="Da Eurostat al BEN").wait_for()
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="From Eurostat to the BEN").wait_for()
    page.get_by_role("combobox", name="Primary and traded electricity").select_option("860")
    page.wait_for_function("location.search.includes('kcal=860') && location.search.includes('lingua=en')")
    query = page.evaluate("location.search")
    visit.open(query)
    page.get_by_role("heading", name="From Eurostat to the BEN").wait_for()
    assert page.locator("select[name=convention]").input_value() == "860"
    assert page.locator(".leb-side summary").inner_text() == "The balance in the layout of the BEN, ktoe"
    whole(visit)


def test_wrong_words_of_the_address_are_told_and_harmless(visit):
    evil = "%3Cimg%20src%3Dx%20onerror%3Ddocument.title%3D1%3E"
    visit.open(f"?vista=tre&a={evil}&b=IT-1066&con={evil}&kcal=5&lingua=it")
    page = visit.page
    told = page.locator(".leb-view .told")
    expect(told.locator("p")).to_have_count(5)
    assert page.locator(".leb-view img").count() == 0
    assert page.title() == "Confronti"
    whole(visit)
    page.get_by_role("button", name="Chiudi").click()
    expect(told.locator("p")).to_have_count(0)
