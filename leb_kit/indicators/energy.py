"""Energy indicators: renewable share, primary and final energy, self-sufficiency."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.errors import InputError
from leb_kit.indicators import linear
from leb_kit.indicators.cells import Cells, one_year
from leb_kit.indicators.factors import alike, factor
from leb_kit.indicators.shares import NUMERATOR, UNCAPPED, Normalised, counted, ratios, share_parts

ENERGY = "energy_mwh"
#: Electricity that was made before: from what, is told where it was made.
PUMPED = ("TO_EHG_PH", "TO_EHG_OTH")


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


def renewable_share(
    balance: Balance, *, normalised: Normalised | None = None, exclusions: tuple[str, ...] = ()
) -> RenewableShare:
    """Renewable share of gross final consumption (Directive 2009/28/EC, SHARES).

    ::

        share = (RES electricity + RES heat + RES transport) / GFC

    RES electricity: gross production from renewables less pumped storage; it counts where it is
    made, so imported electricity adds nothing. Hydro and wind are as produced unless ``normalised``
    tells what a normal year gives. RES heat: renewable final energy outside transport
    plus derived heat from renewables. GFC: final energy, aviation (up to the cap of the directive,
    taken on the uncapped sum), blast furnaces, losses and own use of electricity and heat. All parts
    in MWh, without any multiplier.

    Parameters
    ----------
    balance : Balance
        One territory, one year.
    normalised : Mapping[str, float] or pd.DataFrame, optional
        Hydro (``RA100``) and wind (``RA300``) of a normal year, MWh: what ``normalised_production``
        returns, or your own figures by product.
    exclusions : tuple[str, ...]
        What is not counted as renewable: ``"transport_biofuels"`` (burden sharing of the regions).

    Returns
    -------
    RenewableShare
        ``share`` 0–1 and its parts, MWh.

    Raises
    ------
    InputError
        It is no Balance, more than one territory or year, an empty balance, unknown exclusions, no
        normalised figure for the year, or electricity is produced and no row GEP says from what.

    Examples
    --------
    >>> import leb_kit as leb
    >>> round(leb.indicators.renewable_share(leb.examples.italy()).share, 4)
    0.1818
    """
    energy = one_year(balance, "renewable share")
    row = renewable_table(energy, exclusions=exclusions, normalised=normalised).iloc[0]
    return RenewableShare(**{name.name: float(row[name.name]) for name in fields(RenewableShare)})


def renewable_table(
    energy: Cells, *, exclusions: str | tuple[str, ...] = (), normalised: Normalised | None = None
) -> pd.DataFrame:
    """Return the renewable share and its parts for every territory and year of laid-out energy."""
    require_memo(energy)
    rows = share_parts(energy, "renewable_share", normalised)
    uncapped, aviation = rows[UNCAPPED].to_numpy(), rows["aviation_mwh"].to_numpy()
    gross = uncapped - np.maximum(aviation - _aviation_caps(rows.index) * uncapped, 0.0)
    kept = counted("renewable_share", exclusions)
    found = {part: rows[part].to_numpy() if part in kept else np.zeros(len(rows)) for part in NUMERATOR}
    return pd.DataFrame(
        {
            "share": ratios(np.sum(list(found.values()), axis=0), gross),
            **found,
            "gross_final_consumption_mwh": gross,
            "aviation_share": ratios(aviation, uncapped),
        },
        index=rows.index,
    )


def _aviation_caps(keys: pd.Index) -> np.ndarray:
    places = keys.get_level_values("territory").to_list()
    first = alike(dict.fromkeys(places))
    caps = {code: factor("aviation_cap", territory=code) for code in set(first.values())}
    return np.array([caps[first[place]] for place in places])


def require_memo(energy: Cells) -> None:
    """Without GEP the renewable part of electricity would silently be zero."""
    cells = list(zip(energy.cells["flow"].to_list(), energy.cells["product"].to_list(), strict=True))
    made = [
        flow.startswith("TO_EHG") and product == "E7000" and flow not in PUMPED for flow, product in cells
    ]
    told = [flow.startswith("GEP") for flow, _ in cells]
    untold = energy.holds(np.array(made, dtype=bool)) & ~energy.holds(np.array(told, dtype=bool))
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
    row = linear.parts_of(one_year(balance, "self-sufficiency"), "self_sufficiency").iloc[0]
    return SelfSufficiency(
        ratio(row["local_production_mwh"], row["gross_available_mwh"]),
        ratio(row["electricity_production_mwh"], row["electricity_supply_mwh"]),
        float(row["local_production_mwh"]),
        float(row["gross_available_mwh"]),
    )


def _amount(balance: Balance, indicator: str) -> EnergyAmount:
    parts = linear.parts_of(one_year(balance, indicator.replace("_", " ")), indicator)
    return EnergyAmount(float(parts[ENERGY].iloc[0]))


def ratio(part: float, whole: float) -> float:
    """Return part / whole; zero where there is no whole."""
    return float(part / whole) if whole > 0 else 0.0
