"""Effects of measures and what a tonne costs: parts that sum, and a case by hand."""

import numpy as np
import pandas as pd
import pytest

import leb_kit as leb
from leb_kit.reference.costs import annuity_factor, in_price_year
from leb_kit.scenarios import abatement_curve, effects
from leb_kit.scenarios.costs import energy_bill
from leb_kit.scenarios.effects import abatement_cost

M = leb.measures
GRID_T_PER_MWH, POWER_EUR_PER_MWH = 0.269, 52.32


@pytest.fixture(scope="module")
def system():
    return leb.calibrate(leb.examples.torino())


def plan(*measures):
    return leb.Scenario("plan", base_year=2019).add(*measures)


MIXED = plan(
    M.retrofit(share=0.2),
    M.heat_pumps(share=0.3),
    M.photovoltaic(mw=200),
    M.biomethane(share=0.1),
    M.electric_vehicles(share=0.2),
)


@pytest.fixture(scope="module")
def mixed(system):
    return effects(system, MIXED, year=2030)


def test_steps_sum_to_the_whole(mixed):
    pd.testing.assert_series_equal(mixed.step.sum(), mixed.total, check_names=False, rtol=1e-9)
    assert mixed.total["emissions_tco2eq"] < 0
    pd.testing.assert_series_equal(
        mixed.reference + mixed.total, mixed.scenario_values, check_names=False, rtol=1e-12
    )


def test_one_measure_alone_has_one_effect(system):
    one = effects(system, plan(M.retrofit(share=0.2)), year=2030)
    for part in (one.last, one.step):
        pd.testing.assert_frame_equal(part, one.alone)


def test_the_effect_of_sun_and_its_cost_by_hand(system):
    """100 GWh from the sun: the grid's carbon and its wholesale price fall away."""
    sun = M.photovoltaic(energy_mwh=100_000, investment_eur=50e6, lifetime_yr=25)
    found = effects(system, plan(sun), year=2030)
    row = found.table.loc["photovoltaic"]
    assert row["emissions_tco2eq"] == pytest.approx(-100_000 * GRID_T_PER_MWH)
    assert row["energy_bill_eur"] == pytest.approx(-100_000 * POWER_EUR_PER_MWH)
    capacity = 100_000 / 1153.22
    assert row["capacity_mw"] == pytest.approx(capacity)
    fixed = in_price_year("photovoltaic_roof", "fixed_eur_per_mw_year") * capacity
    yearly = 50e6 * annuity_factor(25) + fixed
    assert row["annual_cost_eur"] == pytest.approx(yearly)
    by_hand = (yearly - 100_000 * POWER_EUR_PER_MWH) / (100_000 * GRID_T_PER_MWH)
    assert row["eur_per_tco2eq"] == pytest.approx(by_hand)


def test_a_cost_that_is_not_known_is_not_zero(mixed):
    assert np.isnan(mixed.table.loc["electric_vehicles", "eur_per_tco2eq"])
    assert mixed.costs.loc["biomethane", "annual_cost_eur"] == 0  # its cost is its price


def test_the_curve_rises_and_its_widths_sum_to_the_whole(system, mixed):
    curve = abatement_curve(system, MIXED, year=2030)
    assert curve["cumulative_tco2eq"].iloc[-1] == pytest.approx(-mixed.total["emissions_tco2eq"])
    alone = effects(system, MIXED, year=2030)
    ranked = abatement_cost(alone.alone, alone.costs)[curve.index].dropna()
    assert ranked.is_monotonic_increasing
    assert curve.index[-1] == "electric_vehicles"


def test_electricity_sold_earns_less_than_electricity_bought_costs():
    rows = pd.DataFrame({"flow": ["IMP", "EXP"], "product": ["E7000", "E7000"]})
    bought, sold, both = energy_bill(rows, np.array([[10.0, 0.0], [0.0, 10.0], [-10.0, 0.0]]))
    assert bought == pytest.approx(523.2)
    assert sold == pytest.approx(-470.88)
    assert both == sold


def test_a_product_without_a_price_is_told():
    rows = pd.DataFrame({"flow": ["IMP"], "product": ["O4100_TOT"]})
    with pytest.raises(leb.InputError, match="no price for O4100_TOT"):
        energy_bill(rows, np.array([[1.0], [100.0]]))
    assert energy_bill(rows, np.array([[5.0], [5.0]])).tolist() == [0.0, 0.0]
    assert energy_bill(rows, np.array([[1.0], [100.0]]), {"O4100_TOT": 40.0}).tolist() == [40.0, 4000.0]


def test_effects_need_a_measure_and_one_territory(system):
    with pytest.raises(leb.InputError, match="has no measure"):
        effects(system, plan(), year=2030)
    torino = leb.examples.torino()
    other = torino.leaves.assign(territory="001001")
    both = leb.Balance.from_mwh(pd.concat([torino.leaves, other], ignore_index=True))
    with pytest.raises(leb.InputError, match="one territory is needed; found 2"):
        effects(both, plan(M.retrofit(share=0.1)), year=2030)
