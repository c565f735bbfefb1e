"""Measures and scenarios as objects: what they refuse, and how they read."""

import pytest

import leb_kit as leb
from leb_kit.reference import catalog

M = leb.measures


def test_every_kind_of_the_table_is_a_measure():
    for kind in catalog.table("measure_kinds")["kind"]:
        made = getattr(M, kind)
        size = made.sizes[0]
        assert made(**{size: 0.1}).kind == kind
        assert made.label("it") != kind
    assert set(M.table("it").index) == set(catalog.table("measure_kinds")["kind"])


def test_every_fault_of_a_measure_is_told_at_once():
    with pytest.raises(leb.InputError) as caught:
        M.heat_pumps(share=30, sector="FC_OTH_HHE", to_year=2020, from_year=2030, copp=3, end_use="heating")
    told = "\n".join(caught.value.faults)
    assert "write 0.3 for 30 %" in told
    assert "Did you mean 'FC_OTH_HH_E'?" in told
    assert "to_year 2020 is not after from_year 2030" in told
    assert "unknown option 'copp'. Did you mean 'cop'?" in told
    assert "unknown end use 'heating'" in told
    assert len(caught.value.faults) == 5


@pytest.mark.parametrize(
    ("size", "told"),
    [
        ({}, "exactly one size is needed, one of share=…, energy_mwh=…; found none"),
        ({"share": 0.1, "energy_mwh": 3}, "found share, energy_mwh"),
        ({"mw": 3}, "cannot be given as mw"),
        ({"share": float("nan")}, "a finite number is expected"),
        ({"share": -0.1}, "0 or more is expected"),
        ({"share": "0.1"}, "a finite number is expected"),
    ],
)
def test_a_size_is_one_number_that_fits(size, told):
    with pytest.raises(leb.InputError, match=told.replace("(", r"\(")):
        M.retrofit(**size)


def test_sectors_and_products_are_understood_by_their_everyday_names():
    one = M.heat_pumps(share=0.1, sector="residenziale", replaces="gas naturale")
    assert one.sectors == ("FC_OTH_HH_E",)
    assert one.replaces == ("G3000",)


def test_an_unknown_measure_names_the_nearest():
    with pytest.raises(AttributeError, match="Did you mean 'photovoltaic'"):
        M.photovoltaics(mw=1)


def test_equal_names_get_numbers_and_parts_are_taken_by_name():
    sc = leb.Scenario("p", base_year=2019).add(M.retrofit(share=0.1), M.retrofit(share=0.2))
    assert [m.name for m in sc.measures] == ["retrofit", "retrofit 2"]
    assert [m.value for m in sc.only("retrofit 2").measures] == [0.2]
    assert [m.value for m in sc.without("retrofit 2").measures] == [0.1]
    with pytest.raises(leb.InputError, match="Did you mean 'retrofit'"):
        sc.without("retrofitt")


def test_what_is_complete_before_the_base_year_is_refused():
    with pytest.raises(leb.InputError, match="to_year 2019 is not after the base year 2019"):
        leb.Scenario("p", base_year=2019).add(M.retrofit(share=0.1, to_year=2019))
    with pytest.raises(leb.InputError, match="'sun' is no measure"):
        leb.Scenario("p", base_year=2019).add("sun")


def test_drivers_are_indices_of_the_base_year():
    sc = leb.Scenario("p", base_year=2019)
    with pytest.raises(leb.InputError) as caught:
        sc.drive(populations={2030: 1}, gdp={2010: 1.0}, mobility={2030: -1}, floor_area=1.1)
    told = "\n".join(caught.value.faults)
    assert "Did you mean 'population'?" in told
    assert "2010 is no year from the base year 2019 on" in told
    assert "an index above 0 is expected" in told
    assert "an index by year is expected" in told


def test_strength_is_linear_and_bounded():
    one = M.retrofit(share=0.1, from_year=2020, to_year=2030)
    assert [one.strength(year, 2019) for year in (2019, 2020, 2025, 2030, 2045)] == [0, 0, 0.5, 1, 1]
    at_once = M.retrofit(share=0.1)
    assert [at_once.strength(year, 2019) for year in (2019, 2020)] == [0, 1]


def test_a_scenario_reads_as_a_table():
    sc = leb.Scenario("piano", base_year=2019).add(M.photovoltaic(mw=10, source="city"))
    assert repr(sc) == "Scenario(piano: 1 measure from 2019)"
    assert sc.table.loc[0, ["measure", "size", "value", "source"]].tolist() == [
        "photovoltaic",
        "mw",
        10.0,
        "city",
    ]
    assert "photovoltaic" in sc._repr_html_()
