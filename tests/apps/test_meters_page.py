"""The page about meters is made of the same figures in both languages, and its parts follow one switch."""

import re

import pytest

from leb_kit.apps.meters_page import MetersPage, cambridge_days, tables
from leb_kit.examples import cambridge_degree_days


@pytest.fixture(scope="module")
def days():
    return cambridge_days()


@pytest.fixture(scope="module")
def figures(days):
    return tables(days, degree_days=cambridge_degree_days())


def test_every_meter_has_its_line_in_both_languages(figures):
    for lang, word in (("it", "Tolto il tempo"), ("en", "Weather taken out")):
        rows = re.findall(r'<th scope="row">([^<]+)</th>', figures[lang])
        assert rows[:3] == ["b0_electricity", "b0_gas", "b118_electricity"]
        assert word in figures[lang]
    assert "95,6\u00a0%" in figures["it"]
    assert "95.6\u00a0%" in figures["en"]


def test_figures_above_each_other_have_as_many_decimals(figures):
    """Proves: places line up. Without it 130,1 MWh stands above 629,89."""
    lines = re.findall(r"<tr>(.*?)</tr>", figures["it"])
    (line,) = (one for one in lines if "b118_electricity" in one and "2016</td><td>100,0\u00a0%" in one)
    cells = re.findall(r"<td>([^<]*)</td>", line)
    assert cells[2] == "130,10"
    assert cells[-1] == "18"


def test_names_are_text_and_never_markup(days):
    text = tables(days.assign(meter=days["meter"].replace("b0_gas", "<b>")), year=2016)["en"]
    assert "<b>" not in text
    assert "&lt;b&gt;" in text


def test_one_switch_and_one_choice_move_all_parts(days, figures):
    page = MetersPage(days, figures)
    assert "Energia al giorno" in page.picture.value
    assert "b0_gas" in page.picture.value
    page.header.lang, page.choice.value = "en", "b118"
    assert "Energy a day" in page.picture.value
    assert "b118_gas" in page.picture.value
    assert "Weather taken out" in page.table.value
    assert page.choice.description == "Building"
    assert page.bar.words["edificio"] == "b118"


def test_the_building_of_the_address_is_shown_and_wrong_words_are_told(days, figures):
    """Proves: nothing is ignored in silence. Without it a link to another building shows the first one."""
    page = MetersPage(days, figures)
    page.ask({"edificio": "b118", "lingua": "en", "utm_source": "letter"})
    assert (page.choice.value, page.header.lang, page.bar.notices) == ("b118", "en", [])
    page.ask({"edificio": "b119", "lingua": "fr", "terr": "IT"})
    assert page.choice.value == "b118"
    told = [one["en"] for one in page.bar.notices]
    assert len(told) == 3
    assert "“fr”" in told[0]
    assert "“terr”" in told[1]
    assert "Did you mean 'b19'" in told[2]
    assert page.bar.words["terr"] == ""
