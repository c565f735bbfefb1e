"""Processes that measures bring into a system: new devices, blended products, new plants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from leb_kit.reference import catalog
from leb_kit.reference.costs import quantities
from leb_kit.scenarios.kinds import BLEND, SAVING, SWITCH
from leb_kit.scenarios.measure import Measure
from leb_kit.scenarios.tree import within
from leb_kit.system.stack import SystemStack
from leb_kit.system.structure import AMBIENT_HEAT, sign_of

SECTOR = "{sector}"
CUSTOM = "custom"
FINAL = "FC_"
LOSSES = "DL"

#: flow, product, MWh per MWh of activity by territory (T)
Cells = list[tuple[str, str, np.ndarray]]


@dataclass(frozen=True, eq=False)
class Grip:
    """Where a measure takes hold: services, devices that give way and processes that take over.

    Parameters
    ----------
    chosen : np.ndarray
        S, boolean: services it acts on.
    sources, serves, targets : np.ndarray
        Positions of the devices that give way, of their services, and of the processes that take over;
        a plant has one target.
    """

    chosen: np.ndarray
    sources: np.ndarray
    serves: np.ndarray
    targets: np.ndarray


@dataclass(frozen=True)
class Addition:
    """A process that is idle in the base year."""

    name: str
    driver: str
    service: str
    technology: str
    cells: Cells
    efficiency: np.ndarray


def devices(stack: SystemStack) -> pd.DataFrame:
    """Return the devices of a system: position, process, service, technology, product.

    The product is what gives way when the device is replaced; ambient heat for heat pumps.
    """
    rows = stack.processes[stack.processes["driver"] == "service"]
    cells = stack.cells[stack.cells["flow"].str.startswith(FINAL) & stack.cells["process"].isin(rows.index)]
    products = cells.groupby("process", sort=False)["product"].agg(_leading)
    return pd.DataFrame(
        {
            "position": stack.processes.index.get_indexer(rows.index),
            "process": rows.index,
            "service": rows["service"].to_numpy(),
            "technology": rows["technology"].to_numpy(),
            "product": products.reindex(rows.index).to_numpy(),
        }
    )


def _leading(products: pd.Series) -> str:
    names = list(products)
    return AMBIENT_HEAT if AMBIENT_HEAT in names else str(names[0])


def services_of(stack: SystemStack, measure: Measure) -> np.ndarray:
    """Return the services a measure acts on (S, boolean)."""
    chosen = within(stack.services["flow"], measure.sectors)
    if measure.end_uses:
        chosen = chosen & stack.services["end_use"].isin(measure.end_uses).to_numpy()
    return chosen


def sources_of(stack: SystemStack, measure: Measure, known: pd.DataFrame) -> pd.DataFrame:
    """Return the devices that give way to a measure."""
    chosen = services_of(stack, measure)
    mine = known[chosen[stack.services.index.get_indexer(known["service"])]]
    if measure.replaces:
        mine = mine[mine["product"].isin(measure.replaces)]
    target = measure.technology
    return mine[mine["technology"] != target] if target else mine


def target_of(measure: Measure, service: str, source: str) -> str:
    """Return the name of the process that takes over from a device."""
    numbers = "".join(f":{name}={value:g}" for name, value in measure.numbers)
    if measure.action == BLEND:
        return f"new:{measure.product}:{source}{numbers}"
    if measure.action == SWITCH:
        return f"new:{measure.technology}:{service}{numbers}"
    return f"new:{measure.technology}{numbers}"


Shapes = dict[tuple[object, ...], Grip]


def with_additions(
    stack: SystemStack, measures: Iterable[Measure]
) -> tuple[SystemStack, pd.DataFrame, Shapes]:
    """Return the system with all that measures may bring in, its devices, and where each shape takes hold.

    The answer is kept with the system: the same kinds of measures with other sizes need no new one.
    """
    shapes = {measure.shape: measure for measure in measures}
    asked = ("additions", *shapes)
    if asked not in stack.memory:
        stack.memory[asked] = _with_shapes(stack, shapes)
    found: tuple[SystemStack, pd.DataFrame, Shapes] = stack.memory[asked]
    return found


def _with_shapes(
    stack: SystemStack, shapes: dict[tuple[object, ...], Measure]
) -> tuple[SystemStack, pd.DataFrame, Shapes]:
    known = devices(stack)
    losses = _Losses(stack)
    found: dict[str, Addition] = {}
    taking: dict[tuple[object, ...], list[str]] = {}
    for shape, measure in shapes.items():
        added = list(_additions(stack, measure, known, losses))
        found |= {one.name: one for one in added if one.name not in found}
        taking[shape] = [one.name for one in added]
    grown = _grown(stack, list(found.values())) if found else stack
    grips = {shape: _grip(grown, measure, known, taking[shape]) for shape, measure in shapes.items()}
    return grown, known, grips


def _grip(stack: SystemStack, measure: Measure, known: pd.DataFrame, targets: list[str]) -> Grip:
    moving = measure.action in (SWITCH, BLEND)
    sources = sources_of(stack, measure, known) if moving else known.iloc[:0]
    return Grip(
        services_of(stack, measure),
        sources["position"].to_numpy(dtype=int),
        np.asarray(stack.services.index.get_indexer(sources["service"])),
        np.asarray(stack.processes.index.get_indexer(targets)),
    )


def _grown(stack: SystemStack, new: list[Addition]) -> SystemStack:
    rows = pd.DataFrame(
        {
            "kind": ["device" if one.driver == "service" else "plant" for one in new],
            "driver": [one.driver for one in new],
            "service": [one.service for one in new],
            "technology": [one.technology for one in new],
        },
        index=pd.Index([one.name for one in new], name=stack.processes.index.name),
    )
    cells = [(one.name, flow, product, amount) for one in new for flow, product, amount in one.cells]
    table = pd.DataFrame([cell[:3] for cell in cells], columns=["process", "flow", "product"])
    coefficient = np.stack([cell[3] for cell in cells], axis=1)
    efficiency = np.stack([one.efficiency for one in new], axis=1)
    return stack.extended(rows, table, coefficient, efficiency)


def _additions(
    stack: SystemStack, measure: Measure, known: pd.DataFrame, losses: _Losses
) -> Iterable[Addition]:
    if measure.action == SAVING:
        return
    ones = np.ones(len(stack.territories))
    if measure.action not in (SWITCH, BLEND):
        name = target_of(measure, "", "")
        cells = losses.added(_technology_cells(measure, "", ones))
        yield Addition(name, "fixed", "", measure.technology, cells, ones)
        return
    for source in sources_of(stack, measure, known).itertuples():
        service, process = str(source.service), str(source.process)
        name = target_of(measure, service, process)
        if measure.action == BLEND:
            at = int(source.position)
            ratio = dict(measure.numbers).get("efficiency", 1.0)
            cells = _blend_cells(stack, measure, process, ones, losses)
            yield Addition(
                name, "service", service, str(source.technology), cells, stack.efficiency[:, at] * ratio
            )
            continue
        flow = str(stack.services.loc[service, "flow"])
        cells = losses.added(_technology_cells(measure, flow, ones))
        yield Addition(name, "service", service, measure.technology, cells, ones)


@cache
def _flows(technology: str) -> tuple[tuple[str, str, str], ...]:
    table = catalog.table("technology_flows")
    rows = table[(table["technology"] == technology) & (table["flow"] != "")]
    return tuple(rows[["quantity", "flow", "product"]].itertuples(index=False, name=None))


def _technology_cells(measure: Measure, sector: str, ones: np.ndarray) -> Cells:
    """Cells of a technology per MWh of main output (``technology_flows.csv``)."""
    amount = quantities(measure.technology, dict(measure.numbers))
    return [
        (flow.replace(SECTOR, sector), product, amount[quantity] * ones)
        for quantity, flow, product in _flows(measure.technology)
    ]


def _blend_cells(
    stack: SystemStack, measure: Measure, process: str, ones: np.ndarray, losses: _Losses
) -> Cells:
    """Cells of a device with another product; what shares the network shares its losses."""
    mine = np.flatnonzero((stack.cells["process"] == process).to_numpy())
    flows = stack.cells["flow"].to_numpy()
    rows = [(str(flows[at]), stack.coefficient[:, at]) for at in mine]
    if measure.kind != CUSTOM:
        return [(flow, measure.product, amount) for flow, amount in rows]
    own = [(flow, measure.product, ones) for flow, _ in rows if flow != LOSSES]
    return losses.added(own)


class _Losses:
    """Adds the losses of the networks that a process draws from."""

    def __init__(self, stack: SystemStack) -> None:
        self._stack = stack
        self._rates: dict[str, np.ndarray] = {}

    def added(self, cells: Cells) -> Cells:
        """Return the cells with network losses at the rate of each territory's base year."""
        sign = sign_of(pd.Index([flow for flow, _, _ in cells]))
        lost = [
            (LOSSES, product, amount * self._rate(product))
            for (_, product, amount), way in zip(cells, sign, strict=True)
            if way < 0 and self._rate(product).any()
        ]
        return cells + lost

    def _rate(self, product: str) -> np.ndarray:
        if product not in self._rates:
            self._rates[product] = self._stack.loss_rate(product)
        return self._rates[product]
