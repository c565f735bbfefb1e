"""A ceiling on what is invested, worked out on paper."""

import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.optimise import investment, optimise_mix, within_investment
from leb_kit.reference.costs import annuity_factor
from tests.optimise.tables import capacity, near, problem

LIVES = {"pump": 20, "boiler": 10, "tank": 40}


def town(capex: float = 50.0) -> leb.MixProblem:
    """10 MW of heat in each of two hours: a pump to build, or a boiler that is there at 40 EUR/MWh."""
    return problem(
        processes=f"""
        process bus_out capex_eur_per_mw_year variable_eur_per_mwh
        pump    heat    {capex}               -
        boiler  heat    -                     40
        """,
        demands="demand bus annual_mwh profile\nhomes heat 20 -",
        profiles=2,
    )


def test_a_ceiling_cuts_what_is_built_and_tells_its_return():
    """Unbounded 10 MW of pump at an annuity of 50: 500 EUR. With money for 4 MW: 4 × 50 + 12 × 40 = 680.

    An EUR more builds a(20 years) / 50 MW, which saves 2 × 40 − 50 = 30 EUR: the return is 30 a / 50.
    Proves: the sum is of investments, not of annuities. Without the lifetime 200 EUR would build 4 MW.
    """
    a = annuity_factor(20)
    free = optimise_mix(town())
    assert free.cost_eur == near(500)
    assert investment(free, lifetimes=LIVES)["investment_eur"].tolist() == near([500 / a])
    held = optimise_mix(within_investment(town(), 4 * 50 / a, lifetimes=LIVES))
    assert capacity(held)["pump"] == near(4)
    assert held.cost_eur == near(680)
    assert investment(held, lifetimes=LIVES)["investment_eur"].sum() == near(200 / a)
    assert held.added_prices["price"].abs().tolist() == near([30 * a / 50])


def test_a_store_counts_too():
    """10 MWh in the second hour, made in the first; the store costs 3 a MWh and year, the boiler 40."""
    question = problem(
        processes="process bus_out profile variable_eur_per_mwh\nsun heat sun -\nboiler heat - 40",
        demands="demand bus annual_mwh profile\nhomes heat 10 evening",
        profiles="sun evening\n1 0\n0 1",
        storages="storage bus capex_eur_per_mwh_year\ntank heat 3",
    )
    a = annuity_factor(40)
    held = optimise_mix(within_investment(question, 6 * 3 / a, lifetimes=LIVES))
    assert held.stores["capacity_mw"].item() == near(6)
    assert held.cost_eur == near(6 * 3 + 4 * 40)


def test_no_money_means_nothing_new_and_no_plan_where_something_must_be_built():
    assert optimise_mix(within_investment(town(), 0, lifetimes=LIVES)).cost_eur == near(800)
    alone = problem(
        processes="process bus_out capex_eur_per_mw_year\npump heat 50",
        demands="demand bus annual_mwh profile\nhomes heat 10 -",
    )
    with pytest.raises(leb.InfeasibleMix):
        optimise_mix(within_investment(alone, 1.0, lifetimes=LIVES))


@pytest.mark.parametrize("bad", [-1.0, float("nan"), float("inf"), True, "much"], ids=str)
def test_a_sum_that_cannot_be_is_told(bad):
    with pytest.raises(InputError, match="a sum in EUR from 0 up is expected"):
        within_investment(town(), bad, lifetimes=LIVES)


def test_a_technology_without_a_lifetime_is_named():
    with pytest.raises(InputError, match=r"'pump' has no lifetime; give lifetimes=\{'pump': years\}"):
        within_investment(town(), 100.0)
