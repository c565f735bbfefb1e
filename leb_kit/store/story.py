"""Does history lead to what is there today? Every link of its chain, and what it tells of today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from leb_kit.errors import say
from leb_kit.store import migrations
from leb_kit.store.engine import sha256
from leb_kit.store.schema import balance, change, membership, tag, territory
from leb_kit.store.schema_documents import document

if TYPE_CHECKING:
    from sqlalchemy import Connection


class Finding(NamedTuple):
    """Something that is not as it was saved."""

    where: str
    found: str
    repair: str


def restore() -> str:
    """Return the repair of what cannot be mended in place."""
    return say("restore the last backup (leb store restore)")


@dataclass
class _Story:
    """What history tells of today, by territory."""

    states: dict[tuple[int, int, int], tuple[str, str]] = field(default_factory=dict)
    roles: dict[tuple[int, str], str] = field(default_factory=dict)
    tags: dict[tuple[int, int, str], int] = field(default_factory=dict)
    documents: dict[tuple[int, str, str, int], str] = field(default_factory=dict)

    def hear(self, place: int, what: str, told: str) -> None:
        """Take in one change."""
        if what == "balance":
            _, year, version, state, digest = told.split(" ")
            self.states[place, int(year), _number(version)] = (state, digest)
        elif what == "membership":
            deed, person, role = told.split(" ")
            self.roles.pop((place, person), None)
            if deed != "delete":
                self.roles[place, person] = role
        elif what == "tag":
            deed, year, version, name = told.split(" ", 3)
            self.tags.pop((place, int(year), name), None)
            if deed != "delete":
                self.tags[place, int(year), name] = _number(version)
        elif what == "document":
            _, version, digest, kind, name = told.split(" ", 4)
            self.documents[place, kind, name, _number(version)] = digest


def _number(version: str) -> int:
    return int(version.removeprefix("v"))


def told(connection: Connection) -> Iterator[Finding]:
    """Give what is wrong with history, or with what it should have led to."""
    codes = {row.id: row.code for row in connection.execute(select(territory.c.id, territory.c.code))}
    story = _Story()
    before: dict[int, tuple[int, str]] = {}
    for row in connection.execute(select(change).order_by(change.c.territory_id, change.c.number)):
        number, digest = before.get(row.territory_id, (0, ""))
        place = f"history {codes.get(row.territory_id, row.territory_id)} {row.number}"
        if row.number != number + 1:
            yield Finding(place, say("a step before it is missing"), restore())
        told = (row.territory_id, row.number, row.at, row.who, row.what, row.told)
        if row.digest != sha256(digest, *told):
            yield Finding(place, say("it is not what was written, or not after what was before"), restore())
        before[row.territory_id] = (row.number, row.digest)
        story.hear(row.territory_id, row.what, row.told)
    yield from _today(connection, codes, story)
    if migrations.revision_of(connection) == migrations.revisions()[-1]:
        yield from _tags(connection, codes, story)
        yield from _documents(connection, codes, story)


def _today(connection: Connection, codes: dict[int, str], story: _Story) -> Iterator[Finding]:
    keys = (balance.c.territory_id, balance.c.year, balance.c.version, balance.c.state, balance.c.digest)
    now = {tuple(row[:3]): (row[3], row[4]) for row in connection.execute(select(*keys))}
    for key in sorted({*now, *story.states}):
        if now.get(key) != story.states.get(key):
            place = f"{codes.get(key[0], key[0])} {key[1]} v{key[2]}"
            yield Finding(place, say("its state is not the one that history tells"), restore())
    members = {(row.territory_id, row.person): row.role for row in connection.execute(select(membership))}
    for member in sorted({*members, *story.roles}):
        if members.get(member) != story.roles.get(member):
            place = f"{member[1]} {codes.get(member[0], member[0])}"
            yield Finding(place, say("the role is not the one that history tells"), restore())


def _tags(connection: Connection, codes: dict[int, str], story: _Story) -> Iterator[Finding]:
    keys = (tag.c.territory_id, tag.c.year, tag.c.name, tag.c.version)
    now = {tuple(row[:3]): row[3] for row in connection.execute(select(*keys))}
    for key in sorted({*now, *story.tags}):
        if now.get(key) != story.tags.get(key):
            place = f"{codes.get(key[0], key[0])} {key[1]} {key[2]}"
            yield Finding(place, say("the tag is not the one that history tells"), restore())


def _documents(connection: Connection, codes: dict[int, str], story: _Story) -> Iterator[Finding]:
    keys = (document.c.territory_id, document.c.kind, document.c.name, document.c.version, document.c.digest)
    now = {tuple(row[:4]): row[4] for row in connection.execute(select(*keys))}
    for key in sorted({*now, *story.documents}):
        if now.get(key) != story.documents.get(key):
            place, kind, name, version = key
            where = f"{codes.get(place, place)}, {say(kind)} '{name}' v{version}"
            yield Finding(where, say("it is not the document that history tells"), restore())
