"""The mathematics, one block for one thought.

Symbols: t step, p process, s storage, b bus; w[t] hours a step stands for (h/year). Decided:
``capacity[p]`` (MW of main output), ``new[p]`` (MW), ``output[p,t]`` (MW), ``store[s]``,
``new_store[s]`` (MWh), ``level[s,t]`` (MWh), ``charge[s,t]``, ``discharge[s,t]`` (MW at the bus).
A must-run process has no output of its own: it is profile × capacity.

Each block adds its rows to the model ``m`` of problem ``p`` and nothing else.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from leb_kit.optimise.problem import AT_LEAST, MixProblem

Model = Any  # pyomo is untyped


def variables(m: Model, p: MixProblem) -> None:
    """Declare what is decided.

    smallest ≤ capacity[p] ≤ largest capacity; 0 ≤ new[p]; 0 ≤ output[p,t]; 0 ≤ store[s] ≤ largest store;
    0 ≤ new_store[s], level[s,t], charge[s,t], discharge[s,t].
    """
    processes, storages = p.processes, p.storages
    m.T = pyo.RangeSet(0, p.time.count - 1)
    m.P = pyo.Set(initialize=list(processes["process"]), ordered=True)
    m.D = pyo.Set(initialize=list(processes.loc[~processes["must_run"], "process"]), ordered=True)
    m.S = pyo.Set(initialize=list(storages["storage"]), ordered=True)
    largest = dict(zip(processes["process"], processes["capacity_max_mw"], strict=True))
    smallest = dict(zip(processes["process"], processes["capacity_min_mw"], strict=True))
    m.capacity = pyo.Var(m.P, bounds=lambda _, name: (float(smallest[name]), _finite(largest[name])))
    m.new = pyo.Var(m.P, domain=pyo.NonNegativeReals)
    profile = {
        name: _product(p.profile(str(which)), most)
        for name, which, most in zip(
            processes["process"], processes["profile"], processes["capacity_max_mw"], strict=True
        )
        if p.is_costless(name)
    }
    m.output = pyo.Var(
        m.D, m.T, bounds=lambda _, name, t: (0, _finite(float(profile[name][t])) if name in profile else None)
    )
    stores = dict(zip(storages["storage"], storages["capacity_max_mwh"], strict=True))
    m.store = pyo.Var(m.S, bounds=lambda _, name: (0, _finite(stores[name])))
    m.new_store = pyo.Var(m.S, domain=pyo.NonNegativeReals)
    power = {
        name: size / hours if hours > 0 else np.inf
        for name, size, hours in zip(
            storages["storage"], storages["capacity_max_mwh"], storages["energy_to_power_h"], strict=True
        )
    }

    def most(limit: dict[str, float]) -> Any:
        return lambda _, name, t: (0, _finite(limit[name]) if p.is_costless(name) else None)

    linked = p.time.sequence is not None
    # Where days are linked the level is told from the beginning of the day, and may fall below it.
    m.level = pyo.Var(m.S, m.T, bounds=(None, None) if linked else most(stores))
    m.charge = pyo.Var(m.S, m.T, bounds=most(power))
    m.discharge = pyo.Var(m.S, m.T, bounds=most(power))


def _product(profile: np.ndarray, capacity: float) -> np.ndarray:
    """Return profile × capacity; nothing shines at night, however much is built (0 × inf is 0 here)."""
    product: np.ndarray = np.multiply(profile, capacity, out=np.zeros_like(profile), where=profile > 0)
    return product


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def output_of(m: Model, p: MixProblem, process: str) -> list[Any]:
    """Return the output of a process in each step, MW: a variable, or profile × capacity."""
    if process in m.D:
        return [m.output[process, t] for t in m.T]
    row = p.processes.set_index("process").loc[process]
    return [float(value) * m.capacity[process] for value in p.profile(str(row["profile"]))]


def bus_balance(m: Model, p: MixProblem) -> None:
    """What is given at a bus equals what is taken, in every step.

    sum_p coefficient[p,b] × output[p,t] + sum_s (discharge[s,t] − charge[s,t]) = demand[b,t]

    coefficient (MWh/MWh) ``flows.coefficient``; demand (MW) ``demands``. A bus marked ``annual``
    (a fuel that waits: gas in the pipe, wood in the yard) balances over the year only.
    Source: energy conservation.
    """
    outputs = {name: output_of(m, p, name) for name in m.P}
    at_bus = {
        bus: list(zip(part["process"], part["coefficient"].astype(float), strict=True))
        for bus, part in p.flows.groupby("bus", sort=False)
    }
    stores = {bus: list(part["storage"]) for bus, part in p.storages.groupby("bus", sort=False)}
    yearly = set(p.buses.loc[p.buses["annual"], "bus"])
    # A bus that nobody touches has no row: nothing would stand in it.
    touched = set(at_bus) | set(stores)
    buses = [bus for bus in p.buses["bus"] if bus in touched and bus not in yearly]
    demand = {bus: p.demand_mw(bus).tolist() for bus in p.buses["bus"]}

    def rule(m: Model, bus: str, t: int) -> Any:
        given = pyo.quicksum(k * outputs[name][t] for name, k in at_bus.get(bus, []))
        given += pyo.quicksum(m.discharge[s, t] - m.charge[s, t] for s in stores.get(bus, []))
        return given == demand[bus][t]

    m.bus_balance = pyo.Constraint(buses, m.T, rule=rule)
    weight = p.time.weight_h
    m.annual_balance = pyo.Constraint(
        sorted(yearly & touched),
        rule=lambda m, bus: (
            pyo.quicksum(k * m.annual[name] for name, k in at_bus.get(bus, []))
            == float(weight @ np.array(demand[bus]))
        ),
    )


def capacity_limit(m: Model, p: MixProblem) -> None:
    """A process gives at most what its capacity and its profile allow.

    output[p,t] ≤ profile[p,t] × capacity[p]

    profile (MW/MW) ``processes.profile``; 1 where blank. Where neither new nor kept capacity costs
    anything, all of it is kept and the limit is a bound of the variable: profile × largest capacity.
    """
    limit_outputs(m, p, "capacity_limit", [name for name in m.D if not p.is_costless(name)])


def limit_outputs(m: Model, p: MixProblem, name: str, processes: list[str]) -> None:
    """Add the rows of ``capacity_limit`` for some processes, under a name."""
    profile = {
        process: p.profile(str(which)).tolist()
        for process, which in zip(p.processes["process"], p.processes["profile"], strict=True)
    }
    rows = pyo.Constraint(
        processes, m.T, rule=lambda m, one, t: m.output[one, t] <= profile[one][t] * m.capacity[one]
    )
    m.add_component(name, rows)


def capacity_growth(m: Model, p: MixProblem) -> None:
    """What is kept beyond what exists is new; what exists may be given up.

    new[p] ≥ capacity[p] − existing[p];  new_store[s] ≥ store[s] − existing[s]
    """
    existing = dict(zip(p.processes["process"], p.processes["capacity_existing_mw"], strict=True))
    stores = dict(zip(p.storages["storage"], p.storages["capacity_existing_mwh"], strict=True))
    m.capacity_growth = pyo.Constraint(
        m.P, rule=lambda m, name: m.new[name] >= m.capacity[name] - float(existing[name])
    )
    m.store_growth = pyo.Constraint(
        m.S, rule=lambda m, name: m.new_store[name] >= m.store[name] - float(stores[name])
    )


def storage_content(m: Model, p: MixProblem) -> None:
    """The content of a store follows from what goes in and out; a day ends as it began.

    level[s,t] = (1 − loss) × level[s,t−1] + η_c × charge[s,t] − discharge[s,t] / η_d

    t−1 of the first hour is the last hour of the same day; where days are linked the level is told from
    the beginning of its day, so that before the first hour it is 0. loss (1/h), η_c, η_d ``storages``.
    """
    rows = p.storages.set_index("storage")
    previous, linked = _previous_steps(p.time.day), p.time.sequence is not None

    def rule(m: Model, s: str, t: int) -> Any:
        row = rows.loc[s]
        first = linked and (t == 0 or previous[t] > t or previous[t] == t)
        kept = 0 if first else (1 - float(row["loss_per_hour"])) * m.level[s, previous[t]]
        flow = float(row["charge_efficiency"]) * m.charge[s, t]
        flow -= m.discharge[s, t] / float(row["discharge_efficiency"])
        return m.level[s, t] == kept + flow

    m.storage_content = pyo.Constraint(m.S, m.T, rule=rule)


def _previous_steps(day: np.ndarray) -> list[int]:
    """Return for each step the one before it in its own day, cyclic."""
    previous = list(range(-1, len(day) - 1))
    for name in np.unique(day):
        inside = np.flatnonzero(day == name)
        previous[int(inside[0])] = int(inside[-1])
    return previous


def storage_limit(m: Model, p: MixProblem) -> None:
    """A store holds at most its size and works at most at its power.

    level[s,t] ≤ store[s];  charge[s,t] + discharge[s,t] ≤ store[s] / h

    h (hours) ``storages.energy_to_power_h``; no limit on power where it is 0. Where days are linked
    ``storage_link`` holds the content instead. A store whose size costs
    nothing is kept whole, and the limits are bounds of its variables.
    """
    limit_stores(m, p, "storage", [name for name in m.S if not p.is_costless(name)])


def limit_stores(m: Model, p: MixProblem, name: str, stores: list[str]) -> None:
    """Add the rows of ``storage_limit`` for some stores, under a name."""
    hours = dict(zip(p.storages["storage"], p.storages["energy_to_power_h"].astype(float), strict=True))
    powered = [store for store in stores if hours[store] > 0]
    within_a_day = stores if p.time.sequence is None else []
    size = pyo.Constraint(within_a_day, m.T, rule=lambda m, s, t: m.level[s, t] <= m.store[s])
    power = pyo.Constraint(
        powered, m.T, rule=lambda m, s, t: m.charge[s, t] + m.discharge[s, t] <= m.store[s] / hours[s]
    )
    m.add_component(f"{name}_size", size)
    m.add_component(f"{name}_power", power)


def storage_link(m: Model, p: MixProblem) -> None:
    """A store passes its content from day to day, so that summer can be kept for winter.

    between[s,d+1] = k × between[s,d] + level[s, last hour of the day that stands for d]

    lowest[s,j] ≤ level[s,t] ≤ highest[s,j] for the hours t of typical day j;
    k × between[s,d] + lowest[s,j(d)] ≥ 0;  between[s,d] + highest[s,j(d)] ≤ store[s]

    between (MWh) content at the beginning of day d of the year; after the last day follows the first.
    j(d) ``time.sequence``; k = (1 − loss)^hours of a day, so the floor is a little stricter than hour by
    hour. Without linked days there are no such rows.
    Source: Kotzur et al. 2018, time series aggregation with seasonal storage.
    """
    sequence = [] if p.time.sequence is None else [int(day) for day in p.time.sequence]
    steps = list(m.T) if sequence else []
    days, kinds = range(len(sequence)), sorted(set(sequence))
    hours = {kind: int((p.time.day == kind).sum()) for kind in kinds}
    last = {kind: int(np.flatnonzero(p.time.day == kind)[-1]) for kind in kinds}
    kept_per_hour = 1 - p.storages.set_index("storage")["loss_per_hour"].astype(float)
    kept = {(s, kind): float(kept_per_hour[s]) ** hours[kind] for s in m.S for kind in kinds}
    day = [int(kind) for kind in p.time.day]
    m.between = pyo.Var(m.S, days, domain=pyo.NonNegativeReals)
    m.lowest = pyo.Var(m.S, kinds, domain=pyo.NonPositiveReals)
    m.highest = pyo.Var(m.S, kinds, domain=pyo.NonNegativeReals)
    m.day_lowest = pyo.Constraint(m.S, steps, rule=lambda m, s, t: m.lowest[s, day[t]] <= m.level[s, t])
    m.day_highest = pyo.Constraint(m.S, steps, rule=lambda m, s, t: m.level[s, t] <= m.highest[s, day[t]])

    def pass_on(m: Model, s: str, d: int) -> Any:
        kind, after = sequence[d], (d + 1) % len(sequence)
        return m.between[s, after] == kept[s, kind] * m.between[s, d] + m.level[s, last[kind]]

    m.day_to_day = pyo.Constraint(m.S, days, rule=pass_on)
    m.day_floor = pyo.Constraint(
        m.S, days, rule=lambda m, s, d: kept[s, sequence[d]] * m.between[s, d] + m.lowest[s, sequence[d]] >= 0
    )
    m.day_ceiling = pyo.Constraint(
        m.S, days, rule=lambda m, s, d: m.between[s, d] + m.highest[s, sequence[d]] <= m.store[s]
    )


def annual_output(m: Model, p: MixProblem) -> None:
    """Sum what each process gives, and each store loses, over the year.

    annual[p] = sum_t w[t] × output[p,t];  annual[s] = sum_t w[t] × (charge[s,t] − discharge[s,t])

    One variable for the sum keeps limits and cost short. w (h/year) ``time.weight_h``.
    """
    weight = p.time.weight_h.tolist()
    profile = dict(zip(p.processes["process"], p.processes["profile"], strict=True))
    m.annual = pyo.Var([*m.P, *m.S], domain=pyo.NonNegativeReals)

    def rule(m: Model, name: str) -> Any:
        if name in m.S:
            total = pyo.quicksum(weight[t] * (m.charge[name, t] - m.discharge[name, t]) for t in m.T)
        elif name in m.D:
            total = pyo.quicksum(weight[t] * m.output[name, t] for t in m.T)
        else:
            total = float(p.time.weight_h @ p.profile(str(profile[name]))) * m.capacity[name]
        return m.annual[name] == total

    m.annual_output = pyo.Constraint([*m.P, *m.S], rule=rule)


def annual_limits(m: Model, p: MixProblem) -> None:
    """Targets and other limits of a year, all in one model.

    constant + sum_p coefficient[p] × annual[p]  ≤ or ≥  value

    coefficient, value ``limits`` (the constant is the coefficient of the row without a process); a store
    enters with what it loses; a target is linear because numerator and denominator are
    (share ≥ σ becomes sum RES − σ × GFC ≥ 0). Also annual[p] ≤ ``processes.annual_max_mwh``.
    """
    annual = m.annual
    rows = dict(iter(p.limits.groupby("limit", sort=False)))

    def rule(m: Model, name: str) -> Any:
        part = rows[name]
        total = pyo.quicksum(
            float(k) * annual[process]
            for process, k in zip(part["process"], part["coefficient"], strict=True)
            if process and k
        )
        constant = float(part.loc[part["process"] == "", "coefficient"].sum())
        value = float(part["value"].iloc[0]) - constant
        return (value, total, None) if part["sense"].iloc[0] == AT_LEAST else (None, total, value)

    m.annual_limits = pyo.Constraint(list(rows), rule=rule)
    largest = p.processes[np.isfinite(p.processes["annual_max_mwh"])]
    most = dict(zip(largest["process"], largest["annual_max_mwh"].astype(float), strict=True))
    m.annual_maximum = pyo.Constraint(list(most), rule=lambda m, name: annual[name] <= most[name])


def least_cost(m: Model, p: MixProblem) -> None:
    """Cost of a year, EUR: annuities of what is new, fixed cost of what is kept, cost of output.

    min sum_p (annuity × new + fixed × capacity + variable × annual)
        + sum_s (annuity × new_store + fixed × store)

    annuity, fixed (EUR/(MW year)), variable (EUR/MWh) ``processes`` and ``storages``.
    """
    rows, stores = p.processes.set_index("process"), p.storages.set_index("storage")
    annual = m.annual
    cost = pyo.quicksum(
        float(rows.at[name, "capex_eur_per_mw_year"]) * m.new[name]
        + float(rows.at[name, "fixed_eur_per_mw_year"]) * m.capacity[name]
        for name in m.P
    )
    cost += pyo.quicksum(
        float(rows.at[name, "variable_eur_per_mwh"]) * annual[name]
        for name in m.P
        if rows.at[name, "variable_eur_per_mwh"]
    )
    cost += pyo.quicksum(
        float(stores.at[name, "capex_eur_per_mwh_year"]) * m.new_store[name]
        + float(stores.at[name, "fixed_eur_per_mwh_year"]) * m.store[name]
        for name in m.S
    )
    m.least_cost = pyo.Objective(expr=cost)
