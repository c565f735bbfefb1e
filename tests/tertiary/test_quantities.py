"""Smc, kWh, litres and kilograms to MWh, net calorific value."""

import math

import pytest

from leb_kit.tertiary.quantities import mwh_per_unit

NAN = math.nan


def mwh(fuel, unit, gcv=NAN, c=NAN):
    found = mwh_per_unit(fuel, unit, gcv_mj_per_smc=gcv, c_coefficient=c)
    assert not found.fault
    return found.mwh_per_unit


def fault(fuel, unit, gcv=NAN, c=NAN):
    return mwh_per_unit(fuel, unit, gcv_mj_per_smc=gcv, c_coefficient=c).fault


def test_standard_cubic_metres_are_net_of_the_gross_value_on_the_bill():
    """Proves: PCS is gross. Without it gas counts 10.5 % too much. By hand: 38.52 × 0.905 / 3600."""
    assert mwh("natural_gas", "Smc", gcv=38.52) == pytest.approx(38.52 * 0.905 / 3600, rel=1e-12)


def test_without_a_gross_value_the_national_net_one_is_used_and_said():
    found = mwh_per_unit("natural_gas", "Smc", gcv_mj_per_smc=NAN, c_coefficient=NAN)
    assert found.mwh_per_unit == pytest.approx(35.253 / 3600, rel=1e-12)
    assert "no PCS on the bill: 35.253 MJ/Smc net" in found.method


@pytest.mark.parametrize(
    ("fuel", "unit", "by_hand"),
    [
        ("electricity", "kWh", 0.001),
        ("district_heat", "MWh", 1.0),
        ("district_heat", "GJ", 1 / 3.6),
        ("natural_gas", "kWh_gross", 0.000905),
        ("natural_gas", "kWh_net", 0.001),
        ("natural_gas", "Nmc", 1.0549 * 35.253 / 3600),
        ("gas_oil", "l", 0.84 * 43.0 / 3600),
        ("gas_oil", "t", 1000 * 43.0 / 3600),
        ("lpg", "kg", 47.3 / 3600),
        ("pellets", "q", 100 * 16.8 / 3600),
    ],
)
def test_units_by_hand(fuel, unit, by_hand):
    assert mwh(fuel, unit) == pytest.approx(by_hand, rel=1e-12)


def test_metered_cubic_metres_need_their_coefficient():
    assert "need the coefficient C" in fault("natural_gas", "mc", gcv=38.52)
    assert mwh("natural_gas", "mc", gcv=38.52, c=1.02) == pytest.approx(
        1.02 * mwh("natural_gas", "Smc", gcv=38.52)
    )


@pytest.mark.parametrize(
    ("fuel", "unit", "says"),
    [
        ("natural_gas", "kWh", "may be gross (PCS) or net (PCI), a tenth apart; write kWh_gross or kWh_net"),
        ("electricity", "Smc", "cubic metres are read for natural gas only"),
        ("electricity", "kg", "is no energy; kWh, MWh or GJ are expected"),
        ("pellets", "l", "have no usual density; give kg"),
        ("gas_oil", "kWh_gross", "net over gross is known for natural gas only"),
        ("natural_gas", "kg", "cannot be converted"),
    ],
)
def test_a_unit_that_does_not_say_enough_is_refused_with_its_repair(fuel, unit, says):
    assert says in fault(fuel, unit)
