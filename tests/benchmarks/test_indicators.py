"""How long all municipalities of a region over twenty years take."""

import numpy as np
import pandas as pd

from leb_kit import Balance, examples, indicators
from leb_kit.history import targets_over_time
from leb_kit.reference import catalog

YEARS = range(2011, 2031)


def region() -> Balance:
    """1,181 municipalities, each as Torino 2019, over twenty years: 1.3 million rows."""
    codes = catalog.table("municipalities")["code"].to_numpy()
    rows = examples.torino().leaves
    count = len(codes) * len(YEARS)
    table = {name: np.tile(rows[name].to_numpy(), count) for name in ("flow", "product", "energy_mwh")}
    places = {
        "territory": np.repeat(codes, len(YEARS) * len(rows)),
        "year": np.tile(np.repeat(YEARS, len(rows)), len(codes)),
    }
    return Balance(pd.DataFrame({**places, **table, "status": "E", "source": ""}))


def test_indicators_of_1181_municipalities_and_20_years(benchmark):
    """Promise: under 5 s on a 2-core machine, leaves included."""
    balance = region()
    found = benchmark.pedantic(lambda: indicators.table(Balance(balance.table)), rounds=3)
    assert len(found) == 23_620


def test_an_array_of_23620_territory_years(benchmark):
    """Promise: under 2 s: what scenarios in bulk call."""
    cells = examples.italy().leaves[["flow", "product"]].drop_duplicates()
    codes = catalog.table("municipalities")["code"]
    keys = pd.MultiIndex.from_product([codes, YEARS], names=["territory", "year"])
    energy = np.ones((len(keys), len(cells)))
    found = benchmark.pedantic(lambda: indicators.table_of(energy, cells, keys), rounds=3)
    assert len(found) == 23_620


def test_three_targets_of_1181_municipalities_and_20_years(benchmark):
    """Promise: under 5 s on a 2-core machine."""
    balance = region()
    base = Balance(balance.table[balance.table["year"] == YEARS[0]].reset_index(drop=True))
    found = benchmark.pedantic(lambda: targets_over_time(balance, "20-20-20-local", base), rounds=3)
    assert len(found) == 3 * 23_620
