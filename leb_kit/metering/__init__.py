"""Meters: what was read becomes energy of months and years, and rows of a balance.

::

    files, platform ──► Reading ──► ReadingSink (SqliteSink)
                          │
                          └──► Samples ──► intervals ──► months and years (MeterMonths)
                                                              │
    mapping file ──► MeterMap ──► measure ────────────────────┴──► to_balance ──► Balance

``reading``     one value that a meter told, its natural key, and the promise of a store of readings
``sink``        a store of readings in one SQLite file: rows and watermark in one transaction
                (``sink_rows`` its tables, ``sink_columns`` millions of them at once)
``component``   what a component of a stream tells: kind, unit, interval, label, factor
``samples``     readings as columns of whole numbers, revisions resolved
``intervals``   energy of intervals of time, each kind by its rule; ``registers`` those that count up
``gaps``        time without a value, filled only by a stated rule
``curve``       the intervals of one meter, to be looked at
``months``      months and years of the local calendar (``local_time``), exact in every sum
``meter_map``   which component of which stream is which row of a balance; ``map_file`` reads it (``lines``)
``measured``    readings through a mapping, with where each figure comes from
``revised``     what another account tells otherwise
``cells``       metered energy in the public tertiary of a balance
``doors``       files of readings: tables (``csv_door``, ``wide_day``, ``clock``), Green Button (``espi``),
                NGSI-LD (``ngsi``); ``delivery`` what they bring
``watch``       days, last values, this year beside the last, heat against the weather
``alarms``      days that are not as usual, levels that change as only a unit does
``board``       all meters at a glance
``picture``     days as a picture
"""

from leb_kit.metering.alarms import anomalies, steady, unit_breaks
from leb_kit.metering.board import overview
from leb_kit.metering.cells import MeteredBalance, to_balance
from leb_kit.metering.component import Component
from leb_kit.metering.curve import intervals
from leb_kit.metering.delivery import Delivery
from leb_kit.metering.doors import read_readings
from leb_kit.metering.gaps import Gaps
from leb_kit.metering.local_time import slots
from leb_kit.metering.map_file import example_map, read_map
from leb_kit.metering.measured import Measured, measure
from leb_kit.metering.meter_map import MeterLife, MeterMap, StreamRule, Target
from leb_kit.metering.months import MeterMonths, monthly
from leb_kit.metering.picture import days_chart
from leb_kit.metering.reading import FLAGS, Reading, ReadingSink, WriteReport, digest, hash_of
from leb_kit.metering.revised import revisions
from leb_kit.metering.samples import Samples
from leb_kit.metering.sink import SqliteSink
from leb_kit.metering.watch import against_last_year, daily, last_values, signature

__all__ = [
    "FLAGS",
    "Component",
    "Delivery",
    "Gaps",
    "Measured",
    "MeterLife",
    "MeterMap",
    "MeterMonths",
    "MeteredBalance",
    "Reading",
    "ReadingSink",
    "Samples",
    "SqliteSink",
    "StreamRule",
    "Target",
    "WriteReport",
    "against_last_year",
    "anomalies",
    "daily",
    "days_chart",
    "digest",
    "example_map",
    "hash_of",
    "intervals",
    "last_values",
    "measure",
    "monthly",
    "overview",
    "read_map",
    "read_readings",
    "revisions",
    "signature",
    "slots",
    "steady",
    "to_balance",
    "unit_breaks",
]
