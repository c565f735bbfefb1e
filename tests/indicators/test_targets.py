"""Targets: all of a set at once, on the same flows, with a base that is asked for by name."""

import pandas as pd
import pytest

from leb_kit import InputError, evaluate, indicators, targets
from leb_kit.errors import speaking
from leb_kit.examples import italy, torino
from leb_kit.indicators.target_sets import TargetSet
from leb_kit.indicators.targets import required_values, target_set
from leb_kit.indicators.values import indicator_value
from tests.helpers import balance_from, scaled

SETS = {
    "20-20-20-local",
    "eu-2020",
    "eu-2030",
    "piemonte-burden-sharing-2020",
    "covenant-2020",
    "covenant-2030",
}
LOCAL = "20-20-20-local"


def made(*rows: tuple[str, str, str, float]) -> TargetSet:
    """A target set from rows of target, indicator, sense, value: all absolute."""
    frame = pd.DataFrame(rows, columns=["target", "indicator", "sense", "value"])
    blanks = {"convention": "", "base": "absolute", "base_year": float("nan"), "label_it": "", "label_en": ""}
    return TargetSet("made", frame.assign(**blanks))


def test_all_sets_are_listed():
    listed = targets()
    assert set(listed["target_set"]) >= SETS
    assert (listed["source"] != "").all()
    assert (listed["label_it"] != "").all()
    assert (listed["label_en"] != "").all()


@pytest.mark.parametrize("name", sorted(SETS))
def test_every_set_can_be_asked_for(name):
    chosen = targets(name)
    assert chosen.name == name
    assert len(chosen.table) >= 1
    assert repr(chosen).startswith(f"TargetSet({name}: ")
    assert name in chosen._repr_html_()
    # Emission targets name their convention, so that nobody compares two kinds of tonnes.
    emissions = chosen.table[chosen.table["indicator"] == "emissions"]
    assert (emissions["convention"] != "").all()


def test_an_unknown_set_names_the_nearest():
    with pytest.raises(InputError) as caught:
        evaluate(torino(), "20-20-20-locale")
    text = str(caught.value)
    assert "unknown target set '20-20-20-locale'" in text
    assert "known are 20-20-20-local, eu-2020, eu-2030" in text
    assert "abruzzo" not in text  # fifty names would hide the rest
    assert "Did you mean '20-20-20-local'?" in text


def test_targets_without_their_base_are_all_named():
    """Proves: one error for all. Without it a user would give the base only to meet the next complaint."""
    with pytest.raises(InputError) as caught:
        evaluate(torino(), LOCAL)
    assert caught.value.faults == (
        "target 'emissions' of 20-20-20-local is relative to a base: give base=<Balance>",
        "target 'efficiency' of 20-20-20-local is relative to a base: give base=<Balance>",
    )


def test_a_base_of_another_year_is_refused():
    """Proves: −20 % on 1990 is not −20 % on 2019."""
    with pytest.raises(InputError) as caught:
        evaluate(italy(), "eu-2020", base=italy())
    assert caught.value.faults == (
        "target 'emissions' of eu-2020 is relative to 1990; the base given is 2019",
    )


def test_a_set_of_absolute_targets_needs_no_base():
    rows = evaluate(torino(), "piemonte-burden-sharing-2020")
    assert rows["target"].tolist() == ["renewables"]
    assert rows["base"].tolist() == [""]
    assert rows["required"].tolist() == [0.151]


def test_three_targets_together_on_the_base_itself():
    """The base against itself: nothing saved, so what is missing is a fifth of each."""
    base = torino()
    rows = evaluate(base, LOCAL, base=base).set_index("target")
    assert rows.index.tolist() == ["renewables", "emissions", "efficiency"]
    assert not rows["met"].any()
    assert rows["base"].tolist() == ["", "001272 2019", "001272 2019"]
    assert rows["unit"].tolist() == ["share", "tCO2eq", "MWh"]
    primary = indicators.primary_energy(base).energy_mwh
    assert rows.loc["efficiency", "value"] == primary
    assert rows.loc["efficiency", "required"] == pytest.approx(0.8 * primary)
    assert rows.loc["efficiency", "gap"] == pytest.approx(0.2 * primary)
    share = indicators.renewable_share(base).share
    assert rows.loc["renewables", "gap"] == pytest.approx(0.2 - share)  # missing: positive, too
    emitted = indicators.emissions(base, convention="territorial").total_tco2eq
    assert rows.loc["emissions", "required"] == pytest.approx(0.8 * emitted)


@pytest.mark.parametrize(
    ("factor", "met"), [(0.79, True), (0.8, True), (0.8 * (1 + 1e-5), False), (1, False)]
)
def test_a_plan_on_its_limit_meets_it(factor, met):
    """Proves: a plan of the optimiser sits on its limit and counts as met; 1e-5 more does not."""
    rows = evaluate(scaled(torino(), factor), LOCAL, base=torino()).set_index("target")
    assert rows.loc[["emissions", "efficiency"], "met"].tolist() == [met, met]


def test_the_gap_is_positive_where_something_is_missing():
    """Forest town: all renewable (share 1), 100 MWh. Senses both ways, missing and to spare."""
    town = balance_from("PPRD R5110-5150_W6000RI 100\nFC_OTH_HH_E R5110-5150_W6000RI 100")
    rows = evaluate(
        town,
        made(
            ("share to spare", "renewable_share", "at_least", 0.6),
            ("primary to spare", "primary_energy", "at_most", 130),
            ("primary missing", "primary_energy", "at_most", 90),
            ("final missing", "final_energy", "at_least", 120),
            ("on the limit", "final_energy", "at_most", 100),
        ),
    )
    assert rows["gap"].tolist() == pytest.approx([-0.4, -30, 10, 20, 0])
    assert rows["met"].tolist() == [True, True, False, False, True]


def test_percentages_are_chained():
    """Proves: −20 % and again −20 % on the result is −36 %. Summed, −40 % would be asked for."""
    base = torino()
    half_way = scaled(base, 0.8)
    second = required_values(LOCAL, half_way).set_index("target")["required"]
    primary = indicators.primary_energy(base).energy_mwh
    assert second["efficiency"] == pytest.approx(0.64 * primary)


def test_an_unknown_indicator_names_the_nearest():
    with pytest.raises(InputError, match=r"unknown indicator 'primary_energi'\. Did you mean 'primary_"):
        indicator_value(torino(), "primary_energi")


def test_a_set_stands_for_itself():
    chosen = target_set(LOCAL)
    assert target_set(chosen) is chosen


def test_a_base_of_another_territory_is_refused():
    """Proves: targets have the territory's own base. Without it Italy's tonnes would be Torino's."""
    with pytest.raises(InputError, match="the base is of territory IT, the balance of 001272"):
        evaluate(torino(), "20-20-20-local", base=italy())


def test_a_base_without_supply_is_refused_instead_of_met():
    """Proves: zero primary energy is a gap in the data, not a target met."""
    town = balance_from("FC_OTH_HH_E G3000 100")
    with pytest.raises(InputError, match="relative to a base that is zero"):
        evaluate(town, "20-20-20-local", base=town)


def test_a_set_says_in_words_what_it_asks():
    """Proves: relative and absolute targets read as they are meant. Without it −0.2 could be a share."""
    with speaking("en"):
        page = targets("20-20-20-local")._repr_html_().replace("\N{NO-BREAK SPACE}", " ")
    assert "≥ 20 %" in page
    assert "≤ −20 % on the base" in page
    hostile = TargetSet("<script>", targets("20-20-20-local").table)
    assert "<script>" not in hostile._repr_html_()
