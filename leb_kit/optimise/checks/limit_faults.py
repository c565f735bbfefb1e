"""Limits that say nothing, or that no plan of any territory could keep together."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leb_kit.errors import say
from leb_kit.optimise.checks.number_faults import SAME

AT_LEAST, PHYSICAL = "at_least", "physical"
#: What a limit has once, in whichever of its rows.
_TOLD_ONCE = ("kind", "share", "unit")
#: Figures to which coefficients are compared.
_FIGURES = 9


@dataclass(frozen=True)
class _Bound:
    """A limit as a bound of a quantity: ``quantity`` is the same for limits of the same thing."""

    limit: str
    quantity: Hashable
    lower: bool
    value: float
    told: float
    column: str


def blank_faults(limits: pd.DataFrame) -> list[str]:
    """Return processes of a limit without a coefficient; columns are as they were given."""
    if limits.empty or not {"process", "coefficient"} <= set(limits):
        return []
    named = limits["process"].fillna("").astype(str) != ""
    blank = pd.to_numeric(limits["coefficient"], errors="coerce").isna()
    return [
        say(
            "limits: '{limit}' / '{process}', column coefficient: found nothing, expected the amount per MWh",
            limit=row.limit,
            process=row.process,
        )
        for row in limits[named & blank].itertuples()
    ]


def limit_faults(limits: pd.DataFrame) -> list[str]:
    """Return limits that contradict themselves or each other, whatever the plan."""
    faults, bounds = [], []
    for name, part in limits.groupby("limit", sort=False):
        if _various(part["sense"]) or _various(part["value"]):
            faults.append(say("limits: '{name}' has more than one sense or value", name=name))
        elif various := [column for column in _TOLD_ONCE if _various(_given(part[column]))]:
            faults.append(
                say(
                    "limits: '{name}' has more than one {columns}; give each row the same, or one alone",
                    name=name,
                    columns=", ".join(various),
                )
            )
        elif _various(part["missed_eur_per_unit"]):
            faults.append(
                say(
                    "limits: '{name}' has more than one missed_eur_per_unit; give each row the same",
                    name=name,
                )
            )
        elif not ((part["process"] != "") & (part["coefficient"] != 0)).any():
            faults.append(
                say("limits: '{name}' touches no process; give a process and its coefficient", name=name)
            )
        elif part["missed_eur_per_unit"].isna().all():  # what may be missed contradicts nothing
            faults += _sign_faults(str(name), part)
            bounds.append(_bound(str(name), part))
    return faults + _pair_faults(bounds)


def _given(cells: pd.Series) -> pd.Series:
    return cells[cells.notna() & (cells.astype(str) != "")]


def _various(cells: pd.Series) -> bool:
    return len(pd.unique(cells)) > 1


def _sign_faults(name: str, part: pd.DataFrame) -> list[str]:
    """What plants give is never negative: a sum of their amounts has a sign of its own."""
    own = part[part["process"] != ""]
    amounts = own["coefficient"].to_numpy(dtype=float)
    constant = float(part.loc[part["process"] == "", "coefficient"].sum())
    value, sense = float(part["value"].iloc[0]), str(part["sense"].iloc[0])
    fixed = str(part["kind"].iloc[0]) == PHYSICAL or constant == 0
    if sense == AT_LEAST:
        impossible = (amounts <= 0).all() and value - constant > SAME * max(abs(value), abs(constant))
        if impossible and fixed:
            return [
                say(
                    "limits: '{name}' is at_least, value {value:g}, but every coefficient is 0 or less:"
                    " the sum is {constant:g} at most",
                    name=name,
                    value=value,
                    constant=constant,
                )
            ]
        return []
    impossible = (amounts >= 0).all() and constant - value > SAME * max(abs(value), abs(constant))
    if impossible and fixed:
        return [
            say(
                "limits: '{name}' is at_most, value {value:g}, but every coefficient is 0 or more:"
                " the sum is {constant:g} at least",
                name=name,
                value=value,
                constant=constant,
            )
        ]
    return []


def _bound(name: str, part: pd.DataFrame) -> _Bound:
    """Bring a limit to the form: so much of a quantity, at least or at most."""
    process = part["process"].to_numpy(dtype=object)
    amount = part["coefficient"].to_numpy(dtype=float)
    lower = str(part["sense"].iloc[0]) == AT_LEAST
    share = float(part["share"].iloc[0])
    if np.isfinite(share):
        whole = part["share_of"].to_numpy(dtype=float)
        # coefficient = counted − share × whole, so that what is counted can be compared.
        counted = amount + share * whole
        quantity = ("share", _direction(process, counted)[0], _direction(process, whole)[0])
        return _Bound(name, quantity, lower, share, share, "share")
    own = process != ""
    constant = float(amount[~own].sum())
    direction, scale = _direction(process[own], amount[own])
    told = float(part["value"].iloc[0])
    return _Bound(name, direction, lower == (scale > 0), (told - constant) / scale, told, "value")


def _direction(process: np.ndarray, amount: np.ndarray) -> tuple[Hashable, float]:
    """Return amounts in the measure of the first, which is returned too; what is 0 is left out."""
    sums: dict[str, float] = {}
    for name, one in zip(process, amount, strict=True):
        sums[str(name)] = sums.get(str(name), 0.0) + float(one)
    largest = max((abs(one) for one in sums.values()), default=0.0)
    pairs = sorted((name, one) for name, one in sums.items() if abs(one) > SAME * largest)
    if not pairs:
        return (), 1.0
    scale = pairs[0][1]
    return tuple((name, f"{one / scale:.{_FIGURES}g}") for name, one in pairs), scale


def _pair_faults(bounds: list[_Bound]) -> list[str]:
    """Of each quantity: the most that is asked may not exceed the least that is allowed."""
    asked: dict[Hashable, _Bound] = {}
    allowed: dict[Hashable, _Bound] = {}
    for bound in bounds:
        tightest = asked if bound.lower else allowed
        now = tightest.get(bound.quantity)
        if now is None or (bound.value > now.value) == bound.lower:
            tightest[bound.quantity] = bound
    faults = []
    for quantity, least in asked.items():
        most = allowed.get(quantity)
        if most is not None and least.value - most.value > SAME * max(abs(least.value), abs(most.value)):
            faults.append(
                say(
                    "limits: '{least}' ({column} {asked:g}) and '{most}' ({column} {allowed:g}) contradict:"
                    " one asks for more of the same quantity than the other allows",
                    least=least.limit,
                    most=most.limit,
                    column=least.column,
                    asked=least.told,
                    allowed=most.told,
                )
            )
    return faults
