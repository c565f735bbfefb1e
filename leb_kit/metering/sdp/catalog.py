"""Searching the platform: which streams and datasets there are, and what their columns measure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from leb_kit.errors import say
from leb_kit.metering.sdp.failures import BadReply, Refused
from leb_kit.metering.sdp.transport import Transport

BASE: Final = "/metadataapi/api/v02"
#: Items of one page of a search.
PAGE: Final = 50
#: Digits of the longest number that is one.
LONGEST_NUMBER: Final = 18


@dataclass(frozen=True)
class Component:
    """A column as the metadata describe it."""

    name: str
    datatype: str
    unit: str
    phenomenon: str
    alias: str = ""


@dataclass(frozen=True)
class Item:
    """A dataset found, with its stream where it has one.

    ``per_second`` is the nominal rate of events: a hint for the length of intervals, no more.
    """

    code: str
    name: str
    tenant: str
    subtype: str
    dataset_id: int | None
    so_code: str
    so_category: str
    stream_code: str
    visibility: str
    per_second: float | None
    components: tuple[Component, ...]
    latitude: float | None = None
    longitude: float | None = None
    licence: str = ""

    @property
    def is_stream(self) -> bool:
        """Whether it holds events of a stream."""
        return bool(self.stream_code)


def search(
    transport: Transport,
    words: str = "",
    *,
    tenant: str | None = None,
    streams_only: bool = False,
    lang: str = "it",
    most: int = 500,
) -> list[Item]:
    """Search for datasets.

    Parameters
    ----------
    transport : Transport
        Connection.
    words : str
        What to look for; blank finds all.
    tenant : str, optional
        Only of this tenant.
    streams_only : bool
        Only datasets of streams.
    lang : str
        Language of the answer.
    most : int
        No more items than these.

    Returns
    -------
    list[Item]
        In the order of the platform.

    Raises
    ------
    BadReply, Refused, NotAllowed, Unreachable
        See ``failures``.
    """
    given = {"q": words or "*", "lang": lang, "tenant": tenant, "hasStream": "true" if streams_only else None}
    return list(_items(transport, given, most))


def _items(transport: Transport, given: Mapping[str, str | None], most: int) -> Iterator[Item]:
    start = 0
    while start < most:
        # the description of the platform says `end`, its code reads `rows`
        size = min(PAGE, most - start)
        options = {**given, "start": str(start), "rows": str(size), "end": str(size)}
        asked = "&".join(
            f"{name}={quote(value, safe='')}" for name, value in options.items() if value is not None
        )
        data = _checked(transport.get(f"{BASE}/search", asked).json())
        found = data.get("metadata")
        if not isinstance(found, list):
            raise BadReply(say("the answer to a search holds no list of metadata"))
        yield from map(item, found)
        start += len(found)
        if not found or start >= (_int(data.get("totalCount")) or 0):
            return


def detail(transport: Transport, code: str) -> Item:
    """Return one dataset, by its code or as ``tenant/smart object/stream``.

    Raises
    ------
    Refused
        There is none; the platform says so with status 200.
    """
    path = "/".join(quote(part, safe="") for part in code.split("/"))
    return item(_checked(transport.get(f"{BASE}/detail/{path}").json()))


def _checked(data: Any) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise BadReply(say("the metadata of the platform are no object"))
    if data.get("errorCode") or (data.get("message") and "metadata" not in data and "name" not in data):
        found = data.get("message") or data.get("errorCode")
        raise Refused(
            say("the platform refuses ({status}): {shown}", status=200, shown=found),
            status=200,
            code=str(data.get("errorCode") or ""),
        )
    return data


def item(data: Any) -> Item:
    """Read the metadata of one dataset, in either spelling the platform has.

    Examples
    --------
    >>> found = item({"name": "Luci", "dataset": {"code": "Luci_7", "datasetId": 7}, "tenantCode": "leo",
    ...     "componets": [{"name": "p", "dataType": "double", "measureUnit": "w"}]})
    >>> found.code, found.components[0].datatype, found.is_stream
    ('Luci_7', 'double', False)
    """
    if not isinstance(data, Mapping):
        raise BadReply(say("the metadata of the platform are no object"))
    stream, dataset = _part(data, "stream"), _part(data, "dataset")
    thing = _part(stream, "smartobject")
    found = data.get("components") or data.get("componets")
    columns = [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
    return Item(
        code=str(dataset.get("code") or ""),
        name=str(data.get("name") or ""),
        tenant=str(data.get("tenantCode") or ""),
        subtype=str(dataset.get("datasetSubtype") or data.get("subtype") or ""),
        dataset_id=_int(dataset.get("datasetId")),
        so_code=str(thing.get("code") or ""),
        so_category=str(thing.get("category") or ""),
        stream_code=str(stream.get("code") or ""),
        visibility=str(data.get("visibility") or ""),
        per_second=_float(stream.get("fps") or data.get("fps")),
        components=tuple(map(_component, columns)),
        latitude=_float(data.get("latitude") or thing.get("latitude")),
        longitude=_float(data.get("longitude") or thing.get("longitude")),
        licence=str(data.get("license") or ""),
    )


def _part(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name)
    return found if isinstance(found, Mapping) else {}


def _component(data: Mapping[str, Any]) -> Component:
    return Component(
        name=str(data.get("name") or ""),
        datatype=str(data.get("datatype") or data.get("dataType") or ""),
        unit=str(data.get("measureUnit") or ""),
        phenomenon=str(data.get("phenomenon") or ""),
        alias=str(data.get("alias") or ""),
    )


def _int(given: Any) -> int | None:
    text = str(given)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None


def _float(given: Any) -> float | None:
    try:
        return float(given)
    except (TypeError, ValueError, OverflowError):
        return None
