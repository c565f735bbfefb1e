"""The live tail, with a real broker: what is heard is provisional, and nothing of it is believed for long."""

import json
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from leb_kit.errors import InputError
from leb_kit.metering import SqliteSink
from leb_kit.metering.sdp import (
    BadReply,
    NotAllowed,
    OtherHost,
    SdpSettings,
    Source,
    Unreachable,
    events,
    sync,
)
from leb_kit.metering.sdp import tail as tail_module
from leb_kit.metering.sdp.standin.bridge import Bridge
from leb_kit.metering.sdp.tail import Tail
from tests.metering.sdp.broker import USERS, Broker, StrictBroker
from tests.metering.sdp.world import CABINET, LIGHTS, START, reader, source, values_of, world

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TOPIC = f"output/leb/{CABINET}_quadro_a"


@pytest.fixture
def broker(tmp_path):
    one = Broker(tmp_path)
    yield one
    one.stop()


@pytest.fixture
def sink(tmp_path):
    with SqliteSink(tmp_path / "readings.db") as one:
        yield one


def at(broker, **options) -> SdpSettings:
    """Settings of a client of this broker."""
    given = {"tenant": "leb", "password": USERS["leb"]} | options
    return SdpSettings(mqtt_host="127.0.0.1", mqtt_port=broker.port, mqtt_tls=False, **given)


def listening(broker, sink, **options) -> Tail:
    """A tail of the cabinet."""
    return Tail(at(broker, **options), [source()], sink, now=lambda: NOW, start_s=5)


def say(broker, topic: str, payload, user: str = "bridge") -> None:
    """Publish one message and wait until the broker has it."""
    client = Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set(user, USERS[user])
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    text = payload if isinstance(payload, bytes) else json.dumps(payload)
    client.publish(topic, text, qos=1).wait_for_publish(5)
    client.disconnect()
    client.loop_stop()


def until(condition, seconds: float = 8) -> bool:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return bool(condition())


def event(number: int = 0, value: object = "100.5", **more) -> dict:
    """An event as the platform sends it out: text for numbers."""
    moment = START + timedelta(minutes=15 * number)
    told = {"time": f"{moment:%Y-%m-%dT%H:%M:%S}.000Z", "components": {"potenza_linea1": value} | more}
    return {"stream": "quadro_a", "sensor": CABINET, "values": [told]}


def test_what_is_heard_is_a_provisional_reading(broker, sink):
    with listening(broker, sink) as tail:
        say(broker, TOPIC, event())
        assert until(lambda: tail.received == 1)
    (one,) = sink.readings(source().source_id)
    assert (one.value, one.quantity, one.time_utc) == (Decimal("100.5"), "potenza_linea1", START)
    assert (one.ingest_id, one.flags) == (None, {"PROVISIONAL"})


def test_the_rows_of_the_platform_replace_what_was_heard(broker, sink, tmp_path):
    """Proves: a tail leaves no trace in the account once the rows are there, right or wrong as it was."""
    with world(3) as server, SqliteSink(tmp_path / "only.db") as other:
        with listening(broker, sink) as tail:
            say(broker, TOPIC, event(0, "100.5"))
            say(broker, TOPIC, event(1, "999"))  # the platform stores another value
            assert until(lambda: tail.received == 2)
        for one in (sink, other):
            sync(reader(server), source(), one, now=NOW)
        assert values_of(sink) == values_of(other)
        flags = {flag for one in sink.readings(source().source_id) for flag in one.flags}
        assert flags <= {"REVISED"}


def test_a_message_that_comes_twice_is_one_reading(broker, sink):
    with listening(broker, sink) as tail:
        for _ in range(3):
            say(broker, TOPIC, event())
        assert until(lambda: tail.received == 3)
    assert len(list(sink.readings(source().source_id))) == 1


def test_the_tail_comes_back_when_the_broker_does(broker, sink):
    with listening(broker, sink) as tail:
        say(broker, TOPIC, event(0))
        assert until(lambda: tail.received == 1)
        broker.stop()
        broker.start()
        assert until(lambda: tail.connects == 2)
        for _ in range(20):  # a message between connection and subscription is lost
            say(broker, TOPIC, event(1))
            if until(lambda: tail.received >= 2, 1):
                break
        assert tail.received >= 2
        tail.check()


def test_with_a_name_of_its_own_a_tail_hears_what_was_said_while_it_was_away(broker, sink):
    def named():
        return Tail(at(broker), [source()], sink, client_id="leb-a", now=lambda: NOW, start_s=5)

    with named():
        pass
    say(broker, TOPIC, event())
    with named() as tail:
        assert until(lambda: tail.received == 1)


def test_two_tails_of_one_name_are_told_instead_of_fighting_for_ever(broker, sink):
    """Proves: a broker that ends the first session for the second does not start an endless quarrel."""

    def named():
        return Tail(at(broker), [source()], sink, client_id="leb-a", now=lambda: NOW, start_s=5)

    def both(one, other):
        for _ in range(60):
            one.run(0.2)
            other.run(0.2)

    with named() as one, named() as other, pytest.raises(Unreachable, match="client_id"):
        both(one, other)


def test_a_token_may_stand_for_user_and_password():
    given = SdpSettings(tenant="leb", token="abc")  # noqa: S106 (opens nothing)
    assert tail_module._credentials(given) == ("Bearer abc", "")


def test_a_wrong_password_is_told_without_showing_it(broker, sink):
    wrong = "not-the-password"
    with pytest.raises(NotAllowed) as caught, listening(broker, sink, password=wrong):
        pass
    assert wrong not in str(caught.value)


def test_a_password_that_changes_meanwhile_is_told(broker, sink):
    with listening(broker, sink) as tail:
        broker.stop()
        broker.passwords({"leb": "another"})
        broker.start()
        with pytest.raises(NotAllowed):
            tail.run(10)


def test_no_broker_is_told(broker, sink):
    broker.stop()
    with pytest.raises(Unreachable), listening(broker, sink):
        pass
    broker.start()


def test_a_topic_that_may_not_be_read_brings_nothing(broker, sink):
    """Proves: mosquitto takes a subscription it will never serve; silence is no reading."""
    stranger = {"tenant": "stranger", "password": USERS["stranger"]}
    with listening(broker, sink, **stranger) as tail:
        say(broker, TOPIC, event())
        say(broker, TOPIC, event(), user="stranger")  # acknowledged, and dropped
        time.sleep(0.5)
        assert tail.received == 0


def test_a_topic_that_is_refused_is_named(tmp_path, sink):
    one = StrictBroker(tmp_path, rules="output/leb/errors")
    try:
        with pytest.raises(NotAllowed, match=CABINET), listening(one, sink):
            pass
    finally:
        one.stop()


def test_of_two_topics_only_the_refused_one_is_named(tmp_path, sink):
    other = Source("Altro_1", "leb", "altro", "quadro_b", {"p": "w"})
    one = StrictBroker(tmp_path, rules=TOPIC)
    try:
        with Tail(at(one), [source(), other], sink, errors=False, start_s=5) as tail:
            assert tail.refused == ["output/leb/altro_quadro_b"]
    finally:
        one.stop()


BAD = [b"{", b"[]", b'{"values": 3}', b'{"values":[{}]}', b"\xff\xfe", b'{"values":[{"components":{}}]}']
BAD += [json.dumps(event(0, "molti")).encode(), json.dumps(event(0, [1])).encode()]
BAD += [json.dumps(event()).replace(".000Z", "").encode(), b"[" * 200_000]


def test_messages_that_are_no_events_are_told_and_end_nothing(broker, sink):
    with listening(broker, sink) as tail:
        for payload in BAD:
            say(broker, TOPIC, payload)
        say(broker, TOPIC, event())
        assert until(lambda: tail.received == 1)
        assert len(tail.bad) == len(BAD)


def test_a_sink_that_fails_is_told_to_the_caller(broker, sink):
    with listening(broker, sink) as tail:
        sink.close()
        say(broker, TOPIC, event())
        with pytest.raises(Exception, match="closed"):
            tail.run(5)


@pytest.mark.parametrize("payload", BAD)
def test_a_bad_message_is_refused(payload):
    with pytest.raises(BadReply):
        events.readings(payload, source(), NOW)


def test_missing_values_and_nan_of_a_message():
    assert events.readings(json.dumps(event(0, None)).encode(), source(), NOW) == []
    assert events.readings(json.dumps(event(0, "null")).encode(), source(), NOW) == []
    (one,) = events.readings(json.dumps(event(0, "NaN")).encode(), source(), NOW)
    assert (one.value, one.flags) == (None, {"PROVISIONAL", "NOT_A_NUMBER"})


def test_a_code_with_a_wildcard_is_no_topic():
    with pytest.raises(InputError, match="#"):
        events.topic(Source("X_1", "leb", "a#", "b.c"))


def test_secrets_go_to_another_machine_only_inside_tls(sink):
    given = SdpSettings(
        tenant="leb", password=USERS["leb"], mqtt_host="broker.example.invalid", mqtt_tls=False
    )
    with pytest.raises(OtherHost, match=r"broker\.example\.invalid"):
        Tail(given, [source()], sink)
    with pytest.raises(NotAllowed, match="LEB_SDP_PASSWORD"):
        Tail(SdpSettings(), [source()], sink)


# ── the whole way round ──────────────────────────────────────────────────────────────────────────────────


def test_an_event_goes_in_and_comes_out_as_text_and_is_stored(broker, sink):
    """Proves: stand-in, bridge, broker and tail together behave as the platform is published to."""
    bridge = {"tenant": "leb", "user": "bridge", "password": USERS["bridge"]}
    with (
        world() as server,
        Bridge(server, "127.0.0.1", broker.port, **bridge),
        listening(broker, sink) as tail,
    ):
        components = {"potenza_linea1": 12.5, "contatore": 7}
        sent = {"time": "2025-03-29T22:00:00Z", "components": components}
        say(broker, "input/leb", {"stream": "quadro_a", "sensor": CABINET, "values": [sent]}, user="leb")
        assert until(lambda: tail.received == 2)
        heard = values_of(sink)
        assert until(lambda: len(server.store.datasets[LIGHTS].rows) == 1)
        sync(reader(server), source(), sink, now=NOW)
        assert values_of(sink) == heard
        assert all(one.ingest_id for one in sink.readings(source().source_id))


def test_what_the_platform_refuses_is_told_on_its_topic_of_errors(broker, sink):
    bridge = {"tenant": "leb", "user": "bridge", "password": USERS["bridge"]}
    with (
        world() as server,
        Bridge(server, "127.0.0.1", broker.port, **bridge),
        listening(broker, sink) as tail,
    ):
        say(broker, "input/leb", {"stream": "nessuno", "sensor": CABINET, "values": []}, user="leb")
        assert until(lambda: tail.told)
        assert tail.told[0]["error_code"] == "E011"
        assert not server.store.datasets[LIGHTS].rows
