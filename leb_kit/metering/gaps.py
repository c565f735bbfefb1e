"""Time without a value: told, and filled only by a stated rule, apart from what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, NamedTuple

import numpy as np

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.metering.component import rule
from leb_kit.metering.intervals import Pieces
from leb_kit.metering.local_time import HOUR_US, ROME, Ints, local_times

POLICIES: Final = ("none", "register", "scale", "profile", "manual")
HOURS_PER_WEEK: Final = 7 * 24
MILLIWH_PER_KWH: Final = 10**6


@dataclass(frozen=True)
class Gaps:
    """What to do about time without a value.

    Parameters
    ----------
    policy : str
        ``none``: leave it missing. ``register``: a register's step over more than ``max_gap_s`` counts
        (its total is exact, its months are estimated). ``scale``: months covered for at least ``least`` are
        scaled up. ``profile``: a missing hour is the median of the same hour of the same weekday within four
        weeks before and after. ``manual``: amounts that a person states.
    least : float, optional
        Share of the month (0–1) from which ``scale`` works; default 0.95.
    amounts : Mapping[str, Decimal]
        For ``manual``: kWh by ``"meter 2025-01"``.

    Raises
    ------
    InputError
        An unknown policy, a share outside 0–1, amounts without the policy ``manual``.

    Examples
    --------
    >>> Gaps("scale").share
    0.95
    """

    policy: str = "none"
    least: float | None = None
    amounts: Mapping[str, Decimal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what is no policy."""
        faults = []
        if self.policy not in POLICIES:
            hint = did_you_mean(self.policy, POLICIES)
            told = {"policy": self.policy, "known": ", ".join(POLICIES), "hint": hint}
            faults.append(say("gap policy '{policy}' is unknown; known are {known}.{hint}", **told))
        if self.least is not None and not 0 < self.least <= 1:
            faults.append(say("least is {found}; a share between 0 and 1 is expected", found=self.least))
        if self.amounts and self.policy != "manual":
            faults.append(say("amounts belong to the policy 'manual'"))
        if faults:
            raise InputError(say("gaps"), faults)

    @property
    def share(self) -> float:
        """Least share of a month that ``scale`` needs."""
        return rule("coverage_least") if self.least is None else self.least


class Span(NamedTuple):
    """Months of one meter: edges, what of them belongs to the meter, what is over."""

    meter: str
    edges: Ints
    begin: Ints
    end: Ints
    closed: np.ndarray
    zone: str = ROME


def filled(
    gaps: Gaps, span: Span, pieces: Pieces, energy: Ints, measured: Ints, valid_us: Ints
) -> tuple[Ints, Ints]:
    """Return estimated energy (mWh) and the time it fills (microseconds) of every month.

    Parameters
    ----------
    gaps : Gaps
        The rule.
    span : Span
        Months; those that are not over are never filled, nor is time outside the meter's life.
    pieces, energy : Pieces, np.ndarray
        What is known, and its energy, mWh.
    measured, valid_us : np.ndarray
        Energy (mWh) and time (microseconds) known of every month.
    """
    nothing = np.zeros(len(valid_us), dtype=np.int64), np.zeros(len(valid_us), dtype=np.int64)
    missing = np.where(span.closed, span.end - span.begin - valid_us, 0)
    if gaps.policy == "scale":
        return _scaled(gaps.share, span, missing, measured, valid_us)
    if gaps.policy == "manual":
        return _manual(gaps, span, missing)
    if gaps.policy == "profile" and len(pieces.start):
        return _profiled(span, pieces, energy)
    return nothing


def _scaled(share: float, span: Span, missing: Ints, measured: Ints, valid_us: Ints) -> tuple[Ints, Ints]:
    extra, time_us = np.zeros_like(missing), np.zeros_like(missing)
    for at in np.flatnonzero(missing > 0):
        valid, whole = int(valid_us[at]), int(span.end[at] - span.begin[at])
        if valid and valid >= share * whole:
            extra[at] = (2 * int(measured[at]) * int(missing[at]) + valid) // (2 * valid)
            time_us[at] = missing[at]
    return extra, time_us


def _manual(gaps: Gaps, span: Span, missing: Ints) -> tuple[Ints, Ints]:
    extra, time_us = np.zeros_like(missing), np.zeros_like(missing)
    for at, start in enumerate(local_times(span.edges[:-1], span.zone)):
        amount = gaps.amounts.get(f"{span.meter} {start:%Y-%m}")
        if amount is not None and missing[at] > 0:
            extra[at], time_us[at] = int(Decimal(amount) * MILLIWH_PER_KWH), missing[at]
    return extra, time_us


def _profiled(span: Span, pieces: Pieces, energy: Ints) -> tuple[Ints, Ints]:
    """Fill hour by hour: mean power of the same hour of the week, median of the weeks around."""
    first = int(span.edges[0]) // HOUR_US
    hours = int(span.edges[-1]) // HOUR_US - first
    hour, covered, amount = _by_hour(pieces, energy, first)
    known_us = np.bincount(hour, weights=covered, minlength=hours)[:hours].astype(np.int64)
    known = np.bincount(hour, weights=amount, minlength=hours)[:hours]
    at = (np.arange(hours, dtype=np.int64) + first) * HOUR_US
    wall = local_times(at, span.zone).to_numpy("datetime64[us]").astype(np.int64) // HOUR_US
    wall -= wall[0]
    power = _wall_power(wall, known_us, known)
    month = np.searchsorted(span.edges, at, side="right") - 1
    alive = (at >= span.begin[month]) & (at + HOUR_US <= span.end[month]) & span.closed[month]
    holes = np.flatnonzero(alive & (known_us < HOUR_US))
    extra, time_us = np.zeros_like(span.begin), np.zeros_like(span.begin)
    if not len(holes):
        return extra, time_us
    weeks = int(rule("profile_weeks"))
    shifts = HOURS_PER_WEEK * np.array([week for week in range(-weeks, weeks + 1) if week])
    places = wall[holes][:, None] + shifts[None, :]
    inside = (places >= 0) & (places < len(power))
    around = np.where(inside, power[np.clip(places, 0, len(power) - 1)], np.nan)
    usable = np.isfinite(around).any(axis=1)
    usual = np.nanmedian(around[usable], axis=1)
    holes = holes[usable]
    lost = HOUR_US - known_us[holes]
    np.add.at(extra, month[holes], np.rint(usual * lost).astype(np.int64))
    np.add.at(time_us, month[holes], lost)
    return extra, time_us


def _wall_power(wall: Ints, known_us: Ints, known: np.ndarray) -> np.ndarray:
    """Return mean power (mWh per microsecond) by hour of the wall clock; the hour told twice is one."""
    size = int(wall.max()) + 1
    time_us = np.bincount(wall, weights=known_us, minlength=size)
    energy = np.bincount(wall, weights=known, minlength=size)
    out = np.full(size, np.nan)
    np.divide(energy, time_us, out=out, where=time_us > 0)
    return out


def _by_hour(pieces: Pieces, energy: Ints, first: int) -> tuple[Ints, np.ndarray, np.ndarray]:
    """Spread pieces evenly over the hours they touch: hour, time, energy."""
    begin, end = pieces.start // HOUR_US, (pieces.end - 1) // HOUR_US
    count = end - begin + 1
    which = np.repeat(np.arange(len(begin)), count)
    offset = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    hour = begin[which] + offset
    overlap = np.minimum(pieces.end[which], (hour + 1) * HOUR_US) - np.maximum(
        pieces.start[which], hour * HOUR_US
    )
    length = (pieces.end - pieces.start)[which]
    return hour - first, overlap, energy[which] * (overlap / length)
