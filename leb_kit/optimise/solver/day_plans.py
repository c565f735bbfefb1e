"""Where a year lacks nothing, and which prices the sides of its rows allow."""

from __future__ import annotations

import numpy as np
from scipy.sparse import bmat

from leb_kit.optimise.solver.day_passes import DayPass, hand_over, quiet_solver
from leb_kit.optimise.solver.day_split import DaySplit

#: What a stretch lacks below this is the arithmetic of floats, all units.
NO_LACK = 1e-6


def without_lack(split: DaySplit, found: DayPass) -> np.ndarray | None:
    """Return a point near that of a pass where no stretch lacks anything: capacity is added at least cost.

    Stretches that lack are taken whole into one program with the capacities, contents being kept; what others
    have can only grow. None where that has no answer.
    """
    lacking = np.flatnonzero(found.lack > NO_LACK)
    if not len(lacking):
        return found.outer
    program, kept, blocks = split.program, split.outer[split.kept], [split.blocks[day] for day in lacking]
    here, contents = found.outer[split.kept], split.contents
    low = np.where(contents, here, np.maximum(program.lower[kept], here))
    high = np.where(contents, here, np.maximum(program.upper[kept], low))
    place = np.zeros(len(program.row_lower), dtype=int)
    place[split.day_rows] = np.arange(len(split.day_rows))
    grid = [[program.matrix[split.own][:, kept], *([None] * len(blocks))]]
    for at, block in enumerate(blocks):
        row = [split.reach[place[block.rows]][:, split.kept], *([None] * len(blocks))]
        row[1 + at] = block.matrix[:, : len(block.columns)]
        grid.append(row)
    paid = [(block.cost - block.yearly.T @ found.prices)[: len(block.columns)] for block in blocks]
    rows = np.concatenate([split.own, *(block.rows for block in blocks)])
    highs = quiet_solver()
    hand_over(
        highs,
        bmat(grid).tocsc(),
        np.concatenate([(split.cost - found.prices @ split.outer_yearly)[split.kept], *paid]),
        (
            np.concatenate([low, *(block.lower[: len(block.columns)] for block in blocks)]),
            np.concatenate([high, *(block.upper[: len(block.columns)] for block in blocks)]),
        ),
        (program.row_lower[rows], program.row_upper[rows]),
    )
    highs.run()
    if highs.modelStatusToString(highs.getModelStatus()) != "Optimal":
        return None
    point = found.outer.copy()
    point[split.kept] = np.array(highs.getSolution().col_value)[: len(kept)]
    return point


def allowed(split: DaySplit, prices: np.ndarray) -> np.ndarray:
    """Return prices of signs that the open sides of the rows of the year allow."""
    at_least = np.where(np.isfinite(split.lower), prices, np.minimum(prices, 0.0))
    found: np.ndarray = np.where(np.isfinite(split.upper), at_least, np.maximum(at_least, 0.0))
    return found
