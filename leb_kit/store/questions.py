"""Questions that the database answers itself: where a text is, and what a tree of territories sums to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from sqlalchemy import and_, bindparam, func, or_, select

from leb_kit.store.rows import Cells
from leb_kit.store.schema import balance, cell, flow, product, tag, territory
from leb_kit.store.standing import of_today, stands_in

if TYPE_CHECKING:
    from sqlalchemy import CTE, BindParameter, ColumnElement, Connection, CursorResult, Select, Subquery

_Array = np.ndarray[Any, Any]
#: territory, year, version, energy, status.
_KINDS: Final = ("i8", "i8", "i8", "f8", "O")
#: Rows that are taken from a driver together.
_AT_ONCE: Final = 300
#: Larger than any year of a store.
_YEARS: Final = 10_000


def has(text: str, *, tags: bool = True) -> ColumnElement[bool]:
    """Return whether a version has a text: in its head or a tag, or as the code of a cell's flow or product.

    ``tags``: whether the store has room for them.
    """
    words = (territory.c.code, territory.c.name, balance.c.name, balance.c.message, balance.c.author)
    inside = (
        select(cell.c.year)
        .join(flow, flow.c.id == cell.c.flow_id)
        .join(product, product.c.id == cell.c.product_id)
        .where(
            cell.c.territory_id == balance.c.territory_id,
            cell.c.year == balance.c.year,
            stands_in(balance.c.version),
            or_(flow.c.code == text, product.c.code == text),
        )
    )
    # asked once: without such a code no cell needs to be looked at
    codes = or_(*(select(table.c.id).where(table.c.code == text).exists() for table in (flow, product)))
    named = or_(*(column.icontains(text, autoescape=True) for column in words))
    found = or_(named, and_(codes, inside.exists()))
    if not tags:
        return found
    tagged = select(tag.c.name).where(
        tag.c.territory_id == balance.c.territory_id,
        tag.c.year == balance.c.year,
        tag.c.version == balance.c.version,
        tag.c.name.icontains(text, autoescape=True),
    )
    return or_(found, tagged.exists())


def inside(place: int | None, year: int | None, *, after: int = 0) -> Subquery:
    """Return the newest versions (territory_id, year, version) in a territory and all that lies in it.

    Without a territory: everywhere; without a year: of every year. Versions up to ``after`` are left out.
    """
    newest = select(balance.c.territory_id, balance.c.year, func.max(balance.c.version).label("version"))
    newest = newest.where(balance.c.version > after)
    if place is not None:
        newest = newest.where(balance.c.territory_id.in_(select(_tree(place).c.id)))
    if year is not None:
        newest = newest.where(balance.c.year == year)
    return newest.group_by(balance.c.territory_id, balance.c.year).subquery()


def _tree(place: int) -> CTE:
    tree = select(territory.c.id).where(territory.c.id == place).cte("tree", recursive=True)
    return tree.union(select(territory.c.id).join(tree, territory.c.parent_id == tree.c.id))


def sum_over(places: Collection[int], year: int) -> Select[Any]:
    """Return the sum of the newest versions of territories and a year by cell.

    The territories stand in the question: a server then knows how many rows there will be, and need not sort
    what it sums.
    """
    one = (cell.c.flow_id, cell.c.product_id)
    sums = (
        select(*one, func.sum(cell.c.energy_mwh).label("sum"), func.count().label("n"))
        .where(cell.c.year == year, of_today(), cell.c.territory_id.in_(_said(places)))
        .group_by(*one)
        .subquery()
    )
    codes = (flow.c.code, product.c.code)
    # summed by numbers first, so that codes are looked up once for each sum
    return (
        select(*codes, sums.c.sum, sums.c.n)
        .select_from(sums)
        .join(flow, flow.c.id == sums.c.flow_id)
        .join(product, product.c.id == sums.c.product_id)
        .order_by(*codes)
    )


def _said(numbers: Collection[int]) -> BindParameter[Sequence[int]]:
    return bindparam(None, sorted(numbers), expanding=True, literal_execute=True)


def one_cell(
    connection: Connection, codes: tuple[str, str], place: int | None, year: int | None
) -> pd.DataFrame:
    """Return one cell (flow, product) of the newest versions: territory, year, version, energy_mwh, status.

    Which versions are newer than the first is asked apart and joined here, since an engine looks each cell up
    by itself.
    """
    newer = _arrays(connection.execute(select(inside(place, year, after=1))), _KINDS[:3])
    places = connection.execute(select(territory.c.code, territory.c.id)).all()
    asked = select(cell.c.territory_id, cell.c.year, cell.c.version, cell.c.energy_mwh, cell.c.status).where(
        of_today(),
        cell.c.flow_id == select(flow.c.id).where(flow.c.code == codes[0]).scalar_subquery(),
        cell.c.product_id == select(product.c.id).where(product.c.code == codes[1]).scalar_subquery(),
    )
    asked = asked if year is None else asked.where(cell.c.year == year)
    asked = asked if place is None else asked.where(cell.c.territory_id.in_(select(_tree(place).c.id)))
    found = _arrays(connection.execute(asked), _KINDS)
    newest = pd.Series(newer[2], _key(*newer[:2])).reindex(_key(*found[:2]), fill_value=1)
    # a version that was saved since is newer than what was asked first
    found[2] = np.maximum(found[2], newest.to_numpy())
    known = sorted(tuple(one) for one in places)
    rank = pd.Series(range(len(known)), [number for _, number in known]).reindex(found[0]).to_numpy()
    order = np.lexsort((found[1], rank))
    columns = dict(zip(("year", "version", "energy_mwh", "status"), found[1:], strict=True))
    table = pd.DataFrame({name: column[order] for name, column in columns.items()})
    table.insert(0, "territory", pd.array([code for code, _ in known], dtype=str).take(rank[order]))
    return table.astype({"status": str})


def _key(place: _Array, year: _Array) -> _Array:
    return place * _YEARS + year


def _arrays(found: CursorResult[Any], kinds: Sequence[str]) -> list[_Array]:
    """Return the columns of an answer.

    From rows of the driver, since to make them SQLAlchemy's takes as long as the answer; a few at a time,
    since thousands of them let Python look through all that it has for what to forget, which takes longer.
    """
    columns: list[list[Any]] = [[] for _ in kinds]
    driver: Any = found.cursor
    while rows := driver.fetchmany(_AT_ONCE):
        for column, part in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(part)
    return [np.array(column, dtype=kind) for column, kind in zip(columns, kinds, strict=True)]


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
