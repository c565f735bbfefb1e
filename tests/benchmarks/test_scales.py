"""How long a whole region over twenty years takes, beside plain pandas, which is not exact."""

from typing import Any

import pandas as pd
import pytest

from leb_kit import Balance
from leb_kit.balance.hierarchy import sum_territories
from leb_kit.balance.sharing import downscale
from leb_kit.examples import torino

pytestmark = pytest.mark.benchmark(group="1,181 municipalities, 20 years", min_rounds=3, warmup=False)

YEARS = range(2000, 2020)


@pytest.fixture(scope="module")
def region() -> Balance:
    """Twenty years of a balance with 55 cells."""
    rows = torino().table.assign(territory="ITC1")
    return Balance(pd.concat([rows.assign(year=year) for year in YEARS], ignore_index=True))


@pytest.fixture(scope="module")
def municipalities(region: Balance) -> Balance:
    """The same, shared out: 1.3 million rows."""
    return downscale(region, key="population", into="municipality")


def test_share_out(benchmark: Any, region: Balance):
    """Promise: a few seconds."""
    assert len(benchmark(downscale, region, key="population", into="municipality").table) > 1_200_000


def test_sum_exactly(benchmark: Any, municipalities: Balance, region: Balance):
    """Promise: a few seconds, and the same bits in any order."""
    keys = ["year", "flow", "product"]
    found = benchmark(sum_territories, municipalities, into="ITC1").table.set_index(keys)["energy_mwh"]
    wanted = region.table.set_index(keys)["energy_mwh"].sort_index()
    pd.testing.assert_series_equal(found, wanted, check_exact=True)


def test_peer_groupby_sum_of_pandas(benchmark: Any, municipalities: Balance):
    """The floor: one sum by three columns, rounded as it comes, without status, source and checks."""
    table = municipalities.table
    sums = benchmark(lambda rows: rows.groupby(["year", "flow", "product"])["energy_mwh"].sum(), table)
    assert len(sums) == 55 * len(YEARS)
