"""Years one after the other: what is built stays until its life is over, and is paid as long.

Symbols: y year of the pathway, v year in which something is built, p process (or store);
``period[y]`` the model of a year. Decided: ``built[p,y]`` (MW; MWh for stores).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from leb_kit.optimise.engine.components import ArrayVar
from leb_kit.optimise.pathway.pathways import PathwayProblem

Model = Any  # pyomo is untyped


def pathway_stock(m: Model, p: PathwayProblem) -> None:
    """What is new in a year was built in it or before, and its life is not over; what is given up is gone.

    new[p,y] ≤ sum_{v ≤ y < v + life[p]} built[p,v];  kept[p,y] ≤ kept[p, year before]

    kept = capacity − new; nothing is new of what cannot be built; life (years) ``stock.lifetime_yr``; what
    existed at the beginning shrinks with its age in the tables of each year.
    Source: definition of a vintage.
    """
    m.Y = pyo.Set(initialize=list(p.years), ordered=True)
    m.N = pyo.Set(initialize=list(p.names), ordered=True)
    m.built = ArrayVar(m.N, m.Y)

    def rule(m: Model, name: str, y: int) -> Any:
        return new_of(m, name, y) <= pyo.quicksum(m.built[name, v] for v in p.alive(name, y))

    def kept(m: Model, name: str, y: int) -> Any:
        now, before = (capacity_of(m, name, year) - new_of(m, name, year) for year in (y, m.Y.prev(y)))
        return now <= before

    m.pathway_stock = pyo.Constraint(m.N, m.Y, rule=rule)
    m.pathway_closed = pyo.Constraint(list(p.closed), m.Y, rule=lambda m, name, y: new_of(m, name, y) <= 0)
    m.pathway_kept = pyo.Constraint(list(p.given_up), list(p.years[1:]), rule=kept)


def capacity_of(m: Model, name: str, y: int) -> Any:
    """Return the capacity of a process, or the size of a store, in a year."""
    period = m.period[y]
    return period.store[name] if name in period.S else period.capacity[name]


def new_of(m: Model, name: str, y: int) -> Any:
    """Return what is new of a process or store in a year."""
    period = m.period[y]
    return period.new_store[name] if name in period.S else period.new[name]


def pathway_build_rate(m: Model, p: PathwayProblem) -> None:
    """No more is built in a period than builders can build.

    built[p,y] ≤ rate[p] × years[y]

    rate (MW/year, MWh/year) ``stock.build_max_per_year``; years: those since the year before in the
    pathway, or since the balance for the first.
    Source: definition of a rate.
    """
    limits = {(name, y): p.most_built(name, y) for name in p.names for y in p.years}
    bounded = [key for key, most in limits.items() if np.isfinite(most)]
    m.pathway_build_rate = pyo.Constraint(
        bounded, rule=lambda m, name, y: m.built[name, y] <= limits[name, y]
    )


def pathway_cost(m: Model, p: PathwayProblem) -> None:
    """Cost of the whole pathway in euros of its first year.

    min sum_y δ[y] × (operation[y] + sum_p sum_{v ≤ y < v + life[p]} learning[p,v] × annuity[p] × built[p,v])

    δ[y] = sum_k (1 + r)^−(y + k − first year) over the years k that y stands for; r discount rate;
    learning (cost of year v over that of the tables) ``cost_factors``. What is built is paid by its annuity
    in each year of its life, used or not; what is left of its life at the end is not paid: that is its
    salvage value.
    Source: annuity method, see ``costs.annuity_factor``.
    """
    terms = []
    for y in p.years:
        m.period[y].least_cost.deactivate()
        terms.append(p.discount(y) * m.period[y].operation)
        terms += [
            p.discount(y) * p.annuity(name, v) * m.built[name, v]
            for name in p.names
            for v in p.alive(name, y)
        ]
    m.pathway_cost = pyo.Objective(expr=pyo.quicksum(terms))
