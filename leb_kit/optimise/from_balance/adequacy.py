"""Adequacy: what a territory that carries its own power system keeps beyond what it uses, and what counts."""

from __future__ import annotations

import pandas as pd

from leb_kit.optimise.from_balance.site import GRID
from leb_kit.reference import catalog, costs


def reserve_margin(territory: str) -> float | None:
    """Return the reserve margin of a territory, as a share of what it uses.

    Nothing where the territory is part of a larger power system.

    Examples
    --------
    >>> reserve_margin("IT"), reserve_margin("001272")
    (0.05, None)
    """
    table = catalog.table("reserve_margins")
    mine = table[table["territory"] == territory]
    return float(mine["value"].iloc[0]) if len(mine) else None


def with_margin(buses: pd.DataFrame, territory: str) -> pd.DataFrame:
    """Return the buses; the grid of a territory that carries its own system asks for a reserve margin."""
    margin = reserve_margin(territory)
    if margin is None:
        return buses
    return buses.assign(reserve_margin=pd.Series(margin, index=buses.index).where(buses["bus"] == GRID))


def with_credits(rows: pd.DataFrame, territory: str) -> pd.DataFrame:
    """Return processes or stores with the share of their power that counts as firm; unknown ones count whole.

    Examples
    --------
    >>> rows = pd.DataFrame({"technology": ["electricity_import", "gas_chp", "gas_network"]})
    >>> with_credits(rows, "IT")["capacity_credit"].tolist()
    [0.492445, 0.9, 1.0]
    """
    table = catalog.table("capacity_credits")
    # The territory's own stand behind those of any, and replace them.
    known = table[table["territory"].isin(["", territory])].sort_values("territory", kind="stable")
    credit = dict(zip(known["technology"], known["value"].astype(float), strict=True))
    return rows.assign(capacity_credit=[credit.get(str(one), 1.0) for one in rows["technology"]])


def fixed_cost(product: str, process: str = "", territory: str = "") -> float | None:
    """Return what keeping a MW of an existing power plant costs in a year, EUR of the price year; or nothing.

    The row of the plant and its territory counts, else that of the plant anywhere, else that of the fuel.

    Parameters
    ----------
    product : str
        What it burns.
    process : str
        The plant, as the calibrated system calls it.
    territory : str
        Code.

    Examples
    --------
    >>> round(fixed_cost("G3000")), round(fixed_cost("G3000", "plant:APCHP:G3000")), fixed_cost("RA420")
    (30121, 20098, None)
    """
    group = catalog.table("products").set_index("code")["group_scheme"].get(product, "")
    table = catalog.table("plant_fixed_costs")
    own = table["territory"].isin(["", territory]) & table["process"].isin(["", process])
    mine = table[(table["fuel"] == group) & own]
    if mine.empty:
        return None
    row = mine.sort_values(["process", "territory"], kind="stable").iloc[-1]
    return float(row["value"]) * costs.price_ratio(int(row["price_year"]), int(costs.economics("price_year")))
