"""``leb store doctor``: compare a store with what was saved."""

from __future__ import annotations

from typing import Final

import typer

from leb_kit.apps.cli_options import Json, Lang, Language, told
from leb_kit.apps.cli_show import records
from leb_kit.apps.cli_store import STORE, Store, screen_of, show
from leb_kit.apps.cli_store_people import commands as _commands

#: All commands of ``leb store``, those of ``cli_store`` and ``cli_store_people`` too.
commands: Final = _commands


@commands.command()
@told
def doctor(*, store: Store = STORE, lang: Lang = Language.IT, as_json: Json = False) -> None:
    """Compare every row of a store with its seals; exit code 1 where one is not as it was saved.

    Confronta ogni riga dell'archivio con i suoi sigilli; codice di uscita 1 se una non è come fu salvata.
    """
    from leb_kit.store.doctor import examine

    screen = screen_of(lang, as_json=as_json)
    found = examine(store)
    if as_json:
        screen.json({"ok": found.ok, "versions": found.versions, "findings": records(found.table)})
    elif found.ok:
        screen.say("store_sound", count=found.versions)
    else:
        show(screen, screen.text["store_findings"], found.table)
    if not found.ok:
        raise typer.Exit(1)
