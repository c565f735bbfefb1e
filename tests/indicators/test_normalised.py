"""Hydro and wind of a normal year: the formulas by hand, their identities, Italy and France as published."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leb_kit import InputError, evaluate, indicators
from leb_kit.examples import italy
from leb_kit.history import targets_over_time
from leb_kit.indicators import normalised_hydro, normalised_production, normalised_wind
from leb_kit.reference import catalog
from tests.helpers import france, joined, with_rows

YEARS = range(2005, 2020)


def by_year(*values, first=2005):
    return pd.Series(values, index=range(first, first + len(values)), dtype=float)


# ── formulas ─────────────────────────────────────────────────────────────────────────────────────────────


def test_hydro_is_capacity_times_the_mean_hours_of_15_years():
    """14 years at 2,000 h and a dry one at 500 h: mean 1,900 h; 12 MW in the last year: 22,800 MWh."""
    power = pd.Series([10.0] * 14 + [12.0], YEARS)
    made = pd.Series([20_000.0] * 14 + [6_000.0], YEARS)
    found = normalised_hydro(made, power)
    assert found.to_dict() == {2019: pytest.approx(12 * (14 * 2000 + 500) / 15)}
    assert found[2019] == pytest.approx(22_800)


def test_wind_by_hand():
    """Capacity 0, 10, 20, 20, 40, 40, 60 at year ends from 2013; means 5, 15, 20, 30, 40, 50.

    2019: n = 4, years 2015–2019: production 30+40+50+90+90 = 300 over 15+20+30+40+50 = 155: × 50.
    2015: n = 1, years 2014–2015: 10+30 over 5+15, × 15.
    """
    power = by_year(0, 10, 20, 20, 40, 40, 60, first=2013)
    made = by_year(10, 30, 40, 50, 90, 90, first=2014)
    found = normalised_wind(made, power)
    assert found[2019] == pytest.approx(50 * 300 / 155)
    assert found[2015] == pytest.approx(15 * 40 / 20)
    assert found[2014] == pytest.approx(10)  # n = 0: the year itself
    assert found.index.tolist() == list(range(2014, 2020))


def test_a_gap_breaks_the_window():
    """Proves: missing is not zero. A year without figures leaves hydro out and begins wind anew."""
    made, power = pd.Series(100.0, range(2000, 2020)), pd.Series(1.0, range(2000, 2020))
    made[2018] = 1000.0
    assert normalised_hydro(made.drop(2003), power).index.tolist() == [2018, 2019]
    alone = normalised_wind(made.drop(2018), power)
    assert alone[2019] == pytest.approx(100)
    assert normalised_wind(made, power)[2019] == pytest.approx(100 * 14 / 5)


@given(
    st.lists(st.floats(1, 1e6), min_size=15, max_size=20),
    st.lists(st.floats(1, 1e4), min_size=20, max_size=20),
    st.floats(0.1, 10),
)
@settings(max_examples=60)
def test_normalising_has_no_size_and_keeps_constant_hours(hours, capacity, factor):
    """Proves: k times the energy gives k times; equal hours each year come back, whatever is built."""
    power = pd.Series(capacity[: len(hours)], range(2000, 2000 + len(hours)))
    made = power * pd.Series(hours, power.index)
    for rule in (normalised_hydro, normalised_wind):
        np.testing.assert_allclose(rule(factor * made, power), factor * rule(made, power), rtol=1e-9)
    steady = normalised_hydro(1500 * power, power)
    np.testing.assert_allclose(steady, 1500 * power[steady.index], rtol=1e-12)
    mean = (power + power.shift()).dropna() / 2
    np.testing.assert_allclose(normalised_wind(1500 * mean, power), 1500 * mean, rtol=1e-12)


# ── in the share ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("country", "published", "normalised", "within"),
    [
        # the rest: capacities as SHARES has them
        (italy, 18.181, 18.179, 0.005),
        # the rest does not come from hydro and wind: not normalised it is 17.134 %
        (france, 17.174, 17.133, 0.05),
    ],
)
def test_published_shares_of_2019(country, published, normalised, within):
    found = indicators.renewable_share(country(), normalised=normalised_production())
    assert 100 * found.share == pytest.approx(normalised, abs=0.0005)
    assert 100 * found.share == pytest.approx(published, abs=within)


def test_only_electricity_changes_and_by_the_difference():
    plain = indicators.renewable_share(italy())
    found = indicators.renewable_share(italy(), normalised={"RA100": 40e6, "RA300": 20e6})
    assert found.res_heat_mwh == plain.res_heat_mwh
    assert found.gross_final_consumption_mwh == plain.gross_final_consumption_mwh
    # Italy 2019 made 46.319 TWh of hydro without pumped storage and 20.202 TWh of wind.
    change = found.res_electricity_mwh - plain.res_electricity_mwh
    assert change == pytest.approx(40e6 + 20e6 - 46_318_533 - 20_202_042, abs=2)


def test_what_was_made_given_back_changes_nothing():
    """Proves: normalised hydro replaces exactly what the share counts, pumped storage left out of both."""
    rows = indicators.linear.parts(italy(), "renewable_share").iloc[0]
    same = {"RA100": rows["hydro_mwh"], "RA300": rows["wind_mwh"]}
    found = indicators.renewable_share(italy(), normalised=same)
    assert found.share == pytest.approx(indicators.renewable_share(italy()).share, rel=1e-14)
    sectors = indicators.sector_shares(italy(), normalised=same)
    plain = indicators.sector_shares(italy())
    assert sectors.electricity_share == pytest.approx(plain.electricity_share, rel=1e-14)


def test_one_product_alone_may_be_normalised():
    found = indicators.renewable_share(italy(), normalised={"RA300": 0.0})
    plain = indicators.renewable_share(italy())
    assert plain.res_electricity_mwh - found.res_electricity_mwh == pytest.approx(20_202_042, abs=1)


def test_targets_of_many_years_take_a_frame():
    both = joined(italy(), france())
    rows = targets_over_time(both, "eu-2030-energy", normalised=normalised_production())
    shares = rows[rows["target"] == "renewables"].set_index("territory")["value"]
    assert 100 * shares["IT"] == pytest.approx(18.179, abs=0.0005)
    assert 100 * shares["FR"] == pytest.approx(17.133, abs=0.0005)
    single = evaluate(italy(), "it-renewables-2020", normalised=normalised_production("IT"))
    assert single["value"].iloc[0] == shares["IT"]


def test_a_way_begins_at_the_normalised_base():
    """Proves: both ends of a way are measured alike; without it the first year would be off its own path."""
    france_2018 = with_rows(france(), france().table.assign(year=2018))
    years = normalised_production()
    rows = targets_over_time(france_2018, "20-20-20-local", france_2018, normalised=years)
    first = rows[rows["target"] == "renewables"].iloc[0]
    assert first["path"] == first["value"] != indicators.renewable_share(france_2018).share
    old = with_rows(france(), france().table.assign(year=1999))
    with pytest.raises(InputError, match="FR 1999: no normalised production of RA100, RA300"):
        targets_over_time(france_2018, "20-20-20-local", old, normalised=years)


# ── series ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_shipped_series_are_whole():
    rows = catalog.table("history_hydro_wind")
    counts = rows.groupby(["territory", "product", "indicator"])["year"].agg(["min", "max", "count"])
    assert (counts["count"] == counts["max"] - counts["min"] + 1).all()
    found = normalised_production()
    assert found.columns.tolist() == ["RA100", "RA300"]
    assert found.loc["IT"].index.tolist() == list(range(2001, 2023))
    assert found["RA100"].dropna().index.get_level_values("year").min() == 2014


def test_a_series_of_ones_own():
    own = pd.DataFrame(
        {"territory": "VAL", "year": YEARS, "product": "RA100", "production_mwh": 3.0, "capacity_mw": 1.0}
    )
    assert normalised_production("VAL", series=own).loc[("VAL", 2019), "RA100"] == pytest.approx(3)


# ── bad input ────────────────────────────────────────────────────────────────────────────────────────────

GOOD = pd.Series(1.0, range(2000, 2020))


@pytest.mark.parametrize("rule", [normalised_hydro, normalised_wind])
def test_every_wrong_value_is_named(rule):
    made = pd.Series([-1.0, np.nan, np.inf, "x"], index=[2000, 2001, 2002, 2003], dtype=object)
    with pytest.raises(InputError) as caught:
        rule(made, [1, 2])
    assert caught.value.faults == (
        "production of 2000 is -1.0; a number from 0 MWh is expected",
        "production of 2001 is nan; a number from 0 MWh is expected",
        "production of 2002 is inf; a number from 0 MWh is expected",
        "production of 2003 is x; a number from 0 MWh is expected",
        "capacity is list; a Series by year is expected",
    )


@pytest.mark.parametrize(
    ("rule", "made", "power", "words"),
    [
        (
            normalised_hydro,
            GOOD.tail(14),
            GOOD,
            "no 15 years in a row have both production and capacity; giv",
        ),
        (
            normalised_wind,
            GOOD.tail(1),
            GOOD.tail(1),
            "no year has production, capacity and the capacity of t",
        ),
        (normalised_wind, GOOD, 0 * GOOD, "2000: production without capacity"),
        (normalised_hydro, pd.concat([GOOD, GOOD.tail(1)]), GOOD, "production of 2019 is given twice"),
    ],
)
def test_what_cannot_be_normalised(rule, made, power, words):
    with pytest.raises(InputError, match=words):
        rule(made, power)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"RA100": 1.0, "RA420": 2.0}, "'RA420' is no product that is normalised; known are RA100"),
        ({"RA100": -1.0}, "normalised production is below 0 MWh somewhere"),
        (normalised_production("FR"), "IT 2019: no normalised production of RA100, RA300"),
    ],
)
def test_a_share_needs_figures_that_fit(given, words):
    with pytest.raises(InputError, match=words):
        indicators.renewable_share(italy(), normalised=given)


def test_one_figure_is_not_for_many_years():
    two = joined(italy(), with_rows(italy(), italy().table.assign(year=2018)))
    with pytest.raises(InputError, match="several years need a frame"):
        targets_over_time(two, "it-renewables-2020", normalised={"RA100": 1.0})


def test_an_unknown_territory_or_column():
    with pytest.raises(
        InputError, match="no series of hydro and wind for territory 'ITC1'; known are FR, IT"
    ):
        normalised_production("ITC1")
    with pytest.raises(InputError, match="column 'capacity_mw' is missing"):
        normalised_production(series=pd.DataFrame(columns=["territory", "year", "product", "production_mwh"]))
