"""Days of readings: one day a row, its 96 quarters of an hour (or 24 hours) in columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from leb_kit.errors import say
from leb_kit.metering.clock import no_time, parsed
from leb_kit.metering.component import Component, unit_of
from leb_kit.metering.csv_table import Table, Words, cell_of, made, value_of
from leb_kit.metering.delivery import Delivery, Origin
from leb_kit.metering.lines import Faults
from leb_kit.metering.local_time import MICRO, midnight
from leb_kit.metering.reading import EPOCH

#: How many columns of values a day may have, and how many seconds each is.
WIDTHS: Final = {24: 3600, 25: 3600, 96: 900, 100: 900}
#: Names of columns that are slots of a day: Q1, H24, 00:15, 00:15-00:30, 1.
SLOT: Final = re.compile(
    r"(?:q|h|e|ora|hour|slot)?[ _]?\d{1,3}|\d{1,2}[:.]\d{2}([:.]\d{2})?(\s*-\s*\d{1,2}[:.]\d{2})?",
    re.IGNORECASE,
)


def read_days(table: Table, slots: Sequence[int], options: Words, origin: Origin) -> Delivery:
    """Read one day a row.

    Raises
    ------
    InputError
        Every fault with its line.
    """
    step = WIDTHS[len(slots)]
    faults, readings = Faults(), []
    if not options.unit and "unit" not in table.columns:
        faults.add(1, say("no column of {what}; add it, or give {option}", what="unit", option="unit=…"))
    for line, row in table.rows:
        try:
            day = parsed(cell_of(table, row, "day"))
        except ValueError:
            faults.add(line, no_time(cell_of(table, row, "day")))
            continue
        meter = cell_of(table, row, "meter") or options.meter
        if not meter:
            faults.add(line, say("no meter; add a column, or give meter=…"))
            continue
        found = _placed(day, [row[at].strip() for at in slots], step, options)
        if isinstance(found, str):
            faults.add(line, found)
            continue
        series = meter, cell_of(table, row, "quantity") or options.quantity
        unit = cell_of(table, row, "unit") or options.unit
        for cell, time in found:
            value, flags, wrong = value_of(table, row, cell)
            if wrong:
                faults.add(line, wrong)
            elif unit:
                raw = [str(line), cell, str(time)]
                readings.append(made(origin, series, value, unit=unit, time=time, raw=raw, flags=flags))
    faults.stop(table.name)
    kinds = {
        one.quantity: Component("interval_energy", one.unit, interval=step, label="start")
        for one in readings
        if unit_of(one.unit).dimension == "energy"
    }
    return Delivery(tuple(readings), kinds)


def _placed(day: datetime, cells: list[str], step: int, options: Words) -> list[tuple[str, datetime]] | str:
    """Return the cells of a day with the start of their slots, or what is wrong with them."""
    after = day + timedelta(days=1)
    first = midnight(day.year, day.month, day.day, zone=options.zone)
    count = (midnight(after.year, after.month, after.day, zone=options.zone) - first) // (step * MICRO)
    usual = 24 * 3600 // step
    told = [at for at, cell in enumerate(cells) if cell]
    hour = 3600 // step
    skipped = range(2 * hour, 3 * hour)
    if count < usual:
        by_wall = options.clock == "wall" or (options.clock != "position" and not set(skipped) & set(told))
        if by_wall and not set(skipped) & set(told):
            cells = [cell for at, cell in enumerate(cells[:usual]) if at not in skipped]
        elif any(at >= count for at in told):
            return say(
                "{found} values on a day of {count}; leave the hour that is skipped blank",
                found=len(told),
                count=count,
            )
    elif any(at >= count for at in told):
        return say("{found} values on a day of {count}", found=max(told) + 1, count=count)
    if count > usual and len(cells) == usual:  # no room for the hour told twice: what follows keeps its place
        cells = cells[: 3 * hour] + [""] * hour + cells[3 * hour :]
    start = EPOCH + timedelta(microseconds=first)
    return [(cell, start + timedelta(seconds=at * step)) for at, cell in enumerate(cells[:count])]
