"""From the rules of a model to a sparse matrix: one walk through a row gives it for all steps.

A row of a template is a sum of terms, coefficient × variable; both may depend on the step. Walking through
the expression once, with the array of all steps in the place of the template, gives the columns and the
coefficients of all rows as arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import pyomo.environ as pyo
from pyomo.core.base.param import IndexedParam
from pyomo.core.base.var import IndexedVar
from pyomo.core.expr import numeric_expr, relational_expr
from pyomo.core.expr.template_expr import (
    GetItemExpression,
    IndexTemplate,
    TemplateSumExpression,
)
from pyomo.repn import generate_standard_repn
from scipy.sparse import csc_matrix, csr_matrix

from leb_kit.optimise.engine.components import ArrayParam, ordinal, subsets
from leb_kit.optimise.engine.layout import Layout, templated

#: (columns, coefficients), each a number or an array over the steps; a second axis is summed over.
Term = tuple[Any, Any]
#: The terms of an expression, and its constant.
Linear = tuple[list[Term], Any]
Steps = dict[int, np.ndarray]


class Expansion:
    """Rows of a model as arrays.

    Parameters
    ----------
    columns : Layout
        Places of the variables.
    """

    def __init__(self, columns: Layout) -> None:
        self._columns = columns
        self._blocks: list[tuple[int, list[Term]]] = []
        self._lower: list[np.ndarray] = []
        self._upper: list[np.ndarray] = []
        self._count = 0

    def add(self, component: Any) -> None:
        """Add the rows of a constraint.

        Raises
        ------
        ValueError
            A row is not linear.
        """
        if templated(component):
            try:
                # inf × 0: the row that holds a number that is none is named once all rows are there
                with np.errstate(invalid="ignore"):
                    rows = [self._rows(*row[1:]) for row in component.templates]
            except (ValueError, NotImplementedError):
                component.call_each()
            else:
                for row in rows:
                    self._put(*row)
                return
        for row in component.values():
            if row.active:
                self._put(*self._row(row))

    def _rows(self, count: int, template: Any, relation: Any) -> tuple[list[Term], int, Any, Any]:
        """Return terms, number and sides of the rows of a template."""
        steps = {} if template is None else {id(template): _steps_of(template)}
        if isinstance(relation, relational_expr.RangedExpression):
            low, (terms, constant), high = (self._walk(part, steps) for part in relation.args)
            return terms, count, low[1] - constant, high[1] - constant
        equal = isinstance(relation, relational_expr.EqualityExpression)
        if not equal and relation.strict:
            message = "a strict inequality has no solution that attains it"
            raise ValueError(message)
        left, right = (self._walk(side, steps) for side in relation.args)
        if not left[0]:  # a number stands first: it is the lower side, or Python turned the "=="
            side = left[1] - right[1]
            return right[0], count, side, side if equal else np.inf
        terms = [*left[0], *((places, -values) for places, values in right[0])]
        side = right[1] - left[1]
        return terms, count, side if equal else -np.inf, side

    def _row(self, row: Any) -> tuple[list[Term], int, Any, Any]:
        """Return terms and sides of a single row."""
        repn = generate_standard_repn(row.body, compute_values=True, quadratic=False)
        if not repn.is_linear():
            message = f"{row.name} is not linear"
            raise ValueError(message)
        places = np.array([self._columns.at(one) for one in repn.linear_vars], dtype=np.int32)
        low, high = (side - repn.constant for side in _sides(row))
        return [(places[None, :], np.array(repn.linear_coefs, dtype=float)[None, :])], 1, low, high

    def _put(self, terms: list[Term], count: int, low: Any, high: Any) -> None:
        self._blocks.append((count, terms))
        self._lower.append(np.broadcast_to(low, count))
        self._upper.append(np.broadcast_to(high, count))
        self._count += count

    def matrix(self) -> tuple[csc_matrix, np.ndarray, np.ndarray]:
        """Return the matrix without zeros, and both sides of its rows."""
        widths = [[_width(term) for term in terms] for _, terms in self._blocks]
        per_row = [sum(width) for width in widths]
        counts = [count for count, _ in self._blocks]
        ends = np.cumsum(np.repeat(per_row, counts), dtype=np.int32)
        size = int(ends[-1]) if len(ends) else 0
        columns, values = np.empty(size, dtype=np.int32), np.empty(size)
        # Rows of a block are equally long: what stands in one place of all of them is written at once.
        first = 0
        for (count, terms), width, length in zip(self._blocks, widths, per_row, strict=True):
            inside = slice(first, first + count * length)
            at, number = (array[inside].reshape(count, length) for array in (columns, values))
            begin = 0
            for (places, coefficients), wide in zip(terms, width, strict=True):
                at[:, begin : begin + wide] = _upright(places)
                number[:, begin : begin + wide] = _upright(coefficients)
                begin += wide
            first = inside.stop
        shape = (self._count, len(self._columns))
        starts = np.concatenate([np.zeros(1, dtype=np.int32), ends])
        matrix = csr_matrix((values, columns, starts), shape).tocsc()
        matrix.sum_duplicates()
        if not values.all():
            matrix.eliminate_zeros()
        empty = np.zeros(0)
        return matrix, np.concatenate([empty, *self._lower]), np.concatenate([empty, *self._upper])

    def _walk(self, expression: Any, steps: Steps) -> Linear:
        """Return terms and constant of an expression."""
        if isinstance(expression, (int, float, np.number)):
            return [], expression
        for kind, walk in self._walks:
            if isinstance(expression, kind):
                return walk(self, expression, steps)
        if expression.is_variable_type():
            if expression.fixed:
                return [], expression.value
            return [(self._columns.at(expression), 1.0)], 0.0
        if expression.is_named_expression_type():
            return self._walk(expression.args[0], steps)
        if not expression.is_potentially_variable():
            return [], pyo.value(expression)
        message = f"{type(expression).__name__} is not read"
        raise ValueError(message)

    def _template(self, expression: Any, steps: Steps) -> Linear:
        return [], steps[id(expression)]

    def _item(self, expression: Any, steps: Steps) -> Linear:
        base, *index = expression.args
        places: Any = 0
        for one, part in zip(subsets(base), index, strict=True):
            places = places * len(one) + self._place_in(one, part, steps)
        if isinstance(base, IndexedVar):
            return [(self._columns.first_of(base) + places, 1.0)], 0.0
        if isinstance(base, ArrayParam):
            return [], base.values_by_place[places]
        if isinstance(base, IndexedParam):
            return [], np.array([float(base[one]) for one in base.index_set()])[places]
        message = f"{base.name} is not read"
        raise ValueError(message)

    def _place_in(self, one: Any, part: Any, steps: Steps) -> Any:
        """Return places in a set; numpy would read −1 as the last element, here it is an error."""
        if isinstance(part, str) or not isinstance(one, pyo.RangeSet):
            return ordinal(one, part)
        places = np.asarray(self._walk(part, steps)[1]) - one.first()
        outside = (places < 0) | (places >= len(one))
        if outside.any():
            message = f"step {places[outside].flat[0] + one.first()} is not one of {one.name}"
            raise KeyError(message)
        return places

    def _sum_over(self, expression: Any, steps: Steps) -> Linear:
        ((template,),) = expression.template_iters()
        if steps:
            message = "a sum over steps inside of a row over steps is not read"
            raise ValueError(message)
        inner = {id(template): _steps_of(template)}
        (term,) = expression._local_args_  # its other ways to the term write the sum out
        terms, constant = self._walk(term, inner)
        count = len(inner[id(template)])
        wide = [np.broadcast_arrays(places, values, np.zeros(count))[:2] for places, values in terms]
        total = np.broadcast_to(constant, count).sum()
        return [(places[None, :], values[None, :]) for places, values in wide], total

    def _sum(self, expression: Any, steps: Steps) -> Linear:
        terms: list[Term] = []
        constant: Any = 0.0
        for part in expression.args:
            more, number = self._walk(part, steps)
            terms += more
            constant = constant + number
        return terms, constant

    def _product(self, expression: Any, steps: Steps) -> Linear:
        (left, first), (right, second) = (self._walk(part, steps) for part in expression.args)
        if left and right:
            message = f"{expression} is not linear"
            raise ValueError(message)
        if left:
            return [(places, values * second) for places, values in left], first * second
        return [(places, first * values) for places, values in right], first * second

    def _division(self, expression: Any, steps: Steps) -> Linear:
        (terms, number), (below, by) = (self._walk(part, steps) for part in expression.args)
        if below:
            message = f"{expression} is not linear"
            raise ValueError(message)
        return [(places, values / by) for places, values in terms], number / by

    def _negation(self, expression: Any, steps: Steps) -> Linear:
        terms, number = self._walk(expression.args[0], steps)
        return [(places, -values) for places, values in terms], -number

    #: How each kind of expression is walked through.
    _walks: ClassVar[tuple[tuple[type, Callable[[Expansion, Any, Steps], Linear]], ...]] = (
        (IndexTemplate, _template),
        (GetItemExpression, _item),
        (TemplateSumExpression, _sum_over),
        (numeric_expr.SumExpression, _sum),
        (numeric_expr.ProductExpression, _product),
        (numeric_expr.DivisionExpression, _division),
        (numeric_expr.NegationExpression, _negation),
    )


def _width(term: Term) -> int:
    """Return how many entries a term has in a row."""
    return max((part.shape[1] for part in term if np.ndim(part) > 1), default=1)


def _upright(part: Any) -> Any:
    """Return one number for each row as a column; what is the same in each row as it is."""
    return part[:, None] if np.ndim(part) == 1 else part


def _sides(row: Any) -> tuple[float, float]:
    """Return both sides; one that is no number is kept, to be told with the name of the row."""
    low, _, high = row.to_bounded_expression()
    return -np.inf if low is None else float(pyo.value(low)), np.inf if high is None else float(
        pyo.value(high)
    )


def _steps_of(template: Any) -> np.ndarray:
    steps = template._set  # noqa: SLF001 - Pyomo gives no other way to the set of a template
    return np.arange(steps.first(), steps.first() + len(steps))
