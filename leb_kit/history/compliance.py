"""All targets in every year and territory, and how far each year is from the way to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.indicators.cells import Cells, rows_of
from leb_kit.indicators.shares import Normalised
from leb_kit.indicators.target_sets import AT_LEAST, TargetSet
from leb_kit.indicators.targets import EVALUATION_COLUMNS, evaluated, of_base, target_set
from leb_kit.indicators.trajectory import Milestones, check_milestones, stated_start, value_on, way_of
from leb_kit.indicators.values import values_of

OVER_TIME_COLUMNS: Final = (
    "territory", "year", *EVALUATION_COLUMNS, "target_year", "path", "path_gap", "on_path", "effort_per_year",
)  # fmt: skip
#: A year that sits on its path is on it: gap allowed as a share of the path.
NEAR: Final = 1e-6
Starts = dict[str, tuple[int, float]]


def targets_over_time(
    balance: Balance,
    targets: str | Path | TargetSet,
    base: Balance | None = None,
    *,
    milestones: Milestones | None = None,
    normalised: Normalised | None = None,
) -> pd.DataFrame:
    """Check all targets of a set in every year and territory of a balance, and against the way to them.

    ::

        path[t]         = v0 + (v1 − v0) × (t − t0) / (t1 − t0)      between neighbouring points
        path gap[t]     = path[t] − value[t] for "at least", value[t] − path[t] for "at most"
        effort per year = what is missing[t] / (T − t)

    value, v (share, MWh or tCO2eq) of the indicator in year t and at the points: the start, the milestones
    of the set and yours, the target in year T. The start is the base; without one what the target states;
    without that the first year of the territory, unless a milestone lies before it. After T the path stays
    at what is required. Nothing is climate-corrected. All years and territories are computed at once.

    Parameters
    ----------
    balance : Balance
        Any number of territories and years, past or planned.
    targets : str, Path or TargetSet
        For example ``"20-20-20-local"``, or the file of your own set.
    base : Balance, optional
        The base year of each territory, for targets relative to one.
    milestones : Mapping[str, Mapping[int, float]], optional
        By target: values to be reached in given years, in the indicator's own unit.
    normalised : pd.DataFrame, optional
        Hydro and wind of normal years, the base's too, as ``renewable_share`` takes them.

    Returns
    -------
    pd.DataFrame
        The columns of ``evaluate`` for every year, and territory, year, target_year, path, path_gap (what
        is missing to the path; negative: ahead), on_path (unknown before the path begins), effort_per_year
        (unit per year; missing from the target year on).

    Raises
    ------
    InputError
        A missing base, a milestone of an unknown target, or a corrected balance.

    Examples
    --------
    >>> import leb_kit as leb
    >>> from leb_kit.history import targets_over_time
    >>> b = leb.examples.italy()
    >>> targets_over_time(b, "20-20-20-local", b)[["target", "met"]].values.tolist()
    [['renewables', False], ['emissions', False], ['efficiency', False]]
    """
    energy = rows_of(balance, "targets")
    chosen = target_set(targets)
    check_milestones(chosen, milestones or {})
    out = evaluated(energy, chosen, base, normalised)
    years = dict(zip(chosen.table["target"], chosen.table["target_year"].astype(int), strict=True))
    out["target_year"] = out["target"].map(years)
    out["path"] = _paths(out, chosen, base, milestones or {}, of_base(normalised))
    at_least = out["sense"] == AT_LEAST
    out["path_gap"] = (out["path"] - out["value"]).where(at_least, out["value"] - out["path"])
    on_path = (out["path_gap"] <= NEAR * out["path"].abs()).astype("boolean")
    out["on_path"] = on_path.mask(out["path"].isna())
    left = out["target_year"] - out["year"]
    missing = out["gap"].clip(lower=0.0).mask(out["met"], 0.0)
    out["effort_per_year"] = (missing / left.where(left > 0)).astype(float)
    return out[list(OVER_TIME_COLUMNS)]


def _paths(
    out: pd.DataFrame,
    chosen: TargetSet,
    base: Balance | None,
    given: Milestones,
    normalised: Normalised | None,
) -> pd.Series:
    """Return what the way to each target asks for in each year of each territory."""
    path = np.full(len(out), np.nan)
    before = None if base is None else rows_of(base, "base of the targets")
    target, place = out["target"].to_numpy(), out["territory"].to_numpy()
    years, values, required = (out[name].to_numpy() for name in ("year", "value", "required"))
    for row in chosen.table.to_dict("records"):
        starts = None if before is None else _starts(row, before, normalised)
        way = way_of(row, chosen, given)
        mine = np.flatnonzero(target == row["target"])
        # The years of a territory stand together, the first one first.
        for at in np.split(mine, np.flatnonzero(place[mine][1:] != place[mine][:-1]) + 1):
            first = at[0]
            start = stated_start(row) if starts is None else starts[str(place[first])]
            points = way.points(float(required[first]), start)
            if start is None and int(years[first]) < min(points):
                # Nobody says where the way begins: where the territory stands.
                points = way.points(float(required[first]), (int(years[first]), float(values[first])))
            path[at] = value_on(points, years[at])
    return pd.Series(path, index=out.index)


def _starts(row: dict[str, Any], before: Cells, normalised: Normalised | None) -> Starts:
    """Return year and value of an indicator in the base, by territory."""
    left_out = str(row.get("exclusions") or "")
    found = values_of(before, str(row["indicator"]), str(row["convention"]), left_out, normalised)["value"]
    return {str(place): (int(year), float(value)) for (place, year), value in found.items()}
