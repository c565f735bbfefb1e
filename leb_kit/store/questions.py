"""Questions that the database answers itself: where a text is, and what a tree of territories sums to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import and_, func, or_, select

from leb_kit.store.rows import Cells
from leb_kit.store.schema import balance, cell, flow, product, territory

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select, Subquery


def has(text: str) -> ColumnElement[bool]:
    """Return whether a version has a text: in its head, or as the code of a flow or product of a cell."""
    words = (territory.c.code, territory.c.name, balance.c.name, balance.c.message, balance.c.author)
    inside = (
        select(cell.c.year)
        .join(flow, flow.c.id == cell.c.flow_id)
        .join(product, product.c.id == cell.c.product_id)
        .where(
            cell.c.territory_id == balance.c.territory_id,
            cell.c.year == balance.c.year,
            cell.c.version == balance.c.version,
            or_(flow.c.code == text, product.c.code == text),
        )
    )
    # asked once: without such a code no cell needs to be looked at
    codes = or_(*(select(table.c.id).where(table.c.code == text).exists() for table in (flow, product)))
    named = or_(*(column.icontains(text, autoescape=True) for column in words))
    return or_(named, and_(codes, inside.exists()))


def inside(place: int | None, year: int | None) -> Subquery:
    """Return the newest versions (territory_id, year, version) in a territory and all that lies in it.

    Without a territory: everywhere; without a year: of every year.
    """
    newest = select(balance.c.territory_id, balance.c.year, func.max(balance.c.version).label("version"))
    if place is not None:
        tree = select(territory.c.id).where(territory.c.id == place).cte("tree", recursive=True)
        tree = tree.union(select(territory.c.id).join(tree, territory.c.parent_id == tree.c.id))
        newest = newest.where(balance.c.territory_id.in_(select(tree.c.id)))
    if year is not None:
        newest = newest.where(balance.c.year == year)
    return newest.group_by(balance.c.territory_id, balance.c.year).subquery()


def _of(newest: Subquery) -> ColumnElement[bool]:
    key = (cell.c.territory_id, cell.c.year, cell.c.version)
    return and_(*(column == newest.c[column.name] for column in key))


def sum_over(place: int, year: int) -> Select[Any]:
    """Return the sum over the newest versions of a year in a territory and all that lies in it, by cell."""
    newest = inside(place, year)
    # summed by numbers first, so that codes are looked up once for each sum
    sums = (
        select(
            cell.c.flow_id,
            cell.c.product_id,
            func.sum(cell.c.energy_mwh).label("sum"),
            func.count().label("n"),
        )
        .join(newest, _of(newest))
        .where(cell.c.year == year)
        .group_by(cell.c.flow_id, cell.c.product_id)
        .subquery()
    )
    return (
        select(flow.c.code, product.c.code, sums.c.sum, sums.c.n)
        .select_from(sums)
        .join(flow, flow.c.id == sums.c.flow_id)
        .join(product, product.c.id == sums.c.product_id)
        .order_by(flow.c.code, product.c.code)
    )


def one_cell(flow_code: str, product_code: str, place: int | None, year: int | None) -> Select[Any]:
    """Return one cell of the newest versions: territory, year, version, energy, status."""
    newest = inside(place, year)
    asked = select(cell.c.territory_id, cell.c.year, cell.c.version, cell.c.energy_mwh, cell.c.status).where(
        cell.c.flow_id == select(flow.c.id).where(flow.c.code == flow_code).scalar_subquery(),
        cell.c.product_id == select(product.c.id).where(product.c.code == product_code).scalar_subquery(),
    )
    # said to the cells too: the index of a cell goes by year
    asked = asked if year is None else asked.where(cell.c.year == year)
    asked = asked if place is None else asked.where(cell.c.territory_id.in_(select(newest.c.territory_id)))
    # a server takes the four keys of a version for independent, expects one row and would look each one up
    here = asked.cte("here").prefix_with("MATERIALIZED", dialect="postgresql")
    key = ("territory_id", "year", "version")
    return (
        select(territory.c.code, here.c.year, here.c.version, here.c.energy_mwh, here.c.status)
        .select_from(here)
        .join(newest, and_(*(here.c[name] == newest.c[name] for name in key)))
        .join(territory, territory.c.id == here.c.territory_id)
        .order_by(territory.c.code, here.c.year)
    )


def difference(before: Cells, after: Cells) -> pd.DataFrame:
    """Return the cells that differ: flow, product, before_mwh, after_mwh, change_mwh; NaN where none is.

    Examples
    --------
    >>> old, new = (Cells.of([("PPRD", "G3000", mwh, "A", "", None)]) for mwh in (1.0, 3.0))
    >>> difference(old, new)["change_mwh"].tolist()
    [2.0]
    """
    old, new = ({row[:2]: row for row in zip(*cells, strict=True)} for cells in (before, after))
    rows = [
        (*key, old[key][2] if key in old else None, new[key][2] if key in new else None)
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
    ]
    table = pd.DataFrame(rows, columns=["flow", "product", "before_mwh", "after_mwh"])
    table = table.astype({"before_mwh": float, "after_mwh": float})
    return table.assign(change_mwh=table["after_mwh"] - table["before_mwh"])
