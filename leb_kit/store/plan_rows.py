"""Plans of the optimiser and calibrated systems as parts of documents, and back.

A plan is kept as its tables: what is built, what each limit costs, which targets it reaches. It is an answer
that can be read and compared; to solve again takes its problem. A system comes back whole: it propagates
demands to the same bits.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from leb_kit.errors import InputError, say
from leb_kit.store.parts import Parts, Row, frame, rows
from leb_kit.system import EnergySystem

if TYPE_CHECKING:
    from leb_kit.optimise import MixResult
    from leb_kit.store.documents import Document

#: Units of the capacities of plants and of stores.
PLANT_UNIT: Final = "MW"
STORE_UNIT: Final = "MWh"
_CAPACITIES: Final = {"capacity_mw": "capacity", "new_capacity_mw": "new_capacity"}
_MILLION: Final = 1_000_000


@dataclass(frozen=True, repr=False, eq=False)
class Plan:
    """A plan as the store keeps it.

    Parameters
    ----------
    name, territory, year, balance_version
        What it is called, and the version of the balance that it begins from.
    status : str
        optimal; time_limit or cancelled: a plan, but not proven the cheapest.
    cost_eur : float
        Of a year.
    gap : float
        How much cheaper another plan might be, 0–1; NaN where nobody knows.
    plan : pd.DataFrame
        technology, unit (MW; MWh for stores), capacity, new_capacity, energy_mwh, cost_eur.
    prices : pd.DataFrame
        target, price (in unit), reached and allowed (in limit_unit), point_price, sense, kind, labels.
    evaluation : pd.DataFrame
        As of ``leb.evaluate``; empty where the plan was saved without targets.
    targets, targets_version
        The target set that it was held against, in the same territory of the store; None without.
    log : str
        One line on the run.
    """

    name: str
    territory: str
    year: int
    balance_version: int
    status: str
    cost_eur: float
    gap: float
    plan: pd.DataFrame
    prices: pd.DataFrame
    evaluation: pd.DataFrame
    targets: str | None = None
    targets_version: int | None = None
    log: str = ""

    def __repr__(self) -> str:
        cost = f"{self.cost_eur / _MILLION:,.2f} million EUR a year"
        start = f"{self.territory} {self.year} v{self.balance_version}"
        return f"Plan({self.name}: {self.status}, {cost}, from {start})"

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(repr(self))}</p>{self.plan.round(1).to_html(index=False, border=0)}"


def of_plan(given: MixResult, evaluation: pd.DataFrame | None) -> dict[str, list[Row]]:
    """Return the parts of a plan.

    Raises
    ------
    InputError
        A technology is a plant and a store at once.
    """
    stores, plants = set(given.stores["technology"]), set(given.processes["technology"])
    if both := sorted(stores & plants):
        told = say("{name} is a plant and a store at once; give them two names", name=", ".join(both))
        raise InputError(say("plan"), [told])
    table = given.plan.rename(columns=_CAPACITIES)
    units = [STORE_UNIT if name in stores else PLANT_UNIT for name in table["technology"]]
    return {
        "plan": [(given.status, given.cost_eur, given.gap, given.log)],
        "plan_technology": rows("plan_technology", table.assign(unit=units)),
        "plan_price": rows("plan_price", given.prices),
        "plan_target": [] if evaluation is None else rows("plan_target", evaluation),
    }


def plan_of(head: Document, parts: Parts) -> Plan:
    """Return the plan whose parts these are."""
    ((status, cost, gap, log),) = parts["plan"]
    evaluation = frame("plan_target", parts["plan_target"]).astype({"met": bool})
    return Plan(
        head.name,
        head.territory,
        int(head.year or 0),
        int(head.balance_version or 0),
        status,
        cost,
        float("nan") if gap is None else gap,
        frame("plan_technology", parts["plan_technology"]),
        frame("plan_price", parts["plan_price"]),
        evaluation,
        head.used,
        head.used_version,
        log,
    )


def of_system(given: EnergySystem) -> dict[str, list[Row]]:
    """Return the parts of a calibrated system.

    Examples
    --------
    >>> import leb_kit as leb
    >>> len(of_system(leb.calibrate(leb.examples.torino()))["system_cell"])
    117
    """
    difference = pd.DataFrame({"product": given.difference.index, "energy_mwh": given.difference.to_numpy()})
    return {
        "system_process": rows("system_process", given.processes.rename_axis("process").reset_index()),
        "system_cell": rows("system_cell", given.cells),
        "system_service": rows("system_service", given.services.rename_axis("service").reset_index()),
        "system_closing": rows("system_closing", given.closing),
        "system_difference": rows("system_difference", difference),
    }


def system_of(head: Document, parts: Parts) -> EnergySystem:
    """Return the system whose parts these are."""
    found = {name: frame(name, given) for name, given in parts.items()}
    difference = found["system_difference"].set_index("product")["energy_mwh"]
    return EnergySystem(
        head.territory,
        int(head.year or 0),
        found["system_process"].set_index("process"),
        found["system_cell"],
        found["system_service"].set_index("service"),
        found["system_closing"],
        difference,
        head.label_it,
    )
