"""A plan of typical days, held against every hour of the year: what it really costs, and what it lacks."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from leb_kit.errors import language, require_language
from leb_kit.optimise.answers.result import MixResult
from leb_kit.optimise.answers.run import read_plan, require_plan, run
from leb_kit.optimise.answers.words import amount, number
from leb_kit.optimise.answers.year_bound import BOUND_WITHIN, bound_year, sizes_enough
from leb_kit.optimise.model.build import build
from leb_kit.optimise.question.problem import MixProblem
from leb_kit.optimise.solver.solve import INFEASIBLE, OPTIMAL, solve
from leb_kit.optimise.solver.watch import require_limits
from leb_kit.reference import catalog
from leb_kit.reference.shown import Prose, page

#: Below this share of the largest capacity, a difference is the arithmetic of floats.
SAME_SHARE = 1e-6
PERCENT = 100
#: What the plan was made of: typical days, or blocks of hours.
_STEPS = {False: ("giorni tipo", "typical days"), True: ("blocchi di ore", "blocks of hours")}
_TEXT = {
    "same": (
        "Il piano costa {told} l'anno; in tutte le ore, {real}: l'errore dei {steps} è {error} %.",
        "The plan costs {told} a year; in every hour, {real}: {steps} err by {error} %.",
    ),
    "lacks": (
        "Così com'è non basta in tutte le ore: servono in più {all}.",
        "As it is it does not do in every hour: what it needs in addition is {all}.",
    ),
    "bound": (
        "Nessun piano dell'anno costa meno di {bound}: quello migliore ne risparmierebbe al più il {gap} %.",
        "No plan of the year costs less than {bound}: the best would save {gap} % of it at most.",
    ),
    "none": (
        "Un limite inferiore del costo non è stato trovato.",
        "No lower bound of the cost was found.",
    ),
    "proven": (
        "Il {within} % chiesto è provato, dopo piani di {rounds} passi.",
        "The {within} % asked for is proven, after plans of {rounds} steps.",
    ),
    "open": (
        "Il {within} % chiesto non è provato, dopo piani di {rounds} passi.",
        "The {within} % asked for is not proven, after plans of {rounds} steps.",
    ),
}


@dataclass(frozen=True, eq=False, repr=False)
class YearCheck:
    """A plan through every hour of the year.

    ``planned``: the plan of typical days; ``year``: the same plan run through the year, with what had to be
    added; ``added``: name, technology, added_mw (MWh for stores); ``bound_eur``: no plan of the year costs
    less (None where it was not asked for).
    """

    planned: MixResult
    year: MixResult
    added: pd.DataFrame
    bound_eur: float | None = None
    within: float | None = None
    rounds: pd.DataFrame | None = None

    @property
    def cost_eur(self) -> float:
        """What the plan costs in a year of every hour, EUR; no plan of the whole year need cost more."""
        return self.year.cost_eur

    @property
    def error(self) -> float:
        """Cost that the typical days told over the real one, less one; below 0 they were too kind."""
        return self.planned.cost_eur / self.cost_eur - 1

    @property
    def gap(self) -> float | None:
        """How much cheaper the best plan of the year might be, as a share of this one's cost; or None."""
        if self.bound_eur is None:
            return None
        return (self.cost_eur - self.bound_eur) / abs(self.cost_eur)

    @property
    def proven(self) -> bool | None:
        """Whether the gap is within what was asked, or None where nothing was."""
        if self.within is None:
            return None
        return self.gap is not None and self.gap <= self.within

    def explain(self, lang: str = "it") -> str:
        """Say what the plan really costs, what it lacks, and how far from the least it may be."""
        require_language(lang)
        at = 0 if lang == "it" else 1
        told, real = (amount(one, "EUR", lang) for one in (self.planned.cost_eur, self.cost_eur))
        error = number(PERCENT * self.error, lang, decimals=2)
        steps = _STEPS[self.planned.problem.time.step_h is not None][at]
        out = [_TEXT["same"][at].format(told=told, real=real, steps=steps, error=error)]
        if len(self.added):
            units = np.where(self.added["name"].isin(self.planned.stores["storage"]), "MWh", "MW")
            names = [catalog.label("technology", one, lang) for one in self.added["technology"]]
            sizes = [
                amount(float(size), unit, lang)
                for size, unit in zip(self.added["added_mw"], units, strict=True)
            ]
            parts = (f"{name} {size}" for name, size in zip(names, sizes, strict=True))
            out.append(_TEXT["lacks"][at].format(all=", ".join(parts)))
        if self.bound_eur is not None and self.gap is not None:
            bound = amount(self.bound_eur, "EUR", lang) if np.isfinite(self.bound_eur) else ""
            gap = number(PERCENT * self.gap, lang, decimals=2)
            out.append(_TEXT["bound" if bound else "none"][at].format(bound=bound, gap=gap))
        if self.within is not None and self.rounds is not None:
            asked = number(PERCENT * self.within, lang, decimals=2)
            taken = ", ".join(number(float(one), lang) for one in self.rounds["steps"])
            out.append(_TEXT["proven" if self.proven else "open"][at].format(within=asked, rounds=taken))
        return Prose(" ".join(out))

    def __repr__(self) -> str:
        gap = "" if self.gap is None else f", gap {self.gap:.2%}"
        return f"YearCheck({self.cost_eur / 1e6:,.3f} million EUR, error {self.error:+.2%}{gap})"

    def _repr_html_(self) -> str:
        return page(repr(self), Prose(self.explain(language()))._repr_html_())


@dataclass(frozen=True, eq=False)
class AsPlanned:
    """Rule of a problem: capacities and stores are those of a plan, or at least those."""

    sizes: dict[str, float]
    at_least: bool = False

    def __call__(self, m: Any) -> None:
        """Add ``as_planned`` to the model."""
        import pyomo.environ as pyo

        def rule(m: Any, name: str) -> Any:
            size = m.store[name] if name in m.S else m.capacity[name]
            return size >= self.sizes[name] if self.at_least else size == self.sizes[name]

        m.as_planned = pyo.Constraint(list(self.sizes), rule=rule)


def over_the_year(
    plan: MixResult, *, bound: bool = False, within: float = math.inf, time_limit_s: float | None = None
) -> YearCheck:
    """Run a plan of typical days through every hour of the year.

    ::

        cost over the year = least cost with capacity[p] = planned capacity[p], store[s] = planned store[s]

    Where that has no plan (an hour, or a target over the year, cannot be met), what makes one possible near
    the least cost is added, as weeks one by one tell (else as the whole year at once does). What comes out is
    a plan of the whole year, so that no least-cost plan of the whole year costs more. With ``bound`` the
    least cost of the year is also bounded from below, week by week (``solver.by_days``), so that the distance
    from the best is proven without solving the whole year.

    Parameters
    ----------
    plan : MixResult
        Of typical days.
    bound : bool
        Whether to look for a lower bound: 3 to 9 seconds for a city, half a minute for a country.
    within : float, optional
        Share of the cost within which the bound is looked for at least.
    time_limit_s : float, optional
        Wall-clock limit of each search, seconds. A year of a city takes 10 to 30.

    Returns
    -------
    YearCheck
        ``cost_eur``, ``error``, ``added``, ``year`` (a MixResult), ``bound_eur``, ``gap``, ``explain(lang)``.

    Raises
    ------
    InputError
        The plan was made of every hour that was given, or a time that cannot be.
    InfeasibleMix
        Not even with more capacity there is a plan.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from leb_kit.optimise import MixProblem, optimise_mix, typical_days
    >>> cold = np.r_[np.ones(8736), np.full(24, 2.0)]  # one day needs twice as much
    >>> p = MixProblem.from_tables(
    ...     buses=pd.DataFrame({"bus": ["heat"]}),
    ...     processes=pd.DataFrame({"process": ["boiler"], "bus_out": ["heat"], "technology": ["gas_boiler"],
    ...                             "capex_eur_per_mw_year": [10.0], "variable_eur_per_mwh": [1.0]}),
    ...     demands=pd.DataFrame({"demand": ["homes"], "bus": ["heat"], "annual_mwh": [8784.0],
    ...                           "profile": ["cold"]}),
    ...     profiles=pd.DataFrame({"cold": cold}), time=typical_days(1),
    ... )
    >>> found = optimise_mix(p).over_the_year()
    >>> round(found.cost_eur, 6), found.added["added_mw"].round(3).tolist()
    (8804.0, [0.997])
    >>> round(optimise_mix(p).over_the_year(bound=True).bound_eur, 6)
    8804.0
    """
    require_limits(time_limit_s, None, None)
    question = plan.problem.whole_year()
    sizes = _sizes(plan)
    kept = question.extend(AsPlanned(sizes))
    built = build(kept)
    answer = solve(built.program, time_limit_s=time_limit_s)
    if answer.status == INFEASIBLE:
        year = _with_more(plan, question, sizes, time_limit_s)
    else:
        require_plan(kept, built, answer, time_limit_s)
        year = read_plan(kept, built, answer)
    least = None
    if bound:
        hours = build(question)
        least = bound_year(
            plan, hours, within=min(BOUND_WITHIN, within / 2), time_limit_s=time_limit_s
        ).bound_eur
    return YearCheck(plan, year, _added(plan, year), least)


def _with_more(
    plan: MixResult, question: MixProblem, sizes: dict[str, float], time_limit_s: float | None
) -> MixResult:
    """Run a plan through the year with what it lacks.

    Weeks tell how much that is in a tenth of the time of a year whose sizes are all free; where they do not,
    or plants are there wholly or not at all, the year decides.
    """
    enough = question.extend(AsPlanned(sizes, at_least=True))
    built = build(enough)
    more = None
    if built.program.whole is None:
        more = sizes_enough(plan, built, sizes, time_limit_s=time_limit_s)
    if more is not None:
        kept = question.extend(AsPlanned(more))
        built = build(kept)
        answer = solve(built.program, time_limit_s=time_limit_s)
        if answer.status == OPTIMAL:
            return read_plan(kept, built, answer)
    return run(enough, time_limit_s=time_limit_s)


def _sizes(plan: MixResult) -> dict[str, float]:
    """Return what the plan decided: what costs nothing is all there, and a mode has no size of its own."""
    problem: MixProblem = plan.problem
    plants = plan.processes[~plan.processes["process"].map(_undecided(problem)).astype(bool)]
    stores = plan.stores[~plan.stores["storage"].map(problem.is_costless).astype(bool)]
    both = [
        *plants[["process", "capacity_mw"]].itertuples(index=False, name=None),
        *stores[["storage", "capacity_mw"]].itertuples(index=False, name=None),
    ]
    given, tanks = problem.processes, problem.storages
    most = dict(zip(given["process"], given["capacity_max_mw"].astype(float), strict=True))
    most |= dict(zip(tanks["storage"], tanks["capacity_max_mwh"].astype(float), strict=True))
    least = dict(zip(given["process"], given["capacity_min_mw"].astype(float), strict=True))
    return {str(name): float(np.clip(size, least.get(name, 0.0), most[name])) for name, size in both}


def _undecided(problem: MixProblem) -> Callable[[str], bool]:
    return lambda name: problem.is_costless(name) or problem.is_mode(name)


def _added(plan: MixResult, year: MixResult) -> pd.DataFrame:
    tables = [
        new[[key, "technology"]]
        .rename(columns={key: "name"})
        .assign(added_mw=new["capacity_mw"].to_numpy() - old["capacity_mw"].to_numpy())
        for new, old, key in (
            (year.processes, plan.processes, "process"),
            (year.stores, plan.stores, "storage"),
        )
    ]
    both = pd.concat(tables, ignore_index=True)
    decided = both["name"].isin(_sizes(plan))
    size = max(float(plan.processes["capacity_mw"].abs().max()), 1.0)
    return both[decided & (both["added_mw"] > SAME_SHARE * size)].reset_index(drop=True)
