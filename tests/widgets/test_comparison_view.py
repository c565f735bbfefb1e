"""The comparison without a browser: what it tells the browser, and what it refuses."""

import asyncio
import json
import re

import pytest
import traitlets

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.widgets import ComparisonView, comparison_view
from leb_kit.widgets.comparison_state import BRIDGES
from leb_kit.widgets.comparison_texts import COMPARISON
from leb_kit.widgets.mirror_state import _words
from tests.helpers import run_apart

M = leb.measures
#: Uses of the mirror, with their nodes in the scheme.
USES = {
    "residential": ["residential"],
    "tertiary": ["tertiary", "public_tertiary", "private_tertiary"],
    "industry": ["industry"],
    "transport": ["transport"],
    "losses": ["losses"],
}


@pytest.fixture(scope="module")
def balances():
    before = leb.examples.torino()
    plan = leb.Scenario("plan", base_year=2019).add(
        M.photovoltaic(mw=200), M.heat_pumps(share=0.3), M.retrofit(share=0.2), M.electric_vehicles(share=0.2)
    )
    return before, leb.project(before, plan, year=2030)


@pytest.fixture(scope="module")
def view(balances):
    return ComparisonView(*balances)


def number(text: str) -> float:
    """Read a number as the English page writes it."""
    return float(text.replace("−", "-").replace(",", ""))


@pytest.mark.parametrize("indicator", BRIDGES)
@pytest.mark.parametrize("count", [1, 4, 8, 50])
def test_steps_lead_from_the_value_before_to_the_value_after(balances, indicator, count):
    found = leb.compare(*balances)
    steps = found.waterfall(indicator, count=count)
    row = found.indicators.loc[indicator]
    parts = steps[steps["kind"].isin(["part", "rest"])]
    assert parts["change"].sum() == pytest.approx(row["change"], abs=1e-9 * row["before"])
    assert parts["start"].iloc[0] == row["before"]
    assert parts["end"].iloc[-1] == pytest.approx(row["after"], rel=1e-12)
    assert parts["start"].iloc[1:].to_numpy() == pytest.approx(parts["end"].iloc[:-1].to_numpy())
    named = found.bridge(indicator)
    assert (parts["kind"] == "part").sum() + (parts["kind"] == "rest").sum() <= max(count + 1, 1)
    if len(named) > count + 1:
        left = named["change"].iloc[count:].sum()
        assert parts["change"].iloc[-1] == pytest.approx(left, abs=1e-9 * row["before"])


def test_a_waterfall_of_no_step_is_an_error(balances):
    with pytest.raises(InputError, match="count is 0"):
        leb.compare(*balances).waterfall(count=0)


@pytest.mark.parametrize("indicator", BRIDGES)
def test_bars_join_and_lie_on_the_axis(view, indicator):
    """Proves: every bar starts where the one above ends, in places and in printed values."""
    bridge = view.bridges[indicator]
    first, *parts, last = bridge["bars"]
    assert (first["kind"], last["kind"]) == ("before", "after")
    for above, one in zip([first, *parts], parts, strict=False):
        assert one["start"] == pytest.approx(above["end"])
        moved = number(one["en"]["level"]) - number(above["en"]["level"])
        assert moved == pytest.approx(number(one["en"]["amount"]), abs=1.01)
        assert one["sign"] == (1 if one["end"] > one["start"] else -1)
    assert parts[-1]["end"] == pytest.approx(last["end"])
    assert all(0 <= bar[end] <= 1 for bar in bridge["bars"] for end in ("start", "end"))
    ticks = [tick["at"] for tick in bridge["ticks"]]
    assert ticks[0] == 0
    assert ticks == sorted(ticks)


def test_an_axis_that_starts_above_zero_is_told(view):
    bridge = view.bridges["emissions_tco2eq"]
    assert bridge["broken"]
    assert number(bridge["ticks"][0]["en"]) > 0


def test_a_balance_compared_with_itself_has_two_equal_bars(balances):
    same = ComparisonView(balances[0], balances[0])
    first, last = same.bridges["emissions_tco2eq"]["bars"]
    assert first["end"] == last["end"] > 0
    assert not same.bridges["emissions_tco2eq"]["broken"]
    assert same.rows == []
    assert {card["result"] for card in same.cards} == {"same"}


def test_bars_are_told_in_both_languages(view):
    bar = view.bridges["emissions_tco2eq"]["bars"][1]
    assert bar["it"]["said"] == "Residenziale, gas naturale: −96,4 kt CO₂eq, 26 % della variazione"
    assert bar["en"]["said"] == "Households, natural gas: −96.4 kt CO₂eq, 26 % of the change"
    assert re.fullmatch("#[0-9a-f]{6}", bar["color"])


def test_cards_tell_the_better_from_the_worse(view, balances):
    assert {card["id"]: card["result"] for card in view.cards}["renewable_share"] == "better"
    assert {card["id"]: card["result"] for card in view.cards}["emissions_tco2eq"] == "better"
    back = ComparisonView(balances[1], balances[0])
    assert {card["result"] for card in back.cards} == {"worse"}


def test_the_table_is_the_ranked_one(view, balances):
    table = leb.compare(*balances).table
    assert len(view.rows) == len(table)
    moved = [abs(number(row["en"][5])) for row in view.rows]
    assert moved == sorted(moved, reverse=True)
    assert view.rows[0]["it"][:3] == ["Fonti", "Importazioni", "Gas naturale"]


def test_sentences_are_those_of_explain(view, balances):
    told = [text.replace("\u00a0", " ") for texts in view.sentences["it"].values() for text in texts]
    assert told == [text.replace("\u00a0", " ") for text in leb.compare(*balances).explain("it")]
    assert any(text.startswith("Trasporti, gasolio") for text in told)


def test_abbreviations_keep_their_capitals(view):
    names = [bar["it"]["full"] for bar in view.bridges["emissions_tco2eq"]["bars"]]
    assert "Trasporti, GPL" in names


def test_the_browser_can_read_the_whole_state(view):
    names = [name for name in view.trait_names(sync=True) if not name.startswith("_")]
    state = {name: getattr(view, name) for name in names if name not in {"layout", "tabbable", "tooltip"}}
    assert len(json.dumps(state, allow_nan=False)) < 75_000


def test_the_mirror_holds_both_schemes_whole(balances, view):
    """Proves: each use gets in the mirror what it gets in its own scheme, and what enters a plant leaves it.

    Without it an arrow could be lost where nodes are drawn as one.
    """
    for side, balance in zip(("before", "after"), balances, strict=True):
        whole, links = leb.links(balance), view.mirror["links"]
        for use, nodes in USES.items():
            drawn = sum(link[side] for link in links if link["target"] == use)
            assert drawn == pytest.approx(
                whole.loc[whole["target"].isin(nodes), "energy_mwh"].sum(), rel=1e-9
            )
        for node in (one["id"] for one in view.mirror["nodes"] if one["column"] in (1, 2)):
            entering, leaving = (
                sum(link[side] for link in links if link[end] == node) for end in ("target", "source")
            )
            assert entering == pytest.approx(leaving, rel=1e-6, abs=1)


def test_every_way_of_an_arrow_has_its_place_in_the_order(view):
    """Proves: where an arrow passes a column, the order names the place. Without it a browser guesses."""
    columns = {node["id"]: node["column"] for node in view.mirror["nodes"]}
    order = set(view.mirror["order"])
    assert set(columns) <= order
    for link in view.mirror["links"]:
        for column in range(columns[link["source"]] + 1, columns[link["target"]]):
            assert f"trunk {link['source']} {link['product']} {column}" in order


def test_every_node_of_the_scheme_has_its_place_in_the_mirror():
    """Proves: none of five columns is forgotten; only what belongs to the source of its product has none."""
    scheme, mirror = (leb.reference.catalog.table(name) for name in ("scheme", "mirror"))
    placed = [node for nodes in mirror["nodes"] for node in nodes.split("|")]
    assert len(placed) == len(set(placed))
    five = set(scheme.loc[scheme["column"].notna(), "node"])
    assert five - set(placed) == {"stock_draw", "difference_supply"}
    assert set(placed) <= five


@pytest.mark.parametrize(
    ("before", "after", "mark"),
    [
        (0.0, 5e3, "✚\u00a0new"),
        (5e3, 0.0, "✕\u00a0gone"),
        (1e3, 1.001e3, "="),
        (1e3, 1.5e3, "▲\u00a0+50\u00a0%"),
        (1e3, 0.4e3, "▼\u00a0−60\u00a0%"),
        (1e3, 95e3, "▲\u00a0×\u00a095"),
    ],
    ids=["new", "gone", "same", "up", "down", "times"],
)
def test_a_change_is_told_by_a_sign_and_a_word(before, after, mark):
    assert _words("x", before, after, "en")["mark"] == mark


def test_showing_other_balances_replaces_everything(balances):
    shown = ComparisonView(*balances)
    shown.show(balances[1], balances[0])
    assert shown.titles["it"] == "Da Torino 2030 a Torino 2019"
    assert shown.bridges["emissions_tco2eq"]["bars"][1]["sign"] == 1


@pytest.mark.parametrize("chosen", [False, True], ids=["after a pause", "when it is chosen"])
def test_a_bridge_out_of_sight_follows(balances, monkeypatch, chosen):
    """Proves: while a slider moves only the bridge in sight is made. Without it every move makes three."""
    monkeypatch.setattr(comparison_view, "PAUSE_S", 0.05)
    shown, other = ComparisonView(*balances), BRIDGES[1]
    wanted = ComparisonView(*balances[::-1]).bridges
    before = shown.bridges[other]

    async def move():
        shown.show(*balances[::-1])
        shown.show(*balances[::-1])
        assert shown.bridges == {
            BRIDGES[0]: wanted[BRIDGES[0]],
            **{name: shown.bridges[name] for name in BRIDGES[1:]},
        }
        assert shown.bridges[other] == before
        if chosen:
            shown.indicator = other
        else:
            await asyncio.sleep(0.1)
        assert shown.bridges == wanted

    run_apart(move())


def test_repr_names_both_and_no_address(view):
    assert re.fullmatch(r"ComparisonView\(From Torino 2019 to Torino 2030: \d+ changes\)", repr(view))


def test_words_exist_in_both_languages():
    assert COMPARISON["it"].keys() == COMPARISON["en"].keys()
    assert all(text.strip() for words in COMPARISON.values() for text in words.values())


def test_unknown_words_are_told_at_once(balances):
    with pytest.raises(InputError) as caught:
        ComparisonView(*balances, lang="fr", indicator="renewable_share")
    assert len(caught.value.faults) == 2
    with pytest.raises(traitlets.TraitError):
        ComparisonView(*balances).indicator = "cost"


def test_something_that_is_no_balance_is_an_error(balances):
    with pytest.raises(InputError, match="two balances"):
        ComparisonView(balances[0].filter(year=2019), None)
