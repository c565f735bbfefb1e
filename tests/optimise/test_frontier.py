"""What each step towards a target costs, worked out on paper and solved again point by point."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyomo.environ as pyo
import pytest

from leb_kit import InputError
from leb_kit.examples import torino
from leb_kit.indicators import emissions
from leb_kit.optimise import (
    InfeasibleMix,
    MixProblem,
    UnboundedMix,
    frontier,
    mix_problem,
    optimise_mix,
    typical_days,
)
from leb_kit.optimise.answers.points import dominated
from tests.optimise.tables import energy, near, one_heat_demand, problem

LIMITS = """
limit  process coefficient sense    value unit label_it  label_en
carbon -       5           at_most  99    t    Carbonio  Carbon
carbon grey    0.2         at_most  99    t    Carbonio  Carbon
carbon black   0.4         at_most  99    t    Carbonio  Carbon
mine   black   1           at_least 0     MWh  Miniera   Mine
"""


def town(limits: str = LIMITS) -> MixProblem:
    """100 MWh of heat: black for 10 EUR and 0.4 t, grey for 20 and 0.2 t, green, 40 at most, for 50.

    Black to grey costs 10 / 0.2 = 50 EUR/t, grey to green 30 / 0.2 = 150 EUR/t: from 40 t and 1,000 EUR by
    20 t and 2,000 EUR to 12 t and 3,200 EUR. 5 t are the rest's, in each point.
    """
    return problem(
        processes="""
        process technology       bus_out capacity_max_mw variable_eur_per_mwh
        green   biomass_boiler   heat    40              50
        grey    gas_boiler       heat    -               20
        black   oil_boiler_stock heat    -               10
        """,
        demands=one_heat_demand(100),
        limits=limits,
    )


@pytest.fixture(scope="module")
def place() -> MixProblem:
    """Torino on two days, with its targets."""
    return mix_problem(torino(), targets="20-20-20-local", base=torino(), time=typical_days(2))


def test_cost_and_price_are_those_on_paper():
    """Proves: values, costs and prices, the constant of the rest included."""
    table = frontier(town(), "cost", "carbon", points=3).table
    assert table["allowed"].tolist() == near([45, 45 - 13.986, 45 - 27.972])
    assert table["reached"].tolist() == near(table["allowed"].tolist())
    assert table["cost_eur"].tolist() == near([1000, 1000 + 13.986 * 50, 2000 + 7.972 * 150])
    assert table["price"].tolist()[1:] == near([50, 150])
    assert table["status"].tolist() == ["optimal"] * 3
    assert not table["dominated"].any()
    assert set(table["price_unit"]) == {"EUR/t"}


def test_points_with_whole_batches_are_each_the_best_of_their_kind():
    """Green in batches of 8 MWh. At 17 t: 16 green, 83 grey, 1 black for 2,470 EUR (2,450 without batches).

    Proves: a point with whole numbers is solved as such. Without it the curve would be that above.
    """

    def batches(m):
        m.count = pyo.Var(domain=pyo.Integers, bounds=(0, 5))
        m.sized = pyo.Constraint(expr=m.annual["green"] == 8 * m.count)

    table = frontier(town().extend(batches), "cost", "carbon", values=[45, 25, 22]).table
    assert table["cost_eur"].tolist() == near([1000, 2000, 2470])
    assert table["status"].tolist() == ["optimal"] * 3


def test_the_limit_that_is_drawn_is_freed_and_the_others_hold():
    """Proves: 99 t would not stand in the way; a mine of 20 MWh does. 20 black and 80 grey are 24 t + 5."""
    strict = LIMITS.replace("99", "6").replace("at_least 0", "at_least 20")
    drawn = frontier(town(strict), "cost", "carbon", values=[29, 45])
    assert drawn.table["cost_eur"].tolist() == near([1800, 1000])
    assert energy(drawn.plan(0)) == near({"green": 0, "grey": 80, "black": 20})


def test_values_are_kept_in_the_order_asked_for_and_one_out_of_reach_is_told():
    """Proves: an infeasible point is a row and a sentence. Without it a council would be promised 16 t."""
    drawn = frontier(town(), "cost", "carbon", values=[25, 16, 45])
    assert drawn.table["status"].tolist() == ["optimal", "infeasible", "optimal"]
    assert drawn.table["cost_eur"].tolist() == pytest.approx([2000, np.nan, 1000], nan_ok=True)
    assert "No plan reaches: 16.0 t." in drawn.explain("en")
    assert "Nessun piano arriva a: 16,0 t." in drawn.explain("it")
    with pytest.raises(InputError, match="no plan reaches at most 16 t"):
        drawn.plan(1)
    with pytest.raises(InputError, match="point is 3; there are points 0 to 2"):
        drawn.plan(3)


def test_a_limit_from_below_is_drawn_upwards():
    """A mine that must run: black is cheapest, so up to 100 MWh it costs nothing, and carbon stops it.

    With 20 t of carbon for the plan (25 in all) half the mine is not possible without green:
    0.4 b + 0.2 (100 − b − g) ≤ 20: b ≤ g ≤ 40, each MWh of both costs 50 + 10 − 2 × 20 = 20 EUR.
    """
    question = town(LIMITS.replace("99", "25"))
    drawn = frontier(question, "cost", "mine", values=[0, 10, 40, 41])
    assert drawn.table["status"].tolist() == ["optimal"] * 3 + ["infeasible"]
    assert drawn.table["cost_eur"].tolist()[:3] == near([2000, 2200, 2800])
    assert drawn.table["price"].tolist()[1:3] == pytest.approx([20, 20])
    with pytest.raises(InputError, match="no plan reaches at least 41 MWh"):
        drawn.plan(3)
    full = frontier(question, "cost", "mine", points=2)
    assert full.table["allowed"].tolist() == near([0, 40 * 0.999])


def test_the_sentences_say_ends_halves_prices_and_what_changes():
    drawn = frontier(town(), "cost", "carbon", values=[45, 25, 17])
    assert drawn.explain("en") == (
        "Carbon: from the least-cost plan (1,000 EUR, 45.0 t) to the furthest (3,200 EUR, 17.0 t)."
        " The first half of the way costs 700 EUR more a year, the second half 1,500 EUR."
        " At the margin one unit more costs from 0 to 150 EUR/t."
        " Along the way these grow: Condensing gas boiler (new) (+60.0 MWh);"
        " Biomass boiler (new) (+40.0 MWh)."
        " These shrink: Oil boiler (existing stock) (−100 MWh)."
    )
    assert drawn.explain("it").startswith(
        "Carbonio: dal piano di minor costo (1.000 EUR, 45,0 t) al più spinto (3.200 EUR, 17,0 t)."
    )


def test_a_point_that_another_beats_isdominated():
    """Proves: as dear and dirtier, or dearer and as dirty, is dominated; equals are not."""
    table = pd.DataFrame({"cost_eur": [10, 10, 12, 12, np.nan, 9], "reached": [5, 4, 4, 3, np.nan, 4.5]})
    assert dominated(table, 1) == [True, False, True, False, False, False]
    assert dominated(table, -1) == [False, True, True, True, False, False]


def test_nothing_to_trade_is_told():
    """One plant: the least-cost plan is the only one. Its frontier is a point."""
    alone = problem(
        processes="process bus_out variable_eur_per_mwh\nboiler heat 20",
        demands=one_heat_demand(10),
        limits="limit process coefficient sense value unit\ncarbon boiler 0.2 at_most 9 t",
    )
    drawn = frontier(alone, "cost", "carbon", points=2)
    assert drawn.table["reached"].tolist() == near([2, 2])
    assert drawn.explain("en") == (
        "carbon: the least-cost plan (200 EUR, 2.00 t) is already the furthest possible."
    )


# ── a real town ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def drawn(place):
    """Its frontier of cost and emissions."""
    return frontier(place, "cost", "co2", points=6)


def test_each_point_is_the_optimum_of_a_problem_solved_on_its_own(place, drawn):
    """Proves: the kept basis gives what a fresh model gives. Without it a wrong vertex could be kept."""
    for point in (0, 2, 5):
        limits = place.limits.copy()
        limits.loc[limits["limit"] == "emissions", "value"] = drawn.values[point]
        again = optimise_mix(replace(place, limits=limits))
        assert drawn.table["cost_eur"][point] == pytest.approx(again.cost_eur, rel=1e-9)
        price = again.prices.set_index("target")["price"]["emissions"]
        if drawn.table["price"][point] > 1:
            assert drawn.table["price"][point] == pytest.approx(price, rel=1e-3)


def test_the_curve_rises_and_bends_as_a_linear_program_must(drawn):
    cost, amount = drawn.table["cost_eur"].to_numpy(), drawn.table["reached"].to_numpy()
    slopes = -np.diff(cost) / np.diff(amount)
    assert (np.diff(cost) >= -1e-6).all()
    assert (np.diff(slopes) >= -1e-6 * slopes[1:]).all()
    prices = drawn.table["price"].to_numpy()
    assert (prices[:-1] <= slopes * (1 + 1e-6)).all()
    assert (slopes <= prices[1:] * (1 + 1e-6)).all()


def test_emissions_of_each_planned_year_are_those_of_the_point(drawn):
    """Proves: the row of the optimiser and the indicator of the balance agree along the whole curve."""
    assert drawn.table["emissions_tco2eq"].tolist() == pytest.approx(
        drawn.table["reached"].tolist(), rel=1e-6
    )
    year = drawn.to_balance(3)
    assert emissions(year, convention="territorial").total_tco2eq == pytest.approx(drawn.values[3], rel=1e-6)
    assert drawn.plan(3).prices.set_index("target")["allowed"]["emissions"] == drawn.values[3]
    assert drawn.log == "6 points: 6 from the last vertex, 1 from a fresh start"


def test_emissions_can_be_drawn_where_no_target_speaks_of_them():
    """Proves: the row is made from the cells of the balance. Without targets the axis is the indicator."""
    free = frontier(mix_problem(torino(), time=typical_days(2)), "cost", "co2", points=3)
    assert free.axis.name == "co2"
    assert free.table["emissions_tco2eq"].tolist() == pytest.approx(free.table["reached"].tolist(), rel=1e-6)
    primary = frontier(mix_problem(torino(), time=typical_days(2)), "cost", "primary_energy", points=2)
    assert primary.table["primary_energy_mwh"].tolist() == pytest.approx(primary.table["reached"].tolist())


# ── bad questions ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("arguments", "options", "told"),
    [
        (("co2", "cost"), {}, "cannot minimise 'co2'; 'cost' is minimised against another"),
        (("cost", "carbn"), {}, "unknown axis 'carbn'; there are carbon, mine. Did you mean 'carbon'?"),
        (("cost", "carbon"), {"points": 1}, "points is 1; a whole number from 2 to 1000 is expected"),
        (("cost", "carbon"), {"values": []}, "values is empty"),
        (("cost", "carbon"), {"values": [9, float("nan")]}, "values: found nan, expected a finite number"),
        (("cost", "carbon"), {"values": ["much"]}, "values: found 'much', expected a finite number"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(arguments, options, told):
    with pytest.raises(InputError) as caught:
        frontier(town(), *arguments, **options)
    assert told in str(caught.value)


def test_an_axis_without_end_is_told():
    endless = problem(
        processes="process bus_in bus_out variable_eur_per_mwh\nboiler - heat 20\nsink heat - 1",
        demands=one_heat_demand(10),
        limits="limit process coefficient sense value unit\ncarbon sink -0.2 at_most 9 t",
    )
    with pytest.raises(InputError, match="'carbon' has no lower end"):
        frontier(endless, "cost", "carbon")


@pytest.mark.parametrize("options", [{}, {"values": [40, 30]}], ids=["points", "values"])
def test_other_limits_that_clash_are_explained_without_the_one_that_is_drawn(options):
    with pytest.raises(InfeasibleMix) as caught:
        frontier(town(LIMITS.replace("at_least 0", "at_least 101")), "cost", "carbon", **options)
    assert caught.value.clash == ("Mine",)


def test_a_cost_without_end_is_told_where_values_are_given():
    paid = problem(
        processes="process bus_in bus_out variable_eur_per_mwh\nboiler - heat 20\nsale heat - -30",
        demands=one_heat_demand(10),
        limits="limit process coefficient sense value unit\ncarbon sale -0.2 at_most 9 t",
    )
    with pytest.raises(UnboundedMix):
        frontier(paid, "cost", "carbon", values=[5, 1])
