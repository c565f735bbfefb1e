"""A real city: three targets at once, checked without the optimiser, and plans that move as they should.

Four typical days keep these tests quick; the default of 24 is solved once, for peaks and stores.
"""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from leb_kit import check, evaluate
from leb_kit.examples import torino
from leb_kit.indicators import renewable_share
from leb_kit.indicators.target_sets import TargetSet
from leb_kit.indicators.targets import target_set
from leb_kit.optimise import MixProblem, MixResult, mix_problem, optimise_mix, typical_days
from leb_kit.optimise.model.formulation import LinearProgram
from leb_kit.optimise.solver.solve import Solution, duality_gap, solve, verify
from leb_kit.reference.costs import price

LOCAL = "20-20-20-local"
GAS = "G3000_wholesale"
#: MWh or tonnes, of millions.
A_LITTLE = 10.0
#: Each target alone, sharp enough to bind in Torino: renewables 30 %, emissions −45 %, primary energy −22 %.
SHARP = {"renewables": 0.30, "emissions": -0.45, "efficiency": -0.22}


@cache
def question(days: int = 4, targets: str | None = LOCAL, **options: Any) -> MixProblem:
    """The question for Torino."""
    prices = {GAS: options.pop("gas")} if "gas" in options else None
    base = torino()
    return mix_problem(base, targets=targets, base=base, time=typical_days(days), prices=prices, **options)


@cache
def plan(days: int = 4, targets: str | None = LOCAL, **options: Any) -> MixResult:
    """Its answer, solved once for all tests."""
    return proven(days, targets, **options)[0]


@cache
def proven(
    days: int = 4, targets: str | None = LOCAL, **options: Any
) -> tuple[MixResult, LinearProgram, Solution]:
    """The answer with the arrays that were solved and what the solver said."""
    seen = []

    def recording(program: LinearProgram, **settings: Any) -> Solution:
        answer = solve(program, **settings)
        seen.append((program, answer))
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("leb_kit.optimise.answers.run.solve", recording)
        result = optimise_mix(question(days, targets, **options))
    return result, *seen[-1]


@cache
def sharp_plan(target: str, value: float) -> MixResult:
    """The plan for one target alone, with another value."""
    table = target_set(LOCAL).table
    alone = table[table["target"] == target].assign(value=value)
    base = torino()
    return optimise_mix(mix_problem(base, targets=TargetSet("alone", alone), base=base, time=typical_days(4)))


def bought_gas(result: MixResult) -> float:
    """Gas taken from the national network, MWh."""
    return float(result.processes.set_index("process").at["gas_network", "energy_mwh"])


def share(result: MixResult) -> float:
    """Renewable share of the plan, by the indicators."""
    return renewable_share(result.to_balance()).share


# ── agreement ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("days", [4, 24])
def test_the_plan_meets_three_targets_by_indicators_that_know_no_optimiser(days):
    """Proves: rows of the model and indicators are one arithmetic. Without it a plan could miss its targets
    and say it meets them."""
    planned = plan(days).to_balance()
    assert plan(days).status == "optimal"
    assert check(planned).ok
    met = evaluate(planned, LOCAL, base=torino())
    assert len(met) == 3
    short = np.where(
        met["sense"] == "at_least", met["required"] - met["value"], met["value"] - met["required"]
    )
    assert (short <= 1e-6 * met["required"].abs()).all()


def test_the_amounts_told_for_each_target_are_those_of_the_balance():
    """Proves: ``prices.reached`` is the indicator. Without it table and report would tell two numbers."""
    prices = plan().prices
    assert prices["unit"].tolist() == ("EUR/" + prices["limit_unit"]).tolist()
    told = plan().prices.set_index("target")["reached"]
    planned = plan().to_balance()
    value = evaluate(planned, LOCAL, base=torino()).set_index("target")["value"]
    parts = renewable_share(planned)
    renewable = parts.res_electricity_mwh + parts.res_heat_mwh + parts.res_transport_mwh
    assert told["emissions"] == pytest.approx(value["emissions"], rel=1e-6)
    assert told["efficiency"] == pytest.approx(value["efficiency"], rel=1e-6)
    assert told["renewables"] == pytest.approx(renewable - 0.2 * parts.gross_final_consumption_mwh, rel=1e-6)


@pytest.mark.parametrize("target", SHARP)
def test_a_binding_target_is_met_exactly_by_the_indicators(target):
    """Proves: each of the three rows agrees where it binds. A target that does not bind proves little."""
    result = sharp_plan(target, SHARP[target])
    row = result.prices.iloc[0]
    assert row["price"] > 0
    assert row["reached"] == pytest.approx(row["allowed"], rel=1e-6, abs=1)
    table = target_set(LOCAL).table
    alone = TargetSet("alone", table[table["target"] == target].assign(value=SHARP[target]))
    found = evaluate(result.to_balance(), alone, base=torino()).iloc[0]
    assert found["value"] == pytest.approx(found["required"], rel=1e-6)


def test_cost_is_the_sum_of_its_parts():
    result = plan()
    parts = result.processes["cost_eur"].sum() + result.stores["cost_eur"].sum()
    assert parts == pytest.approx(result.cost_eur, rel=1e-9)
    assert result.plan["cost_eur"].sum() == pytest.approx(result.cost_eur, rel=1e-9)


# ── directions ───────────────────────────────────────────────────────────────────────────────────────────


def test_targets_cost_something():
    """Proves: a limit never makes a plan cheaper. Without it the cost of the targets would mean nothing."""
    assert plan(targets=None).cost_eur <= plan().cost_eur * (1 + 1e-9)
    assert plan(targets=None).prices.empty
    assert question(targets=None).limits.empty


def test_ten_percent_more_heat_costs_more():
    more = plan(demand_factor=1.1)
    assert more.cost_eur > plan().cost_eur
    assert evaluate(more.to_balance(), LOCAL, base=torino())["met"].all()


@pytest.mark.parametrize("targets", [LOCAL, None])
def test_gas_ten_percent_dearer_costs_more_and_sells_no_more(targets):
    """Proves: demand falls with its price, as theory says of every least-cost plan."""
    before, after = plan(targets=targets), plan(targets=targets, gas=1.1 * price(GAS))
    assert after.cost_eur > before.cost_eur
    assert bought_gas(after) <= bought_gas(before) * (1 + 1e-9)
    # No dearer than going on as before, at the new price.
    network = before.processes.set_index("process").loc["gas_network"]
    gross = float(network["cost_eur"]) / (price(GAS) * float(network["energy_mwh"]))
    worst = before.cost_eur + 0.1 * price(GAS) * gross * bought_gas(before)
    assert after.cost_eur <= worst * (1 + 1e-9)


@pytest.mark.parametrize("target", SHARP)
def test_a_target_ten_percent_sharper_costs_no_less_and_needs_no_fewer_renewables(target):
    before, after = sharp_plan(target, SHARP[target]), sharp_plan(target, 1.1 * SHARP[target])
    assert after.cost_eur >= before.cost_eur * (1 - 1e-9)
    assert share(after) >= share(before) - 1e-9


def test_all_targets_ten_percent_sharper_cost_no_less():
    table = target_set(LOCAL).table
    base = torino()
    sharper = TargetSet("sharper", table.assign(value=table["value"] * 1.1))
    result = optimise_mix(mix_problem(base, targets=sharper, base=base, time=typical_days(4)))
    assert result.cost_eur >= plan().cost_eur * (1 - 1e-9)
    assert evaluate(result.to_balance(), sharper, base=base)["gap"].max() <= A_LITTLE
    assert share(result) >= share(plan()) - 1e-9


# ── prices ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("target", SHARP)
def test_the_price_of_a_target_is_what_a_little_more_of_it_costs(target):
    """Proves: the dual is a marginal cost with the right sign and unit, by solving again. Without it
    "what each target costs at the margin" would be a number nobody checked."""
    result = sharp_plan(target, SHARP[target])
    row, limits = result.prices.iloc[0], result.problem.limits
    effort = A_LITTLE * (1 if row["sense"] == "at_least" else -1)
    tighter = replace(result.problem, limits=limits.assign(value=limits["value"] + effort))
    dearer = optimise_mix(tighter).cost_eur - result.cost_eur
    assert dearer / abs(effort) == pytest.approx(row["price"], rel=0.01)


# ── peaks and stores ─────────────────────────────────────────────────────────────────────────────────────


def test_the_default_plan_carries_its_own_proof():
    """Proves: no violation, no gap, computed with numpy alone."""
    result, program, answer = proven(24)
    assert verify(program, answer) <= 1e-6
    assert duality_gap(program, answer) <= 1e-6
    assert program.cost @ answer.x + program.offset == pytest.approx(result.cost_eur, rel=1e-9)


def test_a_peak_binds_in_the_default_plan():
    """Proves: capacity is sized by hours that are short. Without real peaks every plant would run flat.

    The gas boilers of the heat network that exist are kept for the coldest hours: their capacity binds and
    has a price there, and rests most of the year.
    """
    result, program, answer = proven(24)
    output = result.dispatch["plant:MAPH:G3000"]
    capacity = result.processes.set_index("process").at["plant:MAPH:G3000", "capacity_mw"]
    at_the_top = np.isclose(output, capacity, rtol=1e-6)
    assert capacity > 1
    assert at_the_top.any()
    assert result.problem.time.weight_h[output > 1e-6].sum() < 0.1 * 8760
    names = program.row_names()
    priced = [
        step
        for step in np.flatnonzero(at_the_top)
        if answer.row_dual[names.index(f"capacity_limit['plant:MAPH:G3000',{step}]")] < -1
    ]
    assert priced
    # The hours are those in which the network delivers most.
    delivered = result.dispatch["district_heating_network"]
    assert delivered[priced].max() > 0.8 * delivered.max()


def test_a_store_binds_in_the_plan_without_targets():
    """Proves: hours are linked. Without it storage would be a name in a table.

    The heat stores that exist in Torino reach a limit (full, or at full power) in some hours, and a larger
    store would be worth something there. With the targets the network has power to spare, and none binds.
    """
    result, program, answer = proven(24, None)
    row = result.problem.storages.set_index("storage").loc["heat_store_stock"]
    power = row["capacity_max_mwh"] / row["energy_to_power_h"]
    limits = {"level": row["capacity_max_mwh"], "charge": power, "discharge": power}
    reduced = program.cost - program.matrix.T @ answer.row_dual
    priced = []
    for place, column in enumerate(program.columns.names()):
        kind, _, index = column.partition("[")
        if kind in limits and index.startswith("heat_store_stock,"):
            at_the_top = np.isclose(answer.x[place], limits[kind], rtol=1e-6)
            priced += [column] if at_the_top and reduced[place] < -0.01 else []
    assert priced
    assert result.stores.set_index("storage").at["heat_store_stock", "energy_mwh"] > 0


def test_twice_as_many_typical_days_hardly_change_the_cost():
    """Proves: 24 days are enough for the cost, within 0.5 % of 48. Without it 24 would be a guess."""
    assert plan(48).cost_eur == pytest.approx(plan(24).cost_eur, rel=0.005)


def test_the_same_city_gives_the_same_plan_to_the_bit():
    base = torino()
    again = optimise_mix(mix_problem(base, targets=LOCAL, base=base, time=typical_days(4)))
    assert again.cost_eur == plan().cost_eur
    pd.testing.assert_frame_equal(again.dispatch, plan().dispatch, check_exact=True)
