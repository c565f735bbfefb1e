"""Indicators as declared sums over the rows of a balance (``indicator_terms.csv``).

A declared term is: weight × energy in a row, for a product or a group. Because terms are data, the
same definition measures a balance, traces a figure to its cells and becomes a row of the optimiser.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.balance.accounting import Cube, computed
from leb_kit.errors import InputError
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
        The balance is empty.
    """
    leaves = balance.leaves
    if leaves.empty:
        raise InputError(indicator, ["the balance holds no energy; nothing can be computed"])
    cube = Cube.of(leaves)
    return _sums(cube, computed(cube, cube.values), indicator)


def weights(indicator: str, cells: pd.DataFrame) -> pd.DataFrame:
    """Return what one MWh in each leaf cell adds to each part of an indicator.

    Parameters
    ----------
    indicator : str
        A name of ``indicator_terms.csv``.
    cells : pd.DataFrame
        Columns flow, product: leaves.

    Returns
    -------
    pd.DataFrame
        Same index as ``cells``; one column for each part (MWh per MWh). Read off the definition
        by measuring balances that hold one cell each.
    """
    unit = pd.DataFrame(
        {
            "territory": [f"{place:06d}" for place in range(len(cells))],
            "year": 0,
            "flow": cells["flow"].to_numpy(),
            "product": cells["product"].to_numpy(),
            "energy_mwh": 1.0,
        }
    )
    cube = Cube.of(unit)
    out = _sums(cube, computed(cube, cube.values), indicator)
    return out.set_axis(cells.index)


def _sums(cube: Cube, values: np.ndarray, indicator: str) -> pd.DataFrame:
    terms = _terms(indicator)
    out = {}
    for part, rows in terms.groupby("part", sort=False):
        total = np.zeros(len(cube.keys))
        for weight, flow, product in zip(rows["weight"], rows["flow"], rows["product"], strict=True):
            total += weight * values[:, cube.row(flow), cube.column(product)]
        out[str(part)] = total
    return pd.DataFrame(out, index=cube.keys)


@cache
def _terms(indicator: str) -> pd.DataFrame:
    table = catalog.table("indicator_terms")
    return table[table["indicator"] == indicator]
