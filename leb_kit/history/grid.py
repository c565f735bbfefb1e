"""Emission factor of electricity and heat as the territory used them, year by year."""

from __future__ import annotations

from typing import Final

import pandas as pd

from leb_kit.balance import Balance
from leb_kit.errors import InputError
from leb_kit.history.climate import refuse_corrected
from leb_kit.history.sectors import final_cells
from leb_kit.indicators.emissions import emission_table

#: What plants give and grids carry.
CARRIED: Final = ("E7000", "H8000")
PLANTS: Final = "TI_EHG"
TRADE: Final = ("IMP", "EXP")


def grid_factors(balance: Balance) -> dict[tuple[str, int], float]:
    """Return the emission factor of delivered electricity and heat in every year of a balance.

    ::

        factor = (CO2 of plants + CO2 of net imports) / (electricity + heat used by final users)

    CO2 (tCO2eq) of fuel burnt in power, cogeneration and heat plants, and of electricity and heat imported
    less exported, by the convention ``territorial``; use in MWh. Electricity and heat share the same
    factor (allocation by energy), so losses and own use are carried by who uses them. Convention of
    leb_kit: one factor for all that the grids of a territory carry.

    Parameters
    ----------
    balance : Balance
        One territory, any number of years.

    Returns
    -------
    dict[tuple[str, int], float]
        tCO2eq/MWh by (product, year), ready for ``decompose(…, factors=…)``.

    Raises
    ------
    InputError
        Several territories, a year without final electricity or heat, or more CO2 exported than made.

    Examples
    --------
    >>> import leb_kit as leb
    >>> from leb_kit.history import grid_factors
    >>> round(grid_factors(leb.examples.italy())["E7000", 2019], 3)
    0.313
    """
    refuse_corrected(balance, use="emission factors")
    codes = [place.code for place in balance.territories]
    if len(codes) != 1:
        told = ", ".join(codes) or "none"
        raise InputError("grid factors", [f"one territory is needed; found {told}; use filter(territory=…)"])
    emitted = emission_table(balance, "territorial")
    by_grid = emitted["flow"].str.startswith(PLANTS) | emitted["flow"].isin(TRADE)
    tonnes = emitted[by_grid].groupby("year")["tco2eq"].sum()
    final = final_cells(balance.leaves)
    used = final[final["product"].isin(CARRIED)].groupby("year")["energy_mwh"].sum()
    return _ratios(tonnes, used, balance.years)


def _ratios(tonnes: pd.Series, used: pd.Series, years: tuple[int, ...]) -> dict[tuple[str, int], float]:
    faults: list[str] = []
    out: dict[tuple[str, int], float] = {}
    for year in years:
        energy, mass = float(used.get(year, 0.0)), float(tonnes.get(year, 0.0))
        if energy <= 0:
            faults.append(f"{year}: no final use of electricity or heat; a factor cannot be told")
        elif mass < 0:
            faults.append(
                f"{year}: exports carry more CO2 than plants emit ({mass:,.0f} t); give your own factors"
            )
        else:
            out |= {(product, year): mass / energy for product in CARRIED}
    if faults:
        raise InputError("grid factors", faults)
    return out
