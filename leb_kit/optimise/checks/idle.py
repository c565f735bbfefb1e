"""Rows that say nothing: a flow of 0 for each MWh, an input of 0, a choice among one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from leb_kit.errors import say
from leb_kit.optimise.checks.faults import labels, listed

if TYPE_CHECKING:
    from leb_kit.optimise.question.problem import MixProblem


def idle(problem: MixProblem) -> Iterator[str]:
    """Yield sentences on rows that change nothing, which is hardly what was meant."""
    still = problem.flows[problem.flows["coefficient"] == 0]
    if len(still):
        yield say(
            "flows: {rows} with coefficient 0: nothing flows there, whatever runs; give a number, or leave"
            " the row out",
            rows=listed(labels("flows", still)),
        )
    for row in problem.processes[problem.processes["input_profile"] != ""].itertuples():
        hours = float(problem.time.weight_h[problem.profile(str(row.input_profile)) == 0].sum())
        if hours > 0:
            yield say(
                "profiles: column '{profile}' is 0 in {hours:.0f} hours of the year: there '{name}' gives"
                " without taking anything from '{bus}'",
                profile=row.input_profile,
                hours=hours,
                name=row.process,
                bus=row.bus_in,
            )
    grouped = problem.processes[problem.processes["exclusive_group"] != ""]
    for name, part in grouped.groupby("exclusive_group", sort=False):
        if len(part) == 1:
            yield say(
                "processes: exclusive_group '{name}' has one member, {row}: there is nothing to choose"
                " between; name the group in the others as well, or leave it blank",
                name=name,
                row=listed(labels("processes", part)),
            )
