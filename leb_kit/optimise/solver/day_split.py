"""A program of a year taken apart into its days: what a day decides, and what days have in common.

Capacities, contents of stores at midnight and sums of the year stand outside the days. Sums of the year
are put into the rows that limit them, so that a few prices of the year are all that days need to know.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_matrix, csr_matrix, hstack

from leb_kit.optimise.model.formulation import LinearProgram

#: Numbers below are the arithmetic of floats.
_NOTHING = 1e-12
#: Marks of rows: more than one day; no day.
_BETWEEN, _OUTSIDE = -1, -2


@dataclass(frozen=True, eq=False)
class DayBlock:
    """One day: its columns and rows in the program, and the program of the day.

    Behind its columns stand two for each equation, and for each row that asks for something at least, by
    which it is missed: ``lack`` of them, at a price. So a day has an answer whatever stands outside.
    ``yearly``: what its columns add to the rows of the year.
    """

    columns: np.ndarray
    rows: np.ndarray
    matrix: csc_matrix
    cost: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    yearly: csr_matrix
    lack: int


@dataclass(frozen=True, eq=False)
class DaySplit:
    """A year taken apart.

    ``outer``: columns outside the days; of these ``kept`` are decided, the others follow. ``cost``: of the
    outer columns, with that of the sums put in; ``constant``: the rest of the cost. The rows of the year
    (``lower``, ``upper`` sides) hold ``outer_yearly`` × outer columns + what days add; a price of each is
    ``base + mix.T @ price`` of the ``shared`` rows of the program. ``own``: rows that know outer columns
    only; ``day_rows`` those of days, ``day_of`` their days, ``reach`` their outer columns; ``lack_price``:
    what a unit costs by which an equation is missed, EUR.
    """

    program: LinearProgram
    blocks: list[DayBlock]
    outer: np.ndarray
    kept: np.ndarray
    cost: np.ndarray
    constant: float
    shared: np.ndarray
    base: np.ndarray
    mix: np.ndarray
    yearly_rows: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    outer_yearly: np.ndarray
    own: np.ndarray
    day_rows: np.ndarray
    day_of: np.ndarray
    reach: csr_matrix
    lack_price: float

    @property
    def touching(self) -> np.ndarray:
        """Places among ``kept`` of the columns that days feel: capacities and contents."""
        felt = np.zeros(len(self.outer), dtype=bool)
        felt[np.unique(self.reach.tocoo().col)] = True
        return np.flatnonzero(felt[self.kept])

    def unheld(self) -> tuple[np.ndarray, np.ndarray]:
        """Return cost and what is added to the rows of the year (column × row) of what only these hold.

        Columns of days without an upper end that stand in no row of a day, a fuel bought in any hour for
        example; those that are alike are told once.
        """
        costs, added = [np.zeros(0)], [np.zeros((0, len(self.lower)))]
        for block in self.blocks:
            alone = (np.diff(block.matrix.indptr) == 0) & np.isinf(block.upper)
            costs.append(block.cost[alone])
            added.append(block.yearly[:, np.flatnonzero(alone)].toarray().T)
        told = np.unique(np.column_stack([np.concatenate(costs), np.vstack(added)]), axis=0)
        return told[:, 0], told[:, 1:]

    @property
    def contents(self) -> np.ndarray:
        """Whether each of ``kept`` is in an equation of days: contents of stores, not capacities."""
        equal = self.program.row_lower[self.day_rows] == self.program.row_upper[self.day_rows]
        told = np.zeros(len(self.outer), dtype=bool)
        told[np.unique(self.reach[np.flatnonzero(equal)].tocoo().col)] = True
        found: np.ndarray = told[self.kept]
        return found


@dataclass(frozen=True, eq=False)
class _Shared:
    """Rows of the year after sums were put in."""

    kept: np.ndarray
    gone: np.ndarray
    cost: np.ndarray
    base: np.ndarray
    mix: np.ndarray
    outer: np.ndarray


def split_days(program: LinearProgram, day: np.ndarray, lack_price: float) -> DaySplit:
    """Take a program of a year apart into days.

    ::

        min c·g + sum_d c_d·x_d;  A_d x_d + G_d g in the sides of day d;
        sum_d C_d x_d + D g in the sides of the year

    Columns outside the days that stand in rows of the year only and are told by an equation (the sum of a
    year is the sum of its hours) are put in by Gauss's elimination; their own bounds are let go, which can
    only lower the least cost.

    Parameters
    ----------
    program : LinearProgram
        Of a year.
    day : np.ndarray
        The day of each column; −1 outside.
    lack_price : float
        What a unit costs by which an equation of a day is missed, EUR; with it the least cost can only fall.
    """
    matrix = program.matrix.tocsc()
    row_day = _day_of_rows(matrix, day)
    outer = np.flatnonzero(day < 0)
    shared, sums = _shared_rows(matrix, row_day, outer)
    ranked = (row_day[shared] == _BETWEEN, sums)
    put = _put_in(program, matrix[shared][:, outer].toarray(), shared, ranked, program.cost[outer])
    equal = program.row_lower[shared] == program.row_upper[shared]
    sides = np.where(equal, program.row_lower[shared], 0.0)
    others = put.mix[put.kept].copy()
    others[np.arange(len(put.kept)), put.kept] = 0
    moved = others @ sides
    cost = program.cost - matrix[shared].T @ put.base
    yearly = (csr_matrix(put.mix[put.kept]) @ matrix[shared]).tocsc()
    day_rows = np.flatnonzero(row_day >= 0)
    own = np.setdiff1d(np.flatnonzero(row_day == _OUTSIDE), shared)
    return DaySplit(
        program,
        _blocks(program, (day, row_day), cost, yearly, lack_price),
        outer,
        np.setdiff1d(np.arange(len(outer)), put.gone),
        put.cost,
        program.offset + float(put.base @ sides),
        shared,
        put.base,
        put.mix[put.kept],
        shared[put.kept],
        program.row_lower[shared[put.kept]] + moved,
        program.row_upper[shared[put.kept]] + moved,
        put.outer[put.kept],
        own,
        day_rows,
        row_day[day_rows],
        matrix[day_rows][:, outer].tocsr(),
        float(lack_price),
    )


def _day_of_rows(matrix: csc_matrix, day: np.ndarray) -> np.ndarray:
    entries = matrix.tocoo()
    inside = day[entries.col] >= 0
    rows, days = entries.row[inside], day[entries.col[inside]]
    first, last = np.full(matrix.shape[0], len(day)), np.full(matrix.shape[0], _OUTSIDE)
    np.minimum.at(first, rows, days)
    np.maximum.at(last, rows, days)
    found: np.ndarray = np.where(last < 0, _OUTSIDE, np.where(first == last, last, _BETWEEN))
    return found


def _shared_rows(matrix: csc_matrix, row_day: np.ndarray, outer: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of the year, and the places in ``outer`` of the sums in them."""
    between = np.flatnonzero(row_day == _BETWEEN)
    entries = matrix[:, outer].tocoo()
    felt = np.zeros(len(outer), dtype=bool)
    felt[entries.col[row_day[entries.row] >= 0]] = True
    summed = np.zeros(len(outer), dtype=bool)
    summed[entries.col[row_day[entries.row] == _BETWEEN]] = True
    sums = np.flatnonzero(summed & ~felt)
    also = entries.row[np.isin(entries.col, sums) & (row_day[entries.row] == _OUTSIDE)]
    return np.concatenate([between, np.unique(also)]), sums


def _put_in(
    program: LinearProgram,
    outer: np.ndarray,
    shared: np.ndarray,
    ranked: tuple[np.ndarray, np.ndarray],
    cost: np.ndarray,
) -> _Shared:
    """Put sums of the year into the rows and the cost that know them.

    An equation that sums hours is used before one that only knows sums: the latter (a fuel that waits) has a
    price of its own in the plan of typical days.
    """
    telling, sums = ranked
    rows = outer.copy()
    mix, base, cost = np.eye(len(rows)), np.zeros(len(rows)), cost.copy()
    free = program.row_lower[shared] == program.row_upper[shared]
    gone = []
    for place in sums:
        able = np.flatnonzero(free & (np.abs(rows[:, place]) > _NOTHING))
        if not len(able):
            continue
        able = able[telling[able]] if telling[able].any() else able
        pivot = able[int(np.abs(rows[able, place]).argmax())]
        free[pivot] = False
        gone.append((place, pivot))
        factor = rows[:, place] / rows[pivot, place]
        factor[pivot] = 0
        mix -= np.outer(factor, mix[pivot])
        rows -= np.outer(factor, rows[pivot])
        share = cost[place] / rows[pivot, place]
        cost -= share * rows[pivot]
        base += share * mix[pivot]
    used = [pivot for _, pivot in gone]
    kept = np.setdiff1d(np.arange(len(rows)), used)
    return _Shared(kept, np.array([place for place, _ in gone], dtype=int), cost, base, mix, rows)


def _blocks(
    program: LinearProgram,
    days: tuple[np.ndarray, np.ndarray],
    cost: np.ndarray,
    yearly: csc_matrix,
    lack_price: float,
) -> list[DayBlock]:
    """Return the days; ``days``: of each column and of each row."""
    blocks, (day, row_day), matrix = [], days, program.matrix.tocsc()
    for one in range(int(day.max()) + 1):
        columns, rows = np.flatnonzero(day == one), np.flatnonzero(row_day == one)
        # Output may be nothing, so that what is "at most" can be kept; what is "at least" may be too much.
        asked = np.flatnonzero(np.isfinite(program.row_lower[rows]))
        count = len(asked)
        missed = csc_matrix((np.ones(count), (asked, np.arange(count))), shape=(len(rows), count))
        blocks.append(
            DayBlock(
                columns,
                rows,
                hstack([matrix[:, columns][rows], missed, -missed]).tocsc(),
                np.concatenate([cost[columns], np.full(2 * count, float(lack_price))]),
                np.concatenate([program.lower[columns], np.zeros(2 * count)]),
                np.concatenate([program.upper[columns], np.full(2 * count, np.inf)]),
                hstack([yearly[:, columns], csc_matrix((yearly.shape[0], 2 * count))]).tocsr(),
                2 * count,
            )
        )
    return blocks
