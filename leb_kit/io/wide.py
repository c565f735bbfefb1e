"""Eurostat's wide sheet: flows × products of one territory and year, which the caller names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.balance.words import plain
from leb_kit.errors import InputError, option, say
from leb_kit.io.cells import CROSS_GROUPS, Published, balance_of, parsed, year_columns
from leb_kit.io.files import opened
from leb_kit.reference import catalog

#: Unit of a sheet that does not say its own.
UNIT = "TJ"
#: Columns in which some sheets say what they are of.
LABELS = {"geo": "geo", "TIME_PERIOD": "year", "time": "year", "year": "year", "unit": "unit"}
_NAME = re.compile(r"(?i)nrg_bal_\w_(?P<geo>[A-Z]{2}(?:27_2020|\d{2}|[A-Z0-9]{1,3})?)_(?P<year>\d{4})(?!\d)")

Choice = str | Sequence[str] | None
Years = int | Sequence[int] | None


def read(file: Path, header: str, geo: Choice, year: Years, unit: str | None) -> Balance:
    """Read a wide sheet; the parameters are those of ``read_eurostat``, ``header`` is its first line."""
    delimiter = header[len("nrg_bal")] if header.startswith("nrg_bal") else ","
    with opened(file) as text:
        frame = pd.read_csv(
            text, sep=delimiter, dtype=str, keep_default_na=False, header=None, skip_blank_lines=False
        )
    body, products, faults = _parts(frame)
    said = _said(file, body)
    territory, when = _labels(geo, year, said, faults)
    faults += _unit_faults(unit, said)
    if faults:
        raise InputError(file.name, faults)
    lines, flows = body.index.to_numpy() + 2, body["nrg_bal"].str.strip()
    blank = lines[(flows == "").to_numpy()]
    faults = [say("line {line}: the flow code (nrg_bal) is blank", line=line) for line in blank]
    cells = body[products].fillna("").to_numpy(dtype=object)

    def place(row: int, at: int) -> str:
        return say("line {line}, column {column}", line=lines[row], column=products[at])

    values, statuses = parsed(cells, place, faults)
    if faults:
        raise InputError(file.name, faults)
    count = len(products)
    keys = pd.DataFrame(
        {
            "territory": territory,
            "flow": np.repeat(flows.to_numpy(), count),
            "product": products * len(body),
            "unit": unit or said.get("unit", ("", UNIT))[1],
            "line": np.repeat(lines, count),
            "year": when,
        }
    )
    published = Published(keys, (), values.reshape(-1, 1), statuses.reshape(-1, 1))
    return balance_of(published, where=file.name, source=source_of(file))


def _parts(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Return rows under their headers, the columns of products, and what is wrong with either."""
    names = [str(name).strip() for name in frame.iloc[0]]
    others = {"nrg_bal", *CROSS_GROUPS, *LABELS}
    products = [name for name in names if name not in others and not name.startswith("label")]
    faults = [
        say("line {line}: column '{name}' is given twice", line=1, name=name)
        for name in dict.fromkeys(products)
        if products.count(name) > 1
    ]
    body = frame.iloc[1:].set_axis(names, axis=1).reset_index(drop=True)
    body = body[(body != "").any(axis=1)]
    if body.empty:
        faults.append(say("the sheet has a header but no rows; at least one flow is expected"))
    return body, products, faults


def source_of(file: Path) -> str:
    """Return the source of a file of Eurostat: the data set, where its name tells it, and the name."""
    known = re.search(r"(?i)nrg_bal_\w?(?![a-z])", file.name)
    return f"Eurostat {known[0].lower().strip('_') if known else 'energy balance'}, {file.name}"


def _said(file: Path, body: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Return what the sheet itself says, and where: its columns first, then the name of the file."""
    found: dict[str, tuple[str, str]] = {}
    for column, label in LABELS.items():
        values = [value for value in body.get(column, pd.Series(dtype=str)).str.strip().unique() if value]
        if len(values) == 1:
            found[label] = (say("the column '{name}'", name=column), values[0])
    name = _NAME.search(file.name)
    for label in ("geo", "year") if name else ():
        found.setdefault(label, (say("the name of the file"), str(name[label]) if name else ""))
    return found


def _labels(geo: Choice, year: Years, said: dict[str, tuple[str, str]], faults: list[str]) -> tuple[str, int]:
    """Return the one territory and year that the caller says a sheet is of; the sheet may say otherwise."""
    territory = geo.strip() if isinstance(geo, str) else ""
    if not territory:
        such = option("geo", said.get("geo", ("", "IT"))[1])
        faults.append(say("a wide sheet does not say its territory: give one, such as {option}", option=such))
    else:
        faults += _name_faults(territory)
    years: list[int] = []
    if year is None or isinstance(year, (list, tuple, set)):
        number = said.get("year", ("", "2019"))[1]
        such = option("year", int(number) if number.isdigit() else number)
        faults.append(say("a wide sheet does not say its year: give one, such as {option}", option=such))
    else:
        years = year_columns([str(year)], faults, word="year")
    for label, given in (("geo", territory), ("year", str(years[0]) if years else "")):
        where, found = said.get(label, ("", given))
        if given and found.casefold() != given.casefold():
            told = {"where": where, "found": found, "option": option(label, year if label == "year" else geo)}
            faults.append(say("{where} says {found}, but {option} is given; correct one of them", **told))
    return territory, years[0] if years else 0


def _name_faults(geo: str) -> list[str]:
    """Tell a name where a code is expected: two balances of one country would not meet."""
    table = catalog.table("territories")
    if geo in set(table["code"]):
        return []
    same = table[[plain(geo) in map(plain, names) for names in table[["name_it", "name_en"]].to_numpy()]]
    if same.empty:
        return []
    told = {"geo": geo, "code": same["code"].iloc[0]}
    return [say("geo '{geo}' is a name; write its code '{code}'", **told)]


def _unit_faults(unit: str | None, said: dict[str, tuple[str, str]]) -> list[str]:
    where, found = said.get("unit", ("", ""))
    if unit is None or not found or unit.casefold() == found.casefold():
        return []
    told = {"where": where, "found": found, "option": option("unit", unit)}
    return [say("{where} says {found}, but {option} is given; correct one of them", **told)]
