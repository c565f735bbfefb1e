"""How long a year of quarters of an hour takes from values of many meters to months.

``LEB_BENCH_METERS=1000`` runs the promise: 35 million values in under 60 s and 4 GiB; 20 meters by default.
"""

import os
import resource
from typing import Any

import numpy as np
import pandas as pd
import pytest

from leb_kit.metering import Component, Samples, monthly

METERS = int(os.environ.get("LEB_BENCH_METERS", "20"))

pytestmark = pytest.mark.benchmark(
    group=f"{METERS} meters, a year of quarters of an hour", min_rounds=1, warmup=False
)


@pytest.fixture(scope="module")
def values() -> pd.DataFrame:
    """Every quarter of 2025 in Italy, meter by meter, as a stream tells them."""
    when = pd.date_range("2025-01-01", "2026-01-01", freq="15min", tz="Europe/Rome", inclusive="left")
    random = np.random.default_rng(7)
    meters = pd.Categorical.from_codes(
        np.tile(np.arange(METERS, dtype=np.int16), len(when)), [f"meter {at}" for at in range(METERS)]
    )
    value = random.integers(0, 10**6, size=METERS * len(when)) / 1000
    return pd.DataFrame({"meter": meters, "time": when.repeat(METERS), "value": value})


def account(values: pd.DataFrame) -> pd.DataFrame:
    """From the table of values to months."""
    kind = Component("interval_energy", "kWh", interval=900, label="start")
    return monthly(Samples.from_table(values, kind)).totals("meter", "month")


def test_months_of_many_meters(benchmark: Any, values: pd.DataFrame):
    """Promise: 1,000 meters in under 60 s and under 4 GiB."""
    months = benchmark.pedantic(account, args=(values,), rounds=1)
    assert len(months) == 12 * METERS
    assert (
        months["measured_milliwh"].sum() == np.rint(values["value"].to_numpy() * 10**6).astype(np.int64).sum()
    )
    benchmark.extra_info["peak_gib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def test_peer_groupby_sum_of_pandas(benchmark: Any, values: pd.DataFrame):
    """The floor: sums of floats by local month, without coverage, gaps, revisions and checks."""
    sums = benchmark.pedantic(
        lambda rows: rows.groupby(["meter", rows["time"].dt.month], observed=True)["value"].sum(),
        args=(values,),
        rounds=1,
    )
    assert len(sums) == 12 * METERS
