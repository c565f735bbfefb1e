"""Amounts that add up, year by year or case by case, as stacked columns. SVG without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import pandas as pd

from leb_kit.errors import InputError
from leb_kit.reference import catalog
from leb_kit.report.figures import Figures
from leb_kit.report.map_svg import INK, Picture
from leb_kit.report.scenario_svg import GRID, Scale, picture, round_values, signed

#: Columns of the picture, and where its parts stand.
WIDTH, HEIGHT, TITLE, AXIS, FOOT, PLOT, LEGEND = 904, 380, 52, 70, 36, 560, 24
#: Part of the width of a column that is filled; parts lower than this have no number inside.
FILLED, LOW, INSIDE = 5 / 8, 15, 4
ROW = 22


def stack_chart(
    table: pd.DataFrame,
    *,
    colors: Mapping[str, str],
    unit: str,
    title: str = "",
    lang: str = "it",
    decimals: int = 0,
) -> Picture:
    """Draw columns of parts that add up; what is below zero hangs under the line.

    Parameters
    ----------
    table : pd.DataFrame
        One row for each column of the picture (its index is what stands below it), one column for each part
        (its name is what the legend says), all in one unit.
    colors : Mapping[str, str]
        Part → a group of ``colors.csv`` (``"natural_gas"``) or a colour (``"#e9a23b"``).
    unit : str
        Unit of the numbers.
    title : str
        Over the picture.
    lang : str
        ``"it"`` or ``"en"``.
    decimals : int
        Of the numbers inside the columns.

    Returns
    -------
    Picture
        Accessible SVG: each part says its name, its column and its value.

    Raises
    ------
    InputError
        No rows, a number that is none, or a part without a colour.

    Examples
    --------
    >>> table = pd.DataFrame({"Gas": [30.0, 10.0], "Sole": [0.0, 15.0]}, index=[2030, 2050])
    >>> chart = stack_chart(table, colors={"Gas": "natural_gas", "Sole": "solar"}, unit="GWh")
    >>> "Gas, 2030: 30 GWh" in str(chart)
    True
    """
    paint = _paint(table, colors)
    figures = Figures(lang)
    low, high = table.clip(upper=0).sum(axis=1).min(), table.clip(lower=0).sum(axis=1).max()
    up = Scale(float(low), float(high) or 1.0, HEIGHT - FOOT, TITLE + ROW)
    body = [_grid(up, figures), f'<text class="s" x="4" y="{TITLE + 2}">{escape(unit)}</text>']
    width = PLOT / len(table)
    for place, (name, row) in enumerate(table.iterrows()):
        left = AXIS + width * (place + (1 - FILLED) / 2)
        ends = {True: 0.0, False: 0.0}
        for part, value in row.items():
            below = value < 0
            start, ends[below] = ends[below], ends[below] + float(value)
            said = f"{part}, {name}: {figures.number(float(value), decimals)} {unit}"
            top, height = min(up.at(start), up.at(ends[below])), abs(up.at(start) - up.at(ends[below]))
            if height > 0:
                number = figures.number(float(value), decimals) if height >= LOW else ""
                body.append(_part(left, width * FILLED, (top, height), paint[str(part)], said, number))
        middle = left + width * FILLED / 2
        total = figures.number(float(row.sum()), decimals)
        body.append(f'<text class="b m" x="{middle:.1f}" y="{up.at(ends[False]) - 6:.1f}">{total}</text>')
        body.append(f'<text class="m" x="{middle:.1f}" y="{HEIGHT - FOOT + 20}">{escape(str(name))}</text>')
    return picture("".join(body) + _legend(table, paint), WIDTH, HEIGHT, title)


def _paint(table: pd.DataFrame, colors: Mapping[str, str]) -> dict[str, str]:
    if table.empty or not len(table.columns):
        raise InputError("stack chart", ["no rows to draw; one row for each column is expected"])
    groups = dict(catalog.table("colors")[["group", "color_hex"]].itertuples(index=False))
    faults = [f"part '{part}' has no colour" for part in table if str(part) not in colors]
    faults += [
        f"row '{row}', part '{part}': found {value}, a number is expected"
        for part, column in table.items()
        for row, value in column[column.isna()].items()
    ]
    if faults:
        raise InputError("stack chart", faults)
    return {str(part): str(groups.get(colors[str(part)], colors[str(part)])) for part in table}


def _part(left: float, width: float, span: tuple[float, float], fill: str, said: str, number: str) -> str:
    top, height = span
    inside = ""
    if number:
        middle, base = left + width / 2, top + height / 2 + INSIDE
        inside = f'<text class="s m" x="{middle:.1f}" y="{base:.1f}" style="fill:#1b2733">{number}</text>'
    return (
        f'<g><title>{escape(said)}</title><rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}"'
        f' height="{height:.1f}" fill="{fill}" stroke="#fff" stroke-width="0.8"/>{inside}</g>'
    )


def _legend(table: pd.DataFrame, paint: Mapping[str, str]) -> str:
    """Name the parts beside the columns, the topmost first."""
    shown = [str(part) for part in reversed(list(table)) if table[part].abs().sum() > 0]
    x = AXIS + PLOT + LEGEND
    return "".join(
        f'<rect x="{x}" y="{TITLE + ROW * place - 11 + ROW}" width="14" height="14" rx="2"'
        f' fill="{paint[part]}"/><text x="{x + ROW}" y="{TITLE + ROW * (place + 1)}">{escape(part)}</text>'
        for place, part in enumerate(shown)
    )


def _grid(up: Scale, figures: Figures) -> str:
    lines = []
    for value in round_values(up):
        y = up.at(value)
        stroke = INK if value == 0 else GRID
        lines.append(
            f'<line x1="{AXIS}" x2="{AXIS + PLOT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{stroke}"/>'
            f'<text class="s e" x="{AXIS - 8}" y="{y + 4:.1f}">{signed(value, figures)}</text>'
        )
    return "".join(lines)
