"""Typical days: the energy of the year, its hardest day, and the same choice each time."""

import numpy as np
import pandas as pd
import pytest

from leb_kit import InputError
from leb_kit.optimise import typical_days
from leb_kit.optimise.question.time import steps
from leb_kit.reference.profiles import italy_2017
from tests.optimise.tables import one_heat_demand, problem

DEMANDS = ("electricity", "space_heating")


@pytest.fixture(scope="module")
def year() -> pd.DataFrame:
    """The real weather year of the package."""
    return italy_2017().reset_index(drop=True).astype(float)


@pytest.mark.parametrize("count", [4, 12, 24, 100, 365])
def test_the_year_is_kept_in_days_and_in_energy(year, count):
    """Proves: weights are 365 days and every yearly sum is kept. Without it a plan would serve another."""
    few = steps(year, typical_days(count), peaks=DEMANDS)
    assert few.count == 24 * count
    assert few.days["stands_for_days"].sum() == 365
    assert few.weight_h.sum() == 8760
    kept = few.weight_h @ few.profiles
    assert kept.to_dict() == pytest.approx(year.sum().to_dict(), rel=1e-9)
    assert (few.profiles >= 0).all().all()
    # A share of capacity stays one: no plant gives more than it has.
    share = [name for name in year if year[name].max() <= 1]
    assert few.profiles[share].max().max() <= 1


def test_a_profile_that_the_kept_days_do_not_know_is_told(year):
    """Proves: no energy vanishes. Without it a year with two winter days would need no cooling."""
    with pytest.raises(
        InputError, match="'space_cooling' cannot keep its yearly sum in 1 days; ask for more"
    ):
        steps(year, typical_days(1), peaks=("space_heating",))


@pytest.mark.parametrize("count", [4, 24])
def test_the_hardest_day_of_each_demand_is_among_them_and_stands_for_itself(year, count):
    """Proves: peaks are real. Without it a plan would be short of plants on the coldest evening.

    Scaling to the sum of the year moves the peak: by up to 16 % with 4 days, by up to 3 % with 24.
    """
    few = steps(year, typical_days(count), peaks=DEMANDS)
    days = few.days.set_index("day_of_year")["stands_for_days"]
    for name in DEMANDS:
        hardest = int(year[name].to_numpy().argmax()) // 24
        assert days[hardest] == 1
        moved = few.profiles[name].max() / year[name].max()
        assert moved == pytest.approx(1, abs=0.16 if count == 4 else 0.03)


def test_a_kept_day_is_a_real_day_but_for_one_factor(year):
    few = steps(year, typical_days(6), peaks=DEMANDS)
    shape = year["electricity"].to_numpy().reshape(365, 24)[few.days["day_of_year"]].ravel()
    ratio = few.profiles["electricity"].to_numpy() / shape
    assert ratio == pytest.approx(ratio[0], rel=1e-12)


def test_the_same_year_gives_the_same_days(year):
    first, second = (steps(year, typical_days(12), peaks=DEMANDS) for _ in range(2))
    assert first.profiles.equals(second.profiles)
    assert first.days.equals(second.days)
    assert (first.weight_h == second.weight_h).all()


def test_all_days_are_the_year_itself(year):
    """Proves: 365 typical days change nothing. Without it the reduction would have an error of its own."""
    whole = steps(year, typical_days(365), peaks=DEMANDS)
    assert whole.profiles.to_numpy() == pytest.approx(year.to_numpy(), rel=1e-12)
    assert (whole.weight_h == 1).all()
    assert whole.days["day_of_year"].tolist() == list(range(365))
    assert (np.bincount(whole.day) == 24).all()


def test_all_takes_the_rows_as_they_are():
    short = steps(pd.DataFrame({"sun": [0.0, 1.0, 0.5]}), "all")
    assert short.profiles["sun"].tolist() == [0, 1, 0.5]
    assert short.weight_h.tolist() == [1, 1, 1]
    assert short.day.tolist() == [0, 0, 0]


def test_linked_days_know_the_order_of_the_year(year):
    """Proves: each day of the year has its typical day, a kept day itself. Without it seasons would mix."""
    few = steps(year, typical_days(12, linked=True), peaks=DEMANDS)
    assert len(few.sequence) == 365
    assert few.sequence[few.days["day_of_year"]].tolist() == list(range(12))
    assert np.bincount(few.sequence).tolist() == few.days["stands_for_days"].tolist()
    assert steps(year, typical_days(12), peaks=DEMANDS).sequence is None


def test_a_year_is_every_hour_of_it(year):
    whole = steps(year, "year")
    assert whole.profiles.equals(year)
    with pytest.raises(InputError, match="a year needs 8760 hourly rows; found 2"):
        steps(year.head(2), "year")


@pytest.mark.parametrize("count", [0, -1, 366, 2.0, "24", None, True])
def test_a_bad_number_of_days_is_told(count):
    with pytest.raises(InputError, match="a whole number from 1 to 365 is expected"):
        typical_days(count)


def test_days_are_chosen_where_no_profile_tells_them_apart():
    """Proves: a flat year has typical days, too. Without it a problem without profiles could not use them."""
    text = "process bus_out variable_eur_per_mwh\nboiler heat 20"
    flat = problem(processes=text, profiles=8760, demands=one_heat_demand(8760), time=typical_days(3))
    assert flat.time.weight_h.sum() == 8760
    even = "homes\n" + "1\n" * 8760
    same = problem(processes=text, profiles=even, demands=one_heat_demand(5, "homes"), time=typical_days(3))
    assert same.time.weight_h.sum() == 8760
    assert same.time.weight_h @ same.demand_mw("heat") == pytest.approx(5)
