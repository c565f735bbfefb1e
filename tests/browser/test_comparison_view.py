"""The comparison in a real browser, without a kernel: bars, keyboard, phone, screen reader."""

import pytest
from playwright.sync_api import expect

import leb_kit as leb
from leb_kit.widgets import ComparisonView
from tests.browser.host import axe_faults, state_of, write_page

pytestmark = pytest.mark.browser

BARS = """() => [...document.querySelectorAll('.step .bar')].map((bar) => {
  const box = bar.getBoundingClientRect();
  return [box.left, box.right];
})"""


@pytest.fixture(scope="module")
def state():
    """What Python sends of Torino and a plan."""
    before = leb.examples.torino()
    plan = leb.Scenario("plan", base_year=2019).add(
        leb.measures.photovoltaic(mw=200), leb.measures.electric_vehicles(share=0.2)
    )
    return state_of(ComparisonView(before, leb.project(before, plan, year=2030)))


@pytest.fixture
def show(page, state, tmp_path):
    """Open the comparison; complaints of the page are faults."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def opened(width=1100, **traits):
        page.set_viewport_size({"width": width, "height": 1000})
        page.goto(write_page(tmp_path, "comparison_view", {**state, **traits}))
        page.wait_for_selector(".step .bar", state="attached")
        return page

    yield opened
    assert complaints == []


@pytest.mark.parametrize("indicator", ["emissions_tco2eq", "primary_energy_mwh", "final_energy_mwh"])
@pytest.mark.parametrize("width", [390, 1100])
def test_bars_join_on_the_screen(show, width, indicator):
    """Proves: each bar touches the level at which the one above ends."""
    page = show(width, indicator=indicator)
    bars = page.evaluate(BARS)
    signs = [bar["sign"] for bar in page.evaluate(f"model.get('bridges').{indicator}.bars")]
    level = bars[0][1]
    for (left, right), sign in list(zip(bars, signs, strict=True))[1:-1]:
        start, end = (right, left) if sign < 0 else (left, right)
        assert start == pytest.approx(level, abs=2)
        level = end
    assert bars[-1][1] == pytest.approx(level, abs=2)


@pytest.mark.parametrize("width", [390, 1100])
def test_nothing_leaves_the_page(show, width):
    page = show(width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    right = page.evaluate(
        "Math.max(...[...document.querySelectorAll('svg text')].map((t) => t.getBoundingClientRect().right))"
    )
    assert right <= width


@pytest.mark.parametrize("lang", ["it", "en"])
def test_names_end_before_the_bars_begin(show, lang):
    page = show(lang=lang, indicator="final_energy_mwh")
    begin = page.evaluate("document.querySelector('.before .bar').getBoundingClientRect().left")
    names = page.locator(".step :is(.name, .line)")
    ends = names.evaluate_all("(all) => all.map((name) => name.getBoundingClientRect().right)")
    assert max(ends) < begin


def test_the_keyboard_reads_every_bar_and_chooses_the_indicator(show):
    page = show()
    page.locator(".step").first.focus()
    page.keyboard.press("ArrowDown")
    told = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert told == page.locator(".note").last.inner_text()
    assert told.endswith("della variazione")
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Torino 2030:")
    page.get_by_role("button", name="Energia finale").press("Enter")
    assert page.evaluate("model.get('indicator')") == "final_energy_mwh"
    assert page.locator(".stage svg").get_attribute("aria-label") == "Che cosa muove l’energia finale, GWh"


def test_the_language_changes_every_word(show):
    page = show()
    page.get_by_role("button", name="EN", exact=True).click()
    text = page.locator("main").inner_text()
    assert "What moves emissions" in text
    assert "In parole" not in text
    assert page.locator("section").get_attribute("lang") == "en"


BLOCKS = """() => [...document.querySelectorAll('.mirror-node')].map((node) => {
  const boxes = [...node.querySelectorAll('.block')].map((block) => block.getBoundingClientRect());
  const { before, after } = model.get('mirror').nodes.find(({ id }) => id === node.dataset.id);
  return [before, after, ...boxes.flatMap((box) => [box.width, box.height, box.left])];
})"""


@pytest.mark.parametrize("width", [390, 1100])
def test_both_sides_of_the_mirror_have_one_scale(show, width):
    """Proves: pixels per MWh are the same for every node on either side, left before and right after."""
    page = show(width)
    blocks = page.evaluate(BLOCKS)
    long = 0 if width == 390 else 1
    left = [(before, one[long]) for before, _, *one in blocks if before]
    right = [(after, one[3 + long]) for _, after, *one in blocks if after]
    scale = max(pixels / mwh for mwh, pixels in left + right if pixels > 20)
    for mwh, pixels in left + right:
        assert pixels == pytest.approx(max(mwh * scale, 1.5), abs=0.3)
    assert all(one[2] < one[5] for _, _, *one in blocks)


def test_changes_of_the_mirror_are_written_and_rimmed_not_only_coloured(show):
    page = show()
    for node in page.evaluate("model.get('mirror').nodes"):
        drawn = page.locator(f'.mirror-node[data-id="{node["id"]}"]')
        assert node["it"]["mark"] in drawn.evaluate("(g) => g.textContent")
        assert drawn.locator(".was").count() == (node["kind"] != "same" and node["before"] > 0)


def test_a_node_of_the_mirror_is_followed_by_keyboard(show):
    page = show()
    page.locator(".mirror-node[tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    here = page.evaluate("document.activeElement.dataset.id")
    assert page.locator(".mirror.following").count() == 1
    ends = page.evaluate("model.get('mirror').links.map(({ source, target }) => [source, target])")
    lit = page.locator(".band.lit").evaluate_all("(all) => all.map((one) => Number(one.dataset.i))")
    assert set(lit) == {i for i, pair in enumerate(ends) if here in pair}
    assert "GWh" in page.locator(".note").first.inner_text()
    page.locator(".pair button").first.focus()
    assert page.locator(".mirror.following").count() == 0


def test_an_arrow_of_the_mirror_is_read_by_the_mouse(show):
    page = show()
    page.locator(".mirror .band").first.dispatch_event("pointerover")
    assert "→" in page.locator(".note").first.inner_text()
    assert page.locator(".band.lit").count() == 2


def test_labels_of_the_mirror_do_not_lie_on_each_other(show):
    page = show()
    boxes = page.locator(".mirror-node").evaluate_all(
        "(all) => all.flatMap((g) => [...g.querySelectorAll('text')].map((t) => t.getBBox())"
        ".map(({ x, y, width, height }) => [x, y + 3, x + width, y + height - 3]))"
    )
    clashes = [
        (one, two)
        for i, one in enumerate(boxes)
        for two in boxes[:i]
        if one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]
    ]
    assert clashes == []


@pytest.mark.parametrize("lang", ["it", "en"])
def test_a_screen_reader_is_told_everything(show, lang):
    page = show(lang=lang)
    for summary in page.locator("summary").all():
        summary.click()
    twin = page.locator("details").nth(1).locator("tbody tr")
    expect(twin).to_have_count(page.locator(".step").count())
    expect(page.locator("details").last.locator("tbody tr")).to_have_count(
        len(page.evaluate("model.get('rows')"))
    )
    assert axe_faults(page) == []
