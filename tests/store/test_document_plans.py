"""Plans and systems in versions: their tables as they were, beside the balance they begin from."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.store import Repository, StaleError
from leb_kit.store.doctor import examine
from tests.store.people import small

TORINO = {"territory": "001272"}
SET = "20-20-20-local"


@pytest.fixture(scope="module")
def torino():
    """The balance of Torino, its plan, and how it stands to its targets."""
    b = leb.examples.torino()
    plan = leb.optimise_mix(leb.mix_problem(b, targets=SET, base=b, time=leb.typical_days(2)))
    return b, plan, leb.evaluate(plan.to_balance(), SET, base=b)


def test_a_plan_comes_back_as_it_was(repo, store_url, torino):
    """Proves: every capacity, price and evaluation to the last bit, and what it began from."""
    b, plan, held = torino
    repo.save(b)
    repo.save(b, message="again")
    saved = repo.save_plan(plan, name="minimo costo", targets=leb.targets(SET), evaluation=held, version=1)
    assert (saved.year, saved.balance_version, saved.used, saved.used_version) == (2019, 1, SET, 1)
    found = repo.load_plan("minimo costo", **TORINO)
    wide = found.plan.rename(columns={"capacity": "capacity_mw", "new_capacity": "new_capacity_mw"})
    pd.testing.assert_frame_equal(wide.drop(columns="unit"), plan.plan, check_exact=True)
    pd.testing.assert_frame_equal(found.prices[list(plan.prices)], plan.prices, check_exact=True)
    pd.testing.assert_frame_equal(found.evaluation[list(held)], held, check_exact=True)
    assert (found.status, found.cost_eur, found.log) == (plan.status, plan.cost_eur, plan.log)
    assert found.gap == plan.gap
    stores = set(plan.stores["technology"])
    assert set(found.plan.loc[found.plan["unit"] == "MWh", "technology"]) == stores
    assert "Plan(minimo costo: optimal" in repr(found)
    targets = repo.load_targets(found.targets, **TORINO, version=found.targets_version)
    pd.testing.assert_frame_equal(targets.table, leb.targets(SET).table)
    assert examine(store_url).ok


def test_targets_are_kept_once_however_many_plans_use_them(repo, torino):
    b, plan, held = torino
    repo.save(b)
    for name in ("uno", "due"):
        repo.save_plan(plan, name=name, targets=leb.targets(SET), evaluation=held)
    stricter = leb.targets(SET)
    stricter = replace(stricter, table=stricter.table.assign(source="council"))
    assert repo.save_plan(plan, name="tre", targets=stricter).used_version == 2
    assert len(repo.documents(kind="targets")) == 2
    assert repo.load_plan("tre", **TORINO).evaluation.empty
    with pytest.raises(StaleError, match=r"changed .*plan_target"):
        repo.save_plan(plan, name="uno", base=0)


def test_a_plan_that_nobody_proved_has_no_gap(file, torino):
    b, plan, _ = torino
    with Repository(file) as repo:
        repo.save(b)
        repo.save_plan(replace(plan, status="time_limit", gap=np.nan), name="presto")
        found = repo.load_plan("presto", **TORINO)
        assert found.status == "time_limit"
        assert np.isnan(found.gap)
        assert found.targets is None


def test_a_plan_of_no_balance_or_of_no_numbers_is_refused(file, torino):
    b, plan, _ = torino
    with Repository(file) as repo:
        with pytest.raises(InputError, match="no balance 001272 2019"):
            repo.save_plan(plan, name="x")
        repo.save(b)
        bare = replace(plan, problem=replace(plan.problem, frame=None))
        endless = replace(plan, cost_eur=float("inf"), processes=plan.processes.assign(cost_eur=np.nan))
        for wrong in (bare, endless, replace(plan, status="perhaps"), leb.Scenario("x", base_year=2019)):
            with pytest.raises(InputError):
                repo.save_plan(wrong, name="x")
        with pytest.raises(InputError, match="no version has the tag"):
            repo.save_plan(plan, name="x", version="alla giunta")
        assert repo.documents().empty


def test_a_system_comes_back_and_gives_the_same_bits(repo, store_url, torino):
    """Proves: coefficients, shares and closing activities in their order: demands propagate the same."""
    b = torino[0]
    system = leb.calibrate(b)
    repo.save(b)
    repo.tag("partenza", **TORINO, year=2019)
    repo.save(small("001272", 1.0, year=2019))
    saved = repo.save_system(system, version="partenza")
    assert (saved.name, saved.balance_version) == ("base", 1)
    found = repo.load_system(**TORINO)
    assert repr(found) == repr(system)
    assert found.to_balance().table.equals(system.to_balance().table)
    demand = (system.services["demand_mwh"] * 0.9).to_frame("less")
    pd.testing.assert_frame_equal(found.propagate(demand), system.propagate(demand), check_exact=True)
    assert examine(store_url).ok


def test_a_system_of_another_balance_is_refused(repo, torino):
    """Proves: the link to a version is true. Without it a plan would start from figures nobody published."""
    system = leb.calibrate(torino[0])
    repo.save(small("001272", 1.0, year=2019))
    with pytest.raises(InputError, match=r"IMP G3000: the system gives 6\.\d+e\+06 MWh, version 1"):
        repo.save_system(system)
    assert repo.documents().empty


def test_a_plan_is_carried_with_its_balance_and_targets(file, tmp_path, torino):
    b, plan, held = torino
    with Repository(file) as repo, Repository(tmp_path / "other.db") as other:
        repo.save(b)
        repo.save_plan(plan, name="uno", targets=leb.targets(SET), evaluation=held)
        repo.save_system(leb.calibrate(b))
        other.take_in(repo.export(tmp_path / "torino.leb", territory="001272"))
        found = other.load_plan("uno", **TORINO)
        pd.testing.assert_frame_equal(found.prices, repo.load_plan("uno", **TORINO).prices)
        assert (
            other.load_system(**TORINO)
            .to_balance()
            .table.equals(repo.load_system(**TORINO).to_balance().table)
        )
    assert examine(tmp_path / "other.db").ok
