"""Reference efficiencies of separate production, with their corrections.

Regulation (EU) 2015/2402: electricity by fuel and year of construction, corrected for the climate
(gaseous fuels) and for the grid losses that generation near the user avoids (not wood, not biogas);
heat by fuel, year and use.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from leb_kit.errors import InputError, did_you_mean
from leb_kit.indicators.allocation import parameter
from leb_kit.reference import catalog
from leb_kit.units import is_number

#: What the heat is used as, and the factor that holds its reference.
HEAT_USES = {
    "hot_water": "chp_reference_heat",
    "steam": "chp_reference_heat_steam",
    "exhaust": "chp_reference_heat_exhaust",
}
ZONES = ("A", "B")


@dataclass(frozen=True)
class ReferenceEfficiencies:
    """Reference efficiencies of separate production (0–1) and what corrected them."""

    electricity: float
    heat: float
    climate_correction: float = 0.0
    grid_correction: float = 1.0


def reference_efficiencies(
    fuel: str = "G3000",
    *,
    year: int | None = None,
    heat_use: str = "hot_water",
    climate: str | float | None = None,
    voltage_kv: float | None = None,
    on_site_share: float = 0.0,
    reference_electricity: float | None = None,
    reference_heat: float | None = None,
) -> ReferenceEfficiencies:
    """Harmonised reference efficiencies of separate production.

    ::

        RefE = (RefE,fuel,year + 0.001/°C · (15 °C − T)) · p
        p    = a · p_on-site + (1 − a) · p_off-site

    RefE, RefH: efficiencies (–); T: mean outdoor temperature (°C); p: correction for avoided grid
    losses (–); a: share of the electricity used on the site (–). Source: Regulation (EU) 2015/2402,
    Annexes I–IV (values from memory, to be verified; see ``factors.csv`` and ``chp_*.csv``).

    Parameters
    ----------
    fuel : str
        Product, for example ``"G3000"``.
    year : int, optional
        Year in which the plant was built; by default the newest references.
    heat_use : str
        ``"hot_water"``, ``"steam"`` or ``"exhaust"`` (direct use of exhaust gas).
    climate : str or float, optional
        Italian zone ``"A"`` or ``"B"``, or mean outdoor temperature in °C; by default no correction.
    voltage_kv : float, optional
        Voltage at which the plant is connected, kV; by default no correction.
    on_site_share : float
        Share of the electricity that is used on the site (0–1).
    reference_electricity, reference_heat : float, optional
        Efficiencies to take as they are (0–1), without look-up and corrections.

    Returns
    -------
    ReferenceEfficiencies
        Corrected efficiencies (0–1).

    Raises
    ------
    InputError
        No reference for the fuel and year, or a correction out of range; all faults at once.

    Examples
    --------
    >>> round(reference_efficiencies(climate="A").electricity, 6)
    0.533685
    """
    faults: list[str] = []
    factor_name = HEAT_USES.get(heat_use, "")
    if not factor_name:
        hint = did_you_mean(heat_use, HEAT_USES)
        faults.append(f"unknown heat_use '{heat_use}'; known are {', '.join(HEAT_USES)}.{hint}")
    _given_faults({"reference_electricity": reference_electricity, "reference_heat": reference_heat}, faults)
    degrees = _climate(climate, faults)
    grid = _grid(voltage_kv, on_site_share, faults)
    electricity, heat = reference_electricity, reference_heat
    looked_up = electricity is None
    if electricity is None:
        electricity = _found("chp_reference_electricity", "reference_electricity", fuel, year, faults)
    if heat is None:
        heat = _found(factor_name, "reference_heat", fuel, year, faults) if factor_name else 0.0
    if faults:
        raise InputError("reference efficiencies", faults)
    if not looked_up:
        return ReferenceEfficiencies(electricity, heat)
    rules = catalog.table("chp_fuels").set_index("product").loc[fuel]
    climate_correction = degrees if rules["climate_correction"] else 0.0
    grid_correction = grid if rules["grid_correction"] else 1.0
    corrected = (electricity + climate_correction) * grid_correction
    return ReferenceEfficiencies(corrected, heat, climate_correction, grid_correction)


def _given_faults(given: dict[str, float | None], faults: list[str]) -> None:
    faults += [
        f"{name} is {value!r}; an efficiency above 0 and up to 1 is needed (0.53, not 53)"
        for name, value in given.items()
        if value is not None and not (is_number(value) and 0 < value <= 1)
    ]


def _found(name: str, argument: str, fuel: str, year: int | None, faults: list[str]) -> float:
    """Return the newest value that holds for a plant of that year."""
    factors = catalog.table("factors")
    rows = factors[factors["factor"] == name]
    mine = rows[rows["product"] == fuel].sort_values("valid_from", kind="stable")
    if mine.empty:
        known = sorted(set(rows["product"]))
        faults.append(
            f"no {argument} for fuel '{fuel}'; known are {', '.join(known)}.{did_you_mean(fuel, known)}"
            f" Or give {argument}=…"
        )
        return 0.0
    fitting = mine if year is None else mine[mine["valid_from"].dt.year <= year]
    if fitting.empty:
        first = pd.Timestamp(mine["valid_from"].iloc[0]).year
        faults.append(
            f"no {argument} for a plant of {year}: those for '{fuel}' begin in {first}; give {argument}=…"
        )
        return 0.0
    return float(fitting["value"].iloc[-1])


def _climate(climate: str | float | None, faults: list[str]) -> float:
    if climate is None:
        return 0.0
    if isinstance(climate, str):
        if climate not in ZONES:
            faults.append(
                f"unknown climate zone '{climate}'; known are {', '.join(ZONES)}, or give a temperature in °C"
            )
            return 0.0
        temperature = parameter(f"climate_temperature_{climate}")
    else:
        temperature = float(climate)
    if not -50 < temperature < 50:
        faults.append(f"climate {temperature} °C: a mean outdoor temperature is between −50 and 50 °C")
        return 0.0
    return parameter("climate_slope") * (parameter("climate_standard_temperature") - temperature)


def _grid(voltage_kv: float | None, on_site_share: float, faults: list[str]) -> float:
    if not (is_number(on_site_share) and 0 <= on_site_share <= 1):
        faults.append(f"on_site_share {on_site_share!r} is not between 0 and 1")
    if voltage_kv is None:
        return 1.0
    if not (is_number(voltage_kv) and voltage_kv > 0):
        faults.append(f"voltage_kv {voltage_kv!r} is not a voltage above 0 kV")
        return 1.0
    bands = catalog.table("chp_grid_losses")
    band = bands[bands["voltage_min_kv"] <= voltage_kv].sort_values("voltage_min_kv").iloc[-1]
    return float(on_site_share * band["on_site"] + (1 - on_site_share) * band["off_site"])
