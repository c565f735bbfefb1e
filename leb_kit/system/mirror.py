"""Two flow schemes with the same few nodes, to stand opposite each other: what a mirrored drawing shows."""

from __future__ import annotations

import math
from functools import cache, lru_cache
from typing import Final

import numpy as np
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.reference import catalog
from leb_kit.system.grouping import FINEST, REST
from leb_kit.system.links import links
from leb_kit.system.nodes import product_groups

ENDS: Final = ["source", "target", "product"]
SIDES: Final = ("before", "after")
#: Balances whose arrows are kept: one stays while the other moves.
KEPT: Final = 4


def mirrored_links(before: Balance, after: Balance) -> pd.DataFrame:
    """Return the arrows of two balances between the nodes of ``mirror.csv``, beside each other.

    Sources stand with their networks and refineries: what passes between nodes that are drawn as one is
    inside, and left out. What comes out of stocks or differences joins the source of its product.

    Parameters
    ----------
    before, after : Balance
        One territory and year each.

    Returns
    -------
    pd.DataFrame
        source, target, product (group), before_mwh, after_mwh (MWh); an arrow that only one balance has
        is 0 in the other.

    Raises
    ------
    InputError
        More than one territory or year.

    Examples
    --------
    >>> import leb_kit as leb
    >>> both = mirrored_links(leb.examples.torino(), leb.examples.torino())
    >>> bool((both["before_mwh"] == both["after_mwh"]).all())
    True
    """
    old, new = _side(before), _side(after)
    keys = sorted(old.keys() | new.keys())
    out = pd.DataFrame(keys, columns=ENDS, dtype=str)
    for side, energy in zip(SIDES, (old, new), strict=True):
        out[f"{side}_mwh"] = np.array([energy.get(key, 0.0) for key in keys])
    whole = np.maximum(out["before_mwh"].to_numpy(), out["after_mwh"].to_numpy())
    return out[whole > FINEST * whole.sum()].reset_index(drop=True)


@cache
def _into() -> dict[str, str]:
    table = catalog.table("mirror")
    rows = zip(table["node"], table["nodes"], strict=True)
    return {node: str(into) for into, nodes in rows for node in str(nodes).split("|")}


@lru_cache(maxsize=KEPT)
def _side(balance: Balance) -> dict[tuple[str, str, str], float]:
    """Return the energy (MWh) of each arrow of one balance, by its ends and group of products."""
    arrows, into, groups = links(balance, columns=5), _into(), product_groups()
    known = set(groups.values())
    parts: dict[tuple[str, str, str], list[float]] = {}
    columns = (arrows[name].to_list() for name in (*ENDS, "energy_mwh"))
    for source, target, product, energy in zip(*columns, strict=True):
        # what no node stands for (draw from stocks, differences of supply) counts at the other end
        start = into.get(source, into.get(target))
        end = into.get(target, into.get(source))
        if start is not None and end is not None and start != end:
            group = groups.get(product, product if product in known else REST)
            parts.setdefault((start, end, group), []).append(energy)
    return {key: math.fsum(energies) for key, energies in parts.items()}
