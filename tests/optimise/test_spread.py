"""Numbers far from all others: a cost, an hour, a demand beside a limit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from leb_kit.optimise import MixProblem, optimise_mix
from leb_kit.optimise.solver.solve import SolverError
from tests.optimise.tables import one_heat_demand, problem

PLANTS = "process bus_out capex_eur_per_mw_year variable_eur_per_mwh\npump heat {} 30\nboiler heat 5 20"


def told(**tables: str | int) -> list[str]:
    asked = problem(**tables)
    return [english for _, english in asked.remarks]


def test_a_cost_far_from_all_others_is_told() -> None:
    """Proves a cost of a million millions is told with its row, and one of a million is not."""
    demands = one_heat_demand(10)
    found = told(processes=PLANTS.format("1e12"), demands=demands)
    assert len(found) == 1
    assert found[0].startswith("processes: 'pump', column capex_eur_per_mw_year: found 1e+12; 'boiler': 5:")
    assert told(processes=PLANTS.format("1e6"), demands=demands) == []


def test_an_hour_far_from_the_others_is_told() -> None:
    """Proves a spike is told with its hour. Without it all energy of the year is asked for in that hour."""
    shape = "flat\n1\n1\n1e7\n1"
    found = told(
        processes="process bus_out\nboiler heat", demands=one_heat_demand(10, "flat"), profiles=shape
    )
    assert [
        one for one in found if one.startswith("profiles: column 'flat', hour 2: found 1e+07, 1e+07 times")
    ]
    usual = "flat\n1\n0\n99\n2"
    demands = one_heat_demand(10, "flat")
    assert told(processes="process bus_out\nboiler heat", demands=demands, profiles=usual) == []


def wide(annual_mwh: float) -> MixProblem:
    """A year of 24 hours and a pump (COP 3), a boiler that may emit 9 t, and a tank."""
    return problem(
        buses="bus\nheat\nel",
        processes="process bus_in bus_out efficiency variable_eur_per_mwh capex_eur_per_mw_year\n"
        "pump el heat 3 1 10\nboiler - heat 1 60 5\ngrid - el 1 50 0",
        demands=one_heat_demand(annual_mwh),
        profiles=24,
        storages="storage bus capex_eur_per_mwh_year energy_to_power_h\ntank heat 1 4",
        limits="limit process coefficient sense value unit\nco2 boiler 0.2 at_most 9 t",
    )


def test_numbers_far_apart_are_solved_where_they_can_be() -> None:
    """Proves 1e12 MWh beside 9 t: each costs 50/3 + 1 EUR and a 24th of 10 EUR of pump, next to no gas."""
    assert optimise_mix(wide(1e12)).cost_eur == pytest.approx(1e12 * (50 / 3 + 1 + 10 / 24), rel=1e-6)


def test_a_plan_that_numbers_make_unprovable_names_them() -> None:
    """Proves the error says where to look: 1e13 MWh are asked for, 9 t are allowed."""
    with pytest.raises(
        SolverError, match=r"The largest number asked for is .* the smallest 9 .*check the units"
    ):
        optimise_mix(wide(1e13))


def test_an_input_of_nothing_is_told() -> None:
    """Proves: hours in which a device takes nothing are named. Without it a COP left at 0 gives free heat."""
    asked = problem(
        buses="bus\nheat\nel",
        processes="""
        process bus_in bus_out input_profile variable_eur_per_mwh
        market  -      el      -             50
        pump    el     heat    cop           -
        """,
        profiles="cop\n1\n0\n0",
        demands=one_heat_demand(6),
    )
    told = "profiles: column 'cop' is 0 in 2 hours of the year: there 'pump' gives without taking anything"
    assert f"{told} from 'el'" in [english for _, english in asked.remarks]
    assert optimise_mix(asked).cost_eur == pytest.approx(100)


def test_a_column_without_a_number_is_told() -> None:
    """Proves: what a failed join leaves is seen. Without it plants would be built for nothing."""
    asked = MixProblem.from_tables(
        buses=pd.DataFrame({"bus": ["heat"]}),
        processes=pd.DataFrame(
            {"process": ["boiler"], "bus_out": ["heat"], "capex_eur_per_mw_year": [np.nan]}
        ),
        demands=pd.DataFrame({"demand": ["homes"], "bus": ["heat"], "annual_mwh": [6.0]}),
        profiles=pd.DataFrame(index=range(2)),
    )
    told = "processes: what is blank counts as: column capex_eur_per_mw_year of 'boiler': 0"
    assert told in [english for _, english in asked.remarks]
