"""``leb store tag``, ``documents``, ``put``, ``get``, ``meter``, ``readings``: what is beside balances."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
import yaml

from leb_kit.apps.cli_options import Geo, Json, Lang, Language, told
from leb_kit.apps.cli_store import (
    STORE,
    AYear,
    Message,
    Number,
    Store,
    Territory,
    opened,
    screen_of,
    show,
)
from leb_kit.apps.cli_store_doctor import commands as _commands
from leb_kit.errors import InputError, did_you_mean, say

if TYPE_CHECKING:
    import pandas as pd

    from leb_kit.apps.cli_show import Screen
    from leb_kit.store import Repository
    from leb_kit.store.documents import Document

#: All commands of ``leb store``, those of the other modules too.
commands: Final = _commands
#: Columns of a list of documents.
COLUMNS: Final = ("territory", "kind", "name", "version", "author", "made_at", "message", "parts")
#: Kinds that come back as files.
FILES: Final = ("scenario", "targets", "plan", "readings")

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name. Nome.")]
Base = Annotated[int | None, typer.Option(help="Version that was changed. Versione da cui si è partiti.")]


@commands.command()
@told
def tag(
    name: Name,
    territory: Territory,
    year: AYear,
    *,
    number: Number = None,
    off: Annotated[bool, typer.Option("--off", help="Take it off. Toglie l'etichetta.")] = False,
    store: Store = STORE,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """Give a version of a balance a word by which it is found again, or take it off.

    Dà a una versione di un bilancio un'etichetta con cui ritrovarla, o la toglie.
    """
    screen = screen_of(lang, as_json=as_json)
    made: dict[str, Any] = {"territory": territory, "year": year, "name": name}
    with opened(store) as repo:
        if off:
            repo.untag(name, territory=territory, year=year)
        else:
            made["version"] = repo.tag(name, territory=territory, year=year, version=number).version
    screen.say("store_untagged" if off else "store_tagged", **made)
    if as_json:
        screen.json(made)


@commands.command()
@told
def documents(
    text: Annotated[str, typer.Argument(help="Text to look for. Testo da cercare.")] = "",
    *,
    territory: Geo = None,
    kind: Annotated[
        str | None, typer.Option(help="scenario, targets, plan, system, meter, readings. Tipo.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every version. Tutte le versioni.")] = False,
    store: Store = STORE,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """List scenarios, targets, plans, systems, meters and readings; the newest version of each.

    Elenca scenari, obiettivi, piani, sistemi, contatori e letture; di ciascuno l'ultima versione.
    """
    from leb_kit.store.address import address, shown

    screen = screen_of(lang, as_json=as_json)
    with opened(store) as repo:
        found = repo.documents(text, territory=territory, kind=kind)
    if not every:
        found = found.drop_duplicates(["territory", "kind", "name"], keep="last")
    place = shown(address(store))
    show(screen, screen.text["store_documents"].format(place=place), found[list(COLUMNS)])


@commands.command()
@told
def put(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="YAML of a scenario or of targets. File YAML.")
    ],
    territory: Territory,
    *,
    message: Message = "",
    base: Base = None,
    store: Store = STORE,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """Save a scenario or a target set (YAML) as the next version of its name in a territory.

    Salva uno scenario o un insieme di obiettivi (YAML) come versione nuova del suo nome in un territorio.
    """
    from leb_kit.indicators import read_targets
    from leb_kit.scenarios import read_scenario

    screen = screen_of(lang, as_json=as_json)
    options: dict[str, Any] = {"territory": territory, "message": message, "base": base}
    with opened(store) as repo:
        if _has_targets(path):
            saved = repo.save_targets(read_targets(path), **options)
        else:
            saved = repo.save_scenario(read_scenario(path), **options)
    _told(screen, saved)


def _has_targets(path: Path) -> bool:
    """Tell what a file is by its keys; faults are told by whoever reads it."""
    if not path.is_file():
        raise InputError(str(path), [say("there is no such file")])
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError):
        return False
    keys = [key.value for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    return "targets" in keys


@commands.command()
@told
def get(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="scenario, targets, plan, readings. Tipo.")],
    name: Name,
    territory: Territory,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="File to write. File da scrivere.")],
    *,
    number: Number = None,
    store: Store = STORE,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """Write a scenario or targets (YAML), a plan (.xlsx) or the readings of a meter (CSV) into a file.

    Scrive in un file uno scenario o obiettivi (YAML), un piano (.xlsx) o le letture di un contatore (CSV).
    """
    from leb_kit.store.copies import require_new

    screen = screen_of(lang, as_json=as_json)
    if kind not in FILES:
        fault = say("no file of '{kind}'; known are {known}.{hint}", kind=kind, known=", ".join(FILES),
                    hint=did_you_mean(kind, FILES))  # fmt: skip
        raise InputError(say("store"), [fault])
    require_new(path)
    with opened(store) as repo:
        _written(repo, kind, (name, territory), path, number, lang.value)
    screen.say("store_got", name=name, path=path)
    if as_json:
        screen.json({"kind": kind, "name": name, "written": str(path)})


def _written(
    repo: Repository, kind: str, key: tuple[str, str], path: Path, number: int | None, lang: str
) -> None:
    from leb_kit.indicators import write_targets
    from leb_kit.io import write_plan_xlsx
    from leb_kit.scenarios import write_scenario

    name, territory = key
    if kind == "scenario":
        write_scenario(repo.load_scenario(name, territory=territory, version=number), path)
    elif kind == "targets":
        write_targets(repo.load_targets(name, territory=territory, version=number), path)
    elif kind == "readings":
        repo.load_readings(name, territory=territory, version=number).to_csv(path, index=False)
    else:
        found = repo.load_plan(name, territory=territory, version=number)
        words = {"it": ("piano", "prezzi", "obiettivi"), "en": ("plan", "prices", "targets")}[lang]
        tables = (found.plan, found.prices, found.evaluation)
        full = {word: table for word, table in zip(words, tables, strict=True) if len(table)}
        write_plan_xlsx(path, full, lang=lang)


@commands.command()
@told
def meter(
    name: Name,
    territory: Territory,
    flow: Annotated[str, typer.Argument(metavar="FLOW", help="Row of a balance. Voce del bilancio.")],
    product: Annotated[str, typer.Argument(metavar="PRODUCT", help="Product. Prodotto.")],
    *,
    code: Annotated[str, typer.Option("--code", help="What its source calls it. Codice (POD, PDR).")] = "",
    place: Annotated[str, typer.Option("--place", help="Where it is. Dove si trova.")] = "",
    message: Message = "",
    store: Store = STORE,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """Save what is known of a meter: which row and product of the balance its energy belongs to.

    Salva ciò che si sa di un contatore: a quale voce e prodotto del bilancio va la sua energia.
    """
    from leb_kit.store import Meter

    screen = screen_of(lang, as_json=as_json)
    given = Meter(name, flow, product, meter_id=code, place=place)
    with opened(store) as repo:
        saved = repo.save_meter(given, territory=territory, message=message)
    _told(screen, saved)


@commands.command()
@told
def readings(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="CSV, Green Button XML, NGSI-LD. File.")],
    name: Name,
    territory: Territory,
    *,
    code: Annotated[
        str, typer.Option("--code", help="Which meter of the file. Quale contatore del file.")
    ] = "",
    unit: Annotated[str, typer.Option(help="Unit, e.g. kWh. Unità, se il file non la dice.")] = "",
    interval: Annotated[int, typer.Option(help="Seconds of a value. Secondi di un valore.", min=1)] = 900,
    label: Annotated[
        str, typer.Option(help="start or end: what the time of a value means. L'ora è l'inizio o la fine.")
    ] = "start",
    message: Message = "",
    base: Base = None,
    store: Store = STORE,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """Save readings of a meter: what is new is added, what differs is a correction beside the old value.

    Salva letture di un contatore: il nuovo si aggiunge, il diverso è una correzione accanto a ciò che c'era.
    """
    screen = screen_of(lang, as_json=as_json)
    table = _intervals(path, code, unit, interval, label)
    with opened(store) as repo:
        saved = repo.save_readings(table, meter=name, territory=territory, message=message, base=base)
    if saved is None:
        screen.say("store_same")
        if as_json:
            screen.json([])
    else:
        _told(screen, saved)


def _intervals(path: Path, code: str, unit: str, interval: int, label: str) -> pd.DataFrame:
    """Return the intervals of one meter of a file."""
    from leb_kit.metering import Component, Samples, intervals, read_readings

    given = read_readings(path, unit=unit)
    meters = sorted({one.meter_id for one in given.readings})
    if not code and len(meters) != 1:
        fault = say("the file has {count} meters; name one with --code: {known}", count=len(meters),
                    known=", ".join(meters[:5]))  # fmt: skip
        raise InputError(str(path), [fault])
    mine = [one for one in given.readings if one.meter_id == (code or meters[0])]
    if not mine:
        hint = did_you_mean(code, meters)
        raise InputError(str(path), [say("the file has no meter '{code}'.{hint}", code=code, hint=hint)])
    first = mine[0]
    made = given.components.get(first.quantity)
    if made is None:
        made = Component("interval_energy", unit or first.unit, interval=interval, label=label)
    same = [one for one in mine if one.quantity == first.quantity]
    return intervals(Samples.from_readings(same, made), first.meter_id)


def _told(screen: Screen, saved: Document) -> None:
    given = saved._asdict()
    screen.say("store_put", **{**given, "kind": screen.text[saved.kind]})
    if screen.as_json:
        screen.json({name: given[name] for name in COLUMNS})
