"""How long a year of quarters of an hour takes from values of many meters to months.

``LEB_BENCH_METERS=1000`` runs the promise: 35 million values in under 60 s and 4 GiB; 20 meters by default.
"""

import os
import resource
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from leb_kit.metering import Component, Reading, Samples, SqliteSink, monthly

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


STORED = 200_000
PAGE = 2_500


@pytest.fixture(scope="module")
def page() -> list[Reading]:
    """Readings of twenty meters as a platform gives them."""
    start = datetime(2025, 1, 1, tzinfo=UTC)
    return [
        Reading(
            "sdp:a", "town", "cabinet", "lamps", f"meter {at % 20}", "energy", Decimal(at) / 1000, "kWh",
            start + timedelta(minutes=15 * (at // 20)), f"{at:024x}", "1", start, f"{at:064x}",
        )
        for at in range(STORED)
    ]  # fmt: skip


def test_write_pages_to_a_file(benchmark: Any, page: list[Reading], tmp_path: Any):
    """Promise: tens of thousands of readings in a second, as many in the last page as in the first."""

    def write() -> int:
        with SqliteSink(tmp_path / "readings.db") as sink:
            return sum(
                sink.write(page[at : at + PAGE], state={"at": at}).received for at in range(0, STORED, PAGE)
            )

    assert benchmark.pedantic(write, rounds=1) == STORED


def test_months_from_a_file(benchmark: Any, page: list[Reading], tmp_path: Any):
    """Promise: hundreds of thousands of readings in a second, without an object for each."""
    with SqliteSink(tmp_path / "readings.db") as sink:
        sink.write(page, state=None)
        kind = Component("interval_energy", "kWh", interval=900, label="start")
        months = benchmark(lambda: monthly(sink.samples("sdp:a", "energy", kind)))
    assert months.totals("year")["measured_milliwh"].sum() == 1000 * sum(range(STORED))
