"""A made-up town: daily registers of lighting cabinets, and a balance to put them into."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

import pandas as pd

from leb_kit import Balance
from leb_kit.metering import Reading

YEAR = 2019
TOWN = "001272"
LATER = datetime(2020, 2, 1, tzinfo=UTC)

MAP = """\
version: 3
name: town
territory: "001272"
streams:
  - name: lighting
    source: sdp:lights
    component: energy
    kind: register
    unit: kWh
    flow: FC_OTH_CP_PUB_E
    product: E7000
    within: FC_OTH_CP_E
    use_class: street_lighting
"""


def reading(meter, time, value, quantity="energy", source="sdp:lights", unit="kWh"):
    return Reading(
        source, "town", "", "lights", meter, quantity, Decimal(value), unit, time, retrieved_at=LATER
    )


@cache
def register(meter="A", per_day=10, first=(YEAR, 1, 1), last=(YEAR + 1, 1, 1), source="sdp:lights"):
    """Local midnights from first to last, a register that grows every day."""
    day, end, rows, count = datetime(*first), datetime(*last), [], 0  # noqa: DTZ001
    while day <= end:
        rows.append(reading(meter, day.replace(tzinfo=ZoneInfo("Europe/Rome")), count, source=source))
        day, count = day + timedelta(days=1), count + per_day
    return rows


def balance(*rows, year=YEAR):
    """A balance that closes: what is used comes in."""
    table = [(TOWN, year, flow, product, value) for flow, product, value in rows]
    frame = pd.DataFrame(table, columns=["territory", "year", "flow", "product", "value"])
    return Balance.from_table(frame, unit="MWh")


def cell(b, flow, product="E7000"):
    found = b.table[(b.table["flow"] == flow) & (b.table["product"] == product)]
    return float(found["energy_mwh"].sum())
