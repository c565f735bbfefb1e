"""The page of data in a real browser with a store behind it: type, check, save, read a file, versions."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

import leb_kit as leb
from leb_kit import io
from tests.browser.served import Visit, serving

pytestmark = pytest.mark.browser

GAS = 'td[data-flow="FC_OTH_HH_E"][data-product="G3000"]'


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[str]:
    """Address of the page, with a store that has one version of Torino."""
    folder = tmp_path_factory.mktemp("data")
    with leb.Repository.create(folder / "leb.db") as repo:
        repo.save(leb.examples.torino(), message="primo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEB_STORE", str(folder / "leb.db"))
        with serving("dati.ipynb", folder / "server.log") as address:
            yield address


@pytest.fixture
def visit(page, served) -> Visit:
    """A visit that has not begun."""
    return Visit(
        page, served, (".leb-view select", ".leb-table td[data-product]", ".leb-door input", ".leb-versions")
    )


def test_a_number_is_corrected_checked_and_saved_with_a_reason(visit):
    visit.open()
    page = visit.page
    assert page.title() == "I dati del bilancio"
    page.locator(GAS).focus()
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Residenziale · Gas naturale").fill("1.500")
    page.keyboard.press("Enter")
    expect(page.locator(".leb-table .state")).to_have_text("Da controllare: 1")
    page.locator('td[data-flow="IMP"][data-product="G3000"]').dblclick()
    page.keyboard.type("6.728,43")
    page.keyboard.press("Enter")
    expect(page.locator(".leb-table .state")).to_have_text(
        "✓ Il bilancio torna: tutte le identità sono verificate."
    )
    expect(page.locator(".leb-table .count")).to_have_text("2 celle modificate")
    page.get_by_role("textbox", name="Perché lo cambi").fill("contatori <i>letti</i>")
    page.keyboard.press("Enter")
    expect(page.locator(".leb-table .notice")).to_have_text("Salvata la versione 2.")
    row = page.locator(".leb-versions tbody tr").first
    expect(row).to_contain_text("contatori <i>letti</i>")
    expect(row).to_contain_text("bozza")
    assert visit.violations() == []
    assert visit.foreign() == []
    assert visit.complaints == []


def test_a_file_is_looked_at_and_a_bad_one_harms_nothing(visit, tmp_path):
    visit.open("?lingua=en")
    page = visit.page
    field = page.locator(".leb-door input")
    field.set_input_files({"name": "rotto.xlsx", "mimeType": "", "buffer": b"no workbook at all"})
    expect(page.locator(".leb-door [role=alert]")).to_contain_text("“rotto.xlsx” was not read")
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(60e6)], "huge.xlsx"));
          const field = document.querySelector(".leb-door input");
          field.files = data.files;
          field.dispatchEvent(new Event("change"));
        }"""
    )
    expect(page.locator(".leb-door [role=alert]")).to_contain_text("“huge.xlsx” has 60 MB, more than 8")
    file = io.write_excel(leb.examples.italy(), tmp_path / "italy.xlsx")
    field.set_input_files(file)
    page.get_by_role("button", name="Put into the table").click(timeout=60_000)
    expect(page.locator(".leb-table h2")).to_have_text("Table of the balance · Italy 2019", timeout=60_000)
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download the table (Excel)").click()
    assert coming.value.suggested_filename == "leb_IT_2019.xlsx"
    coming.value.save_as(tmp_path / "back.xlsx")
    assert io.read_any(tmp_path / "back.xlsx").pivot().equals(leb.examples.italy().pivot())
    assert visit.complaints == []


@pytest.mark.parametrize("theme", ["chiaro", "scuro"])
def test_a_phone_shows_it_all_and_wrong_words_are_told(visit, theme):
    visit.page.set_viewport_size({"width": 390, "height": 844})
    visit.open(f"?terr=ATLANTIDE&anno=1800&lingua=en&tema={theme}")
    page = visit.page
    expect(page.locator(".leb-view [role=alert]")).to_contain_text("ATLANTIDE")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert visit.violations() == []
