"""What a frontier is drawn against: a limit of the problem, or an indicator of the planned year."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.optimise.from_balance.targets import indicator_rows
from leb_kit.optimise.question.problem import AT_LEAST, TARGET, MixProblem
from leb_kit.reference import catalog

#: Names of an indicator that need no limit in the problem, and the unit by which a target is known as one.
INDICATORS = {
    "co2": ("emissions", "territorial"),
    "primary_energy": ("primary_energy", ""),
    "final_energy": ("final_energy", ""),
}
EMISSIONS_UNIT = "tCO2eq"


@dataclass(frozen=True, eq=False)
class Axis:
    """A limit whose value moves; ``problem`` has it as a row, ``constant`` is what no plan changes."""

    name: str
    problem: MixProblem
    at_least: bool
    constant: float
    label_it: str
    label_en: str
    unit: str

    def label(self, lang: str) -> str:
        """What a person calls it."""
        return self.label_it if lang == "it" else self.label_en

    def at(self, value: float) -> MixProblem:
        """Return the problem with the limit at a value."""
        limits = self.problem.limits.copy()
        limits.loc[limits["limit"] == self.name, "value"] = value
        return replace(self.problem, limits=limits)

    def without(self) -> MixProblem:
        """Return the problem without the limit."""
        limits = self.problem.limits
        return replace(self.problem, limits=limits[limits["limit"] != self.name].reset_index(drop=True))


def axis_of(problem: MixProblem, name: str) -> Axis:
    """Find what a name stands for, and the problem that has it as a limit.

    Parameters
    ----------
    problem : MixProblem
        The question.
    name : str
        A limit of the problem; ``"co2"`` (its emissions target, or territorial emissions),
        ``"primary_energy"`` or ``"final_energy"``.

    Raises
    ------
    InputError
        Nothing of that name, or a share, which is no amount.
    """
    given: object = name
    name = given if isinstance(given, str) else repr(given)
    limits = problem.limits
    known = list(dict.fromkeys(limits["limit"]))
    found = name
    if name not in known and name == "co2":
        emissions = limits.loc[(limits["unit"] == EMISSIONS_UNIT) & (limits["kind"] == TARGET), "limit"]
        found = str(emissions.iloc[0]) if len(emissions) else name
    if found not in known:
        if name not in INDICATORS or problem.frame is None:
            offered = [*known, *(INDICATORS if problem.frame is not None else ())]
            hint = did_you_mean(name, offered)
            raise InputError(
                "frontier",
                [
                    say(
                        "unknown axis '{name}'; there are {known}.{hint}",
                        name=name,
                        known=", ".join(offered) or say("none"),
                        hint=hint,
                    )
                ],
            )
        rows = indicator_rows(problem, *INDICATORS[name], name)
        problem = replace(problem, limits=pd.concat([limits, rows], ignore_index=True))
        found = name
    limits = problem.limits
    if found in problem.missed_price:  # what is drawn is held, not missed at a price
        held = limits["missed_eur_per_unit"].mask(limits["limit"] == found)
        problem = replace(problem, limits=limits.assign(missed_eur_per_unit=held))
    part = problem.limits[problem.limits["limit"] == found]
    first = part.iloc[0]
    # The label of a target tells its value, which is what moves here.
    labels = [
        catalog.label("indicator", INDICATORS[name][0], lang)
        if name in INDICATORS
        else first[f"label_{lang}"]
        for lang in ("it", "en")
    ]
    return Axis(
        found,
        problem,
        first["sense"] == AT_LEAST,
        float(part.loc[part["process"] == "", "coefficient"].sum()),
        str(labels[0] or found),
        str(labels[1] or found),
        str(first["unit"]),
    )


def grid(loosest: float, tightest: float, points: int) -> np.ndarray:
    """Return evenly spaced values from the loosest to a thousandth short of the tightest.

    What is technically possible at any price needs plants without end; a thousandth short of it the
    price is still a number that can be told.
    """
    ends = loosest + (tightest - loosest) * (1 - SHORT)
    values: np.ndarray = np.linspace(loosest, ends, points)
    return values


SHORT = 1e-3
