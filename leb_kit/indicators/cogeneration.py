"""Cogeneration: primary energy saving and high efficiency, by Directive 2012/27/EU.

One plant, one period. The electricity that is not made together with heat is split off first; the
saving is that of the cogenerated part.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from leb_kit.errors import InputError, did_you_mean
from leb_kit.indicators.allocation import Allocation, allocate, parameter
from leb_kit.indicators.chp_references import ReferenceEfficiencies, reference_efficiencies
from leb_kit.indicators.factors import factor
from leb_kit.reference import catalog
from leb_kit.units import is_number


@dataclass(frozen=True)
class Cogeneration:
    """A plant judged by Directive 2012/27/EU: energies in MWh, efficiencies and saving 0–1.

    ``power_to_heat_from`` tells where the ratio came from: ``whole plant`` (nothing is split off),
    ``given``, ``default`` (of the technology) or ``threshold`` (the ratio at which the cogenerated
    part just reaches the threshold). ``remarks`` holds doubts in words.
    """

    pes: float
    high_efficiency: bool
    chp_electricity_mwh: float
    non_chp_electricity_mwh: float
    heat_mwh: float
    chp_fuel_mwh: float
    non_chp_fuel_mwh: float
    primary_saving_mwh: float
    overall_efficiency: float
    electrical_efficiency: float
    heat_efficiency: float
    threshold: float
    power_to_heat: float
    power_to_heat_from: str
    reference_electricity: float
    reference_heat: float
    technology: str
    allocation: Allocation | None
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class _Plant:
    fuel: float
    electricity: float
    heat: float
    technology: str | None
    capacity_mw: float | None


@dataclass(frozen=True)
class _Split:
    electricity: float
    fuel: float
    ratio: float
    ratio_from: str


def cogeneration(
    *,
    fuel_mwh: float,
    electricity_mwh: float,
    heat_mwh: float,
    technology: str | None = None,
    reference_electricity: float | None = None,
    reference_heat: float | None = None,
    power_to_heat: float | None = None,
    power_loss: float = 0.0,
    capacity_mw: float | None = None,
    fuel: str = "G3000",
    year: int | None = None,
    heat_use: str = "hot_water",
    climate: str | float | None = None,
    voltage_kv: float | None = None,
    on_site_share: float = 0.0,
    allocation: str | None = None,
    tco2: float | None = None,
    heat_temperature: float | None = None,
) -> Cogeneration:
    """Primary energy saving (PES) and high efficiency of a cogeneration plant.

    ::

        η    = (E + H) / F                                 overall efficiency
        E_C  = E                          if η ≥ threshold (75 or 80 %)
             = min(E, C · H)              otherwise
        F_N  = (E − E_C) / ((E + β·H) / F)                 fuel of the other electricity
        F_C  = F − F_N
        PES  = 1 − 1 / ((H / F_C) / RefH + (E_C / F_C) / RefE)
        saved = F_C · (1 / (1 − PES) − 1)                  against separate production

    F: fuel, net calorific value (MWh); E: gross electricity (MWh); H: useful heat (MWh); C:
    power-to-heat ratio in full cogeneration (–); β: electricity given up per heat taken (–); RefE,
    RefH: efficiencies of separate production (–). Threshold: 80 % for combined cycles and
    condensing-extraction turbines, 75 % for all others and where no technology is given. High
    efficiency: PES ≥ 10 %, or PES > 0 below 1 MWe. Source: Directive 2012/27/EU, Annexes I and II.

    C is, in this order: ``power_to_heat`` as measured; the technology's default of Annex I; else
    ``(E/F) / (threshold − E/F)``, the ratio at which the cogenerated part just meets the threshold.

    Parameters
    ----------
    fuel_mwh, electricity_mwh, heat_mwh : float
        Energies of the same period, MWh.
    technology : str, optional
        ``combined_cycle``, ``back_pressure``, ``condensing_extraction``, ``gas_turbine``,
        ``internal_combustion_engine``, ``micro_turbine``, ``stirling`` or ``fuel_cell``.
    reference_electricity, reference_heat : float, optional
        Efficiencies of separate production (0–1); by default those of Regulation (EU) 2015/2402 for
        ``fuel``, ``year``, ``heat_use``, corrected for ``climate`` and ``voltage_kv``.
    power_to_heat : float, optional
        Measured power-to-heat ratio C (MWh of electricity per MWh of heat).
    power_loss : float
        β, MWh of electricity given up per MWh of heat taken from a steam turbine.
    capacity_mw : float, optional
        Electric capacity, MW; below 1 MWe any saving is high efficiency.
    fuel, year, heat_use, climate, voltage_kv, on_site_share
        See ``reference_efficiencies``.
    allocation : str, optional
        Split fuel and CO2 by this strategy (``energy``, ``exergy``, ``alternative_production``, ``pes``,
        ``power_bonus``); recorded in the result.
    tco2 : float, optional
        CO2 of the fuel, t; by default ``fuel_mwh`` times the IPCC factor of ``fuel``.
    heat_temperature : float, optional
        °C, for the exergy strategy.

    Returns
    -------
    Cogeneration
        ``pes`` (0–1; negative where separate production needs less fuel), ``high_efficiency``,
        ``chp_electricity_mwh`` and all parts.

    Raises
    ------
    InputError
        Negative or impossible energies, more output than fuel, an unknown technology or fuel; all
        faults at once.

    Examples
    --------
    >>> plant = cogeneration(fuel_mwh=100, electricity_mwh=40, heat_mwh=40)
    >>> round(plant.pes, 4), plant.high_efficiency
    (0.1593, True)
    """
    plant = _Plant(fuel_mwh, electricity_mwh, heat_mwh, technology, capacity_mw)
    faults = _energy_faults(plant)
    faults += _option_faults(plant, power_to_heat=power_to_heat, power_loss=power_loss, tco2=tco2)
    try:
        found = reference_efficiencies(
            fuel,
            year=year,
            heat_use=heat_use,
            climate=climate,
            voltage_kv=voltage_kv,
            on_site_share=on_site_share,
            reference_electricity=reference_electricity,
            reference_heat=reference_heat,
        )
    except InputError as error:
        raise InputError("cogeneration", [*faults, *error.faults]) from None
    if faults:
        raise InputError("cogeneration", faults)
    split = _split(plant, power_to_heat, power_loss)
    shared = None
    if allocation is not None:
        carbon = fuel_mwh * _co2_factor(fuel) if tco2 is None else tco2
        shared = _shared(plant, found, allocation, carbon, heat_temperature)
    return _judged(plant, split, found, shared)


def _shared(
    plant: _Plant, found: ReferenceEfficiencies, strategy: str, tco2: float, heat_temperature: float | None
) -> Allocation:
    return allocate(
        strategy,
        fuel_mwh=plant.fuel,
        electricity_mwh=plant.electricity,
        heat_mwh=plant.heat,
        tco2=tco2,
        reference_electricity=found.electricity,
        reference_heat=found.heat,
        heat_temperature=heat_temperature,
    )


def _judged(
    plant: _Plant, split: _Split, found: ReferenceEfficiencies, shared: Allocation | None
) -> Cogeneration:
    # F_C · (H/F_C/RefH + E_C/F_C/RefE): what separate production would burn for the same.
    separate = plant.heat / found.heat + split.electricity / found.electricity
    # Without heat nothing is cogenerated, so nothing is saved.
    pes = 1.0 - split.fuel / separate if separate > 0 else 0.0
    return Cogeneration(
        pes=pes,
        high_efficiency=_is_high_efficiency(pes, plant.capacity_mw),
        chp_electricity_mwh=split.electricity,
        non_chp_electricity_mwh=plant.electricity - split.electricity,
        heat_mwh=plant.heat,
        chp_fuel_mwh=split.fuel,
        non_chp_fuel_mwh=plant.fuel - split.fuel,
        primary_saving_mwh=separate - split.fuel,
        overall_efficiency=(plant.electricity + plant.heat) / plant.fuel,
        electrical_efficiency=plant.electricity / plant.fuel,
        heat_efficiency=plant.heat / plant.fuel,
        threshold=_threshold(plant.technology),
        power_to_heat=split.ratio,
        power_to_heat_from=split.ratio_from,
        reference_electricity=found.electricity,
        reference_heat=found.heat,
        technology=plant.technology or "",
        allocation=shared,
        remarks=_remarks(split, plant.heat, shared),
    )


def _energy_faults(plant: _Plant) -> list[str]:
    fuel, electricity, heat = plant.fuel, plant.electricity, plant.heat
    given = {"fuel_mwh": fuel, "electricity_mwh": electricity, "heat_mwh": heat}
    faults = [
        f"{name} is {value!r}; a finite number is needed"
        for name, value in given.items()
        if not is_number(value)
    ]
    faults += [
        f"{name} is {value} MWh; energy is not negative, give the amount without a sign"
        for name, value in given.items()
        if is_number(value) and value < 0
    ]
    if faults:
        return faults
    if fuel == 0:
        return ["fuel_mwh is 0; a plant that burns nothing has no efficiency"]
    if electricity + heat == 0:
        return ["electricity_mwh and heat_mwh are 0; a plant that gives nothing has no efficiency"]
    if electricity + heat > fuel and not math.isclose(electricity + heat, fuel):
        return [
            (
                f"electricity_mwh {electricity} + heat_mwh {heat} = {electricity + heat} MWh is more than"
                f" fuel_mwh {fuel} MWh: check units, and that fuel is by net calorific value"
            )
        ]
    return []


def _option_faults(
    plant: _Plant, *, power_to_heat: float | None, power_loss: float, tco2: float | None
) -> list[str]:
    technology, capacity_mw = plant.technology, plant.capacity_mw
    faults = []
    known = list(catalog.table("chp_technologies")["chp_technology"])
    if technology is not None and technology not in known:
        hint = did_you_mean(technology, known)
        faults.append(f"unknown technology '{technology}'; known are {', '.join(known)}.{hint}")
    if power_to_heat is not None and not (is_number(power_to_heat) and power_to_heat > 0):
        faults.append(f"power_to_heat is {power_to_heat!r}; a ratio above 0 is needed")
    if not (is_number(power_loss) and 0 <= power_loss < 1):
        faults.append(f"power_loss is {power_loss!r}; it is at least 0 and below 1")
    if capacity_mw is not None and not (is_number(capacity_mw) and capacity_mw > 0):
        faults.append(f"capacity_mw is {capacity_mw!r}; a capacity above 0 MW is needed")
    if tco2 is not None and not (is_number(tco2) and tco2 >= 0):
        faults.append(f"tco2 is {tco2!r}; emissions of a fuel are not negative")
    return faults


def _threshold(technology: str | None) -> float:
    if technology is None:
        return factor("chp_overall_threshold")
    rows = catalog.table("chp_technologies").set_index("chp_technology")
    return factor(str(rows.loc[technology, "threshold_factor"]))


def _split(plant: _Plant, power_to_heat: float | None, power_loss: float) -> _Split:
    """Split off the electricity that was not made together with heat."""
    fuel, electricity, heat = plant.fuel, plant.electricity, plant.heat
    threshold = _threshold(plant.technology)
    overall = (electricity + heat) / fuel
    if heat and (overall >= threshold or math.isclose(overall, threshold)):
        return _Split(electricity, fuel, electricity / heat, "whole plant")
    ratio, ratio_from = _ratio(plant.technology, threshold, power_to_heat, electricity / fuel)
    together = min(electricity, ratio * heat)
    alone = electricity - together
    efficiency = (electricity + power_loss * heat) / fuel
    return _Split(together, fuel - (alone / efficiency if alone else 0.0), ratio, ratio_from)


def _ratio(
    technology: str | None, threshold: float, given: float | None, electrical: float
) -> tuple[float, str]:
    if given is not None:
        return float(given), "given"
    if technology is not None:
        rows = catalog.table("chp_technologies").set_index("chp_technology")
        name = str(rows.loc[technology, "power_to_heat_factor"])
        if name:
            return factor(name), "default"
    # Above the threshold by electricity alone there is no heat, so the ratio multiplies nothing.
    gap = threshold - electrical
    return (electrical / gap if gap > 0 else 0.0), "threshold"


def _is_high_efficiency(pes: float, capacity_mw: float | None) -> bool:
    if capacity_mw is not None and capacity_mw < parameter("small_capacity"):
        return pes > 0
    limit = factor("chp_pes_threshold")
    return pes >= limit or math.isclose(pes, limit)


def _co2_factor(fuel: str) -> float:
    return factor("co2_combustion", convention="ipcc", product=fuel)


def _remarks(split: _Split, heat: float, shared: Allocation | None) -> tuple[str, ...]:
    out = []
    made = split.electricity + heat
    if made > split.fuel and not math.isclose(made, split.fuel):
        out.append(
            f"the cogenerated part would give {made:.6g} MWh out of {split.fuel:.6g} MWh of fuel: the"
            f" power-to-heat ratio {split.ratio:.4g} ({split.ratio_from}) does not fit this plant; give"
            " power_to_heat as measured, or power_loss for a steam turbine"
        )
    if shared is not None and shared.heat_share < 0:
        out.append("power bonus: electricity takes more fuel than the plant burns, heat a negative share")
    return tuple(out)
