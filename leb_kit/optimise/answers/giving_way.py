"""The least by which a row must give way so that a plan exists, and the share that can be attained."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csc_matrix, hstack

from leb_kit.optimise.answers.searching import Search
from leb_kit.optimise.blocks.year import yearly
from leb_kit.optimise.model.build import Built
from leb_kit.optimise.model.formulation import LinearProgram
from leb_kit.optimise.question.problem import MixProblem
from leb_kit.optimise.solver.solve import OPTIMAL, Solution

#: Part of the largest amount that is the arithmetic of floats.
NOTHING = 1e-7
#: Rounds in which the best attainable share is found.
ROUNDS = 20


def with_columns(program: LinearProgram, columns: csc_matrix, cost: np.ndarray) -> LinearProgram:
    """Return the program with columns from 0 up beside its own, and their cost as the only one."""
    count = columns.shape[1]
    return replace(
        program,
        cost=np.concatenate([np.zeros_like(program.cost), cost]),
        matrix=csc_matrix(hstack([program.matrix, columns])),
        lower=np.concatenate([program.lower, np.zeros(count)]),
        upper=np.concatenate([program.upper, np.full(count, np.inf)]),
        offset=0.0,
        columns=program.columns.plus(*(f"gives_way[{place}]" for place in range(count))),
        whole=None if program.whole is None else np.append(program.whole, np.zeros(count, dtype=bool)),
    )


def elastic(
    program: LinearProgram,
    rows: int | np.ndarray,
    search: Search,
    *,
    beside: float = 0.0,
    over: bool = False,
) -> Solution | None:
    """Return the plan in which a row gives way least, or None if that does not help.

    ``rows``: several, all of one sense, give way by the same; ``beside``: what the amount is measured
    against; an amount near 0 is proven as exactly as it matters; ``over``: a plan that does more than is
    asked is looked for as well, and the amount is then below 0.
    """
    places = np.atleast_1d(rows)
    way = np.where(np.isfinite(program.row_lower[places]), 1.0, -1.0)
    column = csc_matrix((way, (places, np.zeros_like(places))), shape=(program.matrix.shape[0], 1))
    asked = replace(with_columns(program, column, np.ones(1)), offset=beside)
    if over:
        asked.lower[-1] = -np.inf
    answer = search.solve(asked)
    return replace(answer, objective=answer.objective - beside) if answer.status == OPTIMAL else None


def attainable(
    problem: MixProblem, built: Built, limit: str, row: int, answer: Solution, search: Search
) -> float | None:
    """Return the share nearest to what is asked that a plan can have.

    Dinkelbach's method: with RES − σ × GFC short by a at a plan, σ − a / GFC is the share of that plan;
    from there again, until nothing is short.
    """
    part = problem.limits[problem.limits["limit"] == limit]
    whole = np.zeros(len(built.program.cost))
    for process, profile, amount in part[["process", "profile", "share_of"]].itertuples(index=False):
        if process:
            whole[built.column(yearly(built.model, process, profile))] += float(amount)
    constant = float(part.loc[part["process"] == "", "share_of"].sum())
    asked = share = float(part["share"].iloc[0])
    program = built.program
    for _ in range(ROUNDS):
        consumption = float(whole @ answer.x[: len(whole)]) + constant
        if not consumption > 0:
            return None
        missing = float(answer.objective)
        if abs(missing) <= NOTHING * consumption:
            return share
        share -= missing / consumption
        matrix = program.matrix.tolil()
        matrix[row] = program.matrix[row] + (asked - share) * csc_matrix(whole)
        # A lower share asks less of the fixed part as well.
        lower = program.row_lower.copy()
        lower[row] = built.program.row_lower[row] - (asked - share) * constant
        changed = replace(program, matrix=csc_matrix(matrix), row_lower=lower)
        again = elastic(changed, row, search, beside=consumption, over=True)
        if again is None:
            return share
        answer = again
    return share
