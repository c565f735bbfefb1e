"""Two flow schemes opposite each other, as plain values a browser can draw without reckoning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from leb_kit import system
from leb_kit.reference import catalog
from leb_kit.scenarios.texts import decimal_text, percent_text
from leb_kit.system.grouping import NodeTotal, totals_of
from leb_kit.system.mirror import SIDES
from leb_kit.system.ordering import top_down
from leb_kit.units import from_mwh
from leb_kit.widgets.comparison_texts import COMPARISON
from leb_kit.widgets.texts import LANGUAGES

if TYPE_CHECKING:
    from leb_kit.scenarios import Comparison

State = dict[str, Any]
PERCENT: Final = "+#,##0\u00a0%;−#,##0\u00a0%"
#: A change below half a percent is written as none.
SAME: Final = 1 / 200
#: From this multiple on a change is told as "times", not as percent.
TIMES: Final = 10
ARROWS: Final = {"new": "✚", "gone": "✕", "up": "▲", "down": "▼", "same": "="}


def mirror_state(comparison: Comparison) -> State:
    """Prepare the mirrored scheme: nodes and arrows with both energies, and all that is said of them.

    Parameters
    ----------
    comparison : Comparison
        Two balances.

    Returns
    -------
    dict
        ``nodes`` (id, column, color, before and after in MWh, kind of change, words by language),
        ``links`` (source, target, product, color, before, after, words), ``order`` from top to
        bottom, ``names`` of both sides by language.
    """
    both = system.mirrored_links(comparison.before, comparison.after).to_dict("records")
    arrows = [row | {"energy_mwh": max(row["before_mwh"], row["after_mwh"])} for row in both]
    totals = _totals(arrows, "energy_mwh")
    nodes = [row for row in _nodes() if row["node"] in totals]
    sides = [_totals(both, f"{side}_mwh") for side in SIDES]
    columns, orders = ({row["node"]: int(row[name]) for row in nodes} for name in ("column", "order"))
    energies = {node: total.energy_mwh for node, total in totals.items()}
    return {
        "nodes": [_node(row, sides, totals[row["node"]].group) for row in nodes],
        "links": [_link(row) for row in both],
        "order": top_down(arrows, columns, orders, energies),
        "names": {lang: [getattr(comparison, side).title(lang) for side in SIDES] for lang in LANGUAGES},
    }


def _totals(rows: Iterable[Mapping[Any, Any]], energy: str) -> dict[str, NodeTotal]:
    return totals_of((row["source"], row["target"], row["product"], row[energy]) for row in rows)


@cache
def _nodes() -> list[dict[Any, Any]]:
    found: list[dict[Any, Any]] = catalog.table("mirror").to_dict("records")
    return found


@cache
def _colors() -> dict[Any, dict[Any, Any]]:
    """Colour and names of every group of products."""
    found: dict[Any, dict[Any, Any]] = catalog.table("colors").set_index("group").to_dict("index")
    return found


def _node(row: Mapping[Any, Any], sides: Sequence[Mapping[str, NodeTotal]], group: str) -> State:
    before, after = (float(side[row["node"]].energy_mwh) for side in sides)
    words = {lang: _words(str(row[f"label_{lang}"]), before, after, lang) for lang in LANGUAGES}
    # plants and users have no colour of their own: their arrows carry the colours
    color = str(_colors()[group]["color_hex"]) if row["column"] in (0, 2) else ""
    return {
        "id": row["node"],
        "column": int(row["column"]),
        "color": color,
        "before": before,
        "after": after,
        "kind": _kind(before, after),
        **words,
    }


def _link(row: Mapping[Any, Any]) -> State:
    before, after = float(row["before_mwh"]), float(row["after_mwh"])
    group = _colors()[row["product"]]
    out = {
        "source": row["source"],
        "target": row["target"],
        "product": row["product"],
        "color": str(group["color_hex"]),
        "before": before,
        "after": after,
    }
    for lang in LANGUAGES:
        figures = _figures(before, after, lang)
        out[lang] = {"product": str(group[f"label_{lang}"]), **figures}
    return out


def _kind(before: float, after: float) -> str:
    if not before:
        return "new"
    if not after:
        return "gone"
    change = after / before - 1
    return "same" if abs(change) < SAME else "up" if change > 0 else "down"


def _words(name: str, before: float, after: float, lang: str) -> State:
    kind, figures = _kind(before, after), _figures(before, after, lang)
    mark = ARROWS[kind] if kind == "same" else f"{ARROWS[kind]}\u00a0{figures['change']}"
    said = COMPARISON[lang]["mirror_said"].format(name=name, **figures)
    return {"name": name, "mark": mark, "said": said, **figures}


def _figures(before: float, after: float, lang: str) -> dict[str, str]:
    kind = _kind(before, after)
    if kind in ("new", "gone", "same"):
        change = COMPARISON[lang][f"mirror_{kind}"]
    elif after / before >= TIMES:
        change = f"×\u00a0{decimal_text(after / before, '#,##0', lang)}"
    else:
        change = percent_text(after / before - 1, PERCENT, lang)
    return {"before": _gwh(before, lang), "after": _gwh(after, lang), "change": change}


def _gwh(mwh: float, lang: str) -> str:
    value = float(from_mwh(mwh, "GWh"))
    pattern = "#,##0" if value >= TIMES or not value else "#,##0.0"
    return decimal_text(value, pattern, lang)
