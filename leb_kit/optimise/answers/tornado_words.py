"""Sensitivity in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leb_kit.errors import require_language
from leb_kit.optimise.answers.words import amount, number
from leb_kit.optimise.checks.arguments import require_count
from leb_kit.reference import catalog

if TYPE_CHECKING:
    from leb_kit.optimise.answers.tornado import Sensitivity
    from leb_kit.optimise.question.problem import MixProblem

_KIND = {
    "price": ("prezzo", "price"),
    "investment": ("investimento", "investment"),
    "potential": ("potenziale", "potential"),
    "target": ("obiettivo", "target"),
    "demand": ("fabbisogno", "demand"),
}
_TEXT = {
    "head": (
        "Il piano costa {cost} l'anno. Con {step} % in più di ciascun dato, il piano rifatto ogni volta:",
        "The plan costs {cost} a year. With {step} % more of each input, the plan made anew each time:",
    ),
    "more": ("{label}: {change}", "{label}: {change}"),
    "none": ("{label}: nessun piano è possibile", "{label}: no plan is possible"),
    "moves": (" ({technology} {energy})", " ({technology} {energy})"),
    "nothing": ("Nessun dato muove il costo.", "No input moves the cost."),
    "rest": ("Gli altri {count} dati muovono meno.", "The other {count} inputs move less."),
}


def labels(problem: MixProblem, kind: str, name: str) -> tuple[str, str]:
    """Return what an input is called, in Italian and English."""
    if kind == "demand":
        return _KIND[kind]
    if kind == "target":
        row = problem.limits[problem.limits["limit"] == name].iloc[0]
        said = (str(row["label_it"] or name), str(row["label_en"] or name))
    else:
        said = (
            catalog.label("technology", name, "it"),
            catalog.label("technology", name, "en"),
        )
    italian, english = (f"{word}: {label}" for word, label in zip(_KIND[kind], said, strict=True))
    return italian, english


def explain(found: Sensitivity, lang: str, count: int) -> str:
    """Say what the cost hangs on most."""
    require_language(lang)
    require_count("sensitivity", count)
    place = 0 if lang == "it" else 1
    table = found.table
    moving = table[(table["spread_eur"] > 0) | table[["less_eur", "more_eur"]].isna().any(axis=1)]
    head = _TEXT["head"][place].format(
        cost=amount(found.cost_eur, "EUR", lang), step=number(found.step * 100, lang, decimals=0)
    )
    if moving.empty:
        return _TEXT["nothing"][place]
    said = [head]
    for row in moving.head(count).to_dict("records"):
        label = str(row[f"label_{lang}"])
        if np.isnan(row["more_eur"]):
            said.append(f"- {_TEXT['none'][place].format(label=label)}")
            continue
        text = _TEXT["more"][place].format(label=label, change=_signed(float(row["more_eur"]), "EUR", lang))
        if row["moves"]:
            text += _TEXT["moves"][place].format(
                technology=catalog.label("technology", str(row["moves"]), lang),
                energy=_signed(float(row["moves_mwh"]), "MWh", lang),
            )
        said.append(f"- {text}")
    rest = len(table) - min(count, len(moving))
    if rest:
        said.append(_TEXT["rest"][place].format(count=rest))
    return "\n".join(said)


def _signed(value: float, unit: str, lang: str) -> str:
    sign = "−" if value < 0 else "+"
    return f"{sign}{amount(abs(value), unit, lang)}"
