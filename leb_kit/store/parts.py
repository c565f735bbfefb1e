"""Parts of documents as plain rows, whatever their kind: checked before they are written, sealed, compared.

``Parts`` has for each table of a kind its rows, in the order of their key: the columns of the table without
territory and document, codes in place of the numbers of flows and products.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd
from sqlalchemy import Double, Text

from leb_kit.errors import InputError, say
from leb_kit.store.schema_documents import TABLES, parts_of

if TYPE_CHECKING:
    from sqlalchemy import Column

Row = tuple[Any, ...]
Parts = Mapping[str, Sequence[Row]]
#: Columns that hold the number of a code of another table.
CODES: Final = ("flow_id", "product_id")
#: Tables of what belongs to a row of another one, by its number.
_PARENTS: Final = {"measure_part": "measure", "milestone": "target"}
#: Differences that are told by name; more are counted.
TOLD: Final = 5


class Shape(NamedTuple):
    """Columns of a table of parts, as its rows have them."""

    columns: tuple[Column[Any], ...]
    names: tuple[str, ...]  # flow and product instead of flow_id and product_id
    key: int  # how many of the first columns tell two rows apart


@cache
def shape(name: str) -> Shape:
    """Return the columns of a table of parts, those of its key first.

    Examples
    --------
    >>> shape("milestone").names
    ('number', 'year', 'value', 'unit', 'source')
    """
    columns = tuple(TABLES[name].columns)[2:]  # without territory and document
    names = tuple(
        column.name.removesuffix("_id") if column.name in CODES else column.name for column in columns
    )
    return Shape(columns, names, sum(column.primary_key for column in columns))


def rows(name: str, table: pd.DataFrame) -> list[Row]:
    """Return the rows of a frame with the columns of a table; ``number`` is counted where it has none.

    Examples
    --------
    >>> rows("system_difference", pd.DataFrame({"product": ["E7000"], "energy_mwh": [1.0]}))
    [(0, 'E7000', 1.0)]
    """
    names = shape(name).names
    given = table.assign(number=range(len(table))) if "number" not in table else table
    return list(zip(*(given[column].astype(object).tolist() for column in names), strict=True))


def frame(name: str, given: Sequence[Row]) -> pd.DataFrame:
    """Return the rows of a table as a frame without ``number``; texts, whole numbers and floats as such."""
    columns, names, _ = shape(name)
    found = {
        word: pd.Series([row[at] for row in given], dtype=_dtype(column))
        for at, (word, column) in enumerate(zip(names, columns, strict=True))
        if word != "number"
    }
    return pd.DataFrame(found)


def _dtype(column: Column[Any]) -> Any:
    if _is_code(column) or isinstance(column.type, Text):
        return str
    if isinstance(column.type, Double):
        return float
    return "Int64" if column.nullable else "int64"


def _is_code(column: Column[Any]) -> bool:
    return column.name in CODES


def checked(title: str, kind: str, given: Parts) -> dict[str, list[Row]]:
    """Return parts as the store gives them back: numbers as numbers, nothing for NaN, in the order of keys.

    Raises
    ------
    InputError
        Every value that is no text, no whole or no finite number where one belongs, and every row that
        stands there twice.
    """
    faults: list[str] = []
    out: dict[str, list[Row]] = {}
    for table in parts_of(kind):
        columns, names, key = shape(table.name)
        made = [
            tuple(
                _value(one, column, partial(_place, table.name, at, word), faults)
                for one, column, word in zip(row, columns, names, strict=True)
            )
            for at, row in enumerate(given.get(table.name, ()), start=1)
        ]
        if not faults:
            made.sort(key=itemgetter(slice(key)))
            again = [
                row[:key] for row, before in zip(made[1:], made, strict=False) if row[:key] == before[:key]
            ]
            faults += [say("{place} stands there twice", place=f"{table.name} {row}") for row in again]
        out[table.name] = made
    if faults:
        raise InputError(title, faults)
    return out


def _place(*words: object) -> str:
    return " ".join(map(str, words))


def _value(one: Any, column: Column[Any], place: Callable[[], str], faults: list[str]) -> Any:
    """Return a value as its column keeps it; what does not fit is a fault."""
    if column.nullable and (one is None or one is pd.NA or one != one):  # noqa: PLR0124 - NaN alone differs
        return None
    keep, kind = _keeper(column)
    try:
        return keep(one)
    except (TypeError, ValueError, OverflowError, UnicodeEncodeError):
        told = {"place": place(), "found": ascii(one), "kind": say(kind)}
        faults.append(say("{place} is {found}; {kind} is expected", **told))
        return None


@cache
def _keeper(column: Column[Any]) -> tuple[Callable[[Any], Any], str]:
    if _is_code(column) or isinstance(column.type, Text):
        return _text, "a text"
    return (_finite, "a finite number") if isinstance(column.type, Double) else (_whole, "a whole number")


def _text(one: Any) -> str:
    if not isinstance(one, str) or "\0" in one:
        raise TypeError
    one.encode()
    return str(one)


def _finite(one: Any) -> float:
    number = float(one) + 0.0  # a file knows no zero below zero
    if isinstance(one, str) or not math.isfinite(number):
        raise ValueError
    return number


def _whole(one: Any) -> int:
    number = int(one)
    if isinstance(one, str) or number != one:
        raise ValueError
    return number


def digest_of(head: Sequence[object], given: Parts) -> str:
    """Return the SHA-256 of a document: its head and every row, floats to the last bit.

    Examples
    --------
    >>> digest_of(("IT", "scenario", "sun", 1), {"driver": [("gdp", 2030, 1.1)]})[:8]
    '67fd81e3'
    """
    seal = hashlib.sha256(repr(tuple(map(str, head))).encode())
    for name in sorted(given):
        floats = {at for at, one in enumerate(shape(name).columns) if isinstance(one.type, Double)}
        seal.update(f"\n{name}".encode())
        seal.update("".join(_line(row, floats) for row in given[name]).encode())
    return seal.hexdigest()


def _line(row: Row, floats: set[int]) -> str:
    if not floats:
        return f"\n{row!r}"
    parts = (one.hex() if at in floats and one is not None else one for at, one in enumerate(row))
    return f"\n{tuple(parts)!r}"


def changed(before: Parts, after: Parts) -> str:
    """Tell which rows of two versions differ, some of them by name.

    Examples
    --------
    >>> changed({"driver": [("gdp", 2030, 1.1)]}, {"driver": [("gdp", 2030, 1.2)]})
    'driver gdp'
    """
    old, new = _named(before), _named(after)
    found = list(dict.fromkeys(old[row] if row in old else new[row] for row in old.keys() ^ new.keys()))
    found.sort()
    more = len(found) - TOLD
    named = found if more <= 0 else [*found[:TOLD], say("{count} more", count=more)]
    return ", ".join(named) or say("nothing")


def _named(given: Parts) -> dict[Row, str]:
    """Return each row, whatever its number, with what a person calls it."""
    out: dict[Row, str] = {}
    for name, found in given.items():
        parent = _PARENTS.get(name, name)
        names = {row[0]: _word_of(row) for row in given.get(parent, ())}
        for row in found:
            numbered = shape(name).names[0] == "number"
            word = names.get(row[0], "") if numbered else _word_of(row)
            out[name, word, *(row[1:] if numbered else row)] = f"{say(parent)} {word}".strip()
    return out


def _word_of(row: Row) -> str:
    return next((word for word in row if isinstance(word, str) and word), "")
