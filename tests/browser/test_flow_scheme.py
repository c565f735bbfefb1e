"""The flow scheme in a real browser, without a kernel: labels, switch, keyboard, screen reader."""

import itertools
import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

import leb_kit.widgets
from leb_kit.examples import italy, torino
from leb_kit.widgets import FlowScheme

pytestmark = pytest.mark.browser

AXE = Path(__file__).with_name("axe.min.js")
SOURCE = (Path(leb_kit.widgets.__file__).parent / "static" / "flow_scheme.js").read_text(encoding="utf-8")
NOT_DRAWN = {"layout", "tabbable", "tooltip"}

PAGE = """<!doctype html><html lang="it"><meta charset="utf-8"><title>Schema</title><main id="here"></main>
<script>
const state = STATE, heard = {};
window.model = {
  get: (name) => state[name],
  set: (name, value) => { state[name] = value; (heard["change:" + name] ?? []).forEach((told) => told()); },
  save_changes() {},
  on: (event, told) => (heard[event] ??= []).push(told),
  off() {},
};
const source = new Blob([SOURCE], { type: "text/javascript" });
import(URL.createObjectURL(source)).then((widget) => {
  widget.default.render({ model: window.model, el: document.getElementById("here") });
});
</script></html>"""

BOXES = """() => [...document.querySelectorAll('.leb-flow svg text')].map((text) => {
  const box = text.getBoundingClientRect();
  return [text.textContent, box.left, box.top, box.right, box.bottom];
})"""


@pytest.fixture(scope="module")
def states():
    """What Python sends of two balances."""
    found = {}
    for country in (torino, italy):
        shown = FlowScheme(country())
        names = [name for name in shown.trait_names(sync=True) if not name.startswith("_")]
        found[country.__name__] = {name: getattr(shown, name) for name in names if name not in NOT_DRAWN}
    return found


@pytest.fixture
def show(page, states, tmp_path):
    """Open the scheme of a balance; complaints of the page are faults."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_viewport_size({"width": 1300, "height": 1200})

    def opened(name, **traits):
        text = PAGE.replace("STATE", json.dumps({**states[name], **traits}).replace("</", "<\\/"))
        file = tmp_path / "scheme.html"
        file.write_text(text.replace("SOURCE", json.dumps(SOURCE).replace("</", "<\\/")), encoding="utf-8")
        page.goto(file.as_uri())
        page.wait_for_selector(".leb-flow .band", state="attached")
        return page

    yield opened
    assert complaints == []


@pytest.mark.parametrize("lang", ["it", "en"])
@pytest.mark.parametrize("columns", [5, 7])
@pytest.mark.parametrize("name", ["torino", "italy"])
def test_labels_do_not_overlap(show, name, columns, lang):
    boxes = show(name, columns=columns, lang=lang).evaluate(BOXES)
    assert len(boxes) >= 30
    for one, two in itertools.combinations(boxes, 2):
        across = min(one[3], two[3]) - max(one[1], two[1])
        down = min(one[4], two[4]) - max(one[2], two[2])
        assert across <= 2 or down <= 3, (one, two)


def test_the_switch_shows_end_uses_and_the_path_stays(show):
    page = show("torino")
    expect(page.locator(".node")).to_have_count(25)
    page.locator(".chips button[data-id=natural_gas]").click()
    page.get_by_role("button", name="Usi finali").click()
    assert page.evaluate("model.get('columns')") == 7
    assert page.locator(".node").count() > 40
    assert page.get_by_role("button", name="Usi finali").get_attribute("aria-pressed") == "true"
    assert "Gas naturale" in page.locator("[aria-live]").inner_text()
    assert page.locator(".chips button[data-id=natural_gas]").get_attribute("aria-pressed") == "true"
    assert page.locator(".glow[d]").count() > 20


def test_the_keyboard_walks_to_the_last_column(show):
    page = show("torino", columns=7)
    page.locator(".node[data-id=network_electricity]").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    reached = page.evaluate("document.activeElement.dataset.id")
    assert reached.startswith("use_")
    page.keyboard.press("Enter")
    assert page.locator(f".node[data-id={reached}]").get_attribute("aria-pressed") == "true"
    page.keyboard.press("Escape")
    assert page.locator(f".node[data-id={reached}]").get_attribute("aria-pressed") == "false"


@pytest.mark.parametrize("columns", [5, 7])
def test_a_screen_reader_is_told_everything(show, columns):
    page = show("italy", columns=columns)
    told = page.locator(".node[data-id=network_heat]").get_attribute("aria-label")
    assert told.startswith("Reti di calore 64.278 GWh, entrano")
    page.locator("summary").click()
    expect(page.locator("tbody tr")).to_have_count(page.locator(".band").count())
    page.evaluate(AXE.read_text(encoding="utf-8"))
    faults = page.evaluate("axe.run(document.querySelector('.leb-flow')).then((found) => found.violations)")
    assert [fault["id"] for fault in faults] == []
