"""Territories beside each other: per head, per km², each among its like."""

import math

import pandas as pd
import pytest

from leb_kit import Balance, aggregate, examples
from leb_kit.balance.comparison import compare_territories
from leb_kit.balance.sharing import downscale
from leb_kit.errors import InputError
from tests.helpers import balance_from, cell, joined

TORINO, AGLIE = "001272", "001001"


def town(code: str, text: str, year: int = 2020) -> Balance:
    return balance_from(text, territory=code, year=year)


def test_territories_are_compared_per_head_and_per_km2():
    both = joined(town(TORINO, "FC_OTH_HH_E G3000 872367"), town(AGLIE, "FC_OTH_HH_E G3000 5288"))
    table = compare_territories(both).set_index("name")
    assert table.index.tolist() == ["Agliè", "Torino"]
    assert table["mwh_per_head"].tolist() == [2.0, 1.0]
    assert table.loc["Agliè", "mwh_per_km2"] == pytest.approx(5288 / 13.416)
    assert table["index"].tolist() == pytest.approx(
        [200 * 875_011 / 877_655, 100 * 875_011 / 877_655]
    )  # 877,655 MWh for 875,011 people
    own = pd.DataFrame({"territory": [AGLIE], "population": [2548]})
    assert compare_territories(both, keys=own)["mwh_per_head"].iloc[0] == pytest.approx(5288 / 2548)
    unknown = compare_territories(town("XX", "FC_OTH_HH_E G3000 1"))
    assert unknown[["mwh_per_head", "mwh_per_km2"]].isna().all(axis=None)


def test_each_is_ranked_among_its_level_and_year():
    """Proves: a province is no municipality, 2021 is not 2020. Together they would be one list of five."""
    rows = joined(
        town(TORINO, "FC_OTH_HH_E G3000 872367"),
        town(AGLIE, "FC_OTH_HH_E G3000 5288"),
        town(AGLIE, "FC_OTH_HH_E G3000 10", 2021),
        town("001", "FC_OTH_HH_E G3000 100"),
    )
    table = compare_territories(rows, lang="en")
    ranks = table.set_index(["name", "year"])["rank"].to_dict()
    assert ranks == {
        ("Agliè", 2020): 1,
        ("Torino", 2020): 2,
        ("Agliè", 2021): 1,
        ("Metropolitan city of Torino", 2020): 1,
    }
    assert table.loc[table["level"] == "province", "index"].item() == pytest.approx(100)
    by_energy = compare_territories(rows, by="energy_mwh")
    assert by_energy["energy_mwh"].is_monotonic_decreasing
    assert by_energy.set_index(["territory", "year"])["rank"][TORINO, 2020] == 1
    assert table.attrs["title"] == "Final consumption - energy use, Total"


@pytest.mark.parametrize(
    ("flow", "product"),
    [("FC_E", "TOTAL"), ("FC_IND_E", "O4000XBIO"), ("GAE", "G3000"), ("PEC2020-2030", "TOTAL")],
)
def test_the_row_compared_is_the_row_of_the_balance(flow, product):
    """Proves: weights of leaves give what the published row says."""
    italy = aggregate(examples.italy())
    found = compare_territories(italy, flow=flow, product=product)["energy_mwh"].item()
    assert found == pytest.approx(cell(italy, flow, product), rel=1e-6)


def test_what_was_shared_out_by_population_is_equal_per_head():
    province = Balance(examples.torino().table.assign(territory="001"))
    table = compare_territories(downscale(province, key="population", into="municipality"))
    assert len(table) == 312
    assert table["index"].to_numpy() == pytest.approx(100)
    assert math.fsum(table["population"]) == 2_247_780


def test_what_cannot_be_compared_is_told():
    one = town(AGLIE, "FC_OTH_HH_E G3000 1")
    with pytest.raises(InputError, match="no territory has a row FC_IND_E TOTAL"):
        compare_territories(one, flow="FC_IND_E")
    with pytest.raises(InputError, match=r"'per_head' is no ranking.*Did you mean 'mwh_per_head'"):
        compare_territories(one, by="per_head")
