"""What measures cost and what the territory pays for its energy, in euros of the price year."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd

from leb_kit.errors import InputError
from leb_kit.reference import catalog, costs
from leb_kit.reference.numbers import has_parameter, parameter
from leb_kit.scenarios.cases import Work, full_load_hours
from leb_kit.scenarios.kinds import BLEND
from leb_kit.scenarios.measure import Measure

#: What a territory buys; what it sells stands in ``border_prices.csv``.
BOUGHT = ("IMP", "PPRD", "RCV_RCY")
PER_SAVING = "capex_eur_per_mwh_year"
PER_CAPACITY = "capex_eur_per_mw"
COST_COLUMNS = ["energy_mwh", "capacity_mw", "investment_eur", "annual_cost_eur"]


def measure_costs(works: list[Work], year: int = -1) -> pd.DataFrame:
    """Return size and cost of each measure in the last year asked.

    ::

        annual cost = investment × r / (1 − (1 + r)^−n) + fixed × P + variable × E

    r discount rate (``economics.csv``), n lifetime (years), P capacity (MW), E energy (MWh/year). The
    investment is the measure's own, else P or E times the cost of its technology
    (``technology_parameters.csv``).

    Parameters
    ----------
    works : list[Work]
        What the measures of one scenario do.
    year : int
        Position of the year; default the last.

    Returns
    -------
    pd.DataFrame
        Index measure; energy_mwh (saved, moved or given), capacity_mw, investment_eur,
        annual_cost_eur; NaN where no cost is known, which is not zero.
    """
    rows = [_cost(work.measure, float(work.energy_mwh[:, year].sum())) for work in works]
    names = pd.Index([work.measure.name for work in works], name="measure")
    return pd.DataFrame(rows, index=names, columns=COST_COLUMNS, dtype=float)


def _cost(measure: Measure, energy: float) -> tuple[float, float, float, float]:
    technology, hours = measure.technology, full_load_hours(measure)
    capacity = energy / hours if hours else float("nan")
    investment = measure.investment_eur
    if investment is None:
        investment = _investment(technology, energy, capacity)
    if measure.action == BLEND and measure.investment_eur is None:
        # What makes a fuel stands in its price, and so in the energy bill.
        return energy, capacity, 0.0, 0.0
    life = measure.lifetime_yr or _lifetime(technology)
    yearly = investment * costs.annuity_factor(life) if life else float("nan")
    for name, amount in (("fixed_eur_per_mw_year", capacity), ("variable_eur_per_mwh", energy)):
        if technology and has_parameter(technology, name) and np.isfinite(amount):
            yearly += costs.in_price_year(technology, name) * amount
    return energy, capacity, investment, yearly


def _investment(technology: str, energy: float, capacity: float) -> float:
    if technology and has_parameter(technology, PER_SAVING):
        return costs.in_price_year(technology, PER_SAVING) * energy
    if technology and has_parameter(technology, PER_CAPACITY):
        return costs.in_price_year(technology, PER_CAPACITY) * capacity
    return float("nan")


def _lifetime(technology: str) -> float | None:
    known = bool(technology) and has_parameter(technology, "lifetime_yr")
    return parameter(technology, "lifetime_yr") if known else None


def energy_bill(
    rows: pd.DataFrame, energy_mwh: np.ndarray, prices: Mapping[str, float] | None = None
) -> np.ndarray:
    """Return what a territory pays for the energy it buys less what it earns, EUR/year.

    ::

        bill = Σ price × energy bought − Σ price × energy sold

    At the border, without taxes: imports and primary production of fuels; an import below zero is sold.

    Parameters
    ----------
    rows : pd.DataFrame
        flow, product (R rows).
    energy_mwh : np.ndarray
        … × R, MWh.
    prices : Mapping[str, float], optional
        EUR/MWh at the border by product, in the place of ``prices.csv``; sold at the same price.

    Returns
    -------
    np.ndarray
        … , EUR of the price year.

    Raises
    ------
    InputError
        A product whose bought amount differs between the cases has no price.
    """
    buy = np.zeros(len(rows))
    sell = np.zeros(len(rows))
    faults = []
    pairs = zip(rows["flow"].astype(str), rows["product"].astype(str), strict=True)
    own = prices or {}
    for at, (flow, product) in enumerate(pairs):
        if flow not in (*BOUGHT, "EXP"):
            continue
        buys = _price(flow, product, own.get(product))
        sells = _price("EXP", product, own.get(product)) if flow == "IMP" else None
        column = energy_mwh[..., at]
        if buys is None and np.ptp(column) > 1:
            faults.append(f"no price for {product}; give prices={{'{product}': EUR per MWh}}")
        buy[at] = buys or 0.0
        sell[at] = buy[at] if sells is None else -sells
    if faults:
        raise InputError("energy bill", list(dict.fromkeys(faults)))
    total: np.ndarray = np.maximum(energy_mwh, 0.0) @ buy + np.minimum(energy_mwh, 0.0) @ sell
    return total


@cache
def _price(flow: str, product: str, own: float | None = None) -> float | None:
    """Return the price of a row at the border, EUR/MWh; earned prices are negative."""
    if own is not None:
        return -own if flow == "EXP" else own
    table = catalog.table("border_prices")
    row = table[(table["flow"] == flow) & (table["product"] == product)]
    if len(row):
        return float(row["weight"].iloc[0]) * costs.price(str(row["item"].iloc[0]))
    known = product in set(catalog.table("prices")["item"])
    if not known:
        return None
    return -costs.price(product) if flow == "EXP" else costs.price(product)
