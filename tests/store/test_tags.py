"""Words of people for versions: found again by them, never moved in silence, carried along."""

import pytest

import leb_kit as leb
from leb_kit.errors import InputError, speaking
from leb_kit.store import Repository
from leb_kit.store.doctor import examine
from leb_kit.store.pairs import barred
from tests.store.people import small

TORINO = {"territory": "001272", "year": 2020}


def two(repo):
    """Two versions of a year, the first with a tag."""
    for mwh in (1.0, 2.0):
        repo.save(small("001272", mwh))
    repo.tag("alla giunta", **TORINO, version=1)


def energies(balance):
    """The values of a small balance."""
    return set(balance.table["energy_mwh"])


def test_a_tag_is_as_good_as_a_number(repo, store_url):
    """Proves: load, diff and certify take it. Without it people keep lists of numbers beside the store."""
    two(repo)
    assert energies(repo.load(**TORINO)) == {2.0}
    assert energies(repo.load(**TORINO, version="alla giunta")) == {1.0}
    assert repo.diff(**TORINO, before="alla giunta")["change_mwh"].tolist() == [1.0, 1.0]
    assert repo.certify(**TORINO, version="alla giunta").version == 1
    assert repo.tags().to_dict("records") == [{**TORINO, "name": "alla giunta", "version": 1}]
    assert repo.tags(territory="001272", year=2031).empty
    assert examine(store_url).ok


def test_a_version_is_found_by_its_tag(repo):
    """Proves: a search knows tags. Without it a word of people leads nowhere but to its own list."""
    two(repo)
    assert repo.search("giunta")["version"].tolist() == [1]
    assert repo.search("GIUNTA", territory="004078").empty
    assert repo.search("alla_giunta").empty
    repo.untag("alla giunta", **TORINO)
    assert repo.search("giunta").empty


def test_a_tag_stays_where_it_is_until_it_is_taken_off(repo, store_url):
    two(repo)
    with pytest.raises(InputError, match="version 1 of 001272 2020 has the tag 'alla giunta' already"):
        repo.tag("alla giunta", **TORINO, version=2)
    repo.untag("alla giunta", **TORINO)
    repo.tag("alla giunta", **TORINO)
    assert energies(repo.load(**TORINO, version="alla giunta")) == {2.0}
    told = repo.log(territory="001272")
    assert told.loc[told["what"] == "tag", "told"].tolist() == [
        "insert 2020 v1 alla giunta",
        "delete 2020 v1 alla giunta",
        "insert 2020 v2 alla giunta",
    ]
    assert examine(store_url).ok


def test_what_is_no_tag_is_told_with_the_nearest(repo):
    two(repo)
    with (
        speaking("it"),
        pytest.raises(InputError, match=r"nessuna versione ha l'etichetta.*alla giunta"),
    ):
        repo.load(**TORINO, version="ala giunta")
    for name in ("", "x" * 81, " x", "a\nb", "a\x00b", "\ud800", 7):
        with pytest.raises(InputError):
            repo.tag(name, **TORINO)
    with pytest.raises(InputError, match="no balance 001272 2020 v9"):
        repo.tag("x", **TORINO, version=9)
    assert len(repo.tags()) == 1


def test_tags_are_carried_and_taken_in_with_the_newest_version(repo, tmp_path):
    two(repo)
    repo.tag("bozza", **TORINO)
    path = repo.export(tmp_path / "torino.leb", territory="001272")
    with Repository(path) as carried:
        assert carried.tags().equals(repo.tags())
    with Repository(tmp_path / "other.db") as other:
        other.take_in(path)
        assert other.tags().to_dict("records") == [{**TORINO, "name": "bozza", "version": 1}]
        other.take_in(path)
        assert len(other.tags()) == 1


def test_tags_come_back_with_a_copy(file, tmp_path):
    with Repository(file) as repo:
        two(repo)
        copy = repo.backup(tmp_path / "copy.leb")
        with Repository.restore(copy, tmp_path / "again.db") as again:
            assert again.tags().equals(repo.tags())


# ── pairs ────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_cell_that_never_is_gets_told_at_once(repo):
    """Proves: a person mends all of them in one go, and reads where each belongs."""
    table = small("001272", 3.0).table
    wrong = table.assign(flow=["STK_CHG", "IMP"], product=["E7000", "RA300"])
    with pytest.raises(InputError) as told:
        repo.save(leb.Balance.from_mwh(wrong))
    assert [fault.split(" is ")[0] for fault in told.value.faults] == [
        "001272 2020 IMP RA300",
        "001272 2020 STK_CHG E7000",
    ]
    assert repo.search().empty


@pytest.mark.parametrize("name", ["torino", "italy", "usseglio", "province_torino"])
def test_the_published_balances_have_none_of_them(name):
    """Proves: the pairs are those of the method and not an opinion; whole countries pass."""
    table = getattr(leb.examples, name)().table
    found = set(zip(table["flow"], table["product"], strict=True))
    some = table[table["energy_mwh"] != 0]
    assert not set(zip(some["flow"], some["product"], strict=True)) & barred(), sorted(found)


def test_the_balance_of_a_system_can_be_saved(file):
    with Repository(file) as repo:
        repo.save(leb.calibrate(leb.examples.torino()).to_balance())
        assert len(repo.search()) == 1
