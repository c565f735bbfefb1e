"""A page with one widget and no kernel: what Python sends, drawn by the built file."""

import json
from pathlib import Path

import leb_kit.widgets

STATIC = Path(leb_kit.widgets.__file__).parent / "static"
AXE = Path(__file__).with_name("axe.min.js")
NOT_DRAWN = {"layout", "tabbable", "tooltip"}

PAGE = """<!doctype html><html lang="it"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>LEB</title><main id="here"></main>
<script>
const state = STATE, heard = {};
window.model = {
  get: (name) => state[name],
  set: (name, value) => { state[name] = value; (heard["change:" + name] ?? []).forEach((told) => told()); },
  save_changes() {},
  sent: [],
  send(content) { window.model.sent.push(content); },
  on: (event, told) => (heard[event] ??= []).push(told),
  off() {},
};
const source = new Blob([SOURCE], { type: "text/javascript" });
import(URL.createObjectURL(source)).then((widget) => {
  widget.default.render({ model: window.model, el: document.getElementById("here") });
});
</script></html>"""


def state_of(shown) -> dict[str, object]:
    """What Python sends of a widget."""
    names = [name for name in shown.trait_names(sync=True) if not name.startswith("_")]
    return {name: getattr(shown, name) for name in names if name not in NOT_DRAWN}


def write_page(folder, name: str, state) -> str:
    """Write the page of one widget; return its address."""
    source = (STATIC / f"{name}.js").read_text(encoding="utf-8")
    parts = [json.dumps(part).replace("</", "<\\/") for part in (state, source)]
    file = folder / f"{name}.html"
    file.write_text(PAGE.replace("STATE", parts[0]).replace("SOURCE", parts[1]), encoding="utf-8")
    return file.as_uri()


def axe_faults(page) -> list[str]:
    """What axe finds wrong, of any severity."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document.querySelector('main')).then((found) => found.violations)")
    return [fault["id"] for fault in found]
