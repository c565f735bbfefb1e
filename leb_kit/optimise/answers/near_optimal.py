"""What else is possible for little more: the least and the most of each technology near the optimum.

min and max of sum_p size[p] over the processes of a technology, under all rows of the problem and

    cost ≤ least cost + slack × |least cost|

A technology whose least is above zero is in every plan that is not dearer; one whose least is zero can
be left out. The cost row is added once, then only the cost of the columns changes and the solver goes
on from its last vertex. Source: modelling to generate alternatives (near-optimal analysis).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import csc_matrix, csr_matrix, vstack

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.optimise.answers.near_words import explain
from leb_kit.optimise.answers.result import MixResult
from leb_kit.optimise.answers.run import read_plan, require_plan
from leb_kit.optimise.answers.shown_answers import alternatives_page
from leb_kit.optimise.checks.arguments import require_count, require_names
from leb_kit.optimise.model.build import Built, build
from leb_kit.optimise.model.formulation import LinearProgram
from leb_kit.optimise.question.problem import MixProblem, require_problem
from leb_kit.optimise.solver.solve import GAP, OPTIMAL, UNBOUNDED, Solution, SolverError
from leb_kit.optimise.solver.warm import WarmSolver
from leb_kit.reference import catalog
from leb_kit.reference.shown import Prose
from leb_kit.units import is_number

LEAST, MOST = "least", "most"
CAPACITY, ENERGY = "capacity", "energy"
#: Part of the most of a technology that is the arithmetic of floats.
NOTHING = 1e-6
#: Networks and trade follow from what they serve.
_FOLLOWING = ("network", "exchange")


@dataclass(frozen=True, eq=False, repr=False)
class Alternatives:
    """Plans within a slack of the least cost.

    ``quantity``: capacity or energy; ``best``: the least-cost answer; ``ends``: (technology, least or
    most) → the answer at that end, nothing where there is no end.
    """

    problem: MixProblem
    slack: float
    quantity: str
    best: Solution
    ends: dict[tuple[str, str], Solution | None]
    built: Built
    weights: dict[str, np.ndarray]
    log: str

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row for each technology: technology, unit, least, cheapest (plan), most, needed.

        ``needed``: the least is above zero. ``most`` is infinite where nothing limits it.
        """
        rows = []
        for name, weights in self.weights.items():
            low, high = (self._value(name, end) for end in (LEAST, MOST))
            cheapest = float(weights @ self.best.x) + 0.0
            finite = high if np.isfinite(high) else max(cheapest, 1.0)
            low = 0.0 if low <= NOTHING * finite else low
            rows.append((name, self._unit(name), low, cheapest, high, low > 0))
        return pd.DataFrame(rows, columns=["technology", "unit", "least", "cheapest", "most", "needed"])

    def _value(self, technology: str, end: str) -> float:
        answer = self.ends[technology, end]
        return np.inf if answer is None else float(self.weights[technology] @ answer.x)

    def _unit(self, technology: str) -> str:
        stores = set(self.problem.storages["technology"]) | set(self.problem.storages["storage"])
        if self.quantity == ENERGY:
            return "MWh/year"
        return "MWh" if technology in stores else "MW"

    def plan(self, technology: str, end: str) -> MixResult:
        """Return the plan with the least or the most of a technology; it has no marginal prices.

        Raises
        ------
        InputError
            An unknown technology or end, or one that has no end.
        """
        asked: tuple[object, ...] = (technology, end)
        if not all(isinstance(one, str) for one in asked) or asked not in self.ends:
            hint = did_you_mean(technology, self.weights)
            raise InputError(
                "alternatives",
                [
                    say(
                        "there is no '{end}' of '{technology}'; say least or most of one in .table.{hint}",
                        end=end,
                        technology=technology,
                        hint=hint,
                    )
                ],
            )
        answer = self.ends[technology, end]
        if answer is None:
            raise InputError(
                "alternatives",
                [say("'{technology}' has no largest size near the optimum", technology=technology)],
            )
        return self._read(answer)

    def _read(self, answer: Solution) -> MixResult:
        program = self.built.program
        cost = float(program.cost @ answer.x) + program.offset
        result = read_plan(self.problem, self.built, replace(answer, objective=cost))
        # The duals belong to the aim of the search, not to the cost.
        return replace(result, prices=result.prices.assign(price=np.nan))

    @cached_property
    def different(self) -> tuple[tuple[str, str], ...]:
        """The ends whose plans differ most, in order: each is the farthest from the cheapest and all before.

        The distance of two plans is half the sum over technologies of the differences of their yearly
        energy, MWh: what is made in another way.
        """
        names = [key for key, answer in self.ends.items() if answer is not None]
        energy = self._energies()
        points = np.array([energy @ self.ends[key].x for key in names])  # type: ignore[union-attr]
        distance = np.abs(points - energy @ self.best.x).sum(axis=1) / 2
        chosen: list[int] = []
        least = max(1.0, float(np.abs(energy @ self.best.x).sum())) * NOTHING
        while len(names) > len(chosen) and distance.max(initial=0.0) > least:
            chosen.append(int(distance.argmax()))
            away = np.abs(points - points[chosen[-1]]).sum(axis=1) / 2
            distance = np.minimum(distance, away)
        return tuple(names[place] for place in chosen)

    def _energies(self) -> csr_matrix:
        """Return the yearly energy of each technology as a matrix over the columns."""
        rows = members_of(self.problem, stores=False)
        return csr_matrix(np.array([_weights(self.built, names, ENERGY) for names in rows.values()]))

    def plans(self, count: int = 3) -> tuple[MixResult, ...]:
        """Return the plans that differ most from the cheapest and from each other."""
        require_count("alternatives", count)
        return tuple(self._read(self.ends[key]) for key in self.different[:count])  # type: ignore[arg-type]

    def explain(self, lang: str = "it") -> str:
        """Say what every cheap plan has, what can be left out, and how different plans can be."""
        return Prose(explain(self, lang))

    def __repr__(self) -> str:
        return f"Alternatives({len(self.weights)} technologies, within {self.slack:.1%} of the least cost)"

    def _repr_html_(self) -> str:
        return alternatives_page(self)


def alternatives(
    problem: MixProblem,
    *,
    slack: float = 0.05,
    technologies: Sequence[str] | None = None,
    quantity: str = CAPACITY,
) -> Alternatives:
    """Find how much of each technology a plan near the least cost can have.

    Parameters
    ----------
    problem : MixProblem
        The question.
    slack : float
        How much dearer a plan may be than the cheapest, as a share of its cost (0.05: five per cent).
    technologies : Sequence[str], optional
        By default all whose size is decided, but for networks and trade.
    quantity : str
        ``"capacity"`` (MW, MWh of stores) or ``"energy"`` (MWh given in a year).

    Returns
    -------
    Alternatives
        ``table``, ``plan(technology, end)``, ``different``, ``plans(count)``, ``explain(lang)``.

    Raises
    ------
    InfeasibleMix
        No plan exists.
    InputError
        A slack that is no share from 0 to 1, an unknown technology or quantity.

    Examples
    --------
    >>> import pandas as pd
    >>> p = MixProblem.from_tables(
    ...     buses=pd.DataFrame({"bus": ["heat"]}),
    ...     processes=pd.DataFrame({"process": ["pump", "boiler"], "bus_out": ["heat", "heat"],
    ...                             "variable_eur_per_mwh": [30.0, 20.0]}),
    ...     demands=pd.DataFrame({"demand": ["homes"], "bus": ["heat"], "annual_mwh": [10.0]}),
    ...     profiles=pd.DataFrame(index=range(2)),
    ... )
    >>> alternatives(p, slack=0.1, quantity="energy").table[["technology", "least", "most", "needed"]]
      technology  least  most  needed
    0       pump    0.0   2.0   False
    1     boiler    8.0  10.0    True
    """
    require_problem(problem)
    members = _chosen(problem, technologies, quantity)
    if quantity == CAPACITY:
        # A way to run a unit has no capacity of its own.
        members = {
            name: [one for one in names if not problem.is_mode(one)] or names
            for name, names in members.items()
        }
    _check_slack(slack)
    built = build(problem)
    program = _with_cost_row(built.program)
    warm = WarmSolver(program, whole=True)
    best = warm.solve(program)
    require_plan(problem, built, best)
    budget = best.objective + slack * abs(best.objective) - program.offset
    upper = program.row_upper.copy()
    upper[-1] = budget
    program = replace(program, row_upper=upper)
    weights = {name: _weights(built, names, quantity) for name, names in members.items()}
    ends = {}
    for name, row in weights.items():
        for end, sign in ((LEAST, 1.0), (MOST, -1.0)):
            ends[name, end] = _end(warm, replace(program, cost=sign * row, offset=0.0))
    log = f"{len(ends)} ends: {warm.warm} answers from the last vertex, {warm.cold} from a fresh start"
    return Alternatives(problem, float(slack), quantity, best, ends, built, weights, log)


def _check_slack(slack: object) -> None:
    if not is_number(slack) or not 0 <= slack <= 1:
        raise InputError(
            "alternatives",
            [say("slack is {slack}; a share from 0 to 1 is expected (0.05 for 5 %)", slack=repr(slack))],
        )


def _end(warm: WarmSolver, program: LinearProgram) -> Solution | None:
    """Return the answer at an end that is proven, or nothing where there is none."""
    answer = warm.solve(program)
    if answer.status == UNBOUNDED:
        return None
    if answer.status != OPTIMAL or not answer.gap <= GAP:
        message = say("the solver did not prove an end of the alternatives ({status})", status=answer.status)
        raise SolverError(message)
    return answer


def _with_cost_row(program: LinearProgram) -> LinearProgram:
    """Add the cost as a row that does not bind yet."""
    return replace(
        program,
        matrix=csc_matrix(vstack([program.matrix, csr_matrix(program.cost)])),
        row_lower=np.append(program.row_lower, -np.inf),
        row_upper=np.append(program.row_upper, np.inf),
        rows=program.rows.plus("cost_limit"),
    )


def _chosen(problem: MixProblem, technologies: Sequence[str] | None, quantity: str) -> dict[str, list[str]]:
    if quantity not in (CAPACITY, ENERGY):
        raise InputError(
            "alternatives",
            [
                say(
                    "quantity is {quantity}; expected '{capacity}' or '{energy}'",
                    quantity=repr(quantity),
                    capacity=CAPACITY,
                    energy=ENERGY,
                )
            ],
        )
    every = members_of(problem, stores=True)
    if technologies is not None:
        require_names("alternatives", "technologies", technologies)
        named = [technologies] if isinstance(technologies, str) else list(technologies)
        faults = [
            say("unknown technology '{name}'.{hint}", name=name, hint=did_you_mean(name, every))
            for name in named
            if name not in every
        ]
        if faults:
            raise InputError("alternatives", faults)
        return {name: every[name] for name in named}
    rows = problem.processes.set_index("process")
    known = catalog.table("technologies").set_index("technology")["family"]
    out = {}
    for technology, names in every.items():
        mine = rows.reindex(names)
        fixed = bool((mine["capacity_min_mw"] >= mine["capacity_max_mw"]).all())
        free = quantity == CAPACITY and all(problem.is_costless(name) for name in names)
        if not fixed and not free and known.get(technology, "") not in _FOLLOWING:
            out[technology] = names
    return out


def members_of(problem: MixProblem, *, stores: bool) -> dict[str, list[str]]:
    """Return the processes (and stores) of each technology."""
    out: dict[str, list[str]] = {}
    tables = [(problem.processes, "process"), *([(problem.storages, "storage")] if stores else [])]
    for table, key in tables:
        technology = table["technology"].where(table["technology"] != "", table[key])
        for name, group in zip(table[key], technology, strict=True):
            out.setdefault(str(group), []).append(str(name))
    return out


def _weights(built: Built, names: list[str], quantity: str) -> np.ndarray:
    """Return the row that sums a quantity of some processes and stores."""
    model, weights = built.model, np.zeros(len(built.program.cost))
    hours = built.weight_h
    for name in names:
        if name in model.S and quantity == ENERGY:
            parts = [(model.discharge[name, t], float(hours[t])) for t in model.T]
        elif quantity == ENERGY:
            parts = [(model.annual[name], 1.0)]
        else:
            parts = [(model.store[name] if name in model.S else model.capacity[name], 1.0)]
        for variable, factor in parts:
            weights[built.column(variable)] += factor
    return weights
