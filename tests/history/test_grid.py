"""The factor of delivered electricity and heat: by hand, and as a cause of falling emissions."""

import pytest

from leb_kit import InputError
from leb_kit.examples import italy, torino
from leb_kit.history import decompose, grid_factors
from leb_kit.indicators.factors import by_product
from tests.helpers import balance_from, joined, scaled

GRID = """
TI_EHG_MAPE_E G3000 200
TO_EHG_MAPE E7000 100
GEP_MAPE G3000 100
FC_OTH_HH_E E7000 80
FC_OTH_HH_E G3000 50
"""


def test_by_hand():
    """200 MWh of gas burnt for 80 MWh delivered: 2.5 times the factor of gas; gas in homes does not count."""
    gas = by_product("co2_combustion", "ipcc", "VAL")["G3000"]
    found = grid_factors(balance_from(GRID))
    assert found == {("E7000", 2020): pytest.approx(2.5 * gas), ("H8000", 2020): pytest.approx(2.5 * gas)}


def test_a_cleaner_plant_is_the_emission_factor_alone():
    first = balance_from(GRID, year=2020)
    last = balance_from(GRID.replace("G3000 200", "G3000 120"), year=2030)
    b = joined(first, last)
    out = decompose(b, activity={2020: 5, 2030: 5}, factors=grid_factors(b)).effects.iloc[0]
    gas = by_product("co2_combustion", "ipcc", "VAL")["G3000"]
    assert out["factor"] == pytest.approx(-80 * gas)
    assert out.drop(["start", "end", "factor"]).abs().max() < 1e-9


def test_it_does_not_depend_on_size_and_works_on_real_balances():
    for b in (italy(), torino()):
        one = grid_factors(b)
        assert set(one) == {("E7000", 2019), ("H8000", 2019)}
        assert 0.1 < one["E7000", 2019] < 0.5
        assert grid_factors(scaled(b, 3)) == pytest.approx(one)


def test_what_cannot_be_told_is_an_error():
    with pytest.raises(InputError, match="2020: no final use of electricity or heat"):
        grid_factors(balance_from("FC_OTH_HH_E G3000 50"))
    with pytest.raises(InputError, match="exports carry more CO2 than plants emit"):
        grid_factors(balance_from("FC_OTH_HH_E E7000 50\nEXP E7000 500"))
    with pytest.raises(InputError, match="one territory is needed; found 001272, IT"):
        grid_factors(joined(italy(), torino()))
