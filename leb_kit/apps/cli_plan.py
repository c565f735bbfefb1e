"""From a balance to a plan: read, solve, evaluate again, write. What ``demo`` and ``solve`` share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from leb_kit import examples
from leb_kit.apps import cli_show
from leb_kit.apps.cli_show import Screen
from leb_kit.balance import Balance, check
from leb_kit.errors import InputError, did_you_mean, option, say
from leb_kit.indicators import evaluate
from leb_kit.io import read_any, write_plan_xlsx
from leb_kit.io.files import require_writable
from leb_kit.reference import catalog
from leb_kit.report import report

EXAMPLES: dict[str, Callable[[], Balance]] = {
    "torino": examples.torino,
    "italy": examples.italy,
    "italia": examples.italy,
    "usseglio": examples.usseglio,
}
REPORT, WORKBOOK = "report.html", "plan.xlsx"


@dataclass(frozen=True)
class Plan:
    """A least-cost plan and what the indicators, which know no optimiser, say of it."""

    balance: Balance
    targets: str
    result: Any
    planned: Balance
    today: pd.DataFrame
    after: pd.DataFrame


def balance_from(
    name: str,
    *,
    geo: str | None = None,
    year: int | None = None,
    unit: str | None = None,
    decimal: str | None = None,
) -> Balance:
    """Return a shipped example (``torino``, ``italy``) or the balance of a file."""
    if name.casefold() in EXAMPLES and not Path(name).exists():
        given = {"geo": geo, "year": year, "unit": unit, "decimal": decimal}
        faults = [
            say("{option} cannot be chosen: the example is what it is", option=option(key, value))
            for key, value in given.items()
            if value is not None
        ]
        if faults:
            raise InputError(name, faults)
        return EXAMPLES[name.casefold()]()
    if not Path(name).exists() and not Path(name).suffix:
        known = ", ".join(EXAMPLES)
        near = did_you_mean(name, [*EXAMPLES, *(file.name for file in Path().iterdir())])
        told = say("there is no such file here, and no such example: {known}.{hint}", known=known, hint=near)
        raise InputError(name, [told])
    return read_any(name, geo=geo, year=year, unit=unit, decimal=decimal)


def require_folder(folder: Path | None) -> None:
    """Refuse a folder of results that cannot be written, before minutes are spent on the results."""
    for name in (REPORT, WORKBOOK) if folder else ():
        require_writable(Path(folder or "") / name)


def find_plan(
    screen: Screen,
    balance: Balance,
    *,
    targets: str,
    time: Any,
    by: int | None = None,
    potentials: dict[str, float] | None = None,
) -> Plan:
    """Find the least-cost plan; the base of relative targets is the balance itself.

    ``time``, ``by``, ``potentials``: as ``mix_problem`` takes them.

    Raises
    ------
    InfeasibleMix
        The targets clash; the message says which and what to relax.
    """
    # the optimiser loads slowly: only commands that solve wait for it
    from leb_kit import optimise

    check(balance).require()
    today = evaluate(balance, targets, base=balance)
    with _waiting(screen) as told:
        problem = optimise.mix_problem(
            balance, targets=targets, base=balance, time=time, by=by, potentials=potentials
        )
        with optimise.watching(progress=told):
            result = optimise.optimise_mix(problem)
    planned = result.to_balance()
    after = evaluate(planned, targets, base=balance)
    missed = after.loc[~after["met"], "target"]
    if len(missed):
        # The optimiser and the indicators disagree: no plan is better than one that is not true.
        faults = [
            say("the plan does not meet '{name}' when it is evaluated again", name=one) for one in missed
        ]
        raise InputError(balance.title(screen.lang), faults)
    for italian, english in result.remarks:
        screen.note(italian if screen.lang == "it" else english)
    return Plan(balance, targets, result, planned, today, after)


@contextmanager
def _waiting(screen: Screen) -> Iterator[Callable[[Any], None] | None]:
    """Show that work goes on, and for how long, where a person looks; silent in files and in CI.

    Yields what is to hear how far the solver is.
    """
    if screen.as_json or not screen.console.is_terminal:
        yield None
        return
    with screen.console.status(screen.text["solving"]) as status:
        yield lambda told: status.update(f"{screen.text['solving']} {so_far(screen, told)}")


def so_far(screen: Screen, told: Any) -> str:
    """Say how long a search (``optimise.Progress``) has taken, and how near the least cost it is."""
    number, parts = screen.figures.number, [f"{screen.figures.number(told.seconds)} s"]
    if told.cost_eur is not None:
        parts.append(screen.figures.million(told.cost_eur))
    if told.gap is not None:
        parts.append(screen.text["gap_open"].format(gap=screen.figures.percent(told.gap)))
    elif told.iterations:
        parts.append(screen.text["iterations"].format(count=number(told.iterations)))
    return ", ".join(parts)


def show_plan(screen: Screen, plan: Plan) -> None:
    """Print plan, cost, marginal costs and the targets with the plan."""
    result = plan.result
    cli_show.plan(screen, result.plan, result.prices, retired=result.retired, cost_eur=result.cost_eur)
    cli_show.targets(screen, plan.today, plan.after)


def plan_data(plan: Plan) -> dict[str, Any]:
    """Return the plan as JSON has it."""
    return {
        "status": plan.result.status,
        "cost_eur": plan.result.cost_eur,
        "plan": cli_show.records(plan.result.plan),
        "retired": cli_show.records(plan.result.retired),
        "prices": cli_show.records(plan.result.prices),
        "targets_today": cli_show.records(plan.today),
        "targets_planned": cli_show.records(plan.after),
        "remarks": [{"it": italian, "en": english} for italian, english in plan.result.remarks],
    }


def write_plan(screen: Screen, plan: Plan, folder: Path) -> list[Path]:
    """Write report and workbook of a plan into a folder; returns where they are."""
    written = [
        report(
            plan.balance,
            path=folder / REPORT,
            lang=screen.lang,
            plan=plan.result.plan,
            plan_prices=plan.result.prices,
            retired=plan.result.retired,
            planned=plan.planned,
            targets=plan.targets,
            base=plan.balance,
        ),
        write_plan_xlsx(folder / WORKBOOK, sheets(screen, plan), lang=screen.lang),
    ]
    for path in written:
        screen.say("written", path=path)
    return written


def sheets(screen: Screen, plan: Plan) -> dict[str, pd.DataFrame]:
    """Return the tables of the workbook, by the name of their sheet."""
    text, lang = screen.text, screen.lang
    technologies = catalog.table("technologies").set_index("technology")["family"]
    table = plan.result.plan.copy()
    table.insert(1, "label", [catalog.label("technology", str(name), lang) for name in table["technology"]])
    store = table["technology"].map(technologies).fillna("").str.contains("storage")
    stores = table[store].rename(
        columns={"capacity_mw": "capacity_mwh", "new_capacity_mw": "new_capacity_mwh"}
    )
    retired = plan.result.retired.copy()
    retired.insert(1, "label", [catalog.label("technology", str(one), lang) for one in retired["technology"]])
    later = plan.after.set_index("target")[["value", "met"]]
    label = f"label_{lang}"
    targets = plan.today[["target", label, "sense", "base", "unit", "required", "value"]].rename(
        columns={label: "label"}
    )
    targets["sense"] = [catalog.label("sense", str(one), lang) for one in targets["sense"]]
    targets["planned"] = targets["target"].map(later["value"])
    targets["met"] = targets["target"].map(later["met"]).astype(bool)
    prices = plan.result.prices
    prices = prices[["target", label, "price", "unit"]].rename(columns={label: "label"})
    found = {
        text["sheet_plan"]: table[~store],
        text["sheet_stores"]: stores,
        text["sheet_retired"]: retired,
        text["sheet_targets"]: targets,
        text["sheet_prices"]: prices,
        text["sheet_balance"]: plan.planned.table.drop(columns=["source"]),
        text["sheet_sources"]: _sources(text, plan),
    }
    return {name: frame.reset_index(drop=True) for name, frame in found.items() if len(frame)}


def _sources(text: dict[str, str], plan: Plan) -> pd.DataFrame:
    """Return where the numbers of the plan come from: balance, technologies, prices."""
    used = set(plan.result.plan["technology"])
    parameters = catalog.table("technology_parameters")
    kinds = {
        text["sheet_balance"]: plan.balance.leaves["source"],
        text["technology"]: parameters.loc[parameters["technology"].isin(used), "source"],
        text["price"]: catalog.table("prices")["source"],
    }
    rows = [
        (kind, source)
        for kind, values in kinds.items()
        for source in dict.fromkeys(values.astype(str))
        if source
    ]
    return pd.DataFrame(rows, columns=["sheet", "source"])
