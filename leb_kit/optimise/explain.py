"""Why no plan exists, in words and with numbers that were checked."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.sparse import csc_matrix, hstack

from leb_kit.errors import LebError
from leb_kit.optimise.build import Built
from leb_kit.optimise.formulation import LinearProgram
from leb_kit.optimise.problem import AT_LEAST, TARGET, MixProblem
from leb_kit.optimise.solve import OPTIMAL, solve

#: Figures told of an amount that has more before the decimal point.
LARGE_FIGURES = 4
#: Figures of an amount that a sentence shows, at least.
SHOWN_FIGURES = 3
MOST_DECIMALS = 6
#: Part of the last figure that is the arithmetic of floats.
SLACK = 1e-6


@dataclass(frozen=True)
class Relaxation:
    """A single change that makes a plan possible: limit, by how much, and the value it takes then."""

    limit: str
    label_it: str
    label_en: str
    amount: float
    allowed: float
    unit: str
    sense: str


class InfeasibleMix(LebError):
    """No plan meets all limits at once.

    ``clash``: labels of targets that cannot hold together; ``relaxations``: the smallest single
    changes, each checked to make a plan possible. ``text(lang)`` is the sentence in Italian or
    English; ``str()`` is English.
    """

    def __init__(self, clash: pd.DataFrame, relaxations: tuple[Relaxation, ...]) -> None:
        self.clash_rows = clash
        self.relaxations = relaxations
        super().__init__(self.text("en"))

    @property
    def clash(self) -> tuple[str, ...]:
        """The clashing targets, in words (English)."""
        return tuple(self.clash_rows["label_en"])

    def text(self, lang: str = "it") -> str:
        """Return the explanation in ``lang``."""
        italian = lang != "en"
        labels = "; ".join(self.clash_rows["label_it" if italian else "label_en"])
        if not labels:
            return (
                "Nessun piano è possibile: i limiti fisici (capacità, potenziali, fabbisogni) non stanno"
                " insieme, anche senza obiettivi."
                if italian
                else "No plan is possible: physical limits (capacities, potentials, demands) cannot hold"
                " together, even without targets."
            )
        alone = len(self.clash_rows) == 1
        if italian:
            head = f"Nessun piano {'raggiunge' if alone else 'soddisfa insieme'}: {labels}."
        else:
            head = f"No plan meets {'this' if alone else 'these together'}: {labels}."
        head += " Possono esserci altri conflitti." if italian else " There may be further conflicts."
        return " ".join([head, *(self._sentence(item, italian=italian) for item in self.relaxations)])

    @staticmethod
    def _sentence(item: Relaxation, *, italian: bool) -> str:
        # Rounded away from the limit: the number that is told must be enough.
        decimals = _decimals(item.amount)
        away = -1 if item.sense == AT_LEAST else 1
        shown = max(decimals, 0)
        amount = f"{_rounded(item.amount, decimals):,.{shown}f}"
        allowed = f"{away * _rounded(away * item.allowed, decimals):,.{shown}f}"
        if italian:
            swap = str.maketrans(",.", ".,")
            amount, allowed = amount.translate(swap), allowed.translate(swap)
        head, to = (
            (f"Basta allentare «{item.label_it}» di", "a")
            if italian
            else (f"It is enough to relax '{item.label_en}' by", "to")
        )
        amount = f"{amount} {item.unit}".rstrip()
        # A share is held against zero (renewables less the share of consumption): no new value to tell.
        share = item.allowed == -item.amount
        return f"{head} {amount}." if share else f"{head} {amount} ({to} {allowed})."


def _decimals(amount: float) -> int:
    """Return how many decimals show at least three figures of an amount; none if it is whole.

    Negative for large amounts: of those, the first four figures are told.
    """
    if amount <= 0:
        return 0
    digits = math.floor(math.log10(amount))
    if digits >= LARGE_FIGURES:
        return LARGE_FIGURES - 1 - digits
    if abs(amount - round(amount)) < SLACK:
        return 0
    return min(max(SHOWN_FIGURES - 1 - digits, 0), MOST_DECIMALS)


def _rounded(amount: float, decimals: int) -> float:
    """Round up; what is a whole number but for the arithmetic of floats stays so."""
    step: float = 10.0**-decimals
    return math.ceil(amount / step - SLACK) * step


class UnboundedMix(LebError):
    """The plan could earn without end: a process sells more than it costs and has no limit."""


def explain_infeasible(problem: MixProblem, built: Built) -> InfeasibleMix:
    """Find clashing targets and the smallest single changes that make a plan possible."""
    rows, program = problem.limit_rows(), built.program
    targets = rows[rows["kind"] == TARGET]
    at = {name: [built.row[id(built.model.annual_limits[name])]] for name in targets["limit"]}
    own = _own_rows(built)
    clash = _smallest_clash(program, at | own)
    relaxations = []
    for row in targets.itertuples():
        amount = _smallest_change(program, at[row.limit][0])
        if amount is None:
            continue
        allowed = row.value - amount if row.sense == AT_LEAST else row.value + amount
        relaxations.append(
            Relaxation(
                row.limit,
                row.label_it or row.limit,
                row.label_en or row.limit,
                amount,
                allowed,
                row.unit,
                row.sense,
            )
        )
    told = [
        {
            "limit": name,
            "label_it": f"il vincolo aggiunto «{name}»",
            "label_en": f"the added constraint '{name}'",
        }
        for name in own
    ]
    columns = ["limit", "label_it", "label_en"]
    found = pd.concat([targets[columns], pd.DataFrame(told, columns=columns)])
    found = found[found["limit"].isin(clash)]
    labelled = found.assign(
        label_it=found["label_it"].where(found["label_it"] != "", found["limit"]),
        label_en=found["label_en"].where(found["label_en"] != "", found["limit"]),
    )
    return InfeasibleMix(labelled, tuple(relaxations))


def _own_rows(built: Built) -> dict[str, list[int]]:
    """Return the rows of each constraint that a rule added, but for those that only join sizes."""
    rows: dict[str, list[int]] = {}
    for name, _, row in built.added.rows:
        if not name.startswith("linked_"):
            rows.setdefault(name, []).append(built.row[id(row)])
    return rows


def _without_cost(program: LinearProgram) -> LinearProgram:
    return replace(program, cost=np.zeros_like(program.cost))


def _smallest_clash(program: LinearProgram, at: dict[str, list[int]]) -> list[str]:
    """Return the smallest set of targets that has no plan (checked); none if even without targets."""
    for size in range(len(at) + 1):
        for chosen in itertools.combinations(at, size):
            dropped = [number for name, numbers in at.items() if name not in chosen for number in numbers]
            if _feasible(_freed(program, dropped)) is False:
                return list(chosen)
    return list(at)


def _freed(program: LinearProgram, rows: list[int]) -> LinearProgram:
    keep = np.setdiff1d(np.arange(len(program.row_lower)), rows)
    return replace(
        _without_cost(program),
        matrix=csc_matrix(program.matrix[keep]),
        row_lower=program.row_lower[keep],
        row_upper=program.row_upper[keep],
        rows=[program.rows[number] for number in keep],
    )


def _feasible(program: LinearProgram) -> bool:
    return solve(program).status == OPTIMAL


def _smallest_change(program: LinearProgram, row: int) -> float | None:
    """Return the least amount by which one row must give way, or None if that does not help."""
    up = np.isfinite(program.row_lower[row])
    column = csc_matrix(([1.0 if up else -1.0], ([row], [0])), shape=(program.matrix.shape[0], 1))
    elastic = replace(
        program,
        cost=np.append(np.zeros_like(program.cost), 1.0),
        matrix=csc_matrix(hstack([program.matrix, column])),
        lower=np.append(program.lower, 0.0),
        upper=np.append(program.upper, np.inf),
        offset=0.0,
        columns=[*program.columns, None],
        whole=None if program.whole is None else np.append(program.whole, False),
    )
    answer = solve(elastic)
    return float(answer.objective) if answer.status == OPTIMAL else None


def explain_unbounded(problem: MixProblem) -> UnboundedMix:
    """Name the processes that earn and have no limit."""
    rows = problem.processes
    endless = np.isinf(rows["capacity_max_mw"]) & np.isinf(rows["annual_max_mwh"])
    earning = rows[(rows["variable_eur_per_mwh"] < 0) & endless]
    names = ", ".join(earning["process"]) or "a combination of processes"
    return UnboundedMix(
        f"The cost has no lower end: {names} can earn without limit."
        " Give capacity_max_mw, annual_max_mwh or a price that is not below cost."
    )
