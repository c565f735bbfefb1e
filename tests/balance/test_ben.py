"""The layout of the BEN: printed tables met, identities of every column, causes that add up."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leb_kit import InputError
from leb_kit.balance.ben import compare_ben, electricity_ratio, to_ben
from leb_kit.examples import italy, torino
from leb_kit.reference import catalog
from tests.helpers import balance_from, france, joined, scaled, with_rows

CAUSES = list(catalog.table("ben_causes")["ben_cause"])
CONVENTIONS = ["2200", "860"]
PLACES = [italy, france, torino]


def by_number(table):
    """The same table, rows by their number only."""
    return table.set_axis([name.split()[0] for name in table.index])


def open_ends(table):
    """Largest gap of each identity, relative to the largest cell."""
    row = by_number(table).T
    gaps = [
        row["5"] + row["6"] + row["7"] - row["8"] - row["9"],
        row["1"] + row["2"] - row["3"] - row["4"] - row["5"],
        row["8"] - row[[f"8.{part}" for part in range(1, 7)]].sum(axis=1),
        table.drop(columns="totale").sum(axis=1) - table["totale"],
        pd.Series(row.loc["totale", "7"]),
    ]
    return max(float(gap.abs().max()) for gap in gaps) / max(float(table.abs().to_numpy().max()), 1e-9)


# ── printed tables ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_italy_2019_in_every_cell(root, convention):
    printed = pd.read_csv(root / "tests" / "data" / f"ben_layout_IT_2019_ktep_{convention}.csv")
    found = to_ben(italy(), convention)
    assert list(found.index) == printed["riga"].to_list()
    assert list(found.columns) == list(printed.columns[1:])
    gaps = (found - printed.set_index("riga")).abs()
    assert gaps.to_numpy().max() < 0.051


def test_italy_2019_against_the_published_national_balance():
    """ISTAT, DCCV_BILENERG 2019, Mtep: production 42.59, gross inland consumption 169.08.

    Proves: the classical BEN is at 2,200 kcal/kWh. At 860, consumption is off by 13 Mtep, 8 %.
    """
    table = by_number(to_ben(italy(), "2200"))["totale"] / 1000
    assert table["1"] == pytest.approx(42.59, rel=1e-3)
    assert table["5"] == pytest.approx(169.08, rel=2e-3)
    assert by_number(to_ben(italy(), "860"))["totale"]["5"] / 1000 == pytest.approx(155.59, abs=0.01)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("absorb", [False, True])
def test_every_column_closes(place, convention, absorb):
    """5 = 1 + 2 − 3 − 4; 5 + 6 + 7 = 8 + 9; 8 = its parts; total = columns; row 7 moves, it makes nothing."""
    table = to_ben(place(), convention, absorb_difference=absorb)
    assert open_ends(table) < 1e-12
    if absorb:
        assert by_number(table).loc["9"].abs().max() < 1e-6


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32 - 1), size=st.floats(1e-3, 1e3), convention=st.sampled_from(CONVENTIONS))
def test_every_column_closes_whatever_the_energy(seed, size, convention):
    """Proves: the layout is complete. A flow that no row collects would open a gap."""
    balance = italy() if seed % 2 else torino()
    leaves = balance.leaves
    factor = size * np.random.default_rng(seed).uniform(0, 3, len(leaves))
    changed = with_rows(balance, leaves.assign(energy_mwh=leaves["energy_mwh"] * factor))
    assert open_ends(to_ben(changed, convention)) < 1e-12


@pytest.mark.parametrize(
    "flow", ["FC_E", "FC_OTH_E", "TI_NRG_FC_IND_NE", "TI_E", "TO_RPI", "NRG_E", "TI_EHG_E"]
)
def test_energy_that_is_not_split_has_its_place(flow):
    """A published parent above its parts, or without parts, is in the table like any other energy."""
    balance = balance_from(f"PPRD G3000 100\nFC_OTH_HH_E G3000 40\n{flow} G3000 60")
    table = to_ben(balance)
    assert open_ends(table) < 1e-12
    assert by_number(table).loc["9", "totale"] * 11_630 == pytest.approx(
        {"FC_E": 40, "FC_OTH_E": 40, "TO_RPI": 120}.get(flow, 0), abs=1e-6
    )


# ── conventions, by hand ─────────────────────────────────────────────────────────────────────────────────

VALLEY = """
    PPRD            RA100   1163
    TI_EHG_MAPE_E   RA100   1163
    TO_EHG_MAPE     E7000   1163
    GEP_MAPE        RA100   1163
    IMP             E7000    600
    EXP             E7000    100
    DL              E7000     63
    FC_OTH_HH_E     E7000   1600
    PPRD            RA600    300
    FC_OTH_HH_E     RA600    300
    STK_CHG         G3000   1163
    FC_IND_E        G3000   1163
    IMP             O4680    500
    INTMARB         O4680    500
"""


def test_a_valley_at_2200():
    """1,163 MWh of water: 100 tep at 860, 1,163 × 0.220 = 255.86 tep at 2,200. Stocks drawn: −100."""
    table = by_number(to_ben(balance_from(VALLEY))) * 1000
    assert table.loc["1", "rinnovabili"] == pytest.approx(255.86)
    assert table.loc["7", ["rinnovabili", "energia_elettrica"]].to_list() == pytest.approx([-255.86, 255.86])
    assert table.loc["2", "energia_elettrica"] == pytest.approx(600 * 0.220)
    assert table.loc["3", "energia_elettrica"] == pytest.approx(100 * 0.220)
    assert table.loc["4", "gas"] == pytest.approx(-100)
    # 110 net import + 255.86 moved − 1,600 / 11.63 used at 860
    assert table.loc["6", "energia_elettrica"] == pytest.approx(1600 / 11.63 - 500 * 0.220 - 255.86)
    assert table.loc["8.3", "energia_elettrica"] == pytest.approx(1600 / 11.63)
    assert table.loc["8.6", "petrolio"] == pytest.approx(500 / 11.63)
    assert table.loc["5", "petrolio"] == pytest.approx(500 / 11.63)
    assert table.loc["8.3", "rinnovabili"] == pytest.approx(0, abs=1e-9)


def test_electricity_at_2200_is_two_and_a_half_times_that_at_860():
    assert electricity_ratio() == pytest.approx(0.220 * 11.63, rel=1e-15)


def test_geothermal_electricity_replaces_its_heat():
    """1,000 MWh of heat make 100 MWh at 10 %: 1,000 / 11.63 tep at 860, 100 × 0.220 = 22 tep at 2,200."""
    ground = balance_from(
        "PPRD RA200 1000\nTI_EHG_MAPE_E RA200 1000\nGEP_MAPE RA200 100\n"
        "TO_EHG_MAPE E7000 100\nFC_IND_E E7000 100"
    )
    assert by_number(to_ben(ground, "2200")).loc["1", "rinnovabili"] * 1000 == pytest.approx(22)
    assert by_number(to_ben(ground, "860")).loc["1", "rinnovabili"] * 1000 == pytest.approx(1000 / 11.63)


def test_nuclear_heat_has_its_own_column_and_only_where_there_is_any():
    assert to_ben(france())["altro"].abs().max() > 100_000
    assert "altro" not in to_ben(italy())
    assert "altro" not in to_ben(torino())


@pytest.mark.parametrize("factor", [0.5, 7.0])
def test_twice_the_balance_is_twice_the_table(factor):
    pd.testing.assert_frame_equal(to_ben(scaled(italy(), factor)), to_ben(italy()) * factor, rtol=1e-12)


def test_published_sums_are_never_read():
    """Proves: computed from leaves."""
    leaves = italy().leaves
    pd.testing.assert_frame_equal(to_ben(with_rows(italy(), leaves)), to_ben(italy()), rtol=1e-12)


# ── why it differs ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("absorb", [False, True])
def test_causes_sum_to_the_difference(place, convention, absorb):
    table = compare_ben(place(), convention, absorb_difference=absorb)
    sums = [math.fsum(row) for row in table[CAUSES].to_numpy()]
    assert sums == table["difference_ktep"].to_list()
    assert (table["leb_ktep"] + table["difference_ktep"]).to_list() == table["ben_ktep"].to_list()
    ben = to_ben(place(), convention, absorb_difference=absorb)
    assert table["ben_ktep"].to_list() == pytest.approx(ben.to_numpy().ravel().tolist(), abs=1e-6)
    assert ((table["cause"] != "") == table[CAUSES].ne(0).any(axis=1)).all()


def test_the_difference_of_italy_2019_is_told_by_cause():
    """155,432.7 Eurostat + 13,314.0 convention + 2,653.8 bunkers − 2,498.5 ambient heat, ktep."""
    row = compare_ben(italy(), lang="en").loc[("5 Gross inland consumption", "total")]
    assert row["leb_ktep"] == pytest.approx(155_432.7, abs=0.1)
    found = row[["electricity_convention", "bunkers", "ambient_heat", "stock_sign", "aviation"]]
    assert found.to_list() == pytest.approx([13_314.0, 2_653.8, -2_498.5, 0, 0], abs=0.06)
    assert row["cause"].startswith("Primary and traded electricity at 2,200")


def test_the_eurostat_value_is_the_published_row():
    """Proves: the left side of the comparison is Eurostat's own number, with its own sign."""
    table = compare_ben(italy())["leb_ktep"].unstack()
    own = italy().pivot(unit="ktep")["TOTAL"]
    found = by_number(table)["totale"]
    flows = {"1": "PPRD", "2": "IMP", "3": "EXP", "4": "STK_CHG", "5": "GIC", "8.1": "FC_IND_E"}
    for number, flow in (flows | {"8.2": "FC_TRA_E", "8.5": "FC_NE", "9": "STATDIFF"}).items():
        assert found[number] == pytest.approx(own[flow], abs=0.01)


def test_at_860_without_heat_pumps_boats_and_stocks_nothing_differs():
    table = compare_ben(balance_from("IMP E7000 100\nFC_OTH_HH_E E7000 100"), "860")
    assert table["difference_ktep"].eq(0).all()
    assert table["cause"].eq("").all()


def test_the_convention_may_be_a_number():
    pd.testing.assert_frame_equal(to_ben(torino(), 860), to_ben(torino(), "860"))


def test_names_in_english():
    assert list(to_ben(italy(), lang="en").columns[:3]) == ["solids", "gas", "oil"]
    assert to_ben(italy(), lang="en").index[4] == "5 Gross inland consumption"


# ── bad input, and the data themselves ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("call", [to_ben, compare_ben])
def test_wrong_questions_get_an_answer(call):
    with pytest.raises(InputError, match=r"electricity is '220'; known are .*Did you mean '2200'"):
        call(italy(), "220")
    with pytest.raises(InputError, match="unknown language 'de'"):
        call(italy(), lang="de")
    with pytest.raises(InputError, match="one territory and one year"):
        call(joined(italy(), torino()))


def test_terms_name_columns_that_exist_and_every_cell_has_a_term():
    terms, columns = catalog.table("ben_terms"), catalog.table("ben_columns")
    assert set(terms["ben_column"]) <= {"each", *columns["ben_column"]} - {"totale"}
    assert set(terms["ben_row"]) == set(catalog.table("ben_rows")["ben_row"])
    listed = [code for text in columns["products"] for code in text.split("|") if code]
    products = catalog.table("products")
    assert set(listed) <= set(products["code"])
    assert len(listed) == len(set(listed))
    assert (terms.loc[terms["scale"] != "", "ben_cause"] == "electricity_convention").all()
    assert (terms.loc[terms["option"] == "2200", "ben_cause"] == "electricity_convention").all()
