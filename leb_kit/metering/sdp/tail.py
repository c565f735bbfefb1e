"""The live tail: what meters tell now, by MQTT, as provisional readings until their rows can be read.

Messages may be lost, come twice, and carry no ids: a tail is a preview, never the account. It subscribes one
topic for each stream, because wildcards may be refused, and the errors of the tenant.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from leb_kit.errors import InputError, LebError, say
from leb_kit.metering.reading import ReadingSink
from leb_kit.metering.sdp import events
from leb_kit.metering.sdp.failures import NotAllowed, OtherHost, SdpError, Unreachable
from leb_kit.metering.sdp.redact import redact
from leb_kit.metering.sdp.settings import LOOPBACK, SdpSettings
from leb_kit.metering.sdp.source import Source

if TYPE_CHECKING:
    from paho.mqtt.client import Client

log = logging.getLogger("leb_kit.metering.sdp")

#: Seconds to wait for the broker at the start, and between two tries later on.
START_S: Final = 15
RECONNECT_S: Final = 60
KEEPALIVE_S: Final = 60
#: More connections than these in so many seconds are a quarrel over a name, or a broker that is ill.
MOST_CONNECTS: Final = 5
RESTLESS_S: Final = 60
#: Errors of the platform and bad messages that are remembered.
REMEMBERED: Final = 100


class Tail:
    """Listens to streams and writes provisional readings.

    Parameters
    ----------
    settings : SdpSettings
        Broker, tenant and password (or token).
    sources : Sequence[Source]
        Streams to listen to.
    sink : ReadingSink
        Where readings go; the state of the sync is left as it is.
    client_id : str
        A fixed name keeps the session while we are away; a second client of that name ends the first.
        Blank: a new name each time.
    errors : bool
        Whether to listen to the errors of the tenant too.
    start_s : float
        Seconds to wait for the broker and its answers at the start.
    now : Callable
        Clock, for tests.

    Attributes
    ----------
    received : int
        Readings written.
    refused : list[str]
        Topics that the broker does not let us hear.
    bad : list[str]
        Messages that are no events, why.
    told : list[dict]
        Errors that the platform told on its topic.
    connects : int
        How often the broker took us in.

    Raises
    ------
    NotAllowed
        User or password is not accepted, or every topic is refused.
    Unreachable
        No broker answers.
    """

    def __init__(
        self,
        settings: SdpSettings,
        sources: Sequence[Source],
        sink: ReadingSink,
        *,
        client_id: str = "",
        errors: bool = True,
        start_s: float = START_S,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        if not sources:
            raise InputError("SDP", [say("no stream to listen to")])
        self.settings, self.sink, self.now, self.start_s = settings, sink, now, start_s
        self._sources = {events.topic(one): one for one in sources}
        self._errors = f"output/{sources[0].tenant}/errors" if errors else ""
        self.received = self.connects = 0
        self.refused: list[str] = []
        self.bad: list[str] = []
        self.told: list[dict[str, Any]] = []
        self._times: list[float] = []
        self._asked: dict[int, list[str]] = {}
        self._ready = threading.Event()
        self._problem: Exception | None = None
        self._client = self._made(client_id)

    def _made(self, client_id: str) -> Client:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

        user, password = _credentials(self.settings)
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id or f"leb_kit-{uuid.uuid4().hex[:12]}",
            clean_session=not client_id,
            protocol=MQTTProtocolVersion.MQTTv311,
        )
        client.username_pw_set(user, password)
        local = self.settings.mqtt_host in LOOPBACK
        if self.settings.mqtt_tls:
            client.tls_set()
        elif not (local or self.settings.plain_http):
            host = self.settings.mqtt_host
            raise OtherHost(say("without TLS only a broker on this machine is used, not {host}", host=host))
        client.reconnect_delay_set(1, RECONNECT_S)
        client.on_connect = self._connected
        client.on_connect_fail = lambda _client, _data: log.info("broker does not answer")
        client.on_subscribe = self._subscribed
        client.on_message = self._heard
        return client

    def __enter__(self) -> Self:
        try:
            self._client.connect(self.settings.mqtt_host, self.settings.mqtt_port, KEEPALIVE_S)
        except OSError as error:
            raise Unreachable(
                say("{host} does not answer: {reason}", host=self.settings.mqtt_host, reason=error)
            ) from None
        self._client.loop_start()
        ready = self._ready.wait(self.start_s)
        try:
            self.check()
            if not ready:
                raise Unreachable(
                    say("{host} does not answer: {reason}", host=self.settings.mqtt_host, reason="MQTT")
                )
        except SdpError:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the broker."""
        self._client.disconnect()
        self._client.loop_stop()

    def run(self, seconds: float) -> int:
        """Listen for a while; returns how many readings were written meanwhile.

        Raises
        ------
        NotAllowed
            The broker took us in before and does not any more.
        Exception
            Whatever the sink said.
        """
        before, end = self.received, time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, 0.5))
            self.check()
        return self.received - before

    def check(self) -> None:
        """Raise what went wrong in the background."""
        if self._problem is not None:
            raise self._problem

    # ── called by the client, in its thread ─────────────────────────────────────────────────────────────

    def _connected(self, client: Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            text = redact(str(reason), self.settings.secrets)
            self._problem = NotAllowed(say("the broker does not take us in: {reason}", reason=text))
            self._ready.set()
            client.disconnect()
            return
        self.connects += 1
        self._problem = None
        now = time.monotonic()
        self._times = [one for one in self._times if now - one < RESTLESS_S] + [now]
        if len(self._times) > MOST_CONNECTS:
            self._problem = Unreachable(
                say("the broker ends the connection again and again: does another client use this client_id?")
            )
            client.disconnect()
            return
        topics = [*self._sources, *filter(None, [self._errors])]
        for one in topics:
            _, number = client.subscribe(one, qos=1)
            if number is not None:
                self._asked[number] = [one]

    def _subscribed(self, _client: Client, _data: Any, number: int, reasons: Any, _properties: Any) -> None:
        for one, reason in zip(self._asked.pop(number, []), reasons, strict=False):
            if reason.is_failure:
                log.warning("topic refused: %s", one)
                self.refused.append(one)
        if not self._asked:
            if set(self._sources) <= set(self.refused):
                names = ", ".join(self._sources)
                self._problem = NotAllowed(say("the broker refuses the topics {names}", names=names))
            self._ready.set()

    def _heard(self, _client: Client, _data: Any, message: Any) -> None:
        try:
            if message.topic == self._errors:
                self._note_error(message.payload)
                return
            source = self._sources.get(message.topic)
            if source is None:
                return
            try:
                found = events.readings(message.payload, source, self.now())
            except LebError as error:
                log.warning("%s: %s", message.topic, error)
                self.bad = [*self.bad, f"{message.topic}: {error}"][-REMEMBERED:]
                return
            if found:
                self.sink.write(found, state=None, source_id=source.source_id)
                self.received += len(found)
        except Exception as error:  # noqa: BLE001 (raised again in the caller's thread, by check)
            self._problem = error

    def _note_error(self, payload: bytes) -> None:
        try:
            found = json.loads(payload[: events.MOST_BYTES])
        except (ValueError, RecursionError):
            found = {"error_name": payload[:REMEMBERED].decode("utf-8", errors="replace")}
        self.told = [*self.told, found if isinstance(found, dict) else {"error_name": found}][-REMEMBERED:]


def _credentials(settings: SdpSettings) -> tuple[str, str]:
    """User and password of the tenant, or a token as user."""
    if settings.tenant and settings.password:
        return settings.tenant, settings.password
    if settings.token:
        return f"Bearer {settings.token}", ""
    raise NotAllowed(say("listening needs LEB_SDP_TENANT and LEB_SDP_PASSWORD, or LEB_SDP_TOKEN"))
