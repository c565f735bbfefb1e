"""Where a year lacks nothing, and which prices the sides of its rows allow."""

from __future__ import annotations

from collections.abc import Mapping

import highspy
import numpy as np
from scipy.sparse import bmat

from leb_kit.optimise.solver.day_passes import DayPass, is_optimal, quiet_solver
from leb_kit.optimise.solver.day_split import DayBlock, DaySplit
from leb_kit.optimise.solver.methods import pass_arrays

#: Stretches that are taken whole into one program: what they get mostly does for all others.
AT_ONCE = 4
#: How often those that lack most are looked for.
LOOKS = 16
#: What a stretch lacks below this is the arithmetic of floats, all units.
NO_LACK = 1e-6


def worst(lack: np.ndarray) -> np.ndarray:
    """Return the places of the stretches that lack most, a few at most; the others are looked at again then.

    Examples
    --------
    >>> worst(np.array([0.0, 3, 1, 0, 2, 4, 5])).tolist()
    [1, 4, 5, 6]
    """
    order = np.sort(np.argsort(-lack, kind="stable")[:AT_ONCE])
    return order[lack[order] > NO_LACK]


def less_lack(
    split: DaySplit, found: DayPass, corners: Mapping[int, highspy.HighsBasis]
) -> np.ndarray | None:
    """Return a point near that of a pass where those that lacked most lack nothing; None where there is none.

    The point of the pass itself where nothing lacks. ``corners``: where the stretches were left.
    """
    lacking = worst(found.lack)
    if not len(lacking):
        return found.outer
    return least_outside(split, found.outer, found.prices, lacking, corners)


def least_outside(
    split: DaySplit,
    outer: np.ndarray,
    prices: np.ndarray,
    lacking: np.ndarray,
    corners: Mapping[int, highspy.HighsBasis] | None = None,
) -> np.ndarray | None:
    """Return a point near another where what stretches do not feel costs least, and those that lack do not.

    Stretches that lack are taken whole into one program with the capacities, contents being kept; what others
    have can only grow. Where none lacks, all that stretches feel is kept. None where that has no answer.

    Parameters
    ----------
    split : DaySplit
        The year.
    outer : np.ndarray
        Value of each column of ``split.outer``.
    prices : np.ndarray
        Of each row of ``split.yearly_rows``.
    lacking : np.ndarray
        Places of the stretches that lack something.
    corners : Mapping[int, highspy.HighsBasis], optional
        Where each of them was left, which is near where all together end.
    """
    program, kept, blocks = split.program, split.outer[split.kept], [split.blocks[day] for day in lacking]
    low, high = _near(split, outer[split.kept], grows=len(lacking) > 0)
    place = np.zeros(len(program.row_lower), dtype=int)
    place[split.day_rows] = np.arange(len(split.day_rows))
    grid = [[program.matrix[split.own][:, kept], *([None] * len(blocks))]]
    for at, block in enumerate(blocks):
        row = [split.reach[place[block.rows]][:, split.kept], *([None] * len(blocks))]
        row[1 + at] = block.matrix[:, : len(block.columns)]
        grid.append(row)
    paid = [(block.cost - block.yearly.T @ prices)[: len(block.columns)] for block in blocks]
    rows = np.concatenate([split.own, *(block.rows for block in blocks)])
    highs = quiet_solver()
    pass_arrays(
        highs,
        bmat(grid).tocsc(),
        np.concatenate([(split.cost - prices @ split.outer_yearly)[split.kept], *paid]),
        (
            np.concatenate([low, *(block.lower[: len(block.columns)] for block in blocks)]),
            np.concatenate([high, *(block.upper[: len(block.columns)] for block in blocks)]),
        ),
        (program.row_lower[rows], program.row_upper[rows]),
    )
    if corners is not None and blocks:
        highs.setBasis(_together(low, high, len(split.own), blocks, [corners[day] for day in lacking]))
    highs.run()
    if not is_optimal(highs):
        return None
    point = outer.copy()
    point[split.kept] = np.array(highs.getSolution().col_value)[: len(kept)]
    return point


def _together(
    low: np.ndarray,
    high: np.ndarray,
    own: int,
    blocks: list[DayBlock],
    corners: list[highspy.HighsBasis],
) -> highspy.HighsBasis:
    """Join the corners of stretches: columns outside at a bound, and in the place of what lacked its row."""
    basic, at_low, at_high, free = (
        getattr(highspy.HighsBasisStatus, name) for name in ("kBasic", "kLower", "kUpper", "kZero")
    )
    columns = [
        at_low if np.isfinite(least) else at_high if np.isfinite(most) else free
        for least, most in zip(low, high, strict=True)
    ]
    rows = [basic] * own
    for block, corner in zip(blocks, corners, strict=True):
        count = len(block.columns)
        kinds, own_rows = list(corner.col_status), list(corner.row_status)
        for place in range(count, len(kinds)):
            if kinds[place] == basic:
                own_rows[block.matrix.indices[block.matrix.indptr[place]]] = basic
        columns += kinds[:count]
        rows += own_rows
    joined = highspy.HighsBasis()
    joined.col_status, joined.row_status, joined.valid = columns, rows, True
    return joined


def _near(split: DaySplit, here: np.ndarray, *, grows: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return bounds of the columns outside: contents and whole numbers stay, capacities may grow or stay."""
    columns = split.outer[split.kept]
    low, high = split.program.lower[columns].copy(), split.program.upper[columns].copy()
    felt, fixed = split.touching, split.contents
    if grows:
        low[felt] = np.maximum(low[felt], here[felt])
        high[felt] = np.maximum(high[felt], low[felt])
    else:
        low[felt] = high[felt] = here[felt]
    if split.program.whole is not None:
        fixed = fixed | split.program.whole[columns]
    low[fixed] = high[fixed] = here[fixed]
    return low, high


def allowed(split: DaySplit, prices: np.ndarray) -> np.ndarray:
    """Return prices of signs that the open sides of the rows of the year allow."""
    at_least = np.where(np.isfinite(split.lower), prices, np.minimum(prices, 0.0))
    found: np.ndarray = np.where(np.isfinite(split.upper), at_least, np.maximum(at_least, 0.0))
    return found
