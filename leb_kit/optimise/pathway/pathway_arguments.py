"""What can be wrong with the arguments of a pathway: years that are none, options nobody reads, rates."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from leb_kit.balance import Balance
from leb_kit.errors import did_you_mean, say
from leb_kit.optimise.checks.arguments import keyed_numbers_faults, number_faults
from leb_kit.optimise.from_balance.territory import mix_problem
from leb_kit.optimise.question.problem import MixProblem
from leb_kit.units import is_number, is_whole


def argument_faults(
    problems: object, stock: object, cost_factors: object, start: object, discount_rate: object
) -> list[str]:
    """Return what is wrong with the arguments of ``PathwayProblem.from_problems``."""
    if not isinstance(problems, Mapping):
        found = type(problems).__name__
        return [say("problems: found {found}, expected year → MixProblem", found=found)]
    faults = [
        say("problems: found year {year}, expected a whole number", year=repr(year))
        for year in problems
        if not _is_year(year)
    ]
    faults += [
        say("problems: {year} is a {found}; a MixProblem is expected", year=year, found=type(one).__name__)
        for year, one in problems.items()
        if not isinstance(one, MixProblem)
    ]
    if start is not None and not _is_year(start):
        faults.append(say("start is {start}; a year is expected", start=repr(start)))
    if discount_rate is not None:
        expected = say("a share from 0 to 1, 0.04 for 4 %,")
        faults += number_faults("discount_rate", discount_rate, expected, least=0, most=1)
    for name, table in (("stock", stock), ("cost_factors", cost_factors)):
        if table is not None and not isinstance(table, pd.DataFrame):
            told = "{table}: found {found}, expected a table; write pandas.DataFrame(…)"
            faults.append(say(told, table=name, found=type(table).__name__))
    return faults + _ended(stock)


def _ended(stock: object) -> list[str]:
    """What lives no year is never there; blank means for ever."""
    if not isinstance(stock, pd.DataFrame) or not {"name", "lifetime_yr"} <= set(stock):
        return []
    return [
        say("stock: '{name}' has lifetime_yr 0; more than 0 is expected, blank for ever", name=name)
        for name in stock.loc[pd.to_numeric(stock["lifetime_yr"], errors="coerce") == 0, "name"]
    ]


def pathway_faults(balance: object, years: object, options: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the arguments of ``pathway``."""
    if not isinstance(balance, Balance):
        found = type(balance).__name__
        return [say("balance: found {found}, expected a Balance", found=found)]
    known = [name for name in inspect.signature(mix_problem).parameters if name != "balance"]
    faults = [
        say("unknown option '{name}'.{hint}", name=name, hint=did_you_mean(name, known))
        for name in options
        if name not in known
    ]
    if isinstance(years, (str, bytes)) or not isinstance(years, Iterable):
        told = say("years is {years}; a list of years is expected, such as [2030, 2040]", years=repr(years))
        return [*faults, told]
    return faults + _years_faults(list(years), balance.years[0], options)


def _years_faults(years: Sequence[object], start: int, options: Mapping[str, Any]) -> list[str]:
    wrong = [year for year in years if not _is_year(year) or int(str(year)) <= start]
    if wrong or not years:
        found = ", ".join(map(repr, wrong)) or say("none")
        return [
            say("years: found {found}; whole numbers after {start} are expected", found=found, start=start)
        ]
    every = [int(str(year)) for year in years]
    faults = [
        say("years: {year} is given more than once", year=year)
        for year in dict.fromkeys(every)
        if every.count(year) > 1
    ]
    for name, value in options.items():
        if by_year(value):
            faults += [
                say(
                    "{name}: {year} is no year of the pathway, which has {years}",
                    name=name,
                    year=year,
                    years=", ".join(map(str, every)),
                )
                for year in value
                if year not in every
            ]
    return faults


def by_year(value: object) -> bool:
    """Tell whether an option says something else in each year: a dictionary whose keys are whole numbers."""
    return isinstance(value, Mapping) and bool(value) and all(map(is_whole, value))


def rate_faults(build_rates: object, technologies: Collection[str]) -> list[str]:
    """Return what is wrong with the most that is built a year."""
    expected = say("a number of MW (MWh of stores) a year above 0")
    return keyed_numbers_faults("build_rates", build_rates, technologies, expected, above=0)


def _is_year(value: object) -> bool:
    return is_number(value) and float(value).is_integer()
