"""How long the least-cost mix of Torino with 24 typical days takes, part by part, and what the solver takes.

All rows are one group: pytest-benchmark shows each as a ratio to the quickest. The floor is the same arrays
passed to HiGHS from numpy; what a solve takes beyond it is ours.
"""

from typing import Any

import highspy
import numpy as np
import pytest

from leb_kit import MixProblem, mix_problem, optimise_mix, typical_days
from leb_kit.examples import torino
from leb_kit.optimise.model.formulation import LinearProgram, compile_model, formulate
from leb_kit.optimise.solver.solve import OPTIMAL, solve

pytestmark = pytest.mark.benchmark(group="Torino, 24 typical days", min_rounds=3, warmup=False)


def asked() -> MixProblem:
    """The question, from the balance."""
    base = torino()
    return mix_problem(base, targets="20-20-20-local", base=base, time=typical_days(24))


@pytest.fixture(scope="module")
def question() -> MixProblem:
    """The question, made once: reference tables are read and cached."""
    return asked()


@pytest.fixture(scope="module")
def program(question: MixProblem) -> LinearProgram:
    """Its arrays."""
    return compile_model(formulate(question))


def floor(program: LinearProgram, solver: str = "choose") -> float:
    """The arrays passed to HiGHS as they are: no options but silence, no check, no plan."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)  # noqa: FBT003 - HiGHS takes options so
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("solver", solver)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(program.cost), len(program.row_lower)
    model.col_cost_, model.offset_ = program.cost, program.offset
    model.col_lower_, model.col_upper_ = program.lower, program.upper
    model.row_lower_, model.row_upper_ = program.row_lower, program.row_upper
    matrix = program.matrix
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data
    highs.passModel(model)
    highs.run()
    return float(highs.getInfo().objective_function_value)


def test_question_from_balance(benchmark: Any, question: MixProblem):
    assert repr(benchmark(asked)) == repr(question)


def test_formulate_and_compile(benchmark: Any, question: MixProblem):
    program = benchmark(lambda: compile_model(formulate(question)))
    assert np.isfinite(program.cost).all()


def test_solve_and_verify(benchmark: Any, program: LinearProgram):
    assert benchmark(solve, program).status == OPTIMAL


def test_from_balance_to_verified_plan(benchmark: Any):
    """Promise: under 5 s on a 2-core machine, building under a quarter of it."""
    result = benchmark(lambda: optimise_mix(asked()))
    assert result.status == OPTIMAL


@pytest.mark.parametrize("solver", ["choose", "ipm"])
def test_floor_the_same_arrays_in_bare_highs(benchmark: Any, program: LinearProgram, solver: str):
    """The peer: what HiGHS takes for these arrays by itself, by its own choice and by interior point."""
    cost = benchmark(floor, program, solver)
    assert cost == pytest.approx(solve(program).objective, rel=1e-6)
