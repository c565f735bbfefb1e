"""What the rows of a balance say about plants: who takes which fuel and gives what.

A balance books the output of a type of plant without the fuel it came from; the memo rows GEP and
GHP (gross production by fuel) tell the split. Where a balance has no memo rows, output is split in
proportion to input and the split is marked as an estimate.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from leb_kit.system.energy import Energy, Vector, ratio
from leb_kit.system.structure import ELECTRICITY, FUEL_PLANTS, HEAT, HYDRO, NETWORK_PLANTS

#: plant, fuel, input row, output row, fuel taken, electricity and heat given (MWh by territory)
PlantRow = tuple[str, str, str, str, Vector, Vector, Vector]
#: What ``plants`` gives.
PLANT_COLUMNS = ["plant", "product", "flow_in", "flow_out", "input_mwh", "electricity_mwh", "heat_mwh"]


def plants(energy: pd.Series) -> pd.DataFrame:
    """Split the plants of one territory by type and fuel.

    Parameters
    ----------
    energy : pd.Series
        Leaf cells, MWh, by flow and product.

    Returns
    -------
    pd.DataFrame
        plant (type), product (fuel; blank where none is booked), flow_in, flow_out, input_mwh,
        electricity_mwh, heat_mwh.
    """
    rows = [
        (*row[:4], *(float(amount[0]) for amount in row[4:])) for row in plant_rows(Energy.of_one(energy))
    ]
    return pd.DataFrame(rows, columns=PLANT_COLUMNS)


def plant_rows(energy: Energy) -> list[PlantRow]:
    """Split the output of plants by type and fuel.

    A balance books the output of a type of plant without the fuel it came from; the memo rows GEP and
    GHP tell the split, where they are given; else output goes by input.
    """
    parts = [_fuel_plants(energy, kind) for kind in FUEL_PLANTS]
    parts += [_network_plants(energy, kind) for kind in NETWORK_PLANTS]
    return [row for part in parts for row in part]


def _fuel_plants(energy: Energy, kind: str) -> list[PlantRow]:
    flow_in, flow_out = f"TI_EHG_{kind}_E", f"TO_EHG_{kind}"
    fuels = energy.of_flow(flow_in)
    outputs = {}
    rest = {}
    for product, memo in ((ELECTRICITY, f"GEP_{kind}"), (HEAT, f"GHP_{kind}")):
        total = energy.at(flow_out, product)
        shares = _shares(energy, fuels, memo, pumped=kind == FUEL_PLANTS[0] and product == ELECTRICITY)
        outputs[product] = {fuel: total * share for fuel, share in shares.items()}
        # Where no fuel is booked, output has a plant of its own.
        rest[product] = total * (sum((share for share in shares.values()), energy.zero) == 0)
    rows = [
        (kind, fuel, flow_in, flow_out, amount, outputs[ELECTRICITY][fuel], outputs[HEAT][fuel])
        for fuel, amount in fuels.items()
    ]
    if rest[ELECTRICITY].any() or rest[HEAT].any():
        rows.append((kind, "", flow_in, flow_out, energy.zero, rest[ELECTRICITY], rest[HEAT]))
    return rows


def _shares(energy: Energy, fuels: dict[str, Vector], memo: str, *, pumped: bool) -> dict[str, Vector]:
    """Return the share of each fuel in an output: as the memo row tells, else by input."""
    told = {fuel: energy.at(memo, fuel) for fuel in fuels}
    if HYDRO in told and pumped:
        # The memo row of water power includes pumped storage, which has a row of its own.
        told[HYDRO] = np.maximum(told[HYDRO] - energy.at("TO_EHG_PH", ELECTRICITY), 0.0)
    whole = sum(told.values(), energy.zero)
    taken = sum(fuels.values(), energy.zero)
    by_memo = whole > 0
    return {
        fuel: np.where(by_memo, ratio(told[fuel], whole), ratio(amount, taken))
        for fuel, amount in fuels.items()
    }


def _network_plants(energy: Energy, kind: str) -> list[PlantRow]:
    """Plants that run on electricity or heat; each product gives its part of the output."""
    flow_in, flow_out = NETWORK_PLANTS[kind]
    taken = energy.of_flow(flow_in) if flow_in else {}
    electricity = energy.at(flow_out, ELECTRICITY) if flow_out else energy.zero
    heat = energy.at(flow_out, HEAT) if flow_out else energy.zero
    whole = sum(taken.values(), energy.zero)
    rows = [
        (kind, product, flow_in, flow_out, amount, electricity * part, heat * part)
        for product, amount in taken.items()
        for part in (ratio(amount, whole),)
    ]
    bare = whole <= 0
    if (electricity * bare).any() or (heat * bare).any():
        rows.append((kind, "", flow_in, flow_out, energy.zero, electricity * bare, heat * bare))
    return rows
