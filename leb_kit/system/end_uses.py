"""The last three columns of the flow scheme: end-user conversions, end users, energy uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import numpy as np
import pandas as pd

from leb_kit.balance.accounting import TOTAL, UNALLOCATED
from leb_kit.reference import catalog
from leb_kit.system.arrows import product_order, role_of
from leb_kit.system.devices import AS_FINAL, Device, device_rows
from leb_kit.system.nodes import (
    DEVICE_LOSSES,
    ENVIRONMENT,
    USERS,
    OwnScheme,
    Scheme,
    product_group,
    read_scheme,
)
from leb_kit.system.structure import AMBIENT_HEAT, amounts

USER: Final = "user"

#: source, target, product, user.
Key = tuple[str, str, str, str]


def split_by_use(arrows: pd.DataFrame, leaves: pd.DataFrame, nodes: Scheme) -> pd.DataFrame:
    """Carry the arrows of five columns on to seven.

    Parameters
    ----------
    arrows : pd.DataFrame
        Arrows of five columns, one territory and year.
    leaves : pd.DataFrame
        The leaf cells they were made of.
    nodes : Scheme
        The scheme of the arrows.

    Returns
    -------
    pd.DataFrame
        source, target, product, energy_mwh (MWh/year), user.
    """
    users = {node for node, column in nodes.column.items() if column == USERS}
    energy: defaultdict[Key, float] = defaultdict(float)
    for source, target, product, amount in _cells(arrows, "source", "target", "product"):
        if source not in users and target not in users:
            energy[source, target, product, ""] += amount
    for key, amount in _arrows_of_use(leaves, nodes, users):
        energy[key] += amount
    return _sorted(energy, nodes)


def collapsed(arrows: pd.DataFrame, own: OwnScheme = None) -> pd.DataFrame:
    """Draw the last three columns of seven as one: the arrows of ``links`` with five columns.

    Parameters
    ----------
    arrows : pd.DataFrame
        Arrows of seven columns, of one territory and year.
    own : pd.DataFrame or path, optional
        The own nodes they were made with.

    Returns
    -------
    pd.DataFrame
        source, target, product, energy_mwh (MWh/year).

    Examples
    --------
    >>> import leb_kit as leb
    >>> b = leb.examples.torino()
    >>> five = collapsed(leb.links(b, columns=7))
    >>> len(five) == len(leb.links(b))
    True
    """
    nodes = read_scheme(own)
    energy: defaultdict[Key, float] = defaultdict(float)
    for source, target, product, user, amount in _cells(arrows, "source", "target", "product", USER):
        if not user:
            energy[source, target, product, ""] += amount
        elif source not in nodes.hidden and source != user:
            energy[source, user, product, ""] += amount
        elif target not in nodes.hidden and target != user:
            energy[target, user, product, ""] -= amount  # an arrow of negative energy had been turned
    return _sorted(energy, nodes).drop(columns=USER)


def _arrows_of_use(leaves: pd.DataFrame, nodes: Scheme, users: set[str]) -> Iterator[tuple[Key, float]]:
    split = leaves["flow"].str.startswith(_split_stems())
    devices, _ = device_rows(amounts(leaves[split]))
    known = set()
    for device in devices:
        end_use = device.service.split(":")[1]
        for _, flow, product, amount in device.cells:
            known.add(flow)
            if nodes.node(flow.removesuffix(UNALLOCATED), product_group(product)) in users:
                yield from _device_arrows(device, end_use, flow, product, amount, nodes)
    for flow, product, amount in _cells(leaves, "flow", "product"):
        if flow in known or role_of(flow)[1] >= 0:
            continue
        name, group = flow.removesuffix(UNALLOCATED), product_group(product)
        if nodes.node(name, group) in users:
            yield from _direct(AS_FINAL, name, product, amount, nodes)


def _cells(frame: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    """Give the named columns and the energy of every row; lists are quicker to walk than series."""
    return zip(*(frame[column].tolist() for column in (*columns, "energy_mwh")), strict=True)


@cache
def _split_stems() -> tuple[str, ...]:
    """What rows begin with whose end uses are known."""
    return tuple(
        str(sector).removesuffix("_E") for sector in catalog.table("end_use_shares")["sector"].unique()
    )


def _device_arrows(
    device: Device, end_use: str, flow: str, product: str, final: float, nodes: Scheme
) -> Iterator[tuple[Key, float]]:
    name, group = flow.removesuffix(UNALLOCATED), product_group(product)
    if not device.technology:
        yield from _direct(end_use, name, product, final, nodes)
        return
    user, node = nodes.node(name, group), nodes.device(device.technology, name, group)
    useful = device.efficiency * final
    yield (nodes.network(group), node, product, user), final
    yield (node, user, end_use, user), useful
    yield (user, nodes.use(end_use, name, group), end_use, user), useful
    if device.efficiency <= 1:
        yield (node, DEVICE_LOSSES, TOTAL, user), final - useful
    else:
        yield (ENVIRONMENT, node, AMBIENT_HEAT, user), useful - final


def _direct(
    end_use: str, flow: str, product: str, final: float, nodes: Scheme
) -> Iterator[tuple[Key, float]]:
    """No conversion is known: what is asked for is final energy."""
    group = product_group(product)
    user = nodes.node(flow, group)
    yield (nodes.network(group), user, product, user), final
    yield (user, nodes.use(end_use, flow, group), product, user), final


def _sorted(energy: dict[Key, float], nodes: Scheme) -> pd.DataFrame:
    """Turn arrows of negative energy round; order them as the scheme does."""
    turned: defaultdict[Key, float] = defaultdict(float)
    for (source, target, product, user), amount in energy.items():
        ends = (source, target) if amount > 0 else (target, source)
        turned[*ends, product, user] += abs(amount)
    place = nodes.position
    rows = sorted(
        (place[source], place[target], product_order(product), place.get(user, -1), product, user, amount)
        for (source, target, product, user), amount in turned.items()
        if amount > 0
    )
    names = nodes.nodes
    return pd.DataFrame(
        {
            "source": [names[row[0]] for row in rows],
            "target": [names[row[1]] for row in rows],
            "product": [row[4] for row in rows],
            "energy_mwh": np.array([row[6] for row in rows], dtype=np.float64),
            USER: [row[5] for row in rows],
        }
    )
