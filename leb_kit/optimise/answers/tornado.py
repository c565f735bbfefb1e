"""What the cost of a plan hangs on: every input a little less and a little more, each solved again.

For an input x (a price, an investment, a demand, a potential, a target) and a step s

    less = cost(x × (1 − s)) − cost(x),  more = cost(x × (1 + s)) − cost(x)

cost is that of the best plan for the changed input: the plan adapts, so a price raises the cost by at most
s × price × what is bought. Source: one-at-a-time sensitivity analysis.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.optimise.answers.near_optimal import members_of
from leb_kit.optimise.answers.run import read_plan, require_plan
from leb_kit.optimise.answers.shown_answers import sensitivity_page
from leb_kit.optimise.answers.tornado_words import explain, labels
from leb_kit.optimise.checks.arguments import require_names
from leb_kit.optimise.model.build import build
from leb_kit.optimise.model.formulation import LinearProgram
from leb_kit.optimise.question.problem import MixProblem, require_problem
from leb_kit.optimise.solver.solve import OPTIMAL, Solution, finished, solve
from leb_kit.optimise.solver.warm import WarmSolver
from leb_kit.reference.shown import Prose
from leb_kit.units import is_number

PRICE, INVESTMENT, DEMAND, POTENTIAL, TARGET = "price", "investment", "demand", "potential", "target"
#: Part of the cost below which a change is the arithmetic of floats.
NOTHING = 1e-9


@dataclass(frozen=True)
class Input:
    """One thing that is given: ``kind`` and ``name`` (technology, limit; blank for all demand)."""

    kind: str
    name: str

    @property
    def key(self) -> str:
        """``price:gas_network`` or, for all demand, ``demand``."""
        return f"{self.kind}:{self.name}" if self.name else self.kind


@dataclass(frozen=True, eq=False, repr=False)
class Sensitivity:
    """Change of the cost for each input.

    ``cost_eur``: of the plan as asked; ``step``: 0.1 is ten per cent; ``answers``: (input, −1 or 1) → cost,
    EUR, and energy by technology, MWh; nothing where no plan exists.
    """

    problem: MixProblem
    cost_eur: float
    step: float
    energy_mwh: pd.Series
    answers: dict[tuple[Input, int], tuple[float, pd.Series] | None]

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row for each input, the widest first.

        Columns: input, kind, label_it, label_en, less_eur, more_eur (NaN where no plan exists), spread_eur,
        moves (the technology whose energy moves most), moves_mwh (by how much, input more).
        """
        rows = []
        for one in dict.fromkeys(key for key, _ in self.answers):
            less, more = (self._change(one, side) for side in (-1, 1))
            label_it, label_en = labels(self.problem, one.kind, one.name)
            ends = [change for change in (less, more, 0.0) if np.isfinite(change)]
            technology, amount = self._moves(one)
            rows.append(
                (one.key, one.kind, label_it, label_en, less, more, max(ends) - min(ends), technology, amount)
            )
        columns = ["input", "kind", "label_it", "label_en", "less_eur", "more_eur", "spread_eur"]
        table = pd.DataFrame(rows, columns=[*columns, "moves", "moves_mwh"])
        return table.sort_values("spread_eur", ascending=False, kind="stable", ignore_index=True)

    def _change(self, one: Input, side: int) -> float:
        found = self.answers[one, side]
        if found is None:
            return float("nan")
        change = found[0] - self.cost_eur
        return change if abs(change) > NOTHING * max(1.0, abs(self.cost_eur)) else 0.0

    def _moves(self, one: Input) -> tuple[str, float]:
        """Return the technology whose energy differs most between the two ends."""
        ends = [found[1] if (found := self.answers[one, side]) else self.energy_mwh for side in (1, -1)]
        change = (ends[0] - ends[1]) / 2
        largest = str(change.abs().idxmax())
        amount = float(change[largest])
        size = NOTHING * max(1.0, float(self.energy_mwh.abs().max()))
        return (largest, amount) if abs(amount) > size else ("", 0.0)

    def explain(self, lang: str = "it", count: int = 5) -> str:
        """Say what the cost hangs on most, in sentences."""
        return Prose(explain(self, lang, count))

    def __repr__(self) -> str:
        inputs = len(self.answers) // 2
        return f"Sensitivity({inputs} inputs, ±{self.step:.0%} of each)"

    def _repr_html_(self) -> str:
        return sensitivity_page(self)


def sensitivity(
    problem: MixProblem, *, step: float = 0.1, inputs: Sequence[str] | None = None
) -> Sensitivity:
    """Find what the cost of the best plan hangs on.

    Parameters
    ----------
    problem : MixProblem
        The question.
    step : float
        Part by which each input is made less and more, above 0 and below 1.
    inputs : Sequence[str], optional
        ``"price:gas_network"``, ``"investment:photovoltaic_roof"``, ``"potential:wind_onshore"``,
        ``"target:emissions"``, ``"demand"``, or a whole kind (``"price"``); by default all there are.

    Returns
    -------
    Sensitivity
        ``table`` (widest first), ``explain(lang)``.

    Raises
    ------
    InfeasibleMix
        The question has no plan.
    InputError
        A step that cannot be, or an input that the problem does not have.

    Examples
    --------
    >>> import pandas as pd
    >>> p = MixProblem.from_tables(
    ...     buses=pd.DataFrame({"bus": ["heat"]}),
    ...     processes=pd.DataFrame({"process": ["pump", "boiler"], "bus_out": ["heat", "heat"],
    ...                             "variable_eur_per_mwh": [30.0, 29.0]}),
    ...     demands=pd.DataFrame({"demand": ["homes"], "bus": ["heat"], "annual_mwh": [10.0]}),
    ...     profiles=pd.DataFrame(index=range(2)),
    ... )
    >>> sensitivity(p, inputs=["price"]).table[["input", "less_eur", "more_eur"]]
              input  less_eur  more_eur
    0  price:boiler     -29.0      10.0
    1    price:pump     -20.0       0.0
    """
    require_problem(problem)
    if not (is_number(step) and 0 < step < 1):
        raise InputError(
            "sensitivity", [say("step is {step}; a number above 0 and below 1 is expected", step=repr(step))]
        )
    chosen = _chosen(problem, inputs)
    built = build(problem)
    warm = WarmSolver(built.program)
    first = warm.solve(built.program)
    require_plan(problem, built, first)
    answers: dict[tuple[Input, int], tuple[float, pd.Series] | None] = {}
    for one in chosen:
        for side in (-1, 1):
            changed = _changed(problem, one, 1 + side * step)
            again = build(changed)
            answer = _solve(warm, built.program, again.program)
            if answer.status == OPTIMAL:
                answers[one, side] = answer.objective, _energy(read_plan(changed, again, answer).plan)
            else:
                answers[one, side] = None
    energy = _energy(read_plan(problem, build(problem), first).plan)
    return Sensitivity(problem, first.objective, step, energy, answers)


def _solve(warm: WarmSolver, base: LinearProgram, program: LinearProgram) -> Solution:
    """Go on from the last vertex where only costs, sides and bounds differ."""
    one, other = base.matrix, program.matrix
    same = (
        one.shape == other.shape
        and np.array_equal(one.indptr, other.indptr)
        and np.array_equal(one.indices, other.indices)
        and np.array_equal(one.data, other.data)
    )
    return warm.solve(program) if same else finished(solve(program))


def _energy(plan: pd.DataFrame) -> pd.Series:
    return plan.set_index("technology")["energy_mwh"]


def _chosen(problem: MixProblem, inputs: Sequence[str] | None) -> list[Input]:
    every = list(_inputs(problem))
    if inputs is None:
        return every
    require_names("sensitivity", "inputs", inputs)
    named = [inputs] if isinstance(inputs, str) else list(inputs)
    known = {one.key for one in every} | {one.kind for one in every}
    faults = [
        say(
            "unknown input '{name}'; there are {known}, each with a name after a colon.{hint}",
            name=name,
            known=", ".join(sorted({one.kind for one in every})),
            hint=did_you_mean(name, known),
        )
        for name in named
        if name not in known
    ]
    if faults:
        raise InputError("sensitivity", faults)
    return [one for one in every if one.key in named or one.kind in named]


def _inputs(problem: MixProblem) -> Iterator[Input]:
    """Yield everything that is given and is not nothing."""
    members = members_of(problem, stores=True)
    plants, stores = problem.processes.set_index("process"), problem.storages.set_index("storage")
    for kind, plant_columns, store_columns in (
        (PRICE, ["variable_eur_per_mwh"], ["variable_eur_per_mwh"]),
        (INVESTMENT, ["capex_eur_per_mw_year"], ["capex_eur_per_mwh_year"]),
    ):
        for technology, names in members.items():
            given = plants.reindex(names)[plant_columns].abs().sum().sum()
            given += stores.reindex(names)[store_columns].abs().sum().sum()
            if given:
                yield Input(kind, technology)
    for technology, names in members.items():
        if _has_potential(problem, names):
            yield Input(POTENTIAL, technology)
    if (problem.demands["annual_mwh"] > 0).any():
        yield Input(DEMAND, "")
    rows = problem.limit_rows()
    for row in rows[rows["kind"] == TARGET].itertuples():
        if row.value or np.isfinite(row.share):
            yield Input(TARGET, str(row.limit))


def _has_potential(problem: MixProblem, names: list[str]) -> bool:
    rows = problem.processes[problem.processes["process"].isin(names)]
    room = (rows["capacity_max_mw"] > rows["capacity_existing_mw"]) & np.isfinite(rows["capacity_max_mw"])
    return bool((room | (np.isfinite(rows["annual_max_mwh"]) & (rows["annual_max_mwh"] > 0))).any())


def _changed(problem: MixProblem, one: Input, factor: float) -> MixProblem:
    """Return the problem with one input times a factor."""
    if one.kind == DEMAND:
        demands = problem.demands.assign(annual_mwh=problem.demands["annual_mwh"] * factor)
        return replace(problem, demands=demands)
    if one.kind == TARGET:
        return replace(problem, limits=_moved_target(problem.limits, one.name, factor))
    names = members_of(problem, stores=True)[one.name]
    plants, stores = problem.processes.copy(), problem.storages.copy()
    mine, own = plants["process"].isin(names), stores["storage"].isin(names)
    if one.kind == PRICE:
        plants.loc[mine, "variable_eur_per_mwh"] *= factor
        stores.loc[own, "variable_eur_per_mwh"] *= factor
    elif one.kind == INVESTMENT:
        plants.loc[mine, "capex_eur_per_mw_year"] *= factor
        stores.loc[own, "capex_eur_per_mwh_year"] *= factor
    else:
        existing = plants["capacity_existing_mw"]
        grows = mine & (plants["capacity_max_mw"] > existing)
        plants.loc[grows, "capacity_max_mw"] = np.maximum(plants["capacity_max_mw"] * factor, existing)[grows]
        plants.loc[mine, "annual_max_mwh"] *= factor
    return replace(problem, processes=plants, storages=stores)


def _moved_target(limits: pd.DataFrame, name: str, factor: float) -> pd.DataFrame:
    """Return the limits with one value, or one share, times a factor.

    A share σ is held as RES − σ × GFC ≥ 0: another σ takes its part of GFC from each coefficient.
    """
    out = limits.copy()
    mine = out["limit"] == name
    share = out.loc[mine, "share"].astype(float)
    if share.notna().any():
        moved = share * factor - share
        out.loc[mine, "coefficient"] = out.loc[mine, "coefficient"].astype(float) - moved * out.loc[
            mine, "share_of"
        ].astype(float)
        out.loc[mine, "share"] = share * factor
    else:
        out.loc[mine, "value"] = out.loc[mine, "value"].astype(float) * factor
    return out
