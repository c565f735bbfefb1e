"""Efficiency, COP and availability that go from hour to hour: on paper, of Torino, of the caller."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.optimise import MixProblem, mix_problem, optimise_mix, typical_days
from leb_kit.optimise.from_balance.weather import air_temperature
from leb_kit.reference.heat_pump_cop import hourly_cop
from leb_kit.reference.profiles import italy_2017
from tests.optimise.tables import problem

HOURS = 8760
PUMPS = ("heat_pump_individual", "heat_pump_central")


def town(factor: str, time: object = "all") -> MixProblem:
    """Heat by a pump of COP 4 from electricity of 10 EUR/MWh, or from a stove at 3.5 EUR/MWh."""
    return problem(
        buses="bus\nheat\npower",
        processes="""
        process bus_in bus_out efficiency input_profile variable_eur_per_mwh
        pump    power  heat    4          cold          -
        stove   -      heat    -          -             3.5
        market  -      power   -          -             10
        """,
        demands="demand bus annual_mwh profile\nhomes heat 4 need",
        profiles=f"need cold\n{factor}",
        time=time,
    )


def test_a_cop_by_hour_is_solved_by_hand() -> None:
    """Proves the pump stops in the hour in which its heat costs 10 / 4 × 1.5 = 3.75 EUR.

    Mild hour: 3 MWh at 10 / 4 × 0.8 = 2 EUR; cold hour: 1 MWh from the stove; 9.5 EUR. Without it the pump
    runs in both hours, and the same plan costs 4 × 2.5 = 10 EUR.
    """
    plan = optimise_mix(town("3 0.8\n1 1.5"))
    assert plan.cost_eur == pytest.approx(3 * 2 + 3.5)
    assert plan.dispatch["pump"].tolist() == pytest.approx([3, 0])
    assert plan.dispatch["market"].tolist() == pytest.approx([0.6, 0])
    assert optimise_mix(town("3 1\n1 1")).cost_eur == pytest.approx(10)


def test_an_input_profile_without_an_input_is_told() -> None:
    with pytest.raises(InputError, match="'stove' has input_profile and no bus_in"):
        problem(
            processes="process bus_out input_profile\nstove heat cold",
            profiles="cold\n1\n2",
            demands="demand bus annual_mwh\nhomes heat 4",
        )


def test_the_curve_is_the_published_one() -> None:
    """Proves: air at 0 °C, radiators at 40 °C: 6.08 − 3.6 + 0.8 = 3.28; no COP beyond a lift of 15 K."""
    assert hourly_cop(0.0) == pytest.approx(3.28)
    assert hourly_cop(0.0, sink="hot_water") == pytest.approx(6.08 - 4.5 + 1.25)
    assert hourly_cop(5.0, heat_source="water", source_c=10.0) == pytest.approx(9.97 - 5.0 + 0.75)
    assert hourly_cop([20.0, 25.0]).tolist() == pytest.approx([6.08 - 1.35 + 0.1125] * 2)
    with pytest.raises(InputError, match="ground"):
        hourly_cop(0.0, heat_source="grond")


def test_degree_days_come_back_from_the_temperature() -> None:
    """Proves the estimate has the degree days it was made of. Without it cold could be of any size."""
    air = air_temperature(italy_2017()["space_heating"], 2500.0)
    assert (18 - air).sum() / 24 == pytest.approx(2500)
    assert air.max() <= 18


@pytest.fixture(scope="module")
def torino() -> leb.Balance:
    return leb.examples.torino()


@pytest.fixture(scope="module")
def plan(torino: leb.Balance) -> object:
    return optimise_mix(mix_problem(torino, targets="20-20-20-local", base=torino, time=typical_days(4)))


def taken(problem: MixProblem, process: str) -> np.ndarray:
    """Electricity for each heat in each step."""
    row = problem.flows.query("process == @process and bus == 'electricity'").iloc[0]
    return -row.coefficient * problem.profile(row.profile)


@pytest.mark.parametrize("days", [1, 4, 365])
def test_the_year_keeps_its_cop(torino: leb.Balance, days: int) -> None:
    """Proves: weighted by heat 1/COP is that of the data, however many days; the coldest hour takes more."""
    question = mix_problem(torino, time=typical_days(days))
    for sector in ("FC_OTH_HH_E", "FC_OTH_CP_PRI_E"):
        heat = question.profile(f"heat:{sector}") * question.time.weight_h
        per_heat = taken(question, f"heat_pump_individual:{sector}")
        assert heat @ per_heat / heat.sum() == pytest.approx(1 / 3.5, rel=1e-9)
        if days > 1:
            assert 1.2 / 3.5 < per_heat[heat.argmax() if days == 365 else per_heat.argmax()] < 1.7 / 3.5


def test_the_balance_of_the_plan_agrees_with_its_hours(plan: object) -> None:
    """Proves ambient heat of the balance is heat less electricity of the hours; homes take a yearly 3.5."""
    weight, rows = plan.problem.time.weight_h, plan.processes
    power = {
        name: weight @ (taken(plan.problem, name) * plan.dispatch[name].to_numpy())
        for name in rows.loc[rows["technology"].isin(PUMPS), "process"]
    }
    heat = rows.set_index("process")["energy_mwh"]
    balance = plan.to_balance()
    assert leb.check(balance).ok
    ambient = balance.table.query("flow == 'PPRD' and product == 'RA600'")["energy_mwh"].sum()
    assert ambient == pytest.approx(sum(heat[name] - mwh for name, mwh in power.items()), rel=1e-6)
    homes = "heat_pump_individual:FC_OTH_HH_E"
    assert heat[homes] > 0
    assert power[homes] == pytest.approx(heat[homes] / 3.5, rel=1e-9)


def test_a_flat_factor_is_the_plan_without_hours(torino: leb.Balance) -> None:
    """Proves a COP that does not vary costs what a yearly COP costs, to 1e-9."""
    flat = pd.DataFrame(dict.fromkeys((f"input:{name}" for name in PUMPS), 1.0), index=range(HOURS))
    hourly = mix_problem(torino, targets="20-20-20-local", base=torino, time=typical_days(3), profiles=flat)
    tables = {name: getattr(hourly, name).assign(profile="") for name in ("flows", "cells", "limits")}
    costs = [optimise_mix(one).cost_eur for one in (hourly, replace(hourly, **tables))]
    assert costs[0] == pytest.approx(costs[1], rel=1e-9)


def own(torino: leb.Balance, **columns: object) -> MixProblem:
    return mix_problem(torino, time=typical_days(2), profiles=pd.DataFrame(columns, index=range(HOURS)))


def test_the_callers_own_temperature_is_followed(torino: leb.Balance) -> None:
    """Proves: two cold days make pumps take more in them. Without it the estimate would stay."""
    air = np.full(HOURS, 10.0)
    air[:48] = -10.0
    question = own(torino, air_temperature_c=air)
    shape = question.time.hourly["heat_pump_input:FC_OTH_HH_E"]
    assert shape[:48].min() > 1.3 > shape[48:].max()
    assert not any("degree days" in english for _, english in question.remarks)


def test_any_technology_has_hours_in_which_it_is_there(torino: leb.Balance) -> None:
    """Proves a plant gives nothing while it is away. Without it only sun, wind and water had hours."""
    away = np.ones(HOURS)
    away[::2] = 0.0
    columns = {"availability:gas_chp_stock": away}
    plan = optimise_mix(own(torino, **columns))
    rows = plan.problem.processes
    given = plan.dispatch[rows.loc[rows["technology"] == "gas_chp_stock", "process"]].sum(axis=1).to_numpy()
    assert given[::2].max() == pytest.approx(0, abs=1e-6)
    assert given[1::2].max() > 0


def test_an_existing_boiler_may_take_more(torino: leb.Balance) -> None:
    """Proves a factor of 1.1 in all hours burns a tenth more gas for the same heat."""
    questions = own(torino, **{"input:gas_boiler_stock": 1.1}), mix_problem(torino, time=typical_days(2))
    burnt = []
    for question in questions:
        rows = question.flows[question.flows["process"].str.startswith("gas_boiler_stock:FC_OTH_HH_E")]
        row = rows[rows["bus"] == "gas"].iloc[0]
        burnt.append(row["coefficient"] * question.profile(row["profile"]))
    assert burnt[0] == pytest.approx(1.1 * burnt[1])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("availability:photovoltaic_roof", "not decided hour by hour"),
        ("availability:gas_boiler", "not decided hour by hour"),
        ("input:wind_onshore", "nothing in this plan"),
        ("input:gas_network", "nothing in this plan"),
    ],
)
def test_a_profile_that_would_change_nothing_is_told(torino: leb.Balance, name: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        own(torino, **{name: 1.0})


def test_a_shape_of_any_scale_is_the_same_shape(torino: leb.Balance) -> None:
    """Proves heating in MW and as shares of a year is one shape. Without it hot water vanished beside it."""
    shape = italy_2017()["space_heating"].to_numpy()
    small, large = (own(torino, space_heating=shape * scale) for scale in (1.0, 5000.0))
    assert small.profile("heat:FC_OTH_HH_E") == pytest.approx(large.profile("heat:FC_OTH_HH_E"))
