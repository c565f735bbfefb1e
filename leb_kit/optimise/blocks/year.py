"""Sums, limits and cost of the year."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from leb_kit.optimise.blocks.plants import available
from leb_kit.optimise.engine.components import ArrayVar, TemplateConstraint, sum_over
from leb_kit.optimise.question.problem import AT_LEAST, MixProblem

Model = Any  # pyomo is untyped


def annual_output(m: Model, p: MixProblem) -> None:
    """Sum what each process gives, and each store loses, over the year.

    annual[p] = sum_t w[t] × output[p,t];  annual[s] = sum_t w[t] × (charge[s,t] − discharge[s,t]);
    annual_by[p,f] = sum_t w[t] × f[t] × output[p,t]

    One variable for the sum keeps limits and cost short. w (h/year) ``time.weight_h``; f: profiles that
    ``flows``, ``cells`` or ``limits`` put on a process where the year counts.
    Source: definition of energy.
    """
    m.annual = ArrayVar(pyo.Set(initialize=[*m.P, *m.S], ordered=True))
    sums = p.profiled_sums()
    m.annual_by = ArrayVar(pyo.Set(initialize=sums, dimen=2, ordered=True))

    def rule(m: Model, name: str) -> Any:
        if name in m.S:
            lost = sum_over(m.T, lambda t: m.weight[t] * (m.charge[name, t] - m.discharge[name, t]))
            return m.annual[name] == lost
        return m.annual[name] == _sum(m, p, name, "")

    m.annual_output = TemplateConstraint(m.annual.index_set(), rule=rule)
    m.annual_output_by = TemplateConstraint(
        m.annual_by.index_set(), rule=lambda m, name, f: m.annual_by[name, f] == _sum(m, p, name, f)
    )


def _sum(m: Model, p: MixProblem, name: str, profile: str) -> Any:
    """Return sum_t w[t] × profile[t] × output[t] of a process."""
    if name in m.D:
        return sum_over(m.T, lambda t: m.weight[t] * available(m, profile, t) * m.output[name, t])
    hours = p.time.weight_h * p.profile(p.profile_of[name]) * p.profile(profile)
    return float(hours.sum()) * m.capacity[name]


def yearly(m: Model, name: str, profile: str) -> Any:
    """Return the sum of a year, MWh, under a profile where one is given."""
    return m.annual_by[name, profile] if profile else m.annual[name]


def hourly_cost(m: Model, p: MixProblem) -> None:
    """Cost of a year of what has another price in every hour, and of what stores give, EUR.

    cost[p] = sum_t w[t] × variable × price[t] × output[p,t];
    cost[s] = sum_t w[t] × variable × discharge[s,t]

    variable (EUR/MWh) ``processes.variable_eur_per_mwh``, ``storages.variable_eur_per_mwh``; price (factor)
    ``processes.variable_profile``.
    Source: definition of cost.
    """
    priced = p.processes[p.processes["variable_profile"] != ""].set_index("process")
    stores = p.storages[p.storages["variable_eur_per_mwh"] != 0].set_index("storage")
    names = pyo.Set(initialize=[*priced.index, *stores.index], ordered=True)
    m.hourly_cost = ArrayVar(names, lower=-np.inf)

    def rule(m: Model, name: str) -> Any:
        if name in stores.index:
            total = sum_over(m.T, lambda t: m.weight[t] * m.discharge[name, t])
            return m.hourly_cost[name] == float(stores.at[name, "variable_eur_per_mwh"]) * total
        shape = str(priced.at[name, "variable_profile"])
        return m.hourly_cost[name] == float(priced.at[name, "variable_eur_per_mwh"]) * _sum(m, p, name, shape)

    m.hourly_costs = TemplateConstraint(m.hourly_cost.index_set(), rule=rule)


def annual_limits(m: Model, p: MixProblem) -> None:
    """Targets and other limits of a year, all in one model.

    constant + sum_p coefficient[p] × annual[p]  ≤ value + missed  or  ≥ value − missed

    missed is zero but for a limit with a price, ``limits.missed_eur_per_unit``, which is paid for each unit.
    coefficient, value ``limits`` (the constant is the coefficient of the row without a process); a store
    enters with what it loses, a row with a profile with annual_by; a target is linear because numerator and
    denominator are (share ≥ σ becomes sum RES − σ × GFC ≥ 0). Also annual[p] ≤ ``processes.annual_max_mwh``.
    Source: the targets' own definitions, see ``targets.csv``.
    """
    rows = dict(iter(p.limits.groupby("limit", sort=False)))

    def rule(m: Model, name: str) -> Any:
        part = rows[name]
        total = pyo.quicksum(
            float(k) * yearly(m, process, profile)
            for process, k, profile in zip(part["process"], part["coefficient"], part["profile"], strict=True)
            if process and k
        )
        constant = float(part.loc[part["process"] == "", "coefficient"].sum())
        value = float(part["value"].iloc[0]) - constant
        at_least = part["sense"].iloc[0] == AT_LEAST
        if name in m.priced:
            total += m.missed[name] if at_least else -m.missed[name]
        return (value, total, None) if at_least else (None, total, value)

    m.annual_limits = pyo.Constraint(list(rows), rule=rule)
    largest = p.processes[np.isfinite(p.processes["annual_max_mwh"])]
    most = dict(zip(largest["process"], largest["annual_max_mwh"].astype(float), strict=True))
    m.annual_maximum = pyo.Constraint(list(most), rule=lambda m, name: m.annual[name] <= most[name])


def least_cost(m: Model, p: MixProblem) -> None:
    """Cost of a year, EUR: annuities of what is new, fixed cost of what is kept, cost of output.

    min sum_p (annuity × new + fixed × capacity + variable × annual + given_up × (existing − capacity + new)
        + opening × open) + sum_s (annuity × new_store + fixed × store) + sum hourly_cost
        + sum_l price[l] × missed[l]

    annuity, fixed (EUR/(MW year)), variable (EUR/MWh) ``processes`` and ``storages``; given_up
    (EUR/(MW year)) for what exists and is not kept, opening (EUR/year) ``processes``; price (EUR/unit) of a
    limit that may be missed, ``limits.missed_eur_per_unit``. The annuities are the
    ``investment`` of the model, the others its ``operation``.
    Source: annuities of ``costs``; definition of cost.
    """
    built, used = [], [m.hourly_cost[name] for name in m.hourly_cost.index_set()]
    for row in p.processes.itertuples():
        name = row.process
        built.append(float(row.capex_eur_per_mw_year) * m.new[name])
        used.append(float(row.fixed_eur_per_mw_year) * m.capacity[name])
        if row.variable_eur_per_mwh and not row.variable_profile:
            used.append(float(row.variable_eur_per_mwh) * m.annual[name])
        if row.given_up_eur_per_mw_year:
            gone = float(row.capacity_existing_mw) - m.capacity[name] + m.new[name]
            used.append(float(row.given_up_eur_per_mw_year) * gone)
        if row.opening_eur_per_year:
            used.append(float(row.opening_eur_per_year) * m.open[name])
    used += [price * m.missed[name] for name, price in p.missed_price.items()]
    for row in p.storages.itertuples():
        built.append(float(row.capex_eur_per_mwh_year) * m.new_store[row.storage])
        used.append(float(row.fixed_eur_per_mwh_year) * m.store[row.storage])
    m.investment = pyo.Expression(expr=pyo.quicksum(built))
    m.operation = pyo.Expression(expr=pyo.quicksum(used))
    m.least_cost = pyo.Objective(expr=m.investment + m.operation)
