"""What a page carries of its widgets, and what is told when the browser connects."""

import json

import comm
import ipywidgets
import pytest
import traitlets

from leb_kit.apps import embedded
from leb_kit.balance import Territory
from leb_kit.widgets import ViewBar

PLACES = [(Territory.known("IT"), (2019,))]


@pytest.fixture
def shown(monkeypatch):
    """What is displayed."""
    found = []
    monkeypatch.setattr(embedded, "display", lambda what, **options: found.append((what, options)))
    return found


def opening(**data):
    """The message of a page that connects."""
    return {"content": {"data": data}}


def test_outside_voila_a_widget_is_displayed_and_nothing_else(shown, monkeypatch):
    monkeypatch.delenv("VOILA_PREHEAT", raising=False)
    text = ipywidgets.HTML("a")
    embedded.show_widget(text)
    assert shown == [(text, {})]


def test_a_page_carries_the_state_of_its_widgets_and_a_line_asks_what_changed(shown, monkeypatch):
    """Proves: a change between the page and its line is not lost. Without it the page would show what was."""
    monkeypatch.setenv("VOILA_PREHEAT", "False")
    text = ipywidgets.HTML("before", layout={"width": "10px"})
    embedded.show_widget(text)
    (_, _), (bundle, options) = shown
    carried = json.loads(bundle[embedded.STATE])
    assert options == {"raw": True}
    assert carried[text.model_id]["state"]["value"] == "before"
    layout = carried[text.layout.model_id]["state"]
    assert layout["width"] == "10px"
    assert None not in layout.values()

    answers = []
    line = type("Line", (), {"send": lambda _, data: answers.append(data)})()
    answer = comm.get_comm_manager().targets[embedded.TARGET]
    answer(line, opening(all=False))
    assert text.model_id not in answers[0]

    text.value, text.layout.width = "after", None
    fresh = ipywidgets.Button(description="new")
    answer(line, opening(all=False))
    assert answers[1][text.model_id] == {"state": {"value": "after"}}
    assert answers[1][text.layout.model_id] == {"state": {"width": None}}
    assert answers[1][fresh.model_id]["model_name"] == "ButtonModel"

    answer(line, opening(all=True))
    assert answers[2][text.model_id]["state"]["value"] == "after"
    assert answers[2][text.layout.model_id]["state"]["height"] is None


def test_names_keep_their_order(shown, monkeypatch):
    """Proves: the order of a mapping reaches the page. Voilà sorts the names of an object, not of a text."""
    monkeypatch.setenv("VOILA_PREHEAT", "True")
    choice = ipywidgets.Dropdown(options=[("z", 1), ("a", 2)])
    choice.add_traits(words=traitlets.Dict().tag(sync=True))
    choice.words = {"it": "Prova", "en": "Trial"}
    embedded.show_widget(choice)
    carried = json.loads(shown[1][0][embedded.STATE])
    assert list(carried[choice.model_id]["state"]["words"]) == ["it", "en"]


def test_bytes_that_changed_come_with_their_whole_widget():
    before = {"a": {"state": {"x": None}, "buffers": [{"path": ["x"], "data": "AA=="}]}}
    after = {"a": {"state": {"x": None}, "buffers": [{"path": ["x"], "data": "AQ=="}]}}
    assert embedded.changed(before, after) == after
    assert embedded.changed(before, before) == {}


def test_a_page_carries_each_script_once_and_a_line_gives_them_whole(shown, monkeypatch):
    """Proves: two schemes on a page weigh one script. Without it each carries the same 33 kB."""
    monkeypatch.setenv("VOILA_PREHEAT", "False")
    one, other = ViewBar(PLACES, territory="IT", year=2019), ViewBar(PLACES, territory="IT", year=2019)
    embedded.show_widget(ipywidgets.VBox([one, other]))
    carried = json.loads(shown[1][0][embedded.STATE])
    scripts = [carried[widget.model_id]["state"][embedded.SCRIPT] for widget in (one, other)]
    owner = next(name for name, state in carried.items() if state["state"].get(embedded.SCRIPT) == one._esm)
    assert {"of": owner} in scripts
    assert json.dumps(carried).count(json.dumps(one._esm)[1:-1]) == 1
    whole = embedded.asked(opening(all=True), {})
    assert whole[one.model_id]["state"][embedded.SCRIPT] == whole[other.model_id]["state"][embedded.SCRIPT]
    assert isinstance(whole[one.model_id]["state"][embedded.SCRIPT], str)
