"""Everything works on every kind of territory: a city, two countries, a province of headline figures."""

from functools import cache

import pytest

import leb_kit as leb
from leb_kit.scenarios import effects
from tests.helpers import france

M = leb.measures
PLACES = {
    "city": leb.examples.torino,
    "country": leb.examples.italy,
    "abroad": france,
    "province": leb.examples.province_torino,
}


@pytest.fixture(params=PLACES, scope="module")
def balance(request):
    return PLACES[request.param]()


@cache
def later_of(balance):
    year = balance.years[0]
    plan = leb.Scenario("plan", base_year=year).add(
        M.retrofit(share=0.2, to_year=year + 10),
        M.heat_pumps(share=0.3),
        M.electric_vehicles(share=0.2),
        M.biomethane(share=0.1),
        M.industrial_efficiency(share=0.1),
    )
    return plan, leb.project(balance, plan, year=year + 10)


def cells(balance):
    return balance.leaves.groupby(["flow", "product"])["energy_mwh"].sum()


def test_it_closes_and_comes_back_from_its_system(balance):
    assert leb.check(balance).ok
    mine, back = cells(balance), cells(leb.calibrate(balance).to_balance())
    assert back.sub(mine, fill_value=0.0).abs().max() <= 1e-9 * mine.abs().max()


@pytest.mark.parametrize("columns", [5, 7])
def test_every_node_of_its_scheme_closes(balance, columns):
    arrows = leb.links(balance, columns=columns)
    into, out = arrows.groupby("target")["energy_mwh"].sum(), arrows.groupby("source")["energy_mwh"].sum()
    both = into.index.intersection(out.index)
    assert len(both) > 5
    assert ((into[both] - out[both]).abs() <= 1e-9 * into[both]).all()


def test_its_gas_and_its_cogeneration_can_be_followed(balance):
    assert len(leb.path(balance, product="G3000"))
    for node in ("cogeneration", "residential"):
        assert len(leb.detail(balance, node=node).table)


def test_its_targets_its_ben_and_its_inventory_are_told(balance):
    told = leb.evaluate(balance, "20-20-20-local", base=balance)
    assert told["indicator"].tolist() == ["renewable_share", "emissions", "primary_energy"]
    assert leb.to_ben(balance).to_numpy().sum() != 0
    inventory = leb.indicators.emission_inventory(balance)
    assert inventory.total_tco2 > 0


def test_its_future_is_a_balance_that_closes_and_can_be_explained(balance):
    _, later = later_of(balance)
    assert leb.check(later).ok
    found = leb.compare(balance, later)
    assert found.indicators.loc["emissions_tco2eq", "change"] < 0
    assert found.bridge()["change"].sum() == pytest.approx(
        found.indicators.loc["emissions_tco2eq", "change"], rel=1e-9
    )
    assert len(found.explain("it")) == len(found.explain("en")) > 6


def test_the_steps_of_its_measures_sum_to_the_whole(balance):
    plan, later = later_of(balance)
    told = effects(balance, plan, year=later.years[0])
    assert told.step.sum().to_numpy() == pytest.approx(told.total.to_numpy(), rel=1e-9)


def test_it_is_reconciled_where_nothing_is_wrong(balance):
    done = leb.reconcile(balance, sigma=0.05)
    assert leb.check(done.balance).ok
    mine = cells(balance)
    assert cells(done.balance).sub(mine, fill_value=0.0).abs().max() <= 1e-3 * mine.abs().max()
