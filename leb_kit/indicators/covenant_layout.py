"""Rows and columns of the Covenant of Mayors inventory: where each cell of a balance goes.

``covenant_sectors.csv`` and ``covenant_carriers.csv`` are the table, ``covenant_sector_flows.csv`` and
``covenant_carrier_products.csv`` say what belongs where. A balance stops at roads and at public
services; a *detail* moves part of a cell to the row it belongs to (public lighting, buses, municipal
fleet, plants in the ETS).
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from leb_kit.balance import Balance
from leb_kit.balance.accounting import UNALLOCATED, flow_parts
from leb_kit.errors import InputError, did_you_mean
from leb_kit.reference import catalog

FINAL = "FC_E"
#: A detail may exceed its cell by this share: sums of printed numbers are rounded.
ROUNDING = 1e-9
DETAIL_COLUMNS = ["flow", "product", "covenant_sector", "energy_mwh"]
CELL_COLUMNS = ["covenant_sector", "covenant_carrier", "product", "energy_mwh"]


@cache
def sectors() -> pd.DataFrame:
    """Return the rows of the inventory in their order, indexed by code."""
    return catalog.table("covenant_sectors").sort_values("order").set_index("covenant_sector")


@cache
def carriers() -> pd.DataFrame:
    """Return the columns of the inventory in their order, indexed by code."""
    return catalog.table("covenant_carriers").sort_values("order").set_index("covenant_carrier")


def final_cells(balance: Balance, detail: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return final energy by sector, carrier and product, MWh (one territory, one year).

    Parameters
    ----------
    balance : Balance
        One territory, one year.
    detail : pd.DataFrame, optional
        flow, product, covenant_sector, energy_mwh (MWh): what of a cell belongs to another row.

    Returns
    -------
    pd.DataFrame
        covenant_sector, covenant_carrier, product, energy_mwh; it sums to FC_E.

    Raises
    ------
    InputError
        A product without column, or a detail that does not fit the balance.
    """
    leaves = balance.leaves
    final = leaves[leaves["flow"].isin(list(flow_parts(FINAL)))]
    final = final.assign(flow=final["flow"].str.removesuffix(UNALLOCATED))
    cells = final.groupby(["flow", "product"], sort=False)[["energy_mwh"]].sum().reset_index()
    cells["covenant_sector"] = [sector_of(flow) for flow in cells["flow"]]
    if detail is not None:
        cells = _moved(cells, _checked(detail))
    cells["covenant_carrier"] = _carriers(cells)
    sums = cells.groupby(CELL_COLUMNS[:-1], sort=False)[["energy_mwh"]].sum().reset_index()
    sums = sums[sums["energy_mwh"] != 0]
    place = sums["covenant_sector"].map(sectors()["order"]), sums["covenant_carrier"].map(carriers()["order"])
    ordered = sums.assign(row=place[0], column=place[1]).sort_values(["row", "column", "product"])
    return ordered[CELL_COLUMNS].reset_index(drop=True)


def sector_of(flow: str) -> str:
    """Return the row of the inventory a flow goes to: its own, or that of its nearest parent."""
    table, parents = _sector_flows(), _parents()
    code = flow
    while code and code not in table:
        code = parents.get(code, "")
    return table.get(code, table[FINAL])


@cache
def _sector_flows() -> dict[str, str]:
    table = catalog.table("covenant_sector_flows")
    return dict(zip(table["flow"], table["covenant_sector"], strict=True))


@cache
def _parents() -> dict[str, str]:
    table = catalog.table("flows")
    return dict(zip(table["code"], table["parent"], strict=True))


@cache
def _carrier_products() -> dict[tuple[str, str], str]:
    table = catalog.table("covenant_carrier_products")
    keys = zip(table["product"], table["sector_group"], strict=True)
    return dict(zip(keys, table["covenant_carrier"], strict=True))


def carriers_of(products: pd.Series, sector: str) -> list[str]:
    """Return the columns of the inventory for products of one row."""
    return _carriers(pd.DataFrame({"product": products, "covenant_sector": sector}))


def _carriers(cells: pd.DataFrame) -> list[str]:
    table = _carrier_products()
    groups = cells["covenant_sector"].map(sectors()["group"])
    found = [
        table.get((product, group)) or table.get((product, ""), "")
        for product, group in zip(cells["product"], groups, strict=True)
    ]
    lacking = sorted({p for p, carrier in zip(cells["product"], found, strict=True) if not carrier})
    if lacking:
        raise InputError(
            "emission inventory",
            [
                f"product '{product}' has final energy but no column in the inventory; give the balance by"
                " products of covenant_carrier_products.csv"
                for product in lacking
            ],
        )
    return found


def _checked(detail: pd.DataFrame) -> pd.DataFrame:
    """Check a detail against ``columns.csv``."""
    from leb_kit.reference import schema

    return schema.validate(detail, "covenant.detail", where="detail")


def _moved(cells: pd.DataFrame, detail: pd.DataFrame) -> pd.DataFrame:
    """Take what the detail names out of its cells and put it where it belongs."""
    keys = ["flow", "product"]
    taken = detail.groupby(keys, sort=False)["energy_mwh"].sum()
    there = cells.set_index(keys)["energy_mwh"]
    faults = []
    for (flow, product), amount in taken.items():
        if (flow, product) not in there.index:
            near = sorted(set(cells.loc[cells["product"] == product, "flow"]))
            hint = did_you_mean(flow, near)
            held = f"it has {product} in {', '.join(near)}" if near else f"it has no {product} at all"
            faults.append(f"{flow} {product} is not in the balance; {held}.{hint}")
        elif amount > there[flow, product] * (1 + ROUNDING):
            faults.append(
                f"{flow} {product}: {amount:,.1f} MWh are named, the balance has {there[flow, product]:,.1f}"
            )
    if faults:
        raise InputError("detail", faults)
    left = there.sub(taken.reindex(there.index, fill_value=0.0)).clip(lower=0.0)
    rest = cells.assign(energy_mwh=left.to_numpy())
    return pd.concat([rest, detail[DETAIL_COLUMNS]], ignore_index=True)
