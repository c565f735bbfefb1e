"""City of Torino 2019: final energy as published, supply side completed by stated methods.

Published (status A): final energy by sector and carrier, 10,479,355 MWh (Città di Torino, Climate
City Contract, 2024). Estimated (status E), each row with its method:

* blended biofuels: Italy's 2019 share on the road;
* grid losses and own use of plants: Italy's 2019 shares;
* district heat: network losses, then cogeneration against boilers so that heat carries the printed
  0.161 tCO2 per delivered MWh with the efficiencies of the regional stock; cogenerated heat inside
  the city (Torino Nord) by the volume it serves, the rest comes from plants outside: heat import;
* waste-to-energy: waste burnt = printed CO2 over the fossil factor;
* everything else that is used is imported. Local photovoltaic and water power of 2019 are not
  published by the source; they are inside grid electricity.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import pandas as pd

from leb_kit.balance import Balance
from leb_kit.examples.italy import italy
from leb_kit.indicators.factors import factor
from leb_kit.reference import catalog
from leb_kit.reference.numbers import parameter

CODE, YEAR = "001272", 2019
GAS, ELECTRICITY, HEAT = "G3000", "E7000", "H8000"
WASTE_RENEWABLE, WASTE_FOSSIL = "W6210", "W6220"
ROAD = "FC_TRA_ROAD_E"


@dataclass
class _Rows:
    """Rows of the balance under construction."""

    rows: list[tuple[str, str, float, str, str]] = field(default_factory=list)

    def add(self, flow: str, product: str, energy_mwh: float, source: str, status: str = "E") -> None:
        self.rows.append((flow, product, energy_mwh, status, source))

    def used(self, product: str, *prefixes: str) -> float:
        return sum(row[2] for row in self.rows if row[1] == product and row[0].startswith(prefixes))


@cache
def torino() -> Balance:
    """Return the energy balance of the City of Torino, 2019.

    Returns
    -------
    Balance
        Leaves only, MWh; ``source`` and ``status`` of every row say what is published and what is
        estimated, and how.

    Examples
    --------
    >>> b = torino()
    >>> final = b.table[b.table["flow"].str.startswith("FC_")]
    >>> round(final["energy_mwh"].sum())
    10479355
    """
    out = _Rows()
    _final_energy(out)
    _district_heat(out)
    _waste_to_energy(out)
    _electricity(out)
    _other_supply(out)
    table = pd.DataFrame(out.rows, columns=["flow", "product", "energy_mwh", "status", "source"])
    keys = ["flow", "product", "status", "source"]
    table = table.groupby(keys, sort=False)[["energy_mwh"]].sum().reset_index()
    table["territory"], table["year"] = CODE, YEAR
    return Balance.from_mwh(table)


def _supply(name: str) -> float:
    table = catalog.table("torino_2019_supply")
    return float(table.loc[table["name"] == name, "value"].iloc[0])


def _italy(flow: str, product: str) -> float:
    table = italy().table
    return float(table.loc[(table["flow"] == flow) & (table["product"] == product), "energy_mwh"].sum())


def _final_energy(out: _Rows) -> None:
    """Published final energy; blended biofuels split off by the national share."""
    mapping = catalog.table("torino_2019_mapping")
    code: dict[str, dict[str, str]] = {
        str(kind): dict(zip(part["label"], part["code"], strict=True))
        for kind, part in mapping.groupby("kind")
    }
    table = catalog.table("torino_2019_energy")
    table = table.assign(
        flow=table["subsector"].map(code["flow"]), product=table["carrier"].map(code["product"])
    )
    sums = table.groupby(["flow", "product", "source"], sort=False)[["value_mwh"]].sum().reset_index()
    for flow, product, source, amount in sums.itertuples(index=False, name=None):
        bio = code["blend"].get(product)
        if bio is None:
            out.add(flow, product, amount, source, "A")
            continue
        blended, fossil = _italy(ROAD, bio), _italy(ROAD, product)
        share = blended / (blended + fossil)
        method = f"{source}; blended part {share:.4f}: Italy 2019, road, Eurostat nrg_bal_c"
        out.add(flow, product, amount * (1 - share), method)
        out.add(flow, bio, amount * share, method)


def _cogeneration_share() -> float:
    """Share of network heat from cogeneration that gives the printed factor per delivered MWh.

    c·f_chp + (1 − c)·f_boiler = f_printed·(1 − losses), all in tCO2 per MWh of heat;
    f_boiler = f_gas/η_boiler; f_chp by alternative generation (Covenant of Mayors):
    f_gas/η_heat × (1/R_h) / (1/R_h + (η_el/η_heat)/R_e), R the reference efficiencies.
    """
    gas = factor("co2_final", territory=CODE, convention="covenant_torino", product=GAS)
    printed = factor("co2_final", territory=CODE, convention="covenant_torino", product=HEAT)
    reference = {name: _allocation(f"chp_allocation_{name}") for name in ("heat", "electricity")}
    total, power = _supply("cogeneration_overall_efficiency"), _supply("cogeneration_power_share")
    to_heat, to_power = total * (1 - power), total * power
    per_heat, per_power = 1 / reference["heat"], to_power / to_heat / reference["electricity"]
    heat_part = per_heat / (per_heat + per_power)
    cogenerated, boiler = gas / to_heat * heat_part, gas / _supply("boiler_efficiency")
    at_plant = printed * (1 - parameter("district_heating_network", "loss_share"))
    return (boiler - at_plant) / (boiler - cogenerated)


def _allocation(name: str) -> float:
    table = catalog.table("factors")
    return float(table.loc[table["factor"] == name, "value"].iloc[0])


def _district_heat(out: _Rows) -> None:
    loss = parameter("district_heating_network", "loss_share")
    final = out.used(HEAT, "FC_")
    gross = final / (1 - loss)
    out.add("DL", HEAT, gross - final, f"network losses {loss:.2f} of heat fed in: Danish Energy Agency")
    share = _cogeneration_share()
    inside = _supply("torino_nord_heated_volume_mm3") / _supply("network_heated_volume_mm3")
    method = (
        f"cogeneration {share:.3f} of network heat: printed 0.161 tCO2/MWh with stock efficiencies"
        f" (TEMOA-Piedmont 2011); inside the city {inside:.3f} by volume served (Iren Energia)"
    )
    local, boilers = gross * share * inside, gross * (1 - share)
    out.add("IMP", HEAT, gross * share * (1 - inside), method + "; from plants outside the city")
    ratio = _supply("torino_nord_power_mw") / _supply("torino_nord_heat_mw")
    fuel = local * (1 + ratio) / _supply("cogeneration_overall_efficiency")
    plant = method + "; Torino Nord: power to heat as built, overall efficiency of the stock"
    out.add("TI_EHG_MAPCHP_E", GAS, fuel, plant)
    out.add("TO_EHG_MAPCHP", HEAT, local, plant)
    out.add("TO_EHG_MAPCHP", ELECTRICITY, local * ratio, plant)
    out.add("GHP_MAPCHP", GAS, local, plant)
    out.add("GEP_MAPCHP", GAS, local * ratio, plant)
    boiler = method + "; boilers of the network: efficiency of the stock (Italy 2019)"
    out.add("TI_EHG_MAPH_E", GAS, boilers / _supply("boiler_efficiency"), boiler)
    out.add("TO_EHG_MAPH", HEAT, boilers, boiler)
    out.add("GHP_MAPH", GAS, boilers, boiler)


def _waste_to_energy(out: _Rows) -> None:
    """Waste burnt in the city: printed fossil CO2 over its factor, renewable part as in Italy."""
    emitted = catalog.table("torino_2019_emissions")
    printed = float(emitted.loc[emitted["subsector"] == "waste_to_energy", "value_tco2"].sum())
    fossil = printed / factor("co2_combustion", convention="ipcc", product=WASTE_FOSSIL)
    renewable = fossil * _italy("PPRD", WASTE_RENEWABLE) / _italy("PPRD", WASTE_FOSSIL)
    efficiency = _supply("waste_power_efficiency")
    method = (
        "waste-to-energy: printed CO2 of the plant over the fossil factor (IPCC 2006), renewable part"
        f" as in Italy 2019; power efficiency {efficiency:.3f} (Italy 2019)"
    )
    for product, amount in ((WASTE_FOSSIL, fossil), (WASTE_RENEWABLE, renewable)):
        out.add("PPRD", product, amount, method)
        out.add("TI_EHG_MAPE_E", product, amount, method)
        out.add("GEP_MAPE", product, amount * efficiency, method)
    out.add("TO_EHG_MAPE", ELECTRICITY, (fossil + renewable) * efficiency, method)


def _electricity(out: _Rows) -> None:
    produced = out.used(ELECTRICITY, "TO_EHG")
    own = _italy("NRG_EHG_E", ELECTRICITY) / _italy("TO_EHG", ELECTRICITY)
    out.add("NRG_EHG_E", ELECTRICITY, produced * own, f"own use of plants {own:.4f}: Italy 2019, Eurostat")
    loss = parameter("electricity_network", "loss_share")
    final = out.used(ELECTRICITY, "FC_")
    out.add("DL", ELECTRICITY, final * loss / (1 - loss), f"grid losses {loss:.4f}: Italy 2019, Eurostat")
    needed = out.used(ELECTRICITY, "FC_", "NRG_", "DL")
    out.add("IMP", ELECTRICITY, needed - produced, "what local plants do not give, from the national grid")


def _other_supply(out: _Rows) -> None:
    loss = parameter("gas_network", "loss_share")
    used = out.used(GAS, "FC_", "TI_")
    out.add("DL", GAS, used * loss / (1 - loss), f"network losses {loss:.4f}: Italy 2019, Eurostat")
    solar = "RA410"
    for product in dict.fromkeys(row[1] for row in out.rows):
        if product in (ELECTRICITY, HEAT, WASTE_FOSSIL, WASTE_RENEWABLE):
            continue
        needed = out.used(product, "FC_", "TI_", "DL", "NRG_")
        if product == solar:
            out.add("PPRD", product, needed, "collected where it is used")
        else:
            out.add("IMP", product, needed, "all that is used and not made in the city")
