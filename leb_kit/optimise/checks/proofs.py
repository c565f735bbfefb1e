"""Targets that no plan can keep, proved with sums of the year: each alone, then together.

A proof holds for every plan (``yearly`` says why); that none is found proves nothing. Amounts are the
nearest that sums of the year allow; a plan of hours may come less near.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leb_kit.errors import say
from leb_kit.optimise.checks.faults import listed
from leb_kit.optimise.checks.yearly import Sums, sums_of

if TYPE_CHECKING:
    from leb_kit.optimise.question.problem import MixProblem

#: A lack below this, relative, is the arithmetic of floats.
CLEAR = 10**-6


@dataclass(frozen=True)
class OutOfReach:
    """A limit whose value no sum of a year reaches; ``best`` is the nearest."""

    limit: str
    asked: float
    best: float
    sense: str
    unit: str
    share: float

    def text(self) -> str:
        """Return the sentence."""
        if np.isfinite(self.share):
            return say(
                "limits: '{name}', column share: {share:g} is out of reach: {short:.4g} MWh are missing"
                " at best, in sums of the year",
                name=self.limit,
                share=self.share,
                short=abs(self.asked - self.best),
            )
        word = say("at most") if self.sense == "at_least" else say("at least")
        return say(
            "limits: '{name}', column value: {asked:g}{unit} is out of reach: {word} {best:.6g},"
            " in sums of the year",
            name=self.limit,
            asked=self.asked,
            unit=f" {self.unit}" if self.unit else "",
            word=word,
            best=self.best,
        )


@dataclass(frozen=True)
class Together:
    """Limits that can be kept one by one and not all at once; without any one of them the proof fails."""

    limits: tuple[str, ...]

    def text(self) -> str:
        """Return the sentence."""
        return say(
            "limits: {names}, column value: cannot hold together, in sums of the year",
            names=", ".join(f"'{name}'" for name in self.limits),
        )


@dataclass(frozen=True)
class Short:
    """A bus whose demand of the year is more than all that can come; MWh/year."""

    bus: str
    missing_mwh: float
    demands: tuple[str, ...]

    def text(self) -> str:
        """Return the sentence."""
        return say(
            "demands: {names}, column annual_mwh: {missing:.4g} MWh a year cannot be served at bus '{bus}';"
            " more capacity_max_mw or annual_max_mwh of processes is needed",
            names=listed(f"'{name}'" for name in self.demands),
            missing=self.missing_mwh,
            bus=self.bus,
        )


def proofs(problem: MixProblem) -> list[OutOfReach | Together | Short]:
    """Return what sums of the year prove impossible."""
    sums = sums_of(problem)
    short = _short(problem, sums)
    if short:
        return list(short)
    limits = _Limits.of(problem, sums)
    alone = [limits.alone(place) for place in range(len(limits.names))]
    out = [found for found in alone if found is not None]
    kept = [place for place, found in enumerate(alone) if found is None]
    clash = limits.clash(kept)
    return [*out, Together(tuple(limits.names[place] for place in clash))] if clash else list(out)


def _short(problem: MixProblem, sums: Sums) -> list[Short]:
    """Return the least that is missing where not even the balances of the year close."""
    demands = problem.demands[problem.demands["annual_mwh"] > 0]
    width = sums.balance.shape[1]
    extra = np.eye(len(sums.buses))
    cost = np.append(np.zeros(width), np.ones(len(sums.buses)))
    answer = sums.solve(cost, extra=extra)
    if answer.status != 0:
        return []  # more must be given than anybody takes: the explanation of the plan tells it
    return [
        Short(bus, float(missing) * sums.scale, tuple(demands.loc[demands["bus"] == bus, "demand"]))
        for bus, missing in zip(sums.buses, answer.x[width:], strict=True)
        if missing > CLEAR
    ]


@dataclass(frozen=True, eq=False)
class _Limits:
    """Limits as rows ``row·x ≤ side``, in the measure of the sums."""

    sums: Sums
    names: list[str]
    rows: np.ndarray
    sides: np.ndarray
    constants: np.ndarray
    told: pd.DataFrame

    @classmethod
    def of(cls, problem: MixProblem, sums: Sums) -> _Limits:
        """Read the limits whose coefficients are the same in every hour."""
        # Those with a price may be missed: nothing forbids them.
        limits = problem.limits[~problem.limits["limit"].isin(problem.missed_price)]
        if "profile" in limits:
            varying = limits.loc[limits["profile"] != "", "limit"]
            limits = limits[~limits["limit"].isin(varying)]
        told = problem.limit_rows()
        told = told[told["limit"].isin(limits["limit"])].reset_index(drop=True)
        width = sums.balance.shape[1]
        rows, sides, constants = np.zeros((len(told), width)), np.zeros(len(told)), np.zeros(len(told))
        for place, row in enumerate(told.itertuples()):
            part = limits[limits["limit"] == row.limit]
            for process, amount in zip(part["process"], part["coefficient"].astype(float), strict=True):
                if process:
                    rows[place, sums.column[str(process)]] += amount
                else:
                    constants[place] += amount
            sign = -1.0 if row.sense == "at_least" else 1.0
            rows[place] *= sign
            sides[place] = sign * (float(row.value) - constants[place]) / sums.scale
        return cls(sums, [str(name) for name in told["limit"]], rows, sides, constants, told)

    def alone(self, place: int) -> OutOfReach | None:
        """Return what is out of reach of one limit, or nothing."""
        row, side = self.rows[place], self.sides[place]
        answer = self.sums.solve(row)
        if answer.status != 0 or answer.fun <= side + self._clear(place):
            return None
        told = self.told.iloc[place]
        sign = -1.0 if told["sense"] == "at_least" else 1.0
        best = sign * float(answer.fun) * self.sums.scale + self.constants[place]
        return OutOfReach(
            self.names[place],
            float(told["value"]),
            best,
            str(told["sense"]),
            str(told["unit"]),
            float(told["share"]),
        )

    def _clear(self, place: int) -> float:
        size = max(abs(self.sides[place]), float(np.abs(self.rows[place]).max(initial=0.0)))
        return float(CLEAR * size)

    def clash(self, places: list[int]) -> list[int]:
        """Return a smallest set of limits that the sums forbid, found by leaving out one after the other."""
        if not self._forbidden(places):
            return []
        for place in list(places):
            rest = [other for other in places if other != place]
            if self._forbidden(rest):
                places = rest
        return places

    def _forbidden(self, places: list[int]) -> bool:
        """Tell whether the least that limits must give way, relative to their size, is not nothing."""
        if len(places) <= 1:
            return False
        size = np.array([self._clear(place) / CLEAR or 1.0 for place in places])
        give = np.zeros((len(places), self.sums.balance.shape[1] + len(places)))
        give[:, : self.rows.shape[1]] = self.rows[places]
        give[:, self.rows.shape[1] :] = -np.diag(size)
        cost = np.append(np.zeros(self.rows.shape[1]), np.ones(len(places)))
        nothing = np.zeros((len(self.sums.balance), len(places)))
        answer = self.sums.solve(cost, rows=give, at_most=self.sides[places], extra=nothing)
        return answer.status == 0 and float(answer.fun) > CLEAR
