r"""The mapping file: YAML, versioned, every fault with its line.

::

    version: 1
    name: Example town
    territory: "001272"          # ISTAT code, in quotes
    coverage: 0.95               # least share of a year that must be known
    streams:
      - name: street lighting
        source: sdp:Lights_1     # source_id of the readings
        component: energy
        kind: register           # see Component
        unit: kWh
        modulus: 1000000
        max_power: 40
        gaps: register           # none, register, scale, profile, manual
        flow: FC_OTH_CP_PUB_E    # or its label
        product: E7000
        within: FC_OTH_CP_E      # or replaces: …, or adds: IMP
        use_class: street_lighting
        meters:
          - cabinet_a
          - {meter: cabinet_b, from: 2024-03-01, to: 2025-06-30, factor: 20}
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from leb_kit.balance.words import codes
from leb_kit.errors import InputError, say
from leb_kit.metering.component import KINDS, Component
from leb_kit.metering.gaps import Gaps
from leb_kit.metering.lines import Entry, Faults, day_of, known_keys, place_of, plain, read_lines, text_of
from leb_kit.metering.local_time import ROME
from leb_kit.metering.meter_map import MODES, MeterLife, MeterMap, StreamRule, Target, double_counts

TOP: Final = ("version", "name", "territory", "zone", "coverage", "note", "streams")
DECIMALS: Final = ("factor", "max_power", "modulus", "c_coefficient")
PLAIN: Final = ("interval", "label", "sign", "signed", "max_gap_s", "hold", "calorific", "clock_tolerance_s")
STREAM: Final = (
    "name", "source", "stream", "so", "component", "kind", "unit", *DECIMALS, *PLAIN, "gaps", "least",
    "amounts", "territory", "flow", "product", *MODES, "use_class", "meters", "note",
)  # fmt: skip
NEEDED: Final = ("source", "component", "kind", "unit", "flow", "product")
METER: Final = ("meter", "from", "to", "factor", "submeter_of", "note")


def read_map(path: str | os.PathLike[str]) -> MeterMap:
    """Read a mapping file; its layout stands at the top of ``leb_kit/metering/map_file.py``.

    Parameters
    ----------
    path : str or path
        YAML.

    Returns
    -------
    MeterMap
        Checked: every code known, nothing counted twice.

    Raises
    ------
    InputError
        Every fault with its line and repair.

    Examples
    --------
    >>> read_map(example_map())
    MeterMap(Paese inventato: illuminazione ed edifici, version 1: 2 streams)
    """
    faults = Faults()
    found = read_lines(path, faults)
    known_keys(found, TOP, ("version", "name", "streams"), faults, 1)
    where = str(path)
    version = found.get("version", Entry(1, 1))
    if type(version.value) is not int or version.value < 1:
        told = repr(plain(version.value))
        faults.add(version.line, say("version is {found}; a whole number from 1 is expected", found=told))
    rules = _rules(found, faults)
    for line, told in double_counts(tuple(rules)) if not faults.found else ():
        faults.add(line, told)
    zone = _zone(found, faults)
    coverage = _share(found, faults)
    name = text_of(found, "name", faults, "")
    faults.stop(where)
    sha256 = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    return MeterMap(name, version.value, tuple(rules), zone, coverage, sha256)


def example_map() -> Path:
    """Return the path of a mapping file to start from; town, streams and meters are made up.

    Examples
    --------
    >>> example_map().name
    'example_map.yaml'
    """
    return Path(str(resources.files("leb_kit.metering") / "example_map.yaml"))


def _rules(found: Mapping[str, Entry], faults: Faults) -> list[StreamRule]:
    streams = found.get("streams")
    if streams is None:
        return []
    if not isinstance(streams.value, list) or not streams.value:
        faults.add(streams.line, say("streams is no list; write each stream after '- '"))
        return []
    territory = text_of(dict(found), "territory", faults)
    rules = []
    for number, one in enumerate(streams.value, start=1):
        if not isinstance(one.value, dict):
            faults.add(one.line, say("stream {number} is no mapping of keys and values", number=number))
            continue
        before = len(faults.found)
        made = _rule(one.value, one.line, territory, faults)
        if made is not None and len(faults.found) == before:
            rules.append(made)
    return rules


def _rule(found: dict[str, Entry], line: int, territory: str, faults: Faults) -> StreamRule | None:
    known_keys(found, STREAM, NEEDED, faults, line)
    component = _component(found, line, faults)
    target = _target(found, line, territory, faults)
    gaps = _gaps(found, line, faults)
    meters = _meters(found, faults)
    texts = {key: text_of(found, key, faults) for key in ("name", "source", "stream", "so", "component")}
    if component is None or target is None or gaps is None:
        return None
    return StreamRule(
        texts["name"] or f"{texts['source']} {texts['component']}", texts["source"], texts["component"],
        component, target, texts["stream"], texts["so"], meters, gaps, line,
    )  # fmt: skip


def _component(found: dict[str, Entry], line: int, faults: Faults) -> Component | None:
    given: dict[str, Any] = {key: _decimal(found, key, faults) for key in DECIMALS if key in found}
    given |= {key: plain(found[key]) for key in PLAIN if key in found}
    if isinstance(given.get("calorific"), dict):
        given["calorific"] = {str(month): value for month, value in given["calorific"].items()}
    kind, unit = text_of(found, "kind", faults), text_of(found, "unit", faults)
    if not kind or not unit or any(value is None for value in given.values()):
        return None
    try:
        one = Component(kind, unit, **given)
    except InputError as error:
        for told in error.faults:
            faults.add(place_of(told, found, line), told)
        return None
    except TypeError as error:
        faults.add(line, say("cannot be read: {problem}", problem=error))
        return None
    if not KINDS[one.kind]:
        faults.add(found["kind"].line, say("kind {kind} is never a flow; leave it out", kind=one.kind))
        return None
    return one


def _target(found: dict[str, Entry], line: int, territory: str, faults: Faults) -> Target | None:
    modes = [mode for mode in MODES if mode in found]
    if len(modes) != 1:
        told = ", ".join(modes) or say("none")
        faults.add(
            line,
            say(
                "one of within, replaces, adds is needed, so that nothing counts twice; found {told}",
                told=told,
            ),
        )
        return None
    named = {
        "flow": _code(found, "flow", "flow", faults),
        "product": _code(found, "product", "product", faults),
        modes[0]: _code(found, modes[0], "flow", faults),
    }
    place = text_of(found, "territory", faults, territory)
    try:
        return Target(
            place,
            named["flow"],
            named["product"],
            modes[0],
            named[modes[0]],
            text_of(found, "use_class", faults),
        )
    except InputError as error:
        for told in error.faults:
            faults.add(place_of(told, found, line), told)
        return None


def _code(found: dict[str, Entry], key: str, kind: str, faults: Faults) -> str:
    word = text_of(found, key, faults)
    return codes(kind).get(" ".join(word.split()).casefold(), word)


def _gaps(found: dict[str, Entry], line: int, faults: Faults) -> Gaps | None:
    amounts = plain(found["amounts"]) if "amounts" in found else {}
    if not isinstance(amounts, dict):
        faults.add(found["amounts"].line, say("amounts is no mapping: 'meter 2025-01': kWh"))
        return None
    least = plain(found["least"]) if "least" in found else None
    policy = text_of(found, "gaps", faults, "manual" if amounts else "none")
    try:
        return Gaps(policy, least, {key: Decimal(str(value)) for key, value in amounts.items()})
    except (InputError, ArithmeticError, TypeError) as error:
        for told in getattr(error, "faults", (say("cannot be read: {problem}", problem=error),)):
            faults.add(place_of(told, found, line), told)
        return None


def _meters(found: dict[str, Entry], faults: Faults) -> tuple[MeterLife, ...]:
    entry = found.get("meters")
    if entry is None:
        return ()
    if not isinstance(entry.value, list) or not entry.value:
        faults.add(entry.line, say("meters is no list; write each meter after '- '"))
        return ()
    lives = []
    for one in entry.value:
        given = one.value if isinstance(one.value, dict) else {"meter": one}
        known_keys(given, METER, ("meter",), faults, one.line)
        first, last = day_of(given, "from", faults), day_of(given, "to", faults)
        if isinstance(first, date) and isinstance(last, date) and last < first:
            faults.add(one.line, say("meter ends before it begins; exchange the days"))
        factor = _decimal(given, "factor", faults) if "factor" in given else None
        if factor is not None and factor <= 0:
            faults.add(
                one.line,
                say("{name} is {found}; a number above zero is expected", name="factor", found=factor),
            )
        lives.append(
            MeterLife(
                text_of(given, "meter", faults), first, last, factor, text_of(given, "submeter_of", faults)
            )
        )
    return tuple(lives)


def _decimal(found: Mapping[str, Entry], key: str, faults: Faults) -> Decimal | None:
    entry = found[key]
    if isinstance(entry.value, int | float) and not isinstance(entry.value, bool):
        return Decimal(str(entry.value))
    shown = repr(plain(entry.value))
    faults.add(entry.line, say("{key} is {found}; a number is expected", key=key, found=shown))
    return None


def _zone(found: Mapping[str, Entry], faults: Faults) -> str:
    zone = text_of(dict(found), "zone", faults, ROME)
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        faults.add(found["zone"].line, say("zone '{zone}' is unknown; Europe/Rome is one", zone=zone))
        return ROME
    return zone


def _share(found: Mapping[str, Entry], faults: Faults) -> float | None:
    entry = found.get("coverage")
    if entry is None or entry.value is None:
        return None
    value = entry.value
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1:
        return float(value)
    faults.add(
        entry.line, say("coverage is {found}; a share between 0 and 1 is expected", found=repr(plain(value)))
    )
    return None
