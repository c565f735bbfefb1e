"""Why a technology is in a plan, or is not: worked out on paper, then seen by solving again."""

from dataclasses import replace

import pandas as pd
import pytest

from leb_kit import InputError
from leb_kit.examples import torino
from leb_kit.optimise import MixProblem, alternatives, mix_problem, optimise_mix, typical_days
from tests.optimise.tables import near, one_heat_demand, problem


def town(annuity: float = 25, potential: str = "-", more: str = "", **others) -> MixProblem:
    """Two hours of 5 and 1 MW. A boiler for 20 EUR/MWh; a pump for its annuity and 10 EUR/MWh.

    The first MW of the pump works in both hours and saves 20 EUR; each further one works once and saves 10.
    """
    return problem(
        processes=f"""
        process technology bus_out capex_eur_per_mw_year variable_eur_per_mwh capacity_max_mw
        pump    heat_pump_central heat {annuity}         10                   {potential}
        boiler  gas_boiler        heat -                 20                   -
        {more}
        """,
        profiles="homes\n5\n1",
        demands=one_heat_demand(6, "homes"),
        **others,
    )


def test_what_is_out_comes_in_at_its_worth():
    """At 25 EUR a MW costs 5 more than it saves; it comes in at 20 EUR, a fifth less."""
    found = optimise_mix(town(25)).why("heat_pump_central")
    assert not found.in_plan
    assert found.one_more_eur == near(5)
    assert found.cost_eur == near(25)
    assert found.entry_eur == near(20)
    assert found.binding == ()
    assert found.explain("en") == (
        "Central heat pump: not in the plan. 1 MW more would cost 5.00 EUR a year."
        " It would come in at 20.0 EUR/(MW year) instead of 25.0 EUR/(MW year) (−20.0 %):"
        " verified by solving again."
    )
    assert found.explain("it").startswith(
        "Pompa di calore di rete: non è nel piano. 1 MW in più costerebbe 5,00 EUR all'anno."
        " Entrerebbe se costasse 20,0 EUR/(MW anno) invece di 25,0 EUR/(MW anno)"
    )


def test_the_cost_at_which_it_comes_in_brings_it_in_and_a_little_more_does_not():
    """Proves: the turning point, by solving whole problems. Without it the sentence could be untrue."""
    entry = optimise_mix(town(25)).why("heat_pump_central").entry_eur
    below, above = (optimise_mix(town(entry + change)).why("heat_pump_central") for change in (-0.01, 0.01))
    assert below.size == near(1)
    assert above.size == 0


def test_what_is_in_and_free_is_worth_its_cost_less_what_it_saves():
    """At 18 EUR the first MW pays, the second would save 10 and cost 18."""
    found = optimise_mix(town(18)).why("heat_pump_central")
    assert (found.size, found.one_more_eur, found.entry_eur) == (near(1), near(8), None)


def test_a_potential_that_binds_has_a_worth():
    """At 6 EUR all 5 MW pay; 3 are allowed. The fourth would save 10 − 6."""
    found = optimise_mix(town(6, "3")).why("heat_pump_central")
    assert (found.size, found.potential_eur, found.one_more_eur) == (near(3), near(4), None)
    assert found.binding == ("potential",)
    assert found.explain("en") == (
        "Central heat pump: 3.00 MW in the plan."
        " It is at its potential: 1 MW more of potential would save 4.00 EUR a year."
    )


def test_what_is_of_no_use_is_not_offered_at_a_price():
    """A dearer boiler: idle iron at best. Its MW costs 7 and saves nothing."""
    more = "spare gas_boiler_central heat 7 30 -"
    found = optimise_mix(town(25, more=more)).why("gas_boiler_central")
    assert (found.one_more_eur, found.entry_eur) == (near(7), pytest.approx(0, abs=1e-9))
    assert "It would be of no use even for free." in found.explain("en")


def test_what_must_run_may_need_money_on_top():
    """A must-run plant for 3 EUR/MW and 40 EUR/MWh gives 1 MW in both hours: 3 + 80 − 40 = 43 EUR more."""
    question = problem(
        processes="""
        process technology bus_out capex_eur_per_mw_year variable_eur_per_mwh must_run
        dear    waste_chp  heat    3                     40                   true
        boiler  gas_boiler heat    -                     20                   -
        """,
        demands=one_heat_demand(10),
        profiles=2,
    )
    found = optimise_mix(question).why("waste_chp")
    assert (found.one_more_eur, found.entry_eur) == near((43, -40))
    assert "It would not come in even for free: it would take 40.0 EUR/(MW year) on top" in found.explain(
        "en"
    )


def test_what_exists_and_is_given_up_costs_only_its_keep():
    """2 MW of stove, 12 EUR/MW to keep and 15 EUR/MWh: a MW saves 5 in each hour. It would stay at 10."""
    question = town(25)
    stove = question.processes.iloc[[0]].assign(
        process="stove",
        technology="biomass_stove_stock",
        capacity_existing_mw=2.0,
        fixed_eur_per_mw_year=12.0,
        variable_eur_per_mwh=15.0,
    )
    processes = pd.concat([question.processes, stove], ignore_index=True)
    gives = pd.DataFrame({"process": ["stove"], "bus": ["heat"], "coefficient": [1.0], "profile": [""]})
    flows = pd.concat([question.flows, gives], ignore_index=True)
    found = optimise_mix(replace(question, processes=processes, flows=flows)).why("biomass_stove_stock")
    assert (found.existing, found.size) == (2, 0)
    assert (found.one_more_eur, found.cost_eur, found.entry_eur) == near((2, 12, 10))
    assert "2.00 MW exist, the plan gives them up." in found.explain("en")


GREEN = """
process technology     bus_out variable_eur_per_mwh annual_max_mwh
green   biomass_boiler heat    50                   -
grey    gas_boiler     heat    20                   -
mine    waste_chp      heat    5                    10
"""
SHARE = """
limit process coefficient sense    value label_it label_en
share green   0.8         at_least 0     Quota    Share
share grey    -0.2        at_least 0     Quota    Share
"""


def test_a_target_pushes_one_up_and_the_other_down():
    """20 % green of what is not from the mine: a MWh asked for costs 30, so 6 on grey, 24 off green.

    50 − 24 = 20 + 6. The mine gives its 10 MWh; one more would save the 26 of the mix less 5.
    A MWh of grey that is forced in brings 0.25 of green and drives out 1.25 of the mine: 20 + 12.5 − 6.25.
    """
    result = optimise_mix(problem(processes=GREEN, limits=SHARE, demands=one_heat_demand(100)))
    grey, green, mine = (result.why(name) for name in ("gas_boiler", "biomass_boiler", "waste_chp"))
    assert grey.pushes == (("share", "Quota", "Share", near(6)),)
    assert green.pushes == (("share", "Quota", "Share", near(-24)),)
    assert grey.binding == ("share",)
    assert grey.one_more_eur == near(26.25)
    assert (green.one_more_eur, green.unit) == (near(30), "MWh/year")
    assert "'Share' adds 6.00 EUR/MWh to it." in grey.explain("en")
    assert "«Quota» ne riduce il costo di 24,0 EUR/MWh." in green.explain("it")
    assert (mine.year_eur, mine.binding) == (near(21), ("year",))
    assert "It is at the most of a year: 1 MWh more would save 21.0 EUR." in mine.explain("en")


def test_a_store_speaks_in_mwh():
    """A tank for 3 EUR/MWh where nothing is to be kept: one more costs 3."""
    question = town(25, storages="storage technology bus capex_eur_per_mwh_year\ntank battery heat 3")
    found = optimise_mix(question).why("battery")
    assert (found.unit, found.one_more_eur) == ("MWh", near(3))


def test_what_there_is_room_for_is_forced_in_only_so_far():
    """Proves: half a MW of potential is asked with a quarter. Without it no answer would be given."""
    found = optimise_mix(town(25, "0.5")).why("heat_pump_central")
    assert (found.one_more_eur, found.entry_eur) == near((5, 20))


def test_a_real_town_gives_reasons_for_all_its_technologies():
    """Proves: each entry cost of Torino is verified by a re-solve inside, each potential saves."""
    result = optimise_mix(
        mix_problem(torino(), targets="20-20-20-local", base=torino(), time=typical_days(2))
    )
    reasons = {name: result.why(name) for name in result.plan["technology"]}
    sizes = result.plan.set_index("technology")["capacity_mw"]
    for name, found in reasons.items():
        assert (found.one_more_eur or 0) >= -1e-3, name
        assert found.explain("it") != found.explain("en")
        if found.unit == "MW":
            assert found.size == pytest.approx(sizes[name], rel=1e-6, abs=1e-5), name
        if not found.in_plan and found.one_more_eur is not None:
            assert found.entry_eur == pytest.approx(found.cost_eur - found.one_more_eur)
    assert any(found.entry_eur is not None for found in reasons.values())
    assert "potential" in reasons["photovoltaic_ground"].binding


def test_a_technology_that_is_not_there_is_told():
    with pytest.raises(InputError, match=r"unknown technology 'gas_boilr'\. Did you mean 'gas_boiler'"):
        optimise_mix(town()).why("gas_boilr")


def test_a_plan_that_is_not_the_cheapest_has_no_such_reasons():
    found = alternatives(town(18), slack=0.1)
    with pytest.raises(InputError, match="this is not the least-cost plan of its problem"):
        found.plan("heat_pump_central", "most").why("gas_boiler")
