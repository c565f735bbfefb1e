"""Technologies of the reference tables as rows of a problem: buses, balance cells, yearly costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from leb_kit.errors import InputError
from leb_kit.reference import catalog
from leb_kit.reference.numbers import has_parameter, parameter

SECTOR = "{sector}"


@dataclass
class Rows:
    """Rows of a problem under construction."""

    processes: list[dict[str, object]] = field(default_factory=list)
    flows: list[tuple[str, str, float]] = field(default_factory=list)
    cells: list[tuple[str, str, str, float]] = field(default_factory=list)

    def add_technology(
        self,
        technology: str,
        process: str = "",
        *,
        sector: str = "",
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
        numbers : Mapping[str, float], optional
            Replaces parameters of the technology (efficiency, cop, loss_share …).
        **columns : object
            Columns of ``mix.processes``; a column left out takes the technology's own cost.
        """
        name = process or (f"{technology}:{sector}" if sector else technology)
        amount = quantities(technology, numbers or {})
        for row in _flows(technology):
            per_output = amount[str(row.quantity)]
            if row.bus:
                sign = 1.0 if row.direction == "out" else -1.0
                self.flows.append((name, str(row.bus).replace(SECTOR, sector), sign * per_output))
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


@cache
def _flows(technology: str) -> list[Any]:
    table = catalog.table("technology_flows")
    rows = list(table[table["technology"] == technology].itertuples(index=False))
    if not rows:
        raise InputError("technology_flows.csv", [f"no rows for technology '{technology}'"])
    return rows


def quantities(technology: str, numbers: Mapping[str, float]) -> dict[str, float]:
    """Return what a technology takes and gives per MWh of main output (MWh/MWh).

    Main output is electricity for cogeneration, what is delivered for a network.
    """

    def number(name: str) -> float | None:
        if name in numbers:
            return float(numbers[name])
        return parameter(technology, name) if has_parameter(technology, name) else None

    out = {"output": 1.0}
    electricity, heat, efficiency = (
        number(name) for name in ("electricity_efficiency", "heat_efficiency", "efficiency")
    )
    cop, loss = number("cop"), number("loss_share")
    if electricity is not None:
        out |= {"fuel": 1 / electricity, "electricity": 1.0, "heat": (heat or 0.0) / electricity}
    elif efficiency is not None:
        out["fuel"] = 1 / efficiency
    if cop is not None:
        out |= {"power": 1 / cop, "ambient": 1 - 1 / cop}
    if loss is not None:
        out |= {"fed": 1 / (1 - loss), "lost": loss / (1 - loss)}
    return out


def yearly_costs(technology: str) -> dict[str, float]:
    """Return annuity, fixed and variable cost in the price year of ``economics.csv``.

    Annuity of an investment I over n years at rate r: I × r / (1 − (1 + r)^−n).
    """
    out = {}
    if has_parameter(technology, "capex_eur_per_mw"):
        out["capex_eur_per_mw_year"] = annuity(technology, "capex_eur_per_mw")
    for column, name in (
        ("fixed_eur_per_mw_year", "fixed_eur_per_mw_year"),
        ("variable_eur_per_mwh", "variable_eur_per_mwh"),
    ):
        if has_parameter(technology, name):
            out[column] = in_price_year(technology, name)
    return out


@cache
def annuity(technology: str, name: str) -> float:
    """Return the yearly cost of an investment parameter, in the price year."""
    rate, years = economics("discount_rate"), parameter(technology, "lifetime_yr")
    factor = 1 / years if rate == 0 else rate / (1 - (1 + rate) ** -years)
    return in_price_year(technology, name) * factor


@cache
def in_price_year(technology: str, name: str) -> float:
    """Return a cost parameter in EUR of the price year."""
    table = catalog.table("technology_parameters")
    rows = table[(table["technology"] == technology) & (table["parameter"] == name)]
    row = rows.sort_values("valid_from").iloc[-1]
    return float(row["value"]) * inflation(int(row["price_year"]))


@cache
def price(item: str) -> float:
    """Return the price of a product, EUR/MWh in the price year.

    Raises
    ------
    InputError
        ``prices.csv`` has no such item.
    """
    table = catalog.table("prices")
    rows = table[table["item"] == item]
    if rows.empty:
        raise InputError("prices.csv", [f"no price for '{item}'"])
    row = rows.sort_values("valid_from").iloc[-1]
    return float(row["value"]) * inflation(int(row["price_year"]))


@cache
def inflation(year: int) -> float:
    """Return the factor from EUR of ``year`` to EUR of the price year."""
    rates = dict(catalog.table("deflators")[["year", "value"]].itertuples(index=False))
    wanted = int(economics("price_year"))
    between = range(min(year, wanted) + 1, max(year, wanted) + 1)
    growth = float(np.prod([1 + float(rates[step]) for step in between]))
    return growth if year < wanted else 1 / growth


@cache
def economics(name: str) -> float:
    """Return one figure of ``economics.csv``."""
    table = catalog.table("economics").set_index("name")
    return float(table.loc[name, "value"])
