"""A balance under construction, and the balance it is made after."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from leb_kit.balance.model import Balance
from leb_kit.balance.table import STATUS

Cell = tuple[str, str]


@dataclass
class Draft:
    """Rows of a balance under construction."""

    rows: list[tuple[str, str, float, str, str]] = field(default_factory=list)

    def add(self, flow: str, product: str, energy_mwh: float, source: str, status: str = "E") -> None:
        """Add energy to a cell, MWh; no energy is no row."""
        if energy_mwh:
            self.rows.append((flow, product, energy_mwh, status, source))

    def sum(self, product: str, *prefixes: str) -> float:
        """Return the energy of a product in rows whose flow begins so, MWh."""
        return math.fsum(row[2] for row in self.rows if row[1] == product and row[0].startswith(prefixes))

    def products(self) -> list[str]:
        """Return the products, in order of appearance."""
        return list(dict.fromkeys(row[1] for row in self.rows))

    def balance(self, territory: str, year: int, name: str) -> Balance:
        """Return the balance: one row for each cell, measured only where all that is added is."""
        cells: dict[Cell, list[tuple[float, str, str]]] = {}
        for flow, product, energy, status, source in self.rows:
            cells.setdefault((flow, product), []).append((energy, status, source))
        rows = [
            (
                territory,
                year,
                *cell,
                math.fsum(part[0] for part in parts),
                parts[0][1] if len(parts) == 1 else MADE,
                "; ".join(dict.fromkeys(part[2] for part in parts)),
            )
            for cell, parts in cells.items()
        ]
        columns = ["territory", "year", "flow", "product", "energy_mwh", "status", "source"]
        return Balance.from_mwh(pd.DataFrame(rows, columns=columns), name=name)


#: Status of what is made of several parts: estimated.
MADE = STATUS[1]


@dataclass(frozen=True)
class Pattern:
    """Structure and ratios of a whole balance that another is made after."""

    name: str
    leaves: tuple[tuple[str, str, float], ...]
    cells: Mapping[Cell, float]

    @classmethod
    def of(cls, balance: Balance) -> Pattern:
        """Read a balance of one territory and year."""
        balance.one()
        sums = balance.leaves.groupby(["flow", "product"], sort=False)["energy_mwh"].sum()
        cells = {(str(flow), str(product)): float(energy) for (flow, product), energy in sums.items()}
        leaves = tuple((*cell, energy) for cell, energy in cells.items())
        return cls(balance.title("en"), leaves, cells)

    def sum(self, product: str, *prefixes: str) -> float:
        """Return the energy of a product in leaves whose flow begins so, MWh."""
        return math.fsum(row[2] for row in self.leaves if row[1] == product and row[0].startswith(prefixes))

    def efficiency(self, plant: str, product: str) -> float:
        """Return output over input of a kind of plant, MWh/MWh; NaN where there is none."""
        taken = self.cells.get((f"TI_EHG_{plant}_E", product), 0.0)
        given = sum(self.cells.get((f"{made}_{plant}", product), 0.0) for made in ("GEP", "GHP"))
        return given / taken if taken and given else math.nan

    def power_to_heat(self, product: str) -> float:
        """Return electricity over heat of cogeneration, MWh/MWh; NaN where there is none."""
        electricity, heat = (self.cells.get((f"{made}_MAPCHP", product), 0.0) for made in ("GEP", "GHP"))
        return electricity / heat if electricity and heat else math.nan

    def loss(self, product: str) -> float:
        """Return the losses of a network as a share of what is fed in, 0–1."""
        lost, used = self.sum(product, "DL"), self.sum(product, "FC_", "TI_", "NRG_")
        return lost / (lost + used) if lost else 0.0
