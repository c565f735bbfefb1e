"""What a platform really does, beside what is expected of it: for people who have access. It only reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from leb_kit.errors import say
from leb_kit.metering.sdp import query, wire
from leb_kit.metering.sdp.catalog import BASE
from leb_kit.metering.sdp.failures import Refused, SdpError
from leb_kit.metering.sdp.odata import Reader
from leb_kit.metering.sdp.transport import Transport

#: A page that no platform allows, to be told the largest.
TOO_LARGE: Final = 10**7
ROME: Final = ZoneInfo("Europe/Rome")
_OFFSET = re.compile(r"/Date\((-?\d+)([+-]\d{4})?\)/")


@dataclass(frozen=True)
class Finding:
    """One thing that was tried: what was found, what is expected, whether they agree.

    ``agrees`` is ``None`` where nothing in particular is expected.
    """

    what: str
    found: str
    expected: str = ""
    agrees: bool | None = None


def probe(transport: Transport, api_code: str) -> list[Finding]:
    """Try one dataset of a platform, reading only.

    Parameters
    ----------
    transport : Transport
        Connection.
    api_code : str
        A dataset of a stream, public or one's own.

    Returns
    -------
    list[Finding]
        In the order tried; what cannot be tried says why.

    Raises
    ------
    SdpError
        The platform cannot be reached, or the dataset is not there.
    """
    reader = Reader(transport, api_code)
    reader.schema()
    tries: list[tuple[str, Callable[[Transport, Reader], Iterator[Finding]]]] = [
        ("search", _search),
        ("entity set", _set),
        ("page cap", _page_cap),
        ("$top=0", _nothing),
        ("rows", _rows),
        ("blank as +", _plus),
        ("skip = count", _skip),
        ("__next", _next),
    ]
    found = []
    for name, one in tries:
        try:
            found += list(one(transport, reader))
        except SdpError as error:
            found.append(Finding(name, say("cannot be tried: {reason}", reason=error), agrees=False))
    return found


def _search(transport: Transport, _reader: Reader) -> Iterator[Finding]:
    data = transport.get(f"{BASE}/search", "q=*&start=0&rows=2&end=1").json()
    items = data.get("metadata") or [] if isinstance(data, dict) else []
    size = {2: "rows", 1: "end"}.get(len(items), str(len(items)))
    yield Finding("search page size", size, "rows", size == "rows")
    first = items[0] if items else {}
    spelling = next((name for name in ("components", "componets") if name in first), "-")
    yield Finding("search spelling", spelling, "components", spelling == "components")


def _set(_transport: Transport, reader: Reader) -> Iterator[Finding]:
    yield Finding(
        "entity set", reader.schema().entity_set, "Measures", reader.schema().entity_set == "Measures"
    )


def _raw(transport: Transport, reader: Reader, asked: str) -> dict[str, Any]:
    reply = transport.get(f"{reader.root}{reader.schema().entity_set}", asked).json()
    inside = reply.get("d") if isinstance(reply, dict) else None
    return inside if isinstance(inside, dict) else {}


def _page_cap(transport: Transport, reader: Reader) -> Iterator[Finding]:
    try:
        _raw(transport, reader, query.query(orderby="internalId", top=TOO_LARGE))
    except Refused as refused:
        found = f"{refused.limit} (HTTP {refused.status})" if refused.limit else str(refused.status)
        yield Finding("page cap", found, "1000 (HTTP 500)", found == "1000 (HTTP 500)")
        return
    yield Finding("page cap", say("none"), "1000 (HTTP 500)", agrees=False)


def _nothing(transport: Transport, reader: Reader) -> Iterator[Finding]:
    data = _raw(transport, reader, query.query(top=0))
    rows = len(data.get("results", []))
    found = f"{rows} rows, count {data.get('__count')}"
    yield Finding("$top=0", found, "0 rows, count", not rows and data.get("__count") is not None)


def _rows(transport: Transport, reader: Reader) -> Iterator[Finding]:
    data = _raw(transport, reader, query.query(orderby="internalId", top=1))
    rows = data.get("results", [])
    if not rows:
        yield Finding("rows", say("none"))
        return
    first = rows[0]
    kind = "ObjectId" if wire.is_object_id(str(first.get("internalId"))) else str(first.get("internalId"))
    yield Finding("id style", kind, "ObjectId", kind == "ObjectId")
    yield Finding(
        "count is text", str(isinstance(data.get("__count"), str)), "True", isinstance(data["__count"], str)
    )
    host = urlsplit(str((first.get("__metadata") or {}).get("uri"))).hostname or "-"
    yield Finding("host that rows name", host)
    if first.get("time"):
        yield from _date(str(first["time"]))


def _date(text: str) -> Iterator[Finding]:
    hit = _OFFSET.fullmatch(text)
    form = "ms" if hit and not hit[2] else f"ms{hit[2]}" if hit else text
    yield Finding("date form", form, "ms±minutes", bool(hit and hit[2]))
    if hit:
        moment = wire.moment(text)
        minutes = int((moment.astimezone(ROME).utcoffset() or timedelta()) / timedelta(minutes=1))
        yield Finding("zone", hit[2] or "UTC", f"{minutes:+05d} (Europe/Rome)", int(hit[2] or 0) == minutes)


def _plus(transport: Transport, reader: Reader) -> Iterator[Finding]:
    now = query.moment(datetime.now(UTC).replace(microsecond=0)).replace("'", "%27").replace(":", "%3A")
    try:
        _raw(transport, reader, f"$filter=time+lt+{now}&$top=1&$format=json")
    except Refused as refused:
        yield Finding("blank as +", f"HTTP {refused.status}", "HTTP 400", refused.status == 400)
        return
    yield Finding("blank as +", say("read"), "HTTP 400", agrees=False)


def _skip(transport: Transport, reader: Reader) -> Iterator[Finding]:
    count = reader.count()
    data = _raw(transport, reader, query.query(orderby="internalId", top=1, skip=count))
    found = f"{len(data.get('results', []))} rows"
    yield Finding("skip = count", found, "0 rows", found == "0 rows")


def _next(transport: Transport, reader: Reader) -> Iterator[Finding]:
    data = _raw(transport, reader, query.query(orderby="internalId", top=1))
    found = urlsplit(str(data.get("__next") or "")).hostname
    yield Finding("__next", found or say("none"))
