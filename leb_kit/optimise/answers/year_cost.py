"""What a year costs, told by its weeks at the sizes and yearly prices of a plan of typical days."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from leb_kit.errors import InputError, language, say
from leb_kit.optimise.answers.result import MixResult
from leb_kit.optimise.answers.words import amount, number
from leb_kit.optimise.answers.year_bound import LACK_EUR_PER_UNIT
from leb_kit.optimise.model.build import Built, build
from leb_kit.optimise.model.formulation import LinearProgram
from leb_kit.optimise.question.hour_blocks import HOURS_PER_DAY
from leb_kit.optimise.solver.day_lack import NO_LACK, allowed
from leb_kit.optimise.solver.day_split import split_days
from leb_kit.optimise.solver.stretch_costs import stretch_costs
from leb_kit.reference.shown import Prose, page
from leb_kit.units import HOURS_PER_YEAR

DAYS_PER_WEEK = 7
PERCENT = 100
_HOURS_PER_WEEK = DAYS_PER_WEEK * HOURS_PER_DAY
_TEXT = {
    "it": (
        "Il piano dice {told} l'anno; le settimane dell'anno, con le sue taglie e i suoi prezzi dei limiti,"
        " dicono {cost}: l'errore del piano è {error} %. È una stima: quanto il piano costa davvero lo misura"
        " over_the_year(), che di quanto sia lontano dal minimo dà anche la prova."
    ),
    "en": (
        "The plan tells {told} a year; the weeks of the year, with its sizes and its prices of limits, tell"
        " {cost}: the plan errs by {error} %. This is an estimate: over_the_year() measures what the plan"
        " really costs, and can prove how far from the least it is."
    ),
}


@dataclass(frozen=True, eq=False, repr=False)
class YearCost:
    """An estimate of the least cost of a year.

    ``planned``: the plan of typical days, whose own cost stays what it is; ``cost_eur``: what the weeks of
    the year tell, EUR.
    """

    planned: MixResult
    cost_eur: float

    @property
    def error(self) -> float:
        """Cost that the typical days told over that of the weeks, less one; below 0 they were too kind."""
        return self.planned.cost_eur / self.cost_eur - 1

    def explain(self, lang: str = "it") -> str:
        """Say what the weeks tell beside the typical days, and what that is worth."""
        told, cost = (amount(one, "EUR", lang) for one in (self.planned.cost_eur, self.cost_eur))
        error = number(PERCENT * self.error, lang, decimals=2)
        return Prose(_TEXT["it" if lang == "it" else "en"].format(told=told, cost=cost, error=error))

    def __repr__(self) -> str:
        return f"YearCost(about {self.cost_eur / 1e6:,.3f} million EUR, error {self.error:+.2%})"

    def _repr_html_(self) -> str:
        return page(repr(self), Prose(self.explain(language()))._repr_html_())


def year_cost(plan: MixResult) -> YearCost:
    """Estimate the least cost of the year from a plan of typical days, through every hour, week by week.

    ::

        L(g, π) = c·g + π·(side − D g) + sum_w min (c_w − C_w' π)·x_w;  A_w x_w + G_w g in the sides of week w

    g sizes, π prices of the limits of the year (EUR per unit), both as planned; x_w what week w does, of
    which C_w x_w counts towards the limits. The least cost is L at its saddle, where L is the least over g
    and the highest over π: small faults of either count by their squares only, and with opposite signs (a
    plan that is not the best makes L too high, prices that are not the best too low). Each week begins with
    the contents of stores that it ends with, but for what linked days planned to carry through it. Sizes
    that do not do for a week grow at least cost.
    This is an estimate, not a bound, and as good as the sizes are: for the reference problem with 24 typical
    days it errs by 0.1 % and less, where the days themselves err by up to 1.2 %; where few days planned far
    from the best it tells what their plan costs.
    Source: Lagrange's relaxation, weak duality (Geoffrion 1974); weeks as the days of Kotzur et al. 2018.

    Parameters
    ----------
    plan : MixResult
        Of typical days, or of blocks of hours.

    Returns
    -------
    YearCost
        ``cost_eur``, ``error``, ``explain(lang)``.

    Raises
    ------
    InputError
        The plan was made of every hour that was given; a week cannot be met whatever is
        built, or earns without end.
    CancelledMix
        It was stopped.

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
    >>> plan = optimise_mix(p)
    >>> round(plan.cost_eur, 3), round(plan.year_cost().cost_eur, 6)
    (8794.027, 8804.0)
    """
    question = plan.problem.whole_year()
    last = HOURS_PER_YEAR // _HOURS_PER_WEEK - 1
    week = np.minimum(np.arange(HOURS_PER_YEAR) // _HOURS_PER_WEEK, last)
    built = build(replace(question, time=replace(question.time, day=week)))
    program = _carried(plan, built, week)
    split = split_days(program, _weeks_of_columns(built, week), LACK_EUR_PER_UNIT)
    known = plan.yearly_prices
    prices = np.array([known.get(program.rows.name(int(row)), 0.0) for row in split.yearly_rows])
    outer = np.clip(_sizes(plan, built), program.lower, program.upper)[split.outer]
    found = stretch_costs(split, outer, allowed(split, prices))
    if found.lack > NO_LACK:
        told = say("at the sizes and prices of this plan some weeks have no cost; over_the_year() says why")
        raise InputError(say("mix problem"), [told])
    return YearCost(plan, found.cost_eur)


def _weeks_of_columns(built: Built, week: np.ndarray) -> np.ndarray:
    """Return the week of each column; −1 for what is no hour's."""
    model, columns = built.model, built.program.columns
    out = np.full(len(columns), -1)
    for part in columns.parts:
        component = part.component
        hourly = component.is_indexed() and list(component.index_set().subsets())[-1] is model.T
        if part.places is None and hourly:
            out[part.first : part.first + part.count] = np.tile(week, part.count // len(week))
    return out


def _carried(plan: MixResult, built: Built, week: np.ndarray) -> LinearProgram:
    """Return the program where what linked days carry through a week is taken from its end to its beginning.

    level[s, first] = k × (level[s, last] − carried[s, w]) + …, so that the sides of the row move.
    """
    program, model = built.program, built.model
    if not len(plan.contents):
        return program
    first = np.flatnonzero(np.diff(week, prepend=-1))
    after = np.append(first[1:], len(week))
    contents = plan.contents.to_numpy(dtype=float).T
    carried = contents[:, after // HOURS_PER_DAY % contents.shape[1]] - contents[:, first // HOURS_PER_DAY]
    rows = program.rows.of_component(model.storage_content).reshape(-1, len(week))[:, first].ravel()
    ends = program.columns.of_component(model.level).reshape(-1, len(week))[:, after - 1].ravel()
    moved = np.zeros(len(program.row_lower))
    moved[rows] = np.asarray(program.matrix[rows, ends]).ravel() * carried.ravel()
    return replace(program, row_lower=program.row_lower + moved, row_upper=program.row_upper + moved)


def _sizes(plan: MixResult, built: Built) -> np.ndarray:
    """Return the planned sizes in the columns of the year, and which plants are there at all."""
    model, columns = built.model, built.program.columns
    out = np.zeros(len(columns))
    for table, size in ((plan.processes, model.capacity), (plan.stores, model.store)):
        out[columns.of_component(size)] = table["capacity_mw"].to_numpy(dtype=float)
    kept = plan.processes.set_index("process")["capacity_mw"]
    out[columns.of_component(model.open)] = [float(kept[name] > 0) for name in model.chosen]
    return out
