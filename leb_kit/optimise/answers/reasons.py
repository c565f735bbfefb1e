"""Why a technology is in a plan, or is not: its limit, the worth of one more unit, what would bring it in.

Every number is measured by solving again, not read from duals, which at a corner of the plan are not
unique: one unit more is forced in (or one unit more of potential allowed) and the cost compared; the
cost at which a technology comes in is put into the problem, and it must come in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from leb_kit.errors import InputError, did_you_mean, language, require_language, say
from leb_kit.optimise.answers.near_optimal import members_of
from leb_kit.optimise.answers.reason_words import sentences
from leb_kit.optimise.answers.result import MixResult
from leb_kit.optimise.model.build import Built, build
from leb_kit.optimise.model.formulation import LinearProgram
from leb_kit.optimise.question.problem import AT_LEAST, MixProblem
from leb_kit.optimise.solver.solve import OPTIMAL, Solution, SolverError
from leb_kit.optimise.solver.warm import WarmSolver
from leb_kit.reference.shown import Prose

#: Part of a size that is the arithmetic of floats.
NOTHING = 1e-6
#: Energy forced in, as a part of all energy of the plan: enough to stand out of the cost's last digits.
_ENERGY_STEP = 1e-5
#: How far beyond the turning point a cost is put to see the technology come in, relative.
_BEYOND = 1e-3


@dataclass(frozen=True)
class Why:
    """The reasons of one technology.

    ``size``, ``existing``, ``largest`` in ``unit`` (MW, MWh of stores, MWh/year where capacity costs
    nothing); ``place``: the process or store at which one more unit costs least; ``one_more_eur``:
    what it changes in the yearly cost, EUR/unit, nothing where no more is possible; ``potential_eur``:
    what one MW (MWh of a store) more of potential saves, EUR/year, 0 where the potential does not bind;
    ``year_eur``: the same for the most a process may give in a year, EUR/MWh; ``cost_eur``:
    yearly cost of a unit (new or kept); ``entry_eur``: the cost at which it comes in, verified by a
    re-solve, nothing where it is in; ``pushes``: (limit, label_it, label_en, EUR/MWh that its marginal
    price adds to, or takes from, the technology).
    """

    technology: str
    unit: str
    size: float
    existing: float
    largest: float
    place: str
    one_more_eur: float | None
    potential_eur: float
    year_eur: float
    cost_eur: float
    entry_eur: float | None
    pushes: tuple[tuple[str, str, str, float], ...]

    @property
    def in_plan(self) -> bool:
        """Whether the plan has any of it."""
        return self.size > 0

    @property
    def binding(self) -> tuple[str, ...]:
        """What holds it: ``potential``, ``year``, and the limits that push it down."""
        held = ("potential",) * (self.potential_eur > 0) + ("year",) * (self.year_eur > 0)
        return (*held, *(limit for limit, _, _, price in self.pushes if price > 0))

    def explain(self, lang: str = "it") -> str:
        """Say it in Italian or English."""
        require_language(lang)
        return Prose(sentences(self, lang))

    def _repr_html_(self) -> str:
        return Prose(sentences(self, language()))._repr_html_()


@dataclass(frozen=True)
class Asked:
    """A least-cost answer and the solver that remembers it."""

    problem: MixProblem
    built: Built
    warm: WarmSolver
    best: Solution


_last: dict[int, Asked] = {}


def why(result: MixResult, technology: str) -> Why:
    """Return the reasons of a technology; see ``MixResult.why``."""
    members = members_of(result.problem, stores=True)
    asked: object = technology
    if not isinstance(asked, str) or asked not in members:
        raise InputError(
            "why",
            [
                say(
                    "unknown technology '{technology}'.{hint}",
                    technology=technology,
                    hint=did_you_mean(technology, members),
                )
            ],
        )
    asked = ask(result)
    every = members[technology]
    # Ways to run a unit have no size of their own: that of the unit is asked for.
    names = [name for name in every if not result.problem.is_mode(name)] or every
    energy = all(result.problem.is_costless(name) for name in names)
    columns = {name: _column(asked.built, name, energy=energy) for name in names}
    one_more = {name: _one_more(asked, column, energy=energy) for name, column in columns.items()}
    possible = {name: value for name, value in one_more.items() if value is not None}
    place = min(possible, key=lambda name: possible[name]) if possible else names[0]
    size = _clean(sum(float(asked.best.x[column]) for column in columns.values()))
    existing, largest = _bounds(result.problem, names, energy=energy)
    cost = _unit_cost(result.problem, place, kept=size < existing, energy=energy)
    entry = None
    if size == 0 and place in possible:
        entry = _entry(asked, columns[place], possible[place], cost)
    return Why(
        technology,
        _unit(asked.built, names, energy=energy),
        size,
        existing,
        largest,
        place,
        possible.get(place),
        max((one_more_potential(asked, name, energy=energy) for name in names), default=0.0),
        max((one_more_in_a_year(asked, name) for name in names), default=0.0),
        cost,
        entry,
        _pushes(result, every),
    )


def ask(result: MixResult) -> Asked:
    """Solve the problem of the plan once more, or take what is remembered of it."""
    built = build(result.problem)
    found = _last.get(id(built))
    if found is None or found.built is not built:
        warm = WarmSolver(built.program)
        _last.clear()
        found = _last[id(built)] = Asked(result.problem, built, warm, warm.solve(built.program))
    same = abs(found.best.objective - result.cost_eur) <= NOTHING * max(1.0, abs(result.cost_eur))
    if result.status != OPTIMAL or not same:
        raise InputError("why", [say("this is not the least-cost plan of its problem; ask that one")])
    return found


def _clean(size: float) -> float:
    return size if size > NOTHING else 0.0


def _column(built: Built, name: str, *, energy: bool) -> int:
    model = built.model
    if energy:
        return built.column(model.annual[name])
    return built.column(model.store[name] if name in model.S else model.capacity[name])


def _step(asked: Asked, *, energy: bool) -> float:
    """Return how much is forced in: one MW or MWh of size, or a hundred-thousandth of all energy."""
    if not energy:
        return 1.0
    places = asked.built.program.columns.of_component(asked.built.model.annual)
    return max(1.0, _ENERGY_STEP * float(np.abs(asked.best.x[places]).sum()))


def _one_more(asked: Asked, column: int, *, energy: bool) -> float | None:
    """Return what one unit more changes in the cost, EUR; nothing where no more is possible."""
    program, step = asked.built.program, _step(asked, energy=energy)
    wanted = float(asked.best.x[column]) + step
    # Where less than a whole unit is possible, half of what is.
    room = float(program.upper[column]) - float(asked.best.x[column])
    if room < step:
        if room <= NOTHING:
            return None
        step, wanted = room / 2, float(asked.best.x[column]) + room / 2
    lower = program.lower.copy()
    lower[column] = wanted
    answer = asked.warm.solve(replace(program, lower=lower))
    if answer.status != OPTIMAL:
        return None
    return (answer.objective - asked.best.objective) / step


def one_more_potential(asked: Asked, name: str, *, energy: bool) -> float:
    """Return what one MW (MWh) more of potential saves in a year, EUR; 0 where it does not bind."""
    program, model = asked.built.program, asked.built.model
    upper = program.upper.copy()
    if energy and name in model.D:
        rows = asked.problem.processes.set_index("process")
        profile = asked.problem.profile(str(rows.at[name, "profile"]))
        first = asked.built.column(model.output[name, 0])
        upper[first : first + len(profile)] += profile
    elif not energy:
        upper[_column(asked.built, name, energy=False)] += 1.0
    if (upper[upper < np.inf] == program.upper[program.upper < np.inf]).all():
        return 0.0
    return _saved(asked, replace(program, upper=upper))


def one_more_in_a_year(asked: Asked, name: str) -> float:
    """Return what one MWh more in a year saves, EUR; 0 where that limit does not bind."""
    rows = asked.built.model.annual_maximum
    if name not in rows:
        return 0.0
    upper = asked.built.program.row_upper.copy()
    # A single MWh would drown in the last digits of a large cost.
    step = _step(asked, energy=True)
    upper[asked.built.row(rows[name])] += step
    return _saved(asked, replace(asked.built.program, row_upper=upper)) / step


def _saved(asked: Asked, program: LinearProgram) -> float:
    answer = asked.warm.solve(program)
    saved = asked.best.objective - answer.objective if answer.status == OPTIMAL else 0.0
    return saved if saved > _noise(asked) else 0.0


def _noise(asked: Asked) -> float:
    return 1e-9 * max(1.0, abs(asked.best.objective))


def _bounds(problem: MixProblem, names: list[str], *, energy: bool) -> tuple[float, float]:
    """Return what exists and the most allowed, in the unit of the size."""
    existing = largest = 0.0
    for table, key, unit in ((problem.processes, "process", "mw"), (problem.storages, "storage", "mwh")):
        mine = table[table[key].isin(names)]
        existing += float(mine[f"capacity_existing_{unit}"].sum())
        largest += float(mine[f"capacity_max_{unit}"].sum())
    if energy:
        rows = problem.processes[problem.processes["process"].isin(names)]
        return 0.0, float(rows["annual_max_mwh"].sum())
    return existing, largest


def _unit(built: Built, names: list[str], *, energy: bool) -> str:
    return "MWh/year" if energy else ("MWh" if names[0] in built.model.S else "MW")


def _unit_cost(problem: MixProblem, name: str, *, kept: bool, energy: bool) -> float:
    """Return what one unit costs in a year: to build and keep, to keep, or to produce a MWh."""
    stores = problem.storages.set_index("storage")
    if name in stores.index:
        row, unit = stores.loc[name], "mwh"
    else:
        row, unit = problem.processes.set_index("process").loc[name], "mw"
    if energy:
        return float(row.get("variable_eur_per_mwh", 0.0))
    built = 0.0 if kept else float(row[f"capex_eur_per_{unit}_year"])
    return built + float(row[f"fixed_eur_per_{unit}_year"])


def _entry(asked: Asked, column: int, one_more: float, cost: float) -> float:
    """Return the cost of a unit at which it comes in, and see that it does.

    Raises
    ------
    SolverError
        With the cost a little below, it still does not come in.
    """
    program = asked.built.program
    weights = program.cost.copy()
    weights[column] -= one_more + _BEYOND * max(abs(one_more), abs(cost)) + _noise(asked)
    answer = asked.warm.solve(replace(program, cost=weights))
    if answer.status == OPTIMAL and not answer.x[column] > NOTHING:
        message = say(
            "the cost at which {value} comes in could not be verified", value=program.columns.name(column)
        )
        raise SolverError(message)
    return cost - one_more


def _pushes(result: MixResult, names: list[str]) -> tuple[tuple[str, str, str, float], ...]:
    """Return what the marginal price of each limit adds to one MWh of a technology, EUR/MWh."""
    limits, out = result.problem.limits, []
    for row in result.prices.itertuples():
        mine = limits[(limits["limit"] == row.target) & limits["process"].isin(names)]
        if not len(mine) or not float(row.price):
            continue
        # Processes of a technology may differ; the one with the largest effect speaks for it.
        amount: Any = mine["coefficient"].iloc[int(mine["coefficient"].abs().to_numpy().argmax())]
        price = float(row.price) * float(amount) * (-1 if row.sense == AT_LEAST else 1)
        if price:
            label_it, label_en = (str(label or row.target) for label in (row.label_it, row.label_en))
            out.append((str(row.target), label_it, label_en, price))
    return tuple(out)
