"""The mix explorer in a real browser, without a kernel: buttons, views, frontier, screen reader."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

import leb_kit as leb
from leb_kit.widgets import MixExplorer
from tests.browser.host import axe_faults, state_of, write_page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def states():
    """What Python sends before, after, and where no plan is possible."""
    base = leb.examples.torino()
    question = leb.mix_problem(base, targets="20-20-20-local", base=base, time=leb.typical_days(1))
    explorer = MixExplorer(question, points=3)
    found = {"start": state_of(explorer)}
    explorer.run()
    explorer.draw_frontier()
    explorer.find_ranges()
    found["done"] = state_of(explorer)
    limits = question.limits.assign(value=question.limits["value"].where(question.limits["value"] == 0, 1e5))
    hopeless = MixExplorer(replace(question, limits=limits))
    hopeless.run()
    return found | {"impossible": state_of(hopeless)}


@pytest.fixture
def show(page, states, tmp_path):
    """Open the explorer; complaints of the page are faults."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def opened(name="done", width=1100, **traits):
        page.set_viewport_size({"width": width, "height": 1000})
        page.goto(write_page(tmp_path, "mix_explorer", {**states[name], **traits}))
        page.wait_for_selector(".leb-mix h2")
        return page

    yield opened
    assert complaints == []


def test_buttons_ask_python(show):
    page = show("start")
    assert "Premi «Calcola il piano»" in page.get_by_role("status").inner_text()
    page.get_by_role("button", name="Calcola il piano").click()
    assert page.evaluate("model.get('asked').do") == "run"
    page.evaluate("model.set('phase', 'running'); model.set('job', 'plan'); model.set('seconds', 3)")
    assert page.get_by_role("status").inner_text() == "Sto cercando il piano: 3 s"
    page.get_by_role("button", name="Ferma").click()
    assert page.evaluate("model.get('asked').do") == "stop"


def test_the_plan_is_a_table_with_the_cost_of_each_target(show):
    page = show(lang="en")
    expect(page.get_by_role("region", name="What each target costs").locator("tbody tr")).to_have_count(3)
    plan = page.get_by_role("region", name="What the plan does")
    assert "Rooftop photovoltaics" in plan.inner_text()


def test_a_day_is_chosen_by_node(show):
    page = show(view="dispatch")
    assert page.locator(".panel svg rect").count() > 24
    page.get_by_label("Nodo").select_option(label="Rete di teleriscaldamento")
    assert page.evaluate("model.get('asked')")["bus"] == "district_heat"


def test_a_point_of_the_frontier_is_chosen_by_keyboard(show):
    page = show(view="frontier")
    points = page.locator(".dot")
    expect(points).to_have_count(3)
    points.nth(1).focus()
    page.keyboard.press("Enter")
    assert page.evaluate("model.get('point')") == 1
    expect(page.locator(".dot[aria-pressed=true]")).to_have_count(1)
    assert page.evaluate("document.activeElement.dataset.point") == "1"
    page.keyboard.press("Enter")
    assert page.evaluate("model.get('point')") == -1


def test_alternatives_stand_in_a_table(show):
    page = show(view="ranges")
    assert page.locator(".bar .mark").count() > 5


def test_what_is_impossible_offers_a_way_out(show):
    page = show("impossible")
    alert = page.get_by_role("alert")
    assert "Nessun piano" in alert.inner_text()
    assert "Insieme si escludono" in alert.inner_text()
    assert alert.get_by_role("listitem").count() > 1
    assert "Emissioni −20 %" in alert.get_by_role("listitem").last.inner_text()
    buttons = alert.get_by_role("button")
    if buttons.count():
        buttons.first.click()
        assert page.evaluate("model.get('asked').do") == "relax"


def test_what_cannot_hold_by_itself_is_said_so(show, states):
    told = states["impossible"]["impossible"]
    alone = {lang: rows[-1:] for lang, rows in told["requirements"].items()}
    alert = show("impossible", impossible={**told, "requirements": alone}).get_by_role("alert")
    assert "Da solo non può valere" in alert.inner_text()
    assert alert.get_by_role("listitem").count() == 1


def test_the_phone_shows_everything(show):
    for view in ("plan", "dispatch", "frontier", "ranges"):
        page = show(width=390, view=view)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("lang", ["it", "en"])
@pytest.mark.parametrize("view", ["plan", "dispatch", "frontier", "ranges"])
def test_a_screen_reader_finds_no_fault(show, view, lang):
    assert axe_faults(show(view=view, lang=lang)) == []
    assert axe_faults(show("impossible", lang=lang)) == []
