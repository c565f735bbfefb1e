"""What the map shows, as plain values a browser can draw: outlines, figures in words, classes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from babel.numbers import format_decimal

from leb_kit.balance import Territory
from leb_kit.errors import InputError, did_you_mean
from leb_kit.reference.boundaries import boundaries
from leb_kit.reference.mapping import Frame, class_edges, class_of
from leb_kit.scenarios.texts import LOCALES
from leb_kit.widgets.map_texts import MAP
from leb_kit.widgets.texts import LANGUAGES

#: Shades of the style sheet, from little to much.
SHADES: Final = 5
#: Shade of a territory without a figure.
NO_SHADE: Final = -1
#: Pixels of the drawing; the page scales it.
WIDTH, HEIGHT = 1000, 900

State = dict[str, Any]


def require_outlines(codes: Sequence[str]) -> None:
    """Refuse territories of which no outline is shipped.

    Raises
    ------
    InputError
        Every unknown territory at once, or none is given.
    """
    known = boundaries()
    faults = [
        f"no outline of '{code}' is shipped.{did_you_mean(code, known)}"
        for code in codes
        if code not in known
    ]
    if faults or not codes:
        raise InputError("map", faults or ["no territory is given"])


def outlines_state(codes: Sequence[str]) -> State:
    """Prepare the outlines: path, middle and name of each territory, and the size of the drawing.

    Returns
    -------
    dict
        ``areas`` (code, d, x, y, it, en) and ``size`` (width, height in pixels).
    """
    known = boundaries()
    rings = [ring for code in codes for ring in known[code]]
    frame = Frame.around(rings, width=WIDTH, height=HEIGHT)
    areas = []
    for code in codes:
        x, y = frame.middle(known[code])
        place = Territory.known(code)
        names = {lang: place.name(lang) for lang in LANGUAGES}
        areas.append({"code": code, "d": "".join(map(frame.path, known[code])), "x": x, "y": y, **names})
    return {"areas": areas, "size": [frame.width, frame.height]}


def figures_state(values: Mapping[str, float], unit: str, decimals: int) -> State:
    """Prepare the figures: shade, rank and words of each territory, and the classes of the legend.

    Returns
    -------
    dict
        ``figures`` by code (shade, rank, it, en) and ``classes`` (shade, count, it, en).
    """
    known = {code: value for code, value in values.items() if math.isfinite(value)}
    edges = class_edges(list(known.values()), SHADES)
    ordered = sorted(known, key=lambda code: -known[code])
    # equal figures have one rank
    ranks: dict[str, int] = {}
    for at, code in enumerate(ordered):
        equal = at > 0 and known[code] == known[ordered[at - 1]]
        ranks[code] = ranks[ordered[at - 1]] if equal else at + 1
    figures = {
        code: {
            "shade": class_of(value, edges, SHADES) if code in known else NO_SHADE,
            "rank": ranks.get(code, 0),
            **{lang: _told(value, unit, decimals, lang) for lang in LANGUAGES},
        }
        for code, value in values.items()
    }
    return {"figures": figures, "classes": _classes(figures, edges, unit, decimals)}


def _classes(figures: State, edges: list[float], unit: str, decimals: int) -> list[State]:
    pairs = list(zip(edges[:-1] or edges, edges[1:] or edges, strict=True))
    out = []
    for at, (low, high) in enumerate(pairs):
        shade = SHADES - len(pairs) + at
        words = {
            lang: MAP[lang]["range"].format(
                low=_number(low, decimals, lang), high=_told(high, unit, decimals, lang)
            )
            for lang in LANGUAGES
        }
        out.append({"shade": shade, "count": _count(figures, shade), **words})
    if missing := _count(figures, NO_SHADE):
        words = {lang: MAP[lang]["missing"] for lang in LANGUAGES}
        out.append({"shade": NO_SHADE, "count": missing, **words})
    return out


def _count(figures: State, shade: int) -> int:
    return sum(one["shade"] == shade for one in figures.values())


def _told(value: float, unit: str, decimals: int, lang: str) -> str:
    if not math.isfinite(value):
        return MAP[lang]["missing"]
    return f"{_number(value, decimals, lang)} {unit}".strip()


def _number(value: float, decimals: int, lang: str) -> str:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=LOCALES[lang])
