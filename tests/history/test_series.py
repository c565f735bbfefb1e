"""Shipped series: as published, each figure with its edition; and what a Balance made of them refuses."""

import pandas as pd
import pytest

from leb_kit import InputError, indicators
from leb_kit.examples import italy
from leb_kit.history import as_balance, degree_days, shipped
from leb_kit.history.series import COLUMNS, TITLES
from tests.helpers import TJ, cell

NAMES = sorted(TITLES)
#: Domain reference: Eurostat sdg_07_40, snapshot of December 2024, percent.
PUBLISHED_SHARES = {
    ("EU27_2020", 2004): 9.605,
    ("EU27_2020", 2022): 23.047,
    ("IT", 2004): 6.316,
    ("IT", 2019): 18.181,
    ("IT", 2022): 19.131,
    ("FR", 2019): 17.174,
    ("DE", 2020): 19.090,
    ("ES", 2021): 20.736,
}


def test_every_shipped_series_is_listed_with_a_title_in_both_languages():
    listed = shipped().set_index("name")
    assert sorted(listed.index) == NAMES
    assert listed[["title_it", "title_en"]].ne("").all(axis=None)
    assert listed.loc["renewable_share", ["first_year", "last_year"]].tolist() == [2004, 2022]
    assert listed.loc["province_torino", ["first_year", "last_year"]].tolist() == [1990, 2011]
    assert listed.loc["final_consumption", ["first_year", "last_year"]].tolist() == [1990, 2008]
    assert listed.loc["gas", ["first_year", "last_year"]].tolist() == [2011, 2020]
    assert listed.loc["renewables", ["first_year", "last_year"]].tolist() == [2002, 2019]


@pytest.mark.parametrize("name", NAMES)
def test_a_series_has_the_same_columns_and_every_row_an_edition(name):
    rows = shipped(name)
    assert list(rows.columns) == list(COLUMNS)
    assert rows["vintage"].ne("").all()
    assert rows["valid_from"].notna().all()
    # An edition cannot tell of a year that it was published before.
    assert (rows["valid_from"].dt.year >= rows["year"]).all()


def test_an_unknown_series_names_the_nearest():
    with pytest.raises(InputError, match=r"no series 'gass'.*Did you mean 'gas'\?"):
        shipped("gass")


def test_renewable_shares_are_the_published_ones():
    rows = shipped("renewable_share").set_index(["territory", "year"])["value"]
    for key, percent in PUBLISHED_SHARES.items():
        assert rows[key] == pytest.approx(percent / 100, abs=1e-9)


def test_the_published_share_of_italy_is_the_one_computed_from_its_balance():
    rows = shipped("renewable_share").set_index(["territory", "year"])["value"]
    assert indicators.renewable_share(italy()).share == pytest.approx(rows["IT", 2019], abs=5e-5)


def test_gas_of_2019_is_the_gas_of_the_complete_balance():
    """Proves: gross to net is Eurostat's own. Without it every gas row is off by half a percent."""
    gas = as_balance(shipped("gas").query("territory == 'IT'")).filter(year=2019)
    for flow in ("FC_OTH_HH_E", "FC_OTH_CP_E", "IMP", "PPRD", "FC_IND_NMM_E"):
        assert cell(gas, flow, "G3000") == pytest.approx(cell(italy(), flow, "G3000"), rel=2e-3)
    assert cell(gas, "FC_OTH_HH_E", "G3000") * TJ == pytest.approx(675_190.4, abs=0.1)


def test_final_gas_is_the_sum_of_its_sectors_in_every_year():
    rows = shipped("gas").pivot_table(index=["territory", "year"], columns="flow", values="value")
    parts = rows[["FC_IND_E", "FC_TRA_E", "FC_OTH_E"]].sum(axis=1)
    assert parts.to_list() == pytest.approx(rows["FC_E"].to_list(), rel=1e-9)


def test_totals_of_2019_agree_with_the_published_ones():
    rows = shipped("renewables").query("territory == 'IT' and year == 2019 and flow == 'GIC'")
    assert rows.set_index("product").loc["TOTAL", "value"] == pytest.approx(6_507_654.902, abs=0.001)
    final = shipped("final_consumption").query("territory == 'IT' and year == 2005")
    assert final["value"].sum() == pytest.approx(136_700, abs=100)


def test_headlines_of_torino_hold_together():
    rows = shipped("province_torino").query("territory == '001' and year == 2007")
    shares = rows[rows["indicator"] == "final_energy_share"].set_index("product")["value"]
    assert shares.sum() == pytest.approx(1.0, abs=1e-9)
    final = rows[rows["indicator"] == "final_energy"].set_index("product")["value"]
    assert final["H8000"] / final["TOTAL"] == pytest.approx(shares["H8000"], abs=5e-4)
    assert final.drop("TOTAL").sum() == pytest.approx(final["TOTAL"], rel=1e-4)
    # What the report says of other years is marked as computed, with the words it was computed from.
    derived = shipped("province_torino").query("status == 'E'")
    assert derived["source"].str.contains("computed from|about|below").all()


def test_degree_days_come_from_the_nearest_territory_and_one_edition():
    """Proves: editions with another base temperature are not mixed."""
    assert degree_days("001272").equals(degree_days("001"))
    assert degree_days("IT").index.tolist() == list(range(2015, 2022))
    assert degree_days("001272", vintage="report-6").to_dict() == {2007: 2135.0}
    with pytest.raises(InputError, match="none shipped for territory 'XX'"):
        degree_days("XX")


def test_a_balance_is_not_made_of_two_editions():
    rows = shipped("province_torino").query("territory == '001'")
    with pytest.raises(InputError, match="vintages report-6, report-8, terna-2007 are mixed"):
        as_balance(rows.replace({"flow": {"": "FC_E"}}))
    made = as_balance(rows.query("vintage == 'report-6' and indicator == 'final_energy'"))
    assert made.years == (1990, 2000, 2003, 2006, 2007)
    assert made.table["source"].str.endswith("[report-6]").all()


def test_a_series_that_is_no_energy_makes_no_balance():
    with pytest.raises(InputError, match="no row has a flow, a product and an energy unit"):
        as_balance(shipped("renewable_share"))


def test_a_bad_series_is_told_whole():
    rows = pd.DataFrame(
        {"territory": ["A", "A"], "year": [2000, 2000], "value": [1, "x"], "unit": ["MWh"] * 2}
    )
    with pytest.raises(InputError) as caught:
        as_balance(rows)
    text = str(caught.value)
    assert "row 1: value 'x' is not a number" in text
    assert "row 1: A 2000 is given twice" in text
    with pytest.raises(InputError, match="column 'unit' is missing"):
        as_balance(rows.drop(columns="unit"))
