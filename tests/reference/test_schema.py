"""One fault at a time: each rule of the validator is broken alone, and the message is read."""

import pandas as pd
import pytest

from leb_kit.errors import InputError
from leb_kit.reference import catalog, schema


@pytest.fixture
def prices():
    """A user's price table as it comes from a spreadsheet: text."""
    return pd.DataFrame(
        {
            "item": ["G3000", "E7000_import"],
            "label_it": ["Gas", "Elettricità"],
            "label_en": ["Gas", "Electricity"],
            "value": ["35.2", "52.32"],
            "unit": "EUR/MWh",
            "price_year": ["2019", "2019"],
            "valid_from": "2019-01-01",
            "tax_note": "none",
            "source": "invoice",
        }
    )


def faults(frame, table="prices", **options):
    with pytest.raises(InputError) as caught:
        schema.validate(frame, table, **{"where": "my prices.xlsx", "first_line": 2} | options)
    assert caught.value.title == "my prices.xlsx"
    return list(caught.value.faults)


def test_a_good_table_comes_back_with_types_and_is_not_changed(prices):
    before = prices.copy()
    good = schema.validate(prices, "prices")
    assert good["value"].tolist() == [35.2, 52.32]
    assert good["price_year"].dtype == "int64"
    assert good["valid_from"].iloc[0] == pd.Timestamp("2019-01-01")
    pd.testing.assert_frame_equal(prices, before)


def test_typed_values_are_accepted_as_well_as_text(prices):
    good = schema.validate(prices, "prices")
    pd.testing.assert_frame_equal(schema.validate(good, "prices"), good)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        (
            "value",
            "35,2",
            (
                "line 3, column value: found '35,2', expected a number (EUR/MWh)."
                " Write 35.2, with a decimal point."
            ),
        ),
        ("value", "many", "line 3, column value: found 'many', expected a number (EUR/MWh)."),
        ("value", "inf", "line 3, column value: found 'inf', expected a number (EUR/MWh)."),
        (
            "value",
            None,
            "line 3, column value: found nothing, expected Price per MWh of net calorific value (EUR/MWh)",
        ),
        ("value", "-1", "line 3, column value: found -1.0, expected at least 0 (EUR/MWh)"),
        ("price_year", "2019.5", "line 3, column price_year: found '2019.5', expected a whole number."),
        ("price_year", "3019", "line 3, column price_year: found 3019, expected at most 2100"),
        (
            "valid_from",
            "1/1/2019",
            "line 3, column valid_from: found '1/1/2019', expected a date such as 2019-12-31.",
        ),
        (
            "unit",
            "EUR/MW",
            "line 3, column unit: found 'EUR/MW', expected one of EUR/MWh. Did you mean 'EUR/MWh'?",
        ),
        ("source", "  ", "line 3, column source: found nothing, expected Original publisher and place"),
    ],
)
def test_one_bad_cell_gives_one_fault_with_its_place(prices, column, value, message):
    bad = prices.astype(object)
    bad.loc[1, column] = value
    assert faults(bad) == [message]


def test_a_missing_column_is_named_with_the_one_that_was_meant(prices):
    bad = prices.rename(columns={"price_year": "price_yr"})
    first, second = faults(bad)
    assert first == "column 'price_year' is missing (Year of the prices). Did you mean 'price_yr'?"
    assert second.startswith("column 'price_yr' is not expected; known are item, label_it")
    assert second.endswith("Did you mean 'price_year'?")


def test_a_column_given_twice_is_named(prices):
    bad = pd.concat([prices, prices[["value"]]], axis="columns")
    assert faults(bad) == ["column 'value' appears more than once"]


def test_columns_of_the_user_may_be_kept(prices):
    prices["note"] = ["a", "b"]
    assert schema.validate(prices, "prices", extra=True)["note"].tolist() == ["a", "b"]


def test_a_key_given_twice_tells_both_lines(prices):
    bad = prices.assign(item="G3000")
    assert faults(bad) == [
        "line 3: item 'G3000', valid_from '2019-01-01' appears again (first in line 2); keys are unique"
    ]


def test_a_reference_to_nothing_gives_the_nearest_code():
    bad = catalog.table("end_use_shares").head(2).assign(product=["G3000", "G300"])
    assert faults(bad, "end_use_shares") == [
        "line 3, column product: found 'G300', expected a code of products.code. Did you mean 'G3000'?"
    ]


def test_references_may_point_to_a_table_of_the_user():
    bad = catalog.table("technology_parameters").head(1).assign(technology="my_stove")
    others = {"technologies": pd.DataFrame({"technology": ["my_stove", "my_boiler"]})}
    assert schema.validate(bad, "technology_parameters", others=others)["technology"].tolist() == ["my_stove"]
    wrong = bad.assign(technology="my_stov")
    message = (
        "line 2, column technology: found 'my_stov', expected my_boiler, my_stove of technologies.technology."
        " Did you mean 'my_stove'?"
    )
    assert faults(wrong, "technology_parameters", others=others) == [message]


def test_a_bad_truth_value_is_reported_once():
    bad = catalog.table("products").astype(str).head(1).assign(leaf="sì")
    assert faults(bad, "products") == ["line 2, column leaf: found 'sì', expected true or false."]


def test_all_faults_come_in_one_error(prices):
    bad = prices.assign(value=["x", "-3"], unit="EUR", source="")
    assert len(faults(bad)) == 6


def test_without_lines_rows_are_named_by_their_index(prices):
    bad = prices.set_axis(["first", "second"]).assign(value=["1", "x"])
    assert faults(bad, first_line=None) == [
        "row second, column value: found 'x', expected a number (EUR/MWh)."
    ]


def test_an_absent_optional_column_comes_back_blank():
    frame = catalog.table("torino_2019_actions").drop(columns=["investment_meur", "price_year"])
    good = schema.validate(frame, "torino_2019_actions")
    assert good["investment_meur"].isna().all()
    assert good.columns.tolist() == catalog.columns("torino_2019_actions")["column"].tolist()


def test_an_empty_table_is_valid(prices):
    assert schema.validate(prices.head(0), "prices").empty
