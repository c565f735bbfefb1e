"""Widgets that travel inside their page, so that they are drawn before the browser has reached the kernel.

The page carries the state of its widgets; ``js/front`` draws them from it. What changed in the kernel since
the page was written is told when the browser connects.
"""

from __future__ import annotations

import json
import os
from typing import Any, Final

import ipywidgets
from IPython.display import display

#: What the page carries: states as text, because Voilà sorts the names of an object.
STATE: Final = "application/vnd.leb.widgets"
#: Attribute of a widget of ours that holds what draws it.
SCRIPT: Final = "_esm"
#: Of the comm that a page opens; ``js/front/front.js`` has the same word.
TARGET: Final = "leb.page"

States = dict[str, dict[str, Any]]


def show_widget(widget: ipywidgets.Widget) -> None:
    """Show a widget; on a page of ours its state, and that of all others, goes along.

    Parameters
    ----------
    widget : ipywidgets.Widget
        The whole page. Outside Voilà it is displayed as any other.
    """
    display(widget)  # type: ignore[no-untyped-call]
    if "VOILA_PREHEAT" not in os.environ:
        return
    from comm import get_comm_manager

    sent = states()
    get_comm_manager().register_target(TARGET, lambda line, opened: line.send(asked(opened, sent)))
    text = json.dumps(scripts_once(without_nulls(sent)), ensure_ascii=False, separators=(",", ":"))
    display({STATE: text}, raw=True)  # type: ignore[no-untyped-call]


def states() -> States:
    """Return the state of every widget of this kernel by its id, as a page carries it."""
    found: States = ipywidgets.Widget.get_manager_state()["state"]
    return found


def without_nulls(found: States) -> States:
    """Return states without what layouts and styles do not say, which is most of them."""
    return {
        name: one | {"state": {key: value for key, value in one["state"].items() if value is not None}}
        if one["model_name"].endswith(("LayoutModel", "StyleModel"))
        else one
        for name, one in found.items()
    }


def scripts_once(found: States) -> States:
    """Return states in which a widget names the first one that has its script, instead of carrying it again.

    Examples
    --------
    >>> scripts_once({"a": {"state": {"_esm": "draw()"}}, "b": {"state": {"_esm": "draw()", "x": 1}}})
    {'a': {'state': {'_esm': 'draw()'}}, 'b': {'state': {'_esm': {'of': 'a'}, 'x': 1}}}
    """
    first: dict[str, str] = {}
    out = {}
    for name, one in found.items():
        script = one["state"].get(SCRIPT)
        owner = name if script is None else first.setdefault(script, name)
        out[name] = one if owner == name else one | {"state": one["state"] | {SCRIPT: {"of": owner}}}
    return out


def asked(opened: dict[str, Any], sent: States) -> States:
    """Return what a browser lacks that has just connected.

    Parameters
    ----------
    opened : dict
        Message that opened the comm; its data say ``all`` where the line was lost meanwhile.
    sent : States
        What the page carried.
    """
    now = states()
    return now if opened["content"]["data"].get("all") else changed(sent, now)


def changed(before: States, after: States) -> States:
    """Return what differs: attributes of widgets that were known, and whole widgets that are new.

    Examples
    --------
    >>> changed({"a": {"state": {"x": 1, "y": 2}}}, {"a": {"state": {"x": 1, "y": 3}}, "b": {"state": {}}})
    {'a': {'state': {'y': 3}}, 'b': {'state': {}}}
    """
    found: States = {}
    for name, one in after.items():
        known = before.get(name)
        if known is None or known.get("buffers") != one.get("buffers"):
            found[name] = one
            continue
        had = known["state"]
        news = {key: value for key, value in one["state"].items() if key not in had or had[key] != value}
        if news:
            found[name] = {"state": news}
    return found
