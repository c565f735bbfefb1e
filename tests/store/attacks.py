"""What people try by raw SQL to see or change what is not theirs."""
# ruff: noqa: S608 - these are the injections

OTHER = "(SELECT id FROM territory WHERE code = '004078')"
MINE = "(SELECT id FROM territory WHERE code = '001272')"
FLOW = "(SELECT id FROM flow WHERE code = 'PPRD')"
PRODUCT = "(SELECT id FROM product WHERE code = 'G3000')"
HEAD = "(territory_id, year, version, author, made_at, message)"
NEW = "'x', '2020-01-01T00:00:00Z', ''"
LEAK = (
    "CREATE FUNCTION pg_temp.leak(x float8) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS "
    "$$ BEGIN RAISE NOTICE '%', x; RETURN true; END $$; "
    "SELECT energy_mwh FROM cell WHERE pg_temp.leak(energy_mwh)"
)
REFUSED = "refused"
NOTHING = "nothing"

#: Person, what they try, SQL, what comes of it: refused, nothing (no row), or the rows they may see.
ATTACKS = {
    "reads all cells": ("bruno", "SELECT DISTINCT energy_mwh FROM cell", [(5.0,)]),
    "counts balances": ("bruno", "SELECT count(*) FROM balance", [(1,)]),
    "counts cells": ("anna", "SELECT count(*) FROM cell", [(2,)]),
    "reads by key": ("bruno", f"SELECT * FROM balance WHERE territory_id = {OTHER}", NOTHING),
    "reads cells by key": ("anna", f"SELECT * FROM cell WHERE territory_id = {OTHER}", NOTHING),
    "reads sources": ("anna", "SELECT told FROM source", [("catasto",)]),
    "reads history": ("anna", f"SELECT * FROM change WHERE territory_id = {OTHER}", NOTHING),
    "reads memberships": ("anna", "SELECT person FROM membership", [("anna",)]),
    "adds up": ("bruno", "SELECT sum(energy_mwh), max(energy_mwh) FROM cell", [(10.0, 5.0)]),
    "adds up by window": (
        "bruno",
        "SELECT DISTINCT max(energy_mwh) OVER () FROM cell",
        [(5.0,)],
    ),
    "searches texts": ("anna", "SELECT message FROM balance WHERE message LIKE '%Cuneo%'", NOTHING),
    "joins from a shared word": (
        "bruno",
        "SELECT f.code, c.energy_mwh FROM flow f JOIN cell c ON c.flow_id = f.id WHERE c.energy_mwh > 5",
        NOTHING,
    ),
    "reads one's own territory as a reader of a town": (
        "enzo",
        "SELECT DISTINCT energy_mwh FROM cell WHERE energy_mwh < 100",
        NOTHING,
    ),
    "writes as a reader": ("bruno", f"INSERT INTO balance {HEAD} VALUES ({MINE}, 2020, 2, {NEW})", REFUSED),
    "adds a source as a reader": (
        "bruno",
        f"INSERT INTO source (territory_id, told) VALUES ({MINE}, 'x')",
        REFUSED,
    ),
    "changes a state as a reader": ("bruno", "UPDATE balance SET state = 'checked'", NOTHING),
    "adds a word as a reader": ("bruno", "INSERT INTO product (code) VALUES ('x')", REFUSED),
    "gives a known flow another sign": ("anna", "UPDATE flow SET signed = 1 WHERE code = 'PPRD'", REFUSED),
    "says first what sign a known flow has": (
        "anna",
        "INSERT INTO flow (code, signed) VALUES ('FC_TRA_E', 1)",
        REFUSED,
    ),
    "saves elsewhere": ("anna", f"INSERT INTO balance {HEAD} VALUES ({OTHER}, 2021, 1, {NEW})", REFUSED),
    "adds a cell elsewhere": (
        "anna",
        (
            "INSERT INTO cell (territory_id, year, version, flow_id, product_id, signed, energy_mwh, status) "
            f"VALUES ({OTHER}, 2020, 1, {FLOW}, {PRODUCT}, 0, 1, 'A')"
        ),
        REFUSED,
    ),
    "adds a source elsewhere": (
        "anna",
        f"INSERT INTO source (territory_id, told) VALUES ({OTHER}, 'x')",
        REFUSED,
    ),
    "asks by a key whether a version is there": (
        "anna",
        f"INSERT INTO balance {HEAD} VALUES ({OTHER}, 2020, 1, {NEW})",
        REFUSED,
    ),
    "asks by ON CONFLICT whether a version is there": (
        "anna",
        f"INSERT INTO balance {HEAD} VALUES ({OTHER}, 2020, 1, {NEW}) ON CONFLICT DO NOTHING",
        REFUSED,
    ),
    "asks by a foreign key whether a source is there": (
        "anna",
        f"INSERT INTO source (id, territory_id, told) VALUES (1, {OTHER}, 'segreto?')",
        REFUSED,
    ),
    "changes a state elsewhere": (
        "anna",
        f"UPDATE balance SET state = 'checked' WHERE territory_id = {OTHER}",
        NOTHING,
    ),
    "moves a balance elsewhere": ("anna", f"UPDATE balance SET territory_id = {OTHER}", REFUSED),
    "moves a cell elsewhere": ("anna", f"UPDATE cell SET territory_id = {OTHER}", REFUSED),
    "changes a saved cell": ("anna", "UPDATE cell SET energy_mwh = 0", REFUSED),
    "ends a saved cell": ("anna", "UPDATE cell SET until = version", REFUSED),
    "ends cells as a reader": ("bruno", "UPDATE cell SET until = version", NOTHING),
    "ends cells elsewhere": ("anna", f"UPDATE cell SET until = 1 WHERE territory_id = {OTHER}", NOTHING),
    "deletes cells": ("anna", "DELETE FROM cell", REFUSED),
    "deletes a balance": ("anna", "DELETE FROM balance", REFUSED),
    "certifies as an analyst": (
        "anna",
        "UPDATE balance SET state = 'checked'; UPDATE balance SET state = 'certified'",
        REFUSED,
    ),
    "certifies elsewhere": (
        "fabio",
        f"UPDATE balance SET state = 'checked' WHERE territory_id = {OTHER}",
        NOTHING,
    ),
    "takes a role": ("anna", f"INSERT INTO membership VALUES ('anna', {OTHER}, 'reader')", REFUSED),
    "takes a higher role at home": ("anna", "UPDATE membership SET role = 'admin'", NOTHING),
    "takes an admin's role elsewhere": (
        "dora",
        f"INSERT INTO membership VALUES ('dora', {OTHER}, 'reader')",
        REFUSED,
    ),
    "moves a role elsewhere": ("dora", f"UPDATE membership SET territory_id = {OTHER}", REFUSED),
    "takes another's role away": ("dora", "DELETE FROM membership WHERE person = 'carla'", NOTHING),
    "lets somebody in as an analyst": ("anna", "SELECT leb_admit('gino', 'SCRAM-SHA-256$x')", REFUSED),
    "makes the owner a person": ("dora", "SELECT leb_admit('leb_owner', 'SCRAM-SHA-256$x')", REFUSED),
    "makes the superuser a person": ("dora", "SELECT leb_admit('postgres', 'SCRAM-SHA-256$x')", REFUSED),
    "injects through a name": (
        "dora",
        "SELECT leb_admit('x; ALTER ROLE dora SUPERUSER', 'SCRAM-SHA-256$x')",
        REFUSED,
    ),
    "moves a town into one's province": (
        "dora",
        f"UPDATE territory SET parent_id = {MINE} WHERE code = '004078'",
        REFUSED,
    ),
    "makes a territory": (
        "dora",
        "INSERT INTO territory (code, name, level) VALUES ('zz', 'z', '')",
        REFUSED,
    ),
    "writes history": (
        "anna",
        f"INSERT INTO change (territory_id, what, told) VALUES ({MINE}, 'x', 'x')",
        REFUSED,
    ),
    "rewrites history": ("anna", "UPDATE change SET told = ''", REFUSED),
    "deletes history": ("anna", "DELETE FROM change", REFUSED),
    "truncates": ("anna", "TRUNCATE cell", REFUSED),
    "turns row security off": ("anna", "SET row_security = off; SELECT * FROM cell", REFUSED),
    "disables policies": ("anna", "ALTER TABLE cell DISABLE ROW LEVEL SECURITY", REFUSED),
    "makes a policy": ("anna", "CREATE POLICY mine ON cell TO anna USING (true)", REFUSED),
    "drops a trigger": ("anna", "DROP TRIGGER cell_fixed ON cell", REFUSED),
    "becomes the owner": ("anna", "SET ROLE leb_owner", REFUSED),
    "becomes another": ("anna", "SET ROLE carla", REFUSED),
    "logs in again as another": ("anna", "SET SESSION AUTHORIZATION carla", REFUSED),
    "grants to itself": ("anna", "GRANT leb_owner TO anna", REFUSED),
    "grants a table": ("anna", "GRANT ALL ON cell TO anna", NOTHING),
    "leaks by a cheap function": ("bruno", LEAK, [(5.0,), (5.0,)]),
    "asks by a division": (
        "bruno",
        "SELECT 1 FROM cell WHERE 1 / (energy_mwh - 7777.25) > 1e9",
        NOTHING,
    ),
    "asks by an error text": ("bruno", "SELECT CAST(message AS integer) FROM balance", REFUSED),
    "reads statistics": (
        "bruno",
        "SELECT most_common_vals::text, histogram_bounds::text FROM pg_stats WHERE tablename = 'cell'",
        NOTHING,
    ),
    "reads raw statistics": ("bruno", "SELECT * FROM pg_statistic", REFUSED),
    "copies out": ("bruno", "SELECT count(*) FROM (TABLE cell) x", [(2,)]),
    "copies in": ("anna", "COPY cell FROM PROGRAM 'id'", REFUSED),
    "reads password hashes": ("anna", "SELECT rolpassword FROM pg_authid", REFUSED),
    "reads a file": ("anna", "SELECT pg_read_file('/etc/passwd')", REFUSED),
    "writes a file": ("anna", "SELECT lo_export(1, '/dev/null')", REFUSED),
    "makes a table": ("anna", "CREATE TABLE public.mine (i int)", REFUSED),
    "shadows a function": (
        "anna",
        "CREATE FUNCTION public.leb_reach(x int) RETURNS SETOF int LANGUAGE sql AS $$ SELECT 1 $$",
        REFUSED,
    ),
    "shadows a table": (
        "anna",
        (
            "CREATE TEMP TABLE membership (person text, territory_id int, role text); "
            f"INSERT INTO pg_temp.membership VALUES ('anna', {OTHER}, 'admin'); "
            "SELECT count(*) FROM public.cell"
        ),
        [(2,)],
    ),
    "reads what others run": (
        "anna",
        "SELECT query FROM pg_stat_activity WHERE usename <> 'anna' AND query LIKE '%cell%'",
        NOTHING,
    ),
    "sees others' rows by a cursor": (
        "bruno",
        "DECLARE c CURSOR FOR SELECT DISTINCT energy_mwh FROM cell; FETCH ALL FROM c",
        [(5.0,)],
    ),
    "takes a rule of certification away": ("fabio", "DELETE FROM closing", REFUSED),
    "makes every difference rounding": ("fabio", "UPDATE closing SET least_mwh = 1e14", REFUSED),
    "takes an identity away": ("fabio", "DELETE FROM identity_term", REFUSED),
    "adds a term that closes anything": (
        "fabio",
        f"INSERT INTO identity_term VALUES ((SELECT min(flow_id) FROM identity), {FLOW}, 1)",
        REFUSED,
    ),
    "adds a part that hides a product": (
        "fabio",
        f"INSERT INTO product_part SELECT {PRODUCT}, id FROM product WHERE code = 'E7000'",
        REFUSED,
    ),
    "certifies what does not close": (
        "fabio",
        (
            f"INSERT INTO balance {HEAD} VALUES ({MINE}, 2020, 2, {NEW}); INSERT INTO cell "
            "(territory_id, year, version, flow_id, product_id, signed, energy_mwh, status) VALUES "
            f"({MINE}, 2020, 2, {FLOW}, {PRODUCT}, 0, 9, 'A'); UPDATE cell SET until = 1 WHERE version = 1; "
            "UPDATE balance SET state = 'draft', cells = 1, digest = repeat('d', 64) WHERE version = 2; "
            "UPDATE balance SET state = 'checked' WHERE version = 2; "
            "UPDATE balance SET state = 'certified' WHERE version = 2"
        ),
        REFUSED,
    ),
    "reads tags": ("bruno", "SELECT name FROM tag", [("alla giunta",)]),
    "reads tags elsewhere": ("anna", f"SELECT * FROM tag WHERE territory_id = {OTHER}", NOTHING),
    "tags as a reader": ("bruno", f"INSERT INTO tag VALUES ({MINE}, 2020, 'x', 1)", REFUSED),
    "takes a tag off as a reader": ("bruno", "DELETE FROM tag", NOTHING),
    "tags elsewhere": ("anna", f"INSERT INTO tag VALUES ({OTHER}, 2020, 'x', 1)", REFUSED),
    "asks by a tag whether a version is there": (
        "anna",
        f"INSERT INTO tag VALUES ({OTHER}, 2020, 'x', 99)",
        REFUSED,
    ),
    "asks by a tag whether a tag is there": (
        "anna",
        f"INSERT INTO tag VALUES ({OTHER}, 2020, 'segreto di Cuneo', 1)",
        REFUSED,
    ),
    "takes a tag off elsewhere": ("anna", f"DELETE FROM tag WHERE territory_id = {OTHER}", NOTHING),
    "moves a tag": ("anna", "UPDATE tag SET version = 1", REFUSED),
    "allows what the method bars": ("fabio", "DELETE FROM barred_pair", REFUSED),
    "bars what the method allows": (
        "fabio",
        f"INSERT INTO barred_pair VALUES ({FLOW}, {PRODUCT})",
        REFUSED,
    ),
    "sees more by a view of one's own": (
        "bruno",
        "CREATE TEMP VIEW v AS SELECT DISTINCT energy_mwh FROM cell; SELECT * FROM v",
        [(5.0,)],
    ),
}
