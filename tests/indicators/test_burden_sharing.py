"""Targets of regions and plans: what they leave out, effort still missing, sector shares apart."""

import pandas as pd
import pytest

from leb_kit import InputError, evaluate, indicators, mix_problem, targets, typical_days
from leb_kit.examples import italy, province_torino, torino
from leb_kit.indicators.cells import rows_of
from leb_kit.indicators.sectors import share_of
from leb_kit.indicators.transport import rules_of
from leb_kit.optimise.from_balance.targets import target_rows
from leb_kit.reference import catalog
from tests.helpers import balance_from, cell, france, joined, scaled, with_rows

PIEMONTE = "piemonte-burden-sharing-2020"
KTEP = 11_630

REGION = """
    PPRD            RA100                80
    TI_EHG_MAPE_E   RA100                80
    TO_EHG_MAPE     E7000                80
    GEP_MAPE        RA100                80
    IMP             E7000               120
    FC_OTH_HH_E     E7000               200
    PPRD            R5110-5150_W6000RI   50
    FC_OTH_HH_E     R5110-5150_W6000RI   50
    IMP             R5220B               30
    FC_TRA_ROAD_E   R5220B               30
    IMP             O4671XR5220B        720
    FC_TRA_ROAD_E   O4671XR5220B        720
"""


def test_a_region_counts_neither_transport_biofuels_nor_imported_electricity():
    """Consumption 1,000: water 80 and wood 50 count, 30 of biodiesel and 120 imported do not: 13 %.

    Without the exclusion the share would be 16 %, and the target of 15.1 % met by fuel from elsewhere.
    """
    region = balance_from(REGION, territory="ITC1")
    row = evaluate(region, PIEMONTE).iloc[0]
    assert row["value"] == pytest.approx(0.13)
    assert indicators.renewable_share(region).share == pytest.approx(0.16)
    assert not row["met"]
    assert row["exclusions"] == "transport_biofuels|imported_electricity"
    assert row["scope"] == "ITC1"
    assert row["effort"] == pytest.approx(2.1)
    assert row["effort_unit"] == "percentage points"
    # 15.1 % of 1,000 MWh is 151: 21 MWh of renewables are missing at unchanged consumption.
    assert row["effort_mwh"] == pytest.approx(21)


def test_importing_renewable_electricity_changes_only_consumption():
    more = REGION + "IMP E7000 1000\nFC_OTH_CP_E E7000 1000"
    more = more.replace("IMP             E7000               120\n", "").replace(
        "IMP E7000 1000", "IMP E7000 1120"
    )
    assert evaluate(balance_from(more), PIEMONTE).iloc[0]["value"] == pytest.approx(130 / 2000)


def test_the_exclusion_of_italy_by_hand():
    """Italy 2019: 18.182 % with, (9,961.0 + 10,636.2) / 120,302.0 = 17.121 % without biofuels."""
    found = evaluate(italy(), "italia-burden-sharing-2020").iloc[0]
    assert 100 * found["value"] == pytest.approx(17.121, abs=0.001)
    assert found["met"]
    excluded = indicators.renewable_share(italy(), exclusions=("transport_biofuels",))
    assert excluded.share == found["value"]
    assert excluded.res_transport_mwh == 0
    assert (
        excluded.gross_final_consumption_mwh
        == indicators.renewable_share(italy()).gross_final_consumption_mwh
    )


def test_a_plan_keeps_the_exclusions_of_its_target():
    """Proves: the row of the optimiser counts what evaluate counts. Without it a plan could buy biodiesel."""
    cells = pd.DataFrame(
        {
            "process": ["biodiesel", "wood"],
            "flow": ["FC_TRA_ROAD_E", "FC_OTH_HH_E"],
            "product": ["R5220B", "R5110-5150_W6000RI"],
            "coefficient": [1.0, 1.0],
        }
    )
    rest = pd.DataFrame({"flow": [], "product": [], "energy_mwh": []})
    rows = {
        name: target_rows(name, None, cells, rest, "ITC1").set_index("process")["coefficient"].to_dict()
        for name in (PIEMONTE, "it-renewables-2020")
    }
    assert rows[PIEMONTE] == {"": 0, "biodiesel": pytest.approx(-0.151), "wood": pytest.approx(1 - 0.151)}
    assert rows["it-renewables-2020"]["biodiesel"] == pytest.approx(1 - 0.17)


def test_unknown_exclusions_name_the_nearest():
    with pytest.raises(
        InputError, match=r"unknown exclusion 'transport_biofuel'.*Did you mean 'transport_bio"
    ):
        indicators.renewable_share(italy(), exclusions=("transport_biofuel",))


# ── effort ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_effort_of_each_indicator_is_in_its_own_unit():
    """Closing each gap by what effort_mwh says meets the target: the definition, not a label."""
    base = torino()
    rows = evaluate(scaled(base, 0.9), "20-20-20-local", base=base).set_index("target")
    assert rows["effort_unit"].tolist() == ["percentage points", "tCO2eq", "MWh"]
    primary = indicators.primary_energy(base).energy_mwh
    assert rows.loc["efficiency", "effort"] == pytest.approx(0.1 * primary)
    assert rows.loc["efficiency", "effort_mwh"] == rows.loc["efficiency", "effort"]
    assert pd.isna(rows.loc["emissions", "effort_mwh"])
    share = indicators.renewable_share(scaled(base, 0.9))
    renewable = share.res_electricity_mwh + share.res_heat_mwh + share.res_transport_mwh
    closed = (renewable + rows.loc["renewables", "effort_mwh"]) / share.gross_final_consumption_mwh
    assert closed == pytest.approx(0.2)


def test_what_is_met_needs_no_effort():
    rows = evaluate(scaled(torino(), 0.5), "20-20-20-local", base=torino()).set_index("target")
    assert rows.loc[["emissions", "efficiency"], "effort"].tolist() == [0, 0]
    assert rows.loc["efficiency", "effort_mwh"] == 0


# ── sets of plans ────────────────────────────────────────────────────────────────────────────────────────


def test_the_national_plan_is_checked_whole_in_its_own_units():
    """PNIEC 2024: six targets, two of them in Mtoe. Italy 2019 used 115.4 Mtoe of final energy."""
    rows = evaluate(italy(), "pniec-2024").set_index("target")
    assert rows.index.tolist() == ["renewables", "electricity", "heat", "transport", "final", "efficiency"]
    assert rows.loc["final", "required"] == pytest.approx(102e3 * KTEP)
    assert rows.loc["final", "value"] == indicators.final_energy(italy()).energy_mwh
    assert not rows["met"].any()


def test_italy_2020_against_2019():
    """17 % is met, 158 and 124 Mtoe are met, 10 % of transport is not shown to be (feedstock unknown)."""
    rows = evaluate(italy(), "italy-2020").set_index("target")
    assert rows["met"].to_dict() == {
        "renewables": True,
        "transport": False,
        "efficiency": True,
        "final": True,
    }


def test_what_a_balance_cannot_check_is_listed_apart():
    rows = indicators.commitments()
    assert set(rows["quantity"]) == {
        "emissions_ets", "emissions_effort_sharing", "capacity_photovoltaic", "capacity_wind"
    }  # fmt: skip
    assert rows.set_index("commitment").loc["it-esr-2030", "value"] == -0.437


def test_a_share_with_multipliers_cannot_be_a_row_of_a_plan():
    with pytest.raises(
        InputError, match=r"target 'transport' \(renewable_share_transport\) cannot be a row of"
    ):
        mix_problem(torino(), targets="pniec-2020", time=typical_days(2))


# ── sectors ──────────────────────────────────────────────────────────────────────────────────────────────


def test_sector_shares_of_italy_2019_near_those_published():
    """Published (Eurostat, from memory): electricity 34.97 %, normalised; heat 19.70 %; transport 9.05 %."""
    found = indicators.sector_shares(italy(), advanced_share=0.75)
    assert 100 * found.electricity_share == pytest.approx(34.97, abs=0.2)
    assert 100 * found.heat_share == pytest.approx(19.70, abs=0.01)
    assert 100 * found.transport_share == pytest.approx(9.05, abs=0.1)


MOVED = """
    FC_TRA_ROAD_E   O4671XR5220B  800
    FC_TRA_ROAD_E   R5220B         60
    FC_TRA_ROAD_E   E7000          10
    FC_TRA_ROAD_E   G3000         100
    FC_TRA_RAIL_E   E7000          30
    FC_TRA_DAVI_E   R5230B         20
    FC_TRA_DAVI_E   O4661XR5230B  200
    GEP_MAPE        RA100          40
    TO_EHG_MAPE     E7000          40
"""


@pytest.mark.parametrize(
    ("rules", "numerator", "denominator"),
    [
        # 60 + 20 + half of them again; all electricity is renewable; petrol, diesel, biofuels, electricity
        ("directive-2009-28", 80 + 40 + 2.5 * 10 + 30, 800 + 60 + 40),
        ("iluc-2015", 80 + 40 + 5 * 10 + 2.5 * 30, 900),
        # aviation fuel counts 1.2 times; below the line all of road and rail, gas too
        ("red-2", 60 + 1.2 * 20 + 40 + 4 * 10 + 1.5 * 30, 800 + 60 + 10 + 100 + 30),
    ],
)
def test_multipliers_of_transport_by_hand(rules, numerator, denominator):
    found = indicators.sector_shares(balance_from(MOVED), rules=rules, advanced_share=0.5)
    assert found.transport_rules == rules
    assert found.transport_numerator_mwh == pytest.approx(numerator)
    assert found.transport_denominator_mwh == pytest.approx(denominator)
    assert found.transport_share == pytest.approx(numerator / denominator)


@pytest.mark.parametrize("country", [italy, france, torino])
def test_multipliers_never_enter_the_overall_share(country):
    """Proves: energy counts once. The numerator is measured energy, whatever the rules of transport say."""
    balance = country()
    share = indicators.renewable_share(balance)
    assert share.res_transport_mwh == pytest.approx(
        sum(cell(balance, flow, product) for flow in TRANSPORT for product in BIOFUELS)
    )


TRANSPORT = [
    "FC_TRA_ROAD_E",
    "FC_TRA_RAIL_E",
    "FC_TRA_DAVI_E",
    "FC_TRA_DNAVI_E",
    "FC_TRA_PIPE_E",
    "FC_TRA_NSP_E",
]
BIOFUELS = list(catalog.table("products").query("leaf and parent == 'RA000'")["code"])


def test_the_rules_of_a_year():
    assert [rules_of(year) for year in (1990, 2015, 2016, 2020, 2021, 2030)] == [
        "directive-2009-28", "directive-2009-28", "iluc-2015", "iluc-2015", "red-2", "red-2"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"rules": "red-3"}, r"unknown rules 'red-3'; known are .*Did you mean 'red-2'\?"),
        ({"advanced_share": 1.5}, "advanced_share is 1.5; expected 0–1"),
        ({"electricity_share": -0.1}, "electricity_share is -0.1; expected 0–1"),
    ],
)
def test_wrong_questions_about_sectors(given, words):
    with pytest.raises(InputError, match=words):
        indicators.sector_shares(italy(), **given)


def test_shares_of_many_years_are_those_of_each():
    """Proves: rules of transport change with the year inside one call."""
    many = joined(*(with_rows(italy(), italy().table.assign(year=y)) for y in (2012, 2019, 2022)))
    found = share_of(rows_of(many, "test"), "renewable_share_transport")
    assert found["rules"].tolist() == ["directive-2009-28", "iluc-2015", "red-2"]
    for year in many.years:
        single = indicators.sector_shares(many.filter(year=year))
        assert found["share"]["IT", year] == pytest.approx(single.transport_share, rel=1e-12)


def test_every_set_can_be_evaluated_or_says_what_it_needs():
    """Proves: no shipped set has a typing error. Sets relative to an unavailable year say so."""
    for name in dict.fromkeys(targets()["target_set"]):
        chosen = targets(name)
        if (chosen.table["base_year"] == 1990).any():
            with pytest.raises(InputError, match="is relative to 1990"):
                evaluate(italy(), chosen, base=italy())
            continue
        rows = evaluate(italy(), chosen, base=italy())
        assert rows["value"].notna().all(), name
        assert rows["required"].gt(0).all(), name


def test_a_province_of_headline_figures_has_its_targets_too():
    """Proves: a balance made only of headline figures is measured like any other. Torino province 2007."""
    b = province_torino()
    rows = evaluate(b, "20-20-20-local", base=b)
    assert rows["value"].gt(0).all()
    assert rows["effort"].gt(0).tolist() == [True, True, True]
    assert evaluate(b, PIEMONTE)["value"].iloc[0] <= rows["value"].iloc[0]
    assert indicators.sector_shares(b).electricity_share > 0
