"""Tables of what stands beside balances: scenarios, targets, plans, systems, meters and their readings.

One pattern for all kinds. A document is a name in a territory with versions, each written once, sealed with
the digest of its head and of all its parts, and never changed. What it holds are rows of tables of its own::

    territory ──< document (kind, name, version) ──> balance (year, balance_version)   plan, system, scenario
                      │     └─> document (used_id)    plan → targets, readings → meter
       scenario       ├──< measure (number) ──< measure_part (role, place)    ├──< driver (driver, year)
       targets        ├──< target (number) ──< milestone (year)
       plan           ├──< plan    ├──< plan_technology    ├──< plan_price    ├──< plan_target
       system         ├──< system_process ──< system_cell, system_closing     ├──< system_service, _difference
       meter          ├──< meter
       readings       └──< reading (start_s)       a correction is a later version of the same name

Every part has the territory in its key, so that rights need no second table. ``PARTS`` says which kind of
document a table belongs to; what holds between rows, ``document_triggers`` says.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from leb_kit.store.schema_parts import BIG, BOUND, NUMBER, SMALL, metadata, one_of

SINCE: Final = "0004"
#: The order is that in which one may name another.
KINDS: Final = ("scenario", "targets", "plan", "system", "meter", "readings")
SIZES: Final = ("share", "energy_mwh", "mw")
#: What a part of a measure is: rows of final consumption, products, other words, numbers with their unit.
ROLES_OF_PARTS: Final = ("sector", "replaces", "product", "to_product", "end_use", "parameter")
STATUSES: Final = ("optimal", "time_limit", "cancelled")
DRIVERS: Final = ("service", "fixed", "closing")
METER_UNITS: Final = ("milliwh", "ml")
#: Longest interval of a reading: a leap year, seconds.
LONGEST_S: Final = 31_622_400


def _finite(column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} > -{BOUND} AND {column} < {BOUND}", name=column)


def _least(column: str, least: str = ">= 0") -> CheckConstraint:
    return CheckConstraint(f"{column} {least} AND {column} < {BOUND}", name=column)


def _number(name: str, *, needed: bool = True) -> Column[float]:
    return Column(name, NUMBER, nullable=not needed)


def _word(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _of(table: str, *columns: str) -> ForeignKeyConstraint:
    """Return what a part says of another part of the same document."""
    key = ("territory_id", "document_id", *columns)
    return ForeignKeyConstraint(key, [f"{table}.{column}" for column in key])


def _once(*columns: str) -> UniqueConstraint:
    return UniqueConstraint("territory_id", "document_id", *columns)


def _key(name: str, kind: Any = Integer) -> Column[Any]:
    return Column(name, kind, primary_key=True, autoincrement=False)


document = Table(
    "document",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("territory_id", ForeignKey("territory.id"), nullable=False),
    _word("kind"),
    _word("name"),
    Column("version", Integer, nullable=False),
    _word("author"),
    _word("made_at"),
    _word("message"),
    Column("label_it", Text, nullable=False, server_default=text("''")),
    Column("label_en", Text, nullable=False, server_default=text("''")),
    Column("year", SMALL),  # of the balance it begins from
    Column("balance_version", Integer),
    Column("used_id", Integer),
    Column("parts", Integer),  # how many rows of other tables it has
    Column("digest", Text),  # SHA-256 of head and parts; none: still being written
    UniqueConstraint("territory_id", "kind", "name", "version"),
    UniqueConstraint("id", "territory_id"),
    ForeignKeyConstraint(
        ["territory_id", "year", "balance_version"],
        ["balance.territory_id", "balance.year", "balance.version"],
    ),
    ForeignKeyConstraint(["used_id", "territory_id"], ["document.id", "document.territory_id"]),
    one_of("kind", KINDS),
    CheckConstraint("length(name) BETWEEN 1 AND 80", name="name"),
    CheckConstraint("version >= 1", name="version"),
    CheckConstraint("length(author) BETWEEN 1 AND 200", name="author"),
    CheckConstraint("length(made_at) BETWEEN 20 AND 40", name="made_at"),
    CheckConstraint("length(message) <= 2000", name="message"),
    CheckConstraint("year BETWEEN 1900 AND 2200", name="year"),
    CheckConstraint("parts >= 0", name="parts"),
    CheckConstraint("length(digest) = 64", name="digest"),
    CheckConstraint("(digest IS NULL) = (parts IS NULL)", name="sealed"),
    CheckConstraint("(kind IN ('scenario', 'plan', 'system')) = (year IS NOT NULL)", name="dated"),
    CheckConstraint(
        "kind = 'scenario' OR (kind IN ('plan', 'system')) = (balance_version IS NOT NULL)", name="begins"
    ),
    CheckConstraint("kind = 'plan' OR (kind = 'readings') = (used_id IS NOT NULL)", name="uses"),
    info={"since": SINCE},
    sqlite_strict=True,
)


def _part(name: str, kind: str, *columns: Any) -> Table:
    """Return a table of parts of one kind of document."""
    keys = ["document_id", "territory_id"]
    return Table(
        name,
        metadata,
        _key("territory_id"),
        _key("document_id"),
        *columns,
        ForeignKeyConstraint(keys, ["document.id", "document.territory_id"]),
        info={"since": SINCE, "kind": kind},
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


#: Tables of parts, those that others of them point to first.
PARTS: Final = (
    _part(
        "measure",
        "scenario",
        _key("number"),
        _word("name"),
        _word("kind"),
        _word("size"),  # the unit of the value: a share (0-1), MWh/year, MW
        _number("value"),
        _word("technology"),
        Column("from_year", SMALL),
        Column("to_year", SMALL),
        _number("investment_eur", needed=False),
        _number("lifetime_yr", needed=False),
        _word("source"),
        _once("name"),
        one_of("size", SIZES),
        _least("value"),
        CheckConstraint("size <> 'share' OR value <= 1", name="share"),
        CheckConstraint("to_year > from_year", name="years"),
        _least("investment_eur"),
        _least("lifetime_yr", "> 0"),
    ),
    _part(
        "measure_part",
        "scenario",
        _key("number"),
        _key("role", Text),
        _key("place"),
        Column("flow_id", SMALL, ForeignKey("flow.id")),
        Column("product_id", SMALL, ForeignKey("product.id")),
        Column("word", Text),
        _number("value", needed=False),
        Column("unit", Text),
        _of("measure", "number"),
        one_of("role", ROLES_OF_PARTS),
        CheckConstraint("(role = 'sector') = (flow_id IS NOT NULL)", name="flow"),
        CheckConstraint(
            "(role IN ('replaces', 'product', 'to_product')) = (product_id IS NOT NULL)", name="product"
        ),
        CheckConstraint("(role IN ('end_use', 'parameter')) = (word IS NOT NULL)", name="word"),
        CheckConstraint("(role = 'parameter') = (value IS NOT NULL)", name="amount"),
        CheckConstraint("(value IS NULL) = (unit IS NULL)", name="unit"),
        _least("value", "> 0"),
    ),
    _part(
        "driver",
        "scenario",
        _key("driver", Text),
        _key("year", SMALL),
        _number("value"),  # an index, 1 in the base year
        CheckConstraint("year BETWEEN 1900 AND 2200", name="year"),
        _least("value", "> 0"),
    ),
    _part(
        "target",
        "targets",
        _key("number"),
        _word("target"),
        _word("indicator"),
        _word("convention"),
        _word("sense"),
        _word("base"),
        _number("value"),
        _word("unit"),
        Column("base_year", SMALL),
        _number("base_value", needed=False),
        Column("target_year", SMALL, nullable=False),
        *(_word(name) for name in ("scope", "exclusions", "vintage", "label_it", "label_en", "source")),
        _once("target"),
        one_of("sense", ("at_least", "at_most")),
        one_of("base", ("absolute", "relative_to_base")),
        _finite("value"),
        CheckConstraint(
            "base <> 'absolute' OR value >= 0 AND (unit <> 'share' OR value <= 1)", name="absolute"
        ),
        CheckConstraint("length(unit) >= 1", name="unit"),
        CheckConstraint("length(source) >= 1", name="source"),
        _least("base_value"),
        CheckConstraint("target_year BETWEEN 1900 AND 2200", name="target_year"),
        CheckConstraint("base_year < target_year", name="years"),
    ),
    _part(
        "milestone",
        "targets",
        _key("number"),
        _key("year", SMALL),
        _number("value"),
        _word("unit"),
        _word("source"),
        _of("target", "number"),
        _finite("value"),
    ),
    _part(
        "plan",
        "plan",
        _word("status"),
        _number("cost_eur"),  # of a year
        _number("gap", needed=False),  # how much cheaper another might be, 0-1
        _word("log"),
        one_of("status", STATUSES),
        _finite("cost_eur"),
        _least("gap"),
    ),
    _part(
        "plan_technology",
        "plan",
        _key("number"),
        _word("technology"),
        _word("unit"),  # of capacities
        _number("capacity"),
        _number("new_capacity"),
        _number("energy_mwh"),
        _number("cost_eur"),
        _once("technology"),
        one_of("unit", ("MW", "MWh")),
        *(_finite(name) for name in ("capacity", "new_capacity", "energy_mwh", "cost_eur")),
    ),
    _part(
        "plan_price",
        "plan",
        _key("number"),
        _word("target"),
        _number("price", needed=False),  # in unit; none: a plan of whole numbers has no prices
        _word("unit"),
        _number("reached"),
        _number("allowed"),
        _word("limit_unit"),
        _number("point_price", needed=False),  # EUR for one percentage point
        *(_word(name) for name in ("sense", "kind", "label_it", "label_en")),
        _once("target"),
        *(_finite(name) for name in ("price", "reached", "allowed", "point_price")),
    ),
    _part(
        "plan_target",
        "plan",
        _key("number"),
        *(_word(name) for name in ("target", "indicator", "convention", "sense", "base")),
        *(_number(name) for name in ("value", "required", "gap")),
        Column("met", SMALL, nullable=False),
        *(_word(name) for name in ("label_it", "label_en", "unit", "scope", "exclusions")),
        _number("effort", needed=False),
        _word("effort_unit"),
        _number("effort_mwh", needed=False),
        _once("target"),
        *(_finite(name) for name in ("value", "required", "gap", "effort", "effort_mwh")),
        CheckConstraint("met IN (0, 1)", name="met"),
    ),
    _part(
        "system_process",
        "system",
        _key("number"),
        *(_word(name) for name in ("process", "kind", "driver", "service", "technology")),
        *(_number(name, needed=False) for name in ("share", "efficiency")),
        _number("activity_mwh"),
        _once("process"),
        one_of("driver", DRIVERS),
        *(_finite(name) for name in ("share", "activity_mwh")),
        _least("efficiency", "> 0"),
        CheckConstraint(
            "driver <> 'service' OR share IS NOT NULL AND efficiency IS NOT NULL AND service <> ''",
            name="serves",
        ),
    ),
    _part(
        "system_cell",
        "system",
        _key("number"),
        _word("process"),
        Column("flow_id", SMALL, ForeignKey("flow.id"), nullable=False),
        Column("product_id", SMALL, ForeignKey("product.id"), nullable=False),
        _number("coefficient"),  # MWh in that row for one MWh of activity
        _of("system_process", "process"),
        _finite("coefficient"),
    ),
    _part(
        "system_service",
        "system",
        _key("number"),
        _word("service"),
        Column("flow_id", SMALL, ForeignKey("flow.id"), nullable=False),
        _word("end_use"),
        _number("demand_mwh"),
        _once("service"),
        _finite("demand_mwh"),
    ),
    _part(
        "system_closing",
        "system",
        _key("number"),
        Column("product_id", SMALL, ForeignKey("product.id"), nullable=False),
        _word("process"),
        _number("weight"),
        _of("system_process", "process"),
        _finite("weight"),
    ),
    _part(
        "system_difference",
        "system",
        _key("number"),
        Column("product_id", SMALL, ForeignKey("product.id"), nullable=False),
        _number("energy_mwh"),
        _once("product_id"),
        _finite("energy_mwh"),
    ),
    _part(
        "meter",
        "meter",
        Column("flow_id", SMALL, ForeignKey("flow.id"), nullable=False),
        Column("product_id", SMALL, ForeignKey("product.id"), nullable=False),
        _word("unit"),  # of its readings: mWh, or ml of gas
        *(_word(name) for name in ("source", "tenant", "so_code", "stream_code", "meter_id", "quantity")),
        _word("place"),
        one_of("unit", METER_UNITS),
    ),
    _part(
        "reading",
        "readings",
        _key("start_s", BIG),  # since 1970 in UTC
        Column("length_s", Integer, nullable=False),
        Column("amount", BIG),  # in the unit of the meter; none: told as missing, which is not zero
        _word("quality"),  # words of the meter's side; blank: nothing to tell
        CheckConstraint(f"length_s BETWEEN 1 AND {LONGEST_S}", name="length_s"),
        CheckConstraint("length(quality) <= 200 AND quality = upper(quality)", name="quality"),
    ),
)
#: Table of parts by its name.
TABLES: Final = {table.name: table for table in PARTS}


def parts_of(kind: str) -> tuple[Table, ...]:
    """Return the tables of a kind of document.

    Examples
    --------
    >>> [table.name for table in parts_of("scenario")]
    ['measure', 'measure_part', 'driver']
    """
    return tuple(table for table in PARTS if table.info["kind"] == kind)
