"""The mix explorer: what it says of plans, what its buttons do, and that a forged message does nothing."""

import time

import pyomo.environ as pyo
import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.examples import torino
from leb_kit.optimise import MixProblem, optimise_mix
from leb_kit.widgets import MixExplorer
from tests.optimise.tables import problem


def town(most: float = 9, share: float = 0.2) -> MixProblem:
    """Two hours of heat, 4 and 6 MW: boiler, pump, a tank; emissions held, and a share of pump."""
    return problem(
        processes="""
        process bus_out technology           variable_eur_per_mwh capex_eur_per_mw_year capacity_max_mw
        boiler  heat    gas_boiler           20                   1                     -
        pump    heat    heat_pump_individual 25                   2                     3
        """,
        storages="storage bus technology capex_eur_per_mwh_year\ntank heat heat_store_central 1",
        demands="demand bus annual_mwh profile\nhomes heat 10 homes",
        profiles="homes\n4\n6",
        limits=f"""
        limit process coefficient sense    value   unit    share   share_of label_it  label_en
        co2   boiler  0.2         at_most  {most}  tCO2eq  -       -        Emissioni Emissions
        res   pump    {1 - share} at_least 0       MWh     {share} 1        Quota     Share
        res   boiler  -{share}    at_least 0       MWh     {share} 1        Quota     Share
        """,
    )


def texts(rows: list[dict[str, object]], lang: str = "it") -> dict[str, list[str]]:
    """First cell of a row → the others."""
    return {row[lang][0]: row[lang][1:] for row in rows}


def test_the_plan_is_told_in_both_languages_as_the_optimiser_found_it():
    shown = MixExplorer(town(share=0.4))
    assert (shown.phase, shown.plan) == ("start", {})
    result = shown.run()
    direct = optimise_mix(town(share=0.4))
    assert result.cost_eur == pytest.approx(direct.cost_eur)
    assert shown.phase == "done"
    rows = texts(shown.plan["rows"])
    assert rows["Pompa di calore individuale"][2] == "4,0 MWh"
    assert list(texts(shown.plan["rows"], "en")) == ["Condensing gas boiler (new)", "Individual heat pump"]
    assert shown.plan["cards"]["it"][0] == {
        "label": "Costo di un anno",
        "value": f"{direct.cost_eur:.0f} EUR",
    }
    assert repr(shown) == f"MixExplorer({town()!r}: {result!r})"


def test_targets_say_what_was_reached_and_what_the_last_step_costs():
    shown = MixExplorer(town(share=0.4))
    shown.run()
    emissions, share = shown.plan["targets"]["it"]
    assert emissions == ["Emissioni", "1,2 t CO₂eq", "9,0 t CO₂eq", "nulla: c’è margine"]
    assert share[:3] == ["Quota", "40\u00a0%", "40\u00a0%"]
    # A point more is 0.1 MWh from the pump, which costs 5 EUR/MWh and capacity more.
    assert share[3].endswith("EUR al punto")
    assert shown.plan["targets"]["en"][1][3].endswith("EUR a point")


def test_what_is_impossible_has_a_button_that_makes_it_possible():
    """Proves: the relaxation that is told is enough. Without it the button would lead nowhere."""
    both = MixExplorer(town(most=0.5, share=0.9))
    assert both.run() is None
    assert both.phase == "impossible"
    # No single change helps where two targets are out of reach.
    assert both.impossible["buttons"] == []
    assert both.impossible["text"]["it"].startswith("Nessun piano")
    # What excludes itself is a list of its own, not said twice.
    assert len(both.impossible["requirements"]["it"]) == len(both.impossible["requirements"]["en"]) > 1
    assert "si escludono" not in both.impossible["text"]["it"]
    alone = MixExplorer(town(most=0.5))
    alone.run()
    (button,) = alone.impossible["buttons"]
    assert button["en"].startswith("Try this: Emissions →")
    alone.asked = {"do": "relax", "limit": "co2", "n": 1}
    assert wait(alone) == "done"
    share = MixExplorer(town(share=0.9))
    share.run()
    assert share.impossible["buttons"][0]["it"].startswith("Prova così: Quota → ")
    share.asked = {"do": "relax", "limit": "res", "n": 1}
    assert wait(share) == "done"


def wait(shown: MixExplorer) -> str:
    """Return the phase once the thread has ended."""
    for _ in range(600):
        time.sleep(0.05)
        if shown.phase != "running" and not shown._busy.locked():
            break
    return shown.phase


def endless(m):
    """Whole numbers that never quite fit: a search with plans, but without an end."""
    numbers = [[(37 * i + 53 * j + i * j * j) % 101 for j in range(50)] for i in range(6)]
    m.yes = pyo.Var(range(50), domain=pyo.Binary)
    m.off = pyo.Var(range(6), range(2), domain=pyo.NonNegativeReals)
    m.split = pyo.Constraint(
        range(6),
        rule=lambda m, i: (
            sum(n * m.yes[j] for j, n in enumerate(numbers[i])) + m.off[i, 0] - m.off[i, 1]
            == sum(numbers[i]) // 2
        ),
    )
    m.least_cost.expr += sum(m.off[i, k] for i in range(6) for k in range(2))


def test_stop_ends_the_search_and_keeps_the_best_plan():
    """Proves: the button reaches the solver. Without it the page says stopped while a core works on."""
    shown = MixExplorer(town().extend(endless))
    shown.asked = {"do": "run", "n": 1}
    time.sleep(2)
    assert shown.phase == "running"
    begun = time.monotonic()
    shown.asked = {"do": "stop", "n": 2}
    assert wait(shown) == "stopped"
    assert time.monotonic() - begun < 10  # on a busy machine; the solver gets half a second
    assert shown.result.status == "cancelled"
    assert shown.plan["cards"]["it"]


def test_a_point_of_the_frontier_shows_its_plan_and_back():
    shown = MixExplorer(town(), points=3)
    best = shown.run()
    shown.draw_frontier()
    points = shown.frontier["points"]
    assert [one["point"] for one in points] == [0, 1, 2]
    assert points[0]["x"] > points[2]["x"]
    assert points[0]["y"] < points[2]["y"]
    shown.point = 2
    assert shown.result.cost_eur == pytest.approx(points[2]["y"])
    assert shown.frontier["axes"]["it"] == ["Emissioni, t CO₂eq", "Costo, € all’anno"]
    assert shown.plan["cards"]["it"][0]["value"] != "210 EUR"
    shown.point = -1
    assert shown.result is best


def test_alternatives_are_bars_from_the_least_to_the_most():
    shown = MixExplorer(town(), slack=0.1)
    shown.run()
    shown.find_ranges()
    assert shown.ranges["title"]["it"] == "Quanto può esserci di ogni tecnologia per il 10\u00a0% in più"
    for row in shown.ranges["rows"]:
        assert 0 <= row["low"] <= row["here"] <= (row["high"] or 1) + 1e-9


def test_a_day_adds_up_to_its_use():
    """Proves: what feeds a node less what empties it is its use. Without it the picture would lie."""
    base = torino()
    shown = MixExplorer(leb.mix_problem(base, time=leb.typical_days(2)))
    shown.run()
    assert shown.titles["it"] == "Il piano di minor costo: Torino"
    assert [one["bus"] for one in shown.days["buses"]][:2] == ["electricity_grid", "district_heat"]
    assert len(shown.days["days"]) == 2
    for bus in ("electricity", "electricity_grid", "district_heat"):
        shown.asked = {"do": "day", "bus": bus, "day": 1, "n": bus}
        assert (shown.dispatch["bus"], shown.dispatch["day"]) == (bus, 1)
        sums = [sum(hour) for hour in zip(*(one["values"] for one in shown.dispatch["series"]), strict=True)]
        largest = max(max(map(abs, one["values"])) for one in shown.dispatch["series"])
        assert max(map(abs, sums)) < 0.011 * largest


@pytest.mark.parametrize(
    "forged",
    [
        {},
        {"do": "rm"},
        {"do": "day", "bus": "nowhere", "day": 0},
        {"do": "day", "bus": "heat", "day": 99},
        {"do": "day", "bus": "heat", "day": "0"},
        {"do": "day", "bus": "heat"},
        {"do": "relax", "limit": "co2"},
        {"do": ["run"]},
    ],
)
def test_a_forged_message_does_nothing(forged):
    """Proves: only what is offered can be asked. A viewer can send any message to a widget."""
    shown = MixExplorer(town())
    shown.run()
    before = shown.get_state(["plan", "dispatch", "phase", "days"])
    shown.asked = {**forged, "n": 9}
    time.sleep(0.2)
    assert shown.get_state(["plan", "dispatch", "phase", "days"]) == before


def test_a_fault_is_a_sentence_and_the_details_stay_in_the_log(caplog):
    shown = MixExplorer(town())
    shown.run()

    def broken() -> str:
        raise ZeroDivisionError("secret/path")

    shown._work("plan", broken)
    assert shown.phase == "failed"
    assert shown.failure["it"].startswith("Il guasto è nostro")
    assert shown.failure["en"].startswith("The fault is ours")
    (name,) = {text.removesuffix(".").split()[-1] for text in shown.failure.values()}
    assert f"reference {name}" in caplog.text
    assert "secret/path" in caplog.text
    own = MixExplorer(town().extend(lambda m: m.outputs))
    own.run()
    assert own.phase == "failed"
    assert "Intendevi 'output'?" in own.failure["it"]


def test_a_fault_beside_the_search_is_a_sentence_too(monkeypatch, caplog):
    """Proves: a day that cannot be drawn is told. Without it the page stands still and nobody knows."""
    shown = MixExplorer(town())
    shown.run()

    def broken(*_):
        raise ZeroDivisionError("secret/path")

    monkeypatch.setattr("leb_kit.widgets.mix_explorer.dispatch_state", broken)
    shown.asked = {"do": "day", "bus": shown.days["buses"][0]["bus"], "day": 0}
    assert shown.phase == "failed"
    assert shown.failure["it"].startswith("Il guasto è nostro")
    assert "secret/path" in caplog.text
    assert shown.plan


def test_a_language_that_is_none_is_told():
    with pytest.raises(InputError, match="unknown language 'de'"):
        MixExplorer(town(), lang="de")
