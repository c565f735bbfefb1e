"""Heads of versions into the tables and seals onto them: on a server with one statement for all.

Each head meets the same rules and rights as if it came alone; what is spared is what a server and its driver
do around every statement. No part of these statements comes from outside.
"""
# ruff: noqa: S608

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, insert, update

from leb_kit.store.schema import balance

if TYPE_CHECKING:
    from sqlalchemy import BindParameter, Connection

    from leb_kit.store.versions import Version

#: Number of a territory and the head of one of its versions.
Head = tuple[int, "Version"]
_TOLD: Final = ("author", "made_at", "message", "name")
_COLUMNS: Final = ("territory_id", "year", "version", *_TOLD)
_SEALS: Final = ("territory_id", "year", "version", "cells", "digest")
_TYPES: Final = {"territory_id": "integer", "year": "smallint", "version": "integer", "cells": "integer"}
#: Rows as a server reads them out of one text; a list of each column takes its driver longer.
_ROWS: Final = "json_to_recordset(%s::json) AS s ({told})"
_BEGIN: Final = (
    f"INSERT INTO balance ({', '.join(_COLUMNS)}) SELECT {', '.join(_COLUMNS)} FROM "
    + _ROWS.format(told=", ".join(f"{name} {_TYPES.get(name, 'text')}" for name in _COLUMNS))
)
_SEAL: Final = (
    "UPDATE balance SET state = 'draft', cells = s.cells, digest = s.digest FROM "
    + _ROWS.format(told=", ".join(f"{name} {_TYPES.get(name, 'text')}" for name in _SEALS))
    + " WHERE balance.territory_id = s.territory_id AND balance.year = s.year "
    "AND balance.version = s.version AND balance.state = 'open'"
)


def begin(connection: Connection, heads: Sequence[Head]) -> None:
    """Write the heads of versions that are open.

    Raises
    ------
    sqlalchemy.exc.DBAPIError
        A rule or a right is against it; the transaction is lost.
    """
    rows = [_row(_COLUMNS, place, head) for place, head in heads]
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_BEGIN, (json.dumps(rows),))
    else:
        connection.execute(insert(balance), rows)


def seal(connection: Connection, heads: Sequence[Head]) -> bool:
    """Seal open versions with their count of cells and digest; False where not all were there and open.

    Raises
    ------
    sqlalchemy.exc.DBAPIError
        A version has another number of cells, or a right is against it; the transaction is lost.
    """
    rows = [_row(_SEALS, place, head) for place, head in heads]
    if connection.dialect.name == "postgresql":
        return connection.exec_driver_sql(_SEAL, (json.dumps(rows),)).rowcount == len(rows)
    key = [balance.c[name] == bindparam(f"of_{name}") for name in _SEALS[:3]]
    told: dict[str, BindParameter[object]] = {name: bindparam(f"of_{name}") for name in _SEALS[3:]}
    sealed = update(balance).where(*key, balance.c.state == "open").values(state="draft", **told)
    found = connection.execute(sealed, [{f"of_{name}": row[name] for name in _SEALS} for row in rows])
    return found.rowcount == len(rows)


def _row(names: Sequence[str], place: int, head: Version) -> dict[str, object]:
    return {name: place if name == "territory_id" else getattr(head, name) for name in names}
