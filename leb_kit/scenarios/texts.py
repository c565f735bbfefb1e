"""Sentences about changes, in Italian and English."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from babel.numbers import format_decimal, format_percent

from leb_kit.reference import catalog
from leb_kit.units import from_mwh

LOCALES: Final = {"it": "it_IT", "en": "en_GB"}
SHARES: Final = ("renewable_share", "self_sufficiency")
KILO: Final = 1000.0
PERCENT: Final = 100.0

WORDS: Final[dict[str, dict[str, str]]] = {
    "it": {
        "opening": "Da «{before}» a «{after}»:",
        "renewable_share": "La quota di rinnovabili",
        "self_sufficiency": "L’autosufficienza energetica",
        "primary_energy_mwh": "Il consumo di energia primaria",
        "final_energy_mwh": "Il consumo di energia finale",
        "emissions_tco2eq": "Le emissioni di gas serra",
        "up": "{what} {verb_up} da {before} a {after} ({change}).",
        "down": "{what} {verb_down} da {before} a {after} ({change}).",
        "same": "{what} {verb_same} {after}.",
        "more": "{place}, {product}: {change} in più ({relative}).",
        "less": "{place}, {product}: {change} in meno ({relative}).",
        "new": "{place}, {product}: {change}, prima non c’era.",
        "gone": "{place}, {product}: {change} in meno, non ce n’è più.",
        "points": "{change} punti percentuali",
    },
    "en": {
        "opening": "From “{before}” to “{after}”:",
        "renewable_share": "The renewable share",
        "self_sufficiency": "Energy self-sufficiency",
        "primary_energy_mwh": "Primary energy consumption",
        "final_energy_mwh": "Final energy consumption",
        "emissions_tco2eq": "Greenhouse-gas emissions",
        "up": "{what} {verb_up} from {before} to {after} ({change}).",
        "down": "{what} {verb_down} from {before} to {after} ({change}).",
        "same": "{what} {verb_same} {after}.",
        "more": "{place}, {product}: {change} more ({relative}).",
        "less": "{place}, {product}: {change} less ({relative}).",
        "new": "{place}, {product}: {change}, where there was none.",
        "gone": "{place}, {product}: {change} less, none is left.",
        "points": "{change} percentage points",
    },
}
VERBS: Final = {
    "it": {
        False: {"verb_up": "sale", "verb_down": "scende", "verb_same": "resta"},
        True: {"verb_up": "salgono", "verb_down": "scendono", "verb_same": "restano"},
    },
    "en": {
        False: {"verb_up": "rises", "verb_down": "falls", "verb_same": "stays at"},
        True: {"verb_up": "rise", "verb_down": "fall", "verb_same": "stay at"},
    },
}
#: Below so many GWh or kt a second digit is told: a village has no more.
FEW: Final = 10
FINE: Final = "#,##0.00"
#: Numbers in words that are kept: those of today's balance are told again with every move of a slider.
KEPT: Final = 4096
#: A change smaller than this is none.
SMALL: Final = 1 / 1e6


def opening(before: str, after: str, lang: str) -> str:
    """Return the sentence that names the two balances."""
    return WORDS[lang]["opening"].format(before=before, after=after)


def indicator_sentence(name: str, row: Any, lang: str) -> str:
    """Return how one indicator moved.

    Parameters
    ----------
    name : str
        Column of ``leb.indicators.table``.
    row : Any
        before, after, change, relative.
    """
    words = WORDS[lang]
    shown = {key: value_text(name, float(row[key]), lang) for key in ("before", "after")}
    change = change_text(name, row, lang)
    kind = "same" if shown["before"] == shown["after"] else "up" if row["change"] > 0 else "down"
    verbs = VERBS[lang][name == "emissions_tco2eq"]
    return words[kind].format(what=words[name], change=change, **shown, **verbs)


def change_sentence(row: Any, lang: str) -> str:
    """Return one change of use, source or plants; ``row`` is one of ``Comparison.table``."""
    words = WORDS[lang]
    item = str(row["item"])
    place = place_name(item, lang)
    product = inside(catalog.label("product", str(row["product"]), lang))
    change = _gwh(abs(float(row["change_mwh"])), lang)
    before, after = float(row["before_mwh"]), float(row["after_mwh"])
    if abs(before) < SMALL:
        return words["new"].format(place=place, product=product, change=change)
    if abs(after) < SMALL * max(before, 1.0):
        return words["gone"].format(place=place, product=product, change=change)
    kind = "more" if after > before else "less"
    relative = relative_text(float(row["relative"]), lang)
    return words[kind].format(place=place, product=product, change=change, relative=relative)


def change_text(name: str, row: Any, lang: str) -> str:
    """Return how far an indicator moved: points for a share, percent for all else."""
    if name in SHARES:
        points = decimal_text(float(row["change"]) * PERCENT, "+#,##0.0;−#,##0.0", lang)
        return WORDS[lang]["points"].format(change=points)
    return relative_text(float(row["relative"]), lang)


def place_name(item: str, lang: str) -> str:
    """Return what a row of the balance is called in a sentence."""
    short = catalog.label("place", item, lang)
    return short if short != item else catalog.label("flow", item, lang)


def inside(label: str) -> str:
    """Return a label as it stands inside a sentence: small first letter, unless it is an abbreviation."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def value_text(name: str, value: float, lang: str) -> str:
    """Return the value of an indicator with its unit: percent, GWh or kt CO₂eq."""
    if name in SHARES:
        return percent_text(value, "#,##0.0 %", lang)
    if name.endswith("_mwh"):
        return _gwh(value, lang)
    kilotonnes = value / KILO
    pattern = FINE if 0 < abs(kilotonnes) < FEW else "#,##0.0"
    return f"{decimal_text(kilotonnes, pattern, lang)} kt CO₂eq"


def _gwh(value_mwh: float, lang: str) -> str:
    gwh = float(from_mwh(value_mwh, "GWh"))
    pattern = "#,##0" if abs(gwh) >= PERCENT else FINE if 0 < abs(gwh) < FEW else "#,##0.0"
    return f"{decimal_text(gwh, pattern, lang)} GWh"


def relative_text(share: float, lang: str) -> str:
    """Return a change over what was there before, in percent with its sign."""
    return percent_text(share, "+#,##0.0 %;−#,##0.0 %", lang)


@lru_cache(maxsize=KEPT)
def decimal_text(value: float, pattern: str, lang: str) -> str:
    """Return a number by a pattern of CLDR, in the marks of a language.

    Examples
    --------
    >>> decimal_text(1234.5, "#,##0.0", "it")
    '1.234,5'
    """
    # + 0.0: minus zero is zero, here as among the keys of what is kept
    return str(format_decimal(value + 0.0, format=pattern, locale=LOCALES[lang]))


@lru_cache(maxsize=KEPT)
def percent_text(share: float, pattern: str, lang: str) -> str:
    """Return a share (0–1) by a pattern of CLDR, in percent.

    Examples
    --------
    >>> percent_text(0.125, "#,##0.0 %", "it")
    '12,5 %'
    """
    return str(format_percent(share + 0.0, format=pattern, locale=LOCALES[lang]))
