"""How to spend a budget best: as little of something as a yearly cost allows, and what the money goes to."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.sparse import csc_matrix, csr_matrix, vstack

from leb_kit.errors import InputError, require_language, say
from leb_kit.optimise.answers.axis import axis_of
from leb_kit.optimise.answers.result import MixResult
from leb_kit.optimise.answers.run import read_plan, require_plan
from leb_kit.optimise.answers.shown_answers import budget_page
from leb_kit.optimise.answers.words import amount
from leb_kit.optimise.checks.arguments import require_count
from leb_kit.optimise.model.build import build
from leb_kit.optimise.model.formulation import LinearProgram
from leb_kit.optimise.question.problem import MixProblem, require_problem
from leb_kit.optimise.solver.solve import OPTIMAL, SolverError, finished, solve
from leb_kit.reference import catalog
from leb_kit.reference.shown import Prose
from leb_kit.units import is_number

_TEXT = (
    "Con {budget} l'anno ({more} più del piano di minor costo) si può scendere a {reached} ({change}).",
    "With {budget} a year ({more} more than the least-cost plan) {reached} can be reached ({change}).",
)


@dataclass(frozen=True, eq=False, repr=False)
class BudgetSplit:
    """The plan with the least of something that a budget allows.

    ``plan``: that plan (its prices have no meaning: cost is not what is minimised); ``cheapest``: the
    least-cost plan; ``reached``, ``before``: what is minimised, in both; ``unit``.
    """

    budget_eur: float
    reached: float
    before: float
    unit: str
    label_it: str
    label_en: str
    plan: MixResult
    cheapest: MixResult

    @property
    def table(self) -> pd.DataFrame:
        """Technology, cost_eur, more_eur (than in the least-cost plan), more_mwh; what changes most first."""
        columns = ["technology", "cost_eur", "energy_mwh"]
        now, before = (result.plan[columns].set_index("technology") for result in (self.plan, self.cheapest))
        out = now[["cost_eur"]].assign(
            more_eur=now["cost_eur"] - before["cost_eur"], more_mwh=now["energy_mwh"] - before["energy_mwh"]
        )
        order = out["more_eur"].abs().sort_values(ascending=False, kind="stable").index
        return out.loc[order].reset_index()

    def explain(self, lang: str = "it", count: int = 5) -> str:
        """Say what the budget reaches, and where it goes."""
        require_language(lang)
        require_count("budget", count)
        place = 0 if lang == "it" else 1
        change = self.reached - self.before
        said = [
            _TEXT[place].format(
                budget=amount(self.budget_eur, "EUR", lang),
                more=amount(self.budget_eur - self.cheapest.cost_eur, "EUR", lang),
                reached=amount(self.reached, self.unit, lang),
                change=f"−{amount(abs(change), self.unit, lang)}",
            )
        ]
        for row in self.table.head(count).to_dict("records"):
            label = catalog.label("technology", str(row["technology"]), lang)
            sign = "−" if row["more_eur"] < 0 else "+"
            said.append(f"- {label}: {sign}{amount(abs(float(row['more_eur'])), 'EUR', lang)}")
        return Prose("\n".join(said))

    def __repr__(self) -> str:
        return (
            f"BudgetSplit({self.budget_eur / 1e6:,.1f} million EUR a year:"
            f" {self.before:,.0f} → {self.reached:,.0f} {self.unit})"
        )

    def _repr_html_(self) -> str:
        return budget_page(self)


def split_budget(problem: MixProblem, budget_eur: float, *, least: str = "co2") -> BudgetSplit:
    """Find the plan with the least emissions (or energy) that a yearly budget pays for.

    min sum_p amount[p] × annual[p]  with  cost ≤ budget; of all such plans one of least cost.

    Parameters
    ----------
    problem : MixProblem
        The question; its targets hold.
    budget_eur : float
        Largest cost of a year, EUR.
    least : str
        What is to be as little as possible: ``"co2"``, ``"primary_energy"``, ``"final_energy"`` or a limit of
        the problem, as in ``frontier``.

    Returns
    -------
    BudgetSplit
        ``plan``, ``table``, ``explain(lang)``.

    Raises
    ------
    InfeasibleMix
        No plan exists at any cost.
    InputError
        The budget is no number, or less than the least cost; the message says how much that is.

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
    >>> round(split_budget(p, 250.0).reached, 3)
    1.0
    """
    require_problem(problem)
    if not is_number(budget_eur):
        told = say(
            "{name} is {value}; {expected} is expected",
            name="budget_eur",
            value=repr(budget_eur),
            expected=say("a sum in EUR a year"),
        )
        raise InputError("budget", [told])
    axis = axis_of(problem, least)
    if axis.at_least:
        raise InputError(
            "budget", [say("'{least}' is wanted; give what is to be as little as can be", least=least)]
        )
    question = axis.problem
    built = build(question)
    row = built.row(built.model.annual_limits[axis.name])
    # The limit of the axis gives way; everything else of the problem holds.
    upper = built.program.row_upper.copy()
    upper[row] = np.inf
    program = replace(built.program, row_upper=upper)
    first = finished(solve(program))
    require_plan(axis.without(), built, first)
    cheapest = read_plan(question, built, first)
    if not np.isfinite(budget_eur) or budget_eur < first.objective * (1 - _ROUNDING):
        enough = np.ceil(first.objective)  # a number to be copied: as it is written in Python
        said = say("the least-cost plan costs {objective:.0f} EUR a year", objective=enough)
        raise InputError(
            "budget", [say("budget_eur is {budget_eur}; {said}", budget_eur=repr(budget_eur), said=said)]
        )
    weights = np.asarray(program.matrix[row].todense()).ravel()
    reached = finished(solve(_aimed(program, weights, program.cost, budget_eur - program.offset)))
    if reached.status != OPTIMAL:
        message = say("the solver did not prove what the budget reaches ({status})", status=reached.status)
        raise SolverError(message)
    # Of all plans that reach it, the cheapest: money that helps nothing is not spent.
    slack = _ROUNDING * max(1.0, abs(reached.objective))
    again = finished(solve(_aimed(program, program.cost, weights, reached.objective + slack)))
    answer = again if again.status == OPTIMAL else reached
    cost = float(program.cost @ answer.x) + program.offset
    plan = read_plan(question, built, replace(answer, objective=cost))
    plan = replace(plan, prices=plan.prices.assign(price=np.nan))
    before, now = (float(weights @ one.x) + axis.constant for one in (first, answer))
    return BudgetSplit(
        float(budget_eur), now, before, axis.unit, axis.label_it, axis.label_en, plan, cheapest
    )


#: Relative room for the arithmetic of floats.
_ROUNDING = 1e-9


def _aimed(program: LinearProgram, aim: np.ndarray, held: np.ndarray, most: float) -> LinearProgram:
    """Return the program with another aim, and one more row: held · x ≤ most."""
    return replace(
        program,
        cost=aim,
        offset=0.0,
        matrix=csc_matrix(vstack([program.matrix, csr_matrix(held)])),
        row_lower=np.append(program.row_lower, -np.inf),
        row_upper=np.append(program.row_upper, most),
        rows=program.rows.plus("held"),
    )
