"""``leb apps smoke``: whether all pages are whole and quiet on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from leb_kit.apps.cli_files import project_file, require_package
from leb_kit.apps.cli_options import BothLanguages, Json, Lang, Language, told
from leb_kit.apps.cli_show import Screen
from leb_kit.errors import InputError, LebError, did_you_mean, say

if TYPE_CHECKING:
    from leb_kit.apps.smoke import PageReport

#: Of the project, used by its tests, too.
AXE: Final = "tests/browser/axe.min.js"
SECONDS: Final = ("answered", "first_paint", "first_widget", "again")
COUNTS: Final = ("console", "violations", "foreign", "faults")
TEXTS: Final[dict[str, tuple[str, str]]] = {
    "smoke": ("Le pagine, una per una", "The pages, one by one"),
    "page": ("Pagina", "Page"),
    "answered": ("Inviata (s)", "Sent (s)"),
    "first_paint": ("Primo segno (s)", "First paint (s)"),
    "first_widget": ("Primo widget (s)", "First widget (s)"),
    "again": ("Riaperta (s)", "Opened again (s)"),
    "console": ("Errori console", "Console errors"),
    "violations": ("Violazioni axe", "Axe violations"),
    "foreign": ("Richieste fuori", "Requests outside"),
    "faults": ("Altri guasti", "Other faults"),
    "visiting": ("Apro {page} …", "Opening {page} …"),
    "green": ("Pagine: {count}; tutto in ordine.", "Pages: {count}; all is well."),
    "red": ("Pagine da riparare: {pages}.", "Pages to repair: {pages}."),
    "shots": ("Immagini: {path}", "Pictures: {path}"),
    "plain": (
        "Senza browser: solo il server e il kernel; accessibilità e console non sono viste.",
        "Without a browser: server and kernel only; accessibility and console are not seen.",
    ),
}

commands = typer.Typer(
    name="apps",
    cls=BothLanguages,
    help="The pages together: are they whole?\n\nLe pagine nel loro insieme: sono a posto?",
    no_args_is_help=True,
)


@commands.callback()
def pages_together() -> None:
    """Keep ``smoke`` a command of its own, though it is the only one."""


@commands.command()
@told
def smoke(
    pages: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PAGE…]", help="Pages; all by default. Pagine; di norma tutte."),
    ] = None,
    browser: Annotated[
        bool,
        typer.Option(help="Visit with Chromium; without, server and kernel only. Visita con Chromium."),
    ] = True,
    shots: Annotated[Path | None, typer.Option(help="Folder for pictures. Cartella delle immagini.")] = None,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """Serve and visit every page, headless, on this machine only; exit code 1 where one is not whole.

    Each is opened in Italian on a desktop, then from its own address in English on a telephone (390 px):
    seconds, console, axe, requests that leave the machine.

    Avvia e visita ogni pagina, senza finestra, solo su questo computer; codice di uscita 1 se una non va.
    """
    screen = Screen(lang.value, as_json=as_json)
    screen.text |= {key: pair[lang is Language.EN] for key, pair in TEXTS.items()}
    require_package(screen, "voila")
    notebooks = _chosen(screen, pages)
    if shots is not None and browser:
        shots.mkdir(parents=True, exist_ok=True)
    with _look(screen, shots) if browser else nullcontext(_fetch) as look:
        found = [_one(screen, notebook, look) for notebook in notebooks]
    _tell(screen, found, browser=browser)
    if shots is not None and browser:
        screen.say("shots", path=shots)
    if as_json:
        screen.json([{"ok": one.ok, **asdict(one)} for one in found])
    if not all(one.ok for one in found):
        raise typer.Exit(1)


def _chosen(screen: Screen, pages: list[str] | None) -> list[Path]:
    shipped = {path.stem: path for path in sorted(project_file(screen, "voila_apps").glob("*.ipynb"))}
    known = ", ".join(shipped)
    faults = [
        say("unknown page '{name}'; there are {known}.", name=name, known=known) + did_you_mean(name, shipped)
        for name in pages or ()
        if name not in shipped
    ]
    if faults:
        raise InputError("leb apps smoke", faults)
    return [shipped[name] for name in dict.fromkeys(pages or shipped)]


@contextmanager
def _look(screen: Screen, shots: Path | None) -> Iterator[Callable[[str, str], PageReport]]:
    from leb_kit.apps import smoke_browser

    axe = project_file(screen, AXE).read_text(encoding="utf-8")
    with smoke_browser.browser() as started:
        yield lambda page, address: smoke_browser.visited(started, page, address, axe=axe, shots=shots)


def _fetch(page: str, address: str) -> PageReport:
    from leb_kit.apps.smoke import fetched

    return fetched(page, address)


def _one(screen: Screen, notebook: Path, look: Callable[[str, str], PageReport]) -> PageReport:
    from leb_kit.apps.smoke import PageReport, serving

    screen.say("visiting", "dim", page=notebook.stem)
    try:
        with serving(notebook) as address:
            return look(notebook.stem, address)
    except LebError as error:
        return PageReport(notebook.stem, faults=(str(error),))


def _tell(screen: Screen, found: list[PageReport], *, browser: bool) -> None:
    seconds = SECONDS[1:] if browser else SECONDS[:1]
    counts = COUNTS if browser else COUNTS[2:]
    rows = []
    for one in found:
        taken = (getattr(one, name) for name in seconds)
        cells = ["–" if value is None else screen.figures.number(value, 1) for value in taken]
        cells += [str(len(getattr(one, name))) for name in counts]
        rows.append((one.page, screen.text["ok" if one.ok else "bad"], *cells))
    heads = [screen.text[name] for name in ("page", "state", *seconds, *counts)]
    screen.table(screen.text["smoke"], heads, rows, text_columns=2)
    for one in found:
        for name in COUNTS:
            for sentence in getattr(one, name):
                screen.note(f"  {one.page}, {screen.text[name].lower()}: {sentence}")
    if not browser:
        screen.say("plain", "dim")
    broken = [one.page for one in found if not one.ok]
    if broken:
        screen.say("red", "bold red", pages=", ".join(broken))
    else:
        screen.say("green", "green", count=len(found))
