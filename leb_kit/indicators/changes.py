"""Percentages on different bases: chained, never summed."""

from __future__ import annotations

import math

from leb_kit.errors import InputError


def chained(*changes: float) -> float:
    """Return the one change that several changes in a row make.

    ::

        total = (1 + a) × (1 + b) × … − 1

    a, b (shares): each on what the one before left, −0.2 for −20 %. So −20 % and then −10 % is −28 %, not
    −30 %.

    Parameters
    ----------
    *changes : float
        As shares, each −1 or more.

    Raises
    ------
    InputError
        No change, or one below −1: a percentage written as a number.

    Examples
    --------
    >>> round(chained(-0.2, -0.1), 4)
    -0.28
    """
    _require(changes)
    return math.prod(1 + change for change in changes) - 1


def rebased(change: float, *, base: float, other: float) -> float:
    """Return a change on one base as the change it is on another: −40 % on 2005 as a change on 1990.

    ::

        base × (1 + change) = other × (1 + rebased)

    Parameters
    ----------
    change : float
        As a share.
    base, other : float
        Value in the year of ``change``, and in the year to tell it on; the same unit.

    Raises
    ------
    InputError
        A change below −1, or a base that is not above 0.

    Examples
    --------
    >>> round(rebased(-0.4, base=100.0, other=80.0), 4)
    -0.25
    """
    _require((change,))
    faults = [
        f"{name} is {value}; a value above 0 is expected"
        for name, value in (("base", base), ("other", other))
        if not value > 0
    ]
    if faults:
        raise InputError("changes", faults)
    return base * (1 + change) / other - 1


def _require(changes: tuple[float, ...]) -> None:
    faults = [
        f"change {change} is no share of −1 or more; write −20 % as -0.2"
        for change in changes
        if not (math.isfinite(change) and change >= -1)
    ]
    if not changes:
        faults.append("no change is given")
    if faults:
        raise InputError("changes", faults)
