"""Proportional tracing: how much of every arrow of the flow scheme belongs to one product, node or arrow.

Where flows mix, each outgoing arrow is taken to carry the mix of what comes in.
That is a linear system over the nodes, so loops (own use, pumping) need no special case.
"""

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def trace_shares(links: pd.DataFrame, product: str | Collection[str]) -> pd.Series:
    """Share of every arrow that comes from, is, or turns into a product.

    Parameters
    ----------
    links : pd.DataFrame
        Columns ``source``, ``target``, ``product``, ``energy_mwh`` (MWh).
    product : str or collection of str
        The product, or the products of one group, to follow.

    Returns
    -------
    pd.Series
        Share 0-1 of each row of ``links``, same index. Rows of the product itself are 1.
        Elsewhere it is the larger of two shares: what has been the product before (downstream)
        and what will become it (upstream).
    """
    wanted = [product] if isinstance(product, str) else list(product)
    seeds = links["product"].isin(wanted).to_numpy(dtype=bool)
    return trace(links, forward=seeds, backward=seeds)


def trace_node(links: pd.DataFrame, node: str) -> pd.Series:
    """Share of every arrow that passes through a node, as :func:`trace_shares`.

    Parameters
    ----------
    links : pd.DataFrame
        Columns ``source``, ``target``, ``energy_mwh`` (MWh).
    node : str
        Id of the node.
    """
    leaving = (links["source"] == node).to_numpy(dtype=bool)
    arriving = (links["target"] == node).to_numpy(dtype=bool)
    return trace(links, forward=leaving, backward=arriving)


def trace(links: pd.DataFrame, *, forward: Mask, backward: Mask) -> pd.Series:
    """Share of every arrow reached from marked arrows, downstream and upstream.

    Parameters
    ----------
    links : pd.DataFrame
        Columns ``source``, ``target``, ``energy_mwh`` (MWh).
    forward, backward : array of bool
        Arrows to follow downstream, and to follow upstream.

    Returns
    -------
    pd.Series
        Share 0-1 of each arrow; marked arrows are 1.
    """
    nodes = pd.Index(pd.unique(links[["source", "target"]].to_numpy().ravel()))
    source = nodes.get_indexer(links["source"])
    target = nodes.get_indexer(links["target"])
    energy = links["energy_mwh"].to_numpy(dtype=float)
    downstream = _spread(source, target, energy, forward, len(nodes))
    upstream = _spread(target, source, energy, backward, len(nodes))
    marked = forward | backward
    shares = np.where(marked, 1.0, np.maximum(downstream, upstream))
    return pd.Series(shares, index=links.index, name="share")


def _spread(
    tail: npt.NDArray[np.intp],
    head: npt.NDArray[np.intp],
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
