"""Where a store is, told without its secret.

A password may stand in the address, in ``LEB_STORE_PASSWORD`` or in the keyring of the machine (library
``keyring``, service ``leb_kit``). It is handed to the driver and to nothing else: no repr, error or log
shows it.
"""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from leb_kit.errors import InputError, say

if TYPE_CHECKING:
    from sqlalchemy import URL

PASSWORD_VARIABLE: Final = "LEB_STORE_PASSWORD"  # noqa: S105 - the name of a variable, not a password
KEYRING_SERVICE: Final = "leb_kit"
HIDDEN: Final = "***"
KNOWN: Final = ("sqlite", "postgresql")
#: Where a server listens unless its address says otherwise.
PORT: Final = 5432
#: What libpq takes as secrets besides the password of the address.
SECRET_OPTIONS: Final = ("password", "sslpassword", "passfile")


def address(place: str | Path | URL) -> URL:
    """Return the address of a store, with its password where one is known.

    Parameters
    ----------
    place : str, Path or sqlalchemy.URL
        ``"leb.db"``, ``"sqlite:///leb.db"`` or ``"postgresql+psycopg://anna@host/leb"``.

    Returns
    -------
    sqlalchemy.URL
        Its ``repr`` hides the password. A server's address names the driver psycopg.

    Raises
    ------
    InputError
        Another kind of database, or a text that is no address; the message never repeats the text,
        which may hold a password.

    Examples
    --------
    >>> address("postgresql://anna:secret@db.comune.example/leb")
    postgresql+psycopg://anna:***@db.comune.example/leb
    >>> address("leb.db")
    sqlite:///leb.db
    """
    from sqlalchemy import URL, make_url
    from sqlalchemy.exc import ArgumentError

    text = str(place) if not isinstance(place, URL) else ""
    if text and "://" not in text:
        return URL.create("sqlite", database=text)
    try:
        url = place if isinstance(place, URL) else make_url(text)
    except (ArgumentError, ValueError):
        fault = say("no address of a store; expected sqlite:///leb.db or postgresql://person@host/database")
        raise InputError(say("store"), [fault]) from None
    kind = url.get_backend_name()
    if kind not in KNOWN:
        fault = say("{kind} keeps no store; known are {known}", kind=kind, known=", ".join(KNOWN))
        raise InputError(say("store"), [fault])
    if kind == "sqlite":
        return url
    secrets = [url.query.get(name) for name in SECRET_OPTIONS[:1] if url.query.get(name)]
    password = url.password or (str(secrets[0]) if secrets else None) or _kept_password(url)
    return url.set(drivername="postgresql+psycopg", password=password).difference_update_query(
        SECRET_OPTIONS[:1]
    )


def shown(url: URL) -> str:
    """Return an address as people may read it: no password, no option that is one.

    Examples
    --------
    >>> shown(address("postgresql://anna:secret@db.comune.example/leb?sslpassword=hush"))
    'postgresql://anna@db.comune.example/leb'
    """
    plain = url.set(drivername=url.get_backend_name(), query={})
    text = plain.render_as_string(hide_password=True)
    return text.replace(f":{HIDDEN}@", "@")


def scrubbed(text: str, url: URL) -> str:
    """Return a text of a driver or a log without the password of an address, however it is written.

    Examples
    --------
    >>> scrubbed("cannot reach postgresql://anna:s3cret@host/leb", address("postgresql://anna:s3cret@host/leb"))
    'cannot reach postgresql://anna:***@host/leb'
    """
    from urllib.parse import quote

    text = re.sub(r"(://[^/\s:@]*:)[^@\s]*@", rf"\g<1>{HIDDEN}@", text)
    text = re.sub(rf"\b({'|'.join(SECRET_OPTIONS)})=\S+", rf"\g<1>={HIDDEN}", text)
    password = str(url.password or "")
    for secret in filter(None, {password, *(quote(password, safe=safe) for safe in ("", "/", " +"))}):
        text = text.replace(secret, HIDDEN)
    return text


@contextmanager
def reaching(url: URL) -> Iterator[None]:
    """Turn what a driver says when it cannot reach a store into a sentence without secrets.

    Raises
    ------
    InputError
        The server does not answer, refuses the person, or is none. The driver's own error is not chained:
        its traceback may hold the password.
    """
    from sqlalchemy.exc import DBAPIError

    try:
        yield
    except DBAPIError as error:
        if not isinstance(error.orig, Exception) or not _is_about_reaching(str(error.orig)):
            raise
        raise InputError(shown(url), [_not_reached(str(error.orig), url)]) from None


def _not_reached(told: str, url: URL) -> str:
    """Return the sentence for what a driver says; its own words only where they are not understood."""
    host, port, person = url.host or "localhost", url.port or PORT, url.username or ""
    # what a server answered comes first: a machine of two addresses may have been silent at one of them
    known = (
        (
            r"password|role .* does not exist",
            say("the server does not take the name {person} with this password", person=person or "–")
            + ". "
            + say(
                "Set {variable}, or keep the password in the keyring of this machine.",
                variable=PASSWORD_VARIABLE,
            ),
        ),
        (
            r"database \S+ does not exist|permission denied for database",
            say(
                "the server has no database {database} for {person}: look at the address, or ask its owner",
                database=url.database or "–",
                person=person or "–",
            ),
        ),
        (
            r"starting up|shutting down|too many|connection slots|not yet accepting",
            say("the server takes nobody in at this moment: try again in a minute"),
        ),
        (
            r"Connection refused",
            say(
                "no server answers at {host}, port {port}: look whether it runs, "
                "and whether the address is right",
                host=host,
                port=port,
            ),
        ),
        (
            r"translate host name|resolve host|No address associated|service not known",
            say("there is no machine called {host}: look at the address and at the network", host=host),
        ),
        (
            r"timeout|timed out|unreachable|No route to host",
            say("{host} does not answer: look at the network, and try again", host=host),
        ),
    )
    for sign, sentence in known:
        if re.search(sign, told):
            return sentence
    return say("the server does not let us in: {told}", told=scrubbed(told.strip().splitlines()[0], url))


def _is_about_reaching(told: str) -> bool:
    signs = (
        "connection failed",
        "connection to server",
        "translate host",
        "resolve host",
        "timeout expired",
    )
    return any(sign in told for sign in signs)


def _kept_password(url: URL) -> str | None:
    if found := os.environ.get(PASSWORD_VARIABLE):
        return found
    try:
        keyring = importlib.import_module("keyring")
        kept: str | None = keyring.get_password(KEYRING_SERVICE, shown(url).partition("://")[2])
    except Exception:  # noqa: BLE001 - no keyring here: the server will ask, and say what is missing
        return None
    return kept
