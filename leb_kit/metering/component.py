"""What one component of a stream tells, and all that is needed to make energy of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import cache
from typing import Final, NamedTuple

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.indicators.factors import factor
from leb_kit.reference import catalog
from leb_kit.units import MWH_PER_UNIT

#: What each kind is measured in.
KINDS: Final = {
    "interval_energy": "energy",
    "register": "energy",
    "power_mean": "power",
    "power_instant": "power",
    "gas_volume": "volume",
    "gas_register": "volume",
    "context": "",
}
#: Kinds whose values belong to a slot of the clock.
SLOTTED: Final = ("interval_energy", "power_mean", "gas_volume")
REGISTERS: Final = ("register", "gas_register")
GAS: Final = ("gas_volume", "gas_register")
LABELS: Final = ("start", "end")
CALENDAR: Final = ("day", "month")
SECONDS_PER_DAY: Final = 86_400
MONTH: Final = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")
#: Written instead of calorific values: the national one of ``factors.csv``.
NATIONAL: Final = "national"
#: More digits than any meter has.
EXACT: Final = Context(prec=200)
#: Whole-number milliwatt-hours in a MJ (net calorific value).
MILLIWH_PER_MJ: Final = MWH_PER_UNIT["GJ"] / 1000 * 10**9
#: Millilitres in a cubic metre.
ML_PER_M3: Final = 10**6


class Unit(NamedTuple):
    """A unit as a meter writes it: what it measures, and whole-number units in it (mWh, mW, ml)."""

    word: str
    dimension: str
    whole: Fraction


@cache
def _units() -> dict[str, Unit]:
    rows = catalog.table("meter_units").itertuples(index=False)
    return {
        row.word: Unit(row.word, row.dimension, Fraction(str(row.numerator)) / Fraction(str(row.denominator)))
        for row in rows
    }


@cache
def rule(name: str) -> float:
    """Return one number of ``metering_rules.csv``.

    Examples
    --------
    >>> rule("coverage_least")
    0.95
    """
    table = catalog.table("metering_rules").set_index("rule")["value"]
    return float(table[name])


def is_unit(word: str) -> bool:
    """Tell whether a word is a unit of meters."""
    return word.strip().casefold() in _units()


def unit_of(word: str) -> Unit:
    """Return a unit of meters; upper or lower case does not matter.

    Raises
    ------
    InputError
        No such unit, with the nearest.

    Examples
    --------
    >>> unit_of("kWh").dimension, int(unit_of("kWh").whole)
    ('energy', 1000000)
    """
    found = _units().get(word.strip().casefold())
    if found is None:
        hint = did_you_mean(word, _units())
        raise InputError(say("unit"), [say("unit '{unit}' is unknown.{hint}", unit=word, hint=hint)])
    return found


@dataclass(frozen=True)
class Component:
    """One component of a stream.

    ::

        interval_energy   E = value                       of [t−Δ, t) (label end) or [t, t+Δ) (label start)
        power_mean        E = P × Δ                       of the same
        gas_volume        E = V × C × PCS × r             of the same; r = net over gross (0.905, GSE)
        register          E = later − earlier             past the last digit too, not over a new beginning
        gas_register      E = (later − earlier) × C × PCS × r
        power_instant     E = (P₀ + P₁) / 2 × (t₁ − t₀)   where t₁ − t₀ ≤ max_gap_s; hold: P₀ × (t₁ − t₀)

    Parameters
    ----------
    kind : str
        As above, or ``context`` (temperature, state: never a flow).
    unit : str
        As ``meter_units.csv`` has it: kWh, Wh, kW, m3, Smc …
    interval : int or str, optional
        Δ: seconds (a whole part of a day), ``"day"`` or ``"month"`` of the local calendar.
    label : str
        ``"start"`` or ``"end"``: which edge of the interval the time names. Never guessed.
    factor : Decimal
        Constant K of the meter (transformers), above zero.
    sign : int
        1, or −1 where the meter counts the other way.
    signed : bool
        Whether values below zero can be right.
    max_power : Decimal, optional
        kW that the meter cannot exceed, after the factor; more is an outlier and gives no energy. For gas:
        unit of the component per hour.
    max_gap_s : int, optional
        Longest time between two instants of power; longest step of a register that is no gap.
    hold : bool
        Instant power holds until the next instant (loads that are on or off).
    modulus : Decimal, optional
        The register begins again at zero here, in its unit, before the factor.
    c_coefficient : Decimal, optional
        Smc per metered m³; needed unless the unit is Smc or Nmc.
    calorific : Mapping or str
        PCS (gross) by month or year, MJ/Smc: ``{"2025-01": 38.6, "2024": 38.5}``; ``"national"``: the net
        value of the national parameters.
    clock_tolerance_s : int, optional
        How far from its slot a time may be; default one tenth of the interval.

    Raises
    ------
    InputError
        Everything that is missing or cannot be.

    Examples
    --------
    >>> Component("interval_energy", "kWh", interval=900, label="end").dimension
    'energy'
    >>> Component("interval_energy", "kW")
    Traceback (most recent call last):
    leb_kit.errors.InputError: component: 3 faults
      - unit kW measures power; interval_energy needs energy (kwh …)
      - interval_energy needs interval: seconds, 'day' or 'month'
      - interval_energy needs label: 'start' or 'end'; the wrong one shifts a slot across every month's edge
    """

    kind: str
    unit: str
    interval: int | str | None = None
    label: str = ""
    factor: Decimal = Decimal(1)
    sign: int = 1
    signed: bool = False
    max_power: Decimal | None = None
    max_gap_s: int | None = None
    hold: bool = False
    modulus: Decimal | None = None
    c_coefficient: Decimal | None = None
    calorific: Mapping[str, float] | str = ""
    clock_tolerance_s: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be turned into energy."""
        faults = [*_kind_faults(self), *_slot_faults(self), *_number_faults(self), *_gas_faults(self)]
        if faults:
            raise InputError(say("component"), faults)

    @property
    def dimension(self) -> str:
        """``energy``, ``power``, ``volume`` or blank."""
        return KINDS[self.kind]

    @property
    def whole(self) -> Fraction:
        """Whole-number units (mWh, mW, ml) in one told unit, with the factor."""
        return unit_of(self.unit).whole * Fraction(self.factor)

    def exact(self, value: Decimal) -> int:
        """Return a told value in whole-number units; a half goes to the even one.

        Examples
        --------
        >>> Component("register", "kWh").exact(Decimal("1.5"))
        1500000
        """
        whole = self.whole
        if whole.denominator == 1:
            return int(EXACT.to_integral_value(EXACT.multiply(value, whole.numerator)))
        return round(Fraction(value) * whole)

    def milliwh_per_ml(self, month: str) -> float | None:
        """Return mWh (net calorific value) per millilitre of metered gas in a month; None if not stated."""
        if self.calorific == NATIONAL:
            net = factor("ncv_volume", convention="ets_italy", territory="IT", product="G3000")
        elif isinstance(self.calorific, Mapping):
            gross = self.calorific.get(month, self.calorific.get(month[:4]))
            if gross is None:
                return None
            net = float(gross) * factor("ncv_to_gcv", convention="eurostat", product="G3000")
        else:
            return None
        return self._standard() * net * MILLIWH_PER_MJ / ML_PER_M3

    def _standard(self) -> float:
        word = self.unit.strip().casefold()
        if word.startswith(("nmc", "nm3", "nm³")):
            return factor("normal_to_standard_volume", product="G3000")
        return float(self.c_coefficient) if self.c_coefficient is not None else 1.0


def _kind_faults(one: Component) -> Iterator[str]:
    if one.kind not in KINDS:
        known, hint = ", ".join(KINDS), did_you_mean(one.kind, KINDS)
        yield say("kind '{kind}' is unknown; known are {known}.{hint}", kind=one.kind, known=known, hint=hint)
        return
    unit = _units().get(str(one.unit).strip().casefold())
    if unit is None:
        yield say("unit '{unit}' is unknown.{hint}", unit=one.unit, hint=did_you_mean(one.unit, _units()))
    elif KINDS[one.kind] and unit.dimension != KINDS[one.kind]:
        fit = next(word for word, other in _units().items() if other.dimension == KINDS[one.kind])
        fit = {"energy": "kwh", "power": "kw", "volume": "smc"}.get(KINDS[one.kind], fit)
        found, needed = say(unit.dimension), say(KINDS[one.kind])
        told = {"unit": one.unit, "found": found, "kind": one.kind, "needed": needed}
        yield say("unit {unit} measures {found}; {kind} needs {needed} ({fit} …)", **told, fit=fit)


def _slot_faults(one: Component) -> Iterator[str]:
    slotted = one.kind in SLOTTED
    if slotted and one.interval is None:
        yield say("{kind} needs interval: seconds, 'day' or 'month'", kind=one.kind)
    whole = isinstance(one.interval, int) and one.interval > 0 and not SECONDS_PER_DAY % one.interval
    if one.interval is not None and not whole and one.interval not in CALENDAR:
        yield say(
            "interval is {found}; seconds that divide a day, 'day' or 'month' are expected",
            found=repr(one.interval),
        )
    if slotted and one.label not in LABELS:
        yield say(
            "{kind} needs label: 'start' or 'end'; the wrong one shifts a slot across every month's edge",
            kind=one.kind,
        )
    if one.kind == "power_instant" and one.max_gap_s is None:
        yield say("power_instant needs max_gap_s: over longer times nothing is known")


def _number_faults(one: Component) -> Iterator[str]:
    above = {
        "factor": one.factor,
        "max_power": one.max_power,
        "max_gap_s": one.max_gap_s,
        "modulus": one.modulus,
        "c_coefficient": one.c_coefficient,
    }
    for name, value in above.items():
        if value is not None and not value > 0:
            yield say("{name} is {found}; a number above zero is expected", name=name, found=value)
    if one.sign not in (1, -1):
        yield say("sign is {found}; 1 or -1 is expected", found=one.sign)
    if one.modulus is not None and one.kind not in REGISTERS:
        yield say("modulus is of registers only; {kind} has none", kind=one.kind)


def _gas_faults(one: Component) -> Iterator[str]:
    if one.kind not in GAS:
        return
    standard = str(one.unit).strip().casefold().startswith(("s", "n"))
    if one.c_coefficient is None and not standard:
        yield say("{unit} as metered need c_coefficient (C of the bill); or the unit is Smc", unit=one.unit)
    if isinstance(one.calorific, Mapping):
        for month in one.calorific:
            if not MONTH.fullmatch(str(month)):
                yield say("calorific: '{month}' is no month (2025-01) or year (2025)", month=month)
    elif one.calorific != NATIONAL:
        yield say("{kind} needs calorific: PCS by month, MJ/Smc, or 'national'", kind=one.kind)
