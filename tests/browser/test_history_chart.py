"""The chart of the past in a real browser, without a kernel: years, keyboard, play, phone, screen reader."""

import itertools

import pandas as pd
import pytest
from playwright.sync_api import expect

import leb_kit as leb
from leb_kit.widgets import HistoryChart
from tests.browser.host import axe_faults, state_of, write_page

pytestmark = pytest.mark.browser

DARK = (
    "document.body.setAttribute('data-jp-theme-light', 'false'); document.body.style.cssText = "
    "'background:#111;--jp-ui-font-color1:#e8e8e8;--jp-ui-font-color2:#b5b5b5;--jp-layout-color0:#111'"
)


@pytest.fixture(scope="module")
def state():
    """What Python sends of the past of Italy."""
    share = leb.history.shipped("renewable_share").query("territory == 'IT'")
    supply = leb.history.shipped("italy").query("indicator in ('electricity_supply', 'electricity_use')")
    target = pd.DataFrame({"indicator": ["renewable_share"], "year": [2020], "required": [0.17]})
    return state_of(HistoryChart(pd.concat([share, supply]), stacked=["electricity_supply"], target=target))


@pytest.fixture
def show(page, state, tmp_path):
    """Open the chart; complaints of the page are faults."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def opened(width=1100, **traits):
        page.set_viewport_size({"width": width, "height": 1000})
        page.goto(write_page(tmp_path, "history_chart", {**state, **traits}))
        page.wait_for_selector(".leb-history svg .line", state="attached")
        return page

    yield opened
    assert complaints == []


def test_the_slider_reads_each_year_by_keyboard(show):
    page = show()
    slider = page.get_by_role("slider", name="Anno")
    slider.focus()
    page.keyboard.press("Home")
    assert page.evaluate("model.get('year')") == 2004
    page.keyboard.press("ArrowRight")
    assert page.locator(".reading").inner_text() == "2005"
    assert slider.get_attribute("aria-valuetext") == "2005: Quota rinnovabile 7,5\u00a0%"
    assert page.locator(".lines b").inner_text() == "7,5\u00a0%"


def test_a_click_on_the_drawing_chooses_the_year(show):
    page = show()
    box = page.locator(".leb-history svg").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 100)
    assert 2010 <= page.evaluate("model.get('year')") <= 2015


def test_playing_goes_on_to_the_last_year(show):
    page = show(year=2021)
    page.get_by_role("button", name="Scorri gli anni").click()
    page.wait_for_function("model.get('year') === 2022")
    expect(page.get_by_role("button", name="Scorri gli anni")).to_have_count(1, timeout=5000)
    page.get_by_role("button", name="Scorri gli anni").click()
    page.wait_for_function("model.get('year') === 2005")
    page.get_by_role("button", name="Ferma").click()
    expect(page.get_by_role("button", name="Scorri gli anni")).to_have_count(1)


def test_another_view_has_its_own_lines_and_years(show):
    page = show()
    page.get_by_role("button", name="Elettricità per fonte").click()
    assert page.evaluate("model.get('view')") == "electricity_supply"
    expect(page.locator("svg .area")).to_have_count(5)
    assert page.get_by_role("slider").get_attribute("max") == "2020"
    line = page.get_by_role("button", name="Gas naturale")
    line.click()
    assert line.get_attribute("aria-pressed") == "true"
    expect(page.locator("svg .line.faded")).to_have_count(4)


def test_the_target_is_drawn_where_its_level_is(show):
    page = show()
    level = page.locator(".target line").evaluate("(line) => line.getBoundingClientRect().top")
    ticks = page.locator(".tick line").evaluate_all(
        "(all) => all.map((line) => line.getBoundingClientRect().top)"
    )
    wanted = ticks[0] + (ticks[-1] - ticks[0]) * 0.17 / 0.25
    assert level == pytest.approx(wanted, abs=1)
    assert page.locator(".target text").text_content() == "Obiettivo: 17,0\u00a0%"


@pytest.mark.parametrize("view", ["renewable_share", "electricity_supply", "electricity_use"])
@pytest.mark.parametrize("width", [390, 1100])
def test_nothing_leaves_the_page_and_names_do_not_touch(show, width, view):
    page = show(width, view=view)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = page.locator("svg text").evaluate_all(
        "(all) => all.map((t) => t.getBoundingClientRect()).map((b) => [b.left, b.right])"
    )
    assert min(box[0] for box in boxes) >= 0
    assert max(box[1] for box in boxes) <= width
    ends = page.locator("svg .end").evaluate_all(
        "(all) => all.map((t) => t.getBoundingClientRect()).map((b) => [b.top, b.bottom])"
    )
    for above, below in itertools.pairwise(sorted(ends)):
        assert below[0] >= above[1] - 2


@pytest.mark.parametrize("lang", ["it", "en"])
@pytest.mark.parametrize("view", ["renewable_share", "electricity_supply"])
def test_a_screen_reader_is_told_everything(show, lang, view):
    page = show(lang=lang, view=view)
    page.locator("summary").click()
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(len(page.evaluate(f"model.get('views').find((v) => v.id === '{view}').years")))
    told = page.locator("svg").get_attribute("aria-label")
    assert ("from" in told) == (lang == "en")
    assert axe_faults(page) == []


def test_the_dark_theme_has_enough_contrast(show):
    page = show(view="electricity_use")
    page.evaluate(DARK)
    assert axe_faults(page) == []
