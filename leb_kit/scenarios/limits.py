"""What a projection may not do: more than the potential, or networks fed beyond their demand."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd

from leb_kit.errors import did_you_mean, say
from leb_kit.reference import catalog
from leb_kit.scenarios.cases import ROUND_OFF, Work, full_load_hours
from leb_kit.scenarios.kinds import NETWORK_HEAT, PLANT
from leb_kit.system.stack import SystemStack

MEGAWATT = "MW"


def potential_faults(stack: SystemStack, works: list[Work], own: Mapping[str, float]) -> list[str]:
    """Tell which technologies would grow beyond what a territory has room for.

    Parameters
    ----------
    works : list[Work]
        What the measures do.
    own : Mapping[str, float]
        Potentials of the caller, MW by technology.
    """
    known = set(catalog.table("potentials")["technology"]) | {w.measure.technology for w in works}
    faults = [
        f"potential '{name}' is of no measure here.{did_you_mean(name, known)}"
        for name in own
        if name not in known
    ]
    built: dict[tuple[str, str], list[Work]] = {}
    for work in works:
        if work.measure.action in (PLANT, NETWORK_HEAT):
            built.setdefault((work.scenario, work.measure.technology), []).append(work)
    for (scenario, technology), chosen in built.items():
        for at, place in enumerate(stack.territories):
            limit = own.get(technology, _declared(place, technology))
            if limit is None:
                continue
            asked = sum(_capacity_mw(work, at) for work in chosen)
            if asked > limit * (1 + ROUND_OFF):
                faults.append(
                    say(
                        "scenario '{scenario}': {named} ask for {asked} MW of {technology} in {place}, but"
                        " its potential is {limit} MW; ask for less, or give your own {own}",
                        scenario=scenario,
                        named=f" {say('and')} ".join(f"'{work.measure.name}'" for work in chosen),
                        asked=f"{asked:,.0f}",
                        technology=technology,
                        place=place,
                        limit=f"{limit:,.0f}",
                        own=f"potentials={{'{technology}': …}}",
                    )
                )
    return faults


@cache
def _declared(place: str, technology: str) -> float | None:
    table = catalog.table("potentials")
    rows = table[
        (table["territory"] == place) & (table["technology"] == technology) & (table["unit"] == MEGAWATT)
    ]
    return None if rows.empty else float(rows.sort_values("valid_from")["value"].iloc[-1])


def _capacity_mw(work: Work, place: int) -> float:
    hours = full_load_hours(work.measure)
    if work.measure.size == "mw":
        return work.measure.value
    return 0.0 if not hours else float(work.energy_mwh[place].max()) / hours


def supply_faults(stack: SystemStack, activity: np.ndarray, cases: pd.DataFrame) -> list[str]:
    """Tell where plants would have to run backwards: a network is fed more than is taken from it."""
    faults = []
    for product, plants in stack.closing_plants.items():
        lowest = activity[:, :, plants].min(axis=2)
        allowed = -ROUND_OFF * max(float(np.abs(activity[:, :, plants]).max()), 1.0)
        if lowest.min() >= allowed:
            continue
        place, case = np.unravel_index(lowest.argmin(), lowest.shape)
        row = cases.iloc[int(case)]
        faults.append(
            say(
                "scenario '{scenario}', {year}: more {product} is given than {place} takes, and the plants of"
                " the base year would run backwards; make new plants smaller, connect more users, or look at"
                " the statistical difference of {product} in the balance",
                scenario=row["scenario"],
                year=row["year"],
                product=product,
                place=stack.territories[int(place)],
            )
        )
    return faults
