"""Technologies of the reference tables as rows of a problem: buses, balance cells, yearly costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pandas as pd

from leb_kit.errors import InputError, say
from leb_kit.reference import catalog
from leb_kit.reference.costs import quantities, yearly_costs

SECTOR = "{sector}"
#: Buses that each zone has for itself, where a territory is divided into zones.
ZONE_BUSES = ("gas", "district_heat_delivered")
#: Quantities of ``costs.quantities`` that are inputs, and those that are what outputs leave of them.
INPUTS = ("fuel", "power", "fed")
_FROM_OUTSIDE, _LOST = "ambient", "lost"


def at(name: str, zone: str) -> str:
    """Return a name, and the zone it belongs to where there is one.

    Examples
    --------
    >>> at("gas", "centre"), at("gas", "")
    ('gas:centre', 'gas')
    """
    return f"{name}:{zone}" if zone else name


@dataclass
class Rows:
    """Rows of a problem under construction."""

    processes: list[dict[str, object]] = field(default_factory=list)
    flows: list[tuple[str, str, float, str]] = field(default_factory=list)
    cells: list[tuple[str, str, str, float, str]] = field(default_factory=list)
    #: Parameters of technologies that the territory's own replace.
    own: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    #: Technology → profile of what it takes in each hour, which the caller gives.
    inputs: Mapping[str, str] = field(default_factory=dict)

    def add_flow(self, process: str, bus: str, coefficient: float, profile: str = "") -> None:
        """Add what a process gives (+) or takes (−) at a bus per MWh of main output."""
        self.flows.append((process, bus, coefficient, profile))

    def add_cell(self, process: str, flow: str, product: str, coefficient: float, profile: str = "") -> None:
        """Add what a process puts in a row of the balance per MWh of main output."""
        self.cells.append((process, flow, product, coefficient, profile))

    def add_technology(
        self,
        technology: str,
        process: str = "",
        *,
        sector: str = "",
        zone: str = "",
        numbers: Mapping[str, float] | None = None,
        input_profile: str = "",
        **columns: object,
    ) -> None:
        """Add a process of a technology.

        Parameters
        ----------
        technology : str
            Its rows in ``technology_flows.csv``.
        process : str
            Name; by default the technology, and the sector it serves.
        sector : str
            Row of final consumption it serves.
        zone : str
            Zone it is in, where the territory is divided.
        numbers : Mapping[str, float], optional
            Replaces parameters of the technology (efficiency, cop, loss_share …).
        input_profile : str
            Profile, a factor on what it takes; the caller's own for the technology replaces it.
        **columns : object
            Columns of ``mix.processes``; a column left out takes the technology's own cost.
        """
        name = at(process or (f"{technology}:{sector}" if sector else technology), zone)
        amount = quantities(technology, {**self.own.get(technology, {}), **(numbers or {})})
        varying = self.inputs.get(technology, input_profile)
        for row in _flows(technology):
            for per_output, profile in _parts(str(row.quantity), amount, varying):
                if row.bus:
                    sign = 1.0 if row.direction == "out" else -1.0
                    self.add_flow(name, _bus(str(row.bus), sector, zone), sign * per_output, profile)
                if row.flow:
                    flow = str(row.flow).replace(SECTOR, sector)
                    self.add_cell(name, flow, str(row.product), per_output, profile)
        self.processes.append(
            {"process": name, "technology": technology, **yearly_costs(technology), **columns}
        )

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return processes, flows and cells; rows that touch the same place are summed."""
        flows = pd.DataFrame(self.flows, columns=["process", "bus", "coefficient", "profile"])
        cells = pd.DataFrame(self.cells, columns=["process", "flow", "product", "coefficient", "profile"])
        keys = {"flows": (flows, ["process", "bus"]), "cells": (cells, ["process", "flow", "product"])}
        return {"processes": pd.DataFrame(self.processes)} | {
            name: rows.groupby([*key, "profile"], as_index=False, sort=False).sum()
            for name, (rows, key) in keys.items()
        }


def _parts(quantity: str, amount: Mapping[str, float], profile: str) -> Iterator[tuple[float, str]]:
    """Give what a quantity is per MWh of main output, and the profile each part follows.

    Outputs are what they are; where the input varies, so does what is taken from outside or lost::

        input[t] = input × f[t]      ambient[t] = 1 − power × f[t]      lost[t] = fed × f[t] − 1
    """
    parts = [(amount[quantity], profile if quantity in INPUTS else "")]
    if profile and quantity == _FROM_OUTSIDE:
        parts = [(amount["output"], ""), (-amount["power"], profile)]
    elif profile and quantity == _LOST:
        parts = [(-amount["output"], ""), (amount["fed"], profile)]
    yield from (part for part in parts if part[0])


def _bus(bus: str, sector: str, zone: str) -> str:
    own = SECTOR in bus or bus in ZONE_BUSES
    return at(bus.replace(SECTOR, sector), zone if own else "")


@cache
def _flows(technology: str) -> list[Any]:
    table = catalog.table("technology_flows")
    rows = list(table[table["technology"] == technology].itertuples(index=False))
    if not rows:
        raise InputError(
            "technology_flows.csv", [say("no rows for technology '{technology}'", technology=technology)]
        )
    return rows
