"""What the flow scheme shows, as plain values a browser can read."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from leb_kit.errors import InputError, did_you_mean
from leb_kit.reference.sourcing import other_words
from leb_kit.system.grouping import group_links, group_names, node_totals
from leb_kit.system.ordering import order_of
from leb_kit.system.tracing import Tracer
from leb_kit.units import from_mwh
from leb_kit.widgets.flow_origin import Origins, no_origins
from leb_kit.widgets.flow_small import gather
from leb_kit.widgets.texts import SHOWN_UNITS

#: Three decimals are a tenth of a percent: finer than a pixel of any band.
SHARE_DECIMALS = 3
#: Trait values that are shares of every arrow.
SHARES = ("shares", "node_shares", "link_shares")
ENDS = ("source", "target", "product")

State = dict[str, Any]  # values of many kinds, each fixed by its trait
Mask = npt.NDArray[np.bool_]


def flow_state(
    links: pd.DataFrame,
    nodes: pd.DataFrame,
    products: pd.DataFrame,
    colors: pd.DataFrame,
    *,
    through: Collection[str] = (),
    origins: pd.DataFrame | None = None,
    grouped: bool = False,
) -> State:
    """Prepare nodes, arrows and their path shares.

    Parameters
    ----------
    links : pd.DataFrame
        ``source``, ``target``, ``product``, ``energy_mwh`` (MWh), ``status`` and ``user`` if known.
    nodes : pd.DataFrame
        ``node``, ``label_it``, ``label_en``, ``column`` (from 0), ``order``.
    products : pd.DataFrame
        ``code``, ``group_scheme``.
    colors : pd.DataFrame
        ``group``, ``color_hex``, ``label_it``, ``label_en``.
    through : collection of str
        Nodes that convert nothing: each product passes through by itself.
    origins : pd.DataFrame, optional
        Source and status behind each node, as ``flow_origin.origins`` gives them.
    grouped : bool
        Gather small sources and small uses.

    Returns
    -------
    dict
        Trait values: ``nodes``, ``links``, ``products``, ``order`` (from top to bottom), ``shares``,
        ``node_shares``, ``link_shares``, ``sources`` (texts that ``from`` of nodes and links number),
        ``sources_it`` (the same in Italian, blank where it is the same).
        Energy is in MWh, shares are 0-1.
    """
    _require_nodes(links, nodes)
    links, nodes, moved = gather(links, nodes) if grouped else (links, nodes, {})
    told = Origins(no_origins() if origins is None else origins, moved)
    arrows = group_links(links, products)
    rows = arrows.to_dict("records")
    ids = [_link_id(row) for row in rows]
    totals = node_totals(arrows)
    shown = nodes.loc[nodes["node"].isin(totals.index)].sort_values(["column", "order"])
    present = colors.loc[colors["group"].isin(arrows["product"])]
    shares = _Shares(links, products, arrows, through)
    return {
        "nodes": [
            _node(row, totals.loc[row["node"]]) | told.of_node(row["node"])
            for row in shown.to_dict("records")
        ],
        "links": [_link(row, link_id, told) for row, link_id in zip(rows, ids, strict=True)],
        "products": [
            {"id": r["group"], "color": r["color_hex"], "it": r["label_it"], "en": r["label_en"]}
            for r in present.to_dict("records")
        ],
        "order": order_of(arrows, shown, totals),
        "sources": told.texts,
        "sources_it": other_words(told.texts),
        "shares": {g: shares.of(product=g) for g in present["group"]},
        "node_shares": {n: shares.of(node=n) for n in shown["node"]},
        "link_shares": {link_id: shares.of(link=i) for i, link_id in enumerate(ids)},
    }


def packed(shares: Mapping[str, Sequence[float]], _: object = None) -> dict[str, str]:
    """Write shares as short texts for the way to the browser: most of them are zero.

    Parameters
    ----------
    shares : mapping
        Share (0–1) of every arrow, by name.

    Returns
    -------
    dict[str, str]
        Position and thousandths of each share above zero.

    Examples
    --------
    >>> packed({"gas": [0.0, 1.0, 0.25]})
    {'gas': '1:1000 2:250'}
    """
    whole = 10**SHARE_DECIMALS
    return {
        name: " ".join(f"{i}:{round(share * whole)}" for i, share in enumerate(row) if share)
        for name, row in shares.items()
    }


def packed_view(view: Mapping[str, Any], _: object = None) -> State:
    """Write a whole view with its shares packed; see ``packed``."""
    return {name: packed(value) if name in SHARES else value for name, value in view.items()}


def sendable(state: Mapping[str, Any]) -> State:
    """Write a whole year, the view down to end uses included, with its shares packed; see ``packed``."""
    uses = {"uses": packed_view(state["uses"])} if "uses" in state else {}
    return packed_view(state) | uses


def unit_factors() -> dict[str, float]:
    """Give the value of 1 MWh in every unit a reader may choose."""
    return {unit: float(from_mwh(1.0, unit)) for unit in SHOWN_UNITS}


class _Shares:
    """Paths followed product by product, then summed into the arrows that are drawn."""

    def __init__(
        self,
        links: pd.DataFrame,
        products: pd.DataFrame,
        arrows: pd.DataFrame,
        through: Collection[str],
    ) -> None:
        fine = links.loc[links["energy_mwh"] > 0].reset_index(drop=True)
        named = group_names(fine["product"], products)
        drawn = pd.MultiIndex.from_frame(arrows[list(ENDS)])
        self.at = drawn.get_indexer(pd.MultiIndex.from_arrays([fine["source"], fine["target"], named]))
        self.product = np.array(named, dtype=object)
        self.source, self.target = fine["source"].to_numpy(), fine["target"].to_numpy()
        self.energy = fine["energy_mwh"].to_numpy(dtype=float)
        self.tracer = Tracer(fine, through=through)
        self.count = len(arrows)
        self.whole = self._summed(self.energy)

    def of(self, *, product: str = "", node: str = "", link: int = -1) -> list[float]:
        """Return the share of every drawn arrow that belongs to a product, a node or an arrow."""
        if node:
            found = self.tracer.shares(forward=self.source == node, backward=self.target == node)
        else:
            marked: Mask = self.product == product if product else self.at == link
            found = self.tracer.shares(forward=marked, backward=marked)
        shares = self._summed(found * self.energy) / self.whole
        # adding 0 turns a rounded -0.0 into 0.0
        return [float(share) + 0.0 for share in np.clip(shares, 0.0, 1.0).round(SHARE_DECIMALS)]

    def _summed(self, energy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        kept = self.at >= 0
        found = np.bincount(self.at[kept], weights=energy[kept], minlength=self.count)
        return found.astype(np.float64)


def _require_nodes(links: pd.DataFrame, nodes: pd.DataFrame) -> None:
    known = list(nodes["node"])
    used = pd.unique(links[["source", "target"]].to_numpy().ravel())
    faults = [
        f"node '{node}' of the links is not in the scheme.{did_you_mean(str(node), known)}"
        for node in used
        if node not in known
    ]
    if faults:
        raise InputError("flow scheme", faults)


def _link_id(row: dict[Any, Any]) -> str:
    return f"{row['source']}>{row['target']}:{row['product']}"


def _node(row: dict[Any, Any], total: pd.Series) -> dict[str, Any]:
    return {
        "id": row["node"],
        "it": row["label_it"],
        "en": row["label_en"],
        "column": int(row["column"]),
        "group": total["group"],
        "in": float(total["in_mwh"]),
        "out": float(total["out_mwh"]),
        "energy": float(total["energy_mwh"]),
    }


def _link(row: dict[Any, Any], link_id: str, told: Origins) -> dict[str, Any]:
    cells = told.of_link(row["source"], row["target"], row["product"])
    return {
        "id": link_id,
        "source": row["source"],
        "target": row["target"],
        "product": row["product"],
        "energy": float(row["energy_mwh"]),
        "share": round(float(row["share"]), SHARE_DECIMALS + 2),
        "status": row["status"] or cells["status"],
        "from": cells["from"],
    }
