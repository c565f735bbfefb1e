"""Who may see and change what: memberships of people, by territory and all that lies in it.

On a server these are real: PostgreSQL holds them against raw SQL too (``policies``). A file has no users:
whoever can open it can read and change all of it, so a file refuses to keep memberships.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pandas as pd
from sqlalchemy import Text, cast, delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.store.refusals import RefusedError, not_allowed
from leb_kit.store.schema import ROLES, membership, territory
from leb_kit.store.versions import territory_id

if TYPE_CHECKING:
    from sqlalchemy import Connection

NAME: Final = re.compile(r"[a-z][a-z0-9_.-]{0,62}")


def require_server(connection: Connection) -> None:
    """Refuse to keep rights in a file.

    Raises
    ------
    InputError
        The store is a file.
    """
    if connection.dialect.name == "sqlite":
        fault = say(
            "a file has no users: whoever can open it can read and change all of it; "
            "rights by territory need a PostgreSQL server"
        )
        raise InputError(say("store"), [fault])


def grant(connection: Connection, person: str, role: str, place: str, *, password: str | None = None) -> None:
    """Give a person a role in a territory and all that lies in it.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Of the owner, or of an admin of the territory, in a transaction.
    person : str
        Small letters, digits, ``_ . -``; the name to log in with.
    role : str
        ``reader``, ``analyst`` (saves), ``certifier`` (certifies) or ``admin`` (gives roles); each may
        do what those before it may. A second grant in the same territory replaces the first.
    place : str
        Code of the territory.
    password : str, optional
        Of a person who is new. Only its SCRAM verifier goes to the server.

    Raises
    ------
    InputError
        The store is a file; another name or role; the territory is not there.
    RefusedError
        Whoever grants is no admin there.
    """
    require_server(connection)
    faults = []
    if not NAME.fullmatch(person):
        faults.append(
            say("'{person}' is no name to log in with; expected small letters, digits, _ . -", person=person)
        )
    if role not in ROLES:
        told = {"role": role, "known": ", ".join(ROLES), "hint": did_you_mean(role, ROLES)}
        faults.append(say("unknown role '{role}'; known are {known}.{hint}", **told))
    if faults:
        raise InputError(say("store"), faults)
    number = territory_id(connection, place)
    verifier = _verifier(connection, person, password) if password else ""
    connection.execute(select(func.leb_admit(literal(person), cast(literal(verifier), Text))))
    row = insert(membership).values(person=person, territory_id=number, role=role)
    key = [membership.c.person, membership.c.territory_id]
    connection.execute(row.on_conflict_do_update(index_elements=key, set_={"role": role}))


def revoke(connection: Connection, person: str, place: str) -> None:
    """Take a person's role in a territory; a role in what the territory lies in stays.

    Raises
    ------
    InputError
        The store is a file, or the territory is not there.
    RefusedError
        The person has no role there, or it is not ours to take.
    """
    require_server(connection)
    number = territory_id(connection, place)
    where = (membership.c.person == person, membership.c.territory_id == number)
    if connection.execute(delete(membership).where(*where)).rowcount != 1:
        doing = say("take the role of {person} in {place}", person=person, place=place)
        raise RefusedError(say("store"), [not_allowed("", doing)])


def people(connection: Connection) -> pd.DataFrame:
    """Return memberships: person, territory, role. A person sees their own, an admin those of the territory.

    Raises
    ------
    InputError
        The store is a file.
    """
    require_server(connection)
    asked = (
        select(membership.c.person, territory.c.code, membership.c.role)
        .join(territory, territory.c.id == membership.c.territory_id)
        .order_by(membership.c.person, territory.c.code)
    )
    rows = [tuple(row) for row in connection.execute(asked)]
    return pd.DataFrame(rows, columns=["person", "territory", "role"])


def require_owner_is_no_superuser(connection: Connection) -> None:
    """Refuse to make a store whose owner row-level security does not hold.

    Raises
    ------
    InputError
        The role is a superuser or passes row-level security by.
    """
    asked = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    if connection.exec_driver_sql(asked).scalar():
        fault = say(
            "the owner of a shared store must be a plain role: CREATE ROLE leb_owner LOGIN CREATEROLE; "
            "a superuser passes every wall"
        )
        raise InputError(say("store"), [fault])


def _verifier(connection: Connection, person: str, password: str) -> str:
    """Return what the server keeps instead of the password; nothing else of it leaves this machine."""
    driver = connection.connection.driver_connection
    made: bytes = driver.pgconn.encrypt_password(  # type: ignore[union-attr]
        password.encode(), person.encode(), b"scram-sha-256"
    )
    return made.decode()
