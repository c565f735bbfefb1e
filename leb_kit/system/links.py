"""The flow scheme: a balance as arrows between nodes, every node closed.

For each node n: sum of arrows in = sum of arrows out. Losses of plants and networks, stock changes
and the statistical difference are nodes of their own, so nothing is dropped. Nodes and the rows
they stand for are data (``scheme.csv``).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from leb_kit.balance.accounting import TOTAL, UNALLOCATED
from leb_kit.reference import catalog
from leb_kit.system.structure import ELECTRICITY, HEAT, amounts, cells_of, plant_rows, sign_of

if TYPE_CHECKING:
    from leb_kit.balance import Balance

LINK_COLUMNS = ["source", "target", "product", "energy_mwh"]

Link = tuple[str, str, str, float]


def links(balance: Balance) -> pd.DataFrame:
    """Return the arrows of the flow scheme of one territory and one year.

    Parameters
    ----------
    balance : Balance
        One territory, one year; only its leaves are used.

    Returns
    -------
    pd.DataFrame
        source, target (nodes of ``scheme.csv``), product (SIEC code; TOTAL for the mixed losses of
        a plant), energy_mwh (MWh, positive). Every node between sources and users closes within a
        relative 1e-9 of its throughput.

    Raises
    ------
    InputError
        More than one territory or year.

    Examples
    --------
    >>> import leb_kit as leb
    >>> arrows = leb.links(leb.examples.italy())
    >>> arrows[arrows["source"] == "network_electricity"]["energy_mwh"].sum().round(-6)
    np.float64(338000000.0)
    """
    balance.one()
    energy = amounts(balance.leaves)
    found = _plant_links(energy) + _row_links(energy)
    frame = pd.DataFrame(found, columns=LINK_COLUMNS).astype({"energy_mwh": float})
    frame = _forward(_summed(frame))
    frame = _with_plant_losses(frame)
    frame = _with_difference(frame, energy)
    return frame[frame["energy_mwh"] > 0].reset_index(drop=True)


def _summed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.groupby(LINK_COLUMNS[:-1], sort=False)[["energy_mwh"]].sum().reset_index()


def _forward(frame: pd.DataFrame) -> pd.DataFrame:
    """Turn arrows of negative energy (transfers between products) round."""
    back = frame["energy_mwh"] < 0
    if not back.any():
        return frame
    turned = frame[back].rename(columns={"source": "target", "target": "source"})
    turned["energy_mwh"] = -turned["energy_mwh"]
    return _summed(pd.concat([frame[~back], turned[LINK_COLUMNS]], ignore_index=True))


def _plant_links(energy: pd.Series) -> list[Link]:
    found: list[Link] = []
    for _, fuel, flow_in, flow_out, taken, electricity, heat in plant_rows(energy):
        node = _node(flow_in or flow_out, _group(fuel))
        if taken:
            found.append((_network(fuel), node, fuel, taken))
        for product, amount in ((ELECTRICITY, electricity), (HEAT, heat)):
            if amount:
                found.append((node, _network(product), product, amount))
    return found


def _row_links(energy: pd.Series) -> list[Link]:
    flows = catalog.table("flows")
    roles = dict(zip(flows["code"], flows["role"], strict=True))
    found: list[Link] = []
    for flow, product, amount in cells_of(energy):
        name = flow.removesuffix(UNALLOCATED)
        role = roles.get(name, "")
        if role == "memo" or name.startswith(("TI_EHG_", "TO_EHG_")):
            continue
        link = _row_link(name, role, product, amount)
        if link is not None:
            found.append(link)
    return found


def _row_link(flow: str, role: str, product: str, amount: float) -> Link | None:
    network, group = _network(product), _group(product)
    if flow == "STK_CHG":
        if amount > 0:
            return "stock_draw", network, product, amount
        return network, "stock_build", product, -amount
    if role == "supply" and flow in ("PPRD", "RCV_RCY", "IMP"):
        # A renewable without a network of its own (sun, wind, water) is its own source.
        return None if network.startswith("source_") else (_node(flow, group), network, product, amount)
    if role == "transformation_output":
        return _node(flow, group), network, product, amount
    if role == "":
        return None
    return network, _node(flow, group), product, amount


def _with_plant_losses(frame: pd.DataFrame) -> pd.DataFrame:
    """What enters a plant and does not leave it is lost; what leaves without entering is shown."""
    scheme = catalog.table("scheme")
    columns = dict(zip(scheme["node"], scheme["column"], strict=True))
    inward = frame.groupby("target")["energy_mwh"].sum()
    outward = frame.groupby("source")["energy_mwh"].sum()
    extra = []
    for node in sorted(set(inward.index) | set(outward.index)):
        if columns.get(node) != PLANT_COLUMN:
            continue
        gap = float(inward.get(node, 0.0) - outward.get(node, 0.0))
        if gap > 0:
            extra.append((node, "losses", TOTAL, gap))
        elif gap < 0:
            extra.append(("difference_supply", node, TOTAL, -gap))
    return _joined(frame, extra)


def _joined(frame: pd.DataFrame, extra: list[Link]) -> pd.DataFrame:
    """Add arrows; an empty table has no types of its own and would make objects of numbers."""
    if not extra:
        return frame
    return pd.concat([frame, pd.DataFrame(extra, columns=LINK_COLUMNS)], ignore_index=True)


#: Column of the flow scheme in which plants stand.
PLANT_COLUMN = 2


def _with_difference(frame: pd.DataFrame, energy: pd.Series) -> pd.DataFrame:
    """Show supply less use of each network product as the statistical difference."""
    sign = sign_of(energy.index.get_level_values("flow"))
    net = (energy * sign).groupby(level="product").sum()
    scale = energy.abs().groupby(level="product").max()
    extra = []
    for product, gap, largest in zip(net.index, net, scale, strict=True):
        network = _network(str(product))
        if network.startswith("source_") or abs(gap) <= ROUND_OFF * largest:
            continue
        if gap > 0:
            extra.append((network, "difference_use", str(product), float(gap)))
        else:
            extra.append(("difference_supply", network, str(product), -float(gap)))
    return _joined(frame, extra)


#: Below this share of a product's largest flow a gap is the arithmetic of floats.
ROUND_OFF = 1e-12


@cache
def _groups() -> dict[str, str]:
    table = catalog.table("products")
    return dict(zip(table["code"], table["group_scheme"], strict=True))


def _group(product: str) -> str:
    return _groups().get(product, "other")


@cache
def _nodes() -> frozenset[str]:
    return frozenset(catalog.table("scheme")["node"])


def _network(product: str) -> str:
    """Return the node a product runs through: its network, or its source where it has none."""
    group = _group(product)
    for name in (f"network_{group}", f"source_{group}"):
        if name in _nodes():
            return name
    return "network_other"


@cache
def _node(flow: str, group: str) -> str:
    """Return the node of ``scheme.csv`` whose rows and groups hold this cell; the closest row wins."""
    table = catalog.table("scheme")
    found, closest = "", 0
    for node, flows, among in zip(table["node"], table["flows"], table["groups"], strict=True):
        if among and group not in among.split("|"):
            continue
        likeness = max(_likeness(flow, word) for word in flows.split("|"))
        if likeness > closest:
            found, closest = str(node), likeness
    if found:
        return found
    if flow in ("PPRD", "RCV_RCY", "IMP"):
        return _node(flow, "other")
    return "other_users"


#: Rows that stand for all rows beginning like them, besides those that end in an underscore.
STEMS = ("TI_RPI", "TO_RPI", "TI_NRG_FC")


def _likeness(flow: str, pattern: str) -> int:
    """Return how many letters of a row a pattern fixes; 0 where it does not fit."""
    stem = pattern.endswith("_") or pattern in STEMS
    return len(pattern) if flow == pattern or (stem and flow.startswith(pattern)) else 0
