"""From a printed BEN back to a balance: the same table comes out again; what is lost is said."""

import pandas as pd
import pytest

from leb_kit import InputError, check
from leb_kit.balance.ben import to_ben
from leb_kit.balance.ben_inverse import from_ben
from leb_kit.examples import italy, torino
from tests.helpers import cell, france

KTEP = 11_630


def primary(balance):
    """Electricity of water, wind, sun and tides, and geothermal electricity, MWh."""
    leaves = balance.leaves
    plants = leaves["flow"].str.startswith("TI_EHG")
    out = {
        code: leaves.loc[plants & (leaves["product"] == code), "energy_mwh"].sum()
        for code in ("RA100", "RA300", "RA420", "RA500")
    }
    ground = leaves["flow"].isin(["GEP_MAPE", "GEP_APE"]) & (leaves["product"] == "RA200")
    return out | {"RA200": leaves.loc[ground, "energy_mwh"].sum()}


@pytest.mark.parametrize("place", [italy, france, torino])
@pytest.mark.parametrize("convention", ["2200", "860"])
def test_there_and_back(place, convention):
    """Proves: nothing the BEN prints is lost. ``to_ben(from_ben(t)) = t`` in every cell."""
    table = to_ben(place(), convention)
    known = primary(place()) if convention == "2200" else None
    back = from_ben(table, "IT", 2019, electricity=convention, primary_electricity_mwh=known)
    again = to_ben(back, convention)
    pd.testing.assert_frame_equal(again, table, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("convention", ["2200", "860"])
def test_the_printed_table_of_italy(root, convention):
    """One decimal is printed, so a sum of rows may differ by a few tenths."""
    printed = pd.read_csv(root / "tests" / "data" / f"ben_layout_IT_2019_ktep_{convention}.csv", index_col=0)
    known = primary(italy()) if convention == "2200" else None
    back = from_ben(printed, "IT", 2019, electricity=convention, primary_electricity_mwh=known)
    assert (to_ben(back, convention) - printed).abs().to_numpy().max() < 0.7
    assert cell(back, "IMP", "E7000") / KTEP == pytest.approx(3781.2, abs=0.05)
    assert cell(back, "IMP", "G3000") / KTEP == pytest.approx(58_202.6, abs=0.05)
    assert cell(back, "STK_CHG", "G3000") / KTEP == pytest.approx(-918.2, abs=0.05)


def test_the_other_convention_comes_out_of_a_balance_read_at_2200():
    """Geothermal heat is lost: at 860 production is short of it, 5,223.4 − 522.3 = 4,701.1 ktep."""
    back = from_ben(to_ben(italy()), "IT", 2019, primary_electricity_mwh=primary(italy()))
    gap = (
        to_ben(italy(), "860").loc["1 Produzione", "totale"]
        - to_ben(back, "860").loc["1 Produzione", "totale"]
    )
    assert gap == pytest.approx(4_701.1, abs=0.05)
    assert check(back).ok
    rest = back.table[back.table["source"].str.contains("assumed")]
    assert set(rest["product"]) == {"R5110-5150_W6000RI"}


def test_english_names_and_bare_numbers():
    english = to_ben(italy(), "860", lang="en")
    numbers = english.set_axis([name.split()[0] for name in english.index])
    one, two = (from_ben(t, "IT", 2019, electricity="860").table for t in (english, numbers))
    pd.testing.assert_frame_equal(one, two)


def test_wrong_tables_are_told():
    table = to_ben(italy(), "860")
    with pytest.raises(InputError, match="does not say which renewables were electricity"):
        from_ben(to_ben(italy()), "IT", 2019)
    with pytest.raises(InputError, match="row 7 of rinnovabili holds"):
        from_ben(to_ben(italy()), "IT", 2019, primary_electricity_mwh={"RA100": 1e12})
    with pytest.raises(InputError, match=r"unknown product 'RA10'.*Did you mean 'RA100'"):
        from_ben(table, "IT", 2019, primary_electricity_mwh={"RA10": 1})
    with pytest.raises(InputError, match="'RA100' is -1; energy is not negative"):
        from_ben(table, "IT", 2019, primary_electricity_mwh={"RA100": -1})
    with pytest.raises(InputError, match="other_renewables 'wood' is no renewable product"):
        from_ben(table, "IT", 2019, other_renewables="wood")
    with pytest.raises(InputError, match="electricity is '2220'"):
        from_ben(table, "IT", 2019, electricity="2220")
    with pytest.raises(
        InputError, match=r"unknown row '1 Produzioni'.*Did you mean '1 produzione'[\s\S]*row '1'"
    ):
        from_ben(table.rename(index={"1 Produzione": "1 Produzioni"}), "IT", 2019)
    with pytest.raises(InputError, match=r"unknown column 'petroli'.*Did you mean 'petrolio'"):
        from_ben(table.rename(columns={"petrolio": "petroli"}), "IT", 2019)
    text = table.astype(object)
    text.loc["1 Produzione", "gas"] = "n.d."
    with pytest.raises(InputError, match=r"row '1', column 'gas': 'n\.d\.' is not a number"):
        from_ben(text, "IT", 2019, electricity="860")
    wrong = table.copy()
    wrong.loc["5 Consumo interno lordo", "gas"] += 100
    with pytest.raises(InputError, match=r"row '5', column 'gas': 61,049\.06 ktep, its rows give 60,949\.06"):
        from_ben(wrong, "IT", 2019, electricity="860")
