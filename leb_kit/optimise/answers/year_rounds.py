"""More and more typical days, until a plan is proven to cost hardly more than the best one of the year."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from time import monotonic
from typing import Any

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, say
from leb_kit.optimise.answers.result import MixResult
from leb_kit.optimise.answers.run import run
from leb_kit.optimise.answers.year_check import YearCheck, over_the_year
from leb_kit.optimise.question.columns import input_weights
from leb_kit.optimise.question.problem import MixProblem
from leb_kit.optimise.question.time import TypicalDays, steps
from leb_kit.optimise.solver.watch import Progress, current, require_limits, watching
from leb_kit.units import HOURS_PER_YEAR, is_number

#: How many times the days of a round the next one takes.
MORE = 2
#: A plan of more typical days takes about as long as one of the whole year, which needs no proof.
MOST_DAYS = 100
COLUMNS = ["steps", "told_eur", "cost_eur", "bound_eur", "gap"]


def held_against_the_year(
    plan: MixResult,
    *,
    bound: bool = False,
    within: float | None = None,
    time_limit_s: float | None = None,
    cancel: threading.Event | None = None,
    progress: Callable[[Progress], object] | None = None,
) -> YearCheck:
    """Run a plan of typical days through every hour of the year; see ``MixResult.over_the_year``.

    Raises
    ------
    InputError
        An argument that cannot be.
    CancelledMix
        It was stopped.
    """
    require_limits(time_limit_s, cancel, progress)
    asked: object = bound
    if not isinstance(asked, bool):
        told = say("bound is {value}; True or False is expected", value=repr(bound))
        raise InputError("over_the_year", [told])
    with watching(cancel, progress and _since(progress)):
        if within is not None:
            return near_the_least(plan, within=within, time_limit_s=time_limit_s)
        return over_the_year(plan, bound=bound, time_limit_s=time_limit_s)


def _since(progress: Callable[[Progress], object]) -> Callable[[Progress], object]:
    """Return a listener that hears the seconds of the whole search, not of one solve in it."""
    began = monotonic()
    return lambda told: progress(replace(told, seconds=monotonic() - began))


def near_the_least(plan: MixResult, *, within: float, time_limit_s: float | None = None) -> YearCheck:
    """Take more typical days until the plan is proven to be near the least cost of the year.

    ::

        gap = (cost of the cheapest plan over the year − highest bound) / cost

    Each round holds a plan against every hour and bounds the least cost from below (``over_the_year``);
    while the gap is above what was asked, the next plan has twice the days, and in the end the whole
    year. Costs and bounds of all rounds count: both speak of the same year.

    Parameters
    ----------
    plan : MixResult
        Of typical days, or of blocks of hours (after which comes the whole year).
    within : float
        The gap asked for, as a share of the cost, above 0 and below 1.
    time_limit_s : float, optional
        Wall-clock limit of each search, seconds; a year that it stops may leave the gap open. Where bounds
        stay low the year itself is solved, for a city in ten minutes or more.

    Returns
    -------
    YearCheck
        Of the cheapest plan, with ``within``, ``proven`` and ``rounds`` (steps, told_eur, cost_eur,
        bound_eur, gap: the gap as it was after that round).

    Raises
    ------
    InputError
        The plan was made of every hour that was given; ``within`` is no share.
    InfeasibleMix
        Not even with more capacity there is a plan.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from leb_kit.optimise import MixProblem, optimise_mix, typical_days
    >>> use = np.r_[np.ones(8736), np.full(24, 2.0)]  # one day needs twice as much
    >>> p = MixProblem.from_tables(
    ...     buses=pd.DataFrame({"bus": ["heat"]}),
    ...     processes=pd.DataFrame({"process": ["boiler"], "bus_out": ["heat"], "technology": ["gas_boiler"],
    ...                             "capex_eur_per_mw_year": [10.0], "variable_eur_per_mwh": [1.0]}),
    ...     demands=pd.DataFrame({"demand": ["homes"], "bus": ["heat"], "annual_mwh": [8784.0],
    ...                           "profile": ["use"]}),
    ...     profiles=pd.DataFrame({"use": use}), time=typical_days(1),
    ... )
    >>> found = optimise_mix(p).over_the_year(within=1e-4)
    >>> found.proven, len(found.rounds)
    (True, 1)
    """
    require_limits(time_limit_s, None, None)
    _require_share(within)
    best: YearCheck | None = None
    rounds = []
    with _telling(plan.problem, best):
        found = over_the_year(plan, bound=True, within=within, time_limit_s=time_limit_s)
    while True:
        best = found if best is None else _joined(best, found)
        rounds.append(_told(found, best))
        question = _more(found.planned.problem)
        if (best.gap is not None and best.gap <= within) or question is None:
            return replace(best, within=within, rounds=pd.DataFrame(rounds, columns=COLUMNS))
        with _telling(question, best):
            planned = run(question, time_limit_s=time_limit_s)
            if question.time.hourly is None:
                found = _whole(planned)
            else:
                found = over_the_year(planned, bound=True, within=within, time_limit_s=time_limit_s)


@contextmanager
def _telling(question: MixProblem, best: YearCheck | None) -> Iterator[None]:
    """Tell a listener which plan is on its way and what is proven until now, with every word of its solves.

    Cost and gap of a search for whole numbers are told as they are.
    """
    heard = current().progress
    if heard is None:
        yield
        return
    known = (None, None) if best is None else (best.cost_eur, best.gap)

    def told(one: Progress) -> None:
        cost, gap = known if one.cost_eur is None else (one.cost_eur, one.gap)
        heard(replace(one, cost_eur=cost, gap=gap, steps=question.time.count))

    told(Progress(0.0, 0))
    with watching(progress=told):
        yield


def _require_share(within: object) -> None:
    if not is_number(within) or not 0 < within < 1:
        told = say("within is {value}; a share above 0 and below 1 is expected", value=repr(within))
        raise InputError("over_the_year", [told])


def _joined(old: YearCheck, new: YearCheck) -> YearCheck:
    """Return the cheaper plan under the higher bound."""
    bounds = [one.bound_eur for one in (old, new) if one.bound_eur is not None]
    better = new if new.cost_eur < old.cost_eur else old
    return replace(better, bound_eur=max(bounds, default=None))


def _told(found: YearCheck, best: YearCheck) -> tuple[Any, ...]:
    steps_taken = found.planned.problem.time.count
    return steps_taken, found.planned.cost_eur, found.cost_eur, found.bound_eur, best.gap


def _whole(planned: MixResult) -> YearCheck:
    """Return what is known of a plan of every hour: its solver's own distance from the least."""
    least = planned.cost_eur - planned.gap * abs(planned.cost_eur)
    nothing = pd.DataFrame(columns=["name", "technology", "added_mw"])
    return YearCheck(planned, planned, nothing, least if np.isfinite(least) else None)


def _more(problem: MixProblem) -> MixProblem | None:
    """Return the question with more steps, or None where it has every hour."""
    time = problem.time
    if time.hourly is None:
        return None
    count = MORE * len(time.days)
    if time.step_h is not None or count > MOST_DAYS or len(time.hourly) != HOURS_PER_YEAR:
        return problem.whole_year()
    tables = {"processes": problem.processes, "demands": problem.demands}
    tables |= {"flows": problem.flows, "cells": problem.cells}
    asked = TypicalDays(count, linked=time.sequence is not None)
    peaks = tuple(dict.fromkeys(name for name in problem.demands["profile"] if name))
    return replace(problem, time=steps(time.hourly, asked, peaks=peaks, weights=input_weights(tables)))
