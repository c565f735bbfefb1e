"""Events of the live stream: one value for each message, every number written as text, no ids."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from leb_kit.errors import InputError, say
from leb_kit.metering.reading import Reading
from leb_kit.metering.sdp import wire
from leb_kit.metering.sdp.failures import BadReply
from leb_kit.metering.sdp.source import Source

#: Largest message that is read, in bytes.
MOST_BYTES: Final = 2**18
#: What platform writers make of a missing value.
NOTHING: Final = frozenset({"", "null", "None"})
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?(Z|[+-]\d\d:?\d\d)")
_CODE = re.compile(r"[A-Za-z0-9_-]{1,100}")


def topic(source: Source) -> str:
    """Return the topic of a stream.

    Raises
    ------
    InputError
        A code holds what a topic cannot: a dot, a slash, a wildcard.

    Examples
    --------
    >>> topic(Source("X_1", "leo", "quadro", "consumi"))
    'output/leo/quadro_consumi'
    """
    faults = [
        say("'{found}' cannot stand in a topic: letters, digits, _ and - can", found=code)
        for code in (source.tenant, source.so_code, source.stream_code)
        if not _CODE.fullmatch(code)
    ]
    if faults:
        raise InputError(source.api_code, faults)
    return f"output/{source.tenant}/{source.so_code}_{source.stream_code}"


def instant(text: Any) -> datetime:
    """Read the time of an event: a fraction counts whole milliseconds (``.42`` is 42 ms).

    Raises
    ------
    BadReply
        It is no time with a zone.

    Examples
    --------
    >>> instant("2025-03-10T11:30:00.42Z").microsecond
    42000
    """
    hit = _TIME.fullmatch(text) if isinstance(text, str) else None
    if hit is None:
        raise BadReply(say("'{found}' is not a time with a zone", found=text))
    zone = "+00:00" if hit[3] == "Z" else hit[3]
    try:
        base = datetime.strptime(f"{hit[1]}{zone}", "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        raise BadReply(say("'{found}' is not a time with a zone", found=text)) from None
    return base.astimezone(UTC) + timedelta(milliseconds=int(hit[2] or 0))


def readings(payload: bytes, source: Source, retrieved_at: datetime) -> list[Reading]:
    """Make provisional readings of a message.

    Parameters
    ----------
    payload : bytes
        The message.
    source : Source
        Stream it belongs to.
    retrieved_at : datetime
        When it came, with zone.

    Returns
    -------
    list[Reading]
        Without ingest id, flag PROVISIONAL: the rows of the platform replace them.

    Raises
    ------
    BadReply
        The message is no event.
    """
    if len(payload) > MOST_BYTES:
        raise BadReply(say("a message of {size} bytes is too large", size=len(payload)))
    try:
        data = json.loads(payload)
    except (ValueError, RecursionError):
        raise BadReply(say("a message is not JSON")) from None
    values = data.get("values") if isinstance(data, dict) else None
    values = [values] if isinstance(values, dict) else values
    if not isinstance(values, list) or not all(isinstance(one, dict) for one in values):
        raise BadReply(say("a message holds no values"))
    rows = [_row(one, source) for one in values]
    return [
        replace(one, flags=one.flags | {"PROVISIONAL"}, ingest_id=None)
        for one in source.readings(rows, retrieved_at)
    ]


def _row(value: Mapping[str, Any], source: Source) -> wire.Row:
    components = value.get("components")
    if not isinstance(components, dict):
        raise BadReply(say("a message holds no components"))
    found: dict[str, Any] = {}
    flags: dict[str, str] = {}
    for name in source.units:
        given = components.get(name)
        given = None if isinstance(given, str) and given in NOTHING else given
        found[name] = wire.number(given)
        if given is not None and found[name] is None:
            flags[name] = wire.NOT_A_NUMBER
    if source.meter_component:
        found[source.meter_component] = components.get(source.meter_component)
    return wire.Row("", instant(value.get("time")), found, None, wire.digest(value), flags)
