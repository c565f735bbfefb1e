"""One program solved many times: sides, bounds or costs change in place, and the last basis is kept.

A frontier or a set of alternatives asks for the same program with another right-hand side or another
cost. The solver keeps its arrays and its last vertex, so the next answer is a few pivots away. Every
answer is checked like a first one; where the warm solver does not get there, a fresh one does.
"""

from __future__ import annotations

import highspy
import numpy as np

from leb_kit.errors import InputError, say
from leb_kit.optimise.model.formulation import LinearProgram
from leb_kit.optimise.solver.methods import rescale
from leb_kit.optimise.solver.solve import (
    OPTIMAL,
    STOPPED,
    VIOLATION,
    Solution,
    answer_of,
    certified,
    finished,
    prepared,
    proven,
    run,
    solve,
    violation,
)
from leb_kit.optimise.solver.watch import CancelledMix

#: Pivots per row after which a fresh start is the quicker way.
_PIVOTS_PER_ROW = 0.5
_FEWEST_PIVOTS = 1000
_DUAL, _PRIMAL = 1, 4


class WarmSolver:
    """A solver that remembers.

    Parameters
    ----------
    program : LinearProgram
        Its matrix and columns stay; all else may change between answers.
    whole : bool
        Whether columns may take whole numbers: such a program has no basis to keep, each answer is a
        fresh one.

    Raises
    ------
    InputError
        Columns take whole numbers, and they may not.
    """

    def __init__(self, program: LinearProgram, *, whole: bool = False) -> None:
        if program.whole is not None and not whole:
            told = say(
                "a rule adds whole numbers, or processes are there wholly or not at all; reasons and"
                " sensitivities need a problem without"
            )
            raise InputError(say("mix problem"), [told])
        self._program = program
        self._highs: highspy.Highs | None = None
        #: How many answers came from the last vertex, and how many from a fresh start.
        self.warm, self.cold = 0, 0

    def solve(self, program: LinearProgram, *, time_limit_s: float | None = None) -> Solution:
        """Return the answer to a program of the same matrix.

        Parameters
        ----------
        program : LinearProgram
            The first one with other sides, bounds or costs.
        time_limit_s : float, optional
            Wall-clock limit of this answer, seconds.

        Raises
        ------
        SolverError
            The answer does not satisfy the program.
        CancelledMix
            The search was stopped.
        """
        return finished(self._solve(program, time_limit_s))

    def _solve(self, program: LinearProgram, limit: float | None) -> Solution:
        if self._highs is None:
            fresh = solve if program.whole is not None else self._first
            self.cold += 1
            return fresh(program, time_limit_s=limit)
        same_cost = self._change(self._highs, program)
        again = self._again(self._highs, program, _DUAL if same_cost else _PRIMAL, limit)
        if again is None or (again.status == OPTIMAL and not proven(program, again)):
            self.cold += 1
            return solve(program, time_limit_s=limit)
        self.warm += 1
        return certified(program, again)

    def _first(self, program: LinearProgram, *, time_limit_s: float | None = None) -> Solution:
        highs, used = prepared(program, time_limit_s)
        run(highs, time_limit_s)
        found = answer_of(program, highs, method=used)
        if found.status in STOPPED:
            return found
        if found.status != OPTIMAL or not proven(program, found):
            return solve(program, time_limit_s=time_limit_s)
        self._highs, self._program = highs, program
        highs.setOptionValue("solver", "simplex")
        limit = max(_FEWEST_PIVOTS, int(_PIVOTS_PER_ROW * len(program.row_lower)))
        highs.setOptionValue("simplex_iteration_limit", limit)
        return certified(program, found)

    def _change(self, highs: highspy.Highs, program: LinearProgram) -> bool:
        """Put what differs from the last program into the solver; tell whether the cost is the same."""
        last = self._program
        for row in _differing(last.row_lower, program.row_lower, last.row_upper, program.row_upper):
            highs.changeRowBounds(int(row), float(program.row_lower[row]), float(program.row_upper[row]))
        for column in _differing(last.lower, program.lower, last.upper, program.upper):
            highs.changeColBounds(int(column), float(program.lower[column]), float(program.upper[column]))
        costs = np.flatnonzero(last.cost != program.cost).astype(np.int32)
        if len(costs):
            highs.changeColsCost(len(costs), costs, program.cost[costs])
        self._program = program
        return not len(costs)

    def _again(
        self, highs: highspy.Highs, program: LinearProgram, strategy: int, limit: float | None
    ) -> Solution | None:
        """Go on from the last vertex; nothing where that does not end at a plan that holds."""
        highs.setOptionValue("simplex_strategy", strategy)
        for scaled in (True, False):
            rescale(highs, program, scaled=scaled)
            if limit is not None:  # the solver counts the seconds of all its runs together
                highs.setOptionValue("time_limit", highs.getRunTime() + limit)
            run(highs, limit)
            if highs.getModelStatus() == highspy.HighsModelStatus.kTimeLimit:
                return answer_of(program, highs)
            if highs.getModelStatus() == highspy.HighsModelStatus.kInterrupt:
                raise CancelledMix
            if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                return None
            answer = answer_of(program, highs)
            if violation(program, answer) <= VIOLATION:
                return answer
        return None


def _differing(*pairs: np.ndarray) -> np.ndarray:
    """Return the places where one array of a pair differs from the other."""
    changed = np.zeros(len(pairs[0]), dtype=bool)
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        changed |= old != new
    found: np.ndarray = np.flatnonzero(changed)
    return found
