"""Stores that charge and discharge in the same hour: a plan burns energy where that pays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from leb_kit.errors import say, speaking
from leb_kit.optimise.answers.words import number
from leb_kit.optimise.checks.doubts import Remarks
from leb_kit.reference import catalog

if TYPE_CHECKING:
    from leb_kit.optimise.answers.result import MixResult

COLUMNS = ["storage", "technology", "hours", "burnt_mwh"]
#: Part of the largest power of a store that is the arithmetic of floats.
_NOTHING = 1e-6


def burning(result: MixResult) -> pd.DataFrame:
    """Return the stores that a plan charges and discharges at once.

    ::

        burnt = sum_t w[t] × (1 − η_c η_d) × min(charge[t], discharge[t] / (η_c η_d))

    w (h/year), η_c, η_d (MWh/MWh) ``storages``, charge and discharge (MW at the bus). Less charge by so much,
    and less discharge by η_c η_d of it, leaves the content of the store as it is.
    Source: energy conservation.

    Returns
    -------
    pd.DataFrame
        storage, technology, hours (of the year, h), burnt_mwh (MWh/year); none where nothing is lost.
    """
    problem, rows = result.problem, []
    weight = problem.time.weight_h
    for row in problem.storages.itertuples():
        kept = float(row.charge_efficiency) * float(row.discharge_efficiency)
        given, taken = (
            result.dispatch[f"{row.storage}:{way}"].to_numpy(dtype=float) for way in ("discharge", "charge")
        )
        both = np.minimum(taken, given / kept)
        at_once = both > _NOTHING * max(float(given.max(initial=0.0)), float(taken.max(initial=0.0)))
        if kept < 1 and at_once.any():
            burnt = float(weight[at_once] @ both[at_once]) * (1 - kept)
            name = str(row.technology or row.storage)
            rows.append((str(row.storage), name, float(weight[at_once].sum()), burnt))
    return pd.DataFrame(rows, columns=COLUMNS)


def burning_remarks(result: MixResult) -> Remarks:
    """Say of each such store how long and how much, in Italian and English."""
    return tuple((_told(row, "it"), _told(row, "en")) for row in burning(result).itertuples())


def _told(row: Any, lang: str) -> str:
    with speaking(lang):
        return say(
            "{name} charges and discharges in the same hour, {hours} h a year, and burns {energy} MWh:"
            " in these hours energy is worth less than nothing. A real store cannot; a taker is missing,"
            " or something that may switch off.",
            name=catalog.label("technology", row.technology, lang),
            hours=number(row.hours, lang, decimals=0),
            energy=number(row.burnt_mwh, lang),
        )
