"""Cells of versions that wait to be written: words as numbers, rows in the order of their key.

Most versions of a region have the same flows and products, so what follows from these is found once for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, Final, NamedTuple

import numpy as np

from leb_kit.store.schema import cell

_Array = np.ndarray[Any, Any]
#: A column of the table of cells: numbers of whole versions as arrays, what may be nothing as a list.
Column = _Array | list[Any]
#: What is written of a cell; where it ends is told later.
COLUMNS: Final = tuple(column.name for column in cell.columns if column.name != "until")
_KEYS: Final = len(cell.primary_key.columns) - 2  # territory, year, version


class Shape(NamedTuple):
    """Flows and products of a version, in the order of the key, and how another column comes into it."""

    flow: _Array
    product: _Array
    signed: _Array
    sort: Callable[[Sequence[Any] | _Array], Sequence[Any] | _Array]
    #: Whether a product stands where it never has energy.
    barred: bool

    @classmethod
    def of(
        cls, flow: Iterable[int], product: Iterable[int], signed: Iterable[int], *, barred: bool = False
    ) -> Shape:
        """Return the shape of cells whose numbers come in the order of their codes.

        Examples
        --------
        >>> shape = Shape.of([9, 2], [1, 1], [0, 1])
        >>> shape.flow.tolist(), shape.sort(["a", "b"])
        ([2, 9], ('b', 'a'))
        """
        flows, products, signs = (np.array(list(found), dtype=np.int32) for found in (flow, product, signed))
        order = np.lexsort((products, flows))
        numbers = order.tolist()
        take = itemgetter(*numbers) if len(numbers) > 1 else tuple

        def sort(column: Sequence[Any] | _Array) -> Sequence[Any] | _Array:
            return column[order] if isinstance(column, np.ndarray) else take(column)

        return cls(flows[order], products[order], signs[order], sort, barred)


class _Part(NamedTuple):
    key: tuple[int, int, int]
    shape: Shape
    #: energy_mwh, status, source_id, sigma
    rest: tuple[Sequence[Any] | _Array, ...]


class Waiting:
    """Cells of versions until they are written together.

    Examples
    --------
    >>> waiting = Waiting()
    >>> waiting.add((1, 2019, 1), Shape.of([3], [4], [0]), ([5.0], ["A"], [None], [None]))
    >>> len(waiting), list(rows(waiting.columns()))
    (1, [(1, 2019, 1, 3, 4, 0, 5.0, 'A', None, None)])
    """

    def __init__(self) -> None:
        self._parts: list[_Part] = []
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, key: tuple[int, int, int], shape: Shape, rest: Iterable[Sequence[Any] | _Array]) -> None:
        """Take the cells of a version (territory, year, version), in the order of their codes."""
        self._parts.append(_Part(key, shape, tuple(map(shape.sort, rest))))
        self._size += len(shape.flow)

    def columns(self) -> list[Column]:
        """Return the columns of the table of cells, its rows in the order of their key."""
        parts = sorted(self._parts, key=itemgetter(0))
        sizes = [len(part.shape.flow) for part in parts]
        keys = np.array([part.key for part in parts], dtype=np.int32).reshape(len(parts), _KEYS)
        shapes = [part.shape for part in parts]
        words = ([shape.flow for shape in shapes], [shape.product for shape in shapes])
        numbers = (*words, [shape.signed for shape in shapes])
        return [
            *(np.repeat(key, sizes) for key in keys.T),
            *(np.concatenate([np.empty(0, dtype=np.int32), *found]) for found in numbers),
            *(_joined(found) for found in zip(*(part.rest for part in parts), strict=True)),
        ]


def _joined(parts: Sequence[Sequence[Any] | _Array]) -> Column:
    """Return a column of its parts: an array where each of them is one."""
    arrays = [part for part in parts if isinstance(part, np.ndarray)]
    if len(arrays) == len(parts):
        return np.concatenate(arrays)
    return list(chain.from_iterable(map(_listed, parts)))


def rows(columns: Sequence[Column]) -> Iterator[tuple[Any, ...]]:
    """Give the rows of columns."""
    return zip(*map(_listed, columns), strict=True)


def together(columns: Sequence[Column], many: int) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Return the values of as many rows at a time, one behind the other, and the rows that are left.

    Examples
    --------
    >>> together([[1, 2, 3], ["a", "b", "c"]], 2)
    ([(1, 'a', 2, 'b')], [(3, 'c')])
    """
    width, size = len(columns), len(columns[0])
    flat: list[Any] = [None] * (width * size)
    for at, column in enumerate(columns):
        flat[at::width] = _listed(column)
    step, whole = width * many, width * (size - size % many)
    first = [tuple(flat[at : at + step]) for at in range(0, whole, step)]
    return first, [tuple(flat[at : at + width]) for at in range(whole, len(flat), width)]


def _listed(column: Sequence[Any] | _Array) -> Sequence[Any]:
    return column.tolist() if isinstance(column, np.ndarray) else column
