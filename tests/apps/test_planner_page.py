"""The planner's page without a browser: measures in its address, wrong words, faults that are told."""

import pytest

from leb_kit import examples
from leb_kit.apps.asked_view import AskedView
from leb_kit.apps.planner_asked import SENTENCES, measures_word, read_measures, read_shown
from leb_kit.apps.planner_page import PlannerPage
from leb_kit.widgets import ScenarioBuilder
from leb_kit.widgets.builder_state import Bench

EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def balance():
    return examples.torino()


@pytest.fixture(scope="module")
def sliders(balance):
    return ScenarioBuilder(balance).sliders


@pytest.fixture
def page():
    return PlannerPage()


def read(word, sliders):
    """Sizes that an address gives, and the sentences told of it."""
    view = AskedView("001272", 2019)
    return read_measures(view, word, sliders), [notice["en"] for notice in view.notices]


def test_an_address_opens_with_its_scenario_and_says_the_same(page):
    words = {"terr": "001272", "anno": "2019", "misure": "photovoltaic:200,heat_pumps:0.3", "nel": "2025"}
    page.ask(words | {"lingua": "en"})
    assert page.builder.sizes == {"photovoltaic": 200, "heat_pumps": 0.3}
    assert (page.builder.year, page.header.lang, page.bar.notices) == (2025, "en", [])
    assert page.bar.words == {name: words[name] for name in ("misure", "nel")}
    assert (page.bar.territory, page.bar.year) == ("001272", 2019)
    # the comparison shows what that scenario does, not what the page started with
    assert page.comparison.cards != PlannerPage().comparison.cards


def test_the_address_follows_the_sliders_and_is_bare_without_measures(page):
    page.ask({})
    page.builder.sizes = {"wind": 5, "retrofit": 0.07}
    page.builder.year = 2024
    assert page.bar.words["misure"] == "wind:5,retrofit:0.07"
    assert page.bar.words["nel"] == "2024"
    page.builder.sizes, page.builder.year = {"wind": 0}, 2030
    assert (page.bar.words["misure"], page.bar.words["nel"]) == ("", "")


def test_every_place_a_slider_can_stand_comes_back_from_the_address(sliders):
    """Proves: the last step too. Without it a slider at its end would be told to be out of range."""
    for one in sliders:
        for steps in (one["step"], one["limit"]):
            # as the page writes it: twelve digits in the unit of the measure
            size = float(f"{steps / one['scale']:.12g}")
            assert read(measures_word({one["kind"]: size}), sliders) == ({one["kind"]: size}, [])


@pytest.mark.parametrize(
    ("word", "part"),
    [
        ("photovoltaics:3", "Did you mean 'photovoltaic'?"),
        ("heat_pumps:1.01", "from 0 to 1"),
        ("heat_pumps:-0.1", "given as a share"),
        ("heat_pumps:nan", "no possible size"),
        ("heat_pumps:inf", "no possible size"),
        ("heat_pumps", "no possible size"),
        ("wind:1e400", "given as MW, from 0 to 25.3"),
        (EVIL, "not here"),
    ],
)
def test_a_measure_that_cannot_be_is_told_and_the_others_hold(word, part, sliders):
    sizes, told = read(f"{word},retrofit:0.2", sliders)
    assert sizes == {"retrofit": 0.2}
    assert len(told) == 1
    assert part in told[0]


def test_a_measure_given_twice_or_too_many_are_told(sliders):
    assert read("wind:1,wind:2", sliders)[0] == {"wind": 1}
    assert "twice" in read("wind:1,wind:2", sliders)[1][0]
    told = read(",".join(f"x{i}:1" for i in range(3000)), sliders)[1]
    assert len(told) == len(sliders) + 1
    assert f"more than {len(sliders)} measures" in told[0]


def test_a_measure_that_is_off_here_is_told_with_its_reason():
    off = {"kind": "wind", "unit": "MW", "scale": 1, "limit": 5}
    words = {lang: {"label": "Wind", "why": "No wind here."} for lang in ("it", "en")}
    sizes, told = read("wind:1", [off | words])
    assert (sizes, told) == ({}, ["Wind: “1” is not possible. No wind here."])


def test_a_year_outside_the_scenario_is_told():
    view = AskedView("001272", 2019)
    assert [read_shown(view, word, 2019, 2030) for word in ("", "2019", "2031", "x")] == [
        2030,
        2019,
        2030,
        2030,
    ]
    assert len(view.notices) == 2


def test_each_wrong_word_is_told_in_both_languages_and_ignored(page):
    page.ask({"terr": "XX", "anno": "2018", "misure": "x:1", "nel": "1", "lingua": "fr", "unita": "ktep"})
    assert [set(one) for one in page.bar.notices] == [{"it", "en"}] * 6
    for word, told in zip(("XX", "2018", "fr", "x", "1", "unita"), page.bar.notices, strict=True):
        assert f"«{word}»" in told["it"]
    assert (page.header.lang, page.builder.sizes, page.builder.year) == ("it", {}, 2030)
    assert page.bar.words == {"unita": "", "misure": "", "nel": ""}


def test_measures_that_clash_are_told_by_the_builder_and_stay_in_the_address(page):
    page.ask({"misure": "heat_pumps:1,biomass_boilers:1"})
    assert page.builder.outcome["faults"]["it"]
    assert page.bar.words["misure"] == "heat_pumps:1,biomass_boilers:1"
    assert page.bar.notices == []


def test_a_fault_of_ours_is_a_sentence_with_a_reference_and_goes_to_the_log(page, monkeypatch, caplog):
    """Proves: no silence. Without it a slider moves, nothing else does, and nobody knows."""

    def broken(*_):
        raise RuntimeError(EVIL)

    monkeypatch.setattr(Bench, "after", broken)
    page.builder.sizes = {"wind": 1}
    told = [page.bar.notices[-1]["it"], page.builder.outcome["faults"]["it"][0]]
    assert all("Riferimento: " in one for one in told)
    assert EVIL not in str(told)
    assert {record.name for record in caplog.records} >= {"leb_kit.apps", "leb_kit.widgets.scenario_builder"}
    assert EVIL in caplog.text


def test_another_bridge_that_fails_is_told_by_the_page(page, monkeypatch):
    def broken(*_):
        raise RuntimeError(EVIL)

    page.comparison._waiting = ["final_energy_mwh"]
    monkeypatch.setattr("leb_kit.widgets.comparison_view.bridge_state", broken)
    page.comparison.indicator = "final_energy_mwh"
    assert "Riferimento: " in page.bar.notices[-1]["it"]


def test_sentences_exist_in_both_languages():
    assert all(set(words) == {"it", "en"} for words in SENTENCES.values())
