"""Energy systems of many territories laid out on one structure, solved for many cases at once.

T territories, K cases (scenario-years), P processes, C cells, S services, N products. A case gives
the demand of every service, the share of every device and the activity of what is fixed; what is
left of every product follows from one linear solve per territory, for all its cases together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from leb_kit.system.model import EnergySystem
from leb_kit.system.structure import ELECTRICITY, sign_of

#: What balances electricity when no plant does.
POWER_IMPORT = f"supply:IMP:{ELECTRICITY}"
CELL_COLUMNS = ["process", "flow", "product"]


@dataclass(frozen=True, eq=False)
class SystemStack:
    """Several calibrated systems on the union of their processes.

    Parameters
    ----------
    territories : tuple[str, ...]
        Codes, T of them.
    year : int
        Base year.
    processes : pd.DataFrame
        Index process (P); kind, driver, service, technology.
    services : pd.DataFrame
        Index service (S); flow, end_use.
    cells : pd.DataFrame
        process, flow, product (C rows).
    coefficient : np.ndarray
        T × C, MWh in the cell per MWh of activity.
    activity, still, share, efficiency : np.ndarray
        T × P; MWh/year of the base year, the same for what is fixed there (else 0), share of the
        service, useful per final energy.
    demand : np.ndarray
        T × S, useful energy of the base year, MWh.
    closing : pd.DataFrame
        product, process (R rows).
    weight : np.ndarray
        T × R, activity per MWh of product supplied.
    difference : pd.DataFrame
        Statistical difference, MWh: T rows × products.
    """

    territories: tuple[str, ...]
    year: int
    processes: pd.DataFrame
    services: pd.DataFrame
    cells: pd.DataFrame
    coefficient: np.ndarray
    activity: np.ndarray
    still: np.ndarray
    share: np.ndarray
    efficiency: np.ndarray
    demand: np.ndarray
    closing: pd.DataFrame
    weight: np.ndarray
    difference: pd.DataFrame

    @classmethod
    def of(cls, systems: Sequence[EnergySystem]) -> SystemStack:
        """Lay out calibrated systems; what one of them does not have is zero there."""
        processes = _union([s.processes[["kind", "driver", "service", "technology"]] for s in systems])
        services = _union([s.services[["flow", "end_use"]] for s in systems])
        cells = _union([s.cells.set_index(CELL_COLUMNS)[[]] for s in systems]).index
        closing = _union([s.closing.set_index(["product", "process"])[[]] for s in systems]).index

        def stacked(series: list[pd.Series], index: pd.Index, default: float = 0.0) -> np.ndarray:
            return np.stack([one.reindex(index, fill_value=default).to_numpy(dtype=float) for one in series])

        names = processes.index
        products = pd.Index(closing.get_level_values("product").unique())
        return cls(
            tuple(s.territory for s in systems),
            systems[0].year,
            processes,
            services,
            cells.to_frame(index=False),
            stacked([s.cells.set_index(CELL_COLUMNS)["coefficient"] for s in systems], cells),
            stacked([s.processes["activity_mwh"] for s in systems], names),
            stacked([_fixed(s) for s in systems], names),
            stacked([s.processes["share"] for s in systems], names),
            stacked([s.processes["efficiency"] for s in systems], names, 1.0),
            stacked([s.services["demand_mwh"] for s in systems], services.index),
            closing.to_frame(index=False),
            stacked([s.closing.set_index(["product", "process"])["weight"] for s in systems], closing),
            pd.DataFrame(stacked([s.difference for s in systems], products), columns=products),
        ).ready()

    def ready(self) -> SystemStack:
        """Let every product be supplied in every territory, by an import where nothing else does."""
        # An import is what it brings in, whether or not a territory imports in its base year.
        imports = self.cells["process"].str.startswith("supply:IMP:").to_numpy()
        stack = replace(self, coefficient=np.where(imports, 1.0, self.coefficient))
        if POWER_IMPORT not in self.processes.index:
            stack = _idle_supply(stack, [ELECTRICITY], "fixed")
        return _supplied_everywhere(stack)

    def extended(
        self, rows: pd.DataFrame, cells: pd.DataFrame, coefficient: np.ndarray, efficiency: np.ndarray
    ) -> SystemStack:
        """Add processes that are idle in the base year, and a supply for products that are new.

        Parameters
        ----------
        rows : pd.DataFrame
            Index process; kind, driver, service, technology.
        cells : pd.DataFrame
            process, flow, product.
        coefficient : np.ndarray
            T × cells, MWh per MWh of activity.
        efficiency : np.ndarray
            T × rows, useful per final energy.
        """
        if rows.empty:
            return self
        empty = np.zeros((len(self.territories), len(rows)))
        grown = replace(
            self,
            processes=pd.concat([self.processes, rows]),
            cells=pd.concat([self.cells, cells[CELL_COLUMNS]], ignore_index=True),
            coefficient=np.concatenate([self.coefficient, coefficient], axis=1),
            activity=np.concatenate([self.activity, empty], axis=1),
            still=np.concatenate([self.still, empty], axis=1),
            share=np.concatenate([self.share, empty], axis=1),
            efficiency=np.concatenate([self.efficiency, efficiency], axis=1),
        )
        known = set(self.closing["product"])
        fresh = [product for product in dict.fromkeys(cells["product"]) if product not in known]
        return _with_imports(grown, fresh) if fresh else grown

    def solve(self, demand: np.ndarray, share: np.ndarray, fixed: np.ndarray) -> np.ndarray:
        """Return the activity of every process, T × K × P, MWh/year.

        ::

            device    activity = demand of its service × share / efficiency
            fixed     activity as given
            closing   supply − use = statistical difference, for each product

        Electricity that plants of the closing would have to give below zero is taken off imports
        instead: plants stop at zero, then the territory imports less, then it exports.

        Parameters
        ----------
        demand : np.ndarray
            T × K × S, useful energy, MWh/year.
        share : np.ndarray
            T × K × P, share of the service that each device serves.
        fixed : np.ndarray
            T × K × P, activity of what is neither device nor closing, MWh/year.
        """
        served = self._served
        activity = fixed.copy()
        of_service = demand[:, :, self._service_at]
        activity[:, :, served] = of_service * share[:, :, served] / self.efficiency[:, None, served]
        short = self.difference.to_numpy()[:, None, :] - self._net(activity)
        rows, weight = self.closing, self.weight
        found = self._close(activity, short, rows, weight)
        floor = self._plants_below_zero(found)
        if floor.any():
            found[floor] = self._without_plants(activity, short)[floor]
        return found

    def rows(self, activity: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
        """Return the rows of the balance (flow, product; R of them) and their energy, T × K × R, MWh."""
        order, starts, keys = self._row_order
        energy = activity[:, :, self._process_at[order]] * self.coefficient[:, None, order]
        return keys, np.add.reduceat(energy, starts, axis=2)

    def loss_rate(self, product: str) -> np.ndarray:
        """Return network losses per MWh taken from a network in the base year, by territory (T)."""
        mine = (self.cells["product"] == product).to_numpy()
        lost = mine & (self.cells["flow"] == "DL").to_numpy()
        used = mine & (self._sign < 0) & ~lost & ~self.cells["flow"].isin(["EXP", "STK_CHG"]).to_numpy()
        energy = self.activity[:, self._process_at] * self.coefficient
        whole = energy[:, used].sum(axis=1)
        rate: np.ndarray = np.divide(
            energy[:, lost].sum(axis=1), whole, out=np.zeros_like(whole), where=whole > 0
        )
        return rate

    def taken(self, product: str, demand: np.ndarray, share: np.ndarray) -> np.ndarray:
        """Return what devices take of a product from its network, losses included, T × K, MWh."""
        served = self._served
        activity = np.zeros(share.shape)
        activity[:, :, served] = (
            demand[:, :, self._service_at] * share[:, :, served] / self.efficiency[:, None, served]
        )
        column = int(self._products.get_loc(product))
        net: np.ndarray = -self._net(activity)[:, :, column]
        return net

    def without(self, product: str) -> list[str]:
        """Return the territories in which nothing supplies a product in the base year."""
        gives = (self.cells["product"] == product).to_numpy() & (self._sign > 0)
        supplied = (self.activity[:, self._process_at] * self.coefficient)[:, gives].sum(axis=1)
        return [place for place, amount in zip(self.territories, supplied, strict=True) if amount <= 0]

    @cached_property
    def _process_at(self) -> np.ndarray:
        return np.asarray(self.processes.index.get_indexer(self.cells["process"]))

    @cached_property
    def _served(self) -> np.ndarray:
        return np.flatnonzero((self.processes["driver"] == "service").to_numpy())

    @cached_property
    def _service_at(self) -> np.ndarray:
        return np.asarray(self.services.index.get_indexer(self.processes["service"].iloc[self._served]))

    @cached_property
    def _sign(self) -> np.ndarray:
        return sign_of(self.cells["flow"])

    @cached_property
    def _products(self) -> pd.Index:
        return pd.Index(self.difference.columns)

    @cached_property
    def _product_order(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Cells sorted by product, where each product starts, and which products have cells."""
        code = self._products.get_indexer(self.cells["product"])
        order = np.argsort(code, kind="stable")
        present, starts = np.unique(code[order], return_index=True)
        return order, starts, present

    @cached_property
    def _row_order(self) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
        keys = pd.MultiIndex.from_frame(self.cells[["flow", "product"]])
        code, unique = keys.factorize()
        order = np.argsort(code, kind="stable")
        _, starts = np.unique(code[order], return_index=True)
        return order, starts, unique.to_frame(index=False).set_axis(["flow", "product"], axis=1)

    def _net(self, activity: np.ndarray) -> np.ndarray:
        """Supply less use of each product, T × K × N."""
        order, starts, present = self._product_order
        signed = (self.coefficient * self._sign)[:, None, order]
        out = np.zeros((*activity.shape[:2], len(self._products)))
        out[:, :, present] = np.add.reduceat(activity[:, :, self._process_at[order]] * signed, starts, axis=2)
        return out

    def _close(
        self, activity: np.ndarray, short: np.ndarray, rows: pd.DataFrame, weight: np.ndarray
    ) -> np.ndarray:
        """Add what supplies the rest of each product."""
        at = self.processes.index.get_indexer(rows["process"])
        column = self._products.get_indexer(rows["product"])
        unit = np.zeros((len(self.territories), len(self._products), activity.shape[2]))
        for row, (process, product) in enumerate(zip(at, column, strict=True)):
            unit[:, product, process] += weight[:, row]
        matrix = self._net(unit).transpose(0, 2, 1)
        supply = np.linalg.solve(matrix, short.transpose(0, 2, 1)).transpose(0, 2, 1)
        return activity + supply @ unit

    @cached_property
    def closing_plants(self) -> dict[str, np.ndarray]:
        """Positions of the plants that supply the rest of a product, where plants do."""
        kinds = self.processes["kind"].to_numpy()
        out = {}
        for product, names in self.closing.groupby("product", sort=False)["process"]:
            at = np.unique(self.processes.index.get_indexer(names))
            if (kinds[at] == "plant").any():
                out[str(product)] = at[kinds[at] == "plant"]
        return out

    @cached_property
    def memory(self) -> dict[object, Any]:
        """What callers have worked out about this stack, by what they asked; empty at first."""
        return {}

    @cached_property
    def _power_rows(self) -> np.ndarray:
        """Rows of the closing in which plants give electricity."""
        electric = self.closing["product"] == ELECTRICITY
        kinds = self.processes["kind"].reindex(self.closing["process"]).to_numpy()
        return np.flatnonzero(electric.to_numpy() & (kinds == "plant"))

    def _plants_below_zero(self, activity: np.ndarray) -> np.ndarray:
        at = self.processes.index.get_indexer(self.closing["process"].iloc[self._power_rows])
        below: np.ndarray = np.asarray((activity[:, :, at] < 0).any(axis=2))
        return below

    def _without_plants(self, activity: np.ndarray, short: np.ndarray) -> np.ndarray:
        """Close electricity by imports alone; the plants of its closing stand still."""
        keep = np.setdiff1d(np.arange(len(self.closing)), self._power_rows)
        rows = self.closing.iloc[keep]
        extra = pd.DataFrame({"product": [ELECTRICITY], "process": [POWER_IMPORT]})
        ones = np.ones((len(self.territories), 1))
        weight = np.concatenate([self.weight[:, keep], ones], axis=1)
        return self._close(activity, short, pd.concat([rows, extra], ignore_index=True), weight)


def _union(frames: list[pd.DataFrame]) -> pd.DataFrame:
    if len(frames) == 1:
        return frames[0].copy()
    every = pd.concat(frames)
    return every[~every.index.duplicated()]


def _idle_supply(stack: SystemStack, products: Sequence[str], driver: str) -> SystemStack:
    """Add imports that give nothing in the base year."""
    names = [f"supply:IMP:{product}" for product in products]
    rows = pd.DataFrame(
        {"kind": "supply", "driver": driver, "service": "", "technology": ""},
        index=pd.Index(names, name=stack.processes.index.name),
    )
    shape = (len(stack.territories), len(products))
    one, nothing = np.ones(shape), np.zeros(shape)
    cells = pd.DataFrame({"process": names, "flow": "IMP", "product": list(products)})
    return replace(
        stack,
        processes=pd.concat([stack.processes, rows]),
        cells=pd.concat([stack.cells, cells], ignore_index=True),
        coefficient=np.concatenate([stack.coefficient, one], axis=1),
        activity=np.concatenate([stack.activity, nothing], axis=1),
        still=np.concatenate([stack.still, nothing], axis=1),
        share=np.concatenate([stack.share, nothing], axis=1),
        efficiency=np.concatenate([stack.efficiency, one], axis=1),
    )


def _fixed(system: EnergySystem) -> pd.Series:
    rows = system.processes
    return rows["activity_mwh"].where(rows["driver"] == "fixed", 0.0)


def _supplied_everywhere(stack: SystemStack) -> SystemStack:
    """Let a product that one territory lacks, and others have, come from outside there."""
    column = pd.Index(stack.difference.columns).get_indexer(stack.closing["product"])
    has = np.zeros(stack.difference.shape, dtype=bool)
    for row, product in enumerate(column):
        has[:, product] |= stack.weight[:, row] > 0
    lacking = [str(name) for name in stack.difference.columns[~has.all(axis=0)]]
    if not lacking:
        return stack
    idle = [name for name in lacking if f"supply:IMP:{name}" not in stack.processes.index]
    grown = _idle_supply(stack, idle, "fixed") if idle else stack
    closing = pd.DataFrame({"product": lacking, "process": [f"supply:IMP:{name}" for name in lacking]})
    missing = ~has[:, pd.Index(stack.difference.columns).get_indexer(lacking)]
    return replace(
        grown,
        closing=pd.concat([stack.closing, closing], ignore_index=True),
        weight=np.concatenate([stack.weight, missing.astype(float)], axis=1),
    )


def _with_imports(stack: SystemStack, products: Sequence[str]) -> SystemStack:
    """Let products that are new to a territory come from outside."""
    grown = _idle_supply(stack, products, "closing")
    names = [f"supply:IMP:{product}" for product in products]
    shape = (len(stack.territories), len(products))
    zero = pd.DataFrame(np.zeros(shape), columns=pd.Index(list(products)))
    closing = pd.DataFrame({"product": list(products), "process": names})
    return replace(
        grown,
        closing=pd.concat([stack.closing, closing], ignore_index=True),
        weight=np.concatenate([stack.weight, np.ones(shape)], axis=1),
        difference=pd.concat([stack.difference, zero], axis=1),
    )


__all__ = ["SystemStack"]
