"""Options that several commands share, and how a command tells what is wrong."""

from __future__ import annotations

import functools
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.text import Text

from leb_kit.errors import LebError, speaking

TARGETS: Final = "20-20-20-local"
#: Options of readers, as they are typed.
TYPED: Final = {"unit": "--unit", "decimal": "--decimal", "geo": "--geo", "year": "--year"}


class Language(StrEnum):
    """Languages of all that a person reads."""

    IT = "it"
    EN = "en"


Lang = Annotated[Language, typer.Option(help="Language. Lingua.", envvar="LEB_LANG")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON only. Stampa solo JSON.")]
Given = Annotated[
    str,
    typer.Argument(metavar="FILE|torino|italy", help="A file, or a shipped example. Un file o un esempio."),
]
Geo = Annotated[str | None, typer.Option(help="Territory code, e.g. IT. Codice del territorio.")]
Year = Annotated[int | None, typer.Option(help="Year. Anno.")]
Unit = Annotated[
    str | None,
    typer.Option(help="Unit of the numbers in the file. Unità dei numeri nel file: MWh, GWh, TJ, ktep."),
]
Decimal = Annotated[
    str | None,
    typer.Option(help="Decimal mark of the numbers in the file. Separatore decimale del file: . o ,"),
]
Targets = Annotated[str, typer.Option(help="Target set. Insieme di obiettivi.")]
Linked = Annotated[
    bool, typer.Option("--linked", help="Stores pass days on. Gli accumuli passano da un giorno all'altro.")
]
Days = Annotated[int, typer.Option(min=1, max=365, help="Typical days of the year. Giorni tipo.")]


def told(command: Callable[..., Any]) -> Callable[..., Any]:
    """Tell an error of the data as text on stderr, with exit code 1; a trace is for our own faults only."""

    @functools.wraps(command)
    def run(*args: Any, **options: Any) -> Any:
        lang = str(options.get("lang", Language.IT))
        typed = TYPED | ({"unit": "--file-unit"} if "file_unit" in options else {})
        with speaking(lang, options=typed):
            try:
                return command(*args, **options)
            except LebError as error:
                # errors of the optimiser speak both languages
                speak = getattr(error, "text", None)
                message = speak(lang) if callable(speak) else str(error)
            except OSError as error:
                message = f"{error.filename or ''}: {error.strerror or error}".removeprefix(": ")
        Console(stderr=True, highlight=False, soft_wrap=True).print(Text(message, style="red"))
        raise typer.Exit(1)

    return run
