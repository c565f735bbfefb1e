"""linopy, written by hand: what PyPSA makes underneath, without PyPSA."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Any

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from .case import Case
from .measure import Record


class Hourly:
    """A model, its flows by hour, and its capacities."""

    def __init__(self, case: Case) -> None:
        self.case, self.model = case, linopy.Model()
        self._time = pd.RangeIndex(case.hours, name="t")
        numbers = case.numbers
        self.flow = {name: self._flow(name) for name in (*numbers["sources"], *numbers["converters"])}
        for name, market in numbers["markets"].items():
            self.flow[name] = self._flow(name, market["mw"])
        for name in numbers["stores"]:
            self.flow |= {(name, part): self._flow(f"{name} {part}") for part in ("in", "out", "content")}
        plants = pd.Index(case.decided, name="plant")
        most = xr.DataArray([p.get("mw_max", np.inf) for p in case.decided.values()], [plants])
        self.sizes = self.model.add_variables(0, most, name="capacity")
        self.size = {name: self.sizes.sel(plant=name) for name in plants}

    def _flow(self, name: str, most: float = np.inf) -> Any:
        return self.model.add_variables(0, most, coords=[self._time], name=name)

    def array(self, value: Any) -> Any:
        """Return a profile by name, an array or a number as linopy takes it."""
        value = self.case.value(value) if isinstance(value, str) else value
        return xr.DataArray(value, [self._time]) if np.ndim(value) else value


def build(case: Case) -> Hourly:
    """Return the model."""
    m = Hourly(case)
    for bus in case.buses:
        _balance(m, bus)
    numbers = case.numbers
    for name, source in numbers["sources"].items():
        m.model.add_constraints(m.flow[name] - m.array(source["profile"]) * m.size[name] <= 0)
    for name in numbers["converters"]:
        m.model.add_constraints(m.flow[name] - m.size[name] <= 0)
    for name, store in numbers["stores"].items():
        content, given, taken = (m.flow[name, part] for part in ("content", "out", "in"))
        m.model.add_constraints(content - store["hours"] * m.size[name] <= 0)
        m.model.add_constraints(given - m.size[name] <= 0)
        m.model.add_constraints(taken - m.size[name] <= 0)
        kept = (1 - store["loss"]) * content.roll(t=1)
        m.model.add_constraints(content - kept - store["charge"] * taken + given / store["discharge"] == 0)
    for name, limit in numbers["limits"].items():
        terms = [m.array(factor) * m.flow[plant] for plant, factor in case.limit_terms(name).items()]
        sense = ">=" if limit["sense"] == "at_least" else "<="
        m.model.add_constraints(reduce(add, terms).sum(), sense, case.limit_rest(name), name=name)
    m.model.add_objective(_cost(m))
    return m


def _balance(m: Hourly, bus: str) -> None:
    case, numbers = m.case, m.case.numbers
    terms = [1 * m.flow[name] for name, one in numbers["sources"].items() if one["bus"] == bus]
    terms += [one["sign"] * m.flow[name] for name, one in numbers["markets"].items() if one["bus"] == bus]
    for name, converter in numbers["converters"].items():
        if converter["takes"] == bus:
            terms.append(-1 * m.flow[name])
        if bus in converter["gives"]:
            terms.append(m.array(converter["gives"][bus]) * m.flow[name])
    for name, store in numbers["stores"].items():
        if store["bus"] == bus:
            terms += [1 * m.flow[name, "out"], -1 * m.flow[name, "in"]]
    fixed = sum(case.hourly(one["profile"]) for one in numbers["fixed"].values() if one["bus"] == bus)
    m.model.add_constraints(reduce(add, terms) == m.array(case.demand(bus) - fixed), name=f"balance {bus}")


def _cost(m: Hourly) -> Any:
    case = m.case
    each = [case.capacity_cost(plant) for plant in case.decided.values()]
    terms = [(m.sizes * xr.DataArray(each, [pd.Index(case.decided, name="plant")])).sum()]
    for name, plant in case.decided.items():
        flow = m.flow[(name, "out") if name in case.numbers["stores"] else name]
        if plant["eur_per_mwh"]:
            terms.append((plant["eur_per_mwh"] * flow).sum())
    for name, market in case.numbers["markets"].items():
        terms.append((m.array(market["sign"] * case.value(market["price"])) * m.flow[name]).sum())
    return reduce(add, terms)


def measure(case: Case, record: Record, method: str) -> None:
    """Build, hand over directly, solve."""
    with record.stage("build"):
        m = build(case)
    with record.stage("hand over"):
        highs = linopy.io.to_highspy(m.model)
        highs.setOptionValue("output_flag", False)  # noqa: FBT003 - HiGHS takes options so
    if record.run(highs, method):
        x = np.array(highs.getSolution().col_value)
        labels = m.model.matrices.vlabels
        record.capacities(
            {name: x[np.flatnonzero(labels == int(size.labels))[0]] for name, size in m.size.items()}
        )
