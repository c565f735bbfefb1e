"""Our own front of a page: what it draws, what it leaves to Voilà, how it keeps in step with the kernel."""

import json
import time

import pytest
from playwright.sync_api import expect

from tests.browser.served import ROOT, Visit, kernels, serving

pytestmark = pytest.mark.browser

#: A page of every widget that the front draws, and buttons that change them in the kernel.
SOURCE = '''
import os
import ipywidgets, anywidget, traitlets
from leb_kit.apps.embedded import show_widget
from leb_kit.apps.visitor import asked_words

class Counter(anywidget.AnyWidget):
    _esm = """
    const render = ({ model, el }) => {
      const button = Object.assign(document.createElement("button"), { className: "count" });
      const show = () => (button.textContent = `${model.get("n")} ${model.get("raw").byteLength}`);
      button.onclick = () => { model.set("n", model.get("n") + 1); model.save_changes(); };
      el.append(button);
      model.on("change:n", show);
      show();
      return () => model.off("change:n", show);
    };
    const initialize = ({ model }) => { model.set("begun", true); model.save_changes(); };
    export default () => ({ initialize, render });
    """
    _css = ".count { letter-spacing: 2px }"
    n = traitlets.Int(1).tag(sync=True)
    begun = traitlets.Bool(False).tag(sync=True)
    raw = traitlets.Bytes(b"abc").tag(sync=True)

text = ipywidgets.HTML("first", layout={"width": "200px"})
text.add_class("leb-text")
title = ipywidgets.HTML("<h1>Prova</h1>")
choice = ipywidgets.Dropdown(options=[("Uno", 1), ("Due", 2)], description="Numero", value=1)
counter = Counter()
more = ipywidgets.Button(description="more")
slider = ipywidgets.Button(description="slider")
die = ipywidgets.Button(description="die")
die.on_click(lambda _: os._exit(1))
box = ipywidgets.VBox([title, text, choice, counter, more, slider, die])
choice.observe(lambda change: setattr(text, "value", f"chosen {choice.value}"), "value")
counter.observe(lambda change: setattr(text, "value", f"counted {counter.n} {counter.begun}"), "n")

def add(_):
    text.layout.width, text.layout.display = None, "none"
    choice.options = [("Tre", 3), ("Quattro", 4)]
    more.disabled = True
    box.children = [title, choice, ipywidgets.HTML("<i class='fresh'>fresh</i>"), text, counter, more, slider]

more.on_click(add)
slider.on_click(lambda _: setattr(box, "children", [ipywidgets.IntSlider(value=7), *box.children]))
words = asked_words()
if "slider" in words:
    box.children = [ipywidgets.IntSlider(), text, die]
show_widget(box)
text.value = words.get("late", "first")  # after the page was written: told when the browser connects
'''


def page_of(folder, source):
    """A notebook of one cell."""
    notebook = json.loads((ROOT / "voila_apps" / "territorio.ipynb").read_text(encoding="utf-8"))
    notebook["cells"][0]["source"] = source.splitlines(keepends=True)
    (folder / "page.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return str(folder / "page.ipynb")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("front")
    with serving(page_of(folder, SOURCE), folder / "server.log", preheated=2) as address:
        yield address


@pytest.fixture
def visit(page, served):
    return Visit(page, served, (".count",))


def asked_of_voila(visit):
    """Scripts of Voilà's own front that the page loaded."""
    return [url for url in visit.requests if "voila.js" in url]


def text_is(visit, wanted):
    visit.page.wait_for_function(
        "([wanted]) => document.querySelector('.leb-text').innerText === wanted", arg=[wanted]
    )


def test_a_page_is_drawn_without_voilas_scripts_and_follows_the_kernel(visit):
    page = visit.page
    visit.open()
    text_is(visit, "first")
    assert page.locator(".count").inner_text() == "1 3"  # bytes too
    assert page.locator(".count").evaluate("(node) => getComputedStyle(node).letterSpacing") == "2px"
    assert page.locator(".leb-text").evaluate("(node) => node.style.width") == "200px"

    page.get_by_label("Numero").select_option("Due")
    text_is(visit, "chosen 2")
    page.locator(".count").click(click_count=3)
    text_is(visit, "counted 4 True")

    page.get_by_role("button", name="more").click()
    page.wait_for_selector(".fresh")
    assert page.locator("select option").all_inner_texts() == ["Tre", "Quattro"]
    assert page.get_by_role("button", name="more").is_disabled()
    style = page.locator(".leb-text").get_attribute("style")
    assert "display: none" in style
    assert "width" not in style
    assert asked_of_voila(visit) == []
    assert visit.foreign() == []
    assert visit.complaints == []
    assert visit.violations() == []


def test_what_changed_before_the_browser_connected_is_told(visit):
    """Proves: nothing is lost between page and line. Without it “first” would stay."""
    visit.open("?late=meanwhile")
    text_is(visit, "meanwhile")
    assert asked_of_voila(visit) == []


def test_what_a_visitor_does_before_there_is_a_line_waits_for_it(visit):
    visit.page.add_init_script(
        "const Real = WebSocket; const gate = new Promise((done) => (window.go = done));"
        "window.WebSocket = class extends Real { set onopen(then) { super.onopen = () => gate.then(then); } "
        "get readyState() { return window.passable ? super.readyState : 0; } };"
    )
    visit.open()
    visit.page.locator(".count").click()
    assert visit.page.locator(".count").inner_text() == "2 3"
    visit.page.evaluate("window.passable = true; window.go()")
    text_is(visit, "counted 2 True")


def test_a_line_that_breaks_is_mended_and_what_was_missed_is_told(visit):
    """Proves: a page survives a pause of the network. Without it it would only look alive."""
    visit.page.add_init_script(
        "const Real = WebSocket; window.lines = [];"
        "window.WebSocket = class extends Real "
        "{ constructor(...all) { super(...all); window.lines.push(this); } };"
    )
    visit.open()
    visit.page.locator(".count").click()
    text_is(visit, "counted 2 True")
    visit.page.evaluate("window.lines[0].close()")
    visit.page.locator(".count").click()
    text_is(visit, "counted 3 True")
    assert visit.page.evaluate("window.lines.length") == 2


def test_a_page_with_a_widget_of_others_is_left_to_voila(visit):
    visit.parts = (".widget-slider",)
    visit.open("?slider=1")
    assert asked_of_voila(visit)
    assert visit.page.locator(".widget-slider").count() == 1
    assert visit.foreign() == []


def test_a_widget_of_others_that_comes_later_hands_the_page_over(visit):
    """Proves: state is kept when Voilà takes over. Without the hand-over the slider would not be there."""
    page = visit.page
    visit.open()
    page.locator(".count").click()
    text_is(visit, "counted 2 True")
    assert asked_of_voila(visit) == []
    page.get_by_role("button", name="slider").click()
    page.wait_for_selector(".widget-slider", timeout=60_000)
    assert page.locator(".widget-readout").inner_text() == "7"
    assert page.locator(".count").inner_text() == "2 3"
    page.locator(".count").click()
    text_is(visit, "counted 3 True")
    assert page.locator(".leb-text").count() == 1


def test_an_expired_session_is_told_and_not_asked_for_again(visit):
    """Proves: a page without a kernel lets the server be. Without it it would ask for ever."""
    page = visit.page
    page.add_init_script(
        "const Real = WebSocket; window.lines = 0;"
        "window.WebSocket = class extends Real { constructor(...all) { super(...all); window.lines += 1; } };"
    )
    visit.open()
    text_is(visit, "first")
    kernel = page.evaluate("JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId")
    token = next(one["value"] for one in page.context.cookies() if one["name"] == "_xsrf")
    gone = page.request.post(f"{visit.address}voila/api/shutdown/{kernel}?_xsrf={token}")
    assert gone.ok
    page.get_by_text("La sessione è scaduta per inattività.").wait_for(timeout=60_000)
    page.wait_for_timeout(18_000)  # the longest pause between two attempts, and a bit
    asked = page.evaluate("window.lines")
    page.wait_for_timeout(18_000)
    assert page.evaluate("window.lines") == asked


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "La sessione si è interrotta"),
        ("?slider=1", "La sessione è scaduta"),
        ("?lingua=en", "broke off"),
    ],
)
def test_a_kernel_that_dies_is_told_within_seconds(visit, query, told):
    """Proves: whoever works on knows that nothing is heard any more, whichever front drew the page.

    Without it: the kernel begins anew, empty, and every click on the page goes nowhere without a word.
    """
    visit.parts = (".leb-text",)
    visit.open(query)
    page = visit.page
    page.get_by_role("button", name="die").click()
    page.get_by_text(told).wait_for(timeout=20_000)
    expect(page.get_by_role("button", name="Reload" if "en" in query else "Ricarica")).to_be_focused()
    page.get_by_role("alertdialog").get_by_role("button").click()
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    expect(page.locator(".leb-text")).to_be_visible()


@pytest.mark.parametrize("beacon", [True, False])
def test_a_page_that_is_left_leaves_no_kernel(browser, tmp_path, beacon):
    """Proves: the page's message or the closed line is enough. Without both a kernel stays 20 minutes."""
    with serving(page_of(tmp_path, SOURCE), tmp_path / "server.log", preheated=0) as address:
        page = browser.new_context(locale="it-IT").new_page()
        if not beacon:
            page.add_init_script("navigator.sendBeacon = () => true")
        visit = Visit(page, address, (".count",))
        visit.open()
        page.locator(".count").click()
        text_is(visit, "counted 2 True")
        assert len(kernels(address)) == 1
        page.close(run_before_unload=True)
        end = time.monotonic() + 20
        while kernels(address) and time.monotonic() < end:
            time.sleep(0.3)
        assert kernels(address) == []
        page.context.close()
