"""Why a technology is in a plan, or is not, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leb_kit.optimise.answers.words import amount, number
from leb_kit.reference import catalog

if TYPE_CHECKING:
    from leb_kit.optimise.answers.reasons import Why

#: EUR of a unit below which a change is none.
_FREE = 0.001

_TEXT = {
    "in": ("{label}: nel piano {size}.", "{label}: {size} in the plan."),
    "out": ("{label}: non è nel piano.", "{label}: not in the plan."),
    "given_up": (
        "{label}: ne esistono {existing}, il piano vi rinuncia.",
        "{label}: {existing} exist, the plan gives them up.",
    ),
    "potential": (
        "È al limite del potenziale: {one} in più di potenziale farebbe risparmiare {saved} all'anno.",
        "It is at its potential: {one} more of potential would save {saved} a year.",
    ),
    "none": ("Di più non è possibile.", "No more is possible."),
    "costs": ("{one} in più costerebbe {cost} all'anno.", "{one} more would cost {cost} a year."),
    "even": (
        "{one} in più non cambierebbe il costo.",
        "{one} more would not change the cost.",
    ),
    "entry": (
        "Entrerebbe se costasse {entry} invece di {cost} (−{share} %): verificato risolvendo di nuovo.",
        "It would come in at {entry} instead of {cost} (−{share} %): verified by solving again.",
    ),
    "year": (
        "È al massimo di un anno: 1 MWh in più farebbe risparmiare {saved}.",
        "It is at the most of a year: 1 MWh more would save {saved}.",
    ),
    "useless": ("Non servirebbe nemmeno gratis.", "It would be of no use even for free."),
    "subsidy": (
        "Non entrerebbe nemmeno gratis: ci vorrebbero {subsidy} in più, verificato risolvendo di nuovo.",
        "It would not come in even for free: it would take {subsidy} on top, verified by solving again.",
    ),
    "adds": ("{label} vi aggiunge {price}.", "{label} adds {price} to it."),
    "takes": ("{label} ne riduce il costo di {price}.", "{label} takes {price} off its cost."),
}


def sentences(why: Why, lang: str) -> str:
    """Say where a technology stands, what holds it, and what would change that."""
    place = 0 if lang == "it" else 1
    unit = why.unit.split("/")[0]
    filled = {
        "label": catalog.label("technology", why.technology, lang),
        "size": amount(why.size, why.unit, lang),
        "existing": amount(why.existing, why.unit, lang),
        "one": f"1 {unit}",
    }
    key = "in" if why.in_plan else ("given_up" if why.existing > 0 else "out")
    said = [_TEXT[key][place].format(**filled)]
    if why.potential_eur > 0:
        saved, one = amount(why.potential_eur, "EUR", lang), "1 MWh" if why.unit == "MWh" else "1 MW"
        said.append(_TEXT["potential"][place].format(saved=saved, one=one))
    if why.year_eur > 0:
        said.append(_TEXT["year"][place].format(saved=amount(why.year_eur, "EUR", lang)))
    if not (why.potential_eur > 0 or why.year_eur > 0):
        said.append(_one_more(why, filled, lang))
    if why.entry_eur is not None:
        said.append(_entry(why, unit, lang))
    for _, label_it, label_en, price in why.pushes:
        key = "adds" if price > 0 else "takes"
        label = f"«{label_it}»" if lang == "it" else f"'{label_en}'"
        said.append(_TEXT[key][place].format(label=label, price=amount(abs(price), "EUR/MWh", lang)))
    return " ".join(said)


def _one_more(why: Why, filled: dict[str, str], lang: str) -> str:
    place = 0 if lang == "it" else 1
    if why.one_more_eur is None:
        return _TEXT["none"][place]
    if why.one_more_eur < _FREE:
        return _TEXT["even"][place].format(**filled)
    return _TEXT["costs"][place].format(cost=amount(why.one_more_eur, "EUR", lang), **filled)


def _entry(why: Why, unit: str, lang: str) -> str:
    place = 0 if lang == "it" else 1
    year = ("anno", "year")[place]
    per = "EUR/MWh" if "/" in why.unit else f"EUR/({unit} {year})"
    entry = float(why.entry_eur if why.entry_eur is not None else np.nan)
    if abs(entry) < _FREE:
        return _TEXT["useless"][place]
    if entry < 0 <= why.cost_eur:
        return _TEXT["subsidy"][place].format(subsidy=amount(-entry, per, lang))
    share = (why.cost_eur - entry) / abs(why.cost_eur) * 100 if why.cost_eur else 0.0
    return _TEXT["entry"][place].format(
        entry=amount(entry, per, lang), cost=amount(why.cost_eur, per, lang), share=number(share, lang)
    )
