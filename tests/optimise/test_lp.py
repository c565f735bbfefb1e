"""The mathematics as text: what each block adds to a small model, kept in ``lp/<block>.lp``.

A change of a formula shows as a change of a text that can be read. After a wanted change:
``LEB_UPDATE_GOLDEN=1 pytest tests/optimise/test_lp.py``, and a line in the changelog.
"""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyomo.environ as pyo
import pytest

from leb_kit.optimise import MixProblem, blocks
from leb_kit.optimise.blocks import LEAST_COST_MIX, LEAST_COST_PATHWAY
from leb_kit.optimise.model.formulation import formulate
from leb_kit.optimise.pathway.pathway_run import formulate_pathway
from leb_kit.optimise.pathway.pathways import PathwayProblem
from tests.optimise.tables import problem, table

FOLDER = Path(__file__).parent / "lp"
#: Blocks whose rows use the sums of the year.
USES_ANNUAL = {"hourly_cost", "bus_balance", "annual_limits", "least_cost"}
BLOCKS = {block.__name__: block for block in LEAST_COST_MIX}
PATHWAY = {block.__name__: block for block in LEAST_COST_PATHWAY}

PROCESSES = """
process capacity_max_mw capacity_min_mw capacity_existing_mw profile must_run annual_max_mwh bus_in bus_out
boiler  -               -               4                    -       -        -              gas    heat
sun     8               1               -                    sun     -        -              -      heat
stove   5               -               -                    homes   true     7              -      heat
supply  9               -               -                    -       -        -              -      gas
mode    -               -               -                    -       -        -              -      -
"""
COSTS = {
    "efficiency": {"boiler": 0.8},
    "input_profile": {"boiler": "weather"},
    "capex_eur_per_mw_year": {"boiler": 100, "sun": 60},
    "fixed_eur_per_mw_year": {"boiler": 2, "sun": 1, "stove": 3},
    "variable_eur_per_mwh": {"stove": 5, "supply": 30},
    "unit": {"mode": "boiler"},
    "capacity_use": {"mode": 1.5},
    "variable_profile": {"supply": "price"},
    "given_up_eur_per_mw_year": {"boiler": 1.5},
    "exclusive_group": {"sun": "roof", "stove": "roof"},
    "opening_eur_per_year": {"stove": 7},
}
STORAGES = """
storage bus  capacity_max_mwh energy_to_power_h charge_efficiency discharge_efficiency loss_per_hour
tank    heat 6                2                 0.9               0.8                  0.1
pit     heat 12               4                 -                 -                    -
"""


def small() -> MixProblem:
    """Two hours, two buses (one annual), every kind of process, a store that costs and one that does not.

    ``mode`` runs on the boiler's unit with a yield that follows the weather, as does what the
    boiler takes; gas has another price each hour.
    Sun and stove want the same roof.
    """
    rows = [line.split() for line in PROCESSES.strip().splitlines()]
    header, *rows = rows
    text = [" ".join([*header, *COSTS])]
    text += [" ".join([*row, *(str(cost.get(row[0], "-")) for cost in COSTS.values())]) for row in rows]
    costs = {
        "capex_eur_per_mwh_year": "50 -",
        "capacity_existing_mwh": "1 -",
        "fixed_eur_per_mwh_year": "4 -",
        "variable_eur_per_mwh": "0.6 -",
    }
    head, *stores = STORAGES.strip().splitlines()
    storages = [" ".join([head, *costs])]
    for place, row in enumerate(stores):
        storages.append(" ".join([row, *(text.split()[place] for text in costs.values())]))
    return problem(
        buses="bus annual\nheat -\ngas true",
        processes="\n".join(text),
        storages="\n".join(storages),
        demands="""
        demand   bus  annual_mwh profile flexible_share flexible_profile flexible_max_mw
        homes    heat 6          homes   -              -                -
        kitchens gas  1          -       -              -                -
        cars     heat 3          homes   0.4            sun              5
        """,
        profiles="sun homes price weather\n0.5 1 1 3\n1 2 2 4",
        flows="process bus coefficient profile\nmode heat 0.5 weather\nmode gas -1 -",
        limits="""
        limit process coefficient sense    value profile
        co2   -       1           at_most  9     -
        co2   supply  0.2         at_most  9     -
        share sun     0.8         at_least 0     -
        share boiler  -0.2        at_least 0     -
        share tank    0.1         at_least 0     -
        share mode    0.3         at_least 0     weather
        """,
    )


def with_margin(question: MixProblem) -> MixProblem:
    """The same with a margin on heat, of which the gas supply takes some, as do the cars."""
    takes = pd.DataFrame(
        {"process": ["supply"], "bus": ["heat"], "coefficient": [-0.25], "profile": ["price"]}
    )
    firm = question.processes["process"].map({"boiler": 0.9, "sun": 0.5}).fillna(1.0)
    return replace(
        question,
        buses=question.buses.assign(reserve_margin=[0.1, np.nan]),
        processes=question.processes.assign(capacity_credit=firm),
        storages=question.storages.assign(capacity_credit=[0.8, 0.0]),
        flows=pd.concat([question.flows, takes], ignore_index=True),
        demands=question.demands.assign(bus=["heat", "gas", "heat"]),
    )


def model_of(name: str) -> Any:
    """A model with the variables and the rows of one block."""
    question, model = small(), pyo.ConcreteModel()
    if name == "storage_link":
        # Two typical days of one hour; the second stands for two days of three.
        linked = replace(question.time, day=np.array([0, 1]), sequence=np.array([0, 1, 1]))
        question = replace(question, time=linked)
    if name in {"storage_content", "flexible_demand"}:
        question = replace(question, time=replace(question.time, step_h=np.array([2.0, 3.0])))
    if name == "reserve_margin":
        question = with_margin(question)
    blocks.variables(model, question)
    if name in USES_ANNUAL:
        blocks.annual_output(model, question)
        model.annual_output.deactivate()
    if name == "least_cost":
        blocks.hourly_cost(model, question)
        model.hourly_costs.deactivate()
        blocks.exclusive_choice(model, question)
        model.open_limit.deactivate()
        model.exclusive_choice.deactivate()
    if name in {"bus_balance", "reserve_margin"}:
        blocks.flexible_demand(model, question)
        model.flexible_demand.deactivate()
    if name != "variables":
        BLOCKS[name](model, question)
    if name != "least_cost":
        # The format wants something to minimise; a variable is written where something mentions it.
        mentioned = name == "variables"
        every = [v for v in model.component_data_objects(pyo.Var) if mentioned]
        model.nothing = pyo.Objective(expr=sum(every))
    return model


def pathway_of(name: str) -> Any:
    """Two years of a boiler and a store, and the rows that one block joins them with."""
    year = problem(
        processes="""
        process bus_out capacity_existing_mw capacity_max_mw capex_eur_per_mw_year fixed_eur_per_mw_year
        boiler  heat    6                    -               100                   -
        waste   heat    1                    1               -                     3
        """,
        storages="storage bus capex_eur_per_mwh_year\ntank heat 50",
        demands="demand bus annual_mwh\nhomes heat 4",
    )
    stock = table("name lifetime_yr build_max_per_year\nboiler 15 2\ntank 10 -")
    factors = table("name year factor\nboiler 2030 1\nboiler 2040 0.8")
    way = PathwayProblem.from_problems(
        {2030: year, 2040: year}, stock=stock, cost_factors=factors, start=2025, discount_rate=0.0
    )
    model = formulate_pathway(way)
    for component in model.component_objects(pyo.Constraint, descend_into=True):
        if not component.name.startswith(ROWS_OF.get(name, name)):
            component.deactivate()
    if name != "pathway_cost":
        model.pathway_cost.set_value(0 * model.built["boiler", 2030])
    return model


#: Names of rows that do not begin with that of their block.
ROWS_OF = {"pathway_stock": ("pathway_stock", "pathway_kept", "pathway_closed")}


def lp_text(model: Any, folder: Path) -> str:
    """The model in LP format without the remarks of the writer."""
    path = folder / "model.lp"
    model.write(str(path), io_options={"symbolic_solver_labels": True})
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line.rstrip() for line in lines if line.strip() and not line.startswith("\\")]
    return "\n".join(kept) + "\n"


@pytest.mark.parametrize("name", BLOCKS | PATHWAY)
def test_the_rows_of_a_block_are_those_that_were_read_and_agreed(name, tmp_path):
    """Proves: no formula changes unseen. Without it a sign could turn and every plan stay plausible."""
    text = lp_text(model_of(name) if name in BLOCKS else pathway_of(name), tmp_path)
    golden = FOLDER / f"{name}.lp"
    if os.environ.get("LEB_UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_every_block_is_registered_with_a_text_and_a_problem_on_paper():
    """Proves: a new block comes with both. Without it mathematics could enter that nobody worked out."""
    here = Path(__file__).parent
    written = {path.stem for path in (here / "lp").glob("*.lp")}
    by_hand = "".join(path.read_text(encoding="utf-8") for path in here.glob("test_*_blocks.py"))
    assert written == set(BLOCKS | PATHWAY)
    assert [name for name in BLOCKS | PATHWAY if f"def test_{name}_" not in by_hand] == []


def test_a_block_says_its_formula_and_its_name():
    for name, block in (BLOCKS | PATHWAY).items():
        assert block.__doc__, name
        assert "Source: " in block.__doc__, name
        words, _, formula = block.__doc__.partition("\n\n")
        assert words.endswith("."), name
        assert any(sign in formula for sign in ("≤", "≥", "=", "min")), name


def test_the_whole_formulation_is_its_blocks_and_nothing_else():
    """Proves: a model has no rows beside those of its blocks. Without it the texts would not be the model."""
    names = {component.name for component in formulate(small()).component_objects(pyo.Constraint)}
    single = set()
    # Days are linked only where they are asked for.
    for name in set(BLOCKS) - {"storage_link"}:
        model = model_of(name)
        single |= {component.name for component in model.component_objects(pyo.Constraint, active=True)}
    assert names == single
