"""Real meters through the platform: five university buildings of Cambridge, two years of days.

The values are as published (MIT licence); only the platform they pass is the stand-in.
"""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from leb_kit.metering import Component, Samples, SqliteSink, monthly
from leb_kit.metering.sdp import Source, backfill, sync
from leb_kit.metering.sdp.standin import Faults
from leb_kit.reference import catalog
from tests.metering.sdp.world import METERS, reader, world

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
KIND = Component("interval_energy", "kWh", interval="day", label="start")
SOURCE = Source(METERS, "leb", "edifici", "consumi", {"energia": "kWh"}, meter_component="source")


@pytest.fixture(scope="module")
def days() -> pd.DataFrame:
    """Meter, local day, energy as published."""
    table = catalog.table("cambridge_meters")
    when = [datetime.fromisoformat(str(day)[:10]).replace(tzinfo=ROME) for day in table["date"]]
    return pd.DataFrame({"meter": table["meter"], "time": when, "value": table["energy_kwh"]})


@pytest.fixture(scope="module")
def direct(days) -> pd.DataFrame:
    """Months of the same values, without the platform."""
    return monthly(Samples.from_table(days.assign(time=pd.to_datetime(days["time"], utc=True)), KIND)).table


@pytest.fixture(scope="module")
def server(days):
    """The stand-in with all days, each ingested after it ended."""
    with world() as running:
        for moment, group in days.groupby("time", sort=True):
            utc = moment.to_pydatetime().astimezone(UTC)
            rows = [(utc, {"source": row.meter, "energia": row.value}) for row in group.itertuples()]
            running.store.insert(METERS, rows, at=utc.timestamp() + 86_400)
        yield running


def months(sink) -> pd.DataFrame:
    """Months of what a store holds."""
    return monthly(Samples.from_readings(sink.readings(SOURCE.source_id), KIND)).table


def test_months_are_those_of_the_same_values_read_directly(server, direct, days, tmp_path):
    """Proves: no digit, day or hour of a change of the clock is lost on the way."""
    with SqliteSink(tmp_path / "readings.db") as sink:
        report = sync(reader(server, METERS), SOURCE, sink, now=NOW)
        found = months(sink)
    assert report.written.added == len(days) == 7294
    keys = ["meter", "year", "month", "measured_milliwh", "valid_us", "status"]
    pd.testing.assert_frame_equal(found[keys], direct[keys])
    total = sum(Decimal(str(value)) for value in days["value"])
    assert found["measured_milliwh"].sum() == int(total * 10**6)


def test_months_are_the_same_by_download_and_by_time(server, direct, tmp_path):
    with SqliteSink(tmp_path / "download.db") as sink:
        backfill(reader(server, METERS), SOURCE, 4712, sink, now=NOW)
        downloaded = months(sink)
    with SqliteSink(tmp_path / "by_time.db") as sink:
        start, end = datetime(2014, 12, 1, tzinfo=UTC), datetime(2017, 2, 1, tzinfo=UTC)
        for page in reader(server, METERS).between(start, end):
            sink.write(SOURCE.readings(page.rows, NOW), state=None)
        by_time = months(sink)
    for found in (downloaded, by_time):
        pd.testing.assert_series_equal(found["measured_milliwh"], direct["measured_milliwh"])


def test_months_are_the_same_after_all_that_can_go_wrong(server, direct, tmp_path):
    with SqliteSink(tmp_path / "readings.db") as sink:
        for name in ("short_page", "silent_empty", "reorder", "http_502_n", "token_expired_xml", "dup_rows"):
            server.faults.set(f"{name}=1")
            sync(reader(server, METERS, page=500), SOURCE, sink, now=NOW)
        server.faults = Faults()
        pd.testing.assert_series_equal(months(sink)["measured_milliwh"], direct["measured_milliwh"])
