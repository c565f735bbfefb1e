"""The accounting: published balances close, aggregates follow from leaves, a change is found."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leb_kit import Balance, aggregate, check, examples, history, read_eurostat
from leb_kit.balance.accounting import identities
from leb_kit.errors import InputError
from leb_kit.reference import catalog
from leb_kit.units import from_mwh, to_mwh

ONE_TJ = to_mwh(1.0, "TJ")
#: Sums of cells that are published with three decimals may miss the TJ by some of them.
ROUNDED = 1.01 * ONE_TJ
#: Eurostat leaves this much of French non-energy use in industry unallocated, TJ.
FRENCH_REST = 11_246.25
FLOWS = ("PPRD", "IMP", "FC_OTH_HH_E", "FC_IND_FBT_E", "FC_TRA_ROAD_E", "TI_EHG_MAPCHP_E", "DL")
PRODUCTS = ("G3000", "E7000", "H8000", "R5300", "O4671XR5220B")


def published(root, geo):
    folder = root / ("leb_kit/reference/data" if geo == "IT" else "tests/data")
    return read_eurostat(folder / f"eurostat_nrg_bal_c_{geo}_2019.csv.gz", geo=geo, year=2019)


def balances():
    """Small balances of leaves only."""
    keys = st.tuples(st.sampled_from(FLOWS), st.sampled_from(PRODUCTS))
    # whole numbers: sums of floats in another order would differ in the last digit
    energies = st.integers(1, 10**6)
    return st.dictionaries(keys, energies, min_size=1, max_size=20).map(of)


def of(energies):
    rows = [("IT", 2019, flow, product, value) for (flow, product), value in energies.items()]
    frame = pd.DataFrame(rows, columns=["territory", "year", "flow", "product", "value"])
    return Balance.from_table(frame, unit="MWh")


def rows_of(cells):
    """Flow, product and value of Italy 2019 as a table."""
    return pd.DataFrame(cells, columns=["flow", "product", "value"]).assign(territory="IT", year=2019)


def series(balance):
    return balance.table.set_index(["flow", "product"])["energy_mwh"].sort_index()


# ── published balances ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("geo", ["IT", "FR"])
def test_every_published_row_follows_from_the_leaves(root, geo):
    """Proves: all identities of the tables close within 1 TJ, rows and products, groups and TOTAL."""
    balance = published(root, geo)
    own = aggregate(balance).pivot()
    given = balance.pivot()
    gap = (given - own.reindex(index=given.index, columns=given.columns).fillna(0.0)).abs()
    assert gap.max().max() < ROUNDED
    assert {identity.aggregate for identity in identities()} & set(given.index)
    assert check(balance, tolerance_mwh=ROUNDED).ok


def test_france_keeps_one_visible_rest(root):
    """Proves: a published total above its parts is shown, neither lost nor spread."""
    leaves = published(root, "FR").leaves
    rest = leaves[leaves["flow"].str.endswith("_UNALLOCATED")]
    assert set(rest["flow"]) == {"TI_NRG_FC_IND_NE_UNALLOCATED"}
    assert set(rest["status"]) == {"E"}
    assert set(rest["source"]) == {"published total less its published parts"}
    assert from_mwh(rest["energy_mwh"].sum(), "TJ") == pytest.approx(FRENCH_REST, abs=0.01)


def test_italy_has_no_rest(root):
    assert not published(root, "IT").leaves["flow"].str.endswith("_UNALLOCATED").any()


def test_examples_close():
    for balance in (examples.torino(), examples.italy()):
        assert check(balance).ok
        check(balance).require()


# ── properties ───────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=20)
@given(balances(), st.sampled_from([2, 4, 1024]))
def test_aggregate_of_scaled_is_scaled_aggregate(balance, factor):
    scaled = Balance.from_mwh(balance.table.assign(energy_mwh=balance.table["energy_mwh"] * factor))
    pd.testing.assert_series_equal(series(aggregate(scaled)), series(aggregate(balance)) * factor)


@settings(max_examples=20)
@given(balances())
def test_aggregate_twice_is_aggregate_once(balance):
    once = aggregate(balance)
    pd.testing.assert_series_equal(series(aggregate(once)), series(once))


@settings(max_examples=20)
@given(balances(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(balance, random):
    order = list(range(len(balance.table)))
    random.shuffle(order)
    shuffled = Balance.from_mwh(balance.table.iloc[order])
    pd.testing.assert_series_equal(series(aggregate(shuffled)), series(aggregate(balance)))
    both = [check(one).table.sort_values("key").reset_index(drop=True) for one in (shuffled, balance)]
    pd.testing.assert_frame_equal(*both)


@settings(max_examples=20)
@given(balances())
def test_an_aggregated_balance_has_no_broken_identity(balance):
    found = check(aggregate(balance)).table
    assert not found["check"].str.startswith(("identity_", "total_of_products_")).any()


@settings(max_examples=40)
@given(st.data())
def test_a_changed_leaf_is_found(data):
    """Proves: no cell of the Italian balance may move by 10 % and 10 TJ unseen."""
    balance = examples.italy()
    leaves = balance.leaves
    big = leaves[(leaves["energy_mwh"].abs() > 100 * ONE_TJ) & leaves["flow"].isin(_in_identities())]
    row = big.iloc[data.draw(st.integers(0, len(big) - 1))]
    table = balance.table.copy()
    at = (table["flow"] == row["flow"]) & (table["product"] == row["product"])
    table.loc[at, "energy_mwh"] *= 1.1
    report = check(Balance(table, balance.missing, balance.name))
    assert not report.ok
    assert row["product"] in " ".join(report.table["key"]) or "TOTAL" in " ".join(report.table["key"])


def _in_identities():
    return set(catalog.table("identities")["component"])


# ── reports ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_broken_total_is_told_with_its_place():
    rows = rows_of(
        [("FC_IND_FBT_E", "G3000", 60.0), ("FC_IND_TL_E", "G3000", 30.0), ("FC_IND_E", "G3000", 80.0)]
    )
    report = check(Balance.from_table(rows, unit="GWh"))
    row = report.table[report.table["check"] == "identity_FC_IND_E"].iloc[0]
    assert row["key"] == "IT 2019 FC_IND_E G3000"
    assert (row["value"], row["expected"], row["gap_mwh"]) == (80e3, 90e3, -10e3)
    assert row["severity"] == "error"
    assert row["hint"] == "The parts exceed the published total: one of them is too large or counted twice."
    with pytest.raises(InputError, match=r"IT 2019 FC_IND_E G3000: 80,000\.0 MWh, expected 90,000\.0"):
        report.require()
    assert repr(report).startswith("CheckReport(not ok:")


def test_a_total_of_products_that_is_not_reached():
    rows = rows_of([("FC_IND_FBT_E", "G3000", 60.0), ("FC_IND_FBT_E", "TOTAL", 80.0)])
    row = check(Balance.from_table(rows, unit="GWh")).table.iloc[0]
    assert row["check"] == "total_of_products_TOTAL"
    assert row["hint"] == "The published total is not reached by its parts: one of them is missing."


def test_supply_that_does_not_meet_use():
    rows = rows_of([("IMP", "G3000", 60.0), ("FC_IND_FBT_E", "G3000", 50.0)])
    found = check(Balance.from_table(rows, unit="GWh")).table
    row = found[found["check"] == "supply_meets_use"].iloc[0]
    assert abs(row["gap_mwh"]) == 10e3
    assert row["severity"] == "error"


def test_plants_that_give_more_than_they_take():
    rows = rows_of([("TI_EHG_MAPE_E", "G3000", 60.0), ("TO_EHG_MAPE", "E7000", 70.0)])
    report = check(Balance.from_table(rows, unit="GWh"))
    row = report.table[report.table["check"] == "output_within_input"].iloc[0]
    assert (row["severity"], row["gap_mwh"]) == ("warning", 10e3)
    assert "More energy leaves than enters these plants" in row["hint"]


def test_a_balance_without_energy_is_not_ok():
    empty = Balance.from_mwh(examples.torino().table.assign(energy_mwh=0.0))
    report = check(empty)
    assert not report.ok
    assert report.table["check"].tolist() == ["has_rows"]


def test_what_is_no_balance_is_refused_in_words():
    """Proves: a table kept apart from targets cannot be checked by accident. Without it: a bare KeyError."""
    corrected = history.climate_corrected(examples.torino(), degree_days={2019: 2000}, reference=2200)
    with pytest.raises(InputError, match="a Balance is expected, found CorrectedBalance"):
        check(corrected)


def test_a_balance_of_uses_only_does_not_close():
    """Proves: a missing supply side is told. Without it zero primary energy would look like a result."""
    uses = pd.DataFrame(
        {
            "territory": ["001059"],
            "year": [2019],
            "flow": ["FC_OTH_HH_E"],
            "product": ["G3000"],
            "value": [1.0],
        }
    )
    report = check(Balance.from_table(uses, unit="GWh"))
    assert not report.ok
    assert report.table["check"].tolist() == ["has_supply"]
