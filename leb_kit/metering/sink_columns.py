"""Readings of a SQLite file as columns of whole numbers, without an object for each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

import numpy as np

from leb_kit.errors import InputError, say
from leb_kit.metering.component import Component
from leb_kit.metering.local_time import Ints
from leb_kit.metering.reading import hash_text, rank_of
from leb_kit.metering.samples import BIT, LARGEST, MISSING, Samples, require_unit, told_of

#: Below this a floating number is off by less than a hundredth, and so near a whole number it is that one.
SAFE: Final = 10**13
NEAR: Final = 0.01
COLUMNS: Final = """
SELECT time_us, CAST(value AS REAL), value = '', flags FROM reading WHERE series = ? ORDER BY time_us
"""
WHOLE: Final = """
SELECT time_us, value, unit, ingest_id, dataset_version, retrieved_us, raw_hash, flags FROM reading
WHERE series = ?
"""
#: Ids of one length sort as text.
ABOUT: Final = """
SELECT unit, dataset_version, min(ingest_id), max(ingest_id), min(retrieved_us), max(retrieved_us)
FROM reading WHERE series = ? GROUP BY unit, dataset_version, length(ingest_id)
"""
Columns = tuple[Ints, Ints, Ints, Ints]


def samples_of(base: sqlite3.Connection, series: Sequence[tuple[int, str]], component: Component) -> Samples:
    """Return the readings of series as samples.

    Parameters
    ----------
    base : sqlite3.Connection
        The file of a ``SqliteSink``.
    series : Sequence[tuple[int, str]]
        Numbers of series and their meters, in the order of meters.
    component : Component
        What they tell.

    Raises
    ------
    InputError
        Readings in another unit, or too large for any meter.
    """
    about = list(_about(base, [number for number, _ in series]))
    require_unit({unit for unit, *_ in about}, component)
    parts: list[Columns] = []
    names = []
    for meter, found in groupby(series, key=lambda pair: pair[1]):
        numbers = [number for number, _ in found]
        part = (
            _columns(base, numbers[0], component) if len(numbers) == 1 else _ranked(base, numbers, component)
        )
        parts.append(part)
        names.append(np.full(len(part[0]), meter, dtype=object))
    nothing = np.zeros(0, dtype=np.int64)
    time_us, amount, bits, rank = (
        np.concatenate([part[at] for part in parts]) if parts else nothing for at in range(4)
    )
    if len(amount) and np.abs(amount).max() >= LARGEST:
        raise InputError(say("table of readings"), [say("a value is too large for any meter")])
    meters = np.concatenate(names) if names else np.zeros(0, dtype=object)
    told = told_of((name, version, time) for _, name, version, time in about)
    return Samples.grouped(component, meters, time_us, amount, bits.astype(np.uint16), rank, about=told)


def _about(base: sqlite3.Connection, series: Sequence[int]) -> Iterator[tuple[str, str | None, str, int]]:
    """Give unit, ingest id, version and retrieval: the lowest and highest of each series."""
    for number in series:
        for unit, version, low, high, first, last in base.execute(ABOUT, (number,)):
            yield unit, low, version, first
            yield unit, high, version, last


def _columns(base: sqlite3.Connection, number: int, component: Component) -> Columns:
    """Return time, amount, bits and rank of a series of which each moment has one value that speaks."""
    rows = base.execute(COLUMNS, (number,)).fetchall()
    if not rows:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, nothing, nothing
    times, values, lost, flags = zip(*rows, strict=True)
    time_us = np.array(times, dtype=np.int64)
    scaled = np.array(values, dtype=np.float64) * float(component.whole)
    amount = np.rint(np.clip(scaled, -LARGEST, LARGEST)).astype(np.int64)
    told = {text: sum(BIT[flag] for flag in text.split() if flag != "DUP_DROPPED") for text in set(flags)}
    bits = np.array([told[text] for text in flags], dtype=np.int64) | np.where(lost, MISSING, 0)
    doubtful = (np.abs(scaled) > SAFE) | (np.abs(scaled - amount) > NEAR)
    doubtful[1:] |= time_us[1:] == time_us[:-1]
    doubtful[:-1] |= time_us[:-1] == time_us[1:]
    if not doubtful.any():
        return time_us, amount, bits, np.zeros_like(time_us)
    moments = np.unique(time_us[doubtful])
    where = np.isin(time_us, moments)
    exact = _ranked(base, [number], component, moments.tolist())
    rest = time_us[~where], amount[~where], bits[~where], np.zeros_like(time_us[~where])
    time_us, amount, bits, rank = (np.concatenate(pair) for pair in zip(rest, exact, strict=True))
    return time_us, amount, bits, rank


def _ranked(
    base: sqlite3.Connection,
    numbers: Sequence[int],
    component: Component,
    moments: Sequence[int] | None = None,
) -> Columns:
    """Return every value exactly, with its rank, of some moments or all."""
    wanted = None if moments is None else set(moments)
    rows: list[Any] = []
    for number in numbers:
        span = "" if wanted is None else " AND time_us BETWEEN ? AND ?"
        bounds = () if wanted is None else (min(wanted), max(wanted))
        found = base.execute(WHOLE + span, (number, *bounds))
        rows += [row for row in found if wanted is None or row[0] in wanted]
    keys = [rank_of(row[3], row[5], (hash_text(row[6]), row[4], row[7], row[1], row[2])) for row in rows]
    place = {key: at for at, key in enumerate(sorted(set(keys)))}
    flags = [sum(BIT[flag] for flag in row[7].split() if flag != "DUP_DROPPED") for row in rows]
    amounts = [component.exact(Decimal(row[1])) if row[1] else 0 for row in rows]
    if any(abs(amount) >= LARGEST for amount in amounts):
        raise InputError(say("table of readings"), [say("a value is too large for any meter")])
    return (
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array(amounts, dtype=np.int64),
        np.array(
            [bits | (0 if row[1] else MISSING) for bits, row in zip(flags, rows, strict=True)], dtype=np.int64
        ),
        np.array([place[key] for key in keys], dtype=np.int64),
    )
