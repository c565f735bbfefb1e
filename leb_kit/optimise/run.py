"""optimise_mix: formulate, solve, verify, read the plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from leb_kit.optimise.explain import explain_infeasible, explain_unbounded
from leb_kit.optimise.formulation import LinearProgram, compile_model, formulate
from leb_kit.optimise.problem import MixProblem
from leb_kit.optimise.result import MixResult, read_result
from leb_kit.optimise.solve import INFEASIBLE, TIME_LIMIT, UNBOUNDED, Solution, SolverError, solve, verify


def run(problem: MixProblem, *, time_limit_s: float | None = None) -> MixResult:
    """Solve a problem; see ``optimise_mix``."""
    model = formulate(problem)
    program = compile_model(model)
    answer = solve(program, time_limit_s=time_limit_s)
    if answer.status == INFEASIBLE:
        raise explain_infeasible(problem, program)
    if answer.status == UNBOUNDED:
        raise explain_unbounded(problem)
    if answer.status == TIME_LIMIT:
        _require_plan(program, answer, time_limit_s)
    return read_result(
        problem,
        _values(model, problem, program, answer),
        _limit_duals(model, program, answer, problem),
        status=answer.status,
        cost_eur=answer.objective,
        log=answer.log,
    )


def _require_plan(program: LinearProgram, answer: Solution, time_limit_s: float | None) -> None:
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


def _values(
    model: Any, problem: MixProblem, program: LinearProgram, answer: Solution
) -> dict[str, np.ndarray]:
    # + 0.0 makes of −0.0, which solvers give, a plain zero.
    value = {id(variable): float(x) + 0.0 for variable, x in zip(program.columns, answer.x, strict=True)}

    def of(variable: Any) -> float:
        # A variable that no row and no cost mentions is not in the program: it stays at zero.
        return value.get(id(variable), 0.0)

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
    costless = np.array([problem.is_costless(name) for name in processes], dtype=bool)
    # Where capacity costs nothing the model does not decide it: what is used is what is told.
    capacity[costless] = largest[costless]
    level = stepwise(model.level)
    store = np.array([of(model.store[name]) for name in storages])
    free = np.array([problem.is_costless(name) for name in storages], dtype=bool)
    store[free] = level.max(axis=0, initial=0.0)[free]
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


def _new(
    kept: np.ndarray, existing: pd.Series, annuity: pd.Series, decided: Any, of: Callable[[Any], float]
) -> np.ndarray:
    """Return what is new; where it costs nothing the model does not decide it either."""
    free = annuity.to_numpy(dtype=float) == 0
    beyond = np.maximum(kept - existing.to_numpy(dtype=float), 0.0)
    return np.where(free, beyond, [of(decided[name]) for name in decided])


def _limit_duals(model: Any, program: LinearProgram, answer: Solution, problem: MixProblem) -> np.ndarray:
    place = {id(row): number for number, row in enumerate(program.rows)}
    rows = [place[id(model.annual_limits[name])] for name in problem.limit_rows()["limit"]]
    return np.array(answer.row_dual[rows])
