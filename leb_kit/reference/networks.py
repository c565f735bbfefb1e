"""What pipes cost and lose: formulas of district heating and gas, with the figures of the data tables.

``network_parameters.csv`` holds every figure, ``heat_density_classes.csv`` the classes of heat demand
per area of land. Costs are in euros of the price year (``economics.csv``).
"""

from __future__ import annotations

import math
from functools import cache

import pandas as pd

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.reference import catalog
from leb_kit.reference.costs import annuity_factor, economics, price_ratio
from leb_kit.units import HOURS_PER_YEAR, mwh_per

#: 0 °C in kelvin: a definition.
ZERO_CELSIUS_K = 273.15
_SQUARE_METRES_PER_KM2 = 1000 * 1000


@cache
def figure(name: str) -> float:
    """Return a figure of ``network_parameters.csv``; a cost in euros of the price year.

    Raises
    ------
    InputError
        There is no such figure.

    Examples
    --------
    >>> figure("effective_width_max_m")
    60.0
    """
    table = catalog.table("network_parameters")
    rows = table[table["name"] == name].sort_values("valid_from")
    if rows.empty:
        hint = did_you_mean(name, table["name"])
        raise InputError(
            "network_parameters.csv", [say("no figure named '{name}'.{hint}", name=name, hint=hint)]
        )
    row = rows.iloc[-1]
    year = row["price_year"]
    is_cost = not pd.isna(year)
    return float(row["value"]) * (price_ratio(int(year), int(economics("price_year"))) if is_cost else 1.0)


def density_class(heat_density_mwh_per_km2: float) -> str:
    """Return the class of a heat demand density (MWh of useful heat per km² of land and year).

    Source: Heat Roadmap Europe, Pan-European Thermal Atlas (``heat_density_classes.csv``).

    Examples
    --------
    >>> density_class(27_000.0)
    'suburb'
    """
    rows = catalog.table("heat_density_classes").sort_values("min_tj_per_km2")
    lower = rows["min_tj_per_km2"] * mwh_per("TJ") <= heat_density_mwh_per_km2
    return str(rows.loc[lower, "density_class"].iloc[-1])


def effective_width(plot_ratio: float) -> float:
    """Return the width of land that one metre of pipe serves, m.

    ::

        w = slope × e + constant          at most w_max

    e plot ratio (m² of floor per m² of land); slope (m), constant (m), w_max (m)
    ``network_parameters.csv``. Source: Persson et al. 2019.

    Examples
    --------
    >>> effective_width(0.2), effective_width(1.5)
    (32.5, 60.0)
    """
    wide = figure("effective_width_slope_m") * plot_ratio + figure("effective_width_constant_m")
    return min(wide, figure("effective_width_max_m"))


def linear_heat_density(heat_density_mwh_per_km2: float) -> float:
    """Return the heat used per metre of street in which pipes can lie, MWh/(m year).

    ::

        L = D × w          w = effective width at e = D / q

    D heat demand per area of land (MWh/(m² year)), e plot ratio, q heat per area of floor
    (``floor_heat_gj_per_m2``). Source: Persson and Werner 2011.

    Examples
    --------
    >>> round(linear_heat_density(90_000.0), 2)
    5.4
    """
    per_m2 = heat_density_mwh_per_km2 / _SQUARE_METRES_PER_KM2
    plot_ratio = per_m2 / (figure("floor_heat_gj_per_m2") * mwh_per("GJ"))
    return per_m2 * effective_width(plot_ratio)


def pipe_diameter(linear_mwh_per_m: float) -> float:
    """Return the mean diameter of distribution pipes, m.

    ::

        d = slope × ln(L) + constant          at least d_min

    L heat sold per metre of pipe (GJ/(m year)); slope, constant, d_min (m) ``network_parameters.csv``.
    Source: Persson and Werner 2011.

    Examples
    --------
    >>> round(pipe_diameter(5.0), 3)
    0.141
    """
    gj_per_m = linear_mwh_per_m / mwh_per("GJ")
    small = figure("pipe_diameter_min_m")
    if gj_per_m <= 0:
        return small
    wide = figure("pipe_diameter_slope_m") * math.log(gj_per_m) + figure("pipe_diameter_constant_m")
    return max(wide, small)


def pipe_investment(linear_mwh_per_m: float, connected: float = 1.0) -> float:
    """Return the investment in pipes for a MWh of heat a year, EUR/(MWh/year).

    ::

        I = (C1 + C2 × d) / (c × L)          d = pipe diameter at c × L

    L heat used per metre of street (MWh/(m year)), c share of it that is connected in streets with
    pipes, C1 (EUR/m), C2 (EUR/m²). Source: Persson and Werner 2011, Persson et al. 2019.

    Parameters
    ----------
    linear_mwh_per_m : float
        L, above 0.
    connected : float
        c, 0–1, above 0.

    Examples
    --------
    >>> round(pipe_investment(5.0)), round(pipe_investment(5.0, 0.5))
    (178, 292)
    """
    sold = linear_mwh_per_m * connected
    per_m = figure("pipe_eur_per_m") + figure("pipe_eur_per_m2") * pipe_diameter(sold)
    return per_m / sold


def connection_investment(linear_mwh_per_m: float, connected: float = 1.0) -> float:
    """Return pipes and substation for a MWh of heat a year, EUR/(MWh/year).

    The substation lives shorter than the pipe: it is counted so that the annuity over the life of the
    pipe is that of both.

    ::

        I = I_pipe + I_substation × a(n_substation) / a(n_pipe)

    a(n) annuity over n years. See ``pipe_investment``.

    Examples
    --------
    >>> connection_investment(5.0) > connection_investment(8.0)
    True
    """
    years, pipe_years = figure("substation_lifetime_yr"), figure("pipe_lifetime_yr")
    substation = figure("substation_eur_per_mwh_year") * annuity_factor(years) / annuity_factor(pipe_years)
    return pipe_investment(linear_mwh_per_m, connected) + substation


def heat_loss_share(
    linear_mwh_per_m: float, supply_c: float | None = None, return_c: float | None = None
) -> float:
    """Return what the pipes lose over what they are fed, 0–1.

    ::

        q = 2 × π × d × U × ((T_s + T_r) / 2 − T_g) × 8,760 h          loss = q / (q + L)

    q loss per metre of trench with two pipes (Wh/(m year)), d pipe diameter (m), U heat transmission
    (W/(m² K)), T_s supply, T_r return, T_g ground (°C), L heat sold per metre (Wh/(m year)).
    Source: Frederiksen and Werner 2013.

    Parameters
    ----------
    linear_mwh_per_m : float
        Heat sold per metre of trench, MWh/(m year), above 0.
    supply_c, return_c : float, optional
        °C; the network of the data tables where left out.

    Examples
    --------
    >>> heat_loss_share(3.0, 70, 40) < heat_loss_share(3.0, 120, 70) < heat_loss_share(1.0, 120, 70)
    True
    """
    mean = ((supply_c or figure("supply_temperature_c")) + (return_c or figure("return_temperature_c"))) / 2
    lift = max(mean - figure("ground_temperature_c"), 0.0)
    surface = 2 * math.pi * pipe_diameter(linear_mwh_per_m)
    lost = surface * figure("pipe_loss_w_per_m2_k") * lift * HOURS_PER_YEAR / (1000 * 1000)
    return lost / (lost + linear_mwh_per_m)


def network_heat_pump_cop(supply_c: float | None = None, return_c: float | None = None) -> float:
    """Return the COP of a heat pump that feeds a network, MWh/MWh.

    ::

        COP = quality × T_m / (T_m − T_source)          T_m = (T_s + T_r) / 2

    T_s supply, T_r return, T_source (K); quality: share of the Lorenz efficiency reached
    (``network_parameters.csv``). The mean of T_s and T_r stands for their logarithmic mean, which is
    at most 0.2 % lower. Source: Lorenz 1894.

    Examples
    --------
    >>> round(network_heat_pump_cop(120, 70), 2), round(network_heat_pump_cop(65, 40), 2)
    (2.09, 3.58)
    """
    mean = ((supply_c or figure("supply_temperature_c")) + (return_c or figure("return_temperature_c"))) / 2
    lift = mean - figure("heat_pump_source_c")
    if lift <= 0:
        raise InputError(
            "network", [say("the water of the network is not warmer than the source of the heat")]
        )
    return figure("heat_pump_quality") * (mean + ZERO_CELSIUS_K) / lift


def hydrogen_energy_share(volume_share: float) -> float:
    """Return the share of the energy that a share of the volume of hydrogen brings to gas, 0–1.

    ::

        e = v × H_h / (v × H_h + (1 − v) × H_g)

    v share of the volume, H_h and H_g net calorific value of hydrogen and gas (MJ/Sm³).

    Examples
    --------
    >>> round(hydrogen_energy_share(0.1), 3)
    0.031
    """
    hydrogen = volume_share * figure("hydrogen_mj_per_sm3")
    return hydrogen / (hydrogen + (1 - volume_share) * figure("gas_mj_per_sm3"))


__all__ = [
    "connection_investment",
    "density_class",
    "effective_width",
    "figure",
    "heat_loss_share",
    "hydrogen_energy_share",
    "linear_heat_density",
    "network_heat_pump_cop",
    "pipe_diameter",
    "pipe_investment",
]
