"""Plants that exist, plants that could be built, and stores."""

from __future__ import annotations

import pandas as pd

from leb_kit.optimise.from_balance.adequacy import fixed_cost
from leb_kit.optimise.from_balance.extraction import add_extraction, cells_of_way, drawn, existing
from leb_kit.optimise.from_balance.site import (
    BIOMASS,
    BUS_OF,
    ELECTRICITY,
    GAS,
    GRID,
    HEAT,
    HEAT_NETWORK,
    Site,
)
from leb_kit.optimise.from_balance.weather import CENTRAL, add_central_input
from leb_kit.optimise.question.time import Time, days_alone
from leb_kit.reference import catalog, costs
from leb_kit.reference.numbers import has_parameter, parameter

#: Shape of existing plants by product; others run flat.
SHAPE_OF = {"RA420": "photovoltaic_roof", "RA300": "wind_onshore", "RA100": "hydro_run_of_river"}
#: Technology under which an existing plant is told, by fuel and whether it gives heat, power or both.
LABEL_OF = {
    (GAS, "both"): "gas_chp_stock",
    (GAS, "heat"): "gas_boiler_central_stock",
    (BIOMASS, "both"): "biomass_chp",
    ("RA420", "power"): "photovoltaic_roof",
    ("RA300", "power"): "wind_onshore",
    ("RA100", "power"): "hydro_run_of_river",
    ("W6210", "power"): "waste_chp",
    ("W6220", "power"): "waste_chp",
    ("W6210", "both"): "waste_chp",
    ("W6220", "both"): "waste_chp",
}
#: What a territory throws away is burnt in any plan, whether the plant gives heat as well or not.
WASTE = ("W6210", "W6220")
WASTE_PLANT = "waste_chp"
#: Technology under which the other existing plants are told.
STOCK_OF = {"power": "power_plant_stock", "both": "cogeneration_stock", "heat": "heat_plant_stock"}
RENEWABLE_PLANTS = ("photovoltaic_roof", "photovoltaic_ground", "wind_onshore", "hydro_run_of_river")
#: What is switched off when the grid cannot take it; water and wind here are too small to matter.
CURTAILED = ("photovoltaic_roof", "photovoltaic_ground")
NETWORK_PLANTS = (
    "gas_chp",
    "biomass_chp",
    "gas_boiler_central",
    CENTRAL,
    "electric_boiler_central",
)
#: Those that burn gas of the network.
GAS_FIRED = ("gas_chp", "gas_boiler_central")
SEASONAL = "heat_store_seasonal"
STORES = {"battery": GRID, "heat_store_central": HEAT_NETWORK, SEASONAL: HEAT_NETWORK}
#: Said where days stand for themselves: nothing is kept from one to the next.
NOT_OVER_SEASONS = (
    (
        "I giorni tipo non sono collegati: ogni giorno finisce com'è cominciato, e l'accumulo stagionale"
        " non può portare l'estate nell'inverno."
        ' Con typical_days(n, linked=True), leb solve --linked o time="year" può.'
    ),
    (
        "Typical days are not linked: each day ends as it began, and the seasonal store cannot carry summer"
        ' into winter. With typical_days(n, linked=True), leb solve --linked or time="year" it can.'
    ),
)
EXISTING_HEAT_STORE = "heat_store_stock"
HEAT_SHAPE = "space_heating"
#: Yearly cost of existing capacity that a plan does not keep.
GIVEN_UP = "given_up_eur_per_mw_year"


def add_existing_plants(site: Site) -> None:
    """Add the plants of the balance that feed the electricity or the heat network.

    What has been paid for them is sunk: it is the same whether they are kept or given up, and no part of
    the cost. Keeping them costs their fixed cost, giving them up ``given_up_eur_per_mw_year`` (what taking
    them down costs, and a fee for capacity that is lost). What is given up is told by ``MixResult.retired``.
    """
    processes = site.system.processes
    plants = [str(name) for name in processes.index[processes["kind"] == "plant"]]
    for name in plants:
        cells = site.cells(name)
        given = cells[cells["flow"].str.startswith("TO_EHG")].groupby("product")["energy_mwh"].sum()
        power, heat = float(given.get(ELECTRICITY, 0.0)), float(given.get(HEAT, 0.0))
        taken = cells[cells["flow"].str.startswith("TI_EHG")]
        fuel = str(taken["product"].iloc[0]) if len(taken) else ""
        if (power <= 0 and heat <= 0) or fuel in (ELECTRICITY, HEAT):
            continue
        site.planned.add(name)
        _add_plant(site, name, cells, fuel, power, heat)


def _add_plant(site: Site, name: str, cells: pd.DataFrame, fuel: str, power: float, heat: float) -> None:
    main = power if power > 0 else heat
    kind = "both" if power > 0 and heat > 0 else ("power" if power > 0 else "heat")
    row: dict[str, object] = {"process": name, "technology": LABEL_OF.get((fuel, kind), STOCK_OF[kind])}
    row |= _size(site, name, fuel, kind, main)
    if has_parameter(str(row["technology"]), GIVEN_UP):
        row[GIVEN_UP] = costs.in_price_year(str(row["technology"]), GIVEN_UP)
    plant = existing(site, str(row["technology"]), cells) if kind == "both" else None
    if plant is None:
        _add_way(site, row, cells, main)
        return
    way: dict[str, object] = {"process": drawn(name), "technology": row["technology"], "unit": name}
    _add_way(site, row, cells_of_way(plant, cells, heat=False), main)
    _add_way(site, way | {"capacity_use": plant.capacity_use}, cells_of_way(plant, cells, heat=True), main)


def _add_way(site: Site, row: dict[str, object], cells: pd.DataFrame, main: float) -> None:
    """Add a plant, or one of the ways in which it runs, with what it takes and gives per main output."""
    name = str(row["process"])
    varying = site.rows.inputs.get(str(row["technology"]), "")
    for cell in cells.itertuples():
        per_output = float(cell.energy_mwh) / main
        if cell.flow == "DL":
            continue
        profile = varying if str(cell.flow).startswith("TI_EHG") else ""
        site.rows.add_cell(name, str(cell.flow), str(cell.product), per_output, profile)
        bus = BUS_OF.get(str(cell.product), "")
        if str(cell.flow).startswith("TO_EHG"):
            site.rows.add_flow(name, GRID if cell.product == ELECTRICITY else HEAT_NETWORK, per_output)
        elif str(cell.flow).startswith(("TI_EHG", "NRG_")) and bus:
            site.rows.add_flow(name, bus, -per_output, profile)
        elif str(cell.flow).startswith("TI_EHG"):
            row["variable_eur_per_mwh"] = _add_fuel(site, name, str(cell.product), per_output, profile)
            row["variable_profile"] = profile
    site.rows.processes.append(row)


def _add_fuel(site: Site, name: str, product: str, per_output: float, profile: str) -> float:
    """A fuel without a bus comes from where the territory takes it; return its cost per output."""
    closing = site.system.closing
    supply = closing.loc[closing["product"] == product, "process"]
    source = str(supply.iloc[0]).split(":")[1] if len(supply) else "IMP"
    site.rows.add_cell(name, source, product, per_output, profile)
    return site.price(product) * per_output


def _size(site: Site, name: str, fuel: str, kind: str, main_mwh: float) -> dict[str, object]:
    """Capacity that exists: as declared, else the plant's share of the base year's peak."""
    fossil = catalog.table("products").set_index("code")["fossil"]
    declared = _declared(site, name)
    if fuel in WASTE or (kind == "power" and not bool(fossil.get(fuel, False))):
        # Sun, wind, water and waste are there and run; the plan cannot wish them away.
        shape = _waste_shape(site) if fuel in WASTE else SHAPE_OF.get(fuel, "")
        hours = float(site.profiles[shape].sum()) if shape else site.flat_hours()
        size = main_mwh / hours
        return {
            "capacity_existing_mw": size,
            "capacity_min_mw": size,
            "capacity_max_mw": size,
            "profile": shape,
            "must_run": True,
        }
    size = declared or main_mwh / site.peak_hours(ELECTRICITY_SHAPE if kind == "power" else HEAT_SHAPE)
    return {"capacity_existing_mw": size, "capacity_max_mw": size, **_fixed_cost(site, name, fuel, kind)}


ELECTRICITY_SHAPE = "electricity"


def _waste_shape(site: Site) -> str:
    """Add the level at which plants that burn waste run, outages spread over the year; return its name."""
    hours = parameter(WASTE_PLANT, "full_load_hours")
    site.profiles[WASTE_PLANT] = hours / site.flat_hours()
    return WASTE_PLANT


def _fixed_cost(site: Site, name: str, fuel: str, kind: str) -> dict[str, float]:
    """What keeping and running a plant costs beside its fuel; nothing where it burns no fossil fuel."""
    like = {(GAS, "both"): "gas_chp", (GAS, "heat"): "gas_boiler_central"}.get((fuel, kind))
    known = {} if like is None else costs.yearly_costs(like)
    yearly = {key: value for key, value in known.items() if key != "capex_eur_per_mw_year"}
    kept = None if kind == "heat" else fixed_cost(fuel, name, site.territory)
    return yearly if kept is None else yearly | {"fixed_eur_per_mw_year": kept}


def _declared(site: Site, name: str) -> float | None:
    table = catalog.table("existing_capacities")
    mine = table[(table["territory"] == site.territory) & (table["process"] == name)]
    return float(mine["value"].iloc[0]) if len(mine) else None


def add_new_plants(site: Site) -> None:
    """Add what could be built: renewables up to their potential, plants and stores of the networks."""
    for technology in RENEWABLE_PLANTS:
        potential = site.potential(technology)
        if potential is not None:
            site.rows.add_technology(
                technology,
                profile=technology,
                capacity_max_mw=potential,
                must_run=technology not in CURTAILED,
            )
    if not site.has_network(HEAT):
        return
    for technology in NETWORK_PLANTS:
        if site.has_network(GAS) or technology not in GAS_FIRED:
            mine = site.own_numbers.get(technology, {})
            pumped = ""
            if technology == CENTRAL:
                pumped = add_central_input(site, mine.get("cop", parameter(technology, "cop")))
            site.rows.add_technology(technology, numbers=mine, input_profile=pumped)
    if site.has_network(GAS):
        add_extraction(site)
    site.rows.add_technology("solar_thermal_central", profile="solar_thermal_central")


def tell_seasons(site: Site, time: Time) -> None:
    """Tell where a seasonal store is offered and cannot work over the seasons."""
    if days_alone(time) and site.has_network(HEAT):
        site.own_remarks.append(NOT_OVER_SEASONS)


def stores(site: Site) -> pd.DataFrame:
    """Return the stores that exist and those that could be built."""
    rows = []
    existing = _declared(site, EXISTING_HEAT_STORE)
    if existing is not None:
        rows.append(
            _store(EXISTING_HEAT_STORE, HEAT_NETWORK)
            | {
                "capacity_existing_mwh": existing,
                "capacity_max_mwh": existing,
            }
        )
    rows += [
        _store(technology, bus) | _store_costs(technology)
        for technology, bus in STORES.items()
        if bus != HEAT_NETWORK or site.has_network(HEAT)
    ]
    return pd.DataFrame(rows)


def _store(technology: str, bus: str) -> dict[str, object]:
    names = ("energy_to_power_h", "charge_efficiency", "discharge_efficiency", "loss_per_hour")
    return {
        "storage": technology,
        "technology": technology,
        "bus": bus,
        **{name: parameter(technology, name) for name in names},
    }


def _store_costs(technology: str) -> dict[str, object]:
    """Yearly cost of a MWh; the power part of a store is paid with its size."""
    hours = parameter(technology, "energy_to_power_h")
    capex = costs.annuity(technology, "capex_eur_per_mwh")
    if has_parameter(technology, "capex_eur_per_mw"):
        capex += costs.annuity(technology, "capex_eur_per_mw") / hours
    fixed = 0.0
    if has_parameter(technology, "fixed_eur_per_mwh_year"):
        fixed = costs.in_price_year(technology, "fixed_eur_per_mwh_year")
    elif has_parameter(technology, "fixed_eur_per_mw_year"):
        fixed = costs.in_price_year(technology, "fixed_eur_per_mw_year") / hours
    used = "variable_eur_per_mwh"
    variable = costs.in_price_year(technology, used) if has_parameter(technology, used) else 0.0
    return {"capex_eur_per_mwh_year": capex, "fixed_eur_per_mwh_year": fixed, used: variable}
