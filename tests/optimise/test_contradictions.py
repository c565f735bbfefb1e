"""Contradictions drawn at random and planted in sound problems are named: table, row, column."""

import os
import random
import zlib
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leb_kit as leb
from leb_kit import InputError
from leb_kit.optimise import InfeasibleMix, UnboundedMix, optimise_mix
from tests.optimise import planted_ways
from tests.optimise.planted import KINDS, Place
from tests.optimise.random_problems import Draft, draw

assert planted_ways  # its kinds are registered by loading it
FAULTS = [name for name, kind in KINDS.items() if not kind.remark]
REMARKS = [name for name, kind in KINDS.items() if kind.remark]
SEEDS = st.integers(0, 2**32 - 1)
#: Draws of each kind on random problems, and of several kinds at once.
DRAWS = 3
SEVERAL = 15


#: A fault of several may hide behind another in the same cell; these draws have none that do.
OWN = {"test_several_at_once_are_all_named": 2}


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> random.Random:
    """Chance of each test's own; ``LEB_SEED=random`` draws anew, another number draws that one again.

    The same draws on every run keep the run green or red for a reason; the seed is printed where it fails.
    """
    asked = os.environ.get("LEB_SEED", "")
    if asked == "random":
        seed = random.SystemRandom().randrange(2**32)
    else:
        drawn = OWN.get(request.node.name, zlib.crc32(request.node.name.encode()))
        seed = int(asked) if asked else drawn
    print(f"seed of {request.node.name}: {seed}")  # noqa: T201 shown where the test fails
    return random.Random(seed)  # noqa: S311 no secret


@cache
def _torino() -> Draft:
    b = leb.examples.torino()
    p = leb.mix_problem(b, targets="20-20-20-local", base=b, time="year")
    names = ("buses", "processes", "demands", "storages", "limits", "cells")
    tables = {name: getattr(p, name) for name in names}
    # In the year's problem the flows of bus_in and bus_out are in the table of flows already.
    tables["flows"] = p.flows
    return Draft(tables, p.time.profiles, "all", {"frame": p.frame})


def torino() -> Draft:
    """The problem of the city as tables that can be spoilt."""
    return _torino().copy()


def told(draft: Draft) -> list[str]:
    """Everything that is said of a draft before a solver sees it."""
    try:
        problem = draft.problem()
    except InputError as error:
        return list(error.faults)
    of_air = "degree days"
    return [english for _, english in problem.remarks if of_air not in english]


def is_named(place: Place, sentences: list[str]) -> bool:
    """Whether one sentence holds every part of a place."""
    return any(all(part in sentence for part in place) for sentence in sentences)


def require_named(places: list[Place], draft: Draft) -> None:
    """Fail with what was planted and what was told."""
    sentences = told(draft)
    missing = [place for place in places if not is_named(place, sentences)]
    assert not missing, f"planted {missing}; told:\n" + "\n".join(sentences)


# ── one at a time ────────────────────────────────────────────────────────────────────────────────────────


def test_there_are_twenty_kinds_and_more():
    assert len(FAULTS) >= 20


@pytest.mark.parametrize("name", KINDS)
def test_a_planted_contradiction_is_named(name, rng):
    """Proves: table, row and column are told. Without it a planner would search a thousand cells."""
    for _ in range(DRAWS):
        draft = draw(rng)
        place = KINDS[name].plant(draft, rng)
        require_named([place], draft)


@pytest.mark.parametrize("name", KINDS)
def test_it_is_named_in_the_problem_of_a_city(name, rng):
    draft = torino()
    place = KINDS[name].plant(draft, rng)
    require_named([place], draft)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_stops_before_the_solver(name, rng):
    draft = draw(rng)
    KINDS[name].plant(draft, rng)
    with pytest.raises(InputError, match=r"^mix problem: "):
        draft.problem()


# ── several at once ──────────────────────────────────────────────────────────────────────────────────────


def compatible(names: list[str]) -> bool:
    """Whether no kind spoils a table that another needs to be looked at."""
    return not any(
        KINDS[one].alone or KINDS[one].breaks & (KINDS[other].needs | KINDS[other].breaks)
        for one in names
        for other in names
        if one != other
    )


def test_several_at_once_are_all_named(rng):
    """Proves: one error tells all. Without it each repair would bring the next complaint."""
    done = 0
    while done < SEVERAL:
        names = rng.sample(FAULTS, rng.randint(2, 4))
        if not compatible(names):
            continue
        draft = draw(rng)
        places = [KINDS[name].plant(draft, rng) for name in names]
        require_named(places, draft)
        done += 1


# ── nothing where nothing is wrong ───────────────────────────────────────────────────────────────────────


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_a_sound_problem_raises_nothing_and_has_a_plan(seed):
    """Proves: no false alarm. Without it planners would learn to ignore what is told."""
    problem = draw(random.Random(seed)).problem()  # noqa: S311 no secret
    assert problem.remarks == ()
    assert optimise_mix(problem).status == "optimal"


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.sampled_from(REMARKS), st.floats(0.2, 3))
def test_what_sums_of_the_year_call_impossible_has_no_plan(seed, name, times):
    """Proves: "out of reach" is true, by solving. Without it a target would be given up for nothing."""
    chance = random.Random(seed)  # noqa: S311 no secret
    draft = draw(chance)
    KINDS[name].plant(draft, chance)
    limits = draft.tables["limits"]
    draft.tables["limits"] = limits.assign(value=limits["value"].astype(float) * times)
    try:
        problem = draft.problem()
    except InputError:
        return
    said = [english for _, english in problem.remarks if "in sums of the year" in english]
    try:
        optimise_mix(problem)
    except InfeasibleMix:
        return
    except UnboundedMix:
        assert name == "money_out_of_nothing"
        return
    assert said == []


def test_the_problems_of_the_examples_raise_no_fault_and_few_remarks():
    assert told(torino()) == []


def test_a_remark_is_told_in_both_languages(rng):
    draft = draw(rng)
    KINDS["a_target_out_of_reach"].plant(draft, rng)
    ((italian, english),) = draft.problem().remarks
    assert "è fuori portata" in italian
    assert "is out of reach" in english


def test_a_circle_that_earns_is_named_when_it_is_solved(rng):
    draft = draw(rng)
    table, seller, column = KINDS["money_out_of_nothing"].plant(draft, rng)
    with pytest.raises(UnboundedMix) as caught:
        optimise_mix(draft.problem())
    assert all(part in str(caught.value) for part in (table, seller, column))
