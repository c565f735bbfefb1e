"""Bills on the calendar: sums, splits, replacements, gaps."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leb_kit.errors import InputError
from leb_kit.tertiary import Bills, metered
from leb_kit.tertiary.days import DayWeights, shared
from tests.tertiary.estates import GAS, LIGHTS, POWER, bills, estate, meters, plain, used

YEARS = ("meter", "year")


def year_of(use, year, *, meter=POWER):
    rows = use.totals(*YEARS)
    return rows.loc[(rows["meter"] == meter) & (rows["year"] == year)].iloc[0]


# ── sums ─────────────────────────────────────────────────────────────────────────────────────────────────

periods = st.lists(
    st.tuples(
        st.integers(1, 90), st.integers(0, 30), st.floats(0, 1e6), st.sampled_from([GAS, POWER, LIGHTS])
    ),
    min_size=1,
    max_size=25,
)


def calendar(drawn):
    """Bills one after the other for each meter, with gaps."""
    day, rows = {}, []
    for length, gap, quantity, meter in drawn:
        start = day.get(meter, date(2018, 11, 20)) + timedelta(days=gap + 1)
        end = start + timedelta(days=length - 1)
        day[meter] = end
        unit = "Smc" if meter == GAS else "kWh"
        rows.append((meter, start.isoformat(), end.isoformat(), quantity, unit, "measured", quantity / 7))
    names = ["meter", "date_from", "date_to", "quantity", "unit", "kind", "cost_eur"]
    return Bills.from_table(pd.DataFrame(rows, columns=names), plain())


@settings(max_examples=25)
@given(periods)
def test_months_sum_to_the_year_and_meters_to_the_class_exactly(drawn):
    """Proves: every level gives the same sum, to the last bit, in any order. == is meant."""
    made = calendar(drawn)
    use = metered(made)
    whole = sum(use.table["energy_mwh"])
    levels = ("year", "month", "meter", "building", "site", "use_class", "product", "territory")
    for keys in (*((level,) for level in levels), ("meter", "year", "month"), ("building", "year")):
        assert sum(use.totals(*keys)["energy_mwh"].dropna()) == whole
    shuffled = use.table["energy_mwh"].sample(frac=1, random_state=1)
    assert sum(shuffled) == whole
    assert whole == pytest.approx(made.table["energy_mwh"].sum(), abs=1e-7 * len(made.table))


@settings(max_examples=25)
@given(periods)
def test_a_day_is_billed_once_or_it_is_a_gap(drawn):
    use = metered(calendar(drawn))
    billed = {meter: sum(row[0] for row in drawn if row[3] == meter) for meter in {row[3] for row in drawn}}
    covered = use.coverage.groupby("meter")["covered"].sum()
    assert {meter: covered[meter] for meter in billed} == billed
    told = use.notes[use.notes["what"].str.contains("days without a bill")]
    missing = (use.coverage["days"] - use.coverage["covered"]).groupby(use.coverage["meter"]).sum()
    for meter in billed:
        words = told.loc[told["meter"] == meter, "what"]
        assert words.str.extract(r"^(\d+)")[0].astype(int).sum() == missing[meter]


@given(st.floats(-1e6, 1e6), st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=40))
def test_parts_sum_to_the_whole(value, weights):
    parts = shared(value, np.array(weights))
    assert sum(parts) == pytest.approx(value, abs=1e-8)
    even = value * np.array(weights) / sum(weights)
    assert np.abs(parts - even).max() < 1e-7


def test_two_buildings_share_a_meter():
    use = used(f"{GAS} 2019-01-01 2019-12-31 10000 Smc measured 38.52")
    rows = use.totals("building").set_index("building")["energy_mwh"]
    assert rows["school"] == pytest.approx(0.75 * 96.84, abs=0.01)
    assert rows["gym"] == pytest.approx(0.25 * 96.84, abs=0.01)
    assert use.totals("site").query("site == 'plex'")["energy_mwh"].item() == rows["school"] + rows["gym"]


# ── periods ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_bill_across_new_year_is_shared_out_by_days():
    """By hand: 16 days of 2018 and 45 of 2019 in 61 days, 610 kWh."""
    use = used(f"{POWER} 2018-12-16 2019-02-14 610 kWh measured")
    assert year_of(use, 2018)["energy_mwh"] == pytest.approx(0.160, abs=1e-8)
    assert year_of(use, 2019)["energy_mwh"] == pytest.approx(0.450, abs=1e-8)
    assert use.table["split"].all()
    assert not year_of(use, 2019)["complete"]
    assert year_of(use, 2019)["coverage"] == pytest.approx(45 / 365)


def test_a_bill_of_fuel_is_shared_out_by_degree_days_where_given():
    """By hand: half of the gas by days (10 of 20 each), half by degree days (9 : 1)."""
    cold = pd.Series([9.0] * 10 + [1.0] * 10, index=pd.date_range("2018-12-22", periods=20))
    line = (
        f"{GAS} 2018-12-22 2019-01-10 1000 kWh_net measured\n{POWER} 2018-12-22 2019-01-10 1000 kWh measured"
    )
    use = used(line, degree_days=cold, heating_shares={"natural_gas": 0.5})
    assert year_of(use, 2018, meter=GAS)["energy_mwh"] == pytest.approx(0.25 + 0.45, abs=1e-8)
    assert year_of(use, 2018)["energy_mwh"] == pytest.approx(0.5, abs=1e-8)  # electricity: by days
    methods = use.table.groupby("meter")["method"].unique()
    assert methods[GAS].tolist() == ["degree days (heating share 0.5)"]
    assert methods[POWER].tolist() == ["days"]


def test_a_summer_bill_falls_back_to_days_and_says_so():
    none = pd.Series(0.0, index=pd.date_range("2019-06-01", "2019-08-31"))
    use = used(f"{GAS} 2019-06-01 2019-07-31 610 kWh_net measured", degree_days=none)
    assert set(use.table["method"]) == {"days (no degree day in the period)"}
    june = use.totals("year", "month").query("month == 6")["energy_mwh"].item()
    assert june == pytest.approx(0.300, abs=1e-8)


def test_monthly_degree_days_are_spread_over_their_days():
    months = pd.Series([310.0, 280.0], index=pd.period_range("2019-01", periods=2, freq="M"))
    weights, _ = DayWeights.of(months, {"natural_gas": 1.0}).between(
        "natural_gas", pd.Timestamp("2019-01-31"), pd.Timestamp("2019-02-01")
    )
    assert weights.tolist() == pytest.approx([0.5, 0.5])


def test_the_day_of_a_reading_counts_once():
    use = used(
        f"{POWER} 2019-01-01 2019-01-31 310 kWh measured\n{POWER} 2019-01-31 2019-02-28 280 kWh measured"
    )
    assert use.coverage.query("meter == @POWER")["covered"].item() == 59
    assert use.totals("month").set_index("month")["energy_mwh"][[1, 2]].tolist() == pytest.approx(
        [0.31, 0.28]
    )
    assert "2019-01-31 ends bill row 0 and begins bill row 1: counted once" in set(use.notes["what"])


# ── replacement and adjustment ───────────────────────────────────────────────────────────────────────────


def test_measured_replaces_estimated_day_by_day():
    """By hand: of 59 estimated days 31 are replaced; 28 of 59 stay."""
    use = used(
        f"{POWER} 2019-01-01 2019-02-28 590 kWh estimated\n{POWER} 2019-01-01 2019-01-31 620 kWh measured"
    )
    months = use.totals("month").set_index("month")["energy_mwh"]
    assert months[1] == pytest.approx(0.620, abs=1e-8)
    assert months[2] == pytest.approx(0.280, abs=1e-8)
    assert "31 days replaced by measured bill row 1" in use.notes["what"].str.cat(sep=" ")
    assert use.coverage.query("meter == @POWER")["estimated"].item() == 28


def test_a_recalculation_takes_the_place_of_everything_in_its_period():
    use = used(
        f"""
        {GAS} 2019-01-01 2019-03-31 900 kWh_net estimated
        {GAS} 2019-04-01 2019-06-30 910 kWh_net measured
        {GAS} 2019-01-01 2019-06-30 1810 kWh_net recalculated
        """
    )
    assert year_of(use, 2019, meter=GAS)["energy_mwh"] == pytest.approx(1.810, abs=1e-8)
    assert set(use.table["status"]) == {"A"}


def test_a_negative_adjustment_comes_off_what_was_estimated():
    """By hand: 590 estimated, −118 taken off in proportion: 0.8 × (310 | 280)."""
    use = used(
        f"{POWER} 2019-01-01 2019-02-28 590 kWh estimated\n{POWER} 2019-01-01 2019-02-28 -118 kWh adjustment"
    )
    months = use.totals("month").set_index("month")["energy_mwh"]
    assert months[1] == pytest.approx(0.248, abs=1e-8)
    assert months[2] == pytest.approx(0.224, abs=1e-8)
    assert set(use.table["status"]) == {"R"}
    assert use.coverage.query("meter == @POWER")["estimated"].item() == 0


def test_an_adjustment_larger_than_what_was_billed_is_refused():
    period = f"{POWER} 2019-01-01 2019-02-28"
    with pytest.raises(InputError, match=r"takes 0\.010 MWh more than was billed in its period; add"):
        used(f"{period} 590 kWh estimated\n{period} -600 kWh adjustment")


def test_an_adjustment_of_nothing_is_refused_with_its_repair():
    with pytest.raises(InputError, match=r"has no bill to correct in its period.*write 'recalculated'"):
        used(f"{POWER} 2019-01-01 2019-02-28 59 kWh adjustment")


def test_measured_bills_that_overlap_are_all_told():
    text = "\n".join(
        f"{meter} {first} {last} 100 kWh measured"
        for meter in (POWER, LIGHTS)
        for first, last in (("2019-01-01", "2019-02-10"), ("2019-02-01", "2019-03-31"))
    )
    with pytest.raises(InputError) as error:
        used(text)
    assert len(error.value.faults) == 2
    assert "overlap by 10 days (2019-01-01 to 2019-02-10 and 2019-02-01 to 2019-03-31)" in str(error.value)


def test_money_is_never_replaced():
    use = used(
        f"""
        {POWER} 2019-01-01 2019-01-31 300 kWh estimated 38 70
        {POWER} 2019-01-01 2019-01-31 310 kWh recalculated 38 5.5
        """
    )
    row = year_of(use, 2019)
    assert row["energy_mwh"] == pytest.approx(0.310, abs=1e-8)
    assert row["cost_eur"] == 75.5


# ── gaps ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_gap_stays_a_gap_until_it_is_asked_to_be_filled():
    text = f"{POWER} 2019-01-01 2019-06-30 1810 kWh measured\n{POWER} 2019-08-01 2019-12-31 1530 kWh measured"
    use = used(text)
    assert year_of(use, 2019)["energy_mwh"] == pytest.approx(3.340, abs=1e-8)
    assert year_of(use, 2019)["coverage"] == pytest.approx(334 / 365)
    filled = use.filled()
    july = filled.totals("meter", "month").query("meter == @POWER and month == 7")["energy_mwh"].item()
    assert july == pytest.approx(0.310, abs=1e-8)
    assert filled.table.loc[filled.table["kind"] == "extrapolated", "status"].tolist() == ["E"]
    assert not year_of(filled, 2019)["complete"]


def test_too_little_is_not_blown_up_to_a_year():
    use = used(f"{POWER} 2019-01-01 2019-02-28 590 kWh measured").filled()
    assert "too few to estimate the rest" in use.notes["what"].str.cat(sep=" ")
    assert year_of(use, 2019)["energy_mwh"] == pytest.approx(0.590, abs=1e-8)


def test_a_meter_without_any_bill_makes_its_building_incomplete():
    """Proves: what is not billed is not zero. Without it a forgotten meter looks like a saving."""
    use = used(f"{POWER} 2019-01-01 2019-12-31 3650 kWh measured")
    rows = use.totals("building").set_index("building")
    assert not rows["complete"].any()
    assert rows.loc["school", "coverage"] == pytest.approx(0.5)
    assert np.isnan(rows.loc["lights", "energy_mwh"])
    assert (use.notes["what"] == "no bill at all: nothing is known of this meter").sum() == 2


def test_days_before_the_supply_began_are_no_gap():
    late = meters().assign(active_from=[None, None, "2019-07-01", None])
    use = used(f"{POWER} 2019-07-01 2019-12-31 1840 kWh measured", estate(meters=late))
    assert year_of(use, 2019)["complete"]


def test_a_submeter_is_never_added():
    sub = pd.DataFrame(
        {
            "meter": ["SUB1"], "building": ["school"], "kind": ["other"], "fuel": ["electricity"],
            "submeter_of": [POWER],
        }
    )  # fmt: skip
    made = estate(meters=pd.concat([meters(), sub], ignore_index=True))
    text = f"{POWER} 2019-01-01 2019-12-31 3650 kWh measured\nSUB1 2019-01-01 2019-12-31 1000 kWh measured"
    assert used(text, made).totals("building").set_index("building").loc["school", "energy_mwh"] == (
        pytest.approx(3.650, abs=1e-8)
    )


# ── bad bills ────────────────────────────────────────────────────────────────────────────────────────────


def test_every_fault_of_every_bill_is_told_at_once():
    with pytest.raises(InputError) as error:
        bills(
            f"""
            881234567890 2019-01-01 2019-01-31 100 Smc measured
            {POWER} 2019-01-31 2019-01-01 100 kWh measured
            {POWER} 2019-02-01 2019-02-31 100 kWh measured
            {GAS} 2019-03-01 2019-03-31 100 kWh guessed
            """
        )
    text = str(error.value)
    assert f"Did you mean '{GAS}'? A spreadsheet drops leading zeros" in text
    assert "found '2019-02-31', expected a date such as 2019-12-31" in text
    assert "found 'guessed', expected one of measured, estimated, recalculated, adjustment" in text


def test_periods_and_signs_that_cannot_be_are_told():
    with pytest.raises(InputError) as error:
        bills(
            f"""
            {POWER} 2019-01-31 2019-01-01 100 kWh measured
            {POWER} 2019-02-01 2029-02-28 100 kWh measured
            {POWER} 2019-03-01 2019-03-31 -100 kWh measured
            {GAS} 2019-03-01 2019-03-31 100 kWh measured
            """
        )
    told = error.value.faults
    assert len(told) == 4
    assert "ends before it begins" in told[0]
    assert "3681 days are no billing period" in told[1]
    assert "-100 kWh is negative; only an adjustment may be" in told[2]
    assert "write kWh_gross or kWh_net" in told[3]


def test_a_gross_value_in_kilocalories_is_no_gross_value():
    with pytest.raises(InputError, match=r"found 9200\.0, expected at most 48"):
        bills(f"{GAS} 2019-01-01 2019-01-31 100 Smc measured 9200")


def test_the_same_bill_twice_is_told():
    line = f"{POWER} 2019-01-01 2019-01-31 100 kWh measured"
    with pytest.raises(InputError, match="appears again"):
        bills(f"{line}\n{line}")


def test_bills_of_two_files_are_put_together_once():
    january = bills(f"{POWER} 2019-01-01 2019-01-31 310 kWh measured")
    february = bills(f"{POWER} 2019-02-01 2019-02-28 280 kWh measured")
    use = metered(Bills.joined(january, february))
    assert year_of(use, 2019)["energy_mwh"] == pytest.approx(0.590, abs=1e-8)
    with pytest.raises(InputError, match=r"2019-01-01 to 2019-01-31, 310 kWh, stands in two of them"):
        Bills.joined(january, february, january)
    with pytest.raises(InputError, match="bills of one estate are expected"):
        Bills.joined(january, bills(f"{POWER} 2019-02-01 2019-02-28 280 kWh measured", estate()))


def test_a_code_that_a_spreadsheet_made_a_number_is_understood():
    frame = pd.DataFrame({"meter": [881234567890.0, np.nan], "date_from": ["2019-01-01", "2019-02-01"]})
    frame = frame.assign(date_to=["2019-01-31", "2019-02-28"], quantity=1, unit="Smc", kind="measured")
    with pytest.raises(InputError, match=rf"found '881234567890'.*Did you mean '{GAS}'\?"):
        Bills.from_table(frame, plain())
