"""The command line ``leb``: each command reads, asks one lower layer, prints, and gives an exit code.

0 all is well · 1 the data fail, or no plan exists · 2 the command was not understood
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from leb_kit import __version__
from leb_kit.apps import cli_apps, cli_project, cli_sdp_out, cli_show, cli_store_documents, cli_tables
from leb_kit.apps.cli_files import project_file, require_package
from leb_kit.apps.cli_options import (
    TARGETS,
    BothLanguages,
    By,
    Days,
    DaysOfTime,
    Decimal,
    Geo,
    Given,
    Json,
    Lang,
    Language,
    Linked,
    Potential,
    Targets,
    Time,
    Unit,
    Year,
    at_once,
    potentials_asked,
    time_asked,
    told,
)
from leb_kit.apps.cli_show import Screen, records
from leb_kit.balance import aggregate, check
from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.indicators import evaluate
from leb_kit.indicators.targets import target_set
from leb_kit.units import mwh_per

PORT: Final = 8866
#: Pages that can be served, as notebooks of ``voila_apps/``.
PAGES: Final = ("torino", "territorio", "pianificatore", "contatori", "confronto", "dati")

app = typer.Typer(
    name="leb",
    cls=BothLanguages,
    help="Local energy balances: check, targets, least-cost mix, report.\n\n"
    "Bilanci energetici locali: verifica, obiettivi, piano di minimo costo, documento.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(value: bool) -> None:
    if value:
        print(f"leb_kit {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Version. Versione.")
    ] = False,
) -> None:
    """Local energy balances: check, targets, least-cost mix, report.

    Bilanci energetici locali: verifica, obiettivi, piano di minimo costo, documento.
    """


@app.command()
@told
def demo(
    out: Annotated[Path, typer.Option(help="Folder of the results. Cartella dei risultati.")] = Path("demo"),
    days: Days = 24,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """City of Torino 2019: check, targets, least-cost plan, report, workbook.

    Città di Torino 2019: verifica, obiettivi, piano di minimo costo, documento, cartella di lavoro.
    """
    from leb_kit.apps import cli_plan

    screen = Screen(lang.value, as_json=as_json)
    cli_plan.require_folder(out)
    balance = cli_plan.balance_from("torino")
    screen.suit(balance)
    cli_show.loaded(screen, balance)
    cli_show.checked(screen, check(balance))
    today = cli_show.indicators(screen, balance)
    cli_show.targets(screen, evaluate(balance, TARGETS, base=balance))
    plan = cli_plan.find_plan(screen, balance, targets=TARGETS, time=time_asked(None, days))
    cli_plan.show_plan(screen, plan)
    written = cli_plan.write_plan(screen, plan, out)
    if as_json:
        screen.json(
            {"indicators": today, **cli_plan.plan_data(plan), "written": [str(path) for path in written]}
        )


@app.command(name="check")
@told
def check_command(
    file: Given,
    *,
    geo: Geo = None,
    year: Year = None,
    unit: Unit = None,
    decimal: Decimal = None,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """Check every identity of a balance; exit code 1 where it does not close.

    Verifica ogni identità di un bilancio; codice di uscita 1 se non torna.
    """
    from leb_kit.apps import cli_plan

    screen = Screen(lang.value, as_json=as_json)
    balance = cli_plan.balance_from(file, geo=geo, year=year, unit=unit, decimal=decimal)
    screen.suit(balance)
    cli_show.loaded(screen, balance)
    report = check(balance)
    cli_show.checked(screen, report)
    if as_json:
        screen.json({"ok": report.ok, "rows": records(report.table)})
    if not report.ok:
        raise typer.Exit(1)


@app.command()
@told
def show(
    file: Given,
    *,
    unit: Annotated[str, typer.Option(help="Unit shown: MWh, GWh, TJ, ktep … Unità mostrata.")] = "GWh",
    file_unit: Unit = None,
    decimal: Decimal = None,
    geo: Geo = None,
    year: Year = None,
    every_row: Annotated[bool, typer.Option("--all", help="Every flow. Tutti i flussi.")] = False,
    trace: Annotated[
        str | None,
        typer.Option(metavar="INDICATOR", help="Where a figure comes from. Da dove viene un numero."),
    ] = None,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """Show a balance, flows by product, and its indicators.

    Mostra un bilancio, flussi per vettore, e i suoi indicatori.
    """
    from leb_kit.apps import cli_plan

    mwh_per(unit)
    screen = Screen(lang.value, as_json=as_json, unit=unit)
    balance = cli_plan.balance_from(file, geo=geo, year=year, unit=file_unit, decimal=decimal)
    balance.one()
    if trace is not None:
        cli_show.traced(screen, balance, trace)
        return
    table = cli_show.pivot(screen, balance, unit, every_row=every_row)
    found = cli_show.indicators(screen, aggregate(balance))
    if as_json:
        rows = records(table.rename_axis("flow").reset_index())
        screen.json({"unit": unit, "rows": rows, "indicators": found})


@app.command()
@told
def solve(
    file: Given = "torino",
    *,
    targets: Targets = TARGETS,
    time: Time = None,
    days: DaysOfTime = None,
    linked: Linked = False,
    by: By = None,
    potential: Potential = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for report and workbook. Cartella dei risultati.")
    ] = None,
    geo: Geo = None,
    year: Year = None,
    unit: Unit = None,
    decimal: Decimal = None,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """Find the least-cost mix that meets all targets at once.

    Trova la combinazione di minimo costo che raggiunge tutti gli obiettivi insieme.
    """
    from leb_kit.apps import cli_plan

    asked = time_asked(time, days, linked=linked)
    potentials = potentials_asked(potential)
    screen = Screen(lang.value, as_json=as_json)
    balance, *_ = at_once(
        lambda: cli_plan.balance_from(file, geo=geo, year=year, unit=unit, decimal=decimal),
        lambda: target_set(targets),
        lambda: cli_plan.require_folder(out),
    )
    check(balance).require()
    screen.suit(balance)
    plan = cli_plan.find_plan(screen, balance, targets=targets, time=asked, by=by, potentials=potentials)
    cli_plan.show_plan(screen, plan)
    written = [] if out is None else cli_plan.write_plan(screen, plan, out)
    if as_json:
        screen.json({**cli_plan.plan_data(plan), "written": [str(path) for path in written]})


@app.command()
@told
def report(
    file: Given,
    *,
    out: Annotated[Path, typer.Option(help="The document. Il documento.")] = Path("report.html"),
    targets: Targets = TARGETS,
    plan: Annotated[bool, typer.Option(help="With the least-cost plan. Con il piano.")] = False,
    days: Days = 24,
    potential: Potential = None,
    geo: Geo = None,
    year: Year = None,
    unit: Unit = None,
    decimal: Decimal = None,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """Write the document for the council: one HTML file, or an accessible PDF (--out report.pdf).

    Scrive il documento per il consiglio: un solo file HTML, o un PDF accessibile (--out report.pdf).
    """
    from leb_kit.apps import cli_plan
    from leb_kit.io.files import require_writable
    from leb_kit.report import report as write_report

    if out.resolve() == Path(file).resolve():
        raise InputError(str(out), [say("this is the file that is read; choose another --out")])
    time, potentials = time_asked(None, days), potentials_asked(potential)
    screen = Screen(lang.value, as_json=as_json)
    balance, *_ = at_once(
        lambda: cli_plan.balance_from(file, geo=geo, year=year, unit=unit, decimal=decimal),
        lambda: target_set(targets),
        lambda: require_writable(out),
    )
    scenarios = []
    if plan:
        found = cli_plan.find_plan(screen, balance, targets=targets, time=time, potentials=potentials)
        scenarios = [found.result]
    path = write_report(
        balance, path=out, lang=lang.value, targets=targets, base=balance, scenarios=scenarios
    )
    screen.say("written", path=path)
    if as_json:
        screen.json({"written": str(path)})


app.command(name="ben")(cli_tables.ben)
app.command(name="new")(cli_tables.new)


app.command(name="project")(cli_project.project_command)
app.add_typer(cli_apps.commands)
app.add_typer(cli_sdp_out.commands)
app.add_typer(cli_store_documents.commands)


@app.command(name="app")
@told
def app_command(
    name: Annotated[
        str,
        typer.Argument(
            metavar="torino|territorio|pianificatore|contatori|confronto|dati", help="Page. Pagina."
        ),
    ] = "torino",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port. Porta.")] = PORT,
    browser: Annotated[bool, typer.Option(help="Open the browser. Apri il browser.")] = True,
    lang: Lang = Language.IT,
) -> None:
    """Serve a page: Torino, any territory with its past and map, planner, meters, comparisons, data.

    Serve una pagina: Torino, un territorio con la mappa, pianificatore, contatori, confronti, dati.
    """
    screen = Screen(lang.value)
    require_package(screen, "voila")
    if name not in PAGES:
        found = say("unknown page '{name}'; there are {known}.", name=name, known=", ".join(PAGES))
        raise InputError("leb app", [f"{found}{did_you_mean(name, PAGES)}"])
    notebook = project_file(screen, f"voila_apps/{name}.ipynb")
    from leb_kit.apps.server import serve

    screen.say("serving", port=port)
    raise typer.Exit(serve(notebook, port=port, open_browser=browser))


@app.command()
@told
def lab(
    browser: Annotated[bool, typer.Option(help="Open the browser. Apri il browser.")] = True,
    lang: Lang = Language.IT,
) -> None:
    """Open JupyterLab on the notebooks.

    Apre JupyterLab sui notebook.
    """
    screen = Screen(lang.value)
    require_package(screen, "jupyterlab")
    folder = project_file(screen, "notebooks")
    command = [sys.executable, "-m", "jupyterlab", str(folder), *([] if browser else ["--no-browser"])]
    raise typer.Exit(subprocess.run(command, check=False).returncode)


@app.command()
@told
def doctor(lang: Lang = Language.IT, as_json: Json = False) -> None:
    """Examine the installation; exit code 1 where a needed part is broken.

    Esamina l'installazione; codice di uscita 1 se manca una parte necessaria.
    """
    from leb_kit.apps.cli_doctor import examine

    screen = Screen(lang.value, as_json=as_json)
    text = screen.text
    findings = examine(text)
    rows = [
        (one.part, one.found, text["ok" if one.ok else "bad" if one.needed else "absent"]) for one in findings
    ]
    screen.table(text["doctor"], [text["part"], text["found"], text["state"]], rows, text_columns=3)
    sound = all(one.ok or not one.needed for one in findings)
    if as_json:
        screen.json({"ok": sound, "parts": [asdict(one) for one in findings]})
    if not sound:
        raise typer.Exit(1)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
