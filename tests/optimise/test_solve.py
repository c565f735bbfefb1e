"""The solver under suspicion: numbers that are none, answers that are wrong, time that runs out."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csc_matrix

from leb_kit import InputError, LebError
from leb_kit.optimise import UnboundedMix, optimise_mix
from leb_kit.optimise.model.formulation import Layout, LinearProgram, compile_model, formulate
from leb_kit.optimise.solver import methods
from leb_kit.optimise.solver.solve import (
    OPTIMAL,
    Solution,
    SolverError,
    duality_gap,
    proven,
    run,
    solve,
    verify,
)
from tests.optimise.tables import one_heat_demand, problem

PLANTS = """
process bus_out profile capex_eur_per_mw_year fixed_eur_per_mw_year variable_eur_per_mwh
sun     heat    sun     6                     1                     -
boiler  heat    -       9                     -                     20
"""
QUESTION = problem(
    processes=PLANTS,
    profiles="sun homes\n0 2\n1 1\n0.5 3",
    demands=one_heat_demand(12, "homes"),
    storages="storage bus capex_eur_per_mwh_year charge_efficiency\ntank heat 3 0.9",
    limits="limit process coefficient sense value\ncap boiler 1 at_most 7",
)


@pytest.fixture(scope="module")
def program() -> LinearProgram:
    """The arrays of a small problem with every kind of row."""
    return compile_model(formulate(QUESTION))


@pytest.fixture(scope="module")
def answer(program: LinearProgram) -> Solution:
    """Its answer."""
    return solve(program)


# ── numbers that are none ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("number", [np.nan, np.inf])
@pytest.mark.parametrize(
    ("table", "column", "named"),
    [
        ("processes", "variable_eur_per_mwh", "annual[boiler]"),
        ("processes", "capex_eur_per_mw_year", "new[boiler]"),
        ("processes", "fixed_eur_per_mw_year", "capacity[boiler]"),
        ("storages", "capex_eur_per_mwh_year", "new_store[tank]"),
        ("storages", "charge_efficiency", "storage_content[tank,0]"),
        ("flows", "coefficient", "bus_balance[heat,0]"),
        ("demands", "annual_mwh", "bus_balance[heat,0]"),
        ("limits", "value", "annual_limits[cap]"),
        ("limits", "coefficient", "annual_limits[cap]"),
    ],
)
def test_a_number_that_is_none_never_reaches_the_solver(table, column, named, number):
    """Proves: the gate names the row or column. Without it NaN in a cost hangs the solver for ever, and NaN
    in a row drops the row and calls the rest optimal."""
    broken = getattr(QUESTION, table).assign(**{column: number})
    with pytest.raises(InputError) as caught:
        optimise_mix(replace(QUESTION, **{table: broken}), time_limit_s=5)
    assert any(named in fault for fault in caught.value.faults)
    assert len(set(caught.value.faults)) == len(caught.value.faults)


# ── answers that are wrong ───────────────────────────────────────────────────────────────────────────────


def test_a_true_answer_is_verified_without_the_solver(program, answer):
    assert answer.status == OPTIMAL
    assert verify(program, answer) <= 1e-9
    assert duality_gap(program, answer) <= 1e-6


def test_a_tampered_answer_is_refused(program, answer):
    """Proves: rows and bounds are checked again, each column. Without it a wrong plan would be published."""
    worse = 0
    for column in range(len(answer.x)):
        for change in (0.1, -0.1):
            x = answer.x.copy()
            x[column] += change
            wrong = replace(answer, x=x)
            low, high = program.matrix @ x - program.row_lower, program.row_upper - program.matrix @ x
            sides = np.concatenate([low, high, x - program.lower, program.upper - x])
            if sides.min() > -1e-3:
                continue  # still a plan, though a dearer one
            worse += 1
            with pytest.raises(SolverError, match="the plan violates its own limits"):
                verify(program, wrong)
    assert worse > len(answer.x)


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_an_answer_that_is_no_number_is_refused(program, answer, number):
    x = answer.x.copy()
    x[0] = number
    with pytest.raises(SolverError, match="not numbers"):
        verify(program, replace(answer, x=x))


def test_a_cost_that_is_not_the_least_has_a_gap(program, answer):
    """Proves: the certificate needs the cost and the prices to agree. Without it "optimal" is a claim."""
    dearer = replace(answer, objective=answer.objective * 1.01)
    assert duality_gap(program, dearer) == pytest.approx(0.01 / 1.01)
    wrong = replace(answer, row_dual=answer.row_dual * 0.5)
    assert duality_gap(program, wrong) > 1e-3


@pytest.mark.parametrize(("x", "price", "is_least"), [(0.0, 0.0, False), (9.0, -1.0, True)])
def test_a_corner_from_which_the_cost_could_fall_is_not_proven(x, price, is_least):
    """Proves: cost and prices agree at each corner; a price against a side that is not there tells nothing.
    Without it any corner at which a solver stopped would be called the least cost: here −x with x ≤ 9."""
    one, endless = np.ones(1), np.full(1, np.inf)
    sides = {"row_lower": -endless, "row_upper": 9 * one, "lower": 0 * one, "upper": endless}
    names = {"offset": 0.0, "columns": Layout(), "rows": Layout()}
    falling = LinearProgram(cost=-one, matrix=csc_matrix([[1.0]]), **sides, **names)
    corner = Solution(OPTIMAL, -x, x * one, price * one, (-1 - price) * one, "")
    assert proven(falling, corner) is is_least


def test_the_same_problem_gives_the_same_bits(answer):
    """Proves: one seed, one thread. Without it two offices would print two plans for the same town."""
    again = solve(compile_model(formulate(QUESTION)))
    assert again.x.tobytes() == answer.x.tobytes()
    assert again.row_dual.tobytes() == answer.row_dual.tobytes()
    assert again.objective == answer.objective
    first, second = optimise_mix(QUESTION), optimise_mix(QUESTION)
    assert first.dispatch.equals(second.dispatch)
    assert first.prices.equals(second.prices)
    assert first.processes.equals(second.processes)


def test_the_run_tells_solver_version_and_size():
    log = optimise_mix(QUESTION).log
    assert log.startswith("HiGHS 1.")
    assert "optimal" in log
    assert "rows" in log


# ── no lower end, no time ────────────────────────────────────────────────────────────────────────────────


def test_a_sale_without_limit_is_named():
    endless = problem(
        processes="""
        process bus_in bus_out variable_eur_per_mwh annual_max_mwh
        boiler  -      heat    20                   -
        sale    heat   -       -30                  -
        market  heat   -       -25                  9
        """,
        demands=one_heat_demand(10),
    )
    with pytest.raises(UnboundedMix) as caught:
        optimise_mix(endless)
    assert "The cost has no lower end: sale can earn without limit." in str(caught.value)
    assert "market" not in str(caught.value)
    assert isinstance(caught.value, LebError)


def test_without_time_there_is_no_plan_and_the_error_says_so():
    """Proves: numbers of a stopped solver are no plan. Without it a table of zeros would pass for one."""
    hard = problem(
        processes=PLANTS,
        profiles="sun homes\n" + "\n".join(f"{t % 7 / 7} {1 + t % 5}" for t in range(2000)),
        demands=one_heat_demand(9000, "homes"),
        storages="storage bus capex_eur_per_mwh_year charge_efficiency\ntank heat 3 0.9",
    )
    with pytest.raises(SolverError, match=r"no plan was found within 1e-06 s; give more time"):
        optimise_mix(hard, time_limit_s=1e-6)


@pytest.mark.parametrize("seconds", [1e-6, 1e-3, 3e-3, 0.01, 0.03, 0.1])
def test_a_plan_is_called_optimal_only_where_it_is_proven(seconds):
    """Proves: whenever the solver is stopped, what it leaves is an error, or told as stopped, or the optimum.

    Without it a table that happened to be there when time ran out would be the plan of a town.
    """
    count = 600
    question = problem(
        processes=PLANTS,
        profiles="sun homes\n" + "\n".join(f"{t % 7 / 7} {1 + t % 5}" for t in range(count)),
        demands=one_heat_demand(9000, "homes"),
        storages="storage bus capex_eur_per_mwh_year charge_efficiency\ntank heat 3 0.9",
    )
    best = optimise_mix(question)
    assert best.status == "optimal"
    try:
        stopped = optimise_mix(question, time_limit_s=seconds)
    except SolverError:
        return  # no plan was found in time, as the test before asks to be told
    assert stopped.status in ("optimal", "time_limit")
    if stopped.status == "optimal":
        assert stopped.cost_eur == pytest.approx(best.cost_eur, rel=1e-9)
    assert stopped.cost_eur >= best.cost_eur * (1 - 1e-9)


def test_a_solver_that_gives_up_is_no_plan(monkeypatch, program):
    """Proves: of the statuses that HiGHS has, one means optimal. Without it "iteration limit" could pass."""
    stingy = {**methods._OPTIONS, "simplex_iteration_limit": 1, "presolve": "off"}
    monkeypatch.setattr(methods, "_OPTIONS", stingy)
    with pytest.raises(SolverError, match="the solver ended with"):
        solve(program)


def test_enough_time_changes_nothing(answer):
    assert solve(compile_model(formulate(QUESTION)), time_limit_s=60).x.tobytes() == answer.x.tobytes()


# ── weight ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "module",
    [
        "leb_kit",
        "leb_kit.optimise",
        "leb_kit.optimise.question.problem",
        "leb_kit.optimise.answers.result",
        "leb_kit.optimise.from_balance.targets",
    ],
)
def test_questions_and_answers_are_held_without_a_solver(module):
    """Proves: tables only. Without it a page that shows a plan would load Pyomo to do so."""
    code = f"import sys, {module}; print([n for n in ('pyomo', 'highspy') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_further_looks_share_the_time_of_the_first(program: LinearProgram, monkeypatch) -> None:
    """Proves a plan that is not proven is looked for again and anew within one limit. Without it: thrice."""
    limits: list[float] = []

    def heard(highs: object, limit: float) -> None:
        limits.append(limit)
        run(highs, limit)

    monkeypatch.setattr(f"{solve.__module__}.run", heard)
    monkeypatch.setattr(f"{solve.__module__}.proven", lambda *_: False)
    assert solve(program, time_limit_s=60).status == OPTIMAL
    first, again, anew = limits
    assert first == 60
    assert first > again > anew > 0
