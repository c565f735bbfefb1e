"""From a problem to a Pyomo model, and from the model to a sparse matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.repn import generate_standard_repn
from scipy.sparse import csc_matrix

from leb_kit.errors import InputError, say
from leb_kit.optimise.blocks import LEAST_COST_MIX
from leb_kit.optimise.engine.components import ArrayVar
from leb_kit.optimise.engine.expansion import Expansion
from leb_kit.optimise.engine.layout import Layout
from leb_kit.optimise.question.problem import MixProblem


@dataclass(frozen=True, eq=False)
class LinearProgram:
    """min cost·x with row_lower ≤ matrix·x ≤ row_upper and lower ≤ x ≤ upper.

    ``columns``, ``rows``: which variable and which constraint each is; ``whole``: columns that take whole
    numbers, where any do.
    """

    cost: np.ndarray
    matrix: csc_matrix
    row_lower: np.ndarray
    row_upper: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    offset: float
    columns: Layout
    rows: Layout
    whole: np.ndarray | None = None

    def row_names(self) -> list[str]:
        """Return the name of each row."""
        return list(self.rows.names())


def formulate(problem: MixProblem) -> Any:
    """Return the Pyomo model of a problem."""
    model = pyo.ConcreteModel(name="least_cost_mix")
    for block in LEAST_COST_MIX:
        block(model, problem)
    return model


def compile_model(model: Any) -> LinearProgram:
    """Turn a model into arrays.

    Parameters
    ----------
    model : ConcreteModel
        Linear; blocks inside are read as well. Rows that are switched off are left out.

    Raises
    ------
    InputError
        A number is not finite; the rows or columns are named.
    ValueError
        A row is not linear.
    """
    columns = Layout.of(model.component_objects(pyo.Var, descend_into=True))
    constraints = [c for c in model.component_objects(pyo.Constraint, descend_into=True) if c.active]
    expansion = Expansion(columns)
    for constraint in constraints:
        expansion.add(constraint)
    matrix, row_lower, row_upper = expansion.matrix()
    lower, upper, whole = bounds(columns)
    cost, offset = _cost(model, columns)
    program = LinearProgram(
        cost,
        matrix,
        row_lower,
        row_upper,
        lower,
        upper,
        offset,
        columns,
        Layout.of(constraints),
        whole if whole.any() else None,
    )
    require_finite(program)
    return program


def bounds(columns: Layout) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return lower and upper bounds of all variables, and which take whole numbers."""
    lower, upper = np.full(len(columns), -np.inf), np.full(len(columns), np.inf)
    whole = np.zeros(len(columns), dtype=bool)
    for part in columns.parts:
        component, inside = part.component, slice(part.first, part.first + part.count)
        if isinstance(component, ArrayVar):
            lower[inside], upper[inside] = component.sides()
        for index, one in component._data.items():  # noqa: SLF001 - only what has been asked for
            place = part.at(index)
            low, high = (one.value, one.value) if one.fixed else one.bounds
            lower[place] = -np.inf if low is None else low
            upper[place] = np.inf if high is None else high
            whole[place] = one.is_integer()
    return lower, upper, whole


def _cost(model: Any, columns: Layout) -> tuple[np.ndarray, float]:
    cost, offset = np.zeros(len(columns)), 0.0
    for objective in model.component_data_objects(pyo.Objective, active=True):
        repn = generate_standard_repn(objective.expr, compute_values=True, quadratic=False)
        places = [columns.at(one) for one in repn.linear_vars]
        np.add.at(cost, places, np.array(repn.linear_coefs, dtype=float))
        offset += float(repn.constant)
    return cost, offset


def require_finite(program: LinearProgram) -> None:
    """NaN in a cost hangs the solver, NaN in a row drops it: neither gets that far.

    Raises
    ------
    InputError
        A number is not finite; its row or column is named.
    """
    entries = ~np.isfinite(program.matrix.data)
    bad_rows = set(program.matrix.indices[entries].tolist())
    bad_rows |= set(
        np.flatnonzero(
            np.isnan(program.row_lower)
            | np.isnan(program.row_upper)
            | (np.isinf(program.row_lower) & np.isinf(program.row_upper))
        ).tolist()
    )
    faults = [
        say("row {value} holds a number that is not finite", value=program.rows.name(row))
        for row in sorted(bad_rows)
    ]
    bad_columns = np.flatnonzero(
        ~np.isfinite(program.cost) | np.isnan(program.lower) | np.isnan(program.upper)
    )
    faults += [
        say("the cost or bound of {value} is not a number", value=program.columns.name(int(column)))
        for column in bad_columns
    ]
    if faults:
        raise InputError(say("mix problem"), faults)
