"""What no store may hold, as raw SQL of its owner: each is refused by a rule that the pattern names.

``{T}`` and ``{U}`` are territories, ``{F}`` a flow that is never negative, ``{S}`` one that may be, ``{P}`` a
product. Version 1 of the year 2020 is superseded, 2 certified, 3 checked, 4 a draft; ``OPEN`` begins 5.
"""
# ruff: noqa: S608 - no part comes from outside

from leb_kit.store.repository import Repository
from tests.store.people import small
from tests.store.violations_of_rules import OF_RULES

KEYS = {
    "T": "(SELECT id FROM territory WHERE code = '001272')",
    "U": "(SELECT id FROM territory WHERE code = '004078')",
    "F": "(SELECT id FROM flow WHERE code = 'PPRD')",
    "S": "(SELECT id FROM flow WHERE code = 'STK_CHG')",
    "P": "(SELECT id FROM product WHERE code = 'G3000')",
    "Q": "(SELECT id FROM product WHERE code = 'E7000')",
    "MINE": "(SELECT min(id) FROM source WHERE told = 'catasto')",
    "THEIRS": "(SELECT min(id) FROM source WHERE told = 'altrove')",
    "D": "'" + "d" * 64 + "'",
}
NOT_A_NUMBER = {"sqlite": "(9e999 - 9e999)", "postgresql": "'NaN'::float8"}
INFINITE = {"sqlite": "9e999", "postgresql": "'Infinity'::float8"}
HEAD = "INSERT INTO balance (territory_id, year, version, author, made_at, message{more}) VALUES "
NEW = "'anna', '2020-01-01T00:00:00Z', ''"
OPEN = f"{HEAD.format(more='')} ({{T}}, 2020, 5, {NEW})"
THIS = "territory_id = {T} AND year = 2020 AND version ="
#: Nothing of the version before stands in the open one.
ALONE = "UPDATE cell SET until = 4 WHERE territory_id = {T} AND year = 2020 AND until IS NULL"
SEALED = r"LEB sealed"
WORDS = "territory_id, year, version, flow_id, product_id, signed, energy_mwh, status, source_id, sigma"


def cell(
    value="1",
    *,
    flow="{F}",
    product="{P}",
    signed="0",
    status="'A'",
    source="NULL",
    sigma="NULL",
    at="{T}, 2020, 5",
):
    """Insert a cell into the open version, or where ``at`` says."""
    values = f"{at}, {flow}, {product}, {signed}, {value}, {status}, {source}, {sigma}"
    return f"INSERT INTO cell ({WORDS}) VALUES ({values})"


def step(version, state, **more):
    """Move a version to a state."""
    sets = "".join(f", {name} = {value}" for name, value in more.items())
    return f"UPDATE balance SET state = '{state}'{sets} WHERE {THIS} {version}"


def head(at, new=NEW, more="", values=""):
    """Insert the head of a version."""
    return f"{HEAD.format(more=more)} ({at}, {new}{values})"


def certified(*cells):
    """Cells of the open version, and its way to being certified."""
    ways = (step(5, "draft", cells=len(cells), digest="{D}"), step(5, "checked"), step(5, "certified"))
    return ";".join((*cells, *ways)).replace("'{D}'", "{D}")


HOUSES = "(SELECT id FROM flow WHERE code = 'FC_OTH_HH_E')"
OTHERS = "(SELECT id FROM flow WHERE code = 'FC_OTH_E')"
ALL_USES = "(SELECT id FROM flow WHERE code = 'FC_E')"
DIFFERENCE = "(SELECT id FROM flow WHERE code = 'STATDIFF')"
SUPPLY = "(SELECT id FROM flow WHERE code = 'GAE')"
GROUP = "(SELECT id FROM product WHERE code = 'O4000XBIO')"
ALL_PRODUCTS = "(SELECT id FROM product WHERE code = 'TOTAL')"
CLOSES = r"LEB closes"
UNCLOSED = {
    "certified with more supply than use": (
        certified(cell("9"), cell("5", flow=HOUSES)),
        CLOSES,
    ),
    "certified with more use than supply": (
        certified(cell("5"), cell("9", flow=HOUSES)),
        CLOSES,
    ),
    "certified with the difference in another product": (
        certified(
            cell("9"), cell("5", flow=HOUSES), cell("5", product="{Q}"), cell("9", flow=HOUSES, product="{Q}")
        ),
        CLOSES,
    ),
    "certified with a stated difference that is another": (
        certified(cell("9"), cell("5", flow=HOUSES), cell("7", flow=DIFFERENCE, signed="1")),
        CLOSES,
    ),
    "certified with a difference of the wrong sign": (
        certified(cell("9"), cell("5", flow=HOUSES), cell("-4", flow=DIFFERENCE, signed="1")),
        CLOSES,
    ),
    "certified with a difference that is stated for another product": (
        certified(
            cell("9"),
            cell("5", flow=HOUSES),
            cell("3", product="{Q}"),
            cell("3", flow=DIFFERENCE, signed="1", product="{Q}"),
        ),
        CLOSES,
    ),
    "certified with a part larger than the whole": (
        certified(cell("9"), cell("9", flow=OTHERS), cell("12", flow=HOUSES)),
        CLOSES,
    ),
    "certified with a part of a part larger than the whole": (
        certified(cell("9"), cell("9", flow=ALL_USES), cell("12", flow=HOUSES)),
        CLOSES,
    ),
    "certified with another supply than its parts": (
        certified(cell("5"), cell("9", flow=SUPPLY, signed="1"), cell("9", flow=HOUSES)),
        CLOSES,
    ),
    "certified with a group that does not close": (
        certified(cell("9", product=GROUP), cell("5", flow=HOUSES, product=GROUP)),
        CLOSES,
    ),
    "certified with a group that is not the sum of its parts": (
        certified(
            cell("9"),
            cell("9", flow=HOUSES),
            cell("30", product=ALL_PRODUCTS),
            cell("30", flow=HOUSES, product=ALL_PRODUCTS),
        ),
        CLOSES,
    ),
    "certified where no rule is": (
        "DELETE FROM closing;" + certified(cell("9"), cell("5", flow=HOUSES)),
        CLOSES,
    ),
    "certified where no identity is": (
        "DELETE FROM identity_term;" + certified(cell("9"), cell("5", flow=HOUSES)),
        CLOSES,
    ),
}
WIND = "(SELECT id FROM product WHERE code = 'RA300')"
IMPORTS = "(SELECT id FROM flow WHERE code = 'IMP')"
IN_A_NEW_VERSION = {
    "a value that is not a number": (cell("{NAN}"), r"finite|missing"),
    "an infinite value": (cell("{INF}"), r"ck_cell_finite"),
    "a negative infinite value": (cell("-{INF}", flow="{S}", signed="1"), r"ck_cell_finite"),
    "a value beyond all energy": (cell("1e300"), r"ck_cell_finite"),
    "a value below all energy": (cell("-1e300", flow="{S}", signed="1"), r"ck_cell_finite"),
    "a value with a comma": (cell("'12,5'"), r"cannot store TEXT|invalid input syntax"),
    "a value that is a word": (cell("'n.d.'"), r"cannot store TEXT|invalid input syntax"),
    "a negative value of a flow that has none": (cell("-1"), r"ck_cell_sign"),
    "a negative value under a false sign": (cell("-1", signed="1"), r"(?i)foreign key|fk_cell_flow"),
    "a sign that does not exist": (cell(signed="7"), r"(?i)foreign key|fk_cell_flow"),
    "a flow that does not exist": (cell(flow="9999"), r"(?i)foreign key|fk_cell_flow"),
    "a product that does not exist": (cell(product="9999"), r"(?i)foreign key|fk_cell_product"),
    "no flow": (cell(flow="NULL"), r"(?i)not.null"),
    "no product": (cell(product="NULL"), r"(?i)not.null"),
    "no sign": (cell(signed="NULL"), r"(?i)not.null"),
    "a status that does not exist": (cell(status="'X'"), r"ck_cell_status"),
    "a status in small letters": (cell(status="'a'"), r"ck_cell_status"),
    "no status": (cell(status="NULL"), r"(?i)not.null"),
    "no value but a status of one": (cell("NULL"), r"ck_cell_missing"),
    "a value that is told to be missing": (cell(status="'M'"), r"ck_cell_missing"),
    "a negative uncertainty": (cell(sigma="-0.1"), r"ck_cell_sigma"),
    "an infinite uncertainty": (cell(sigma="{INF}"), r"ck_cell_sigma"),
    "the same cell twice": (f"{cell()};{cell('2')}", r"(?i)unique"),
    "a source of another territory": (cell(source="{THEIRS}"), r"(?i)foreign key|fk_cell_source"),
    "a source that does not exist": (cell(source="999999"), r"(?i)foreign key|fk_cell_source"),
    "a seal over fewer cells": (f"{cell()};{step(5, 'draft', cells=2, digest='{D}')}", r"LEB count"),
    "a seal over no cell": (step(5, "draft", cells=0, digest="{D}"), r"ck_balance_cells"),
    "a seal that is too short": (
        f"{cell()};{step(5, 'draft', cells=1, digest=repr('abc'))}",
        r"ck_balance_digest",
    ),
    "a state without a seal": (f"{cell()};{step(5, 'draft', cells=1)}", r"ck_balance_sealed"),
    "a seal without a count": (f"{cell()};{step(5, 'draft', digest='{D}')}", r"ck_balance_counted"),
    "a seal on what stays open": (step(5, "open", digest="{D}"), r"ck_balance_sealed"),
    "a count on what stays open": (step(5, "open", cells=1), r"ck_balance_counted"),
    "certified from open": (f"{cell()};{step(5, 'certified', cells=1, digest='{D}')}", r"LEB step"),
    "wind that was imported": (cell(flow=IMPORTS, product=WIND), r"LEB pair"),
    "electricity that was stored": (cell("-2", flow="{S}", signed="1", product="{Q}"), r"LEB pair"),
    "a second version that is open": (head("{T}, 2020, 7"), r"LEB version"),
}

SIXTH = f"{HEAD.format(more='')} ({{T}}, 2020, 6, {NEW});{step(6, 'draft', cells=2, digest='{D}')}"
OF_ENDS = {
    "a cell that stands twice": (f"{OPEN};{cell()};{step(5, 'draft', cells=3, digest='{D}')}", r"LEB twice"),
    "a cell more below a sealed version": (f"{OPEN};{SIXTH};{cell(product='{Q}')}", SEALED),
    "a cell that ends below a sealed version": (f"{OPEN};{SIXTH};{ALONE}", SEALED),
    "a cell that ends before it begins": (f"{OPEN};{cell()};{ALONE}", r"ck_cell_until"),
    "a cell that is to end": (f"{OPEN};{cell()};UPDATE cell SET until = 5 WHERE {THIS} 5", SEALED),
    "a cell that comes with its end": (
        f"{OPEN};{ALONE};{cell().replace('sigma)', 'sigma, until)').replace('NULL)', 'NULL, 5)')}",
        SEALED,
    ),
    "a cell that ends without a version": (f"UPDATE cell SET until = 4 WHERE {THIS} 4", SEALED),
    "a cell that ends anew": (f"{OPEN};UPDATE cell SET until = 4 WHERE {THIS} 2", SEALED),
    "a cell that stands again": (f"{OPEN};UPDATE cell SET until = NULL WHERE {THIS} 2", SEALED),
}

OF_WHAT_WAS_SAVED = {
    "a cell without a version": (cell(at="{T}, 2020, 9"), r"LEB sealed|(?i:foreign key)"),
    "a cell more in a draft": (cell(at="{T}, 2020, 4", product="{Q}"), SEALED),
    "a cell more in a certified version": (cell(at="{T}, 2020, 2", product="{Q}"), SEALED),
    "another value in a draft": (f"UPDATE cell SET energy_mwh = 9 WHERE {THIS} 4", SEALED),
    "another value in a certified version": (f"UPDATE cell SET energy_mwh = 9 WHERE {THIS} 2", SEALED),
    "another status": (f"UPDATE cell SET status = 'E' WHERE {THIS} 4", SEALED),
    "another source": (f"UPDATE cell SET source_id = NULL WHERE {THIS} 4", SEALED),
    "a cell in another version": (f"UPDATE cell SET version = 3 WHERE {THIS} 4", SEALED),
    "a cell in another territory": (f"UPDATE cell SET territory_id = {{U}} WHERE {THIS} 4", SEALED),
    "a cell fewer in a draft": (f"DELETE FROM cell WHERE {THIS} 4", SEALED),
    "a cell fewer in a certified version": (f"DELETE FROM cell WHERE {THIS} 2", SEALED),
    "no cells at all": ("DELETE FROM cell", SEALED),
    "a year before statistics": (head("{T}, 1800, 1"), r"ck_balance_year"),
    "a year after all plans": (head("{T}, 2300, 1"), r"ck_balance_year"),
    "no year": (head("{T}, NULL, 1"), r"(?i)not.null|LEB version"),
    "a version zero": (head("{T}, 2021, 0"), r"LEB version|ck_balance_version"),
    "a version after a gap": (head("{T}, 2020, 6"), r"LEB version"),
    "a first version that is no first": (head("{T}, 2021, 2"), r"LEB version"),
    "a version again": (head("{T}, 2020, 2"), r"LEB version|pk_balance"),
    "a balance that is born certified": (
        head("{T}, 2021, 1", more=", state, cells, digest", values=", 'certified', 1, {D}"),
        r"LEB born",
    ),
    "a balance that is born a draft": (
        head("{T}, 2021, 1", more=", state, cells, digest", values=", 'draft', 1, {D}"),
        r"LEB born",
    ),
    "a message that is a book": (
        head("{T}, 2021, 1", f"'anna', '2020-01-01T00:00:00Z', '{'x' * 2001}'"),
        r"ck_balance_message",
    ),
    "no message": (head("{T}, 2021, 1", "'anna', '2020-01-01T00:00:00Z', NULL"), r"(?i)not.null"),
    "no time": (head("{T}, 2021, 1", "'anna', '', ''"), r"ck_balance_made_at"),
    "a balance of nowhere": (head("9999, 2021, 1"), r"(?i)foreign key"),
    "a draft deleted": (f"DELETE FROM balance WHERE {THIS} 4", r"LEB kept"),
    "a certified version deleted": (f"DELETE FROM balance WHERE {THIS} 2", r"LEB kept"),
    "certified without a check": (step(4, "certified"), r"LEB step"),
    "certified taken back": (step(2, "draft"), r"LEB step"),
    "superseded brought back": (step(1, "certified"), r"LEB step"),
    "superseded without being certified": (step(3, "superseded"), r"LEB step"),
    "a draft opened again": (step(4, "open", cells="NULL", digest="NULL"), r"LEB (step|sealed)"),
    "a state that does not exist": (step(4, "final"), r"LEB step|ck_balance_state"),
    "two certified versions of a year": (step(3, "certified"), r"(?i)unique"),
    "another message": (f"UPDATE balance SET message = 'x' WHERE {THIS} 4", r"LEB fixed"),
    "another author": (f"UPDATE balance SET author = 'x' WHERE {THIS} 4", r"LEB fixed"),
    "another time": (f"UPDATE balance SET made_at = '2000-01-01T00:00:00Z' WHERE {THIS} 4", r"LEB fixed"),
    "another name": (f"UPDATE balance SET name = 'x' WHERE {THIS} 4", r"LEB fixed"),
    "another year": (f"UPDATE balance SET year = 2031 WHERE {THIS} 4", r"LEB fixed"),
    "another territory": (f"UPDATE balance SET territory_id = {{U}} WHERE {THIS} 4", r"LEB fixed"),
    "another version": (f"UPDATE balance SET version = 44 WHERE {THIS} 4", r"LEB fixed"),
    "another seal": (f"UPDATE balance SET digest = {{D}} WHERE {THIS} 4", SEALED),
    "another seal of a certified version": (f"UPDATE balance SET digest = {{D}} WHERE {THIS} 2", SEALED),
    "another count": (f"UPDATE balance SET cells = 1 WHERE {THIS} 4", SEALED),
}

AROUND = {
    "a territory twice": (
        "INSERT INTO territory (code, name, level) VALUES ('001272', 'x', '')",
        r"(?i)unique",
    ),
    "a territory in itself": (
        "UPDATE territory SET parent_id = id WHERE code = '001272'",
        r"ck_territory_parent",
    ),
    "a territory in nothing": (
        "UPDATE territory SET parent_id = 9999 WHERE code = '001272'",
        r"(?i)foreign key",
    ),
    "a level that does not exist": (
        "INSERT INTO territory (code, name, level) VALUES ('zz', 'x', 'planet')",
        r"ck_territory_level",
    ),
    "a code of one letter": (
        "INSERT INTO territory (code, name, level) VALUES ('z', 'x', '')",
        r"ck_territory_code",
    ),
    "a territory without a name": (
        "INSERT INTO territory (code, name, level) VALUES ('zz', NULL, '')",
        r"(?i)not.null",
    ),
    "another code of a territory": ("UPDATE territory SET code = 'zz' WHERE id = {T}", r"LEB fixed"),
    "a territory deleted": ("DELETE FROM territory WHERE id = {T}", r"(?i)foreign key"),
    "a flow twice": ("INSERT INTO flow (code, signed) VALUES ('PPRD', 0)", r"(?i)unique"),
    "a flow without a code": ("INSERT INTO flow (code, signed) VALUES ('', 0)", r"ck_flow_code"),
    "a flow of a sign that does not exist": (
        "INSERT INTO flow (code, signed) VALUES ('x', 3)",
        r"ck_flow_signed",
    ),
    "another code of a flow": ("UPDATE flow SET code = 'x' WHERE id = {F}", r"LEB fixed"),
    "another sign of a flow": ("UPDATE flow SET signed = 1 WHERE code = 'IMP'", r"LEB fixed"),
    "a flow deleted": ("DELETE FROM flow WHERE id = {F}", r"(?i)foreign key"),
    "a product twice": ("INSERT INTO product (code) VALUES ('G3000')", r"(?i)unique"),
    "a product without a code": ("INSERT INTO product (code) VALUES ('')", r"ck_product_code"),
    "another code of a product": ("UPDATE product SET code = 'x' WHERE id = {P}", r"LEB fixed"),
    "a product deleted": ("DELETE FROM product WHERE id = {P}", r"(?i)foreign key"),
    "a source twice": ("INSERT INTO source (territory_id, told) VALUES ({T}, 'catasto')", r"(?i)unique"),
    "a source without a word": (
        "INSERT INTO source (territory_id, told) VALUES ({T}, '')",
        r"ck_source_told",
    ),
    "a source of nowhere": ("INSERT INTO source (territory_id, told) VALUES (9999, 'x')", r"(?i)foreign key"),
    "a source of no territory": ("INSERT INTO source (told) VALUES ('x')", r"(?i)not.null"),
    "another word of a source": ("UPDATE source SET told = 'x'", r"LEB fixed"),
    "a source deleted": ("DELETE FROM source", r"LEB (kept|fixed)"),
    "a role that does not exist": (
        "INSERT INTO membership VALUES ('anna', {T}, 'king')",
        r"ck_membership_role",
    ),
    "a role of nobody": ("INSERT INTO membership VALUES ('', {T}, 'reader')", r"ck_membership_person"),
    "a role nowhere": ("INSERT INTO membership VALUES ('anna', 9999, 'reader')", r"(?i)foreign key"),
    "two roles in one place": (
        (
            "INSERT INTO membership VALUES ('anna', {T}, 'reader');"
            "INSERT INTO membership VALUES ('anna', {T}, 'admin')"
        ),
        r"(?i)unique",
    ),
    "history rewritten": ("UPDATE change SET told = 'x'", r"LEB history"),
    "history deleted": ("DELETE FROM change", r"LEB history"),
}

#: Only where the engine has the statement.
OF_ONE_ENGINE = {
    "sqlite": {
        "a version replaced": (head("{T}, 2020, 2").replace("INSERT", "INSERT OR REPLACE"), r"LEB version"),
        "a cell replaced": (cell(at="{T}, 2020, 2").replace("INSERT INTO", "INSERT OR REPLACE INTO"), SEALED),
        "a source replaced": (
            "INSERT OR REPLACE INTO source (id, territory_id, told) VALUES ({MINE}, {T}, 'x')",
            r"LEB (kept|fixed)|FOREIGN KEY",
        ),
        "nobody as an author": (
            head("{T}, 2021, 1", "'', '2020-01-01T00:00:00Z', ''"),
            r"ck_balance_author",
        ),
        "history of nowhere": (
            "INSERT INTO change VALUES (9999, 1, '', '', '', '', leb_sha256('', 9999, 1, '', '', '', ''))",
            r"FOREIGN KEY",
        ),
        "history forged": (
            "INSERT INTO change VALUES ({T}, 99, '2020-01-01T00:00:00Z', 'x', 'x', 'x', {D})",
            r"LEB forged",
        ),
        "history with the right number and a false seal": (
            (
                "INSERT INTO change SELECT {T}, max(number) + 1, '', 'x', 'x', 'x', {D} FROM change "
                "WHERE territory_id = {T}"
            ),
            r"LEB forged",
        ),
        "a whole number that is a word": (head("{T}, 'x', 1"), r"cannot store TEXT"),
    },
    "postgresql": {
        "a cell merged over": (
            cell(at="{T}, 2020, 2")
            + " ON CONFLICT (territory_id, year, version, flow_id, product_id) DO UPDATE SET energy_mwh = 9",
            SEALED,
        ),
        "history of nowhere": (
            "INSERT INTO change (territory_id, what, told) VALUES (9999, 'x', 'x')",
            r"fk_change_territory_id",
        ),
        "all cells truncated": ("TRUNCATE cell", SEALED),
        "all history truncated": ("TRUNCATE change", r"LEB history"),
        "a version left open": (OPEN, r"LEB open"),
        "a year that is a word": (head("{T}, 'x', 1"), r"invalid input syntax"),
    },
}


def violations(dialect):
    """Name of each violation to its statements and the rule that refuses it."""
    listed = {
        name: (f"{OPEN};{ALONE};{sql}", rule) for name, (sql, rule) in (IN_A_NEW_VERSION | UNCLOSED).items()
    }
    listed |= OF_RULES | OF_ENDS | OF_WHAT_WAS_SAVED | AROUND | OF_ONE_ENGINE[dialect]
    keys = {**KEYS, "NAN": NOT_A_NUMBER[dialect], "INF": INFINITE[dialect]}
    return {
        name: ([part.format(**keys) for part in sql.split(";") if part], rule)
        for name, (sql, rule) in listed.items()
    }


NAMES = tuple({name: 0 for dialect in OF_ONE_ENGINE for name in violations(dialect)})


def filled(url):
    """A store with four versions of a year in four states, and another territory."""
    with Repository.create(url) as repo:
        for mwh in (1.0, 2.0, 3.0, 4.0):
            repo.save(small("001272", mwh, "catasto"))
            if mwh < 3:
                repo.certify(territory="001272", year=2020)
        repo.save(small("004078", 7.0, "altrove"))
        with repo._writing("test") as connection:
            checked = "UPDATE balance SET state = 'checked' WHERE version = 3"
            connection.exec_driver_sql(checked)
        repo.tag("kept", territory="001272", year=2020, version=2)
