"""Growth, index and shares of a series or of a balance over the years."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import pandas as pd

from leb_kit.balance import Balance
from leb_kit.balance.require import require_balance
from leb_kit.errors import InputError, did_you_mean
from leb_kit.history.climate import CorrectedBalance
from leb_kit.history.sectors import final_cells
from leb_kit.history.series import KEYS, check_series
from leb_kit.indicators import summary

By = Literal["cell", "sector", "product", "indicator"]
BY: Final = ("cell", "sector", "product", "indicator")
#: An index says 100 in its base year.
BASE_INDEX: Final = 100.0
TREND_COLUMNS: Final = (
    *KEYS, "vintage", "year", "value", "gap", "break", "previous_year", "change", "growth_per_year",
    "base_year", "index", "share",
)  # fmt: skip
UNIT_OF: Final = {"renewable_share": "share", "self_sufficiency": "share", "emissions_tco2eq": "tCO2eq"}


def trend(
    data: Balance | CorrectedBalance | pd.DataFrame,
    *,
    by: By = "cell",
    base_year: int | None = None,
    share_of: str | None = None,
    vintages: Mapping[int, str] | None = None,
) -> pd.DataFrame:
    """Return growth, index and share of every figure over the years.

    ::

        growth per year = (x[t] / x[s]) ^ (1 / (t − s)) − 1
        index           = 100 × x[t] / x[base year]
        share           = x[t] / total[t]

    x (in ``unit``) is the figure, s the last year before t that has a figure of the same vintage.
    Nothing is interpolated: a year without a figure is a row of its own with ``gap`` true and no
    value. Figures of two vintages are never compared: the first row after a change has ``break`` true
    and no growth, and the index starts again.

    Parameters
    ----------
    data : Balance, CorrectedBalance or pd.DataFrame
        Two years or more; or a series such as ``shipped`` returns.
    by : str
        What to follow in a balance: ``cell`` (every leaf; share of its flow), ``sector`` or ``product``
        (final energy; share of all final energy), ``indicator`` (the five indicators; no share).
    base_year : int, optional
        Base of the index; without it, the first year of each figure and vintage.
    share_of : str, optional
        For a series: ``"flow"`` or ``"product"`` adds shares over these codes. A published total (product
        TOTAL, flow FC_E) is the whole; else the sum of the parts in years that have them all.
    vintages : Mapping[int, str], optional
        For a balance: the edition of each year, where the years come from several.

    Returns
    -------
    pd.DataFrame
        territory, indicator, flow, product, unit, vintage, year, value, gap, break, previous_year,
        change (unit), growth_per_year (share), base_year, index (100 in the base year), share (0–1).

    Raises
    ------
    InputError
        One year only, a base year that no figure has, or an unknown ``by`` or ``share_of``.

    Examples
    --------
    >>> from leb_kit.history import shipped
    >>> rows = shipped("renewable_share").query("territory == 'IT'")
    >>> last = trend(rows, base_year=2005).iloc[-1]
    >>> int(last["year"]), round(float(last["index"]), 1)
    (2022, 253.4)
    """
    if by not in BY:
        raise InputError("trend", [f"by='{by}' is unknown; known are {', '.join(BY)}.{did_you_mean(by, BY)}"])
    if isinstance(data, pd.DataFrame):
        rows = check_series(data)
        rows["share"] = _series_shares(rows, share_of) if share_of else float("nan")
    else:
        if not isinstance(data, CorrectedBalance):
            require_balance(data, "trend")
        rows = _balance_rows(data, by, vintages or {})
    _require_years(rows, base_year)
    return _with_growth(_with_gaps(rows), base_year)[list(TREND_COLUMNS)]


def _require_years(rows: pd.DataFrame, base_year: int | None) -> None:
    known = rows[rows["value"].notna()]
    years = sorted(int(year) for year in known["year"].unique())
    told = ", ".join(map(str, years)) or "none"
    if len(years) < 2:
        raise InputError("trend", [f"a trend needs two years or more; found {told}"])
    if base_year is not None and base_year not in years:
        raise InputError("trend", [f"base year {base_year} has no figure; years are {told}"])


def _balance_rows(data: Balance | CorrectedBalance, by: By, vintages: Mapping[int, str]) -> pd.DataFrame:
    if isinstance(data, CorrectedBalance):
        if by == "indicator":
            data.refuse("indicators")
        leaves = data.table.rename(columns={"corrected_mwh": "energy_mwh"})
        missing = pd.DataFrame(columns=["territory", "year", "flow", "product"])
        indicator = "final_energy_climate_corrected"
    elif by == "indicator":
        return _indicator_rows(data, vintages)
    else:
        leaves, missing, indicator = data.leaves, data.missing, "energy"
    if by != "cell":
        leaves, missing = final_cells(leaves), final_cells(missing)
        indicator = "final_energy" if indicator == "energy" else indicator
        blank, kept = ("flow", "product") if by == "product" else ("product", "flow")
        leaves, missing = (_folded(frame, blank, kept) for frame in (leaves, missing))
    keys = ["territory", "flow", "product"]
    wide = leaves.pivot_table(index=keys, columns="year", values="energy_mwh", aggfunc="sum")
    present = leaves.drop_duplicates(["territory", "year"]).set_index(["territory", "year"]).index
    rows = wide.reset_index().melt(id_vars=keys, var_name="year", value_name="value")
    rows["year"] = rows["year"].astype("int64")
    # A year that the balance has and a cell that it has not: no energy, unless marked as missing.
    has_year = pd.MultiIndex.from_frame(rows[["territory", "year"]]).isin(present)
    gone = pd.MultiIndex.from_frame(rows[["year", *keys]]).isin(
        pd.MultiIndex.from_frame(missing[["year", *keys]])
    )
    rows["value"] = rows["value"].where(~gone).fillna(0.0).where(has_year & ~gone)
    whole = ["territory", "year"] if by != "cell" else ["territory", "year", "flow"]
    rows["share"] = _share(rows, whole)
    rows = rows.assign(indicator=indicator, unit="MWh", vintage=_editions(rows["year"], vintages))
    return rows[has_year]


def _editions(years: pd.Series, vintages: Mapping[int, str]) -> pd.Series:
    return pd.Series([vintages.get(int(year), "") for year in years], index=years.index, dtype=str)


def _folded(frame: pd.DataFrame, blank: str, kept: str) -> pd.DataFrame:
    out = frame.assign(**{blank: "TOTAL" if blank == "product" else "FC_E"})
    return out if kept == "product" else out.assign(flow=frame["sector"])


def _indicator_rows(balance: Balance, vintages: Mapping[int, str]) -> pd.DataFrame:
    wide = summary.table(balance).rename_axis(columns=None).reset_index()
    rows = wide.melt(id_vars=["territory", "year"], var_name="indicator", value_name="value")
    unit = rows["indicator"].map(UNIT_OF).fillna("MWh")
    vintage = _editions(rows["year"], vintages)
    return rows.assign(flow="", product="", unit=unit, vintage=vintage, share=float("nan"))


def _share(rows: pd.DataFrame, whole: list[str]) -> pd.Series:
    """Share of the sum over ``whole``; unknown where a part is unknown."""
    total = rows.groupby(whole)["value"].transform(lambda part: part.sum(skipna=False))
    return (rows["value"] / total).where(total > 0)


def _series_shares(rows: pd.DataFrame, share_of: str) -> pd.Series:
    if share_of not in ("flow", "product"):
        raise InputError("trend", [f"share_of='{share_of}' is unknown; known are flow, product"])
    total_code = "TOTAL" if share_of == "product" else "FC_E"
    group = [key for key in ("year", *KEYS, "vintage") if key != share_of]
    is_total = rows[share_of] == total_code
    published = rows["value"].where(is_total).groupby([rows[key] for key in group]).transform("max")
    parts = rows[~is_total]
    series = [key for key in group if key != "year"]
    expected = parts.groupby(series)[share_of].transform("nunique")
    summed = parts.groupby(group)["value"].transform("sum")
    complete = parts.groupby(group)["value"].transform("count") == expected
    total = published.fillna(summed.where(complete).reindex(rows.index))
    return (rows["value"] / total).where(total > 0)


def _with_gaps(rows: pd.DataFrame) -> pd.DataFrame:
    """Add a row without value for every year that is missing between two others."""
    group = [*KEYS, "vintage"]
    known = rows[rows["value"].notna()]
    spans = known.groupby(group)["year"].agg(["min", "max"]).reset_index()
    years = [range(int(low), int(high) + 1) for low, high in zip(spans["min"], spans["max"], strict=True)]
    dense = spans[group].assign(year=years).explode("year").astype({"year": "int64"})
    out = dense.merge(
        known[[*group, "year", "value", "share"]], on=[*group, "year"], how="left", validate="1:1"
    )
    return out.assign(gap=out["value"].isna())


def _with_growth(rows: pd.DataFrame, base_year: int | None) -> pd.DataFrame:
    group = [*KEYS, "vintage"]
    out = rows.sort_values([*KEYS, "year", "vintage"], kind="stable").reset_index(drop=True)
    known = out[~out["gap"]]
    ids = [known[key] for key in group]
    before = known["value"].groupby(ids).shift()
    previous_year = known["year"].groupby(ids).shift()
    span = known["year"] - previous_year
    ratio = (known["value"] / before).where((before > 0) & (known["value"] >= 0))
    out["previous_year"] = previous_year.reindex(out.index).astype("Int64")
    out["change"] = (known["value"] - before).reindex(out.index)
    out["growth_per_year"] = (ratio ** (1 / span) - 1).reindex(out.index)
    first = known["year"].groupby(ids).transform("min")
    base = first if base_year is None else first * 0 + base_year
    at_base = known["value"].where(known["year"] == base).groupby(ids).transform("max")
    out["base_year"] = base.reindex(out.index).astype("Int64")
    out["index"] = (BASE_INDEX * known["value"] / at_base).where(at_base > 0).reindex(out.index)
    earliest = known["year"].groupby([known[key] for key in KEYS]).transform("min")
    order = known["vintage"].groupby([known[key] for key in KEYS]).transform("first")
    starts = (known["year"] == first) & ((first > earliest) | (known["vintage"] != order))
    out["break"] = starts.reindex(out.index).eq(other=True)
    return out
