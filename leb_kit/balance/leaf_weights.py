"""What one MWh in a leaf adds to a weighted sum of cells: the identities of a balance, backwards."""

from __future__ import annotations

import numpy as np

from leb_kit.balance.accounting import TOTAL, UNALLOCATED, identities, known_codes, product_leaves
from leb_kit.reference import catalog


def leaf_weights(weights: np.ndarray) -> np.ndarray:
    """Return the weights of leaves that give the same sum as weights of all cells.

    ::

        sum over cells of weight × computed(leaves) = sum over leaves of leaf weight × leaf

    Parameters
    ----------
    weights : np.ndarray
        One weight for each cell: rows are the known flows, columns the known products
        (``known_codes``) and one more that stands for every unknown product.

    Returns
    -------
    np.ndarray
        The same shape. ``computed`` fills product groups, then aggregates; here the weight of each
        sum is handed back to its parts in the opposite order.
    """
    out = weights.astype(float).copy()
    _from_aggregates(out)
    _from_groups(out)
    return out


def _from_aggregates(out: np.ndarray) -> None:
    flows, products = known_codes()
    for identity in reversed(identities()):
        row = flows.get_loc(identity.aggregate)
        if identity.on_product:
            at = products.get_loc(identity.on_product)
            handed, out[row, at] = float(out[row, at]), 0.0
            for flow, sign, product in identity.terms:
                out[flows.get_loc(flow), products.get_loc(product)] += sign * handed
            continue
        passed = out[row].copy()
        if identity.is_tree:
            out[flows.get_loc(identity.aggregate + UNALLOCATED)] += passed
        else:
            # A balance row is always computed: what stands in it is not read.
            out[row] = 0.0
        for flow, sign, _ in identity.terms:
            out[flows.get_loc(flow)] += sign * passed


def _from_groups(out: np.ndarray) -> None:
    _, products = known_codes()
    rows = catalog.table("products")
    groups = [code for code in rows.loc[~rows["leaf"], "code"] if code != TOTAL]
    grouped = {part for group in groups for part in product_leaves(group)}
    total = products.get_loc(TOTAL)
    direct = [place for place, code in enumerate(products) if code != TOTAL and code not in grouped]
    out[:, [*direct, len(products)]] += out[:, [total]]
    for group in groups:
        out[:, [products.get_loc(part) for part in product_leaves(group)]] += out[
            :, [products.get_loc(group)]
        ]
