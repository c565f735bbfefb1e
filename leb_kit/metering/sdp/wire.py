r"""From what the platform writes to values: dates, numbers, rows, and the description of a dataset.

A date is local milliseconds plus an offset in minutes: ``\/Date(1761445800000+0060)\/``. Without the offset
the two hours after 2 o'clock of the October night would become one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, Final

from leb_kit.errors import say
from leb_kit.metering.sdp.failures import BadReply

#: Flag of a number that is none: NaN or infinite.
NOT_A_NUMBER: Final = "NOT_A_NUMBER"
#: Properties of a row that are not components.
FIXED: Final = frozenset({"internalId", "datasetVersion", "idDataset", "streamCode", "sensor", "time"})
#: No double has a larger power of ten; more would only fill the memory.
LARGEST_EXPONENT: Final = 400
NUMBERS: Final = frozenset({"Edm.Double", "Edm.Int32", "Edm.Int64", "Edm.Single", "Edm.Decimal"})
_DATE = re.compile(r"/Date\((-?\d{1,15})(?:([+-])(\d{1,4}))?\)/")
_MS_PER_MINUTE = 60_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OBJECT_ID = re.compile(r"[0-9a-f]{24}")


def moment(text: object) -> datetime:
    r"""Read a date of the platform.

    Parameters
    ----------
    text : str
        ``/Date(ms)/`` or ``/Date(ms±minutes)/``; with an offset the milliseconds are local.

    Returns
    -------
    datetime
        In UTC.

    Raises
    ------
    BadReply
        It is no such date.

    Examples
    --------
    >>> moment("/Date(1761445800000+0120)/").isoformat(), moment("/Date(1761445800000+0060)/").isoformat()
    ('2025-10-26T00:30:00+00:00', '2025-10-26T01:30:00+00:00')
    """
    hit = _DATE.fullmatch(text) if isinstance(text, str) else None
    if hit is None:
        raise BadReply(say("'{found}' is not a date of the platform", found=text))
    local, sign, minutes = hit.groups()
    offset = int(sign + minutes) * _MS_PER_MINUTE if sign else 0
    try:
        return _EPOCH + timedelta(milliseconds=int(local) - offset)
    except OverflowError:
        raise BadReply(say("'{found}' is not a date of the platform", found=text)) from None


def number(given: Any) -> Decimal | None:
    """Read a number, text or bare; ``None`` where it is missing, NaN or infinite (never 0).

    Raises
    ------
    BadReply
        It is no number.

    Examples
    --------
    >>> number("1.0E-4"), number("1.23456789E7"), number("NaN"), number(None), number(3)
    (Decimal('0.00010'), Decimal('12345678.9'), None, None, Decimal('3'))
    """
    if given is None or (isinstance(given, str) and given in {"NaN", "INF", "-INF"}):
        return None
    try:
        found = Decimal(str(given))
    except InvalidOperation:
        raise BadReply(say("'{found}' is not a number of the platform", found=given)) from None
    if not found.is_finite():
        return None
    if found and abs(found.adjusted()) > LARGEST_EXPONENT:
        raise BadReply(say("'{found}' is not a number of the platform", found=given))
    return found


def is_object_id(text: str) -> bool:
    """Whether an id is one whose first eight digits are the second of its making.

    Examples
    --------
    >>> is_object_id("65f1c0de5f1b2c0007000001"), is_object_id("17")
    (True, False)
    """
    return bool(_OBJECT_ID.fullmatch(text))


@dataclass(frozen=True)
class Schema:
    """Description of a dataset: its set of rows and the type of each property."""

    entity_set: str
    types: Mapping[str, str]

    @cached_property
    def components(self) -> dict[str, str]:
        """Type of each component."""
        return {name: kind for name, kind in self.types.items() if name not in FIXED}

    @property
    def fingerprint(self) -> str:
        """The same for the same columns, whatever their order."""
        lines = sorted(f"{name}:{kind}" for name, kind in self.types.items())
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def lost(self, before: Mapping[str, str]) -> list[str]:
        """Columns of ``before`` that are gone or of another type.

        Examples
        --------
        >>> Schema("Measures", {"a": "Edm.Double"}).lost({"a": "Edm.Int32", "b": "Edm.String"})
        ['a', 'b']
        """
        return sorted(name for name, kind in before.items() if self.types.get(name) != kind)


def schema(text: bytes) -> Schema:
    """Read the entity model of a dataset.

    Parameters
    ----------
    text : bytes
        Answer to ``$metadata``, XML; entities and document types are refused.

    Raises
    ------
    BadReply
        It is no entity model, or holds no set of rows.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException) as error:
        raise BadReply(say("the description of the dataset cannot be read: {reason}", reason=error)) from None
    sets = {
        one.get("EntityType", "").rpartition(".")[2]: one.get("Name", "")
        for one in root.iterfind(".//{*}EntitySet")
    }
    for one in root.iterfind(".//{*}EntityType"):
        kind = one.get("Name", "")
        if kind in {"Measure", "DataEntity"} and kind in sets:
            types = {column.get("Name", ""): column.get("Type", "") for column in one.iterfind("{*}Property")}
            return Schema(sets[kind], types)
    raise BadReply(say("the description of the dataset holds no set of rows"))


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it was read: id, time in UTC, components, and what was odd about them."""

    id: str
    time: datetime | None
    values: Mapping[str, Any]
    version: int | None
    raw: Mapping[str, Any] | str
    flags: Mapping[str, str]

    @property
    def hash(self) -> str:
        """Digest of the row as it came."""
        return self.raw if isinstance(self.raw, str) else digest(self.raw)


def row(raw: Any, described: Schema) -> Row:
    """Read one row.

    Parameters
    ----------
    raw : Mapping
        The row as it came.
    described : Schema
        Types of its properties.

    Returns
    -------
    Row
        Numbers as Decimal, dates in UTC, missing values as ``None``.

    Raises
    ------
    BadReply
        The row has no id, or a value that its type cannot have.
    """
    if not isinstance(raw, Mapping) or not isinstance(raw.get("internalId"), str):
        raise BadReply(say("a row of the platform has no internalId"))
    flags: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name, kind in described.components.items():
        given = raw.get(name)
        if kind in NUMBERS:
            values[name] = number(given)
            if given is not None and values[name] is None:
                flags[name] = NOT_A_NUMBER
        elif kind == "Edm.DateTimeOffset":
            values[name] = None if given is None else moment(given)
        else:
            values[name] = given
    time = raw.get("time") if "time" in described.types else None
    version = number(raw.get("datasetVersion"))
    return Row(
        raw["internalId"],
        None if time is None else moment(time),
        values,
        None if version is None else int(version),
        raw,
        flags,
    )


def digest(raw: Mapping[str, Any]) -> str:
    """Digest of a row as it came, without the address it names and without what is missing in it."""
    lines = [f"{name}={raw[name]}" for name in sorted(raw) if raw[name] is not None and name != "__metadata"]
    return hashlib.sha256("\n".join(lines).encode("utf-8", errors="replace")).hexdigest()[:32]
