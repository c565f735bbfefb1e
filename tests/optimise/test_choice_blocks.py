"""Either one or the other, sums that are paid whole, and what giving up costs: solved on paper."""

import pytest

from leb_kit import InputError
from leb_kit.optimise import optimise_mix
from tests.optimise.tables import capacity, energy, near, one_heat_demand, problem

PIPES = """
process  bus_out capacity_max_mw variable_eur_per_mwh exclusive_group opening_eur_per_year
gas      heat    8               5                    {group}         {opening}
district heat    8               6                    {group}         -
stove    heat    -               100                  -               -
"""


def pipes(group="-", opening="-", demand=10.0):
    """One hour, 10 MW of heat; pipes of gas and of district heating carry 8 MW each."""
    processes = PIPES.format(group=group, opening=opening)
    return problem(processes=processes, demands=one_heat_demand(demand))


def test_exclusive_choice_takes_the_better_one_of_two():
    """Proves: one of a group is open. Without it both would serve: 8 × 5 + 2 × 6 = 52.

    Gas alone: 8 × 5 + 2 × 100 + 40 = 280; district heating alone: 8 × 6 + 2 × 100 = 248.
    """
    both = optimise_mix(pipes())
    assert both.cost_eur == near(52)
    result = optimise_mix(pipes(group="street", opening="40"))
    assert result.cost_eur == near(248)
    assert energy(result) == near({"gas": 0, "district": 8, "stove": 2})
    assert result.processes["cost_eur"].tolist() == near([0, 48, 200])


def test_exclusive_choice_of_the_cheaper_one_where_opening_is_free():
    """Gas alone: 8 × 5 + 2 × 100 = 240."""
    result = optimise_mix(pipes(group="street"))
    assert result.cost_eur == near(240)
    assert energy(result)["district"] == near(0)


@pytest.mark.parametrize(("demand", "cost", "gas"), [(3.0, 18.0, 0.0), (8.0, 43.0, 8.0)])
def test_exclusive_choice_pays_the_sum_whole_or_not_at_all(demand, cost, gas):
    """Proves: opening is no price per MWh. Without it 3 MWh would take 3 × (5 + 3 / 8) = 16.1 of gas.

    Opening costs 3: for 3 MWh gas is 15 + 3 = 18 and district heating 18 (a tie); for 8 MWh 43 against 48.
    """
    result = optimise_mix(pipes(opening="3", demand=demand))
    assert result.cost_eur == near(cost)
    if gas:
        assert energy(result)["gas"] == near(gas)


def test_exclusive_choice_leaves_prices_for_what_it_has_chosen():
    """Proves: with whole numbers fixed the rest has its marginal cost: one MWh more comes from the stove."""
    question = problem(
        processes=PIPES.format(group="street", opening="-"),
        demands=one_heat_demand(10.0),
        limits="limit process coefficient sense value\nsmoke stove 1 at_most 2\nsmoke district 0.5 at_most 2",
    )
    result = optimise_mix(question)
    assert energy(result) == near({"gas": 8, "district": 0, "stove": 2})
    assert result.status == "optimal"


def test_exclusive_choice_needs_a_largest_capacity():
    with pytest.raises(InputError, match="'stove' has exclusive_group or opening_eur_per_year and no capac"):
        problem(processes="process bus_out exclusive_group\nstove heat street", demands=one_heat_demand(1.0))


OLD = """
process bus_out capacity_existing_mw fixed_eur_per_mw_year given_up_eur_per_mw_year variable_eur_per_mwh
old     heat    5                    10                    {given_up}               5
other   heat    -                    -                     -                        4
"""


@pytest.mark.parametrize(("given_up", "kept", "cost"), [(8, 0, 44), (12, 5, 54)])
def test_least_cost_weighs_what_giving_up_costs_against_keeping(given_up, kept, cost):
    """Proves: an old plant is not free to drop. Without it all would be dropped: 4.

    5 MW exist and cost 10 a MW to keep; 1 MWh comes cheaper from elsewhere (4). Dropped: 5 × given up + 4;
    kept: 5 × 10 + 4.
    """
    result = optimise_mix(problem(processes=OLD.format(given_up=given_up), demands=one_heat_demand(1.0)))
    assert result.cost_eur == near(cost)
    assert capacity(result)["old"] == near(kept)
    assert result.processes["cost_eur"].sum() == near(cost)


def test_least_cost_pays_nothing_for_giving_up_what_is_rebuilt():
    """New capacity beyond what exists gives nothing up: 5 exist, 8 are needed, 3 are new at 20."""
    result = optimise_mix(
        problem(
            processes="""
            process bus_out capacity_existing_mw capex_eur_per_mw_year given_up_eur_per_mw_year
            old     heat    5                    20                    7
            """,
            demands=one_heat_demand(8.0),
        )
    )
    assert result.cost_eur == near(60)
