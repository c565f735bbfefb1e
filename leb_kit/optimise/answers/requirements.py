"""What a person states in a problem, and which rows and bounds of its program say it.

A requirement is left out whole: a limit loses its sides, a potential its largest capacity, a demand may be
anything from nothing up. What nobody states (energy is conserved, output keeps to capacity) stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from leb_kit.optimise.answers.requirement_words import (
    added_label,
    build_rate_label,
    choice_label,
    demand_label,
    limit_label,
    size_label,
)
from leb_kit.optimise.answers.reserve import margin_labels
from leb_kit.optimise.checks.faults import listed
from leb_kit.optimise.model.formulation import LinearProgram
from leb_kit.optimise.model.stacking import Additions
from leb_kit.optimise.question.problem import AT_LEAST, PHYSICAL, TARGET, MixProblem
from leb_kit.optimise.question.reserve import margin_name, margins

ADDED, DEMAND, CHOICE, BUILD_RATE, RESERVE = "added", "demand", "choice", "build_rate", "reserve"
#: Kind of a requirement on sizes → table, name of the row, column.
SIZES = {
    "smallest": ("processes", "process", "capacity_min_mw"),
    "year": ("processes", "process", "annual_max_mwh"),
    "largest_store": ("storages", "storage", "capacity_max_mwh"),
    "largest": ("processes", "process", "capacity_max_mw"),
}
UNITS = {"smallest": "MW", "year": "MWh", "largest": "MW", "largest_store": "MWh"}
#: In which order what can be left out is left out: what a plan is asked for stays to the end.
ORDER = (*SIZES, BUILD_RATE, CHOICE, DEMAND, PHYSICAL, ADDED, RESERVE, TARGET)

_NONE = np.zeros(0, dtype=int)


@dataclass(frozen=True, eq=False)
class Requirement:
    """Something that is stated.

    ``kind``: one of ``ORDER``; ``table``, ``row``, ``column``: where it stands in the input; ``value``: NaN
    where it is not one number; ``year``: of a pathway; ``is_floor``: a limit from which up all is allowed;
    ``names``: rows of the table that it is about.
    ``free_rows``: rows of the program that lose their
    sides without it, ``free_above`` and ``free_below`` columns that lose their upper or lower bound, of which
    ``above_per`` is by how much an upper one rises with a MW (MWh) more of the name at ``above_of``;
    ``asked``: energy or power that rows of balance ask for less without it.
    """

    kind: str
    label_it: str
    label_en: str
    table: str
    row: str
    column: str
    value: float
    unit: str
    year: int | None = None
    is_floor: bool = False
    names: tuple[str, ...] = ()
    free_rows: np.ndarray = field(default_factory=lambda: _NONE)
    free_above: np.ndarray = field(default_factory=lambda: _NONE)
    free_below: np.ndarray = field(default_factory=lambda: _NONE)
    above_per: np.ndarray = field(default_factory=lambda: np.zeros(0))
    above_of: np.ndarray = field(default_factory=lambda: _NONE)
    asked_rows: np.ndarray = field(default_factory=lambda: _NONE)
    asked: np.ndarray = field(default_factory=lambda: np.zeros(0))

    @property
    def known_as(self) -> str:
        """Name by which what a search has found of it is kept."""
        return margin_name(self.row) if self.kind == RESERVE else self.row

    @property
    def is_largest(self) -> bool:
        """Whether it says how much a technology may have."""
        return self.kind.startswith("largest")

    @property
    def key(self) -> tuple[str, ...]:
        """What tells it from others: where it stands in the input, and what it is called there."""
        return self.table, self.row, self.column, self.label_en

    @property
    def is_share(self) -> bool:
        """Whether its value is a share of something that is decided as well."""
        return self.column == "share"

    def in_year(self, year: int) -> Requirement:
        """Return it as one of a year of a pathway."""
        return replace(
            self, label_it=f"{self.label_it}, {year}", label_en=f"{self.label_en}, {year}", year=year
        )


def without(program: LinearProgram, left_out: Iterable[Requirement]) -> LinearProgram:
    """Return the program, without cost, in which some requirements are not stated."""
    lower, upper = program.lower.copy(), program.upper.copy()
    row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
    for one in left_out:
        row_lower[one.free_rows], row_upper[one.free_rows] = -np.inf, np.inf
        upper[one.free_above], lower[one.free_below] = np.inf, 0.0
        row_lower[one.asked_rows] -= one.asked
        row_upper[one.asked_rows] = np.inf
    return replace(
        program,
        cost=np.zeros_like(program.cost),
        row_lower=row_lower,
        row_upper=row_upper,
        lower=lower,
        upper=upper,
        offset=0.0,
    )


def requirements_of(
    problem: MixProblem, program: LinearProgram, model: Any, added: Additions
) -> list[Requirement]:
    """Return what is stated in a problem.

    Parameters
    ----------
    problem : MixProblem
        Its tables.
    program : LinearProgram
        The arrays that hold ``model``, which may be those of a whole pathway.
    model : ConcreteModel or Block
        The model of the problem.
    added : Additions
        What rules added to it.
    """
    found = _Reader(problem, program, model)
    every = [*found.limits(), *found.margins(), *found.sizes(), *found.choices(), *found.demands()]
    return [*every, *added_requirements(added, program)]


def added_requirements(added: Additions, program: LinearProgram) -> list[Requirement]:
    """Return the constraints that rules added, but for those that only join sizes."""
    rows: dict[str, list[int]] = {}
    for name, _, row in added.rows:
        if not name.startswith("linked_"):
            rows.setdefault(name, []).append(program.rows.at(row))
    return [
        Requirement(
            ADDED,
            *(told := added_label(name, added.called))[:2],
            "rules",
            name,
            "",
            np.nan,
            told[2],
            free_rows=np.array(places, dtype=int),
        )
        for name, places in rows.items()
    ]


def build_rates(
    most: dict[tuple[str, int], float], places: dict[tuple[str, int], int], stores: set[str]
) -> list[Requirement]:
    """Return what can be built in a period of a pathway at most, MW or MWh."""
    return [
        Requirement(
            BUILD_RATE,
            *build_rate_label(name, most[name, year], year, unit := "MWh" if name in stores else "MW"),
            "stock",
            name,
            "build_max_per_year",
            most[name, year],
            unit,
            year,
            free_rows=np.array([place]),
        )
        for (name, year), place in places.items()
    ]


class _Reader:
    """Reads requirements of one problem out of its tables and its model."""

    def __init__(self, problem: MixProblem, program: LinearProgram, model: Any) -> None:
        self._problem, self._program, self._model = problem, program, model

    def limits(self) -> Iterator[Requirement]:
        """Yield the limits that hold at any price."""
        rows = self._problem.limit_rows()
        for row in rows[~rows["limit"].isin(self._problem.missed_price)].itertuples():
            share = bool(np.isfinite(row.share))
            yield Requirement(
                str(row.kind),
                *limit_label(row),
                "limits",
                str(row.limit),
                "share" if share else "value",
                float(row.share if share else row.value),
                "" if share else str(row.unit),
                is_floor=row.sense == AT_LEAST,
                free_rows=np.array([self._program.rows.at(self._model.annual_limits[row.limit])]),
            )

    def margins(self) -> Iterator[Requirement]:
        """Yield the reserve margins."""
        for bus, margin in margins(self._problem.buses).items():
            rows = margin_rows(self._program, self._model, bus)
            yield Requirement(
                RESERVE,
                *margin_labels(bus, margin),
                "buses",
                bus,
                "reserve_margin",
                margin,
                "",
                free_rows=rows,
            )

    def sizes(self) -> Iterator[Requirement]:
        """Yield what each technology may have or must have."""
        for kind, (table, key, column) in SIZES.items():
            rows: pd.DataFrame = getattr(self._problem, table)
            amounts = rows[column].to_numpy(dtype=float)
            rows = rows[amounts > 0] if kind == "smallest" else rows[np.isfinite(amounts)]
            named = rows["technology"].where(rows["technology"] != "", rows[key])
            for technology, part in rows.groupby(named, sort=False):
                names = [str(name) for name in part[key]]
                total = float(part[column].astype(float).sum())
                said = Requirement(
                    kind,
                    *size_label(kind, str(technology), part, total, UNITS[kind]),
                    table,
                    listed(names),
                    column,
                    total,
                    UNITS[kind],
                    names=tuple(names),
                )
                yield self._placed(said, kind, names)

    def _placed(self, said: Requirement, kind: str, names: list[str]) -> Requirement:
        """Return a requirement on sizes with the rows and bounds that say it."""
        model, columns, rows = self._model, self._program.columns, self._program.rows
        if kind == "year":
            return replace(said, free_rows=_places(rows.at(model.annual_maximum[name]) for name in names))
        if kind == "smallest":
            return replace(said, free_below=_places(columns.at(model.capacity[name]) for name in names))
        if kind == "largest_store":
            bounds = [part for name in names for part in self._store_bounds(name)]
            return _above(said, [columns.at(model.store[name]) for name in names], bounds)
        costless = [name for name in names if self._problem.is_costless(name)]
        # Nothing shines at night, however much is built: a bound of 0 that the profile sets stays.
        bounds = [
            (name, self._of(model.output, name)[(profile := self._profile(name)) > 0], profile[profile > 0])
            for name in costless
        ]
        opened = _places(rows.at(model.open_limit[name]) for name in names if self._problem.is_chosen(name))
        sizes = [columns.at(model.capacity[name]) for name in names]
        return replace(_above(said, sizes, bounds), free_rows=opened)

    def _profile(self, name: str) -> np.ndarray:
        return self._problem.profile(self._problem.profile_of[name])

    def _store_bounds(self, name: str) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
        """Yield the columns of a store that costs nothing, and how their bounds rise with its size."""
        if not self._problem.is_costless(name):
            return
        model, stores = self._model, self._problem.storages
        hours = float(stores.loc[stores["storage"] == name, "energy_to_power_h"].iloc[0])
        parts = [(model.charge, 1 / hours if hours else 0.0), (model.discharge, 1 / hours if hours else 0.0)]
        # Where days are linked what a store holds has no bound of its own.
        parts += [] if self._problem.time.sequence is not None else [(model.level, 1.0)]
        for part, per in parts:
            places = self._of(part, name)
            yield name, places, np.full(len(places), per)

    def _of(self, component: Any, name: str) -> np.ndarray:
        """Return the columns of one process or store, one for each step."""
        places = self._program.columns.of_component(component)
        names = list(next(iter(component.index_set().subsets())))
        found: np.ndarray = places[names.index(name)]
        return found

    def choices(self) -> Iterator[Requirement]:
        """Yield the groups of which one at most is there."""
        for group in self._model.groups:
            place = self._program.rows.at(self._model.exclusive_choice[group])
            rows = self._problem.processes
            members = [str(name) for name in rows.loc[rows["exclusive_group"] == group, "process"]]
            yield Requirement(
                CHOICE,
                *choice_label(members),
                "processes",
                listed(members),
                "exclusive_group",
                np.nan,
                "",
                free_rows=np.array([place]),
            )

    def demands(self) -> Iterator[Requirement]:
        """Yield what must be served."""
        for row in self._problem.demands[self._problem.demands["annual_mwh"] > 0].itertuples():
            at_bus = self._bus_rows(str(row.bus))
            if at_bus is None:
                continue
            rows, asked = at_bus
            mine = asked(row)
            yield Requirement(
                DEMAND,
                *demand_label(str(row.demand), str(row.bus), float(row.annual_mwh)),
                "demands",
                str(row.demand),
                "annual_mwh",
                float(row.annual_mwh),
                "MWh",
                asked_rows=rows,
                asked=mine,
                free_rows=self._moved(str(row.demand)),
            )

    def _bus_rows(self, bus: str) -> Any:
        """Return the rows of balance of a bus, and what they ask for on behalf of a demand."""
        model, rows, problem = self._model, self._program.rows, self._problem
        if bus in model.annual_buses:
            return np.array([rows.at(model.annual_balance[bus])]), lambda row: np.array([row.annual_mwh])
        if bus not in model.buses:
            return None
        place = list(model.buses).index(bus)
        every = rows.of_component(model.bus_balance).reshape(len(model.buses), -1)[place]
        margin = margins(problem.buses).get(bus)
        if margin is not None:
            every = np.concatenate([every, margin_rows(self._program, model, bus)])

        def asked(row: Any) -> np.ndarray:
            mine = problem.demand_row_mw(row) * (1 - float(row.flexible_share))
            return mine if margin is None else np.concatenate([mine, (1 + margin) * mine])

        return every, asked

    def _moved(self, demand: str) -> np.ndarray:
        """Return the rows that ask for what may move of a demand."""
        model = self._model
        flexible = list(self._problem.flexible["demand"])
        if demand not in flexible:
            return _NONE
        rows = [
            self._program.rows.at(row) for (name, _), row in model.flexible_demand.items() if name == demand
        ]
        return np.array(rows, dtype=int)


def margin_rows(program: LinearProgram, model: Any, bus: str) -> np.ndarray:
    """Return the rows of the reserve margin of a bus, one for each step."""
    places = program.rows.of_component(model.reserve_margin).reshape(len(model.reserve_buses), -1)
    found: np.ndarray = places[list(model.reserve_buses).index(bus)]
    return found


def _places(found: Iterable[int]) -> np.ndarray:
    return np.array(list(found), dtype=int)


def _above(
    said: Requirement, sizes: list[int], bounds: list[tuple[str, np.ndarray, np.ndarray]]
) -> Requirement:
    """Return a requirement with the columns whose upper bounds it sets: sizes, and what follows them."""
    of = [said.names.index(name) for name, _, _ in bounds]
    return replace(
        said,
        free_above=np.concatenate([_places(sizes), *(places for _, places, _ in bounds)]),
        above_per=np.concatenate([np.ones(len(sizes)), *(per for _, _, per in bounds)]),
        above_of=np.concatenate(
            [np.arange(len(sizes)), *(np.full(len(p), k) for k, (_, p, _) in zip(of, bounds, strict=True))]
        ),
    )
