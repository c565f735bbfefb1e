"""Local production of electricity, heat and cold, as the Covenant of Mayors tabulates it.

The balance knows types of plants and their fuels, not sizes. What counts as local electricity is
therefore a stated rule that the user may change row by row (``counted``).
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from leb_kit.balance import Balance, Territory
from leb_kit.balance.require import require_balance
from leb_kit.indicators.covenant_factors import cogeneration_tco2
from leb_kit.reference import catalog
from leb_kit.system.plants import plants
from leb_kit.system.structure import ELECTRICITY, amounts

PRODUCTION_COLUMNS = [
    "plant",
    "product",
    "covenant_plant",
    "fuel_mwh",
    "electricity_mwh",
    "heat_mwh",
    "counted",
]
#: Types of plant that make heat and electricity together, heat only, heat from networks.
COGENERATION, HEAT_ONLY = ("MAPCHP", "APCHP"), ("MAPH", "APH")
#: Pumping gives back what it took: it is a store, no production.
PUMPING = "EPS"


def local_production(balance: Balance) -> pd.DataFrame:
    """Plants of the territory, one row by type of plant and fuel.

    Heat of every plant counts in the local heat factor. Electricity counts as local (``counted``)
    where it is made from a renewable product and the territory is not a country: a country's plants
    are already in its national factor, and of fossil plants a balance does not tell those in the ETS
    or above 20 MW, which the Covenant leaves out. Change ``counted`` and hand the frame to
    ``emission_inventory(production=…)`` to decide otherwise. Pumped storage is no production.

    Parameters
    ----------
    balance : Balance
        One territory, one year.

    Returns
    -------
    pd.DataFrame
        plant (type, as in the rows of the balance), product, covenant_plant (row of the template),
        fuel_mwh (input), electricity_mwh, heat_mwh (MWh/year), counted.

    Raises
    ------
    InputError
        More than one territory or year.

    Examples
    --------
    >>> import leb_kit as leb
    >>> made = local_production(leb.examples.torino())
    >>> made.loc[made["counted"], "product"].tolist()
    ['W6210']
    """
    require_balance(balance, "local production")
    territory, _ = balance.one()
    rows = plants(amounts(balance.leaves))
    rows = rows[(rows["plant"] != PUMPING) & (rows["electricity_mwh"] + rows["heat_mwh"] > 0)]
    rows = rows.rename(columns={"input_mwh": "fuel_mwh"})
    is_country = Territory.known(territory).level == "country"
    counted = rows["product"].isin(_renewable()) & (rows["electricity_mwh"] > 0) & (not is_country)
    return with_rows_of_template(rows.assign(counted=counted))


def with_rows_of_template(production: pd.DataFrame) -> pd.DataFrame:
    """Add the row of the template (``covenant_plant``) to plants, in the template's order."""
    names = [
        covenant_plant(plant, product, makes_power=power > 0)
        for plant, product, power in zip(
            production["plant"], production["product"], production["electricity_mwh"], strict=True
        )
    ]
    order = catalog.table("covenant_plants").set_index("covenant_plant")["order"]
    out = production.assign(covenant_plant=names)
    out = out.assign(place=out["covenant_plant"].map(order)).sort_values("place", kind="stable")
    return out[PRODUCTION_COLUMNS].reset_index(drop=True)


def covenant_plant(plant: str, product: str, *, makes_power: bool) -> str:
    """Return the row of the template for a type of plant and its fuel.

    Examples
    --------
    >>> covenant_plant("MAPE", "RA420", makes_power=True)
    'photovoltaic'
    """
    if plant in COGENERATION:
        return "cogeneration"
    if makes_power:
        return _by_product().get(product, "other_power")
    return "heat_only" if plant in HEAT_ONLY else "other_heat"


def with_emissions(production: pd.DataFrame, factors: dict[str, float]) -> pd.DataFrame:
    """Add t of the fuel, and its parts for electricity and heat, to every plant.

    Parameters
    ----------
    production : pd.DataFrame
        As ``local_production`` gives it.
    factors : dict[str, float]
        Product to t per MWh of fuel; what a network delivers (electricity, heat) included.

    Returns
    -------
    pd.DataFrame
        The same with tco2, tco2_electricity, tco2_heat (t/year).
    """
    tco2 = production["fuel_mwh"] * production["product"].map(factors).fillna(0.0)
    parts = [
        cogeneration_tco2(tco2=float(whole), electricity_mwh=float(power), heat_mwh=float(heat))
        for whole, power, heat in zip(
            tco2, production["electricity_mwh"], production["heat_mwh"], strict=True
        )
    ]
    return production.assign(
        tco2=tco2,
        tco2_electricity=[part[0] for part in parts],
        tco2_heat=[part[1] for part in parts],
    )


@cache
def _renewable() -> frozenset[str]:
    table = catalog.table("products")
    return frozenset(table.loc[table["renewable"], "code"])


@cache
def _by_product() -> dict[str, str]:
    table = catalog.table("covenant_plants")
    table = table[table["product"] != ""]
    return dict(zip(table["product"], table["covenant_plant"], strict=True))


__all__ = [
    "ELECTRICITY",
    "covenant_plant",
    "local_production",
    "with_emissions",
    "with_rows_of_template",
]
