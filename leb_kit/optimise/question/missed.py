"""Targets with a price: what they are missed by where holding them would cost more."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.optimise.question.problem import AT_LEAST, MixProblem
from leb_kit.units import is_number

COLUMNS = ["target", "missed", "unit", "price_eur", "cost_eur", "label_it", "label_en"]
#: Part of a limit that is the arithmetic of floats.
NOTHING = 1e-9


def priced(limits: pd.DataFrame, prices: Mapping[str, float]) -> pd.DataFrame:
    """Return limits of which some may be missed at a price.

    Parameters
    ----------
    limits : pd.DataFrame
        Columns ``mix.limits``.
    prices : Mapping[str, float]
        Limit → EUR for each unit by which it is missed (EUR/tCO2eq, EUR/MWh; of a share EUR for each MWh
        of renewables that is missing).

    Raises
    ------
    InputError
        An unknown limit, or a price that is no number from 0 up.
    """
    given: object = prices
    if not isinstance(given, Mapping):
        told = say("priced is {priced}; a price for each target is expected", priced=repr(given))
        raise InputError(say("targets of the plan"), [told])
    known = list(dict.fromkeys(limits["limit"])) if len(limits) else []
    faults = [
        say(
            "unknown target '{name}'; there are {known}.{hint}",
            name=name,
            known=", ".join(known),
            hint=did_you_mean(str(name), known),
        )
        if known
        else say("unknown target '{name}'; the plan has no targets: give targets=", name=name)
        for name in prices
        if name not in known
    ]
    faults += [
        say(
            "the price of '{name}' is {price}; EUR for each unit missed, 0 or more",
            name=name,
            price=repr(price),
        )
        for name, price in prices.items()
        if not _is_price(price)
    ]
    if faults:
        raise InputError(say("targets of the plan"), faults)
    if not prices:
        return limits
    return limits.assign(missed_eur_per_unit=limits["limit"].map({k: float(v) for k, v in prices.items()}))


def _is_price(value: object) -> bool:
    return is_number(value) and value >= 0


def missed_of(problem: MixProblem, prices: pd.DataFrame) -> pd.DataFrame:
    """Return what the targets with a price are missed by; see ``MixResult.missed``."""
    rows = prices[prices["target"].isin(problem.missed_price)].reset_index(drop=True)
    sign = np.where(rows["sense"] == AT_LEAST, 1.0, -1.0)
    size = np.maximum(np.abs(rows["allowed"]), np.abs(rows["reached"])).astype(float)
    short = (sign * (rows["allowed"] - rows["reached"])).astype(float)
    missed = np.where(short > NOTHING * np.maximum(size, 1.0), short, 0.0)
    price = rows["target"].map(problem.missed_price).astype(float)
    return rows.assign(missed=missed, unit=rows["limit_unit"], price_eur=price, cost_eur=missed * price)[
        COLUMNS
    ]
