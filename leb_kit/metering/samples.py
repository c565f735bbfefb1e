"""Readings of one component as columns of whole numbers: what the arithmetic works on."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.metering.component import Component, unit_of
from leb_kit.metering.local_time import Ints, micros
from leb_kit.metering.reading import EPOCH, FLAGS, Reading, microseconds

Bits = npt.NDArray[np.uint16]
#: One bit for each flag, and one for a value told as missing.
BIT: Final = {name: 1 << at for at, name in enumerate(FLAGS)}
MISSING: Final = 1 << len(FLAGS)
#: Sums of more would leave 64 bits.
LARGEST: Final = 2**62
#: Codes of so many meters fit into 16 bits, which sort faster.
SHORT: Final = 2**15


def told_flags(bits: int) -> str:
    """Return the names of flags in words.

    Examples
    --------
    >>> told_flags(BIT["RESET"] | BIT["OUTLIER"])
    'OUTLIER RESET'
    """
    return " ".join(name for name in FLAGS if bits & BIT[name])


class MeterSamples(NamedTuple):
    """Samples of one meter in the order of time, one for each moment."""

    meter: str
    time_us: Ints
    amount: Ints
    bits: Bits
    rows: int


@dataclass(frozen=True, repr=False, eq=False)
class Samples:
    """Values of one component of many meters; made by ``from_readings`` or ``from_table``.

    Parameters
    ----------
    component : Component
        What they tell.
    meters : tuple[str, ...]
        Names, sorted.
    starts : np.ndarray
        Where each meter begins, one more than there are meters.
    time_us, amount, bits : np.ndarray
        Microseconds since 1970 (UTC); mWh, mW or ml as whole numbers; flags. By meter; within a meter as
        they came.
    rank : np.ndarray, optional
        Which of two values of one moment speaks: the higher.
    about : Mapping[str, Any]
        Where they come from: first_ingest_id, last_ingest_id, dataset_versions, retrieved (first and last).
    """

    component: Component
    meters: tuple[str, ...]
    starts: Ints
    time_us: Ints
    amount: Ints
    bits: Bits
    rank: Ints | None = None
    about: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_readings(cls, readings: Iterable[Reading], component: Component) -> Samples:
        """Make samples of readings of one component; exact, whatever their number of digits.

        Parameters
        ----------
        readings : Iterable[Reading]
            Of one quantity, in any order; revisions too.
        component : Component
            What they tell; its unit must be that of the readings.

        Raises
        ------
        InputError
            Readings in a unit of another size or dimension.
        """
        given = list(readings)
        require_unit({one.unit for one in given}, component)
        ranks = {rank: at for at, rank in enumerate(sorted({one.rank for one in given}))}
        exact = [0 if one.value is None else component.exact(one.value) for one in given]
        if any(abs(amount) >= LARGEST for amount in exact):
            raise InputError(say("table of readings"), [say("a value is too large for any meter")])
        return cls.grouped(
            component,
            np.array([one.meter_id for one in given], dtype=object),
            np.array([microseconds(one.time_utc) for one in given], dtype=np.int64),
            np.array(exact, dtype=np.int64),
            np.array([_bits(one) for one in given], dtype=np.uint16),
            np.array([ranks[one.rank] for one in given], dtype=np.int64),
            about=told_of(
                (one.ingest_id, one.dataset_version, microseconds(one.retrieved_at)) for one in given
            ),
        )

    @classmethod
    def from_table(cls, frame: pd.DataFrame, component: Component) -> Samples:
        """Make samples of a table; quick for millions of rows.

        Parameters
        ----------
        frame : pd.DataFrame
            meter, time (with its zone), value (in the unit of the component; NaN = missing); optionally
            ``rank`` (whole number: which of two values of one moment speaks) and ``flags`` (text).
        component : Component
            What they tell.

        Raises
        ------
        InputError
            A column is missing, times have no zone, values are too large.

        Examples
        --------
        >>> times = pd.date_range("2025-01-01", periods=2, freq="15min", tz="Europe/Rome")
        >>> frame = pd.DataFrame({"meter": "L1", "time": times, "value": [1.0, 2.0]})
        >>> Samples.from_table(frame, Component("interval_energy", "kWh", interval=900, label="start"))
        Samples(1 meter, 2 values, interval_energy in kWh)
        """
        faults = [
            say("column '{name}' is missing", name=name)
            for name in ("meter", "time", "value")
            if name not in frame
        ]
        if not faults and not isinstance(frame["time"].dtype, pd.DatetimeTZDtype):
            faults.append(say("the times have no zone; use tz_localize, or utc=True where they are of UTC"))
        if faults:
            raise InputError(say("table of readings"), faults)
        values = frame["value"].to_numpy(dtype="float64")
        scaled = values * float(component.whole)
        lost = ~np.isfinite(scaled)
        if len(scaled) and np.abs(scaled[~lost]).max(initial=0) >= LARGEST:
            raise InputError(say("table of readings"), [say("a value is too large for any meter")])
        amount = np.rint(np.where(lost, 0, scaled)).astype(np.int64)
        bits = np.where(lost, np.uint16(MISSING), np.uint16(0))
        if "flags" in frame:
            words = {word: sum(BIT[name] for name in word.split()) for word in set(frame["flags"].fillna(""))}
            bits |= frame["flags"].fillna("").map(words).to_numpy(dtype=np.uint16)
        rank = frame["rank"].to_numpy(dtype=np.int64) if "rank" in frame else None
        return cls.grouped(component, frame["meter"], micros(frame["time"]), amount, bits, rank)

    @classmethod
    def grouped(
        cls,
        component: Component,
        names: object,
        time_us: Ints,
        amount: Ints,
        bits: Bits,
        rank: Ints | None = None,
        *,
        about: Mapping[str, Any] | None = None,
    ) -> Samples:
        """Put the rows of each meter together; columns as the class has them, names beside."""
        codes, told = _coded(names)
        counts = np.bincount(codes, minlength=len(told))
        starts = np.append(0, np.cumsum(counts)).astype(np.int64)
        if len(codes) and (codes[1:] < codes[:-1]).any():
            order = np.argsort(codes, kind="stable")
            time_us, amount, bits = time_us[order], amount[order], bits[order]
            rank = None if rank is None else rank[order]
        return cls(component, told, starts, time_us, amount, bits, rank, dict(about or {}))

    def __iter__(self) -> Iterator[MeterSamples]:
        """Give the samples of each meter, of each moment the one that speaks."""
        for meter in self.meters:
            yield self.of(meter)

    def of(self, meter: str) -> MeterSamples:
        """Return the samples of one meter, of each moment the one that speaks.

        Raises
        ------
        InputError
            There is no such meter.
        """
        at = bisect_left(self.meters, meter)
        if at == len(self.meters) or self.meters[at] != meter:
            hint = did_you_mean(meter, self.meters)
            raise InputError(say("readings"), [say("no meter '{meter}'.{hint}", meter=meter, hint=hint)])
        span = slice(int(self.starts[at]), int(self.starts[at + 1]))
        rank = None if self.rank is None else self.rank[span]
        return _resolved(meter, self.time_us[span], self.amount[span], self.bits[span], rank)

    def digest(self) -> str:
        """Return the SHA-256 of the samples that speak: the same for any order or repetition of rows."""
        out = hashlib.sha256()
        for one in self:
            out.update(f"{one.meter}\0{len(one.time_us)}\0".encode())
            for column in (one.time_us, one.amount, one.bits):
                out.update(column.astype(column.dtype.newbyteorder("<")).tobytes())
        return out.hexdigest()

    @property
    def span_us(self) -> tuple[int, int] | None:
        """First and last moment; None where there is no row."""
        return (int(self.time_us.min()), int(self.time_us.max())) if len(self.time_us) else None

    def __repr__(self) -> str:
        many = "meter" if len(self.meters) == 1 else "meters"
        kind = f"{self.component.kind} in {self.component.unit}"
        return f"Samples({len(self.meters):,} {many}, {len(self.time_us):,} values, {kind})"


def _coded(names: object) -> tuple[npt.NDArray[np.signedinteger], tuple[str, ...]]:
    """Return the place of each name among the sorted names."""
    held = pd.Categorical(names) if not isinstance(names, pd.Series) else names.astype("category").array
    if (held.codes < 0).any():
        raise InputError(say("table of readings"), [say("a meter is blank")])
    words = [str(word) for word in held.categories]
    present = np.unique(held.codes)
    told = tuple(sorted(words[at] for at in present))
    place = {word: at for at, word in enumerate(told)}
    new = np.array([place.get(word, -1) for word in words], dtype=np.int16 if len(told) < SHORT else np.int64)
    return new[held.codes], told


def _resolved(meter: str, time_us: Ints, amount: Ints, bits: Bits, rank: Ints | None) -> MeterSamples:
    """Sort by time and keep of each moment the value of the highest rank; others make it REVISED."""
    rows = len(time_us)
    if rows and (time_us[1:] > time_us[:-1]).all():
        return MeterSamples(meter, time_us, amount, bits, rows)
    if not rows:
        return MeterSamples(meter, time_us, amount, bits, 0)
    order = np.lexsort((bits, amount, np.zeros_like(time_us) if rank is None else rank, time_us))
    time_us, amount, bits = time_us[order], amount[order], bits[order]
    last = np.append(time_us[1:] != time_us[:-1], True)
    group = np.cumsum(np.append(0, last[:-1]))
    lost = bits & MISSING
    other = (amount != amount[last][group]) | (lost != lost[last][group])
    revised = np.zeros(int(group[-1]) + 1, dtype=bool)
    revised[group[other]] = True
    kept = bits[last] | np.where(revised, np.uint16(BIT["REVISED"]), np.uint16(0))
    return MeterSamples(meter, time_us[last], amount[last], kept, rows)


def _bits(one: Reading) -> int:
    bits = sum(BIT[flag] for flag in one.flags if flag != "DUP_DROPPED")
    return bits | (MISSING if one.value is None else 0)


def told_of(rows: Iterable[tuple[str | None, str, int]]) -> dict[str, Any]:
    """Return lowest and highest ingest id, versions, first and last retrieval, of rows that have these three.

    Examples
    --------
    >>> told_of([("10", "2", 0), ("9", "1", 60_000_000)])["retrieved"]
    ['1970-01-01T00:00:00Z', '1970-01-01T00:01:00Z']
    """
    ids: set[str] = set()
    versions: set[str] = set()
    times: list[int] = []
    for ingest_id, version, retrieved_us in rows:
        ids |= {ingest_id} if ingest_id else set()
        versions |= {version} if version else set()
        times = [min([retrieved_us, *times]), max([retrieved_us, *times])]
    ordered = sorted(ids, key=lambda text: (len(text), text))
    return {
        "first_ingest_id": ordered[0] if ordered else "",
        "last_ingest_id": ordered[-1] if ordered else "",
        "dataset_versions": sorted(versions),
        "retrieved": [iso(time) for time in times],
    }


def iso(time_us: int) -> str:
    """Return a moment as text, to the second.

    Examples
    --------
    >>> iso(0)
    '1970-01-01T00:00:00Z'
    """
    return f"{EPOCH + timedelta(microseconds=time_us):%Y-%m-%dT%H:%M:%SZ}"


def require_unit(found: set[str], component: Component) -> None:
    """Refuse readings whose unit is not the component's; how it is written does not matter."""
    wanted = unit_of(component.unit)
    faults = []
    for word in sorted(found):
        try:
            unit = unit_of(word)
        except InputError as error:
            faults += list(error.faults)
            continue
        if (unit.dimension, unit.whole) != (wanted.dimension, wanted.whole):
            told = {"found": word, "wanted": component.unit}
            faults.append(say("readings are in {found}, the component says {wanted}; correct one", **told))
    if faults:
        raise InputError(say("table of readings"), faults)
