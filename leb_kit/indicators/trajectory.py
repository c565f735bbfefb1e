"""The way to targets: straight from the start to the target year, or through stated milestones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.errors import InputError, did_you_mean
from leb_kit.indicators.cells import one_year
from leb_kit.indicators.target_sets import RELATIVE, UNITS, TargetSet, own_value
from leb_kit.indicators.targets import required_values, target_set
from leb_kit.indicators.values import values_of

Milestones = Mapping[str, Mapping[int, float]]
Points = dict[int, float]


def trajectory(
    targets: str | Path | TargetSet,
    *,
    base: Balance | None = None,
    milestones: Milestones | None = None,
    years: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Return what a target set asks for in every year on the way.

    ::

        required[t] = v0 + (v1 − v0) × (t − t0) / (t1 − t0)        between neighbouring points
        required[t] = value of the target                            from the target year on

    v (share, MWh or tCO2eq) and t (year) of the points: the start, the milestones, the target. The start
    is the base; without one, what the target itself states (base_year, base_value); without that there
    is no start and the way begins at the first milestone.

    Parameters
    ----------
    targets : str, Path or TargetSet
        For example ``"piemonte-burden-sharing-2020"``.
    base : Balance, optional
        One territory and year: where the way starts, and the base of relative targets.
    milestones : Mapping[str, Mapping[int, float]], optional
        By target: values to be reached in given years (share, MWh or tCO2eq); they come on top of those of
        the set and replace its values of the same years.
    years : Sequence[int], optional
        Years to give; by default every year from the first point of each target to its target year.

    Returns
    -------
    pd.DataFrame
        target, indicator, year, required, unit, point (``start``, ``milestone``, ``target``, or blank where
        the value lies on the line between two). A year before the first point has no row.

    Raises
    ------
    InputError
        An unknown set, a missing base, milestones of unknown targets or outside their years.

    Examples
    --------
    >>> way = trajectory("piemonte-burden-sharing-2020")
    >>> way.set_index("year")["required"].round(4).loc[2016:].tolist()
    [0.122, 0.128, 0.134, 0.1425, 0.151]
    """
    chosen = target_set(targets)
    check_milestones(chosen, milestones or {})
    needed = required_values(chosen, base)
    levels = [] if base is None else start_values(chosen, base)
    rows = []
    for place, row in enumerate(chosen.table.to_dict("records")):
        start = (base.one()[1], levels[place]) if base is not None else stated_start(row)
        points = way_of(row, chosen, milestones or {}).points(float(needed["required"].iloc[place]), start)
        asked = years or range(min(points), max(points) + 1)
        rows += [_row(row, int(year), points, start) for year in asked if int(year) >= min(points)]
    return pd.DataFrame(rows, columns=["target", "indicator", "year", "required", "unit", "point"])


def start_values(chosen: TargetSet, base: Balance) -> list[float]:
    """Return the indicator of each target in the base year."""
    energy = one_year(base, "base of the targets")
    return [
        float(
            values_of(
                energy, str(row["indicator"]), str(row["convention"]), str(row.get("exclusions") or "")
            )["value"].iloc[0]
        )
        for row in chosen.table.to_dict("records")
    ]


def stated_start(row: Mapping[str, Any]) -> tuple[int, float] | None:
    """Return year and value from which a target itself says that it starts."""
    year, value = row.get("base_year"), row.get("base_value")
    if year is None or value is None or pd.isna(year) or pd.isna(value):
        return None
    return int(year), float(value)


@dataclass(frozen=True)
class Way:
    """Points of the way to a target that are the same everywhere.

    ``values`` by year in the indicator's own unit; ``changes`` by year as shares of the base, chained on it
    like the target itself; ``level`` is the base that the target states, if it does.
    """

    last: int
    values: Points
    changes: Points
    level: float | None

    def points(self, required: float, start: tuple[int, float] | None) -> Points:
        """Return all points for a place that must reach ``required``; they begin at its start."""
        out = {} if start is None else {start[0]: start[1]}
        base = self.level if self.level is not None else (start[1] if start is not None else float("nan"))
        out |= {year: base * (1 + change) for year, change in self.changes.items()}
        return out | self.values | {self.last: required}


def way_of(row: Mapping[str, Any], chosen: TargetSet, given: Milestones) -> Way:
    """Return the stated points of the way to a target: its milestones, and those given beside it."""
    values: Points = {}
    changes: Points = {}
    mine = chosen.milestones[chosen.milestones["target"] == row["target"]]
    for step in mine.to_dict("records"):
        relative = row["base"] == RELATIVE
        kind = "renewable_share" if relative else str(row["indicator"])
        value = own_value(float(step["value"]), str(step["unit"]), kind)
        (changes if relative else values)[int(step["year"])] = value
    own = {int(year): float(value) for year, value in given.get(str(row["target"]), {}).items()}
    changes = {year: change for year, change in changes.items() if year not in own}
    stated = row.get("base_value")
    level = None if stated is None or pd.isna(stated) else float(stated)
    return Way(int(row["target_year"]), values | own, changes, level)


def value_on(points: Points, years: np.ndarray) -> np.ndarray:
    """Return what the way asks for in given years; missing before its first point."""
    known = sorted(points)
    out = np.interp(years, known, [points[year] for year in known])
    return np.where(years < known[0], np.nan, out)


def check_milestones(chosen: TargetSet, given: Milestones) -> None:
    """Refuse milestones that belong to no target or do not lie before its year.

    Raises
    ------
    InputError
        Every fault at once.
    """
    last = {str(row["target"]): int(row["target_year"]) for row in chosen.table.to_dict("records")}
    told = f"{chosen.name} has {', '.join(last)}"
    faults = [
        f"milestones of unknown target '{name}'; {told}.{did_you_mean(name, last)}"
        for name in given
        if name not in last
    ]
    faults += [
        f"milestone {year} of target '{name}' is not before its year {last[name]}"
        for name, steps in given.items()
        for year in steps
        if name in last and int(year) >= last[name]
    ]
    if faults:
        raise InputError("milestones", faults)


def _row(
    row: Mapping[str, Any], year: int, points: Points, start: tuple[int, float] | None
) -> dict[str, object]:
    kind = "milestone" if year in points else ""
    if start is not None and year == start[0]:
        kind = "start"
    if year == int(row["target_year"]):
        kind = "target"
    indicator = str(row["indicator"])
    required = float(value_on(points, np.array([year]))[0])
    return {
        "target": row["target"],
        "indicator": indicator,
        "year": year,
        "required": required,
        "unit": UNITS[indicator],
        "point": kind,
    }
