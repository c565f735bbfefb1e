"""Emission inventories: the template's table, local factors, and no tonne counted twice or lost."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leb_kit import Balance, InputError, indicators
from leb_kit.balance.accounting import flow_parts
from leb_kit.examples import italy, province_torino, torino, torino_detail
from leb_kit.reference import catalog
from tests.helpers import balance_from, france, scaled

GAS, GENERIC = 0.202, 0.46
COUNTRIES = [italy, france, torino, province_torino]


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


def test_a_province_known_by_four_headline_figures_only():
    """Province of Torino 2007: 4,526.5 ktep; gas 44.4 %, oil 31.8 %, electricity 20.2 %, heat 3.6 %.

    Its 6th energy report prints 14.5 Mt CO2; oil that is not told apart at the mean of petrol and diesel.
    """
    shares = {"G3000": 0.444, "O4000XBIO": 0.318, "E7000": 0.202, "H8000": 0.036}
    rows = pd.DataFrame({"flow": "FC_E", "product": list(shares), "value": shares.values()})
    rows["value"] *= 4526.5
    balance = Balance.from_table(rows.assign(territory="001", year=2007), unit="ktep")
    found = inventory(balance, factors={"O4000XBIO": (0.249 + 0.267) / 2})
    assert found.total_tco2 == pytest.approx(14.5e6, rel=0.02)
    assert found.national_electricity_factor == 0.483
    assert set(found.table["covenant_sector"]) == {"other_not_allocated"}


def test_a_municipality_of_italy_has_the_factor_of_italy():
    """Proves: an ISTAT code is enough. Without it Milano would have the Union's 0.460."""
    milano = balance_from("FC_OTH_HH_E E7000 100", territory="015146")
    assert inventory(milano).national_electricity_factor == 0.483
    assert inventory(balance_from("FC_OTH_HH_E E7000 100")).national_electricity_factor == GENERIC


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
    text = "FC_OTH_HH_E G3000 50\nFC_TRA_ROAD_E G3000 50"
    with pytest.raises(InputError) as caught:
        inventory(text, detail=detail)
    assert list(caught.value.faults) == [
        (
            "FC_TRA_ROAD G3000 is not in the balance; it has G3000 in FC_OTH_HH_E, FC_TRA_ROAD_E."
            " Did you mean 'FC_TRA_ROAD_E'?"
        ),
        "FC_OTH_HH_E O4630 is not in the balance; it has no O4630 at all.",
    ]
    with pytest.raises(InputError, match=r"FC_OTH_HH_E G3000: 60\.0 MWh are named, the balance has 50\.0"):
        inventory(text, detail=detail.head(1))
    with pytest.raises(InputError, match="Did you mean 'public_lighting'"):
        inventory(text, detail=detail.head(1).assign(covenant_sector="public_lightning"))
    with pytest.raises(InputError, match="to public_lighting: give energy_mwh or share, one of the two"):
        inventory(text, detail=detail.head(1).assign(share=0.5))


def test_the_shares_of_the_base_can_be_kept():
    """Proves: public lighting does not vanish by forgetting. A tenth less of each row."""
    bei = inventory(torino(), detail=torino_detail())
    later = Balance.from_mwh(scaled(torino(), 0.9).table.assign(year=2025))
    mei = inventory(later, base=bei, detail=bei.detail)
    rows = mei.matrix("energy_mwh").sum(axis=1) / bei.matrix("energy_mwh").sum(axis=1)
    assert rows.dropna().tolist() == pytest.approx([0.9] * rows.notna().sum())
    with pytest.raises(InputError, match="the base tells public_lighting, municipal_fleet, public_transport"):
        inventory(later, base=bei)


def test_a_share_of_a_cell_that_is_gone_is_nothing():
    detail = pd.DataFrame(
        {
            "flow": ["FC_OTH_CP_E"],
            "product": ["E7000"],
            "covenant_sector": ["public_lighting"],
            "share": [0.2],
        }
    )
    assert inventory("FC_OTH_HH_E G3000 50", detail=detail).final_energy_mwh == 50


# ── sums ─────────────────────────────────────────────────────────────────────────────────────────────────

HOMES = "FC_OTH_HH_E E7000 100\n"
ROOFS = HOMES + "PPRD RA420 30\nTI_EHG_MAPE_E RA420 30\nTO_EHG_MAPE E7000 30\nGEP_MAPE RA420 30\n"


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
    with pytest.raises(InputError, match="product 'RA300' has final energy but no column"):
        inventory("FC_OTH_HH_E RA300 10")
    with pytest.raises(InputError, match=r"'O4000XBIO' has energy but no factor; give factors={'O4000XBIO'"):
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
