"""NGSI-LD entities (JSON): normalised with units and times, or key and value; temporal lists too."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from leb_kit.errors import InputError, say
from leb_kit.metering.clock import parsed
from leb_kit.metering.component import Component, unit_of
from leb_kit.metering.delivery import DEEPEST, MOST_BYTES, Delivery, Origin, as_text, read_bytes
from leb_kit.metering.reading import Reading, hash_of
from leb_kit.reference import catalog

#: Where an entity says its time, the first that is there.
TIMES: Final = ("dateObserved", "observedAt", "dateModified", "modifiedAt")
#: Attributes that are no values of a meter.
ABOUT: Final = frozenset({"id", "type", "@context", *TIMES})
OPEN, CLOSE = "[{", "]}"


class _Known(NamedTuple):
    kind: str
    unit: str


def read_ngsi(
    path: str | os.PathLike[str],
    *,
    source_id: str = "",
    retrieved_at: datetime | None = None,
    most_bytes: int = MOST_BYTES,
) -> Delivery:
    """Read NGSI-LD entities: one, or a list of them; normalised, key-values or temporal.

    Parameters
    ----------
    path : str or path
        JSON, or packed.
    source_id : str
        Name of the source; default ``file:name``.
    retrieved_at : datetime, optional
        When the file was received; default: when it was last written.
    most_bytes : int
        Larger files are refused.

    Returns
    -------
    Delivery
        Every number that has a time and a unit; of phase ``L1`` the quantity is ``activePower_L1``.
        Registers bring their component. Numbers without a unit are told in the notes and left out.

    Raises
    ------
    InputError
        No JSON, nested too deeply, entities without an id, values without a time: each with its place.
    """
    origin_text = as_text(read_bytes(path, most_bytes), str(path))
    origin = Origin.of(path, source_id, retrieved_at)
    name = Path(path).name
    if _depth(origin_text) > DEEPEST:
        raise InputError(name, [say("the file is nested too deeply")])
    try:
        given = json.loads(origin_text, parse_float=Decimal, parse_int=Decimal, parse_constant=lambda _: None)
    except (ValueError, ArithmeticError) as error:
        raise InputError(name, [say("this is no JSON: {error}", error=error)]) from error
    faults: list[str] = []
    left: dict[str, None] = {}
    readings: list[Reading] = []
    for number, entity in enumerate(given if isinstance(given, list) else [given], start=1):
        if not isinstance(entity, dict) or not isinstance(entity.get("id"), str):
            faults.append(say("entity {number}: no id; this is no NGSI-LD entity", number=number))
            continue
        readings += _entity(entity, origin, faults, left)
    if faults:
        raise InputError(name, faults)
    notes = tuple(say("{name} has no unit and is left out", name=attribute) for attribute in left)
    return Delivery(tuple(readings), _components(readings), notes)


def _depth(text: str) -> int:
    """Return how deeply brackets are nested outside of strings."""
    depth = deepest = 0
    inside = escaped = False
    for letter in text:
        if inside:
            inside = letter != '"' or escaped
            escaped = letter == "\\" and not escaped
        elif letter == '"':
            inside = True
        elif letter in OPEN:
            depth += 1
            deepest = max(deepest, depth)
            if deepest > DEEPEST:
                return deepest
        elif letter in CLOSE:
            depth -= 1
    return deepest


@cache
def _known() -> dict[str, _Known]:
    rows = catalog.table("ngsi_attributes")[["attribute", "kind", "unit"]]
    return {name: _Known(kind, unit) for name, kind, unit in rows.itertuples(index=False)}


def _entity(
    entity: Mapping[str, Any], origin: Origin, faults: list[str], left: dict[str, None]
) -> Iterator[Reading]:
    for name, given in entity.items():
        if name in ABOUT:
            continue
        for instance in given if isinstance(given, list) else [given]:
            wrapped = isinstance(instance, dict) and "value" in instance
            value = instance["value"] if wrapped else instance
            about = instance if wrapped else {}
            for quantity, number in _numbers(name, value):
                unit = str(about.get("unitCode") or (_known()[name].unit if name in _known() else ""))
                if not unit:
                    left[quantity] = None
                    continue
                made = _made(entity, about, quantity, number, unit, origin)
                if isinstance(made, Reading):
                    yield made
                else:
                    faults.append(made)


def _numbers(name: str, value: Any) -> Iterator[tuple[str, Decimal]]:
    """Give the numbers of a value: itself, or those of its phases."""
    if isinstance(value, Decimal):
        yield name, value
    elif isinstance(value, dict):
        for part, number in value.items():
            if isinstance(number, Decimal):
                yield f"{name}_{part}", number


def _made(
    entity: Mapping[str, Any],
    about: Mapping[str, Any],
    quantity: str,
    number: Decimal,
    unit: str,
    origin: Origin,
) -> Reading | str:
    place = f"{entity['id']}, {quantity}"
    told = about.get("observedAt") or next((entity[key] for key in TIMES if key in entity), None)
    told = told.get("value", told) if isinstance(told, dict) else told
    told = told.get("@value") if isinstance(told, dict) else told
    try:
        time = parsed(str(told or ""))
        unit_of(unit)
    except InputError as error:
        return f"{place}: {error.faults[0]}"
    except ValueError:
        return say(
            "{place}: no time (observedAt, dateObserved); found {found}", place=place, found=repr(told)
        )
    if time.tzinfo is None:
        return say("{place}: the time {found} has no zone", place=place, found=told)
    return Reading(
        origin.source_id, "", "", str(entity.get("type", "")), str(entity["id"]), quantity,
        number if number.is_finite() else None, unit, time, retrieved_at=origin.retrieved_at,
        raw_hash=hash_of(f"{place};{number};{time.isoformat()}"),
    )  # fmt: skip


def _components(readings: list[Reading]) -> dict[str, Component]:
    """Return the component of what is known to be a register."""
    out: dict[str, Component] = {}
    for one in readings:
        known = _known().get(one.quantity.partition("_")[0])
        if known is not None and known.kind == "register" and unit_of(one.unit).dimension == "energy":
            out.setdefault(one.quantity, Component("register", one.unit))
    return out
