"""Emissions by named conventions: published totals, and small balances worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leb_kit import Balance, InputError, indicators
from leb_kit.examples import italy, torino
from leb_kit.indicators.factors import by_product, factor
from leb_kit.reference import catalog
from tests.helpers import balance_from, cell, france


def total(balance: Balance, convention: str) -> float:
    """Emissions, tCO2eq."""
    return indicators.emissions(balance, convention=convention).total_tco2eq


def test_combustion_in_italy_2019_is_near_the_inventory():
    """Energy CO2 of Italy 2019 in its UNFCCC inventory (CRF sector 1): 324.9 Mt. Within 5 %."""
    assert total(italy(), "ipcc") == pytest.approx(324.9e6, rel=0.05)


@pytest.mark.parametrize("country", [italy, france, torino])
def test_territorial_adds_net_imports_at_their_factor(country):
    balance = country()
    territory, _ = balance.one()
    expected = total(balance, "ipcc")
    for product in ("E7000", "H8000"):
        net = cell(balance, "IMP", product) - cell(balance, "EXP", product)
        expected += net * factor("co2_import", territory=territory, convention="territorial", product=product)
    assert total(balance, "territorial") == pytest.approx(expected, rel=1e-12)
    assert total(balance, "territorial") != pytest.approx(total(balance, "ipcc"))


def test_factors_of_the_city_return_its_printed_emissions():
    """Printed: stationary energy 1,734,424 t and transport 636,277 t (Climate City Contract, table A-1.3)."""
    assert total(torino(), "covenant_torino") == pytest.approx(1_734_424 + 636_277, rel=0.005)
    printed = catalog.table("torino_2019_emissions")
    sectors = printed[printed["macro_area"].isin(["stationary_energy", "transport"])]
    assert total(torino(), "covenant_torino") == pytest.approx(sectors["value_tco2"].sum(), rel=0.005)


PLANT = """
    IMP              G3000  200
    TI_EHG_MAPCHP_E  G3000  200
    TO_EHG_MAPCHP    E7000   80
    TO_EHG_MAPCHP    H8000   80
    GEP_MAPCHP       G3000   80
    GHP_MAPCHP       G3000   80
    FC_OTH_HH_E      E7000   80
    FC_OTH_HH_E      H8000   80
"""


def test_imports_instead_of_a_local_plant_never_bring_emissions_to_zero():
    """Proves: a plan does not become clean by importing. Without it, closing the plant gives 0 t (ipcc).

    Local: 200 × 0.20196 = 40.392 t. Imported: 80 × 0.46 + 80 × 0.2244 = 54.752 t.
    """
    plant = balance_from(PLANT)
    imports = balance_from("""
        IMP          E7000  80
        IMP          H8000  80
        FC_OTH_HH_E  E7000  80
        FC_OTH_HH_E  H8000  80
    """)
    assert total(plant, "territorial") == pytest.approx(40.392)
    assert total(imports, "territorial") == pytest.approx(54.752)
    assert total(imports, "ipcc") == 0


@given(st.floats(0, 1))
def test_however_much_is_imported_something_is_emitted(local):
    """Proves: there is no way round between all local and all imported."""
    if local * 80 < 1e-6:
        local = 0.0
    rows = [f"FC_OTH_HH_E {product} 80" for product in ("E7000", "H8000")]
    if local:
        rows += [f"IMP G3000 {200 * local!r}", f"TI_EHG_MAPCHP_E G3000 {200 * local!r}"]
        rows += [f"TO_EHG_MAPCHP {product} {80 * local!r}" for product in ("E7000", "H8000")]
    if local < 1:
        rows += [f"IMP {product} {80 * (1 - local)!r}" for product in ("E7000", "H8000")]
    assert total(balance_from("\n".join(rows)), "territorial") >= 40.392 * (1 - 1e-9)


def test_exports_are_credited_at_the_factor_of_imports():
    """80 MWh of electricity leave: 40.392 − 80 × 0.46 t."""
    text = PLANT.replace("FC_OTH_HH_E      E7000   80", "EXP E7000 80")
    assert total(balance_from(text), "territorial") == pytest.approx(40.392 - 36.8)


def test_fuel_counts_where_it_is_burnt():
    """Plants, energy sector and users burn; feedstocks, losses, bunkers and flights abroad do not."""
    balance = balance_from("""
        TI_EHG_MAPH_E     G3000          10
        NRG_OIL_NG_E      G3000          20
        FC_IND_FBT_E      G3000          30
        FC_IND_NE         G3000        1000
        DL                G3000        1000
        INTMARB           O4680        1000
        INTAVI            O4661XR5230B 1000
        FC_OTH_HH_E       R5110-5150_W6000RI 1000
    """)
    assert total(balance, "ipcc") == pytest.approx(60 * 0.20196)


def test_the_total_is_the_sum_of_its_table():
    found = indicators.emissions(torino())
    assert found.convention == "territorial"
    rows = found.table
    assert (rows["energy_mwh"] * rows["factor_tco2eq_per_mwh"]).sum() == pytest.approx(found.total_tco2eq)
    assert rows["tco2eq"].sum() == pytest.approx(found.total_tco2eq)
    assert set(rows["flow"]) > {"IMP", "TI_EHG_MAPCHP_E", "FC_OTH_HH_E"}


def test_life_cycle_is_above_standard():
    for country in (italy, torino):
        assert total(country(), "lca") > total(country(), "covenant")


def test_an_unknown_convention_names_the_nearest():
    with pytest.raises(InputError) as caught:
        indicators.emissions(italy(), convention="teritorial")
    text = str(caught.value)
    assert "unknown convention 'teritorial'" in text
    assert "covenant, covenant_torino, ipcc, lca, territorial" in text
    assert "Did you mean 'territorial'?" in text


def test_every_product_without_factor_is_named():
    """Proves: no factor is not zero. Without it a coarse table would look clean."""
    balance = balance_from("""
        FC_IND_FBT_E  O4000XBIO          10
        FC_OTH_HH_E   C0000X0350-0370    10
        FC_OTH_HH_E   G3000              10
    """)
    with pytest.raises(InputError) as caught:
        indicators.emissions(balance, convention="ipcc")
    assert [fault.split(" has ")[0] for fault in caught.value.faults] == [
        "product 'C0000X0350-0370'",
        "product 'O4000XBIO'",
    ]
    assert "no factor 'co2_combustion'; add a row to the factors" in str(caught.value)


def test_a_convention_for_one_city_refuses_another_place():
    """Proves: Torino's factors stay in Torino. Without it Italy would be measured with a city's heat."""
    with pytest.raises(InputError, match="no factor 'co2_final'"):
        indicators.emissions(italy(), convention="covenant_torino")


def test_the_nearest_territory_gives_the_factor():
    """Torino's own factor for imported heat, Italy's for electricity elsewhere in Italy, else the Union's."""

    def imported(territory: str) -> dict[str, float]:
        return by_product("co2_import", "territorial", territory)

    assert imported("001272") == {"E7000": 0.269, "H8000": 0.161}
    assert imported("IT") == {"E7000": 0.269, "H8000": 0.2244}
    assert imported("FR") == {"E7000": 0.46, "H8000": 0.2244}


def test_an_unknown_factor_is_an_error():
    with pytest.raises(InputError, match="no 'co2_combustion' for product 'XYZ'"):
        factor("co2_combustion", convention="ipcc", product="XYZ")
    with pytest.raises(InputError, match=r"for convention 'covenan'.* Did you mean 'covenant'"):
        factor("co2_final", convention="covenan", product="G3000")
