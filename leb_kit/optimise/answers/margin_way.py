"""By how much a reserve margin must give way so that a plan exists, and the largest that can be kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy.sparse import csc_matrix, csr_matrix

from leb_kit.optimise.answers.explain import Relaxation
from leb_kit.optimise.answers.giving_way import NOTHING, ROUNDS, elastic
from leb_kit.optimise.answers.requirements import margin_rows
from leb_kit.optimise.answers.reserve import margin_labels
from leb_kit.optimise.answers.searching import Search
from leb_kit.optimise.model.build import Built
from leb_kit.optimise.question.problem import AT_LEAST, MixProblem
from leb_kit.optimise.question.reserve import Reserve, reserves_of
from leb_kit.optimise.solver.solve import Solution


def margin_relaxations(problem: MixProblem, built: Built, search: Search) -> Iterator[Relaxation]:
    """Yield by how much each reserve margin must give way: MW that lack at most, and the largest margin.

    ``built`` may hold the problem as one year of a pathway.
    """
    for one in reserves_of(problem):
        rows = margin_rows(built.program, built.model, one.bus)
        answer = elastic(built.program, rows, search)
        if answer is None:
            continue
        amount, share = float(answer.objective), _largest_margin(problem, built, one, answer, search)
        yield Relaxation(
            one.limit,
            *margin_labels(one.bus, one.margin),
            amount,
            -amount,
            "MW",
            AT_LEAST,
            None if share is None else one.margin,
            share,
        )


def _largest_margin(
    problem: MixProblem, built: Built, one: Reserve, answer: Solution, search: Search
) -> float | None:
    """Return the largest margin that a plan can have, or nothing where even none is too much.

    Dinkelbach's method, as for shares: the least margin over all steps of the plan that lacks least, and from
    there again. Rows of a margin are firm − (1 + margin) × use, so that those of another follow from two.
    """
    rows = margin_rows(built.program, built.model, one.bus)
    use, fixed = _use_rows(problem, built, one, len(rows))
    margin, program = one.margin, built.program
    for _ in range(ROUNDS):
        x = answer.x[: use.shape[1]]
        taken = use @ x + fixed
        firm = program.matrix[rows][:, : use.shape[1]] @ x + (1 + margin) * (use @ x)
        reached = float((firm[taken > 0] / taken[taken > 0]).min(initial=np.inf)) - 1
        if not np.isfinite(reached) or abs(reached - margin) <= NOTHING:
            break
        matrix = built.program.matrix.tolil()
        matrix[rows] = built.program.matrix[rows] + (one.margin - reached) * use
        lower = built.program.row_lower.copy()
        lower[rows] = (1 + reached) * fixed
        program, margin = replace(built.program, matrix=csc_matrix(matrix), row_lower=lower), reached
        again = elastic(program, rows, search, beside=float(taken.max()), over=True)
        if again is None:
            break
        answer = again
    return margin if margin >= 0 else None


def _use_rows(problem: MixProblem, built: Built, one: Reserve, count: int) -> tuple[csr_matrix, np.ndarray]:
    """Return what is taken at a bus in each step as rows over the columns, and the fixed part, MW."""
    model, columns, steps = built.model, built.program.columns, np.arange(count)
    places, amounts = [np.zeros(0, dtype=int)], [np.zeros(0)]
    for part in one.users:
        shape, decided = part.shape(problem), part.name in model.D
        first = columns.at(model.output[part.name, 0] if decided else model.capacity[part.name])
        places.append(first + steps if decided else np.full(len(steps), first))
        amounts.append(shape if decided else shape * problem.profile(problem.profile_of[part.name]))
    for name in one.moved:
        places.append(columns.at(model.served[name, 0]) + steps)
        amounts.append(np.ones(len(steps)))
    at = (np.tile(steps, len(places) - 1), np.concatenate(places))
    use = csr_matrix((np.concatenate(amounts), at), shape=(len(steps), len(built.program.cost)))
    return use, problem.demand_mw(one.bus, moved=False)


__all__ = ["margin_relaxations"]
