"""The identities of one territory and year as rows of a matrix over the cells that are given."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt

from leb_kit.balance.accounting import (
    TOTAL,
    UNALLOCATED,
    Cube,
    flow_parts,
    identities,
    product_leaves,
)
from leb_kit.reference import catalog

Floats = npt.NDArray[np.float64]
DIFFERENCE = "STATDIFF"


@dataclass(frozen=True, eq=False)
class Equations:
    """Cells of one territory and year, and what must hold between them.

    Parameters
    ----------
    key : tuple[str, int]
        Territory and year.
    flows, products : np.ndarray
        Of each given cell; ``at_flow`` and ``at_product`` are their places in the cube.
    start : Floats
        Energy as given, MWh.
    leaf_flows, leaf_products : np.ndarray
        Of each leaf, made rests included.
    leaf_rows : Floats
        Leaves from cells: a given leaf is its cell; a made rest is its parent less the parts.
    rows : Floats
        Identities over cells: rows · x = 0; ``words`` names each.
    floor : np.ndarray
        Cells that cannot be negative.
    rests : Floats
        rests · x ≥ 0: made rests of rows that cannot be negative; ``rest_names`` names each.
    faults : tuple[str, ...]
        Identities that cannot be stated: a product with supply or use only.
    memo : dict[str, Floats]
        Weights of leaves in rows and products, computed once.
    """

    key: tuple[str, int]
    flows: np.ndarray
    products: np.ndarray
    at_flow: np.ndarray
    at_product: np.ndarray
    start: Floats
    leaf_flows: np.ndarray
    leaf_products: np.ndarray
    leaf_rows: Floats
    rows: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    words: tuple[str, ...] = ()
    floor: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    rests: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    rest_names: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    memo: dict[str, Floats] = field(default_factory=dict)

    @classmethod
    def of(cls, cube: Cube, leaf_values: np.ndarray, leaf: np.ndarray, key: int) -> Equations:
        """State the identities of one territory and year of a cube."""
        given = cube.given[key] & ~cube.flows.isin(computed_rows())[:, None]
        at_flow, at_product = np.nonzero(given)
        place = cube.keys[key]
        leaf_flow, leaf_product = np.nonzero(leaf[key])
        flows, products = cube.flows.to_numpy(), cube.products.to_numpy()
        bare = cls(
            (str(place[0]), int(place[1])),
            flows[at_flow],
            products[at_product],
            at_flow,
            at_product,
            cube.values[key][given],
            flows[leaf_flow],
            products[leaf_product],
            np.zeros((len(leaf_flow), len(at_flow))),
        )
        return _with_rows(bare, leaf_values[key][leaf[key]])

    def bound_word(self, row: int) -> str:
        """Return what cannot be negative as text: cells of ``floor`` first, then ``rests``."""
        if row < len(self.floor):
            name = f"{self.flows[self.floor[row]]} {self.products[self.floor[row]]}"
        else:
            name = self.rest_names[row - len(self.floor)]
        return f"{self.key[0]} {self.key[1]} {name}"

    def cells_in(self, row: int) -> str:
        """Return the cells of an identity as text."""
        found = np.flatnonzero(self.rows[row])
        shown = ", ".join(f"{self.flows[cell]} {self.products[cell]}" for cell in found[:SHOWN])
        return shown + (f" and {len(found) - SHOWN} more" if len(found) > SHOWN else "")


#: Cells that a message lists.
SHOWN = 6


@cache
def computed_rows() -> frozenset[str]:
    """Rows that a balance computes and nobody measures (GAE, AFC, PEC2020-2030 …), but STATDIFF."""
    flows = catalog.table("flows")
    balance = flows.loc[flows["aggregate"] & (flows["role"] == "balance"), "code"]
    return frozenset(balance) - {DIFFERENCE}


@cache
def _signed() -> frozenset[str]:
    flows = catalog.table("flows")
    return frozenset(flows.loc[flows["may_be_negative"], "code"])


def _on_leaves(equations: Equations, flow: str, product: str) -> Floats:
    """Weights of the leaves in a row and product, group of products or TOTAL."""
    memo = equations.memo
    if flow not in memo:
        parts = flow_parts(flow)
        memo[flow] = np.array([parts.get(name, 0.0) for name in equations.leaf_flows])
    if product == TOTAL:
        return memo[flow]
    if product not in memo:
        members = {product, *product_leaves(product)}
        memo[product] = np.array([float(name in members) for name in equations.leaf_products])
    return memo[flow] * memo[product]


def weights_of(equations: Equations, flow: str, product: str) -> Floats | None:
    """Return the weights of the cells in one row: the cell itself, else its leaves; None without either."""
    own = (equations.flows == flow) & (equations.products == product)
    leaves = _on_leaves(equations, flow, product)
    if not (own.any() or leaves.any()):
        return None
    out: Floats = np.where(own, 1.0, 0.0) if own.any() else leaves @ equations.leaf_rows
    return out


def _with_rows(bare: Equations, leaf_energy: Floats) -> Equations:
    cell = {pair: at for at, pair in enumerate(zip(bare.flows, bare.products, strict=True))}
    leaf = {pair: at for at, pair in enumerate(zip(bare.leaf_flows, bare.leaf_products, strict=True))}
    for pair, at in leaf.items():
        if pair in cell:
            bare.leaf_rows[at, cell[pair]] = 1.0
    made = _fill_rests(bare, cell, leaf)
    supplied = bool(np.isin(bare.leaf_flows, ["PPRD", "IMP"]).any())
    leaves, cells, words = _totals(bare, leaf, supplied=supplied)
    faults: list[str] = []
    if supplied:
        more_leaves, more_cells, more_words, faults = _products(bare, leaf_energy)
        leaves, cells, words = leaves + more_leaves, cells + more_cells, words + more_words
    weights = np.array(leaves).reshape(-1, len(bare.leaf_flows))
    rows = np.array(cells).reshape(-1, len(bare.start))
    if made:
        rows = rows + weights @ bare.leaf_rows
    else:
        # Every leaf is a cell: the same sum without the product of matrices.
        rows[:, [cell[pair] for pair in leaf]] += weights
    kept = np.abs(rows).max(axis=1, initial=0.0) > 0
    names = [word for word, keep in zip(words, kept, strict=True) if keep]
    floor, rests = _bounds(bare, made)
    return Equations(
        bare.key,
        bare.flows,
        bare.products,
        bare.at_flow,
        bare.at_product,
        bare.start,
        bare.leaf_flows,
        bare.leaf_products,
        bare.leaf_rows,
        rows[kept],
        tuple(names),
        floor,
        bare.leaf_rows[rests],
        tuple(f"{bare.leaf_flows[at]} {bare.leaf_products[at]}" for at in rests),
        tuple(faults),
    )


Places = dict[tuple[str, str], int]


def _fill_rests(bare: Equations, cell: Places, leaf: Places) -> list[int]:
    """State each made rest as its published parent less the parts; inner parents come first."""
    made = {pair: at for pair, at in leaf.items() if pair not in cell}
    rank = {identity.aggregate + UNALLOCATED: place for place, identity in enumerate(identities())}
    for (flow, product), at in sorted(made.items(), key=lambda item: rank[item[0][0]]):
        parent = flow.removesuffix(UNALLOCATED)
        parts = np.where(bare.leaf_products == product, _on_leaves(bare, parent, product), 0.0)
        parts[at] = 0.0
        bare.leaf_rows[at] = -(parts @ bare.leaf_rows)
        bare.leaf_rows[at, cell[parent, product]] += 1.0
    return list(made.values())


def _totals(bare: Equations, leaf: Places, *, supplied: bool) -> tuple[list[Floats], list[Floats], list[str]]:
    """Published total less its parts: weights of leaves, weights of cells, words."""
    leaves, cells, words = [], [], []
    for at, (flow, product) in enumerate(zip(bare.flows, bare.products, strict=True)):
        # The difference of one product is stated with the identity of that product.
        own = product_leaves(product) == (product,)
        if (flow, product) in leaf or (flow == DIFFERENCE and (own or not supplied)):
            continue
        leaves.append(-_on_leaves(bare, flow, product))
        cells.append(np.zeros(len(bare.start)))
        cells[-1][at] = 1.0
        words.append(f"{bare.key[0]} {bare.key[1]} {flow} {product} (published total)")
    return leaves, cells, words


def _products(
    bare: Equations, leaf_energy: Floats
) -> tuple[list[Floats], list[Floats], list[str], list[str]]:
    """Supply less use less stated difference, for each product (or group, where rows are so coarse)."""
    leaves, cells, words, faults = [], [], [], []
    signs = np.array([flow_parts(DIFFERENCE).get(name, 0.0) for name in bare.leaf_flows])
    coarse = _told_coarsely(bare)
    number = {name: at for at, name in enumerate(dict.fromkeys([*bare.products, *bare.leaf_products]))}
    of_leaf = np.array([number[name] for name in bare.leaf_products], dtype=np.intp)
    of_cell = np.array([number[name] for name in bare.products], dtype=np.intp)
    stated = bare.flows == DIFFERENCE
    for name, members in _blocks(bare).items():
        among = np.zeros(len(number), dtype=bool)
        among[[number[member] for member in members]] = True
        here = np.where(among[of_leaf], signs, 0.0)
        own = stated & among[of_cell]
        if not here.any() or (not own.any() and any(members <= scope for scope in coarse)):
            continue
        where = f"{bare.key[0]} {bare.key[1]} {name}"
        amounts = here * leaf_energy
        one_sided = not ((amounts > 0).any() and (amounts < 0).any())
        if one_sided and not own.any():
            faults.append(_one_sided(where, amounts))
            continue
        leaves.append(here)
        cells.append(-own.astype(float))
        words.append(f"{where} (supply less use)")
    return leaves, cells, words, faults


def _one_sided(where: str, amounts: Floats) -> str:
    side = "use" if (amounts > 0).any() else "supply"
    return (
        f"{where}: {np.abs(amounts).sum():,.1f} MWh and no row of {side}, so supply cannot equal use;"
        " add the row, state the difference in a row STATDIFF, or leave the product out with filter"
    )


def _blocks(bare: Equations) -> dict[str, set[str]]:
    """Group products that some rows give only together."""
    products = dict.fromkeys(str(product) for product in bare.leaf_products)
    if TOTAL in products:
        return {TOTAL: set(products)}
    blocks = {product: {product} for product in products}
    for group in products:
        parts = {part for part in product_leaves(group) if part != group} & set(blocks)
        for part in parts:
            blocks[group] |= blocks.pop(part)
    return blocks


def _told_coarsely(bare: Equations) -> list[set[str]]:
    """Leaf products of each group for which a difference is stated, but for none of its parts."""
    here = {str(product) for product in bare.leaf_products}
    stated = {str(product) for product in bare.products[bare.flows == DIFFERENCE]}
    scope = {name: here if name == TOTAL else here & {*product_leaves(name)} for name in stated}
    return [
        scope[group]
        for group in stated
        if product_leaves(group) != (group,)
        and not any(scope[name] and scope[name] <= scope[group] for name in stated - {group})
    ]


def _bounds(bare: Equations, made: list[int]) -> tuple[np.ndarray, list[int]]:
    """Cells, and made rests, that cannot be negative."""
    signed = _signed()
    free = {name: name.removesuffix(UNALLOCATED) not in signed for name in set(bare.flows)}
    floor = np.flatnonzero([free[name] for name in bare.flows])
    return floor, [at for at in made if bare.leaf_flows[at].removesuffix(UNALLOCATED) not in signed]
