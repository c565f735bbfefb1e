"""More contradictions to be planted: ways of supply, limits, and what is told without stopping."""

import random

import numpy as np
import pandas as pd

from tests.optimise.planted import (
    COSTS,
    Place,
    add_process,
    any_profile,
    any_row,
    kind,
    misspelt,
    new,
    served,
    somewhere,
)
from tests.optimise.random_problems import Draft

#: Tables that ways of supply are read from.
WAYS = ("buses", "processes", "flows", "storages", "demands")


# ── ways of supply ───────────────────────────────────────────────────────────────────────────────────────


def add_bus(draft: Draft, rng: random.Random) -> str:
    """A bus of its own."""
    bus = new(draft, rng)
    draft.add("buses", **(draft.tables["buses"].iloc[0].to_dict() | {"bus": bus, "annual": False}))
    return bus


def add_demand(draft: Draft, rng: random.Random, bus: str) -> str:
    """A demand at a bus."""
    name = new(draft, rng)
    draft.add("demands", demand=name, bus=bus, annual_mwh=rng.uniform(1, 100), profile="")
    return name


@kind(needs=WAYS)
def a_demand_that_nobody_serves(draft: Draft, rng: random.Random) -> Place:
    bus = add_bus(draft, rng)
    name = add_demand(draft, rng, bus)
    for _ in range(rng.randint(0, 3)):  # a chain that begins nowhere
        before, link = add_bus(draft, rng), new(draft, rng)
        add_process(draft, process=link, bus_in=before, bus_out=bus)
        bus = before
    if rng.random() < 0.5:
        add_process(draft, process=new(draft, rng), bus_out=bus, capacity_max_mw=0.0)
    return "demands", f"'{name}'", "bus"


@kind(alone=True)
def a_circle_that_no_source_feeds(draft: Draft, rng: random.Random) -> Place:
    one, other = add_bus(draft, rng), add_bus(draft, rng)
    name = add_demand(draft, rng, rng.choice([one, other]))
    first, second = new(draft, rng), misspelt(new(draft, rng), rng)
    add_process(draft, process=first, bus_in=one, bus_out=other, efficiency=rng.uniform(0.5, 1))
    add_process(draft, process=second, bus_in=other, bus_out=one, efficiency=rng.uniform(0.5, 1))
    return "demands", f"'{name}'", "bus"


@kind(needs=("processes", "flows", "limits"))
def energy_out_of_nothing(draft: Draft, rng: random.Random) -> Place:
    one, other = rng.choice(served(draft)), add_bus(draft, rng)
    first, second = new(draft, rng), misspelt(new(draft, rng), rng)
    add_process(draft, process=first, bus_in=one, bus_out=other, efficiency=rng.uniform(2, 4))
    add_process(draft, process=second, bus_in=other, bus_out=one, efficiency=rng.uniform(0.6, 0.9))
    return "processes", f"'{first}'", f"'{second}'", "efficiency"


@kind(needs=WAYS)
def must_run_that_nobody_takes(draft: Draft, rng: random.Random) -> Place:
    bus, name = add_bus(draft, rng), new(draft, rng)
    add_demand(draft, rng, bus)
    size = 101 / len(draft.profiles) * rng.uniform(1, 3)
    add_process(draft, process=name, bus_out=bus, must_run=True, capacity_min_mw=size)
    return "processes", f"'{name}'", "capacity_min_mw"


# ── limits ───────────────────────────────────────────────────────────────────────────────────────────────


def add_limit(
    draft: Draft, name: str, sense: str, value: float, amounts: dict[str, float], **others: object
) -> None:
    """A limit over some processes."""
    for process, amount in amounts.items():
        draft.add(
            "limits", limit=name, process=process, coefficient=amount, sense=sense, value=value, **others
        )


def some_amounts(draft: Draft, rng: random.Random) -> dict[str, float]:
    """Amounts above zero of a few processes."""
    return {name: rng.uniform(0.1, 3) for name in rng.sample(draft.names("processes")[:6], rng.randint(1, 4))}


@kind(needs=("limits",))
def two_limits_that_contradict(draft: Draft, rng: random.Random) -> Place:
    low, high = new(draft, rng), misspelt(new(draft, rng), rng)
    amounts, value, times = (
        some_amounts(draft, rng),
        rng.uniform(1, 1000),
        rng.choice([1.0, -1.0]) * rng.uniform(0.1, 9),
    )
    add_limit(draft, low, "at_least", value * rng.uniform(1.001, 3), amounts)
    scaled = {name: times * amount for name, amount in amounts.items()}
    add_limit(draft, high, "at_most" if times > 0 else "at_least", times * value, scaled)
    return "limits", f"'{low}'", f"'{high}'", "value"


@kind(needs=("limits",))
def two_shares_that_contradict(draft: Draft, rng: random.Random) -> Place:
    low, high = new(draft, rng), misspelt(new(draft, rng), rng)
    names = rng.sample(draft.names("processes")[:6], 3)
    most = rng.uniform(0.1, 0.6)
    for limit, sense, share in ((low, "at_least", most + rng.uniform(0.01, 0.3)), (high, "at_most", most)):
        for place, name in enumerate(names):
            draft.add(
                "limits",
                limit=limit,
                process=name,
                coefficient=float(place == 0) - share,
                sense=sense,
                value=0.0,
                share=share,
                share_of=1.0,
            )
    return "limits", f"'{low}'", f"'{high}'", "share"


@kind(needs=("limits",))
def a_sum_that_can_have_no_such_sign(draft: Draft, rng: random.Random) -> Place:
    name, amounts = new(draft, rng), some_amounts(draft, rng)
    if rng.random() < 0.5:
        add_limit(draft, name, "at_most", -rng.uniform(0.1, 99), amounts)
    else:
        minus = {process: -amount for process, amount in amounts.items()}
        add_limit(draft, name, "at_least", rng.uniform(0.1, 99), minus)
    return "limits", f"'{name}'", "value"


@kind(needs=("limits",))
def a_limit_with_two_values(draft: Draft, rng: random.Random) -> Place:
    name, amounts = new(draft, rng), some_amounts(draft, rng)
    add_limit(draft, name, "at_most", 10.0, amounts)
    draft.add("limits", limit=name, process="", coefficient=rng.uniform(1, 2), sense="at_most", value=11.0)
    return "limits", f"'{name}'", "value"


@kind(needs=("limits",))
def a_limit_of_nothing(draft: Draft, rng: random.Random) -> Place:
    name = new(draft, rng)
    draft.add("limits", limit=name, process="", coefficient=rng.uniform(1, 2), sense="at_most", value=11.0)
    return "limits", f"'{name}'", "coefficient"


@kind(breaks=("limits",))
def a_sense_that_is_none(draft: Draft, rng: random.Random) -> Place:
    row = any_row(draft, rng, "limits")
    draft.set("limits", row, "sense", rng.choice(["<=", "at most", "max", "at_lest"]))
    return "limits", f"'{draft.names('limits')[row]}'", "sense"


@kind(needs=("limits",))
def a_process_without_its_amount(draft: Draft, rng: random.Random) -> Place:
    row = any_row(draft, rng, "limits", draft.tables["limits"]["process"] != "")
    draft.set("limits", row, "coefficient", np.nan)
    return "limits", f"'{draft.names('limits')[row]}'", "coefficient"


# ── what is told, and does not stop ──────────────────────────────────────────────────────────────────────


@kind(remark=True)
def money_out_of_nothing(draft: Draft, rng: random.Random) -> Place:
    bus, buyer, seller = rng.choice(served(draft)), new(draft, rng), misspelt(new(draft, rng), rng)
    price = rng.uniform(1, 99)
    add_process(draft, process=buyer, bus_out=bus, variable_eur_per_mwh=price)
    add_process(draft, process=seller, bus_in=bus, variable_eur_per_mwh=-price * rng.uniform(1.01, 3))
    return "processes", seller, "variable_eur_per_mwh"


@kind(remark=True)
def a_blank_cost(draft: Draft, rng: random.Random) -> Place:
    return somewhere(draft, rng, COSTS, np.nan)


@kind(remark=True)
def kilowatts_for_megawatts(draft: Draft, rng: random.Random) -> Place:
    name, peak = new(draft, rng), 0.0
    for row in draft.tables["demands"].itertuples():
        shape = draft.profiles[row.profile] if row.profile else pd.Series([1.0] * len(draft.profiles))
        peak += float(row.annual_mwh * shape.max() / shape.sum())
    size = peak * rng.uniform(2e4, 1e6)
    add_process(draft, process=name, bus_out=rng.choice(served(draft)), capacity_max_mw=size)
    return "processes", f"'{name}'", "capacity_max_mw"


@kind(remark=True)
def a_profile_in_percent(draft: Draft, rng: random.Random) -> Place:
    name = any_profile(draft, rng)
    draft.profiles = draft.profiles.assign(**{name: draft.profiles[name] * 100})
    plant = new(draft, rng)
    add_process(draft, process=plant, bus_out=rng.choice(served(draft)), profile=name, capacity_max_mw=1.0)
    return "profiles", f"'{name}'", "processes"


@kind(remark=True)
def a_coefficient_that_is_almost_nothing(draft: Draft, rng: random.Random) -> Place:
    name = new(draft, rng)
    amounts = dict(
        zip(rng.sample(draft.names("processes")[:5], 2), (1.0, rng.uniform(1e-14, 1e-10)), strict=True)
    )
    add_limit(draft, name, "at_most", 1e9, amounts)
    return "limits", f"'{name}'", "coefficient"


@kind(remark=True)
def a_plant_that_is_counted_twice(draft: Draft, rng: random.Random) -> Place:
    one, other = new(draft, rng), misspelt(new(draft, rng), rng)
    size, bus, cost = rng.uniform(0.1, 9), rng.choice(served(draft)), rng.uniform(1, 9)
    for name in (one, other):
        add_process(
            draft,
            process=name,
            technology="twin",
            bus_out=bus,
            capacity_existing_mw=size,
            capacity_max_mw=size,
            variable_eur_per_mwh=cost,
        )
    return "processes", f"'{one}'", f"'{other}'", "capacity_existing_mw"


@kind(remark=True)
def a_target_out_of_reach(draft: Draft, rng: random.Random) -> Place:
    name, plant = new(draft, rng), new(draft, rng)
    size = rng.uniform(1, 9)
    add_process(draft, process=plant, bus_out=rng.choice(served(draft)), capacity_max_mw=size)
    add_limit(draft, name, "at_least", size * len(draft.profiles) * rng.uniform(1.01, 2), {plant: 1.0})
    return "limits", f"'{name}'", "value"


@kind(remark=True)
def targets_that_clash_together(draft: Draft, rng: random.Random) -> Place:
    """Three limits, any two of which can be kept: two floors of which the demand carries one."""
    bus = add_bus(draft, rng)
    add_demand(draft, rng, bus)
    need = float(draft.tables["demands"]["annual_mwh"].iloc[-1])
    names = [new(draft, rng) + letter for letter in "abc"]
    limits = [new(draft, rng) + letter for letter in "abc"]
    for name in names:
        add_process(draft, process=name, bus_out=bus, variable_eur_per_mwh=1.0)
    for limit, name in zip(limits, names, strict=True):
        add_limit(draft, limit, "at_least", need * rng.uniform(0.4, 0.49), {name: 1.0})
    return ("limits", *(f"'{limit}'" for limit in limits), "value")


# ── reserve margins ──────────────────────────────────────────────────────────────────────────────────────


def ask_for_margin(draft: Draft, rng: random.Random, margin: float, *, waits: bool = False) -> str:
    """Ask for a margin at a bus that balances in every hour, or over the year."""
    buses = draft.tables["buses"]
    here = rng.choice(list(buses.loc[buses["annual"].astype(bool) == waits, "bus"]))
    draft.tables["buses"] = buses.assign(reserve_margin=np.where(buses["bus"] == here, margin, np.nan))
    return str(here)


@kind(breaks=("buses",))
def a_margin_in_percent(draft: Draft, rng: random.Random) -> Place:
    return "buses", f"'{ask_for_margin(draft, rng, rng.uniform(2, 50))}'", "reserve_margin"


@kind(alone=True)
def a_margin_that_nothing_counts_towards(draft: Draft, rng: random.Random) -> Place:
    for table in ("processes", "storages"):
        draft.tables[table] = draft.tables[table].assign(capacity_credit=0.0)
    return "buses", f"'{ask_for_margin(draft, rng, rng.uniform(0, 1))}'", "reserve_margin"


@kind(alone=True)
def a_margin_where_no_hour_is(draft: Draft, rng: random.Random) -> Place:
    return "buses", f"'{ask_for_margin(draft, rng, rng.uniform(0, 1), waits=True)}'", "reserve_margin"


@kind(breaks=("processes",))
def a_credit_in_percent(draft: Draft, rng: random.Random) -> Place:
    row = any_row(draft, rng, "processes")
    credit = np.ones(len(draft.tables["processes"]))
    credit[row] = rng.uniform(2, 100)
    draft.tables["processes"] = draft.tables["processes"].assign(capacity_credit=credit)
    return "processes", f"'{draft.names('processes')[row]}'", "capacity_credit"
