"""Weights of days: how a billing period is shared out to calendar months, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from leb_kit.errors import InputError
from leb_kit.reference import catalog
from leb_kit.tertiary.quantities import ELECTRICITY, products

Days = npt.NDArray[np.float64]
#: Sums of numbers on this grid are exact in any order, up to 67 million MWh (2**53 / 2**27); a step
#: is 7.5 mWh.
GRID: Final = 2.0**-27
TERTIARY: Final = "FC_OTH_CP_E"
METHODS: Final = ("days", "degree_days")


def on_grid(value: float) -> float:
    """Return the nearest number whose sums are exact.

    Examples
    --------
    >>> parts = [on_grid(x) for x in (0.1, 0.2, 0.3)]
    >>> sum(parts) == sum(reversed(parts))
    True
    """
    return round(value / GRID) * GRID


def shared(value: float, weights: Days) -> Days:
    """Share a value out by weights, so that the parts sum to it exactly (on the grid).

    The rounded running total is cut into parts, so no part is off by more than one step.

    Examples
    --------
    >>> parts = shared(10.0, np.array([1.0, 1.0, 1.0]))
    >>> bool(parts.sum() == 10.0)
    True
    """
    if not len(weights):
        return np.zeros(0)
    total = weights.sum()
    running = np.cumsum(weights) / total
    running[-1] = 1.0
    steps = np.rint(running * (value / GRID))
    steps[1:] -= steps[:-1].copy()
    parts: Days = steps * GRID
    return parts


@dataclass(frozen=True)
class DayWeights:
    """How much of a period's energy each of its days takes.

    ``days``: every day the same. ``degree_days``: for fuels and district heat ::

        w_d = (1 − h) / N + h × HDD_d / Σ HDD

    h (0–1) the share of space heating, N the days of the period, HDD_d (°C·day) the degree days of a
    day. Electricity is always shared by days; so is a period without a degree day.
    """

    method: str = "days"
    degree_days: pd.Series | None = None
    shares: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(
        cls, degree_days: pd.Series | None, heating_shares: Mapping[str, float] | None = None
    ) -> DayWeights:
        """Make weights: by days, or by degree days where those are given.

        Raises
        ------
        InputError
            Degree days that are no series by day or month, or shares outside 0–1.
        """
        faults = [
            f"heating share of '{fuel}' is {share}; expected a fuel of bill_fuels.csv and a share 0–1"
            for fuel, share in (heating_shares or {}).items()
            if fuel not in products() or not 0 <= share <= 1
        ]
        if faults:
            raise InputError("degree days", faults)
        if degree_days is None:
            return cls(shares=dict(heating_shares or {}))
        return cls("degree_days", _daily(degree_days), dict(heating_shares or {}))

    def heating_share(self, fuel: str) -> float:
        """Return h of a fuel: given, else of the tertiary sector (``end_use_shares.csv``)."""
        return self.shares.get(fuel, _usual_shares().get(products()[fuel], 0.0))

    def between(self, fuel: str, first: pd.Timestamp, last: pd.Timestamp) -> tuple[Days, str]:
        """Return the weight of each day of a period (they sum to 1) and the method used."""
        count = (last - first).days + 1
        even = np.full(count, 1 / count)
        if self.degree_days is None or products()[fuel] == ELECTRICITY:
            return even, "days"
        cold = self.degree_days.reindex(pd.date_range(first, last)).to_numpy(dtype="float64")
        if np.isnan(cold).any():
            return even, "days (no degree days given)"
        if cold.sum() <= 0:
            return even, "days (no degree day in the period)"
        share = self.heating_share(fuel)
        return (1 - share) * even + share * cold / cold.sum(), f"degree days (heating share {share:g})"


def _daily(given: pd.Series) -> pd.Series:
    """Return degree days by day; those of a month are spread evenly over its days."""
    index = given.index
    faults = []
    if isinstance(index, pd.PeriodIndex) and index.freqstr == "M":
        days = [(period.start_time + pd.Timedelta(days=d), value / period.days_in_month)
                for period, value in given.items() for d in range(period.days_in_month)]  # fmt: skip
        out = pd.Series(dict(days), dtype="float64")
    elif isinstance(index, pd.DatetimeIndex):
        out = given.set_axis(index.normalize()).astype("float64")
    else:
        faults.append(
            f"found an index of {type(index).__name__}; a series by day (DatetimeIndex) or by month"
            " (PeriodIndex with freq 'M') is expected"
        )
        out = pd.Series(dtype="float64")
    faults += [f"{day:%Y-%m-%d} has {value}; at least 0 is expected" for day, value in out[out < 0].items()]
    faults += [f"{day:%Y-%m-%d} is given twice" for day in out.index[out.index.duplicated()]]
    if faults:
        raise InputError("degree days", faults)
    return out


@cache
def _usual_shares() -> dict[str, float]:
    table = catalog.table("end_use_shares")
    rows = table[(table["sector"] == TERTIARY) & (table["end_use"] == "space_heating")]
    return {str(k): float(v) for k, v in rows.groupby("product")["share"].sum().items()}
