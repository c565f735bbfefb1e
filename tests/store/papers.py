"""Documents of every kind, as parts for the library and as rows of raw SQL that may be spoiled."""
# ruff: noqa: S608 - no part comes from outside

from leb_kit.store import documents
from leb_kit.store.parts import CODES, shape
from leb_kit.store.repository import Repository
from leb_kit.store.schema_documents import KINDS, TABLES, parts_of
from tests.store.people import small

#: One sound row of each table, as the library writes it.
GOOD = {
    "measure": (0, "sole", "photovoltaic", "mw", 200.0, "", 2020, 2030, 1e6, 25.0, "delibera 7"),
    "measure_part": (0, "parameter", 0, None, None, "full_load_hours", 1200.0, "h"),
    "driver": ("population", 2030, 0.98),
    "target": (
        0, "rinnovabili", "renewable_share", "", "at_least", "absolute", 0.3, "share", 2005, 0.1, 2030, "",
        "", "", "Quota", "Share", "delibera 8",
    ),
    "milestone": (0, 2025, 0.2, "share", "delibera 8"),
    "plan": ("optimal", 7e6, 0.0, "1 s"),
    "plan_technology": (0, "photovoltaic_roof", "MW", 12.5, 10.0, 15000.0, 1e5),
    "plan_price": (
        0, "rinnovabili", 3.5, "EUR/MWh", 0.3, 0.3, "share", 1.0, "at_least", "target", "Quota", "Share",
    ),
    "plan_target": (
        0, "rinnovabili", "renewable_share", "", "at_least", "", 0.3, 0.3, 0.0, 1, "Quota", "Share", "share",
        "", "", 0.0, "percentage points", 0.0,
    ),
    "system_process": (0, "boiler", "device", "service", "heat", "gas_boiler", 1.0, 0.9, 5.0),
    "system_cell": (0, "boiler", "FC_OTH_HH_E", "G3000", 1.0),
    "system_service": (0, "heat", "FC_OTH_HH_E", "space_heating", 4.5),
    "system_closing": (0, "G3000", "boiler", 1.0),
    "system_difference": (0, "G3000", 0.0),
    "meter": ("FC_OTH_HH_E", "E7000", "milliwh", "csv", "", "", "", "IT001E1", "energy", "via Roma 1"),
    "reading": (1_577_836_800, 900, 250_000, ""),
}  # fmt: skip
#: What the head of a document of each kind has besides its name.
HEADS = {
    "scenario": {"year": 2020},
    "targets": {},
    "plan": {"year": 2020, "balance_version": 1},
    "system": {"year": 2020, "balance_version": 1},
    "meter": {},
    "readings": {},
}
NAME = "kept"
#: Number of a document that a violation opens.
OPENED = 9000
T = "(SELECT id FROM territory WHERE code = '001272')"


def put(repo, place="001272", word=""):
    """One document of each kind in a territory; its message, and where its meter is, have a word."""
    for kind in KINDS:
        given = {table.name: [GOOD[table.name]] for table in parts_of(kind)}
        if kind == "meter" and word:
            given["meter"] = [(*GOOD["meter"][:-1], word)]
        used = None
        with repo._writing("test") as connection:
            if kind in ("plan", "readings"):
                other = "targets" if kind == "plan" else "meter"
                used = documents.head_of(connection, place, other, NAME)
            repo._put(connection, (kind, NAME, place), given, word or kind, None, used=used, **HEADS[kind])


def filled(url):
    """A store with one document of each kind in a territory, and targets of another."""
    with Repository.create(url) as repo:
        repo.save(small("001272", 1.0))
        repo.save(small("004078", 7.0))
        put(repo)
        with repo._writing("test") as connection:
            targets = {"target": [GOOD["target"]]}
            repo._put(connection, ("targets", "altrove", "004078"), targets, "", None)


# ── raw SQL ──────────────────────────────────────────────────────────────────────────────────────────────


def literal(value, column):
    """A value of a good row in SQL."""
    if column in CODES and value is not None:
        return f"(SELECT id FROM {column.removesuffix('_id')} WHERE code = '{value}')"
    if value is None:
        return "NULL"
    return repr(value)


def row(table, document=OPENED, /, **spoiled):
    """Insert the good row of a table into a document, spoiled here and there."""
    columns = [column.name for column in shape(table).columns]
    values = {name: literal(value, name) for name, value in zip(columns, GOOD[table], strict=True)} | spoiled
    assert list(values) == columns, "a column that is none"
    names = ", ".join(("territory_id", "document_id", *columns))
    return f"INSERT INTO {table} ({names}) VALUES ({T}, {document}, {', '.join(values.values())})"


def head(kind, number=OPENED, /, **spoiled):
    """Insert the head of a new document, open, spoiled here and there."""
    used = {"plan": "targets", "readings": "meter"}.get(kind)
    values = {
        "id": str(number),
        "territory_id": T,
        "kind": f"'{kind}'",
        "name": f"'{NAME}'" if kind == "readings" else "'new'",
        "version": "2" if kind == "readings" else "1",
        "author": "'anna'",
        "made_at": "'2020-01-01T00:00:00Z'",
        "message": "''",
        "year": str(HEADS[kind].get("year", "NULL")),
        "balance_version": str(HEADS[kind].get("balance_version", "NULL")),
        "used_id": kept(used) if used else "NULL",
    } | spoiled
    return f"INSERT INTO document ({', '.join(values)}) VALUES ({', '.join(values.values())})"


def kept(kind, name=NAME):
    """Number of a sealed document, in SQL."""
    return f"(SELECT min(id) FROM document WHERE kind = '{kind}' AND name = '{name}')"


def seal(parts, number=OPENED, /, **spoiled):
    """Seal an open document."""
    values = {"parts": str(parts), "digest": "'" + "d" * 64 + "'"} | spoiled
    sets = ", ".join(f"{name} = {value}" for name, value in values.items())
    return f"UPDATE document SET {sets} WHERE id = {number}"


#: Tables of which a row must be there before one of these.
BEFORE = {"measure_part": "measure", "milestone": "target", "system_cell": "system_process",
          "system_closing": "system_process"}  # fmt: skip


def begun(table):
    """Statements before a row of a table: its document, and the row it belongs to."""
    return [head(TABLES[table].info["kind"]), *([row(BEFORE[table])] if table in BEFORE else [])]
