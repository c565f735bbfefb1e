"""The page of a territory without a browser: what an address shows, what follows what, what is refused."""

import pytest
import traitlets

import leb_kit as leb
from leb_kit.apps import territory_data as data
from leb_kit.apps.asked_view import SENTENCES, AskedView
from leb_kit.apps.detail_part import detail_html
from leb_kit.apps.territory_page import TerritoryPage, figures_of
from leb_kit.balance import Territory
from leb_kit.errors import InputError
from leb_kit.widgets import ViewBar

EVIL = "<img src=x onerror=alert(1)>"
PLACES = [(Territory.known("IT"), (2018, 2019)), (Territory.known("001272"), (2019,))]


@pytest.fixture
def page():
    return TerritoryPage()


def asked(**words):
    return AskedView.of(words, PLACES, territory="001272", year=2019)


def test_an_address_without_words_shows_the_start():
    view = asked()
    assert (view.territory, view.year, view.unit, view.lang, view.notices) == (
        "001272",
        2019,
        "GWh",
        "it",
        [],
    )


def test_every_word_of_an_address_is_followed():
    view = asked(terr="IT", anno="2018", unita="KTEP", apri="cogeneration", lingua="en")
    assert (view.territory, view.year, view.unit, view.lang) == ("IT", 2018, "ktep", "en")
    assert (view.opened, view.notices) == ("cogeneration", [])


def test_each_wrong_word_is_told_in_both_languages():
    view = asked(terr="001273", anno="duemila", unita="kcal", lingua="fr")
    assert [list(notice) for notice in view.notices] == [["it", "en"]] * 4
    assert view.notices[0]["it"].startswith("L'indirizzo chiede il territorio «001273», che qui non c'è")
    assert view.notices[0]["en"].endswith("Did you mean '001272'?")
    assert (view.territory, view.year, view.unit, view.lang) == ("001272", 2019, "GWh", "it")


def test_a_long_word_is_not_repeated_whole():
    assert len(asked(terr="x" * 5000).notices[0]["it"]) < 200


def test_sentences_exist_in_both_languages():
    assert all(words.keys() == {"it", "en"} for words in SENTENCES.values())


def test_all_municipalities_the_province_and_italy_can_be_shown():
    levels = [place.level for place, _ in data.places()]
    assert (levels.count("municipality"), levels.count("province"), levels.count("country")) == (312, 1, 1)
    assert {place.code: years for place, years in data.places()}["001272"] == (2007, 2019)


def test_the_municipalities_sum_to_the_province():
    whole = leb.sum_territories(data.municipalities(), into="province").table["energy_mwh"].sum()
    assert whole == pytest.approx(data.province().table["energy_mwh"].sum(), rel=1e-12)


def test_the_past_counts_nothing_twice():
    """Proves: parts of a stack are parts. Electricity by source is what the totals of the series say."""
    rows = data.past()
    supply = rows[(rows["indicator"] == "electricity_use") & (rows["year"] == 2019)]["value"].sum()
    published = leb.history.shipped("italy").query(
        "indicator == 'electricity_use' and year == 2019 and flow == 'FC_E'"
    )["value"]
    assert supply == pytest.approx(published.item(), rel=0.01)


def test_the_past_of_italy_is_held_against_the_target_of_italy(page):
    (target,) = page.past.views[0]["target"]
    assert (target["year"], target["it"]) == (2020, "17,0\u00a0%")


def test_the_page_follows_territory_and_year(page):
    page.bar.territory = "001059"
    assert page.shown == ("001059", 2007)
    assert page.bar.year == 2007
    assert (
        page.header.headings["it"] == page.scheme.titles["it"] == data.balance_of("001059", 2007).title("it")
    )
    assert page.map.selected == "001059"
    assert "2019" in page.bar.notices[-1]["it"]
    page.bar.territory = "001272"
    page.bar.year = 2019
    assert page.shown == ("001272", 2019)
    assert page.scheme.titles["it"] == "Torino 2019"


def test_an_opened_node_shows_its_detail_and_stands_in_the_address(page):
    page.ask({"terr": "IT", "apri": "cogeneration", "unita": "ktep", "lingua": "en"})
    assert page.scheme.selected == {"type": "node", "id": "cogeneration"}
    assert page.bar.opened == "cogeneration"
    (inside,) = page.opened.children
    assert repr(inside) == "CogenerationDetail(Cogeneration, Italy 2019: 32 rows)"
    assert (inside.unit, inside.lang) == ("ktep", "en")
    page.scheme.selected = {"type": "node", "id": "network_electricity"}
    assert "Detail: Electricity network" in page.detail.value
    assert "(ktep)" in page.detail.value
    assert page.opened.children == (page.detail,)
    page.scheme.selected = {"type": "node", "id": "residential"}
    assert "EndUseDetail(Residential" in repr(page.opened.children)
    page.scheme.selected = {"type": "product", "id": "natural_gas"}
    assert (page.bar.opened, page.detail.value) == ("natural_gas", "")
    page.scheme.selected = {}
    assert page.bar.opened == ""


def test_an_unknown_node_is_told_and_nothing_is_opened(page):
    page.ask({"apri": "cogeneratoin"})
    assert page.scheme.selected == {}
    assert "cogeneratoin" in page.bar.notices[0]["it"]


def test_the_map_opens_a_municipality_only_when_one_is_chosen(page):
    page.opener.click()  # as a forged click would, while it is disabled
    assert page.opener.disabled
    assert page.shown == ("001272", 2019)
    page.map.selected = "001120"
    assert not page.opener.disabled
    assert page.opener.description == "Apri il bilancio: Grugliasco"
    page.opener.click()
    assert page.shown == ("001120", 2007)


def test_forged_messages_change_nothing(page):
    for name, value in (("territory", EVIL), ("year", 1492), ("unit", "kcal")):
        with pytest.raises(traitlets.TraitError):
            setattr(page.bar, name, value)
    page.scheme.selected = {"type": "node", "id": EVIL}
    assert page.bar.opened == ""
    assert EVIL not in page.detail.value
    assert page.shown == ("001272", 2019)


def test_a_fault_keeps_what_was_there_and_tells_a_reference(page, monkeypatch):
    def broken(*_):
        raise RuntimeError(EVIL)

    monkeypatch.setattr(data, "balance_of", broken)
    page.bar.territory = "IT"
    assert page.scheme.titles["it"] == "Torino 2019"
    assert "Riferimento: " in page.bar.notices[-1]["it"]
    assert EVIL not in str(page.bar.notices)


def test_a_name_in_a_detail_is_text_whatever_it_holds(monkeypatch):
    monkeypatch.setattr("leb_kit.apps.detail_part.catalog.label", lambda *_: EVIL)
    made = detail_html(leb.examples.italy(), "network_heat", lang="it", unit="GWh")
    assert "&lt;img" in made
    assert "<img" not in made


@pytest.mark.parametrize("node", ["network_electricity", "network_natural_gas", "import_electricity", ""])
def test_details_of_every_kind_are_tables_or_nothing(node):
    made = detail_html(leb.examples.italy(), node, lang="en", unit="TJ")
    assert made == "" if not node else ("<table>" in made or "has no detail" in made)


def test_a_bar_without_places_or_with_a_wrong_start_is_an_error():
    with pytest.raises(InputError, match="no territory is given"):
        ViewBar([], territory="IT", year=2019)
    with pytest.raises(InputError, match="'IT' 2000 cannot be shown"):
        ViewBar(PLACES, territory="IT", year=2000)


def test_years_made_by_other_methods_are_not_played_as_a_series(page):
    assert page.scheme.years == [2019]
    page.bar.year = 2007
    assert (page.scheme.years, page.scheme.titles["it"]) == ([2007], "Torino 2007")


def test_the_year_of_the_path_of_gas_stands_in_the_address(page):
    page.ask({"passato": "2014"})
    assert (page.gas.year, page.bar.past) == (2014, 2014)
    page.gas.year = 2016
    assert page.bar.past == 2016
    page.ask({"passato": "1789"})
    assert page.gas.year == 2016
    assert "1789" in page.bar.notices[-1]["it"]


def test_an_arrow_can_be_opened_by_its_address(page):
    link = "network_natural_gas>residential:natural_gas"
    page.ask({"apri": link})
    assert page.scheme.selected == {"type": "link", "id": link}
    assert page.bar.opened == link
    page.scheme.selected = {"type": "node", "id": "small_uses"}
    assert page.bar.opened == ""


def test_a_figure_opens_down_to_its_cells_in_the_language_of_the_page(page):
    """Proves: the tree is that of the balance shown, follows language and territory, and closes again."""
    origin = page.origin
    assert origin.tree.value == ""
    origin.buttons["emissions"].click()
    assert "Emissioni di gas serra" in origin.tree.value
    assert origin.buttons["emissions"].button_style == "primary"
    page.header.lang = "en"
    assert "Greenhouse gas emissions" in origin.tree.value
    assert origin.buttons["final_energy"].description == "Final energy consumption"
    before = origin.tree.value
    page.bar.territory = "IT"
    assert origin.tree.value != before
    assert "Eurostat" in origin.tree.value
    origin.buttons["final_energy"].click()
    assert origin.opened == "final_energy"
    origin.buttons["final_energy"].click()
    assert (origin.opened, origin.tree.value) == ("", "")


def test_large_counts_are_written_as_other_figures():
    found = figures_of("IT", 2019)[1]
    assert "0 su 1.056" in found["it"]
    assert "0 of 1,056" in found["en"]
