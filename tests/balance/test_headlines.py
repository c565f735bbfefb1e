"""Headline figures made a whole balance: met exactly, filled in visibly, closing."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leb_kit import Balance, aggregate, check, examples
from leb_kit.balance.headlines import complete
from leb_kit.errors import InputError
from leb_kit.indicators import emissions
from tests.helpers import balance_from, cell, cells

COUNTRY = """
IMP G3000 1000
IMP E7000 40
PPRD RA100 60
TI_EHG_MAPE_E RA100 60
TI_EHG_MAPE_E G3000 200
TI_EHG_MAPCHP_E G3000 200
TI_EHG_MAPH_E G3000 50
TO_EHG_MAPE E7000 160
TO_EHG_MAPCHP E7000 80
TO_EHG_MAPCHP H8000 80
TO_EHG_MAPH H8000 40
GEP_MAPE RA100 60
GEP_MAPE G3000 100
GEP_MAPCHP G3000 80
GHP_MAPCHP G3000 80
GHP_MAPH G3000 40
NRG_EHG_E E7000 12
DL E7000 28
DL H8000 12
FC_IND_IS_E G3000 100
FC_OTH_HH_E G3000 300
FC_OTH_CP_E G3000 150
FC_OTH_HH_E E7000 100
FC_OTH_CP_E E7000 140
FC_OTH_HH_E H8000 108
"""


def country() -> Balance:
    """Made so that ratios are round: efficiencies 0.5, 0.8, 0.8; power to heat 1; losses 10 %."""
    return balance_from(COUNTRY, territory="IT", year=2019)


def done(text: str, **options) -> Balance:
    return complete(balance_from(text), like=country(), **options)


def test_a_carrier_is_shared_out_as_in_the_like():
    whole = done("FC_E G3000 55")
    assert cell(whole, "FC_IND_IS_E", "G3000") == pytest.approx(10)
    assert cell(whole, "FC_OTH_HH_E", "G3000") == pytest.approx(30)
    assert cell(whole, "FC_OTH_CP_E", "G3000") == pytest.approx(15)
    assert cell(whole, "IMP", "G3000") == pytest.approx(55)
    told = whole.table.set_index("flow")["source"]
    assert told["FC_OTH_HH_E"] == "headline; shared out as in Italy 2019"
    assert set(whole.table["status"]) == {"E"}


def test_plants_follow_from_heat_and_electricity():
    """Proves: 9 MWh of heat need 10 fed in, with 10 of power; of 100 told, 20 hydro, 70 power plants."""
    whole = done("FC_OTH_HH_E H8000 9\nFC_E E7000 50\nGEP TOTAL 100\nGEP RA100 20", fuel="G3000")
    assert cell(whole, "DL", "H8000") == pytest.approx(1)
    assert cell(whole, "TO_EHG_MAPCHP", "H8000") == pytest.approx(10)
    assert cell(whole, "TO_EHG_MAPCHP", "E7000") == pytest.approx(10)
    assert cell(whole, "TI_EHG_MAPCHP_E", "G3000") == pytest.approx(20 / 0.8)
    assert cell(whole, "TO_EHG_MAPE", "E7000") == pytest.approx(90)
    assert cell(whole, "TI_EHG_MAPE_E", "G3000") == pytest.approx(70 / 0.5)
    assert cell(whole, "PPRD", "RA100") == cell(whole, "TI_EHG_MAPE_E", "RA100") == 20
    own = 100 * 12 / 240
    assert cell(whole, "NRG_EHG_E", "E7000") == pytest.approx(own)
    lost = (50 + own) * (28 / 280) / (1 - 28 / 280)
    assert cell(whole, "DL", "E7000") == pytest.approx(lost)
    assert cell(whole, "EXP", "E7000") == pytest.approx(100 - 50 - own - lost)
    assert cell(whole, "FC_OTH_HH_E", "H8000") == 9
    assert check(whole).ok


def test_heat_beyond_the_electricity_told_comes_from_boilers():
    whole = done("FC_OTH_HH_E H8000 90\nGEP TOTAL 30", fuel="G3000")
    assert cell(whole, "TO_EHG_MAPCHP", "H8000") == pytest.approx(30)
    assert cell(whole, "TO_EHG_MAPH", "H8000") == pytest.approx(70)
    assert cell(whole, "TI_EHG_MAPH_E", "G3000") == pytest.approx(70 / 0.8)
    assert cell(whole, "TO_EHG_MAPE", "E7000") == 0


def test_supply_that_is_told_stands():
    whole = done("FC_OTH_HH_E G3000 50\nPPRD G3000 20")
    assert (cell(whole, "PPRD", "G3000"), cell(whole, "IMP", "G3000")) == (20, pytest.approx(30))
    more = done("FC_OTH_HH_E G3000 50\nPPRD G3000 60")
    assert cell(more, "EXP", "G3000") == pytest.approx(10)


def test_a_part_that_is_told_keeps_its_rest_beside_it():
    """Proves: public services told, services told: what is left of services stays visible."""
    whole = done("FC_OTH_CP_E G3000 100\nFC_OTH_CP_PUB_E G3000 30")
    assert cell(whole, "FC_OTH_CP_PUB_E", "G3000") == 30
    assert cell(whole, "FC_OTH_CP_E_UNALLOCATED", "G3000") == pytest.approx(70)
    assert cells(whole)["VAL", 2020, "FC_OTH_CP_PUB_E", "G3000"] == 30


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(1, 1e4), min_size=5, max_size=5))
def test_overlapping_headlines_are_all_met_and_all_closes(values):
    """Proves: by carrier and by sector at once; drawn from a table, so they agree."""
    grid = pd.Series(
        values,
        index=pd.MultiIndex.from_tuples(
            [
                ("FC_IND_IS_E", "G3000"),
                ("FC_OTH_HH_E", "G3000"),
                ("FC_OTH_CP_E", "G3000"),
                ("FC_OTH_HH_E", "E7000"),
                ("FC_OTH_CP_E", "E7000"),
            ],
            names=["flow", "product"],
        ),
    )
    sectors = grid.groupby("flow").sum()
    carriers = grid.groupby("product").sum()
    text = "\n".join(
        [f"{flow} TOTAL {amount!r}" for flow, amount in sectors.items()]
        + [f"FC_E {product} {amount!r}" for product, amount in carriers.items()]
    )
    whole = aggregate(done(text))
    for flow, amount in sectors.items():
        assert cell(whole, flow, "TOTAL") == pytest.approx(amount, rel=1e-8)
    for product, amount in carriers.items():
        assert cell(whole, "FC_E", product) == pytest.approx(amount, rel=1e-8)
    assert cell(whole, "FC_E", "H8000") < 1e-6 * sum(values)  # carriers told leave no room for it
    assert check(whole).ok


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        ("GEP TOTAL 5", {}, "no row of final consumption"),
        ("FC_E G3000 5\nDL G3000 1", {}, r"DL: a headline is final consumption \(FC_…\)"),
        ("FC_E G3000 5\nGEP RA000 1", {}, r"GEP RA000: a group says not .* give its parts \(RA100"),
        ("FC_E O4000XBIO 5", {}, "FC_E O4000XBIO: Italy 2019 has no such energy"),
        (
            "FC_E G3000 5\nFC_OTH_HH_E G3000 9",
            {},
            "FC_E G3000: 5 MWh told; the nearest to all at once is 7 MWh",
        ),
        ("FC_E E7000 5\nGEP TOTAL 5\nGEP RA100 6", {}, "GEP TOTAL: 5 MWh told, but its sources are 6 MWh"),
        ("FC_E E7000 5\nGEP TOTAL 5", {"fuel": "C0129"}, r"GEP C0129: Italy 2019 has no such plant \(MAPE\)"),
    ],
)
def test_headlines_that_cannot_be_are_told(text, options, told):
    with pytest.raises(InputError, match=told):
        done(text, **options)


# ── the Province of Torino, 2007 ─────────────────────────────────────────────────────────────────────────


def test_the_province_meets_what_its_report_tells():
    """Published: 4,526.5 ktoe by carrier; renewables make 16.9 % of the electricity and 182 ktoe."""
    pivot = aggregate(examples.province_torino()).pivot(unit="ktoe")
    final = pivot.loc["FC_E"]
    assert final["TOTAL"] == pytest.approx(4526.5, abs=0.1)
    told = {"G3000": 2009.8, "O4000XBIO": 1439.4, "E7000": 914.4, "H8000": 162.9}
    assert final[list(told)].to_dict() == pytest.approx(told, abs=1e-6)
    assert pivot.loc["GEP", "RA000"] == pytest.approx(182)
    assert pivot.loc["GEP", "RA000"] / pivot.loc["GEP", "TOTAL"] == pytest.approx(0.169)


def test_figures_of_the_report_that_were_not_used_come_out():
    """Proves: the completion is no fiction. Gas 71 % of gross energy, as printed; CO2 within a tenth."""
    gross = aggregate(examples.province_torino()).pivot(unit="ktoe").loc["GAE"]
    assert gross["G3000"] / gross["TOTAL"] == pytest.approx(0.71, abs=0.01)
    emitted = emissions(examples.province_torino(), convention="ipcc").total_tco2eq
    assert emitted == pytest.approx(14.5e6, rel=0.1)


def test_every_cell_of_the_province_says_where_it_comes_from():
    table = examples.province_torino().table
    assert table["source"].str.len().gt(10).all()
    measured = table[table["status"] == "A"]
    assert measured.empty  # the report tells no single cell
    headlines = examples.province_torino_headlines().table
    assert headlines.loc[headlines["status"] == "A", "product"].tolist() == ["H8000"]
    final = table["flow"].str.startswith("FC_")
    assert table.loc[final, "source"].str.contains("Rapporto sull'Energia").all()
    assert math.isclose(table.loc[final, "energy_mwh"].sum(), 4526.5 * 11_630, rel_tol=1e-4)
