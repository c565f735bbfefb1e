"""Targets over the years: as evaluate says for each year, and against the way there."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leb_kit import Balance, InputError, evaluate
from leb_kit.examples import italy, torino
from leb_kit.history import targets_over_time
from tests.helpers import france, joined, scaled

LOCAL = "20-20-20-local"


def years(*pairs: tuple[int, float]) -> Balance:
    """Italy 2019 scaled, as if of other years."""
    return joined(*(Balance.from_mwh(scaled(italy(), f).table.assign(year=year)) for year, f in pairs))


def test_each_year_is_what_evaluate_says():
    b = years((2010, 1.0), (2015, 0.9), (2020, 0.8))
    base = b.filter(year=2010)
    out = targets_over_time(b, LOCAL, base)
    assert out["year"].tolist() == [2010] * 3 + [2015] * 3 + [2020] * 3
    for year in b.years:
        one = evaluate(b.filter(year=year), LOCAL, base=base)
        mine = out[out["year"] == year].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine[one.columns], one.reset_index(drop=True))


def test_the_linear_way_by_hand():
    """Base 2010 = 1, required in 2020 = 0.8: the way asks for 0.9 in 2015; 0.95 is 0.05 behind."""
    b = years((2010, 1.0), (2015, 0.95), (2020, 0.8), (2025, 0.85))
    out = targets_over_time(b, LOCAL, b.filter(year=2010)).set_index(["target", "year"])
    base = out.loc[("efficiency", 2010), "value"]
    share = out.loc["efficiency"][["path", "path_gap", "gap"]] / base
    assert share["path"].to_list() == pytest.approx([1, 0.9, 0.8, 0.8])
    assert share["path_gap"].to_list() == pytest.approx([0, 0.05, 0, 0.05], abs=1e-12)
    assert share["gap"].to_list() == pytest.approx([0.2, 0.15, 0, 0.05], abs=1e-12)
    assert out.loc["efficiency"]["on_path"].tolist() == [True, False, True, False]
    effort = out.loc["efficiency"]["effort_per_year"] / base
    # From 2015 five years are left for 0.15; from the target year on there is none.
    assert effort.iloc[:2].to_list() == pytest.approx([0.02, 0.03])
    assert effort.iloc[2:].isna().all()


def test_stated_milestones_bend_the_way():
    b = years((2010, 1.0), (2015, 1.0))
    way = {"renewables": {2015: 0.19}}
    out = targets_over_time(b, LOCAL, b.filter(year=2010), milestones=way).set_index(["target", "year"])
    assert out.loc[("renewables", 2015), "path"] == pytest.approx(0.19)
    assert out.loc[("renewables", 2015), "path_gap"] == pytest.approx(0.19 - 0.1818, abs=1e-4)
    assert not out.loc[("renewables", 2015), "on_path"]


def test_a_set_without_base_starts_at_the_first_year():
    b = years((2010, 1.0), (2015, 1.0))
    out = targets_over_time(b, "piemonte-burden-sharing-2020")
    assert out["on_path"].tolist() == [True, True]
    assert out["met"].tolist() == [True, True]


def test_the_stated_way_of_a_region():
    """Piemonte: 11.5 % in 2014, 12.2 % in 2016, so 11.85 % in 2015; before 2012 nothing is asked for."""
    b = years((2014, 1.0), (2015, 1.0), (2019, 1.0), (2021, 1.0))
    out = targets_over_time(b, "piemonte-burden-sharing-2020").set_index("year")
    assert out["path"].tolist() == pytest.approx([0.115, 0.1185, 0.1425, 0.151])
    with_base = targets_over_time(b, "piemonte-burden-sharing-2020", b.filter(year=2014)).set_index("year")
    assert with_base["path"].tolist() == pytest.approx([0.115, 0.1185, 0.1425, 0.151])


@given(
    st.lists(
        st.tuples(st.integers(2005, 2030), st.floats(0.5, 1.5)),
        min_size=1,
        max_size=4,
        unique_by=lambda p: p[0],
    ),
    st.floats(0.5, 1.5),
)
@settings(max_examples=20)
def test_many_territories_are_each_as_if_alone(pairs, factor):
    """Proves: one vectorised call over territories and years is the sum of its parts."""
    places = [
        joined(*(Balance.from_mwh(scaled(b, f).table.assign(year=year)) for year, f in pairs))
        for b in (torino(), scaled(france(), factor))
    ]
    bases = [torino(), france()]
    together = targets_over_time(joined(*places), LOCAL, joined(*bases))
    alone = [targets_over_time(b, LOCAL, base) for b, base in zip(places, bases, strict=True)]
    pd.testing.assert_frame_equal(together, pd.concat(alone, ignore_index=True), rtol=1e-12)


def test_the_effort_per_year_is_what_is_left():
    b = years((2015, 1.0))
    row = targets_over_time(b, "it-renewables-2020").iloc[0]
    assert row["effort"] == 0  # 18.2 % against 17 %
    assert row["effort_per_year"] == 0
    assert row["path"] == pytest.approx(0.052 + (0.17 - 0.052) * 10 / 15)
    assert row["on_path"]


def test_bad_input_is_told_in_words():
    b = years((2010, 1.0), (2015, 0.9))
    with pytest.raises(InputError, match="relative to a base: give base="):
        targets_over_time(b, LOCAL)
    with pytest.raises(InputError, match=r"unknown target 'renewable'.*Did you mean 'renewables'\?"):
        targets_over_time(b, LOCAL, b.filter(year=2010), milestones={"renewable": {2015: 0.1}})
    with pytest.raises(InputError, match="the base has nothing of territory 001272"):
        targets_over_time(joined(b, torino()), LOCAL, b.filter(year=2010))
    with pytest.raises(InputError, match=r"the base holds several years of IT; use filter\(year=…\)"):
        targets_over_time(b, LOCAL, b)
    with pytest.raises(InputError, match="milestone 2020 of target 'renewables' is not before its year 2020"):
        targets_over_time(b, LOCAL, b.filter(year=2010), milestones={"renewables": {2020: 0.1}})
    with pytest.raises(InputError, match="a Balance is expected, found str"):
        targets_over_time("italy.xlsx", LOCAL)
