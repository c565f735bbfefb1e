"""Networks of electricity, gas and heat: losses, limits, trade, reinforcement."""

from __future__ import annotations

from leb_kit.optimise.site import BIOMASS, ELECTRICITY, GAS, HEAT, Site


def add_networks(site: Site) -> None:
    """Add what carries energy from where it is made or bought to where it is used."""
    _add_electricity(site)
    _add_heat(site)
    _add_gas(site)
    _add_biomass(site)


def _add_electricity(site: Site) -> None:
    """The grid was built for the peak of the base year; more delivery needs reinforcement.

    The import limit is that peak as well: what the connection to the national grid could carry if
    nothing were made locally.
    """
    loss = site.loss_share(ELECTRICITY, "electricity_network")
    delivered = _delivered(site, ELECTRICITY)
    peak = delivered / site.peak_hours("electricity")
    site.rows.add_technology("electricity_network", numbers={"loss_share": loss}, capacity_existing_mw=peak)
    site.rows.add_technology(
        "electricity_import",
        capacity_existing_mw=peak / (1 - loss),
        capacity_max_mw=peak / (1 - loss),
        variable_eur_per_mwh=site.price("E7000_import"),
    )
    site.rows.add_technology(
        "electricity_export",
        capacity_existing_mw=peak / (1 - loss),
        capacity_max_mw=peak / (1 - loss),
        variable_eur_per_mwh=-site.price("E7000_export"),
    )
    site.planned |= {f"supply:IMP:{ELECTRICITY}", f"supply:EXP:{ELECTRICITY}"}


def _add_heat(site: Site) -> None:
    """The network loses heat; heat bought outside stays within what was bought in the base year."""
    loss = site.loss_share(HEAT, "district_heating_network")
    delivered = _delivered(site, HEAT)
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
    site.planned |= {f"supply:IMP:{HEAT}", f"supply:EXP:{HEAT}"}


def _add_gas(site: Site) -> None:
    loss = site.loss_share(GAS, "gas_network")
    site.rows.add_technology(
        "gas_network",
        numbers={"loss_share": loss},
        must_run=True,
        capacity_existing_mw=_delivered(site, GAS) / site.flat_hours(),
        variable_eur_per_mwh=site.price("G3000_wholesale") / (1 - loss),
    )
    site.planned.add(f"supply:IMP:{GAS}")


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


def _delivered(site: Site, product: str) -> float:
    """Energy that users of the base year took from a network, MWh."""
    base = site.base_energy()
    taken = base["flow"].str.startswith(("FC_", "NRG_", "TI_EHG"))
    return float(base.loc[taken & (base["product"] == product), "energy_mwh"].sum())


__all__ = ["add_networks"]
