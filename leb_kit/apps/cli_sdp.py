"""``leb sdp``: search the regional platform and keep readings in step with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from leb_kit.apps import cli_sdp_texts
from leb_kit.apps.cli_options import BothLanguages, Json, Lang, Language, told
from leb_kit.apps.cli_show import Screen
from leb_kit.errors import InputError, say

STORE: Final = Path("letture.db")
JOURNAL: Final = Path("leb_sdp_journal.json")
PORT: Final = 8787
YEAR: Final = 2019

Url = Annotated[
    str | None,
    typer.Option("--url", "--base-url", help="Address; default LEB_SDP_URL. Indirizzo della piattaforma."),
]
Codes = Annotated[list[str], typer.Argument(metavar="CODE…", help="Codes of datasets. Codici di dataset.")]
Code = Annotated[str, typer.Argument(metavar="CODE", help="Code of a dataset. Codice di un dataset.")]
Store = Annotated[Path, typer.Option(help="File of readings. File delle letture.")]
Only = Annotated[str | None, typer.Option(help="Components, with commas. Componenti, separate da virgole.")]
Meter = Annotated[
    str | None, typer.Option(help="Component that names the meter. Componente che nomina il contatore.")
]

app = typer.Typer(
    name="sdp",
    cls=BothLanguages,
    help="The regional Smart Data Platform: read meters, publish balances. Secrets: LEB_SDP_KEY, "
    "LEB_SDP_SECRET, LEB_SDP_PASSWORD.\n\n"
    "La Smart Data Platform regionale: leggere contatori, pubblicare bilanci.",
    no_args_is_help=True,
)


def screen_of(lang: Language, *, as_json: bool) -> Screen:
    """Return a screen that knows the words of these commands."""
    screen = Screen(lang.value, as_json=as_json)
    screen.text |= cli_sdp_texts.words(lang.value)
    return screen


@contextmanager
def opened(url: str | None) -> Iterator[Any]:
    """Open a connection to the platform, with settings of the environment."""
    from leb_kit.metering.sdp import SdpSettings, Transport

    with Transport(SdpSettings.from_environment(base_url=url)) as transport:
        yield transport


@contextmanager
def waiting(screen: Screen, code: str) -> Iterator[None]:
    """Show that reading goes on, where a person looks; silent in files and in CI."""
    if screen.as_json or not screen.console.is_terminal:
        yield
        return
    with screen.console.status(screen.text["sdp_reading"].format(code=code)):
        yield


@contextmanager
def sink_of(store: Path, *, must_exist: bool = False) -> Iterator[Any]:
    """Open a file of readings."""
    from leb_kit.metering import SqliteSink

    if must_exist and not store.exists():
        raise InputError(str(store), [say("there is no such file of readings; leb sdp sync makes one")])
    with SqliteSink(store) as sink:
        yield sink


def source_of(transport: Any, code: str, only: str | None, meter: str | None) -> tuple[Any, Any]:
    """Find a dataset, and what of it is read."""
    from leb_kit.metering.sdp import Source, detail

    item = detail(transport, code)
    names = None if only is None else [one.strip() for one in only.split(",") if one.strip()]
    return item, Source.of(item, only=names, meter=meter)


@app.command()
@told
def search(
    words: Annotated[str, typer.Argument(help="What to look for. Che cosa cercare.")] = "",
    *,
    tenant: Annotated[str | None, typer.Option(help="Only of this tenant. Solo di questo tenant.")] = None,
    streams: Annotated[bool, typer.Option("--streams", help="Only streams. Solo stream.")] = False,
    url: Url = None,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """Search for streams and datasets.

    Cerca stream e dataset.
    """
    from leb_kit.metering.sdp import search as find

    screen = screen_of(lang, as_json=as_json)
    with opened(url) as transport:
        items = find(transport, words, tenant=tenant, streams_only=streams, lang=lang.value)
    if as_json:
        screen.json([asdict(one) for one in items])
        return
    rows = [
        (one.code, one.name, one.tenant, f"{one.so_code} {one.stream_code}".strip(),
         ", ".join(f"{part.name} ({part.unit})" for part in one.components))
        for one in items
    ]  # fmt: skip
    if rows:
        heads = [screen.text[f"sdp_{key}"] for key in ("code", "name", "tenant", "stream", "components")]
        screen.table(screen.text["sdp_datasets"], heads, rows, text_columns=len(heads))
    else:
        screen.say("sdp_none")


@app.command()
@told
def suggest(codes: Codes, *, url: Url = None, lang: Lang = Language.IT, as_json: Json = False) -> None:
    """Draft how streams are read (YAML); every guess is marked, a person confirms it.

    Bozza di come si leggono gli stream (YAML): ogni ipotesi è segnata, una persona la conferma.
    """
    from leb_kit.metering.sdp import detail
    from leb_kit.metering.sdp.suggest import draft
    from leb_kit.metering.sdp.suggest import suggest as guesses

    screen = screen_of(lang, as_json=as_json)
    with opened(url) as transport:
        items = [detail(transport, code) for code in codes]
    if as_json:
        screen.json({one.code: [asdict(guess) for guess in guesses(one)] for one in items})
        return
    print(draft(items), end="")


@app.command()
@told
def sync(
    codes: Codes,
    *,
    store: Store = STORE,
    only: Only = None,
    meter: Meter = None,
    backfill: Annotated[
        bool,
        typer.Option(
            "--backfill", help="First the download of all years. Prima lo scarico di tutti gli anni."
        ),
    ] = False,
    accept_schema: Annotated[
        bool, typer.Option("--accept-schema", help="Columns may be gone. Accetta colonne mancanti.")
    ] = False,
    url: Url = None,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """Read what is new; run it again as often as you like.

    Legge ciò che è nuovo; si può ripetere quanto si vuole.
    """
    from leb_kit.metering.sdp import Reader
    from leb_kit.metering.sdp import backfill as download
    from leb_kit.metering.sdp import sync as bring

    screen = screen_of(lang, as_json=as_json)
    reports = {}
    with opened(url) as transport, sink_of(store) as sink:
        for code in codes:
            item, source = source_of(transport, code, only, meter)
            reader = Reader(transport, item.code)
            if backfill and item.dataset_id is not None:
                done = download(reader, source, item.dataset_id, sink, now=datetime.now(UTC))
                screen.say("sdp_backfilled", code=item.code, count=done.added)
            with waiting(screen, item.code):
                reports[item.code] = bring(reader, source, sink, accept_schema=accept_schema)
    _tell_sync(screen, reports, store)


def _tell_sync(screen: Screen, reports: dict[str, Any], store: Path) -> None:
    number = screen.figures.number
    rows = []
    for code, one in reports.items():
        months = sorted({month for _, month in one.touched})
        span = months[0] if len(months) == 1 else f"{months[0]} – {months[-1]}" if months else "–"
        counts = (one.rows, one.written.added, one.written.revised, one.written.dropped)
        rows.append((code, screen.text[f"sdp_{one.mode}"], span, *(number(float(count)) for count in counts)))
    heads = [
        screen.text[f"sdp_{key}"] for key in ("source", "mode", "months", "rows", "added", "revised", "known")
    ]
    screen.table(screen.text["sdp_synced"].format(store=store), heads, rows, text_columns=3)
    for code, one in reports.items():
        if one.new_columns:
            screen.say("sdp_new_columns", code=code, names=", ".join(one.new_columns))
        if one.unreachable:
            screen.say("sdp_unreachable", "yellow", code=code, count=one.unreachable)
        if one.shrunk:
            screen.say("sdp_shrunk", "yellow", code=code)
    if screen.as_json:
        screen.json({code: _sync_data(one) for code, one in reports.items()})


def _sync_data(report: Any) -> dict[str, Any]:
    data = asdict(report)
    data["written"]["touched"] = sorted(report.touched)
    return data


@app.command()
@told
def status(*, store: Store = STORE, lang: Lang = Language.IT, as_json: Json = False) -> None:
    """Show what is kept: sources, meters, first and last moment.

    Mostra ciò che è conservato: fonti, contatori, primo e ultimo istante.
    """
    screen = screen_of(lang, as_json=as_json)
    found = []
    with sink_of(store, must_exist=True) as sink:
        for name in sink.sources():
            meters, first, last, count = set(), None, None, 0
            for one in sink.readings(name):
                meters.add(one.meter_id)
                first, last = (
                    min(first or one.time_utc, one.time_utc),
                    max(last or one.time_utc, one.time_utc),
                )
                count += 1
            state = sink.state(name)
            times = {"first": first and first.isoformat(), "last": last and last.isoformat()}
            found.append(
                {"source": name, "mode": state.get("mode", ""), "meters": len(meters), "readings": count}
                | times
            )
    if as_json:
        screen.json(found)
        return
    if not found:
        screen.say("sdp_empty", store=store)
        return
    number = screen.figures.number
    rows = [
        (str(one["source"]), str(one["first"] or "–"), str(one["last"] or "–"), number(float(one["meters"])),
         number(float(one["readings"])))
        for one in found
    ]  # fmt: skip
    heads = [screen.text[f"sdp_{key}"] for key in ("source", "first", "last", "meters", "readings")]
    screen.table(screen.text["sdp_status"].format(store=store), heads, rows, text_columns=3)


@app.command()
@told
def reconcile(
    codes: Codes,
    *,
    store: Store = STORE,
    only: Only = None,
    meter: Meter = None,
    months: Annotated[int, typer.Option(min=1, help="Months, counted back. Mesi all'indietro.")] = 24,
    url: Url = None,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """Count months again, there and here, and read again what differs.

    Riconta i mesi, là e qui, e rilegge ciò che differisce.
    """
    from leb_kit.metering.sdp import Reader
    from leb_kit.metering.sdp import reconcile as recount

    screen = screen_of(lang, as_json=as_json)
    data = {}
    with opened(url) as transport, sink_of(store, must_exist=True) as sink:
        for code in codes:
            item, source = source_of(transport, code, only, meter)
            data[item.code] = recount(Reader(transport, item.code), source, sink, months=months)
    number = screen.figures.number
    heads = [screen.text[f"sdp_{key}"] for key in ("month", "verdict", "there", "here", "added", "revised")]
    for code, checks in data.items():
        rows = [
            (one.month, screen.text[f"sdp_{one.verdict}"],
             *(number(float(count)) for count in (one.there, one.here, one.added, one.revised)))
            for one in checks
        ]  # fmt: skip
        screen.table(screen.text["sdp_reconciled"].format(code=code), heads, rows, text_columns=2)
    if as_json:
        screen.json({code: [asdict(one) for one in checks] for code, checks in data.items()})
