"""What a notebook shows of a pathway: what stands in each year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leb_kit.errors import say
from leb_kit.optimise.answers.shown_answers import used_rows
from leb_kit.reference.shown import column, labels, page, table

if TYPE_CHECKING:
    from leb_kit.optimise.pathway.pathway_run import PathwayResult


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
