"""``leb store``: balances of many people in one database, a file or a server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import pandas as pd
import typer

from leb_kit.apps import cli_store_texts
from leb_kit.apps.cli_options import (
    BothLanguages,
    Decimal,
    Geo,
    Given,
    Json,
    Lang,
    Language,
    Unit,
    Year,
    told,
)
from leb_kit.apps.cli_show import Screen, records
from leb_kit.errors import InputError, say

if TYPE_CHECKING:
    from leb_kit.store import Repository
    from leb_kit.store.versions import Version

STORE: Final = "leb.db"
#: Columns whose words stand in a person's language.
WORDS: Final = ("state", "role", "kind")
NUMBERS: Final = ("cells", "parts", "before_mwh", "after_mwh", "change_mwh")

Store = Annotated[
    str,
    typer.Option(
        "--store",
        envvar="LEB_STORE",
        help="File, or postgresql://person@host/database. File, o indirizzo di un server.",
    ),
]
Message = Annotated[str, typer.Option("--message", "-m", help="Why, in a sentence. Perché, in una frase.")]
Territory = Annotated[str, typer.Argument(metavar="TERRITORY", help="Code. Codice del territorio.")]
AYear = Annotated[int, typer.Argument(metavar="YEAR", help="Year. Anno.")]
Copy = Annotated[Path, typer.Argument(metavar="PATH", help="File of the copy. File della copia.")]
Number = Annotated[
    int | None, typer.Option("--version", min=1, help="Version. Versione; default: the newest.")
]

app = typer.Typer(
    name="store",
    cls=BothLanguages,
    help="The store: versions, who changed what, certification, copies. Password: LEB_STORE_PASSWORD.\n\n"
    "L'archivio: versioni, chi ha cambiato che cosa, certificazione, copie.",
    no_args_is_help=True,
)


def screen_of(lang: Language, *, as_json: bool) -> Screen:
    """Return a screen that knows the words of these commands."""
    screen = Screen(lang.value, as_json=as_json)
    screen.text |= cli_store_texts.words(lang.value)
    return screen


@contextmanager
def opened(place: str) -> Iterator[Repository]:
    """Open a store that is there; only ``init`` makes one."""
    from leb_kit.store import Repository
    from leb_kit.store.address import address

    url = address(place)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        raise InputError(place, [say("no store is there; its owner makes one with leb store init")])
    with Repository(url) as repo:
        yield repo


def show(screen: Screen, title: str, table: pd.DataFrame) -> None:
    """Print a frame in words; an empty one as a sentence."""
    if screen.as_json:
        screen.json(records(table))
    elif table.empty:
        screen.say("store_none")
    else:
        numbers = [name for name in table if name in NUMBERS]
        table = table[[*(name for name in table if name not in numbers), *numbers]]
        heads = [screen.text[f"store_{name}"] for name in table]
        rows = [[_cell(screen, name, value) for name, value in row.items()] for row in records(table)]
        screen.table(title, heads, rows, text_columns=len(heads) - len(numbers))


def _cell(screen: Screen, name: str, value: object) -> str:
    if value is None:
        return "–"
    if name in WORDS:
        return screen.text[str(value)]
    if isinstance(value, float):
        return screen.figures.number(value, 1)
    return str(value)


def _saved(screen: Screen, made: Sequence[Version]) -> None:
    for one in made:
        screen.say("store_saved", **one._asdict())
    if not made:
        screen.say("store_same")
    if screen.as_json:
        screen.json([one._asdict() for one in made])


@app.command()
@told
def init(*, store: Store = STORE, lang: Lang = Language.IT, as_json: Json = False) -> None:
    """Make an empty store, in a new file or in an empty database of a server (as its owner).

    Crea un archivio vuoto, in un file nuovo o in una base di dati vuota di un server.
    """
    _made(store, "store_made", screen_of(lang, as_json=as_json))


@app.command()
@told
def upgrade(*, store: Store = STORE, lang: Lang = Language.IT, as_json: Json = False) -> None:
    """Bring a store to the schema of this version of leb_kit, whole or not at all.

    Porta un archivio allo schema di questa versione di leb_kit, per intero o per niente.
    """
    _made(store, "store_upgraded", screen_of(lang, as_json=as_json))


def _made(store: str, sentence: str, screen: Screen) -> None:
    from leb_kit.store import Repository
    from leb_kit.store.address import address, shown
    from leb_kit.store.migrations import revisions

    before = Repository.schema_of(store)
    Repository.create(store).close()
    place, schema = shown(address(store)), revisions()[-1]
    if before is not None:
        sentence = "store_there" if before == schema else "store_upgraded"
    screen.say(sentence, place=place, schema=schema)
    if screen.as_json:
        screen.json({"store": place, "schema": schema})


@app.command(name="import")
@told
def import_(
    file: Given,
    *,
    store: Store = STORE,
    message: Message = "",
    base: Annotated[
        int | None, typer.Option(help="Version that was changed. Versione da cui si è partiti.")
    ] = None,
    geo: Geo = None,
    year: Year = None,
    unit: Unit = None,
    decimal: Decimal = None,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """Save a balance (workbook, table, example, or a file of leb store export) as the next version.

    Salva un bilancio (cartella Excel, tabella, esempio o file di leb store export) come versione nuova.
    """
    from leb_kit.apps import cli_plan

    screen = screen_of(lang, as_json=as_json)
    with opened(store) as repo:
        if _is_store(Path(file)):
            made = repo.take_in(file)
        else:
            balance = cli_plan.balance_from(file, geo=geo, year=year, unit=unit, decimal=decimal)
            made = repo.save(balance, message=message, base=base, changed_only=True)
    _saved(screen, made)


def _is_store(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(b"SQLite format 3")) == b"SQLite format 3"


@app.command()
@told
def export(
    territory: Territory,
    path: Copy,
    *,
    store: Store = STORE,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """Write every version of a territory, and of all that lies in it, into one file to carry.

    Scrive tutte le versioni di un territorio, e di ciò che contiene, in un solo file da portare altrove.
    """
    screen = screen_of(lang, as_json=as_json)
    with opened(store) as repo:
        repo.export(path, territory=territory)
    screen.say("store_exported", territory=territory, path=path)
    if as_json:
        screen.json({"territory": territory, "written": str(path)})


@app.command()
@told
def backup(path: Copy, *, store: Store = STORE, lang: Lang = Language.IT, as_json: Json = False) -> None:
    """Copy the whole store into one file, while it is in use.

    Copia tutto l'archivio in un solo file, anche mentre è in uso.
    """
    screen = screen_of(lang, as_json=as_json)
    with opened(store) as repo:
        repo.backup(path)
    screen.say("store_copied", path=path)
    if as_json:
        screen.json({"written": str(path)})


@app.command()
@told
def restore(path: Copy, *, store: Store = STORE, lang: Lang = Language.IT, as_json: Json = False) -> None:
    """Make a store of a copy, in a new file or an empty database.

    Ricrea un archivio da una copia, in un file nuovo o in una base di dati vuota.
    """
    from leb_kit.store import Repository
    from leb_kit.store.address import address, shown

    screen = screen_of(lang, as_json=as_json)
    Repository.restore(path, store).close()
    screen.say("store_restored", place=shown(address(store)))
    if as_json:
        screen.json({"store": shown(address(store))})


@app.command(name="list")
@told
def list_(
    text: Annotated[str, typer.Argument(help="Text to look for. Testo da cercare.")] = "",
    *,
    territory: Geo = None,
    year: Year = None,
    every: Annotated[bool, typer.Option("--all", help="Every version. Tutte le versioni.")] = False,
    store: Store = STORE,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """List balances whose territory, author, message, flow or product has a text; the newest of each.

    Elenca i bilanci in cui compare un testo: territorio, autore, messaggio, voce o prodotto.
    """
    from leb_kit.store.address import address, shown

    screen = screen_of(lang, as_json=as_json)
    with opened(store) as repo:
        found = _found(repo, text, territory, year)
    if not every:
        found = found.drop_duplicates(["territory", "year"], keep="last")
    columns = ["territory", "year", "version", "state", "author", "made_at", "message", "tags", "cells"]
    show(screen, screen.text["store_balances"].format(place=shown(address(store))), found[columns])


def _found(repo: Repository, text: str, territory: str | None, year: int | None) -> pd.DataFrame:
    """Return versions that have a text, in a tag too, each with its tags in one text."""
    found = repo.search(text, territory=territory, year=year)
    tags = repo.tags(territory=territory, year=year)
    key = ["territory", "year", "version"]
    if text and len(tags):
        named = tags[tags["name"].str.casefold().str.contains(text.casefold(), regex=False)]
        more = repo.search(territory=territory, year=year).merge(named[key].drop_duplicates(), on=key)
        found = pd.concat([found, more]).drop_duplicates(key).sort_values(key, ignore_index=True)
    words = tags.groupby(key)["name"].agg(", ".join).rename("tags")
    return found.join(words, on=key).fillna({"tags": ""})


@app.command()
@told
def log(
    territory: Territory, *, store: Store = STORE, lang: Lang = Language.IT, as_json: Json = False
) -> None:
    """Tell what happened in a territory: when, who, what.

    Dice che cosa è successo in un territorio: quando, chi, che cosa.
    """
    screen = screen_of(lang, as_json=as_json)
    with opened(store) as repo:
        table = repo.log(territory=territory)
    show(screen, screen.text["store_log"].format(territory=territory), table)


@app.command()
@told
def diff(
    territory: Territory,
    year: AYear,
    before: Annotated[int, typer.Argument(help="Older version. Versione di partenza.")],
    after: Annotated[int | None, typer.Argument(help="Newer one. Versione d'arrivo.")] = None,
    *,
    store: Store = STORE,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """Show the cells that differ between two versions of a year.

    Mostra le celle diverse fra due versioni di un anno.
    """
    screen = screen_of(lang, as_json=as_json)
    with opened(store) as repo:
        table = repo.diff(territory=territory, year=year, before=before, after=after)
    title = screen.text["store_differences"].format(territory=territory, year=year, before=before)
    show(screen, title, table)


@app.command()
@told
def certify(
    territory: Territory,
    year: AYear,
    *,
    number: Number = None,
    store: Store = STORE,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """Certify a version whose identities all hold; from then on it never changes.

    Certifica una versione che chiude tutte le identità; da allora non cambia più.
    """
    screen = screen_of(lang, as_json=as_json)
    with opened(store) as repo:
        made = repo.certify(territory=territory, year=year, version=number)
    screen.say("store_certified", **made._asdict())
    if as_json:
        screen.json(made._asdict())
