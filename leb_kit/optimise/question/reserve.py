"""Firm capacity: what counts towards the reserve margin of a bus, and what is held against it.

At a bus with ``buses.reserve_margin`` what plants can give counts with their ``capacity_credit``, whether
they run or not, and what stores give; what is taken there has to be covered with the margin on top.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from leb_kit.optimise.checks.faults import Tables
    from leb_kit.optimise.question.problem import MixProblem


@dataclass(frozen=True)
class Part:
    """A term of the reserve of a bus: ``factor`` × ``profiles`` × a capacity or an output, MW."""

    name: str
    factor: float
    profiles: tuple[str, ...] = ()

    def shape(self, problem: MixProblem) -> np.ndarray:
        """Return factor × profiles in each step."""
        out = np.full(problem.time.count, self.factor)
        for name in self.profiles:
            out = out * problem.profile(name)
        return out


@dataclass(frozen=True)
class Reserve:
    """What counts at a bus, and what is held against it.

    ``plants`` × capacity, ``modes`` × output (less than 0 where a way to run a unit gives less power than
    its capacity could), ``stores`` × (discharge − charge); ``users`` × output, MW taken; ``moved``: demand
    that may wait.
    """

    bus: str
    margin: float
    plants: tuple[Part, ...]
    modes: tuple[Part, ...]
    stores: tuple[Part, ...]
    users: tuple[Part, ...]
    moved: tuple[str, ...]

    @property
    def limit(self) -> str:
        """Name of the margin among the limits of a plan."""
        return margin_name(self.bus)


def margin_name(bus: str) -> str:
    """Return the name under which the margin of a bus is told.

    Examples
    --------
    >>> margin_name("grid")
    'reserve_margin:grid'
    """
    return f"reserve_margin:{bus}"


def margins(buses: pd.DataFrame) -> dict[str, float]:
    """Return bus → margin; a bus without one asks for none.

    Examples
    --------
    >>> margins(pd.DataFrame({"bus": ["grid", "heat"], "reserve_margin": [0.1, float("nan")]}))
    {'grid': 0.1}
    """
    asked = buses[buses["reserve_margin"].astype(float).notna()]
    return dict(zip(asked["bus"].astype(str), asked["reserve_margin"].astype(float), strict=True))


def counting(problem: MixProblem) -> frozenset[str]:
    """Return the processes whose capacity counts at some bus with a margin."""
    asked, flows, rows = margins(problem.buses), problem.flows, problem.processes
    gives = flows.loc[flows["bus"].isin(asked) & (flows["coefficient"] > 0), "process"]
    counts = rows["process"].isin(gives) & (rows["capacity_credit"] > 0) & (rows["unit"] == "")
    return frozenset(rows.loc[counts, "process"])


def reserves(tables: Tables) -> Iterator[Reserve]:
    """Yield what counts at each bus with a margin.

    ::

        firm[p]   = credit[p] × coefficient[p,b] × profiles × capacity[p]
        firm[m]   = credit[u] × (coefficient[m,b] − use[m] × coefficient[u,b]) × output[m]
        firm[s]   = credit[s] × (discharge[s] − charge[s])

    m a way to run unit u; a store counts with what it gives, so that one which is soon empty counts in few
    steps of a long peak.

    Parameters
    ----------
    tables : dict[str, pd.DataFrame]
        With all flows, defaults filled in.
    """
    for bus, margin in margins(tables["buses"]).items():
        flows = tables["flows"][tables["flows"]["bus"] == bus]
        plants, modes = _plants(tables["processes"], flows)
        waiting = tables["demands"][tables["demands"]["bus"] == bus]
        yield Reserve(
            bus,
            margin,
            plants,
            modes,
            tuple(_stores(tables["storages"], bus)),
            tuple(
                Part(str(row.process), -float(row.coefficient), _named(row.profile))
                for row in flows[flows["coefficient"] < 0].itertuples()
            ),
            tuple(map(str, waiting.loc[waiting["flexible_share"] > 0, "demand"])),
        )


def _plants(processes: pd.DataFrame, flows: pd.DataFrame) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Return what capacities give, and what ways to run them add or take."""
    rows = processes.set_index("process")
    gives = flows[flows["coefficient"] > 0]
    plants, modes = [], dict[tuple[str, tuple[str, ...]], float]()
    for name, k, shape in zip(gives["process"], gives["coefficient"], gives["profile"], strict=True):
        unit = str(rows.at[name, "unit"])
        firm = float(rows.at[unit or name, "capacity_credit"]) * float(k)
        own = {str(name): firm}
        if not unit:
            plants.append(Part(str(name), firm, _named(shape, rows.at[name, "profile"])))
            uses = rows.loc[rows["unit"] == name, "capacity_use"].astype(float)
            own = {str(mode): -firm * use for mode, use in uses.items()}
        for mode, amount in own.items():
            key = (mode, _named(shape))
            modes[key] = modes.get(key, 0.0) + amount
    added = (Part(mode, amount, shapes) for (mode, shapes), amount in modes.items())
    return tuple(one for one in plants if one.factor), tuple(one for one in added if one.factor)


def _stores(storages: pd.DataFrame, bus: str) -> Iterator[Part]:
    for row in storages[storages["bus"] == bus].itertuples():
        if row.capacity_credit > 0:
            yield Part(str(row.storage), float(row.capacity_credit))


def _named(*profiles: object) -> tuple[str, ...]:
    return tuple(str(name) for name in profiles if name)


def reserves_of(problem: MixProblem) -> list[Reserve]:
    """Return what counts at each bus of a problem that asks for a margin."""
    names = ("buses", "processes", "flows", "storages", "demands")
    return list(reserves({name: getattr(problem, name) for name in names}))


__all__ = ["Part", "Reserve", "counting", "margin_name", "margins", "reserves", "reserves_of"]
