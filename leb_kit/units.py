"""Energy units at the doors; inside the package energy is always MWh (net calorific value).

1 toe (tep) = 10 Gcal = 41.868 GJ = 11.63 MWh exactly (Eurostat, energy balance guide, 2019).
"""

from __future__ import annotations

import math
import sys
from typing import TypeGuard, TypeVar

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, did_you_mean, say

#: MWh in one unit: definitions, not measurements. toe: IEA/Eurostat, 41.868 GJ.
MWH_PER_UNIT = {
    "kWh": 1 / 1000,
    "MWh": 1.0,
    "GWh": 1000.0,
    "TWh": 1e6,
    "GJ": 1 / 3.6,
    "TJ": 1000 / 3.6,
    "PJ": 1e6 / 3.6,
    "toe": 11.63,
    "tep": 11.63,
    "ktoe": 11630.0,
    "ktep": 11630.0,
    "Mtoe": 11.63e6,
    "Mtep": 11.63e6,
}

UNITS = tuple(MWH_PER_UNIT)

#: Hours of a common year; a leap year's series says so itself.
HOURS_PER_YEAR = 8760

Energy = TypeVar("Energy", float, "np.ndarray", "pd.Series", "pd.DataFrame")


def mwh_per(unit: str) -> float:
    """Return the MWh in one ``unit``; upper or lower case does not matter.

    Raises
    ------
    InputError
        The unit is not one of ``UNITS``.

    Examples
    --------
    >>> mwh_per("ktep")
    11630.0
    """
    known = {name.casefold(): name for name in UNITS}
    name = known.get(str(unit).strip().casefold())
    if name is None:
        hint = did_you_mean(unit, UNITS)
        told = {"unit": unit, "known": ", ".join(UNITS), "hint": hint}
        fault = say("unknown energy unit '{unit}'; known are {known}.{hint}", **told)
        raise InputError(say("energy unit"), [fault])
    return MWH_PER_UNIT[name]


def to_mwh(values: Energy, unit: str) -> Energy:
    """Convert energy in ``unit`` to MWh.

    Examples
    --------
    >>> to_mwh(3.6, "TJ")
    1000.0
    """
    return values * mwh_per(unit)


def from_mwh(values: Energy, unit: str) -> Energy:
    """Convert energy in MWh to ``unit``.

    Examples
    --------
    >>> from_mwh(11630.0, "ktep")
    1.0
    """
    return values / mwh_per(unit)


def is_number(value: object) -> TypeGuard[float]:
    """Tell whether a value is a finite number, Python's or NumPy's; text, true and false are none.

    Examples
    --------
    >>> is_number(2), is_number(np.float32(2)), is_number("2"), is_number(True), is_number(float("nan"))
    (True, True, False, False, False)
    """
    if isinstance(value, int):
        return not isinstance(value, bool) and abs(value) <= sys.float_info.max
    return isinstance(value, (float, np.integer, np.floating)) and math.isfinite(value)


def is_whole(value: object) -> TypeGuard[int]:
    """Tell whether a value is a whole number, Python's or NumPy's (as in a table); true and false are none.

    Examples
    --------
    >>> is_whole(2030), is_whole(np.int64(2030)), is_whole(2030.0), is_whole(True)
    (True, True, False, False)
    """
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)
