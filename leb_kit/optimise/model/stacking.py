"""What an analyst's rules added, as columns beside and rows below those of a program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from pyomo.repn import generate_standard_repn
from scipy.sparse import csc_matrix, csr_matrix, vstack

from leb_kit.errors import InputError, say
from leb_kit.optimise.engine.layout import Layout
from leb_kit.optimise.model.formulation import LinearProgram, require_finite

Named = tuple[str, Any, Any]
#: What a constraint is called in Italian and in English, and its unit.
Called = tuple[str, str, str]


@dataclass(frozen=True, eq=False)
class Additions:
    """What rules added: name of the component, index and data; ``linked``: sizes the rules speak of.

    ``cost``: what they added to the cost, an expression, where they did; ``called``: what a person asked
    with a constraint, by its name, where that is known.
    """

    variables: tuple[Named, ...] = ()
    expressions: tuple[Named, ...] = ()
    rows: tuple[Named, ...] = ()
    linked: frozenset[str] = frozenset()
    cost: Any = None
    called: Mapping[str, Called] = field(default_factory=dict)


def stacked(base: LinearProgram, added: Additions, cost: Any, worth: float | None = None) -> LinearProgram:
    """Return the program with the added columns beside and the added rows below its own."""
    columns = _Columns(base.columns)
    for _, _, variable in added.variables:
        if not variable.fixed:
            columns.at(variable)
    faults: list[str] = []
    rows, lower, upper = _rows(added, columns, faults)
    offset, weights = base.offset, base.cost
    if cost is not None:
        own, constant = _weights(cost, columns, faults)
        if worth is None:
            offset, weights = constant, own
        else:
            weights = np.concatenate([weights, np.zeros(columns.count - len(weights))]) + worth * own
            offset += worth * constant
    low, high, whole = _bounds(columns.new, faults)
    if faults:
        raise InputError("extension", faults)
    width, first = columns.count, len(base.columns)
    own_rows = csr_matrix((rows[:, 2], (rows[:, 0].astype(int), rows[:, 1].astype(int))), (len(lower), width))
    above = base.matrix.copy()
    above.resize((above.shape[0], width))
    was_whole = np.zeros(first, dtype=bool) if base.whole is None else base.whole
    all_whole = np.concatenate([was_whole, whole]).astype(bool)
    program = replace(
        base,
        cost=np.concatenate([weights, np.zeros(width - len(weights))]),
        matrix=csc_matrix(vstack([above, own_rows])),
        row_lower=np.concatenate([base.row_lower, lower]),
        row_upper=np.concatenate([base.row_upper, upper]),
        lower=np.concatenate([base.lower, low]),
        upper=np.concatenate([base.upper, high]),
        offset=offset,
        columns=base.columns.plus(*columns.new),
        rows=base.rows.plus(*(row for _, _, row in added.rows)),
        whole=all_whole if all_whole.any() else None,
    )
    require_finite(program)
    return program


def _weights(cost: Any, columns: _Columns, faults: list[str]) -> tuple[np.ndarray, float]:
    """Return the cost of each column, and the constant."""
    repn = _linear(cost, say("the cost"), faults)
    where = [columns.at(variable) for variable in repn.linear_vars]
    weights = np.zeros(columns.count)
    np.add.at(weights, where, np.array(repn.linear_coefs, dtype=float))
    return weights, float(repn.constant)


class _Columns:
    """Columns of variables; one that is new is put at the end."""

    def __init__(self, known: Layout) -> None:
        self._known = known
        self._place: dict[int, int] = {}
        self.new: list[Any] = []

    @property
    def count(self) -> int:
        return len(self._known) + len(self.new)

    def at(self, variable: Any) -> int:
        if variable in self._known:
            return self._known.at(variable)
        if id(variable) not in self._place:
            self._place[id(variable)] = self.count
            self.new.append(variable)
        return self._place[id(variable)]


def _rows(
    added: Additions, columns: _Columns, faults: list[str]
) -> tuple[np.ndarray, list[float], list[float]]:
    """Return (row, column, coefficient) of what was added, and the sides of its rows."""
    entries, lower, upper = [], [], []
    for number, (_, _, row) in enumerate(added.rows):
        repn = _linear(row.body, f"constraint {row.name}", faults)
        pairs = zip(repn.linear_vars, repn.linear_coefs, strict=True)
        entries += [(number, columns.at(variable), float(k)) for variable, k in pairs]
        try:
            low, high = row.lb, row.ub
        except ValueError:  # Pyomo reads a side only when it is asked for
            faults.append(say("constraint {name}: a side is no finite number", name=row.name))
            low, high = None, None
        lower.append(-np.inf if low is None else float(low - repn.constant))
        upper.append(np.inf if high is None else float(high - repn.constant))
    return np.array(entries, dtype=float).reshape(-1, 3), lower, upper


def _linear(expression: Any, what: str, faults: list[str]) -> Any:
    repn = generate_standard_repn(expression, compute_values=True, quadratic=False)
    if not repn.is_linear():
        faults.append(
            say(
                "{what} is not linear: products of two variables, powers and conditions cannot be solved",
                what=what,
            )
        )
    return repn


def _bounds(variables: list[Any], faults: list[str]) -> tuple[list[float], list[float], list[bool]]:
    lower, upper, whole = [], [], []
    for variable in variables:
        low, high = variable.bounds
        lower.append(-np.inf if low is None else float(low))
        upper.append(np.inf if high is None else float(high))
        whole.append(bool(variable.is_integer()))
        if not (variable.is_integer() or variable.is_continuous()):
            faults.append(
                say(
                    "variable {name} has domain {domain}, which is not read",
                    name=variable.name,
                    domain=variable.domain,
                )
            )
    return lower, upper, whole
