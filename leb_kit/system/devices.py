"""Devices of end users: final energy split into end uses, and the useful energy they give."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd

from leb_kit.balance.accounting import UNALLOCATED
from leb_kit.reference import catalog
from leb_kit.reference.numbers import has_parameter, parameter
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


def device_rows(energy: pd.Series) -> tuple[list[Device], pd.DataFrame]:
    """Split final energy into devices and services.

    Parameters
    ----------
    energy : pd.Series
        Leaf cells, MWh, by flow and product.

    Returns
    -------
    tuple[list[Device], pd.DataFrame]
        Devices with their share of the service, and services (service, flow, end_use, demand_mwh).
    """
    flows = catalog.table("flows")
    final = set(flows.loc[flows["role"].isin(["final_energy", "non_energy"]), "code"])
    found: list[Device] = []
    names = energy.index.get_level_values("flow")
    for flow in dict.fromkeys(names):
        if str(flow).removesuffix(UNALLOCATED) in final:
            found += _devices_of(str(flow), energy.xs(flow, level="flow"))
    useful = pd.Series({device.name: device.useful_mwh for device in found}, dtype=float)
    service = pd.Series({device.name: device.service for device in found}, dtype=object)
    total = useful.groupby(service).sum() if len(found) else useful
    devices = [
        Device(d.name, d.service, d.technology, d.efficiency, d.cells, d.useful_mwh / float(total[d.service]))
        for d in found
    ]
    rows = [(str(name), *str(name).split(":")[:2], float(amount)) for name, amount in total.items()]
    return devices, pd.DataFrame(rows, columns=["service", "flow", "end_use", "demand_mwh"])


def _devices_of(flow: str, products: pd.Series) -> list[Device]:
    left = products.astype(float).copy()
    out: list[Device] = []
    heat_pump = _heat_pump(flow, left)
    if heat_pump is not None:
        out.append(heat_pump)
        for _, _, taken, amount in heat_pump.cells:
            left[taken] -= amount
    for product, amount, whole in zip(left.index, left, products, strict=True):
        if amount:
            out += _split(flow, str(product), float(amount), float(whole))
    return out


def _heat_pump(flow: str, products: pd.Series) -> Device | None:
    """Ambient heat tells how much heat pumps give: electricity = ambient heat / (COP − 1)."""
    ambient = float(products.get(AMBIENT_HEAT, 0.0))
    if not _sector(flow) or ambient <= 0:
        return None
    cop = parameter("heat_pump_individual", "cop")
    electricity = ambient / (cop - 1)
    if electricity > _split_share(flow, ELECTRICITY, SPACE_HEATING) * float(products.get(ELECTRICITY, 0.0)):
        return None
    name = f"device:{flow}:{SPACE_HEATING}:heat_pump"
    cells = ((name, flow, ELECTRICITY, electricity), (name, flow, AMBIENT_HEAT, ambient))
    return Device(name, f"{flow}:{SPACE_HEATING}", "heat_pump_individual", 1.0, cells)


def _split(flow: str, product: str, amount: float, whole: float) -> list[Device]:
    """Split what is left of a product over its end uses; ``whole`` is before heat pumps."""
    uses = _uses(flow, product)
    if not uses:
        name = f"device:{flow}:{AS_FINAL}:{product}"
        return [Device(name, f"{flow}:{AS_FINAL}:{product}", "", 1.0, ((name, flow, product, amount),))]
    taken = whole - amount
    out = []
    for end_use, share, technology in uses:
        energy = share * whole - (taken if end_use == SPACE_HEATING else 0.0)
        if energy == 0:
            continue
        name = f"device:{flow}:{end_use}:{product}"
        efficiency = _useful_per_final(product, technology)
        cells = ((name, flow, product, energy),)
        out.append(Device(name, f"{flow}:{end_use}", technology, efficiency, cells))
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
