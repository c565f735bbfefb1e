"""What can be wrong with the tables of a problem, in sentences; columns and types are checked before."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from leb_kit.errors import did_you_mean

#: Numbers that something is divided by.
_DIVISORS = (
    ("processes", "process", "efficiency"),
    ("storages", "storage", "charge_efficiency"),
    ("storages", "storage", "discharge_efficiency"),
)


def reference_faults(
    tables: dict[str, pd.DataFrame], profiles: pd.DataFrame, unsound: Collection[str] = ()
) -> list[str]:
    """Return names that nothing declares; tables in ``unsound`` are not looked at."""

    def names(table: str, column: str) -> set[str]:
        return set(tables[table][column]) if column in tables[table] else set()

    processes, storages = names("processes", "process"), names("storages", "storage")
    shapes = {*map(str, profiles.columns), ""}
    faults = []
    for table, column, known, declared in (
        ("processes", "bus_in", names("buses", "bus") | {""}, ("buses",)),
        ("processes", "bus_out", names("buses", "bus") | {""}, ("buses",)),
        ("flows", "bus", names("buses", "bus"), ("buses",)),
        ("demands", "bus", names("buses", "bus"), ("buses",)),
        ("storages", "bus", names("buses", "bus"), ("buses",)),
        ("flows", "process", processes, ("processes",)),
        ("cells", "process", processes | storages, ("processes", "storages")),
        ("limits", "process", processes | storages | {""}, ("processes", "storages")),
        ("processes", "unit", processes | {""}, ("processes",)),
        ("processes", "profile", shapes, ()),
        ("processes", "variable_profile", shapes, ()),
        ("demands", "profile", shapes, ()),
        ("flows", "profile", shapes, ()),
        ("cells", "profile", shapes, ()),
        ("limits", "profile", shapes, ()),
    ):
        if not {table, *declared} & set(unsound):
            faults += [
                f"{table}: unknown {column} '{word}'.{did_you_mean(word, known - {''})}"
                for word in sorted(names(table, column) - known)
            ]
    return faults


def value_faults(tables: dict[str, pd.DataFrame]) -> list[str]:
    """Return numbers that contradict each other, and names used twice."""
    faults = []
    for table, key, column in _DIVISORS:
        rows = tables[table]
        zero = rows.loc[rows[column] == 0, key]
        faults += [f"{table}: '{name}' has {column} 0; more than 0 is expected" for name in zero]
    rows = tables["processes"]
    crossed = rows[rows["capacity_min_mw"] > rows["capacity_max_mw"]]
    faults += [
        f"processes: '{row.process}' has capacity_min_mw {row.capacity_min_mw:g}"
        f" above capacity_max_mw {row.capacity_max_mw:g}"
        for row in crossed.itertuples()
    ]
    chosen = (rows["exclusive_group"] != "") | (rows["opening_eur_per_year"] > 0)
    faults += [
        f"processes: '{name}' has exclusive_group or opening_eur_per_year and no capacity_max_mw; give one"
        for name in rows.loc[chosen & ~np.isfinite(rows["capacity_max_mw"]), "process"]
    ]
    both = sorted(set(rows["process"]) & set(tables["storages"]["storage"]))
    faults += [f"storages: '{name}' is the name of a process; names are unique" for name in both]
    waiting = set(tables["buses"].loc[tables["buses"]["annual"].astype(bool), "bus"])
    faults += [
        f"storages: '{row.storage}' is at bus '{row.bus}', which balances over the year and needs no store"
        for row in tables["storages"].itertuples()
        if row.bus in waiting
    ]
    return faults


def use_faults(tables: dict[str, pd.DataFrame], profiles: pd.DataFrame) -> list[str]:
    """Return what is declared and cannot work: idle processes, demands that nobody serves, empty limits."""
    flows, demands, limits = tables["flows"], tables["demands"], tables["limits"]
    idle = set(tables["processes"]["process"]) - set(flows["process"])
    faults = [f"processes: '{name}' touches no bus; give bus_out" for name in sorted(idle)]
    buses, touched = set(tables["buses"]["bus"]), set(flows["bus"])
    # A misspelt bus is told as such; that nothing reaches the right one then goes without saying.
    unserved = buses - touched - set(tables["storages"]["bus"]) if touched <= buses else set()
    largest = {str(name): _numbers(column).max() for name, column in profiles.items() if len(profiles)}
    for row in demands[demands["annual_mwh"] > 0].itertuples():
        if row.bus in unserved:
            faults.append(f"demands: '{row.demand}' is at bus '{row.bus}', to which no process gives")
        if largest.get(row.profile) == 0:
            faults.append(f"demands: '{row.demand}' has profile '{row.profile}', which is 0 in every hour")
    for name, part in limits.groupby("limit"):
        if len(part[["sense", "value"]].drop_duplicates()) > 1:
            faults.append(f"limits: '{name}' has more than one sense or value")
        if not ((part["process"] != "") & (part["coefficient"] != 0)).any():
            faults.append(f"limits: '{name}' touches no process; give a process and its coefficient")
    return faults


def profile_faults(profiles: pd.DataFrame) -> list[str]:
    """Return profiles that are not numbers from 0 up."""
    doubles = sorted({str(name) for name in profiles.columns[profiles.columns.duplicated()]})
    faults = [f"profiles: column '{name}' appears more than once" for name in doubles]
    if not len(profiles):
        faults.append("profiles: no rows; one row for each hour is expected")
    for name, column in profiles.items():
        values = _numbers(column)
        bad = np.flatnonzero(~np.isfinite(values))
        if len(bad):
            found = column.iloc[int(bad[0])]
            faults.append(f"profiles: row {int(bad[0])}, column {name}: found '{found}', expected a number")
        elif (values < 0).any():
            faults.append(f"profiles: '{name}' has negative values; 0 or more is expected")
    return faults


def _numbers(column: pd.Series) -> np.ndarray:
    values: np.ndarray = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return values
