"""What stands beside balances in versions of its own: scenarios, targets and whatever else has parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import or_

from leb_kit.errors import InputError, say
from leb_kit.indicators import TargetSet
from leb_kit.scenarios import Scenario
from leb_kit.store import document_carry, documents, parts, scenario_rows, versions
from leb_kit.store.address import shown
from leb_kit.store.document_carry import Carried
from leb_kit.store.documents import Document
from leb_kit.store.engine import now
from leb_kit.store.reading import code_is
from leb_kit.store.refusals import RefusedError, StaleError, not_allowed, require_base, require_text
from leb_kit.store.rows import cells_of
from leb_kit.store.schema import territory as place_of
from leb_kit.store.schema_documents import document
from leb_kit.store.shelf import Shelf
from leb_kit.store.tags import require_name

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from leb_kit.balance import Balance
    from leb_kit.store.versions import Version


class Archive(Shelf):
    """Calls of ``Repository`` for documents; each saves a next version and never writes over one."""

    def save_scenario(
        self, given: Scenario, *, territory: str, message: str = "", base: int | None = None
    ) -> Document:
        """Save a scenario as the next version of its name in a territory.

        Parameters
        ----------
        given : Scenario
            Its name is the name in the store.
        territory, message
            Where, and why.
        base : int, optional
            The version that was changed, 0 where none was there; another newest one is a ``StaleError``.

        Raises
        ------
        InputError
            It is no scenario, has no name of 1 to 80 characters, or measures that no kind makes.
        StaleError
            Somebody saved it meanwhile: who, when, why and what they changed.
        RefusedError
            The person is no analyst there, or a value breaks a rule of the store.

        Examples
        --------
        >>> import tempfile, leb_kit as leb
        >>> plan = leb.Scenario("sun", base_year=2019).add(leb.measures.photovoltaic(mw=200))
        >>> with tempfile.TemporaryDirectory() as folder, leb.Repository(f"{folder}/leb.db") as repo:
        ...     saved = repo.save_scenario(plan, territory="001272", message="first")
        ...     saved.version, repo.load_scenario("sun", territory="001272") == plan
        (1, True)
        """
        require_kind(given, Scenario)
        told = {"label_it": given.description_it, "label_en": given.description_en, "year": given.base_year}
        return self._save(
            "scenario", given.name, territory, scenario_rows.of_scenario(given), message, base, **told
        )

    def load_scenario(self, name: str, *, territory: str, version: int | None = None) -> Scenario:
        """Load a scenario, its newest version unless one is named.

        Raises
        ------
        InputError
            There is none that this person may see, or it is not what was sealed.
        """
        return scenario_rows.scenario_of(*self._load("scenario", name, territory, version))

    def save_targets(
        self, given: TargetSet, *, territory: str, message: str = "", base: int | None = None
    ) -> Document:
        """Save a target set as the next version of its name in a territory; as ``save_scenario``."""
        require_kind(given, TargetSet)
        told = {"label_it": given.label_it, "label_en": given.label_en}
        return self._save(
            "targets", given.name, territory, scenario_rows.of_targets(given), message, base, **told
        )

    def load_targets(self, name: str, *, territory: str, version: int | None = None) -> TargetSet:
        """Load a target set, its newest version unless one is named; as ``load_scenario``."""
        return scenario_rows.targets_of(*self._load("targets", name, territory, version))

    def documents(
        self, text: str = "", *, territory: str | None = None, kind: str | None = None
    ) -> pd.DataFrame:
        """Return the heads of documents that this person may see and whose name or message has a text.

        Returns
        -------
        pd.DataFrame
            territory, kind (scenario, targets, plan, system, meter, readings), name, version, author,
            made_at, message, year and balance_version that it begins from, used and used_version (the
            targets of a plan, the meter of readings), parts (how many rows).
        """
        where = [] if territory is None else [code_is(territory)]
        where += [] if kind is None else [document.c.kind == kind]
        if text:
            words = (place_of.c.code, place_of.c.name, document.c.name, document.c.message, document.c.author)
            where.append(or_(*(column.icontains(text, autoescape=True) for column in words)))
        with self._reading() as connection:
            found = pd.DataFrame(documents.heads(connection, *where), columns=list(Document._fields))
        numbers = dict.fromkeys(("year", "balance_version", "used_version"), "Int64")
        return found.astype(numbers).drop(columns=["label_it", "label_en", "digest", "number"])

    # ── every kind ───────────────────────────────────────────────────────────────────────────────────────

    def _load(
        self, kind: str, name: str, code: str, version: int | None
    ) -> tuple[Document, dict[str, list[parts.Row]]]:
        with self._reading() as connection:
            head = documents.head_of(connection, code, kind, name, version)
            return head, documents.read(connection, head)

    def _save(
        self, kind: str, name: str, code: str, given: parts.Parts, message: str, base: int | None, **told: Any
    ) -> Document:
        with self._writing(say("save")) as connection:
            return self._put(connection, (kind, name, code), given, message, base, **told)

    def _put(
        self,
        connection: Connection,
        key: tuple[str, str, str],
        given: parts.Parts,
        message: str,
        base: int | None,
        *,
        used: Document | None = None,
        **told: Any,
    ) -> Document:
        """Write the next version of a document (kind, name, territory)."""
        kind, name, code = key
        require_text(message)
        require_base(base)
        place = self._place(connection, code)
        newest = documents.last_number(connection, place, kind, require_name(name))
        if base is not None and newest != base:
            raise self._late(connection, key, newest, base)
        if used is not None:
            told |= {"used": used.name, "used_version": used.version}
        head = Document(code, kind, name, newest + 1, self.person, now(), message, **told)
        return documents.write(connection, head, given, place=place, used=used.number if used else None)

    def _take_documents(
        self,
        connection: Connection,
        papers: list[Carried],
        brought: list[tuple[Version, Balance]],
        path: Path,
    ) -> None:
        """Save carried documents as next versions, beginning from what their balances are here."""
        wanted = {one.start for one in papers}
        starts = {}
        for head, given in brought:
            if head[:3] in wanted:
                (cells,) = cells_of(given).values()
                starts[head[:3]] = document_carry.same_cells(connection, head, cells) or 0

        def write(one: Carried, start: int | None, used: Document | None) -> Document:
            head = one.head
            told = {"label_it": head.label_it, "label_en": head.label_en, "year": head.year}
            message = f"{path.name}: v{head.version}, {head.author} {head.made_at[:10]}"
            message += f" · {head.message}" if head.message else ""
            key = (head.kind, head.name, head.territory)
            return self._put(
                connection, key, one.parts, message, None, used=used, balance_version=start, **told
            )

        document_carry.take_in(connection, papers, starts, write)

    def _place(self, connection: Connection, code: str) -> int:
        adding = connection.dialect.name == "sqlite" or self._owns(connection)
        return (versions.add_territory if adding else versions.territory_id)(connection, code)

    def _owns(self, connection: Connection) -> bool:
        asked = "SELECT tableowner = current_user FROM pg_tables WHERE tablename = 'territory'"
        return bool(connection.exec_driver_sql(asked).scalar())

    def _late(self, connection: Connection, key: tuple[str, str, str], newest: int, base: int) -> InputError:
        """Tell who saved meanwhile and what they changed; to whoever may not see it, no more than that."""
        kind, name, code = key
        same = (code_is(code), document.c.kind == kind, document.c.name == name)
        seen = documents.heads(connection, *same)
        newer = [one for one in seen if one.version > base]
        if not seen:
            doing = say("save after version {base} of {place}", place=f"{code} {name}", base=base)
            return RefusedError(shown(self.url), [not_allowed(self.person, doing)])
        if not newer:
            told = say(
                "{place}: there is no version {base} to begin from; the newest is {newest}",
                place=f"{code} {name}",
                base=base,
                newest=newest,
            )
            return InputError(shown(self.url), [told])
        read = {one.version: documents.read(connection, one) for one in seen if one.version >= base}
        faults = [
            say(
                "{place}: version {version} was saved by {author} at {at} ({message}) and changed {what}; "
                "yours began at version {base}. Load it, join both and save again",
                place=f"{code} {name}",
                version=one.version,
                author=one.author,
                at=versions.moment(one.made_at),
                message=one.message or "–",
                what=parts.changed(read.get(one.version - 1, {}), read[one.version]),
                base=base,
            )
            for one in newer
        ]
        return StaleError(shown(self.url), faults, newest=newest)


def require_kind(given: object, kind: type) -> None:
    """Refuse an object of another kind.

    Raises
    ------
    InputError
        It is none of the kind that is expected.
    """
    if not isinstance(given, kind):
        told = say("a {kind} is expected; found {found}", kind=kind.__name__, found=type(given).__name__)
        raise InputError(say("store"), [told])
