"""Weights of leaves: the identities of a balance, backwards, give what computing every cell gives."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leb_kit import Balance, InputError, indicators
from leb_kit.balance.accounting import Cube, computed, known_codes
from leb_kit.examples import italy, torino
from leb_kit.indicators.cells import rows_of
from leb_kit.indicators.factors import alike, lineage
from leb_kit.indicators.linear import parts, weights
from leb_kit.reference import catalog
from tests.helpers import balance_from, france, joined, scaled, with_rows

INDICATORS = sorted(set(catalog.table("indicator_terms")["indicator"]))
FLOWS, PRODUCTS = known_codes()


def forwards(cells: pd.DataFrame, indicator: str) -> dict[str, float]:
    """Each part by its definition: every aggregate computed, then the declared rows read."""
    cube = Cube.of(cells.assign(territory="VAL", year=2020))
    values = computed(cube, cube.values)[0]
    terms = catalog.table("indicator_terms").query("indicator == @indicator")
    at = [(cube.row(f), cube.column(p)) for f, p in zip(terms["flow"], terms["product"], strict=True)]
    worth = terms["weight"] * [values[place] for place in at]
    return worth.groupby(terms["part"]).sum().to_dict()


CELL = st.tuples(
    st.sampled_from([*FLOWS, "FC_OTH_NEW_E"]),
    st.sampled_from([*PRODUCTS, "X9000"]),
    st.floats(-1e6, 1e6, allow_subnormal=False),
)


@given(st.lists(CELL, min_size=1, max_size=30, unique_by=lambda cell: cell[:2]), st.sampled_from(INDICATORS))
@settings(max_examples=150)
def test_backwards_is_forwards(rows, indicator):
    """Proves: weights know every identity, sums and unknown codes too."""
    cells = pd.DataFrame(rows, columns=["flow", "product", "energy_mwh"])
    each = weights(indicator, cells)
    found = each.mul(cells["energy_mwh"], axis=0).sum()
    scale = cells["energy_mwh"].abs().sum() * len(FLOWS)
    for part, expected in forwards(cells, indicator).items():
        assert found[part] == pytest.approx(expected, rel=1e-9, abs=1e-12 * scale)


def test_some_weights_by_hand():
    """PEC: production 1, exports −1, non-energy −1, ambient heat and final use 0."""
    cells = pd.DataFrame(
        [
            ("PPRD", "G3000"),
            ("EXP", "G3000"),
            ("TI_NRG_FC_IND_NE", "O4640"),
            ("PPRD", "RA600"),
            ("FC_OTH_HH_E", "G3000"),
            ("PPRD", "unheard of"),
            ("unheard of", "G3000"),
        ],
        columns=["flow", "product"],
    )
    assert weights("primary_energy", cells)["energy_mwh"].tolist() == [1, -1, -1, 0, 0, 1, 0]


def test_an_unknown_indicator_names_the_nearest():
    with pytest.raises(InputError, match=r"unknown indicator 'final_enrgy'\. Did you mean 'final_energy'\?"):
        parts(italy(), "final_enrgy")


# ── many at once ─────────────────────────────────────────────────────────────────────────────────────────

COUNTRIES = joined(italy(), france(), torino())


def as_array(balance: Balance) -> tuple[np.ndarray, pd.DataFrame, pd.MultiIndex]:
    """The same energy as a dense array, its columns and its rows."""
    rows = rows_of(balance, "test")
    energy = np.zeros((len(rows.keys), len(rows.cells)))
    energy[rows.key, rows.cell] = rows.energy_mwh
    return energy, rows.cells, rows.keys


@given(st.lists(st.floats(0.01, 100), min_size=3, max_size=3), st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_an_array_gives_the_table_of_its_balance(factors, random):
    """Proves: the bulk path is the same arithmetic, whatever the order of rows and columns."""
    places = dict(zip(["001272", "FR", "IT"], factors, strict=True))
    table = COUNTRIES.table.assign(
        energy_mwh=COUNTRIES.table["energy_mwh"] * COUNTRIES.table["territory"].map(places)
    )
    balance = with_rows(COUNTRIES, table)
    energy, cells, keys = as_array(balance)
    columns, rows = list(range(len(cells))), list(range(len(keys)))
    random.shuffle(columns)
    random.shuffle(rows)
    shuffled = energy[np.ix_(rows, columns)], cells.iloc[columns], keys[rows]
    found = indicators.table_of(*shuffled)
    assert list(found.index) == list(keys[rows])
    pd.testing.assert_frame_equal(found.sort_index(), indicators.table(balance), rtol=1e-12)


def test_each_territory_has_its_own_factors_in_one_call():
    """Proves: import factors and caps of aviation are looked up by place, not by the first of all."""
    flight = balance_from(
        "PPRD O4661XR5230B 100\nINTAVI O4661XR5230B 100\nIMP E7000 10\nFC_OTH_HH_E E7000 10"
    )
    codes = ["VAL", "IT", "CY", "001272", "001001", "FR"]
    many = joined(*(with_rows(flight, flight.table.assign(territory=code)) for code in codes))
    found = indicators.table(many)
    for code in codes:
        single = many.filter(territory=code)
        assert found.loc[(code, 2020), "emissions_tco2eq"] == pytest.approx(
            indicators.emissions(single).total_tco2eq
        )
    caps = indicators.energy.renewable_table(rows_of(many, "test"))["gross_final_consumption_mwh"]
    assert caps["CY", 2020] == pytest.approx(10 + 0.0412 * 110)
    assert caps["IT", 2020] == pytest.approx(10 + 0.0618 * 110)
    assert found["emissions_tco2eq"].nunique() == 2  # Italy and all in it; the rest


def test_a_municipality_has_the_factors_of_its_country():
    """Proves: every municipality of Piemonte is known to lie in Italy, though territories.csv lists one."""
    assert lineage("001001") == ["001001", "001", "ITC1", "IT", "EU27_2020", ""]
    first = alike(["001001", "001002", "001272", "FR", "XX"])
    assert first["001002"] == "001001"
    assert first["001272"] == "001272"
    assert first["FR"] == first["XX"] != "001001"


def test_a_year_without_memo_rows_is_named_among_many():
    plant = "PPRD RA100 80\nTI_EHG_MAPE_E RA100 80\nTO_EHG_MAPE E7000 80\nFC_OTH_HH_E E7000 80"
    good = balance_from(plant + "\nGEP_MAPE RA100 80", year=2019)
    with pytest.raises(InputError) as caught:
        indicators.table(joined(good, balance_from(plant, year=2020)))
    assert len(caught.value.faults) == 1
    assert caught.value.faults[0].startswith("VAL 2020: electricity is produced but no row GEP")


def test_a_wrong_array_is_told_whole():
    energy, cells, keys = as_array(scaled(torino(), 1))
    with pytest.raises(InputError) as caught:
        indicators.table_of(energy[:, 1:], cells.rename(columns={"flow": "row"}), keys.set_names(["a", "b"]))
    assert caught.value.faults == (
        "cells have no column 'flow'",
        "keys have levels a, b; expected territory, year",
        f"energy has shape (1, {len(cells) - 1}); expected (1, {len(cells)}): territory-years × cells",
    )
    with pytest.raises(InputError, match=r"cell \w+ \w+ is given twice"):
        indicators.table_of(np.hstack([energy, energy]), pd.concat([cells, cells]), keys)
    energy[0, 0] = np.nan
    with pytest.raises(InputError, match="energy is not finite everywhere"):
        indicators.table_of(energy, cells, keys)
