"""Units at the doors: exact, there and back, and a plain word when one is unknown."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leb_kit.errors import InputError
from leb_kit.units import UNITS, from_mwh, mwh_per, to_mwh


@pytest.mark.parametrize(
    ("value", "unit", "mwh"),
    [
        (1000, "kWh", 1),
        (1, "MWh", 1),
        (1, "GWh", 1000),
        (1, "TWh", 1_000_000),
        (3.6, "GJ", 1),
        (3.6, "TJ", 1000),
        (3.6, "PJ", 1_000_000),
        (1, "tep", 11.63),
        (1, "toe", 11.63),
        (1, "ktep", 11_630),
        (1, "ktoe", 11_630),
        (1, "Mtep", 11_630_000),
        (1, "Mtoe", 11_630_000),
        (41.868, "TJ", 11_630),  # 1 ktep is 41.868 TJ
        (10_000 / 0.0859845, "kWh", 116.3),  # 0.0859845 tep for a MWh: ten tep
    ],
)
def test_a_unit_is_worth_what_its_definition_says(value, unit, mwh):
    assert to_mwh(float(value), unit) == pytest.approx(mwh, rel=1e-6 if value > 1e4 else 1e-15)


def test_every_unit_has_a_definition_above():
    assert set(UNITS) == {
        "kWh", "MWh", "GWh", "TWh", "GJ", "TJ", "PJ", "toe", "tep", "ktoe", "ktep", "Mtoe", "Mtep",
    }  # fmt: skip


@given(st.floats(-1e12, 1e12), st.sampled_from(UNITS))
def test_there_and_back_is_the_same_number(value, unit):
    assert from_mwh(to_mwh(value, unit), unit) == pytest.approx(value, rel=1e-14)


@given(st.sampled_from(UNITS), st.sampled_from([str.lower, str.upper, str.title]))
def test_case_and_blanks_do_not_matter(unit, change):
    assert mwh_per(f" {change(unit)} ") == mwh_per(unit)


def test_tables_are_converted_whole_and_left_as_they_were():
    series = pd.Series([3.6, 7.2], index=["a", "b"])
    assert to_mwh(series, "TJ").to_dict() == {"a": 1000.0, "b": 2000.0}
    assert series.tolist() == [3.6, 7.2]
    assert to_mwh(np.array([1.0, 2.0]), "GWh").tolist() == [1000.0, 2000.0]
    frame = pd.DataFrame({"x": [11_630.0]})
    assert from_mwh(frame, "ktep").loc[0, "x"] == 1.0


@pytest.mark.parametrize(("word", "near"), [("kteps", "ktep"), ("MWhh", "MWh"), ("Gwatth", "GWh")])
def test_an_unknown_unit_names_the_nearest(word, near):
    with pytest.raises(InputError) as caught:
        mwh_per(word)
    text = str(caught.value)
    assert f"unknown energy unit '{word}'" in text
    assert "known are kWh, MWh, GWh" in text
    assert f"Did you mean '{near}'?" in text


@pytest.mark.parametrize("word", ["", "euro", "None"])
def test_a_word_like_no_unit_gets_no_guess(word):
    """Proves: no false hint. Without it a price would be read as energy after one 'yes'."""
    with pytest.raises(InputError) as caught:
        to_mwh(1.0, word)
    assert "Did you mean" not in str(caught.value)
