"""Arrows of the flow scheme by product group: what diagrams draw."""

from collections.abc import Iterable
from typing import Final

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

#: Group of products that no row of the products table puts anywhere.
REST = "other"
#: A smaller share of all arrows is finer than any line: the rounding of published tables.
FINEST: Final = 1e-7


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
    entering = links.groupby("target")["energy_mwh"].sum()
    leaving = links.groupby("source")["energy_mwh"].sum()
    frame = pd.DataFrame({"in_mwh": entering, "out_mwh": leaving}).fillna(0.0)
    frame.index.name = "node"
    main = _main_product(links, "target")
    main.update(_main_product(links, "source"))
    return frame.assign(
        energy_mwh=frame[["in_mwh", "out_mwh"]].max(axis=1), group=[main[n] for n in frame.index]
    )


def _main_product(links: pd.DataFrame, end: str) -> dict[str, str]:
    parts = links.groupby([end, "product"], as_index=False).agg(energy_mwh=("energy_mwh", "sum"))
    parts = parts.sort_values("energy_mwh", ascending=False).drop_duplicates(end)
    return dict(zip(parts[end], parts["product"], strict=True))


def _join(letters: pd.Series) -> str:
    return "".join(sorted({str(letter) for letter in letters if isinstance(letter, str)}))
