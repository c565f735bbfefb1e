"""Where nodes and arrows of a still flow scheme go.

Columns and the order in them are given (``leb_kit.system.ordering``, which the interactive scheme follows
too). An arrow that skips columns runs through trunk places. Places stand as near as they can to the middle
of their neighbours; arrows that go back are drawn as loops below.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from textwrap import wrap
from typing import Any

from leb_kit.system.ordering import route, trunk

BAR = 12  # width of a node, pixels
GAP = 9  # between two places
LINE = 14  # height of a line of a label
LETTER = 13 / 2  # usual width of a letter, to leave room for labels
OUTER_LETTERS = 34  # where the outer labels break, in five columns
NARROW_LETTERS = 24  # and in seven
SWEEPS = 16
THICKEST_LOOP = 12  # a refinery sends back as much as it takes: whole, it would bury the drawing


@dataclass
class Place:
    """A node, or a trunk place an arrow runs through; pixels."""

    key: str
    column: int
    energy: float = 0.0
    name: str = ""
    value: str = ""
    real: bool = True
    outer: bool = False
    lines: list[str] = field(default_factory=list)
    x: float = 0.0
    top: float = 0.0
    size: float = 0.0
    slot: float = 0.0
    left: dict[int, float] = field(default_factory=dict)
    right: dict[int, float] = field(default_factory=dict)

    @property
    def middle(self) -> float:
        """Height of the middle of the bar."""
        return self.top + self.size / 2

    @property
    def bottom(self) -> float:
        """Height of the lower end of the bar."""
        return self.top + self.size

    @property
    def above(self) -> float:
        """Room in the slot over the bar."""
        spare = self.slot - self.size
        return spare if self.real and not self.outer else spare / 2


Row = dict[Any, Any]  # an arrow: source, target, product, energy_mwh
Places = dict[str, Place]
Routes = list[list[str]]  # empty for a loop


@dataclass(frozen=True)
class Plan:
    """A finished layout: ``scale`` in pixels per MWh, ``pitch`` from column to column in pixels."""

    places: Places
    routes: Routes
    scale: float
    height: float
    pitch: float
    last: int


def arrange(
    places: Places, rows: Sequence[Row], order: Sequence[str], *, width: float, height: float, columns: int
) -> Plan:
    """Place nodes and arrows.

    Parameters
    ----------
    places : dict
        Nodes by id, with column, energy (MWh), name and value (the energy as it is written).
    rows : sequence of dict
        Arrows: source, target, product, energy_mwh (MWh).
    order : sequence of str
        Nodes and trunks from top to bottom, as ``ordering.order_of``.
    width, height : float
        Pixels; a crowded scheme grows taller.
    columns : int
        5 or 7.
    """
    last = columns - 1
    for place in places.values():
        place.outer = place.column in (0, last)
    at = {key: place.column for key, place in places.items()}
    routes = [route(row, at) for row in rows]
    _lay_trunks(places, rows, routes)
    energies = [float(row["energy_mwh"]) for row in rows]
    first = min(place.column for place in places.values() if place.real)
    left, pitch = _columns_apart(places, width, first, last)
    height = max(height, _used(places, 0.0) * 5 / 3)  # the rest is left to energy
    room = height - THICKEST_LOOP - GAP  # the lowest loops run below the nodes
    scale = _scale(places, room)
    for place in places.values():
        place.x = left + pitch * (place.column - first)
        place.size, place.slot = max(place.energy * scale, 2 * place.real), _slot(place, scale)
    rank = {key: i for i, key in enumerate(order)}
    layers = [sorted(layer, key=lambda p: rank[p.key]) for layer in _layers(places)]
    _relax(layers, routes, energies, places, room)
    _stack(places, routes, energies, scale)
    return Plan(places, routes, scale, height, pitch, last)


def _lay_trunks(places: Places, rows: Sequence[Row], routes: Routes) -> None:
    for row, stops in zip(rows, routes, strict=True):
        for step in range(1, len(stops) - 1):
            column = places[row["source"]].column + step
            name = trunk(row["source"], row["product"], column)
            places.setdefault(name, Place(name, column, real=False)).energy += row["energy_mwh"]


def _columns_apart(places: Places, width: float, first: int, last: int) -> tuple[float, float]:
    """Break labels into lines; return where the first column stands and the pitch, pixels."""
    letters = OUTER_LETTERS if last < NARROW_FROM else NARROW_LETTERS
    for place in places.values():
        if place.real and place.outer:
            place.lines = wrap(place.name, letters, break_long_words=False)
    left, right = (
        max((len(line) for p in places.values() if p.column == c for line in (*p.lines, p.value)), default=0)
        * LETTER
        + BAR
        for c in (0, last)
    )
    pitch = (width - left - right - BAR) / (last - first)
    for place in places.values():
        if place.real and not place.outer:
            room = int((pitch - GAP) / LETTER)
            place.lines = wrap(place.name, room, break_long_words=False)
            if len(place.lines[-1]) + 1 + len(place.value) > room:
                place.lines.append("")  # the value has a line of its own
    return left, pitch


#: From this last column on, labels are broken early to leave room for arrows.
NARROW_FROM = 6


def _slot(place: Place, scale: float) -> float:
    size = place.energy * scale
    if not place.real:
        return size
    label = LINE * len(place.lines)
    return max(size, label + LINE - GAP + 2) if place.outer else max(size, 2) + label + 1


def _layers(places: Places) -> list[list[Place]]:
    found: dict[int, list[Place]] = {}
    for place in places.values():
        found.setdefault(place.column, []).append(place)
    return [found[column] for column in sorted(found)]


def _used(places: Places, scale: float) -> float:
    return max(sum(_slot(p, scale) + GAP for p in layer) - GAP for layer in _layers(places))


def _scale(places: Places, height: float) -> float:
    low, high = 0.0, height / max(sum(p.energy for p in layer) for layer in _layers(places))
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if _used(places, middle) > height else (middle, high)
    return low


def _relax(
    layers: list[list[Place]], routes: Routes, energies: list[float], places: Places, room: float
) -> None:
    """Move every place to the middle of its neighbours, to and fro, and keep order and distance."""
    pulls: dict[str, list[tuple[str, float, int]]] = {key: [] for key in places}
    for stops, energy in zip(routes, energies, strict=True):
        for a, b in pairwise(stops):
            pulls[a].append((b, energy, 1))
            pulls[b].append((a, energy, -1))
    for layer in layers:
        spare = room - sum(p.slot + GAP for p in layer) + GAP
        y = spare / 2
        for place in layer:
            place.top = y + place.above
            y += place.slot + GAP
    for sweep in range(SWEEPS):
        side = (-1, 1, 0)[sweep % 3]
        for layer in reversed(layers) if side > 0 else layers:
            _settle(layer, [_wish(p, pulls[p.key], places, side) for p in layer], room)


def _wish(place: Place, pulls: Iterable[tuple[str, float, int]], places: Places, side: int) -> float:
    near = [(places[key].middle, energy) for key, energy, way in pulls if side in (0, way)]
    weight = sum(energy for _, energy in near)
    return sum(middle * energy for middle, energy in near) / weight if weight else place.middle


def _settle(layer: list[Place], wishes: list[float], room: float) -> None:
    """Put places as near as can be to where they want to be, in order and without touching.

    Least squares weighted by size: places that want to overlap become a block that stands at its mean.
    """
    offsets, total = [], 0.0
    for place in layer:
        offsets.append(total)
        total += place.slot + GAP
    blocks: list[tuple[float, float, int]] = []  # weight, weight × wish, number of places
    for place, wish, offset in zip(layer, wishes, offsets, strict=True):
        weight = place.size + 1
        block = (weight, weight * (wish - place.size / 2 - place.above - offset), 1)
        while blocks and blocks[-1][1] / blocks[-1][0] >= block[1] / block[0]:
            w, pull, count = blocks.pop()
            block = (block[0] + w, block[1] + pull, block[2] + count)
        blocks.append(block)
    starts = [pull / w for w, pull, count in blocks for _ in range(count)]
    highest = max(room - total + GAP, 0.0)
    for place, start, offset in zip(layer, starts, offsets, strict=True):
        place.top = min(max(start, 0.0), highest) + offset + place.above


def _stack(places: Places, routes: Routes, energies: list[float], scale: float) -> None:
    """Give every arrow its height at both sides of every place it touches, right to left."""
    users: dict[str, list[int]] = {key: [] for key in places}
    for i, stops in enumerate(routes):
        for key in stops:
            users[key].append(i)

    def pile(place: Place, arrows: list[int]) -> dict[int, float]:
        heights, y = {}, place.top
        for i in arrows:
            heights[i] = y + energies[i] * scale / 2
            y += energies[i] * scale
        return heights

    for place in sorted(places.values(), key=lambda p: -p.column):
        onward = {
            i: places[_next(routes[i], place.key, 1)] for i in users[place.key] if routes[i][-1] != place.key
        }
        goal = {i: places[routes[i][-1]].middle if p.real else p.left[i] for i, p in onward.items()}
        place.right = pile(place, sorted(onward, key=lambda i: (onward[i].middle, goal[i], i)))
        place.left = {} if place.real else place.right
    for place in places.values():
        if place.real:
            came = {
                i: places[_next(routes[i], place.key, -1)]
                for i in users[place.key]
                if routes[i][0] != place.key
            }
            place.left = pile(place, sorted(came, key=lambda i: (came[i].right[i], i)))


def _next(stops: list[str], key: str, step: int) -> str:
    return stops[stops.index(key) + step]
