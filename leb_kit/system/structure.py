"""Words of the energy system: what the rows of a balance stand for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd

from leb_kit.balance.accounting import UNALLOCATED
from leb_kit.reference import catalog

ELECTRICITY, HEAT = "E7000", "H8000"
AMBIENT_HEAT = "RA600"
HYDRO = "RA100"

#: Types of plant in the balance: main activity or autoproducer × power only, cogeneration, heat only.
FUEL_PLANTS = ("MAPE", "MAPCHP", "MAPH", "APE", "APCHP", "APH")
#: Input row and output row of plants that run on electricity or heat.
NETWORK_PLANTS = {
    "EDHP": ("TI_EHG_EDHP", "TO_EHG_EDHP"),
    "EB": ("TI_EHG_EB", "TO_EHG_EB"),
    "EPS": ("TI_EHG_EPS", "TO_EHG_PH"),
    "DHEP": ("TI_EHG_DHEP", ""),
    "OTH": ("", "TO_EHG_OTH"),
}
#: Transformations other than electricity and heat, and the own-use row that belongs to them.
OWN_USE_OF = {
    "CO": "NRG_CO_E",
    "BF": "NRG_BF_E",
    "GW": "NRG_GW_E",
    "RPI": "NRG_PR_E",
    "PF": "NRG_PF_E",
    "BKBPB": "NRG_BKBPB_E",
    "CL": "NRG_CL_E",
    "GTL": "NRG_GTL_E",
    "CPP": "NRG_CPP_E",
    "BNG": "",
    "LBB": "",
    "NSP": "",
}


def amounts(leaves: pd.DataFrame) -> pd.Series:
    """Return the energy of leaf rows, MWh, by flow and product (one territory, one year)."""
    return leaves.groupby(["flow", "product"])["energy_mwh"].sum()


def sign_of(flows: pd.Series | pd.Index) -> np.ndarray:
    """Return +1 for rows that supply, −1 for rows that use, 0 for the rest (``flows.csv``)."""
    signs = _signs()
    return np.array([signs.get(str(flow).removesuffix(UNALLOCATED), 0.0) for flow in flows])


@cache
def _signs() -> dict[str, float]:
    table = catalog.table("flows")
    return dict(zip(table["code"], table["sign"].astype(float), strict=True))


def cells_of(energy: pd.Series) -> Iterator[tuple[str, str, float]]:
    """Give flow, product and energy (MWh) of every cell."""
    flows, products = energy.index.get_level_values("flow"), energy.index.get_level_values("product")
    for flow, product, amount in zip(flows, products, energy, strict=True):
        yield str(flow), str(product), float(amount)
