"""Numbers and words of the report, in both languages."""

import string

import pandas as pd
import pytest

from leb_kit.report import sections
from leb_kit.report.figures import Figures, unit_for
from leb_kit.report.texts import TEXTS, words

IT, EN = Figures("it"), Figures("en")


@pytest.mark.parametrize(
    ("italian", "english"),
    [
        ((IT.number(1234567.8)), EN.number(1234567.8).replace(",", ".")),
        (IT.number(1234.56, 1), "1.234,6"),
        (IT.number(-0.04, 1), "0,0"),
        (IT.number(float("nan")), "–"),
        (IT.percent(0.1818), "18,2\u00a0%"),
        (IT.percent(float("inf")), "–"),
        (IT.energy(10_479_355), "10.479 GWh"),
        (IT.energy(2_466), "2,5 GWh"),
        (IT.quantity(0.2, "share"), "20,0\u00a0%"),
        (IT.quantity(2_576_523, "tCO2eq"), "2.577 kt CO₂eq"),
        (IT.quantity(1_500, "tCO2eq"), "1,5 kt CO₂eq"),
        (IT.quantity(3, "EUR"), "3,0 EUR"),
        (EN.quantity(1_234_000, "MWh"), "1,234 GWh"),
        (IT.change(100, 80, "MWh"), "−20,0\u00a0%"),
        (IT.change(100, 110, "MWh"), "+10,0\u00a0%"),
        (IT.change(0, 110, "MWh"), "–"),
        (IT.change(0.015, 0.2, "share"), "+18,5 punti"),
        (EN.change(0.2, 0.2, "share"), "0.0 points"),
        (IT.million(186_960_000), "187,0 M€"),
        (EN.million(-1_000_000), "−€1.0 million"),
    ],
)
def test_a_number_as_people_write_it(italian, english):
    assert italian == english


def test_a_village_is_told_in_mwh():
    assert (unit_for(49_999), unit_for(50_000)) == ("MWh", "GWh")


def placeholders(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_both_languages_say_the_same():
    """Proves: each text exists twice and asks for the same values. Without it one language breaks alone."""
    assert words("it").keys() == words("en").keys()
    for key, (italian, english) in TEXTS.items():
        assert italian, key
        assert english, key
        assert placeholders(italian) == placeholders(english), key


@pytest.mark.parametrize(
    ("unit", "capacity", "cost", "given_up", "total"),
    [("MWh", "0,203", "0,043", "0,459 MW", "0,192 M€"), ("GWh", "0,2", "0,0", "0 MW", "0,2 M€")],
)
def test_the_plan_of_a_village_is_told_to_the_kw(unit, capacity, cost, given_up, total):
    """Proves: what a small territory builds and pays is seen. Without it a village reads 0.0 MW, 0.0 M€."""
    plan = pd.DataFrame(
        {
            "technology": ["hydro_run_of_river"],
            "capacity_mw": [0.203063],
            "new_capacity_mw": [0.203063],
            "energy_mwh": [1030.8],
            "cost_eur": [42954.2],
        }
    )
    figures = Figures("it", unit)
    row = sections.plan_rows(plan, figures)["parts"][0]["rows"][0]
    assert (row["capacity"], row["new"], row["cost"]) == (capacity, capacity, cost)
    retired = pd.DataFrame({"technology": ["biomass_stove_stock"], "retired_mw": [0.458572]})
    assert given_up in sections.retired_words(retired, figures)
    assert figures.million(192130.8) == total
