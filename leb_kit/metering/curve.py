"""The curve of one meter: energy of every interval, for people to look at."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from leb_kit.metering.intervals import cut, energy_of, intervals_of
from leb_kit.metering.local_time import ROME, moment_us, month_edges, utc_times, year_of
from leb_kit.metering.months import MILLIWH_PER_MWH
from leb_kit.metering.samples import Samples, told_flags


def intervals(
    samples: Samples, meter: str, *, as_of: datetime | None = None, zone: str = ROME
) -> pd.DataFrame:
    """Return the intervals of one meter for people: start, end (local times), energy_mwh (MWh), flags.

    Parameters
    ----------
    samples : Samples
        Of one component.
    meter : str
        Which meter.
    as_of : datetime, optional
        Later values are left out.
    zone : str
        Of the times shown.

    Raises
    ------
    InputError
        There is no such meter.
    """
    one = samples.of(meter)
    until = None if as_of is None else moment_us(as_of, "as_of")
    found, _ = intervals_of(one, samples.component, as_of_us=until, zone=zone)
    first, last = (int(found.start[0]), int(found.end[-1])) if len(found.start) else (0, 0)
    edges = month_edges(year_of(first, zone), year_of(last, zone), zone=zone)
    pieces = cut(found, edges)
    energy = energy_of(pieces, samples.component, edges, zone)
    return pd.DataFrame(
        {
            "start": utc_times(pieces.start).tz_convert(zone),
            "end": utc_times(pieces.end).tz_convert(zone),
            "energy_mwh": energy / MILLIWH_PER_MWH,
            "flags": [told_flags(int(bits)) for bits in pieces.bits],
        }
    )
