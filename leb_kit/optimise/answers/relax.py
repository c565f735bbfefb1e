"""What would make a plan possible: the least that one limit must give way, and what nobody can serve.

Elastic first: a number that a planner can act on. Each amount comes from a plan that holds with it, so
it is verified as it is found. Then the smallest set of targets that clash, and of all that is stated a set
that excludes itself (``conflict``), while time lasts.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.sparse import csc_matrix

from leb_kit.optimise.answers.coarse_conflict import coarse_conflict, is_coarse
from leb_kit.optimise.answers.conflict import Conflict, find_conflict
from leb_kit.optimise.answers.explain import InfeasibleMix, Relaxation, Shortfall
from leb_kit.optimise.answers.giving_way import NOTHING, attainable, elastic, with_columns
from leb_kit.optimise.answers.margin_way import margin_relaxations
from leb_kit.optimise.answers.repairs import find_repairs
from leb_kit.optimise.answers.requirement_words import added_label
from leb_kit.optimise.answers.requirements import margin_rows, requirements_of
from leb_kit.optimise.answers.reserve import margin_labels
from leb_kit.optimise.answers.searching import OutOfTimeError, Search
from leb_kit.optimise.model.build import Built
from leb_kit.optimise.model.formulation import LinearProgram
from leb_kit.optimise.question.problem import AT_LEAST, AT_MOST, TARGET, MixProblem
from leb_kit.optimise.question.reserve import reserves_of
from leb_kit.optimise.solver.solve import OPTIMAL

#: Seconds that the search for reasons may take, unless the caller says.
TIME_LIMIT_S = 120


def explain_infeasible(
    problem: MixProblem, built: Built, *, time_limit_s: float | None = None
) -> InfeasibleMix:
    """Find the smallest single changes that make a plan possible, then the targets that clash.

    Parameters
    ----------
    problem : MixProblem
        The question.
    built : Built
        Its arrays.
    time_limit_s : float, optional
        Wall-clock limit of the search, seconds; what was found until then is told.
    """
    program, search = built.program, Search(TIME_LIMIT_S if time_limit_s is None else time_limit_s)
    rows = problem.limit_rows()
    targets = rows[(rows["kind"] == TARGET) & ~rows["limit"].isin(problem.missed_price)]
    at = {name: [built.row(built.model.annual_limits[name])] for name in targets["limit"]}
    own = _own_rows(built)
    asked = {one.limit: one for one in reserves_of(problem)}
    droppable = at | {k: [*margin_rows(program, built.model, one.bus)] for k, one in asked.items()} | own
    relaxations: list[Relaxation] = []
    clash: list[str] = []
    short: tuple[Shortfall, ...] = ()
    conflict = Conflict(unknown="time")
    complete = True
    coarse = is_coarse(problem, built)
    try:
        if coarse:  # seconds, while each search below takes minutes
            conflict = coarse_conflict(problem, built, search)
        relaxations.extend(_relaxations(problem, built, targets, search))
        relaxations.extend(margin_relaxations(problem, built, search))
        relaxations.extend(_own_relaxations(built, own, search))
        found = _smallest_clash(program, droppable, search)
        clash = found
        if not found:
            short = _shortfalls(
                problem, built, [row for group in droppable.values() for row in group], search
            )
        if not coarse:
            stated = requirements_of(problem, program, built.model, built.added)
            # Without any one of the smallest clash there is a plan, whatever else is left out, too.
            part_of = {name: name in clash for name in droppable}
            conflict = find_conflict(program, stated, search, known=part_of)
        repairs = find_repairs(program, conflict.members, search, relaxed=bool(relaxations))
        conflict = replace(conflict, repairs=repairs)
    except OutOfTimeError:
        complete = False
    columns = ["limit", "label_it", "label_en"]
    told = [(name, *added_label(name, built.added.called)[:2]) for name in own]
    told += [(name, *margin_labels(one.bus, one.margin)) for name, one in asked.items()]
    found_rows = pd.concat([targets[columns], pd.DataFrame(told, columns=columns)])
    found_rows = found_rows[found_rows["limit"].isin(clash)]
    labelled = found_rows.assign(
        label_it=found_rows["label_it"].where(found_rows["label_it"] != "", found_rows["limit"]),
        label_en=found_rows["label_en"].where(found_rows["label_en"] != "", found_rows["limit"]),
    )
    stopped = None if complete else search.spent_s
    return InfeasibleMix(
        labelled, tuple(relaxations), shortfalls=short, stopped_after_s=stopped, conflict=conflict
    )


def _relaxations(
    problem: MixProblem, built: Built, targets: pd.DataFrame, search: Search
) -> Iterator[Relaxation]:
    for row in targets.itertuples():
        place = built.row(built.model.annual_limits[row.limit])
        answer = elastic(built.program, place, search)
        if answer is None:
            continue
        amount = float(answer.objective)
        allowed = row.value - amount if row.sense == AT_LEAST else row.value + amount
        share = None
        if np.isfinite(row.share):
            share = attainable(problem, built, str(row.limit), place, answer, search)
        yield Relaxation(
            row.limit,
            row.label_it or row.limit,
            row.label_en or row.limit,
            amount,
            allowed,
            row.unit,
            row.sense,
            None if share is None else float(row.share),
            share,
        )


def _own_relaxations(built: Built, own: dict[str, list[int]], search: Search) -> Iterator[Relaxation]:
    """Say how far an added constraint of one row and one side must give way."""
    program = built.program
    for name, rows in own.items():
        low, high = (float(side[rows[0]]) for side in (program.row_lower, program.row_upper))
        if len(rows) > 1 or np.isfinite([low, high]).all():
            continue
        answer = elastic(program, rows[0], search)
        if answer is not None:
            least, amount = bool(np.isfinite(low)), float(answer.objective)
            allowed, sense = (low - amount, AT_LEAST) if least else (high + amount, AT_MOST)
            italian, english, unit = added_label(name, built.added.called)
            yield Relaxation(name, italian, english, amount, allowed, unit, sense)


def _own_rows(built: Built) -> dict[str, list[int]]:
    """Return the rows of each constraint that a rule added, but for those that only join sizes."""
    rows: dict[str, list[int]] = {}
    for name, _, row in built.added.rows:
        if not name.startswith("linked_"):
            rows.setdefault(name, []).append(built.row(row))
    return rows


def _smallest_clash(program: LinearProgram, at: dict[str, list[int]], search: Search) -> list[str]:
    """Return the smallest set of targets that has no plan (checked); none if even without targets."""
    for size in range(len(at) + 1):
        for chosen in itertools.combinations(at, size):
            dropped = [number for name, numbers in at.items() if name not in chosen for number in numbers]
            if search.solve(_freed(program, dropped)).status != OPTIMAL:
                return list(chosen)
    return list(at)


def _freed(program: LinearProgram, rows: list[int]) -> LinearProgram:
    """Return the program without cost and without the sides of some rows."""
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    lower[rows], upper[rows] = -np.inf, np.inf
    return replace(program, cost=np.zeros_like(program.cost), row_lower=lower, row_upper=upper)


def _shortfalls(problem: MixProblem, built: Built, freed: list[int], search: Search) -> tuple[Shortfall, ...]:
    """Return the energy that nobody can serve at each bus, without targets, in the plan with the least."""
    model, program = built.model, _freed(built.program, freed)
    hours = problem.time.weight_h
    places, weights, buses = [], [], []
    for bus, rows in zip(model.buses, program.rows.of_component(model.bus_balance), strict=True):
        places.extend(rows.tolist())
        weights.extend(hours.tolist())
        buses.extend([bus] * len(rows))
    for bus in model.annual_balance:
        places.append(built.row(model.annual_balance[bus]))
        weights.append(1.0)
        buses.append(bus)
    count = len(places)
    columns = csc_matrix((np.ones(count), (places, range(count))), shape=(program.matrix.shape[0], count))
    answer = search.solve(with_columns(program, columns, np.array(weights)))
    if answer.status != OPTIMAL:
        return ()
    missing = answer.x[len(program.cost) :]
    table = pd.DataFrame({"bus": buses, "mwh": missing * weights, "mw": missing})
    total = table.groupby("bus", sort=False)["mwh"].sum()
    yearly = set(problem.buses.loc[problem.buses["annual"], "bus"])
    return tuple(
        Shortfall(
            str(bus),
            float(energy),
            None if bus in yearly else float(table.loc[table["bus"] == bus, "mw"].max()),
        )
        for bus, energy in total.items()
        if energy > NOTHING * max(1.0, float(total.max()))
    )
