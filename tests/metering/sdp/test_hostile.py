"""Whatever answers, nothing crashes, nothing leaves, and what cannot be believed is refused by name."""

import ast
import json
import sys
import types
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leb_kit.metering.sdp as package
from leb_kit.errors import LebError
from leb_kit.metering.sdp import (
    BadReply,
    NotAllowed,
    OtherHost,
    Refused,
    SdpSettings,
    Transport,
    Uncertain,
    Unreachable,
    catalog,
    csvdata,
    events,
    wire,
)
from leb_kit.metering.sdp import settings as settings_module
from leb_kit.metering.sdp import transport as transport_module
from leb_kit.metering.sdp.odata import Reader
from leb_kit.metering.sdp.verdict import Verdict, verdict
from tests.metering.sdp.odd import Odd, cut, drip, reply
from tests.metering.sdp.world import OPEN, source

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TOKEN = reply(200, b'{"access_token":"0123456789abcdef","expires_in":0}')
FAULT = b'<am:fault xmlns:am="http://wso2.org/apimanager/security"><am:code>%s</am:code></am:fault>'


def open_at(server: Odd, **options) -> Transport:
    """A client of a server of bad manners."""
    given = {"rate": 10_000, "backoff_s": 0.001, "retries": 2, "timeout_s": 0.5} | options
    OPEN.append(Transport(SdpSettings(base_url=server.url, **given)))
    return OPEN[-1]


def ask(server: Odd, **options):
    """One question."""
    return open_at(server, **options).get("/api/X_1/Measures", "$format=json").json()


@pytest.mark.parametrize("place", ["https://elsewhere.example.invalid/x", "/login", ""])
def test_a_redirect_is_not_followed(place):
    with Odd(reply(302, Location=place)) as server, pytest.raises(OtherHost, match="302"):
        ask(server)
    assert len(server.requests) == 1


def test_half_an_answer_is_asked_for_again():
    with Odd(cut, cut, reply(200, b'{"d":1}')) as server:
        assert ask(server) == {"d": 1}
    with Odd(cut) as server, pytest.raises(Unreachable):
        ask(server)


def test_an_answer_that_never_ends_is_dropped(monkeypatch):
    monkeypatch.setattr(transport_module, "LONGEST_DRIP", 1)
    with Odd(drip) as server, pytest.raises(Unreachable, match="drip"):
        ask(server, timeout_s=1, retries=0)


def test_nobody_there_is_told_with_the_host():
    with Odd(cut) as server:
        url = server.url
    with (
        Transport(SdpSettings(base_url=url, retries=0)) as transport,
        pytest.raises(Unreachable, match=r"127\.0\.0\.1"),
    ):
        transport.get("/api/x")


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe", b"[" * 100_000, b'{"d":'])
def test_what_is_no_json_is_refused(body):
    with Odd(reply(200, body)) as server, pytest.raises(BadReply):
        ask(server)


def test_a_packed_answer_that_is_broken_is_refused():
    with (
        Odd(reply(200, b"not gzip", Content_Encoding="gzip")) as server,
        pytest.raises(BadReply, match="unpacked"),
    ):
        ask(server)


@pytest.mark.parametrize("status", [200, 401, 403, 500])
def test_a_token_fault_in_xml_is_one_whatever_its_status(status):
    answers = [TOKEN, reply(status, FAULT % b"900901", kind="text/xml"), TOKEN, reply(200, b'{"d":1}')]
    with Odd(*answers) as server:
        assert ask(server, key="k", secret="s") == {"d": 1}  # noqa: S106 (opens nothing)


def test_a_token_that_was_given_and_is_refused_is_told_and_not_shown():
    with Odd(reply(401, FAULT % b"900901")) as server, pytest.raises(NotAllowed) as caught:
        ask(server, token="0123456789abcdef")  # noqa: S106 (opens nothing)
    assert "0123456789abcdef" not in str(caught.value)


def test_a_token_call_without_a_token_is_refused():
    with Odd(reply(200, b'{"token":"x"}')) as server, pytest.raises(BadReply, match="access_token"):
        ask(server, key="k", secret="s")  # noqa: S106 (opens nothing)


def test_a_gateway_that_asks_for_time_gets_it():
    waits = []
    with Odd(reply(429, Retry_After="7"), reply(200, b"{}")) as server:
        given = SdpSettings(base_url=server.url, rate=10_000)
        with Transport(given, sleep=waits.append) as transport:
            transport.get("/api/x")
    assert waits == [7.0]


def test_an_error_that_repeats_a_secret_does_not_show_it():
    secret = "fedcba9876543210"  # noqa: S105 (opens nothing)
    echo = reply(500, json.dumps({"error": {"message": {"value": f"Bearer {secret}"}}}).encode())
    with Odd(echo) as server, pytest.raises(Refused) as caught:
        ask(server, token=secret)
    assert secret not in str(caught.value)
    assert len(server.requests) == 3  # an error of the server is asked again twice


def test_a_write_cut_off_is_uncertain_and_sent_once():
    with Odd(cut) as server, pytest.raises(Uncertain):
        open_at(server, tenant="leb", password="x").post("/dataset/input/leb", [])  # noqa: S106 (opens nothing)
    assert len(server.requests) == 1


def test_a_feed_that_is_none_is_refused():
    schema = wire.Schema("Measures", {"internalId": "Edm.String"})
    for body in (b"[]", b'{"d":[]}', b'{"d":{"results":[]}}', b'{"d":{"results":[3],"__count":"1"}}'):
        with Odd(reply(200, body)) as server:
            reader = Reader(open_at(server), "X_1")
            reader._schema = schema
            with pytest.raises(BadReply):
                reader.page()


# ── verdicts ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (500, '{"error_code":"E013","error_message":"bad"}', Verdict.REFUSED, "E013"),
        (500, '{"error_code":"E011","message":"bad"}', Verdict.REFUSED, "E011"),
        (500, '{"jsonObject":{"error_code":"E020"}}', Verdict.REFUSED, "E020"),
        (500, '{"error_code":"UNKNOWN"}', Verdict.TWICE, "UNKNOWN"),
        (500, "<html>", Verdict.TWICE, ""),
        (501, "", Verdict.REFUSED, ""),
        (400, '{"error":{"message":"bad filter"}}', Verdict.REFUSED, ""),
        (404, "<error><message xml:lang='en'>no set</message></error>", Verdict.REFUSED, ""),
        (503, FAULT.decode() % "900800", Verdict.AGAIN, ""),
        (500, FAULT.decode() % "900802", Verdict.AGAIN, ""),
        (500, "too many documents for order clause;", Verdict.REFUSED, "order"),
    ],
)
def test_an_error_is_judged_by_what_it_says(status, body, kind, code):
    found = verdict(status, body)
    assert (found.kind, found.code) == (kind, code)


# ── anything at all ──────────────────────────────────────────────────────────────────────────────────────

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["NaN", "1E999999", "/Date(0)/", "/Date(1+9999)/", "2025-01-01T00:00:00Z"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
SCHEMA = wire.Schema(
    "Measures",
    {"internalId": "Edm.String", "time": "Edm.DateTimeOffset", "datasetVersion": "Edm.Int32",
     "potenza_linea1": "Edm.Double", "contatore": "Edm.Int64", "source": "Edm.String"},
)  # fmt: skip


def told(call) -> None:
    """Run; only errors of our own may come."""
    try:
        call()
    except LebError:
        return


@given(st.dictionaries(st.sampled_from([*SCHEMA.types, "x"]), VALUES))
@settings(max_examples=200)
def test_any_row_is_read_or_refused(raw):
    told(lambda: list(source().readings([wire.row(raw | {"internalId": "a"}, SCHEMA)], NOW)))
    told(lambda: wire.row(raw, SCHEMA))


NAMES = [
    "stream",
    "dataset",
    "components",
    "componets",
    "smartobject",
    "fps",
    "totalCount",
    "metadata",
    "latitude",
]


@given(st.dictionaries(st.sampled_from(NAMES), VALUES) | VALUES)
@settings(max_examples=200)
def test_any_metadata_are_read_or_refused(raw):
    told(lambda: catalog.item(raw))


@given(VALUES, VALUES, VALUES)
@settings(max_examples=200)
def test_any_message_is_read_or_refused(time, value, meter):
    body = {"values": [{"time": time, "components": {"potenza_linea1": value, "source": meter}}]}
    text = json.dumps(body, default=str).encode("utf-8", errors="replace")
    told(lambda: events.readings(text, source(), NOW))
    told(lambda: events.readings(json.dumps(value, default=str).encode("utf-8", "replace"), source(), NOW))


@given(st.text(max_size=60))
@settings(max_examples=200)
def test_any_download_is_read_or_refused(text):
    head = '"time";"potenza_linea1";"contatore"\n'
    told(lambda: list(csvdata.read_csv(head + text, source(), NOW)))
    told(lambda: list(csvdata.read_csv(text, source(), NOW)))


def test_a_number_too_large_for_any_meter_is_refused():
    with pytest.raises(BadReply):
        wire.number("1E999999")


def test_a_download_with_commas_and_doubled_backslashes_is_read():
    text = '"time";"source";"potenza_linea1";"contatore"\n"2025-01-01T00:00:00.000Z";"a\\\\b";"1.234,5";"7"\n'
    with pytest.raises(LebError, match="line 2"):  # dots of thousands are no number of the platform
        list(csvdata.read_csv(text, source(), NOW))
    found = list(csvdata.read_csv(text.replace("1.234,5", "1234,5"), source(), NOW))
    assert [str(one.value) for one in found] == ["1234.5", "7"]


# ── manners ──────────────────────────────────────────────────────────────────────────────────────────────


def test_certificates_are_always_verified_and_no_password_is_shipped():
    """Proves: nobody turned verification off. Without it a token goes to whoever stands in between."""
    for path in Path(package.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg in {"verify", "cert_reqs"}:
                raise AssertionError(f"{path}:{node.value.lineno}")
            if isinstance(node, ast.Attribute) and node.attr in {"tls_insecure_set", "CERT_NONE"}:
                raise AssertionError(f"{path}:{node.lineno}")
    given = SdpSettings()
    assert (given.key, given.secret, given.token, given.password) == ("", "", "", "")


def test_a_keyring_is_asked_where_there_is_one(monkeypatch):
    kept = {("leb_kit.sdp", "LEB_SDP_SECRET"): "from-the-ring"}
    ring = types.SimpleNamespace(get_password=lambda service, name: kept.get((service, name)))
    monkeypatch.setitem(sys.modules, "keyring", ring)
    monkeypatch.setattr(settings_module.importlib.util, "find_spec", lambda _name: ring)
    assert SdpSettings.from_environment({}).secret == "from-the-ring"  # noqa: S105 (opens nothing)
    assert SdpSettings.from_environment({"LEB_SDP_SECRET": "nearer"}).secret == "nearer"  # noqa: S105
