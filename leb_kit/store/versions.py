"""Versions of balances in the tables: write one whole, read one, move it from state to state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, func, insert, select, update

from leb_kit.balance import Territory
from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.reference import catalog
from leb_kit.store.rows import Row, digest_of
from leb_kit.store.schema import balance, cell, flow, product, source, territory

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select, Table


class Version(NamedTuple):
    """Head of one version of one territory and year."""

    territory: str
    year: int
    version: int
    state: str
    author: str
    made_at: str
    message: str
    name: str
    cells: int
    digest: str

    @property
    def head(self) -> tuple[object, ...]:
        """What the digest covers besides the cells."""
        return (self.territory, self.year, self.version, self.author, self.made_at, self.message, self.name)


_HEAD = (
    territory.c.code,
    balance.c.year,
    balance.c.version,
    balance.c.state,
    balance.c.author,
    balance.c.made_at,
    balance.c.message,
    balance.c.name,
    balance.c.cells,
    balance.c.digest,
)


def territory_id(connection: Connection, code: str) -> int:
    """Return the number of a territory of the store.

    Raises
    ------
    InputError
        The store does not have it.
    """
    found = connection.scalar(select(territory.c.id).where(territory.c.code == code))
    if found is None:
        known = connection.scalars(select(territory.c.code)).all()
        fault = say("the store has no territory '{code}'.{hint}", code=code, hint=did_you_mean(code, known))
        raise InputError(say("store"), [fault])
    return int(found)


def add_territory(connection: Connection, code: str) -> int:
    """Return the number of a territory; it and all that it lies in are added where they are missing."""
    found = connection.scalar(select(territory.c.id).where(territory.c.code == code))
    if found is not None:
        return int(found)
    known = Territory.known(code)
    parent = add_territory(connection, known.parent) if known.parent else None
    row = {"code": code, "name": known.name(), "level": known.level, "parent_id": parent}
    return int(connection.scalar(insert(territory).values(row).returning(territory.c.id)) or 0)


def _ids(connection: Connection, table: Table, codes: set[str], **more: dict[str, int]) -> dict[str, int]:
    """Return the number of each code, added where it is missing."""
    known = _pairs(connection, select(table.c.code, table.c.id))
    for code in sorted(codes - set(known)):
        row = {"code": code, **{column: values.get(code, 1) for column, values in more.items()}}
        known[code] = int(connection.scalar(insert(table).values(row).returning(table.c.id)) or 0)
    return known


def signs() -> dict[str, int]:
    """Return for each flow whether it may be negative (1) or not (0).

    Examples
    --------
    >>> signs()["PPRD"], signs()["STK_CHG"]
    (0, 1)
    """
    table = catalog.table("flows")
    return dict(zip(table["code"], table["may_be_negative"].astype(int), strict=True))


def newest(connection: Connection, place: int, year: int) -> int:
    """Return the number of the newest version, 0 where there is none."""
    found = select(func.max(balance.c.version)).where(balance.c.territory_id == place, balance.c.year == year)
    return int(connection.scalar(found) or 0)


def write(connection: Connection, head: Version, rows: Sequence[Row]) -> Version:
    """Write the next version, whole and sealed, in the transaction of the connection."""
    place = territory_id(connection, head.territory)
    key = {"territory_id": place, "year": head.year, "version": head.version}
    told = {"author": head.author, "made_at": head.made_at, "message": head.message, "name": head.name}
    connection.execute(insert(balance).values(**key, **told))
    signed = signs()
    flows = _ids(connection, flow, {row.flow for row in rows}, signed=signed)
    products = _ids(connection, product, {row.product for row in rows})
    sources = _sources(connection, place, {row.source for row in rows} - {""})
    connection.execute(
        insert(cell),
        [
            {
                **key,
                "flow_id": flows[row.flow],
                "product_id": products[row.product],
                "signed": signed.get(row.flow, 1),
                "energy_mwh": row.energy_mwh,
                "status": row.status,
                "source_id": sources.get(row.source),
                "sigma": row.sigma,
            }
            for row in rows
        ],
    )
    sealed = head._replace(state="draft", cells=len(rows), digest=digest_of(head.head, rows))
    step(connection, sealed, "open", "draft", cells=sealed.cells, digest=sealed.digest)
    return sealed


def _pairs(connection: Connection, asked: Select[str, int]) -> dict[str, int]:
    return {text: number for text, number in connection.execute(asked)}  # noqa: C416 - rows are not tuples to dict


def _sources(connection: Connection, place: int, told: set[str]) -> dict[str, int]:
    known = _pairs(connection, select(source.c.told, source.c.id).where(source.c.territory_id == place))
    for text in sorted(told - set(known)):
        made = insert(source).values(territory_id=place, told=text).returning(source.c.id)
        known[text] = int(connection.scalar(made) or 0)
    return known


def step(connection: Connection, version: Version, before: str, after: str, **seal: object) -> bool:
    """Move a version from state to state; False where it is not there, not so any more, or not ours."""
    place = territory_id(connection, version.territory)
    where = (
        balance.c.territory_id == place,
        balance.c.year == version.year,
        balance.c.version == version.version,
        balance.c.state == before,
    )
    return connection.execute(update(balance).where(*where).values(state=after, **seal)).rowcount == 1


def heads(connection: Connection, *where: ColumnElement[bool]) -> list[Version]:
    """Return the heads that match, by territory, year and version."""
    asked = select(*_HEAD).join(territory, territory.c.id == balance.c.territory_id).where(*where)
    order = (territory.c.code, balance.c.year, balance.c.version)
    return [Version._make(row) for row in connection.execute(asked.order_by(*order))]


def read(connection: Connection, version: Version) -> list[Row]:
    """Return the cells of a version, in the order of flow and product codes."""
    asked = (
        select(flow.c.code, product.c.code, cell.c.energy_mwh, cell.c.status, source.c.told, cell.c.sigma)
        .join(flow, flow.c.id == cell.c.flow_id)
        .join(product, product.c.id == cell.c.product_id)
        .join(territory, territory.c.id == cell.c.territory_id)
        .outerjoin(
            source, and_(source.c.id == cell.c.source_id, source.c.territory_id == cell.c.territory_id)
        )
        .where(
            territory.c.code == version.territory,
            cell.c.year == version.year,
            cell.c.version == version.version,
        )
    )
    found = [Row(*row[:4], row[4] or "", row[5]) for row in connection.execute(asked)]
    return sorted(found, key=lambda row: row[:2])
