"""Tables of the store: what a row must be, whoever writes it.

::

    territory ──< balance (territory, year, version) ──< cell (flow, product)
        │             draft → checked → certified → superseded
        ├──< source   where a cell's figure comes from
        ├──< tag      a word for a version, and which
        ├──< membership (person, role)
        └──< change   what happened, append-only, each row sealed with the one before

A version is written once, sealed with the digest of all its cells, and never changes: saving again makes
the next version. A cell stands in its ``version`` and in those after it up to ``until``; the next version
writes what differs, and where a cell of the version before it no longer stands (since ``0006``). So the
history of a cell is its value in each version, and nothing else needs to be kept.
Energy is in MWh. What a constraint cannot say alone, ``triggers`` says.

What must hold between the cells of a certified version is data as well (since ``0002``)::

    identity (flow, rest) ──< identity_term (part, sign)      product_part (group, part)      closing

and so is which product never stands in which row (``barred_pair``, since ``0003``). Scenarios, targets,
plans, systems and meters stand beside balances (``schema_documents``, since ``0004``).

A table tells in ``info["since"]`` the revision that brought it, so that each step of the schema makes what it
made when it was shipped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateIndex

from leb_kit.store import schema_documents
from leb_kit.store.schema_parts import BOUND, NUMBER, SMALL, one_of

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import DDLCompiler

#: ``PRAGMA application_id`` of a store's file: "LEBk".
APPLICATION_ID: Final = 0x4C45426B
STATES: Final = ("open", "draft", "checked", "certified", "superseded")
#: Least rights first; each may do what those before it may.
ROLES: Final = ("reader", "analyst", "certifier", "admin")
LEVELS: Final = ("municipality", "province", "region", "country", "union", "")
#: What the condition of an index names.
_FILE_HAS_TOO: Final = {"ix_cell_flow_product": "until"}
#: All tables, those of documents too.
metadata: Final = schema_documents.document.metadata


@compiles(CreateIndex, "sqlite")
def _of_file(create: CreateIndex, compiler: DDLCompiler, **options: object) -> str:
    """Give an index of a file what its condition names: else each row is looked up for it in the table."""
    made = str(compiler.visit_create_index(create, **options))  # type: ignore[no-untyped-call]
    more = _FILE_HAS_TOO.get(str(create.element.name))
    return made.replace(") WHERE", f", {more}) WHERE") if more else made


territory = Table(
    "territory",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("parent_id", ForeignKey("territory.id"), index=True),
    CheckConstraint("length(code) BETWEEN 2 AND 40", name="code"),
    CheckConstraint("parent_id <> id", name="parent"),
    one_of("level", LEVELS),
    sqlite_strict=True,
)
flow = Table(
    "flow",
    metadata,
    Column("id", SMALL, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("signed", SMALL, nullable=False),  # 1: may be negative
    UniqueConstraint("id", "signed"),
    CheckConstraint("length(code) BETWEEN 1 AND 80", name="code"),
    CheckConstraint("signed IN (0, 1)", name="signed"),
    sqlite_strict=True,
)
product = Table(
    "product",
    metadata,
    Column("id", SMALL, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    CheckConstraint("length(code) BETWEEN 1 AND 80", name="code"),
    sqlite_strict=True,
)
source = Table(
    "source",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("territory_id", ForeignKey("territory.id"), nullable=False),
    Column("told", Text, nullable=False),
    UniqueConstraint("territory_id", "told"),
    UniqueConstraint("id", "territory_id"),
    CheckConstraint("length(told) BETWEEN 1 AND 2000", name="told"),
    sqlite_strict=True,
)
balance = Table(
    "balance",
    metadata,
    Column("territory_id", ForeignKey("territory.id"), primary_key=True),
    Column("year", SMALL, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("state", Text, nullable=False, server_default=text("'open'")),
    Column("author", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("name", Text, nullable=False, server_default=text("''")),
    Column("cells", Integer),
    Column("digest", Text),  # SHA-256 of head and cells
    CheckConstraint("year BETWEEN 1900 AND 2200", name="year"),
    CheckConstraint("version >= 1", name="version"),
    CheckConstraint("length(author) BETWEEN 1 AND 200", name="author"),
    CheckConstraint("length(made_at) BETWEEN 20 AND 40", name="made_at"),
    CheckConstraint("length(message) <= 2000", name="message"),
    CheckConstraint("cells >= 1", name="cells"),
    CheckConstraint("length(digest) = 64", name="digest"),
    CheckConstraint("(state = 'open') = (digest IS NULL)", name="sealed"),
    CheckConstraint("(state = 'open') = (cells IS NULL)", name="counted"),
    one_of("state", STATES),
    Index(
        "uq_balance_certified",
        "territory_id",
        "year",
        unique=True,
        sqlite_where=text("state = 'certified'"),
        postgresql_where=text("state = 'certified'"),
    ),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
cell = Table(
    "cell",
    metadata,
    Column("territory_id", Integer, primary_key=True),
    Column("year", SMALL, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("flow_id", SMALL, primary_key=True),
    Column("product_id", SMALL, ForeignKey("product.id"), primary_key=True),
    Column("signed", SMALL, nullable=False),
    Column("energy_mwh", NUMBER),
    Column("status", Text, nullable=False),
    Column("source_id", Integer),
    Column("sigma", NUMBER),
    Column("until", Integer),  # since 0006: the last version in which it stands; nothing: the newest too
    ForeignKeyConstraint(
        ["territory_id", "year", "version"],
        ["balance.territory_id", "balance.year", "balance.version"],
    ),
    ForeignKeyConstraint(["flow_id", "signed"], ["flow.id", "flow.signed"]),
    ForeignKeyConstraint(["source_id", "territory_id"], ["source.id", "source.territory_id"]),
    CheckConstraint(f"energy_mwh > -{BOUND} AND energy_mwh < {BOUND}", name="finite"),
    CheckConstraint("signed = 1 OR energy_mwh >= 0", name="sign"),
    CheckConstraint("(status = 'M') = (energy_mwh IS NULL)", name="missing"),
    CheckConstraint(f"sigma >= 0 AND sigma < {BOUND}", name="sigma"),
    CheckConstraint("until >= version", name="until"),
    one_of("status", ("A", "E", "P", "R", "M")),
    # all that is asked of one cell of today, so that it is read from here alone; in this order a row of it is
    # smallest
    Index(
        "ix_cell_flow_product",
        "flow_id",
        "product_id",
        "year",
        "status",
        "territory_id",
        "version",
        "energy_mwh",
        sqlite_where=text("until IS NULL"),
        postgresql_where=text("until IS NULL"),
    ),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
membership = Table(
    "membership",
    metadata,
    Column("person", Text, primary_key=True),
    Column("territory_id", ForeignKey("territory.id"), primary_key=True),
    Column("role", Text, nullable=False),
    CheckConstraint("length(person) BETWEEN 1 AND 63", name="person"),
    one_of("role", ROLES),
    sqlite_strict=True,
)
change = Table(
    "change",
    metadata,
    Column("territory_id", ForeignKey("territory.id"), primary_key=True),
    Column("number", Integer, primary_key=True),  # 1, 2, 3 … for each territory, without gaps
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("told", Text, nullable=False),
    Column("digest", Text, nullable=False),  # SHA-256 of this row and of the digest before it
    CheckConstraint("number >= 1", name="number"),
    CheckConstraint("length(digest) = 64", name="digest"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
identity = Table(
    "identity",
    metadata,
    Column("flow_id", SMALL, ForeignKey("flow.id"), primary_key=True, autoincrement=False),
    Column("rest", SMALL, nullable=False),  # 1: may be larger than its parts, the rest is not allocated
    CheckConstraint("rest IN (0, 1)", name="rest"),
    info={"since": "0002"},
    sqlite_strict=True,
)
identity_term = Table(
    "identity_term",
    metadata,
    Column("flow_id", SMALL, ForeignKey("identity.flow_id"), primary_key=True, autoincrement=False),
    Column("part_id", SMALL, ForeignKey("flow.id"), primary_key=True, autoincrement=False),
    Column("sign", SMALL, nullable=False),
    CheckConstraint("sign IN (-1, 1)", name="sign"),
    CheckConstraint("part_id <> flow_id", name="part"),
    info={"since": "0002"},
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
product_part = Table(
    "product_part",
    metadata,
    Column("group_id", SMALL, ForeignKey("product.id"), primary_key=True, autoincrement=False),
    Column("part_id", SMALL, ForeignKey("product.id"), primary_key=True, autoincrement=False),
    CheckConstraint("part_id <> group_id", name="part"),
    info={"since": "0002"},
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
closing = Table(
    "closing",
    metadata,
    Column("id", SMALL, primary_key=True, autoincrement=False),
    Column("difference_id", SMALL, ForeignKey("flow.id"), nullable=False),  # supply less use
    Column("share", NUMBER, nullable=False),  # of the largest cell: what is still rounding
    Column("least_mwh", NUMBER, nullable=False),  # and at least this
    CheckConstraint("id = 1", name="one"),
    CheckConstraint("share >= 0 AND share < 1", name="share"),
    CheckConstraint(f"least_mwh >= 0 AND least_mwh < {BOUND}", name="least"),
    info={"since": "0002"},
    sqlite_strict=True,
)
barred_pair = Table(
    "barred_pair",
    metadata,
    Column("flow_id", SMALL, ForeignKey("flow.id"), primary_key=True, autoincrement=False),
    Column("product_id", SMALL, ForeignKey("product.id"), primary_key=True, autoincrement=False),
    info={"since": "0003"},
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
tag = Table(
    "tag",
    metadata,
    Column("territory_id", Integer, primary_key=True),
    Column("year", SMALL, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    ForeignKeyConstraint(
        ["territory_id", "year", "version"],
        ["balance.territory_id", "balance.year", "balance.version"],
    ),
    CheckConstraint("length(name) BETWEEN 1 AND 80", name="name"),
    info={"since": "0003"},
    sqlite_strict=True,
    sqlite_with_rowid=False,
)


def brought_by(revision: str) -> list[Table]:
    """Return the tables that a step of the schema makes, in the order in which they depend on each other.

    Examples
    --------
    >>> [table.name for table in brought_by("0002")][-1]
    'identity_term'
    """
    return [table for table in metadata.sorted_tables if table.info.get("since", "0001") == revision]
