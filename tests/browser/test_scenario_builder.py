"""The scenario builder in a real browser, without a kernel: sliders, reset, faults, screen reader."""

import pytest
from playwright.sync_api import expect

import leb_kit as leb
from leb_kit.widgets import ScenarioBuilder
from tests.browser.host import axe_faults, state_of, write_page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def states():
    """What Python sends of a possible choice, and of one that is not."""
    builder = ScenarioBuilder(leb.examples.torino(), sizes={"photovoltaic": 200, "heat_pumps": 0.3})
    possible = state_of(builder)
    builder.sizes = {"heat_pumps": 0.6, "boiler_replacement": 0.7}
    return {"possible": possible, "impossible": state_of(builder)}


@pytest.fixture
def show(page, states, tmp_path):
    """Open the builder; complaints of the page are faults."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def opened(name="possible", width=1200, **traits):
        page.set_viewport_size({"width": width, "height": 1000})
        page.goto(write_page(tmp_path, "scenario_builder", {**states[name], **traits}))
        page.wait_for_selector(".measure input")
        return page

    yield opened
    assert complaints == []


def test_a_slider_moved_by_keyboard_tells_python(show):
    page = show()
    slider = page.get_by_role("slider", name="Riqualificazione degli edifici", exact=True)
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("model.get('sizes').retrofit") == 0.02
    assert slider.get_attribute("aria-valuetext") == "2\u00a0%"
    assert page.evaluate("model.get('sizes').photovoltaic") == 200


def test_reset_of_one_and_of_all(show):
    page = show()
    page.get_by_role("button", name="Azzera Fotovoltaico sui tetti").click()
    assert page.evaluate("model.get('sizes')") == {"photovoltaic": 0, "heat_pumps": 0.3}
    page.get_by_role("button", name="Azzera tutto").click()
    assert page.evaluate("model.get('sizes')") == {}
    assert page.get_by_role("slider", name="Pompe di calore negli edifici").input_value() == "0"
    assert page.get_by_role("button", name="Azzera tutto").is_disabled()


def test_the_year_tells_python(show):
    page = show()
    page.get_by_role("slider", name="Anno mostrato").press("ArrowLeft")
    assert page.evaluate("model.get('year')") == 2029
    assert page.get_by_role("heading", name="Che cosa succede nel 2029").is_visible()


def test_a_fault_is_an_alert_beside_the_last_values(show):
    page = show("impossible", lang="en")
    alert = page.get_by_role("alert")
    alert.get_by_text("Why it is not possible").click()
    assert "together move 130\u00a0%" in alert.inner_text()
    expect(page.locator(".cards li")).to_have_count(3)


def test_the_nearest_choice_is_taken_with_one_button(show):
    page = show("impossible", lang="en")
    kind, size = page.evaluate("[model.get('offer').kind, model.get('offer').size]")
    page.get_by_role("button", name="Use this").click()
    assert page.evaluate(f"model.get('sizes').{kind}") == size
    assert page.evaluate("document.activeElement.dataset.kind") == kind


def test_a_measure_that_is_off_says_why(show, states):
    sliders = [dict(one) for one in states["possible"]["sliders"]]
    sliders[0] = {**sliders[0], "it": {**sliders[0]["it"], "why": "Qui non c’è sole."}}
    page = show(sliders=sliders)
    slider = page.get_by_role("slider", name="Fotovoltaico sui tetti")
    assert slider.is_disabled()
    told = page.locator(f"#{slider.get_attribute('aria-describedby')}")
    assert told.inner_text() == "Qui non c’è sole."


def test_the_phone_shows_everything(show):
    page = show(width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("name", ["possible", "impossible"])
@pytest.mark.parametrize("lang", ["it", "en"])
def test_a_screen_reader_finds_no_fault(show, name, lang):
    page = show(name, lang=lang)
    for fold in page.locator("summary").all():
        fold.click()
    assert axe_faults(page) == []
