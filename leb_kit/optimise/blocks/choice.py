"""One or the other: what is there wholly or not at all."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from leb_kit.optimise.blocks.plants import names
from leb_kit.optimise.engine.components import ArrayVar
from leb_kit.optimise.question.problem import MixProblem

Model = Any  # pyomo is untyped


def exclusive_choice(m: Model, p: MixProblem) -> None:
    """Of a group at most one is open; what is open may cost a sum, however much of it is used.

    capacity[p] ≤ largest[p] × open[p];  sum_{p in g} open[p] ≤ 1;  open[p] 0 or 1

    g ``processes.exclusive_group``; largest (MW) ``processes.capacity_max_mw``; the sum (EUR/year)
    ``processes.opening_eur_per_year`` is part of ``least_cost``. Where no process has a group or a sum there
    are no such rows, and no whole numbers.
    Source: fixed-charge problem, Balinski 1961; mutually exclusive choice by a sum of binaries.
    """
    rows = p.processes.set_index("process")
    chosen = [name for name in rows.index if p.is_chosen(name)]
    largest = rows["capacity_max_mw"].astype(float)
    groups = dict(iter(rows[rows["exclusive_group"] != ""].groupby("exclusive_group", sort=False)))
    m.open = ArrayVar(names(m, "chosen", chosen), upper=1.0, domain=pyo.Binary)
    m.open_limit = pyo.Constraint(
        m.chosen, rule=lambda m, name: m.capacity[name] <= float(largest[name]) * m.open[name]
    )
    m.exclusive_choice = pyo.Constraint(
        names(m, "groups", list(groups)),
        rule=lambda m, group: pyo.quicksum(m.open[name] for name in groups[group].index) <= 1,
    )
