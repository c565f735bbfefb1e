"""Leaves of many territory-years: the quick way and the careful way find the same."""

import pandas as pd
import pytest

from leb_kit import Balance, InputError
from leb_kit.balance import accounting
from leb_kit.balance.accounting import leaves_of
from leb_kit.balance.require import require_balance
from leb_kit.examples import italy, torino
from leb_kit.history import climate_corrected
from tests.helpers import balance_from, france, joined


@pytest.mark.parametrize("chunk", [1, 2])
def test_a_table_in_pieces_has_the_same_leaves(monkeypatch, chunk):
    """Proves: each territory-year is on its own. France keeps its rest whatever lies beside it."""
    many = joined(*(Balance.from_mwh(b.table.assign(year=y)) for b in (italy(), france()) for y in (1, 2)))
    whole = leaves_of(many.table)
    monkeypatch.setattr(accounting, "CHUNK", chunk)
    pd.testing.assert_frame_equal(leaves_of(many.table), whole)
    assert whole["flow"].str.endswith("_UNALLOCATED").sum() == 12  # six products, two years


@pytest.mark.parametrize(
    ("text", "quick"),
    [
        ("FC_OTH_HH_E G3000 1\nPPRD G3000 1", True),
        ("FC_OTH_CP_E G3000 1", True),  # a row of Eurostat is a leaf where its own children are not given
        ("FC_OTH_CP_E G3000 3\nFC_OTH_CP_PUB_E G3000 1", False),
        ("FC_E G3000 1", False),
        ("FC_OTH_HH_E RA000 1", False),
        ("GIC G3000 1", False),
    ],
)
def test_only_a_table_of_leaves_goes_the_quick_way(text, quick):
    table = balance_from(text).table
    assert accounting._holds_only_leaves(table) is quick
    keep, rests = accounting._leaves_and_rests(table)
    assert (keep.all() and rests.empty) or not quick
    careful = pd.concat([table[keep], rests]) if len(rests) else table[keep]
    pd.testing.assert_frame_equal(leaves_of(table), careful.reset_index(drop=True))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("torino.xlsx", "a Balance is expected, found str; read it with a reader such as leb.read_excel"),
        (pd.DataFrame(), "a Balance is expected, found DataFrame; make one with Balance.from_table"),
        (None, "a Balance is expected, found NoneType"),
    ],
)
def test_what_is_no_balance_is_told(given, words):
    with pytest.raises(InputError) as caught:
        require_balance(given, "targets")
    assert str(caught.value) == f"targets: 1 fault\n  - {words}"


def test_a_corrected_balance_says_why_it_is_of_no_use():
    corrected = climate_corrected(torino(), degree_days={2019: 2500.0}, reference=2600.0)
    with pytest.raises(InputError, match=r"targets are computed on what was used.*use \.original"):
        require_balance(corrected, "targets")
