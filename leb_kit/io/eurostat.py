r"""Eurostat's complete energy balance (``nrg_bal_c``), in the three layouts in which it travels.

================  ====================================================================================
wide sheet        ``nrg_bal,label_en,TOTAL,<SIEC …>``: one territory and year, named by the caller
bulk TSV          ``freq,nrg_bal,siec,unit,geo\TIME_PERIOD``, one column per year, flags beside values
SDMX-CSV          ``DATAFLOW,LAST UPDATE,freq,nrg_bal,siec,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG``
================  ====================================================================================

Plain or .gz. Source of the layouts: Eurostat, "API – Getting started with data", 2023.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.errors import ParserError

from leb_kit.balance import Balance
from leb_kit.errors import InputError, say
from leb_kit.io import sdmx, wide
from leb_kit.io.cells import (
    CROSS_GROUPS,
    Numbers,
    Published,
    Statuses,
    balance_of,
    parsed,
    wanted,
    year_columns,
)
from leb_kit.io.files import SomePath, chunks, existing, first_line, opened
from leb_kit.io.wide import source_of

#: Rows of the bulk file that are held as text at one time.
CHUNK = 20_000
BULK_KEYS = ("freq", "nrg_bal", "siec", "unit", "geo")
EXPECTED = (
    "a wide sheet (nrg_bal,label_en,TOTAL,…), the bulk TSV (freq,nrg_bal,siec,unit,geo\\TIME_PERIOD …)"
    " or SDMX-CSV (…,nrg_bal,siec,unit,geo,TIME_PERIOD,OBS_VALUE,…)"
)

Choice = str | Sequence[str] | None
Years = int | Sequence[int] | None


def layout(header: str) -> str | None:
    """Return ``wide``, ``tsv`` or ``sdmx``; None where the first line is none of Eurostat's.

    Examples
    --------
    >>> layout("nrg_bal,label_en,TOTAL,G3000")
    'wide'
    """
    if (
        re.match(r"^(\w+,)*\w+\\TIME_PERIOD\s*(\t|$)", header)
        and "nrg_bal" in header.split("\t", maxsplit=1)[0]
    ):
        return "tsv"
    names = [name.strip().strip('"') for name in re.split("[,;\t]", header)]
    if {"nrg_bal", "siec", "OBS_VALUE"} <= set(names):
        return "sdmx"
    # "TIME_PERIOD" beside nrg_bal is a long table of some other make, not a sheet of products
    return "wide" if names[0] == "nrg_bal" and len(names) > 1 and "TOTAL" in names else None


def read_eurostat(
    path: SomePath, *, geo: Choice = None, year: Years = None, unit: str | None = None
) -> Balance:
    """Read Eurostat's energy balance: wide sheet, bulk TSV or SDMX-CSV, plain or .gz.

    Parameters
    ----------
    path : str or path
        The file; its layout is recognised by its first line.
    geo : str or sequence of str, optional
        Territory. A wide sheet does not say its own: required there. Elsewhere a filter; default all.
    year : int or sequence of int, optional
        As ``geo``.
    unit : str, optional
        Unit of a wide sheet (default TJ). Elsewhere a filter; by default each key is taken once, in TJ
        where the file has it, else in GWH, else in KTOE.

    Returns
    -------
    Balance
        MWh. Rows as published, aggregates included; unknown codes are kept. Flags become status
        (e, s, f → E; p → P; r → R). Values given as ``:`` are in ``missing``, never zero. Bioenergy
        and fossil energy (BIOE, FE) cut across the products and are left out.

    Raises
    ------
    InputError
        Every fault of the file, with line and column.
    """
    file = existing(path)
    header = first_line(file)
    kind = layout(header)
    if kind is None:
        found = header if len(header) <= 100 else header[:100] + " …"
        fault = say(
            "this is not a Eurostat energy balance: it begins '{found}'; expected {expected}",
            found=found,
            expected=say(EXPECTED),
        )
        raise InputError(file.name, [fault])
    try:
        if kind == "wide":
            return wide.read(file, header, geo, year, unit)
        reader: Callable[..., Balance] = _read_tsv if kind == "tsv" else sdmx.read
        return reader(file, header, geo, year, unit)
    except ParserError as error:
        raise InputError(file.name, [_broken_row(str(error))]) from error


def _broken_row(message: str) -> str:
    match = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", message)
    if match:
        told = {"line": match[2], "found": match[3], "count": match[1]}
        return say("line {line}: {found} columns, {count} are expected as in the header", **told)
    return say("the table cannot be read: {message}", message=message.strip())


# ── bulk TSV ─────────────────────────────────────────────────────────────────────────────────────────────


def _read_tsv(file: Path, header: str, geo: Choice, year: Years, unit: str | None) -> Balance:
    first, *columns = header.split("\t")
    names = first.split("\\")[0].split(",")
    faults = [
        say("line 1: '{name}' is missing in '{first}'", name=name, first=first)
        for name in BULK_KEYS[1:]
        if name not in names
    ]
    if not columns:
        faults.append(say("line 1: no column of a year"))
    years = year_columns(columns, faults)
    faults += [
        say("line {line}: column '{name}' is given twice", line=1, name=one)
        for one in sorted(set(years))
        if years.count(one) > 1
    ]
    if faults:
        raise InputError(file.name, faults)
    asked = wanted(year, years, "year", file.name)
    use = [at for at, each in enumerate(years) if asked is None or str(each) in asked]
    rows = _Rows(names, [years[at] for at in use], geo, unit)
    all_columns = [first, *map(str, years)]
    used_columns = [first, *(str(years[at]) for at in use)]
    with opened(file) as text:
        for chunk in chunks(
            text, all_columns, separator="\t", size=CHUNK, faults=rows.faults, use=used_columns
        ):
            rows.add(chunk)
    return balance_of(rows.published(file.name), where=file.name, source=source_of(file))


class _Rows:
    """Rows of the bulk file, added chunk by chunk as numbers."""

    def __init__(self, names: Sequence[str], years: Sequence[int], geo: Choice, unit: str | None) -> None:
        self.names, self.years, self.geo, self.unit = names, years, geo, unit
        self.faults: list[str] = []
        self.seen: dict[str, set[str]] = {"geo": set(), "unit": set()}
        self.keys: list[pd.DataFrame] = []
        self.values: list[Numbers] = []
        self.statuses: list[Statuses] = []

    def add(self, chunk: pd.DataFrame) -> None:
        keys = _split(chunk, self.names, self.faults)
        keep = _kept(keys, self.geo, self.unit, self.seen)
        lines = keys.loc[keep, "line"].to_numpy()

        def place(row: int, at: int) -> str:
            return say("line {line}, column {column}", line=lines[row], column=self.years[at])

        cells = chunk.loc[keep.to_numpy()].iloc[:, 1:].to_numpy(dtype=object)
        values, statuses = parsed(cells, place, self.faults)
        self.keys.append(keys[keep])
        self.values.append(values)
        self.statuses.append(statuses)

    def published(self, where: str) -> Published:
        """Return all rows; what was found wrong on the way is raised here, at once."""
        if not self.keys and not self.faults:
            self.faults.append(say("the file has a header but no rows"))
        if self.faults:
            raise InputError(where, self.faults)
        wanted(self.geo, self.seen["geo"], "geo", where)
        wanted(None if self.unit is None else self.unit.upper(), self.seen["unit"], "unit", where)
        keys = pd.concat(self.keys, ignore_index=True)
        if keys.empty:
            raise InputError(where, [say("no row has the asked-for geo and unit together")])
        return Published(keys, self.years, np.vstack(self.values), np.vstack(self.statuses))


def _split(chunk: pd.DataFrame, names: Sequence[str], faults: list[str]) -> pd.DataFrame:
    """Return territory, flow, product, unit and line of a chunk; a key of another length is a fault."""
    lines = chunk.index.to_numpy()
    pieces = [str(key).split(",") for key in chunk.iloc[:, 0]]
    for at, piece in enumerate(pieces):
        if len(piece) != len(names):
            told = {"line": lines[at], "key": ",".join(piece), "found": len(piece)}
            told |= {"count": len(names), "names": ",".join(names)}
            fault = "line {line}: the key '{key}' has {found} parts; {count} are expected ({names})"
            faults.append(say(fault, **told))
            pieces[at] = [""] * len(names)
    table = pd.DataFrame(pieces, columns=list(names), dtype=object)
    return pd.DataFrame(
        {
            "territory": table["geo"],
            "flow": table["nrg_bal"],
            "product": table["siec"],
            "unit": table["unit"],
            "line": lines,
        }
    )


def _kept(keys: pd.DataFrame, geo: Choice, unit: str | None, seen: dict[str, set[str]]) -> pd.Series:
    seen["geo"] |= set(keys["territory"]) - {""}
    seen["unit"] |= set(keys["unit"]) - {""}
    keep = (keys["territory"] != "") & ~keys["product"].isin(CROSS_GROUPS)
    if geo is not None:
        keep &= keys["territory"].isin([geo] if isinstance(geo, str) else [str(one) for one in geo])
    if unit is not None:
        keep &= keys["unit"].str.upper() == unit.upper()
    return keep
