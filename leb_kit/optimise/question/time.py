"""Time of the optimiser: typical days of one real weather year, or the whole year; hour by hour or in blocks.

Typical days are medoids of groups of similar days (Ward's method, deterministic): real days, each
standing for the days of its group. The days with the largest value of any profile that drives a
demand are kept as days of their own, so that peaks stay real. Every profile is then scaled so that
its weighted sum equals that of the year. Linked days keep the order of the year: each of its 365 days
knows the typical day that stands for it, so that a store can carry summer into winter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, say
from leb_kit.optimise.question.hour_blocks import HOURS_PER_DAY, HourBlocks, joined
from leb_kit.units import HOURS_PER_YEAR, is_whole

#: Rounds of scaling a profile that may not exceed one.
SCALING_ROUNDS = 50
#: How exactly the yearly sum of a profile is kept, relative.
KEPT = 1e-9
_NONE: Mapping[str, str] = {}


@dataclass(frozen=True)
class TypicalDays:
    """A request for ``count`` typical days, extreme days included; ``linked``: stores pass days on."""

    count: int
    linked: bool = False


#: What may be asked for: typical days, blocks of hours, "year" or "all".
Time = TypicalDays | HourBlocks | str


def days_alone(time: Time) -> bool:
    """Tell whether each day stands for itself: typical days, in blocks or not, that are not linked."""
    days = time.days if isinstance(time, HourBlocks) else time
    return isinstance(days, TypicalDays) and not days.linked


@dataclass(frozen=True, eq=False)
class TimeSteps:
    """Steps of the optimiser: hours, or blocks of them.

    ``profiles``: step × profile; ``weight_h``: hours of the year each step stands for; ``day``: the
    day a step belongs to (stores are cyclic within a day); ``days``: the day of the year (0–364)
    that was kept, and for how many days it stands; ``sequence``: for each day of the year the kept day
    that stands for it, where stores pass their content from day to day; ``hourly``: the profiles of the
    whole year where these steps are fewer; ``step_h``: hours that each step lasts, 1 where left out.
    """

    profiles: pd.DataFrame
    weight_h: np.ndarray
    day: np.ndarray
    days: pd.DataFrame
    sequence: np.ndarray | None = None
    hourly: pd.DataFrame | None = None
    step_h: np.ndarray | None = None

    @property
    def count(self) -> int:
        """Number of steps."""
        return len(self.weight_h)

    @property
    def duration_h(self) -> np.ndarray:
        """Hours that each step lasts."""
        return np.ones(self.count) if self.step_h is None else self.step_h

    def steps_of_days(self) -> list[range]:
        """Return the steps of each day of 24 hours; the last day may be short."""
        begin = np.cumsum(self.duration_h) - self.duration_h
        days = np.arange(0.0, begin.max(initial=0.0) + 1, HOURS_PER_DAY)
        edges = [*np.searchsorted(begin, days).tolist(), self.count]
        return [range(first, after) for first, after in pairwise(edges)]


def typical_days(count: int, *, linked: bool = False) -> TypicalDays:
    """Ask for ``count`` typical days.

    Parameters
    ----------
    count : int
        1 to 365; days with extreme demand are among them.
    linked : bool
        Stores pass their content from day to day over the year (seasonal storage); otherwise each day
        ends as it began.

    Raises
    ------
    InputError
        Not a whole number from 1 to 365; ``linked`` is neither True nor False.

    Examples
    --------
    >>> typical_days(24)
    TypicalDays(count=24, linked=False)
    """
    days = HOURS_PER_YEAR // HOURS_PER_DAY
    if not is_whole(count) or not 1 <= count <= days:
        told = say(
            "count is {count}; a whole number from 1 to {days} is expected", count=repr(count), days=days
        )
        raise InputError("typical_days", [told])
    asked: object = linked
    if not isinstance(asked, bool):
        told = say("linked is {value}; True or False is expected", value=repr(linked))
        raise InputError("typical_days", [told])
    return TypicalDays(int(count), linked)


def steps(
    profiles: pd.DataFrame,
    time: Time,
    *,
    peaks: tuple[str, ...] = (),
    weights: Mapping[str, str] = _NONE,
) -> TimeSteps:
    """Reduce hourly profiles to the steps of the optimiser.

    Parameters
    ----------
    profiles : pd.DataFrame
        One row for each hour.
    time : TypicalDays, HourBlocks or str
        ``typical_days(n)``; ``hour_blocks(n)``; ``"year"`` for every hour of the year; ``"all"`` to use the
        rows as they are, however many (one day of stores is then the whole horizon).
    peaks : tuple[str, ...]
        Profiles whose largest day is kept.
    weights : Mapping[str, str]
        Profile → profile it is weighted by: what is kept of it is the yearly sum of their product.

    Raises
    ------
    InputError
        Unknown ``time``, or profiles that are not whole days.
    """
    faults = length_faults(len(profiles), time)
    if faults:
        raise InputError("time", faults)
    if isinstance(time, HourBlocks):
        return joined(steps(profiles, time.days or "year", peaks=peaks, weights=weights), time, weights)
    if isinstance(time, TypicalDays):
        return _reduced(profiles.reset_index(drop=True), time, peaks, weights)
    count = len(profiles)
    days = pd.DataFrame({"day_of_year": [0], "stands_for_days": [count / HOURS_PER_DAY]})
    zeros = np.zeros(count, dtype=int)
    return TimeSteps(profiles.reset_index(drop=True), np.ones(count), zeros, days)


def length_faults(count: int, time: Time) -> list[str]:
    """Say what is wrong with ``time``, or with the number of hourly rows that it meets."""
    if isinstance(time, HourBlocks):
        return length_faults(count, time.days or "year")
    if not isinstance(time, TypicalDays) and time not in ("all", "year"):
        return [
            say("time is {time}; expected typical_days(n), hour_blocks(n), 'year' or 'all'", time=repr(time))
        ]
    if time == "all" or count == HOURS_PER_YEAR:
        return []
    told = (
        say("a year needs {hours} hourly rows; found {count}", hours=HOURS_PER_YEAR, count=count)
        if time == "year"
        else say("typical days need {hours} hourly rows; found {count}", hours=HOURS_PER_YEAR, count=count)
    )
    if count == HOURS_PER_YEAR + HOURS_PER_DAY:
        return [told + say(" (a leap year: leave out 29 February)")]
    times, rest = divmod(count, HOURS_PER_YEAR)
    if times > 1 and not rest:
        return [told + say(" ({times} rows for each hour: give their mean)", times=times)]
    return [told]


def _reduced(
    profiles: pd.DataFrame, time: TypicalDays, peaks: tuple[str, ...], weights: Mapping[str, str]
) -> TimeSteps:
    shape, count = (-1, HOURS_PER_DAY), time.count
    by_day = {name: profiles[name].to_numpy(dtype=float).reshape(shape) for name in profiles}
    kept, members = _choose(by_day, count, peaks)
    weight = np.array([len(group) for group in members], dtype=float)
    columns, faults = {}, []
    for name, values in by_day.items():
        chosen = values[kept]
        wanted = values.sum()
        columns[name] = _scaled(chosen, weight, wanted, limit=max(1.0, float(values.max()))).ravel()
        small = KEPT * float(np.abs(values).sum())
        if not np.isclose(weight.repeat(HOURS_PER_DAY) @ columns[name], wanted, rtol=KEPT, atol=small):
            faults.append(
                say(
                    "'{name}' cannot keep its yearly sum in {count} days; ask for more",
                    name=name,
                    count=count,
                )
            )
    if faults:
        raise InputError("typical_days", faults)
    for name, by in weights.items():
        whole = float((by_day[name] * by_day[by]).sum())
        have = float(weight.repeat(HOURS_PER_DAY) @ (columns[name] * columns[by]))
        if have > 0:
            columns[name] = columns[name] * (whole / have)
    order = np.arange(len(kept)).repeat(HOURS_PER_DAY)
    days = pd.DataFrame({"day_of_year": kept, "stands_for_days": weight})
    sequence = None
    if time.linked:
        sequence = np.zeros(HOURS_PER_YEAR // HOURS_PER_DAY, dtype=int)
        for place, group in enumerate(members):
            sequence[group] = place
    return TimeSteps(pd.DataFrame(columns), weight.repeat(HOURS_PER_DAY), order, days, sequence, profiles)


def _choose(
    by_day: dict[str, np.ndarray], count: int, peaks: tuple[str, ...]
) -> tuple[list[int], list[list[int]]]:
    """Return the kept days and the days each stands for, in the order of the year."""
    total = HOURS_PER_YEAR // HOURS_PER_DAY
    extreme = sorted({int(by_day[name].max(axis=1).argmax()) for name in peaks if name in by_day})[
        : count - 1
    ]
    rest = [day for day in range(total) if day not in extreme]
    # A profile that never changes tells no day from another.
    telling = [values / spread for values in by_day.values() if (spread := values.std()) > 0]
    features = np.hstack([np.zeros((total, 0)), *telling])[rest]
    groups = _groups(features, count - len(extreme))
    pairs = [(day, [day]) for day in extreme]
    for label in np.unique(groups):
        inside = [rest[place] for place in np.flatnonzero(groups == label)]
        points = features[groups == label]
        distance = ((points[:, None, :] - points[None, :, :]) ** 2).sum(axis=2).sum(axis=1)
        pairs.append((inside[int(distance.argmin())], inside))
    pairs.sort()
    return [day for day, _ in pairs], [group for _, group in pairs]


def _groups(features: np.ndarray, count: int) -> np.ndarray:
    if count >= len(features):
        return np.arange(len(features))
    if not features.shape[1]:
        return np.arange(len(features)) % count
    from scipy.cluster.hierarchy import fcluster, ward  # loaded when used: it is slow to import

    return np.asarray(fcluster(ward(features), count, criterion="maxclust"))


def _scaled(chosen: np.ndarray, weight: np.ndarray, wanted: float, *, limit: float) -> np.ndarray:
    """Scale days so that their weighted sum is ``wanted``, none above ``limit``.

    Where values are negative (prices) all are moved by the same instead: a factor would turn signs.
    """
    if (chosen < 0).any() or wanted <= 0:
        missing = wanted - float((chosen * weight[:, None]).sum())
        return np.asarray(chosen + missing / (float(weight.sum()) * HOURS_PER_DAY))
    out = chosen.copy()
    for _ in range(SCALING_ROUNDS):
        have = float((out * weight[:, None]).sum())
        if have <= 0 or np.isclose(have, wanted, rtol=1e-12):
            break
        out = np.minimum(out * (wanted / have), limit)
    return out
