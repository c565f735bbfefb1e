"""Planes that the cost of each stretch of a year never falls below, and what is least above them all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, diags, hstack, identity, vstack

from leb_kit.optimise.solver.day_lack import NO_LACK
from leb_kit.optimise.solver.day_passes import DayPass, is_optimal, quiet_solver
from leb_kit.optimise.solver.day_split import DaySplit
from leb_kit.optimise.solver.methods import pass_arrays

#: Until there are planes enough, the cost of a stretch is at least minus so many times the largest one seen.
_FLOOR = 1_000


@dataclass(frozen=True, eq=False)
class YearPoint:
    """What is decided outside the stretches, and what each adds to the rows of the year (stretch × row)."""

    outer: np.ndarray
    parts: np.ndarray

    def towards(self, other: YearPoint, share: float) -> YearPoint:
        """Return the point a share of the way to another."""
        outer = self.outer + share * (other.outer - self.outer)
        return YearPoint(outer, self.parts + share * (other.parts - self.parts))


@dataclass(frozen=True, eq=False)
class Least:
    """What is least above all planes: ``value``, EUR; where; ``prices`` of the rows of the year there."""

    value: float
    point: YearPoint
    prices: np.ndarray


class DayPlanes:
    """The least above all planes; what the year rations is handed out to its stretches.

    ::

        min c·g + sum_d cost_d + e·u + lack price × missed
        sum_d part_d + D g + E u in the sides of the year, but for what is missed
        cost_d ≥ cost of pass k + slope_dk·(g − g_k) + price_k·part_d   for each pass k

    u is what no row of a stretch holds (``DaySplit.unheld``): its cost bounds the prices.

    A pass at other prices is as good a plane: what a stretch costs at a price is no more than what it costs
    with any part, less what the part is worth. The prices of the rows of the year come out.

    Parameters
    ----------
    split : DaySplit
        The year.
    size : np.ndarray
        Of each column outside the stretches: what a step is a share of.
    parts : np.ndarray
        What each stretch may well add to the rows of the year (stretch × row): what a step is a share of.
    """

    def __init__(self, split: DaySplit, size: np.ndarray, parts: np.ndarray) -> None:
        self._split, self._days, self._rows = split, *parts.shape
        mean = np.abs(parts).mean(axis=0)
        # Rows of the year may count thousands or milliards; the solver sees shares of what they hold.
        self._scale = np.where(mean > NO_LACK, mean, 1)
        self._size, self._part_size = size, np.abs(parts) + self._scale
        self._passes: list[DayPass] = []
        program, kept = split.program, split.outer[split.kept]
        self._cost, self._own = split.cost[split.kept], len(split.own)
        self._low, self._high = program.lower[kept], program.upper[kept]
        self._costs_at = len(kept) + self._days * self._rows
        self._highs = quiet_solver()
        own = program.matrix[split.own][:, kept]
        each, none = identity(self._rows), csr_matrix((self._rows, self._days))
        shares = diags(1 / self._scale)
        unheld_cost, unheld = split.unheld()
        outer, unheld = shares @ csr_matrix(split.outer_yearly[:, split.kept]), shares @ csr_matrix(unheld.T)
        yearly = hstack([outer, *[each] * self._days, none, each, -each, unheld])
        own = hstack([own, csr_matrix((self._own, yearly.shape[1] - len(kept)))])
        self._behind = 2 * self._rows + len(unheld_cost)
        free, least = np.full(self._costs_at - len(kept) + self._days, np.inf), np.zeros(self._behind)
        paid = [split.lack_price * np.tile(self._scale, 2), unheld_cost]
        pass_arrays(
            self._highs,
            vstack([own, yearly]).tocsc(),
            np.concatenate([self._cost, np.zeros(self._days * self._rows), np.ones(self._days), *paid]),
            (np.concatenate([self._low, -free, least]), np.concatenate([self._high, free, least + np.inf])),
            (
                np.concatenate([program.row_lower[split.own], split.lower / self._scale]),
                np.concatenate([program.row_upper[split.own], split.upper / self._scale]),
            ),
        )

    def add(self, found: DayPass) -> None:
        """Add the planes of a pass."""
        days, rows = self._days, self._rows
        if not self._passes:
            places = np.arange(self._costs_at, self._costs_at + days, dtype=np.int32)
            floor = np.full(days, -_FLOOR * (1 + float(np.abs(found.cost).max())))
            self._highs.changeColsBounds(days, places, floor, np.full(days, np.inf))
        self._passes.append(found)
        worth = np.tile(found.prices * self._scale, days)
        at = (np.repeat(np.arange(days), rows), np.arange(days * rows))
        paid = csr_matrix((worth, at), shape=(days, days * rows))
        paid.eliminate_zeros()
        outer = -found.slope[:, self._split.kept]
        planes = hstack([outer, -paid, identity(days), csr_matrix((days, self._behind))]).tocsr()
        self._highs.addRows(
            days,
            found.cost - found.slope @ found.outer,
            np.full(days, np.inf),
            planes.nnz,
            planes.indptr[:-1].astype(np.int32),
            planes.indices.astype(np.int32),
            planes.data,
        )

    def least(self, near: YearPoint, reach: float = np.inf, parts_reach: float | None = None) -> Least | None:
        """Return the least that the planes tell, or None where the solver does not.

        Parameters
        ----------
        near : YearPoint
            The point to stay near.
        reach : float
            How far from it the outer columns that stretches feel and the parts may go, as a share of
            their sizes; the other columns follow.
        parts_reach : float, optional
            Another reach for the parts.
        """
        split, touching = self._split, self._split.touching
        low, high = self._low[touching], self._high[touching]
        if np.isfinite(reach):
            here = np.clip(near.outer[split.kept][touching], low, high)
            width = reach * self._size[split.kept][touching]
            low, high = np.maximum(low, here - width), np.minimum(high, here + width)
        self._highs.changeColsBounds(len(touching), touching.astype(np.int32), low, high)
        width = (reach if parts_reach is None else parts_reach) * self._part_size
        first, count = len(split.kept), self._days * self._rows
        places = np.arange(first, first + count, dtype=np.int32)
        sides = [((near.parts + side * width) / self._scale).ravel() for side in (-1, 1)]
        self._highs.changeColsBounds(count, places, *sides)
        if not self._solved():
            return None
        found = self._highs.getSolution()
        values, duals = np.array(found.col_value), np.array(found.row_dual)
        outer = near.outer.copy()
        outer[split.kept] = values[:first]
        parts = values[first : first + count].reshape(near.parts.shape) * self._scale
        prices = duals[self._own : self._own + self._rows] / self._scale
        value = float(self._highs.getInfo().objective_function_value) + split.constant
        return Least(value, YearPoint(outer, parts), prices)

    def _solved(self) -> bool:
        """Solve from the corner of the last time, or where that is a bad one from none."""
        self._highs.run()
        if not is_optimal(self._highs):
            self._highs.clearSolver()
            self._highs.run()
        return is_optimal(self._highs)

    def shared_out(self, found: DayPass) -> YearPoint:
        """Return the point of a pass, what rows of the year lack there being spread over all stretches."""
        here = YearPoint(found.outer, found.parts)
        least = self.least(here, 0, 1)
        if least is None:
            return here
        share = np.abs(found.parts) + self._scale
        missing = (least.point.parts - found.parts).sum(axis=0)
        return YearPoint(least.point.outer, found.parts + missing * share / share.sum(axis=0))

    def row_dual(self) -> np.ndarray:
        """Return a price of each row of the year: those of stretches weighed as their planes bind."""
        split = self._split
        found = np.array(self._highs.getSolution().row_dual)
        out = np.zeros(len(split.program.row_lower))
        out[split.own] = found[: self._own]
        prices = found[self._own : self._own + self._rows] / self._scale
        out[split.shared] = split.base + split.mix.T @ prices
        weights = found[self._own + self._rows :].reshape(-1, self._days)
        for weight, one in zip(weights, self._passes, strict=True):
            out[split.day_rows] += weight[split.day_of] * one.row_dual[split.day_rows]
        return out
