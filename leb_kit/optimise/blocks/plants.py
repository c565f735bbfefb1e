"""What is decided, and what capacity allows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyomo.environ as pyo

from leb_kit.optimise.engine.components import ArrayParam, ArrayVar, TemplateConstraint
from leb_kit.optimise.question.problem import MixProblem

Model = Any  # pyomo is untyped


def variables(m: Model, p: MixProblem) -> None:
    """Declare what is decided, and the numbers that go from hour to hour.

    smallest ≤ capacity[p] ≤ largest capacity; 0 ≤ new[p]; 0 ≤ output[p,t]; 0 ≤ store[s] ≤ largest store;
    0 ≤ new_store[s], level[s,t], charge[s,t], discharge[s,t]; 0 ≤ missed[l] of a limit that has a price.

    largest, smallest (MW, MWh) ``processes``, ``storages``. Where capacity costs nothing, profile × largest
    capacity is the bound of output[p,t]; where days are linked level[s,t] is told from the lowest of its day,
    lowest[s,j] ≤ 0, which is told from the beginning of the day.
    Source: definition of the quantities.
    """
    processes, storages = p.processes, p.storages
    m.T = pyo.RangeSet(0, p.time.count - 1)
    m.P = pyo.Set(initialize=list(processes["process"]), ordered=True)
    m.D = pyo.Set(initialize=list(processes.loc[~processes["must_run"], "process"]), ordered=True)
    m.S = pyo.Set(initialize=list(storages["storage"]), ordered=True)
    m.shapes = pyo.Set(initialize=list(p.time.profiles.columns), ordered=True)
    m.shape = ArrayParam(m.shapes, m.T, values=p.time.profiles.to_numpy(dtype=float).T)
    m.weight = ArrayParam(m.T, values=p.time.weight_h)
    largest = processes["capacity_max_mw"].astype(float)
    m.capacity = ArrayVar(m.P, lower=processes["capacity_min_mw"].astype(float), upper=largest)
    m.new = ArrayVar(m.P)
    m.output = ArrayVar(m.D, m.T, upper=_largest_outputs(p))
    stores = storages["capacity_max_mwh"].astype(float)
    m.store = ArrayVar(m.S, upper=stores)
    m.new_store = ArrayVar(m.S)
    free = np.array([p.is_costless(name) for name in storages["storage"]], dtype=bool)
    hours = storages["energy_to_power_h"].to_numpy(dtype=float)
    power = np.divide(stores, hours, out=np.full(len(hours), np.inf), where=hours > 0)
    linked = p.time.sequence is not None
    m.level = ArrayVar(m.S, m.T, upper=np.inf if linked else _each_step(p, np.where(free, stores, np.inf)))
    if linked:  # contents are told from the beginning of their day, levels from the lowest of it
        m.kinds = pyo.RangeSet(0, len(np.unique(p.time.day)) - 1)
        m.kind = ArrayParam(m.T, values=p.time.day)
        m.lowest = ArrayVar(m.S, m.kinds, lower=-np.inf, upper=0.0)
    m.charge = ArrayVar(m.S, m.T, upper=_each_step(p, np.where(free, power, np.inf)))
    m.discharge = ArrayVar(m.S, m.T, upper=_each_step(p, np.where(free, power, np.inf)))
    m.missed = ArrayVar(names(m, "priced", list(p.missed_price)))


def _largest_outputs(p: MixProblem) -> np.ndarray:
    """Return profile × largest capacity where that is all there is to it, else no bound."""
    rows = p.processes[~p.processes["must_run"]]
    upper = np.full((len(rows), p.time.count), np.inf)
    for place, row in enumerate(rows.itertuples()):
        if p.is_costless(str(row.process)):
            profile = p.profile(str(row.profile))
            # Nothing shines at night, however much is built: 0 × inf is 0 here.
            upper[place] = np.multiply(
                profile, float(row.capacity_max_mw), out=np.zeros_like(profile), where=profile > 0
            )
    return upper


def _each_step(p: MixProblem, values: np.ndarray) -> np.ndarray:
    return np.asarray(values, dtype=float)[:, None].repeat(p.time.count, axis=1)


def available(m: Model, profile: str, t: Any) -> Any:
    """Return the profile in a step, MW/MW; a blank name is one everywhere."""
    return m.shape[profile, t] if profile else 1


def capacity_limit(m: Model, p: MixProblem) -> None:
    """A process gives at most what its capacity and its profile allow.

    sum_q use[q] × output[q,t] ≤ profile[p,t] × capacity[p]

    q: the process itself (use 1) and those that run on its unit (``processes.unit``, ``capacity_use``, MW per
    MW of main output); profile (MW/MW) ``processes.profile``; 1 where blank. Where neither new nor kept
    capacity costs anything, all of it is kept and the limit is a bound of the variable: profile × largest
    capacity.
    Source: definition of capacity.
    """
    limit_outputs(m, p, "capacity_limit", [name for name in m.D if not p.is_costless(name)])


def limit_outputs(m: Model, p: MixProblem, name: str, processes: list[str]) -> None:
    """Add the rows of ``capacity_limit`` for some processes, under a name."""
    profile = dict(zip(p.processes["process"], p.processes["profile"].astype(str), strict=True))
    modes: dict[str, list[tuple[str, float]]] = {one: [(one, 1.0)] for one in processes}
    for row in p.processes[p.processes["unit"] != ""].itertuples():
        if row.unit in modes:
            modes[str(row.unit)].append((str(row.process), float(row.capacity_use)))

    def rule(m: Model, one: str, t: Any) -> Any:
        used = pyo.quicksum(use * m.output[mode, t] for mode, use in modes[one])
        return used <= available(m, profile[one], t) * m.capacity[one]

    m.add_component(name, TemplateConstraint(names(m, f"{name}_of", processes), m.T, rule=rule))


def names(m: Model, name: str, members: list[str]) -> Any:
    """Declare the processes or stores that have rows of a kind."""
    m.add_component(name, pyo.Set(initialize=members, ordered=True))
    return m.component(name)


def capacity_growth(m: Model, p: MixProblem) -> None:
    """What is kept beyond what exists is new; what exists may be given up.

    new[p] ≥ capacity[p] − existing[p];  new_store[s] ≥ store[s] − existing[s]

    existing (MW, MWh) ``processes.capacity_existing_mw``, ``storages.capacity_existing_mwh``.
    Source: definition of new capacity.
    """
    existing, stores = (
        pd.Series(table[value].to_numpy(dtype=float), index=table[key])
        for table, key, value in (
            (p.processes, "process", "capacity_existing_mw"),
            (p.storages, "storage", "capacity_existing_mwh"),
        )
    )
    m.capacity_growth = TemplateConstraint(
        m.P, rule=lambda m, name: m.new[name] >= m.capacity[name] - existing.at[name]
    )
    m.store_growth = TemplateConstraint(
        m.S, rule=lambda m, name: m.new_store[name] >= m.store[name] - stores.at[name]
    )
