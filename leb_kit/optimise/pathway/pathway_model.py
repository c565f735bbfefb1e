"""The model of a pathway: one of each year, what joins them, and what rules add to either."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from leb_kit.errors import InputError
from leb_kit.optimise.blocks import LEAST_COST_MIX, LEAST_COST_PATHWAY
from leb_kit.optimise.model.build import Built
from leb_kit.optimise.model.extension import Place, extend_program
from leb_kit.optimise.model.formulation import compile_model
from leb_kit.optimise.model.stacking import Additions
from leb_kit.optimise.pathway.pathways import PathwayProblem


def formulate_pathway(problem: PathwayProblem) -> Any:
    """Return the Pyomo model of a pathway: the model of each year in a block, and what joins them."""
    model = pyo.ConcreteModel(name="least_cost_pathway")

    def year(block: Any, y: int) -> None:
        for part in LEAST_COST_MIX:
            part(block, problem.problems[y])

    model.period = pyo.Block(list(problem.years), rule=year)
    for block in LEAST_COST_PATHWAY:
        block(model, problem)
    return model


def build_pathway(problem: PathwayProblem) -> tuple[Built, dict[int, Additions]]:
    """Return model and arrays of a pathway with all rules, and what those of each year added.

    Raises
    ------
    InputError
        A number is not finite, or a rule cannot be used; the year is told.
    """
    model = formulate_pathway(problem)
    program = compile_model(model)
    of_year = {y: Additions() for y in problem.years}
    for y in problem.years:
        question, period = problem.problems[y], model.period[y]
        if question.rules:
            # A euro of a year is one of all years that it stands for.
            place = Place(period, ((period, question),), period.least_cost, problem.discount(y))
            try:
                program, of_year[y] = extend_program(place, program, question.rules)
            except InputError as error:
                raise InputError(f"extension {y}", error.faults) from error
    added = Additions()
    if problem.rules:
        years = tuple((model.period[y], problem.problems[y]) for y in problem.years)
        place = Place(model, years, model.pathway_cost, 1.0)
        program, added = extend_program(place, program, problem.rules)
    last = problem.problems[problem.years[-1]]
    return Built(model, program, added, last.time.weight_h), of_year


__all__ = ["build_pathway", "formulate_pathway"]
