"""What a notebook shows of questions and answers, read back cell by cell."""

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pandas as pd

from leb_kit.errors import speaking
from leb_kit.examples import torino
from leb_kit.optimise import (
    MixProblem,
    alternatives,
    frontier,
    mix_problem,
    optimise_mix,
    optimise_pathway,
    pathway,
    sensitivity,
    split_budget,
    typical_days,
)
from leb_kit.optimise.answers.shown_answers import used_rows
from leb_kit.reference.shown import Prose
from tests.optimise.tables import one_heat_demand, problem


def town(storage: str = "tank") -> MixProblem:
    """20,000 MW for an hour: 15,000 from the sun, the rest from a boiler that emits 0.2 t/MWh."""
    return problem(
        processes="""
        process technology        bus_out capacity_max_mw capex_eur_per_mw_year variable_eur_per_mwh
        sun     photovoltaic_roof heat    15000           1                     -
        boiler  gas_boiler        heat    -               -                     200
        idle    wind_onshore      heat    -               900                   -
        """,
        storages=f"storage technology bus capex_eur_per_mwh_year\n{storage} battery heat 3",
        demands=one_heat_demand(20_000),
        limits="limit process coefficient sense value unit\nco2 boiler 0.2 at_most 5000 tCO2eq",
    )


def seen(shown: object, lang: str = "en") -> list[pd.DataFrame]:
    """The tables of an object as a person reads them."""
    with speaking(lang):
        page = shown._repr_html_()  # type: ignore[attr-defined]
    tables = ET.fromstring(f"<div>{page}</div>").iter("table")  # noqa: S314 (we wrote it)
    cells = [[[cell.text or "" for cell in row] for row in table.iter("tr")] for table in tables]
    return [pd.DataFrame(rows[1:], columns=rows[0]) for rows in cells]


def test_a_plan_shows_what_is_in_it_and_names_what_is_not():
    """Proves: units fit the size, idle technologies are named once. Without it a page is full of zeros."""
    plan = optimise_mix(town())
    rows, prices = seen(plan)
    assert list(rows) == ["technology", "MW", "of which new, MW", "GWh", "M EUR a year"]
    assert rows.to_numpy().tolist() == [
        ["Rooftop photovoltaics", "15,000.0", "15,000.0", "15.0", "0"],
        ["Condensing gas boiler (new)", "5,000.0", "5,000.0", "5.0", "1.0"],
    ]
    assert prices["limit"].tolist() == ["co2"]
    assert "Not in the plan: Onshore wind, Battery." in plan._repr_html_()


def test_a_plan_is_shown_in_italian_where_that_is_chosen():
    rows, _ = seen(optimise_mix(town()), "it")
    assert list(rows) == ["tecnologia", "MW", "di cui nuovi, MW", "GWh", "M€ l'anno"]
    assert rows.iloc[0].tolist() == ["Fotovoltaico su tetto", "15.000,0", "15.000,0", "15,0", "0"]


def test_a_store_in_a_plan_has_its_content_in_mwh():
    """10 MW of sun in the first of two hours, used in the second: the store holds 10 MWh."""
    plan = optimise_mix(
        problem(
            processes="process technology bus_out profile\nsun photovoltaic_roof power sun",
            storages="storage technology bus energy_to_power_h\nbox battery power 1",
            profiles="sun homes\n1 0\n0 1",
            demands="demand bus annual_mwh profile\nhomes power 10 homes",
            buses="bus\npower",
        )
    )
    stores = seen(plan)[1]
    assert stores.iloc[0, :4].tolist() == ["Battery", "10.0", "10.0", "10.0"]


def test_a_problem_shows_technologies_demands_and_limits():
    """Proves: processes of one technology are one row, one without a technology has its own name."""
    asked = town()
    bare = replace(asked, processes=asked.processes.assign(technology=["photovoltaic_roof"] * 2 + [""]))
    rows, demands, limits = seen(bare)
    assert rows.to_numpy().tolist() == [
        ["Rooftop photovoltaics", "2", "0", "no limit"],
        ["idle", "1", "0", "no limit"],
    ]
    assert demands.iloc[0].tolist() == ["homes", "20.0"]
    assert limits.iloc[0].tolist() == ["co2"]


def test_a_hostile_name_is_text():
    """Proves: a name of somebody's table never becomes part of the page. Without it, a table is a program."""
    page = optimise_mix(town("<script>"))._repr_html_() + town("<script>")._repr_html_()
    assert "<script>" not in page


def test_the_points_of_a_frontier_are_one_row_each():
    (rows,) = seen(frontier(town(), "cost", "co2", values=[2000, 1000, 500]))
    assert rows["allowed, tCO2eq"].tolist() == ["2,000", "1,000", "500"]
    assert rows["reached, tCO2eq"].tolist() == ["1,000", "1,000", "500"]
    assert rows.columns[3] == "M EUR a year"


def test_a_frontier_without_any_plan_shows_dashes():
    bounded = town().processes.assign(capacity_max_mw=[15_000.0, float("inf"), 0.0])
    (rows,) = seen(frontier(replace(town(), processes=bounded), "cost", "co2", values=[0]))
    assert rows.iloc[0, 2:5].tolist() == ["–", "–", "–"]


def test_what_moves_nothing_is_counted():
    """Proves: the widest come first and rows of zeros are a number. Without it a page has fifty zeros."""
    found = sensitivity(town())
    (rows,) = seen(found)
    told = len(found.table) - len(rows)
    assert told > 0
    assert f"{told} more inputs move nothing." in found._repr_html_()
    assert rows["10 % less: EUR a year"].iloc[0].startswith("−")


def test_near_plans_show_least_and_most():
    (rows,) = seen(alternatives(town(), slack=0.1))
    assert rows.set_index("technology").loc["Onshore wind", ["unit", "least"]].tolist() == ["MW", "0"]


def test_a_budget_and_a_way_of_torino_are_shown():
    """Proves: what needs a balance is shown as well, in both languages and without a row of zeros."""
    asked = {"targets": "20-20-20-local", "base": torino(), "time": typical_days(1)}
    split = split_budget(mix_problem(torino(), **asked), 3e8)
    way = optimise_pathway(pathway(torino(), years=[2030, 2040], **asked))
    for rows in [*seen(split, "it"), *seen(split), *seen(way, "it"), *seen(way)]:
        assert not (rows.iloc[:, 1:] == "0").all(axis=1).any()
        assert not rows.isin(["nan", "None"]).any(axis=None)


def test_sentences_are_set_as_paragraphs_and_lists():
    """Proves: an explanation wraps between words, and a name in it is text. Without it lines end mid-word."""
    reasons = optimise_mix(town("<b>")).why("photovoltaic_roof")
    with speaking("en"):
        assert reasons._repr_html_() == reasons.explain("en")._repr_html_()
    assert Prose("- a\n- <b>\nrest")._repr_html_() == "<ul><li>a</li><li>&lt;b&gt;</li></ul><p>rest</p>"
    assert json.dumps(Prose("one")) == '"one"'


def test_demands_are_called_by_their_users_and_a_pathway_shows_each_year() -> None:
    """Proves that no code stands for a demand. Without it ``heat:FC_OTH_HH_E`` was all one read."""
    base = torino()
    one = mix_problem(base, time=typical_days(1))
    named = seen(one, "it")[1]["fabbisogno"].tolist()
    assert "calore: Residenziale" in named
    assert "Elettricità agli utenti" in named
    assert [name for name in named if ":" in name and not name.startswith("calore: ")] == []
    way = pathway(base, years=[2025, 2030], targets={2030: "20-20-20-local"}, base=base, time=typical_days(1))
    demands, limits = seen(way, "en")
    assert list(demands.columns) == ["demand", "2025, GWh", "2030, GWh"]
    assert demands["2025, GWh"].tolist() == seen(one)[1]["GWh"].tolist()
    assert limits["year"].tolist() == ["2030"]
    assert "Renewable share at least 20 %" in limits["limits"].iloc[0]


def test_the_cost_of_a_year_is_shown_as_it_is_explained() -> None:
    plan = optimise_mix(mix_problem(torino(), time=typical_days(2)))
    found = plan.year_cost()
    with speaking("it"):
        page = found._repr_html_()
    assert found.explain("it").split()[0] in page
    assert "YearCost(about" in page


def test_what_may_grow_without_end_is_shown():
    """Proves: an end that is none is said. Without it such rows are left out as zeros."""
    rows = pd.DataFrame({"least": [0.0, 0.0, 0.0], "most": [float("inf"), 5.0, 0.0]})
    assert used_rows(rows).tolist() == [True, True, False]
