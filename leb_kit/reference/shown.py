"""How objects are shown in a notebook: sentences as paragraphs, small tables that a person can read.

Language and number format are those of ``errors.set_language``. Tables for work are those of the objects.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from leb_kit.errors import language, say
from leb_kit.reference import catalog

#: From here on an amount is told in the thousandfold (energy) or millionfold (cost) unit.
_MANY_MWH = 10_000
_MANY_EUR = 1_000_000
#: Below this a capacity is told to the kW.
_FEW_MW = 10


class Prose(str):
    r"""Sentences that a notebook sets as paragraphs and lists; everywhere else they are text.

    Lines that begin with a dash are items of a list.

    Examples
    --------
    >>> Prose("Two reasons:\n- cost\n- <space>")._repr_html_()
    '<p>Two reasons:</p><ul><li>cost</li><li>&lt;space&gt;</li></ul>'
    """

    __slots__ = ()

    def _repr_html_(self) -> str:
        out: list[str] = []
        for line in filter(None, self.splitlines()):
            item = line.startswith("- ")
            told = html.escape(line[2:] if item else line)
            out.append(f"<li>{told}</li>" if item else f"<p>{told}</p>")
        whole = "".join(out).replace("</p><li>", "</p><ul><li>").replace("</li><p>", "</li></ul><p>")
        whole = f"<ul>{whole}" if whole.startswith("<li>") else whole
        return f"{whole}</ul>" if whole.endswith("</li>") else whole


def number(value: float, decimals: int = 0) -> str:
    """Return a number as people write it; what has no end says so, what is unknown is a dash.

    Examples
    --------
    >>> number(-12345.678, 1), number(0.01, 1), number(float("inf"))
    ('−12,345.7', '0', 'no limit')
    """
    from babel.numbers import format_decimal  # not needed to compute anything

    if not np.isfinite(value):
        return "–" if np.isnan(value) else say("no limit")
    rounded = round(float(value), decimals)
    if rounded == 0:
        return "0"
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(rounded, pattern, locale=language())).replace("-", "−")


def column(values: pd.Series, decimals: int | None = None) -> list[str]:
    """Return a column of numbers; to the thousandth where all of them are small."""
    told = values[np.isfinite(values)].abs().max() if np.isfinite(values).any() else 0.0
    if decimals is None:
        decimals = 1 if told >= _FEW_MW else 3
    return [number(value, decimals) for value in values]


def energy(values_mwh: pd.Series) -> tuple[str, list[str]]:
    """Return the unit that fits, and the column in it."""
    many = values_mwh.abs().max() >= _MANY_MWH
    scaled = values_mwh / 1000 if many else values_mwh
    return ("GWh", column(scaled, 1)) if many else ("MWh", column(scaled, None))


def cost(values_eur: pd.Series) -> tuple[str, list[str]]:
    """Return the unit that fits, and the column in it."""
    many = values_eur.abs().max() >= _MANY_EUR
    scaled = values_eur / _MANY_EUR if many else values_eur
    return (say("M EUR a year") if many else say("EUR a year"), column(scaled, 1 if many else 0))


def labels(codes: Sequence[str] | pd.Series, kind: str = "technology") -> list[str]:
    """Return codes of a kind in the language of the person; a name of one's own stays as it is."""
    return [catalog.label(kind, str(name), language()) for name in codes]


def table(columns: Mapping[str, Sequence[str]], *, words: int = 1) -> str:
    """Return a table in HTML: the first columns, of words, to the left, numbers to the right."""
    names = list(columns)
    sides = ["left"] * words + ["right"] * (len(names) - words)
    head = "".join(
        f'<th style="text-align:{side}">{html.escape(name)}</th>'
        for name, side in zip(names, sides, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td style="text-align:{side}">{html.escape(str(cell))}</td>'
            for cell, side in zip(row, sides, strict=True)
        )
        + "</tr>"
        for row in zip(*columns.values(), strict=True)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def page(name: str, *parts: str) -> str:
    """Return what is shown of an object: its one line, and below it what belongs to it."""
    return f"<p>{html.escape(name)}</p>" + "".join(parts)
