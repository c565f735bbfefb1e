"""What a version writes: the cells that differ from the version before it, and where others end.

Cells of the newest versions are read once for many of them and compared by whole columns, floats to the last
bit, so that what is loaded again is what was saved.
"""
# ruff: noqa: S608 - numbers and words of the schema

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import compress
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from leb_kit.errors import say
from leb_kit.store.refusals import RefusedError, told_of
from leb_kit.store.waiting import COLUMNS, Column

if TYPE_CHECKING:
    from sqlalchemy import Connection

_Array = np.ndarray[Any, Any]
#: Rows that are taken from a driver together.
_AT_ONCE: Final = 300
_KEY: Final = ("territory_id", "year", "version", "flow_id", "product_id")
_REST: Final = ("energy_mwh", "status", "source_id", "sigma")
_KINDS: Final = ("i8",) * len(_KEY) + ("f8", "U1", "f8", "f8")
_ENDS: Final = ("until", *_KEY)
#: What is read of a cell within a territory and year, how a server sends it, and how that is read: records of
#: one length, so that no number goes through a text.
_SENT: Final = {
    "version": ("int4send(version)", ">i4"),
    "flow_id": ("int2send(flow_id)", ">i2"),
    "product_id": ("int2send(product_id)", ">i2"),
    "energy_mwh": ("float8send(coalesce(energy_mwh, 'NaN'))", ">f8"),
    "status": ("int4send(ascii(status))", ">i4"),
    "source_id": ("float8send(coalesce(source_id, double precision 'NaN'))", ">f8"),
    "sigma": ("float8send(coalesce(sigma, 'NaN'))", ">f8"),
}
#: The same of a file: numbers of words share a whole number, because each that is handed over takes time.
_PACKED: Final = (
    "(territory_id << 24) | (year << 8) | unicode(status)",
    "(version << 32) | (flow_id << 16) | product_id",
    "energy_mwh",
    "source_id",
    "sigma",
)
#: Whether numbers of words have room there; they have, unless somebody numbers them.
_FITS: Final = " AND ".join(
    f"(SELECT coalesce(min(id) >= 0 AND max(id) < {1 << bits}, true) FROM {table})"
    for table, bits in (("flow", 16), ("product", 16), ("territory", 39))
)
#: The same where they have none.
_APART: Final = (*_KEY, "unicode(status)", "energy_mwh", "source_id", "sigma")
#: Numbers of rows stay below this.
_MOST: Final = 1 << 62
_END: Final = {
    "sqlite": f"UPDATE cell SET until = ? WHERE {' AND '.join(f'{name} = ?' for name in _KEY)}",
    "postgresql": f"UPDATE cell SET until = e.until FROM unnest({', '.join(['%s::integer[]'] * len(_ENDS))}) "
    f"AS e ({', '.join(_ENDS)}) WHERE {' AND '.join(f'cell.{name} = e.{name}' for name in _KEY)}",
}
#: A server would read all cells there are to find some of them: let it look each up by its key.
_BY_KEY: Final = (
    "SELECT set_config('enable_hashjoin', '{to}', true), set_config('enable_mergejoin', '{to}', true)"
)


def differing(connection: Connection, columns: Sequence[Column]) -> list[Column]:
    """Return the rows that are not in the newest versions already; what they replace ends before them.

    Parameters
    ----------
    connection : Connection
        In a transaction that writes; the versions of the rows are open there.
    columns : Sequence
        The columns of ``waiting``, at most one version of each territory and year.

    Raises
    ------
    RefusedError
        A cell that ends is not ours to end.
    """
    given = dict(zip(COLUMNS, columns, strict=True))
    new = [np.array(given[name], dtype=kind) for name, kind in zip((*_KEY, *_REST), _KINDS, strict=True)]
    keys = [(name, np.unique(column).tolist()) for name, column in zip(_KEY[:2], new, strict=False)]
    old = _standing(connection, keys)
    years_of, years_old = _numbered(new[:2], old[:2])
    versions, first, at = np.unique(years_of, return_index=True, return_inverse=True)
    here = np.searchsorted(versions, years_old)
    ours = versions[np.minimum(here, len(versions) - 1)] == years_old
    old, here = [column[ours] for column in old], here[ours]
    after, before = _numbered([at, *new[3:5]], [here, *old[3:5]])
    order = np.argsort(before, kind="stable")
    spot = np.minimum(np.searchsorted(before, after, sorter=order), max(len(order) - 1, 0))
    same = np.zeros(len(after), dtype=bool)
    if len(order):
        found = order[spot]
        same = before[found] == after
        for one, other in zip(new[len(_KEY) :], old[len(_KEY) :], strict=True):
            same &= _bits(one) == _bits(other)[found]
        stays = np.zeros(len(before), dtype=bool)
        stays[found[same]] = True
        ends = [new[2][first[here]] - 1, *old[: len(_KEY)]]
        _end(connection, [column[~stays] for column in ends])
    writes = ~same
    return [
        column[writes] if isinstance(column, np.ndarray) else [*compress(column, writes.tolist())]
        for column in columns
    ]


def _standing(connection: Connection, asked: Sequence[tuple[str, list[int]]]) -> list[_Array]:
    """Return the cells of the newest versions of territories and years, as columns."""
    within = (f"{name} IN ({', '.join(map(str, numbers))})" for name, numbers in asked)
    found = f"FROM cell WHERE until IS NULL AND {' AND '.join(within)}"
    if connection.dialect.name == "postgresql":
        return _sent(connection, found)
    packed = bool(connection.exec_driver_sql(f"SELECT {_FITS}").scalar())
    asked_for = _PACKED if packed else _APART
    columns: list[list[Any]] = [[] for _ in asked_for]
    driver: Any = connection.exec_driver_sql(f"SELECT {', '.join(asked_for)} {found}").cursor
    while rows := driver.fetchmany(_AT_ONCE):
        for column, part in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(part)
    energy, source, sigma = (np.array(column, dtype="f8") for column in columns[-3:])
    whole = [np.array(column, dtype="i8") for column in columns[:-3]]
    *key, status = _unpacked(*whole) if packed else whole
    return [*key, energy, _letters(status), source, sigma]


def _unpacked(year: _Array, word: _Array) -> list[_Array]:
    """Return territory, year, version, flow, product and status out of the two numbers they share."""
    return [
        *(year >> 24, year >> 8 & 0xFFFF),
        *(word >> 32, word >> 16 & 0xFFFF, word & 0xFFFF),
        year & 0xFF,
    ]


def _letters(numbers: _Array) -> _Array:
    """Return letters by their numbers, which they are, in four bytes."""
    return numbers.astype("u4").view("U1")


def _sent(connection: Connection, found: str) -> list[_Array]:
    """Return cells of a server as columns: it sends those of a territory and year as one text of bytes."""
    record = " || ".join(sent for sent, _ in _SENT.values())
    asked = f"SELECT territory_id, year, string_agg({record}, ''::bytea) {found} GROUP BY territory_id, year"
    years = [tuple(row) for row in connection.exec_driver_sql(asked)]
    form = np.dtype([(name, kind) for name, (_, kind) in _SENT.items()])
    cells = np.frombuffer(b"".join(part for *_, part in years), dtype=form)
    keys = np.array([key for *key, _ in years], dtype="i8").reshape(len(years), 2)
    whole = np.repeat(keys, [len(part) // form.itemsize for *_, part in years], axis=0)
    columns = dict(zip(_KEY, whole.T, strict=False)) | {name: cells[name] for name in _SENT}
    columns["status"] = _letters(columns["status"])
    return [columns[name].astype(kind) for name, kind in zip((*_KEY, *_REST), _KINDS, strict=True)]


def _numbered(one: Sequence[_Array], other: Sequence[_Array]) -> tuple[_Array, _Array]:
    """Return a number for each row of two tables: the same where, and only where, all their columns are.

    The numbers of the columns are its digits, each with as many values as there are; where that is too many,
    they are counted first.
    """
    pairs = [np.concatenate(pair) for pair in zip(one, other, strict=True)]
    spans = [_span(column) for column in pairs]
    if math.prod(spans) > _MOST:
        pairs = [np.unique(column, return_inverse=True)[1] for column in pairs]
        spans = [_span(column) for column in pairs]
    number: _Array = np.zeros(len(pairs[0]), dtype="i8")
    for column, span in zip(pairs, spans, strict=True):
        number = number * span + column
    return number[: len(one[0])], number[len(one[0]) :]


def _span(column: _Array) -> int:
    """Return how many values a digit has; negative ones have no place."""
    if not len(column):
        return 1
    return _MOST + 1 if column.min() < 0 else int(column.max()) + 1


def _bits(column: _Array) -> _Array:
    return column.view("i8") if column.dtype.kind == "f" else column


def _end(connection: Connection, ends: Sequence[_Array]) -> None:
    if not len(ends[0]):
        return
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_BY_KEY.format(to="off"))
        told: Any = tuple(f"{{{','.join(map(str, column.tolist()))}}}" for column in ends)
    else:
        told = [*zip(*(column.tolist() for column in ends), strict=True)]
    if connection.exec_driver_sql(_END[connection.dialect.name], told).rowcount != len(ends[0]):
        raise RefusedError(say("store"), [told_of("sealed")])
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_BY_KEY.format(to="on"))
