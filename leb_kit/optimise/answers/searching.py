"""Solves on behalf of an explanation, until its time is over."""

from __future__ import annotations

import time

from leb_kit.optimise.model.formulation import LinearProgram
from leb_kit.optimise.solver.solve import INFEASIBLE, OPTIMAL, Solution, SolverError, solve
from leb_kit.optimise.solver.warm import WarmSolver
from leb_kit.optimise.solver.watch import CancelledMix


class OutOfTimeError(Exception):
    """The search for reasons has used its time."""


class Search:
    """Solves on behalf of an explanation until its time is over."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s, self._end = limit_s, time.monotonic() + limit_s

    @property
    def spent_s(self) -> float:
        """Seconds since it began, at most its limit."""
        return min(self._limit_s, self._limit_s - (self._end - time.monotonic()))

    def part(self, limit_s: float) -> Search:
        """Return a search that ends after a time of its own, or with this one."""
        return Search(min(limit_s, self._end - time.monotonic()))

    def solve(self, program: LinearProgram, warm: WarmSolver | None = None) -> Solution:
        """Solve, within what is left of the time; from the last vertex of a solver that remembers.

        Raises
        ------
        OutOfTimeError
            The time is over, or somebody wishes to stop: that no plan exists is known, and what was found
            until then is told.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise OutOfTimeError
        try:
            answer = (solve if warm is None else warm.solve)(program, time_limit_s=left)
        except CancelledMix as error:
            raise OutOfTimeError from error
        except SolverError as error:
            if time.monotonic() >= self._end:
                raise OutOfTimeError from error
            raise
        if answer.status not in (OPTIMAL, INFEASIBLE):
            raise OutOfTimeError
        return answer
