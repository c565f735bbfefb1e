"""Fuel and CO2 of cogeneration between heat and electricity: five strategies, each by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leb_kit import InputError
from leb_kit.indicators.allocation import allocate, exergy_factor
from leb_kit.indicators.cogeneration import cogeneration
from leb_kit.reference import catalog

STRATEGIES = list(catalog.table("chp_allocations")["chp_allocation"])


def split(strategy, fuel=100.0, electricity=40.0, heat=45.0, **how):
    """A plant with references 50 % and 90 % that emits 20 t."""
    return allocate(
        strategy,
        fuel_mwh=fuel,
        electricity_mwh=electricity,
        heat_mwh=heat,
        **{"tco2": 20.0, "reference_electricity": 0.5, "reference_heat": 0.9, **how},
    )


@pytest.mark.parametrize(
    ("strategy", "share"),
    [
        ("energy", 45 / 85),
        # c = 0.3546: 15.957 of heat against 40 of electricity
        ("exergy", 15.957 / 55.957),
        # 45 / 0.90 = 50 against 40 / 0.40 = 100
        ("alternative_production", 1 / 3),
        # 45 / 0.9 = 50 against 40 / 0.5 = 80
        ("pes", 50 / 130),
        # electricity takes 40 / 0.5 = 80 of 100
        ("power_bonus", 0.2),
    ],
)
def test_by_hand(strategy, share):
    found = split(strategy)
    assert found.strategy == strategy
    assert found.heat_share == pytest.approx(share)
    assert found.fuel_heat_mwh == pytest.approx(100 * share)
    assert found.tco2_heat == pytest.approx(20 * share)
    assert found.heat_factor == pytest.approx(20 * share / 45)
    assert found.electricity_factor == pytest.approx(20 * (1 - share) / 40)


def test_by_saving_both_outputs_save_the_same():
    """130 separate, 100 together: each output takes 100/130 of what it would have burnt alone."""
    found = split("pes")
    assert found.fuel_heat_mwh / (45 / 0.9) == pytest.approx(100 / 130)
    assert found.fuel_electricity_mwh / (40 / 0.5) == pytest.approx(100 / 130)


def test_hot_heat_takes_more():
    """150 °C: c = 1 − 273.15 / 423.15 = 0.35448; 90 °C: 1 − 273.15 / 363.15 = 0.24783."""
    assert exergy_factor(150) == pytest.approx(0.35448, abs=1e-5)
    assert exergy_factor(90) == pytest.approx(0.24783, abs=1e-5)
    assert split("exergy", heat_temperature=90).heat_share < split("exergy").heat_share


def test_a_power_bonus_larger_than_the_fuel_is_told():
    """E 55 of 100, RefE 0.5: electricity takes 110, heat −10."""
    assert split("power_bonus", electricity=55).fuel_heat_mwh == pytest.approx(-10)
    found = cogeneration(
        fuel_mwh=100,
        electricity_mwh=55,
        heat_mwh=30,
        reference_electricity=0.5,
        reference_heat=0.9,
        allocation="power_bonus",
    )
    assert found.remarks[0].startswith("power bonus")


@given(
    strategy=st.sampled_from(STRATEGIES),
    fuel=st.floats(1, 1e6),
    electrical=st.floats(0.01, 0.6),
    thermal=st.floats(0.01, 0.4),
)
def test_shares_sum_to_one_and_nothing_is_lost(strategy, fuel, electrical, thermal):
    found = split(strategy, fuel, fuel * electrical, fuel * thermal)
    assert found.heat_share + found.electricity_share == 1
    assert found.fuel_heat_mwh + found.fuel_electricity_mwh == pytest.approx(fuel)
    assert found.tco2_heat + found.tco2_electricity == pytest.approx(20)
    assert found.heat_share <= 1
    if strategy != "power_bonus":
        assert found.heat_share >= 0


@pytest.mark.parametrize("strategy", ["energy", "exergy", "alternative_production", "pes"])
def test_what_gives_only_heat_gives_all_to_heat(strategy):
    assert split(strategy, electricity=0).heat_share == 1
    assert math.isnan(split(strategy, electricity=0).electricity_factor)
    assert split(strategy, heat=0).heat_share == 0


def test_the_strategy_stands_in_the_result():
    """CO2 of gas: 100 MWh × 0.20196 t/MWh, unless it is given."""
    energies = {"fuel_mwh": 100, "electricity_mwh": 40, "heat_mwh": 45}
    found = cogeneration(**energies, allocation="pes").allocation
    assert found.strategy == "pes"
    assert found.label("it") == "Secondo il risparmio di energia primaria"
    assert found.tco2_heat + found.tco2_electricity == pytest.approx(20.196)
    told = cogeneration(**energies, allocation="energy", tco2=7).allocation
    assert told.tco2_heat == pytest.approx(7 * 45 / 85)
    assert cogeneration(**energies).allocation is None


def test_every_declared_strategy_exists():
    assert {split(name).strategy for name in STRATEGIES} == set(STRATEGIES)
    assert len(STRATEGIES) == 5


def test_wrong_questions():
    with pytest.raises(InputError, match=r"unknown strategy 'energi'.*Did you mean 'energy'"):
        split("energi")
    with pytest.raises(InputError, match="neither heat nor electricity"):
        split("energy", electricity=0, heat=0)
    with pytest.raises(InputError, match="heat must be above"):
        split("exergy", heat_temperature=-5)
