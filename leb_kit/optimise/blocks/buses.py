"""Supply meets use at every bus."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from leb_kit.optimise.blocks.plants import available
from leb_kit.optimise.blocks.year import yearly
from leb_kit.optimise.engine.components import ArrayParam, TemplateConstraint
from leb_kit.optimise.question.problem import MixProblem

Model = Any  # pyomo is untyped


def bus_balance(m: Model, p: MixProblem) -> None:
    """What is given at a bus equals what is taken, in every step.

    sum_p coefficient[p,b] × profile[p,b,t] × output[p,t] + sum_s (discharge[s,t] − charge[s,t]) = demand[b,t]
        + sum_d served[d,t]

    coefficient (MWh/MWh) ``flows.coefficient``, profile ``flows.profile`` (1 where blank; a heat pump whose
    COP follows the weather); demand (MW) ``demands`` without what may move, which is served (MW). A bus
    marked ``annual`` (a fuel that waits: gas in the pipe, wood in the yard) balances over the year only.
    Source: energy conservation.
    """
    at_bus = {
        bus: list(zip(part["process"], part["coefficient"].astype(float), part["profile"], strict=True))
        for bus, part in p.flows.groupby("bus", sort=False)
    }
    stores = {bus: list(part["storage"]) for bus, part in p.storages.groupby("bus", sort=False)}
    waiting = set(p.buses.loc[p.buses["annual"], "bus"])
    # A bus that nobody touches has no row: nothing would stand in it.
    touched = [bus for bus in p.buses["bus"] if bus in at_bus or bus in stores]
    m.buses = pyo.Set(initialize=[bus for bus in touched if bus not in waiting], ordered=True)
    m.annual_buses = pyo.Set(initialize=[bus for bus in touched if bus in waiting], ordered=True)
    fixed = [p.demand_mw(bus, moved=False) for bus in m.buses]
    hourly = np.array(fixed).reshape(len(m.buses), p.time.count)
    moved = {bus: list(part["demand"]) for bus, part in p.flexible.groupby("bus", sort=False)}
    m.demand = ArrayParam(m.buses, m.T, values=hourly)

    def rule(m: Model, bus: str, t: Any) -> Any:
        given = pyo.quicksum(
            k * available(m, profile, t) * output_of(m, p, name, t)
            for name, k, profile in at_bus.get(bus, [])
        )
        given += pyo.quicksum(m.discharge[s, t] - m.charge[s, t] for s in stores.get(bus, []))
        used = m.demand[bus, t]
        if bus in moved:
            used += pyo.quicksum(m.served[d, t] for d in moved[bus])
        return given == used

    m.bus_balance = TemplateConstraint(m.buses, m.T, rule=rule)
    m.annual_balance = pyo.Constraint(
        m.annual_buses,
        rule=lambda m, bus: (
            pyo.quicksum(k * yearly(m, name, profile) for name, k, profile in at_bus.get(bus, []))
            == float(p.time.weight_h @ p.demand_mw(bus))
        ),
    )


def output_of(m: Model, p: MixProblem, process: str, t: Any) -> Any:
    """Return the output of a process in a step, MW: a variable, or profile × capacity."""
    if process in m.D:
        return m.output[process, t]
    return available(m, p.profile_of[process], t) * m.capacity[process]
