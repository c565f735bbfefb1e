"""Circles of processes that make energy or money out of nothing, found before the model is built.

A process without any limit of its own can work the same in every hour, as much as one likes. What such
processes do together per MWh is a small linear programme over one hour: the direction in which a plan
could go for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leb_kit.errors import say
from leb_kit.optimise.checks.faults import Tables, listed
from leb_kit.optimise.checks.number_faults import SAME

if TYPE_CHECKING:
    from leb_kit.optimise.question.problem import MixProblem

#: Part of a circle below which a process is not of it.
_OF_IT = 10**-6


@dataclass(frozen=True)
class Loop:
    """Processes that work together without end, how much each gives, and what all earn or gain.

    ``amount``: EUR (earned) or MWh (gained) for one MWh of output of all together; ``cost_eur``: their cost.
    """

    processes: tuple[str, ...]
    amount: float
    cost_eur: float
    bus: str = ""
    #: It earns in some hours only, by prices that change.
    hourly: bool = False


def endless(tables: Tables, *, priced: bool = False) -> pd.DataFrame:
    """Return the processes that no number of their own limits, and that no profile guides.

    With ``priced`` those whose cost follows a profile are among them.
    """
    rows, flows, limits = tables["processes"], tables["flows"], tables["limits"]
    free = np.isinf(rows["capacity_max_mw"]) & np.isinf(rows["annual_max_mwh"]) & (rows["profile"] == "")
    for column in ("unit",) if priced else ("unit", "variable_profile"):
        if column in rows:
            free &= rows[column] == ""
    for table in (flows, limits):
        told = ~np.isfinite(table["coefficient"].to_numpy(dtype=float))
        if "profile" in table:
            told |= (table["profile"] != "").to_numpy()
        free &= ~rows["process"].isin(table.loc[told, "process"])
    return rows[free]


def gaining(tables: Tables, hours: float) -> Loop | None:
    """Find processes that feed each other and give more than they take, however much they work.

    Parameters
    ----------
    tables : dict[str, pd.DataFrame]
        With all flows.
    hours : float
        Hours of the year that the steps stand for.
    """
    rows, flows = endless(tables), tables["flows"]
    limited = set(tables["limits"].loc[tables["limits"]["process"] != "", "process"])
    rows = rows[~rows["process"].isin(limited)]
    own = flows[flows["process"].isin(rows["process"])]
    circling = _circling(own)
    if not circling:
        return None
    from scipy.optimize import linprog  # heavy: loaded when there is a circle to look at

    rows, own = rows[rows["process"].isin(circling)], own[own["process"].isin(circling)]
    names, matrix, buses = _matrix(rows, own)
    count = len(names)
    answer = linprog(
        -matrix.sum(axis=0),
        A_ub=np.vstack([-matrix, np.ones((1, count))]),
        b_ub=np.append(np.zeros(len(buses)), 1.0),
        method="highs",
    )
    if answer.status != 0 or not -answer.fun > SAME:
        return None
    net = matrix @ answer.x
    chosen = answer.x > _OF_IT
    return Loop(
        tuple(name for name, used in zip(names, chosen, strict=True) if used),
        float(-answer.fun),
        float(_costs(rows, hours) @ answer.x),
        buses[int(net.argmax())],
    )


def _circling(flows: pd.DataFrame) -> set[str]:
    """Return the processes from whose outputs a way leads back to their inputs, or may: a quick look."""
    ways = {
        str(name): (
            set(part.loc[part["coefficient"] < 0, "bus"]),
            set(part.loc[part["coefficient"] > 0, "bus"]),
        )
        for name, part in flows.groupby("process", sort=False)
    }
    while True:
        taken = {bus for takes, _ in ways.values() for bus in takes}
        given = {bus for _, gives in ways.values() for bus in gives}
        kept = {name: way for name, way in ways.items() if way[0] & given and way[1] & taken}
        if len(kept) == len(ways):
            return set(ways)
        ways = kept


def _matrix(rows: pd.DataFrame, flows: pd.DataFrame) -> tuple[list[str], np.ndarray, list[str]]:
    names = [str(name) for name in rows["process"]]
    buses = list(dict.fromkeys(map(str, flows["bus"])))
    column, place = ({name: number for number, name in enumerate(what)} for what in (names, buses))
    matrix = np.zeros((len(buses), len(names)))
    for row in flows.itertuples():
        matrix[place[str(row.bus)], column[str(row.process)]] += float(row.coefficient)
    return names, matrix, buses


def _costs(rows: pd.DataFrame, hours: float) -> np.ndarray:
    """Return EUR per MWh of output that is the same in every hour, capacity included."""
    yearly = rows["capex_eur_per_mw_year"] + rows["fixed_eur_per_mw_year"]
    cost: np.ndarray = (rows["variable_eur_per_mwh"] + yearly / max(hours, 1.0)).to_numpy(dtype=float)
    return cost


def gain_told(loop: Loop) -> str:
    """Return the sentence on a circle that gains."""
    return say(
        "processes: {names} feed each other and give {gain:.3g} MWh at bus '{bus}' out of nothing for each"
        " MWh of output, without limit: check efficiency (or coefficient of flows), or give capacity_max_mw",
        names=", ".join(f"'{name}'" for name in loop.processes),
        gain=loop.amount,
        bus=loop.bus,
    )


def earning(problem: MixProblem) -> Loop | None:
    """Find processes that together earn without limit: a plan would have no least cost.

    Parameters
    ----------
    problem : MixProblem
        What ``extend`` added to it is not looked at.
    """
    tables = {name: getattr(problem, name) for name in ("processes", "flows", "limits")}
    by_hour = _earning_in_hours(problem, endless(tables, priced=True))
    if by_hour is not None:
        return by_hour
    rows = endless(tables)
    if not (rows["variable_eur_per_mwh"] < 0).any():
        return None
    from scipy.optimize import linprog  # heavy: loaded when something earns

    flows = problem.flows
    names, matrix, _ = _matrix(rows, flows[flows["process"].isin(rows["process"])])
    costs = _costs(rows, float(problem.time.weight_h.sum()))
    scale = max(float(np.abs(costs).max(initial=0.0)), SAME)
    held = _limit_rows(problem.limits, names)
    answer = linprog(
        costs / scale,
        A_ub=np.vstack([held, np.ones((1, len(names)))]),
        b_ub=np.append(np.zeros(len(held)), 1.0),
        A_eq=matrix if len(matrix) else None,
        b_eq=np.zeros(len(matrix)) if len(matrix) else None,
        method="highs",
    )
    if answer.status != 0 or not answer.fun < -SAME:
        return None
    chosen = [name for name, used in zip(names, answer.x > _OF_IT, strict=True) if used]
    return Loop(tuple(chosen), float(-answer.fun * scale), float(answer.fun * scale))


def _earning_in_hours(problem: MixProblem, rows: pd.DataFrame) -> Loop | None:
    """Find processes that earn without limit in hours of their own, where costs follow a price.

    A price below zero is no such thing by itself: what takes the electricity has a size. ::

        min sum_p c[p] × k[p] + sum_{p,h} w[h] × v[p,h] × x[p,h]
            x[p,h] ≤ k[p]      sum_p a[b,p] × x[p,h] = 0      sum_p k[p] = 1      limits of the year

    k capacity, x output of process p in hours h alike (of which there are w), c cost of capacity, v of
    output, a what it gives at bus b. Less than nothing: the plan could go that way for ever.
    Source: recession cone of a linear programme.
    """
    named = rows["variable_profile"]
    if not (named != "").any():
        return None
    values = np.array([problem.profile(str(name)) for name in named])
    told, place = np.unique(values, axis=1, return_inverse=True)
    weight = np.bincount(place.ravel(), problem.time.weight_h, told.shape[1])
    flows = problem.flows[problem.flows["process"].isin(rows["process"])]
    names, matrix, _ = _matrix(rows, flows)
    variable = (rows["variable_eur_per_mwh"].to_numpy(dtype=float)[:, None] * told * weight).T.ravel()
    yearly = (rows["capex_eur_per_mw_year"] + rows["fixed_eur_per_mw_year"]).to_numpy(dtype=float)
    found = _way_of_hours(
        np.concatenate([yearly, variable]), matrix, _limit_rows(problem.limits, names), weight
    )
    if found is None:
        return None
    earned, output = found
    chosen = [name for name, used in zip(names, output.max(axis=0) > _OF_IT, strict=True) if used]
    work = max(float((weight @ output).sum()), SAME)
    return Loop(tuple(chosen), earned / work, -earned, hourly=True)


def _way_of_hours(
    costs: np.ndarray, matrix: np.ndarray, held: np.ndarray, weight: np.ndarray
) -> tuple[float, np.ndarray] | None:
    """Return what capacities that sum to one earn, EUR, and the output (hour × process); see above."""
    from scipy import sparse
    from scipy.optimize import linprog  # heavy: loaded when there are hourly prices without a size

    (buses, count), hours = matrix.shape, len(weight)
    scale = max(float(np.abs(costs).max(initial=0.0)), SAME)
    every = sparse.eye_array(hours)
    follows = sparse.hstack(
        [sparse.kron(-np.ones((hours, 1)), sparse.eye_array(count)), sparse.eye_array(count * hours)]
    )
    year = np.hstack([np.zeros((len(held), count)), np.kron(weight, held)])
    one = np.concatenate([np.ones(count), np.zeros(count * hours)])[None, :]
    balance = sparse.hstack([sparse.csr_array((buses * hours, count)), sparse.kron(every, matrix)])
    answer = linprog(
        costs / scale,
        A_ub=sparse.vstack([follows, sparse.csr_array(year), sparse.csr_array(one)]).tocsr(),
        b_ub=np.concatenate([np.zeros(count * hours + len(held)), [1.0]]),
        A_eq=balance.tocsr() if buses else None,
        b_eq=np.zeros(buses * hours) if buses else None,
        method="highs",
    )
    if answer.status != 0 or not answer.fun < -SAME:
        return None
    return -float(answer.fun) * scale, answer.x[count:].reshape(hours, count)


def _limit_rows(limits: pd.DataFrame, names: list[str]) -> np.ndarray:
    """Return what limits leave of a direction: sums that may not grow, in the sense at most 0."""
    column = {name: number for number, name in enumerate(names)}
    rows = []
    for _, part in limits.groupby("limit", sort=False):
        row = np.zeros(len(names))
        for process, amount in zip(part["process"], part["coefficient"].astype(float), strict=True):
            if process in column:
                row[column[process]] += amount
        if row.any():
            largest = float(np.abs(row).max())
            rows.append((-row if part["sense"].iloc[0] == "at_least" else row) / largest)
    return np.array(rows).reshape(len(rows), len(names))


def earning_told(problem: MixProblem, loop: Loop) -> str:
    """Return the sentence on a circle that earns: who, how much, and which columns stop it."""
    if loop.hourly:
        return say(
            "The cost has no lower end: in some hours {names} earn together {earned:.3g} EUR for each MWh, by"
            " their variable_profile and without limit. A price below zero is no fault by itself: give"
            " capacity_max_mw to what buys or sells.",
            names=", ".join(f"'{name}'" for name in loop.processes),
            earned=loop.amount,
        )
    cost = problem.processes.set_index("process")["variable_eur_per_mwh"]
    sells = [name for name in loop.processes if cost[name] < 0]
    prices = listed(f"'{name}' {cost[name]:g}" for name in loop.processes)
    return say("The cost has no lower end: {names} can earn without limit.", names=", ".join(sells)) + say(
        " In processes, column variable_eur_per_mwh is {prices}: together {earned:.3g} EUR for each MWh of"
        " output. Give capacity_max_mw, annual_max_mwh or a price that is not below cost.",
        prices=prices,
        earned=loop.amount,
    )
