"""Two flow schemes opposite each other, as plain values a browser can draw without reckoning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from babel.numbers import format_decimal, format_percent

from leb_kit import system
from leb_kit.reference import catalog
from leb_kit.scenarios.texts import LOCALES
from leb_kit.system.grouping import node_totals
from leb_kit.system.mirror import SIDES
from leb_kit.system.ordering import order_of
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
    both = system.mirrored_links(comparison.before, comparison.after)
    shape = both.assign(energy_mwh=both[["before_mwh", "after_mwh"]].max(axis=1))
    totals = node_totals(shape)
    nodes = catalog.table("mirror")
    nodes = nodes[nodes["node"].isin(totals.index)]
    sides = {side: node_totals(both.assign(energy_mwh=both[f"{side}_mwh"]))["energy_mwh"] for side in SIDES}
    colors = catalog.table("colors").set_index("group")
    return {
        "nodes": [
            _node(row, sides, colors, str(totals.loc[row["node"], "group"]))
            for row in nodes.to_dict("records")
        ],
        "links": [_link(row, colors) for row in both.to_dict("records")],
        "order": order_of(shape, nodes, totals),
        "names": {lang: [getattr(comparison, side).title(lang) for side in SIDES] for lang in LANGUAGES},
    }


def _node(row: dict[Any, Any], sides: dict[str, pd.Series], colors: pd.DataFrame, group: str) -> State:
    before, after = (float(sides[side][row["node"]]) for side in SIDES)
    words = {lang: _words(str(row[f"label_{lang}"]), before, after, lang) for lang in LANGUAGES}
    # plants and users have no colour of their own: their arrows carry the colours
    color = str(colors.loc[group, "color_hex"]) if row["column"] in (0, 2) else ""
    return {
        "id": row["node"],
        "column": int(row["column"]),
        "color": color,
        "before": before,
        "after": after,
        "kind": _kind(before, after),
        **words,
    }


def _link(row: dict[Any, Any], colors: pd.DataFrame) -> State:
    before, after = float(row["before_mwh"]), float(row["after_mwh"])
    out = {
        "source": row["source"],
        "target": row["target"],
        "product": row["product"],
        "color": str(colors.loc[row["product"], "color_hex"]),
        "before": before,
        "after": after,
    }
    for lang in LANGUAGES:
        figures = _figures(before, after, lang)
        out[lang] = {"product": str(colors.loc[row["product"], f"label_{lang}"]), **figures}
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
    kind, locale = _kind(before, after), LOCALES[lang]
    if kind in ("new", "gone", "same"):
        change = COMPARISON[lang][f"mirror_{kind}"]
    elif after / before >= TIMES:
        change = f"×\u00a0{format_decimal(after / before, format='#,##0', locale=locale)}"
    else:
        change = str(format_percent(after / before - 1, format=PERCENT, locale=locale))
    return {"before": _gwh(before, lang), "after": _gwh(after, lang), "change": change}


def _gwh(mwh: float, lang: str) -> str:
    value = float(from_mwh(mwh, "GWh"))
    pattern = "#,##0" if value >= TIMES or not value else "#,##0.0"
    return str(format_decimal(value, format=pattern, locale=LOCALES[lang]))
