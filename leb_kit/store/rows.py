"""From a Balance to rows of the store and back, to the bit; the digest that seals a version."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import pandas as pd

from leb_kit.balance import Balance
from leb_kit.balance.table import COLUMNS, KEYS
from leb_kit.errors import InputError, say

if TYPE_CHECKING:
    from leb_kit.store.versions import Version

_Key = tuple[str, int]
MISSING: Final = "M"
SIGMA: Final = "sigma"


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
    sigma = table[SIGMA] if SIGMA in table else pd.Series(math.nan, index=table.index)
    found: dict[_Key, dict[tuple[str, str], Row]] = {}
    faults: list[str] = []
    for territory, year, flow, product, energy, status, source, spread in zip(
        *(table[column] for column in COLUMNS), sigma, strict=True
    ):
        row = Row(
            flow, product, float(energy), status, str(source), None if pd.isna(spread) else float(spread)
        )
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
    lines, gone = [], []
    for version, rows in versions:
        for row in rows:
            key = (version.territory, version.year, row.flow, row.product)
            if row.energy_mwh is None:
                gone.append(key)
            else:
                lines.append((*key, *row[2:]))
    table = pd.DataFrame(lines, columns=[*COLUMNS, SIGMA])
    table = table.astype({"territory": str, "flow": str, "product": str, "source": str, "year": "int64"})
    table = table.astype({"energy_mwh": float, "status": str, SIGMA: float})
    if table[SIGMA].isna().all():
        table = table.drop(columns=SIGMA)
    return Balance(table, pd.DataFrame(gone, columns=list(KEYS)), name)


def digest_of(head: Sequence[object], rows: Iterable[Row]) -> str:
    """Return the SHA-256 of a version: its head and every cell, floats to the last bit.

    Examples
    --------
    >>> digest_of(("IT", 2019, 1), [Row("PPRD", "G3000", 1.0, "A", "", None)])[:8]
    '06120fe1'
    """
    seal = hashlib.sha256(repr(tuple(map(str, head))).encode())
    for row in rows:
        energy = "" if row.energy_mwh is None else row.energy_mwh.hex()
        sigma = "" if row.sigma is None else row.sigma.hex()
        seal.update(repr((row.flow, row.product, energy, row.status, row.source, sigma)).encode())
    return seal.hexdigest()
