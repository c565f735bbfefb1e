"""The reference problem as one object that every program states in its own framework. Needs numpy only."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from .year import HOURS, profiles

_WEEK = 168
#: Weeks of the year that stand for it where 8 weeks are asked for, and the week where one is.
_EIGHT_WEEKS = (3, 9, 16, 22, 29, 35, 42, 48)
_ONE_WEEK = (14,)
#: The plants whose capacity is decided.
DECIDED = ("sources", "converters", "stores")


@dataclass(frozen=True, eq=False)
class Case:
    """Profiles and numbers of the reference problem over some hours.

    Cost of capacity, and what a year may use, are taken for the share of the year that the hours are: so
    no hour needs a weight, and every framework sees the same program.
    """

    profiles: dict[str, np.ndarray]
    numbers: dict[str, Any]

    @property
    def hours(self) -> int:
        """Number of hours."""
        return len(self.profiles["sun"])

    @property
    def share_of_year(self) -> float:
        """Hours over those of a year."""
        return self.hours / HOURS

    def hourly(self, value: str | float) -> np.ndarray:
        """Return a profile by name, or a number in every hour."""
        return self.profiles[value] if isinstance(value, str) else np.full(self.hours, float(value))

    def value(self, number: str | float) -> np.ndarray | float:
        """Return a profile by name, or the number itself."""
        return self.profiles[number] if isinstance(number, str) else number

    def capacity_cost(self, plant: dict[str, Any]) -> float:
        """Cost of a MW over the hours, EUR."""
        return self.share_of_year * plant["eur_per_mw_year"]

    @cached_property
    def buses(self) -> list[str]:
        """Names of the buses."""
        return list(dict.fromkeys([*self.numbers["demands"], "gas", "biomass"]))

    @cached_property
    def decided(self) -> dict[str, dict[str, Any]]:
        """Plant → numbers, of those whose capacity is decided."""
        return {name: plant for group in DECIDED for name, plant in self.numbers[group].items()}

    def demand(self, bus: str) -> np.ndarray:
        """Return the demand at a bus, MW."""
        return self.hourly(self.numbers["demands"].get(bus, 0.0))

    def limit_value(self, name: str) -> float:
        """Return what a limit allows or asks for."""
        limit = self.numbers["limits"][name]
        electricity = float(self.demand("electricity").sum())
        heat = float(self.demand("district_heat").sum() + self.demand("individual_heat").sum())
        if "mwh_per_year" in limit:
            return limit["mwh_per_year"] * self.share_of_year
        if "share_of_demand" in limit:
            return limit["share_of_demand"] * (electricity + heat)
        burnt = heat / self.numbers["today"]["boiler_efficiency"]
        today = limit["per_mwh"]["gas"] * burnt + limit["per_mwh"]["import"] * electricity
        return limit["share_of_today"] * today

    def steps_of_limit(self, name: str, points: int) -> list[float]:
        """Return the values a frontier draws, from loose to tight: shares of today."""
        today = self.limit_value(name) / self.numbers["limits"][name]["share_of_today"]
        loose, tight = self.numbers["frontier"]["shares_of_today"]
        return [float(share) * today for share in np.linspace(loose, tight, points)]

    def limit_rest(self, name: str) -> float:
        """Return the limit less what is fixed."""
        per_mwh = self.numbers["limits"][name]["per_mwh"]
        fixed = sum(
            per_mwh.get(plant, 0.0) * float(self.hourly(numbers["profile"]).sum())
            for plant, numbers in self.numbers["fixed"].items()
        )
        return self.limit_value(name) - fixed

    def limit_terms(self, name: str) -> dict[str, str | float]:
        """Return plant → factor of a limit, without what is fixed."""
        per_mwh = self.numbers["limits"][name]["per_mwh"]
        return {plant: factor for plant, factor in per_mwh.items() if plant not in self.numbers["fixed"]}


def case(hours: int, seed: int, *, year: Path | None = None) -> Case:
    """Return the reference problem.

    Parameters
    ----------
    hours : int
        8760 the year, 1344 eight weeks spread over it, 168 a week of April, else the first hours.
    seed : int
        Chooses the year.
    year : Path, optional
        Profiles kept by ``keep``: frameworks with other versions of numpy then have the same.
    """
    if year is None:
        whole = profiles(seed)
    else:
        with np.load(year) as kept:
            whole = {name: kept[name] for name in kept.files}
    chosen = {name: values[_hours(hours)] for name, values in whole.items()}
    demand = "individual_heat_demand"
    # Retrofit saves a share of what is used: its profile is that of the demand, 1 at the peak of the year.
    chosen["retrofit"] = np.round(chosen[demand] / whole[demand].max(), 4)
    for place in ("central", "individual"):
        chosen[f"{place}_ambient"] = chosen[f"{place}_cop"] - 1
    return Case(chosen, tomllib.loads(Path(__file__).with_name("numbers.toml").read_text(encoding="utf-8")))


def keep(seed: int, path: Path) -> None:
    """Write the profiles of a year."""
    np.savez(path, **profiles(seed))


def _hours(count: int) -> np.ndarray:
    weeks = {_WEEK: _ONE_WEEK, len(_EIGHT_WEEKS) * _WEEK: _EIGHT_WEEKS}.get(count)
    if weeks is None:
        return np.arange(count)
    return np.concatenate([np.arange(week * _WEEK, (week + 1) * _WEEK) for week in weeks])
