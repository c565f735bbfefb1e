"""Heat of homes and services: devices that exist, devices that could be, connection, retrofit.

A building has one device, sized for its own peak and the margin that who designs it leaves, and the device
follows the demand of that building: every device is must-run on the shape of its sector's demand, so the
load on the networks has real peaks::

    output[t] = capacity × heat[t] / (largest heat × margin)

margin (1) ``network_parameters.csv``: winters are colder than the year of the profiles. A heat pump gives
less in the cold (``add_device_output``). Solar heat and retrofit lower the yearly demand (a tank or a wall
works within the building); supply meets demand over the year. Where the territory is divided into zones,
each has its own demand and devices, and what pipes cost and reach there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from leb_kit.optimise.from_balance.place import reach
from leb_kit.optimise.from_balance.savings import add_retrofit
from leb_kit.optimise.from_balance.site import BIOMASS, BUS_OF, ELECTRICITY, GAS, HEAT, Site
from leb_kit.optimise.from_balance.technologies import ZONE_BUSES, at
from leb_kit.optimise.from_balance.weather import add_device_input, add_device_output
from leb_kit.reference import costs, networks
from leb_kit.reference.numbers import parameter
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
HEAT_PUMP, SUBSTATION = "heat_pump_individual", "district_heating_substation"
NEW_DEVICES = ("gas_boiler", HEAT_PUMP, "biomass_boiler")


def add_sectors(site: Site) -> None:
    """Add the heat demand of each sector and everything that can serve it."""
    mine = sector_services(site)
    if site.zones is not None:
        # What the table says must hold for all sectors together; told here, before it is spread.
        every = heat_stock(site, list(mine.index))
        site.zones.split(every.groupby("product", sort=False)["useful_mwh"].sum())
    total_space = float(mine.loc[mine["end_use"] == HEAT_USES[0], "demand_mwh"].sum())
    for sector, part in mine.groupby("flow", sort=False):
        _add_sector(site, str(sector), part, total_space)


def _add_sector(site: Site, sector: str, services: pd.DataFrame, total_space: float) -> None:
    stock = heat_stock(site, list(services.index))
    useful = dict.fromkeys(HEAT_USES, 0.0)
    for row in stock.itertuples():
        useful[str(row.end_use)] += float(row.useful_mwh)
        site.planned.add(str(row.process))
    demand = sum(useful.values()) * site.demand_factor
    if demand <= 0:
        return
    profile = f"heat:{sector}"
    space, water = useful["space_heating"], useful["water_heating"]
    shape = site.profiles["space_heating"] * space + water / site.flat_hours()
    site.add_profile(profile, shape, margin=networks.figure("device_sizing_margin"))
    pumped = add_device_input(site, sector, space, water), add_device_output(site, sector)
    saving = space / total_space if total_space > 0 else 0.0
    if site.zones is None:
        _add_place(Place(site, sector, "", demand, *pumped), stock, water, saving)
        return
    given = site.zones.split(stock.groupby("product", sort=False)["useful_mwh"].sum(), strict=False)
    whole = given.sum(axis=1)
    for zone in site.zones.names:
        share = float(given[zone].sum()) / float(whole.sum())
        if share > 0:
            part = stock["product"].map(given[zone] / whole).astype(float)
            mine = stock.assign(
                **{column: stock[column] * part for column in ("final_mwh", "useful_mwh", "power_mwh")}
            )
            place = Place(site, sector, zone, demand * share, *pumped)
            _add_place(place, mine[mine["useful_mwh"] > 0], water * share, saving * share)


def sector_services(site: Site) -> pd.DataFrame:
    """Return the heat services of homes and services: flow, end_use, demand_mwh."""
    services = site.system.services
    mine = services["flow"].isin(TERTIARY) | services["flow"].str.startswith(HOUSEHOLDS)
    return services[services["end_use"].isin(HEAT_USES) & mine]


@dataclass(frozen=True)
class Place:
    """Heat demand of a sector, in a zone where there are zones; ``demand`` MWh of useful heat a year.

    ``pumped``: profile of what heat pumps take per heat; ``pump``: profile of what they give.
    """

    site: Site
    sector: str
    zone: str
    demand: float
    pumped: str = ""
    pump: str = ""

    @property
    def bus(self) -> str:
        """Where the demand is met."""
        return at(self.profile, self.zone)

    @property
    def profile(self) -> str:
        """Shape of the demand, the same in all zones."""
        return f"heat:{self.sector}"

    @property
    def hours(self) -> float:
        """Full-load hours of a device that serves it."""
        return float(self.site.profiles[self.profile].sum())

    def add(self, technology: str, process: str = "", **columns: Any) -> None:
        """Add a technology that serves it."""
        self.site.rows.add_technology(
            technology, process, sector=self.sector, zone=self.zone, must_run=True, **columns
        )

    def take(self, product: str, annual_mwh: float) -> None:
        """Note what devices of the base year take."""
        key = (self.zone, product)
        self.site.taken[key] = self.site.taken.get(key, 0.0) + annual_mwh


def _add_place(place: Place, stock: pd.DataFrame, water: float, saving: float) -> None:
    site = place.site
    site.heat_buses.append(place.bus)
    peak = site.peak_hours(place.profile)
    for noted, hours in ((site.peak_mw, peak), (site.mean_mw, site.flat_hours())):
        noted[place.zone] = noted.get(place.zone, 0.0) + place.demand / hours
    site.demands.append(
        {
            "demand": place.bus,
            "bus": place.bus,
            "annual_mwh": place.demand,
            "profile": place.profile,
        }
    )
    for product, part in stock.groupby("product", sort=False):
        _add_stock(place, str(product), part)
    on_network = float(stock.loc[stock["product"] == HEAT, "useful_mwh"].sum())
    _add_new(place, water, on_network)
    add_retrofit(place, max(place.demand - water * site.demand_factor, 0.0), saving)


def heat_stock(site: Site, services: list[str]) -> pd.DataFrame:
    """Return existing heat devices whose product the plan knows; the others stay in the rest.

    Columns process, end_use, product, final_mwh, useful_mwh, power_mwh (electricity among the final).
    """
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
        power = float(final.loc[final["product"] == ELECTRICITY, "energy_mwh"].sum())
        end_use = str(row["service"]).split(":")[1]
        rows.append((name, end_use, product, energy, energy * float(row["efficiency"]), power))
    columns = ["process", "end_use", "product", "final_mwh", "useful_mwh", "power_mwh"]
    return pd.DataFrame(rows, columns=columns)


def _add_stock(place: Place, product: str, part: pd.DataFrame) -> None:
    useful, final = float(part["useful_mwh"].sum()), float(part["final_mwh"].sum())
    sector, hours = place.sector, place.hours
    exists = {"capacity_existing_mw": useful / hours, "capacity_max_mw": useful / hours}
    place.take(product, final)
    if product == HEAT:
        place.add(
            SUBSTATION,
            f"district_heating_existing:{sector}",
            numbers={"efficiency": useful / final},
            profile=place.profile,
            **exists,
            capex_eur_per_mw_year=0.0,
        )
        return
    if product == SOLAR:
        size = useful / place.site.peak_hours("solar_thermal_individual")
        place.add(
            "solar_thermal_individual",
            f"solar_thermal_existing:{sector}",
            profile="solar_thermal_individual",
            capacity_existing_mw=size,
            capacity_max_mw=size,
        )
        return
    if product == AMBIENT:
        ambient = useful - float(part["power_mwh"].sum())
        size = useful / float(place.site.profiles[place.pump].sum())
        place.add(
            HEAT_PUMP,
            f"heat_pump_existing:{sector}",
            numbers={"cop": useful / (useful - ambient)},
            input_profile=place.pumped,
            profile=place.pump,
            capacity_existing_mw=size,
            capacity_max_mw=size,
        )
        return
    _add_burner(place, product, useful / final, exists)


def _add_burner(place: Place, product: str, efficiency: float, exists: dict[str, float]) -> None:
    """An existing boiler, stove or heater; fuels without a network come at a price by truck."""
    site, technology = place.site, STOCK[product]
    name = at(f"{technology}:{place.sector}:{product}", place.zone)
    row: dict[str, object] = {
        "process": name,
        "technology": technology,
        "must_run": True,
        "profile": place.profile,
        **exists,
    }
    if product == GAS:
        row["fixed_eur_per_mw_year"] = costs.yearly_costs("gas_boiler").get("fixed_eur_per_mw_year", 0.0)
    varying = site.rows.inputs.get(technology, "")
    site.rows.add_flow(name, place.bus, 1.0)
    site.rows.add_cell(name, place.sector, product, 1 / efficiency, varying)
    if product in BUS_OF:
        bus = at(BUS_OF[product], place.zone if BUS_OF[product] in ZONE_BUSES else "")
        site.rows.add_flow(name, bus, -1 / efficiency, varying)
    else:
        row["variable_eur_per_mwh"] = site.price(product) / efficiency
        row["variable_profile"] = varying
        site.rows.add_cell(name, "IMP", product, 1 / efficiency, varying)
    site.rows.processes.append(row)


def _add_new(place: Place, water_mwh: float, on_network_mwh: float) -> None:
    needs = {"gas_boiler": GAS}
    for technology in NEW_DEVICES:
        if technology not in needs or place.site.has_network(needs[technology]):
            pump = technology == HEAT_PUMP
            place.add(
                technology,
                profile=place.pump if pump else place.profile,
                input_profile=place.pumped if pump else "",
            )
    if place.site.has_network(HEAT):
        place.add(SUBSTATION, profile=place.profile, **_connection(place, on_network_mwh))
        _add_pipe_loss(place)
    # Individual solar heat is sized on hot water: it cannot exceed that demand over the year.
    place.add(
        "solar_thermal_individual",
        profile="solar_thermal_individual",
        annual_max_mwh=water_mwh * place.site.demand_factor,
    )


def _add_pipe_loss(place: Place) -> None:
    """Pipes to new users lose what those of towns do, where the balance tells of less.

    ::

        more taken per heat = (1 − loss of the balance) / (1 − loss of towns) − 1          0 or more

    Most of a country's sold heat may be used in the factory beside the plant, with hardly any pipe. Zones
    have losses of their own. Source: the loss of towns, ``technology_parameters.csv``.
    """
    site, network = place.site, "district_heating_network"
    if site.zones is not None:
        return
    balance, towns = site.loss_share(HEAT, network), parameter(network, "loss_share")
    if balance >= towns:
        return
    more = (1 - balance) / (1 - towns) - 1
    name = f"{SUBSTATION}:{place.sector}"
    site.rows.add_flow(name, BUS_OF[HEAT], -more)
    site.rows.add_cell(name, "DL", HEAT, more)


def _connection(place: Place, on_network_mwh: float) -> dict[str, Any]:
    """Yearly cost of a MW newly connected to district heating, and how much may be.

    What is connected already counts towards the largest share; it may stay where it is above.
    """
    zones, hours = place.site.zones, place.hours
    invested = zones.number(place.zone, "connection_eur_per_mwh_year") if zones else None
    if invested is None:
        capex = costs.annuity(SUBSTATION, "capex_eur_per_mwh_year")
    else:
        capex = invested * costs.annuity_factor(networks.figure("pipe_lifetime_yr"))
    share = zones.number(place.zone, "connection_share_max") if zones else None
    if zones is None:
        share = reach(place.site.territory, "district_heating_network")
    columns = {"capex_eur_per_mw_year": capex * hours}
    if share is not None:
        columns["capacity_max_mw"] = max(share * place.demand - on_network_mwh, 0.0) / hours
    return columns


__all__ = ["add_sectors", "heat_stock", "sector_services"]
