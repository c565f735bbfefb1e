"""Why a pathway has no plan, or no least cost: which year, which limit, and what would help."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from leb_kit.errors import say
from leb_kit.optimise.answers.conflict import Conflict, find_conflict
from leb_kit.optimise.answers.explain import (
    InfeasibleMix,
    Relaxation,
    Shortfall,
    UnboundedMix,
    explain_unbounded,
)
from leb_kit.optimise.answers.giving_way import elastic
from leb_kit.optimise.answers.margin_way import margin_relaxations
from leb_kit.optimise.answers.relax import TIME_LIMIT_S
from leb_kit.optimise.answers.repairs import find_repairs
from leb_kit.optimise.answers.requirement_words import added_label
from leb_kit.optimise.answers.requirements import (
    Requirement,
    added_requirements,
    build_rates,
    requirements_of,
)
from leb_kit.optimise.answers.run import run
from leb_kit.optimise.answers.searching import OutOfTimeError, Search
from leb_kit.optimise.checks.loops import earning
from leb_kit.optimise.model.build import Built
from leb_kit.optimise.model.stacking import Additions
from leb_kit.optimise.pathway.pathways import PathwayProblem
from leb_kit.optimise.question.problem import AT_LEAST, AT_MOST, TARGET


class InfeasiblePathway(InfeasibleMix):
    """No way through the years exists.

    ``year``: the first that has no plan; none where each has one by itself, but not one after the other.
    ``foresight``: how the years were decided. The rest is as in ``InfeasibleMix``; labels tell the year.
    """

    def __init__(
        self,
        year: int | None,
        clash: pd.DataFrame,
        relaxations: tuple[Relaxation, ...],
        *,
        shortfalls: tuple[Shortfall, ...] = (),
        stopped_after_s: float | None = None,
        foresight: str = "perfect",
        conflict: Conflict | None = None,
    ) -> None:
        self.year, self.foresight = year, foresight
        super().__init__(
            clash, relaxations, shortfalls=shortfalls, stopped_after_s=stopped_after_s, conflict=conflict
        )

    @classmethod
    def of_year(cls, year: int, error: InfeasibleMix, *, foresight: str) -> InfeasiblePathway:
        """Return the reasons of one year as those of the pathway."""
        return cls(
            year,
            error.clash_rows,
            error.relaxations,
            shortfalls=error.shortfalls,
            stopped_after_s=error.stopped_after_s,
            foresight=foresight,
            conflict=None if error.exclusion is None else error.exclusion.in_year(year),
        )

    def text(self, lang: str = "it") -> str:
        """Return the explanation in ``lang``."""
        italian = lang != "en"
        if self.year is not None:
            said = f"{'Nel' if italian else 'In'} {self.year}: {super().text(lang)}"
            if self.foresight == "perfect":
                return said
            after = (
                " Gli anni prima sono stati decisi senza guardare avanti: foresight='perfect' può trovare"
                " una via."
                if italian
                else " Earlier years were decided without a look ahead: foresight='perfect' may find a way."
            )
            return said + after
        return super().text(lang)

    def _head(self, labels: str, *, italian: bool) -> str:
        if self.year is not None:
            return super()._head(labels, italian=italian)
        head = (
            "Ogni anno da solo ha un piano, ma non l'uno dopo l'altro: lo impediscono ritmi di costruzione,"
            " durate o vincoli fra gli anni."
            if italian
            else "Each year has a plan by itself, but not one after the other: build rates, lifetimes or"
            " constraints over years are in the way."
        )
        if self.relaxations or self.stopped_after_s is not None:
            return head
        return head + (
            " Nessun allentamento di un solo obiettivo o ritmo basta."
            if italian
            else " To relax a single target or rate is not enough."
        )


def require_ends(problem: PathwayProblem) -> None:
    """Tell the first year whose cost has no lower end, before the model is built.

    Raises
    ------
    UnboundedMix
        Processes of a year earn without limit; they are named.
    """
    for year in problem.years:
        question = problem.problems[year]
        if not question.rules and not problem.rules and earning(question) is not None:
            raise unbounded_in(year, explain_unbounded(question))


def unbounded_in(year: int, error: UnboundedMix) -> UnboundedMix:
    """Return what is told of a problem with its year."""
    return UnboundedMix(say("In {year}: {said}", year=year, said=str(error)))


def explain_pathway(
    problem: PathwayProblem,
    whole: Built,
    of_year: dict[int, Additions],
    *,
    time_limit_s: float | None = None,
) -> InfeasiblePathway:
    """Find the first year that has no plan even by itself, else the smallest single changes that help.

    Parameters
    ----------
    problem : PathwayProblem
        The question.
    whole : Built
        The arrays of all years.
    of_year : dict
        What rules added to each year.
    time_limit_s : float, optional
        Wall-clock limit of each search, seconds; what was found until then is told.

    Returns
    -------
    InfeasiblePathway
        Each amount comes from a way that holds with it.
    """
    for year in problem.years:
        try:
            run(problem.problems[year], time_limit_s=time_limit_s)
        except InfeasibleMix as error:
            return InfeasiblePathway.of_year(year, error, foresight="perfect")
    search = Search(TIME_LIMIT_S if time_limit_s is None else time_limit_s)
    found: list[Relaxation] = []
    stopped, conflict = None, Conflict(unknown="time")
    try:
        found.extend(_targets(problem, whole, search))
        found.extend(_margins(problem, whole, search))
        found.extend(_rates(problem, whole, search))
        found.extend(_own(whole, of_year, search))
        conflict = find_conflict(whole.program, _stated(problem, whole, of_year), search)
        repairs = find_repairs(whole.program, conflict.members, search, relaxed=bool(found))
        conflict = replace(conflict, repairs=repairs)
    except OutOfTimeError:
        stopped = search.spent_s
    nothing = pd.DataFrame(columns=["limit", "label_it", "label_en"])
    return InfeasiblePathway(None, nothing, tuple(found), stopped_after_s=stopped, conflict=conflict)


def _stated(problem: PathwayProblem, whole: Built, of_year: dict[int, Additions]) -> list[Requirement]:
    """Return what is stated in any year and over the years; lifetimes stay."""
    model, program = whole.model, whole.program
    closed = {key: program.rows.at(row) for key, row in model.pathway_closed.items()}
    every = []
    for y in problem.years:
        for one in requirements_of(problem.problems[y], program, model.period[y], of_year[y]):
            # What cannot be built has a row of its own that says so.
            rows = [closed[name, y] for name in one.names if (name, y) in closed and one.is_largest]
            free = np.concatenate([one.free_rows, np.array(rows, dtype=int)])
            every.append(replace(one.in_year(y), free_rows=free))
    rates = {key: program.rows.at(row) for key, row in model.pathway_build_rate.items()}
    stores = set(problem.problems[problem.years[0]].storages["storage"])
    every += build_rates({key: problem.most_built(*key) for key in rates}, rates, stores)
    return every + added_requirements(whole.added, program)


def _targets(problem: PathwayProblem, whole: Built, search: Search) -> Iterator[Relaxation]:
    for year in problem.years:
        question = problem.problems[year]
        rows = question.limit_rows()
        hard = rows[(rows["kind"] == TARGET) & ~rows["limit"].isin(question.missed_price)]
        for row in hard.itertuples():
            place = whole.row(whole.model.period[year].annual_limits[row.limit])
            answer = elastic(whole.program, place, search)
            if answer is not None:
                amount = float(answer.objective)
                allowed = row.value - amount if row.sense == AT_LEAST else row.value + amount
                names = (f"{row.label_it or row.limit}, {year}", f"{row.label_en or row.limit}, {year}")
                yield Relaxation(f"{row.limit} {year}", *names, amount, allowed, row.unit, row.sense)


def _margins(problem: PathwayProblem, whole: Built, search: Search) -> Iterator[Relaxation]:
    """Yield by how much the reserve margin of a year would have to give way."""
    for year in problem.years:
        here = replace(whole, model=whole.model.period[year])
        for one in margin_relaxations(problem.problems[year], here, search):
            told = replace(one, label_it=f"{one.label_it}, {year}", label_en=f"{one.label_en}, {year}")
            yield replace(told, limit=f"{one.limit} {year}")


def _rates(problem: PathwayProblem, whole: Built, search: Search) -> Iterator[Relaxation]:
    """Yield by how much more would have to be built in a period."""
    stores = set(problem.problems[problem.years[0]].storages["storage"])
    for name, year in whole.model.pathway_build_rate:
        answer = elastic(whole.program, whole.row(whole.model.pathway_build_rate[name, year]), search)
        if answer is not None:
            amount = float(answer.objective)
            names = (
                f"il ritmo di costruzione di {name}, {year}",
                f"the build rate of {name}, {year}",
            )
            allowed = problem.most_built(name, year) + amount
            unit = "MWh" if name in stores else "MW"
            yield Relaxation(f"build_max_per_year {name} {year}", *names, amount, allowed, unit, AT_MOST)


def _own(whole: Built, of_year: dict[int, Additions], search: Search) -> Iterator[Relaxation]:
    """Yield by how much constraints that rules added would have to give way, one at a time."""
    every = [(None, whole.added), *of_year.items()]
    for year, added in every:
        for name, index, row in added.rows:
            place = whole.row(row)
            answer = elastic(whole.program, place, search)
            if answer is None:
                continue
            amount = float(answer.objective)
            least = whole.program.row_lower[place]
            up = bool(least > float("-inf"))
            allowed = least - amount if up else whole.program.row_upper[place] + amount
            part = "" if index is None else f"[{index}]"
            when = "" if year is None else f", {year}"
            italian, english, unit = added_label(name, added.called, part)
            sense = AT_LEAST if up else AT_MOST
            names = (f"{italian}{when}", f"{english}{when}")
            yield Relaxation(f"{name}{part}{when}", *names, amount, float(allowed), unit, sense)


__all__ = ["InfeasiblePathway", "explain_pathway", "require_ends", "unbounded_in"]
