"""How a linear program is solved: which method of HiGHS, with or without the way to a vertex."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from leb_kit.errors import InputError, did_you_mean, say

if TYPE_CHECKING:
    from scipy.sparse import csc_matrix

    from leb_kit.optimise.model.formulation import LinearProgram

AUTO, SIMPLEX, IPX, HIPO, PDLP = "auto", "simplex", "ipx", "hipo", "pdlp"
#: simplex: vertex to vertex, quick on small programs and after a small change; ipx, hipo: interior points,
#: the second with the sparse factorisation of ``highspy-extras``; pdlp: first order, for programs too large
#: to factorise.
METHODS = (AUTO, SIMPLEX, IPX, HIPO, PDLP)
#: Rows from which interior points (and a way to a vertex) are the quicker method; measured.
_INTERIOR_POINT_FROM = 5_000
#: Without the sparse factorisation of ``highspy-extras`` it pays only for a whole year of hours.
_INTERIOR_POINT_FROM_PLAIN = 100_000
#: How far a row or a price may be off where the solver's own measure let through what is no optimum.
_EXACT = 1e-9
#: Numbers of this size are easy for the solver.
_COMFORTABLE = 1024
#: Same input, same bits: one thread and one seed.
_OPTIONS = {"output_flag": False, "threads": 1, "random_seed": 0}


@dataclass(frozen=True)
class Method:
    """A method of HiGHS.

    ``name``: one of ``METHODS``, ``auto`` chooses by size; ``crossover``: go on from the inner point to a
    vertex, where plants that are not needed are exactly zero and prices are those of a corner.
    """

    name: str = AUTO
    crossover: bool = True

    def __str__(self) -> str:
        """Say it as the log does."""
        if self.name not in (IPX, HIPO, PDLP):
            return self.name
        return f"{self.name} {'with' if self.crossover else 'without'} crossover"


AUTOMATIC = Method()


def method_named(name: str, *, crossover: bool = True) -> Method:
    """Return a method that this installation has.

    Raises
    ------
    InputError
        No such method, or it needs ``highspy-extras`` and there is none.

    Examples
    --------
    >>> print(method_named("ipx", crossover=False))
    ipx without crossover
    """
    if name not in METHODS:
        told = say(
            "unknown method '{name}'; one of {known}.{hint}",
            name=name,
            known=", ".join(METHODS),
            hint=did_you_mean(str(name), METHODS),
        )
        raise InputError(say("mix problem"), [told])
    wanted: object = crossover
    if not isinstance(wanted, bool):
        told = say("crossover is {value}; True or False is expected", value=repr(crossover))
        raise InputError(say("mix problem"), [told])
    if name == HIPO and not has_extras():
        raise InputError(
            say("mix problem"), [say("method 'hipo' needs the package highspy-extras; take 'ipx'")]
        )
    return Method(name, crossover)


def has_extras() -> bool:
    """Tell whether the sparse factorisation for interior points is installed."""
    return importlib.util.find_spec("highspy_extras") is not None


def chosen(program: LinearProgram, method: Method) -> Method:
    """Return the method that a program is solved with: the one asked for, or the quicker one for its size."""
    if program.whole is not None:
        return AUTOMATIC  # with whole numbers the solver chooses its methods itself
    if method.name != AUTO:
        return method
    extras = has_extras()
    if len(program.row_lower) < (_INTERIOR_POINT_FROM if extras else _INTERIOR_POINT_FROM_PLAIN):
        return Method(SIMPLEX)
    return Method(HIPO if extras else IPX, method.crossover)


def set_method(highs: Any, program: LinearProgram, method: Method) -> Method:
    """Set the options of a solver; return the method it will use."""
    used = chosen(program, method)
    for name, value in _OPTIONS.items():
        highs.setOptionValue(name, value)
    if used.name != AUTO:
        highs.setOptionValue("solver", used.name)
        highs.setOptionValue("run_crossover", "on" if used.crossover else "off")
    return used


def set_exact(highs: Any) -> None:
    """Have the next run go more exactly from vertex to vertex."""
    highs.setOptionValue("solver", SIMPLEX)
    for side in ("primal", "dual"):
        highs.setOptionValue(f"{side}_feasibility_tolerance", _EXACT)


def rescale(highs: Any, program: LinearProgram, *, scaled: bool = True) -> None:
    """Have the solver work on comfortable numbers, or on the numbers as they are."""
    highs.setOptionValue("user_objective_scale", _scale(program.cost) if scaled else 0)
    highs.setOptionValue("user_bound_scale", bound_scale(program) if scaled else 0)


def bound_scale(program: LinearProgram) -> int:
    """Return the power of two by which the solver multiplies all sides of rows and columns."""
    return _scale(np.concatenate([program.row_lower, program.row_upper, program.lower, program.upper]))


def _scale(values: np.ndarray) -> int:
    """Return the power of two that brings the largest number near ``_COMFORTABLE``.

    Yearly sums in MWh and costs in EUR are large beside hourly MW; HiGHS works on the scaled numbers
    and gives its answer in ours.
    """
    largest = float(np.abs(values[np.isfinite(values)]).max(initial=0.0))
    return -int(np.log2(largest / _COMFORTABLE)) if largest > _COMFORTABLE else 0


def set_simplex(highs: Any) -> None:
    """Have a solver go from vertex to vertex, in one thread and without a word."""
    for name, value in {**_OPTIONS, "solver": SIMPLEX}.items():
        highs.setOptionValue(name, value)


def pass_program(highs: Any, program: LinearProgram) -> None:
    """Hand a program over, whole numbers and all."""
    bounds, sides = (program.lower, program.upper), (program.row_lower, program.row_upper)
    pass_arrays(highs, program.matrix, program.cost, bounds, sides, program.whole)


def pass_arrays(
    highs: Any,
    matrix: csc_matrix,
    cost: np.ndarray,
    bounds: tuple[np.ndarray, np.ndarray],
    sides: tuple[np.ndarray, np.ndarray],
    whole: np.ndarray | None = None,
) -> None:
    """Hand arrays over by columns, as they are; item by item it takes five times longer.

    Parameters
    ----------
    highs : highspy.Highs
        What it held before is forgotten.
    matrix : csc_matrix
        Row × column.
    cost : np.ndarray
        Of each column; the least is looked for.
    bounds, sides : tuple[np.ndarray, np.ndarray]
        Lowest and highest value of columns; of rows.
    whole : np.ndarray, optional
        Which columns take whole numbers; none where left out.
    """
    columns, by_column, minimise = len(cost), 1, 1
    kinds = np.zeros(columns, dtype=np.int32) if whole is None else whole.astype(np.int32)
    highs.passModel(
        columns,
        len(sides[0]),
        matrix.nnz,
        by_column,
        minimise,
        0.0,
        cost,
        *bounds,
        *sides,
        matrix.indptr.astype(np.int32, copy=False),
        matrix.indices.astype(np.int32, copy=False),
        matrix.data,
        kinds,
    )
