"""Tables of readings: one value a row, or one day a row with 96 (24) columns; Italian or English."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.metering.clock import moments, no_time, parsed
from leb_kit.metering.csv_table import Table, Words, cell_of, made, table_of, value_of, words_of
from leb_kit.metering.delivery import MOST_BYTES, Delivery, Origin, as_text, read_bytes
from leb_kit.metering.lines import Faults
from leb_kit.metering.local_time import ROME
from leb_kit.metering.reading import Reading
from leb_kit.metering.wide_day import SLOT, WIDTHS, read_days

ENERGY: Final = "energy"


def read_csv(
    path: str | os.PathLike[str],
    *,
    source_id: str = "",
    meter: str = "",
    unit: str = "",
    quantity: str = ENERGY,
    zone: str = ROME,
    clock: str = "",
    columns: Mapping[str, str] | None = None,
    retrieved_at: datetime | None = None,
    most_bytes: int = MOST_BYTES,
) -> Delivery:
    r"""Read a table of readings, CSV or packed CSV.

    One value a row: time (``data e ora``, or ``data`` and ``ora``), value, optionally meter (``POD``), unit,
    quantity (``grandezza``), quality. Several values a row, each with its unit in the header
    (``Energia (kWh)``, ``gas_m3``): the name of the column is the quantity. One day a row: day, meter and 96
    columns of quarters of an hour (100 where the file has room for October) or 24 of hours, from midnight on.

    Parameters
    ----------
    path : str or path
        The file. Separator, decimal comma and encoding are found out.
    source_id : str
        Name of the source; default ``file:name``.
    meter, unit, quantity : str
        Where the file does not say them.
    zone : str
        Of times without a zone.
    clock : str
        Of days a row: ``"position"``: the columns are the quarters one after the other, the day of March ends
        four early; ``"wall"``: they are named by the wall clock, the hour that March skips is blank. Blank:
        found out.
    columns : Mapping[str, str], optional
        What headers mean that are not understood: ``{"tot": "value", "gas": "value m3"}``; meanings are time,
        day, hour, meter, value (with its unit, if the header has none), unit, quantity, quality.
    retrieved_at : datetime, optional
        When the file was received; default: when it was last written.
    most_bytes : int
        Larger files are refused.

    Returns
    -------
    Delivery
        Days a row bring their component: energy of an interval, named by its start.

    Raises
    ------
    InputError
        Every fault with its line.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "letture.csv"
    >>> _ = path.write_text("POD;Data e ora;Energia (kWh)\nIT001;01/01/2025 00:15;1,5\n", encoding="utf-8")
    >>> read_csv(path).readings[0].value
    Decimal('1.5')
    """
    name = Path(path).name
    table = table_of(as_text(read_bytes(path, most_bytes), name), name, columns)
    origin = Origin.of(path, source_id, retrieved_at)
    options = Words(meter, unit, quantity, zone, clock)
    slots = [
        at
        for at, word in enumerate(table.header)
        if at not in table.columns.values() and SLOT.fullmatch(word)
    ]
    if table.values:
        return _long(table, options, origin)
    if "day" in table.columns and len(slots) in WIDTHS:
        return read_days(table, slots, options, origin)
    raise InputError(table.name, [_no_values(table, slots)])


def _no_values(table: Table, slots: Sequence[int]) -> str:
    known = [label for label, code in words_of("column").items() if code == "value"]
    hint = did_you_mean(table.header[-1], known)
    return say(
        "line 1: no column of values: one named 'value' ('valore', 'energia' …), or {widths} columns of a day"
        " (found {count}).{hint}",
        widths=", ".join(map(str, WIDTHS)), count=len(slots), hint=hint,
    )  # fmt: skip


def _long(table: Table, options: Words, origin: Origin) -> Delivery:
    """Read one value a row."""
    faults = Faults()
    units = options.unit or all(one.unit for one in table.values)
    for name, given in (("meter", options.meter), ("unit", units)):
        if name not in table.columns and not given:
            faults.add(1, say("no column of {what}; add it, or give {option}", what=name, option=f"{name}=…"))
    if "time" not in table.columns and "day" not in table.columns:
        faults.add(1, say("no column of times ('data e ora', or 'data' and 'ora')"))
    faults.stop(table.name)
    times, kept = [], []
    for line, row in table.rows:
        written, hour = _written_time(table, row)
        try:
            time = parsed(written, hour)
        except ValueError:
            faults.add(line, no_time(f"{written} {hour}".strip()))
            continue
        meter = cell_of(table, row, "meter") or options.meter
        times.append(((meter, cell_of(table, row, "quantity") or options.quantity), time))
        kept.append((line, row))
    readings = []
    many = len(table.values) > 1
    found = moments(times, options.zone)
    for (line, row), ((meter, quantity), _), moment in zip(kept, times, found, strict=True):
        if moment.utc is None or not meter:
            faults.add(line, moment.fault or say("no meter; add a column, or give meter=…"))
            continue
        for column in table.values:
            value, flags, wrong = value_of(table, row, row[column.at].strip())
            if wrong:
                faults.add(line, wrong)
                continue
            series = meter, column.quantity if many else quantity
            unit = cell_of(table, row, "unit") or column.unit or options.unit
            marks = flags | {"CLOCK_SUSPECT"} if moment.doubtful else flags
            readings.append(made(origin, series, value, unit=unit, time=moment.utc, raw=row, flags=marks))
    faults.stop(table.name)
    return Delivery(tuple(readings), {}, tuple(_notes(readings, options.zone)))


def _notes(readings: Sequence[Reading], zone: str) -> Iterator[str]:
    doubts = sum("CLOCK_SUSPECT" in one.flags for one in readings)
    if doubts:
        yield say(
            "{count} times lie in the hour that {zone} tells twice; the first was meant",
            count=doubts,
            zone=zone,
        )


def _written_time(table: Table, row: Sequence[str]) -> tuple[str, str]:
    if "time" in table.columns:
        return row[table.columns["time"]], ""
    return row[table.columns["day"]], cell_of(table, row, "hour")
