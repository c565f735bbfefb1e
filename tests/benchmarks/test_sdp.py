"""How fast rows of the platform are read, checked and kept, beside the speed of the stand-in itself.

All on one machine, in one process: the stand-in takes its share of the time.
"""

from datetime import UTC, datetime
from typing import Any

import pytest

from leb_kit.metering import SqliteSink
from leb_kit.metering.sdp import Reader, SdpSettings, Source, Transport, detail, sync
from leb_kit.metering.sdp.standin import Settings, StandIn
from leb_kit.metering.sdp.standin.demo import town

CODE, PAGE = "Illuminazione_5001", 2500

pytestmark = pytest.mark.benchmark(group="a year of hours of one cabinet, pages of 2,500 rows")


@pytest.fixture(scope="module")
def transport():
    """A connection to a year of the made-up town."""
    with StandIn(settings=Settings(page_cap=PAGE)) as server:
        town(server.store, buildings=False)
        given = {"key": server.settings.key, "secret": server.settings.secret, "rate": 10**6}
        with Transport(SdpSettings(base_url=server.url, tenant="leb", **given)) as one:
            yield one


def test_floor_the_answers_of_the_stand_in(benchmark: Any, transport: Transport):
    """The floor: the same pages, taken from JSON and not looked at."""

    def pages() -> int:
        found, last = 0, ""
        while True:
            where = f"&$filter=internalId%20gt%20%27{last}%27" if last else ""
            asked = f"$orderby=internalId&$top={PAGE}&$format=json{where}"
            rows = transport.get(f"/api/{CODE}/Measures", asked).json()["d"]["results"]
            if not rows:
                return found
            found, last = found + len(rows), rows[-1]["internalId"]

    assert benchmark(pages) == 8761


def test_rows_read_and_checked(benchmark: Any, transport: Transport):
    """Promise: at the stand-in's own speed."""
    found = benchmark(lambda: sum(len(page.rows) for page in Reader(transport, CODE, page=PAGE).by_id()))
    assert found == 8761


def test_rows_kept(benchmark: Any, transport: Transport, tmp_path: Any):
    """Three readings a row, with the watermark, page by page."""
    source = Source.of(detail(transport, CODE))
    paths = iter(range(10**6))

    def first() -> int:
        with SqliteSink(tmp_path / f"{next(paths)}.db") as sink:
            return sync(Reader(transport, CODE, page=PAGE), source, sink, now=datetime.now(UTC)).written.added

    assert benchmark(first) == 3 * 8761


def test_nothing_new(benchmark: Any, transport: Transport, tmp_path: Any):
    """Promise: under a second."""
    source = Source.of(detail(transport, CODE))
    with SqliteSink(tmp_path / "kept.db") as sink:
        sync(Reader(transport, CODE), source, sink, now=datetime.now(UTC))
        report = benchmark(lambda: sync(Reader(transport, CODE), source, sink, now=datetime.now(UTC)))
        assert report.written.added == 0
        assert benchmark.stats is None or benchmark.stats["mean"] < 1
