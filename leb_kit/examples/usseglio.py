"""Usseglio 2019: a mountain municipality of the Province of Torino, worked out of the balance of Italy.

219 people (ISTAT 2011) at 1,265 m, no network gas, no district heating. Nobody publishes its energy; every
row is an estimate (status E) and says how:

* homes, services and road transport: Italy 2019, shared out by population (``leb.downscale``);
* colder than Italy: what heats rooms is scaled by degree days, those of the Province of Torino plus what
  the height adds, ``lapse rate × height above the plain × days on which it is cold enough to heat``;
* network gas and district heat are not there: the useful heat comes from wood, LPG and gas oil, in the shares
  that they have of the useful heat of Italian homes without a network;
* wood, sun and ambient heat are taken where they are used; all else is imported, electricity with the
  losses of the grid.

Wood comes to much, 19 MWh a head: the stock of stoves is told to give back a quarter of what it burns.
Not there: industry, farms, second homes and tourists, and the old power stations of the valley, whose
output belongs to the national grid. An office that knows better replaces rows.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from leb_kit.balance import Balance, downscale
from leb_kit.examples.italy import italy
from leb_kit.reference import catalog
from leb_kit.reference.numbers import parameter

CODE, PROVINCE, COUNTRY, YEAR = "001282", "001", "IT", 2019
HOMES, SERVICES, ROAD = "FC_OTH_HH_E", "FC_OTH_CP_E", "FC_TRA_ROAD_E"
GAS, HEAT, ELECTRICITY = "G3000", "H8000", "E7000"
#: Fuels of homes without a network, with the device that burns them.
WITHOUT_NETWORK = {
    "R5110-5150_W6000RI": "biomass_stove_stock",
    "O4630": "lpg_boiler_stock",
    "O4671XR5220B": "oil_boiler_stock",
}
#: Networks that are not there, with what their heat is made by elsewhere.
NETWORKS = {GAS: "gas_boiler_stock", HEAT: "district_heating_substation"}
LOCAL = ("R5110-5150_W6000RI", "R5160", "R5300", "RA200", "RA410", "RA600")
COLUMNS = ["flow", "product", "energy_mwh", "source"]


@cache
def usseglio() -> Balance:
    """Return the balance of Usseglio, 2019: leaves only, MWh, all of status E.

    Examples
    --------
    >>> b = usseglio()
    >>> b.title(), sorted(set(b.table["status"]))
    ('Usseglio 2019', ['E'])
    >>> bool((b.table["product"] == "G3000").any())
    False
    """
    final = _without_networks(_in_the_cold(_shared_out()))
    table = pd.concat([final, _supply(final)], ignore_index=True)
    table = table.assign(territory=CODE, year=YEAR, status="E")
    return Balance.from_mwh(table)


def degree_days() -> tuple[float, float]:
    """Return the degree days (K·day) of Usseglio, estimated, and of Italy, 2019.

    ::

        HDD = HDD_province + lapse · (altitude − altitude of the plain) · heating days

    HDD_province degree days of the Province of Torino (K·day), lapse 0.0065 K/m (International Standard
    Atmosphere), altitudes in m; the rest is in ``usseglio_2019.csv``.

    Examples
    --------
    >>> [round(days) for days in degree_days()]
    [4403, 1727]
    """
    table = catalog.table("history_degree_days")
    table = table[(table["indicator"] == "degree_days") & (table["year"] == YEAR)].set_index("territory")
    height = _figure("altitude_m") - _figure("plain_altitude_m")
    colder = _figure("lapse_k_per_m") * height * _figure("heating_days")
    return float(table.at[PROVINCE, "value"]) + colder, float(table.at[COUNTRY, "value"])


def _figure(name: str) -> float:
    table = catalog.table("usseglio_2019")
    return float(table.loc[table["name"] == name, "value"].iloc[0])


def _shared_out() -> pd.DataFrame:
    """Final energy of homes, services and road of Italy, by population."""
    leaves = italy().leaves
    kept = leaves[leaves["flow"].isin([HOMES, SERVICES, ROAD])]
    part = downscale(Balance.from_mwh(kept), key="population", into=[CODE]).table
    return part.loc[part["territory"] == CODE, COLUMNS].reset_index(drop=True)


def _in_the_cold(final: pd.DataFrame) -> pd.DataFrame:
    """Scale what heats rooms by degree days: energy × (1 + share of room heating × (ratio − 1))."""
    here, country = degree_days()
    ratio = here / country
    shares = catalog.table("end_use_shares")
    shares = shares[shares["end_use"] == "space_heating"]
    rooms = final.merge(
        shares[["sector", "product", "share"]].rename(columns={"sector": "flow"}),
        on=["flow", "product"],
        how="left",
    )["share"].fillna(0.0)
    told = np.where(
        rooms > 0,
        [f"; room heating, {share:.3f} of it, × {ratio:.3f} by degree days" for share in rooms],
        "",
    )
    return final.assign(
        energy_mwh=final["energy_mwh"] * (1 + rooms * (ratio - 1)), source=final["source"] + told
    )


def _without_networks(final: pd.DataFrame) -> pd.DataFrame:
    """Give the useful heat of gas and district heat to wood, LPG and gas oil."""
    share = _shares_without_network()
    rows = []
    for flow in (HOMES, SERVICES):
        mine = final[final["flow"] == flow].set_index("product")
        useful = sum(
            float(mine.at[product, "energy_mwh"]) * _efficiency(device)
            for product, device in NETWORKS.items()
            if product in mine.index
        )
        told = (
            f"in place of network gas and heat ({useful:,.1f} MWh useful): {{:.3f}} of it, as in homes of"
            " Italy without a network, with the efficiency of the stock"
        )
        rows += [
            (flow, product, useful * share[product] / _efficiency(device), told.format(share[product]))
            for product, device in WITHOUT_NETWORK.items()
        ]
    # Vehicles on gas do not come up here either: there is no network to fill them.
    both = pd.concat([final[~final["product"].isin(NETWORKS)], pd.DataFrame(rows, columns=COLUMNS)])
    grouped = both.groupby(["flow", "product"], as_index=False, sort=False)
    return grouped.agg(energy_mwh=("energy_mwh", "sum"), source=("source", "; ".join))


def _shares_without_network() -> dict[str, float]:
    """Share of each fuel in the useful heat of Italian homes that burn wood, LPG or gas oil."""
    table = italy().leaves
    homes = table[table["flow"] == HOMES].groupby("product")["energy_mwh"].sum()
    useful = {name: float(homes[name]) * _efficiency(device) for name, device in WITHOUT_NETWORK.items()}
    return {name: value / sum(useful.values()) for name, value in useful.items()}


def _efficiency(device: str) -> float:
    # A substation hands on what it is given; the reference tables know no loss of it.
    return 1.0 if device == NETWORKS[HEAT] else parameter(device, "efficiency")


def _supply(final: pd.DataFrame) -> pd.DataFrame:
    """What is taken where it is used, what is imported, and the losses of the electricity grid."""
    used = final.groupby("product")["energy_mwh"].sum()
    loss = parameter("electricity_network", "loss_share")
    lost = float(used[ELECTRICITY]) * loss / (1 - loss)
    rows = [("DL", ELECTRICITY, lost, f"grid losses {loss:.4f}: Italy 2019, Eurostat")]
    for product, energy in used.items():
        if product in LOCAL:
            rows.append(("PPRD", str(product), float(energy), "taken where it is used"))
        else:
            more = lost if product == ELECTRICITY else 0.0
            rows.append(("IMP", str(product), float(energy) + more, "all that is used and not made here"))
    return pd.DataFrame(rows, columns=COLUMNS)


__all__ = ["degree_days", "usseglio"]
