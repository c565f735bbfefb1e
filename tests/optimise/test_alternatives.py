"""How much of each technology a cheap plan can have, on paper and by solving again."""

import numpy as np
import pyomo.environ as pyo
import pytest

from leb_kit import InputError
from leb_kit.examples import torino
from leb_kit.optimise import InfeasibleMix, MixProblem, alternatives, mix_problem, optimise_mix, typical_days
from tests.optimise.tables import energy, near, one_heat_demand, problem


def town() -> MixProblem:
    """10 MW for an hour. Wind for 15 EUR/MW, a boiler for 1 EUR/MW and 19 EUR/MWh, a tank for 3 EUR/MWh.

    The cheapest is all wind: 150 EUR. Each MWh of the boiler is 5 EUR dearer. Ten per cent more is 15 EUR.
    """
    return problem(
        processes="""
        process technology   bus_out capex_eur_per_mw_year variable_eur_per_mwh
        wind    wind_onshore heat    15                    -
        boiler  gas_boiler   heat    1                     19
        """,
        storages="storage technology bus capex_eur_per_mwh_year\ntank heat_store_central heat 3",
        demands=one_heat_demand(10),
    )


def test_the_least_and_the_most_are_those_on_paper():
    """Wind from 7 MW (boiler 3) to 11 (one idle); boiler to 15 MW of idle iron; tank to 5 MWh."""
    table = alternatives(town(), slack=0.1).table.set_index("technology")
    assert table["least"].to_dict() == near({"wind_onshore": 7, "gas_boiler": 0, "heat_store_central": 0})
    assert table["most"].to_dict() == near({"wind_onshore": 11, "gas_boiler": 15, "heat_store_central": 5})
    assert table["cheapest"].to_dict() == near({"wind_onshore": 10, "gas_boiler": 0, "heat_store_central": 0})
    assert table["needed"].to_dict() == {
        "wind_onshore": True,
        "gas_boiler": False,
        "heat_store_central": False,
    }
    assert table["unit"].to_dict() == {"wind_onshore": "MW", "gas_boiler": "MW", "heat_store_central": "MWh"}


def test_energy_does_not_count_idle_iron():
    """Proves: the quantity is what was asked for. Without it 15 idle MW would pass for heat."""
    table = alternatives(town(), slack=0.1, quantity="energy", technologies=["gas_boiler"]).table
    assert table[["least", "most"]].to_numpy().tolist() == [near([0, 3])]
    assert table["unit"].tolist() == ["MWh/year"]


def test_no_slack_is_the_least_cost_plan_itself():
    table = alternatives(town(), slack=0).table
    assert table["least"].tolist() == near(table["cheapest"].tolist())
    assert table["most"].tolist() == near(table["cheapest"].tolist())
    assert alternatives(town(), slack=0).explain("en").endswith("there is no other way.")


def test_slack_of_an_income_is_less_income():
    """Proves: the budget is above the optimum whatever its sign. 10 MWh sold for 3 EUR: 30 EUR of income."""
    shop = problem(
        processes="""
        process technology bus_in bus_out capex_eur_per_mw_year variable_eur_per_mwh annual_max_mwh
        well    gas_boiler -      heat    1                     -                    -
        sale    -          heat   -       -                     -4                   10
        """,
        demands=one_heat_demand(0),
    )
    (row,) = alternatives(shop, slack=0.1, technologies=["gas_boiler"]).table.to_dict("records")
    assert (row["least"], row["cheapest"], row["most"]) == near((9, 10, 13))


def test_plans_of_the_ends_cost_no_more_than_the_budget():
    found = alternatives(town(), slack=0.1)
    plan = found.plan("wind_onshore", "least")
    assert plan.cost_eur == near(165)
    assert energy(plan) == near({"wind": 7, "boiler": 3})
    assert np.isnan(plan.prices["price"]).all()
    first = found.plans(1)[0]
    assert energy(first)["boiler"] == near(3)
    assert set(found.different) <= set(found.ends)


def test_the_sentences_say_what_every_plan_has():
    two = ["wind_onshore", "gas_boiler"]
    found = alternatives(town(), slack=0.1, quantity="energy", technologies=two)
    assert found.explain("en") == (
        "The least-cost plan costs 150 EUR. For at most 10 % more (15.0 EUR):"
        " in every plan: Onshore wind (at least 7.00 MWh/year);"
        " can be left out: Condensing gas boiler (new) (up to 3.00 MWh/year);"
        " the plans that differ most: with the least of Onshore wind."
    )
    assert "in ogni piano: Eolico a terra (almeno 7,00 MWh/anno);" in found.explain("it")


def test_what_nothing_limits_has_no_most():
    """A boiler and a sink that cost nothing can turn in a circle."""
    circle = problem(
        processes="process bus_in bus_out capacity_max_mw\nboiler - heat -\nsink heat - -",
        demands=one_heat_demand(10),
    )
    found = alternatives(circle, quantity="energy", technologies=["boiler"])
    assert found.table[["least", "most"]].to_numpy().tolist() == [[near(10), np.inf]]
    with pytest.raises(InputError, match="'boiler' has no largest size near the optimum"):
        found.plan("boiler", "most")


# ── a real town ──────────────────────────────────────────────────────────────────────────────────────────

SOME = ("heat_pump_individual", "photovoltaic_roof", "gas_chp_stock", "battery")


def bounded(technology: str, sign: float, value: float, place: MixProblem):
    """A rule that holds the size of a technology on the far side of a value."""
    processes = place.processes
    names = processes.loc[processes["technology"] == technology, "process"].tolist()

    def rule(m):
        size = sum(m.capacity[name] for name in names) if names else m.store[technology]
        m.held = pyo.Constraint(expr=sign * size >= sign * value)

    return rule


def cost(question: MixProblem) -> float:
    """The least cost, without end where no plan exists."""
    try:
        return optimise_mix(question).cost_eur
    except InfeasibleMix:
        return np.inf


def test_the_ends_are_reached_within_the_budget_and_not_passed():
    """Proves: solved again with the size held, an end is in the budget, and one per cent further is not."""
    place = mix_problem(torino(), targets="20-20-20-local", base=torino(), time=typical_days(2))
    best = optimise_mix(place).cost_eur
    found = alternatives(place, slack=0.04, technologies=SOME)
    table = found.table.set_index("technology")
    assert found.best.objective == pytest.approx(best, rel=1e-9)
    assert (table["least"] <= table["cheapest"] + 1e-6).all()
    assert (table["cheapest"] <= table["most"] + 1e-6).all()
    for name, sign, end in (
        (SOME[0], -1, "least"),
        (SOME[0], 1, "most"),
        (SOME[1], 1, "most"),
        (SOME[3], 1, "most"),
    ):
        value = table.loc[name, end]
        at_end = optimise_mix(place.extend(bounded(name, sign, value * (1 - sign * 1e-6), place)))
        assert at_end.cost_eur <= 1.04 * best * (1 + 1e-9)
        if value > 0:  # less than nothing is no end
            assert cost(place.extend(bounded(name, sign, value * (1 + sign * 0.01), place))) > 1.04 * best
        assert found.plan(name, end).cost_eur <= 1.04 * best * (1 + 1e-9)
    assert found.plans(2)[0].to_balance().table["energy_mwh"].notna().all()


# ── bad questions ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"slack": -0.1}, "slack is -0.1; a share from 0 to 1 is expected (0.05 for 5 %)"),
        ({"slack": float("nan")}, "slack is nan"),
        ({"slack": "5%"}, "slack is '5%'"),
        ({"slack": True}, "slack is True"),
        ({"technologies": ["wind_onshor"]}, "unknown technology 'wind_onshor'. Did you mean 'wind_onshore'?"),
        ({"quantity": "power"}, "quantity is 'power'; expected 'capacity' or 'energy'"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(options, told):
    with pytest.raises(InputError) as caught:
        alternatives(town(), **options)
    assert told in str(caught.value)


def test_an_end_that_was_not_looked_for_is_refused():
    with pytest.raises(
        InputError, match=r"there is no 'least' of 'wind'; say least or most of one in \.table"
    ):
        alternatives(town()).plan("wind", "least")


def test_where_no_plan_exists_the_reason_is_told():
    short = problem(
        processes="process bus_out capacity_max_mw variable_eur_per_mwh\nboiler heat 3 1",
        demands=one_heat_demand(10),
    )
    with pytest.raises(InfeasibleMix, match="No plan is possible"):
        alternatives(short)


def test_turbines_are_whole_at_both_ends():
    """Turbines of 2 MW: five cost 150 EUR, four and the boiler's two MWh 160, three and four MWh 170.

    Proves: whole numbers stay whole near the optimum. Without it the least of wind would be 7 MW.
    """

    def turbines(m):
        m.count = pyo.Var(domain=pyo.Integers, bounds=(0, 20))
        m.sized = pyo.Constraint(expr=m.capacity["wind"] == 2 * m.count)

    table = alternatives(town().extend(turbines), slack=0.1).table.set_index("technology")
    assert table.loc["wind_onshore", ["least", "cheapest", "most"]].tolist() == near([8, 10, 10])


@pytest.mark.parametrize("days", [2, 5])
def test_an_end_that_the_solver_does_not_prove_is_looked_for_more_exactly(days):
    """Proves both ends of every technology of Torino. Without it a gap of millionths ended the search."""
    question = mix_problem(torino(), targets="20-20-20-local", base=torino(), time=typical_days(days))
    table = alternatives(question, slack=0.05).table
    assert len(table) > 20
    assert (table["least"] <= table["cheapest"] * (1 + 1e-6) + 1e-6).all()
    assert (table["cheapest"] <= table["most"] * (1 + 1e-6) + 1e-6).all()
