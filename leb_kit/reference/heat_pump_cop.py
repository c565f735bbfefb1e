"""COP and output of heat pumps from temperatures: curves of the data tables, hour by hour.

``heat_pump_curves.csv`` holds the curves, ``heat_pump_sinks.csv`` how warm the water is in which weather,
``heat_pump_outputs.csv`` how much of their rated heat pumps still give in the cold.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.reference import catalog


def hourly_cop(air_c: Any, *, heat_source: str = "air", source_c: Any = None, sink: str = "radiator") -> Any:
    """Return the COP of a heat pump in each hour, MWh of heat per MWh of electricity.

    ::

        COP = a + b × ΔT + c × ΔT²        ΔT = max(θ_sink − θ_source, ΔT_min)        θ_sink = d + e × θ_air

    a, b (1/K), c (1/K²), ΔT_min (K) ``heat_pump_curves.csv``; d (°C), e ``heat_pump_sinks.csv``. The curves
    are of manufacturers' data: a pump at work reaches less (0.85 of it, says the source), so that their
    shape is of more use than their level.
    Source: Ruhnau, Hirth, Praktiknjo 2019, Time series of heat demand and heat pump efficiency.

    Parameters
    ----------
    air_c : array_like
        Temperature of the outdoor air, °C.
    heat_source : str
        air, ground or water.
    source_c : array_like, optional
        Temperature of what the heat is taken from, °C; by default the air's.
    sink : str
        radiator, floor or hot_water.

    Raises
    ------
    InputError
        An unknown source or sink.

    Examples
    --------
    >>> hourly_cop([10.0, -5.0]).round(3).tolist()
    [4.48, 2.83]
    >>> round(float(hourly_cop(-5.0, heat_source="ground", source_c=10.0, sink="floor")), 3)
    6.172
    """
    curve, water = _row("heat_pump_curves", heat_source), _row("heat_pump_sinks", sink)
    air = np.asarray(air_c, dtype=float)
    source = air if source_c is None else np.asarray(source_c, dtype=float)
    lift = np.maximum(water["constant_c"] + water["per_air_c"] * air - source, curve["least_lift_k"])
    return curve["cop_constant"] + curve["cop_per_k"] * lift + curve["cop_per_k2"] * lift**2


def output_share(air_c: Any) -> Any:
    """Return the heat that an air source pump can give over its rated output, in each hour, 0–1.

    Straight lines between the points of ``heat_pump_outputs.csv``; level outside, 1 at the rating point and
    above: a pump is not counted on for more than its plate says.
    Source: Decision 2013/114/EU, equivalent hours of air and ground source pumps; EN 14511.

    Parameters
    ----------
    air_c : array_like
        Temperature of the outdoor air, °C.

    Examples
    --------
    >>> output_share([20.0, 2.0, -4.0, -25.0]).round(4).tolist()
    [1.0, 0.873, 0.8325, 0.692]
    """
    points = catalog.table("heat_pump_outputs").sort_values("air_c")
    return np.interp(
        np.asarray(air_c, dtype=float), points["air_c"].astype(float), points["output_share"].astype(float)
    )


def _row(table: str, name: str) -> pd.Series:
    rows = catalog.table(table)
    key = rows.columns[0]
    mine = rows[rows[key] == name].sort_values("valid_from")
    if mine.empty:
        known = list(rows[key])
        told = say("unknown {kind} '{name}'.{hint}", kind=key, name=name, hint=did_you_mean(name, known))
        raise InputError(f"{table}.csv", [told])
    return mine.iloc[-1]


__all__ = ["hourly_cop", "output_share"]
