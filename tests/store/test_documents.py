"""Scenarios and targets in versions: back to the last bit, never written over, told who changed what."""

import pandas as pd
import pytest

import leb_kit as leb
from leb_kit.errors import InputError, speaking
from leb_kit.store import Repository, StaleError
from leb_kit.store.doctor import examine
from leb_kit.store.parts import checked
from tests.store import papers
from tests.store.people import small

TORINO = {"territory": "001272"}
PLAN = (
    leb.Scenario("piano 2030", base_year=2019, description_it="Un piano", description_en="A plan")
    .add(
        leb.measures.photovoltaic(
            mw=200, from_year=2020, to_year=2030, investment_eur=1e8, source="delibera"
        ),
        leb.measures.heat_pumps(share=0.1 + 0.2, sector="FC_OTH_HH_E", cop=3.1, lifetime_yr=20.0),
        leb.measures.custom(
            sector=["FC_IND_E", "FC_OTH_CP_E"], product="G3000", to_product="E7000", ratio=0.6, share=0.1
        ),
        leb.measures.retrofit(share=0.2),
        leb.measures.retrofit(share=0.1, to_year=2035),
    )
    .drive(population={2030: 0.98, 2040: 0.95}, degree_days={2030: 1 / 3})
)


def shipped():
    """Names of sets that differ in kind: with and without milestones, exclusions, base values."""
    sets = leb.targets()["target_set"].drop_duplicates().tolist()
    return [*sets[:9], "piemonte-burden-sharing-2020"]


def test_a_scenario_comes_back_equal(repo, store_url):
    """Proves: every field of every measure, every driver, floats to the last bit, projected the same."""
    saved = repo.save_scenario(PLAN, **TORINO, message="prima")
    assert (saved.version, saved.kind, saved.parts) == (1, "scenario", 15)
    found = repo.load_scenario("piano 2030", **TORINO)
    assert found == PLAN
    b = leb.examples.torino()
    assert leb.project(b, found, year=2030).table.equals(leb.project(b, PLAN, year=2030).table)
    empty = leb.Scenario("niente", base_year=2019)
    repo.save_scenario(empty, **TORINO)
    assert repo.load_scenario("niente", **TORINO) == empty
    assert examine(store_url).ok


def test_every_kind_of_measure_comes_back_equal(file):
    names = [name for name in leb.measures.table().index if name != "custom"]
    made = [
        getattr(leb.measures, name)(**{size: 0.5 if size == "share" else 10.0})
        for name, size in zip(names, sizes(names), strict=True)
    ]
    one = leb.Scenario("tutte", base_year=2019).add(*made)
    with Repository(file) as repo:
        repo.save_scenario(one, **TORINO)
        assert repo.load_scenario("tutte", **TORINO) == one


def sizes(names):
    """A size that each kind takes."""
    for name in names:
        for size in ("share", "mw", "energy_mwh"):
            try:
                getattr(leb.measures, name)(**{size: 0.5})
            except InputError:
                continue
            yield size
            break


def test_target_sets_come_back_equal(repo, store_url, tmp_path):
    for name in shipped():
        given = leb.targets(name)
        repo.save_targets(given, **TORINO)
        found = repo.load_targets(name, **TORINO)
        pd.testing.assert_frame_equal(found.table, given.table)
        pd.testing.assert_frame_equal(found.milestones, given.milestones, check_dtype=False)
        assert (found.label("it"), found.label("en")) == (given.label("it"), given.label("en"))
    path = tmp_path / "mine.yaml"
    leb.write_targets(leb.targets("eu-2030"), path)
    mine = leb.read_targets(path)
    repo.save_targets(mine, **TORINO)
    found = repo.load_targets("eu-2030", **TORINO)
    pd.testing.assert_frame_equal(found.table, mine.table)
    b = leb.examples.torino()
    held = leb.evaluate(b, repo.load_targets("20-20-20-local", **TORINO), base=b)
    pd.testing.assert_frame_equal(held, leb.evaluate(b, "20-20-20-local", base=b))
    assert examine(store_url).ok


def test_saving_again_makes_a_version_and_the_old_one_stays(repo):
    repo.save_scenario(PLAN, **TORINO, message="prima")
    repo.save_scenario(PLAN.without("photovoltaic"), **TORINO, message="senza sole", base=1)
    assert repo.load_scenario("piano 2030", **TORINO, version=1) == PLAN
    assert repo.load_scenario("piano 2030", **TORINO) == PLAN.without("photovoltaic")
    found = repo.documents(kind="scenario", **TORINO)
    assert found["version"].tolist() == [1, 2]
    assert found["message"].tolist() == ["prima", "senza sole"]
    assert repo.documents("SENZA")["version"].tolist() == [2]
    assert repo.documents("nothing of it").empty
    told = repo.log(**TORINO)
    assert [one.split(" ")[1] for one in told.loc[told["what"] == "document", "told"]] == ["v1", "v2"]


def test_whoever_is_late_is_told_who_changed_what(repo):
    """Proves: of two who began at version 1 the second learns what to join. Without it one plan is lost."""
    repo.save_scenario(PLAN, **TORINO)
    repo.save_scenario(PLAN.without("photovoltaic"), **TORINO, message="senza sole", base=1)
    with pytest.raises(
        StaleError, match=r"version 2 was saved by .* \(senza sole\) and changed measure photo"
    ):
        repo.save_scenario(PLAN, **TORINO, base=1)
    with pytest.raises(StaleError) as late:
        repo.save_scenario(PLAN, **TORINO, base=0)
    assert late.value.newest == 2
    with speaking("it"), pytest.raises(StaleError, match=r"versione 2.*ha cambiato misura photovoltaic"):
        repo.save_scenario(PLAN, **TORINO, base=1)
    with pytest.raises(InputError, match="no version 7 to begin from; the newest is 2"):
        repo.save_scenario(PLAN, **TORINO, base=7)
    assert len(repo.documents()) == 2


def test_what_cannot_be_kept_is_refused_whole(repo):
    """Proves: wrong values, names and objects leave nothing; every fault is told."""
    from dataclasses import replace

    twice = replace(PLAN, measures=(PLAN.measures[0], PLAN.measures[0]))
    by_hand = replace(PLAN, measures=(replace(PLAN.measures[0], product="H8000"),))
    endless = replace(PLAN, drivers={"population": {2030: float("inf"), 2031: float("nan")}})
    wrong = [replace(PLAN, name=name) for name in ("", " x", "x" * 81, "a\nb")]
    for given in (twice, by_hand, endless, *wrong, "no scenario", leb.targets("eu-2030")):
        with pytest.raises(InputError):
            repo.save_scenario(given, **TORINO)
    with pytest.raises(InputError) as told:
        repo.save_scenario(endless, **TORINO)
    assert len(told.value.faults) == 2
    negative = leb.targets("eu-2030")
    negative = replace(negative, table=negative.table.assign(value=-1.0))
    with pytest.raises(InputError):
        repo.save_targets(negative, **TORINO)
    with pytest.raises(InputError):
        repo.save_scenario(PLAN, **TORINO, message="a\x00b")
    assert repo.documents().empty


def test_a_name_that_is_not_there_is_told_with_the_nearest(repo):
    repo.save_scenario(PLAN, **TORINO)
    with pytest.raises(InputError, match=r"no scenario 'piano 203' in 001272 .* 'piano 2030'"):
        repo.load_scenario("piano 203", **TORINO)
    with speaking("it"), pytest.raises(InputError, match=r"in 001272 non c'è .* 'piano 2030' v4"):
        repo.load_scenario("piano 2030", **TORINO, version=4)


def test_texts_and_numbers_of_parts_are_what_their_columns_say():
    given = {"driver": [("gdp", 2030.5, 1.0), ("gdp", 2031, "x"), (None, 2032, float("nan"))]}
    with pytest.raises(InputError) as told:
        checked("x", "scenario", given)
    assert len(told.value.faults) == 4
    with pytest.raises(InputError, match="stands there twice"):
        checked("x", "scenario", {"driver": [("gdp", 2030, 1.0), ("gdp", 2030, 2.0)]})


# ── carried, copied ──────────────────────────────────────────────────────────────────────────────────────


def test_documents_are_carried_with_author_time_and_seal(repo, tmp_path):
    repo.save(small("001272", 1.0))
    papers.put(repo)
    repo.save_scenario(PLAN, **TORINO)
    path = repo.export(tmp_path / "torino.leb", territory="001")
    with Repository(path) as there:
        assert there.documents().equals(repo.documents())
        assert there.load_scenario("piano 2030", **TORINO) == PLAN
    assert examine(path).ok


def test_carried_documents_become_next_versions_once(repo, store_url, tmp_path):
    """Proves: a plan begins here from the version that has the cells it began from there."""
    repo.save(small("001272", 1.0))
    papers.put(repo)
    repo.save(small("001272", 2.0))
    path = repo.export(tmp_path / "torino.leb", territory="001272")
    with Repository(tmp_path / "other.db") as other:
        other.save(small("001272", 5.0), message="mine")
        other.save_targets(leb.targets("eu-2030"), **TORINO)
        other.take_in(path)
        found = other.documents().set_index("kind")
        assert set(found.index) == {"scenario", "targets", "plan", "system", "meter", "readings"}
        assert found.loc["plan", ["year", "balance_version", "used"]].tolist() == [2020, 2, papers.NAME]
        energy = other.load(territory="001272", year=2020, version=2).table["energy_mwh"]
        assert set(energy) == {1.0}
        before = other.documents(), other.search()
        other.take_in(path)
        assert other.documents().equals(before[0])
        assert other.search().equals(before[1])
    assert examine(tmp_path / "other.db").ok


def test_documents_alone_can_be_carried_and_nothing_cannot(repo, tmp_path):
    repo.save_scenario(PLAN, **TORINO)
    with repo._writing("test") as connection:
        repo._place(connection, "004078")
    with Repository(repo.export(tmp_path / "plan.leb", territory="001272")) as there:
        assert len(there.documents()) == 1
    with pytest.raises(InputError, match="nothing in '004' to carry"):
        repo.export(tmp_path / "none.leb", territory="004")
