"""Where the balance is in a workbook: long sheets and pivots, with the place of every cell."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from leb_kit.balance.amounts import SURELY_ITALIAN, WITH_POINT
from leb_kit.balance.table import FIRST_YEAR, LAST_YEAR
from leb_kit.balance.words import VALUE, aliases, codes, header_of, plain, unit_in
from leb_kit.errors import say
from leb_kit.io.sheets import ERRORS, At, Sheet

#: The header stands in one of the first rows; titles and notes may stand above it.
DEEPEST_HEADER = 40
#: Sheets that hold no data, whatever stands in them.
ASIDE = ("leggimi", "read me", "elenchi", "lists", "esempio", "example", "fonti", "sources")
#: Words for a sum whose flow is not said.
TOTALS = ("totale", "total", "totale generale", "grand total", "somma", "sum")
#: What a pivot needs to be one.
_FEWEST_HEADERS = 2
_ITALIAN_OR_NOT = re.compile(r"^[-+]?\d{1,3}\.\d{3}$")
_YEAR = re.compile(r"(?<!\d)(?:19|20|21)\d\d(?!\d)")


@dataclass
class Cell:
    """One amount: its words as written, and where each of them stands."""

    sheet: Sheet
    at: At
    words: dict[str, Any]
    places: Mapping[str, At] = field(default_factory=dict)

    def place(self, column: str = "") -> str:
        """Return where a word of this row stands; by default its amount."""
        return self.sheet.place(*self.places.get(column, self.at))

    @property
    def is_text(self) -> bool:
        """Whether the amount is written as text."""
        return isinstance(self.words[VALUE], str)

    @property
    def formula(self) -> str:
        """The formula of the amount; blank where it is typed."""
        return self.sheet.formulas.get(self.at, "")


def cells_of(sheet: Sheet, faults: list[str]) -> list[Cell] | None:
    """Return the amounts of a sheet; None where it holds no balance.

    Parameters
    ----------
    sheet : Sheet
        Long (a flow, a product and an amount in each row) or a pivot (flows down, products across, or the
        other way round).
    faults : list[str]
        Filled with one sentence for each header that cannot be understood.
    """
    if plain(sheet.name) in ASIDE:
        return None
    for row in range(min(DEEPEST_HEADER, len(sheet.values))):
        header = header_of(_headers(sheet, row))
        if {"flow", "product", VALUE} <= set(header.names.values()):
            faults += [f"{sheet.place(row, 0)}: {fault}" for fault in header.faults]
            return list(_long(sheet, row))
    for across, down in (("product", "flow"), ("flow", "product")):
        found = _pivot(sheet, across, down)
        if found is not None:
            return list(found)
    return None


def number_in(cell: Cell, faults: list[str]) -> Any:
    """Return an amount as a number where it is one, also as Italian text; what is doubtful is a fault."""
    found = cell.words[VALUE]
    if not isinstance(found, str):
        return found
    text = found.strip()
    if SURELY_ITALIAN.match(text):
        return float(text.replace(".", "").replace(",", "."))
    if _ITALIAN_OR_NOT.match(text):
        told = {"place": cell.place(), "text": text, "thousands": text.replace(".", "")}
        faults.append(
            say(
                "{place}: '{text}' is text and could mean {thousands} or {point}; type it as a number",
                **told,
                point=text.replace(".", ","),
            )
        )
        return math.nan
    return float(text) if WITH_POINT.match(text) or text.lstrip("+-").isdigit() else text


# ── long sheets ──────────────────────────────────────────────────────────────────────────────────────────


def _headers(sheet: Sheet, row: int) -> list[str]:
    return [str(cell).strip() if isinstance(cell, str) else "" for cell in sheet.values[row]]


def _long(sheet: Sheet, head: int) -> Iterator[Cell]:
    names = _headers(sheet, head)
    header = header_of(names)
    columns = {meaning: names.index(str(name)) for name, meaning in header.names.items()}
    for row in range(head + 1, len(sheet.values)):
        words = {name: sheet.value(row, column) for name, column in columns.items()}
        if all(words[name] is None for name in ("flow", "product", VALUE)):
            continue
        if header.unit and words.get("unit") is None:
            words["unit"] = header.unit
        yield Cell(sheet, (row, columns[VALUE]), words, {name: (row, at) for name, at in columns.items()})


# ── pivots ───────────────────────────────────────────────────────────────────────────────────────────────


def _pivot(sheet: Sheet, across: str, down: str) -> Iterator[Cell] | None:
    """Return the cells of a table with ``across`` in its header and ``down`` in its first columns."""
    head = _header_row(sheet, across)
    if head is None:
        return None
    columns = {
        at: cell for at in range(len(sheet.values[head])) if _known(cell := sheet.value(head, at), across)
    }
    side = _side_column(sheet, head, min(columns), down)
    return None if side is None else _body(sheet, head, side, (across, down))


def _known(word: Any, kind: str) -> bool:
    return isinstance(word, str) and plain(word) in codes(kind)


def _header_row(sheet: Sheet, kind: str) -> int | None:
    for row in range(min(DEEPEST_HEADER, len(sheet.values))):
        found = [codes(kind)[plain(cell)] for cell in sheet.values[row] if _known(cell, kind)]
        if len(set(found)) >= _FEWEST_HEADERS:
            # names may have their codes in the row below
            below = [cell for cell in sheet.values[min(row + 1, len(sheet.values) - 1)] if cell in set(found)]
            return row + 1 if len(below) == len(found) else row
    return None


def _side_column(sheet: Sheet, head: int, first: int, kind: str) -> int | None:
    count = {
        column: sum(_known(sheet.value(row, column), kind) for row in range(head + 1, len(sheet.values)))
        for column in range(first)
    }
    best = max(count, key=lambda column: (count[column], -column), default=None)
    return best if best is not None and count[best] else None


def _body(sheet: Sheet, head: int, side: int, kinds: tuple[str, str]) -> Iterator[Cell]:
    across, down = kinds
    about = said_above(sheet, head)
    heads = {
        at: sheet.value(head, at)
        for at in range(side + 1, len(sheet.values[head]))
        if isinstance(sheet.value(head, at), str)
    }
    columns = {
        at: word for at, word in heads.items() if _known(word, across) or _has_numbers(sheet, head, at)
    }
    side_words = [sheet.value(row, side) for row in range(head + 1, len(sheet.values))]
    flows = side_words if down == "flow" else list(columns.values())
    for row, word in enumerate(side_words, start=head + 1):
        amounts = {at: sheet.value(row, at) for at in columns}
        if word is None and not any(isinstance(one, (int, float)) for one in amounts.values()):
            continue
        for at, amount in amounts.items():
            if amount is None and (row, at) not in sheet.formulas:
                continue
            words = {**about, down: word, across: columns[at], VALUE: amount}
            words["flow"] = _summed(flows, words["flow"])
            yield Cell(sheet, (row, at), words, {down: (row, side), across: (head, at)})


def _has_numbers(sheet: Sheet, head: int, column: int) -> bool:
    return any(
        isinstance(sheet.value(row, column), (int, float)) for row in range(head + 1, len(sheet.values))
    )


def _summed(flows: list[Any], word: Any) -> Any:
    """Return final consumption for "Totale" beside nothing but final consumption."""
    if not isinstance(word, str) or plain(word) not in TOTALS:
        return word
    found = {codes("flow")[plain(one)] for one in flows if _known(one, "flow")}
    return "FC_E" if found and all(code.startswith("FC_") for code in found) else word


def said_above(sheet: Sheet, head: int) -> dict[str, Any]:
    """Return territory, year and unit that a sheet states above its header, or in its name."""
    found: dict[str, Any] = {}
    texts = [sheet.name]
    for row in range(head + 1):
        for column in range(len(sheet.values[row])):
            cell = sheet.value(row, column)
            if not isinstance(cell, str):
                continue
            if row < head:
                texts.append(cell)
            label = aliases("column").get(plain(cell).rstrip(": "), "")
            beside = next((one for at in (1, 2) if (one := sheet.value(row, column + at)) is not None), None)
            if label in ("territory", "year", "unit") and row < head and beside is not None:
                found.setdefault(label, beside)
            elif "unit" not in found and (measure := unit_in(cell)):
                found["unit"] = measure[1]
    if "year" not in found:
        years = {int(year) for text in texts for year in _YEAR.findall(text)}
        years = {year for year in years if FIRST_YEAR <= year <= LAST_YEAR}
        if len(years) == 1:
            found["year"] = years.pop()
    return found


def is_error(value: Any) -> bool:
    """Return whether a cell shows one of Excel's errors."""
    return isinstance(value, str) and value.strip().upper() in ERRORS
