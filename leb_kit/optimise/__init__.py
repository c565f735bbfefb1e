"""The optimiser: least-cost renewable and network mixes under several targets at once.

``problem``      the question as checked tables     ``time``     typical days
``territory``    the question made from a Balance   ``targets``  targets as linear rows
``blocks``       the mathematics, block by block    ``formulation``, ``solve``, ``explain``, ``relax``
``result``       the answer as tables            ``build``, ``extension``  one's own constraints
``warm``, ``axis``, ``epsilon``  what each step towards a target costs
``zones``, ``density``, ``zone_networks``  networks that compete for the same heat, zone by zone
``near_optimal`` what else is possible for little more    ``reasons``  why a technology is in or out
``tornado``      what the cost hangs on      ``budget``       the best use of a budget
``pathways``     several years as a question     ``pathway_run``  decided together or one by one
``components``, ``expansion``, ``layout``  rules held as arrays
``methods``      how HiGHS solves            ``watch``    stopping it, and hearing how far it is

Question and answer are plain tables; Pyomo and HiGHS are loaded when a problem is solved.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from leb_kit.optimise.density import heat_zones
from leb_kit.optimise.pathways import PathwayProblem, pathway
from leb_kit.optimise.problem import MixProblem
from leb_kit.optimise.result import MixResult
from leb_kit.optimise.territory import mix_problem
from leb_kit.optimise.time import typical_days
from leb_kit.optimise.zone_networks import zone_networks

if TYPE_CHECKING:
    from leb_kit.optimise.budget import BudgetSplit, split_budget
    from leb_kit.optimise.epsilon import Frontier, frontier
    from leb_kit.optimise.explain import InfeasibleMix, UnboundedMix
    from leb_kit.optimise.near_optimal import Alternatives, alternatives
    from leb_kit.optimise.pathway_run import PathwayResult, optimise_pathway
    from leb_kit.optimise.tornado import Sensitivity, sensitivity
    from leb_kit.optimise.watch import CancelledMix, Progress, watching

#: Names that need Pyomo and HiGHS, loaded when they are first asked for.
_LAZY = {
    "Alternatives": "near_optimal",
    "BudgetSplit": "budget",
    "Frontier": "epsilon",
    "PathwayResult": "pathway_run",
    "optimise_pathway": "pathway_run",
    "CancelledMix": "watch",
    "Progress": "watch",
    "watching": "watch",
    "InfeasibleMix": "explain",
    "UnboundedMix": "explain",
    "alternatives": "near_optimal",
    "frontier": "epsilon",
    "Sensitivity": "tornado",
    "sensitivity": "tornado",
    "split_budget": "budget",
}

__all__ = [
    "Alternatives",
    "BudgetSplit",
    "CancelledMix",
    "Frontier",
    "InfeasibleMix",
    "MixProblem",
    "MixResult",
    "PathwayProblem",
    "PathwayResult",
    "Progress",
    "Sensitivity",
    "UnboundedMix",
    "alternatives",
    "frontier",
    "heat_zones",
    "mix_problem",
    "optimise_mix",
    "optimise_pathway",
    "pathway",
    "sensitivity",
    "split_budget",
    "typical_days",
    "watching",
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
        No plan meets all limits; the message says which clash and the smallest change that helps.
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
    from leb_kit.optimise.methods import method_named  # Pyomo and HiGHS are heavy: loaded when used
    from leb_kit.optimise.run import run
    from leb_kit.optimise.watch import require_limits, watching

    require_limits(time_limit_s, cancel, progress)
    with watching(cancel, progress, method_named(method, crossover=crossover)):
        return run(problem, time_limit_s=time_limit_s)


def __getattr__(name: str) -> Any:
    """Load what needs a solver when it is first asked for."""
    if name in _LAZY:
        return getattr(importlib.import_module(f"leb_kit.optimise.{_LAZY[name]}"), name)
    message = f"module 'leb_kit.optimise' has no attribute '{name}'"
    raise AttributeError(message)
