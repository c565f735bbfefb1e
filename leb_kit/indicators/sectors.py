"""Renewable shares of electricity, heat and transport, and any share of many territories and years."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from leb_kit.balance import Balance
from leb_kit.errors import InputError
from leb_kit.indicators.cells import Cells, one_year
from leb_kit.indicators.energy import ratio, renewable_table, require_memo
from leb_kit.indicators.shares import NUMERATOR, SHARES, Normalised, counted, ratios, share_parts
from leb_kit.indicators.transport import transport_parts


@dataclass(frozen=True)
class SectorShares:
    """Renewable shares of electricity, heat and transport (0–1), and the energy they come from (MWh).

    ``transport_share`` has the multipliers of ``transport_rules``; no other share has any.
    """

    electricity_share: float
    heat_share: float
    transport_share: float
    res_electricity_mwh: float
    gross_electricity_consumption_mwh: float
    res_heat_mwh: float
    heat_consumption_mwh: float
    transport_numerator_mwh: float
    transport_denominator_mwh: float
    transport_rules: str


def sector_shares(
    balance: Balance,
    *,
    normalised: Normalised | None = None,
    rules: str | None = None,
    advanced_share: float = 0.0,
    electricity_share: float | None = None,
) -> SectorShares:
    """Renewable shares of electricity, of heat and of transport.

    ::

        electricity = gross RES electricity / (gross production + imports − exports, without pumped storage)
        heat        = (RES final energy outside transport + RES derived heat) / (final energy outside
                      transport and without electricity + blast furnaces + losses and own use of heat)
        transport   = as ``transport.transport_parts``, with multipliers

    The overall share is not the mean of these and has no multipliers: use ``renewable_share``.

    Parameters
    ----------
    balance : Balance
        One territory, one year.
    normalised : Mapping[str, float] or pd.DataFrame, optional
        As ``renewable_share`` takes it.
    rules : str, optional
        Multipliers of transport: ``"directive-2009-28"``, ``"iluc-2015"``, ``"red-2"``; without it those in
        force in the year.
    advanced_share : float
        Share of biofuels from waste and residues, which count twice (0–1). A balance does not tell it; with
        0 the share of transport is the least it can be.
    electricity_share : float, optional
        Renewable share of the electricity used in transport (0–1); the directive takes the country's of two
        years before. Without it: the share of this balance.

    Returns
    -------
    SectorShares
        Shares 0–1 and their parts, MWh.

    Raises
    ------
    InputError
        It is no Balance, more than one territory or year, unknown rules, shares outside 0–1, or
        electricity is produced and no row GEP says from what.

    Notes
    -----
    Source: Directive 2009/28/EC art. 3(4) and 5, Directive (EU) 2018/2001 art. 27; multipliers from memory,
    to be verified. Caps on crops are not applied: feedstock is not in a balance.

    Examples
    --------
    >>> import leb_kit as leb
    >>> found = leb.indicators.sector_shares(leb.examples.italy(), advanced_share=0.77)
    >>> round(found.electricity_share, 3), round(found.heat_share, 3), round(found.transport_share, 3)
    (0.351, 0.197, 0.092)
    """
    energy = one_year(balance, "sector shares")
    require_memo(energy)
    if electricity_share is not None and not 0 <= electricity_share <= 1:
        raise InputError("sector shares", [f"electricity_share is {electricity_share}; expected 0–1"])
    power = share_parts(energy, "renewable_share_electricity", normalised).iloc[0]
    heat = share_parts(energy, "renewable_share_heat").iloc[0]
    own = ratio(power["res_electricity_mwh"], power["gross_electricity_consumption_mwh"])
    used = pd.Series(own if electricity_share is None else electricity_share, index=energy.keys)
    moved = transport_parts(energy, used, rules=rules, advanced_share=advanced_share).iloc[0]
    return SectorShares(
        own,
        ratio(heat["res_heat_mwh"], heat["heat_consumption_mwh"]),
        float(moved["share"]),
        float(power["res_electricity_mwh"]),
        float(power["gross_electricity_consumption_mwh"]),
        float(heat["res_heat_mwh"]),
        float(heat["heat_consumption_mwh"]),
        float(moved["numerator_mwh"]),
        float(moved["denominator_mwh"]),
        str(moved["rules"]),
    )


def share_of(
    energy: Cells, indicator: str, exclusions: str = "", normalised: Normalised | None = None
) -> pd.DataFrame:
    """Return numerator_mwh, denominator_mwh and share of a renewable share for every territory and year."""
    if indicator == "renewable_share":
        rows = renewable_table(energy, exclusions=exclusions, normalised=normalised)
        top, below = rows[list(NUMERATOR)].sum(axis=1), rows["gross_final_consumption_mwh"]
    elif indicator in SHARES:
        require_memo(energy)
        rows = share_parts(energy, indicator, normalised)
        top, below = rows[counted(indicator, exclusions)].sum(axis=1), rows[SHARES[indicator][1]]
    else:
        power = share_of(energy, "renewable_share_electricity", normalised=normalised)["share"]
        return transport_parts(energy, power)
    return pd.DataFrame({"numerator_mwh": top, "denominator_mwh": below, "share": ratios(top, below)})
