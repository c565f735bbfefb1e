"""Who may see and change what, held by PostgreSQL itself: raw SQL of a person meets the same walls.

Every person logs in as a role of their own, inside the group ``leb_person``. A membership gives a role
(reader, analyst, certifier, admin) for a territory and all that lies in it. Row-level security is forced on
every table, with a policy for each command; what nobody may do has a policy that says so. Names of
territories, flows and products are the same public words for all.

No part of these statements comes from outside.
"""
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import MetaData, Table

from leb_kit.store.schema import ROLES
from leb_kit.store.schema_documents import PARTS

GROUP: Final = "leb_person"
COMMANDS: Final = ("SELECT", "INSERT", "UPDATE", "DELETE")
READER, ANALYST, CERTIFIER, ADMIN = range(1, len(ROLES) + 1)
#: Words that everybody of a store shares.
OPEN: Final = ("territory", "flow", "product")
#: What must hold in a version: everybody reads it, the owner alone writes it.
RULES: Final = ("identity", "identity_term", "product_part", "closing", "barred_pair")

#: Table to what a command asks of the role in the row's territory; a command that is not named is for nobody.
_ROLE_FOR: Final = {
    "source": {"SELECT": READER, "INSERT": ANALYST},
    "balance": {"SELECT": READER, "INSERT": ANALYST, "UPDATE": ANALYST},
    "cell": {"SELECT": READER, "INSERT": ANALYST, "UPDATE": ANALYST},
    "tag": {"SELECT": READER, "INSERT": ANALYST, "DELETE": ANALYST},
    "membership": {"SELECT": ADMIN, "INSERT": ADMIN, "UPDATE": ADMIN, "DELETE": ADMIN},
    "change": {"SELECT": READER},
    "document": {"SELECT": READER, "INSERT": ANALYST, "UPDATE": ANALYST},
    **{part.name: {"SELECT": READER, "INSERT": ANALYST} for part in PARTS},
}
_COLUMNS: Final = {
    "balance": "(state, cells, digest)",
    "cell": "(until)",
    "membership": "(role)",
    "document": "(parts, digest)",
}
_RANK: Final = "array_position(ARRAY[" + ", ".join(f"'{role}'" for role in ROLES) + "], m.role)"
_SAFE: Final = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

_REACH: Final = f"""
CREATE FUNCTION leb_reach(needed integer) RETURNS SETOF integer LANGUAGE sql STABLE {_SAFE} AS $$
    WITH RECURSIVE reach (id) AS (
        SELECT m.territory_id FROM membership m WHERE m.person = session_user AND {_RANK} >= needed
        UNION SELECT t.id FROM territory t JOIN reach ON t.parent_id = reach.id
    ) SELECT id FROM reach $$
"""
# The secret comes as a SCRAM verifier made by the client, so no log of the server has the password.
_ADMIT: Final = f"""
CREATE FUNCTION leb_admit(person text, verifier text) RETURNS boolean LANGUAGE plpgsql {_SAFE} AS $$
BEGIN
    IF session_user <> current_user AND NOT EXISTS (SELECT leb_reach({ADMIN})) THEN
        RAISE EXCEPTION 'LEB admit' USING ERRCODE = '42501';
    END IF;
    IF person !~ '^[a-z][a-z0-9_.-]{{0,62}}$' OR starts_with(person, 'pg_')
        OR person IN (current_user, '{GROUP}') THEN
        RAISE EXCEPTION 'LEB person' USING ERRCODE = '42501';
    END IF;
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = person) THEN
        IF NOT pg_has_role(person, '{GROUP}', 'MEMBER') OR EXISTS (
            SELECT 1 FROM pg_roles WHERE rolname = person AND (rolsuper OR rolbypassrls OR rolcreaterole)
        ) THEN
            RAISE EXCEPTION 'LEB person' USING ERRCODE = '42501';
        END IF;
        EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO %I', current_database(), person);
        RETURN false;
    END IF;
    IF NOT starts_with(verifier, 'SCRAM-SHA-256$') THEN
        RAISE EXCEPTION 'LEB verifier' USING ERRCODE = '42501';
    END IF;
    EXECUTE format('CREATE ROLE %I LOGIN PASSWORD %L IN ROLE {GROUP}', person, verifier);
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO %I', current_database(), person);
    RETURN true;
END $$
"""
_GROUP: Final = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{GROUP}') THEN CREATE ROLE {GROUP} NOLOGIN; END IF;
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
END $$
"""


def _within(role: int) -> str:
    # An array made once per query: the planner then takes the index of the key.
    return f"territory_id = ANY (ARRAY(SELECT leb_reach({role})))"


def _policy(table: str, command: str, allowed: str) -> str:
    rule = {
        "SELECT": f"USING ({allowed})",
        "INSERT": f"WITH CHECK ({allowed})",
        "UPDATE": f"USING ({allowed}) WITH CHECK ({allowed})",
        "DELETE": f"USING ({allowed})",
    }[command]
    return f"CREATE POLICY people_{command.lower()} ON {table} FOR {command} TO {GROUP} {rule}"


def _rules(table: str) -> dict[str, str]:
    """Condition of each command on a table."""
    if table in RULES:
        return {"SELECT": "true"}
    if table in OPEN:
        words = "true" if table != "territory" else "false"
        anybody = f"EXISTS (SELECT leb_reach({ANALYST}))" if words == "true" else "false"
        return {"SELECT": "true", "INSERT": anybody}
    rules = {command: _within(role) for command, role in _ROLE_FOR[table].items()}
    if table == "membership":
        rules["SELECT"] = f"person = session_user OR {rules['SELECT']}"
    return rules


def guarded(metadata: MetaData) -> tuple[Table, ...]:
    """Return every table, in the order in which they depend on each other; none is left out.

    Examples
    --------
    >>> from leb_kit.store.schema import metadata
    >>> len(guarded(metadata)) == len(metadata.tables)
    True
    """
    return tuple(metadata.sorted_tables)


def statements(metadata: MetaData) -> tuple[str, ...]:
    """Return what guards all tables of a store on a server, run by its owner.

    Raises
    ------
    KeyError
        A table was added to the schema and nobody said who may see it.
    """
    return (*foundation(), *guards(guarded(metadata)), certifiers())


def foundation() -> tuple[str, ...]:
    """Return what stands before all guards: the group of people, and what they may call."""
    return (
        _GROUP,
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {GROUP}",
        _REACH,
        _ADMIT,
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION leb_reach(integer), leb_admit(text, text) TO {GROUP}",
        f"GRANT SELECT ON alembic_version TO {GROUP}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {GROUP}",
    )


def guards(tables: Iterable[Table]) -> tuple[str, ...]:
    """Return the policies and grants of tables.

    Raises
    ------
    KeyError
        Nobody said who may see one of them.
    """
    made: list[str] = []
    for table in tables:
        name = table.name
        rules = _rules(name)
        made += [
            f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY owner_all ON {name} TO CURRENT_ROLE USING (true) WITH CHECK (true)",
            *(_policy(name, command, rules.get(command, "false")) for command in COMMANDS),
        ]
        for command in rules:
            columns = _COLUMNS.get(name, "") if command == "UPDATE" else ""
            made.append(f"GRANT {command} {columns} ON {name} TO {GROUP}")
    return tuple(made)


def certifiers() -> str:
    """Return the policy that lets only certifiers move a version into or out of what is certified."""
    certified = f"state NOT IN ('certified', 'superseded') OR {_within(CERTIFIER)}"
    return (
        f"CREATE POLICY certifiers ON balance AS RESTRICTIVE FOR UPDATE TO {GROUP} "
        f"USING ({certified}) WITH CHECK ({certified})"
    )
