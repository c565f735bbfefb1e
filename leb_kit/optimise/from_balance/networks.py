"""Networks of electricity, gas and heat: losses, limits, trade, reinforcement."""

from __future__ import annotations

from typing import Any

from leb_kit.optimise.from_balance.hourly import trade_columns
from leb_kit.optimise.from_balance.place import CAPACITY, YEAR, exchange_limit
from leb_kit.optimise.from_balance.site import BIOMASS, BUS_OF, ELECTRICITY, GAS, HEAT, Site
from leb_kit.optimise.from_balance.technologies import at
from leb_kit.optimise.from_balance.zones import Zones
from leb_kit.reference import costs, networks
from leb_kit.reference.numbers import parameter

#: How far above the mean of the hours asked for pipes may be asked to go, where a limit must be finite.
ROOM = 2

#: Said of every plan with zones.
TODAY = (
    "Le quote di rete di oggi in ogni zona sono una stima che torna con il bilancio.",
    "Today's network shares in each zone are an estimate that fits the balance.",
)
NO_COST_OF_GIVING_UP = (
    "Rinunciare alla cogenerazione esistente qui non costa nulla: il costo di dismetterla non è dichiarato.",
    "Giving up existing cogeneration costs nothing here: what taking it down costs is not declared.",
)
NO_GAS_NETWORK = (
    "Nel bilancio non c'è gas di rete: il piano non offre caldaie a gas.",
    "There is no network gas in the balance: the plan offers no gas boilers.",
)
NO_HEAT_NETWORK = (
    "Nel bilancio non c'è teleriscaldamento: il piano lo offre solo se le zone (zones=) dicono quanto costa.",
    "There is no district heating in the balance: the plan offers it only if zones (zones=) tell its cost.",
)


def divide(site: Site, zones: Zones | None) -> None:
    """Divide the territory into zones; the plants of the network follow its hottest water."""
    site.zones = zones
    if zones is None:
        return
    site.own_remarks.append(TODAY)
    if not any(
        parameter(name, "given_up_eur_per_mw_year") for name in ("gas_chp_stock", "cogeneration_stock")
    ):
        site.own_remarks.append(NO_COST_OF_GIVING_UP)
    told = [
        (zones.number(name, "supply_temperature_c"), zones.number(name, "return_temperature_c"))
        for name in zones.names
    ]
    water = [pair for pair in told if pair != (None, None)]
    if water:
        cop = min(networks.network_heat_pump_cop(supply, back) for supply, back in water)
        site.own_numbers.setdefault("heat_pump_central", {})["cop"] = cop


def add_networks(site: Site) -> None:
    """Add what carries energy from where it is made or bought to where it is used."""
    _add_electricity(site)
    _add_heat(site)
    _add_gas(site)
    _add_biomass(site)


def _add_electricity(site: Site) -> None:
    """The grid was built for the peak of the base year; more delivery needs reinforcement.

    What is traded is limited to the lines that are declared (``exchange_limits.csv``); else to that peak:
    what the connection to the national grid could carry if nothing were made locally.
    """
    loss = site.loss_share(ELECTRICITY, "electricity_network")
    peak = site.delivered(ELECTRICITY) / site.peak_hours("electricity")
    site.rows.add_technology("electricity_network", numbers={"loss_share": loss}, capacity_existing_mw=peak)
    bought, sold = site.price("E7000_import"), site.price("E7000_export")
    hourly = site.hours.trade_prices(bought, sold)
    for technology, price in (("electricity_import", bought), ("electricity_export", -sold)):
        most = exchange_limit(site.territory, technology, CAPACITY)
        size = peak / (1 - loss) if most is None else most
        columns: dict[str, Any] = {
            "capacity_existing_mw": size,
            "capacity_max_mw": size,
            "variable_eur_per_mwh": price,
        }
        year = exchange_limit(site.territory, technology, YEAR)
        if year is not None:
            columns["annual_max_mwh"] = year
        columns |= trade_columns(site.hours, site.profiles, technology, hourly.get(technology))
        site.rows.add_technology(technology, **columns)
    site.planned |= {f"supply:IMP:{ELECTRICITY}", f"supply:EXP:{ELECTRICITY}"}


def _add_heat(site: Site) -> None:
    """The network loses heat; heat bought outside stays within what was bought in the base year."""
    site.planned |= {f"supply:IMP:{HEAT}", f"supply:EXP:{HEAT}"}
    if not site.has_network(HEAT):
        site.own_remarks.append(NO_HEAT_NETWORK)
        return
    loss = site.loss_share(HEAT, "district_heating_network")
    delivered = site.delivered(HEAT)
    delivered -= sum(_add_zone_heat(site, zone, loss) for zone in site.zone_names)
    delivered = max(delivered, 0.0)
    site.rows.add_technology(
        "district_heating_network",
        numbers={"loss_share": loss},
        capacity_existing_mw=delivered / site.peak_hours("space_heating"),
    )
    bought = _supply(site, HEAT, "IMP")
    if bought > 0:
        peak = bought / site.peak_hours("space_heating")
        site.rows.add_technology(
            "heat_import",
            capacity_existing_mw=peak,
            capacity_max_mw=peak,
            annual_max_mwh=bought,
            variable_eur_per_mwh=site.price("H8000_import_wholesale"),
        )


def _add_zone_heat(site: Site, zone: str, loss: float) -> float:
    """Pipes of a zone, with its own loss; return what they delivered in the base year, MWh."""
    delivered = site.taken.get((zone, HEAT), 0.0)
    own = site.zones.number(zone, "heat_loss_share") if site.zones else None
    site.rows.add_technology(
        "district_heating_network",
        zone=zone,
        numbers={"loss_share": loss if own is None else own},
        capacity_existing_mw=delivered / site.peak_hours("space_heating"),
        **_choice(site, zone, BUS_OF[HEAT], site.peak_mw.get(zone, 0.0)),
    )
    return delivered


def _choice(site: Site, zone: str, bus: str, heat_mw: float) -> dict[str, Any]:
    """Either district heating or gas, where the zone asks for it; the most that either can carry."""
    if site.zones is None or not site.zones.flag(zone, "exclusive"):
        return {}
    return {"exclusive_group": zone, "capacity_max_mw": _most(site, zone, bus, heat_mw)}


def _most(site: Site, zone: str, bus: str, heat_mw: float) -> float:
    """Power at a bus if all heat of the zone came from it, with room for days that are colder than most."""
    per_heat = [-k for _, at_bus, k, _ in site.rows.flows if at_bus == at(bus, zone) and k < 0]
    return ROOM * heat_mw * max(per_heat, default=1.0)


def _add_zone_gas(site: Site, zone: str) -> None:
    """Gas pipes of a zone: what keeping them costs, and what a new connection does.

    The running cost is paid for what stays connected, or whole while anybody is (``gas_fixed_whole``).
    Capital still to be paid off is the same in every plan and no part of the choice; ``zone_networks``
    tells what it is for who stays.
    """
    zones = site.zones
    if zones is None:
        return
    fixed, connection, given_up = (
        zones.number(zone, column) or 0.0
        for column in (
            "gas_fixed_eur_per_mwh",
            "gas_connection_eur_per_mwh_year",
            "gas_given_up_eur_per_mwh_year",
        )
    )
    name, taken = at("gas_distribution", zone), site.taken.get((zone, GAS), 0.0)
    # Told per MW of an even flow: capacity and energy of a year are then one thing.
    hours = site.flat_hours()
    whole = zones.flag(zone, "gas_fixed_whole")
    columns = _choice(site, zone, BUS_OF[GAS], site.mean_mw.get(zone, 0.0))
    if whole and fixed * taken > 0:
        most = _most(site, zone, BUS_OF[GAS], site.mean_mw.get(zone, 0.0))
        columns |= {"opening_eur_per_year": fixed * taken, "capacity_max_mw": most}
    site.rows.add_technology(
        "gas_distribution",
        name,
        must_run=True,
        capacity_existing_mw=taken / hours,
        fixed_eur_per_mw_year=0.0 if whole else fixed * hours,
        capex_eur_per_mw_year=connection * costs.annuity_factor(networks.figure("gas_lifetime_yr")) * hours,
        given_up_eur_per_mw_year=given_up * hours,
        **columns,
    )
    site.rows.add_flow(name, at(BUS_OF[GAS], zone), 1.0)


def _add_gas(site: Site) -> None:
    site.planned.add(f"supply:IMP:{GAS}")
    if not site.has_network(GAS):
        site.own_remarks.append(NO_GAS_NETWORK)
        return
    for zone in site.zone_names:
        _add_zone_gas(site, zone)
    loss = site.loss_share(GAS, "gas_network")
    site.rows.add_technology(
        "gas_network",
        numbers={"loss_share": loss},
        must_run=True,
        capacity_existing_mw=site.delivered(GAS) / site.flat_hours(),
        variable_eur_per_mwh=site.price("G3000_wholesale") / (1 - loss),
    )


def _add_biomass(site: Site) -> None:
    """Wood of the territory and its region: the potential, or what is used already if that is more."""
    supplied = _supply(site, BIOMASS, "IMP") + _supply(site, BIOMASS, "PPRD") - _supply(site, BIOMASS, "EXP")
    potential = site.potential("", BIOMASS) or 0.0
    site.rows.add_technology(
        "biomass_supply",
        must_run=True,
        capacity_existing_mw=max(supplied, potential) / site.flat_hours(),
        annual_max_mwh=max(supplied, potential),
        variable_eur_per_mwh=site.price(BIOMASS),
    )
    site.planned |= {f"supply:{flow}:{BIOMASS}" for flow in ("IMP", "PPRD", "EXP", "STK_CHG")}


def _supply(site: Site, product: str, flow: str) -> float:
    base = site.base_energy()
    return float(base.loc[(base["flow"] == flow) & (base["product"] == product), "energy_mwh"].sum())


__all__ = ["add_networks", "divide"]
