"""What the database itself asks of a certified version is what ``leb.check`` asks."""

import pandas as pd
import pytest

import leb_kit as leb
from leb_kit.reference import catalog
from leb_kit.store import RefusedError, Repository, versions

#: Further off than rounding, MWh.
FAR = 5000.0


def certified(repo, balance):
    """Whether the database lets a balance become certified, by its states alone."""
    (saved,) = repo.save(balance)
    try:
        with repo._writing("test") as connection:
            for old in versions.heads(connection, versions.balance.c.state == "certified"):
                versions.step(connection, old, "certified", "superseded")
            assert versions.step(connection, saved, "draft", "checked")
            assert versions.step(connection, saved, "checked", "certified")
    except RefusedError as refused:
        return "an identity between its cells does not hold" not in str(refused)
    return True


def moved(balance, at, mwh):
    """A balance with one cell moved."""
    table = balance.table.copy()
    table.loc[at, "energy_mwh"] += mwh
    return leb.Balance.from_mwh(table)


@pytest.mark.parametrize("name", ["torino", "italy"])
@pytest.mark.parametrize("whole", [False, True])
def test_real_balances_are_certified_as_published_and_with_all_sums(repo, name, whole):
    balance = getattr(leb.examples, name)()
    assert certified(repo, leb.aggregate(balance) if whole else balance)


def test_the_database_and_the_library_refuse_the_same(file):
    """Proves: a cell moved either way is refused by the database exactly where ``check`` finds an error."""
    balance = leb.aggregate(leb.examples.torino())
    plain = ~balance.table["product"].isin(leb_groups())
    cells = balance.table.index[plain & (balance.table["energy_mwh"] > FAR)]
    told = []
    with Repository(file) as repo:
        for number, at in enumerate(cells[::2]):
            other = moved(balance, at, FAR if number % 2 else -FAR)
            told.append(
                (leb.check(other).ok, certified(repo, other), *other.table.loc[at, ["flow", "product"]])
            )
    apart = [row for row in told if row[0] != row[1]]
    assert apart == []
    assert len([row for row in told if not row[0]]) > 10


def leb_groups():
    """Products that are sums of others."""
    table = catalog.table("products")
    return set(table.loc[~table["leaf"], "code"])


def test_a_group_that_is_all_there_is_must_close_too(repo):
    rows = [("PPRD", 90000.0), ("FC_OTH_HH_E", 50000.0)]
    table = pd.DataFrame(rows, columns=["flow", "energy_mwh"]).assign(
        territory="001272", year=2020, product="O4000XBIO", status="A", source=""
    )
    assert not certified(repo, leb.Balance.from_mwh(table))
    assert certified(repo, leb.Balance.from_mwh(table.assign(energy_mwh=50000.0)))
