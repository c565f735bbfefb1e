"""What a year costs, told by its weeks, against sums worked out hour by hour and against the whole year."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from leb_kit import InputError
from leb_kit.optimise import MixProblem, optimise_mix, typical_days
from tests.optimise.test_year_check import ANNUITY, HOURS, PRICE, dispatched, peaked, town, year


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("days", [1, 4, 12])
def test_without_limits_and_stores_it_is_the_cost_of_the_plan_hour_by_hour(seed, days):
    """Proves every hour counts, at the sizes of the plan. Without it it could be told of another year."""
    profiles = year(seed)
    plan = optimise_mix(town(profiles, typical_days(days)))
    pv = float(plan.processes.set_index("process").at["pv", "capacity_mw"])
    found = plan.year_cost()
    assert found.cost_eur == pytest.approx(dispatched(profiles, pv), rel=1e-9)
    assert found.error == pytest.approx(plan.cost_eur / dispatched(profiles, pv) - 1, abs=1e-9)
    assert found.planned is plan


def limited(days: int, most_mwh: float) -> MixProblem:
    """A town that may buy less than it would, with a store or without."""
    profiles = year(4)
    free = town(profiles, typical_days(days))
    bought = float(optimise_mix(free).processes.set_index("process").at["import", "energy_mwh"])
    limit = {"limit": "bought", "process": "import", "coefficient": 1.0, "sense": "at_most"}
    return MixProblem.from_tables(
        buses=free.buses,
        processes=free.processes,
        demands=free.demands,
        storages=battery(900.0, 0.0).assign(capacity_max_mwh=most_mwh),
        limits=pd.DataFrame([limit | {"value": 0.9 * bought}]),
        profiles=profiles,
        time=typical_days(days),
    )


@pytest.mark.parametrize("days", [2, 6])
def test_a_limit_of_the_year_is_paid_for_at_the_price_that_days_tell(days):
    """Proves the formula: what is bought costs its price and that of the limit, what is allowed is free of
    the latter. Without it a plan that breaks the limit in real hours would look cheap."""
    problem, profiles = limited(days, 0.0), year(4)
    plan = optimise_mix(problem)
    price, allowed = float(plan.prices["price"].iloc[0]), float(plan.prices["allowed"].iloc[0])
    pv = float(plan.processes.set_index("process").at["pv", "capacity_mw"])
    bought = np.maximum(profiles["use"] - pv * profiles["sun"], 0.0).sum()
    assert price > 1
    by_hand = ANNUITY * pv + (PRICE + price) * bought - price * allowed
    assert plan.year_cost().cost_eur == pytest.approx(by_hand, rel=1e-8)


def test_with_a_limit_and_a_store_it_is_what_the_plan_costs_over_the_year():
    """Proves weeks against the year of every hour, dispatched at once with the same sizes. Without it stores
    that weeks cannot share, or a limit that is paid for, could make another cost."""
    plan = optimise_mix(limited(4, np.inf))
    assert plan.stores["capacity_mw"].iloc[0] > 1
    real = plan.over_the_year().cost_eur
    assert abs(plan.cost_eur / real - 1) > 0.1
    assert plan.year_cost().cost_eur == pytest.approx(real, rel=1e-3)


def battery(annuity: float, loss: float) -> pd.DataFrame:
    """A store at an annuity for each MWh."""
    return pd.DataFrame(
        {
            "storage": ["battery"],
            "technology": ["battery"],
            "bus": ["electricity"],
            "capex_eur_per_mwh_year": [annuity],
            "loss_per_hour": [loss],
        }
    )


def test_what_a_plan_lacks_is_added_at_least_cost():
    """Proves a peak that days do not know in full is paid for as a line, 6,000 EUR for each MW, not as energy
    missed at any price; worked out hour by hour."""
    problem = peaked(1, 4)
    profiles = problem.time.hourly
    without = replace(problem, storages=problem.storages.assign(capacity_max_mwh=0.0))
    plan = optimise_mix(without)
    pv, line = plan.processes["capacity_mw"].to_numpy()
    wanted = profiles["use"] - pv * profiles["sun"]
    assert wanted.max() > line + 0.05
    by_hand = dispatched(profiles, pv) + 6000.0 * wanted.max()
    assert plan.year_cost().cost_eur == pytest.approx(by_hand, rel=1e-8)


def test_what_summer_keeps_for_winter_is_not_lost_between_weeks():
    """Proves that contents are carried as linked days planned. The sun shines in summer only and nothing else
    is cheap: weeks that end as they began would buy the whole winter. By hand, all comes from the sun, and
    the store holds the range of what has come in less what has gone out."""
    hour = np.arange(HOURS)
    summer = (np.abs(hour - HOURS / 2) < HOURS / 4).astype(float)
    profiles = pd.DataFrame({"sun": summer * (hour % 24 // 12 == 0), "use": 1 + 0.1 * (hour % 24 == 7)})
    base = town(profiles)
    problem = MixProblem.from_tables(
        buses=base.buses,
        processes=base.processes.assign(variable_eur_per_mwh=[0.0, 900.0]),
        demands=base.demands,
        storages=battery(20.0, 0.0),
        profiles=profiles,
        time=typical_days(6, linked=True),
    )
    plan = optimise_mix(problem)
    pv = profiles["use"].sum() / profiles["sun"].sum()
    content = (pv * profiles["sun"] - profiles["use"]).cumsum()
    by_hand = ANNUITY * pv + 20.0 * (content.max() - content.min())
    assert plan.year_cost().cost_eur == pytest.approx(by_hand, rel=0.01)
    forgetful = replace(plan, contents=pd.DataFrame())
    assert forgetful.year_cost().cost_eur > 2 * by_hand


def test_whoever_reads_it_is_told_that_it_is_an_estimate():
    plan = optimise_mix(town(year(1), typical_days(2)))
    found = plan.year_cost()
    assert "È una stima" in found.explain("it")
    assert "This is an estimate" in found.explain("en")
    assert repr(found).startswith("YearCost(about ")


def test_the_same_plan_gives_the_same_bits():
    first, second = (optimise_mix(limited(2, np.inf)).year_cost().cost_eur for _ in range(2))
    assert first == second


def test_weeks_that_cannot_be_met_are_told():
    """A line of 13 MW at most: days need less, the year more."""
    profiles = year(1)
    night = float(profiles["use"][profiles["sun"] == 0].max())
    plan = optimise_mix(town(profiles, typical_days(1), most_mw=night - 0.5))
    with pytest.raises(InputError, match="some weeks have no cost"):
        plan.year_cost()


def test_a_plan_of_every_hour_has_nothing_to_estimate():
    with pytest.raises(InputError, match="every hour that was given"):
        optimise_mix(town(year(1))).year_cost()
