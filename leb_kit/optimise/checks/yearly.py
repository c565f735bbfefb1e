"""What sums of the year alone prove: a plan that they forbid no hour can save.

Each hour's balance holds, so its sum over the year does. With annual[p] as the only unknown (MWh/year)

    sum_p coefficient[p,b] × annual[p] − sum_s lost[s] = demand[b]        for each bus b
    smallest[p] ≤ annual[p] ≤ min(most[p], largest capacity[p] × full-load hours[p])

is a relaxation of the whole problem, small enough to be asked in milliseconds. lost (MWh/year) at the bus
of each store; smallest is 0 unless the process must run. A coefficient with a profile lies between its
extremes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from leb_kit.optimise.checks.faults import Tables
from leb_kit.optimise.checks.number_faults import full_load_hours, numbers

if TYPE_CHECKING:
    from leb_kit.optimise.question.problem import MixProblem

Extremes = Callable[[str], tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Sums:
    """The relaxation: columns are processes, stores, then what flows with a profile give.

    Energy is in units of ``scale`` MWh, so that all numbers are near one.
    """

    column: dict[str, int]
    buses: list[str]
    balance: np.ndarray
    demand: np.ndarray
    between: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    scale: float

    def solve(
        self,
        cost: np.ndarray,
        *,
        rows: np.ndarray | None = None,
        at_most: np.ndarray | None = None,
        extra: np.ndarray | None = None,
        extra_upper: np.ndarray | None = None,
    ) -> Any:
        """Minimise a cost under the sums, further rows ``rows·x ≤ at_most`` and extra columns."""
        count = 0 if extra is None else extra.shape[1]
        balance = self.balance if extra is None else np.hstack([self.balance, extra])
        width = balance.shape[1]
        between = np.hstack([self.between, np.zeros((len(self.between), count))])
        upper_rows = between if rows is None else np.vstack([between, _wide(rows, width)])
        limits = np.zeros(len(between)) if at_most is None else np.append(np.zeros(len(between)), at_most)
        most = np.append(self.upper, np.full(count, np.inf) if extra_upper is None else extra_upper)
        low = np.append(self.lower, np.zeros(count))
        return linprog(
            _wide(cost[None, :], width)[0],
            A_ub=upper_rows if len(upper_rows) else None,
            b_ub=limits if len(upper_rows) else None,
            A_eq=balance if len(balance) else None,
            b_eq=self.demand if len(balance) else None,
            bounds=np.column_stack([low, most]),
            method="highs",
        )


def _wide(rows: np.ndarray, width: int) -> np.ndarray:
    return np.hstack([rows, np.zeros((len(rows), width - rows.shape[1]))])


def sums_of(problem: MixProblem) -> Sums:
    """Return the sums of a problem."""
    tables = {
        name: getattr(problem, name)
        for name in ("buses", "processes", "flows", "storages", "demands", "limits")
    }
    weight = problem.time.weight_h

    def hours(name: str) -> float:
        return float(weight @ problem.profile(name))

    def extremes(name: str) -> tuple[float, float]:
        shape = problem.profile(name)
        return float(shape.min(initial=np.inf)), float(shape.max(initial=0.0))

    return _sums(tables, hours, extremes)


def served(tables: Tables, profiles: pd.DataFrame, buses: Sequence[str]) -> dict[str, float]:
    """Return the most that can be given to users at each of some buses in a year, MWh."""

    def extremes(name: str) -> tuple[float, float]:
        if name not in profiles:
            return 1.0, 1.0
        shape = numbers(profiles[name])
        return float(shape.min()), float(shape.max())

    sums = _sums(tables, lambda name: full_load_hours(profiles, name), extremes)
    # Each demand may be met in part: what is not given is a column of its own.
    missing = np.eye(len(sums.buses))
    given = {}
    for bus in buses:
        place = sums.buses.index(bus)
        cost = np.zeros(sums.balance.shape[1] + len(sums.buses))
        cost[sums.balance.shape[1] + place] = 1.0
        answer = sums.solve(cost, extra=missing, extra_upper=np.maximum(sums.demand, 0.0))
        # Where not even that has an answer, something else is wrong, and is told.
        short = float(answer.fun) if answer.status == 0 else 0.0
        given[bus] = max(float(sums.demand[place]) - short, 0.0) * sums.scale
    return given


def _sums(tables: Tables, hours: Callable[[str], float], extremes: Extremes) -> Sums:
    rows, storages, flows = tables["processes"], tables["storages"], tables["flows"]
    buses = [str(bus) for bus in tables["buses"]["bus"]]
    place = {bus: number for number, bus in enumerate(buses)}
    names = [*map(str, rows["process"]), *map(str, storages["storage"])]
    column = {name: number for number, name in enumerate(names)}
    touched = set(flows["bus"]) | set(storages["bus"])
    demand = np.zeros(len(buses))
    for row in tables["demands"].itertuples():
        demand[place[str(row.bus)]] += float(row.annual_mwh)
    scale = max(float(demand.max(initial=0.0)), 1.0)
    lower, upper = _bounds(rows, hours)
    varying = flows[flows["profile"] != ""] if "profile" in flows else flows.iloc[:0]
    width = len(names) + len(varying)
    balance, between = np.zeros((len(buses), width)), np.zeros((2 * len(varying), width))
    for row in flows[~flows.index.isin(varying.index)].itertuples():
        balance[place[str(row.bus)], column[str(row.process)]] += float(row.coefficient)
    for row in storages.itertuples():
        balance[place[str(row.bus)], column[str(row.storage)]] = -1.0
    for number, row in enumerate(varying.itertuples()):
        sides = sorted(float(row.coefficient) * side for side in extremes(str(row.profile)))
        own, of = len(names) + number, column[str(row.process)]
        balance[place[str(row.bus)], own] = 1.0
        between[2 * number, [own, of]] = -1.0, sides[0]
        between[2 * number + 1, [own, of]] = 1.0, -sides[1]
    free = len(storages)
    kept = [number for number, bus in enumerate(buses) if bus in touched]
    return Sums(
        column,
        [buses[number] for number in kept],
        balance[kept],
        demand[kept] / scale,
        between,
        np.concatenate([lower / scale, np.zeros(free), np.full(len(varying), -np.inf)]),
        np.concatenate([upper / scale, np.full(free + len(varying), np.inf)]),
        scale,
    )


def _bounds(rows: pd.DataFrame, hours: Callable[[str], float]) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the most that each process can give in a year, MWh."""
    by_name = {name: hours(name) for name in set(map(str, rows["profile"]))}
    full = np.array([by_name[str(name)] for name in rows["profile"]], dtype=float)
    most = rows["capacity_max_mw"].to_numpy(dtype=float)
    product = np.multiply(full, most, out=np.zeros(len(rows)), where=(full > 0) & (most > 0))
    upper = np.minimum(product, rows["annual_max_mwh"].to_numpy(dtype=float))
    forced = rows["must_run"].to_numpy(dtype=bool)
    lower = np.where(forced, rows["capacity_min_mw"].to_numpy(dtype=float) * full, 0.0)
    return lower, np.maximum(upper, lower)
