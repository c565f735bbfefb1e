"""A plan of typical days through every hour of the year, worked out without the optimiser."""

import numpy as np
import pandas as pd
import pytest

from leb_kit import InputError
from leb_kit.optimise import MixProblem, optimise_mix, typical_days
from leb_kit.optimise.answers import year_check
from leb_kit.optimise.answers.year_check import AsPlanned

HOURS = 8760
ANNUITY, PRICE = 20_000.0, 90.0


def year(seed: int) -> pd.DataFrame:
    """A year of demand and sun: seasons, days, and clouds drawn at random."""
    rng, hour = np.random.default_rng(seed), np.arange(HOURS)
    season = np.cos(2 * np.pi * hour / HOURS)
    sun = np.clip(np.sin(np.pi * (hour % 24 - 6) / 12), 0, None) * (0.6 - 0.3 * season)
    clouds = rng.uniform(0.2, 1.0, HOURS // 24).repeat(24)
    demand = 10 + 3 * season + rng.uniform(0, 2, HOURS // 24).repeat(24)
    return pd.DataFrame({"sun": sun * clouds, "use": demand})


def town(profiles: pd.DataFrame, time="year", most_mw=np.inf) -> MixProblem:
    """Sun at an annuity, the rest bought; what is bought costs nothing to be ready."""
    return MixProblem.from_tables(
        buses=pd.DataFrame({"bus": ["electricity"]}),
        processes=pd.DataFrame(
            {
                "process": ["pv", "import"],
                "technology": ["pv_roof", "grid_import"],
                "bus_out": "electricity",
                "profile": ["sun", ""],
                "capex_eur_per_mw_year": [ANNUITY, 0.0],
                "variable_eur_per_mwh": [0.0, PRICE],
                "capacity_max_mw": [np.inf, most_mw],
                "capacity_existing_mw": [0.0, most_mw if np.isfinite(most_mw) else 0.0],
            }
        ),
        demands=pd.DataFrame(
            {
                "demand": ["town"],
                "bus": ["electricity"],
                "annual_mwh": [float(profiles["use"].sum())],
                "profile": ["use"],
            }
        ),
        profiles=profiles,
        time=time,
    )


def dispatched(profiles: pd.DataFrame, pv_mw: float) -> float:
    """Cost of a year with a size of sun, hour by hour: what the sun does not give is bought."""
    bought = np.maximum(profiles["use"] - pv_mw * profiles["sun"], 0.0).sum()
    return float(ANNUITY * pv_mw + PRICE * bought)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("days", [1, 4, 12])
def test_the_cost_over_the_year_is_that_of_the_plan_hour_by_hour(seed, days):
    """Proves the real cost of a plan, its error, and that no plan of the whole year need cost more. Without
    it, an error could be told that is none."""
    profiles = year(seed)
    plan = optimise_mix(town(profiles, typical_days(days)))
    found = plan.over_the_year()
    pv = float(plan.processes.set_index("process").at["pv", "capacity_mw"])
    assert found.cost_eur == pytest.approx(dispatched(profiles, pv), rel=1e-7)
    assert found.error == pytest.approx(plan.cost_eur / dispatched(profiles, pv) - 1, abs=1e-7)
    assert found.added.empty
    best = optimise_mix(town(profiles)).cost_eur
    assert best <= found.cost_eur * (1 + 1e-9)
    assert found.year.problem.time.count == HOURS
    assert found.year.gap <= 1e-6


def test_what_a_plan_lacks_is_added_at_least_cost():
    """One day of two megawatts among 364 of one: a mean day plans 8,784 MWh / 8,760 h = 1.00274 MW; the
    year needs 2. 20 EUR for both megawatts and 8,784 EUR for energy."""
    profiles = pd.DataFrame({"use": np.r_[np.ones(HOURS - 24), np.full(24, 2.0)]})
    problem = MixProblem.from_tables(
        buses=pd.DataFrame({"bus": ["heat"]}),
        processes=pd.DataFrame(
            {
                "process": ["boiler"],
                "technology": ["gas_boiler"],
                "bus_out": ["heat"],
                "capex_eur_per_mw_year": [10.0],
                "variable_eur_per_mwh": [1.0],
            }
        ),
        demands=pd.DataFrame({"demand": ["homes"], "bus": "heat", "annual_mwh": [8784.0], "profile": "use"}),
        profiles=profiles,
        time=typical_days(1),
    )
    plan = optimise_mix(problem)
    found = plan.over_the_year()
    assert plan.cost_eur == pytest.approx(8784 / 876 + 8784)
    assert found.cost_eur == pytest.approx(20 + 8784)
    assert found.added["added_mw"].tolist() == pytest.approx([2 - 8784 / 8760])
    assert "servono in più" in found.explain("it")
    assert "needs in addition" in found.explain("en")
    assert found.error < 0


def test_a_store_is_held_too_and_days_that_are_linked_are_read():
    """Proves: stores are as planned, and a year of hours takes over from linked days."""
    profiles = year(5)
    table = pd.DataFrame(
        {
            "storage": ["battery"],
            "technology": ["battery"],
            "bus": ["electricity"],
            "capex_eur_per_mwh_year": [900.0],
            "energy_to_power_h": [4.0],
        }
    )
    base = town(profiles)
    problem = MixProblem.from_tables(
        buses=base.buses,
        processes=base.processes,
        demands=base.demands,
        storages=table,
        profiles=profiles,
        time=typical_days(6, linked=True),
    )
    plan = optimise_mix(problem)
    size = float(plan.stores["capacity_mw"].iloc[0])
    found = plan.over_the_year()
    assert size > 1
    assert found.added.empty
    assert float(found.year.stores["capacity_mw"].iloc[0]) == pytest.approx(size)
    pv = float(plan.processes.set_index("process").at["pv", "capacity_mw"])
    without = dispatched(profiles, pv) + 900.0 * size
    assert found.cost_eur < without


def peaked(seed: int, days: int) -> MixProblem:
    """Sun, a line that costs by the megawatt, a store, and a peak of three hours that few days know of."""
    profiles = year(seed)
    peak = np.zeros(HOURS)
    peak[24 * 40 + 7 : 24 * 40 + 10] = 9.0
    profiles = profiles.assign(use=profiles["use"] + peak)
    base = town(profiles)
    return MixProblem.from_tables(
        buses=base.buses,
        processes=base.processes.assign(fixed_eur_per_mw_year=[0.0, 6000.0], capacity_existing_mw=0.0),
        demands=base.demands,
        storages=pd.DataFrame(
            {
                "storage": ["tank"],
                "technology": ["battery"],
                "bus": ["electricity"],
                "capex_eur_per_mwh_year": [900.0],
                "energy_to_power_h": [4.0],
            }
        ),
        profiles=profiles,
        time=typical_days(days, linked=True),
    )


def test_what_weeks_add_costs_hardly_more_than_the_least(monkeypatch):
    """Proves what is added week by week, against the whole year with no size below the planned one. Without
    it, a plan could be told dearer than it is, or would take as long as the whole year."""
    problem = peaked(1, 4)
    plan = optimise_mix(problem)
    monkeypatch.setattr(year_check, "run", None)  # the year at once, which weeks stand for
    found = plan.over_the_year()
    sizes = {
        **plan.processes.set_index("process")["capacity_mw"],
        **plan.stores.set_index("storage")["capacity_mw"],
    }
    year_kept = problem.whole_year().extend(AsPlanned(sizes, at_least=True))
    least = optimise_mix(year_kept, crossover=False).cost_eur  # proven to a millionth, which is enough here
    assert len(found.added)
    assert least * (1 - 2e-6) <= found.cost_eur <= least * (1 + 2e-3)


def test_a_plan_of_every_hour_has_nothing_to_be_held_against():
    with pytest.raises(InputError, match="every hour that was given"):
        optimise_mix(town(year(1))).over_the_year()


@pytest.mark.parametrize("limit", [-1, "ten", True])
def test_a_time_that_cannot_be_is_refused_before_anything_is_solved(limit):
    plan = optimise_mix(town(year(1), typical_days(1)))
    with pytest.raises(InputError, match="seconds from 0 up are expected"):
        plan.over_the_year(time_limit_s=limit)
