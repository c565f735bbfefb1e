"""Firm capacity of a plan beside what is taken, worked out of the plan alone; and what a MW is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from leb_kit.errors import LANGUAGES, say, speaking
from leb_kit.optimise.answers.words import number
from leb_kit.optimise.question.columns import AT_LEAST
from leb_kit.optimise.question.reserve import Part, Reserve, margins, reserves_of
from leb_kit.reference import catalog

if TYPE_CHECKING:
    from leb_kit.optimise.answers.result import MixResult
    from leb_kit.optimise.checks.doubts import Remarks

COLUMNS = ["bus", "margin", "reached", "firm_mw", "use_mw", "required_mw", "step"]
#: Kind of a margin among the prices of a plan.
RESERVE = "reserve"
PERCENT = 100
ELECTRICITY = "E7000"


@dataclass(frozen=True, eq=False)
class Firm:
    """Firm capacity and use at a bus in each step, MW; ``of``: what counts of each plant and store."""

    reserve: Reserve
    of: dict[str, np.ndarray]
    use_mw: np.ndarray

    @property
    def firm_mw(self) -> np.ndarray:
        """Sum of what counts."""
        total: np.ndarray = sum(self.of.values(), np.zeros(len(self.use_mw)))
        return total

    @property
    def required_mw(self) -> np.ndarray:
        """What is taken, with the margin on top."""
        return (1 + self.reserve.margin) * self.use_mw

    @property
    def tightest(self) -> int:
        """The step in which least is left over."""
        return int((self.firm_mw - self.required_mw).argmin())

    @property
    def reached(self) -> float:
        """The largest margin that the plan has in every step; infinite where nothing is ever taken."""
        taken = self.use_mw > 0
        return float((self.firm_mw[taken] / self.use_mw[taken]).min(initial=np.inf)) - 1


def firm_of(result: MixResult) -> list[Firm]:
    """Return firm capacity and use at each bus with a margin, out of capacities and dispatch."""
    return [_firm(result, one) for one in reserves_of(result.problem)]


def _firm(result: MixResult, one: Reserve) -> Firm:
    problem, dispatch = result.problem, result.dispatch
    plants = dict(zip(result.processes["process"], result.processes["capacity_mw"], strict=True))

    def given(part: Part) -> np.ndarray:
        out: np.ndarray = part.shape(problem) * dispatch[part.name].to_numpy(dtype=float)
        return out

    of = {part.name: part.shape(problem) * float(plants[part.name]) for part in one.plants}
    for part in one.stores:
        net = dispatch[f"{part.name}:discharge"] - dispatch[f"{part.name}:charge"]
        of[part.name] = part.shape(problem) * net.to_numpy(dtype=float)
    unit = dict(zip(problem.processes["process"], problem.processes["unit"], strict=True))
    for part in one.modes:
        name = unit[part.name]
        of[name] = of.get(name, 0.0) + given(part)
    use = problem.demand_mw(one.bus)
    asked = problem.movable_mw()
    for place, row in enumerate(problem.flexible.itertuples()):
        if row.bus == one.bus:
            # What may move is taken when it is served, not when it was asked for.
            fixed = asked[place] / float(row.flexible_share)
            use = use - fixed + dispatch[f"{row.demand}:served"].to_numpy(dtype=float)
    return Firm(one, of, use + sum((given(part) for part in one.users), np.zeros(problem.time.count)))


def reserve_table(result: MixResult) -> pd.DataFrame:
    """Return margins asked and reached; see ``MixResult.reserve``."""
    rows = []
    for one in firm_of(result):
        at = one.tightest
        told = (one.reserve.bus, one.reserve.margin, one.reached)
        rows.append((*told, one.firm_mw[at], one.use_mw[at], one.required_mw[at], at))
    return pd.DataFrame(rows, columns=COLUMNS)


def margin_prices(result: MixResult, duals: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Return a row of ``MixResult.prices`` for each margin.

    ::

        price = sum_t dual[b,t]        point_price = sum_t dual[b,t] × use[b,t] / 100

    price: EUR a year for one MW more of firm capacity asked in every step, which is what a MW of it earns;
    point_price: EUR a year for one percentage point more of margin.

    Parameters
    ----------
    result : MixResult
        The plan, without them.
    duals : Mapping[str, np.ndarray]
        Bus → dual of its row in each step, EUR/MW.
    """
    rows = []
    for one in firm_of(result):
        dual, at = duals[one.reserve.bus], one.tightest
        labels = margin_labels(one.reserve.bus, one.reserve.margin)
        rows.append(
            {
                "target": one.reserve.limit,
                "price": float(dual.sum()) + 0.0,
                "unit": "EUR/MW",
                "reached": float(one.firm_mw[at]),
                "allowed": float(one.required_mw[at]),
                "limit_unit": "MW",
                "point_price": float(dual @ one.use_mw) / PERCENT + 0.0,
                "sense": AT_LEAST,
                "kind": RESERVE,
                "label_it": labels[0],
                "label_en": labels[1],
            }
        )
    return pd.DataFrame(rows)


def margin_labels(bus: str, margin: float) -> tuple[str, str]:
    """Name a margin in Italian and English.

    Examples
    --------
    >>> margin_labels("grid", 0.15)
    ('margine di riserva al nodo «grid» (15 %)', "reserve margin at bus 'grid' (15 %)")
    """

    def named(lang: str) -> str:
        known = catalog.label("bus", bus, lang)
        return known if known != bus else (f"«{bus}»" if lang == "it" else f"'{bus}'")

    percent = {
        lang: number(margin * PERCENT, lang, decimals=0 if _whole(margin) else 1) for lang in LANGUAGES
    }
    return (
        f"margine di riserva al nodo {named('it')} ({percent['it']} %)",
        f"reserve margin at bus {named('en')} ({percent['en']} %)",
    )


def grid_remarks(result: MixResult) -> Remarks:
    """Say what a plan without a margin leaves to the grid around it, where it gives up power plants."""
    problem = result.problem
    if problem.frame is None or margins(problem.buses):
        return ()
    electric = set(problem.buses.loc[problem.buses["product"] == ELECTRICITY, "bus"])
    flows = problem.flows
    plants = flows.loc[flows["bus"].isin(electric) & (flows["coefficient"] > 0), "process"]
    mine = result.processes["process"].isin(plants).to_numpy()
    gone = result.retired
    gone = gone[gone["technology"].isin(result.processes.loc[mine, "technology"])]
    return tuple(_left_to_the_grid(row) for row in gone.itertuples())


def _left_to_the_grid(row: Any) -> tuple[str, str]:
    said = []
    for lang in LANGUAGES:
        with speaking(lang):
            told = say(
                "{name}: the plan gives up {size} MW and asks for no reserve margin; where power is missing"
                " the national grid gives it, over today's connection.",
                name=catalog.label("technology", str(row.technology), lang),
                size=number(float(row.retired_mw), lang),
            )
        said.append(told)
    return said[0], said[1]


def _whole(margin: float) -> bool:
    return abs(margin * PERCENT - round(margin * PERCENT)) < 1 / PERCENT


__all__ = [
    "COLUMNS",
    "RESERVE",
    "Firm",
    "firm_of",
    "grid_remarks",
    "margin_labels",
    "margin_prices",
    "reserve_table",
]
