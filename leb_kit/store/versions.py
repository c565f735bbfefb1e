"""Versions of balances in the tables: their heads and cells, and the way from state to state."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import chain, compress, groupby, repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import and_, bindparam, func, insert, select, text, update

from leb_kit.balance import Territory
from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.reference import catalog
from leb_kit.store.rows import Cells
from leb_kit.store.schema import balance, cell, flow, product, source, territory
from leb_kit.store.standing import of_today, stands_in

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select, Subquery, Table


#: Rows that are fetched together where all of them are looked at.
_AT_ONCE: Final = 2_000


def moment(made_at: str) -> str:
    """Write a moment as a person reads it: to the minute.

    Examples
    --------
    >>> moment("2026-11-27T19:12:12.148760Z")
    '2026-11-27 19:12 UTC'
    """
    return f"{made_at[:16].replace('T', ' ')} UTC"


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


_ADDED = text(
    "INSERT INTO territory (code, name, level, parent_id) VALUES (:code, :name, :level, :parent_id) "
    "ON CONFLICT (code) DO NOTHING RETURNING id"
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


def add_territory(connection: Connection, code: str, known: dict[str, int] | None = None) -> int:
    """Return the number of a territory; it and all that it lies in are added where they are missing.

    ``known``: numbers of those that are there, if they were asked for; what is added is written there too.
    """
    if known is None:
        found = connection.scalar(select(territory.c.id).where(territory.c.code == code))
        if found is not None:
            return int(found)
        known = pairs(connection, select(territory.c.code, territory.c.id))
    if code not in known:
        one = Territory.known(code)
        parent = add_territory(connection, one.parent, known) if one.parent else None
        row = {"code": code, "name": one.name(), "level": one.level, "parent_id": parent}
        # somebody may have added it since it was asked for
        known[code] = int(connection.scalar(_ADDED, row) or territory_id(connection, code))
    return known[code]


def ids(connection: Connection, table: Table, codes: set[str], **more: dict[str, int]) -> dict[str, int]:
    """Return the number of each code, added where it is missing."""
    known = pairs(connection, select(table.c.code, table.c.id))
    for code in sorted(codes - set(known)):
        row = {"code": code, **{column: values.get(code, 1) for column, values in more.items()}}
        known[code] = int(connection.scalar(insert(table).values(row).returning(table.c.id)) or 0)
    return known


def add_words(connection: Connection) -> None:
    """Write every flow and product that leb_kit knows, so that nobody else says first what sign they have."""
    signed = signs()
    for table, codes in ((flow, signed), (product, dict.fromkeys(catalog.table("products")["code"], 0))):
        known = pairs(connection, select(table.c.code, table.c.id))
        new = [code for code in codes if code not in known]
        more = [{"signed": signed[code]} if table is flow else {} for code in new]
        if new:
            rows = [{"code": code, **values} for code, values in zip(new, more, strict=True)]
            connection.execute(insert(table), rows)


def signs() -> dict[str, int]:
    """Return for each flow whether it may be negative (1) or not (0).

    Examples
    --------
    >>> signs()["PPRD"], signs()["STK_CHG"]
    (0, 1)
    """
    table = catalog.table("flows")
    return dict(zip(table["code"], table["may_be_negative"].astype(int), strict=True))


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


def newest_of(connection: Connection, keys: Collection[tuple[str, int]]) -> dict[tuple[str, int], Version]:
    """Return the newest head of each territory and year that has one, of those that are asked for."""
    if not keys:
        return {}
    codes, years = ({key[at] for key in keys} for at in (0, 1))
    place = select(territory.c.id).where(territory.c.code.in_(sorted(codes)))
    key = (balance.c.territory_id, balance.c.year)
    newest = (
        select(*key, func.max(balance.c.version).label("version"))
        .where(balance.c.territory_id.in_(place), balance.c.year.in_(sorted(years)))
        .group_by(*key)
        .subquery()
    )
    same = and_(*(balance.c[name] == newest.c[name] for name in ("territory_id", "year", "version")))
    asked = select(*_HEAD).join(newest, same).join(territory, territory.c.id == balance.c.territory_id)
    found = map(Version._make, connection.execute(asked))
    newest_heads = {(head.territory, head.year): head for head in found}
    return {one: newest_heads[one] for one in keys if one in newest_heads}


# Said once: to put a statement together takes longer than its answer.
_PLACE = select(territory.c.id).where(territory.c.code == bindparam("code")).scalar_subquery()
_READ = (
    select(
        flow.c.code,
        product.c.code,
        cell.c.energy_mwh,
        cell.c.status,
        func.coalesce(source.c.told, ""),
        cell.c.sigma,
    )
    .join(flow, flow.c.id == cell.c.flow_id)
    .join(product, product.c.id == cell.c.product_id)
    .outerjoin(source, and_(source.c.id == cell.c.source_id, source.c.territory_id == cell.c.territory_id))
    .where(
        cell.c.territory_id == _PLACE,
        cell.c.year == bindparam("of_year"),
        stands_in(bindparam("number")),
    )
)
_NEWEST = (
    select(*_HEAD)
    .join(territory, territory.c.id == balance.c.territory_id)
    .where(balance.c.territory_id == _PLACE, balance.c.year == bindparam("of_year"))
    .order_by(balance.c.version.desc())
    .limit(1)
)
_NUMBERED = _NEWEST.where(balance.c.version == bindparam("number"))


def head_of(connection: Connection, code: str, year: int, version: int | None = None) -> Version | None:
    """Return the head of a version, the newest unless one is named; None where it is not, or not for us."""
    key: dict[str, object] = {"code": code, "of_year": year}
    asked, more = (_NUMBERED, {"number": version}) if version is not None else (_NEWEST, {})
    found = connection.execute(asked, key | more).one_or_none()
    return None if found is None else Version._make(found)


def read(connection: Connection, version: Version) -> Cells:
    """Return the cells of a version."""
    key = {"code": version.territory, "of_year": version.year, "number": version.version}
    return Cells.of(connection.execute(_READ, key).all())


def read_all(
    connection: Connection, newest: Subquery, *where: ColumnElement[bool]
) -> list[tuple[Version, Cells]]:
    """Return versions that ``newest`` names (territory_id, year, version), each with its cells, at once."""
    places = pairs(connection, select(territory.c.code, territory.c.id))
    found: dict[tuple[int, int, int], tuple[Version, list[tuple[Any, ...]]]] = {
        (places[head.territory], head.year, head.version): (head, []) for head in heads(connection, *where)
    }
    flows, products = (
        {number: code for code, number in pairs(connection, select(table.c.code, table.c.id)).items()}
        for table in (flow, product)
    )
    told = dict(tuple(row) for row in connection.execute(select(source.c.id, source.c.told)))
    columns = (
        cell.c.flow_id,
        cell.c.product_id,
        cell.c.energy_mwh,
        cell.c.status,
        cell.c.source_id,
        cell.c.sigma,
    )
    same = and_(*(cell.c[name] == newest.c[name] for name in ("territory_id", "year")))
    for place, year, number, at, what, energy, status, origin, sigma in connection.execute(
        select(newest.c.territory_id, newest.c.year, newest.c.version, *columns)
        .select_from(cell)
        .join(newest, same)
        .where(of_today())
    ).all():
        row = (flows[at], products[what], energy, status, told.get(origin, ""), sigma)
        found[place, year, number][1].append(row)
    return [(head, Cells.of(rows)) for head, rows in found.values() if rows]


def each(connection: Connection) -> Iterator[tuple[tuple[int, int, int], Cells]]:
    """Give the cells of every version by the numbers of its key, in the order in which they lie there.

    All of a store in one pass, which need not fit in memory. A cell whose flow or product is not there is
    left out, a source of another territory is none: as ``read`` does.
    """
    flows, products = (
        {number: code for code, number in pairs(connection, select(table.c.code, table.c.id)).items()}
        for table in (flow, product)
    )
    known = connection.execute(select(source.c.id, source.c.territory_id, source.c.told))
    told = {(number, place): text for number, place, text in known}
    numbers: dict[tuple[int, int], list[int]] = {}
    of = (balance.c.territory_id, balance.c.year, balance.c.version)
    for place, year, number in connection.execute(select(*of).order_by(*of)):
        numbers.setdefault((place, year), []).append(number)
    columns = (cell.c.flow_id, cell.c.product_id, cell.c.energy_mwh, cell.c.status, cell.c.source_id)
    key = tuple(cell.primary_key.columns)
    asked = select(*key[:3], cell.c.until, *columns, cell.c.sigma).order_by(*key)
    parts = connection.execute(asked, execution_options={"yield_per": _AT_ONCE}).partitions()
    for (place, year), group in groupby(chain.from_iterable(parts), itemgetter(0, 1)):
        _, _, begins, ends, at, what, energy, status, origins, sigma = zip(*group, strict=True)
        texts = map(told.get, zip(origins, repeat(place)), repeat(""))
        words = (map(flows.get, at), map(products.get, what))
        rows = list(zip(*words, energy, status, texts, sigma, strict=False))
        whole = flows.keys() >= set(at) and products.keys() >= set(what)
        saved = numbers.get((place, year), [])
        for number in saved:
            # an end that lies in no version's past is none that was written
            stands = (
                begin <= number and (end is None or number <= end < saved[-1])
                for begin, end in zip(begins, ends, strict=True)
            )
            here = rows if saved == [*{*begins}] and not any(ends) else compress(rows, stands)
            yield (
                (place, year, number),
                Cells.of(here if whole else (row for row in here if None not in row[:2])),
            )


def of_cell(
    connection: Connection, place: tuple[str, int], codes: tuple[str, str]
) -> list[tuple[int, int | None, float | None]]:
    """Return the energies of one cell (flow, product) of a territory and year: from version, until, energy.

    ``until`` is None where it stands in the newest version.
    """
    asked = (
        select(cell.c.version, cell.c.until, cell.c.energy_mwh)
        .join(territory, territory.c.id == cell.c.territory_id)
        .join(flow, flow.c.id == cell.c.flow_id)
        .join(product, product.c.id == cell.c.product_id)
        .where(territory.c.code == place[0], cell.c.year == place[1])
        .where(flow.c.code == codes[0], product.c.code == codes[1])
    )
    return [tuple(row) for row in connection.execute(asked)]


def pairs(connection: Connection, asked: Select[str, int]) -> dict[str, int]:
    """Return what a question of two columns answers, the first as keys."""
    return {text: number for text, number in connection.execute(asked)}  # noqa: C416 - rows are no pairs


def place_of(head: Version) -> str:
    """Say which version this is.

    Examples
    --------
    >>> place_of(Version("001272", 2019, 2, "draft", "anna", "", "", "", 1, ""))
    '001272 2019 v2'
    """
    return f"{head.territory} {head.year} v{head.version}"
