"""leb_kit: the reference problem as tables, and what is measured of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import highspy
import numpy as np
import pandas as pd

from leb_kit.optimise import MixProblem, frontier, typical_days
from leb_kit.optimise.answers.run import read_plan
from leb_kit.optimise.model.build import build
from leb_kit.optimise.question.time import TypicalDays
from leb_kit.optimise.solver.methods import pass_program
from leb_kit.optimise.solver.solve import OPTIMAL, Solution, verify

from .case import Case
from .measure import Record


def time_of(text: str) -> TypicalDays | str:
    """Read ``all``, ``typical_days:24`` (stores pass days on) or ``typical_days:24:apart``."""
    kind, _, rest = text.partition(":")
    if kind != "typical_days":
        return text
    count, _, apart = rest.partition(":")
    return typical_days(int(count), linked=not apart)


def problem(case: Case, time: str = "all", *, without: Sequence[str] = ()) -> MixProblem:
    """State the reference problem.

    Parameters
    ----------
    case : Case
        Profiles and numbers.
    time : str
        See ``time_of``.
    without : Sequence[str]
        Limits that are left out.
    """
    numbers = case.numbers
    demands = [
        {"demand": bus, "bus": bus, "annual_mwh": float(case.profiles[shape].sum()), "profile": shape}
        for bus, shape in numbers["demands"].items()
    ]
    rivers = {name: case.profiles[plant["profile"]] / plant["mw"] for name, plant in numbers["fixed"].items()}
    return MixProblem.from_tables(
        buses=pd.DataFrame({"bus": case.buses}),
        processes=pd.DataFrame([*_sources(case), *_converters(case), *_markets(case)]),
        flows=pd.DataFrame(_flows(case)),
        storages=pd.DataFrame(_stores(case)),
        demands=pd.DataFrame(demands),
        limits=pd.DataFrame([row for row in _limits(case) if row["limit"] not in without]),
        profiles=pd.DataFrame(case.profiles | rivers),
        time=time_of(time),
    )


def _sources(case: Case) -> list[dict[str, Any]]:
    rows = [
        {
            "process": name,
            "bus_out": plant["bus"],
            "profile": plant["profile"],
            "capex_eur_per_mw_year": case.capacity_cost(plant),
            "variable_eur_per_mwh": plant["eur_per_mwh"],
            "capacity_max_mw": plant["mw_max"],
        }
        for name, plant in case.numbers["sources"].items()
    ]
    for name, plant in case.numbers["fixed"].items():
        mw = {f"capacity_{side}_mw": plant["mw"] for side in ("existing", "min", "max")}
        rows.append({"process": name, "bus_out": plant["bus"], "profile": name, "must_run": True, **mw})
    return rows


def _converters(case: Case) -> list[dict[str, Any]]:
    """Capacity and output are those of what is taken; the table of flows says what is given."""
    return [
        {
            "process": name,
            "capex_eur_per_mw_year": case.capacity_cost(plant),
            "variable_eur_per_mwh": plant["eur_per_mwh"],
        }
        for name, plant in case.numbers["converters"].items()
    ]


def _markets(case: Case) -> list[dict[str, Any]]:
    rows = []
    for name, market in case.numbers["markets"].items():
        hourly = isinstance(market["price"], str)
        rows.append(
            {
                "process": name,
                "capacity_existing_mw": market["mw"],
                "capacity_max_mw": market["mw"],
                "variable_eur_per_mwh": market["sign"] * (1.0 if hourly else market["price"]),
                "variable_profile": market["price"] if hourly else "",
            }
        )
    return rows


def _flows(case: Case) -> list[dict[str, Any]]:
    rows = []
    for name, plant in case.numbers["converters"].items():
        rows.append({"process": name, "bus": plant["takes"], "coefficient": -1.0, "profile": ""})
        rows += [{"process": name, "bus": bus, **_factor(value)} for bus, value in plant["gives"].items()]
    for name, market in case.numbers["markets"].items():
        rows.append({"process": name, "bus": market["bus"], **_factor(float(market["sign"]))})
    return rows


def _factor(value: str | float) -> dict[str, Any]:
    hourly = isinstance(value, str)
    return {"coefficient": 1.0 if hourly else value, "profile": value if hourly else ""}


def _stores(case: Case) -> list[dict[str, Any]]:
    return [
        {
            "storage": name,
            "bus": store["bus"],
            "capex_eur_per_mwh_year": case.capacity_cost(store) / store["hours"],
            "energy_to_power_h": store["hours"],
            "charge_efficiency": store["charge"],
            "discharge_efficiency": store["discharge"],
            "loss_per_hour": store["loss"],
            "variable_eur_per_mwh": store["eur_per_mwh"],
        }
        for name, store in case.numbers["stores"].items()
    ]


def _limits(case: Case) -> list[dict[str, Any]]:
    """Hydro gives its profile whatever happens, and counts as a plant like others."""
    return [
        {
            "limit": name,
            "process": plant,
            "sense": limit["sense"],
            "value": case.limit_value(name),
            **_factor(factor),
        }
        for name, limit in case.numbers["limits"].items()
        for plant, factor in limit["per_mwh"].items()
    ]


def measure(case: Case, record: Record, method: str, time: str = "all") -> None:
    """State, build, hand over, solve, check and read the plan; of typical days also what the year costs."""
    with record.stage("state"):
        asked = problem(case, time)
    with record.stage("build"):
        built = build(asked)
    with record.stage("hand over"):
        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)  # noqa: FBT003 - HiGHS takes options so
        pass_program(highs, built.program)
    if not record.run(highs, method):
        return
    with record.stage("read"):
        found, offset = highs.getSolution(), built.program.offset
        values = (np.array(part) for part in (found.col_value, found.row_dual, found.col_dual))
        answer = Solution(OPTIMAL, record.out["objective"] + offset, *values, log="")
        verify(built.program, answer)
        plan = read_plan(asked, built, answer)
    record.out["objective"] = answer.objective
    if asked.time.hourly is not None:
        record.out["told_eur"] = plan.cost_eur
        with record.stage("year"):
            record.out["objective"] = plan.year_cost().cost_eur
    record.capacities(_plan(case, plan.processes, plan.stores))


def _plan(case: Case, processes: pd.DataFrame, storages: pd.DataFrame) -> dict[str, float]:
    """Return the capacities that were decided, MW."""
    found = dict(zip(processes["process"], processes["capacity_mw"], strict=True))
    for name, mwh in zip(storages["storage"], storages["capacity_mw"], strict=True):
        found[name] = mwh / case.numbers["stores"][name]["hours"]
    return {name: found[name] for name in case.decided}


def measure_frontier(case: Case, record: Record, points: int) -> None:
    """Draw cost against CO2, the other shares freed; one plan by itself is what it is a multiple of."""
    from leb_kit.optimise import optimise_mix

    loose = problem(case, without=case.numbers["frontier"]["without"])
    with record.stage("one plan"):
        record.out["objective"] = optimise_mix(loose).cost_eur
    build.__globals__["_last"].clear()  # the frontier builds its model itself
    with record.stage("frontier"):
        drawn = frontier(loose, "cost", "co2", values=case.steps_of_limit("co2", points))
    record.out["frontier_eur"] = [float(cost) for cost in drawn.table["cost_eur"]]
