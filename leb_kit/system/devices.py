"""Devices of end users: final energy split into end uses, and the useful energy they give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from leb_kit.balance.accounting import UNALLOCATED
from leb_kit.reference import catalog
from leb_kit.reference.numbers import has_parameter, parameter
from leb_kit.system.energy import Energy, Vector
from leb_kit.system.structure import AMBIENT_HEAT, ELECTRICITY

#: A use whose end uses are not known: final energy is what is asked for.
AS_FINAL = "final"
SPACE_HEATING = "space_heating"
#: LEB and Eurostat children that take the end uses of their parent, or are an end use themselves.
END_USE_OF_CHILD = {
    "SH": SPACE_HEATING,
    "SC": "cooling",
    "WH": "water_heating",
    "CK": "cooking",
    "LE": "appliances",
    "OE": "other",
}
HOUSEHOLDS = "FC_OTH_HH_E"
TERTIARY = ("FC_OTH_CP_E", "FC_OTH_CP_PUB_E", "FC_OTH_CP_PRI_E")


@dataclass(frozen=True)
class Device:
    """A technology that serves one end use of one user; final energy in, useful energy out."""

    name: str
    service: str
    technology: str
    efficiency: float
    cells: tuple[tuple[str, str, str, float], ...]
    share: float = 1.0

    @property
    def useful_mwh(self) -> float:
        """Useful energy of the base year, MWh."""
        return self.efficiency * sum(cell[3] for cell in self.cells)


@dataclass(frozen=True, eq=False)
class DeviceGroup:
    """The same device in many territories: cells (flow, product) with their energy by territory, MWh."""

    name: str
    service: str
    technology: str
    efficiency: float
    cells: tuple[tuple[str, str, Vector], ...]

    @property
    def useful_mwh(self) -> Vector:
        """Useful energy of the base year by territory, MWh."""
        out: Vector = self.efficiency * np.sum([cell[2] for cell in self.cells], axis=0)
        return out


def device_rows(energy: pd.Series) -> tuple[list[Device], pd.DataFrame]:
    """Split the final energy of one territory into devices and services.

    Parameters
    ----------
    energy : pd.Series
        Leaf cells, MWh, by flow and product.

    Returns
    -------
    tuple[list[Device], pd.DataFrame]
        Devices with their share of the service, and services (service, flow, end_use, demand_mwh).
    """
    groups = device_groups(Energy.of_one(energy))
    total: dict[str, float] = {}
    for group in groups:
        total[group.service] = total.get(group.service, 0.0) + float(group.useful_mwh[0])
    devices = []
    for group in groups:
        whole = total[group.service]
        share = float(group.useful_mwh[0]) / whole if whole else 0.0
        cells = tuple((group.name, flow, product, float(amount[0])) for flow, product, amount in group.cells)
        devices.append(Device(group.name, group.service, group.technology, group.efficiency, cells, share))
    rows = [(name, *name.split(":")[:2], amount) for name, amount in sorted(total.items())]
    return devices, pd.DataFrame(rows, columns=["service", "flow", "end_use", "demand_mwh"])


def device_groups(energy: Energy) -> list[DeviceGroup]:
    """Split the final energy of many territories into devices."""
    flows = catalog.table("flows")
    final = set(flows.loc[flows["role"].isin(["final_energy", "non_energy"]), "code"])
    found: list[DeviceGroup] = []
    for flow, products in energy.by_flow.items():
        if flow.removesuffix(UNALLOCATED) in final:
            found += _devices_of(flow, products)
    return found


def _devices_of(flow: str, products: Mapping[str, Vector]) -> list[DeviceGroup]:
    left = {product: amount.copy() for product, amount in products.items()}
    out: list[DeviceGroup] = []
    heat_pump = _heat_pump(flow, products)
    if heat_pump is not None:
        out.append(heat_pump)
        for _, taken, amount in heat_pump.cells:
            left[taken] -= amount
    for product, amount in left.items():
        if amount.any():
            out += _split(flow, product, amount, products[product])
    return out


def _heat_pump(flow: str, products: Mapping[str, Vector]) -> DeviceGroup | None:
    """Ambient heat tells how much heat pumps give: electricity = ambient heat / (COP − 1).

    Where a territory has too little electricity for heating, its ambient heat stays by itself.
    """
    if not _sector(flow) or AMBIENT_HEAT not in products or ELECTRICITY not in products:
        return None
    cop = parameter("heat_pump_individual", "cop")
    ambient = np.maximum(products[AMBIENT_HEAT], 0.0)
    electricity = ambient / (cop - 1)
    enough = electricity <= _split_share(flow, ELECTRICITY, SPACE_HEATING) * products[ELECTRICITY]
    enough &= ambient > 0
    if not enough.any():
        return None
    name = f"device:{flow}:{SPACE_HEATING}:heat_pump"
    cells = ((flow, ELECTRICITY, electricity * enough), (flow, AMBIENT_HEAT, ambient * enough))
    return DeviceGroup(name, f"{flow}:{SPACE_HEATING}", "heat_pump_individual", 1.0, cells)


def _split(flow: str, product: str, amount: Vector, whole: Vector) -> list[DeviceGroup]:
    """Split what is left of a product over its end uses; ``whole`` is before heat pumps."""
    uses = _uses(flow, product)
    if not uses:
        name = f"device:{flow}:{AS_FINAL}:{product}"
        return [DeviceGroup(name, f"{flow}:{AS_FINAL}:{product}", "", 1.0, ((flow, product, amount),))]
    taken = whole - amount
    out = []
    for end_use, share, technology in uses:
        energy = share * whole - (taken if end_use == SPACE_HEATING else 0.0)
        if not energy.any():
            continue
        name = f"device:{flow}:{end_use}:{product}"
        efficiency = _useful_per_final(product, technology)
        out.append(DeviceGroup(name, f"{flow}:{end_use}", technology, efficiency, ((flow, product, energy),)))
    return out


def _useful_per_final(product: str, technology: str) -> float:
    """Efficiency, or COP; ambient heat is useful as it is (its electricity is counted by itself)."""
    if not technology or product == AMBIENT_HEAT:
        return 1.0
    name = "efficiency" if has_parameter(technology, "efficiency") else "cop"
    return parameter(technology, name)


def _sector(flow: str) -> str:
    name = flow.removesuffix(UNALLOCATED)
    if name.startswith(HOUSEHOLDS):
        return HOUSEHOLDS
    return TERTIARY[0] if name in TERTIARY else ""


def _uses(flow: str, product: str) -> list[tuple[str, float, str]]:
    table = _shares().get((_sector(flow), product), [])
    child = END_USE_OF_CHILD.get(flow.removeprefix(HOUSEHOLDS + "_"))
    if child is None:
        return table
    technology = next((name for use, _, name in table if use == child), "")
    return [(child, 1.0, technology)]


def _split_share(flow: str, product: str, end_use: str) -> float:
    return sum(share for use, share, _ in _uses(flow, product) if use == end_use)


@cache
def _shares() -> dict[tuple[str, str], list[tuple[str, float, str]]]:
    table = catalog.table("end_use_shares")
    return {
        (str(sector), str(product)): [
            (str(end_use), float(share), str(technology))
            for end_use, share, technology in zip(
                part["end_use"], part["share"], part["technology"], strict=True
            )
        ]
        for (sector, product), part in table.groupby(["sector", "product"], sort=False)
    }
