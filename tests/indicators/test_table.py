"""All indicators of many territories and years: the same as one by one, in any order, at any scale."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leb_kit import Balance, indicators
from leb_kit.examples import italy, torino
from tests.helpers import france, joined, scaled, with_rows

COLUMNS = [
    "renewable_share",
    "primary_energy_mwh",
    "final_energy_mwh",
    "emissions_tco2eq",
    "self_sufficiency",
]
SHARES = ["renewable_share", "self_sufficiency"]
AMOUNTS = ["primary_energy_mwh", "final_energy_mwh", "emissions_tco2eq"]


def one_by_one(balance: Balance, convention: str) -> list[float]:
    """The row of the table, by the single calls."""
    return [
        indicators.renewable_share(balance).share,
        indicators.primary_energy(balance).energy_mwh,
        indicators.final_energy(balance).energy_mwh,
        indicators.emissions(balance, convention=convention).total_tco2eq,
        indicators.self_sufficiency(balance).share,
    ]


@pytest.mark.parametrize("convention", ["territorial", "ipcc", "covenant", "lca"])
def test_the_table_equals_the_single_calls(convention):
    """Proves: one vectorised pass is the same arithmetic. Three territories, one of them in two years."""
    later = with_rows(torino(), scaled(torino(), 0.9).table.assign(year=2030))
    singles = [torino(), later, france(), italy()]
    found = indicators.table(joined(italy(), torino(), france(), later), convention=convention)
    assert found.columns.tolist() == COLUMNS
    keys = [("001272", 2019), ("001272", 2030), ("FR", 2019), ("IT", 2019)]
    assert sorted(found.index) == keys
    for key, single in zip(keys, singles, strict=True):
        assert found.loc[key].tolist() == pytest.approx(one_by_one(single, convention), rel=1e-12)


@given(st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_the_order_of_rows_does_not_matter(random):
    order = list(range(len(torino().table)))
    random.shuffle(order)
    shuffled = with_rows(torino(), torino().table.iloc[order])
    same = one_by_one(torino(), "territorial")
    assert one_by_one(shuffled, "territorial") == pytest.approx(same, rel=1e-12)


@cache
def base() -> pd.Series:
    """Indicators of Torino 2019."""
    return indicators.table(torino()).iloc[0]


@given(st.floats(1e-3, 1e6))
@settings(max_examples=40)
def test_a_balance_times_k_has_k_times_the_energy_and_the_same_shares(factor):
    """Proves: nothing inside has a size of its own. Without it a village would be measured unlike a city."""
    found = indicators.table(scaled(torino(), factor)).iloc[0]
    assert found[SHARES].to_numpy() == pytest.approx(base()[SHARES].to_numpy(), rel=1e-9)
    assert found[AMOUNTS].to_numpy() == pytest.approx(factor * base()[AMOUNTS].to_numpy(), rel=1e-9)


@given(st.permutations(["IT", "FR", "001272"]))
@settings(max_examples=6)
def test_the_order_of_territories_does_not_matter(order):
    balances = {"IT": italy(), "FR": france(), "001272": torino()}
    found = indicators.table(joined(*(balances[code] for code in order)))
    same = indicators.table(joined(italy(), france(), torino())).reindex(found.index)
    assert np.allclose(found, same, rtol=1e-12, atol=0)
