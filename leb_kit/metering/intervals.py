"""From samples of one meter to energy of intervals of time: each kind its rule, nothing invented."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from leb_kit.errors import InputError, say
from leb_kit.metering.component import GAS, REGISTERS, SLOTTED, Component, rule, unit_of
from leb_kit.metering.local_time import (
    HOUR_US,
    MICRO,
    ROME,
    Ints,
    day_edges,
    local_times,
    month_edges,
    year_of,
)
from leb_kit.metering.registers import register_steps
from leb_kit.metering.samples import BIT, MISSING, Bits, MeterSamples

#: Milliwatts in a kilowatt.
MW_PER_KW = 10**6
DAY_S = 86_400


class Intervals(NamedTuple):
    """Amounts of intervals ``[start, end)``, in the order of time: mWh, or ml of gas; microseconds, flags."""

    start: Ints
    end: Ints
    amount: Ints
    bits: Bits

    def where(self, keep: np.ndarray) -> Intervals:
        """Return some of them."""
        return Intervals(self.start[keep], self.end[keep], self.amount[keep], self.bits[keep])


class Events(NamedTuple):
    """Samples that gave no energy, and why."""

    time_us: Ints
    bits: Bits


class Pieces(NamedTuple):
    """Intervals cut at the edges of months."""

    month: Ints
    start: Ints
    end: Ints
    amount: Ints
    bits: Bits

    def where(self, keep: np.ndarray) -> Pieces:
        """Return some of them, or all in another order."""
        return Pieces(self.month[keep], self.start[keep], self.end[keep], self.amount[keep], self.bits[keep])


def intervals_of(
    one: MeterSamples,
    component: Component,
    *,
    as_of_us: int | None = None,
    bridge: bool = True,
    zone: str = ROME,
) -> tuple[Intervals, Events]:
    """Return the amounts of a meter by interval, and the samples that gave none.

    Parameters
    ----------
    one : MeterSamples
        In the order of time, one for each moment.
    component : Component
        What they tell.
    as_of_us : int, optional
        Later samples are of the future: no energy.
    bridge : bool
        Whether a register gives energy over steps longer than ``max_gap_s``.
    zone : str
        Where days and months begin.

    Returns
    -------
    tuple[Intervals, Events]
        mWh (ml for gas), whole numbers, with the sign of the component.
    """
    here = (one.bits & MISSING) == 0
    time_us, amount, bits = one.time_us[here], one.amount[here], one.bits[here]
    told: list[tuple[Ints, Bits]] = []
    if as_of_us is not None and len(time_us) and time_us[-1] > as_of_us:
        late = time_us > as_of_us
        told.append((time_us[late], bits[late] | np.uint16(BIT["FUTURE"])))
        time_us, amount, bits = time_us[~late], amount[~late], bits[~late]
    if component.kind in SLOTTED:
        found = _slotted(time_us, amount, bits, component, zone, told)
    elif component.kind in REGISTERS:
        steps = register_steps(time_us, amount, bits, component, bridge=bridge)
        found = Intervals(*steps[:4])
        told += steps[4]
    elif component.kind == "power_instant":
        found = _instants(time_us, amount, bits, component, told)
    else:
        found = Intervals(time_us[:0], time_us[:0], amount[:0], bits[:0])
    if component.sign < 0:
        found = found._replace(amount=-found.amount)
    if not told:
        return found, Events(time_us[:0], bits[:0])
    times = np.concatenate([at for at, _ in told])
    order = np.argsort(times, kind="stable")
    return found, Events(times[order], np.concatenate([what for _, what in told])[order])


def limit_per_hour(component: Component) -> float | None:
    """Return the largest amount (mWh or ml) in an hour; None where none is stated."""
    if component.max_power is None:
        return None
    if component.kind in GAS:
        return float(component.max_power) * float(unit_of(component.unit).whole)
    return float(component.max_power) * MW_PER_KW


def _slotted(
    time_us: Ints, amount: Ints, bits: Bits, component: Component, zone: str, told: list[tuple[Ints, Bits]]
) -> Intervals:
    start, end, off, tolerance = _slots(time_us, component, zone)
    wrong = np.abs(off) > tolerance
    bits = bits | np.where(off != 0, np.uint16(BIT["CLOCK_SUSPECT"]), np.uint16(0))
    if component.kind == "power_mean":
        amount = np.rint(amount * ((end - start) / HOUR_US)).astype(np.int64)
    if wrong.any():
        told.append((time_us[wrong], bits[wrong]))
        start, end, amount, bits = start[~wrong], end[~wrong], amount[~wrong], bits[~wrong]
        off, time_us = off[~wrong], time_us[~wrong]
    if len(start) and (start[1:] == start[:-1]).any():
        order = np.lexsort((amount, time_us, -np.abs(off), start))  # of two in one slot the nearest speaks
        last = np.append(start[order][1:] != start[order][:-1], True)
        told.append((time_us[order[~last]], bits[order[~last]]))
        keep = order[last]
        start, end, amount, bits, time_us = start[keep], end[keep], amount[keep], bits[keep], time_us[keep]
    bad = np.zeros(len(start), dtype=bool) if component.signed else amount < 0
    limit = limit_per_hour(component)
    if limit is not None:
        bad |= np.abs(amount) > limit * ((end - start) / HOUR_US)
    found = Intervals(start, end, amount, bits)
    if bad.any():
        told.append((time_us[bad], bits[bad] | np.uint16(BIT["OUTLIER"])))
        found = found.where(~bad)
    return found


def _slots(time_us: Ints, component: Component, zone: str) -> tuple[Ints, Ints, Ints, int]:
    """Return start and end of the slot of each time, its distance from the edge it names, the tolerance."""
    at_end = component.label == "end"
    if isinstance(component.interval, int):
        step = component.interval * MICRO
        tolerance = _tolerance(component, component.interval)
        place = (time_us + tolerance) // step
        off = time_us - place * step
        start = (place - 1) * step if at_end else place * step
        return start, start + step, off, tolerance
    tolerance = _tolerance(component, DAY_S)
    if not len(time_us):
        return time_us, time_us, time_us, tolerance
    years = year_of(int(time_us[0]), zone) - 1, year_of(int(time_us[-1]), zone) + 1
    edges = day_edges(*years, zone=zone) if component.interval == "day" else month_edges(*years, zone=zone)
    at = np.searchsorted(edges, time_us + tolerance, side="right") - 1
    off = time_us - edges[at]
    first = at - 1 if at_end else at
    return edges[first], edges[first + 1], off, tolerance


def _tolerance(component: Component, interval_s: int) -> int:
    if component.clock_tolerance_s is not None:
        return component.clock_tolerance_s * MICRO
    return int(interval_s * MICRO * rule("clock_tolerance"))


def _instants(
    time_us: Ints, amount: Ints, bits: Bits, component: Component, told: list[tuple[Ints, Bits]]
) -> Intervals:
    bad = np.zeros(len(amount), dtype=bool) if component.signed else amount < 0
    limit = limit_per_hour(component)
    if limit is not None:
        bad |= np.abs(amount) > limit
    if bad.any():
        told.append((time_us[bad], bits[bad] | np.uint16(BIT["OUTLIER"])))
        time_us, amount, bits = time_us[~bad], amount[~bad], bits[~bad]
    gap = time_us[1:] - time_us[:-1]
    near = gap <= (component.max_gap_s or 0) * MICRO
    power = amount[:-1] if component.hold else (amount[:-1] + amount[1:]) / 2
    energy = np.rint(power * (gap / HOUR_US)).astype(np.int64)
    marks = bits[:-1] | bits[1:] | np.uint16(BIT["ESTIMATED"])
    return Intervals(time_us[:-1], time_us[1:], energy, marks).where(near)


def cut(found: Intervals, edges: Ints) -> Pieces:
    """Cut intervals at the edges of months, pro rata by time; the parts sum to the whole exactly.

    Parts of a register's step over a gap are estimated. What lies outside the edges is left out.

    Parameters
    ----------
    found : Intervals
        In the order of time.
    edges : np.ndarray
        Microseconds; one more than there are months.
    """
    first = np.searchsorted(edges, found.start, side="right") - 1
    last = np.searchsorted(edges, found.end, side="left") - 1
    crossing = np.flatnonzero(first != last)
    if not len(crossing):
        pieces = Pieces(first, *found)
    else:
        rows = [
            row for at in crossing for row in _parts(found, int(at), int(first[at]), int(last[at]), edges)
        ]
        parts = np.array(rows, dtype=np.int64).T
        whole = first == last
        kept = Pieces(first, *found).where(whole)
        pieces = Pieces(
            np.concatenate([kept.month, parts[0]]),
            np.concatenate([kept.start, parts[1]]),
            np.concatenate([kept.end, parts[2]]),
            np.concatenate([kept.amount, parts[3]]),
            np.concatenate([kept.bits, parts[4].astype(np.uint16)]),
        )
        pieces = pieces.where(np.argsort(pieces.start, kind="stable"))
    inside = (pieces.month >= 0) & (pieces.month < len(edges) - 1)
    return pieces if inside.all() else pieces.where(inside)


def _parts(found: Intervals, at: int, first: int, last: int, edges: Ints) -> list[tuple[int, ...]]:
    """Return the parts of one interval; running totals are rounded, so nothing is lost."""
    start, end, amount = int(found.start[at]), int(found.end[at]), int(found.amount[at])
    bits = int(found.bits[at]) | BIT["SPLIT"]
    if bits & BIT["GAP_FILLED"]:
        bits |= BIT["ESTIMATED"]
    span, before, run = end - start, start, 0
    out: list[tuple[int, ...]] = []
    for month in range(first, last + 1):
        edge = end if month == last else int(edges[month + 1])
        total = (2 * amount * (edge - start) + span) // (2 * span)
        out.append((month, before, edge, total - run, bits))
        before, run = edge, total
    return out


def energy_of(pieces: Pieces, component: Component, edges: Ints, zone: str = ROME) -> Ints:
    """Return mWh of the pieces: as they are, or of gas by the calorific value of their month.

    Raises
    ------
    InputError
        Months without a calorific value.
    """
    if component.kind not in GAS:
        return pieces.amount
    used = np.unique(pieces.month)
    starts = local_times(edges[used], zone)
    values = [component.milliwh_per_ml(f"{start:%Y-%m}") for start in starts]
    faults = [
        say("no calorific value (PCS) for {month}; add it to calorific", month=f"{start:%Y-%m}")
        for start, value in zip(starts, values, strict=True)
        if value is None
    ]
    if faults:
        raise InputError(say("calorific values"), faults)
    by_month = np.zeros(len(edges))
    by_month[used] = values
    out: Ints = np.rint(pieces.amount * by_month[pieces.month]).astype(np.int64)
    return out
