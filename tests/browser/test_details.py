"""Details of plants and end users in a real browser, without a kernel."""

import pytest
from playwright.sync_api import expect

import leb_kit as leb
from leb_kit.widgets import CogenerationDetail, EndUseDetail
from tests.browser.host import axe_faults, state_of, write_page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def states():
    """What Python sends."""
    italy = leb.examples.italy()
    return {
        "plants": state_of(CogenerationDetail(italy)),
        "uses": state_of(EndUseDetail(italy)),
    }


@pytest.fixture
def show(page, states, tmp_path):
    """Open a detail; complaints of the page are faults."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def opened(name, **traits):
        page.goto(write_page(tmp_path, "detail_view", {**states[name], **traits}))
        page.wait_for_selector(".leb-detail .row")
        return page

    yield opened
    assert complaints == []


@pytest.mark.parametrize("name", ["plants", "uses"])
@pytest.mark.parametrize("lang", ["it", "en"])
def test_it_is_accessible_on_a_telephone_and_every_row_stands_in_the_table(show, name, lang):
    page = show(name, lang=lang)
    page.set_viewport_size({"width": 390, "height": 844})
    count = page.locator(".row").count()
    page.locator("summary").click()
    expect(page.locator("tbody tr")).to_have_count(count)
    assert count > 20
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert axe_faults(page) == []


def test_rows_are_walked_and_read_by_keyboard(show):
    page = show("plants")
    page.locator('.row[data-id="MAPCHP:G3000"]').focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    read = page.locator(".read").inner_text()
    assert "Combustibile 135.866 GWh" in read
    assert "Rendimento 64,5\u00a0%" in read
    assert page.evaluate("document.activeElement.dataset.id") == "MAPCHP:G3000"
    page.keyboard.press("Enter")
    assert page.locator(".read").count() == 0


def test_what_cannot_be_is_marked_and_explained(show):
    page = show("plants")
    row = page.locator('.row[data-id="MAPCHP:C0129"]')
    assert "111,8\u00a0% †" in row.inner_text()
    assert "i dati pubblicati" in page.locator(".notes").inner_text()
