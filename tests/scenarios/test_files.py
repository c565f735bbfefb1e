"""Scenario files: they read back the same, and tell every fault with its line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leb_kit as leb
from leb_kit.errors import InputError, speaking
from leb_kit.scenarios import read_scenario, write_scenario
from leb_kit.scenarios.files import __doc__ as layout
from leb_kit.scenarios.kinds import kinds
from leb_kit.scenarios.records import measure_of, record_of

M = leb.measures


def read(tmp_path, text):
    path = tmp_path / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    return read_scenario(path)


def faults(tmp_path, text):
    with pytest.raises(InputError) as told:
        read(tmp_path, text)
    return list(told.value.faults)


# ── round trip ───────────────────────────────────────────────────────────────────────────────────────────

years = st.one_of(st.none(), st.integers(2019, 2040))
shares = st.floats(0, 1, allow_nan=False)
amounts = st.floats(0, 1e9, allow_nan=False)


@st.composite
def measures(draw):
    kind = draw(st.sampled_from([*kinds().values()]))
    size = draw(st.sampled_from(kind.sizes))
    value = draw(shares if size == "share" else amounts)
    start = draw(years)
    options = {
        "from_year": start,
        "to_year": draw(st.one_of(st.none(), st.integers((start or 2019) + 1, 2060))),
        "investment_eur": draw(st.one_of(st.none(), amounts)),
        "lifetime_yr": draw(st.one_of(st.none(), st.floats(0.1, 60))),
        "source": draw(st.text(max_size=12)),
    }
    if kind.technology:
        options["full_load_hours"] = draw(st.floats(1, 8760))
    return kind(**{size: value}, **options)


@st.composite
def customs(draw):
    to = draw(st.sampled_from(["", "E7000", "R5300"]))
    ratio = draw(st.floats(0.05, 20)) if to else 1.0
    sector = draw(st.sampled_from(["FC_IND_E", ("FC_OTH_HH_E", "FC_OTH_CP_E")]))
    return M.custom(sector=sector, product="G3000", to_product=to, ratio=ratio, share=draw(shares))


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.one_of(measures(), customs()), max_size=5),
    st.dictionaries(st.integers(2020, 2050), st.floats(0.1, 3), min_size=1, max_size=3),
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=15),
)
def test_a_scenario_reads_back_exactly(tmp_path_factory, chosen, index, name):
    plan = leb.Scenario(name.strip() or "p", base_year=2019).add(*chosen).drive(population=index)
    path = write_scenario(plan, tmp_path_factory.mktemp("plan") / "plan.yaml")
    assert read_scenario(path) == plan


def test_the_shipped_scenario_reads_back_exactly(tmp_path):
    plan = leb.examples.torino_2030()
    assert read_scenario(write_scenario(plan, tmp_path / "torino.yaml")) == plan


def test_words_that_yaml_takes_for_something_else_stay_words(tmp_path):
    plan = leb.Scenario("2030", base_year=2019, description_it="no").add(
        M.wind(mw=3, name="on", source="null # 1: 2\n  - x")
    )
    assert read_scenario(write_scenario(plan, tmp_path / "p.yaml")) == plan


def test_the_file_is_short_and_in_the_words_of_python(tmp_path):
    plan = leb.Scenario("sole", base_year=2019).add(M.heat_pumps(share=0.3, sector="FC_OTH_HH_E", cop=3))
    text = write_scenario(plan, tmp_path / "p.yaml").read_text(encoding="utf-8")
    assert text == (
        "name: sole\nbase_year: 2019\nmeasures:\n- kind: heat_pumps\n  share: 0.3\n"
        "  sector: FC_OTH_HH_E\n  cop: 3\n  name: heat_pumps\n"
    )


def test_the_layout_in_the_documentation_is_one_that_reads(tmp_path):
    example = layout.split("::\n", 1)[1]
    lines = [line.removeprefix("    ") for line in example.splitlines()]
    plan = read(tmp_path, "\n".join(lines))
    assert [one.kind for one in plan.measures] == ["heat_pumps", "custom"]
    assert plan.measures[0] == M.heat_pumps(
        share=0.3, sector="FC_OTH_HH_E", from_year=2022, to_year=2030, cop=3.2, source="delibera 12/2024"
    )
    assert plan.drivers == {"population": {2030: 0.98}}


def test_a_measure_that_no_kind_makes_is_not_written(tmp_path):
    from dataclasses import replace

    odd = replace(M.retrofit(share=0.2), action="plant")
    plan = leb.Scenario("p", base_year=2019, measures=(odd,))
    with pytest.raises(InputError, match="no record makes this measure of kind 'retrofit'"):
        write_scenario(plan, tmp_path / "p.yaml")
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_scenario_is_not_written(tmp_path):
    with pytest.raises(InputError, match="a Scenario is needed; found dict"):
        write_scenario({"name": "p"}, tmp_path / "p.yaml")


def test_a_record_and_its_measure_are_the_same():
    one = M.custom(sector="FC_IND_E", product="G3000", to_product="E7000", ratio=0.6, share=0.1)
    assert record_of(one)["ratio"] == 0.6
    assert measure_of(record_of(one)) == one


# ── faults ───────────────────────────────────────────────────────────────────────────────────────────────


def test_every_fault_is_told_at_once_with_its_line(tmp_path):
    text = """name: prova
base_year: 2019
drivers:
  populaton: {2030: 0.98}
  gdp: {2018: 1.1}
measures:
  - kind: heat_pumps
    share: 30
    sector: FC_OTH_HHE
  - kind: photovoltaics
    mw: 20
  - kind: custom
    product: G3000
    share: 0,3
  - kind: wind
    mw: 5
    yeer: 3
  - kind: retrofit
    share: 0.1
    to_year: 2018
  - mw: 3
nme: 3
"""
    told = faults(tmp_path, text)
    starts = [
        "line 4: unknown driver 'populaton'",
        "line 5: driver 'gdp': 2018 is no year from the base year 2019 on",
        "line 8: measure 'heat_pumps': share is 30; a part of the whole is between 0 and 1; write 0.3",
        "line 9: measure 'heat_pumps': unknown sector 'FC_OTH_HHE'. Did you mean 'FC_OTH_HH_E'?",
        "line 10: photovoltaics: kind 'photovoltaics' is unknown; leb.measures.table() lists them.",
        "line 12: custom: sector is missing",
        "line 14: custom: share is the text '0,3'; a number is expected, with a point",
        "line 17: wind: unknown key 'yeer'.",
        "line 18: measure 'retrofit': to_year 2018 is not after the base year 2019",
        "line 21: measure: kind is missing",
        "line 22: unknown key 'nme'. Did you mean 'name'?",
    ]
    assert len(told) == len(starts)
    for sentence, start in zip(told, starts, strict=True):
        assert sentence.startswith(start), sentence


def test_a_key_given_twice_is_refused_where_it_stands(tmp_path):
    text = "name: p\nbase_year: 2019\nmeasures:\n  - kind: wind\n    mw: 3\n    mw: 4\nname: q\n"
    assert faults(tmp_path, text) == [
        "line 6: 'mw' is given twice, first in line 5",
        "line 7: 'name' is given twice, first in line 1",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "a scenario is expected: name, base_year, measures; found nothing"),
        ("- 1\n- 2\n", "a scenario is expected: name, base_year, measures; found a list"),
        ("piano\n", "a scenario is expected: name, base_year, measures; found a text"),
        ("measures: []\n", "line 1: 'name' is missing"),
        ("name: 3\nbase_year: 2019\n", "line 1: name is 3; text is expected; put it in quotes"),
        ("name: ''\nbase_year: 2019\n", "line 1: name is ''; text is expected; put it in quotes"),
        ("name: p\nbase_year: x\n", "line 2: base_year is 'x'; a year is expected"),
        ("name: p\nbase_year: 2019\nmeasures: 3\n", "line 3: measures is no list"),
        ("name: p\nbase_year: 2019\nmeasures:\n  - wind\n", "line 3: measure 1 is 'wind'; kind and size"),
        ("name: p\nbase_year: 2019\ndrivers: 3\n", "line 3: drivers is 3; names and indices"),
        ("name: p\nbase_year: 2019\ndrivers: {gdp: 3}\n", "line 3: driver 'gdp' is 3; an index by year"),
        ("name: p\nbase_year: 2019\nmeasures: [{kind: wind, mw: }]\n", "line 3: wind: mw is blank"),
        ("name: p\nbase_year: 2019\nmeasures: [{kind: wind}]\n", "line 3: measure 'wind': exactly one size"),
        (
            "name: p\nbase_year: 2019\nmeasures: [{kind: wind, mw: 1, sector: 3}]\n",
            "line 3: wind: sector is 3",
        ),
        ("name: p\nbase_year: 2019\nx: &a [*a]\n", "line 3: an alias (*) is not understood"),
        ("name: p\nbase_year: 2019\nx: !!python/object:os.system {}\n", "line 3: unknown key 'x'"),
        ("name: p\nbase_year: 2019\nx: !!python/name:os.system\n", "line 3: cannot be read"),
        ("name: [p\n", "this is no YAML"),
        ("name: p\n? [a]\n: 3\n", "line 2: a key is no word"),
    ],
)
def test_a_fault_is_a_sentence(tmp_path, text, told):
    assert any(told in sentence for sentence in faults(tmp_path, text)), faults(tmp_path, text)


def test_a_file_that_is_no_text_is_told(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_bytes(b"name: citt\xe0\n")
    with pytest.raises(InputError, match="is no UTF-8 text; save it as UTF-8"):
        read_scenario(path)


def test_a_byte_order_mark_is_no_fault(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_bytes("\ufeffname: città\nbase_year: 2019\n".encode())
    assert read_scenario(path) == leb.Scenario("città", base_year=2019)


def test_a_missing_file_is_the_system_s_own_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_scenario(tmp_path / "none.yaml")


def test_faults_are_told_in_italian(tmp_path):
    with speaking("it"):
        told = faults(tmp_path, "base_year: 2019\nmeasures:\n  - kind: vind\n    mw: 3\n    mw: 4\n")
    assert told == [
        "riga 1: manca 'name'",
        "riga 3: vind: il tipo 'vind' è sconosciuto; leb.measures.table() li elenca. Intendevi 'wind'?",
        "riga 5: 'mw' è scritto due volte, la prima alla riga 4",
    ]
