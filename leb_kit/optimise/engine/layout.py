"""Which column a variable is, and which row a constraint: the data of each component stand together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.core.base.component_namer import index_repr

from leb_kit.optimise.engine.components import ArrayVar, TemplateConstraint, position


@dataclass(frozen=True, eq=False)
class Part:
    """The places of one component, in the order of its index."""

    component: Any
    first: int
    count: int
    #: Index → place in the component; none where all of the index set is there.
    places: dict[Any, int] | None

    def at(self, index: Any) -> int:
        """Return the place of an index."""
        if self.places is not None:
            return self.first + self.places[index]
        return self.first + position(self.component, index if isinstance(index, tuple) else (index,))

    def name(self, place: int) -> str:
        """Return the name of what stands at a place, without making it."""
        inside = place - self.first
        if self.places is not None:
            index = next(index for index, at in self.places.items() if at == inside)
        else:
            index = self.component.index_set().at(inside + 1)
        return f"{self.component.name}{'' if index is None else index_repr(index)}"


@dataclass(frozen=True, eq=False)
class Layout:
    """Places of all variables (or constraints) of a model; ``added`` stand after them.

    What is added is a datum of Pyomo, or a plain name.
    """

    parts: tuple[Part, ...] = ()
    added: tuple[Any, ...] = ()
    _by_component: dict[int, Part] = field(default_factory=dict, init=False)
    _by_datum: dict[int, int] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._by_component.update({id(part.component): part for part in self.parts})
        self._by_datum.update({id(one): self.size + place for place, one in enumerate(self.added)})

    @classmethod
    def of(cls, components: Iterable[Any]) -> Layout:
        """Place the data of components one after the other."""
        parts, first = [], 0
        for component in components:
            whole = isinstance(component, ArrayVar) or templated(component)
            places = None
            if not whole:
                rows = component.ctype is pyo.Constraint
                kept = [index for index, one in component.items() if not rows or one.active]
                places = {index: place for place, index in enumerate(kept)}
            count = len(component.index_set()) if places is None else len(places)
            parts.append(Part(component, first, count, places))
            first += count
        return cls(tuple(parts))

    @property
    def size(self) -> int:
        """Number of places without what was added."""
        return self.parts[-1].first + self.parts[-1].count if self.parts else 0

    def __len__(self) -> int:
        return self.size + len(self.added)

    def __contains__(self, datum: Any) -> bool:
        return id(datum) in self._by_datum or id(datum.parent_component()) in self._by_component

    def at(self, datum: Any) -> int:
        """Return the place of a variable or constraint.

        Raises
        ------
        KeyError
            It is not of this model.
        """
        found = self._by_datum.get(id(datum))
        return self._by_component[id(datum.parent_component())].at(datum.index()) if found is None else found

    def first_of(self, component: Any) -> int:
        """Return the first place of a component."""
        return self._by_component[id(component)].first

    def of_component(self, component: Any) -> np.ndarray:
        """Return the places of a component, in the shape of its sets (one axis where data are missing)."""
        part = self._by_component[id(component)]
        places = np.arange(part.first, part.first + part.count)
        if part.places is not None or not component.is_indexed():
            return places
        return places.reshape([len(one) for one in component.index_set().subsets()])

    def name(self, place: int) -> str:
        """Return the name of what stands at a place."""
        if place >= self.size:
            one = self.added[place - self.size]
            return one if isinstance(one, str) else str(one.name)
        return next(part for part in reversed(self.parts) if part.first <= place).name(place)

    def names(self) -> Iterator[str]:
        """Yield all names, in order."""
        return (self.name(place) for place in range(len(self)))

    def plus(self, *more: Any) -> Layout:
        """Return the layout with data or names after its own."""
        return Layout(self.parts, (*self.added, *more))


def templated(component: Any) -> bool:
    """Tell whether rows of a component come from templates."""
    return isinstance(component, TemplateConstraint) and component.templates is not None
