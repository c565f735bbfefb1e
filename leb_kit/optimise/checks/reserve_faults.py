"""What can be wrong with a reserve margin: no hours to hold it in, or nothing that counts towards it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from leb_kit.errors import say
from leb_kit.optimise.checks.faults import Tables, listed
from leb_kit.optimise.checks.number_faults import SAME
from leb_kit.optimise.question.reserve import Reserve, margins, reserves, reserves_of

if TYPE_CHECKING:
    from leb_kit.optimise.question.problem import MixProblem


def reserve_faults(tables: Tables) -> list[str]:
    """Return margins that cannot be held, whatever the plan.

    Parameters
    ----------
    tables : dict[str, pd.DataFrame]
        With all flows.
    """
    waiting = set(tables["buses"].loc[tables["buses"]["annual"].astype(bool), "bus"])
    asked = margins(tables["buses"])
    faults = [
        say(
            "buses: '{bus}', column reserve_margin: the bus balances over the year; there is no hour to hold"
            " a margin in",
            bus=bus,
        )
        for bus in asked
        if bus in waiting
    ]
    if faults or not asked:
        return faults
    most = _largest(tables)
    return [
        say(
            "buses: '{bus}', column reserve_margin: nothing at the bus counts as firm; give capacity_credit"
            " above 0 to a process or store with room there",
            bus=one.bus,
        )
        for one in reserves(tables)
        if not any(most[part.name] > 0 for part in (*one.plants, *one.stores))
    ]


def _largest(tables: Tables) -> dict[str, float]:
    sizes = (("processes", "process", "capacity_max_mw"), ("storages", "storage", "capacity_max_mwh"))
    return {
        str(name): float(most)
        for table, key, column in sizes
        for name, most in zip(tables[table][key], tables[table][column], strict=True)
    }


def reserve_remarks(problem: MixProblem) -> Iterator[str]:
    """Yield margins that no capacity can meet, and those that ask for nothing."""
    if not margins(problem.buses):
        return
    most = _largest({"processes": problem.processes, "storages": problem.storages})
    for one in reserves_of(problem):
        free = [part.name for part in one.plants if _is_free(problem, part.name)]
        if free:
            yield say(
                "buses: '{bus}', column reserve_margin: {names} counts as firm without limit and without"
                " cost, so that the margin asks for nothing; give capacity_max_mw, a cost or capacity_credit",
                bus=one.bus,
                names=listed(f"'{name}'" for name in free),
            )
            continue
        lacking = _lacking(problem, one, most)
        step = int(lacking.argmax())
        if lacking[step] > SAME * float(problem.demand_mw(one.bus).max(initial=1.0)):
            yield say(
                "buses: '{bus}', column reserve_margin: {margin:g} is out of reach: in step {step}"
                " {missing:.4g} MW of firm capacity are missing at best, whatever is built",
                bus=one.bus,
                margin=one.margin,
                step=step,
                missing=lacking[step],
            )


def _is_free(problem: MixProblem, name: str) -> bool:
    """Tell whether a capacity has no end and costs nothing."""
    row = problem.processes.set_index("process").loc[name]
    cost = row["capex_eur_per_mw_year"] + row["fixed_eur_per_mw_year"] + row["opening_eur_per_year"]
    return bool(np.isinf(row["capacity_max_mw"]) and cost == 0)


def _lacking(problem: MixProblem, one: Reserve, most: dict[str, float]) -> np.ndarray:
    """Return what is missing in each step, MW, if all is built that may be and only demands are served."""
    firm = np.zeros(problem.time.count)
    powers = _powers(problem)
    for part in (*one.plants, *one.stores):
        shape = part.shape(problem) * powers.get(part.name, 1.0)
        firm += np.multiply(shape, most[part.name], out=np.zeros_like(shape), where=shape > 0)
    for part in one.modes:
        if part.factor > 0:
            return np.zeros(problem.time.count)  # a way to run a unit that gives more than the unit itself
    lacking: np.ndarray = (1 + one.margin) * problem.demand_mw(one.bus, moved=False) - firm
    return lacking


def _powers(problem: MixProblem) -> dict[str, np.ndarray]:
    """Return the most that a MWh of each store gives in each step, MW: by its power, or all that it holds."""
    out = {}
    for row in problem.storages.itertuples():
        held = float(row.discharge_efficiency) / problem.time.duration_h
        hours = float(row.energy_to_power_h)
        out[str(row.storage)] = np.minimum(held, 1 / hours) if hours > 0 else held
    return out


__all__ = ["reserve_faults", "reserve_remarks"]
