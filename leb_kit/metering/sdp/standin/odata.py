"""How the stand-in answers a question for rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from leb_kit.metering.sdp.standin import edm, wire
from leb_kit.metering.sdp.standin.faults import Faults
from leb_kit.metering.sdp.standin.query import ODataError, condition, options, order, whole_number
from leb_kit.metering.sdp.standin.settings import Settings
from leb_kit.metering.sdp.standin.store import Component, Dataset, Row, Store, after, jumbled

_EARLY = datetime(1, 1, 1, tzinfo=UTC)


def rows_of(store: Store, dataset: Dataset, faults: Faults) -> list[Row]:
    """Rows as they can be read now, after the faults that change what is stored."""
    if again := faults.once("dup_rows"):
        store.duplicate(dataset, int(again))
    if fewer := faults.once("shrunk"):
        store.shrink(dataset, int(fewer))
    grown(dataset, faults)
    return store.visible(dataset, held_back=faults.late_rows)


def grown(dataset: Dataset, faults: Faults) -> None:
    """Give the dataset a new column, where that switch is on."""
    if name := faults.once("schema_added"):
        dataset.add_component(Component(str(name)))


def one(store: Store, dataset: Dataset, key: str, settings: Settings) -> bytes:
    """Answer with one row, by its id."""
    for row in store.visible(dataset):
        if row.id == key:
            root = _root(settings, dataset)
            return f'{{"d":{wire.entity(row, dataset, zone=settings.zone, root=root)}}}'.encode()
    raise ODataError(404, "Requested entity could not be found.")


def feed(store: Store, dataset: Dataset, raw: str, settings: Settings, faults: Faults) -> bytes:
    """Answer with a page of rows.

    Raises
    ------
    ODataError
        As the platform has it: 400 for what cannot be understood, 500 for a page or a skip beyond the caps.
    """
    given = options(raw)
    top, skip = whole_number(given, "$top"), whole_number(given, "$skip") or 0
    types = edm.properties(dataset)
    sorting = order(given.get("$orderby", ""), types)
    chosen = _chosen(given.get("$select", ""), types)
    rows = _matching(rows_of(store, dataset, faults), dataset, given.get("$filter", ""), types)
    found = len(rows)
    _refuse(settings, top, skip, found, sorting)
    if faults.take("silent_empty"):
        return wire.feed([], 0)
    ordered = _sorted(rows, sorting, dataset) if sorting else jumbled(rows)
    page = ordered[skip : skip + (found if top is None else top)]
    more = top is not None and skip + len(page) < found
    if page and faults.take("short_page"):
        page = page[: len(page) // 2]
    if page and faults.take("reorder"):
        page = jumbled(page)
    root = _root(settings, dataset)
    entities = [wire.entity(row, dataset, zone=settings.zone, root=root, chosen=chosen) for row in page]
    following = ""
    host = faults.next_other_host or (settings.public_host if settings.next_on else "")
    if more and host:
        start = root.replace(settings.public_host, host)
        rest = "&".join(part for part in unquote(raw).split("&") if not part.startswith("$skip"))
        following = f"{start}{edm.sets(dataset)[1]}?{rest}&$skip={skip + len(page)}"
    return wire.feed(entities, found + faults.count_high, following)


def _root(settings: Settings, dataset: Dataset) -> str:
    return f"{settings.public_host}/api/{dataset.code}/"


def _chosen(text: str, types: dict[str, str]) -> list[str] | None:
    if not text:
        return None
    names = text.split(",")
    for name in names:
        if name not in types:
            raise ODataError(400, f"Invalid select expression: '{name}'.")
    return names


def _value(dataset: Dataset, name: str) -> Callable[[Row], Any]:
    fixed: dict[str, Callable[[Row], Any]] = {
        "internalId": lambda row: row.id,
        "datasetVersion": lambda row: row.version,
        "idDataset": lambda _row: dataset.id,
        "streamCode": lambda _row: dataset.stream_code,
        "sensor": lambda _row: dataset.so_code,
    }
    if dataset.is_stream:
        fixed["time"] = lambda row: row.time
    return fixed.get(name) or (lambda row: row.values.get(name.lower()))


def _matching(rows: list[Row], dataset: Dataset, text: str, types: dict[str, str]) -> list[Row]:
    if not text:
        return rows
    wanted = condition(text, types, lambda name: _value(dataset, name))
    rest = after(rows, wanted.floor) if wanted.floor else rows
    return rest if wanted.whole else [row for row in rest if wanted.test(row)]


def _refuse(
    settings: Settings, top: int | None, skip: int, found: int, sorting: list[tuple[str, bool]]
) -> None:
    if skip > settings.skip_cap:
        raise ODataError(500, f"invalid skip value: max skip = {settings.skip_cap}")
    if top is not None and top > settings.page_cap:
        raise ODataError(500, f"invalid top value: max document per page = {settings.page_cap}")
    if top is None and found > settings.page_cap:
        raise ODataError(
            500, f"too many documents; use top parameter: max document per page = {settings.page_cap}"
        )
    if skip > found:
        raise ODataError(500, f"skip value out of range: max document in query result = {found}")
    simple = len(sorting) <= 1 and all(name in {"time", "internalId"} for name, _ in sorting)
    if found >= settings.order_cap and not simple:
        raise ODataError(500, "too many documents for order clause;")


def _sorted(rows: list[Row], sorting: list[tuple[str, bool]], dataset: Dataset) -> list[Row]:
    if sorting == [("internalId", False)]:
        return rows
    found = rows
    for name, falling in reversed(sorting):
        read = _value(dataset, name)
        found = sorted(found, key=lambda row: _rank(read(row)), reverse=falling)
    return found


def _rank(value: Any) -> tuple[bool, Any]:
    return (value is not None, _EARLY if value is None else value)
