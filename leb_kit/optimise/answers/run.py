"""optimise_mix: formulate, solve, verify, read the plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyomo.environ as pyo
from pyomo.core.expr.visitor import identify_variables

from leb_kit.errors import say
from leb_kit.optimise.answers.explain import explain_unbounded
from leb_kit.optimise.answers.reading import read_result
from leb_kit.optimise.answers.relax import explain_infeasible
from leb_kit.optimise.answers.reserve import margin_prices
from leb_kit.optimise.answers.result import MixResult
from leb_kit.optimise.blocks.stores import contents_by_day
from leb_kit.optimise.checks.loops import earning
from leb_kit.optimise.model.build import Built, build
from leb_kit.optimise.model.formulation import LinearProgram
from leb_kit.optimise.question.problem import MixProblem
from leb_kit.optimise.question.reserve import margins
from leb_kit.optimise.solver.solve import (
    CANCELLED,
    INFEASIBLE,
    STOPPED,
    UNBOUNDED,
    Solution,
    SolverError,
    solve,
    verify,
)
from leb_kit.optimise.solver.watch import CancelledMix


def run(problem: MixProblem, *, time_limit_s: float | None = None) -> MixResult:
    """Solve a problem; see ``optimise_mix``."""
    if not problem.rules and earning(problem) is not None:
        # Told before the model is built; a rule of one's own may set the limit that is missing.
        raise explain_unbounded(problem)
    built = build(problem)
    answer = solve(built.program, time_limit_s=time_limit_s)
    require_plan(problem, built, answer, time_limit_s)
    return read_plan(problem, built, answer)


def require_plan(
    problem: MixProblem, built: Built, answer: Solution, time_limit_s: float | None = None
) -> None:
    """Raise what explains why an answer is no plan.

    Raises
    ------
    InfeasibleMix, UnboundedMix, CancelledMix, SolverError
        No plan exists; the cost has no lower end; stopped before there was one; none was found in time.
    """
    if answer.status == INFEASIBLE:
        raise explain_infeasible(problem, built, time_limit_s=time_limit_s)
    if answer.status == UNBOUNDED:
        raise explain_unbounded(problem, _endless(built))
    if answer.status in STOPPED:
        _require_found(built.program, answer, time_limit_s)


def _endless(built: Built) -> list[str]:
    """Return the variables that rules added, lower the cost and have no bound on that side."""
    program, names = built.program, []
    for name, index, variable in built.added.variables:
        if variable not in program.columns:
            continue
        place = program.columns.at(variable)
        side = program.upper[place] if program.cost[place] < 0 else program.lower[place]
        if program.cost[place] != 0 and np.isinf(side):
            names.append(name if index is None else f"{name}[{index}]")
    return names


def read_plan(problem: MixProblem, built: Built, answer: Solution) -> MixResult:
    """Return the plan that an answer stands for."""
    prices = built.model.annual_limits
    rows = [built.program.rows.at(prices[name]) for name in problem.limit_rows()["limit"]]
    result = read_result(
        problem,
        _values(problem, built, answer),
        np.array(answer.row_dual[rows]),
        status=answer.status,
        cost_eur=answer.objective,
        gap=answer.gap,
        log=answer.log,
    )
    result = replace(result, yearly_prices=_yearly_prices(built, answer))
    if margins(problem.buses):
        result = replace(result, prices=_with_margins(result, built, answer))
    if problem.time.sequence is not None:
        result = replace(result, contents=_by_day(problem, built, answer))
    return replace(result, **read_added(built, answer)) if problem.rules else result


def _with_margins(result: MixResult, built: Built, answer: Solution) -> pd.DataFrame:
    """Return prices of limits and of reserve margins."""
    rows, model = built.program.rows, built.model
    dual = answer.row_dual[rows.of_component(model.reserve_margin)].reshape(len(model.reserve_buses), -1)
    told = margin_prices(result, dict(zip(model.reserve_buses, dual, strict=True)))
    return told if result.prices.empty else pd.concat([result.prices, told], ignore_index=True)


def _yearly_prices(built: Built, answer: Solution) -> dict[str, float]:
    """Return the prices of rows that are not of an hour."""
    rows, model = built.program.rows, built.model
    yearly = (model.annual_limits, model.annual_balance, model.annual_maximum)
    places = [place for one in yearly for place in rows.of_component(one).ravel()]
    places += range(rows.size, len(rows))
    return {rows.name(int(place)): float(answer.row_dual[place]) + 0.0 for place in places}


def read_added(built: Built, answer: Solution) -> dict[str, pd.DataFrame]:
    """Return values and prices of what rules added."""
    values = []
    for name, index, variable in built.added.variables:
        known = variable in built.program.columns
        value = answer.x[built.program.columns.at(variable)] if known else pyo.value(variable)
        values.append((name, index, float(value) + 0.0))
    for name, index, expression in built.added.expressions:
        for variable in identify_variables(expression):
            place = built.program.columns.at(variable)
            variable.set_value(float(answer.x[place]), skip_validation=True)
        values.append((name, index, float(pyo.value(expression))))
    prices = [
        (name, index, float(answer.row_dual[built.program.rows.at(row)]) + 0.0)
        for name, index, row in built.added.rows
    ]
    return {
        "added": pd.DataFrame(values, columns=["name", "index", "value"]),
        "added_prices": pd.DataFrame(prices, columns=["name", "index", "price"]),
    }


def _require_found(program: LinearProgram, answer: Solution, time_limit_s: float | None) -> None:
    """A solver that was stopped hands out numbers whether they are a plan or not."""
    found = len(answer.x) == len(program.cost)
    if found:
        try:
            verify(program, answer)
        except SolverError:
            found = False
    if not found:
        if answer.status == CANCELLED:
            raise CancelledMix
        message = say(
            "no plan was found within {time_limit_s:g} s; give more time, or fewer typical days",
            time_limit_s=time_limit_s,
        )
        raise SolverError(message)


def _values(problem: MixProblem, built: Built, answer: Solution) -> dict[str, np.ndarray]:
    model = built.model

    def of(variable: Any) -> np.ndarray:
        # + 0.0 makes of −0.0, which solvers give, a plain zero.
        values: np.ndarray = answer.x[built.program.columns.of_component(variable)] + 0.0
        return values

    rows, stores = problem.processes, problem.storages
    processes, storages = list(model.P), list(model.S)
    capacity = of(model.capacity)
    output = np.zeros((problem.time.count, len(processes)))
    output[:, ~rows["must_run"].to_numpy(dtype=bool)] = of(model.output).T
    for place in np.flatnonzero(rows["must_run"]):
        output[:, place] = problem.profile(str(rows["profile"].iloc[place])) * capacity[place]
    given = {name for name in (*processes, *storages) if problem.is_costless(name)} - built.added.linked
    costless = np.array([name in given for name in processes], dtype=bool)
    # Where capacity costs nothing the model does not decide it: what is used is what is told.
    capacity[costless] = output.max(axis=0, initial=0.0)[costless]
    capacity[[name in given and problem.is_mode(name) for name in processes]] = 0.0
    opened = np.zeros(len(processes))
    opened[[processes.index(name) for name in model.chosen]] = of(model.open)
    store = of(model.store)
    free = np.array([name in given for name in storages], dtype=bool)
    # Where days are linked a level is told from the beginning of its day; the content is what counts.
    fullest = (of(model.level).T if problem.time.sequence is None else _contents(problem, model, of)).max(
        axis=0, initial=0.0
    )
    store[free] = fullest[free]
    return {
        "capacity": capacity,
        "new": _new(capacity, rows["capacity_existing_mw"], rows["capex_eur_per_mw_year"], of(model.new)),
        "open": opened,
        "output": output,
        "store": store,
        "new_store": _new(
            store, stores["capacity_existing_mwh"], stores["capex_eur_per_mwh_year"], of(model.new_store)
        ),
        "charge": of(model.charge).T,
        "discharge": of(model.discharge).T,
        "served": _served(problem, of(model.served)),
    }


def _served(problem: MixProblem, moved: np.ndarray) -> np.ndarray:
    """Return what each demand that may move in part gets in each step (step × demand), MW."""
    asked = problem.movable_mw()
    share = problem.flexible["flexible_share"].to_numpy(dtype=float)[:, None]
    served: np.ndarray = (moved.reshape(asked.shape) + asked * (1 - share) / share).T
    return served


def _contents(problem: MixProblem, model: Any, of: Callable[[Any], np.ndarray]) -> np.ndarray:
    """Return the fullest content of each store on each day of the year (day × store), MWh."""
    begun = contents_by_day(problem, of(model.between), of(model.level), of(model.lowest))
    highest = of(model.lowest) + of(model.span)
    contents: np.ndarray = (begun + highest[:, problem.time.sequence]).T
    return contents


def _by_day(problem: MixProblem, built: Built, answer: Solution) -> pd.DataFrame:
    """Return the content of each store at the beginning of each day of the year, MWh."""
    model, columns = built.model, built.program.columns
    found = (answer.x[columns.of_component(one)] for one in (model.between, model.level, model.lowest))
    contents = contents_by_day(problem, *found) + 0.0
    return pd.DataFrame(contents.T, columns=list(model.S))


def _new(kept: np.ndarray, existing: pd.Series, annuity: pd.Series, decided: np.ndarray) -> np.ndarray:
    """Return what is new; where it costs nothing the model does not decide it either."""
    beyond = np.maximum(kept - existing.to_numpy(dtype=float), 0.0)
    return np.where(annuity.to_numpy(dtype=float) == 0, beyond, decided)
