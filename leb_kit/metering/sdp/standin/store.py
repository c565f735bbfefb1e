"""What the stand-in keeps: datasets with their rows, in memory, under ids like those of the platform."""

from __future__ import annotations

import itertools
import random
import threading
import time as clocks
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

STREAM, BULK = "streamDataset", "bulkDataset"
#: Machine and process part of an id, ten hexadecimal digits; any constant does.
_MACHINE = "5f1b2c0007"
#: The counter of an id has six hexadecimal digits.
_COUNTERS = 16**6


@dataclass(frozen=True)
class Component:
    """A column of a dataset: its name, one of the platform's data types, and what it measures."""

    name: str
    datatype: str = "double"
    unit: str = "-"
    phenomenon: str = ""
    alias: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One stored event; values by component name in small letters, as the platform stores them."""

    id: str
    time: datetime | None
    values: Mapping[str, Any]
    version: int = 1
    seen_from: float = 0.0


@dataclass
class Dataset:
    """A dataset, with the stream it belongs to when it is one of events.

    Parameters
    ----------
    id : int
        Number of the dataset; the code ends with it.
    code : str
        Dataset code, also the code of its API.
    tenant : str
        Tenant that owns it.
    components : tuple[Component, …]
        Its columns.
    subtype : str
        ``streamDataset`` or ``bulkDataset``.
    so_code, so_category, stream_code : str
        Smart object, its category (``Device`` or ``Application``) and stream; blank for bulk data.
    visibility : str
        ``public`` or ``private``; private data need a token.
    """

    id: int
    code: str
    tenant: str
    components: tuple[Component, ...]
    subtype: str = STREAM
    so_code: str = ""
    so_category: str = "Device"
    stream_code: str = ""
    visibility: str = "private"
    name: str = ""
    fps: float = 0.0
    latitude: float | None = None
    longitude: float | None = None
    rows: list[Row] = field(default_factory=list, repr=False)

    @property
    def is_stream(self) -> bool:
        """Whether it holds events of a stream."""
        return self.subtype == STREAM

    def add_component(self, component: Component) -> None:
        """Add a column; old rows have no value in it."""
        self.components = (*self.components, component)


class Store:
    """Datasets by code, and the only maker of ids.

    Parameters
    ----------
    clock : Callable
        Seconds since 1970, UTC; tests give one that stands still.
    index_delay : float
        Seconds between a write and the moment its rows can be read.
    id_style : str
        ``objectid`` (24 hexadecimal digits) or ``number``.

    Examples
    --------
    >>> store = Store(clock=lambda: 1_700_000_000.0)
    >>> _ = store.add(Dataset(7, "Prova_7", "leb", (Component("x"),), subtype=BULK))
    >>> store.insert("Prova_7", [(None, {"x": 1.5})])[0][:8] == f"{1_700_000_000:08x}"
    True
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = clocks.time,
        index_delay: float = 0.0,
        id_style: str = "objectid",
    ) -> None:
        self.clock = clock
        self.index_delay = index_delay
        self.id_style = id_style
        self.datasets: dict[str, Dataset] = {}
        self.lock = threading.RLock()
        self._counter = itertools.count(1)

    def add(self, dataset: Dataset) -> Dataset:
        """Keep a dataset; returns it."""
        self.datasets[dataset.code] = dataset
        return dataset

    def stream(self, tenant: str, so_code: str, stream_code: str) -> Dataset | None:
        """Find the dataset of a stream."""
        for one in self.datasets.values():
            if (one.tenant, one.so_code, one.stream_code) == (tenant, so_code, stream_code):
                return one
        return None

    def insert(
        self,
        code: str,
        rows: Iterable[tuple[datetime | None, Mapping[str, Any]]],
        *,
        at: float | None = None,
    ) -> list[str]:
        """Append rows, each under a new id; ``at`` is the second of ingestion when it is not now."""
        dataset = self.datasets[code]
        with self.lock:
            now = self.clock()
            made = [
                Row(
                    self._id(now if at is None else at),
                    moment,
                    {name.lower(): value for name, value in values.items()},
                    seen_from=now + self.index_delay if self.index_delay else 0.0,
                )
                for moment, values in rows
            ]
            in_order = not dataset.rows or not made or dataset.rows[-1].id < made[0].id
            dataset.rows.extend(made)
            if not in_order:
                dataset.rows.sort(key=lambda row: row.id)
        return [row.id for row in made]

    def visible(self, dataset: Dataset, *, held_back: int = 0) -> list[Row]:
        """Rows that can be read now, by id; ``held_back`` rows before the newest one are not there yet."""
        with self.lock:
            rows = dataset.rows
            if self.index_delay:
                now = self.clock()
                rows = [row for row in rows if row.seen_from <= now]
            if held_back:
                rows = [*rows[: -1 - held_back], *rows[-1:]]
            return rows

    def duplicate(self, dataset: Dataset, count: int) -> None:
        """Store the newest events once more, as when a message is delivered twice."""
        again = [(row.time, row.values) for row in dataset.rows[-count:]]
        self.insert(dataset.code, again)

    def shrink(self, dataset: Dataset, count: int) -> None:
        """Forget the oldest rows."""
        with self.lock:
            dataset.rows = dataset.rows[count:]

    def correct(self, dataset: Dataset, row: Row, **values: Any) -> str:
        """Send an event again with other values; the old row stays, as on the platform."""
        changed = replace(row, values={**row.values, **values})
        return self.insert(dataset.code, [(changed.time, changed.values)])[0]

    def _id(self, at: float) -> str:
        number = next(self._counter)
        if self.id_style != "objectid":
            return str(number)
        return f"{int(at):08x}{_MACHINE}{number % _COUNTERS:06x}"


def after(rows: list[Row], floor: str) -> list[Row]:
    """Rows whose id is greater, of rows sorted by id."""
    return rows[bisect_right(rows, floor, key=lambda row: row.id) :]


def jumbled(rows: list[Row]) -> list[Row]:
    """Return the rows in an order nobody asked for, the same each time."""
    mixed = list(rows)
    random.Random(len(mixed)).shuffle(mixed)  # noqa: S311 (no secret depends on it)
    return mixed
