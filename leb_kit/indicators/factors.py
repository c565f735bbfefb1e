"""Looking up factors: the most specific territory and the newest date win."""

from __future__ import annotations

from functools import cache

from leb_kit.errors import InputError, did_you_mean
from leb_kit.reference import catalog


def lineage(territory: str) -> list[str]:
    """Return a territory and those it lies in, nearest first; blank (anywhere) comes last."""
    table = catalog.table("territories")
    parents = dict(zip(table["code"], table["parent"], strict=True))
    out, code = [], territory
    while code:
        out.append(code)
        code = str(parents.get(code, ""))
    return [*out, ""]


@cache
def by_product(name: str, convention: str, territory: str) -> dict[str, float]:
    """Return the factor of every product under a convention, for a territory.

    Raises
    ------
    InputError
        The convention has no such factor.
    """
    table = catalog.table("factors")
    rows = table[(table["factor"] == name) & (table["convention"] == convention)]
    if rows.empty:
        known = sorted(set(table.loc[table["factor"] == name, "convention"]))
        hint = did_you_mean(convention, known)
        raise InputError("factors", [f"no '{name}' for convention '{convention}'; known are {known}.{hint}"])
    order = {code: place for place, code in enumerate(lineage(territory))}
    near = rows[rows["territory"].isin(list(order))]
    near = near.assign(distance=near["territory"].map(order))
    near = near.sort_values(["distance", "valid_from"], ascending=[False, True])
    return dict(zip(near["product"], near["value"], strict=True))


def factor(name: str, *, territory: str = "", convention: str = "", product: str = "") -> float:
    """Return one factor.

    Raises
    ------
    InputError
        No row fits.
    """
    found = by_product(name, convention, territory)
    if product not in found:
        raise InputError("factors", [f"no '{name}' for product '{product}', territory '{territory}'"])
    return found[product]


def clear() -> None:
    """Forget what was looked up (for tests that change the tables)."""
    by_product.cache_clear()


__all__ = ["by_product", "clear", "factor", "lineage"]
