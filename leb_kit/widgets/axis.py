"""Axes of the drawings: round steps, and how many decimals tell values apart."""

from __future__ import annotations

import math
from typing import Final

#: About so many ticks; steps of 1, 2 and 5 times a power of ten.
TICKS: Final = 5
STEPS: Final = (1, 2, 5, 10)
#: Figures of the largest value that are shown.
FIGURES: Final = 3


def nice_step(raw: float) -> float:
    """Return the next higher of 1, 2 and 5 times a power of ten.

    Examples
    --------
    >>> nice_step(13.0), nice_step(0.3)
    (20.0, 0.5)
    """
    if raw <= 0:
        return 1
    power = float(10 ** math.floor(math.log10(raw)))
    return next(power * step for step in STEPS if power * step >= raw)


def decimals_of(largest: float) -> int:
    """Return the decimals with which the largest value has three figures.

    Examples
    --------
    >>> decimals_of(1234.5), decimals_of(12.3), decimals_of(0.0)
    (0, 1, 0)
    """
    if not largest > 0:
        return 0
    return min(max(FIGURES - 1 - math.floor(math.log10(largest)), 0), FIGURES)
