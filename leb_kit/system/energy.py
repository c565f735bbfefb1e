"""Leaf cells of many territories side by side: one vector of T numbers for each row and product."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

#: One number for each territory, MWh.
Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Energy:
    """Energy of the leaf cells of T territories in one year.

    Parameters
    ----------
    territories : tuple[str, ...]
        Codes (T).
    cells : dict[tuple[str, str], Vector]
        (flow, product) → MWh by territory; no cell = no energy anywhere.
    """

    territories: tuple[str, ...]
    cells: dict[tuple[str, str], Vector]

    @classmethod
    def of(cls, leaves: pd.DataFrame) -> Energy:
        """Lay out the leaves of one year."""
        places, names = pd.factorize(leaves["territory"], sort=True)
        keys, pairs = pd.MultiIndex.from_frame(leaves[["flow", "product"]]).factorize(sort=True)
        grid = np.zeros((len(pairs), len(names)))
        np.add.at(grid, (keys, places), leaves["energy_mwh"].to_numpy(dtype=np.float64))
        cells = {(str(flow), str(product)): row for (flow, product), row in zip(pairs, grid, strict=True)}
        return cls(tuple(str(name) for name in names), cells)

    @classmethod
    def of_one(cls, energy: pd.Series) -> Energy:
        """Lay out the cells of one territory (index flow, product)."""
        pairs = zip(energy.index.to_list(), energy.to_numpy(dtype=np.float64), strict=True)
        return cls(
            ("",), {(str(flow), str(product)): np.array([amount]) for (flow, product), amount in pairs}
        )

    @property
    def count(self) -> int:
        """Number of territories (T)."""
        return len(self.territories)

    @property
    def zero(self) -> Vector:
        """No energy anywhere."""
        return np.zeros(self.count)

    @cached_property
    def by_flow(self) -> dict[str, dict[str, Vector]]:
        """Rows of the balance, each with its products."""
        out: dict[str, dict[str, Vector]] = {}
        for (flow, product), amount in self.cells.items():
            out.setdefault(flow, {})[product] = amount
        return out

    def at(self, flow: str, product: str) -> Vector:
        """Return one cell; no energy where there is no such cell."""
        found = self.cells.get((flow, product))
        return self.zero if found is None else found

    def of_flow(self, flow: str) -> dict[str, Vector]:
        """Return the products of one row."""
        return self.by_flow.get(flow, {})

    def items(self) -> Iterator[tuple[str, str, Vector]]:
        """Give row, product and energy of every cell."""
        for (flow, product), amount in self.cells.items():
            yield flow, product, amount


def ratio(part: Vector, whole: Vector) -> Vector:
    """Return part over whole; 0 where the whole is not above 0."""
    out: Vector = np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0)
    return out
