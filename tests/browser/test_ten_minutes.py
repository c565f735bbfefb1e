"""Ten minutes of a stakeholder on the page of a territory, by mouse or keyboard, on a desktop or a telephone.

Title, gauges with what and why, natural gas and its path, cogeneration, its card and back, years of Italy,
"what if" until it cannot be and the nearest that can, today opposite the scenario, document, workbook and
picture, the map of 312 municipalities; in Italian and in English.
"""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser.served import Visit, serving

pytestmark = pytest.mark.browser

PARTS = (
    ".leb-view select",
    ".leb-today .band",
    ".leb-years .band",
    ".leb-history .line",
    ".leb-map [data-code]",
)
#: How many columns lie to the left of the focused node.
COLUMN = """() => {
  const left = (node) => Math.round(node.querySelector('.bar').getAttribute('x'));
  const all = [...document.querySelectorAll('.leb-today .node')].map(left);
  return [...new Set(all)].filter((x) => x < left(document.activeElement)).length;
}"""
DESKTOP, TELEPHONE = (1280, 900), (390, 844)
# four walks in all: each language meets each screen, each way meets each language and each screen
BY_MOUSE = pytest.mark.parametrize(("lang", "size"), [("it", DESKTOP), ("en", TELEPHONE)])
BY_KEYBOARD = pytest.mark.parametrize(("lang", "size"), [("it", TELEPHONE), ("en", DESKTOP)])
WORDS = {
    "it": {
        "country": "Italia",
        "waits": "Arrivano schema e obiettivi",
        "why": "sale con più rinnovabili",
        "gas": "Gas naturale",
        "plant": "Cogenerazione",
        "followed": "In evidenza: Gas naturale",
        "detail": "Dettaglio: Cogenerazione",
        "fuel": "Combustibile 135.866 GWh",
        "unsure": "Incertezza: la fonte non la dichiara",
        "cite": "Cita questo numero",
        "cited": "Testo della citazione",
        "cleared": "Nessuna evidenziazione",
        "year": "Anno",
        "play": "Scorri gli anni",
        "stop": "Ferma",
        "what_if": "E se…",
        "sun": "Fotovoltaico sui tetti",
        "pumps": "Pompe di calore negli edifici",
        "network": "Allacciamenti al teleriscaldamento",
        "points": "punti percentuali",
        "clash": "Non stanno insieme: «Pompe di calore negli edifici» e «Allacciamenti al teleriscaldamento»",
        "use": "Usa questa",
        "reset": "Azzera tutto",
        "compared": "Da Italia 2019 a Italia 2030",
        "made": "Scaricato: ",
        "title": "Italia 2019: energia e obiettivi",
        "head": "Per abitante: 22,9 MWh; nella provincia 23,4 (−2,1\u00a0%).",
        "sum": "312 comuni = provincia ✓ 52.643 GWh",
        "open": "Apri il bilancio: ",
    },
    "en": {
        "country": "Italy",
        "waits": "Scheme and targets are on their way",
        "why": "the share rises with more renewables",
        "gas": "Natural gas",
        "plant": "Cogeneration",
        "followed": "Highlighted: Natural gas",
        "detail": "Detail: Cogeneration",
        "fuel": "Fuel 135,866 GWh",
        "unsure": "Uncertainty: the source does not declare it",
        "cite": "Cite this number",
        "cited": "Text of the citation",
        "cleared": "Nothing highlighted",
        "year": "Year",
        "play": "Play the years",
        "stop": "Stop",
        "what_if": "What if…",
        "sun": "Rooftop photovoltaics",
        "pumps": "Heat pumps in buildings",
        "network": "District-heating connections",
        "points": "percentage points",
        "clash": "Cannot be together: «Heat pumps in buildings» and «District-heating connections»",
        "use": "Use this",
        "reset": "Reset all",
        "compared": "From Italy 2019 to Italy 2030",
        "made": "Downloaded: ",
        "title": "Italy 2019: energy and targets",
        "head": "By inhabitant: 22.9 MWh; in the province 23.4 (−2.1\u00a0%).",
        "sum": "312 municipalities = province ✓ 52,643 GWh",
        "open": "Open the balance: ",
    },
}
TABS = 150  # most steps of Tab that a person should need between two stops of the way
PLAYED = "Number(new URLSearchParams(location.search).get('passato')) >= 2013"


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[str]:
    """Address of the served page."""
    with serving("territorio.ipynb", tmp_path_factory.mktemp("voila") / "server.log") as address:
        yield address


@pytest.fixture
def visit(page, served) -> Visit:
    """A visit that has not begun."""
    return Visit(page, served, PARTS)


def address_says(page, name: str, value: str) -> None:
    """Wait until the address holds a word."""
    page.wait_for_function(
        "([name, value]) => new URLSearchParams(location.search).get(name) === value", arg=[name, value]
    )


def tab_to(page, test: str, *, back: bool = False) -> None:
    """Press Tab until the focus is on what a test in the page accepts."""
    for _ in range(TABS):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if page.evaluate(f"(here => {test})(document.activeElement)"):
            return
    pytest.fail(f"Tab never reached {test}")


def nothing_wrong(visit: Visit, size: tuple[int, int]) -> None:
    """Hold the page to its width, to silence, to its own server and to accessibility."""
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert visit.violations() == []
    assert visit.complaints == []
    assert visit.foreign() == []


def begin(visit: Visit, lang: str, size: tuple[int, int]):
    """Open Italy in a language on a screen of some size: title at once, then gauges; give page and words."""
    page, words = visit.page, WORDS[lang]
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.add_init_script(
        "new MutationObserver(() => {"
        "  const first = document.querySelector('#loading .leb-first');"
        "  if (first) window.firstSight = first.innerText;"
        "}).observe(document, { childList: true, subtree: true });"
    )
    visit.open("?terr=IT" if lang == "it" else f"?terr=IT&lingua={lang}")
    first = page.evaluate("window.firstSight")
    assert f"{words['country']} 2019" in first
    assert words["waits"] in first
    expect(page.locator("h1")).to_have_text(f"{words['country']} 2019")
    gauges = page.locator(".leb-targets li")
    expect(gauges).to_have_count(3)
    expect(gauges.first).to_contain_text(words["why"])
    return page, words


def crumbs(page) -> list[str]:
    """Where the scheme says one is."""
    return page.locator(".leb-today .trail li").all_inner_texts()


def read(download) -> tuple[str, bytes]:
    """Name and content of a file that came."""
    return download.suggested_filename, Path(download.path()).read_bytes()


def whole(name: str, content: bytes, words: dict[str, str]) -> None:
    """A file is what its name says, and about what was shown."""
    country = words["country"].lower()
    if name == f"{country}_2019.pdf":
        assert content.startswith(b"%PDF")
        assert b"/StructTreeRoot" in content or b"/ObjStm" in content
    elif name == f"{country}_2019.xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        assert zipfile.is_zipfile(io.BytesIO(content))
        cells = (cell.value for sheet in book for row in sheet.iter_rows() for cell in row)
        assert any(str(value).startswith("=") for value in cells)
    else:
        assert name == f"{country}_2019.png"
        assert content.startswith(b"\x89PNG")


@BY_MOUSE
def test_by_mouse(visit, lang, size):
    page, words = begin(visit, lang, size)
    page.locator(".leb-targets summary").click()
    expect(page.locator(".leb-targets tbody tr")).to_have_count(3)
    today = page.locator(".leb-today")
    today.locator(".chips").get_by_role("button", name=words["gas"]).click()
    expect(today.locator(".say")).to_contain_text(words["followed"])
    assert today.locator(".glow[d]").count() > 10
    address_says(page, "apri", "natural_gas")
    today.locator('.node[data-id="cogeneration"] .bar').click()
    page.get_by_role("heading", name=words["detail"]).wait_for()
    assert crumbs(page) == [f"{words['country']} 2019", words["gas"], words["plant"]]
    page.locator('.leb-detail .row[data-id="MAPCHP:G3000"]').click()
    expect(page.locator(".leb-detail .read")).to_contain_text(words["fuel"])
    expect(today.locator(".card")).to_contain_text("Eurostat nrg_bal_c")
    expect(today.locator(".card")).to_contain_text(words["unsure"])
    today.get_by_role("button", name=words["cite"]).click()
    assert "apri=cogeneration" in today.get_by_label(words["cited"]).input_value()
    today.locator(".trail").get_by_role("button", name=words["gas"]).click()
    expect(page.locator(".leb-detail")).to_have_count(0)
    expect(today.locator(".say")).to_contain_text(words["followed"])
    today.locator(".trail").get_by_role("button", name=words["country"]).click()
    expect(today.locator(".say")).to_contain_text(words["cleared"])
    years = page.locator(".leb-years")
    years.get_by_role("slider", name=words["year"]).press("Home")
    expect(years.locator(".name")).to_contain_text(f"{words['country']} 2011")
    years.get_by_role("button", name=words["play"]).click()
    expect(years.locator(".name")).to_contain_text(f"{words['country']} 2013")
    years.get_by_role("button", name=words["stop"]).click()
    what_if_by_mouse(page, words)
    for kind in ("pdf", "png") if size == DESKTOP else ("xlsx",):
        with page.expect_download() as coming:
            page.locator(f'.leb-downloads [data-kind="{kind}"]').click()
        whole(*read(coming.value), words)
    towns = page.locator(".leb-map [data-code]")
    expect(towns).to_have_count(312)
    expect(page.locator(".leb-map .total")).to_have_text(words["sum"])
    page.locator('.leb-map [data-code="001120"]').click()
    expect(page.locator(".leb-map .card")).to_contain_text(words["head"])
    page.get_by_role("button", name=f"{words['open']}Grugliasco").click()
    expect(page.locator("h1")).to_have_text("Grugliasco 2007")
    address_says(page, "terr", "001120")
    nothing_wrong(visit, size)


def what_if_by_mouse(page, words: dict[str, str]) -> None:
    """Move sliders until two of them clash, take the nearest that can be, look at what it changes."""

    def slide(name: str, share: float) -> None:
        box = page.get_by_role("slider", name=name).bounding_box()
        page.mouse.click(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)

    page.get_by_role("button", name=words["what_if"]).click()
    builder, change = page.locator(".leb-builder"), page.locator(".leb-builder .cards .change")
    expect(builder.locator("input[data-kind]")).to_have_count(4)
    page.get_by_role("slider", name=words["sun"]).scroll_into_view_if_needed()
    slide(words["sun"], 0.4)
    expect(change.first).to_contain_text(words["points"])
    page.get_by_role("slider", name=words["network"]).scroll_into_view_if_needed()
    slide(words["pumps"], 0.7)
    slide(words["network"], 0.8)
    expect(builder.locator(".offered")).to_contain_text(words["clash"])
    builder.get_by_role("button", name=words["use"]).click()
    expect(builder.locator(".offered")).to_be_hidden()
    expect(builder.locator(".changes li")).not_to_have_count(0)
    compared(page, words)


def compared(page, words: dict[str, str]) -> None:
    """Today stands opposite the scenario: mirrored scheme, bridge, sentences."""
    view = page.locator(".leb-comparison")
    expect(view.get_by_role("heading", name=words["compared"])).to_be_visible()
    expect(view.locator(".mirror-node")).not_to_have_count(0)
    expect(view.locator(".step")).not_to_have_count(0)
    assert len([text for text in view.locator("li").all_inner_texts() if "GWh" in text and "(" in text]) >= 3


@BY_KEYBOARD
def test_by_keyboard_alone(visit, lang, size):
    page, words = begin(visit, lang, size)
    tab_to(page, "here.closest('.leb-targets') && here.tagName === 'SUMMARY'")
    page.keyboard.press("Enter")
    expect(page.locator(".leb-targets tbody tr")).to_have_count(3)
    tab_to(page, "here.dataset?.id === 'natural_gas'")
    page.keyboard.press("Enter")
    expect(page.locator(".leb-today .say")).to_contain_text(words["followed"])
    tab_to(page, "here.closest('.leb-today svg')")
    for _ in range(40):
        if page.evaluate("document.activeElement.dataset.id === 'cogeneration'"):
            break
        page.keyboard.press("ArrowRight" if page.evaluate(COLUMN) < 2 else "ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=words["detail"]).wait_for()
    tab_to(page, "here.className === 'cite'")
    page.keyboard.press("Enter")
    assert "apri=cogeneration" in page.get_by_label(words["cited"]).input_value()
    page.keyboard.press("Escape")
    expect(page.locator(".leb-detail")).to_have_count(0)
    expect(page.locator(".leb-today .say")).to_contain_text(words["followed"])
    for kind in ("xlsx",) if size == DESKTOP else ("pdf",):
        tab_to(page, f"here.dataset?.kind === '{kind}'")
        with page.expect_download() as coming:
            page.keyboard.press("Enter")
        whole(*read(coming.value), words)
    what_if_by_keyboard(page, words)
    tab_to(page, "here.type === 'range' && here.closest('.leb-years')")
    page.keyboard.press("Home")
    expect(page.locator(".leb-years .name")).to_contain_text(f"{words['country']} 2011")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_function(PLAYED)
    page.keyboard.press("Enter")
    tab_to(page, "here.closest('.leb-map') && here.tagName === 'INPUT'")
    expect(page.locator(".leb-map .total")).to_have_text(words["sum"])
    page.keyboard.type("Grugliasco")
    page.keyboard.press("Enter")
    expect(page.locator(".leb-map .card")).to_contain_text(words["head"])
    tab_to(page, f"here.innerText === '{words['open']}Grugliasco'")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Grugliasco 2007")
    nothing_wrong(visit, size)


def what_if_by_keyboard(page, words: dict[str, str]) -> None:
    """The same by keys: Page up moves a slider by a tenth."""

    def slide(kind: str, pages: int) -> None:
        tab_to(page, f"here.dataset?.kind === '{kind}' && here.type === 'range'")
        for _ in range(pages):
            page.keyboard.press("PageUp")

    tab_to(page, f"here.innerText?.startsWith('{words['what_if']}')")
    page.keyboard.press("Enter")
    builder = page.locator(".leb-builder")
    expect(builder.locator("input[data-kind]")).to_have_count(4)
    slide("photovoltaic", 4)
    expect(builder.locator(".cards .change").first).to_contain_text(words["points"])
    slide("heat_pumps", 7)
    slide("district_heating_connection", 8)
    expect(builder.locator(".offered")).to_contain_text(words["clash"])
    tab_to(page, f"here.innerText === '{words['use']}'")
    page.keyboard.press("Enter")
    expect(builder.locator(".offered")).to_be_hidden()
    expect(builder.locator(".changes li")).not_to_have_count(0)
    compared(page, words)
