"""Profiles of one's own through ``mix_problem``: prices and limits by hour, clocks, prices below zero."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.optimise import MixProblem, UnboundedMix, mix_problem, optimise_mix, typical_days
from leb_kit.optimise.from_balance.hourly import OwnProfiles
from leb_kit.reference import costs

HOURS = 8760
DAYS = typical_days(3)
PRICE = "import_price_eur_per_mwh"
#: EUR/MWh at which electricity is bought rather than made.
CHEAP = 20.0


def plan(**columns: object) -> object:
    profiles = pd.DataFrame(columns, index=range(HOURS)) if columns else None
    return optimise_mix(mix_problem(leb.examples.torino(), time=DAYS, profiles=profiles))


@pytest.fixture(scope="module")
def scalar() -> object:
    """Plan without profiles of one's own."""
    return plan()


def test_a_constant_price_is_the_price_of_the_year(scalar: object) -> None:
    """Proves hourly prices cost what a price of the year costs. Without it both could be counted."""
    dear, usual = costs.price("E7000_import"), costs.price("E7000_export")
    prices = {"E7000_import": CHEAP, "E7000_export": CHEAP - dear + usual}
    of_year = optimise_mix(mix_problem(leb.examples.torino(), time=DAYS, prices=prices))
    assert of_year.cost_eur != pytest.approx(scalar.cost_eur, rel=1e-3)
    assert plan(**{PRICE: CHEAP}).cost_eur == pytest.approx(of_year.cost_eur, rel=1e-7)


def test_an_hourly_limit_holds_in_its_hours() -> None:
    """Proves nothing is bought where the limit is zero. Without it the limit would count for the year."""
    night = np.tile(np.arange(24) < 6, 365)
    limited = plan(**{"import_limit_mw": np.where(night, 0.0, 5000.0), PRICE: CHEAP})
    bought = limited.dispatch["electricity_import"].to_numpy().reshape(-1, 24)
    assert bought[:, :6].max() == pytest.approx(0.0, abs=1e-6)
    assert bought[:, 6:].max() > 0


def test_a_negative_price_is_a_plan_that_the_indicators_confirm(scalar: object) -> None:
    """Proves hours below zero are no fault, and lower the cost. Without it real prices are refused."""
    price = np.where(np.tile(np.arange(24) == 13, 365), -20.0, 52.32)
    cheaper = plan(**{PRICE: price})
    assert cheaper.cost_eur < scalar.cost_eur
    balance = cheaper.to_balance()
    assert leb.check(balance).ok


def hourly_market(sold: tuple[float, float] = (45.0, -5.0), **columns: object) -> MixProblem:
    """A market without lines of a size: buys and sells at prices of two hours."""
    processes = pd.DataFrame(
        {
            "process": ["buy", "sell"],
            "bus_out": ["grid", ""],
            "bus_in": ["", "grid"],
            "variable_eur_per_mwh": [1.0, -1.0],
            "variable_profile": ["bought", "sold"],
        }
    ).assign(**columns)
    return MixProblem.from_tables(
        buses=pd.DataFrame({"bus": ["grid"]}),
        processes=processes,
        demands=pd.DataFrame({"demand": ["town"], "bus": ["grid"], "annual_mwh": [2.0]}),
        profiles=pd.DataFrame({"bought": [50.0, -10.0], "sold": list(sold)}),
    )


def test_an_hour_that_earns_without_end_is_told() -> None:
    """Proves a circle of one hour is found. Without it the solver alone would say that there is no plan."""
    with pytest.raises(UnboundedMix, match=r"'buy', 'sell'.* 2\.5 EUR"):
        optimise_mix(hourly_market())


def test_a_price_below_zero_with_a_size_is_solved_by_hand() -> None:
    """Proves lines of 3 MW sell 2 MW in the second hour, at 5 EUR/MWh more: 50 − 30 + 10 = 30 EUR."""
    market = hourly_market(capacity_max_mw=3.0)
    assert optimise_mix(market).cost_eur == pytest.approx(50 - 3 * 10 + 2 * 5)


def test_prices_that_never_earn_are_no_circle() -> None:
    """Proves selling below the price of buying is fine without a size. Without it every market is refused."""
    assert optimise_mix(hourly_market((40.0, -15.0))).cost_eur == pytest.approx(50 - 10)


def utc(start: str = "2017-01-01", zone: str | None = "UTC", count: int = HOURS) -> pd.DatetimeIndex:
    return pd.date_range(start, periods=count, freq="h", tz=zone)


BAD = {
    "another zone": (pd.DataFrame({PRICE: 1.0}, utc(zone="Europe/Rome")), "Europe/Rome"),
    "fixed offset": (pd.DataFrame({PRICE: 1.0}, utc(zone="Etc/GMT-1")), "not that of the plan"),
    "shifted": (pd.DataFrame({PRICE: 1.0}, utc("2016-12-31 23:00", None)), "1 January 00:00"),
    "short": (pd.DataFrame({PRICE: 1.0}, range(HOURS - 1)), "found 8759"),
    "missing hour": (pd.DataFrame({PRICE: 1.0}, utc(count=HOURS + 1).delete(40)), "is missing"),
    "no number": (pd.DataFrame({PRICE: [np.nan] + [1.0] * (HOURS - 1)}), "a number"),
    "unknown": (pd.DataFrame({"import_price": [1.0] * HOURS}), "import_price_eur_per_mwh"),
    "above one": (pd.DataFrame({"wind_onshore": [50.0] * HOURS}), "at most 1"),
    "negative limit": (pd.DataFrame({"import_limit_mw": [-1.0] * HOURS}), "at least 0"),
    "sold dearer": (
        pd.DataFrame({PRICE: [1.0] * HOURS, "export_price_eur_per_mwh": [2.0] * HOURS}),
        "at once",
    ),
    "no table": ([1.0], "a table"),
    "too cold": (pd.DataFrame({"air_temperature_c": [-273.0] * HOURS}), "at least -60"),
    "no temperature": (pd.DataFrame({"air_temperature_c": [5.0] * (HOURS - 1) + [np.nan]}), "a number"),
    "input below zero": (pd.DataFrame({"input:gas_boiler": [-1.0] * HOURS}), "at least 0"),
    "input cut short": (pd.DataFrame({"input:gas_boiler": [1.0] * 10}), "found 10"),
    "more than there is": (pd.DataFrame({"availability:gas_chp": [2.0] * HOURS}), "at most 1"),
    "unknown technology": (
        pd.DataFrame({"input:heat_pump": [1.0] * HOURS}),
        "unknown profile 'input:heat_pump'",
    ),
    "the template itself": (pd.DataFrame({"input:{technology}": [1.0] * HOURS}), "unknown"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_profile_is_told(name: str) -> None:
    """Proves each fault is told before the problem is built. Without it, hours of another clock are used."""
    table, words = BAD[name]
    with pytest.raises(InputError, match=words):
        OwnProfiles.of(table)


def test_every_fault_is_told_at_once() -> None:
    """Proves a table is repaired in one go. Without it the reader meets one fault after the other."""
    with pytest.raises(InputError) as told:
        OwnProfiles.of(pd.DataFrame({"wrong": 1.0, PRICE: np.nan}, utc(zone="Europe/Rome", count=30)))
    assert len(told.value.faults) == 4


def test_tables_with_summer_time_are_told() -> None:
    """Proves 8,760 hours of a clock that changes are not taken for the year. Without it they were."""
    draft = {
        "buses": pd.DataFrame({"bus": ["grid"]}),
        "processes": pd.DataFrame({"process": ["buy"], "bus_out": ["grid"]}),
        "demands": pd.DataFrame({"demand": ["town"], "bus": ["grid"], "annual_mwh": [2.0], "profile": ["d"]}),
    }
    for index in (utc(zone="Europe/Rome"), utc("2016-12-31 23:00", None)):
        with pytest.raises(InputError, match="profiles: the"):
            MixProblem.from_tables(**draft, profiles=pd.DataFrame({"d": 1.0}, index), time="year")
    MixProblem.from_tables(**draft, profiles=pd.DataFrame({"d": 1.0}, utc()), time="year")
