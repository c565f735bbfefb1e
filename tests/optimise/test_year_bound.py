"""What no plan of the year costs less than, held against the whole year."""

import threading
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leb_kit.examples import torino
from leb_kit.optimise import CancelledMix, MixProblem, mix_problem, optimise_mix, typical_days, watching
from leb_kit.optimise.answers import year_bound
from leb_kit.optimise.answers.year_bound import LACK_EUR_PER_UNIT, bound_year, days_of_columns
from leb_kit.optimise.model.build import build
from leb_kit.optimise.solver import day_lack, watch
from leb_kit.optimise.solver.day_passes import quiet_solver
from leb_kit.optimise.solver.day_split import split_days
from leb_kit.optimise.solver.solve import dual_bound, solve
from tests.optimise.test_year_check import HOURS, town, year


def city(seed: int, time) -> MixProblem:
    """Sun, a battery, a fuel that waits, and a limit on what is bought: all that joins days of a year."""
    profiles = year(seed)
    base = town(profiles)
    engine = pd.DataFrame(
        {
            "process": ["engine", "fuel"],
            "technology": ["gas_chp", "gas_import"],
            "capex_eur_per_mw_year": [30_000.0, 0.0],
            "variable_eur_per_mwh": [1.0, 40.0],
        }
    )
    flows = pd.DataFrame(
        {
            "process": ["engine", "engine", "fuel"],
            "bus": ["electricity", "fuel", "fuel"],
            "coefficient": [1.0, -2.0, 1.0],
        }
    )
    return MixProblem.from_tables(
        buses=pd.DataFrame({"bus": ["electricity", "fuel"], "annual": [False, True]}),
        processes=pd.concat([base.processes, engine], ignore_index=True),
        flows=flows,
        demands=base.demands,
        storages=pd.DataFrame(
            {
                "storage": ["battery"],
                "technology": ["battery"],
                "bus": ["electricity"],
                "capex_eur_per_mwh_year": [900.0],
                "energy_to_power_h": [4.0],
                "charge_efficiency": [0.95],
            }
        ),
        limits=pd.DataFrame(
            {
                "limit": ["bought"],
                "process": ["import"],
                "coefficient": 1.0,
                "sense": "at_most",
                "value": [40_000.0],
            }
        ),
        profiles=profiles,
        time=time,
    )


def test_a_bound_tells_how_far_it_is_and_stops(monkeypatch):
    """Proves: weeks that are solved one by one are told to who listens, and hear the wish to stop. Without it
    half a minute passes in silence, and a button waits."""
    monkeypatch.setattr(watch, "_LOOK_S", 0)
    plan = optimise_mix(town(year(2), typical_days(2)))
    built = build(plan.problem.whole_year())
    told: list[int] = []
    with watching(progress=lambda one: told.append(one.iterations)):
        found = bound_year(plan, built, within=1e-3)
    weeks = -(-HOURS // 168)
    assert len(told) >= found.rounds * weeks
    assert told == list(range(len(told)))
    stop = threading.Event()
    with (
        pytest.raises(CancelledMix),
        watching(stop, lambda one: one.iterations == weeks + 1 and stop.set()),
    ):
        bound_year(plan, built, within=1e-3)


def test_weeks_that_lack_go_on_from_where_they_were_left(monkeypatch):
    """Proves: sizes that do for the weeks that lack are the same from the corners of these weeks as anew,
    in fewer pivots. Without it Italy's bound takes a third longer."""
    hour = np.arange(HOURS)
    profiles = {"use": 2 + np.sin(hour * hour), "sun": np.maximum(0, np.sin(hour / 24 * 2 * np.pi))}
    question = MixProblem.from_tables(
        buses=pd.DataFrame({"bus": ["heat"]}),
        processes=pd.DataFrame(
            {
                "process": ["boiler", "sun"],
                "bus_out": "heat",
                "technology": ["gas_boiler", "pv"],
                "profile": ["", "sun"],
                "capex_eur_per_mw_year": [1000.0, 5000.0],
                "variable_eur_per_mwh": [5.0, 0.0],
            }
        ),
        storages=pd.DataFrame({"storage": ["tank"], "bus": "heat", "capex_eur_per_mwh_year": [20.0]}),
        demands=pd.DataFrame({"demand": ["homes"], "bus": "heat", "annual_mwh": [9e3], "profile": ["use"]}),
        profiles=pd.DataFrame(profiles),
        time=typical_days(2, linked=True),
    )
    plan = optimise_mix(question)
    search = year_bound._search(plan, build(plan.problem.whole_year()), 1e-3, None)
    first = search._pass(0.95 * search._start, search._prices)
    lacking = np.flatnonzero(first.lack > day_lack.NO_LACK)[:4]
    assert len(lacking) == 4
    solvers = []
    monkeypatch.setattr(day_lack, "quiet_solver", lambda: solvers.append(quiet_solver()) or solvers[-1])
    ends = [
        day_lack.least_outside(search._split, first.outer, first.prices, lacking, corners)
        for corners in (None, search._passes.corners)
    ]
    assert ends[1] == pytest.approx(ends[0], rel=1e-9, abs=1e-6)
    assert search._passes.solve(ends[1], first.prices).lack[lacking].max() < 1e-6
    anew, on = (one.getInfo().simplex_iteration_count for one in solvers)
    assert on < anew


def test_a_bound_is_the_least_cost_where_nothing_is_rationed():
    """By hand: 364 days of one megawatt and one of two need 2 MW at 10 EUR, 8,784 MWh at 1 EUR."""
    profiles = pd.DataFrame({"use": np.r_[np.ones(HOURS - 24), np.full(24, 2.0)]})
    problem = MixProblem.from_tables(
        buses=pd.DataFrame({"bus": ["heat"]}),
        processes=pd.DataFrame(
            {
                "process": ["boiler"],
                "bus_out": ["heat"],
                "capex_eur_per_mw_year": [10.0],
                "variable_eur_per_mwh": [1.0],
            }
        ),
        demands=pd.DataFrame({"demand": ["homes"], "bus": "heat", "annual_mwh": [8784.0], "profile": "use"}),
        profiles=profiles,
        time=typical_days(1),
    )
    plan = optimise_mix(problem)
    found = bound_year(plan, build(problem.whole_year()), within=1e-6)
    assert found.bound_eur == pytest.approx(8804, rel=1e-6)
    assert found.bound_eur <= 8804 * (1 + 1e-9)
    assert found.lack == pytest.approx(0, abs=1e-6)


@pytest.fixture(scope="module")
def whole():
    """The year in one piece, solved once: problem of typical days, its year, the least-cost answer."""
    problem = city(2, typical_days(8, linked=True))
    built = build(problem.whole_year())
    return problem, built, solve(built.program)


def test_no_plan_of_the_year_costs_less_than_the_bound_nor_much_more(whole):
    """Proves the bound, without the code that finds it: it is below the least cost of the year, and near."""
    problem, built, answer = whole
    found = bound_year(optimise_mix(problem), built, within=1e-3)
    assert found.bound_eur <= answer.objective * (1 + 1e-7)
    assert found.bound_eur >= answer.objective * 0.98
    assert found.bound_eur == dual_bound(built.program, found.row_dual)


def test_a_bound_of_a_city_is_near_its_plan_even_from_prices_that_are_off():
    """Proves the search of prices: a fifth too low (efficiency, gas and heat together) they come right, and
    the bound is below what a plan of every hour costs. Without it two thirds of the cost are lost."""
    balance = torino()
    plan = optimise_mix(mix_problem(balance, targets="20-20-20-local", base=balance, time=typical_days(24)))
    least = plan.over_the_year().cost_eur
    built = build(plan.problem.whole_year())
    told = {row: 4 / 5 * price for row, price in plan.yearly_prices.items()}
    assert min(told.values()) < -30
    found = bound_year(replace(plan, yearly_prices=told), built, within=1e-3)
    assert found.bound_eur == dual_bound(built.program, found.row_dual)
    assert 0.995 * least <= found.bound_eur <= least


def test_prices_at_which_weeks_earn_without_end_are_brought_back(whole):
    """Proves that fuel is not sold dearer than it is bought. Without it, there is no bound."""
    problem, built, answer = whole
    split = split_days(built.program, days_of_columns(built), LACK_EUR_PER_UNIT)
    cost, added = split.unheld()
    assert cost.tolist() == [40.0]
    assert added.tolist() == [[1.0, 0.0]]
    plan = optimise_mix(problem)
    assert plan.yearly_prices["annual_balance[fuel]"] == pytest.approx(40)
    dear = replace(plan, yearly_prices=plan.yearly_prices | {"annual_balance[fuel]": 60.0})
    found = bound_year(dear, built, within=1e-3)
    assert 0 < found.bound_eur <= answer.objective * (1 + 1e-7)


def test_a_search_without_time_tells_what_it_has(whole):
    """Proves: a limit of time gives a bound or says that there is none; it never gives one too high."""
    problem, built, answer = whole
    found = bound_year(optimise_mix(problem), built, within=1e-4, time_limit_s=0)
    assert found.rounds == 1
    assert found.bound_eur <= answer.objective


def test_a_year_taken_apart_is_the_year(whole):
    """Proves: sums put in, and days, hold what the program held. Without it another year is bounded."""
    _, built, answer = whole
    split = split_days(built.program, days_of_columns(built), LACK_EUR_PER_UNIT)
    outer = answer.x[split.outer]
    inside = [answer.x[block.columns] for block in split.blocks]
    days = sum(float(block.cost[: len(x)] @ x) for block, x in zip(split.blocks, inside, strict=True))
    assert split.constant + float(split.cost @ outer) + days == pytest.approx(answer.objective, rel=1e-7)
    yearly = split.outer_yearly @ outer + sum(
        block.yearly[:, : len(x)] @ x for block, x in zip(split.blocks, inside, strict=True)
    )
    assert (yearly >= split.lower - 1e-2).all()
    assert (yearly <= split.upper + 1e-2).all()
    names = {built.program.rows.name(int(row)) for row in split.yearly_rows}
    assert names == {"annual_balance[fuel]", "annual_limits[bought]"}


def test_the_check_tells_bound_and_gap_in_both_languages():
    plan = optimise_mix(town(year(3), typical_days(8)))
    found = plan.over_the_year(bound=True)
    assert found.gap == pytest.approx(1 - found.bound_eur / found.cost_eur)
    assert 0 <= found.gap < 0.02
    assert "Nessun piano dell'anno costa meno di" in found.explain("it")
    assert "No plan of the year costs less than" in found.explain("en")
    assert "gap" in repr(found)


@settings(max_examples=3, deadline=None, derandomize=True)
@given(
    seed=st.integers(1, 10**6),
    days=st.integers(1, 6),
    rationed=st.floats(0.75, 0.98),
    annuity=st.floats(5e3, 6e4),
    stored=st.booleans(),
)
def test_bound_least_cost_and_cost_of_a_plan_stand_in_this_order(seed, days, rationed, annuity, stored):
    """Proves, of years drawn at random: no plan costs less than the bound, and the plan over the year no less
    than the least. Without it either number could be told of another question."""
    profiles = year(seed)
    base = town(profiles)
    tank = {"storage": ["tank"], "technology": ["battery"], "bus": ["electricity"]}
    limit = {"limit": ["bought"], "process": ["import"], "coefficient": [1.0], "sense": ["at_most"]}
    problem = MixProblem.from_tables(
        buses=base.buses,
        processes=base.processes.assign(capex_eur_per_mw_year=[annuity, 0.0]),
        demands=base.demands,
        storages=pd.DataFrame(tank | {"capex_eur_per_mwh_year": [1500.0]}) if stored else None,
        limits=pd.DataFrame(limit | {"value": [rationed * float(profiles["use"].sum())]}),
        profiles=profiles,
        time=typical_days(days, linked=stored),
    )
    least = solve(build(problem.whole_year()).program).objective
    found = optimise_mix(problem).over_the_year(bound=True)
    assert found.bound_eur <= least * (1 + 1e-7)
    assert least <= found.cost_eur * (1 + 1e-7)
