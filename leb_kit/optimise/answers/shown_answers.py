"""What a notebook shows of an answer: tables by technology, in units that fit, without what is zero."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd

from leb_kit.errors import language, say
from leb_kit.reference.shown import column, cost, energy, labels, number, page, table

if TYPE_CHECKING:
    from leb_kit.optimise.answers.budget import BudgetSplit
    from leb_kit.optimise.answers.near_optimal import Alternatives
    from leb_kit.optimise.answers.result import MixResult
    from leb_kit.optimise.answers.tornado import Sensitivity

#: Share of the largest below which an amount is nothing.
_NOTHING = 1e-6


def plan_page(result: MixResult) -> str:
    """Return a plan: what is built, used and stored, what is not, and what each target costs."""
    stored = set(result.stores["technology"])
    plan = result.plan.sort_values("energy_mwh", ascending=False, kind="stable")
    used = used_rows(plan[["capacity_mw", "energy_mwh"]])
    parts = [_technologies(plan[used & ~plan["technology"].isin(stored)])]
    stores = plan[used & plan["technology"].isin(stored)]
    if len(stores):
        parts.append(_stores(stores))
    unused = labels(plan.loc[~used, "technology"])
    if unused:
        told = say("Not in the plan: {technologies}.", technologies=", ".join(unused))
        parts.append(page(told))
    if len(result.prices):
        parts.append(_prices(result.prices))
    return page(repr(result), *parts)


def used_rows(amounts: pd.DataFrame) -> pd.Series:
    """Tell the rows that have something of anything; what has no end is not nothing."""
    sizes = amounts.abs()
    largest = sizes.where(np.isfinite(sizes)).max()
    return (sizes > _NOTHING * largest.fillna(0.0)).any(axis=1)


def _technologies(rows: pd.DataFrame) -> str:
    unit, amounts = energy(rows["energy_mwh"])
    currency, paid = cost(rows["cost_eur"])
    return table(
        {
            say("technology"): labels(rows["technology"]),
            "MW": column(rows["capacity_mw"]),
            say("of which new, MW"): column(rows["new_capacity_mw"]),
            unit: amounts,
            currency: paid,
        }
    )


def _stores(rows: pd.DataFrame) -> str:
    unit, amounts = energy(rows["energy_mwh"])
    currency, paid = cost(rows["cost_eur"])
    return table(
        {
            say("storage"): labels(rows["technology"]),
            say("MWh of content"): column(rows["capacity_mw"]),
            say("of which new, MWh"): column(rows["new_capacity_mw"]),
            say("{unit} given", unit=unit): amounts,
            currency: paid,
        }
    )


def _prices(prices: pd.DataFrame) -> str:
    name = f"label_{language()}"
    told = prices[name].where(prices[name] != "", prices["target"])
    return table(
        {
            say("limit"): list(told),
            say("one unit more costs"): column(prices["price"], 2),
            say("unit"): list(prices["unit"]),
        }
    )


def _costs(*columns: pd.Series) -> tuple[str, list[list[str]]]:
    """Return costs of several columns in one unit."""
    unit, told = cost(pd.concat(columns, ignore_index=True))
    many = len(columns[0])
    return unit, [told[place : place + many] for place in range(0, len(told), many)]


class Curve(Protocol):
    """What has the points of a frontier, of one year or of several."""

    @property
    def table(self) -> pd.DataFrame:
        """One row for each point."""


def frontier_page(curve: Curve) -> str:
    """Return the points of a frontier: what is allowed, what it costs, what one unit more costs."""
    rows = curve.table
    nothing = pd.Series(np.nan, index=rows.index)
    currency, paid = cost(rows.get("cost_eur", nothing))
    columns: dict[str, Sequence[str]] = {
        say("point"): column(rows["point"], 0),
        say("allowed, {unit}", unit=rows["unit"].iloc[0]): column(rows["allowed"], 0),
        say("reached, {unit}", unit=rows["unit"].iloc[0]): column(rows.get("reached", nothing), 0),
        currency: paid,
        say("one more costs, {unit}", unit=rows["price_unit"].iloc[0]): column(rows.get("price", nothing), 1),
    }
    if "renewable_share" in rows:
        columns[say("renewable share, %")] = column(rows["renewable_share"] * 100, 1)
    for name, words in (
        ("primary_energy_mwh", say("primary energy")),
        ("final_energy_mwh", say("final energy")),
    ):
        if name in rows:
            unit, amounts = energy(rows[name])
            columns[f"{words}, {unit}"] = amounts
    if "emissions_tco2eq" in rows:
        columns[say("emissions, tCO2eq")] = column(rows["emissions_tco2eq"], 0)
    return page(repr(curve), table(columns))


def alternatives_page(found: Alternatives) -> str:
    """Return how much of each technology a plan near the least cost can have."""
    rows = found.table
    used = used_rows(rows[["least", "cheapest", "most"]])
    shown = rows[used]
    needed = [say("yes") if needs else say("no") for needs in shown["needed"]]
    return page(
        repr(found),
        table(
            {
                say("technology"): labels(shown["technology"]),
                say("unit"): list(shown["unit"]),
                say("least"): column(shown["least"], 1),
                say("in the cheapest plan"): column(shown["cheapest"], 1),
                say("most"): column(shown["most"], 1),
                say("in every cheap plan"): needed,
            }
        ),
    )


def sensitivity_page(found: Sensitivity) -> str:
    """Return what the cost of the best plan hangs on, the widest first."""
    rows = found.table
    moved = used_rows(rows[["less_eur", "more_eur"]]) | rows[["less_eur", "more_eur"]].isna().any(axis=1)
    still, rows = len(rows) - int(moved.sum()), rows[moved]
    step = number(found.step * 100)
    currency, (less, more) = _costs(rows["less_eur"], rows["more_eur"])
    rest = [page(say("{count} more inputs move nothing.", count=still))] if still else []
    return page(
        repr(found),
        table(
            {
                say("input"): list(rows[f"label_{language()}"]),
                say("{step} % less: {unit}", step=step, unit=currency): less,
                say("{step} % more: {unit}", step=step, unit=currency): more,
                say("what moves most"): labels(rows["moves"]),
            }
        ),
        *rest,
    )


def budget_page(found: BudgetSplit) -> str:
    """Return where a budget goes, and what it buys beside the plan of least cost."""
    rows = found.table
    rows = rows[used_rows(rows[["cost_eur", "more_eur", "more_mwh"]])]
    currency, (paid, more) = _costs(rows["cost_eur"], rows["more_eur"])
    unit, amounts = energy(rows["more_mwh"])
    return page(
        repr(found),
        table(
            {
                say("technology"): labels(rows["technology"]),
                currency: paid,
                say("more than in the cheapest plan, {unit}", unit=currency): more,
                say("more than in the cheapest plan, {unit}", unit=unit): amounts,
            }
        ),
    )
