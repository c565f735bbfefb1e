"""Readings become columns of whole numbers; what came when, how often and in which order does not matter."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leb_kit.errors import InputError
from leb_kit.metering import Component, Reading, Samples, SqliteSink, intervals, monthly
from tests.metering.meters import KWH, QUARTERS, energy, frame, months, times

NIGHT = datetime(2025, 10, 25, 20, tzinfo=UTC)


def reading(at, value, meter="L1", ingest=None, unit="kWh"):
    return Reading(
        "sdp", "", "", "", meter, "energy", None if value is None else Decimal(value), unit,
        NIGHT + timedelta(minutes=15 * at), ingest_id=ingest, retrieved_at=NIGHT + timedelta(days=9),
    )  # fmt: skip


def test_readings_are_exact_whatever_their_digits():
    samples = Samples.from_readings([reading(0, "9007199254.740993")], QUARTERS)
    assert samples.amount.tolist() == [9007199254740993]


def test_readings_in_another_unit_are_refused():
    with pytest.raises(InputError, match="readings are in Wh, the component says kWh"):
        Samples.from_readings([reading(0, "1", unit="Wh")], QUARTERS)
    assert len(Samples.from_readings([reading(0, "1", unit="KWH")], QUARTERS).amount) == 1


def test_a_revised_value_speaks_and_is_told():
    result = monthly(
        Samples.from_readings([reading(0, "2", ingest="2"), reading(0, "1", ingest="1")], QUARTERS)
    )
    row = result.totals("year").iloc[0]
    assert (row["measured_milliwh"], row["status"], row["revised"]) == (2 * KWH, "R", 1)


ROW = st.builds(
    reading,
    st.integers(0, 8 * 96),
    st.sampled_from(["0", "1", "1.0", "2.5", "7.25", None]),
    st.sampled_from(["L1", "L2"]),
    st.sampled_from([None, "1", "2", "10"]),
)
KINDS = st.sampled_from(
    [
        QUARTERS,
        Component("register", "kWh", max_power=Decimal(8)),
        Component("power_instant", "kWh".replace("h", ""), max_gap_s=7200),
    ]
)


@example([reading(0, "0"), reading(0, "1")], QUARTERS, Random(1), 1)  # noqa: S311
@given(st.lists(ROW, min_size=1, max_size=40), KINDS, st.randoms(use_true_random=False), st.integers(1, 4))
def test_any_order_duplication_and_split_gives_the_same_months(rows, kind, random, parts):
    """Proves: what was read when does not matter. Without it a sync that was cut moves a balance."""
    if kind.unit != "kWh":
        rows = [
            Reading(*one.key[:-1], one.value, "kW", one.time_utc, one.ingest_id, "", one.retrieved_at)
            for one in rows
        ]
    once = monthly(Samples.from_readings(rows, kind))
    again = [*rows, *random.sample(rows, k=len(rows) // 2)]
    random.shuffle(again)
    with SqliteSink(":memory:") as sink:
        for at in range(parts):
            sink.write(again[at::parts], state=None)
        kept = monthly(Samples.from_readings(sink.readings("sdp"), kind))
        columns = monthly(sink.samples("sdp", "energy", kind))
        assert columns.origin == monthly(Samples.from_readings(sink.history("sdp"), kind)).origin
    shuffled = monthly(Samples.from_readings(again, kind))
    for other in (kept, columns, shuffled):
        pd.testing.assert_frame_equal(once.table.drop(columns="bits"), other.table.drop(columns="bits"))
        pd.testing.assert_frame_equal(once.events, other.events)


@given(st.lists(ROW, min_size=1, max_size=40))
def test_months_sum_to_the_year_and_meters_to_the_stream(rows):
    result = monthly(Samples.from_readings(rows, QUARTERS))
    (stream,) = energy(result, "year")
    assert sum(energy(result, "meter", "year", "month")) == stream == sum(energy(result, "meter"))


@given(
    st.lists(st.integers(0, 10**9), min_size=2, max_size=30),
    st.lists(st.integers(1, 10**6), min_size=30, max_size=30),
)
def test_a_register_that_only_counts_up_gives_its_last_less_its_first(steps, minutes):
    counts = np.cumsum(steps)
    when = pd.Timestamp("2025-01-01", tz="UTC") + pd.to_timedelta(
        np.cumsum(minutes[: len(steps)]), unit="min"
    )
    result = months(frame(when, counts.astype(float)), Component("register", "Wh"))
    assert sum(energy(result, "year")) == int(counts[-1] - counts[0]) * 1000


def test_readings_and_tables_give_the_same():
    rows = [reading(at, str(value)) for at, value in enumerate(range(50))]
    table = pd.DataFrame({"meter": "L1", "time": [one.time_utc for one in rows], "value": range(50)})
    one, other = Samples.from_readings(rows, QUARTERS), Samples.from_table(table, QUARTERS)
    assert one.digest() == other.digest()
    pd.testing.assert_frame_equal(monthly(one).table, monthly(other).table)


def test_intervals_are_shown_in_local_time():
    shown = intervals(Samples.from_readings([reading(at, "1") for at in range(24)], QUARTERS), "L1")
    assert shown["energy_mwh"].sum() == pytest.approx(0.024)
    assert [f"{time:%H:%M%z}" for time in shown["start"].iloc[[15, 16, 19, 20]]] == [
        "01:45+0200", "02:00+0200", "02:45+0200", "02:00+0100",
    ]  # fmt: skip
    with pytest.raises(InputError, match="Did you mean 'L1'"):
        intervals(Samples.from_readings([reading(0, "1")], QUARTERS), "L1x")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (pd.DataFrame({"meter": ["a"], "time": [pd.Timestamp("2025-01-01")], "value": [1]}), "no zone"),
        (pd.DataFrame({"meter": ["a"]}), "2 faults"),
        (frame(times("2025-01-01", "2025-01-02", "D"), 1e30), "too large"),
    ],
)
def test_a_table_that_is_none(table, said):
    with pytest.raises(InputError, match=said):
        Samples.from_table(table, QUARTERS)


def test_columns_are_exact_where_floating_numbers_are_not():
    """Proves: the quick way is the exact way. Without it two runs differ in the last digit."""
    texts = ["9007199254.740993", "0.0000005", "0.0000015", "0.1", "123456789.123456", "1E+3", None]
    rows = [reading(at, text) for at, text in enumerate(texts)]
    with SqliteSink(":memory:") as sink:
        sink.write(rows, state=None)
        found = sink.samples("sdp", "energy", QUARTERS)
    wanted = Samples.from_readings(rows, QUARTERS)
    assert found.of("L1").amount.tolist() == wanted.of("L1").amount.tolist()
    assert found.digest() == wanted.digest()


def test_columns_of_two_streams_that_name_one_meter_are_resolved_like_readings():
    rows = [reading(0, "1", ingest="2"), replace(reading(0, "2", ingest="1"), stream_code="other")]
    with SqliteSink(":memory:") as sink:
        sink.write(rows, state=None)
        assert sink.samples("sdp", "energy", QUARTERS).of("L1").amount.tolist() == [10**6]
        assert sink.samples("sdp", "energy", QUARTERS, stream="other").of("L1").amount.tolist() == [2 * 10**6]
        assert sink.samples("sdp", "energy", QUARTERS, meters=["L2"]).meters == ()
        with pytest.raises(InputError, match="readings are in kWh"):
            sink.samples("sdp", "energy", Component("register", "Wh"))


@pytest.mark.parametrize("text", ["1E+70", "1E-70"])
def test_a_number_that_would_fill_the_memory_is_no_reading(text):
    with pytest.raises(InputError, match="no meter tells such a number"):
        reading(0, text)


def test_a_value_too_large_for_whole_numbers_is_refused_by_both_ways():
    rows = [reading(0, "1E+15")]
    with SqliteSink(":memory:") as sink:
        sink.write(rows, state=None)
        with pytest.raises(InputError, match="too large"):
            sink.samples("sdp", "energy", QUARTERS)
    with pytest.raises(InputError, match="too large"):
        Samples.from_readings(rows, QUARTERS)
