"""Rules as arrays: the same rows as Pyomo's own compiler gives, and what a rule may do."""

import numpy as np
import pyomo.environ as pyo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from leb_kit.errors import InputError
from leb_kit.examples import torino
from leb_kit.optimise import mix_problem, optimise_mix, typical_days
from leb_kit.optimise.engine.components import ArrayParam, ArrayVar, TemplateConstraint, sum_over
from leb_kit.optimise.model.formulation import compile_model, formulate
from leb_kit.optimise.question.problem import MixProblem
from tests.optimise.tables import near, one_heat_demand, problem
from tests.optimise.test_lp import small


def rows_of(model: object) -> dict[str, tuple[dict[str, float], float, float]]:
    """Name → coefficients by variable and sides, from Pyomo's compiler."""
    form = LinearStandardFormCompiler().write(model, mixed_form=True, set_sense=None)
    terms: list[dict[str, float]] = [{} for _ in form.rows]
    matrix = form.A.tocoo()
    for row, column, value in zip(matrix.row, matrix.col, matrix.data, strict=True):
        terms[row][form.columns[column].name] = float(value)
    found: dict[str, tuple[dict[str, float], float, float]] = {}
    for row, mine, side in zip(form.rows, terms, form.rhs, strict=True):
        # A range is two rows of the same name.
        _, low, high = found.get(row.constraint.name, (mine, -np.inf, np.inf))
        low, high = (low if row.bound_type > 0 else side), (high if row.bound_type < 0 else side)
        found[row.constraint.name] = {v: k for v, k in mine.items() if k}, float(low), float(high)
    return found


def same_rows(model: object) -> int:
    """Compare every row of our arrays with Pyomo's; return how many there are."""
    program = compile_model(model)
    names, matrix = list(program.columns.names()), program.matrix.tocsr()
    expected = rows_of(model)
    for number, name in enumerate(program.row_names()):
        part = matrix[number]
        mine = {names[c]: v for c, v in zip(part.indices, part.data, strict=True)}
        # A row that says nothing of any variable may be left out by Pyomo.
        theirs, low, high = expected.pop(name, ({}, 0.0, 0.0))
        equal = program.row_lower[number] == program.row_upper[number]
        turned = equal and any(np.sign(mine.get(v, k)) != np.sign(k) for v, k in theirs.items())
        turn = -1 if turned else 1
        assert mine == near({v: turn * k for v, k in theirs.items()}), name
        if mine:
            sides = [program.row_lower[number], program.row_upper[number]]
            assert sides == near([turn * low, turn * high]), name
    assert expected == {}
    return len(program.row_names())


@pytest.mark.parametrize("linked", [False, True])
def test_torino_has_the_rows_that_pyomo_gives(linked):
    """Proves: arrays and ordinary Pyomo are the same model. Without it speed could change the mathematics."""
    base = torino()
    time = typical_days(2, linked=linked)
    assert same_rows(formulate(mix_problem(base, targets="20-20-20-local", base=base, time=time))) > 1000


def test_the_small_problem_has_the_rows_that_pyomo_gives():
    assert same_rows(formulate(small())) > 20


@given(st.data())
@settings(max_examples=40)
def test_any_linear_rule_gives_the_rows_that_pyomo_gives(data):
    """Proves: products with numbers, quotients, minus, shifted steps, sums over steps, both sides, ranges."""
    number = st.floats(-9, 9).map(lambda v: round(v, 2))
    steps = data.draw(st.integers(1, 5))
    numbers = [data.draw(number) for _ in range(2 * steps)]
    shift = data.draw(st.integers(0, steps - 1))
    k, constant = data.draw(number), data.draw(number)
    kind = data.draw(st.sampled_from(["<=", ">=", "==", "range"]))
    m = pyo.ConcreteModel()
    m.T = pyo.RangeSet(0, steps - 1)
    m.P = pyo.Set(initialize=["a", "b"], ordered=True)
    m.x, m.size = ArrayVar(m.P, m.T), ArrayVar(m.P, upper=7)
    m.shape = ArrayParam(m.P, m.T, values=np.array(numbers).reshape(2, steps))
    m.other = ArrayParam(m.T, values=(np.arange(steps) + shift) % steps)

    def rule(m, p, t):
        left = k * m.x[p, t] - m.shape[p, t] * m.size[p] + m.x["a", m.other[t]] / 4
        right = -(m.x["b", t] - constant) + m.shape["a", t]
        if kind == "range":
            return (-100, left - right, 100)
        return {"<=": left <= right, ">=": left >= right, "==": left == right}[kind]

    m.rows = TemplateConstraint(m.P, m.T, rule=rule)
    m.total = TemplateConstraint(
        m.P, rule=lambda m, p: m.size[p] == sum_over(m.T, lambda t: m.shape[p, t] * m.x[p, t])
    )
    assert same_rows(m) == 2 * steps + 2


def small_model(rule, **sets):
    """A model of three steps with one rule."""
    m = pyo.ConcreteModel()
    m.T = pyo.RangeSet(0, 2)
    m.x = ArrayVar(m.T, upper=[1, 2, 3])
    m.before = ArrayParam(m.T, values=[-1, 0, 1])
    m.rows = TemplateConstraint(m.T, rule=rule)
    return m


def test_a_rule_that_asks_for_the_step_is_called_for_each():
    """Proves: what is no template still works, and means the same."""
    m = small_model(lambda m, t: m.x[t] <= 5 if t == 0 else m.x[t] - m.x[t - 1] <= 1)
    assert m.rows.templates is None
    assert same_rows(m) == 3
    skipping = small_model(lambda m, t: pyo.Constraint.Skip if t == 1 else m.x[t] <= 5)
    assert skipping.rows.templates is None
    assert compile_model(skipping).row_names() == ["rows[0]", "rows[2]"]


def test_a_step_before_the_first_is_an_error_and_not_the_last():
    """Proves: index −1 is refused. Without it numpy would take the last hour."""
    m = small_model(lambda m, t: m.x[t] - m.x[m.before[t]] <= 1)
    with pytest.raises(KeyError):
        compile_model(m)


def test_what_is_not_linear_is_refused():
    m = small_model(lambda m, t: m.x[t] * m.x[t] <= 1)
    with pytest.raises(ValueError, match="not linear"):
        compile_model(m)


def test_variables_and_rows_are_made_when_asked_for_and_all_when_gone_through():
    """Proves: a sum over a variable sums all of it. Without it only those asked for before would count."""
    m = small_model(lambda m, t: m.x[t] <= 5)
    assert (len(m.x.made()), len(m.x), len(m.rows)) == (0, 3, 3)
    assert m.x[1].bounds == (0, 2)
    assert len(m.x.made()) == 1
    assert str(m.rows[2].expr) == "x[2]  <=  5"
    assert [v.ub for v in m.x.values()] == [1, 2, 3]
    assert len(list(m.component_data_objects(pyo.Constraint))) == 3
    with pytest.raises(KeyError):
        m.x[3]


def test_nothing_of_a_year_is_made_that_nobody_asks_for():
    """Proves: a year of hours is held as arrays. Without it building takes a hundred times longer."""
    hours = 8760
    question = problem(
        processes="process bus_out variable_eur_per_mwh capex_eur_per_mw_year\nboiler heat 3 5",
        storages="storage bus capex_eur_per_mwh_year\ntank heat 5",
        demands=one_heat_demand(10),
        profiles=hours,
        time="year",
    )
    model = formulate(question)
    program = compile_model(model)
    assert len(program.rows) > 3 * hours
    assert sum(len(part.component.made()) for part in program.columns.parts) < 20
    assert program.columns.name(program.columns.at(model.level["tank", 700])) == "level[tank,700]"
    assert program.rows.name(program.rows.at(model.bus_balance["heat", 9])) == "bus_balance[heat,9]"


def test_a_rule_of_an_analyst_that_fixes_everything_is_told():
    """Proves: fix() on a whole variable is seen. Without it the plan would silently ignore it."""
    question: MixProblem = problem(
        processes="process bus_out variable_eur_per_mwh\nboiler heat 3\npump heat 4",
        demands=one_heat_demand(10),
    )

    def rest(m):
        m.output.fix(0)

    with pytest.raises(InputError, match=r"fixes or bounds output\[boiler,0\]"):
        optimise_mix(question.extend(rest))

    def twice(m):
        m.bus_balance["heat", 0].set_value(m.output["pump", 0] == 1)

    with pytest.raises(InputError, match="changes or switches off rows of 'bus_balance'"):
        optimise_mix(question.extend(twice))
