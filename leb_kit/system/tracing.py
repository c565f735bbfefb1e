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
    shares = Tracer(links, through=through).shares(forward=forward, backward=backward)
    return pd.Series(shares, index=links.index, name="share")


class Tracer:
    """Many traces of the same arrows: the mixing is solved once.

    Parameters
    ----------
    links : pd.DataFrame
        Columns ``source``, ``target``, ``product``, ``energy_mwh`` (MWh); ``user`` too if known: what a
        conversion takes for one user it gives to that user.
    through : collection of str
        Nodes that convert nothing.
    """

    def __init__(self, links: pd.DataFrame, *, through: Collection[str] = ()) -> None:
        source, target, count = ends(links, through)
        energy = links["energy_mwh"].to_numpy(dtype=float)
        self._down = _Mixing(source, target, energy, count)
        self._up = _Mixing(target, source, energy, count)

    def shares(self, *, forward: Mask, backward: Mask) -> Floats:
        """Return the share 0-1 of every arrow, downstream and upstream of the marked ones."""
        marked = forward | backward
        reached = np.maximum(self._down.spread(forward), self._up.spread(backward))
        found: Floats = np.where(marked, 1.0, reached)
        return found


def ends(links: pd.DataFrame, through: Collection[str] = ()) -> tuple[Positions, Positions, int]:
    """Number the nodes; one that converts nothing is a node for each of its products."""
    sides = [links["source"].to_numpy(dtype=object), links["target"].to_numpy(dtype=object)]
    if through:
        apart, products = set(through), list(links["product"])
        users = list(links["user"]) if "user" in links else [""] * len(links)
        # the None keeps numpy from making a table of the pairs
        sides = [
            np.array(
                [(n, p if n in apart else u) for n, p, u in zip(side, products, users, strict=True)] + [None],
                dtype=object,
            )[:-1]
            for side in sides
        ]
    codes, nodes = pd.factorize(np.concatenate(sides))
    return codes[: len(links)], codes[len(links) :], len(nodes)


class _Mixing:
    """Shares of arrows from tail to head.

    x[n] = sum over arrows into n of weight * (1 if marked else x[tail]); (I - M) x = b.

    With N = (I - M)^-1 of no marked arrow, and B what the marked arrows bring into each node, one column
    for each of their tails T: x = N B K^-1 1, K = I + (N B)[T] (Woodbury).
    """

    def __init__(self, tail: Positions, head: Positions, energy: Floats, count: int) -> None:
        inflow = np.bincount(head, weights=energy, minlength=count)
        self.tail, self.head, self.count = tail, head, count
        self.weight = np.divide(energy, inflow[head], out=np.zeros_like(energy), where=inflow[head] > 0)
        mixing = np.zeros((count, count))
        np.add.at(mixing, (head, tail), self.weight)
        self.system = np.eye(count) - mixing
        self.solved = _inverse(self.system)

    def spread(self, marked: Mask) -> Floats:
        """Follow marked arrows: share of each arrow."""
        if not marked.any():
            return np.zeros(len(marked))
        tails, at = np.unique(self.tail[marked], return_inverse=True)
        brought = np.zeros((self.count, len(tails)))
        np.add.at(brought, (self.head[marked], at), self.weight[marked])
        if self.solved is None:
            x = self._closest(brought, tails)
        else:
            reach = self.solved @ brought
            x = reach @ np.linalg.solve(np.eye(len(tails)) + reach[tails], np.ones(len(tails)))
        # the solver leaves rounding, which would otherwise light up untouched arrows
        x = np.where(x < ROUND_OFF, 0.0, x)
        shares: Floats = np.clip(np.where(marked, 1.0, x[self.tail]), 0.0, 1.0)
        return shares

    def _closest(self, brought: Floats, tails: Positions) -> Floats:
        """Least squares, because a closed loop that nothing feeds is singular: its smallest solution is 0."""
        system = self.system.copy()
        system[:, tails] += brought
        found: Floats = np.linalg.lstsq(system, brought.sum(axis=1), rcond=None)[0]
        return found


def _inverse(system: Floats) -> Floats | None:
    """Return the inverse, or nothing where a loop that nothing feeds has none."""
    try:
        found: Floats = np.asarray(np.linalg.inv(system), dtype=np.float64)
    except np.linalg.LinAlgError:
        return None
    left = np.abs(system @ found - np.eye(len(system))).max(initial=0.0)
    return found if left < SOLVED else None


#: A share below this is rounding.
ROUND_OFF = 1e-12
#: An inverse is good if it leaves no more than this.
SOLVED = 1e-9
