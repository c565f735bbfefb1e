"""Pathways with constraints of one's own, exclusive choice and zones; and why there is none."""

from dataclasses import replace

import pandas as pd
import pyomo.environ as pyo
import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.examples import torino
from leb_kit.optimise import (
    InfeasibleMix,
    MixProblem,
    PathwayProblem,
    UnboundedMix,
    optimise_mix,
    optimise_pathway,
)
from tests.optimise.tables import near, one_heat_demand, problem
from tests.optimise.test_pathway_blocks import built, town, way

BOTH = ("perfect", "myopic")


def little(m):
    """At most 2 MWh of the boiler."""
    m.little = pyo.Constraint(expr=m.annual["boiler"] <= 2)


def priced(m):
    """20 EUR more for each MWh of the boiler."""
    m.least_cost.expr += 20 * m.annual["boiler"]


def carbon(m):
    """At most 12 MWh of the boiler in both years together."""
    m.carbon = pyo.Constraint(expr=sum(m.period[y].annual["boiler"] for y in (2030, 2040)) <= 12)


# ── rules ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("foresight", BOTH)
def test_a_rule_of_a_year_holds_in_it(foresight):
    """Proves: rules of years are read. Without it 10 MWh of boiler would be burnt all the same.

    2 MWh of boiler at 15 and 8 of sun at 30 are 270 EUR a year, for twenty years.
    """
    result = optimise_pathway(way({y: town().extend(little) for y in (2030, 2040)}), foresight=foresight)
    assert result.cost_eur == near(270 * 20)
    for plan in result.results.values():
        assert plan.dispatch["boiler"].tolist() == near([2])
        assert plan.added_prices["name"].tolist() == ["little"]


def test_what_a_rule_adds_to_the_cost_of_a_year_is_paid_in_all_years_it_stands_for():
    """Proves: a price of one's own is weighed. Without it 2040 would cost 150 and the plan be another.

    20 EUR more from 2040 on: boiler in both 15 + 35, boiler then sun 15 + 10 + 30, sun at once 30 + 30.
    """
    result = optimise_pathway(way({2030: town(), 2040: town().extend(priced)}))
    assert built(result, "boiler") == near([10, 0])
    assert result.cost_eur == near(10 * (150 + 350))
    assert [plan.cost_eur for plan in result.results.values()] == near([150, 350])


def test_a_rule_over_years_has_its_price_and_needs_foresight():
    """Proves: a budget over years is shared. Without it both years would burn all that they like.

    12 MWh: 6 of boiler and 4 of sun in each year are 210 EUR; one MWh more saves 15 EUR in ten years.
    """
    question = way({2030: town(), 2040: town()}).extend(carbon)
    result = optimise_pathway(question)
    assert [plan.dispatch["boiler"].sum() for plan in result.results.values()] == near([6, 6])
    assert result.cost_eur == near(210 * 20)
    assert result.added_prices["price"].tolist() == near([-150])
    with pytest.raises(InputError, match="a rule joins the years"):
        optimise_pathway(question, foresight="myopic")
    with pytest.raises(InputError, match="a function of the Pyomo model is expected"):
        question.extend("carbon")


def test_what_a_rule_over_years_adds_to_the_cost_is_part_of_it():
    def fee(m):
        m.pathway_cost.expr += 7 * m.built["boiler", 2030]

    assert optimise_pathway(way({2030: town()}).extend(fee)).cost_eur == near(10 * 15 + 70)


def test_a_rule_that_is_wrong_is_told_with_its_year():
    def misspelt(m):
        m.little = pyo.Constraint(expr=m.annual["boyler"] <= 2)

    with pytest.raises(InputError, match="extension 2040") as error:
        optimise_pathway(way({2030: town(), 2040: town().extend(misspelt)}))
    assert "Did you mean 'boiler'?" in str(error.value)


# ── exclusive choice, zones ──────────────────────────────────────────────────────────────────────────────


def choice(limits: str = "") -> MixProblem:
    """Gas or heat pumps in a street, not both; the pump has a sum of 100 EUR a year."""
    plants = """
    process bus_out {max} {capex} variable_eur_per_mwh exclusive_group {open}
    gas     heat    10    10      5                    street          0
    pump    heat    10    30      0                    street          100
    """
    plants = plants.format(max="capacity_max_mw", capex="capex_eur_per_mw_year", open="opening_eur_per_year")
    others = {"limits": limits} if limits else {}
    return problem(processes=plants, demands=one_heat_demand(10), **others)


@pytest.mark.parametrize("foresight", BOTH)
def test_a_choice_is_made_in_each_year_and_what_was_built_goes_on(foresight):
    """Proves: one or the other holds year by year. Without it 4 MWh of gas would be kept beside the pump.

    At most 4 MWh of gas from 2040 on: the pump, 300 + 100 EUR, and the gas boiler's 100 EUR go on.
    """
    few = "limit process coefficient sense value\nfuel gas 1 at_most 4"
    result = optimise_pathway(way({2030: choice(), 2040: choice(few)}), foresight=foresight)
    assert [plan.dispatch["gas"].sum() for plan in result.results.values()] == near([10, 0])
    assert result.cost_eur == near(10 * (150 + 100 + 400))


def test_zones_of_a_city_are_planned_through_the_years():
    """Proves: each year of zones is a Balance that meets its targets, computed without the optimiser."""
    base = torino()
    zones = leb.heat_zones(base)
    question = leb.pathway(
        base,
        years=[2030, 2045],
        zones=zones,
        targets={2045: "20-20-20-local"},
        base=base,
        time=leb.typical_days(1),
    )
    result = optimise_pathway(question)
    after = result.to_balance()
    assert leb.check(after).ok
    assert leb.evaluate(after.filter(year=2045), "20-20-20-local", base=base)["met"].all()
    for plan in result.results.values():
        assert leb.zone_networks(plan)["zone"].tolist() == zones["zone"].tolist()
    assert set(result.prices["year"]) == {2045}


# ── why there is none ────────────────────────────────────────────────────────────────────────────────────

CLEAN = "limit process coefficient sense value kind\nfuel boiler 1 at_most {most} target"


def slow(most: float = 0, rate: float = 0.1) -> PathwayProblem:
    """Sun at 0.1 MW a year from 2020 on: 2 of 10 MW when boilers end."""
    years = {2030: town(), 2040: town(limits=CLEAN.format(most=most))}
    return way(years, f"name build_max_per_year\nsun {rate}", start=2020)


def test_years_that_cannot_follow_are_told_with_what_helps():
    """Proves: the amounts are the smallest that help, by solving. Without it one would guess."""
    with pytest.raises(InfeasibleMix) as error:
        optimise_pathway(slow())
    found = {item.limit: item for item in error.value.relaxations}
    assert found["fuel 2040"].amount == near(8)
    assert found["build_max_per_year sun 2040"].allowed == near(9)
    assert error.value.year is None
    assert "'fuel, 2040' by 8" in str(error.value)
    assert "«fuel, 2040» di 8" in error.value.text("it")
    assert optimise_pathway(slow(most=8)).status == "optimal"
    with pytest.raises(InfeasibleMix):
        optimise_pathway(slow(most=7.9))


def test_who_does_not_look_ahead_is_told_that_a_way_may_exist():
    with pytest.raises(InfeasibleMix, match="foresight='perfect' may find a way") as error:
        optimise_pathway(slow(rate=0.6), foresight="myopic")
    assert error.value.year == 2040
    assert optimise_pathway(slow(rate=0.6)).status == "optimal"


@pytest.mark.parametrize("foresight", BOTH)
def test_a_year_that_earns_without_end_is_named(foresight):
    """Proves: the year and the input are told. Without it one would search all tables of all years."""
    calm = problem(
        processes="""
        process bus_out bus_in variable_eur_per_mwh
        spring  heat    -      1
        sale    -       heat   0
        """,
        demands=one_heat_demand(1),
    )
    greedy = replace(calm, processes=calm.processes.assign(variable_eur_per_mwh=[1.0, -3.0]))
    with pytest.raises(UnboundedMix, match=r"In 2040: .*'sale' -3"):
        optimise_pathway(way({2030: calm, 2040: greedy}), foresight=foresight)


# ── one year of the way ──────────────────────────────────────────────────────────────────────────────────


def test_a_year_is_asked_with_what_stands_in_it():
    """Proves: reasons are those of the year as it is found. Without it plants would be built anew.

    In 2040 the boilers of 2030 stand and are paid: 10 MWh cost their fuel, 50 EUR.
    """
    result = optimise_pathway(way({2030: town(), 2040: town()}))
    question = result.standing(2040)
    assert question.processes["capacity_existing_mw"].tolist() == near([10, 0])
    plan = optimise_mix(question)
    assert plan.cost_eur == near(50)
    with pytest.raises(InputError, match=r"leb.optimise_mix\(result.standing\(2040\)\)"):
        result.why("sun")
    with pytest.raises(InputError, match="has no year 2035; its years are 2030, 2040"):
        result.standing(2035)


def test_prices_stand_year_by_year():
    years = {2030: town(), 2040: town(limits=CLEAN.format(most=4))}
    prices = optimise_pathway(way(years)).prices
    assert isinstance(prices, pd.DataFrame)
    assert prices[["year", "target"]].to_numpy().tolist() == [[2040, "fuel"]]
