"""``leb store people``, ``grant`` and ``revoke``: who may see and change what on a shared store."""

from __future__ import annotations

import os
from typing import Annotated, Final

import typer

from leb_kit.apps.cli_options import Json, Lang, Language, told
from leb_kit.apps.cli_store import STORE, Store, Territory, app, opened, screen_of, show

#: All commands of ``leb store``, those of ``cli_store`` too.
commands = app

NEW_PASSWORD: Final = "LEB_STORE_NEW_PASSWORD"  # noqa: S105 - the name of a variable, not a password
Person = Annotated[str, typer.Argument(metavar="PERSON", help="Name to log in with. Nome di accesso.")]
Role = Annotated[str, typer.Argument(metavar="ROLE", help="reader, analyst, certifier, admin. Ruolo.")]


@app.command()
@told
def people(*, store: Store = STORE, lang: Lang = Language.IT, as_json: Json = False) -> None:
    """Show who may do what, as far as we may see it.

    Mostra chi può che cosa, per quanto ci è dato vedere.
    """
    from leb_kit.store.address import address, shown

    screen = screen_of(lang, as_json=as_json)
    with opened(store) as repo:
        table = repo.people()
    show(screen, screen.text["store_people"].format(place=shown(address(store))), table)


@app.command()
@told
def grant(
    person: Person,
    role: Role,
    territory: Territory,
    *,
    store: Store = STORE,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """Give a person a role in a territory; the password of who is new comes from LEB_STORE_NEW_PASSWORD.

    Dà a una persona un ruolo in un territorio; la password di chi è nuovo viene da LEB_STORE_NEW_PASSWORD.
    """
    screen = screen_of(lang, as_json=as_json)
    with opened(store) as repo:
        repo.grant(person, role, territory, password=os.environ.get(NEW_PASSWORD))
    screen.say("store_granted", person=person, role=screen.text[role], territory=territory)
    if as_json:
        screen.json({"person": person, "role": role, "territory": territory})


@app.command()
@told
def revoke(
    person: Person,
    territory: Territory,
    *,
    store: Store = STORE,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """Take a person's role in a territory.

    Toglie a una persona il ruolo in un territorio.
    """
    screen = screen_of(lang, as_json=as_json)
    with opened(store) as repo:
        repo.revoke(person, territory)
    screen.say("store_revoked", person=person, territory=territory)
    if as_json:
        screen.json({"person": person, "territory": territory})
