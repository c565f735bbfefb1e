"""Years and counts that come out of a table are NumPy's: they are taken wherever Python's are."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.optimise import (
    MixProblem,
    PathwayProblem,
    frontier,
    hour_blocks,
    optimise_mix,
    optimise_pathway,
    pathway_frontier,
    split_budget,
    typical_days,
    within_investment,
)
from leb_kit.optimise.from_balance.place import years_until
from leb_kit.scenarios import Scenario, measures, project

#: As pandas hands out whole numbers and others.
WHOLE = [np.int64, np.int32, np.uint16]


def town() -> MixProblem:
    return MixProblem.from_tables(
        buses=pd.DataFrame({"bus": ["heat"]}),
        processes=pd.DataFrame(
            {"process": ["pump", "boiler"], "bus_out": ["heat", "heat"], "variable_eur_per_mwh": [30.0, 20.0]}
        ),
        demands=pd.DataFrame({"demand": ["homes"], "bus": ["heat"], "annual_mwh": [10.0]}),
        profiles=pd.DataFrame(index=range(2)),
        limits=pd.DataFrame(
            {"limit": ["co2"], "process": ["boiler"], "coefficient": [0.2], "sense": ["at_most"]}
        ).assign(value=9.0, unit="t"),
    )


@pytest.mark.parametrize("kind", WHOLE)
def test_counts_and_years_of_a_table_are_taken_as_python_s_are(kind: Any) -> None:
    assert repr(typical_days(kind(3))) == repr(typical_days(3))
    assert repr(hour_blocks(kind(3))) == repr(hour_blocks(3))
    assert repr(hour_blocks(per_day=kind(8))) == repr(hour_blocks(per_day=8))
    assert years_until(kind(2030), 2019) == years_until(2030, 2019) == 11


@pytest.mark.parametrize("kind", WHOLE)
def test_points_of_a_frontier_are_counted_and_read_by_them(kind: Any) -> None:
    drawn = frontier(town(), points=kind(3))
    assert len(drawn.table) == 3
    assert drawn.plan(kind(0)).cost_eur == drawn.plan(0).cost_eur
    way = PathwayProblem.from_problems({kind(2030): town(), kind(2031): town()}, discount_rate=0.0)
    years = pathway_frontier(way, points=kind(3))
    assert years.plan(kind(1)).cost_eur == years.plan(1).cost_eur
    assert optimise_pathway(way).standing(kind(2031)).processes["process"].tolist() == ["pump", "boiler"]


def test_sums_and_shares_of_a_table_are_taken_too() -> None:
    assert split_budget(town(), np.float32(250)).reached == pytest.approx(1.0, abs=1e-6)
    assert split_budget(town(), np.int64(250)).reached == pytest.approx(1.0)
    built_for_nothing = within_investment(town(), np.int64(0))
    assert optimise_mix(built_for_nothing).cost_eur == pytest.approx(200.0)
    assert optimise_mix(town(), time_limit_s=np.int64(60)).cost_eur == pytest.approx(200.0)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [True, np.True_, 3.0, np.float64(3), "3", None])
def test_what_is_no_whole_number_is_refused_as_before(wrong: Any) -> None:
    with pytest.raises(InputError, match="a whole number from 1 to 365"):
        typical_days(wrong)
    with pytest.raises(InputError, match="there are points 0 to"):
        frontier(town(), points=2).plan(wrong)
    with pytest.raises(InputError, match="points is"):
        frontier(town(), points=wrong)


def test_a_number_too_large_for_a_float_is_told_and_no_crash() -> None:
    with pytest.raises(InputError, match="a sum in EUR"):
        split_budget(town(), 10**400)


def test_measures_take_years_and_sizes_of_a_table() -> None:
    kinds = {"mw": np.int64(100), "from_year": np.int64(2020), "to_year": np.int64(2030)}
    sun = measures.photovoltaic(**kinds)
    assert sun == measures.photovoltaic(mw=100, from_year=2020, to_year=2030)
    assert type(sun.from_year) is int  # as a file of measures writes it
    plan = Scenario("sun", base_year=2019).add(sun)
    torino = leb.examples.torino()
    assert project(torino, plan, year=np.int64(2030)).years == (2030,)
    with pytest.raises(InputError, match="'abc' is not a whole number"):
        project(torino, plan, year="abc")  # type: ignore[arg-type]
