"""A pathway as a question: one problem for each of several years, and what holds them together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.optimise.from_balance.territory import mix_problem
from leb_kit.optimise.pathway.pathway_arguments import (
    argument_faults,
    by_year,
    pathway_faults,
    rate_faults,
)
from leb_kit.optimise.pathway.pathway_tables import aged, pathway_table, year_faults
from leb_kit.optimise.pathway.shown_pathway import way_page
from leb_kit.optimise.question.problem import MixProblem
from leb_kit.reference import catalog, costs
from leb_kit.reference.numbers import has_parameter, parameter

#: Families whose existing capacity is kept up by its yearly cost and does not end.
_KEPT_UP = ("network", "exchange")


@dataclass(frozen=True, eq=False, repr=False)
class PathwayProblem:
    """Least-cost way through several years, what is built in one staying for the next.

    Parameters
    ----------
    problems : dict[int, MixProblem]
        Year → question of that year, all with the same processes and stores.
    stock : pd.DataFrame
        Columns of ``pathway.stock``: name, lifetime_yr, build_max_per_year, annuity.
    cost_factors : pd.DataFrame
        Columns of ``pathway.cost_factors``: name, year, factor.
    start : int
        Year of what exists.
    discount_rate : float
        1/year.
    rules : tuple
        What ``extend`` added: functions of the Pyomo model of all years.
    """

    problems: dict[int, MixProblem]
    stock: pd.DataFrame
    cost_factors: pd.DataFrame
    start: int
    discount_rate: float
    rules: tuple[Callable[[Any], object], ...] = ()

    @classmethod
    def from_problems(
        cls,
        problems: Mapping[int, MixProblem],
        *,
        stock: pd.DataFrame | None = None,
        cost_factors: pd.DataFrame | None = None,
        start: int | None = None,
        discount_rate: float | None = None,
    ) -> PathwayProblem:
        """Join problems of several years.

        Parameters
        ----------
        problems : mapping of int to MixProblem
            Year → question; what exists is that of ``start`` in each of them and shrinks with its age.
        stock : pd.DataFrame, optional
            ``name`` (process or store), ``lifetime_yr`` (blank: for ever), ``build_max_per_year`` (MW or
            MWh; blank: no limit).
        cost_factors : pd.DataFrame, optional
            ``name``, ``year``, ``factor``: annuity of what is built in a year over that of the tables; years
            between two are interpolated.
        start : int, optional
            Year of what exists; by default the first.
        discount_rate : float, optional
            1/year; by default that of ``economics.csv``.

        Raises
        ------
        InputError
            No year; years with other processes; unknown names; a lifetime or factor that cannot be.

        Examples
        --------
        >>> import pandas as pd
        >>> year = MixProblem.from_tables(
        ...     buses=pd.DataFrame({"bus": ["heat"]}),
        ...     processes=pd.DataFrame({"process": ["boiler"], "bus_out": ["heat"],
        ...                             "capex_eur_per_mw_year": [5.0]}),
        ...     demands=pd.DataFrame({"demand": ["homes"], "bus": ["heat"], "annual_mwh": [10.0]}),
        ...     profiles=pd.DataFrame(index=range(2)),
        ... )
        >>> PathwayProblem.from_problems({2030: year, 2040: year})
        PathwayProblem(2030, 2040; 1 processes, 0 storages)
        """
        faults = argument_faults(problems, stock, cost_factors, start, discount_rate)
        if faults:
            raise InputError("pathway", faults)
        years = sorted(problems)
        faults = year_faults(problems, start)
        tables = {"stock": stock, "cost_factors": cost_factors}
        for name, table in tables.items():
            try:
                tables[name] = pathway_table(table, f"pathway.{name}")
            except InputError as error:
                faults += [f"{name}: {fault}" for fault in error.faults]
        if faults:
            raise InputError("pathway", faults)
        first = problems[years[0]]
        names = [*first.processes["process"], *first.storages["storage"]]
        checked = tables["stock"], tables["cost_factors"]
        faults = [
            say("{name}: unknown name '{word}'.{hint}", name=name, word=word, hint=did_you_mean(word, names))
            for name, table in zip(tables, checked, strict=True)
            if table is not None
            for word in sorted(set(table["name"]) - set(names))
        ]
        if faults:
            raise InputError("pathway", faults)
        begin = years[0] if start is None else start
        rate = costs.economics("discount_rate") if discount_rate is None else float(discount_rate)
        left = {year: aged(problems[year], checked[0], year - begin) for year in years}
        return cls(left, checked[0], checked[1], begin, rate)

    def extend(self, rule: Callable[[Any], object]) -> PathwayProblem:
        """Return the pathway with variables and constraints of one's own over its years.

        Parameters
        ----------
        rule : callable
            Takes the Pyomo model and adds to it, as that of ``MixProblem.extend``. ``m.period[y]`` is the
            model of a year, ``m.built[p, y]`` what is built in it (MW; MWh of stores), ``m.pathway_cost``
            the cost in euros of the first year. In ``m.period[y]`` what is ``new`` is all that was built
            since the beginning and still lives.

        Returns
        -------
        PathwayProblem
            Values of what was added stand in ``PathwayResult.added``. A rule of one year alone is given to
            the problem of that year; only perfect foresight reads rules over years.

        Raises
        ------
        InputError
            Not a function. What a rule does wrong is told when the pathway is solved.

        Examples
        --------
        >>> import pandas as pd
        >>> import pyomo.environ as pyo
        >>> from leb_kit.optimise import optimise_pathway
        >>> year = MixProblem.from_tables(
        ...     buses=pd.DataFrame({"bus": ["heat"]}),
        ...     processes=pd.DataFrame({"process": ["pump", "boiler"], "bus_out": ["heat", "heat"],
        ...                             "variable_eur_per_mwh": [30.0, 20.0]}),
        ...     demands=pd.DataFrame({"demand": ["homes"], "bus": ["heat"], "annual_mwh": [10.0]}),
        ...     profiles=pd.DataFrame(index=range(2)),
        ... )
        >>> way = PathwayProblem.from_problems({2030: year, 2031: year}, discount_rate=0.0)
        >>> def carbon(m):
        ...     burnt = m.period[2030].annual["boiler"] + m.period[2031].annual["boiler"]
        ...     m.carbon = pyo.Constraint(expr=burnt <= 15)
        >>> optimise_pathway(way.extend(carbon)).cost_eur
        450.0
        """
        if not callable(rule):
            raise InputError(
                "extend",
                [say("rule is {rule}; a function of the Pyomo model is expected", rule=repr(rule))],
            )
        return replace(self, rules=(*self.rules, rule))

    @property
    def years(self) -> tuple[int, ...]:
        """Years of the pathway, in order."""
        return tuple(sorted(self.problems))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Processes and stores that can be built: those that cost something, or have room to grow."""
        first = self.problems[self.years[0]]
        names: list[str] = []
        for table, key, unit in ((first.processes, "process", "mw"), (first.storages, "storage", "mwh")):
            costs_something = table[f"capex_eur_per_{unit}_year"] > 0
            grows = table[f"capacity_max_{unit}"] > table[f"capacity_existing_{unit}"]
            names += list(table.loc[costs_something | grows, key])
        return tuple(names)

    @property
    def closed(self) -> tuple[str, ...]:
        """Processes and stores of which nothing can be built."""
        first = self.problems[self.years[0]]
        every = (*first.processes["process"], *first.storages["storage"])
        return tuple(str(name) for name in every if name not in self.names)

    @cached_property
    def given_up(self) -> tuple[str, ...]:
        """Processes and stores of which something exists that the plan may give up."""
        first = self.problems[self.years[0]]
        tables = ((first.processes, "process", "mw"), (first.storages, "storage", "mwh"))
        existing = [
            str(name)
            for table, key, unit in tables
            for name in table.loc[table[f"capacity_existing_{unit}"] > 0, key]
        ]
        return tuple(name for name in existing if not first.is_costless(name))

    def alive(self, name: str, year: int) -> list[int]:
        """Return the years up to this one whose new capacity has not come to the end of its life."""
        life = self._lives.get(name, np.inf)
        return [built for built in self.years if built <= year < built + life]

    @cached_property
    def _lives(self) -> dict[str, float]:
        return dict(zip(self.stock["name"], self.stock["lifetime_yr"].fillna(np.inf), strict=True))

    def most_built(self, name: str, year: int) -> float:
        """Return the most that can be built for a year, MW or MWh."""
        rates = dict(zip(self.stock["name"], self.stock["build_max_per_year"], strict=True))
        rate = float(rates.get(name, np.inf))
        before = max((y for y in self.years if y < year), default=self.start)
        return np.inf if np.isnan(rate) else rate * max(year - before, 1)

    def stands_for(self, year: int) -> int:
        """Return the years that one stands for: until the next; the last for as many as the one before."""
        return min([y - year for y in self.years if y > year] or [year - y for y in self.years[-2:-1]] or [1])

    def discount(self, year: int) -> float:
        """Return what a euro a year is worth, for all years that this one stands for."""
        span = np.arange(self.stands_for(year)) + (year - self.years[0])
        return float(((1 + self.discount_rate) ** -span.astype(float)).sum())

    def learning(self, name: str, year: int) -> float:
        """Return the cost of building in a year over that of the tables."""
        mine = self.cost_factors[self.cost_factors["name"] == name].sort_values("year")
        return float(np.interp(year, mine["year"], mine["factor"])) if len(mine) else 1.0

    def annuity(self, name: str, year: int) -> float:
        """Return the annuity of what is built in a year, EUR a year per MW or MWh."""
        return self._annuities[name] * self.learning(name, year)

    @cached_property
    def _annuities(self) -> dict[str, float]:
        first = self.problems[self.years[0]]
        plants = zip(first.processes["process"], first.processes["capex_eur_per_mw_year"], strict=True)
        stores = zip(first.storages["storage"], first.storages["capex_eur_per_mwh_year"], strict=True)
        return {str(name): float(value) for name, value in (*plants, *stores)}

    def __repr__(self) -> str:
        first = self.problems[self.years[0]]
        return (
            f"PathwayProblem({', '.join(map(str, self.years))}; {len(first.processes)} processes,"
            f" {len(first.storages)} storages)"
        )

    def _repr_html_(self) -> str:
        return way_page(self)


def pathway(
    balance: Balance,
    *,
    years: Sequence[int],
    build_rates: Mapping[str, float] | None = None,
    **options: Any,
) -> PathwayProblem:
    """Ask for the least-cost way of a territory through several years.

    Parameters
    ----------
    balance : Balance
        One territory, one year: the demand and what exists.
    years : sequence of int
        Years of the pathway, after that of the balance; each stands for the time until the next.
    build_rates : mapping of str to float, optional
        Technology → most that can be built a year (MW; MWh for stores).
    **options
        Those of ``mix_problem``. One that is a dictionary by year (``targets={2030: …, 2050: …}``,
        ``demand_factor={2030: 1.0, 2050: 0.9}``) holds in the years it names; others go without.

    Returns
    -------
    PathwayProblem
        Lifetimes and the cost of each year are those of ``technology_parameters.csv`` and
        ``technology_cost_paths.csv``.

    Raises
    ------
    InputError
        Years that are none, or not after the balance; an unknown technology; what ``mix_problem`` refuses.

    Examples
    --------
    >>> import leb_kit as leb
    >>> b = leb.examples.torino()
    >>> leb.pathway(b, years=[2030, 2040], targets={2040: "20-20-20-local"}, base=b, time=leb.typical_days(1))
    PathwayProblem(2030, 2040; 78 processes, 4 storages)
    """
    faults = pathway_faults(balance, years, options)
    if faults:
        raise InputError("pathway", faults)
    start = balance.years[0]
    problems = {int(year): mix_problem(balance, **_of_year(options, int(year))) for year in years}
    first = problems[min(problems)]
    stock = _stock(first, build_rates or {})
    return PathwayProblem.from_problems(
        problems, stock=stock, cost_factors=_cost_factors(first), start=int(start)
    )


def require_pathway(given: object) -> None:
    """Refuse what is no question of several years, and say what answers it instead.

    Raises
    ------
    InputError
        It is no PathwayProblem.
    """
    if isinstance(given, PathwayProblem):
        return
    found = type(given).__name__
    told = (
        say("a PathwayProblem is expected, found {found}; optimise_mix answers one year", found=found)
        if isinstance(given, MixProblem)
        else say("a PathwayProblem is expected, found {found}", found=found)
    )
    raise InputError(say("pathway"), [told])


def _of_year(options: Mapping[str, Any], year: int) -> dict[str, Any]:
    """Return the options of a year: a dictionary whose keys are whole numbers is one by year."""
    out = {}
    for name, value in options.items():
        if not by_year(value):
            out[name] = value
        elif year in value:
            out[name] = value[year]
    return out


def _stock(problem: MixProblem, build_rates: Mapping[str, float]) -> pd.DataFrame:
    family = catalog.table("technologies").set_index("technology")["family"]
    both = pd.concat(
        [
            problem.processes[["process", "technology"]].rename(columns={"process": "name"}),
            problem.storages[["storage", "technology"]].rename(columns={"storage": "name"}),
        ]
    )
    faults = rate_faults(build_rates, set(both["technology"]))
    if faults:
        raise InputError("pathway", faults)
    lives = [
        parameter(one, "lifetime_yr")
        if family.get(one, "") not in _KEPT_UP and has_parameter(one, "lifetime_yr")
        else np.nan
        for one in both["technology"]
    ]
    rates = [float(build_rates.get(one, np.nan)) for one in both["technology"]]
    return pd.DataFrame({"name": both["name"].to_numpy(), "lifetime_yr": lives, "build_max_per_year": rates})


def _cost_factors(problem: MixProblem) -> pd.DataFrame:
    paths = catalog.table("technology_cost_paths")
    names = [
        (name, technology)
        for table, key in ((problem.processes, "process"), (problem.storages, "storage"))
        for name, technology in zip(table[key], table["technology"], strict=True)
    ]
    named = pd.DataFrame(names, columns=["name", "technology"])
    joined = named.merge(paths, on="technology")
    return joined.rename(columns={"value": "factor"})[["name", "year", "factor"]]
