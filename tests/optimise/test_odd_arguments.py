"""What a page, a loop over a table or a slip hands to a question: told in words, never in those of Python."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from leb_kit.errors import InputError, speaking
from leb_kit.optimise import (
    Alternatives,
    BudgetSplit,
    Frontier,
    InfeasibleMix,
    MixResult,
    Sensitivity,
    alternatives,
    frontier,
    optimise_mix,
    sensitivity,
    split_budget,
)
from tests.optimise.tables import one_heat_demand, problem
from tests.optimise.test_wrong_arguments import town

Asked = tuple[Alternatives, Frontier, Sensitivity, BudgetSplit, MixResult]


@cache
def answers() -> Asked:
    """One of each that explains itself."""
    asked = town()
    budget = split_budget(asked, 1e6)
    return alternatives(asked), frontier(asked, points=3), sensitivity(asked), budget, optimise_mix(asked)


@pytest.mark.parametrize("lang", ["fr", "", None, 1], ids=repr)
def test_a_language_that_there_is_not_is_told(lang: Any) -> None:
    """Proves: nobody reads half of each. Without it all but Italian was English, and some of it neither."""
    *explaining, _ = answers()
    for one in explaining:
        with pytest.raises(InputError, match="unknown language"):
            one.explain(lang)


@pytest.mark.parametrize("count", [-1, 1.5, "3", None, True, np.nan], ids=repr)
def test_a_count_that_is_none_is_told(count: Any) -> None:
    near, _, moved, split, _ = answers()
    for ask in (near.plans, lambda n: moved.explain("it", n), lambda n: split.explain("it", n)):
        with pytest.raises(InputError, match=r"count is .*; a whole number from 0 up is expected"):
            ask(count)
    assert len(near.plans(np.int64(1))) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [["co2"], {}, pd.NA, 3], ids=repr)
def test_a_name_that_is_no_text_is_told_as_unknown(name: Any) -> None:
    near, _, _, _, plan = answers()
    asks: list[tuple[Callable[[], object], str]] = [
        (lambda: frontier(town(), "cost", name), "unknown axis"),
        (lambda: split_budget(town(), 1e6, least=name), "unknown axis"),
        (lambda: plan.why(name), "unknown technology"),
        (lambda: near.plan(name, "least"), "there is no 'least' of"),
    ]
    for ask, told in asks:
        with pytest.raises(InputError, match=told):
            ask()


def test_points_without_end_and_values_that_are_none_are_told() -> None:
    with pytest.raises(InputError, match="a whole number from 2 to 1000 is expected"):
        frontier(town(), points=10**400)
    for value in (10**400, True, np.True_):
        with pytest.raises(InputError, match="expected a finite number"):
            frontier(town(), values=[value])


def test_profiles_that_no_solver_takes_are_told_with_their_row() -> None:
    """A spectrum that was not turned back, and an hour without measure: they ended in Python, or in HiGHS."""
    for cells in (np.array([1 + 0j, 0.5]), pd.Series([1j, 1.0], dtype=object)):
        with pytest.raises(InputError, match=r"profiles: row 0, column s: found .*, expected a number"):
            town(profiles=pd.DataFrame({"s": cells}))
    with pytest.raises(InputError, match=r"row 0, column s: found 1e\+300, expected less than 1e\+15"):
        town(profiles=pd.DataFrame({"s": [1e300, 1.0]}))


def test_why_there_is_no_plan_is_told_in_the_language_that_was_chosen() -> None:
    asked = problem(processes="process bus_out capacity_max_mw\nb heat 3", demands=one_heat_demand(10))
    with speaking("it"), pytest.raises(InfeasibleMix) as caught:
        optimise_mix(asked)
    assert str(caught.value) == caught.value.text("it")
    with pytest.raises(InfeasibleMix) as plain:
        optimise_mix(asked)
    assert str(plain.value) == plain.value.text("en")
