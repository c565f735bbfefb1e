"""From a Balance to rows of the store and back, to the bit; the digest that seals a version."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd

from leb_kit.balance import Balance
from leb_kit.balance.table import COLUMNS, KEYS
from leb_kit.errors import InputError, say

if TYPE_CHECKING:
    from leb_kit.store.versions import Version

_Key = tuple[str, int]
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
    table = balance.table
    # lists of plain values: a cell at a time out of a frame costs more than all the rest
    columns = [table[column].tolist() for column in COLUMNS]
    spreads = table[SIGMA].tolist() if SIGMA in table else [None] * len(table)
    found: dict[_Key, dict[tuple[str, str], Row]] = {}
    faults: list[str] = []
    for territory, year, flow, product, energy, status, source, spread in zip(*columns, spreads, strict=True):
        # NaN is the only number that is not itself
        sigma = None if spread is None or spread != spread else float(spread)  # noqa: PLR0124
        row = Row(flow, product, float(energy), status, str(source), sigma)
        _add(found, (str(territory), int(year)), row, faults)
    for territory, year, flow, product in balance.missing[list(KEYS)].itertuples(index=False, name=None):
        _add(found, (str(territory), int(year)), Row(flow, product, None, MISSING, "", None), faults)
    if faults:
        raise InputError(say("store"), faults)
    return {key: tuple(sorted(rows.values(), key=lambda row: row[:2])) for key, rows in sorted(found.items())}


def _add(found: dict[_Key, dict[tuple[str, str], Row]], key: _Key, row: Row, faults: list[str]) -> None:
    rows = found.setdefault(key, {})
    if row[:2] in rows:
        faults.append(say("{place} stands there twice; a cell has one value", place=_place(key, row)))
    if row.energy_mwh is not None and not math.isfinite(row.energy_mwh):
        faults.append(
            say(
                "{place} is {value}; a finite number is expected",
                place=_place(key, row),
                value=row.energy_mwh,
            )
        )
    rows[row.flow, row.product] = row


def _place(key: _Key, row: Row) -> str:
    return f"{key[0]} {key[1]} {row.flow} {row.product}"


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
    parts = [
        (
            row.flow,
            row.product,
            "" if row.energy_mwh is None else row.energy_mwh.hex(),
            row.status,
            row.source,
            "" if row.sigma is None else row.sigma.hex(),
        )
        for row in rows
    ]
    seal.update("".join(map(repr, parts)).encode())
    return seal.hexdigest()
