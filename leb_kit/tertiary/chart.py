"""Pictures of an estate: energy signatures, and indicators beside their benchmarks. SVG without scripts."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from math import floor, log10
from typing import Any, Final

import pandas as pd
from babel.numbers import format_decimal

from leb_kit.errors import InputError, did_you_mean
from leb_kit.reference import catalog
from leb_kit.tertiary.estate import Estate
from leb_kit.tertiary.signature import monthly_heat, signature
from leb_kit.tertiary.use import Use

LOCALES: Final = {"it": "it_IT", "en": "en_GB"}
WORDS: Final = {
    "it": {
        "signature": "Firma energetica: calore del mese e gradi giorno",
        "x": "in orizzontale gradi giorno del mese", "y": "in verticale MWh al mese",
        "heating": "riscaldamento {share} %",
        "fit": "r² {r2}", "good": "buono", "poor": "da migliorare", "usual": "nella norma",
        "outlier": "fuori scala", "missing": "anno incompleto",
    },
    "en": {
        "signature": "Energy signature: heat of a month and degree days",
        "x": "across: degree days of the month", "y": "upwards: MWh a month",
        "heating": "heating {share} %",
        "fit": "r² {r2}", "good": "good", "poor": "poor", "usual": "usual",
        "outlier": "outlier", "missing": "incomplete year",
    },
}  # fmt: skip
INK, GREY, GRID, PAPER = "#1f2a37", "#56616e", "#e3e8ee", "#ffffff"
YEARS: Final = ("#4b93cf", "#e08a2e", "#5a9a58", "#9a7aa8", "#8f6b52", "#3da594")
MARKS: Final = {"good": "#3f8f5b", "usual": "#d9a21b", "poor": "#c4513f", "": "#7b8794"}
STYLE: Final = (
    f"text{{font:12px system-ui,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;fill:{INK};"
    f"paint-order:stroke;stroke:{PAPER};stroke-width:3px;stroke-linejoin:round}}"
    f".s{{font-size:11px;fill:{GREY}}}.h{{font-size:15px;font-weight:600}}.b{{font-weight:600}}"
)
PANEL, GAP, PLOT = 236, 24, 168  # width of a panel, between panels, height of its plot
ROW = 26  # height of a bar and the space below it


@dataclass(frozen=True, repr=False)
class Chart:
    """A picture as SVG text; it shows itself in a notebook. ``str(chart)`` is what goes into a file."""

    title: str
    svg: str

    def __str__(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"Chart({self.title})"

    def _repr_html_(self) -> str:
        return self.svg


def signature_chart(use: Use, degree_days: pd.Series, *, lang: str = "it", in_row: int = 3) -> Chart:
    """Draw the energy signature of every building: its months, and the line that base and cold give.

    Parameters
    ----------
    use : Use
        What was used; bills of a month or less.
    degree_days : pd.Series
        °C·day by day or month, as for ``signature``.
    lang : str
        ``"it"`` or ``"en"``.
    in_row : int
        Panels side by side.

    Returns
    -------
    Chart
        One panel per building, each with its own scale.

    Examples
    --------
    >>> from leb_kit.examples import cambridge, cambridge_degree_days
    >>> from leb_kit.tertiary import metered
    >>> signature_chart(metered(cambridge()), cambridge_degree_days(), lang="en")
    Chart(Energy signature: heat of a month and degree days)
    """
    words = _words(lang)
    fits = signature(use, degree_days)
    if fits.empty:
        fault = "no building has three whole months of fuels or heat, billed and with degree days"
        raise InputError("signature chart", [fault])
    points = monthly_heat(use, degree_days)
    names = _names(use.estate)
    widest = float(points["degree_days"].max()) or 1.0
    years = sorted(points["year"].unique())
    ink = {year: YEARS[at % len(YEARS)] for at, year in enumerate(years)}
    parts = []
    for at, fit in enumerate(fits.itertuples()):
        left = 46 + at % in_row * (PANEL + GAP)
        top = 112 + at // in_row * (PLOT + 92)
        mine = points[points["building"] == fit.building]
        parts.append(_panel(fit, mine, _Frame(left, top, widest, lang), ink, names[fit.building]))
    rows = -(-len(fits) // in_row)
    width = 46 + min(len(fits), in_row) * (PANEL + GAP)
    legend = "".join(
        f'<circle cx="{52 + 64 * at}" cy="46" r="4.5" fill="{ink[year]}" fill-opacity=".85"/>'
        f'<text class="s" x="{61 + 64 * at}" y="50">{year}</text>'
        for at, year in enumerate(years)
    )
    axes = f'<text class="s" x="{61 + 64 * len(years)}" y="50">{words["y"]} · {words["x"]}</text>'
    height = 112 + rows * (PLOT + 92) - 62
    return _chart(words["signature"], width, height, legend + axes + "".join(parts))


@dataclass(frozen=True)
class _Frame:
    """Where a panel stands, and what its horizontal axis reaches."""

    left: int
    top: int
    widest: float
    lang: str

    @property
    def bottom(self) -> int:
        return self.top + PLOT

    def across(self, value: float) -> float:
        return self.left + (PANEL - 34) * value / self.widest


def _panel(fit: Any, points: pd.DataFrame, frame: _Frame, ink: dict[int, str], name: str) -> str:
    """Draw one building: grid, months, line, and what the line says."""
    slope = fit.slope_mwh_per_degree_day
    without_frost = fit.base_mwh_per_day * float(points["days"].mean())
    coldest = without_frost + slope * frame.widest
    ceiling = _round_up(max(float(points["energy_mwh"].max()), coldest))

    def up(value: float) -> float:
        return frame.bottom - PLOT * value / ceiling

    out = [_grid(frame, ceiling)]
    ends = [(0.0, max(without_frost, 0.0)), (frame.widest, coldest)]
    line = " ".join(f"{frame.across(x):.1f},{up(y):.1f}" for x, y in ends)
    out.append(f'<polyline points="{line}" fill="none" stroke="{INK}" stroke-width="1.5" opacity=".65"/>')
    out += [
        f'<circle cx="{frame.across(month.degree_days):.1f}" cy="{up(month.energy_mwh):.1f}" r="4.5"'
        f' fill="{ink[month.year]}" fill-opacity=".85" stroke="{PAPER}"/>'
        for month in points.itertuples()
    ]
    words = _words(frame.lang)
    share = words["heating"].format(share=_number(100 * fit.heating_share, frame.lang))
    told = f"{share} · {words['fit'].format(r2=_number(fit.r2, frame.lang, 2))}"
    out.append(f'<text class="b" x="{frame.left}" y="{frame.top - 22}">{escape(name)}</text>')
    out.append(f'<text class="s" x="{frame.left}" y="{frame.top - 7}">{told}</text>')
    return "".join(out)


def _grid(frame: _Frame, ceiling: float) -> str:
    """Draw three heights and the degree days below."""
    out = ""
    right = frame.across(frame.widest)
    for part in range(3):
        y = frame.bottom - PLOT * part / 2
        told = _number(ceiling * part / 2, frame.lang)
        out += f'<line x1="{frame.left}" x2="{right:.1f}" y1="{y:.1f}" y2="{y:.1f}" stroke="{GRID}"/>'
        out += f'<text class="s" x="{frame.left - 6}" y="{y + 4:.1f}" text-anchor="end">{told}</text>'
    for value in range(0, int(frame.widest) + 1, 200):
        x = frame.across(value)
        out += f'<text class="s" x="{x:.1f}" y="{frame.bottom + 16}" text-anchor="middle">{value}</text>'
    return out


def benchmark_chart(
    table: pd.DataFrame,
    public_indicator: str,
    estate: Estate,
    *,
    year: int | None = None,
    lang: str = "it",
) -> Chart:
    """Draw one indicator of every building, largest first in each class, beside its benchmarks.

    Parameters
    ----------
    table : pd.DataFrame
        As ``indicators`` gives it.
    public_indicator : str
        Which one, for example ``"heat_per_volume_degree_day"``.
    estate : Estate
        For the names of buildings.
    year : int, optional
        Which year; default: the last one.
    lang : str
        ``"it"`` or ``"en"``.

    Returns
    -------
    Chart
        A bar per building in the colour of its mark; ticks at good and poor; a ring where it is an
        outlier. Corrected values where there are, else raw ones.

    Raises
    ------
    InputError
        No building has this indicator.
    """
    words = _words(lang)
    rows = table[table["public_indicator"] == public_indicator]
    year = int(rows["year"].max()) if year is None and len(rows) else year
    rows = rows[rows["year"] == year]
    if rows.empty:
        known = sorted(table["public_indicator"].unique())
        told = ", ".join(known) or "none"
        hint = did_you_mean(public_indicator, known)
        when = "" if year is None else f" in {year}"
        raise InputError("benchmark chart", [f"no '{public_indicator}'{when}; there are {told}.{hint}"])
    shown = rows["corrected"].fillna(rows["value"])
    rows = rows.assign(shown=shown).sort_values(["use_class", "shown"], ascending=[True, False])
    label = catalog.label("public_indicator", public_indicator, lang)
    unit = (
        rows["unit"]
        .iloc[0]
        .replace("m3", "m³")
        .replace("m2", "m²")
        .replace("HDD", "GG" if lang == "it" else "HDD")
    )
    names = _names(estate)
    scale = max(float(rows[["shown", "poor"]].max().max()), 1e-9)
    parts, top = [_legend(rows, words)], 78
    for use_class, mine in rows.groupby("use_class", sort=True):
        heading = escape(catalog.label("use_class", str(use_class), lang))
        parts.append(f'<text class="b" x="24" y="{top}">{heading}</text>')
        top += 12
        # benchmarks lie behind the bars, so that their numbers stay readable
        parts.append(_ticks(mine.iloc[0], top, top + ROW * len(mine), scale, lang))
        for row in mine.itertuples():
            parts.append(_bar(row, top, scale, names[row.building], lang))
            top += ROW
        top += 34
    return _chart(f"{label}, {unit}, {year}", 900, top - 10, "".join(parts))


def _bar(row: Any, top: int, scale: float, name: str, lang: str) -> str:
    words = _words(lang)
    out = f'<text x="228" y="{top + 15}" text-anchor="end">{escape(name)}</text>'
    if pd.isna(row.shown):
        return out + f'<text class="s" x="240" y="{top + 15}">{words["missing"]}</text>'
    end = 240 + 540 * row.shown / scale
    out += (
        f'<rect x="240" y="{top + 3}" width="{end - 240:.1f}" height="16" rx="3" fill="{MARKS[row.mark]}"'
        ' fill-opacity=".82"/>'
    )
    told = _number(row.shown, lang, 1)
    if row.outlier:
        out += f'<circle cx="{end:.1f}" cy="{top + 11}" r="7" fill="none" stroke="{INK}" stroke-width="1.6"/>'
        told += f" · {words['outlier']}"
    return out + f'<text class="s" x="{end + 12:.1f}" y="{top + 15}">{told}</text>'


def _ticks(row: pd.Series, start: int, end: int, scale: float, lang: str) -> str:
    out = ""
    for name in ("good", "poor"):
        if pd.notna(row[name]):
            x = 240 + 540 * float(row[name]) / scale
            out += (
                f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{start - 2}" y2="{end + 2}" stroke="{INK}"'
                f' stroke-dasharray="3 3"/><text class="s" x="{x:.1f}" y="{end + 14}" text-anchor="middle">'
                f"{_number(float(row[name]), lang, 1)}</text>"
            )
    return out


def _legend(rows: pd.DataFrame, words: dict[str, str]) -> str:
    out, left = "", 24
    for mark in [one for one in ("good", "usual", "poor") if (rows["mark"] == one).any()]:
        out += (
            f'<rect x="{left}" y="42" width="12" height="12" rx="3" fill="{MARKS[mark]}" fill-opacity=".82"/>'
        )
        out += f'<text class="s" x="{left + 18}" y="52">{words[mark]}</text>'
        left += 118
    return out


def _chart(title: str, width: int, height: int, body: str) -> Chart:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        f' style="max-width:{width}px;width:100%;background:{PAPER}"><title>{escape(title)}</title>'
        f'<style>{STYLE}</style><rect width="{width}" height="{height}" fill="{PAPER}"/>'
        f'<text class="h" x="24" y="26">{escape(title)}</text>{body}</svg>'
    )
    return Chart(title, svg)


def _names(estate: Estate) -> dict[str, str]:
    return dict(zip(estate.buildings["building"], estate.buildings["label"], strict=True))


def _words(lang: str) -> dict[str, str]:
    if lang not in WORDS:
        raise InputError("chart", [f"unknown language '{lang}'; one of {', '.join(WORDS)}"])
    return WORDS[lang]


def _number(value: float, lang: str, decimals: int = 0) -> str:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text: str = format_decimal(value, format=pattern, locale=LOCALES[lang])
    return text


def _round_up(value: float) -> float:
    """Return the next round number, for the top of a scale."""
    tenth = 10.0 ** floor(log10(value)) / 10
    steps = (10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100)
    return next((step * tenth for step in steps if step * tenth >= value), 100 * tenth)
