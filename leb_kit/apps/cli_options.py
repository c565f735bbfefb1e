"""Options that several commands share, and how a command tells what is wrong."""

from __future__ import annotations

import functools
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.text import Text
from typer.core import TyperGroup

from leb_kit.errors import InputError, LebError, say, speaking

TARGETS: Final = "20-20-20-local"
#: Typical days where nobody says how many.
_DAYS: Final = 24
#: Options of readers, as they are typed.
TYPED: Final = {"unit": "--unit", "decimal": "--decimal", "geo": "--geo", "year": "--year"}


class BothLanguages(TyperGroup):
    """Commands whose list says in Italian, too, what each does: no language is chosen yet."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command; its line in the list holds the first two paragraphs of its help."""
        found = super().get_command(ctx, cmd_name)
        if found is not None and found.help:
            found.short_help = " ".join(" ".join(found.help.split("\n\n")[:2]).split())
        return found


class Language(StrEnum):
    """Languages of all that a person reads."""

    IT = "it"
    EN = "en"


Lang = Annotated[Language, typer.Option(help="Language. Lingua.", envvar="LEB_LANG")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON only. Stampa solo JSON.")]
Given = Annotated[
    str,
    typer.Argument(
        metavar="FILE|torino|italy|usseglio", help="A file, or a shipped example. Un file o un esempio."
    ),
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
Potential = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=NUMBER",
        help="Potential in MW, e.g. photovoltaic_roof=500 (biomass, biomethane, retrofit: MWh a year);"
        " may be repeated. Potenziale in MW (biomass, biomethane, retrofit: MWh all'anno); si può ripetere.",
    ),
]
By = Annotated[
    int | None,
    typer.Option(
        help="Year of the plan: until then no more is built than the best year on record allows."
        " Anno del piano: fino ad allora si costruisce al passo dell'anno migliore."
    ),
]
Days = Annotated[int, typer.Option(min=1, max=365, help="Typical days of the year. Giorni tipo.")]
DaysOfTime = Annotated[
    int | None,
    typer.Option(min=1, max=365, show_default="24", help="Typical days of the year. Giorni tipo."),
]
Time = Annotated[
    str | None,
    typer.Option(
        metavar="year|blocks:N|cuts:N",
        help="Instead of hours of typical days: every hour of the year; blocks of N hours, or N blocks a day"
        " of lengths that follow the profiles, of the year or, with --days, of typical days."
        " Invece delle ore di giorni tipo: ogni ora dell'anno; blocchi di N ore, o N blocchi al giorno lunghi"
        " quanto serve ai profili, dell'anno o, con --days, di giorni tipo.",
    ),
]


def time_asked(time: str | None, days: int | None, *, linked: bool = False) -> Any:
    """Return what the library's ``time=`` takes.

    Parameters
    ----------
    time : str or None
        ``"year"``, ``"blocks:N"`` or ``"cuts:N"``; None for hours of typical days.
    days, linked : int or None, bool
        How many typical days (24 where neither is told), and whether stores pass days on.

    Raises
    ------
    typer.BadParameter
        Another word, no whole number, or typical days beside a whole year.
    """
    from leb_kit import optimise  # it loads slowly: only commands that solve wait for it

    try:
        if time is None:
            return optimise.typical_days(_DAYS if days is None else days, linked=linked)
        kind, _, count = time.partition(":")
        of = None if days is None else optimise.typical_days(days, linked=linked)
        if linked and of is None:
            raise typer.BadParameter(say("--linked joins typical days: tell how many with --days"))
        if kind in ("blocks", "cuts") and count.isdecimal():
            name = "hours" if kind == "blocks" else "per_day"
            return optimise.hour_blocks(**{name: int(count)}, days=of)
    except InputError as error:
        faults = "; ".join(error.faults)
        raise typer.BadParameter(f"--time {time}: {faults}" if time is not None else faults) from error
    if time != "year":
        message = say("--time is '{value}'; year, blocks:3 (hours) or cuts:8 (a day) is expected", value=time)
        raise typer.BadParameter(message)
    if of is not None:
        raise typer.BadParameter(say("--time year takes every hour: leave out --days"))
    return "year"


def potentials_asked(given: list[str] | None) -> dict[str, float]:
    """Return what the library's ``potentials=`` takes, of words ``name=number``; it knows the names.

    Raises
    ------
    typer.BadParameter
        A word that is not a name, ``=`` and a number.

    Examples
    --------
    >>> potentials_asked(["photovoltaic_roof=500", "wind_onshore=12,5"])
    {'photovoltaic_roof': 500.0, 'wind_onshore': 12.5}
    """
    found = {}
    for word in given or ():
        name, _, amount = word.partition("=")
        try:
            found[name.strip()] = float(amount.replace(",", "."))
        except ValueError:
            message = say("--potential is '{value}'; photovoltaic_roof=500 (MW) is expected", value=word)
            raise typer.BadParameter(message) from None
    return found


def at_once(*checks: Callable[[], Any]) -> list[Any]:
    """Return what checks return that do not need one another; their faults are told together.

    Raises
    ------
    InputError
        That of the one that has faults; of several one with the faults of all, each with its place.
    """
    found, errors = [], []
    for check in checks:
        try:
            found.append(check())
        except InputError as error:
            errors.append(error)
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise InputError("leb", [f"{one.title}: {fault}" for one in errors for fault in one.faults or [""]])
    return found


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
