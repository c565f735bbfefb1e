"""optimise_mix: formulate, solve, verify, read the plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyomo.environ as pyo
from pyomo.core.expr.visitor import identify_variables

from leb_kit.optimise.build import Built, build
from leb_kit.optimise.explain import explain_unbounded
from leb_kit.optimise.formulation import LinearProgram
from leb_kit.optimise.problem import MixProblem
from leb_kit.optimise.relax import explain_infeasible
from leb_kit.optimise.result import MixResult, read_result
from leb_kit.optimise.solve import INFEASIBLE, TIME_LIMIT, UNBOUNDED, Solution, SolverError, solve, verify


def run(problem: MixProblem, *, time_limit_s: float | None = None) -> MixResult:
    """Solve a problem; see ``optimise_mix``."""
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
    InfeasibleMix, UnboundedMix, SolverError
        No plan exists; the cost has no lower end; none was found in time.
    """
    if answer.status == INFEASIBLE:
        raise explain_infeasible(problem, built, time_limit_s=time_limit_s)
    if answer.status == UNBOUNDED:
        raise explain_unbounded(problem)
    if answer.status == TIME_LIMIT:
        _require_found(built.program, answer, time_limit_s)


def read_plan(problem: MixProblem, built: Built, answer: Solution) -> MixResult:
    """Return the plan that an answer stands for."""
    prices = built.model.annual_limits
    rows = [built.row[id(prices[name])] for name in problem.limit_rows()["limit"]]
    result = read_result(
        problem,
        _values(problem, built, answer),
        np.array(answer.row_dual[rows]),
        status=answer.status,
        cost_eur=answer.objective,
        log=answer.log,
    )
    if problem.time.sequence is not None:
        result = replace(result, contents=_by_day(problem, built, answer))
    return replace(result, **_added(built, answer)) if problem.rules else result


def _added(built: Built, answer: Solution) -> dict[str, pd.DataFrame]:
    """Return values and prices of what rules added."""
    values = []
    for name, index, variable in built.added.variables:
        place = built.column.get(id(variable))
        value = pyo.value(variable) if place is None else answer.x[place]
        values.append((name, index, float(value) + 0.0))
    for name, index, expression in built.added.expressions:
        for variable in identify_variables(expression):
            variable.set_value(float(answer.x[built.column[id(variable)]]), skip_validation=True)
        values.append((name, index, float(pyo.value(expression))))
    prices = [
        (name, index, float(answer.row_dual[built.row[id(row)]]) + 0.0)
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
        message = f"no plan was found within {time_limit_s:g} s; give more time, or fewer typical days"
        raise SolverError(message)


def _values(problem: MixProblem, built: Built, answer: Solution) -> dict[str, np.ndarray]:
    model = built.model

    def of(variable: Any) -> float:
        # A variable that no row and no cost mentions is not in the program: it stays at zero.
        # + 0.0 makes of −0.0, which solvers give, a plain zero.
        place = built.column.get(id(variable))
        return 0.0 if place is None else float(answer.x[place]) + 0.0

    steps = range(problem.time.count)
    processes, storages = list(model.P), list(model.S)
    capacity = np.array([of(model.capacity[name]) for name in processes])
    output = np.zeros((problem.time.count, len(processes)))
    rows = problem.processes
    for place, name in enumerate(processes):
        if name in model.D:
            output[:, place] = [of(model.output[name, t]) for t in steps]
        else:
            output[:, place] = problem.profile(str(rows["profile"].iloc[place])) * capacity[place]

    def stepwise(variable: Any) -> np.ndarray:
        return np.array([[of(variable[name, t]) for name in storages] for t in steps]).reshape(
            problem.time.count, len(storages)
        )

    largest = output.max(axis=0, initial=0.0)
    given = {name for name in (*processes, *storages) if problem.is_costless(name)} - built.added.linked
    costless = np.array([name in given for name in processes], dtype=bool)
    # Where capacity costs nothing the model does not decide it: what is used is what is told.
    capacity[costless] = largest[costless]
    level = stepwise(model.level)
    store = np.array([of(model.store[name]) for name in storages])
    free = np.array([name in given for name in storages], dtype=bool)
    contents = _contents(problem, model, of)
    # Where days are linked a level is told from the beginning of its day; the content is what counts.
    fullest = level.max(axis=0, initial=0.0) if contents is None else contents.max(axis=0, initial=0.0)
    store[free] = fullest[free]
    stores = problem.storages
    return {
        "capacity": capacity,
        "new": _new(capacity, rows["capacity_existing_mw"], rows["capex_eur_per_mw_year"], model.new, of),
        "output": output,
        "store": store,
        "new_store": _new(
            store, stores["capacity_existing_mwh"], stores["capex_eur_per_mwh_year"], model.new_store, of
        ),
        "charge": stepwise(model.charge),
        "discharge": stepwise(model.discharge),
    }


def _contents(problem: MixProblem, model: Any, of: Callable[[Any], float]) -> np.ndarray | None:
    """Return the fullest content of each store on each day of the year, MWh, where days are linked."""
    sequence = problem.time.sequence
    if sequence is None:
        return None
    return np.array(
        [
            [of(model.between[s, d]) + of(model.highest[s, int(kind)]) for s in model.S]
            for d, kind in enumerate(sequence)
        ]
    ).reshape(len(sequence), len(model.S))


def _by_day(problem: MixProblem, built: Built, answer: Solution) -> pd.DataFrame:
    """Return the content of each store at the beginning of each day of the year, MWh."""
    model, sequence = built.model, problem.time.sequence
    days = range(0 if sequence is None else len(sequence))
    return pd.DataFrame(
        {s: [float(answer.x[built.column[id(model.between[s, d])]]) + 0.0 for d in days] for s in model.S}
    )


def _new(
    kept: np.ndarray, existing: pd.Series, annuity: pd.Series, decided: Any, of: Callable[[Any], float]
) -> np.ndarray:
    """Return what is new; where it costs nothing the model does not decide it either."""
    free = annuity.to_numpy(dtype=float) == 0
    beyond = np.maximum(kept - existing.to_numpy(dtype=float), 0.0)
    return np.where(free, beyond, [of(decided[name]) for name in decided])
