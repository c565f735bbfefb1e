"""What a plan invests, and the question with a ceiling on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from leb_kit.errors import InputError, say
from leb_kit.optimise.answers.requirement_words import ceiling_label
from leb_kit.optimise.answers.result import MixResult, require_result
from leb_kit.optimise.checks.arguments import keyed_numbers_faults
from leb_kit.optimise.model.stacking import Called
from leb_kit.optimise.question.problem import MixProblem, require_problem
from leb_kit.reference import costs, networks
from leb_kit.reference.numbers import has_parameter, parameter
from leb_kit.units import is_number

CONNECTION = "district_heating_substation"


@dataclass(frozen=True, eq=False)
class Ceiling:
    """Rule of a problem: what is invested stays below a sum."""

    budget_eur: float
    per_unit: Mapping[str, float]

    @property
    def called(self) -> dict[str, Called]:
        """What is asked, in words, and its unit."""
        return {"investment_budget": (*ceiling_label(self.budget_eur), "EUR")}

    def __call__(self, m: Any) -> None:
        """Add ``investment_budget`` to the model."""
        import pyomo.environ as pyo

        spent = pyo.quicksum(eur * m.new[name] for name, eur in self.per_unit.items() if name in m.P)
        spent += pyo.quicksum(eur * m.new_store[name] for name, eur in self.per_unit.items() if name in m.S)
        below = spent <= self.budget_eur if self.per_unit else pyo.Constraint.Feasible
        m.investment_budget = pyo.Constraint(expr=below)


def within_investment(
    problem: MixProblem, budget_eur: float, *, lifetimes: Mapping[str, float] | None = None
) -> MixProblem:
    """Ask for the least-cost plan that invests at most a sum.

    ::

        sum_p C[p] × new[p] + sum_s C[s] × new_store[s] ≤ budget          C = annuity / a(n)

    C (EUR/MW, EUR/MWh) investment, new (MW) and new_store (MWh) what is built, a annuity factor, n lifetime
    (years). Source: annuity method, see ``costs.annuity_factor``.

    Parameters
    ----------
    problem : MixProblem
        The question; its targets hold, and a plan may then not exist.
    budget_eur : float
        Largest investment, EUR of the price year; it takes the place of one that was asked before.
    lifetimes : Mapping[str, float], optional
        Technology → years, where they are not those of ``technology_parameters.csv``.

    Returns
    -------
    MixProblem
        The price of the ceiling (EUR a year saved by one EUR more, a return) stands in
        ``MixResult.added_prices``. A ceiling on the cost of a year is ``split_budget``.

    Raises
    ------
    InputError
        The sum is no number from 0 up, or a technology has no lifetime.

    Examples
    --------
    >>> import leb_kit as leb
    >>> b = leb.examples.torino()
    >>> p = leb.mix_problem(b, time=leb.typical_days(1))
    >>> plan = leb.optimise_mix(within_investment(p, 100e6))
    >>> bool(investment(plan)["investment_eur"].sum() <= 100e6 * 1.000001)
    True
    """
    require_problem(problem)
    if not is_number(budget_eur) or budget_eur < 0:
        fault = say("the budget is {budget}; a sum in EUR from 0 up is expected", budget=repr(budget_eur))
        raise InputError("within_investment", [fault])
    rows = _per_unit(problem, lifetimes or {})
    # The sum that was asked last holds: in a notebook a cell is run again with another one.
    others = replace(problem, rules=tuple(rule for rule in problem.rules if not isinstance(rule, Ceiling)))
    return others.extend(Ceiling(float(budget_eur), dict(zip(rows["name"], rows["eur"], strict=True))))


def investment(result: MixResult, *, lifetimes: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Return what a plan invests: technology, investment_eur, the largest first.

    Raises
    ------
    InputError
        A technology has no lifetime.

    Examples
    --------
    >>> import leb_kit as leb
    >>> plan = leb.optimise_mix(leb.mix_problem(leb.examples.torino(), time=leb.typical_days(1)))
    >>> investment(plan).columns.tolist()
    ['technology', 'investment_eur']
    """
    require_result(result)
    rows = _per_unit(result.problem, lifetimes or {}).set_index("name")["eur"]
    both = [result.processes.set_index("process"), result.stores.set_index("storage")]
    built = pd.concat([table[["technology", "new_capacity_mw"]] for table in both])
    spent = built["new_capacity_mw"] * rows.reindex(built.index).fillna(0.0)
    out = built.assign(investment_eur=spent).groupby("technology", sort=False)["investment_eur"].sum()
    return out[out > 0].sort_values(ascending=False, kind="stable").reset_index()


def _per_unit(problem: MixProblem, lifetimes: Mapping[str, float]) -> pd.DataFrame:
    """Return name, and EUR for each new MW (MWh of stores), of what costs something to build."""
    tables = [
        problem.processes.rename(columns={"process": "name", "capex_eur_per_mw_year": "annuity"}),
        problem.storages.rename(columns={"storage": "name", "capex_eur_per_mwh_year": "annuity"}),
    ]
    rows = pd.concat([table[["name", "technology", "annuity"]] for table in tables], ignore_index=True)
    rows = rows[rows["annuity"] > 0]
    technology = rows["technology"].where(rows["technology"] != "", rows["name"])
    plants, stores = problem.processes, problem.storages
    named = {*plants["technology"], *stores["technology"], *plants["process"], *stores["storage"]}
    expected = say("a number of years above 0")
    faults = keyed_numbers_faults("lifetimes", lifetimes, named, expected, above=0, others=True)
    if faults:
        raise InputError(say("mix problem"), faults)
    zoned = problem.frame is not None and problem.frame.zones is not None
    years = {str(name): _lifetime(str(name), lifetimes, zoned=zoned) for name in technology.unique()}
    faults = [
        say("technology '{name}' has no lifetime; give lifetimes={{'{name}': years}}", name=name)
        for name, life in years.items()
        if life is None
    ]
    if faults:
        raise InputError(say("mix problem"), faults)
    factor = [costs.annuity_factor(float(years[str(name)] or 1)) for name in technology]
    return rows[["name"]].assign(eur=rows["annuity"] / factor)


def _lifetime(technology: str, lifetimes: Mapping[str, float], *, zoned: bool) -> float | None:
    if technology in lifetimes:
        return float(lifetimes[technology])
    if zoned and technology == CONNECTION:
        # Zones tell what their pipes cost, and pipes last longer than what stands in the cellar.
        return networks.figure("pipe_lifetime_yr")
    return parameter(technology, "lifetime_yr") if has_parameter(technology, "lifetime_yr") else None


__all__ = ["Ceiling", "investment", "within_investment"]
