"""What goes wrong with the formulas of a workbook, told with sheet and cell.

``error``           a cell shows #REF! or another of Excel's errors
``not_calculated``  a formula without a value: written by a program, never opened in Excel
``typed_over``      a number among formulas: its neighbours are calculated, it is not
``other_formula``   a formula that its neighbours do not follow
``total``           a total that its parts do not give
``text``            a number that is text: sums in the sheet pass over it
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from leb_kit.balance import Balance, check
from leb_kit.balance.table import KEYS
from leb_kit.balance.words import VALUE
from leb_kit.errors import say
from leb_kit.io.layouts import Cell, is_error
from leb_kit.io.sheets import Sheet, letters

#: So many formulas of one form make a rule that the others should follow.
FEWEST = 3
#: Checks of the balance that compare a total with its parts.
_OF_TOTALS = r"^(?:identity_|total_of_products_|unallocated$)"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: where, what kind, how bad, and the sentence."""

    sheet: str
    cell: str
    kind: str
    severity: str
    text: str
    source: Cell | None = None


def errors_in(cells: Sequence[Cell]) -> list[Finding]:
    """Return cells in error, and formulas without a value; plain sums are summed here.

    A program that writes a workbook does not calculate it: Excel does, when it saves it.
    """
    found = []
    empty: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        value = cell.words[VALUE]
        if cell.formula and value is None:
            value = cell.words[VALUE] = evaluated(cell.formula, cell.sheet)
        told = {"place": cell.place(), "formula": cell.formula, "value": value}
        if is_error(value):
            text = say("{place}: the cell shows {value}", **told)
            text += say(" ({formula})", **told) if cell.formula else ""
            text += say("; repair the formula, or write the number")
            found.append(_finding(cell, "error", "error", text))
        elif cell.formula and value is None:
            empty[cell.sheet.name].append(cell)
    for mine in empty.values():
        told = {"place": mine[0].place(), "formula": mine[0].formula, "count": len(mine)}
        text = say(
            "{place}: the formula {formula} has no value ({count} in this sheet); open the workbook in Excel"
            " or LibreOffice and save it",
            **told,
        )
        found += [_finding(cell, "not_calculated", "error", text if cell is mine[0] else "") for cell in mine]
    return found


def text_in(cell: Cell) -> Finding:
    """Return what to say of a number that is text."""
    told = {"place": cell.place(), "text": cell.words[VALUE]}
    text = say(
        "{place}: the number '{text}' is text, and sums in the sheet pass over it; type it anew", **told
    )
    return _finding(cell, "text", "warning", text)


def _finding(cell: Cell, kind: str, severity: str, text: str) -> Finding:
    row, column = cell.at
    return Finding(cell.sheet.name, f"{letters(column)}{row + 1}", kind, severity, text, cell)


# ── formulas that do not follow their neighbours ─────────────────────────────────────────────────────────


def odd_formulas(cells: Sequence[Cell]) -> list[Finding]:
    """Return numbers typed over formulas, and formulas that fit neither their row nor their column."""
    by_sheet: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.formula or isinstance(cell.words[VALUE], (int, float)):
            by_sheet[cell.sheet.name].append(cell)
    return [finding for mine in by_sheet.values() for finding in _odd(mine)]


def _odd(cells: Sequence[Cell]) -> list[Finding]:
    shapes = {cell.at: shape(cell.formula, cell.at) for cell in cells}
    rules = [_rules(cells, shapes, axis) for axis in (0, 1)]
    found = []
    for cell in cells:
        mine = [rule[cell.at[axis]] for axis, rule in enumerate(rules) if cell.at[axis] in rule]
        if not mine or any(shapes[cell.at] == wanted for wanted, _ in mine):
            continue
        wanted, count = max(mine, key=lambda rule: rule[1])
        expected = formula_at(wanted, cell.at)
        told = {"place": cell.place(), "value": cell.words[VALUE], "formula": cell.formula}
        told |= {"count": count, "expected": expected}
        if cell.formula:
            text = say("{place}: {formula}, but the other {count} cells follow {expected}", **told)
            found.append(_finding(cell, "other_formula", "warning", text))
        else:
            text = say(
                "{place}: the number {value} is typed where the other {count} cells have a formula;"
                " {expected} is expected",
                **told,
            )
            found.append(_finding(cell, "typed_over", _weight(cell, expected), text))
    return found


def _rules(
    cells: Sequence[Cell], shapes: dict[tuple[int, int], str], axis: int
) -> dict[int, tuple[str, int]]:
    """Return for each row (axis 0) or column (axis 1) the form that most of its cells have, and how many."""
    lines: dict[int, list[str]] = defaultdict(list)
    for cell in cells:
        lines[cell.at[axis]].append(shapes[cell.at])
    rules = {}
    for line, forms in lines.items():
        wanted, count = Counter(form for form in forms if form).most_common(1)[0] if any(forms) else ("", 0)
        if count >= FEWEST and 2 * count > len(forms):
            rules[line] = (wanted, count)
    return rules


def shape(formula: str, at: tuple[int, int]) -> str:
    """Return a formula as it would stand in one fixed cell: equal shapes were dragged from each other.

    Examples
    --------
    >>> shape("=B2+C2", (1, 3)) == shape("=B9+C9", (8, 3))
    True
    """
    return _moved(formula, at, _ANCHOR) if formula else ""


def formula_at(form: str, at: tuple[int, int]) -> str:
    """Return the formula that a shape means in a cell."""
    return _moved(form, _ANCHOR, at)


#: Far enough from the edges for any reference to stay on the sheet.
_ANCHOR = (500_000, 8_000)


def _moved(formula: str, at: tuple[int, int], to: tuple[int, int]) -> str:
    from openpyxl.formula.translate import Translator, TranslatorError

    origin, target = (f"{letters(column)}{row + 1}" for row, column in (at, to))
    try:
        return str(Translator(formula, origin=origin).translate_formula(target))
    except TranslatorError:
        return formula


def _weight(cell: Cell, expected: str) -> str:
    """A typed number that says what its formula would say is harmless; another one is not."""
    wanted = evaluated(expected, cell.sheet)
    value = float(cell.words[VALUE])
    if wanted is None or abs(wanted - value) <= _LIKE * max(abs(wanted), abs(value)):
        return "warning"
    return "error"


_LIKE = 1e-9
_SUMS = re.compile(r"([-+]?)\s*SUM\(([^()]+)\)", re.IGNORECASE)
_TERMS = re.compile(r"([-+]?)\s*(\$?[A-Z]{1,3}\$?\d+)", re.IGNORECASE)
#: Sums of sums of sums; a circle has no end.
_DEEPEST = 50


def evaluated(formula: str, sheet: Sheet, depth: int = 0) -> float | None:
    """Return the value of a plain sum (``=SUM(B2:B9)``, ``=B2+B3-B4``); None for any other formula.

    Examples
    --------
    >>> evaluated("=A1+B1", Sheet("s", ((1, 2),), {})), evaluated("=A1*2", Sheet("s", ((1,),), {}))
    (3.0, None)
    """
    body = formula.removeprefix("=").replace(" ", "")
    terms = _SUMS.findall(body) or _TERMS.findall(body)
    pattern = _SUMS if _SUMS.search(body) else _TERMS
    if not terms or pattern.sub("", body) or depth > _DEEPEST:
        return None
    amounts = []
    for sign, names in terms:
        cells = _cells_in(names)
        if cells is None:
            return None
        for row, column in cells:
            amount = sheet.value(row, column)
            if amount is None and (row, column) in sheet.formulas:
                amount = evaluated(sheet.formulas[row, column], sheet, depth + 1)
                if amount is None:
                    return None
            if isinstance(amount, (int, float)):
                amounts.append(-amount if sign == "-" else amount)
    return math.fsum(amounts)


def _cells_in(names: str) -> list[tuple[int, int]] | None:
    """Return the cells of ``B2:B9,C4``, counted from 0; None for what is no cell of this sheet."""
    from openpyxl.utils.cell import range_boundaries

    found: list[tuple[int, int]] = []
    for part in re.split("[,;]", names):
        try:
            first, top, last, bottom = range_boundaries(part.replace("$", "").upper())
        except (TypeError, ValueError):
            return None
        found += [
            (row - 1, column - 1) for row in range(top, bottom + 1) for column in range(first, last + 1)
        ]
    return found


# ── totals against their parts ───────────────────────────────────────────────────────────────────────────


def wrong_totals(
    balance: Balance, cells: Sequence[Cell], keys: Sequence[tuple[str, ...]]
) -> tuple[Balance, list[Finding]]:
    """Compare totals with their parts; leave out those that are formulas and hold nothing of their own.

    Parameters
    ----------
    balance : Balance
        Everything that the sheets show, totals too.
    cells : Sequence[Cell]
        Where it was read.
    keys : Sequence[tuple[str, ...]]
        Territory, year, flow and product of each cell.
    """
    at = {" ".join(key): cell for key, cell in zip(keys, cells, strict=True)}
    found = []
    odd = set()
    rows = check(balance).table
    for row in rows[rows["check"].str.contains(_OF_TOTALS)].to_dict("records"):
        cell = at.get(str(row["key"]))
        odd.add(str(row["key"]))
        if cell is not None and not (row["check"] == "unallocated" and row["expected"] == 0):
            # a total without any part is no total but a row of its own
            found.append(_total(cell, row))
    table = balance.table
    names = [" ".join(map(str, key)) for key in table[list(KEYS)].itertuples(index=False)]
    leaves = {" ".join(map(str, key)) for key in balance.leaves[list(KEYS)].itertuples(index=False)}
    drop = [
        name not in leaves and name not in odd and name in at and bool(at[name].formula) for name in names
    ]
    kept = table[~pd.Series(drop, index=table.index, dtype=bool)].reset_index(drop=True)
    return replace(balance, table=kept), found


def _total(cell: Cell, row: dict[str, object]) -> Finding:
    value, expected = float(str(row["value"])), float(str(row["expected"]))
    told = {
        "place": cell.place(),
        "key": " ".join(str(row["key"]).rsplit(" ", 2)[1:]),
        "how": cell.formula or say("typed"),
        "value": f"{value:,.1f}",
        "expected": f"{expected:,.1f}",
    }
    if row["check"] == "unallocated":
        text = say(
            "{place}: the total {key} ({how}) is {value} MWh, its parts are {expected}; the rest is kept as"
            " a row of its own",
            **told,
        )
        return _finding(cell, "total", "warning", text)
    text = say(
        "{place}: the total {key} ({how}) is {value} MWh, but its parts are {expected}; correct one of them",
        **told,
    )
    return _finding(cell, "total", "error", text)
