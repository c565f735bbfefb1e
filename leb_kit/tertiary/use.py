"""Use of energy by meter and month: bills on the calendar, with coverage and everything that was noticed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import fsum
from typing import Final

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, did_you_mean
from leb_kit.tertiary.bills import Bills
from leb_kit.tertiary.days import DayWeights, shared
from leb_kit.tertiary.estate import Estate
from leb_kit.tertiary.periods import Meter
from leb_kit.units import from_mwh

LEVELS: Final = (
    "territory", "site", "building", "use_class", "meter", "fuel", "product", "year", "month",
)  # fmt: skip
COLUMNS: Final = (
    "territory", "site", "building", "use_class", "meter", "fuel", "product", "bill", "kind", "year",
    "month", "energy_mwh", "cost_eur", "status", "method", "split",
)  # fmt: skip
NOTES: Final = ("severity", "meter", "when", "what")


@dataclass(frozen=True, repr=False, eq=False)
class Use:
    """Energy and money of an estate by meter and month; made by ``metered``.

    Parameters
    ----------
    table : pd.DataFrame
        One row per bill, building and month: the keys, kind, energy_mwh (MWh, net calorific value),
        cost_eur (EUR), status (A measured, E estimated, R estimated and later corrected), method of the
        split, split (the bill crosses a year's end). Sums are exact in any order.
    months : pd.DataFrame
        meter, year, month, days (of the supply), covered (by bills), estimated (only by estimated bills),
        filled (estimated by ``filled``).
    notes : pd.DataFrame
        severity, meter, when, what: replaced estimates, gaps, assumptions.
    estate : Estate
        Whose energy it is.
    """

    table: pd.DataFrame
    months: pd.DataFrame
    notes: pd.DataFrame
    estate: Estate
    weights: DayWeights = field(default_factory=DayWeights)

    @property
    def years(self) -> tuple[int, ...]:
        """Calendar years that bills touch."""
        return tuple(int(year) for year in sorted(self.months["year"].unique()))

    @property
    def coverage(self) -> pd.DataFrame:
        """Days of every meter and year: of supply, covered, estimated, filled; coverage, complete, known.

        ``coverage`` (0–1) and ``complete`` speak of bills; ``known`` also of days that ``filled`` estimated.
        """
        counts = ["days", "covered", "estimated", "filled"]
        sums = self.months.groupby(["meter", "year"])[counts].sum().reset_index()
        return _told(sums[sums["days"] > 0].reset_index(drop=True))

    def totals(self, *by: str, unit: str = "MWh") -> pd.DataFrame:
        """Sum energy and money by any keys, exactly, and tell how much of the year the bills cover.

        Parameters
        ----------
        *by : str
            Of territory, site, building, use_class, meter, fuel, product, year, month. Default:
            building and year.
        unit : str
            Unit of energy.

        Returns
        -------
        pd.DataFrame
            The keys, energy in ``unit``, cost_eur (EUR), coverage (days with bills over days of supply,
            0–1, of all meters behind the row), complete (every day billed) and known (billed, or estimated
            by ``filled``). An incomplete sum is less than was used; it is never scaled.

        Raises
        ------
        InputError
            An unknown key.
        """
        keys = list(by or ("building", "year"))
        faults = [
            f"'{key}' is no key; known are {', '.join(LEVELS)}.{did_you_mean(key, LEVELS)}"
            for key in keys
            if key not in LEVELS
        ]
        if faults:
            raise InputError("totals", faults)
        sums = self.table.groupby(keys, sort=True)[["energy_mwh", "cost_eur"]].agg(fsum).reset_index()
        sums[f"energy_{unit.casefold()}"] = from_mwh(sums["energy_mwh"], unit)
        columns = [*keys, f"energy_{unit.casefold()}", "cost_eur"]
        out = sums[columns].merge(self._covered(keys), on=keys, how="outer")
        flags = {name: out[name].eq(other=True) for name in ("complete", "known")}
        return out.assign(coverage=out["coverage"].fillna(0.0), **flags)

    def _covered(self, keys: Sequence[str]) -> pd.DataFrame:
        """Return coverage of the meters behind every row, also of meters without any bill."""
        places = self.estate.counted[["meter", "building", "fuel"]].merge(
            self.estate.keys.drop(columns="label"), on="building", validate="m:1"
        )
        products = dict(zip(self.table["fuel"], self.table["product"], strict=True))
        places["product"] = places["fuel"].map(products).fillna("")
        rows = self.months[self.months["days"] > 0].merge(places, on="meter")
        days = rows.groupby(list(keys))[["days", "covered", "filled"]].sum().reset_index()
        return _told(days).drop(columns=["days", "covered", "filled"])

    def filled(self, *, least: float = 0.5) -> Use:
        """Estimate what is missing in years that bills cover for the most part; every such row is marked E.

        ::

            E_missing = E_covered × Σ w(missing days) / Σ w(covered days)

        w are the weights with which bills were split (days, or degree days), for each day the mean of its
        month.

        Parameters
        ----------
        least : float
            Share of the year that bills must cover (0–1); years with less stay gaps.

        Returns
        -------
        Use
            With rows of kind ``extrapolated``, status E, and a note for each. Coverage stays what it is:
            only ``known`` says that no day is left without a number.
        """
        rows, notes = [], []
        months = self.months.copy()
        for row in self.coverage.itertuples():
            if row.known or not row.covered:
                continue
            told = f"{row.covered} of {row.days} days are billed"
            if row.coverage < least:
                notes.append(("warning", row.meter, str(row.year), f"{told}: too few to estimate the rest"))
                continue
            rows += self._missing(row.meter, row.year)
            here = (months["meter"] == row.meter) & (months["year"] == row.year)
            months.loc[here, "filled"] = months["days"] - months["covered"]
            notes.append(("warning", row.meter, str(row.year), f"{told}: the rest is estimated"))
        added = pd.DataFrame(rows, columns=list(COLUMNS))
        table = pd.concat([self.table, added], ignore_index=True) if rows else self.table
        told = pd.DataFrame(notes, columns=list(NOTES))
        all_notes = pd.concat([self.notes, told], ignore_index=True) if notes else self.notes
        return Use(table, months, all_notes, self.estate, self.weights)

    def _missing(self, meter: str, year: int) -> list[dict[str, object]]:
        months = self.months[(self.months["meter"] == meter) & (self.months["year"] == year)]
        mine = self.table[(self.table["meter"] == meter) & (self.table["year"] == year)]
        fuel = str(mine["fuel"].iloc[0])
        first, last = pd.Timestamp(year, 1, 1), pd.Timestamp(year, 12, 31)
        daily, method = self.weights.between(fuel, first, last)
        by_month = pd.Series(daily).groupby(pd.date_range(first, last).month).mean()
        per_day = months["month"].map(by_month).to_numpy(dtype="float64")
        covered = float((per_day * months["covered"]).sum())
        gap = per_day * (months["days"] - months["covered"]).to_numpy(dtype="float64")
        at = np.flatnonzero(gap)
        out: list[dict[str, object]] = []
        for building, part in mine.groupby("building", sort=False):
            amount = fsum(part["energy_mwh"]) * float(gap.sum()) / covered
            keys = part.iloc[0][["territory", "site", "use_class", "product"]].to_dict()
            for month, value in zip(months["month"].to_numpy()[at], shared(amount, gap[at]), strict=True):
                out.append(
                    {
                        **keys, "building": building, "meter": meter, "fuel": fuel, "bill": "",
                        "kind": "extrapolated", "year": year, "month": int(month), "energy_mwh": float(value),
                        "cost_eur": 0.0, "status": "E", "split": False,
                        "method": f"like the billed days: {method}",
                    }
                )  # fmt: skip
        return out

    def __repr__(self) -> str:
        energy = fsum(self.table["energy_mwh"])
        cover = self.coverage
        gaps = int((~cover["complete"]).sum())
        years = f"{self.years[0]}–{self.years[-1]}" if len(self.years) > 1 else str(self.years[0])
        told = f"{gaps} of {len(cover)} meter-years incomplete" if gaps else "all meter-years complete"
        return f"Use({cover['meter'].nunique()} meters, {years}: {energy:,.1f} MWh; {told})"

    def _repr_html_(self) -> str:
        shown = self.totals("use_class", "year").round(2)
        html: str = shown.to_html(index=False, border=0)
        return f"<p>{self!r}</p>{html}"


def _told(days: pd.DataFrame) -> pd.DataFrame:
    """Add what days with bills say of a sum: coverage, complete, known."""
    return days.assign(
        coverage=days["covered"] / days["days"],
        complete=days["covered"] == days["days"],
        known=days["covered"] + days["filled"] == days["days"],
    )


def metered(
    bills: Bills,
    *,
    degree_days: pd.Series | None = None,
    heating_shares: Mapping[str, float] | None = None,
) -> Use:
    """Put bills on the calendar: what each meter used in each month and year.

    A bill whose period crosses a month's end is shared out by days; with degree days, bills of fuels and
    district heat are shared out by them (``DayWeights`` has the formula); the method stands in every row.
    Measured bills replace estimated ones, recalculated bills replace both, day by day; adjustments (often
    negative) are added in proportion to what they correct. Days without bills stay gaps. A day that ends
    one bill and begins the next counts once. Money is not replaced: every invoice was paid; it is shared
    out by days.

    Parameters
    ----------
    bills : Bills
        Of any meters and years.
    degree_days : pd.Series, optional
        °C·day by day (DatetimeIndex) or by month (PeriodIndex, freq "M").
    heating_shares : Mapping[str, float], optional
        Share of space heating by fuel (0–1); default: that of the tertiary sector in
        ``end_use_shares.csv``.

    Returns
    -------
    Use
        Energy in MWh by meter and month, coverage, notes.

    Raises
    ------
    InputError
        Bills of one kind that overlap, adjustments without bills to correct or larger than these.

    Examples
    --------
    >>> from leb_kit.examples import cambridge
    >>> use = metered(cambridge())
    >>> use.years
    (2015, 2016)
    """
    weights = DayWeights.of(degree_days, heating_shares)
    faults: list[str] = []
    notes: list[tuple[str, str, str, str]] = []
    done: dict[str, Meter] = {}
    rows = bills.table.sort_values(["meter", "date_from", "date_to"], kind="stable")
    for name, mine in groupby(rows.itertuples(index=False), key=lambda row: str(row.meter)):
        meter = done[name] = Meter(name, list(mine), weights)
        meter.work()
        faults += meter.faults
        notes += [(severity, name, when, what) for severity, when, what in meter.notes]
    if faults:
        raise InputError("bills on the calendar", faults)
    months, gaps = _months(bills, done)
    notes += gaps + _assumptions(bills)
    table = _atoms(bills, done)
    told = pd.DataFrame(notes, columns=list(NOTES))
    return Use(table, months, told, bills.estate, weights)


def _atoms(bills: Bills, done: Mapping[str, Meter]) -> pd.DataFrame:
    """Return the atoms of all counted meters, shared out to the buildings they serve."""
    atoms = pd.DataFrame([atom for meter in done.values() for atom in meter.atoms])
    served = bills.estate.counted[["meter", "building", "share"]]
    keys = bills.estate.keys[["building", "site", "use_class", "territory"]]
    fuels = bills.table[["meter", "fuel", "product"]].drop_duplicates()
    single = served.groupby("meter")["building"].transform("size") == 1
    out = [atoms.merge(served[single].drop(columns="share"), on="meter")]
    for meter, parts in served[~single].groupby("meter", sort=False):
        mine = atoms[atoms["meter"] == meter]
        shares = parts["share"].to_numpy(dtype="float64")
        for column in ("energy_mwh", "cost_eur"):
            cut = [shared(value, shares) for value in mine[column]]
            mine = mine.assign(**{f"{column}_parts": cut})
        for at, building in enumerate(parts["building"]):
            amounts = {c: [p[at] for p in mine[f"{c}_parts"]] for c in ("energy_mwh", "cost_eur")}
            out.append(mine.assign(building=building, **amounts))
    table = pd.concat(out, ignore_index=True)
    table = table.merge(keys, on="building", validate="m:1").merge(fuels, on="meter", validate="m:1")
    return table[list(COLUMNS)]


def _months(bills: Bills, done: Mapping[str, Meter]) -> tuple[pd.DataFrame, list[tuple[str, str, str, str]]]:
    """Return days of supply and days with bills of every meter and month, and the gaps in words."""
    days = pd.date_range(f"{bills.years[0]}-01-01", f"{bills.years[-1]}-12-31")
    starts = np.flatnonzero(days.day == 1)
    calendar = {"year": days.year[starts], "month": days.month[starts]}
    meters = bills.estate.counted.drop_duplicates("meter")
    parts, notes = [], []
    for row in meters.itertuples():
        alive = np.ones(len(days), dtype=bool)
        if pd.notna(row.active_from):
            alive &= days >= row.active_from
        if pd.notna(row.active_to):
            alive &= days <= row.active_to
        covered = np.zeros(len(days), dtype=bool)
        estimated = covered.copy()
        if row.meter in done:
            meter = done[row.meter]
            start = (meter.first - days[0]).days
            span = slice(start, start + len(meter.speaker))
            covered[span] = meter.speaker >= 0
            estimated[span] = meter.status == "E"
        counts = {
            "days": np.add.reduceat(alive, starts, dtype="int64"),
            "covered": np.add.reduceat(covered & alive, starts, dtype="int64"),
            "estimated": np.add.reduceat(estimated & alive, starts, dtype="int64"),
        }
        parts.append(pd.DataFrame({"meter": row.meter, **calendar, **counts, "filled": 0}))
        notes += _gaps(str(row.meter), days, covered, alive)
    return pd.concat(parts, ignore_index=True), notes


def _gaps(
    meter: str, days: pd.DatetimeIndex, covered: np.ndarray, alive: np.ndarray
) -> list[tuple[str, str, str, str]]:
    if not covered.any():
        return [("warning", meter, "", "no bill at all: nothing is known of this meter")]
    missing = (alive & ~covered).astype(int)
    starts = np.flatnonzero(np.diff(missing, prepend=0) == 1)
    ends = np.flatnonzero(np.diff(missing, append=0) == -1)
    notes = [
        ("warning", meter, f"{days[a]:%Y-%m-%d} to {days[b]:%Y-%m-%d}", f"{b - a + 1} days without a bill")
        for a, b in zip(starts, ends, strict=True)
    ]
    if (covered & ~alive).any():
        at = days[covered & ~alive]
        when = f"{at[0]:%Y-%m-%d} to {at[-1]:%Y-%m-%d}"
        notes.append(
            ("warning", meter, when, "billed outside the days of the supply (active_from, active_to)")
        )
    return notes


def _assumptions(bills: Bills) -> list[tuple[str, str, str, str]]:
    told = bills.table[bills.table["method"].str.contains("no PCS|kg/l", regex=True)]
    return [
        ("info", str(meter), "", f"{len(rows)} bills: {method}")
        for (meter, method), rows in told.groupby(["meter", "method"], sort=True)
    ]
