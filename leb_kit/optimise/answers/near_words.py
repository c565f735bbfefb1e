"""Alternatives in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leb_kit.errors import require_language
from leb_kit.optimise.answers.words import amount, number
from leb_kit.reference import catalog

if TYPE_CHECKING:
    from leb_kit.optimise.answers.near_optimal import Alternatives

#: Different plans, and technologies that can be left out, that are told.
_TOLD = 3
_LISTED = 6

_TEXT = {
    "head": (
        "Il piano di minor costo costa {cost}. Per al più il {slack} % in più ({more}):",
        "The least-cost plan costs {cost}. For at most {slack} % more ({more}):",
    ),
    "needed": ("in ogni piano: {all};", "in every plan: {all};"),
    "optional": ("se ne può fare a meno: {all};", "can be left out: {all};"),
    "never": ("non entrano in alcun piano: {all};", "in no plan: {all};"),
    "different": (
        "i piani più diversi: {all}.",
        "the plans that differ most: {all}.",
    ),
    "same": ("non c'è altro modo.", "there is no other way."),
    "at_least": ("{label} (almeno {value})", "{label} (at least {value})"),
    "up_to": ("{label} (fino a {value})", "{label} (up to {value})"),
    "more": ("e altre {count}", "and {count} more"),
    "least": ("con il minimo di {label}", "with the least of {label}"),
    "most": ("con il massimo di {label}", "with the most of {label}"),
}


def explain(found: Alternatives, lang: str) -> str:
    """Say what every cheap plan has, what can be left out, and which plans differ most."""
    require_language(lang)
    place = 0 if lang == "it" else 1
    table, cost = found.table, found.best.objective
    percent = round(found.slack * 100, 1)
    filled = {
        "cost": amount(cost, "EUR", lang),
        "slack": number(percent, lang, decimals=0 if percent == round(percent) else 1),
        "more": amount(found.slack * abs(cost), "EUR", lang),
    }
    said = [_TEXT["head"][place].format(**filled)]
    for key, rows, form, column in (
        ("needed", table[table["needed"]], "at_least", "least"),
        ("optional", table[~table["needed"] & (table["most"] > 0)], "up_to", "most"),
        ("never", table[~table["needed"] & ~(table["most"] > 0)], "", ""),
    ):
        words = []
        ordered = rows.sort_values(column, ascending=False) if column else rows
        for row in ordered.to_dict("records"):
            label = catalog.label("technology", str(row["technology"]), lang)
            value = float(row[column]) if column else 0.0
            if form and np.isfinite(value):
                label = _TEXT[form][place].format(label=label, value=amount(value, str(row["unit"]), lang))
            words.append(label)
        if len(words) > _LISTED:
            words[_LISTED:] = [_TEXT["more"][place].format(count=len(words) - _LISTED)]
        if words:
            said.append(_TEXT[key][place].format(all=", ".join(words)))
    ends = [
        _TEXT[end][place].format(label=catalog.label("technology", technology, lang))
        for technology, end in found.different[:_TOLD]
    ]
    said.append(_TEXT["different"][place].format(all="; ".join(ends)) if ends else _TEXT["same"][place])
    return " ".join(said)
