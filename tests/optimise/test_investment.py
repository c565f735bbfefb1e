"""A ceiling on what is invested, worked out on paper."""

import pandas as pd
import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.optimise import PathwayProblem, investment, optimise_mix, optimise_pathway, within_investment
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


def only_pumps(mwh: float = 10.0) -> leb.MixProblem:
    """Heat in one hour that nothing but a pump to be built can give, at 50 EUR a year for each MW."""
    return problem(
        processes="process bus_out capex_eur_per_mw_year\npump heat 50",
        demands=f"demand bus annual_mwh\nhomes heat {mwh}",
    )


def test_a_ceiling_that_leaves_no_plan_is_told_as_what_was_asked():
    """10 MW are 500 / a EUR. With money for 4 MW, that for 6 is missing.

    Proves: a person reads of the investment that was asked, in EUR, and how much is enough. Without it the
    reason was "added constraint 'investment_budget'", which nobody had written.
    """
    a = annuity_factor(20)
    with pytest.raises(leb.InfeasibleMix) as caught:
        optimise_mix(within_investment(only_pumps(), 200 / a, lifetimes=LIVES))
    error = caught.value
    (found,) = error.relaxations
    assert (found.amount, found.allowed, found.unit) == (near(300 / a), near(500 / a), "EUR")
    optimise_mix(within_investment(only_pumps(), found.allowed * (1 + 1e-9), lifetimes=LIVES))
    assert "investment (at most 2,718 EUR)" in error.text("en")
    assert "investimento (al più 2.718 EUR)" in error.text("it")
    ceiling = "investimento (al più 2.718 EUR)"
    assert error.conflict["what_it"].tolist() == ["fabbisogno: «homes» (10 MWh all'anno)", ceiling]
    for lang in ("it", "en"):
        assert "investment_budget" not in error.text(lang)
        assert "aggiunto" not in error.text(lang)
        assert "added" not in error.text(lang)


def test_in_a_pathway_the_ceiling_of_a_year_is_told_too():
    years = {2030: only_pumps(4.0), 2031: within_investment(only_pumps(), 200.0, lifetimes=LIVES)}
    rates = pd.DataFrame({"name": ["pump"], "lifetime_yr": [20.0], "build_max_per_year": [6.0]})
    way = PathwayProblem.from_problems(years, stock=rates, discount_rate=0.0)
    with pytest.raises(leb.InfeasibleMix) as caught:
        optimise_pathway(way)
    assert "investimento (al più 200 EUR)" in caught.value.text("it")
    assert "investment_budget" not in caught.value.text("it")


def test_the_sum_that_is_asked_last_holds():
    """A cell of a notebook that is run again with another sum asks for that one."""
    a = annuity_factor(20)
    question = within_investment(town(), 1 * 50 / a, lifetimes=LIVES)
    again = optimise_mix(within_investment(question, 4 * 50 / a, lifetimes=LIVES))
    assert capacity(again)["pump"] == near(4)


def test_what_costs_nothing_to_build_is_within_any_sum():
    question = problem(
        processes="process bus_out variable_eur_per_mwh\nboiler heat 40",
        demands="demand bus annual_mwh\nhomes heat 10",
    )
    assert optimise_mix(within_investment(question, 0.0)).cost_eur == near(400)


@pytest.mark.parametrize("bad", [-1.0, float("nan"), float("inf"), True, "much"], ids=str)
def test_a_sum_that_cannot_be_is_told(bad):
    with pytest.raises(InputError, match="a sum in EUR from 0 up is expected"):
        within_investment(town(), bad, lifetimes=LIVES)


def test_a_technology_without_a_lifetime_is_named():
    with pytest.raises(InputError, match=r"'pump' has no lifetime; give lifetimes=\{'pump': years\}"):
        within_investment(town(), 100.0)
