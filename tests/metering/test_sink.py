"""Readings are kept once, revised in the open, and never without their watermark."""

import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leb_kit.errors import InputError
from leb_kit.metering import Reading, ReadingSink, SqliteSink, digest, hash_of

NOON = datetime(2025, 1, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)


def reading(value=1, *, minute=0, ingest=None, retrieved=LATER, meter="L1", **more):
    return Reading(
        "sdp", "town", "cabinet", "lamps", meter, "energy", None if value is None else Decimal(str(value)),
        more.pop("unit", "kWh"), NOON + timedelta(minutes=minute), ingest_id=ingest, retrieved_at=retrieved,
        **more,
    )  # fmt: skip


@pytest.fixture
def sink(tmp_path):
    with SqliteSink(tmp_path / "readings.db") as one:
        yield one


def values(sink):
    return [(one.time_utc, one.value) for one in sink.readings("sdp")]


def test_it_is_a_sink(sink):
    assert isinstance(sink, ReadingSink)


def test_what_was_written_is_read_back_whole(tmp_path):
    given_one = reading("1.50", ingest="0a", raw_hash=hash_of({"v": "1.50"}), flags=frozenset({"ESTIMATED"}))
    missing = reading(None, minute=15, flags=frozenset({"NOT_A_NUMBER"}))
    with SqliteSink(tmp_path / "a.db") as sink:
        sink.write([missing, given_one], state={"last": "0a"})
    with SqliteSink(tmp_path / "a.db") as again:
        assert list(again.readings("sdp")) == [given_one, missing]
        assert again.state("sdp") == {"last": "0a"}
        assert again.sources() == ("sdp",)


def test_the_same_value_is_kept_once_and_another_one_revises_it(sink):
    first = sink.write([reading(1, ingest="01"), reading(1, ingest="02"), reading("1.0")], state=None)
    assert (first.added, first.dropped, first.revised) == (1, 2, 0)
    second = sink.write([reading(2, ingest="03"), reading(5, ingest="00")], state=None)
    assert (second.revised, second.kept, second.received) == (1, 1, 2)
    (speaks,) = sink.readings("sdp")
    assert speaks.value == 2
    assert speaks.flags == {"REVISED"}
    assert [one.value for one in sink.history("sdp")] == [2, 1, 5]


def test_a_value_told_again_later_speaks_again(sink):
    for value, ingest in ((1, "01"), (2, "02"), (1, "03")):
        sink.write([reading(value, ingest=ingest)], state=None)
    assert values(sink) == [(NOON, 1)]


def test_any_ingest_id_is_above_none_and_longer_ids_are_higher(sink):
    sink.write([reading(1, ingest="9"), reading(2, ingest="10"), reading(3, retrieved=LATER)], state=None)
    assert values(sink) == [(NOON, 2)]


def test_without_ids_the_later_retrieval_speaks(sink):
    sink.write([reading(2, retrieved=LATER), reading(1, retrieved=NOON)], state=None)
    assert values(sink) == [(NOON, 2)]


def test_missing_is_a_value_of_its_own_and_never_zero(sink):
    sink.write([reading(0, ingest="1"), reading(None, ingest="2")], state=None)
    assert values(sink) == [(NOON, None)]


def test_a_change_names_the_meter_and_its_local_month(sink):
    new_year = reading(1, minute=(31 * 24 - 12) * 60 - 30, meter="L2")
    report = sink.write([reading(1), new_year], state=None)
    assert report.touched == {("L1", "2025-01"), ("L2", "2025-02")}
    assert sink.write([reading(1), new_year], state=None).touched == frozenset()


def test_a_provisional_value_that_is_confirmed_touches_its_month(sink):
    sink.write([reading(1, flags=frozenset({"PROVISIONAL"}))], state=None)
    report = sink.write([reading(1, ingest="1")], state=None)
    assert (report.dropped, report.touched) == (1, {("L1", "2025-01")})
    assert [one.flags for one in sink.readings("sdp")] == [frozenset()]


def test_a_window_holds_its_start_and_not_its_end(sink):
    sink.write([reading(1, minute=minute) for minute in (0, 15, 30)], state=None)
    found = sink.readings("sdp", NOON, NOON + timedelta(minutes=30))
    assert [one.time_utc.minute for one in found] == [0, 15]


def test_a_page_is_looked_up_by_its_keys_and_never_by_reading_everything(sink):
    """Proves: the thousandth page is written as fast as the first. Without it a sync slows down by itself."""
    asked = []
    sink._base.set_trace_callback(asked.append)
    sink.write([reading(1), reading(2, minute=15)], state=None)
    sink._base.set_trace_callback(None)
    (lookup,) = [text for text in asked if "CROSS JOIN" in text]
    plan = " ".join(row[3] for row in sink._base.execute(f"EXPLAIN QUERY PLAN {lookup}"))
    assert "SEARCH reading USING PRIMARY KEY (series=? AND time_us=?)" in plan


def test_a_file_can_be_opened_and_read_while_somebody_writes(tmp_path):
    """Proves: a page may look while a sync runs. Without it people wait for each other."""
    with SqliteSink(tmp_path / "a.db") as writer:
        writer.write([reading(1)], state={"row": 1})
        with writer._transaction() as base:
            base.execute("DELETE FROM reading")
            with SqliteSink(tmp_path / "a.db") as reader:
                assert values(reader) == [(NOON, 1)]
                assert reader.state("sdp") == {"row": 1}


def test_a_file_of_something_else_is_not_touched(tmp_path):
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE t (x)")
    other.execute("PRAGMA user_version = 1")
    other.commit()
    with pytest.raises(InputError, match="no store of readings of this version"):
        SqliteSink(tmp_path / "other.db")
    assert [row[0] for row in other.execute("SELECT name FROM sqlite_master")] == ["t"]
    (tmp_path / "text.db").write_text("no database " * 100)
    with pytest.raises(InputError, match="cannot be kept here"):
        SqliteSink(tmp_path / "text.db")


def test_rows_and_state_are_written_together_or_not_at_all(sink):
    sink.write([reading(1)], state={"row": 1})
    with pytest.raises(InputError, match="must be JSON"):
        sink.write([reading(2, minute=15)], state={"row": object()})
    sink._base.execute("CREATE TRIGGER stop BEFORE INSERT ON state BEGIN SELECT RAISE(ABORT, 'full'); END")
    with pytest.raises(sqlite3.IntegrityError, match="full"):
        sink.write([reading(2, minute=15)], state={"row": 2})
    assert values(sink) == [(NOON, 1)]
    assert sink.state("sdp") == {"row": 1}


def test_a_state_can_be_written_alone_but_not_without_its_source(sink):
    sink.write([], state={"page": 3}, source_id="sdp")
    assert sink.state("sdp") == {"page": 3}
    with pytest.raises(InputError, match="source_id"):
        sink.write([], state={})
    with pytest.raises(InputError, match="one source"):
        sink.write([reading(1)], state=None, source_id="other")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("value", 1.5, "finite Decimal"),
        ("value", Decimal("NaN"), "finite Decimal"),
        ("time_utc", datetime(2025, 1, 1), "its zone"),  # noqa: DTZ001
        ("meter_id", " ", "meter_id"),
        ("flags", frozenset({"OUTLYER"}), "Did you mean 'OUTLIER'"),
    ],
)
def test_what_is_no_reading_is_refused(field, value, said):
    fields = {name: getattr(reading(), name) for name in Reading.__dataclass_fields__}
    with pytest.raises(InputError, match=said):
        Reading(**fields | {field: value})


def test_a_time_of_any_zone_is_kept_in_utc():
    fields = {name: getattr(reading(), name) for name in Reading.__dataclass_fields__}
    fields["time_utc"] = NOON.astimezone(timezone(timedelta(hours=2)))
    assert Reading(**fields).time_utc.tzinfo is UTC
    assert Reading(**fields) == reading()


ONE = st.builds(
    reading,
    st.sampled_from([1, 2, "1.0", None]),
    minute=st.sampled_from([0, 15]),
    ingest=st.sampled_from([None, "1", "2", "10"]),
    retrieved=st.sampled_from([NOON, LATER]),
    raw_hash=st.sampled_from(["a", "b"]),
)


@given(st.lists(ONE, max_size=12), st.randoms(use_true_random=False), st.integers(1, 4))
def test_any_order_duplication_and_split_keeps_the_same(rows, random, parts):
    """Proves: a sync may be cut, repeated and shuffled. Without it two runs give two balances."""
    with SqliteSink(":memory:") as once, SqliteSink(":memory:") as often:
        once.write(rows, state=None)
        again = [*rows, *random.sample(rows, k=len(rows) // 2)]
        random.shuffle(again)
        for at in range(parts):
            often.write(again[at::parts], state=None)
        assert list(once.history("sdp")) == list(often.history("sdp"))
        assert digest(once.readings("sdp")) == digest(often.readings("sdp"))


ENDLESS = """
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from leb_kit.metering import Reading, SqliteSink

noon = datetime(2025, 1, 1, 12, tzinfo=UTC)
with SqliteSink(sys.argv[1]) as sink:
    for page in range(10**6):
        times = [noon + timedelta(minutes=100 * page + at) for at in range(100)]
        rows = [Reading("sdp", "", "", "", "L1", "energy", Decimal(1), "kWh", at) for at in times]
        sink.write(rows, state={"pages": page + 1})
"""


def test_killed_at_any_moment_rows_and_watermark_agree(tmp_path, root):
    """Proves: a sync goes on where it was cut. Without it rows are lost or come twice."""
    path = tmp_path / "readings.db"
    with SqliteSink(path) as sink:
        worker = subprocess.Popen([sys.executable, "-c", ENDLESS, str(path)], cwd=root)
        deadline = time.monotonic() + 60
        while sink.state("sdp").get("pages", 0) < 3 and time.monotonic() < deadline:
            time.sleep(0.02)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    with SqliteSink(path) as sink:
        pages = sink.state("sdp")["pages"]
        assert pages >= 3
        assert len(list(sink.readings("sdp"))) == 100 * pages
