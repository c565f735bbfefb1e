"""Percentages on different bases are chained, never summed."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leb_kit import InputError
from leb_kit.indicators import chained, rebased

CHANGE = st.floats(-0.99, 2)


def test_by_hand():
    """A city that saved 20 % by 2015 and a third of the rest by 2030 saved 46.7 %, not 53.3 %."""
    assert chained(-0.2, -1 / 3) == pytest.approx(-7 / 15)
    assert chained(-0.2) == pytest.approx(-0.2)
    assert chained(-1.0, 0.5) == -1


@given(st.lists(CHANGE, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_the_order_does_not_matter_and_values_follow(changes, random):
    shuffled = changes[:]
    random.shuffle(shuffled)
    assert chained(*shuffled) == pytest.approx(chained(*changes), abs=1e-12)
    value = 100.0
    for change in changes:
        value *= 1 + change
    assert 100 * (1 + chained(*changes)) == pytest.approx(value)


@given(CHANGE, st.floats(1, 1e6), st.floats(1, 1e6))
def test_rebasing_there_and_back_is_nothing(change, base, other):
    there = rebased(change, base=base, other=other)
    assert rebased(there, base=other, other=base) == pytest.approx(change, abs=1e-9)
    # The way from one base to the other, chained with what is left, is the whole way.
    assert chained(base / other - 1, change) == pytest.approx(there, abs=1e-9)


@pytest.mark.parametrize("change", [-20, math.nan, math.inf])
def test_percent_written_as_numbers_is_told(change):
    with pytest.raises(InputError, match=r"write −20 % as -0\.2"):
        chained(-0.1, change)
    with pytest.raises(InputError, match="no change is given"):
        chained()
    with pytest.raises(InputError, match="base is 0; a value above 0 is expected"):
        rebased(-0.1, base=0, other=1)
