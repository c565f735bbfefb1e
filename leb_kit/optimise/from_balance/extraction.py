"""Extraction plants: steam is drawn from the turbine for heat, and some electricity is lost by it.

::

    P + C_v × H ≤ P_max          P ≥ C_b × H          F = (P + C_v × H) / η

P electricity, H heat, F fuel (MW); P_max capacity without heat; C_v electricity lost for each heat drawn,
C_b electricity for each heat where all steam is drawn, η electrical efficiency without heat.

Every such (P, H) is a mix of two ways to run one unit, so that no block of its own is needed::

    without heat:  H = 0         F = P / η                      takes P of the unit
    all drawn:     H = P / C_b   F = P × (1 + C_v / C_b) / η    takes P × (1 + C_v / C_b) of the unit

Source: Danish Energy Agency, Technology Data, Cb and Cv of extraction plants; Verbruggen 1996.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from leb_kit.optimise.from_balance.site import HEAT, Site
from leb_kit.reference.numbers import has_parameter, parameter

TECHNOLOGY = "gas_chp_extraction"
#: Parameters: electricity lost for each heat drawn, and electricity for each heat at most.
LOSS, RATIO = "power_loss_per_heat", "power_to_heat_ratio"
DRAWN = "all_drawn"


@dataclass(frozen=True)
class Extraction:
    """An extraction plant: C_v and C_b (MWh/MWh), and η, its electrical efficiency without heat.

    Examples
    --------
    >>> plant = Extraction(0.2, 1.0, 0.5)
    >>> plant.capacity_use, plant.numbers_drawn["heat_efficiency"].__round__(6)
    (1.2, 0.416667)
    """

    loss: float
    ratio: float
    efficiency: float

    @property
    def capacity_use(self) -> float:
        """Capacity of the unit taken by a MW of electricity where all steam is drawn, MW/MW."""
        return 1 + self.loss / self.ratio

    @property
    def numbers_condensing(self) -> dict[str, float]:
        """Efficiencies of the way without heat."""
        return {"electricity_efficiency": self.efficiency, "heat_efficiency": 0.0}

    @property
    def numbers_drawn(self) -> dict[str, float]:
        """Efficiencies of the way in which all steam is drawn."""
        power = self.efficiency / self.capacity_use
        return {"electricity_efficiency": power, "heat_efficiency": power / self.ratio}

    @classmethod
    def of_year(
        cls, numbers: Mapping[str, float], power: float, heat: float, fuel: float
    ) -> Extraction | None:
        """Read η from a year's energy (MWh), so that the two ways together give that year exactly.

        Nothing where C_v and C_b are not declared, or the year gave more heat than they allow.

        Examples
        --------
        >>> Extraction.of_year({"power_loss_per_heat": 0.2, "power_to_heat_ratio": 1.0}, 80, 50, 180)
        Extraction(loss=0.2, ratio=1.0, efficiency=0.5)
        """
        loss, ratio = numbers.get(LOSS), numbers.get(RATIO)
        if loss is None or ratio is None or fuel <= 0 or power < ratio * heat:
            return None
        return cls(loss, ratio, (power + loss * heat) / fuel)


def add_extraction(site: Site) -> None:
    """Offer a new extraction plant on the heat network: one unit, two ways to run it."""
    own = site.own_numbers.get(TECHNOLOGY, {})
    loss, ratio, efficiency = (
        own.get(name, parameter(TECHNOLOGY, name)) for name in (LOSS, RATIO, "electricity_efficiency")
    )
    plant = Extraction(loss, ratio, efficiency)
    site.rows.add_technology(TECHNOLOGY, numbers=plant.numbers_condensing)
    site.rows.add_technology(
        TECHNOLOGY,
        drawn(TECHNOLOGY),
        numbers=plant.numbers_drawn,
        unit=TECHNOLOGY,
        capacity_use=plant.capacity_use,
        capex_eur_per_mw_year=0.0,
        fixed_eur_per_mw_year=0.0,
    )


def drawn(unit: str) -> str:
    """Return the name of the way in which all steam of a unit is drawn."""
    return f"{unit}:{DRAWN}"


def existing(site: Site, technology: str, cells: pd.DataFrame) -> Extraction | None:
    """Return what an existing plant is as an extraction plant, or nothing where that is not declared."""
    numbers = dict(site.own_numbers.get(technology, {}))
    for name in (LOSS, RATIO):
        if name not in numbers and has_parameter(technology, name):
            numbers[name] = parameter(technology, name)
    given = cells[cells["flow"].str.startswith("TO_EHG")].groupby("product")["energy_mwh"].sum()
    fuel = float(cells.loc[cells["flow"].str.startswith("TI_EHG"), "energy_mwh"].sum())
    heat = float(given.get(HEAT, 0.0))
    return Extraction.of_year(numbers, float(given.sum()) - heat, heat, fuel)


def cells_of_way(plant: Extraction, cells: pd.DataFrame, *, heat: bool) -> pd.DataFrame:
    """Return the cells of a plant's year as one of its two ways would have made the same electricity.

    Fuel and heat differ; all else (own use) stays with the electricity. Sums of both ways, at the year's
    heat, are the year's cells.
    """
    to_heat = cells["flow"].str.startswith("GHP_") | (
        cells["flow"].str.startswith("TO_EHG") & (cells["product"] == HEAT)
    )
    to_fuel = cells["flow"].str.startswith("TI_EHG")
    power = float(
        cells.loc[cells["flow"].str.startswith("TO_EHG") & (cells["product"] != HEAT), "energy_mwh"].sum()
    )
    use = plant.capacity_use if heat else 1.0
    warm = float(cells.loc[cells["flow"].str.startswith("TO_EHG") & to_heat, "energy_mwh"].sum())
    drawn_mwh = power / plant.ratio if heat else 0.0
    burnt = float(cells.loc[to_fuel, "energy_mwh"].sum())
    factor = pd.Series(1.0, index=cells.index)
    factor[to_heat] = drawn_mwh / warm if warm > 0 else 0.0
    factor[to_fuel] = power * use / plant.efficiency / burnt
    out = cells.assign(energy_mwh=cells["energy_mwh"] * factor)
    return out[out["energy_mwh"] != 0]


__all__ = ["Extraction", "add_extraction", "cells_of_way", "drawn", "existing"]
