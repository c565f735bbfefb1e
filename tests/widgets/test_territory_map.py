"""The map without a browser: what it tells the browser, and what it refuses."""

import json
import re

import pytest
import traitlets

from leb_kit.errors import InputError
from leb_kit.reference.boundaries import boundaries
from leb_kit.widgets import TerritoryMap
from leb_kit.widgets.map_state import NO_SHADE, SHADES
from leb_kit.widgets.map_texts import MAP

TOWNS = [code for code in boundaries() if len(code) == 6]
NAN = float("nan")


@pytest.fixture(scope="module")
def towns():
    return TerritoryMap({code: float(at) for at, code in enumerate(TOWNS)}, title="Prova", unit="MWh")


def test_all_municipalities_of_torino_are_drawn_once(towns):
    assert len(towns.areas) == len(towns.figures) == 312
    assert len({area["d"] for area in towns.areas}) == 312
    assert all(re.fullmatch(r"(M\d+,\d+( \d+,\d+)+Z)+", area["d"]) for area in towns.areas)


def test_outlines_fill_the_drawing_and_hold_their_middle(towns):
    width, height = towns.size
    places = [tuple(map(int, pair)) for a in towns.areas for pair in re.findall(r"(\d+),(\d+)", a["d"])]
    assert (min(x for x, _ in places), max(x for x, _ in places)) == (0, width)
    assert (min(y for _, y in places), max(y for _, y in places)) == (0, height)
    assert all(0 < area["x"] < width and 0 < area["y"] < height for area in towns.areas)


def test_classes_hold_equal_numbers_and_all_territories(towns):
    counts = [one["count"] for one in towns.classes]
    assert len(counts) == SHADES
    assert sum(counts) == 312
    assert max(counts) - min(counts) <= 1
    shades = [towns.figures[code]["shade"] for code in TOWNS]
    assert shades == sorted(shades)


def test_ranks_begin_with_the_largest_and_equal_figures_share_one():
    shown = TerritoryMap({"001": 2.0, "002": 5.0, "003": 2.0, "004": 1.0})
    assert {code: one["rank"] for code, one in shown.figures.items()} == {
        "002": 1,
        "001": 2,
        "003": 2,
        "004": 4,
    }


def test_a_missing_figure_is_not_zero_and_has_its_own_class():
    shown = TerritoryMap({"001": 1.0, "004": NAN, "005": 0.0}, unit="MWh")
    assert shown.figures["004"] == {"shade": NO_SHADE, "rank": 0, "it": "nessun dato", "en": "no figure"}
    assert shown.figures["005"]["it"] == "0,0 MWh"
    assert shown.classes[-1] == {"shade": NO_SHADE, "count": 1, "it": "nessun dato", "en": "no figure"}


def test_figures_are_written_as_each_language_writes_them():
    figure = TerritoryMap({"001": 1234.56}, unit="GWh/km²", decimals=2).figures["001"]
    assert (figure["it"], figure["en"]) == ("1.234,56 GWh/km²", "1,234.56 GWh/km²")


def test_everything_that_cannot_be_drawn_is_told_at_once():
    with pytest.raises(InputError) as caught:
        TerritoryMap({"888888": 1.0, "999999": 2.0, "001001": 1.0})
    assert [fault.split("'")[1] for fault in caught.value.faults] == ["888888", "999999"]


def test_no_territory_and_an_unknown_language_are_errors():
    with pytest.raises(InputError, match="no territory is given"):
        TerritoryMap({})
    with pytest.raises(InputError, match="unknown language 'fr'"):
        TerritoryMap({"001": 1.0}, lang="fr")
    with pytest.raises(InputError, match="selected territory '002' has no figure"):
        TerritoryMap({"001": 1.0}, selected="002")


def test_a_forged_choice_is_refused_and_changes_nothing():
    shown = TerritoryMap({"001": 1.0, "004": 2.0}, selected="004")
    with pytest.raises(traitlets.TraitError, match="no territory"):
        shown.selected = "<img src=x onerror=alert(1)>"
    assert shown.selected == "004"
    shown.selected = ""
    assert shown.selected == ""


def test_showing_other_figures_keeps_outlines_and_choice(towns):
    shown = TerritoryMap({"001": 1.0, "004": 2.0}, title="a", selected="004")
    before = shown.areas
    shown.show({"001": 5.0, "004": 2.0}, unit="t", note="b")
    assert shown.areas == before
    assert shown.selected == "004"
    assert (shown.figures["001"]["it"], shown.titles["it"], shown.notes["en"]) == ("5,0 t", "a", "b")
    shown.show({"001": 5.0, "005": 2.0})
    assert shown.selected == ""
    assert [area["code"] for area in shown.areas] == ["001", "005"]


def test_a_failed_show_leaves_the_map_as_it_was():
    shown = TerritoryMap({"001": 1.0}, unit="t")
    with pytest.raises(InputError, match="no outline of 'XX'"):
        shown.show({"XX": 1.0})
    assert shown.figures["001"]["it"] == "1,0 t"


def test_the_browser_can_read_the_whole_state(towns):
    names = [name for name in towns.trait_names(sync=True) if not name.startswith("_")]
    state = {name: getattr(towns, name) for name in names if name not in {"layout", "tabbable", "tooltip"}}
    assert len(json.dumps(state, allow_nan=False)) < 130_000


def test_words_exist_in_both_languages():
    assert MAP["it"].keys() == MAP["en"].keys()
    assert all(text.strip() for words in MAP.values() for text in words.values())


def test_repr_counts_and_has_no_address(towns):
    assert repr(towns) == "TerritoryMap(Prova: 312 territories)"
