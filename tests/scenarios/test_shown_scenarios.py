"""What a notebook shows of scenarios, comparisons and systems, in the language of the person."""

import pytest

import leb_kit as leb
from leb_kit.errors import speaking
from leb_kit.scenarios import Scenario, measures


@pytest.mark.parametrize(
    ("lang", "parts"),
    [
        (
            "it",
            (
                "Fotovoltaico sui tetti",
                "200,0 MW",
                "Residenziale",
                "25,0 %",
                "2019–2030",
                "investimento, EUR",
            ),
        ),
        ("en", ("Rooftop photovoltaics", "200.0 MW", "households", "25.0 %", "2019–2030", "investment")),
    ],
)
def test_measures_are_shown_in_words(lang: str, parts: tuple[str, ...]) -> None:
    plan = Scenario("plan", base_year=2019).add(
        measures.photovoltaic(mw=200),
        measures.retrofit(share=0.25, sector="FC_OTH_HH_E", to_year=2030, investment_eur=1e6),
    )
    with speaking(lang):
        page = plan._repr_html_()
    assert [part for part in parts if part not in page] == []
    assert "nan" not in page


def test_a_scenario_without_measures_and_with_a_hostile_name_is_shown() -> None:
    """Proves that an empty scenario has a face. Without it a notebook showed a KeyError."""
    page = Scenario("<b>", base_year=2019)._repr_html_()
    assert "&lt;b&gt;" in page
    assert "<table" not in page


@pytest.mark.parametrize(("lang", "word"), [("it", "La quota di rinnovabili"), ("en", "The renewable share")])
def test_a_comparison_and_a_trace_speak_the_language_that_is_set(lang: str, word: str) -> None:
    """Proves that English is heard. Without it both were Italian whatever was set."""
    torino = leb.examples.torino()
    with speaking(lang):
        assert word in leb.compare(torino, torino)._repr_html_()
        assert ("somma di" if lang == "it" else "sum of") in leb.trace(torino, "emissions")._repr_html_()


def test_a_system_is_shown_by_name_and_code() -> None:
    with speaking("it"):
        page = leb.calibrate(leb.examples.torino())._repr_html_()
    assert "Residenziale, Riscaldamento ambienti, Gas naturale" in page
    assert "device:FC_OTH_HH_E:space_heating:G3000" in page
    assert "1.084,3" in page
    assert "altre 53 righe" in page
