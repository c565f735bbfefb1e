"""What the cost hangs on, and the best use of a budget, each by a problem that is solved on paper."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.examples import torino
from leb_kit.optimise import InfeasibleMix, MixProblem, optimise_mix, sensitivity, split_budget
from tests.optimise.tables import energy, near, one_heat_demand, problem

PLANTS = """
process bus_out variable_eur_per_mwh capex_eur_per_mw_year capacity_max_mw
boiler  heat    20                   -                     -
pump    heat    {pump}               {capex}               6
"""


def town(pump: float = 25, capex: float = 0, limits: str = "", demand: float = 10) -> MixProblem:
    """10 MWh in one hour; a boiler at 20 EUR/MWh, a pump of at most 6 MW."""
    others = {"limits": "limit process coefficient sense value unit\n" + limits} if limits else {}
    return problem(processes=PLANTS.format(pump=pump, capex=capex), demands=one_heat_demand(demand), **others)


def changes(question: MixProblem, **options) -> dict[str, object]:
    """Input → what the cost does when it is less and more."""
    table = sensitivity(question, **options).table
    return {row.input: near((row.less_eur, row.more_eur)) for row in table.itertuples()}


def test_the_cost_follows_each_input_and_the_plan_adapts():
    """Proves: every input is moved, the plan made anew. Without it the pump would stay out at 18 EUR/MWh.

    Least cost 200: all boiler. Boiler at 14: 140; at 26: six MWh from the pump at 25: 6 × 25 + 4 × 26 = 254.
    Pump at 17.5: 6 × 17.5 + 80 = 185; dearer: nothing. Demand 7 or 13 MWh: 140, 260. Potential: nothing.
    """
    assert changes(town(), step=0.3) == {
        "price:boiler": (-60, 54),
        "price:pump": (-15, 0),
        "demand": (-60, 60),
        "potential:pump": (0, 0),
    }


def test_investments_and_targets_move_as_well():
    """At least 5 MWh of pump at 10 EUR/MWh and 40 EUR/MW: 5 × 10 + 5 × 40 + 5 × 20 = 350 EUR."""
    question = town(pump=10, capex=40, limits="plenty pump 1 at_least 5 MWh")
    found = changes(question, step=0.1, inputs=["investment", "target:plenty"])
    # One MWh more of pump costs 10 + 40 − 20 = 30 EUR.
    assert found == {"investment:pump": (-20, 20), "target:plenty": (-15, 15)}


def test_a_share_moves_by_its_part_of_the_whole():
    """RES ≥ 40 % of 10 MWh: 4 MWh of pump. A tenth more is 44 %: 0.4 MWh more, 5 EUR each."""
    question = problem(
        processes=PLANTS.format(pump=25, capex=0),
        demands=one_heat_demand(10),
        limits="""
        limit process coefficient sense    value share share_of
        res   pump    0.6         at_least 0     0.4   1
        res   boiler  -0.4        at_least 0     0.4   1
        """,
    )
    assert changes(question, inputs=["target"]) == {"target:res": (-2, 2)}


def test_a_change_without_a_plan_is_told():
    question = town(limits="plenty pump 1 at_least 6 MWh")
    found = sensitivity(question, inputs=["target", "potential"])
    assert np.isnan(found.table.set_index("input").at["target:plenty", "more_eur"])
    assert "obiettivo: plenty: nessun piano è possibile" in found.explain("it")
    assert found.explain("en").startswith("The plan costs 230 EUR a year. With 10 % more of each input")


def test_the_widest_stands_first_and_says_what_moves():
    found = sensitivity(town(pump=20.5), step=0.1)
    assert found.table["input"].tolist()[0] in ("price:boiler", "demand")
    boiler = found.table.set_index("input").loc["price:boiler"]
    assert (boiler["moves"], boiler["moves_mwh"]) == ("boiler", near(-3))
    assert repr(found) == "Sensitivity(4 inputs, ±10% of each)"
    assert "- price: pump: +0 EUR" in found.explain("en", count=9)


@given(st.floats(1, 60), st.floats(0.05, 0.9), st.floats(1, 20))
@settings(max_examples=25)
def test_a_dearer_input_costs_at_most_what_is_bought_of_it(pump, step, demand):
    """Proves: cost is concave in prices. Without it a plan would be kept that is no longer the best."""
    question = town(pump=pump, demand=demand)
    bought = energy(optimise_mix(question))
    for name, price in (("boiler", 20), ("pump", pump)):
        table = sensitivity(question, step=step, inputs=[f"price:{name}"]).table
        less, more = table[["less_eur", "more_eur"]].iloc[0]
        most = step * price * bought[name]
        assert -1e-6 <= more <= most + 1e-6
        assert less <= -most + 1e-6


def test_torino_hangs_on_gas_more_than_on_batteries():
    base = torino()
    question = leb.mix_problem(base, targets="20-20-20-local", base=base, time=leb.typical_days(1))
    found = sensitivity(question, inputs=["price:gas_network", "investment:battery", "target"])
    table = found.table.set_index("input")
    assert table.at["price:gas_network", "spread_eur"] > table.at["investment:battery", "spread_eur"]
    direct = optimise_mix(
        leb.mix_problem(base, targets="20-20-20-local", base=base, time=leb.typical_days(1))
    )
    assert found.cost_eur == pytest.approx(direct.cost_eur, rel=1e-9)


@pytest.mark.parametrize("step", [0, 1, -0.1, float("nan")])
def test_a_step_that_cannot_be_is_told(step):
    with pytest.raises(InputError, match="a number above 0 and below 1 is expected"):
        sensitivity(town(), step=step)


def test_an_input_that_is_not_there_is_told():
    with pytest.raises(InputError, match=r"unknown input 'price:boler'.*Did you mean 'price:boiler'\?"):
        sensitivity(town(), inputs=["price:boler"])


# ── the best use of a budget ─────────────────────────────────────────────────────────────────────────────


def about(expected: object) -> object:
    """Equal but for the room that the second step of the search leaves (a part in a thousand million)."""
    return pytest.approx(expected, rel=1e-6, abs=1e-6)


CARBON = "co2 boiler 0.2 at_most 9 t\nco2 pump 0.05 at_most 9 t"


def test_a_budget_buys_the_least_emissions_it_can():
    """Proves: cost is held, emissions are minimised. Without it the money would go where it helps nothing.

    200 EUR buy 10 MWh of boiler, 2 t. A MWh of pump costs 5 EUR more and saves 0.15 t: 215 EUR buy 3 MWh.
    """
    found = split_budget(town(limits=CARBON), 215)
    assert (found.before, found.reached, found.unit) == (about(2), about(1.55), "t")
    assert energy(found.plan) == about({"boiler": 7, "pump": 3})
    assert found.table.set_index("technology")["more_eur"].to_dict() == about({"pump": 75, "boiler": -60})
    assert found.explain("it").startswith("Con 215 EUR l'anno (15,0 EUR più del piano di minor costo)")


def test_money_that_helps_nothing_is_not_spent():
    """Proves: of all plans with least emissions the cheapest. 6 MW of pump cost 230 EUR; 1,000 are there."""
    found = split_budget(town(limits=CARBON), 1000)
    assert (found.reached, found.plan.cost_eur) == (about(1.1), about(230))


def test_the_other_targets_hold():
    question = town(limits=CARBON + "\nplenty boiler 1 at_least 8 MWh")
    assert energy(split_budget(question, 1000).plan) == about({"boiler": 8, "pump": 2})


@pytest.mark.parametrize(
    ("budget", "told"),
    [
        (199, "the least-cost plan costs 200 EUR a year"),
        (float("nan"), "budget_eur is nan"),
        (float("inf"), "budget_eur is inf"),
    ],
)
def test_a_budget_that_cannot_be_is_told(budget, told):
    with pytest.raises(InputError, match=told):
        split_budget(town(limits=CARBON), budget)


def test_what_is_wanted_cannot_be_the_least():
    with pytest.raises(InputError, match="'plenty' is wanted"):
        split_budget(town(limits="plenty pump 1 at_least 5 MWh"), 300, least="plenty")
    with pytest.raises(InfeasibleMix):
        split_budget(town(limits=CARBON + "\nplenty pump 1 at_least 50 MWh"), 300)


def test_the_budget_of_a_frontier_point_reaches_its_emissions():
    """Proves: two ways to the same curve. Without it one of them would be wrong."""
    base = torino()
    question = leb.mix_problem(base, targets="20-20-20-local", base=base, time=leb.typical_days(1))
    curve = leb.frontier(question, "cost", "co2", points=3).table
    found = split_budget(question, float(curve["cost_eur"][1]))
    assert found.reached == pytest.approx(float(curve["reached"][1]), rel=1e-6)
    year = found.plan.to_balance()
    emitted = leb.indicators.emissions(year, convention="territorial").total_tco2eq
    assert emitted == pytest.approx(found.reached, rel=1e-6)
