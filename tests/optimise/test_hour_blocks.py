"""Blocks of hours: stores and moved demand on paper, energies that are kept, one hour as today."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.optimise import MixProblem, hour_blocks, mix_problem, optimise_mix, typical_days
from leb_kit.optimise.model.build import digest
from leb_kit.optimise.question.time import steps
from leb_kit.reference.profiles import italy_2017
from leb_kit.widgets.mix_state import days_state, dispatch_state
from tests.optimise.tables import problem

HOURS = np.array([2.0, 4.0])


def in_blocks(question: MixProblem) -> MixProblem:
    """Two steps of a day that last 2 and 4 hours."""
    return replace(question, time=replace(question.time, weight_h=HOURS, step_h=HOURS))


def tank(price: float, loss: str) -> MixProblem:
    """Power of ``price`` for 2 h, then of 10 EUR/MWh for 4 h in which 3 MW are needed; a tank of 8 MWh."""
    return in_blocks(
        problem(
            buses="bus\nheat",
            processes="""
            process bus_out variable_eur_per_mwh variable_profile
            market  heat    1                    price
            """,
            storages=f"""
            storage bus  capacity_existing_mwh capacity_max_mwh charge_efficiency loss_per_hour
            tank    heat 8                     8                0.8               {loss}
            """,
            demands="demand bus annual_mwh profile\nhomes heat 12 need",
            profiles=f"need price\n0 {price}\n1 10",
        )
    )


def test_a_store_fills_in_two_hours_and_empties_in_four() -> None:
    """Proves power times hours is content: 5 MW × 2 h × 0.8 fill 8 MWh, which give 2 MW for 4 h.

    10 MWh bought at 1 EUR and 1 MW × 4 h at 10 EUR: 50 EUR. With steps of one hour the tank would want
    10 MW, and give the whole 3 MW.
    """
    plan = optimise_mix(tank(1.0, "-"))
    assert plan.cost_eur == pytest.approx(50)
    assert plan.dispatch["tank:charge"].tolist() == pytest.approx([5, 0])
    assert plan.dispatch["tank:discharge"].tolist() == pytest.approx([0, 2])


def test_a_store_loses_in_every_hour_of_a_step() -> None:
    """Proves half of the content is lost four times in 4 h: of 8 MWh 0.5 are left, worth 5 EUR.

    Filling costs 10 MWh at 0.4 EUR: 120 − 5 + 4 = 119 EUR. Losing half once in a step would leave 4 MWh.
    """
    assert optimise_mix(tank(0.4, "0.5")).cost_eur == pytest.approx(119)


def test_what_moves_is_energy() -> None:
    """Proves 3 MW of the first 2 h are 1.5 MW in 4 h. Without it 3 MW for 4 h would be asked: 12 EUR."""
    question = problem(
        buses="bus\ngrid",
        processes="process bus_out variable_eur_per_mwh variable_profile\nmarket grid 1 price",
        demands="demand bus annual_mwh profile flexible_share\ncars grid 6 trips 1",
        profiles="trips price\n1 5\n0 1",
    )
    plan = optimise_mix(in_blocks(question))
    assert plan.cost_eur == pytest.approx(6)
    assert plan.dispatch["cars:served"].tolist() == pytest.approx([0, 1.5])


@pytest.fixture(scope="module")
def torino() -> leb.Balance:
    return leb.examples.torino()


@pytest.mark.parametrize("whole", ["year", typical_days(4), typical_days(4, linked=True)])
def test_blocks_of_an_hour_are_the_hours(torino: leb.Balance, whole: object) -> None:
    """Proves the same model comes out, to the last bit. Without it blocks would err on their own."""
    days = None if whole == "year" else whole
    one, today = (mix_problem(torino, time=time) for time in (hour_blocks(1, days=days), whole))
    assert digest(one) == digest(today)


@pytest.mark.parametrize(
    "time",
    [
        *(hour_blocks(hours) for hours in (2, 3, 12, 24)),
        hour_blocks(per_day=5),
        hour_blocks(4, days=typical_days(6)),
        hour_blocks(per_day=7, days=typical_days(6, linked=True)),
    ],
)
def test_energies_are_those_of_the_year(torino: leb.Balance, time: object) -> None:
    """Proves demand, sun and the electricity of pumps are kept. Without it longer blocks would use less."""
    question, weight = mix_problem(torino, time=time), mix_problem(torino, time=time).time.weight_h
    assert weight.sum() == pytest.approx(8760)
    for bus in question.buses["bus"]:
        wanted = question.demands.loc[question.demands["bus"] == bus, "annual_mwh"].sum()
        assert weight @ question.demand_mw(bus) == pytest.approx(wanted, rel=1e-9)
    year = question.time.hourly
    assert weight @ question.profile("photovoltaic_roof") == pytest.approx(year["photovoltaic_roof"].sum())
    heat, pump = "heat:FC_OTH_HH_E", "heat_pump_input:FC_OTH_HH_E"
    taken = weight @ (question.profile(heat) * question.profile(pump))
    assert taken / (weight @ question.profile(heat)) == pytest.approx(
        (year[heat] * year[pump]).sum() / year[heat].sum(), rel=1e-9
    )


def test_days_are_cut_where_they_change() -> None:
    """Proves the blocks of a day follow its profile, and each day has its own."""
    day = np.concatenate([np.zeros(6), np.ones(12), np.zeros(6)])
    year = np.tile(day, 365)
    year[24:48] = np.roll(day, 2)
    cut = steps(pd.DataFrame({"sun": year}), hour_blocks(per_day=3))
    assert cut.step_h[:6].tolist() == [6, 12, 6, 8, 12, 4]
    assert cut.profiles["sun"][:6].tolist() == [0, 1, 0, 0, 1, 0]
    assert [len(part) for part in cut.steps_of_days()[:2]] == [3, 3]
    assert steps(italy_2017().iloc[:, :2], hour_blocks(per_day=24)).count == 8760


def test_blocks_are_held_against_every_hour() -> None:
    """Proves a peak lost inside a block is told: 2 MW for an hour a day, 1.25 MW in blocks of 4 h."""
    need = np.tile(np.r_[2.0, np.ones(23)], 365)
    question = MixProblem.from_tables(
        buses=pd.DataFrame({"bus": ["heat"]}),
        processes=pd.DataFrame({"process": ["boiler"], "bus_out": ["heat"], "capex_eur_per_mw_year": [10.0]}),
        demands=pd.DataFrame({"demand": ["a"], "bus": ["heat"], "annual_mwh": [9125.0], "profile": ["need"]}),
        profiles=pd.DataFrame({"need": need}),
        time=hour_blocks(4),
    )
    check = optimise_mix(question).over_the_year()
    assert check.planned.cost_eur == pytest.approx(12.5)
    assert check.cost_eur == pytest.approx(20)
    assert check.added["added_mw"].tolist() == pytest.approx([0.75])
    assert "blocks of hours err by -37.50 %" in check.explain("en")


def test_a_day_of_blocks_is_drawn_by_the_hour() -> None:
    """Proves the explorer shows 24 hours of a day, each with the mean of its block."""
    need = np.tile(np.r_[np.ones(12), np.full(12, 3.0)], 365)
    question = MixProblem.from_tables(
        buses=pd.DataFrame({"bus": ["heat"]}),
        processes=pd.DataFrame({"process": ["boiler"], "bus_out": ["heat"], "variable_eur_per_mwh": [1.0]}),
        demands=pd.DataFrame({"demand": ["a"], "bus": ["heat"], "annual_mwh": [8760.0], "profile": ["need"]}),
        profiles=pd.DataFrame({"need": need}),
        time=hour_blocks(per_day=2, days=typical_days(2)),
    )
    plan = optimise_mix(question)
    assert len(days_state(plan)["days"]) == 2
    drawn = dispatch_state(plan, "heat", 1)
    assert drawn["unit"] == "kW"
    assert drawn["series"][0]["values"] == [500.0] * 12 + [1500.0] * 12


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "either hours or per_day"),
        ({"hours": 3, "per_day": 8}, "either hours or per_day"),
        ({"hours": 5}, "1, 2, 3, 4, 6, 8, 12 or 24"),
        ({"hours": True}, "1, 2, 3, 4, 6, 8, 12 or 24"),
        ({"per_day": 25}, "from 1 to 24"),
        ({"hours": 2, "days": 12}, r"typical_days\(n\) is expected"),
    ],
)
def test_a_bad_block_is_told(given: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        hour_blocks(**given)


def test_rows_that_are_no_year_are_told() -> None:
    with pytest.raises(InputError, match="a year needs 8760 hourly rows; found 30"):
        steps(pd.DataFrame({"sun": np.ones(30)}), hour_blocks(3))
