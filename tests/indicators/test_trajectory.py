"""The way to targets: straight, through stated milestones, from a base that is a balance or a number."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leb_kit import InputError, indicators
from leb_kit.examples import torino
from leb_kit.indicators import trajectory
from leb_kit.indicators.trajectory import value_on

PIEMONTE = "piemonte-burden-sharing-2020"


def test_the_way_of_piemonte():
    """As the decree has it: no start, since its start mixes years; four milestones, then 15.1 %."""
    way = trajectory(PIEMONTE).set_index("year")
    assert way.index.tolist() == list(range(2012, 2021))
    assert way["point"].tolist() == [
        "milestone", "", "milestone", "", "milestone", "", "milestone", "", "target"
    ]  # fmt: skip
    expected = [0.111, 0.113, 0.115, 0.1185, 0.122, 0.128, 0.134, 0.1425, 0.151]
    assert way["required"].tolist() == pytest.approx(expected)


def test_a_country_starts_where_the_directive_says():
    """Italy 5.2 % in 2005, 17 % in 2020: 11.8 points in 15 years."""
    way = trajectory("it-renewables-2020", years=[2004, 2005, 2010, 2020, 2025]).set_index("year")
    assert way["required"].to_dict() == pytest.approx(
        {2005: 0.052, 2010: 0.052 + 0.118 / 3, 2020: 0.17, 2025: 0.17}
    )
    assert way["point"].tolist() == ["start", "", "target", ""]


def test_the_three_targets_from_a_base():
    """Torino 2019, −20 % in 2020: half of nothing lies between, so a later target year by milestone."""
    base = torino()
    way = trajectory("20-20-20-local", base=base).set_index(["target", "year"])
    assert set(way.index.get_level_values("year")) == {2019, 2020}
    primary = indicators.primary_energy(base).energy_mwh
    assert way.loc[("efficiency", 2019), "required"] == primary
    assert way.loc[("efficiency", 2020), "required"] == pytest.approx(0.8 * primary)
    assert way.loc[("renewables", 2019), "required"] == indicators.renewable_share(base).share
    assert way["unit"].unique().tolist() == ["share", "tCO2eq", "MWh"]


def test_your_milestones_replace_those_of_the_set():
    way = trajectory(PIEMONTE, milestones={"renewables": {2014: 0.2}}).set_index("year")["required"]
    assert way[2014] == 0.2
    assert way[2013] == pytest.approx((0.111 + 0.2) / 2)


@given(
    st.dictionaries(st.integers(2000, 2030), st.floats(-1e6, 1e6), min_size=1, max_size=6),
    st.integers(2000, 2040),
)
def test_the_way_runs_through_its_points_and_between_its_neighbours(points, year):
    value = float(value_on(points, pd.Series([year]).to_numpy())[0])
    before, after = [y for y in points if y <= year], [y for y in points if y >= year]
    if not before:
        assert pd.isna(value)
    elif year in points:
        assert value == pytest.approx(points[year])
    elif not after:
        assert value == points[max(before)]
    else:
        ends = points[max(before)], points[min(after)]
        assert min(ends) - 1e-6 <= value <= max(ends) + 1e-6


@pytest.mark.parametrize(
    ("milestones", "words"),
    [
        ({"renewable": {2015: 0.1}}, r"unknown target 'renewable'.*Did you mean 'renewables'\?"),
        ({"renewables": {2020: 0.1}}, "milestone 2020 of target 'renewables' is not before its year 2020"),
    ],
)
def test_wrong_milestones(milestones, words):
    with pytest.raises(InputError, match=words):
        trajectory(PIEMONTE, milestones=milestones)


def test_a_way_without_its_base_is_refused():
    with pytest.raises(InputError, match="target 'emissions' of 20-20-20-local is relative to a base"):
        trajectory("20-20-20-local")
