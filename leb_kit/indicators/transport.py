"""Renewable share of transport: the only share with multipliers, kept apart from the overall share."""

from __future__ import annotations

from functools import cache

import pandas as pd

from leb_kit.errors import InputError, did_you_mean
from leb_kit.indicators import linear
from leb_kit.indicators.cells import Cells
from leb_kit.indicators.shares import ratios
from leb_kit.reference import catalog

INDICATOR = "renewable_share_transport"


@cache
def rules_of(year: int) -> str:
    """Return the rules that hold in a year: the newest that are in force on its first day.

    Examples
    --------
    >>> rules_of(2012), rules_of(2019), rules_of(2022)
    ('directive-2009-28', 'iluc-2015', 'red-2')
    """
    table = catalog.table("transport_multipliers").sort_values("valid_from", kind="stable")
    in_force = table[table["valid_from"] <= pd.Timestamp(year, 1, 1)]
    return str((in_force if len(in_force) else table.head(1))["rules"].iloc[-1])


def transport_parts(
    energy: Cells,
    electricity_share: pd.Series,
    *,
    rules: str | None = None,
    advanced_share: float = 0.0,
) -> pd.DataFrame:
    """Return numerator and denominator of the share of transport for every territory and year.

    ::

        numerator   = Σ m × biofuels + (m_advanced − 1) × a × biofuels + s × Σ m × electricity
        denominator = fuels and electricity that the rules name, without multipliers

    m (multipliers, no unit) by rules and use from ``transport_multipliers.csv``; a (0–1) the share of
    biofuels that counts more than once (waste and residues: feedstock is not in a balance); s (0–1) the
    renewable share of electricity. Energy in MWh.

    Returns
    -------
    pd.DataFrame
        numerator_mwh and denominator_mwh (with multipliers, so no energy that exists), share (0–1), rules.

    Raises
    ------
    InputError
        Unknown rules, or an advanced share outside 0–1.
    """
    faults = []
    if not 0 <= advanced_share <= 1:
        faults.append(f"advanced_share is {advanced_share}; expected 0–1")
    if rules is not None and rules not in _multipliers():
        known = ", ".join(_multipliers())
        faults.append(f"unknown rules '{rules}'; known are {known}.{did_you_mean(rules, _multipliers())}")
    if faults:
        raise InputError("share of transport", faults)
    parts = linear.parts_of(energy, INDICATOR)
    years = parts.index.get_level_values("year")
    in_force = {year: rules or rules_of(int(year)) for year in years.unique()}
    named = pd.Series(years.map(in_force), index=parts.index)
    out = pd.DataFrame({"numerator_mwh": 0.0, "denominator_mwh": 0.0}, index=parts.index)
    for name in dict.fromkeys(named):
        here = named == name
        roles = _multipliers()[name]
        biofuels = parts.loc[here, list(roles["fuel"])]
        numerator = _weighted(biofuels, roles["fuel"])
        (beyond_once,) = (m - 1 for m in roles["advanced"].values())
        numerator += beyond_once * advanced_share * biofuels.sum(axis=1)
        electricity = parts.loc[here, list(roles["electricity"])]
        numerator += electricity_share[here] * _weighted(electricity, roles["electricity"])
        out.loc[here, "numerator_mwh"] = numerator
        out.loc[here, "denominator_mwh"] = _weighted(parts[here], roles["consumption"])
    out["share"] = ratios(out["numerator_mwh"], out["denominator_mwh"])
    out["rules"] = named
    return out


def _weighted(parts: pd.DataFrame, multipliers: dict[str, float]) -> pd.Series:
    total: pd.Series = sum((m * parts[name] for name, m in multipliers.items()), start=0 * parts.iloc[:, 0])
    return total


@cache
def _multipliers() -> dict[str, dict[str, dict[str, float]]]:
    """Return rules → role → part → multiplier."""
    out: dict[str, dict[str, dict[str, float]]] = {}
    for row in catalog.table("transport_multipliers").itertuples():
        out.setdefault(row.rules, {}).setdefault(row.role, {})[row.part] = float(row.multiplier)
    return out
