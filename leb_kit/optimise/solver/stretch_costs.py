"""What the stretches of a year cost where everything outside them is decided: each a small program alone."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csc_matrix

from leb_kit.optimise.solver.day_lack import LOOKS, least_outside, worst
from leb_kit.optimise.solver.day_passes import quiet_solver
from leb_kit.optimise.solver.day_split import DayBlock, DaySplit
from leb_kit.optimise.solver.methods import pass_arrays
from leb_kit.optimise.solver.watch import SmallSolves


@dataclass(frozen=True, eq=False)
class StretchCosts:
    """Cost of a year told by its stretches.

    ``cost_eur``: what the year costs, its limits being paid for; ``outer``: value of each column outside;
    ``lack``: by how much equations are missed, all units.
    """

    cost_eur: float
    outer: np.ndarray
    lack: float


@dataclass(frozen=True, eq=False)
class _Reduced:
    """A stretch without its rows of one column, which are bounds of that column.

    ``single``, ``kept``: places of rows; of each single one its ``column`` and ``factor``.
    """

    block: DayBlock
    cost: np.ndarray
    single: np.ndarray
    kept: np.ndarray
    column: np.ndarray
    factor: np.ndarray
    matrix: csc_matrix

    @classmethod
    def of(cls, block: DayBlock, prices: np.ndarray) -> _Reduced:
        rows = block.matrix.tocsr()
        count = np.diff(rows.indptr)
        single, kept = np.flatnonzero(count == 1), np.flatnonzero(count != 1)
        first = rows.indptr[single]
        cost = block.cost - block.yearly.T @ prices
        matrix = rows[kept].tocsc()
        return cls(block, cost, single, kept, rows.indices[first], rows.data[first], matrix)

    def bounds(self, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the bounds of the columns, sides of single rows among them."""
        lower, upper = self.block.lower.copy(), self.block.upper.copy()
        sides = low[self.single] / self.factor, high[self.single] / self.factor
        least, most = np.minimum(*sides), np.maximum(*sides)
        np.maximum.at(lower, self.column, least)
        np.minimum.at(upper, self.column, most)
        return lower, np.maximum(lower, upper)


def stretch_costs(split: DaySplit, outer: np.ndarray, prices: np.ndarray) -> StretchCosts:
    """Tell what a year costs, stretch by stretch, at columns outside and prices of the rows of the year.

    ::

        cost = c·g + price·(side − D g) + sum_d min (c_d − C_d' price)·x_d;  A_d x_d + G_d g in the sides of d

    Where stretches lack something, what the worst need in addition is added at least cost, and all are solved
    again, until none lacks.

    Parameters
    ----------
    split : DaySplit
        The year, nothing of stores outside its stretches.
    outer : np.ndarray
        Value of each column of ``split.outer``; what stretches do not feel follows at least cost.
    prices : np.ndarray
        Of each row of ``split.yearly_rows``, EUR for a unit; of a sign that its open side allows.
    """
    stretches = [_Reduced.of(block, prices) for block in split.blocks]
    bases: list[highspy.HighsBasis | None] = [None] * len(stretches)
    costs, lack = _solved(split, stretches, outer, bases)
    point = outer
    for _ in range(LOOKS):
        lacking = worst(lack)
        grown = least_outside(split, point, prices, lacking)
        if grown is not None:
            point = grown
        if grown is None or not len(lacking):
            break
        costs, lack = _solved(split, stretches, point, bases)
    side = np.where(prices > 0, split.lower, np.where(prices < 0, split.upper, 0.0))
    outside = (split.cost - prices @ split.outer_yearly)[split.kept] @ point[split.kept]
    total = split.constant + float(prices @ side) + float(outside) + float(costs.sum())
    return StretchCosts(total, point, float(lack.sum()))


def _solved(
    split: DaySplit,
    stretches: list[_Reduced],
    outer: np.ndarray,
    bases: list[highspy.HighsBasis | None],
) -> tuple[np.ndarray, np.ndarray]:
    """Return cost and lack of each; the lack has no end where the prices let a stretch earn without end.

    Each begins at the corner where it was left, or at that of the one before it.
    """
    program = split.program
    moved = np.zeros(len(program.row_lower))
    moved[split.day_rows] = split.reach @ outer
    low, high = program.row_lower - moved, program.row_upper - moved
    highs, solves = quiet_solver(), SmallSolves()
    highs.setOptionValue("presolve", "off")
    costs, lack = np.zeros(len(stretches)), np.zeros(len(stretches))
    for place, one in enumerate(stretches):
        solves.begin()
        rows = one.block.rows
        sides = low[rows], high[rows]
        kept = (sides[0][one.kept], sides[1][one.kept])
        pass_arrays(highs, one.matrix, one.cost, one.bounds(*sides), kept)
        before = bases[place - 1] if place and _alike(stretches[place - 1], one) else None
        start = before if bases[place] is None else bases[place]
        if start is not None:
            highs.setBasis(start)
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            lack[place] = np.inf
            continue
        bases[place] = highs.getBasis()
        costs[place] = highs.getInfo().objective_function_value
        lack[place] = np.array(highs.getSolution().col_value)[len(one.block.columns) :].sum()
    return costs, lack


def _alike(one: _Reduced, other: _Reduced) -> bool:
    same: bool = one.matrix.shape == other.matrix.shape
    return same
