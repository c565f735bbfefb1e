"""What holds between rows of documents since ``0004``: versions that never change, parts of the right kind.

No part of these statements comes from outside.
"""
# ruff: noqa: S608

from __future__ import annotations

from typing import Final

from leb_kit.store.schema_documents import PARTS, SINCE
from leb_kit.store.trigger_parts import ROW, note, raised, refusal

_HEAD: Final = (
    "id", "territory_id", "kind", "name", "version", "author", "made_at", "message", "label_it", "label_en",
    "year", "balance_version", "used_id",
)  # fmt: skip
_SAME: Final = "d.territory_id = new.territory_id AND d.kind = new.kind AND d.name = new.name"
_NEXT: Final = f"SELECT coalesce(max(d.version), 0) + 1 FROM document d WHERE {_SAME}"
_VERSIONS: Final = f"SELECT count(*) FROM document d WHERE {_SAME}"
_OPEN: Final = (
    "SELECT 1 FROM document d WHERE d.id = {row}.document_id AND d.territory_id = {row}.territory_id "
    "AND d.kind = {kind} AND d.digest IS NULL"
)
#: A plan uses targets, readings are of the meter of their name; both are whole.
_USED: Final = (
    "new.used_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM document d WHERE d.id = new.used_id "
    "AND d.territory_id = new.territory_id AND d.digest IS NOT NULL AND (new.kind = 'plan' AND "
    "d.kind = 'targets' OR new.kind = 'readings' AND d.kind = 'meter' AND d.name = new.name))"
)
_MINE: Final = "p.territory_id = new.territory_id AND p.document_id = new.id"
_COUNT: Final = " + ".join(f"(SELECT count(*) FROM {table.name} p WHERE {_MINE})" for table in PARTS)
_COUNTED: Final = f"new.parts IS NOT NULL AND new.parts <> {_COUNT}"
#: No two readings of one version tell of the same second.
_ACROSS: Final = (
    "new.kind = 'readings' AND EXISTS (SELECT 1 FROM (SELECT p.start_s + p.length_s AS until, "
    f"lead(p.start_s) OVER (ORDER BY p.start_s) AS next FROM reading p WHERE {_MINE}) r "
    "WHERE r.until > r.next)"
)
#: A plan and a meter are one row besides what belongs to them.
_SINGLE: Final = " OR ".join(
    f"new.kind = '{kind}' AND NOT EXISTS (SELECT 1 FROM {kind} p WHERE {_MINE})" for kind in ("plan", "meter")
)
_TOLD: Final = (
    "'seal v' || new.version || ' ' || coalesce(new.digest, '') || ' ' || new.kind || ' ' || new.name"
)


def of_file() -> dict[str, str]:
    """Return the triggers of a file: name to what makes it."""
    fixed = " OR ".join(f"old.{column} IS NOT new.{column}" for column in _HEAD)
    head = {
        "document_next": ("INSERT ON document", "newer", f"new.version <> ({_NEXT})"),
        "document_born": ("INSERT ON document", "whole", "new.digest IS NOT NULL OR new.parts IS NOT NULL"),
        "document_used": ("INSERT ON document", "used", _USED),
        "document_fixed": ("UPDATE ON document", "document", f"old.digest IS NOT NULL OR {fixed}"),
        "document_count": ("UPDATE ON document", "parts", _COUNTED),
        "document_single": ("UPDATE ON document", "single", _SINGLE),
        "document_across": ("UPDATE ON document", "across", _ACROSS),
        "document_kept": ("DELETE ON document", "document", ""),
    }
    made = {name: refusal(name, *parts) for name, parts in head.items()}
    made["document_note"] = note("document_note", "UPDATE OF digest ON document", "new", "document", _TOLD)
    for table in PARTS:
        name = table.name
        closed = f"NOT EXISTS ({_OPEN.format(row='new', kind=repr(table.info['kind']))})"
        made[f"{name}_sealed"] = refusal(f"{name}_sealed", f"INSERT ON {name}", "document", closed)
        for deed, event in (("fixed", "UPDATE"), ("kept", "DELETE")):
            made[f"{name}_{deed}"] = refusal(f"{name}_{deed}", f"{event} ON {name}", "document", "")
    return made


def of_server() -> dict[str, tuple[str, str]]:
    """Return the triggers of documents on a server: name to body and moment."""
    fixed = " OR ".join(f"old.{column} IS DISTINCT FROM new.{column}" for column in _HEAD)
    rules = (
        ("document", f"old.digest IS NOT NULL OR {fixed}"),
        ("parts", _COUNTED),
        ("single", _SINGLE),
        ("across", _ACROSS),
    )
    update = "".join(f"IF {when} THEN {raised(word)}; END IF; " for word, when in rules)
    born = (
        f"IF new.digest IS NOT NULL OR new.parts IS NOT NULL THEN {raised('whole')}; END IF; "
        "new.author := session_user; RETURN new;"
    )
    # After the row, so that rights speak first: whoever may not save there learns no version number.
    later = (
        f"IF new.version <> ({_VERSIONS}) THEN {raised('newer')}; END IF; "
        f"IF {_USED} THEN {raised('used')}; END IF; RETURN NULL;"
    )
    left = (
        "IF EXISTS (SELECT 1 FROM document d WHERE d.id = new.id AND d.digest IS NULL) "
        f"THEN {raised('open')}; END IF; RETURN NULL;"
    )
    told = (
        f"INSERT INTO change (territory_id, what, told) VALUES (new.territory_id, 'document', {_TOLD}); "
        "RETURN NULL;"
    )
    return {
        "document_born": (born, f"BEFORE INSERT ON document {ROW}"),
        "document_next": (later, f"AFTER INSERT ON document {ROW}"),
        "document_fixed": (f"{update}RETURN new;", f"BEFORE UPDATE ON document {ROW}"),
        "document_note": (told, f"AFTER UPDATE OF digest ON document {ROW}"),
        "document_open": (left, f"AFTER INSERT ON document DEFERRABLE INITIALLY DEFERRED {ROW}"),
    }


#: Bodies of functions that the tables of parts share, on a server.
SHARED: Final = {
    "document_kept": f"{raised('document')};",
    "part_sealed": (
        "IF EXISTS (SELECT 1 FROM (SELECT DISTINCT territory_id, document_id FROM fresh) r "
        f"WHERE NOT EXISTS ({_OPEN.format(row='r', kind='tg_argv[0]')})) THEN {raised('document')}; END IF; "
        "RETURN NULL;"
    ),
}


def of_parts() -> dict[str, str]:
    """Return the triggers of a server that call shared functions: name to what makes it."""
    kept = "BEFORE {what} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION leb_document_kept()"
    head = kept.format(what="DELETE OR TRUNCATE", table="document")
    made = {"document_kept": f"CREATE TRIGGER document_kept {head}"}
    for table in PARTS:
        name, changed = table.name, "UPDATE OR DELETE OR TRUNCATE"
        made[f"{name}_sealed"] = (
            f"CREATE TRIGGER {name}_sealed AFTER INSERT ON {name} REFERENCING NEW TABLE AS fresh "
            f"FOR EACH STATEMENT EXECUTE FUNCTION leb_part_sealed('{table.info['kind']}')"
        )
        made[f"{name}_fixed"] = f"CREATE TRIGGER {name}_fixed {kept.format(what=changed, table=name)}"
    return made


def names() -> dict[str, str]:
    """Return the names of all of them, each with the revision that brought it.

    Examples
    --------
    >>> names()["measure_sealed"]
    '0004'
    """
    return dict.fromkeys((*of_file(), *of_server(), *of_parts()), SINCE)


def functions() -> tuple[str, ...]:
    """Return the names of the functions of a server that these triggers call.

    Examples
    --------
    >>> "leb_part_sealed" in functions()
    True
    """
    return tuple(f"leb_{name}" for name in (*of_server(), *SHARED))
