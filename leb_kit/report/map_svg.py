"""A map of territories coloured by a figure: SVG without scripts, for documents and notebooks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import pandas as pd

from leb_kit.balance import Territory
from leb_kit.errors import InputError, did_you_mean
from leb_kit.reference.boundaries import boundaries
from leb_kit.reference.mapping import Frame, class_edges, class_of
from leb_kit.report.figures import Figures

#: From little to much; one hue, so that it reads in grey too.
SHADES = ("#e4eff0", "#b3d2d6", "#79aeb7", "#3f8296", "#14526e")
UNKNOWN, BORDER, INK = "#d9d9d6", "#ffffff", "#1f2a37"
WIDTH, HEIGHT, MARGIN, TITLE, LEGEND = 900, 720, 12, 40, 210
KEY, STEP = 18, 26  # side of a key of the legend, and from one to the next
WORDS = {"it": ("nessun dato", "{n} territori"), "en": ("no figure", "{n} territories")}
STYLE = (
    f"text{{font:15px system-ui,'Segoe UI',Roboto,Arial,sans-serif;fill:{INK}}}"
    ".t{font-size:19px;font-weight:600}"
)


@dataclass(frozen=True, repr=False)
class Picture:
    """A still picture; notebooks show it, ``str`` is its SVG."""

    svg: str

    def __repr__(self) -> str:
        """Return its size; the SVG itself is long."""
        return f"Picture({len(self.svg):,} characters of SVG)"

    def __str__(self) -> str:
        """Return the SVG."""
        return self.svg

    def _repr_svg_(self) -> str:
        return self.svg


def territory_map(
    values: Mapping[str, float] | pd.Series,
    *,
    title: str = "",
    unit: str = "",
    lang: str = "it",
    decimals: int = 1,
) -> Picture:
    """Colour territories by a figure, in classes of equal number.

    Parameters
    ----------
    values : Mapping or pd.Series
        Code of the territory → figure, for example a column of ``compare_territories``; NaN = not known.
        Outlines ship for the municipalities of Torino and the provinces of Piemonte.
    title, unit : str
        What the figure is, and its unit.
    lang : str
        ``"it"`` or ``"en"``: number format and words.
    decimals : int
        Of the figures.

    Returns
    -------
    Picture
        Accessible SVG: a title, and name and figure of each territory.

    Raises
    ------
    InputError
        No outline is known for a territory, or nothing is to be drawn.

    Examples
    --------
    >>> picture = territory_map({"001": 1.0, "004": 2.5}, title="Prova", unit="MWh")
    >>> "Provincia di Cuneo: 2,5 MWh" in str(picture)
    True
    """
    figures = {str(code): float(value) for code, value in values.items()}
    outlines = boundaries()
    faults = [
        f"no outline of '{code}' is shipped.{did_you_mean(code, outlines)}"
        for code in figures
        if code not in outlines
    ]
    if faults or not figures:
        raise InputError("map", faults or ["no territory is given"])
    known = [value for value in figures.values() if math.isfinite(value)]
    edges = class_edges(known, len(SHADES))
    rings = [ring for code in figures for ring in outlines[code]]
    frame = Frame.around(rings, width=WIDTH - 2 * MARGIN, height=HEIGHT)
    width = frame.width + 2 * MARGIN
    height = max(frame.height + TITLE + MARGIN, TITLE + (len(SHADES) + 2) * STEP)
    numbers = Figures(lang)
    shapes = []
    for code, value in figures.items():
        told = f"{numbers.number(value, decimals)} {unit}".strip() if math.isfinite(value) else WORDS[lang][0]
        name = escape(f"{Territory.known(code).name(lang)}: {told}")
        fill = SHADES[class_of(value, edges, len(SHADES))] if math.isfinite(value) else UNKNOWN
        path = "".join(frame.path(ring, left=MARGIN, top=TITLE) for ring in outlines[code])
        shapes.append(f'<path fill="{fill}" d="{path}"><title>{name}</title></path>')
    legend = _legend(
        width + MARGIN, edges, unit, numbers, decimals, missing=len(known) < len(figures), lang=lang
    )
    label = escape(title or WORDS[lang][1].format(n=len(figures)))
    return Picture(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width + LEGEND}"'
        f' viewBox="0 0 {width + LEGEND} {height}" role="img"'
        f' style="max-width:100%;height:auto" aria-label="{label}"><title>{label}</title>'
        f'<style>{STYLE}</style><text class="t" x="{MARGIN}" y="{TITLE - MARGIN}">{label}</text>'
        f'<g stroke="{BORDER}" stroke-width="1" fill-rule="evenodd">{"".join(shapes)}</g>{legend}</svg>'
    )


def _legend(
    left: int, edges: list[float], unit: str, numbers: Figures, decimals: int, *, missing: bool, lang: str
) -> str:
    rows = []
    for at, (low, high) in enumerate(zip(edges[:-1] or edges, edges[1:] or edges, strict=True)):
        text = f"{numbers.number(low, decimals)} – {numbers.number(high, decimals)}"
        rows.append((SHADES[class_of(low, edges, len(SHADES))] if len(edges) > 1 else SHADES[-1], text, at))
    if missing:
        rows.append((UNKNOWN, WORDS[lang][0], len(rows)))
    keys = "".join(
        f'<rect x="{left}" y="{TITLE + STEP * (at + 1)}" width="{KEY}" height="{KEY}" fill="{shade}"/>'
        f'<text x="{left + STEP}" y="{TITLE + STEP * (at + 1) + KEY - 4}">{text}</text>'
        for shade, text, at in rows
    )
    return f'<text x="{left}" y="{TITLE + KEY - 4}">{escape(unit)}</text>{keys}'
