"""Who may see and change what, on a real server: by raw SQL, by the library, by every side door."""

import logging

import psycopg
import pytest
import sqlalchemy as sa

from leb_kit.errors import InputError, speaking
from leb_kit.store import Repository, policies
from leb_kit.store.refusals import RefusedError, StaleError
from leb_kit.store.schema import ROLES, metadata
from tests.store.attacks import ATTACKS, HEAD, MINE, NEW, NOTHING, REFUSED
from tests.store.conftest import SERVERS
from tests.store.people import PASSWORD, PEOPLE, SECRETS, Shared, small


@pytest.fixture(scope="module", params=SERVERS)
def shared(request, servers):
    """The store of ``people``; no test changes it."""
    made = Shared.on(servers(request.param))
    made.sql("ANALYZE")
    yield made
    made.database.drop()


@pytest.fixture
def fresh(server):
    """A copy that a test may change."""
    made = Shared.on(server)
    yield made
    made.database.drop()


@pytest.fixture
def member(request, shared):
    """The library, opened by a person."""

    def open_as(person):
        opened = Repository(shared.url(person))
        request.addfinalizer(opened.close)
        return opened

    return open_as


def outcome(shared, person, sql):
    """What an attack brings: rows, rows changed, or the error; with all that was said on the way."""
    said = []
    try:
        with shared.as_person(person) as connection:
            connection.add_notice_handler(lambda notice: said.append(notice.message_primary))
            # the protocol of single statements allows several in one text
            cursor = connection.execute(sql, prepare=False)
            while cursor.nextset():
                pass
            result = cursor.fetchall() if cursor.description else cursor.rowcount
    except psycopg.Error as error:
        return REFUSED, [*said, str(error)]
    return result, [*said, repr(result)]


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_by_raw_sql_brings_nothing(shared, name):
    """Proves: what a person may not see or change stays so, whatever they write to the server."""
    person, sql, expected = ATTACKS[name]
    before = shared.everything()
    found, said = outcome(shared, person, sql)
    if expected == NOTHING:
        assert found in ([], 0, -1), found
    else:
        assert found == expected, said
    shown = " ".join(said)
    assert person in ("carla", "enzo") or not [s for s in SECRETS if s in shown.replace(sql, "")], shown
    assert shared.everything() == before


def test_everybody_reads_what_is_theirs(shared):
    """Proves: the walls have doors; without it a store that shows nothing would pass every attack."""
    for person, mwh in (("anna", 5.0), ("bruno", 5.0), ("dora", 5.0), ("fabio", 5.0), ("carla", 7777.25)):
        assert outcome(shared, person, "SELECT DISTINCT energy_mwh FROM cell")[0] == [(mwh,)], person


# ── by the library ───────────────────────────────────────────────────────────────────────────────────────

DOORS = {
    "load": lambda r: r.load(territory="004078", year=2020),
    "load by version": lambda r: r.load(territory="004078", year=2020, version=1),
    "save": lambda r: r.save(small("004078", 1.0)),
    "save as the next": lambda r: r.save(small("004078", 1.0), base=1),
    "certify": lambda r: r.certify(territory="004078", year=2020),
    "load by tag": lambda r: r.load(territory="004078", year=2020, version="segreto"),
    "tag": lambda r: r.tag("x", territory="004078", year=2020),
    "tag as it is tagged": lambda r: r.tag("segreto di Cuneo", territory="004078", year=2020, version=1),
    "untag": lambda r: r.untag("di Cuneo", territory="004078", year=2020),
    "grant": lambda r: r.grant("anna", "admin", "004078"),
    "grant to somebody new": lambda r: r.grant("gino", "reader", "004078", password=PASSWORD),
    "revoke": lambda r: r.revoke("carla", "004"),
}


@pytest.mark.parametrize("person", ["anna", "bruno", "dora", "fabio"])
@pytest.mark.parametrize("name", DOORS)
def test_the_library_refuses_with_a_sentence_and_nothing_changes(shared, member, person, name):
    before = shared.everything()
    with pytest.raises(InputError) as refused:
        DOORS[name](member(person))
    assert not isinstance(refused.value, StaleError), "tells that a version is there"
    told = str(refused.value).replace("tag 'segreto", "")  # what they asked for themselves
    assert not [secret for secret in SECRETS if secret in told], told
    assert PASSWORD not in told
    assert refused.value.__cause__ is None, "a driver's error may tell data"
    assert shared.everything() == before


@pytest.mark.parametrize("person", ["anna", "bruno", "dora", "fabio"])
def test_search_history_aggregate_and_log_show_nothing_of_others(member, person):
    repo = member(person)
    assert set(repo.search()["territory"]) == {"001272"}
    for text in (*SECRETS, "Cuneo", "004078"):
        assert set(repo.search(text)["territory"]) <= {"001272"}
    assert repo.search("Cuneo").empty
    assert repo.history(territory="004078", year=2020, flow="PPRD", product="G3000").empty
    assert repo.log(territory="004078").empty
    assert repo.tags(territory="004078").empty
    assert repo.tags()["name"].tolist() == ["alla giunta"]
    assert repo.aggregate(territory="004", year=2020).empty
    assert set(repo.aggregate(territory="ITC1", year=2020)["energy_mwh"]) == {5.0}


@pytest.mark.parametrize("text", ["' OR 1=1 --", "%", "T_rino", "\\", "'; DROP TABLE cell; --", "$$", "\x07"])
def test_what_is_searched_for_is_text_and_no_sql(shared, member, text):
    before = shared.everything()
    assert member("anna").search(text).empty
    assert shared.everything() == before


@pytest.mark.parametrize(
    "name", ["x' OR '1'='1", 'a"; DROP ROLE anna; --', "Anna", "", "pg_x", "a" * 64, "ù"]
)
def test_a_name_that_is_none_is_refused(member, name):
    with pytest.raises(InputError):
        member("dora").grant(name, "reader", "001272", password=PASSWORD)


def test_a_change_that_reaches_no_row_is_a_refusal_and_no_silence(member):
    """Proves: PostgreSQL answers an update of another's row with 0 rows; the library says so."""
    with pytest.raises(RefusedError, match="may not take the role of carla in 004"):
        member("dora").revoke("carla", "004")


# ── what roles are for ───────────────────────────────────────────────────────────────────────────────────


def test_an_analyst_saves_under_their_own_name_whatever_is_claimed(fresh):
    with Repository(fresh.url("anna")) as repo:
        repo.save(small("001272", 6.0), message="corretto", base=1)
    assert fresh.sql("SELECT author FROM balance WHERE version = 2") == [("anna",)]
    with fresh.as_person("anna") as connection:
        connection.execute(f"INSERT INTO balance {HEAD} VALUES ({MINE}, 2021, 1, {NEW})")  # noqa: S608
        claimed = connection.execute("SELECT author FROM balance WHERE year = 2021").fetchall()
        connection.rollback()
    assert claimed == [("anna",)]
    assert "anna" in {who for (who,) in fresh.sql("SELECT who FROM change")}


def test_a_certifier_certifies_and_an_analyst_does_not(fresh):
    with Repository(fresh.url("anna")) as repo, pytest.raises(RefusedError, match="anna may not certify"):
        repo.certify(territory="001272", year=2020)
    with Repository(fresh.url("fabio")) as repo:
        assert repo.certify(territory="001272", year=2020).state == "certified"
    with fresh.as_person("anna") as connection:
        changed = connection.execute("UPDATE balance SET state = 'superseded'").rowcount
    assert changed == 0


def test_an_admin_gives_and_takes_roles_inside_the_territory(fresh):
    with Repository(fresh.url("dora")) as repo:
        repo.grant("gino", "reader", "001272", password=PASSWORD)
        assert "gino" in set(repo.people()["person"])
    fresh.database.server.sql("GRANT CONNECT ON DATABASE " + fresh.database.name + " TO gino")
    with Repository(fresh.url("gino")) as repo:
        assert len(repo.search()) == 1
    with Repository(fresh.url("dora")) as repo:
        repo.grant("gino", "analyst", "001272")
        repo.revoke("gino", "001272")
        assert "gino" not in set(repo.people()["person"])
    with Repository(fresh.url("gino")) as repo:
        assert repo.search().empty
    fresh.database.drop()
    fresh.database.server.sql("DROP ROLE gino")


def test_every_role_given_or_taken_is_history_with_who_did_it(fresh):
    with Repository(fresh.url("dora")) as repo:
        repo.grant("bruno", "analyst", "001272")
        repo.revoke("bruno", "001272")
        told = repo.log(territory="001272")
    assert list(told["told"][-2:]) == ["insert bruno analyst", "delete bruno analyst"]
    assert set(told["who"][-2:]) == {"dora"}


def test_people_sees_ones_own_or_what_one_administers(member):
    assert set(member("anna").people()["person"]) == {"anna"}
    assert set(member("dora").people()["person"]) == {"anna", "bruno", "dora", "fabio"}
    assert list(member("anna").people().columns) == ["person", "territory", "role"]


def test_an_unknown_role_is_told_with_the_nearest(member):
    with pytest.raises(InputError, match=r"unknown role 'reder'.*Did you mean 'reader'"):
        member("dora").grant("bruno", "reder", "001272")


def test_a_new_person_without_a_password_is_refused(member):
    with pytest.raises(RefusedError, match="needs a password"):
        member("dora").grant("nuovo", "reader", "001272")


def test_a_file_says_that_it_has_no_users(file):
    with Repository(file) as repo:
        for door in (lambda: repo.grant("anna", "reader", "001"), lambda: repo.revoke("a", "b"), repo.people):
            with pytest.raises(InputError, match="a file has no users"):
                door()
        with speaking("it"), pytest.raises(InputError, match="un file non ha utenti"):
            repo.people()


def test_a_superuser_cannot_own_a_store(server):
    database = server.database()
    with pytest.raises(InputError, match="a superuser passes every wall"):
        Repository.create(server.url(database=database.name))
    database.drop()


def test_the_password_of_a_new_person_stays_on_this_machine(fresh, caplog):
    """Proves: neither the log of the library nor that of the server has it, even where all is logged."""
    word = "parola-d-ordine-di-lia"
    caplog.set_level(logging.DEBUG)
    fresh.database.server.sql("ALTER SYSTEM SET log_statement = 'all'")
    fresh.database.server.sql("SELECT pg_reload_conf()")
    try:
        with Repository(fresh.url("dora")) as repo:
            repo.grant("lia", "reader", "001272", password=word)
    finally:
        fresh.database.server.sql("ALTER SYSTEM RESET log_statement")
        fresh.database.server.sql("SELECT pg_reload_conf()")
    log = (fresh.database.server.base / "log").read_text()
    assert "leb_admit" in log
    assert word not in log + caplog.text
    assert word not in str(fresh.sql("SELECT rolpassword FROM pg_authid"))
    fresh.database.drop()
    fresh.database.server.sql("DROP ROLE lia")


def test_one_login_for_another_leaves_no_identity_in_the_pool(shared):
    with Repository(shared.url("anna")) as first, Repository(shared.url("bruno")) as second:
        assert (first.person, second.person) == ("anna", "bruno")
        assert first.people()["person"].tolist() == ["anna"]
        assert second.people()["person"].tolist() == ["bruno"]


# ── the catalogue ────────────────────────────────────────────────────────────────────────────────────────


def test_every_table_is_guarded_with_a_policy_for_each_command(shared):
    asked = "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class "
    guards = dict(shared.sql(asked + "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"))
    assert guards.pop("alembic_version") is False, "the number of the schema is for all"
    assert guards == dict.fromkeys(metadata.tables, True)
    for table in guards:
        asked = f"SELECT cmd FROM pg_policies WHERE tablename = '{table}' AND roles = '{{leb_person}}'"  # noqa: S608
        assert {cmd for (cmd,) in shared.sql(asked)} == set(policies.COMMANDS), table


def test_no_view_or_copy_stands_beside_the_policies(shared):
    """Proves: a view runs with the rights of its owner unless told otherwise; a copy knows no policy."""
    asked = (
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND (relkind = 'm' OR "
        "relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY (reloptions), false))"
    )
    assert shared.sql(asked) == []


def test_functions_that_run_as_the_owner_name_where_they_look(shared):
    asked = "SELECT proname, proconfig::text FROM pg_proc WHERE prosecdef "
    asked += "AND pronamespace = 'public'::regnamespace"
    found = dict(shared.sql(asked))
    assert {"leb_reach", "leb_admit"} <= set(found)
    assert {"search_path" in (config or "") for config in found.values()} == {True}


def test_people_may_call_two_functions_and_no_other(shared):
    asked = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
    callable_ = shared.sql(asked + "AND has_function_privilege('anna', oid, 'EXECUTE')")
    assert {name for (name,) in callable_} == {"leb_reach", "leb_admit"}


def test_nobody_else_of_the_server_may_connect(fresh):
    fresh.database.server.sql("DROP ROLE IF EXISTS stranger")
    fresh.database.server.sql(f"CREATE ROLE stranger LOGIN PASSWORD '{PASSWORD}'")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(fresh.url("stranger").replace("+psycopg", ""))
    fresh.database.server.sql("DROP ROLE stranger")


def test_a_table_that_nobody_thought_about_cannot_be_added():
    """Proves: a new table without a rule stops the migration, it does not stand open."""
    more = sa.MetaData()
    sa.Table("forgotten", more, sa.Column("id", sa.Integer, primary_key=True))
    with pytest.raises(KeyError, match="forgotten"):
        policies.statements(more)


def test_roles_are_told_apart_by_rank():
    assert ROLES == ("reader", "analyst", "certifier", "admin")
    assert (policies.READER, policies.ANALYST, policies.CERTIFIER, policies.ADMIN) == (1, 2, 3, 4)
    assert {role for _, role, _ in PEOPLE} == set(ROLES)
