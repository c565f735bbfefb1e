"""Whole regions in one transaction: there all of them or none, to the bit, within the rights of people."""

import sqlite3

import pandas as pd
import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.store import Repository, bulk
from leb_kit.store.refusals import RefusedError, StaleError
from tests.store.people import Shared, small

TOWNS = ("001272", "004078", "015146")


@pytest.fixture(autouse=True)
def _in_small_batches(monkeypatch: pytest.MonkeyPatch):
    """Several batches, and COPY for each, also of a few cells."""
    monkeypatch.setattr(bulk, "BATCH", 3)
    monkeypatch.setattr(bulk, "FEW", 0)


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Rows in the order of their keys."""
    return table.sort_values(["territory", "year", "flow", "product"]).reset_index(drop=True)


def town(code: str, year: int) -> leb.Balance:
    """A balance with everything a cell may have: a long fraction, a gap, uncertainty, a source to escape."""
    rows = pd.DataFrame(
        {
            "territory": code,
            "year": year,
            "flow": ["PPRD", "IMP", "FC_OTH_HH_E", "STK_CHG"],
            "product": "G3000",
            "value": [0.1 + 0.2, ":", 1e-300, -1 / 3],
            "sigma": [0.05, None, None, None],
            "source": ["tab\there \\N", "", "riga\nnuova", "ISTAT"],
        }
    )
    return leb.Balance.from_table(rows, unit="MWh")


def test_a_region_of_years_comes_back_to_the_bit(repo):
    given = [town(code, year) for code in TOWNS for year in (2019, 2020)]
    saved = repo.save_all(iter(given), message="regione")
    assert [(one.version, one.state, one.cells) for one in saved] == [(1, "draft", 4)] * 6
    found = repo.load_tree(territory="ITC1")
    of_two = [one for one in given if one.table["territory"].iloc[0] != "015146"]
    expected = in_order(pd.concat([one.table for one in of_two]))
    pd.testing.assert_frame_equal(in_order(found.table), expected, check_exact=True)
    assert len(found.missing) == 4
    assert set(repo.load_tree(territory="001", year=2020).table["year"]) == {2020}


def test_a_load_that_breaks_in_the_middle_leaves_nothing(repo):
    def broken():
        yield small("001272", 1.0)
        yield small("004078", 2.0)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        repo.save_all(broken())
    assert repo.search().empty


def test_a_cell_against_a_rule_keeps_the_whole_region_out(repo):
    wrong = small("004078", 1.0)
    wrong = leb.Balance.from_mwh(wrong.table.assign(energy_mwh=-1.0))
    with pytest.raises(RefusedError, match="ck_cell_sign"):
        repo.save_all([small("001272", 1.0), wrong, small("015146", 1.0)])
    assert repo.search().empty


def test_one_town_that_somebody_saved_meanwhile_keeps_the_whole_region_out(repo):
    repo.save(small("004078", 1.0))
    with pytest.raises(StaleError, match="004078 2020: version 1 was saved by"):
        repo.save_all((small(code, 2.0) for code in TOWNS), base=0)
    assert repo.search()["territory"].tolist() == ["004078"]


def test_the_newest_of_each_town_is_what_a_region_is_made_of(repo):
    for mwh in (1.0, 2.0):
        repo.save_all(small(code, mwh) for code in TOWNS[:2])
    repo.save(small("004078", 5.0))
    found = repo.load_tree(territory="ITC1", year=2020).table
    assert found.groupby("territory")["energy_mwh"].max().to_dict() == {"001272": 2.0, "004078": 5.0}
    cells = repo.cells(flow="PPRD", product="G3000", year=2020)
    assert cells[["territory", "version", "energy_mwh"]].to_numpy().tolist() == [
        ["001272", 2, 2.0],
        ["004078", 3, 5.0],
    ]
    assert repo.cells(flow="PPRD", product="G3000", territory="004")["territory"].tolist() == ["004078"]
    assert repo.cells(flow="PPRD", product="E7000").empty


def test_a_region_without_balances_says_so(repo):
    repo.save(small("001272", 1.0))
    with pytest.raises(InputError, match="no balance 001 2019 that"):
        repo.load_tree(territory="001", year=2019)
    with pytest.raises(InputError, match="no territory '099'"):
        repo.load_tree(territory="099")


def test_copy_passes_no_walls(server):
    shared = Shared.on(server)
    before = shared.everything()
    with Repository(shared.url("anna")) as anna:
        assert anna.save(small("001272", 6.0))[0].version == 2
        after = shared.everything()
        with pytest.raises(RefusedError):
            anna.save_all([small("001272", 8.0), small("004078", 8.0)])
        assert anna.load_tree(territory="ITC1", year=2020).table["territory"].unique().tolist() == ["001272"]
        assert anna.cells(flow="PPRD", product="G3000")["territory"].tolist() == ["001272"]
    assert len(after) > len(before)
    assert shared.everything() == after
    shared.database.drop()


def test_a_cell_that_was_changed_behind_the_store_is_not_loaded(file):
    with Repository(file) as repo:
        repo.save(small("001272", 1.0))
        with sqlite3.connect(file) as raw:
            raw.execute("DROP TRIGGER cell_fixed")
            raw.execute("UPDATE cell SET energy_mwh = 2.0")
        for load in (repo.load, repo.load_tree):
            with pytest.raises(InputError, match="001272 2020 v1 is not what was sealed"):
                load(territory="001272", year=2020)
