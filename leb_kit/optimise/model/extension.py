"""Variables and constraints of an analyst's own, on top of the model.

The model of the problem is built and turned into arrays once; a rule then adds ordinary Pyomo
components, and only those are read row by row and stacked below. What the rule added is taken away
again afterwards, so the next rule finds the model as it was.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.common.log import LoggingIntercept
from pyomo.core.expr.visitor import identify_variables
from pyomo.repn import generate_standard_repn
from scipy.sparse import csc_matrix, csr_matrix, vstack

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.optimise.blocks.plants import limit_outputs
from leb_kit.optimise.blocks.stores import limit_stores
from leb_kit.optimise.engine.layout import Layout, templated
from leb_kit.optimise.model.formulation import LinearProgram, require_finite
from leb_kit.optimise.question.problem import MixProblem

#: What a rule may add.
_READ = (pyo.Var, pyo.Constraint, pyo.Expression, pyo.Param, pyo.Set, pyo.RangeSet, pyo.Block)
Named = tuple[str, Any, Any]
#: What Pyomo says of an index that is not there.
_INDEX = re.compile(r"Index '(.*)' is not valid for indexed component '(.*)'")


@dataclass(frozen=True, eq=False)
class Additions:
    """What rules added: name of the component, index and data; ``linked``: sizes the rules speak of."""

    variables: tuple[Named, ...] = ()
    expressions: tuple[Named, ...] = ()
    rows: tuple[Named, ...] = ()
    linked: frozenset[str] = frozenset()


def extend_program(model: Any, base: LinearProgram, problem: MixProblem) -> tuple[LinearProgram, Additions]:
    """Apply the rules of a problem to its model and stack what they add below its rows.

    Parameters
    ----------
    model : ConcreteModel
        As ``formulate`` gave it; it is left as it was.
    base : LinearProgram
        The arrays of the model.
    problem : MixProblem
        Its ``rules`` are applied in order.

    Raises
    ------
    InputError
        A rule fails, adds what is not linear, or changes what was there.
    """
    before = set(vars(model))
    known, cost = dict(model.component_map()), model.least_cost.expr
    single = _single_rows(base)
    try:
        for rule in problem.rules:
            _call(rule, model, set(known))
        faults = _changed(model, base, known, single)
        names = [name for name in model.component_map() if name not in known]
        faults += _unreadable(model, names)
        if not names and model.least_cost.expr is cost:
            faults.append(say("the rule adds nothing; write m.name = pyo.Var(…) or pyo.Constraint(…)"))
        if faults:
            raise InputError("extension", faults)
        changed = None if model.least_cost.expr is cost else model.least_cost.expr
        linked = _link(model, problem, names, changed)
        added = _collected(model, names, linked)
        own = _collected(model, [name for name in model.component_map() if name not in known], linked)
        return _stacked(base, own, changed), added
    finally:
        if model.component("least_cost") is known["least_cost"]:
            model.least_cost.expr = cost
        _detach(model, before)


def _call(rule: Callable[[Any], object], model: Any, known: set[str]) -> None:
    """Run a rule; what goes wrong is told with the line, and Pyomo's own remarks are held back."""
    try:
        with LoggingIntercept(module="pyomo"):
            rule(model)
    except Exception as error:
        own = [frame for frame in traceback.extract_tb(error.__traceback__) if "pyomo" not in frame.filename]
        place = (
            say("line {line}", line=f"{own[-1].lineno}: {own[-1].line}") if len(own) > 1 else say("the rule")
        )
        said = str(error.args[0] if error.args else error).split("\n")[0].rstrip(".")
        raise InputError(
            "extension",
            [say("{place}: {said}.{hint}", place=place, said=said, hint=_hint(error, model, known))],
        ) from error


def _hint(error: Exception, model: Any, known: set[str]) -> str:
    """Name the word that was meant."""
    names = [name for name in known if not name.startswith("_")]
    if isinstance(error, AttributeError) and getattr(error, "obj", None) is model:
        return did_you_mean(error.name, names) or say(
            " The model has {known}.", known=", ".join(sorted(names))
        )
    found = _INDEX.match(str(error.args[0])) if isinstance(error, KeyError) and error.args else None
    component = model.component(found[2]) if found else None
    if found and component is not None and component.is_indexed():
        asked = found[1].strip("()").split(",")[0].strip("'")
        if component is model.component("output") and asked in model.P:
            return say(
                " '{asked}' must run: its output is profile × m.capacity, its year m.annual.", asked=asked
            )
        return did_you_mean(asked, {index[0] if isinstance(index, tuple) else index for index in component})
    return ""


def _single_rows(base: LinearProgram) -> dict[int, Any]:
    """Return what rows that are held one by one say, to see whether a rule changes them."""
    single = [part.component for part in base.rows.parts if part.places is not None]
    return {id(row): row.expr for component in single for row in component.values()}


def _changed(model: Any, base: LinearProgram, known: dict[str, Any], single: dict[int, Any]) -> list[str]:
    """A rule adds; what was there stays as it was, or the plan would not be that of the tables."""
    names = [name for name, component in known.items() if model.component(name) is not component]
    faults = [
        say("the rule replaces '{name}', which the model has; give what you add another name", name=name)
        for name in names
    ]
    if names:
        return faults
    faults += [
        say(
            "the rule changes or switches off rows of '{name}'; change the tables instead",
            name=part.component.name,
        )
        for part in base.rows.parts
        if not part.component.active or _rows_changed(part.component, single)
    ]
    if not model.least_cost.active:
        faults.append(say("the rule switches off the cost; add to m.least_cost.expr instead"))
    for part in base.columns.parts:
        low, high = part.component.sides()
        for index, variable in part.component.made():
            place = part.at(index) - part.first
            lb, ub = variable.bounds
            same = low[place] == (-np.inf if lb is None else lb)
            same = same and high[place] == (np.inf if ub is None else ub)
            if variable.fixed or not same:
                faults.append(
                    say("the rule fixes or bounds {name}; add a constraint instead", name=variable.name)
                )
    return faults


def _rows_changed(component: Any, single: dict[int, Any]) -> bool:
    if templated(component):
        return bool(component.changed())
    return any(not row.active or row.expr is not single.get(id(row)) for row in component.values())


def _unreadable(model: Any, names: list[str]) -> list[str]:
    faults = []
    for name in names:
        component = model.component(name)
        inner = component.component_objects() if component.ctype is pyo.Block else ()
        for part in (component, *inner):
            if part.ctype is pyo.Objective:
                faults.append(
                    say("'{name}' is a second objective; add to m.least_cost.expr instead", name=part.name)
                )
            elif part.ctype not in _READ:
                faults.append(
                    say(
                        "'{name}' is a {kind}, which is not read; use constraints",
                        name=part.name,
                        kind=part.ctype.__name__,
                    )
                )
    return faults


def _collected(model: Any, names: list[str], linked: frozenset[str]) -> Additions:
    def of(ctype: Any) -> tuple[Named, ...]:
        return tuple(_data(model, names, ctype))

    return Additions(of(pyo.Var), of(pyo.Expression), of(pyo.Constraint), linked)


def _data(model: Any, names: list[str], ctype: Any) -> Iterator[Named]:
    """Yield the active data of components and of blocks that were added."""
    for name in names:
        component = model.component(name)
        if component.ctype is pyo.Block:
            inner = [*component.values()]
            parts = [p for block in inner for p in block.component_data_objects(ctype, active=True)]
        else:
            parts = [p for p in component.values() if p.active] if component.ctype is ctype else []
        for part in parts:
            yield str(part.parent_component().name), part.index(), part


def _link(model: Any, problem: MixProblem, names: list[str], cost: Any) -> frozenset[str]:
    """Join sizes that rules speak of to what they limit.

    Where a size costs nothing its limit is a bound of the output, and the size itself is free.
    """
    added = _collected(model, names, frozenset())
    bodies = [data.body for _, _, data in added.rows] + [data.expr for _, _, data in added.expressions]
    sizes = (id(model.capacity), id(model.store))
    spoken_of = [variable for body in bodies for variable in identify_variables(body)]
    if cost is not None:
        spoken_of += generate_standard_repn(cost, quadratic=False).linear_vars
    mentioned = {
        str(variable.index())
        for variable in spoken_of
        if id(variable.parent_component()) in sizes and problem.is_costless(str(variable.index()))
    }
    if mentioned:
        limit_outputs(model, problem, "linked_capacity", [p for p in model.D if p in mentioned])
        limit_stores(model, problem, "linked", [s for s in model.S if s in mentioned])
    return frozenset(mentioned)


def _stacked(base: LinearProgram, added: Additions, cost: Any) -> LinearProgram:
    """Return the program with the added columns beside and the added rows below its own."""
    columns = _Columns(base.columns)
    for _, _, variable in added.variables:
        if not variable.fixed:
            columns.at(variable)
    faults: list[str] = []
    rows, lower, upper = _rows(added, columns, faults)
    offset, weights = base.offset, base.cost
    if cost is not None:
        repn = _linear(cost, say("the cost"), faults)
        where = [columns.at(variable) for variable in repn.linear_vars]
        weights = np.zeros(columns.count)
        np.add.at(weights, where, np.array(repn.linear_coefs, dtype=float))
        offset = float(repn.constant)
    low, high, whole = _bounds(columns.new, faults)
    if faults:
        raise InputError("extension", faults)
    width, first = columns.count, len(base.columns)
    own = csr_matrix((rows[:, 2], (rows[:, 0].astype(int), rows[:, 1].astype(int))), (len(lower), width))
    above = base.matrix.copy()
    above.resize((above.shape[0], width))
    was_whole = np.zeros(first, dtype=bool) if base.whole is None else base.whole
    all_whole = np.concatenate([was_whole, whole]).astype(bool)
    program = replace(
        base,
        cost=np.concatenate([weights, np.zeros(width - len(weights))]),
        matrix=csc_matrix(vstack([above, own])),
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
        lower.append(-np.inf if row.lb is None else float(row.lb - repn.constant))
        upper.append(np.inf if row.ub is None else float(row.ub - repn.constant))
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


def _detach(model: Any, before: set[str]) -> None:
    """Take away what rules left, components and plain attributes."""
    for name in [name for name in vars(model) if name not in before and not name.startswith("_")]:
        if model.component(name) is not None:
            model.del_component(name)
        else:
            delattr(model, name)
