"""One value that a meter told, and what every store of such values promises.

The *natural key* of a reading is (source, tenant, smart object, stream, meter, quantity, time). Two
readings of one key with the same value and unit are one reading. With another value the newer one is a
revision: the highest ingest id speaks, both are kept.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Context, Decimal
from typing import Any, Final, NamedTuple, Protocol, runtime_checkable

from leb_kit.errors import InputError, did_you_mean, say

#: What may be said of a reading, or of the interval that comes of it.
FLAGS: Final = (
    "CLOCK_SUSPECT",  # not where the clock of the meter should be
    "DUP_DROPPED",  # was given more than once
    "ESTIMATED",  # the source says so itself
    "FUTURE",  # later than the moment it was retrieved
    "GAP_FILLED",
    "NOT_A_NUMBER",  # NaN or infinite at the source; the value is missing
    "OUTLIER",  # more than the meter can give
    "PROVISIONAL",  # of a live tail, without an ingest id
    "RESET",  # the register began anew
    "REVISED",  # another value stood here before
    "ROLLOVER",  # the register passed its last digit
    "SPLIT",  # the interval crosses the edge of a month
)
#: Powers of ten that no meter leaves; more would fill the memory with zeros.
MOST_POWER: Final = 60
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECONDS_PER_SECOND: Final = 1_000_000
SECONDS_PER_DAY: Final = 86_400
WORD: Final = re.compile(r"[A-Z][A-Z0-9_]*")


class NaturalKey(NamedTuple):
    """What tells two readings apart."""

    source_id: str
    tenant: str
    so_code: str
    stream_code: str
    meter_id: str
    quantity: str
    time_utc: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of one quantity of one meter at one moment, and where it comes from.

    Parameters
    ----------
    source_id : str
        What was read from: a connection of the platform, a file.
    tenant, so_code, stream_code : str
        Names of the platform; blank where the source has none.
    meter_id : str
        The meter: smart object, or value of the component that names it.
    quantity : str
        The component: ``energy``, ``power_l1`` …
    value : Decimal, optional
        Finite; None = told as missing, never zero.
    unit : str
        As the source writes it.
    time_utc : datetime
        With a zone; kept in UTC.
    ingest_id : str, optional
        Made by the platform when the value came in; the higher, the newer (longer ids are higher).
    dataset_version : str
        Of the definition of the dataset.
    retrieved_at : datetime
        When it was read from the source, with a zone; kept in UTC.
    raw_hash : str
        Of the row as it came (``hash_of``).
    flags : frozenset[str]
        Of ``FLAGS``.

    Raises
    ------
    InputError
        Every field that cannot be: a float, a time without a zone, no source or meter, an unknown flag.

    Examples
    --------
    >>> from datetime import datetime, UTC
    >>> noon = datetime(2025, 1, 1, 12, tzinfo=UTC)
    >>> one = Reading("csv", "", "", "lamps", "L1", "energy", Decimal("1.50"), "kWh", noon, retrieved_at=noon)
    >>> one.key.meter_id, one.value_text
    ('L1', '1.5')
    """

    source_id: str
    tenant: str
    so_code: str
    stream_code: str
    meter_id: str
    quantity: str
    value: Decimal | None
    unit: str
    time_utc: datetime
    ingest_id: str | None = None
    dataset_version: str = ""
    retrieved_at: datetime = EPOCH
    raw_hash: str = ""
    flags: frozenset[str] = field(default=frozenset())

    def __post_init__(self) -> None:
        """Check every field, and bring times to UTC."""
        faults = list(_faults(self))
        if faults:
            raise InputError(say("reading"), faults)
        for name in ("time_utc", "retrieved_at"):
            told: datetime = getattr(self, name)
            if told.tzinfo is not UTC:
                object.__setattr__(self, name, told.astimezone(UTC))
        if self.ingest_id == "":
            object.__setattr__(self, "ingest_id", None)

    @property
    def key(self) -> NaturalKey:
        """Its natural key."""
        return NaturalKey(
            self.source_id, self.tenant, self.so_code, self.stream_code, self.meter_id, self.quantity,
            self.time_utc,
        )  # fmt: skip

    @property
    def value_text(self) -> str:
        """The value as text without needless zeros (``1.5`` for 1.50); blank where it is missing."""
        return "" if self.value is None else plain_text(self.value)

    @property
    def rank(self) -> Rank:
        """What decides which of two readings of one key speaks: the highest.

        Any ingest id is above none; ids go by length, then letters. The same id read again does not
        change anything: the first time counts. Without ids the later retrieval wins. What else they differ in
        only breaks ties, the same way in any order.
        """
        flags = " ".join(sorted(self.flags))
        retrieved = microseconds(self.retrieved_at)
        about = self.raw_hash, self.dataset_version, flags, self.value_text, self.unit
        return rank_of(self.ingest_id, retrieved, about)


Rank = tuple[int, int, str, int, tuple[str, ...]]


def rank_of(ingest_id: str | None, retrieved_us: int, about: tuple[str, ...]) -> Rank:
    """Return what decides between two readings of one key; as ``Reading.rank`` says.

    Examples
    --------
    >>> rank_of("10", 5, ()) > rank_of("9", 7, ()) > rank_of(None, 9, ()) > rank_of(None, 8, ())
    True
    """
    if ingest_id is None:
        return 0, 0, "", retrieved_us, about
    return 1, len(ingest_id), ingest_id, -retrieved_us, about


def _faults(reading: Reading) -> Iterator[str]:
    """Tell every field that cannot be."""
    for name in ("source_id", "meter_id", "quantity"):
        found = getattr(reading, name)
        if not isinstance(found, str) or not found.strip():
            yield say("{name} is {found}; text is expected", name=name, found=repr(found))
    value: object = reading.value
    if value is not None and not (isinstance(value, Decimal) and value.is_finite()):
        yield say("value is {found}; a finite Decimal or None is expected", found=repr(value))
    elif value and abs(value.adjusted()) > MOST_POWER:
        yield say("value is {found}: no meter tells such a number", found=value)
    for name in ("time_utc", "retrieved_at"):
        told = getattr(reading, name)
        if not isinstance(told, datetime) or told.utcoffset() is None:
            yield say("{name} is {found}; a time with its zone is expected", name=name, found=repr(told))
    for flag in sorted(set(reading.flags) - set(FLAGS)):
        yield say("flag '{flag}' is unknown.{hint}", flag=flag, hint=did_you_mean(flag, FLAGS))


def plain_text(value: Decimal) -> str:
    """Return a number as text that is the same for equal numbers, however they were written.

    Examples
    --------
    >>> plain_text(Decimal("1.50")), plain_text(Decimal("1E+3")), plain_text(Decimal("-0"))
    ('1.5', '1E+3', '0')
    >>> plain_text(Decimal(1000))
    '1E+3'
    """
    if not value:
        return "0"
    return str(value.normalize(Context(prec=max(1, len(value.as_tuple().digits)))))


def microseconds(time: datetime) -> int:
    """Return microseconds since 1970 in UTC, exactly.

    Examples
    --------
    >>> microseconds(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    since = time - EPOCH
    return (since.days * SECONDS_PER_DAY + since.seconds) * MICROSECONDS_PER_SECOND + since.microseconds


def hash_of(row: Mapping[str, Any] | str | bytes) -> str:
    """Return the SHA-256 of a row as it came: of its text, or of its fields in alphabetical order.

    Examples
    --------
    >>> hash_of({"b": 1, "a": 2}) == hash_of({"a": 2, "b": 1})
    True
    """
    if isinstance(row, bytes):
        raw = row
    elif isinstance(row, str):
        raw = row.encode()
    else:
        raw = json.dumps(row, sort_keys=True, ensure_ascii=False, default=str, separators=(",", ":")).encode()
    return hashlib.sha256(raw).hexdigest()


def hash_bytes(text: str) -> bytes | str:
    """Return a hash in half the room; other texts stay as they are.

    Examples
    --------
    >>> list(hash_bytes("0aff")), hash_bytes("row 7")
    ([10, 255], 'row 7')
    """
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        return text
    return raw if raw and raw.hex() == text else text


def hash_text(kept: bytes | str) -> str:
    """Return a hash as text again."""
    return kept.hex() if isinstance(kept, bytes) else kept


def digest(readings: Iterable[Reading]) -> str:
    """Return the SHA-256 of readings in the order of their keys: the same rows give the same text.

    When they were retrieved does not count.

    Parameters
    ----------
    readings : Iterable[Reading]
        In any order.

    Examples
    --------
    >>> digest([])[:8]
    'e3b0c442'
    """
    lines = sorted(
        "\t".join(
            (*one.key[:-1], str(microseconds(one.time_utc)), one.value_text, one.unit, one.ingest_id or "",
             " ".join(sorted(one.flags)))
        )
        for one in readings
    )  # fmt: skip
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


@dataclass(frozen=True)
class WriteReport:
    """What one ``write`` did; the counts sum to the readings given.

    Parameters
    ----------
    added : int
        Of a key that was not known.
    dropped : int
        Told again what was known: same value and unit.
    revised : int
        Another value, which now speaks.
    kept : int
        Another value, older than the one that speaks: kept beside it.
    touched : frozenset[tuple[str, str]]
        (meter_id, ``2025-01``): local months of which the sums may have changed.
    """

    added: int = 0
    dropped: int = 0
    revised: int = 0
    kept: int = 0
    touched: frozenset[tuple[str, str]] = frozenset()

    @property
    def received(self) -> int:
        """How many readings were given."""
        return self.added + self.dropped + self.revised + self.kept


@runtime_checkable
class ReadingSink(Protocol):
    """A store of readings, as a reader of a platform needs it."""

    def write(
        self, readings: Iterable[Reading], *, state: Mapping[str, Any] | None, source_id: str = ""
    ) -> WriteReport:
        """Keep readings of one source and its state, both or neither, whatever happens meanwhile.

        Parameters
        ----------
        readings : Iterable[Reading]
            Of one source; in any order, known ones too.
        state : Mapping[str, Any], optional
            What the reader needs to go on (JSON); replaces the state of the source. None leaves it.
        source_id : str
            Needed where there are no readings, only a state.
        """

    def state(self, source_id: str) -> dict[str, Any]:
        """Return the state of a source; empty where it was never written."""

    def readings(
        self, source_id: str, start: datetime | None = None, end: datetime | None = None
    ) -> Iterator[Reading]:
        """Give the readings that speak, from ``start`` (included) to ``end`` (excluded), by key and time."""
