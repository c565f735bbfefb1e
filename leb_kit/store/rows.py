"""From a Balance to rows of the store and back, to the bit; the digest that seals a version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, compress, islice, pairwise
from operator import itemgetter, not_
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self, cast

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from leb_kit.balance import Balance
from leb_kit.balance.table import COLUMNS, KEYS
from leb_kit.errors import InputError, say
from leb_kit.store.hexes import hexes

if TYPE_CHECKING:
    from leb_kit.store.versions import Version

_Array = np.ndarray[Any, Any]
MISSING: Final = "M"
SIGMA: Final = "sigma"
#: Rows up to which it is worth a look whether a column was there before.
_ALIKE: Final = 1 << 15
#: Cells whose numbers are written out together: those of one version alone are few for whole columns.
_TOGETHER: Final = 10_000
#: Columns of a Balance in the order of a version's key and the columns of Cells.
_ORDER: Final = ("territory", "year", "flow", "product", "energy_mwh", "status", "source", SIGMA)
_TYPES: Final[dict[str, Any]] = {"year": "int64", "energy_mwh": float, SIGMA: float}


class Cells(NamedTuple):
    """The cells of a version as six columns, in the order of flow and product codes.

    Columns rather than a row for each cell: millions of small objects would take most of the time of a load.
    """

    flow: Sequence[str]
    product: Sequence[str]
    #: MWh; None: not available.
    energy_mwh: Sequence[float | None]
    status: Sequence[str]
    source: Sequence[str]
    #: Relative standard deviation; None where nobody said.
    sigma: Sequence[float | None]

    @classmethod
    def of(cls, rows: Iterable[Sequence[Any]]) -> Self:
        """Return the columns of cells that come one by one, in any order.

        Examples
        --------
        >>> Cells.of([("PPRD", "G3000", 1.0, "A", "", None), ("IMP", "E7000", 2.0, "A", "", None)]).flow
        ('IMP', 'PPRD')
        """
        found = sorted(rows, key=_code_order)
        columns = zip(*found, strict=True) if found else iter([()] * len(cls._fields))
        return cls._make(columns)

    @property
    def size(self) -> int:
        """Number of cells."""
        return len(self.flow)


_code_order: Final = itemgetter(0, 1)


def cells_of(balance: Balance) -> dict[tuple[str, int], Cells]:
    """Return the cells of each territory and year.

    Raises
    ------
    InputError
        A cell stands there twice, or its energy is no finite number.
    """
    table = balance.table
    if len(balance.missing):
        table = pd.concat([table, balance.missing[list(KEYS)].assign(status=MISSING, source="")])
    keys = {name: _factors(table[name]) for name in KEYS}
    order = np.lexsort([_narrow(keys[name]) for name in reversed(KEYS)])
    gone = np.arange(len(table)) >= len(balance.table)
    _require_single_and_finite(keys, table["energy_mwh"].to_numpy(dtype=float), gone, order)
    energy = _numbers(table["energy_mwh"], gone, order)
    sigma = _numbers(table[SIGMA], table[SIGMA].isna(), order) if SIGMA in table else [None] * len(table)
    flows, products = (_words(keys[name], order) for name in ("flow", "product"))
    words = [_words(_factors(table[name]), order) for name in ("status", "source")]
    columns: list[list[Any]] = [flows, products, energy, *words, sigma]
    (places, codes), (years, numbers) = keys["territory"], keys["year"]
    steps = np.flatnonzero(np.diff(places[order]) | np.diff(years[order])) + 1
    edges = [0, *steps.tolist(), len(order)] if len(order) else []
    first = [(str(codes[places[at]]), int(numbers[years[at]])) for at in order[edges[:-1]]]
    return {
        key: Cells._make(column[begin:end] for column in columns)
        for key, (begin, end) in zip(first, pairwise(edges), strict=True)
    }


def _factors(column: pd.Series[Any]) -> tuple[_Array, Any]:
    """Return the number of each value and the values in their order.

    Towns that come one by one mostly have the same flows and products in the same order.
    """
    if is_numeric_dtype(column) or len(column) > _ALIKE:
        return cast("tuple[_Array, Any]", pd.factorize(column, sort=True))
    words = tuple(column.to_numpy(dtype=object).tolist())
    if words and words[0] == words[-1] and words.count(words[0]) == len(words):  # a town's own code
        return np.zeros(len(words), dtype=np.intp), np.array(words[:1], dtype=object)
    return _factors_of(words)


def _narrow(factors: tuple[_Array, Any]) -> _Array:
    """Return the numbers of values in 16 bits where they fit: those are sorted without comparing them."""
    numbers, words = factors
    return numbers.astype(np.int16) if len(words) <= np.iinfo(np.int16).max else numbers


@lru_cache(maxsize=16)
def _factors_of(words: tuple[str, ...]) -> tuple[_Array, Any]:
    return cast("tuple[_Array, Any]", pd.factorize(np.array(words, dtype=object), sort=True))


def _words(factors: tuple[_Array, Any], order: _Array) -> list[str]:
    """Return a column of texts, each text one object however often it stands there."""
    words = np.empty(len(factors[1]), dtype=object)
    words[:] = [str(word) for word in factors[1]]
    return cast("list[str]", words[factors[0][order]].tolist())


def _numbers(numbers: pd.Series[float], nothing: Any, order: _Array) -> list[float | None]:
    found: list[float | None] = numbers.to_numpy(dtype=float)[order].tolist()
    for at in np.flatnonzero(np.asarray(nothing)[order]).tolist():
        found[at] = None
    return found


def _require_single_and_finite(
    keys: dict[str, tuple[_Array, Any]], energy: _Array, gone: _Array, order: _Array
) -> None:
    def place(at: int) -> str:
        return " ".join(str(words[number[at]]) for number, words in keys.values())

    same = np.logical_and.reduce([np.diff(number[order]) == 0 for number, _ in keys.values()])
    faults = [
        say("{place} stands there twice; a cell has one value", place=place(at))
        for at in order[1:][same].tolist()
    ]
    faults += [
        say("{place} is {value}; a finite number is expected", place=place(at), value=energy[at])
        for at in np.flatnonzero(~np.isfinite(energy) & ~gone).tolist()
    ]
    if faults:
        raise InputError(say("store"), faults)


def balance_of(versions: Iterable[tuple[Version, Cells]], name: str = "") -> Balance:
    """Return the Balance whose cells these are."""
    gone: list[tuple[str, int, str, str]] = []
    columns: dict[str, list[Any]] = {column: [] for column in (*COLUMNS, SIGMA)}
    for version, cells in versions:
        place, year, here = version.territory, version.year, cells
        if None in cells.energy_mwh:
            there = [energy is not None for energy in cells.energy_mwh]
            here = Cells._make(tuple(compress(column, there)) for column in cells)
            missing = compress(zip(cells.flow, cells.product, strict=True), map(not_, there))
            gone += [(place, year, flow, product) for flow, product in missing]
        whole = ([place] * here.size, [year] * here.size)
        parts: list[Any] = [*whole, *here]
        for column, part in zip(_ORDER, parts, strict=True):
            columns[column] += part
    if columns[SIGMA].count(None) == len(columns[SIGMA]):
        del columns[SIGMA]
    table = pd.DataFrame({column: _array(column, found) for column, found in columns.items()}, copy=False)
    missing = pd.DataFrame(gone, columns=list(KEYS)) if gone else pd.DataFrame({key: [] for key in KEYS})
    return Balance(table, missing, name)


def _array(column: str, found: list[Any]) -> Any:
    """Return a column without an index: to join seven of them takes longer than all the rest."""
    kind = _TYPES.get(column)
    return pd.Series(found, dtype=str).array if kind is None else np.array(found, dtype=kind)


def digest_of(head: Sequence[object], cells: Cells, written: bytes | None = None) -> str:
    """Return the SHA-256 of a version: its head and every cell, floats to the last bit.

    ``written``: what ``written_out`` gives for the cells, where that is known.

    Examples
    --------
    >>> digest_of(("IT", 2019, 1), Cells.of([("PPRD", "G3000", 1.0, "A", "", None)]))[:8]
    '06120fe1'
    """
    seal = hashlib.sha256(repr(tuple(map(str, head))).encode())
    seal.update(written_out(cells) if written is None else written)
    return seal.hexdigest()


def written_out(cells: Cells) -> bytes:
    """Return the ``repr`` of each cell, its numbers in hexadecimal: what is hashed.

    Most of a cell is said of many others too, so that is written once.

    Examples
    --------
    >>> written_out(Cells.of([("PPRD", "G3000", 1.0, "A", "", None)]))
    b"('PPRD', 'G3000', '0x1.0000000000000p+0', 'A', '', '')"
    """
    return next(_written((cells,)))


def written_each(versions: Iterable[Cells]) -> Iterator[bytes]:
    """Return ``written_out`` of each version, the numbers of many made at once.

    Examples
    --------
    >>> one = Cells.of([("PPRD", "G3000", 1.0, "A", "", None)])
    >>> list(written_each([one, one])) == 2 * [written_out(one)]
    True
    """
    waiting: list[Cells] = []
    size = 0
    for cells in versions:
        waiting.append(cells)
        size += cells.size
        if size >= _TOGETHER:
            yield from _written(waiting)
            waiting, size = [], 0
    yield from _written(waiting)


def _written(versions: Sequence[Cells]) -> Iterator[bytes]:
    numbers = iter(hexes([*chain.from_iterable(cells.energy_mwh for cells in versions)]))
    last: tuple[Sequence[str], ...] = ()
    for cells in versions:
        sigma = cells.sigma
        nothing = sigma.count(None) == cells.size
        # as texts, since -0.0 is 0.0 to a cache
        told = [""] * cells.size if nothing else [*map(_bits, sigma)]
        here = (cells.flow, cells.product, cells.status, cells.source, told)
        if here != last:
            around, last = _around(*map(tuple, here)), here
        parts = [b""] * (2 * cells.size + 1)
        parts[0::2] = around
        parts[1::2] = islice(numbers, cells.size)
        yield b"".join(parts)


@lru_cache(maxsize=16)
def _around(
    flow: tuple[str, ...],
    product: tuple[str, ...],
    status: tuple[str, ...],
    source: tuple[str, ...],
    sigma: tuple[str, ...],
) -> tuple[bytes, ...]:
    """Return what stands before, between and after the energies of a version; many years share it."""
    begins = map(_beginning, flow, product)
    ends = map(_end, status, source, sigma)
    return tuple(map(str.encode, map(str.__add__, ("", *ends), (*begins, ""))))


@lru_cache(maxsize=1 << 16)
def _beginning(flow: str, product: str) -> str:
    return f"({flow!r}, {product!r}, '"


def _end(status: str, source: str, sigma: str) -> str:
    return f"', {status!r}, {source!r}, {sigma!r})"


def _bits(number: float | None) -> str:
    return "" if number is None else number.hex()
