"""Eurostat's SDMX-CSV: one cell in a row, its flag in a column of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from leb_kit.balance import Balance
from leb_kit.errors import InputError, say
from leb_kit.io.cells import (
    CROSS_GROUPS,
    Numbers,
    Published,
    Statuses,
    balance_of,
    flag_status,
    parsed,
    wanted,
    year_columns,
)
from leb_kit.io.files import chunks, opened

#: Column of the file to the name used inside.
COLUMNS = {"geo": "territory", "nrg_bal": "flow", "siec": "product", "unit": "unit", "TIME_PERIOD": "year"}
OPTIONAL = ("DATAFLOW", "OBS_FLAG")
#: Cells that are held as text at one time.
CHUNK = 250_000

Choice = str | Sequence[str] | None


def read(file: Path, header: str, geo: Choice, year: object, unit: str | None) -> Balance:
    """Read SDMX-CSV; the parameters are those of ``read_eurostat``, ``header`` is its first line."""
    names = [name.strip().strip('"') for name in header.split(",")]
    missing = [name for name in (*COLUMNS, "OBS_VALUE") if name not in names]
    if missing:
        raise InputError(
            file.name, [say("line 1: column '{name}' is missing", name=name) for name in missing]
        )
    use = [name for name in (*COLUMNS, "OBS_VALUE", *OPTIONAL) if name in names]
    faults: list[str] = []
    seen: dict[str, set[str]] = {name: set() for name in (*COLUMNS, "DATAFLOW")}
    parts: list[pd.DataFrame] = []
    values: list[Numbers] = []
    statuses: list[Statuses] = []
    with opened(file) as text:
        for raw in chunks(text, names, separator=",", size=CHUNK, faults=faults, use=use):
            # few distinct codes in many rows; "category" when reading would turn years into numbers
            codes = {name: raw[name].astype("category") for name in use if name != "OBS_VALUE"}
            chunk = raw.assign(**codes)
            for name in seen.keys() & set(use):
                seen[name] |= set(chunk[name].cat.categories) - {""}
            kept = chunk[_keep(chunk, geo, year, unit)]
            numbers, marks = _numbers(kept, faults)
            keys = kept[list(COLUMNS)].rename(columns=COLUMNS)
            keys["line"] = kept.index.to_numpy()
            parts.append(keys)
            values.append(numbers)
            statuses.append(marks)
    faults = [*_period_faults(seen["TIME_PERIOD"]), *faults]
    if not parts and not faults:
        faults.append(say("the file has a header but no rows"))
    if faults:
        raise InputError(file.name, faults)
    wanted(geo, seen["geo"], "geo", file.name)
    wanted(year, seen["TIME_PERIOD"], "year", file.name)
    wanted(None if unit is None else unit.upper(), seen["unit"], "unit", file.name)
    keys = pd.DataFrame({name: _joined(parts, name) for name in (*COLUMNS.values(), "line")})
    if keys.empty:
        raise InputError(file.name, [say("no row has the asked-for geo, year and unit together")])
    keys["year"] = keys["year"].astype("int64")
    flow = re.search(r"(?i)nrg_bal_\w+", " ".join(sorted(seen["DATAFLOW"])))
    source = f"Eurostat {flow[0].lower() if flow else 'energy balance'}, {file.name}"
    cells = Published(keys, (), np.vstack(values), np.vstack(statuses))
    return balance_of(cells, where=file.name, source=source)


def _joined(parts: Sequence[pd.DataFrame], name: str) -> object:
    columns = [part[name] for part in parts]
    return np.concatenate(columns) if name == "line" else union_categoricals(columns)


def _keep(chunk: pd.DataFrame, geo: Choice, year: object, unit: str | None) -> pd.Series:
    keep = ~chunk["siec"].isin(CROSS_GROUPS)
    # a blank key would be a territory of its own: kept here, found as a fault below
    for name, asked in (("geo", geo), ("TIME_PERIOD", year)):
        if asked is not None:
            several = asked if isinstance(asked, (list, tuple, set)) else [asked]
            keep &= chunk[name].isin([str(one) for one in several])
    if unit is not None:
        keep &= chunk["unit"].isin({unit, unit.upper()})
    return keep


def _numbers(kept: pd.DataFrame, faults: list[str]) -> tuple[Numbers, Statuses]:
    lines = kept.index.to_numpy()
    for name in COLUMNS:
        blank = lines[(kept[name] == "").to_numpy()]
        faults += [say("line {line}: {name} is blank", line=line, name=name) for line in blank]
    # an empty OBS_VALUE is how this format writes "not available"
    cells = kept["OBS_VALUE"].astype(object).fillna("").to_numpy()
    cells = np.where(cells == "", ":", cells)
    values, statuses = parsed(
        cells.reshape(-1, 1),
        lambda row, _: say("line {line}, column {column}", line=lines[row], column="OBS_VALUE"),
        faults,
    )
    if "OBS_FLAG" in kept:
        flags = kept["OBS_FLAG"]
        marks = np.array([flag_status(str(flag)) for flag in flags.cat.categories], dtype=np.uint8)
        own = marks[flags.cat.codes.to_numpy()] if len(marks) else np.zeros(len(kept), dtype=np.uint8)
        statuses = np.maximum(statuses, own.reshape(-1, 1))
    return values, statuses


def _period_faults(periods: set[str]) -> list[str]:
    faults: list[str] = []
    year_columns(sorted(periods), faults, word="TIME_PERIOD")
    return faults
