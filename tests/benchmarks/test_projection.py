"""Projection: one scenario-year, thousands of scenarios, all municipalities of a region.

The peer of the arrays is NumPy's own matrix product over the same cells and cases: what the cheapest
thinkable linear answer would cost.
"""

import numpy as np
import pandas as pd
import pytest

import leb_kit as leb

M = leb.measures
YEARS = range(2021, 2041)
PLACES = 1181


def plan(share, name="plan"):
    return leb.Scenario(name, base_year=2019).add(
        M.retrofit(share=share, to_year=2030),
        M.heat_pumps(share=0.3, to_year=2040),
        M.electric_vehicles(share=0.3, to_year=2035),
        M.biomethane(share=0.1),
    )


@pytest.fixture(scope="module")
def italy():
    return leb.examples.italy()


@pytest.fixture(scope="module")
def municipalities():
    """The City of Torino in 1,181 sizes: as many places and cells as Piemonte has."""
    rows = leb.examples.torino().leaves
    sizes = np.random.default_rng(1).uniform(0.001, 0.1, PLACES)
    many = [
        rows.assign(territory=f"{1001 + at:06d}", energy_mwh=rows["energy_mwh"] * size)
        for at, size in enumerate(sizes)
    ]
    return leb.Balance.from_mwh(pd.concat(many, ignore_index=True))


@pytest.mark.benchmark(group="one scenario-year, Italy")
def test_one_scenario_year(benchmark, italy):
    leb.project_many(italy, [plan(0.1)], years=[2030])
    done = benchmark(lambda: leb.project_many(italy, [plan(0.2)], years=[2030]))
    assert done.energy_mwh.shape[:2] == (1, 1)


@pytest.mark.benchmark(group="one scenario-year, Italy")
def test_one_scenario_year_as_a_balance(benchmark, italy):
    leb.project(italy, plan(0.1), year=2030)
    assert benchmark(lambda: leb.project(italy, plan(0.2), year=2030)).years == (2030,)


@pytest.mark.benchmark(group="2,000 scenario-years, Torino")
def test_two_thousand_scenario_years(benchmark):
    torino = leb.examples.torino()
    plans = [plan(at / 2000, f"plan {at}") for at in range(1000)]
    done = benchmark.pedantic(lambda: leb.project_many(torino, plans, years=[2025, 2030]), rounds=3)
    assert len(done.cases) == 2000


@pytest.mark.benchmark(group="1,181 municipalities, 20 years")
def test_all_municipalities(benchmark, municipalities):
    done = benchmark.pedantic(
        lambda: leb.project_many(municipalities, [plan(0.2)], years=YEARS), rounds=3, warmup_rounds=1
    )
    assert done.energy_mwh.shape[:2] == (PLACES, 20)


@pytest.mark.benchmark(group="1,181 municipalities, 20 years")
def test_all_municipalities_peer_matrix_product(benchmark):
    cells, cases = 150, PLACES * 20
    weights, activity = np.random.default_rng(1).random((cells, cells)), np.ones((cases, cells))
    assert benchmark(lambda: activity @ weights).shape == (cases, cells)


@pytest.mark.benchmark(group="1,181 municipalities, 20 years")
def test_all_municipalities_indicators(benchmark, municipalities):
    done = leb.project_many(municipalities, [plan(0.2)], years=YEARS)
    assert len(benchmark.pedantic(done.indicators, rounds=3)) == PLACES * 20
