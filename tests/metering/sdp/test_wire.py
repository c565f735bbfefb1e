"""From the wire to values. Vectors are written by hand after the published contract, not recorded."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from leb_kit.errors import InputError
from leb_kit.metering.sdp import BadReply, query, wire

# A server in Europe/Rome: local milliseconds and minutes (java.util.Date through Olingo 2.0.0).
GOLDEN = [
    ("2025-03-30T00:45:00+00:00", "/Date(1743299100000+0060)/"),
    ("2025-03-30T01:00:00+00:00", "/Date(1743303600000+0120)/"),
    ("2025-10-26T00:30:00+00:00", "/Date(1761445800000+0120)/"),
    ("2025-10-26T01:30:00+00:00", "/Date(1761445800000+0060)/"),
    ("1969-12-31T23:00:00+00:00", "/Date(0+0060)/"),
    ("2025-01-01T00:00:00+00:00", "/Date(1735689600000)/"),
    ("2025-01-01T05:00:00+00:00", "/Date(1735689600000-0300)/"),
    ("1999-12-31T23:00:00+00:00", "/Date(946684800000+0060)/"),
    ("1969-12-31T22:59:59+00:00", "/Date(-1000+0060)/"),
]


@pytest.mark.parametrize(("utc", "text"), GOLDEN)
def test_a_date_is_local_milliseconds_less_its_minutes(utc, text):
    assert wire.moment(text).isoformat() == utc


def test_the_two_hours_of_october_stay_two():
    first, second = wire.moment(GOLDEN[2][1]), wire.moment(GOLDEN[3][1])
    assert second - first == timedelta(hours=1)


@pytest.mark.parametrize(
    "text", ["", "2025-01-01", "/Date()/", "/Date(1+abc)/", None, 5, "/Date(999999999999999)/"]
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(BadReply):
        wire.moment(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1.25", "1.25"), ("1.0E-4", "0.0001"), ("1.23456789E7", "12345678.9"), ("-0.0", "0"), (7, "7")],
)
def test_numbers_come_as_text_and_stay_exact(text, expected):
    assert wire.number(text) == Decimal(expected)


@pytest.mark.parametrize("text", [None, "NaN", "INF", "-INF"])
def test_no_number_is_missing_and_never_zero(text):
    assert wire.number(text) is None


def test_a_word_is_no_number():
    with pytest.raises(BadReply, match="molti"):
        wire.number("molti")


SCHEMA = wire.Schema(
    "Measures",
    {
        "internalId": "Edm.String",
        "time": "Edm.DateTimeOffset",
        "datasetVersion": "Edm.Int32",
        "p": "Edm.Double",
    },
)
RAW = {
    "__metadata": {"uri": "https://elsewhere.invalid/"},
    "internalId": "65f1c0de5f1b2c0007000001",
    "time": "/Date(1743299100000+0060)/",
    "datasetVersion": 1,
    "p": "12.5",
}


def test_a_row_has_its_values_in_the_types_of_the_description():
    row = wire.row(RAW, SCHEMA)
    assert (row.id, row.version, row.values) == (RAW["internalId"], 1, {"p": Decimal("12.5")})
    assert row.time == datetime(2025, 3, 30, 0, 45, tzinfo=UTC)


def test_a_missing_value_is_none_and_a_broken_one_is_flagged():
    assert wire.row(RAW | {"p": None}, SCHEMA).values == {"p": None}
    assert wire.row(RAW | {"p": None}, SCHEMA).flags == {}
    assert wire.row(RAW | {"p": "NaN"}, SCHEMA).flags == {"p": wire.NOT_A_NUMBER}


def test_the_hash_of_a_row_knows_its_values_and_not_its_address():
    moved = RAW | {"__metadata": {"uri": "https://other.invalid/"}}
    assert wire.row(moved, SCHEMA).hash == wire.row(RAW, SCHEMA).hash
    assert wire.row(RAW | {"p": "12.6"}, SCHEMA).hash != wire.row(RAW, SCHEMA).hash


def test_a_row_without_an_id_is_refused():
    with pytest.raises(BadReply):
        wire.row({"p": "1"}, SCHEMA)


def test_a_description_with_entities_is_refused():
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    with pytest.raises(BadReply):
        wire.schema(bomb)


def test_a_description_without_rows_is_refused():
    with pytest.raises(BadReply, match="no set of rows"):
        wire.schema(b"<Edmx/>")


def test_the_fingerprint_does_not_mind_the_order_of_columns():
    turned = wire.Schema("Measures", dict(reversed(SCHEMA.types.items())))
    assert turned.fingerprint == SCHEMA.fingerprint
    assert wire.Schema("Measures", {**SCHEMA.types, "q": "Edm.Double"}).fingerprint != SCHEMA.fingerprint


# ── questions ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_question_holds_no_plus_and_literal_dollars():
    moment = datetime(2025, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    asked = query.query(filter=f"time ge {query.moment(moment)}", orderby="internalId", top=1000)
    assert asked == (
        "$filter=time%20ge%20datetimeoffset%272025-01-01T00%3A00%3A00Z%27"
        "&$orderby=internalId&$top=1000&$format=json"
    )


def test_a_moment_has_three_digits_of_a_second_or_none():
    """Proves: the platform never reads microseconds as milliseconds and shifts a reading by two minutes."""
    assert query.instant(datetime(2025, 3, 10, 12, 10, 50, 123456, tzinfo=UTC)) == "2025-03-10T12:10:50.123Z"
    assert query.instant(datetime(2025, 3, 10, 12, 10, 50, 420000, tzinfo=UTC)) == "2025-03-10T12:10:50.420Z"
    assert query.instant(datetime(2025, 3, 10, 12, 10, 50, 999, tzinfo=UTC)) == "2025-03-10T12:10:50.000Z"


def test_a_moment_without_zone_is_refused():
    with pytest.raises(InputError, match="zone"):
        query.instant(datetime(2025, 3, 10))  # noqa: DTZ001 (that is the point)


def test_a_text_doubles_quotes_and_refuses_the_ampersand():
    assert query.text("l'ora") == "'l''ora'"
    with pytest.raises(InputError, match="&"):
        query.text("a&b")
