"""One territory of a store as a file to carry, and a carried file into a store.

The file is a store itself: every version of the territory and of all that lies in it, with author, time,
message, state and seal. What is taken in becomes the next version of whoever takes it in; the message says
whose it was.
"""

from __future__ import annotations

import itertools
from collections.abc import Container
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from leb_kit.balance import Balance
from leb_kit.errors import InputError, say
from leb_kit.store import document_carry, tags, versions
from leb_kit.store.bulk import Writer
from leb_kit.store.document_carry import Start
from leb_kit.store.rows import balance_of, digest_of, written_out
from leb_kit.store.schema import balance, territory
from leb_kit.store.schema_documents import document
from leb_kit.store.versions import Version, place_of

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

#: States that a sealed version has gone through, to each state.
_WAY = {
    "draft": ("draft",),
    "checked": ("draft", "checked"),
    "certified": ("draft", "checked", "certified"),
    "superseded": ("draft", "checked", "certified", "superseded"),
}


def inside(connection: Connection, code: str) -> Select[int]:
    """Return the numbers of a territory and of all that lies in it.

    Raises
    ------
    InputError
        The store has no such territory.
    """
    here = select(territory.c.id).where(territory.c.id == versions.territory_id(connection, code))
    part = here.cte("inside", recursive=True)
    part = part.union(select(territory.c.id).join(part, territory.c.parent_id == part.c.id))
    return select(part.c.id)


def carry(source: Connection, target: Connection, code: str) -> list[Version]:
    """Write every version of a territory into an empty store, each with its author, time, state and seal.

    Documents of the territory and of all that lies in it come along.

    Raises
    ------
    InputError
        The store has no such territory, or nothing of it that this person may see; a version is not what was
        sealed.
    """
    tree = inside(source, code)
    found = versions.heads(source, balance.c.territory_id.in_(tree))
    with Writer(target, adding=True) as writer:
        for head in found:
            cells = versions.read(source, head)
            written = written_out(cells)
            if digest_of(head.head, cells, written) != head.digest:
                told = say("{place} is not what was sealed", place=place_of(head))
                raise InputError(say("store"), [told])
            writer.add(head._replace(state="open"), cells, written)
    for head in found:
        for before, after in itertools.pairwise(_WAY[head.state]):
            versions.step(target, head, before, after)
    for one in tags.of(source, territory.c.code.in_({head.territory for head in found})):
        tags.put(target, one)
    papers = document_carry.carry(source, target, document.c.territory_id.in_(tree))
    if not found and not papers:
        raise InputError(say("store"), [say("there is nothing in '{code}' to carry", code=code)])
    return found


def carried(connection: Connection, starts: Container[Start | None] = ()) -> list[tuple[Version, Balance]]:
    """Return the newest version of each territory and year of a carried file, as balances.

    ``starts``: versions (territory, year, version) that documents begin from; they come first.

    Raises
    ------
    InputError
        A version is not what was sealed.
    """
    every = versions.heads(connection)
    newest = {(head.territory, head.year): head for head in every}
    out: list[tuple[Version, Balance]] = []
    faults = []
    for head in every:
        if head is not newest[head.territory, head.year] and head[:3] not in starts:
            continue
        cells = versions.read(connection, head)
        if digest_of(head.head, cells) != head.digest:
            faults.append(say("{place} is not what was sealed", place=place_of(head)))
        out.append((head, balance_of([(head, cells)], head.name)))
    if faults:
        raise InputError(say("store"), faults)
    return out


def told_of(head: Version, path: Path) -> str:
    """Return the message of a version that was taken in."""
    told = f" · {head.message}" if head.message else ""
    return f"{path.name}: v{head.version}, {head.author} {head.made_at[:10]}{told}"
