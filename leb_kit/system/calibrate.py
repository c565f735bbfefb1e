"""From a Balance to an EnergySystem that reproduces it cell by cell.

Every leaf cell is given to exactly one process: supply, plant (by type and fuel), transformation,
device of an end user, or a fixed use. Losses of a network are spread over what is taken from it;
own use of power and heat plants over what they give.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.balance.accounting import UNALLOCATED
from leb_kit.errors import CalibrationError
from leb_kit.reference import catalog
from leb_kit.system.devices import Device, device_rows
from leb_kit.system.model import EnergySystem
from leb_kit.system.structure import (
    ELECTRICITY,
    FUEL_PLANTS,
    HEAT,
    OWN_USE_OF,
    amounts,
    at,
    cells_of,
    of_flow,
    plant_rows,
    sign_of,
)

PROCESS_COLUMNS = ["process", "kind", "driver", "service", "technology", "share", "efficiency"]

#: process, flow, product, MWh in the base year
Cell = tuple[str, str, str, float]


def calibrate(balance: Balance) -> EnergySystem:
    """Build the energy system of a territory from its balance.

    Parameters
    ----------
    balance : Balance
        One territory, one year; only its leaves are used.

    Returns
    -------
    EnergySystem
        ``system.to_balance()`` equals the balance to a relative 1e-9 in every leaf.

    Raises
    ------
    InputError
        More than one territory or year.
    CalibrationError
        A product is used that nothing can supply.

    Examples
    --------
    >>> import leb_kit as leb
    >>> leb.calibrate(leb.examples.italy()).services.shape[0] > 40
    True
    """
    territory, year = balance.one()
    energy = amounts(balance.leaves)
    cells, kinds = _plant_cells(energy)
    for part_cells, part_kinds in (
        _transformation_cells(energy, cells),
        _supply_cells(energy),
    ):
        cells += part_cells
        kinds |= part_kinds
    devices, services = device_rows(energy)
    cells += [cell for device in devices for cell in device.cells]
    kinds |= {device.name: "device" for device in devices}
    fixed, fixed_kinds = _other_cells(energy, cells)
    cells += fixed
    kinds |= fixed_kinds
    table = pd.DataFrame(cells, columns=["process", "flow", "product", "energy_mwh"])
    table = _with_losses(table, energy)
    activity = _activities(table)
    processes = _process_table(kinds, activity, devices)
    coefficient = table["energy_mwh"] / activity.reindex(table["process"]).to_numpy()
    system_cells = table[["process", "flow", "product"]].assign(coefficient=coefficient)
    closing, idle = _closing(processes, system_cells)
    processes = _with_idle(processes, idle)
    processes.loc[closing["process"].unique(), "driver"] = "closing"
    return EnergySystem(
        territory,
        year,
        processes,
        pd.concat([system_cells, idle], ignore_index=True),
        services.set_index("service"),
        closing,
        _difference(energy),
        balance.name,
    )


def _plant_cells(energy: pd.Series) -> tuple[list[Cell], dict[str, str]]:
    """Plants by type and fuel, with their memo rows and their share of own use."""
    rows = plant_rows(energy)
    given = sum(row[-2] + row[-1] for row in rows)
    cells: list[Cell] = []
    kinds: dict[str, str] = {}
    own = [cell for cell in cells_of(energy) if cell[0] == "NRG_EHG_E" and given]
    for plant, fuel, flow_in, flow_out, taken, electricity, heat in rows:
        name = f"plant:{plant}:{fuel}"
        kinds[name] = "plant"
        cells.append((name, flow_in, fuel, taken))
        cells.append((name, flow_out, ELECTRICITY, electricity))
        cells.append((name, flow_out, HEAT, heat))
        cells += [(name, flow, fuel, at(energy, flow, fuel)) for flow in (f"GEP_{plant}", f"GHP_{plant}")]
        cells += [
            (name, flow, product, amount * (electricity + heat) / given) for flow, product, amount in own
        ]
    return [cell for cell in cells if cell[3]], kinds


def _transformation_cells(energy: pd.Series, done: list[Cell]) -> tuple[list[Cell], dict[str, str]]:
    """Refineries, coke ovens, blending …: one process each, with its own use."""
    taken = {(flow, product) for _, flow, product, _ in done}
    cells: list[Cell] = []
    kinds: dict[str, str] = {}
    for flow, product, amount in cells_of(energy):
        for code, own_use in OWN_USE_OF.items():
            inside = flow.startswith((f"TI_{code}_", f"TO_{code}_")) or flow == f"TO_{code}"
            if (inside or flow == own_use) and (flow, product) not in taken:
                process = f"transformation:{code}"
                kinds[process] = "transformation"
                cells.append((process, flow, product, amount))
    return cells, kinds


def _supply_cells(energy: pd.Series) -> tuple[list[Cell], dict[str, str]]:
    """One process for each supply row and product."""
    cells = [
        (f"supply:{flow}:{product}", flow, product, amount)
        for flow, product, amount in cells_of(energy)
        if flow in ("PPRD", "RCV_RCY", "IMP", "EXP", "STK_CHG", "INTMARB", "INTAVI")
    ]
    return cells, {cell[0]: "supply" for cell in cells}


def _other_cells(energy: pd.Series, done: list[Cell]) -> tuple[list[Cell], dict[str, str]]:
    """What is left (energy sector, rests, memo rows without a plant): fixed at its base value."""
    taken = {(flow, product) for _, flow, product, _ in done}
    cells = [
        (f"fixed:{flow}:{product}", flow, product, amount)
        for flow, product, amount in cells_of(energy)
        if (flow, product) not in taken and flow != "DL"
    ]
    return cells, {cell[0]: "fixed" for cell in cells}


def _with_losses(table: pd.DataFrame, energy: pd.Series) -> pd.DataFrame:
    """Spread the losses of each network over everything that is taken from it."""
    flows = catalog.table("flows")
    uses = flows.loc[(flows["sign"] < 0) & (flows["role"] != "supply") & (flows["code"] != "DL"), "code"]
    use = table[table["flow"].str.removesuffix(UNALLOCATED).isin(set(uses))]
    total = use.groupby("product")["energy_mwh"].sum()
    parts = [table]
    lost = of_flow(energy, "DL")
    for product, loss in zip(lost.index.astype(str), lost, strict=True):
        whole = float(total.get(product, 0.0))
        if whole <= 0:
            own = pd.DataFrame([(f"fixed:DL:{product}", "DL", product, loss)], columns=table.columns)
            parts.append(own)
            continue
        mine = use[use["product"] == product].groupby("process")[["energy_mwh"]].sum().reset_index()
        mine["energy_mwh"] *= loss / whole
        parts.append(mine.assign(flow="DL", product=product)[list(table.columns)])
    return pd.concat(parts, ignore_index=True)


def _activities(table: pd.DataFrame) -> pd.Series:
    """Activity of a process: what it takes; where it takes nothing, what it gives (MWh/year)."""
    sign = sign_of(table["flow"])
    own = ~table["flow"].isin(["DL", "NRG_EHG_E"])
    amount = table["energy_mwh"].abs()
    taken = amount.where((sign < 0) & own, 0.0).groupby(table["process"]).sum()
    touched = amount.where(own, 0.0).groupby(table["process"]).sum()
    rest = amount.groupby(table["process"]).sum()
    return taken.where(taken > 0, touched.where(touched > 0, rest))


def _process_table(kinds: dict[str, str], activity: pd.Series, devices: list[Device]) -> pd.DataFrame:
    frame = pd.DataFrame(index=pd.Index(activity.index, name="process"))
    frame["kind"] = [kinds.get(name, "fixed") for name in frame.index]
    frame["driver"] = np.where(frame["kind"] == "device", "service", "fixed")
    for column, default in (("service", ""), ("technology", ""), ("share", 0.0), ("efficiency", 1.0)):
        values = {device.name: getattr(device, column) for device in devices}
        frame[column] = [values.get(name, default) for name in frame.index]
    frame["activity_mwh"] = activity
    return frame


def _closing(processes: pd.DataFrame, cells: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Choose what supplies the rest of each product; see the module text of ``model``.

    Heat: all plants and imports of heat in their base mix. Electricity: fossil power-only plants in
    their base mix, else imports. Other products: imports, else production; else an import row that
    is zero in the base year.
    """
    products = catalog.table("products")
    fossil = set(products.loc[products["fossil"], "code"])
    rows: list[tuple[str, str, float]] = []
    idle: list[tuple[str, str, str, float]] = []
    gives = cells[cells["flow"].str.startswith(("TO_EHG_", "IMP"))]
    for product in dict.fromkeys(cells["product"]):
        mine = gives[(gives["product"] == product)]
        if product == HEAT:
            chosen = mine
        elif product == ELECTRICITY:
            power = {f"plant:{kind}:{code}" for kind in ("MAPE", "APE") for code in fossil}
            chosen = mine[mine["process"].isin(power)]
        else:
            chosen = mine.iloc[:0]
        if chosen.empty:
            chosen = _import_or_production(str(product), cells)
        if chosen.empty:
            name = f"supply:IMP:{product}"
            idle.append((name, "IMP", str(product), 1.0))
            rows.append((str(product), name, 1.0))
            continue
        level = processes.loc[chosen["process"], "activity_mwh"].to_numpy()
        supplied = float((chosen["coefficient"].to_numpy() * level).sum())
        if supplied <= 0:
            message = f"{product}: nothing supplies it in the base year"
            raise CalibrationError(message)
        rows += [
            (str(product), str(name), float(amount / supplied))
            for name, amount in zip(chosen["process"], level, strict=True)
        ]
    closing = pd.DataFrame(rows, columns=["product", "process", "weight"])
    # An empty table has no types of its own; joined to numbers it would make objects of them.
    types = {"process": str, "flow": str, "product": str, "coefficient": float}
    return closing, pd.DataFrame(idle, columns=list(types)).astype(types)


def _with_idle(processes: pd.DataFrame, idle: pd.DataFrame) -> pd.DataFrame:
    """Add supplies that give nothing in the base year, so that a scenario may use them."""
    if idle.empty:
        return processes
    rows = pd.DataFrame(
        {
            "kind": "supply",
            "driver": "closing",
            "service": "",
            "technology": "",
            "share": 0.0,
            "efficiency": 1.0,
            "activity_mwh": 0.0,
        },
        index=pd.Index(idle["process"], name=processes.index.name),
    )
    return pd.concat([processes, rows])


def _import_or_production(product: str, cells: pd.DataFrame) -> pd.DataFrame:
    for flow in ("IMP", "PPRD"):
        found = cells[cells["process"] == f"supply:{flow}:{product}"]
        if len(found):
            return found
    return cells.iloc[:0]


def _difference(energy: pd.Series) -> pd.Series:
    """Statistical difference by product, MWh: supply less use."""
    net: pd.Series = (energy * sign_of(energy.index.get_level_values("flow"))).groupby(level="product").sum()
    return net


__all__ = ["FUEL_PLANTS", "calibrate"]
