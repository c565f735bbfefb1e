"""What a platform really does, beside what is expected."""

from zoneinfo import ZoneInfo

import pytest

from leb_kit.metering.sdp import Refused, Transport
from leb_kit.metering.sdp.probe import probe
from tests.metering.sdp.world import LIGHTS, settings, world


def found(server) -> dict:
    """Findings by what was tried."""
    with Transport(settings(server)) as transport:
        return {one.what: one for one in probe(transport, LIGHTS)}


def test_a_platform_as_published_agrees_in_all():
    with world(1200) as server:
        report = found(server)
    assert [one for one in report.values() if one.agrees is False] == []
    assert len(report) == 13
    assert all(one.method in {"GET", "POST"} for one in server.requests)
    assert not any("input" in one.path for one in server.requests)


@pytest.mark.parametrize(
    ("options", "what", "text"),
    [
        ({"page_cap": 150}, "page cap", "150 (HTTP 500)"),
        ({"old_spelling": True}, "search spelling", "componets"),
        ({"id_style": "number"}, "id style", "1"),
        ({"zone": ZoneInfo("America/New_York")}, "zone", "-0240"),
        ({"zone": ZoneInfo("UTC")}, "date form", "ms"),
    ],
)
def test_a_platform_that_differs_is_told_where(options, what, text):
    with world(100, **options) as server:
        report = found(server)
    assert report[what].found == text
    assert report[what].agrees is False


def test_what_cannot_be_tried_says_why():
    with world(5) as server:
        server.faults.short_page = -1
        report = found(server)
        assert report["rows"].found


def test_a_dataset_that_is_not_there_is_an_error():
    with world() as server, Transport(settings(server)) as transport, pytest.raises(Refused):
        probe(transport, "Nessuno_1")
