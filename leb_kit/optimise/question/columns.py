"""Columns of the tables of a problem: their types, what blank stands for, and what a bad cell is held for."""

from __future__ import annotations

import numpy as np
import pandas as pd

from leb_kit.errors import InputError
from leb_kit.optimise.checks.faults import KEYS
from leb_kit.optimise.checks.number_faults import ENDLESS
from leb_kit.reference import catalog, schema

TARGET, PHYSICAL = "target", "physical"
AT_LEAST, AT_MOST = "at_least", "at_most"

#: Value of a column that is left out or blank.
_PROCESS_DEFAULTS: dict[str, object] = {
    "technology": "",
    "bus_in": "",
    "bus_out": "",
    "efficiency": 1.0,
    "input_profile": "",
    "capacity_existing_mw": 0.0,
    "capacity_max_mw": np.inf,
    "capacity_min_mw": 0.0,
    "capex_eur_per_mw_year": 0.0,
    "fixed_eur_per_mw_year": 0.0,
    "variable_eur_per_mwh": 0.0,
    "profile": "",
    "must_run": False,
    "annual_max_mwh": np.inf,
    "variable_profile": "",
    "unit": "",
    "capacity_use": 1.0,
    "given_up_eur_per_mw_year": 0.0,
    "exclusive_group": "",
    "opening_eur_per_year": 0.0,
    "capacity_credit": 1.0,
}
_STORAGE_DEFAULTS: dict[str, object] = {
    "technology": "",
    "capacity_existing_mwh": 0.0,
    "capacity_max_mwh": np.inf,
    "capex_eur_per_mwh_year": 0.0,
    "fixed_eur_per_mwh_year": 0.0,
    "energy_to_power_h": 0.0,
    "charge_efficiency": 1.0,
    "discharge_efficiency": 1.0,
    "loss_per_hour": 0.0,
    "variable_eur_per_mwh": 0.0,
    "capacity_credit": 1.0,
}
_LIMIT_DEFAULTS: dict[str, object] = {
    "process": "",
    "coefficient": 0.0,
    "kind": TARGET,
    "label_it": "",
    "label_en": "",
    "unit": "",
    "share": np.nan,
    "share_of": 0.0,
    "profile": "",
    "missed_eur_per_unit": np.nan,
}
DEFAULTS: dict[str, dict[str, object]] = {
    "buses": {"product": "", "annual": False, "reserve_margin": np.nan},
    "processes": _PROCESS_DEFAULTS,
    "storages": _STORAGE_DEFAULTS,
    "demands": {"profile": "", "flexible_share": 0.0, "flexible_profile": "", "flexible_max_mw": np.inf},
    "limits": _LIMIT_DEFAULTS,
    "flows": {"profile": ""},
    "cells": {"profile": ""},
}
#: Where profiles are named.
PROFILE_COLUMNS = (
    ("processes", "profile"),
    ("processes", "input_profile"),
    ("processes", "variable_profile"),
    ("demands", "profile"),
    ("demands", "flexible_profile"),
    ("flows", "profile"),
    ("cells", "profile"),
    ("limits", "profile"),
)


def checked(frame: pd.DataFrame | None, name: str, faults: list[str]) -> pd.DataFrame:
    """Return a table in its declared types; where that fails it is as it was, and ``faults`` grow."""
    if frame is None or frame.empty:
        return empty_table(name)
    try:
        endless = {
            column: frame[column].replace(np.inf, np.nan)
            for column in ENDLESS
            if column in frame and (frame[column] == np.inf).to_numpy().any()
        }
        key = KEYS[name][0]
        named = frame.loc[:, frame.columns == key].iloc[:, 0] if key in frame else None
        named = named if named is None else named.astype(object).where(named.notna(), "")
        return schema.validate(frame.assign(**endless), f"mix.{name}", where=name, names=named).reset_index(
            drop=True
        )
    except InputError as error:
        faults += [f"{name}: {fault}" for fault in error.faults]
        return frame


def empty_table(name: str) -> pd.DataFrame:
    """Return a table of a problem without rows."""
    return pd.DataFrame({rule.column: pd.Series(dtype=object) for rule in schema.declared(f"mix.{name}")})


def filled(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Give blank and absent columns their default."""
    columns = {column: table[column] for column in table}
    for column, value in DEFAULTS[name].items():
        if column not in columns:
            columns[column] = value
        elif isinstance(value, bool):
            columns[column] = [value if pd.isna(cell) else bool(cell) for cell in columns[column]]
        elif isinstance(value, float):
            columns[column] = columns[column].astype(float).fillna(value)
        else:
            columns[column] = columns[column].replace("", value).fillna(value)
    # An index is given: a table without rows has no other to take.
    return pd.DataFrame(columns, index=table.index).reset_index(drop=True)


def neutral(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return a table whose bad cells are blank, or 0 where needed, so that the others can be checked."""
    columns = {}
    for rule in schema.declared(f"mix.{name}"):
        cells = frame.loc[:, frame.columns == rule.column]
        given = cells.iloc[:, 0].reset_index(drop=True) if cells.shape[1] else pd.Series([""] * len(frame))
        if rule.dtype == "float":
            values = pd.to_numeric(given, errors="coerce").astype(float)
            inside = np.isfinite(values) & ~(values < float(rule.min)) & ~(values > float(rule.max))
            values = values.where(inside)
            columns[rule.column] = values.fillna(0.0) if rule.required else values
        elif rule.dtype == "bool":
            words = given.astype(str).str.strip().str.casefold()
            columns[rule.column] = words.map(catalog.BOOLEANS)
        else:
            columns[rule.column] = given.astype(object).where(given.notna(), "").astype(str).str.strip()
    return pd.DataFrame(columns)


def all_flows(processes: pd.DataFrame, flows: pd.DataFrame) -> pd.DataFrame:
    """Add the flows that ``bus_in``, ``bus_out``, ``efficiency`` and ``input_profile`` stand for."""
    rows = []
    for row in processes.itertuples():
        if row.bus_out:
            rows.append((row.process, row.bus_out, 1.0, ""))
        if row.bus_in:
            taken = -1.0 / float(row.efficiency) if row.efficiency else -np.inf
            rows.append((row.process, row.bus_in, taken, row.input_profile))
    short = pd.DataFrame(rows, columns=["process", "bus", "coefficient", "profile"])
    return short if flows.empty else pd.concat([short, flows[list(short)]], ignore_index=True)


def used_profiles(tables: dict[str, pd.DataFrame]) -> set[str]:
    """Return the profiles that some table names."""
    return {name for table, column in PROFILE_COLUMNS for name in tables[table][column] if name}


def input_weights(tables: dict[str, pd.DataFrame]) -> dict[str, str]:
    """Return the factors on coefficients whose mean counts by an availability: factor → that profile.

    A device that follows its profile takes, over the year, coefficient × sum of factor × profile. Fewer
    steps keep that sum, and with it the yearly efficiency, where all processes of a factor have one profile
    and the factor is nothing else.

    Parameters
    ----------
    tables : dict[str, pd.DataFrame]
        With all flows.
    """
    own = dict(zip(tables["processes"]["process"], tables["processes"]["profile"], strict=True))
    found: dict[str, set[str]] = {}
    for table in ("flows", "cells"):
        for name, factor in zip(tables[table]["process"], tables[table]["profile"], strict=True):
            if factor:
                found.setdefault(str(factor), set()).add(str(own.get(name, "")))
    others = {
        name
        for table, column in PROFILE_COLUMNS
        if table in ("processes", "demands") and column != "input_profile"
        for name in tables[table][column]
    }
    single = {factor: next(iter(profiles)) for factor, profiles in found.items() if len(profiles) == 1}
    return {factor: profile for factor, profile in single.items() if profile and factor not in others}
