"""Hourly shapes: how a year's energy spreads over its hours."""

from __future__ import annotations

import pandas as pd

from leb_kit.reference import catalog


def italy_2017() -> pd.DataFrame:
    """Return the hourly shapes of Italy 2017, indexed by hour (UTC).

    The series are national. ``electricity``, ``space_heating``, ``space_cooling`` and
    ``mobility_passenger`` are shares of the year (–, they sum to 1); ``pv``, ``wind_onshore``,
    ``hydro_river`` and ``solar_thermal`` are output per installed capacity (MW/MW).

    Returns
    -------
    pd.DataFrame
        8,760 rows; index ``time_utc``.

    Examples
    --------
    >>> italy_2017().shape
    (8760, 8)
    """
    frame = catalog.table("profiles_italy_2017")
    frame["time_utc"] = pd.to_datetime(frame["time_utc"], format="%Y-%m-%d %H:%M:%S", utc=True)
    return frame.set_index("time_utc")
