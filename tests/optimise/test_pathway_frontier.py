"""What a carbon budget costs over the years of a pathway, and the target of one year, solved on paper."""

from __future__ import annotations

from dataclasses import replace

import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.optimise import InfeasibleMix, MixProblem, optimise_pathway, pathway_frontier
from tests.optimise.tables import near, one_heat_demand, problem
from tests.optimise.test_pathway_blocks import way

LIMITS = "limit process coefficient sense value unit kind\nco2 boiler 0.2 at_most {} t target"


def town(allowed: float = 9, demand: float = 10) -> MixProblem:
    """10 MWh from a boiler at 20 EUR and 0.2 t, or a pump at 30 EUR and nothing."""
    return problem(
        processes="process bus_out variable_eur_per_mwh\npump heat 30\nboiler heat 20",
        demands=one_heat_demand(demand),
        limits=LIMITS.format(allowed),
    )


def test_a_budget_counts_each_year_for_as_long_as_it_stands():
    """Proves years are weighted, and limits of single years give way to the sum.

    2030 stands for 10 years, 2040 for 10: at most 2 t a year, 40 t together; without a budget 10 years
    × 200 EUR twice, 4,000 EUR. Each tonne less takes 5 MWh from the boiler to the pump, 50 EUR more. The
    1 t that each year allows by itself would be 20 t at most.
    """
    years = {2030: town(1), 2040: town(1)}
    drawn = pathway_frontier(way(years), "co2", values=[40, 30, 0])
    assert drawn.table["cost_eur"].tolist() == near([4000, 4500, 6000])
    assert drawn.table["reached"].tolist() == near([40, 30, 0])
    assert drawn.table["price"].tolist()[1:] == near([50, 50])
    plan = drawn.plan(1)
    assert plan.cost_eur == near(4500)
    burnt = plan.stock.loc[plan.stock["name"] == "boiler", "energy_mwh"].sum()
    assert burnt == near(15)  # of the 20 MWh of two years: 10 × 0.2 × 15 = 30 t


def test_the_target_of_one_year_moves_and_that_of_others_holds():
    """Proves the other year keeps its 1 t. Without it both would be free, and cheaper."""
    drawn = pathway_frontier(way({2030: town(1), 2040: town(1)}), "co2", year=2040, values=[2, 1, 0])
    # 2030: 5 MWh of each, 250 EUR a year; 2040: 200, 250, 300 EUR a year.
    assert drawn.table["cost_eur"].tolist() == near([4500, 5000, 5500])
    prices = drawn.plan(2).prices.set_index(["year", "target"])["price"]
    assert abs(prices[2040, "co2"]) == near(50)
    assert drawn.plan(1).cost_eur == near(optimise_pathway(way({2030: town(1), 2040: town(1)})).cost_eur)


def test_ends_are_found_and_a_euro_later_is_worth_less():
    """Proves the least-cost way is the loosest point, and prices are in euros of the first year."""
    drawn = pathway_frontier(way({2030: town(), 2031: town()}, discount_rate=1.0), points=3)
    assert drawn.table["reached"].tolist() == near([4, 4 - 3.996 / 2, 0.004])
    assert drawn.table["cost_eur"].iloc[0] == near(200 + 100)
    # It is cheapest to go without carbon in 2031 first: 50 EUR there are 25 of 2030.
    assert drawn.table["price"].tolist()[1:] == near([25, 50])


def test_points_without_a_way_are_told():
    drawn = pathway_frontier(way({2030: town(), 2040: town()}), values=[5, -1])
    assert drawn.table["status"].tolist() == ["optimal", "infeasible"]
    with pytest.raises(InputError, match="no plan reaches at most -1 t"):
        drawn.plan(1)
    with pytest.raises(InputError, match="there are points 0 to 1"):
        drawn.plan(2)
    assert repr(drawn) == "PathwayFrontier(2 points, cost against co2 of 2030, 2040)"


def test_what_has_no_way_anyway_is_explained():
    """Proves the limit that is drawn is not blamed: a potential of 2 MW cannot give 10."""
    narrow = problem(
        processes="process bus_out capacity_max_mw\nboiler heat 2",
        demands=one_heat_demand(10),
        limits=LIMITS.format(9),
    )
    with pytest.raises(InfeasibleMix) as told:
        pathway_frontier(way({2030: narrow, 2040: narrow}), values=[5])
    assert "2030" in str(told.value)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"versus": "carbon"}, "unknown axis 'carbon'"),
        ({"year": 2035}, "the pathway has no year 2035; its years are 2030, 2040"),
        ({"points": 1}, "points is 1"),
        ({"values": ["x"]}, "found 'x'"),
    ],
)
def test_arguments_that_cannot_be_are_told(options, words):
    with pytest.raises(InputError, match=words):
        pathway_frontier(way({2030: town(), 2040: town()}), **options)


def test_torino_over_two_years():
    """Proves points of a real pathway hold as ways of their own, and cost more the less is emitted."""
    balance = leb.examples.torino()
    asked = leb.pathway(balance, years=[2030, 2040], time=leb.typical_days(1))
    drawn = pathway_frontier(asked, "co2", points=3)
    assert drawn.table["cost_eur"].is_monotonic_increasing
    assert drawn.plan(0).cost_eur == pytest.approx(optimise_pathway(asked).cost_eur, rel=1e-6)
    assert set(drawn.plan(2).to_balance().years) == {2030, 2040}


def test_a_carbon_budget_is_told_in_sentences():
    """Proves cost, amount and energy are those of all years, each as long as it stands. Without it a budget
    of twenty years reads like one of a year."""
    drawn = pathway_frontier(way({2030: town(), 2040: town()}), "co2", values=[40, 30, 0])
    assert drawn.energy(0).to_dict() == near({"pump": 0, "boiler": 200})
    assert drawn.energy(2).to_dict() == near({"pump": 200, "boiler": 0})
    english, italian = drawn.explain("en"), drawn.explain("it")
    assert english.startswith("From 2030 to 2040, in euros of 2030; what counts is the sum of the years.")
    assert "(4,000 EUR, 40.0 t) to the furthest (6,000 EUR, 0 t)" in english
    assert "costs 1,000 EUR more over all years, the second half 1,000 EUR" in english
    assert "pump (+200 MWh)" in english
    assert "conta la somma degli anni" in italian
    assert "+200 MWh" in italian
    alone = pathway_frontier(way({2030: town(), 2040: town()}), "co2", year=2040, values=[2, 0])
    assert "conta il 2040." in alone.explain("it")
    assert alone.energy(1).to_dict() == near({"pump": 10, "boiler": 0})


def test_a_year_that_does_not_know_what_is_drawn_is_named():
    """Proves each year is asked. Without it a limit of some years is unknown, and nobody says where."""
    with pytest.raises(InputError, match=r"year 2030: unknown axis 'co2'; there are none\.") as caught:
        pathway_frontier(way({2030: replace(town(), limits=town().limits.iloc[:0]), 2040: town()}), "co2")
    assert len(caught.value.faults) == 1
