"""The optimiser: least-cost renewable and network mixes under several targets at once.

``question``      the question as checked tables, typical days or the whole year
``checks``        what is wrong with a question, told before any solver
``from_balance``  the question made from a Balance: plants, networks, zones, demand, targets
``blocks``        the mathematics, one block for one thought
``engine``        the blocks' rules held as arrays
``model``         all blocks as one program, and an analyst's own constraints
``solver``        HiGHS: how it solves, how it is stopped, how it is asked again
``answers``       the plan; what else is possible, why, at what price, and why there is none
``pathway``       several years, decided together or one after the other

Question and answer are plain tables; Pyomo and HiGHS are loaded when a problem is solved.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from leb_kit.optimise.answers.result import MixResult
from leb_kit.optimise.answers.zone_networks import zone_networks
from leb_kit.optimise.from_balance.density import heat_zones
from leb_kit.optimise.from_balance.territory import mix_problem
from leb_kit.optimise.pathway.pathways import PathwayProblem, pathway
from leb_kit.optimise.question.hour_blocks import hour_blocks
from leb_kit.optimise.question.problem import MixProblem, require_problem
from leb_kit.optimise.question.time import typical_days

if TYPE_CHECKING:
    from leb_kit.optimise.answers.budget import BudgetSplit, split_budget
    from leb_kit.optimise.answers.epsilon import Frontier, frontier
    from leb_kit.optimise.answers.explain import InfeasibleMix, UnboundedMix
    from leb_kit.optimise.answers.investment import investment, within_investment
    from leb_kit.optimise.answers.near_optimal import Alternatives, alternatives
    from leb_kit.optimise.answers.tornado import Sensitivity, sensitivity
    from leb_kit.optimise.pathway.pathway_frontier import PathwayFrontier, pathway_frontier
    from leb_kit.optimise.pathway.pathway_run import PathwayResult, optimise_pathway
    from leb_kit.optimise.solver.watch import CancelledMix, Progress, watching

#: Names that need Pyomo and HiGHS, loaded when they are first asked for.
_LAZY = {
    "Alternatives": "answers.near_optimal",
    "BudgetSplit": "answers.budget",
    "Frontier": "answers.epsilon",
    "PathwayResult": "pathway.pathway_run",
    "optimise_pathway": "pathway.pathway_run",
    "PathwayFrontier": "pathway.pathway_frontier",
    "pathway_frontier": "pathway.pathway_frontier",
    "CancelledMix": "solver.watch",
    "Progress": "solver.watch",
    "watching": "solver.watch",
    "InfeasibleMix": "answers.explain",
    "UnboundedMix": "answers.explain",
    "alternatives": "answers.near_optimal",
    "frontier": "answers.epsilon",
    "investment": "answers.investment",
    "within_investment": "answers.investment",
    "Sensitivity": "answers.tornado",
    "sensitivity": "answers.tornado",
    "split_budget": "answers.budget",
}

__all__ = [
    "Alternatives",
    "BudgetSplit",
    "CancelledMix",
    "Frontier",
    "InfeasibleMix",
    "MixProblem",
    "MixResult",
    "PathwayFrontier",
    "PathwayProblem",
    "PathwayResult",
    "Progress",
    "Sensitivity",
    "UnboundedMix",
    "alternatives",
    "frontier",
    "heat_zones",
    "hour_blocks",
    "investment",
    "mix_problem",
    "optimise_mix",
    "optimise_pathway",
    "pathway",
    "pathway_frontier",
    "sensitivity",
    "split_budget",
    "typical_days",
    "watching",
    "within_investment",
    "zone_networks",
]


def optimise_mix(
    problem: MixProblem,
    *,
    time_limit_s: float | None = None,
    method: str = "auto",
    crossover: bool = True,
    cancel: threading.Event | None = None,
    progress: Callable[[Progress], object] | None = None,
) -> MixResult:
    """Find the least-cost plan of a problem.

    Parameters
    ----------
    problem : MixProblem
        From ``mix_problem`` or ``MixProblem.from_tables``.
    time_limit_s : float, optional
        Wall-clock limit of the solver, seconds.
    method : str
        How linear problems are solved: auto (by size), simplex, ipx, hipo or pdlp (slow on small ones); the
        log tells which.
    crossover : bool
        Whether an interior or first-order method goes on to a vertex, where what is not needed is exactly
        zero; without, the plan is taken as it is if it is proven within a millionth of the least cost.
    cancel : threading.Event, optional
        Set it (from another thread, a button) and the search ends within a second: with the best plan
        found so far, ``status`` cancelled, or with CancelledMix.
    progress : Callable[[Progress], object], optional
        Called every half second with seconds, iterations and, of whole numbers, cost and gap so far.

    Returns
    -------
    MixResult
        ``status``, ``plan``, ``cost_eur``, ``prices``, ``dispatch``, ``to_balance()``.

    Raises
    ------
    InfeasibleMix
        No plan meets all limits; the message says which clash, the smallest change that helps, and which
        requirements exclude each other (``conflict`` is their table).
    UnboundedMix
        The cost has no lower end.
    CancelledMix
        It was stopped before there was a plan.
    InputError
        A number is not finite, an unknown method, or another argument that cannot be.

    Examples
    --------
    >>> import leb_kit as leb
    >>> b = leb.examples.torino()
    >>> p = leb.mix_problem(b, targets="20-20-20-local", base=b, time=leb.typical_days(2))
    >>> leb.optimise_mix(p).status
    'optimal'
    """
    from leb_kit.optimise.answers.run import run
    from leb_kit.optimise.solver.methods import method_named  # Pyomo and HiGHS are heavy: loaded when used
    from leb_kit.optimise.solver.watch import require_limits, watching

    require_problem(problem)
    require_limits(time_limit_s, cancel, progress)
    with watching(cancel, progress, method_named(method, crossover=crossover)):
        return run(problem, time_limit_s=time_limit_s)


def __getattr__(name: str) -> Any:
    """Load what needs a solver when it is first asked for."""
    if name in _LAZY:
        return getattr(importlib.import_module(f"leb_kit.optimise.{_LAZY[name]}"), name)
    message = f"module 'leb_kit.optimise' has no attribute '{name}'"
    raise AttributeError(message)
