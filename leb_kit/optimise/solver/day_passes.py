"""All stretches of a year once: what each costs at a point outside, and what more of each would be worth."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csr_matrix

from leb_kit.optimise.solver.day_split import DaySplit
from leb_kit.optimise.solver.methods import pass_arrays, set_simplex
from leb_kit.optimise.solver.watch import SmallSolves


@dataclass(frozen=True, eq=False)
class DayPass:
    """All stretches once, at a point outside them and at prices of what the year rations.

    ``cost``: of each, what it adds to the rows of the year being paid for; ``slope``: what more of the outer
    columns would cost it; ``row_dual``: prices of rows; ``lack``: by how much its equations are missed;
    ``parts``: what it adds to the rows of the year (stretch × row).
    """

    outer: np.ndarray
    prices: np.ndarray
    cost: np.ndarray
    slope: csr_matrix
    row_dual: np.ndarray
    lack: np.ndarray
    parts: np.ndarray


class DayPasses:
    """The stretches of a year at prices of what it rations, each solved from the corner it was left at."""

    def __init__(self, split: DaySplit) -> None:
        self.split = split
        #: Where each stretch was left.
        self.corners: dict[int, highspy.HighsBasis] = {}
        self._highs, self._solves = quiet_solver(), SmallSolves()
        self._highs.setOptionValue("presolve", "off")

    def solve(self, outer: np.ndarray, prices: np.ndarray) -> DayPass | None:
        """Solve all at a point, the value of each column of ``split.outer``; None where prices let one earn.

        Parameters
        ----------
        outer : np.ndarray
            Value of each column of ``split.outer``.
        prices : np.ndarray
            Of each row of ``split.yearly_rows``, EUR for one unit.
        """
        split = self.split
        program, count = split.program, len(split.blocks)
        moved = np.zeros(len(program.row_lower))
        moved[split.day_rows] = split.reach @ outer
        low, high = program.row_lower - moved, program.row_upper - moved
        cost, lack, row_dual = np.zeros(count), np.zeros(count), np.zeros(len(low))
        parts = np.zeros((count, len(prices)))
        for day, block in enumerate(split.blocks):
            self._solves.begin()
            sides = low[block.rows], high[block.rows]
            paid = block.cost - block.yearly.T @ prices
            pass_arrays(self._highs, block.matrix, paid, (block.lower, block.upper), sides)
            start = self._start(day)
            if start is not None:
                self._highs.setBasis(start)
            self._highs.run()
            if not is_optimal(self._highs):
                return None
            self.corners[day] = self._highs.getBasis()
            found = self._highs.getSolution()
            row_dual[block.rows] = found.row_dual
            cost[day] = self._highs.getInfo().objective_function_value
            values = np.array(found.col_value)
            lack[day] = values[len(block.columns) :].sum()
            parts[day] = block.yearly @ values
        return DayPass(outer, prices, cost, self._slope(row_dual), row_dual, lack, parts)

    def _start(self, day: int) -> highspy.HighsBasis | None:
        """Return the corner where a stretch was left, or that of one as long."""
        if day in self.corners:
            return self.corners[day]
        blocks = self.split.blocks
        alike = day > 0 and blocks[day].matrix.shape == blocks[day - 1].matrix.shape
        return self.corners[day - 1] if alike else None

    def _slope(self, row_dual: np.ndarray) -> csr_matrix:
        split = self.split
        places = np.arange(len(split.day_rows))
        shape = (len(split.blocks), len(split.day_rows))
        return -(csr_matrix((row_dual[split.day_rows], (split.day_of, places)), shape=shape) @ split.reach)


def quiet_solver() -> highspy.Highs:
    """Return a simplex solver of one thread that says nothing."""
    highs = highspy.Highs()
    set_simplex(highs)
    return highs


def is_optimal(highs: highspy.Highs) -> bool:
    """Tell whether a solver has come to an end."""
    found: bool = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return found
