"""Cells as a server's binary COPY takes them, made by whole columns: no text of a number, nothing to escape.

A row is the number of its fields, then each field as its length and its bytes in the order of the network; a
field that is nothing has the length -1 and no bytes. Rows with the same fields present have the same shape,
so they are filled in together and keep their places.
Source: PostgreSQL documentation, COPY, "Binary Format".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from sqlalchemy import Double, SmallInteger, Text

from leb_kit.store.schema import cell

_Array = np.ndarray[Any, Any]
_START: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # no flags, nothing after the header
_END: Final = b"\xff\xff"
_NOTHING: Final = -1


def _kind(column: Any) -> str:
    """Return how numpy writes a number of a column; nothing for a text."""
    if isinstance(column.type, Text):
        return ""
    if isinstance(column.type, Double):
        return ">f8"
    return ">i2" if isinstance(column.type, SmallInteger) else ">i4"


_KINDS: Final = tuple(_kind(column) for column in cell.columns if column.name != "until")


def written(cells: Sequence[Sequence[Any] | _Array]) -> bytes:
    """Return rows of the table of cells, given as its columns, as one answer to COPY.

    Raises
    ------
    OverflowError
        A whole number is larger than its column.

    Examples
    --------
    >>> one = ([1], [2019], [1], [2], [3], [0], [4.5], ["A"], [None], [None])
    >>> len(written(one)) - len(written([[]] * 10))
    67
    """
    if not len(cells[0]):
        return _START + _END
    columns = [_column(kind, found) for kind, found in zip(_KINDS, cells, strict=True)]
    # a bit for each field that is there
    same = sum(1 << at for at, (_, there) in enumerate(columns) if there.all())
    mixed = [at for at, (_, there) in enumerate(columns) if not same >> at & 1 and there.any()]
    if not mixed:
        return b"".join((_START, _filled(_form(columns, same), columns, slice(None)).data, _END))
    shape = same + sum(np.left_shift(columns[at][1], at, dtype=np.int64) for at in mixed)
    shapes, at = np.unique(shape, return_inverse=True)
    forms = [_form(columns, int(one)) for one in shapes]
    sizes = np.array([form.itemsize for form in forms])[at]
    begin = np.cumsum(sizes) - sizes
    out = np.empty(int(sizes.sum()), dtype=np.uint8)
    for number, form in enumerate(forms):
        rows = np.flatnonzero(at == number)
        out[begin[rows][:, None] + np.arange(form.itemsize)] = _filled(form, columns, rows)
    return b"".join((_START, out.data, _END))


def _column(kind: str, found: Sequence[Any] | _Array) -> tuple[_Array, _Array]:
    """Return the values of a column and where there is one; texts of one length only share a shape."""
    there = np.ones(len(found), dtype=bool)
    if not kind:
        return _texts(found), there
    if isinstance(found, np.ndarray):
        _require_room(kind, found)
        return found.astype(kind), there
    if found[0] is None and found.count(None) == len(found):
        return np.zeros(len(found), dtype=kind), ~there
    # nothing becomes what is no number, which a cell never is; whole numbers of a column are exact as floats
    values = np.array(found, dtype=float)
    there = ~np.isnan(values)
    values = np.where(there, values, 0)
    if np.dtype(kind).kind == "i":
        _require_room(kind, values)
    return values.astype(kind), there


def _texts(found: Sequence[str] | _Array) -> _Array:
    words = sorted(set(found))
    if len({len(word.encode()) for word in words}) > 1:
        raise ValueError(f"texts of one length are expected, found {words}")
    known = np.array([word.encode() for word in words])
    if len(words) == 1:
        return np.full(len(found), known[0])
    at = {word: number for number, word in enumerate(words)}
    return known[np.fromiter(map(at.__getitem__, found), dtype=np.intp, count=len(found))]


def _require_room(kind: str, found: _Array) -> None:
    room = np.iinfo(kind)
    if len(found) and not room.min <= found.min() <= found.max() <= room.max:
        raise OverflowError(f"{found.min()} to {found.max()} do not fit into {kind}")


def _form(columns: Sequence[tuple[_Array, _Array]], shape: int) -> np.dtype[Any]:
    parts: list[tuple[str, Any]] = [("fields", ">i2")]
    for number, (values, _) in enumerate(columns):
        parts.append((f"length {number}", ">i4"))
        if shape >> number & 1:
            parts.append((f"value {number}", values.dtype))
    return np.dtype(parts)


def _filled(form: np.dtype[Any], columns: Sequence[tuple[_Array, _Array]], rows: _Array | slice) -> _Array:
    """Return the bytes of rows, one row in each."""
    one = np.zeros(1, dtype=form)
    one["fields"] = len(columns)
    parts = [(f"value {number}", values) for number, (values, _) in enumerate(columns)]
    here = form.names or ()
    for number, (name, values) in enumerate(parts):
        one[f"length {number}"] = values.itemsize if name in here else _NOTHING
    made = np.empty((len(columns[0][0][rows]), form.itemsize), dtype=np.uint8)
    made[:] = one.view(np.uint8)
    fields = made.view(form)[:, 0]
    for name, values in parts:
        if name in here:
            fields[name] = values[rows]
    return made
