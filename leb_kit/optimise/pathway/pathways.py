"""A pathway as a question: one problem for each of several years, and what holds them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.optimise.from_balance.territory import mix_problem
from leb_kit.optimise.question.problem import MixProblem
from leb_kit.reference import catalog, costs, schema
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
    """

    problems: dict[int, MixProblem]
    stock: pd.DataFrame
    cost_factors: pd.DataFrame
    start: int
    discount_rate: float

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
        years = sorted(problems)
        faults = _year_faults(problems, start)
        tables = {"stock": stock, "cost_factors": cost_factors}
        for name, table in tables.items():
            try:
                tables[name] = _table(table, f"pathway.{name}")
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
        aged = {year: _aged(problems[year], checked[0], year - begin) for year in years}
        return cls(aged, checked[0], checked[1], begin, rate)

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

    def discount(self, year: int) -> float:
        """Return what a euro a year is worth, for all years that this one stands for."""
        ahead = [y - year for y in self.years if y > year] or [year - y for y in self.years[-2:-1]] or [1]
        span = np.arange(min(ahead)) + (year - self.years[0])
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
    start = balance.years[0]
    wrong = [year for year in years if year != int(year) or year <= start]
    if wrong or not len(years):
        found = ", ".join(map(repr, wrong)) or "none"
        raise InputError(
            "pathway",
            [say("years: found {found}; whole numbers after {start} are expected", found=found, start=start)],
        )
    problems = {int(year): mix_problem(balance, **_of_year(options, int(year))) for year in years}
    first = problems[min(problems)]
    stock = _stock(first, build_rates or {})
    return PathwayProblem.from_problems(
        problems, stock=stock, cost_factors=_cost_factors(first), start=int(start)
    )


def _of_year(options: Mapping[str, Any], year: int) -> dict[str, Any]:
    """Return the options of a year: a dictionary whose keys are whole numbers is one by year."""
    out = {}
    for name, value in options.items():
        by_year = isinstance(value, Mapping) and value and all(isinstance(key, int) for key in value)
        if not by_year:
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
    known = set(both["technology"])
    faults = [
        say("build_rates: unknown technology '{name}'.{hint}", name=name, hint=did_you_mean(name, known))
        for name in build_rates
        if name not in known
    ]
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


def _table(table: pd.DataFrame | None, name: str) -> pd.DataFrame:
    rules = list(catalog.columns(name)["column"])
    if table is None or not len(table):
        return pd.DataFrame({column: pd.Series(dtype=object) for column in rules})
    checked = schema.validate(table, name, where=name.partition(".")[2]).reset_index(drop=True)
    return checked.reindex(columns=rules)


def _year_faults(problems: Mapping[int, MixProblem], start: int | None) -> list[str]:
    if not problems:
        return [say("problems: no year; at least one is expected")]
    faults: list[str] = []
    first = next(iter(problems.values()))
    for year, problem in problems.items():
        for table, key in (("processes", "process"), ("storages", "storage")):
            mine, others = (set(getattr(one, table)[key]) for one in (problem, first))
            if mine != others:
                odd = ", ".join(map(repr, sorted(mine ^ others)[:3]))
                faults.append(
                    say(
                        "problems: {year} does not have the {table} of the first year: {odd}",
                        year=year,
                        table=table,
                        odd=odd,
                    )
                )
    if not faults:
        faults += _annuity_faults(problems)
    if start is not None and not faults and start > min(problems):
        faults.append(
            say("start is {start}; the pathway begins in {value}", start=start, value=min(problems))
        )
    return faults


def _annuity_faults(problems: Mapping[int, MixProblem]) -> list[str]:
    """What building costs in another year is told by factors, not by other tables."""
    faults, first = [], problems[min(problems)]
    for table, key, column in (
        ("processes", "process", "capex_eur_per_mw_year"),
        ("storages", "storage", "capex_eur_per_mwh_year"),
    ):
        known = getattr(first, table).set_index(key)[column].astype(float)
        for year, problem in problems.items():
            mine = getattr(problem, table).set_index(key)[column].astype(float).reindex(known.index)
            faults += [
                say(
                    "problems: {year} has another {column} of '{name}' than the first; give cost_factors",
                    year=year,
                    column=column,
                    name=name,
                )
                for name in known.index[~np.isclose(mine, known, rtol=SAME)]
            ]
    return faults


#: Relative difference that is the arithmetic of floats.
SAME = 1e-9


def _aged(problem: MixProblem, stock: pd.DataFrame, years: int) -> MixProblem:
    """Return the problem with what is left of what existed; what cannot be built anew ends with it.

    share left = max(0, 1 − years / life): nobody knows the age of what exists, so it is spread evenly.
    """
    life = dict(zip(stock["name"], stock["lifetime_yr"].fillna(np.inf), strict=True))
    tables = {}
    for name, key, unit in (("processes", "process", "mw"), ("storages", "storage", "mwh")):
        table = getattr(problem, name).copy()
        left = np.array([max(0.0, 1 - years / life.get(one, np.inf)) for one in table[key]])
        existing = f"capacity_existing_{unit}"
        most = f"capacity_max_{unit}"
        closed = table[most] <= table[existing]
        was = table[existing].astype(float)
        table[existing] = was * left
        table[most] = np.where(closed, table[most] * left, table[most])
        if unit == "mw":
            least = table["capacity_min_mw"].astype(float)
            table["capacity_min_mw"] = np.where(least <= was, least * left, least)
        tables[name] = table
    return replace(problem, **tables)
