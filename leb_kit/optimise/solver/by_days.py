"""A year solved day by day: the least that any plan of the year can cost, in a fraction of the time.

Given capacities, contents at midnight and prices of what the limits of the year ration, each day is a
small program of its own. What it costs, and what it would pay for more of each, is a plane that its cost
never falls below; the planes of all days together tell where to look next, and bound the cost from below.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csc_matrix, csr_matrix, hstack, identity

from leb_kit.optimise.solver.day_split import DayBlock, DaySplit
from leb_kit.optimise.solver.solve import dual_bound
from leb_kit.optimise.solver.watch import CancelledMix, current

#: How far from the best point the next may lie, as a share of sizes: at first, at least, at most; what a
#: better point and a worse one make of it.
_REACH, _REACH_LEAST, _REACH_MOST, _FARTHER, _NEARER = 0.1, 3 / 100, 1 / 2, 3 / 2, 1 / 2
#: Rounds at most, and rounds after which the bound is looked at whatever the planes say.
ROUNDS, _LOOK_EVERY = 16, 4
#: Until there are planes enough, the cost of a day is at least minus so many times the largest one seen.
_FLOOR = 1_000


@dataclass(frozen=True, eq=False)
class YearBound:
    """What the days tell of a year.

    ``bound_eur``: no plan of the year costs less (worked out from ``row_dual`` by weak duality, without the
    solver); ``outer``: value of every column outside the days at the best point; ``lack``: by how much its
    equations of days are missed, all units; ``rounds`` it took.
    """

    bound_eur: float
    row_dual: np.ndarray
    outer: np.ndarray
    lack: float
    rounds: int


@dataclass(frozen=True, eq=False)
class _Pass:
    """All days once: cost of each, prices of rows, what more of the outer columns would cost each day."""

    cost: np.ndarray
    row_dual: np.ndarray
    slope: csr_matrix
    lack: float


class _Days:
    """The days of a year, each solved from the corner where it was left."""

    def __init__(self, split: DaySplit, prices: np.ndarray) -> None:
        self._split = split
        self._basis: dict[int, highspy.HighsBasis] = {}
        self._costs = [block.cost - block.yearly.T @ prices for block in split.blocks]
        self._highs = _solver()
        self._highs.setOptionValue("presolve", "off")

    def solve(self, outer: np.ndarray) -> _Pass:
        split = self._split
        program, count = split.program, len(split.blocks)
        moved = np.zeros(len(program.row_lower))
        moved[split.day_rows] = split.reach @ outer
        low, high = program.row_lower - moved, program.row_upper - moved
        cost, row_dual, lack, last = np.zeros(count), np.zeros(len(low)), 0.0, None
        for day, block in enumerate(split.blocks):
            if current().cancelled:
                raise CancelledMix
            _pass(self._highs, block, self._costs[day], low[block.rows], high[block.rows])
            start = self._basis.get(day, last)
            if start is not None:
                self._highs.setBasis(start)
            self._highs.run()
            last = self._basis[day] = self._highs.getBasis()
            found = self._highs.getSolution()
            row_dual[block.rows] = found.row_dual
            cost[day] = self._highs.getInfo().objective_function_value
            lack += float(np.sum(found.col_value[len(block.columns) :]))
        places = np.arange(len(split.day_rows))
        prices = csr_matrix(
            (row_dual[split.day_rows], (split.day_of, places)), shape=(count, len(split.day_rows))
        )
        return _Pass(cost, row_dual, -(prices @ split.reach), lack)


class _Planes:
    """Planes that the cost of each day never falls below, and what is least above them all."""

    def __init__(self, split: DaySplit, prices: np.ndarray) -> None:
        self._split, self._days = split, len(split.blocks)
        self._passes: list[_Pass] = []
        self._prices = prices
        program, kept = split.program, split.outer[split.kept]
        side = np.where(prices > 0, split.lower, np.where(prices < 0, split.upper, 0.0))
        self.constant = split.constant + float(prices @ side)
        self.cost = (split.cost - prices @ split.outer_yearly)[split.kept]
        self._low, self._high = program.lower[kept], program.upper[kept]
        rows = hstack([program.matrix[split.own][:, kept], csr_matrix((len(split.own), self._days))])
        self._highs = _solver()
        self._rows = len(split.own)
        _hand_over(
            self._highs,
            rows.tocsc(),
            np.concatenate([self.cost, np.ones(self._days)]),
            (_and(self._low, -np.inf, self._days), _and(self._high, np.inf, self._days)),
            (program.row_lower[split.own], program.row_upper[split.own]),
        )

    def add(self, outer: np.ndarray, found: _Pass) -> None:
        """Add the planes of a pass."""
        if not self._passes:
            places = np.arange(len(self.cost), len(self.cost) + self._days, dtype=np.int32)
            floor = np.full(self._days, -_FLOOR * (1 + float(np.abs(found.cost).max())))
            self._highs.changeColsBounds(self._days, places, floor, np.full(self._days, np.inf))
        self._passes.append(found)
        sides = found.cost - found.slope @ outer
        rows = hstack([-found.slope[:, self._split.kept], identity(self._days)]).tocsr()
        self._highs.addRows(
            self._days,
            sides,
            np.full(self._days, np.inf),
            rows.nnz,
            rows.indptr[:-1].astype(np.int32),
            rows.indices.astype(np.int32),
            rows.data,
        )

    def value(self, outer: np.ndarray, found: _Pass) -> float:
        """Return what a point costs, what is rationed being paid for."""
        return self.constant + float(self.cost @ outer[self._split.kept] + found.cost.sum())

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
        return float(self._highs.getInfo().objective_function_value) + self.constant, point

    def prices(self) -> np.ndarray:
        """Return a price of each row of the year: those of days weighed as their planes bind."""
        split = self._split
        found = np.array(self._highs.getSolution().row_dual)
        out = np.zeros(len(split.program.row_lower))
        out[split.own] = found[: self._rows]
        out[split.shared] = split.base + split.mix.T @ self._prices
        weights = found[self._rows :].reshape(-1, self._days)
        for weight, one in zip(weights, self._passes, strict=True):
            out[split.day_rows] += weight[split.day_of] * one.row_dual[split.day_rows]
        return out


def bound_by_days(
    split: DaySplit,
    start: np.ndarray,
    prices: np.ndarray,
    *,
    size: np.ndarray,
    within: float,
    time_limit_s: float | None = None,
) -> YearBound:
    """Look for the least cost of a year, day by day, and bound it from below.

    ::

        F(g) = c·g + price·(side − D g) + sum_d min {(c_d − C_d' price)·x_d : A_d x_d + G_d g in its sides}

    By weak duality min F is no more than the least cost of the year, whatever the prices. F is convex; the
    planes of each day touch it from below (Benders), and the next point is their least near the best so far.

    Parameters
    ----------
    split : DaySplit
        The year.
    start : np.ndarray
        Value of each column outside the days.
    prices : np.ndarray
        Price of each row of ``split.yearly_rows``, EUR for each unit; of a sign that its open side allows.
    size : np.ndarray
        Of each column outside the days: what a step is a share of.
    within : float
        Gap between point and bound, as a share of the cost, at which the search ends.
    time_limit_s : float, optional
        Wall-clock limit, seconds; the bound is then what has been reached.
    """
    began = time.monotonic()
    days, planes = _Days(split, prices), _Planes(split, prices)
    best, bound, row_dual = np.inf, -np.inf, np.zeros(len(split.program.row_lower))
    point = centre = start
    lack, reach, rounds = np.inf, _REACH, 0
    while rounds < ROUNDS:
        rounds += 1
        found = days.solve(point)
        planes.add(point, found)
        value = planes.value(point, found)
        if value < best:
            best, centre, lack = value, point, found.lack
            reach = min(_REACH_MOST, reach * (_FARTHER if rounds > 1 else 1))
        else:
            reach = max(_REACH_LEAST, reach * _NEARER)
        near, point = planes.least(centre, reach * size)
        late = time_limit_s is not None and time.monotonic() - began > time_limit_s
        if best - near <= within * abs(best) or rounds % _LOOK_EVERY == 0 or late:
            planes.least(centre, None)
            told = planes.prices()
            if (reached := dual_bound(split.program, told)) > bound:
                bound, row_dual = reached, told
        if late or best - bound <= within * abs(best):
            break
    return YearBound(bound, row_dual, centre, lack, rounds)


def _solver() -> highspy.Highs:
    highs = highspy.Highs()
    for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("solver", "simplex")):
        highs.setOptionValue(name, value)
    return highs


def _pass(highs: highspy.Highs, block: DayBlock, cost: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
    _hand_over(highs, block.matrix, cost, (block.lower, block.upper), (low, high))


def _hand_over(
    highs: highspy.Highs,
    matrix: csc_matrix,
    cost: np.ndarray,
    bounds: tuple[np.ndarray, np.ndarray],
    sides: tuple[np.ndarray, np.ndarray],
) -> None:
    """Hand a program over by columns; there are no whole numbers in it."""
    columns, rows = len(cost), len(sides[0])
    by_column, minimise = 1, 1
    highs.passModel(
        columns,
        rows,
        matrix.nnz,
        by_column,
        minimise,
        0.0,
        cost,
        *bounds,
        *sides,
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data,
        np.zeros(columns, dtype=np.int32),
    )


def _and(values: np.ndarray, value: float, count: int) -> np.ndarray:
    return np.append(values, np.full(count, value))
