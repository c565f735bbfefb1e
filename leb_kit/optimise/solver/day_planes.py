"""Planes that the cost of each stretch of a year never falls below, and what is least above them all."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix, hstack, identity

from leb_kit.optimise.solver.day_passes import DayPass, hand_over, quiet_solver
from leb_kit.optimise.solver.day_split import DaySplit

#: Until there are planes enough, the cost of a stretch is at least minus so many times the largest one seen.
_FLOOR = 1_000


class DayPlanes:
    """The least above all planes, what a year rations being bought at given prices.

    ::

        min (c − D' price)·g + sum_d cost_d
        cost_d ≥ cost of pass k + slope_dk·(g − g_k)   for each pass k
    """

    def __init__(self, split: DaySplit, prices: np.ndarray) -> None:
        self._split, self._days, self._prices = split, len(split.blocks), prices
        self._passes: list[DayPass] = []
        program, kept = split.program, split.outer[split.kept]
        side = np.where(prices > 0, split.lower, np.where(prices < 0, split.upper, 0.0))
        self._constant = split.constant + float(prices @ side)
        self._cost = (split.cost - prices @ split.outer_yearly)[split.kept]
        self._low, self._high = program.lower[kept], program.upper[kept]
        self._own, unbound = len(split.own), np.full(self._days, np.inf)
        own = hstack([program.matrix[split.own][:, kept], csr_matrix((self._own, self._days))])
        self._highs = quiet_solver()
        hand_over(
            self._highs,
            own.tocsc(),
            np.concatenate([self._cost, np.ones(self._days)]),
            (np.concatenate([self._low, -unbound]), np.concatenate([self._high, unbound])),
            (program.row_lower[split.own], program.row_upper[split.own]),
        )

    def add(self, found: DayPass) -> None:
        """Add the planes of a pass."""
        days = self._days
        if not self._passes:
            places = np.arange(len(self._low), len(self._low) + days, dtype=np.int32)
            floor = np.full(days, -_FLOOR * (1 + float(np.abs(found.cost).max())))
            self._highs.changeColsBounds(days, places, floor, np.full(days, np.inf))
        self._passes.append(found)
        rows = hstack([-found.slope[:, self._split.kept], identity(days)]).tocsr()
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
        """Return what the point of a pass costs, what is rationed being paid for."""
        return self._constant + float(self._cost @ found.outer[self._split.kept] + found.cost.sum())

    def least(self, outer: np.ndarray, width: np.ndarray | None) -> tuple[float, np.ndarray]:
        """Return the least that the planes tell, near a point where a width is given, and where it is."""
        kept, touching = self._split.kept, self._split.touching
        low, high = self._low[touching], self._high[touching]
        if width is not None:
            here = np.clip(outer[kept][touching], low, high)
            low = np.maximum(low, here - width[kept][touching])
            high = np.minimum(high, here + width[kept][touching])
        self._highs.changeColsBounds(len(touching), touching.astype(np.int32), low, high)
        self._highs.run()
        point = outer.copy()
        point[kept] = np.array(self._highs.getSolution().col_value)[: len(kept)]
        return float(self._highs.getInfo().objective_function_value) + self._constant, point

    def row_dual(self) -> np.ndarray:
        """Return a price of each row of the year: those of stretches weighed as their planes bind."""
        split = self._split
        found = np.array(self._highs.getSolution().row_dual)
        out = np.zeros(len(split.program.row_lower))
        out[split.own] = found[: self._own]
        out[split.shared] = split.base + split.mix.T @ self._prices
        weights = found[self._own :].reshape(-1, self._days)
        for weight, one in zip(weights, self._passes, strict=True):
            out[split.day_rows] += weight[split.day_of] * one.row_dual[split.day_rows]
        return out
