"""From a Balance to rows of the store and back, to the bit; the digest that seals a version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.balance.table import COLUMNS, KEYS
from leb_kit.errors import InputError, say

if TYPE_CHECKING:
    from leb_kit.store.versions import Version

_Array = np.ndarray[Any, Any]
MISSING: Final = "M"
SIGMA: Final = "sigma"
#: Columns of a Balance in the order of a version's key and the parts of a Row.
_ORDER: Final = ("territory", "year", "flow", "product", "energy_mwh", "status", "source", SIGMA)
_TYPES: Final[dict[str, Any]] = {"year": "int64", "energy_mwh": float, SIGMA: float}


class Row(NamedTuple):
    """A cell in words: flow, product, MWh (None: not available), status, source, relative deviation."""

    flow: str
    product: str
    energy_mwh: float | None
    status: str
    source: str
    sigma: float | None


def rows_of(balance: Balance) -> dict[tuple[str, int], tuple[Row, ...]]:
    """Return the cells of each territory and year, in the order of flow and product.

    Raises
    ------
    InputError
        A cell stands there twice, or its energy is no finite number.
    """
    table = pd.concat([balance.table, balance.missing[list(KEYS)].assign(status=MISSING, source="")])
    keys = {name: pd.factorize(table[name], sort=True) for name in KEYS}
    order = np.lexsort([keys[name][0] for name in reversed(KEYS)])
    gone = np.arange(len(table)) >= len(balance.table)
    _require_single_and_finite(keys, table["energy_mwh"].to_numpy(dtype=float), gone, order)
    energy = _nothing_where(table["energy_mwh"], gone)
    sigma = _nothing_where(table[SIGMA], table[SIGMA].isna()) if SIGMA in table else [None] * len(table)
    words = [_words(pd.factorize(table[name])) for name in ("status", "source")]
    flows, products = (_words(keys[name]) for name in ("flow", "product"))
    columns = (_objects(column)[order].tolist() for column in (flows, products, energy, *words, sigma))
    rows = list(map(Row, *columns))
    (places, codes), (years, numbers) = keys["territory"], keys["year"]
    steps = np.flatnonzero(np.diff(places[order]) | np.diff(years[order])) + 1
    edges = [0, *steps.tolist(), len(rows)] if rows else []
    first = [(str(codes[places[at]]), int(numbers[years[at]])) for at in order[edges[:-1]]]
    return {key: tuple(rows[begin:end]) for key, (begin, end) in zip(first, pairwise(edges), strict=True)}


def _objects(values: Sequence[Any] | _Array) -> _Array:
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def _words(factors: tuple[_Array, Any]) -> _Array:
    """Return a column of texts, each text one object however often it stands there."""
    return _objects([str(word) for word in factors[1]])[factors[0]]


def _nothing_where(numbers: pd.Series[float], nothing: Any) -> _Array:
    values = _objects(numbers.astype(float).tolist())
    values[np.asarray(nothing)] = None
    return values


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


def balance_of(versions: Iterable[tuple[Version, Sequence[Row]]], name: str = "") -> Balance:
    """Return the Balance whose cells these are."""
    gone: list[tuple[str, int, str, str]] = []
    columns: dict[str, list[Any]] = {column: [] for column in (*COLUMNS, SIGMA)}
    for version, rows in versions:
        here = [row for row in rows if row.energy_mwh is not None]
        place, year = version.territory, version.year
        if len(here) < len(rows):
            gone += [(place, year, row.flow, row.product) for row in rows if row.energy_mwh is None]
        values = zip(*here, strict=True) if here else iter([()] * len(Row._fields))
        whole = ([place] * len(here), [year] * len(here))
        for column, part in zip(_ORDER, (*whole, *values), strict=True):
            columns[column] += part
    if all(spread is None for spread in columns[SIGMA]):
        del columns[SIGMA]
    table = pd.DataFrame(
        {column: pd.Series(found, dtype=_TYPES.get(column, str)) for column, found in columns.items()}
    )
    return Balance(table, pd.DataFrame(gone, columns=list(KEYS)), name)


def digest_of(head: Sequence[object], rows: Iterable[Row]) -> str:
    """Return the SHA-256 of a version: its head and every cell, floats to the last bit.

    Examples
    --------
    >>> digest_of(("IT", 2019, 1), [Row("PPRD", "G3000", 1.0, "A", "", None)])[:8]
    '06120fe1'
    """
    seal = hashlib.sha256(repr(tuple(map(str, head))).encode())
    flows, products, energies, states, told, spreads = zip(*rows, strict=True)
    bits = ["" if one is None else one.hex() for one in energies]
    sigmas = ["" if one is None else one.hex() for one in spreads]
    parts = zip(flows, products, bits, states, told, sigmas, strict=True)
    seal.update("".join(map(repr, parts)).encode())
    return seal.hexdigest()
