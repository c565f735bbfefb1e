"""One meter: which bill speaks for which day, what is replaced, what is missing, what falls in a month."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from leb_kit.tertiary.bills import KINDS
from leb_kit.tertiary.days import Days, DayWeights, shared

DAY: Final = pd.Timedelta(days=1)
ADJUSTMENT: Final = "adjustment"
STATUS: Final = {"measured": "A", "estimated": "E", "recalculated": "A", ADJUSTMENT: "R"}
#: Energy that rounding may leave below zero, MWh.
ROUNDING_MWH: Final = 1e-6
MONTHS: Final = 12

#: A row of the table of bills, as ``itertuples`` gives it.
Bill = Any


@dataclass
class Meter:
    """Bills of one meter, worked through in order; ``atoms``, ``notes`` and ``faults`` are what comes out.

    An atom is what one bill gives to one month. Energy is replaced, money is not: every invoice was paid.
    """

    name: str
    rows: list[Bill]
    weights: DayWeights
    atoms: list[dict[str, Any]] = field(default_factory=list)
    notes: list[tuple[str, str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Lay out the days from the first to the last one billed; the rows come in the order of dates."""
        self.first: pd.Timestamp = min(row.date_from for row in self.rows)
        self.last: pd.Timestamp = max(row.date_to for row in self.rows)
        self.rows = self._shared_days_once(self.rows)
        days = pd.date_range(self.first, self.last)
        self.month: npt.NDArray[np.int64] = (days.year * MONTHS + days.month - 1).to_numpy()
        self.speaker: npt.NDArray[np.int64] = np.full(len(days), -1)
        self.energy: Days = np.zeros(len(days))
        self.status = np.full(len(days), "", dtype=object)

    def work(self) -> None:
        """Say for each day who speaks for it, then share out energy and money to months."""
        plain = [at for at, row in enumerate(self.rows) if row.kind != ADJUSTMENT]
        for at in sorted(plain, key=lambda at: KINDS.index(self.rows[at].kind)):
            self._take_days(at)
        for at in plain:
            self._spread(at)
        corrections = [row for row in self.rows if row.kind == ADJUSTMENT]
        base = self.energy.copy()
        for row in corrections:
            self._adjust(row, base)
        for row in corrections:
            self._nothing_below_zero(row)
        for row in self.rows:
            if pd.notna(row.cost_eur) and row.cost_eur:
                even = np.ones((row.date_to - row.date_from).days + 1)
                self._atoms(row, row.cost_eur, even, "days", "A", what="cost_eur")

    def _span(self, row: Bill) -> slice:
        return slice((row.date_from - self.first).days, (row.date_to - self.first).days + 1)

    def _shared_days_once(self, rows: list[Bill]) -> list[Bill]:
        """The day of a reading ends one bill and begins the next: it counts once, with the earlier."""
        out = list(rows)
        plain = [at for at, row in enumerate(rows) if row.kind != ADJUSTMENT]
        for before, after in pairwise(plain):
            first, second = out[before], out[after]
            if second.date_from == first.date_to and second.date_to > second.date_from:
                out[after] = second._replace(date_from=second.date_from + DAY)
                day = f"{first.date_to:%Y-%m-%d}"
                words = f"{day} ends bill {first.bill} and begins bill {second.bill}: counted once"
                self.notes.append(("info", day, words))
        return out

    def _take_days(self, at: int) -> None:
        """Give the days of a bill to it; it may replace a weaker kind, never one of its own."""
        row = self.rows[at]
        span = self._span(row)
        held = self.speaker[span]
        for other in np.unique(held[held >= 0]):
            weaker = self.rows[other]
            days = int((held == other).sum())
            if weaker.kind == row.kind:
                self.faults.append(
                    f"{self.name}: bills {weaker.bill} and {row.bill} ({row.kind}) overlap by {days} days"
                    f" ({_dates(weaker)} and {_dates(row)}); correct a date, delete one,"
                    " or write 'recalculated' for the one that replaces the other"
                )
                continue
            words = (
                f"{weaker.kind} bill {weaker.bill} ({_dates(weaker)}): {days} days replaced by"
                f" {row.kind} bill {row.bill}"
            )
            self.notes.append(("info", _dates(weaker), words))
        self.speaker[span] = at

    def _spread(self, at: int) -> None:
        """Give the energy of the days that a bill speaks for to their months."""
        row = self.rows[at]
        span = self._span(row)
        spoken = self.speaker[span] == at
        if not spoken.any():
            return
        weight, method = self.weights.between(row.fuel, row.date_from, row.date_to)
        mine = weight * spoken
        amount = row.energy_mwh if spoken.all() else row.energy_mwh * float(mine.sum())
        self.energy[span] += mine * row.energy_mwh
        self.status[span][spoken] = STATUS[row.kind]
        self._atoms(row, amount, mine, method, STATUS[row.kind])

    def _adjust(self, row: Bill, base: Days) -> None:
        """Add a difference in proportion to what it corrects; estimated days become revised ones."""
        span = self._span(row)
        inside = base[span]
        billed = float(inside.sum())
        if billed <= 0:
            if row.energy_mwh:
                self.faults.append(
                    f"{self.name}: adjustment {row.bill} ({_dates(row)}, {row.quantity:g} {row.unit}) has no"
                    " bill to correct in its period; add the bills it corrects, or write 'recalculated' if"
                    " it is the whole use of its period"
                )
            return
        unbilled = int((self.speaker[span] < 0).sum())
        if unbilled:
            words = f"adjustment {row.bill} covers {unbilled} days without a bill: they stay a gap"
            self.notes.append(("warning", _dates(row), words))
        self.energy[span] += row.energy_mwh * inside / billed
        corrected = self.status[span]
        corrected[corrected == "E"] = "R"
        for atom in self.atoms:
            within = span.start <= atom["start"] and atom["end"] < span.stop
            if atom["status"] == "E" and within:
                atom["status"] = "R"
        self._atoms(row, row.energy_mwh, inside, "in proportion to what it corrects", "R")

    def _nothing_below_zero(self, row: Bill) -> None:
        left = float(self.energy[self._span(row)].sum())
        if left < -ROUNDING_MWH:
            self.faults.append(
                f"{self.name}: adjustment {row.bill} ({_dates(row)}, {row.quantity:g} {row.unit}) takes"
                f" {-left:,.3f} MWh more than was billed in its period; add the bills it corrects,"
                " or correct its sign, period or unit"
            )

    def _atoms(
        self,
        row: Bill,
        amount: float,
        weights: Days,
        method: str,
        status: str,
        *,
        what: str = "energy_mwh",
    ) -> None:
        """Write one atom for each month whose days have weight; they sum to the amount exactly."""
        span = self._span(row)
        at = np.flatnonzero(weights)
        if not len(at):
            return
        month = self.month[span][at]
        starts = np.flatnonzero(np.append(True, month[1:] != month[:-1]))
        ends = np.append(starts[1:], len(at)) - 1
        crosses = bool(month[0] // MONTHS != month[-1] // MONTHS)
        parts = shared(amount, np.add.reduceat(weights[at], starts))
        for part, start, end in zip(parts, starts, ends, strict=True):
            atom = {
                "bill": row.bill,
                "meter": self.name,
                "kind": row.kind,
                "year": int(month[start]) // MONTHS,
                "month": int(month[start]) % MONTHS + 1,
                "energy_mwh": 0.0,
                "cost_eur": 0.0,
                "status": status,
                "method": method,
                "split": crosses,
                "start": span.start + int(at[start]),
                "end": span.start + int(at[end]),
            }
            self.atoms.append(atom | {what: float(part)})


def _dates(row: Bill) -> str:
    return f"{row.date_from:%Y-%m-%d} to {row.date_to:%Y-%m-%d}"
