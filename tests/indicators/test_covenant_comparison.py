"""Baseline against monitoring: effects that sum, targets on their base, factors that were kept."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leb_kit as leb
from leb_kit import InputError, indicators
from leb_kit.examples import italy, torino
from tests.helpers import balance_from

BASE = "FC_OTH_HH_E G3000 1000\nFC_OTH_CP_E E7000 500"
LATER = "FC_OTH_HH_E G3000 600\nFC_OTH_CP_E E7000 450\nFC_OTH_HH_E R5110-5150_W6000RI 50"


def bei(text=BASE, **options):
    return indicators.emission_inventory(balance_from(text, year=2010), **options)


def mei(text=LATER, year=2020, **options):
    return indicators.emission_inventory(balance_from(text, year=year), **options)


def compared(**options):
    base = bei(population=options.pop("before", None))
    return indicators.compare_inventories(
        base, mei(base=base, population=options.pop("after", None)), **options
    )


def test_by_hand():
    """Base 202 + 230 = 432 t; later 121.2 + 207 = 328.2 t: −24.0 %, so 2020 is met and 2030 is not."""
    found = compared()
    assert found.change_tco2 == pytest.approx(-103.8)
    assert found.reduction_share == pytest.approx(103.8 / 432)
    rows = found.targets.set_index("target_set")
    assert rows["required"].tolist() == pytest.approx([0.8 * 432, 0.45 * 432])
    assert rows["met"].tolist() == [True, False]
    assert rows.loc["covenant-2030", "gap"] == pytest.approx(328.2 - 194.4)
    assert rows.loc["covenant-2030", "path"] == pytest.approx(432 - 237.6 / 2)
    assert not rows.loc["covenant-2030", "on_path"]
    assert "-24.0%" in repr(found)
    assert "covenant-2030" in found._repr_html_()


def test_sums_by_sector_and_carrier_in_the_order_of_the_template():
    found = compared()
    assert found.by("covenant_sector").index.tolist() == ["tertiary", "residential"]
    assert found.by("covenant_carrier").index.tolist() == ["electricity", "natural_gas", "other_biomass"]
    assert found.by("covenant_carrier")["change_tco2"].tolist() == pytest.approx([-23, -80.8, 0])
    with pytest.raises(InputError, match="'sector' is no key; known are covenant_sector"):
        found.by("sector")


def test_the_factor_of_the_country_is_no_merit_of_the_town():
    with pytest.raises(InputError) as caught:
        indicators.compare_inventories(bei(national_factor=0.483), mei(national_factor=0.282))
    assert "national factor of electricity 0.483 in the base, 0.282 in the other" in str(caught.value)
    assert "emission_inventory(…, base=…)" in str(caught.value)
    found = indicators.compare_inventories(
        bei(national_factor=0.483), mei(national_factor=0.282), changed_factors=True
    )
    row = found.by("product").loc["E7000"]
    assert row["factor_effect_tco2"] == pytest.approx((0.282 - 0.483) * 475)
    assert row["energy_effect_tco2"] == pytest.approx((0.282 + 0.483) / 2 * -50)


amount = st.floats(0, 1e6).map(lambda value: round(value, 3))


@settings(max_examples=25)
@given(st.lists(amount, min_size=3, max_size=3), st.lists(amount, min_size=3, max_size=3), st.floats(0, 1))
def test_effects_sum_to_the_change_in_every_row(before, after, national):
    cells = ["FC_OTH_HH_E G3000", "FC_OTH_CP_E E7000", "FC_TRA_ROAD_E O4671XR5220B"]
    texts = [
        "FC_IND_NSP_E O4630 1\n"
        + "\n".join(f"{cell} {value!r}" for cell, value in zip(cells, values, strict=True) if value)
        for values in (before, after)
    ]
    one, other = bei(texts[0]), mei(texts[1], national_factor=national)
    found = indicators.compare_inventories(one, other, changed_factors=True)
    table = found.table
    both = table["energy_effect_tco2"] + table["factor_effect_tco2"]
    assert both.tolist() == pytest.approx(table["change_tco2"].tolist(), abs=1e-6)
    assert found.change_tco2 == pytest.approx(other.total_tco2 - one.total_tco2, abs=1e-3)


def test_per_head():
    """432 t / 100 = 4.32; 328.2 / 80 = 4.10: fewer people, so less is gained per head."""
    found = compared(before=100, after=80, basis="per_head")
    assert found.reduction_per_head_share == pytest.approx(1 - 328.2 / 80 / 4.32)
    row = found.targets.set_index("target_set").loc["covenant-2020"]
    assert (row["base"], row["required"]) == pytest.approx((4.32, 0.8 * 4.32))
    assert not row["met"]


def test_growth_that_was_expected():
    """Had nothing been done: +10 %; required 0.45 × 1.1 × 432."""
    row = compared(basis="growth", growth=1.1).targets.iloc[1]
    assert row["required"] == pytest.approx(0.45 * 1.1 * 432)


def test_waste_is_compared_too():
    def waste(tonnes):
        return pd.DataFrame({"covenant_sector": ["waste"], "tco2": [tonnes]})

    base = bei(non_energy=waste(30.0))
    found = indicators.compare_inventories(base, mei(BASE, base=base, non_energy=waste(10.0)))
    assert found.change_tco2 == pytest.approx(-20)
    assert found.by("covenant_sector").loc["waste", "change_tco2"] == pytest.approx(-20)


def test_a_year_after_the_target_has_the_whole_path_behind_it():
    base = bei()
    late = mei(year=2035, base=base)
    rows = indicators.compare_inventories(base, late).targets
    assert rows["path"].tolist() == pytest.approx(rows["required"].tolist())


def test_a_projected_year_is_a_monitoring_inventory():
    """200 MW of photovoltaics: every MWh replaces one at the national factor of the base year."""
    scenario = leb.Scenario("2030", base_year=2019).add(leb.measures.photovoltaic(mw=200))
    base = indicators.emission_inventory(torino())
    later = indicators.emission_inventory(leb.project(torino(), scenario, year=2030), base=base)
    made = later.production.set_index("product").loc["RA420", "electricity_mwh"]
    assert made > 0
    found = indicators.compare_inventories(base, later)
    assert found.change_tco2 == pytest.approx(-made * 0.483)
    assert found.by("product").loc["E7000", "factor_effect_tco2"] == pytest.approx(found.change_tco2)


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"basis": "per-head"}, "unknown basis 'per-head'; known are absolute, per_head, growth. Did you"),
        ({"basis": "per_head"}, "needs the population of 2010: emission_inventory(…, population=…)"),
        ({"basis": "growth"}, "basis 'growth' needs growth, a number above 0; it is None"),
        ({"growth": 1.1}, "growth is given but the basis is 'absolute'; say basis='growth'"),
        ({"targets": ["piemonte-burden-sharing-2020"]}, "has 0 targets of emissions relative to a base"),
        ({"targets": ["covenant-2003"]}, "unknown target set 'covenant-2003'"),
    ],
)
def test_what_cannot_be_compared(options, fault):
    with pytest.raises(InputError) as caught:
        compared(**options)
    assert fault in str(caught.value)


def test_two_places_and_two_units_are_not_compared():
    with pytest.raises(InputError) as caught:
        indicators.compare_inventories(
            indicators.emission_inventory(torino()),
            indicators.emission_inventory(italy(), convention="lca"),
            changed_factors=True,
        )
    assert list(caught.value.faults) == [
        "the base is of territory 001272, the other of IT",
        "the base counts tCO2, the other tCO2eq",
    ]


def test_a_base_that_emits_nothing():
    nothing = bei("FC_OTH_HH_E RA410 10")
    with pytest.raises(InputError, match="the base emits 0 t"):
        indicators.compare_inventories(nothing, mei(base=nothing))
