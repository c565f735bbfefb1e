"""Energy of months and years: whole milliwatt-hours, so that every sum is exact in any order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.metering.gaps import Gaps, Span, filled
from leb_kit.metering.intervals import Events, Intervals, cut, energy_of, intervals_of
from leb_kit.metering.local_time import (
    MONTHS,
    ROME,
    Ints,
    moment_us,
    month_edges,
    utc_times,
    year_month,
    year_of,
)
from leb_kit.metering.samples import BIT, MeterSamples, Samples, iso, told_flags

#: Whole milliwatt-hours in a MWh.
MILLIWH_PER_MWH: Final = 10**9
#: Letters of quality, from the one that says least to the one that says most about a sum.
LETTERS: Final = ("M", "A", "R", "E", "B", "P")
#: Letters that a Balance knows for ours: a break is an estimate, what is missing has no row.
BALANCE_STATUS: Final = {"A": "A", "R": "R", "E": "E", "B": "E", "P": "P"}
SUMS: Final = (
    "measured_milliwh", "estimated_milliwh", "valid_us", "filled_us", "period_us", "intervals", "revised",
)  # fmt: skip
LEVELS: Final = ("meter", "year", "month")
EVENTS: Final = ("meter", "time_utc", "flags")
Life = Mapping[str, tuple[datetime | None, datetime | None]]


@dataclass(frozen=True, repr=False, eq=False)
class MeterMonths:
    """Energy of meters by local month; made by ``monthly``.

    Parameters
    ----------
    table : pd.DataFrame
        meter, year, month; measured_milliwh, estimated_milliwh (mWh, whole numbers); valid_us, filled_us,
        period_us (microseconds with a value, filled by a rule, of the month while the meter lives);
        intervals, revised (counts); status (letter); bits (flags). A month without any value has status M and
        zero energy, which means: not known.
    events : pd.DataFrame
        meter, time_utc, flags: values that gave no energy, and why.
    origin : Mapping[str, Any]
        Where it comes from: meters, rows, span, ingest ids, SHA-256 of the samples.

    Notes
    -----
    Letters: A measured, R revised, E estimated in part, B the register began anew, P the month is not over or
    values are provisional, M missing.
    """

    table: pd.DataFrame
    events: pd.DataFrame
    origin: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Local years, in order."""
        return tuple(sorted(int(year) for year in self.table["year"].unique()))

    def totals(self, *by: str) -> pd.DataFrame:
        """Sum by any keys; whole numbers, so the sum of months is the year and that of meters the stream.

        Parameters
        ----------
        *by : str
            Of meter, year, month, and other columns that the table has. Default: meter and year.

        Returns
        -------
        pd.DataFrame
            The keys, energy_mwh (MWh), the whole numbers behind it, coverage (time with a value over the
            period, 0–1), known (with what a rule filled, 0–1), estimated_share (0–1), status, flags.

        Raises
        ------
        InputError
            An unknown key.
        """
        keys = list(by or ("meter", "year"))
        known = [*LEVELS, *(name for name in self.table if self.table[name].dtype == object)]
        faults = [
            say("'{key}' is no key; known are {known}.{hint}", key=key, known=", ".join(LEVELS),
                hint=did_you_mean(key, known))
            for key in keys
            if key not in self.table
        ]  # fmt: skip
        if faults:
            raise InputError(say("totals"), faults)
        rank = self.table["status"].map({letter: at for at, letter in enumerate(LETTERS)})
        groups = self.table.assign(rank=rank).groupby(keys, sort=True, observed=True)
        out = groups[list(SUMS)].sum()
        out["status"] = groups["rank"].max().map(dict(enumerate(LETTERS)))
        bits = groups["bits"].agg(lambda column: int(np.bitwise_or.reduce(column.to_numpy())))
        out["flags"] = bits.map(told_flags)
        return _shares(out.reset_index())

    def __repr__(self) -> str:
        energy = self.table[["measured_milliwh", "estimated_milliwh"]].to_numpy().sum() / MILLIWH_PER_MWH
        meters = self.table["meter"].nunique()
        years = "–".join(str(year) for year in sorted({self.years[0], self.years[-1]})) if self.years else "–"
        period = int(self.table["period_us"].sum())
        cover = int(self.table["valid_us"].sum()) / period if period else 0.0
        return f"MeterMonths({meters} meters, {years}: {energy:,.1f} MWh, coverage {100 * cover:.1f} %)"

    def _repr_html_(self) -> str:
        names = ["meter", "year", "energy_mwh", "coverage", "estimated_share", "status", "flags"]
        html: str = self.totals()[names].head(12).round(3).to_html(index=False, border=0)
        return f"<p>{self!r}</p>{html}"


def _shares(sums: pd.DataFrame) -> pd.DataFrame:
    """Add MWh and shares to sums of whole numbers."""
    energy = sums["measured_milliwh"] + sums["estimated_milliwh"]
    period = sums["period_us"].where(sums["period_us"] > 0)
    return sums.assign(
        energy_mwh=energy / MILLIWH_PER_MWH,
        coverage=(sums["valid_us"] / period).fillna(0.0),
        known=((sums["valid_us"] + sums["filled_us"]) / period).fillna(0.0),
        estimated_share=(sums["estimated_milliwh"] / energy.where(energy != 0)).fillna(0.0),
    )


def monthly(
    samples: Samples,
    *,
    years: Sequence[int] = (),
    as_of: datetime | None = None,
    gaps: Gaps | None = None,
    meters: Sequence[str] = (),
    life: Life | None = None,
    closed: str = "",
    zone: str = ROME,
) -> MeterMonths:
    """Sum the energy of meters by local month.

    Parameters
    ----------
    samples : Samples
        Of one component.
    years : Sequence[int]
        Local years, each with all its months; default: those that the samples touch.
    as_of : datetime, optional
        The moment of the account: later values are of the future, months that are not over are provisional.
    gaps : Gaps, optional
        What to do about time without a value; default: leave it missing.
    meters : Sequence[str]
        Meters that must be there; one without a sample has months of status M.
    life : Mapping[str, tuple], optional
        From when (included) until when (excluded) a meter counts, times with a zone.
    closed : str
        Last closed month (``2025-06``): provisional values do not enter it or those before.
    zone : str
        Where months begin and end.

    Returns
    -------
    MeterMonths
        Every meter and month of its life.

    Raises
    ------
    InputError
        No year is given and there is no sample; gas without a calorific value in some month.

    Examples
    --------
    >>> from leb_kit.metering.component import Component
    >>> times = pd.date_range("2025-01-01", "2026-01-01", freq="h", tz="Europe/Rome", inclusive="left")
    >>> frame = pd.DataFrame({"meter": "L1", "time": times, "value": 2.0})
    >>> samples = Samples.from_table(frame, Component("interval_energy", "kWh", interval=3600, label="start"))
    >>> monthly(samples).totals("meter", "year")[["energy_mwh", "coverage", "status"]].to_numpy().tolist()
    [[17.52, 1.0, 'A']]
    """
    first, last = _years(samples, years, zone)
    edges = month_edges(first, last, zone=zone)
    until = None if as_of is None else moment_us(as_of, "as_of")
    account = _Account(
        edges, zone, gaps or Gaps(), life or {}, until, _closed_until(closed, zone), (first, last)
    )
    rows, events = [], []
    there = set(samples.meters)
    for one in (*samples, *_silent(set(meters) - there)):
        table, found = account.of(one, samples)
        rows.append(table)
        if len(found.time_us):
            told = [told_flags(int(bits)) for bits in found.bits]
            events.append(
                pd.DataFrame({"meter": one.meter, "time_utc": utc_times(found.time_us), "flags": told})
            )
    nothing = pd.DataFrame(columns=[*LEVELS, *SUMS, "status", "bits"])
    table = pd.concat(rows, ignore_index=True) if rows else nothing
    if years:
        table = table[table["year"].isin(list(years))].reset_index(drop=True)
    left = pd.concat(events, ignore_index=True) if events else pd.DataFrame(columns=list(EVENTS))
    return MeterMonths(table, left, _origin(samples))


@dataclass(frozen=True)
class _Account:
    """What all meters of one account share."""

    edges: Ints
    zone: str
    gaps: Gaps
    life: Life
    as_of_us: int | None
    closed_us: int
    years: tuple[int, int]

    def of(self, one: MeterSamples, samples: Samples) -> tuple[pd.DataFrame, Events]:
        """Return the months of one meter, and the samples that gave no energy."""
        component = samples.component
        found, left = intervals_of(
            one, component, as_of_us=self.as_of_us, bridge=self.gaps.policy == "register", zone=self.zone
        )
        begin, end = self._life(one.meter)
        found = self._allowed(found, one.meter)
        pieces = cut(found, self.edges)
        energy = energy_of(pieces, component, self.edges, self.zone)
        months = len(self.edges) - 1
        guessed = (pieces.bits & BIT["ESTIMATED"]) != 0
        sums = {
            "measured_milliwh": _summed(pieces.month[~guessed], energy[~guessed], months),
            "estimated_milliwh": _summed(pieces.month[guessed], energy[guessed], months),
            "valid_us": _summed(pieces.month, pieces.end - pieces.start, months),
        }
        over = np.ones(months, dtype=bool) if self.as_of_us is None else self.edges[1:] <= self.as_of_us
        span = Span(one.meter, self.edges, begin, end, over, self.zone)
        known = sums["measured_milliwh"] + sums["estimated_milliwh"]
        extra, filled_us = filled(self.gaps, span, pieces, energy, known, sums["valid_us"])
        sums["estimated_milliwh"] = sums["estimated_milliwh"] + extra
        bits = self._bits(pieces.month, pieces.bits, left, months)
        bits |= np.where(filled_us > 0, np.uint16(BIT["GAP_FILLED"]), np.uint16(0))
        revised = (pieces.bits & BIT["REVISED"]) != 0
        sums |= {
            "filled_us": filled_us,
            "period_us": end - begin,
            "intervals": np.bincount(pieces.month, minlength=months),
            "revised": np.bincount(pieces.month[revised], minlength=months),
        }
        table = self._table(one.meter, sums, bits, over)
        return table[table["period_us"] > 0], left

    def _lived(self, meter: str) -> tuple[int, int]:
        """Return when the meter begins and ends to count, microseconds."""
        start, stop = self.life.get(meter, (None, None))
        return (
            int(self.edges[0]) if start is None else moment_us(start, "life"),
            int(self.edges[-1]) if stop is None else moment_us(stop, "life"),
        )

    def _life(self, meter: str) -> tuple[Ints, Ints]:
        """Return begin and end of every month while the meter lives."""
        first, last = self._lived(meter)
        begin, end = np.maximum(self.edges[:-1], first), np.minimum(self.edges[1:], last)
        inside = begin < end
        return np.where(inside, begin, self.edges[:-1]), np.where(inside, end, self.edges[:-1])

    def _allowed(self, found: Intervals, meter: str) -> Intervals:
        """Leave out what lies outside the meter's life, and provisional values of closed months."""
        keep = np.ones(len(found.start), dtype=bool)
        if meter in self.life:
            first, last = self._lived(meter)
            keep &= (found.start >= first) & (found.end <= last)
        if self.closed_us:
            keep &= ((found.bits & BIT["PROVISIONAL"]) == 0) | (found.start >= self.closed_us)
        return found if keep.all() else found.where(keep)

    def _bits(self, month: Ints, bits: np.ndarray, left: Events, months: int) -> np.ndarray:
        out = np.zeros(months, dtype=np.uint16)
        if bits.any():
            np.bitwise_or.at(out, month, bits)
        if len(left.time_us):
            at = np.searchsorted(self.edges, left.time_us, side="right") - 1
            inside = (at >= 0) & (at < months)
            np.bitwise_or.at(out, at[inside], left.bits[inside])
        return out

    def _table(self, meter: str, sums: dict[str, Ints], bits: np.ndarray, over: np.ndarray) -> pd.DataFrame:
        known = (sums["valid_us"] > 0) | (sums["filled_us"] > 0)
        provisional = ~over | ((bits & BIT["PROVISIONAL"]) != 0)
        letters = np.select(
            [
                ~known,
                provisional,
                (bits & BIT["RESET"]) != 0,
                (sums["estimated_milliwh"] != 0) | (sums["filled_us"] > 0),
                sums["revised"] > 0,
            ],
            ["M", "P", "B", "E", "R"],
            "A",
        )
        count = len(bits)
        return pd.DataFrame(
            {
                "meter": meter,
                "year": np.arange(count) // MONTHS + self.years[0],
                "month": np.arange(count) % MONTHS + 1,
                **sums,
                "status": letters,
                "bits": bits,
            }
        )


def _summed(month: Ints, amount: Ints, months: int) -> Ints:
    out = np.zeros(months, dtype=np.int64)
    np.add.at(out, month, amount)
    return out


def _silent(meters: set[str]) -> Iterator[MeterSamples]:
    """Give meters that must be there and told nothing."""
    nothing = np.zeros(0, dtype=np.int64)
    for meter in sorted(meters):
        yield MeterSamples(meter, nothing, nothing, nothing.astype(np.uint16), 0)


def _years(samples: Samples, years: Sequence[int], zone: str) -> tuple[int, int]:
    if years:
        return min(years), max(years)
    span = samples.span_us
    if span is None:
        raise InputError(say("months"), [say("there is no reading; give years=…, or readings")])
    # A value named by its end belongs to the slot before: the first moment of a year is of the last.
    early, late = span[0] + 1, span[1] - (samples.component.label == "end")
    first, last = year_of(early, zone), year_of(max(early, late), zone)
    return first, last


def _closed_until(closed: str, zone: str) -> int:
    """Return where the last closed month ends; zero where none is closed."""
    if not closed:
        return 0
    year, month = year_month(closed)
    return int(month_edges(year, year, zone=zone)[month])


def _origin(samples: Samples) -> dict[str, Any]:
    span = [iso(time) for time in samples.span_us or ()]
    return {"meters": len(samples.meters), "rows": len(samples.time_us), "span": span, **samples.about}
