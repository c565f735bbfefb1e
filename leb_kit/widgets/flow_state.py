"""What the flow scheme shows, as plain values a browser can read."""

from typing import Any

import pandas as pd

from leb_kit.errors import InputError, did_you_mean
from leb_kit.system.grouping import group_links, node_totals
from leb_kit.system.tracing import trace, trace_node, trace_shares
from leb_kit.units import from_mwh
from leb_kit.widgets.texts import SHOWN_UNITS

#: Three decimals are a tenth of a percent: finer than a pixel of any band.
SHARE_DECIMALS = 3

State = dict[str, Any]  # values of many kinds, each fixed by its trait


def flow_state(
    links: pd.DataFrame, nodes: pd.DataFrame, products: pd.DataFrame, colors: pd.DataFrame
) -> State:
    """Prepare nodes, arrows and their path shares.

    Parameters
    ----------
    links : pd.DataFrame
        ``source``, ``target``, ``product``, ``energy_mwh`` (MWh), ``status`` if known.
    nodes : pd.DataFrame
        ``node``, ``label_it``, ``label_en``, ``column`` (0-4), ``order``.
    products : pd.DataFrame
        ``code``, ``group_scheme``.
    colors : pd.DataFrame
        ``group``, ``color_hex``, ``label_it``, ``label_en``.

    Returns
    -------
    dict
        Trait values: ``nodes``, ``links``, ``products``, ``shares``, ``node_shares``,
        ``link_shares``. Energy is in MWh, shares are 0-1.
    """
    _require_nodes(links, nodes)
    arrows = group_links(links, products)
    ids = [_link_id(row) for row in arrows.to_dict("records")]
    totals = node_totals(arrows)
    shown = nodes.loc[nodes["node"].isin(totals.index)].sort_values(["column", "order"])
    present = colors.loc[colors["group"].isin(arrows["product"])]
    return {
        "nodes": [_node(row, totals.loc[row["node"]]) for row in shown.to_dict("records")],
        "links": [_link(row, link_id) for row, link_id in zip(arrows.to_dict("records"), ids, strict=True)],
        "products": [
            {"id": r["group"], "color": r["color_hex"], "it": r["label_it"], "en": r["label_en"]}
            for r in present.to_dict("records")
        ],
        "shares": {g: _rounded(trace_shares(arrows, g)) for g in present["group"]},
        "node_shares": {n: _rounded(trace_node(arrows, n)) for n in shown["node"]},
        "link_shares": {link_id: _single(arrows, i) for i, link_id in enumerate(ids)},
    }


def unit_factors() -> dict[str, float]:
    """Give the value of 1 MWh in every unit a reader may choose."""
    return {unit: float(from_mwh(1.0, unit)) for unit in SHOWN_UNITS}


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


def _link(row: dict[Any, Any], link_id: str) -> dict[str, Any]:
    return {
        "id": link_id,
        "source": row["source"],
        "target": row["target"],
        "product": row["product"],
        "energy": float(row["energy_mwh"]),
        "share": round(float(row["share"]), SHARE_DECIMALS + 2),
        "status": row["status"],
    }


def _single(links: pd.DataFrame, position: int) -> list[float]:
    mask = pd.RangeIndex(len(links)).to_numpy() == position
    return _rounded(trace(links, forward=mask, backward=mask))


def _rounded(shares: pd.Series) -> list[float]:
    # adding 0 turns a rounded -0.0 into 0.0
    return [float(share) + 0.0 for share in shares.round(SHARE_DECIMALS)]
