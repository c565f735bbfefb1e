"""Where nodes and arrows of a still flow scheme go.

Columns are fixed. An arrow that skips columns runs through trunk places, one per source and product,
so that it passes between the nodes in its way. Nodes are ordered by the middle of their neighbours,
which keeps crossings few; arrows that go back are drawn as loops below.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

LAST = 4  # columns are 0 to 4
BAR = 12  # width of a node, pixels
GAP = 9  # between two places
ABOVE = 15  # room for the label over an inner node
BESIDE = 21  # least height of an outer node, for its two lines
LETTER = 13 / 2  # usual width of a letter, to leave room for labels
WIDEST = 230  # labels may take this much on either side
SWEEPS = 12
THICKEST_LOOP = 12  # a refinery sends back as much as it takes: whole, it would bury the drawing


@dataclass
class Place:
    """A node, or a trunk place an arrow runs through; pixels."""

    key: str
    column: int
    order: float
    energy: float = 0.0
    real: bool = True
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
    def outer(self) -> bool:
        """Whether the label stands beside the bar."""
        return self.column in {0, LAST}


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


def arrange(
    places: Places, rows: Sequence[Row], *, width: float, height: float, labels: Sequence[int]
) -> Plan:
    """Place nodes and arrows.

    Parameters
    ----------
    places : dict
        Nodes by id, with column, order and energy (MWh).
    rows : sequence of dict
        Arrows: source, target, product, energy_mwh (MWh).
    width, height : float
        Pixels; a crowded scheme grows taller.
    labels : sequence of int
        Letters of the longest label left and right.
    """
    routes = [_route(row, places) for row in rows]
    energies = [float(row["energy_mwh"]) for row in rows]
    height = max(height, _used(places, 0.0) * 8 / 5)  # the rest is left to energy
    room = height - THICKEST_LOOP - GAP  # the lowest loops run below the nodes
    scale = _scale(places, room)
    left, right = (min(letters * LETTER + BAR, WIDEST) for letters in labels)
    for place in places.values():
        place.x = left + (width - left - right - BAR) * place.column / LAST
    _order(places, routes, energies, room, scale)
    _stack(places, routes, energies, scale)
    return Plan(places, routes, scale, height, (width - left - right - BAR) / LAST)


def _route(row: Row, places: Places) -> list[str]:
    source, target = row["source"], row["target"]
    first, last = places[source].column, places[target].column
    if last <= first:
        return []
    keys = []
    for column in range(first + 1, last):
        key = f"trunk {source} {row['product']} {column}"
        places.setdefault(key, Place(key, column, places[source].order, real=False))
        places[key].energy += row["energy_mwh"]
        keys.append(key)
    return [source, *keys, target]


def _slot(place: Place, scale: float) -> float:
    size = place.energy * scale
    if not place.real:
        return size
    return max(size, BESIDE) if place.outer else max(size, 2) + ABOVE


def _columns(places: Places) -> list[list[Place]]:
    found = [[p for p in places.values() if p.column == c] for c in range(LAST + 1)]
    return [column for column in found if column]


def _used(places: Places, scale: float) -> float:
    return max(sum(_slot(p, scale) + GAP for p in column) - GAP for column in _columns(places))


def _scale(places: Places, height: float) -> float:
    low, high = 0.0, height / max(sum(p.energy for p in column) for column in _columns(places))
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if _used(places, middle) > height else (middle, high)
    return low


def _order(places: Places, routes: Routes, energies: list[float], room: float, scale: float) -> None:
    """Order every column by the middle of its neighbours, to and fro, and keep the places apart."""
    pulls: dict[str, list[tuple[str, float, int]]] = {key: [] for key in places}
    for route, energy in zip(routes, energies, strict=True):
        for a, b in pairwise(route):
            pulls[a].append((b, energy, 1))
            pulls[b].append((a, energy, -1))
    columns = _columns(places)
    for place in places.values():
        place.size, place.slot = max(place.energy * scale, 2 * place.real), _slot(place, scale)
    for column in columns:
        _settle(sorted(column, key=lambda p: (p.order, p.key)), room)
    for sweep in range(SWEEPS):
        side = -1 if sweep % 2 == 0 else 1
        for column in columns if side < 0 else reversed(columns):
            wanted = {p.key: _wish(p, pulls[p.key], places, side) for p in column}
            _settle(sorted(column, key=lambda p: (wanted[p.key], p.order, p.key)), room, wanted)


def _wish(place: Place, pulls: Iterable[tuple[str, float, int]], places: Places, side: int) -> float:
    near = [(places[key].middle, energy) for key, energy, way in pulls if way == side]
    weight = sum(energy for _, energy in near)
    return sum(middle * energy for middle, energy in near) / weight if weight else place.middle


def _settle(column: list[Place], room: float, wanted: dict[str, float] | None = None) -> None:
    """Put places as near as possible to where they want to be, without touching."""
    tops = []
    bottom = 0.0
    for place in column:
        wish = wanted[place.key] - place.slot / 2 if wanted else bottom
        tops.append(max(wish, bottom))
        bottom = tops[-1] + place.slot + GAP
    limit = room
    for i in range(len(column) - 1, -1, -1):
        tops[i] = min(tops[i], limit - column[i].slot)
        limit = tops[i] - GAP
    for place, top in zip(column, tops, strict=True):
        spare = place.slot - place.size
        place.top = top + (spare / 2 if place.outer or not place.real else spare)


def _stack(places: Places, routes: Routes, energies: list[float], scale: float) -> None:
    """Give every arrow its height at both sides of every place it touches, right to left."""
    users: dict[str, list[int]] = {key: [] for key in places}
    for i, route in enumerate(routes):
        for key in route:
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


def _next(route: list[str], key: str, step: int) -> str:
    return route[route.index(key) + step]
