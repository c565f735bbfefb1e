"""The question to the optimiser, as checked tables; no solver is needed to hold or read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, say
from leb_kit.optimise.checks.arguments import require_kind, require_tables
from leb_kit.optimise.checks.clock import with_clock
from leb_kit.optimise.checks.doubts import Remarks, blank_remark, in_both, remarks_on
from leb_kit.optimise.checks.limit_faults import blank_faults
from leb_kit.optimise.checks.table_faults import table_faults
from leb_kit.optimise.question.columns import (
    AT_LEAST,
    AT_MOST,
    DEFAULTS,
    PHYSICAL,
    TARGET,
    all_flows,
    checked,
    empty_table,
    filled,
    input_weights,
    neutral,
    used_profiles,
)
from leb_kit.optimise.question.reserve import counting
from leb_kit.optimise.question.shown import problem_page
from leb_kit.optimise.question.time import Time, TimeSteps, steps

__all__ = [
    "AT_LEAST",
    "AT_MOST",
    "PHYSICAL",
    "TARGET",
    "BalanceFrame",
    "MixProblem",
    "empty_table",
]


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


def require_problem(given: object) -> None:
    """Refuse what is no question of one year, and say what answers it instead.

    Raises
    ------
    InputError
        It is no MixProblem.
    """
    if isinstance(given, MixProblem):
        return
    found = type(given).__name__
    instead = {
        "PathwayProblem": lambda: say(
            "; all years are answered by optimise_pathway and pathway_frontier, one of them by what"
            " optimise_pathway(…).standing(year) returns"
        ),
        "PathwayResult": lambda: say("; write result.standing(year), the problem of one of its years"),
        "MixResult": lambda: say("; write plan.problem, the problem that it answers"),
    }
    told = say("a MixProblem is expected, found {found}", found=found)
    raise InputError(say("mix problem"), [told + (instead[found]() if found in instead else "")])


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
    notes : tuple
        Remarks on the tables as they were given; ``remarks`` holds all.
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
    notes: Remarks = ()

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
        time: Time = "all",
        frame: BalanceFrame | None = None,
    ) -> MixProblem:
        """Check tables and make a problem of them.

        Parameters
        ----------
        buses, processes, demands, storages, limits, flows, cells : pd.DataFrame
            Columns as declared in ``mix.*`` of ``columns.csv``. A process with one input and one
            output needs no ``flows``: ``bus_in``, ``bus_out``, ``efficiency`` and ``input_profile`` (an
            efficiency or COP that varies from hour to hour) say it.
        profiles : pd.DataFrame
            One row for each hour; columns named in ``profile`` of processes (MW per MW) and demands
            (any shape; scaled to ``annual_mwh``).
        time : TypicalDays, HourBlocks or str
            ``typical_days(n)``, ``hour_blocks(n)``, ``"year"`` (8,760 rows) or ``"all"`` (the rows as
            they are).

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
        optional = {"storages": storages, "limits": limits, "flows": flows, "cells": cells}
        required = {"buses": buses, "processes": processes, "demands": demands, "profiles": profiles}
        require_tables(required, optional)
        require_kind("frame", frame, BalanceFrame)
        profiles = with_clock(profiles)
        faults: list[str] = []
        given = {
            "buses": buses,
            "processes": processes,
            "storages": storages,
            "demands": demands,
            "limits": limits,
            "flows": flows,
            "cells": cells,
        }
        tables = {name: checked(table, name, faults) for name, table in given.items()}
        if faults:
            # The rest is looked at as well, bad cells apart: one error tells all.
            unsound = {fault.partition(":")[0] for fault in faults}
            tables |= {name: neutral(tables[name], name) for name in unsound}
            tables = {name: filled(table, name) for name, table in tables.items()}
            raise InputError(say("mix problem"), faults + table_faults(tables, profiles, time, unsound))
        problem = cls.assemble(tables, profiles, time, frame)
        blank = {name: table for name, table in given.items() if table is not None}
        notes = in_both(
            lambda: [
                note for name, rows in blank.items() for note in blank_remark(name, rows, DEFAULTS[name])
            ]
        )
        return replace(problem, notes=notes)

    @classmethod
    def assemble(
        cls,
        tables: dict[str, pd.DataFrame],
        profiles: pd.DataFrame,
        time: Time,
        frame: BalanceFrame | None,
    ) -> MixProblem:
        """Join tables whose columns are known to be right; names, numbers and profiles are checked."""
        faults = blank_faults(tables["limits"])
        tables = {name: filled(table, name) for name, table in tables.items()}
        faults += table_faults(tables, profiles, time)
        if faults:
            raise InputError(say("mix problem"), faults)
        tables["flows"] = all_flows(tables["processes"], tables["flows"])
        used = [name for name in profiles if name in used_profiles(tables)]
        peaks = tuple(dict.fromkeys(name for name in tables["demands"]["profile"] if name))
        hourly = profiles[used] if used else profiles.iloc[:, :0]
        reduced = steps(hourly, time, peaks=peaks, weights=input_weights(tables))
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
            ``m.discharge[s, t]`` (MW), and ``m.open[p]`` (0 or 1) of what is there wholly or not at all.

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
            raise InputError(
                "extend",
                [say("rule is {rule}; a function of the Pyomo model is expected", rule=repr(rule))],
            )
        return replace(self, rules=(*self.rules, rule))

    def whole_year(self) -> MixProblem:
        """Return the same question with every hour of the year instead of typical days or blocks.

        Raises
        ------
        InputError
            It has every hour that was given.
        """
        if self.time.hourly is None:
            told = say("the plan was made of every hour that was given: what it costs is plan.cost_eur")
            raise InputError(say("mix problem"), [told])
        return replace(self, time=steps(self.time.hourly, "year"))

    @cached_property
    def remarks(self) -> Remarks:
        """What a reader should know before solving, in Italian and English.

        What is not offered and why; numbers that look like a slip of unit; targets, demands and
        circles of processes that sums of the year prove impossible.
        """
        own = () if self.frame is None else self.frame.remarks
        return (*own, *self.notes, *remarks_on(self))

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

    def demand_mw(self, bus: str, *, moved: bool = True) -> np.ndarray:
        """Return the demand at a bus in each step, MW; without what may move where ``moved`` is false."""
        total = np.zeros(self.time.count)
        for row in self.demands[self.demands["bus"] == bus].itertuples():
            share = 1.0 if moved else 1 - float(row.flexible_share)
            total += share * self.demand_row_mw(row)
        return total

    def demand_row_mw(self, row: Any) -> np.ndarray:
        """Return what one row of ``demands`` asks for in each step, MW."""
        shape = self.profile(str(row.profile))
        return float(row.annual_mwh) * shape / float((shape * self.time.weight_h).sum())

    @cached_property
    def flexible(self) -> pd.DataFrame:
        """Demands of which a share may move within its day."""
        return self.demands[self.demands["flexible_share"] > 0].reset_index(drop=True)

    def movable_mw(self) -> np.ndarray:
        """Return what may move of each demand in ``flexible``, when it is asked for (demand × step)."""
        rows = [float(row.flexible_share) * self.demand_row_mw(row) for row in self.flexible.itertuples()]
        return np.array(rows).reshape(len(rows), self.time.count)

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
        costless = rows.loc[free & ~rows["must_run"], "process"]
        return (frozenset(costless) | frozenset(stores.loc[given, "storage"])) - counting(self)

    def is_mode(self, name: str) -> bool:
        """Tell whether a process is a way to run another unit, and has no capacity of its own."""
        return name in self._modes

    @cached_property
    def _modes(self) -> frozenset[str]:
        return frozenset(self.processes.loc[self.processes["unit"] != "", "process"])

    def is_chosen(self, name: str) -> bool:
        """Tell whether a process is there wholly or not at all: it has a group, or a sum to open it."""
        return name in self._chosen

    @cached_property
    def _chosen(self) -> frozenset[str]:
        rows = self.processes
        return frozenset(
            rows.loc[(rows["exclusive_group"] != "") | (rows["opening_eur_per_year"] > 0), "process"]
        )

    @cached_property
    def missed_price(self) -> dict[str, float]:
        """Limit → EUR for each unit by which it is missed; those without a price hold."""
        rows = self.limits.drop_duplicates("limit")
        priced = rows[rows["missed_eur_per_unit"].notna()]
        return dict(
            zip(priced["limit"].astype(str), priced["missed_eur_per_unit"].astype(float), strict=True)
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
        return problem_page(self)
