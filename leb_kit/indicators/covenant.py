"""Baseline and monitoring emission inventories of the Covenant of Mayors, from a Balance.

Final energy by sector and carrier times factors. Fuels have the factors of the convention; electricity
and heat have *local* factors, from the plants of the balance, so that what a territory makes itself
counts once, where it is used.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import replace

import pandas as pd

from leb_kit.balance import Balance
from leb_kit.balance.accounting import flow_parts
from leb_kit.balance.require import require_balance
from leb_kit.errors import InputError, did_you_mean
from leb_kit.indicators.covenant_factors import (
    DEFAULT,
    STATED,
    LocalElectricityFactor,
    LocalHeatFactor,
    local_electricity_factor,
    local_heat_factor,
)
from leb_kit.indicators.covenant_inventory import EmissionInventory
from leb_kit.indicators.covenant_layout import FINAL, carriers_of, final_cells, sectors
from leb_kit.indicators.covenant_production import local_production, with_emissions, with_rows_of_template
from leb_kit.indicators.covenant_sets import FactorSet, factor_set
from leb_kit.indicators.emissions import emission_table
from leb_kit.reference import catalog

ELECTRICITY, HEAT = "E7000", "H8000"
NO_ENERGY = pd.DataFrame({"covenant_sector": pd.Series(dtype=str), "tco2": pd.Series(dtype=float)})


def emission_inventory(
    balance: Balance,
    *,
    convention: str = "covenant",
    base: EmissionInventory | None = None,
    detail: pd.DataFrame | None = None,
    factors: Mapping[str, float] | pd.DataFrame | None = None,
    national_factor: float | None = None,
    production: pd.DataFrame | None = None,
    green_electricity_purchase_mwh: float = 0.0,
    tco2_green_electricity_purchase: float = 0.0,
    sustainable_biomass: float = 1.0,
    included: Collection[str] | None = None,
    non_energy: pd.DataFrame | None = None,
    population: float | None = None,
) -> EmissionInventory:
    """Emission inventory of one territory and year: baseline, or monitoring when ``base`` is given.

    ::

        total = Σ energy(sector, product) · factor(product)  +  non-energy emissions
        factor(electricity) = EFE (local_electricity_factor)
        factor(heat)        = EFH (local_heat_factor)
        factor(biomass)     = s · f_sustainable + (1 − s) · f_not_sustainable

    energy: final energy, FC_E of the balance (MWh/year); factors: t/MWh (``factors.csv``; combustion
    for ``covenant``, whole life for ``lca``); s: share of sustainable biomass (0–1). A factor of
    electricity or heat that the convention declares for this very territory, or that ``factors``
    gives, is taken as the local one. Without local plants, green purchase and own factors the total
    is that of ``emissions(balance, convention=…)`` but for the heat, whose factor follows its supply.
    Source: JRC, Covenant of Mayors guidebook, part II (from memory, to be verified).

    Parameters
    ----------
    balance : Balance
        One territory, one year.
    convention : str
        ``covenant`` (standard IPCC factors, tCO2), ``lca`` (life cycle, tCO2eq), or a city's own.
    base : EmissionInventory, optional
        The baseline: its national electricity factor is kept, as the Covenant asks.
    detail : pd.DataFrame, optional
        flow, product, covenant_sector, energy_mwh (or share, 0–1): what of a cell belongs to another
        row (public lighting, municipal fleet, public transport, industry in the ETS). ``base.detail``
        keeps the shares of the baseline.
    factors : mapping or pd.DataFrame, optional
        Own factors, product to t/MWh; a frame (product, covenant_sector, factor_tco2_per_mwh) may
        give one for a sector.
    national_factor : float, optional
        National factor of electricity, t/MWh; by default that of the convention
        (``national_electricity_factor`` has others by year).
    production : pd.DataFrame, optional
        Local plants, by default ``local_production(balance)``; ``counted`` marks local electricity.
    green_electricity_purchase_mwh, tco2_green_electricity_purchase : float
        Certified electricity bought (MWh) and its emissions (t).
    sustainable_biomass : float
        Share of biomass and biofuels that is sustainable, 0–1.
    included : collection of str, optional
        Sectors that count; by default all but industry in the ETS. The rest stands in ``left_out``.
    non_energy : pd.DataFrame, optional
        covenant_sector, tco2: waste, waste water, other.
    population : float, optional
        Inhabitants, for values per head.

    Raises
    ------
    InputError
        A convention that does not count final energy, a product without factor, a detail or a plant
        that does not fit, a base of another territory or convention, a base with a detail and none
        here (its rows would seem to vanish), a share outside 0–1.

    Examples
    --------
    >>> import leb_kit as leb
    >>> bei = emission_inventory(leb.examples.torino())
    >>> bei
    EmissionInventory(Torino 2019, covenant: 2,839,201 tCO2, 10,479,355 MWh)
    >>> round(bei.electricity_factor, 4), round(bei.heat_factor, 4)
    (0.4683, 0.1917)
    """
    require_balance(balance, "emission inventory")
    territory, year = balance.one()
    chosen = factor_set(convention, territory, factors, sustainable_biomass)
    national = _national(chosen, base, national_factor, territory)
    cells, shares = final_cells(balance, _kept(detail, base))
    counts = cells["covenant_sector"].isin(_included(included))
    used = cells[counts].reset_index(drop=True)
    plants = local_production(balance) if production is None else _checked_plants(production)
    chosen.require(plants)
    consumed = float(used.loc[used["product"] == ELECTRICITY, "energy_mwh"].sum())
    purchase = (green_electricity_purchase_mwh, tco2_green_electricity_purchase)
    electricity = _electricity(plants, chosen, consumed, national, purchase)
    plants = with_emissions(plants, {**chosen.fuels, ELECTRICITY: electricity.factor})
    heat = _heat(balance, plants, chosen)
    local = {
        ELECTRICITY: (electricity.factor, _electricity_source(electricity, chosen)),
        HEAT: (heat.factor, _heat_source(heat, chosen)),
    }
    table = chosen.applied(used, local)
    return EmissionInventory(
        territory,
        year,
        convention,
        chosen.unit,
        pd.concat([table, _plants_apart(balance, convention)], ignore_index=True),
        cells[~counts].reset_index(drop=True),
        plants,
        electricity,
        heat,
        NO_ENERGY if non_energy is None else _checked_non_energy(non_energy),
        shares,
        math.nan if population is None else float(population),
    )


def _kept(detail: pd.DataFrame | None, base: EmissionInventory | None) -> pd.DataFrame | None:
    """Refuse to compare a base that tells more rows apart with an inventory that does not."""
    if detail is None and base is not None and len(base.detail):
        rows = ", ".join(dict.fromkeys(base.detail["covenant_sector"]))
        raise InputError(
            "emission inventory",
            [
                (
                    f"the base tells {rows} apart by a detail and this inventory has none; give a new"
                    " detail, or detail=base.detail to keep its shares"
                )
            ],
        )
    return detail


def _national(
    chosen: FactorSet, base: EmissionInventory | None, given: float | None, territory: str
) -> float:
    """Return the national factor: that of the base year, the given one, or the convention's."""
    faults = []
    if base is not None:
        if base.territory != territory:
            faults.append(f"the base is of territory {base.territory}, the balance of {territory}")
        if base.convention != chosen.convention:
            faults.append(f"the base has factors '{base.convention}', this inventory '{chosen.convention}'")
        kept = base.national_electricity_factor
        if given is not None and given != kept:
            faults.append(
                f"national_factor {given} is not that of the base year ({kept}), which monitoring keeps;"
                " leave it out, or leave the base out"
            )
    if given is not None and not (math.isfinite(given) and given >= 0):
        faults.append(f"national_factor is {given}; a number of at least 0 is expected")
    if faults:
        raise InputError("emission inventory", faults)
    if base is not None:
        return base.national_electricity_factor
    return chosen.products[ELECTRICITY] if given is None else float(given)


def _included(given: Collection[str] | None) -> list[str]:
    table = sectors()
    if given is None:
        return [str(code) for code in table.index[table["included"]]]
    unknown = [code for code in given if code not in table.index]
    if unknown:
        raise InputError(
            "emission inventory",
            [f"unknown sector '{code}'.{did_you_mean(code, table.index)}" for code in unknown],
        )
    return list(given)


def _electricity(
    plants: pd.DataFrame, chosen: FactorSet, consumed: float, national: float, purchase: tuple[float, float]
) -> LocalElectricityFactor:
    """Local factor of electricity from the plants that count."""
    counted = plants[plants["counted"]]
    # A counted plant that runs on electricity takes it from the network, at the national factor.
    burnt = with_emissions(counted, {**chosen.fuels, ELECTRICITY: national})
    found = local_electricity_factor(
        consumption_mwh=consumed,
        national_factor=national,
        local_production_mwh=math.fsum(counted["electricity_mwh"]),
        tco2_local_production=math.fsum(burnt["tco2_electricity"]),
        green_electricity_purchase_mwh=purchase[0],
        tco2_green_electricity_purchase=purchase[1],
    )
    if chosen.stated_electricity is None:
        return found
    if purchase[0]:
        raise InputError(
            "emission inventory",
            [
                (
                    "a local factor of electricity is given as it is, so a green electricity purchase"
                    " cannot change it; leave one of the two out"
                )
            ],
        )
    return replace(found, factor=chosen.stated_electricity, branch=STATED)


def _heat(balance: Balance, plants: pd.DataFrame, chosen: FactorSet) -> LocalHeatFactor:
    """Local factor of heat: what plants make, what is imported, what is exported, what is not traced."""
    heat = _heat_of(balance)
    used = _heat_used(heat)
    default = chosen.products.get(HEAT, chosen.fuels[HEAT])
    made = math.fsum(plants["heat_mwh"])
    bought, sold = heat.get("IMP", 0.0), heat.get("EXP", 0.0)
    untraced = max(used - (made + bought - sold), 0.0)
    local = math.fsum(plants["tco2_heat"])
    brought = bought * chosen.imported_heat + untraced * default
    # Exported heat is the mix of what is made and imported.
    gone = min(sold / (made + bought), 1.0) * (local + bought * chosen.imported_heat) if sold > 0 else 0.0
    if chosen.stated_heat is not None:
        return LocalHeatFactor(chosen.stated_heat, STATED, used, local, brought, gone, untraced)
    if used == 0 or made + bought == 0:
        return LocalHeatFactor(default, DEFAULT, used, local, brought, gone, untraced)
    found = local_heat_factor(
        consumption_mwh=used, tco2_local_production=local, tco2_imported=brought, tco2_exported=gone
    )
    return replace(found, untraced_mwh=untraced)


def _electricity_source(found: LocalElectricityFactor, chosen: FactorSet) -> str:
    if found.branch == STATED:
        return chosen.source(ELECTRICITY)
    is_of_set = found.national_factor == chosen.products[ELECTRICITY]
    origin = chosen.source(ELECTRICITY) if is_of_set else "given, or kept from the base year"
    return f"local factor ({found.branch}); national factor {found.national_factor:g}: {origin}"


def _heat_source(found: LocalHeatFactor, chosen: FactorSet) -> str:
    if found.branch in (STATED, DEFAULT):
        return chosen.source(HEAT)
    return f"local factor ({found.branch}): plants, imports and exports of the balance"


def _heat_of(balance: Balance) -> dict[str, float]:
    """Heat of every flow of the balance, MWh."""
    leaves = balance.leaves
    rows = leaves[leaves["product"] == HEAT]
    return {str(flow): float(amount) for flow, amount in rows.groupby("flow")["energy_mwh"].sum().items()}


def _heat_used(heat: Mapping[str, float]) -> float:
    """Heat used in the territory: by final users, the energy sector, and to make electricity."""
    users = [flow for top in (FINAL, "NRG_E", "TI_EHG_DHEP") for flow in flow_parts(top)]
    return math.fsum(heat.get(flow, 0.0) for flow in users)


def _plants_apart(balance: Balance, convention: str) -> pd.DataFrame:
    """Rows of a convention that count a plant besides final energy (a city's waste-to-energy plant)."""
    leaves = balance.leaves
    rest = leaves[~leaves["flow"].isin(list(flow_parts(FINAL)))]
    rows = emission_table(Balance.from_mwh(rest), convention)
    sums = rows.groupby(["product", "factor_tco2eq_per_mwh"], sort=True)["tco2eq"].sum().reset_index()
    table = pd.DataFrame(
        {
            "covenant_sector": "energy_plants",
            "covenant_carrier": carriers_of(sums["product"], "energy_plants"),
            "product": sums["product"],
            "energy_mwh": 0.0,
            "factor_tco2_per_mwh": sums["factor_tco2eq_per_mwh"],
            "tco2": sums["tco2eq"],
            "source": f"plant that the convention '{convention}' lists apart",
        }
    )
    return table.astype(dict.fromkeys(("energy_mwh", "factor_tco2_per_mwh", "tco2"), float))


def _checked_plants(production: pd.DataFrame) -> pd.DataFrame:
    from leb_kit.reference import schema

    names = catalog.columns("covenant.production")["column"]
    known = production[[name for name in production if name in set(names)]]
    return with_rows_of_template(schema.validate(known, "covenant.production", where="production"))


def _checked_non_energy(given: pd.DataFrame) -> pd.DataFrame:
    from leb_kit.reference import schema

    table = schema.validate(given, "covenant.non_energy", where="non_energy")
    group = table["covenant_sector"].map(sectors()["group"])
    faults = [
        f"sector '{sector}' has final energy; only rows of group non_energy are given here:"
        f" {', '.join(sectors().index[sectors()['group'] == 'non_energy'])}"
        for sector in table.loc[group != "non_energy", "covenant_sector"]
    ]
    if faults:
        raise InputError("non_energy", faults)
    return table[["covenant_sector", "tco2"]].reset_index(drop=True)
