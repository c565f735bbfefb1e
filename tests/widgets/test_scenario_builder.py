"""The scenario builder without a browser: limits, live outcome, faults, code."""

import json

import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.scenarios.kinds import kinds
from leb_kit.widgets import ScenarioBuilder
from leb_kit.widgets.builder_texts import BUILDER

SIZES = {"photovoltaic": 200, "heat_pumps": 0.3, "cogeneration": 50_000}


@pytest.fixture(scope="module")
def torino():
    return leb.examples.torino()


@pytest.fixture
def builder(torino):
    return ScenarioBuilder(torino)


def test_every_kind_has_a_slider_with_words_and_a_limit(builder):
    assert [one["kind"] for one in builder.sliders] == list(kinds())
    for one in builder.sliders:
        assert one["limit"] > 0
        assert one["it"]["label"] != ""
        assert one["en"]["help"] != ""
        assert BUILDER["it"][one["group"]]


def test_limits_are_all_there_is(builder):
    by_kind = {one["kind"]: one for one in builder.sliders}
    assert (by_kind["retrofit"]["limit"], by_kind["retrofit"]["unit"]) == (100, "%")
    assert 1_900 < by_kind["photovoltaic"]["limit"] <= 1_957.066297
    assert by_kind["photovoltaic"]["limit"] % by_kind["photovoltaic"]["step"] == 0


def test_own_potentials_are_the_limit(torino):
    small = ScenarioBuilder(torino, kinds=["photovoltaic"], potentials={"photovoltaic_roof": 40})
    assert small.sliders[0]["limit"] == 40
    small.sizes = {"photovoltaic": 60}
    assert "40 MW" in small.outcome["faults"]["en"][0]


def test_at_first_nothing_changes(builder):
    assert {card["result"] for card in builder.outcome["cards"]} == {"same"}
    assert builder.outcome["changes"] == {"it": [], "en": []}
    assert builder.scenario().measures == ()


def test_indicators_follow_the_sliders(builder, torino):
    """Proves: what is shown is what ``compare`` finds for the same scenario."""
    builder.sizes = SIZES
    found = leb.compare(torino, builder.projected())
    shown = {card["id"]: card["en"] for card in builder.outcome["cards"]}
    assert set(shown) == {"renewable_share", "primary_energy_mwh", "emissions_tco2eq"}
    told = " ".join(found.explain("en")[1:6])
    assert all(words["after"] in told and words["change"] in told for words in shown.values())
    changes = [text.replace("\u00a0", " ") for text in builder.outcome["changes"]["en"]]
    assert len(changes) == 4
    assert set(changes) <= {text.replace("\u00a0", " ") for text in found.explain("en")}


def test_the_comparison_takes_the_leaves_that_were_computed(builder):
    """Proves: they are the balance without its sums, and the same object while nothing moves."""
    builder.sizes = SIZES
    leaves = builder.projected(aggregates=False)
    assert leaves is builder.projected(aggregates=False)
    assert leaves.leaves.equals(builder.projected().leaves)
    builder.sizes = {}
    assert builder.projected(aggregates=False) is not leaves


def test_measures_grow_until_the_horizon(builder):
    builder.sizes = {"retrofit": 0.3}
    whole = builder.outcome["cards"][1]["en"]["after"]
    builder.year = 2025
    half = builder.outcome["cards"][1]["en"]["after"]
    builder.year = 2019
    none = builder.outcome["cards"][1]["en"]
    assert whole != half != none["after"]
    assert none["result"] == "unchanged"


@pytest.mark.parametrize("year", [2024, 2030])
@pytest.mark.parametrize("sizes", [{}, SIZES, {"biodiesel": 0.1, "traffic_reduction": 0.125}])
def test_the_code_gives_the_same_balance(builder, torino, sizes, year):
    builder.sizes, builder.year = sizes, year
    made: dict[str, object] = {"balance": torino}
    exec(builder.as_python(), made)  # noqa: S102 (our own code, which must run as it is printed)
    own = leb.compare(builder.projected(), made["after"])
    assert own.table.empty
    assert made["scenario"] == builder.scenario()
    assert builder.outcome["code"] == builder.as_python()


def test_the_code_names_own_potentials(torino):
    own = ScenarioBuilder(
        torino, potentials={"photovoltaic_roof": 3000.0}, sizes={"photovoltaic": 2500}, name="molto sole"
    )
    made: dict[str, object] = {"balance": torino}
    exec(own.as_python(), made)  # noqa: S102
    assert leb.compare(own.projected(), made["after"]).table.empty
    assert made["scenario"].name == "molto sole"


def test_what_cannot_be_together_is_told_in_both_languages(builder):
    builder.sizes = {"heat_pumps": 0.3}
    possible = builder.outcome["cards"]
    builder.sizes = {"heat_pumps": 0.6, "boiler_replacement": 0.7}
    italian, english = (builder.outcome["faults"][lang] for lang in ("it", "en"))
    assert italian[0].startswith(
        "Torino 2030: 'Pompe di calore negli edifici' e 'Caldaie a condensazione' insieme"
        " spostano il 130\N{NO-BREAK SPACE}%"
    )
    assert english[0].startswith("Torino 2030: 'Heat pumps in buildings' and 'Condensing boilers' together")
    assert "FC_" not in italian[0] + english[0]
    assert builder.outcome["cards"] == possible
    builder.sizes = {"heat_pumps": 0.2}
    assert builder.outcome["faults"] == {}


def test_networks_that_are_fed_too_much_are_told(builder):
    builder.sizes = {"cogeneration": 2_300_000}
    assert "andrebbero all'indietro" in builder.outcome["faults"]["it"][0]
    assert "would run backwards" in builder.outcome["faults"]["en"][0]


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ({"photovoltaic": 5_000}, "potential is 1,957 MW"),
        ({"retrofit": 7}, "between 0 and 1"),
        ({"retrofit": -1}, "0 or more is expected"),
        ({"retrofit": "<img onerror=alert(1)>"}, "a finite number is expected"),
        ({"retrofit": None}, "xactly one size is needed"),
        ({"retrofti": 0.1}, "Did you mean 'retrofit'?"),
        ({"retrofit": float("nan")}, "a finite number is expected"),
    ],
)
def test_a_forged_size_is_told_and_changes_nothing(builder, sizes, told):
    before = builder.outcome["cards"]
    builder.sizes = sizes
    assert told in builder.outcome["faults"]["en"][0]
    assert builder.outcome["cards"] == before
    with pytest.raises(InputError):
        builder.projected()


def test_a_forged_year_is_told(builder):
    builder.year = 1900
    assert "before the base year" in builder.outcome["faults"]["en"][0]


def test_what_a_territory_lacks_is_off_and_says_why():
    sliders = {one["kind"]: one for one in ScenarioBuilder(leb.examples.italy()).sliders}
    # short, without the name that stands above it and without a repair that the slider does not have
    assert sliders["public_lighting"]["it"]["why"] == (
        "Il bilancio di Italia 2019 non ha una voce per terziario pubblico."
    )
    assert sliders["public_lighting"]["en"]["why"] == (
        "The balance of Italy 2019 does not tell public services apart."
    )
    assert sliders["retrofit"]["it"]["why"] == ""


def test_only_some_kinds_can_be_offered(torino):
    few = ScenarioBuilder(torino, kinds=["retrofit", "photovoltaic"], sizes={"retrofit": 0.1})
    assert [one["kind"] for one in few.sliders] == ["retrofit", "photovoltaic"]
    assert repr(few) == "ScenarioBuilder(Torino 2019: 1 of 2 measures)"


def test_wrong_requests_are_told_at_once(torino):
    with pytest.raises(InputError) as caught:
        ScenarioBuilder(torino, kinds=["retrofti"], horizon=2019, lang="fr")
    assert len(caught.value.faults) == 3


def test_the_browser_can_read_the_whole_state(builder):
    builder.sizes = SIZES
    names = [name for name in builder.trait_names(sync=True) if not name.startswith("_")]
    state = {name: getattr(builder, name) for name in names if name not in {"layout", "tabbable", "tooltip"}}
    assert len(json.dumps(state, allow_nan=False)) < 30_000


def test_words_exist_in_both_languages():
    assert BUILDER["it"].keys() == BUILDER["en"].keys()
