"""What would be enough: of each requirement that excludes others the smallest change that leaves a plan.

Elastic, as for targets: a potential, a store or a network may be larger, a demand, a yearly or a smallest
amount less, each at a price of one, and the least is found. The number is rounded to what is told, away from
what was asked, and solved again with it, everything else as it stands: only what has a plan then is told.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csc_matrix, csr_matrix, lil_matrix, vstack

from leb_kit.errors import say
from leb_kit.optimise.answers.giving_way import NOTHING, with_columns
from leb_kit.optimise.answers.requirements import (
    ADDED,
    BUILD_RATE,
    CHOICE,
    DEMAND,
    RESERVE,
    Requirement,
    without,
)
from leb_kit.optimise.answers.rounding import decimals_of, rounded_up
from leb_kit.optimise.answers.searching import OutOfTimeError, Search
from leb_kit.optimise.answers.words import number
from leb_kit.optimise.model.formulation import LinearProgram
from leb_kit.optimise.question.problem import PHYSICAL, TARGET
from leb_kit.optimise.solver.solve import OPTIMAL, SolverError
from leb_kit.reference.numbers import search_limit

#: Kinds of which less must be asked; of the others more is allowed.
_LESS = (DEMAND, "smallest")
#: Kinds of which the smallest change is told anyway (``Relaxation``).
_TOLD = (TARGET, RESERVE, ADDED, BUILD_RATE)


@dataclass(frozen=True, eq=False)
class Repair:
    """A change of one requirement that is enough: the value it takes; NaN where it is left out."""

    requirement: Requirement
    enough: float

    def value(self, lang: str) -> str:
        """Write the value that is enough, with its unit."""
        one = self.requirement
        decimals = decimals_of(abs(self.enough - one.value))
        shown = number(self.enough, lang, decimals=max(decimals, 0))
        unit = one.unit.replace("year", "anno") if lang == "it" else one.unit
        return f"{shown} {unit}".rstrip()

    def text(self, lang: str) -> str:
        """Say it, in the language that is spoken."""
        one = self.requirement
        label = one.label_en if lang == "en" else one.label_it
        if not math.isfinite(self.enough):
            return say("without {label}", label=label)
        return say("{label} to {value}", label=label, value=self.value(lang))


@dataclass(frozen=True, eq=False)
class Repairs:
    """Changes that are enough, each alone; ``whole``: no other single change of the set is."""

    found: tuple[Repair, ...] = ()
    whole: bool = False

    def enough(self, one: Requirement) -> float:
        """Return the value of a requirement that is enough; NaN where none is known."""
        return next((found.enough for found in self.found if found.requirement.key == one.key), math.nan)

    def text(self, lang: str) -> str:
        """Return the sentence, or nothing, in the language that is spoken."""
        changes = "; ".join(one.text(lang) for one in self.found)
        if len(self.found) > 1:
            return say("Each of these changes alone is enough: {changes}.", changes=changes)
        if changes:
            return say("This change alone is enough: {changes}.", changes=changes)
        return say("To change a single one of them is not enough.") if self.whole else ""


def find_repairs(
    program: LinearProgram, members: Sequence[Requirement], search: Search, *, relaxed: bool
) -> Repairs:
    """Find for each requirement of a set the smallest change that leaves a plan.

    Parameters
    ----------
    program : LinearProgram
        One without a plan.
    members : sequence of Requirement
        They exclude each other.
    search : Search
        What is left of the time, of which ``conflict_s`` of ``search_limits.csv`` is taken at most; what was
        found until then is told.
    relaxed : bool
        Whether a change of a target, of a rate or of an added constraint is told that is enough.
    """
    found: list[Repair] = []
    whole, part = not relaxed, search.part(search_limit("conflict_s"))
    free = replace(program, cost=np.zeros_like(program.cost), offset=0.0)
    for one in members:
        if one.kind in _TOLD:
            whole = whole and (one.kind != ADDED or len(one.free_rows) == 1)
            continue
        if one.kind == PHYSICAL:
            whole = False  # its author says that nobody can move it: nor is it called hopeless
            continue
        try:
            repair = _left_out(free, one, part) if one.kind == CHOICE else _smallest(free, one, part)
        except (OutOfTimeError, SolverError):
            return Repairs(tuple(found))
        if repair is not None:
            found.append(repair)
        whole = whole and (repair is not None or _has_one_number(one))
    return Repairs(tuple(found), whole)


def _has_one_number(one: Requirement) -> bool:
    """Tell whether a requirement is one number that can give way, all else as it is."""
    if one.kind == CHOICE:
        return True
    if not math.isfinite(one.value) or one.is_share:
        return False
    return not (one.is_largest and len(one.free_rows))


def _left_out(program: LinearProgram, one: Requirement, search: Search) -> Repair | None:
    answer = search.solve(without(program, [one]))
    return Repair(one, math.nan) if answer.status == OPTIMAL else None


def _smallest(program: LinearProgram, one: Requirement, search: Search) -> Repair | None:
    if not _has_one_number(one):
        return None
    columns, bounds, most = _giving_way(program, one)
    count, first = columns.shape[1], len(program.cost)
    asked = with_columns(_opened(program, one), columns, np.ones(count))
    asked = replace(
        asked,
        matrix=csc_matrix(vstack([asked.matrix, bounds[0]])),
        row_lower=np.append(asked.row_lower, bounds[1]),
        row_upper=np.append(asked.row_upper, bounds[2]),
        upper=np.append(asked.upper[:first], most),
        rows=asked.rows.plus(*(f"gives_way_of[{place}]" for place in range(len(bounds[1])))),
    )
    answer = search.solve(asked)
    if answer.status != OPTIMAL:
        return None
    way = answer.x[first:] * (one.value if one.kind == DEMAND else 1.0)
    amount = float(way.sum())
    if amount <= NOTHING * max(1.0, abs(one.value)):
        return None  # the arithmetic of floats: a repair that nobody could see
    enough = _rounded(one, amount)
    again = _moved(program, one, way * (abs(enough - one.value) / amount))
    return Repair(one, enough) if search.solve(again).status == OPTIMAL else None


def _rounded(one: Requirement, amount: float) -> float:
    """Return the value that is told: rounded away from what was asked, a demand not below 0."""
    less = _lowers(one)
    decimals = decimals_of(amount)
    if less:
        return max(-rounded_up(amount - one.value, decimals), 0.0)
    return rounded_up(one.value + amount, decimals)


def _lowers(one: Requirement) -> bool:
    return one.kind in _LESS or one.is_floor


def _giving_way(
    program: LinearProgram, one: Requirement
) -> tuple[csc_matrix, tuple[csr_matrix, np.ndarray, np.ndarray], np.ndarray]:
    """Return columns that let a requirement give way, rows that stand in for bounds, and the most of each."""
    rows, width = program.matrix.shape[0], len(program.cost)
    if one.kind == DEMAND:
        places = np.concatenate([one.asked_rows, one.free_rows])
        amounts = np.concatenate([one.asked, _sides(program, one.free_rows)])
        column = csc_matrix((amounts, (places, np.zeros(len(places), dtype=int))), shape=(rows, 1))
        return column, _no_rows(width + 1), np.ones(1)
    if len(one.free_rows):
        count = len(one.free_rows)
        sign = np.where(np.isfinite(program.row_lower[one.free_rows]), 1.0, -1.0)
        columns = csc_matrix((sign, (one.free_rows, np.arange(count))), shape=(rows, count))
        return columns, _no_rows(width + count), np.full(count, np.inf)
    below = one.kind == "smallest"
    places = one.free_below if below else one.free_above
    per = np.ones(len(places)) if below else one.above_per
    of = np.arange(len(places)) if below else one.above_of
    count = len(one.names)
    held = lil_matrix((len(places), width + count))
    held[np.arange(len(places)), places] = 1.0
    held[np.arange(len(places)), width + of] = per if below else -per
    endless = np.full(len(places), np.inf)
    sides = (program.lower[places], endless) if below else (-endless, program.upper[places])
    most = program.lower[places] if below else np.full(count, np.inf)
    return csc_matrix((rows, count)), (csr_matrix(held), *sides), most


def _sides(program: LinearProgram, rows: np.ndarray) -> np.ndarray:
    lower = program.row_lower[rows]
    found: np.ndarray = np.where(np.isfinite(lower), lower, program.row_upper[rows])
    return found


def _no_rows(width: int) -> tuple[csr_matrix, np.ndarray, np.ndarray]:
    return csr_matrix((0, width)), np.zeros(0), np.zeros(0)


def _opened(program: LinearProgram, one: Requirement) -> LinearProgram:
    """Return the program without the bounds of a requirement, which rows stand in for."""
    lower, upper = program.lower.copy(), program.upper.copy()
    upper[one.free_above], lower[one.free_below] = np.inf, 0.0
    return replace(program, lower=lower, upper=upper)


def _moved(program: LinearProgram, one: Requirement, way: np.ndarray) -> LinearProgram:
    """Return the program in which a requirement asks for less, by so much of each name."""
    lower, upper = program.lower.copy(), program.upper.copy()
    row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
    if one.kind == DEMAND:
        part = float(way[0]) / one.value
        for rows, asked in ((one.asked_rows, one.asked), (one.free_rows, _sides(program, one.free_rows))):
            row_lower[rows] -= part * asked
            row_upper[rows] -= part * asked
    elif len(one.free_rows):
        row_lower[one.free_rows] -= way
        row_upper[one.free_rows] += way
    else:
        upper[one.free_above] += one.above_per * way[one.above_of]
        lower[one.free_below] -= way if len(one.free_below) else 0.0
    return replace(program, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper)
