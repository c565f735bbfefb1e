"""From a plan of typical days to its year of days: where to begin, and which prices to begin with."""

from __future__ import annotations

from typing import Any

import numpy as np

from leb_kit.optimise.answers.result import MixResult
from leb_kit.optimise.model.build import Built
from leb_kit.optimise.question.hour_blocks import HOURS_PER_DAY
from leb_kit.optimise.solver.by_days import YearBound, YearSearch
from leb_kit.optimise.solver.day_lack import allowed
from leb_kit.optimise.solver.day_split import split_days
from leb_kit.units import HOURS_PER_YEAR

#: What a unit costs that days lack, EUR/MWh. Where capacity for a few hours of the year is dearer the bound
#: is a little low; a price that is never too low makes planes so steep that they tell little.
LACK_EUR_PER_UNIT = 12_000
#: The search for the bound ends when its own gap is this share of the cost.
BOUND_WITHIN = 1e-3
#: Days of a stretch. What a store holds where two stretches meet is decided outside them: single days meet so
#: often that the search has to find hundreds of contents, and longer stretches take longer than they save.
DAYS_TOGETHER = 7


def bound_year(
    plan: MixResult, built: Built, *, within: float, time_limit_s: float | None = None
) -> YearBound:
    """Bound the least cost of the year from below, from a plan of typical days on.

    Parameters
    ----------
    plan : MixResult
        Of typical days: its capacities, contents and prices are where the search begins.
    built : Built
        The same question with every hour of the year.
    within : float
        Gap of the search at which it ends, as a share of the cost.
    time_limit_s : float, optional
        Wall-clock limit, seconds.
    """
    return _search(plan, built, within, time_limit_s).bound()


def sizes_enough(
    plan: MixResult, built: Built, sizes: dict[str, float], *, time_limit_s: float | None = None
) -> dict[str, float] | None:
    """Return sizes of plants and stores that do through the year, week by week near the least cost; or None.

    Parameters
    ----------
    plan : MixResult
        Of typical days.
    built : Built
        The question with every hour of the year and no size below the planned one.
    sizes : dict[str, float]
        The planned sizes, MW or MWh.
    time_limit_s : float, optional
        Wall-clock limit, seconds.
    """
    search = _search(plan, built, BOUND_WITHIN, time_limit_s)
    search.bound()
    outer = search.without_lack()
    if outer is None:
        return None
    model, columns, x = built.model, built.program.columns, np.zeros(len(built.program.cost))
    x[search.outer_columns] = outer
    found: dict[str, float] = {}
    for names, component in ((model.P, model.capacity), (model.S, model.store)):
        found |= dict(zip(names, x[columns.of_component(component)].tolist(), strict=True))
    return {name: max(size, found[name]) for name, size in sizes.items()}


def _search(plan: MixResult, built: Built, within: float, time_limit_s: float | None) -> YearSearch:
    program = built.program
    split = split_days(program, days_of_columns(built), LACK_EUR_PER_UNIT)
    start, size = _start(plan, built)
    outer = np.clip(start[split.outer], program.lower[split.outer], program.upper[split.outer])
    known = plan.yearly_prices
    prices = np.array([known.get(program.rows.name(int(row)), 0.0) for row in split.yearly_rows])
    return YearSearch(
        split,
        outer,
        allowed(split, prices),
        size=size[split.outer],
        within=within,
        time_limit_s=time_limit_s,
    )


def days_of_columns(built: Built) -> np.ndarray:
    """Return the stretch of each column; −1 for what is no hour's, and for contents where stretches meet."""
    model, columns = built.model, built.program.columns
    day = np.full(len(columns), -1)
    hours = np.arange(HOURS_PER_YEAR) // (HOURS_PER_DAY * DAYS_TOGETHER)
    for part in columns.parts:
        component = part.component
        if part.places is None and component.is_indexed() and _last_set(component) is model.T:
            day[part.first : part.first + part.count] = np.tile(hours, part.count // HOURS_PER_YEAR)
    day[_midnights(built)] = -1
    return day


def _last_set(component: Any) -> Any:
    return list(component.index_set().subsets())[-1]


def _midnights(built: Built) -> np.ndarray:
    """Return the columns of contents at the end of each stretch (store × stretch)."""
    places = built.program.columns.of_component(built.model.level)
    hours = HOURS_PER_DAY * DAYS_TOGETHER
    ends = np.append(np.arange(hours, HOURS_PER_YEAR, hours), HOURS_PER_YEAR) - 1
    return np.asarray(places.reshape(-1, HOURS_PER_YEAR)[:, ends])


def _start(plan: MixResult, built: Built) -> tuple[np.ndarray, np.ndarray]:
    """Return where the plan stands in the columns of the year, and how large each is."""
    model, columns = built.model, built.program.columns
    out, size = np.zeros(len(columns)), np.zeros(len(columns))
    for table, capacity, new in (
        (plan.processes, model.capacity, model.new),
        (plan.stores, model.store, model.new_store),
    ):
        out[columns.of_component(capacity)] = table["capacity_mw"].to_numpy(dtype=float)
        out[columns.of_component(new)] = table["new_capacity_mw"].to_numpy(dtype=float)
        # One more, so that what the plan does not build may be built.
        size[columns.of_component(capacity)] = 1 + table["capacity_mw"].to_numpy(dtype=float)
    stores = plan.stores["capacity_mw"].to_numpy(dtype=float)[:, None]
    midnights = _midnights(built)
    out[midnights] = stores / 2
    if len(plan.contents):
        begins = np.clip(plan.contents.to_numpy(dtype=float).T, 0, stores)
        out[midnights] = begins.mean(axis=1, keepdims=True)
    size[midnights] = 1 + stores
    return out, size
