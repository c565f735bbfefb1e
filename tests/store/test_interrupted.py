"""Written at once, interrupted, at a wrong time: nothing acknowledged is lost, and nothing is half there."""

import threading

import pandas as pd
import pytest
import sqlalchemy as sa

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.store import Repository, StaleError, closing, engine, migrations, repository, versions
from leb_kit.store.address import address
from leb_kit.store.doctor import examine
from tests.store.conftest import made
from tests.store.people import small


def test_of_two_who_write_at_once_nobody_is_lost(repo, store_url):
    """Proves: every save is a version of its own or is told to be late; none overwrites another."""
    done, late, other = [], [], []

    def write(who):
        try:
            with Repository(store_url) as mine:
                for number in range(8):
                    try:
                        (one,) = mine.save(small("001272", 1.0 + number), message=f"{who} {number}")
                        done.append((one.version, one.message))
                    except StaleError:
                        late.append(number)
        except BaseException as error:  # noqa: BLE001 - told by the assertion
            other.append(error)

    repo.save(small("001272", 100.0), message="first")
    writers = [threading.Thread(target=write, args=(who,)) for who in ("anna", "bruno")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert other == []
    table = repo.history(territory="001272", year=2020)
    assert len(done) + len(late) == 16
    assert sorted(done) == list(zip(table["version"][1:], table["message"][1:], strict=True))
    assert examine(store_url).ok


def test_two_who_make_the_same_store_at_once_both_have_it(server):
    database, wrong = server.database(), []

    def create():
        try:
            made(database.url)
        except BaseException as error:  # noqa: BLE001 - told by the assertion
            wrong.append(error)

    makers = [threading.Thread(target=create) for _ in range(2)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert wrong == []
    assert examine(database.url).ok
    database.drop()


class Stopped(Exception):
    """Raised in the middle of something."""


def stopping(monkeypatch, at):
    """Let the work of an engine stop before its n-th statement; gives the number of statements so far."""
    count = [0]

    def stop(*_):
        count[0] += 1
        if count[0] == at:
            raise Stopped

    def engine_of(url):
        made_for = engine.engine_of(url)
        sa.event.listen(made_for, "before_cursor_execute", stop)
        return made_for

    monkeypatch.setattr(repository, "engine_of", engine_of)
    return count


def tables_of(url):
    """Names of the tables of a place."""
    looking = sa.create_engine(url)
    names = sa.inspect(looking).get_table_names()
    looking.dispose()
    return names


def test_a_migration_that_stops_at_any_statement_leaves_nothing_and_can_be_run_again(
    url, tmp_path, monkeypatch
):
    """Proves: a schema is whole or not there, wherever the program ends."""
    with monkeypatch.context() as patch:
        count = stopping(patch, 0)
        place = f"sqlite:///{tmp_path / 'counted.db'}" if url.startswith("sqlite") else url
        if url.startswith("sqlite"):
            made(place)
            steps, stride = count[0], 7
        else:
            steps, stride = 140, 67  # one round on a server takes longer: a few statements of each kind
    for at in range(1, steps, stride):
        with monkeypatch.context() as patch:
            stopping(patch, at)
            with pytest.raises(Stopped):
                Repository.create(url)
        names = tables_of(url)
        if "cell" in names:
            break  # the schema was whole: what stopped is the opening after it
        assert names == [], f"statement {at}"
    assert at > stride
    Repository.create(url).close()
    assert examine(url).ok


def older(url, revision):
    """Make a store of an older revision with a certified version, as the leb_kit of then left it."""
    store = engine.engine_of(address(url))
    with store.connect().execution_options(**{engine.WRITING: True}) as connection:
        migrations.upgrade(connection, revision)
        versions.add_words(connection)
        if revision >= "0002":
            rules(connection, revision)
        if url.startswith("sqlite"):
            engine.mark(connection)
        connection.commit()
    store.dispose()
    with Repository(url) as repo:
        repo.save(small("001272", 1.0, "catasto"), message="before")
        repo.certify(territory="001272", year=2020)
        repo.save(small("001272", 2.0), message="a draft")


@pytest.mark.parametrize("revision", migrations.revisions()[:-1])
def test_an_upgrade_that_stops_at_any_statement_leaves_the_store_as_it_was(url, monkeypatch, revision):
    """Proves: a store in use goes from revision to revision whole or not at all, and keeps what it has."""
    older(url, revision)
    old = set(tables_of(url))
    stride = 5 if url.startswith("sqlite") else 61  # one round on a server takes longer
    with Repository(url) as repo:
        before, log = repo.search(), repo.log(territory="001272")
    for at in range(1, 2000, stride):
        with monkeypatch.context() as patch:
            stopping(patch, at)
            try:
                Repository.create(url).close()
                break
            except Stopped:
                pass
        if Repository.schema_of(url) != revision:
            break  # the schema was whole: what stopped is the opening after it
        assert set(tables_of(url)) == old, f"statement {at}"
    assert at > 10
    Repository.create(url).close()
    assert Repository.schema_of(url) == migrations.revisions()[-1]
    assert examine(url).ok
    with Repository(url) as repo:
        assert repo.search().equals(before)
        assert repo.log(territory="001272").equals(log)
        assert repo.certify(territory="001272", year=2020).version == 2


def rules(connection, revision):
    """Write what must hold, for the tables that are there."""
    wanted = closing._rules(connection)
    for table in [one for one in closing._TABLES if one.info["since"] <= revision]:
        names = [column.name for column in table.columns]
        connection.execute(
            sa.insert(table), [dict(zip(names, row, strict=True)) for row in wanted[table.name]]
        )


@pytest.mark.parametrize("revision", migrations.revisions()[:-1])
def test_what_an_older_store_has_no_room_for_is_told_and_can_be_carried(url, tmp_path, revision):
    """Proves: a store that its owner has not upgraded yet works on, and says what to do."""
    older(url, revision)
    with Repository(url) as repo:
        if revision < "0004":
            with pytest.raises(InputError, match="leb store upgrade"):
                repo.save_scenario(leb.Scenario("x", base_year=2020), territory="001272")
        assert repo.documents().empty
        if revision < "0003":
            with pytest.raises(InputError, match="leb store upgrade"):
                repo.tag("x", territory="001272", year=2020)
        assert repo.tags().empty
        with Repository(repo.export(tmp_path / "carried.leb", territory="001272")) as carried:
            assert len(carried.search()) == 2


def test_a_save_that_is_cancelled_at_any_statement_leaves_nothing(repo, store_url):
    """Proves: Ctrl+C in a long save is as if it had not begun; the same session goes on."""
    both = ["001272", "004078"]
    for at in range(1, 60):
        count = [0]

        def cancel(*_, count=count, at=at):
            count[0] += 1
            if count[0] == at:
                raise KeyboardInterrupt

        sa.event.listen(repo._engine, "before_cursor_execute", cancel)
        try:
            repo.save(type(small("x", 1.0)).from_mwh(joined(both)))
            break
        except KeyboardInterrupt:
            pass
        finally:
            sa.event.remove(repo._engine, "before_cursor_execute", cancel)
        assert repo.search().empty, f"statement {at}"
    assert at > 10
    assert repo.search()["territory"].tolist() == both
    assert examine(store_url).ok


def joined(codes):
    """Rows of several territories."""
    return pd.concat([small(code, 1.0).table for code in codes], ignore_index=True)


def test_a_clock_that_goes_backwards_changes_no_order(store_url, monkeypatch):
    """Proves: versions and history are numbered, never ordered by time; a server tells its history's time."""
    times = iter([f"20{30 - n:02}-01-01T00:00:00.000000Z" for n in range(30)])
    monkeypatch.setattr(engine, "now", lambda: next(times))
    monkeypatch.setattr(repository, "now", lambda: next(times))
    with Repository(store_url) as repo:
        for mwh in (1.0, 2.0, 3.0):
            repo.save(small("001272", mwh))
        found = repo.history(territory="001272", year=2020, flow="PPRD", product="G3000")
        assert found["energy_mwh"].tolist() == [1.0, 2.0, 3.0]
        assert found["made_at"].is_monotonic_decreasing
        assert set(repo.load(territory="001272", year=2020).table["energy_mwh"]) == {3.0}
        assert repo.log(territory="001272")["number"].tolist() == [1, 2, 3]
    assert examine(store_url).ok


def test_the_newest_schema_is_the_last_of_those_known():
    assert migrations.revisions() == tuple(sorted(migrations.revisions()))
