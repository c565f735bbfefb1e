"""Local factors from the plants of a balance: what is made here counts once, where it is used."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leb_kit import indicators
from leb_kit.examples import italy
from tests.helpers import balance_from, france

GAS, GENERIC = 0.202, 0.46


def inventory(given, **options):
    balance = balance_from(given) if isinstance(given, str) else given
    return indicators.emission_inventory(balance, **options)


HOMES = "FC_OTH_HH_E E7000 100\n"
ROOFS = HOMES + "PPRD RA420 30\nTI_EHG_MAPE_E RA420 30\nTO_EHG_MAPE E7000 30\nGEP_MAPE RA420 30\n"
ENGINE = """
    IMP              G3000  200
    TI_EHG_MAPCHP_E  G3000  200
    TO_EHG_MAPCHP    E7000   80
    TO_EHG_MAPCHP    H8000   90
    GEP_MAPCHP       G3000   80
    GHP_MAPCHP       G3000   90
    FC_OTH_HH_E      E7000  100
    FC_OTH_HH_E      H8000   75
    DL               H8000   15
"""


def test_local_photovoltaic_lowers_the_factor():
    """(100 − 30) × 0.46 / 100."""
    found = inventory(ROOFS)
    assert found.electricity_factor == pytest.approx(0.7 * GENERIC)
    assert found.electricity.branch == "consumed"
    assert found.production["covenant_plant"].tolist() == ["photovoltaic"]


def test_a_balance_that_exports_has_the_factor_of_its_plants():
    """Life cycle: 0.035 t per MWh of photovoltaic, 130 MWh made, 100 used."""
    text = ROOFS.replace(" 30", " 130") + "EXP E7000 30\n"
    found = inventory(text, convention="lca")
    assert found.electricity_factor == pytest.approx(0.035)
    assert found.electricity.branch == "exported"


def test_green_purchase_is_not_gross_production():
    """GEP means two things. Bought: (100 − 30 − 20) × 0.46 / 100; the rows GEP_… stay what they are."""
    found = inventory(ROOFS, green_electricity_purchase_mwh=20)
    assert found.electricity_factor == pytest.approx(0.5 * GENERIC)
    assert found.electricity.local_production_mwh == 30
    assert found.electricity.green_electricity_purchase_mwh == 20


@pytest.mark.parametrize("country", [italy, france])
def test_plants_of_a_country_are_already_in_its_national_factor(country):
    """Proves: no double credit. Without it Italy's renewables would clean a factor they made."""
    found = inventory(country())
    assert not found.production["counted"].any()
    assert found.electricity.branch == "national"
    assert "EPS" not in set(found.production["plant"])


def test_heat_of_an_engine_by_hand():
    """200 × 0.202 = 40.4 t; heat (90/0.9) / (90/0.9 + 80/0.4) = 1/3 of it over 75 MWh delivered."""
    found = inventory(ENGINE)
    assert found.heat_factor == pytest.approx(40.4 / 3 / 75)
    assert found.electricity_factor == GENERIC, "a fossil plant is not counted unless told"
    counted = inventory(ENGINE, production=found.production.assign(counted=True))
    assert counted.electricity_factor == pytest.approx((20 * GENERIC + 40.4 * 2 / 3) / 100)


def test_with_all_plants_counted_every_tonne_of_fuel_is_in_the_inventory_once():
    """Fuel 40.4 t + 20 MWh from outside × 0.46: nothing twice, nothing lost."""
    made = indicators.local_production(balance_from(ENGINE)).assign(counted=True)
    assert inventory(ENGINE, production=made).total_tco2 == pytest.approx(40.4 + 20 * GENERIC)


@settings(max_examples=30)
@given(network=st.floats(0, 1), efficiency=st.floats(0.5, 1))
def test_heat_counts_once_whoever_burns_the_gas(network, efficiency):
    """Proves: moving boilers from homes to a plant of the same efficiency changes nothing."""
    network = network if network > 1e-6 else 0.0
    network = network if network < 1 - 1e-6 else 1.0
    burnt, heat = 100 * network, 100 * network * efficiency
    rows = ["IMP G3000 100"]
    if network < 1:
        rows.append(f"FC_OTH_HH_E G3000 {100 - burnt!r}")
    if network > 0:
        rows += [f"TI_EHG_MAPH_E G3000 {burnt!r}", f"GHP_MAPH G3000 {heat!r}"]
        rows += [f"TO_EHG_MAPH H8000 {heat!r}", f"FC_OTH_HH_E H8000 {heat!r}"]
    assert inventory("\n".join(rows)).total_tco2 == pytest.approx(100 * GAS)


def test_imported_and_exported_heat():
    """Made 90 MWh with 100 × 0.202 t, bought 10 at 0.2244; 20 of these 100 leave at the mean."""
    found = inventory("""
        IMP            G3000  100
        TI_EHG_MAPH_E  G3000  100
        TO_EHG_MAPH    H8000   90
        GHP_MAPH       G3000   90
        IMP            H8000   10
        EXP            H8000   20
        FC_OTH_HH_E    H8000   80
    """)
    assert found.heat.tco2_imported == pytest.approx(2.244)
    assert found.heat_factor == pytest.approx((20.2 + 2.244) * 0.8 / 80)


def test_heat_of_unknown_origin_has_the_default_factor_and_is_shown():
    alone = inventory("FC_OTH_HH_E H8000 80")
    assert alone.heat.branch == "default"
    assert alone.heat_factor == pytest.approx(0.2244)
    assert alone.heat.untraced_mwh == 80
    half = inventory(
        "TI_EHG_MAPH_E G3000 50\nTO_EHG_MAPH H8000 40\nGHP_MAPH G3000 40\nFC_OTH_HH_E H8000 80\nIMP G3000 50"
    )
    assert half.heat.untraced_mwh == 40
    assert half.heat_factor == pytest.approx((50 * GAS + 40 * 0.2244) / 80)


def test_electric_boilers_of_a_network_use_electricity_at_the_local_factor():
    text = ROOFS + "TI_EHG_EB E7000 10\nTO_EHG_EB H8000 10\nFC_OTH_HH_E H8000 10\nIMP E7000 80\n"
    found = inventory(text)
    assert found.heat_factor == pytest.approx(0.7 * GENERIC)
    assert found.production["covenant_plant"].tolist() == ["photovoltaic", "other_heat"]
