"""What the weather does to heat pumps: in the cold heat takes more electricity, and a pump gives less of it.

The yearly COP of the data stays what it is; what is taken per output goes from hour to hour with a
factor whose mean, weighted by the heat, is one::

    f[t] = (1 / COP[t]) / (sum_t heat[t] / COP[t] / sum_t heat[t])

COP[t] comes from the temperature of the air (``hourly_cop``): the caller's, else one that is estimated from
the shape of heating, for none of the year of the profiles is shipped::

    θ[t] = base − degree days × share of the year's heating on the day of t

Degree days of a municipality are those of the law, where they are shipped (base 20 °C); else those of the
nearest territory it lies in, for the year of the profiles (base 18 °C): a province's count its mountains.
Source: Ruhnau, Hirth, Praktiknjo 2019 for COP and hot water; the estimate is the definition of a degree day
read backwards, even over a day, and never warmer than its base.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from leb_kit.errors import InputError
from leb_kit.history.climate import degree_days
from leb_kit.optimise.from_balance.site import Site
from leb_kit.reference import catalog, networks
from leb_kit.reference.heat_pump_cop import hourly_cop, output_share
from leb_kit.reference.profiles import italy_2017
from leb_kit.units import HOURS_PER_YEAR

AIR = "air_temperature_c"
HEATING = "space_heating"
CENTRAL = "heat_pump_central"
#: Degree days of the decree on heating (DPR 412/93): one figure for a municipality, of no single year.
BY_LAW = "degree_days_law"
_HOURS_PER_DAY = 24
ESTIMATED = (
    (
        "Il COP orario delle pompe di calore segue una temperatura dell’aria stimata dal profilo del"
        " riscaldamento e da {days} gradi giorno; con la colonna air_temperature_c di profiles= segue"
        " la vostra."
    ),
    (
        "The hourly COP of heat pumps follows an air temperature estimated from the shape of heating and"
        " {days} degree days; with the column air_temperature_c of profiles= it follows yours."
    ),
)
UNKNOWN = (
    (
        "Senza gradi giorno per {place} il COP delle pompe di calore è lo stesso in ogni ora; la colonna"
        " air_temperature_c di profiles= lo fa variare."
    ),
    (
        "Without degree days for {place} the COP of heat pumps is the same in every hour; the column"
        " air_temperature_c of profiles= makes it vary."
    ),
)


def note_temperature(site: Site) -> tuple[str, str] | None:
    """Give the territory the temperature of the air in each hour: the caller's, else an estimate.

    Returns what a reader should know of it, in Italian and English; nothing where it is the caller's.
    """
    given = site.hours.values.get(AIR)
    if given is not None:
        site.air_c = given.to_numpy(dtype=float)
        return None
    told = _degree_days(site.territory)
    if told is None:
        return UNKNOWN[0].format(place=site.territory), UNKNOWN[1].format(place=site.territory)
    days, base = told
    site.air_c = air_temperature(site.profiles[HEATING], days, networks.figure(base))
    shown = f"{days:,.0f}"
    return ESTIMATED[0].format(days=shown.replace(",", ".")), ESTIMATED[1].format(days=shown)


def _degree_days(territory: str) -> tuple[float, str] | None:
    """Return degree days and the figure of the temperature they are counted from, or nothing."""
    table = catalog.table("territory_figures")
    own = table[(table["territory"] == territory) & (table["figure"] == BY_LAW)]
    if len(own):
        return float(own["value"].iloc[-1]), "heating_base_law_c"
    try:
        by_year = degree_days(territory)
    except InputError:
        return None
    return float(by_year.get(italy_2017().index[0].year, by_year.mean())), "heating_base_c"


def air_temperature(heating: pd.Series, degree_days: float, base_c: float | None = None) -> np.ndarray:
    """Return the temperature of the air, °C, that the shape of heating tells.

    Parameters
    ----------
    heating : pd.Series
        8,760 values of any scale.
    degree_days : float
        °C·day of the year.
    base_c : float, optional
        Temperature they are counted from, °C; by default 18 °C.

    Examples
    --------
    >>> even = pd.Series([1.0] * 8760)
    >>> float(air_temperature(even, 2190.0)[0])
    12.0
    """
    by_day = heating.to_numpy(dtype=float).reshape(-1, _HOURS_PER_DAY).sum(axis=1)
    base = networks.figure("heating_base_c") if base_c is None else base_c
    mean = base - degree_days * by_day / by_day.sum()
    return np.asarray(mean.repeat(_HOURS_PER_DAY))


def add_device_input(site: Site, sector: str, space_mwh: float, water_mwh: float) -> str:
    """Add the factor on the electricity of heat pumps in the buildings of a sector; return its name.

    Radiators for rooms and hot water each have their own COP; ``space_mwh`` and ``water_mwh`` of a year.
    Blank where no temperature is known.
    """
    if site.air_c is None:
        return ""
    name = f"heat_pump_input:{sector}"
    rooms = site.profiles[HEATING].to_numpy(dtype=float) * space_mwh
    water = np.full(len(rooms), water_mwh / HOURS_PER_YEAR)
    heat = rooms + water
    taken = rooms / hourly_cop(site.air_c) + water / hourly_cop(site.air_c, sink="hot_water")
    per_heat = np.divide(taken, heat, out=1 / hourly_cop(site.air_c), where=heat > 0)
    site.profiles[name] = per_heat * (heat.sum() / taken.sum())
    return name


def add_device_output(site: Site, sector: str) -> str:
    """Add what a heat pump in the buildings of a sector gives in each hour, MW/MW; return its name.

    ::

        output[t] = heat[t] / max_t (heat[t] / share[t])

    heat shape of the sector's demand with its margin, share (0–1) of the rated output that the pump still has
    (``output_share``): rated at 8 °C, it must be large enough for the hour that asks most of it. Where no
    temperature is known it is the shape of the demand.
    """
    demand = f"heat:{sector}"
    if site.air_c is None:
        return demand
    name = f"heat_pump:{sector}"
    heat = site.profiles[demand]
    asked = heat.to_numpy(dtype=float) / output_share(site.air_c)
    site.profiles[name] = heat * (float(heat.max()) / float(asked.max()))
    return name


def add_central_input(site: Site, cop: float) -> str:
    """Add the factor on the electricity of network heat pumps; return its name.

    ::

        1 / COP[t] = (T − θ[t]) / (quality × T)        T = θ_0 + quality × θ_0 / (COP − quality)

    θ (K) air, θ_0 the air at which COP is told, T the water of the network, the same all year; quality:
    share of the Lorenz efficiency. Source: as ``networks.network_heat_pump_cop``.
    """
    if site.air_c is None:
        return ""
    name = f"heat_pump_input:{CENTRAL}"
    at, quality = networks.figure("heat_pump_source_c"), networks.figure("heat_pump_quality")
    water = at + quality * (at + networks.ZERO_CELSIUS_K) / (cop - quality)
    lift = np.maximum(water - site.air_c, 1.0)
    heat = site.profiles[HEATING].to_numpy(dtype=float)
    site.profiles[name] = lift * (heat.sum() / float(heat @ lift))
    return name


__all__ = [
    "add_central_input",
    "add_device_input",
    "add_device_output",
    "air_temperature",
    "note_temperature",
]
