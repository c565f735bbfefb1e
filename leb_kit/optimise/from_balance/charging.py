"""Charging of electric cars: a demand with its own shape, of which a share may wait for a better hour."""

from __future__ import annotations

import pandas as pd

from leb_kit.errors import InputError, say
from leb_kit.optimise.from_balance.site import BUS_OF, ELECTRICITY, Site
from leb_kit.reference.profiles import italy_2017
from leb_kit.units import is_number

#: Row of the balance whose electricity charges cars, the shape of their trips, and the demand.
ROAD, TRIPS, CHARGING = "FC_TRA_ROAD_E", "mobility_passenger", "charging"


def charged(demands: pd.DataFrame, site: Site, flexible_share: float | None) -> pd.DataFrame:
    """Take the electricity of road transport out of the rest, as a demand of its own that may wait.

    ::

        charging[t] = E × trips[t] / sum trips        s × charging may move to other hours of its day

    E (MWh/year) electricity of road transport in the balance, trips (–) the hourly shape of passenger
    mobility of the weather year: cars are charged when they come back; s (0–1) ``flexible_share``.
    Source: definition; the shape is that of ``profiles_italy_2017.csv``.

    Parameters
    ----------
    demands : pd.DataFrame
        Demands of the problem.
    site : Site
        The territory under construction; the shape is added to its profiles.
    flexible_share : float or None
        Share that may wait; None leaves the demands as they are.

    Raises
    ------
    InputError
        Not a number from 0 to 1, or road transport uses no electricity in the balance.
    """
    if flexible_share is None:
        return demands
    if not is_number(flexible_share) or not 0 <= flexible_share <= 1:
        told = say("charging is {value}; a share from 0 to 1 is expected", value=repr(flexible_share))
        raise InputError(say("mix problem"), [told])
    rest = site.rest_cells()
    energy = float(rest.loc[(rest["flow"] == ROAD) & (rest["product"] == ELECTRICITY), "energy_mwh"].sum())
    bus = BUS_OF[ELECTRICITY]
    whole = demands["demand"] == f"rest:{bus}"
    if not 0 < energy <= float(demands.loc[whole, "annual_mwh"].sum()):
        told = say(
            "charging: road transport uses no electricity in this balance; a scenario with"
            " leb.measures.electric_vehicles brings it"
        )
        raise InputError(say("mix problem"), [told])
    site.add_profile(CHARGING, italy_2017()[TRIPS].reset_index(drop=True))
    row = {
        "demand": CHARGING,
        "bus": bus,
        "annual_mwh": energy,
        "profile": CHARGING,
        "flexible_share": float(flexible_share),
    }
    out = demands.assign(annual_mwh=demands["annual_mwh"] - energy * whole)
    return pd.concat([out, pd.DataFrame([row])], ignore_index=True)
