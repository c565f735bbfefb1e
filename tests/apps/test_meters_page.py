"""The page about meters is made of the same figures in both languages, and its parts follow one switch."""

import re

import pytest

from leb_kit.apps.meters_page import cambridge_days, page, tables
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
    assert "95,6%" in figures["it"]
    assert "95.6%" in figures["en"]


def test_figures_above_each_other_have_as_many_decimals(figures):
    """Proves: places line up. Without it 130,1 MWh stands above 629,89."""
    lines = re.findall(r"<tr>(.*?)</tr>", figures["it"])
    (line,) = (one for one in lines if "b118_electricity" in one and "2016</td><td>100,0%" in one)
    cells = re.findall(r"<td>([^<]*)</td>", line)
    assert cells[2] == "130,10"
    assert cells[-1] == "18"


def test_names_are_text_and_never_markup(days):
    text = tables(days.assign(meter=days["meter"].replace("b0_gas", "<b>")), year=2016)["en"]
    assert "<b>" not in text
    assert "&lt;b&gt;" in text


def test_one_switch_and_one_choice_move_all_parts(days, figures):
    header, table, choice, picture = page(days, figures, lang="it").children
    assert "Energia al giorno" in picture.value
    assert "b0_gas" in picture.value
    header.lang, choice.value = "en", "b118"
    assert "Energy a day" in picture.value
    assert "b118_gas" in picture.value
    assert "Weather taken out" in table.value
    assert choice.description == "Building"
