"""Decomposition of real and made balances: by hand, closed, and told in words where it cannot be."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leb_kit import Balance, InputError
from leb_kit.examples import italy, torino
from leb_kit.history import as_balance, decompose, shipped
from leb_kit.history.decomposition import EFFECT_LABELS
from tests.helpers import balance_from, france, joined

SECTORS = ("FC_IND_NSP_E", "FC_OTH_HH_E", "FC_OTH_CP_E", "FC_TRA_ROAD_E")
PRODUCTS = ("G3000", "E7000", "O4671XR5220B")
MORE = {2020: 10.0, 2030: 12.0}


def later(balance: Balance, year: int, factor: float = 1.0) -> Balance:
    """The same balance in another year, every row times ``factor``."""
    table = balance.table
    return Balance.from_mwh(table.assign(year=year, energy_mwh=table["energy_mwh"] * factor))


def closes(found) -> bool:
    """Effects sum to the change to a relative 1e-9."""
    size = found.effects[["start", "end"]].max(axis=1)
    return bool((found.residual.abs() <= 1e-9 * size).all())


def test_one_sector_and_one_product_by_hand():
    """Energy 30 = 10 people × 3 MWh becomes 40 = 20 × 2: 24.0942 and −14.0942."""
    first = balance_from("FC_OTH_HH_E G3000 30", year=2020)
    last = balance_from("FC_OTH_HH_E G3000 40", year=2030)
    out = decompose(first, last, activity={2020: 10, 2030: 20}, of="energy").effects.iloc[0]
    assert out["activity"] == pytest.approx(24.0942, abs=5e-5)
    assert out["intensity"] == pytest.approx(-14.0942, abs=5e-5)
    assert out["structure"] == pytest.approx(0, abs=1e-12)
    assert out["mix"] == pytest.approx(0, abs=1e-12)
    assert (out["start"], out["end"]) == (30, 40)


def test_structure_by_hand():
    """Two sectors of the same activity swap their sizes: all of the change is structure.

    Intensities 1 and 3 MWh/unit; activity 6 + 4 becomes 4 + 6; energy 6 + 12 becomes 4 + 18.
    L(4, 6) ln(4/6) = 4 − 6 = −2 and L(18, 12) ln(6/4) = 18 − 12 = 6: structure 4.
    """
    first = balance_from("FC_IND_NSP_E G3000 6\nFC_OTH_CP_E G3000 12", year=2020)
    last = balance_from("FC_IND_NSP_E G3000 4\nFC_OTH_CP_E G3000 18", year=2030)
    activity = pd.DataFrame({"FC_IND_E": [6.0, 4.0], "FC_OTH_CP_E": [4.0, 6.0]}, index=[2020, 2030])
    out = decompose(first, last, activity=activity, of="energy")
    effects = out.effects.iloc[0].drop(["start", "end"])
    assert effects["structure"] == pytest.approx(4)
    assert effects.drop("structure").abs().max() < 1e-12
    told = out.by("sector").droplevel([0, 1])["structure"]
    assert told.to_dict() == pytest.approx({"FC_IND_E": -2, "FC_OTH_CP_E": 6})
    # The same activity as a mapping of mappings.
    again = decompose(
        first, last, activity={name: part.to_dict() for name, part in activity.items()}, of="energy"
    )
    pd.testing.assert_frame_equal(again.effects, out.effects)


def test_a_cleaner_grid_is_the_emission_factor_alone():
    """Only the factor of electricity falls from 0.4 to 0.2: 100 × (0.2 − 0.4) = −20 t."""
    text = "FC_OTH_HH_E E7000 100\nFC_OTH_HH_E G3000 50"
    first, last = balance_from(text, year=2020), balance_from(text, year=2030)
    own = {("E7000", 2020): 0.4, ("E7000", 2030): 0.2}
    out = decompose(first, last, activity={2020: 1, 2030: 1}, factors=own)
    effects = out.effects.iloc[0]
    assert effects["factor"] == pytest.approx(-20)
    assert effects.drop(["start", "end", "factor"]).abs().max() < 1e-12
    assert out.unit == "tCO2eq"


def test_a_colder_year_is_climate_alone():
    """Heating grows with degree days, the rest stays: 100 MWh, h = 0.761339, HDD 2000 → 2200."""
    h = 0.761339
    first = balance_from("FC_OTH_HH_E G3000 100", year=2020)
    last = balance_from(f"FC_OTH_HH_E G3000 {100 * (1 - h) + 100 * h}", year=2030)
    # Shares belong to what is measured, so the same measured energy in a colder year is a saving.
    out = decompose(
        first, last, activity={2020: 1, 2030: 1}, of="energy", degree_days={2020: 2000, 2030: 2200}
    ).effects.iloc[0]
    assert out["climate"] == pytest.approx(100 * h * math.log(1.1))
    assert out["intensity"] < 0
    assert out["end"] - out["start"] == pytest.approx(0, abs=1e-9)


def test_a_new_carrier_is_mix_and_a_new_sector_structure():
    first = balance_from("FC_OTH_HH_E G3000 100", year=2020)
    carrier = balance_from("FC_OTH_HH_E G3000 60\nFC_OTH_HH_E E7000 40", year=2030)
    out = decompose(first, carrier, activity={2020: 1, 2030: 1}, of="energy").by("product").droplevel([0, 1])
    assert out.loc["E7000", "mix"] == pytest.approx(40)
    assert out["mix"].sum() == pytest.approx(0, abs=1e-9)
    sector = balance_from("FC_OTH_HH_E G3000 60\nFC_IND_NSP_E G3000 40", year=2030)
    out = decompose(first, sector, activity={2020: 1, 2030: 1}, of="energy").by("sector").droplevel([0, 1])
    assert out.loc["FC_IND_E", "structure"] == pytest.approx(40)


@pytest.mark.parametrize("make", [torino, italy, france])
def test_it_closes_on_real_balances(make):
    b = make()
    changed = later(b, 2030)
    rows = changed.table
    gas = rows["product"] == "G3000"
    rows = rows.assign(energy_mwh=rows["energy_mwh"].where(~gas, rows["energy_mwh"] * 0.5))
    out = decompose(
        b,
        Balance.from_mwh(rows),
        activity={2019: 100, 2030: 105},
        degree_days={2019: 2000, 2030: 1800},
    )
    assert closes(out)
    assert out.effects.iloc[0]["climate"] < 0


def test_italy_1990_to_2008_year_by_year_sums_to_the_whole():
    b = as_balance(shipped("final_consumption").query("territory == 'IT'"))
    people = {year: 56.7 + 0.1 * (year - 1990) for year in range(1990, 2009)}
    whole = decompose(b, activity=people, of="energy")
    steps = decompose(b, activity=people, of="energy", chain=True)
    assert len(steps.effects) == 18
    assert closes(whole)
    assert closes(steps)
    assert (whole.effects["end"] - whole.effects["start"]).iloc[0] == pytest.approx(
        (steps.effects["end"] - steps.effects["start"]).sum()
    )
    # Published: 107.7 Mtoe in 1990, 128.2 in 2008 (sums of the sectors).
    assert whole.effects["start"].iloc[0] / 11.63e6 == pytest.approx(107.742, abs=1e-3)


def test_shipped_population_is_an_activity():
    table = balance_from("FC_OTH_HH_E G3000 100", territory="001", year=2015)
    last = balance_from("FC_OTH_HH_E G3000 90", territory="001", year=2021)
    out = decompose(table, last, activity="population", of="energy").effects.iloc[0]
    assert out["activity"] < 0
    with pytest.raises(InputError, match=r"population is shipped for 001, 002, .*103, ITC1"):
        decompose(torino(), later(torino(), 2030), activity="population")


def test_it_is_shown_in_both_languages_without_addresses():
    out = decompose(
        torino(), later(torino(), 2030, 0.9), activity={2019: 1, 2030: 1}, degree_days={2019: 2, 2030: 2}
    )
    for at, lang in enumerate(("it", "en")):
        heads = [labels[at] for labels in EFFECT_LABELS.values()]
        assert out.labelled(lang).columns.tolist()[1:-1] == heads
    assert repr(out).startswith("Decomposition(001272 2019–2030: ")
    assert "Carrier mix" in out._repr_html_()
    with pytest.raises(InputError, match=r"by\('flow'\) is unknown"):
        out.by("flow")


TWO = joined(balance_from("FC_OTH_HH_E G3000 1", year=2020), balance_from("FC_OTH_HH_E G3000 2", year=2030))
ONE = balance_from("FC_OTH_HH_E G3000 1", year=2020)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: decompose(TWO), "no activity: give activity="),
        (lambda: decompose(TWO, activity={2020: 1}), "no activity for 2030; given are 2020"),
        (lambda: decompose(TWO, activity={2020: 1, 2030: -2}), "activity in 2030 is -2.0"),
        (lambda: decompose(TWO, activity={2020: 0, 2030: 2}), "activity in 2020 is 0.0"),
        (lambda: decompose(ONE, activity=MORE), "two years are needed; found 2020"),
        (lambda: decompose(TWO, activity=MORE, years=(2020, 2025)), "no balance for 2025; years are"),
        (lambda: decompose(TWO, activity=MORE, years=(2030, 2020)), "must be before the second"),
        (lambda: decompose(ONE, ONE, activity=MORE), "both balances hold 2020"),
        (lambda: decompose(TWO, later(torino(), 2025), activity=MORE), "found 001272, VAL"),
        (lambda: decompose(TWO, activity=MORE, of="money"), "of='money' is unknown"),
        (
            lambda: decompose(TWO, activity={"FC_IND_E": MORE}),
            "FC_OTH_HH_E uses energy in 2020 but has no activity",
        ),
        (
            lambda: decompose(TWO, activity={"FC_OTH_HH_E": {2020: 0, 2030: 1}}),
            "FC_OTH_HH_E uses energy in 2020 but its activity is zero",
        ),
        (lambda: decompose(TWO, activity=MORE, degree_days={2020: 2000}), "VAL 2030: no degree days"),
        (lambda: decompose(TWO, activity=MORE, factors={("G3000", 2020): -1}), "factor of G3000 .* is -1"),
        (
            lambda: decompose(joined(balance_from("IMP G3000 1"), later(balance_from("IMP G3000 1"), 2021)),
                              activity={2020: 1, 2021: 1}),
            "no final energy",
        ),
    ],
)  # fmt: skip
def test_bad_input_is_told_in_words(call, words):
    with pytest.raises(InputError, match=words):
        call()


amounts = st.lists(st.one_of(st.just(0.0), st.floats(0.1, 1e6)), min_size=12, max_size=12)


@settings(max_examples=40)
@given(amounts, amounts, st.floats(0.1, 1e6), st.floats(0.1, 1e6), st.booleans())
def test_it_closes_whatever_appears_or_vanishes(before, after, a0, a1, weather):
    """Proves: no residual to a relative 1e-9, with cells and sectors that come and go."""
    keys = [(flow, product) for flow in SECTORS for product in PRODUCTS]
    sides = []
    for year, values in ((2020, before), (2030, after)):
        rows = [(*key, value) for key, value in zip(keys, values, strict=True)] + [("IMP", "G3000", 1.0)]
        frame = pd.DataFrame(rows, columns=["flow", "product", "energy_mwh"])
        sides.append(Balance.from_mwh(frame.assign(territory="VAL", year=year)))
    if not any(before) and not any(after):
        return
    out = decompose(
        *sides,
        activity={2020: a0, 2030: a1},
        degree_days={2020: 2000, 2030: 2300} if weather else None,
    )
    assert closes(out)
    assert out.by("sector").to_numpy().sum() == pytest.approx(
        out.by("product").to_numpy().sum(), rel=1e-9, abs=1e-6
    )
