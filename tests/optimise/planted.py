"""Contradictions to be planted in a problem: where and with which value is drawn at random.

Each plant changes a draft and returns what the sentence must hold: table, name of the row, column.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leb_kit.optimise import typical_days
from tests.optimise.random_problems import Draft, word

Place = tuple[str, ...]
Plant = Callable[[Draft, random.Random], Place]


@dataclass(frozen=True)
class Kind:
    """A kind of contradiction.

    It ``breaks`` tables so that what ``needs`` them cannot be looked at as well; ``alone``: all else must be
    right; ``remark``: it is told and does not stop.
    """

    plant: Plant
    breaks: frozenset[str]
    needs: frozenset[str]
    alone: bool
    remark: bool


KINDS: dict[str, Kind] = {}


def kind(
    *, breaks: tuple[str, ...] = (), needs: tuple[str, ...] = (), alone: bool = False, remark: bool = False
) -> Callable[[Plant], Plant]:
    """Register a plant."""

    def register(plant: Plant) -> Plant:
        KINDS[plant.__name__] = Kind(plant, frozenset(breaks), frozenset(needs), alone, remark)
        return plant

    return register


#: Columns of numbers that cannot be blank, and those that can: table, column.
REQUIRED = (("flows", "coefficient"), ("demands", "annual_mwh"), ("limits", "value"))
COSTS = (
    ("processes", "capex_eur_per_mw_year"),
    ("processes", "fixed_eur_per_mw_year"),
    ("processes", "variable_eur_per_mwh"),
    ("storages", "capex_eur_per_mwh_year"),
)
FROM_ZERO = (
    ("processes", "capacity_existing_mw"),
    ("processes", "capex_eur_per_mw_year"),
    ("processes", "efficiency"),
    ("storages", "capacity_existing_mwh"),
    ("storages", "loss_per_hour"),
    ("storages", "energy_to_power_h"),
    ("demands", "annual_mwh"),
)


def somewhere(draft: Draft, rng: random.Random, columns: tuple[tuple[str, str], ...], value: object) -> Place:
    """Write a value into a random row of one of the columns."""
    table, column = rng.choice([place for place in columns if place[1] in draft.tables[place[0]]])
    row = rng.randrange(len(draft.tables[table]))
    draft.set(table, row, column, value)
    return table, f"'{draft.names(table)[row]}'", column


def any_row(draft: Draft, rng: random.Random, table: str, where: object = 1) -> int:
    """A row of a table for which something holds."""
    rows = np.flatnonzero(np.broadcast_to(np.asarray(where, dtype=bool), len(draft.tables[table])))
    return int(rng.choice(list(rows)))


def served(draft: Draft) -> list[str]:
    """Buses at which something is needed."""
    demands = draft.tables["demands"]
    return list(demands.loc[demands["annual_mwh"] > 0, "bus"])


def new(draft: Draft, rng: random.Random) -> str:
    """A name that nothing has."""
    taken = {str(cell) for table in draft.tables.values() for cell in table.iloc[:, 0]}
    return word(rng, taken)


def add_process(draft: Draft, **cells: object) -> None:
    """Add a process; what is not said is neutral."""
    rows = draft.tables["processes"]
    neutral = {column: 0.0 if pd.api.types.is_numeric_dtype(rows[column]) else "" for column in rows}
    known = {"efficiency": 1.0, "capacity_max_mw": np.inf, "annual_max_mwh": np.inf, "must_run": False}
    known |= {"capacity_use": 1.0} if "capacity_use" in rows else {}
    draft.add("processes", **(neutral | known | cells))
    rows = draft.tables["processes"]
    draft.tables["processes"] = rows.assign(
        must_run=rows["must_run"].fillna(value=False).astype(bool),
        annual_max_mwh=rows["annual_max_mwh"].fillna(np.inf),
    )


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────


@kind(breaks=("flows", "demands", "limits"))
def nothing_where_a_number_is_needed(draft: Draft, rng: random.Random) -> Place:
    return somewhere(draft, rng, REQUIRED, np.nan)


@kind(breaks=("processes", "storages", "flows", "demands", "limits"))
def infinite_number(draft: Draft, rng: random.Random) -> Place:
    return somewhere(draft, rng, REQUIRED + COSTS, rng.choice([np.inf, -np.inf]))


@kind(breaks=("processes", "storages", "flows", "demands", "limits"))
def text_for_a_number(draft: Draft, rng: random.Random) -> Place:
    return somewhere(draft, rng, REQUIRED + COSTS, rng.choice(["much", "8,5", "1.000,0", "n.d."]))


@kind(breaks=("processes", "storages", "demands"))
def below_zero(draft: Draft, rng: random.Random) -> Place:
    return somewhere(draft, rng, FROM_ZERO, -rng.uniform(0.001, 99))


@kind(breaks=("storages",))
def a_store_that_gives_more_than_it_got(draft: Draft, rng: random.Random) -> Place:
    columns = (("storages", "charge_efficiency"), ("storages", "discharge_efficiency"))
    return somewhere(draft, rng, columns, rng.uniform(1.001, 3))


@kind()
def a_number_beyond_all_measure(draft: Draft, rng: random.Random) -> Place:
    return somewhere(draft, rng, REQUIRED + COSTS, 10.0 ** rng.uniform(15.1, 30))


@kind()
def nothing_comes_out(draft: Draft, rng: random.Random) -> Place:
    columns = (
        ("processes", "efficiency"),
        ("storages", "charge_efficiency"),
        ("storages", "discharge_efficiency"),
    )
    return somewhere(draft, rng, columns, 0.0)


@kind()
def a_store_that_loses_all(draft: Draft, rng: random.Random) -> Place:
    return somewhere(draft, rng, (("storages", "loss_per_hour"),), 1.0)


@kind()
def more_exists_than_may(draft: Draft, rng: random.Random) -> Place:
    table, unit = rng.choice([("processes", "mw"), ("storages", "mwh")])
    row = any_row(draft, rng, table)
    most = rng.uniform(1, 50)
    draft.set(table, row, f"capacity_max_{unit}", most)
    draft.set(table, row, f"capacity_existing_{unit}", most * rng.uniform(1.001, 5))
    return table, f"'{draft.names(table)[row]}'", f"capacity_existing_{unit}"


@kind()
def the_least_above_the_most(draft: Draft, rng: random.Random) -> Place:
    row = any_row(draft, rng, "processes", draft.tables["processes"]["capacity_existing_mw"] == 0)
    if "capacity_min_mw" not in draft.tables["processes"]:
        draft.tables["processes"] = draft.tables["processes"].assign(capacity_min_mw=0.0)
    draft.set("processes", row, "capacity_max_mw", 5.0)
    draft.set("processes", row, "capacity_min_mw", rng.uniform(5.1, 500))
    return "processes", f"'{draft.names('processes')[row]}'", "capacity_min_mw"


@kind()
def must_give_more_than_it_may(draft: Draft, rng: random.Random) -> Place:
    name = new(draft, rng)
    hours = len(draft.profiles)
    size = rng.uniform(0.1, 2)
    add_process(
        draft,
        process=name,
        bus_out=rng.choice(served(draft)),
        must_run=True,
        capacity_min_mw=size,
        annual_max_mwh=size * hours * rng.uniform(0, 0.99),
    )
    return "processes", f"'{name}'", "annual_max_mwh"


# ── names ────────────────────────────────────────────────────────────────────────────────────────────────


def misspelt(name: str, rng: random.Random) -> str:
    """A letter too many."""
    place = rng.randrange(1, len(name))
    return name[:place] + rng.choice("qxz") + name[place:]


@kind(breaks=("processes", "flows", "storages", "demands", "limits"))
def a_name_that_nothing_declares(draft: Draft, rng: random.Random) -> Place:
    places = (
        ("processes", "bus_out"),
        ("demands", "bus"),
        ("storages", "bus"),
        ("limits", "process"),
        ("flows", "process"),
        ("demands", "profile"),
    )
    words = {place: draft.tables[place[0]][place[1]].astype(str).str.len() > 1 for place in places}
    table, column = rng.choice([place for place in places if words[place].any()])
    row = any_row(draft, rng, table, words[table, column])
    draft.set(table, row, column, misspelt(str(draft.tables[table][column].iloc[row]), rng))
    return table, f"'{draft.names(table)[row]}", column


@kind(breaks=("processes", "storages", "demands", "buses"))
def the_same_row_twice(draft: Draft, rng: random.Random) -> Place:
    table, column = rng.choice(
        [("processes", "process"), ("storages", "storage"), ("demands", "demand"), ("buses", "bus")]
    )
    row = any_row(draft, rng, table)
    draft.add(table, **draft.tables[table].iloc[row].to_dict())
    return table, f"'{draft.names(table)[row]}'", column


@kind()
def a_store_named_as_a_process(draft: Draft, rng: random.Random) -> Place:
    row, name = any_row(draft, rng, "storages"), rng.choice(draft.names("processes"))
    draft.set("storages", row, "storage", name)
    return "storages", f"'{name}'", "process"


@kind()
def a_process_that_feeds_itself(draft: Draft, rng: random.Random) -> Place:
    name, bus = new(draft, rng), rng.choice(served(draft))
    add_process(draft, process=name, bus_in=bus, bus_out=bus, efficiency=rng.uniform(0.5, 3))
    return "processes", f"'{name}'", "bus_in", bus


@kind()
def a_flow_that_is_said_twice(draft: Draft, rng: random.Random) -> Place:
    name, bus = new(draft, rng), rng.choice(served(draft))
    add_process(draft, process=name, bus_out=bus, capacity_max_mw=1.0)
    draft.add("flows", process=name, bus=bus, coefficient=rng.uniform(0.5, 1))
    return "flows", f"'{name}'", bus


@kind()
def a_store_where_none_is_needed(draft: Draft, rng: random.Random) -> Place:
    name = new(draft, rng)
    buses = draft.tables["buses"]
    row = draft.tables["storages"].iloc[any_row(draft, rng, "storages")].to_dict()
    bus = rng.choice(list(buses.loc[buses["annual"].astype(bool), "bus"]))
    draft.add("storages", **(row | {"storage": name, "bus": bus}))
    return "storages", f"'{name}'", "bus", bus


# ── profiles ─────────────────────────────────────────────────────────────────────────────────────────────


def any_profile(draft: Draft, rng: random.Random) -> str:
    """A profile in the table."""
    return str(rng.choice(list(draft.profiles.columns)))


@kind(breaks=("profiles",))
def an_hour_without_a_value(draft: Draft, rng: random.Random) -> Place:
    name, row = any_profile(draft, rng), rng.randrange(len(draft.profiles))
    draft.profiles.loc[draft.profiles.index[row], name] = rng.choice([np.nan, np.inf])
    return "profiles", f"row {draft.profiles.index[row]}", name


@kind(breaks=("profiles",))
def an_hour_below_zero(draft: Draft, rng: random.Random) -> Place:
    name, row = any_profile(draft, rng), rng.randrange(len(draft.profiles))
    draft.profiles.loc[draft.profiles.index[row], name] = -rng.uniform(0.001, 5)
    return "profiles", f"row {draft.profiles.index[row]}", name


@kind(breaks=("profiles",))
def an_hour_that_the_clock_skips(draft: Draft, rng: random.Random) -> Place:
    clock = pd.date_range("2019-01-01", periods=len(draft.profiles), freq="h")
    row = rng.randrange(1, len(clock) - 1)
    draft.profiles = draft.profiles.set_axis(clock, axis=0).drop(clock[row])
    return "profiles", f"row {clock[row - 1]}", str(clock[row])


@kind(breaks=("profiles",))
def a_profile_of_the_wrong_length(draft: Draft, rng: random.Random) -> Place:
    count = rng.choice([8759, 8784, 24, 17520, 35040, 8761])
    rows = np.resize(np.arange(len(draft.profiles)), count)
    draft.profiles = draft.profiles.iloc[rows].reset_index(drop=True)
    draft.time = rng.choice(["year", typical_days(3)])
    return "profiles", "rows", f"found {count}"


@kind(needs=("demands",))
def a_demand_in_no_hour(draft: Draft, rng: random.Random) -> Place:
    row, name = any_row(draft, rng, "demands", draft.tables["demands"]["annual_mwh"] > 0), new(draft, rng)
    draft.profiles = draft.profiles.assign(**{name: 0.0})
    draft.set("demands", row, "profile", name)
    return "demands", f"'{draft.names('demands')[row]}'", "profile", name
