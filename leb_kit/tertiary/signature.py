"""Energy signature: monthly heat against degree days, building by building."""

from __future__ import annotations

import numpy as np
import pandas as pd

from leb_kit.tertiary.days import DayWeights
from leb_kit.tertiary.quantities import ELECTRICITY, products
from leb_kit.tertiary.use import Use


def signature(use: Use, degree_days: pd.Series) -> pd.DataFrame:
    """Return the energy signature of every building: what it uses without frost, and what cold adds.

    ::

        E_m = base × N_m + slope × HDD_m

    E_m (MWh) fuels and district heat of a month that bills cover whole, N_m its days, HDD_m (°C·day) its
    degree days; least squares over all such months. h = slope × Σ HDD_m / Σ E_m is the share of space
    heating.

    Parameters
    ----------
    use : Use
        What was used; bills of a month or less: longer ones would be shared out by the very degree days
        against which they are held.
    degree_days : pd.Series
        °C·day by day (DatetimeIndex) or month (PeriodIndex).

    Returns
    -------
    pd.DataFrame
        building, use_class, months, base_mwh_per_day (MWh/day), slope_mwh_per_degree_day (MWh/(°C·day)),
        heating_share (0–1), r2 (0–1, of the monthly energy).

    Examples
    --------
    >>> from leb_kit.examples import cambridge, cambridge_degree_days
    >>> from leb_kit.tertiary import metered
    >>> fit = signature(metered(cambridge()), cambridge_degree_days()).set_index("building")
    >>> round(float(fit.loc["b0", "r2"]), 2)
    0.93
    """
    points = monthly_heat(use, degree_days)
    rows = []
    for (building, use_class), part in points.groupby(["building", "use_class"], sort=True):
        energy = part["energy_mwh"].to_numpy(dtype="float64")
        known = part[["days", "degree_days"]].to_numpy(dtype="float64")
        if len(part) <= 2 or energy.max() <= 0:
            continue
        (base, slope), *_ = np.linalg.lstsq(known, energy, rcond=None)
        rest = energy - known @ np.array([base, slope])
        spread = float(((energy - energy.mean()) ** 2).sum())
        rows.append(
            {
                "building": building,
                "use_class": use_class,
                "months": len(part),
                "base_mwh_per_day": float(base),
                "slope_mwh_per_degree_day": float(slope),
                "heating_share": float(np.clip(slope * known[:, 1].sum() / energy.sum(), 0, 1)),
                "r2": 1 - float((rest**2).sum()) / spread if spread else np.nan,
            }
        )
    return pd.DataFrame(rows)


def monthly_heat(use: Use, degree_days: pd.Series) -> pd.DataFrame:
    """Return energy of fuels and heat by building and whole month, MWh, beside days and degree days."""
    heat = use.totals("building", "use_class", "fuel", "year", "month")
    heat = heat[heat["fuel"].map(products()) != ELECTRICITY]
    keys = ["building", "use_class", "year", "month"]
    groups = heat.groupby(keys)
    out = groups["energy_mwh"].sum().to_frame()
    out = out[groups["complete"].all()].reset_index()
    daily = DayWeights.of(degree_days).degree_days
    months = pd.PeriodIndex.from_fields(year=out["year"], month=out["month"], freq="M")
    out["days"] = months.days_in_month
    by_month = pd.Series(daily).groupby(pd.DatetimeIndex(pd.Series(daily).index).to_period("M"))
    out["degree_days"] = by_month.sum().reindex(months).to_numpy()
    whole = by_month.count().reindex(months).to_numpy() == out["days"].to_numpy()
    return out[whole].reset_index(drop=True)
