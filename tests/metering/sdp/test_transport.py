"""Requests: tokens, tries, caps, and what never leaves the machine."""

import logging
import time

import pytest

from leb_kit.errors import InputError
from leb_kit.metering.sdp import (
    BadReply,
    NotAllowed,
    OtherHost,
    Refused,
    SdpSettings,
    Transport,
    Uncertain,
    Unreachable,
)
from leb_kit.metering.sdp.redact import redact
from tests.metering.sdp.world import LIGHTS, PASSWORD, PLACES, settings, world

#: Secrets that open nothing.
WRONG = {"key": "k", "secret": "a-wrong-secret", "password": "no"}
ROWS = "$top=5&$orderby=internalId&$format=json"


@pytest.fixture
def server():
    with world(10) as running:
        yield running


def get(server, **options):
    """One read of private data."""
    with Transport(settings(server, **options)) as transport:
        return transport.get(f"/api/{LIGHTS}/Measures", ROWS).json()["d"]["results"]


def counted(server, method: str) -> int:
    """Requests of a kind that came in."""
    return sum(one.method == method for one in server.requests)


def test_a_token_is_bought_once_and_used_again(server):
    with Transport(settings(server)) as transport:
        for _ in range(3):
            transport.get(f"/api/{LIGHTS}/Measures", ROWS)
    assert (counted(server, "POST"), counted(server, "GET")) == (1, 3)


@pytest.mark.parametrize("expires_in", [0, -1])
def test_a_token_without_an_end_is_used_until_it_is_refused(expires_in):
    with world(10, expires_in=expires_in) as server, Transport(settings(server)) as transport:
        transport.get(f"/api/{LIGHTS}/Measures", ROWS)
        server.tokens.clear()
        transport.get(f"/api/{LIGHTS}/Measures", ROWS)
        assert (counted(server, "POST"), counted(server, "GET")) == (2, 3)


def test_a_token_near_its_end_is_renewed_before_it_is_used():
    now = [0.0]
    with world(10, expires_in=300) as server, Transport(settings(server), now=lambda: now[0]) as transport:
        transport.get(f"/api/{LIGHTS}/Measures", ROWS)
        now[0] = 280.0
        transport.get(f"/api/{LIGHTS}/Measures", ROWS)
        assert (counted(server, "POST"), counted(server, "GET")) == (2, 2)


def test_an_expired_token_told_in_xml_is_renewed_once(server):
    server.faults.token_expired_xml = 1
    assert len(get(server)) == 5
    assert counted(server, "POST") == 2


def test_a_token_refused_again_is_an_error_and_no_loop(server):
    server.faults.token_expired_xml = -1
    with pytest.raises(NotAllowed, match="Invalid Credentials"):
        get(server)
    assert counted(server, "GET") == 2


def test_wrong_credentials_are_told_without_showing_them(server):
    with pytest.raises(NotAllowed) as caught:
        get(server, secret=WRONG["secret"])
    assert "a-wrong-secret" not in str(caught.value)


def test_private_data_without_credentials_say_what_to_set(server):
    with pytest.raises(NotAllowed, match="LEB_SDP_KEY"):
        get(server, key="", secret="")


def test_open_data_need_nothing(server):
    with Transport(settings(server, key="", secret="")) as transport:
        transport.get(f"/api/{PLACES}/DataEntities", "$top=1&$format=json")
    assert "authorization" not in server.requests[-1].headers


def test_a_gateway_that_comes_back_is_waited_for_longer_each_time(server):
    server.faults.http_502_n = 3
    waits = []
    with Transport(settings(server, backoff_s=1.0), sleep=waits.append) as transport:
        transport.get(f"/api/{LIGHTS}/Measures", ROWS)
    assert waits == [1.0, 2.0, 4.0]


def test_a_gateway_that_stays_away_is_an_error(server):
    server.faults.http_502_n = -1
    with pytest.raises(Unreachable, match="502"):
        get(server, retries=2)


def test_no_answer_in_time_is_tried_again_and_then_an_error(server):
    get(server)
    server.faults.slow = 0.5
    before = counted(server, "POST")
    with pytest.raises(Unreachable, match="does not answer"):
        get(server, timeout_s=0.1, retries=1)
    for _ in range(500):  # a busy machine counts later
        if counted(server, "POST") == before + 2:
            break
        time.sleep(0.01)
    assert counted(server, "POST") == before + 2


def test_a_question_the_platform_cannot_answer_is_not_asked_again(server):
    with Transport(settings(server)) as transport, pytest.raises(Refused) as caught:
        transport.get(f"/api/{LIGHTS}/Measures", "$top=5000&$format=json")
    assert (caught.value.status, caught.value.code, caught.value.limit) == (500, "page_cap", 1000)
    assert counted(server, "GET") == 1


def test_an_answer_that_unpacks_to_far_more_is_dropped(server):
    server.faults.gz_bomb = 1
    with pytest.raises(BadReply, match="larger"):
        get(server)


def test_a_nested_answer_is_no_crash():
    from leb_kit.metering.sdp.reply import Reply

    with pytest.raises(BadReply, match="deep"):
        Reply(200, b"[" * 200_000 + b"]" * 200_000).json()


def test_another_host_gets_nothing(server):
    with world(1) as other, Transport(settings(server)) as transport:
        with pytest.raises(OtherHost):
            transport.get(f"{other.url}/api/{LIGHTS}/Measures", ROWS)
        assert other.requests == []


def test_secrets_are_not_sent_without_tls():
    given = SdpSettings(base_url="http://platform.example.invalid", tenant="leb", **WRONG)
    with Transport(given) as transport:
        with pytest.raises(OtherHost, match="TLS"):
            transport.get("/api/x/Measures")
        with pytest.raises(OtherHost, match="TLS"):
            transport.post("/dataset/input/leb", [])


def test_a_write_without_a_reply_is_uncertain_and_never_sent_twice(server):
    server.faults.lost_reply = 1
    body = [{"datasetCode": PLACES, "values": [{"nome": "Scuola"}]}]
    with Transport(settings(server)) as transport, pytest.raises(Uncertain):
        transport.post("/dataset/input/leb", body)
    assert counted(server, "POST") == 1
    assert len(server.store.datasets[PLACES].rows) == 1


def test_a_write_that_meets_a_dead_gateway_is_uncertain(server):
    server.faults.http_502_n = 1
    with Transport(settings(server)) as transport, pytest.raises(Uncertain, match="502"):
        transport.post("/dataset/input/leb", [])
    assert counted(server, "POST") == 1


def test_a_refused_write_has_the_code_of_the_platform(server):
    with Transport(settings(server)) as transport, pytest.raises(Refused) as caught:
        transport.post("/dataset/input/leb", [{"datasetCode": "Nessuno_1", "values": []}])
    assert caught.value.code == "E014"


def test_a_wrong_password_cannot_write(server):
    with Transport(settings(server, password=WRONG["password"])) as transport, pytest.raises(NotAllowed):
        transport.post("/dataset/input/leb", [])


def test_the_pace_is_kept_after_a_first_burst(server):
    now, waits = [0.0], []

    def sleep(seconds):
        waits.append(seconds)
        now[0] += seconds

    with Transport(settings(server, rate=2), sleep=sleep, now=lambda: now[0]) as transport:
        for _ in range(7):
            transport.get(f"/api/{PLACES}/DataEntities", "$top=1&$format=json")
    assert waits == [0.5] * 4  # eight requests with the token, the first four at once


def test_a_rehearsal_need_not_wait_and_the_platform_is_asked_twice_a_second(server):
    assert SdpSettings().pace == 2
    assert SdpSettings(base_url=server.url).pace == float("inf")
    assert SdpSettings(base_url=server.url, rate=5).pace == 5


def test_no_secret_is_in_logs_or_in_what_is_shown(server, caplog):
    caplog.set_level(logging.DEBUG)
    given = settings(server)
    server.faults.http_502_n = 1
    with Transport(given) as transport:
        transport.get(f"/api/{LIGHTS}/Measures", ROWS)
        shown = repr(given) + str(given) + repr(transport)
    told = caplog.text + shown
    (token,) = server.tokens
    assert "try 2 after status 502" in told
    for secret in (token, given.secret, PASSWORD):
        assert secret not in told


def test_redaction_knows_the_shapes_of_credentials():
    text = redact(
        '{"access_token":"abc123def456"} Authorization: Basic bGViOnB3ZA== and Bearer 0123456789abcdef'
    )
    assert "abc123def456" not in text
    assert "bGViOnB3ZA" not in text
    assert "0123456789abcdef" not in text


def test_settings_come_from_the_environment_and_name_what_is_wrong():
    given = SdpSettings.from_environment(
        {"LEB_SDP_URL": "https://x.example", "LEB_SDP_SECRET": "s"}, tenant="leb"
    )
    assert (given.base_url, given.secret, given.tenant) == ("https://x.example", "s", "leb")
    with pytest.raises(InputError, match="LEB_SDP_RATE"):
        SdpSettings.from_environment({"LEB_SDP_RATE": "fast"})
    with pytest.raises(InputError, match="base_url"):
        SdpSettings(base_url="platform")
    with pytest.raises(InputError, match="password"):
        SdpSettings(base_url="https://a:b@platform.example")
