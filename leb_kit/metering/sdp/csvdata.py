"""Years at once: the download of a whole dataset as CSV, for the first time only.

The download is a monthly export. It lags, and its rows have no ids; the sync that follows gives them theirs.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.metering.reading import Reading, ReadingSink, WriteReport
from leb_kit.metering.sdp import wire
from leb_kit.metering.sdp.failures import BadReply
from leb_kit.metering.sdp.odata import Reader
from leb_kit.metering.sdp.source import Source

#: Largest download, in bytes; some 10 million values.
MOST_BYTES: Final = 2**30
#: Readings of one transaction.
CHUNK: Final = 50_000


def backfill(
    reader: Reader, source: Source, dataset_id: int, sink: ReadingSink, *, now: datetime, version: str = "all"
) -> WriteReport:
    """Read the download of a dataset into a sink; the state of the sync is left as it is.

    Parameters
    ----------
    reader : Reader
        Reader of the dataset.
    source : Source
        What of it is read.
    dataset_id : int
        Number of the dataset, as the metadata give it.
    sink : ReadingSink
        Where readings go.
    now : datetime
        Moment of retrieval, with zone.
    version : str
        ``all``, ``current`` or a number.

    Returns
    -------
    WriteReport
        What the sink made of it, of the last chunk; counts are of all.

    Raises
    ------
    Refused
        There is no such download.
    InputError
        A column is missing, or a value cannot be read; nothing was written.
    """
    path = f"{reader.root}download/{dataset_id}/{version}"
    reply = reader.transport.get(path, "decimalSeparator=DOT", accept="text/csv", most_bytes=MOST_BYTES)
    try:
        text = reply.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadReply(say("the download of {code} is not UTF-8", code=source.api_code)) from None
    readings = list(read_csv(text, source, now))
    report = WriteReport()
    for start in range(0, len(readings), CHUNK):
        done = sink.write(readings[start : start + CHUNK], state=None, source_id=source.source_id)
        report = WriteReport(
            report.added + done.added,
            report.dropped + done.dropped,
            report.revised + done.revised,
            report.kept + done.kept,
            report.touched | done.touched,
        )
    return report


def read_csv(text: str, source: Source, now: datetime) -> Iterator[Reading]:
    """Make readings of a download: semicolons, all quoted, decimal point or comma, doubled backslashes.

    Raises
    ------
    InputError
        Lists every column that is missing, or the values that cannot be read with their lines.
    """
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    except csv.Error as error:
        raise InputError(source.api_code, [say("the download is no table: {reason}", reason=error)]) from None
    places = {name.casefold(): place for place, name in enumerate(rows[0] if rows else [])}
    needed = [source.time_component or "time", *source.units, *filter(None, [source.meter_component])]
    missing = [name for name in needed if name.casefold() not in places]
    if missing:
        raise InputError(
            source.api_code,
            [
                say("the download has no column '{name}'", name=name) + did_you_mean(name, places)
                for name in missing
            ],
        )
    faults: list[str] = []
    found: list[wire.Row] = []
    for line, row in enumerate(rows[1:], start=2):
        try:
            found.append(_row(row, places, source))
        except (ValueError, InvalidOperation, IndexError):
            faults.append(say("line {line} cannot be read: {row}", line=line, row=";".join(row)[:80]))
    if faults:
        raise InputError(source.api_code, faults)
    return source.readings(found, now)


def _row(row: list[str], places: dict[str, int], source: Source) -> wire.Row:
    values: dict[str, object] = {}
    for name in source.units:
        text = row[places[name.casefold()]].strip()
        plain = text.replace(",", ".") if "." not in text else text
        values[name] = Decimal(plain) if plain and plain not in {"NaN", "null"} else None
    if source.meter_component:
        values[source.meter_component] = row[places[source.meter_component.casefold()]].replace("\\\\", "\\")
    time = datetime.fromisoformat(row[places[(source.time_component or "time").casefold()]])
    if time.tzinfo is None:
        raise ValueError(time)
    if source.time_component:
        values[source.time_component] = time
    return wire.Row("", time, values, None, hashlib.sha256(";".join(row).encode()).hexdigest(), {})
