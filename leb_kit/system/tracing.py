"""Proportional tracing: how much of every arrow of the flow scheme belongs to one product, node or arrow.

Where flows mix, each outgoing arrow is taken to carry the mix of what comes in. In networks and at end
users nothing is converted: there a product that leaves carries only the mix of the same product coming in.
That is a linear system over the nodes, so loops (own use, pumping) need no special case.
"""

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.intp]


def trace_shares(
    links: pd.DataFrame, product: str | Collection[str], *, through: Collection[str] = ()
) -> pd.Series:
    """Share of every arrow that comes from, is, or turns into a product.

    Parameters
    ----------
    links : pd.DataFrame
        Columns ``source``, ``target``, ``product``, ``energy_mwh`` (MWh).
    product : str or collection of str
        The product, or the products of one group, to follow.
    through : collection of str
        Nodes that convert nothing: each product passes through by itself.

    Returns
    -------
    pd.Series
        Share 0-1 of each row of ``links``, same index. Rows of the product itself are 1.
        Elsewhere it is the larger of two shares: what has been the product before (downstream)
        and what will become it (upstream).
    """
    wanted = [product] if isinstance(product, str) else list(product)
    seeds = links["product"].isin(wanted).to_numpy(dtype=bool)
    return trace(links, forward=seeds, backward=seeds, through=through)


def trace_node(links: pd.DataFrame, node: str, *, through: Collection[str] = ()) -> pd.Series:
    """Share of every arrow that passes through a node, as :func:`trace_shares`.

    Parameters
    ----------
    links : pd.DataFrame
        Columns ``source``, ``target``, ``energy_mwh`` (MWh); ``product`` too where ``through`` is given.
    node : str
        Id of the node.
    through : collection of str
        Nodes that convert nothing.
    """
    leaving = (links["source"] == node).to_numpy(dtype=bool)
    arriving = (links["target"] == node).to_numpy(dtype=bool)
    return trace(links, forward=leaving, backward=arriving, through=through)


def trace(links: pd.DataFrame, *, forward: Mask, backward: Mask, through: Collection[str] = ()) -> pd.Series:
    """Share of every arrow reached from marked arrows, downstream and upstream.

    Parameters
    ----------
    links : pd.DataFrame
        Columns ``source``, ``target``, ``energy_mwh`` (MWh); ``product`` too where ``through`` is given.
    forward, backward : array of bool
        Arrows to follow downstream, and to follow upstream.
    through : collection of str
        Nodes that convert nothing.

    Returns
    -------
    pd.Series
        Share 0-1 of each arrow; marked arrows are 1.
    """
    source, target, count = ends(links, through)
    energy = links["energy_mwh"].to_numpy(dtype=float)
    downstream = _spread(source, target, energy, forward, count)
    upstream = _spread(target, source, energy, backward, count)
    marked = forward | backward
    shares = np.where(marked, 1.0, np.maximum(downstream, upstream))
    return pd.Series(shares, index=links.index, name="share")


def ends(links: pd.DataFrame, through: Collection[str] = ()) -> tuple[Positions, Positions, int]:
    """Number the nodes; one that converts nothing is a node for each of its products."""
    sides = [links["source"].to_numpy(dtype=object), links["target"].to_numpy(dtype=object)]
    if through:
        apart, products = set(through), list(links["product"])
        sides = [
            np.array(
                [f"{n}\n{p}" if n in apart else n for n, p in zip(side, products, strict=True)], dtype=object
            )
            for side in sides
        ]
    codes, nodes = pd.factorize(np.concatenate(sides))
    return codes[: len(links)], codes[len(links) :], len(nodes)


def _spread(
    tail: Positions,
    head: Positions,
    energy: Floats,
    marked: Mask,
    count: int,
) -> Floats:
    """Follow marked arrows from tail to head: share of each arrow.

    x[n] = sum over arrows into n of weight * (1 if marked else x[tail]); (I - M) x = b.
    """
    inflow = np.bincount(head, weights=energy, minlength=count)
    weight = np.divide(energy, inflow[head], out=np.zeros_like(energy), where=inflow[head] > 0)
    mixing = np.zeros((count, count))
    np.add.at(mixing, (head[~marked], tail[~marked]), weight[~marked])
    fed = np.bincount(head[marked], weights=weight[marked], minlength=count)
    # least squares, because a closed loop that nothing feeds is singular: its smallest solution is 0
    x = np.linalg.lstsq(np.eye(count) - mixing, fed, rcond=None)[0]
    # the solver leaves rounding of 1e-16, which would otherwise light up untouched arrows
    x = np.where(x < np.finfo(float).eps * count, 0.0, x)
    shares: Floats = np.clip(np.where(marked, 1.0, x[tail]), 0.0, 1.0)
    return shares
