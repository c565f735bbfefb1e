"""What can be wrong with demand that may move: nothing to move it in, or a window too small for a day."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from leb_kit.errors import say
from leb_kit.optimise.checks.faults import Tables
from leb_kit.optimise.checks.number_faults import numbers
from leb_kit.optimise.question.hour_blocks import HOURS_PER_DAY

#: What is missing below this share of what is asked is the arithmetic of floats.
_CLEAR = 1e-9


def flexible_faults(tables: Tables, profiles: pd.DataFrame) -> list[str]:
    """Return demands that may move in part, where that part cannot be served within its day.

    Parameters
    ----------
    tables : dict[str, pd.DataFrame]
        With defaults filled in.
    profiles : pd.DataFrame
        One row for each hour.
    """
    return list(_faults(tables, profiles))


def _faults(tables: Tables, profiles: pd.DataFrame) -> Iterator[str]:
    demands, buses = tables["demands"], tables["buses"]
    waiting = set(buses.loc[buses["annual"].astype(bool), "bus"])
    for row in demands[demands["flexible_share"].astype(float) > 0].itertuples():
        if row.bus in waiting:
            yield say(
                "demands: '{name}', column flexible_share: bus '{bus}' balances over the year; there is no"
                " hour to move from",
                name=row.demand,
                bus=row.bus,
            )
            continue
        found = _short_day(row, profiles)
        if found is not None:
            day, missing = found
            yield say(
                "demands: '{name}', column flexible_max_mw: on day {day} what may move cannot be served"
                " within its hours; {missing:.4g} MWh are left over",
                name=row.demand,
                day=day + 1,
                missing=missing,
            )


def _short_day(row: object, profiles: pd.DataFrame) -> tuple[int, float] | None:
    """Return the day with most left over, and how much, MWh."""
    shape = _values(str(row.profile), profiles)  # type: ignore[attr-defined]
    window = _values(str(row.flexible_profile), profiles)  # type: ignore[attr-defined]
    total = shape.sum()
    if not np.isfinite(total) or total <= 0 or not np.isfinite(window).all():
        return None  # told elsewhere
    asked = float(row.annual_mwh) * float(row.flexible_share) * shape / total  # type: ignore[attr-defined]
    most = float(row.flexible_max_mw)  # type: ignore[attr-defined]
    room = np.multiply(most, window, out=np.zeros_like(window), where=window > 0)
    first = np.arange(0, len(shape), HOURS_PER_DAY)
    left = np.add.reduceat(asked, first) - np.add.reduceat(room, first)
    worst = int(left.argmax())
    return (worst, float(left[worst])) if left[worst] > _CLEAR * asked.sum() else None


def _values(name: str, profiles: pd.DataFrame) -> np.ndarray:
    return numbers(profiles[name]) if name in profiles else np.ones(len(profiles))
