"""Technologies of the reference tables as rows of a problem: buses, balance cells, yearly costs."""

from __future__ import annotations

from collections.abc import Mapping
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
    flows: list[tuple[str, str, float]] = field(default_factory=list)
    cells: list[tuple[str, str, str, float]] = field(default_factory=list)
    #: Parameters of technologies that the territory's own replace.
    own: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def add_technology(
        self,
        technology: str,
        process: str = "",
        *,
        sector: str = "",
        zone: str = "",
        numbers: Mapping[str, float] | None = None,
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
        **columns : object
            Columns of ``mix.processes``; a column left out takes the technology's own cost.
        """
        name = at(process or (f"{technology}:{sector}" if sector else technology), zone)
        amount = quantities(technology, {**self.own.get(technology, {}), **(numbers or {})})
        for row in _flows(technology):
            per_output = amount[str(row.quantity)]
            if not per_output:
                continue
            if row.bus:
                sign = 1.0 if row.direction == "out" else -1.0
                self.flows.append((name, _bus(str(row.bus), sector, zone), sign * per_output))
            if row.flow:
                self.cells.append((name, str(row.flow).replace(SECTOR, sector), str(row.product), per_output))
        self.processes.append(
            {"process": name, "technology": technology, **yearly_costs(technology), **columns}
        )

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return processes, flows and cells; rows that touch the same place are summed."""
        flows = pd.DataFrame(self.flows, columns=["process", "bus", "coefficient"])
        cells = pd.DataFrame(self.cells, columns=["process", "flow", "product", "coefficient"])
        return {
            "processes": pd.DataFrame(self.processes),
            "flows": flows.groupby(["process", "bus"], as_index=False, sort=False).sum(),
            "cells": cells.groupby(["process", "flow", "product"], as_index=False, sort=False).sum(),
        }


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
