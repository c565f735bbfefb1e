"""Points along a quantity: which are asked, how far it goes, what a point holds. Of one year, or of many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, say
from leb_kit.optimise.answers.axis import Axis
from leb_kit.optimise.model.formulation import LinearProgram
from leb_kit.optimise.solver.solve import (
    GAP,
    INFEASIBLE,
    OPTIMAL,
    UNBOUNDED,
    Solution,
    SolverError,
    finished,
    solve,
)
from leb_kit.units import is_whole

#: A point that saves less than this, relative, is no better than another.
SAME = 1e-9
#: More points say no more, and each is a plan.
MOST = 1000


def told_values(points: int, values: Iterable[float] | None) -> list[float] | None:
    """Return the values to draw, if they are told; refuse those, or a number of points, that cannot be."""
    faults = []
    if values is None and (not is_whole(points) or not 2 <= points <= MOST):
        told = "points is {points}; a whole number from 2 to {most} is expected"
        faults.append(say(told, points=repr(points), most=MOST))
    given: object = values
    if given is not None and (isinstance(given, str) or not isinstance(given, Iterable)):
        told = say("values is {value}; a list of numbers is expected", value=repr(values))
        raise InputError("frontier", [told])
    given_values = None if values is None else list(values)
    for value in given_values or ():
        try:
            good = bool(np.isfinite(float(value))) and not isinstance(value, bool | np.bool_)
        except (TypeError, ValueError, OverflowError):
            good = False
        if not good:
            faults.append(say("values: found {value}, expected a finite number", value=repr(value)))
    if given_values is not None and not given_values:
        faults.append(say("values is empty; give at least one"))
    if faults:
        raise InputError("frontier", faults)
    return given_values


def furthest(free: LinearProgram, weights: np.ndarray, name: str, *, at_least: bool) -> Solution:
    """Return the plan with the least of a quantity that is technically possible, or the most (``at_least``).

    ``free``: the program in which the quantity is not held; ``weights``: what it counts.
    """
    best = finished(solve(replace(free, cost=-weights if at_least else weights, offset=0.0)))
    if best.status == UNBOUNDED:
        end = say("upper") if at_least else say("lower")
        told = say("'{name}' has no {end} end: some plant changes it without limit", name=name, end=end)
        raise InputError("frontier", [told])
    if best.status != OPTIMAL:
        message = say("the solver found no end of '{name}': {status}", name=name, status=best.status)
        raise SolverError(message)
    return best


def drawn(
    wanted: np.ndarray,
    held_at: Callable[[float], Solution],
    *,
    at_least: bool,
    none_first: Callable[[], object],
) -> tuple[Solution, ...]:
    """Return an answer for each value; ``none_first`` hears when the loosest has no plan.

    From loose to tight, whatever the order asked for: each answer is near the one before.
    """
    answers: dict[int, Solution] = {}
    for place in sorted(range(len(wanted)), key=lambda one: wanted[one], reverse=not at_least):
        answer = held_at(float(wanted[place]))
        if not answers and answer.status != OPTIMAL:
            none_first()
        answers[place] = verified(answer)
    return tuple(answers[place] for place in range(len(wanted)))


def point_of(answers: Sequence[Solution], values: Sequence[float], axis: Axis, point: int) -> Solution:
    """Return the answer of a point.

    Raises
    ------
    InputError
        No such point, or no plan exists there.
    """
    last = len(answers) - 1
    if not is_whole(point) or not 0 <= point <= last:
        told = say("point is {point}; there are points 0 to {value}", point=repr(point), value=last)
        raise InputError("frontier", [told])
    if answers[point].status != OPTIMAL:
        best = say("at least") if axis.at_least else say("at most")
        told = say("no plan reaches {best} {value:g} {unit}", best=best, value=values[point], unit=axis.unit)
        raise InputError("frontier", [told])
    return answers[point]


def verified(answer: Solution) -> Solution:
    """A point is optimal only if its dual bound says so too."""
    if answer.status not in (OPTIMAL, INFEASIBLE):
        message = say("the solver ended with '{status}' at a point of the frontier", status=answer.status)
        raise SolverError(message)
    if answer.status == OPTIMAL and not answer.gap <= GAP:
        message = say("a point of the frontier is not proven to be the cheapest")
        raise SolverError(message)
    return answer


def dominated(table: pd.DataFrame, sign: int) -> list[bool]:
    """Tell the points that another beats in cost or amount and equals in the other."""
    if "cost_eur" not in table:
        return [False] * len(table)
    cost = table["cost_eur"].to_numpy(dtype=float)
    amount = table["reached"].to_numpy(dtype=float) * sign
    near = [SAME * max(1.0, float(np.nanmax(np.abs(values)))) for values in (cost, amount)]
    out = []
    for one in range(len(table)):
        no_worse = (cost <= cost[one] + near[0]) & (amount <= amount[one] + near[1])
        better = (cost < cost[one] - near[0]) | (amount < amount[one] - near[1])
        out.append(bool((no_worse & better).any()))
    return out
