"""A problem as numbers: the model is built once, and kept while the next question has the same tables.

A frontier, alternatives, a question of why, or another rule of an analyst ask for the same model many
times. The last one is kept, under a digest of the content of its tables, so that it is never stale.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from leb_kit.optimise.model.extension import Place, extend_program
from leb_kit.optimise.model.formulation import LinearProgram, compile_model, formulate
from leb_kit.optimise.model.stacking import Additions
from leb_kit.optimise.question.problem import MixProblem

#: Models with more rows are not kept: a whole year of hours is large.
_KEPT_ROWS = 100_000


@dataclass(frozen=True, eq=False)
class Built:
    """Model and arrays of a problem, and what rules added."""

    model: Any
    program: LinearProgram
    added: Additions
    weight_h: np.ndarray

    def column(self, variable: Any) -> int:
        """Return the column of a variable."""
        return self.program.columns.at(variable)

    def row(self, constraint: Any) -> int:
        """Return the row of a constraint."""
        return self.program.rows.at(constraint)


_last: dict[str, Built] = {}
_lock = threading.Lock()


def build(problem: MixProblem) -> Built:
    """Return model and arrays of a problem, its extensions included.

    Raises
    ------
    InputError
        A number is not finite, or a rule of the problem cannot be used.
    """
    with _lock:
        base = _base(problem)
        if not problem.rules:
            return base
        try:
            model = base.model
            place = Place(model, ((model, problem),), model.least_cost)
            program, added = extend_program(place, base.program, problem.rules)
        except BaseException:
            _last.clear()  # what the rule left behind is not trusted
            raise
    return Built(base.model, program, added, problem.time.weight_h)


def _base(problem: MixProblem) -> Built:
    key = digest(problem)
    _forget(problem, key)
    found = _last.get(key)
    if found is None:
        _last.clear()
        model = formulate(problem)
        found = Built(model, compile_model(model), Additions(), problem.time.weight_h)
        if len(found.program.rows) <= _KEPT_ROWS:
            _last[key] = found
    return found


def _forget(problem: MixProblem, key: str) -> None:
    """What a problem has worked out holds for the tables it had: after a change it is worked out anew."""
    known = vars(problem)
    if known.get("_worked_out_for") != key:
        for name, value in vars(type(problem)).items():
            if isinstance(value, cached_property):
                known.pop(name, None)
        known["_worked_out_for"] = key


def _content(cells: pd.Series) -> bytes:
    """Return what a column holds: its numbers as they are, else each cell with its type."""
    if isinstance(cells.dtype, np.dtype) and cells.dtype.kind in "fiub":
        return np.ascontiguousarray(cells.to_numpy()).tobytes()
    return "|".join(map(repr, cells.tolist())).encode()


def digest(problem: MixProblem) -> str:
    """Return a digest of the content of all tables of a problem."""
    text = hashlib.sha256()
    tables = (
        problem.buses,
        problem.processes,
        problem.flows,
        problem.storages,
        problem.demands,
        problem.limits,
        problem.cells,
        problem.time.profiles,
        problem.time.days,
    )
    for table in tables:
        for column in table:
            text.update(f"|{column}|{len(table)}|".encode())
            text.update(_content(table[column]))
    time = problem.time
    text.update(time.weight_h.tobytes() + time.day.tobytes() + time.duration_h.tobytes())
    text.update(b"" if problem.time.sequence is None else problem.time.sequence.tobytes())
    return text.hexdigest()
