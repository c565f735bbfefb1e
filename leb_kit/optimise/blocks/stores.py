"""Content and power of stores, within a day and from day to day."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from leb_kit.optimise.blocks.plants import names
from leb_kit.optimise.engine.components import ArrayParam, ArrayVar, TemplateConstraint
from leb_kit.optimise.question.problem import MixProblem

Model = Any  # pyomo is untyped


def storage_content(m: Model, p: MixProblem) -> None:
    """The content of a store follows from what goes in and out; a day ends as it began.

    level[s,t] = (1 − loss)^n[t] × level[s,t−1] + n[t] × (η_c × charge[s,t] − discharge[s,t] / η_d)

    n (h) hours that a step lasts, ``time.step_h``; what goes in within a longer step is taken to lose
    nothing until its end. t−1 of the first step is the last step of the same day; where days are linked the
    level is told from the beginning of its day, so that before the first step it is 0. loss (1/h), η_c, η_d
    ``storages``.
    Source: energy conservation.
    """
    rows = p.storages.set_index("storage")
    before, first = _steps_before(p.time.day)
    kept = (1 - rows["loss_per_hour"].to_numpy(dtype=float)[:, None]) ** p.time.duration_h
    if p.time.sequence is not None:
        kept[:, first] = 0
    m.before = ArrayParam(m.T, values=before)
    m.kept = ArrayParam(m.S, m.T, values=kept)
    m.duration = ArrayParam(m.T, values=p.time.duration_h)

    def rule(m: Model, s: str, t: Any) -> Any:
        flow = float(rows.at[s, "charge_efficiency"]) * m.duration[t] * m.charge[s, t]
        flow -= m.duration[t] / float(rows.at[s, "discharge_efficiency"]) * m.discharge[s, t]
        return m.level[s, t] == m.kept[s, t] * m.level[s, m.before[t]] + flow

    m.storage_content = TemplateConstraint(m.S, m.T, rule=rule)


def _steps_before(day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each step the one before it in its own day, cyclic; and the first steps of days."""
    starts = np.flatnonzero(np.append(True, day[1:] != day[:-1]))
    ends = np.append(starts[1:], len(day)) - 1
    before = np.arange(-1, len(day) - 1)
    before[starts] = ends
    return before, starts


def storage_limit(m: Model, p: MixProblem) -> None:
    """A store holds at most its size and works at most at its power.

    level[s,t] ≤ store[s];  charge[s,t] + discharge[s,t] ≤ store[s] / h

    h (hours) ``storages.energy_to_power_h``; no limit on power where it is 0. Where days are linked
    ``storage_link`` holds the content instead. A store whose size costs
    nothing is kept whole, and the limits are bounds of its variables.
    Source: definition of size and power.
    """
    limit_stores(m, p, "storage", [name for name in m.S if not p.is_costless(name)])


def limit_stores(m: Model, p: MixProblem, name: str, stores: list[str]) -> None:
    """Add the rows of ``storage_limit`` for some stores, under a name."""
    hours = dict(zip(p.storages["storage"], p.storages["energy_to_power_h"].astype(float), strict=True))
    powered = names(m, f"{name}_power_of", [store for store in stores if hours[store] > 0])
    sized = names(m, f"{name}_size_of", stores if p.time.sequence is None else [])
    size = TemplateConstraint(sized, m.T, rule=lambda m, s, t: m.level[s, t] <= m.store[s])
    power = TemplateConstraint(
        powered, m.T, rule=lambda m, s, t: m.charge[s, t] + m.discharge[s, t] <= m.store[s] / hours[s]
    )
    m.add_component(f"{name}_size", size)
    m.add_component(f"{name}_power", power)


def storage_link(m: Model, p: MixProblem) -> None:
    """A store passes its content from day to day, so that summer can be kept for winter.

    between[s,d+1] = k × between[s,d] + level[s, last step of the day that stands for d]

    lowest[s,j] ≤ level[s,t] ≤ highest[s,j] for the steps t of typical day j;
    k × between[s,d] + lowest[s,j(d)] ≥ 0;  between[s,d] + highest[s,j(d)] ≤ store[s]

    between (MWh) content at the beginning of day d of the year; after the last day follows the first.
    j(d) ``time.sequence``; k = (1 − loss)^hours of a day, so the floor is a little stricter than hour by
    hour. Without linked days there are no such rows.
    Source: Kotzur et al. 2018, time series aggregation with seasonal storage.
    """
    sequence = p.time.sequence
    if sequence is None:
        return
    day = p.time.day
    kinds, place = np.unique(day, return_inverse=True)
    hours = np.bincount(place, p.time.duration_h)
    last = np.array([np.flatnonzero(day == kind)[-1] for kind in kinds])
    m.days = pyo.RangeSet(0, len(sequence) - 1)
    m.kinds = pyo.RangeSet(0, len(kinds) - 1)
    kept = 1 - p.storages["loss_per_hour"].to_numpy(dtype=float)
    m.day_kept = ArrayParam(m.S, m.days, values=kept[:, None] ** hours[sequence])
    m.day_after = ArrayParam(m.days, values=(np.arange(len(sequence)) + 1) % len(sequence))
    m.day_kind = ArrayParam(m.days, values=sequence)
    m.day_last = ArrayParam(m.days, values=last[sequence])
    m.kind = ArrayParam(m.T, values=day)
    m.between = ArrayVar(m.S, m.days)
    m.lowest = ArrayVar(m.S, m.kinds, lower=-np.inf, upper=0.0)
    m.highest = ArrayVar(m.S, m.kinds)

    def pass_on(m: Model, s: str, d: Any) -> Any:
        content = m.day_kept[s, d] * m.between[s, d] + m.level[s, m.day_last[d]]
        return m.between[s, m.day_after[d]] == content

    def floor(m: Model, s: str, d: Any) -> Any:
        return m.day_kept[s, d] * m.between[s, d] + m.lowest[s, m.day_kind[d]] >= 0

    def ceiling(m: Model, s: str, d: Any) -> Any:
        return m.between[s, d] + m.highest[s, m.day_kind[d]] <= m.store[s]

    m.day_lowest = TemplateConstraint(m.S, m.T, rule=lambda m, s, t: m.lowest[s, m.kind[t]] <= m.level[s, t])
    m.day_highest = TemplateConstraint(
        m.S, m.T, rule=lambda m, s, t: m.level[s, t] <= m.highest[s, m.kind[t]]
    )
    m.day_to_day = TemplateConstraint(m.S, m.days, rule=pass_on)
    m.day_floor = TemplateConstraint(m.S, m.days, rule=floor)
    m.day_ceiling = TemplateConstraint(m.S, m.days, rule=ceiling)
