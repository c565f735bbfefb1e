"""Questions, encoded by hand: the platform cannot read the ``+`` that libraries write for a blank."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

from leb_kit.errors import InputError, say


def query(**options: object) -> str:
    """Write a query; names without their ``$``, ``None`` leaves one out. JSON is asked for always.

    Examples
    --------
    >>> query(filter="time ge datetimeoffset'2025-01-01T00:00:00Z'", top=5)
    '$filter=time%20ge%20datetimeoffset%272025-01-01T00%3A00%3A00Z%27&$top=5&$format=json'
    """
    parts = [f"${name}={quote(str(value), safe='')}" for name, value in options.items() if value is not None]
    return "&".join([*parts, "$format=json"])


def text(value: str) -> str:
    """Write a text inside a filter.

    Raises
    ------
    InputError
        It holds ``&``, which breaks the whole question however it is encoded.

    Examples
    --------
    >>> text("dell'acqua")
    "'dell''acqua'"
    """
    if "&" in value:
        raise InputError("SDP", [say("'{found}': the platform cannot search for a text with &", found=value)])
    doubled = value.replace("'", "''")
    return f"'{doubled}'"


def moment(value: datetime) -> str:
    """Write a moment inside a filter, in UTC, with three digits of a second or none.

    Raises
    ------
    InputError
        It has no zone.

    Examples
    --------
    >>> moment(datetime(2025, 1, 1, tzinfo=UTC))
    "datetimeoffset'2025-01-01T00:00:00Z'"
    """
    return f"datetimeoffset'{instant(value)}'"


def between(start: datetime, end: datetime, name: str = "time") -> str:
    """Write a filter for a window of time: ``start`` belongs to it, ``end`` does not.

    Examples
    --------
    >>> between(datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC), "quando")
    "quando ge datetimeoffset'2025-01-01T00:00:00Z' and quando lt datetimeoffset'2025-02-01T00:00:00Z'"
    """
    return f"{name} ge {moment(start)} and {name} lt {moment(end)}"


def instant(value: datetime) -> str:
    """Write a moment as the platform reads it: more than three digits of a second would move it by minutes.

    Raises
    ------
    InputError
        It has no zone.

    Examples
    --------
    >>> instant(datetime(2025, 3, 10, 11, 30, 0, 123456, tzinfo=UTC))
    '2025-03-10T11:30:00.123Z'
    """
    if value.tzinfo is None:
        raise InputError("SDP", [say("{found}: a time needs its zone", found=value.isoformat())])
    utc = value.astimezone(UTC)
    fraction = f".{utc.microsecond // 1000:03d}" if utc.microsecond else ""
    return f"{utc:%Y-%m-%dT%H:%M:%S}{fraction}Z"
