"""Documents of a territory in a file to carry, and from a carried file into a store.

A carried file has every version with its author, time and seal. What is taken in becomes a next version of
whoever takes it in: the newest of each document, every version of readings (each is a part of the series),
and the older ones that these use. What is here already, row by row, is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from leb_kit.store import documents, versions
from leb_kit.store.documents import Document
from leb_kit.store.parts import Row
from leb_kit.store.schema import balance, territory
from leb_kit.store.schema_documents import KINDS, document

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from leb_kit.store.rows import Cells
    from leb_kit.store.versions import Version

#: Kinds of which every version counts, not only the newest.
_ALL: str = "readings"
#: Territory, year and version of a balance.
Start = tuple[str, int, int]


class Carried(NamedTuple):
    """A document and its parts."""

    head: Document
    parts: dict[str, list[Row]]

    @property
    def start(self) -> Start | None:
        """The version of a balance that it begins from."""
        version = self.head.balance_version
        return None if version is None else (self.head.territory, int(self.head.year or 0), version)


def _in_order(heads: Iterable[Document]) -> list[Document]:
    """Return documents so that what others use comes first."""
    return sorted(heads, key=lambda head: (KINDS.index(head.kind), head.territory, head.name, head.version))


def carry(source: Connection, target: Connection, *where: ColumnElement[bool]) -> int:
    """Write the documents that match into an empty store, each with its author, time and seal.

    Raises
    ------
    InputError
        One of them is not what was sealed.
    """
    numbers: dict[tuple[object, ...], int] = {}
    for head in _in_order(documents.heads(source, *where)):
        used = numbers.get((head.territory, _kind_used(head), head.used, head.used_version))
        place = versions.add_territory(target, head.territory)
        made = documents.write(target, head, documents.read(source, head), place=place, used=used)
        numbers[head.territory, head.kind, head.name, head.version] = made.number
    return len(numbers)


def _kind_used(head: Document) -> str:
    return "meter" if head.kind == _ALL else "targets"


def carried(connection: Connection) -> list[Carried]:
    """Return what is to be taken in of a carried file.

    Raises
    ------
    InputError
        One of the documents is not what was sealed.
    """
    every = _in_order(documents.heads(connection))
    newest = {(head.territory, head.kind, head.name): head for head in every}
    wanted = [head for head in every if head.kind == _ALL or head in newest.values()]
    used = {(head.territory, _kind_used(head), head.used, head.used_version) for head in wanted if head.used}
    keys = {(head.territory, head.kind, head.name, head.version) for head in wanted} | used
    found = [head for head in every if (head.territory, head.kind, head.name, head.version) in keys]
    return [Carried(head, documents.read(connection, head)) for head in found]


def same_cells(connection: Connection, head: Version, cells: Cells) -> int | None:
    """Return the newest version of a year here that has the same cells."""
    wanted = [*map(list, cells)]
    same_year = (territory.c.code == head.territory, balance.c.year == head.year)
    for other in reversed(versions.heads(connection, *same_year)):
        if other.cells == cells.size and [*map(list, versions.read(connection, other))] == wanted:
            return other.version
    return None


def take_in(
    connection: Connection,
    given: Iterable[Carried],
    starts: Mapping[Start, int],
    write: Callable[[Carried, int | None, Document | None], Document],
) -> list[Document]:
    """Write carried documents as next versions; ``starts`` are versions of balances, there and here."""
    here: dict[tuple[object, ...], Document] = {}
    made = []
    for one in given:
        head = one.head
        used = here.get((head.territory, _kind_used(head), head.used, head.used_version))
        start = None if one.start is None else starts[one.start]
        found = _same(connection, one, start)
        if found is None:
            found = write(one, start, used)
            made.append(found)
        here[head.territory, head.kind, head.name, head.version] = found
    return made


def _same(connection: Connection, one: Carried, start: int | None) -> Document | None:
    """Return the version here that says the same, the newest one unless every version counts."""
    head = one.head
    where = (territory.c.code == head.territory, document.c.kind == head.kind, document.c.name == head.name)
    told = (head.label_it, head.label_en, head.year, start)
    for other in reversed(documents.heads(connection, *where)):
        same = (other.label_it, other.label_en, other.year, other.balance_version) == told
        if same and other.parts == head.parts and documents.read(connection, other) == one.parts:
            return other
    return None
