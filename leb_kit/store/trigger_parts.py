"""What triggers are put together from, on a file and on a server.

No part of these statements comes from outside.
"""
# ruff: noqa: S608

from __future__ import annotations

from typing import Final

#: How the triggers of a server end: once for each row.
ROW: Final = "FOR EACH ROW EXECUTE FUNCTION"
#: Once for all rows of a statement, which ``fresh`` names.
FRESH: Final = "REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION"

#: Likewise of a change: ``gone`` names the rows as they were.
CHANGED: Final = "REFERENCING OLD TABLE AS gone NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION"


def refusal(name: str, event: str, word: str, when: str) -> str:
    """Refuse an event of a file with a word, always or where a condition holds."""
    when = f"WHEN {when} " if when else ""
    return f"CREATE TRIGGER {name} BEFORE {event} {when}BEGIN SELECT RAISE(ABORT, 'LEB {word}'); END"


def note(name: str, event: str, row: str, what: str, told: str) -> str:
    """Write a change with its digest, chained to the last of its territory."""
    last = f"FROM change c WHERE c.territory_id = {row}.territory_id"
    number = f"(SELECT coalesce(max(c.number), 0) + 1 {last})"
    before = f"coalesce((SELECT c.digest {last} ORDER BY c.number DESC LIMIT 1), '')"
    return (
        f"CREATE TRIGGER {name} AFTER {event} BEGIN "
        f"INSERT INTO change (territory_id, number, at, who, what, told, digest) "
        f"SELECT territory_id, number, at, who, what, told, "
        f"leb_sha256(before, territory_id, number, at, who, what, told) FROM ("
        f"SELECT {row}.territory_id AS territory_id, {number} AS number, leb_now() AS at, leb_who() AS who, "
        f"'{what}' AS what, {told} AS told, {before} AS before); END"
    )


def raised(word: str) -> str:
    """Refuse with a word, inside a function of a server."""
    return f"RAISE EXCEPTION 'LEB {word}' USING ERRCODE = '23514'"
