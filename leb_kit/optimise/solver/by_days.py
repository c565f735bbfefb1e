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

from leb_kit.optimise.solver.day_lack import LOOKS, NO_LACK, allowed, less_lack
from leb_kit.optimise.solver.day_passes import DayPass, DayPasses
from leb_kit.optimise.solver.day_planes import DayPlanes, YearPoint
from leb_kit.optimise.solver.day_split import DaySplit
from leb_kit.optimise.solver.solve import dual_bound

#: How far from the best point the planes may look, as a share of sizes, and how far of the way is gone.
_REACH, _STEP = 1 / 2, 2 / 5
#: Reach of what stretches get of the limits of the year, as a share of that of sizes: where it is narrow, the
#: prices of the limits move; where it is wide, the planes tell any share at the price that they know.
_PARTS = 1 / 32
#: How much further they may look where near the best point nothing is left to find.
_WIDER = 2
#: Rounds at most.
ROUNDS = 16
#: How often a step of prices is halved where it goes too far.
_HALVES = 4


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
        Price of each row of ``split.yearly_rows`` to begin with, EUR for each unit; of a sign that its open
        side allows.
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
        self._split, self._start, self._prices = split, start, prices
        self._size, self._within = size, within
        self._began, self._limit = time.monotonic(), time_limit_s
        # Prices at which all stretches have been solved; where nothing is rationed at first.
        self._passes, self._paid = DayPasses(split), np.zeros(len(prices))
        self._bound, self._row_dual = -np.inf, np.zeros(len(split.program.row_lower))
        self._rounds = 0
        self._best: DayPass | None = None

    @property
    def found(self) -> YearBound:
        """What has been reached."""
        best = self._best
        outer, lack = (self._start, np.inf) if best is None else (best.outer, float(best.lack.sum()))
        return YearBound(self._bound, self._row_dual, outer, lack, self._rounds)

    def bound(self) -> YearBound:
        """Bound the least cost from below.

        ::

            min c·g + sum_d F_d(g, y_d);  sum_d y_d + D g in the sides of the year
            F_d(g, y) = min c_d·x;  A_d x + G_d g in the sides of stretch d, C_d x = y
            F_d(g, y) ≥ p·y + min (c_d − C_d' p)·x   at any prices p

        F_d is convex; planes touch it from below (Benders), each from a pass at prices of what the year
        rations. Capacities, contents and what each stretch gets of that (y) are decided together, so that the
        prices come out with them (Dantzig and Wolfe), and no column without an upper end can make them
        worthless. The next point lies between the best so far and the least of the planes near it, which by
        itself would swing from one side of the best to the other. The bound is worked out of all prices by
        weak duality, whatever they are.
        """
        first = self._pass(self._start, self._prices)
        if first is None:
            return self.found
        begun = self._mended(first)
        planes = DayPlanes(self._split, self._size, begun.parts)
        for one in {id(one): one for one in (first, begun)}.values():
            planes.add(one)
        self._best, self._rounds = begun, 1
        self._search(planes, planes.shared_out(begun))
        self._weigh(planes)
        return self.found

    def _mended(self, first: DayPass) -> DayPass:
        """Begin where nothing lacks: typical days know only part of the peaks of a year."""
        here = first
        for _ in range(LOOKS):
            mended = less_lack(self._split, here, self._passes.corners)
            again = None if mended is None or mended is here.outer else self._pass(mended, first.prices)
            if again is None:
                break
            here = again
        return here

    def _search(self, planes: DayPlanes, centre: YearPoint) -> None:
        reach = _REACH
        while True:
            here, near = planes.least(centre, 0), planes.least(centre, reach, _PARTS * reach)
            if here is None or near is None:
                return
            done = self._within * abs(here.value)
            if self._late or here.value - near.value <= done:
                self._weigh(planes)
                if self._late or here.value - self._bound <= done:
                    return
                reach *= _WIDER
            if self._rounds == ROUNDS:
                return
            self._rounds += 1
            point = centre.towards(near.point, _STEP)
            one = self._pass(point.outer, near.prices)
            if one is None:
                return
            planes.add(one)
            # New planes may lift what the centre costs, too.
            here, there = planes.least(centre, 0), planes.least(point, 0)
            if here is not None and there is not None and there.value < here.value:
                centre, self._best = point, one

    def _pass(self, outer: np.ndarray, prices: np.ndarray) -> DayPass | None:
        """Solve all stretches at prices, or half-way back to the last where one would earn without end."""
        prices = allowed(self._split, prices)
        for _ in range(_HALVES):
            found = self._passes.solve(outer, prices)
            if found is not None:
                self._paid = prices
                return found
            prices = (prices + self._paid) / 2
        return self._passes.solve(outer, self._paid)

    def without_lack(self) -> np.ndarray | None:
        """Return a point near the best where nothing lacks, or None."""
        here = None if self._best is None else self._mended(self._best)
        return None if here is None or (here.lack > NO_LACK).any() else here.outer

    @property
    def outer_columns(self) -> np.ndarray:
        """Columns of the program that a point tells."""
        return self._split.outer

    @property
    def _late(self) -> bool:
        return self._limit is not None and time.monotonic() - self._began > self._limit

    def _weigh(self, planes: DayPlanes) -> None:
        """Work the bound out from the planes as they are."""
        best = self._best
        if best is None or planes.least(YearPoint(best.outer, best.parts)) is None:
            return
        told = planes.row_dual()
        if (reached := dual_bound(self._split.program, told)) > self._bound:
            self._bound, self._row_dual = reached, told
