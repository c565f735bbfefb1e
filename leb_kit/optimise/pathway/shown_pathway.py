"""What a notebook shows of a pathway: what stands in each year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from leb_kit.errors import say
from leb_kit.optimise.answers.shown_answers import used_rows
from leb_kit.optimise.question.shown import demand_names, limit_names
from leb_kit.reference.shown import column, energy, labels, page, table

if TYPE_CHECKING:
    from leb_kit.optimise.pathway.pathway_run import PathwayResult
    from leb_kit.optimise.pathway.pathways import PathwayProblem


def pathway_page(result: PathwayResult) -> str:
    """Return what stands of each technology in each year."""
    wide = result.plan.pivot_table(index="technology", columns="year", values="capacity_mw", sort=False)
    stored = set().union(*(one.stores["technology"] for one in result.results.values()))
    used = used_rows(wide.round(1))  # as they are shown
    parts = []
    for unit, rows in (
        ("MW", wide[used & ~wide.index.isin(stored)]),
        ("MWh", wide[used & wide.index.isin(stored)]),
    ):
        if len(rows):
            name = say("technology") if unit == "MW" else say("storage")
            years = {f"{year}, {unit}": column(rows[year], 1) for year in rows}
            parts.append(table({name: labels(rows.index.to_series()), **years}))
    return page(repr(result), *parts)


def way_page(problem: PathwayProblem) -> str:
    """Return what is asked of each year: demands, and the limits that hold in it."""
    first = next(iter(problem.problems.values()))
    demands = {year: one.demands["annual_mwh"] for year, one in problem.problems.items()}
    unit, told = energy(pd.concat(demands)) if len(first.demands) else ("", [])
    size = len(first.demands)
    columns = {f"{year}, {unit}": told[at * size : (at + 1) * size] for at, year in enumerate(demands)}
    parts = [table({say("demand"): demand_names(first), **columns})] if size else []
    limits = {year: "; ".join(limit_names(one)) for year, one in problem.problems.items()}
    asked = {str(year): text for year, text in limits.items() if text}
    if asked:
        parts.append(table({say("year"): list(asked), say("limits"): list(asked.values())}, words=2))
    return page(repr(problem), *parts)
