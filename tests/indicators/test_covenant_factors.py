"""Local factors: both branches, worked out by hand; identities for any numbers."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from leb_kit import InputError, indicators
from leb_kit.indicators.covenant_factors import cogeneration_tco2

energy = st.floats(0, 1e7)
factor = st.floats(0, 1)


def local(**options):
    return indicators.local_electricity_factor(**options)


def test_below_consumption_by_hand():
    """(1000 − 200 − 100) × 0.483 + 30 + 5 = 373.1 t over 1000 MWh."""
    found = local(
        consumption_mwh=1000,
        national_factor=0.483,
        local_production_mwh=200,
        tco2_local_production=30,
        green_electricity_purchase_mwh=100,
        tco2_green_electricity_purchase=5,
    )
    assert found.factor == pytest.approx(0.3731)
    assert found.branch == "consumed"
    assert (found.green_electricity_purchase_mwh, found.local_production_mwh) == (100, 200)


def test_an_exporter_by_hand():
    """Proves: an exporting province has the factor of its own plants. Without the second branch it is < 0.

    Consumption 1000, production 1500 MWh with 150 t: 150 / 1500, not (−500 × 0.483 + 150) / 1000 = −0.0915.
    """
    found = local(
        consumption_mwh=1000, national_factor=0.483, local_production_mwh=1500, tco2_local_production=150
    )
    assert found.factor == pytest.approx(0.1)
    assert found.branch == "exported"


@given(consumed=st.floats(1, 1e7), share=st.floats(0, 1), tco2=st.floats(0, 1e6), national=factor)
def test_both_branches_meet_where_production_and_purchase_equal_consumption(consumed, share, tco2, national):
    """Proves: no jump. A MWh more or less of local production moves the factor by a little only."""
    production = share * consumed
    purchase = consumed - production
    assume(production > 0)
    options = {
        "national_factor": national,
        "local_production_mwh": production,
        "tco2_local_production": tco2,
        "green_electricity_purchase_mwh": purchase,
    }
    own = production + purchase
    below, above = (local(consumption_mwh=own * (1 + step), **options) for step in (1e-9, -1e-9))
    assert below.branch == "consumed"
    assert above.branch == "exported"
    assert below.factor == pytest.approx(above.factor, rel=1e-7, abs=1e-8)
    assert below.factor == pytest.approx(tco2 / own, rel=1e-7, abs=1e-8)


@given(consumed=energy, national=factor)
def test_without_anything_local_the_factor_is_the_national_one(consumed, national):
    found = local(consumption_mwh=consumed, national_factor=national)
    assert found.factor == national
    assert found.branch == "national"


@given(consumed=st.floats(1, 1e7), share=st.floats(0.001, 1), own=factor, national=factor)
def test_the_local_factor_lies_between_that_of_the_plants_and_the_national_one(
    consumed, share, own, national
):
    made = consumed * share
    found = local(
        consumption_mwh=consumed,
        national_factor=national,
        local_production_mwh=made,
        tco2_local_production=made * own,
    ).factor
    assert min(own, national) - 1e-9 <= found <= max(own, national) + 1e-9


def test_heat_by_hand():
    """(40 + 20 − 10) t over 250 MWh delivered."""
    found = indicators.local_heat_factor(
        consumption_mwh=250, tco2_local_production=40, tco2_imported=20, tco2_exported=10
    )
    assert found.factor == pytest.approx(0.2)


def test_cogeneration_by_hand():
    """H 45, E 40: 45/0.9 = 50 against 40/0.4 = 100, so heat has a third of 90 t."""
    assert cogeneration_tco2(tco2=90, electricity_mwh=40, heat_mwh=45) == pytest.approx((60, 30))
    assert cogeneration_tco2(tco2=90, electricity_mwh=0, heat_mwh=45) == pytest.approx((0, 90))
    assert cogeneration_tco2(tco2=90, electricity_mwh=0, heat_mwh=0) == (90, 0)


@given(tco2=st.floats(0, 1e6), power=st.floats(0, 1e6), heat=st.floats(0, 1e6))
def test_the_parts_of_a_plant_are_the_whole(tco2, power, heat):
    parts = cogeneration_tco2(tco2=tco2, electricity_mwh=power, heat_mwh=heat)
    assert sum(parts) == pytest.approx(tco2)
    assert min(parts) >= 0


def test_national_factors_by_year_are_never_made_up():
    assert indicators.national_electricity_factor("IT", 2005) == 0.483
    with pytest.raises(InputError, match=r"no factor for 'IT' 2012; years known are 2005, 2018, 2019, 2021"):
        indicators.national_electricity_factor("IT", 2012)
    with pytest.raises(InputError, match="years known are none"):
        indicators.national_electricity_factor("XX", 2019)


def test_every_fault_of_electricity_is_told_at_once():
    with pytest.raises(InputError) as caught:
        local(
            consumption_mwh=-1,
            national_factor=float("nan"),
            tco2_local_production=5,
            tco2_green_electricity_purchase=2,
        )
    assert list(caught.value.faults) == [
        "consumption_mwh is -1; a number of at least 0 is expected",
        "national_factor is nan; a number of at least 0 is expected",
        "tco2_local_production is 5 t but there is no energy it belongs to",
        "tco2_green_electricity_purchase is 2 t but there is no energy it belongs to",
    ]


def test_heat_that_cannot_be():
    with pytest.raises(InputError) as caught:
        indicators.local_heat_factor(consumption_mwh=0, tco2_local_production=1, tco2_exported=2)
    assert list(caught.value.faults) == [
        "consumption_mwh is 0: no heat is used, so there is no factor of it",
        "tco2_exported 2 is more than what is made and imported (1 t)",
    ]
