"""LMDI-I: the additive logarithmic mean Divisia index, with zeros by their limit."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from leb_kit.errors import InputError

#: Below this change of the logarithm, the logarithmic mean is read from its series.
NEARLY_EQUAL: Final = 1e-4


def lmdi(start: pd.DataFrame, end: pd.DataFrame) -> pd.DataFrame:
    """Split the change of a product of factors into one effect for each factor.

    ::

        V = x1 × x2 × … × xn
        effect of k = L(V1, V0) × ln(xk1 / xk0),   L(a, b) = (a − b) / ln(a / b),   L(a, a) = a
        sum of effects = V1 − V0, without rest

    V (any unit) is the quantity of one cell, x its factors at start (0) and end (1), L the logarithmic
    mean. Where a cell appears or vanishes, its zero factors are taken as the same small number, and the
    limit is used as that number goes to zero: the whole change belongs to the factors that are zero, in
    equal parts. A factor that is undefined on one side (NaN: the share of a sector that was not there)
    is taken from the other side, so that it has no effect. Source: Ang, Energy Policy 33 (2005) 867–871,
    LMDI-I additive; Ang and Liu, Energy Policy 35 (2007) 238–246, on zeros.

    Parameters
    ----------
    start, end : pd.DataFrame
        One row for each cell, one column for each factor; the same index and columns; not negative.

    Returns
    -------
    pd.DataFrame
        Effects, in the unit of V.

    Raises
    ------
    InputError
        Index or columns differ, or a factor is negative or infinite.

    Examples
    --------
    Activity doubles, intensity stays: all of the change is activity.

    >>> before = pd.DataFrame({"activity": [10.0], "intensity": [3.0]})
    >>> after = pd.DataFrame({"activity": [20.0], "intensity": [3.0]})
    >>> lmdi(before, after).round(9).values.tolist()
    [[30.0, 0.0]]
    """
    _check(start, end)
    x0, x1 = start.to_numpy(dtype=float), end.to_numpy(dtype=float)
    x0, x1 = np.where(np.isnan(x0), x1, x0), np.where(np.isnan(x1), x0, x1)
    # Undefined on both sides: the cell holds nothing in either year.
    x0, x1 = np.nan_to_num(x0), np.nan_to_num(x1)
    v0, v1 = x0.prod(axis=1), x1.prod(axis=1)
    zero0, zero1 = (x0 == 0).any(axis=1), (x1 == 0).any(axis=1)
    effects = np.zeros_like(x0)
    both = ~zero0 & ~zero1
    logs = np.log(x1[both]) - np.log(x0[both])
    mean = _logarithmic_mean(v0[both], v1[both], logs.sum(axis=1))
    effects[both] = logs * mean[:, None]
    for alone, factors, change in ((zero0 & ~zero1, x0, v1), (zero1 & ~zero0, x1, -v0)):
        is_zero = factors[alone] == 0
        effects[alone] = is_zero * (change[alone] / is_zero.sum(axis=1))[:, None]
    return pd.DataFrame(effects, index=start.index, columns=start.columns)


def _logarithmic_mean(a: np.ndarray, b: np.ndarray, log_ratio: np.ndarray) -> np.ndarray:
    """Logarithmic mean of a and b, given ln(b/a) as the sum of the factors' logarithms: no rest is left."""
    near = np.abs(log_ratio) < NEARLY_EQUAL
    exact = (b - a) / np.where(near, 1.0, log_ratio)
    # sqrt(ab) × (1 + d²/24 + …): the series of the logarithmic mean around equality.
    close = np.sqrt(a) * np.sqrt(b) * (1 + log_ratio**2 / 24)
    mean: np.ndarray = np.where(near, close, exact)
    return mean


def _check(start: pd.DataFrame, end: pd.DataFrame) -> None:
    faults = []
    if not start.columns.equals(end.columns):
        faults.append(f"factors differ: {', '.join(start.columns)} and {', '.join(end.columns)}")
    if not start.index.equals(end.index):
        faults.append("cells differ between start and end; give both the same index")
    for name, side in (("start", start), ("end", end)):
        for column in side:
            values = side[column].to_numpy(dtype=float)
            bad = (values < 0) | np.isinf(values)
            faults += [
                f"{name}, {side.index[row]}, {column}: {values[row]}; expected a finite number, not negative"
                for row in np.flatnonzero(bad)
            ]
    if faults:
        raise InputError("lmdi", faults)
