"""From top to bottom: one order of the nodes for every drawing of the flow scheme.

An arrow that skips columns runs through trunk places, one for each source and product in every column it
passes, so that it goes between the nodes in its way. Nodes and trunks are ordered by the middle of their
neighbours, to and fro, then neighbours change places as long as that takes crossings away; a crossing
weighs as the product of the two energies. Nodes that the scheme puts at ``BELOW`` or more (what leaves the
territory, losses, differences) stay below the others of their column.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import pandas as pd

#: Nodes of this ``order`` in the scheme or more stand below the others.
BELOW: Final = 40
#: Goings to and fro; more change nothing on national balances.
SWEEPS: Final = 12
#: Exchanges of neighbours over all columns; it stops as soon as none helps.
EXCHANGES: Final = 8
#: Room between two places, as a share of the height.
GAP: Final = 0.01

Row = Mapping[Any, Any]
#: Neighbour, energy.
Near = list[tuple[str, float]]


def trunk(source: str, product: str, column: int) -> str:
    """Return the name of the place where arrows of a source and product pass a column."""
    return f"trunk {source} {product} {column}"


def route(row: Row, columns: Mapping[str, int]) -> list[str]:
    """Return the places an arrow touches, both ends included; empty where it does not go forward."""
    source, target = str(row["source"]), str(row["target"])
    between = range(columns[source] + 1, columns[target])
    if columns[target] <= columns[source]:
        return []
    return [source, *(trunk(source, str(row["product"]), column) for column in between), target]


def top_down(
    rows: Sequence[Row], columns: Mapping[str, int], orders: Mapping[str, int], energies: Mapping[str, float]
) -> list[str]:
    """Order nodes and trunks of all columns.

    Parameters
    ----------
    rows : sequence of mapping
        Arrows: source, target, product, energy_mwh (MWh).
    columns, orders : mapping
        Column and declared position of every node.
    energies : mapping
        Throughput of every node, MWh.

    Returns
    -------
    list[str]
        Nodes and trunks, column by column, from top to bottom.
    """
    layers = _Layers(rows, columns, orders, energies)
    for sweep in range(SWEEPS):
        layers.sweep(forward=sweep % 2 == 0)
    for _ in range(EXCHANGES):
        if not layers.exchange():
            break
    return [key for layer in layers.layers for key in layer]


def order_of(arrows: pd.DataFrame, nodes: pd.DataFrame, totals: pd.DataFrame) -> list[str]:
    """Order nodes and trunks of grouped arrows, as ``top_down``.

    Parameters
    ----------
    arrows : pd.DataFrame
        As ``group_links`` gives them.
    nodes : pd.DataFrame
        ``node``, ``column``, ``order`` of the nodes that have arrows.
    totals : pd.DataFrame
        As ``node_totals`` gives them.
    """
    columns = {str(node): int(column) for node, column in zip(nodes["node"], nodes["column"], strict=True)}
    orders = {str(node): int(order) for node, order in zip(nodes["node"], nodes["order"], strict=True)}
    return top_down(arrows.to_dict("records"), columns, orders, totals["energy_mwh"].to_dict())


def _ends(row: Row) -> tuple[str, str, str]:
    return str(row["source"]), str(row["target"]), str(row["product"])


class _Layers:
    """Places by column, with their neighbours on both sides."""

    def __init__(
        self,
        rows: Sequence[Row],
        columns: Mapping[str, int],
        orders: Mapping[str, int],
        energies: Mapping[str, float],
    ) -> None:
        self.before: dict[str, Near] = {}
        self.after: dict[str, Near] = {}
        self.size = dict(energies)
        self.column = dict(columns)
        self.rank = {node: (orders[node] >= BELOW, orders[node], node) for node in columns}
        for row in sorted(rows, key=_ends):  # sums of floats depend on their order
            self._lead(row)
        self.layers: list[list[str]] = [[] for _ in range(max(self.column.values(), default=0) + 1)]
        for key in sorted(self.column, key=lambda key: self.rank[key]):
            self.layers[self.column[key]].append(key)
        self.whole = max((sum(self.size[key] for key in layer) for layer in self.layers), default=0.0) or 1.0
        self.middle: dict[str, float] = {}
        for layer in self.layers:
            self._stack(layer)

    def _lead(self, row: Row) -> None:
        stops = route(row, self.column)
        energy = float(row["energy_mwh"])
        for step, key in enumerate(stops[1:-1], start=1):
            if key not in self.column:
                self.column[key] = self.column[stops[0]] + step
                self.size[key] = 0.0
                self.rank[key] = (False, self.rank[stops[0]][1], key)
            self.size[key] += energy
        for one, two in pairwise(stops):
            self.after.setdefault(one, []).append((two, energy))
            self.before.setdefault(two, []).append((one, energy))

    def _stack(self, layer: Iterable[str]) -> None:
        """Put places one below the other, shared out around the middle."""
        keys = list(layer)
        used = sum(self.size[key] for key in keys) / self.whole + GAP * len(keys)
        y = (1 - used) / 2
        for key in keys:
            high = self.size[key] / self.whole
            self.middle[key] = y + high / 2
            y += high + GAP

    def sweep(self, *, forward: bool) -> None:
        """Order every column by the middle of its neighbours on one side."""
        near = self.before if forward else self.after
        for layer in self.layers if forward else reversed(self.layers):
            wish = {key: self._wish(key, near) for key in layer}
            layer.sort(key=lambda key: (self.rank[key][0], wish[key], *self.rank[key]))
            self._stack(layer)

    def _wish(self, key: str, near: Mapping[str, Near]) -> float:
        around = near.get(key, [])
        weight = sum(energy for _, energy in around)
        return sum(self.middle[k] * energy for k, energy in around) / weight if weight else self.middle[key]

    def exchange(self) -> bool:
        """Let neighbours change places where that takes crossings away; tell whether any did."""
        changed = False
        for layer in self.layers:
            for i in range(len(layer) - 1):
                one, two = layer[i], layer[i + 1]
                if self.rank[one][0] != self.rank[two][0]:
                    continue
                if self._crossings(two, one) < self._crossings(one, two):
                    layer[i], layer[i + 1] = two, one
                    changed = True
            self._stack(layer)
        return changed

    def _crossings(self, upper: str, lower: str) -> float:
        """Weigh the crossings of two neighbours, on both sides."""
        total = 0.0
        for side in (self.before, self.after):
            for one, a in side.get(upper, []):
                for two, b in side.get(lower, []):
                    if self.middle[one] > self.middle[two]:
                        total += a * b
        return total
