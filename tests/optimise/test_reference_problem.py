"""The reference problem of the benchmarks: tables against arrays that were written without leb_kit."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from leb_kit.optimise import optimise_mix
from tests.benchmarks.reference import program_floor as floor
from tests.benchmarks.reference import program_leb as leb
from tests.benchmarks.reference.case import Case, case
from tests.benchmarks.reference.measure import Record, set_options

ROOT = Path(__file__).resolve().parents[2]
SEEDS = (1, 2, 3)


def cost(asked: Case, *, apart: bool = False) -> float:
    """Least cost of the arrays."""
    highs = floor.hand_over(floor.build(asked, apart=apart))
    set_options(highs, "ipx")
    highs.run()
    assert highs.modelStatusToString(highs.getModelStatus()) == "Optimal"
    return highs.getInfo().objective_function_value


@pytest.mark.parametrize("seed", SEEDS)
def test_tables_and_arrays_have_the_same_least_cost(seed: int):
    """Proves the blocks whole, hourly prices, COP, stores and limits at once. Without it, a sign could go
    unseen that no single block shows."""
    asked = case(168, seed)
    plan = optimise_mix(leb.problem(asked))
    assert plan.cost_eur == pytest.approx(cost(asked), rel=1e-9)
    assert plan.processes.loc[plan.processes["process"].isin(asked.decided), "new_capacity_mw"].sum() > 1


@pytest.mark.parametrize("seed", SEEDS)
def test_stores_that_take_and_give_at_once_save_nothing(seed: int):
    """Proves that one limit on the sum of both, ours, and a limit on each, the peers', lead to the same
    cost. Without it, the benchmark would compare two problems."""
    asked = case(168, seed)
    assert cost(asked, apart=True) == pytest.approx(cost(asked), rel=1e-9)


def test_a_frontier_of_tables_and_one_of_arrays_cost_the_same_at_each_point():
    """Proves that what the benchmark times beside the bare solver is the same frontier. Without it, a faster
    one could be another one."""
    drawn = []
    for program in (leb, floor):
        record = Record()
        program.measure_frontier(case(168, 1), record, 4)
        drawn.append(record.out["frontier_eur"])
    assert len(drawn[0]) == 4
    assert drawn[0] == pytest.approx(drawn[1], rel=1e-9)
    assert drawn[0] == sorted(drawn[0])


def test_another_seed_is_another_year():
    """Proves that agreement over seeds is no agreement over one year. Without it, three
    tests could be one."""
    years = [case(168, seed).profiles for seed in (1, 1, 2)]
    assert all(np.array_equal(years[0][name], years[1][name]) for name in years[0])
    assert not any(np.array_equal(years[0][name], years[2][name]) for name in years[0])


def test_the_command_prints_the_same_objective_for_both():
    """Proves the one command from end to end. Without it, the benchmark could rot unseen."""
    command = [sys.executable, "tests/benchmarks/reference_problem.py", "--hours", "168", "--json"]
    done = subprocess.run(
        [*command, "--method", "simplex"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["ratios"]["floor"]["objective"] == pytest.approx(1, rel=1e-9)
    assert answer["ratios"]["floor"]["building_s"] < 1
    assert set(answer["found"]["leb"]["capacities"]) == set(answer["found"]["floor"]["capacities"])
