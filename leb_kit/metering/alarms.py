"""Days that are not as usual, and levels that change as only a unit does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, say
from leb_kit.metering.component import rule
from leb_kit.metering.watch import known_days
from leb_kit.reference import catalog

WEEK: Final = 7
#: A level is one when so many months in a row say so.
MONTHS_IN_A_ROW: Final = 2
#: Months of a year, and of the year before.
YEAR: Final = 12
ANOMALIES: Final = ("meter", "day", "kind", "energy_mwh", "usual_mwh", "z")
BREAKS: Final = ("meter", "since", "factor", "months", "beside_change", "likely_it", "likely_en")


def anomalies(days: pd.DataFrame) -> pd.DataFrame:
    """Return days that are far from the same weekday of the weeks around.

    ::

        r = E − median of the same weekday within four weeks before and after
        z = 0.6745 × (r − median r) / MAD r        medians of the same weeks; |z| > 3.5 (Iglewicz and Hoaglin)

    and the difference is at least a fifth of the usual: what changes with the season is no alarm.

    Parameters
    ----------
    days : pd.DataFrame
        As ``daily`` gives them; days known too little are left out.

    Returns
    -------
    pd.DataFrame
        meter, day, kind (``high``, ``low``, ``zero``: nothing where something is usual), energy_mwh and
        usual_mwh (MWh), z; the farthest first.

    Examples
    --------
    >>> when = pd.date_range("2025-01-01", "2025-12-31")
    >>> energy = 10.0 + when.day_of_week.to_numpy() + when.day.to_numpy() % 2
    >>> energy[100] = 50.0
    >>> table = pd.DataFrame({"meter": "B1", "day": when, "energy_mwh": energy, "coverage": 1.0})
    >>> [(f"{row.day:%Y-%m-%d}", row.kind) for row in anomalies(table).itertuples()]
    [('2025-04-11', 'high')]
    """
    weeks = int(rule("profile_weeks"))
    parts = []
    for meter, mine in known_days(days).groupby("meter", sort=True):
        series = mine.set_index("day")["energy_mwh"].sort_index().asfreq("D")
        around = [series.shift(WEEK * week) for week in range(-weeks, weeks + 1) if week]
        table = pd.concat(around, axis=1)
        usual = table.median(axis=1).where(table.notna().sum(axis=1) >= weeks)
        rest = series - usual
        window = {"window": 2 * WEEK * weeks + 1, "center": True, "min_periods": WEEK * weeks}
        middle = rest.rolling(**window).median()
        spread = (rest - middle).abs().rolling(**window).median()
        z = rule("mad_factor") * (rest - middle) / spread.where(spread > 0)
        found = (z.abs() > rule("anomaly_z")) & (rest.abs() >= rule("anomaly_least") * usual)
        kind = np.where(series <= 0, "zero", np.where(z > 0, "high", "low"))
        part = pd.DataFrame(
            {
                "meter": meter,
                "day": series.index,
                "kind": kind,
                "energy_mwh": series,
                "usual_mwh": usual,
                "z": z,
            }
        )
        parts.append(part[found.to_numpy()])
    if not parts:
        return pd.DataFrame(columns=list(ANOMALIES))
    out = pd.concat(parts, ignore_index=True)
    order = out["z"].abs().sort_values(ascending=False, kind="stable").index
    return out.loc[order].reset_index(drop=True)


def unit_breaks(days: pd.DataFrame, *, beside: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Return meters whose level changes as only a unit does, from one year to the next.

    ::

        factor = mean day of a month / mean day of the same month a year before

    more than 5 times up or down, in two months or more in a row: a use does not change like that, a unit
    does. The first month says since when; the median of the months says by how much.

    Parameters
    ----------
    days : pd.DataFrame
        As ``daily`` gives them; two years at least. Days with nothing are left out.
    beside : Mapping[str, str], optional
        Meter to another meter of the same building; where that one is steady, the use did not change.

    Returns
    -------
    pd.DataFrame
        meter, since (month), factor (after over before), months (in a row), beside_change (the same ratio of
        the other meter; NaN without one), likely_it and likely_en (units that are taken for each other by
        about as much).

    Raises
    ------
    InputError
        ``beside`` names a meter that is not there.

    Examples
    --------
    >>> when = pd.date_range("2024-01-01", "2025-12-31")
    >>> energy = [1.0 if day < pd.Timestamp("2025-05-01") else 0.001 for day in when]
    >>> table = pd.DataFrame({"meter": "B1", "day": when, "energy_mwh": energy, "coverage": 1.0})
    >>> found = unit_breaks(table).iloc[0]
    >>> str(found["since"]), round(float(found["factor"]), 6), found["likely_en"]
    ('2025-05', 0.001, 'kWh and Wh, or MWh and kWh')
    """
    known = known_days(days)
    known = known[known["energy_mwh"] > 0]
    there = set(known["meter"])
    faults = [
        say("no meter '{meter}'.{hint}", meter=name, hint="")
        for pair in (beside or {}).items()
        for name in pair
        if name not in there
    ]
    if faults:
        raise InputError(say("unit breaks"), faults)
    level = known.groupby(["meter", known["day"].dt.to_period("M").rename("month")])["energy_mwh"].mean()
    changes = {str(meter): _change(level[meter]) for meter in level.index.get_level_values("meter").unique()}
    rows = []
    for meter, change in changes.items():
        other = changes.get((beside or {}).get(meter, ""))
        rows += [_told(meter, run, other) for run in _runs(change)]
    return pd.DataFrame(rows, columns=list(BREAKS))


def steady(found: pd.DataFrame) -> pd.Series:
    """Tell for each break whether the meter beside it did not change: the unit is to blame, not the use."""
    limit = rule("unit_break_steady")
    change = found["beside_change"].astype("float64")
    return change.between(1 / limit, limit)


def _change(level: pd.Series) -> pd.Series:
    """Return each month over the same month a year before."""
    full = level.reindex(pd.period_range(level.index.min(), level.index.max(), freq="M"))
    return (full / full.shift(YEAR)).dropna()


def _runs(change: pd.Series) -> list[pd.Series]:
    """Return months in a row, on one side, that changed by more than a use does."""
    limit = np.log(rule("unit_break_ratio"))
    side = np.sign(np.log(change)) * (np.abs(np.log(change)) > limit)
    group = (side != side.shift()).cumsum()
    runs = [change[group == at] for at in group[side != 0].unique()]
    return [run for run in runs if len(run) >= MONTHS_IN_A_ROW]


def _told(meter: str, run: pd.Series, other: pd.Series | None) -> dict[str, object]:
    factor = float(run.median())
    beside = float("nan") if other is None else float(other.reindex(run.index).median())
    ratio = max(factor, 1 / factor)
    known = catalog.table("unit_confusions")
    near = known[(known["value"] / ratio - 1).abs() <= rule("unit_confusion_near")]
    near = near.assign(distance=(near["value"] / ratio - 1).abs()).sort_values("distance", kind="stable")
    return {
        "meter": meter, "since": run.index[0], "factor": factor, "months": len(run), "beside_change": beside,
        "likely_it": "; ".join(near["label_it"]), "likely_en": "; ".join(near["label_en"]),
    }  # fmt: skip
