"""Capacity that can be counted on exceeds what is taken, by a margin."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from leb_kit.optimise.blocks.buses import output_of
from leb_kit.optimise.blocks.plants import available, names
from leb_kit.optimise.engine.components import ArrayParam, TemplateConstraint
from leb_kit.optimise.question.problem import MixProblem
from leb_kit.optimise.question.reserve import Part, reserves_of

Model = Any  # pyomo is untyped


def reserve_margin(m: Model, p: MixProblem) -> None:
    """Firm capacity at a bus covers what is taken there in every step, and a margin on top.

    sum_p credit[p] × coefficient[p,b] × profile[p,t] × capacity[p]
        + sum_m credit[u] × (coefficient[m,b] − use[m] × coefficient[u,b]) × output[m,t]
        + sum_s credit[s] × (discharge[s,t] − charge[s,t])
        ≥ (1 + margin[b]) × (demand[b,t] + sum_d served[d,t] + sum_q |coefficient[q,b]| × output[q,t])

    margin (0–1) ``buses.reserve_margin``; credit (MW/MW) ``processes.capacity_credit``,
    ``storages.capacity_credit``; m a way to run unit u (steam drawn for heat leaves less power), q what takes
    from the bus (heat pumps, networks, exports), whose use is decided: so is the peak, which may be any step.
    A store counts with what it gives then, so that its power and how long it lasts both limit it: a few hours
    of battery do not carry a day of peak. Without a bus that asks for a margin there are no such rows.
    Source: capacity reserve margin by hours, GenX (Jenkins and Sepulveda 2017); planning reserve, Switch 2.0
    (Johnston et al. 2019).
    """
    found = {one.bus: one for one in reserves_of(p)}
    buses = names(m, "reserve_buses", list(found))
    fixed = {bus: p.demand_mw(bus, moved=False) for bus in found}

    def term(m: Model, part: Part, size: Any, t: Any) -> Any:
        out = part.factor * size
        for name in part.profiles:
            out = available(m, name, t) * out
        return out

    def rule(m: Model, bus: str, t: Any) -> Any:
        one = found[bus]
        firm = pyo.quicksum(term(m, part, m.capacity[part.name], t) for part in one.plants)
        firm += pyo.quicksum(term(m, part, output_of(m, p, part.name, t), t) for part in one.modes)
        firm += pyo.quicksum(
            part.factor * (m.discharge[part.name, t] - m.charge[part.name, t]) for part in one.stores
        )
        used = pyo.quicksum(term(m, part, output_of(m, p, part.name, t), t) for part in one.users)
        used += pyo.quicksum(m.served[d, t] for d in one.moved)
        return firm - (1 + one.margin) * used >= (1 + one.margin) * m.reserve_demand[bus, t]

    m.reserve_demand = ArrayParam(
        buses, m.T, values=np.array(list(fixed.values())).reshape(len(found), p.time.count)
    )
    m.reserve_margin = TemplateConstraint(buses, m.T, rule=rule)
