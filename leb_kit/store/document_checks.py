"""Are documents what was sealed? Heads, parts and order of versions, for ``doctor``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import select

from leb_kit.errors import say
from leb_kit.store import documents, versions
from leb_kit.store.documents import Document
from leb_kit.store.parts import digest_of
from leb_kit.store.schema import territory
from leb_kit.store.schema_documents import PARTS, document, parts_of
from leb_kit.store.story import Finding, restore

if TYPE_CHECKING:
    from sqlalchemy import Connection


def looked_at(connection: Connection) -> Iterator[Finding]:
    """Give what is wrong with documents and their parts."""
    if not documents.has_room(connection):
        return
    last: dict[tuple[str, str, str], int] = {}
    for head in documents.heads(connection):
        key = (head.territory, head.kind, head.name)
        if head.version != last.get(key, 0) + 1:
            yield Finding(head.place, say("a version before it is missing"), restore())
        last[key] = head.version
        yield from _sealed(connection, head)
    yield from _lost(connection)


def _sealed(connection: Connection, head: Document) -> Iterator[Finding]:
    if not head.digest:
        yield Finding(head.place, say("a version was left without its seal"), say("save it again"))
        return
    found = {table.name: documents.rows_of(connection, table, head) for table in parts_of(head.kind)}
    count = sum(map(len, found.values()))
    if count != head.parts:
        told = say("{found} rows instead of {known}", found=count, known=head.parts)
        yield Finding(head.place, told, restore())
    if digest_of(head.head, found) != head.digest:
        yield Finding(head.place, say("its rows or its head are not those that were sealed"), restore())


def _lost(connection: Connection) -> Iterator[Finding]:
    """Give heads without a territory, and parts that no document of their kind has."""
    codes = versions.pairs(connection, select(territory.c.code, territory.c.id))
    known = {
        (number, place): kind
        for number, place, kind in connection.execute(
            select(document.c.id, document.c.territory_id, document.c.kind)
        )
    }
    for number, place in known:
        if place not in codes.values():
            yield Finding(f"document {number}", say("it is of no territory"), restore())
    for table in PARTS:
        asked = select(table.c.document_id, table.c.territory_id).distinct()
        for number, place in connection.execute(asked):
            if known.get((number, place)) != table.info["kind"]:
                yield Finding(f"{table.name} {number}", say("its rows are of no document"), restore())
