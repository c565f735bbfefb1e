"""What stands beside balances: tags on their versions."""

from __future__ import annotations

import pandas as pd

from leb_kit.errors import InputError, say
from leb_kit.store import tags
from leb_kit.store.address import shown
from leb_kit.store.reading import Reader, code_is
from leb_kit.store.schema import tag
from leb_kit.store.tags import Tag
from leb_kit.store.versions import Version


class Shelf(Reader):
    """Calls of ``Repository`` for what stands beside balances."""

    def tag(self, name: str, *, territory: str, year: int, version: int | None = None) -> Version:
        """Give a version, the newest unless one is named, a word by which it is found again.

        ``load``, ``diff`` and ``certify`` take it instead of the number.

        Parameters
        ----------
        name : str
            Up to 80 characters; on one version of a year.
        territory, year, version
            Which one.

        Raises
        ------
        InputError
            There is no such version, the name is none, or another version of the year has it.
        RefusedError
            The person is no analyst there.

        Examples
        --------
        >>> import tempfile, leb_kit as leb
        >>> with tempfile.TemporaryDirectory() as folder, leb.Repository(f"{folder}/leb.db") as repo:
        ...     saved = repo.save(leb.examples.torino())
        ...     tagged = repo.tag("council", territory="001272", year=2019)
        ...     print(repo.load(territory="001272", year=2019, version="council"))
        Balance(Torino 2019: 55 rows, 20 flows, 13 products)
        """
        name = tags.require_name(name)
        with self._writing(say("tag")) as connection:
            found = self._head(connection, territory, year, version)
            here = tags.of(connection, code_is(territory), tag.c.year == year)
            taken = next((one for one in here if one.name == name), None)
            if taken is not None:
                told = say(
                    "version {version} of {place} has the tag '{name}' already; take it off first (untag)",
                    version=taken.version,
                    place=f"{territory} {year}",
                    name=name,
                )
                raise InputError(shown(self.url), [told])
            tags.put(connection, Tag(territory, year, name, found.version))
        return found

    def untag(self, name: str, *, territory: str, year: int) -> None:
        """Take a tag off; the version stays.

        Raises
        ------
        InputError
            No version has it.
        RefusedError
            The person is no analyst there.
        """
        with self._writing(say("take a tag off")) as connection:
            number = tags.version_of(connection, territory, year, name)
            tags.take_off(connection, Tag(territory, year, name, number), self.person)

    def tags(self, *, territory: str | None = None, year: int | None = None) -> pd.DataFrame:
        """Return the tags that this person may see: territory, year, name, version."""
        where = [] if territory is None else [code_is(territory)]
        where += [] if year is None else [tag.c.year == year]
        with self._reading() as connection:
            return pd.DataFrame(tags.of(connection, *where), columns=list(Tag._fields))
