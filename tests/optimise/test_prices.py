"""Marginal prices against finite differences: a target is moved a little and the problem solved again."""

from dataclasses import replace

import pytest

from leb_kit.examples import torino
from leb_kit.indicators import targets
from leb_kit.indicators.target_sets import TargetSet
from leb_kit.optimise import MixProblem, mix_problem, optimise_mix, typical_days


def strict(share: float = 0.45, emissions: float = -0.3) -> MixProblem:
    """Torino on two days with targets that bind."""
    table = targets("20-20-20-local").table.copy()
    table.loc[table["target"] == "renewables", "value"] = share
    table.loc[table["target"] == "emissions", "value"] = emissions
    return mix_problem(torino(), targets=TargetSet("strict", table), base=torino(), time=typical_days(2))


@pytest.fixture(scope="module")
def plan():
    """The least-cost plan under strict targets."""
    return optimise_mix(strict())


def cost_between(question: MixProblem, limit: str, step: float) -> float:
    """Cost for one unit more effort, from both sides of the value."""
    costs = []
    for change in (step, -step):
        limits = question.limits.copy()
        limits.loc[limits["limit"] == limit, "value"] += change
        costs.append(optimise_mix(replace(question, limits=limits)).cost_eur)
    return abs(costs[0] - costs[1]) / (2 * step)


@pytest.mark.parametrize(
    ("limit", "unit", "step"), [("emissions", "EUR/tCO2eq", 10.0), ("efficiency", "EUR/MWh", 10.0)]
)
def test_a_price_is_what_one_unit_more_costs(plan, limit, unit, step):
    """Proves: sign, size and unit of a dual. Without it a tonne could be told at the price of a MWh."""
    row = plan.prices.set_index("target").loc[limit]
    assert row["unit"] == unit
    assert row["price"] >= 0
    assert row["price"] == pytest.approx(cost_between(plan.problem, limit, step), rel=1e-3, abs=0.05)


def test_a_share_has_a_price_for_a_percentage_point(plan):
    """Proves: the price of a point is what a hundredth of the share more costs, target set and all."""
    row = plan.prices.set_index("target").loc["renewables"]
    assert row["price"] > 0
    step = 0.0001
    dearer, cheaper = (optimise_mix(strict(0.45 + change)).cost_eur for change in (step, -step))
    assert row["point_price"] == pytest.approx((dearer - cheaper) / (2 * step) / 100, rel=1e-2)
    others = plan.prices.set_index("target")["point_price"].drop("renewables")
    assert others.isna().all()
