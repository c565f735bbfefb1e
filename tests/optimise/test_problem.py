"""The door of the optimiser: everything that is wrong with the tables, in one error."""

import numpy as np
import pandas as pd
import pytest

from leb_kit import InputError, optimise
from leb_kit.optimise import MixProblem, typical_days
from leb_kit.optimise.answers.investment import within_investment
from tests.optimise.tables import one_heat_demand, problem, table

BOILER = "process bus_out variable_eur_per_mwh\nboiler heat 20"


def faults_of(**tables: object) -> tuple[str, ...]:
    """The faults of a problem that has any."""
    given = {"processes": BOILER, "demands": one_heat_demand(10), **tables}
    with pytest.raises(InputError) as caught:
        problem(**given)
    assert str(caught.value).startswith("mix problem: ")
    return caught.value.faults


LIMIT = "limit process coefficient sense value\n"
STORE = "storage bus {}\ntank heat {}"
AN_ITALIAN_NUMBER = (
    "processes: row 0 ('boiler'), column capacity_max_mw: found '8,5', expected a number (MW)."
    " Write 8.5, with a decimal point."
)
A_MISSPELT_SENSE = (
    "limits: row 0 ('cap'), column sense: found 'at_mst', expected one of at_most, at_least."
    " Did you mean 'at_most'?"
)


@pytest.mark.parametrize(
    ("tables", "fault"),
    [
        (
            {"processes": "process bus_out\nboiler heet"},
            "processes: 'boiler': unknown bus_out 'heet'. Did you mean 'heat'?",
        ),
        (
            {"processes": "process bus_in bus_out\nboiler gass heat", "buses": "bus\nheat\ngas"},
            "processes: 'boiler': unknown bus_in 'gass'. Did you mean 'gas'?",
        ),
        (
            {"demands": "demand bus annual_mwh\nhomes heats 10"},
            "demands: 'homes': unknown bus 'heats'. Did you mean 'heat'?",
        ),
        (
            {"storages": "storage bus\ntank head"},
            "storages: 'tank': unknown bus 'head'. Did you mean 'heat'?",
        ),
        (
            {"flows": "process bus coefficient\nboilr heat 1"},
            "flows: 'boilr' / 'heat': unknown process 'boilr'. Did you mean 'boiler'?",
        ),
        (
            {"limits": LIMIT + "cap boilers 1 at_most 5\ncap boiler 1 at_most 5"},
            "limits: 'cap' / 'boilers': unknown process 'boilers'. Did you mean 'boiler'?",
        ),
        (
            {"cells": "process flow product coefficient\nboler FC_E G3000 1"},
            "cells: 'boler' / 'FC_E' / 'G3000': unknown process 'boler'. Did you mean 'boiler'?",
        ),
        (
            {"profiles": "homes\n1", "demands": one_heat_demand(10, "hmes")},
            "demands: 'homes': unknown profile 'hmes'. Did you mean 'homes'?",
        ),
        (
            {"profiles": "sunny\n1", "processes": "process bus_out profile\nboiler heat suny"},
            "processes: 'boiler': unknown profile 'suny'. Did you mean 'sunny'?",
        ),
        (
            {"processes": BOILER + "\nidle - 5"},
            "processes: 'idle' touches no bus; give bus_out",
        ),
        (
            {"processes": "process bus_out\nboiler heat\nboiler heat"},
            "processes: row 1: process 'boiler' appears again (first in row 0); keys are unique",
        ),
        (
            {"processes": "process bus_out capacity_max_mw\nboiler heat many"},
            "processes: row 0 ('boiler'), column capacity_max_mw: found 'many', expected a number (MW).",
        ),
        (
            {"processes": "process bus_out capacity_max_mw\nboiler heat 8,5"},
            AN_ITALIAN_NUMBER,
        ),
        (
            {"processes": "process bus_out capex_eur_per_mw_year\nboiler heat -3"},
            (
                "processes: row 0 ('boiler'), column capex_eur_per_mw_year: found -3.0,"
                " expected at least 0 (EUR/(MW year))"
            ),
        ),
        (
            {"processes": "process bus_out variable_eur_per_mwh\nboiler heat inf"},
            (
                "processes: row 0 ('boiler'), column variable_eur_per_mwh: found 'inf',"
                " expected a number (EUR/MWh)."
            ),
        ),
        (
            {"demands": "demand bus annual_mwh\nhomes heat -"},
            (
                "demands: row 0 ('homes'), column annual_mwh: found nothing,"
                " expected Energy of a year (MWh/year)"
            ),
        ),
        (
            {"limits": LIMIT + "cap boiler 1 at_mst 5"},
            A_MISSPELT_SENSE,
        ),
        (
            {"limits": LIMIT + "cap boiler 1 at_most 5\ncap - 2 at_most 6"},
            "limits: 'cap' has more than one sense or value",
        ),
        (
            {"limits": LIMIT + "cap - 2 at_most 5"},
            "limits: 'cap' touches no process; give a process and its coefficient",
        ),
        (
            {
                "processes": "process bus_in bus_out efficiency\nboiler gas heat 0\nwell - gas 1",
                "buses": "bus\nheat\ngas",
            },
            "processes: 'boiler' has efficiency 0; more than 0 is expected",
        ),
        (
            {"processes": "process bus_out capacity_min_mw capacity_max_mw\nboiler heat 5 3"},
            "processes: 'boiler' has capacity_min_mw 5 above capacity_max_mw 3",
        ),
        (
            {"storages": STORE.format("discharge_efficiency", "0")},
            "storages: 'tank' has discharge_efficiency 0; more than 0 is expected",
        ),
        (
            {"storages": STORE.format("loss_per_hour", "1.5")},
            "storages: row 0 ('tank'), column loss_per_hour: found 1.5, expected at most 1 (1/h)",
        ),
        (
            {"storages": "storage bus\nboiler heat"},
            "storages: 'boiler' is the name of a process; names are unique",
        ),
        (
            {"buses": "bus annual\nheat true", "storages": "storage bus\ntank heat"},
            "storages: 'tank' is at bus 'heat', which balances over the year and needs no store",
        ),
        (
            {"buses": "bus\nheat\ncold", "demands": "demand bus annual_mwh\nshops cold 3"},
            "demands: 'shops' is at bus 'cold', to which no process gives",
        ),
        (
            {"profiles": "never\n0\n0", "demands": one_heat_demand(10, "never")},
            "demands: 'homes' has profile 'never', which is 0 in every hour",
        ),
        (
            {"profiles": "sun\n0.5\n-0.1"},
            "profiles: row 1, column sun: found -0.1, expected at least 0",
        ),
        (
            {"profiles": "sun\n0.5\nnan"},
            "profiles: row 1, column sun: found nothing, expected a number",
        ),
        (
            {"profiles": 0},
            "profiles: no rows; one row for each hour is expected",
        ),
        (
            {"profiles": "sun sun\n1 2"},
            "profiles: column 'sun' appears more than once",
        ),
    ],
    ids=lambda value: value[:60] if isinstance(value, str) else "",
)
def test_one_fault_is_told_with_its_place(tables, fault):
    assert faults_of(**tables) == (fault,)


def test_a_missing_column_is_named_with_what_it_means():
    faults = faults_of(demands="demand bus\nhomes heat", limits="limit process value\ncap boiler 5")
    assert faults == (
        "demands: column 'annual_mwh' is missing (Energy of a year).",
        "limits: column 'sense' is missing (Direction).",
    )


def test_a_column_that_nobody_knows_is_named_with_the_nearest():
    (fault,) = faults_of(processes="process bus_out capacity_maxmw\nboiler heat 3")
    assert fault.startswith("processes: column 'capacity_maxmw' is not expected; known are process,")
    assert fault.endswith(" Did you mean 'capacity_max_mw'?")


def test_all_faults_of_all_tables_are_in_one_error():
    """Proves: one error for all. Without it a planner would meet one complaint after the other."""
    faults = faults_of(
        processes="process bus_out capex_eur_per_mw_year\nboiler heet many\npump heat 1",
        demands="demand bus annual_mwh profile\nhomes heet 10 -\nshops heat -4 nights",
        storages="storage bus\ntank pool",
        limits=LIMIT + "cap boilr 1 at_most 5",
        profiles="sun\n-1",
    )
    expected = [
        "processes: row 0 ('boiler'), column capex_eur_per_mw_year: found 'many'",
        "demands: row 1 ('shops'), column annual_mwh: found -4.0, expected at least 0",
        "storages: 'tank': unknown bus 'pool'.",
        "profiles: row 0, column sun: found -1.0, expected at least 0",
    ]
    assert [fault for fault in expected if not any(found.startswith(fault) for found in faults)] == []


def test_references_and_uses_are_told_together():
    faults = faults_of(
        buses="bus\nheat\ncold",
        processes="process bus_out capacity_min_mw capacity_max_mw\nboiler heat 5 3\nidle - - -",
        demands="demand bus annual_mwh\nhomes haet 10\nshops cold 4",
        limits=LIMIT + "cap - 1 at_most 5",
    )
    assert faults == (
        "demands: 'homes': unknown bus 'haet'. Did you mean 'heat'?",
        "processes: 'boiler' has capacity_min_mw 5 above capacity_max_mw 3",
        "processes: 'idle' touches no bus; give bus_out",
        "demands: 'shops' is at bus 'cold', to which no process gives",
        "limits: 'cap' touches no process; give a process and its coefficient",
    )


def test_text_in_a_profile_is_told_with_its_row():
    with pytest.raises(InputError, match=r"profiles: row 1, column sun: found '0,5', expected a number"):
        MixProblem.from_tables(
            buses=table("bus\nheat"),
            processes=table(BOILER),
            demands=table(one_heat_demand(10)),
            profiles=pd.DataFrame({"sun": ["1.0", "0,5"]}),
        )


@pytest.mark.parametrize("time", ["some", 24, None])
def test_time_is_typical_days_or_all(time):
    with pytest.raises(InputError, match=r"time is .*; expected typical_days\(n\), hour_blocks\(n\), 'year'"):
        problem(processes=BOILER, demands=one_heat_demand(10), time=time)


def test_typical_days_need_a_whole_year():
    with pytest.raises(InputError, match="typical days need 8760 hourly rows; found 3"):
        problem(processes=BOILER, demands=one_heat_demand(10), profiles=3, time=typical_days(2))


def test_blank_cells_take_their_default():
    """Proves: blank is the declared default, in a column that is there or absent. A blank kind is a target:
    without it a limit would pass for physical, and no explanation would name it."""
    blank = problem(
        buses="bus annual\nheat -",
        processes="process bus_out capacity_max_mw efficiency must_run\nboiler heat - - -",
        demands=one_heat_demand(10),
        storages="storage bus capacity_max_mwh charge_efficiency\ntank heat - -",
        limits="limit process coefficient sense value kind\ncap boiler 1 at_most 20 -",
    )
    absent = problem(
        processes="process bus_out\nboiler heat",
        demands="demand bus annual_mwh\nhomes heat 10",
        storages="storage bus\ntank heat",
        limits=LIMIT + "cap boiler 1 at_most 20",
    )
    for name in ("buses", "processes", "demands", "storages", "limits"):
        pd.testing.assert_frame_equal(getattr(blank, name), getattr(absent, name), check_dtype=False)
    row = blank.processes.iloc[0]
    assert np.isinf(row["capacity_max_mw"])
    assert (row["efficiency"], row["must_run"]) == (1, False)
    assert blank.limit_rows()["kind"].tolist() == ["target"]


def test_given_tables_are_not_changed():
    tables = {
        "buses": table("bus\nheat"),
        "processes": table(BOILER),
        "demands": table(one_heat_demand(10, "homes")),
        "profiles": pd.DataFrame({"homes": [1.0, 2.0]}),
        "limits": table(LIMIT + "cap boiler 1 at_most 20"),
    }
    before = {name: frame.copy() for name, frame in tables.items()}
    MixProblem.from_tables(**tables)
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(frame, before[name])


def test_a_demand_has_the_shape_of_its_profile_and_the_energy_it_names():
    """10 MWh in the shape 1 : 3, and 4 MWh flat: 2.5 + 2 and 7.5 + 2 MW."""
    question = problem(
        processes=BOILER,
        profiles="homes\n1\n3",
        demands="demand bus annual_mwh profile\nhomes heat 10 homes\nshops heat 4 -",
    )
    assert question.demand_mw("heat").tolist() == pytest.approx([4.5, 9.5])


def test_a_problem_shows_what_it_holds():
    question = problem(processes=BOILER, demands=one_heat_demand(10), profiles=3)
    assert repr(question) == "MixProblem(1 processes, 0 storages, 1 buses, 3 steps, 0 limits)"
    assert ">boiler<" in question._repr_html_()


@pytest.mark.parametrize(
    "ask",
    [
        optimise.optimise_mix,
        optimise.frontier,
        optimise.alternatives,
        optimise.sensitivity,
        lambda way: optimise.split_budget(way, 1.0),
        lambda way: within_investment(way, 1.0),
    ],
    ids=["optimise_mix", "frontier", "alternatives", "sensitivity", "split_budget", "within_investment"],
)
def test_a_pathway_is_no_question_of_one_year(ask):
    """Proves: the sentence names the call that answers a pathway, instead of a missing attribute."""
    year = problem(processes="process bus_out\nboiler heat", demands=one_heat_demand(10))
    way = optimise.PathwayProblem.from_problems({2030: year})
    with pytest.raises(InputError, match="found PathwayProblem; all years are answered by optimise_pathway"):
        ask(way)
    with pytest.raises(InputError, match="a MixProblem is expected, found dict"):
        ask({})


def test_an_answer_given_for_a_question_is_told_with_what_to_write() -> None:
    """Proves: a plan or a way handed back is met with its question. Without it the sentence ends at no."""
    year = problem(processes="process bus_out\nboiler heat", demands=one_heat_demand(10))
    plan = optimise.optimise_mix(year)
    found = optimise.optimise_pathway(optimise.PathwayProblem.from_problems({2030: year}))
    with pytest.raises(InputError, match=r"write plan\.problem"):
        optimise.alternatives(plan)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"write result.standing\(year\)"):
        optimise.alternatives(found)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"write result.results\[year\]"):
        optimise.investment(found)  # type: ignore[arg-type]
