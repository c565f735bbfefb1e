"""What a page about meters shows: days, last values, this year beside the last, heat against the weather."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, say
from leb_kit.metering.component import rule
from leb_kit.metering.intervals import cut, energy_of, intervals_of
from leb_kit.metering.local_time import HOUR_US, ROME, Ints, day_edges, local_times, moment_us, year_of
from leb_kit.metering.months import MILLIWH_PER_MWH
from leb_kit.metering.reading import Reading, microseconds
from leb_kit.metering.samples import Samples

DAYS: Final = ("meter", "day", "energy_mwh", "coverage")


def daily(samples: Samples, *, as_of: datetime | None = None, zone: str = ROME) -> pd.DataFrame:
    """Return the energy of every meter and local day, from its first to its last value.

    Parameters
    ----------
    samples : Samples
        Of one component.
    as_of : datetime, optional
        Later values are left out.
    zone : str
        Where days begin.

    Returns
    -------
    pd.DataFrame
        meter, day (local, without a zone), energy_mwh (MWh), coverage (0–1). A day without a value has
        coverage 0 and energy NaN: not known, never zero.

    Examples
    --------
    >>> from leb_kit.metering.component import Component
    >>> times = pd.date_range("2025-03-30", "2025-03-31", freq="h", tz="Europe/Rome", inclusive="left")
    >>> frame = pd.DataFrame({"meter": "L1", "time": times, "value": 2.0})
    >>> hours = Component("interval_energy", "kWh", interval=3600, label="start")
    >>> daily(Samples.from_table(frame, hours))[["energy_mwh", "coverage"]].to_numpy().tolist()
    [[0.046, 1.0]]
    """
    until = None if as_of is None else moment_us(as_of, "as_of")
    parts = []
    for one in samples:
        found, _ = intervals_of(one, samples.component, as_of_us=until, zone=zone)
        if not len(found.start):
            continue
        edges = day_edges(year_of(int(found.start[0]), zone), year_of(int(found.end[-1]), zone), zone=zone)
        first = int(np.searchsorted(edges, found.start[0], side="right")) - 1
        last = int(np.searchsorted(edges, found.end[-1], side="left"))
        edges = edges[first : last + 1]
        pieces = cut(found, edges)
        energy = _by_day(pieces.month, energy_of(pieces, samples.component, edges, zone), len(edges) - 1)
        valid = _by_day(pieces.month, pieces.end - pieces.start, len(edges) - 1)
        parts.append(
            pd.DataFrame(
                {
                    "meter": one.meter,
                    "day": local_times(edges[:-1], zone).normalize(),
                    "energy_mwh": np.where(valid > 0, energy / MILLIWH_PER_MWH, np.nan),
                    "coverage": valid / np.diff(edges),
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(DAYS))


def _by_day(day: Ints, amount: Ints, count: int) -> Ints:
    out = np.zeros(count, dtype=np.int64)
    np.add.at(out, day, amount)
    return out


def last_values(readings: Iterable[Reading], *, as_of: datetime) -> pd.DataFrame:
    """Return the last value of every meter and quantity, and how old it is.

    Parameters
    ----------
    readings : Iterable[Reading]
        In any order; missing values do not count.
    as_of : datetime
        Now.

    Returns
    -------
    pd.DataFrame
        meter, quantity, value, unit, time (UTC), age_h (hours), provisional; the oldest first.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from datetime import UTC
    >>> noon = datetime(2025, 1, 1, 12, tzinfo=UTC)
    >>> one = Reading("csv", "", "", "", "L1", "energy", Decimal(7), "kWh", noon, retrieved_at=noon)
    >>> last_values([one], as_of=datetime(2025, 1, 1, 15, tzinfo=UTC))[["value", "age_h"]].to_numpy().tolist()
    [[7.0, 3.0]]
    """
    now_us = moment_us(as_of, "as_of")
    last: dict[tuple[str, str], Reading] = {}
    for one in readings:
        before = last.get((one.meter_id, one.quantity))
        if one.value is not None and (
            before is None or (one.time_utc, one.rank) > (before.time_utc, before.rank)
        ):
            last[one.meter_id, one.quantity] = one
    rows = [
        {
            "meter": one.meter_id, "quantity": one.quantity, "value": float(one.value or 0), "unit": one.unit,
            "time": one.time_utc, "age_h": (now_us - microseconds(one.time_utc)) / HOUR_US,
            "provisional": "PROVISIONAL" in one.flags,
        }
        for one in last.values()
    ]  # fmt: skip
    columns = ["meter", "quantity", "value", "unit", "time", "age_h", "provisional"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["age_h", "meter", "quantity"], ascending=[False, True, True], ignore_index=True)


def signature(days: pd.DataFrame, degree_days: pd.Series, *, year: int | None = None) -> pd.DataFrame:
    """Return what every meter uses without frost, and what cold adds, by its whole months.

    ::

        E_m = base × N_m + slope × HDD_m

    E_m (MWh) of the known days of a month, N_m their number, HDD_m (°C·day) their degree days; least squares
    over the months. Only months count of which at least the usual share is known (``metering_rules.csv``).

    Parameters
    ----------
    days : pd.DataFrame
        As ``daily`` gives them.
    degree_days : pd.Series
        °C·day by local day (DatetimeIndex).
    year : int, optional
        Only this year.

    Returns
    -------
    pd.DataFrame
        meter, months, base_mwh_per_day, slope_mwh_per_degree_day (MWh/(°C·day)), heating_share (0–1), r2.

    Raises
    ------
    InputError
        Degree days that are no series by day.

    Examples
    --------
    >>> when = pd.date_range("2025-01-01", "2025-12-31")
    >>> cold = pd.Series(range(365), index=when, dtype=float)
    >>> energy = 1 + cold.to_numpy() / 10
    >>> table = pd.DataFrame({"meter": "B1", "day": when, "energy_mwh": energy, "coverage": 1.0})
    >>> fit = signature(table, cold).iloc[0]
    >>> [round(float(fit[name]), 6) for name in ("base_mwh_per_day", "slope_mwh_per_degree_day")]
    [1.0, 0.1]
    """
    table = known_days(days).assign(degree_days=lambda part: _of_day(degree_days, part["day"]))
    table = table[table["degree_days"].notna()]
    if year is not None:
        table = table[table["day"].dt.year == year]
    month = table["day"].dt.to_period("M")
    groups = table.groupby(["meter", month.rename("month")])
    points = groups.agg(
        energy=("energy_mwh", "sum"), days=("day", "size"), cold=("degree_days", "sum")
    ).reset_index()
    length = pd.PeriodIndex(points["month"]).days_in_month
    points = points[points["days"].to_numpy() >= rule("coverage_least") * length]
    rows = []
    for meter, part in points.groupby("meter", sort=True):
        if len(part) > 2:
            rows.append({"meter": meter, "months": len(part), **_fit(part)})
    columns = ["meter", "months", "base_mwh_per_day", "slope_mwh_per_degree_day", "heating_share", "r2"]
    return pd.DataFrame(rows, columns=columns)


def _fit(part: pd.DataFrame) -> dict[str, float]:
    energy = part["energy"].to_numpy(dtype="float64")
    known = part[["days", "cold"]].to_numpy(dtype="float64")
    (base, slope), *_ = np.linalg.lstsq(known, energy, rcond=None)
    rest = energy - known @ np.array([base, slope])
    spread = float(((energy - energy.mean()) ** 2).sum())
    total = float(energy.sum())
    return {
        "base_mwh_per_day": float(base),
        "slope_mwh_per_degree_day": float(slope),
        "heating_share": float(np.clip(slope * known[:, 1].sum() / total, 0, 1)) if total else 0.0,
        "r2": 1 - float((rest**2).sum()) / spread if spread else float("nan"),
    }


def against_last_year(days: pd.DataFrame, year: int, *, degree_days: pd.Series | None = None) -> pd.DataFrame:
    """Return every meter and month of a year beside the year before, on days that both years know.

    ::

        change = this / last − 1
        expected = last × (base × N + slope × HDD this) / (base × N + slope × HDD last)
        corrected_change = this / expected − 1

    base (never below zero) and slope are those of the signature of the year before, N the days compared.

    Parameters
    ----------
    days : pd.DataFrame
        As ``daily`` gives them.
    year : int
        The later year.
    degree_days : pd.Series, optional
        °C·day by local day; with it the weather is taken out.

    Returns
    -------
    pd.DataFrame
        meter, month, days (compared), this_mwh, last_mwh, change; with degree days expected_mwh and
        corrected_change too.

    Examples
    --------
    >>> when = pd.date_range("2024-01-01", "2025-12-31")
    >>> energy = [1.0 if day.year == 2024 else 1.5 for day in when]
    >>> table = pd.DataFrame({"meter": "B1", "day": when, "energy_mwh": energy, "coverage": 1.0})
    >>> against_last_year(table, 2025)["change"].round(6).unique().tolist()
    [0.5]
    """
    known = known_days(days)
    known = known.assign(month=known["day"].dt.month, of_month=known["day"].dt.day)
    if degree_days is not None:
        known = known.assign(cold=_of_day(degree_days, known["day"]))
        known = known[known["cold"].notna()]
    keys = ["meter", "month", "of_month"]
    this, last = (known[known["day"].dt.year == which].set_index(keys) for which in (year, year - 1))
    both = this.add_suffix("_this").join(last.add_suffix("_last"), how="inner").reset_index()
    groups = both.groupby(["meter", "month"])
    out = groups.agg(
        days=("of_month", "size"), this_mwh=("energy_mwh_this", "sum"), last_mwh=("energy_mwh_last", "sum")
    )
    out["change"] = out["this_mwh"] / out["last_mwh"].where(out["last_mwh"] != 0) - 1
    if degree_days is None:
        return out.reset_index()
    fits = _fits_above_zero(days, degree_days, year - 1).reindex(out.index.get_level_values("meter"))
    base, slope = (fits[name].to_numpy(dtype="float64") for name in ("base", "slope"))
    like = {when: base * out["days"] + slope * groups[f"cold_{when}"].sum() for when in ("this", "last")}
    out["expected_mwh"] = out["last_mwh"] * like["this"] / like["last"].where(like["last"] > 0)
    out["corrected_change"] = out["this_mwh"] / out["expected_mwh"].where(out["expected_mwh"] > 0) - 1
    return out.reset_index()


def _fits_above_zero(days: pd.DataFrame, degree_days: pd.Series, year: int) -> pd.DataFrame:
    """Return base and slope of every meter; where the base would fall below zero, cold explains all."""
    table = signature(days, degree_days, year=year).set_index("meter")
    out = pd.DataFrame(
        {"base": table["base_mwh_per_day"], "slope": table["slope_mwh_per_degree_day"].clip(lower=0)}
    )
    out["base"] = out["base"].clip(lower=0)
    return out


def known_days(days: pd.DataFrame) -> pd.DataFrame:
    """Return the days of which enough is known."""
    absent = [name for name in DAYS if name not in days]
    if absent:
        raise InputError(
            say("days of meters"), [say("column '{name}' is missing", name=name) for name in absent]
        )
    return days[days["energy_mwh"].notna() & (days["coverage"] >= rule("coverage_least"))]


def _of_day(degree_days: Any, day: pd.Series) -> np.ndarray:
    if not isinstance(degree_days, pd.Series) or not isinstance(degree_days.index, pd.DatetimeIndex):
        fault = say("degree days are a series by day: an index of dates is expected")
        raise InputError(say("degree days"), [fault])
    dated = degree_days.groupby(degree_days.index.normalize()).sum()
    out: np.ndarray = dated.reindex(pd.DatetimeIndex(day)).to_numpy(dtype="float64")
    return out
