"""Variables, numbers and rows for whole years: written as ordinary Pyomo rules, held as arrays.

A rule such as ``lambda m, p, t: m.output[p, t] <= m.shape["sun", t] * m.capacity[p]`` is called once for
each ``p``, with a template in the place of ``t``; ``expansion`` writes the row for all steps at once. The
single variable or constraint is made when somebody asks for it: ``m.output["wind", 3]``. A rule that needs
to know the step (``if t == 0``) is called for each step instead, with the same rows.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.core.base.constraint import IndexedConstraint
from pyomo.core.base.param import IndexedParam
from pyomo.core.base.var import IndexedVar
from pyomo.core.expr.template_expr import IndexTemplate, TemplateSumExpression

_state = threading.local()


class ArrayVar(IndexedVar):  # type: ignore[misc]
    """A variable over names and steps whose bounds are arrays.

    Parameters
    ----------
    *sets : Set
        Names, then steps (either may be left out).
    lower, upper : array_like
        Shape of the sets; a single number holds everywhere.
    """

    def __init__(self, *sets: Any, lower: Any = 0.0, upper: Any = np.inf, **others: Any) -> None:
        self._sides = np.asarray(lower, dtype=float), np.asarray(upper, dtype=float)
        super().__init__(*sets, dense=False, bounds=self._bounds_of, **others)

    def _bounds_of(self, _: Any, *index: Any) -> tuple[float | None, float | None]:
        low, high = (float(side[position(self, index)]) for side in self.sides())
        return (None if low == -np.inf else low), (None if high == np.inf else high)

    def sides(self) -> tuple[np.ndarray, np.ndarray]:
        """Return lower and upper bounds, one for each index."""
        count = len(self.index_set())
        lower, upper = (
            np.full(count, side) if not side.ndim else side.reshape(count) for side in self._sides
        )
        return lower, upper

    def made(self) -> list[tuple[Any, Any]]:
        """Return the variables that have been asked for, with their index."""
        return list(self._data.items())

    def keys(self, *args: Any, **options: Any) -> Any:
        """Return all indices; whoever goes through them means all variables, so they are made."""
        _make_all(self)
        return super().keys(*args, **options)

    def __len__(self) -> int:
        return len(self.index_set())


class ArrayParam(IndexedParam):  # type: ignore[misc]
    """Numbers over names and steps, held as an array.

    Parameters
    ----------
    *sets : Set
        Names, then steps (names may be left out).
    values : array_like
        Shape of the sets.
    """

    def __init__(self, *sets: Any, values: Any, **others: Any) -> None:
        self.values_by_place = np.ravel(values)
        super().__init__(*sets, domain=pyo.Any, **others)

    def construct(self, data: Any = None) -> None:
        """Take part in the model; the numbers are there already."""
        del data
        for one in self._anonymous_sets or ():
            one.construct()
        self._constructed = True

    def __getitem__(self, index: Any) -> Any:
        """Return the number at an index; at a template, the expression that stands for all of them."""
        found = index if isinstance(index, tuple) else (index,)
        if any(hasattr(part, "is_expression_type") for part in found):
            return super().__getitem__(index)
        return self.values_by_place[position(self, found)].item()

    def keys(self, *args: Any, **options: Any) -> Any:
        """Return all indices."""
        del args, options
        return iter(self.index_set())

    def __len__(self) -> int:
        return len(self.index_set())


class TemplateConstraint(IndexedConstraint):  # type: ignore[misc]
    """Rows over names and steps, from one call of the rule for each name.

    ``templates``: (first place, number of rows, step template or None, relation), in the order of the
    index; none where the rule had to be called for each index.
    """

    def __init__(self, *sets: Any, rule: Callable[..., Any], **others: Any) -> None:
        self.templates: list[tuple[int, int, Any, Any]] | None = None
        self._written, self._said = rule, dict[Any, Any]()
        super().__init__(*sets, rule=rule, **others)

    def keys(self, *args: Any, **options: Any) -> Any:
        """Return all indices; whoever goes through them means all rows, so they are made."""
        if self.templates is not None:
            _make_all(self)
        return super().keys(*args, **options)

    def __len__(self) -> int:
        return len(self._data) if self.templates is None else len(self.index_set())

    def changed(self) -> bool:
        """Tell whether rows that have been asked for say something else now."""
        return any(
            index not in self._data or not self._data[index].active or self._data[index].expr is not was
            for index, was in self._said.items()
        )

    def _getitem_when_not_present(self, index: Any) -> Any:
        row = super()._getitem_when_not_present(index)
        self._said[index] = row.expr
        return row

    def construct(self, data: Any = None) -> None:
        """Call the rule."""
        del data
        if self.is_constructed():
            return
        for one in self._anonymous_sets or ():
            one.construct()
        try:
            self.templates = list(self._template_rows())
            self._constructed = True
        except Exception:  # noqa: BLE001 - any rule that cannot take a template is called step by step
            self.call_each()

    def call_each(self) -> None:
        """Call the rule for each index instead."""
        self.templates, self._constructed = None, False
        super().construct()

    def _template_rows(self) -> Iterator[tuple[int, int, Any, Any]]:
        block, parts = self.parent_block(), subsets(self)
        steps = parts[-1] if isinstance(parts[-1], pyo.RangeSet) else None
        count = 1 if steps is None else len(steps)
        step = () if steps is None else (IndexTemplate(steps),)
        names = self.index_set() if steps is None else _product(parts[:-1])
        _state.templating = True
        try:
            for number, name in enumerate(names):
                index = name if isinstance(name, tuple) else (name,)
                relation = self._written(block, *index, *step)
                if not hasattr(relation, "is_expression_type"):
                    message = "a row that is left out or always holds is decided index by index"
                    raise TypeError(message)
                yield number * count, count, step[0] if step else None, relation
        finally:
            _state.templating = False


def sum_over(steps: Any, term: Callable[[Any], Any]) -> Any:
    """Return the sum of a term over all steps.

    Parameters
    ----------
    steps : RangeSet
        The steps.
    term : callable
        Takes a step.

    Examples
    --------
    >>> m = pyo.ConcreteModel()
    >>> m.T = pyo.RangeSet(0, 2)
    >>> m.x = pyo.Var(m.T)
    >>> print(sum_over(m.T, lambda t: 2 * m.x[t]))
    2*x[0] + 2*x[1] + 2*x[2]
    """
    if not getattr(_state, "templating", False):
        return pyo.quicksum(term(t) for t in steps)
    template = IndexTemplate(steps)
    return TemplateSumExpression((term(template),), [(template,)])


def _make_all(component: Any) -> None:
    if len(component._data) < len(component.index_set()):  # noqa: SLF001 - the component is ours
        for index in component.index_set():
            component[index]


def subsets(component: Any) -> list[Any]:
    """Return the sets a component is indexed by, one by one."""
    return list(component.index_set().subsets())


def position(component: Any, index: tuple[Any, ...]) -> int:
    """Return where an index stands in the order of the index set.

    Raises
    ------
    KeyError
        It is not in the set.
    """
    place, sets = 0, subsets(component)
    if len(sets) == 1 and len(index) > 1:  # pairs that were given as such
        return ordinal(sets[0], index)
    for one, part in zip(sets, index, strict=True):
        place = place * len(one) + ordinal(one, part)
    return place


def ordinal(one: Any, part: Any) -> int:
    """Return where an element stands in a set, from 0.

    Raises
    ------
    KeyError
        It is not in the set.
    """
    if not isinstance(one, pyo.RangeSet):
        return int(one.ord(part)) - 1
    place = int(part) - one.first()
    if not 0 <= place < len(one):
        raise KeyError(part)
    return int(place)


def _product(sets: list[Any]) -> Any:
    if not sets:
        return [()]
    return sets[0] if len(sets) == 1 else sets[0].cross(*sets[1:])
