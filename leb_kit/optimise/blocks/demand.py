"""Demand that may wait within its day."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from leb_kit.optimise.blocks.plants import names
from leb_kit.optimise.engine.components import ArrayVar
from leb_kit.optimise.question.problem import MixProblem

Model = Any  # pyomo is untyped


def flexible_demand(m: Model, p: MixProblem) -> None:
    """What may move is served when it suits within its day, and the day gets what it asked for.

    sum_{t in day} n[t] × served[d,t] = share[d] × sum_{t in day} n[t] × demand[d,t];
    0 ≤ served[d,t] ≤ largest[d] × window[d,t]

    d demand, share (0–1) ``demands.flexible_share``, largest (MW) ``demands.flexible_max_mw``, window (0–1)
    ``demands.flexible_profile`` (1 where blank); n (h) hours that a step lasts, 24 of which are a
    day. The rest, (1 − share) × demand[d,t], stays in its step. Without demand that may
    move there are no such rows.
    Source: definition of load shifting within a day, energy kept.
    """
    rows = p.flexible
    asked = p.movable_mw()
    most = rows["flexible_max_mw"].to_numpy(dtype=float)[:, None]
    windows = np.array([p.profile(str(name)) for name in rows["flexible_profile"]])
    upper = np.multiply(most, windows, out=np.zeros_like(asked), where=windows > 0) if len(rows) else np.inf
    flexible = names(m, "flexible", list(rows["demand"]))
    m.served = ArrayVar(flexible, m.T, upper=upper)
    days, hours = p.time.steps_of_days(), p.time.duration_h

    def rule(m: Model, d: str, day: int) -> Any:
        steps = days[day]
        wanted = float(asked[list(rows["demand"]).index(d), steps] @ hours[steps])
        return pyo.quicksum(float(hours[t]) * m.served[d, t] for t in steps) == wanted

    m.flexible_demand = pyo.Constraint(flexible, range(len(days)), rule=rule)
