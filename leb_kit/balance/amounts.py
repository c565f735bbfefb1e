"""Amounts as they stand in a table: numbers in both notations, uncertainties, units."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from leb_kit.balance.words import unit_of
from leb_kit.errors import did_you_mean, option, say
from leb_kit.units import UNITS, mwh_per

#: Relative standard deviation of a row, a share.
SIGMA = "sigma"
#: Marks of a value that is not available (Eurostat writes a colon).
MISSING_MARKS = (":", "c", "z")
#: Italian numbers: 1.234,5 and 1234,5 and 1.234.
ITALIAN_NUMBER = re.compile(r"^[-+]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$")
#: Those among them that cannot be anything else.
SURELY_ITALIAN = re.compile(r"^[-+]?(\d{1,3}(\.\d{3})*|\d+),\d+$|^[-+]?\d{1,3}(\.\d{3}){2,}$")
#: Numbers with a decimal point.
WITH_POINT = re.compile(r"^[-+]?\d+\.\d+$")

#: Row and column of the table to where it stands in the file.
Place = Callable[[int, str], str]


def rows(mask: pd.Series) -> list[int]:
    """Return the positions at which a mask is true."""
    return [int(row) for row in np.flatnonzero(mask.fillna(value=False).to_numpy(dtype=bool))]


def numbers(values: pd.Series, decimal: str, place: Place, faults: list[str]) -> tuple[pd.Series, pd.Series]:
    """Return the numbers of a column, and where the value was marked as missing.

    Parameters
    ----------
    values : pd.Series
        Numbers, or text in the notation that ``decimal`` says.
    decimal : str
        Decimal mark of numbers that are text: ``"."`` or ``","``.
    place : callable
        Row and column to where they stand, for the faults.
    faults : list[str]
        Filled with one sentence for each cell that is neither.
    """
    told = pd.Series(data=False, index=values.index)
    if is_numeric_dtype(values) and not is_bool_dtype(values):
        number = values.astype("float64")
        missing = pd.Series(data=False, index=values.index)
        text, blank = values.astype("string"), number.isna()
    else:
        text = values.astype("string").str.strip()
        missing = text.isin(MISSING_MARKS).astype(bool)
        blank = (text.isna() | (text == "") | (text.str.casefold() == "nan")).astype(bool)
        if decimal == ",":
            text, told = _with_point(values, text, place, faults)
        number = pd.to_numeric(text.where(~missing), errors="coerce").astype("float64")
    faults += [
        say("{place}: value is blank; write a number, or ':' where it is not available", place=at)
        for at in (place(row, "value") for row in rows(blank))
    ]
    faults += [
        say("{place}: value is infinite; a finite number is expected", place=place(row, "value"))
        for row in rows(number.abs() == np.inf)
    ]
    for row in rows(number.isna() & ~missing & ~blank & ~told):
        word = str(text.iloc[row])
        hint = ""
        if SURELY_ITALIAN.match(word):
            hint = say(
                " It looks like an Italian number: write {number} or read the file with {option}.",
                number=word.replace(".", "").replace(",", "."),
                option=option("decimal", ","),
            )
        faults.append(
            say(
                "{place}: value '{word}' is text; a number is expected.{hint}",
                place=place(row, "value"),
                word=word,
                hint=hint,
            )
        )
    return number, missing


def _with_point(
    values: pd.Series, text: pd.Series, place: Place, faults: list[str]
) -> tuple[pd.Series, pd.Series]:
    """Return Italian numbers with a decimal point, and where one could mean two things: a fault."""
    typed = values.map(lambda cell: isinstance(cell, str)).astype(bool)
    italian = typed & text.str.match(ITALIAN_NUMBER).fillna(value=False).astype(bool)
    plain = text.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    doubtful = typed & ~italian & text.str.match(WITH_POINT).fillna(value=False).astype(bool)
    for row in rows(doubtful):
        word = str(text.iloc[row])
        faults.append(
            say(
                "{place}: value '{word}' has a decimal point; with {option} write {number}",
                place=place(row, "value"),
                word=word,
                option=option("decimal", ","),
                number=word.replace(".", ","),
            )
        )
    return plain.where(italian, text).mask(doubtful), doubtful


def sigmas(values: pd.Series, decimal: str, place: Place, faults: list[str]) -> pd.Series:
    """Return relative standard deviations; blank stays unknown, ``5%`` is 0.05.

    The parameters are those of ``numbers``.
    """
    text = values.astype("string").str.strip()
    blank = (text.isna() | (text == "") | (text.str.casefold() == "nan")).astype(bool)
    percent = text.str.endswith("%").fillna(value=False).astype(bool)
    bare = text.str.rstrip("% ")
    number = pd.to_numeric(bare.str.replace(",", ".") if decimal == "," else bare, errors="coerce")
    number = number.astype("float64")
    number = number.where(~percent, number / 100)
    bad = ~blank & ~(number.ge(0) & number.lt(np.inf))
    faults += [
        say(
            "{place}: sigma '{word}' is no relative uncertainty; write 0.05 or 5% for five per cent",
            place=place(row, SIGMA),
            word=text.iloc[row],
        )
        for row in rows(bad)
    ]
    return number


def factors(table: pd.DataFrame, unit: str | None, place: Place, faults: list[str]) -> pd.Series | float:
    """Return MWh per unit of each row; a column of units wins.

    The parameters are those of ``numbers``; ``unit`` is that of the whole table.
    """
    if "unit" not in table:
        found = unit_of(unit)
        return mwh_per(found) if found else float("nan")
    units = table["unit"].astype("string").str.strip()
    known = {word: mwh_per(found) for word in units.dropna().unique() if (found := unit_of(word))}
    for row in rows(~units.isin(list(known))):
        word = "" if pd.isna(units.iloc[row]) else units.iloc[row]
        faults.append(
            say(
                "{place}: unit '{word}' is unknown; known are {known}.{hint}",
                place=place(row, "unit"),
                word=word,
                known=", ".join(UNITS),
                hint=did_you_mean(word, UNITS),
            )
        )
    return units.map(known).astype("float64")
