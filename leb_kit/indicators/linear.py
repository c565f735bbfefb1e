"""Indicators as declared sums over the rows of a balance (``indicator_terms.csv``).

A declared term is: weight × energy in a row, for a product or a group. Because terms are data, the
same definition measures a balance, traces a figure to its cells and becomes a row of the optimiser.
Each part of an indicator is linear in the leaves, so that one matrix of weights measures any number of
territories and years at once.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.balance.accounting import known_codes
from leb_kit.balance.leaf_weights import leaf_weights
from leb_kit.errors import InputError, did_you_mean
from leb_kit.indicators.cells import Cells, rows_of
from leb_kit.reference import catalog


def parts(balance: Balance, indicator: str) -> pd.DataFrame:
    """Return the parts of an indicator for every territory and year.

    Parameters
    ----------
    balance : Balance
        Any number of territories and years.
    indicator : str
        A name of ``indicator_terms.csv``.

    Returns
    -------
    pd.DataFrame
        Index territory, year; one column for each part, MWh.

    Raises
    ------
    InputError
        It is no Balance, it is empty, or the indicator is unknown.
    """
    return parts_of(rows_of(balance, indicator), indicator)


def parts_of(energy: Cells, indicator: str) -> pd.DataFrame:
    """Return the parts of an indicator for every territory and year of laid-out energy, MWh."""
    each = weights(indicator, energy.cells)
    return pd.DataFrame(energy.sums(each.to_numpy()), index=energy.keys, columns=each.columns)


def weights(indicator: str, cells: pd.DataFrame) -> pd.DataFrame:
    """Return what one MWh in each leaf cell adds to each part of an indicator.

    ::

        part = sum over leaf cells of weight × energy

    Parameters
    ----------
    indicator : str
        A name of ``indicator_terms.csv``.
    cells : pd.DataFrame
        Columns flow, product: leaves.

    Returns
    -------
    pd.DataFrame
        Same index as ``cells``; one column for each part (MWh per MWh).

    Raises
    ------
    InputError
        The indicator is unknown.

    Examples
    --------
    >>> cells = pd.DataFrame({"flow": ["EXP", "FC_OTH_HH_E"], "product": ["G3000", "G3000"]})
    >>> weights("primary_energy", cells)["energy_mwh"].tolist()
    [-1.0, 0.0]
    """
    flows, products = known_codes()
    # An unknown flow is in no sum; an unknown product is in every total. Both stand last.
    at = (flows.get_indexer(pd.Index(cells["flow"])), products.get_indexer(pd.Index(cells["product"])))
    return pd.DataFrame({part: every[at] for part, every in _weights(indicator).items()}, index=cells.index)


@cache
def _weights(indicator: str) -> dict[str, np.ndarray]:
    """Return the weight of every cell in each part; unknown flows and products come last."""
    table = catalog.table("indicator_terms")
    terms = table[table["indicator"] == indicator]
    if terms.empty:
        hint = did_you_mean(indicator, set(table["indicator"]))
        raise InputError("indicators", [f"unknown indicator '{indicator}'.{hint}"])
    flows, products = known_codes()
    out = {}
    for part, rows in terms.groupby("part", sort=False):
        wanted = np.zeros((len(flows), len(products) + 1))
        at = (flows.get_indexer(pd.Index(rows["flow"])), products.get_indexer(pd.Index(rows["product"])))
        np.add.at(wanted, at, rows["weight"].to_numpy())
        every = leaf_weights(wanted)
        out[str(part)] = np.vstack([every, np.zeros((1, every.shape[1]))])
    return out
