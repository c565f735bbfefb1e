"""Targets in words: what a value says, and why it moves; Italian and English."""

from __future__ import annotations

import math
from typing import Any, Final

from babel.numbers import format_decimal

from leb_kit.balance import Territory
from leb_kit.units import from_mwh

LOCALES: Final = {"it": "it_IT", "en": "en_GB"}

#: Tonnes in a kilotonne.
KILO: Final = 1000.0
PERCENT: Final = 100.0
#: From so many on an amount needs no digit after the point, or only one.
TENS: Final = 100
ONES: Final = 10

Words = dict[str, str]

WORDS: Final[dict[str, Words]] = {
    "it": {
        "title": "Obiettivi, verificati insieme sugli stessi flussi",
        "at_least": "almeno {required}",
        "at_most": "al massimo {required}",
        "met": "Raggiunto",
        "missed": "Non raggiunto",
        "what_met": "L'obiettivo chiede {sense}: raggiunto, con un margine di {gap}.",
        "what_at_least": "L'obiettivo chiede {sense}: mancano {gap}.",
        "what_at_most": "L'obiettivo chiede {sense}: il valore lo supera di {gap}.",
        "points": "{gap} punti percentuali",
        "base": "Base: {base}.",
        "table": "Dati come tabella",
        "indicator": "Indicatore",
        "value": "Valore",
        "required": "Richiesto",
        "gap": "Distanza",
        "result": "Esito",
    },
    "en": {
        "title": "Targets, checked together on the same flows",
        "at_least": "at least {required}",
        "at_most": "at most {required}",
        "met": "Met",
        "missed": "Not met",
        "what_met": "The target asks for {sense}: met, with {gap} to spare.",
        "what_at_least": "The target asks for {sense}: {gap} are missing.",
        "what_at_most": "The target asks for {sense}: the value is {gap} above it.",
        "points": "{gap} percentage points",
        "base": "Base: {base}.",
        "table": "Data as a table",
        "indicator": "Indicator",
        "value": "Value",
        "required": "Required",
        "gap": "Distance",
        "result": "Result",
    },
}

#: Why an indicator moves; an indicator with a convention may have a sentence for it.
WHY: Final[dict[str, Words]] = {
    "renewable_share": {
        "it": "La parte rinnovabile di elettricità, calore e trasporti è divisa per i consumi finali "
        "lordi: sale con più rinnovabili e con meno consumi.",
        "en": "Renewable electricity, heat and transport fuels are divided by gross final consumption: "
        "the share rises with more renewables and with less consumption.",
    },
    "primary_energy": {
        "it": "Comprende quanto si perde nelle trasformazioni e nelle reti: scende con meno domanda, "
        "impianti più efficienti e calore recuperato.",
        "en": "It includes what conversions and networks lose: it falls with less demand, more efficient "
        "plants and recovered heat.",
    },
    "final_energy": {
        "it": "È l'energia consegnata agli utenti finali: scende con edifici, apparecchi e trasporti più "
        "efficienti.",
        "en": "It is the energy delivered to end users: it falls with more efficient buildings, appliances "
        "and transport.",
    },
    "emissions": {
        "it": "Dipende dai combustibili usati: scende con meno consumi e con fonti a minori emissioni.",
        "en": "It depends on the fuels used: it falls with less consumption and with cleaner sources.",
    },
    "emissions territorial": {
        "it": "Somma la combustione sul territorio e le importazioni nette di elettricità e calore: "
        "importare al posto di produrre non basta a ridurla.",
        "en": "It adds combustion in the territory and net imports of electricity and heat: importing "
        "instead of producing does not make it vanish.",
    },
}


def describe(row: dict[Any, Any], lang: str) -> Words:
    """Put one evaluated target into words.

    Parameters
    ----------
    row : dict
        A row of ``evaluate``: indicator, convention, sense, base, value, required, gap, met, label_it,
        label_en, unit.
    lang : str
        ``"it"`` or ``"en"``.

    Returns
    -------
    dict
        ``label``, ``value`` (and its ``number`` and ``unit``), ``required``, ``gap``, ``result``,
        ``what``, ``why``.
    """
    words = WORDS[lang]
    unit = str(row["unit"])
    required = words[row["sense"]].format(required=quantity(row["required"], unit, lang))
    gap = distance(abs(row["value"] - row["required"]), unit, lang)
    number, name = parts(row["value"], unit, lang)
    kind = "what_met" if row["met"] else f"what_{row['sense']}"
    return {
        "label": str(row[f"label_{lang}"]),
        "value": quantity(row["value"], unit, lang),
        "number": f"{number}\u00a0%" if name == "%" else number,
        "unit": "" if name == "%" else name,
        "required": required,
        "gap": gap,
        "result": words["met" if row["met"] else "missed"],
        "what": words[kind].format(sense=required, gap=gap),
        "why": " ".join(filter(None, [why(row, lang), base(row, lang)])),
    }


def why(row: dict[Any, Any], lang: str) -> str:
    """Return the sentence that tells why the indicator moves; empty for an unknown one."""
    indicator = str(row["indicator"])
    words = WHY.get(f"{indicator} {row['convention']}") or WHY.get(indicator)
    return words[lang] if words else ""


def base(row: dict[Any, Any], lang: str) -> str:
    """Name the base of a relative target: territory and year."""
    code, _, year = str(row["base"]).rpartition(" ")
    if not code:
        return ""
    return WORDS[lang]["base"].format(base=f"{Territory.known(code).name(lang)} {year}")


def quantity(value: float, unit: str, lang: str) -> str:
    """Write a value with its unit: shares in percent, MWh in GWh, tonnes in kilotonnes."""
    number, name = parts(value, unit, lang)
    return f"{number}\u00a0{name}" if name == "%" else f"{number} {name}".strip()


def parts(value: float, unit: str, lang: str) -> tuple[str, str]:
    """Give number and unit apart, as :func:`quantity` joins them."""
    if unit == "share":
        return _number(value * PERCENT, lang, 1), "%"
    if unit == "MWh":
        return _fine(from_mwh(value, "GWh"), lang), "GWh"
    if unit == "tCO2eq":
        return _fine(value / KILO, lang), "kt CO₂eq"
    return _number(value, lang, 1), unit


def distance(value: float, unit: str, lang: str) -> str:
    """Write a difference; between shares it is in percentage points."""
    if unit == "share":
        return WORDS[lang]["points"].format(gap=_number(value * PERCENT, lang, 1))
    return quantity(value, unit, lang)


def _fine(value: float, lang: str) -> str:
    """Write an amount so that that of a village can be told from nothing: three figures where it is small."""
    return _number(value, lang, 0 if abs(value) >= TENS else 1 if abs(value) >= ONES else 2)


def _number(value: float, lang: str, decimals: int = 0) -> str:
    if not math.isfinite(value):
        return "–"
    pattern = f"#,##0.{'#' * decimals}".rstrip(".")
    return format_decimal(value, format=pattern, locale=LOCALES[lang])
