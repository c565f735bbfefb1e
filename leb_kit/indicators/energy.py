"""Energy indicators: renewable share, primary and final energy, self-sufficiency."""

from __future__ import annotations

from dataclasses import dataclass, fields

import pandas as pd

from leb_kit.balance import Balance
from leb_kit.errors import InputError
from leb_kit.indicators import linear
from leb_kit.indicators.factors import factor

ENERGY = "energy_mwh"
UNCAPPED = "gross_final_consumption_uncapped_mwh"
NUMERATOR = ("res_electricity_mwh", "res_heat_mwh", "res_transport_mwh")


@dataclass(frozen=True)
class RenewableShare:
    """Renewable share of gross final consumption, with its parts (MWh; shares 0–1)."""

    share: float
    res_electricity_mwh: float
    res_heat_mwh: float
    res_transport_mwh: float
    gross_final_consumption_mwh: float
    aviation_share: float


@dataclass(frozen=True)
class EnergyAmount:
    """An amount of energy in one year, MWh."""

    energy_mwh: float


@dataclass(frozen=True)
class SelfSufficiency:
    """Share of what is available that the territory makes itself (0–1), with its parts (MWh)."""

    share: float
    electricity_share: float
    local_production_mwh: float
    gross_available_mwh: float


def renewable_share(balance: Balance) -> RenewableShare:
    """Renewable share of gross final consumption (Directive 2009/28/EC, SHARES without normalisation).

    ::

        share = (RES electricity + RES heat + RES transport) / GFC

    RES electricity: gross production from renewables less pumped storage; it counts where it is
    made, so imported electricity adds nothing. RES heat: renewable final energy outside transport
    plus derived heat from renewables. GFC: final energy, aviation (up to the cap of the directive,
    taken on the uncapped sum), blast furnaces, losses and own use of electricity and heat.

    Parameters
    ----------
    balance : Balance
        One territory, one year.

    Returns
    -------
    RenewableShare
        ``share`` 0–1 and its parts, MWh.

    Raises
    ------
    InputError
        More than one territory or year, an empty balance, or electricity is produced and no row
        GEP says from what.

    Examples
    --------
    >>> import leb_kit as leb
    >>> round(leb.indicators.renewable_share(leb.examples.italy()).share, 4)
    0.1818
    """
    balance.one()
    row = renewable_table(balance).iloc[0]
    return RenewableShare(**{name.name: float(row[name.name]) for name in fields(RenewableShare)})


def renewable_table(balance: Balance) -> pd.DataFrame:
    """Return the renewable share and its parts for every territory and year of a balance."""
    _require_memo(balance)
    rows = linear.parts(balance, "renewable_share")
    cap = pd.Series([factor("aviation_cap", territory=str(key[0])) for key in rows.index], index=rows.index)
    uncapped, aviation = rows[UNCAPPED], rows["aviation_mwh"]
    excess = (aviation - cap * uncapped).clip(lower=0.0)
    out = rows[list(NUMERATOR)].copy()
    out["gross_final_consumption_mwh"] = uncapped - excess
    out["aviation_share"] = (aviation / uncapped).where(uncapped > 0, 0.0)
    total = out["gross_final_consumption_mwh"]
    out.insert(0, "share", (out[list(NUMERATOR)].sum(axis=1) / total).where(total > 0, 0.0))
    return out


def _require_memo(balance: Balance) -> None:
    """Without GEP the renewable part of electricity would silently be zero."""
    leaves = balance.leaves
    made = leaves["flow"].str.startswith("TO_EHG") & (leaves["product"] == "E7000")
    pumped = leaves["flow"].isin(["TO_EHG_PH", "TO_EHG_OTH"])
    keys = ["territory", "year"]
    produced = set(map(tuple, leaves.loc[made & ~pumped, keys].to_numpy()))
    told = set(map(tuple, leaves.loc[leaves["flow"].str.startswith("GEP"), keys].to_numpy()))
    faults = [
        f"{territory} {year}: electricity is produced but no row GEP_… says from which product;"
        " add GEP_MAPE, GEP_MAPCHP … by product"
        for territory, year in sorted(produced - told)
    ]
    if faults:
        raise InputError("renewable share", faults)


def primary_energy(balance: Balance) -> EnergyAmount:
    """Primary energy consumption, PEC2020-2030, computed from leaves (MWh).

    ::

        PEC = GAE − ambient heat − maritime bunkers − primary heat − non-energy uses

    Source: Eurostat, Energy balance guide (2019); primary heat as observed in published rows.

    Raises
    ------
    InputError
        More than one territory or year, or an empty balance.

    Examples
    --------
    >>> import leb_kit as leb
    >>> round(leb.indicators.primary_energy(leb.examples.italy()).energy_mwh * 3.6e-3 / 1e3)
    6108
    """
    balance.one()
    return EnergyAmount(float(linear.parts(balance, "primary_energy")[ENERGY].iloc[0]))


def final_energy(balance: Balance) -> EnergyAmount:
    """Final energy consumption, FEC2020-2030, computed from leaves (MWh).

    ::

        FEC = FC_E − ambient heat + international aviation + blast furnaces (input − output + fossil own use)

    Source: Eurostat, Energy balance guide (2019).

    Raises
    ------
    InputError
        More than one territory or year, or an empty balance.

    Examples
    --------
    >>> import leb_kit as leb
    >>> round(leb.indicators.final_energy(leb.examples.italy()).energy_mwh * 3.6e-3 / 1e3)
    4830
    """
    balance.one()
    return EnergyAmount(float(linear.parts(balance, "final_energy")[ENERGY].iloc[0]))


def self_sufficiency(balance: Balance) -> SelfSufficiency:
    """Local production as a share of gross available energy, and of electricity supply (0–1).

    Raises
    ------
    InputError
        More than one territory or year, or an empty balance.
    """
    balance.one()
    row = linear.parts(balance, "self_sufficiency").iloc[0]
    return SelfSufficiency(
        _ratio(row["local_production_mwh"], row["gross_available_mwh"]),
        _ratio(row["electricity_production_mwh"], row["electricity_supply_mwh"]),
        float(row["local_production_mwh"]),
        float(row["gross_available_mwh"]),
    )


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else 0.0
