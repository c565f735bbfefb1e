"""Energy of public buildings by area, volume, pupil, bed, light point; benchmarks and outliers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, did_you_mean
from leb_kit.indicators.factors import lineage
from leb_kit.reference import catalog
from leb_kit.tertiary.quantities import ELECTRICITY, products
from leb_kit.tertiary.use import Use
from leb_kit.units import MWH_PER_UNIT, from_mwh

COLUMNS: Final = (
    "territory", "building", "use_class", "year", "public_indicator", "value", "corrected", "unit",
    "coverage", "complete", "good", "poor", "reference", "mark", "z", "outlier",
)  # fmt: skip
#: Which meters stand behind a numerator: all, those of electricity, those of fuels and heat.
CARRIERS: Final = {
    "all": "all", "cost": "all", "electricity": "electricity", "cost_electricity": "electricity",
    "heat": "heat", "cost_heat": "heat",
}  # fmt: skip
TEP: Final = "tep/bed"
MONEY: Final = "EUR/MWh"


def indicators(
    use: Use,
    *,
    degree_days: Mapping[int, float] | pd.Series | None = None,
    reference_degree_days: float | None = None,
    heating_shares: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Return the indicators of every building and year, raw and climate-corrected, with benchmarks.

    ::

        per area, pupil, bed, light point:   I = E / quantity
        per volume and degree day:           I = E_heat × fe × fh / (V × HDD)
        climate-corrected:                   E_heat × (1 + h × (HDD_ref / HDD − 1))
        outlier:                             |z| > 3.5,  z = 0.6745 × (ln I − median) / MAD

    E (MWh) final energy of the year at net calorific value; E_heat that of fuels and district heat; V (m³)
    the heated volume; HDD (°C·day) the degree days of the year, HDD_ref those of reference; fe, fh the
    factors of shape and hours of the ENEA school guide where the building gives them; h (0–1) the share
    of space heating (given, else that of the tertiary sector). The school benchmarks stand on the degree
    days of DPR 412/93 (base 20 °C): give those to compare with them. z is taken among buildings of one
    class, indicator and year; MAD is the median absolute deviation; logarithms, so that half and double
    are equally far (Iglewicz and Hoaglin 1993; ``public_rules.csv``).

    A year that bills do not cover whole has no value: estimate it first with ``use.filled()``, which
    marks what it adds. Money per energy is told only where every day is billed and every fuel has amounts.

    Parameters
    ----------
    use : Use
        What was used.
    degree_days : Mapping[int, float] or pd.Series, optional
        °C·day by year; or a Series by (territory, year).
    reference_degree_days : float, optional
        For the corrected value; without it, the mean of the given years.
    heating_shares : Mapping[str, float], optional
        h by fuel or by building (0–1), for example from ``signature``.

    Returns
    -------
    pd.DataFrame
        territory, building, use_class, year, public_indicator, value and corrected (in ``unit``;
        corrected only where heat counts and is not divided by degree days anyway), coverage, complete,
        good and poor (or a reference where these are not published), mark (good, usual, poor, blank), z,
        outlier.

    Raises
    ------
    InputError
        Degree days or shares that cannot be.

    Examples
    --------
    >>> from leb_kit.examples import cambridge
    >>> from leb_kit.tertiary import metered
    >>> indicators(metered(cambridge())).empty  # its buildings are published without any size
    True
    """
    days = _degree_days(use, degree_days, reference_degree_days, heating_shares or {})
    sums = _sums(use, days, heating_shares or {})
    parts = [_one(rule, sums, use) for rule in catalog.table("public_indicators").itertuples()]
    out = pd.concat([part for part in parts if len(part)] or [pd.DataFrame(columns=list(COLUMNS))])
    out = _with_benchmarks(out.reset_index(drop=True))
    return _with_outliers(out)[list(COLUMNS)]


def _degree_days(
    use: Use,
    given: Mapping[int, float] | pd.Series | None,
    reference: float | None,
    shares: Mapping[str, float],
) -> pd.DataFrame:
    """Return hdd and reference of every territory and year; NaN where none are given."""
    known = {*use.estate.buildings["building"], *products()}
    faults = [
        f"heating share of '{name}' is {share}; expected a fuel or building and a share 0–1."
        f"{did_you_mean(name, known)}"
        for name, share in shares.items()
        if name not in known or not 0 <= share <= 1
    ]
    series = pd.Series({} if given is None else given, dtype="float64")
    faults += [
        f"degree days of {key} are {value}; expected more than 0 °C·day"
        for key, value in series[~(series > 0)].items()
    ]
    if reference is not None and not reference > 0:
        faults.append(f"reference degree days are {reference}; expected more than 0 °C·day")
    if faults:
        raise InputError("indicators", faults)
    rows = []
    for territory in use.estate.sites["territory"].unique():
        by_place = series.index.nlevels > 1
        there = not by_place or territory in series.index.get_level_values(0)
        mine = (series.loc[territory] if by_place else series) if there else series.iloc[:0]
        mean = reference or (float(mine.mean()) if len(mine) else np.nan)
        rows += [(territory, year, float(mine.get(year, np.nan)), mean) for year in use.years]
    return pd.DataFrame(rows, columns=["territory", "year", "hdd", "reference_hdd"])


def _sums(use: Use, days: pd.DataFrame, shares: Mapping[str, float]) -> pd.DataFrame:
    """Return energy and money of every building, year and fuel, with the corrected energy."""
    rows = use.totals("territory", "building", "use_class", "fuel", "year")
    rows = rows.merge(days, on=["territory", "year"], how="left", validate="m:1")
    own = rows["building"].map(dict(shares))
    usual = {fuel: use.weights.heating_share(fuel) for fuel in rows["fuel"].unique()}
    share = own.fillna(rows["fuel"].map({**usual, **{k: v for k, v in shares.items() if k in usual}}))
    electric = rows["fuel"].map(products()) == ELECTRICITY
    share = share.mask(electric, 0.0)
    ratio = rows["reference_hdd"] / rows["hdd"]
    rows["corrected_mwh"] = rows["energy_mwh"] * (1 + share * (ratio - 1))
    rows["carrier"] = electric.map({True: "electricity", False: "heat"})
    return rows


def _one(rule: object, sums: pd.DataFrame, use: Use) -> pd.DataFrame:
    """Return one indicator for all buildings and years that have its quantity."""
    of, per, unit = rule.of, rule.per, rule.unit  # type: ignore[attr-defined]
    places = use.estate.buildings.set_index("building")
    if of == "power":
        return _power(rule, sums, places)
    carrier = CARRIERS[of]
    rows = sums if carrier == "all" else sums[sums["carrier"] == carrier]
    keys = ["territory", "building", "use_class", "year"]
    groups = rows.groupby(keys)
    out = groups[["energy_mwh", "corrected_mwh", "cost_eur"]].sum(min_count=1)
    out["complete"], out["known"] = groups["complete"].all(), groups["known"].all()
    out["coverage"] = groups["coverage"].mean()
    out["hdd"] = groups["hdd"].first()
    out["paid"] = groups["cost_eur"].min() > 0
    out = out.reset_index()
    value, corrected = _divided(out, unit)
    if per:
        size = out["building"].map(places[per]).astype("float64")
        value, corrected = (amount / size.where(size > 0) for amount in (value, corrected))
    if rule.degree_days:  # type: ignore[attr-defined]
        factors = [out["building"].map(places[name]).fillna(1.0) for name in ("shape_factor", "hours_factor")]
        value = value * factors[0] * factors[1] / out["hdd"]
    # money is told for what was billed: estimated days have no price, nor have bills without an amount
    told = out["complete"] & out["paid"] if unit == MONEY else out["known"]
    heated = carrier != "electricity" and unit != MONEY and not rule.degree_days  # type: ignore[attr-defined]
    out["value"] = value.where(told)
    out["corrected"] = corrected.where(told & heated)
    out["public_indicator"], out["unit"] = rule.public_indicator, unit  # type: ignore[attr-defined]
    known = value.notna()
    if per:
        # a building of known size without any bill is told, too: its value is missing, not zero
        known |= out["energy_mwh"].isna() & out["building"].map(places[per]).gt(0)
    return out[known]


def _divided(rows: pd.DataFrame, unit: str) -> tuple[pd.Series, pd.Series]:
    """Return the numerator in the unit of the indicator, raw and corrected."""
    if unit == MONEY:
        paid = rows["cost_eur"].where(rows["cost_eur"] > 0) / rows["energy_mwh"]
        return paid, paid
    if unit == TEP:
        return from_mwh(rows["energy_mwh"], "tep"), from_mwh(rows["corrected_mwh"], "tep")
    per_mwh = 1 / MWH_PER_UNIT["kWh"]
    if unit.startswith("Wh"):
        per_mwh *= 1000
    return rows["energy_mwh"] * per_mwh, rows["corrected_mwh"] * per_mwh


def _power(rule: object, sums: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    out = sums[["territory", "building", "use_class", "year"]].drop_duplicates().reset_index(drop=True)
    power, count = (
        out["building"].map(places[name]).astype("float64") for name in ("installed_power_kw", "light_points")
    )
    out["value"] = 1000 * power / count.where(count > 0)
    out["corrected"], out["coverage"], out["complete"] = np.nan, 1.0, True
    out["public_indicator"], out["unit"] = rule.public_indicator, rule.unit  # type: ignore[attr-defined]
    return out[out["value"].notna()]


def _with_benchmarks(rows: pd.DataFrame) -> pd.DataFrame:
    """Put the nearest benchmark beside every value: corrected values are set against it where there are."""
    keys = rows[["territory", "use_class", "public_indicator"]].itertuples(index=False)
    found = [_benchmark(*key) for key in keys]
    marks = pd.DataFrame(found, columns=["good", "poor", "reference"], index=rows.index)
    out = rows.assign(**{name: marks[name] for name in marks})
    seen = out["corrected"].fillna(out["value"]) if len(out) else out["value"]
    mark = pd.Series("", index=out.index, dtype=object)
    both = out["good"].notna() & seen.notna()
    mark[both] = "usual"
    mark[both & (seen < out["good"])] = "good"
    mark[both & (seen > out["poor"])] = "poor"
    return out.assign(mark=mark)


@cache
def _benchmark(territory: str, use_class: str, indicator: str) -> tuple[float, float, float]:
    table = catalog.table("public_benchmarks")
    rows = table[(table["use_class"] == use_class) & (table["public_indicator"] == indicator)]
    for code in lineage(territory):
        mine = rows[rows["territory"] == code]
        if len(mine):
            first = mine.iloc[0]
            return float(first["good"]), float(first["poor"]), float(first["reference"])
    return np.nan, np.nan, np.nan


def _with_outliers(rows: pd.DataFrame) -> pd.DataFrame:
    """Mark values far from the middle of their class, indicator and year."""
    rules = catalog.table("public_rules").set_index("rule")["value"]
    value = rows["value"].astype("float64")
    logs = np.log(value.where(value > 0))
    groups = [rows[name] for name in ("use_class", "public_indicator", "year")]
    middle = logs.groupby(groups).transform("median")
    spread = (logs - middle).abs().groupby(groups).transform("median")
    count = logs.groupby(groups).transform("count")
    z = rules["mad_factor"] * (logs - middle) / spread.where(spread > 0)
    z = z.where(count >= rules["outlier_group"])
    return rows.assign(z=z, outlier=z.abs() > rules["outlier_z"])
