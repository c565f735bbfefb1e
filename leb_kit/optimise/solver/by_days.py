"""A year solved stretch by stretch: the least that any plan of it can cost.

Given capacities, contents of stores where stretches meet, and prices of what the limits of the year ration,
each stretch of days is a small program of its own. What it costs, and what it would pay for more of each, is
a plane that its cost never falls below; the planes of all together tell where to look next, and bound the
cost from below.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from leb_kit.optimise.solver.day_passes import DayPass, DayPasses
from leb_kit.optimise.solver.day_planes import DayPlanes
from leb_kit.optimise.solver.day_plans import without_lack
from leb_kit.optimise.solver.day_split import DaySplit
from leb_kit.optimise.solver.solve import dual_bound

#: How far from the best point the planes may look, as a share of sizes, and how far of the way is gone.
_REACH, _STEP = 1 / 2, 2 / 5
#: Rounds at most.
ROUNDS = 16


@dataclass(frozen=True, eq=False)
class YearBound:
    """What the stretches tell of a year.

    ``bound_eur``: no plan of the year costs less (worked out from ``row_dual`` by weak duality, without the
    solver); ``outer``: value of every column outside the stretches at the best point; ``lack``: by how much
    its equations are missed, all units; ``rounds`` it took.
    """

    bound_eur: float
    row_dual: np.ndarray
    outer: np.ndarray
    lack: float
    rounds: int


class YearSearch:
    """Looks for the least cost of a year.

    Parameters
    ----------
    split : DaySplit
        The year.
    start : np.ndarray
        Value of each column outside the stretches.
    prices : np.ndarray
        Price of each row of ``split.yearly_rows``, EUR for each unit; of a sign that its open side allows.
    size : np.ndarray
        Of each column outside the stretches: what a step is a share of.
    within : float
        Gap between point and bound, as a share of the cost, at which the search ends.
    time_limit_s : float, optional
        Wall-clock limit, seconds; what comes out is then what has been reached.
    """

    def __init__(
        self,
        split: DaySplit,
        start: np.ndarray,
        prices: np.ndarray,
        *,
        size: np.ndarray,
        within: float,
        time_limit_s: float | None = None,
    ) -> None:
        self._split, self._size, self._within = split, size, within
        self._began, self._limit = time.monotonic(), time_limit_s
        self._passes, self._planes, self._next = DayPasses(split, prices), DayPlanes(split, prices), start
        self._bound, self._row_dual = -np.inf, np.zeros(len(split.program.row_lower))
        self._value, self._rounds = np.inf, 0
        self._best: DayPass | None = None

    @property
    def found(self) -> YearBound:
        """What has been reached."""
        best = self._best
        outer, lack = (self._next, np.inf) if best is None else (best.outer, float(best.lack.sum()))
        return YearBound(self._bound, self._row_dual, outer, lack, self._rounds)

    def bound(self) -> YearBound:
        """Bound the least cost from below.

        ::

            F(g) = c·g + price·(side − D g) + sum_d min (c_d − C_d' price)·x_d;  A_d x_d + G_d g in its sides

        By weak duality min F is no more than the least cost of the year, whatever the prices. F is convex;
        the planes of each stretch touch it from below (Benders). The next point lies between the best so far
        and the least of the planes, which by itself would swing from one side of the best to the other.
        """
        while self._rounds < ROUNDS:
            self._rounds += 1
            one = self._look(self._next)
            if self._rounds == 1:
                self._mend(one)
            near, point = self._planes.least(self._centre, _REACH * self._size)
            if self._late or self._value - near <= self._within * abs(self._value):
                self._weigh()
                if self._late or self._value - self._bound <= self._within * abs(self._value):
                    break
            self._next = self._centre + _STEP * (point - self._centre)
        self._weigh()
        return self.found

    def without_lack(self) -> np.ndarray | None:
        """Return a point near the best where nothing lacks, or None."""
        return None if self._best is None else without_lack(self._split, self._best)

    @property
    def outer_columns(self) -> np.ndarray:
        """Columns of the program that a point tells."""
        return self._split.outer

    @property
    def _late(self) -> bool:
        return self._limit is not None and time.monotonic() - self._began > self._limit

    @property
    def _centre(self) -> np.ndarray:
        return self._next if self._best is None else self._best.outer

    def _look(self, point: np.ndarray) -> DayPass:
        one = self._passes.solve(point)
        self._planes.add(one)
        value = self._planes.value(one)
        if value < self._value:
            self._value, self._best = value, one
        return one

    def _mend(self, one: DayPass) -> None:
        """Begin where nothing lacks: typical days know only part of the peaks of a year."""
        mended = without_lack(self._split, one)
        if mended is not None and mended is not one.outer:
            self._look(mended)

    def _weigh(self) -> None:
        """Work the bound out from the planes as they are."""
        self._planes.least(self._centre, None)
        told = self._planes.row_dual()
        if (reached := dual_bound(self._split.program, told)) > self._bound:
            self._bound, self._row_dual = reached, told
