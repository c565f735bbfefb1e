"""Reading the rows of a dataset, page by page, without believing the platform more than can be checked.

A store that is down is answered 200 with no rows or with some of them, so every page is counted; a page that
is too large is answered 500, so the largest page is learnt.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from leb_kit.errors import say
from leb_kit.metering.sdp import query, wire
from leb_kit.metering.sdp.failures import BackendSuspect, BadReply, PartialPage, Refused
from leb_kit.metering.sdp.transport import Transport

log = logging.getLogger("leb_kit.metering.sdp")

#: Largest page that is tried first, and the one older guidelines promise.
FIRST_PAGE: Final = 1000
#: Largest skip that is tried before the platform names its own.
FIRST_SKIP: Final = 300_000
#: A page that cannot be right is asked for this often again.
PAGE_RETRIES: Final = 2
#: A window is not halved below this.
SHORTEST: Final = timedelta(seconds=1)


@dataclass(frozen=True)
class Page:
    """Rows of one answer; ``count`` is how many the whole question has."""

    rows: tuple[wire.Row, ...]
    count: int
    has_next: bool = False


class Reader:
    """Reads one dataset.

    Parameters
    ----------
    transport : Transport
        Connection.
    api_code : str
        Code of the dataset, which is the code of its API.
    page : int
        Largest page to ask for; the reader lowers it where the platform says so.

    Attributes
    ----------
    learnt : int, optional
        Largest page, where the platform has named it.
    unreachable : int
        Rows that the last walk found counted though nobody can read them.
    excess : int
        Such rows as an earlier walk found them: so many too few are not asked for again.
    """

    def __init__(self, transport: Transport, api_code: str, *, page: int = FIRST_PAGE) -> None:
        self.transport = transport
        self.api_code = api_code
        self.page_cap = page
        self.skip_cap = FIRST_SKIP
        self.unreachable = self.excess = 0
        self.learnt: int | None = None
        self._schema: wire.Schema | None = None

    @property
    def root(self) -> str:
        """Path of the dataset."""
        return f"/api/{quote(self.api_code, safe='')}/"

    def schema(self, *, again: bool = False) -> wire.Schema:
        """Return the description of the dataset, read once unless ``again``."""
        if self._schema is None or again:
            reply = self.transport.get(f"{self.root}$metadata", accept="application/xml")
            self._schema = wire.schema(reply.body)
        return self._schema

    def page(
        self, *, where: str | None = None, order: str = "internalId", top: int | None = None, skip: int = 0
    ) -> Page:
        """Ask for one page as it comes, with the largest page learnt on the way.

        Parameters
        ----------
        where : str, optional
            Filter of OData.
        order : str
            Order; the platform has none of its own.
        top, skip : int
            Size and start.
        """
        while True:
            size = min(self.page_cap, self.page_cap if top is None else top)
            asked = query.query(filter=where, orderby=order, top=size, skip=skip or None)
            try:
                reply = self.transport.get(f"{self.root}{self.schema().entity_set}", asked)
            except Refused as refused:
                if refused.code != "page_cap" or not refused.limit or refused.limit >= size:
                    raise
                log.info("%s: largest page is %d", self.api_code, refused.limit)
                self.page_cap = self.learnt = refused.limit
                continue
            return self._read(reply.json())

    def _read(self, data: Any) -> Page:
        inside = data.get("d") if isinstance(data, dict) else None
        rows = inside.get("results") if isinstance(inside, dict) else None
        if not isinstance(inside, dict) or not isinstance(rows, list):
            raise BadReply(say("the answer of the platform is not a feed of rows"))
        count = wire.number(inside.get("__count"))
        if count is None:
            raise BadReply(say("the answer of the platform has no count"))
        # of __next only that it is there counts: its address is not ours to follow
        return Page(
            tuple(wire.row(one, self.schema()) for one in rows), int(count), bool(inside.get("__next"))
        )

    def count(self, where: str | None = None) -> int:
        """Return how many rows a filter has, as the platform counts them."""
        return self.page(where=where, top=1).count

    def answers(self) -> bool:
        """Whether the store gives any row at all: tells "no new rows" from "the store is down"."""
        return bool(self.page(top=1).rows)

    # ── by id ───────────────────────────────────────────────────────────────────────────────────────────

    def by_id(self, after: str = "") -> Iterator[Page]:
        """Walk all rows with an id above ``after``, each page checked.

        Parameters
        ----------
        after : str
            Id of 24 hexadecimal digits; blank: from the start.

        Yields
        ------
        Page
            Rows with rising ids; never a page that may lack some.

        Raises
        ------
        PartialPage
            Rows are missing, or out of order, after two more tries.
        BackendSuspect
            Rows were counted, then neither they nor any other row can be had.
        """
        self.unreachable = 0
        left: int | None = None
        while True:
            page = self._rising(after, left)
            if not (page.rows or page.count or after):
                page = self._first()
            if not page.rows:
                self._end(page, left)
                return
            yield page
            left = page.count - len(page.rows)
            after = page.rows[-1].id
            if not left or (left <= self.excess and len(page.rows) < self.page_cap):
                self.unreachable = left
                return

    def _first(self) -> Page:
        """The beginning of a dataset that said it is empty; a store that is down says so too."""
        page = Page((), 0)
        for _ in range(PAGE_RETRIES):
            if not self.answers():
                return page
            page = self._rising("", None)
            if page.rows:
                return page
        raise BackendSuspect(
            say("{code}: the platform says there are no rows, and shows one", code=self.api_code)
        )

    def _rising(self, after: str, left: int | None) -> Page:
        """One page above an id; asked for again where it is short, out of order, or where rows vanished."""
        where = f"internalId gt '{after}'" if after else None
        page = Page((), 0)
        for _ in range(PAGE_RETRIES + 1):
            page = self.page(where=where)
            ids = [row.id for row in page.rows]
            ordered = all(a < b for a, b in zip([after, *ids], ids, strict=False))
            sizes = {min(self.page_cap, max(page.count - less, 0)) for less in (0, self.excess)}
            whole = len(ids) in sizes and (left is None or page.count >= left)
            if ordered and whole:
                return page
        if not ordered:
            raise PartialPage(say("{code}: rows come in another order than asked for", code=self.api_code))
        if left is not None and page.rows and page.count < left:
            raise PartialPage(
                say(
                    "{code}: {missing} rows vanished between two pages",
                    code=self.api_code,
                    missing=left - page.count,
                )
            )
        # short, but in order: what came is the beginning, the next page shows whether the rest is there
        return page

    def _end(self, page: Page, left: int | None) -> None:
        """Judge an empty page: nothing left, rows nobody can read, or a store that is down."""
        expected = max(page.count, left or 0)
        if not expected:
            return
        if not self.answers():
            raise BackendSuspect(
                say(
                    "{code}: {missing} rows are counted and none can be read",
                    code=self.api_code,
                    missing=expected,
                )
            )
        if page.count < (left or 0):
            raise PartialPage(
                say(
                    "{code}: {missing} rows vanished between two pages",
                    code=self.api_code,
                    missing=expected - page.count,
                )
            )
        self.unreachable = page.count

    # ── by time ─────────────────────────────────────────────────────────────────────────────────────────

    def between(self, start: datetime, end: datetime, name: str = "time") -> Iterator[Page]:
        """Walk the rows of a window of time, each page checked; a window too large is halved.

        Parameters
        ----------
        start, end : datetime
            With zone; ``start`` belongs to the window, ``end`` does not.
        name : str
            Property that holds the time.

        Raises
        ------
        PartialPage
            The rows read are fewer than those counted, after two more tries.
        """
        where = query.between(start, end, name)
        count = self.count(where)
        if count > self.skip_cap + self.page_cap and end - start > SHORTEST:
            middle = start + (end - start) / 2
            middle = middle.replace(microsecond=0)
            yield from self.between(start, middle, name)
            yield from self.between(middle, end, name)
            return
        for _ in range(PAGE_RETRIES + 1):
            try:
                rows = self._window(where, name)
            except _Short:
                continue
            except _TooFar:
                yield from self.between(start, end, name)
                return
            yield Page(rows, len(rows))
            return
        raise PartialPage(say("{code}: a window of time cannot be read whole", code=self.api_code))

    def _window(self, where: str, name: str) -> tuple[wire.Row, ...]:
        """All rows of a filter; ids found twice at the edge of pages count once; then all are counted."""
        found: dict[str, wire.Row] = {}
        skip, count = 0, 1
        order = f"{name},internalId"
        while skip < count:
            try:
                page = self.page(where=where, order=order, skip=skip)
            except Refused as refused:
                if refused.code == "order" and order != name:
                    order = name
                    continue
                if refused.code == "skip_cap" and refused.limit and refused.limit < self.skip_cap:
                    self.skip_cap = refused.limit
                    raise _TooFar from refused
                if refused.code == "skip_range":
                    raise _Short from refused
                raise
            count = page.count
            if len(page.rows) != min(self.page_cap, max(count - skip, 0)):
                raise _Short
            found |= {row.id: row for row in page.rows}
            skip += len(page.rows)
        if len(found) != self.count(where):
            raise _Short
        return tuple(sorted(found.values(), key=lambda row: (str(row.time), row.id)))


class _TooFar(Exception):
    """The largest skip was learnt inside a window: smaller windows from here on."""


class _Short(Exception):
    """A window was not read whole: once more."""
