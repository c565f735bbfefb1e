"""Climate correction: the heating part only, by hand; and no target ever sees it."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leb_kit import Balance, InputError, calibrate, evaluate, indicators, links, report
from leb_kit.examples import italy, torino
from leb_kit.history import climate_corrected, decompose, degree_days, targets_over_time, trend
from leb_kit.history.sectors import heating_share, sector_of
from tests.helpers import balance_from, france, joined

HOUSES = """
FC_OTH_HH_E G3000 1000
FC_IND_NSP_E G3000 500
FC_TRA_ROAD_E O4671XR5220B 300
"""


def test_only_the_heating_part_follows_the_weather():
    """1,000 MWh, 76.1339 % of it heating, 10 % colder reference: 1000 + 761.339 × 0.1."""
    c = climate_corrected(balance_from(HOUSES), degree_days={2020: 2000}, reference=2200)
    out = c.table.set_index("flow")["corrected_mwh"]
    assert out["FC_OTH_HH_E"] == pytest.approx(1076.1339)
    assert out["FC_IND_NSP_E"] == 500
    assert out["FC_TRA_ROAD_E"] == 300


def test_the_reference_is_the_mean_of_the_years_where_none_is_given():
    c = climate_corrected(balance_from(HOUSES), degree_days={2019: 1800, 2020: 2200})
    assert c.table["reference_degree_days"].tolist() == [2000] * 3


def test_own_shares_and_children_of_sectors():
    b = balance_from("FC_OTH_HH_E_SH G3000 100\nFC_OTH_HH_E_CK G3000 50\nFC_OTH_CP_PUB_E G3000 80")
    out = climate_corrected(b, degree_days={2020: 1000}, reference=2000).table.set_index("flow")[
        "corrected_mwh"
    ]
    assert out["FC_OTH_HH_E_SH"] == 200
    assert out["FC_OTH_HH_E_CK"] == 50
    assert out["FC_OTH_CP_PUB_E"] == pytest.approx(80 * (1 + heating_share("FC_OTH_CP_E", "G3000")))
    own = {("FC_OTH_HH_E", "G3000"): 0.5}
    c = climate_corrected(balance_from(HOUSES), degree_days={2020: 1000}, reference=2000, heating_shares=own)
    assert c.table.set_index("flow").loc["FC_OTH_HH_E", "corrected_mwh"] == 1500


def test_sectors_of_rows():
    assert sector_of("FC_IND_IS_E") == "FC_IND_E"
    assert sector_of("FC_OTH_CP_E_UNALLOCATED") == "FC_OTH_CP_E"
    assert sector_of("FC_E_UNALLOCATED") == "FC_E"
    assert sector_of("FC_NE") == ""
    assert heating_share("FC_OTH_HH_E", "C0210") is None


def test_an_unknown_share_is_left_as_measured_and_listed():
    b = balance_from(HOUSES + "FC_OTH_HH_E C0210 40")
    c = climate_corrected(b, degree_days={2020: 1000}, reference=2000)
    assert c.uncorrected[["flow", "product", "measured_mwh"]].to_numpy().tolist() == [
        ["FC_OTH_HH_E", "C0210", 40]
    ]
    assert "1 cells left as measured; not for targets" in repr(c)


def test_every_corrected_row_says_that_it_is_estimated_and_not_for_targets():
    c = climate_corrected(torino(), degree_days=degree_days("001272"))
    assert set(c.table["status"]) == {"E"}
    assert c.table["source"].str.startswith("climate-corrected by leb_kit; not for targets").all()
    assert c.table["measured_mwh"].sum() == pytest.approx(10_479_355, abs=1)
    # A table of a Balance has energy_mwh; this one has not, so nothing takes it for one.
    assert "energy_mwh" not in c.table
    assert not isinstance(c, Balance)


@pytest.mark.parametrize(
    "use",
    [
        lambda c: evaluate(c, "20-20-20-local", base=italy()),
        lambda c: evaluate(italy(), "20-20-20-local", base=c),
        lambda c: targets_over_time(c, "20-20-20-local", italy()),
        lambda c: targets_over_time(italy(), "20-20-20-local", c),
        indicators.renewable_share,
        indicators.primary_energy,
        indicators.final_energy,
        indicators.emissions,
        indicators.table,
        lambda c: trend(c, by="indicator"),
        lambda c: decompose(c, activity={2019: 1}),
        lambda c: climate_corrected(c, degree_days={2019: 1000}),
        calibrate,
        links,
        lambda c: report(c, path="never.html"),
    ],
)
def test_official_figures_refuse_it(use):
    """Proves: corrected energy cannot reach a target. Without it a warm winter is sold as a saving."""
    c = climate_corrected(italy(), degree_days=degree_days("IT"))
    with pytest.raises(InputError, match=r"never on climate-corrected energy; use \.original"):
        use(c)


def test_a_trend_of_corrected_energy_is_named_so():
    first, later = balance_from(HOUSES, year=2019), balance_from(HOUSES, year=2020)
    c = climate_corrected(joined(first, later), degree_days={2019: 2000, 2020: 2500}, reference=2000)
    out = trend(c, by="sector").set_index(["flow", "year"])
    assert set(out["indicator"]) == {"final_energy_climate_corrected"}
    assert out.loc[("FC_OTH_HH_E", 2020), "growth_per_year"] < 0
    assert out.loc[("FC_IND_E", 2020), "growth_per_year"] == 0


@pytest.mark.parametrize(
    ("degree_days", "options", "words"),
    [
        ({2018: 2000}, {}, "VAL 2020: no degree days; given are 2018"),
        ({2020: 0}, {}, "degree days of 2020 are 0.0; expected more than 0"),
        ({2020: 2000}, {"reference": -5.0}, "reference degree days are -5.0"),
        ({2020: 2000}, {"heating_shares": {("FC_OTH_HH_E", "G3000"): 1.2}}, "is 1.2; expected 0–1"),
    ],
)
def test_bad_input_is_told_in_words(degree_days, options, words):
    with pytest.raises(InputError, match=words):
        climate_corrected(balance_from(HOUSES), degree_days=degree_days, **options)


def test_a_balance_without_heating_is_refused():
    with pytest.raises(InputError, match="no cell of final energy has a known share of space heating"):
        climate_corrected(balance_from("FC_OTH_HH_E TOTAL 100"), degree_days={2020: 2000})


@pytest.mark.parametrize("make", [italy, torino, france])
def test_it_works_on_real_balances(make):
    c = climate_corrected(make(), degree_days={2019: 2000}, reference=2200)
    sums = c.totals().iloc[0]
    assert 1 < sums["corrected_mwh"] / sums["measured_mwh"] < 1.1
    assert c.uncorrected["measured_mwh"].sum() < 0.01 * sums["measured_mwh"]


@settings(max_examples=30)
@given(st.floats(500, 4000), st.floats(500, 4000))
def test_correcting_to_the_own_year_changes_nothing_and_there_and_back_is_identity(year, reference):
    b = balance_from(HOUSES)
    same = climate_corrected(b, degree_days={2020: year}, reference=year)
    assert same.table["corrected_mwh"].to_list() == pytest.approx(
        same.table["measured_mwh"].to_list(), rel=1e-12
    )
    there = climate_corrected(b, degree_days=pd.Series({("VAL", 2020): year}), reference=reference).table
    heat = there["measured_mwh"] * there["heating_share"]
    back = (there["corrected_mwh"] - (there["measured_mwh"] - heat)) * year / reference
    assert back.to_list() == pytest.approx(heat.to_list(), rel=1e-9, abs=1e-9)
