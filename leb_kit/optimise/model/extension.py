"""Variables and constraints of an analyst's own, on top of the model.

The model of the problem is built and turned into arrays once; a rule then adds ordinary Pyomo
components, and only those are read row by row and stacked below. What the rule added is taken away
again afterwards, so the next rule finds the model as it was.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.common.log import LoggingIntercept
from pyomo.core.expr.visitor import identify_variables
from pyomo.repn import generate_standard_repn

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.optimise.blocks.plants import limit_outputs
from leb_kit.optimise.blocks.stores import limit_stores
from leb_kit.optimise.engine.layout import templated
from leb_kit.optimise.model.formulation import LinearProgram
from leb_kit.optimise.model.stacking import Additions, Called, Named, stacked
from leb_kit.optimise.question.problem import MixProblem

#: What a rule may add.
_READ = (pyo.Var, pyo.Constraint, pyo.Expression, pyo.Param, pyo.Set, pyo.RangeSet, pyo.Block)
#: What Pyomo says of an index that is not there.
_INDEX = re.compile(r"Index '(.*)' is not valid for indexed component '(.*)'")


@dataclass(frozen=True, eq=False)
class Place:
    """Where rules work.

    Parameters
    ----------
    model : ConcreteModel or Block
        What a rule is given.
    years : tuple
        The model of each year with its problem; a mix has one, itself.
    cost : Objective
        What a rule may add to.
    worth : float, optional
        Where the model is one year of a pathway: euros of the program for one of this cost.
    """

    model: Any
    years: tuple[tuple[Any, MixProblem], ...]
    cost: Any
    worth: float | None = None

    @property
    def scopes(self) -> tuple[Any, ...]:
        """The model and the models of its years, each once."""
        return (self.model, *(block for block, _ in self.years if block is not self.model))


def extend_program(
    place: Place, base: LinearProgram, rules: Sequence[Callable[[Any], object]]
) -> tuple[LinearProgram, Additions]:
    """Apply rules to a model and stack what they add below its rows.

    Parameters
    ----------
    place : Place
        A model as its blocks made it; it is left as it was.
    base : LinearProgram
        The arrays of the whole model.
    rules : sequence of callable
        They are applied in order.

    Raises
    ------
    InputError
        A rule fails, adds what is not linear, or changes what was there.
    """
    model, cost, active = place.model, place.cost.expr, place.cost.active
    before = [(scope, set(vars(scope)), dict(scope.component_map())) for scope in place.scopes]
    single = _single_rows(base)
    try:
        place.cost.activate()
        for rule in rules:
            _call(rule, model, set(before[0][2]))
        faults = _changed(before, base, single, place.cost)
        added = [(scope, [name for name in scope.component_map() if name not in k]) for scope, _, k in before]
        for scope, names in added:
            faults += _unreadable(scope, names)
        same = place.cost.expr is cost
        faults += [] if same else _cost_lost(cost, place.cost)
        if not any(names for _, names in added) and same:
            faults.append(say("the rule adds nothing; write m.name = pyo.Var(…) or pyo.Constraint(…)"))
        if faults:
            raise InputError("extension", faults)
        changed = None if same else place.cost.expr
        linked = _link(place, added, changed)
        told = replace(_collected(added, linked), called=_called(rules))
        every = [(scope, [name for name in scope.component_map() if name not in k]) for scope, _, k in before]
        if changed is not None and place.worth is not None:
            changed = changed - cost
            told = replace(told, cost=changed)
        return stacked(base, _collected(every, linked), changed, place.worth), told
    finally:
        place.cost.expr = cost
        if not active:
            place.cost.deactivate()
        for scope, had, _ in before:
            _detach(scope, had)


def _called(rules: Sequence[Callable[[Any], object]]) -> dict[str, Called]:
    """Return what is asked with constraints, of rules that tell it (``called``)."""
    return {name: told for rule in rules for name, told in getattr(rule, "called", {}).items()}


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
    component = model.component(found[2].rpartition(".")[2]) if found else None
    if found and component is not None and component.is_indexed():
        asked, _, step = (part.strip(" '") for part in found[1].strip("()").partition(","))
        if component is model.component("output") and asked in model.D:
            return say(
                " There is no step {step}: m.T holds 0 to {last}.", step=step, last=len(list(model.T)) - 1
            )
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


def _changed(
    before: list[tuple[Any, set[str], dict[str, Any]]],
    base: LinearProgram,
    single: dict[int, Any],
    cost: Any,
) -> list[str]:
    """A rule adds; what was there stays as it was, or the plan would not be that of the tables."""
    names = [
        name
        for scope, _, known in before
        for name, component in known.items()
        if scope.component(name) is not component
    ]
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
    if not cost.active:
        faults.append(
            say("the rule switches off the cost; add to m.{cost}.expr instead", cost=cost.local_name)
        )
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


def _cost_lost(before: Any, cost: Any) -> list[str]:
    """Say that a rule puts another cost in the place of that of the tables, to which it may only add.

    A rule that adds, or takes something back, leaves most terms where they were.
    """
    had, has = (generate_standard_repn(one, quadratic=False) for one in (before, cost.expr))
    kept = {id(variable) for variable in has.linear_vars}
    lost = [variable for variable in had.linear_vars if id(variable) not in kept]
    if 2 * len(lost) <= len(had.linear_vars):
        return []
    return [
        say(
            "the rule replaces the cost of the tables; write m.{cost}.expr += … to add to it",
            cost=cost.local_name,
        )
    ]


def _rows_changed(component: Any, single: dict[int, Any]) -> bool:
    if templated(component):
        return bool(component.changed())
    return any(not row.active or row.expr is not single.get(id(row)) for row in component.values())


def _unreadable(model: Any, names: list[str]) -> list[str]:
    faults = []
    for name in names:
        component = model.component(name)
        blocks = component.values() if component.ctype is pyo.Block else ()
        inner = [part for block in blocks for part in block.component_objects()]
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


def _collected(added: list[tuple[Any, list[str]]], linked: frozenset[str]) -> Additions:
    # What stands in one year of a pathway is told as its rule names it.
    prefix = f"{added[0][0].name}."

    def of(ctype: Any) -> tuple[Named, ...]:
        every = (one for scope, names in added for one in _data(scope, names, ctype))
        return tuple((name.removeprefix(prefix), index, part) for name, index, part in every)

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


def _link(place: Place, names: list[tuple[Any, list[str]]], cost: Any) -> frozenset[str]:
    """Join sizes that rules speak of to what they limit.

    Where a size costs nothing its limit is a bound of the output, and the size itself is free.
    """
    added = _collected(names, frozenset())
    bodies = [data.body for _, _, data in added.rows] + [data.expr for _, _, data in added.expressions]
    sizes = {id(size) for block, _ in place.years for size in (block.capacity, block.store)}
    spoken_of = [variable for body in bodies for variable in identify_variables(body)]
    if cost is not None:
        spoken_of += generate_standard_repn(cost, quadratic=False).linear_vars
    every = {str(variable.index()) for variable in spoken_of if id(variable.parent_component()) in sizes}
    mentioned = {name for name in every if any(problem.is_costless(name) for _, problem in place.years)}
    if mentioned:
        for block, problem in place.years:
            here = {name for name in mentioned if problem.is_costless(name)}
            limit_outputs(block, problem, "linked_capacity", [p for p in block.D if p in here])
            limit_stores(block, problem, "linked", [s for s in block.S if s in here])
    return frozenset(mentioned)


def _detach(model: Any, before: set[str]) -> None:
    """Take away what rules left, components and plain attributes."""
    for name in [name for name in vars(model) if name not in before and not name.startswith("_")]:
        if model.component(name) is not None:
            model.del_component(name)
        else:
            delattr(model, name)
