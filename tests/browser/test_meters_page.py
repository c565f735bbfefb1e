"""The page about meters in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.served import Visit, serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """Where the page is served."""
    with serving("contatori.ipynb", tmp_path_factory.mktemp("voila") / "server.log") as found:
        yield found


@pytest.fixture
def visit(page, address) -> Visit:
    """A visit that has not begun."""
    return Visit(page, address, (".leb-meters", "svg[aria-label]"))


def test_the_page_is_whole_quiet_and_accessible_and_follows_the_choice(visit):
    visit.open()
    page = visit.page
    assert page.locator("h1").inner_text() == "Contatori: cinque edifici di Cambridge"
    expect(page.locator(".leb-meters").first.locator("tbody tr")).to_have_count(10)
    expect(page.locator("svg[aria-label]").get_by_text("b0_gas")).to_be_visible()
    page.locator("select").select_option("b118")
    expect(page.locator("svg[aria-label]").get_by_text("b118_gas")).to_be_visible()
    assert visit.violations() == []
    assert visit.foreign() == []
    assert visit.complaints == []
