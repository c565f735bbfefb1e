"""What holds between rows since ``0003``: pairs that never are, marks of versions.

No part of these statements comes from outside.
"""
# ruff: noqa: S608

from __future__ import annotations

from typing import Final

from leb_kit.store.trigger_parts import FRESH, ROW, note, raised, refusal

_BARRED: Final = (
    "{row}.energy_mwh <> 0 AND EXISTS (SELECT 1 FROM barred_pair p "
    "WHERE p.flow_id = {row}.flow_id AND p.product_id = {row}.product_id)"
)
_TAG: Final = "'{what} ' || {row}.year || ' v' || {row}.version || ' ' || {row}.name"


def of_file() -> dict[str, str]:
    """Return the triggers of a file: name to what makes it."""
    refusals = {
        "cell_pair": ("INSERT ON cell", "pair", _BARRED.format(row="new")),
        "tag_fixed": ("UPDATE ON tag", "tag", ""),
    }
    made = {name: refusal(name, *parts) for name, parts in refusals.items()}
    for event, row in (("INSERT", "new"), ("DELETE", "old")):
        told = _TAG.format(what=event.lower(), row=row)
        made[f"tag_{event.lower()}"] = note(f"tag_{event.lower()}", f"{event} ON tag", row, "tag", told)
    return made


def of_server() -> dict[str, tuple[str, str]]:
    """Return the triggers of a server: name to body and moment."""
    pair = (
        f"IF EXISTS (SELECT 1 FROM fresh c WHERE {_BARRED.format(row='c')}) THEN {raised('pair')}; END IF; "
        "RETURN NULL;"
    )
    tag = "INSERT INTO change (territory_id, what, told) VALUES ({row}.territory_id, 'tag', {told}); "
    gone, new = (
        tag.format(row=row, told=_TAG.format(what=what, row=row))
        for what, row in (("delete", "old"), ("insert", "new"))
    )
    return {
        "cell_pair": (pair, f"AFTER INSERT ON cell {FRESH}"),
        "tag_fixed": (f"{raised('tag')};", f"BEFORE UPDATE ON tag {ROW}"),
        "tag_note": (
            f"IF tg_op = 'DELETE' THEN {gone}ELSE {new}END IF; RETURN NULL;",
            f"AFTER INSERT OR DELETE ON tag {ROW}",
        ),
    }


def names() -> set[str]:
    """Return the names of all of them.

    Examples
    --------
    >>> sorted(names())[0]
    'cell_pair'
    """
    return {*of_file(), *of_server()}
