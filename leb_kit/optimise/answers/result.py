"""The answer of the optimiser, as tables; no solver is needed to hold or read it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leb_kit.balance import Balance, aggregate
from leb_kit.errors import InputError, say
from leb_kit.optimise.answers.shown_answers import plan_page
from leb_kit.optimise.question.problem import MixProblem
from leb_kit.reference import catalog

if TYPE_CHECKING:
    from leb_kit.optimise.answers.reasons import Why
    from leb_kit.optimise.answers.year_check import YearCheck
    from leb_kit.optimise.answers.year_cost import YearCost
    from leb_kit.optimise.checks.doubts import Remarks
    from leb_kit.optimise.solver.watch import Progress

PLAN_COLUMNS = ["technology", "capacity_mw", "new_capacity_mw", "energy_mwh", "cost_eur"]
#: Below this share of the largest, a cell of the plan's balance is the arithmetic of floats.
NEGLIGIBLE_SHARE = 1e-12
#: Families that carry or buy energy: used less, not given up.
NOT_GIVEN_UP = ("network", "exchange")
#: Below this share of the largest plant, a difference of capacity is not worth telling.
RETIRED_SHARE = 1e-6


@dataclass(frozen=True, eq=False, repr=False)
class MixResult:
    """A least-cost plan.

    Parameters
    ----------
    status : str
        optimal; time_limit or cancelled: stopped before the end, a plan but not proven the cheapest.
    cost_eur : float
        Cost of a year: annuities of what is new, fixed cost, energy bought less energy sold.
    processes : pd.DataFrame
        process, technology, capacity_mw, new_capacity_mw, energy_mwh, cost_eur.
    stores : pd.DataFrame
        The same for stores; their capacities are MWh, ``energy_mwh`` is what they gave back.
    prices : pd.DataFrame
        For each limit: price (EUR per unit, 0 where it does not bind), unit, reached, allowed; of a share
        also ``point_price``, EUR for one percentage point more. A reserve margin is told beside them (kind
        ``reserve``): EUR/year for one MW of firm capacity, reached and allowed (MW) in the tightest step.
    dispatch : pd.DataFrame
        Output of each process in each step, MW; stores as ``<store>:discharge`` and ``:charge``,
        demand that may move in part as ``<demand>:served``.
    log : str
        One line on the run.
    problem : MixProblem
        The question.
    added : pd.DataFrame
        Values of what ``MixProblem.extend`` added: name, index, value.
    added_prices : pd.DataFrame
        For each constraint that it added: name, index, price (EUR for one unit of its right side).
    contents : pd.DataFrame
        Where days are linked: content of each store at the beginning of each day of the year, MWh.
    gap : float
        How much cheaper another plan might be, as a share of the cost: proven from the prices without
        the solver, or with whole numbers what the solver's search left open; NaN where nobody knows.
    yearly_prices : dict[str, float]
        Row of the year (limits, fuels that wait, what a year may use at most, added rows) → its price in
        the solver's sign, EUR for one unit.
    """

    status: str
    cost_eur: float
    processes: pd.DataFrame
    stores: pd.DataFrame
    prices: pd.DataFrame
    dispatch: pd.DataFrame
    log: str
    problem: MixProblem
    added: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["name", "index", "value"]))
    added_prices: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["name", "index", "price"])
    )
    contents: pd.DataFrame = field(default_factory=pd.DataFrame)
    gap: float = np.nan
    yearly_prices: dict[str, float] = field(default_factory=dict)

    @property
    def plan(self) -> pd.DataFrame:
        """The plan by technology: capacity_mw, new_capacity_mw (MWh for stores), energy_mwh, cost_eur."""
        both = pd.concat([self.processes, self.stores], ignore_index=True)
        grouped = both.groupby("technology", as_index=False, sort=False)
        return grouped[PLAN_COLUMNS[1:]].sum()[PLAN_COLUMNS]

    @property
    def missed(self) -> pd.DataFrame:
        """What the targets with a price are missed by.

        One row for each: target, missed (in ``unit``; of a share MWh of renewables), price_eur (for one
        unit), cost_eur (EUR/year, part of ``cost_eur`` of the plan), labels.
        """
        from leb_kit.optimise.question.missed import missed_of  # it reads problems, which results are part of

        return missed_of(self.problem, self.prices)

    @property
    def reserve(self) -> pd.DataFrame:
        """Firm capacity beside what is taken, at each bus that asks for a margin.

        One row for each: bus, margin (asked), reached (the largest that the plan has in every step), then of
        the tightest step firm_mw, use_mw, required_mw (use with the margin) and its number. Worked out of
        capacities and dispatch; what a MW is worth stands in ``prices``.
        """
        from leb_kit.optimise.answers.reserve import reserve_table  # it reads plans

        return reserve_table(self)

    @property
    def retired(self) -> pd.DataFrame:
        """Plants and devices that exist and the plan gives up: technology, retired_mw."""
        existing = self.problem.processes["capacity_existing_mw"].to_numpy()
        kept = self.processes["capacity_mw"].to_numpy() - self.processes["new_capacity_mw"].to_numpy()
        decided = ~self.problem.processes["process"].map(self.problem.is_costless).to_numpy(dtype=bool)
        gone = np.where(decided, np.maximum(existing - kept, 0.0), 0.0)
        table = self.processes[["technology"]].assign(retired_mw=gone)
        known = catalog.table("technologies")
        carriers = known.loc[known["family"].isin(NOT_GIVEN_UP), "technology"]
        table = table[~table["technology"].isin(carriers)]
        table = table.groupby("technology", as_index=False, sort=False)["retired_mw"].sum()
        return table[table["retired_mw"] > RETIRED_SHARE * max(existing.max(initial=0.0), 1.0)].reset_index(
            drop=True
        )

    @property
    def remarks(self) -> Remarks:
        """What a reader should know: what is told of the problem, and of the plan; in Italian and English."""
        from leb_kit.optimise.answers.burning import burning_remarks  # they read plans
        from leb_kit.optimise.answers.reserve import grid_remarks
        from leb_kit.optimise.checks.cost_doubts import earned
        from leb_kit.optimise.checks.doubts import in_both

        spent = in_both(lambda: earned(self.cost_eur))
        return (*self.problem.remarks, *burning_remarks(self), *grid_remarks(self), *spent)

    def to_balance(self) -> Balance:
        """Return the balance of the planned year, with aggregates.

        Raises
        ------
        InputError
            The problem was not made from a balance.

        Notes
        -----
        Rows are made from activities and the declared cells of each process only; indicators and
        checks of this balance know nothing of the optimiser.
        """
        frame = self.problem.frame
        if frame is None:
            raise InputError("to_balance", [say("the problem was made from tables without a balance frame")])
        cells = self.problem.cells
        lost = dict(zip(self.stores["storage"], self.stores["loss_mwh"], strict=True))
        energy = cells["coefficient"].to_numpy() * amounts(self.problem, cells, self.dispatch, lost)
        planned = cells[["flow", "product"]].assign(energy_mwh=energy)
        losses = pd.DataFrame(
            [
                (*frame.storage_losses[row.storage], float(row.loss_mwh))
                for row in self.stores.itertuples()
                if row.storage in frame.storage_losses
            ],
            columns=["flow", "product", "energy_mwh"],
        ).astype({"energy_mwh": float})  # without stores no row tells pandas that these are numbers
        table = pd.concat([frame.rest, planned, losses])
        table = table.groupby(["flow", "product"], as_index=False)["energy_mwh"].sum()
        table = table[table["energy_mwh"].abs() > NEGLIGIBLE_SHARE * table["energy_mwh"].abs().max()]
        table = table.assign(territory=frame.territory, year=frame.year, status="E", source="least-cost plan")
        return aggregate(Balance.from_mwh(table, name=frame.name))

    def why(self, technology: str) -> Why:
        """Tell why a technology is in the plan, or is not.

        Parameters
        ----------
        technology : str
            As in ``plan``.

        Returns
        -------
        Why
            ``size``, ``binding``, ``one_more_eur``, ``potential_eur``, ``entry_eur``, ``explain(lang)``;
            each number measured by solving again.

        Raises
        ------
        InputError
            An unknown technology, or a plan that is not the least-cost one of its problem.
        """
        from leb_kit.optimise.answers.reasons import why  # Pyomo and HiGHS are heavy: loaded when used

        return why(self, technology)

    def plausibility(self, lang: str = "it") -> pd.DataFrame:
        """Put figures of the plan beside published ranges: hours, shares, costs, losses.

        Parameters
        ----------
        lang : str
            Of the labels, ``"it"`` or ``"en"``.

        Returns
        -------
        pd.DataFrame
            technology (several together separated by ``|``), measure, value, unit, low, high, within,
            source, label, measure_label. The ranges are those of ``published_ranges.csv`` for the
            territory, else its level, else any place; what has no published range is left out.

        Examples
        --------
        >>> import leb_kit as leb
        >>> plan = leb.optimise_mix(leb.mix_problem(leb.examples.torino(), time=leb.typical_days(2)))
        >>> told = plan.plausibility("en").set_index(["technology", "measure"])
        >>> bool(told.loc[("photovoltaic_ground", "full_load_hours"), "within"])
        True
        """
        from leb_kit.optimise.answers.plausible import plausibility

        return plausibility(self, lang)

    def drivers(self, lang: str = "it") -> pd.DataFrame:
        """Tell what drives the plan: the targets and potentials that bind, and what they are worth.

        Parameters
        ----------
        lang : str
            Of labels and sentences, ``"it"`` or ``"en"``.

        Returns
        -------
        pd.DataFrame
            driver, kind (target, reserve, potential, year), label, worth_eur (EUR/year for one ``unit``),
            unit, percent_eur (EUR/year for one hundredth of the limit), sentence; the largest first.

        Raises
        ------
        InputError
            The plan is not the least-cost one of its problem.
        """
        from leb_kit.optimise.answers.driving import drivers

        return drivers(self, lang)

    def over_the_year(
        self,
        *,
        bound: bool = False,
        within: float | None = None,
        time_limit_s: float | None = None,
        cancel: threading.Event | None = None,
        progress: Callable[[Progress], object] | None = None,
    ) -> YearCheck:
        """Run the plan of typical days through every hour: what it really costs, and what it lacks.

        With ``bound`` also what no plan of the year costs less than. With ``within`` (0.002, say) more days
        are taken until the cost is proven to be within that share of the least one. ``cancel`` and
        ``progress`` as in ``optimise_mix``: what is told has ``steps``, and cost and gap that are proven.

        See ``leb_kit.optimise.answers.year_check.over_the_year`` and ``…year_rounds.near_the_least``, whose
        words and examples it has.

        Raises
        ------
        InputError
            The plan was made of every hour that was given; ``within`` is no share; another argument.
        """
        from leb_kit.optimise.answers.year_rounds import held_against_the_year  # Pyomo is heavy

        return held_against_the_year(
            self, bound=bound, within=within, time_limit_s=time_limit_s, cancel=cancel, progress=progress
        )

    def year_cost(self) -> YearCost:
        """Estimate the least cost of the year, week by week: a second for a city.

        See ``leb_kit.optimise.answers.year_cost.year_cost``, whose words and example it has; ``cost_eur`` of
        the plan stays what its days tell.

        Raises
        ------
        InputError
            The plan was made of every hour that was given; a week cannot be met whatever is built.
        """
        from leb_kit.optimise.answers.year_cost import year_cost  # Pyomo is heavy: loaded when used

        return year_cost(self)

    def labelled(self, lang: str = "it") -> pd.DataFrame:
        """Return the plan with a column ``label`` in Italian or English, largest energy first."""
        labels = [catalog.label("technology", str(name), lang) for name in self.plan["technology"]]
        return self.plan.assign(label=labels).sort_values("energy_mwh", ascending=False, ignore_index=True)

    def __repr__(self) -> str:
        return f"MixResult({self.status}: {self.cost_eur / 1e6:,.2f} million EUR a year)"

    def _repr_html_(self) -> str:
        return plan_page(self)


def require_result(given: object) -> None:
    """Refuse what is no plan.

    Raises
    ------
    InputError
        It is no MixResult.
    """
    if not isinstance(given, MixResult):
        found = type(given).__name__
        told = say("a plan (MixResult) is expected, found {found}", found=found)
        if found == "PathwayResult":
            told += say("; write result.results[year], the plan of one of its years")
        raise InputError(say("mix problem"), [told])


def amounts(
    problem: MixProblem, table: pd.DataFrame, dispatch: pd.DataFrame, lost: dict[str, float]
) -> np.ndarray:
    """Return what each row of a table multiplies: MWh of a year, under its profile; 1 without a process."""
    weight, known = problem.time.weight_h, {("", ""): 1.0} | {(name, ""): mwh for name, mwh in lost.items()}
    out = []
    for key in zip(table["process"].astype(str), table["profile"].astype(str), strict=True):
        if key not in known:
            known[key] = float((weight * problem.profile(key[1])) @ dispatch[key[0]].to_numpy())
        out.append(known[key])
    return np.array(out, dtype=float)
