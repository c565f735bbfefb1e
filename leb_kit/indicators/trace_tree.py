"""A figure as a tree: what it is made of, step by step, down to cells, factors and their sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from typing import Final

import pandas as pd

from leb_kit.errors import language
from leb_kit.reference import catalog
from leb_kit.reference.sourcing import source_text

SHARE: Final = "share"
SUM: Final = "sum"
LESS: Final = "less"
PRODUCT: Final = "product"
EXCESS: Final = "excess"
CELL: Final = "cell"
GIVEN: Final = "given"
ABOVE: Final = "above"
#: How a step comes from its parts:
#: share = first / second (0 where the second is none); sum; less = first − the others; product;
#: excess = first − second, at least 0; cell = weight × energy; given = as it stands; above = told before.
RULES: Final = (SHARE, SUM, LESS, PRODUCT, EXCESS, CELL, GIVEN, ABOVE)
#: Units of steps that are a share of one.
ONE: Final = "1"


@dataclass(frozen=True)
class Step:
    """One figure and its parts.

    ``key``: the part of the indicator, ``flow/product`` of a cell, or the name of a factor; ``value`` in
    ``unit``; ``rule``: how it comes from ``parts`` (``RULES``); ``source``: the rule of law or the table
    that says so. A cell has ``energy_mwh``, ``weight`` (``weight_unit``) with ``weight_source``, ``status``.
    """

    key: str
    rule: str
    value: float
    unit: str
    label_it: str
    label_en: str
    source: str = ""
    parts: tuple[Step, ...] = ()
    flow: str = ""
    product: str = ""
    energy_mwh: float = float("nan")
    weight: float = float("nan")
    weight_unit: str = ""
    weight_source: str = ""
    status: str = ""

    def label(self, lang: str = "it") -> str:
        """Return what a person calls it."""
        return self.label_en if lang == "en" else self.label_it

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Step]]:
        """Give every step with its depth, the figure itself first."""
        yield depth, self
        for part in self.parts:
            yield from part.walk(depth + 1)


@dataclass(frozen=True, repr=False)
class Trace:
    """Where a figure comes from.

    ``name``, ``value`` and ``unit`` of the figure; ``root``: the tree; ``table``: the tree as rows;
    ``cells``: only cells; ``sources``: every source that is quoted; ``explain(lang)``: the tree in words.
    """

    name: str
    root: Step
    place: str = ""

    @property
    def value(self) -> float:
        """The figure."""
        return self.root.value

    @property
    def unit(self) -> str:
        """Its unit; ``1`` for a share between 0 and 1."""
        return self.root.unit

    @property
    def table(self) -> pd.DataFrame:
        """One row for each step, in the order of reading.

        depth (0: the figure), key, label_it, label_en, rule, value, unit; of cells flow, product,
        energy_mwh, weight, weight_unit, weight_source, status; source.
        """
        names = [name for name in Step.__dataclass_fields__ if name != "parts"]
        rows = [
            {"depth": depth} | {name: getattr(step, name) for name in names}
            for depth, step in self.root.walk()
        ]
        return pd.DataFrame(rows, columns=["depth", *names])

    @property
    def cells(self) -> pd.DataFrame:
        """The cells of the balance that count, largest contribution first."""
        rows = self.table
        rows = rows[rows["rule"] == CELL].drop(columns=["depth", "rule", "key"])
        return rows.sort_values("value", key=abs, ascending=False, kind="stable").reset_index(drop=True)

    @property
    def sources(self) -> tuple[str, ...]:
        """Every source that is quoted, once, in the order of reading."""
        told = (text for _, step in self.root.walk() for text in (step.source, step.weight_source))
        return tuple(dict.fromkeys(text for text in told if text))

    def explain(self, lang: str = "it", *, most: int = 5) -> str:
        """Return the tree as indented lines; of many parts the largest, and how many are left out.

        Parameters
        ----------
        lang : str
            ``it`` or ``en``.
        most : int
            How many parts of one step are shown.
        """
        return "\n".join(_lines(self.root, lang, most, 0))

    def __repr__(self) -> str:
        return f"Trace({self.name}{self.place}: {amount(self.root, 'en')}, {len(self.cells)} cells)"

    def html(self, lang: str = "it") -> str:
        """Return the tree as a part of a page that opens and closes, without script."""
        return f'<div class="leb-trace" lang="{lang}">{_html(self.root, lang, is_open=True)}</div>'

    def _repr_html_(self) -> str:
        return self.html(language())


def amount(step: Step, lang: str) -> str:
    """Return the value of a step with its unit, the Italian or the English way."""
    if step.unit == ONE and step.rule in (SHARE, ABOVE, GIVEN):
        return _written(step.value * PERCENT, _TWO_DECIMALS, lang) + "\u00a0%"
    pattern = _WHOLE if abs(step.value) >= MANY else _TWO_DECIMALS
    return f"{_written(step.value, pattern, lang)} {step.unit}".strip()


PERCENT: Final = 100
#: From here a value is shown without decimals.
MANY: Final = 100
_WHOLE: Final = "#,##0"
_TWO_DECIMALS: Final = "#,##0.00"
#: At most four digits that count, never a power of ten.
_FOUR_DIGITS: Final = "@###"


def _written(value: float, pattern: str, lang: str) -> str:
    from babel.numbers import format_decimal  # not needed to compute anything

    return str(format_decimal(value, format=pattern, locale=lang))


def _how(step: Step, lang: str) -> str:
    """Return how a step comes from its parts, or a cell from the balance, in words."""
    if step.rule == CELL and step.weight_unit not in ("", "MWh/MWh"):
        energy = _written(step.energy_mwh, _WHOLE, lang)
        factor = _written(step.weight, _FOUR_DIGITS, lang)
        return f"= {energy} MWh × {factor} {step.weight_unit}"
    return catalog.label("trace_rule", step.rule, lang) if step.parts or step.rule == ABOVE else ""


def _order(step: Step) -> tuple[Step, ...]:
    """Terms of a sum by size; of other rules as they stand."""
    return tuple(sorted(step.parts, key=lambda part: -abs(part.value))) if step.rule == SUM else step.parts


def _lines(step: Step, lang: str, most: int, depth: int) -> Iterator[str]:
    told = [step.label(lang), amount(step, lang), _how(step, lang)]
    notes = "; ".join(_notes(step, lang))
    yield "  " * depth + "  ".join(part for part in told if part) + (f"  [{notes}]" if notes else "")
    parts = _order(step)
    most += len(parts) == most + 1  # one line says what it is as well as that it is left out
    for part in parts[:most]:
        yield from _lines(part, lang, most, depth + 1)
    if len(parts) > most:
        rest = replace(step, rule=SUM, value=sum(part.value for part in parts[most:]))
        more = catalog.label("trace_rule", "more", lang).format(count=len(parts) - most)
        yield "  " * (depth + 1) + f"… {more}: {amount(rest, lang)}"


def _notes(step: Step, lang: str) -> list[str]:
    """Return the status of a cell and whatever says why a step is as it is."""
    status = catalog.label("status", step.status, lang) if step.status else ""
    sources = (source_text(text, lang) for text in (step.weight_source, step.source))
    return [note for note in (status, *sources) if note]


def _html(step: Step, lang: str, *, is_open: bool = False) -> str:
    head = f"{escape(step.label(lang))}: <b>{escape(amount(step, lang))}</b> {escape(_how(step, lang))}"
    notes = " · ".join(escape(note) for note in _notes(step, lang))
    small = f' <small style="opacity:.75">{notes}</small>' if notes else ""
    if not step.parts:
        return f'<div style="{_LINE}">{head}{small}</div>'
    inner = "".join(_html(part, lang) for part in _order(step))
    opened = " open" if is_open else ""
    return (
        f'<details{opened} style="{_LINE}"><summary>{head}{small}</summary>'
        f'<div style="{_INNER}">{inner}</div></details>'
    )


_LINE: Final = "margin:.25em 0"
#: What is inside stands beside a line, so that its depth is seen.
_INNER: Final = "margin-left:.4em;padding-left:1em;border-left:1px solid currentColor"
