"""From a user's table to the checked long table of a Balance: every fault at once, with its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from leb_kit.balance.amounts import SIGMA, Place, factors, numbers, rows, sigmas
from leb_kit.balance.words import Header, codes, header_of, understood
from leb_kit.errors import InputError, did_you_mean, option, say
from leb_kit.reference import catalog
from leb_kit.units import mwh_per

KEYS = ("territory", "year", "flow", "product")
COLUMNS = (*KEYS, "energy_mwh", "status", "source")
#: SDMX observation status, reduced: A measured, E estimated, P provisional, R revised.
STATUS = ("A", "E", "P", "R")
FIRST_YEAR, LAST_YEAR = 1900, 2200


class Checked(NamedTuple):
    """A checked table: MWh, what was given as missing, and what was understood, in words."""

    table: pd.DataFrame
    missing: pd.DataFrame
    notes: tuple[str, ...]


def canonical_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Rename known column aliases (``anno``, ``vettore`` …) to the names used inside."""
    return frame.rename(columns=dict(header_of(frame.columns).names))


def by_line(row: int, _: str = "") -> str:
    """Say the line of a row in a table whose header is line 1."""
    return say("line {line}", line=row + 2)


def checked_table(
    frame: pd.DataFrame,
    *,
    unit: str | None,
    where: str,
    known_codes: bool = True,
    place: Place = by_line,
    decimal: str = ".",
    source: str = "",
) -> Checked:
    """Check a user's table and convert it to MWh.

    Parameters
    ----------
    frame : pd.DataFrame
        Columns territory, year, flow, product, value and, optionally, unit, status, source, sigma.
    unit : str, optional
        Unit of ``value`` where neither a column ``unit`` nor the header of the value says it.
    where : str
        Name of the table in the error text (a file name, usually).
    known_codes : bool
        ``True``: words are understood, and an unknown flow or product is a fault. ``False``: it is kept
        as a leaf.
    place : callable
        Row and column to where they stand in the file, for the error text.
    decimal : str
        Decimal mark of numbers that are text.
    source : str
        Source of rows where the table has no column of sources.

    Returns
    -------
    Checked
        The table (``COLUMNS``, MWh, zeros left out; ``sigma`` where given), the keys that were given as
        missing, and what was understood.

    Raises
    ------
    InputError
        All faults at once, each with place, finding, expectation and repair.
    """
    header = header_of(frame.columns)
    faults = [*header.faults, *_column_faults(frame, header, unit)]
    table = frame.rename(columns=dict(header.names)).reset_index(drop=True)
    table = table.loc[:, ~table.columns.duplicated()]
    if table.empty:
        faults.append(say("the table has no rows; at least one flow is expected"))
        raise InputError(where, faults)
    out, notes, missing = _content(
        table, known_codes=known_codes, decimal=decimal, place=place, faults=faults
    )
    factor = factors(table, header.unit or unit, place, faults)
    if not set(KEYS) - set(out.columns):
        faults += _duplicate_faults(out, table, place)
    if faults:
        raise InputError(where, faults)
    out["energy_mwh"] = out.pop("value") * factor
    out["source"] = table["source"].astype("string").fillna("") if "source" in table else source
    out = out.astype({"territory": str, "flow": str, "product": str, "source": str, "year": "int64"})
    gone = out.loc[missing, list(KEYS)].reset_index(drop=True)
    columns = [*COLUMNS, SIGMA] if SIGMA in out else list(COLUMNS)
    kept = out.loc[~missing & (out["energy_mwh"] != 0), columns].reset_index(drop=True)
    return Checked(kept, gone, tuple(notes))


def _content(
    table: pd.DataFrame, *, known_codes: bool, decimal: str, place: Place, faults: list[str]
) -> tuple[pd.DataFrame, list[str], pd.Series]:
    """Read every column that is there; a column that is missing hides no fault of another."""
    out = pd.DataFrame(index=table.index)
    notes: list[str] = []
    missing = pd.Series(data=False, index=table.index)
    if "year" in table:
        out["year"] = _years(table["year"], place, faults)
    for name in (name for name in ("territory", "flow", "product") if name in table):
        words = table[name].astype("string").str.strip()
        blank = rows(words.isna() | (words == ""))
        faults += [say("{place}: {name} is blank", place=place(row, name), name=name) for row in blank]
        if known_codes and name != "territory":
            words, found = understood(words, name)
            notes += found
            faults += _code_faults(words, name, place)
        out[name] = words
    if "value" in table:
        out["value"], missing = numbers(table["value"], decimal, place, faults)
        if "flow" in out:
            faults += _negative_faults(out, table, place)
    if SIGMA in table:
        out[SIGMA] = sigmas(table[SIGMA], decimal, place, faults)
    out["status"] = _choices(table, "status", "A", STATUS, place, faults)
    return out, notes, missing


def _column_faults(frame: pd.DataFrame, header: Header, unit: str | None) -> list[str]:
    faults = []
    present = set(header.names.values())
    for name in (*KEYS, "value"):
        if name not in present:
            hint = did_you_mean(name, frame.columns)
            found = ", ".join(map(str, frame.columns)) or say("none")
            faults.append(
                say("column '{name}' is missing; found {found}.{hint}", name=name, found=found, hint=hint)
            )
    if "unit" not in present and not header.unit and unit is None:
        faults.append(
            say(
                "no unit: give a column 'unit' or {option}; a number without a unit is never read",
                option=option("unit", "GWh"),
            )
        )
    if unit is not None:
        try:
            mwh_per(unit)
        except InputError as error:
            faults += error.faults
        else:
            if header.unit and mwh_per(header.unit) != mwh_per(unit):
                faults.append(
                    say(
                        "the header of the value says {found}, but {option} is given; leave it out",
                        found=header.unit,
                        option=option("unit", unit),
                    )
                )
    return faults


def _years(values: pd.Series, place: Place, faults: list[str]) -> pd.Series:
    number = pd.to_numeric(values, errors="coerce")
    bad = number.isna() | (number % 1 != 0) | (number < FIRST_YEAR) | (number > LAST_YEAR)
    faults += [
        say(
            "{place}: year '{found}' is not a year between {first} and {last}",
            place=place(row, "year"),
            found=values.iloc[row],
            first=FIRST_YEAR,
            last=LAST_YEAR,
        )
        for row in rows(bad)
    ]
    return number.fillna(0)


def _code_faults(values: pd.Series, kind: str, place: Place) -> list[str]:
    known = set(codes(kind).values())
    faults = []
    unknown = values.notna() & (values != "") & ~values.isin(known)
    unknown &= ~values.str.endswith("_UNALLOCATED").fillna(value=False)
    for row in rows(unknown):
        word = str(values.iloc[row])
        hint = did_you_mean(word, [*codes(kind), *known])
        faults.append(
            say(
                "{place}: unknown {kind} '{word}'.{hint}",
                place=place(row, kind),
                kind=say(kind),
                word=word,
                hint=hint,
            )
        )
    return faults


def _choices(
    table: pd.DataFrame,
    column: str,
    default: str,
    allowed: Sequence[str],
    place: Place,
    faults: list[str],
) -> pd.Series:
    if column not in table:
        return pd.Series(default, index=table.index)
    values = table[column].astype("string").str.strip().fillna(default).replace("", default)
    faults += [
        say(
            "{place}: {column} '{found}' is not one of {allowed}",
            place=place(row, column),
            column=column,
            found=values.iloc[row],
            allowed=", ".join(allowed),
        )
        for row in rows(~values.isin(list(allowed)))
    ]
    return values.astype(str)


def _negative_faults(out: pd.DataFrame, table: pd.DataFrame, place: Place) -> list[str]:
    flows = catalog.table("flows")
    signed = set(flows.loc[flows["may_be_negative"], "code"])
    bad = (out["value"] < 0) & np.isfinite(out["value"]) & ~out["flow"].isin(signed)
    return [
        say(
            "{place}: {key} is negative ({value}); only stock changes, transfers and balances may be",
            place=place(row, "value"),
            key=" ".join(str(out[name].iloc[row]) for name in ("flow", "product") if name in out),
            value=table["value"].iloc[row],
        )
        for row in rows(bad)
    ]


def _duplicate_faults(out: pd.DataFrame, table: pd.DataFrame, place: Place) -> list[str]:
    keys = out[list(KEYS)]
    again = keys.duplicated()
    if not again.any():
        return []
    first = keys.drop_duplicates().reset_index().set_index(list(KEYS))["index"]
    faults = []
    for row in rows(again):
        before = int(first[tuple(keys.iloc[row])])
        told = {
            "place": place(row, ""),
            "key": " ".join(str(int(part) if isinstance(part, float) else part) for part in keys.iloc[row]),
            "first": place(before, ""),
        }
        words = [[str(table[name].iloc[at]) for name in ("flow", "product")] for at in (before, row)]
        if words[0] == words[1]:
            faults.append(say("{place}: {key} is given twice (first in {first}); keep one row", **told))
        else:
            two = dict(zip(("one", "other"), map(", ".join, words), strict=True))
            faults.append(
                say(
                    "{place}: {key} is given twice (first in {first}): '{one}' and '{other}' mean the same;"
                    " add them up in one row",
                    **told,
                    **two,
                )
            )
    return faults
