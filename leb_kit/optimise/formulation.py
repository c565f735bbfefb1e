"""From a problem to a Pyomo model, and from the model to a sparse matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from scipy.sparse import csc_matrix

from leb_kit.errors import InputError
from leb_kit.optimise import blocks
from leb_kit.optimise.problem import MixProblem

#: The blocks of the model, in order.
LEAST_COST_MIX = (
    blocks.variables,
    blocks.annual_output,
    blocks.bus_balance,
    blocks.capacity_limit,
    blocks.capacity_growth,
    blocks.storage_content,
    blocks.storage_limit,
    blocks.storage_link,
    blocks.annual_limits,
    blocks.least_cost,
)


@dataclass(frozen=True, eq=False)
class LinearProgram:
    """min cost·x with row_lower ≤ matrix·x ≤ row_upper and lower ≤ x ≤ upper.

    ``whole``: columns that take whole numbers, where any do.
    """

    cost: np.ndarray
    matrix: csc_matrix
    row_lower: np.ndarray
    row_upper: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    offset: float
    columns: list[Any]
    rows: list[Any]
    whole: np.ndarray | None = None

    def row_names(self) -> list[str]:
        """Return the name of each row."""
        return [str(constraint.name) for constraint in self.rows]


def formulate(problem: MixProblem) -> Any:
    """Return the Pyomo model of a problem."""
    model = pyo.ConcreteModel(name="least_cost_mix")
    for block in LEAST_COST_MIX:
        block(model, problem)
    return model


def compile_model(model: Any) -> LinearProgram:
    """Turn a model into arrays.

    Raises
    ------
    InputError
        A number is not finite; the rows or columns are named.
    """
    form = LinearStandardFormCompiler().write(model, mixed_form=True, set_sense=None)
    lower, upper = [], []
    for variable in form.columns:
        low, high = variable.bounds
        lower.append(-np.inf if low is None else low)
        upper.append(np.inf if high is None else high)
    senses = np.array([row.bound_type for row in form.rows])
    rhs = np.asarray(form.rhs, dtype=float)
    cost = np.asarray(form.c.todense()).ravel()
    program = LinearProgram(
        cost,
        csc_matrix(form.A),
        np.where(senses > 0, -np.inf, rhs),
        np.where(senses < 0, np.inf, rhs),
        np.array(lower),
        np.array(upper),
        float(np.ravel(form.c_offset)[0]),
        list(form.columns),
        [row.constraint for row in form.rows],
    )
    require_finite(program)
    return program


def require_finite(program: LinearProgram) -> None:
    """NaN in a cost hangs the solver, NaN in a row drops it: neither gets that far.

    Raises
    ------
    InputError
        A number is not finite; its row or column is named.
    """
    faults = []
    matrix = program.matrix.tocoo()
    bad_rows = {int(row) for row in matrix.row[~np.isfinite(matrix.data)]}
    bad_rows |= {
        int(row)
        for row in np.flatnonzero(
            np.isnan(program.row_lower)
            | np.isnan(program.row_upper)
            | (np.isinf(program.row_lower) & np.isinf(program.row_upper))
        )
    }
    # An equality with a number that is none may have become two rows of the same name.
    names = dict.fromkeys(str(program.rows[row].name) for row in sorted(bad_rows))
    faults += [f"row {name} holds a number that is not finite" for name in names]
    bad_columns = np.flatnonzero(
        ~np.isfinite(program.cost) | np.isnan(program.lower) | np.isnan(program.upper)
    )
    faults += [
        f"the cost or bound of {program.columns[int(column)].name} is not a number" for column in bad_columns
    ]
    if faults:
        raise InputError("mix problem", faults)
