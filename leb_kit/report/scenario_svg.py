"""Pictures of scenarios: the abatement curve, and targets over the years. SVG without scripts."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import pandas as pd

from leb_kit.errors import InputError
from leb_kit.report.figures import DASH, KILO, Figures, unit_for
from leb_kit.report.map_svg import INK, Picture

FONT = "system-ui,'Segoe UI',Roboto,Arial,sans-serif"
STYLE = (
    f"text{{font:14px {FONT};fill:{INK}}}.t{{font-size:19px;font-weight:600}}"
    ".l{font-size:13px}.s{font-size:12px;fill:#5b6672}.e{text-anchor:end}.m{text-anchor:middle}.b{font-weight:600}"
)
SAVES, COSTS, UNKNOWN, GRID, LINE, GOAL = "#5a9a58", "#3f8296", "#c9ccd0", "#e3e6e9", "#14526e", "#cf5c55"
WIDTH, TITLE, AXIS, FOOT = 854, 44, 60, 40
PLOT, HEIGHT, ROW, PRICE = 320, 380, 22, 136
PANEL, GAP, TALL = 256, 26, 200
#: Room of a letter of the wide fonts that a page may fall back on, px; of a bold one; height of a line.
LETTER, BOLD_LETTER, LINE_HEIGHT = 8, 10, 18
#: Bars narrower than this have no number in the picture; the list beside it has them all.
NARROW = 14
STEPS = (1, 2, 5, 10)
WORDS = {
    "it": {
        "x": "Emissioni evitate, kt CO₂eq/anno",
        "y": "€/t",
        "unknown": "costo non noto",
        "goal": "obiettivo",
    },
    "en": {
        "x": "Emissions avoided, kt CO₂eq/year",
        "y": "€/t",
        "unknown": "cost not known",
        "goal": "target",
    },
}


@dataclass(frozen=True)
class Scale:
    """From values to the picture, both ways."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return where a value stands."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def abatement_chart(
    curve: pd.DataFrame, *, labels: Mapping[str, str] | None = None, title: str = "", lang: str = "it"
) -> Picture:
    """Draw an abatement curve: each measure as wide as what it avoids, as high as what a tonne costs.

    Parameters
    ----------
    curve : pd.DataFrame
        What ``leb.scenarios.abatement_curve`` returned: avoided_tco2eq (t/year), eur_per_tco2eq.
    labels : Mapping[str, str], optional
        Name of a measure → what a person calls it.
    title : str
        Over the picture.
    lang : str
        ``"it"`` or ``"en"``.

    Returns
    -------
    Picture
        Accessible SVG; the list beside the bars has every measure with its figures.

    Raises
    ------
    InputError
        The curve has no measure that avoids anything.

    Examples
    --------
    >>> curve = pd.DataFrame({"avoided_tco2eq": [5e3], "eur_per_tco2eq": [-20.0]}, index=["sole"])
    >>> "sole: 5,0 kt, −20 €/t" in str(abatement_chart(curve))
    True
    """
    mine = curve[curve["avoided_tco2eq"] > 0]
    if mine.empty:
        raise InputError("abatement chart", ["no measure avoids anything"])
    figures = Figures(lang)
    height = max(HEIGHT, TITLE + FOOT + ROW * (len(mine) + 1))
    known = mine["eur_per_tco2eq"].dropna()
    across = Scale(0, float(mine["avoided_tco2eq"].sum()) / KILO, AXIS, AXIS + PLOT)
    up = Scale(*_range(known), height - FOOT, TITLE + ROW)
    bars, rows, done, list_at = [], [], 0.0, AXIS + PLOT + PRICE + 12
    width = WIDTH
    for number, (name, row) in enumerate(mine.iterrows(), start=1):
        kilo, cost = float(row["avoided_tco2eq"]) / KILO, float(row["eur_per_tco2eq"])
        label = str((labels or {}).get(str(name), name))
        width = max(width, list_at + LETTER * len(label))
        price = f"{signed(cost, figures)} €/t" if math.isfinite(cost) else WORDS[lang]["unknown"]
        told = escape(f"{label}: {figures.number(kilo, 1)} kt, {price}")
        bars.append(_bar(number, across.at(done), across.at(done + kilo), cost, up, told))
        y = TITLE + ROW * number
        shown = price if math.isfinite(cost) else DASH
        rows.append(
            f'<text class="e s" x="{AXIS + PLOT + 44}" y="{y}">{number}</text>'
            f'<text class="e" x="{AXIS + PLOT + PRICE}" y="{y}">{shown}</text>'
            f'<text class="l" x="{list_at}" y="{y}">{escape(label)}</text>'
        )
        done += kilo
    axes = _grid(up, AXIS, AXIS + PLOT, figures) + _ticks(across, height - FOOT, figures)
    axes += f'<text class="s" x="4" y="{TITLE + 4}">{WORDS[lang]["y"]}</text>'
    axes += f'<text class="s m" x="{AXIS + PLOT / 2}" y="{height - 4}">{WORDS[lang]["x"]}</text>'
    return picture(axes + "".join(bars) + "".join(rows), width, height, title)


def targets_chart(evaluated: pd.DataFrame, *, title: str = "", lang: str = "it") -> Picture:
    """Draw each target of a set over the years: the value as a line, what is required dashed.

    Parameters
    ----------
    evaluated : pd.DataFrame
        Rows of ``leb.evaluate`` for several years, with a column ``year``: target, indicator, value,
        required, unit, label_it, label_en.
    title : str
        Over the picture.
    lang : str
        ``"it"`` or ``"en"``.

    Returns
    -------
    Picture
        Accessible SVG, one panel for each target, values written where lines end.

    Raises
    ------
    InputError
        There are fewer than two years.
    """
    if evaluated["year"].nunique() < 2:
        raise InputError("targets chart", ["two years or more are needed for a line"])
    energy = evaluated.loc[evaluated["unit"] == "MWh", "value"]
    figures = Figures(lang, unit_for(float(energy.max())) if len(energy) else "GWh")
    names = {str(one): _wrapped(str(one)) for one in evaluated[f"label_{lang}"]}
    head = TITLE + LINE_HEIGHT * (max(map(len, names.values())) - 1)
    panels = [
        _name(names[str(rows[f"label_{lang}"].iloc[-1])], number * (PANEL + GAP))
        + _panel(rows.sort_values("year"), number * (PANEL + GAP), head, figures, lang)
        for number, (_, rows) in enumerate(evaluated.groupby("target", sort=False))
    ]
    return picture("".join(panels), len(panels) * (PANEL + GAP), head + TALL + 2 * FOOT, title)


def _wrapped(name: str) -> list[str]:
    """Break a name into lines that its panel has room for, between words."""
    return textwrap.wrap(name, PANEL // BOLD_LETTER) or [name]


def _name(lines: list[str], left: float) -> str:
    return "".join(
        f'<text class="b" x="{left}" y="{TITLE + 16 + LINE_HEIGHT * at}">{escape(line)}</text>'
        for at, line in enumerate(lines)
    )


def _panel(rows: pd.DataFrame, left: float, head: float, figures: Figures, lang: str) -> str:
    first, last = rows.iloc[0], rows.iloc[-1]
    unit, required = str(last["unit"]), float(last["required"])
    top = max(float(rows["value"].max()), required)
    up = Scale(0, top + top / 10, head + FOOT + TALL, head + FOOT)
    across = Scale(float(first["year"]), float(last["year"]), left + 4, left + PANEL - 4)
    points = [
        (across.at(float(year)), up.at(float(value)))
        for year, value in zip(rows["year"], rows["value"], strict=True)
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    goal = up.at(required)
    texts = [figures.quantity(float(one), unit) for one in (first["value"], last["value"], required)]
    told = escape(f"{last[f'label_{lang}']}: {first['year']} {texts[0]}, {last['year']} {texts[1]}")
    # what is required is written where the line is not: under it where the line falls, else over it
    falls = points[-1][1] > points[0][1]
    drop = points[-1][1] - points[0][1]
    # over the line, clear of its slope; under it where the target is met by falling
    over = 10.0 if not falls else -ROW if points[-1][1] >= goal else 12 + drop / 2
    goal_y = goal + 17 if falls else goal - 7
    return (
        f"<g><title>{told}</title>"
        f'<line x1="{left}" x2="{left + PANEL}" y1="{up.at(0):.1f}" y2="{up.at(0):.1f}" stroke="{GRID}"/>'
        f'<line x1="{left}" x2="{left + PANEL}" y1="{goal:.1f}" y2="{goal:.1f}" stroke="{GOAL}"'
        f' stroke-width="1.5" stroke-dasharray="6 4"/>'
        f'<text class="s" x="{left + 4}" y="{goal_y:.1f}">{WORDS[lang]["goal"]} {texts[2]}</text>'
        f'<polyline points="{path}" fill="none" stroke="{LINE}" stroke-width="2.5"/>'
        + "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{LINE}"/>' for x, y in points)
        + _end(points[0], texts[0], "", 10 if falls else 20)
        + _end(points[-1], texts[1], "e", over)
        + f'<text class="s" x="{left}" y="{up.at(0) + 18:.1f}">{first["year"]}</text>'
        f'<text class="s e" x="{left + PANEL}" y="{up.at(0) + 18:.1f}">{last["year"]}</text></g>'
    )


def _end(point: tuple[float, float], text: str, side: str, over: float) -> str:
    """Write the value of a point over it, or under it where ``over`` is negative."""
    x, y = point
    return f'<text class="b {side}" x="{x:.1f}" y="{y - over:.1f}">{escape(text)}</text>'


def _bar(number: int, left: float, right: float, cost: float, up: Scale, told: str) -> str:
    known = math.isfinite(cost)
    zero, top = up.at(0), up.at(cost if known else 0)
    fill = UNKNOWN if not known else SAVES if cost < 0 else COSTS
    # even what costs nothing, and what is not known, has a height that is seen
    y, height = min(zero, top), max(abs(zero - top), 3)
    label = ""
    if right - left >= NARROW:
        at = y + height + 13 if known and cost < 0 else y - 5
        label = f'<text class="s m" x="{(left + right) / 2:.1f}" y="{at:.1f}">{number}</text>'
    return (
        f'<g><title>{told}</title><rect x="{left:.1f}" y="{y:.1f}" width="{right - left:.1f}"'
        f' height="{height:.1f}" fill="{fill}" stroke="#fff" stroke-width="0.8"/>{label}</g>'
    )


def _range(known: pd.Series) -> tuple[float, float]:
    low, high = min(float(known.min()), 0.0), max(float(known.max()), 0.0)
    if not len(known) or high - low == 0:
        return 0.0, 1.0
    return low, high


def _step(span: float) -> float:
    """Return a round distance between the lines of an axis, four to eight of them."""
    power = 10.0 ** math.floor(math.log10(span / 4))
    return next(power * step for step in STEPS if span / (power * step) <= 8)


def round_values(scale: Scale) -> list[float]:
    """Return round values along a scale, where lines stand."""
    step = _step(scale.high - scale.low)
    first, last = math.ceil(scale.low / step), math.floor(scale.high / step)
    return [step * count for count in range(first, last + 1)]


def _grid(up: Scale, left: float, right: float, figures: Figures) -> str:
    return "".join(
        f'<line x1="{left}" x2="{right}" y1="{up.at(value):.1f}" y2="{up.at(value):.1f}"'
        f' stroke="{INK if value == 0 else GRID}"/>'
        f'<text class="s e" x="{left - 8}" y="{up.at(value) + 4:.1f}">{signed(value, figures)}</text>'
        for value in round_values(up)
    )


def _ticks(across: Scale, y: float, figures: Figures) -> str:
    return "".join(
        f'<text class="s m" x="{across.at(value):.1f}" y="{y + 18}">{figures.number(value)}</text>'
        for value in round_values(across)
    )


def signed(value: float, figures: Figures) -> str:
    """Write a number with a true minus; what is none is a dash."""
    if not math.isfinite(value):
        return DASH
    return figures.number(value).replace("-", "−")


def picture(body: str, width: float, height: float, title: str) -> Picture:
    """Put parts of a picture into one SVG with a title."""
    label = escape(title)
    return Picture(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" viewBox="0 0 {width} {height}" role="img"'
        f' style="max-width:100%;height:auto" aria-label="{label}"><title>{label}</title>'
        f'<style>{STYLE}</style><text class="t" x="4" y="24">{label}</text>{body}</svg>'
    )
