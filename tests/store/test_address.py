"""The password of a store reaches the driver and nobody else."""

import logging
import pickle
import sys
import traceback
import types

import pytest
import sqlalchemy as sa

from leb_kit.errors import InputError, speaking
from leb_kit.store.address import address, reaching, scrubbed, shown

SECRET = "pa:ss/w@rd%25 ò"  # noqa: S105 - made up, with all that an address must quote
WORD = "hush-hush"


@pytest.fixture(autouse=True)
def no_password_around(monkeypatch):
    monkeypatch.delenv("LEB_STORE_PASSWORD", raising=False)
    monkeypatch.setitem(sys.modules, "keyring", None)


def given(secret):
    """An address with a password, written as an address demands."""
    made = sa.URL.create("postgresql", "anna", secret, "db.comune.example", 5432, "leb")
    return made.render_as_string(hide_password=False)


def test_a_path_is_a_file():
    assert str(address("leb.db")) == "sqlite:///leb.db"


def test_a_server_is_reached_by_psycopg_3():
    assert address("postgresql://anna@host/leb").drivername == "postgresql+psycopg"


def test_another_database_is_refused():
    with pytest.raises(InputError, match="mysql keeps no store; known are sqlite, postgresql"):
        address("mysql://anna@host/leb")


def test_what_is_no_address_is_refused_without_repeating_it():
    with pytest.raises(InputError, match="no address of a store") as refused:
        address(f"postgresql://anna:{WORD}@host:port/leb")
    assert WORD not in "".join(traceback.format_exception(refused.value))


def test_the_password_of_the_address_reaches_the_driver():
    assert address(given(SECRET)).password == SECRET


def test_a_password_given_as_an_option_is_a_password_too():
    url = address(f"postgresql://anna@host/leb?password={WORD}")
    assert url.password == WORD
    assert WORD not in repr(url)


def test_the_password_may_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("LEB_STORE_PASSWORD", WORD)
    assert address("postgresql://anna@host/leb").password == WORD


def test_the_password_of_the_address_comes_before_that_of_the_environment(monkeypatch):
    monkeypatch.setenv("LEB_STORE_PASSWORD", "another")
    assert address(given(WORD)).password == WORD


def test_the_password_may_come_from_the_keyring(monkeypatch):
    asked = []
    fake = types.ModuleType("keyring")
    fake.get_password = lambda service, name: asked.append((service, name)) or WORD
    monkeypatch.setitem(sys.modules, "keyring", fake)
    assert address("postgresql://anna@host/leb").password == WORD
    assert asked == [("leb_kit", "anna@host/leb")]


def test_a_file_asks_for_no_password(monkeypatch):
    monkeypatch.setenv("LEB_STORE_PASSWORD", WORD)
    assert address("sqlite:///leb.db").password is None


@pytest.mark.parametrize("secret", [WORD, SECRET])
@pytest.mark.parametrize("way", [repr, str, shown, lambda url: repr(sa.create_engine(url))])
def test_no_text_of_an_address_shows_its_password(secret, way):
    told = way(address(given(secret)))
    assert "anna" in told
    assert secret not in told


@pytest.mark.parametrize("option", ["sslpassword", "passfile"])
def test_options_that_are_secrets_are_not_shown(option):
    assert WORD not in shown(address(f"postgresql://anna@host/leb?{option}={WORD}"))


@pytest.mark.parametrize(
    "told",
    [
        f"failed: postgresql://anna:{WORD}@host/leb",
        f"host=h user=anna password={WORD} dbname=leb",
        f"something {WORD} something",
        f"url with %s {WORD}",
    ],
)
def test_a_text_of_a_driver_is_scrubbed(told):
    assert WORD not in scrubbed(told, address(given(WORD)))


def test_a_password_is_scrubbed_as_addresses_write_it_too():
    told = given(SECRET)
    assert "rd%2525" in told
    assert "rd%2525" not in scrubbed(f"could not reach {told}", address(told))


def refusal(url):
    """What is raised when a store cannot be reached, whole, with its chain."""
    engine = sa.create_engine(url)
    with pytest.raises(InputError) as refused, reaching(url):
        engine.connect()
    engine.dispose()
    return str(refused.value), "".join(traceback.format_exception(refused.value))


def test_a_wrong_password_is_told_without_it(database, caplog):
    caplog.set_level(logging.DEBUG)
    url = address(database.url).set(password=WORD)
    said, whole = refusal(url)
    assert "does not take the name leb_owner with this password" in said
    assert "LEB_STORE_PASSWORD" in said
    assert WORD not in whole + caplog.text


def test_no_password_at_all_says_where_to_put_one(database):
    url = address(database.url)._replace(password=None)  # `set` would keep it
    assert "LEB_STORE_PASSWORD" in refusal(url)[0]


def test_a_server_that_is_not_there_is_told_without_the_password():
    said, whole = refusal(address(f"postgresql://anna:{WORD}@127.0.0.1:1/leb"))
    assert "no server answers at 127.0.0.1, port 1:" in said
    assert WORD not in whole


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("connection failed: Connection refused", "nessun server risponde a db, porta 5432"),
        ("connection failed: could not translate host name", "nessuna macchina si chiama db"),
        ("failed to resolve host 'db': Name or service not known", "nessuna macchina si chiama db"),
        ("connection timeout expired", "db non risponde"),
        ('connection failed: FATAL: database "leb" does not exist', "non ha una base di dati leb per anna"),
        ('connection failed: FATAL: role "anna" does not exist', "non accetta il nome anna"),
        ("connection failed: FATAL: the database system is starting up", "riprovare fra un minuto"),
        (
            "connection failed: Connection refused. Multiple attempts: FATAL: password authentication failed",
            "non accetta il nome anna",
        ),
        ("connection failed: something new", "il server non ci fa entrare: connection failed: something new"),
    ],
    ids=lambda words: "".join(letter for letter in words if letter.isalpha())[:40],
)
def test_each_way_not_to_reach_a_server_has_its_sentence(answer, said):
    refused = sa.exc.OperationalError("", None, Exception(answer))
    with speaking("it"), pytest.raises(InputError) as told, reaching(address("postgresql://anna:x@db/leb")):
        raise refused
    assert said in str(told.value)
    assert ("connection" in str(told.value)) == ("something new" in answer)


def test_refusals_are_told_in_italian_too(database):
    with speaking("it"):
        said, _ = refusal(address(database.url).set(password=WORD))
    assert "il server non accetta il nome leb_owner" in said
    assert "portachiavi" in said


def test_other_errors_of_a_database_pass_unchanged(database):
    url = address(database.url)
    engine = sa.create_engine(url)
    with pytest.raises(sa.exc.ProgrammingError), reaching(url), engine.connect() as connection:
        connection.execute(sa.text("SELECT 1 FROM nowhere"))
    engine.dispose()


def test_statements_in_the_log_show_no_password(database, caplog):
    caplog.set_level(logging.DEBUG, logger="sqlalchemy")
    url = address(database.url)
    engine = sa.create_engine(url, echo="debug")
    with engine.connect() as connection:
        connection.execute(sa.text("SELECT 1"))
    engine.dispose()
    assert "SELECT 1" in caplog.text
    assert str(url.password) not in caplog.text


def test_an_address_on_its_way_to_a_worker_keeps_its_password():
    """Proves: hiding is a matter of showing; a worker of a sweep can still connect."""
    assert pickle.loads(pickle.dumps(address(given(WORD)))).password == WORD  # noqa: S301 - our own bytes
