"""What must hold in a version, as rows of the store, and between the cells of a certified one, as SQL.

An aggregate is the signed sum of its parts, product by product; supply less use is the statistical
difference, which is zero where no row states it. The identities are those of ``leb.check``; here they are
data, so that the database itself refuses to certify what does not close, whoever asks.
"""
# ruff: noqa: S608 - no part of these statements comes from outside

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, select

from leb_kit.balance.accounting import (
    ROUNDING_MWH,
    ROUNDING_SHARE,
    TOTAL,
    UNALLOCATED,
    identities,
    product_leaves,
)
from leb_kit.reference import catalog
from leb_kit.store import pairs, versions
from leb_kit.store.schema import (
    barred_pair,
    closing,
    flow,
    identity,
    identity_term,
    product,
    product_part,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

DIFFERENCE: Final = "STATDIFF"
_TABLES: Final = (identity, identity_term, product_part, closing, barred_pair)

#: Whether a cell ``c`` stands in a version (``new``).
HERE: Final = (
    "c.territory_id = new.territory_id AND c.year = new.year AND c.version <= new.version "
    "AND (c.until IS NULL OR c.until >= new.version)"
)
# Read once, and asked by what does not change from row to row: an engine then keeps it in a table of its own,
# while it would look for each cell among all that ever stood in the year.
_CELLS: Final = f"""here (flow_id, product_id, energy_mwh) AS (
    SELECT c.flow_id, c.product_id, c.energy_mwh FROM cell c WHERE {HERE} AND c.energy_mwh IS NOT NULL
)"""
_THERE: Final = "SELECT h.flow_id, h.product_id FROM here h"
# An aggregate that stands there counts as it stands; one that does not is the sum of its parts, down to what
# does. Each that stands may be off by its own rounding, so every one that is met allows for once more. A
# product that is no sum of others here (``made``) has no part with a cell.
UNCLOSED: Final = f"""
WITH RECURSIVE {_CELLS}, made (product_id) AS (
    SELECT DISTINCT h.product_id FROM here h WHERE h.product_id NOT IN (
        SELECT g.group_id FROM product_part g JOIN here d ON d.product_id = g.part_id
    )
), root (flow_id, product_id, rest, stated) AS (
    SELECT h.flow_id, h.product_id, i.rest, h.energy_mwh FROM here h
    JOIN made m ON m.product_id = h.product_id JOIN identity i ON i.flow_id = h.flow_id
    UNION ALL
    SELECT k.difference_id, m.product_id, 0, 0 FROM made m CROSS JOIN closing k
    WHERE (k.difference_id, m.product_id) NOT IN ({_THERE})
), walk (root_id, product_id, flow_id, sign) AS (
    SELECT r.flow_id, r.product_id, t.part_id, t.sign FROM root r
    JOIN identity_term t ON t.flow_id = r.flow_id
    UNION ALL
    SELECT w.root_id, w.product_id, t.part_id, w.sign * t.sign FROM walk w
    JOIN identity_term t ON t.flow_id = w.flow_id WHERE (w.flow_id, w.product_id) NOT IN ({_THERE})
), found (root_id, product_id, energy_mwh, sums) AS (
    SELECT w.root_id, w.product_id, sum(w.sign * h.energy_mwh), count(i.flow_id) FROM walk w
    JOIN here h ON h.flow_id = w.flow_id AND h.product_id = w.product_id
    LEFT JOIN identity i ON i.flow_id = w.flow_id
    GROUP BY w.root_id, w.product_id
), allowed (mwh) AS (
    SELECT CASE WHEN k.share * m.largest > k.least_mwh THEN k.share * m.largest ELSE k.least_mwh END
    FROM closing k CROSS JOIN (
        SELECT coalesce(max(abs(h.energy_mwh)), 0) AS largest FROM here h
        JOIN made m ON m.product_id = h.product_id
    ) m
)
SELECT 1 FROM root r CROSS JOIN allowed a
LEFT JOIN found f ON f.root_id = r.flow_id AND f.product_id = r.product_id
WHERE coalesce(f.energy_mwh, 0) - r.stated > a.mwh * (1 + coalesce(f.sums, 0))
OR (r.rest = 0 AND r.stated - coalesce(f.energy_mwh, 0) > a.mwh * (1 + coalesce(f.sums, 0)))
"""
#: A group of products, TOTAL too, that is not the sum of its parts in a row that has some of them. A group
#: within a group counts where none of its own parts stands there; products that no group knows leave it open.
UNSUMMED: Final = f"""
WITH {_CELLS}
SELECT 1 FROM here s JOIN product_part r ON r.group_id = s.product_id
JOIN here h ON h.product_id = r.part_id AND h.flow_id = s.flow_id
CROSS JOIN closing k CROSS JOIN (
    SELECT max(abs(h.energy_mwh)) AS mwh FROM here h
    WHERE h.product_id NOT IN (SELECT g.group_id FROM product_part g)
) m
WHERE (s.flow_id, h.product_id) NOT IN (
    SELECT d.flow_id, g.group_id FROM product_part g JOIN here d ON d.product_id = g.part_id
) AND s.flow_id NOT IN (
    SELECT d.flow_id FROM here d WHERE d.product_id NOT IN (
        SELECT g.group_id FROM product_part g UNION SELECT g.part_id FROM product_part g
    )
)
GROUP BY s.flow_id, s.product_id, s.energy_mwh, k.share, k.least_mwh, m.mwh
HAVING abs(s.energy_mwh - sum(h.energy_mwh)) > (1 + count(*)) * CASE
    WHEN k.share * m.mwh > k.least_mwh THEN k.share * m.mwh ELSE k.least_mwh END
"""
#: Without its rules a store certifies nothing.
UNRULED: Final = (
    "NOT EXISTS (SELECT 1 FROM closing k JOIN identity_term t ON t.flow_id = k.difference_id "
    "JOIN identity i ON i.flow_id = t.part_id)"
)
#: Whether a version becomes certified.
CERTIFIES: Final = "old.state = 'checked' AND new.state = 'certified'"
#: Whether a version that becomes certified (``new``) does not close.
BROKEN: Final = f"{CERTIFIES} AND ({UNRULED} OR EXISTS ({UNCLOSED.strip()}) OR EXISTS ({UNSUMMED.strip()}))"


def add_rules(connection: Connection) -> None:
    """Write the identities that leb_kit knows and what is still rounding; other ones are replaced."""
    wanted = _rules(connection)
    if _found(connection) == wanted:
        return
    for table in reversed(_TABLES):
        connection.execute(delete(table))
    for table in _TABLES:
        names = [column.name for column in table.columns]
        rows = [dict(zip(names, row, strict=True)) for row in sorted(wanted[table.name])]
        connection.execute(insert(table), rows)


def unlike(connection: Connection) -> list[str]:
    """Return the names of tables whose rules are not those that leb_kit knows; nothing is written."""
    wanted, found = _rules(connection, adding=False), _found(connection)
    return [table.name for table in _TABLES if found[table.name] != wanted[table.name]]


def _found(connection: Connection) -> dict[str, set[tuple[float, ...]]]:
    return {table.name: {tuple(row) for row in connection.execute(select(table))} for table in _TABLES}


def _rules(connection: Connection, *, adding: bool = True) -> dict[str, set[tuple[float, ...]]]:
    """Return the rows of each table of rules, in the numbers of this store."""
    known = [one for one in identities() if not one.on_product]
    terms = {(one.aggregate, part, int(sign)) for one in known for part, sign, _ in one.terms}
    terms |= {(one.aggregate, one.aggregate + UNALLOCATED, 1) for one in known if one.is_tree}
    table = catalog.table("products")
    groups = [(str(code), product_leaves(str(code))) for code in table.loc[~table["leaf"], "code"]]
    parts = {(group, part) for group, leaves in groups for part in leaves if part != group}
    parts |= {(TOTAL, group) for group, _ in groups if group != TOTAL}
    barred = pairs.barred()
    rows = {code for term in terms for code in term[:2]} | {row for row, _ in barred}
    flows = _numbers(connection, flow, rows, adding=adding)
    whats = {code for pair in parts for code in pair} | {what for _, what in barred}
    products = _numbers(connection, product, whats, adding=adding)
    return {
        "identity": {(flows[one.aggregate], int(one.is_tree)) for one in known},
        "identity_term": {(flows[whole], flows[part], sign) for whole, part, sign in terms},
        "product_part": {(products[group], products[part]) for group, part in parts},
        "closing": {(1, flows[DIFFERENCE], ROUNDING_SHARE, ROUNDING_MWH)},
        "barred_pair": {(flows[row], products[what]) for row, what in barred},
    }


def _numbers(connection: Connection, table: Table, codes: set[str], *, adding: bool) -> dict[str, int]:
    if adding:
        more = {"signed": versions.signs()} if table is flow else {}
        return versions.ids(connection, table, codes, **more)
    found = versions.pairs(connection, select(table.c.code, table.c.id))
    return {code: found.get(code, 0) for code in codes}
