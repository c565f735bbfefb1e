"""What goes into a store comes out of it, on a file and on servers of two majors."""

import hashlib

import hypothesis
import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import strategies as st

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.store import Repository, migrations
from leb_kit.store.refusals import StaleError
from leb_kit.store.rows import Cells, balance_of, cells_of, digest_of
from tests.store.people import small

TORINO = {"territory": "001272", "year": 2019}


def in_order(balance):
    """The table, row by row in the order of its keys."""
    return balance.table.sort_values(["territory", "year", "flow", "product"]).reset_index(drop=True)


def test_a_balance_comes_back_to_the_bit(repo):
    given = leb.examples.torino()
    repo.save(given, message="first")
    found = repo.load(**TORINO)
    pd.testing.assert_frame_equal(in_order(found), in_order(given), check_exact=True)
    assert found.name == given.name


def test_what_was_missing_stays_missing_and_uncertainty_stays(repo):
    rows = pd.DataFrame(
        {
            "territory": "001272",
            "year": 2020,
            "flow": ["PPRD", "IMP", "FC_OTH_HH_E"],
            "product": "G3000",
            "value": ["1.5", ":", "2"],
            "sigma": [0.05, None, None],
        }
    )
    given = leb.Balance.from_table(rows, unit="MWh")
    repo.save(given)
    found = repo.load(territory="001272", year=2020)
    assert found.missing.to_dict("records") == given.missing.to_dict("records")
    assert in_order(found)["sigma"].fillna(-1).tolist() == in_order(given)["sigma"].fillna(-1).tolist()


def test_every_version_stays_as_it_was(repo):
    for mwh in (1.0, 2.0, 3.0):
        repo.save(small("001272", mwh), message=f"{mwh}")
    for version, mwh in ((1, 1.0), (2, 2.0), (3, 3.0), (None, 3.0)):
        found = repo.load(territory="001272", year=2020, version=version)
        assert set(found.table["energy_mwh"]) == {mwh}
    told = repo.history(territory="001272", year=2020, flow="PPRD", product="G3000")
    assert told["energy_mwh"].tolist() == [1.0, 2.0, 3.0]
    assert told["message"].tolist() == ["1.0", "2.0", "3.0"]


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint16])
def test_years_and_versions_of_a_table_find_what_python_s_do(repo, kind):
    repo.save(small("001272", 1.0))
    of = {"territory": "001272", "year": kind(2020)}
    assert set(repo.load(**of, version=kind(1)).table["energy_mwh"]) == {1.0}
    assert repo.tag("first", **of, version=kind(1)).version == 1
    assert repo.tags(year=kind(2020))["name"].tolist() == ["first"]
    assert repo.certify(**of, version=kind(1)).state == "certified"
    assert len(repo.history(**of)) == 1


def test_the_second_of_two_who_save_is_told_who_was_first(repo, store_url):
    repo.save(small("001272", 1.0))
    with Repository(store_url) as other:
        other.save(small("001272", 2.0), message="il mio", base=1)
    with pytest.raises(
        StaleError, match=r"version 2 was saved by .* \(il mio\); yours began at version 1"
    ) as late:
        repo.save(small("001272", 3.0), base=1)
    assert late.value.newest == 2
    assert len(repo.history(territory="001272", year=2020)) == 2


def test_one_year_that_is_stale_keeps_the_others_out_too(repo):
    repo.save(small("001272", 1.0))
    both = leb.Balance.from_mwh(pd.concat([small("001272", 2.0, year=y).table for y in (2019, 2020)]))
    with pytest.raises(InputError):
        repo.save(both, base=0)
    assert repo.search()["year"].tolist() == [2020]


def test_the_store_that_certifies_supersedes_what_was_certified(repo):
    for _ in range(2):
        repo.save(small("001272", 1.0))
        repo.certify(territory="001272", year=2020)
    states = repo.history(territory="001272", year=2020)["state"].tolist()
    assert states == ["superseded", "certified"]


def test_a_balance_that_does_not_close_is_not_certified(repo):
    table = small("001272", 10.0).table
    open_ = table.assign(flow=["GAE", "PPRD"], energy_mwh=[10.0, 500.0])
    repo.save(leb.Balance.from_mwh(open_))
    with pytest.raises(InputError, match="does not close"):
        repo.certify(territory="001272", year=2020)
    assert repo.history(territory="001272", year=2020)["state"].tolist() == ["draft"]


def test_a_sum_over_a_region_takes_the_newest_of_each_town(repo):
    for code, mwh in (("001272", 1.0), ("001272", 5.0), ("004078", 7.0), ("015146", 100.0)):
        repo.save(small(code, mwh))
    found = repo.aggregate(territory="ITC1", year=2020)
    assert set(found["energy_mwh"]) == {12.0}
    assert set(found["territories"]) == {2}


def test_search_finds_by_name_message_and_product(repo):
    repo.save(small("001272", 1.0), message="rivisto dopo la riunione")
    for text in ("torino", "RIUNIONE", "001272", "G3000", "riservato"):
        assert len(repo.search(text)) == 1, text
    assert repo.search("Cuneo").empty
    assert repo.search(territory="001272", year=2019).empty


def test_the_log_tells_what_happened_to_a_territory(repo):
    repo.save(small("001272", 1.0))
    repo.certify(territory="001272", year=2020)
    told = repo.log(territory="001272")
    assert told["number"].tolist() == [1, 2, 3]
    assert [text.split()[3] for text in told["told"]] == ["draft", "checked", "certified"]


def test_cells_and_balance_are_each_others_inverse():
    given = leb.examples.torino()
    ((key, cells),) = cells_of(given).items()
    assert key == ("001272", 2019)

    class Head:
        territory, year = key

    assert cells_of(balance_of([(Head, cells)])) == {key: cells}


@hypothesis.given(
    st.lists(
        st.tuples(
            st.text(max_size=4),
            st.text(max_size=4),
            st.none() | st.floats(allow_nan=False, allow_infinity=False),
            st.sampled_from("AEPRM"),
            st.text(max_size=6) | st.just("dell'anno \\"),
            st.none() | st.floats(0, 9),
        ),
        max_size=5,
        unique_by=lambda row: row[:2],
    )
)
def test_a_seal_is_over_every_cell_as_it_is_written_out(rows):
    """Proves: seals that older versions of the library wrote hold. Without it a file would look damaged."""
    head = ("IT", 2019, 1, "anna", "2019-01-01T00:00:00Z", "", "")
    told = hashlib.sha256(repr(tuple(map(str, head))).encode())
    for *words, energy, status, source, sigma in sorted(rows, key=lambda row: row[:2]):
        bits = ("" if one is None else one.hex() for one in (energy, sigma))
        told.update(repr((*words, next(bits), status, source, next(bits))).encode())
    assert digest_of(head, Cells.of(rows)) == told.hexdigest()


def test_what_is_here_already_is_told_by_its_seal(repo):
    """Proves: an import again makes versions of what differs only, whoever wrote before, cell by cell."""
    many = pd.concat([small(code, 1.0).table for code in ("001272", "004078", "015146")])
    assert len(repo.save(leb.Balance.from_mwh(many), message="prima")) == 3
    assert repo.save(leb.Balance.from_mwh(many), message="ancora", changed_only=True) == ()
    for changed in ({"energy_mwh": 2.0}, {"status": "E"}, {"source": "catasto"}, {"sigma": 0.1}):
        here = many["territory"].eq("004078")
        column, value = next(iter(changed.items()))
        old = many[column] if column in many else pd.Series(float("nan"), index=many.index)
        given = many.assign(**{column: old.where(~here, value)})
        (made,) = repo.save(leb.Balance.from_mwh(given), changed_only=True)
        assert (made.territory, made.version) == ("004078", repo.search(territory="004078")["version"].max())


def test_an_infinite_or_double_cell_is_told_before_anything_is_written(repo):
    table = pd.concat([small("001272", 1.0).table] * 2).reset_index(drop=True)
    table.loc[0, "energy_mwh"] = float("inf")
    with pytest.raises(InputError) as refused:
        repo.save(leb.Balance.from_mwh(table))
    assert len(refused.value.faults) == 3
    assert repo.search().empty


def test_a_place_without_a_store_says_so(url, tmp_path):
    if url.startswith("sqlite"):
        (tmp_path / "leb.db").touch()
    with pytest.raises(InputError, match="no store is there"):
        Repository(url)


def test_a_file_of_another_program_is_refused(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'other.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num TEXT)")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('0001')")
    engine.dispose()
    with pytest.raises(InputError, match="no store is there"):
        Repository(tmp_path / "other.db")


def test_what_is_no_database_is_refused(tmp_path):
    (tmp_path / "leb.db").write_bytes(b"PK\x03\x04" + bytes(5000))
    with pytest.raises(InputError, match=r"damaged|no store"):
        Repository(tmp_path / "leb.db")


def test_a_store_of_a_newer_program_is_refused_and_left_alone(store_url):
    engine = sa.create_engine(store_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    for door in (Repository, Repository.create):
        with pytest.raises(InputError, match=f"this program knows up to {migrations.revisions()[-1]}"):
            door(store_url)


def test_making_a_store_again_changes_nothing(repo, store_url):
    repo.save(small("001272", 1.0))
    Repository.create(store_url).close()
    assert len(repo.search()) == 1


def test_a_version_that_is_not_there_is_not_the_newest(repo):
    """Proves: 0 is a number. Without it certify would certify, for good, a version that nobody named."""
    repo.save(small("001272", 1.0))
    for ask in (repo.load, repo.certify):
        with pytest.raises(InputError, match="001272 2020 v0"):
            ask(territory="001272", year=2020, version=0)
    with pytest.raises(InputError, match="there is no version 99 to begin from; the newest is 1"):
        repo.save(small("001272", 2.0), base=99)


def test_a_certified_version_is_not_certified_again(repo):
    repo.save(small("001272", 1.0))
    repo.certify(territory="001272", year=2020)
    with pytest.raises(InputError, match="version 1 is certified already"):
        repo.certify(territory="001272", year=2020)
    assert repo.history(territory="001272", year=2020)["state"].tolist() == ["certified"]


@pytest.mark.parametrize("message", [None, 5, "\ud800", "a\x00b"])
def test_a_message_that_is_no_text_is_told(repo, message):
    with pytest.raises(InputError, match="a plain text is expected"):
        repo.save(small("001272", 1.0), message=message)
    assert repo.search().empty


@pytest.mark.parametrize("base", ["1", -1, True, 1.0], ids=["text", "below", "true", "fraction"])
def test_a_base_that_is_no_version_is_told(repo, base):
    repo.save(small("001272", 1.0))
    with pytest.raises(InputError, match="the number of a version is expected"):
        repo.save(small("001272", 2.0), base=base)
    assert len(repo.history(territory="001272", year=2020)) == 1


def test_what_is_the_same_already_is_left_out_where_asked(repo):
    both = pd.concat([small(code, 1.0).table for code in ("001272", "004078")], ignore_index=True)
    repo.save(leb.Balance.from_mwh(both), changed_only=True)
    assert repo.save(leb.Balance.from_mwh(both), changed_only=True) == ()
    both.loc[both["territory"] == "004078", "energy_mwh"] = 2.0
    (made,) = repo.save(leb.Balance.from_mwh(both), changed_only=True)
    assert (made.territory, made.version) == ("004078", 2)
    assert len(repo.save(leb.Balance.from_mwh(both))) == 2
