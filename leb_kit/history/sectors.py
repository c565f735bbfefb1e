"""Rows of final consumption by sector, and the part of them that heats rooms."""

from __future__ import annotations

from functools import cache
from typing import Final

import pandas as pd

from leb_kit.balance.accounting import UNALLOCATED
from leb_kit.reference import catalog
from leb_kit.system.devices import END_USE_OF_CHILD, HOUSEHOLDS, SPACE_HEATING, TERTIARY

#: Sectors that no longer split: industry and transport whole, the others by their own row.
SECTORS: Final = (
    "FC_IND_E", "FC_TRA_E", "FC_OTH_HH_E", "FC_OTH_CP_E", "FC_OTH_AF_E", "FC_OTH_FISH_E", "FC_OTH_NSP_E",
)  # fmt: skip
FINAL_ROLE: Final = "final_energy"


@cache
def sector_of(flow: str) -> str:
    """Return the sector that a row of final energy belongs to; blank for other rows.

    Examples
    --------
    >>> sector_of("FC_OTH_CP_PUB_E"), sector_of("FC_OTH_E_UNALLOCATED"), sector_of("IMP")
    ('FC_OTH_CP_E', 'FC_OTH_E', '')
    """
    table = catalog.table("flows").set_index("code")
    code = flow.removesuffix(UNALLOCATED)
    if code not in table.index or table.loc[code, "role"] != FINAL_ROLE:
        return ""
    up = code
    while up in table.index:
        if up in SECTORS:
            return up
        up = str(table.loc[up, "parent"])
    return code


def final_cells(leaves: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of final energy, with their ``sector``."""
    sector = leaves["flow"].map(sector_of)
    return leaves.assign(sector=sector)[sector != ""].reset_index(drop=True)


def heating_share(flow: str, product: str, own: dict[tuple[str, str], float] | None = None) -> float | None:
    """Return the share of space heating in a cell of final energy, 0–1.

    Parameters
    ----------
    flow, product : str
        Codes of a leaf.
    own : dict, optional
        Shares given by the user, by (sector, product); they win over ``end_use_shares.csv``.

    Returns
    -------
    float or None
        Zero where the sector is not heated by convention (industry, transport, agriculture); None where
        the sector is heated and nobody tells how much of this product.

    Examples
    --------
    >>> heating_share("FC_OTH_HH_E", "G3000")
    0.761339
    """
    sector = sector_of(flow)
    for code in (flow, sector):
        if own and (code, product) in own:
            return own[code, product]
    child = END_USE_OF_CHILD.get(flow.removesuffix(UNALLOCATED).removeprefix(HOUSEHOLDS + "_"))
    if child is not None:
        return float(child == SPACE_HEATING)
    if sector not in (HOUSEHOLDS, TERTIARY[0]):
        return 0.0
    return _shares().get((sector, product))


@cache
def _shares() -> dict[tuple[str, str], float]:
    table = catalog.table("end_use_shares")
    heats = table["share"].where(table["end_use"] == SPACE_HEATING, 0.0)
    sums = heats.groupby([table["sector"], table["product"]]).sum()
    return {(str(sector), str(product)): float(value) for (sector, product), value in sums.items()}
