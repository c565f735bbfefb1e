"""What each step towards a target costs: the least-cost plan at many values of one limit.

The ε-constraint method: cost is minimised, the other quantity is held below (or above) a value that
moves from where the least-cost plan stands to what is technically possible. One model is built once;
only the right-hand side changes, and the solver goes on from its last vertex. The price of a point is
the dual of that row: what one unit more costs there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.errors import InputError, say
from leb_kit.indicators import emissions, final_energy, primary_energy, renewable_share
from leb_kit.optimise.answers.axis import Axis, axis_of, grid
from leb_kit.optimise.answers.epsilon_words import explain
from leb_kit.optimise.answers.points import dominated, drawn, furthest, point_of, told_values
from leb_kit.optimise.answers.result import MixResult
from leb_kit.optimise.answers.run import read_plan, require_plan
from leb_kit.optimise.answers.shown_answers import frontier_page
from leb_kit.optimise.model.build import Built, build
from leb_kit.optimise.model.formulation import LinearProgram
from leb_kit.optimise.question.problem import MixProblem, require_problem
from leb_kit.optimise.solver.solve import (
    OPTIMAL,
    Solution,
)
from leb_kit.optimise.solver.warm import WarmSolver
from leb_kit.reference.shown import Prose


@dataclass(frozen=True, eq=False, repr=False)
class Frontier:
    """Least-cost plans along one limit.

    ``axis``: the limit that moves; ``values``: what it was held at; ``answers``: one for each value;
    ``log``: how many answers came from the last vertex.
    """

    axis: Axis
    values: tuple[float, ...]
    answers: tuple[Solution, ...]
    built: Built
    log: str

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row for each point.

        point, status (optimal or infeasible), dominated (another point is as cheap and as good),
        allowed, reached, unit, cost_eur, price (EUR for one unit more effort), price_unit; where the
        problem was made from a balance renewable_share, primary_energy_mwh, final_energy_mwh and
        emissions_tco2eq (territorial) of the planned year, computed by ``indicators``.
        """
        rows = []
        for point, (value, answer) in enumerate(zip(self.values, self.answers, strict=True)):
            row: dict[str, object] = {"point": point, "status": answer.status, "allowed": value}
            if answer.status == OPTIMAL:
                row |= self._amounts(answer) | self._indicators(point)
            rows.append(row)
        table = pd.DataFrame(rows)
        table["dominated"] = dominated(table, -1 if self.axis.at_least else 1)
        table["unit"] = self.axis.unit
        table["price_unit"] = f"EUR/{self.axis.unit}" if self.axis.unit else "EUR"
        first = [
            "point",
            "status",
            "dominated",
            "allowed",
            "reached",
            "unit",
            "cost_eur",
            "price",
            "price_unit",
        ]
        return table.reindex(columns=[*first, *(name for name in table if name not in first)])

    def _amounts(self, answer: Solution) -> dict[str, float]:
        row = _row(self.built, self.axis)
        reached = float((self.built.program.matrix[row] @ answer.x)[0]) + self.axis.constant
        price = float(answer.row_dual[row])
        price = (price if self.axis.at_least else -price) + 0.0
        return {"reached": reached, "cost_eur": answer.objective, "price": price}

    def _indicators(self, point: int) -> dict[str, float]:
        if self.axis.problem.frame is None:
            return {}
        year = self.to_balance(point)
        return {
            "renewable_share": renewable_share(year).share,
            "primary_energy_mwh": primary_energy(year).energy_mwh,
            "final_energy_mwh": final_energy(year).energy_mwh,
            "emissions_tco2eq": emissions(year, convention="territorial").total_tco2eq,
        }

    def plan(self, point: int) -> MixResult:
        """Return the whole plan of a point.

        Raises
        ------
        InputError
            No such point, or no plan exists there.
        """
        answer = point_of(self.answers, self.values, self.axis, point)
        return read_plan(self.axis.at(self.values[point]), self.built, answer)

    def to_balance(self, point: int) -> Balance:
        """Return the balance of the year planned at a point."""
        return self.plan(point).to_balance()

    @property
    def span(self) -> None:
        """Years that are drawn together: none, it is one year."""
        return

    def energy(self, point: int) -> pd.Series:
        """Return what the processes of each technology give at a point, MWh."""
        processes = self.plan(point).processes
        return processes.groupby("technology", sort=False)["energy_mwh"].sum()

    def explain(self, lang: str = "it") -> str:
        """Say in a few sentences what the frontier shows, in Italian or English."""
        return Prose(explain(self, lang))

    def __repr__(self) -> str:
        return f"Frontier({len(self.values)} points, cost against {self.axis.name})"

    def _repr_html_(self) -> str:
        return frontier_page(self)


def frontier(
    problem: MixProblem,
    minimise: str = "cost",
    versus: str = "co2",
    *,
    points: int = 20,
    values: Sequence[float] | None = None,
) -> Frontier:
    """Draw the least cost against another quantity.

    Parameters
    ----------
    problem : MixProblem
        Its other limits hold at every point; the one that is drawn is freed.
    minimise : str
        ``"cost"``.
    versus : str
        A limit of the problem by name, ``"co2"``, ``"primary_energy"`` or ``"final_energy"``.
    points : int
        From the least-cost plan to (a thousandth short of) what is technically possible.
    values : Sequence[float], optional
        Values of the limit to draw instead; one that nothing reaches becomes an infeasible point.

    Returns
    -------
    Frontier
        ``table``, ``plan(i)``, ``to_balance(i)``, ``explain(lang)``.

    Raises
    ------
    InfeasibleMix
        Without the limit that is drawn there is no plan either.
    InputError
        An unknown name, or values that are no numbers.

    Examples
    --------
    >>> import pandas as pd
    >>> p = MixProblem.from_tables(
    ...     buses=pd.DataFrame({"bus": ["heat"]}),
    ...     processes=pd.DataFrame({"process": ["pump", "boiler"], "bus_out": ["heat", "heat"],
    ...                             "variable_eur_per_mwh": [30.0, 20.0]}),
    ...     demands=pd.DataFrame({"demand": ["homes"], "bus": ["heat"], "annual_mwh": [10.0]}),
    ...     profiles=pd.DataFrame(index=range(2)),
    ...     limits=pd.DataFrame({"limit": ["co2"], "process": ["boiler"], "coefficient": [0.2],
    ...                          "sense": ["at_most"], "value": [9.0], "unit": ["t"]}),
    ... )
    >>> frontier(p, "cost", "co2", values=[2, 1, 0]).table[["allowed", "cost_eur", "price"]]
       allowed  cost_eur  price
    0      2.0     200.0    0.0
    1      1.0     250.0   50.0
    2      0.0     300.0   50.0
    """
    if minimise != "cost":
        raise InputError(
            "frontier",
            [say("cannot minimise '{minimise}'; 'cost' is minimised against another", minimise=minimise)],
        )
    require_problem(problem)
    values = told_values(points, values)
    axis = axis_of(problem, versus)
    built = build(axis.problem)
    warm = WarmSolver(built.program, whole=True)
    if values is None:
        wanted = _grid(built, axis, _loosest(warm, built, axis), points)
    else:
        wanted = np.array([float(value) for value in values])
    answers = drawn(
        wanted,
        lambda value: warm.solve(_held(built, axis, value)),
        at_least=axis.at_least,
        # the limit that is drawn is not to blame if this has no plan either
        none_first=lambda: _loosest(warm, built, axis),
    )
    log = f"{len(wanted)} points: {warm.warm} from the last vertex, {warm.cold} from a fresh start"
    return Frontier(axis, tuple(map(float, wanted)), answers, built, log)


def _row(built: Built, axis: Axis) -> int:
    return built.row(built.model.annual_limits[axis.name])


def _loosest(warm: WarmSolver, built: Built, axis: Axis) -> Solution:
    """Return the least-cost plan without the limit that is drawn, or say why there is none."""
    found = warm.solve(_held(built, axis, None))
    require_plan(axis.without(), build(axis.without()) if found.status != OPTIMAL else built, found)
    return found


def _held(built: Built, axis: Axis, value: float | None) -> LinearProgram:
    """Return the program with the axis held at a value, or free."""
    program, row = built.program, _row(built, axis)
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    side = np.inf if value is None else value - axis.constant
    lower[row], upper[row] = (-np.inf, np.inf) if value is None else (-np.inf, side)
    if axis.at_least and value is not None:
        lower[row], upper[row] = side, np.inf
    return replace(program, row_lower=lower, row_upper=upper)


def _grid(built: Built, axis: Axis, loosest: Solution, points: int) -> np.ndarray:
    """Return values from where the least-cost plan stands to what is technically possible."""
    weights = built.program.matrix[_row(built, axis)].toarray().ravel()
    most = furthest(_held(built, axis, None), weights, axis.name, at_least=axis.at_least)
    ends = [float(weights @ answer.x) + axis.constant for answer in (loosest, most)]
    return grid(ends[0], ends[1], points)
