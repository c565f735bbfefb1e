"""What a file delivers: readings, what they are as far as the file says so, and what was noticed."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from leb_kit.errors import InputError, say
from leb_kit.metering.component import Component
from leb_kit.metering.reading import Reading

#: Larger files, packed or not, are refused unless the caller asks for more.
MOST_BYTES: Final = 256 * 2**20
#: Levels of brackets or elements; no file of meters needs more.
DEEPEST: Final = 40
GZIP: Final = b"\x1f\x8b"
UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
CHUNK: Final = 2**20


@dataclass(frozen=True, repr=False)
class Delivery:
    """Readings of a file.

    Parameters
    ----------
    readings : tuple[Reading, ...]
        In the order of the file.
    components : Mapping[str, Component]
        Quantity to component, where the file itself says enough; else the mapping must.
    notes : tuple[str, ...]
        What was understood or noticed, in words.
    """

    readings: tuple[Reading, ...]
    components: Mapping[str, Component] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        meters = {one.meter_id for one in self.readings}
        names = sorted({one.quantity for one in self.readings})
        return f"Delivery({len(self.readings):,} readings, {len(meters)} meters: {', '.join(names)})"


@dataclass(frozen=True)
class Origin:
    """How readings of a file are named.

    Parameters
    ----------
    source_id : str
        Name of the source.
    retrieved_at : datetime
        When the file was received.
    """

    source_id: str
    retrieved_at: datetime

    @classmethod
    def of(cls, path: str | os.PathLike[str], source_id: str, retrieved_at: datetime | None) -> Origin:
        """Name a file: by default ``file:name``, received when it was last written."""
        file = Path(path)
        at = retrieved_at or datetime.fromtimestamp(int(file.stat().st_mtime), tz=UTC)
        return cls(source_id or f"file:{file.name}", at)


def read_bytes(path: str | os.PathLike[str], most_bytes: int = MOST_BYTES) -> bytes:
    """Return what a file holds, unpacked if it is gzip; never more than ``most_bytes``.

    Raises
    ------
    InputError
        No such file, empty, too large once unpacked, or damaged.
    """
    file = Path(path)
    if file.is_dir():
        raise InputError(str(path), [say("this is a folder; the path of a file is expected")])
    if not file.is_file():
        raise InputError(str(path), [say("file not found in {folder}.{hint}", folder=file.parent, hint="")])
    with file.open("rb") as plain:
        packed = plain.read(len(GZIP)) == GZIP
        plain.seek(0)
        stream = gzip.GzipFile(fileobj=plain) if packed else plain
        out = io.BytesIO()
        try:
            while part := stream.read(CHUNK):
                out.write(part)
                if out.tell() > most_bytes:
                    raise InputError(
                        file.name, [say("the file is larger than {most} bytes", most=most_bytes)]
                    )
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            fault = say("the .gz file is cut or damaged ({error}); download or copy it again", error=error)
            raise InputError(file.name, [fault]) from error
    if not out.tell():
        raise InputError(file.name, [say("the file is empty; a header and at least one row are expected")])
    return out.getvalue()


def as_text(raw: bytes, name: str) -> str:
    """Return bytes as text: UTF-8, UTF-16 with its mark, else Windows' Western European.

    Raises
    ------
    InputError
        These are no letters.

    Examples
    --------
    >>> as_text("qualità".encode("cp1252"), "a.csv")
    'qualità'
    """
    if raw.startswith(UTF16):
        return raw.decode("utf-16")
    if b"\0" in raw[:CHUNK]:
        raise InputError(name, [say("is no text")])
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")
