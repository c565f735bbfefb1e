"""``leb sdp publish``, ``probe``, ``listen`` and ``standin``: what goes out, and what rehearses it."""

from __future__ import annotations

import threading
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from leb_kit.apps.cli_options import Geo, Given, Json, Lang, Language, Unit, Year, told
from leb_kit.apps.cli_sdp import (
    JOURNAL,
    PORT,
    STORE,
    YEAR,
    Code,
    Codes,
    Meter,
    Only,
    Store,
    Url,
    app,
    opened,
    screen_of,
    sink_of,
    source_of,
)
from leb_kit.apps.cli_show import Screen
from leb_kit.errors import InputError, say

#: All commands of ``leb sdp``, those of ``cli_sdp`` too.
commands = app


@app.command()
@told
def publish(
    file: Given,
    *,
    to: Annotated[str, typer.Option(help="Dataset of the rows. Dataset delle righe.")],
    manifest: Annotated[str, typer.Option(help="Dataset of the manifests. Dataset dei manifesti.")],
    tenant: Annotated[str, typer.Option(help="Tenant, named once more. Tenant, da ripetere.")],
    licence: Annotated[str, typer.Option(help="Licence of use, e.g. CC BY 4.0. Licenza d'uso.")],
    scenario: Annotated[str, typer.Option(help="Name of the scenario. Nome dello scenario.")] = "consuntivo",
    meters: Annotated[
        Path | None, typer.Option(help="CSV flow,product,meters behind it. CSV con i contatori di ogni voce.")
    ] = None,
    min_meters: Annotated[int, typer.Option(min=1, help="Fewest meters of a row. Minimo di contatori.")] = 5,
    exempt: Annotated[
        list[str] | None, typer.Option(help="Flow of a public body itself. Voce propria di un ente pubblico.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Send nothing. Non invia nulla.")] = False,
    journal: Annotated[Path, typer.Option(help="What is on its way. Che cosa è in viaggio.")] = JOURNAL,
    geo: Geo = None,
    year: Year = None,
    unit: Unit = None,
    url: Url = None,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """Publish a balance: rows first, manifest last, nothing twice.

    Pubblica un bilancio: prima le righe, il manifesto per ultimo, niente due volte.
    """
    from leb_kit.apps import cli_plan
    from leb_kit.metering.sdp import Target, publication
    from leb_kit.metering.sdp import publish as send
    from leb_kit.metering.sdp.journal import Journal

    screen = screen_of(lang, as_json=as_json)
    balance = cli_plan.balance_from(file, geo=geo, year=year, unit=unit)
    what = publication(
        balance,
        licence=licence,
        scenario=scenario,
        meters=_meters(meters),
        min_meters=min_meters,
        exempt=exempt or (),
    )
    with opened(url) as transport:
        where, kept = Target(tenant, to, manifest), None if dry_run else Journal(journal)
        report = send(transport, where, what, tenant=tenant, dry_run=dry_run, journal=kept)
    key = "sdp_same" if not report.revision else "sdp_would" if dry_run else "sdp_published"
    screen.say(key, id=report.id, revision=report.revision, rows=report.rows, sent=report.sent)
    if as_json:
        screen.json(asdict(report))


def _meters(path: Path | None) -> dict[tuple[str, str], int]:
    import csv

    if path is None:
        return {}

    found: dict[tuple[str, str], int] = {}
    faults = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            try:
                found[row["flow"], row["product"]] = int(row["meters"])
            except (KeyError, TypeError, ValueError):
                faults.append(
                    say("line {line}: flow, product and a whole number of meters are expected", line=line)
                )
    if faults:
        raise InputError(str(path), faults)
    return found


@app.command()
@told
def definition(*, lang: Lang = Language.IT, as_json: Json = False) -> None:
    """Print the two datasets to be defined at the portal before publishing.

    Stampa i due dataset da definire sul portale prima di pubblicare.
    """
    from leb_kit.metering.sdp.publication import definition as columns

    screen = screen_of(lang, as_json=as_json)
    tables = {name: columns(name) for name in ("balance", "manifest")}
    heads = [screen.text[f"sdp_{key}"] for key in ("component", "type", "unit", "what")]
    for name, table in tables.items():
        chosen = table[["component", "datatype", "unit", f"label_{lang.value}"]]
        rows = [tuple(map(str, row)) for row in chosen.itertuples(index=False)]
        screen.table(screen.text["sdp_definition"].format(name=name), heads, rows, text_columns=4)
    if as_json:
        screen.json({name: table.to_dict("records") for name, table in tables.items()})


@app.command()
@told
def probe(code: Code, *, url: Url = None, lang: Lang = Language.IT, as_json: Json = False) -> None:
    """Try what a platform really does, reading only; exit code 1 where it differs from what is expected.

    Prova che cosa fa davvero una piattaforma, in sola lettura; codice di uscita 1 se differisce dall'atteso.
    """
    from leb_kit.metering.sdp.probe import probe as tried

    screen = screen_of(lang, as_json=as_json)
    with opened(url) as transport:
        findings = tried(transport, code)
        address = transport.settings.base_url
    words = {True: screen.text["yes"], False: screen.text["no"], None: "–"}
    rows = [(one.what, one.found, one.expected or "–", words[one.agrees]) for one in findings]
    heads = [screen.text[f"sdp_{key}"] for key in ("what", "found", "expected", "agrees")]
    screen.table(screen.text["sdp_probe"].format(url=address, code=code), heads, rows, text_columns=4)
    if as_json:
        screen.json([asdict(one) for one in findings])
    if any(one.agrees is False for one in findings):
        raise typer.Exit(1)


@app.command()
@told
def listen(
    codes: Codes,
    *,
    seconds: Annotated[float, typer.Option(min=0, help="How long. Per quanto.")] = 60,
    store: Store = STORE,
    only: Only = None,
    meter: Meter = None,
    client_id: Annotated[
        str,
        typer.Option(
            help="Fixed name: hears what was said while away. Nome fisso: sente anche ciò che ha perso."
        ),
    ] = "",
    plain: Annotated[
        bool, typer.Option("--plain", help="Broker on this machine, without TLS. Broker locale senza TLS.")
    ] = False,
    url: Url = None,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """Listen to streams by MQTT: provisional readings, until sync brings their rows.

    Ascolta gli stream via MQTT: letture provvisorie, finché sync ne porta le righe.
    """
    from leb_kit.metering.sdp import SdpSettings
    from leb_kit.metering.sdp.tail import Tail

    screen = screen_of(lang, as_json=as_json)
    with opened(url) as transport:
        sources = [source_of(transport, code, only, meter)[1] for code in codes]
    settings = SdpSettings.from_environment(base_url=url, mqtt_tls=not plain)
    with sink_of(store) as sink, Tail(settings, sources, sink, client_id=client_id) as tail:
        count = tail.run(seconds)
        refused = tail.refused
    screen.say("sdp_heard", count=count, seconds=f"{seconds:g}")
    if refused:
        screen.say("sdp_refused_topics", "yellow", names=", ".join(refused))
    if as_json:
        screen.json({"readings": count, "refused": refused})


@app.command()
@told
def standin(
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 any. Porta; 0 una libera.")] = PORT,
    year: Annotated[int, typer.Option(min=1970, max=2100, help="Year of data. Anno dei dati.")] = YEAR,
    fault: Annotated[
        list[str] | None, typer.Option(help="Fault, e.g. short_page=1. Guasto da mostrare.")
    ] = None,
    seconds: Annotated[float, typer.Option(min=0, help="Stop after; 0 never. Fine dopo; 0 mai.")] = 0,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """Serve a stand-in for the platform on this machine, with a made-up town, to rehearse.

    Serve su questa macchina una controfigura della piattaforma, con un paese inventato, per fare pratica.
    """
    from leb_kit.metering.sdp.standin import StandIn
    from leb_kit.metering.sdp.standin.demo import shelves, town

    screen = screen_of(lang, as_json=as_json)
    server = StandIn(port=port)
    try:
        for one in fault or ():
            server.faults.set(one)
    except ValueError as error:
        server.close()
        raise InputError("leb sdp standin", [str(error)]) from None
    town(server.store, year=year)
    shelves(server.store)
    with server:
        _tell_standin(screen, server, year)
        try:
            threading.Event().wait(seconds or threading.TIMEOUT_MAX)
        except KeyboardInterrupt:
            return


def _tell_standin(screen: Screen, server: Any, year: int) -> None:
    settings = server.settings
    (tenant, password), *_ = settings.passwords.items()
    variables = {
        "LEB_SDP_URL": server.url,
        "LEB_SDP_TENANT": tenant,
        "LEB_SDP_KEY": settings.key,
        "LEB_SDP_SECRET": settings.secret,
        "LEB_SDP_PASSWORD": password,
    }
    screen.say("sdp_standin", "bold", url=server.url, year=year)
    screen.say("sdp_standin_env")
    for name, value in variables.items():
        screen.note(f"  export {name}={value}")
    screen.note("  leb sdp sync Illuminazione_5001 Edifici_5100")
    if screen.as_json:
        screen.json({"datasets": sorted(server.store.datasets), "environment": variables})
