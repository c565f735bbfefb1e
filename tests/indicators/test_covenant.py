"""Emission inventories: the template's table, local factors, and no tonne counted twice or lost."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leb_kit import Balance, InputError, indicators
from leb_kit.balance.accounting import flow_parts
from leb_kit.examples import italy, torino, torino_detail
from leb_kit.reference import catalog
from tests.helpers import balance_from, france, scaled

GAS, GENERIC = 0.202, 0.46
COUNTRIES = [italy, france, torino]


def inventory(given, **options):
    balance = balance_from(given) if isinstance(given, str) else given
    return indicators.emission_inventory(balance, **options)


# ── the table ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("place", COUNTRIES)
@pytest.mark.parametrize("convention", ["covenant", "lca"])
def test_every_mwh_of_final_energy_is_in_the_table_once(place, convention):
    found = inventory(place(), convention=convention)
    leaves = place().leaves
    final = leaves.loc[leaves["flow"].isin(list(flow_parts("FC_E"))), "energy_mwh"].sum()
    assert found.final_energy_mwh == pytest.approx(final, rel=1e-12)
    assert found.matrix("energy_mwh").to_numpy().sum() == pytest.approx(final, rel=1e-12)
    assert found.matrix("tco2").to_numpy().sum() == pytest.approx(found.total_tco2, rel=1e-12)
    assert found.left_out.empty


@pytest.mark.parametrize("place", COUNTRIES)
@pytest.mark.parametrize("convention", ["covenant", "lca"])
def test_it_is_the_same_truth_as_the_emissions_of_a_balance(place, convention):
    """Proves: two ways to the Covenant's tonnes, one number. Only local factors may part them."""
    factors = indicators.emissions(place(), convention=convention).table
    heat = factors.loc[factors["product"] == "H8000", "factor_tco2eq_per_mwh"].iloc[0]
    made = indicators.local_production(place()).assign(counted=False)
    mine = inventory(place(), convention=convention, production=made, factors={"H8000": heat})
    other = indicators.emissions(place(), convention=convention).total_tco2eq
    assert mine.total_tco2 == pytest.approx(other, rel=1e-12)


def test_a_convention_that_lists_a_plant_apart_has_its_row():
    found = inventory(torino(), convention="covenant_torino")
    total = indicators.emissions(torino(), convention="covenant_torino").total_tco2eq
    assert found.total_tco2 == pytest.approx(total, rel=1e-12)
    apart = found.matrix("tco2").loc["energy_plants"]
    assert apart["other_fossil"] == pytest.approx(99_351)
    assert found.matrix("energy_mwh").loc["energy_plants"].sum() == 0


def test_units_follow_the_convention():
    assert inventory(torino()).unit == "tCO2"
    assert inventory(torino(), convention="lca").unit == "tCO2eq"


def test_every_flow_has_a_sector_and_every_product_of_final_energy_a_carrier():
    flows = [flow for flow in flow_parts("FC_E") if not flow.endswith("_UNALLOCATED")]
    rows = pd.DataFrame({"flow": flows, "product": "G3000", "value": 1.0})
    rows = rows.assign(territory="VAL", year=2020)
    products = catalog.table("covenant_carrier_products")["product"].unique()
    more = pd.DataFrame({"flow": "FC_TRA_ROAD_E", "product": products, "value": 1.0})
    table = pd.concat([rows, more.assign(territory="VAL", year=2020)]).drop_duplicates(["flow", "product"])
    found = inventory(Balance.from_table(table, unit="MWh"))
    assert set(found.table["covenant_sector"]) >= {"residential", "agriculture", "other_transport"}
    assert set(found.table["covenant_carrier"]) == set(catalog.table("covenant_carriers")["covenant_carrier"])


def test_gas_oil_is_heating_oil_in_buildings_and_diesel_on_the_road():
    found = inventory("FC_OTH_HH_E O4671XR5220B 10\nFC_TRA_ROAD_E O4671XR5220B 20").matrix("energy_mwh")
    assert found.loc["residential", "heating_oil"] == 10
    assert found.loc["private_transport", "diesel"] == 20


def test_labels_in_both_languages_and_totals():
    found = inventory(torino(), detail=torino_detail())
    it, en = found.emission_table("it"), found.emission_table("en")
    assert it.index[-1] == "Totale"
    assert en.index[-1] == "Total"
    assert "Illuminazione pubblica" in it.index
    assert "Public lighting" in en.index
    assert it.loc["Totale", "Totale"] == pytest.approx(found.total_tco2)
    assert found.supply_table("en").loc["Combined heat and power", "heat_mwh"] > 0
    assert "2,839,201 tCO2" in repr(found)
    assert "<table" in found._repr_html_()


# ── detail ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_detail_of_torino_moves_energy_and_makes_none():
    plain, told = inventory(torino()), inventory(torino(), detail=torino_detail())
    assert told.final_energy_mwh == pytest.approx(plain.final_energy_mwh, rel=1e-12)
    assert told.total_tco2 == pytest.approx(plain.total_tco2, rel=1e-12)
    rows = told.matrix("energy_mwh").sum(axis=1)
    assert rows["public_lighting"] == 59_200
    assert rows["municipal_fleet"] == pytest.approx(3_049)
    assert rows["public_transport"] == pytest.approx(48_097 + 61_805 + 107_273)


def test_industry_in_the_ets_is_left_out_and_shown():
    detail = pd.DataFrame(
        {
            "flow": ["FC_IND_NMM_E"],
            "product": ["G3000"],
            "covenant_sector": ["industry_ets"],
            "energy_mwh": [70],
        }
    )
    text = "FC_IND_NMM_E G3000 100\nFC_OTH_HH_E G3000 50"
    found = inventory(text, detail=detail)
    assert found.final_energy_mwh == 80
    assert found.left_out[["covenant_sector", "energy_mwh"]].to_numpy().tolist() == [["industry_ets", 70]]
    everything = inventory(text, detail=detail, included=catalog.table("covenant_sectors")["covenant_sector"])
    assert everything.total_tco2 == pytest.approx(150 * GAS)


def test_a_detail_that_does_not_fit_is_told_cell_by_cell():
    detail = pd.DataFrame(
        {
            "flow": ["FC_OTH_HH_E", "FC_TRA_ROAD", "FC_OTH_HH_E"],
            "product": ["G3000", "G3000", "O4630"],
            "covenant_sector": ["public_lighting", "public_transport", "tertiary"],
            "energy_mwh": [60, 5, 1],
        }
    )
    with pytest.raises(InputError) as caught:
        inventory("FC_OTH_HH_E G3000 50\nFC_TRA_ROAD_E G3000 50", detail=detail)
    assert list(caught.value.faults) == [
        "FC_OTH_HH_E G3000: 60.0 MWh are named, the balance has 50.0",
        (
            "FC_TRA_ROAD G3000 is not in the balance; it has G3000 in FC_OTH_HH_E, FC_TRA_ROAD_E."
            " Did you mean 'FC_TRA_ROAD_E'?"
        ),
        "FC_OTH_HH_E O4630 is not in the balance; it has no O4630 at all.",
    ]
    detail["covenant_sector"] = ["public_lightning", "public_transport", "tertiary"]
    with pytest.raises(InputError, match="Did you mean 'public_lighting'"):
        inventory("FC_OTH_HH_E G3000 50", detail=detail)


# ── local factors from a balance ─────────────────────────────────────────────────────────────────────────

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


@settings(max_examples=25)
@given(st.lists(st.floats(0.1, 1e6), min_size=4, max_size=4), st.floats(0, 1))
def test_the_total_is_the_sum_of_its_parts_and_grows_with_the_balance(amounts, sustainable):
    cells = ["FC_OTH_HH_E G3000", "FC_OTH_CP_E E7000", "FC_TRA_ROAD_E R5220B", "FC_OTH_HH_E H8000"]
    text = "\n".join(f"{cell} {amount!r}" for cell, amount in zip(cells, amounts, strict=True))
    balance = balance_from(text)
    found = inventory(balance, sustainable_biomass=sustainable)
    rows = found.table
    assert (rows["energy_mwh"] * rows["factor_tco2_per_mwh"]).sum() == pytest.approx(found.total_tco2)
    assert found.emission_table().iloc[-1, -1] == pytest.approx(found.total_tco2)
    twice = inventory(scaled(balance, 2), sustainable_biomass=sustainable)
    assert twice.total_tco2 == pytest.approx(2 * found.total_tco2)


# ── options ──────────────────────────────────────────────────────────────────────────────────────────────


def test_biomass_that_is_not_sustainable():
    """A quarter of 100 MWh of wood at 0.403."""
    wood = "FC_OTH_HH_E R5110-5150_W6000RI 100"
    assert inventory(wood).total_tco2 == 0
    assert inventory(wood, sustainable_biomass=0.75).total_tco2 == pytest.approx(25 * 0.403)
    life = inventory(wood, convention="lca", sustainable_biomass=0.0).total_tco2
    assert life == pytest.approx(100 * 0.405)


def test_own_factors_and_those_of_a_sector():
    text = "FC_OTH_HH_E G3000 100\nFC_TRA_ROAD_E G3000 100"
    assert inventory(text, factors={"G3000": 0.2}).total_tco2 == pytest.approx(40)
    frame = pd.DataFrame(
        {
            "product": ["G3000", "G3000"],
            "covenant_sector": ["", "private_transport"],
            "factor_tco2_per_mwh": [0.2, 0.21],
        }
    )
    assert inventory(text, factors=frame).total_tco2 == pytest.approx(41)


def test_what_no_energy_causes_is_in_the_total_but_not_in_the_table():
    waste = pd.DataFrame({"covenant_sector": ["waste"], "tco2": [5.0]})
    found = inventory("FC_OTH_HH_E G3000 100", non_energy=waste, population=10)
    assert found.total_tco2 == pytest.approx(25.2)
    assert found.energy_tco2 == pytest.approx(20.2)
    assert found.per_head_tco2 == pytest.approx(2.52)
    assert found.emission_table("en").loc["Waste management", "Total"] == 5
    assert math.isnan(inventory("FC_OTH_HH_E G3000 100").per_head_tco2)


def test_monitoring_keeps_the_national_factor_of_the_base_year():
    """Proves: a cleaner country is no merit of the municipality. Without it 0.282 would count as a saving."""
    bei = inventory(ROOFS, national_factor=0.483)
    later = balance_from(ROOFS.replace(" 30", " 50"), year=2030)
    mei = inventory(later, base=bei)
    assert mei.national_electricity_factor == 0.483
    assert mei.electricity_factor == pytest.approx(0.5 * 0.483)
    with pytest.raises(InputError, match=r"national_factor 0.282 is not that of the base year \(0.483\)"):
        inventory(later, base=bei, national_factor=0.282)


def test_a_base_of_somewhere_else_is_refused():
    bei = inventory(torino())
    with pytest.raises(InputError) as caught:
        inventory(italy(), base=bei, convention="lca")
    assert list(caught.value.faults) == [
        "the base is of territory 001272, the balance of IT",
        "the base has factors 'covenant', this inventory 'lca'",
    ]


# ── bad input ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        (
            {"convention": "ipcc"},
            (
                "convention 'ipcc' counts what is burnt in the territory, not final energy; those of"
                " inventories are covenant, lca, covenant_torino."
            ),
        ),
        ({"convention": "covenent"}, "convention 'covenent' is unknown"),
        ({"sustainable_biomass": 1.5}, "sustainable_biomass is 1.5; a share between 0 and 1 is expected"),
        ({"included": ["residental"]}, "unknown sector 'residental'. Did you mean 'residential'?"),
        ({"national_factor": -1}, "national_factor is -1; a number of at least 0 is expected"),
        ({"factors": {"GAS": 0.2}}, "found 'GAS'"),
        (
            {"non_energy": pd.DataFrame({"covenant_sector": ["tertiary"], "tco2": [1.0]})},
            (
                "sector 'tertiary' has final energy; only rows of group non_energy are given here:"
                " waste, waste_water, other_non_energy"
            ),
        ),
        (
            {"factors": {"E7000": 0.2}, "green_electricity_purchase_mwh": 5},
            "a local factor of electricity is given as it is",
        ),
    ],
)
def test_what_cannot_be_says_what_to_do(options, fault):
    with pytest.raises(InputError) as caught:
        inventory(HOMES, **options)
    assert fault in str(caught.value)


def test_a_product_without_factor_or_column_is_named():
    with pytest.raises(InputError, match="product 'O4000XBIO' has final energy but no column"):
        inventory("FC_OTH_HH_E O4000XBIO 10")
    with pytest.raises(InputError, match=r"product 'O4640' has energy but no factor"):
        indicators.emission_inventory(
            balance_from("FC_OTH_HH_E O4640 10", territory="001272"), convention="covenant_torino"
        )
    made = pd.DataFrame(
        {
            "plant": ["MAPE"],
            "product": ["COAL"],
            "fuel_mwh": [10],
            "electricity_mwh": [4],
            "heat_mwh": [0],
            "counted": [True],
        }
    )
    with pytest.raises(InputError, match="product 'COAL' has energy but no factor"):
        inventory(HOMES, production=made)
