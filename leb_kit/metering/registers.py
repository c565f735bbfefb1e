"""Registers: what was used between two readings, and what is no use at all.

::

    step i = reading i − reading i−1

    0 ≤ step ≤ limit          energy
    step < 0, near the last   the register passed through zero: step + modulus
    digit before, near zero after
    step < 0, else            a new beginning (reset, replacement): no energy, RESET
    step > limit              no energy, OUTLIER
    reading i off, but i−1 and i+1 agree with each other: reading i is left out, OUTLIER
"""

from __future__ import annotations

import numpy as np

from leb_kit.metering.component import GAS, Component, rule, unit_of
from leb_kit.metering.local_time import HOUR_US, MICRO, Ints
from leb_kit.metering.samples import BIT, Bits

#: Amounts of a meter in kilowatt are counted in milliwatt-hours.
MILLI_PER_KW = 10**6

Steps = tuple[Ints, Ints, Ints, Bits, list[tuple[Ints, Bits]]]


def register_steps(
    time_us: Ints, amount: Ints, bits: Bits, component: Component, *, bridge: bool = True
) -> Steps:
    """Return the energy between readings that follow each other, and the readings that gave none.

    Parameters
    ----------
    time_us, amount, bits : np.ndarray
        Readings in the order of time: microseconds; mWh or ml; flags.
    component : Component
        modulus, max_power, max_gap_s.
    bridge : bool
        Whether steps longer than ``max_gap_s`` give energy.

    Returns
    -------
    tuple
        start, end, amount, bits of the steps; list of (times, bits) of what was left out. The first
        reading has no energy.

    Examples
    --------
    >>> hours = np.array([0, 1, 2], dtype=np.int64) * HOUR_US
    >>> counts, none = np.array([10, 12, 3], dtype=np.int64), np.zeros(3, dtype=np.uint16)
    >>> start, end, amount, bits, left = register_steps(hours, counts, none, Component("register", "kWh"))
    >>> amount.tolist(), [int(at[0]) // HOUR_US for at, _ in left]
    ([2], [2])
    """
    left: list[tuple[Ints, Bits]] = []
    spikes = _spikes(time_us, amount, component)
    if spikes.any():
        left.append((time_us[spikes], bits[spikes] | np.uint16(BIT["OUTLIER"])))
        time_us, amount, bits = time_us[~spikes], amount[~spikes], bits[~spikes]
    step, rolled, fell, over = _judged(time_us[:-1], amount[:-1], time_us[1:], amount[1:], component)
    marks = bits[:-1] | bits[1:] | np.where(rolled, np.uint16(BIT["ROLLOVER"]), np.uint16(0))
    keep = ~(fell | over)
    for name, wrong in (("RESET", fell), ("OUTLIER", over)):
        if wrong.any():
            left.append((time_us[1:][wrong], bits[1:][wrong] | np.uint16(BIT[name])))
    if component.max_gap_s is not None:
        long = time_us[1:] - time_us[:-1] > component.max_gap_s * MICRO
        marks = marks | np.where(long, np.uint16(BIT["GAP_FILLED"]), np.uint16(0))
        keep &= bridge | ~long
    return time_us[:-1][keep], time_us[1:][keep], step[keep], marks[keep], left


def _judged(
    before_us: Ints, before: Ints, after_us: Ints, after: Ints, component: Component
) -> tuple[Ints, np.ndarray, np.ndarray, np.ndarray]:
    """Return step, rolled over, fell, over the limit, for each pair of readings."""
    step = after - before
    rolled = np.zeros(len(step), dtype=bool)
    if component.modulus is not None:
        modulus = component.exact(component.modulus)
        near = rule("rollover_share") * modulus
        rolled = (step < 0) & (before >= modulus - near) & (after <= near)
        step = np.where(rolled, step + modulus, step)
    over = np.zeros(len(step), dtype=bool)
    limit = _limit_per_hour(component)
    if limit is not None:
        over = step > limit * ((after_us - before_us) / HOUR_US)
    return step, rolled, step < 0, over


def _limit_per_hour(component: Component) -> float | None:
    if component.max_power is None:
        return None
    per = float(unit_of(component.unit).whole) if component.kind in GAS else MILLI_PER_KW
    return float(component.max_power) * per


def _spikes(time_us: Ints, amount: Ints, component: Component) -> np.ndarray:
    """Tell single readings that disagree with both neighbours, while these agree with each other."""
    out = np.zeros(len(amount), dtype=bool)
    if len(amount) <= 2:
        return out
    _, _, fell, over = _judged(time_us[:-1], amount[:-1], time_us[1:], amount[1:], component)
    bad = fell | over
    if not bad.any():
        return out
    _, _, fell2, over2 = _judged(time_us[:-2], amount[:-2], time_us[2:], amount[2:], component)
    out[1:-1] = (bad[:-1] | bad[1:]) & ~(fell2 | over2)
    again = out[1:] & out[:-1]
    out[1:] &= ~again  # of two that stand side by side only the first may be blamed
    return out
