"""What holds between rows: versions that never change, states in their order, history that only grows.

The sentences of refusals begin with ``LEB`` and a word that ``refusals`` turns into a person's language. On
a file, history calls functions that the library brings (``leb_now``, ``leb_who``, ``leb_sha256``): another
program without them cannot write past it.

No part of these statements comes from outside.
"""
# ruff: noqa: S608

from __future__ import annotations

from typing import Final

from leb_kit.store import document_triggers, triggers_added
from leb_kit.store.closing import BROKEN, CERTIFIES, HERE
from leb_kit.store.schema import cell
from leb_kit.store.trigger_parts import CHANGED, FRESH, ROW, note, raised, refusal

#: Triggers that came after the first revision.
SINCE: Final = {
    "balance_closes": "0002",
    "balance_twice": "0006",
    "cell_ended": "0006",
    **dict.fromkeys(triggers_added.names(), "0003"),
    **document_triggers.names(),
}
#: From which state to which.
STEPS: Final = (
    ("open", "draft"),
    ("draft", "checked"),
    ("checked", "draft"),
    ("checked", "certified"),
    ("certified", "superseded"),
)
_STEP: Final = " OR ".join(f"(old.state = '{old}' AND new.state = '{new}')" for old, new in STEPS)
_FIXED: Final = ("territory_id", "year", "version", "author", "made_at", "message", "name")
_OPEN: Final = (
    "SELECT 1 FROM balance b WHERE b.territory_id = {row}.territory_id AND b.year = {row}.year "
    "AND b.version = {row}.version AND b.state = 'open'"
)
_NEXT: Final = (
    "SELECT coalesce(max(b.version), 0) + 1 FROM balance b "
    "WHERE b.territory_id = new.territory_id AND b.year = new.year"
)
_VERSIONS: Final = (
    "SELECT count(*) FROM balance b WHERE b.territory_id = new.territory_id AND b.year = new.year"
)
_STANDING: Final = f"FROM cell c WHERE {HERE}"
_COUNT: Final = f"SELECT count(*) {_STANDING}"
#: Whether a cell stands twice in a version that is sealed: one of an older version was not ended.
_TWICE: Final = (
    "old.state = 'open' AND new.state = 'draft' AND new.version > 1 AND EXISTS ("
    f"SELECT 1 {_STANDING} GROUP BY c.flow_id, c.product_id HAVING count(*) > 1)"
)
#: What a later version stands on, once that is sealed.
_PASSED: Final = (
    "SELECT 1 FROM balance b WHERE b.territory_id = {row}.territory_id AND b.year = {row}.year "
    "AND b.version > {row}.version AND b.state <> 'open'"
)
#: A cell ends before a version that is open, once, and no sealed one stands on it.
_AFTER: Final = (
    "SELECT 1 FROM balance b WHERE b.territory_id = {row}.territory_id AND b.year = {row}.year AND "
)
_UNENDED: Final = (
    f"NOT EXISTS ({_AFTER}b.version = {{row}}.until + 1 AND b.state = 'open') "
    f"OR EXISTS ({_AFTER}b.version > {{row}}.until AND b.state <> 'open')"
)
_WRITTEN: Final = ", ".join(column.name for column in cell.columns if column.name != "until")
_HEAD_PARTS: Final = ("{row}.year", "'v' || {row}.version", "{row}.state", "coalesce({row}.digest, '')")
_HEAD: Final = " || ' ' || ".join(("'{what}'", *_HEAD_PARTS))
_LAST: Final = "FROM change WHERE territory_id = new.territory_id"
_MEMBER: Final = "'{what} ' || {row}.person || ' ' || {row}.role"

# ── SQLite ───────────────────────────────────────────────────────────────────────────────────────────────


def _of_file_cells() -> dict[str, tuple[str, str, str]]:
    """Event, word and condition of the refusals of cells on a file."""
    passed = _PASSED.format(row="new")
    return {
        "cell_sealed": (
            "INSERT ON cell",
            "sealed",
            f"new.until IS NOT NULL OR NOT EXISTS ({_OPEN.format(row='new')}) OR EXISTS ({passed})",
        ),
        "cell_fixed": (f"UPDATE OF {_WRITTEN} ON cell", "sealed", ""),
        "cell_ended": (
            "UPDATE OF until ON cell",
            "sealed",
            f"old.until IS NOT NULL OR {_UNENDED.format(row='new')}",
        ),
        "cell_kept": ("DELETE ON cell", "sealed", ""),
    }


def _sqlite() -> dict[str, str]:
    fixed = " OR ".join(f"old.{column} IS NOT new.{column}" for column in _FIXED)
    sealed = "old.state <> 'open' AND (old.digest IS NOT new.digest OR old.cells IS NOT new.cells)"
    forged = (
        f"new.number <> (SELECT coalesce(max(number), 0) + 1 {_LAST}) OR new.digest <> "
        f"leb_sha256(coalesce((SELECT digest {_LAST} ORDER BY number DESC LIMIT 1), ''), "
        "new.territory_id, new.number, new.at, new.who, new.what, new.told)"
    )
    refusals = {
        "balance_next": ("INSERT ON balance", "version", f"new.version <> ({_NEXT})"),
        "balance_born": ("INSERT ON balance", "born", "new.state <> 'open'"),
        "balance_step": (
            "UPDATE OF state ON balance",
            "step",
            f"old.state <> new.state AND NOT ({_STEP})",
        ),
        "balance_count": (
            "UPDATE OF state ON balance",
            "count",
            f"old.state = 'open' AND new.state = 'draft' AND new.cells <> ({_COUNT})",
        ),
        "balance_twice": ("UPDATE OF state ON balance", "twice", _TWICE),
        "balance_closes": ("UPDATE OF state ON balance", "closes", BROKEN),
        "balance_fixed": ("UPDATE ON balance", "fixed", fixed),
        "balance_sealed": ("UPDATE ON balance", "sealed", sealed),
        "balance_kept": ("DELETE ON balance", "kept", ""),
        **_of_file_cells(),
        "source_fixed": ("UPDATE ON source", "fixed", ""),
        "source_kept": ("DELETE ON source", "kept", ""),
        "flow_fixed": ("UPDATE ON flow", "fixed", ""),
        "product_fixed": ("UPDATE ON product", "fixed", ""),
        "territory_fixed": ("UPDATE OF id, code ON territory", "fixed", ""),
        "change_forged": ("INSERT ON change", "forged", forged),
        "change_fixed": ("UPDATE ON change", "history", ""),
        "change_kept": ("DELETE ON change", "history", ""),
    }
    made = {name: refusal(name, *parts) for name, parts in refusals.items()}
    state = "UPDATE OF state ON balance"
    made["balance_note"] = note(
        "balance_note", state, "new", "balance", _HEAD.format(what="state", row="new")
    )
    for event, row in (("INSERT", "new"), ("UPDATE", "new"), ("DELETE", "old")):
        name = f"membership_{event.lower()}"
        told = _MEMBER.format(what=event.lower(), row=row)
        made[name] = note(name, f"{event} ON membership", row, "membership", told)
    return made


#: Name of each trigger of a file to what makes it.
SQLITE: Final = _sqlite() | triggers_added.of_file() | document_triggers.of_file()

# ── PostgreSQL ───────────────────────────────────────────────────────────────────────────────────────────

_SAFE: Final = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"


#: Cells of a version that is sealed, counted in one pass: all, and the most that stand in one place. Of a
#: first version none has ended and none is older, so the key alone tells.
_COUNTED: Final = (
    "IF old.state = 'open' AND new.state = 'draft' THEN DECLARE standing bigint; most bigint; BEGIN "
    "IF new.version = 1 THEN standing := (SELECT count(*) FROM cell c "
    "WHERE c.territory_id = new.territory_id AND c.year = new.year AND c.version = 1); "
    "ELSE SELECT coalesce(sum(p.cells), 0), max(p.cells) INTO standing, most FROM "
    f"(SELECT count(*) AS cells {_STANDING} GROUP BY c.flow_id, c.product_id) p; END IF; "
    f"IF new.cells <> standing THEN {raised('count')}; END IF; "
    f"IF most > 1 THEN {raised('twice')}; END IF; END; END IF;"
)


def _function(name: str, body: str) -> str:
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {_SAFE} AS $$ BEGIN {body} END $$"


def _kind(when: str) -> str:
    return "CONSTRAINT TRIGGER" if "DEFERRED" in when else "TRIGGER"


def _of_balances() -> dict[str, tuple[str, str]]:
    """Body and moment of the triggers of balances."""
    fixed = " OR ".join(f"old.{column} IS DISTINCT FROM new.{column}" for column in _FIXED)
    sealed = "old.state <> 'open' AND (old.digest, old.cells) IS DISTINCT FROM (new.digest, new.cells)"
    step = f"old.state <> new.state AND NOT ({_STEP})"
    born = f"IF new.state <> 'open' THEN {raised('born')}; END IF; new.author := session_user; RETURN new;"
    # After the row, so that rights speak first: whoever may not save there learns no version number. Two who
    # save the same year at once meet in the key; the second waits for the first, and is then told.
    later = f"IF new.version <> ({_VERSIONS}) THEN {raised('version')}; END IF; RETURN NULL;"
    refused = ((step, "step"), (fixed, "fixed"), (sealed, "sealed"))
    update = "".join(f"IF {when} THEN {raised(word)}; END IF; " for when, word in refused)
    note = (
        "INSERT INTO change (territory_id, what, told) VALUES (new.territory_id, 'balance', "
        f"{_HEAD.format(what='state', row='new')}); RETURN new;"
    )
    # of a long question a server prepares all, also where its beginning answers it
    closes = f"IF {CERTIFIES} THEN IF {BROKEN} THEN {raised('closes')}; END IF; END IF; RETURN new;"
    left = f"IF EXISTS ({_OPEN.format(row='new')}) THEN {raised('open')}; END IF; RETURN NULL;"
    return {
        "balance_born": (born, f"BEFORE INSERT ON balance {ROW}"),
        "balance_next": (later, f"AFTER INSERT ON balance {ROW}"),
        "balance_step": (f"{update}{_COUNTED} RETURN new;", f"BEFORE UPDATE ON balance {ROW}"),
        "balance_closes": (closes, f"BEFORE UPDATE OF state ON balance {ROW}"),
        "balance_kept": (f"{raised('kept')};", f"BEFORE DELETE ON balance {ROW}"),
        "balance_note": (note, f"AFTER UPDATE OF state ON balance {ROW}"),
        "balance_open": (left, f"AFTER INSERT ON balance DEFERRABLE INITIALLY DEFERRED {ROW}"),
    }


def _of_cells() -> dict[str, tuple[str, str]]:
    """Body and moment of the triggers of cells."""
    cells = (
        "IF EXISTS (SELECT 1 FROM (SELECT DISTINCT territory_id, year, version FROM fresh) r "
        f"WHERE NOT EXISTS ({_OPEN.format(row='r')}) OR EXISTS ({_PASSED.format(row='r')})) "
        f"OR EXISTS (SELECT 1 FROM fresh WHERE until IS NOT NULL) THEN {raised('sealed')}; END IF; "
        "RETURN NULL;"
    )
    ended = (
        "IF EXISTS (SELECT 1 FROM gone WHERE until IS NOT NULL) OR EXISTS (SELECT 1 FROM (SELECT DISTINCT "
        f"territory_id, year, until FROM fresh) r WHERE {_UNENDED.format(row='r')}) "
        f"THEN {raised('sealed')}; END IF; RETURN NULL;"
    )
    return {
        "cell_sealed": (
            cells,
            f"AFTER INSERT ON cell {FRESH}",
        ),
        "cell_fixed": (f"{raised('sealed')};", f"BEFORE UPDATE OF {_WRITTEN} OR DELETE ON cell {ROW}"),
        "cell_ended": (ended, f"AFTER UPDATE ON cell {CHANGED}"),
    }


def _of_words_and_history() -> dict[str, tuple[str, str]]:
    """Body and moment of the triggers of all other tables."""
    chain = (
        "PERFORM pg_advisory_xact_lock(-1, new.territory_id); "
        "DECLARE last record; BEGIN SELECT number, digest INTO last "
        f"{_LAST} ORDER BY number DESC LIMIT 1; "
        "new.number := 1 + coalesce(last.number, 0); "
        "new.at := to_char(clock_timestamp() AT TIME ZONE 'UTC', "
        '\'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\'); '
        "new.who := session_user; "
        "new.digest := encode(sha256(convert_to(concat_ws(chr(31), coalesce(last.digest, ''), "
        "new.territory_id, new.number, new.at, new.who, new.what, new.told), 'UTF8')), 'hex'); END; "
        "RETURN new;"
    )
    member = (
        "IF tg_op = 'DELETE' THEN INSERT INTO change (territory_id, what, told) VALUES (old.territory_id, "
        f"'membership', {_MEMBER.format(what='delete', row='old')}); RETURN old; END IF; "
        "INSERT INTO change (territory_id, what, told) VALUES (new.territory_id, 'membership', "
        f"lower(tg_op) || ' ' || new.person || ' ' || new.role); RETURN new;"
    )
    return {
        "source_fixed": (f"{raised('fixed')};", f"BEFORE UPDATE OR DELETE ON source {ROW}"),
        "flow_fixed": (f"{raised('fixed')};", f"BEFORE UPDATE ON flow {ROW}"),
        "product_fixed": (f"{raised('fixed')};", f"BEFORE UPDATE ON product {ROW}"),
        "territory_fixed": (f"{raised('fixed')};", f"BEFORE UPDATE OF id, code ON territory {ROW}"),
        "change_forged": (chain, f"BEFORE INSERT ON change {ROW}"),
        "change_fixed": (f"{raised('history')};", f"BEFORE UPDATE OR DELETE ON change {ROW}"),
        "change_whole": (
            f"{raised('history')};",
            "BEFORE TRUNCATE ON change FOR EACH STATEMENT EXECUTE FUNCTION",
        ),
        "cell_whole": (
            f"{raised('sealed')};",
            "BEFORE TRUNCATE ON cell FOR EACH STATEMENT EXECUTE FUNCTION",
        ),
        "membership_note": (member, f"AFTER INSERT OR UPDATE OR DELETE ON membership {ROW}"),
    }


def _of_all() -> dict[str, tuple[str, ...]]:
    alone = (
        _of_balances()
        | _of_cells()
        | _of_words_and_history()
        | triggers_added.of_server()
        | document_triggers.of_server()
    )
    made: dict[str, tuple[str, ...]] = {
        name: (_function(f"leb_{name}", body), f"CREATE {_kind(when)} {name} {when} leb_{name}()")
        for name, (body, when) in alone.items()
    }
    shared = tuple(_function(f"leb_{name}", body) for name, body in document_triggers.SHARED.items())
    for name, trigger in document_triggers.of_parts().items():
        made[name] = (*shared, trigger)
        shared = ()  # made once, before the first that calls them
    return made


#: Name of each trigger of a server to the statements that make it.
POSTGRESQL: Final = _of_all()


def statements(dialect: str, revision: str | None = None) -> tuple[str, ...]:
    """Return what makes all triggers of a dialect, ``"sqlite"`` or ``"postgresql"``, in their order.

    ``revision``: only those that this step of the schema brought.

    Examples
    --------
    >>> statements("sqlite")[0].partition(" BEGIN ")[2]
    "SELECT RAISE(ABORT, 'LEB version'); END"
    """
    made = POSTGRESQL if dialect == "postgresql" else {name: (sql,) for name, sql in SQLITE.items()}
    wanted = [name for name in made if revision in (None, SINCE.get(name, "0001"))]
    return tuple(statement for name in wanted for statement in made[name])
