"""What the rows of a balance say about plants: who takes which fuel and gives what.

A balance books the output of a type of plant without the fuel it came from; the memo rows GEP and
GHP (gross production by fuel) tell the split. Where a balance has no memo rows, output is split in
proportion to input and the split is marked as an estimate.
"""

from __future__ import annotations

from collections.abc import Iterator

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

#: What ``PLANT_COLUMNS`` holds.
Row = tuple[str, str, str, str, float, float, float]
PLANT_COLUMNS = ["plant", "product", "flow_in", "flow_out", "input_mwh", "electricity_mwh", "heat_mwh"]


def amounts(leaves: pd.DataFrame) -> pd.Series:
    """Return the energy of leaf rows, MWh, by flow and product (one territory, one year)."""
    return leaves.groupby(["flow", "product"])["energy_mwh"].sum()


def sign_of(flows: pd.Series | pd.Index) -> np.ndarray:
    """Return +1 for rows that supply, −1 for rows that use, 0 for the rest (``flows.csv``)."""
    table = catalog.table("flows")
    signs = dict(zip(table["code"], table["sign"], strict=True))
    return np.array([float(signs.get(str(flow).removesuffix(UNALLOCATED), 0.0)) for flow in flows])


def plants(energy: pd.Series) -> pd.DataFrame:
    """Split plants by type and fuel.

    Parameters
    ----------
    energy : pd.Series
        As ``amounts`` gives it.

    Returns
    -------
    pd.DataFrame
        plant (type), product (fuel; blank where none is booked), flow_in, flow_out, input_mwh,
        electricity_mwh, heat_mwh.
    """
    return pd.DataFrame(plant_rows(energy), columns=PLANT_COLUMNS)


def plant_rows(energy: pd.Series) -> list[Row]:
    """Return the rows of ``plants``."""
    parts = [_fuel_plants(energy, kind) for kind in FUEL_PLANTS]
    parts += [_network_plants(energy, kind) for kind in NETWORK_PLANTS]
    return [row for part in parts for row in part]


def at(energy: pd.Series, flow: str, product: str) -> float:
    """Return one cell, MWh; a cell without a row is no energy."""
    return float(energy.get((flow, product), 0.0))


def cells_of(energy: pd.Series) -> Iterator[tuple[str, str, float]]:
    """Give flow, product and energy (MWh) of every cell."""
    flows, products = energy.index.get_level_values("flow"), energy.index.get_level_values("product")
    for flow, product, amount in zip(flows, products, energy, strict=True):
        yield str(flow), str(product), float(amount)


def of_flow(energy: pd.Series, flow: str) -> pd.Series:
    """Return the products of one flow, MWh."""
    if flow not in energy.index.get_level_values("flow"):
        return pd.Series(dtype=float)
    return energy.xs(flow, level="flow")


def _fuel_plants(energy: pd.Series, kind: str) -> list[Row]:
    flow_in, flow_out = f"TI_EHG_{kind}_E", f"TO_EHG_{kind}"
    fuels = of_flow(energy, flow_in)
    electricity, heat = at(energy, flow_out, ELECTRICITY), at(energy, flow_out, HEAT)
    if fuels.empty:
        return [(kind, "", flow_in, flow_out, 0.0, electricity, heat)] if electricity or heat else []
    outputs = {}
    for output, total, memo in ((ELECTRICITY, electricity, f"GEP_{kind}"), (HEAT, heat, f"GHP_{kind}")):
        shares = of_flow(energy, memo).reindex(fuels.index, fill_value=0.0)
        if HYDRO in shares.index and output == ELECTRICITY:
            # The memo row of water power includes pumped storage, which has a row of its own.
            pumped = at(energy, "TO_EHG_PH", ELECTRICITY) if kind == "MAPE" else 0.0
            shares[HYDRO] = max(float(shares[HYDRO]) - pumped, 0.0)
        if shares.sum() <= 0:
            shares = fuels
        outputs[output] = shares * (total / shares.sum()) if shares.sum() > 0 else shares
    return [
        (kind, str(fuel), flow_in, flow_out, float(amount), float(power), float(warmth))
        for fuel, amount, power, warmth in zip(
            fuels.index, fuels, outputs[ELECTRICITY], outputs[HEAT], strict=True
        )
    ]


def _network_plants(energy: pd.Series, kind: str) -> list[Row]:
    flow_in, flow_out = NETWORK_PLANTS[kind]
    taken = of_flow(energy, flow_in) if flow_in else pd.Series(dtype=float)
    electricity = at(energy, flow_out, ELECTRICITY) if flow_out else 0.0
    heat = at(energy, flow_out, HEAT) if flow_out else 0.0
    if taken.empty and not electricity and not heat:
        return []
    whole = float(taken.sum())
    if whole <= 0:
        return [(kind, "", flow_in, flow_out, 0.0, electricity, heat)]
    # Heat pumps of a network take electricity and ambient heat: each gives its part of the output.
    return [
        (kind, str(product), flow_in, flow_out, float(amount), electricity * part, heat * part)
        for product, amount, part in zip(taken.index, taken, taken / whole, strict=True)
    ]
