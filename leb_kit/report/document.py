"""Put a report together and write it, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from leb_kit.balance import Balance
from leb_kit.balance.require import require_balance
from leb_kit.errors import InputError, say
from leb_kit.indicators import TargetSet, evaluate
from leb_kit.indicators import targets as target_set
from leb_kit.reference import catalog
from leb_kit.reference.sourcing import source_text
from leb_kit.report import sections
from leb_kit.report.figures import Figures, unit_for
from leb_kit.report.flow_svg import flow_svg
from leb_kit.report.futures import Future, future_sections, futures
from leb_kit.report.pdf import pdf_of
from leb_kit.report.texts import words
from leb_kit.system import links, read_scheme

TERRITORIAL = "territorial"
PDF = ".pdf"
PLAN_COLUMNS = ("technology", "capacity_mw", "new_capacity_mw", "energy_mwh", "cost_eur")

Targets = str | TargetSet | None


def report(
    balance: Balance,
    *,
    path: str | os.PathLike[str],
    lang: str = "it",
    scenarios: Sequence[Any] = (),
    year: int | None = None,
    evaluation: pd.DataFrame | None = None,
    plan: pd.DataFrame | None = None,
    plan_prices: pd.DataFrame | None = None,
    retired: pd.DataFrame | None = None,
    planned: Balance | None = None,
    targets: Targets = None,
    base: Balance | None = None,
    title: str | None = None,
) -> Path:
    """Write the document for the council: one HTML file that needs nothing else, or an accessible PDF.

    Parameters
    ----------
    balance : Balance
        The year as it is: one territory, one year.
    path : str or path
        The file; it is replaced only when the new one is complete. One that ends in ``.pdf`` becomes a
        tagged PDF (needs ``leb_kit[pdf]``), all others HTML.
    lang : str
        ``"it"`` or ``"en"``.
    scenarios : sequence of Balance, Scenario or MixResult
        Shown beside the balance. A Balance or Scenario has a section of its own: what changes in
        sentences, targets, flow scheme. The first MixResult gives plan, prices and planned year where
        they are not given.
    year : int, optional
        Year to project each Scenario to; default: the last that it names itself, which its heading says.
    evaluation : pd.DataFrame, optional
        What ``evaluate`` returned for ``balance``; computed where only ``targets`` are given.
    plan : pd.DataFrame, optional
        technology, capacity_mw (MW; MWh for stores), new_capacity_mw, energy_mwh, cost_eur.
    plan_prices : pd.DataFrame, optional
        target, label_it, label_en, price (EUR per unit), unit.
    retired : pd.DataFrame, optional
        What the plan gives up: technology, retired_mw (MW).
    planned : Balance, optional
        The year with the plan.
    targets : str or TargetSet, optional
        Checked for both years.
    base : Balance, optional
        Base of relative targets; by default ``balance`` itself.
    title : str, optional
        Heading of the document.

    Returns
    -------
    Path
        Where the file is.

    Raises
    ------
    InputError
        Unknown language, more than one territory or year, targets that cannot be checked, or a PDF
        without WeasyPrint.
    """
    if lang not in catalog.LANGUAGES:
        raise InputError("report", [f"unknown language '{lang}'; known are {', '.join(catalog.LANGUAGES)}"])
    require_balance(balance, "report")
    balance.one()
    result = next((one for one in scenarios if hasattr(one, "to_balance")), None)
    if result is not None and plan is None and planned is None:
        plan, planned = result.plan, result.to_balance()
        plan_prices = result.prices if plan_prices is None else plan_prices
        retired = getattr(result, "retired", None) if retired is None else retired
    base = balance if base is None else base
    if evaluation is None and targets is not None:
        evaluation = evaluate(balance, targets, base=base)
    after = None if planned is None or targets is None else evaluate(planned, targets, base=base)
    context = _context(balance, planned, evaluation, after, lang)
    context |= _plan_context(plan, plan_prices, retired, context["figures"])
    context |= _scenario_context(futures(scenarios, balance, year, lang), context)
    own = [one for one, given in zip(context["futures"], scenarios, strict=True) if given is not result]
    context["futures"] = future_sections(
        own,
        balance,
        targets=targets,
        base=base,
        convention=context["convention"],
        figures=context["figures"],
    )
    context["title"] = title or _title(balance, lang, planned=plan is not None)
    context["lead"] = _lead(balance, evaluation, after, plan, context["figures"])
    context["notes"] = _notes(targets, context, has_plan=plan is not None)
    return _write(Path(path), _template().render(context))


def _context(
    balance: Balance,
    planned: Balance | None,
    evaluation: pd.DataFrame | None,
    after: pd.DataFrame | None,
    lang: str,
) -> dict[str, Any]:
    """Return what the template shows of the balance and its targets."""
    convention = _convention(evaluation)
    today = sections.values(balance, convention)
    later = None if planned is None else sections.values(planned, convention)
    figures = Figures(lang, unit_for(max(today["final_energy"], today["primary_energy"])))
    return {
        "lang": lang,
        "text": words(lang),
        "figures": figures,
        "convention": convention,
        "today": today,
        "later": later,
        "key_figures": sections.key_figures(today, later, figures),
        "targets": [] if evaluation is None else sections.target_rows(evaluation, after, figures),
        "has_planned": after is not None,
        "schemes": _schemes(balance, planned, figures),
        "final": sections.final_rows(balance, figures),
        "sources": sections.source_rows(balance, figures),
    }


def _convention(evaluation: pd.DataFrame | None) -> str:
    if evaluation is None:
        return TERRITORIAL
    named = [str(name) for name in evaluation["convention"] if name]
    return named[0] if named else TERRITORIAL


def _schemes(balance: Balance, planned: Balance | None, figures: Figures) -> list[dict[str, Any]]:
    scheme, colors, text = read_scheme(), catalog.table("colors"), words(figures.lang)
    shown = [("scheme_today", balance, 5), ("scheme_uses", balance, 7)]
    if planned is not None:
        shown.insert(1, ("scheme_planned", planned, 5))
    out = []
    for key, one, columns in shown:
        arrows, nodes = links(one, columns=columns), scheme.view(columns)
        drawing = flow_svg(arrows, nodes, colors, lang=figures.lang, unit=figures.unit)
        # our own drawing, whose texts flow_svg escapes
        out.append({"caption": text[key], "svg": Markup(drawing), "columns": columns})  # noqa: S704
    return out


def _plan_context(
    plan: pd.DataFrame | None,
    prices: pd.DataFrame | None,
    retired: pd.DataFrame | None,
    figures: Figures,
) -> dict[str, Any]:
    if plan is None:
        return {"plan": None, "prices": []}
    missing = [name for name in PLAN_COLUMNS if name not in plan]
    if missing:
        raise InputError("report", [f"the plan has no column '{name}'" for name in missing])
    return {
        "plan": sections.plan_rows(plan, figures),
        "cost": figures.million(float(plan["cost_eur"].sum())),
        "retired": "" if retired is None else sections.retired_words(retired, figures),
        "prices": [] if prices is None else sections.price_rows(prices, figures),
    }


def _scenario_context(shown: Sequence[Future], context: dict[str, Any]) -> dict[str, Any]:
    if not shown:
        return {"scenarios": None, "futures": []}
    text, convention = context["text"], context["convention"]
    named = [(text["today"], context["today"])]
    named += [(one.name or text["planned"], sections.values(one.balance, convention)) for one in shown]
    return {"scenarios": sections.comparison(named, context["figures"]), "futures": shown}


def _title(balance: Balance, lang: str, *, planned: bool) -> str:
    return words(lang)["title_plan" if planned else "title"].format(name=balance.title(lang))


def _lead(
    balance: Balance,
    evaluation: pd.DataFrame | None,
    after: pd.DataFrame | None,
    plan: pd.DataFrame | None,
    figures: Figures,
) -> str:
    """Return the one or two sentences a reader in a hurry takes away."""
    if evaluation is None or evaluation.empty:
        return ""
    text = words(figures.lang)
    name, all_of_them = balance.territories[0].name(figures.lang), len(evaluation)
    said = [text["lead_met"].format(name=name, met=int(evaluation["met"].sum()), all=all_of_them)]
    if after is not None and plan is not None:
        cost = figures.million(float(plan["cost_eur"].sum()))
        key = "lead_plan_met" if after["met"].all() else "lead_plan_missed"
        said.append(text[key].format(met=int(after["met"].sum()), all=all_of_them, cost=cost))
    return " ".join(said)


def _notes(targets: Targets, context: dict[str, Any], *, has_plan: bool) -> list[str]:
    text, lang = context["text"], context["lang"]
    convention = context["convention"]
    key = "note_emissions" if convention == TERRITORIAL else "note_emissions_other"
    label = catalog.label("convention", convention, lang)
    notes = [
        text["note_energy"],
        text["note_share"],
        text["note_primary"],
        text[key].format(convention=label),
        text["note_chained"],
    ]
    if has_plan:
        notes.append(text["note_plan"])
    chosen = target_set(targets) if isinstance(targets, str) else targets
    if isinstance(chosen, TargetSet):
        name = chosen.label(lang)
        notes += [
            text["note_set"].format(label=name, source=source_text(source, lang))
            for source in dict.fromkeys(chosen.table["source"])
        ]
    return notes


@cache
def _template() -> Any:
    folder = resources.files("leb_kit.report") / "templates"
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    style = (folder / "report.css").read_text(encoding="utf-8")
    environment.globals["style"] = Markup(style)  # noqa: S704 our own style sheet
    from leb_kit import __version__

    environment.globals["version"] = __version__
    return environment.from_string((folder / "report.html.j2").read_text(encoding="utf-8"))


def _write(path: Path, html: str) -> Path:
    """Write beside the target, then replace it in one step."""
    if path.is_dir():
        raise InputError(str(path), [say("this is a folder; the path of a file is expected")])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".html")
    except OSError as error:
        fault = say("nothing can be written here ({reason}): choose another place", reason=error.strerror)
        raise InputError(str(path), [fault]) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pdf_of(html) if path.suffix.lower() == PDF else html.encode())
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path
