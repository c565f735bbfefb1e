"""The question to the optimiser, as checked tables; no solver is needed to hold or read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from leb_kit.errors import InputError
from leb_kit.optimise.faults import profile_faults, reference_faults, use_faults, value_faults
from leb_kit.optimise.time import TimeSteps, TypicalDays, steps
from leb_kit.reference import catalog, schema

TARGET, PHYSICAL = "target", "physical"
AT_LEAST, AT_MOST = "at_least", "at_most"

#: Value of a column that is left out or blank.
_PROCESS_DEFAULTS: dict[str, object] = {
    "technology": "",
    "bus_in": "",
    "bus_out": "",
    "efficiency": 1.0,
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
}
_DEFAULTS: dict[str, dict[str, object]] = {
    "buses": {"product": "", "annual": False},
    "processes": _PROCESS_DEFAULTS,
    "storages": _STORAGE_DEFAULTS,
    "demands": {"profile": ""},
    "limits": _LIMIT_DEFAULTS,
    "flows": {"profile": ""},
    "cells": {"profile": ""},
}
#: Where profiles are named.
PROFILE_COLUMNS = (
    ("processes", "profile"),
    ("processes", "variable_profile"),
    ("demands", "profile"),
    ("flows", "profile"),
    ("cells", "profile"),
    ("limits", "profile"),
)


@dataclass(frozen=True)
class BalanceFrame:
    """What a plan needs to become a Balance again.

    ``rest``: cells (flow, product, energy_mwh) that the plan does not touch; ``storage_losses``:
    storage → (flow, product) that takes its losses; ``remarks``: what a reader of the
    plan should know, in Italian and English; ``zones``: the zones of the territory, where it has any.
    """

    territory: str
    year: int
    rest: pd.DataFrame
    storage_losses: dict[str, tuple[str, str]] = field(default_factory=dict)
    name: str = ""
    remarks: tuple[tuple[str, str], ...] = ()
    zones: pd.DataFrame | None = None


@dataclass(frozen=True, eq=False, repr=False)
class MixProblem:
    """Least-cost mix of plants, devices, stores and networks under annual limits.

    Parameters
    ----------
    buses, processes, flows, storages, demands, limits, cells : pd.DataFrame
        The columns are those of ``mix.*`` in ``columns.csv``; ``flows`` are MWh given (+) or taken
        (−) at a bus per MWh of main output, ``cells`` rows of the balance per MWh of main output.
    time : TimeSteps
        Profiles, weights and days.
    frame : BalanceFrame, optional
        Needed by ``MixResult.to_balance``.
    rules : tuple
        What ``extend`` added: functions of the Pyomo model.
    """

    buses: pd.DataFrame
    processes: pd.DataFrame
    flows: pd.DataFrame
    storages: pd.DataFrame
    demands: pd.DataFrame
    limits: pd.DataFrame
    cells: pd.DataFrame
    time: TimeSteps
    frame: BalanceFrame | None = None
    rules: tuple[Callable[[Any], object], ...] = ()

    @classmethod
    def from_tables(
        cls,
        *,
        buses: pd.DataFrame,
        processes: pd.DataFrame,
        demands: pd.DataFrame,
        profiles: pd.DataFrame,
        storages: pd.DataFrame | None = None,
        limits: pd.DataFrame | None = None,
        flows: pd.DataFrame | None = None,
        cells: pd.DataFrame | None = None,
        time: TypicalDays | str = "all",
        frame: BalanceFrame | None = None,
    ) -> MixProblem:
        """Check tables and make a problem of them.

        Parameters
        ----------
        buses, processes, demands, storages, limits, flows, cells : pd.DataFrame
            Columns as declared in ``mix.*`` of ``columns.csv``. A process with one input and one
            output needs no ``flows``: ``bus_in``, ``bus_out`` and ``efficiency`` say it.
        profiles : pd.DataFrame
            One row for each hour; columns named in ``profile`` of processes (MW per MW) and demands
            (any shape; scaled to ``annual_mwh``).
        time : TypicalDays or str
            ``typical_days(n)``, ``"year"`` (8,760 rows) or ``"all"`` (the rows as they are).

        Raises
        ------
        InputError
            Every fault of every table.

        Examples
        --------
        >>> import pandas as pd
        >>> MixProblem.from_tables(
        ...     buses=pd.DataFrame({"bus": ["heat"]}),
        ...     processes=pd.DataFrame({"process": ["boiler"], "bus_out": ["heat"],
        ...                             "variable_eur_per_mwh": [20.0]}),
        ...     demands=pd.DataFrame({"demand": ["homes"], "bus": ["heat"], "annual_mwh": [10.0]}),
        ...     profiles=pd.DataFrame(index=range(2)),
        ... )
        MixProblem(1 processes, 0 storages, 1 buses, 2 steps, 0 limits)
        """
        faults: list[str] = []
        tables = {
            name: _checked(table, name, faults)
            for name, table in (
                ("buses", buses),
                ("processes", processes),
                ("storages", storages),
                ("demands", demands),
                ("limits", limits),
                ("flows", flows),
                ("cells", cells),
            )
        }
        if faults:
            unsound = {fault.partition(":")[0] for fault in faults}
            faults += reference_faults(tables, profiles, unsound) + profile_faults(profiles)
            raise InputError("mix problem", faults)
        return cls.assemble(tables, profiles, time, frame)

    @classmethod
    def assemble(
        cls,
        tables: dict[str, pd.DataFrame],
        profiles: pd.DataFrame,
        time: TypicalDays | str,
        frame: BalanceFrame | None,
    ) -> MixProblem:
        """Join tables whose columns are known to be right; references and profiles are checked."""
        tables = {name: _filled(table, _DEFAULTS.get(name, {})) for name, table in tables.items()}
        faults = reference_faults(tables, profiles) + profile_faults(profiles) + value_faults(tables)
        tables["flows"] = _all_flows(tables["processes"], tables["flows"])
        faults += use_faults(tables, profiles)
        if faults:
            raise InputError("mix problem", faults)
        used = [name for name in profiles if name in _used_profiles(tables)]
        peaks = tuple(dict.fromkeys(name for name in tables["demands"]["profile"] if name))
        reduced = steps(profiles[used] if used else profiles.iloc[:, :0], time, peaks=peaks)
        return cls(
            tables["buses"],
            tables["processes"],
            tables["flows"],
            tables["storages"],
            tables["demands"],
            tables["limits"],
            tables["cells"],
            reduced,
            frame,
        )

    def extend(self, rule: Callable[[Any], object]) -> MixProblem:
        """Return the problem with variables and constraints of one's own on top of its model.

        Parameters
        ----------
        rule : callable
            Takes the Pyomo model and adds to it: ``m.name = pyo.Var(…)``, ``m.name = pyo.Constraint(…)``,
            ``m.least_cost.expr += …`` (EUR/year). The model has the sets ``m.T`` (steps), ``m.P``
            (processes), ``m.D`` (those whose output is decided), ``m.S`` (stores) and the variables
            ``m.capacity[p]``, ``m.new[p]`` (MW), ``m.output[d, t]`` (MW), ``m.annual[p]`` (MWh/year),
            ``m.store[s]``, ``m.new_store[s]``, ``m.level[s, t]`` (MWh), ``m.charge[s, t]``,
            ``m.discharge[s, t]`` (MW).

        Returns
        -------
        MixProblem
            A new problem; values of what was added stand in ``MixResult.added``, the worth of added
            constraints in ``MixResult.added_prices``.

        Raises
        ------
        InputError
            Not a function. What a rule does wrong is told when the problem is solved.

        Examples
        --------
        >>> import pandas as pd
        >>> import pyomo.environ as pyo
        >>> from leb_kit.optimise import optimise_mix
        >>> p = MixProblem.from_tables(
        ...     buses=pd.DataFrame({"bus": ["heat"]}),
        ...     processes=pd.DataFrame({"process": ["pump", "boiler"], "bus_out": ["heat", "heat"],
        ...                             "variable_eur_per_mwh": [30.0, 20.0]}),
        ...     demands=pd.DataFrame({"demand": ["homes"], "bus": ["heat"], "annual_mwh": [10.0]}),
        ...     profiles=pd.DataFrame(index=range(2)),
        ... )
        >>> def half(m):
        ...     m.half = pyo.Constraint(expr=m.annual["pump"] >= m.annual["boiler"])
        >>> optimise_mix(p.extend(half)).cost_eur
        250.0
        """
        if not callable(rule):
            raise InputError("extend", [f"rule is {rule!r}; a function of the Pyomo model is expected"])
        return replace(self, rules=(*self.rules, rule))

    def profile(self, name: str) -> np.ndarray:
        """Return a profile over the steps; a blank name is one everywhere."""
        if not name:
            return np.ones(self.time.count)
        values: np.ndarray = self.time.profiles[name].to_numpy(dtype=float)
        return values

    @cached_property
    def profile_of(self) -> dict[str, str]:
        """Process → profile of its availability; blank where it is always there."""
        return dict(zip(self.processes["process"], self.processes["profile"].astype(str), strict=True))

    def profiled_sums(self) -> list[tuple[str, str]]:
        """Return the processes, and the profiles under which their output of the year counts."""
        waiting = self.buses.loc[self.buses["annual"].astype(bool), "bus"]
        tables = (self.flows[self.flows["bus"].isin(waiting)], self.limits)
        pairs = pd.concat([table.loc[table["profile"] != "", ["process", "profile"]] for table in tables])
        pairs = pairs[pairs["process"] != ""]
        return list(pairs.drop_duplicates().itertuples(index=False, name=None))

    def demand_mw(self, bus: str) -> np.ndarray:
        """Return the demand at a bus in each step, MW."""
        total = np.zeros(self.time.count)
        for row in self.demands[self.demands["bus"] == bus].itertuples():
            shape = self.profile(str(row.profile))
            total += float(row.annual_mwh) * shape / float((shape * self.time.weight_h).sum())
        return total

    def is_costless(self, name: str) -> bool:
        """Tell whether capacity of a dispatched process, or size of a store, costs nothing."""
        return name in self._costless

    @cached_property
    def _costless(self) -> frozenset[str]:
        rows = self.processes
        free = (rows["capex_eur_per_mw_year"] == 0) & (rows["fixed_eur_per_mw_year"] == 0)
        free &= ~rows["process"].isin(rows["unit"]) & (rows["given_up_eur_per_mw_year"] == 0)
        free &= ~rows["process"].isin(self._chosen)
        stores = self.storages
        given = (stores["capex_eur_per_mwh_year"] == 0) & (stores["fixed_eur_per_mwh_year"] == 0)
        return frozenset(rows.loc[free & ~rows["must_run"], "process"]) | frozenset(
            stores.loc[given, "storage"]
        )

    def is_chosen(self, name: str) -> bool:
        """Tell whether a process is there wholly or not at all: it has a group, or a sum to open it."""
        return name in self._chosen

    @cached_property
    def _chosen(self) -> frozenset[str]:
        rows = self.processes
        return frozenset(
            rows.loc[(rows["exclusive_group"] != "") | (rows["opening_eur_per_year"] > 0), "process"]
        )

    def limit_rows(self) -> pd.DataFrame:
        """Return one row for each limit (limit, sense, value, kind, labels, unit, share)."""
        columns = ["limit", "sense", "value", "kind", "label_it", "label_en", "unit", "share"]
        return self.limits.drop_duplicates("limit")[columns].reset_index(drop=True)

    def __repr__(self) -> str:
        own = f", extended {len(self.rules)} times" if len(self.rules) > 1 else ", extended" * len(self.rules)
        return (
            f"MixProblem({len(self.processes)} processes, {len(self.storages)} storages,"
            f" {len(self.buses)} buses, {self.time.count} steps,"
            f" {self.limits['limit'].nunique()} limits{own})"
        )

    def _repr_html_(self) -> str:
        columns = ["process", "technology", "capacity_existing_mw", "capacity_max_mw"]
        return f"<p>{self!r}</p>{self.processes[columns].to_html(index=False, border=0)}"


def _checked(frame: pd.DataFrame | None, name: str, faults: list[str]) -> pd.DataFrame:
    if frame is None or frame.empty:
        return empty_table(name)
    try:
        return schema.validate(frame, f"mix.{name}", where=name).reset_index(drop=True)
    except InputError as error:
        faults += [f"{name}: {fault}" for fault in error.faults]
        return frame


def empty_table(name: str) -> pd.DataFrame:
    """Return a table of a problem without rows."""
    return pd.DataFrame(
        {column: pd.Series(dtype=object) for column in catalog.columns(f"mix.{name}")["column"]}
    )


def _filled(table: pd.DataFrame, defaults: dict[str, object]) -> pd.DataFrame:
    """Give blank and absent columns their default."""
    out = table.copy()
    for column, value in defaults.items():
        if column not in out:
            out[column] = value
        elif isinstance(value, bool):
            out[column] = [value if pd.isna(cell) else bool(cell) for cell in out[column]]
        elif isinstance(value, float):
            out[column] = out[column].astype(float).fillna(value)
        else:
            out[column] = out[column].replace("", np.nan).fillna(value)
    return out.reset_index(drop=True)


def _all_flows(processes: pd.DataFrame, flows: pd.DataFrame) -> pd.DataFrame:
    """Add the flows that ``bus_in``, ``bus_out`` and ``efficiency`` stand for."""
    rows = []
    for row in processes.itertuples():
        if row.bus_out:
            rows.append((row.process, row.bus_out, 1.0, ""))
        if row.bus_in:
            taken = -1.0 / float(row.efficiency) if row.efficiency else -np.inf
            rows.append((row.process, row.bus_in, taken, ""))
    short = pd.DataFrame(rows, columns=["process", "bus", "coefficient", "profile"])
    return short if flows.empty else pd.concat([short, flows[list(short)]], ignore_index=True)


def _used_profiles(tables: dict[str, pd.DataFrame]) -> set[str]:
    return {name for table, column in PROFILE_COLUMNS for name in tables[table][column] if name}
