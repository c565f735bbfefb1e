"""Hydro and wind of a normal year: what dry and windy years would otherwise do to the renewable share."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, did_you_mean
from leb_kit.reference import catalog
from leb_kit.units import to_mwh

HYDRO, WIND = "RA100", "RA300"
SERIES_COLUMNS = ["territory", "year", "product", "production_mwh", "capacity_mw"]


def normalised_hydro(production_mwh: pd.Series, capacity_mw: pd.Series) -> pd.Series:
    """Hydropower of a normal year, for every year whose window is complete.

    ::

        Q_N(norm) = C_N × (1/15) × Σ Q_i / C_i        over i = N − 14 … N

    Q (MWh/year): gross production without pumped storage; C (MW): capacity at the end of the year without
    pumped storage. 15 years is ``normalisation.csv``.

    Parameters
    ----------
    production_mwh : pd.Series
        By year, MWh.
    capacity_mw : pd.Series
        By year, MW.

    Returns
    -------
    pd.Series
        By year, MWh; years with a gap in their 15 years are left out.

    Raises
    ------
    InputError
        Values that cannot be, or no year has a complete window.

    Notes
    -----
    Source: Directive 2009/28/EC, annex II (from memory, to be verified).

    Examples
    --------
    >>> years = range(2005, 2020)
    >>> float(normalised_hydro(pd.Series(2000.0, years), pd.Series(1.0, years))[2019])
    2000.0
    """
    use = "normalised hydro"
    made, power = _checked(production_mwh, capacity_mw, use)
    window = _window(HYDRO)
    years = made.index.intersection(power.index)
    hours = (made[years] / power[years]).reindex(range(min(years, default=0), max(years, default=-1) + 1))
    mean_hours = hours.rolling(window, min_periods=window).mean().dropna()
    if mean_hours.empty:
        raise InputError(
            use,
            [f"no {window} years in a row have both production and capacity; given are {_told(years)}"],
        )
    return (power.reindex(mean_hours.index) * mean_hours).rename(HYDRO)


def normalised_wind(production_mwh: pd.Series, capacity_mw: pd.Series) -> pd.Series:
    """Wind power of a normal year, for every year whose capacity of the year before is known.

    ::

        Q_N(norm) = (C_N + C_(N−1))/2 × Σ Q_i / Σ (C_i + C_(i−1))/2        over i = N − n … N

    Q (MWh/year): production; C (MW): capacity at the end of the year; n = 4, or fewer where the series
    begins later. 1 + 4 years is ``normalisation.csv``. From 2021 on land and at sea are normalised apart
    (Directive (EU) 2018/2001): call this once for each and add.

    Parameters
    ----------
    production_mwh : pd.Series
        By year, MWh.
    capacity_mw : pd.Series
        By year, MW.

    Returns
    -------
    pd.Series
        By year, MWh.

    Raises
    ------
    InputError
        Values that cannot be, or no year has what it needs.

    Notes
    -----
    Source: Directive 2009/28/EC, annex II, as CBS (Statistics Netherlands) describes it.

    Examples
    --------
    >>> made, power = pd.Series({2019: 3000.0}), pd.Series({2018: 1.0, 2019: 2.0})
    >>> float(normalised_wind(made, power)[2019])
    3000.0
    """
    use = "normalised wind"
    made, power = _checked(production_mwh, capacity_mw, use)
    before = pd.Series(power.to_numpy(), index=power.index + 1)
    mean_power = ((power + before) / 2).dropna()
    years = made.index.intersection(mean_power.index[mean_power > 0])
    out = {}
    for year in years:
        span = [year]
        while len(span) < _window(WIND) and span[-1] - 1 in years:
            span.append(span[-1] - 1)
        out[int(year)] = float(mean_power[year] * made[span].sum() / mean_power[span].sum())
    if not out:
        raise InputError(
            use,
            [
                (
                    "no year has production, capacity and the capacity of the year before;"
                    f" given are {_told(years)}"
                )
            ],
        )
    return pd.Series(out, name=WIND)


def normalised_production(
    territory: str | None = None, *, series: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return hydro and wind of a normal year, ready for ``renewable_share(b, normalised=…)``.

    Parameters
    ----------
    territory : str, optional
        Code; without it, every territory of the series.
    series : pd.DataFrame, optional
        Your own: territory, year, product (``RA100`` hydro, ``RA300`` wind), production_mwh, capacity_mw.
        Without it, the shipped ones of IRENA (Italy and France, 2000–2022).

    Returns
    -------
    pd.DataFrame
        Index territory, year; columns RA100 and RA300, MWh. Missing where a window is not complete.

    Raises
    ------
    InputError
        No series of the territory, or values that cannot be.

    Notes
    -----
    With them the share of Italy 2019 is 18.179 % (published: 18.181 %; not normalised: 18.182 %): a dry
    year (46.3 TWh of hydro, 47.3 in a normal one) and a windy one (20.2 TWh against 19.1) nearly cancel.
    France 2019: 17.133 % (published: 17.174 %; not normalised: 17.134 %); that rest does not come from
    hydro and wind. Capacities are IRENA's; SHARES uses those that countries report.

    Examples
    --------
    >>> (normalised_production("IT").loc[("IT", 2019)] / 1e6).round(1).to_dict()
    {'RA100': 47.3, 'RA300': 19.1}
    """
    rows = _shipped() if series is None else _own(series)
    known = list(dict.fromkeys(rows["territory"]))
    if territory is not None and territory not in known:
        hint = did_you_mean(territory, known)
        told = ", ".join(known) or "none"
        raise InputError(
            "normalised production",
            [
                (
                    f"no series of hydro and wind for territory '{territory}'; known are {told}.{hint}"
                    " Give your own with series="
                )
            ],
        )
    pieces = []
    for (place, product), part in rows.groupby(["territory", "product"], sort=True):
        if territory is not None and place != territory:
            continue
        by_year = part.set_index("year")
        rule = normalised_hydro if product == HYDRO else normalised_wind
        found = rule(by_year["production_mwh"].dropna(), by_year["capacity_mw"].dropna())
        index = pd.MultiIndex.from_product([[place], found.index], names=["territory", "year"])
        pieces.append(pd.Series(found.to_numpy(), index=index, name=product))
    return pd.concat(pieces, keys=[piece.name for piece in pieces], names=["product"]).unstack("product")


@cache
def _window(product: str) -> int:
    table = catalog.table("normalisation").set_index("product")
    return int(table.at[product, "window_years"])


def _checked(production: pd.Series, capacity: pd.Series, use: str) -> tuple[pd.Series, pd.Series]:
    faults = []
    out = []
    for name, given, least in (("production", production, "0 MWh"), ("capacity", capacity, "0 MW")):
        if not isinstance(given, pd.Series):
            faults.append(f"{name} is {type(given).__name__}; a Series by year is expected")
            continue
        values = pd.to_numeric(given, errors="coerce")
        bad = values.isna() | np.isinf(values) | (values < 0)
        faults += [
            f"{name} of {year} is {value}; a number from {least} is expected"
            for year, value in given[bad.to_numpy()].items()
        ]
        twice = given.index[given.index.duplicated()].unique()
        faults += [f"{name} of {year} is given twice" for year in twice]
        out.append(values.sort_index())
    if not faults:
        made, power = out
        common = made.index.intersection(power.index)
        idle = common[(power[common] == 0) & (made[common] > 0)]
        faults += [f"{year}: production without capacity" for year in idle]
        out = [made, power[power > 0] if use.endswith("hydro") else power]
    if faults:
        raise InputError(use, faults)
    return out[0], out[1]


def _own(series: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in SERIES_COLUMNS if name not in series]
    faults = [f"column '{name}' is missing;{did_you_mean(name, series.columns)}" for name in missing]
    if not faults:
        odd = sorted(set(series["product"]) - {HYDRO, WIND})
        faults += [f"product '{name}' is not normalised; known are {HYDRO}, {WIND}" for name in odd]
    if faults:
        raise InputError("normalised production", faults)
    return series[SERIES_COLUMNS]


@cache
def _shipped() -> pd.DataFrame:
    rows = catalog.table("history_hydro_wind")
    wide = rows.pivot_table(index=["territory", "year", "product"], columns="indicator", values="value")
    wide = wide.reset_index()
    wide["production_mwh"] = to_mwh(wide["generation"], "GWh")
    return wide.rename(columns={"capacity": "capacity_mw"})[SERIES_COLUMNS]


def _told(years: pd.Index) -> str:
    return ", ".join(str(year) for year in years) or "none"
