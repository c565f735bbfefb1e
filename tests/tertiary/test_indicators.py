"""Indicators, benchmarks, outliers and the energy signature."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leb_kit.errors import InputError
from leb_kit.examples import cambridge, cambridge_degree_days
from leb_kit.tertiary import Bills, Estate, indicators, metered, signature
from leb_kit.tertiary.use import Use
from tests.tertiary.estates import GAS, LIGHTS, POWER, buildings, estate, used

YEAR = "2019-01-01 2019-12-31"
WHOLE = f"""
    {GAS} {YEAR} 320000 kWh_net measured 38.52 25600
    {POWER} {YEAR} 24000 kWh measured 38.52 6000
    {LIGHTS} {YEAR} 50000 kWh measured 38.52 10000
"""


def by_name(table, building):
    return table[table["building"] == building].set_index("public_indicator")


def test_indicators_by_hand():
    """By hand: 320 MWh of gas, 3/4 to the school of 2000 m2 and 8000 m3, 2617 degree days."""
    school = by_name(indicators(used(WHOLE), degree_days={2019: 2617.0}), "school")["value"]
    assert school["heat_per_volume_degree_day"] == pytest.approx(240_000 * 1000 / (8000 * 2617), rel=1e-6)
    assert school["heat_per_area"] == pytest.approx(120, rel=1e-6)
    assert school["electricity_per_area"] == pytest.approx(12, rel=1e-6)
    assert school["energy_per_area"] == pytest.approx(132, rel=1e-6)
    assert school["energy_per_pupil"] == pytest.approx(1320, rel=1e-6)
    assert school["cost_of_electricity"] == pytest.approx(250, rel=1e-6)
    assert school["cost_of_heat"] == pytest.approx(80, rel=1e-6)
    lights = by_name(indicators(used(WHOLE)), "lights")["value"]
    assert lights["electricity_per_light_point"] == pytest.approx(500, rel=1e-6)
    assert lights["power_per_light_point"] == pytest.approx(125)
    assert lights["hours_of_light"] == pytest.approx(4000, rel=1e-6)


def test_a_bed_is_told_in_tep():
    hospital = pd.DataFrame({"building": ["H"], "use_class": ["hospital"], "beds": [100]})
    meter = pd.DataFrame({"meter": ["M"], "building": ["H"], "kind": ["other"], "fuel": ["district_heat"]})
    made = Estate.from_tables(hospital, meter, territory="001272")
    row = indicators(used("M 2019-01-01 2019-12-31 16514.6 MWh measured", made)).iloc[0]
    assert row["value"] == pytest.approx(14.2, rel=1e-6)
    assert row["reference"] == 14.2  # Piemonte is the nearest benchmark of Torino
    assert row["mark"] == ""  # good and poor are not published


def test_the_climate_correction_touches_the_heating_part_only():
    """By hand: 120 kWh/m2, h = 0.5, a year 20 % milder than reference: 120 × (1 + 0.5 × 0.25)."""
    table = indicators(
        used(WHOLE), degree_days={2019: 2000.0}, reference_degree_days=2500.0, heating_shares={"school": 0.5}
    )
    school = by_name(table, "school")
    assert school.loc["heat_per_area", "value"] == pytest.approx(120, rel=1e-6)
    assert school.loc["heat_per_area", "corrected"] == pytest.approx(135, rel=1e-6)
    assert np.isnan(school.loc["electricity_per_area", "corrected"])
    assert np.isnan(school.loc["heat_per_volume_degree_day", "corrected"])  # divided by them already


def test_marks_compare_with_the_school_guide():
    school = by_name(indicators(used(WHOLE), degree_days={2019: 2617.0}), "school")
    assert school.loc["heat_per_volume_degree_day", ["good", "poor", "mark"]].tolist() == [
        11.0,
        17.5,
        "usual",
    ]
    assert school.loc["electricity_per_area", ["good", "poor", "mark"]].tolist() == [9.0, 12.0, "usual"]
    colder = by_name(indicators(used(WHOLE), degree_days={2019: 1000.0}), "school")
    assert colder.loc["heat_per_volume_degree_day", "mark"] == "poor"


def test_shape_and_hours_of_the_guide_multiply():
    made = estate(
        buildings=buildings().assign(shape_factor=[0.9, None, None], hours_factor=[1.2, None, None])
    )
    plain, factored = (
        by_name(indicators(used(WHOLE, one), degree_days={2019: 2617.0}), "school")
        for one in (estate(), made)
    )
    name = "heat_per_volume_degree_day"
    assert factored.loc[name, "value"] == pytest.approx(0.9 * 1.2 * plain.loc[name, "value"])


def test_a_year_with_a_gap_has_no_value_until_it_is_filled():
    """Proves: eleven months are no good school. Without it a lost bill looks like a saving."""
    short = WHOLE.replace(f"{GAS} {YEAR}", f"{GAS} 2019-01-01 2019-11-30")
    row = by_name(indicators(used(short)), "school").loc["heat_per_area"]
    assert np.isnan(row["value"])
    assert not row["complete"]
    assert row["coverage"] == pytest.approx(334 / 365)
    filled = by_name(indicators(used(short).filled()), "school").loc["heat_per_area"]
    assert filled["value"] == pytest.approx(120 * 365 / 334, rel=1e-6)
    assert not filled["complete"]  # what is estimated stays told


def test_a_price_is_told_only_where_every_day_and_fuel_has_its_amount():
    """Proves: estimated days and bills without an amount make no cheap energy."""
    unpaid = indicators(used(WHOLE.replace("38.52 6000", "38.52 0")))
    assert np.isnan(by_name(unpaid, "school").loc["cost_per_energy", "value"])
    assert by_name(unpaid, "school").loc["cost_of_heat", "value"] == pytest.approx(80, rel=1e-6)
    short = used(WHOLE.replace(f"{POWER} {YEAR}", f"{POWER} 2019-01-01 2019-11-30")).filled()
    assert np.isnan(by_name(indicators(short), "school").loc["cost_of_electricity", "value"])


def offices(energies):
    names = [f"O{at}" for at in range(len(energies))]
    rows = pd.DataFrame({"building": names, "use_class": "office", "floor_area_m2": 1000.0})
    meters = pd.DataFrame({"meter": names, "building": names, "kind": "other", "fuel": "electricity"})
    bills = pd.DataFrame({"meter": names, "quantity": energies, "unit": "kWh", "kind": "measured"})
    bills = bills.assign(date_from="2019-01-01", date_to="2019-12-31")
    made = Estate.from_tables(rows, meters, territory="001272")
    table = indicators(metered(Bills.from_table(bills, made)))
    return table[table["public_indicator"] == "electricity_per_area"].set_index("building")


def test_the_building_far_from_its_class_is_marked():
    """By hand: ln of 90, 95, 100, 105, 110 and 400: median ln 102.47, MAD 0.0729; z of 400 is 12.6."""
    table = offices([90e3, 95e3, 100e3, 105e3, 110e3, 400e3])
    assert table["outlier"].tolist() == [False] * 5 + [True]
    logs = np.log([90, 95, 100, 105, 110, 400])
    mad = np.median(np.abs(logs - np.median(logs)))
    assert table.loc["O5", "z"] == pytest.approx(0.6745 * (logs[5] - np.median(logs)) / mad, rel=1e-6)


def test_four_buildings_are_too_few_to_call_one_strange():
    assert not offices([90e3, 95e3, 100e3, 400e3])["outlier"].any()


@settings(max_examples=20)
@given(st.lists(st.floats(1e3, 1e6), min_size=5, max_size=8), st.floats(0.1, 10))
def test_outliers_do_not_depend_on_the_unit(energies, factor):
    plain, scaled = offices(energies), offices([factor * energy for energy in energies])
    assert plain["z"].tolist() == pytest.approx(scaled["z"].tolist(), rel=1e-3, abs=1e-3, nan_ok=True)


def test_degree_days_and_shares_that_cannot_be_are_told_together():
    with pytest.raises(InputError) as error:
        indicators(used(WHOLE), degree_days={2019: -5.0}, heating_shares={"scool": 0.5, "gym": 1.5})
    text = str(error.value)
    assert "degree days of 2019 are -5.0; expected more than 0 °C·day" in text
    assert "Did you mean 'school'?" in text
    assert "heating share of 'gym' is 1.5" in text


# ── signature ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_signature_finds_base_and_slope_again():
    """By hand: 0.1 MWh a day and 0.02 MWh a degree day, without noise."""
    months = pd.period_range("2019-01", "2019-12", freq="M")
    cold = pd.Series(np.linspace(400, 0, 12), index=months)
    used_kwh = pd.Series(100 * months.days_in_month, index=months) + 20 * cold
    lines = [
        f"{GAS} {month.start_time:%Y-%m-%d} {month.end_time:%Y-%m-%d} {kwh} kWh_net measured"
        for month, kwh in used_kwh.items()
    ]
    fit = signature(used("\n".join(lines)), cold).set_index("building").loc["school"]
    assert fit["base_mwh_per_day"] == pytest.approx(0.75 * 0.1, rel=1e-6)
    assert fit["slope_mwh_per_degree_day"] == pytest.approx(0.75 * 0.02, rel=1e-6)
    assert fit["r2"] == pytest.approx(1)
    assert fit["heating_share"] == pytest.approx(20 * cold.sum() / (100 * 365 + 20 * cold.sum()), rel=1e-6)


# ── real meters ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def real() -> Use:
    return metered(cambridge())


def test_real_meters_keep_their_energy_and_their_gap(real):
    days = cambridge().table
    assert real.table["energy_mwh"].sum() == pytest.approx(days["energy_mwh"].sum(), rel=1e-9)
    assert real.notes[["meter", "what"]].to_numpy().tolist() == [["b118_gas", "16 days without a bill"]]
    assert real.coverage["complete"].sum() == 19


def test_real_signatures_explain_most_of_the_gas(real):
    fit = signature(real, cambridge_degree_days())
    assert fit["r2"].between(0.85, 1).all()
    assert fit["heating_share"].between(0.5, 1).all()


def test_degree_days_split_real_gas_better_than_days(real):
    """Proves: the method is worth its name. Two-month bills against the months that were metered."""
    truth = real.totals("meter", "year").set_index(["meter", "year"])["energy_mwh"]
    gas = truth.index.get_level_values(0).str.endswith("gas")

    def worst(degree_days):
        use = metered(cambridge("two_months"), degree_days=degree_days)
        split = use.totals("meter", "year").set_index(["meter", "year"])["energy_mwh"]
        return (split / truth - 1).abs()[gas].max()

    assert worst(cambridge_degree_days()) < 0.01 < worst(None) < 0.02
