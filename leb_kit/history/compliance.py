"""All targets in every year and territory, and how far each year is from the way to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pandas as pd

from leb_kit.balance import Balance
from leb_kit.indicators.cells import rows_of
from leb_kit.indicators.shares import Normalised
from leb_kit.indicators.target_sets import AT_LEAST, TargetSet
from leb_kit.indicators.targets import EVALUATION_COLUMNS, evaluated, target_set, values_of
from leb_kit.indicators.trajectory import Milestones, check_milestones, points_of, stated_start, value_on

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
        Hydro and wind of normal years, as ``renewable_share`` takes them.

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
    out["path"] = _paths(out, chosen, base, milestones or {})
    sign = (out["sense"] == AT_LEAST).map({True: 1.0, False: -1.0})
    out["path_gap"] = sign * (out["path"] - out["value"])
    on_path = (out["path_gap"] <= NEAR * out["path"].abs()).astype("boolean")
    out["on_path"] = on_path.mask(out["path"].isna())
    left = out["target_year"] - out["year"]
    missing = out["gap"].clip(lower=0.0).mask(out["met"], 0.0)
    out["effort_per_year"] = (missing / left.where(left > 0)).astype(float)
    return out[list(OVER_TIME_COLUMNS)]


def _paths(out: pd.DataFrame, chosen: TargetSet, base: Balance | None, given: Milestones) -> pd.Series:
    """Return what the way to each target asks for in each year of each territory."""
    path = pd.Series(float("nan"), index=out.index)
    for row in chosen.table.to_dict("records"):
        starts = None if base is None else _starts(row, base)
        mine = out[out["target"] == row["target"]]
        for place, rows in mine.groupby("territory", sort=False):
            first = rows.iloc[0]
            wanted = {**row, "required": float(first["required"])}
            start = stated_start(row) if starts is None else starts[str(place)]
            points = points_of(wanted, chosen, start, given)
            if start is None and int(first["year"]) < min(points):
                # Nobody says where the way begins: where the territory stands.
                points = points_of(wanted, chosen, (int(first["year"]), float(first["value"])), given)
            path[rows.index] = value_on(points, rows["year"].to_numpy())
    return path


def _starts(row: dict[str, Any], base: Balance) -> Starts:
    """Return year and value of an indicator in the base, by territory."""
    energy = rows_of(base, "base of the targets")
    left_out = str(row.get("exclusions") or "")
    found = values_of(energy, str(row["indicator"]), str(row["convention"]), left_out)["value"]
    return {str(place): (int(year), float(value)) for (place, year), value in found.items()}
