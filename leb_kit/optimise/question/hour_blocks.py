"""Blocks of hours: neighbouring hours of a day as one step, so that a year has fewer.

A block stands for its hours by their mean: energies of demands, yields and inputs stay what they are over
the block, peaks inside it are lost. Blocks all have the same length, or each day is cut where its profiles
change most: hours begin alone, and the two neighbours that are most alike are joined until as many blocks
are left as were asked for.
Source: Ward 1963 for what is most alike; Pineda and Morales 2018, chronological time-period clustering,
for joining neighbours only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, say
from leb_kit.units import is_whole

if TYPE_CHECKING:
    from leb_kit.optimise.question.time import TimeSteps, TypicalDays

HOURS_PER_DAY = 24


@dataclass(frozen=True)
class HourBlocks:
    """A request for blocks of ``hours`` each, or ``per_day`` blocks; of the year or of typical ``days``."""

    hours: int | None = None
    per_day: int | None = None
    days: TypicalDays | None = None


def hour_blocks(
    hours: int | None = None, *, per_day: int | None = None, days: TypicalDays | None = None
) -> HourBlocks:
    """Ask for blocks of hours instead of single hours.

    Parameters
    ----------
    hours : int, optional
        Length of a block, h; it divides 24.
    per_day : int, optional
        Blocks of a day, 1 to 24, of lengths that follow the profiles; instead of ``hours``.
    days : TypicalDays, optional
        ``typical_days(n)``; without it the whole year.

    Raises
    ------
    InputError
        Both or neither, a length that does not divide 24, a number that cannot be, days that are none.

    Examples
    --------
    >>> hour_blocks(3)
    HourBlocks(hours=3, per_day=None, days=None)
    >>> from leb_kit.optimise import typical_days
    >>> hour_blocks(per_day=8, days=typical_days(12)).days
    TypicalDays(count=12, linked=False)
    """
    from leb_kit.optimise.question.time import TypicalDays  # it knows this module

    faults, given = [], (hours is not None) + (per_day is not None)
    told_days: object = days
    if given != 1:
        faults.append(say("give either hours or per_day"))
    if hours is not None and (not is_whole(hours) or hours < 1 or HOURS_PER_DAY % hours):
        told = say("hours is {hours}; 1, 2, 3, 4, 6, 8, 12 or 24 is expected", hours=repr(hours))
        faults.append(told)
    if per_day is not None and (not is_whole(per_day) or not 1 <= per_day <= HOURS_PER_DAY):
        told = say("per_day is {count}; a whole number from 1 to 24 is expected", count=repr(per_day))
        faults.append(told)
    if told_days is not None and not isinstance(told_days, TypicalDays):
        faults.append(say("days is {days}; typical_days(n) is expected", days=repr(days)))
    if faults:
        raise InputError("hour_blocks", faults)
    length, count = (None if one is None else int(one) for one in (hours, per_day))
    return HourBlocks(length, count, days)


def joined(steps: TimeSteps, asked: HourBlocks, weights: Mapping[str, str]) -> TimeSteps:
    """Join hours to blocks.

    ::

        p[k] = sum_{t in k} p[t] / n[k]        f[k] = sum_{t in k} f[t] × g[t] / sum_{t in k} g[t]

    k block of n[k] hours; f a profile that counts by another, g (``weights``), so that f × g keeps its sum.

    Parameters
    ----------
    steps : TimeSteps
        Hours, whole days.
    asked : HourBlocks
        How long blocks are.
    weights : Mapping[str, str]
        Profile → profile it is weighted by.
    """
    hourly = {str(name): steps.profiles[name].to_numpy(dtype=float) for name in steps.profiles}
    first = _starts(hourly, steps.count, asked)
    length = np.diff(np.append(first, steps.count))
    means = {name: np.add.reduceat(values, first) / length for name, values in hourly.items()}
    for name, by in weights.items():
        whole = np.add.reduceat(hourly[by], first)
        product = np.add.reduceat(hourly[name] * hourly[by], first)
        means[name] = np.divide(product, whole, out=means[name].copy(), where=(whole > 0) & (length > 1))
    return replace(
        steps,
        profiles=pd.DataFrame(means, index=range(len(first))),
        weight_h=steps.weight_h[first] * length,
        day=steps.day[first],
        hourly=steps.profiles if steps.hourly is None else steps.hourly,
        step_h=length.astype(float),
    )


def _starts(hourly: dict[str, np.ndarray], count: int, asked: HourBlocks) -> np.ndarray:
    """Return the first hour of each block."""
    if asked.hours is not None:
        return np.arange(0, count, asked.hours)
    wanted = HOURS_PER_DAY if asked.per_day is None else asked.per_day
    telling = [values / spread for values in hourly.values() if (spread := values.std()) > 0]
    features = np.stack(telling, axis=1) if telling else np.zeros((count, 1))
    days = range(0, count, HOURS_PER_DAY)
    return np.concatenate([day + _cut(features[day : day + HOURS_PER_DAY], wanted) for day in days])


def _cut(features: np.ndarray, count: int) -> np.ndarray:
    """Return the first hour of each of ``count`` blocks of a day; ``features``: hour × profile."""
    first, size, mean = np.arange(len(features)), np.ones(len(features)), features.copy()
    while len(first) > count:
        apart = ((mean[1:] - mean[:-1]) ** 2).sum(axis=1) * size[1:] * size[:-1] / (size[1:] + size[:-1])
        left = int(apart.argmin())
        both = size[left] + size[left + 1]
        mean[left] = (mean[left] * size[left] + mean[left + 1] * size[left + 1]) / both
        size[left] = both
        first, size, mean = (np.delete(one, left + 1, axis=0) for one in (first, size, mean))
    return first


__all__ = ["HourBlocks", "hour_blocks", "joined"]
