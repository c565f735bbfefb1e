"""What a notebook shows of a question: by technology, in units that fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leb_kit.errors import language, say
from leb_kit.reference.shown import column, energy, labels, page, table

if TYPE_CHECKING:
    from leb_kit.optimise.question.problem import MixProblem


def problem_page(problem: MixProblem) -> str:
    """Return what a question asks: technologies with what exists and what may be, demands, limits."""
    names = problem.processes["technology"]
    names = names.where(names != "", problem.processes["process"])
    rows = problem.processes.groupby(names, sort=False)
    sums = rows[["capacity_existing_mw", "capacity_max_mw"]].sum()
    parts = [
        table(
            {
                say("technology"): labels(sums.index.to_series()),
                say("processes"): column(rows.size(), 0),
                say("MW that exist"): column(sums["capacity_existing_mw"]),
                say("MW at most"): column(sums["capacity_max_mw"]),
            }
        )
    ]
    if len(problem.demands):
        unit, amounts = energy(problem.demands["annual_mwh"])
        names = problem.demands["demand"]
        parts.append(table({say("demand"): list(names), unit: amounts}))
    limits = problem.limit_rows()
    if len(limits):
        name = f"label_{language()}"
        told = limits[name].where(limits[name] != "", limits["limit"])
        parts.append(table({say("limit"): list(told)}))
    return page(repr(problem), *parts)
