"""Units in which figures of a plan are read easily: a village in kilowatts, a country in gigawatts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from leb_kit.optimise.answers.words import number
from leb_kit.widgets.sentences import quantity

KILO: Final = 1000
#: Units from small to large, each with how many of the plan's own unit it holds.
LADDERS: Final[dict[str, tuple[tuple[str, float], ...]]] = {
    "MW": (("kW", 1 / KILO), ("MW", 1), ("GW", KILO)),
    "stored MWh": (("kWh", 1 / KILO), ("MWh", 1), ("GWh", KILO)),
    "MWh": (("MWh", 1), ("GWh", KILO)),
    "tCO2eq": (("t CO₂eq", 1), ("kt CO₂eq", KILO)),
    "EUR": (("€", 1), ("k€", KILO), ("M€", KILO * KILO)),
}
#: Which step of a ladder is the usual one.
USUAL: Final = {"MW": 1, "stored MWh": 1}
#: The usual unit from so many of it; the larger one from a thousand times as many.
FROM: Final = 10
#: Where the largest figure has three digits before the point, none is needed after it.
WHOLE: Final = 100


@dataclass(frozen=True)
class Scale:
    """One unit for figures that stand together.

    Parameters
    ----------
    unit : str
        Its name.
    holds : float
        How many of the plan's own unit (MW, MWh, t, EUR) it holds.
    decimals : int
        Digits after the point.
    """

    unit: str
    holds: float
    decimals: int

    @classmethod
    def of(cls, own: str, values: Iterable[float]) -> Scale:
        """Choose the unit by the largest of the figures.

        Parameters
        ----------
        own : str
            MW, MWh, ``stored MWh``, tCO2eq or EUR.
        values : iterable of float
            In that unit; those that are not finite do not count.

        Examples
        --------
        >>> Scale.of("MW", [48_889.0, 1.0]).text(48_889.0, "en")
        '48.9 GW'
        >>> Scale.of("MW", [0.346]).text(0.346, "en"), Scale.of("MW", [364.0]).text(2.0, "en")
        ('346 kW', '2 MW')
        """
        largest = max((abs(value) for value in values if np.isfinite(value)), default=0.0)
        ladder, usual = LADDERS[own], USUAL.get(own, len(LADDERS[own]) - 1)
        at = usual
        while at and 0 < largest < FROM * ladder[at][1]:
            at -= 1
        if usual + 1 < len(ladder) and largest >= FROM * ladder[usual + 1][1]:
            at = usual + 1
        unit, holds = ladder[at]
        return cls(unit, holds, 0 if largest >= WHOLE * holds or not largest else 1)

    def number(self, value: float, lang: str) -> str:
        """Write a figure without its unit."""
        return number(value / self.holds, lang, decimals=self.decimals).replace("-", "−")

    def text(self, value: float, lang: str) -> str:
        """Write a figure with its unit."""
        return f"{self.number(value, lang)} {self.unit}"


def told(value: float, unit: str, lang: str, *beside: float) -> str:
    r"""Write a figure of a target with its unit, in the one that suits it and those beside it.

    Examples
    --------
    >>> told(0.2, "share", "en"), told(1_360.0, "tCO2eq", "en"), told(4_270.0, "MWh", "it", 6_100.0)
    ('20\xa0%', '1,360 t CO₂eq', '4.270 MWh')
    """
    if unit not in LADDERS:
        return quantity(value, unit, lang)
    return Scale.of(unit, (value, *beside)).text(value, lang)
