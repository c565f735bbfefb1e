"""Heat of homes and services: devices that exist, devices that could be, connection, retrofit.

A building has one device, sized for its own peak, and the device follows the demand of that building:
every device is must-run on the shape of its sector's demand, so the load on the networks has real
peaks. Solar heat and retrofit lower the yearly demand (a tank or a wall works within the building);
supply meets demand over the year.
"""

from __future__ import annotations

import pandas as pd

from leb_kit.optimise.site import BIOMASS, BUS_OF, ELECTRICITY, GAS, HEAT, Site
from leb_kit.reference import costs
from leb_kit.system.devices import HOUSEHOLDS, TERTIARY

HEAT_USES = ("space_heating", "water_heating")
SOLAR, AMBIENT = "RA410", "RA600"
#: Existing devices by product.
STOCK = {
    GAS: "gas_boiler_stock",
    ELECTRICITY: "electric_heater_stock",
    BIOMASS: "biomass_stove_stock",
    "O4630": "lpg_boiler_stock",
    "O4671XR5220B": "oil_boiler_stock",
    "O4680": "oil_boiler_stock",
}
NEW_DEVICES = ("gas_boiler", "heat_pump_individual", "biomass_boiler")


def add_sectors(site: Site) -> None:
    """Add the heat demand of each sector and everything that can serve it."""
    services = site.system.services
    mine = services[
        services["end_use"].isin(HEAT_USES)
        & (services["flow"].isin(TERTIARY) | services["flow"].str.startswith(HOUSEHOLDS))
    ]
    total_space = float(mine.loc[mine["end_use"] == HEAT_USES[0], "demand_mwh"].sum())
    for sector, part in mine.groupby("flow", sort=False):
        _add_sector(site, str(sector), part, total_space)


def _add_sector(site: Site, sector: str, services: pd.DataFrame, total_space: float) -> None:
    stock = _stock(site, list(services.index))
    useful = dict.fromkeys(HEAT_USES, 0.0)
    for row in stock.itertuples():
        useful[str(row.end_use)] += float(row.useful_mwh)
        site.planned.add(str(row.process))
    demand = sum(useful.values()) * site.demand_factor
    if demand <= 0:
        return
    bus = f"heat:{sector}"
    space, water = useful["space_heating"], useful["water_heating"]
    shape = site.profiles["space_heating"] * space + water / site.flat_hours()
    site.add_profile(bus, shape)
    site.heat_buses.append(bus)
    site.demands.append({"demand": bus, "bus": bus, "annual_mwh": demand, "profile": bus})
    hours = site.peak_hours(bus)
    for product, part in stock.groupby("product", sort=False):
        _add_stock(site, sector, str(product), part, hours)
    _add_new(site, sector, water, hours)
    _add_retrofit(site, sector, space / total_space if total_space > 0 else 0.0)


def _stock(site: Site, services: list[str]) -> pd.DataFrame:
    """Existing heat devices whose product the plan knows; the others stay in the rest."""
    rows = []
    processes = site.system.processes
    for name, row in processes[processes["service"].isin(services)].iterrows():
        cells = site.cells(str(name))
        final = cells[cells["flow"].str.startswith("FC_")]
        products = set(final["product"])
        product = AMBIENT if AMBIENT in products and ELECTRICITY in products else next(iter(products))
        if product not in STOCK and product not in (HEAT, SOLAR) and products != {AMBIENT, ELECTRICITY}:
            continue
        energy = float(final["energy_mwh"].sum())
        end_use = str(row["service"]).split(":")[1]
        rows.append((name, end_use, product, energy, energy * float(row["efficiency"])))
    return pd.DataFrame(rows, columns=["process", "end_use", "product", "final_mwh", "useful_mwh"])


def _add_stock(site: Site, sector: str, product: str, part: pd.DataFrame, hours: float) -> None:
    useful, final = float(part["useful_mwh"].sum()), float(part["final_mwh"].sum())
    bus = f"heat:{sector}"
    exists = {"capacity_existing_mw": useful / hours, "capacity_max_mw": useful / hours}
    if product == HEAT:
        site.rows.add_technology(
            "district_heating_substation",
            f"district_heating_existing:{sector}",
            sector=sector,
            numbers={"efficiency": useful / final},
            profile=bus,
            must_run=True,
            **exists,
            capex_eur_per_mw_year=0.0,
        )
        return
    if product == SOLAR:
        hours = site.peak_hours("solar_thermal_individual")
        site.rows.add_technology(
            "solar_thermal_individual",
            f"solar_thermal_existing:{sector}",
            sector=sector,
            profile="solar_thermal_individual",
            must_run=True,
            capacity_existing_mw=useful / hours,
            capacity_max_mw=useful / hours,
        )
        return
    if product == AMBIENT:
        ambient = useful - _electricity_of(site, part)
        site.rows.add_technology(
            "heat_pump_individual",
            f"heat_pump_existing:{sector}",
            sector=sector,
            numbers={"cop": useful / (useful - ambient)},
            profile=bus,
            must_run=True,
            **exists,
        )
        return
    _add_burner(site, sector, product, useful / final, exists)


def _electricity_of(site: Site, part: pd.DataFrame) -> float:
    cells = pd.concat([site.cells(str(name)) for name in part["process"]])
    rows = (cells["product"] == ELECTRICITY) & cells["flow"].str.startswith("FC_")
    return float(cells.loc[rows, "energy_mwh"].sum())


def _add_burner(site: Site, sector: str, product: str, efficiency: float, exists: dict[str, float]) -> None:
    """An existing boiler, stove or heater; fuels without a network come at a price by truck."""
    technology = STOCK[product]
    name, bus = f"{technology}:{sector}:{product}", f"heat:{sector}"
    row: dict[str, object] = {
        "process": name,
        "technology": technology,
        "must_run": True,
        "profile": bus,
        **exists,
    }
    if product == GAS:
        row["fixed_eur_per_mw_year"] = costs.yearly_costs("gas_boiler").get("fixed_eur_per_mw_year", 0.0)
    site.rows.flows.append((name, bus, 1.0))
    site.rows.cells.append((name, sector, product, 1 / efficiency))
    if product in BUS_OF:
        site.rows.flows.append((name, BUS_OF[product], -1 / efficiency))
    else:
        row["variable_eur_per_mwh"] = site.price(product) / efficiency
        site.rows.cells.append((name, "IMP", product, 1 / efficiency))
    site.rows.processes.append(row)


def _add_new(site: Site, sector: str, water_mwh: float, hours: float) -> None:
    bus = f"heat:{sector}"
    for technology in NEW_DEVICES:
        site.rows.add_technology(technology, sector=sector, profile=bus, must_run=True)
    connection = costs.annuity("district_heating_substation", "capex_eur_per_mwh_year") * hours
    site.rows.add_technology(
        "district_heating_substation",
        sector=sector,
        profile=bus,
        must_run=True,
        capex_eur_per_mw_year=connection,
    )
    # Individual solar heat is sized on hot water: it cannot exceed that demand over the year.
    site.rows.add_technology(
        "solar_thermal_individual",
        sector=sector,
        profile="solar_thermal_individual",
        must_run=True,
        annual_max_mwh=water_mwh * site.demand_factor,
    )


def _add_retrofit(site: Site, sector: str, share: float) -> None:
    """Useful heat no longer needed, with the shape of space heating."""
    potential = site.potential("retrofit")
    if potential is None or share <= 0:
        return
    if "retrofit" not in site.profiles:
        site.add_profile("retrofit", site.profiles["space_heating"])
    hours = site.peak_hours("retrofit")
    site.rows.add_technology(
        "retrofit",
        sector=sector,
        profile="retrofit",
        must_run=True,
        capacity_max_mw=potential * share / hours,
        capex_eur_per_mw_year=costs.annuity("retrofit", "capex_eur_per_mwh_year") * hours,
    )


__all__ = ["add_sectors"]
