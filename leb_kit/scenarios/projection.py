"""From a balance and a scenario to the balances of coming years."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from leb_kit.balance import Balance, aggregate
from leb_kit.errors import InputError
from leb_kit.indicators.summary import table_of
from leb_kit.scenarios.cases import Work, laid_out
from leb_kit.scenarios.limits import potential_faults, supply_faults
from leb_kit.scenarios.scenario import Scenario
from leb_kit.system import EnergySystem
from leb_kit.system.calibrate import calibrate_all
from leb_kit.system.model import NEGLIGIBLE_MWH
from leb_kit.system.stack import SystemStack
from leb_kit.units import is_number

ESTIMATED = "E"


@dataclass(frozen=True, eq=False)
class Projection:
    """Scenario-years of one or more territories: T territories, K cases, R rows of the balance.

    Parameters
    ----------
    territories : tuple[str, ...]
        Codes (T).
    cases : pd.DataFrame
        scenario, year (K rows).
    rows : pd.DataFrame
        flow, product (R rows).
    energy_mwh : np.ndarray
        T × K × R, MWh.
    works : list[Work]
        What each measure does in each case.
    """

    territories: tuple[str, ...]
    cases: pd.DataFrame
    rows: pd.DataFrame
    energy_mwh: np.ndarray
    works: list[Work]

    def balance(self, scenario: str, *, aggregates: bool = True) -> Balance:
        """Return all territories and years of one scenario as a Balance."""
        mine = np.flatnonzero((self.cases["scenario"] == scenario).to_numpy())
        table = _long(self, mine, self.cases["year"].to_numpy()[mine], f"scenario {scenario}")
        out = Balance.from_mwh(table)
        return aggregate(out) if aggregates else out

    def indicators(self, *, convention: str = "territorial") -> pd.DataFrame:
        """Return every indicator of every case and territory, in one matrix product.

        Parameters
        ----------
        convention : str
            Of the emissions.

        Returns
        -------
        pd.DataFrame
            Index scenario, territory, year; columns as ``leb.indicators.table``.
        """
        places, count = len(self.territories), len(self.cases)
        years = np.tile(self.cases["year"].to_numpy(), places)
        where = np.repeat(np.array(self.territories, dtype=object), count)
        keys = pd.MultiIndex.from_arrays([where, years], names=["territory", "year"])
        energy = self.energy_mwh.reshape(places * count, -1)
        values = table_of(energy, self.rows, keys, convention=convention)
        names = pd.Index(np.tile(self.cases["scenario"].to_numpy(), places), name="scenario")
        index = pd.MultiIndex.from_arrays([names, where, years], names=["scenario", "territory", "year"])
        return values.set_axis(index, axis=0)


def project(
    balance: Balance | EnergySystem,
    scenario: Scenario,
    *,
    year: int | Iterable[int],
    potentials: dict[str, float] | None = None,
) -> Balance:
    """Return the balance of a scenario in one or more years.

    The system is calibrated on the balance; drivers and measures change demands, devices and plants
    (see ``Scenario``), and everything that must follow, follows: network losses, plants, imports.
    An empty scenario gives the balance itself. Put all measures into one scenario: a projected year that
    is calibrated again has its electricity split by the end-use shares of the base year, new heat pumps
    included, and differs by some parts in a thousand.

    Parameters
    ----------
    balance : Balance or EnergySystem
        One year, one or more territories; or a calibrated system, which saves the calibration.
    scenario : Scenario
        Measures and drivers from the year of the balance on.
    year : int or iterable of int
        Years to project, from the base year on.
    potentials : dict[str, float], optional
        Largest capacity (MW) of a technology, in the place of ``potentials.csv``.

    Returns
    -------
    Balance
        Every territory and year asked, with aggregates; status E.

    Raises
    ------
    InputError
        Years before the base year, another base year than the balance's, measures that ask for more
        than there is, a missing driver …; all at once.

    Examples
    --------
    >>> import leb_kit as leb
    >>> b = leb.examples.torino()
    >>> plan = leb.Scenario("sun", base_year=2019).add(leb.measures.photovoltaic(mw=100))
    >>> later = leb.project(b, plan, year=2030)
    >>> later.filter(flow="PPRD", product="RA420").table["energy_mwh"].round().tolist()
    [115322.0]
    """
    given: object = year
    years: list[Any] = [given] if isinstance(given, str) or not isinstance(given, Iterable) else list(given)
    done = project_many(balance, [scenario], years=years, potentials=potentials)
    return done.balance(scenario.name)


def project_many(
    balance: Balance | EnergySystem,
    scenarios: Sequence[Scenario],
    *,
    years: Sequence[int],
    potentials: dict[str, float] | None = None,
) -> Projection:
    """Return many scenarios, years and territories in one call.

    Parameters
    ----------
    balance : Balance or EnergySystem
        One year, one or more territories; or a calibrated system.
    scenarios : sequence of Scenario
        With names of their own.
    years : sequence of int
        Years to project, alike for all scenarios.
    potentials : dict[str, float], optional
        Largest capacity (MW) of a technology, in the place of ``potentials.csv``.

    Returns
    -------
    Projection
        Energy by territory, case and row of the balance.

    Raises
    ------
    InputError
        As ``project``.
    """
    stack = _stack(balance)
    faults = _request_faults(stack, scenarios, years)
    if faults:
        raise InputError("projection", faults)
    cases, works = laid_out(stack, [(scenario, [int(y) for y in years]) for scenario in scenarios])
    table = pd.DataFrame(
        [(scenario.name, int(year)) for scenario in scenarios for year in years], columns=["scenario", "year"]
    )
    cases.faults += potential_faults(cases.stack, works, potentials or {})
    _refuse(cases.faults)
    activity = cases.stack.solve(cases.demand, cases.share, cases.fixed)
    _refuse(supply_faults(cases.stack, activity, table))
    rows, energy = cases.stack.rows(activity)
    return Projection(stack.territories, table, rows, energy, works)


def _refuse(faults: list[str]) -> None:
    if faults:
        raise InputError("projection", list(dict.fromkeys(faults)))


#: Systems of balances that are still in use, so that one more scenario costs no new calibration.
_STACKS: WeakKeyDictionary[Balance | EnergySystem, SystemStack] = WeakKeyDictionary()


def _stack(balance: Balance | EnergySystem) -> SystemStack:
    _require_base(balance)
    if balance not in _STACKS:
        _STACKS[balance] = (
            calibrate_all(balance) if isinstance(balance, Balance) else SystemStack.of([balance])
        )
    return _STACKS[balance]


def _require_base(balance: object) -> None:
    if isinstance(balance, EnergySystem):
        return
    if not isinstance(balance, Balance):
        found = type(balance).__name__
        raise InputError("projection", [f"a Balance or an EnergySystem is needed; found {found}"])
    if len(balance.years) != 1:
        told = ", ".join(map(str, balance.years)) or "none"
        raise InputError("projection", [f"one base year is needed; found {told}; use filter(year=…)"])


def _request_faults(stack: SystemStack, scenarios: Sequence[Scenario], years: Sequence[int]) -> list[str]:
    faults = []
    if not years:
        faults.append("no year is asked for; give year=2030 or a list of years")
    names = [scenario.name for scenario in scenarios]
    faults += [f"two scenarios are called '{name}'" for name in dict.fromkeys(names) if names.count(name) > 1]
    for scenario in scenarios:
        if scenario.base_year != stack.year:
            faults.append(
                f"scenario '{scenario.name}' starts from {scenario.base_year}, the balance is of"
                f" {stack.year}; write base_year={stack.year}"
            )
    for year in years:
        if not is_number(year) or int(year) != year:
            faults.append(f"year {year!r} is not a whole number")
        elif year < stack.year:
            faults.append(f"year {year} is before the base year {stack.year}; ask for {stack.year} or later")
    return faults


def _long(done: Projection, cases: np.ndarray, years: np.ndarray, source: str) -> pd.DataFrame:
    """Lay out T × cases × R as a long table, exports of imports below zero included."""
    energy = done.energy_mwh[:, cases, :]
    count, rows = len(done.rows), len(cases)
    table = pd.DataFrame(
        {
            "territory": np.repeat(np.array(done.territories, dtype=object), rows * count),
            "year": np.tile(np.repeat(years, count), len(done.territories)),
            "flow": np.tile(done.rows["flow"].to_numpy(), len(done.territories) * rows),
            "product": np.tile(done.rows["product"].to_numpy(), len(done.territories) * rows),
            "energy_mwh": energy.reshape(-1),
        }
    )
    table = table[table["energy_mwh"].abs() > NEGLIGIBLE_MWH]
    wrong = (table["flow"] == "IMP") & (table["energy_mwh"] < 0)
    if wrong.any():
        turned = table[wrong].assign(flow="EXP", energy_mwh=-table.loc[wrong, "energy_mwh"])
        keys = ["territory", "year", "flow", "product"]
        table = pd.concat([table[~wrong], turned]).groupby(keys, sort=False, as_index=False).sum()
    return table.assign(status=ESTIMATED, source=source)
