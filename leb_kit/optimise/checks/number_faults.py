"""Numbers of a problem that cannot be: none at all, out of their range, or against each other."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from leb_kit.errors import say
from leb_kit.optimise.checks.faults import Tables, labels
from leb_kit.reference import schema

#: Columns in which "no limit" is a value.
ENDLESS = ("capacity_max_mw", "capacity_max_mwh", "annual_max_mwh", "flexible_max_mw")
#: Columns in which blank is a value of its own.
_MAY_BE_BLANK = ("share", "missed_eur_per_unit", "reserve_margin")
#: Numbers that something is divided by, or that would make a capacity without end.
_DIVISORS = (
    ("processes", "efficiency"),
    ("processes", "capacity_use"),
    ("storages", "charge_efficiency"),
    ("storages", "discharge_efficiency"),
)
#: Numbers from here on the solver refuses.
HUGE = 10**15
#: What two numbers that are the same may differ by, relative: the arithmetic of floats.
SAME = 10**-9


def number_faults(tables: Tables, profiles: pd.DataFrame) -> list[str]:
    """Return numbers that are none, out of range, or contradict each other."""
    faults = [fault for table, rows in tables.items() if len(rows) for fault in _range_faults(table, rows)]
    for table, column in _DIVISORS:
        rows = tables[table]
        if rows.empty:
            continue
        faults += [
            say("{table}: {row} has {column} 0; more than 0 is expected", table=table, row=row, column=column)
            for row in labels(table, rows[rows[column] == 0])
        ]
    for row in tables["storages"].itertuples():
        if row.loss_per_hour == 1:
            faults.append(
                say(
                    "storages: '{name}' has loss_per_hour 1: all is lost in an hour; less than 1 is expected",
                    name=row.storage,
                )
            )
    for table, column, above in (
        ("processes", "capacity_min_mw", "capacity_max_mw"),
        ("processes", "capacity_existing_mw", "capacity_max_mw"),
        ("storages", "capacity_existing_mwh", "capacity_max_mwh"),
    ):
        if len(tables[table]):
            faults += _crossed(table, tables[table], column, above)
    if tables["processes"].empty:
        return faults
    rows = tables["processes"]
    chosen = (rows["exclusive_group"] != "") | (rows["opening_eur_per_year"] > 0)
    faults += [
        say(
            "processes: {row} has exclusive_group or opening_eur_per_year and no capacity_max_mw; give one",
            row=row,
        )
        for row in labels("processes", rows[chosen & ~np.isfinite(rows["capacity_max_mw"])])
    ]
    return faults + _forced_faults(tables["processes"], profiles)


@cache
def _rules(table: str) -> list[tuple[str, str, float, float]]:
    """Return column, unit, least and largest value of each column of numbers."""
    rules = schema.declared(f"mix.{table}")
    return [(rule.column, rule.in_unit, rule.min, rule.max) for rule in rules if rule.dtype == "float"]


def _range_faults(table: str, rows: pd.DataFrame) -> list[str]:
    faults: list[str] = []
    for column, unit, least, most in _rules(table):
        if column not in rows:
            continue
        values = rows[column].to_numpy(dtype=float)
        fine = np.isfinite(values)
        if column in ENDLESS:
            fine |= np.isposinf(values)
        if column in _MAY_BE_BLANK:
            fine |= np.isnan(values)
        with np.errstate(invalid="ignore"):
            wrong = (
                ~fine,
                fine & (values < least),
                fine & (values > most),
                np.isfinite(values) & (np.abs(values) >= HUGE),
            )
            if not any(bad.any() for bad in wrong):
                continue
            wanted = (
                say("a number"),
                say("at least {bound:g}", bound=least),
                say("at most {bound:g}", bound=most),
                say("less than {bound:g}: the solver takes no larger number", bound=HUGE),
            )
            for bad, expected in zip(wrong, wanted, strict=True):
                faults += [
                    say(
                        "{table}: {row}, column {column}: found {found}, expected {expected}{unit}",
                        table=table,
                        row=row,
                        column=column,
                        found=found,
                        expected=expected,
                        unit=unit,
                    )
                    for row, found in zip(labels(table, rows[bad]), values[bad], strict=True)
                ]
    return faults


def _crossed(table: str, rows: pd.DataFrame, column: str, above: str) -> list[str]:
    crossed = rows[rows[column] > rows[above] * (1 + SAME)]
    return [
        say(
            "{table}: {row} has {column} {found:g} above {above} {most:g}",
            table=table,
            row=row,
            column=column,
            found=found,
            above=above,
            most=most,
        )
        for row, found, most in zip(labels(table, crossed), crossed[column], crossed[above], strict=True)
    ]


def _forced_faults(rows: pd.DataFrame, profiles: pd.DataFrame) -> list[str]:
    """What must run gives its profile times its smallest capacity: that may not exceed its own maximum."""
    forced = rows[rows["must_run"].astype(bool) & (rows["capacity_min_mw"] > 0)]
    forced = forced[np.isfinite(forced["annual_max_mwh"])]
    faults = []
    for row in forced.itertuples():
        hours = full_load_hours(profiles, str(row.profile))
        least = float(row.capacity_min_mw) * hours
        if least > float(row.annual_max_mwh) * (1 + SAME):
            faults.append(
                say(
                    "processes: '{name}' must run with capacity_min_mw {size:g} and gives {given:g} MWh"
                    " a year, above annual_max_mwh {most:g}",
                    name=row.process,
                    size=row.capacity_min_mw,
                    given=least,
                    most=row.annual_max_mwh,
                )
            )
    return faults


def full_load_hours(profiles: pd.DataFrame, name: str) -> float:
    """Return the sum of a profile over its rows; a blank or unknown name counts each row once."""
    if name not in profiles:
        return float(len(profiles))
    column = profiles[name]
    if isinstance(column, pd.DataFrame):
        return float(len(profiles))
    return float(numbers(column).sum())


def numbers(column: pd.Series) -> np.ndarray:
    """Return a column as floats; what is no number is NaN."""
    read = pd.to_numeric(column, errors="coerce")
    if np.iscomplexobj(read):  # of a transform that was not turned back into numbers
        return np.full(len(column), np.nan)
    values: np.ndarray = read.to_numpy(dtype=float, na_value=np.nan)
    return values
