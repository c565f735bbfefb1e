"""A store in step with the platform: whatever goes wrong on the way, the next run ends in the same store."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from leb_kit.errors import InputError
from leb_kit.metering import SqliteSink, digest
from leb_kit.metering.sdp import BackendSuspect, SchemaChanged, SdpError, backfill, detail, sync
from leb_kit.metering.sdp import Source as SourceOf
from leb_kit.metering.sdp.standin import BULK, Component, Dataset
from tests.metering.sdp.world import (
    CABINET,
    LIGHTS,
    METERS,
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


def run(server, sink, code: str = LIGHTS, **options):
    """One sync."""
    page = options.pop("page", 1000)
    return sync(reader(server, code, page=page), source(code), sink, now=NOW, **options)


def test_every_row_becomes_readings_and_a_second_sync_adds_nothing(sink):
    with world(250) as server:
        first = run(server, sink, page=100)
        assert (first.rows, first.written.added, first.mode) == (250, 500, "by_id")
        before = digest(sink.readings(source().source_id))
        server.requests.clear()
        second = run(server, sink)
        assert second.written.added == second.written.revised == 0
        assert second.rows == 5  # the overlap: one hour of quarters, both ends
        assert not second.touched
        assert digest(sink.readings(source().source_id)) == before
        assert len(server.requests) == 3  # token, description, one page


def test_readings_are_those_of_the_platform(sink):
    with world(3) as server:
        run(server, sink)
    moment, values = event(2)
    found = {one.quantity: one for one in sink.readings(source().source_id) if one.time_utc == moment}
    assert {name: one.value for name, one in found.items()} == {
        "potenza_linea1": Decimal(str(values["potenza_linea1"])),
        "contatore": Decimal(values["contatore"]),
    }
    assert (found["contatore"].unit, found["contatore"].meter_id) == ("Wh", CABINET)
    assert found["contatore"].ingest_id


def test_the_two_hours_after_two_of_the_october_night_stay_two(sink):
    """Proves: the offset of a date is read. Without it an hour of every year is lost."""
    hours = [datetime(2025, 10, 26, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    with world() as server:
        server.store.insert(LIGHTS, [(moment, {"contatore": 7 + at}) for at, moment in enumerate(hours)])
        run(server, sink)
    found = [(one.time_utc, one.value) for one in sink.readings(source().source_id)]
    assert found == [*zip(hours, (7, 8), strict=True)]


def test_only_what_is_new_is_read(sink):
    with world(100) as server:
        run(server, sink)
        fill(server.store, 20, start=100)
        report = run(server, sink)
        assert (report.rows, report.written.added) == (25, 40)
        assert report.touched == {(CABINET, "2025-03")}
        assert len(values_of(sink)) == expected(server)


def test_a_sync_with_nothing_new_takes_less_than_a_second(sink):
    """The pace of two requests a second is kept meanwhile."""
    with world(5000) as server:
        run(server, sink)
        started = time.perf_counter()
        sync(reader(server, rate=2), source(), sink, now=NOW)
        assert time.perf_counter() - started < 1


# ── faults ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", PASSING)
@pytest.mark.parametrize("moment", ["first", "later"])
def test_after_any_fault_the_next_sync_ends_in_the_same_store(name, moment, sink, tmp_path):
    """Proves: each of the 15 faults may come at any time and leaves neither gap nor duplicate behind."""
    with world(300) as server, SqliteSink(tmp_path / "undisturbed.db") as other:
        fill(server.store, 40, start=300)
        run(server, other)
        reference = values_of(other)
        server.store.datasets[LIGHTS].rows, held = server.store.datasets[LIGHTS].rows[:300], (300, 40)
        if moment == "later":
            run(server, sink, page=50)
        fill(server.store, held[1], start=held[0])
        setattr(server.faults, name, PASSING[name])
        try:
            run(server, sink, page=50)
        except SdpError:
            assert name in {"silent_empty", "short_page", "gz_bomb"}
        server.faults.__init__()
        run(server, sink)
        if not (name == "shrunk" and moment == "first"):  # rows never seen cannot be kept
            assert values_of(sink) == reference


@pytest.mark.parametrize(
    "name", ["silent_empty", "short_page", "reorder", "http_502_n", "token_expired_xml", "gz_bomb"]
)
def test_a_fault_that_stays_is_an_error_and_keeps_what_is_known(name, sink):
    with world(300) as server:
        run(server, sink)
        before = values_of(sink)
        setattr(server.faults, name, -1)
        with pytest.raises(SdpError):
            run(server, sink)
        assert values_of(sink) == before


def test_rows_that_can_never_be_read_are_told_and_cost_no_second_look(sink):
    with world(300) as server:
        server.faults.count_high = 4
        assert run(server, sink).unreachable == 4
        server.requests.clear()
        again = run(server, sink)
        assert (again.unreachable, len(server.requests)) == (4, 3)
        fill(server.store, 5, start=300)
        assert run(server, sink, page=3).written.added == 10
        server.faults.count_high = 0
        assert run(server, sink).unreachable == 0
        assert len(values_of(sink)) == expected(server)


def test_a_store_that_is_down_is_not_taken_for_an_empty_one(sink):
    with world(300) as server:
        run(server, sink)
        server.faults.silent_empty = -1
        with pytest.raises(BackendSuspect):
            run(server, sink)


def test_rows_that_are_gone_there_stay_here_and_are_told(sink):
    with world(300) as server:
        run(server, sink)
        before = values_of(sink)
        rows = server.store.datasets[LIGHTS].rows
        server.store.datasets[LIGHTS].rows = rows[:200]
        report = run(server, sink)
        assert report.shrunk
        assert values_of(sink) == before


def test_a_new_column_is_told_and_a_lost_one_stops_the_sync(sink):
    with world(30) as server:
        run(server, sink)
        server.faults.schema_added = "tensione"
        assert run(server, sink).new_columns == ("tensione",)
        dataset = server.store.datasets[LIGHTS]
        dataset.components = tuple(one for one in dataset.components if one.name != "nota")
        with pytest.raises(SchemaChanged, match="nota"):
            run(server, sink)
        assert run(server, sink, accept_schema=True).rows == 5


def test_a_component_that_is_not_there_is_named_with_the_nearest(sink):
    wrong = SourceOf(LIGHTS, "leb", CABINET, "quadro_a", {"contatori": "Wh"})
    with world(3) as server, pytest.raises(InputError, match="Did you mean 'contatore'"):
        sync(reader(server), wrong, sink, now=NOW)


def test_a_correction_speaks_and_the_old_value_is_kept(sink):
    with world(50) as server:
        run(server, sink)
        dataset = server.store.datasets[LIGHTS]
        server.store.correct(dataset, dataset.rows[10], contatore=99)
        report = run(server, sink)
        assert report.written.revised == 1
        assert report.closed("2025-12") == ((CABINET, "2025-03"),)
        key = next(
            key for key in values_of(sink) if key.quantity == "contatore" and key.time_utc == event(10)[0]
        )
        assert values_of(sink)[key] == 99
        assert sum(one.key == key for one in sink.history(source().source_id)) == 2


@pytest.mark.parametrize("cuts", [[1], [4, 5, 99], [50, 60, 70, 80, 90], list(range(10, 100, 10))])
def test_the_store_does_not_depend_on_when_it_was_read(cuts, sink, tmp_path):
    with world() as server, SqliteSink(tmp_path / "once.db") as once:
        for start, end in zip([0, *cuts], [*cuts, 100], strict=True):
            fill(server.store, end - start, start=start)
            run(server, sink, page=7)
        run(server, once)
        assert digest(sink.readings(source().source_id)) == digest(once.readings(source().source_id))


# ── killed ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_killed_at_any_moment_the_next_run_ends_in_the_same_store(seed, tmp_path, root):
    """Proves: rows and watermark are one transaction. Killed four times at moments drawn by the seed."""
    draw = random.Random(seed)  # noqa: S311 (moments, no secrets)
    path = tmp_path / "readings.db"
    with world(400) as server, SqliteSink(tmp_path / "whole.db") as whole:
        command = [sys.executable, str(Path(__file__).with_name("killed.py")), server.url]
        command += [server.settings.key, server.settings.secret, LIGHTS, CABINET, str(path), "10"]
        environment = os.environ | {"PYTHONPATH": str(root)}
        killed = 0
        for _ in range(4):
            seen = len(server.requests)
            child = subprocess.Popen(command, env=environment)
            moment = seen + 3 + draw.randrange(12)
            while len(server.requests) < moment and child.poll() is None:
                time.sleep(0.001)
            time.sleep(draw.random() / 100)
            child.send_signal(signal.SIGKILL)
            killed += child.wait() == -signal.SIGKILL
        assert killed >= 2  # or the moments were badly drawn
        subprocess.run(command, check=True, env=environment)
        run(server, whole)
        with SqliteSink(path) as survived:
            name = source().source_id
            assert digest(survived.readings(name)) == digest(whole.readings(name))
            assert len(list(survived.history(name))) == expected(server)
            assert survived.state(name)["last_id"] == whole.state(name)["last_id"]


# ── other shapes of data ─────────────────────────────────────────────────────────────────────────────────


def test_without_usable_ids_windows_of_time_read_the_same(sink, tmp_path):
    with world(300) as server, SqliteSink(tmp_path / "by_time.db") as other:
        run(server, sink)
        with world(300, id_style="number") as numbered:
            report = run(numbered, other)
            assert report.mode == "by_time"
            assert values_of(other) == values_of(sink)
            fill(numbered.store, 10, start=300)
            assert run(numbered, other).written.added == 20
            numbered.faults.silent_empty = -1
            with pytest.raises(SdpError):
                run(numbered, other)


def test_meters_of_one_stream_are_told_apart_by_their_component(sink):
    with world() as server:
        for meter in ("scuola", "municipio"):
            server.store.insert(METERS, [(START, {"source": meter, "energia": 1.5})])
        run(server, sink, METERS)
    assert {(key.meter_id, value) for key, value in values_of(sink, METERS).items()} == {
        ("scuola", Decimal("1.5")),
        ("municipio", Decimal("1.5")),
    }


def test_a_missing_value_makes_no_reading_and_nan_makes_a_flagged_one(sink):
    with world() as server:
        rows = [(START, {"potenza_linea1": None, "contatore": 1})]
        rows.append((START + timedelta(minutes=15), {"potenza_linea1": float("nan"), "contatore": 2}))
        server.store.insert(LIGHTS, rows)
        run(server, sink)
    found = {(one.quantity, one.time_utc): one for one in sink.readings(source().source_id)}
    assert ("potenza_linea1", START) not in found
    odd = found["potenza_linea1", START + timedelta(minutes=15)]
    assert (odd.value, odd.flags) == (None, {"NOT_A_NUMBER"})


def test_rows_with_their_time_in_a_component_are_read(sink):
    with world() as server:
        components = (Component("quando", "dateTime"), Component("energia", "double", "kWh"))
        server.store.add(Dataset(9, "Letture_9", "leb", components, subtype=BULK))
        server.store.insert("Letture_9", [(None, {"quando": START, "energia": 2.5})])
        source_reader = reader(server, "Letture_9")
        found = SourceOf.of(detail(source_reader.transport, "Letture_9"))
        sync(source_reader, found, sink, now=NOW)
    (one,) = sink.readings(found.source_id)
    assert (one.time_utc, one.value, one.meter_id) == (START, Decimal("2.5"), "Letture_9")


def test_a_source_is_taken_from_the_metadata():
    with world() as server:
        transport = reader(server).transport
        assert SourceOf.of(detail(transport, LIGHTS)) == source()
        assert SourceOf.of(detail(transport, METERS)).meter_component == "source"
        with pytest.raises(InputError, match="'contatori'"):
            SourceOf.of(detail(transport, LIGHTS), only=["contatori"])


def test_years_come_as_a_download_and_the_sync_gives_them_their_ids(sink, tmp_path):
    with world(300) as server, SqliteSink(tmp_path / "synced.db") as other:
        report = backfill(reader(server), source(), 4711, sink, now=NOW)
        assert report.added == 600
        assert {one.ingest_id for one in sink.readings(source().source_id)} == {None}
        assert run(server, sink).written.added == 0
        run(server, other)
        name = source().source_id
        assert digest(sink.readings(name)) == digest(other.readings(name))


# ── what a store was filled with ─────────────────────────────────────────────────────────────────────────


def test_a_component_read_later_is_read_from_the_start(sink):
    """Proves: a watermark of other components hides nothing."""
    with world(300) as server:
        some = SourceOf(LIGHTS, "leb", CABINET, "quadro_a", {"contatore": "Wh"})
        sync(reader(server), some, sink, now=NOW)
        report = run(server, sink)
        assert (report.written.added, report.written.dropped) == (300, 300)
        assert sync(reader(server), some, sink, now=NOW).rows == 5
        assert run(server, sink).rows == 5
        assert len(values_of(sink)) == expected(server)


def test_a_store_filled_from_a_rehearsal_takes_nothing_from_the_platform(sink):
    with world(10) as server:
        run(server, sink)
        state = sink.state(source().source_id)
        sink.write([], state=state | {"platform": "api.example.invalid"}, source_id=source().source_id)
        with pytest.raises(InputError, match="localhost"):
            run(server, sink)


def test_a_store_keeps_to_one_naming_of_meters(sink):
    """Proves: the same energy is not kept under two names of a meter."""
    with world() as server:
        server.store.insert(METERS, [(START, {"source": "scuola", "energia": 1.5})])
        run(server, sink, METERS)
        other = SourceOf(METERS, "leb", "edifici", "consumi", {"energia": "kWh"})
        with pytest.raises(InputError, match="'source'"):
            sync(reader(server, METERS), other, sink, now=NOW)
