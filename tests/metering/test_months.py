"""What meters tell becomes energy of months: exact, in local time, nothing invented, nothing lost."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from leb_kit.errors import InputError
from leb_kit.metering import Component, Gaps, slots
from tests.metering.meters import KWH, ROME, energy, frame, months, register, times

# ── the calendar ─────────────────────────────────────────────────────────────────────────────────────────


def test_local_days_have_92_96_or_100_quarters():
    days = pd.date_range("2024-01-01", "2024-12-31")
    counts = [slots(day.date()) for day in days]
    assert sum(counts) == 35_136
    assert sorted(set(counts)) == [92, 96, 100]
    assert sum(slots(day.date()) for day in pd.date_range("2025-01-01", "2025-12-31")) == 35_040


@pytest.mark.parametrize(("year", "quarters"), [(2024, 35_136), (2025, 35_040)])
def test_a_year_of_quarters_is_whole(year, quarters):
    result = months(frame(times(f"{year}-01-01", f"{year + 1}-01-01"), 1.0))
    (row,) = result.totals("year").to_dict("records")
    assert row["measured_milliwh"] == quarters * KWH
    assert (row["coverage"], row["status"], row["flags"]) == (1.0, "A", "")
    by_month = result.totals("month").set_index("month")["energy_mwh"]
    assert (by_month[3], by_month[10]) == (2.972, 2.98)  # an hour less, an hour more


def test_the_label_decides_to_which_month_the_last_quarter_belongs():
    """Proves: a time at midnight is of the month before where it names the end. Without it a slot shifts."""
    ends = times("2025-01-01", "2025-02-01") + timedelta(minutes=15)
    at_end = Component("interval_energy", "kWh", interval=900, label="end")
    assert energy(months(frame(ends, 1.0), at_end))[:2] == [31 * 96 * KWH, 0]
    assert energy(months(frame(ends, 1.0)))[:2] == [(31 * 96 - 1) * KWH, KWH]


def test_days_and_months_of_the_local_calendar_are_intervals_too():
    daily = Component("interval_energy", "kWh", interval="day", label="start")
    result = months(frame(times("2025-01-01", "2026-01-01", "D"), 24.0), daily)
    assert result.totals("year")["coverage"].tolist() == [1.0]
    assert energy(result, "year") == [365 * 24 * KWH]
    ended = Component("interval_energy", "kWh", interval="month", label="end")
    first = times("2025-02-01", "2026-02-01", "MS")
    result = months(frame(first, range(12)), ended)
    assert energy(result) == [value * KWH for value in range(12)]


# ── each kind ────────────────────────────────────────────────────────────────────────────────────────────


def test_mean_power_times_its_interval():
    kind = Component("power_mean", "W", interval=900, label="start", factor=Decimal(20))
    assert energy(months(frame(times("2025-01-01", "2025-01-02"), 3.0), kind))[0] == 96 * 15_000


def test_instant_power_is_a_trapezoid_never_over_a_long_gap_and_never_measured():
    kind = Component("power_instant", "kW", max_gap_s=1800)
    when = pd.to_datetime(["2025-01-05 10:00", "2025-01-05 10:30", "2025-01-05 12:00"]).tz_localize(ROME)
    result = months(frame(when, [1.0, 3.0, 100.0]), kind)
    (row, *_) = result.totals("month").to_dict("records")
    assert (row["estimated_milliwh"], row["measured_milliwh"], row["status"]) == (KWH, 0, "E")
    held = months(frame(when, [1.0, 3.0, 100.0]), Component("power_instant", "kW", max_gap_s=1800, hold=True))
    assert energy(held)[0] == KWH // 2


def test_a_register_gives_differences_and_its_first_reading_nothing():
    result = register([100, 101.5, 101.5, 104], Component("register", "kWh"))
    assert energy(result)[0] == 4 * KWH
    assert result.totals("month")["intervals"].tolist()[0] == 3


def test_a_register_that_passes_its_last_digit_counts_on():
    result = register([99_998, 99_999, 1], Component("register", "kWh", modulus=Decimal(100_000)))
    row = result.totals("month").iloc[0]
    assert (row["measured_milliwh"], row["flags"], row["status"]) == (3 * KWH, "ROLLOVER", "A")


def test_a_replaced_meter_is_a_break_and_no_energy_is_invented():
    result = register([500, 501, 0, 2], Component("register", "kWh", modulus=Decimal(100_000)))
    row = result.totals("month").iloc[0]
    assert (row["measured_milliwh"], row["flags"], row["status"]) == (3 * KWH, "RESET", "B")
    assert row["coverage"] == pytest.approx(2 / (31 * 24))
    assert result.events["flags"].tolist() == ["RESET"]


@pytest.mark.parametrize("limit", [None, Decimal(10)])
@pytest.mark.parametrize("wrong", [0, 99_999])
def test_one_wrong_reading_of_a_register_is_left_out(wrong, limit):
    if wrong == 0 and limit is None:
        limit = Decimal(1000)
    result = register([100, 101, wrong, 103, 104], Component("register", "kWh", max_power=limit))
    assert energy(result)[0] == 4 * KWH
    assert result.events["flags"].tolist() == ["OUTLIER"]


def test_a_step_above_the_largest_power_gives_no_energy():
    result = register([100, 101, 5000, 5001], Component("register", "kWh", max_power=Decimal(10)))
    assert energy(result)[0] == 2 * KWH
    assert result.totals("month")["flags"].tolist()[0] == "OUTLIER"


def test_a_register_read_once_a_month_is_shared_out_by_time_and_loses_nothing():
    when = pd.to_datetime(["2024-12-17", "2025-01-17", "2025-02-17"]).tz_localize(ROME)
    result = months(frame(when, [0, 1000.001, 1500]), Component("register", "kWh"), years=[2024, 2025])
    by_month = result.totals("year", "month")
    known = by_month[by_month["measured_milliwh"] > 0]
    assert known["measured_milliwh"].sum() == 1500 * KWH
    assert known["flags"].tolist() == ["SPLIT"] * 3
    assert known["measured_milliwh"].tolist()[0] == round(1_000_001_000 * 15 / 31)


def test_a_step_over_a_long_gap_counts_only_where_the_policy_says_so():
    kind = Component("register", "kWh", max_gap_s=7200)
    when = pd.to_datetime(["2025-01-31 00:00", "2025-01-31 01:00", "2025-02-02 01:00"]).tz_localize(ROME)
    rows = frame(when, [0, 1, 49])
    assert energy(months(rows, kind), "year") == [KWH]
    bridged = months(rows, kind, gaps=Gaps("register"))
    assert energy(bridged, "year") == [49 * KWH]
    assert bridged.totals("year")["estimated_milliwh"].tolist() == [48 * KWH]


def test_gas_needs_its_coefficient_and_the_calorific_value_of_its_month():
    volume = Component(
        "gas_volume", "m3", interval="day", label="start", c_coefficient=Decimal("1.02"),
        calorific={"2025-01": 38.52, "2025-02": 39.0},
    )  # fmt: skip
    result = months(frame(times("2025-01-01", "2025-03-01", "D"), 10.0), volume)
    by_hand = [days * 10 * 1.02 * pcs * 0.905 / 3.6 for days, pcs in ((31, 38.52), (28, 39.0))]
    assert np.array(energy(result)[:2]) / KWH == pytest.approx(by_hand, rel=1e-8)
    with pytest.raises(InputError, match="no calorific value \\(PCS\\) for 2025-03"):
        months(frame(times("2025-01-01", "2025-03-02", "D"), 10.0), volume)


def test_a_gas_register_takes_the_value_of_each_month_and_standard_metres_need_no_coefficient():
    kind = Component("gas_register", "Smc", calorific={"2025-01": 36.0, "2025-02": 72.0})
    when = pd.to_datetime(["2025-01-31", "2025-02-02"]).tz_localize(ROME)
    january, february = energy(months(frame(when, [0, 20.0]), kind))[:2]
    assert february == pytest.approx(2 * january)
    assert january == pytest.approx(10 * 36 * 0.905 / 3.6 * KWH)


def test_temperature_and_state_are_never_energy():
    kind = Component("context", "°C")
    assert months(frame(times("2025-01-01", "2025-01-02"), 20.0), kind).totals("year")["status"].tolist() == [
        "M"
    ]


def test_the_sign_and_values_below_zero():
    out = Component("interval_energy", "kWh", interval=900, label="start", sign=-1)
    assert energy(months(frame(times("2025-01-01", "2025-01-02"), 1.0), out))[0] == -96 * KWH
    result = months(frame(times("2025-01-01", "2025-01-02"), [-1.0] + 95 * [1.0]))
    assert energy(result)[0] == 95 * KWH
    assert result.events["flags"].tolist() == ["OUTLIER"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "interval"}, "kind 'interval' is unknown"),
        ({"kind": "register", "unit": "kW"}, "unit kW measures power; register needs energy"),
        ({"kind": "register", "unit": "kVArh"}, "measures reactive"),
        ({"kind": "interval_energy", "interval": 900}, "needs label"),
        ({"kind": "power_mean", "unit": "W", "interval": 7, "label": "end"}, "divide a day"),
        ({"kind": "power_instant", "unit": "W"}, "max_gap_s"),
        ({"kind": "gas_volume", "unit": "m3", "interval": "day", "label": "end"}, "2 faults"),
        ({"kind": "register", "factor": Decimal(0)}, "factor is 0"),
    ],
)
def test_a_component_says_everything_it_needs(fields, said):
    with pytest.raises(InputError, match=said):
        Component(**{"unit": "kWh"} | fields)


# ── the clock ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_clock_that_is_a_little_off_is_told_and_one_far_off_gives_nothing():
    when = times("2025-01-01", "2025-01-02")
    shifted = when + pd.to_timedelta([2] * 95 + [400], unit="s")
    result = months(frame(shifted, 1.0))
    assert energy(result)[0] == 95 * KWH
    assert result.totals("month")["flags"].tolist()[0] == "CLOCK_SUSPECT"


def test_two_values_in_one_slot_are_counted_once():
    when = pd.to_datetime(["2025-01-01 10:00:00", "2025-01-01 10:00:40"]).tz_localize(ROME)
    assert energy(months(frame(when, [1.0, 7.0])))[0] == KWH


def test_what_lies_in_the_future_gives_no_energy_and_an_open_month_is_provisional():
    now = datetime(2025, 1, 15, tzinfo=UTC)
    result = months(frame(times("2025-01-01", "2025-02-01"), 1.0), as_of=now)
    row = result.totals("month").iloc[0]
    assert row["measured_milliwh"] == (14 * 96 + 4 + 1) * KWH
    assert (row["status"], row["flags"]) == ("P", "FUTURE")
