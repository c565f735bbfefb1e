"""Publishing a balance: rows first, the manifest last, nothing sent again before it was looked for.

The platform only appends, has no keys, and may say 202 to what it did not keep or nothing to what it kept.
So what is there is read first, only what is missing is sent, and each part is waited for until it can be
read. Readers take the highest revision whose manifest fits its rows: an unfinished one does not count.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from leb_kit import __version__
from leb_kit.balance import Balance
from leb_kit.errors import InputError, say
from leb_kit.metering.sdp.catalog import detail
from leb_kit.metering.sdp.failures import BackendSuspect, Refused, Uncertain
from leb_kit.metering.sdp.journal import Journal
from leb_kit.metering.sdp.odata import Reader
from leb_kit.metering.sdp.publication import OBSERVED, Publication, Row, balance_of, definition, sha_of
from leb_kit.metering.sdp.reply import Reply
from leb_kit.metering.sdp.sync import cursor
from leb_kit.metering.sdp.transport import Transport

#: Rows of one call; the guidelines promise 1,500.
CHUNK: Final = 1000
#: A part is sent this often before it is given up.
MOST_TRIES: Final = 3
#: Seconds to wait until what was sent can be read, and between two looks.
PATIENCE_S: Final = 120
POLL_S: Final = 2

Key = tuple[str, int]


@dataclass(frozen=True)
class Target:
    """Where a balance goes: tenant, dataset of rows, dataset of manifests."""

    tenant: str
    balance_code: str
    manifest_code: str


@dataclass(frozen=True)
class PublishReport:
    """What was, or with ``dry_run`` would be, published.

    ``revision`` is 0 where there was nothing to do because the last revision says the same.
    """

    id: str
    revision: int
    rows: int
    sent: int
    calls: int = 0
    dry_run: bool = False


def publish(
    transport: Transport,
    target: Target,
    what: Publication,
    *,
    tenant: str,
    dry_run: bool = False,
    journal: Journal | None = None,
    patience_s: float = PATIENCE_S,
    poll_s: float = POLL_S,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    sleep: Callable[[float], None] = time.sleep,
) -> PublishReport:
    """Publish a balance, or go on where an earlier run was cut off.

    Parameters
    ----------
    transport : Transport
        Connection; its tenant writes.
    target : Target
        Where to.
    what : Publication
        Rows to be published.
    tenant : str
        Named once more: it must be the tenant of the connection, of the target and of both datasets.
    dry_run : bool
        Read and plan only.
    journal : Journal, optional
        What was sent and not yet seen; in a file it outlives a crash.
    patience_s, poll_s : float
        Seconds until what was sent must be readable, and between two looks.

    Returns
    -------
    PublishReport
        Revision, rows, and how many were sent now.

    Raises
    ------
    InputError
        Tenants differ, or a dataset lacks a column.
    Uncertain
        What was sent cannot be read yet; run again later, nothing is sent twice before that.
    Refused, NotAllowed, BackendSuspect
        See ``failures``.
    """
    _require_tenant(transport, target, tenant)
    waits = _Waits(patience_s, poll_s, now, sleep)
    work = _Work(transport, target, what, journal or Journal(), waits)
    for shelf, dataset in ((work.rows, "balance"), (work.manifests, "manifest")):
        _require_columns(shelf.reader, dataset)
    if not dry_run:
        work.settle()
    revision, missing = work.plan()
    if not revision or dry_run:
        return PublishReport(what.id, revision, len(what.rows), len(missing), dry_run=dry_run)
    at = now()
    rows = {(row["riga_id"], revision): row for row in what.sent(revision, at) if row["riga_id"] in missing}
    work.deliver(work.rows, rows)
    work.deliver(work.manifests, {(what.id, revision): what.manifest(revision, at, __version__)})
    return PublishReport(what.id, revision, len(what.rows), len(missing), work.calls)


def read_published(
    transport: Transport, target: Target, *, territory: str, year: int, scenario: str = OBSERVED
) -> Balance:
    """Read the highest whole revision of a balance.

    Raises
    ------
    InputError
        No whole revision is there, or a row was changed.
    """
    rows, manifests = _shelves(transport, target)
    name = f"{territory}/{year}/{scenario}"
    found = _Found.read(rows, manifests, name)
    if not found.whole:
        raise InputError("SDP", [say("no whole revision of {name} is published", name=name)])
    revision = max(found.whole)
    return balance_of(found.rows[revision].values(), name=name, source=f"SDP {name} r{revision}")


@dataclass(frozen=True)
class _Found:
    """What is there of one balance: rows by revision and id, and the revisions that are whole."""

    rows: Mapping[int, Mapping[str, Mapping[str, Any]]]
    whole: frozenset[int]
    revisions: frozenset[int]

    @classmethod
    def read(cls, rows: _Shelf, manifests: _Shelf, name: str) -> _Found:
        by_revision: dict[int, dict[str, Mapping[str, Any]]] = {}
        for row in rows.look():
            if f"{row['territorio']}/{row['anno']}/{row['scenario']}" == name:
                by_revision.setdefault(int(row["revisione"]), {})[row["riga_id"]] = row
        whole, named = set(), set()
        for one in manifests.look():
            if one["bilancio_id"] != name:
                continue
            revision = int(one["revisione"])
            named.add(revision)
            there = by_revision.get(revision, {})
            digests = {key: row["riga_hash"] for key, row in there.items()}
            if len(there) == int(one["righe"]) and sha_of(digests) == one["sha256"]:
                whole.add(revision)
        return cls(by_revision, frozenset(whole), frozenset({*by_revision, *named}))


class _Shelf:
    """The rows of a dataset as far as they were seen; looking again reads only what may be new."""

    def __init__(self, reader: Reader, needed: Collection[str]) -> None:
        self.reader, self.code, self.needed = reader, reader.api_code, needed
        self._rows: dict[str, Mapping[str, Any]] = {}

    def look(self) -> list[Mapping[str, Any]]:
        """Return all rows that are there; rows that lack what every row of ours has are not ours."""
        last = max(self._rows, default="")
        for page in self.reader.by_id(cursor(last)):
            self._rows |= {row.id: row.values for row in page.rows}
        return [row for row in self._rows.values() if all(row.get(name) is not None for name in self.needed)]


@dataclass(frozen=True)
class _Waits:
    """Clock and patience of a publication."""

    patience_s: float
    poll_s: float
    now: Callable[[], datetime]
    sleep: Callable[[float], None]


class _Work:
    """One publication on its way."""

    def __init__(
        self, transport: Transport, target: Target, what: Publication, journal: Journal, waits: _Waits
    ) -> None:
        self.transport, self.what, self.journal, self.waits = transport, what, journal, waits
        self.rows, self.manifests = _shelves(transport, target)
        self.tenant = target.tenant
        self.calls = 0

    def settle(self) -> None:
        """Wait for what an earlier run sent and did not see, as long as it may still appear."""
        for shelf in (self.rows, self.manifests):
            pending, at = self.journal.pending(shelf.code)
            while pending and not self._seen(shelf, pending):
                if (self.waits.now() - at).total_seconds() > self.waits.patience_s:
                    break
                self.waits.sleep(self.waits.poll_s)
            self.journal.settled(shelf.code)

    def plan(self) -> tuple[int, set[str]]:
        """Choose the revision, and say which of its rows are missing; revision 0: nothing to do."""
        found = _Found.read(self.rows, self.manifests, self.what.id)
        seen = self.journal.seen(self.rows.code)
        if seen and not found.rows and not self.rows.reader.answers():
            raise BackendSuspect(say("{code}: rows we saw are gone; is the store down?", code=self.rows.code))
        mine = self.what.digests
        there = {
            revision: {key: row["riga_hash"] for key, row in rows.items()}
            for revision, rows in found.rows.items()
        }
        if found.whole and there[max(found.whole)] == mine:
            return 0, set()
        last = max(found.revisions, default=0)
        begun = last and last not in found.whole and there.get(last, {}).items() <= mine.items()
        revision = last if begun else last + 1
        return revision, set(mine) - set(there.get(revision, {}))

    def deliver(self, shelf: _Shelf, rows: Mapping[Key, Row]) -> None:
        """Send rows, part by part, each until it can be read."""
        keys = list(rows)
        for start in range(0, len(keys), CHUNK):
            part = {key: rows[key] for key in keys[start : start + CHUNK]}
            tries = 0
            while part := self._without_seen(shelf, part, tries):
                tries += 1
                if tries > MOST_TRIES:
                    raise Uncertain(
                        say("{code}: {count} rows were not kept in {tries} tries", code=shelf.code,
                            count=len(part), tries=MOST_TRIES)
                    )  # fmt: skip
                self._send(shelf, part)

    def _without_seen(self, shelf: _Shelf, part: Mapping[Key, Row], tries: int) -> dict[Key, Row]:
        if not tries:
            return dict(part)
        seen = self._read(shelf)
        return {key: row for key, row in part.items() if key not in seen}

    def _send(self, shelf: _Shelf, part: Mapping[Key, Row]) -> None:
        """Send once and wait; what was refused inside a 202 need not be waited for."""
        self.journal.sending(shelf.code, part, self.waits.now())
        body = [{"datasetCode": shelf.code, "datasetVersion": 1, "values": list(part.values())}]
        self.calls += 1
        try:
            state = _state(self.transport.post(f"/dataset/input/{self.tenant}", body))
        except Uncertain:
            state = "unknown"
        except Refused:
            self.journal.settled(shelf.code)
            raise
        waited = 0.0
        while not self._seen(shelf, part):
            if state == "failed":
                break
            if waited >= self.waits.patience_s:
                if state == "taken":
                    raise Uncertain(
                        say("{code}: {count} rows were taken and cannot be read yet; run again later",
                            code=shelf.code, count=len(part))
                    )  # fmt: skip
                break
            self.waits.sleep(self.waits.poll_s)
            waited += self.waits.poll_s
        self.journal.settled(shelf.code, seen=len(self._read(shelf)))

    def _seen(self, shelf: _Shelf, keys: Mapping[Key, Row] | set[Key]) -> bool:
        return set(keys) <= self._read(shelf)

    def _read(self, shelf: _Shelf) -> set[Key]:
        name = "bilancio_id" if shelf is self.manifests else "riga_id"
        return {(str(row[name]), int(row["revisione"])) for row in shelf.look()}


def _shelves(transport: Transport, target: Target) -> tuple[_Shelf, _Shelf]:
    codes = {"balance": target.balance_code, "manifest": target.manifest_code}
    rows, manifests = (
        _Shelf(Reader(transport, code), tuple(columns.loc[columns["required"], "component"]))
        for code, columns in ((code, definition(kind)) for kind, code in codes.items())
    )
    return rows, manifests


def _state(reply: Reply) -> str:
    """What a reply to a write says: taken or failed; 202 alone says nothing."""
    found = reply.json() if reply.body else {}
    if not isinstance(found, dict):
        return "unknown"
    lines = found.get("dataBLockreport") or found.get("dataBlockReport") or []
    if found.get("insertException") or any("KO" in str(one.get("status", "")).upper() for one in lines):
        return "failed"
    return "taken"


def _require_tenant(transport: Transport, target: Target, tenant: str) -> None:
    faults = [
        say("{where}: the tenant is '{found}', not '{tenant}'", where=where, found=found, tenant=tenant)
        for where, found in (
            ("LEB_SDP_TENANT", transport.settings.tenant),
            (f"{target.balance_code}, {target.manifest_code}", target.tenant),
            *((code, detail(transport, code).tenant) for code in (target.balance_code, target.manifest_code)),
        )
        if found != tenant
    ]
    if faults:
        raise InputError("SDP", faults)


def _require_columns(reader: Reader, dataset: str) -> None:
    known = reader.schema().components
    missing = [name for name in definition(dataset)["component"] if name not in known]
    if missing:
        raise InputError(
            reader.api_code,
            [say("{code} has no component '{name}'", code=reader.api_code, name=name) for name in missing],
        )
