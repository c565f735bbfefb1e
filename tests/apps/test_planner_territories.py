"""The planner of any territory: all of its parts follow the choice, each as if made for it alone."""

import threading

import pytest

from leb_kit import examples, indicators
from leb_kit.apps import planner_page, territory_data
from leb_kit.apps.planner_page import PlannerPage, problem_of
from leb_kit.errors import InputError
from leb_kit.optimise import optimise_mix
from leb_kit.scenarios import Scenario, compare, measures, project
from leb_kit.widgets import MixExplorer, ScenarioBuilder

PLACES = {
    "IT": (2019, "Italia 2019", "Italy 2019"),
    "001282": (2019, "Usseglio 2019", "Usseglio 2019"),
    "001": (2007, "Città metropolitana di Torino 2007", "Metropolitan city of Torino 2007"),
    "001125": (2007, "Ivrea 2007", "Ivrea 2007"),
}


@pytest.fixture(scope="module")
def page():
    return PlannerPage()


@pytest.mark.parametrize("code", PLACES)
def test_every_part_of_the_page_is_that_of_the_territory(page, code):
    """Proves: nothing of Torino is left. Without it limits, heading or targets are of another place."""
    year, name_it, name_en = PLACES[code]
    page.ask({"terr": code})
    balance = territory_data.balance_of(code, year)
    assert (page.shown, page.bar.territory, page.bar.year) == ((code, year), code, year)
    assert page.header.headings == {"it": name_it, "en": name_en}
    assert name_it in page.builder.titles["it"]
    assert page.builder.sliders == ScenarioBuilder(balance).sliders
    assert page.builder.base_year == year
    here = indicators.table(balance, convention="territorial").iloc[0]
    before = compare(balance, balance).indicators["before"]
    assert before["primary_energy_mwh"] == pytest.approx(here["primary_energy_mwh"])
    assert page.comparison.titles["en"] == f"From {name_en} to {name_en[:-4]}2030"
    assert page.explorer.problem.frame.territory == code
    assert page.explorer.phase == "start"
    assert page.bar.notices == []
    assert page.bar.working == {}


@pytest.mark.parametrize("code", PLACES)
def test_measures_and_plan_work_there_and_are_those_of_the_library(page, code):
    year = PLACES[code][0]
    page.ask({"terr": code, "misure": "heat_pumps:0.3,electric_vehicles:0.2"})
    balance = territory_data.balance_of(code, year)
    plan = Scenario("x", base_year=year).add(
        measures.heat_pumps(share=0.3, to_year=2030), measures.electric_vehicles(share=0.2, to_year=2030)
    )
    own = indicators.table(project(balance, plan, year=2030), convention="territorial").iloc[0]
    shown = indicators.table(page.builder.projected(), convention="territorial").iloc[0]
    assert shown["emissions_tco2eq"] == pytest.approx(own["emissions_tco2eq"])
    assert own["emissions_tco2eq"] < indicators.emissions(balance, convention="territorial").total_tco2eq
    for lang in ("it", "en"):
        page.header.lang = lang
        page.explorer.run()
        assert page.explorer.phase == "done"
        assert page.explorer.plan["targets"][lang]
    cost = optimise_mix(problem_of(code, year)).cost_eur
    assert page.explorer.result.cost_eur == pytest.approx(cost, rel=1e-6)


def test_who_comes_back_finds_the_sliders_and_the_address_as_they_were():
    page = PlannerPage()
    page.ask({"misure": "wind:5", "nel": "2025"})
    page.bar.territory = "IT"
    assert (page.builder.sizes, page.builder.year, page.bar.words["misure"]) == ({}, 2030, "")
    page.builder.sizes = {"wind": 1000}
    assert page.bar.words["misure"] == "wind:1000"
    page.bar.territory = "001272"
    assert (page.builder.sizes, page.builder.year) == ({"wind": 5}, 2025)
    assert (page.bar.words["misure"], page.bar.words["nel"]) == ("wind:5", "2025")
    assert "2025" in page.comparison.titles["it"]


def test_a_year_that_a_territory_lacks_is_told_and_another_is_shown(page):
    page.ask({})
    page.bar.notices = []
    page.bar.territory = "001"
    assert page.shown == ("001", 2007)
    assert "2019" in page.bar.notices[-1]["it"]
    page.bar.notices = []


def test_measures_without_a_base_say_why_and_an_address_cannot_move_them(page):
    page.ask({"terr": "001282", "misure": "district_heating_connection:0.5,wind:0.1"})
    off = {one["kind"]: one["it"]["why"] for one in page.builder.sliders if one["it"]["why"]}
    none = "Usseglio nel 2019 non ne ha (nessuna fornitura di"
    none = "Usseglio nel 2019 non ne ha (nessuna fornitura di"
    assert off["district_heating_connection"] == f"Richiede una rete di teleriscaldamento, ma {none} calore)."
    assert off["boiler_replacement"] == f"Richiede una rete del gas, ma {none} gas naturale)."
    assert set(off) >= {"cogeneration", "district_heating_solar", "industrial_efficiency", "biomethane"}
    assert page.builder.sizes == {"wind": 0.1}
    assert "non si può" in page.bar.notices[-1]["it"]
    page.bar.notices = []


def test_sizes_are_told_in_units_of_the_place():
    def units(balance):
        return {one["kind"]: (one["unit"], one["limit"]) for one in ScenarioBuilder(balance).sliders}

    village, country = units(examples.usseglio()), units(examples.italy())
    assert village["photovoltaic"] == ("kW", 490)
    assert village["hydro"] == ("MW", 7.34)
    assert country["photovoltaic"] == ("GW", 136)
    assert country["cogeneration"][0] == "TWh"
    assert units(examples.torino())["photovoltaic"] == ("MW", 1955)


def test_a_plan_is_told_in_units_of_the_place(page):
    for code, unit, cost in (("001282", "kW", "k€"), ("IT", "GW", "M€")):
        page.ask({"terr": code})
        page.explorer.run()
        plants = [row["en"] for row in page.explorer.plan["rows"]]
        assert all(cells[1].endswith((unit, "Wh")) for cells in plants)
        assert any(cells[1][0] != "0" for cells in plants)
        assert page.explorer.plan["cost"]["en"] == f"Cost, {cost}/year"


def test_a_territory_that_cannot_be_planned_leaves_the_page_as_it_was(page, monkeypatch):
    page.ask({"terr": "IT"})

    def broken(*_):
        raise InputError("plan", ["there is no plan here"])

    monkeypatch.setattr(planner_page, "problem_of", broken)
    page.bar.territory = "001282"
    assert "there is no plan here" in page.bar.notices[-1]["en"]
    assert (page.shown, page.bar.territory, page.builder.base_year) == (("IT", 2019), "IT", 2019)
    assert page.header.headings["it"] == "Italia 2019"
    assert page.bar.working == {}
    page.bar.notices = []


def test_a_search_that_runs_is_stopped_and_does_not_answer_for_the_next_place(monkeypatch):
    """Proves: a late plan of one place is never shown under the name of another."""
    began, told = threading.Event(), []
    shown = MixExplorer(problem_of("001272", 2019))

    def slow():
        began.set()
        assert shown._cancel.wait(30)
        shown.plan = {"rows": ["of the place before"]}
        return "stopped"

    monkeypatch.setattr(shown, "_find_plan", slow)
    search = threading.Thread(target=shown.run)
    search.start()
    assert began.wait(30)
    shown.observe(lambda change: told.append(change["new"]), "phase")
    shown.show(problem_of("001282", 2019))
    search.join(30)
    assert (shown.phase, shown.plan, told[-1]) == ("start", {}, "start")
    assert shown.titles["it"].endswith("Usseglio")
