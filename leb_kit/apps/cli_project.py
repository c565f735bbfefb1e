"""The command ``project``: a balance, a scenario, and the balances of coming years."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any, Final

import pandas as pd
import typer

from leb_kit import examples
from leb_kit.apps import cli_plan
from leb_kit.apps.cli_options import (
    TARGETS,
    Decimal,
    Geo,
    Json,
    Lang,
    Language,
    Targets,
    Unit,
    at_once,
    told,
)
from leb_kit.apps.cli_show import Screen, loaded, records
from leb_kit.balance import Balance, check
from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.indicators import evaluate
from leb_kit.indicators.summary import table as indicator_table
from leb_kit.indicators.targets import target_set
from leb_kit.io.files import require_writable
from leb_kit.reference import catalog
from leb_kit.report import sections
from leb_kit.scenarios import Measure, MeasureEffects, Scenario, compare, effects, project, read_scenario
from leb_kit.scenarios.files import SUFFIXES
from leb_kit.scenarios.kinds import kinds
from leb_kit.system import EnergySystem, calibrate

#: Scenarios inside the wheel, by name.
SHIPPED: Final = {"torino-2030": examples.torino_2030}
#: Columns of ``leb.indicators.table`` and the names of ``labels.csv``.
INDICATORS: Final = {
    "final_energy": "final_energy_mwh",
    "primary_energy": "primary_energy_mwh",
    "renewable_share": "renewable_share",
    "emissions": "emissions_tco2eq",
    "self_sufficiency": "self_sufficiency",
}
TABLE, PAGE = ".csv", ".html"


Base = Annotated[
    str,
    typer.Argument(
        metavar="FILE|torino|italy|usseglio",
        help="Balance to start from: a file, or a shipped example. Bilancio di partenza.",
    ),
]
Given = Annotated[
    str,
    typer.Option(
        metavar="FILE|torino-2030",
        help="Scenario: a YAML file, or the shipped one. Scenario: un file YAML, o quello incluso.",
    ),
]
Years = Annotated[
    list[int], typer.Option(help="Year to project; may be repeated. Anno da proiettare; si può ripetere.")
]
Out = Annotated[
    Path | None,
    typer.Option(
        help="Write the projected balances (.csv) or the document (.html)."
        " Scrive i bilanci proiettati (.csv) o il documento (.html)."
    ),
]


@told
def project_command(
    file: Base,
    *,
    scenario: Given,
    year: Years,
    targets: Targets = TARGETS,
    out: Out = None,
    geo: Geo = None,
    unit: Unit = None,
    decimal: Decimal = None,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """Project a balance into coming years: indicators, targets, what changed, what each measure does.

    Proietta un bilancio negli anni a venire: indicatori, obiettivi, che cosa cambia, effetto delle misure.
    """
    screen = Screen(lang.value, as_json=as_json)
    years = sorted(set(year))
    read, plan, *_ = at_once(
        lambda: cli_plan.balance_from(file, geo=geo, unit=unit, decimal=decimal),
        lambda: scenario_from(scenario),
        lambda: target_set(targets),
        lambda: require_target(out),
    )
    balance = _base(read, plan)
    check(balance).require()
    screen.suit(balance)
    loaded(screen, balance)
    system = calibrate(balance)
    after = project(system, plan, year=years)
    screen.say("scenario", "bold", name=plan.name, count=len(plan.measures), base=plan.base_year)
    found: dict[str, Any] = {"scenario": plan.name, "base_year": plan.base_year, "years": years}
    found["indicators"] = _indicators(screen, balance, after)
    found["targets"] = _targets(screen, targets, balance, after)
    last = after.filter(year=years[-1])
    found |= _changes(screen, balance, last)
    if plan.measures:
        found["measures"] = _measures(screen, system, plan, years[-1])
    if out:
        written = _write(out, balance, after, targets=targets, lang=lang.value)
        screen.say("written", path=written)
        found["written"] = str(written)
    if as_json:
        screen.json(found)


def scenario_from(name: str) -> Scenario:
    """Return a shipped scenario by name, or the one of a YAML file.

    Raises
    ------
    InputError
        Neither a shipped scenario nor a file, or a file that is no scenario.
    """
    if name.casefold() in SHIPPED and not Path(name).exists():
        return SHIPPED[name.casefold()]()
    path = Path(name)
    if not path.is_file():
        hint = did_you_mean(name, SHIPPED)
        known = ", ".join(SHIPPED)
        told_fault = say("no such file, and no shipped scenario ({known}).{hint}", known=known, hint=hint)
        raise InputError(name, [told_fault])
    if path.suffix.casefold() not in SUFFIXES:
        raise InputError(name, [say("a scenario is a YAML file (.yaml, .yml)")])
    return read_scenario(path)


def require_target(out: Path | None) -> None:
    """Refuse a file of results that cannot be written, before anything is computed."""
    if out is None:
        return
    if out.suffix.casefold() not in (TABLE, PAGE):
        raise InputError(str(out), [say("results are written as .csv (balances) or .html (document)")])
    require_writable(out)


def _base(balance: Balance, plan: Scenario) -> Balance:
    """Return the year that the scenario starts from, where a file holds several."""
    if len(balance.years) > 1 and plan.base_year in balance.years:
        return balance.filter(year=plan.base_year)
    return balance


def _indicators(screen: Screen, balance: Balance, after: Balance) -> list[dict[str, Any]]:
    """Print the key figures of the base and of every year; returns them (MWh, share 0-1, tCO2eq)."""
    found = [indicator_table(one).reset_index() for one in (balance, after)]
    columns = pd.concat(found, ignore_index=True)
    labels = [str(balance.years[0]), *map(str, after.years)]
    rows = [
        (
            catalog.label("indicator", name, screen.lang),
            *(screen.figures.quantity(float(value), unit) for value in columns[INDICATORS[name]]),
        )
        for name, unit in sections.KEY_FIGURES
    ]
    screen.table(screen.text["indicators"], [screen.text["indicator"], *labels], rows)
    return records(columns.assign(base=[True] + [False] * len(after.years)))


def _targets(screen: Screen, targets: str, balance: Balance, after: Balance) -> list[dict[str, Any]]:
    """Print the targets, required and reached in every year; the base of relative ones is the balance."""
    cases = [balance, *(after.filter(year=year) for year in after.years)]
    found = [evaluate(one, targets, base=balance) for one in cases]
    text, figures = screen.text, screen.figures
    rows = []
    for at, first in enumerate(found[0].to_dict("records")):
        cells = []
        for table in found:
            row = table.iloc[at]
            met = text["yes" if row["met"] else "no"]
            cells.append(f"{figures.quantity(float(row['value']), str(row['unit']))} ({met})")
        required = figures.quantity(float(first["required"]), str(first["unit"]))
        sense = catalog.label("sense", str(first["sense"]), screen.lang)
        rows.append((first[f"label_{screen.lang}"], f"{sense} {required}", *cells))
    heads = [text["target"], text["required"], *(str(one.years[0]) for one in cases)]
    screen.table(f"{text['targets']} ({text['met_in_brackets']})", heads, rows)
    tables = [table.assign(year=one.years[0]) for one, table in zip(cases, found, strict=True)]
    return records(pd.concat(tables, ignore_index=True))


def _changes(screen: Screen, balance: Balance, last: Balance) -> dict[str, Any]:
    """Print what changed in sentences; returns them and the table of changes (MWh)."""
    compared = compare(balance, last)
    opening, *sentences = compared.explain(screen.lang)
    if not screen.as_json:
        screen.console.print()
        screen.console.print(opening, style="bold", markup=False)
    for sentence in sentences:
        screen.note(f"  {sentence}")
    return {"sentences": sentences, "changes": records(compared.table)}


def _measures(screen: Screen, system: EnergySystem, plan: Scenario, year: int) -> list[dict[str, Any]]:
    """Print size, effect and cost of every measure; returns them (MWh, tCO2eq, EUR)."""
    found = effects(system, plan, year=year)
    table, figures, text = found.table, screen.figures, screen.text
    rows = []
    for one in plan.measures:
        row = table.loc[one.name]
        alone, last = (-float(part.loc[one.name, "emissions_tco2eq"]) for part in (found.alone, found.last))
        cost = float(row["eur_per_tco2eq"])
        invested = float(row["investment_eur"])
        cells = (
            figures.number(alone),
            figures.number(last),
            figures.million(invested) if math.isfinite(invested) else "–",
            figures.number(cost),
        )
        rows.append((named(one, screen.lang), _size(screen, one), *cells))
    heads = [text[key] for key in ("measure", "size", "alone", "as_last", "investment", "eur_per_tonne")]
    screen.table(text["measures"].format(year=year), heads, rows, text_columns=2)
    together, summed = -float(found.total["emissions_tco2eq"]), -float(found.alone["emissions_tco2eq"].sum())
    screen.say("together", tonnes=figures.number(together), sum=figures.number(summed))
    return _measure_records(plan, found)


def named(measure: Measure, lang: str) -> str:
    """Return the name of a measure and, where it has one of its own, what kind it is."""
    kind = kinds().get(measure.kind)
    label = kind.label(lang) if kind else measure.kind
    return label if measure.name in ("", measure.kind) else f"{measure.name} · {label}"


def _size(screen: Screen, measure: Measure) -> str:
    if measure.size == "share":
        return screen.figures.percent(measure.value)
    if measure.size == "energy_mwh":
        return screen.figures.energy(measure.value)
    return f"{screen.figures.number(measure.value)} MW"


def _measure_records(plan: Scenario, found: MeasureEffects) -> list[dict[str, Any]]:
    names = ["measure", "kind", "size", "value", "source"]
    out = plan.table[names].set_index("measure")
    out["alone_tco2eq"] = -found.alone["emissions_tco2eq"]
    out["last_tco2eq"] = -found.last["emissions_tco2eq"]
    out["step_tco2eq"] = -found.step["emissions_tco2eq"]
    costs = ["energy_mwh", "capacity_mw", "investment_eur", "annual_cost_eur", "eur_per_tco2eq"]
    return records(out.join(found.table[costs]).reset_index())


def _write(out: Path, balance: Balance, after: Balance, *, targets: str, lang: str) -> Path:
    """Write the projected balances as a long table, or the document with a section for each year."""
    if out.suffix.casefold() == PAGE:
        from leb_kit.report import report

        cases = [after.filter(year=year) for year in after.years]
        return report(balance, path=out, lang=lang, targets=targets, base=balance, scenarios=cases)
    table = after.table.rename(columns={"energy_mwh": "value"}).assign(unit="MWh")
    columns = ["territory", "year", "flow", "product", "value", "unit", "status", "source"]
    table[columns].to_csv(out, index=False, lineterminator="\n")
    return out
