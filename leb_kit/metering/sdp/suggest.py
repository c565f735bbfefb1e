"""A first draft of how a stream is read: what its names and units suggest, every guess marked as one.

A person confirms it. The label of an interval (does the time name its start or its end?) is never guessed:
the wrong one shifts a slot across the edge of every month.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from leb_kit.metering.sdp.catalog import Component, Item
from leb_kit.metering.sdp.source import METER_COMPONENT, NUMERIC
from leb_kit.reference import catalog

#: Kinds that are no energy.
NO_FLOW: Final = "context"
#: Kinds that tell energy, and those that tell power: of one meter only one of both is counted.
ENERGY: Final = frozenset({"register", "interval_energy"})
POWER: Final = frozenset({"power_instant", "power_mean"})
#: Stands where a person must write.
OPEN: Final = "DA DECIDERE"


@dataclass(frozen=True)
class Suggestion:
    """How one component might be read.

    ``kind`` is one of ``leb_kit.metering.Component``; ``why`` says what the guess rests on, ``open`` what
    only a person can know.
    """

    component: str
    kind: str
    unit: str
    why: str
    interval_s: int | None = None
    open: tuple[str, ...] = ()


def suggest(item: Item) -> list[Suggestion]:
    """Suggest how the components of a stream are read.

    Parameters
    ----------
    item : Item
        What ``search`` or ``detail`` found.

    Returns
    -------
    list[Suggestion]
        One for each number; the other components are names or states.

    Examples
    --------
    >>> from leb_kit.metering.sdp.catalog import item
    >>> found = item({"stream": {"code": "x"}, "components": [{"name": "cnt", "datatype": "long",
    ...     "measureUnit": "kWh", "phenomenon": "Energy counter"}]})
    >>> suggest(found)[0].kind, suggest(found)[0].why
    ('register', 'phenomenon: energy counter')
    """
    return [_one(component, item) for component in item.components if component.datatype in NUMERIC]


def _one(component: Component, item: Item) -> Suggestion:
    kind, why = next(_guesses(component), (NO_FLOW, "unit: -"))
    slotted = kind in {"interval_energy", "power_mean", "gas_volume"}
    several = any(one.name == METER_COMPONENT for one in item.components)  # a rate of all meters together
    known = slotted and not several and item.per_second and item.per_second > 0
    seconds = round(1 / item.per_second) if known and item.per_second else None
    missing = []
    if slotted:
        missing += ["label"] if seconds else ["label", "interval"]
    if kind == "power_instant":
        missing.append("max_gap_s")
    return Suggestion(component.name, kind, component.unit, why, seconds, tuple(missing))


def _guesses(component: Component) -> Iterator[tuple[str, str]]:
    """Kinds that the words of a component suggest, the surest first."""
    for what, text in (
        ("phenomenon", component.phenomenon),
        ("name", component.name),
        ("unit", component.unit),
    ):
        word = text.strip().casefold()
        for known, kind in _words(what):
            if word == known or (what == "name" and known in word):
                yield kind, f"{what}: {known}"


@cache
def _words(what: str) -> tuple[tuple[str, str], ...]:
    table = catalog.table("sdp_words")
    rows = table[table["part"] == what][["word", "kind"]]
    return tuple((str(word), str(kind)) for word, kind in rows.itertuples(index=False, name=None))


def draft(items: Sequence[Item]) -> str:
    """Write the draft of a map of meters (YAML), with a mark at every guess.

    Parameters
    ----------
    items : Sequence[Item]
        What ``search`` or ``detail`` found.

    Returns
    -------
    str
        YAML; ``?`` marks what is a guess, ``DA DECIDERE`` what must be filled in.
    """
    lines = [f"version: 1\nname: {OPEN}\nterritory: {OPEN}  # ISTAT\nstreams:"]
    for one in items:
        guesses = suggest(one)
        counted = next((guess.component for guess in guesses if guess.kind in ENERGY), "")
        for guess in guesses:
            if guess.kind == NO_FLOW:
                lines.append(f"  # {one.code} {guess.component}: {NO_FLOW} ({guess.why})")
            elif counted and guess.kind in POWER:  # the same energy once more: left out, to be seen
                lines.append(f"  # {one.code} {guess.component}: {guess.kind} (= {counted}?)")
            else:
                lines += _entry(one, guess)
    return "\n".join(lines) + "\n"


def _entry(one: Item, guess: Suggestion) -> list[str]:
    entry = [
        f"  - name: {json.dumps(one.name, ensure_ascii=False)}",
        f"    source: sdp:{one.code}",
        f"    component: {guess.component}",
        f"    kind: {guess.kind}  # ? {guess.why}",
        f"    unit: {guess.unit}",
    ]
    if guess.interval_s:
        entry.append(f"    interval: {guess.interval_s}  # ? events per second")
    entry += [f"    {name}: {OPEN}" for name in (*guess.open, "flow", "product", "within")]
    return entry
