"""A scenario: measures and drivers, from a base year on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from leb_kit.errors import InputError, did_you_mean
from leb_kit.scenarios.drivers import Index, driver_faults
from leb_kit.scenarios.measure import Measure
from leb_kit.scenarios.shown_scenarios import scenario_page

TABLE_COLUMNS = [
    "measure",
    "kind",
    "size",
    "value",
    "sectors",
    "from_year",
    "to_year",
    "investment_eur",
    "source",
]


@dataclass(frozen=True, repr=False)
class Scenario:
    """A named set of measures and drivers.

    What measures do does not depend on the order in which they stand:

    1. drivers move the demand of services;
    2. savings take their part of it, one after the other: 1 − (1 − a)(1 − b), so that nothing is
       saved twice;
    3. switches move parts of the (remaining) service from the devices of the base year to others;
       together they cannot move more than those devices serve;
    4. plants and network heat come on top; what supplies the rest of each product gives way.

    Parameters
    ----------
    name : str
        What to call it.
    base_year : int
        Year of the balance it starts from.
    measures : tuple[Measure, ...]
        Actions, made with ``leb.measures``.
    drivers : Mapping[str, Mapping[int, float]]
        Index (1 = base year) by year of population, floor_area, gdp, mobility, degree_days.

    Examples
    --------
    >>> import leb_kit as leb
    >>> plan = leb.Scenario("piano 2030", base_year=2019).add(
    ...     leb.measures.photovoltaic(mw=200), leb.measures.retrofit(share=0.2, to_year=2030)
    ... ).drive(population={2030: 0.98})
    >>> plan
    Scenario(piano 2030: 2 measures from 2019; drivers population)
    """

    name: str
    base_year: int
    measures: tuple[Measure, ...] = ()
    drivers: Mapping[str, Index] = field(default_factory=dict)
    description_it: str = ""
    description_en: str = ""

    def add(self, *measures: Measure) -> Scenario:
        """Return the scenario with more measures; a name that is taken gets a number.

        Raises
        ------
        InputError
            Something that is no measure, or a measure complete before the base year.
        """
        faults: list[str] = []
        named = list(self.measures)
        given: tuple[object, ...] = measures
        for one in given:
            if not isinstance(one, Measure):
                faults.append(
                    f"{_told(one)} is no measure; make one with leb.measures, such as retrofit(share=0.2)"
                )
                continue
            faults += _early(one, self.base_year)
            named.append(replace(one, name=_free_name(one.name or one.kind, {m.name for m in named})))
        if faults:
            raise InputError(f"scenario '{self.name}'", faults)
        return replace(self, measures=tuple(named))

    def drive(self, **drivers: Index) -> Scenario:
        """Return the scenario with drivers: ``population={2030: 0.98}`` (1 = base year).

        Raises
        ------
        InputError
            An unknown driver, or an index that is none.
        """
        faults = [
            fault for name, index in drivers.items() for fault in driver_faults(name, index, self.base_year)
        ]
        if faults:
            raise InputError(f"scenario '{self.name}'", faults)
        return replace(self, drivers={**self.drivers, **drivers})

    def without(self, *names: str) -> Scenario:
        """Return the scenario without some of its measures, by name."""
        self._require(names)
        return replace(self, measures=tuple(m for m in self.measures if m.name not in names))

    def only(self, *names: str) -> Scenario:
        """Return the scenario with some of its measures, by name."""
        self._require(names)
        return replace(self, measures=tuple(m for m in self.measures if m.name in names))

    @property
    def last_year(self) -> int | None:
        """Last year that a measure or a driver names; None where none does.

        Examples
        --------
        >>> import leb_kit as leb
        >>> plan = leb.Scenario("piano", base_year=2019).add(leb.measures.retrofit(share=0.2, to_year=2030))
        >>> plan.last_year, plan.drive(population={2035: 0.98}).last_year, plan.only().last_year
        (2030, 2035, None)
        """
        named = [one.to_year for one in self.measures if one.to_year is not None]
        named += [int(year) for index in self.drivers.values() for year in index]
        return max(named, default=None)

    @property
    def table(self) -> pd.DataFrame:
        """Measures in a table: size, sectors, years, investment (EUR), source."""
        rows = [
            (
                m.name,
                m.kind,
                m.size,
                m.value,
                ", ".join(m.sectors),
                self.base_year if m.from_year is None else m.from_year,
                m.to_year,
                m.investment_eur,
                m.source,
            )
            for m in self.measures
        ]
        return pd.DataFrame(rows, columns=TABLE_COLUMNS).astype({"to_year": "Int64", "investment_eur": float})

    def _require(self, names: tuple[str, ...]) -> None:
        known = [m.name for m in self.measures]
        faults = [
            f"no measure '{name}'; there are {', '.join(known) or 'none'}.{did_you_mean(name, known)}"
            for name in names
            if name not in known
        ]
        if faults:
            raise InputError(f"scenario '{self.name}'", faults)

    def __repr__(self) -> str:
        count = len(self.measures)
        moved = f"; drivers {', '.join(self.drivers)}" if self.drivers else ""
        plural = "" if count == 1 else "s"
        return f"Scenario({self.name}: {count} measure{plural} from {self.base_year}{moved})"

    def _repr_html_(self) -> str:
        return scenario_page(self)


def _early(measure: Measure, base_year: int) -> list[str]:
    faults = []
    told = "what stood by then is in the balance already; give a later year"
    if measure.from_year is not None and measure.from_year < base_year:
        faults.append(
            f"measure '{measure.name}': from_year {measure.from_year} is before the base year {base_year};"
            f" {told}"
        )
    if measure.to_year is not None and measure.to_year <= base_year:
        faults.append(
            f"measure '{measure.name}': to_year {measure.to_year} is not after the base year {base_year};"
            f" {told}"
        )
    return faults


def _free_name(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    number = 2
    while f"{name} {number}" in taken:
        number += 1
    return f"{name} {number}"


def _told(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else f"a {type(value).__name__}"
