"""The irreducible set: requirements that exclude each other, and hold together without any one of them.

Each row may be missed at first, at a price. The dual values of the plan that misses least prove that no plan
misses nothing (Farkas 1902), and what has no part in the proof is left out at once. Then a deletion filter
(Chinneck and Dravnieks 1991): each of the rest is left out, and stays out where the others exclude each
other without it. At the end the set is given to a solver that knows nothing of the search.

HiGHS has a search of its own (``getIis``), row by row: on a city with two typical days it ends in an error
(highspy 1.15.1), and single hours of a row say nothing to a planner.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
import pandas as pd
from scipy.sparse import csc_matrix, hstack, identity

from leb_kit.errors import say, speaking
from leb_kit.optimise.answers.repairs import Repairs
from leb_kit.optimise.answers.requirements import ADDED, ORDER, RESERVE, Requirement, without
from leb_kit.optimise.answers.searching import OutOfTimeError, Search
from leb_kit.optimise.answers.words import number
from leb_kit.optimise.model.formulation import LinearProgram
from leb_kit.optimise.question.problem import TARGET
from leb_kit.optimise.solver.solve import INFEASIBLE, Solution, SolverError
from leb_kit.optimise.solver.warm import WarmSolver
from leb_kit.reference.numbers import search_limit

COLUMNS = ["what_it", "what_en", "kind", "table", "row", "column", "value", "unit", "year", "enough"]
#: A dual value, or what is missed beside the largest number, below this is the arithmetic of floats.
_NOTHING = 1e-9
#: Kinds of requirements that have a name of the reader's: what is known of them is known by it.
_NAMED = (ADDED, RESERVE, TARGET)
_NOTHING_KNOWN: Mapping[str, bool] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Conflict:
    """Requirements that exclude each other; where there are none, ``unknown`` says why, in ``text``.

    ``unknown``: ``"time"``, ``"size"`` (of the program), ``"many"`` (requirements), ``"hours"`` (of the year
    are to blame: on typical days there is a plan), ``"unsure"`` (the last check fails), or blank.
    ``repairs``: changes of one of them that leave a plan, each by itself. ``days``: it was looked for on so
    many typical days; ``checked``: they have no plan on the year either.
    """

    members: tuple[Requirement, ...] = ()
    unknown: str = ""
    repairs: Repairs = field(default_factory=Repairs)
    days: int | None = None
    checked: bool = False

    def in_year(self, year: int) -> Conflict:
        """Return it as one of a year of a pathway."""
        return replace(self, members=tuple(replace(one, year=year) for one in self.members))

    def table(self) -> pd.DataFrame:
        """Return a row for each requirement: what it says, and where it stands in the input."""
        rows = [
            (
                *(one.label_it, one.label_en, one.kind, one.table, one.row, one.column),
                *(one.value, one.unit, one.year, self.repairs.enough(one)),
            )
            for one in self.members
        ]
        return pd.DataFrame(rows, columns=COLUMNS)

    def text(self, lang: str = "it") -> str:
        """Return the sentence."""
        labels = "; ".join(one.label_en if lang == "en" else one.label_it for one in self.members)
        with speaking(lang):
            if not self.members:
                return _unknown(self.unknown, lang, self.days)
            if len(self.members) == 1:
                said = say("This alone cannot hold: {labels}.", labels=labels)
            else:
                said = say("Together these exclude each other: {labels}.", labels=labels)
            return " ".join(one for one in (said, self._found_on(), self.repairs.text(lang)) if one)

    def _found_on(self) -> str:
        """Say on which steps it was found, where these are not those of the question."""
        if self.days is None:
            return ""
        if self.checked:
            return say("Found on {days} typical days and checked on the whole year.", days=self.days)
        return say(
            "Found on {days} typical days; there was no time to check it on the whole year.", days=self.days
        )

    def lines(self, lang: str = "it") -> list[str]:
        """Return each requirement with the value that would be enough, where one is known."""
        known = [one for one in self.repairs.found if np.isfinite(one.enough)]
        values = {one.requirement.key: f" → {one.value(lang)}" for one in known}
        labels = [(one.label_en if lang == "en" else one.label_it, one.key) for one in self.members]
        return [f"{label}{values.get(key, '')}" for label, key in labels]


def _unknown(why: str, lang: str, days: int | None) -> str:
    """Say why the set is not told."""
    if why == "hours":
        return say(
            "On {days} typical days there is a plan: single hours of the year leave none, and no set of"
            " requirements is told.",
            days=days,
        )
    if why == "many":
        most = number(search_limit("conflict_requirements"), lang, decimals=0)
        return say("More than {most} requirements exclude each other only together.", most=most)
    if why == "time":
        return say("There was no time to find the smallest set of requirements that exclude each other.")
    if why == "size":
        most = number(search_limit("conflict_rows"), lang, decimals=0)
        return say(
            "The smallest set of requirements that exclude each other is not looked for above {most} rows;"
            " ask with typical days.",
            most=most,
        )
    return say("Which requirements exclude each other could not be told for certain.")


def find_conflict(
    program: LinearProgram,
    stated: Sequence[Requirement],
    search: Search,
    *,
    known: Mapping[str, bool] = _NOTHING_KNOWN,
) -> Conflict:
    """Find requirements that exclude each other, none of them in vain.

    Parameters
    ----------
    program : LinearProgram
        One without a plan.
    stated : sequence of Requirement
        All that can be left out of it.
    search : Search
        What is left of the time; no more than ``conflict_s`` of ``search_limits.csv`` is taken of it.
    known : Mapping[str, bool]
        Name of a limit or added constraint → whether it has a part in every such set (True), or the others
        exclude each other without it and all that are False (False). What is known is not solved again.

    Returns
    -------
    Conflict
        Checked: together they have no plan, whichever one is left out the others have one.
    """
    if len(program.row_lower) > search_limit("conflict_rows"):
        return Conflict(unknown="size")
    part = search.part(search_limit("conflict_s"))
    most = int(search_limit("conflict_requirements"))
    try:
        members = _Filter(program, stated, part).reduced(most, known)
        if members is None:
            return Conflict(unknown="many")
        others = [one for one in stated if one not in members]
        sure = part.solve(without(program, others)).status == INFEASIBLE
        return Conflict(tuple(members)) if sure else Conflict(unknown="unsure")
    except OutOfTimeError:
        return Conflict(unknown="time")
    except SolverError:
        return Conflict(unknown="unsure")


class _Filter:
    """Leaves out requirements one by one, as long as the others exclude each other."""

    def __init__(self, program: LinearProgram, stated: Sequence[Requirement], search: Search) -> None:
        self._program, self._search = program, search
        self._stated = sorted(stated, key=lambda one: ORDER.index(one.kind))
        self._elastic = _elastic(program)
        self._warm = WarmSolver(self._elastic)
        sides = [program.row_lower, program.row_upper, program.lower, program.upper]
        finite = np.concatenate(sides)
        # What is missed is measured beside the largest number, so that it is proven as exactly as it matters.
        self._beside = max(1.0, float(np.abs(finite[np.isfinite(finite)]).max(initial=0.0)))
        self._nothing = _NOTHING * self._beside

    def reduced(self, most: int, known: Mapping[str, bool]) -> list[Requirement] | None:
        """Return an irreducible set, what is asked of the plan last; nothing if it has more than ``most``."""
        part_of = {one: known.get(one.known_as) for one in self._stated if one.kind in _NAMED}
        begun = [one for one in self._stated if part_of.get(one) is not False]
        left = self._proof(begun) or begun
        needed: list[Requirement] = []
        for one in list(left):
            if one not in left:
                continue
            rest = [other for other in left if other is not one]
            smaller = None if part_of.get(one) else self._proof(rest)
            if smaller is None:
                needed.append(one)
                if len(needed) > most:
                    return None
            else:
                left = smaller
        return left

    def _proof(self, kept: list[Requirement]) -> list[Requirement] | None:
        """Return those of some requirements that prove that there is no plan; nothing where there is one."""
        answer = self._missed(kept)
        if answer.objective <= self._nothing:
            return self._by_whole_numbers(kept)
        taking_part = [one for one in kept if self._in_proof(one, answer)]
        # A part so small that it was taken for nothing would show here.
        again = taking_part if len(taking_part) < len(kept) else kept
        if again is not kept and self._missed(again).objective <= self._nothing:
            return kept
        return again

    def _by_whole_numbers(self, kept: list[Requirement]) -> list[Requirement] | None:
        if self._program.whole is None:
            return None
        answer = self._search.solve(without(self._program, self._others(kept)))
        return kept if answer.status == INFEASIBLE else None

    def _others(self, kept: list[Requirement]) -> list[Requirement]:
        return [one for one in self._stated if one not in kept]

    def _missed(self, kept: list[Requirement]) -> Solution:
        """Return the plan that misses least where only some requirements are stated."""
        program = without(self._program, self._others(kept))
        extra = len(self._elastic.cost) - len(program.cost)
        asked = replace(
            self._elastic,
            row_lower=program.row_lower,
            row_upper=program.row_upper,
            lower=np.concatenate([program.lower, np.zeros(extra)]),
            upper=np.concatenate([program.upper, np.full(extra, np.inf)]),
            offset=self._beside,
        )
        answer = self._search.solve(asked, self._warm)
        return replace(answer, objective=answer.objective - self._beside)

    def _in_proof(self, one: Requirement, answer: Solution) -> bool:
        """Tell whether a side or bound of a requirement has a dual value."""
        reduced = -(self._program.matrix.T @ answer.row_dual)
        rows = np.concatenate([one.free_rows, one.asked_rows])
        used = np.abs(answer.row_dual[rows]).max(initial=0.0)
        used = max(used, -reduced[one.free_above].min(initial=0.0), reduced[one.free_below].max(initial=0.0))
        return bool(used > _NOTHING)


def _elastic(program: LinearProgram) -> LinearProgram:
    """Return the program in which each side of a row may be missed, and what is missed is the cost."""
    rows = identity(len(program.row_lower), format="csc")
    up, down = np.isfinite(program.row_lower), np.isfinite(program.row_upper)
    matrix = csc_matrix(hstack([program.matrix, rows[:, up], -rows[:, down]]))
    extra = int(up.sum() + down.sum())
    return replace(
        program,
        cost=np.concatenate([np.zeros_like(program.cost), np.ones(extra)]),
        matrix=matrix,
        lower=np.concatenate([program.lower, np.zeros(extra)]),
        upper=np.concatenate([program.upper, np.full(extra, np.inf)]),
        offset=0.0,
        columns=program.columns.plus(*(f"missed[{place}]" for place in range(extra))),
        whole=None,
    )
