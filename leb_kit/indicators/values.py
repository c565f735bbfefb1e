"""The value of any indicator that a target may name, for every territory and year at once."""

from __future__ import annotations

import pandas as pd

from leb_kit.balance import Balance
from leb_kit.errors import InputError, did_you_mean
from leb_kit.indicators import linear
from leb_kit.indicators.air import POLLUTANTS, air_totals
from leb_kit.indicators.cells import Cells, one_year
from leb_kit.indicators.emissions import totals
from leb_kit.indicators.energy import ENERGY
from leb_kit.indicators.sectors import share_of
from leb_kit.indicators.shares import Normalised
from leb_kit.indicators.target_sets import UNITS


def values_of(
    energy: Cells,
    indicator: str,
    convention: str = "",
    exclusions: str = "",
    normalised: Normalised | None = None,
) -> pd.DataFrame:
    """Return an indicator for every territory and year: ``value``; for shares its two parts too (MWh).

    Raises
    ------
    InputError
        Unknown indicator.
    """
    if indicator not in UNITS:
        raise InputError("targets", [f"unknown indicator '{indicator}'.{did_you_mean(indicator, UNITS)}"])
    if UNITS[indicator] == "share":
        return share_of(energy, indicator, exclusions, normalised).rename(columns={"share": "value"})
    if indicator == "emissions":
        return totals(energy, convention or "territorial").to_frame("value")
    if indicator in POLLUTANTS:
        return air_totals(energy, indicator).to_frame("value")
    return linear.parts_of(energy, indicator)[ENERGY].to_frame("value")


def indicator_value(balance: Balance, indicator: str, convention: str = "", exclusions: str = "") -> float:
    """Return the value of a target's indicator: share 0–1, MWh, tCO2eq or t.

    Raises
    ------
    InputError
        It is no Balance of one territory and year, or an unknown indicator.
    """
    energy = one_year(balance, "targets")
    return float(values_of(energy, indicator, convention, exclusions)["value"].iloc[0])
