"""How dense heat is used: zones of a territory by class of heat demand density, and what pipes cost there.

Where nothing better is known the density follows from where people live: it falls with the distance
from the centre of each municipality. This is a proxy; a table of one's own is always better.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.errors import InputError, say
from leb_kit.indicators.targets import require_same_territory
from leb_kit.optimise.from_balance.sectors import heat_stock, sector_services
from leb_kit.optimise.from_balance.site import GAS, HEAT, Site
from leb_kit.optimise.from_balance.zones import Zones
from leb_kit.reference import catalog, networks
from leb_kit.system import calibrate
from leb_kit.units import mwh_per

_COLUMNS = [
    "zone",
    "label_it",
    "label_en",
    "density_class",
    "exclusive",
    "gas_fixed_whole",
    "area_km2",
    "heat_share",
    "heat_density_mwh_per_km2",
    "linear_heat_density_mwh_per_m",
    "district_heating_share",
    "gas_share",
    "connection_share_max",
    "connection_eur_per_mwh_year",
    "heat_loss_share",
    "supply_temperature_c",
    "return_temperature_c",
    "gas_fixed_eur_per_mwh",
    "gas_capital_eur_per_mwh",
    "gas_given_up_eur_per_mwh_year",
    "gas_connection_eur_per_mwh_year",
]
#: What stands in the columns above as words or as yes and no.
_WORDS = ("zone", "label_it", "label_en", "density_class", "exclusive", "gas_fixed_whole")


def heat_zones(
    balance: Balance,
    table: pd.DataFrame | None = None,
    *,
    supply_temperature_c: float | None = None,
    return_temperature_c: float | None = None,
) -> pd.DataFrame:
    """Return the zones of a territory with everything that a plan needs to know of their pipes.

    Parameters
    ----------
    balance : Balance
        One territory, one year.
    table : pd.DataFrame, optional
        One's own zones (columns ``mix.zones``); only what is blank is worked out. Without it the zones
        are the classes of heat demand density that the territory has, see Notes.
    supply_temperature_c, return_temperature_c : float, optional
        Water of the district-heating network, °C; that of the data tables where left out.

    Returns
    -------
    pd.DataFrame
        Columns ``mix.zones``, densest first where they are classes; hand it to ``mix_problem(zones=…)``.

    Raises
    ------
    InputError
        No ``table`` and no municipality of the territory is known; faults of the table.

    Notes
    -----
    Without a table the heat of homes and services spreads over municipalities as their inhabitants do,
    and in each the density falls from the centre::

        D(x) = D_0 × exp(−β x)          share within x = F(x) / F(1)          F(x) = 1 − (1 + β x) exp(−β x)

    x distance from the centre over the radius of a circle of the municipality's area (0–1), D heat
    demand (MWh/(km² year)), β ``edge_decay``. Source: Clark 1951. Hills, rivers and parks are not known
    to it.

    Pipes cost and lose as in ``reference.networks`` at the largest share that connects; the losses are
    scaled so that those of the base year are the balance's own. What district heating gives today is spread
    as the largest connection shares are; gas and the rest share what is left as in the balance.

    Examples
    --------
    >>> import leb_kit as leb
    >>> zones = heat_zones(leb.examples.torino())
    >>> zones["density_class"].tolist()
    ['centre', 'town', 'suburb', 'detached']
    >>> zones["heat_share"].sum().round(6).item()
    1.0
    """
    require_same_territory(balance, None)
    site = Site.of(calibrate(balance), {}, {}, 1.0)
    stock = heat_stock(site, list(sector_services(site).index))
    useful = stock.groupby("product", sort=False)["useful_mwh"].sum()
    given = _classes(site.territory, float(useful.sum())) if table is None else _own(table, useful)
    water = {"supply_temperature_c": supply_temperature_c, "return_temperature_c": return_temperature_c}
    for column, value in water.items():
        if value is not None:
            given[column] = given[column].fillna(value)
    out = _shares_of_today(_pipes(given), useful)
    return _losses(out, site, stock)[_COLUMNS].reset_index(drop=True)


def _municipalities(territory: str) -> pd.DataFrame:
    every = catalog.table("municipalities")
    for column in ("code", "province", "region"):
        mine = every[every[column] == territory]
        if len(mine):
            return mine
    fault = say(
        "no municipality of '{territory}' is known; give a table with zone and heat_share",
        territory=territory,
    )
    raise InputError("zones", [fault])


def _classes(territory: str, useful_mwh: float) -> pd.DataFrame:
    """Area and heat in each class, over all municipalities of the territory."""
    beta = networks.figure("edge_decay")
    mine = _municipalities(territory)
    heat = useful_mwh * mine["population"].to_numpy(dtype=float) / float(mine["population"].sum())
    area = mine["area_km2"].to_numpy(dtype=float)
    whole = _within(1.0, beta)
    centre = heat / area * beta**2 / (2 * whole)
    classes = catalog.table("heat_density_classes").sort_values("min_tj_per_km2", ascending=False)
    rows = []
    inner = np.zeros(len(mine))
    for row in classes.itertuples():
        threshold = float(row.min_tj_per_km2) * mwh_per("TJ")
        outer = np.ones(len(mine))
        if threshold > 0:
            ratio = np.maximum(centre / threshold, 1.0)
            outer = np.minimum(np.log(ratio) / beta, 1.0)
        land = float((area * (outer**2 - inner**2)).sum())
        used = float((heat * (_within(outer, beta) - _within(inner, beta)) / whole).sum())
        inner = outer
        if used > 0:
            labels = {"label_it": row.label_it, "label_en": row.label_en}
            place = {"zone": row.density_class, "density_class": row.density_class, **labels}
            rows.append(place | {"area_km2": land, "heat_share": used / useful_mwh})
    out = pd.DataFrame(rows).reindex(columns=_COLUMNS)
    return out.assign(heat_density_mwh_per_km2=out["heat_share"] * useful_mwh / out["area_km2"])


def _within(x: np.ndarray | float, beta: float) -> np.ndarray:
    """F(x): heat within a distance, up to a constant."""
    bx = beta * np.asarray(x, dtype=float)
    out: np.ndarray = 1 - (1 + bx) * np.exp(-bx)
    return out


def _own(table: pd.DataFrame, useful: pd.Series) -> pd.DataFrame:
    rows = Zones.of(table).table.reset_index().reindex(columns=_COLUMNS)
    worked = rows["heat_share"] * float(useful.sum()) / rows["area_km2"].astype(float)
    rows["heat_density_mwh_per_km2"] = rows["heat_density_mwh_per_km2"].astype(float).fillna(worked)
    classes = [
        networks.density_class(float(density)) if blank and not math.isnan(density) else name
        for density, name, blank in zip(
            rows["heat_density_mwh_per_km2"],
            rows["density_class"],
            rows["density_class"].fillna("") == "",
            strict=True,
        )
    ]
    rows["density_class"] = pd.Series(classes, index=rows.index).fillna("")
    for lang in ("label_it", "label_en"):
        rows[lang] = rows[lang].where(rows[lang].fillna("") != "", rows["zone"])
    return rows


def _pipes(rows: pd.DataFrame) -> pd.DataFrame:
    """Fill what a density or a class says: linear density, largest connection, its cost, gas."""
    largest = catalog.table("heat_density_classes").set_index("density_class")["connection_share_max"]
    out = rows.astype({name: float for name in _COLUMNS if name not in _WORDS})
    linear = out["heat_density_mwh_per_km2"].map(networks.linear_heat_density, na_action="ignore")
    out["linear_heat_density_mwh_per_m"] = out["linear_heat_density_mwh_per_m"].fillna(linear)
    out["connection_share_max"] = out["connection_share_max"].fillna(out["density_class"].map(largest))
    invested = [
        networks.connection_investment(density, share) if density > 0 and share > 0 else np.nan
        for density, share in zip(
            out["linear_heat_density_mwh_per_m"], out["connection_share_max"].fillna(1.0), strict=True
        )
    ]
    out["connection_eur_per_mwh_year"] = out["connection_eur_per_mwh_year"].fillna(
        pd.Series(invested, index=out.index)
    )
    for column in _COLUMNS[-4:]:
        out[column] = out[column].fillna(networks.figure(column))
    return out


def _shares_of_today(rows: pd.DataFrame, useful: pd.Series) -> pd.DataFrame:
    """Network shares of today that fit the balance, from those of the table or the largest ones."""
    largest = rows["connection_share_max"].fillna(1.0)
    reached = float((rows["heat_share"] * largest).sum())
    share = float(useful.get(HEAT, 0.0)) / float(useful.sum())
    if share <= reached:
        spread = largest * (share / reached if reached > 0 else 0.0)
    else:
        # More is connected than the classes would reach: what is left over is everywhere alike.
        spread = largest + (1 - largest) * (share - reached) / (1 - reached)
    seed = rows.assign(district_heating_share=rows["district_heating_share"].fillna(spread))
    split = Zones.of(seed).split(useful)
    whole = split.sum()
    out = rows.copy()
    for product, column in ((HEAT, "district_heating_share"), (GAS, "gas_share")):
        found = split.loc[product] / whole if product in split.index else whole * 0
        out[column] = found.reindex(out["zone"]).fillna(0.0).to_numpy()
    return out


def _losses(rows: pd.DataFrame, site: Site, stock: pd.DataFrame) -> pd.DataFrame:
    """Losses by formula, scaled so that the base year loses what the balance says."""
    sold = rows["linear_heat_density_mwh_per_m"] * rows["connection_share_max"].fillna(1.0)

    def per_delivered(*water: str) -> pd.Series:
        told = rows[list(water)] if water else pd.DataFrame(np.nan, rows.index, ["supply", "return"])
        shares = [
            networks.heat_loss_share(density, *(None if np.isnan(t) else float(t) for t in pair))
            if density > 0
            else np.nan
            for density, pair in zip(sold, told.to_numpy(dtype=float), strict=True)
        ]
        share = pd.Series(shares, index=rows.index, dtype=float)
        return share / (1 - share)

    today = per_delivered()
    weight = rows["heat_share"] * rows["district_heating_share"]
    own = site.loss_share(HEAT, "district_heating_network")
    known = today.notna() & (weight > 0)
    worked = float((weight * today)[known].sum())
    scale = own / (1 - own) * float(weight[known].sum()) / worked if worked > 0 and own > 0 else 1.0
    lost = per_delivered("supply_temperature_c", "return_temperature_c") * scale
    out = rows.copy()
    out["heat_loss_share"] = rows["heat_loss_share"].fillna(lost / (1 + lost))
    return out


__all__ = ["heat_zones"]
