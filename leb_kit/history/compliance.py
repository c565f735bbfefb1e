"""All targets in every year, and how far each year is from the way to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.errors import InputError, did_you_mean
from leb_kit.history.climate import refuse_corrected
from leb_kit.indicators.targets import (
    AT_LEAST,
    EVALUATION_COLUMNS,
    TargetSet,
    evaluate,
    indicator_value,
    required_values,
    target_set,
)

Milestones = Mapping[str, Mapping[int, float]]
OVER_TIME_COLUMNS: Final = (
    "territory", "year", *EVALUATION_COLUMNS, "target_year", "path", "path_gap", "on_path", "effort_per_year",
)  # fmt: skip


def targets_over_time(
    balance: Balance,
    targets: str | TargetSet,
    base: Balance | None = None,
    *,
    milestones: Milestones | None = None,
) -> pd.DataFrame:
    """Check all targets of a set in every year of a balance, and against the way to them.

    ::

        path[t]         = v0 + (required − v0) × (t − t0) / (T − t0)     (or between stated milestones)
        path gap[t]     = path[t] − value[t] for "at least", value[t] − path[t] for "at most"
        effort per year = gap[t] / (T − t)

    value, required, v0 (share, MWh or tCO2eq) of the indicator: in year t, at the target, at the start; T
    is the target year. The start is the base, or the first year where no base is given. After T the path
    stays at what is required. Nothing is climate-corrected.

    Parameters
    ----------
    balance : Balance
        One territory, any number of years.
    targets : str or TargetSet
        For example ``"20-20-20-local"``.
    base : Balance, optional
        The base year, for targets relative to one.
    milestones : Mapping[str, Mapping[int, float]], optional
        By target: values to be reached in given years, in the indicator's own unit.

    Returns
    -------
    pd.DataFrame
        The columns of ``evaluate`` for every year, and territory, year, target_year, path, path_gap (what
        is missing to the path; negative: ahead), on_path, effort_per_year (unit per year; missing from
        the target year on).

    Raises
    ------
    InputError
        Several territories, a missing base, a milestone of an unknown target, or a corrected balance.

    Examples
    --------
    >>> import leb_kit as leb
    >>> from leb_kit.history import targets_over_time
    >>> b = leb.examples.italy()
    >>> targets_over_time(b, "20-20-20-local", b)[["target", "met"]].values.tolist()
    [['renewables', False], ['emissions', False], ['efficiency', False]]
    """
    refuse_corrected(balance, base, use="targets")
    territory = _one_territory(balance)
    chosen = target_set(targets)
    _check_milestones(chosen, milestones or {})
    needed = required_values(chosen, base)
    first = base if base is not None else balance.filter(year=balance.years[0])
    start_year = first.one()[1]
    rows = []
    for year in balance.years:
        found = evaluate(balance.filter(year=year), chosen, base=base)
        rows.append(
            found.assign(territory=territory, year=year, target_year=needed["target_year"].to_numpy())
        )
    out = pd.concat(rows, ignore_index=True)
    starts = {
        str(row["target"]): indicator_value(first, str(row["indicator"]), str(row["convention"]))
        for row in needed.to_dict("records")
    }
    out["path"] = [
        _path(row, start_year, starts[str(row["target"])], (milestones or {}).get(str(row["target"]), {}))
        for row in out.to_dict("records")
    ]
    at_least = out["sense"] == AT_LEAST
    out["path_gap"] = (out["path"] - out["value"]).where(at_least, out["value"] - out["path"])
    out["on_path"] = out["path_gap"] <= NEAR * out["path"].abs()
    left = out["target_year"] - out["year"]
    out["effort_per_year"] = (out["gap"].clip(lower=0.0) / left.where(left > 0)).astype(float)
    return out[list(OVER_TIME_COLUMNS)]


#: A year that sits on its path is on it: gap allowed as a share of the path.
NEAR: Final = 1e-6


def _one_territory(balance: Balance) -> str:
    codes = [place.code for place in balance.territories]
    if len(codes) != 1:
        told = ", ".join(codes) or "none"
        raise InputError(
            "targets over time", [f"one territory is needed; found {told}; use filter(territory=…)"]
        )
    return codes[0]


def _check_milestones(chosen: TargetSet, milestones: Milestones) -> None:
    known = list(chosen.table["target"])
    told = f"{chosen.name} has {', '.join(known)}"
    faults = [
        f"milestones of unknown target '{name}'; {told}.{did_you_mean(name, known)}"
        for name in milestones
        if name not in known
    ]
    if faults:
        raise InputError("targets over time", faults)


def _path(row: Mapping[str, object], start_year: int, start: float, milestones: Mapping[int, float]) -> float:
    """Return the value that the way to a target asks for in a year; missing before the start."""
    points = {int(row["target_year"]): float(row["required"]), start_year: start}  # type: ignore[call-overload, arg-type]
    points |= {int(year): float(value) for year, value in milestones.items()}
    years = sorted(points)
    at = [points[year] for year in years]
    year = int(row["year"])  # type: ignore[call-overload]
    return float(np.interp(year, years, at)) if year >= years[0] else float("nan")
