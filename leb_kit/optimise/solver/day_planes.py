"""Planes that the cost of each stretch of a year never falls below, and what is least above them all."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix, hstack, identity, vstack

from leb_kit.optimise.solver.day_passes import DayPass, hand_over, quiet_solver
from leb_kit.optimise.solver.day_split import DaySplit

#: Until there are planes enough, the cost of a stretch is at least minus so many times the largest one seen.
_FLOOR = 1_000


class DayPlanes:
    """The least above all planes, what a year rations being shared out among its stretches.

    ::

        min c·g + sum_d cost_d + sum_l (price_l + play_l) more_l − (price_l − play_l) less_l
        cost_d ≥ cost of pass k + slope_dk·(g − g_k) + price_k·use_d   for each pass k
        side of the year: sum_d use_d + D g + more − less

    ``use`` of a stretch is free, so that planes of passes at other prices hold together; ``play`` keeps the
    prices that come out within reach of given ones. Where it is 0 what is rationed is bought at these prices.
    """

    def __init__(self, split: DaySplit) -> None:
        self._split, self._passes = split, list[DayPass]()
        self._days, self._limits = len(split.blocks), len(split.yearly_rows)
        program, kept = split.program, split.outer[split.kept]
        self._low, self._high = program.lower[kept], program.upper[kept]
        days, limits, own = self._days, self._limits, program.matrix[split.own][:, kept]
        free = days * (1 + limits)
        self._own = len(split.own)
        shared = csr_matrix(
            (np.ones(days * limits), (np.tile(np.arange(limits), days), np.arange(days * limits))),
            shape=(limits, days * limits),
        )
        outside = csr_matrix(split.outer_yearly[:, split.kept])
        rows = vstack(
            [
                hstack([own, csr_matrix((self._own, free + 2 * limits))]),
                hstack(
                    [outside, csr_matrix((limits, days)), shared, identity(limits), -identity(limits)],
                ),
            ]
        )
        cost = np.concatenate([split.cost[split.kept], np.ones(days), np.zeros((days + 2) * limits)])
        self._highs = quiet_solver()
        unbound, spare = np.full(free, np.inf), np.zeros(2 * limits)
        hand_over(
            self._highs,
            rows.tocsc(),
            cost,
            (
                np.concatenate([self._low, -unbound, spare]),
                np.concatenate([self._high, unbound, spare + np.inf]),
            ),
            (
                np.concatenate([program.row_lower[split.own], split.lower]),
                np.concatenate([program.row_upper[split.own], split.upper]),
            ),
        )

    def add(self, found: DayPass) -> None:
        """Add the planes of a pass."""
        days, limits = self._days, self._limits
        if not self._passes:
            places = np.arange(len(self._low), len(self._low) + days, dtype=np.int32)
            floor = np.full(days, -_FLOOR * (1 + float(np.abs(found.cost).max())))
            self._highs.changeColsBounds(days, places, floor, np.full(days, np.inf))
        self._passes.append(found)
        paid = csr_matrix(
            (
                np.tile(-found.prices, days),
                (np.repeat(np.arange(days), limits), np.arange(days * limits)),
            ),
            shape=(days, days * limits),
        )
        spare = csr_matrix((days, 2 * limits))
        rows = hstack([-found.slope[:, self._split.kept], identity(days), paid, spare]).tocsr()
        rows.eliminate_zeros()
        self._highs.addRows(
            days,
            found.cost - found.slope @ found.outer,
            np.full(days, np.inf),
            rows.nnz,
            rows.indptr[:-1].astype(np.int32),
            rows.indices.astype(np.int32),
            rows.data,
        )

    def value(self, found: DayPass) -> float:
        """Return what the point of a pass costs, what is rationed being paid for at its prices."""
        split, prices = self._split, found.prices
        side = np.where(prices > 0, split.lower, np.where(prices < 0, split.upper, 0.0))
        paid = float(prices @ (side - split.outer_yearly @ found.outer))
        return self.outside(found.outer) + float(found.cost.sum()) + paid

    def outside(self, outer: np.ndarray) -> float:
        """Return the cost of a year without that of its stretches."""
        split = self._split
        return split.constant + float(split.cost[split.kept] @ outer[split.kept])

    def least(
        self, outer: np.ndarray, width: np.ndarray | None, prices: np.ndarray, play: np.ndarray
    ) -> tuple[float, np.ndarray, np.ndarray]:
        """Return the least that the planes tell (near a point, given a width), where, and at what prices."""
        kept, touching, limits = self._split.kept, self._split.touching, self._limits
        low, high = self._low[touching], self._high[touching]
        if width is not None:
            here = np.clip(outer[kept][touching], low, high)
            low = np.maximum(low, here - width[kept][touching])
            high = np.minimum(high, here + width[kept][touching])
        self._highs.changeColsBounds(len(touching), touching.astype(np.int32), low, high)
        places = len(self._low) + self._days * (1 + limits) + np.arange(2 * limits, dtype=np.int32)
        self._highs.changeColsCost(
            2 * limits, places.astype(np.int32), np.concatenate([prices + play, play - prices])
        )
        self._highs.run()
        found = self._highs.getSolution()
        point = outer.copy()
        point[kept] = np.array(found.col_value)[: len(kept)]
        told = np.array(found.row_dual)[self._own : self._own + limits]
        return float(self._highs.getInfo().objective_function_value) + self._split.constant, point, told

    def row_dual(self) -> np.ndarray:
        """Return a price of each row of the year: those of stretches weighed as their planes bind."""
        split = self._split
        found = np.array(self._highs.getSolution().row_dual)
        first = self._own + self._limits
        out = np.zeros(len(split.program.row_lower))
        out[split.own] = found[: self._own]
        out[split.shared] = split.base + split.mix.T @ found[self._own : first]
        weights = found[first:].reshape(-1, self._days)
        for weight, one in zip(weights, self._passes, strict=True):
            out[split.day_rows] += weight[split.day_of] * one.row_dual[split.day_rows]
        return out
