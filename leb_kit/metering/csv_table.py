"""Tables of readings as text: header by meaning, cells, line of each row, numbers as people write them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Final

from leb_kit.errors import InputError, say
from leb_kit.metering.delivery import Origin
from leb_kit.metering.reading import Reading, hash_of
from leb_kit.reference import catalog

SEPARATORS: Final = (";", "\t", ",")
HEADER_UNIT: Final = re.compile(r"(?P<word>[^([]+?)\s*[([]\s*(?P<unit>[^)\]]+?)\s*[)\]]")
NUMBER: Final = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?|[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
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


@dataclass(frozen=True)
class Table:
    """Rows of a file: header by meaning, cells, line of each row."""

    name: str
    columns: dict[str, int]
    header: list[str]
    rows: list[tuple[int, list[str]]]
    unit: str
    comma: bool


@cache
def words_of(kind: str) -> dict[str, str]:
    """Return the words of ``meter_words.csv`` of one kind, with what they mean."""
    table = catalog.table("meter_words")
    rows = table[table["kind"] == kind]
    return dict(zip(rows["label"], rows["code"], strict=True))


def table_of(text: str, name: str) -> Table:
    """Split a text into header and rows; find out separator and decimal mark."""
    first = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise InputError(name, [say("cannot be read: {problem}", problem=error)]) from error
    header = [" ".join(word.split()) for word in (lines[0] if lines else [])]
    columns: dict[str, int] = {}
    unit, faults = "", []
    for at, word in enumerate(header):
        parts = HEADER_UNIT.fullmatch(word)
        meaning = words_of("column").get((parts["word"] if parts else word).casefold())
        if meaning in columns:
            told = {"word": word, "other": header[columns[meaning]]}
            faults.append(say("line 1: columns '{other}' and '{word}' mean the same; leave one out", **told))
        elif meaning:
            columns[meaning] = at
            unit = parts["unit"] if parts and meaning == "value" else unit
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
        faults.append(say("the file is empty; a header and at least one row are expected"))
    if faults:
        raise InputError(name, faults)
    comma = separator != "," and any(DECIMAL_COMMA.fullmatch(cell.strip()) for _, row in rows for cell in row)
    comma = comma or any(
        '"' in first and DECIMAL_COMMA.fullmatch(cell.strip()) for _, row in rows for cell in row
    )
    return Table(name, columns, header, rows, unit, comma)


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
    if not NUMBER.fullmatch(cell) or (
        table.comma and "." in cell and not re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?", cell)
    ):
        return None, flags, say("'{cell}' is no number", cell=cell)
    plain = cell.replace(".", "").replace(",", ".") if table.comma else cell
    try:
        return Decimal(plain), flags, ""
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
