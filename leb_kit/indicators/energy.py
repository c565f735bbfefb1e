"""Energy indicators: renewable share, primary and final energy, self-sufficiency."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.balance.require import require_balance
from leb_kit.errors import InputError
from leb_kit.indicators import linear
from leb_kit.indicators.cells import Cells, rows_of
from leb_kit.indicators.factors import alike, factor

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
        It is no Balance, more than one territory or year, an empty balance, or electricity is
        produced and no row GEP says from what.

    Examples
    --------
    >>> import leb_kit as leb
    >>> round(leb.indicators.renewable_share(leb.examples.italy()).share, 4)
    0.1818
    """
    row = renewable_table(_one(balance, "renewable share")).iloc[0]
    return RenewableShare(**{name.name: float(row[name.name]) for name in fields(RenewableShare)})


def renewable_table(energy: Cells) -> pd.DataFrame:
    """Return the renewable share and its parts for every territory and year of laid-out energy."""
    _require_memo(energy)
    rows = linear.parts_of(energy, "renewable_share")
    uncapped, aviation = rows[UNCAPPED], rows["aviation_mwh"]
    excess = (aviation - _aviation_caps(rows.index) * uncapped).clip(lower=0.0)
    out = rows[list(NUMERATOR)].copy()
    out["gross_final_consumption_mwh"] = uncapped - excess
    out["aviation_share"] = ratios(aviation, uncapped)
    out.insert(0, "share", ratios(out[list(NUMERATOR)].sum(axis=1), out["gross_final_consumption_mwh"]))
    return out


def ratios(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Return part / whole; zero where there is no whole."""
    return (part / whole.where(whole > 0)).fillna(0.0)


def _aviation_caps(keys: pd.Index) -> pd.Series:
    places = keys.get_level_values("territory")
    caps = {code: factor("aviation_cap", territory=code) for code in set(alike(places.unique()).values())}
    return pd.Series(places.map(alike(places.unique())).map(caps), index=keys)


def _require_memo(energy: Cells) -> None:
    """Without GEP the renewable part of electricity would silently be zero."""
    flow, product = energy.cells["flow"], energy.cells["product"]
    pumped = flow.isin(["TO_EHG_PH", "TO_EHG_OTH"])
    made = flow.str.startswith("TO_EHG") & (product == "E7000") & ~pumped
    untold = energy.holds(made.to_numpy()) & ~energy.holds(flow.str.startswith("GEP").to_numpy())
    faults = [
        f"{territory} {year}: electricity is produced but no row GEP_… says from which product;"
        " add GEP_MAPE, GEP_MAPCHP … by product"
        for territory, year in energy.keys[np.flatnonzero(untold)].sort_values()
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
        It is no Balance, more than one territory or year, or an empty balance.

    Examples
    --------
    >>> import leb_kit as leb
    >>> round(leb.indicators.primary_energy(leb.examples.italy()).energy_mwh * 3.6e-3 / 1e3)
    6108
    """
    return _amount(balance, "primary_energy")


def final_energy(balance: Balance) -> EnergyAmount:
    """Final energy consumption, FEC2020-2030, computed from leaves (MWh).

    ::

        FEC = FC_E − ambient heat + international aviation + blast furnaces (input − output + fossil own use)

    Source: Eurostat, Energy balance guide (2019).

    Raises
    ------
    InputError
        It is no Balance, more than one territory or year, or an empty balance.

    Examples
    --------
    >>> import leb_kit as leb
    >>> round(leb.indicators.final_energy(leb.examples.italy()).energy_mwh * 3.6e-3 / 1e3)
    4830
    """
    return _amount(balance, "final_energy")


def self_sufficiency(balance: Balance) -> SelfSufficiency:
    """Local production as a share of gross available energy, and of electricity supply (0–1).

    Raises
    ------
    InputError
        It is no Balance, more than one territory or year, or an empty balance.
    """
    row = linear.parts_of(_one(balance, "self-sufficiency"), "self_sufficiency").iloc[0]
    return SelfSufficiency(
        _ratio(row["local_production_mwh"], row["gross_available_mwh"]),
        _ratio(row["electricity_production_mwh"], row["electricity_supply_mwh"]),
        float(row["local_production_mwh"]),
        float(row["gross_available_mwh"]),
    )


def _one(balance: Balance, use: str) -> Cells:
    """Lay out a balance of one territory and year."""
    require_balance(balance, use)
    balance.one()
    return rows_of(balance, use)


def _amount(balance: Balance, indicator: str) -> EnergyAmount:
    parts = linear.parts_of(_one(balance, indicator.replace("_", " ")), indicator)
    return EnergyAmount(float(parts[ENERGY].iloc[0]))


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else 0.0
