"""The chart of the past without a browser: places, words, gaps, and what it refuses."""

import json

import pandas as pd
import pytest
import traitlets

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.widgets import HistoryChart
from leb_kit.widgets.history_texts import HISTORY


def series(values, *, product="G3000", unit="GWh", indicator="energy", vintage="a"):
    """A series of one line: year to value."""
    rows = {"territory": "IT", "year": list(values), "value": list(values.values()), "unit": unit}
    return pd.DataFrame({**rows, "indicator": indicator, "product": product, "vintage": vintage})


def points(chart, line=0, view=0):
    """All points of one line."""
    return [point for run in chart.views[view]["lines"][line]["runs"] for point in run]


@pytest.fixture(scope="module")
def share():
    rows = leb.history.shipped("renewable_share").query("territory == 'IT'")
    return HistoryChart(rows, target={2020: 0.17})


@pytest.fixture(scope="module")
def electricity():
    rows = leb.history.shipped("italy").query("indicator == 'electricity_supply'")
    return HistoryChart(rows, stacked=True, unit="ktep")


def test_places_follow_the_values(share):
    """Proves: a point lies where the ticks say, found without the code that placed it."""
    rows = leb.history.shipped("renewable_share").query("territory == 'IT'").set_index("year")["value"]
    top = share.views[0]["ticks"][-1]
    assert (top["at"], top["it"]) == (1.0, "25\u00a0%")
    for point in points(share):
        assert point["y"] == pytest.approx(rows[point["year"]] / 0.25, abs=1e-4)
    assert [points(share)[0]["x"], points(share)[-1]["x"]] == [0, 1]


def test_the_target_lies_at_its_year_and_value(share):
    (target,) = share.views[0]["target"]
    assert (target["year"], target["it"], target["en"]) == (2020, "17,0\u00a0%", "17.0\u00a0%")
    assert target["y"] == pytest.approx(0.17 / 0.25, abs=1e-4)


def test_a_trajectory_is_drawn_year_by_year_and_reaches_beyond_the_figures():
    way = pd.DataFrame(
        {"indicator": "renewable_share", "year": [2020, 2025, 2030], "required": [0.2, 0.25, 0.3]}
    )
    rows = leb.history.shipped("renewable_share").query("territory == 'IT'")
    shown = HistoryChart(rows, target=way)
    assert [point["year"] for point in shown.views[0]["target"]] == [2020, 2025, 2030]
    assert shown.views[0]["years"][-1] == 2030
    assert shown.year == 2022
    assert shown.views[0]["target"][-1]["x"] == 1


def test_a_stack_adds_up_to_its_total(electricity):
    view = electricity.views[0]
    tops = [
        max(
            point["y"]
            for line in view["lines"]
            for p in [line]
            for run in p["runs"]
            for point in run
            if point["year"] == year
        )
        for year in (2000, 2019)
    ]
    rows = leb.history.shipped("italy").query("indicator == 'electricity_supply'")
    whole = rows.groupby("year")["value"].sum() * 1e6 / 11630
    high = float(view["ticks"][-1]["en"].replace(",", ""))
    assert tops == pytest.approx([whole[2000] / high, whole[2019] / high], rel=1e-4)
    assert view["totals"]["2019"]["en"] == f"{whole[2019]:,.0f} ktep"
    for below, above in zip(view["lines"], view["lines"][1:], strict=False):
        assert above["runs"][0][5]["y0"] == pytest.approx(below["runs"][0][5]["y"], abs=1e-4)


def test_units_of_energy_are_converted_and_others_kept():
    both = pd.concat(
        [
            series({2000: 1.0, 2001: 2.0}, unit="TWh"),
            series({2000: 5.0, 2001: 6.0}, unit="Gm3", indicator="natural_gas_use"),
        ]
    )
    shown = HistoryChart(both)
    assert points(shown)[0]["en"]["value"] == "1,000 GWh"
    assert points(shown, view=1)[0]["it"]["value"] == "5,00 miliardi di m³"
    shown.unit = "TJ"
    assert points(shown)[0]["en"]["value"] == "3,600 TJ"
    assert points(shown, view=1)[0]["it"]["value"] == "5,00 miliardi di m³"


def test_a_gap_interrupts_the_line():
    shown = HistoryChart(series({2000: 1.0, 2001: 2.0, 2004: 3.0, 2005: 4.0}))
    runs = shown.views[0]["lines"][0]["runs"]
    assert [[point["year"] for point in run] for run in runs] == [[2000, 2001], [2004, 2005]]
    assert shown.views[0]["years"] == [2000, 2001, 2002, 2003, 2004, 2005]


def test_a_change_of_edition_interrupts_the_line():
    shown = HistoryChart(
        pd.concat([series({2000: 1.0, 2001: 2.0}), series({2002: 3.0, 2003: 4.0}, vintage="b")])
    )
    runs = shown.views[0]["lines"][0]["runs"]
    assert [[point["year"] for point in run] for run in runs] == [[2000, 2001], [2002, 2003]]


def test_changes_are_told_in_points_for_shares_and_percent_for_energy(share):
    assert points(share)[-1]["it"]["note"] == "+12,8 punti dal 2004"
    shown = HistoryChart(series({2000: 10.0, 2001: 12.0}))
    assert points(shown)[1]["en"]["note"] == "+20.0\u00a0% since 2000"
    assert points(shown)[0]["en"]["note"] == ""


def test_a_balance_of_several_years_gives_indicators_or_sectors():
    one = leb.examples.torino()
    later = leb.project(
        one, leb.Scenario("plan", base_year=2019).add(leb.measures.photovoltaic(mw=200)), year=2030
    )
    columns = ["territory", "year", "flow", "product", "energy_mwh"]
    table = pd.concat([one.leaves[columns], later.leaves[columns]]).rename(columns={"energy_mwh": "value"})
    years = leb.Balance.from_table(table, unit="MWh")
    shown = HistoryChart(years)
    assert {"renewable_share", "primary_energy_mwh", "emissions_tco2eq"} <= {
        view["id"] for view in shown.views
    }
    assert {view["it"] for view in shown.views} >= {"Quota rinnovabile", "Emissioni di gas serra"}
    sectors = HistoryChart(years, by="sector", stacked=True)
    names = [line["it"] for line in sectors.views[0]["lines"]]
    assert "Residenziale" in names
    with pytest.raises(InputError, match="two years"):
        HistoryChart(one)


def test_lines_are_named_by_what_differs_and_coloured_as_products_are(electricity):
    lines = {line["id"]: line for line in electricity.views[0]["lines"]}
    assert lines["G3000"]["it"] == "Gas naturale"
    assert lines["G3000"]["color"] == "#e9a23b"
    assert lines["G3000"]["said"]["en"].startswith("Natural gas: from ")


def test_own_names_of_lines_win():
    shown = HistoryChart(series({2000: 1.0, 2001: 2.0}).assign(label_it="Mia", label_en="Mine"))
    assert shown.views[0]["lines"][0]["en"] == "Mine"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"unit": "kcal"}, "unknown unit 'kcal'"),
        ({"lang": "fr"}, "unknown language 'fr'"),
        ({"year": 1999}, "year 1999 is not among 2000–2001"),
        ({"stacked": ["enrgy"]}, "Did you mean 'energy'"),
        ({"target": pd.DataFrame({"year": [2020]})}, "column 'indicator' of the target is missing"),
    ],
)
def test_what_cannot_be_shown_is_told(options, words):
    with pytest.raises(InputError, match=words):
        HistoryChart(series({2000: 1.0, 2001: 2.0}), **options)


def test_a_target_by_year_needs_one_indicator():
    both = pd.concat([series({2000: 1.0, 2001: 2.0}), series({2000: 5.0, 2001: 6.0}, indicator="energy_2")])
    with pytest.raises(InputError, match="needs one indicator; there are energy, energy_2"):
        HistoryChart(both, target={2001: 1.0})


def test_forged_years_and_views_change_nothing(share):
    shown = HistoryChart(series({2000: 1.0, 2001: 2.0}))
    shown.year = 10**9
    assert shown.year == 2001
    with pytest.raises(traitlets.TraitError, match="no view"):
        shown.view = "<b>"
    assert shown.view == "energy"


def test_the_browser_can_read_the_whole_state(electricity):
    names = [name for name in electricity.trait_names(sync=True) if not name.startswith("_")]
    state = {
        name: getattr(electricity, name) for name in names if name not in {"layout", "tabbable", "tooltip"}
    }
    assert len(json.dumps(state, allow_nan=False)) < 60_000


def test_words_exist_in_both_languages():
    assert HISTORY["it"].keys() == HISTORY["en"].keys()
    assert all(text.strip() for words in HISTORY.values() for text in words.values())


def test_repr_names_views_and_has_no_address(electricity):
    assert repr(electricity) == "HistoryChart(Electricity by source: 5 lines, 2000–2020)"
