"""Local factors of the Covenant of Mayors: what a MWh of electricity and of heat emits in a territory.

Names: *green electricity purchase* is certified electricity that is bought; the *gross electricity
production* of a balance (rows GEP) is something else and is never meant here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from leb_kit.errors import InputError
from leb_kit.indicators.allocation import allocate
from leb_kit.reference import catalog

#: How a local factor came about.
CONSUMED, EXPORTED, STATED, NATIONAL, DEFAULT = "consumed", "exported", "stated", "national", "default"


@dataclass(frozen=True)
class LocalElectricityFactor:
    """Factor of the electricity used in a territory (t/MWh), with its parts (MWh, t).

    ``branch`` tells how: ``consumed`` (local production and green purchase are below consumption),
    ``exported`` (they are above it), ``national`` (there are none) or ``stated`` (given as it is).
    """

    factor: float
    branch: str
    consumption_mwh: float
    local_production_mwh: float
    green_electricity_purchase_mwh: float
    national_factor: float
    tco2_local_production: float
    tco2_green_electricity_purchase: float


@dataclass(frozen=True)
class LocalHeatFactor:
    """Factor of the heat used in a territory (t/MWh), with its parts (MWh, t).

    ``branch`` tells how: ``consumed`` (the formula), ``default`` (nothing is known of where the heat
    comes from) or ``stated`` (given as it is). ``untraced_mwh`` is heat that is used and that neither
    production nor import explains; it is in ``tco2_imported`` at the default factor.
    """

    factor: float
    branch: str
    consumption_mwh: float
    tco2_local_production: float
    tco2_imported: float
    tco2_exported: float
    untraced_mwh: float = 0.0


def local_electricity_factor(
    *,
    consumption_mwh: float,
    national_factor: float,
    local_production_mwh: float = 0.0,
    tco2_local_production: float = 0.0,
    green_electricity_purchase_mwh: float = 0.0,
    tco2_green_electricity_purchase: float = 0.0,
) -> LocalElectricityFactor:
    """Local emission factor of electricity, both branches.

    ::

        LPE + GEP ≤ TCE:   EFE = [(TCE − LPE − GEP) · NEEFE + CO2LPE + CO2GEP] / TCE
        LPE + GEP > TCE:   EFE = (CO2LPE + CO2GEP) / (LPE + GEP)

    EFE: local factor (t/MWh); TCE: electricity consumed in the territory (MWh); LPE: local production
    counted (MWh; plants outside the ETS, below 20 MW); GEP: certified green electricity bought (MWh);
    NEEFE: national or European factor (t/MWh), in monitoring that of the base year; CO2LPE, CO2GEP:
    emissions of the local production and of the purchase (t). Both branches give the same where
    LPE + GEP = TCE. Source: JRC, Covenant of Mayors guidebook, part II (second branch from memory, to
    be verified).

    Parameters
    ----------
    consumption_mwh, local_production_mwh, green_electricity_purchase_mwh : float
        Energies of the year, MWh.
    national_factor : float
        tCO2 per MWh consumed.
    tco2_local_production, tco2_green_electricity_purchase : float
        t of the year.

    Raises
    ------
    InputError
        A number is negative or not a number; emissions without the energy they belong to.

    Examples
    --------
    >>> local_electricity_factor(consumption_mwh=100, national_factor=0.5, local_production_mwh=20).factor
    0.4
    >>> local_electricity_factor(consumption_mwh=100, national_factor=0.5, local_production_mwh=150,
    ...                          tco2_local_production=30).factor
    0.2
    """
    production, purchase = local_production_mwh, green_electricity_purchase_mwh
    tco2 = tco2_local_production + tco2_green_electricity_purchase
    _require(
        "local electricity factor",
        {
            "consumption_mwh": consumption_mwh,
            "national_factor": national_factor,
            "local_production_mwh": production,
            "green_electricity_purchase_mwh": purchase,
            "tco2_local_production": tco2_local_production,
            "tco2_green_electricity_purchase": tco2_green_electricity_purchase,
        },
        {"tco2_local_production": production, "tco2_green_electricity_purchase": purchase},
    )
    own = production + purchase
    if own == 0:
        branch, value = NATIONAL, national_factor
    elif own > consumption_mwh:
        branch, value = EXPORTED, tco2 / own
    else:
        branch, value = CONSUMED, ((consumption_mwh - own) * national_factor + tco2) / consumption_mwh
    return LocalElectricityFactor(
        value,
        branch,
        consumption_mwh,
        production,
        purchase,
        national_factor,
        tco2_local_production,
        tco2_green_electricity_purchase,
    )


def local_heat_factor(
    *,
    consumption_mwh: float,
    tco2_local_production: float = 0.0,
    tco2_imported: float = 0.0,
    tco2_exported: float = 0.0,
) -> LocalHeatFactor:
    """Local emission factor of the heat (or cold) that networks deliver.

    ::

        EFH = (CO2LPH + CO2IH − CO2EH) / LHC

    EFH: factor per MWh delivered (t/MWh), so that network losses are in it; CO2LPH: emissions of the
    heat made in the territory (of cogeneration the part of the heat only); CO2IH, CO2EH: of imported
    and exported heat (t); LHC: heat used in the territory (MWh). Source: JRC, Covenant of Mayors
    guidebook, part II (from memory, to be verified).

    Parameters
    ----------
    consumption_mwh : float
        Heat used in the territory, MWh.
    tco2_local_production, tco2_imported, tco2_exported : float
        t of the year.

    Raises
    ------
    InputError
        No heat is used, a number is negative, or more is exported than there is.

    Examples
    --------
    >>> local_heat_factor(consumption_mwh=100, tco2_local_production=18, tco2_imported=4,
    ...                   tco2_exported=2).factor
    0.2
    """
    _require(
        "local heat factor",
        {
            "consumption_mwh": consumption_mwh,
            "tco2_local_production": tco2_local_production,
            "tco2_imported": tco2_imported,
            "tco2_exported": tco2_exported,
        },
        {},
    )
    faults = []
    if consumption_mwh == 0:
        faults.append("consumption_mwh is 0: no heat is used, so there is no factor of it")
    left = tco2_local_production + tco2_imported - tco2_exported
    if left < 0:
        faults.append(
            f"tco2_exported {tco2_exported:g} is more than what is made and imported"
            f" ({tco2_local_production + tco2_imported:g} t)"
        )
    if faults:
        raise InputError("local heat factor", faults)
    return LocalHeatFactor(
        left / consumption_mwh,
        CONSUMED,
        consumption_mwh,
        tco2_local_production,
        tco2_imported,
        tco2_exported,
    )


def cogeneration_tco2(*, tco2: float, electricity_mwh: float, heat_mwh: float) -> tuple[float, float]:
    """Split the emissions of a plant between electricity and heat, as the Covenant of Mayors does.

    ::

        CO2_heat = CO2 · (H / η_h) / (H / η_h + E / η_e),   CO2_electricity = CO2 − CO2_heat

    CO2: of the fuel (t); H, E: heat and electricity (MWh); η_h = 0.90, η_e = 0.40: efficiencies of
    separate production (``factors.csv``). Source: JRC, Covenant of Mayors guidebook (from memory, to
    be verified). It is the strategy ``alternative_production`` of ``allocate``.

    Parameters
    ----------
    tco2 : float
        CO2 of the fuel, t.
    electricity_mwh, heat_mwh : float
        Outputs of the same period, MWh; a plant without any keeps all its CO2 with electricity.

    Returns
    -------
    tuple of float
        t of electricity, t of heat.

    Examples
    --------
    >>> electricity, heat = cogeneration_tco2(tco2=130, electricity_mwh=40, heat_mwh=27)
    >>> round(electricity, 6), round(heat, 6)
    (100.0, 30.0)
    """
    if electricity_mwh + heat_mwh <= 0:
        return tco2, 0.0
    split = allocate(
        "alternative_production",
        # The strategy splits by outputs alone; fuel and references have no say in it.
        fuel_mwh=1.0,
        electricity_mwh=electricity_mwh,
        heat_mwh=heat_mwh,
        tco2=tco2,
        reference_electricity=1.0,
        reference_heat=1.0,
    )
    return split.tco2_electricity, split.tco2_heat


def national_electricity_factor(territory: str, year: int) -> float:
    """Return the electricity factor of a country in a year, tCO2 per MWh consumed.

    Source: ``covenant_electricity.csv``. A monitoring inventory keeps the factor of its base year.

    Parameters
    ----------
    territory : str
        Code of the country, for example ``"IT"``.
    year : int
        The year; years that no row has are not made up.

    Raises
    ------
    InputError
        No row has this country and year; those that exist are named.

    Examples
    --------
    >>> national_electricity_factor("IT", 2019)
    0.282
    """
    table = catalog.table("covenant_electricity")
    found = table[(table["territory"] == territory) & (table["year"] == year)]
    if found.empty:
        years = sorted(table.loc[table["territory"] == territory, "year"])
        known = ", ".join(map(str, years)) if years else "none"
        raise InputError(
            "national electricity factor",
            [f"no factor for '{territory}' {year}; years known are {known}. Give national_factor=<tCO2/MWh>"],
        )
    return float(found["value"].iloc[0])


def _require(title: str, numbers: Mapping[str, float], energy_of: Mapping[str, float]) -> None:
    faults = [
        f"{name} is {value}; a number of at least 0 is expected"
        for name, value in numbers.items()
        if not (math.isfinite(value) and value >= 0)
    ]
    faults += [
        f"{name} is {numbers[name]:g} t but there is no energy it belongs to"
        for name, energy in energy_of.items()
        if energy == 0 and numbers[name] > 0
    ]
    if faults:
        raise InputError(title, faults)
