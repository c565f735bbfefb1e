"""Capacity that can be counted on: who counts, for how much, and what a MW is worth, solved on paper."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyomo.environ as pyo
import pytest

import leb_kit as leb
from leb_kit.optimise import InfeasibleMix, MixProblem, hour_blocks, optimise_mix, typical_days
from leb_kit.optimise.answers.reserve import firm_of
from leb_kit.optimise.model.formulation import compile_model, formulate
from leb_kit.optimise.pathway.pathways import PathwayProblem
from tests.optimise.tables import capacity, energy, near, problem, table

PLANTS = """
process bus_out capacity_existing_mw capacity_max_mw capex_eur_per_mw_year fixed_eur_per_mw_year {more}
old     grid    20                   20              -                     10                    {old}
peak    grid    -                    -               30                    -                     {peak}
sun     grid    -                    {sun}           5                     -                     {bright}
"""
HEAD = "variable_eur_per_mwh profile capacity_credit"
USE = "demand bus annual_mwh profile\nhomes grid 30 use"


def power(margin: float | None = 0.1, sun: float = 4, credit: float = 0.9) -> MixProblem:
    """Two hours of 10 and 20 MW; the sun shines in the second. ``old`` exists, ``peak`` can be built."""
    return problem(
        buses=f"bus reserve_margin\ngrid {'-' if margin is None else margin}",
        processes=PLANTS.format(
            more=HEAD, old=f"20 - {credit}", peak="50 - 0.95", sun=sun, bright="- light 1"
        ),
        demands=USE,
        profiles="use light\n1 0\n2 0.5",
    )


def test_reserve_margin_is_met_by_capacity_that_need_not_run():
    """Proves: firm capacity covers use and margin. Without it nothing is built: 20 MW exist, 20 are used.

    Second hour: 1.1 × 20 = 22 MW; old 0.9 × 20 = 18, sun 0.5 × 4 = 2, so peak gives the last 2: 2 / 0.95 MW
    at 30 EUR. Cost: 200 + 20 + 60 / 0.95, old runs 10 + 18 MWh at 20.
    """
    plan = optimise_mix(power())
    assert capacity(plan) == near({"old": 20, "peak": 2 / 0.95, "sun": 4})
    assert energy(plan) == near({"old": 28, "peak": 0, "sun": 2})
    assert plan.cost_eur == near(200 + 20 + 60 / 0.95 + 28 * 20)
    without = optimise_mix(power(None))
    assert capacity(without)["peak"] == near(0)
    assert without.reserve.empty
    assert "reserve" not in set(without.prices["kind"])


def test_reserve_margin_tells_what_a_mw_is_worth():
    """The last MW is of ``peak``, 30 / 0.95 EUR; one point more asks for 0.2 MW; hour 2: 22 MW for 20."""
    plan = optimise_mix(power())
    price = plan.prices.set_index("target").loc["reserve_margin:grid"]
    assert price["price"] == near(30 / 0.95)
    assert price["point_price"] == near(30 / 0.95 * 0.2)
    assert (price["unit"], price["kind"], price["limit_unit"]) == ("EUR/MW", "reserve", "MW")
    told = plan.reserve.iloc[0]
    assert (told["firm_mw"], told["use_mw"], told["required_mw"]) == near((22, 20, 22))
    assert (told["bus"], told["step"], told["margin"], told["reached"]) == ("grid", 1, 0.1, near(0.1))
    more = optimise_mix(power(0.11))
    assert more.cost_eur - plan.cost_eur == near(price["point_price"])
    assert plan.drivers("en").loc[0, "sentence"].startswith("The reserve margin at bus 'grid' (10 %) decides")
    # One MW more of peak lets 0.95 / 0.9 of old go, which costs 10.
    assert plan.why("peak").one_more_eur == near(30 - 10 * 0.95 / 0.9)


def test_reserve_margin_counts_the_sun_only_where_it_shines():
    """Proves: what varies counts hour by hour. Without it 100 MW of sun would stand for the night.

    Both hours use 15 MW and ask for 16.5; old has 0.5 × 20 = 10, the first hour has no sun.
    """
    question = power(sun=100, credit=0.5)
    flat = replace(question, demands=question.demands.assign(profile=""))
    plan = optimise_mix(flat)
    assert capacity(plan)["peak"] == near(6.5 / 0.95)
    assert plan.reserve["step"].tolist() == [0]


PUMPS = """
process bus_in bus_out efficiency capex_eur_per_mw_year capacity_max_mw variable_eur_per_mwh profile
plant   -      grid    1          40                    -               10                   -
pump    grid   heat    4          -                     8               -                    -
boiler  gas    heat    1          -                     -               5                    -
supply  -      gas     1          -                     -               1                    -
"""


def pumps(margin: str) -> MixProblem:
    """One hour: heat pumps of 2 MW electric, or boilers at 6 EUR/MWh; all power needs new plants."""
    return problem(
        buses=f"bus reserve_margin\ngrid {margin}\nheat -\ngas -",
        processes=PUMPS,
        demands="demand bus annual_mwh\nlamps grid 10\nhomes heat 8",
    )


@pytest.mark.parametrize(("margin", "pump", "plant"), [("-", 0, 10), ("0.2", 0, 12)])
def test_reserve_margin_follows_a_peak_that_is_decided(margin, pump, plant):
    """A pump's MWh takes 0.25 MW at 40 + 10: 12.5 EUR, and 2 more with the margin; the boiler costs 6."""
    plan = optimise_mix(pumps(margin))
    assert (energy(plan)["pump"], capacity(plan)["plant"]) == near((pump, plant))


def test_reserve_margin_rises_with_what_heat_pumps_take():
    """Proves: use that is decided needs reserve too. Without it 12 MW would do for 12 MW of use.

    Boilers cost 100: the pumps run, 2 MW; 1.2 × (10 + 2) = 14.4 MW.
    """
    question = pumps("0.2")
    dear = question.processes["variable_eur_per_mwh"].mask(question.processes["process"] == "boiler", 100.0)
    plan = optimise_mix(replace(question, processes=question.processes.assign(variable_eur_per_mwh=dear)))
    assert (energy(plan)["pump"], capacity(plan)["plant"]) == near((8, 14.4))
    assert plan.reserve["use_mw"].tolist() == near([12])


LONG = """
process bus_out capex_eur_per_mw_year variable_eur_per_mwh capacity_max_mw
plant   grid    100                   1                    -
"""


@pytest.mark.parametrize(("hours", "plant"), [(1, 6.0), (2, 8.0)])
def test_reserve_margin_counts_a_store_for_as_long_as_it_lasts(hours, plant):
    """Proves: a store that is empty counts no more. Without it 4 MWh would stand for 4 MW of any peak.

    No margin beyond use, four hours, of which some use 10 MW and the others 2: a store of 4 MWh and 4 MW.
    One such hour: 6 MW of plant and 4 of the store. Two: 2 MW in each, 8 of plant.
    """
    use = "\n".join(["10"] * hours + ["2"] * (4 - hours))
    plan = optimise_mix(
        problem(
            buses="bus reserve_margin\ngrid 0",
            processes=LONG,
            demands=f"demand bus annual_mwh profile\nhomes grid {10 * hours + 2 * (4 - hours)} use",
            storages="storage bus capacity_existing_mwh capacity_max_mwh energy_to_power_h\ntank grid 4 4 1",
            profiles=f"use\n{use}",
        )
    )
    assert capacity(plan)["plant"] == near(plant)


def test_reserve_margin_of_a_unit_falls_while_it_gives_heat():
    """Proves: steam that is drawn is no power. Without it 11 MW of unit would do for 10 MW and a margin.

    10 MW of heat take 10 MW of the unit, which then give 0.8 MW of power each: of N MW N − 10 + 8 are left.
    1.1 × 10 = 11 MW are asked for, and each counts with 0.9: 0.9 × (N − 2) = 11.
    """
    plan = optimise_mix(
        problem(
            buses="bus reserve_margin\ngrid 0.1\nheat -",
            processes="""
            process bus_out capex_eur_per_mw_year unit capacity_use capacity_credit
            unit    grid    100                   -    -            0.9
            drawn   -       -                     unit 1            -
            """,
            flows="process bus coefficient\ndrawn grid 0.8\ndrawn heat 1",
            demands="demand bus annual_mwh\nlamps grid 10\nhomes heat 10",
        )
    )
    assert capacity(plan) == near({"unit": 2 + 11 / 0.9, "drawn": 0})
    assert plan.reserve["firm_mw"].tolist() == near([11])


def test_reserve_margin_moves_with_demand_that_may_wait():
    """All may wait: the day is served evenly, 15 MW in both hours, and 16.5 MW are asked for."""
    question = power(sun=0)
    waits = question.demands.assign(flexible_share=1.0)
    plan = optimise_mix(replace(question, demands=waits))
    assert capacity(plan)["peak"] == near(0)
    assert plan.reserve["reached"].item() >= 0.1 - 1e-9


def test_no_margin_no_rows():
    """Proves: who asks for none has the program of before. Without it every plan would change."""
    question = power(None)
    named = compile_model(formulate(question)).row_names()
    assert not [name for name in named if "reserve" in name]
    assert question.is_costless("sun") is False
    free = problem(
        buses="bus reserve_margin\nheat -",
        processes="process bus_out variable_eur_per_mwh\nboiler heat 1",
        demands="demand bus annual_mwh\nhomes heat 1",
    )
    assert free.is_costless("boiler")


def test_reserve_margin_that_nothing_can_meet_is_named_and_made_smaller():
    """Second hour: old 18 MW, sun 2, at most 1 MW of peak (0.95): 20.95 for 22. They lack 1.05 MW; 4.75 %."""
    question = power()
    most = question.processes["capacity_max_mw"].mask(question.processes["process"] == "peak", 1.0)
    short = replace(question, processes=question.processes.assign(capacity_max_mw=most))
    assert any("is out of reach: in step 1 1.05 MW" in english for _, english in short.remarks)
    with pytest.raises(InfeasibleMix) as told:
        optimise_mix(short)
    error = told.value
    assert error.clash == ("reserve margin at bus 'grid' (10 %)",)
    (one,) = error.relaxations
    assert (one.amount, one.share, one.unit) == (near(1.05), pytest.approx(0.0475, abs=1e-6), "MW")
    assert "by 1.05 MW (5.25 percentage points, to 4.75 %)" in str(error)
    rows = error.conflict.set_index("kind")
    assert rows.loc["reserve", ["table", "row", "column", "value"]].tolist() == [
        *("buses", "grid", "reserve_margin", 0.1)
    ]
    assert {"largest", "demand"} <= set(rows.index)
    assert "margine di riserva al nodo «grid» (10 %)" in error.text("it")
    less = replace(short, buses=short.buses.assign(reserve_margin=one.share - 1e-6))
    assert optimise_mix(less).status == "optimal"


def test_reserve_margin_clashes_with_what_a_rule_adds():
    """One MW of new plants is all that a rule allows; 2 / 0.95 are asked for: each alone can give way."""
    with pytest.raises(InfeasibleMix) as told:
        optimise_mix(power().extend(no_peak))
    assert set(told.value.clash) == {
        "reserve margin at bus 'grid' (10 %)",
        "added constraint 'no_peak'",
    }
    assert {one.limit for one in told.value.relaxations} == {"reserve_margin:grid", "no_peak"}


def no_peak(m):
    """No new plants for the peak."""
    m.no_peak = pyo.Constraint(expr=m.capacity["peak"] <= 1)


def year(time: object, margin: float = 0.15) -> MixProblem:
    """A year of use that swings by day and season, with a battery and a pump that may be built."""
    hours = np.arange(8760)
    use = 10 + 3 * np.cos(2 * np.pi * hours / 8760) + 2 * np.sin(2 * np.pi * hours / 24)
    light = np.maximum(np.sin(2 * np.pi * (hours % 24 - 6) / 24), 0)
    return MixProblem.from_tables(
        buses=pd.DataFrame({"bus": ["grid", "heat"], "reserve_margin": [margin, np.nan]}),
        processes=table(
            """
            process bus_in bus_out efficiency profile capacity_credit capex_eur_per_mw_year {cost}
            plant   -      grid    1          -       0.9             60000                 60
            sun     -      grid    1          light   1               40000                 -
            pump    grid   heat    3          -       1               10000                 -
            boiler  -      heat    1          -       1               5000                  50
            """.format(cost="variable_eur_per_mwh")
        ),
        storages=table(
            "storage bus capex_eur_per_mwh_year energy_to_power_h capacity_credit\nbattery grid 9000 4 0.95"
        ),
        demands=table("demand bus annual_mwh profile\nlamps grid 87600 use\nhomes heat 40000 use"),
        profiles=pd.DataFrame({"use": use, "light": light}),
        time=time,
    )


def margin_by_hand(plan: leb.MixResult, margin: float) -> np.ndarray:
    """What is left over in each step, from capacities and dispatch: arrays only."""
    has, run = capacity(plan), plan.dispatch
    shapes = plan.problem.time.profiles
    weight = plan.problem.time.weight_h
    lamps = 87600 * shapes["use"] / (shapes["use"] * weight).sum()
    firm = 0.9 * has["plant"] + shapes["light"] * has["sun"]
    firm = firm + 0.95 * (run["battery:discharge"] - run["battery:charge"])
    return (firm - (1 + margin) * (lamps + run["pump"] / 3)).to_numpy()


@pytest.mark.parametrize(
    "time", [typical_days(3), typical_days(3, linked=True), hour_blocks(4, days=typical_days(3))]
)
def test_reserve_margin_holds_in_typical_days_and_blocks(time):
    """Proves: the margin is that of arrays that know no solver, in every kind of time."""
    plan = optimise_mix(year(time))
    left = margin_by_hand(plan, 0.15)
    assert left.min() == pytest.approx(0, abs=1e-6)
    (one,) = firm_of(plan)
    assert one.firm_mw - one.required_mw == pytest.approx(left, abs=1e-6)
    assert optimise_mix(year(time, 0.0)).cost_eur < plan.cost_eur


def test_reserve_margin_holds_in_every_hour_and_under_the_bound():
    """Proves: weeks know the margin. Without it a plan over the year would fall short of it in cold weeks."""
    found = optimise_mix(year(typical_days(3))).over_the_year(bound=True)
    assert margin_by_hand(found.year, 0.15).min() >= -1e-6
    assert found.bound_eur <= found.cost_eur * (1 + 1e-9)
    assert found.gap < 0.02
    assert found.planned.year_cost().cost_eur == pytest.approx(found.cost_eur, rel=0.02)


def test_reserve_margin_holds_in_each_year_of_a_pathway():
    """22 MW are asked for in both years; old plants are gone in the second."""
    way = PathwayProblem.from_problems(
        {2030: power(), 2040: power()}, stock=table("name lifetime_yr\nold 10\npeak 30\nsun 30"), start=2030
    )
    result = leb.optimise_pathway(way)
    for plan in result.results.values():
        assert plan.reserve["reached"].item() >= 0.1 - 1e-9
    prices = result.prices[result.prices["kind"] == "reserve"]
    assert prices["year"].tolist() == [2030, 2040]
