"""Charging of electric cars in the plan of a city: what is moved, what it is worth, what is refused."""

import numpy as np
import pytest

import leb_kit as leb
from leb_kit import InputError
from leb_kit.optimise import mix_problem, optimise_mix, typical_days

ROAD, POWER, CAR = "FC_TRA_ROAD_E", "E7000", "charging"


@pytest.fixture(scope="module")
def city() -> leb.Balance:
    """Torino with a third of its petrol cars electric."""
    plan = leb.Scenario("cars", base_year=2019).add(leb.measures.electric_vehicles(share=0.3))
    return leb.project(leb.examples.torino(), plan, year=2030)


@pytest.fixture(scope="module")
def asked(city):
    """The same question with cars that wait, cars that do not, and cars nobody looks at."""
    return {
        share: mix_problem(city, time=typical_days(3), charging=share, prices={"E7000_export": 1.0})
        for share in (None, 0.0, 0.8)
    }


def test_cars_are_a_part_of_what_was_the_rest(asked, city):
    """Proves: nothing is counted twice; the electricity of cars is that of the balance."""
    energy = city.leaves.query("flow == @ROAD and product == @POWER")["energy_mwh"].sum()
    with_cars, without = (asked[share].demands.set_index("demand")["annual_mwh"] for share in (0.8, None))
    assert energy > 0
    assert with_cars[CAR] == pytest.approx(energy)
    assert with_cars.sum() == pytest.approx(without.sum())
    trips = asked[0.8].time.profiles[CAR].to_numpy()
    assert np.corrcoef(trips, leb_trips(asked[0.8]))[0, 1] == pytest.approx(1, abs=1e-3)


def leb_trips(problem) -> np.ndarray:
    """Trips of the days that were kept, from the shipped hours."""
    from leb_kit.reference.profiles import italy_2017

    by_day = italy_2017()["mobility_passenger"].to_numpy().reshape(-1, 24)
    return by_day[problem.time.days["day_of_year"]].ravel()


def test_cars_that_may_wait_never_cost_more_and_are_all_charged(asked, city):
    """Proves the worth of waiting, and that each day's energy is served on its day."""
    stiff, patient = optimise_mix(asked[0.0]), optimise_mix(asked[0.8])
    assert patient.cost_eur <= stiff.cost_eur * (1 + 1e-9)
    problem = asked[0.8]
    served = patient.dispatch[f"{CAR}:served"].to_numpy()
    wanted = problem.movable_mw()[0] / 0.8
    for hours in problem.time.steps_of_days():
        assert served[list(hours)].sum() == pytest.approx(wanted[list(hours)].sum())
    assert (served >= 0.2 * wanted - 1e-6).all()
    assert np.abs(served - wanted).max() > 0.01 * wanted.max()
    planned = patient.to_balance()
    assert leb.check(planned).ok
    kept = planned.leaves.query("flow == @ROAD and product == @POWER")["energy_mwh"].sum()
    assert kept == pytest.approx(city.leaves.query("flow == @ROAD and product == @POWER")["energy_mwh"].sum())


@pytest.mark.parametrize("share", [-0.1, 1.5, True, "half", float("nan")])
def test_a_share_that_cannot_be_is_refused(city, share):
    with pytest.raises(InputError, match="a share from 0 to 1 is expected"):
        mix_problem(city, charging=share)


def test_a_balance_without_electric_cars_is_told():
    torino = leb.examples.torino()
    rows = torino.leaves
    without = rows[~((rows["flow"] == ROAD) & (rows["product"] == POWER))]
    with pytest.raises(InputError, match="electric_vehicles brings it"):
        mix_problem(leb.Balance.from_mwh(without), charging=0.5)
