"""From a user's table to the checked long table of a Balance: every fault at once, with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, did_you_mean
from leb_kit.reference import catalog
from leb_kit.units import UNITS, mwh_per

KEYS = ("territory", "year", "flow", "product")
COLUMNS = (*KEYS, "energy_mwh", "status", "source")
#: SDMX observation status, reduced: A measured, E estimated, P provisional, R revised.
STATUS = ("A", "E", "P", "R")
#: Marks of a value that is not available (Eurostat writes a colon).
MISSING_MARKS = (":", "c", "z")
FIRST_YEAR, LAST_YEAR = 1900, 2200

_ITALIAN_NUMBER = re.compile(r"^-?\d{1,3}(\.\d{3})*,\d+$|^-?\d+,\d+$|^-?\d{1,3}(\.\d{3}){2,}$")

Place = Callable[[int], str]


def canonical_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Rename known column aliases (``anno``, ``vettore`` …) to the names used inside."""
    aliases = catalog.table("aliases")
    names = dict(aliases.loc[aliases["kind"] == "column", ["label", "code"]].itertuples(index=False))
    present = set(frame.columns)
    renames = {
        column: names[str(column).strip().casefold()]
        for column in frame.columns
        if str(column).strip().casefold() in names and names[str(column).strip().casefold()] not in present
    }
    return frame.rename(columns=renames)


def checked_table(
    frame: pd.DataFrame,
    *,
    unit: str | None,
    where: str,
    known_codes: bool = True,
    first_line: int = 2,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Check a user's table and convert it to MWh.

    Parameters
    ----------
    frame : pd.DataFrame
        Columns territory, year, flow, product, value and, optionally, unit, status, source.
    unit : str, optional
        Unit of ``value`` where the table has no column ``unit``.
    where : str
        Name of the table in the error text (a file name, usually).
    known_codes : bool
        ``True``: an unknown flow or product is a fault. ``False``: it is kept as a leaf.
    first_line : int
        Line number of the first row, for the error text.

    Returns
    -------
    tuple[pd.DataFrame, pd.DataFrame]
        The table (``COLUMNS``, MWh, zeros left out) and the keys that were given as missing.

    Raises
    ------
    InputError
        All faults at once, each with line, finding, expectation and repair.
    """
    frame = canonical_columns(frame)
    faults = _column_faults(frame, unit)
    if faults:
        raise InputError(where, faults)
    if frame.empty:
        raise InputError(where, ["the table has no rows; at least one flow is expected"])

    def place(row: int) -> str:
        return f"line {row + first_line}"

    table = frame.reset_index(drop=True)
    year = _years(table["year"], place, faults)
    text = {name: table[name].astype("string").str.strip() for name in ("territory", "flow", "product")}
    for name, values in text.items():
        faults += [f"{place(row)}: {name} is blank" for row in _rows(values.isna() | (values == ""))]
    if known_codes:
        faults += _code_faults(text["flow"], "flow", place)
        faults += _code_faults(text["product"], "product", place)
    value, missing = _numbers(table["value"], place, faults)
    factor = _factors(table, unit, place, faults)
    status = _choices(table, "status", "A", STATUS, place, faults)
    out = pd.DataFrame({**text, "year": year, "energy_mwh": value * factor, "status": status})
    out["source"] = table["source"].astype("string").fillna("") if "source" in table else ""
    faults += _negative_faults(out, table["value"], place)
    faults += _duplicate_faults(out, place)
    if faults:
        raise InputError(where, faults)
    out = out.astype({"territory": str, "flow": str, "product": str, "source": str, "year": "int64"})
    gone = out.loc[missing, list(KEYS)].reset_index(drop=True)
    kept = out.loc[~missing & (out["energy_mwh"] != 0), list(COLUMNS)].reset_index(drop=True)
    return kept, gone


def _rows(mask: pd.Series) -> list[int]:
    return [int(row) for row in np.flatnonzero(mask.fillna(value=False).to_numpy(dtype=bool))]


def _column_faults(frame: pd.DataFrame, unit: str | None) -> list[str]:
    faults = []
    for name in (*KEYS, "value"):
        if name not in frame.columns:
            hint = did_you_mean(name, frame.columns)
            found = ", ".join(map(str, frame.columns)) or "none"
            faults.append(f"column '{name}' is missing; found {found}.{hint}")
    if "unit" not in frame.columns and unit is None:
        faults.append("no unit: give a column 'unit' or unit='GWh'; a number without a unit is never read")
    if unit is not None:
        try:
            mwh_per(unit)
        except InputError as error:
            faults += error.faults
    return faults


def _years(values: pd.Series, place: Place, faults: list[str]) -> pd.Series:
    number = pd.to_numeric(values, errors="coerce")
    bad = number.isna() | (number % 1 != 0) | (number < FIRST_YEAR) | (number > LAST_YEAR)
    faults += [
        f"{place(row)}: year '{values.iloc[row]}' is not a year between {FIRST_YEAR} and {LAST_YEAR}"
        for row in _rows(bad)
    ]
    return number.fillna(0)


def _code_faults(values: pd.Series, kind: str, place: Place) -> list[str]:
    known = set(catalog.table(f"{kind}s")["code"])
    aliases = catalog.table("aliases")
    labels = dict(aliases.loc[aliases["kind"] == kind, ["label", "code"]].itertuples(index=False))
    faults = []
    unknown = values.notna() & (values != "") & ~values.isin(known)
    unknown &= ~values.str.endswith("_UNALLOCATED").fillna(value=False)
    for row in _rows(unknown):
        word = str(values.iloc[row])
        code = labels.get(word.casefold())
        hint = f" Write its code '{code}'." if code else did_you_mean(word, known)
        faults.append(f"{place(row)}: unknown {kind} '{word}'.{hint}")
    return faults


def _numbers(values: pd.Series, place: Place, faults: list[str]) -> tuple[pd.Series, pd.Series]:
    """Return the numbers and where the value was marked as missing."""
    text = values.astype("string").str.strip()
    missing = text.isin(MISSING_MARKS)
    number = pd.to_numeric(text.where(~missing), errors="coerce")
    blank = text.isna() | (text == "") | (text.str.casefold() == "nan")
    faults += [
        f"{place(row)}: value is blank; write a number, or ':' where it is not available"
        for row in _rows(blank)
    ]
    infinite = number.abs() == np.inf
    faults += [f"{place(row)}: value is infinite; a finite number is expected" for row in _rows(infinite)]
    for row in _rows(number.isna() & ~missing & ~blank):
        word = str(text.iloc[row])
        hint = (
            f" It looks like an Italian number: write {word.replace('.', '').replace(',', '.')}"
            " or read the file with decimal=','."
            if _ITALIAN_NUMBER.match(word)
            else ""
        )
        faults.append(f"{place(row)}: value '{word}' is text; a number is expected.{hint}")
    return number.astype("float64"), missing.astype(bool)


def _factors(table: pd.DataFrame, unit: str | None, place: Place, faults: list[str]) -> pd.Series | float:
    if "unit" not in table:
        return mwh_per(str(unit))
    units = table["unit"].astype("string").str.strip()
    known = {}
    for word in units.dropna().unique():
        try:
            known[word] = mwh_per(word)
        except InputError:
            continue
    for row in _rows(~units.isin(list(known))):
        word = "" if pd.isna(units.iloc[row]) else units.iloc[row]
        hint = did_you_mean(word, UNITS)
        faults.append(f"{place(row)}: unit '{word}' is unknown; known are {', '.join(UNITS)}.{hint}")
    return units.map(known).astype("float64")


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
    values = table[column].astype("string").str.strip().fillna(default)
    faults += [
        f"{place(row)}: {column} '{values.iloc[row]}' is not one of {', '.join(allowed)}"
        for row in _rows(~values.isin(list(allowed)))
    ]
    return values.astype(str)


def _negative_faults(out: pd.DataFrame, given: pd.Series, place: Place) -> list[str]:
    flows = catalog.table("flows")
    signed = set(flows.loc[flows["may_be_negative"], "code"])
    bad = (out["energy_mwh"] < 0) & np.isfinite(out["energy_mwh"]) & ~out["flow"].isin(signed)
    return [
        f"{place(row)}: {out['flow'].iloc[row]} {out['product'].iloc[row]} is negative"
        f" ({given.iloc[row]}); only stock changes, transfers and balances may be"
        for row in _rows(bad)
    ]


def _duplicate_faults(out: pd.DataFrame, place: Place) -> list[str]:
    keys = out[list(KEYS)]
    again = keys.duplicated()
    if not again.any():
        return []
    first = keys.drop_duplicates().reset_index().set_index(list(KEYS))["index"]
    faults = []
    for row in _rows(again):
        key = tuple(keys.iloc[row])
        faults.append(
            f"{place(row)}: {' '.join(str(part) for part in key)} is given twice"
            f" (first in {place(int(first[key]))}); keep one row"
        )
    return faults
