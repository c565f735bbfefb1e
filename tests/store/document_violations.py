"""What no document may hold, as raw SQL of the owner: each is refused by the rule named beside it."""
# ruff: noqa: S608 - no part comes from outside

from leb_kit.store.schema_documents import PARTS, TABLES
from tests.store.papers import BEFORE, NAME, OPENED, T, begun, head, kept, row, seal

INF = "9e999"  # of a file; a server writes it otherwise
CHECKS = {
    "measure": {
        "size": {"size": "'km'"},
        "value": {"value": INF},
        "share": {"size": "'share'", "value": "2"},
        "years": {"to_year": "2020"},
        "investment_eur": {"investment_eur": "-1"},
        "lifetime_yr": {"lifetime_yr": "0"},
    },
    "measure_part": {
        "role": {"role": "'x'", "word": "NULL", "value": "NULL", "unit": "NULL"},
        "flow": {"role": "'sector'", "word": "NULL", "value": "NULL", "unit": "NULL"},
        "product": {"role": "'replaces'", "word": "NULL", "value": "NULL", "unit": "NULL"},
        "word": {"role": "'end_use'", "word": "NULL", "value": "NULL", "unit": "NULL"},
        "amount": {"value": "NULL", "unit": "NULL"},
        "unit": {"unit": "NULL"},
        "value": {"value": INF},
    },
    "driver": {"year": {"year": "1800"}, "value": {"value": "0"}},
    "target": {
        "sense": {"sense": "'about'"},
        "base": {"base": "'x'"},
        "value": {"value": INF, "unit": "'MWh'"},
        "absolute": {"value": "1.5"},
        "unit": {"unit": "''"},
        "source": {"source": "''"},
        "base_value": {"base_value": "-1"},
        "target_year": {"target_year": "2300"},
        "years": {"base_year": "2030"},
    },
    "milestone": {"value": {"value": INF}},
    "plan": {"status": {"status": "'good'"}, "cost_eur": {"cost_eur": INF}, "gap": {"gap": "-1"}},
    "plan_technology": {
        "unit": {"unit": "'km'"},
        **{name: {name: INF} for name in ("capacity", "new_capacity", "energy_mwh", "cost_eur")},
    },
    "plan_price": {name: {name: INF} for name in ("price", "reached", "allowed", "point_price")},
    "plan_target": {
        "met": {"met": "2"},
        **{name: {name: INF} for name in ("value", "required", "gap", "effort", "effort_mwh")},
    },
    "system_process": {
        "driver": {"driver": "'x'"},
        "share": {"share": INF},
        "activity_mwh": {"activity_mwh": INF},
        "efficiency": {"efficiency": "0"},
        "serves": {"share": "NULL"},
    },
    "system_cell": {"coefficient": {"coefficient": INF}},
    "system_service": {"demand_mwh": {"demand_mwh": INF}},
    "system_closing": {"weight": {"weight": INF}},
    "system_difference": {"energy_mwh": {"energy_mwh": INF}},
    "meter": {"unit": {"unit": "'km'"}},
    "reading": {"length_s": {"length_s": "0"}, "quality": {"quality": "'bad'"}},
}
NOWHERE = {
    "measure_part": ({"number": "7"}, {"role": "'sector'", "flow_id": "9999", "word": "NULL", "value": "NULL",
                     "unit": "NULL"}, {"role": "'product'", "product_id": "9999", "word": "NULL",
                     "value": "NULL", "unit": "NULL"}),
    "milestone": ({"number": "7"},),
    "system_cell": ({"process": "'x'"}, {"flow_id": "9999"}, {"product_id": "9999"}),
    "system_service": ({"flow_id": "9999"},),
    "system_closing": ({"process": "'x'"}, {"product_id": "9999"}),
    "system_difference": ({"product_id": "9999"},),
    "meter": ({"flow_id": "9999"}, {"product_id": "9999"}),
}  # fmt: skip
#: Tables whose rows have a name of which there is one, besides their number.
NAMED = ("measure", "target", "plan_technology", "plan_price", "plan_target", "system_process",
         "system_service", "system_difference")  # fmt: skip
FIXED = r"LEB document"
#: What makes another row of the good one.
ANOTHER = {
    "measure": {"number": "5", "name": "'x'"},
    "measure_part": {"place": "5"},
    "driver": {"year": "2040"},
    "target": {"number": "5", "target": "'x'"},
    "milestone": {"year": "2026"},
    "plan": {},
    "plan_technology": {"number": "5", "technology": "'x'"},
    "plan_price": {"number": "5", "target": "'x'"},
    "plan_target": {"number": "5", "target": "'x'"},
    "system_process": {"number": "5", "process": "'x'"},
    "system_cell": {"number": "5"},
    "system_service": {"number": "5", "service": "'x'"},
    "system_closing": {"number": "5"},
    "system_difference": {"number": "5", "product_id": "(SELECT id FROM product WHERE code = 'E7000')"},
    "meter": {},
    "reading": {"start_s": "1"},
}


#: What speaks first of a row whose other row is not there.
ORPHAN = "|(?i:foreign key)"


def _of_table(table):
    kind = TABLES[table].info["kind"]
    other = "targets" if kind == "scenario" else "scenario"
    ready = begun(table)
    out = {
        f"{table}: a row more": (
            [row(table, kept(kind), **ANOTHER[table])],
            FIXED if ANOTHER[table] else f"{FIXED}|(?i:unique)",
        ),
        f"{table}: a row changed": ([f"UPDATE {table} SET document_id = document_id"], FIXED),
        f"{table}: a row fewer": ([f"DELETE FROM {table}"], FIXED),
        f"{table}: a row of no document": ([row(table, 777)], FIXED + ORPHAN),
        f"{table}: a row of another kind": ([head(other), row(table)], FIXED + ORPHAN * (table in BEFORE)),
        f"{table}: a row twice": ([*ready, row(table), row(table)], r"(?i)unique"),
    }
    for name, spoiled in CHECKS.get(table, {}).items():
        out[f"{table}: {name}"] = ([*ready, row(table, **spoiled)], f"ck_{table}_{name}")
    for at, spoiled in enumerate(NOWHERE.get(table, ())):
        out[f"{table}: leads nowhere {at}"] = ([*ready, row(table, **spoiled)], r"(?i)foreign key")
    if table in NAMED:
        out[f"{table}: a name twice"] = ([*ready, row(table), row(table, number="1")], r"(?i)unique")
    return out


SEALED = f"UPDATE document SET {{}} WHERE id = {kept('scenario')}"
LATER = {"start_s": "1577837000"}
OF_HEADS = {
    "a kind that does not exist": ([head("targets", kind="'x'")], r"ck_document_kind"),
    "no name": ([head("targets", name="''")], r"ck_document_name"),
    "a version zero": ([head("targets", version="0")], r"LEB newer|ck_document_version"),
    "a version after a gap": ([head("targets", version="2")], r"LEB newer"),
    "a version again": ([head("targets", name=f"'{NAME}'")], r"LEB newer|(?i:unique)"),
    "no time": ([head("targets", made_at="''")], r"ck_document_made_at"),
    "a message that is a book": ([head("targets", message=f"'{'x' * 2001}'")], r"ck_document_message"),
    "a year before statistics": ([head("scenario", year="1800")], r"ck_document_year"),
    "a scenario of no year": ([head("scenario", year="NULL")], r"ck_document_dated"),
    "a plan of no balance": ([head("plan", balance_version="NULL")], r"ck_document_begins"),
    "a system of a balance that is not there": ([head("system", balance_version="9")], r"(?i)foreign key"),
    "readings of no meter": ([head("readings", used_id="NULL")], r"ck_document_uses"),
    "nowhere": ([head("targets", territory_id="9999")], r"(?i)foreign key"),
    "targets of another territory": (
        [head("plan", used_id=kept("targets", "altrove"))],
        r"LEB used|fk_document_used",
    ),
    "a plan that uses a meter": ([head("plan", used_id=kept("meter"))], r"LEB used"),
    "readings of another meter": ([head("readings", name="'new'", version="1")], r"LEB used"),
    "a plan that uses what is open": (
        [head("targets", 8000, name="'open'"), head("plan", used_id="8000")],
        r"LEB used",
    ),
    "born sealed": ([head("targets", parts="0", digest="'" + "d" * 64 + "'")], r"LEB whole"),
    "a seal that is too short": ([head("targets"), seal(0, digest="'d'")], r"ck_document_digest"),
    "a seal without a count": ([head("targets"), seal("NULL")], r"ck_document_sealed"),
    "a seal over fewer rows": ([head("targets"), row("target"), seal(0)], r"LEB parts"),
    "a seal over more rows": ([head("targets"), row("target"), seal(2)], r"LEB parts"),
    "a plan without a result": ([head("plan"), row("plan_technology"), seal(1)], r"LEB single"),
    "a meter without its row": ([head("meter"), seal(0)], r"LEB single"),
    "two readings of one moment": (
        [head("readings"), row("reading"), row("reading", **LATER), seal(2)],
        r"LEB across",
    ),
    "another message": ([SEALED.format("message = 'x'")], FIXED),
    "another territory": ([SEALED.format("territory_id = territory_id + 1")], r"LEB (document|parts)"),
    "another seal": ([SEALED.format("digest = '" + "e" * 64 + "'")], FIXED),
    "opened again": ([SEALED.format("digest = NULL, parts = NULL")], FIXED),
    "another name while open": (
        [head("targets"), f"UPDATE document SET name = 'x' WHERE id = {OPENED}"],
        FIXED,
    ),
    "deleted": ([f"DELETE FROM document WHERE id = {kept('scenario')}"], FIXED),
}
OF_ONE_ENGINE = {
    "sqlite": {
        "nobody as an author": ([head("targets", author="''")], r"ck_document_author"),
        "replaced": (
            [head("targets", name=f"'{NAME}'").replace("INSERT", "INSERT OR REPLACE")],
            r"LEB newer",
        ),
        "a number that is a word": ([*begun("driver"), row("driver", value="'12,5'")], r"cannot store TEXT"),
    },
    "postgresql": {
        "left open": ([head("targets")], r"LEB open"),
        "truncated": (["TRUNCATE document CASCADE"], FIXED),
        "a number that is none": ([*begun("driver"), row("driver", value="'NaN'")], r"ck_driver_value"),
        **{f"{table.name}: truncated": ([f"TRUNCATE {table.name} CASCADE"], FIXED) for table in PARTS},
    },
}


def violations(dialect):
    """Name of each violation to its statements and the rule that refuses it; heads under ``document``."""
    listed = {name: one for table in TABLES for name, one in _of_table(table).items()}
    listed |= {f"document: {name}": one for name, one in (OF_HEADS | OF_ONE_ENGINE[dialect]).items()}
    infinite = {"sqlite": INF, "postgresql": "'Infinity'"}[dialect]
    return {
        name: ([statement.replace(INF, infinite) for statement in sql], rule)
        for name, (sql, rule) in listed.items()
    }


#: A change that leaves a row of history, and how many there are.
RECORD = (
    [head("targets"), row("target"), seal(1)],
    f"SELECT count(*) FROM change WHERE told LIKE 'seal v1 %targets new' AND territory_id = {T}",
)
