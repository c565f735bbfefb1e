"""The table in a real browser, without a kernel: mouse, keyboard, paste, folds, phone, screen reader."""

import pytest
from playwright.sync_api import expect

import leb_kit as leb
from leb_kit.widgets import BalanceTable
from tests.browser.host import axe_faults, state_of, write_page

pytestmark = pytest.mark.browser

HOME_GAS = 'td[data-flow="FC_OTH_HH_E"][data-product="G3000"]'
PASTE = """(words) => {
  const data = new DataTransfer();
  data.setData("text/plain", words);
  const kind = { clipboardData: data, bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", kind));
}"""


@pytest.fixture(scope="module")
def states():
    """What Python sends of two tables, one with a change."""
    changed = BalanceTable(leb.examples.torino(), save=lambda *_: None)
    changed.type_in([("FC_OTH_HH_E", "G3000", "1.500")])
    plain = BalanceTable(leb.examples.torino(), save=lambda *_: None)
    italy = BalanceTable(leb.examples.italy())
    return {"plain": state_of(plain), "changed": state_of(changed), "italy": state_of(italy)}


@pytest.fixture
def show(page, states, tmp_path):
    """Open a table; complaints of the page are faults."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def opened(which="plain", width=1250, **traits):
        page.set_viewport_size({"width": width, "height": 1100})
        page.goto(write_page(tmp_path, "balance_table", {**states[which], **traits}))
        page.wait_for_selector("td[data-product]")
        return page

    yield opened
    assert complaints == []


def sent(page):
    return page.evaluate("model.sent")


def test_a_number_is_typed_by_keyboard_alone(show):
    page = show()
    page.locator("td[tabindex='0']").focus()
    page.keyboard.press("Control+Home")
    expect(page.locator(":focus")).to_have_attribute("data-flow", "PPRD")
    for _ in range(60):
        if page.locator(HOME_GAS).evaluate("(td) => td.dataset.flow === document.activeElement.dataset.flow"):
            break
        page.keyboard.press("ArrowDown")
    for _ in range(20):
        if page.locator(HOME_GAS).evaluate("(td) => td === document.activeElement"):
            break
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    field = page.get_by_role("textbox", name="Residenziale · Gas naturale")
    assert field.input_value() == "1.424,218"
    field.fill("1.500,5")
    page.keyboard.press("Enter")
    assert sent(page) == [
        {"do": "type", "cells": [["FC_OTH_HH_E", "G3000", "1.500,5"]], "skipped": 0},
    ]


def test_leaving_without_a_change_asks_nothing(show):
    page = show()
    page.locator(HOME_GAS).dblclick()
    page.keyboard.press("Escape")
    page.locator(HOME_GAS).dblclick()
    page.keyboard.press("Enter")
    page.locator(HOME_GAS).focus()
    page.keyboard.press("Control+c")
    assert sent(page) == []


def test_a_block_of_a_spreadsheet_lands_on_the_cells_in_sight(show):
    page = show()
    page.locator('td[data-flow="FC_OTH_CP_PRI_E"][data-product="G3000"]').focus()
    page.evaluate(PASTE, "1,5\t2\n3\t4")
    assert sent(page)[0]["cells"] == [
        ["FC_OTH_CP_PRI_E", "G3000", "1,5"],
        ["FC_OTH_CP_PRI_E", "H8000", "2"],
        ["FC_OTH_HH_E", "G3000", "3"],
        ["FC_OTH_HH_E", "H8000", "4"],
    ]


def test_sums_in_a_pasted_block_are_left_and_one_too_large_is_refused(show):
    page = show()
    page.locator('td[data-flow="FC_OTH_E"][data-product="G3000"]').focus()
    page.evaluate(PASTE, "9\n8\n7")
    assert [cell[0] for cell in sent(page)[0]["cells"]] == ["FC_OTH_CP_E", "FC_OTH_CP_PUB_E"]
    assert sent(page)[0]["skipped"] == 1
    page.evaluate(PASTE, "\t".join("123456789"))
    expect(page.get_by_role("alert")).to_contain_text("più piccola")
    assert len(sent(page)) == 1


def test_a_sum_says_why_it_cannot_be_typed(show):
    page = show()
    page.locator('td[data-flow="FC_E"][data-product="G3000"]').focus()
    page.keyboard.press("5")
    expect(page.get_by_role("alert")).to_contain_text("È una somma")
    assert sent(page) == []


def test_a_fault_is_told_beside_its_cell_and_led_to(show):
    page = show("changed")
    cell = page.locator('td[data-flow="STATDIFF"][data-product="G3000"]')
    assert cell.inner_text().startswith("-75,78")
    assert "errore" in cell.text_content()
    page.get_by_role("button", name="Differenze statistiche · Gas naturale").click()
    expect(cell).to_be_focused()
    expect(page.locator(".card .fault")).to_contain_text("differiscono")
    page.locator(HOME_GAS).focus()
    expect(page.locator(".card .was")).to_have_text("era 1.424,2")
    page.keyboard.press("Control+z")
    assert sent(page) == [{"do": "undo"}]


def test_saving_asks_for_a_reason(show):
    page = show("changed")
    save = page.get_by_role("button", name="Salva")
    save.click(force=True)  # it looks off, and a reader is told so
    assert sent(page) == []
    expect(page.locator(".off")).to_have_text("Scrivi in una frase perché lo cambi.")
    page.get_by_role("textbox", name="Perché lo cambi").fill("contatori letti")
    save.click()
    assert sent(page) == [{"do": "save", "message": "contatori letti"}]


def test_a_refused_save_says_what_others_changed_and_nothing_is_being_saved_any_more(show):
    """Proves: the form tells the state it is in. Without it “saving” stands there for ever."""
    page = show("changed")
    page.get_by_role("textbox", name="Perché lo cambi").fill("contatori letti")
    page.get_by_role("button", name="Salva").click()
    expect(page.locator(".off")).to_have_text("Salvataggio…")
    names = {"it": "Residenziale, Gas naturale", "en": "Households, Natural gas"}
    cell = {"flow": "FC_OTH_HH_E", "product": "G3000", "before": 1.0, "after": 2.0, "both": True, "mine": 3.0}
    said = {"number": 1, "refused": True, "said": ["Non salvato."], "newest": 2, "cells": [{**cell, **names}]}
    page.evaluate("(said) => model.set('notice', said)", said)
    expect(page.get_by_role("alert")).to_contain_text("cambiata da entrambi")
    expect(page.locator(".off")).to_have_text("")
    assert axe_faults(page) == []


def test_rows_and_columns_open_and_close(show):
    page = show("italy")
    hidden = page.locator('td[data-flow="FC_OTH_HH_E"][data-product="O4630"]')
    expect(hidden).to_have_count(0)
    page.get_by_role("button", name="Apri tutto").click()
    expect(hidden).to_have_count(1)
    page.locator('td[data-flow="FC_E"][data-product="G3000"]').focus()
    page.keyboard.press("-")
    expect(hidden).to_have_count(0)
    expect(page.locator('tr[aria-expanded="false"] td[data-flow="FC_E"]').first).to_be_visible()
    expect(page.locator('td[data-flow="FC_E"][data-product="G3000"]')).to_be_focused()


@pytest.mark.parametrize("lang", ["it", "en"])
@pytest.mark.parametrize("width", [390, 1250])
@pytest.mark.parametrize("which", ["changed", "italy"])
def test_nothing_leaves_the_page_and_a_screen_reader_is_told_everything(show, which, width, lang):
    page = show(which, width, lang=lang)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    grid = page.get_by_role("treegrid")
    assert grid.get_attribute("aria-label").startswith({"it": "Tabella", "en": "Table"}[lang])
    assert axe_faults(page) == []


def test_names_are_text_and_never_markup(show, states):
    rows = [dict(row) for row in states["plain"]["rows"]]
    rows[0] |= {"it": "<img src=x onerror=window.hit=1>", "names": {"it": "<b>x</b>", "en": "x"}}
    page = show(rows=rows, titles={"it": "<script>window.hit=1</script>", "en": ""})
    assert page.locator("img").count() == 0
    assert page.evaluate("window.hit") is None
