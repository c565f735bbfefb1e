"""Prices and costs that are hardly meant: told as remarks, never refused."""

from typing import Any

import pytest

import leb_kit as leb
from leb_kit.errors import speaking
from leb_kit.optimise import optimise_mix, typical_days
from leb_kit.optimise.checks.cost_doubts import price_doubts
from leb_kit.reference import costs
from tests.optimise.tables import one_heat_demand, problem


def told(processes: str, **tables: str) -> list[str]:
    asked = problem(processes=processes, demands=one_heat_demand(10), **tables)
    return [english for _, english in asked.remarks]


def test_a_plant_that_takes_nothing_and_earns_is_told_and_solved() -> None:
    """Proves a fuel below nothing is told. Without it a slip of sign makes the dirtiest plant the best."""
    rows = "process bus_out variable_eur_per_mwh\nboiler heat -20\npump heat 30"
    (found,) = told(rows)
    assert found.startswith("processes: 'boiler', column variable_eur_per_mwh: found -20 EUR/MWh")
    plan = optimise_mix(problem(processes=rows, demands=one_heat_demand(10)))
    assert plan.cost_eur == pytest.approx(-200)
    assert plan.remarks[-1][1].startswith("The plan earns 200 EUR a year more than it costs")
    assert plan.remarks[-1][0].startswith("Il piano guadagna 200 EUR l'anno più di quanto costa")


def test_what_sells_or_takes_something_may_earn() -> None:
    """Sales are revenue: a taker without an outlet, or a plant that is paid for what it takes."""
    assert told("process bus_in bus_out variable_eur_per_mwh\nboiler - heat 20\nsale heat - -5") == []
    flows = "process bus coefficient\nburner waste -1"
    rows = "process bus_out variable_eur_per_mwh\nwaste_in waste 1\nburner heat -5\nboiler heat 20"
    assert not [one for one in told(rows, flows=flows, buses="bus\nheat\nwaste") if "takes nothing" in one]
    plan = optimise_mix(
        problem(processes="process bus_out variable_eur_per_mwh\nboiler heat 20", demands=one_heat_demand(10))
    )
    assert plan.remarks == ()


@pytest.mark.parametrize(("times", "count"), [(12, 1), (0.05, 1), (3, 0), (0.3, 0)])
def test_an_investment_far_from_that_on_record_is_told(times: float, count: int) -> None:
    """A technology of the data has an annuity; the whole investment is more than ten times that."""
    capex = costs.annuity("photovoltaic_ground", "capex_eur_per_mw") * times
    found = told(
        "process technology bus_out capex_eur_per_mw_year variable_eur_per_mwh\n"
        f"sun photovoltaic_ground heat {capex} -\nboiler - heat - 20"
    )
    assert len(found) == count
    assert all("'sun', column capex_eur_per_mw_year" in one for one in found)


def test_prices_of_a_caller_are_held_against_those_on_record() -> None:
    gas = costs.price("G3000")
    assert price_doubts({"G3000": gas, "E7000_import": 300.0, "W6210": 500.0}) == []
    (kwh,) = price_doubts({"G3000": gas / 1000})
    assert kwh.startswith("price 'G3000' is ")
    assert "another unit" in kwh
    (wild,) = price_doubts({"G3000": 1e9})
    assert "on record are" in wild
    with speaking("it"):
        (paid,) = price_doubts({"G3000": -50.0})
    assert paid.startswith("il prezzo «G3000» è -50 EUR/MWh: sotto 0 chi lo prende è pagato")


def test_a_plan_of_a_balance_tells_its_odd_prices() -> None:
    asked = leb.mix_problem(leb.examples.torino(), time=typical_days(1), prices={"G3000_wholesale": -50})
    assert any("'G3000_wholesale' is -50 EUR/MWh" in english for _, english in asked.remarks)
    assert any("«G3000_wholesale» è -50 EUR/MWh" in italian for italian, _ in asked.remarks)


@pytest.mark.parametrize("place", [leb.examples.torino, leb.examples.italy, leb.examples.usseglio])
def test_shipped_places_have_none_of_these_remarks(place: Any) -> None:
    asked = leb.mix_problem(place(), time=typical_days(1))
    assert not [one for _, one in asked.remarks if "on record" in one or "slip of sign" in one]
