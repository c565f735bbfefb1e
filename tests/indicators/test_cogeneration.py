"""Primary energy saving by Directive 2012/27/EU: plants worked out by hand, and what always holds."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from leb_kit import InputError
from leb_kit.indicators.chp_references import reference_efficiencies
from leb_kit.indicators.cogeneration import cogeneration
from leb_kit.reference import catalog

TECHNOLOGIES = list(catalog.table("chp_technologies")["chp_technology"])
REFERENCES = {"reference_electricity": 0.5, "reference_heat": 0.9}


def plant(fuel, electricity, heat, **how):
    """A plant with references 50 % and 90 %, unless told otherwise."""
    energies = {"fuel_mwh": fuel, "electricity_mwh": electricity, "heat_mwh": heat}
    return cogeneration(**energies, **{**REFERENCES, **how})


# ── by hand ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_good_engine():
    """F 100, E 40, H 45: η 85 %. Separate: 45/0.9 + 40/0.5 = 50 + 80 = 130. PES = 1 − 100/130 = 23.08 %."""
    found = plant(100, 40, 45, technology="internal_combustion_engine")
    assert found.pes == pytest.approx(30 / 130)
    assert found.high_efficiency
    assert found.chp_electricity_mwh == 40
    assert (found.non_chp_electricity_mwh, found.non_chp_fuel_mwh) == (0, 0)
    assert found.primary_saving_mwh == pytest.approx(30)
    assert found.power_to_heat_from == "whole plant"
    assert found.threshold == 0.75


def test_a_back_pressure_turbine_below_75_percent():
    """F 100, E 20, H 40: η 60 %. E_C = 0.45 × 40 = 18; other 2 MWh burn 2/0.20 = 10; F_C = 90.

    PES = 1 − 1/((40/90)/0.9 + (18/90)/0.5) = 1 − 1/(0.49383 + 0.4) = −11.9 %.
    """
    found = plant(100, 20, 40, technology="back_pressure")
    assert found.chp_electricity_mwh == pytest.approx(18)
    assert found.non_chp_electricity_mwh == pytest.approx(2)
    assert found.chp_fuel_mwh == pytest.approx(90)
    assert found.pes == pytest.approx(1 - 90 / (40 / 0.9 + 18 / 0.5))
    assert not found.high_efficiency
    assert found.power_to_heat_from == "default"


def test_a_combined_cycle_needs_80_percent():
    """F 100, E 45, H 33: η 78 %, below 80. E_C = 0.95 × 33 = 31.35; F_C = 100 − 13.65/0.45 = 69.667.

    PES = 1 − 69.667/(33/0.9 + 31.35/0.5) = 1 − 69.667/99.367 = 29.9 %. An engine at 78 % counts whole.
    """
    found = plant(100, 45, 33, technology="combined_cycle")
    assert found.threshold == 0.8
    assert found.chp_electricity_mwh == pytest.approx(31.35)
    assert found.chp_fuel_mwh == pytest.approx(100 - 13.65 / 0.45)
    assert found.pes == pytest.approx(1 - (100 - 13.65 / 0.45) / (33 / 0.9 + 31.35 / 0.5))
    assert plant(100, 45, 33, technology="internal_combustion_engine").chp_electricity_mwh == 45


def test_a_measured_ratio_wins_over_the_default():
    """C = 0.5 measured: E_C = 20 of 20, nothing to split off; C = 0.25: E_C = 10."""
    assert plant(100, 20, 40, technology="back_pressure", power_to_heat=0.5).chp_electricity_mwh == 20
    found = plant(100, 20, 40, technology="back_pressure", power_to_heat=0.25)
    assert found.chp_electricity_mwh == pytest.approx(10)
    assert found.power_to_heat_from == "given"


@pytest.mark.parametrize("technology", [None, "micro_turbine", "stirling", "fuel_cell"])
def test_without_a_default_the_cogenerated_part_just_meets_the_threshold(technology):
    """F 100, E 30, H 30: C = 0.30/(0.75 − 0.30) = 2/3, E_C = 20, F_C = 100 − 10/0.30; 50/66.67 = 75 %."""
    found = plant(100, 30, 30, technology=technology)
    assert found.power_to_heat == pytest.approx(2 / 3)
    assert found.chp_electricity_mwh == pytest.approx(20)
    assert (found.chp_electricity_mwh + 30) / found.chp_fuel_mwh == pytest.approx(0.75)
    assert found.power_to_heat_from == "threshold"


def test_a_steam_turbine_that_gives_up_power_for_heat():
    """β 0.2: without heat the plant would make 20 + 0.2 × 40 = 28 of 100. 2 MWh alone burn 2/0.28 = 7.14."""
    found = plant(100, 20, 40, technology="condensing_extraction", power_loss=0.2)
    assert found.non_chp_fuel_mwh == pytest.approx(2 / 0.28)


def test_italian_gas_in_its_default_references():
    """F 100, E 40, H 40, RefE 53 %, RefH 92 %: separate 43.478 + 75.472 = 118.950; PES 15.93 %."""
    found = cogeneration(fuel_mwh=100, electricity_mwh=40, heat_mwh=40)
    assert (found.reference_electricity, found.reference_heat) == (0.53, 0.92)
    assert found.pes == pytest.approx(1 - 100 / (40 / 0.92 + 40 / 0.53))


@pytest.mark.parametrize(
    ("capacity", "high"), [(None, False), (5, False), (1, False), (0.999, True), (0.02, True)]
)
def test_small_plants_need_any_saving(capacity, high):
    """F 110, E 35, H 45: separate 50 + 70 = 120; PES 10/120 = 8.3 %: enough below 1 MWe only."""
    found = plant(110, 35, 45, capacity_mw=capacity, power_to_heat=1)
    assert found.pes == pytest.approx(10 / 120)
    assert found.high_efficiency is high
    assert plant(105, 35, 45, capacity_mw=capacity).high_efficiency


def test_a_plant_at_ten_percent_is_of_high_efficiency():
    """F 90, E 30, H 36: separate 40 + 60 = 100; PES is exactly 10 %."""
    found = plant(90, 30, 36, power_to_heat=1)
    assert found.pes == pytest.approx(0.1)
    assert found.high_efficiency


def test_no_heat_no_cogeneration():
    found = plant(100, 55, 0, technology="combined_cycle")
    assert (found.chp_electricity_mwh, found.chp_fuel_mwh, found.pes) == (0, pytest.approx(0), 0)
    assert not found.high_efficiency


def test_a_ratio_that_does_not_fit_is_told():
    """F 100, E 50, H 20: C 0.95 gives E_C 19 with fuel 100 − 31/0.5 = 38: 39 MWh out of 38."""
    found = plant(100, 50, 20, technology="combined_cycle")
    assert found.remarks[0].startswith("the cogenerated part would give 39 MWh out of 38 MWh")
    assert plant(100, 50, 20, technology="combined_cycle", power_loss=0.17).remarks == ()


# ── references ───────────────────────────────────────────────────────────────────────────────────────────


def test_reference_of_electricity_by_climate_grid_and_year():
    """Zone A: 15 − 11.315 = 3.685 °C, +0.3685 points. 20 kV, half on site: (0.914 + 0.935)/2."""
    found = reference_efficiencies(climate="A", voltage_kv=20, on_site_share=0.5)
    assert found.electricity == pytest.approx((0.53 + 0.003685) * 0.9245)
    assert reference_efficiencies(climate="B").electricity == pytest.approx(0.53 - 0.001043)
    assert reference_efficiencies(climate=5.0).electricity == pytest.approx(0.54)
    assert reference_efficiencies(year=2014).electricity == 0.525
    assert reference_efficiencies(year=2016).electricity == 0.53
    assert reference_efficiencies(year=2014).heat == 0.90
    assert reference_efficiencies(heat_use="steam").heat == 0.87


@pytest.mark.parametrize("fuel", ["R5110-5150_W6000RI", "R5300"])
def test_wood_and_biogas_have_no_grid_correction(fuel):
    assert reference_efficiencies(fuel, voltage_kv=0.4).grid_correction == 1


@pytest.mark.parametrize(("voltage", "off_site"), [(0.4, 0.888), (0.45, 0.918), (12, 0.935), (400, 1)])
def test_bands_of_voltage(voltage, off_site):
    assert reference_efficiencies(voltage_kv=voltage).grid_correction == off_site


def test_every_fuel_with_a_reference_has_its_correction_rules_and_every_name_a_factor():
    factors = catalog.table("factors")
    named = factors[factors["factor"].str.startswith("chp_reference")]
    assert set(named["product"]) == set(catalog.table("chp_fuels")["product"])
    technologies = catalog.table("chp_technologies")
    names = {*technologies["threshold_factor"], *technologies["power_to_heat_factor"]} - {""}
    assert names <= set(factors["factor"])
    bands = catalog.table("chp_grid_losses").sort_values("voltage_min_kv")
    assert bands["voltage_max_kv"].iloc[:-1].to_list() == bands["voltage_min_kv"].iloc[1:].to_list()
    assert (bands["on_site"] <= bands["off_site"]).all()


# ── what always holds ────────────────────────────────────────────────────────────────────────────────────

ENERGY = st.floats(1, 1e6)
SHARE = st.floats(0.01, 0.95)


@given(fuel=ENERGY, electrical=SHARE, thermal=SHARE, technology=st.sampled_from([None, *TECHNOLOGIES]))
def test_parts_sum_to_the_whole(fuel, electrical, thermal, technology):
    assume(electrical + thermal <= 1)
    found = plant(fuel, fuel * electrical, fuel * thermal, technology=technology)
    assert found.chp_electricity_mwh + found.non_chp_electricity_mwh == pytest.approx(fuel * electrical)
    assert found.chp_fuel_mwh + found.non_chp_fuel_mwh == pytest.approx(fuel)
    assert 0 <= found.chp_electricity_mwh <= fuel * electrical
    assert found.pes < 1
    # As the directive writes it, with the efficiencies of the cogenerated part.
    heat, power = fuel * thermal / found.chp_fuel_mwh, found.chp_electricity_mwh / found.chp_fuel_mwh
    assert found.pes == pytest.approx(1 - 1 / (heat / 0.9 + power / 0.5), abs=1e-9)


@given(electricity=ENERGY, ratio=st.floats(0.2, 2), more=st.floats(1.001, 1.05))
def test_more_fuel_for_the_same_saves_less(electricity, ratio, more):
    heat = electricity / ratio
    fuel = (electricity + heat) / 0.9
    assert plant(fuel * more, electricity, heat).pes < plant(fuel, electricity, heat).pes


@given(factor=st.floats(1e-3, 1e3))
def test_size_changes_nothing(factor):
    small, large = plant(100, 30, 30), plant(100 * factor, 30 * factor, 30 * factor)
    assert large.pes == pytest.approx(small.pes)
    assert large.chp_electricity_mwh == pytest.approx(small.chp_electricity_mwh * factor)


# ── bad input ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"fuel_mwh": -1}, "fuel_mwh is -1 MWh; energy is not negative"),
        ({"heat_mwh": math.nan}, "heat_mwh is nan; a finite number is needed"),
        ({"fuel_mwh": "100"}, "fuel_mwh is '100'; a finite number is needed"),
        ({"reference_heat": "0.9"}, "reference_heat is '0.9'; an efficiency"),
        ({"fuel_mwh": 0}, "burns nothing"),
        ({"electricity_mwh": 0, "heat_mwh": 0}, "gives nothing"),
        ({"heat_mwh": 61}, r"electricity_mwh 40 \+ heat_mwh 61 = 101 MWh is more than fuel_mwh 100 MWh"),
        ({"technology": "gas_turbin"}, "unknown technology 'gas_turbin'.*Did you mean 'gas_turbine'"),
        ({"reference_heat": 92}, r"reference_heat is 92; .*0\.53, not 53"),
        ({"reference_electricity": 0}, "reference_electricity is 0"),
        ({"power_to_heat": 0}, "power_to_heat is 0"),
        ({"power_loss": 1}, "power_loss is 1"),
        ({"capacity_mw": -2}, "capacity_mw is -2"),
        ({"tco2": -2}, "tco2 is -2"),
        ({"fuel": "G300"}, "no reference_electricity for fuel 'G300'.*Did you mean 'G3000'"),
        ({"fuel": "O4680"}, "no reference_heat for fuel 'O4680'.*Or give reference_heat"),
        ({"year": 1990}, "no reference_electricity for a plant of 1990: those for 'G3000' begin in 2012"),
        ({"heat_use": "steem"}, "unknown heat_use 'steem'.*Did you mean 'steam'"),
        ({"climate": "C"}, "unknown climate zone 'C'"),
        ({"climate": 300.0}, "mean outdoor temperature"),
        ({"voltage_kv": 0}, "voltage_kv 0 is not a voltage"),
        ({"on_site_share": 2}, "on_site_share 2 is not between 0 and 1"),
        ({"allocation": "exergi"}, "unknown strategy 'exergi'.*Did you mean 'exergy'"),
    ],
)
def test_wrong_input_is_told(given, words):
    with pytest.raises(InputError, match=words):
        cogeneration(**{"fuel_mwh": 100, "electricity_mwh": 40, "heat_mwh": 40, **given})


def test_numbers_of_numpy_are_numbers():
    found = plant(np.int64(100), np.float64(40), np.float32(45))
    assert found.pes == pytest.approx(30 / 130)


def test_all_faults_at_once():
    with pytest.raises(InputError) as caught:
        cogeneration(fuel_mwh=-1, electricity_mwh=-2, heat_mwh=3, technology="x", voltage_kv=-1)
    assert len(caught.value.faults) == 4


def test_a_fuel_with_one_reference_needs_only_the_other():
    found = cogeneration(fuel_mwh=100, electricity_mwh=40, heat_mwh=40, fuel="O4680", reference_heat=0.85)
    assert (found.reference_electricity, found.reference_heat) == (0.442, 0.85)
