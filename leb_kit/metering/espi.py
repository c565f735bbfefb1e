"""Green Button files (ESPI, NAESB REQ.21): Atom with interval readings; entities and DTDs are refused."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any, Final

from leb_kit.errors import InputError, say
from leb_kit.metering.component import Component
from leb_kit.metering.delivery import DEEPEST, MOST_BYTES, Delivery, Origin, read_bytes
from leb_kit.metering.reading import EPOCH, Reading, hash_of
from leb_kit.reference import catalog

ESPI: Final = "{http://naesb.org/espi}"
ATOM: Final = "{http://www.w3.org/2005/Atom}"
#: Powers of ten that a file may state.
MOST_POWER: Final = 12


@dataclass
class _Kind:
    """A ReadingType."""

    unit: str = ""
    power: int = 0
    interval: int | None = None
    kind: str = "interval_energy"
    reverse: bool = False


@dataclass
class _File:
    """What was found on the way."""

    kinds: dict[str, _Kind] = field(default_factory=dict)
    meters: dict[str, list[str]] = field(default_factory=dict)
    blocks: list[tuple[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def read_espi(
    path: str | os.PathLike[str],
    *,
    source_id: str = "",
    meter: str = "",
    retrieved_at: datetime | None = None,
    most_bytes: int = MOST_BYTES,
) -> Delivery:
    """Read a Green Button file (XML, or packed).

    Parameters
    ----------
    path : str or path
        The file.
    source_id : str
        Name of the source; default ``file:name``.
    meter : str
        Name of the meter; default the UsagePoint that the file names.
    retrieved_at : datetime, optional
        When the file was received; default: when it was last written.
    most_bytes : int
        Larger files are refused.

    Returns
    -------
    Delivery
        With the component of every quantity: ``energy``, and ``energy_reverse`` for what flows back.

    Raises
    ------
    InputError
        No XML, entities or a DTD, nested too deeply, units that are unknown, readings without time or value:
        each with its place.
    """
    raw = read_bytes(path, most_bytes)
    origin = Origin.of(path, source_id, retrieved_at)
    name = Path(path).name
    root = _root(raw, name)
    found = _File()
    for entry in root.iter(f"{ATOM}entry"):
        _entry(entry, found)
    if not found.blocks:
        raise InputError(name, [say("no IntervalBlock: this is no Green Button file with readings")])
    readings: list[Reading] = []
    components: dict[str, Component] = {}
    for number, (href, block) in enumerate(found.blocks, start=1):
        kind = _kind_of(href, found)
        if kind is None or not kind.unit:
            where = f"IntervalBlock {number}"
            found.faults.append(say("{place}: no ReadingType with a known unit (uom)", place=where))
            continue
        quantity = "energy" + ("_reverse" if kind.reverse else "")
        components.setdefault(quantity, _component(kind))
        readings += _readings(block, number, kind, (meter or _usage_point(href), quantity), origin, found)
    if found.faults:
        raise InputError(name, found.faults)
    return Delivery(tuple(readings), components)


def _root(raw: bytes, name: str) -> Any:
    """Parse XML without entities, DTD or endless nesting."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    depth, root = 0, None
    try:
        for event, element in iterparse(io.BytesIO(raw), events=("start", "end"), forbid_dtd=True):
            root = element if root is None else root
            depth += 1 if event == "start" else -1
            if depth > DEEPEST:
                raise InputError(name, [say("the file is nested too deeply")])
    except DefusedXmlException as error:
        fault = say(
            "entities and DTDs are refused ({error}); files of meters have none", error=type(error).__name__
        )
        raise InputError(name, [fault]) from error
    except (ParseError, ValueError, LookupError) as error:
        raise InputError(name, [say("this is no XML: {error}", error=error)]) from error
    return root


def _entry(entry: Any, found: _File) -> None:
    links = [(link.get("rel", ""), link.get("href", "")) for link in entry.findall(f"{ATOM}link")]
    own = next((href for rel, href in links if rel == "self"), "")
    up = next((href for rel, href in links if rel == "up"), "")
    for kind in entry.iter(f"{ESPI}ReadingType"):
        found.kinds[own] = _kind(kind, found)
    if next(entry.iter(f"{ESPI}MeterReading"), None) is not None:
        found.meters[own] = [href for rel, href in links if rel == "related"]
    found.blocks += [(up or own, block) for block in entry.iter(f"{ESPI}IntervalBlock")]


@cache
def _codes(kind: str) -> dict[str, str]:
    table = catalog.table("espi_codes")
    rows = table[table["kind"] == kind]
    return dict(zip(rows["code"], rows["meaning"], strict=True))


def _kind(node: Any, found: _File) -> _Kind:
    uom = _text(node, "uom")
    unit = _codes("uom").get(uom, "")
    if not unit:
        found.faults.append(say("ReadingType: uom '{uom}' is unknown", uom=uom))
    power = _whole(_text(node, "powerOfTenMultiplier") or "0")
    interval = _whole(_text(node, "intervalLength") or "0")
    if power is None or abs(power) > MOST_POWER or interval is None:
        found.faults.append(say("ReadingType: multiplier or interval is no usable number"))
        power, interval = 0, 0
    kind = _codes("accumulation").get(_text(node, "accumulationBehaviour"), "interval_energy")
    reverse = _codes("flow").get(_text(node, "flowDirection"), "") == "reverse"
    return _Kind(unit, power, interval or None, kind, reverse)


def _component(kind: _Kind) -> Component:
    """Return the component that the file describes; power with intervals is a mean."""
    if kind.unit in ("m3", "ft3"):
        raise InputError(
            say("component"),
            [say("readings of gas in {unit}: give the component yourself, with C and PCS", unit=kind.unit)],
        )
    interval = kind.interval or 3600
    if kind.kind == "register":
        return Component("register", kind.unit)
    if kind.unit == "W":
        return Component("power_mean", "W", interval=interval, label="start")
    return Component("interval_energy", kind.unit, interval=interval, label="start")


def _kind_of(href: str, found: _File) -> _Kind | None:
    """Return the ReadingType of a block: by its links, or the only one there is."""
    for reading, related in found.meters.items():
        if reading and href.startswith(reading):
            named = [found.kinds[other] for other in related if other in found.kinds]
            if named:
                return named[0]
    return next(iter(found.kinds.values())) if len(found.kinds) == 1 else None


def _usage_point(href: str) -> str:
    parts = href.strip("/").split("/")
    return parts[parts.index("UsagePoint") + 1] if "UsagePoint" in parts[:-1] else "UsagePoint"


def _readings(
    block: Any, number: int, kind: _Kind, series: tuple[str, str], origin: Origin, found: _File
) -> Iterator[Reading]:
    for at, node in enumerate(block.findall(f"{ESPI}IntervalReading"), start=1):
        where = f"IntervalBlock {number}, IntervalReading {at}"
        period = node.find(f"{ESPI}timePeriod")
        start = _whole(_text(period, "start")) if period is not None else None
        value = _number(_text(node, "value"))
        if start is None or value is None or not 0 <= start < 2**33:
            found.faults.append(say("{place}: start or value is no number", place=where))
            continue
        marks = {_codes("quality").get(one.text or "", "") for one in node.iter(f"{ESPI}quality")} - {""}
        yield Reading(
            origin.source_id, "", "", "", *series, value.scaleb(kind.power), kind.unit,
            (EPOCH + timedelta(seconds=start)).astimezone(UTC), retrieved_at=origin.retrieved_at,
            raw_hash=hash_of(f"{start};{value}"), flags=frozenset(marks),
        )  # fmt: skip


def _text(node: Any, name: str) -> str:
    found = node.find(f"{ESPI}{name}")
    return (found.text or "").strip() if found is not None else ""


def _whole(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
