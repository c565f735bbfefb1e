"""The target panel without a browser."""

import math

import pandas as pd
import pytest

from leb_kit.errors import InputError
from leb_kit.widgets import PageHeader, TargetPanel
from leb_kit.widgets.sentences import WHY, WORDS, describe, quantity

ROWS = [
    ("renewables", "renewable_share", "", "at_least", "", 0.081, 0.2, False, "share"),
    ("emissions", "emissions", "territorial", "at_most", "001272 2019", 2.4e6, 1.92e6, False, "tCO2eq"),
    ("efficiency", "primary_energy", "", "at_most", "001272 2019", 10.1e6, 10.48e6, True, "MWh"),
]


def evaluation() -> pd.DataFrame:
    """Three targets, one of them met."""
    names = ["target", "indicator", "convention", "sense", "base", "value", "required", "met", "unit"]
    frame = pd.DataFrame(ROWS, columns=names)
    return frame.assign(gap=0.0, label_it="Obiettivo", label_en="Target")


def test_each_target_is_a_card_with_a_gauge():
    panel = TargetPanel(evaluation())
    assert [card["met"] for card in panel.cards] == [False, False, True]
    assert all(0 <= card["reach"] <= 1 and 0 <= card["mark"] <= 1 for card in panel.cards)
    assert panel.cards[0]["reach"] < panel.cards[0]["mark"]
    assert panel.cards[1]["reach"] > panel.cards[1]["mark"]


def test_repr_counts_targets():
    assert repr(TargetPanel(evaluation())) == "TargetPanel(3 targets, 1 met)"


def test_italian_and_english_sentences_say_the_same():
    row = evaluation().to_dict("records")[0]
    italian, english = describe(row, "it"), describe(row, "en")
    assert italian["what"] == "L'obiettivo chiede almeno 20\u00a0%: mancano 11,9 punti percentuali."
    assert english["what"] == "The target asks for at least 20\u00a0%: 11.9 percentage points are missing."
    assert italian["why"] != english["why"] != ""


def test_numbers_are_grouped_the_way_of_the_language():
    row = evaluation().to_dict("records")[2]
    assert describe(row, "it")["required"] == "al massimo 10.480 GWh"
    assert describe(row, "en")["required"] == "at most 10,480 GWh"
    assert "raggiunto, con un margine di 380 GWh" in describe(row, "it")["what"]


def test_the_base_is_named_by_place_and_year():
    row = evaluation().to_dict("records")[1]
    assert describe(row, "it")["why"].endswith("Base: Torino 2019.")


def test_an_undefined_value_is_a_dash():
    assert quantity(math.nan, "MWh", "it") == "– GWh"


def test_words_exist_in_both_languages():
    assert WORDS["it"].keys() == WORDS["en"].keys()
    assert all(words.keys() == {"it", "en"} for words in WHY.values())


def test_a_table_without_its_columns_is_an_error_that_names_them():
    with pytest.raises(InputError, match="'required' is missing"):
        TargetPanel(evaluation().drop(columns="required"))


def test_a_balance_needs_the_name_of_a_target_set():
    with pytest.raises(InputError, match="target set"):
        TargetPanel(object())


def test_an_unknown_keyword_is_an_error():
    with pytest.raises(TypeError, match="colour"):
        TargetPanel(evaluation(), colour="red")


def test_the_page_header_says_its_name():
    header = PageHeader({"it": "Torino 2019", "en": "Turin 2019"}, {"it": "", "en": ""}, lang="en")
    assert repr(header) == "PageHeader(Turin 2019)"
