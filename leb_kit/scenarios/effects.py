"""What each measure of a scenario does to the indicators, and what a tonne avoided costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from leb_kit.balance import Balance
from leb_kit.errors import InputError
from leb_kit.scenarios.costs import energy_bill, measure_costs
from leb_kit.scenarios.projection import Projection, project_many
from leb_kit.scenarios.scenario import Scenario
from leb_kit.system import EnergySystem, calibrate

BILL = "energy_bill_eur"
EMISSIONS = "emissions_tco2eq"
REFERENCE, FULL = "reference", "full"


@dataclass(frozen=True, repr=False)
class MeasureEffects:
    """Effects of the measures of a scenario in one year; a fall is negative.

    Parameters
    ----------
    alone : pd.DataFrame
        Measure × indicators: with this measure only, less the reference (drivers, no measure).
    last : pd.DataFrame
        The whole scenario, less the scenario without this measure: what is lost by dropping it.
    step : pd.DataFrame
        One after the other in the order of the scenario; the steps sum to ``total``.
    total : pd.Series
        The whole scenario less the reference.
    costs : pd.DataFrame
        Measure × energy_mwh, capacity_mw, investment_eur, annual_cost_eur.
    reference, scenario_values : pd.Series
        Indicators without measures and with all.
    """

    alone: pd.DataFrame
    last: pd.DataFrame
    step: pd.DataFrame
    total: pd.Series
    costs: pd.DataFrame
    reference: pd.Series
    scenario_values: pd.Series

    @property
    def table(self) -> pd.DataFrame:
        """Measures: effect of each if it came last, cost, and EUR per tonne avoided."""
        return pd.concat([self.last, self.costs, abatement_cost(self.last, self.costs)], axis=1)

    def __repr__(self) -> str:
        fall = -float(self.total[EMISSIONS])
        return f"MeasureEffects({len(self.alone)} measures: {fall:,.0f} tCO2eq/year avoided together)"

    def _repr_html_(self) -> str:
        table: str = self.table.round(3).to_html(border=0)
        return table


def abatement_cost(effect: pd.DataFrame, costs: pd.DataFrame) -> pd.Series:
    """Return what a tonne avoided costs, EUR/tCO2eq.

    ::

        c = (annual cost of the measure + change of the energy bill) / tonnes avoided

    NaN where the measure avoids nothing, or its cost is not known; negative where it pays for itself.
    """
    avoided = -effect[EMISSIONS]
    cost = costs["annual_cost_eur"] + effect[BILL]
    return (cost / avoided.where(avoided > 0)).rename("eur_per_tco2eq")


def effects(
    balance: Balance | EnergySystem,
    scenario: Scenario,
    *,
    year: int,
    convention: str = "territorial",
    potentials: dict[str, float] | None = None,
    prices: dict[str, float] | None = None,
) -> MeasureEffects:
    """Measure what each measure does to every indicator, to the energy bill and per euro.

    Measures overlap, so a measure has no single effect: alone it does more than as the last of many.
    All cases are solved in one call.

    Parameters
    ----------
    balance : Balance or EnergySystem
        One territory and year.
    scenario : Scenario
        At least one measure.
    year : int
        Year to look at.
    convention : str
        Of the emissions.
    potentials : dict[str, float], optional
        As in ``project``.
    prices : dict[str, float], optional
        EUR/MWh at the border by product, in the place of ``prices.csv``.

    Raises
    ------
    InputError
        No measure, several territories, a product that moves and has no price, or what ``project``
        refuses.

    Examples
    --------
    >>> import leb_kit as leb
    >>> b = leb.examples.torino()
    >>> plan = leb.Scenario("p", base_year=2019).add(
    ...     leb.measures.retrofit(share=0.2), leb.measures.heat_pumps(share=0.3))
    >>> found = leb.scenarios.effects(b, plan, year=2030)
    >>> bool(found.alone.loc["retrofit", "emissions_tco2eq"] < found.last.loc["retrofit", "emissions_tco2eq"])
    True
    """
    names = [m.name for m in scenario.measures]
    if not names:
        raise InputError("effects", [f"scenario '{scenario.name}' has no measure; add one"])
    bare = replace(scenario, measures=())
    asked = [replace(bare, name=REFERENCE), replace(scenario, name=FULL)]
    asked += [replace(scenario.only(name), name=f"alone {name}") for name in names]
    asked += [replace(scenario.without(name), name=f"without {name}") for name in names]
    asked += [replace(scenario.only(*names[: at + 1]), name=f"step {at}") for at in range(len(names))]
    values, done = _measured(balance, asked, year, convention, potentials, prices)
    reference, full = values.loc[REFERENCE], values.loc[FULL]
    alone = _rows(values, [f"alone {name}" for name in names], names) - reference
    without = _rows(values, [f"without {name}" for name in names], names)
    steps = _rows(values, [f"step {at}" for at in range(len(names))], names)
    works = [work for work in done.works if work.scenario == FULL]
    costs = measure_costs(works).reindex(names)
    before = pd.concat([reference.to_frame().T, steps.iloc[:-1]]).to_numpy()
    return MeasureEffects(alone, full - without, steps - before, full - reference, costs, reference, full)


def abatement_curve(
    balance: Balance | EnergySystem,
    scenario: Scenario,
    *,
    year: int,
    convention: str = "territorial",
    potentials: dict[str, float] | None = None,
    prices: dict[str, float] | None = None,
) -> pd.DataFrame:
    """Return the abatement curve: measures by rising cost, each after those that are cheaper.

    The widths sum to what the whole scenario avoids, because each measure counts for what it adds to
    those before it.

    Parameters
    ----------
    balance, scenario, year, convention, potentials, prices
        As ``effects``.

    Returns
    -------
    pd.DataFrame
        Index measure, cheapest first (unknown costs last); avoided_tco2eq, cumulative_tco2eq,
        eur_per_tco2eq.
    """
    system = balance if isinstance(balance, EnergySystem) else calibrate(balance)
    first = effects(system, scenario, year=year, convention=convention, potentials=potentials, prices=prices)
    order = abatement_cost(first.alone, first.costs).sort_values(na_position="last", kind="stable").index
    by_name = {m.name: m for m in scenario.measures}
    ranked = replace(scenario, measures=tuple(by_name[str(name)] for name in order))
    found = effects(system, ranked, year=year, convention=convention, potentials=potentials, prices=prices)
    out = pd.DataFrame({"avoided_tco2eq": -found.step[EMISSIONS]})
    out["cumulative_tco2eq"] = out["avoided_tco2eq"].cumsum()
    out["eur_per_tco2eq"] = abatement_cost(found.step, found.costs)
    return out


def _measured(
    balance: Balance | EnergySystem,
    asked: Sequence[Scenario],
    year: int,
    convention: str,
    potentials: dict[str, float] | None,
    prices: dict[str, float] | None,
) -> tuple[pd.DataFrame, Projection]:
    done = project_many(balance, asked, years=[year], potentials=potentials)
    if len(done.territories) != 1:
        raise InputError("effects", [f"one territory is needed; found {len(done.territories)}"])
    values = done.indicators(convention=convention).droplevel(["territory", "year"])
    values[BILL] = energy_bill(done.rows, done.energy_mwh[0], prices)
    return values, done


def _rows(values: pd.DataFrame, labels: list[str], names: list[str]) -> pd.DataFrame:
    return values.loc[labels].set_axis(pd.Index(names, name="measure"), axis=0)
