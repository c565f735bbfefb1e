"""Published cells to a Balance: numbers and flags, one unit per key, signs, duplicates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.balance.table import COLUMNS, FIRST_YEAR, KEYS, LAST_YEAR
from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.reference import catalog
from leb_kit.units import UNITS, mwh_per

Numbers = npt.NDArray[np.float64]
Statuses = npt.NDArray[np.uint8]
Place = Callable[[int, int], str]

#: Position in this tuple is how a status is kept in arrays. The strongest doubt comes last.
STATUSES = ("A", "R", "P", "E")
#: Eurostat flags that change the status: e estimated, s estimated by Eurostat, f forecast, i imputed,
#: p provisional, r revised. Others (b break, d definition, u unreliable …) leave it at A.
FLAG_STATUS = {"e": "E", "s": "E", "f": "E", "i": "E", "p": "P", "r": "R"}
#: Units in the order of trust where a file gives a key in several: TJ is what countries report.
UNIT_ORDER = ("TJ", "GWH", "KTOE")
#: Groups that cut across the product tree (fossil energy, bioenergy): they would count twice.
CROSS_GROUPS = ("FE", "BIOE")

_VALUE = re.compile(r"^([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*([a-zA-Z]{0,3})$")
_MISSING = re.compile(r"^:\s*[a-zA-Z]{0,3}$")
_COMMA = re.compile(r"^-?\d{1,3}(\.\d{3})*,\d+$|^-?\d+,\d+$")


@cache
def flag_status(flags: str) -> int:
    """Return the position in ``STATUSES`` that Eurostat's flags stand for."""
    return max(
        (STATUSES.index(FLAG_STATUS[flag]) for flag in flags.lower() if flag in FLAG_STATUS), default=0
    )


def parsed(cells: npt.NDArray[np.object_], place: Place, faults: list[str]) -> tuple[Numbers, Statuses]:
    """Return numbers (NaN = not available) and statuses of cells such as ``"12.5 e"`` and ``": c"``.

    Parameters
    ----------
    cells : array of str, rows × columns
        As they stand in the file.
    place : callable
        Row and column to words, for the faults.
    faults : list[str]
        Filled with one sentence for each cell that is neither.
    """
    flat = cells.ravel()
    numbers = pd.to_numeric(pd.Series(flat, dtype=object), errors="coerce").to_numpy(
        dtype="float64", copy=True
    )
    statuses = np.zeros(len(flat), dtype=np.uint8)
    width = cells.shape[1]
    # Most cells are plain numbers or a colon; only the rest is looked at one by one.
    plain_missing = (flat == ":") | (flat == ": ")
    for at in np.flatnonzero(~np.isfinite(numbers) & ~plain_missing):
        text = str(flat[at]).strip()
        match = _VALUE.match(text)
        if match:
            numbers[at] = float(match[1])
            statuses[at] = flag_status(match[2])
        elif not _MISSING.match(text):
            faults.append(f"{place(*divmod(int(at), width))}: {_finding(text)}")
    return numbers.reshape(cells.shape), statuses.reshape(cells.shape)


def _finding(text: str) -> str:
    if not text:
        return say("the cell is blank; a number is expected, or ':' where it is not available")
    if text.lower().lstrip("+-") in {"inf", "infinity"}:
        return say("'{text}' is infinite; a finite number is expected", text=text)
    fault = say("'{text}' is text; a number is expected, or ':' where it is not available.", text=text)
    if not _COMMA.match(text):
        return fault
    number = text.replace(".", "").replace(",", ".")
    return fault + say(" Write {number}, with a decimal point.", number=number)


def year_columns(names: Sequence[str], faults: list[str], *, word: str = "column") -> list[int]:
    """Return the years that column names stand for; each that is none is a fault of that ``word``."""
    years = []
    for name in names:
        text = str(name).strip()
        if text.isdigit() and FIRST_YEAR <= int(text) <= LAST_YEAR:
            years.append(int(text))
        else:
            told = {"word": say(word), "text": text, "first": FIRST_YEAR, "last": LAST_YEAR}
            faults.append(say("{word} '{text}': a year between {first} and {last} is expected", **told))
    return years


def wanted(given: object, known: Iterable[object], word: str, where: str) -> list[str] | None:
    """Return the asked-for values as text, or None for all; one that the file lacks is an error.

    Raises
    ------
    InputError
        Says what the file holds, and the nearest match.
    """
    if given is None:
        return None
    asked = [str(value).strip() for value in (given if isinstance(given, (list, tuple, set)) else [given])]
    there = sorted({str(value) for value in known})
    faults = [
        say(
            "{word} '{value}' is not in the file; it holds {there}.{hint}",
            word=word,
            value=value,
            there=_shown(there),
            hint=did_you_mean(value, there),
        )
        for value in asked
        if value not in there
    ]
    if faults:
        raise InputError(where, faults)
    return asked


def _shown(values: Sequence[str], most: int = 45) -> str:
    if not values:
        return say("none")
    rest = len(values) - most
    return ", ".join(values[:most]) + (say(" and {rest} more", rest=rest) if rest > 0 else "")


@dataclass(frozen=True)
class Published:
    """Published cells, one row per key and unit, one column per year.

    ``keys`` has territory, flow, product, unit and line (in the file). ``values`` are in that unit,
    NaN where not available. Where each cell is a row of its own, the year is a column of ``keys`` and
    ``years`` is empty.
    """

    keys: pd.DataFrame
    years: Sequence[int]
    values: Numbers
    statuses: Statuses

    def place(self, row: int, year: int) -> str:
        """Return where a cell stands in the file."""
        line = self.keys["line"].iloc[row]
        if len(self.years):
            return say("line {line}, column {column}", line=line, column=self.years[year])
        return say("line {line}", line=line)


def balance_of(cells: Published, *, where: str, source: str) -> Balance:
    """Return the balance of published cells, each key once, in MWh.

    Raises
    ------
    InputError
        Unknown units, keys given twice, and negative values where there can be none.
    """
    faults: list[str] = []
    keys = cells.keys
    factor = _factors(keys, faults)
    if faults:
        raise InputError(where, faults)
    faults += _twice(cells)
    faults += _negative(cells)
    if faults:
        raise InputError(where, faults)
    energy = cells.values * factor[:, None]
    rows, energy, statuses = _one_unit(keys, energy, cells.statuses)
    at, year = np.nonzero(np.nan_to_num(energy) != 0)
    table = _long(rows, cells.years, at, year)
    table["energy_mwh"] = energy[at, year]
    table["status"] = pd.Series(np.array(STATUSES, dtype=object)[statuses[at, year]], dtype=str)
    table["source"] = pd.Series(source, index=table.index, dtype=str)
    gone = _long(rows, cells.years, *np.nonzero(np.isnan(energy)))
    return Balance(table[list(COLUMNS)], gone[list(KEYS)])


def _key_names(keys: pd.DataFrame) -> list[str]:
    return [name for name in KEYS if name in keys]


def _long(
    rows: pd.DataFrame, years: Sequence[int], at: npt.NDArray[np.intp], year: npt.NDArray[np.intp]
) -> pd.DataFrame:
    out = {name: _text(rows[name], at) for name in ("territory", "flow", "product")}
    found = np.asarray(years, dtype="int64")[year] if len(years) else rows["year"].to_numpy("int64")[at]
    return pd.DataFrame({**out, "year": found})


def _text(codes: pd.Series, at: npt.NDArray[np.intp]) -> pd.Series:
    """Spread codes over the cells; each distinct code is turned into text once."""
    numbers, distinct = pd.factorize(codes)
    return pd.Series(pd.array(np.asarray(distinct, dtype=object)[numbers[at]], dtype="str"))


def _factors(keys: pd.DataFrame, faults: list[str]) -> Numbers:
    numbers, units = pd.factorize(keys["unit"])
    factors = np.ones(len(units))
    for at, unit in enumerate(map(str, units)):
        try:
            factors[at] = mwh_per(unit)
        except InputError:
            told = {"line": keys["line"].to_numpy()[numbers == at][0], "unit": unit}
            told |= {"known": ", ".join(UNITS), "hint": did_you_mean(unit, UNITS)}
            faults.append(
                say("line {line}: unit '{unit}' is no unit of energy; known are {known}.{hint}", **told)
            )
    return np.asarray(factors[numbers], dtype="float64")


def _groups(keys: pd.DataFrame, names: Sequence[str]) -> npt.NDArray[np.intp]:
    """Number the distinct keys in the order in which they first appear."""
    mixed = np.zeros(len(keys), dtype="int64")
    for name in names:
        numbers, distinct = pd.factorize(keys[name])
        mixed = mixed * len(distinct) + numbers
    return np.asarray(pd.factorize(mixed)[0], dtype=np.intp)


def _twice(cells: Published) -> list[str]:
    names = [*_key_names(cells.keys), "unit"]
    codes = _groups(cells.keys, names)
    again = pd.Series(codes).duplicated().to_numpy()
    first = np.flatnonzero(~again)
    faults = []
    for row in np.flatnonzero(again):
        key = " ".join(str(cells.keys[name].iloc[row]) for name in names)
        line, before = cells.keys["line"].iloc[row], cells.keys["line"].iloc[first[codes[row]]]
        told = {"line": line, "key": key, "before": before}
        faults.append(say("line {line}: {key} is given twice (first in line {before}); keep one row", **told))
    return faults


def _negative(cells: Published) -> list[str]:
    """Known flows that cannot be negative but are; an unknown flow may be anything."""
    flows = catalog.table("flows")
    positive = set(flows.loc[~flows["may_be_negative"], "code"])
    held = cells.keys["flow"].isin(positive).to_numpy()
    bad = (np.nan_to_num(cells.values) < 0) & held[:, None]
    faults = []
    for row, year in zip(*np.nonzero(bad), strict=True):
        name = " ".join(cells.keys[["flow", "product"]].iloc[row])
        value = cells.values[row, year]
        told = {"place": cells.place(int(row), int(year)), "key": name, "value": f"{value:g}"}
        faults.append(
            say(
                "{place}: {key} is negative ({value}); only stock changes, transfers and balances may be",
                **told,
            )
        )
    return faults


def _one_unit(
    keys: pd.DataFrame, energy: Numbers, statuses: Statuses
) -> tuple[pd.DataFrame, Numbers, Statuses]:
    """Keep each key once: the value in the most trusted unit that has one, cell by cell."""
    group = _groups(keys, _key_names(keys))
    if group.max() + 1 == len(keys):
        return keys, energy, statuses
    numbers, units = pd.factorize(keys["unit"])
    order = {unit: rank for rank, unit in enumerate(UNIT_ORDER)}
    rank = np.array([order.get(str(unit).upper(), len(order)) for unit in units])[numbers]
    best = pd.Series(rank).groupby(group).rank(method="first").to_numpy()
    first = np.flatnonzero(best == 1)
    position = np.empty(group.max() + 1, dtype=np.intp)
    position[group[first]] = np.arange(len(first))
    out, marks = energy[first], statuses[first]
    for turn in range(2, int(best.max()) + 1):
        rows = np.flatnonzero(best == turn)
        into = position[group[rows]]
        fill = np.isnan(out[into]) & ~np.isnan(energy[rows])
        at, year = np.nonzero(fill)
        out[into[at], year] = energy[rows[at], year]
        marks[into[at], year] = statuses[rows[at], year]
    return keys.iloc[first].reset_index(drop=True), out, marks
