"""Requirements that exclude each other: known by hand, and checked by linear programs written here."""

import random
import threading
from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyomo.environ as pyo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from leb_kit.errors import InputError
from leb_kit.optimise import InfeasibleMix, MixProblem, optimise_mix, optimise_pathway, watching
from leb_kit.optimise.answers import conflict
from leb_kit.optimise.answers.conflict import find_conflict
from leb_kit.optimise.answers.requirements import requirements_of
from leb_kit.optimise.answers.searching import Search
from leb_kit.optimise.model.build import build
from tests.optimise.tables import one_heat_demand, problem
from tests.optimise.test_pathway_blocks import town, way

LABELS = "limit process coefficient sense value label_it label_en unit kind\n"


def explained(question: MixProblem) -> InfeasibleMix:
    """Why there is no plan."""
    with pytest.raises(InfeasibleMix) as caught:
        optimise_mix(question)
    return caught.value


def told(error: InfeasibleMix) -> set[tuple[str, str]]:
    """Row and column of each requirement."""
    return set(error.conflict[["row", "column"]].itertuples(index=False, name=None))


# ── known sets ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_target_a_potential_and_a_demand_exclude_each_other():
    """Proves: all three are told, and the gas limit, which is in nobody's way, is not.

    100 MWh, of which the sun gives 40 at most: 60 from gas at least, and 50 are allowed.
    """
    question = problem(
        processes="process bus_out capacity_max_mw\nsun heat 40\ngas heat 900",
        demands=one_heat_demand(100),
        limits=LABELS + "fossil gas 1 at_most 50 Fossile Fossil MWh target\n"
        "loose gas 1 at_most 999 Largo Loose MWh target",
    )
    error = explained(question)
    assert told(error) == {("fossil", "value"), ("sun", "capacity_max_mw"), ("homes", "annual_mwh")}
    assert (
        "Insieme si escludono: sun (al più 40 MW); fabbisogno: «homes» (100 MWh all'anno);"
        " Fossile (al più 50 MWh)."
    ) in error.text("it")
    assert (
        "Together these exclude each other: sun (at most 40 MW); demand: 'homes' (100 MWh a year);"
        " Fossil (at most 50 MWh)."
    ) in str(error)
    row = error.conflict.set_index("row").loc["sun"]
    assert tuple(row[["kind", "table", "value", "unit"]]) == ("largest", "processes", 40, "MW")


def test_a_network_that_is_too_narrow_is_told_with_what_it_must_carry():
    """Proves: capacity that is a bound of output counts. The pipe carries 3 of 10 MW; gas is not to blame."""
    question = problem(
        buses="bus\nplant\nheat",
        processes="process bus_in bus_out capacity_max_mw\nboiler - plant 50\npipe plant heat 3",
        demands=one_heat_demand(10),
    )
    assert told(explained(question)) == {("pipe", "capacity_max_mw"), ("homes", "annual_mwh")}


def test_rows_of_one_technology_are_one_requirement():
    question = problem(
        processes="process technology bus_out capacity_max_mw\n"
        "a photovoltaic_roof heat 2\nb photovoltaic_roof heat 3",
        demands=one_heat_demand(10),
    )
    error = explained(question)
    assert told(error) == {("a, b", "capacity_max_mw"), ("homes", "annual_mwh")}
    assert "Fotovoltaico su tetto (al più 5 MW insieme)" in error.text("it")


def test_what_must_run_in_an_hour_in_which_nobody_takes_it_is_told():
    """Proves: the smallest capacity counts. 5 MW run in both hours, and in the first nothing is asked."""
    question = problem(
        processes="process bus_out must_run capacity_min_mw\nburner heat true 5\nboiler heat false -",
        demands=one_heat_demand(20, "late"),
        profiles="late\n0\n1",
    )
    assert told(explained(question)) == {("burner", "capacity_min_mw"), ("homes", "annual_mwh")}


def test_a_target_that_alone_cannot_hold_is_told_alone():
    """Proves: a set of one has words of its own. What is counted anyway, 7 t, is above the 5 t allowed."""
    limits = LABELS + "carbon gas 1 at_most 5 Emissioni Emissions t target\ncarbon - 7 at_most 5 E E t target"
    error = explained(
        problem(processes="process bus_out\ngas heat", demands=one_heat_demand(1), limits=limits)
    )
    assert error.text("it").endswith("Da solo non può valere: Emissioni (al più 5 t).")


def test_a_store_a_year_and_what_may_move_count():
    """Proves: a yearly maximum, and demand that may move in its day, are requirements too."""
    shapes = "flat\n" + "\n".join(["1"] * 24)
    question = problem(
        processes="process bus_out annual_max_mwh\nboiler heat 100",
        demands="demand bus annual_mwh profile flexible_share\nhomes heat 240 flat 0.5",
        profiles=shapes,
        storages="storage bus capacity_max_mwh\ntank heat 5",
    )
    assert told(explained(question)) == {("boiler", "annual_max_mwh"), ("homes", "annual_mwh")}


def test_a_free_store_that_is_too_small_is_told():
    """The sun gives in hour 1 what is asked in hour 2: 4 MWh must be kept, the tank holds 1."""
    question = problem(
        processes="process bus_out capacity_max_mw profile\nsun heat 9 noon",
        demands=one_heat_demand(4, "night"),
        profiles="noon night\n1 0\n0 1",
        storages="storage bus capacity_max_mwh energy_to_power_h\ntank heat 1 1",
    )
    assert told(explained(question)) == {("tank", "capacity_max_mwh"), ("homes", "annual_mwh")}


def test_a_constraint_of_ones_own_is_a_requirement():
    question = problem(
        processes="process bus_out capacity_max_mw\nsun heat 7\ngas heat 900", demands=one_heat_demand(10)
    )

    def clean(m):
        m.clean = pyo.Constraint(expr=m.annual["gas"] <= 2)

    error = explained(question.extend(clean))
    assert told(error) == {("clean", ""), ("sun", "capacity_max_mw"), ("homes", "annual_mwh")}
    assert "vincolo aggiunto «clean»" in error.text("it")


def test_one_of_a_group_is_a_requirement_and_whole_numbers_are_searched():
    """Proves: what only whole numbers forbid is found. Half of each boiler would serve."""
    question = problem(
        processes="process bus_out capacity_max_mw exclusive_group\na heat 8 g\nb heat 8 g",
        demands=one_heat_demand(10),
    )
    found = told(explained(question))
    assert ("a, b", "exclusive_group") in found
    assert ("homes", "annual_mwh") in found


def test_a_pathway_tells_the_years_of_what_excludes_itself():
    """Proves: build rates join in. Sun at 0.1 MW a year cannot replace a boiler whose fuel ends in 2040."""
    clean = "limit process coefficient sense value\nfuel boiler 1 at_most 0"
    years = {2030: town(), 2040: town(limits=clean)}
    with pytest.raises(InfeasibleMix) as caught:
        optimise_pathway(way(years, "name build_max_per_year\nsun 0.1", start=2020))
    found = caught.value.conflict[["row", "column", "year"]]
    assert set(found.itertuples(index=False, name=None)) == {
        ("sun", "build_max_per_year", 2030),
        ("sun", "build_max_per_year", 2040),
        ("homes", "annual_mwh", 2040),
        ("fuel", "value", 2040),
    }
    assert "ritmo di costruzione di sun (al più 1 MW entro il 2040)" in caught.value.text("it")


def test_the_year_that_has_no_plan_by_itself_stands_in_the_table():
    nothing = "limit process coefficient sense value\nfuel boiler 1 at_most 0\nsun sun 1 at_most 0"
    with pytest.raises(InfeasibleMix) as caught:
        optimise_pathway(way({2030: town(), 2040: town(limits=nothing)}))
    assert set(caught.value.conflict["year"]) == {2040}


# ── any problem ──────────────────────────────────────────────────────────────────────────────────────────

#: Plant → MWh at (heat, electricity) for a MWh of main output.
WAYS = {"sun": (0, 1), "grid": (0, 1), "pump": (1, -0.4), "boiler": (1, 0), "stove": (1, 0), "chp": (0.8, 1)}


def drawn(seed: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Processes, demands and limits of a small town, drawn so that a plan is rare."""
    rng = random.Random(seed)  # noqa: S311 no secret
    rows = [
        {
            "process": name,
            "capacity_max_mw": rng.choice([np.inf, rng.randint(0, 40), rng.randint(0, 40)]),
            "annual_max_mwh": rng.choice([np.inf, rng.randint(0, 40)]),
            "capex_eur_per_mw_year": rng.choice([0.0, 9.0]),  # bounds where capacity is free, rows else
        }
        for name in WAYS
    ]
    demands = pd.DataFrame(
        {"demand": ["homes", "lights"], "bus": ["heat", "el"], "annual_mwh": rng.sample(range(5, 80), 2)}
    )
    limits = []
    for number in range(rng.randint(1, 4)):
        sense, value = rng.choice([("at_most", rng.randint(0, 30)), ("at_least", rng.randint(5, 60))])
        limits += [
            {"limit": f"l{number}", "process": one, "coefficient": k, "sense": sense, "value": value}
            for one in rng.sample(list(WAYS), rng.randint(1, 3))
            if (k := rng.choice([0.25, 0.5, 1.0, 2.0]))
        ]
    return pd.DataFrame(rows), demands, pd.DataFrame(limits)


def possible(tables: tuple[pd.DataFrame, ...], kept: Iterable[tuple[str, str]]) -> bool:
    """Whether there is a plan of one hour that keeps some requirements: SciPy, from the tables alone."""
    processes, demands, limits = tables
    names, kept = list(WAYS), set(kept)
    upper, rows, sides = np.full(len(names), np.inf), [], []
    for place, row in enumerate(processes.itertuples()):
        for column in ("capacity_max_mw", "annual_max_mwh"):
            if (row.process, column) in kept:
                upper[place] = min(upper[place], getattr(row, column))
    given = np.array([WAYS[name] for name in names]).T
    for place, row in enumerate(demands.itertuples()):
        asked = row.annual_mwh if (row.demand, "annual_mwh") in kept else 0.0
        rows.append(-given[place])
        sides.append(-asked)
        if (row.demand, "annual_mwh") in kept:
            rows.append(given[place])
            sides.append(asked)
    for limit, part in limits.groupby("limit"):
        if (limit, "value") in kept:
            sign = 1.0 if part["sense"].iloc[0] == "at_most" else -1.0
            amount = part.set_index("process")["coefficient"].reindex(names).fillna(0.0)
            rows.append(sign * amount.to_numpy())
            sides.append(sign * part["value"].iloc[0])
    bounds = [(0, most) for most in upper]
    answer = linprog(np.zeros(len(names)), A_ub=np.array(rows), b_ub=sides, bounds=bounds)
    assert answer.status in (0, 2)
    return answer.status == 0


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_set_has_no_plan_and_without_any_one_of_it_there_is_one(seed):
    """Proves: a conflict, and irreducible, by another solver. Without it the words could be untrue."""
    tables = drawn(seed)
    processes, demands, limits = tables
    outputs = [
        {"process": name, "bus": bus, "coefficient": k}
        for name, ways in WAYS.items()
        for bus, k in zip(("heat", "el"), ways, strict=True)
        if k
    ]
    try:
        question = MixProblem.from_tables(
            buses=pd.DataFrame({"bus": ["heat", "el"]}),
            processes=processes,
            flows=pd.DataFrame(outputs),
            demands=demands,
            limits=limits,
            profiles=pd.DataFrame(index=range(1)),
        )
        optimise_mix(question)
    except InputError:
        return  # told before any solver
    except InfeasibleMix as error:
        members = told(error)
        assert members
        assert not possible(tables, members)
        for one in members:
            assert possible(tables, members - {one}), one
    else:
        everything = {(row, column) for row in WAYS for column in ("capacity_max_mw", "annual_max_mwh")}
        everything |= {(name, "annual_mwh") for name in demands["demand"]}
        everything |= {(name, "value") for name in limits["limit"]}
        assert possible(tables, everything)


# ── when it is given up ──────────────────────────────────────────────────────────────────────────────────


def narrow() -> MixProblem:
    """3 MW for 10 MWh in an hour."""
    return problem(processes="process bus_out capacity_max_mw\nboiler heat 3", demands=one_heat_demand(10))


def searched(question: MixProblem, limit_s: float = 60):
    """The set, looked for in a time."""
    built = build(question)
    stated = requirements_of(question, built.program, built.model, built.added)
    return find_conflict(built.program, stated, Search(limit_s))


def test_without_time_nothing_is_claimed():
    found = searched(narrow(), limit_s=1e-9)
    assert found.table().empty
    assert found.text("it").startswith("Non c'è stato il tempo")
    assert found.text("en").startswith("There was no time")


def test_who_stops_the_search_is_heard():
    """Proves: the button works here too. Without it a planner waits for a set that nobody asked for."""
    stop = threading.Event()
    stop.set()
    with watching(cancel=stop):
        assert searched(narrow()).unknown == "time"


@pytest.mark.parametrize(
    ("limit", "unknown", "said"),
    [
        ("conflict_requirements", "many", "Più di 1 requisiti si escludono solo tutti insieme"),
        ("conflict_rows", "size", "non si cerca oltre 1 righe"),
    ],
)
def test_what_is_too_long_or_too_large_is_not_told(monkeypatch, limit, unknown, said):
    monkeypatch.setattr(conflict, "search_limit", lambda name: 1.0 if name == limit else 1e9)
    found = searched(narrow())
    assert (found.unknown, found.members) == (unknown, ())
    assert said in found.text("it")
