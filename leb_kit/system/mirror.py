"""Two flow schemes with the same few nodes, to stand opposite each other: what a mirrored drawing shows."""

from __future__ import annotations

from functools import cache
from typing import Final

import pandas as pd

from leb_kit.balance import Balance
from leb_kit.reference import catalog
from leb_kit.system.grouping import FINEST, group_names
from leb_kit.system.links import links
from leb_kit.system.nodes import product_groups

ENDS: Final = ["source", "target", "product"]
SIDES: Final = ("before", "after")


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
    sides = [_side(balance) for balance in (before, after)]
    out = pd.concat(sides, axis=1, keys=["before_mwh", "after_mwh"]).fillna(0.0)
    whole = out.max(axis=1)
    return out[whole > FINEST * whole.sum()].sort_index().reset_index()


@cache
def _into() -> dict[str, str]:
    table = catalog.table("mirror")
    rows = zip(table["node"], table["nodes"], strict=True)
    return {node: str(into) for into, nodes in rows for node in str(nodes).split("|")}


def _side(balance: Balance) -> pd.Series:
    arrows, into = links(balance, columns=5), _into()
    groups = product_groups()
    products = pd.DataFrame({"code": list(groups), "group_scheme": list(groups.values())})
    source = arrows["source"].map(into)
    target = arrows["target"].map(into)
    # what no node stands for (draw from stocks, differences of supply) counts at the other end
    frame = pd.DataFrame(
        {
            "source": source.fillna(target),
            "target": target.fillna(source),
            "product": group_names(arrows["product"], products),
            "energy_mwh": arrows["energy_mwh"],
        }
    )
    outside = frame[frame["source"] != frame["target"]]
    return outside.groupby(ENDS)["energy_mwh"].sum()
