"""Problems drawn at random that have a plan: names, sizes, prices and shapes say nothing to the code."""

import random
import string
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from leb_kit.optimise import MixProblem
from leb_kit.optimise.question.time import TypicalDays

HOURS = 48
INFINITE = float("inf")
#: What is left out of a row of processes.
BLANK = {"technology": "", "bus_in": "", "profile": "", "efficiency": 1.0} | dict.fromkeys(
    ("capex_eur_per_mw_year", "fixed_eur_per_mw_year", "variable_eur_per_mwh"), 0.0
)


@dataclass
class Draft:
    """Tables before they are checked; ``time`` as ``from_tables`` takes it."""

    tables: dict[str, pd.DataFrame]
    profiles: pd.DataFrame
    time: TypicalDays | str = "all"
    options: dict[str, Any] = field(default_factory=dict)

    def copy(self) -> "Draft":
        """A draft that can be spoilt without spoiling this one."""
        tables = {name: table.copy() for name, table in self.tables.items()}
        return Draft(tables, self.profiles.copy(), self.time, dict(self.options))

    def problem(self) -> MixProblem:
        """The tables, checked."""
        return MixProblem.from_tables(**self.tables, profiles=self.profiles, time=self.time, **self.options)

    def set(self, table: str, row: int, column: str, value: object) -> None:
        """Write one cell, whatever its type."""
        cells = self.tables[table][column].astype(object)
        cells.iloc[row] = value
        self.tables[table] = self.tables[table].assign(**{column: cells})

    def add(self, table: str, **cells: object) -> None:
        """Add a row."""
        rows = [*self.tables[table].to_dict("records"), cells]
        self.tables[table] = pd.DataFrame(rows)

    def names(self, table: str) -> list[str]:
        """Names of the rows."""
        return list(self.tables[table].iloc[:, 0])


def word(rng: random.Random, taken: set[str]) -> str:
    """A name that nobody has yet."""
    while True:
        found = "".join(rng.choices(string.ascii_lowercase, k=7))
        if found not in taken:
            taken.add(found)
            return found


def draw(rng: random.Random, hours: int = HOURS) -> Draft:
    """A draft with a plan: each bus has a source without limit, and limits leave it room."""
    taken: set[str] = set()
    buses = [word(rng, taken) for _ in range(rng.randint(2, 4))]
    fuel = word(rng, taken)
    shapes = {word(rng, taken): [rng.random() for _ in range(hours)] for _ in range(3)}
    sunny, *busy = shapes
    rows: list[dict[str, object]] = [_source(rng, word(rng, taken), bus) for bus in [*buses, fuel]]
    rows += [
        {
            "process": word(rng, taken),
            "technology": rng.choice(["", "maker"]),
            "bus_in": rng.choice([*buses[:place], fuel]),
            "bus_out": buses[place],
            "efficiency": rng.uniform(0.3, 0.95),
            "capacity_existing_mw": rng.choice([0.0, rng.uniform(0, 50)]),
            "capacity_max_mw": rng.uniform(50, 100),
            "capex_eur_per_mw_year": rng.uniform(1, 9),
            "variable_eur_per_mwh": rng.uniform(0, 5),
        }
        for place in range(len(buses))
    ]
    rows.append(
        {
            "process": word(rng, taken),
            "technology": "solar",
            "bus_out": buses[0],
            "profile": sunny,
            "capacity_max_mw": rng.uniform(1, 20),
            "capacity_existing_mw": rng.uniform(0, 1),
            "capex_eur_per_mw_year": rng.uniform(1, 9),
            "fixed_eur_per_mw_year": rng.uniform(0, 1),
        }
    )
    demands = [
        {
            "demand": word(rng, taken),
            "bus": bus,
            "annual_mwh": rng.uniform(10, 1000),
            "profile": rng.choice([*busy, ""]),
        }
        for bus in buses
    ]
    storages = [
        {
            "storage": word(rng, taken),
            "bus": bus,
            "capacity_existing_mwh": rng.uniform(0, 5),
            "capacity_max_mwh": rng.choice([INFINITE, rng.uniform(5, 50)]),
            "capex_eur_per_mwh_year": rng.uniform(0.1, 5),
            "energy_to_power_h": rng.uniform(1, 8),
            "charge_efficiency": rng.uniform(0.7, 1),
            "discharge_efficiency": rng.uniform(0.7, 1),
            "loss_per_hour": rng.uniform(0, 0.1),
        }
        for bus in rng.sample(buses, 2)
    ]
    tables = {
        "buses": pd.DataFrame({"bus": [*buses, fuel], "annual": [*[False] * len(buses), True]}),
        "processes": pd.DataFrame(rows).fillna(BLANK),
        "demands": pd.DataFrame(demands),
        "storages": pd.DataFrame(storages),
        "limits": pd.DataFrame(_limits(rng, taken, rows, demands)),
        "flows": pd.DataFrame(
            [{"process": rows[-2]["process"], "bus": fuel, "coefficient": -rng.uniform(0.01, 0.1)}]
            if rows[-2]["bus_in"] != fuel
            else [{"process": rows[-2]["process"], "bus": buses[0], "coefficient": -rng.uniform(0.01, 0.1)}]
        ),
    }
    return Draft(tables, pd.DataFrame(shapes))


def _source(rng: random.Random, name: str, bus: str) -> dict[str, object]:
    return {
        "process": name,
        "bus_out": bus,
        "efficiency": 1.0,
        "capacity_existing_mw": 0.0,
        "capacity_max_mw": INFINITE,
        "capex_eur_per_mw_year": 0.0,
        "fixed_eur_per_mw_year": 0.0,
        "variable_eur_per_mwh": rng.uniform(10, 90),
    }


def _limits(
    rng: random.Random, taken: set[str], rows: list[dict[str, object]], demands: list[dict[str, Any]]
) -> list[dict[str, object]]:
    """A cap with room for all, and a floor under a source that its demand can carry."""
    cap, floor = word(rng, taken), word(rng, taken)
    weights = {str(row["process"]): rng.uniform(0.1, 2) for row in rows[:4]}
    room = 1e3 * sum(row["annual_mwh"] for row in demands)
    first = demands[0]
    return [
        *(
            {"limit": cap, "process": name, "coefficient": weight, "sense": "at_most", "value": room}
            for name, weight in weights.items()
        ),
        {
            "limit": floor,
            "process": rows[0]["process"],
            "coefficient": 1.0,
            "sense": "at_least",
            "value": 0.1 * first["annual_mwh"],
        },
    ]
