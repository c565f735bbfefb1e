"""The flow scheme in a real browser, without a kernel: labels, switch, keyboard, screen reader."""

import itertools
import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

import leb_kit.widgets
from leb_kit.apps.territory_data import gas_scheme
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


def sent(shown):
    """What Python sends of a scheme."""
    names = [name for name in shown.trait_names(sync=True) if not name.startswith("_")]
    return {name: getattr(shown, name) for name in names if name not in NOT_DRAWN}


@pytest.fixture(scope="module")
def states():
    """What Python sends of two balances, and of a series."""
    found = {"gas": sent(gas_scheme({"it": "Gas", "en": "Gas"}, height=420))}
    for country in (torino, italy):
        found[country.__name__] = sent(FlowScheme(country()))
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


@pytest.mark.parametrize("lang", ["it", "en"])
def test_seven_columns_fit_a_laptop(show, lang):
    """Proves: on a screen of 1280 pixels nothing is cut. Without it the names of the uses end at the edge."""
    page = show("italy", columns=7, lang=lang)
    page.set_viewport_size(
        {"width": 1208, "height": 900}
    )  # 1280 less the margins of our pages, plus those here
    stage = page.locator(".leb-flow .stage")
    page.wait_for_function("document.querySelector('.stage').clientWidth < 1200")
    page.wait_for_timeout(100)
    assert stage.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    edge = stage.bounding_box()["x"] + stage.bounding_box()["width"]
    assert max(right for *_, right, _ in page.evaluate(BOXES)) <= edge


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


ANSWER = """frames => model.on('change:year', () => {
  for (const [name, value] of Object.entries(frames[model.get('year')])) model.set(name, value);
  model.set('revision', model.get('revision') + 1);
})"""


@pytest.fixture(scope="module")
def frames():
    """What Python answers when a year is asked for."""
    gas, found = gas_scheme({"it": "Gas", "en": "Gas"}, height=420), {}
    for year in gas.years:
        gas.year = year
        found[str(year)] = {name: getattr(gas, name) for name in ("nodes", "links", "titles", "sources")}
    return found


def test_years_are_played_and_walked_by_keyboard(show, frames):
    page = show("gas", year=2011)
    page.evaluate(ANSWER, frames)
    slider = page.get_by_role("slider", name="Anno")
    slider.focus()
    page.keyboard.press("End")
    assert slider.get_attribute("aria-valuetext") == "2020"
    expect(page.locator(".name")).to_have_text("Schema dei flussi · Gas 2020")
    page.keyboard.press("Home")
    page.get_by_role("button", name="Scorri gli anni").press("Enter")
    page.wait_for_function("model.get('year') >= 2013")
    page.get_by_role("button", name="Ferma").click()
    year = page.evaluate("model.get('year')")
    shown = page.locator(".node[data-id=network_natural_gas] .value").text_content()
    (node,) = (node for node in frames[str(year)]["nodes"] if node["id"] == "network_natural_gas")
    assert shown == f"{node['energy'] / 1000:,.0f} GWh".replace(",", ".")


def test_bands_keep_one_scale_over_the_years_and_do_not_glide_where_motion_is_unwanted(show, frames):
    """Proves: thickness compares years. Height per GWh of the same bar is the same in two years."""
    page = show("gas", year=2020)
    page.evaluate(ANSWER, frames)
    page.emulate_media(reduced_motion="reduce")
    height = (
        "Number(document.querySelector('.node[data-id=network_natural_gas] .bar').getAttribute('height'))"
    )
    found = {}
    for year in (2011, 2014):
        page.evaluate(f"model.set('year', {year})")
        (node,) = (node for node in frames[str(year)]["nodes"] if node["id"] == "network_natural_gas")
        found[year] = page.evaluate(height) / node["energy"]
    assert found[2011] == pytest.approx(found[2014], rel=1e-6)


CARRIED_GAS = ".node[data-id=network_natural_gas] .value"


def test_years_that_were_carried_play_without_python_and_an_answer_does_not_cut_the_motion(show):
    """Proves: nobody answers here, and the year is drawn at once. What Python sends later changes nothing.

    Without it: a slider waits for the kernel, and a page that was saved cannot play.
    """
    scheme = gas_scheme({"it": "Gas", "en": "Gas"}, height=420)
    scheme.prepare()
    page = show("gas", frames=scheme.frames, year=2020)
    words = page.locator(CARRIED_GAS)
    for year in (2011, 2014):
        scheme.year = year
        (node,) = (one for one in scheme.nodes if one["id"] == "network_natural_gas")
        page.evaluate(f"model.set('year', {year})")
        expect(words).to_have_text(f"{node['energy'] / 1000:,.0f} GWh".replace(",", "."))
        expect(page.locator(".name")).to_have_text(f"Schema dei flussi · Gas {year}")
    moving = page.evaluate(
        """(sent) => new Promise((done) => {
          const bar = document.querySelector('.node[data-id=network_natural_gas] .bar');
          const height = () => Number(bar.getAttribute('height'));
          const from = height();
          model.set('year', 2011);
          setTimeout(() => {
            Object.entries(sent).forEach(([name, value]) => model.set(name, value));
            setTimeout(() => done([from, height()]), 20);
          }, 60);
        })""",
        {**scheme.frames["2011"], "revision": 1},
    )
    page.wait_for_timeout(600)
    last = float(page.locator(".node[data-id=network_natural_gas] .bar").get_attribute("height") or 0)
    low, high = sorted([moving[0], last])
    assert low < moving[1] < high
    page.get_by_role("button", name="Raggruppa").click()  # that is for Python to do
    page.evaluate("(sent) => Object.entries(sent).forEach(([k, v]) => model.set(k, v))", answer(scheme))
    assert page.evaluate("model.get('grouped')")


def test_what_is_drawn_stays_until_python_answers(show):
    """Proves: while small flows are being gathered, unit and language change what is drawn, and nothing else.

    Without it: the page mixes the carried year with the one that Python sent last, and loses nodes.
    """
    scheme = gas_scheme({"it": "Gas", "en": "Gas"}, height=420)
    scheme.prepare()
    page = show("gas", frames=scheme.frames, year=2020)  # what Python sent last
    page.evaluate("model.set('year', 2014)")
    nodes = page.locator(".node").count()
    assert nodes != len(scheme.nodes)
    page.get_by_role("button", name="Raggruppa").click()
    page.evaluate("model.set('unit', 'MWh')")
    page.evaluate("model.set('lang', 'en')")
    scheme.year = 2014
    (gas,) = (one for one in scheme.nodes if one["id"] == "network_natural_gas")
    expect(page.locator(CARRIED_GAS)).to_have_text(f"{gas['energy']:,.0f} MWh")
    assert page.locator(".node").count() == nodes
    page.evaluate("(sent) => Object.entries(sent).forEach(([k, v]) => model.set(k, v))", answer(scheme))
    expect(page.locator(".node")).to_have_count(len(scheme.nodes))
    assert len(scheme.nodes) < nodes


def answer(scheme):
    """What Python sends when small flows are to be gathered."""
    scheme.grouped = True
    return {name: getattr(scheme, name) for name in ("nodes", "links", "order", "peaks", "revision")}


@pytest.mark.parametrize(
    ("lang", "told"),
    [("it", "tutto quel che si usa e non si produce in"), ("en", "all that is used and not made")],
)
def test_sources_are_told_in_the_language_of_the_page(show, lang, told):
    page = show("torino", lang=lang, selected={"type": "node", "id": "import_natural_gas"})
    expect(page.locator(".card")).to_contain_text(told)


def test_a_number_is_cited_with_value_status_and_source(show):
    page = show("italy")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".node[data-id=cogeneration]").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Cita questo numero").press("Enter")
    text = page.get_by_label("Testo della citazione").input_value()
    assert text.startswith("Italia 2019 · Cogenerazione · entrano ")
    assert "Fonte: Eurostat nrg_bal_c" in text
    page.evaluate(AXE.read_text(encoding="utf-8"))
    faults = page.evaluate("axe.run(document.querySelector('.leb-flow')).then((found) => found.violations)")
    assert [fault["id"] for fault in faults] == []
