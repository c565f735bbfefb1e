"""Looking up factors: the most specific territory and the newest date win."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pandas as pd

from leb_kit.balance.hierarchy import containers
from leb_kit.errors import InputError, did_you_mean
from leb_kit.reference import catalog


def lineage(territory: str) -> list[str]:
    """Return a territory and those it lies in, nearest first; blank (anywhere) comes last.

    Examples
    --------
    >>> lineage("001001")
    ['001001', '001', 'ITC1', 'IT', 'EU27_2020', '']
    """
    return [territory, *containers(territory), ""] if territory else [""]


def alike(territories: Iterable[str]) -> dict[str, str]:
    """Return for each territory the first one that has the same factors.

    Thousands of municipalities share a handful of factors; looking them up once for each kind is enough.
    """
    first: dict[tuple[str, ...], str] = {}
    named = _named()
    return {
        code: first.setdefault(tuple(place for place in lineage(code) if place in named), code)
        for code in territories
    }


@cache
def _named() -> frozenset[str]:
    return frozenset(catalog.table("factors")["territory"])


@cache
def by_product(name: str, convention: str, territory: str) -> dict[str, float]:
    """Return the factor of every product under a convention, for a territory.

    Raises
    ------
    InputError
        The convention has no such factor.
    """
    rows = factor_rows(name, convention, territory)
    return dict(zip(rows["product"], rows["value"], strict=True))


def factor_rows(name: str, convention: str, territory: str) -> pd.DataFrame:
    """Return the rows of ``factors.csv`` that hold for a territory, one for each product.

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
    return near.drop_duplicates("product", keep="last").drop(columns="distance")


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
    _named.cache_clear()


__all__ = ["alike", "by_product", "clear", "factor", "factor_rows", "lineage"]
