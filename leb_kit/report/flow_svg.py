"""The flow scheme as a still picture: SVG without scripts, for documents.

``flow_layout`` says where nodes and arrows go; here they are drawn and named.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from itertools import pairwise

import pandas as pd
from babel.numbers import format_decimal

from leb_kit.errors import InputError
from leb_kit.report.flow_layout import BAR, GAP, LINE, THICKEST_LOOP, Place, Plan, Row, arrange
from leb_kit.system import product_groups
from leb_kit.system.grouping import HEADINGS, group_links, node_totals
from leb_kit.system.ordering import order_of
from leb_kit.units import from_mwh

LOCALES = {"it": "it_IT", "en": "en_GB"}
WORDS = {
    "it": ("Schema dei flussi", "{nodes} nodi, {links} flussi, {total} dalle fonti."),
    "en": ("Flow scheme", "{nodes} nodes, {links} flows, {total} from the sources."),
}

TOP, FOOT = 34, 14  # room for headings, and below
NEUTRAL = "#5b6b7c"  # plants and users: their arrows carry the colours
COLOURED = (0, 1, 3)  # columns whose nodes have the colour of their product
WIDTHS = {5: 1180, 7: 1400}  # where none is asked for
HEIGHTS = {5: 640, 7: 820}

STYLE = (
    "text{font:12px system-ui,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;fill:#1f2a37;"
    "paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}"
    ".v{font-size:11px;fill:#56616e}.h{font-size:11.5px;font-weight:600;fill:#56616e}"
    ".b{fill-opacity:.42}.o{fill:none;stroke-opacity:.42}"
)


def flow_svg(
    links: pd.DataFrame,
    nodes: pd.DataFrame,
    colors: pd.DataFrame,
    *,
    lang: str = "it",
    unit: str = "GWh",
    width: int | None = None,
    height: int | None = None,
) -> str:
    """Draw the flow scheme as a still, accessible SVG.

    Parameters
    ----------
    links : pd.DataFrame
        ``source``, ``target``, ``product`` (code or group), ``energy_mwh`` (MWh): of five columns, or of
        seven.
    nodes : pd.DataFrame
        ``node``, ``label_it``, ``label_en``, ``column`` (from 0), ``order``, as ``Scheme.view`` gives them.
    colors : pd.DataFrame
        ``group``, ``color_hex``, ``label_it``, ``label_en``.
    lang : str
        ``"it"`` or ``"en"``.
    unit : str
        Energy unit of the labels.
    width, height : int, optional
        Pixels; a crowded scheme grows taller. Default: what five or seven columns need.

    Returns
    -------
    str
        One ``<svg>`` element.
    """
    if lang not in LOCALES:
        raise InputError("flow scheme", [f"unknown language '{lang}'; one of {', '.join(LOCALES)}"])
    groups = product_groups()
    products = pd.DataFrame({"code": list(groups), "group_scheme": list(groups.values())})
    arrows = group_links(links, products)
    totals = node_totals(arrows)
    shown = nodes.loc[nodes["node"].isin(totals.index)].assign(label=nodes[f"label_{lang}"])
    columns = next(count for count in WIDTHS if count > nodes["column"].max())
    rows = arrows.to_dict("records")
    energy = totals["energy_mwh"].to_dict()
    say = _numbers(lang, unit)
    places = {
        n["node"]: Place(n["node"], int(n["column"]), energy[n["node"]], n["label"], say(energy[n["node"]]))
        for n in shown.to_dict("records")
    }
    width, height = width or WIDTHS[columns], height or HEIGHTS[columns]
    order = order_of(arrows, shown, totals)
    plan = arrange(places, rows, order, width=width, height=height - TOP - FOOT, columns=columns)
    hues = dict(zip(colors["group"], colors["color_hex"], strict=True))
    names = dict(zip(shown["node"], shown["label"], strict=True))
    drawing = _Drawing(plan, rows, hues, names, say)
    body = drawing.headings(lang) + drawing.bands() + drawing.bars(totals)
    sources = sum(row["energy_mwh"] for row in rows if places[row["source"]].column == 0)
    height = round(plan.height) + TOP + FOOT
    title, sentence = WORDS[lang]
    said = sentence.format(nodes=len(shown), links=len(arrows), total=say(sources))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" lang="{lang}" aria-label="{escape(f"{title}. {said}")}">'
        f"<title>{title}</title><desc>{escape(said)}</desc><style>{STYLE}</style>"
        f'<g transform="translate(0,{TOP})">{"".join(body)}</g></svg>'
    )


def _numbers(lang: str, unit: str) -> Callable[[float], str]:
    def say(mwh: float) -> str:
        value = from_mwh(mwh, unit)
        pattern = "#,##0" if abs(value) > 2 else "#,##0.##"
        return f"{format_decimal(value, format=pattern, locale=LOCALES[lang])} {unit}"

    return say


def _curve(x0: float, y0: float, m: float, x1: float, y1: float) -> str:
    return f"{x0:.1f},{y0:.1f}C{m:.1f},{y0:.1f} {m:.1f},{y1:.1f} {x1:.1f},{y1:.1f}"


# ── drawing ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Drawing:
    plan: Plan
    rows: list[Row]
    hues: dict[str, str]
    names: dict[str, str]
    say: Callable[[float], str]

    def headings(self, lang: str) -> list[str]:
        """Column headings, over their columns."""
        xs = {p.column: p.x for p in self.plan.places.values()}
        out = []
        for column, text in enumerate(HEADINGS[lang][self.plan.last + 1]):
            if column in xs:
                x = xs[column] + (BAR if column == 0 else 0)
                anchor = ' text-anchor="end"' if column == 0 else ""
                out.append(f'<text class="h" x="{x:.1f}" y="-16"{anchor}>{escape(text)}</text>')
        return out

    def bands(self) -> list[str]:
        """Arrows, each with its sentence."""
        out = []
        used: dict[tuple[str, str], float] = {}
        for i, row in enumerate(self.rows):
            source, target, energy = row["source"], row["target"], row["energy_mwh"]
            w = energy * self.plan.scale
            hue = self.hues.get(row["product"], NEUTRAL)
            said = f"{self.names[source]} → {self.names[target]}: {self.say(energy)}"
            tip = f"<title>{escape(said)}</title>"
            if self.plan.routes[i]:
                path = self._ribbon(i, max(w, 1))
                out.append(f'<path class="b" fill="{hue}" d="{path}">{tip}</path>')
                continue
            thick = min(max(w, 1), THICKEST_LOOP)
            path = self._loop(source, target, w, thick, used)
            out.append(f'<path class="o" stroke="{hue}" stroke-width="{thick:.1f}" d="{path}">{tip}</path>')
        return out

    def _ribbon(self, i: int, w: float) -> str:
        stops = [self.plan.places[key] for key in self.plan.routes[i]]
        upper: list[str] = []
        lower: list[str] = []
        for a, b in pairwise(stops):
            x0, y0, x1, y1 = a.x + BAR, a.right[i], b.x, b.left[i]
            m, h = (x0 + x1) / 2, w / 2
            upper.append(f"{'L' if upper else 'M'}{_curve(x0, y0 - h, m, x1, y1 - h)}")
            lower.append(f"L{_curve(x1, y1 + h, m, x0, y0 + h)}")
        return "".join([*upper, *reversed(lower), "Z"])

    def _loop(
        self, source: str, target: str, w: float, thick: float, used: dict[tuple[str, str], float]
    ) -> str:
        def anchor(key: str, side: str) -> float:
            taken = used.get((key, side), 0.0)
            used[key, side] = taken + w
            return self.plan.places[key].bottom - taken - w / 2

        a, b = self.plan.places[source], self.plan.places[target]
        x0, x1 = a.x + BAR, b.x
        y0, y1 = anchor(source, "right"), anchor(target, "left")
        under = max(a.bottom, b.bottom) + GAP / 2 + thick / 2
        r = GAP + thick / 2
        right, left = x0 + r, x1 - r
        s, t = min(r, abs(under - y0) / 2), min(r, abs(under - y1) / 2)
        return (
            f"M{x0:.1f},{y0:.1f}Q{right:.1f},{y0:.1f} {right:.1f},{y0 + s:.1f}V{under - s:.1f}"
            f"Q{right:.1f},{under:.1f} {x0:.1f},{under:.1f}H{x1:.1f}"
            f"Q{left:.1f},{under:.1f} {left:.1f},{under - t:.1f}V{y1 + t:.1f}"
            f"Q{left:.1f},{y1:.1f} {x1:.1f},{y1:.1f}"
        )

    def bars(self, totals: pd.DataFrame) -> list[str]:
        """Nodes with name and energy."""
        out = []
        for p in self.plan.places.values():
            if not p.real:
                continue
            group = str(totals.loc[p.key, "group"]) if p.column in COLOURED else ""
            hue = self.hues.get(group, NEUTRAL)
            out.append(
                f'<rect x="{p.x:.1f}" y="{p.top:.1f}" width="{BAR}" height="{p.size:.1f}" rx="1.5" '
                f'fill="{hue}"/>{self._beside(p) if p.outer else self._over(p)}'
            )
        return out

    def _beside(self, p: Place) -> str:
        """Label of an outer node: its lines and its energy, around the middle of the bar."""
        x = p.x - 7 if p.column == 0 else p.x + BAR + 7
        anchor = "end" if p.column == 0 else "start"
        first, *rest = map(escape, p.lines)
        more = "".join(f'<tspan x="{x:.1f}" dy="{LINE}">{line}</tspan>' for line in rest)
        top = p.middle - LINE * len(rest) / 2 - 2
        # each line stands in a span with its own x: paper lines up no other ones at their end
        return (
            f'<text text-anchor="{anchor}" x="{x:.1f}" y="{top:.1f}">'
            f'<tspan x="{x:.1f}">{first}</tspan>{more}'
            f'<tspan class="v" x="{x:.1f}" dy="{LINE - 1}">{p.value}</tspan></text>'
        )

    def _over(self, p: Place) -> str:
        """Label of an inner node, over its bar, with its energy behind or below the name."""
        first, *rest = map(escape, p.lines)
        value = f'<tspan class="v">{p.value}</tspan>'
        more = "".join(
            f'<tspan x="{p.x:.1f}" dy="{LINE}">{line}</tspan>'
            if line
            else f'<tspan class="v" x="{p.x:.1f}" dy="{LINE - 1}">{p.value}</tspan>'
            for line in rest
        )
        behind = f" {value}" if p.lines[-1] else ""
        return f'<text x="{p.x:.1f}" y="{p.top - 4 - LINE * len(rest):.1f}">{first}{more}{behind}</text>'
