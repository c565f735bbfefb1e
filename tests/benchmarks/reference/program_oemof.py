"""oemof.solph with its own components; limits by its ``generic_integral_limit``."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pyomo.environ as pyo
from oemof import solph
from oemof.solph import Investment, components
from oemof.solph.flows import Flow

from .case import Case
from .measure import Record

warnings.filterwarnings("ignore")


class System:
    """An energy system, and the factors of the limits on each flow."""

    def __init__(self, case: Case) -> None:
        self.case = case
        index = pd.date_range("2020-01-01", periods=case.hours + 1, freq="h")
        self.system = solph.EnergySystem(timeindex=index, infer_last_interval=False)
        self.bus = {name: solph.buses.Bus(label=name) for name in case.buses}
        self.system.add(*self.bus.values())

    def size(self, plant: dict[str, Any]) -> Any:
        """Return what makes the capacity of a plant a decision."""
        return Investment(ep_costs=self.case.capacity_cost(plant), maximum=plant.get("mw_max", float("inf")))

    def flow(self, name: str, size: Any, cost: Any, **others: Any) -> Any:
        """Return a flow of a plant with what limits count of it."""
        counted = {}
        for limit, spec in self.case.numbers["limits"].items():
            factor = spec["per_mwh"].get(name, 0.0)
            if isinstance(factor, str):  # heat from the air: what is given less what is taken
                factor = -1.0
            if factor:
                counted[limit] = factor
        return Flow(nominal_capacity=size, variable_costs=cost, custom_properties=counted, **others)


def system(case: Case) -> Any:
    """Return the energy system."""
    s, numbers = System(case), case.numbers
    add = s.system.add
    for bus, shape in numbers["demands"].items():
        fixed = Flow(nominal_capacity=1, fix=case.hourly(shape))
        add(components.Sink(label=f"demand {bus}", inputs={s.bus[bus]: fixed}))
    for name, plant in numbers["sources"].items():
        flow = s.flow(name, s.size(plant), plant["eur_per_mwh"], maximum=case.hourly(plant["profile"]))
        add(components.Source(label=name, outputs={s.bus[plant["bus"]]: flow}))
    for name, plant in numbers["fixed"].items():
        flow = s.flow(name, 1, 0, fix=case.hourly(plant["profile"]))
        add(components.Source(label=name, outputs={s.bus[plant["bus"]]: flow}))
    for name, market in numbers["markets"].items():
        flow = s.flow(f"{name}", market["mw"], market["sign"] * case.value(market["price"]))
        side = {s.bus[market["bus"]]: flow}
        bought = market["sign"] > 0
        label = f"market {name}"
        add(
            components.Source(label=label, outputs=side)
            if bought
            else components.Sink(label=label, inputs=side)
        )
    for name, plant in numbers["converters"].items():
        add(_converter(s, name, plant))
    for name, store in numbers["stores"].items():
        add(_store(s, name, store))
    return s.system


def _converter(s: System, name: str, plant: dict[str, Any]) -> Any:
    per_mwh = {limit: spec["per_mwh"].get(name) for limit, spec in s.case.numbers["limits"].items()}
    given = {limit: 1.0 for limit, factor in per_mwh.items() if isinstance(factor, str)}
    return components.Converter(
        label=name,
        inputs={s.bus[plant["takes"]]: s.flow(name, s.size(plant), plant["eur_per_mwh"])},
        outputs={s.bus[bus]: Flow(custom_properties=dict(given)) for bus in plant["gives"]},
        conversion_factors={s.bus[bus]: s.case.value(factor) for bus, factor in plant["gives"].items()},
    )


def _store(s: System, name: str, store: dict[str, Any]) -> Any:
    bus = s.bus[store["bus"]]
    return components.GenericStorage(
        label=name,
        inputs={bus: Flow(nominal_capacity=Investment())},
        outputs={bus: Flow(nominal_capacity=Investment(), variable_costs=store["eur_per_mwh"])},
        nominal_capacity=Investment(ep_costs=s.case.capacity_cost(store) / store["hours"]),
        invest_relation_input_capacity=1 / store["hours"],
        invest_relation_output_capacity=1 / store["hours"],
        inflow_conversion_factor=store["charge"],
        outflow_conversion_factor=store["discharge"],
        loss_rate=store["loss"],
        balanced=True,
        initial_storage_level=None,
    )


def measure(case: Case, record: Record, method: str) -> None:
    """State the system, build its model, hand over as oemof does, solve."""
    with record.stage("state"):
        asked = system(case)
    with record.stage("build"):
        model = solph.Model(asked)
        for name, limit in case.numbers["limits"].items():
            side = "lower_limit" if limit["sense"] == "at_least" else "upper_limit"
            solph.constraints.generic_integral_limit(model, name, **{side: case.limit_value(name)})
    with record.stage("hand over"):
        solver = pyo.SolverFactory("appsi_highs")  # what ``Model.solve(solver="highs")`` takes
        solver.set_instance(model)
        highs = solver._solver_model
        highs.setOptionValue("output_flag", False)  # noqa: FBT003 - HiGHS takes options so
    if record.run(highs, method):
        x = np.array(highs.getSolution().col_value)
        found = {}
        for (start, end, *_), one in model.InvestmentFlowBlock.invest.items():
            found[str(start.label), str(end.label)] = x[solver._pyomo_var_to_solver_var_map[id(one)]]
        record.capacities({name: _found(case, name, found) for name in case.decided})


def _found(case: Case, name: str, found: dict[tuple[str, str], float]) -> float:
    plant = case.decided[name]
    return found[(plant["takes"], name) if "takes" in plant else (name, plant["bus"])]
