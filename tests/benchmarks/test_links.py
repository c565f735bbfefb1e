"""How long the arrows of a national balance take, set against one pandas groupby of the same cells.

All rows of a group are timed in the same run: pytest-benchmark shows each as a ratio to the quickest.
"""

from typing import Any

import pandas as pd
import pytest

from leb_kit import Balance, examples, links, links_table

KEYS = ["flow", "product"]


@pytest.fixture(scope="module")
def italy() -> Balance:
    """Italy 2019, read once; leaves and reference tables are kept."""
    balance = examples.italy()
    links(balance, columns=7)
    return balance


@pytest.fixture(scope="module")
def decades(italy: Balance) -> Balance:
    """Forty years of Italy, to see what many at once cost."""
    years = [italy.table.assign(year=year) for year in range(1980, 2020)]
    balance = Balance(pd.concat(years, ignore_index=True))
    assert len(balance.leaves) == 40 * len(italy.leaves)
    return balance


def summed(balance: Balance, keys: list[str]) -> pd.Series:
    """The peer: one groupby of the cells."""
    return balance.leaves.groupby(keys)["energy_mwh"].sum()


@pytest.mark.benchmark(group="Italy 2019, one balance")
def test_floor_one_groupby_of_the_same_cells(benchmark: Any, italy: Balance):
    """The peer: what pandas takes to sum the same leaves by row and product."""
    cells = benchmark(summed, italy, KEYS)
    assert len(cells) > 400


@pytest.mark.benchmark(group="Italy 2019, one balance")
def test_five_columns(benchmark: Any, italy: Balance):
    """Promise: under 10 ms on a 2-core machine."""
    assert len(benchmark(links, italy)) > 300


@pytest.mark.benchmark(group="Italy 2019, one balance")
def test_seven_columns(benchmark: Any, italy: Balance):
    """The same with conversions and uses of end users."""
    assert len(benchmark(links, italy, columns=7)) > 400


@pytest.mark.benchmark(group="Italy, forty years")
def test_floor_one_groupby_of_forty_years(benchmark: Any, decades: Balance):
    """The peer of many: the same cells by year, row and product."""
    assert len(benchmark(summed, decades, ["year", *KEYS])) > 16_000


@pytest.mark.benchmark(group="Italy, forty years")
def test_forty_years_at_once(benchmark: Any, decades: Balance):
    """Forty balances in one call: far less than forty calls."""
    assert len(benchmark(links_table, decades)) > 12_000
