"""LMDI: a two-factor example solved by hand, zeros by their limit, and no rest."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leb_kit import InputError
from leb_kit.history import lmdi

FACTORS = ["activity", "intensity", "factor"]


def frame(*rows: tuple[float, ...], names: tuple[str, ...] = ("activity", "intensity")) -> pd.DataFrame:
    """Factors of cells, one row each."""
    return pd.DataFrame(rows, columns=list(names), dtype=float)


def test_two_factors_by_hand():
    """30 = 10 × 3 becomes 40 = 20 × 2.

    L = 10 / ln(4/3) = 34.7606; activity L × ln 2 = 24.0942; intensity L × ln(2/3) = −14.0942; sum 10.
    """
    effects = lmdi(frame((10, 3)), frame((20, 2))).iloc[0]
    assert effects["activity"] == pytest.approx(24.0942, abs=5e-5)
    assert effects["intensity"] == pytest.approx(-14.0942, abs=5e-5)
    assert effects.sum() == pytest.approx(10, rel=1e-12)


def test_equal_years_have_no_effects():
    assert lmdi(frame((10, 3)), frame((10, 3))).eq(0).all(axis=None)
    # Factors that cancel: the logarithmic mean of equal values is the value.
    effects = lmdi(frame((10, 3)), frame((30, 1))).iloc[0]
    assert effects.to_list() == pytest.approx([30 * math.log(3), -30 * math.log(3)])


def test_a_cell_that_appears_belongs_to_the_factor_that_was_zero():
    assert lmdi(frame((10, 0)), frame((20, 2))).iloc[0].tolist() == [0, 40]
    assert lmdi(frame((20, 2)), frame((10, 0))).iloc[0].tolist() == [0, -40]
    assert lmdi(frame((0, 0)), frame((20, 2))).iloc[0].tolist() == [20, 20]
    assert lmdi(frame((0, 5)), frame((0, 7))).iloc[0].tolist() == [0, 0]


def test_the_limit_is_where_small_numbers_lead():
    """Proves: zeros are no special rule. Without it they would be a choice of ours."""
    exact = lmdi(frame((10, 0)), frame((20, 2))).iloc[0]
    gaps = []
    for power in (10, 50, 200):
        near = lmdi(frame((10, 10.0**-power)), frame((20, 2))).iloc[0]
        gaps.append(abs(near["intensity"] - exact["intensity"]))
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] < 0.1


def test_what_one_year_cannot_tell_has_no_effect():
    effects = lmdi(frame((np.nan, 0)), frame((20, 2))).iloc[0]
    assert effects.tolist() == [0, 40]


def test_effects_do_not_depend_on_the_order_of_factors_and_turn_with_time():
    start, end = frame((10, 3), (4, 2)), frame((20, 2), (5, 1))
    effects = lmdi(start, end)
    turned = lmdi(end, start)
    pd.testing.assert_frame_equal(effects, -turned)
    swapped = lmdi(start[["intensity", "activity"]], end[["intensity", "activity"]])
    pd.testing.assert_frame_equal(effects, swapped[["activity", "intensity"]])


def test_bad_factors_are_all_told():
    with pytest.raises(InputError) as caught:
        lmdi(frame((10, -3)), frame((math.inf, 2)))
    assert "start, 0, intensity: -3.0; expected a finite number, not negative" in str(caught.value)
    assert "end, 0, activity: inf" in str(caught.value)
    with pytest.raises(InputError, match="cells differ"):
        lmdi(frame((1, 1)), frame((1, 1), (1, 1)))
    with pytest.raises(InputError, match="factors differ"):
        lmdi(frame((1, 1)), frame((1, 1), names=("a", "b")))


positive = st.floats(1e-6, 1e6)
maybe_zero = st.one_of(st.just(0.0), positive)
cells = st.lists(st.tuples(maybe_zero, maybe_zero, maybe_zero), min_size=6, max_size=6)


@given(cells, cells)
def test_it_closes_with_any_zeros(start, end):
    """Proves: effects sum to the change of each cell to a relative 1e-9, whatever appears or vanishes."""
    before, after = (pd.DataFrame(rows, columns=FACTORS) for rows in (start, end))
    effects = lmdi(before, after)
    v0, v1 = before.prod(axis=1), after.prod(axis=1)
    gap = (effects.sum(axis=1) - (v1 - v0)).abs()
    assert (gap <= 1e-9 * np.maximum(v0, v1)).all()


@given(st.floats(-1e-3, 1e-3), positive, positive)
def test_it_closes_where_years_are_nearly_equal(step, one, two):
    before, after = frame((one, two)), frame((one * (1 + step), two))
    effects = lmdi(before, after).iloc[0]
    change = after.prod(axis=1)[0] - before.prod(axis=1)[0]
    assert effects.sum() == pytest.approx(change, abs=1e-9 * one * two)
    assert effects["intensity"] == 0
