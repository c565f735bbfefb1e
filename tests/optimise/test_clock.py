"""The time of hourly rows: told as a column or as the index, of any year, and rows that say nothing."""

from __future__ import annotations

import pandas as pd
import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.optimise import MixProblem, mix_problem, optimise_mix, typical_days
from leb_kit.optimise.checks.clock import with_clock
from leb_kit.optimise.from_balance.hourly import OwnProfiles
from tests.optimise.tables import one_heat_demand, problem

PRICE = "import_price_eur_per_mwh"


def hours(year: int, zone: str | None = None) -> pd.DatetimeIndex:
    last = f"{year}-12-31 23:00"
    return pd.date_range(f"{year}-01-01", last, freq="h", tz=zone)


@pytest.mark.parametrize(
    "time",
    [
        hours(2017),
        hours(2017, "UTC"),
        hours(2017).strftime("%Y-%m-%d %H:%M"),
        hours(2017).strftime("%d/%m/%Y %H:%M"),
        [moment.isoformat() for moment in hours(2017, "UTC")],
        list(hours(2017).to_pydatetime()),
    ],
)
def test_a_column_of_moments_is_the_time_of_the_rows(time: object) -> None:
    """Proves a table as it comes out of a file works. Without it the time is an unknown profile."""
    own = OwnProfiles.of(pd.DataFrame({"ora": time, PRICE: 50.0}))
    assert list(own.values) == [PRICE]
    assert own.first is not None
    assert own.first.tz_localize(None) == pd.Timestamp("2017-01-01")


def test_a_column_of_moments_is_checked_as_a_clock() -> None:
    """Proves a clock in a column is held to what one in the index is. Without it hours would be shifted."""
    local = [moment.isoformat() for moment in hours(2019, "Europe/Rome")]
    with pytest.raises(InputError, match="1 January 00:00 is expected"):
        OwnProfiles.of(pd.DataFrame({"time": local, PRICE: 50.0}))


@pytest.mark.parametrize("values", [["no time"] * 8760, ["2017"] * 8760, [None] * 8760])
def test_what_is_no_time_is_an_unknown_profile_with_a_repair(values: list[object]) -> None:
    with pytest.raises(InputError, match=r"unknown profile 'time'.*a column of moments"):
        OwnProfiles.of(pd.DataFrame({"time": values, PRICE: 50.0}))


def test_a_leap_year_works_without_its_leap_day() -> None:
    """Proves the repair that is advised is accepted. Without it 29 February is told as missing hours."""
    clock = hours(2020)
    leap = pd.DataFrame({PRICE: 50.0}, clock)
    with pytest.raises(InputError, match="leave out 29 February"):
        OwnProfiles.of(leap)
    assert PRICE in OwnProfiles.of(leap[(clock.month != 2) | (clock.day != 29)])
    with pytest.raises(InputError, match="is missing"):
        OwnProfiles.of(leap[(clock.month != 3) | (clock.day != 1)])


def test_working_days_of_another_year_are_told() -> None:
    """Proves 2019 beside the demand of 2017 is told: 1 January is a Tuesday, not a Sunday as in 2023."""
    balance = leb.examples.torino()

    def told(year: int, **more: float) -> list[str]:
        table = pd.DataFrame({PRICE: 50.0} | more, hours(year))
        asked = mix_problem(balance, time=typical_days(1), profiles=table)
        return [english for _, english in asked.remarks if "working days" in english]

    assert len(told(2019)) == 1
    assert "2 further on" in told(2019)[0]
    assert told(2023) == []
    assert told(2019, electricity=1.0) == []


def test_tables_take_a_column_of_moments() -> None:
    profiles = pd.DataFrame({"time": hours(2019)[:2], "noon": [1.0, 0.0]})
    asked = MixProblem.from_tables(
        buses=pd.DataFrame({"bus": ["heat"]}),
        processes=pd.DataFrame({"process": ["sun"], "bus_out": ["heat"], "variable_eur_per_mwh": [7.0]}),
        demands=pd.DataFrame(
            {"demand": ["homes"], "bus": ["heat"], "annual_mwh": [3.0], "profile": ["noon"]}
        ),
        profiles=profiles,
    )
    assert optimise_mix(asked).cost_eur == pytest.approx(21)
    assert with_clock(profiles[["noon"]]).index.tolist() == [0, 1]


def test_a_flow_of_nothing_and_a_choice_among_one_are_told() -> None:
    """Proves both are remarks, each where it is. Without them a blank cell changes the plan in silence."""
    asked = problem(
        buses="bus\nheat\nash",
        processes="process bus_out capacity_max_mw exclusive_group\na heat 9 g\nb heat 9 -",
        flows="process bus coefficient\nb ash 0",
        demands=one_heat_demand(10),
    )
    told = [english for _, english in asked.remarks]
    assert any("flows" in one and "coefficient 0" in one for one in told)
    assert any("exclusive_group 'g' has one member, 'a'" in one for one in told)


def test_linked_is_true_or_false() -> None:
    with pytest.raises(InputError, match="linked is 'si'; True or False is expected"):
        typical_days(3, linked="si")  # type: ignore[arg-type]
