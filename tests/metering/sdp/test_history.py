"""Any history of a platform ends in one store; what a sync cannot see is found by counting again."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leb_kit.metering import SqliteSink
from leb_kit.metering.sdp import BackendSuspect, SdpError, Source, reconcile, sync, wire
from leb_kit.metering.sdp.standin import BULK, Component, Dataset
from tests.metering.sdp.world import (
    LIGHTS,
    PASSING,
    START,
    event,
    expected,
    fill,
    reader,
    source,
    values_of,
    world,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def sink(tmp_path):
    with SqliteSink(tmp_path / "readings.db") as one:
        yield one


def run(server, sink, *, page: int = 1000):
    """One sync."""
    return sync(reader(server, page=page), source(), sink, now=NOW)


# ── any history ──────────────────────────────────────────────────────────────────────────────────────────

STEPS = st.lists(
    st.sampled_from(
        [
            "fill",
            "late",
            "twice",
            "correct",
            "sync",
            *(f"fault {name}" for name in sorted(set(PASSING) - {"slow", "shrunk"})),
        ]
    ),
    min_size=3,
    max_size=14,
)


@given(STEPS)
@settings(max_examples=20)
def test_after_any_history_one_more_sync_holds_what_a_fresh_store_holds(steps):
    """Proves: order, repetition, corrections, lateness, faults and the moments of reading leave no trace."""
    done = 20

    def clock() -> float:
        return event(done)[0].timestamp()

    with world(done, clock=clock) as server, SqliteSink(":memory:") as sink, SqliteSink(":memory:") as fresh:
        dataset, late = server.store.datasets[LIGHTS], []
        for step in steps:
            if step == "fill":
                _indexed(dataset, late)
                fill(server.store, 7, start=done)
                done += 7
            elif step == "late" and len(late) < 3:  # indexed after a newer one, within the overlap
                late.append(dataset.rows.pop(-2))
            elif step == "twice":
                server.store.duplicate(dataset, 3)
            elif step == "correct":
                server.store.correct(dataset, dataset.rows[-1], contatore=done)
            elif step == "sync":
                _try(server, sink)
            elif step.startswith("fault"):
                setattr(server.faults, step.split()[1], PASSING[step.split()[1]])
                _try(server, sink)
                server.faults.__init__()
        _indexed(dataset, late)
        run(server, sink)
        run(server, fresh)
        assert values_of(sink) == values_of(fresh)


def _indexed(dataset, late: list) -> None:
    """Rows that were held back appear."""
    dataset.rows = sorted([*dataset.rows, *late], key=lambda row: row.id)
    late.clear()


def _try(server, sink) -> None:
    """A sync that may be spoilt."""
    try:
        run(server, sink, page=6)
    except SdpError:
        return


def test_two_syncs_at_once_end_in_the_same_store(tmp_path):
    """Proves: a second timer that fires too early does no harm."""
    with (
        world(400) as server,
        SqliteSink(tmp_path / "both.db") as kept,
        SqliteSink(tmp_path / "one.db") as one,
    ):
        faults = []

        def work() -> None:
            try:
                with SqliteSink(tmp_path / "both.db") as mine:
                    run(server, mine, page=20)
            except Exception as error:  # noqa: BLE001 (told below)
                faults.append(error)

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert faults == []
        run(server, one)
        assert values_of(kept) == values_of(one)
        assert kept.state(source().source_id)["last_id"] == one.state(source().source_id)["last_id"]


# ── counting again ───────────────────────────────────────────────────────────────────────────────────────


def test_rows_indexed_long_after_their_ids_are_found_by_counting(sink):
    """Proves: what is older than the overlap of a sync is not lost for ever."""
    with world(300) as server:
        rows = server.store.datasets[LIGHTS].rows
        server.store.datasets[LIGHTS].rows = rows[:100] + rows[150:]
        run(server, sink)
        server.store.datasets[LIGHTS].rows = rows
        assert run(server, sink).written.added == 0
        checks = reconcile(reader(server), source(), sink, now=START + timedelta(days=20), months=3)
        assert {one.month: (one.added, one.verdict) for one in checks} == {
            "2025-03": (100, "repaired"),
            "2025-04": (0, "equal"),
        }
        assert len(values_of(sink)) == expected(server)


def test_events_stored_twice_and_rows_gone_are_told_and_not_read_again(sink):
    with world(100) as server:
        run(server, sink)
        server.store.duplicate(server.store.datasets[LIGHTS], 5)
        later = START + timedelta(days=2)
        (check,) = reconcile(reader(server), source(), sink, now=later, months=2)
        assert (check.verdict, check.there - check.here) == ("repeated", 5)
        server.requests.clear()
        (check,) = reconcile(reader(server), source(), sink, now=later, months=2)
        assert check.verdict == "repeated"
        assert len(server.requests) == 4  # token, description, a count for each month
        server.store.shrink(server.store.datasets[LIGHTS], 50)
        (check,) = reconcile(reader(server), source(), sink, now=later, months=2)
        assert check.verdict == "fewer"
        assert len(values_of(sink)) == 200


def test_what_was_only_heard_does_not_count(sink):
    with world(40) as server:
        run(server, sink)
        heard = source().readings([wire.Row("", event(40)[0], {"contatore": 5}, None, "", {})], NOW)
        sink.write([replace(one, flags=one.flags | {"PROVISIONAL"}) for one in heard], state=None)
        checks = reconcile(reader(server), source(), sink, now=START + timedelta(days=2), months=2)
        assert [one.verdict for one in checks] == ["equal"]


def test_rows_with_their_time_in_a_component_are_counted_too(sink):
    with world() as server:
        columns = (Component("quando", "dateTime"), Component("energia", "double", "kWh"))
        server.store.add(Dataset(9, "Letture_9", "leb", columns, subtype=BULK))
        rows = [(None, {"quando": START + timedelta(hours=number), "energia": 1}) for number in range(30)]
        server.store.insert("Letture_9", rows)
        one = Source("Letture_9", "leb", "", "", {"energia": "kWh"}, time_component="quando")
        checks = reconcile(reader(server, "Letture_9"), one, sink, now=START + timedelta(days=3), months=2)
        assert sum(check.added for check in checks) == 30
        again = reconcile(reader(server, "Letture_9"), one, sink, now=START + timedelta(days=3), months=2)
        assert {check.verdict for check in again} == {"equal"}


def test_a_store_that_is_down_is_not_reconciled_with(sink):
    with world(100) as server:
        run(server, sink)
        server.faults.silent_empty = -1
        with pytest.raises(BackendSuspect):
            reconcile(reader(server), source(), sink, now=START + timedelta(days=1), months=1)
