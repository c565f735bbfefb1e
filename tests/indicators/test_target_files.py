"""Target sets of one's own in YAML: read whole, refused whole with every line, written back the same."""

import string

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leb_kit import InputError, evaluate, indicators, mix_problem, targets, typical_days
from leb_kit.errors import speaking
from leb_kit.examples import torino
from leb_kit.history import targets_over_time
from leb_kit.indicators import TargetSet, read_targets, trajectory, write_targets
from leb_kit.reference import catalog
from leb_kit.units import UNITS
from tests.helpers import scaled

PLAN = """\
name: piano-2030
label_it: Piano 2030
label_en: Plan 2030
source: Council resolution 12/2025
scope: 001272
targets:
  - target: renewables
    indicator: renewable_share
    sense: at_least
    value: 30 %
    target_year: 2030
    exclusions: [transport_biofuels]
    milestones: {2025: 22 %, 2027: 0.25 share}
  - target: emissions
    indicator: emissions
    convention: territorial
    sense: at_most
    base: relative_to_base
    base_year: 2005
    base_value: 3.2 MtCO2eq
    value: −55 %
    milestones: {2020: -20 %}
    target_year: 2030
  - target: efficiency
    indicator: primary_energy
    sense: at_most
    value: 1100
    unit: ktep
    target_year: 2030
    source: Energy plan, table 4
"""


def written(tmp_path, text):
    file = tmp_path / "plan.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def faults(tmp_path, text):
    with pytest.raises(InputError) as caught:
        read_targets(written(tmp_path, text))
    assert caught.value.title == "plan.yaml"
    return list(caught.value.faults)


def test_a_plan_is_read_in_the_units_of_its_indicators(tmp_path):
    plan = read_targets(written(tmp_path, PLAN))
    assert plan.name == "piano-2030"
    assert (plan.label("it"), plan.label("en")) == ("Piano 2030", "Plan 2030")
    rows = plan.table.set_index("target")
    assert rows["value"].tolist() == [0.3, -0.55, 1100 * 11_630]
    assert rows["unit"].tolist() == ["share", "share", "MWh"]
    assert rows.loc["emissions", "base_value"] == pytest.approx(3.2e6)
    assert rows["scope"].tolist() == ["001272"] * 3  # not 698, as YAML alone would read 001272
    assert rows["source"].tolist() == ["Council resolution 12/2025"] * 2 + ["Energy plan, table 4"]
    assert plan.milestones[["target", "year", "value"]].to_numpy().tolist() == [
        ["renewables", 2025, 0.22],
        ["renewables", 2027, 0.25],
        ["emissions", 2020, -0.2],
    ]
    assert list(plan.table.columns) == list(catalog.table("targets").columns)


def test_a_file_works_wherever_a_name_does(tmp_path):
    """evaluate, many years, the way there, the optimiser, the list: path, text and object alike."""
    file = written(tmp_path, PLAN)
    base = torino()
    rows = evaluate(base, file).set_index("target")
    assert rows.loc["emissions", "required"] == pytest.approx(0.45 * 3.2e6)
    assert rows.loc["emissions", "base"] == "001272 2005"
    pd.testing.assert_frame_equal(evaluate(base, str(file)), evaluate(base, targets(file)))
    over = targets_over_time(base, file).set_index("target")
    # 3.2 Mt in 2005, −20 % in 2020: 2019 asks for 14/15 of the way.
    assert over.loc["emissions", "path"] == pytest.approx(3.2e6 * (1 - 0.2 * 14 / 15))
    way = trajectory(file).set_index(["target", "year"])["required"]
    assert way["emissions", 2020] == pytest.approx(0.8 * 3.2e6)
    assert way["renewables", 2026] == pytest.approx(0.235)
    p = mix_problem(base, targets=str(file), time=typical_days(2))
    assert p.limit_rows()["limit"].tolist() == ["renewables", "emissions", "efficiency"]


def test_written_and_read_again_is_the_same(tmp_path):
    plan = read_targets(written(tmp_path, PLAN))
    same = tmp_path / "again.yml"
    write_targets(plan, same)
    again = read_targets(same)
    pd.testing.assert_frame_equal(again.table, plan.table)
    pd.testing.assert_frame_equal(again.milestones, plan.milestones)
    assert (again.name, again.label_it, again.label_en) == (plan.name, plan.label_it, plan.label_en)


@pytest.mark.parametrize("name", sorted(set(catalog.table("targets")["target_set"])))
def test_every_shipped_set_survives_a_file(tmp_path, name):
    """Proves: nothing of a target is lost: what is required, by when, on the way, and what is left out."""
    given_set = targets(name)
    write_targets(given_set, tmp_path / "set.yaml")
    again = read_targets(tmp_path / "set.yaml")
    assert again.name == name
    base = torino()
    old, new = given_set.table, again.table
    same = [
        "target",
        "indicator",
        "convention",
        "sense",
        "base",
        "target_year",
        "scope",
        "exclusions",
        "source",
    ]
    assert new[same].astype(str).equals(old[same].astype(str))
    if not (old["base_year"] == 1990).any():
        columns = ["value", "required", "gap", "met", "effort"]
        pd.testing.assert_frame_equal(
            evaluate(base, again, base=base)[columns], evaluate(base, given_set, base=base)[columns]
        )
    assert len(again.milestones) == len(given_set.milestones)


WORDS = st.text(string.ascii_letters + " àèù:#'\"-%&*?|>@`{}[],\\", min_size=1, max_size=20).map(str.strip)


@given(
    words=st.tuples(WORDS.filter(bool), WORDS, WORDS.filter(bool)),
    value=st.floats(0, 1),
    year=st.integers(2001, 2100),
    steps=st.dictionaries(st.integers(1950, 2000), st.floats(0, 1), max_size=3),
)
@settings(max_examples=60)
def test_any_words_and_numbers_survive_a_file(tmp_path_factory, words, value, year, steps):
    """Proves: quotes, colons, accents and every digit of a number come back."""
    name, label, source = words
    row = {
        "target_set": name, "target": name, "indicator": "renewable_share", "convention": "",
        "sense": "at_least", "base": "absolute", "value": value, "unit": "share", "base_year": pd.NA,
        "base_value": float("nan"), "target_year": year, "scope": "", "exclusions": "", "vintage": "",
        "label_it": label or name, "label_en": name, "source": source,
    }  # fmt: skip
    like = catalog.table("targets").head(0)
    table = pd.DataFrame([row])[list(like.columns)].astype(like.dtypes.to_dict())
    way = pd.DataFrame(
        [
            {"target": name, "year": y, "value": v, "unit": "share", "source": source}
            for y, v in sorted(steps.items())
        ],
        columns=["target", "year", "value", "unit", "source"],
    )
    file = tmp_path_factory.mktemp("sets") / "set.yaml"
    write_targets(TargetSet(name, table, way), file)
    again = read_targets(file)
    pd.testing.assert_frame_equal(again.table, table)
    assert again.milestones.to_dict("records") == way.to_dict("records")


# ── bad files ────────────────────────────────────────────────────────────────────────────────────────────


def test_every_fault_is_told_at_once_with_its_line(tmp_path):
    text = """\
name: plan
nome: piano
targets:
  - target: renewables
    indicator: renewable_shares
    sense: at_leest
    value: 0,4
    target_year: 20300
  - target: renewables
    indicator: renewable_share
    sense: at_least
    value: 40
    unit: "%"
    unit: share
    base_year: 2035
    target_year: 2030
    exclusions: biofuels
    milestones: {2031: 20 %, soon: 5 %}
  - indicator: emissions
    convention: covenants
    sense: at_most
    value: -55 %
    target_year: 2030
    source: x
  - {target: heat, indicator: final_energy, sense: at_most, value: 5, target_year: 2030, source: [a]}
"""
    assert faults(tmp_path, text) == [
        (
            "line 2: unknown field 'nome' of the set; known are name, label_it, label_en, source, scope,"
            " vintage, targets. Did you mean 'name'?"
        ),
        "line 4: target 'renewables' has no source; write 'source' for it or for the set",
        (
            "line 5: unknown indicator 'renewable_shares' of target 'renewables'; known are renewable_share,"
            " renewable_share_electricity, renewable_share_heat, renewable_share_transport, self_sufficiency,"
            " emissions, primary_energy, final_energy, nox, pm10. Did you mean 'renewable_share'?"
        ),
        (
            "line 6: unknown sense 'at_leest' of target 'renewables'; known are at_least, at_most."
            " Did you mean 'at_least'?"
        ),
        "line 8: target_year of target 'renewables' is '20300'; a year between 1900 and 2200 is expected",
        "line 9: target 'renewables' has no source; write 'source' for it or for the set",
        "line 9: target 'renewables' is given twice (first in line 4)",
        "line 14: field 'unit' of a target is given twice",
        "line 15: base_year of target 'renewables' is 2035, not before the target year 2030",
        (
            "line 17: target 'renewables': unknown exclusion 'biofuels'; known are transport_biofuels,"
            " imported_electricity. Did you mean 'transport_biofuels'?"
        ),
        "line 18: a milestone of target 'renewables' is 'soon'; a year between 1900 and 2200 is expected",
        "line 18: milestone 2031 of target 'renewables' is not before the target year 2030",
        "line 19: 'target' of a target is missing",
        "line 20: unknown convention 'covenants' of target ''; known are "
        + ", ".join(sorted(set(catalog.table("emission_terms")["convention"])))
        + ". Did you mean 'covenant'?",
        (
            "line 22: value of target '' is in '%'; emissions is measured in tCO2eq, ktCO2eq, MtCO2eq."
            " A change on a base needs 'base: relative_to_base'."
        ),
        "line 25: 'source' of target 'heat' is a list or a group of fields; a word is expected",
        "line 25: target 'heat' has no source; write 'source' for it or for the set",
        "line 25: value of target 'heat' has no unit; write it beside the number: 5 … ("
        + ", ".join(UNITS)
        + ")",
    ]


ONE = (
    "name: n\nsource: s\ntargets:\n"
    "  - {{target: t, indicator: {0}, sense: at_least, target_year: 2030, {1}}}\n"
)


@pytest.mark.parametrize(
    ("indicator", "field", "words"),
    [
        ("renewable_share", 'value: "0,4"', "value of target 't' is '0,4'; a number is expected. Write 0.4"),
        ("renewable_share", 'value: "1.234,5 %"', "Write 1234.5, with a point."),
        ("renewable_share", "value: 40 share", "is 40; a share is 0–1: write 40 % or 0.4"),
        ("renewable_share", "value: 40 MWh", "is in 'MWh'; renewable_share is measured in share, %."),
        ("primary_energy", "value: 40 Mwh", "is in 'Mwh'; primary_energy is .*Did you mean 'MWh'"),
        ("primary_energy", "value: 40 MWh, unit: TJ", "is in 'MWh', but its unit is 'TJ'"),
        ("primary_energy", "value: [1]", "value of target 't' is ''; a number is expected"),
        ("primary_energy", "unit: TJ", "'value' of target 't' is missing"),
        ("primary_energy", "value: 1 TJ, convention: lca", "only emissions have one"),
        ("primary_energy", "value: 1 TJ, exclusions: transport_biofuels", "only the renewable share has any"),
        ("primary_energy", "value: 1 TJ, milestones: [1]", "of target 't' are no list of 'year: va"),
        ("primary_energy", "value: -5 TJ", "is below 0; a change on a base needs 'base: relative_to_base'"),
        ("emissions", "value: 5 tCO2eq", "'convention' of target 't' is missing"),
        ("emissions", "value: -1.2 share, base: relative_to_base, convention: lca", "a change of −100 %"),
        ("emissions", "value: -0.2 share, base: relative_to_base, convention: lca, base_value: -3 tCO2eq",
         "base_value of target 't' is below 0"),
        ("emissions", "value: -0.2 share, base: relativ, convention: lca", "Did you mean 'relative_to_base'"),
    ],
)  # fmt: skip
def test_a_fault_alone_names_its_line(tmp_path, indicator, field, words):
    with pytest.raises(InputError, match=words) as caught:
        read_targets(written(tmp_path, ONE.format(indicator, field)))
    assert all(fault.startswith("line 4: ") for fault in caught.value.faults)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: [plan\ntargets: x", "line 2: this is no YAML: "),
        ("- a\n- b", "the file is no set of targets"),
        ("", "the file is no set of targets"),
        ("name: n\nsource: s", "line 1: 'targets' is missing or empty; a list of targets is expected"),
        ("name: n\nsource: s\ntargets: []", "line 3: 'targets' is missing or empty"),
        ("source: s\ntargets: [x]", "line 2: a target is no list of fields"),
        ("name:\nsource: s\ntargets: [x]", "line 1: 'name' of the set is blank"),
        ("!!python/object/apply:os.system [ls]", "the file is no set of targets"),
    ],
)
def test_what_is_no_set_is_refused(tmp_path, text, words):
    assert any(words in fault for fault in faults(tmp_path, text))


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match=r"plan\.yaml: cannot be read \(No such file"):
        targets(tmp_path / "plan.yaml")
    (tmp_path / "latin.yaml").write_bytes("name: città".encode("latin-1"))
    with pytest.raises(InputError, match=r"latin\.yaml is not UTF-8 text; save it as UTF-8"):
        evaluate(torino(), str(tmp_path / "latin.yaml"))
    with pytest.raises(InputError, match=r"a target set is expected .* found int"):
        evaluate(torino(), 2020)
    with pytest.raises(InputError, match="a TargetSet is expected, found str"):
        write_targets("20-20-20-local", tmp_path / "x.yaml")


def test_a_stated_base_needs_no_balance_and_wins(tmp_path):
    """Proves: a commitment on an inventory stays on it, whatever balance is at hand."""
    file = written(tmp_path, PLAN)
    with_base = evaluate(torino(), file, base=scaled(torino(), 3)).set_index("target")
    assert with_base.loc["emissions", "required"] == pytest.approx(0.45 * 3.2e6)
    assert indicators.targets(file).milestones["unit"].eq("share").all()


def test_the_way_to_nothing(tmp_path):
    """−100 % in 2030 and −50 % in 2025 on 8 tonnes: 4 in 2025, none in 2030, 6 half way before."""
    field = (
        "value: -100 %, base: relative_to_base, base_year: 2020, base_value: 8 tCO2eq, convention: ipcc,"
        " milestones: {2025: -50 %}"
    )
    way = trajectory(written(tmp_path, ONE.format("emissions", field).replace("at_least", "at_most")))
    assert way.set_index("year")["required"][[2020, 2025, 2030]].tolist() == [8, 4, 0]
    assert way.set_index("year")["required"][2022] == pytest.approx(8 - 4 * 2 / 5)


def test_faults_are_told_in_italian_too(tmp_path):
    text = ONE.format("renewable_share", 'value: "0,4"')
    with speaking("it"), pytest.raises(InputError) as caught:
        read_targets(written(tmp_path, text))
    assert str(caught.value) == (
        "plan.yaml: 1 errore\n  - riga 4: value di obiettivo 't' è '0,4'; serve un numero."
        " Scrivi 0.4, con il punto."
    )
