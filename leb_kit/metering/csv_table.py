"""Tables of readings as text: header by meaning, cells, line of each row, numbers as people write them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Final, NamedTuple

from leb_kit.balance.words import plain
from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.metering.component import is_unit, unit_of
from leb_kit.metering.delivery import Origin
from leb_kit.metering.reading import Reading, hash_of
from leb_kit.reference import catalog

#: What a name may end in without brackets: ``fascia_a`` is no ampere.
FLOWING: Final = ("energy", "power", "volume")
SEPARATORS: Final = (";", "\t", ",")
#: ``Energia (kWh)``, ``Energia [kWh]``, ``energia_kwh``.
HEADER_UNIT: Final = re.compile(r"(?P<word>[^([]+?)\s*[([]\s*(?P<unit>[^)\]]+?)\s*[)\]]")
NAME_UNIT: Final = re.compile(r"(?P<word>.+)_(?P<unit>[A-Za-z0-9]+)")
NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
ITALIAN: Final = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?")
DECIMAL_COMMA: Final = re.compile(r"[+-]?[\d.]*\d,\d+")


@dataclass(frozen=True)
class Words:
    """What the caller says where the file does not."""

    meter: str
    unit: str
    quantity: str
    zone: str
    clock: str


class Value(NamedTuple):
    """A column of values: its place, and quantity and unit where the header says them."""

    at: int
    quantity: str
    unit: str


@dataclass(frozen=True)
class Table:
    """Rows of a file: header by meaning, cells, line of each row."""

    name: str
    columns: dict[str, int]
    values: list[Value]
    header: list[str]
    rows: list[tuple[int, list[str]]]
    comma: bool


@cache
def words_of(kind: str) -> dict[str, str]:
    """Return the words of ``meter_words.csv`` of one kind, with what they mean."""
    table = catalog.table("meter_words")
    rows = table[table["kind"] == kind]
    return dict(zip(rows["label"], rows["code"], strict=True))


def _header(
    header: Sequence[str], meanings: Mapping[str, str]
) -> tuple[dict[str, int], list[Value], list[str]]:
    """Return what the columns mean, those of values, and faults."""
    columns: dict[str, int] = {}
    values: list[Value] = []
    faults = []
    own = {plain(word): meaning for word, meaning in meanings.items()}
    for at, word in enumerate(header):
        stem, unit = _unit_in(word)
        meaning, _, told = own.get(plain(word), "").partition(" ")
        meaning = meaning or words_of("column").get(plain(stem)) or ("value" if unit else "")
        if meaning == "value":
            values.append(Value(at, "_".join(plain(stem).split()), told or unit))
        elif meaning in columns:
            faults.append(_same(header[columns[meaning]], word))
        elif meaning:
            columns[meaning] = at
    unclear = [one for one in values[1:] if not (one.unit and values[0].unit)]
    faults += [_same(header[values[0].at], header[one.at]) for one in unclear]
    words = {plain(word): word for word in header}
    hints = {word: did_you_mean(word, header) for word in own if word not in words}
    faults += [say("line 1: no column '{name}'.{hint}", name=word, hint=hint) for word, hint in hints.items()]
    return columns, values, faults


def _unit_in(word: str) -> tuple[str, str]:
    """Return the name of a column and the unit of meters in its header; blank where there is none."""
    parts = HEADER_UNIT.fullmatch(word)
    if parts:
        return parts["word"], parts["unit"] if is_unit(parts["unit"]) else ""
    parts = NAME_UNIT.fullmatch(word)
    if parts and is_unit(parts["unit"]) and unit_of(parts["unit"]).dimension in FLOWING:
        return parts["word"], parts["unit"]
    return word, ""


def _same(one: str, other: str) -> str:
    return say("line 1: columns '{other}' and '{word}' mean the same; leave one out", word=other, other=one)


def table_of(text: str, name: str, meanings: Mapping[str, str] | None = None) -> Table:
    """Split a text into header and rows; find out separator and decimal mark.

    Parameters
    ----------
    text : str
        Of the file.
    name : str
        Of the file, for errors.
    meanings : Mapping[str, str], optional
        Header to what it means, before the usual words.

    Raises
    ------
    InputError
        Columns that mean the same, rows of another length, no row: each with its line.
    """
    first = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise InputError(name, [say("cannot be read: {problem}", problem=error)]) from error
    header = [" ".join(word.split()) for word in (lines[0] if lines else [])]
    columns, values, faults = _header(header, meanings or {})
    rows = [(line, row) for line, row in enumerate(lines[1:], start=2) if any(cell.strip() for cell in row)]
    faults += [
        say(
            "line {line}: {found} columns, {count} are expected as in the header",
            line=line,
            found=len(row),
            count=len(header),
        )
        for line, row in rows
        if len(row) != len(header)
    ]
    if not rows:
        faults.append(say("the file has a header and no row; at least one row is expected"))
    if faults:
        raise InputError(name, faults)
    comma = separator != "," and any(DECIMAL_COMMA.fullmatch(cell.strip()) for _, row in rows for cell in row)
    comma = comma or any(
        '"' in first and DECIMAL_COMMA.fullmatch(cell.strip()) for _, row in rows for cell in row
    )
    return Table(name, columns, values, header, rows, comma)


def cell_of(table: Table, row: Sequence[str], name: str) -> str:
    """Return a cell by its meaning; blank where there is no such column."""
    return row[table.columns[name]].strip() if name in table.columns else ""


def value_of(table: Table, row: Sequence[str], cell: str) -> tuple[Decimal | None, frozenset[str], str]:
    """Return value, flags and fault of a cell; a blank one is missing."""
    quality = cell_of(table, row, "quality").casefold()
    flag = words_of("quality").get(quality, "")
    flags = frozenset([flag]) if flag else frozenset()
    if not cell or cell.casefold() in words_of("missing"):
        return None, flags, ""
    if not (ITALIAN if table.comma else NUMBER).fullmatch(cell):
        return None, flags, say("'{cell}' is no number", cell=cell)
    digits = cell.replace(".", "").replace(",", ".") if table.comma else cell
    try:
        return Decimal(digits), flags, ""
    except InvalidOperation:
        return None, flags, say("'{cell}' is no number", cell=cell)


def made(
    origin: Origin,
    series: Sequence[str],
    value: Decimal | None,
    *,
    unit: str,
    time: datetime,
    raw: Sequence[str],
    flags: frozenset[str],
) -> Reading:
    """Return the reading of a cell."""
    return Reading(
        origin.source_id, "", "", "", series[0], series[1], value, unit, time,
        retrieved_at=origin.retrieved_at, raw_hash=hash_of(";".join(raw)), flags=flags,
    )  # fmt: skip
