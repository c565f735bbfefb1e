"""Every leaf cell of many territories given to exactly one process.

Supply, plants (by type and fuel), transformations, devices of end users, and what is left as it is.
Losses of a network are spread over what is taken from it; own use of power and heat plants over what
they give.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from leb_kit.balance.accounting import UNALLOCATED
from leb_kit.reference import catalog
from leb_kit.system.devices import DeviceGroup, device_groups
from leb_kit.system.energy import Energy, Vector, ratio
from leb_kit.system.plants import plant_rows
from leb_kit.system.structure import ELECTRICITY, HEAT, OWN_USE_OF

SUPPLY_ROWS = ("PPRD", "RCV_RCY", "IMP", "EXP", "STK_CHG", "INTMARB", "INTAVI")
LOSSES, OWN_USE = "DL", "NRG_EHG_E"

#: process, flow, product, MWh by territory
Cell = tuple[str, str, str, Vector]


@dataclass
class Layout:
    """Cells of processes, what kind of process each is, and the devices among them."""

    cells: list[Cell] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)
    devices: list[DeviceGroup] = field(default_factory=list)

    def add(self, kind: str, cells: list[Cell]) -> None:
        """Add cells with energy in some territory."""
        for cell in cells:
            if cell[3].any():
                self.cells.append(cell)
                self.kinds[cell[0]] = kind

    def taken(self) -> set[tuple[str, str]]:
        """Return the cells of the balance that a process has."""
        return {(flow, product) for _, flow, product, _ in self.cells}


def laid_out(energy: Energy) -> Layout:
    """Give every cell to one process."""
    out = Layout()
    _add_plants(out, energy)
    _add_transformations(out, energy)
    out.add(
        "supply", [(f"supply:{f}:{p}", f, p, amount) for f, p, amount in energy.items() if f in SUPPLY_ROWS]
    )
    out.devices = device_groups(energy)
    for device in out.devices:
        out.add("device", [(device.name, *cell) for cell in device.cells])
    done = out.taken()
    rest = [
        (f"fixed:{f}:{p}", f, p, amount)
        for f, p, amount in energy.items()
        if (f, p) not in done and f != LOSSES
    ]
    out.add("fixed", rest)
    _add_losses(out, energy)
    return out


def _add_plants(out: Layout, energy: Energy) -> None:
    """Plants by type and fuel, with their memo rows and their share of own use."""
    rows = plant_rows(energy)
    given = sum((row[5] + row[6] for row in rows), energy.zero)
    own = {product: amount * (given > 0) for product, amount in energy.of_flow(OWN_USE).items()}
    for plant, fuel, flow_in, flow_out, taken, electricity, heat in rows:
        name = f"plant:{plant}:{fuel}"
        cells: list[Cell] = [
            (name, flow_in, fuel, taken),
            (name, flow_out, ELECTRICITY, electricity),
            (name, flow_out, HEAT, heat),
            *((name, memo, fuel, energy.at(memo, fuel)) for memo in (f"GEP_{plant}", f"GHP_{plant}")),
        ]
        share = ratio(electricity + heat, given)
        cells += [(name, OWN_USE, product, amount * share) for product, amount in own.items()]
        out.add("plant", cells)
    bare = {product: amount * (given <= 0) for product, amount in energy.of_flow(OWN_USE).items()}
    out.add("fixed", [(f"fixed:{OWN_USE}:{p}", OWN_USE, p, amount) for p, amount in bare.items()])


def _add_transformations(out: Layout, energy: Energy) -> None:
    """Refineries, coke ovens, blending …: one process each, with its own use."""
    done = out.taken()
    for flow, product, amount in energy.items():
        for code, own_use in OWN_USE_OF.items():
            inside = flow.startswith((f"TI_{code}_", f"TO_{code}_")) or flow == f"TO_{code}"
            if (inside or flow == own_use) and (flow, product) not in done:
                out.add("transformation", [(f"transformation:{code}", flow, product, amount)])


def _add_losses(out: Layout, energy: Energy) -> None:
    """Spread the losses of each network over everything that is taken from it."""
    flows = catalog.table("flows")
    uses = set(
        flows.loc[(flows["sign"] < 0) & (flows["role"] != "supply") & (flows["code"] != LOSSES), "code"]
    )
    takers: dict[str, dict[str, Vector]] = {}
    for process, flow, product, amount in out.cells:
        if flow.removesuffix(UNALLOCATED) in uses:
            mine = takers.setdefault(product, {})
            mine[process] = mine.get(process, energy.zero) + amount
    for product, lost in energy.of_flow(LOSSES).items():
        mine = takers.get(product, {})
        whole = sum(mine.values(), energy.zero)
        for process in sorted(mine):
            out.add(out.kinds[process], [(process, LOSSES, product, mine[process] * ratio(lost, whole))])
        out.add("fixed", [(f"fixed:{LOSSES}:{product}", LOSSES, product, lost * (whole <= 0))])
