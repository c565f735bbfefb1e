"""Content and power of stores, within a day and from day to day."""

from __future__ import annotations

from dataclasses import dataclass
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
    nothing until its end. t−1 of the first step is the last step of the same day. loss (1/h), η_c, η_d
    ``storages``. Where days are linked a content is told from the beginning of its day, which is 0 before the
    first step, and ``level`` from the lowest of the day (``lowest``, never above 0), so that it has a floor
    of 0 like any other:

    level[s,t] + lowest[s,j(t)] takes the place of level[s,t]
    Source: energy conservation.
    """
    rows = p.storages.set_index("storage")
    before, first = _steps_before(p.time.day)
    kept = (1 - rows["loss_per_hour"].to_numpy(dtype=float)[:, None]) ** p.time.duration_h
    linked = p.time.sequence is not None
    if linked:
        kept[:, first] = 0
        m.not_kept = ArrayParam(m.S, m.T, values=1 - kept)
    m.before = ArrayParam(m.T, values=before)
    m.kept = ArrayParam(m.S, m.T, values=kept)
    m.duration = ArrayParam(m.T, values=p.time.duration_h)

    def rule(m: Model, s: str, t: Any) -> Any:
        flow = float(rows.at[s, "charge_efficiency"]) * m.duration[t] * m.charge[s, t]
        flow -= m.duration[t] / float(rows.at[s, "discharge_efficiency"]) * m.discharge[s, t]
        if linked:
            flow -= m.not_kept[s, t] * m.lowest[s, m.kind[t]]
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

    A run: r days one after the other that the same typical day j stands for. With k = (1 − loss)^hours of a
    day and e = level[s, last step of j] + lowest[s,j], what the day adds,

    between[s,next run] = k^r × between[s,run] + (1 + k + … + k^(r−1)) × e

    level[s,t] ≤ span[s,j] for the steps t of typical day j; on the first day of a run
    k × between[s,run] + lowest[s,j] ≥ 0;  between[s,run] + lowest[s,j] + span[s,j] ≤ store[s]
    and the same on its last, where between is k^(r−1) × between[s,run] + (1 + … + k^(r−2)) × e

    between (MWh) content at the beginning of a run; after the last follows the first. Within a run contents
    only rise or only fall (from one day to the next a step is k times the one before), so that the days in
    the middle hold what its first and last hold. The floor is a little stricter than hour by hour. Without
    linked days there are no such rows.
    Source: Kotzur et al. 2018, time series aggregation with seasonal storage.
    """
    if p.time.sequence is None:
        return
    runs, last = DayRuns.of(p), _last_steps(p)
    count = len(runs.kind)
    m.runs = pyo.RangeSet(0, count - 1)
    m.run_kind = ArrayParam(m.runs, values=runs.kind)
    m.run_last = ArrayParam(m.runs, values=last[runs.kind])
    m.run_after = ArrayParam(m.runs, values=(np.arange(count) + 1) % count)
    m.between = ArrayVar(m.S, m.runs)
    m.span = ArrayVar(m.S, m.kinds)
    m.day_span = TemplateConstraint(m.S, m.T, rule=lambda m, s, t: m.level[s, t] <= m.span[s, m.kind[t]])
    _pass_on(m, runs)
    _hold_first_days(m, runs)
    if (runs.days > 1).any():
        _hold_last_days(m, runs, last)


def _pass_on(m: Model, runs: DayRuns) -> None:
    """Add what a run hands to the next one."""
    kept, added = runs.after(runs.days)
    m.run_kept = ArrayParam(m.S, m.runs, values=kept)
    m.run_added = ArrayParam(m.S, m.runs, values=added)

    def rule(m: Model, s: str, r: Any) -> Any:
        added = m.level[s, m.run_last[r]] + m.lowest[s, m.run_kind[r]]
        content = m.run_kept[s, r] * m.between[s, r] + m.run_added[s, r] * added
        return m.between[s, m.run_after[r]] == content

    m.run_to_run = TemplateConstraint(m.S, m.runs, rule=rule)


def _hold_first_days(m: Model, runs: DayRuns) -> None:
    """Add what stores hold on the first day of each run."""
    m.day_kept = ArrayParam(m.S, m.runs, values=runs.kept)

    def floor(m: Model, s: str, r: Any) -> Any:
        return m.day_kept[s, r] * m.between[s, r] + m.lowest[s, m.run_kind[r]] >= 0

    def ceiling(m: Model, s: str, r: Any) -> Any:
        kind = m.run_kind[r]
        return m.between[s, r] + m.lowest[s, kind] + m.span[s, kind] <= m.store[s]

    m.first_floor = TemplateConstraint(m.S, m.runs, rule=floor)
    m.first_ceiling = TemplateConstraint(m.S, m.runs, rule=ceiling)


def _hold_last_days(m: Model, runs: DayRuns, last: np.ndarray) -> None:
    """Add what they hold on the last day of each run of more than one, told by its beginning."""
    longer = np.flatnonzero(runs.days > 1)
    kept, added = (of_days[:, longer] for of_days in runs.after(runs.days - 1))
    kind, a_day = runs.kind[longer], runs.kept[:, longer]
    m.longer = pyo.RangeSet(0, len(longer) - 1)
    m.long_run = ArrayParam(m.longer, values=longer)
    m.long_kind = ArrayParam(m.longer, values=kind)
    m.long_last = ArrayParam(m.longer, values=last[kind])
    m.till_last_kept = ArrayParam(m.S, m.longer, values=kept)
    m.till_last_added = ArrayParam(m.S, m.longer, values=added)
    m.through_last_kept = ArrayParam(m.S, m.longer, values=a_day * kept)
    m.through_last_added = ArrayParam(m.S, m.longer, values=a_day * added)

    def floor(m: Model, s: str, n: Any) -> Any:
        lowest = m.lowest[s, m.long_kind[n]]
        content = m.through_last_kept[s, n] * m.between[s, m.long_run[n]]
        content += m.through_last_added[s, n] * (m.level[s, m.long_last[n]] + lowest)
        return content + lowest >= 0

    def ceiling(m: Model, s: str, n: Any) -> Any:
        lowest, span = m.lowest[s, m.long_kind[n]], m.span[s, m.long_kind[n]]
        content = m.till_last_kept[s, n] * m.between[s, m.long_run[n]]
        content += m.till_last_added[s, n] * (m.level[s, m.long_last[n]] + lowest)
        return content + lowest + span <= m.store[s]

    m.last_floor = TemplateConstraint(m.S, m.longer, rule=floor)
    m.last_ceiling = TemplateConstraint(m.S, m.longer, rule=ceiling)


@dataclass(frozen=True, eq=False)
class DayRuns:
    """Days of the year, one after the other, that the same typical day stands for.

    ``begin``: first day of each run; ``days`` it has; ``kind``: its typical day; ``kept``: share of a
    content that is left after a day of it (store × run).
    """

    begin: np.ndarray
    days: np.ndarray
    kind: np.ndarray
    kept: np.ndarray

    @classmethod
    def of(cls, p: MixProblem) -> DayRuns:
        """Return the runs of a year whose days are linked; the first begins with it."""
        sequence = np.asarray(p.time.sequence)
        begin = np.flatnonzero(np.append(True, sequence[1:] != sequence[:-1]))
        _, place = np.unique(p.time.day, return_inverse=True)
        hours = np.bincount(place, p.time.duration_h)[sequence[begin]]
        kept = (1 - p.storages["loss_per_hour"].to_numpy(dtype=float)[:, None]) ** hours
        return cls(begin, np.diff(np.append(begin, len(sequence))), sequence[begin], kept)

    def after(self, days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return what is left of a content after so many days of each run, and of what each day adds.

        Both store × run: k^n and 1 + k + … + k^(n−1).
        """
        powers = self.kept[..., None] ** np.arange(int(self.days.max()))
        counted = np.arange(powers.shape[-1]) < days[:, None]
        return self.kept**days, np.where(counted, powers, 0.0).sum(axis=-1)


def contents_by_day(p: MixProblem, between: np.ndarray, level: np.ndarray, lowest: np.ndarray) -> np.ndarray:
    """Return the content of each store at the beginning of each day of the year (store × day), MWh.

    Parameters
    ----------
    p : MixProblem
        Its days are linked.
    between : np.ndarray
        Content at the beginning of each run (store × run), MWh.
    level : np.ndarray
        Content in each step (store × step), above the lowest of its day, MWh.
    lowest : np.ndarray
        The lowest of each typical day (store × day), from its beginning, MWh.
    """
    runs = DayRuns.of(p)
    run = np.repeat(np.arange(len(runs.days)), runs.days)
    each = DayRuns(runs.begin[run], runs.days[run], runs.kind[run], runs.kept[:, run])
    kept, added = each.after(np.arange(len(run)) - each.begin)
    of_day = level[:, _last_steps(p)] + lowest
    contents: np.ndarray = kept * between[:, run] + added * of_day[:, each.kind]
    return contents


def _last_steps(p: MixProblem) -> np.ndarray:
    """Return the last step of each typical day."""
    return np.array([np.flatnonzero(p.time.day == kind)[-1] for kind in np.unique(p.time.day)])
