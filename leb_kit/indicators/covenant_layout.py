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
KEYS = ["flow", "product"]
DETAIL_COLUMNS = [*KEYS, "covenant_sector", "energy_mwh"]
SHARE_COLUMNS = [*KEYS, "covenant_sector", "share"]
CELL_COLUMNS = ["covenant_sector", "covenant_carrier", "product", "energy_mwh"]


@cache
def sectors() -> pd.DataFrame:
    """Return the rows of the inventory in their order, indexed by code."""
    return catalog.table("covenant_sectors").sort_values("order").set_index("covenant_sector")


@cache
def carriers() -> pd.DataFrame:
    """Return the columns of the inventory in their order, indexed by code."""
    return catalog.table("covenant_carriers").sort_values("order").set_index("covenant_carrier")


def final_cells(balance: Balance, detail: pd.DataFrame | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return final energy by sector, carrier and product, MWh (one territory, one year).

    Parameters
    ----------
    balance : Balance
        One territory, one year.
    detail : pd.DataFrame, optional
        flow, product, covenant_sector, and energy_mwh (MWh) or share (0–1): what of a cell belongs to
        another row. A share of a cell that the balance does not have is nothing.

    Returns
    -------
    tuple of pd.DataFrame
        covenant_sector, covenant_carrier, product, energy_mwh, which sums to FC_E; and the detail as
        shares: flow, product, covenant_sector, share.

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
    shares = pd.DataFrame(columns=SHARE_COLUMNS).astype({"share": float})
    if detail is not None:
        moves = _moves(cells, detail)
        shares = moves[SHARE_COLUMNS].reset_index(drop=True)
        cells = _moved(cells, moves)
    cells["covenant_carrier"] = _carriers(cells)
    sums = cells.groupby(CELL_COLUMNS[:-1], sort=False)[["energy_mwh"]].sum().reset_index()
    sums = sums[sums["energy_mwh"] != 0]
    place = sums["covenant_sector"].map(sectors()["order"]), sums["covenant_carrier"].map(carriers()["order"])
    ordered = sums.assign(row=place[0], column=place[1]).sort_values(["row", "column", "product"])
    return ordered[CELL_COLUMNS].reset_index(drop=True), shares


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


def _moves(cells: pd.DataFrame, detail: pd.DataFrame) -> pd.DataFrame:
    """Check a detail and give it both as energy and as share of its cell."""
    from leb_kit.reference import schema

    rows = schema.validate(detail, "covenant.detail", where="detail").reset_index(drop=True)
    told = rows[["energy_mwh", "share"]].notna().sum(axis=1)
    there = cells.set_index(KEYS)["energy_mwh"]
    held = pd.Series(there.reindex(pd.MultiIndex.from_frame(rows[KEYS])).to_numpy(), index=rows.index)
    faults = [
        f"{row.flow} {row.product} to {row.covenant_sector}: give energy_mwh or share, one of the two"
        for row in rows[told != 1].itertuples()
    ]
    faults += [
        _not_there(cells, str(flow), str(product))
        for flow, product in rows.loc[held.isna() & rows["share"].isna(), KEYS].drop_duplicates().to_numpy()
    ]
    if faults:
        raise InputError("detail", faults)
    rows["energy_mwh"] = rows["energy_mwh"].fillna(rows["share"] * held.fillna(0.0))
    rows["share"] = rows["share"].fillna((rows["energy_mwh"] / held).where(held > 0, 0.0))
    taken = rows.groupby(KEYS, sort=False)["energy_mwh"].sum()
    faults = [
        f"{flow} {product}: {amount:,.1f} MWh are named, the balance has {whole:,.1f}"
        for (flow, product), amount in taken.items()
        if amount > (whole := float(there.get((flow, product), 0.0))) * (1 + ROUNDING)
    ]
    if faults:
        raise InputError("detail", faults)
    return rows


def _not_there(cells: pd.DataFrame, flow: str, product: str) -> str:
    near = sorted(set(cells.loc[cells["product"] == product, "flow"]))
    held = f"it has {product} in {', '.join(near)}" if near else f"it has no {product} at all"
    return f"{flow} {product} is not in the balance; {held}.{did_you_mean(flow, near)}"


def _moved(cells: pd.DataFrame, moves: pd.DataFrame) -> pd.DataFrame:
    """Take what is named out of its cells and put it where it belongs."""
    taken = moves.groupby(KEYS, sort=False)["energy_mwh"].sum()
    there = cells.set_index(KEYS)["energy_mwh"]
    left = there.sub(taken.reindex(there.index, fill_value=0.0)).clip(lower=0.0)
    rest = cells.assign(energy_mwh=left.to_numpy())
    return pd.concat([rest, moves[DETAIL_COLUMNS]], ignore_index=True)
