"""Solving with HiGHS: statuses, a hard limit of time, and a check that does not trust the solver."""

from __future__ import annotations

import importlib.util
import threading
from dataclasses import dataclass, replace

import highspy
import numpy as np

from leb_kit.errors import LebError, say
from leb_kit.optimise.formulation import LinearProgram

OPTIMAL, TIME_LIMIT, INFEASIBLE, UNBOUNDED = "optimal", "time_limit", "infeasible", "unbounded"
_KNOWN = {
    highspy.HighsModelStatus.kOptimal: OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: UNBOUNDED,
    highspy.HighsModelStatus.kTimeLimit: TIME_LIMIT,
}
#: Largest violation, relative to the size of the row, that a plan may have.
VIOLATION = 1e-6
#: Same input, same bits: one thread and one seed.
_OPTIONS = {"output_flag": False, "threads": 1, "random_seed": 0, "mip_rel_gap": VIOLATION}
#: Rows from which the interior-point method (with crossover to a vertex) is the quicker one; measured.
_INTERIOR_POINT_FROM = 5_000
#: Without the sparse factorisation of ``highspy-extras`` it pays only for a whole year of hours.
_INTERIOR_POINT_FROM_PLAIN = 100_000
#: Numbers of this size are easy for the solver.
_COMFORTABLE = 1024
#: Seconds the solver gets to stop by itself once its time is over.
_GRACE_S = 5


class SolverError(LebError):
    """The solver gave no usable answer."""


@dataclass(frozen=True, eq=False)
class Solution:
    """Values of columns, duals of rows, reduced costs of columns."""

    status: str
    objective: float
    x: np.ndarray
    row_dual: np.ndarray
    column_dual: np.ndarray
    log: str


def solve(program: LinearProgram, *, time_limit_s: float | None = None) -> Solution:
    """Solve a linear program.

    Parameters
    ----------
    program : LinearProgram
        min cost·x, rows and columns with bounds.
    time_limit_s : float, optional
        Wall-clock limit, seconds; the solver is stopped from outside if it does not stop itself.

    Returns
    -------
    Solution
        ``status`` is optimal, time_limit, infeasible or unbounded. Where columns take whole numbers
        the duals are those with these numbers as they came out.

    Raises
    ------
    SolverError
        The solver fails, or its answer does not satisfy the program.
    """
    if program.whole is not None:
        return _solve_whole(program, program.whole, time_limit_s)
    highs = prepared(program, time_limit_s)
    _run(highs, time_limit_s)
    answer = _answer(program, highs, _status(highs, time_limit_s))
    if answer.status == OPTIMAL and not violation(program, answer) <= VIOLATION:
        # Scaled numbers met the scaled limits only: go on from there with the numbers as they are.
        rescale(highs, program, scaled=False)
        highs.setOptionValue("solver", "simplex")
        _run(highs, time_limit_s)
        answer = _answer(program, highs, _status(highs, time_limit_s))
    if answer.status == OPTIMAL:
        verify(program, answer)
    return answer


def _solve_whole(program: LinearProgram, whole: np.ndarray, time_limit_s: float | None) -> Solution:
    """Decide the whole numbers first, then solve with them as they are: the rest has prices."""
    highs = prepared(program, time_limit_s)
    _run(highs, time_limit_s)
    status = _status(highs, time_limit_s)
    first = _answer(program, highs, status)
    if status not in (OPTIMAL, TIME_LIMIT) or len(first.x) != len(program.cost):
        return first
    chosen = np.round(first.x)
    low, high = (np.where(whole, chosen, side) for side in (program.lower, program.upper))
    answer = solve(replace(program, lower=low, upper=high, whole=None))
    if answer.status != OPTIMAL:
        if status == TIME_LIMIT:
            return replace(first, x=np.zeros(0))
        message = say("the whole numbers that the solver chose have no plan")
        raise SolverError(message)
    return replace(answer, status=status, log=first.log)


def prepared(program: LinearProgram, time_limit_s: float | None = None) -> highspy.Highs:
    """Return a solver that holds the program, its numbers scaled and its method chosen by size."""
    highs = highspy.Highs()
    for name, value in _OPTIONS.items():
        highs.setOptionValue(name, value)
    quick = importlib.util.find_spec("highspy_extras") is not None
    # With whole numbers the solver chooses its methods itself.
    if program.whole is None and len(program.row_lower) >= (
        _INTERIOR_POINT_FROM if quick else _INTERIOR_POINT_FROM_PLAIN
    ):
        highs.setOptionValue("solver", "ipm")
    if time_limit_s is not None:
        highs.setOptionValue("time_limit", float(time_limit_s))
    rescale(highs, program)
    pass_program(highs, program)
    return highs


def rescale(highs: highspy.Highs, program: LinearProgram, *, scaled: bool = True) -> None:
    """Have the solver work on comfortable numbers, or on the numbers as they are."""
    sides = np.concatenate([program.row_lower, program.row_upper, program.lower, program.upper])
    highs.setOptionValue("user_objective_scale", _scale(program.cost) if scaled else 0)
    highs.setOptionValue("user_bound_scale", _scale(sides) if scaled else 0)


def answer_of(program: LinearProgram, highs: highspy.Highs) -> Solution:
    """Return what a solver that has run says of a program."""
    return _answer(program, highs, _KNOWN.get(highs.getModelStatus(), ""))


def _answer(program: LinearProgram, highs: highspy.Highs, status: str) -> Solution:
    info, solution = highs.getInfo(), highs.getSolution()
    log = (
        f"HiGHS {highs.version()}: {status}, objective {info.objective_function_value:.6g},"
        f" {info.simplex_iteration_count} simplex and {info.ipm_iteration_count} interior-point"
        f" iterations, {len(program.row_lower)} rows, {len(program.cost)} columns"
    )
    return Solution(
        status,
        float(info.objective_function_value) + program.offset,
        np.array(solution.col_value),
        np.array(solution.row_dual),
        np.array(solution.col_dual),
        log,
    )


def violation(program: LinearProgram, answer: Solution) -> float:
    """Return the largest relative violation of rows and bounds; NaN where a value is not a number."""
    x = answer.x
    if not np.isfinite(x).all():
        return float("nan")
    activity = program.matrix @ x
    size = 1.0 + np.abs(program.matrix) @ np.abs(x)
    worst = 0.0
    for value, low, high, scale in (
        (activity, program.row_lower, program.row_upper, size),
        (x, program.lower, program.upper, 1.0 + np.abs(x)),
    ):
        gap = np.maximum(np.maximum(low - value, value - high), 0.0) / scale
        worst = max(worst, float(gap.max(initial=0.0)))
    return worst


def verify(program: LinearProgram, answer: Solution) -> float:
    """Return the largest relative violation of rows and bounds, computed without the solver.

    Raises
    ------
    SolverError
        It exceeds ``VIOLATION``, or a value is not a number.
    """
    worst = violation(program, answer)
    if np.isnan(worst):
        message = say("the solver returned values that are not numbers")
        raise SolverError(message)
    if not worst <= VIOLATION:
        message = say(
            "the plan violates its own limits by {worst:.2g} (relative); {allowed:.0e} is allowed",
            worst=worst,
            allowed=VIOLATION,
        )
        raise SolverError(message)
    return worst


def duality_gap(program: LinearProgram, answer: Solution) -> float:
    """Return the relative gap between the cost and its dual bound, computed without the solver.

    By weak duality the bound is sum over rows and columns of dual × the side it pushes against.
    """
    bound = program.offset
    for dual, low, high in (
        (answer.row_dual, program.row_lower, program.row_upper),
        (program.cost - program.matrix.T @ answer.row_dual, program.lower, program.upper),
    ):
        side = np.where(dual > 0, low, high)
        used = np.abs(dual) > 0
        finite = used & np.isfinite(side)
        bound += float((dual[finite] * side[finite]).sum())
    return abs(answer.objective - bound) / max(1.0, abs(answer.objective))


def pass_program(highs: highspy.Highs, program: LinearProgram) -> None:
    """Hand the arrays over as they are; item by item it takes five times longer."""
    columns, rows = len(program.cost), len(program.row_lower)
    whole = np.zeros(columns, dtype=np.int32) if program.whole is None else program.whole.astype(np.int32)
    matrix, by_column, minimise = program.matrix, 1, 1
    highs.passModel(
        columns,
        rows,
        matrix.nnz,
        by_column,
        minimise,
        0.0,
        program.cost,
        program.lower,
        program.upper,
        program.row_lower,
        program.row_upper,
        matrix.indptr.astype(np.int32, copy=False),
        matrix.indices.astype(np.int32, copy=False),
        matrix.data,
        whole,
    )


def _run(highs: highspy.Highs, time_limit_s: float | None) -> None:
    """Run in a thread, so that a solver that does not answer cannot hold the caller for ever."""
    worker = threading.Thread(target=highs.run, daemon=True)
    worker.start()
    worker.join(None if time_limit_s is None else time_limit_s + _GRACE_S)
    if worker.is_alive():
        message = say("the solver did not stop within {time_limit_s:g} s", time_limit_s=time_limit_s)
        raise SolverError(message)


def _scale(values: np.ndarray) -> int:
    """Return the power of two that brings the largest number near ``_COMFORTABLE``.

    Yearly sums in MWh and costs in EUR are large beside hourly MW; HiGHS works on the scaled numbers
    and gives its answer in ours.
    """
    largest = float(np.abs(values[np.isfinite(values)]).max(initial=0.0))
    return -int(np.log2(largest / _COMFORTABLE)) if largest > _COMFORTABLE else 0


def _status(highs: highspy.Highs, time_limit_s: float | None) -> str:
    if highs.getModelStatus() not in _KNOWN:
        # Presolve could not tell infeasible from unbounded, or the numbers were hard: the plain
        # simplex method on the unreduced programme decides.
        for name, value in (("presolve", "off"), ("solver", "simplex")):
            highs.setOptionValue(name, value)
        highs.clearSolver()
        _run(highs, time_limit_s)
    status = highs.getModelStatus()
    if status not in _KNOWN:
        message = say("the solver ended with '{value}'", value=highs.modelStatusToString(status))
        raise SolverError(message)
    return _KNOWN[status]
