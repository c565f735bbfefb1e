"""What less of something costs over all years of a pathway: a carbon budget, or the target of one year.

The budget is one row over the years, each counted for as long as it stands::

    sum_y n[y] × q[y] ≤ B        n[y] years from y to the next; q[y] the quantity in y

Source: the ε-constraint method, as ``answers.epsilon``; a budget over years as in the carbon budgets of
IPCC AR6 WG III.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import csc_matrix, csr_matrix, vstack

from leb_kit.errors import InputError, say
from leb_kit.optimise.answers.axis import Axis, axis_of, grid
from leb_kit.optimise.answers.epsilon_words import explain
from leb_kit.optimise.answers.points import dominated, drawn, furthest, point_of, told_values
from leb_kit.optimise.answers.run import require_plan
from leb_kit.optimise.answers.shown_answers import frontier_page
from leb_kit.optimise.model.build import Built
from leb_kit.optimise.model.formulation import LinearProgram
from leb_kit.optimise.model.stacking import Additions
from leb_kit.optimise.pathway.pathway_model import build_pathway
from leb_kit.optimise.pathway.pathway_reasons import explain_pathway, require_ends
from leb_kit.optimise.pathway.pathway_run import PathwayResult, read_way
from leb_kit.optimise.pathway.pathways import PathwayProblem, require_pathway
from leb_kit.optimise.solver.solve import (
    INFEASIBLE,
    OPTIMAL,
    Solution,
)
from leb_kit.optimise.solver.warm import WarmSolver
from leb_kit.reference.shown import Prose


@dataclass(frozen=True, eq=False, repr=False)
class PathwayFrontier:
    """Least-cost ways along one quantity.

    ``axes``: year → what is counted in it; ``single``: one year alone is drawn, not the sum of all;
    ``values``: what it was held at; ``answers``: one for each value.
    """

    problem: PathwayProblem
    axes: dict[int, Axis]
    single: bool
    values: tuple[float, ...]
    answers: tuple[Solution, ...]
    whole: Built
    of_year: dict[int, Additions]
    counted: _Counted
    log: str

    @property
    def axis(self) -> Axis:
        """What is drawn, as it is called and counted in its first year."""
        return next(iter(self.axes.values()))

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row for each point.

        point, status (optimal or infeasible), dominated, allowed, reached, unit, cost_eur (of all years, in
        euros of the first), price (the same for one unit more effort), price_unit.
        """
        rows = []
        for point, (value, answer) in enumerate(zip(self.values, self.answers, strict=True)):
            row: dict[str, object] = {"point": point, "status": answer.status, "allowed": value}
            if answer.status == OPTIMAL:
                price = float(answer.row_dual[-1])
                row["reached"] = self.counted.amount(answer.x)
                row["cost_eur"] = answer.objective
                row["price"] = (price if self.axis.at_least else -price) + 0.0
            rows.append(row)
        table = pd.DataFrame(rows)
        table["dominated"] = dominated(table, -1 if self.axis.at_least else 1)
        table["unit"] = self.axis.unit
        table["price_unit"] = f"EUR/{self.axis.unit}" if self.axis.unit else "EUR"
        order = ["point", "status", "dominated", "allowed", "reached", "unit", "cost_eur", "price"]
        return table.reindex(columns=[*order, "price_unit"])

    def plan(self, point: int) -> PathwayResult:
        """Return the whole way of a point.

        Raises
        ------
        InputError
            No such point, or no way exists there.
        """
        answer = point_of(self.answers, self.values, self.axis, point)
        dual = answer.row_dual.copy()
        for y, axis in self.axes.items():
            row = self.whole.row(self.whole.model.period[y].annual_limits[axis.name])
            dual[row] = dual[-1]  # the row that is drawn stands in for that of its year
        held = {
            y: axis.at(self.values[point]) if self.single else axis.without() for y, axis in self.axes.items()
        }
        asked = replace(self.problem, problems=self.problem.problems | held)
        return read_way(asked, self.whole, self.of_year, replace(answer, row_dual=dual))

    @property
    def span(self) -> tuple[int, int, int, int | None]:
        """First and last year, the year of the money, and the year that is drawn alone, if one is."""
        years = self.problem.years
        return years[0], years[-1], years[0], next(iter(self.axes)) if self.single else None

    def energy(self, point: int) -> pd.Series:
        """Return what the processes of each technology give at a point, MWh of all years drawn together."""
        plans = {y: one for y, one in self.plan(point).results.items() if y in self.axes}
        parts = [
            one.processes.groupby("technology", sort=False)["energy_mwh"].sum()
            * (1 if self.single else self.problem.stands_for(y))
            for y, one in plans.items()
        ]
        return pd.concat(parts).groupby(level=0, sort=False).sum()

    def explain(self, lang: str = "it") -> str:
        """Say in a few sentences what the frontier shows, in Italian or English."""
        return Prose(explain(self, lang))

    def __repr__(self) -> str:
        years = ", ".join(map(str, self.axes))
        return f"PathwayFrontier({len(self.values)} points, cost against {self.axis.name} of {years})"

    def _repr_html_(self) -> str:
        return frontier_page(self)


@dataclass(frozen=True, eq=False)
class _Counted:
    """The program of all years with the quantity as its last row; ``constant`` is what no plan changes."""

    program: LinearProgram
    weights: np.ndarray
    constant: float
    at_least: bool

    def held(self, value: float | None) -> LinearProgram:
        """Return the program with the quantity held at a value, or free."""
        lower, upper = self.program.row_lower.copy(), self.program.row_upper.copy()
        lower[-1], upper[-1] = -np.inf, np.inf
        if value is not None:
            (lower if self.at_least else upper)[-1] = value - self.constant
        return replace(self.program, row_lower=lower, row_upper=upper)

    def amount(self, x: np.ndarray) -> float:
        """Return the quantity of a plan."""
        return float(self.weights @ x) + self.constant

    def furthest(self, name: str) -> float:
        """Return what is technically possible."""
        return self.amount(furthest(self.held(None), self.weights, name, at_least=self.at_least).x)


def pathway_frontier(
    problem: PathwayProblem,
    versus: str = "co2",
    *,
    year: int | None = None,
    points: int = 10,
    values: Sequence[float] | None = None,
) -> PathwayFrontier:
    """Draw the least cost of a pathway against a quantity of all its years, or of one.

    Parameters
    ----------
    problem : PathwayProblem
        All years are decided together.
    versus : str
        A limit of the problems by name, ``"co2"``, ``"primary_energy"`` or ``"final_energy"``.
    year : int, optional
        The limit of this year moves, those of other years hold. By default the sum over all years moves,
        each year counted for as long as it stands (a carbon budget), and limits of that name in single
        years are left out.
    points : int
        From the least-cost way to (a thousandth short of) what is technically possible.
    values : Sequence[float], optional
        Values of the quantity to draw instead; one that nothing reaches becomes an infeasible point.

    Returns
    -------
    PathwayFrontier
        ``table``, ``plan(i)`` (a PathwayResult), ``explain(lang)``.

    Raises
    ------
    InfeasibleMix
        Without what is drawn there is no way either.
    InputError
        An unknown name or year, or values that are no numbers.

    Examples
    --------
    >>> from leb_kit.optimise import MixProblem
    >>> one = MixProblem.from_tables(
    ...     buses=pd.DataFrame({"bus": ["heat"]}),
    ...     processes=pd.DataFrame({"process": ["pump", "boiler"], "bus_out": ["heat", "heat"],
    ...                             "variable_eur_per_mwh": [30.0, 20.0]}),
    ...     demands=pd.DataFrame({"demand": ["homes"], "bus": ["heat"], "annual_mwh": [10.0]}),
    ...     profiles=pd.DataFrame(index=range(2)),
    ...     limits=pd.DataFrame({"limit": ["co2"], "process": ["boiler"], "coefficient": [0.2],
    ...                          "sense": ["at_most"], "value": [9.0], "unit": ["t"]}),
    ... )
    >>> way = PathwayProblem.from_problems({2030: one, 2031: one}, discount_rate=0.0)
    >>> pathway_frontier(way, "co2", values=[4, 1, 0]).table[["allowed", "cost_eur", "price"]]
       allowed  cost_eur  price
    0      4.0     400.0    0.0
    1      1.0     550.0   50.0
    2      0.0     600.0   50.0
    """
    require_pathway(problem)
    values = told_values(points, values)
    if year is not None and year not in problem.problems:
        known = ", ".join(map(str, problem.years))
        told = say("the pathway has no year {year}; its years are {known}", year=repr(year), known=known)
        raise InputError("frontier", [told])
    years = problem.years if year is None else (year,)
    axes = _axes(problem, years, versus)
    first = axes[years[0]]
    asked = replace(problem, problems=problem.problems | {y: axis.problem for y, axis in axes.items()})
    require_ends(asked)
    whole, of_year = build_pathway(asked)
    counted = _counted(asked, whole, axes, single=year is not None)
    warm = WarmSolver(counted.program, whole=True)
    wanted = np.array([]) if values is None else np.array([float(value) for value in values])
    if values is None:
        loosest = _loosest(warm, counted, asked, axes)
        wanted = grid(counted.amount(loosest.x), counted.furthest(first.name), points)
    answers = drawn(
        wanted,
        lambda value: warm.solve(counted.held(value)),
        at_least=first.at_least,
        none_first=lambda: _loosest(warm, counted, asked, axes),
    )
    log = f"{len(wanted)} points: {warm.warm} from the last vertex, {warm.cold} from a fresh start"
    held = tuple(map(float, wanted))
    return PathwayFrontier(asked, axes, year is not None, held, answers, whole, of_year, counted, log)


def _axes(problem: PathwayProblem, years: tuple[int, ...], versus: str) -> dict[int, Axis]:
    """Return what is counted in each year, or say in which years it is not known."""
    axes, faults = {}, []
    for y in years:
        try:
            axes[y] = axis_of(problem.problems[y], versus)
        except InputError as error:
            faults += [say("year {year}: {fault}", year=y, fault=fault) for fault in error.faults]
    if faults:
        raise InputError("frontier", faults)
    return axes


def _counted(problem: PathwayProblem, whole: Built, axes: dict[int, Axis], *, single: bool) -> _Counted:
    """Add the quantity as a last row, and free the rows of single years that hold it."""
    program, model = whole.program, whole.model
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    weights, constant = np.zeros(len(program.cost)), 0.0
    for y, axis in axes.items():
        row = whole.row(model.period[y].annual_limits[axis.name])
        times = 1 if single else problem.stands_for(y)
        weights += times * program.matrix[row].toarray().ravel()
        constant += times * axis.constant
        lower[row], upper[row] = -np.inf, np.inf
    program = replace(
        program,
        matrix=csc_matrix(vstack([program.matrix, csr_matrix(weights)])),
        row_lower=np.append(lower, -np.inf),
        row_upper=np.append(upper, np.inf),
        rows=program.rows.plus("drawn"),
    )
    return _Counted(program, weights, constant, next(iter(axes.values())).at_least)


def _loosest(warm: WarmSolver, counted: _Counted, problem: PathwayProblem, axes: dict[int, Axis]) -> Solution:
    """Return the least-cost way without what is drawn, or say why there is none."""
    found = warm.solve(counted.held(None))
    if found.status == INFEASIBLE:
        free = problem.problems | {y: axis.without() for y, axis in axes.items()}
        without = replace(problem, problems=free)
        raise explain_pathway(without, *build_pathway(without))
    last = problem.years[-1]
    require_plan(problem.problems[last], Built(None, counted.program, Additions(), np.ones(0)), found)
    return found


__all__ = ["PathwayFrontier", "pathway_frontier"]
