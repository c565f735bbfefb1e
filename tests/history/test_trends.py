"""Trends: growth, index and shares by hand; gaps stay gaps; editions are never compared."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leb_kit import Balance, InputError
from leb_kit.examples import italy
from leb_kit.history import as_balance, shipped, trend
from tests.helpers import balance_from, joined, scaled


def series(*rows: tuple) -> pd.DataFrame:
    """A series of one territory from year, value and, optionally, vintage and product."""
    full = [(*row, *("v1", "G3000")[len(row) - 2 :]) for row in rows]
    frame = pd.DataFrame(full, columns=["year", "value", "vintage", "product"])
    return frame.assign(territory="VAL", indicator="final_energy", flow="FC_E", unit="MWh")


def test_growth_index_and_change_by_hand():
    out = trend(series((2000, 100.0), (2001, 110.0), (2002, 99.0)), base_year=2001)
    assert out["growth_per_year"].round(12).tolist()[1:] == [0.1, -0.1]
    assert out["change"].tolist()[1:] == [10.0, -11.0]
    assert out["index"].to_list() == pytest.approx([100 / 1.1, 100, 90])
    assert out["base_year"].tolist() == [2001] * 3


def test_a_gap_stays_a_gap():
    """Proves: no interpolation. Without it a reader takes our line for a measurement."""
    out = trend(series((2000, 100.0), (2002, 121.0)))
    assert out["year"].tolist() == [2000, 2001, 2002]
    assert out["gap"].tolist() == [False, True, False]
    assert out.loc[1, ["value", "growth_per_year", "index", "change"]].isna().all()
    assert out.loc[2, "previous_year"] == 2000
    assert out.loc[2, "growth_per_year"] == pytest.approx(0.1)


def test_nothing_is_computed_across_a_change_of_vintage():
    out = trend(series((2000, 100.0), (2001, 104.0), (2002, 150.0, "v2"), (2003, 153.0, "v2")))
    assert out["break"].tolist() == [False, False, True, False]
    assert out["growth_per_year"].isna().tolist() == [True, False, True, False]
    assert out["index"].to_list() == pytest.approx([100, 104, 100, 102])
    assert out["base_year"].tolist() == [2000, 2000, 2002, 2002]


def test_an_index_is_not_carried_over_a_break():
    out = trend(series((2000, 100.0), (2001, 104.0), (2002, 150.0, "v2")), base_year=2000)
    assert out["index"].isna().tolist() == [False, False, True]


def test_a_year_in_two_editions_keeps_both():
    out = trend(series((2000, 100.0), (2001, 104.0), (2001, 120.0, "v2"), (2002, 126.0, "v2")))
    assert out["value"].tolist() == [100.0, 104.0, 120.0, 126.0]
    assert out["break"].tolist() == [False, False, True, False]
    assert out["growth_per_year"].round(12).tolist()[3] == 0.05


def test_a_zero_before_gives_no_growth():
    out = trend(series((2000, 0.0), (2001, 5.0)))
    assert out["growth_per_year"].isna().all()
    assert out["index"].isna().all()
    assert out["change"].tolist()[1] == 5.0


def test_shares_of_a_series_use_the_published_total_or_all_parts():
    parts = series((2000, 30.0), (2001, 40.0), (2000, 70.0, "v1", "E7000"))
    out = trend(parts, share_of="product").set_index(["product", "year"])["share"]
    assert out["G3000", 2000] == pytest.approx(0.3)
    # In 2001 one part is not known: the whole is not known.
    assert pd.isna(out["G3000", 2001])
    total = trend(pd.concat([parts, series((2001, 160.0, "v1", "TOTAL"))]), share_of="product")
    assert total.set_index(["product", "year"])["share"]["G3000", 2001] == pytest.approx(0.25)


def test_a_balance_is_followed_by_cell_sector_product_and_indicator():
    first = italy()
    later = Balance.from_mwh(scaled(first, 1.1).table.assign(year=2020))
    b = joined(first, later)
    for by in ("cell", "sector", "product", "indicator"):
        out = trend(b, by=by).query("year == 2020")
        extensive = out[~out["unit"].isin(["share"]) & (out["value"] > 0)]
        assert extensive["growth_per_year"].to_list() == pytest.approx([0.1] * len(extensive))
    for by in ("sector", "product"):
        shares = trend(b, by=by).groupby("year")["share"].sum()
        assert shares.to_list() == pytest.approx([1, 1])


def test_no_row_is_no_energy_but_missing_is_not_zero():
    text = "FC_OTH_HH_E G3000 100\nFC_OTH_HH_E E7000 50"
    b = joined(balance_from(text, year=2000), balance_from("FC_OTH_HH_E G3000 120", year=2001))
    out = trend(b).set_index(["product", "year"])
    assert out.loc[("E7000", 2001), "value"] == 0.0
    assert out.loc[("G3000", 2001), "share"] == 1.0
    gone = pd.DataFrame(
        [("VAL", 2001, "FC_OTH_HH_E", "E7000")], columns=["territory", "year", "flow", "product"]
    )
    out = trend(Balance(b.table, gone)).set_index(["product", "year"])
    assert ("E7000", 2001) not in out.index
    assert pd.isna(out.loc[("G3000", 2001), "share"])


def test_vintages_of_a_balance_are_given_by_year():
    text = "FC_OTH_HH_E G3000 100"
    b = joined(*(balance_from(text, year=year) for year in (2000, 2001, 2002)))
    out = trend(b, vintages={2000: "old", 2001: "new", 2002: "new"})
    assert out["break"].tolist() == [False, True, False]
    assert pd.isna(out.set_index("year").loc[2001, "growth_per_year"])


def test_final_consumption_of_italy_rose_until_2005():
    b = as_balance(shipped("final_consumption").query("territory == 'IT'"))
    out = trend(b, by="product", base_year=1990).set_index("year")
    assert out["value"].idxmax() == 2005
    assert out.loc[2005, "value"] / 11.63e6 == pytest.approx(136.7, abs=0.1)
    assert out.loc[1990, "index"] == 100


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: trend(series((2000, 1.0))), "two years or more; found 2000"),
        (lambda: trend(series((2000, 1.0), (2001, 1.0)), base_year=1999), "base year 1999 .* 2000, 2001"),
        (lambda: trend(series((2000, 1.0), (2001, 1.0)), share_of="year"), "share_of='year' is unknown"),
        (lambda: trend(italy(), by="sectors"), r"by='sectors' is unknown.*Did you mean 'sector'\?"),
        (lambda: trend(italy()), "two years or more; found 2019"),
    ],
)
def test_bad_input_is_told_in_words(call, words):
    with pytest.raises(InputError, match=words):
        call()


@settings(max_examples=30)
@given(
    st.dictionaries(st.integers(1990, 2020), st.floats(1, 100), min_size=2, max_size=6), st.floats(0.01, 100)
)
def test_growth_and_index_do_not_depend_on_the_unit(values, factor):
    one = trend(series(*values.items()))
    other = trend(series(*((year, value * factor) for year, value in values.items())))
    for column in ("growth_per_year", "index"):
        pd.testing.assert_series_equal(one[column], other[column], rtol=1e-9)
    # Growth leads from the first figure to the last.
    known = one[~one["gap"]]
    span = known["year"].diff().iloc[1:]
    product = ((1 + known["growth_per_year"].iloc[1:]) ** span).prod()
    assert product == pytest.approx(known["value"].iloc[-1] / known["value"].iloc[0], rel=1e-9)
