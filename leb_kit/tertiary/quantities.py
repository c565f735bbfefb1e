"""From what a bill says (Smc, kWh, litres, kg) to MWh, net calorific value; each step is told."""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

import pandas as pd

from leb_kit.indicators.factors import factor
from leb_kit.reference import catalog
from leb_kit.units import MWH_PER_UNIT

GAS: Final = "G3000"
ELECTRICITY: Final = "E7000"
HEAT: Final = "H8000"
#: Units of energy whose calorific value needs no saying: nothing is burnt at the meter.
PLAIN: Final = ("kWh", "MWh", "GJ")
VOLUMES: Final = ("Smc", "Nmc", "mc")
#: Kilograms in a unit of mass.
MASSES: Final = {"kg": 1, "q": 100, "t": 1000}
MJ: Final = MWH_PER_UNIT["GJ"] / 1000


class Converted(NamedTuple):
    """Energy of one row: MWh per unit of its quantity, how it was found, what is wrong."""

    mwh_per_unit: float
    method: str
    fault: str = ""


@cache
def products() -> dict[str, str]:
    """Return the product of every fuel of ``bill_fuels.csv``."""
    table = catalog.table("bill_fuels")
    return dict(zip(table["fuel"], table["product"], strict=True))


def mwh_per_unit(fuel: str, unit: str, *, gcv_mj_per_smc: float, c_coefficient: float) -> Converted:
    """Return the MWh (net calorific value) in one ``unit`` of a fuel.

    ::

        gas:      E = V × C × PCS × r / 3600,   r = net over gross calorific value (0.905, GSE)
        litres:   E = V × density × NCV / 3600
        kg, t:    E = m × NCV / 3600

    V (Smc, or mc with the coefficient C), PCS (MJ/Smc, gross) as printed on the bill; without it the
    national net calorific value (ETS parameters, MJ/Smc) is used and the method says so. Density
    (kg/l) and NCV (MJ/kg) from ``bill_fuel_properties.csv`` and ``factors.csv``. 1 MWh = 3600 MJ.

    Parameters
    ----------
    fuel : str
        As in ``bill_fuels.csv``.
    unit : str
        kWh, MWh, GJ, kWh_gross, kWh_net, Smc, Nmc, mc, l, kg, q, t.
    gcv_mj_per_smc : float
        PCS of the bill, MJ/Smc; NaN where it is not printed.
    c_coefficient : float
        Smc per metered mc; NaN where it is not printed.

    Returns
    -------
    Converted
        With ``fault`` where the unit does not say enough, and the repair.

    Examples
    --------
    >>> found = mwh_per_unit("natural_gas", "Smc", gcv_mj_per_smc=38.52, c_coefficient=float("nan"))
    >>> round(1000 * found.mwh_per_unit, 3)
    9.684
    """
    product = products()[fuel]
    burnt = product not in (ELECTRICITY, HEAT)
    if unit in PLAIN:
        return _plain(fuel, unit, burnt=burnt)
    if unit in ("kWh_gross", "kWh_net"):
        return _stated(fuel, unit, product)
    if unit in VOLUMES:
        return _gas(fuel, unit, product, gcv_mj_per_smc, c_coefficient)
    if not burnt:
        return Converted(0.0, "", f"{unit} of {fuel} is no energy; kWh, MWh or GJ are expected")
    return _liquid_or_solid(fuel, unit, product)


def _plain(fuel: str, unit: str, *, burnt: bool) -> Converted:
    if burnt and unit != "GJ":
        fault = f"{unit} of {fuel} may be gross (PCS) or net (PCI), a tenth apart; write kWh_gross or kWh_net"
        return Converted(0.0, "", fault)
    method = f"{unit}" + (", net calorific value" if burnt else "")
    return Converted(MWH_PER_UNIT[unit], method)


def _stated(fuel: str, unit: str, product: str) -> Converted:
    if unit == "kWh_net":
        return Converted(MWH_PER_UNIT["kWh"], "kWh, net calorific value")
    if product != GAS:
        fault = f"kWh_gross of {fuel}: net over gross is known for natural gas only; give kg or litres"
        return Converted(0.0, "", fault)
    ratio = factor("ncv_to_gcv", convention="eurostat", product=GAS)
    return Converted(MWH_PER_UNIT["kWh"] * ratio, f"kWh gross × {ratio} (GSE)")


def _gas(fuel: str, unit: str, product: str, gcv: float, c: float) -> Converted:
    if product != GAS:
        fault = f"{unit} of {fuel}: cubic metres are read for natural gas only; give litres, kg or energy"
        return Converted(0.0, "", fault)
    standard, words = 1.0, ""
    if unit == "mc":
        if pd.isna(c):
            fault = "mc as metered need the coefficient C (c_coefficient) of the bill; or write Smc"
            return Converted(0.0, "", fault)
        standard, words = c, f"mc × C {c:g}, "
    if unit == "Nmc":
        standard = factor("normal_to_standard_volume", product=GAS)
        words = f"Nmc × {standard:g}, "
    if pd.notna(gcv):
        ratio = factor("ncv_to_gcv", convention="eurostat", product=GAS)
        method = f"{words}PCS {gcv:g} MJ/Smc of the bill × {ratio} (GSE)"
        return Converted(standard * gcv * ratio * MJ, method)
    net = factor("ncv_volume", convention="ets_italy", territory="IT", product=GAS)
    method = f"{words}no PCS on the bill: {net:g} MJ/Smc net (national parameter)"
    return Converted(standard * net * MJ, method)


def _liquid_or_solid(fuel: str, unit: str, product: str) -> Converted:
    ncv = _property(fuel, "ncv", product)
    if ncv is None:
        return Converted(0.0, "", f"{unit} of {fuel} cannot be converted: give Smc, kWh_gross or kWh_net")
    if unit in MASSES:
        return Converted(MASSES[unit] * ncv * MJ, f"{unit}, {ncv:g} MJ/kg net")
    density = _property(fuel, "density", "")
    if density is None:
        return Converted(0.0, "", f"litres of {fuel} have no usual density; give kg")
    return Converted(density * ncv * MJ, f"l, {density:g} kg/l, {ncv:g} MJ/kg net")


@cache
def _property(fuel: str, name: str, product: str) -> float | None:
    """Return a property of the fuel itself, else the calorific value with which balances count it."""
    table = catalog.table("bill_fuel_properties")
    rows = table[(table["fuel"] == fuel) & (table["property"] == name)].sort_values("valid_from")
    if len(rows):
        return float(rows["value"].iloc[-1])
    general = catalog.table("factors")
    rows = general[(general["factor"] == name) & (general["product"] == product)]
    return float(rows["value"].iloc[-1]) if len(rows) else None
