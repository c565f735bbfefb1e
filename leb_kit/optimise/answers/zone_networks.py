"""The networks of each zone in a plan: who is connected to what, and what those who stay pay for gas."""

from __future__ import annotations

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, say
from leb_kit.optimise.answers.result import MixResult, require_result
from leb_kit.optimise.from_balance.zones import Zones
from leb_kit.reference import catalog

#: How a device serves a zone, by technology; what is not named is told as other.
_SERVED_BY = {
    "district_heating_substation": "district_heating",
    "gas_boiler": "gas",
    "gas_boiler_stock": "gas",
    "heat_pump_individual": "heat_pump",
    "retrofit": "saved",
}
#: Below this, a flow is the arithmetic of floats.
NOTHING_MWH = 0.5
WAYS = ("district_heating", "gas", "heat_pump", "other", "saved")


def zone_networks(result: MixResult) -> pd.DataFrame:
    """Return one row for each zone of a plan.

    Parameters
    ----------
    result : MixResult
        Of a problem made with ``zones``.

    Returns
    -------
    pd.DataFrame
        zone, label_it, label_en, heat_mwh (useful heat asked for), how it is met (MWh:
        district_heating_mwh, gas_mwh, heat_pump_mwh, other_mwh, saved_mwh), the shares of today and of
        the plan (district_heating_share_today, gas_share_today, district_heating_share, gas_share),
        new_connection_mwh (heat newly on district heating), connection_eur_per_mwh (what a new
        connection costs for each MWh, NaN where none is made), gas_network_eur_per_mwh (what the gas
        pipes cost for each MWh that still flows, NaN where none does; as told in the table before) and
        gas_network_eur_per_mwh_today.

    Raises
    ------
    InputError
        The problem has no zones.

    Notes
    -----
    ::

        gas_network_eur_per_mwh = (fixed cost kept + capital) / gas that flows

    The capital of pipes in the ground is there whoever leaves: it is the same in every plan, and fewer
    users carry it. It is therefore told here and is no part of ``cost_eur``.

    Examples
    --------
    >>> import leb_kit as leb
    >>> b = leb.examples.torino()
    >>> p = leb.mix_problem(b, time=leb.typical_days(2), zones=leb.heat_zones(b))
    >>> zone_networks(leb.optimise_mix(p))["zone"].tolist()
    ['centre', 'town', 'suburb', 'detached']
    """
    require_result(result)
    problem = result.problem
    frame = problem.frame
    if frame is None or frame.zones is None:
        raise InputError("zones", [say("the problem was made without zones; give mix_problem(zones=…)")])
    zones = frame.zones
    served = _served(result, list(zones.index))
    out = pd.DataFrame({"zone": zones.index, "heat_mwh": served.sum(axis=1).to_numpy()})
    for lang in ("label_it", "label_en"):
        told = zones[lang] if lang in zones else pd.Series("", index=zones.index)
        out[lang] = np.where(told.fillna("") == "", zones.index, told)
    for way in WAYS:
        out[f"{way}_mwh"] = served[way].to_numpy()
    existing, left = _taken(result, "capacity_existing_mw"), _taken(result, "capacity_mw")
    for way in ("district_heating", "gas"):
        out[f"{way}_share"] = (served[way] / served.sum(axis=1)).to_numpy()
    out = out.merge(_today(result, list(zones.index)), on="zone", validate="one_to_one")
    out = out.merge(_connections(result, list(zones.index)), on="zone", validate="one_to_one")
    capital, fixed = (
        zones.get(name, pd.Series(0.0, index=zones.index)).astype(float).fillna(0.0)
        for name in ("gas_capital_eur_per_mwh", "gas_fixed_eur_per_mwh")
    )
    owed = capital * existing
    out["gas_network_eur_per_mwh_today"] = (capital + fixed).to_numpy()
    whole = pd.Series([Zones(zones).flag(str(name), "gas_fixed_whole") for name in zones.index], zones.index)
    kept = fixed * left.where(~whole | (left <= NOTHING_MWH), existing)
    out["gas_network_eur_per_mwh"] = _ratio(kept + owed, left).to_numpy()
    return out


def _ratio(above: pd.Series, below: pd.Series) -> pd.Series:
    return above / below.where(below > NOTHING_MWH)


def _zone_of(process: pd.Series) -> pd.Series:
    return process.str.rsplit(":", n=1).str[-1]


def _served(result: MixResult, zones: list[str]) -> pd.DataFrame:
    """Useful heat of each zone by the way it is met, MWh."""
    family = catalog.table("technologies").set_index("technology")["family"]
    rows = result.processes
    device = rows["technology"].map(family).isin(["individual_heat", "saving"])
    mine = rows[device].assign(zone=_zone_of(rows["process"]), way=rows["technology"].map(_SERVED_BY))
    mine["way"] = mine["way"].fillna("other")
    table = mine.pivot_table(index="zone", columns="way", values="energy_mwh", aggfunc="sum")
    return table.reindex(index=zones, columns=list(WAYS)).fillna(0.0)


def _taken(result: MixResult, column: str) -> pd.Series:
    """Gas through the pipes of each zone, MWh/year: of today (existing) or of the plan."""
    rows = result.problem.processes if column == "capacity_existing_mw" else result.processes
    mine = rows[rows["technology"] == "gas_distribution"]
    hours = float(result.problem.time.weight_h.sum())
    return pd.Series((mine[column] * hours).to_numpy(), index=_zone_of(mine["process"]))


def _today(result: MixResult, zones: list[str]) -> pd.DataFrame:
    """Shares of the base year: what exists of each kind, at the hours of the demand."""
    rows = result.problem.processes
    problem = result.problem
    hours = {
        name: float(problem.time.weight_h @ problem.profile(name)) for name in set(rows["profile"]) if name
    }
    heat = rows["profile"].map(hours).fillna(0.0) * rows["capacity_existing_mw"]
    family = catalog.table("technologies").set_index("technology")["family"]
    device = rows["technology"].map(family) == "individual_heat"
    mine = rows[device].assign(
        zone=_zone_of(rows["process"]), heat_mwh=heat, way=rows["technology"].map(_SERVED_BY)
    )
    whole = mine.groupby("zone")["heat_mwh"].sum().reindex(zones)
    out = pd.DataFrame({"zone": zones})
    for way in ("district_heating", "gas"):
        part = mine[mine["way"] == way].groupby("zone")["heat_mwh"].sum().reindex(zones).fillna(0.0)
        out[f"{way}_share_today"] = (part / whole).to_numpy()
    return out


def _connections(result: MixResult, zones: list[str]) -> pd.DataFrame:
    rows = result.processes
    new = rows["technology"].eq("district_heating_substation") & ~rows["process"].str.startswith(
        "district_heating_existing"
    )
    mine = rows[new].assign(zone=_zone_of(rows["process"]))
    total = mine.groupby("zone")[["energy_mwh", "cost_eur"]].sum().reindex(zones).fillna(0.0)
    return pd.DataFrame(
        {
            "zone": zones,
            "new_connection_mwh": total["energy_mwh"].to_numpy(),
            "connection_eur_per_mwh": _ratio(total["cost_eur"], total["energy_mwh"]).to_numpy(),
        }
    )


__all__ = ["zone_networks"]
