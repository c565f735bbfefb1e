"""Bytes to text: gzip by content, encodings, and faults told with the name of the file."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import itertools
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast

import pandas as pd

from leb_kit.errors import InputError, did_you_mean, say

#: First bytes of a gzip file; the ending of the name proves nothing.
GZIP = b"\x1f\x8b"
#: First bytes of a zip file, which a workbook is.
ZIP = b"PK\x03\x04"
MEGABYTE = 1_000_000
#: First bytes of files that people hand over instead of a text table, and what to do with them.
OTHER_KINDS = {
    ZIP: "an Excel or zip file; {text} is expected",
    b"%PDF": "a PDF; copy its table into a spreadsheet and save that as .xlsx or CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel file (.xls); open it and save it as .xlsx",
    b"\x89PNG": "a picture; {text} is expected",
    b"\xff\xd8\xff": "a picture; {text} is expected",
    b"PAR1": "a Parquet file; {text} is expected",
    b"SQLite format": "a database; {text} is expected",
    b"<!DOCTYPE": "a web page; download the table itself",
    b"<html": "a web page; download the table itself",
}
EXPECTED_TEXT = "a text table (CSV, TSV, or one in .gz)"
#: First bytes of text in two bytes a letter, as Excel saves "Unicode text".
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: Tried in this order; the last one reads any byte, so it never hides an earlier success.
ENCODINGS = ("utf-8-sig", "cp1252")
#: So many bytes tell what a file is.
_HEAD = 2048
#: Bytes that are unpacked at a time to be counted.
_BLOCK = 1 << 20

SomePath = str | os.PathLike[str]


def existing(path: SomePath) -> Path:
    """Return the path of a file that exists and is not empty.

    Raises
    ------
    InputError
        There is no such file (its nearest neighbour is named), it is a folder, or it is empty.
    """
    file = Path(path)
    if not file.exists():
        raise InputError(str(path), [_not_found(file)])
    if file.is_dir():
        raise InputError(str(path), [say("this is a folder; the path of a file is expected")])
    if not file.stat().st_size:
        fault = say("the file is empty; a header and at least one row are expected")
        raise InputError(file.name, [fault])
    return file


def _not_found(file: Path) -> str:
    folder = file.parent.resolve()
    if not folder.is_dir():
        return say("file not found: there is no folder {folder}", folder=folder)
    near = did_you_mean(file.name, (other.name for other in folder.iterdir()))
    return say("file not found in {folder}.{hint}", folder=folder, hint=near)


def require_writable(path: SomePath) -> None:
    """Refuse at once a path to which nothing can be written, before work is done for it.

    Raises
    ------
    InputError
        It is a folder, lies below a file, or may not be written.
    """
    target, missing = Path(path), []
    try:
        _require_no_folder(target)
        for folder in target.absolute().parents:
            if folder.exists():
                break
            missing.append(folder)
        if not folder.is_dir():
            raise InputError(str(path), [say("{folder} is a file; a folder is expected", folder=folder)])
        if not os.access(folder, os.W_OK) or (target.exists() and not os.access(target, os.W_OK)):
            raise InputError(str(path), [say("nothing may be written here: choose another place")])
        # Rights are not all: a disk that only answers, a name that is too long.
        _try_to_write(target, missing[::-1])
    except OSError as error:
        raise _unwritable(path, error) from error


def _require_no_folder(path: Path) -> None:
    if path.is_dir():
        raise InputError(str(path), [say("this is a folder; the path of a file is expected")])


def _try_to_write(target: Path, missing: Sequence[Path]) -> None:
    """Make what is missing of a path, and take it away again."""
    made = []
    try:
        for folder in missing:
            folder.mkdir()
            made.append(folder)
        _beside(target).unlink()
    finally:
        for folder in reversed(made):
            with suppress(OSError):  # somebody else has written into it meanwhile
                folder.rmdir()


def _beside(target: Path) -> Path:
    """Make an empty file beside a path."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem}-", suffix=target.suffix)
    os.close(handle)
    return Path(name)


def _unwritable(path: SomePath, error: OSError) -> InputError:
    fault = say("nothing can be written here ({reason}): choose another place", reason=error.strerror)
    return InputError(str(path), [fault])


def require_unpacked(path: SomePath, most: int) -> None:
    """Refuse a gzip file or a workbook that unpacks to more than ``most`` bytes, before it is read.

    Raises
    ------
    InputError
        It holds more; what is cut or damaged is told by who reads it.
    """
    file = Path(path)
    with file.open("rb") as plain:
        head = plain.read(len(ZIP))
    size = 0
    with suppress(OSError, EOFError, zlib.error, zipfile.BadZipFile):
        if head.startswith(ZIP):
            with zipfile.ZipFile(file) as packed:
                size = sum(part.file_size for part in packed.infolist())
        elif head.startswith(GZIP):
            with gzip.open(file) as unpacked:
                while size <= most and (block := unpacked.read(_BLOCK)):
                    size += len(block)
    if size > most:
        megabytes = most // MEGABYTE
        fault = say("it unpacks to more than {mb} MB: give only the territory that is meant", mb=megabytes)
        raise InputError(file.name, [fault])


@contextmanager
def opened(path: SomePath, *, encoding: str = "utf-8-sig") -> Iterator[IO[str]]:
    """Open a text file, plain or gzip, and tell what is wrong with it in words.

    Raises
    ------
    InputError
        The file is missing, empty, not text, or its gzip stream is cut or damaged.
    """
    file = existing(path)
    packed, head = _head(file)
    _require_text(file, head)
    encoding = "utf-16" if head.startswith(UTF16) else encoding
    try:
        with (
            file.open("rb") as plain,
            io.TextIOWrapper(
                cast("IO[bytes]", gzip.GzipFile(fileobj=plain) if packed else plain),
                encoding=encoding,
                newline="",
            ) as text,
        ):
            yield text
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(file.name, [_damaged(error)]) from error
    except UnicodeDecodeError as error:
        fault = say(
            "byte {at} is not {encoding} text; save the file as UTF-8 and read it again",
            at=error.start,
            encoding=error.encoding,
        )
        raise InputError(file.name, [fault]) from error


def _head(file: Path) -> tuple[bool, bytes]:
    """Return whether a file is packed, and how its content begins."""
    with file.open("rb") as plain:
        head = plain.read(_HEAD)
    if not head.startswith(GZIP):
        return False, head
    try:
        with gzip.open(file) as unpacked:
            return True, unpacked.read(_HEAD)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(file.name, [_damaged(error)]) from error


def _damaged(error: Exception) -> str:
    return say("the .gz file is cut or damaged ({error}); download or copy it again", error=error)


def _require_text(file: Path, head: bytes) -> None:
    for mark, kind in OTHER_KINDS.items():
        if head.lstrip().lower().startswith(mark.lower()):
            found = say(kind, text=say(EXPECTED_TEXT))
            raise InputError(file.name, [say("this is {found}", found=found)])
    if b"\0" in head and not head.startswith(UTF16):
        found = say("this is no text but bytes; {text} is expected", text=say(EXPECTED_TEXT))
        raise InputError(file.name, [found])


def first_line(path: SomePath) -> str:
    """Return the first line of a text file, without its line end; bytes that are no text are kept visible."""
    with opened(path, encoding="utf-8-sig") as text:
        text.reconfigure(errors="replace")  # type: ignore[attr-defined]
        line = text.readline().rstrip("\r\n")
    if not line.strip():
        fault = say("the first line is blank; the names of the columns are expected")
        raise InputError(Path(path).name, [fault])
    return line


def chunks(
    text: IO[str],
    columns: Sequence[str],
    *,
    separator: str,
    size: int,
    faults: list[str],
    use: Sequence[str] | None = None,
) -> Iterator[pd.DataFrame]:
    """Give the rows of a long text table in parts, as text; the index is the line in the file.

    Parameters
    ----------
    text : text stream
        From its first line, the header, on.
    columns : Sequence[str]
        Names for the columns; every row must have as many.
    separator : str
        Comma or tab.
    size : int
        Lines in a part.
    faults : list[str]
        Filled with one sentence for each row of another length; such rows are left out.
    use : Sequence[str], optional
        Columns to give; by default all.
    """
    text.readline()
    first = 2
    while lines := list(itertools.islice(text, size)):
        kept, places = [], []
        for place, line in enumerate(lines, start=first):
            count = line.count(separator) + 1
            if '"' in line and separator == ",":
                count = len(next(csv.reader([line])))
            if count == len(columns):
                kept.append(line)
                places.append(place)
            elif line.strip():
                told = {"line": place, "found": count, "count": len(columns)}
                faults.append(
                    say("line {line}: {found} columns, {count} are expected as in the header", **told)
                )
        first += len(lines)
        if kept:
            quoting = csv.QUOTE_NONE if separator == "\t" else csv.QUOTE_MINIMAL
            frame = pd.read_csv(
                io.StringIO("".join(kept)),
                sep=separator,
                header=None,
                names=list(columns),
                usecols=list(columns if use is None else use),
                dtype=str,
                na_filter=False,
                quoting=quoting,
            )
            yield frame.set_axis(pd.Index(places), axis=0)


def whole_text(path: SomePath) -> str:
    """Return a small text file, in the first encoding that fits it."""
    for encoding in ENCODINGS[:-1]:
        try:
            with opened(path, encoding=encoding) as text:
                return text.read()
        except InputError as error:
            if not isinstance(error.__cause__, UnicodeDecodeError):
                raise
    with opened(path, encoding=ENCODINGS[-1]) as text:
        return text.read()


@contextmanager
def replaced(path: SomePath) -> Iterator[Path]:
    """Give a temporary path beside ``path`` that takes its place only when all went well.

    Examples
    --------
    >>> with replaced("plan.txt") as temporary:  # doctest: +SKIP
    ...     temporary.write_text("whole or not at all")
    """
    target = Path(path)
    try:
        _require_no_folder(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = _beside(target)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        yield temporary
        # mkstemp makes files for the owner only; a result may be read like any other file
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
