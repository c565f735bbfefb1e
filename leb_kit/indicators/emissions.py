"""Greenhouse gases of a balance, by a named convention.

* ``ipcc``: fuel burnt in the territory (plants, energy sector, final users);
* ``territorial``: the same, plus net imports of electricity and heat at a stated factor, so that a
  territory does not become clean by importing;
* ``covenant``, ``covenant_…``: final energy times activity-based factors (Covenant of Mayors);
* ``lca``: final energy times life-cycle factors.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.balance.accounting import flow_parts
from leb_kit.balance.require import require_balance
from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.indicators.cells import Cells
from leb_kit.indicators.factors import alike, by_product
from leb_kit.reference import catalog

TABLE_COLUMNS = ["territory", "year", "flow", "product", "energy_mwh", "factor_tco2eq_per_mwh", "tco2eq"]
#: Sets of cells whose weights are kept: those of a balance do not change while a slider moves.
KEPT = 16
#: Factors that hold for the products they name only; others must cover every product with energy.
PARTIAL_FACTORS = ("co2_import", "co2_plant_in_inventory")


@dataclass(frozen=True)
class Emissions:
    """Emissions of one year: ``total_tco2eq`` and the ``table`` of rows they come from."""

    total_tco2eq: float
    convention: str
    table: pd.DataFrame


def emissions(balance: Balance, *, convention: str = "territorial") -> Emissions:
    """Emissions of one territory and year.

    ::

        total = sum over rows of weight(flow) × energy × factor(product)

    Weights are those of ``emission_terms.csv``, factors those of ``factors.csv`` (the territory's
    own factor wins over its country's, that over the generic one).

    Parameters
    ----------
    balance : Balance
        One territory, one year.
    convention : str
        ``ipcc``, ``territorial``, ``covenant``, ``lca`` …

    Returns
    -------
    Emissions
        tCO2eq (CO2 only where the convention's factors are CO2).

    Raises
    ------
    InputError
        It is no Balance, an unknown convention, or a product with energy and no factor.

    Examples
    --------
    >>> import leb_kit as leb
    >>> round(leb.indicators.emissions(leb.examples.italy(), convention="ipcc").total_tco2eq / 1e6)
    309
    """
    require_balance(balance, "emissions")
    balance.one()
    table = emission_table(balance, convention)
    return Emissions(float(table["tco2eq"].sum()), convention, table)


def emission_table(balance: Balance, convention: str) -> pd.DataFrame:
    """Return the emitting rows of a balance (any number of territories and years)."""
    require_balance(balance, "emissions")
    leaves = balance.leaves
    pieces = []
    for territory, part in leaves.groupby("territory", sort=True):
        found = _emitting(part, convention, str(territory))
        pieces.append(found)
    if not pieces:
        return pd.DataFrame(columns=TABLE_COLUMNS)
    return pd.concat(pieces, ignore_index=True)


def totals(energy: Cells, convention: str) -> pd.Series:
    """Return the emissions of every territory and year, tCO2eq.

    ::

        total = sum over cells of weight × energy

    weight (tCO2eq/MWh) as ``cell_weights`` gives it, looked up once for all territories that share
    their factors.

    Raises
    ------
    InputError
        Unknown convention, or a product with energy and no factor.
    """
    places = energy.keys.get_level_values("territory")
    first = places.map(alike(places.unique()))
    out = pd.Series(0.0, index=energy.keys)
    for code in first.unique():
        chosen = np.asarray(first == code)
        mine = energy.only(chosen)
        used = mine.used()
        weights = np.zeros((len(mine.cells), 1))
        weights[used, 0] = cell_weights(mine.cells[used], convention, str(code))
        out[chosen] = mine.sums(weights)[:, 0]
    return out


def cell_weights(cells: pd.DataFrame, convention: str, territory: str) -> np.ndarray:
    """Return tCO2eq per MWh of each leaf cell (columns flow, product); not to be written to."""
    named = tuple(zip(cells["flow"].to_list(), cells["product"].to_list(), strict=True))
    return _weights_of(named, convention, territory)


@lru_cache(maxsize=KEPT)
def _weights_of(named: tuple[tuple[str, str], ...], convention: str, territory: str) -> np.ndarray:
    once = pd.DataFrame(list(dict.fromkeys(named)), columns=["flow", "product"], dtype=str)
    rows = _emitting(once.assign(territory=territory, year=0, energy_mwh=1.0), convention, territory)
    per_cell = rows.groupby(["flow", "product"])["tco2eq"].sum().to_dict()
    weights = np.array([per_cell.get(cell, 0.0) for cell in named])
    weights.setflags(write=False)
    return weights


def _emitting(leaves: pd.DataFrame, convention: str, territory: str) -> pd.DataFrame:
    pieces = []
    for name, flows in _flow_weights(convention).items():
        rows = leaves[leaves["flow"].isin(list(flows))]
        factors = by_product(name, factor_convention(name, convention), territory)
        if name in PARTIAL_FACTORS:
            rows = rows[rows["product"].isin(list(factors))]
        _require_factors(rows, factors, name, convention)
        factor = rows["product"].map(factors).astype(float) * rows["flow"].map(flows).astype(float)
        pieces.append(rows.assign(factor_tco2eq_per_mwh=factor, tco2eq=factor * rows["energy_mwh"]))
    out = pd.concat(pieces, ignore_index=True)[TABLE_COLUMNS]
    return out[out["factor_tco2eq_per_mwh"] != 0].reset_index(drop=True)


def factor_convention(name: str, convention: str) -> str:
    """Combustion is IPCC's in every convention that counts it."""
    return "ipcc" if name == "co2_combustion" else convention


def _require_factors(rows: pd.DataFrame, factors: dict[str, float], name: str, convention: str) -> None:
    lacking = sorted(set(rows["product"]) - set(factors))
    if lacking:
        raise InputError(
            f"emissions ({convention})",
            [
                f"product '{product}' has energy but no factor '{name}'; add a row to the factors,"
                " or give the balance by products that have one"
                for product in lacking
            ],
        )


def require_convention(convention: str) -> None:
    """Refuse an unknown convention of emissions.

    Raises
    ------
    InputError
        It is not in ``emission_terms.csv``.
    """
    known = sorted(set(catalog.table("emission_terms")["convention"]))
    if convention not in known:
        told = {"name": convention, "known": ", ".join(known), "hint": did_you_mean(convention, known)}
        fault = say("unknown convention '{name}'; known are {known}.{hint}", **told)
        raise InputError(say("emissions"), [fault])


@cache
def _flow_weights(convention: str) -> dict[str, dict[str, float]]:
    """Return factor name → leaf flow → weight."""
    require_convention(convention)
    terms = catalog.table("emission_terms")
    mine = terms[terms["convention"] == convention]
    out: dict[str, dict[str, float]] = {}
    for top, name, weight in zip(mine["flow"], mine["factor"], mine["weight"], strict=True):
        for flow, sign in flow_parts(top).items():
            weights = out.setdefault(name, {})
            weights[flow] = weights.get(flow, 0.0) + sign * float(weight)
    return out
