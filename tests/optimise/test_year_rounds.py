"""More days until a plan is proven near the least cost of the year, held against the year itself."""

import threading

import numpy as np
import pandas as pd
import pytest

from leb_kit import InputError, hour_blocks, optimise_mix, typical_days
from leb_kit.optimise import CancelledMix, MixProblem
from leb_kit.optimise.answers import year_rounds
from leb_kit.optimise.answers.year_check import over_the_year
from tests.optimise.test_year_check import peaked, town, year

STEPS = [24, 48, 96, 192, 384, 768, 1536, 8760]


@pytest.mark.parametrize("within", [0.05, 0.003, 1e-5])
def test_a_proven_plan_is_as_near_the_least_cost_of_the_year_as_was_asked(within):
    """Proves gap, bound and what was asked, against the least cost of every hour. Without it, a plan could be
    called near the least that is not, or days be taken for nothing."""
    profiles = year(2)
    plan = optimise_mix(town(profiles, typical_days(1)))
    found = plan.over_the_year(within=within)
    least = optimise_mix(town(profiles)).cost_eur
    assert found.proven
    assert least * (1 - 1e-9) <= found.cost_eur <= least * (1 + within) / (1 - within)
    assert found.bound_eur <= least * (1 + 1e-9)
    assert (found.rounds["bound_eur"] <= least * (1 + 1e-9)).all()
    assert (found.rounds["cost_eur"] >= least * (1 - 1e-9)).all()
    assert found.rounds["gap"].iloc[-1] == found.gap
    assert (found.rounds["gap"].iloc[:-1] > within).all()
    assert found.cost_eur == found.rounds["cost_eur"].min()
    assert found.rounds["steps"].tolist() == STEPS[: len(found.rounds)]


def test_what_days_cannot_prove_the_year_does():
    """Proves that the search ends with the year, whose solver knows its own distance, when days do not do."""
    problem = town(year(3), typical_days(60))
    found = optimise_mix(problem).over_the_year(within=1e-8)
    least = optimise_mix(problem.whole_year()).cost_eur
    assert found.rounds["steps"].tolist() == [60 * 24, 8760]
    assert found.proven
    assert found.cost_eur == pytest.approx(least, rel=1e-8)
    assert found.added.empty
    assert "dopo piani di 1.440, 8.760 passi" in found.explain("it")
    assert "after plans of 1,440, 8,760 steps" in found.explain("en")


def test_after_blocks_of_hours_comes_the_year():
    """Proves that a plan of blocks is proven too. Without it, its blocks would be taken for days."""
    profiles = year(4)
    found = optimise_mix(town(profiles, hour_blocks(12))).over_the_year(within=1e-6)
    assert found.rounds["steps"].tolist() == [730, 8760]
    assert found.proven


def test_a_year_that_is_stopped_leaves_open_what_was_asked(monkeypatch):
    """Proves the sentence of what is not proven. Without it, a stopped search could be told as a proof."""
    plan = optimise_mix(town(year(5), typical_days(64)))
    monkeypatch.setattr(year_rounds, "over_the_year", lambda plan, **_: over_the_year(plan))
    monkeypatch.setattr(year_rounds, "_more", lambda _: None)
    found = plan.over_the_year(within=0.01)
    assert found.proven is False
    assert "1,00 % chiesto non è provato" in found.explain("it")
    assert "not proven" in found.explain("en")


@pytest.mark.parametrize("within", [0, 1, -0.1, "0,1", True, np.nan])
def test_what_is_no_share_is_refused(within):
    plan = optimise_mix(town(year(1), typical_days(1)))
    with pytest.raises(InputError, match="a share above 0 and below 1 is expected"):
        plan.over_the_year(within=within)


def test_days_are_taken_under_the_same_question():
    """Proves that a round keeps links between days and the day of the peak. Without it, more days could be
    days of another question."""
    problem = peaked(1, 4)
    twice = year_rounds._more(problem)
    again = MixProblem.from_tables(
        buses=problem.buses,
        processes=problem.processes,
        demands=problem.demands,
        storages=problem.storages,
        profiles=problem.time.hourly,
        time=typical_days(8, linked=True),
    )
    pd.testing.assert_frame_equal(twice.time.profiles, again.time.profiles)
    assert np.array_equal(twice.time.sequence, again.time.sequence)


@pytest.mark.parametrize("bound", ["si", 1, None])
def test_a_wish_for_a_bound_that_is_neither_yes_nor_no_is_told(bound):
    """Proves that another type is refused. Without it, ``bound="no"`` would look for minutes."""
    plan = optimise_mix(town(year(1), typical_days(1)))
    with pytest.raises(InputError, match="True or False is expected"):
        plan.over_the_year(bound=bound)


def test_a_listener_hears_every_round_and_what_is_proven():
    """Proves the words of each plan on its way, before it is held: its steps, and the cost and gap of the
    rounds before. Without it, ten minutes pass in silence."""
    told = []
    plan = optimise_mix(town(year(2), typical_days(1)))
    found = plan.over_the_year(within=1e-5, progress=told.append)
    begun = [one for place, one in enumerate(told) if not place or told[place - 1].steps != one.steps]
    assert [one.steps for one in begun] == found.rounds["steps"].tolist()
    assert len(begun) > 1
    assert (begun[0].cost_eur, begun[0].gap) == (None, None)
    assert [one.gap for one in begun[1:]] == found.rounds["gap"].iloc[:-1].tolist()
    assert begun[-1].cost_eur == found.rounds["cost_eur"].iloc[:-1].min()
    assert [one.seconds for one in told] == sorted(one.seconds for one in told)


def test_a_search_over_the_year_stops_where_it_is_asked_to():
    """Proves that the wish to stop reaches the rounds. Without it, a button would wait for the year."""
    stop = threading.Event()
    plan = optimise_mix(town(year(2), typical_days(1)))
    with pytest.raises(CancelledMix):
        plan.over_the_year(within=1e-5, cancel=stop, progress=lambda one: one.cost_eur and stop.set())


@pytest.mark.parametrize("wrong", [{"cancel": True}, {"progress": "yes"}, {"time_limit_s": -1}])
def test_what_cannot_stop_or_hear_a_search_over_the_year_is_told(wrong):
    plan = optimise_mix(town(year(1), typical_days(1)))
    with pytest.raises(InputError, match=next(iter(wrong))):
        plan.over_the_year(**wrong)
