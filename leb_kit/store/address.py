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
        told = scrubbed(str(error.orig).strip().splitlines()[0], url)
        fault = say("the server does not let us in: {told}", told=told)
        if "password" in told or "fe_sendauth" in told:
            fault += " " + say(
                "Set {variable}, or keep the password in the keyring of this machine.",
                variable=PASSWORD_VARIABLE,
            )
        raise InputError(shown(url), [fault]) from None


def _is_about_reaching(told: str) -> bool:
    signs = ("connection failed", "connection to server", "could not translate host", "timeout expired")
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
