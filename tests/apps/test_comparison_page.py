"""The page of comparisons without a browser: the address, the figures, the words, what is refused."""

import math
import re

import pytest
import traitlets

import leb_kit as leb
from leb_kit.apps import comparison_data as data
from leb_kit.apps import comparison_page
from leb_kit.apps.comparison_asked import SENTENCES, AskedComparison
from leb_kit.apps.comparison_page import ComparisonPage
from leb_kit.apps.comparison_tables import _ink, ben_section, side_by_side, territory_sentences
from leb_kit.apps.comparison_texts import PAGE
from leb_kit.errors import InputError
from leb_kit.reference import catalog
from leb_kit.widgets import CompareBar
from leb_kit.widgets.compare_bar import COMPARE, MOST

EVIL = "<img src=x onerror=alert(1)>"
KNOWN = ["IT-2019", "001-2007", "001272-2019"]


@pytest.fixture
def page():
    return ComparisonPage()


# ── the address ──────────────────────────────────────────────────────────────────────────────────────────


def test_every_word_of_an_address_is_followed(page):
    page.ask({"vista": "due", "a": "IT-2019", "b": "001272-2007", "lingua": "en"})
    assert page.comparison.titles["en"] == "From Italy 2019 to Torino 2007"
    assert page.comparison.lang == "en"
    assert page.bar.notices == []
    page.ask({"vista": "territori", "con": "001059-2007,IT-2019"})
    assert page.bar.chosen == ["001059-2007", "IT-2019"]
    page.ask({"vista": "ben", "bilancio": "001-2007", "kcal": "860"})
    assert (page.bar.view, page.bar.balance, page.bar.convention) == ("ben", "001-2007", "860")


def test_each_wrong_word_is_told_in_both_languages():
    words = {"vista": "tre", "a": "IT-1999", "b": EVIL, "con": "IT-2019,x", "bilancio": "y", "kcal": "1000"}
    asked = AskedComparison.of({**words, "lingua": "fr"}, KNOWN)
    assert len(asked.notices) == 7
    assert all(notice.keys() == {"it", "en"} for notice in asked.notices)
    assert (asked.view, asked.left, asked.right, asked.chosen, asked.lang) == ("", "", "", ["IT-2019"], "it")
    assert any("Did you mean 'IT-2019'?" in notice["en"] for notice in asked.notices)


def test_too_many_territories_are_told_and_the_first_are_compared():
    many = [one["id"] for one in data.choices()][:9]
    asked = AskedComparison.of({"con": ",".join(many)}, many)
    assert asked.chosen == many[:MOST]
    assert "9 territori" in asked.notices[0]["it"]


def test_a_long_word_is_not_repeated_whole():
    assert len(AskedComparison.of({"a": "x" * 5000}, KNOWN).notices[0]["it"]) < 200


@pytest.mark.parametrize("texts", [PAGE, COMPARE], ids=["page", "bar"])
def test_words_exist_in_both_languages(texts):
    assert texts["it"].keys() == texts["en"].keys()
    for key, word in texts["it"].items():
        assert set(re.findall(r"{\w+}", word)) == set(re.findall(r"{\w+}", texts["en"][key]))
    assert all(words.keys() == {"it", "en"} for words in SENTENCES.values())


# ── figures ──────────────────────────────────────────────────────────────────────────────────────────────


def test_figures_per_head_are_those_of_the_library():
    """Proves: what the page divides is what ``compare_territories`` divides, row by row."""
    found = data.figures("001059-2007")
    towns = data.balance_of("001059-2007")
    for flow in data.SECTORS:
        row = leb.compare_territories(towns, flow=flow).iloc[0]
        assert found[f"{flow}_mwh_per_head"] == pytest.approx(row["mwh_per_head"], rel=1e-12)
    total = leb.compare_territories(towns).iloc[0]
    assert found["final_mwh_per_km2"] == pytest.approx(total["mwh_per_km2"], rel=1e-12)
    assert found["renewable_share"] == leb.indicators.renewable_share(towns).share


@pytest.mark.parametrize("choice", ["IT-2019", "001-2007", "001272-2019", data.PLAN])
def test_shares_of_final_consumption_are_a_whole(choice):
    shares = data.mix(choice)
    assert math.fsum(shares) == pytest.approx(1, abs=1e-12)
    assert (shares > 0).all()


def test_sentences_say_the_figures_and_what_they_do_not_say():
    chosen = [("001059-2007", "Carmagnola"), ("IT-2019", "Italia")]
    told = " ".join(territory_sentences(chosen, "it"))
    assert re.search(
        r"Carmagnola: \d+,\d MWh per abitante, il \d+ % in (più|meno) rispetto a Italia",
        told.replace("\u00a0", " "),
    )
    assert "sono stime" in told
    assert "2007, 2019" in told
    assert territory_sentences(chosen[1:], "en") == [PAGE["en"]["one"]]
    assert "estimates" not in " ".join(territory_sentences([("001272-2019", "a"), ("IT-2019", "b")], "en"))


def test_names_are_text_whatever_they_hold():
    made = side_by_side([("IT-2019", EVIL), ("001-2007", "b")], "it")
    made += ben_section(leb.examples.italy(), "2200", EVIL, "it")
    assert "<img" not in made
    assert "&lt;img" in made


def test_figures_on_colours_can_be_read():
    """Proves: at least 4.5:1 on every colour of a product, reckoned by the formula of WCAG written apart."""
    for color in catalog.table("colors")["color_hex"]:
        light = []
        for hexed in (color, _ink(color)):
            parts = [int(hexed[at : at + 2], 16) / 255 for at in (1, 3, 5)]
            r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
            light.append(0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05)
        assert max(light) / min(light) >= 4.5


# ── Eurostat and BEN ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("lang", ["it", "en"])
def test_the_ben_is_told_with_its_largest_cause(lang):
    made = ben_section(leb.examples.italy(), "2200", "Italia 2019", lang)
    for printed in ("155.432,7", "168.902,0", "13.469,3") if lang == "it" else ("155,432.7", "168,902.0"):
        assert printed in made
    assert made.count('class="up"') == 2
    assert made.count('class="down"') == 1


def test_where_nothing_differs_nothing_is_told_to_differ():
    made = ben_section(leb.examples.torino(), "860", "Torino 2019", "it")
    assert "lo stesso per Eurostat e per il BEN" in made
    assert 'class="up"' not in made


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────


def test_only_the_chosen_view_is_seen(page):
    for view in page.views:
        page.bar.view = view
        seen = {name for name, parts in page.views.items() if parts[0].layout.display != "none"}
        assert seen == {view}


def test_the_map_adds_a_municipality_once(page):
    page.bar.view = "territori"
    page.adder.click()  # as a forged click would, while it is disabled
    assert len(page.bar.chosen) == 3
    page.map.selected = "001059"
    assert page.adder.description == "Aggiungi al confronto: Carmagnola"
    page.adder.click()
    page.adder.click()
    assert page.bar.chosen[-1] == "001059-2007"
    assert len(page.bar.chosen) == 4
    assert page.adder.disabled
    assert "Carmagnola 2007" in page.beside.value


def test_the_language_changes_every_part(page):
    page.bar.view = "territori"
    page.header.lang = "en"
    assert page.bar.lang == page.comparison.lang == page.map.lang == "en"
    assert "Side by side" in page.beside.value
    assert page.adder.description == "Choose a municipality on the map"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("left", EVIL),
        ("right", "IT-1492"),
        ("balance", ""),
        ("view", "altro"),
        ("convention", "1000"),
        ("chosen", []),
        ("chosen", [EVIL]),
        ("chosen", [f"{code:06}-2007" for code in range(1001, 1010)]),
        ("most", 99),
    ],
    ids=["left", "right", "balance", "view", "convention", "none", "unknown", "many", "limit"],
)
def test_forged_messages_change_nothing(page, name, value):
    before = getattr(page.bar, name)
    with pytest.raises(traitlets.TraitError):
        setattr(page.bar, name, value)
    assert getattr(page.bar, name) == before


def test_a_fault_keeps_what_was_there_and_tells_a_reference(page, monkeypatch):
    def broken(_):
        raise RuntimeError(EVIL)

    monkeypatch.setattr(comparison_page.data, "balance_of", broken)
    page.bar.left = "IT-2019"
    assert page.comparison.titles["it"] == "Da Torino 2019 a Torino 2030"
    assert "Riferimento: " in page.bar.notices[-1]["it"]
    assert EVIL not in str(page.bar.notices)


def test_a_bar_that_starts_with_what_is_not_there_is_an_error():
    with pytest.raises(InputError, match="'x' cannot be compared"):
        CompareBar(data.choices(), left="x", right="IT-2019", chosen=["IT-2019"], balance="IT-2019")
