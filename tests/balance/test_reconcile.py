"""Reconciliation: hand-solved examples, bounds, published totals, and what cannot be reconciled."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from leb_kit import Balance, check, examples
from leb_kit.balance.accounting import flow_parts
from leb_kit.balance.least_squares import adjust
from leb_kit.balance.reconcile import reconcile
from leb_kit.errors import InputError
from tests.helpers import balance_from, cell, cells, france, joined, scaled

THREE = """
    PPRD G3000 100
    IMP G3000 50
    FC_OTH_HH_E G3000 145
"""
TRUST = pd.DataFrame({"flow": ["PPRD", "IMP", "FC_OTH_HH_E"], "sigma": [5 / 100, 2 / 50, 10 / 145]})


def three():
    return reconcile(balance_from(THREE), sigma=TRUST)


def gap(balance):
    """Supply less use of each product over the largest row of it."""
    leaves = balance.leaves
    sign = leaves["flow"].map(flow_parts("STATDIFF")).fillna(0.0)
    net = (leaves["energy_mwh"] * sign).groupby(leaves["product"]).sum()
    stated = balance.table[balance.table["flow"] == "STATDIFF"].groupby("product")["energy_mwh"].sum()
    net = net - stated.reindex(net.index, fill_value=0.0)
    return (net / leaves["energy_mwh"].abs().groupby(leaves["product"]).max()).abs().max()


# ── by hand ──────────────────────────────────────────────────────────────────────────────────────────────


def test_three_cells_solved_by_hand():
    """100 + 50 against 145, sigma 5, 2, 10: the gap of 5 is spread by variance, 25 : 4 : 100 of 129."""
    rows = three().adjustments.set_index("flow")
    new = rows["new_mwh"]
    assert new.round(3).tolist() == [99.031, 49.845, 148.876]
    exact = [100 - 5 * 25 / 129, 50 - 5 * 4 / 129, 145 + 5 * 100 / 129]
    assert new.tolist() == pytest.approx(exact, rel=1e-14)
    assert new["PPRD"] + new["IMP"] == pytest.approx(new["FC_OTH_HH_E"], rel=1e-15)


def test_its_statistics_by_hand():
    """z is the gap over its own deviation, 5 / sqrt(129), in every cell; chi2 is its square."""
    result = three()
    rows = result.adjustments.set_index("flow")
    assert rows["sigma_mwh"].tolist() == pytest.approx([5, 2, 10])
    assert rows["z"].tolist() == pytest.approx([-5 / 129**0.5, -5 / 129**0.5, 5 / 129**0.5])
    assert result.chi2 == pytest.approx(25 / 129)
    assert result.degrees == 1
    assert rows["new_sigma_mwh"]["PPRD"] == pytest.approx((25 - 25**2 / 129) ** 0.5)
    covariance = result.covariance.to_numpy()
    v, a = np.diag([25.0, 4, 100]), np.array([[1.0, 1, -1]])
    assert covariance == pytest.approx(v - v @ a.T @ a @ v / 129)


def test_the_first_suspect_moved_most_for_what_was_stated():
    assert three().suspects["flow"].tolist() == ["FC_OTH_HH_E", "PPRD", "IMP"]


def test_what_moved_says_so_and_what_did_not_is_untouched():
    balance = balance_from(THREE + "PPRD E7000 7\nFC_OTH_HH_E E7000 7")
    table = reconcile(balance, sigma=TRUST).balance.table
    gas = table[table["product"] == "G3000"]
    assert set(gas["status"]) == {"E"}
    assert set(gas["source"]) == {"reconciled (no source)"}
    rest = table[table["product"] == "E7000"]
    assert rest["energy_mwh"].tolist() == [7.0, 7.0]
    assert set(rest["status"]) == {"A"}


def test_uncertainty_is_carried_to_weighted_sums():
    """Final use is what it is; supply, the same number, has the same deviation."""
    result = three()
    use = result.propagate({("FC_OTH_HH_E", "G3000"): 1.0})
    whole = result.propagate({("FC_E", "TOTAL"): 1.0})
    supply = result.propagate(pd.Series({("PPRD", "G3000"): 1.0, ("IMP", "G3000"): 1.0}))
    assert use.value == pytest.approx(145 + 500 / 129)
    assert use.sigma == pytest.approx((100 - 100**2 / 129) ** 0.5)
    assert (whole.value, whole.sigma) == pytest.approx((use.value, use.sigma))
    assert (supply.value, supply.sigma) == pytest.approx((use.value, use.sigma))
    closed = result.propagate({("VAL", 2020, "GAE", "TOTAL"): 1.0, ("VAL", 2020, "FC_E", "TOTAL"): -1.0})
    assert closed == pytest.approx((0, 0), abs=1e-6)
    with pytest.raises(InputError, match="no row VAL 2020 PPRD E7000"):
        result.propagate({("PPRD", "E7000"): 1.0})


# ── published totals, rests, differences ─────────────────────────────────────────────────────────────────


def test_a_published_total_is_a_measurement():
    """Parts 100 + 60, published 150, all ±10 %: variances 100, 36, 225; the gap of 10 is spread so."""
    balance = balance_from("FC_OTH_HH_E G3000 100\nFC_OTH_AF_E G3000 60\nFC_OTH_E G3000 150")
    result = reconcile(balance, sigma=0.1)
    new = result.adjustments.set_index("flow")["new_mwh"]
    whole = 100 + 36 + 225
    wanted = {
        "FC_OTH_HH_E": 100 - 1000 / whole,
        "FC_OTH_AF_E": 60 - 360 / whole,
        "FC_OTH_E": 150 + 2250 / whole,
    }
    assert new.to_dict() == pytest.approx(wanted)
    # A table of uses only closes in its sums; that it has no supply side stays an error.
    assert set(check(result.balance, tolerance_mwh=1e-9).table["check"]) == {"has_supply"}


def test_a_parent_larger_than_its_parts_keeps_its_rest():
    """Proves: 20 that nobody allocated are no error. Without it parts would grow into the rest."""
    balance = balance_from("PPRD G3000 120\nFC_OTH_HH_E G3000 60\nFC_OTH_AF_E G3000 40\nFC_OTH_E G3000 120")
    result = reconcile(balance, sigma=0.1)
    assert result.suspects.empty
    assert cell(Balance(result.balance.leaves), "FC_OTH_E_UNALLOCATED", "G3000") == pytest.approx(20)


def test_the_rest_takes_part_through_its_parent():
    """Supply 132 against a parent of 120 (both ±10 %): variances 174.24 and 144; the parts stay."""
    balance = balance_from("PPRD G3000 132\nFC_OTH_HH_E G3000 60\nFC_OTH_AF_E G3000 40\nFC_OTH_E G3000 120")
    new = reconcile(balance, sigma=0.1).adjustments.set_index("flow")["new_mwh"]
    meet = 120 + 12 * 144 / (144 + 13.2**2)
    assert new[["PPRD", "FC_OTH_E"]].tolist() == pytest.approx([meet, meet])
    assert new[["FC_OTH_HH_E", "FC_OTH_AF_E"]].tolist() == pytest.approx([60, 40])


def test_a_stated_difference_is_kept_or_given_up():
    stated = balance_from(THREE + "STATDIFF G3000 5")
    assert reconcile(stated, sigma=0.05).suspects.empty
    closed = reconcile(stated, sigma=TRUST, close_difference=True)
    assert closed.adjustments["new_mwh"].round(3).tolist() == [99.031, 49.845, 148.876]
    assert "STATDIFF" not in set(closed.balance.table["flow"])


def test_transformation_and_losses_take_part():
    balance = balance_from("""
        IMP G3000 100
        TI_EHG_MAPE_E G3000 60
        FC_OTH_HH_E G3000 36
        DL G3000 2
        TO_EHG_MAPE E7000 30
        FC_OTH_HH_E E7000 27
        NRG_EHG_E E7000 1
    """)
    result = reconcile(balance, sigma=0.05)
    assert gap(result.balance) < 1e-12
    assert result.degrees == 2


def test_a_balance_without_supply_is_not_forced_to_zero():
    balance = balance_from("FC_OTH_HH_E G3000 10\nFC_OTH_AF_E G3000 20")
    assert reconcile(balance, sigma=0.1).suspects.empty


def test_rows_given_by_group_are_balanced_by_group():
    balance = balance_from("IMP O4000XBIO 100\nFC_TRA_ROAD_E O4671XR5220B 60\nFC_TRA_ROAD_E O4652XR5210B 34")
    table = reconcile(balance, sigma=0.1).adjustments
    signed = table["new_mwh"] * np.where(table["flow"] == "IMP", 1, -1)
    assert signed.sum() == pytest.approx(0, abs=1e-9)


# ── bounds ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_cell_is_never_moved_below_zero():
    """Wells 1 ± 10, import 20 ± 0.2, use 5 ± 0.05: the wells would go to −14; at 0, import and use meet."""
    balance = balance_from("PPRD G3000 1\nIMP G3000 20\nFC_OTH_HH_E G3000 5")
    trust = pd.DataFrame({"flow": ["PPRD", "IMP", "FC_OTH_HH_E"], "sigma": [10.0, 0.01, 0.01]})
    result = reconcile(balance, sigma=trust)
    new = result.adjustments.set_index("flow")["new_mwh"]
    assert new["PPRD"] == 0
    assert new["IMP"] == pytest.approx(20 - 15 * 0.2**2 / (0.2**2 + 0.05**2))
    assert "PPRD" not in set(result.balance.table["flow"])  # no row is no energy


def test_a_stock_change_may_turn_its_sign():
    balance = balance_from("IMP G3000 20\nSTK_CHG G3000 1\nFC_OTH_HH_E G3000 5")
    trust = pd.DataFrame({"flow": ["STK_CHG"], "sigma": [10.0]})
    new = reconcile(balance, sigma=trust).adjustments.set_index("flow")["new_mwh"]
    assert new.tolist() == pytest.approx([20, -15, 5])


@settings(max_examples=40)
@given(st.integers(0, 10_000))
def test_bounded_least_squares_is_the_least(seed):
    """Against another solver (SLSQP), on random equations of ten cells."""
    random = np.random.default_rng(seed)
    equations = random.choice([-1.0, 0.0, 1.0], (3, 10))
    start, sigma = random.uniform(0, 3, 10), random.uniform(0.1, 2, 10)
    mine = adjust(start, sigma, equations, np.arange(10), np.zeros((0, 10))).values
    assert mine.min() > -1e-12
    assert np.abs(equations @ mine).max() < 1e-9

    def cost(x):
        return float((((x - start) / sigma) ** 2).sum())

    other = minimize(
        cost,
        np.abs(mine),
        method="SLSQP",
        bounds=[(0, None)] * 10,
        constraints={"type": "eq", "fun": lambda x: equations @ x},
        options={"ftol": 1e-13, "maxiter": 500},
    )
    assert cost(mine) <= other.fun * (1 + 1e-7) + 1e-9


# ── properties ───────────────────────────────────────────────────────────────────────────────────────────

FLOWS = ("PPRD", "IMP", "EXP", "FC_OTH_HH_E", "FC_IND_FBT_E", "TI_EHG_MAPCHP_E", "DL")


def tables():
    """Gas and electricity, each with import and use, and up to seven rows more."""
    keys = st.tuples(st.sampled_from(FLOWS), st.sampled_from(["G3000", "E7000"]))
    more = st.dictionaries(keys, st.floats(0.01, 1e6), max_size=8)
    base = {(f, p): 100.0 for f in ("IMP", "FC_OTH_HH_E") for p in ("G3000", "E7000")}
    return more.map(lambda rows: base | rows)


def of(rows):
    return balance_from("\n".join(f"{flow} {product} {value!r}" for (flow, product), value in rows.items()))


@settings(max_examples=20)
@given(tables(), st.floats(0.001, 0.5))
def test_the_result_closes_and_closing_again_changes_nothing(rows, sigma):
    once = reconcile(of(rows), sigma=sigma)
    assert gap(once.balance) < 1e-9
    assert (once.adjustments["new_mwh"] >= -1e-9).all()
    again = reconcile(once.balance, sigma=sigma)
    old, new = cells(once.balance), cells(again.balance)
    assert new.to_numpy() == pytest.approx(old.to_numpy(), rel=1e-9)


def test_cells_of_very_unlike_size_are_reconciled_too():
    """Proves that rounding is not taken for a contradiction. Without it a supply of 1 MWh against a million
    of use was refused as impossible."""
    rows = {
        ("IMP", "G3000"): 0.99999,
        ("FC_OTH_HH_E", "G3000"): 452628.1884503873,
        ("FC_IND_FBT_E", "G3000"): 2.0,
        ("TI_EHG_MAPCHP_E", "G3000"): 650020.5569651196,
        ("IMP", "E7000"): 538894.8151075435,
        ("PPRD", "E7000"): 210210.29291468672,
        ("FC_OTH_HH_E", "E7000"): 877439.5024462471,
        ("EXP", "E7000"): 2.00001,
    }
    done = reconcile(of(rows), sigma=0.01)
    assert gap(done.balance) < 1e-9
    new = done.adjustments.set_index(["flow", "product"])["new_mwh"]
    assert (new >= 0).all()
    # The two large uses stop at zero; supply 1 ± 0.01 and use 2 ± 0.02 meet at (4·1 + 2)/5 = 1.2.
    assert new["IMP", "G3000"] == new["FC_IND_FBT_E", "G3000"] == pytest.approx(1.2, rel=1e-4)


@settings(max_examples=20)
@given(tables(), st.floats(0.001, 1000.0))
def test_a_balance_in_other_units_moves_alike(rows, factor):
    balance = of(rows)
    one, other = reconcile(balance, sigma=0.1), reconcile(scaled(balance, factor), sigma=0.1)
    wanted = one.adjustments["new_mwh"] * factor
    limit = 1e-9 * balance.table["energy_mwh"].max() * factor
    assert other.adjustments["new_mwh"].to_numpy() == pytest.approx(wanted.to_numpy(), rel=1e-7, abs=limit)
    assert other.chi2 == pytest.approx(one.chi2, rel=1e-7, abs=1e-12)


@settings(max_examples=20)
@given(tables())
def test_a_common_factor_of_all_sigmas_changes_nothing_but_the_statistics(rows):
    one, other = reconcile(of(rows), sigma=0.1), reconcile(of(rows), sigma=0.2)
    new = other.adjustments["new_mwh"].to_numpy()
    assert new == pytest.approx(one.adjustments["new_mwh"].to_numpy(), rel=1e-7, abs=1e-5)
    assert other.chi2 == pytest.approx(one.chi2 / 4, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("country", [examples.italy, france, examples.torino])
def test_published_balances_move_only_by_their_rounding(country):
    """All rows, totals included: nothing moves by more than 1 TJ, and everything then closes to 1 MWh."""
    balance = country()
    result = reconcile(balance, sigma=0.05)
    step = (result.adjustments["new_mwh"] - result.adjustments["old_mwh"]).abs()
    assert step.max() < 1000 / 3.6
    assert gap(result.balance) < 1e-9
    assert check(result.balance, tolerance_mwh=1).ok
    assert len(result.balance.table) == len(balance.table)


def test_territories_are_reconciled_apart():
    other = balance_from("PPRD G3000 10\nFC_OTH_HH_E G3000 10", territory="PIAN")
    both = reconcile(joined(balance_from(THREE), other), sigma=TRUST)
    alone = three().adjustments["new_mwh"].tolist()
    assert both.adjustments.query("territory == 'VAL'")["new_mwh"].tolist() == alone
    assert both.adjustments.query("territory == 'PIAN'")["new_mwh"].tolist() == [10, 10]
    with pytest.raises(InputError, match="one territory and one year"):
        _ = both.covariance


# ── what cannot be ───────────────────────────────────────────────────────────────────────────────────────


def test_fixed_cells_that_contradict_each_other_are_told():
    wanted = (
        r"VAL 2020 G3000 \(supply less use\): a gap of 5.0 MWh cannot be closed.*PPRD G3000, IMP G3000, FC"
    )
    with pytest.raises(InputError, match=wanted):
        reconcile(balance_from(THREE), sigma=0)


def test_a_fixed_surplus_that_would_make_a_cell_negative_is_told():
    balance = balance_from("PPRD G3000 1\nIMP G3000 50\nFC_OTH_HH_E G3000 5")
    with pytest.raises(InputError, match="VAL 2020 PPRD G3000 would become negative"):
        reconcile(balance, sigma=pd.DataFrame({"flow": ["PPRD"], "sigma": [5.0]}))


def test_a_product_that_nothing_supplies_is_told():
    balance = balance_from(THREE + "FC_OTH_HH_E E7000 7")
    with pytest.raises(InputError, match=r"VAL 2020 E7000: 7\.0 MWh and no row of supply"):
        reconcile(balance, sigma=0.1)


@pytest.mark.parametrize(
    ("sigma", "text"),
    [
        (-0.1, "-0.1 is no relative uncertainty"),
        (float("nan"), "nan is no relative uncertainty"),
        (float("inf"), "inf is no relative uncertainty"),
        ("sigma", "no column 'sigma'"),
        (pd.DataFrame({"flow": ["PPRD"]}), "a column 'sigma' and one or more of"),
        (pd.DataFrame({"flow": ["PPRD"], "sigma": [None]}), "row 0: nan is no relative"),
        (pd.DataFrame({"flow": ["PPDR"], "sigma": [0.1]}), r"no cell is PPDR\. Did you mean 'PPRD'"),
    ],
)
def test_a_sigma_that_is_none_is_told(sigma, text):
    with pytest.raises(InputError, match=text):
        reconcile(balance_from(THREE), sigma=sigma)


def test_an_empty_balance_is_told():
    with pytest.raises(InputError, match="holds no energy"):
        reconcile(Balance(balance_from(THREE).table.head(0)), sigma=0.1)


def test_a_cell_that_stands_twice_is_told():
    table = balance_from(THREE).table
    twice = Balance(pd.concat([table, table.head(1)], ignore_index=True))
    with pytest.raises(InputError, match="VAL 2020 PPRD G3000 is given twice"):
        reconcile(twice, sigma=0.1)


def test_sigma_may_stand_in_a_column_or_in_rows_with_blanks():
    balance = balance_from(THREE)
    own = Balance(balance.table.assign(sigma=TRUST["sigma"]))
    assert reconcile(own, sigma="sigma").adjustments["new_mwh"].round(3).tolist() == [99.031, 49.845, 148.876]
    rows = pd.DataFrame({"flusso": ["", "PPRD"], "vettore": ["G3000", "G3000"], "sigma": [0.0, 0.5]})
    assert reconcile(balance, sigma=rows).adjustments["new_mwh"].tolist() == pytest.approx([95, 50, 145])


def test_a_result_shows_itself():
    result = three()
    assert repr(result) == "ReconciliationResult(3 of 3 cells moved, chi2 0.19 on 1 degrees)"
    assert "FC_OTH_HH_E" in result._repr_html_()
