"""optimise_pathway: all years at once, or one after the other as people who do not see ahead would."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from pyomo.repn import generate_standard_repn

from leb_kit.balance import Balance
from leb_kit.errors import InputError, say
from leb_kit.optimise.answers.explain import InfeasibleMix, UnboundedMix
from leb_kit.optimise.answers.reasons import Why
from leb_kit.optimise.answers.result import MixResult
from leb_kit.optimise.answers.run import read_added, read_plan, require_plan, run
from leb_kit.optimise.model.build import Built
from leb_kit.optimise.model.stacking import Additions
from leb_kit.optimise.pathway.pathway_model import build_pathway, formulate_pathway
from leb_kit.optimise.pathway.pathway_reasons import (
    InfeasiblePathway,
    explain_pathway,
    require_ends,
    unbounded_in,
)
from leb_kit.optimise.pathway.pathways import PathwayProblem, require_pathway
from leb_kit.optimise.pathway.shown_pathway import pathway_page
from leb_kit.optimise.question.problem import MixProblem
from leb_kit.optimise.solver.solve import INFEASIBLE, OPTIMAL, Solution, solve
from leb_kit.optimise.solver.watch import require_limits

PERFECT, MYOPIC = "perfect", "myopic"


@dataclass(frozen=True, eq=False)
class PathwayResult:
    """The way through the years.

    ``cost_eur``: of all years, in euros of the first; ``yearly``: year, investment_eur, operation_eur (of one
    year), weight (δ); ``stock``: year, name, technology, capacity, built, given_up (MW; MWh for stores),
    energy_mwh; ``results``: the plan of each year, its prices in euros of that year; ``added``,
    ``added_prices``: what ``PathwayProblem.extend`` added, prices in euros of the first year.
    """

    status: str
    foresight: str
    cost_eur: float
    yearly: pd.DataFrame
    stock: pd.DataFrame
    results: dict[int, MixResult]
    problem: PathwayProblem
    added: pd.DataFrame = field(default_factory=pd.DataFrame)
    added_prices: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def prices(self) -> pd.DataFrame:
        """What each target costs in each year: year, then the columns of ``MixResult.prices``."""
        parts = [plan.prices.assign(year=year) for year, plan in sorted(self.results.items())]
        table = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
        return table[["year", *table.columns.drop("year")]]

    def standing(self, year: int) -> MixProblem:
        """Return the problem of a year in which what was built before stands, and what was given up does not.

        ``optimise_mix``, ``frontier``, ``alternatives`` and ``sensitivity`` read it; what was built before
        is paid and costs nothing in it but its running.

        Raises
        ------
        InputError
            Another year.
        """
        if year not in self.results:
            known = ", ".join(map(str, sorted(self.results)))
            told = say("the pathway has no year {year}; its years are {known}", year=year, known=known)
            raise InputError(say("pathway"), [told])
        made = self.stock.set_index(["name", "year"])["built_mw"]
        built = {(str(name), int(y)): float(mw) for (name, y), mw in made.items()}
        before = [y for y in sorted(self.results) if y < year]
        kept = _kept(self.problem, before[-1], self.results[before[-1]], built) if before else {}
        return stand_in(self.problem, year, built, kept)

    def why(self, technology: str) -> Why:
        """Refuse: reasons are asked of one year.

        Raises
        ------
        InputError
            Always; it says what to write.
        """
        year = max(self.results)
        told = say(
            "'{technology}' is asked of all years at once; a year is asked by"
            " leb.optimise_mix(result.standing({year})).why('{technology}')",
            technology=technology,
            year=year,
        )
        raise InputError(say("pathway"), [told])

    @property
    def plan(self) -> pd.DataFrame:
        """By year and technology: capacity_mw, built_mw, given_up_mw (MWh for stores), energy_mwh."""
        grouped = self.stock.groupby(["year", "technology"], as_index=False, sort=False)
        return grouped[["capacity_mw", "built_mw", "given_up_mw", "energy_mwh"]].sum()

    def to_balance(self) -> Balance:
        """Return the balances of all years as one.

        Raises
        ------
        InputError
            The problems were not made from a balance.
        """
        tables = [
            result.to_balance().table.assign(year=year) for year, result in sorted(self.results.items())
        ]
        return Balance.from_mwh(pd.concat(tables, ignore_index=True), name=_name(self))

    def __repr__(self) -> str:
        years = sorted(self.results)
        return (
            f"PathwayResult({self.status}, {self.foresight}: {years[0]}–{years[-1]},"
            f" {self.cost_eur / 1e6:,.1f} million EUR of {years[0]})"
        )

    def _repr_html_(self) -> str:
        return pathway_page(self)


def _name(result: PathwayResult) -> str:
    frame = result.problem.problems[result.problem.years[0]].frame
    return frame.name if frame else ""


def optimise_pathway(
    problem: PathwayProblem, *, foresight: str = PERFECT, time_limit_s: float | None = None
) -> PathwayResult:
    """Find the least-cost way through several years.

    Parameters
    ----------
    problem : PathwayProblem
        From ``pathway`` or ``PathwayProblem.from_problems``.
    foresight : str
        ``"perfect"``: all years are decided together; ``"myopic"``: each year without a look at the next.
    time_limit_s : float, optional
        Wall-clock limit of the solver, seconds; of each year where foresight is myopic.

    Returns
    -------
    PathwayResult
        ``cost_eur``, ``plan``, ``yearly``, ``results`` (a MixResult for each year), ``to_balance()``.

    Raises
    ------
    InfeasibleMix
        No way exists (an ``InfeasiblePathway``): the first year that has no plan by itself is told, with
        what clashes in it; or which target, rate or added constraint, relaxed by how much, makes a way.
    UnboundedMix
        The cost of a year has no lower end.
    InputError
        Another word for foresight; a rule over years where years are decided one at a time.

    Examples
    --------
    >>> import pandas as pd
    >>> from leb_kit.optimise import MixProblem, PathwayProblem
    >>> year = MixProblem.from_tables(
    ...     buses=pd.DataFrame({"bus": ["heat"]}),
    ...     processes=pd.DataFrame({"process": ["boiler"], "bus_out": ["heat"],
    ...                             "capex_eur_per_mw_year": [5.0]}),
    ...     demands=pd.DataFrame({"demand": ["homes"], "bus": ["heat"], "annual_mwh": [10.0]}),
    ...     profiles=pd.DataFrame(index=range(2)),
    ... )
    >>> way = PathwayProblem.from_problems({2030: year, 2031: year}, discount_rate=0.0)
    >>> optimise_pathway(way).cost_eur
    50.0
    """
    require_pathway(problem)
    require_limits(time_limit_s, None, None)
    if foresight == PERFECT:
        return _together(problem, time_limit_s)
    if foresight == MYOPIC:
        if problem.rules:
            told = say("a rule joins the years of the pathway; foresight='myopic' decides one year at a time")
            raise InputError(say("pathway"), [told])
        return _one_by_one(problem, time_limit_s)
    raise InputError(
        "pathway",
        [
            say(
                "foresight is {foresight}; expected '{perfect}' or '{myopic}'",
                foresight=repr(foresight),
                perfect=PERFECT,
                myopic=MYOPIC,
            )
        ],
    )


def _together(problem: PathwayProblem, time_limit_s: float | None) -> PathwayResult:
    require_ends(problem)
    whole, of_year = build_pathway(problem)
    answer = solve(whole.program, time_limit_s=time_limit_s)
    if answer.status == INFEASIBLE:
        raise explain_pathway(problem, whole, of_year, time_limit_s=time_limit_s)
    require_plan(problem.problems[problem.years[-1]], whole, answer, time_limit_s)
    return read_way(problem, whole, of_year, answer)


def read_way(
    problem: PathwayProblem, whole: Built, of_year: dict[int, Additions], answer: Solution
) -> PathwayResult:
    """Return the way that an answer of all years stands for."""
    program = whole.program
    built = {
        (name, y): max(float(answer.x[program.columns.at(whole.model.built[name, y])]), 0.0)
        for name in problem.names
        for y in problem.years
    }
    results = {y: _result_of(problem, whole, y, answer, built, of_year[y]) for y in problem.years}
    told = _told(problem, PERFECT, results, built, answer.status)
    extra = 0.0 if whole.added.cost is None else _value(whole.added.cost, whole, answer)
    told = replace(told, cost_eur=told.cost_eur + extra)
    return replace(told, **read_added(whole, answer)) if problem.rules else told


def _result_of(
    problem: PathwayProblem,
    whole: Built,
    y: int,
    answer: Solution,
    built: dict[tuple[str, int], float],
    added: Additions,
) -> MixResult:
    """Read the plan of a year; a price of the pathway is one of all years that this one stands for."""
    period = whole.model.period[y]
    weight = problem.discount(y)
    spoken_of = replace(added, linked=added.linked | whole.added.linked)
    here = Built(period, whole.program, spoken_of, problem.problems[y].time.weight_h)
    operation = _value(period.operation.expr, whole, answer)
    operation += 0.0 if added.cost is None else _value(added.cost, whole, answer)
    cost = operation + _invested(problem, built, y)
    mine = replace(answer, row_dual=answer.row_dual / weight, objective=cost)
    return read_plan(problem.problems[y], here, mine)


def _value(expression: Any, whole: Built, answer: Solution) -> float:
    repn = generate_standard_repn(expression, quadratic=False)
    places = [whole.column(variable) for variable in repn.linear_vars]
    return float(np.array(repn.linear_coefs, dtype=float) @ answer.x[places]) + float(repn.constant)


def _invested(problem: PathwayProblem, built: dict[tuple[str, int], float], year: int) -> float:
    """Return the annuities paid in a year, EUR."""
    return sum(
        problem.annuity(name, v) * built[name, v] for name in problem.names for v in problem.alive(name, year)
    )


def _one_by_one(problem: PathwayProblem, time_limit_s: float | None) -> PathwayResult:
    built: dict[tuple[str, int], float] = {}
    results: dict[int, MixResult] = {}
    kept: dict[str, float] = {}
    for year in problem.years:
        question = stand_in(problem, year, built, kept)
        try:
            result = run(question, time_limit_s=time_limit_s)
        except InfeasibleMix as error:
            raise InfeasiblePathway.of_year(year, error, foresight=MYOPIC) from error
        except UnboundedMix as error:
            raise unbounded_in(year, error) from error
        kept = _kept(problem, year, result, built)
        new = {**_by_name(result.processes, "process"), **_by_name(result.stores, "storage")}
        built |= {(name, year): new.get(name, 0.0) for name in problem.names}
        whole = result.cost_eur + _invested(problem, built, year)
        paid = sum(problem.annuity(name, year) * built[name, year] for name in problem.names)
        results[year] = replace(result, cost_eur=whole - paid, problem=problem.problems[year])
    statuses = {result.status for result in results.values()}
    return _told(problem, MYOPIC, results, built, OPTIMAL if statuses == {OPTIMAL} else statuses.pop())


def _by_name(table: pd.DataFrame, key: str) -> dict[str, float]:
    return dict(zip(table[key], table["new_capacity_mw"], strict=True))


def _kept(
    problem: PathwayProblem, year: int, result: MixResult, built: dict[tuple[str, int], float]
) -> dict[str, float]:
    """Return what is left of what existed at the beginning; of what is given up the oldest goes first."""
    out = {}
    for table, key in ((result.processes, "process"), (result.stores, "storage")):
        for name, capacity, new in table[[key, "capacity_mw", "new_capacity_mw"]].itertuples(index=False):
            if name in problem.given_up:
                before = sum(built.get((name, v), 0.0) for v in problem.alive(name, year) if v < year)
                out[str(name)] = max(float(capacity) - float(new) - before, 0.0)
    return out


def stand_in(
    problem: PathwayProblem, year: int, built: dict[tuple[str, int], float], kept: dict[str, float]
) -> MixProblem:
    """Return the problem of a year in which what was built before exists, and what was given up does not."""
    question = problem.problems[year]
    tables = {}
    for name, key, unit in (("processes", "process", "mw"), ("storages", "storage", "mwh")):
        table = getattr(question, name).copy()
        before = [
            sum(built.get((one, v), 0.0) for v in problem.alive(one, year) if v < year) for one in table[key]
        ]
        left = np.array([kept.get(one, np.inf) for one in table[key]])
        existing = np.minimum(table[f"capacity_existing_{unit}"].to_numpy(dtype=float), left) + np.array(
            before
        )
        most = existing + np.array([problem.most_built(one, year) for one in table[key]])
        table[f"capacity_existing_{unit}"] = existing
        table[f"capacity_max_{unit}"] = np.minimum(table[f"capacity_max_{unit}"], most)
        factor = np.array([problem.learning(one, year) for one in table[key]])
        table[f"capex_eur_per_{unit}_year"] = table[f"capex_eur_per_{unit}_year"] * factor
        tables[name] = table
    return replace(question, **tables)


def _told(
    problem: PathwayProblem,
    foresight: str,
    results: dict[int, MixResult],
    built: dict[tuple[str, int], float],
    status: str,
) -> PathwayResult:
    rows, stocks = [], []
    for year, result in results.items():
        invested = _invested(problem, built, year)
        rows.append((year, invested, result.cost_eur - invested, problem.discount(year)))
        for table, key in ((result.processes, "process"), (result.stores, "storage")):
            part = table.rename(columns={key: "name"})[["name", "technology", "capacity_mw", "energy_mwh"]]
            made = np.array([built.get((name, year), 0.0) for name in part["name"]])
            stocks.append(part.assign(year=year, built_mw=made))
    yearly = pd.DataFrame(rows, columns=["year", "investment_eur", "operation_eur", "weight"])
    stock = pd.concat(stocks, ignore_index=True)
    before = stock.groupby("name")["capacity_mw"].shift().fillna(stock["name"].map(_existing(problem)))
    stock["given_up_mw"] = np.maximum(before + stock["built_mw"] - stock["capacity_mw"], 0.0)
    cost = float(((yearly["investment_eur"] + yearly["operation_eur"]) * yearly["weight"]).sum())
    order = ["year", "name", "technology", "capacity_mw", "built_mw", "given_up_mw", "energy_mwh"]
    return PathwayResult(status, foresight, cost, yearly, stock[order], results, problem)


def _existing(problem: PathwayProblem) -> dict[str, float]:
    first = problem.problems[problem.years[0]]
    plants = zip(first.processes["process"], first.processes["capacity_existing_mw"], strict=True)
    stores = zip(first.storages["storage"], first.storages["capacity_existing_mwh"], strict=True)
    return {str(name): float(value) for name, value in (*plants, *stores)}


__all__ = ["PathwayResult", "formulate_pathway", "optimise_pathway", "read_way"]
