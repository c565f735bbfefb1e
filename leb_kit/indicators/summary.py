"""All indicators of many territories and years in one table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.indicators import linear
from leb_kit.indicators.cells import Cells, grid_of, rows_of
from leb_kit.indicators.emissions import totals
from leb_kit.indicators.energy import ENERGY, renewable_table
from leb_kit.indicators.shares import ratios

USE = "indicators"


def table(balance: Balance, *, convention: str = "territorial") -> pd.DataFrame:
    """Return every indicator for every territory and year.

    Parameters
    ----------
    balance : Balance
        Any number of territories and years.
    convention : str
        Of the emissions.

    Returns
    -------
    pd.DataFrame
        Index territory, year, in order; renewable_share (0–1), primary_energy_mwh, final_energy_mwh,
        emissions_tco2eq, self_sufficiency (0–1).

    Raises
    ------
    InputError
        It is no Balance, holds no energy, or lacks what an indicator needs (factors, rows GEP).

    Examples
    --------
    >>> import leb_kit as leb
    >>> leb.indicators.table(leb.examples.italy())["renewable_share"].round(4).tolist()
    [0.1818]
    """
    return table_of_cells(rows_of(balance, USE), convention)


def table_of(
    energy_mwh: np.ndarray,
    cells: pd.DataFrame,
    keys: pd.MultiIndex,
    *,
    convention: str = "territorial",
) -> pd.DataFrame:
    """Return every indicator of an array of energy: thousands of territory-years in one call.

    ::

        part of an indicator = sum over cells of weight × energy      (one matrix product)

    The weights are what ``linear.weights`` and ``emissions.cell_weights`` say one MWh in a leaf adds;
    the result equals ``table`` of the balances that the rows stand for. Shares are then ratios of parts.

    Parameters
    ----------
    energy_mwh : np.ndarray
        One row for each territory-year, one column for each cell; MWh, leaves only.
    cells : pd.DataFrame
        Columns flow, product: leaves, each once. The rows GEP and GHP belong to them.
    keys : pd.MultiIndex
        Levels territory, year. Several rows may share one (scenarios of the same year).
    convention : str
        Of the emissions.

    Returns
    -------
    pd.DataFrame
        Index ``keys``, in their order; columns as ``table``.

    Raises
    ------
    InputError
        Shapes that do not fit, cells given twice, values that are not finite, or what an indicator
        needs is missing.

    Examples
    --------
    >>> cells = pd.DataFrame({"flow": ["PPRD", "FC_OTH_HH_E"], "product": ["R5110-5150_W6000RI"] * 2})
    >>> keys = pd.MultiIndex.from_tuples([("VAL", 2020), ("VAL", 2030)], names=["territory", "year"])
    >>> table_of(np.array([[100.0, 100.0], [80.0, 80.0]]), cells, keys)["final_energy_mwh"].tolist()
    [100.0, 80.0]
    """
    return table_of_cells(grid_of(energy_mwh, cells, keys, USE), convention)


def table_of_cells(energy: Cells, convention: str) -> pd.DataFrame:
    """Return every indicator of laid-out energy."""
    own = linear.parts_of(energy, "self_sufficiency")
    return pd.DataFrame(
        {
            "renewable_share": renewable_table(energy)["share"],
            "primary_energy_mwh": linear.parts_of(energy, "primary_energy")[ENERGY],
            "final_energy_mwh": linear.parts_of(energy, "final_energy")[ENERGY],
            "emissions_tco2eq": totals(energy, convention),
            "self_sufficiency": ratios(own["local_production_mwh"], own["gross_available_mwh"]),
        }
    )
