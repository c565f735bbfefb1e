"""All meters at a glance: one line each, as a page about meters shows it."""

from __future__ import annotations

from typing import Final

import pandas as pd

from leb_kit.metering.alarms import anomalies
from leb_kit.metering.watch import against_last_year, known_days, signature

COLUMNS: Final = (
    "meter", "last_day", "coverage", "energy_mwh", "change", "corrected_change", "heating_share", "r2",
    "unusual_days",
)  # fmt: skip


def overview(days: pd.DataFrame, year: int, *, degree_days: pd.Series | None = None) -> pd.DataFrame:
    """Return one line a meter: what is known of a year, what was used, what changed.

    Parameters
    ----------
    days : pd.DataFrame
        As ``daily`` gives them; with the year before, if changes are to be told.
    year : int
        Which year.
    degree_days : pd.Series, optional
        °C·day by local day; without it nothing is said of the weather.

    Returns
    -------
    pd.DataFrame
        meter, last_day (with a value), coverage (of the year, 0–1), energy_mwh (MWh of its known days),
        change and corrected_change (on days that both years know; NaN without a year before, or without
        degree days), heating_share (0–1) and r2 of the signature of the year, unusual_days (in the year).

    Examples
    --------
    >>> from leb_kit.examples import cambridge_unit_break
    >>> overview(cambridge_unit_break(), 2019)[["meter", "unusual_days"]].to_numpy().tolist()
    [['b40_electricity', 0], ['b40_gas', 0]]
    """
    known = known_days(days)
    mine = known[known["day"].dt.year == year]
    whole = days[days["day"].dt.year == year]
    length = pd.Timestamp(year, 12, 31).day_of_year
    out = pd.DataFrame({"last_day": known.groupby("meter")["day"].max()})
    out["coverage"] = whole.groupby("meter")["coverage"].sum() / length
    out["energy_mwh"] = mine.groupby("meter")["energy_mwh"].sum()
    months = against_last_year(days, year, degree_days=degree_days)
    sums = months.groupby("meter")[["this_mwh", "last_mwh"]].sum()
    out["change"] = sums["this_mwh"] / sums["last_mwh"].where(sums["last_mwh"] > 0) - 1
    out["corrected_change"] = float("nan")
    out[["heating_share", "r2"]] = float("nan")
    if degree_days is not None:
        told = months[months["expected_mwh"] > 0].groupby("meter")[["this_mwh", "expected_mwh"]].sum()
        out["corrected_change"] = told["this_mwh"] / told["expected_mwh"] - 1
        fits = signature(days, degree_days, year=year).set_index("meter")
        out[["heating_share", "r2"]] = fits[["heating_share", "r2"]]
    odd = anomalies(days)
    count = odd[pd.DatetimeIndex(odd["day"]).year == year].groupby("meter").size() if len(odd) else {}
    out["unusual_days"] = pd.Series(count, dtype="float64").reindex(out.index).fillna(0).astype(int)
    return out.fillna({"coverage": 0.0}).reset_index()[list(COLUMNS)]
