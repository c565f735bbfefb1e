"""Numbers as people write them, Italian and English; the operating system has no say."""

from __future__ import annotations

import math
from dataclasses import dataclass

from babel.numbers import format_decimal, format_percent

from leb_kit.report.texts import words
from leb_kit.units import from_mwh

LOCALES = {"it": "it_IT", "en": "en_GB"}
#: Below this, a territory's energy is told in MWh: as GWh it would be all decimals.
SMALL_MWH = 50_000
DASH = "–"
#: A change that is written as 0.0 has no sign.
ROUND_POINTS = 0.5 / 10
KILO, MILLION = 10**3, 10**6
#: Decimals that show a thousandth.
THOUSANDTHS = 3


@dataclass(frozen=True)
class Figures:
    """Write numbers in one language and one unit of energy."""

    lang: str
    unit: str = "GWh"

    @property
    def locale(self) -> str:
        """Babel's name of the language."""
        return LOCALES[self.lang]

    @property
    def fine(self) -> int:
        """Decimals of MW and of millions of euro: a small territory's are read in kW and thousands."""
        return THOUSANDTHS if self.unit == "MWh" else 1

    def number(self, value: float, decimals: int = 0) -> str:
        """Write a number with the given decimals; what is not a number is a dash."""
        if not math.isfinite(value):
            return DASH
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        text = format_decimal(value, format=pattern, locale=self.locale)
        # a value that rounds to nothing has no sign
        return text.removeprefix("-") if not text.strip("-0.,") else text

    def percent(self, share: float, decimals: int = 1) -> str:
        """Write a share 0-1 in percent."""
        if not math.isfinite(share):
            return DASH
        return format_percent(share, format="#,##0." + "0" * decimals + "\u00a0%", locale=self.locale)

    def energy(self, mwh: float) -> str:
        """Write energy with its unit."""
        return f"{self.bare_energy(mwh)} {self.unit}"

    def bare_energy(self, mwh: float) -> str:
        """Write energy without its unit; small amounts with a decimal."""
        value = from_mwh(mwh, self.unit)
        return self.number(value, 1 if 0 < abs(value) < 10 else 0)

    def parts(self, value: float, unit: str) -> tuple[str, str]:
        """Give number and unit of an indicator apart; a percent sign stays with its number."""
        if unit == "share":
            return self.percent(value), ""
        if unit == "MWh":
            return self.bare_energy(value), self.unit
        if unit == "tCO2eq":
            small = abs(value) < 10 * KILO
            return self.number(value / KILO, 1 if small else 0), words(self.lang)["emissions_unit"]
        return self.number(value, 1), unit

    def quantity(self, value: float, unit: str) -> str:
        """Write an indicator: a share, MWh or tCO2eq."""
        return " ".join(filter(None, self.parts(value, unit)))

    def change(self, before: float, after: float, unit: str) -> str:
        """Write how far a value moved: points between shares, percent else; with its sign."""
        if unit == "share":
            points = (after - before) * 100
            text = words(self.lang)["points"].format(number=self.number(abs(points), 1))
            return text if abs(points) < ROUND_POINTS else f"{_sign(points)}{text}"
        if not before:
            return DASH
        share = after / before - 1
        return f"{_sign(share)}{self.percent(abs(share))}"

    def million(self, eur: float) -> str:
        """Write money in millions of euro."""
        number = self.number(abs(eur) / MILLION, self.fine)
        return f"{'−' if eur < 0 else ''}{words(self.lang)['million'].format(number=number)}"


def _sign(value: float) -> str:
    return "−" if value < 0 else "+"


def unit_for(largest_mwh: float) -> str:
    """Return the unit in which a territory's energy reads well.

    Examples
    --------
    >>> unit_for(10_479_355.0)
    'GWh'
    """
    return "MWh" if largest_mwh < SMALL_MWH else "GWh"
