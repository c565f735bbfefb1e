"""Solving with HiGHS: statuses, a hard limit of time, and a check that does not trust the solver."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import monotonic

import highspy
import numpy as np

from leb_kit.errors import LebError, say
from leb_kit.optimise.model.formulation import LinearProgram
from leb_kit.optimise.solver.methods import Method, bound_scale, pass_program, rescale, set_exact, set_method
from leb_kit.optimise.solver.watch import CancelledMix, LeftBehindError, current
from leb_kit.optimise.solver.watch import run as run_watched

OPTIMAL, TIME_LIMIT, INFEASIBLE, UNBOUNDED = "optimal", "time_limit", "infeasible", "unbounded"
CANCELLED = "cancelled"
#: Stopped before the end: what was found may be a plan, but not the cheapest.
STOPPED = (TIME_LIMIT, CANCELLED)
_KNOWN = {
    highspy.HighsModelStatus.kOptimal: OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: UNBOUNDED,
    highspy.HighsModelStatus.kTimeLimit: TIME_LIMIT,
    highspy.HighsModelStatus.kInterrupt: CANCELLED,
}
#: Largest violation, relative to the size of the row, that a plan may have.
VIOLATION = 1e-6
#: Largest relative gap between the cost of an optimum and its dual bound.
GAP = 1e-6
#: Largest relative dual against a side that is not there: optima of scaled numbers have some 1e-5.
_OPEN_PUSH = 1e-3
#: Sides of rows so many times others that a solver's figures do not reach from one to the other.
_WIDE = 1e8
#: Seconds for the prices of a plan of whole numbers whose own time is over.
_FOR_PRICES_S = 0.5


class SolverError(LebError):
    """The solver gave no usable answer."""


@dataclass(frozen=True, eq=False)
class Solution:
    """Values of columns, duals of rows, reduced costs of columns.

    ``gap``: how much cheaper another plan might be, as a share of the cost: computed from the duals
    without the solver, or with whole numbers what the solver's search left open; NaN where nobody knows.
    """

    status: str
    objective: float
    x: np.ndarray
    row_dual: np.ndarray
    column_dual: np.ndarray
    log: str
    gap: float = np.nan


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
        ``status`` is optimal, time_limit, cancelled, infeasible or unbounded. Where columns take whole
        numbers the duals are those with these numbers as they came out.

    Raises
    ------
    SolverError
        The solver fails, or its answer does not satisfy the program.
    CancelledMix
        It was stopped (see ``watching``) and does not come back at once.
    """
    if program.whole is not None:
        return _solve_whole(program, program.whole, time_limit_s)
    begun = monotonic()
    highs, used = prepared(program, time_limit_s)
    run(highs, time_limit_s)
    answer = answer_of(program, highs, _status(highs, program, time_limit_s), used)
    for anew in (False, True):
        if answer.status != OPTIMAL or proven(program, answer):
            break
        left = None if time_limit_s is None else max(time_limit_s - (monotonic() - begun), 0.0)
        # Scaled numbers met the scaled limits only, an inner point is not near enough to the corner, or
        # (so HiGHS 1.15) the values came back in their scale: such a solver is left.
        highs = prepared(program, left)[0] if anew else highs
        rescale(highs, program, scaled=False)
        set_exact(highs)
        run(highs, left)
        answer = answer_of(program, highs, _status(highs, program, left), used)
    return certified(program, answer)


def finished(answer: Solution) -> Solution:
    """Return an answer that was not stopped half-way.

    Raises
    ------
    CancelledMix
        It was.
    """
    if answer.status == CANCELLED:
        raise CancelledMix
    return answer


def run(highs: highspy.Highs, time_limit_s: float | None = None) -> None:
    """Run a solver under the watch that holds.

    Raises
    ------
    SolverError
        It does not stop within its time.
    CancelledMix
        It was to stop and does not come back.
    """
    try:
        run_watched(highs, time_limit_s)
    except LeftBehindError as error:
        raise _late(time_limit_s) from error


def _late(time_limit_s: float | None) -> SolverError:
    return SolverError(say("the solver did not stop within {time_limit_s:g} s", time_limit_s=time_limit_s))


def _solve_whole(program: LinearProgram, whole: np.ndarray, time_limit_s: float | None) -> Solution:
    """Decide the whole numbers first, then solve with them as they are: the rest has prices."""
    begun = monotonic()
    highs, used = prepared(program, time_limit_s)
    try:
        run_watched(highs, time_limit_s)
    except (CancelledMix, LeftBehindError) as stopped:
        return _found_before(program, whole, stopped, time_limit_s)
    status = _status(highs, program, time_limit_s)
    first = answer_of(program, highs, status, used)
    if status not in (OPTIMAL, *STOPPED) or len(first.x) != len(program.cost):
        return first
    chosen = np.round(first.x)
    low, high = (np.where(whole, chosen, side) for side in (program.lower, program.upper))
    left = None if time_limit_s is None else max(time_limit_s - (monotonic() - begun), _FOR_PRICES_S)
    unpriced = replace(first, row_dual=np.full(len(program.row_lower), np.nan))
    try:
        answer = solve(replace(program, lower=low, upper=high, whole=None), time_limit_s=left)
    except CancelledMix:
        return unpriced  # there is a plan, but no time for its prices
    except SolverError:
        if left is None:
            raise
        return unpriced
    if answer.status == TIME_LIMIT:
        return unpriced
    if answer.status != OPTIMAL:
        if status in STOPPED:
            return replace(first, x=np.zeros(0))
        message = say("the whole numbers that the solver chose have no plan")
        raise SolverError(message)
    return replace(answer, status=status, log=first.log, gap=first.gap)


def _found_before(
    program: LinearProgram,
    whole: np.ndarray,
    stopped: CancelledMix | LeftBehindError,
    time_limit_s: float | None,
) -> Solution:
    """Return the best plan that a solver had told of before it was left behind; raise where it had none."""
    found = stopped.incumbent
    if found is None:
        raise stopped if isinstance(stopped, CancelledMix) else _late(time_limit_s)
    x = np.where(whole, found.x, found.x * 2.0 ** -bound_scale(program))
    status = CANCELLED if isinstance(stopped, CancelledMix) else TIME_LIMIT
    cost = float(program.cost @ x) + program.offset
    log = f"HiGHS {highspy.Highs().version()}: {status}, objective {cost:.6g}, the best plan on its way"
    nothing = np.full(len(program.row_lower), np.nan), np.full(len(program.cost), np.nan)
    return Solution(status, cost, x, *nothing, log, found.gap)


def prepared(program: LinearProgram, time_limit_s: float | None = None) -> tuple[highspy.Highs, Method]:
    """Return a solver that holds the program, its numbers scaled, and the method chosen for it."""
    highs = highspy.Highs()
    used = set_method(highs, program, current().method)
    highs.setOptionValue("mip_rel_gap", GAP)
    if time_limit_s is not None:
        highs.setOptionValue("time_limit", float(time_limit_s))
    rescale(highs, program)
    pass_program(highs, program)
    return highs, used


def answer_of(
    program: LinearProgram, highs: highspy.Highs, status: str | None = None, method: Method | None = None
) -> Solution:
    """Return what a solver that has run says of a program."""
    info, solution = highs.getInfo(), highs.getSolution()
    status = _KNOWN.get(highs.getModelStatus(), "") if status is None else status
    how = "" if method is None or program.whole is not None else f" {method}"
    log = (
        f"HiGHS {highs.version()}{how}: {status}, objective {info.objective_function_value:.6g},"
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
        float(info.mip_gap) if program.whole is not None else np.nan,
    )


def proven(program: LinearProgram, answer: Solution) -> bool:
    """Tell whether an answer is a plan and nothing is cheaper, without the solver."""
    return violation(program, answer) <= VIOLATION and duality_gap(program, answer) <= GAP


def certified(program: LinearProgram, answer: Solution) -> Solution:
    """Return an optimum of a linear program with its gap; any other answer as it is.

    Raises
    ------
    SolverError
        It violates its own limits, or its prices do not prove it the cheapest.
    """
    if answer.status != OPTIMAL:
        return answer
    verify(program, answer)
    gap = duality_gap(program, answer)
    if not gap <= GAP:
        message = say(
            "the plan is not proven to be the cheapest: another may be cheaper by {gap:.2g} (relative)",
            gap=gap,
        )
        raise SolverError(message)
    return replace(answer, gap=gap)


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
        raise SolverError(message + _far_apart(program))
    return worst


def _far_apart(program: LinearProgram) -> str:
    """Name the largest and the smallest side of a row where they are too far apart for arithmetic."""
    sides = np.maximum(
        *(np.where(np.isfinite(side), np.abs(side), 0.0) for side in (program.row_lower, program.row_upper))
    )
    asked = np.flatnonzero(sides > 0)
    if not len(asked) or not len(program.rows):
        return ""
    most, least = (int(asked[place]) for place in (sides[asked].argmax(), sides[asked].argmin()))
    if sides[most] <= _WIDE * sides[least]:
        return ""
    return say(
        ". The largest number asked for is {most:g} ({name}), the smallest {least:g} ({other}):"
        " check the units",
        most=float(sides[most]),
        name=program.rows.name(most),
        least=float(sides[least]),
        other=program.rows.name(least),
    )


def duality_gap(program: LinearProgram, answer: Solution) -> float:
    """Return the relative gap between the cost and its dual bound, computed without the solver.

    By weak duality the bound is sum over rows and columns of dual × the side it pushes against. Where a dual
    pushes against a side that is not there, more than scaled numbers explain, nothing is bounded: infinite.

    Examples
    --------
    >>> from scipy.sparse import csc_matrix
    >>> from leb_kit.optimise.model.formulation import Layout
    >>> one, inf = np.ones(1), np.full(1, np.inf)
    >>> p = LinearProgram(-one, csc_matrix([[1.0]]), -inf, 9 * one, 0 * one, inf, 0.0, Layout(), Layout())
    >>> duality_gap(p, Solution("", 0.0, 0 * one, 0 * one, -one, ""))  # −x with x ≤ 9 is not least at 0
    inf
    """
    bound, open_push = _pushed(program, answer.row_dual)
    if not open_push <= _OPEN_PUSH:
        return float("inf")
    return abs(answer.objective - bound) / max(1.0, abs(answer.objective))


def dual_bound(program: LinearProgram, row_dual: np.ndarray) -> float:
    """Return a cost that nothing goes below, by weak duality from any prices of rows, without the solver.

    −inf where a price pushes against a side that is not there by more than the arithmetic of floats.

    Examples
    --------
    >>> from scipy.sparse import csc_matrix
    >>> from leb_kit.optimise.model.formulation import Layout
    >>> one, inf = np.ones(1), np.full(1, np.inf)
    >>> p = LinearProgram(3 * one, csc_matrix([[1.0]]), 2 * one, inf, 0 * one, inf, 0.0, Layout(), Layout())
    >>> dual_bound(p, 3 * one), dual_bound(p, 2 * one), dual_bound(p, 4 * one)  # 3 x with x ≥ 2
    (6.0, 4.0, -inf)
    """
    bound, open_push = _pushed(program, row_dual)
    return bound if open_push <= VIOLATION else -np.inf


def _pushed(program: LinearProgram, row_dual: np.ndarray) -> tuple[float, float]:
    """Return dual × side, summed, and the largest dual against a side that is not there, relative."""
    bound, worst = program.offset, 0.0
    reduced = program.cost - program.matrix.T @ row_dual
    terms = np.abs(program.cost) + np.abs(program.matrix.T) @ np.abs(row_dual)
    for dual, low, high, size in (
        (row_dual, program.row_lower, program.row_upper, 1.0 + np.abs(row_dual)),
        (reduced, program.lower, program.upper, 1.0 + terms),
    ):
        side = np.where(dual > 0, low, high)
        used = np.abs(dual) > 0
        finite = used & np.isfinite(side)
        bound += float((dual[finite] * side[finite]).sum())
        open_side = used & ~finite
        worst = max(worst, float((np.abs(dual) / size)[open_side].max(initial=0.0)))
    return bound, worst


def _status(highs: highspy.Highs, program: LinearProgram, time_limit_s: float | None) -> str:
    if highs.getModelStatus() not in _KNOWN:
        # Presolve could not tell infeasible from unbounded, or the numbers were hard: the plain
        # simplex method on the unreduced programme decides.
        for name, value in (("presolve", "off"), ("solver", "simplex")):
            highs.setOptionValue(name, value)
        highs.clearSolver()
        run(highs, time_limit_s)
    status = highs.getModelStatus()
    if status not in _KNOWN:
        message = say("the solver ended with '{value}'", value=highs.modelStatusToString(status))
        raise SolverError(message + _far_apart(program))
    return _KNOWN[status]
