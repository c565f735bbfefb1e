"""Prices and costs that can be meant, and hardly are: paid for taking fuel, or far from those on record.

Nothing is refused: a price below 0 is real in some hours and for some wastes, and what is far today may be
near in another year. What is told is a remark.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from leb_kit.errors import say
from leb_kit.optimise.checks.faults import labels, listed
from leb_kit.reference import costs
from leb_kit.reference.numbers import has_parameter

if TYPE_CHECKING:
    from leb_kit.optimise.question.problem import MixProblem

#: A price or cost this many times that on record, or this part of it, is likely one of another unit.
_FAR = 10


def price_doubts(prices: Mapping[str, float]) -> list[str]:
    """Say which prices of a caller are below 0 or far from those of ``prices.csv``."""
    told = []
    for item, value in prices.items():
        known = costs.price(item)
        if value < 0:
            told.append(
                say(
                    "price '{name}' is {value:g} EUR/MWh: below 0 whoever takes it is paid; a slip of sign?",
                    name=item,
                    value=value,
                )
            )
        elif known > 0 and not known / _FAR <= value <= known * _FAR:
            told.append(
                say(
                    "price '{name}' is {value:g} EUR/MWh, on record are {known:.3g}: another unit"
                    " (EUR/kWh, cents)?",
                    name=item,
                    value=value,
                    known=known,
                )
            )
    return told


def cost_doubts(problem: MixProblem) -> Iterator[str]:
    """Yield sentences on fuel that pays whoever takes it, and on investments far from those on record."""
    rows = problem.processes
    takes = set(problem.flows.loc[problem.flows["coefficient"] < 0, "process"])
    source = (rows["bus_in"] == "") & (rows["bus_out"] != "") & ~rows["process"].isin(takes)
    paying = rows[source & (rows["variable_eur_per_mwh"] < 0)]
    if len(paying):
        yield say(
            "processes: {rows}, column variable_eur_per_mwh: found {found:g} EUR/MWh: what takes nothing"
            " earns with each MWh it gives; a slip of sign?",
            rows=listed(labels("processes", paying)),
            found=float(paying["variable_eur_per_mwh"].min()),
        )
    for row in rows[rows["capex_eur_per_mw_year"] > 0].itertuples():
        if not has_parameter(str(row.technology), "capex_eur_per_mw"):
            continue
        known = costs.annuity(str(row.technology), "capex_eur_per_mw")
        found = float(row.capex_eur_per_mw_year)
        if known > 0 and not known / _FAR <= found <= known * _FAR:
            yield say(
                "processes: '{name}', column capex_eur_per_mw_year: found {found:g}, on record are"
                " {known:.0f} EUR for each MW and year; an investment as a whole, or a cost of each kW?",
                name=row.process,
                found=found,
                known=known,
            )


def earned(cost_eur: float) -> list[str]:
    """Say that a plan earns more than it costs, where it does."""
    if not np.isfinite(cost_eur) or cost_eur >= 0:
        return []
    return [
        say(
            "The plan earns {amount:.0f} EUR a year more than it costs: are prices, and their signs, what"
            " was meant?",
            amount=-cost_eur,
        )
    ]
