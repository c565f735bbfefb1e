"""What can be wrong with the names of a problem: nothing declares them, or two rows share one.

Columns and types are checked before; numbers, profiles, limits and ways of supply have modules of
their own (``number_faults``, ``profile_faults``, ``limit_faults``, ``reach``). Each fault is certain:
what only looks odd is a remark (``doubts``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pandas as pd

from leb_kit.errors import did_you_mean, say

#: Names that are listed before "and n more".
_LISTED = 3
#: What names a row, by table.
KEYS: dict[str, tuple[str, ...]] = {
    "buses": ("bus",),
    "processes": ("process",),
    "storages": ("storage",),
    "demands": ("demand",),
    "flows": ("process", "bus", "profile"),
    "limits": ("limit", "process", "profile"),
    "cells": ("process", "flow", "product", "profile"),
}

Tables = dict[str, pd.DataFrame]


def labels(table: str, rows: pd.DataFrame) -> list[str]:
    """Return what each row of a table is called in a sentence: ``'boiler'``, ``'boiler' / 'heat'``."""
    keys = [key for key in KEYS[table] if key in rows]
    return [
        " / ".join(f"'{part}'" for part in parts if str(part)) or "''"
        for parts in zip(*(rows[key] for key in keys), strict=True)
    ]


def listed(names: Iterable[str]) -> str:
    """Return names in a row, the first few and how many more."""
    every = list(dict.fromkeys(names))
    head = ", ".join(every[:_LISTED])
    return (
        head
        if len(every) <= _LISTED
        else say("{names} and {count} more", names=head, count=len(every) - _LISTED)
    )


def reference_faults(tables: Tables, profiles: pd.DataFrame) -> list[str]:
    """Return names that nothing declares."""

    def names(table: str, column: str) -> set[str]:
        return set(tables[table][column]) if column in tables[table] else set()

    processes, storages = names("processes", "process"), names("storages", "storage")
    buses, shapes = names("buses", "bus"), {*map(str, profiles.columns), ""}
    faults = []
    for table, column, known, declared in (
        ("processes", "bus_in", buses | {""}, ("buses",)),
        ("processes", "bus_out", buses | {""}, ("buses",)),
        ("flows", "bus", buses, ("buses",)),
        ("demands", "bus", buses, ("buses",)),
        ("storages", "bus", buses, ("buses",)),
        ("flows", "process", processes, ("processes",)),
        ("cells", "process", processes | storages, ("processes", "storages")),
        ("limits", "process", processes | storages | {""}, ("processes", "storages")),
        ("processes", "unit", processes | {""}, ("processes",)),
        ("processes", "profile", shapes, ()),
        ("processes", "input_profile", shapes, ()),
        ("processes", "variable_profile", shapes, ()),
        ("demands", "profile", shapes, ()),
        ("demands", "flexible_profile", shapes, ()),
        ("flows", "profile", shapes, ()),
        ("cells", "profile", shapes, ()),
        ("limits", "profile", shapes, ()),
    ):
        # Where nothing at all is declared, that is told already.
        if not declared or known - {""}:
            faults += _unknown(tables[table], table, column, known)
    rows = tables["processes"]
    idle = rows[(rows["input_profile"] != "") & (rows["bus_in"] == "")] if "bus_in" in rows else rows.iloc[:0]
    faults += [
        say("processes: {row} has input_profile and no bus_in; give one", row=row)
        for row in labels("processes", idle)
    ]
    return faults


def _unknown(rows: pd.DataFrame, table: str, column: str, known: set[str]) -> list[str]:
    if column not in rows or set(rows[column]) <= known | {""}:
        return []
    faults = []
    for word, part in rows[~rows[column].isin(known | {""})].groupby(column):
        named = listed(labels(table, part))
        faults.append(
            say(
                "{table}: {rows}: unknown {column} '{word}'.",
                table=table,
                rows=named,
                column=column,
                word=word,
            )
            + did_you_mean(word, known - {""})
        )
    return faults


def double_faults(tables: Tables, told: Collection[str] = ()) -> list[str]:
    """Return what is there twice: one name for two things, one flow said in two ways.

    Rows of the same name in tables that are in ``told`` were told before.
    """
    faults = []
    for table, keys in KEYS.items():
        rows = tables[table].iloc[:0] if table in told else tables[table]
        doubled = rows[rows.duplicated(list(keys))] if len(rows) else rows
        faults += [
            say(
                "{table}: {row} appears more than once; give each {key} one row",
                table=table,
                row=row,
                key=key,
            )
            for row, key in zip(labels(table, doubled), [" / ".join(keys)] * len(doubled), strict=True)
        ]
    both = sorted(set(tables["processes"]["process"]) & set(tables["storages"]["storage"]))
    faults += [
        say("storages: '{name}' is the name of a process; names are unique", name=name) for name in both
    ]
    rows = tables["processes"]
    circles = rows[(rows["bus_in"] != "") & (rows["bus_in"] == rows["bus_out"])]
    faults += [
        say(
            "processes: '{name}' has bus_in and bus_out '{bus}'; a process feeds another bus than its own",
            name=row.process,
            bus=row.bus_out,
        )
        for row in circles.itertuples()
    ]
    faults += _unit_faults(rows)
    said = {
        (row.process, bus): column
        for row in rows.itertuples()
        for column, bus in (("bus_in", row.bus_in), ("bus_out", row.bus_out))
        if bus
    }
    faults += [
        say(
            "flows: '{name}' / '{bus}' is said twice: here, and as {column} of processes; keep one",
            name=row.process,
            bus=row.bus,
            column=said[row.process, row.bus],
        )
        for row in tables["flows"].itertuples()
        if (row.process, row.bus) in said
    ]
    return faults


def _unit_faults(rows: pd.DataFrame) -> list[str]:
    """A way to run a unit names the unit itself, which has a capacity of its own."""
    unit = dict(zip(rows["process"], rows["unit"], strict=True))
    return [
        say(
            "processes: '{name}', column unit: found '{unit}', which is itself; leave it blank",
            name=name,
            unit=on,
        )
        if on == name
        else say(
            "processes: '{name}', column unit: found '{unit}', which itself runs on '{other}'; name a process"
            " with a capacity of its own",
            name=name,
            unit=on,
            other=unit[on],
        )
        for name, on in unit.items()
        if on and unit.get(on)
    ]


def use_faults(tables: Tables) -> list[str]:
    """Return what is declared and cannot work: no rows at all, a store that needs none, idle processes."""
    faults = [
        say("{table}: no rows; at least one is expected", table=table)
        for table in ("buses", "processes")
        if tables[table].empty
    ]
    waiting = set(tables["buses"].loc[tables["buses"]["annual"].astype(bool), "bus"])
    faults += [
        say(
            "storages: '{name}' is at bus '{bus}', which balances over the year and needs no store",
            name=row.storage,
            bus=row.bus,
        )
        for row in tables["storages"].itertuples()
        if row.bus in waiting
    ]
    idle = set(tables["processes"]["process"]) - set(tables["flows"]["process"])
    faults += [say("processes: '{name}' touches no bus; give bus_out", name=name) for name in sorted(idle)]
    return faults
