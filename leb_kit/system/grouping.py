"""Arrows of the flow scheme by product group: what diagrams draw."""

import math
from collections.abc import Iterable
from typing import Final, NamedTuple

import pandas as pd

#: Headings of the columns of the flow scheme, five and seven.
HEADINGS: Final[dict[str, dict[int, tuple[str, ...]]]] = {
    "it": {
        5: ("Fonti", "Reti primarie", "Conversioni", "Elettricità e calore", "Usi finali"),
        7: (
            "Fonti", "Reti primarie", "Impianti", "Elettricità e calore", "Conversioni d’uso", "Utenti",
            "Usi dell’energia",
        ),
    },
    "en": {
        5: ("Sources", "Primary networks", "Conversions", "Electricity and heat", "End uses"),
        7: (
            "Sources", "Primary networks", "Plants", "Electricity and heat", "Devices", "End users",
            "Energy uses",
        ),
    },
}  # fmt: skip

#: Columns of an arrow.
ARROW: Final = ("source", "target", "product", "energy_mwh")
#: Group of products that no row of the products table puts anywhere.
REST = "other"
#: A smaller share of all arrows is finer than any line: the rounding of published tables.
FINEST: Final = 1e-7


class NodeTotal(NamedTuple):
    """What enters and leaves a node (MWh), the larger of both, and its main product."""

    in_mwh: float
    out_mwh: float
    energy_mwh: float
    group: str


def group_links(links: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """Sum arrows that join the same nodes with products of one group.

    Parameters
    ----------
    links : pd.DataFrame
        Columns ``source``, ``target``, ``product``, ``energy_mwh`` (MWh), and ``status`` if known.
    products : pd.DataFrame
        Columns ``code`` and ``group_scheme``.

    Returns
    -------
    pd.DataFrame
        ``source``, ``target``, ``product`` (now the group), ``energy_mwh`` (MWh), ``share`` (0-1 of
        all that leaves the source) and ``status`` (the letters found, joined); largest first within
        a source. Arrows without energy, or too fine to be drawn, are left out.
    """
    frame = links.assign(product=group_names(links["product"], products), status=links.get("status", ""))
    out = frame.groupby(["source", "target", "product"], as_index=False, sort=True).agg(
        energy_mwh=("energy_mwh", "sum"), status=("status", _join)
    )
    out = out.loc[out["energy_mwh"] > FINEST * out["energy_mwh"].sum()].reset_index(drop=True)
    leaving = out.groupby("source")["energy_mwh"].transform("sum")
    return out.assign(share=out["energy_mwh"] / leaving)


def group_names(codes: Iterable[str], products: pd.DataFrame) -> list[str]:
    """Return the group of each product; a group is its own, what is in none is ``other``."""
    groups = dict(zip(products["code"], products["group_scheme"], strict=True))
    known = set(groups.values())
    return [groups.get(code, code if code in known else REST) for code in codes]


def node_totals(links: pd.DataFrame) -> pd.DataFrame:
    """Give what enters and leaves each node.

    Parameters
    ----------
    links : pd.DataFrame
        Columns ``source``, ``target``, ``product``, ``energy_mwh`` (MWh).

    Returns
    -------
    pd.DataFrame
        Index node; ``in_mwh``, ``out_mwh``, ``energy_mwh`` (the larger, MWh) and ``group``, the
        product with the largest part of what leaves (of what enters, at an end use).
    """
    found = totals_of(zip(*(links[name].to_list() for name in ARROW), strict=True))
    index = pd.Index(list(found), name="node", dtype=str)
    columns = {"in_mwh": float, "out_mwh": float, "energy_mwh": float, "group": object}
    return pd.DataFrame(list(found.values()), index=index, columns=list(columns)).astype(columns)


def totals_of(arrows: Iterable[tuple[str, str, str, float]]) -> dict[str, NodeTotal]:
    """Give what ``node_totals`` gives, of arrows as source, target, product and energy (MWh).

    Plain sums: the tables are short, and a moving slider asks for them several times.

    Examples
    --------
    >>> totals_of([("gas", "plant", "gas", 2.0)])["plant"]
    NodeTotal(in_mwh=2.0, out_mwh=0.0, energy_mwh=2.0, group='gas')
    """
    entering: dict[str, dict[str, float]] = {}
    leaving: dict[str, dict[str, float]] = {}
    for source, target, product, energy in arrows:
        for side, node in ((leaving, source), (entering, target)):
            parts = side.setdefault(node, {})
            parts[product] = parts.get(product, 0.0) + energy
    out = {}
    for node in sorted(entering.keys() | leaving.keys()):
        comes, goes = (math.fsum(side.get(node, {}).values()) for side in (entering, leaving))
        main = _main_product(leaving.get(node) or entering[node])
        out[node] = NodeTotal(comes, goes, max(comes, goes), main)
    return out


def _main_product(parts: dict[str, float]) -> str:
    """Return the product with the largest part; of equal ones the first in the alphabet."""
    return min(parts, key=lambda product: (-parts[product], product))


def _join(letters: pd.Series) -> str:
    return "".join(sorted({str(letter) for letter in letters if isinstance(letter, str)}))
