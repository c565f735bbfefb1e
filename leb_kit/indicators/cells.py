"""Energy by cell (flow, product) of many territory-years, laid out so that weighted sums are quick.

``Rows`` holds the leaves of a balance, sparsely; ``Grid`` an array with one row for each
territory-year, as scenarios in bulk have it. Indicators are computed from either by the same code.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.balance.require import require_balance
from leb_kit.errors import InputError

CELL = ["flow", "product"]


@dataclass(frozen=True, eq=False)
class Rows:
    """Leaves: ``key`` and ``cell`` are positions in ``keys`` and ``cells``; energy in MWh."""

    keys: pd.MultiIndex
    cells: pd.DataFrame
    key: np.ndarray
    cell: np.ndarray
    energy_mwh: np.ndarray

    def sums(self, weights: np.ndarray) -> np.ndarray:
        """Return energy × weight summed over cells: territory-years × columns of ``weights``."""
        count = len(self.keys)
        parts = [
            np.bincount(self.key, weights=self.energy_mwh * column[self.cell], minlength=count)
            for column in weights.T
        ]
        return np.column_stack(parts) if parts else np.zeros((count, 0))

    def holds(self, chosen: np.ndarray) -> np.ndarray:
        """Return which territory-years have energy in any of the chosen cells."""
        there = chosen[self.cell] & (self.energy_mwh != 0)
        found: np.ndarray = np.bincount(self.key[there], minlength=len(self.keys)) > 0
        return found

    def used(self) -> np.ndarray:
        """Return which cells have energy anywhere."""
        there = self.cell[self.energy_mwh != 0]
        found: np.ndarray = np.bincount(there, minlength=len(self.cells)) > 0
        return found

    def only(self, chosen: np.ndarray) -> Rows:
        """Return the chosen territory-years."""
        rows = chosen[self.key]
        place = np.cumsum(chosen) - 1
        return replace(
            self,
            keys=self.keys[chosen],
            key=place[self.key[rows]],
            cell=self.cell[rows],
            energy_mwh=self.energy_mwh[rows],
        )


@dataclass(frozen=True, eq=False)
class Grid:
    """An array: ``energy_mwh`` has one row for each of ``keys``, one column for each of ``cells``."""

    keys: pd.MultiIndex
    cells: pd.DataFrame
    energy_mwh: np.ndarray

    def sums(self, weights: np.ndarray) -> np.ndarray:
        """Return energy × weight summed over cells: territory-years × columns of ``weights``."""
        total: np.ndarray = self.energy_mwh @ weights
        return total

    def holds(self, chosen: np.ndarray) -> np.ndarray:
        """Return which territory-years have energy in any of the chosen cells."""
        found: np.ndarray = (self.energy_mwh[:, chosen] != 0).any(axis=1)
        return found

    def used(self) -> np.ndarray:
        """Return which cells have energy anywhere."""
        found: np.ndarray = (self.energy_mwh != 0).any(axis=0)
        return found

    def only(self, chosen: np.ndarray) -> Grid:
        """Return the chosen territory-years."""
        return replace(self, keys=self.keys[chosen], energy_mwh=self.energy_mwh[chosen])


Cells = Rows | Grid


def rows_of(balance: Balance, use: str) -> Rows:
    """Lay out the leaves of a balance; territory-years in order.

    Raises
    ------
    InputError
        It is no Balance, or holds no energy.
    """
    require_balance(balance, use)
    leaves = balance.leaves
    if leaves.empty:
        raise InputError(use, ["the balance holds no energy; nothing can be computed"])
    key, keys = _pairs(leaves["territory"], leaves["year"])
    cell, cells = _pairs(leaves["flow"], leaves["product"])
    index = pd.MultiIndex.from_frame(keys.set_axis(["territory", "year"], axis=1))
    return Rows(index, cells.set_axis(CELL, axis=1), key, cell, leaves["energy_mwh"].to_numpy())


def one_year(balance: Balance, use: str) -> Rows:
    """Lay out a balance of one territory and one year.

    Raises
    ------
    InputError
        It is no Balance, holds more than one territory or year, or no energy.
    """
    require_balance(balance, use)
    balance.one()
    return rows_of(balance, use)


def grid_of(energy_mwh: np.ndarray, cells: pd.DataFrame, keys: pd.MultiIndex, use: str) -> Grid:
    """Check and name an array of energy.

    Raises
    ------
    InputError
        Shapes that do not fit, columns or levels that are missing, cells given twice, or values that
        are not finite.
    """
    faults = [f"cells have no column '{name}'" for name in CELL if name not in cells]
    if list(keys.names) != ["territory", "year"]:
        faults.append(f"keys have levels {', '.join(map(str, keys.names))}; expected territory, year")
    wanted = (len(keys), len(cells))
    if energy_mwh.shape != wanted:
        faults.append(f"energy has shape {energy_mwh.shape}; expected {wanted}: territory-years × cells")
    elif not np.isfinite(energy_mwh).all():
        faults.append("energy is not finite everywhere; a missing value is never zero")
    if not faults and cells.duplicated(CELL).any():
        twice = cells.loc[cells.duplicated(CELL), CELL].astype(str).agg(" ".join, axis=1)
        faults += [f"cell {name} is given twice" for name in dict.fromkeys(twice)]
    if faults:
        raise InputError(use, faults)
    return Grid(keys, cells[CELL].reset_index(drop=True), energy_mwh)


def _pairs(first: pd.Series, second: pd.Series) -> tuple[np.ndarray, pd.DataFrame]:
    """Return the position of each pair among the pairs that occur, and these, in order."""
    one, ones = pd.factorize(first, sort=True)
    two, twos = pd.factorize(second, sort=True)
    both = one * len(twos) + two
    there = np.bincount(both, minlength=len(ones) * len(twos)) > 0
    found = np.flatnonzero(there)
    names = pd.DataFrame({0: ones[found // len(twos)], 1: twos[found % len(twos)]})
    place: np.ndarray = (np.cumsum(there) - 1)[both]
    return place, names
