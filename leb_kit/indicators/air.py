"""Local air: nitrogen oxides and fine dust (PM10) of what is burnt in the territory.

Tier 1 of the EMEP/EEA Guidebook: energy times a factor of sector and fuel. What imported electricity
burns elsewhere does not count, nor does what has no factor by energy (tyres, brakes, fields, aircraft,
ships).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.balance.accounting import flow_parts
from leb_kit.balance.require import require_balance
from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.indicators.cells import Cells
from leb_kit.reference import catalog
from leb_kit.units import mwh_per

#: Indicators of this module.
POLLUTANTS = ("nox", "pm10")
HOMES, WOOD = "FC_OTH_HH_E", "biomass"
TABLE_COLUMNS = ["flow", "product", "sector", "fuel", "energy_mwh", "factor_g_per_gj", "tonnes"]
_GRAMS_PER_TONNE = 10**6
_TEXT = (
    "{what}: {total} t l'anno. La legna delle case ne dà {wood} t, il {share} %.",
    "{what}: {total} t a year. Wood burnt in homes gives {wood} t of it, {share} %.",
)


@dataclass(frozen=True)
class AirPollutant:
    """A pollutant of one year: ``total_tonnes``, ``wood_tonnes`` (wood in homes), ``table`` of the rows."""

    pollutant: str
    total_tonnes: float
    wood_tonnes: float
    table: pd.DataFrame

    @property
    def wood_share(self) -> float:
        """Share of wood burnt in homes, 0–1; 0 where nothing is burnt."""
        return self.wood_tonnes / self.total_tonnes if self.total_tonnes else 0.0

    def explain(self, lang: str = "it") -> str:
        """Say how much there is, and how much of it is wood burnt in homes."""
        return _TEXT[0 if lang == "it" else 1].format(
            what=catalog.label("indicator", self.pollutant, lang),
            total=_number(self.total_tonnes, lang),
            wood=_number(self.wood_tonnes, lang),
            share=_number(100 * self.wood_share, lang),
        )


def air_pollutant(balance: Balance, pollutant: str) -> AirPollutant:
    """Nitrogen oxides or fine dust of one territory and year.

    ::

        total = sum over cells of energy × factor(sector, fuel)

    Factors (g/GJ of net calorific value) are those of ``air_factors.csv``; ``air_fuels.csv`` says which
    fuel a product burns as.

    Parameters
    ----------
    balance : Balance
        One territory, one year.
    pollutant : str
        ``"nox"`` or ``"pm10"``.

    Returns
    -------
    AirPollutant
        Tonnes; ``wood_share`` and ``explain(lang)`` tell what wood in homes has of it.

    Raises
    ------
    InputError
        It is no Balance, or an unknown pollutant.

    Notes
    -----
    Source: EMEP/EEA air pollutant emission inventory guidebook 2019, tier 1. A tier 1 factor is a mean over
    devices of all ages: it tells the order of magnitude and what matters, not what one stove does, and it
    stands above the national inventory, which knows ages and filters.

    Examples
    --------
    >>> import leb_kit as leb
    >>> dust = air_pollutant(leb.examples.italy(), "pm10")
    >>> bool(0.7 < dust.wood_share < 0.95)
    True
    """
    require_balance(balance, "air_pollutant")
    balance.one()
    leaves = balance.leaves
    cells = leaves.groupby(["flow", "product"], as_index=False)["energy_mwh"].sum()
    table = _burnt(cells, pollutant)
    wood = table[(table["sector"] == HOMES) & (table["fuel"] == WOOD)]
    return AirPollutant(pollutant, float(table["tonnes"].sum()), float(wood["tonnes"].sum()), table)


def air_totals(energy: Cells, pollutant: str) -> pd.Series:
    """Return a pollutant of every territory and year, tonnes.

    Raises
    ------
    InputError
        An unknown pollutant.
    """
    weights = air_weights(energy.cells, pollutant)
    return pd.Series(energy.sums(weights[:, None])[:, 0], index=energy.keys)


def air_weights(cells: pd.DataFrame, pollutant: str) -> np.ndarray:
    """Return tonnes of a pollutant per MWh of each cell (columns flow, product).

    Examples
    --------
    >>> wood = pd.DataFrame({"flow": ["FC_OTH_HH_E"], "product": ["R5110-5150_W6000RI"]})
    >>> round(float(air_weights(wood, "pm10")[0]) * 1e6)
    2736
    """
    factors = _factors(pollutant)
    keys = zip(cells["flow"].astype(str), cells["product"].astype(str), strict=True)
    return np.array([factors.get(key, ("", "", 0.0))[2] for key in keys]) / (_GRAMS_PER_TONNE * mwh_per("GJ"))


def _burnt(cells: pd.DataFrame, pollutant: str) -> pd.DataFrame:
    factors = _factors(pollutant)
    keys = list(zip(cells["flow"].astype(str), cells["product"].astype(str), strict=True))
    known = np.array([key in factors for key in keys], dtype=bool)
    rows = cells[known].copy()
    found = [factors[key] for key in keys if key in factors]
    rows["sector"], rows["fuel"], rows["factor_g_per_gj"] = (
        [one[place] for one in found] for place in range(3)
    )
    rows["tonnes"] = rows["energy_mwh"] * air_weights(rows, pollutant)
    return rows[TABLE_COLUMNS].reset_index(drop=True)


@cache
def _factors(pollutant: str) -> dict[tuple[str, str], tuple[str, str, float]]:
    """Return (flow, product) → sector, fuel, g/GJ."""
    if pollutant not in POLLUTANTS:
        fault = say(
            "unknown pollutant '{pollutant}'; known are {known}.{hint}",
            pollutant=pollutant,
            known=", ".join(POLLUTANTS),
            hint=did_you_mean(pollutant, POLLUTANTS),
        )
        raise InputError("air_pollutant", [fault])
    table = catalog.table("air_factors")
    fuels = catalog.table("air_fuels")
    products: dict[str, list[str]] = {}
    for product, fuel in zip(fuels["product"], fuels["fuel"], strict=True):
        products.setdefault(str(fuel), []).append(str(product))
    out = {}
    for row in table[table["pollutant"] == pollutant].sort_values("valid_from").itertuples():
        for flow in flow_parts(str(row.sector)):
            for product in products.get(str(row.fuel), []):
                out[flow, product] = (str(row.sector), str(row.fuel), float(str(row.value)))
    return out


def _number(value: float, lang: str) -> str:
    from babel.numbers import format_decimal

    return str(format_decimal(value, format="#,##0.#" if abs(value) < 10 else "#,##0", locale=lang))


__all__ = ["POLLUTANTS", "AirPollutant", "air_pollutant", "air_totals", "air_weights"]
