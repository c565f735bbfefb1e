"""Requirements that exclude each other on every hour of a year, looked for on typical days of that year.

One search on all hours takes minutes, the set hundreds. Typical days have the same requirements: what
excludes itself there is found in seconds, and one solve of the year tells whether it does there too. Where
the typical days have a plan, single hours of the year are to blame, and no set is told.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from leb_kit.optimise.answers.conflict import Conflict, find_conflict
from leb_kit.optimise.answers.requirements import requirements_of, without
from leb_kit.optimise.answers.searching import OutOfTimeError, Search
from leb_kit.optimise.model.build import Built
from leb_kit.optimise.model.formulation import compile_model, formulate
from leb_kit.optimise.model.stacking import Additions
from leb_kit.optimise.question.columns import input_weights
from leb_kit.optimise.question.problem import MixProblem
from leb_kit.optimise.question.time import steps, typical_days
from leb_kit.optimise.solver.solve import INFEASIBLE, SolverError
from leb_kit.reference.numbers import search_limit
from leb_kit.units import HOURS_PER_YEAR


def is_coarse(problem: MixProblem, built: Built) -> bool:
    """Tell whether the set of a problem is looked for on typical days: a large one of a whole year.

    Rules of an analyst may speak of single steps; such a problem has no other steps.
    """
    large = len(built.program.row_lower) > search_limit("conflict_rows")
    return large and not problem.rules and len(_hourly(problem)) == HOURS_PER_YEAR


def coarse_conflict(problem: MixProblem, built: Built, search: Search) -> Conflict:
    """Find the set on typical days, and check it on the year.

    Parameters
    ----------
    problem : MixProblem
        One without a plan, of a whole year (``is_coarse``).
    built : Built
        Its arrays.
    search : Search
        What is left of the time; no more than ``conflict_s`` of ``search_limits.csv`` is taken of it for the
        set, and as much again for the check.
    """
    days = int(search_limit("conflict_days"))
    few = on_days(problem, days)
    model = formulate(few)
    program = compile_model(model)
    part = search.part(search_limit("conflict_s"))
    try:
        if part.solve(without(program, [])).status != INFEASIBLE:
            return Conflict(unknown="hours", days=days)
        found = find_conflict(program, requirements_of(few, program, model, Additions()), part)
    except OutOfTimeError:
        return Conflict(unknown="time")
    except SolverError:
        return Conflict(unknown="unsure")
    if not found.members:
        return found
    keys = {one.key for one in found.members}
    every = requirements_of(problem, built.program, built.model, built.added)
    kept = tuple(one for one in every if one.key in keys)
    if {one.key for one in kept} != keys:
        return Conflict(unknown="unsure")
    try:
        rest = [one for one in every if one.key not in keys]
        there = search.part(search_limit("conflict_s")).solve(without(built.program, rest)).status
    except (OutOfTimeError, SolverError):
        return replace(found, members=kept, days=days)
    return Conflict(kept, days=days, checked=True) if there == INFEASIBLE else Conflict(unknown="unsure")


def on_days(problem: MixProblem, days: int) -> MixProblem:
    """Return a problem of a whole year on typical days of it; stores pass their content from day to day."""
    tables = {name: getattr(problem, name) for name in ("processes", "flows", "cells", "demands")}
    peaks = tuple(dict.fromkeys(name for name in problem.demands["profile"] if name))
    asked = typical_days(days, linked=True)
    return replace(problem, time=steps(_hourly(problem), asked, peaks=peaks, weights=input_weights(tables)))


def _hourly(problem: MixProblem) -> pd.DataFrame:
    return problem.time.profiles if problem.time.hourly is None else problem.time.hourly
