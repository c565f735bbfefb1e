"""Whole years: what excludes itself is looked for on typical days, and held against the year."""

import numpy as np
import pandas as pd
import pytest

from leb_kit.optimise import MixProblem, hour_blocks, typical_days
from leb_kit.optimise.answers import coarse_conflict, conflict
from leb_kit.optimise.question.time import Time
from leb_kit.reference import numbers
from leb_kit.units import HOURS_PER_YEAR
from tests.optimise.test_conflict import explained, told

#: Heat by the season, and wind that always blows.
SEASON = 1 + np.cos(2 * np.pi * np.arange(HOURS_PER_YEAR) / HOURS_PER_YEAR)
STEADY = np.ones(HOURS_PER_YEAR)


@pytest.fixture(autouse=True)
def small_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of ten thousand rows counts as too large for the search."""

    def limit(name: str) -> float:
        return 5_000.0 if name == "conflict_rows" else numbers.search_limit(name)

    for module in (coarse_conflict, conflict):
        monkeypatch.setattr(module, "search_limit", limit)


def town(pump_mwh: float, wind: np.ndarray = STEADY, time: Time = "year") -> MixProblem:
    """1,000 MWh of heat by the season: a pump with a yearly maximum, and a plant that blows as it likes."""
    return MixProblem.from_tables(
        buses=pd.DataFrame({"bus": ["heat"]}),
        processes=pd.DataFrame(
            {
                "process": ["pump", "wind", "spare"],
                "bus_out": ["heat", "heat", "heat"],
                "capacity_max_mw": [9.0, 0.05, 0.0],
                "annual_max_mwh": [pump_mwh, np.inf, np.inf],
                "variable_eur_per_mwh": [20.0, 5.0, 1.0],
                "capex_eur_per_mw_year": [1.0, 1.0, 1.0],
                "profile": ["", "wind", ""],
            }
        ),
        demands=pd.DataFrame(
            {"demand": ["homes"], "bus": ["heat"], "annual_mwh": [1000.0], "profile": ["d"]}
        ),
        profiles=pd.DataFrame({"d": SEASON, "wind": wind}),
        time=time,
    )


EXCLUDE = {("pump", "annual_max_mwh"), ("wind", "capacity_max_mw"), ("homes", "annual_mwh")}


@pytest.mark.parametrize("time", ["year", hour_blocks(2)], ids=["hours", "blocks"])
def test_the_set_of_a_year_is_found_on_typical_days_and_checked_on_the_year(time: Time) -> None:
    """Wind gives 438 MWh at most and the pump 300: 1,000 are asked.

    Proves: a planner of a whole year is told what excludes itself. Without it the answer was to ask with
    typical days.
    """
    asked = town(300.0, time=time)
    error = explained(asked)
    assert told(error) >= EXCLUDE
    assert "Found on 12 typical days and checked on the whole year." in str(error)
    assert "Trovato su 12 giorni tipo e verificato sull'anno intero." in error.text("it")
    values = error.conflict.set_index("row")["value"]
    assert values["homes"] == 1000
    assert values["pump"] == 300


def test_where_typical_days_have_a_plan_hours_of_the_year_are_to_blame() -> None:
    """In one hour of the year, on a day like others, no wind blows, and there is nothing else."""
    gusts = np.random.default_rng(1).uniform(0.2, 1.0, HOURS_PER_YEAR)
    gusts[4000] = 0.0
    alone = MixProblem.from_tables(
        buses=pd.DataFrame({"bus": ["heat"]}),
        processes=pd.DataFrame(
            {"process": ["wind"], "bus_out": ["heat"], "profile": ["wind"], "capacity_max_mw": [9.0]}
        ),
        demands=pd.DataFrame({"demand": ["homes"], "bus": ["heat"], "annual_mwh": [1.0], "profile": ["d"]}),
        profiles=pd.DataFrame({"d": SEASON, "wind": gusts}),
        time="year",
    )
    error = explained(alone)
    assert told(error) == set()
    assert "On 12 typical days there is a plan: single hours of the year leave none" in str(error)
    assert "Su 12 giorni tipo un piano c'è" in error.text("it")


def test_without_time_for_the_check_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(self: object, program: object, warm: object = None) -> object:
        if len(program.row_lower) > 20_000:  # type: ignore[attr-defined]
            raise coarse_conflict.OutOfTimeError
        return solve(self, program, warm)  # type: ignore[arg-type]

    solve = coarse_conflict.Search.solve
    monkeypatch.setattr(coarse_conflict.Search, "solve", never)
    error = explained(town(300.0))
    assert told(error) >= EXCLUDE
    assert "there was no time to check it on the whole year" in str(error)


def test_what_is_asked_of_typical_days_is_not_coarse() -> None:
    error = explained(town(300.0, time=typical_days(6)))
    assert told(error) >= EXCLUDE
    assert "typical days" not in str(error)
