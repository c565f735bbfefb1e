"""Meters and their readings: versions that add and correct, one series that speaks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import func, select

from leb_kit.errors import InputError, say
from leb_kit.store import documents, reading_rows
from leb_kit.store.address import shown
from leb_kit.store.archive import require_kind
from leb_kit.store.archive_plans import PlanArchive
from leb_kit.store.documents import Document
from leb_kit.store.parts import digest_of
from leb_kit.store.reading import code_is
from leb_kit.store.reading_rows import COLUMNS, MILLIWH_PER_MWH, Meter
from leb_kit.store.schema import territory as place_of
from leb_kit.store.schema_documents import LONGEST_S, METER_UNITS, TABLES, document

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

_READING = TABLES["reading"]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
#: From when and until when; None: from the first, to the last.
_Within = tuple[datetime | None, datetime | None]


class MeterArchive(PlanArchive):
    """Calls of ``Repository`` for meters and readings."""

    def save_meter(
        self, given: Meter, *, territory: str, message: str = "", base: int | None = None
    ) -> Document:
        """Save what is known of a meter as the next version of its name; as ``save_scenario``.

        Raises
        ------
        InputError
            It is no ``Meter``, or its unit is another than that of its readings.
        StaleError, RefusedError
            As ``save_scenario``.
        """
        require_kind(given, Meter)
        with self._writing(say("save")) as connection:
            known = documents.newest(connection, territory, "meter", given.name)
            if known is not None:
                before = reading_rows.meter_of(given.name, documents.read(connection, known)["meter"])
                if before.unit != given.unit:
                    told = {"name": given.name, "before": before.unit, "after": given.unit}
                    fault = say("meter '{name}' counts {before}, not {after}; give it another name", **told)
                    raise InputError(shown(self.url), [fault])
            key = ("meter", given.name, territory)
            return self._put(connection, key, reading_rows.of_meter(given), message, base)

    def load_meter(self, name: str, *, territory: str, version: int | None = None) -> Meter:
        """Load what is known of a meter, its newest version unless one is named; as ``load_scenario``."""
        head, parts = self._load("meter", name, territory, version)
        return reading_rows.meter_of(head.name, parts["meter"])

    def save_readings(
        self,
        given: pd.DataFrame,
        *,
        meter: str,
        territory: str,
        message: str = "",
        base: int | None = None,
    ) -> Document | None:
        """Save readings of a meter: what is new is added, what differs becomes a correction.

        Nothing is written over: a correction is a later version, and the older value stays in its own.
        What the series says already is left out; None where nothing was new.

        Parameters
        ----------
        given : pd.DataFrame
            start, end or length_s, energy_mwh or amount, quality: see ``reading_rows.of_readings``. Frames of
            ``leb.metering.intervals`` are such.
        meter, territory : str
            Which meter, saved before.
        message, base
            As in ``save_scenario``; the version is that of the readings.

        Raises
        ------
        InputError
            The meter is not there; intervals overlap, are torn, or have no zone: all faults.
        StaleError, RefusedError
            As ``save_scenario``.

        Examples
        --------
        >>> import tempfile, leb_kit as leb
        >>> start = pd.date_range("2025-01-01", periods=4, freq="15min", tz="Europe/Rome")
        >>> table = pd.DataFrame({"start": start, "length_s": 900, "energy_mwh": [0.1, 0.2, 0.3, 0.4]})
        >>> with tempfile.TemporaryDirectory() as folder, leb.Repository(f"{folder}/leb.db") as repo:
        ...     lamp = repo.save_meter(Meter("lamps", "FC_OTH_CP_PUB_E", "E7000"), territory="001272")
        ...     saved = repo.save_readings(table, meter="lamps", territory="001272")
        ...     round(float(repo.load_readings("lamps", territory="001272")["energy_mwh"].sum()), 9)
        1.0
        """
        with self._writing(say("save")) as connection:
            head = documents.head_of(connection, territory, "meter", meter)
            unit = reading_rows.meter_of(meter, documents.read(connection, head)["meter"]).unit
            made = reading_rows.of_readings(given, unit)
            new = reading_rows.new_of(made, reading_rows.speaking(self._series(connection, territory, meter)))
            if new.empty and base is None:
                return None
            columns = (new[name].astype(object).tolist() for name in COLUMNS)
            parts = {"reading": list(zip(*columns, strict=True))}
            return self._put(connection, ("readings", meter, territory), parts, message, base, used=head)

    def load_readings(
        self,
        meter: str,
        *,
        territory: str,
        start: datetime | None = None,
        end: datetime | None = None,
        version: int | None = None,
    ) -> pd.DataFrame:
        """Load the readings of a meter that speak.

        Versions that tell nothing of the interval are not read, so a day of many years comes soon.

        Parameters
        ----------
        meter, territory : str
            Which meter.
        start, end : datetime, optional
            Intervals that begin from ``start`` (included) to ``end`` (excluded), both with a zone.
        version : int, optional
            As the series was when this version of the readings was saved.

        Returns
        -------
        pd.DataFrame
            start, end (times in UTC), amount (whole, in the unit of the meter; NA: told as missing), quality,
            version that says so; for meters of energy also energy_mwh (MWh).

        Raises
        ------
        InputError
            The meter is not there, a moment has no zone, or a version that tells of the interval is not what
            was sealed.
        """
        for name, moment in (("start", start), ("end", end)):
            if moment is not None and moment.tzinfo is None:
                raise InputError(shown(self.url), [say("{name} needs a time zone", name=name)])
        with self._reading() as connection:
            head = documents.head_of(connection, territory, "meter", meter)
            unit = reading_rows.meter_of(meter, documents.read(connection, head)["meter"]).unit
            every = self._series(connection, territory, meter, (start, end))
        if version is not None:
            every = every[every["version"] <= version]
        table = reading_rows.speaking(every)
        first = pd.to_datetime(table["start_s"], unit="s", utc=True)
        last = pd.to_datetime(table["start_s"] + table["length_s"], unit="s", utc=True)
        out = table[["amount", "quality", "version"]]
        out = pd.concat([first.rename("start"), last.rename("end"), out], axis=1)
        if unit == METER_UNITS[0]:
            out["energy_mwh"] = out["amount"].astype("Float64").astype(float) / MILLIWH_PER_MWH
        keep = pd.Series(data=True, index=out.index)
        if start is not None:
            keep &= out["start"] >= start
        if end is not None:
            keep &= out["start"] < end
        return out[keep].reset_index(drop=True)

    def _series(
        self, connection: Connection, code: str, meter: str, within: _Within = (None, None)
    ) -> pd.DataFrame:
        """Return every reading of a meter with its version, asked for once; each version against its seal.

        ``within``: of versions only that tell of that time.
        """
        same = (code_is(code), document.c.kind == "readings", document.c.name == meter)
        heads = {head.number: head for head in documents.heads(connection, *same)}
        place = select(place_of.c.id).where(code_is(code)).scalar_subquery()
        columns = [_READING.c.document_id, *(_READING.c[name] for name in COLUMNS)]
        mine = select(document.c.id).where(
            document.c.territory_id == place, document.c.kind == "readings", document.c.name == meter
        )
        asked = select(*columns).where(_READING.c.territory_id == place, _READING.c.document_id.in_(mine))
        if within != (None, None):
            telling = _telling(connection, asked, within)
            heads = {number: head for number, head in heads.items() if number in telling}
            asked = asked.where(_READING.c.document_id.in_(sorted(telling)))
        found: dict[int, list[Any]] = {number: [] for number in heads}
        for number, *row in connection.execute(asked.order_by(_READING.c.document_id, _READING.c.start_s)):
            found[number].append(tuple(row))
        seals = {number: digest_of(head.head, {"reading": found[number]}) for number, head in heads.items()}
        wrong = [head for number, head in heads.items() if seals[number] != head.digest]
        if wrong:
            faults = [say("{place} is not what was sealed", place=head.place) for head in wrong]
            repair = say("the store is damaged: run leb store doctor, then restore a backup")
            raise InputError(shown(self.url), [*faults, repair])
        rows = [(*row, heads[number].version) for number, every in found.items() for row in every]
        table = pd.DataFrame(rows, columns=[*COLUMNS, "version"])
        whole = {"start_s": "int64", "length_s": "int64", "amount": "Int64", "version": "int64"}
        return table.astype({**whole, "quality": "str"})


def _telling(connection: Connection, asked: Select[Any], within: _Within) -> set[int]:
    """Return the documents that tell of readings which begin within two moments, or of a part of them."""
    # the first whole second that is not before a moment
    first, last = (None if moment is None else -((_EPOCH - moment) // _SECOND) for moment in within)
    starts, ends = _READING.c.start_s, _READING.c.start_s + _READING.c.length_s
    some = asked if first is None else asked.where(starts >= first)
    some = some if last is None else some.where(starts < last)
    begin, end = connection.execute(some.with_only_columns(func.min(starts), func.max(ends))).one()
    if begin is None:
        return set()
    meet = asked.where(starts < end, starts > begin - LONGEST_S, ends > begin)
    return set(connection.scalars(meet.with_only_columns(_READING.c.document_id).distinct()))
