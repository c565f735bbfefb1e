"""What one product feeds, and what happens inside one node of the flow scheme.

::

    path    arrows that carry a product or what became of it
    detail  plants: fuel in, electricity and heat out, efficiencies, losses
            households and services: end uses, devices, carriers, useful energy
            networks: what comes in, what is delivered, losses, own use, exchanges
            any other node: what comes in and what goes out
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leb_kit.balance.accounting import TOTAL, UNALLOCATED, product_leaves
from leb_kit.balance.require import require_balance
from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.reference import catalog
from leb_kit.system.devices import HOUSEHOLDS, TERTIARY, device_rows
from leb_kit.system.end_uses import USER
from leb_kit.system.links import links
from leb_kit.system.nodes import (
    DIFFERENCE_SUPPLY,
    DIFFERENCE_USE,
    LOSSES,
    STOCK_BUILD,
    STOCK_DRAW,
    OwnScheme,
    Scheme,
    product_group,
    read_scheme,
)
from leb_kit.system.plants import plants
from leb_kit.system.shown_system import detail_page
from leb_kit.system.structure import amounts
from leb_kit.system.tracing import trace

if TYPE_CHECKING:
    from leb_kit.balance import Balance

PATH_COLUMNS = ["source", "target", "product", "energy_mwh", "share", "traced_mwh", "supply_share"]
#: What a network does with its energy besides delivering it, by the node at the other end.
NETWORK_PARTS = {
    LOSSES: "losses",
    "energy_sector": "own_use",
    "export": "export",
    STOCK_BUILD: "stock_build",
    STOCK_DRAW: "stock_draw",
    DIFFERENCE_USE: "difference",
    DIFFERENCE_SUPPLY: "difference",
}
#: Rows of the balance whose end uses a node shows.
USERS = {
    "residential": (HOUSEHOLDS,),
    "tertiary": TERTIARY,
    "public_tertiary": ("FC_OTH_CP_PUB_E",),
    "private_tertiary": ("FC_OTH_CP_PRI_E",),
}


@dataclass(frozen=True, repr=False, eq=False)
class NodeDetail:
    """What happens inside one node of the flow scheme, in one territory and year.

    Parameters
    ----------
    node : str
        Node of ``scheme.csv``.
    kind : str
        ``plants``, ``devices``, ``network`` or ``arrows``: what the rows of ``table`` are.
    table : pd.DataFrame
        plants: plant, product (fuel), input_mwh, electricity_mwh, heat_mwh, losses_mwh (MWh/year),
        electricity_efficiency, heat_efficiency, efficiency (MWh/MWh; NaN where nothing goes in).
        devices: flow, end_use, technology, product, final_mwh, useful_mwh (MWh/year), efficiency
        (useful per final energy), share (0–1 of the useful energy of that flow and end use).
        network, arrows: direction (in, out), node (at the other end), product, energy_mwh (MWh/year),
        share (0–1 of all in that direction).
    totals : pd.DataFrame
        The same quantities summed: plants by type and for the whole node (``TOTAL``); devices by
        end use; arrows by direction; of a network also what is inside: ``delivered`` to plants, users
        and other networks, ``losses``, ``own_use`` of the energy sector, ``export``, ``stock_build``,
        ``stock_draw``, ``difference`` (share: 0–1 of all in that direction).
    """

    node: str
    kind: str
    table: pd.DataFrame
    totals: pd.DataFrame

    def label(self, lang: str = "it") -> str:
        """Return the name of the node in Italian (``it``) or English (``en``)."""
        return catalog.label("node", self.node, lang)

    def __repr__(self) -> str:
        return f"NodeDetail({self.node}: {len(self.table)} {self.kind})"

    def _repr_html_(self) -> str:
        return detail_page(self)


def path(balance: Balance, *, product: str, columns: int = 5, scheme: OwnScheme = None) -> pd.DataFrame:
    """Follow one product through the flow scheme: everything it feeds.

    Where products mix in a plant or a device, each arrow that leaves carries the mix of what came in;
    through networks and users each product goes by itself::

        share(a)      = 1                                       where the arrow is the product itself
        share(a)      = Σ share(i) · energy(i) / Σ energy(i)    over the arrows i into its source (of the
                                                                same product, in networks and users)
        traced(a)     = share(a) · energy(a)
        supply_share(a) = traced(a) / supply

    share (0–1), energy and traced (MWh/year); supply: all that enters the networks as the product
    (MWh/year). Source: proportional tracing (method of leb_kit).

    Parameters
    ----------
    balance : Balance
        One territory, one year.
    product : str
        SIEC code of a product or a group of products, or a label such as ``"gas naturale"``.
    columns : int
        5, or 7 to follow it down to end-user conversions and energy uses.
    scheme : pd.DataFrame or path, optional
        Own nodes, as for ``links``.

    Returns
    -------
    pd.DataFrame
        source, target, product, energy_mwh (the whole arrow), share, traced_mwh (the part that comes
        from the product), supply_share; user with seven columns; only arrows with a share.

    Raises
    ------
    InputError
        An unknown product, one the balance does not have, or more than one territory or year.

    Examples
    --------
    >>> import leb_kit as leb
    >>> gas = path(leb.examples.italy(), product="G3000")
    >>> homes = gas[(gas["target"] == "residential") & (gas["product"] == "G3000")]
    >>> float((homes["traced_mwh"].sum() * 3.6 / 1000).round())  # TJ
    675190.0
    """
    arrows = links(balance, columns=columns, scheme=scheme)
    code = _product_code(product, arrows["product"])
    seeds = arrows["product"].isin(product_leaves(code)).to_numpy(dtype=bool)
    nodes = read_scheme(scheme)
    share = trace(arrows, forward=seeds, backward=np.zeros_like(seeds), through=nodes.through)
    out = arrows.assign(share=share, traced_mwh=share * arrows["energy_mwh"])
    networks = set(nodes.networks.values())
    enters = seeds & arrows["target"].isin(networks) & ~arrows["source"].isin(networks)
    if not enters.any():  # sun, wind and ambient heat have no network: they enter where they are used
        enters = seeds
    supply = float(arrows.loc[enters, "energy_mwh"].sum())
    out["supply_share"] = out["traced_mwh"] / supply if supply > 0 else 0.0
    names = [*PATH_COLUMNS, *([USER] if USER in out else [])]
    return out.loc[out["share"] > 0, names].reset_index(drop=True)


def detail(balance: Balance, *, node: str, scheme: OwnScheme = None) -> NodeDetail:
    """Look inside one node of the flow scheme.

    ::

        losses                 = input − electricity − heat
        efficiency             = (electricity + heat) / input
        electricity_efficiency = electricity / input;   heat_efficiency = heat / input
        useful                 = efficiency · final

    All energies in MWh/year, net calorific value. Source: Eurostat, Energy balance guide (plants; the
    split of output by fuel follows gross production GEP and GHP); ``end_use_shares.csv`` and
    ``technology_parameters.csv`` (devices, as ``calibrate`` uses them). Autoproducers count only the
    fuel of electricity and of the heat they sell. One fuel may show more output than input: the memo rows
    are published apart from the input (Italy 2019, hard coal in main-activity cogeneration: GEP and GHP sum
    to 564 GWh, input 504 GWh); nothing is moved between fuels.

    Parameters
    ----------
    balance : Balance
        One territory, one year.
    node : str
        Node of ``scheme.csv``, for example ``"cogeneration"``, ``"residential"``, ``"tertiary"``
        (public and private together), ``"network_natural_gas"``, ``"boilers"``, or its label.
    scheme : pd.DataFrame or path, optional
        Own nodes, as for ``links``.

    Raises
    ------
    InputError
        An unknown node, one without energy in this balance, or more than one territory or year.

    Examples
    --------
    >>> import leb_kit as leb
    >>> inside = detail(leb.examples.italy(), node="cogeneration")
    >>> float(inside.totals.loc["MAPCHP", "efficiency"].round(3))
    0.595
    """
    require_balance(balance, "detail")
    balance.one()
    nodes = read_scheme(scheme)
    name = _node_code(node, nodes)
    energy = amounts(balance.leaves)
    found = _devices(energy, USERS[name]) if name in USERS else _plants(energy, name, nodes)
    if found is None:
        columns = 7 if name in nodes.hidden else 5
        found = _arrows(links(balance, columns=columns, scheme=scheme), name)
        if name in nodes.networks.values():
            found = _network(found)
    kind, table, totals = found
    if table.empty:
        fault = say("node '{node}' has no energy in {balance}", node=name, balance=balance.title("en"))
        raise InputError("detail", [fault])
    return NodeDetail(name, kind, table, totals)


Found = tuple[str, pd.DataFrame, pd.DataFrame]


def _plants(energy: pd.Series, node: str, nodes: Scheme) -> Found | None:
    rows = plants(energy)
    flows = rows["flow_in"].where(rows["flow_in"] != "", rows["flow_out"])
    here = [
        nodes.node(flow, product_group(fuel)) == node
        for flow, fuel in zip(flows, rows["product"], strict=True)
    ]
    rows = rows[here]
    if rows.empty:
        return None
    columns = ["input_mwh", "electricity_mwh", "heat_mwh"]
    table = rows.groupby(["plant", "product"], sort=False)[columns].sum().reset_index()
    kinds = table.groupby("plant", sort=False)[columns].sum()
    whole = table[columns].sum().to_frame(TOTAL).T.rename_axis("plant")
    return "plants", _with_efficiency(table), _with_efficiency(pd.concat([kinds, whole]))


def _with_efficiency(frame: pd.DataFrame) -> pd.DataFrame:
    taken = frame["input_mwh"].where(frame["input_mwh"] > 0)
    given = frame["electricity_mwh"] + frame["heat_mwh"]
    return frame.assign(
        losses_mwh=frame["input_mwh"] - given,
        electricity_efficiency=frame["electricity_mwh"] / taken,
        heat_efficiency=frame["heat_mwh"] / taken,
        efficiency=given / taken,
    )


def _devices(energy: pd.Series, users: tuple[str, ...]) -> Found:
    names = energy.index.get_level_values("flow")
    mine = [_user(str(name), users) for name in names]
    devices, _ = device_rows(energy[mine])
    rows = [
        (flow, device.service.split(":")[1], device.technology, product, amount, device.efficiency)
        for device in devices
        for _, flow, product, amount in device.cells
    ]
    columns = ["flow", "end_use", "technology", "product", "final_mwh", "efficiency"]
    table = pd.DataFrame(rows, columns=columns).astype({"final_mwh": float, "efficiency": float})
    table["useful_mwh"] = table["final_mwh"] * table["efficiency"]
    whole = table.groupby(["flow", "end_use"])["useful_mwh"].transform("sum")
    table["share"] = table["useful_mwh"] / whole
    order = ["flow", "end_use", "technology", "product", "final_mwh", "useful_mwh", "efficiency", "share"]
    totals = table.groupby("end_use")[["final_mwh", "useful_mwh"]].sum()
    totals.loc[TOTAL] = totals.sum()
    totals["efficiency"] = totals["useful_mwh"] / totals["final_mwh"]
    return "devices", table[order], totals


def _user(flow: str, users: tuple[str, ...]) -> bool:
    name = flow.removesuffix(UNALLOCATED)
    return any(name == user or name.startswith(f"{user}_") for user in users)


def _arrows(arrows: pd.DataFrame, node: str) -> Found:
    parts = [
        arrows[arrows[end] == node].assign(direction=word).rename(columns={other: "node"})
        for end, other, word in (("target", "source", "in"), ("source", "target", "out"))
    ]
    keys = ["direction", "node", "product"]
    table = pd.concat(parts, ignore_index=True).groupby(keys, sort=False)[["energy_mwh"]].sum().reset_index()
    totals = table.groupby("direction")[["energy_mwh"]].sum()
    table["share"] = table["energy_mwh"] / table.groupby("direction")["energy_mwh"].transform("sum")
    return "arrows", table, totals


def _network(found: Found) -> Found:
    """Say of what leaves a network what is delivered, lost, used by the energy sector, exported."""
    _, table, totals = found
    given = table["direction"] == "out"
    part = table["node"].map(NETWORK_PARTS).where(lambda s: s.notna(), np.where(given, "delivered", ""))
    parts = table[part != ""].groupby(part[part != ""], sort=False)[["energy_mwh", "share"]].sum()
    whole = totals.assign(share=1.0)
    return "network", table, pd.concat([whole, parts]).rename_axis("direction")


def _product_code(word: str, present: Iterable[str]) -> str:
    products = catalog.table("products")
    aliases = catalog.table("aliases")
    known = dict(aliases.loc[aliases["kind"] == "product", ["label", "code"]].itertuples(index=False))
    here = set(present)
    code = word if word in here else known.get(word.casefold(), word)
    if code not in here and code not in set(products["code"]):
        choices = [*products["code"], *known]
        hint = did_you_mean(word, choices)
        raise InputError("path", [say("unknown product '{word}'.{hint}", word=word, hint=hint)])
    if code == TOTAL or not here.intersection(product_leaves(code)):
        there = ", ".join(sorted(here - {TOTAL}))
        fault = say("no arrow carries product '{word}'; the balance has {there}", word=word, there=there)
        raise InputError("path", [fault])
    return code


def _node_code(word: str, nodes: Scheme) -> str:
    known = {str(node): str(node) for node in nodes.table["node"]}
    for lang in catalog.LANGUAGES:
        labels = nodes.table[f"label_{lang}"].str.casefold()
        known = dict(zip(labels, nodes.table["node"], strict=True)) | known
    code = known.get(word, known.get(word.casefold()))
    if code is None:
        hint = did_you_mean(word, known)
        raise InputError("detail", [say("unknown node '{word}'.{hint}", word=word, hint=hint)])
    return code
