"""EnergySystem: processes joined to products and services; demand in, balance out.

A process at activity 1 touches certain rows of the balance (its *cells*). Activities follow from
three kinds of driver:

* ``service``: a device serves a fixed share of a service (useful heat, light …) of an end user;
* ``fixed``: plants whose output is set by capacity or decision (sun, water, refineries, exports …);
* ``closing``: what supplies the rest of each product (imports, or heat and power plants in their
  base mix).

With services given, the closing activities G solve one linear system, for all cases at once::

    sum over processes of sign(row) × cell × activity = statistical difference   for each product

sign: +1 rows of supply and transformation output, −1 rows of use (``flows.csv``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leb_kit.balance import Balance, aggregate
from leb_kit.errors import InputError, did_you_mean
from leb_kit.system.shown_system import system_page
from leb_kit.system.structure import sign_of

#: Below a watt-hour a cell is the arithmetic of floats, not energy.
NEGLIGIBLE_MWH = 1 / 1e6


@dataclass(frozen=True, repr=False, eq=False)
class EnergySystem:
    """A calibrated system: it reproduces its balance and answers changes of demand.

    Parameters
    ----------
    territory, year : str, int
        Of the balance it was calibrated on.
    processes : pd.DataFrame
        Index process; kind, driver, service, technology, share (of the service), efficiency
        (useful per final energy), activity_mwh (base year).
    cells : pd.DataFrame
        process, flow, product, coefficient (MWh in that row per MWh of activity).
    services : pd.DataFrame
        Index service; flow, end_use, demand_mwh (useful energy, MWh/year).
    closing : pd.DataFrame
        product, process, weight (activity per MWh of product supplied).
    difference : pd.Series
        Statistical difference by product, MWh; constant in scenarios.
    """

    territory: str
    year: int
    processes: pd.DataFrame
    cells: pd.DataFrame
    services: pd.DataFrame
    closing: pd.DataFrame
    difference: pd.Series
    name: str = ""

    def propagate(self, demand_mwh: pd.DataFrame | None = None) -> pd.DataFrame:
        """Return the activity of every process for given service demands.

        Parameters
        ----------
        demand_mwh : pd.DataFrame, optional
            Useful energy, MWh/year: services × cases; services left out keep their base demand.
            Default: the base demand, one case.

        Returns
        -------
        pd.DataFrame
            Processes × cases, MWh/year. One linear solve serves all cases.

        Raises
        ------
        InputError
            An unknown service.
        """
        base = self.services["demand_mwh"]
        if demand_mwh is None:
            demand_mwh = base.to_frame("base")
        self._require_known(demand_mwh.index)
        demand = demand_mwh.reindex(self.services.index).astype(float)
        demand = demand.apply(lambda case: case.where(demand.index.isin(demand_mwh.index), base))
        names = self.processes.index
        fixed = np.where(self.processes["driver"] == "fixed", self.processes["activity_mwh"], 0.0)
        activity = np.repeat(fixed[:, None], demand.shape[1], axis=1)
        served = self.processes["driver"].to_numpy() == "service"
        devices = self.processes[served]
        per_service = (devices["share"] / devices["efficiency"]).to_numpy()[:, None]
        activity[served] = demand.loc[devices["service"]].to_numpy() * per_service
        net = self._net()
        groups = self._groups()
        difference = self.difference.reindex(net.index, fill_value=0.0).to_numpy()[:, None]
        short = difference - net.to_numpy() @ activity
        supply = np.linalg.solve(net.to_numpy() @ groups.to_numpy(), short)
        return pd.DataFrame(activity + groups.to_numpy() @ supply, index=names, columns=demand.columns)

    def to_balance(
        self, demand_mwh: Mapping[str, float] | pd.Series | None = None, *, year: int | None = None
    ) -> Balance:
        """Return the balance that goes with a demand; without one, the calibration balance.

        Parameters
        ----------
        demand_mwh : Mapping[str, float], optional
            Useful energy by service, MWh/year; services left out keep their base demand.
        year : int, optional
            Year to write; default the base year.

        Raises
        ------
        InputError
            An unknown service.
        """
        demand = self.services["demand_mwh"].copy()
        if demand_mwh is not None:
            changes = pd.Series(demand_mwh, dtype=float)
            self._require_known(changes.index)
            demand.update(changes)
        activity = self.propagate(demand.to_frame("case"))["case"]
        return self.balance_of(activity, year=year)

    def balance_of(self, activity: pd.Series, *, year: int | None = None) -> Balance:
        """Return the balance of given activities (process → MWh/year), with aggregates."""
        cells = self.cells
        energy = cells["coefficient"].to_numpy() * activity.reindex(cells["process"]).to_numpy()
        table = cells[["flow", "product"]].assign(energy_mwh=energy)
        table = _summed(table)
        table = table[table["energy_mwh"].abs() > NEGLIGIBLE_MWH]
        table = _imports_below_zero_are_exports(table)
        table["territory"], table["year"] = self.territory, self.year if year is None else year
        table["status"], table["source"] = "E", "energy system"
        # A name of its own belongs to the base year ("Torino 2019").
        name = self.name if year in (None, self.year) else ""
        return aggregate(Balance.from_mwh(table, name=name))

    def _require_known(self, services: pd.Index) -> None:
        faults = [
            f"unknown service '{name}'.{did_you_mean(name, self.services.index)}"
            for name in services.difference(self.services.index)
        ]
        if faults:
            raise InputError("service demand", faults)

    def _net(self) -> pd.DataFrame:
        """Return product × process: supply (+) and use (−) per MWh of activity."""
        sign = sign_of(self.cells["flow"])
        net = self.cells.assign(net=self.cells["coefficient"] * sign)
        wide = net.pivot_table("net", index="product", columns="process", aggfunc="sum", fill_value=0.0)
        products = self.closing["product"].unique()
        return wide.reindex(index=products, columns=self.processes.index, fill_value=0.0)

    def _groups(self) -> pd.DataFrame:
        wide = self.closing.pivot_table(index="process", columns="product", values="weight", fill_value=0.0)
        products = self.closing["product"].unique()
        return wide.reindex(index=self.processes.index, columns=products, fill_value=0.0)

    def __repr__(self) -> str:
        return (
            f"EnergySystem({self.name or f'{self.territory} {self.year}'}: {len(self.processes)} processes,"
            f" {len(self.services)} services)"
        )

    def _repr_html_(self) -> str:
        return system_page(self)


def _imports_below_zero_are_exports(table: pd.DataFrame) -> pd.DataFrame:
    """A product that its territory makes in excess leaves it."""
    wrong = (table["flow"] == "IMP") & (table["energy_mwh"] < 0)
    if not wrong.any():
        return table
    out = table[wrong].assign(flow="EXP", energy_mwh=-table.loc[wrong, "energy_mwh"])
    return _summed(pd.concat([table[~wrong], out]))


def _summed(table: pd.DataFrame) -> pd.DataFrame:
    return table.groupby(["flow", "product"])[["energy_mwh"]].sum().reset_index()
