"""A plan as the optimiser gives it, without the wait."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

import leb_kit as leb


@dataclass
class Result:
    """A plan as the optimiser gives it."""

    balance: Any
    status: str = "optimal"
    cost_eur: float = 150e6
    remarks: tuple[tuple[str, str], ...] = ()

    plan = pd.DataFrame(
        {
            "technology": ["heat_pump_individual", "battery", "electricity_import"],
            "capacity_mw": [300.0, 200.0, 438.6],
            "new_capacity_mw": [300.0, 200.0, 0.0],
            "energy_mwh": [9e5, 1e4, 1.5e6],
            "cost_eur": [40e6, 2e6, 108e6],
        }
    )
    prices = pd.DataFrame(
        {
            "target": ["renewables", "emissions"],
            "label_it": ["Quota rinnovabile", "Emissioni"],
            "label_en": ["Renewable share", "Emissions"],
            "price": [0.0, 12.5],
            "unit": ["EUR/MWh", "EUR/tCO2eq"],
        }
    )
    retired = pd.DataFrame({"technology": ["gas_boiler_stock"], "retired_mw": [900.0]})

    def to_balance(self):
        """Less of everything, and sun instead of what was bought: all three targets are met."""
        table = self.balance.table
        less = table.assign(energy_mwh=table["energy_mwh"] * 0.7)
        bought = less["flow"].eq("IMP") & less["product"].isin(["E7000", "H8000"])
        sun = {"E7000": ("APE", "RA420", "GEP"), "H8000": ("MAPH", "RA410", "GHP")}
        parts = [less[~bought]]
        for row in less[bought].to_dict("records"):
            plant, source, memo = sun[row["product"]]
            cells = [("PPRD", source), (f"TI_EHG_{plant}_E", source), (f"{memo}_{plant}", source)]
            cells.append((f"TO_EHG_{plant}", row["product"]))
            parts.append(pd.DataFrame([row | {"flow": flow, "product": code} for flow, code in cells]))
        return leb.Balance.from_mwh(pd.concat(parts), name=self.balance.name)
