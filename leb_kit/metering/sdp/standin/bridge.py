"""The MQTT side of the stand-in: events come in by one topic, go out by another, then are stored.

A real broker does the carrying. What is wrong with an event is told on the topic of errors and nowhere else.
"""

from __future__ import annotations

import json
import threading
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from leb_kit.metering.sdp.standin import inserts, wire
from leb_kit.metering.sdp.standin.server import StandIn
from leb_kit.metering.sdp.standin.store import Dataset

_START_S = 10


class Bridge:
    """Joins a stand-in to a broker, for one tenant.

    Parameters
    ----------
    standin : StandIn
        Where events are kept.
    host, port : str, int
        Broker.
    tenant, user, password : str
        Whose events; who we are at the broker.
    """

    def __init__(
        self, standin: StandIn, host: str, port: int, *, tenant: str, user: str = "", password: str = ""
    ) -> None:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

        self.standin, self.tenant = standin, tenant
        self._where = (host, port)
        self._ready = threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv311)
        if user:
            self._client.username_pw_set(user, password)
        self._client.reconnect_delay_set(1, 2)
        self._client.on_connect = lambda client, *_rest: client.subscribe(f"input/{tenant}", qos=1)
        self._client.on_subscribe = lambda *_rest: self._ready.set()
        self._client.on_message = lambda _client, _data, message: self._take(bytes(message.payload))

    def __enter__(self) -> Self:
        self._client.connect(*self._where)
        self._client.loop_start()
        self._ready.wait(_START_S)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _take(self, payload: bytes) -> None:
        zone = self.standin.settings.zone
        try:
            try:
                body = json.loads(payload)
            except ValueError as error:
                raise inserts.Refused("E012", "json validation failed") from error
            code, rows = inserts.events(self.standin.store, self.tenant, body, zone)
        except inserts.Refused as refused:
            self._client.publish(f"output/{self.tenant}/errors", refused.body())
            return
        dataset = self.standin.store.datasets[code]
        topic = f"output/{self.tenant}/{dataset.so_code}_{dataset.stream_code}"
        for moment, values in rows:  # forwarded first, stored after
            self._client.publish(topic, json.dumps(event(dataset, moment, values)))
        self.standin.store.insert(code, list(rows))


def event(dataset: Dataset, moment: datetime, values: dict[str, Any]) -> dict[str, Any]:
    """Return one value as it goes out: all components as text.

    Examples
    --------
    >>> from datetime import UTC
    >>> from leb_kit.metering.sdp.standin.store import Component
    >>> lamp = Dataset(1, "X_1", "leo", (Component("p"),), so_code="a", stream_code="b")
    >>> event(lamp, datetime(2025, 1, 1, tzinfo=UTC), {"p": 1.25})["values"][0]["components"]
    {'p': '1.25'}
    """
    kinds = {one.name: wire.EDM_TYPES[one.datatype] for one in dataset.components}
    stamp = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
    role = "sensor" if dataset.so_category == "Device" else "application"
    told = {name: _text(value, kinds[name]) for name, value in values.items()}
    return {
        "stream": dataset.stream_code,
        role: dataset.so_code,
        "values": [{"time": stamp, "components": told}],
    }


def _text(value: Any, kind: str) -> str | None:
    if value is None:
        return None
    if kind == "Edm.Double":
        return wire.double(float(value))
    return str(value).lower() if isinstance(value, bool) else str(value)
