"""What a requirement is called: with its value, in Italian and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from leb_kit.errors import LANGUAGES
from leb_kit.optimise.answers.words import amount, number
from leb_kit.optimise.checks.faults import listed
from leb_kit.optimise.model.stacking import Called
from leb_kit.optimise.question.problem import AT_LEAST
from leb_kit.reference import catalog

Labels = tuple[str, str]

#: Relative difference that is the arithmetic of floats.
_WHOLE = 1e-12
_MOST = {"it": "al più", "en": "at most"}
_LEAST = {"it": "almeno", "en": "at least"}
_HEADS = {
    "": {"it": "fabbisogno:", "en": "demand:"},
    "heat": {"it": "fabbisogno di calore:", "en": "heat demand:"},
}
_PER_YEAR = {"it": " all'anno", "en": " a year"}


def limit_label(row: Any) -> Labels:
    """Name a limit (a row of ``MixProblem.limit_rows``), with its value unless the name tells it."""
    word = _LEAST if row.sense == AT_LEAST else _MOST

    def label(lang: str) -> str:
        name = (row.label_it if lang == "it" else row.label_en) or row.limit
        if np.isfinite(row.share):
            value = _amount(float(row.share) * 100, "%", lang)
        else:
            value = _amount(float(row.value), str(row.unit), lang)
        return str(name) if value in name else f"{name} ({word[lang]} {value})"

    return _both(label)


def size_label(kind: str, technology: str, rows: pd.DataFrame, total: float, unit: str) -> Labels:
    """Name what a technology may have or must have; several rows of one technology count together."""
    word = _LEAST if kind == "smallest" else _MOST

    def label(lang: str) -> str:
        name = catalog.label("technology", technology, lang)
        value = _amount(total, unit, lang) + (_PER_YEAR[lang] if kind == "year" else "")
        together = (" insieme" if lang == "it" else " together") if len(rows) > 1 else ""
        return f"{name} ({word[lang]} {value}{together})"

    return _both(label)


def demand_label(demand: str, bus: str, annual_mwh: float) -> Labels:
    """Name a demand: by its users or its network where these have a name, else as the table does."""
    what, _, flow = bus.partition(":")

    def label(lang: str) -> str:
        known = catalog.label("flow", flow, lang) if flow else catalog.label("bus", bus, lang)
        if known in (flow, bus):
            known = f"«{demand}»" if lang == "it" else f"'{demand}'"
        head = _HEADS.get(what if flow else "", _HEADS[""])[lang]
        return f"{head} {known} ({_amount(annual_mwh, 'MWh', lang)}{_PER_YEAR[lang]})"

    return _both(label)


def choice_label(members: list[str]) -> Labels:
    """Name a group of which one at most is there."""
    named = listed(members)
    return f"al più uno di {named}", f"at most one of {named}"


def added_label(name: str, called: Mapping[str, Called], part: str = "") -> Called:
    """Name a constraint that a rule added, and its unit: by what is asked with it, where that is known."""
    if name in called:
        return called[name]
    return f"vincolo aggiunto «{name}{part}»", f"added constraint '{name}{part}'", ""


def ceiling_label(budget_eur: float) -> Labels:
    """Name a ceiling on what is invested."""
    word = {"it": "investimento", "en": "investment"}
    return _both(lambda lang: f"{word[lang]} ({_MOST[lang]} {amount(budget_eur, 'EUR', lang)})")


def build_rate_label(name: str, most: float, year: int, unit: str) -> Labels:
    """Name what can be built in a period of a pathway."""
    return _both(
        lambda lang: (
            f"{'ritmo di costruzione di' if lang == 'it' else 'build rate of'} {name}"
            f" ({_MOST[lang]} {_amount(most, unit, lang)} {'entro il' if lang == 'it' else 'by'} {year})"
        )
    )


def _amount(value: float, unit: str, lang: str) -> str:
    """Write an amount; one that is whole, but for the arithmetic of floats, without decimals."""
    if unit != "EUR" and abs(value - round(value)) <= _WHOLE * abs(value):
        shown = unit.replace("year", "anno") if lang == "it" else unit
        return f"{number(value, lang, decimals=0)} {shown}".rstrip()
    return amount(value, unit, lang)


def _both(label: Any) -> Labels:
    italian, english = (label(lang) for lang in LANGUAGES)
    return italian, english
