"""Ways of supply: demands to which no energy can come, and energy for which there is no use.

A way needs a plant with room (capacity, energy of a year, an hour in its profile) and something at each bus
that it takes from. What is said here holds whatever a plan decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from leb_kit.errors import say
from leb_kit.optimise.checks.faults import Tables, listed
from leb_kit.optimise.checks.loops import gain_told, gaining
from leb_kit.optimise.checks.number_faults import SAME, full_load_hours


@dataclass(frozen=True)
class _Ways:
    """Who gives to each bus, what each process takes from, and which processes have room to work."""

    givers: dict[str, list[str]]
    takes: dict[str, list[str]]
    able: set[str]
    buses: set[str]


def supply_faults(tables: Tables, profiles: pd.DataFrame, *, sound: bool = True) -> list[str]:
    """Return demands at buses to which nothing can come.

    Parameters
    ----------
    tables : dict[str, pd.DataFrame]
        With all flows.
    profiles : pd.DataFrame
        One row for each hour.
    sound : bool
        All numbers can be trusted; only then are circles looked for, and measured.
    """
    ways = _ways(tables, profiles)
    if not set(tables["flows"]["bus"]) <= ways.buses or not len(profiles):
        return []  # a misspelt bus is told as such; that nothing reaches the right one goes without saying
    working, dead = _without_supply(ways)
    faults = [
        say("demands: '{name}' is at bus '{bus}',", name=row.demand, bus=row.bus)
        + _reason(str(row.bus), ways, {str(row.bus)})
        for row in tables["demands"][tables["demands"]["annual_mwh"] > 0].itertuples()
        if row.bus in dead
    ]
    if sound:
        faults += _circle_faults(tables, profiles, ways, working)
    return faults


def _ways(tables: Tables, profiles: pd.DataFrame) -> _Ways:
    flows, rows = tables["flows"], tables["processes"]
    givers: dict[str, list[str]] = {}
    takes: dict[str, list[str]] = {str(name): [] for name in rows["process"]}
    for row in flows.itertuples():
        if row.coefficient > 0:
            givers.setdefault(str(row.bus), []).append(str(row.process))
        elif row.coefficient < 0 and str(row.process) in takes:
            takes[str(row.process)].append(str(row.bus))
    hours = {name: full_load_hours(profiles, name) for name in set(map(str, rows["profile"]))}
    able = {
        str(row.process)
        for row in rows.itertuples()
        # What is no number is told as such: it does not stand in the way here.
        if not min(row.capacity_max_mw, row.annual_max_mwh) <= 0 and not hours[str(row.profile)] <= 0
    }
    return _Ways(givers, takes, able, set(tables["buses"]["bus"]))


def _without_supply(ways: _Ways) -> tuple[set[str], set[str]]:
    """Return processes that can work, and buses without any that gives: each lack may cause another."""
    working, dead = set(ways.able), set[str]()
    while True:
        found = {bus for bus in ways.buses - dead if not set(ways.givers.get(bus, ())) & working}
        if not found:
            return working, dead
        dead |= found
        working = {name for name in working if not dead & set(ways.takes[name])}


def _reason(bus: str, ways: _Ways, seen: set[str]) -> str:
    """Say why nothing comes to a bus: nobody gives, nobody may, or who gives lacks something."""
    givers = ways.givers.get(bus, [])
    if not givers:
        return say(" to which no process gives")
    unable = [name for name in givers if name not in ways.able]
    if len(unable) == len(givers):
        named = listed(f"'{name}'" for name in unable)
        return say(
            " to which only {names} may give, and capacity_max_mw, annual_max_mwh or profile is 0 there",
            names=named,
        )
    for name in givers:
        for other in ways.takes.get(name, []):
            if name in ways.able and other not in seen and _is_dead(other, ways):
                told = say(" to which '{name}' gives, which takes from '{other}',", name=name, other=other)
                return told + _reason(other, ways, seen | {other})
    return say(" to which no process gives that has what it takes")


def _is_dead(bus: str, ways: _Ways) -> bool:
    return bus in _without_supply(ways)[1]


def _circle_faults(tables: Tables, profiles: pd.DataFrame, ways: _Ways, working: set[str]) -> list[str]:
    """Demands that only processes serve which feed each other: nothing enters the circle from outside."""
    fed = _fed(ways, working)
    demands = tables["demands"][tables["demands"]["annual_mwh"] > 0]
    dead = _without_supply(ways)[1]
    asked = demands[~demands["bus"].isin(fed | dead)]
    if asked.empty:
        return []
    from leb_kit.optimise.checks.yearly import served  # SciPy is heavy: loaded when it is needed

    given = served(tables, profiles, list(asked["bus"]))
    faults = []
    for row in asked.itertuples():
        if given[row.bus] <= SAME * float(row.annual_mwh):
            circle = listed(f"'{name}'" for name in ways.givers[row.bus] if name in working)
            faults.append(
                say(
                    "demands: '{name}' is at bus '{bus}', to which {circle} give only what comes from there:"
                    " a circle that no source feeds",
                    name=row.demand,
                    bus=row.bus,
                    circle=circle,
                )
            )
    return faults


def _fed(ways: _Ways, working: set[str]) -> set[str]:
    """Return the buses to which some way leads from a process that takes nothing."""
    fed: set[str] = set()
    while True:
        found = {
            bus
            for bus in ways.buses - fed
            for name in ways.givers.get(bus, [])
            if name in working and (not ways.takes[name] or fed & set(ways.takes[name]))
        }
        if not found:
            return fed
        fed |= found


def gain_faults(tables: Tables, hours: int) -> list[str]:
    """Return processes that feed each other and give more than they take, at no cost: energy without end."""
    loop = gaining(tables, float(hours))
    return [gain_told(loop)] if loop is not None and loop.cost_eur <= 0 else []


def surplus_faults(tables: Tables, profiles: pd.DataFrame) -> list[str]:
    """Return buses where must-run plants give more in a year than anybody can take."""
    rows, flows = tables["processes"].set_index("process"), tables["flows"]
    taking = {str(row.process) for row in rows.reset_index().itertuples() if row.capacity_max_mw > 0}
    # A store burns what it loses on the way.
    sinks = set(flows.loc[(flows["coefficient"] < 0) & flows["process"].isin(taking), "bus"])
    sinks |= set(tables["storages"]["bus"])
    needed = tables["demands"].groupby("bus")["annual_mwh"].sum()
    forced: dict[str, list[tuple[float, str]]] = {}
    for row in flows.itertuples():
        if (
            row.bus in sinks
            or row.coefficient <= 0
            or getattr(row, "profile", "")
            or row.process not in rows.index
        ):
            continue
        plant = rows.loc[row.process]
        if bool(plant["must_run"]) and plant["capacity_min_mw"] > 0:
            hours = full_load_hours(profiles, str(plant["profile"]))
            given = float(row.coefficient) * float(plant["capacity_min_mw"]) * hours
            forced.setdefault(str(row.bus), []).append((given, str(row.process)))
    faults = []
    for bus, gifts in forced.items():
        total, need = sum(given for given, _ in gifts), float(needed.get(bus, 0.0))
        if total > need * (1 + SAME):
            names = listed(f"'{name}'" for _, name in sorted(gifts, reverse=True))
            faults.append(
                say(
                    "processes: {names} must run with capacity_min_mw: {given:g} MWh a year at bus '{bus}',"
                    " where {need:g} MWh are needed and nothing takes the rest",
                    names=names,
                    given=total,
                    bus=bus,
                    need=need,
                )
            )
    return faults
