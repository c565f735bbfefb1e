"""From balances to energy systems that reproduce them cell by cell.

``calibrate`` takes one territory, ``calibrate_all`` many on one structure; both do the same arithmetic.
Every leaf cell is given to exactly one process (see ``layout``); what supplies the rest of each product
is chosen here (see the module text of ``model``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.balance.require import require_balance
from leb_kit.errors import CalibrationError, InputError
from leb_kit.reference import catalog
from leb_kit.system.energy import Energy, Vector, ratio
from leb_kit.system.layout import LOSSES, OWN_USE, Layout, laid_out
from leb_kit.system.model import EnergySystem
from leb_kit.system.stack import CELL_COLUMNS, SystemStack
from leb_kit.system.structure import ELECTRICITY, HEAT, sign_of


def calibrate(balance: Balance) -> EnergySystem:
    """Build the energy system of a territory from its balance.

    Parameters
    ----------
    balance : Balance
        One territory, one year; only its leaves are used.

    Returns
    -------
    EnergySystem
        ``system.to_balance()`` equals the balance to a relative 1e-9 in every leaf.

    Raises
    ------
    InputError
        More than one territory or year.
    CalibrationError
        A product is used that nothing can supply.

    Examples
    --------
    >>> import leb_kit as leb
    >>> leb.calibrate(leb.examples.italy()).services.shape[0] > 40
    True
    """
    require_balance(balance, "calibrate")
    territory, year = balance.one()
    return _system(_Parts.of(Energy.of(balance.leaves)), territory, year, balance.name)


def calibrate_all(balance: Balance) -> SystemStack:
    """Build the energy systems of many territories on one structure.

    Parameters
    ----------
    balance : Balance
        Any number of territories, one year; only its leaves are used.

    Returns
    -------
    SystemStack
        Each territory as ``calibrate`` would build it alone.

    Raises
    ------
    InputError
        No balance, or several years.
    CalibrationError
        A product is used that nothing can supply.

    Examples
    --------
    >>> import leb_kit as leb
    >>> calibrate_all(leb.examples.italy()).territories
    ('IT',)
    """
    require_balance(balance, "calibration")
    years = balance.years
    if len(years) != 1:
        told = ", ".join(map(str, years)) or "none"
        raise InputError("calibration", [f"one year is needed; found {told}; use filter(year=…)"])
    parts = _Parts.of(Energy.of(balance.leaves))
    return parts.stacked(years[0]).ready()


@dataclass(frozen=True, eq=False)
class _Closing:
    """What supplies the rest of each product: product, process and weight by territory."""

    rows: list[tuple[str, str, Vector]]
    idle: list[str]


@dataclass(frozen=True, eq=False)
class _Parts:
    """Processes, cells and services of T territories."""

    energy: Energy
    layout: Layout
    names: list[str]
    cells: pd.DataFrame
    amount: np.ndarray
    activity: np.ndarray
    closing: _Closing

    @classmethod
    def of(cls, energy: Energy) -> _Parts:
        layout = laid_out(energy)
        cells = pd.DataFrame([cell[:3] for cell in layout.cells], columns=CELL_COLUMNS)
        amount = np.array([cell[3] for cell in layout.cells]).reshape(len(cells), energy.count)
        names, activity = _activities(cells, amount)
        level = dict(zip(names, activity, strict=True))
        return cls(energy, layout, names, cells, amount, activity, _closing(cells, amount, level, energy))

    @property
    def coefficient(self) -> np.ndarray:
        """MWh per MWh of activity, cells × T."""
        at = pd.Index(self.names).get_indexer(self.cells["process"])
        level = self.activity[at]
        out: np.ndarray = np.divide(self.amount, level, out=np.zeros_like(self.amount), where=level != 0)
        return out

    @property
    def difference(self) -> dict[str, Vector]:
        """Statistical difference by product: supply less use, MWh by territory."""
        pairs = list(self.energy.cells)
        sign = sign_of(pd.Index([flow for flow, _ in pairs]))
        out: dict[str, Vector] = {}
        for (_, product), way, amount in zip(pairs, sign, self.energy.cells.values(), strict=True):
            out[product] = out.get(product, self.energy.zero) + way * amount
        return out

    @property
    def processes(self) -> pd.DataFrame:
        """Kind, driver, service and technology of every process, the idle supplies last."""
        devices = {device.name: device for device in self.layout.devices}
        closing = {process for _, process, weight in self.closing.rows if weight.any()}
        kinds = [self.layout.kinds[name] for name in self.names] + ["supply"] * len(self.closing.idle)
        names = [*self.names, *self.closing.idle]
        frame = pd.DataFrame({"kind": kinds}, index=pd.Index(names, name="process"))
        drivers = ["service" if kind == "device" else "fixed" for kind in kinds]
        frame["driver"] = [
            "closing" if name in closing else driver for name, driver in zip(names, drivers, strict=True)
        ]
        for column in ("service", "technology"):
            frame[column] = [getattr(devices[n], column) if n in devices else "" for n in names]
        return frame

    @property
    def services(self) -> dict[str, Vector]:
        """Useful energy of each service, MWh by territory, in order of name."""
        total: dict[str, Vector] = {}
        for device in self.layout.devices:
            total[device.service] = total.get(device.service, self.energy.zero) + device.useful_mwh
        return dict(sorted(total.items()))

    def device_values(self, names: pd.Index) -> tuple[np.ndarray, np.ndarray]:
        """Return share of the service and efficiency, T × P."""
        share = np.zeros((self.energy.count, len(names)))
        efficiency = np.ones_like(share)
        services = self.services
        for device in self.layout.devices:
            at = names.get_loc(device.name)
            share[:, at] = ratio(device.useful_mwh, services[device.service])
            efficiency[:, at] = device.efficiency
        return share, efficiency

    def stacked(self, year: int) -> SystemStack:
        """Return the territories as one stack."""
        processes, services = self.processes, self.services
        idle = pd.DataFrame({"process": self.closing.idle, "flow": "IMP"})
        idle["product"] = [name.rsplit(":", 1)[1] for name in self.closing.idle]
        cells = pd.concat([self.cells, idle], ignore_index=True)
        ones = np.ones((len(idle), self.energy.count))
        activity = np.concatenate([self.activity, 0 * ones]).T
        share, efficiency = self.device_values(processes.index)
        closes = np.zeros(activity.shape, dtype=bool)
        for _, process, weight in self.closing.rows:
            closes[:, processes.index.get_loc(process)] |= weight > 0
        fixed = (processes["driver"] != "service").to_numpy() & ~closes
        products = list(dict.fromkeys(product for product, _, _ in self.closing.rows))
        difference = self.difference
        keys = pd.DataFrame([name.split(":")[:2] for name in services], columns=["flow", "end_use"])
        return SystemStack(
            territories=self.energy.territories,
            year=year,
            processes=processes,
            services=keys.set_axis(pd.Index(services, name="service"), axis=0),
            cells=cells,
            coefficient=np.concatenate([self.coefficient, ones]).T,
            activity=activity,
            still=np.where(fixed, activity, 0.0),
            share=share,
            efficiency=efficiency,
            demand=np.array(list(services.values())).reshape(len(services), self.energy.count).T,
            closing=pd.DataFrame([row[:2] for row in self.closing.rows], columns=["product", "process"]),
            weight=np.array([row[2] for row in self.closing.rows]).T,
            difference=pd.DataFrame({code: difference[code] for code in products}),
        )


def _system(parts: _Parts, territory: str, year: int, name: str) -> EnergySystem:
    """Return the one territory of the parts."""
    stack = parts.stacked(year)
    processes = stack.processes.assign(
        share=stack.share[0], efficiency=stack.efficiency[0], activity_mwh=stack.activity[0]
    )
    rows = stack.closing.assign(weight=stack.weight[0])
    difference = pd.Series(
        {product: float(amount[0]) for product, amount in parts.difference.items()}, dtype=float
    )
    return EnergySystem(
        territory,
        year,
        processes,
        stack.cells.assign(coefficient=stack.coefficient[0]),
        stack.services.assign(demand_mwh=stack.demand[0]),
        rows[rows["weight"] != 0].reset_index(drop=True),
        difference.rename_axis("product").sort_index(),
        name,
    )


def _activities(cells: pd.DataFrame, amount: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Activity of a process: what it takes; where it takes nothing, what it gives (MWh/year)."""
    code, names = pd.factorize(cells["process"], sort=True)
    own = ~cells["flow"].isin([LOSSES, OWN_USE]).to_numpy()
    takes = (sign_of(cells["flow"]) < 0) & own
    size = np.abs(amount)

    def summed(mask: np.ndarray) -> np.ndarray:
        out = np.zeros((len(names), amount.shape[1]))
        np.add.at(out, code[mask], size[mask])
        return out

    taken, touched, whole = summed(takes), summed(own), summed(np.ones(len(cells), dtype=bool))
    activity = np.where(taken > 0, taken, np.where(touched > 0, touched, whole))
    return [str(name) for name in names], activity


def _closing(cells: pd.DataFrame, amount: np.ndarray, level: dict[str, Vector], energy: Energy) -> _Closing:
    """Choose what supplies the rest of each product.

    Heat: all plants and imports of heat in their base mix. Electricity: fossil power-only plants in
    their base mix, else imports. Other products: imports, else production; else an import row that
    is zero in the base year.
    """
    table = catalog.table("products")
    fossil = table.loc[table["fossil"], "code"]
    power = {f"plant:{kind}:{code}" for kind in ("MAPE", "APE") for code in fossil}
    givers: dict[str, list[tuple[str, Vector]]] = {}
    gives = cells["flow"].str.startswith(("TO_EHG_", "IMP")).to_numpy()
    for process, product, given in zip(
        cells.loc[gives, "process"], cells.loc[gives, "product"], amount[gives], strict=True
    ):
        if product == HEAT or (product == ELECTRICITY and process in power):
            givers.setdefault(str(product), []).append((str(process), given))
    rows: list[tuple[str, str, Vector]] = []
    idle: list[str] = []
    for product in dict.fromkeys(cells["product"].astype(str)):
        chosen = givers.get(product, [])
        supplied = sum((given for _, given in chosen), energy.zero)
        there = np.any([given != 0 for _, given in chosen], axis=0) if chosen else energy.zero != 0
        _require_supply(product, there & (supplied <= 0), energy)
        rows += [(product, name, ratio(level[name] * (given != 0), supplied)) for name, given in chosen]
        rows += _other_supply(product, ~there, energy, idle)
    # A row with no weight anywhere closes nothing.
    return _Closing([row for row in rows if row[2].any()], idle)


def _require_supply(product: str, without: np.ndarray, energy: Energy) -> None:
    if without.any():
        places = ", ".join(np.array(energy.territories)[without][:3])
        raise CalibrationError(f"{product}: nothing supplies it in the base year of {places}")


def _other_supply(
    product: str, missing: np.ndarray, energy: Energy, idle: list[str]
) -> list[tuple[str, str, Vector]]:
    """Imports, else production, else an idle import, where nothing nearer supplies a product."""
    rows = []
    left = missing.copy()
    for flow in ("IMP", "PPRD"):
        given = energy.at(flow, product)
        _require_supply(product, left & (given < 0), energy)
        rows.append((product, f"supply:{flow}:{product}", (left & (given > 0)).astype(float)))
        left &= given == 0
    if left.any():
        name = f"supply:IMP:{product}"
        if not energy.at("IMP", product).any():
            idle.append(name)
        rows[0] = (product, name, rows[0][2] + left)
    return rows


__all__ = ["calibrate", "calibrate_all"]
