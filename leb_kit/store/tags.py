"""Tags: words of people for versions ("presented to the council"), each on one version of its year.

A tag never moves: it is taken off and given again, and history tells both.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, insert, select

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.store import migrations, versions
from leb_kit.store.refusals import RefusedError, not_allowed, require_text
from leb_kit.store.schema import tag, territory

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from leb_kit.store.versions import Version

#: The revision that brought them.
SINCE = "0003"


class Tag(NamedTuple):
    """A word on a version."""

    territory: str
    year: int
    name: str
    version: int


def has_room(connection: Connection) -> bool:
    """Return whether a store has a table for them."""
    return str(migrations.revision_of(connection)) >= SINCE


def of(connection: Connection, *where: ColumnElement[bool]) -> list[Tag]:
    """Return the tags that match, by territory, year and version; a store before ``0003`` has none."""
    if not has_room(connection):
        return []
    asked = select(territory.c.code, tag.c.year, tag.c.name, tag.c.version)
    asked = asked.join(territory, territory.c.id == tag.c.territory_id).where(*where)
    rows = connection.execute(asked.order_by(territory.c.code, tag.c.year, tag.c.version, tag.c.name))
    return [Tag._make(row) for row in rows]


def version_of(connection: Connection, code: str, year: int, name: str) -> int:
    """Return the number of the version that has a tag.

    Raises
    ------
    InputError
        No version of this year that this person may see has it.
    """
    known = {one.name: one.version for one in of(connection, territory.c.code == code, tag.c.year == year)}
    if name not in known:
        told = say(
            "{place}: no version has the tag '{name}'.{hint}",
            place=f"{code} {year}",
            name=name,
            hint=did_you_mean(name, known),
        )
        raise InputError(say("store"), [told])
    return known[name]


def put(connection: Connection, one: Tag) -> None:
    """Give a tag to a version."""
    place = versions.territory_id(connection, one.territory)
    connection.execute(insert(tag).values(territory_id=place, **_without_place(one)))


def take_off(connection: Connection, one: Tag, who: str) -> None:
    """Take a tag off.

    Raises
    ------
    RefusedError
        It is not ours to take.
    """
    place = versions.territory_id(connection, one.territory)
    where = (tag.c.territory_id == place, tag.c.year == one.year, tag.c.name == one.name)
    if connection.execute(delete(tag).where(*where)).rowcount != 1:
        raise RefusedError(say("store"), [not_allowed(who, say("take a tag off"))])


def carried(connection: Connection) -> list[Tag]:
    """Return all tags of a carried file."""
    return of(connection)


def take_in(connection: Connection, given: Iterable[Tag], newest: Iterable[Version]) -> None:
    """Give the tags of carried newest versions to what they are here; a name that is taken here stays."""
    wanted = {(head.territory, head.year, head.version) for head in newest}
    for one in given:
        if (one.territory, one.year, one.version) not in wanted:
            continue
        here = of(connection, territory.c.code == one.territory, tag.c.year == one.year)
        head = versions.head_of(connection, one.territory, one.year)
        if head is not None and one.name not in {other.name for other in here}:
            put(connection, one._replace(version=head.version))


def require_name(name: object) -> str:
    """Return the name of a tag, a scenario or a plan.

    Raises
    ------
    InputError
        It is no text of 1 to 80 characters, or begins or ends with a blank.
    """
    require_text(name)
    text = str(name)
    if not (1 <= len(text) <= 80 and text == text.strip() and text.isprintable()):
        told = say("the name is {name}; 1 to 80 characters in one line are expected", name=repr(text))
        raise InputError(say("store"), [told])
    return text


def _without_place(one: Tag) -> dict[str, object]:
    return {key: value for key, value in one._asdict().items() if key != "territory"}
