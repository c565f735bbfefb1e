"""Scenario-years laid out as cases of a system: demand, shares of devices, plants.

T territories, K cases, S services, P processes; see ``Scenario`` for the order in which things act.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pandas as pd

from leb_kit.errors import say
from leb_kit.reference import catalog
from leb_kit.reference.numbers import has_parameter, parameter
from leb_kit.scenarios.additions import CUSTOM, Grip, Shapes, with_additions
from leb_kit.scenarios.drivers import elasticities, index_of, missing_years
from leb_kit.scenarios.kinds import BLEND, NETWORK_HEAT, PLANT, SAVING, SWITCH
from leb_kit.scenarios.measure import Measure
from leb_kit.scenarios.scenario import Scenario
from leb_kit.scenarios.tree import within
from leb_kit.system.devices import AS_FINAL
from leb_kit.system.stack import SystemStack
from leb_kit.system.structure import HEAT

#: Shares below this are the arithmetic of floats.
ROUND_OFF = 1e-9
SUBSTATION = "district_heating_substation"
GAS = "G3000"
PERCENT = 100


@dataclass
class Cases:
    """Cases under construction; ``faults`` collects everything that cannot be."""

    stack: SystemStack
    devices: pd.DataFrame
    grips: Shapes
    demand: np.ndarray
    share: np.ndarray
    fixed: np.ndarray
    faults: list[str]
    powers: dict[tuple[str, tuple[str, ...]], np.ndarray] = field(default_factory=dict)

    def block(self, at: slice) -> Cases:
        """Return the cases of one scenario; what is written there is written here."""
        return Cases(
            self.stack,
            self.devices,
            self.grips,
            self.demand[:, at],
            self.share[:, at],
            self.fixed[:, at],
            self.faults,
            self.powers,
        )

    def power(self, driver: str, given: tuple[str, ...]) -> np.ndarray:
        """Return how strongly each service follows a driver (S)."""
        key = (driver, given)
        if key not in self.powers:
            self.powers[key] = elasticities(self.stack.services, driver, given)
        return self.powers[key]

    def grip(self, measure: Measure) -> Grip:
        """Return where a measure takes hold."""
        return self.grips[measure.shape]


@dataclass(frozen=True)
class Work:
    """What a measure saves, moves or gives in each year of its scenario, MWh/year (T × years)."""

    scenario: str
    measure: Measure
    energy_mwh: np.ndarray


def laid_out(stack: SystemStack, asked: Sequence[tuple[Scenario, list[int]]]) -> tuple[Cases, list[Work]]:
    """Return all scenario-years as cases, in the order asked, and what each measure does in them."""
    grown, known, grips = with_additions(stack, [m for scenario, _ in asked for m in scenario.measures])
    count = sum(len(years) for _, years in asked)

    def repeated(base: np.ndarray) -> np.ndarray:
        return np.repeat(base[:, None, :], count, axis=1)

    cases = Cases(
        grown, known, grips, repeated(grown.demand), repeated(grown.share), repeated(grown.still), []
    )
    works: list[Work] = []
    start = 0
    for scenario, years in asked:
        works += _apply(cases.block(slice(start, start + len(years))), scenario, years)
        start += len(years)
    return cases, works


def _apply(block: Cases, scenario: Scenario, years: list[int]) -> list[Work]:
    _drive(block, scenario, years)
    works = []
    for action in (SAVING, SWITCH, BLEND, PLANT, NETWORK_HEAT):
        for measure in scenario.measures:
            if measure.action != action:
                continue
            strength = np.array([measure.strength(year, scenario.base_year) for year in years])
            works.append(Work(scenario.name, measure, _ACTIONS[action](block, measure, strength)))
    _check_shares(block, scenario, years)
    return works


def _drive(block: Cases, scenario: Scenario, years: list[int]) -> None:
    for name, index in scenario.drivers.items():
        late = missing_years(name, index, years)
        if late:
            block.faults += [f"scenario '{scenario.name}': {fault}" for fault in late]
            continue
        power = block.power(name, tuple(scenario.drivers))
        values = index_of(index, years, scenario.base_year)
        block.demand[...] *= values[None, :, None] ** power[None, None, :]


def _save(block: Cases, measure: Measure, strength: np.ndarray) -> np.ndarray:
    """Demand ← demand × (1 − x·r), r the share saved."""
    chosen = block.grip(measure).chosen
    if measure.kind == CUSTOM and measure.replaces:
        chosen = chosen & _of_products(block, measure)
    before = block.demand[:, :, chosen].sum(axis=2)
    base = block.stack.demand[:, chosen].sum(axis=1)
    if not _acts(block, measure, base):
        return np.zeros(before.shape)
    share = np.full(len(base), measure.value) if measure.size == "share" else _share_of(block, measure, base)
    block.demand[:, :, chosen] *= (1 - share[:, None] * strength[None, :])[:, :, None]
    saved: np.ndarray = before - block.demand[:, :, chosen].sum(axis=2)
    return saved


def _of_products(block: Cases, measure: Measure) -> np.ndarray:
    """Services of one product (industry, transport); a shared service cannot save one product only."""
    services = block.stack.services
    known = block.devices[block.devices["product"].isin(measure.replaces)]
    several = services.index[block.grip(measure).chosen & (services["end_use"] != AS_FINAL).to_numpy()]
    shared = sorted(set(known["service"]).intersection(several))
    if shared:
        block.faults.append(
            f"measure '{measure.name}': a saving of one product is possible in industry and transport only;"
            f" {', '.join(shared[:2])} is served by several products; leave `product` out, or switch with"
            " `to_product`"
        )
    mine: np.ndarray = block.stack.services.index.isin(known["service"])
    return mine


def _move(block: Cases, measure: Measure, strength: np.ndarray) -> np.ndarray:
    """Share(source) ← share − x·s·share(base); share(target) ← share + the same."""
    grip = block.grip(measure)
    at, serves = grip.sources, grip.serves
    base_share = block.stack.share[:, at]
    useful = block.demand[:, :, serves] * base_share[:, None, :]
    base = (block.stack.demand[:, serves] * base_share).sum(axis=1)
    if not _acts(block, measure, base) or not _has_network(block, measure):
        return np.zeros(useful.shape[:2])
    if measure.size == "share":
        part = np.broadcast_to(measure.value * strength, useful.shape[:2])
    else:
        _share_of(block, measure, base)
        whole = useful.sum(axis=2)
        energy = _energy(block, measure) * strength
        part = np.divide(energy[None, :], whole, out=np.zeros_like(whole), where=whole > 0)
    moved = part[:, :, None] * base_share[:, None, :]
    for column, (source, target) in enumerate(zip(at, grip.targets, strict=True)):
        block.share[:, :, source] -= moved[:, :, column]
        block.share[:, :, target] += moved[:, :, column]
    energy_moved: np.ndarray = (moved * block.demand[:, :, serves]).sum(axis=2)
    return energy_moved


def _build(block: Cases, measure: Measure, strength: np.ndarray) -> np.ndarray:
    """Activity(plant) ← activity + x·E, E main output in full (MWh/year)."""
    energy = _energy(block, measure) * strength * np.ones((len(block.stack.territories), 1))
    if not _has_network(block, measure) or not _absolute(block, measure):
        return np.zeros(energy.shape)
    block.fixed[:, :, block.grip(measure).targets[0]] += energy
    return energy


def _feed(block: Cases, measure: Measure, strength: np.ndarray) -> np.ndarray:
    """Activity(new heat plant) ← activity + x·s·Q, Q heat fed into the network (MWh/year)."""
    if measure.size != "share":
        return _build(block, measure, strength)
    if not _has_network(block, measure):
        return np.zeros((len(block.stack.territories), len(strength)))
    energy: np.ndarray = (
        measure.value * strength[None, :] * block.stack.taken(HEAT, block.demand, block.share)
    )
    block.fixed[:, :, block.grip(measure).targets[0]] += energy
    return energy


_ACTIONS = {SAVING: _save, SWITCH: _move, BLEND: _move, PLANT: _build, NETWORK_HEAT: _feed}


def _energy(block: Cases, measure: Measure) -> float:
    """Return the yearly energy of an absolute size, MWh: E = P × full-load hours."""
    if measure.size == "energy_mwh":
        return measure.value
    hours = full_load_hours(measure)
    if hours is None:
        block.faults.append(
            f"measure '{measure.name}': how many hours {measure.technology} runs is not known;"
            " give energy_mwh, or full_load_hours"
        )
        return 0.0
    return measure.value * hours


def full_load_hours(measure: Measure) -> float | None:
    """Return the yearly full-load hours of a measure's technology (h), where they are known.

    Devices of buildings follow the shape of heat demand (EnergyScope, Italy 2017).
    """
    own = dict(measure.numbers).get("full_load_hours")
    if own is not None:
        return own
    for technology in (measure.technology, SUBSTATION if measure.action == SWITCH else ""):
        if technology and has_parameter(technology, "full_load_hours"):
            return parameter(technology, "full_load_hours")
    return None


def _acts(block: Cases, measure: Measure, base: np.ndarray) -> bool:
    """Tell whether there is anything to act on."""
    if base.sum() > 0:
        return True
    stack = block.stack
    named: dict[str, object] = {"name": measure.name, "place": stack.territories[0], "year": stack.year}
    named["where"] = ", ".join(measure.sectors) or say("the balance")
    if not stack.demand[:, within(stack.services["flow"], measure.sectors)].any():
        block.faults.append(
            say(
                "measure '{name}': the balance of {place} {year} does not tell {where} apart; choose sectors"
                " that it has, or leave the measure out",
                **named,
            )
        )
        return False
    what = ", ".join(measure.end_uses) or say("energy")
    replaced = ", ".join(measure.replaces)
    block.faults.append(
        say(
            "measure '{name}': there is no {what}{served} in {where} of {place} {year}; choose sectors that"
            " the balance has, or leave the measure out",
            what=what,
            served=say(" served by {products}", products=replaced) if replaced else "",
            **named,
        )
    )
    return False


def _absolute(block: Cases, measure: Measure) -> bool:
    """One amount cannot stand for several territories."""
    if len(block.stack.territories) == 1:
        return True
    block.faults.append(
        f"measure '{measure.name}': {measure.size}={measure.value:g} is one amount, but there are"
        f" {len(block.stack.territories)} territories; give a share, or project them one by one"
    )
    return False


def _share_of(block: Cases, measure: Measure, base: np.ndarray) -> np.ndarray:
    """Return an amount as a share of what there is in the base year."""
    energy = _energy(block, measure)
    if not _absolute(block, measure):
        return np.zeros_like(base)
    if energy > base[0] * (1 + ROUND_OFF):
        block.faults.append(
            say(
                "measure '{name}' asks for {asked} MWh, but only {there} MWh are there in {year}; ask for"
                " less, or for more sectors",
                name=measure.name,
                asked=f"{energy:,.0f}",
                there=f"{base[0]:,.0f}",
                year=block.stack.year,
            )
        )
    return np.minimum(energy / base, 1.0)


def _has_network(block: Cases, measure: Measure) -> bool:
    """District heat, and boilers on network gas, need a network in the base year."""
    built = measure.action in (PLANT, NETWORK_HEAT)
    if measure.technology == SUBSTATION or (built and HEAT in _products(measure.technology)):
        network = HEAT
    elif measure.action == SWITCH and GAS in _products(measure.technology):
        network = GAS
    else:
        return True
    without = block.stack.without(network)
    if not without:
        return True
    block.faults.append(
        say(
            "measure '{name}' needs {network}, but {places} has none in {year} (no supply of {product});"
            " leave it out there, or add the network to the balance",
            name=measure.name,
            network=say("a district-heating network") if network == HEAT else say("a gas network"),
            places=_listed(without),
            year=block.stack.year,
            product=network,
        )
    )
    return False


def _check_shares(block: Cases, scenario: Scenario, years: list[int]) -> None:
    """Devices cannot give up more than they serve."""
    at = block.devices["position"].to_numpy(dtype=int)
    short = block.share[:, :, at].min(axis=(0, 1)) < -ROUND_OFF
    if not short.any():
        block.share[:, :, at] = np.maximum(block.share[:, :, at], 0.0)
        return
    told: dict[tuple[str, str, str], dict[str, list[str]]] = {}
    for column in np.flatnonzero(short):
        row = block.devices.iloc[int(column)]
        place, case = np.unravel_index(block.share[:, :, at[column]].argmin(), block.share.shape[:2])
        base = float(block.stack.share[place, at[column]])
        asked = base - float(block.share[place, case, at[column]])
        takers = [
            f"'{m.name}'"
            for m in scenario.measures
            if m.action in (SWITCH, BLEND) and at[column] in block.grip(m).sources
        ]
        where = f"{block.stack.territories[place]} {years[case]}"
        key = (where, f" {say('and')} ".join(takers), f"{asked / base * PERCENT:.0f}\u00a0%")
        told.setdefault(key, {}).setdefault(str(row["product"]), []).append(str(row["service"]))
    block.faults += [
        say(
            "scenario '{scenario}', {where}: {takers} together move {part} of what {served};"
            " 100\u00a0% is all there is: make their shares smaller",
            scenario=scenario.name,
            where=where,
            takers=takers,
            part=part,
            served=_listed(
                [
                    say("{product} serves in {services}", product=product, services=", ".join(services))
                    for product, services in served.items()
                ]
            ),
        )
        for (where, takers, part), served in told.items()
    ]


def _listed(words: list[str]) -> str:
    """Name the first three, and how many more there are."""
    more = say(" and {count} more", count=len(words) - 3) if len(words) > 3 else ""
    return ", ".join(words[:3]) + more


@cache
def _products(technology: str) -> frozenset[str]:
    """Return what a technology takes or gives."""
    table = catalog.table("technology_flows")
    return frozenset(table.loc[table["technology"] == technology, "product"])
