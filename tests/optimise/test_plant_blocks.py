"""Blocks of plants and buses, each by a problem that is solved on paper. ``test_lp`` asks for every block."""

import pytest

from leb_kit.optimise import InfeasibleMix, optimise_mix, typical_days
from tests.optimise.tables import capacity, energy, near, one_heat_demand, problem

# ── variables ────────────────────────────────────────────────────────────────────────────────────────────


def test_variables_keep_capacity_between_its_smallest_and_largest():
    """Proves: both bounds hold. Without them cheap would give all 10 MWh and waste nothing.

    10 MW for one hour. cheap may be 6 MW at most; waste, dearest of all, must stay at 1 MW; dear gives 3.
    """
    result = optimise_mix(
        problem(
            processes="""
        process bus_out variable_eur_per_mwh capacity_min_mw capacity_max_mw must_run fixed_eur_per_mw_year
        cheap   heat    10                   -               6               false    1
        dear    heat    50                   -               -               false    1
        waste   heat    99                   1               4               true     1
        """,
            demands=one_heat_demand(10),
        )
    )
    assert capacity(result) == near({"cheap": 6, "dear": 3, "waste": 1})
    assert result.cost_eur == near(6 * 10 + 3 * 50 + 1 * 99 + 10)


def test_variables_of_a_plant_without_cost_or_limit_still_follow_its_profile():
    """Proves: 0 × no limit is 0. Without it the sun would shine at night, for nothing."""
    result = optimise_mix(
        problem(
            processes="""
            process bus_out profile variable_eur_per_mwh
            sun     heat    sun     0
            gas     heat    -       20
            """,
            profiles="sun\n0\n1",
            demands=one_heat_demand(10),
        )
    )
    assert result.dispatch["sun"].tolist() == near([0, 5])
    assert result.dispatch["gas"].tolist() == near([5, 0])


def test_variables_of_a_plant_that_must_run_are_its_profile_times_capacity():
    """Proves: must-run is exact. Without it pump would rest in the second hour, where sun is free.

    Demand 4, 2, 0 MW. pump has to give 3, 1, 1 MW for each of its MW; at most 4/3 MW fit the first hour,
    but nothing takes its third hour: it cannot be built. spill opens the way for a MW.
    """
    text = """
        process bus_in bus_out profile must_run variable_eur_per_mwh fixed_eur_per_mw_year capacity_max_mw
        pump    -      heat    pump    true     1                    1                     -
        gas     -      heat    -       false    20                   1                     -
        spill   heat   -       -       false    0                    0                     {spill}
        """
    demand = one_heat_demand(6, "homes")
    shapes = "pump homes\n3 4\n1 2\n1 0"
    without = optimise_mix(problem(processes=text.format(spill=0), profiles=shapes, demands=demand))
    assert capacity(without)["pump"] == near(0)
    assert energy(without)["gas"] == near(6)
    spilling = optimise_mix(problem(processes=text.format(spill=1), profiles=shapes, demands=demand))
    assert capacity(spilling)["pump"] == near(1)
    assert spilling.dispatch["pump"].tolist() == near([3, 1, 1])
    assert spilling.dispatch["gas"].tolist() == near([1, 1, 0])
    assert spilling.dispatch["spill"].tolist() == near([0, 0, 1])


# ── annual_output ────────────────────────────────────────────────────────────────────────────────────────


def test_annual_output_weighs_each_hour_with_the_hours_it_stands_for():
    """Proves: energy is output × weight. Without the weight a typical day would count once, not 365 times.

    A flat demand of 8,760 MWh is 1 MW in each of the 24 steps; each step stands for 365 hours.
    """
    result = optimise_mix(
        problem(
            processes="process bus_out variable_eur_per_mwh\nboiler heat 20",
            profiles="sun\n" + "\n".join(["0"] * 8760),
            demands=one_heat_demand(8760),
            time=typical_days(1),
        )
    )
    assert result.problem.time.count == 24
    assert result.dispatch["boiler"].tolist() == near([1] * 24)
    assert energy(result)["boiler"] == near(8760)
    assert result.cost_eur == near(8760 * 20)


# ── bus_balance ──────────────────────────────────────────────────────────────────────────────────────────


def test_bus_balance_meets_demand_through_efficiency_in_every_hour():
    """Proves: what is taken is given, hour by hour. Without it the plan would buy no gas for the boiler.

    Heat 9 and 18 MW; the boiler gives 0.9 MWh for each MWh of gas; gas costs 30.
    """
    result = optimise_mix(
        problem(
            buses="bus\nheat\ngas",
            processes="""
            process bus_in bus_out efficiency variable_eur_per_mwh
            boiler  gas    heat    0.9        -
            supply  -      gas     -          30
            """,
            profiles="homes\n1\n2",
            demands=one_heat_demand(27, "homes"),
        )
    )
    assert result.dispatch["boiler"].tolist() == near([9, 18])
    assert result.dispatch["supply"].tolist() == near([10, 20])
    assert result.cost_eur == near(900)


def test_bus_balance_of_an_annual_bus_holds_over_the_year_only():
    """Proves: wood may wait in the yard. Without it a flat delivery could not follow the cold.

    Wood arrives flat: 5 MW twice. Heat needs 2 and 8 MW: 10 MWh in both.
    """
    text = """
        process  bus_in bus_out must_run capacity_max_mw fixed_eur_per_mw_year
        stove    wood   heat    false    -               1
        delivery -      wood    true     -               7
        """
    shapes, demand = "homes\n2\n8", one_heat_demand(10, "homes")
    waits = problem(buses="bus annual\nheat -\nwood true", processes=text, profiles=shapes, demands=demand)
    result = optimise_mix(waits)
    assert capacity(result) == near({"stove": 8, "delivery": 5})
    assert result.cost_eur == near(8 * 1 + 5 * 7)
    hourly = problem(buses="bus annual\nheat -\nwood false", processes=text, profiles=shapes, demands=demand)
    with pytest.raises(InfeasibleMix):
        optimise_mix(hourly)


def test_bus_balance_counts_every_flow_of_a_plant_with_two_products():
    """Proves: flows at several buses move together. Without it heat of cogeneration would be free of power.

    10 MWh of heat need 5 MWh of power from the unit (2 of heat for 1 of power); it takes 20 of gas.
    """
    result = optimise_mix(
        problem(
            buses="bus\nheat\npower\ngas",
            processes="""
            process bus_out variable_eur_per_mwh
            chp     power   -
            supply  gas     30
            """,
            flows="process bus coefficient\nchp heat 2\nchp gas -4",
            demands="demand bus annual_mwh\nhomes heat 10\nlights power 5",
        )
    )
    assert energy(result) == near({"chp": 5, "supply": 20})


def test_a_bus_that_nobody_touches_asks_for_nothing():
    text = "process bus_out variable_eur_per_mwh\nboiler heat 20"
    idle = problem(buses="bus\nheat\nspare", processes=text, demands=one_heat_demand(10))
    assert optimise_mix(idle).cost_eur == near(200)


# ── capacity_limit ───────────────────────────────────────────────────────────────────────────────────────


def test_capacity_limit_is_profile_times_capacity():
    """Proves: the profile limits output. Without it 4 MW of sun would be enough for both hours.

    Demand 4 MW twice; a MW of sun gives 1.0, then 0.5 MW, and costs 3; gas costs 100. 8 MW of sun serve both.
    """
    result = optimise_mix(
        problem(
            processes="""
            process bus_out profile fixed_eur_per_mw_year variable_eur_per_mwh
            sun     heat    sun     3                     -
            gas     heat    -       -                     100
            """,
            profiles="sun\n1\n0.5",
            demands=one_heat_demand(8),
        )
    )
    assert capacity(result)["sun"] == near(8)
    assert result.dispatch["sun"].tolist() == near([4, 4])
    assert result.cost_eur == near(24)


def test_capacity_limit_of_a_plant_without_cost_of_capacity_is_a_bound():
    """Proves: profile × largest capacity holds with no row. Without it cheap would give all 20 MWh.

    cheap may give 6 × (1, 0.5) = 6 and 3 MW; dear gives the other 4 and 7.
    """
    result = optimise_mix(
        problem(
            processes="""
            process bus_out profile capacity_max_mw variable_eur_per_mwh
            cheap   heat    sun     6               10
            dear    heat    -       -               50
            """,
            profiles="sun\n1\n0.5",
            demands=one_heat_demand(20),
        )
    )
    assert result.dispatch["cheap"].tolist() == near([6, 3])
    assert result.dispatch["dear"].tolist() == near([4, 7])
    told = result.processes.set_index("process")
    assert told["capacity_mw"].to_dict() == near({"cheap": 6, "dear": 7})
    assert told["new_capacity_mw"].to_dict() == near({"cheap": 6, "dear": 7})


# ── capacity_growth ──────────────────────────────────────────────────────────────────────────────────────


def test_capacity_growth_pays_only_for_what_is_beyond_what_exists():
    """Proves: new ≥ capacity − existing. Without it old plants would be paid for again.

    10 MW: 4 exist, 6 are new at 100 each; all 10 cost 1 to keep.
    """
    result = optimise_mix(
        problem(
            processes="""
            process bus_out capacity_existing_mw capex_eur_per_mw_year fixed_eur_per_mw_year
            boiler  heat    4                    100                   1
            """,
            demands=one_heat_demand(10),
        )
    )
    told = result.processes.iloc[0]
    assert (told["capacity_mw"], told["new_capacity_mw"]) == near((10, 6))
    assert result.cost_eur == near(610)
    assert result.retired.empty


def test_capacity_growth_lets_what_exists_be_given_up():
    """Proves: existing capacity may go. Without it the plan would pay for 12 MW of old boilers.

    12 MW exist and cost 5 each to keep; 10 are needed.
    """
    result = optimise_mix(
        problem(
            processes="""
            process bus_out capacity_existing_mw capacity_max_mw fixed_eur_per_mw_year
            boiler  heat    12                   12              5
            """,
            demands=one_heat_demand(10),
        )
    )
    assert capacity(result)["boiler"] == near(10)
    assert result.cost_eur == near(50)
    assert result.retired.to_dict("list") == {"technology": ["boiler"], "retired_mw": [near(2)]}


# ── rows of their own: modes of one unit, coefficients of the hour ───────────────────────────────────────


def test_capacity_limit_is_shared_by_the_modes_of_a_unit():
    """Proves: modes share a unit. Without it a plant would give full power and full heat at once.

    6 MW of power at most. In the mode with heat each MW takes 1.5 MW of the unit. Demand 4 MW of power and
    2 MW of heat: 2 MW with heat (3 of the unit) and 2 MW without: 5 MW are built, 1 EUR each.
    """
    result = optimise_mix(
        problem(
            buses="bus\nheat\npower",
            processes="""
            process bus_out unit capacity_use capex_eur_per_mw_year variable_eur_per_mwh
            plant   power   -    -            1                     10
            warm    power   plant 1.5         -                     10
            boiler  heat    -    -            -                     900
            """,
            flows="process bus coefficient\nwarm heat 1",
            demands="demand bus annual_mwh\nlight power 4\nhomes heat 2",
        )
    )
    assert energy(result) == near({"plant": 2, "warm": 2, "boiler": 0})
    assert capacity(result)["plant"] == near(5)
    assert result.cost_eur == near(5 + 40)


def test_bus_balance_takes_the_coefficient_of_the_hour():
    """Proves: a COP follows the weather. Without it the cold hour would take no more than the warm one.

    10 MW of heat in each hour; a MWh of heat takes 0.25 MWh of power in the warm hour, 0.5 in the cold one.
    """
    result = optimise_mix(
        problem(
            buses="bus\nheat\npower",
            processes="process bus_out variable_eur_per_mwh\npump heat -\ngrid power 100",
            flows="process bus coefficient profile\npump power -0.5 taken",
            profiles="taken\n0.5\n1",
            demands=one_heat_demand(20),
        )
    )
    assert result.dispatch["grid"].tolist() == near([2.5, 5])
    assert result.cost_eur == near(750)
