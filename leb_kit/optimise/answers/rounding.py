"""Amounts as a sentence tells them, rounded away from what was asked: the number that is told is enough."""

from __future__ import annotations

import math

#: Figures told of an amount that has more before the decimal point.
LARGE_FIGURES = 4
#: Figures of an amount that a sentence shows, at least.
SHOWN_FIGURES = 3
MOST_DECIMALS = 6
#: Part of the last figure that is the arithmetic of floats.
SLACK = 1e-6


def decimals_of(amount: float) -> int:
    """Return how many decimals show at least three figures of an amount; none if it is whole.

    Negative for large amounts: of those, the first four figures are told.
    """
    if amount <= 0:
        return 0
    digits = math.floor(math.log10(amount))
    if digits >= LARGE_FIGURES:
        return LARGE_FIGURES - 1 - digits
    if abs(amount - round(amount)) < SLACK:
        return 0
    return min(max(SHOWN_FIGURES - 1 - digits, 0), MOST_DECIMALS)


def rounded_up(amount: float, decimals: int) -> float:
    """Round up; what is a whole number but for the arithmetic of floats stays so."""
    step: float = 10.0**-decimals
    return math.ceil(amount / step - SLACK) * step
