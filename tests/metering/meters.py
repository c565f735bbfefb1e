"""Tables of meters that tests share."""

import pandas as pd

from leb_kit.metering import Component, Samples, monthly

ROME = "Europe/Rome"
QUARTERS = Component("interval_energy", "kWh", interval=900, label="start")
KWH = 10**6


def times(start, end, step="15min"):
    return pd.date_range(start, end, freq=step, tz=ROME, inclusive="left")


def frame(when, value, meter="L1"):
    return pd.DataFrame({"meter": meter, "time": when, "value": value})


def months(table, component=QUARTERS, **options):
    return monthly(Samples.from_table(table, component), **options)


def energy(result, *keys):
    rows = result.totals(*(keys or ("month",)))
    return (rows["measured_milliwh"] + rows["estimated_milliwh"]).tolist()


def register(values, component, step="1h", start="2025-01-10"):
    when = pd.date_range(start, periods=len(values), freq=step, tz=ROME)
    return months(frame(when, values), component)
