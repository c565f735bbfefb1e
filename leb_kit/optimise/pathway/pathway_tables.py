"""The tables of a pathway and the problems of its years: what fits, and what is left of what existed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from leb_kit.errors import say
from leb_kit.optimise.question.problem import MixProblem
from leb_kit.reference import catalog, schema


def pathway_table(table: pd.DataFrame | None, name: str) -> pd.DataFrame:
    """Return a table of a pathway, checked; an empty one where none is given."""
    rules = list(catalog.columns(name)["column"])
    if table is None or not len(table):
        return pd.DataFrame({column: pd.Series(dtype=object) for column in rules})
    checked = schema.validate(table, name, where=name.partition(".")[2]).reset_index(drop=True)
    return checked.reindex(columns=rules)


def year_faults(problems: Mapping[int, MixProblem], start: int | None) -> list[str]:
    """Return what keeps problems from being the years of one pathway."""
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


def aged(problem: MixProblem, stock: pd.DataFrame, years: int) -> MixProblem:
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
