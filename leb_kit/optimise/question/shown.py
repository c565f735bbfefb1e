"""What a notebook shows of a question: by technology, in units that fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leb_kit.errors import language, say
from leb_kit.reference import catalog
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
        parts.append(table({say("demand"): demand_names(problem), unit: amounts}))
    limits = limit_names(problem)
    if limits:
        parts.append(table({say("limit"): limits}))
    return page(repr(problem), *parts)


def demand_names(problem: MixProblem) -> list[str]:
    """Return what each demand is called: by its users or its network, one of a person's own as it is."""
    return [
        _demand(str(row.demand), str(row.bus))
        for row in problem.demands[["demand", "bus"]].itertuples(index=False)
    ]


def _demand(demand: str, bus: str) -> str:
    what, _, flow = bus.partition(":")
    name = catalog.label("flow", flow, language()) if flow else catalog.label("bus", bus, language())
    if name in (flow, bus):
        return demand
    return say("heat: {users}", users=name) if flow and what == "heat" else name


def limit_names(problem: MixProblem) -> list[str]:
    """Return what each limit is called."""
    limits = problem.limit_rows()
    name = f"label_{language()}"
    return list(limits[name].where(limits[name] != "", limits["limit"])) if len(limits) else []
