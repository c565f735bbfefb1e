"""The answer as tables, and the question made from a balance."""

import pandas as pd
import pytest

from leb_kit import InputError
from leb_kit.balance import Balance
from leb_kit.examples import italy, torino
from leb_kit.indicators import evaluate
from leb_kit.optimise import mix_problem, optimise_mix, typical_days
from tests.helpers import joined
from tests.optimise.tables import near, one_heat_demand, problem

TWO = typical_days(2)


def test_a_plan_groups_what_is_of_one_technology():
    """3 MW of one boiler and 2 of the other are one row; the store has a row of its own, in MWh."""
    result = optimise_mix(
        problem(
            processes="""
            process technology bus_out capacity_max_mw variable_eur_per_mwh
            east    gas_boiler heat    3               10
            west    gas_boiler heat    -               20
            """,
            demands=one_heat_demand(5),
            storages="storage technology bus\ntank battery heat",
        )
    )
    plan = result.plan.set_index("technology")
    assert plan.loc["gas_boiler"].to_dict() == near(
        {"capacity_mw": 5, "new_capacity_mw": 5, "energy_mwh": 5, "cost_eur": 70}
    )
    assert plan.loc["battery"].abs().sum() == 0
    assert result.labelled("en")["label"].iloc[0] != "gas_boiler"
    assert result.labelled("it")["label"].iloc[0] != result.labelled("en")["label"].iloc[0]
    assert repr(result) == "MixResult(optimal: 0.00 million EUR a year)"
    assert "<table" in result._repr_html_()


def test_no_number_of_a_plan_is_minus_zero():
    result = optimise_mix(mix_problem(torino(), time=TWO))
    for table in (result.processes, result.stores):
        assert "-0.0" not in table.drop(columns="cost_eur").to_csv().split(",")


def test_a_problem_from_tables_alone_has_no_balance():
    result = optimise_mix(problem(processes="process bus_out\nboiler heat", demands=one_heat_demand(5)))
    with pytest.raises(InputError, match="the problem was made from tables without a balance frame"):
        result.to_balance()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"prices": {"G3000_wholesal": 30.0}},
            "unknown price 'G3000_wholesal'. Did you mean 'G3000_wholesale'",
        ),
        ({"demand_factor": 0}, "demand_factor is 0; a factor above 0 is expected"),
        ({"demand_factor": float("nan")}, "demand_factor is nan; a factor above 0 is expected"),
        ({"targets": "20-20-20-local"}, "base"),
        ({"targets": "20-20-20-lokal"}, "unknown target set '20-20-20-lokal'"),
        ({"time": 24}, "time is 24; expected"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(options, message):
    with pytest.raises(InputError) as caught:
        mix_problem(torino(), **{"time": TWO, **options})
    assert message in str(caught.value)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), "30"])
def test_a_price_that_is_no_number_is_refused(number):
    """Proves: the caller's prices are checked. Without it a blank cell of a sheet would make gas free."""
    with pytest.raises(InputError, match="G3000_wholesale"):
        optimise_mix(mix_problem(torino(), prices={"G3000_wholesale": number}, time=TWO))


def test_one_territory_at_a_time():
    with pytest.raises(InputError, match="one territory"):
        mix_problem(joined(torino(), italy()), time=TWO)


def test_all_faults_of_a_question_are_in_one_error():
    with pytest.raises(InputError) as caught:
        mix_problem(torino(), prices={"gas": 1.0, "wood": 2.0}, demand_factor=-1, time=TWO)
    assert len(caught.value.faults) == 3


def test_prices_of_the_caller_replace_those_of_the_tables():
    """Proves: the price reaches the cost. Without it a planner would compare the same plan with itself."""
    cheap = optimise_mix(mix_problem(torino(), prices={"G3000_wholesale": 1.0}, time=TWO))
    usual = optimise_mix(mix_problem(torino(), time=TWO))
    assert cheap.cost_eur < usual.cost_eur


def test_potentials_of_the_caller_bring_renewables_in():
    """Proves: a territory without declared potentials is told so, and the caller can give them.

    Without it photovoltaics would silently not exist for every town but Torino.
    """
    town = torino().table.assign(territory="001059")
    balance = Balance.from_mwh(town, name="Borgo 2019")
    silent = mix_problem(balance, time=TWO)
    assert "photovoltaic_roof" not in set(silent.processes["process"])
    assert "Rooftop photovoltaics" in silent.frame.remarks[0][1]
    told = mix_problem(balance, time=TWO, potentials={"photovoltaic_roof": 50.0})
    roof = told.processes.set_index("process").loc["photovoltaic_roof"]
    assert roof["capacity_max_mw"] == 50
    with pytest.raises(InputError, match="potential 'wind_onshore' is -1"):
        mix_problem(balance, time=TWO, potentials={"wind_onshore": -1.0})


def test_a_town_of_gas_and_electricity_alone_has_a_plan_that_can_be_judged():
    """Proves: a table of numbers comes out where no other product is used and no store is built.

    Without it the tables without rows made a column of objects, and the indicators broke off.
    """
    rows = pd.DataFrame(
        [
            (flow, product, value)
            for product, value in (("G3000", 10.0), ("E7000", 5.0))
            for flow in ("IMP", "FC_OTH_HH_E")
        ],
        columns=["flow", "product", "value"],
    )
    balance = Balance.from_table(rows.assign(territory="001059", year=2019), unit="GWh")
    planned = optimise_mix(mix_problem(balance, time=TWO)).to_balance()
    assert planned.table["energy_mwh"].dtype == float
    assert set(evaluate(planned, "20-20-20-local", base=balance)["target"]) == {
        "renewables",
        "emissions",
        "efficiency",
    }
