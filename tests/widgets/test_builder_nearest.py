"""The nearest choice that can be: verified by projecting it, and by projecting one step more."""

import pytest

import leb_kit as leb
from leb_kit.widgets import ScenarioBuilder
from leb_kit.widgets.builder_nearest import nearest
from leb_kit.widgets.builder_state import Bench

PUMPS, NETWORK, SUN = "heat_pumps", "district_heating_connection", "photovoltaic"


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(leb.examples.torino(), 2030)


@pytest.mark.parametrize("moved", [PUMPS, NETWORK])
def test_what_is_offered_can_be_and_one_step_more_cannot(bench, moved):
    wish = {SUN: 100, PUMPS: 0.7, NETWORK: 0.8}
    offer = nearest(bench, wish, 2030, [moved])
    assert offer["kind"] == moved
    assert set(offer["clash"]) == {PUMPS, NETWORK}
    assert bench.possible({**wish, moved: offer["size"]}, 2030)
    assert not bench.possible({**wish, moved: offer["size"] + 0.01}, 2030)


def test_none_of_a_clash_can_be_left_out(bench):
    wish = {SUN: 100, PUMPS: 0.7, NETWORK: 0.8}
    for name in nearest(bench, wish, 2030)["clash"]:
        assert bench.possible({key: size for key, size in wish.items() if key != name}, 2030)


def test_a_forged_measure_offers_nothing(bench):
    assert nearest(bench, {"<img onerror=alert(1)>": 1.0}, 2030) == {}


def test_the_builder_offers_while_it_cannot_be_and_then_no_more():
    builder = ScenarioBuilder(leb.examples.torino(), kinds=[PUMPS, NETWORK])
    builder.sizes = {PUMPS: 0.7}
    assert builder.offer == {}
    builder.sizes = {PUMPS: 0.7, NETWORK: 0.8}
    assert builder.offer["kind"] == NETWORK
    builder.sizes = {**builder.sizes, NETWORK: builder.offer["size"]}
    assert builder.offer == {}
    assert builder.outcome["faults"] == {}
