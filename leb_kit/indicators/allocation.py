"""Splitting the fuel and the CO2 of cogeneration between heat and electricity, by a named strategy.

No strategy is the true one, so the one that was used stands in the result. They are declared in
``chp_allocations.csv``: ``energy``, ``exergy``, ``alternative_production``, ``pes``, ``power_bonus``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from leb_kit.errors import InputError, did_you_mean
from leb_kit.indicators.factors import factor
from leb_kit.reference import catalog


@dataclass(frozen=True)
class Allocation:
    """Fuel (MWh) and CO2 (t) given to heat and to electricity, and the strategy that did it.

    Shares sum to 1. With ``power_bonus`` the share of heat is negative where separate production of
    the electricity would burn more than the plant does; it is told, not cut.
    """

    strategy: str
    heat_share: float
    electricity_share: float
    fuel_heat_mwh: float
    fuel_electricity_mwh: float
    tco2_heat: float
    tco2_electricity: float
    heat_factor: float
    electricity_factor: float

    def label(self, lang: str = "it") -> str:
        """Return the name of the strategy in Italian (``it``) or English (``en``)."""
        return catalog.label("chp_allocation", self.strategy, lang)


@dataclass(frozen=True)
class _Plant:
    """What the strategies read: energies of a year in MWh, reference efficiencies, Carnot factor."""

    fuel: float
    electricity: float
    heat: float
    reference_electricity: float
    reference_heat: float
    exergy_factor: float


def allocate(
    strategy: str,
    *,
    fuel_mwh: float,
    electricity_mwh: float,
    heat_mwh: float,
    tco2: float = 0.0,
    reference_electricity: float,
    reference_heat: float,
    heat_temperature: float | None = None,
) -> Allocation:
    """Split the fuel and CO2 of a plant between heat H and electricity E.

    ::

        energy                  s = H / (H + E)
        exergy                  s = c·H / (c·H + E)              c = 1 − T0 / T
        alternative_production  s = (H / η_h) / (H / η_h + E / η_e)   η_h, η_e of separate production
        pes                     s = (H / RefH) / (H / RefH + E / RefE)
        power_bonus             s = 1 − (E / RefE) / F

        fuel of heat = s·F;  fuel of electricity = (1 − s)·F;  the same for CO2

    s: share of heat (–); F: fuel (MWh); T: temperature of the heat (K); T0: ambient (K).
    Sources: ``chp_allocations.csv``; alternative production: JRC, Covenant of Mayors guidebook;
    exergy: Directive (EU) 2018/2001, Annex V; power bonus: EN 15316-4-5.

    Parameters
    ----------
    strategy : str
        ``energy``, ``exergy``, ``alternative_production``, ``pes`` or ``power_bonus``.
    fuel_mwh, electricity_mwh, heat_mwh : float
        Energies of the same period, MWh; fuel by net calorific value.
    tco2 : float
        CO2 of the fuel, t.
    reference_electricity, reference_heat : float
        Efficiencies of separate production (0–1), for ``pes`` and ``power_bonus``.
    heat_temperature : float, optional
        Temperature of the heat, °C, for ``exergy``; by default heat for buildings (c = 0.3546).

    Returns
    -------
    Allocation
        Shares, fuel, CO2, and factors in tCO2 per MWh of heat and of electricity (NaN without output).

    Raises
    ------
    InputError
        Unknown strategy, no output to split between, or heat not warmer than its surroundings.

    Examples
    --------
    >>> split = allocate("energy", fuel_mwh=100, electricity_mwh=40, heat_mwh=40, tco2=20.2,
    ...                  reference_electricity=0.53, reference_heat=0.92)
    >>> split.fuel_heat_mwh, split.tco2_heat
    (50.0, 10.1)
    """
    rule = _STRATEGIES.get(strategy)
    if rule is None:
        hint = did_you_mean(strategy, _STRATEGIES)
        known = ", ".join(_STRATEGIES)
        raise InputError("allocation", [f"unknown strategy '{strategy}'; known are {known}.{hint}"])
    if electricity_mwh + heat_mwh <= 0:
        raise InputError("allocation", ["the plant gives neither heat nor electricity; nothing to split"])
    plant = _Plant(
        fuel_mwh,
        electricity_mwh,
        heat_mwh,
        reference_electricity,
        reference_heat,
        exergy_factor(heat_temperature),
    )
    share = rule(plant)
    rest = 1.0 - share
    return Allocation(
        strategy,
        share,
        rest,
        share * fuel_mwh,
        rest * fuel_mwh,
        share * tco2,
        rest * tco2,
        share * tco2 / heat_mwh if heat_mwh else math.nan,
        rest * tco2 / electricity_mwh if electricity_mwh else math.nan,
    )


def exergy_factor(heat_temperature: float | None = None) -> float:
    """Carnot factor c = 1 − T0 / T of heat (MWh of work per MWh of heat).

    T: temperature of the heat (K); T0: ambient, 273.15 K. Source: Directive (EU) 2018/2001, Annex V,
    C.1(b), which also gives 0.3546 for heat that warms buildings.

    Parameters
    ----------
    heat_temperature : float, optional
        °C; by default heat for buildings below 150 °C.

    Raises
    ------
    InputError
        The heat is not warmer than its surroundings.

    Examples
    --------
    >>> round(exergy_factor(150), 4)
    0.3545
    """
    if heat_temperature is None:
        return parameter("exergy_factor_heating")
    ambient = parameter("exergy_ambient_temperature")
    # 0 °C is both the ambient of the directive and the zero of the Celsius scale.
    if not (math.isfinite(heat_temperature) and heat_temperature > 0):
        raise InputError(
            "allocation", [f"heat_temperature {heat_temperature} °C: heat must be above the 0 °C around it"]
        )
    return 1.0 - ambient / (ambient + heat_temperature)


def _by_weights(heat: float, electricity: float) -> float:
    return heat / (heat + electricity)


def _energy(plant: _Plant) -> float:
    return _by_weights(plant.heat, plant.electricity)


def _exergy(plant: _Plant) -> float:
    return _by_weights(plant.exergy_factor * plant.heat, plant.electricity)


def _alternative(plant: _Plant) -> float:
    heat = factor("chp_allocation_heat", convention="covenant")
    electricity = factor("chp_allocation_electricity", convention="covenant")
    return _by_weights(plant.heat / heat, plant.electricity / electricity)


def _pes(plant: _Plant) -> float:
    return _by_weights(plant.heat / plant.reference_heat, plant.electricity / plant.reference_electricity)


def _power_bonus(plant: _Plant) -> float:
    return 1.0 - plant.electricity / plant.reference_electricity / plant.fuel


_STRATEGIES: dict[str, Callable[[_Plant], float]] = {
    "energy": _energy,
    "exergy": _exergy,
    "alternative_production": _alternative,
    "pes": _pes,
    "power_bonus": _power_bonus,
}


@cache
def _parameters() -> dict[str, float]:
    table = catalog.table("chp_parameters")
    return dict(zip(table["chp_parameter"], table["value"], strict=True))


def parameter(name: str) -> float:
    """Return one number of ``chp_parameters.csv``."""
    return _parameters()[name]
