"""Arrows of the flow scheme as arrays: all territories and years at once.

An arrow is a row of five aligned arrays: place (territory and year), source, target, product, energy.
Sources and targets are positions in ``Scheme.nodes``; products are positions in ``Cells.products``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from leb_kit.balance.accounting import TOTAL, UNALLOCATED
from leb_kit.reference import catalog
from leb_kit.system import nodes
from leb_kit.system.nodes import IMPORTS_AND_PRODUCTION, Scheme, product_group
from leb_kit.system.structure import ELECTRICITY, FUEL_PLANTS, HEAT, HYDRO, NETWORK_PLANTS

Ints = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

#: Below this share of a product's largest flow a gap is the arithmetic of floats.
ROUND_OFF = 1e-12
STOCK_CHANGE = "STK_CHG"
PUMPED = "TO_EHG_PH"
#: Roles of rows that Eurostat may add: what their code begins with tells what they are.
NEW_ROWS = {
    "FC_": ("final_energy", -1.0),
    "NRG_": ("energy_sector", -1.0),
    "TI_": ("transformation_input", -1.0),
    "TO_": ("transformation_output", 1.0),
}


class Plant(NamedTuple):
    """Rows of one type of plant: input, output, and gross production by fuel where it is told."""

    flow_in: str
    flow_out: str
    memo_electricity: str = ""
    memo_heat: str = ""


PLANT_ROWS: list[Plant] = [
    *(Plant(f"TI_EHG_{kind}_E", f"TO_EHG_{kind}", f"GEP_{kind}", f"GHP_{kind}") for kind in FUEL_PLANTS),
    *(Plant(*rows) for rows in NETWORK_PLANTS.values()),
]
_MAIN_POWER = FUEL_PLANTS.index("MAPE")
_IN_PLANTS = frozenset(row for plant in PLANT_ROWS for row in plant if row)
_INPUTS = frozenset(plant.flow_in for plant in PLANT_ROWS if plant.flow_in)


class Arrows(NamedTuple):
    """Aligned arrays; energy in MWh, of either sign until it is turned."""

    place: Ints
    source: Ints
    target: Ints
    product: Ints
    energy: Floats


@dataclass(frozen=True)
class Cells:
    """Leaf cells of one or more territories and years, with codes as positions."""

    count: int
    flows: list[str]
    products: list[str]
    place: Ints
    flow: Ints
    product: Ints
    energy: Floats

    @classmethod
    def of(cls, leaves: pd.DataFrame, place: Ints, count: int) -> Cells:
        """Lay out a long table; products in the order of ``products.csv``, TOTAL included."""
        flow, flows = pd.factorize(leaves["flow"])
        product, present = pd.factorize(leaves["product"])
        present = [str(code) for code in present]
        products = sorted({*present, ELECTRICITY, HEAT, HYDRO, TOTAL}, key=product_order)
        position = {code: i for i, code in enumerate(products)}
        moved = np.array([position[code] for code in present], dtype=np.intp)
        energy = leaves["energy_mwh"].to_numpy(dtype=np.float64)
        placed = moved[product] if len(moved) else product
        return cls(count, [str(f) for f in flows], products, place, flow, placed, energy)

    def grid(self, mask: Bools) -> Floats:
        """Sum the masked cells by place and product."""
        width = len(self.products)
        key = self.place[mask] * width + self.product[mask]
        return _sums(key, self.energy[mask], self.count * width).reshape(self.count, width)


def arrows_of(cells: Cells, scheme: Scheme) -> Arrows:
    """Return the arrows of the five-column scheme, summed, positive, with losses and differences."""
    rows = _joined(_plant_arrows(cells, scheme), _row_arrows(cells, scheme))
    found = _turned(_summed(rows, scheme, cells))
    found = _joined(found, _plant_losses(found, scheme, cells), _differences(cells, scheme))
    found = _summed(found, scheme, cells)
    return _only(found, found.energy > 0)


# ── cells to arrows ──────────────────────────────────────────────────────────────────────────────────────


@cache
def _roles() -> dict[str, tuple[str, float]]:
    flows = catalog.table("flows")
    signs = flows["sign"].astype(float)
    return dict(zip(flows["code"], zip(flows["role"], signs, strict=True), strict=True))


def role_of(flow: str) -> tuple[str, float]:
    """Return what a row is, and +1 where it supplies, −1 where it uses, 0 where it is a memo row."""
    name = flow.removesuffix(UNALLOCATED)
    known = _roles().get(name)
    if known is not None:
        return known
    return next((role for stem, role in NEW_ROWS.items() if name.startswith(stem)), ("", 0.0))


def _row_arrows(cells: Cells, scheme: Scheme) -> Arrows:
    width = len(cells.products)
    pairs, at = np.unique(cells.flow * width + cells.product, return_inverse=True)
    known = scheme.ends
    ends = []
    for flow, product in zip(*np.divmod(pairs, width), strict=True):
        cell = (cells.flows[flow], cells.products[product])
        if cell not in known:
            known[cell] = _row_ends(*cell, scheme)
        ends.append(known[cell])
    source, target = np.array(ends, dtype=np.intp).reshape(-1, 2)[at].T
    stock = np.array([flow.removesuffix(UNALLOCATED) == STOCK_CHANGE for flow in cells.flows], dtype=bool)
    built = stock[cells.flow] & (cells.energy < 0)
    source, target = np.where(built, target, source), np.where(built, _at(scheme, nodes.STOCK_BUILD), target)
    keep = (source >= 0) & (cells.energy != 0)
    energy = np.where(built, -cells.energy, cells.energy)
    return _only(Arrows(cells.place, source, target, cells.product, energy), keep)


def _row_ends(flow: str, product: str, scheme: Scheme) -> tuple[int, int]:
    """Return source and target of a cell; (-1, -1) for memo rows, plants, and what is its own source."""
    name = flow.removesuffix(UNALLOCATED)
    role, sign = role_of(flow)
    if not sign or flow in _INPUTS or (flow in _IN_PLANTS and product in (ELECTRICITY, HEAT)):
        return -1, -1
    group = product_group(product)
    network = scheme.network(group)
    if name == STOCK_CHANGE:
        return _at(scheme, nodes.STOCK_DRAW), _at(scheme, network)
    if name in IMPORTS_AND_PRODUCTION and scheme.column[network] == nodes.SOURCES:
        return -1, -1  # sun, wind and water have no network: they are their own source
    node = scheme.node(name, group)
    if name in IMPORTS_AND_PRODUCTION or role == "transformation_output":
        return _at(scheme, node), _at(scheme, network)
    return _at(scheme, network), _at(scheme, node)


def _plant_arrows(cells: Cells, scheme: Scheme) -> Arrows:
    """Fuel into plants and electricity and heat out of them, each output split by fuel."""
    row = {flow: i for i, flow in enumerate(cells.flows)}
    networks = _networks(cells, scheme)
    masks = {flow: cells.flow == row[flow] for flow in cells.flows if flow in _IN_PLANTS}
    parts = []
    for kind, plant in enumerate(PLANT_ROWS):
        if not {plant.flow_in, plant.flow_out} & masks.keys():
            continue
        fuel = cells.grid(masks[plant.flow_in]) if plant.flow_in in masks else None
        for product, memo in ((ELECTRICITY, plant.memo_electricity), (HEAT, plant.memo_heat)):
            total = _output(cells, masks, plant, product)
            if total is None:
                continue
            told = cells.grid(masks[memo]) if memo in masks else None
            if told is not None and kind == _MAIN_POWER and product == ELECTRICITY and PUMPED in masks:
                # The memo row of water power includes pumped storage, which has a row of its own.
                pumped = cells.grid(masks[PUMPED])[:, cells.products.index(ELECTRICITY)]
                water = cells.products.index(HYDRO)
                told[:, water] = np.maximum(told[:, water] - pumped, 0.0)
            parts.append(_outputs(cells, scheme, plant, product, _split(total, fuel, told)))
        if fuel is not None:
            parts.append(_inputs(cells, scheme, plant, fuel, networks))
    return _joined(*parts) if parts else _NO_ARROWS


def _output(cells: Cells, masks: dict[str, Bools], plant: Plant, product: str) -> Floats | None:
    if plant.flow_out not in masks:
        return None
    total: Floats = cells.grid(masks[plant.flow_out])[:, cells.products.index(product)]
    return total if total.any() else None


def _split(total: Floats, fuel: Floats | None, told: Floats | None) -> tuple[Floats, Floats]:
    """Split output by fuel, as told or else in proportion to input; what no fuel explains is the rest."""
    if fuel is None:
        return np.zeros((len(total), 0)), total
    share = np.where(fuel != 0, told, 0.0) if told is not None else fuel
    silent = share.sum(axis=1) <= 0
    share = np.where(silent[:, None], fuel, share)
    whole = share.sum(axis=1)
    explained = whole > 0
    part = np.divide(total, whole, out=np.zeros_like(total), where=explained)
    return share * part[:, None], np.where(explained, 0.0, total)


def _outputs(
    cells: Cells, scheme: Scheme, plant: Plant, product: str, split: tuple[Floats, Floats]
) -> Arrows:
    by_fuel, rest = split
    code = cells.products.index(product)
    target = _at(scheme, scheme.network(product_group(product)))
    place, fuel = np.nonzero(by_fuel)
    from_fuel = _plant_nodes(cells, scheme, plant, fuel)
    alone = np.flatnonzero(rest)
    without = _at(scheme, scheme.node(plant.flow_in or plant.flow_out, nodes.REST))
    source = np.concatenate([from_fuel, np.full(len(alone), without)])
    energy = np.concatenate([by_fuel[place, fuel], rest[alone]])
    same = np.full(len(source), 0)
    return Arrows(np.concatenate([place, alone]), source, same + target, same + code, energy)


def _inputs(cells: Cells, scheme: Scheme, plant: Plant, fuel: Floats, networks: Ints) -> Arrows:
    place, product = np.nonzero(fuel)
    target = _plant_nodes(cells, scheme, plant, product)
    return Arrows(place, networks[product], target, product, fuel[place, product])


def _plant_nodes(cells: Cells, scheme: Scheme, plant: Plant, fuel: Ints) -> Ints:
    """Return the node of a type of plant for each fuel."""
    flow = plant.flow_in or plant.flow_out
    found = np.zeros(len(cells.products), dtype=np.intp)
    for product in np.unique(fuel):
        group = product_group(cells.products[product])
        found[product] = _at(scheme, scheme.node(flow, group))
    return found[fuel]


def _networks(cells: Cells, scheme: Scheme) -> Ints:
    """Return the network of each product."""
    return np.array([_at(scheme, scheme.network(product_group(code))) for code in cells.products])


# ── what closes the nodes ────────────────────────────────────────────────────────────────────────────────


def _plant_losses(arrows: Arrows, scheme: Scheme, cells: Cells) -> Arrows:
    """What enters a plant and does not leave it is lost; what leaves without entering is shown."""
    gap = node_gaps(arrows, len(scheme.nodes), cells.count)
    columns = np.array([scheme.column[node] for node in scheme.nodes])
    gap[:, columns != nodes.PLANTS] = 0.0
    place, node = np.nonzero(gap)
    lost = gap[place, node]
    source = np.where(lost > 0, node, _at(scheme, nodes.DIFFERENCE_SUPPLY))
    target = np.where(lost > 0, _at(scheme, nodes.LOSSES), node)
    total = np.full(len(node), cells.products.index(TOTAL))
    return Arrows(place, source, target, total, np.abs(lost))


def node_gaps(arrows: Arrows, width: int, count: int) -> Floats:
    """Return what enters each node less what leaves it, MWh, by place and node; rounding is nothing."""
    size = count * width
    into = _sums(arrows.place * width + arrows.target, arrows.energy, size)
    out = _sums(arrows.place * width + arrows.source, arrows.energy, size)
    gap = into - out
    gap[np.abs(gap) <= ROUND_OFF * np.maximum(into, out)] = 0.0
    return gap.reshape(count, width)


def _differences(cells: Cells, scheme: Scheme) -> Arrows:
    """Show supply less use of each product as the statistical difference."""
    width = len(cells.products)
    key = cells.place * width + cells.product
    sign = np.array([role_of(flow)[1] for flow in cells.flows], dtype=np.float64)[cells.flow]
    net = _sums(key, cells.energy * sign, cells.count * width)
    largest = np.zeros(len(net))
    np.maximum.at(largest, key, np.abs(cells.energy) * (sign != 0))
    open_ = np.flatnonzero(np.abs(net) > ROUND_OFF * largest)
    network, gap = _networks(cells, scheme)[open_ % width], net[open_]
    source = np.where(gap > 0, network, _at(scheme, nodes.DIFFERENCE_SUPPLY))
    target = np.where(gap > 0, _at(scheme, nodes.DIFFERENCE_USE), network)
    return Arrows(open_ // width, source, target, open_ % width, np.abs(gap))


# ── arithmetic ───────────────────────────────────────────────────────────────────────────────────────────

_NONE = np.zeros(0, dtype=np.intp)
_NO_ARROWS = Arrows(_NONE, _NONE, _NONE, _NONE, np.zeros(0))


def _only(arrows: Arrows, keep: Bools) -> Arrows:
    place, source, target, product, energy = arrows
    return Arrows(place[keep], source[keep], target[keep], product[keep], energy[keep])


def _sums(key: Ints, energy: Floats, size: int) -> Floats:
    found: Floats = np.bincount(key, weights=energy, minlength=size).astype(np.float64)
    return found


def _joined(*parts: Arrows) -> Arrows:
    return Arrows(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _summed(arrows: Arrows, scheme: Scheme, cells: Cells) -> Arrows:
    """Sum arrows of the same place, ends and product; in the order of the scheme."""
    width, depth = len(scheme.nodes), len(cells.products)
    key = ((arrows.place * width + arrows.source) * width + arrows.target) * depth + arrows.product
    keys, at = np.unique(key, return_inverse=True)
    energy = _sums(at, arrows.energy, len(keys))
    rest, product = np.divmod(keys, depth)
    rest, target = np.divmod(rest, width)
    place, source = np.divmod(rest, width)
    return Arrows(place, source, target, product, energy)


def _turned(arrows: Arrows) -> Arrows:
    """Turn arrows of negative energy (transfers between products) round."""
    back = arrows.energy < 0
    source = np.where(back, arrows.target, arrows.source)
    target = np.where(back, arrows.source, arrows.target)
    return arrows._replace(source=source, target=target, energy=np.abs(arrows.energy))


def _at(scheme: Scheme, node: str) -> int:
    return scheme.position[node]


@cache
def _known_products() -> dict[str, int]:
    return {str(code): i for i, code in enumerate(catalog.table("products")["code"])}


def product_order(code: str) -> tuple[int, str]:
    """Return what sorts products as products.csv has them, and unknown ones after."""
    known = _known_products()
    return known.get(code, len(known)), code
